"""How the layers that arrive are called and drawn.

A post-processor belongs to one layer. QGIS holds it by a plain pointer, so it is kept alive here until it is done.
"""

from __future__ import annotations

import contextlib
from typing import ClassVar

from qgis.core import (
    Qgis,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsReadWriteContext,
)
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtXml import QDomDocument
from qgis.utils import iface

from .resources import STYLES
from .translation import tr

# Notes in a layer what it is, so that it is not proposed as an input and other tools find it.
ROLE = "sar_cloud_removal/role"
IMAGE, ATTENTION, INFLUENCE = "image", "attention", "influence"
CONFIDENCE, CHANGED, ERROR = "confidence", "changed", "error"
OPACITY, CLASSES = "opacity", "classes"
# Inputs that were made here, which are proposed as such, and the clouds in a prepared one.
PREPARED, SIMULATED, CLOUDS = "prepared", "simulated", "clouds"

# From the bottom to the top of the layer tree.
_ORDER = (PREPARED, SIMULATED, CLOUDS, IMAGE, OPACITY, ATTENTION, INFLUENCE, CONFIDENCE, CHANGED, CLASSES, ERROR)
# A sample of this many pixels is enough to find the range of a map, however large it is.
_SAMPLE_PIXELS = 250_000


def drawn_style(layer: QgsRasterLayer) -> QDomDocument:
    """Return how `layer` is drawn now: renderer with bands and contrast, resampling, blending and opacity."""
    document = QDomDocument("qgis")
    layer.exportNamedStyle(document, QgsReadWriteContext(), QgsMapLayer.StyleCategory.Symbology)
    return document


def is_stretched_by_qgis(layer: QgsRasterLayer) -> bool:
    """Return whether QGIS found the contrast of `layer` by itself: of a cloudy one, it reaches up to the clouds."""
    renderer = layer.renderer()
    return renderer is not None and renderer.minMaxOrigin().limits() != QgsRasterMinMaxOrigin.Limits.None_


class LayerDresser(QgsProcessingLayerPostProcessorInterface):
    """Names and styles one layer when it arrives."""

    _alive: ClassVar[set] = set()
    # The layers of one run, to put them in order: run → role → layer id.
    role = ""

    def __init__(self, run: dict) -> None:
        """`run` is shared by the dressers of one run and gathers the layers that have arrived."""
        super().__init__()
        self._run = run

    def attach(self, destination: str, name: str, description: str, context: QgsProcessingContext) -> None:
        """Let QGIS call this for the layer at `destination`, if it is going to be loaded.

        The layer is called `name`, unless a model's author has called it something else than `description`.
        """
        if not destination or not context.willLoadLayerOnCompletion(destination):
            return
        details = context.layerToLoadOnCompletionDetails(destination)
        if details.name in ("", description):
            details.name = name
            details.forceName = True
        details.setPostProcessor(self)
        self._alive.add(self)

    def postProcessLayer(self, layer, context, feedback) -> None:
        with contextlib.suppress(AttributeError):
            self.dress(layer)
        layer.setCustomProperty(ROLE, self.role)
        layer.triggerRepaint()
        self._run[self.role] = layer.id()
        # QGIS adds layers in an order of its own, and some versions only after this call.
        QTimer.singleShot(0, lambda: put_in_order(self._run))
        QTimer.singleShot(0, lambda: self._alive.discard(self))

    def dress(self, layer: QgsRasterLayer) -> None:
        """Style `layer`."""


class ImageDresser(LayerDresser):
    """Draws the reconstructed image as the cloudy one is drawn, so that toggling it is a fair comparison."""

    role = IMAGE

    def __init__(self, run: dict, style: QDomDocument) -> None:
        super().__init__(run)
        self._style = style

    def dress(self, layer: QgsRasterLayer) -> None:
        layer.importNamedStyle(self._style, QgsMapLayer.StyleCategory.Symbology)


class SimulatedDresser(ImageDresser):
    """Draws what was covered with simulated clouds as the clear image is drawn."""

    role = SIMULATED


