"""Prepare Sentinel-1: VV and VH in any units, in one file or two, become one raster in dB, filtered and placed.

A speckle filter belongs on the pixels of the radar, in linear power, before anything is interpolated: it is run first,
into a file beside the output that is removed at the end, and what it wrote is warped. Without a filter the numbers are
warped as they are stored, as *Remove clouds* does it itself.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from .backscatter import apply_scales, db_to_power, measured_db, power_to_db, undeclared_fill, without_fill, zero_fills
from .bands import (
    S1_BANDS,
    RasterFacts,
    S1Layout,
    S1Scaling,
    find_s1_bands,
    find_s1_units,
)
from .errors import BadOption, Cancelled, GridMismatch, NoOverlap
from .raster import (
    AlignedReader,
    Grid,
    OutputLayout,
    OutputRaster,
    Source,
    check_outputs,
    check_room,
    covered_window,
    find_grid,
    own_grid,
    publish,
)
from .requests import Event, Log, PartialFile, PrepareS1, Progress
from .scene import find_samples
from .speckle import SPECKLE_FILTERS, filter_speckle, halo
from .tiling import Window, pieces
from .version import version

# What is filtered, or warped, and written at once.
PIECE = 1024
# The share of the work that is done when the last piece is; the rest is overviews.
PIECES_SHARE = 0.9
# Pixels of the radar kept around what the grid covers, beyond what a filter looks at: for interpolation.
MARGIN = 8

Report = Callable[[Event], None]


@dataclass(frozen=True)
class Pair:
    """VV and VH: two bands of one file, or one band of each of two files that lie pixel on pixel.

    `guessed` is true where nothing but their place tells which is which.
    """

    sources: tuple[Source, Source]
    numbers: tuple[int, int]
    reason: str
    guessed: bool

    @property
    def name(self) -> str:
        names = dict.fromkeys(source.name for source in self.sources)
        return ", ".join(names)

    @property
    def layout(self) -> S1Layout:
        """Where VV and VH are in `facts`."""
        return S1Layout(1, 2, self.reason, self.guessed)

    def facts(self) -> RasterFacts:
        """Return what the two bands say about themselves."""
        bands = list(zip(self.sources, self.numbers))
        return RasterFacts(
            self.name,
            S1_BANDS,
            dtype=self.first.dtype.name,
            scales=tuple(source.dataset.scales[number - 1] for source, number in bands),
            offsets=tuple(source.dataset.offsets[number - 1] for source, number in bands),
        )

    @property
    def first(self) -> Source:
        return self.sources[0]

    def read(self, window: Window, nodata: Optional[float] = None) -> np.ndarray:
        """Return VV and VH on their own pixels, GDAL's scale applied, float32 [2, h, w], NaN where no value is."""
        parts = [source.read_values(window, (number,), nodata)[0] for source, number in zip(self.sources, self.numbers)]
        return self.rescaled(np.stack(parts))

    def rescaled(self, values: np.ndarray) -> np.ndarray:
        """Return stored `values` [2, h, w] with GDAL's scale and offset applied."""
        return apply_scales(values, zip(self.sources, self.numbers))


def prepare_s1(request: PrepareS1, report: Report, cancelled: Callable[[], bool]) -> dict:
    """Carry out `request` and return the values of its result.

    Raises `Sentinel1Bands`, `Sentinel1Polarisations`, `ComplexInput`, `GridMismatch`, `NoOverlap`, `NotBackscatter`,
    `EmptyInput`, `BadOption`, `Cancelled`, and what reading and writing raise. Nothing is left of what does not end
    well.
    """
    begun = time.monotonic()
    _check_options(request)
    with contextlib.ExitStack() as stack:
        pair = _open_pair(request, stack)
        place = Source(request.grid, request.grid_name, request.grid_crs) if request.grid else None
        if place:
            stack.enter_context(place)
        check_outputs([request.output], [*pair.sources, *filter(None, [place])])
        for source in dict.fromkeys(pair.sources):
            source.check_complete()
        run = _Run(request, pair, place, report, cancelled, stack)
        for line, level in run.findings():
            report(Log(line, level))
        run.run()
    report(Progress(1.0, "Done"))
    return {
        "output": request.output,
        "bands": list(S1_BANDS),
        "units": run.scaling.units,
        "calibration_db": run.scaling.calibration_db,
        "speckle": request.speckle,
        "height": run.grid.height,
        "width": run.grid.width,
        "valid_pixels": run.valid_pixels,
        "warnings": [line for line, level in run.findings() if level == "warning"],
        "seconds": round(time.monotonic() - begun, 3),
    }


