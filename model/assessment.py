"""What an assessment adds up, block by block: figures by part of the image, histograms, and small pictures.

Nothing here knows of files. A block is a window of the image, read with `metrics.SSIM_RADIUS` pixels of its
neighbours around it, so that the blocks add up to what the whole image gives.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Optional

import numpy as np

from .bands import S2_BANDS, fill_missing_bands
from .composition import CHANGED, KEPT, S1_MISSING
from .metrics import Comparison, Sums
from .tiling import Window
from .training.cloud_classes import CLASSES, COVERS, CloudClasses, classify

Array = np.ndarray

AFTER, BEFORE = "prediction", "cloudy"
# The kinds of parts of an image, and the parts of each kind in the order of tables.
ALL, BAND, COVER, PIXEL, MASK, CHANGE = "all", "band", "cloud cover", "pixel class", "mask", "changed"
UNDER, OUTSIDE = "under the mask", "outside the mask"
CHANGES = {"reconstructed": CHANGED, "kept": KEPT, "Sentinel-1 missing": S1_MISSING}
PARTS: dict[str, tuple[str, ...]] = {
    ALL: (ALL,),
    BAND: S2_BANDS,
    COVER: COVERS,
    PIXEL: CLASSES,
    MASK: (UNDER, OUTSIDE),
    CHANGE: tuple(CHANGES),
}
# Reflectance is counted in steps of 1 / `LEVELS`, differences, which go from −1 to 1, in steps of 1 / `STEPS`.
LEVELS, STEPS = 250, 1000


@dataclass(frozen=True)
class Row:
    """The figures of one image in one part of it; None where there is none, as the PSNR of equal images.

    `psnr` is in dB, `sam` in degrees, all others × 100; `bias` is the mean of image − reference.
    """

    kind: str
    part: str
    image: str
    pixels: int
    blocks: int
    psnr: Optional[float]
    ssim: Optional[float]
    mae: Optional[float]
    sam: Optional[float]
    rmse: Optional[float]
    bias: Optional[float]

    def as_json(self) -> dict:
        return asdict(self)


class Tally:
    """Adds up the sums of the blocks by kind, part and image."""

    def __init__(self, bands: Sequence[str]) -> None:
        self._bands = tuple(bands)
        self._sums: dict[tuple[str, str, str], Sums] = {}
        self._blocks: Counter[tuple[str, str, str]] = Counter()

    def add(
        self, image: str, comparison: Comparison, inner: Array, parts: Mapping[tuple[str, str], Optional[Array]]
    ) -> None:
        """Add a block: its `inner` pixels [H, W], and of them those of each of the `parts`; None is all of them."""
        every = comparison.sums(inner)
        self._add((ALL, ALL, image), every)
        for index, band in enumerate(self._bands):
            self._add((BAND, band, image), comparison.sums(inner, bands=[index]))
        for (kind, part), pixels in parts.items():
            self._add((kind, part, image), every if pixels is None else comparison.sums(inner & pixels))

    def _add(self, key: tuple[str, str, str], sums: Sums) -> None:
        if sums.pixels:
            self._sums[key] = self._sums.get(key, Sums()) + sums
            self._blocks[key] += 1

    def total(self, image: str = AFTER) -> Sums:
        return self._sums.get((ALL, ALL, image), Sums())

    def rows(self) -> list[Row]:
        """Return the figures of all parts that have pixels, in the order of `PARTS`."""
        keys = [(kind, part, image) for kind, parts in PARTS.items() for part in parts for image in (AFTER, BEFORE)]
        return [self._row(key) for key in keys if key in self._sums]

    def _row(self, key: tuple[str, str, str]) -> Row:
        sums = self._sums[key]
        figures = {**sums.metrics(), "rmse": sums.rmse, "bias": sums.bias}
        return Row(*key, sums.pixels, self._blocks[key], **{name: finite(value) for name, value in figures.items()})


def finite(value: float) -> Optional[float]:
    return value if math.isfinite(value) else None


def cloud_classes(
    cloudy: Array, cloudy_bands: Sequence[str], clear: Array, clear_bands: Sequence[str], valid: Array
) -> CloudClasses:
    """Return the classes of a block by its cloudy and its clear image, reflectance [K, H, W] of the named bands."""
    images = []
    for pixels, names in ((cloudy, cloudy_bands), (clear, clear_bands)):
        present = [S2_BANDS.index(name) for name in names]
        full = np.zeros((len(S2_BANDS), *valid.shape), np.float32)
        full[present] = pixels
        images.append(fill_missing_bands(full, present))
    ground = images[1][:, valid].mean(axis=1) if valid.any() else np.zeros(len(S2_BANDS), np.float32)
    for image in images:
        image[:, ~valid] = ground[:, None]
    return classify(*images, valid)


class Histograms:
    """How often which reflectance was predicted for which, and how often which difference came about, by image.

    `density` [LEVELS, LEVELS] counts the values of the prediction (rows) and of the reference (columns); `differences`
    [2 · STEPS + 1] those of image − reference from −1 to 1.
    """

    def __init__(self) -> None:
        self.density = np.zeros((LEVELS, LEVELS), np.int64)
        self.differences: dict[str, Array] = {}

    def add(self, image: str, prediction: Array, reference: Array) -> None:
        """Add values of reflectance 0–1, in any shape."""
        steps = np.rint((prediction - reference) * STEPS).astype(np.int64).ravel() + STEPS
        counts = np.bincount(steps, minlength=2 * STEPS + 1)
        self.differences[image] = self.differences.get(image, 0) + counts
        if image == AFTER:
            rows, columns = (np.minimum(each * LEVELS, LEVELS - 1).astype(int) for each in (prediction, reference))
            pairs = np.bincount((rows * LEVELS + columns).ravel(), minlength=LEVELS * LEVELS)
            self.density += pairs.reshape(LEVELS, LEVELS)

    def within(self, image: str, share: float) -> float:
        """Return the difference of reflectance that a `share` (0–1) of all values does not exceed."""
        counts = self.differences[image]
        sizes = counts[STEPS:].copy()
        sizes[1:] += counts[:STEPS][::-1]
        reached = np.searchsorted(np.cumsum(sizes), share * sizes.sum())
        return float(reached / STEPS)


class Picture:
    """A small picture of an image of any size: each of its pixels is the mean of the valid ones that it stands for."""

    def __init__(self, height: int, width: int, bands: int, side: int) -> None:
        """`side` is the most that the longer side of the picture may have, in pixels."""
        self.step = max(1, -(-max(height, width) // side))
        shape = (-(-height // self.step), -(-width // self.step))
        self._sum = np.zeros((bands, *shape))
        self._count = np.zeros((bands, *shape), np.int64)

    def add(self, window: Window, values: Array, valid: Array) -> None:
        """Add `values` [bands, h, w] of a window of the image where they are `valid` [h, w]."""
        known = valid & np.isfinite(values)
        rows, columns = self._places(window.row, window.height), self._places(window.column, window.width)
        area = (slice(None), slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        self._sum[area] += _sums(np.where(known, values, 0.0), rows, columns)
        self._count[area] += _sums(known.astype(np.int64), rows, columns)

    def _places(self, first: int, length: int) -> Array:
        return (first + np.arange(length)) // self.step

    @property
    def pixels(self) -> Array:
        """The picture [bands, H, W], NaN where nothing was valid."""
        return np.where(self._count > 0, self._sum / np.maximum(self._count, 1), np.nan)


def _sums(values: Array, rows: Array, columns: Array) -> Array:
    """Return the sums of `values` [bands, h, w] over equal `rows` and `columns`."""
    for axis, places in ((1, rows), (2, columns)):
        starts = np.flatnonzero(np.diff(places, prepend=places[0] - 1))
        values = np.add.reduceat(values, starts, axis=axis)
    return values


def blocks(height: int, width: int, side: int) -> Iterator[Window]:
    """Yield windows of about `side` × `side` that cover an image, row by row, all of about the same size."""
    rows, columns = (np.linspace(0, length, max(1, round(length / side)) + 1).astype(int) for length in (height, width))
    for top, bottom in zip(rows, rows[1:]):
        for left, right in zip(columns, columns[1:]):
            yield Window(int(top), int(left), int(bottom - top), int(right - left))


def with_halo(window: Window, height: int, width: int, halo: int) -> Window:
    """Return a window with `halo` pixels more on each side, as far as the image has them."""
    around = Window(window.row - halo, window.column - halo, window.height + 2 * halo, window.width + 2 * halo)
    return around.intersection(Window(0, 0, height, width))
