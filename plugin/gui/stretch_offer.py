"""The message that offers to stretch a cloudy layer like its reconstructed one, where that got a stretch of its own.

The cloudy layer is the user's, and is not changed unasked.
"""

from __future__ import annotations

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QPushButton
from qgis.utils import iface

from ..product_names import short_name
from ..stretch import stretch_both
from ..translation import tr

_AFTER_MILLISECONDS = 500
# The message while it is shown, and the ids of the layers that it speaks of, cloudy and reconstructed, with whether it
# is natural colours that the latter has and the former has not.
_shown = None
_pairs: list[tuple[str, str, bool]] = []


def offer_stretch(cloudy: str, image: str, natural: bool = False) -> None:
    """Offer it for the layers with these ids, and for those that are offered already: there is one message for all."""
    _pairs.append((cloudy, image, natural))
    # Above QGIS's own message that the run is done.
    QTimer.singleShot(_AFTER_MILLISECONDS, _show)


def _show() -> None:
    global _shown
    pairs = list(_pairs)
    withdraw()
    layers = [QgsProject.instance().mapLayer(cloudy) for cloudy, _, _ in pairs]
    if not layers or None in layers:
        return
    _pairs.extend(pairs)
    bar = iface.messageBar()
    if pairs[-1][2]:
        text = tr("«{layer}» shows its first three bands, the result natural colours.")
        words = tr("Natural colours for both")
    else:
        text = tr("«{layer}» is stretched up to its clouds, the result to its ground.")
        words = tr("Stretch both to the ground")
    # A long name would take a second line, for which the bar has no room.
    item = bar.createMessage("SAR Cloud Removal", text.format(layer=short_name(layers[-1].name())))
    button = QPushButton(words)
    button.setObjectName("sarCloudRemovalStretch")
    button.setToolTip(tr("Gives the cloudy layer the contrast of the reconstructed one, so that they can be compared"))
    button.clicked.connect(_accept)
    item.layout().addWidget(button)
    item.destroyed.connect(_gone)
    _shown = item
    bar.pushWidget(item, Qgis.MessageLevel.Info)


def withdraw() -> None:
    """Take the message away, if it is shown."""
    global _shown
    item, _shown = _shown, None
    _pairs.clear()
    if item is not None:
        item.destroyed.disconnect(_gone)
        iface.messageBar().popWidget(item)


def _accept() -> None:
    pairs = list(_pairs)
    withdraw()
    for *ids, _ in pairs:
        cloudy, image = (QgsProject.instance().mapLayer(each) for each in ids)
        if cloudy is not None and image is not None:
            stretch_both(cloudy, image)


def _gone() -> None:
    """The user has closed it, or QGIS has."""
    global _shown
    _shown = None
    _pairs.clear()