def _check_options(request: PrepareS1) -> None:
    if request.speckle not in SPECKLE_FILTERS:
        detail = f"choose one of {', '.join(SPECKLE_FILTERS)}"
        raise BadOption(option="speckle filter", value=request.speckle, detail=detail)
    if request.window < 3 or request.window % 2 == 0 or request.window > 33:
        raise BadOption(option="window", value=request.window, detail="it has to be an odd number from 3 to 33")
    if not (math.isfinite(request.looks) and request.looks > 0):
        raise BadOption(option="looks", value=request.looks, detail="it has to be greater than 0")
    if not 1 <= len(request.s1) <= 2:
        raise BadOption(option="Sentinel-1", value=len(request.s1), detail="give one file with VV and VH, or two files")


# What `find_s1_bands` says of the bands of one file, said of two files.
_HOW_IN_FILES = {
    "by the names of the bands": "by the names of the layers",
    "by the name of one of the two bands": "by the name of one of the two layers",
    "unnamed; the first two bands taken as VV and VH": "unnamed; the first layer taken as VV and the second as VH",
}


# VV and VH ----------------------------------------------------------------------------------------------------------


def _open_pair(request: PrepareS1, stack: contextlib.ExitStack) -> Pair:
    names = request.names or (None,) * len(request.s1)
    crs = request.crs or (None,) * len(request.s1)
    sources = [stack.enter_context(Source(*each)) for each in zip(request.s1, names, crs)]
    if len(sources) == 1:
        layout = find_s1_bands(sources[0].facts(), request.s1_bands)
        return Pair((sources[0], sources[0]), layout.numbers, layout.reason, layout.guessed)
    return _two_files(sources, request.s1_bands)


def _two_files(sources: Sequence[Source], bands: Optional[Sequence[int]]) -> Pair:
    """Return the pair of two files, whichever comes first; what their bands or they themselves are called decides."""
    first, second = sources
    numbers = _numbers_in_files(sources, bands)
    facts = RasterFacts(
        layer=f"{first.name}, {second.name}",
        descriptions=tuple(_told(source, number) for source, number in zip(sources, numbers)),
        dtype=np.result_type(*(source.dtype for source in sources)).name,
    )
    layout: S1Layout = find_s1_bands(facts, (1, 2) if bands else None)
    ordered = tuple(sources[number - 1] for number in layout.numbers)
    if (first.height, first.width) != (second.height, second.width):
        detail = f"{first.width} × {first.height} and {second.width} × {second.height} pixels"
        raise GridMismatch(prediction=first.name, reference=second.name, detail=detail)
    if not first.dataset.transform.almost_equals(second.dataset.transform, 1e-6) or first.crs != second.crs:
        raise GridMismatch(prediction=first.name, reference=second.name, detail="their grids differ")
    how = _HOW_IN_FILES.get(layout.reason, layout.reason)
    return Pair(ordered, tuple(numbers[number - 1] for number in layout.numbers), how, layout.guessed)


def _numbers_in_files(sources: Sequence[Source], bands: Optional[Sequence[int]]) -> tuple[int, int]:
    numbers = tuple(bands) if bands else (1, 1)
    for source, number in zip(sources, numbers):
        if not 1 <= number <= source.dataset.count:
            detail = f"«{source.name}» has {source.dataset.count} bands"
            raise BadOption(option="Sentinel-1 bands", value=number, detail=detail)
    return numbers


