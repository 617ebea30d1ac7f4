"""The contrast of images: whether one that was stretched up to clouds shows the ground, and a stretch of the ground."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsMapLayer,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRasterRenderer,
    QgsReadWriteContext,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtXml import QDomDocument

# A sample of this many pixels is enough to find the range of a band, however large it is.
_SAMPLE_PIXELS = 250_000
# From black, 0, to white, 1: the brightest ground is no darker than the one, the darkest no brighter than the other.
_DARKEST, _PALEST = 0.25, 0.75
# This share of the ground's range is neither cut off at black nor at white.
_LEAST_SEEN = 0.5
# What is drawn of a band without a stretch: its numbers as they are.
_UNSTRETCHED = (0.0, 255.0)

TRUE_COLOUR = ("B4", "B3", "B2")
# The bands of a layer without names, by their number, as far as they are drawn.
_BY_COUNT = {13: ("B1", "B2", "B3", "B4"), 12: ("B1", "B2", "B3", "B4"), 10: ("B2", "B3", "B4")}

# Band → from which value to which its ground lies.
Ground = dict[int, tuple[float, float]]


@dataclass(frozen=True)
class Channel:
    """One band that is drawn, and between which values it goes from black to white."""

    band: int
    low: float
    high: float

    def shade(self, value: float) -> float:
        """Return how bright `value` is drawn, from black, 0, to white, 1."""
        if self.high <= self.low:
            return float(value > self.low)
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def seen(self, low: float, high: float) -> float:
        """Return the share of the range from `low` to `high` that is neither cut off at black nor at white."""
        return max(0.0, min(high, self.high) - max(low, self.low)) / (high - low)


def channels(renderer: QgsRasterRenderer | None) -> list[Channel]:
    """Return the bands that `renderer` draws in shades; empty for one that draws classes or a colour ramp."""
    return [_channel(band, enhancement) for band, enhancement, _ in _parts(renderer)]


def ground_of(layer: QgsRasterLayer, bands: list[int]) -> Ground:
    """Return the range of each of the bands, all but 2 % at each end; without those that have no two values."""
    ranges = {band: value_range(layer, band) for band in bands}
    return {band: (low, high) for band, (low, high) in ranges.items() if low < high}


def band_names(layer: QgsRasterLayer) -> list[str]:
    """Return the names such as B8A in the bands' own names, "" where there is none; else what their number says."""
    found = [re.search(r"\bB\d\d?A?\b", layer.bandName(number + 1)) for number in range(layer.bandCount())]
    names = [match[0] if match else "" for match in found]
    return names if any(names) else list(_BY_COUNT.get(layer.bandCount(), ()))


def true_colour(layer: QgsRasterLayer) -> tuple[int, ...]:
    """Return the numbers of the bands red, green and blue of a Sentinel-2 layer; empty where it lacks one."""
    names = band_names(layer)
    return tuple(names.index(band) + 1 for band in TRUE_COLOUR) if set(TRUE_COLOUR) <= set(names) else ()


def is_undecided(renderer: QgsRasterRenderer | None) -> bool:
    """Return whether QGIS has chosen which bands are drawn: the first three, which are no colours of Sentinel-2."""
    drawn = [channel.band for channel in channels(renderer)]
    return isinstance(renderer, QgsMultiBandColorRenderer) and drawn == [1, 2, 3]


def draw_bands(layer: QgsRasterLayer, bands: Sequence[int]) -> None:
    """Draw these bands of a layer, which is drawn in three, in red, green and blue."""
    renderer = layer.renderer().clone()
    for band, draw in zip(bands, (renderer.setRedBand, renderer.setGreenBand, renderer.setBlueBand)):
        draw(band)
    layer.setRenderer(renderer)


def hides(renderer: QgsRasterRenderer | None, ground: Ground) -> bool:
    """Return whether the stretch of `renderer` would show the ground badly: nearly black, pale, or cut off."""
    drawn = [channel for channel in channels(renderer) if channel.band in ground]
    if not drawn:
        return False
    ends = [(each.shade(ground[each.band][0]), each.shade(ground[each.band][1])) for each in drawn]
    darkest, brightest = (sum(shades) / len(shades) for shades in zip(*ends))
    seen = sum(each.seen(*ground[each.band]) for each in drawn) / len(drawn)
    return brightest < _DARKEST or darkest > _PALEST or seen < _LEAST_SEEN


