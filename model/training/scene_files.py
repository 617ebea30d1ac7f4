"""Scenes that are read when they are asked for, as data sets that do not fit in memory need.

What a file's numbers mean is fixed by the data set (`Conventions`), or found as `scene.py` does it. Files of one scene
lie pixel on pixel. Whatever makes a scene useless raises `UnusableScene` with a kind that a report can count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Optional

import numpy as np

from ..backscatter import measured_db
from ..bands import (
    S2_BANDS,
    RasterFacts,
    S1Scaling,
    S2Layout,
    S2Scaling,
    fill_missing_bands,
    find_s1_bands,
    find_s1_units,
    find_s2_bands,
    find_s2_scaling,
    scale_s1,
    scale_s2,
)
from ..errors import EmptyInput, InputError, NotBackscatter, NotReflectance, UnreadableInput
from ..raster import Grid, OpticalReader, Source, find_grid
from ..scene import sample_windows
from ..tiling import Window
from .datasets import Scene

Array = np.ndarray

# Exactly 0 in both polarisations is what programs fill with; a few such pixels are clipped echoes of buildings.
FILLED_SHARE = 0.01
# Files of one scene lie pixel on pixel when their corners differ by less than this share of a pixel.
SHIFT_TOLERANCE = 0.5
# Of so many pixels at most it is judged what the numbers of a file mean.
SAMPLES = 4096
# What a report calls the errors of reading; everything else is "unreadable".
KINDS = {NotReflectance: "reflectance", NotBackscatter: "backscatter", EmptyInput: "nodata"}


class UnusableScene(UnreadableInput):
    """A scene that cannot be learnt from. `kind` is what a report counts by: "partner", "size", "bands", …"""

    template = "The scene «{layer}» cannot be used: {detail}."

    def __init__(self, kind: str, layer: object, detail: str) -> None:
        super().__init__(layer=layer, detail=detail)
        self.kind = kind
        self.layer = str(layer)
        self.detail = detail


@dataclass(frozen=True)
class Conventions:
    """What the numbers of a data set's files mean.

    `s2` None is for «look at each file»; `offset`, in reflectance, holds where a file does not tell. `bands` are the
    Sentinel-2 bands in the order of every file, where they are agreed on.
    """

    s1: S1Scaling
    s2: Optional[S2Scaling] = None
    offset: float = 0.0
    bands: tuple[str, ...] = ()


@dataclass(frozen=True)
class SceneFile:
    """A scene on disk; `load` reads it. `window` is the part of larger files that it is.

    `level` is "L1C" or "L2A". `cloudy` and `sar` are None where there is none.
    """

    name: str
    place: str
    group: str
    level: str
    clear: Path
    sar: Optional[Path]
    cloudy: Optional[Path]
    conventions: Conventions
    window: Optional[Window] = None
    orbit: str = ""

    @property
    def has_sar(self) -> bool:
        return self.sar is not None

    @property
    def has_cloudy(self) -> bool:
        return self.cloudy is not None

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for path in (self.clear, self.sar, self.cloudy) if path is not None)

    def load(self) -> Scene:
        """Return the scene with its pixels. Raises `UnusableScene`, which is an `UnreadableInput`."""
        bands = self.conventions.bands
        clear = read_optical(self.clear, self.window, self._clear_scaling(), bands)
        cloudy = read_optical(self.cloudy, self.window, self._cloudy_scaling(), bands) if self.cloudy else None
        sar = read_sar(self.sar, self.window, self.conventions.s1) if self.sar else None
        for other in (sar, cloudy):
            if other is not None:
                _check_alignment(clear, other)
        valid = clear.valid if sar is None else clear.valid & sar.valid
        if not valid.any():
            raise UnusableScene("nodata", self.name, "no pixel has both Sentinel-1 and clear Sentinel-2")
        return Scene(
            name=self.name,
            place=self.place,
            group=self.group,
            level=self.level,
            present=clear.present,
            clear=clear.pixels,
            sar=None if sar is None else sar.pixels,
            orbit=self.orbit,
            cloudy=None if cloudy is None else cloudy.pixels,
            valid=None if valid.all() else valid,
        )

    def _clear_scaling(self) -> S2Scaling:
        if self.conventions.s2:
            return self.conventions.s2
        scaling = optical_scaling(self.clear)
        usual = self.conventions.offset * scaling.scale
        return scaling if scaling.certain else replace(scaling, offset=usual)

    def _cloudy_scaling(self) -> S2Scaling:
        """Return how the cloudy date is scaled: as the clear one, unless dark pixels say that it has no offset.

        Nothing is dark under an overcast sky, so there only the clear date tells of the processing baseline.
        """
        clear = self._clear_scaling()
        if self.conventions.s2:
            return clear
        own = optical_scaling(self.cloudy)
        alike = own.certain and own.offset == 0
        return own if alike else replace(own, offset=clear.offset / clear.scale * own.scale)


@dataclass(frozen=True)
class Image:
    """What has been read of one file: scaled `pixels` [13 or 2, H, W], 0–1, and `valid` [H, W].

    What is not valid is filled, of Sentinel-1 with 0. `size` (height, width) and `corners` (left, bottom, right, top;
    None without a georeference) are those of the whole file, `present` the Sentinel-2 bands that it has.
    """

    path: Path
    pixels: Array
    valid: Array
    size: tuple[int, int]
    corners: Optional[tuple[float, ...]]
    pixel: float
    present: tuple[int, ...] = ()


def read_optical(path: Path, window: Optional[Window], scaling: S2Scaling, bands: Sequence[str] = ()) -> Image:
    """Return a Sentinel-2 file, all 13 bands, those that it lacks filled. Raises `UnusableScene`."""
    with reading(path) as source:
        layout = optical_layout(source.facts(), bands)
        grid = find_grid(source)
        numbers, valid = OpticalReader(source, grid, layout.numbers).read(window or grid.whole)
        values = scale_s2(numbers[[number - 1 for number in layout.numbers]], scaling.scale, scaling.offset)
        pixels = np.zeros((len(S2_BANDS), *values.shape[1:]), np.float32)
        pixels[list(layout.present)] = _filled(path, values, valid)
        return _image(source, fill_missing_bands(pixels, layout.present), valid.all(axis=0), layout.present)


def read_sar(path: Path, window: Optional[Window], scaling: S1Scaling) -> Image:
    """Return VV and VH of a Sentinel-1 file, 0 in both where one is missing. Raises `UnusableScene`."""
    with reading(path) as source:
        # What fills a border is NaN by now; a few echoes of exactly 0 dB are measurements here.
        db = measured_db(_read_backscatter(source, window), scaling, zero_is_missing=False)
        known = np.isfinite(db)
        if not known.any(axis=(1, 2)).all():
            raise UnusableScene("nodata", path.name, "all of it is nodata, or all of one band")
        valid = known.all(axis=0)
        return _image(source, np.where(valid, scale_s1(db), np.float32(0)), valid)


def optical_layout(facts: RasterFacts, bands: Sequence[str] = ()) -> S2Layout:
    """Return which bands a Sentinel-2 file has. Raises `UnusableScene` where it has others than agreed on."""
    if bands and facts.count != len(bands):
        raise UnusableScene("bands", facts.layer, f"it has {facts.count} bands and not {len(bands)}")
    try:
        return S2Layout(tuple(bands), "agreed on") if bands else find_s2_bands(facts)
    except InputError as error:
        raise UnusableScene("bands", facts.layer, _short(error)) from error


@lru_cache(maxsize=65536)
def optical_scaling(path: Path, bands: Sequence[str] = ()) -> S2Scaling:
    """Return how the numbers of a Sentinel-2 file become reflectance, found in the file. Raises `UnusableScene`."""
    with reading(path) as source:
        layout = optical_layout(source.facts(), bands)
        return find_s2_scaling(source.facts(), layout, optical_samples(source, layout))


@lru_cache(maxsize=65536)
def backscatter_scaling(path: Path) -> S1Scaling:
    """Return how the numbers of a Sentinel-1 file become dB, found in the file. Raises `UnusableScene`."""
    with reading(path) as source:
        return find_s1_units(source.facts(), backscatter_samples(source))


def optical_samples(source: Source, layout: S2Layout) -> Array:
    """Return values [bands, N] from all over a Sentinel-2 file as stored, NaN where nodata."""
    grid = find_grid(source)
    reader = OpticalReader(source, grid, layout.numbers)
    chosen = [number - 1 for number in layout.numbers]
    found = []
    for window, step in _sampled(grid):
        numbers, valid = (image.reshape(len(image), -1)[:, ::step] for image in reader.read(window))
        found.append(np.where(valid, numbers[chosen], np.nan).astype(np.float32))
    return np.concatenate(found, axis=1)


def backscatter_samples(source: Source) -> Array:
    """Return values [2, N] of VV and VH from all over a Sentinel-1 file as stored, NaN where nodata."""
    grid = find_grid(source)
    return np.concatenate(
        [_read_backscatter(source, window).reshape(2, -1)[:, ::step] for window, step in _sampled(grid)], axis=1
    )


def _sampled(grid: Grid) -> Iterator[tuple[Window, int]]:
    """Yield windows spread over a file, and the step by which their pixels are `SAMPLES` in all."""
    spread = sample_windows(grid)
    step = -(-sum(window.height * window.width for window in spread) // SAMPLES)
    yield from ((window, step) for window in spread)


def _read_backscatter(source: Source, window: Optional[Window]) -> Array:
    """Return VV and VH with GDAL's scale and offset applied, float32 [2, h, w], NaN where there is no value."""
    facts = source.facts()
    try:
        numbers = find_s1_bands(facts).numbers
    except InputError as error:
        raise UnusableScene("bands", facts.layer, _short(error)) from error
    stored = source.read(window or find_grid(source).whole, numbers)
    values = stored.astype(np.float32)
    for index, number in enumerate(numbers):
        if source.nodata[number - 1] is not None:
            values[index][values[index] == np.float32(source.nodata[number - 1])] = np.nan
        values[index] = values[index] * facts.scales[number - 1] + facts.offsets[number - 1]
    filled = (stored == 0).all(axis=0)
    if filled.mean() > FILLED_SHARE:
        values[:, filled] = np.nan
    return values


