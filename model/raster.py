"""Rasters: reading that is aligned with the Sentinel-2 grid, and streaming writing. The only file with rasterio.

Reading: `Source` is an opened file, `Grid` the pixels of the result, and `OpticalReader`, `AlignedReader` give windows
of a source on that grid. Writing: `OutputRaster` takes pieces in any order, hands complete blocks to GDAL, and keeps
everything in a partial file beside the output until `publish` gives it its name.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import shutil
import subprocess  # nosec B404 - what is started is this Python, without a shell
import sys
import tempfile
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

# GDAL takes 5 % of the machine's memory for its blocks if it is not told otherwise; in MB.
os.environ.setdefault("GDAL_CACHEMAX", "256")
# Whatever the environment says: beside the partial file, a mask would be lost when that gets its name.
os.environ["GDAL_TIFF_INTERNAL_MASK"] = "YES"
# Warp in blocks, which are kept, and not in windows, which overlap.
os.environ.setdefault("GDAL_VRT_WARP_USE_DATASET_RASTERIO", "NO")

import rasterio
from affine import Affine
from rasterio import windows as rasterio_windows
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Interleaving, MaskFlags, Resampling
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.features import rasterize
from rasterio.io import MemoryFile
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform as transform_points
from rasterio.warp import transform_bounds

from .bands import RasterFacts
from .errors import (
    BadOption,
    ComplexInput,
    DiskFull,
    ExtentOutside,
    InputError,
    NoGeoreference,
    NotALocalRaster,
    OutputError,
    OutputFormat,
    OutputIsInput,
    OutputNotWritable,
    OutputTwice,
    TooLittleRoom,
    UnreadableInput,
)
from .partial_files import SET_ASIDE, SIDECARS, partial_path, real_place, remove_abandoned, remove_with_sidecars
from .pipeline import THREADS
from .tiling import Window

# Whoever has no georeference is told so in the words of `errors`.
warnings.filterwarnings("ignore", category=NotGeoreferencedWarning)

BLOCK = 256
RENDERED_DRIVERS = {"WMS", "WMTS", "MBTiles"}
# A warp may be off by this share of a source pixel, which lets GDAL interpolate between exactly transformed points.
WARP_TOLERANCE = 0.01
# From here on, in pixels of the source along one of the grid, a source is averaged and not interpolated.
AVERAGE_FROM = 1.5
# A pixel of the extent counts when more than this share of it is covered.
PIXEL_TOLERANCE = 1e-3
# Deflate makes reflectance about half as large; a disk with less room than this share is certainly too full.
LEAST_COMPRESSED_SHARE = 0.25
# So many blocks after one has been given to GDAL, no thread compresses it any more.
IN_WORK = 2 * THREADS


def read_raster(path: str | os.PathLike) -> tuple[np.ndarray, tuple[str | None, ...]]:
    """Return all pixels of a raster [bands, H, W], as stored, and the descriptions of its bands.

    For rasters that fit in memory. Raises `UnreadableInput`, `ComplexInput`, `NotALocalRaster`.
    """
    with Source(os.fspath(path)) as source:
        return source.read(Window(0, 0, source.height, source.width)), tuple(source.dataset.descriptions)


def read_tags(path: str, name: str | None = None) -> dict[str, str]:
    """Return the metadata of a raster. Raises `UnreadableInput`, `NotALocalRaster`."""
    with Source(path, name) as source:
        return source.dataset.tags()


# Reading ------------------------------------------------------------------------------------------------------------


class Source:
    """A raster opened for reading, under the name that the user knows it by.

    `crs` is that of the file, or of its ground control points, or the override. Several threads may read at once: the
    pixels come to one after the other. Raises `UnreadableInput`, `NotALocalRaster`, `ComplexInput`, and `BadOption` for
    a CRS that is none.
    """

    def __init__(self, path: str, name: str | None = None, crs: str | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self.name = name or os.path.basename(path.rstrip("/\\")) or path
        try:
            self.dataset = rasterio.open(path)
        except (RasterioError, ValueError, TypeError, OSError) as error:
            raise UnreadableInput(layer=self.name, detail=_reason(error)) from error
        try:
            self._check_kind()
            self.crs = _parse_crs(crs, f"CRS of {self.name}") or self.dataset.crs or self.dataset.gcps[1]
        except InputError:
            self.dataset.close()
            raise

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *error: object) -> None:
        self.dataset.close()

    @property
    def height(self) -> int:
        return self.dataset.height

    @property
    def width(self) -> int:
        return self.dataset.width

    @property
    def dtype(self) -> np.dtype:
        """What all bands fit in; they may differ in a virtual raster."""
        return np.result_type(*self.dataset.dtypes)

    @property
    def nodata(self) -> tuple[float | None, ...]:
        return self.dataset.nodatavals

    @property
    def first_nodata(self) -> float | None:
        """The first declared nodata: a virtual raster may have another one for each band, a GeoTIFF cannot."""
        return next((value for value in self.nodata if value is not None), None)

    @property
    def by_control_points(self) -> bool:
        """Whether only ground control points or a sensor model say where the raster lies."""
        return self.dataset.transform == Affine.identity() and bool(self.dataset.gcps[0] or self.dataset.rpcs)

    @property
    def is_placed(self) -> bool:
        """Whether the file says where its pixels lie, in whatever coordinates."""
        return self.dataset.transform != Affine.identity() or self.by_control_points

    @property
    def is_georeferenced(self) -> bool:
        return self.is_placed and self.crs is not None

    def facts(self) -> RasterFacts:
        """Return what the raster says about its bands."""
        dataset = self.dataset
        return RasterFacts(
            layer=self.name,
            descriptions=tuple(dataset.descriptions),
            dtype=self.dtype.name,
            band_tags=tuple(dataset.tags(number) for number in dataset.indexes),
            tags=dataset.tags(),
            scales=tuple(dataset.scales),
            offsets=tuple(dataset.offsets),
        )

    def read(self, window: Window, numbers: Sequence[int] | None = None) -> np.ndarray:
        """Return the bands `numbers` (from 1; None for all) [bands, height, width], as stored.

        Raises `UnreadableInput`.
        """
        numbers = list(numbers or self.dataset.indexes)
        area = _rasterio_window(window)
        with self.reading():
            if len(set(self.dataset.dtypes)) == 1:
                return self.dataset.read(numbers, window=area)
            return np.stack([self.dataset.read(number, window=area).astype(self.dtype) for number in numbers])

    def read_values(self, window: Window, numbers: Sequence[int], nodata: float | None = None) -> np.ndarray:
        """Return the bands `numbers` (from 1) float32 [bands, h, w], NaN where there is no value.

        `nodata` overrides what the file declares. GDAL's scale and offset are not applied. Raises `UnreadableInput`.
        """
        stored = self.read(window, numbers)
        values = stored.astype(np.float32)
        held = _as_stored(self.first_nodata if nodata is None else nodata, stored.dtype)
        if held is not None:
            values[stored == held] = np.nan
        mask = self.read_dataset_mask(window)
        if mask is not None:
            values[:, ~mask] = np.nan
        return values

    def read_dataset_mask(self, window: Window) -> np.ndarray | None:
        """Return where an alpha band or a mask of the file says valid [height, width], or None when it has neither."""
        with self.reading():
            masked = any(MaskFlags.per_dataset in flags for flags in self.dataset.mask_flag_enums)
            # GDAL takes an alpha band for a mask in files of two or four bands only.
            alpha = [number for number, colour in enumerate(self.dataset.colorinterp, 1) if colour is ColorInterp.alpha]
            if not masked and not alpha:
                return None
            if alpha:
                return self.dataset.read(alpha[0], window=_rasterio_window(window)) > 0
            return self.dataset.dataset_mask(window=_rasterio_window(window)) > 0

    def geographic_bounds(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east, north in degrees, west > east across the antimeridian; None where it is unknown."""
        if not self.is_georeferenced or self.by_control_points:
            return None
        try:
            bounds = transform_bounds(self.crs, "EPSG:4326", *self.dataset.bounds)
        except (RasterioError, CRSError):
            return None
        return bounds if all(map(math.isfinite, bounds)) else None

    def check_complete(self) -> None:
        """Raise `UnreadableInput` when a GeoTIFF ends before its last block, without reading the pixels."""
        dataset = self.dataset
        if dataset.driver == "GTiff" and os.path.isfile(self.path):
            missing = _block_table(dataset)[0] - os.path.getsize(self.path)
            if missing > 0:
                raise UnreadableInput(
                    layer=self.name, detail=f"the file is cut off, {missing} bytes or more are missing"
                )

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what GDAL says about pixels that cannot be read into `UnreadableInput`; one thread at a time."""
        try:
            with self._lock:
                yield
        except (RasterioError, OSError) as error:
            raise UnreadableInput(layer=self.name, detail=_reason(error)) from error

    def _check_kind(self) -> None:
        if self.dataset.driver in RENDERED_DRIVERS:
            raise NotALocalRaster(layer=self.name, provider=self.dataset.driver)
        if self.dataset.count == 0:
            raise UnreadableInput(layer=self.name, detail="it holds several rasters or none; choose one of them")
        if any("complex" in str(dtype) for dtype in self.dataset.dtypes):
            raise ComplexInput(layer=self.name)


@dataclass(frozen=True)
class Grid:
    """The pixels of the result: `height` × `width` of the Sentinel-2 raster, beginning at its `row` and `column`.

    `transform` takes column and row of the grid to coordinates in `crs`. `crs` is None, and `transform` may be the
    identity, for rasters without georeference.
    """

    height: int
    width: int
    row: int
    column: int
    transform: Affine
    crs: CRS | None

    @property
    def whole(self) -> Window:
        return Window(0, 0, self.height, self.width)

    def part(self, window: Window) -> Grid:
        """Return the grid of a window of this one, which may reach beyond it."""
        transform = self.transform * Affine.translation(window.column, window.row)
        row, column = self.row + window.row, self.column + window.column
        return Grid(window.height, window.width, row, column, transform, self.crs)

    def in_source(self, window: Window) -> Window:
        """Return a window of the grid as one of the Sentinel-2 raster."""
        return Window(window.row + self.row, window.column + self.column, window.height, window.width)


def find_grid(s2: Source, extent: Sequence[float] | None = None, extent_crs: str | None = None) -> Grid:
    """Return the grid of `s2`, or of the part of it that `extent` touches.

    `extent` is left, bottom, right, top in `extent_crs`, or in the CRS of `s2` when that is None. Raises
    `ExtentOutside`, `BadOption`, also for the CRS of no extent, and `NoGeoreference` for an extent in a raster that
    has none.
    """
    transform = s2.dataset.transform
    if s2.by_control_points:
        raise NoGeoreference(layer=s2.name)
    if extent is None and extent_crs:
        detail = "it is that of an extent, and none is given; give one, or leave it out"
        raise BadOption(option="extent CRS", value=extent_crs, detail=detail)
    whole = Grid(s2.height, s2.width, 0, 0, transform, s2.crs)
    if extent is None:
        return whole
    if not s2.is_placed:
        raise NoGeoreference(layer=s2.name)
    left, bottom, right, top = extent
    if not (all(map(math.isfinite, extent)) and left < right and bottom < top):
        raise BadOption(
            option="extent", value=",".join(map(str, extent)), detail="it needs left < right and bottom < top"
        )
    corners = Affine.translation(left, bottom) * Affine.scale(right - left, top - bottom)
    columns, rows = _outline(corners, 1, 1, _parse_crs(extent_crs, "extent CRS") or s2.crs, transform, s2.crs)
    first_column, last_column = _covered(columns, s2.width)
    first_row, last_row = _covered(rows, s2.height)
    if first_column >= last_column or first_row >= last_row:
        raise ExtentOutside(layer=s2.name)
    return whole.part(Window(first_row, first_column, last_row - first_row, last_column - first_column))


def pixel_at(grid: Grid, x: float, y: float, crs: str | None = None) -> tuple[int, int] | None:
    """Return row and column of the pixel of `grid` at a place in `crs`, or in that of the grid; None outside of it.

    Raises `BadOption` for a CRS that is none.
    """
    given = _parse_crs(crs, "CRS of the place")
    xs, ys = [x], [y]
    if given is not None and grid.crs is not None and given != grid.crs:
        try:
            xs, ys = transform_points(given, grid.crs, xs, ys)
        except (RasterioError, CRSError):
            return None
    column, row = ~grid.transform * (xs[0], ys[0])
    if not (math.isfinite(row) and math.isfinite(column)):
        return None
    row, column = math.floor(row), math.floor(column)
    return (row, column) if 0 <= row < grid.height and 0 <= column < grid.width else None


def crs_text(crs: CRS | None) -> str | None:
    """Return a CRS in a form that another build of PROJ understands, None for none."""
    if crs is None:
        return None
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt()


def own_grid(source: Source) -> Grid:
    """Return the pixels of any raster as a grid, also of one that only ground control points place."""
    return Grid(source.height, source.width, 0, 0, source.dataset.transform, source.crs)


def covered_window(source: Source, grid: Grid, margin: int) -> Window | None:
    """Return the window of `source` that `grid` covers, with a margin in pixels around it.

    None where that is unknown: only ground control points place the source, or neither has a georeference.
    """
    if source.by_control_points or not source.is_placed:
        return None
    columns, rows = _outline(grid.transform, grid.width, grid.height, grid.crs, source.dataset.transform, source.crs)
    first_column, last_column = _covered(columns, source.width)
    first_row, last_row = _covered(rows, source.height)
    if first_column >= last_column or first_row >= last_row:
        return None
    top, left = max(first_row - margin, 0), max(first_column - margin, 0)
    bottom, right = min(last_row + margin, source.height), min(last_column + margin, source.width)
    return Window(top, left, bottom - top, right - left)


def _covered(places: np.ndarray, length: int) -> tuple[int, int]:
    """Return the first pixel that `places` touch and the one after the last, on a side of `length` pixels."""
    if not len(places):
        return 0, 0
    first = math.floor(places.min() + PIXEL_TOLERANCE)
    last = math.ceil(places.max() - PIXEL_TOLERANCE)
    return max(first, 0), min(last, length)


def bands_of(numbers: np.ndarray, indices: Sequence[int]) -> np.ndarray:
    """Return bands of [bands, h, w]: the array itself where that is all of them in their order, else a copy."""
    return numbers if list(indices) == list(range(len(numbers))) else numbers[list(indices)]


class OpticalReader:
    """Windows of the Sentinel-2 raster: its numbers as stored, and which of them are measurements.

    `numbers` are its Sentinel-2 bands, counted from 1. A value is no measurement when it is the declared nodata, not
    finite, masked by an alpha band or a mask of the file, or when all Sentinel-2 bands are 0 there. A value that is
    masked or another band's kind of nodata is given as the `first_nodata` of the source, where it declares any.
    """

    def __init__(self, source: Source, grid: Grid, numbers: Sequence[int]) -> None:
        self._source = source
        self._grid = grid
        self._indices = [number - 1 for number in numbers]
        self._nodata = [_as_stored(nodata, source.dtype) for nodata in source.nodata]

    def close(self) -> None:
        """Nothing is held that the source does not hold."""

    def overlaps(self, grid: Grid) -> bool:
        """Whether the source has pixels on `grid`, a part of the reader's, which is its own."""
        return True

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return all bands [bands, h, w] in the file's type, and the validity [len(numbers), h, w] of the chosen.

        Raises `UnreadableInput`.
        """
        area = self._grid.in_source(window)
        numbers = self._source.read(area)
        chosen = bands_of(numbers, self._indices)
        valid = np.isfinite(chosen) if chosen.dtype.kind == "f" else np.ones(chosen.shape, bool)
        for band, index in enumerate(self._indices):
            if self._nodata[index] is not None:
                valid[band] &= chosen[band] != self._nodata[index]
        valid &= (chosen != 0).any(axis=0)
        mask = self._source.read_dataset_mask(area)
        if mask is not None:
            valid &= mask
        self._unify_nodata(numbers, mask)
        return numbers, valid

    def _unify_nodata(self, numbers: np.ndarray, mask: np.ndarray | None) -> None:
        """Give all nodata in `numbers` [bands, h, w] one number, in place. NaN, which needs no declaration, stays."""
        first = self._source.first_nodata
        if first is None:
            return
        for band, nodata in zip(numbers, self._nodata):
            if nodata is not None and nodata != first:
                band[band == nodata] = first
        if mask is not None:
            for index in self._indices:
                numbers[index][~mask] = first


class AlignedOpticalReader:
    """Windows of the Sentinel-2 raster of another date as it appears on the grid of the first, `s2`.

    As `OpticalReader`, but interpolated where their pixels do not coincide: numbers are float32, NaN where there is no
    value. Raises `NoGeoreference`.
    """

    def __init__(self, source: Source, grid: Grid, s2: Source, numbers: Sequence[int]) -> None:
        self._all = source.dataset.indexes
        self._indices = [number - 1 for number in numbers]
        self._aligned = AlignedReader(source, grid, s2)

    def close(self) -> None:
        self._aligned.close()

    def overlaps(self, grid: Grid) -> bool:
        """Whether the source may have pixels on `grid`, a part of the reader's, judged by its outline."""
        return self._aligned.overlaps(grid)

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return all bands [bands, h, w], and the validity [len(numbers), h, w] of the chosen.

        Raises `UnreadableInput`.
        """
        numbers = self._aligned.read(window, self._all)
        chosen = numbers[self._indices]
        return numbers, np.isfinite(chosen) & (chosen != 0).any(axis=0)


class AlignedReader:
    """Windows of any raster as it appears on the grid: any CRS, resolution and extent.

    Interpolated bilinearly, or averaged where the source is much finer, or `nearest`. `nodata` overrides what the file
    declares. Where neither raster has a georeference, pixel lies on pixel, which needs equal sizes. Ground control
    points and sensor models are warped in two steps, as rasterio takes no grid for them. Raises `NoGeoreference`.
    """

    def __init__(
        self, source: Source, grid: Grid, s2: Source, nearest: bool = False, nodata: float | None = None
    ) -> None:
        self._source = source
        self._grid = grid
        self._nodata = source.first_nodata if nodata is None else nodata
        self._exit = contextlib.ExitStack()
        self.by_pixel = _lies_pixel_on_pixel(source, s2)
        self._warped = None if self.by_pixel else self._warp(nearest)

    def close(self) -> None:
        self._exit.close()

    def overlaps(self, grid: Grid) -> bool:
        """Whether the source may have pixels on `grid`, a part of the reader's, judged by its outline."""
        if self.by_pixel:
            return True
        placed = self._placed
        columns, rows = _outline(
            placed.transform, placed.width, placed.height, self._placed_crs, grid.transform, grid.crs
        )
        sides = ((columns, grid.width), (rows, grid.height))
        return all(len(places) and places.min() < length and places.max() > 0 for places, length in sides)

    def read(self, window: Window, numbers: Sequence[int]) -> np.ndarray:
        """Return the bands `numbers` (from 1) on the grid, float32 [bands, h, w], NaN where there is no value.

        GDAL's scale and offset are not applied. Raises `UnreadableInput`.
        """
        if self._warped is not None:
            with self._source.reading():
                return self._warped.read(list(numbers), window=_rasterio_window(window))
        return self._source.read_values(self._grid.in_source(window), numbers, self._nodata)

    def _warp(self, nearest: bool) -> WarpedVRT:
        source, grid = self._source, self._grid
        self._placed, self._placed_crs = source.dataset, source.crs
        # NaN as nodata keeps undeclared NaN from spreading over their neighbours; whole numbers have none.
        undeclared = math.nan if source.dtype.kind == "f" else None
        nodata = undeclared if self._nodata is None else self._nodata
        with source.reading():
            if source.by_control_points:
                # A spline through the points: a polynomial misses the swath of a Sentinel-1 product by pixels.
                how = {"SRC_METHOD": "GCP_TPS"} if source.dataset.gcps[0] else {}
                self._placed = self._enter(nodata, Resampling.nearest if nearest else Resampling.bilinear, **how)
                self._placed_crs, nodata = grid.crs, math.nan
            smooth = Resampling.average if self._finer() >= AVERAGE_FROM else Resampling.bilinear
            target = {"transform": grid.transform, "height": grid.height, "width": grid.width}
            return self._enter(nodata, Resampling.nearest if nearest else smooth, **target)

    def _enter(self, nodata: float | None, resampling: Resampling, **target: object) -> WarpedVRT:
        """Return what is placed now, warped to the CRS of the grid."""
        return self._exit.enter_context(
            WarpedVRT(
                self._placed,
                src_crs=self._placed_crs,
                crs=self._grid.crs,
                src_nodata=nodata,
                nodata=math.nan,
                dtype="float32",
                resampling=resampling,
                tolerance=WARP_TOLERANCE,
                # Else GDAL estimates for each block anew how large the pixels are, and smooths one more than the other.
                XSCALE=1,
                YSCALE=1,
                # Else a value is nodata only where all bands have it, and is mixed with its neighbours elsewhere.
                UNIFIED_SRC_NODATA="NO",
                **target,
            )
        )

    def _finer(self) -> float:
        """Return how many pixels of the source lie along one in the middle of the grid; 1 when that is unknown."""
        grid = self._grid
        middle = grid.transform * Affine.translation(grid.width / 2, grid.height / 2)
        columns, rows = _outline(middle, 1, 1, grid.crs, self._placed.transform, self._placed_crs, points=1)
        if len(columns) < 4:
            return 1.0
        (across, down), (along, below) = (each[[1, 3]] - each[0] for each in (columns, rows))
        return math.sqrt(abs(across * below - down * along))


