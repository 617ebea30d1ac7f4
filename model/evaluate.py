"""Compares a predicted raster with a reference, strip by strip."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .bands import NO_BAND, S2Layout, S2Scaling, find_s2_bands, find_s2_scaling, scale_s2
from .errors import Cancelled, EmptyInput, GridMismatch, MissingBands
from .metrics import SSIM_RADIUS, Sums, add_up
from .raster import Grid, OpticalReader, Source, find_grid
from .requests import Evaluate, Event, Log, Progress
from .tiling import Window

# What is held of each raster at once.
VALUES_PER_STRIP = 6_000_000
SAMPLED_ROWS = 64
# How far apart, in pixels, two grids may be and still be one.
SHIFT_TOLERANCE = 0.01


@dataclass(frozen=True)
class _Image:
    """A raster on the grid of the comparison, with what its numbers mean."""

    name: str
    layout: S2Layout
    scaling: S2Scaling
    reader: OpticalReader

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in self.layout.names if name != NO_BAND)


def evaluate(request: Evaluate, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    """Return psnr (dB), ssim (× 100), mae (× 100) and sam (degrees) of a prediction, over the pixels valid in both.

    The bands that both have are compared as reflectance clipped to 0–1; the prediction may cover a part of the
    reference. A number that does not exist is None: psnr of equal images, ssim where no whole window is valid. Also:
    the `bands` compared and the number of `pixels`. Raises what reading raises, `GridMismatch`, `EmptyInput`,
    `Cancelled`.
    """
    with Source(request.prediction) as first, Source(request.reference) as second:
        grid = find_grid(first)
        prediction = _open(first, grid, request)
        reference = _open(second, _same_pixels(first, second), request)
        prediction, reference = _agree_on_offset(prediction, reference)
        for image in (prediction, reference):
            report(Log(f"{image.name}: {image.scaling.reason}"))
        common = _common_bands(prediction, reference)
        total = Sums()
        for strip, margins in _strips(grid, len(common)):
            if cancelled():
                raise Cancelled()
            total += _compare(prediction, reference, common, strip, margins)
            report(Progress((strip.row + strip.height - margins[1]) / grid.height, "Comparing"))
    if not total.pixels:
        raise EmptyInput(layer=prediction.name)
    values = {name: value if math.isfinite(value) else None for name, value in total.metrics().items()}
    return {
        **values,
        "pixels": total.pixels,
        "bands": list(common),
        "prediction": request.prediction,
        "reference": request.reference,
    }


def _open(source: Source, grid: Grid, request: Evaluate) -> _Image:
    source.check_complete()
    facts = source.facts()
    layout = find_s2_bands(facts)
    reader = OpticalReader(source, grid, layout.numbers)
    scaling = find_s2_scaling(facts, layout, _sample(reader, layout, grid), request.s2_scale, request.s2_offset)
    return _Image(source.name, layout, scaling, reader)


def _sample(reader: OpticalReader, layout: S2Layout, grid: Grid) -> np.ndarray:
    """Return the values [bands, N] of rows spread over the grid, NaN where invalid."""
    rows = np.unique(np.linspace(0, grid.height - 1, SAMPLED_ROWS).astype(int))
    parts = [_read(reader, layout, Window(int(row), 0, 1, grid.width)) for row in rows]
    return np.concatenate([np.where(valid, values, np.nan)[:, 0] for values, valid in parts], axis=1)


def _read(reader: OpticalReader, layout: S2Layout, window: Window) -> tuple[np.ndarray, np.ndarray]:
    numbers, valid = reader.read(window)
    return numbers[[number - 1 for number in layout.numbers]], valid


def _same_pixels(prediction: Source, reference: Source) -> Grid:
    """Return the grid of the prediction as a part of the reference. Raises `GridMismatch`."""

    def mismatch(detail: str) -> GridMismatch:
        return GridMismatch(prediction=prediction.name, reference=reference.name, detail=detail)

    here, there = prediction.dataset.transform, reference.dataset.transform
    if prediction.crs != reference.crs:
        raise mismatch("their coordinate reference systems differ")
    step = ~there * here
    size = max(prediction.height, prediction.width)
    bent = max(abs(step.a - 1), abs(step.b), abs(step.d), abs(step.e - 1)) * size
    if bent > SHIFT_TOLERANCE:
        raise mismatch("their pixels differ in size or direction")
    column, row = round(step.c), round(step.f)
    if max(abs(step.c - column), abs(step.f - row)) > SHIFT_TOLERANCE:
        raise mismatch("they are shifted by a part of a pixel")
    outside = row < 0 or column < 0
    if outside or row + prediction.height > reference.height or column + prediction.width > reference.width:
        raise mismatch("the first one does not lie inside the second one")
    return Grid(prediction.height, prediction.width, row, column, here, prediction.crs)


def _agree_on_offset(first: _Image, second: _Image) -> tuple[_Image, _Image]:
    """Let the image whose offset is certain decide, where both have one scale: of one place, one may be all cloud."""
    same = first.scaling.scale == second.scaling.scale
    if same and first.scaling.certain != second.scaling.certain:
        sure = first.scaling if first.scaling.certain else second.scaling
        first, second = (_Image(each.name, each.layout, sure, each.reader) for each in (first, second))
    return first, second


def _common_bands(prediction: _Image, reference: _Image) -> tuple[str, ...]:
    common = tuple(name for name in reference.names if name in prediction.names)
    if not common:
        raise MissingBands(layer=prediction.name, bands=", ".join(reference.names))
    return common


def _strips(grid: Grid, bands: int) -> Iterator[tuple[Window, tuple[int, int]]]:
    """Yield the strips of a grid and how many of their rows, above and below, are their neighbours'."""
    rows = max(VALUES_PER_STRIP // (grid.width * bands), 2 * SSIM_RADIUS)
    for top in range(0, grid.height, rows):
        bottom = min(top + rows, grid.height)
        above, below = min(SSIM_RADIUS, top), min(SSIM_RADIUS, grid.height - bottom)
        yield Window(top - above, 0, bottom + below - top + above, grid.width), (above, below)


def _compare(
    prediction: _Image, reference: _Image, common: tuple[str, ...], strip: Window, margins: tuple[int, int]
) -> Sums:
    pair, validity = [], np.ones((strip.height, strip.width), dtype=bool)
    for image in (prediction, reference):
        values, valid = _read(image.reader, image.layout, strip)
        wanted = [image.names.index(name) for name in common]
        pair.append(scale_s2(values[wanted], image.scaling.scale, image.scaling.offset))
        validity &= valid[wanted].all(axis=0)
    return add_up(pair[0], pair[1], validity, margins)