def _filled(path: Path, values: Array, valid: Array) -> Array:
    """Return `values` [bands, h, w] with what is not valid replaced by its band's median over the valid pixels."""
    if valid.all():
        return values
    if not valid.any(axis=(1, 2)).all():
        raise UnusableScene("nodata", path.name, "all of it is nodata, or all of one band")
    for band, known in zip(values, valid):
        band[~known] = np.median(band[known])
    return values


def _image(source: Source, pixels: Array, valid: Array, present: tuple[int, ...] = ()) -> Image:
    transform = source.dataset.transform
    corners = None
    if source.is_georeferenced and not source.by_control_points:
        corners = tuple(source.dataset.bounds)
    size = (source.height, source.width)
    return Image(Path(source.path), pixels, valid, size, corners, abs(transform.a), present)


def _check_alignment(first: Image, second: Image) -> None:
    """Raise `UnusableScene` unless two files of a scene lie pixel on pixel."""
    if first.size != second.size:
        sizes = " and ".join(f"«{image.path.name}» {image.size[1]} × {image.size[0]}" for image in (first, second))
        raise UnusableScene("size", first.path.name, f"{sizes} pixels: the files of a scene have to be of one size")
    if first.corners and second.corners:
        off = max(abs(one - other) for one, other in zip(first.corners, second.corners))
        if off > SHIFT_TOLERANCE * first.pixel:
            detail = f"«{second.path.name}» does not lie pixel on pixel with it: the corners are {off:g} apart"
            raise UnusableScene("position", first.path.name, detail)


@contextmanager
def reading(path: Path) -> Iterator[Source]:
    """Open a file; what reading it raises becomes `UnusableScene`."""
    try:
        with Source(os.fspath(path)) as source:
            yield source
    except UnusableScene:
        raise
    except InputError as error:
        kind = next((name for cls, name in KINDS.items() if isinstance(error, cls)), "unreadable")
        raise UnusableScene(kind, path.name, _short(error)) from error


def _short(error: InputError) -> str:
    """Return what an error says without the advice that is meant for one's own layers."""
    values = error.values
    if "detail" in values:
        return str(values["detail"])
    if "low" in values:
        return f"its values run from {values['low']} to {values['high']}"
    return str(error).partition(". ")[0]