def stretch(layer: QgsRasterLayer, ground: Ground) -> None:
    """Draw the bands of `layer` that are in `ground` over these ranges; which bands are drawn stays as it is."""
    renderer = layer.renderer().clone()
    for band, _, set_enhancement in _parts(renderer):
        if band not in ground:
            continue
        enhancement = QgsContrastEnhancement(layer.dataProvider().dataType(band))
        enhancement.setMinimumValue(ground[band][0])
        enhancement.setMaximumValue(ground[band][1])
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
        )
        set_enhancement(enhancement)
    # Found once and kept: QGIS is not to find another one when the map moves.
    origin = renderer.minMaxOrigin()
    origin.setLimits(QgsRasterMinMaxOrigin.Limits.None_)
    renderer.setMinMaxOrigin(origin)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


def stretch_both(cloudy: QgsRasterLayer, image: QgsRasterLayer) -> bool:
    """Stretch both layers to the ground that the reconstructed `image` shows, in the bands that `cloudy` is drawn in.

    In true colour, if nobody has said which bands to draw. Return whether that could be done: `cloudy` has to be drawn
    in shades.
    """
    natural = true_colour(cloudy) if is_undecided(cloudy.renderer()) else ()
    bands = list(natural) or [channel.band for channel in channels(cloudy.renderer())]
    ground = ground_of(image, bands) if bands and max(bands) <= image.bandCount() else {}
    if not ground:
        return False
    if natural:
        draw_bands(cloudy, natural)
    stretch(cloudy, ground)
    image.importNamedStyle(drawn_style(cloudy), QgsMapLayer.StyleCategory.Symbology)
    image.triggerRepaint()
    return True


def drawn_style(layer: QgsRasterLayer) -> QDomDocument:
    """Return how `layer` is drawn now: renderer with bands and contrast, resampling, blending and opacity."""
    document = QDomDocument("qgis")
    layer.exportNamedStyle(document, QgsReadWriteContext(), QgsMapLayer.StyleCategory.Symbology)
    return document


def value_range(layer: QgsRasterLayer, band: int) -> tuple[float, float]:
    """Return between which values of `band` the colours lie: all but 2 % at each end, or all if that is one value.

    Both are NaN where all is nodata. QGIS's own cut will not do: that of 3.44 fails for bands with a scale.
    """
    import numpy as np

    values = sample(layer, band)
    if not values.size:
        return float("nan"), float("nan")
    low, high = np.percentile(values, (2, 98))
    if low < high:
        return float(low), float(high)
    return float(values.min()), float(values.max())


def quantiles(layer: QgsRasterLayer, band: int, percents: Sequence[float]) -> list[float]:
    """Return the values of `band` below which these percents of its pixels lie; empty where all is nodata."""
    import numpy as np

    values = sample(layer, band)
    return [float(value) for value in np.percentile(values, percents)] if values.size else []


def sample(layer: QgsRasterLayer, band: int):
    """Return values of `band` from all over the layer, without nodata, as a flat array of 64 bit floats."""
    import numpy as np

    provider = layer.dataProvider()
    shrink = min(1.0, (_SAMPLE_PIXELS / (layer.width() * layer.height())) ** 0.5)
    columns, rows = (max(1, round(size * shrink)) for size in (layer.width(), layer.height()))
    block = provider.block(band, layer.extent(), columns, rows)
    block.convert(Qgis.DataType.Float64)
    values = np.frombuffer(bytes(block.data()), dtype="float64")
    values = values[np.isfinite(values)]
    if block.hasNoDataValue():
        values = values[values != block.noDataValue()]
    return values


def _parts(renderer: QgsRasterRenderer | None) -> list:
    """Return each band that is drawn in shades, its stretch, and what sets another one."""
    if isinstance(renderer, QgsMultiBandColorRenderer):
        parts = [
            (renderer.redBand(), renderer.redContrastEnhancement(), renderer.setRedContrastEnhancement),
            (renderer.greenBand(), renderer.greenContrastEnhancement(), renderer.setGreenContrastEnhancement),
            (renderer.blueBand(), renderer.blueContrastEnhancement(), renderer.setBlueContrastEnhancement),
        ]
    elif isinstance(renderer, QgsSingleBandGrayRenderer):
        parts = [(renderer.grayBand(), renderer.contrastEnhancement(), renderer.setContrastEnhancement)]
    else:
        return []
    # A colour may have no band.
    return [part for part in parts if part[0] > 0]


def _channel(band: int, enhancement: QgsContrastEnhancement | None) -> Channel:
    none = QgsContrastEnhancement.ContrastEnhancementAlgorithm.NoEnhancement
    if enhancement is None or enhancement.contrastEnhancementAlgorithm() == none:
        return Channel(band, *_UNSTRETCHED)
    return Channel(band, enhancement.minimumValue(), enhancement.maximumValue())