def _told(source: Source, number: int) -> str:
    """Return what names the polarisation of a file's band: its description, or else the file or the layer."""
    description = source.dataset.descriptions[number - 1] or ""
    texts = (description, Path(source.path).stem, source.name)
    return next((text for text in texts if any(band in text.upper() for band in ("VV", "VH", "HH", "HV"))), "")


# The run ------------------------------------------------------------------------------------------------------------


class _Run:
    """One run: what the numbers are, where they come to lie, and how they get there."""

    def __init__(
        self,
        request: PrepareS1,
        pair: Pair,
        place: Optional[Source],
        report: Report,
        cancelled: Callable[[], bool],
        stack: contextlib.ExitStack,
    ) -> None:
        self._request, self._pair, self._place = request, pair, place
        self._report, self._cancelled, self._stack = report, cancelled, stack
        self._native = own_grid(pair.first)
        self.grid = find_grid(place) if place else self._native
        self._done, self._total = 0, 1
        self.valid_pixels = 0
        if place:
            self._check_overlap()
        samples = find_samples(
            lambda window: without_fill(pair.read(window)), self._native, self._native.whole, pair.name, cancelled
        )
        self.scaling: S1Scaling = find_s1_units(pair.facts(), samples, request.s1_units, pair.layout)
        self._nodata = undeclared_fill(pair.sources, self.scaling)
        self._zero_is_nan = zero_fills(pair.sources, self.scaling)

    def findings(self) -> list[tuple[str, str]]:
        """Return lines for the log with their levels."""
        pair = self._pair
        (vv, vh), (vv_number, vh_number) = pair.sources, pair.numbers
        where = f"VV is band {vv_number} of «{vv.name}», VH is band {vh_number} of «{vh.name}» ({pair.reason})."
        level = "info" if self.scaling.certain else "warning"
        return [(where, "info"), (f"«{pair.name}»: {self.scaling.reason}.", level)]

    def run(self) -> None:
        layout = _layout(self.grid, self._tags(), self._pair.first if self._place is None else None)
        check_room({self._request.output: layout})
        filtering = self._request.speckle != "none"
        self._total = len(pieces(self.grid.height, self.grid.width, PIECE))
        read = self._read_own
        if filtering and self._place:
            read = self._warped_from_filtered()
        elif filtering:
            read = self._read_filtered
        elif self._place:
            read = self._warped()
        output = OutputRaster(self._request.output, layout, self._announce)
        self._stack.callback(output.discard)
        for window in self._pieces(self.grid):
            values = read(window)
            self.valid_pixels += int(np.isfinite(values).all(axis=0).sum())
            output.write(window, values)
        if self._place and not self.valid_pixels:
            raise NoOverlap(s1=self._pair.name, s2=self._place.name)
        output.finish(self._finishing, self._cancelled)
        if self._cancelled():
            raise Cancelled
        publish([output])

    # --- Reading ----------------------------------------------------------------------------------------------------

    def _read_own(self, window: Window) -> np.ndarray:
        """Return dB on the radar's own pixels, float32 [2, h, w], NaN where no value is."""
        return measured_db(self._pair.read(window, self._nodata), self.scaling, self._zero_is_nan)

    def _read_filtered(self, window: Window) -> np.ndarray:
        return power_to_db(self._filtered_power(window))

    def _filtered_power(self, window: Window) -> np.ndarray:
        """Return filtered power on the radar's own pixels, float32 [2, h, w]."""
        reach = halo(self._request.speckle, self._request.window)
        around = Window(window.row - reach, window.column - reach, window.height + 2 * reach, window.width + 2 * reach)
        inside = around.intersection(self._native.whole)
        power = np.full((2, around.height, around.width), np.nan, np.float32)
        power[(..., *inside.relative_to(around).slices)] = db_to_power(self._read_own(inside))
        request = self._request
        return np.stack([filter_speckle(each, request.speckle, request.window, request.looks) for each in power])

    def _warped(self) -> Callable[[Window], np.ndarray]:
        """Return what reads dB on the grid, warped as stored."""
        pair = self._pair
        readers = {
            source: self._stack.enter_context(
                contextlib.closing(AlignedReader(source, self.grid, self._place, nodata=self._nodata))
            )
            for source in dict.fromkeys(pair.sources)
        }

        def read(window: Window) -> np.ndarray:
            parts = [readers[source].read(window, (number,))[0] for source, number in zip(pair.sources, pair.numbers)]
            return measured_db(pair.rescaled(np.stack(parts)), self.scaling, self._zero_is_nan)

        return read

    def _warped_from_filtered(self) -> Callable[[Window], np.ndarray]:
        """Filter all that the grid needs, and return what reads it on the grid in dB."""
        reach = halo(self._request.speckle, self._request.window) + MARGIN
        area = covered_window(self._pair.first, self.grid, reach) or self._native.whole
        grid = self._native.part(area)
        self._total += len(pieces(grid.height, grid.width, PIECE))
        target = Path(self._request.output)
        path = str(target.with_name(f"{target.stem}_filtered{target.suffix}"))
        layout = _layout(grid, {}, self._pair.first, overviews=False)
        check_room({path: layout})
        filtered = OutputRaster(path, layout, self._announce)
        self._stack.callback(filtered.discard)
        for window in self._pieces(grid, filtering=True):
            filtered.write(window, self._filtered_power(window.moved(area)))
        filtered.finish(lambda share: None, self._cancelled)
        source = self._stack.enter_context(Source(filtered.partial, self._pair.name, _crs_text(self._native)))
        reader = self._stack.enter_context(contextlib.closing(AlignedReader(source, self.grid, self._place)))
        return lambda window: power_to_db(reader.read(window, (1, 2)))

    # --- Checks and words -------------------------------------------------------------------------------------------

    def _check_overlap(self) -> None:
        """Raise `NoOverlap`, or `NoGeoreference`, for a radar image that is not at the place of the grid."""
        with contextlib.closing(AlignedReader(self._pair.first, self.grid, self._place)) as reader:
            if not reader.overlaps(self.grid):
                raise NoOverlap(s1=self._pair.name, s2=self._place.name)

    def _pieces(self, grid: Grid, filtering: bool = False) -> Iterator[Window]:
        for window in pieces(grid.height, grid.width, PIECE):
            if self._cancelled():
                raise Cancelled
            yield window
            self._done += 1
            done, total = self._done, self._total
            message = f"Filtering window {done} of {total}" if filtering else f"Window {done} of {total}"
            self._report(Progress(PIECES_SHARE * done / total, message))

    def _finishing(self, share: float) -> None:
        self._report(Progress(PIECES_SHARE + (1 - PIECES_SHARE) * share, "Writing overviews"))

    def _announce(self, path: str) -> None:
        self._report(PartialFile(path))

    def _tags(self) -> dict[str, str]:
        request = self._request
        looks = f", {request.looks:g} looks" if request.speckle != "none" else ""
        side = f", {request.window} pixels" if request.speckle == "lee" else ""
        return {
            "TIFFTAG_SOFTWARE": f"SAR Cloud Removal {version()}",
            "SAR_CLOUD_REMOVAL_SPECKLE": f"{request.speckle}{side}{looks}",
            "SAR_CLOUD_REMOVAL_S1": "; ".join(
                f"{each.name} ({each.path})" for each in dict.fromkeys(self._pair.sources)
            ),
        }


def _layout(grid: Grid, tags: dict[str, str], placed: Optional[Source], overviews: bool = True) -> OutputLayout:
    """Return the layout of VV and VH on `grid`; ground control points are taken over from `placed`."""
    points = placed is not None and placed.by_control_points
    return OutputLayout(
        grid,
        "float32",
        S1_BANDS,
        nodata=math.nan,
        units=("dB", "dB"),
        tags=tags,
        control_points=placed.dataset.gcps if points else None,
        overviews=overviews,
    )


def _crs_text(grid: Grid) -> Optional[str]:
    return grid.crs.to_wkt() if grid.crs else None