def _lies_pixel_on_pixel(source: Source, s2: Source) -> bool:
    """Whether two rasters without georeference are laid on one another by their pixels. Raises `NoGeoreference`."""
    if source.is_placed and s2.is_placed and (source.crs is None) == (s2.crs is None):
        return False
    if not source.is_placed and not s2.is_placed and (source.height, source.width) == (s2.height, s2.width):
        return True
    raise NoGeoreference(layer=s2.name if source.is_georeferenced else source.name)


def _outline(
    transform: Affine,
    width: int,
    height: int,
    crs: CRS | None,
    target: Affine,
    target_crs: CRS | None,
    points: int = 32,
) -> tuple[np.ndarray, np.ndarray]:
    """Return columns and rows, in pixels of `target`, of the outline of a `width` × `height` raster at `transform`.

    Each side is cut into `points` parts, as it is curved in another CRS. Points with no place there are left out.
    """
    steps = np.linspace(0, 1, points, endpoint=False)
    zeros, ones = np.zeros(points), np.ones(points)
    columns = np.concatenate([steps, ones, 1 - steps, zeros]) * width
    rows = np.concatenate([zeros, steps, ones, 1 - steps]) * height
    xs, ys = transform * (columns, rows)
    if crs is not None and target_crs is not None and crs != target_crs:
        try:
            xs, ys = (np.asarray(each) for each in transform_points(crs, target_crs, xs, ys))
        except (RasterioError, CRSError):
            return np.empty(0), np.empty(0)
    columns, rows = ~target * (xs, ys)
    known = np.isfinite(columns) & np.isfinite(rows)
    return columns[known], rows[known]