class RampDresser(LayerDresser):
    """Draws band 1 in pseudo-colour, stretched over the values that it has."""

    style = ""

    def dress(self, layer: QgsRasterLayer) -> None:
        layer.loadNamedStyle(str(STYLES / self.style))
        low, high = _range(layer)
        if low < high:
            renderer = layer.renderer().clone()
            renderer.setClassificationMin(low)
            renderer.setClassificationMax(high)
            shader = renderer.shader().rasterShaderFunction()
            shader.setMinimumValue(low)
            shader.setMaximumValue(high)
            shader.classifyColorRamp(1, -1, layer.extent(), layer.dataProvider())
            # The legend follows a new renderer, not one that has changed.
            layer.setRenderer(renderer)


class AttentionDresser(RampDresser):
    """Draws the map of SAR attention."""

    role = ATTENTION
    style = "attention.qml"


class InfluenceDresser(RampDresser):
    """Draws how much the SAR changed: nothing where it changed least, yellow where most."""

    role = INFLUENCE
    style = "influence.qml"


class ConfidenceDresser(RampDresser):
    """Draws how far the answers lie apart: nothing where they agree, red where they do least."""

    role = CONFIDENCE
    style = "confidence.qml"


class ErrorDresser(RampDresser):
    """Draws what an image differs by from its reference: pale where hardly, dark red where most."""

    role = ERROR
    style = "error.qml"


class ChangedDresser(LayerDresser):
    """Draws the pixels that were reconstructed in one colour, the others not at all."""

    role = CHANGED

    def dress(self, layer: QgsRasterLayer) -> None:
        load_classes(layer, "changed.qml")


class CloudClassesDresser(LayerDresser):
    """Draws clouds and shadows in a colour each, and nothing where it is clear."""

    role = CLASSES

    def dress(self, layer: QgsRasterLayer) -> None:
        load_classes(layer, "cloud_classes.qml")


class OpacityDresser(LayerDresser):
    """Draws how opaque simulated clouds are: black where not at all, white where wholly."""

    role = OPACITY

    def dress(self, layer: QgsRasterLayer) -> None:
        layer.loadNamedStyle(str(STYLES / "cloud_opacity.qml"))


def load_classes(layer: QgsRasterLayer, style: str) -> None:
    """Give `layer` a style of classes, whose labels are translated."""
    layer.loadNamedStyle(str(STYLES / style))
    renderer = layer.renderer().clone()
    for index, entry in enumerate(renderer.classes()):
        renderer.setLabel(index, tr(entry.label))
    layer.setRenderer(renderer)


def _range(layer: QgsRasterLayer) -> tuple[float, float]:
    """Return between which values of band 1 the colours lie: all but 2 % at each end, or all if that is one value.

    Both are NaN where all is nodata. QGIS's own cut will not do: that of 3.44 fails for bands with a scale.
    """
    import numpy as np

    provider = layer.dataProvider()
    shrink = min(1.0, (_SAMPLE_PIXELS / (layer.width() * layer.height())) ** 0.5)
    columns, rows = (max(1, round(size * shrink)) for size in (layer.width(), layer.height()))
    block = provider.block(1, layer.extent(), columns, rows)
    block.convert(Qgis.DataType.Float64)
    values = np.frombuffer(bytes(block.data()), dtype="float64")
    values = values[np.isfinite(values)]
    if block.hasNoDataValue():
        values = values[values != block.noDataValue()]
    if not values.size:
        return float("nan"), float("nan")
    low, high = np.percentile(values, (2, 98))
    if low < high:
        return float(low), float(high)
    return float(values.min()), float(values.max())


def put_in_order(run: dict) -> None:
    """Put the layers of one run right on top of each other, as `_ORDER` says."""
    root = QgsProject.instance().layerTreeRoot()
    arrived = [run[role] for role in _ORDER if role in run and root.findLayer(run[role]) is not None]
    for below, above in zip(arrived, arrived[1:]):
        _put_right_above(root.findLayer(below), root.findLayer(above))
    for layer in arrived:
        # The tree folds a legend when it is replaced, and does not tell the node: only a change opens it again.
        root.findLayer(layer).setExpanded(False)
        root.findLayer(layer).setExpanded(True)
    if arrived and iface is not None:
        # QGIS puts the next layers above the active one: above all of these, not between them.
        iface.setActiveLayer(root.findLayer(arrived[-1]).layer())


def _put_right_above(below: QgsLayerTreeLayer, above: QgsLayerTreeLayer) -> None:
    group = below.parent()
    children = group.children()
    if above.parent() is group and children.index(above) != children.index(below) - 1:
        group.insertChildNode(children.index(below), above.clone())
        group.removeChildNode(above)
