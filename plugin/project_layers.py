"""Which of the project's layers are likely to be meant when a dialog opens."""

from __future__ import annotations

import re

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QThread

from .layers import IMAGE, PREPARED, ROLE, SIMULATED

_S1_NAME = re.compile(r"(^|[^a-z0-9])(s1[ab]?|sentinel[-_ ]?1[ab]?|sar|vv|vh|grd)([^a-z0-9]|$)", re.IGNORECASE)
_S2_NAME = re.compile(r"(^|[^a-z0-9])(s2[abc]?|sentinel[-_ ]?2[abc]?|l1c|l2a)([^a-z0-9]|$)", re.IGNORECASE)
_CLOUDY_NAME = re.compile(r"cloud", re.IGNORECASE)
_CLEAR_NAME = re.compile(r"clear|cloud[-_ ]?free|reference|removed", re.IGNORECASE)
# What is no result of this plugin, or is one that it made to go on from.
_INPUTS = (None, "", PREPARED)


def likely_pair() -> tuple[str | None, str | None]:
    """Return the ids of the layers that look most like Sentinel-1 and cloudy Sentinel-2, `None` for one that none does.

    Looks at names and band counts only, so it is quick. Results of this plugin are left out.
    """
    layers = [layer for layer in _rasters() if layer.customProperty(ROLE) in (*_INPUTS, SIMULATED)]
    return _best(layers, _s1_score), _best(layers, _s2_score)


def likely_comparison() -> tuple[str | None, str | None]:
    """Return the ids of the layers that look most like a reconstructed image and its clear reference, or `None`.

    Of several reconstructed ones the uppermost, which is the latest where nobody has moved it.
    """
    layers = _rasters()
    given = [layer for layer in layers if layer.customProperty(ROLE) in _INPUTS]
    made = {layer.id() for layer in layers if layer.customProperty(ROLE) == IMAGE}
    upper = [layer.id() for layer in (QgsProject.instance().layerTreeRoot().layerOrder() if made else ())]
    return next((each for each in upper if each in made), None), _best(given, _reference_score)


def _rasters() -> list[QgsRasterLayer]:
    """Return the project's rasters, which may be asked for in the main thread only."""
    application = QgsApplication.instance()
    if application is None or QThread.currentThread() != application.thread():
        return []
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer) and layer.providerType() == "gdal"]


def _best(layers: list[QgsRasterLayer], score) -> str | None:
    best = max(layers, key=score, default=None)
    return best.id() if best is not None and score(best) > 0 else None


def _s1_score(layer: QgsRasterLayer) -> int:
    if layer.bandCount() < 2 or _S2_NAME.search(layer.name()):
        return 0
    return 2 * (layer.bandCount() == 2) + 3 * bool(_S1_NAME.search(layer.name()))


def _s2_score(layer: QgsRasterLayer) -> int:
    if layer.bandCount() < 4:
        return 0
    score = 3 * (layer.bandCount() in (10, 12, 13)) + 3 * bool(_S2_NAME.search(layer.name()))
    if layer.customProperty(ROLE) == SIMULATED:
        # Whatever the clear layer is called from which it has its name.
        return score + 1
    if score and _CLEAR_NAME.search(layer.name()):
        return 1
    return score + bool(score and _CLOUDY_NAME.search(layer.name()))


def _reference_score(layer: QgsRasterLayer) -> int:
    if layer.bandCount() < 3 or not _CLEAR_NAME.search(layer.name()):
        return 0
    return 1 + (layer.bandCount() in (10, 12, 13)) + bool(_S2_NAME.search(layer.name()))