def crs_wkt(crs: CRS | None) -> str | None:
    """Return a CRS as text that any GDAL understands."""
    return crs.to_wkt() if crs else None


def burn_polygons(polygons: Sequence[Sequence[Sequence[tuple[float, float]]]], grid: Grid) -> np.ndarray:
    """Return 1 for the pixels of `grid` whose centre lies in a polygon, else 0, uint8 [h, w].

    A polygon is its outer ring and its holes, in coordinates of the grid's CRS.
    """
    shapes = [({"type": "Polygon", "coordinates": rings}, 1) for rings in polygons]
    shape = grid.height, grid.width
    if not shapes:
        return np.zeros(shape, np.uint8)
    return rasterize(shapes, shape, fill=0, transform=grid.transform, dtype="uint8")


def _parse_crs(text: str | None, option: str) -> CRS | None:
    if not text:
        return None
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise BadOption(option=option, value=text, detail=_reason(error)) from error


def _as_stored(nodata: float | None, dtype: np.dtype):
    """Return nodata as pixels of `dtype` hold it, or None where none can: it is NaN, or does not fit."""
    if nodata is None or math.isnan(nodata):
        return None
    if dtype.kind == "f":
        return dtype.type(nodata)
    limits = np.iinfo(dtype)
    return dtype.type(nodata) if nodata == int(nodata) and limits.min <= nodata <= limits.max else None


