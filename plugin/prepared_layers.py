"""How prepared layers are drawn: Sentinel-2 in true colour, Sentinel-1 in two colours, clouds in one."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
)
from qgis.PyQt.QtGui import QColor

from .layers import CLOUDS, PREPARED, LayerDresser, Run
from .translation import tr

# Reflectance above the darkest ground at which a pixel is white: under more of it clouds would leave the ground black.
_WHITE_ABOVE = 0.18
_DN_PER_REFLECTANCE = 10000.0
# A sample of this many pixels is enough to find a contrast, however large a layer is.
_SAMPLE_PIXELS = 100_000
_CLOUD = "#ee6a1f"
_FLOATS = (Qgis.DataType.Float32, Qgis.DataType.Float64)


class TrueColourDresser(LayerDresser):
    """Draws red, green and blue from the darkest 2 % on, with the ground in sight however cloudy it is."""

    role = PREPARED

    def __init__(self, run: Run, bands: Sequence[str]) -> None:
        """`bands` are the names of the layer's bands in their order."""
        super().__init__(run)
        self._bands = list(bands)

    def dress(self, layer: QgsRasterLayer) -> None:
        numbers = [self._bands.index(band) + 1 for band in ("B4", "B3", "B2")]
        provider = layer.dataProvider()
        scaled = provider.bandScale(numbers[0]) != 1.0 or provider.dataType(numbers[0]) in _FLOATS
        white = _WHITE_ABOVE * (1.0 if scaled else _DN_PER_REFLECTANCE)
        ranges = []
        for number in numbers:
            low, high = provider.cumulativeCut(number, 0.02, 0.98, layer.extent(), _SAMPLE_PIXELS)
            ranges.append((low, min(high, low + white)))
        layer.setRenderer(_composite(layer, numbers, ranges))


class BackscatterDresser(LayerDresser):
    """Draws VV in red and blue and VH in green: water is black, plants are green, buildings are bright."""

    role = PREPARED

    def dress(self, layer: QgsRasterLayer) -> None:
        provider = layer.dataProvider()
        cut = [provider.cumulativeCut(number, 0.02, 0.98, layer.extent(), _SAMPLE_PIXELS) for number in (1, 2)]
        layer.setRenderer(_composite(layer, (1, 2, 1), (cut[0], cut[1], cut[0])))


class CloudMaskDresser(LayerDresser):
    """Draws clouds in one colour, half transparent, and nothing where it is clear."""

    role = CLOUDS

    def dress(self, layer: QgsRasterLayer) -> None:
        classes = [
            QgsPalettedRasterRenderer.Class(0, QColor(0, 0, 0, 0), tr("clear")),
            QgsPalettedRasterRenderer.Class(1, QColor(_CLOUD), tr("cloud")),
        ]
        renderer = QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes)
        renderer.setOpacity(0.6)
        layer.setRenderer(renderer)


def _composite(
    layer: QgsRasterLayer, numbers: Sequence[int], ranges: Sequence[tuple[float, float]]
) -> QgsMultiBandColorRenderer:
    """Return a renderer of three bands as red, green and blue, each stretched over its range."""
    provider = layer.dataProvider()
    renderer = QgsMultiBandColorRenderer(provider, *numbers)
    setters = (
        renderer.setRedContrastEnhancement,
        renderer.setGreenContrastEnhancement,
        renderer.setBlueContrastEnhancement,
    )
    for number, (low, high), set_enhancement in zip(numbers, ranges, setters):
        enhancement = QgsContrastEnhancement(provider.dataType(number))
        enhancement.setMinimumValue(low)
        enhancement.setMaximumValue(high)
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
        )
        set_enhancement(enhancement)
    return renderer
