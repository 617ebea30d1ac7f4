"""How the layers that arrive are called and drawn.

A post-processor belongs to one layer. QGIS holds it by a plain pointer, so it is kept alive here until it is done.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import ClassVar

from qgis.core import (
    QgsColorRamp,
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument
from qgis.utils import iface

from .resources import STYLES
from .stretch import Ground, draw_bands, quantiles, stretch, value_range
from .translation import tr

# Notes in a layer what it is, so that it is not proposed as an input and other tools find it.
ROLE = "sar_cloud_removal/role"
IMAGE, ATTENTION, INFLUENCE = "image", "attention", "influence"
SOURCE, EXPECTED_ERROR, CHANGED, ERROR = "source", "expected_error", "changed", "error"
OPACITY, CLASSES = "opacity", "classes"
# Inputs that were made here, which are proposed as such, and the clouds in a prepared one.
PREPARED, SIMULATED, CLOUDS = "prepared", "simulated", "clouds"

# From the bottom to the top of the layer tree.
_ORDER = (PREPARED, SIMULATED, CLOUDS, IMAGE, OPACITY, ATTENTION, INFLUENCE)
_ORDER += (EXPECTED_ERROR, SOURCE, CHANGED, CLASSES, ERROR)

# Maps over an image, of which one is shown at a time: the first one that a run has.
_MAPS = (ATTENTION, INFLUENCE, EXPECTED_ERROR, SOURCE, CHANGED)

# In percent, the ranks by which the map of attention is coloured.
_RANKS = (2, 10, 25, 50, 75, 90, 98)


@dataclass
class Run:
    """What is known of the layers that come from one run: their ids by role, and what they are to be called."""

    layers: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    # The run's number, where runs before have left layers of the same names; known when the first layer arrives.
    number: int = 0

    def numbered(self, name: str, layer: QgsMapLayer) -> str:
        """Return `name` with the run's number, if it is not the first of its kind in the project.

        `layer` is the one that is to be called so: of the same file there may be one already, which it takes over.
        """
        if not self.number:
            others = (each for each in QgsProject.instance().mapLayers().values() if each.source() != layer.source())
            taken = {each.name() for each in others if each.customProperty(ROLE)}
            self.number = 1
            while any(_numbered(each, self.number) in taken for each in self.names):
                self.number += 1
        return _numbered(name, self.number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def _read_anew(arrived: QgsRasterLayer) -> None:
    """Let the layers of the project that were there before a run show what it has written into their file.

    QGIS may have taken one of them for the layer that has `arrived`. A new one is left alone: GDAL would write what it
    knows of it beside the file.
    """
    for layer in QgsProject.instance().mapLayers().values():
        before = layer.id() != arrived.id() or layer.customProperty(ROLE)
        if isinstance(layer, QgsRasterLayer) and layer.source() == arrived.source() and before:
            layer.reload()
            layer.triggerRepaint()


class LayerDresser(QgsProcessingLayerPostProcessorInterface):
    """Names and styles one layer when it arrives."""

    _alive: ClassVar[set] = set()
    role = ""

    def __init__(self, run: Run) -> None:
        """`run` is shared by the dressers of one run and gathers the layers that have arrived."""
        super().__init__()
        self._run = run
        self._name = ""

    def attach(self, destination: str, name: str, description: str, context: QgsProcessingContext) -> None:
        """Let QGIS call this for the layer at `destination`, if it is going to be loaded.

        The layer is called `name`, unless a model's author has called it something else than `description`. Further
        runs of the same inputs are numbered.
        """
        if not destination or not context.willLoadLayerOnCompletion(destination):
            return
        details = context.layerToLoadOnCompletionDetails(destination)
        if details.name in ("", description):
            details.name = self._name = name
            details.forceName = True
            self._run.names.append(name)
        details.setPostProcessor(self)
        self._alive.add(self)

    def postProcessLayer(self, layer, context, feedback) -> None:
        _read_anew(layer)
        with contextlib.suppress(AttributeError):
            self.dress(layer)
        if self._name:
            layer.setName(self._run.numbered(self._name, layer))
        layer.setCustomProperty(ROLE, self.role)
        layer.triggerRepaint()
        self._run.layers[self.role] = layer.id()
        # QGIS adds layers in an order of its own, and some versions only after this call.
        QTimer.singleShot(0, lambda: put_in_order(self._run.layers))
        QTimer.singleShot(0, lambda: self._alive.discard(self))

    def dress(self, layer: QgsRasterLayer) -> None:
        """Style `layer`."""


class CopyDresser(LayerDresser):
    """Draws an image as the one is drawn that it was made from, so that toggling it is a fair comparison."""

    def __init__(self, run: Run, style: QDomDocument) -> None:
        super().__init__(run)
        self._style = style

    def dress(self, layer: QgsRasterLayer) -> None:
        layer.importNamedStyle(self._style, QgsMapLayer.StyleCategory.Symbology)


class SimulatedDresser(CopyDresser):
    """Draws what was covered with simulated clouds as the clear image is drawn."""

    role = SIMULATED


class ImageDresser(CopyDresser):
    """Draws the reconstructed image as the cloudy one is drawn, but over its own ground where that would hide it."""

    role = IMAGE

    def __init__(
        self, run: Run, style: QDomDocument, ground: Ground, cloudy: str, natural: tuple[int, ...] = ()
    ) -> None:
        """`ground` is empty where the cloudy layer's own stretch shows it; `cloudy` is the id of that, "" for none.

        `natural` are the bands of true colour, if nobody has said which bands of the cloudy layer to draw.
        """
        super().__init__(run, style)
        self._ground = ground
        self._natural = natural
        self._cloudy = cloudy

    def dress(self, layer: QgsRasterLayer) -> None:
        super().dress(layer)
        if not self._ground:
            return
        if self._natural:
            draw_bands(layer, self._natural)
        stretch(layer, self._ground)
        if self._cloudy and iface is not None:
            from .gui.stretch_offer import offer_stretch

            offer_stretch(self._cloudy, layer.id(), bool(self._natural))


class RampDresser(LayerDresser):
    """Draws band 1 in pseudo-colour, stretched over the values that it has."""

    style = ""

    def dress(self, layer: QgsRasterLayer) -> None:
        layer.loadNamedStyle(str(STYLES / self.style))
        low, high = value_range(layer, 1)
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
    """Draws the map of SAR attention by rank: the lower half hardly covers the image, the highest places stand out.

    Most of a map is nearly as high as its maximum. Coloured by its numbers, all of that would lie over the image in the
    brightest colour.
    """

    role = ATTENTION
    style = "attention.qml"

    def dress(self, layer: QgsRasterLayer) -> None:
        super().dress(layer)
        renderer = layer.renderer().clone()
        shader = renderer.shader().rasterShaderFunction()
        items = _ranked(quantiles(layer, 1, _RANKS), shader.sourceColorRamp())
        if len(items) < 2:
            return
        shader.setClassificationMode(QgsColorRampShader.ClassificationMode.Quantile)
        shader.setMinimumValue(items[0].value)
        shader.setMaximumValue(items[-1].value)
        shader.setColorRampItemList(items)
        # Along a bar of even steps most colours would lie at its very end.
        legend = QgsColorRampLegendNodeSettings(shader.legendSettings())
        legend.setUseContinuousLegend(False)
        shader.setLegendSettings(legend)
        # A copy has no limits.
        renderer.setClassificationMin(items[0].value)
        renderer.setClassificationMax(items[-1].value)
        layer.setRenderer(renderer)


def _ranked(values: list[float], ramp: QgsColorRamp) -> list[QgsColorRampShader.ColorRampItem]:
    """Return a colour for each of `values`, which lie at `_RANKS`: the more opaque the higher its rank is."""
    percents: dict[float, int] = {}
    for percent, value in zip(_RANKS, values):
        # Of a value that many pixels have, the lowest rank: what is common is to cover little.
        percents.setdefault(value, percent)
    items = []
    for value in percents:
        rank = (percents[value] - _RANKS[0]) / (_RANKS[-1] - _RANKS[0])
        colour = QColor(ramp.color(rank))
        colour.setAlphaF(rank**2)
        label = tr("{value} (above {percent} % of the map)").format(value=f"{value:.3f}", percent=percents[value])
        items.append(QgsColorRampShader.ColorRampItem(value, colour, label))
    return items


class InfluenceDresser(RampDresser):
    """Draws how much the SAR changed: nothing where it changed least, yellow where most."""

    role = INFLUENCE
    style = "influence.qml"


class ExpectedErrorDresser(RampDresser):
    """Draws how wrong a pixel is likely to be: nothing where it hardly is, red where most."""

    role = EXPECTED_ERROR
    style = "expected_error.qml"


class ErrorDresser(RampDresser):
    """Draws what an image differs by from its reference: pale where hardly, dark red where most."""

    role = ERROR
    style = "error.qml"


class ChangedDresser(LayerDresser):
    """Draws the pixels that were reconstructed in one colour, the others not at all."""

    role = CHANGED

    def dress(self, layer: QgsRasterLayer) -> None:
        load_classes(layer, "changed.qml")


class SourceDresser(LayerDresser):
    """Draws where pixels are from in a colour each, and nothing where they were kept."""

    role = SOURCE

    def dress(self, layer: QgsRasterLayer) -> None:
        load_classes(layer, "source.qml")


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


def put_in_order(run: dict[str, str]) -> None:
    """Put the layers of one run, ids by role, right on top of each other, as `_ORDER` says."""
    root = QgsProject.instance().layerTreeRoot()
    arrived = [run[role] for role in _ORDER if role in run and root.findLayer(run[role]) is not None]
    for below, above in zip(arrived, arrived[1:]):
        _put_right_above(root.findLayer(below), root.findLayer(above))
    for layer in _covered(run):
        root.findLayer(layer).setItemVisibilityChecked(False)
    for layer in arrived:
        # The tree folds a legend when it is replaced, and does not tell the node: only a change opens it again.
        root.findLayer(layer).setExpanded(False)
        root.findLayer(layer).setExpanded(True)
    if arrived and iface is not None:
        # QGIS puts the next layers above the active one: above all of these, not between them.
        iface.setActiveLayer(root.findLayer(arrived[-1]).layer())


def _covered(run: dict[str, str]) -> list[str]:
    """Return the maps of a run that would lie on each other over its image: all but the first one, ids."""
    root = QgsProject.instance().layerTreeRoot()
    maps = [run[role] for role in _MAPS if role in run and root.findLayer(run[role]) is not None]
    return maps[1:] if IMAGE in run else []


def _put_right_above(below: QgsLayerTreeLayer, above: QgsLayerTreeLayer) -> None:
    group = below.parent()
    children = group.children()
    if above.parent() is group and children.index(above) != children.index(below) - 1:
        group.insertChildNode(children.index(below), above.clone())
        group.removeChildNode(above)