def _rasterio_window(window: Window) -> rasterio_windows.Window:
    return rasterio_windows.Window(window.column, window.row, window.width, window.height)


def _reason(error: BaseException) -> str:
    """Return GDAL's own words, which rasterio keeps as the cause of its «see previous exception»."""
    cause = error.__cause__ or error.__context__ or error
    text = str(cause if "previous exception" in str(error) else error).strip() or type(error).__name__
    return text.splitlines()[0][:300].rstrip(".")


def _block_table(dataset: rasterio.io.DatasetBase) -> tuple[int, int]:
    """Return where the last block of a GeoTIFF ends, in bytes, by its own table, and how many blocks are nowhere."""
    end = absent = 0
    bands = dataset.indexes if dataset.interleaving == Interleaving.band else (1,)
    block_height, block_width = dataset.block_shapes[0]
    for number in bands:
        for row in range(-(-dataset.height // block_height)):
            for column in range(-(-dataset.width // block_width)):
                offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=number)
                length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=number)
                absent += not (offset and length)
                end = max(end, int(offset or 0) + int(length or 0))
    return end, absent


def metres_per_pixel(grid: Grid) -> float | None:
    """Return the side of a pixel in the middle of a grid in metres, or None where nobody says where it lies."""
    known = grid.crs is not None and (grid.crs.is_geographic or grid.crs.is_projected)
    if not known or grid.transform == Affine.identity():
        return None
    middle = (grid.width / 2, grid.height / 2)
    corners = [grid.transform * (middle[0] + column, middle[1] + row) for column, row in ((0, 0), (1, 0), (0, 1))]
    # Not by the units of the CRS: those of Web Mercator are metres at the equator alone.
    longitudes, latitudes = transform_points(grid.crs, "EPSG:4326", *zip(*corners))
    if not np.isfinite([*longitudes, *latitudes]).all():
        return None
    shrunk = math.cos(math.radians(latitudes[0]))
    (east, north), (east2, north2) = (
        ((longitudes[index] - longitudes[0]) * shrunk * 111_195, (latitudes[index] - latitudes[0]) * 111_195)
        for index in (1, 2)
    )
    return math.sqrt(abs(east * north2 - north * east2)) or None


def crs_name(crs: CRS | None) -> str:
    """Return how a CRS is called, as `EPSG:32632`, or by the name in its WKT; "" where there is none."""
    if crs is None:
        return ""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt().partition('"')[2].partition('"')[0]


def encode_png(pixels: np.ndarray) -> bytes:
    """Return a picture [3 or 4, H, W] of bytes as a PNG file; the fourth band is how opaque a pixel is."""
    count, height, width = pixels.shape
    with MemoryFile() as memory:
        with memory.open(driver="PNG", height=height, width=width, count=count, dtype="uint8") as dataset:
            dataset.write(pixels)
        return memory.read()


# Writing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutputLayout:
    """What a result is like, but for its pixels. A tuple has one entry for each band.

    `masked` gives the file a mask of its own; `categories` means that pixels are codes, which cannot be averaged;
    `overviews` are for files that somebody looks at.
    """

    grid: Grid
    dtype: str
    descriptions: tuple[str | None, ...]
    nodata: float | None = None
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()
    units: tuple[str | None, ...] = ()
    colours: tuple[ColorInterp, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    band_tags: tuple[Mapping[str, str], ...] = ()
    masked: bool = False
    categories: bool = False
    # Ground control points and their CRS, for what is not placed otherwise.
    control_points: tuple | None = None
    overviews: bool = True

    @property
    def count(self) -> int:
        return len(self.descriptions)

    @property
    def nbytes(self) -> int:
        """The bytes of all pixels, uncompressed."""
        return self.grid.height * self.grid.width * self.count * np.dtype(self.dtype).itemsize


def layout_like(source: Source, grid: Grid, tags: Mapping[str, str]) -> OutputLayout:
    """Return the layout of a result with the bands, type, scale and names of `source`, on `grid`.

    Metadata are kept but for statistics, which are of the old pixels; `tags` are added to them.
    """
    dataset = source.dataset
    return OutputLayout(
        grid=grid,
        dtype=source.dtype.name,
        descriptions=tuple(dataset.descriptions),
        nodata=source.first_nodata,
        scales=tuple(dataset.scales),
        offsets=tuple(dataset.offsets),
        units=tuple(dataset.units),
        colours=tuple(dataset.colorinterp),
        tags={**_lasting(dataset.tags()), **tags},
        band_tags=tuple(_lasting(dataset.tags(number)) for number in dataset.indexes),
        masked=any(flags == [MaskFlags.per_dataset] for flags in dataset.mask_flag_enums),
    )


def _lasting(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith("STATISTICS_")}


class OutputRaster:
    """A GeoTIFF in the making: tiled, compressed, BigTIFF when needed, with overviews.

    It is written beside `path` as `partial_files` says, of which `announce` is told before it exists; what a process
    that was killed left there of the same result is removed. Pieces come in any order and shape; GDAL is given whole
    blocks only, which it writes at once without keeping them. Memory: the blocks that are not complete, about one row
    of them when the pieces come row by row.
    All methods raise `DiskFull` or `OutputNotWritable`.
    """

    def __init__(self, path: str, layout: OutputLayout, announce: Callable[[str], None]) -> None:
        self.path = path
        self.layout = layout
        self.partial = partial_path(path)
        self._blocks: dict[tuple[int, int], _Block] = {}
        # Blocks that GDAL has been given and that may not be in the file yet.
        self._given: deque[tuple[int, int]] = deque()
        self._remaining = layout.grid.height * layout.grid.width
        self._dataset: rasterio.io.DatasetWriter | None = None
        announce(self.partial)
        remove_abandoned(path)
        try:
            with self._writing():
                self._dataset = rasterio.open(self.partial, "w", **_creation_options(layout))
                _describe(self._dataset, layout)
        except OutputError:
            self.discard()
            raise

    def write(self, window: Window, values: np.ndarray, valid: np.ndarray | None = None) -> None:
        """Take a piece: `values` [bands, height, width]; for a masked layout also where they are `valid`."""
        for row in range(window.row // BLOCK, -(-(window.row + window.height) // BLOCK)):
            for column in range(window.column // BLOCK, -(-(window.column + window.width) // BLOCK)):
                block = self._blocks.get((row, column)) or self._new_block(row, column)
                block.take(window, values, valid)
                if not block.remaining:
                    del self._blocks[row, column]
                    self._write_block(block)
                    self._given.append((row, column))
                    if len(self._given) > IN_WORK:
                        self._check_block(*self._given.popleft())

    def finish(self, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        """Close the file, add overviews and make sure that it is complete.

        `progress` takes a share of the work, 0–1. Ends early, without overviews, once `cancelled` says so.
        """
        if self._remaining or self._blocks:
            raise RuntimeError(f"{self._remaining} pixels of {self.path} were never written")
        with self._writing():
            self._dataset.close()
        self._check()
        levels = _overview_levels(self.layout.grid) if self.layout.overviews else []
        if levels:
            self._build_overviews(levels, progress, cancelled)
            if not cancelled():
                self._check()

    def discard(self) -> None:
        """Remove what has been written; after `publish` there is nothing to remove."""
        self._blocks.clear()
        if self._dataset is not None:
            with contextlib.suppress(RasterioError, OSError):
                self._dataset.close()
        remove_with_sidecars(self.partial)

    def _new_block(self, row: int, column: int) -> _Block:
        grid, layout = self.layout.grid, self.layout
        top, left = row * BLOCK, column * BLOCK
        window = Window(top, left, min(BLOCK, grid.height - top), min(BLOCK, grid.width - left))
        block = self._blocks[row, column] = _Block(window, layout.count, layout.dtype, layout.masked)
        return block

    def _write_block(self, block: _Block) -> None:
        area = _rasterio_window(block.window)
        with self._writing():
            self._dataset.write(block.values, window=area)
            if block.valid is not None:
                self._dataset.write_mask(block.valid, window=area)
        self._remaining -= block.window.height * block.window.width

    def _check_block(self, row: int, column: int) -> None:
        """Make sure that a block is in the file: what its compressing threads could not write, GDAL does not tell."""
        if not self._dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=1):
            raise self._failure("a block could not be written")

    def _build_overviews(
        self, levels: Sequence[int], progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> None:
        resampling = Resampling.nearest if self.layout.categories else Resampling.average
        size = os.path.getsize(self.partial)
        with _OverviewProcess(self.partial, levels, resampling) as process:
            while not process.wait(0.2):
                if cancelled():
                    return
                # Overviews add about half of the file to it.
                with contextlib.suppress(OSError):
                    progress(min(0.99, (os.path.getsize(self.partial) - size) / (0.5 * size + 1)))
            if process.words:
                with self._writing():
                    raise OSError(process.words)

    def _check(self) -> None:
        """Make sure that all blocks are in the file: GDAL may find out only on closing that it could not write."""
        with self._writing():
            with rasterio.open(self.partial) as dataset:
                levels = len(dataset.overviews(1))
                ends = [_block_table(dataset)]
            for level in range(levels):
                with rasterio.open(self.partial, OVERVIEW_LEVEL=level) as dataset:
                    ends.append(_block_table(dataset))
            if any(absent for _, absent in ends) or max(end for end, _ in ends) > os.path.getsize(self.partial):
                raise OSError("the file is not complete")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn what GDAL says about writing into `DiskFull` or `OutputNotWritable`."""
        try:
            yield
        except (RasterioError, OSError) as error:
            raise self._failure(_reason(error)) from error

    def _failure(self, reason: str) -> OutputNotWritable | DiskFull:
        """Find out why GDAL could not write, which it does not tell, by writing a little more."""
        try:
            with open(self.partial, "ab") as file:
                file.write(bytes(1 << 20))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                return DiskFull(path=self.path, detail=error.strerror)
            reason = error.strerror or reason
        return OutputNotWritable(path=self.path, detail=reason)


class _Block:
    """One block of a GeoTIFF on its way to being complete."""

    def __init__(self, window: Window, count: int, dtype: str, masked: bool) -> None:
        self.window = window
        self.values = np.zeros((count, window.height, window.width), dtype)
        self.valid = np.zeros((window.height, window.width), bool) if masked else None
        self.remaining = window.height * window.width

    def take(self, window: Window, values: np.ndarray, valid: np.ndarray | None) -> None:
        """Copy the part of a piece that lies in this block."""
        part = window.intersection(self.window)
        here, there = part.relative_to(self.window).slices, part.relative_to(window).slices
        self.values[(..., *here)] = values[(..., *there)]
        if self.valid is not None:
            self.valid[here] = True if valid is None else valid[there]
        self.remaining -= part.height * part.width


# Ends with this process, whose end closes its stdin.
_OVERVIEW_PROGRAM = """
import json, os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
places, threads, path, resampling, *levels = sys.argv[1:]
sys.path[:] = json.loads(places)
import rasterio
from rasterio.enums import Resampling
options = {"GDAL_CACHEMAX": 64, "BIGTIFF_OVERVIEW": "IF_SAFER", "GDAL_NUM_THREADS": threads}
with rasterio.Env(**options), rasterio.open(path, "r+", num_threads=threads) as dataset:
    dataset.build_overviews([int(level) for level in levels], Resampling[resampling])
os._exit(0)
"""


class _OverviewProcess:
    """GDAL at work on overviews, in a process of its own: inside this one nothing could stop it.

    `words` is the last line on its stderr when it failed. Leaving the `with` block ends it.
    """

    def __init__(self, path: str, levels: Sequence[int], resampling: Resampling) -> None:
        # The rasterio of this process, which may have come from where an isolated Python does not look.
        places = json.dumps(list(map(str, sys.path)))
        arguments = [places, str(THREADS), path, resampling.name, *map(str, levels)]
        self.words = ""
        # A file and not a pipe, which GDAL's complaints about a full disk could fill up.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed on leaving the `with` block
        self._process = subprocess.Popen(  # nosec B603 - a list of arguments, no shell
            [sys.executable, "-I", "-X", "utf8", "-c", _OVERVIEW_PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def __enter__(self) -> _OverviewProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._errors.close()

    def wait(self, seconds: float) -> bool:
        """Wait that long at most; return whether it has ended."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        if code:
            self._errors.seek(0)
            lines = self._errors.read().decode("utf-8", errors="replace").strip().splitlines()
            self.words = lines[-1] if lines else f"exit code {code}"
        return True


def _overview_levels(grid: Grid) -> list[int]:
    """Return 2, 4, 8, … until the smallest overview fits into one block."""
    size = max(grid.height, grid.width)
    count = max(0, math.ceil(math.log2(size / BLOCK)))
    return [2**level for level in range(1, count + 1)]


def _creation_options(layout: OutputLayout) -> dict:
    grid = layout.grid
    options = {
        "driver": "GTiff",
        "height": grid.height,
        "width": grid.width,
        "count": layout.count,
        "dtype": layout.dtype,
        "nodata": layout.nodata,
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        # A picture of three bands of thirteen is then read without the other ten.
        "interleave": "band",
        "compress": "deflate",
        "predictor": 3 if np.dtype(layout.dtype).kind == "f" else 2,
        "bigtiff": "if_safer",
        # Deflate takes longer than all else that writing does.
        "num_threads": THREADS,
    }
    if grid.transform != Affine.identity():
        options.update(transform=grid.transform, crs=grid.crs)
    return options


def _describe(dataset: rasterio.io.DatasetWriter, layout: OutputLayout) -> None:
    """Write everything but the pixels."""
    if layout.control_points:
        dataset.gcps = layout.control_points
    if layout.colours:
        dataset.colorinterp = layout.colours
    dataset.descriptions = layout.descriptions
    if layout.scales:
        dataset.scales = layout.scales
    if layout.offsets:
        dataset.offsets = layout.offsets
    if any(layout.units):
        dataset.units = tuple(unit or "" for unit in layout.units)
    dataset.update_tags(**layout.tags)
    for number, tags in enumerate(layout.band_tags, 1):
        if tags:
            dataset.update_tags(number, **tags)


def check_outputs(paths: Iterable[str], inputs: Iterable[Source], suffixes: Sequence[str] = (".tif", ".tiff")) -> None:
    """Make sure that results can be written, without leaving anything: called before the work begins.

    Raises `OutputFormat`, `OutputTwice`, `OutputIsInput` and `OutputNotWritable`.
    """
    files = {name for source in inputs for name in (source.path, *source.dataset.files)}
    seen: list[str] = []
    for path in paths:
        if Path(path).suffix.lower() not in suffixes:
            raise OutputFormat(path=path)
        if any(is_same_file(path, other) for other in seen):
            raise OutputTwice(path=path)
        if any(is_same_file(path, name) for name in files):
            raise OutputIsInput(path=path)
        seen.append(path)
        check_writable(path)


def check_room(layouts: Mapping[str, OutputLayout]) -> None:
    """Raise `DiskFull` when a disk cannot hold the results `{path: layout}` even well compressed."""
    needed: dict[str, float] = {}
    for path, layout in layouts.items():
        folder = str(Path(real_place(path)).absolute().parent)
        needed[folder] = needed.get(folder, 0) + layout.nbytes * LEAST_COMPRESSED_SHARE
        free = shutil.disk_usage(folder).free
        if free < needed[folder]:
            detail = f"it needs about {_size(needed[folder])} or more, and {_size(free)} are free"
            raise TooLittleRoom(path=path, detail=detail)


def _size(count: float) -> str:
    """Return a number of bytes in a unit in which it is not 0."""
    if count < 1e3:
        return f"{count:.0f} B"
    return f"{count / 1e3:.0f} kB" if count < 1e6 else f"{count / 1e6:.0f} MB"


class Finished(Protocol):
    """A result that lies complete in its partial file."""

    path: str
    partial: str


def publish(outputs: Sequence[Finished]) -> None:
    """Give all finished results their names at once; where that fails for one, those there before come back.

    Statistics and overviews that were kept beside an earlier file of that name are removed with it.
    Raises `OutputNotWritable`.
    """
    replaced: list[tuple[str, str]] = []
    placed: list[str] = []
    current = outputs[0]
    try:
        for current in outputs:
            place, backup = real_place(current.path), current.partial + SET_ASIDE
            if os.path.exists(place) and len(outputs) > 1:
                os.replace(place, backup)
                replaced.append((backup, place))
            os.replace(current.partial, place)
            placed.append(place)
    except OSError as error:
        for place in placed:
            _remove(place)
        for backup, place in replaced:
            os.replace(backup, place)
        raise OutputNotWritable(path=current.path, detail=error.strerror or str(error)) from error
    for backup, _ in replaced:
        _remove(backup)
    for each in outputs:
        for suffix in SIDECARS:
            # Of a link they lie beside the name that the file was opened by.
            _remove(each.path + suffix)
            _remove(real_place(each.path) + suffix)


def check_writable(path: str) -> None:
    """Raise `OutputNotWritable` where a file cannot be written; leaves nothing there.

    Of a symbolic link it is the file that it points to which is written.
    """
    target = Path(real_place(path))
    if not target.name:
        raise OutputNotWritable(path=path, detail="no file name is given")
    if target.is_dir():
        raise OutputNotWritable(path=path, detail="it is a folder")
    if target.exists() and not os.access(target, os.W_OK):
        raise OutputNotWritable(path=path, detail="the file is write-protected")
    if not target.absolute().parent.is_dir():
        raise OutputNotWritable(path=path, detail="the folder does not exist")
    try:
        # Only trying tells, on network drives and under Windows.
        with tempfile.NamedTemporaryFile(dir=target.absolute().parent, prefix=".sar_cloud_removal."):
            pass
    except OSError as error:
        raise OutputNotWritable(path=path, detail=error.strerror or str(error)) from error
    if target.exists():
        _check_replaceable(path, target)


def _check_replaceable(path: str, place: Path) -> None:
    """Raise `OutputNotWritable` where a file is held open so that it cannot be replaced, as Windows has it."""
    try:
        os.rename(place, place)
    except OSError as error:
        detail = f"{error.strerror or error}; if it is a layer of the project, remove it there first"
        raise OutputNotWritable(path=path, detail=detail) from error


def is_same_file(first: str, second: str) -> bool:
    """Whether two paths are of one file. Only the disk knows whether capitals matter; of new files they never do."""
    there = os.path.exists(first), os.path.exists(second)
    if all(there):
        return os.path.samefile(first, second)
    return not any(there) and os.path.realpath(first).casefold() == os.path.realpath(second).casefold()


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.remove(path)
