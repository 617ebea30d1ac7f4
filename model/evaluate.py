"""Compares a predicted raster with a reference, and the cloudy input with it too, block by block.

Memory depends on the size of a block, not on that of the rasters.
"""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, Optional, Union

import numpy as np

from .assessment import (
    AFTER,
    BEFORE,
    CHANGE,
    CHANGES,
    COVER,
    MASK,
    OUTSIDE,
    PIXEL,
    UNDER,
    Histograms,
    Picture,
    Row,
    Tally,
    blocks,
    cloud_classes,
    finite,
    with_halo,
)
from .backscatter import apply_scales, measured_db, without_fill
from .bands import (
    NO_BAND,
    S1Layout,
    S1Scaling,
    S2Layout,
    S2Scaling,
    find_s1_bands,
    find_s1_units,
    find_s2_bands,
    find_s2_scaling,
    scale_s2,
)
from .errors import (
    Cancelled,
    MaskMismatch,
    NoCommonArea,
    NoCommonBand,
    NoCommonPixel,
    OutputEnding,
    OutputIsInput,
    OutputTwice,
)
from .metrics import SSIM_RADIUS, Comparison, compare
from .pipeline import Prefetcher
from .raster import (
    AlignedOpticalReader,
    AlignedReader,
    Grid,
    OpticalReader,
    OutputLayout,
    OutputRaster,
    Source,
    check_outputs,
    check_room,
    check_writable,
    crs_name,
    find_grid,
    is_same_file,
    publish,
)
from .report import Facts, Layer, Pictures, html_report
from .requests import Evaluate, Event, Log, PartialFile, Progress
from .scene import sample_windows
from .texts import OutputText
from .tiling import Window
from .training.cloud_classes import CLASSES
from .version import version

Report = Callable[[Event], None]

# The side of what is compared at once, in pixels, and of what counts as one place with much or little cloud.
BLOCK = 256
SAMPLED_ROWS = 64
# How far apart, in pixels, two grids may be and still be one.
SHIFT_TOLERANCE = 0.01
# The share of the work that is done when the last block is; the rest is overviews and writing.
BLOCKS_SHARE = 0.95
# The longer side of the report's pictures, in pixels.
PICTURE_SIDE = 480

ERROR_BANDS = (
    "Mean difference from the reference over the bands (reflectance)",
    "Angle between the spectra (degrees)",
)
# The error raster holds whole numbers: value = number · scale.
ERROR_SCALES = (1e-4, 1e-2)
ERROR_NODATA = 65535
# What the other outputs are called at their end.
ENDINGS = {"report": (".html", ".htm"), "table": (".csv",), "figures": (".json",)}


def evaluate(request: Evaluate, report: Report, cancelled: Callable[[], bool]) -> dict:
    """Return psnr (dB), ssim (× 100), mae (× 100), sam (degrees), rmse (× 100) and bias (× 100) of a prediction.

    Over the pixels that are valid in prediction, reference and cloudy input, and the bands that all of them have, as
    reflectance clipped to 0–1. A number that does not exist is None: psnr of equal images, ssim where no whole window
    is valid. Also: the same of the cloudy input as `before` (None without one); `rows`, the figures by band, by cloud
    cover of the place, by kind of pixel (`assessment.Row`); the `bands` compared and those `left_out`; the number of
    `pixels`; `warnings`; the paths of what was written. Either all outputs are there at the end or none.

    Raises what reading and writing raise, `NoCommonArea`, `NoCommonBand`, `NoCommonPixel`, `Cancelled`.
    """
    with _open_rasters(request) as rasters:
        _check_outputs(request, rasters)
        rasters.check_common_pixel(cancelled)
        for line in rasters.findings():
            report(Log(line))
        for line in rasters.warnings:
            report(Log(line, "warning"))
        return _Run(request, rasters, report, cancelled).run()


# Reading ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Image:
    """A Sentinel-2 raster on the grid of the comparison, with what its numbers mean."""

    source: Source
    layout: S2Layout
    reader: Union[OpticalReader, AlignedOpticalReader]
    scaling: S2Scaling = field(default=S2Scaling(1.0, 0.0, ""))

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in self.layout.names if name != NO_BAND)

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers as stored and their validity, both [len(names), h, w]."""
        numbers, valid = self.reader.read(window)
        return numbers[[number - 1 for number in self.layout.numbers]], valid

    def reflectance(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return reflectance 0–1 and its validity, both [len(names), h, w]."""
        numbers, valid = self.read(window)
        return scale_s2(numbers, self.scaling.scale, self.scaling.offset), valid


@dataclass(frozen=True)
class _Radar:
    """Sentinel-1 on the grid of the comparison, for the picture."""

    source: Source
    layout: S1Layout
    scaling: S1Scaling
    reader: AlignedReader

    def read(self, window: Window) -> np.ndarray:
        """Return VV and VH in dB, float32 [2, h, w], NaN where there is no value."""
        return measured_db(_read_backscatter(self.source, self.layout, self.reader, window), self.scaling)


@dataclass(frozen=True)
class _Block:
    """What is read of one block: with its halo, but for what only its `inner` pixels need.

    `images` are reflectance [common bands, h, w], `full` those of all bands of an image, `valid` [h, w] holds for all
    images; `inside` [h, w] are the pixels of the block itself.
    """

    window: Window
    around: Window
    images: dict[str, np.ndarray]
    full: dict[str, np.ndarray]
    valid: np.ndarray
    inside: np.ndarray
    mask: Optional[np.ndarray]
    changed: Optional[np.ndarray]
    radar: Optional[np.ndarray]

    @property
    def inner(self) -> tuple[slice, slice]:
        return self.window.relative_to(self.around).slices


class _Rasters:
    """The rasters of a request on the grid of the prediction."""

    def __init__(self, request: Evaluate, sources: dict[str, Source], stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self.sources = sources
        self.warnings: list[str] = []
        self._prediction = sources["prediction"]
        self.grid = find_grid(self._prediction)
        self.mask = self._codes(sources.get("mask"))
        self.changed = self._codes(sources.get("changed"))
        bands = {"prediction": request.s2_bands, "cloudy": request.s2_bands}
        bands["reference"] = request.reference_bands or request.s2_bands
        # In this order they are asked which offset is certain.
        roles = [role for role in ("prediction", "cloudy", "reference") if role in sources]
        self.images = {role: self._image(sources[role], bands[role]) for role in roles}
        self.common, self.left_out = self._common_bands()
        self._find_scaling(request)
        self.radar = self._radar(sources.get("s1"))

    @property
    def can_classify(self) -> bool:
        """Whether clouds can be told from ground: by a cloudy image, and by blue, in which clouds stand out."""
        return "cloudy" in self.images and all("B2" in self.images[role].names for role in ("cloudy", "reference"))

    def findings(self) -> list[str]:
        """Return, for the log, what has been found out about the rasters."""
        lines = [f"«{image.name}»: {image.scaling.reason}." for image in self.images.values()]
        return [*lines, f"Compared: {', '.join(self.common)}."]

    def blocks(self) -> list[Window]:
        return list(blocks(self.grid.height, self.grid.width, BLOCK))

    def read(self, window: Window) -> _Block:
        """Return one block. Raises `UnreadableInput`."""
        around = with_halo(window, self.grid.height, self.grid.width, SSIM_RADIUS)
        images, full, valid = {}, {}, np.ones((around.height, around.width), bool)
        for role, image in self.images.items():
            pixels, known = image.reflectance(around)
            wanted = [image.names.index(name) for name in self.common]
            valid &= known[wanted].all(axis=0)
            images[role], full[role] = pixels[wanted], pixels
        inside = np.zeros_like(valid)
        inside[window.relative_to(around).slices] = True
        mask, changed = (each.read(around, (1,))[0] if each else None for each in (self.mask, self.changed))
        radar = self.radar.read(window) if self.radar else None
        return _Block(window, around, images, full, valid, inside, mask, changed, radar)

    def check_common_pixel(self, cancelled: Callable[[], bool]) -> None:
        """Raise `NoCommonPixel` where no pixel is valid in all images, before anything is compared."""
        rows = [Window(int(row), 0, 1, self.grid.width) for row in _sampled_rows(self.grid)]
        for window in (*rows, *self.blocks()):
            if cancelled():
                raise Cancelled
            valid = np.ones((window.height, window.width), bool)
            for image in self.images.values():
                known = image.read(window)[1]
                valid &= known[[image.names.index(name) for name in self.common]].all(axis=0)
            if valid.any():
                return
        raise NoCommonPixel(layer=self._prediction.name, reference=self.sources["reference"].name)

    def _image(self, source: Source, chosen: Optional[Sequence[str]]) -> _Image:
        layout = find_s2_bands(source.facts(), chosen, required=())
        if source is self._prediction:
            return _Image(source, layout, OpticalReader(source, self.grid, layout.numbers))
        same, reason = _same_pixels(self._prediction, source)
        if same:
            return _Image(source, layout, OpticalReader(source, same, layout.numbers))
        reader = AlignedOpticalReader(source, self.grid, self._prediction, layout.numbers)
        self._stack.callback(reader.close)
        self._check_overlap(reader, source)
        if reason:
            self.warnings.append(
                f"«{source.name}» is interpolated onto the pixels of «{self._prediction.name}», as {reason}: a part of "
                "the difference comes from that."
            )
        return _Image(source, layout, reader)

    def _codes(self, source: Optional[Source]) -> Optional[AlignedReader]:
        """Return the reader of a raster with one band of codes. Raises `MaskMismatch`, `NoCommonArea`."""
        if source is None:
            return None
        if source.dataset.count != 1:
            raise MaskMismatch(layer=source.name, detail=f"it has {source.dataset.count} bands")
        reader = AlignedReader(source, self.grid, self._prediction, nearest=True)
        self._stack.callback(reader.close)
        self._check_overlap(reader, source)
        return reader

    def _radar(self, source: Optional[Source]) -> Optional[_Radar]:
        if source is None:
            return None
        layout = find_s1_bands(source.facts())
        reader = AlignedReader(source, self.grid, self._prediction)
        self._stack.callback(reader.close)
        self._check_overlap(reader, source)
        read = [_read_backscatter(source, layout, reader, window) for window in sample_windows(self.grid)]
        samples = np.concatenate([without_fill(values).reshape(2, -1) for values in read], axis=1)
        return _Radar(source, layout, find_s1_units(source.facts(), samples, layout=layout), reader)

    def _check_overlap(self, reader: Union[AlignedReader, AlignedOpticalReader], source: Source) -> None:
        if not reader.overlaps(self.grid):
            raise NoCommonArea(layer=source.name, prediction=self._prediction.name)

    def _common_bands(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the bands that all images have, in the order of the reference, and those that only some have."""
        images = list(self.images.values())
        reference = self.images["reference"]
        common = tuple(name for name in reference.names if all(name in image.names for image in images))
        if not common:
            bands, others = (", ".join(each.names) or "none" for each in (images[0], reference))
            raise NoCommonBand(prediction=images[0].name, reference=reference.name, bands=bands, others=others)
        every = dict.fromkeys(name for image in (reference, *images) for name in image.names)
        left_out = tuple(name for name in every if name not in common)
        if left_out:
            self.warnings.append(f"Left out, as not all images have them: {', '.join(left_out)}.")
        return common, left_out

    def _find_scaling(self, request: Evaluate) -> None:
        for role, image in self.images.items():
            own = role == "reference"
            scale = request.reference_scale if own and request.reference_scale is not None else request.s2_scale
            offset = request.reference_offset if own and request.reference_offset is not None else request.s2_offset
            samples = _sample(image, self.grid)
            scaling = find_s2_scaling(image.source.facts(), image.layout, samples, scale, offset)
            self.images[role] = replace(image, scaling=scaling)
        # Where the offset of one is certain it decides for all of that scale: of one place, one may be all cloud.
        sure = [image.scaling for image in self.images.values() if image.scaling.certain]
        for role, image in self.images.items():
            same = [scaling for scaling in sure if scaling.scale == image.scaling.scale]
            if same and not image.scaling.certain:
                self.images[role] = replace(image, scaling=same[0])


@contextlib.contextmanager
def _open_rasters(request: Evaluate) -> Iterator[_Rasters]:
    with contextlib.ExitStack() as stack:
        sources = {}
        for role in ("prediction", "reference", "cloudy", "s1", "mask", "changed"):
            path = getattr(request, role)
            if path:
                name, crs = getattr(request, f"{role}_name"), getattr(request, f"{role}_crs")
                sources[role] = stack.enter_context(Source(path, name, crs))
                sources[role].check_complete()
        yield _Rasters(request, sources, stack)


def _sampled_rows(grid: Grid) -> np.ndarray:
    return np.unique(np.linspace(0, grid.height - 1, SAMPLED_ROWS).astype(int))


def _sample(image: _Image, grid: Grid) -> np.ndarray:
    """Return the values [bands, N] of rows spread over the grid, NaN where invalid."""
    parts = [image.read(Window(int(row), 0, 1, grid.width)) for row in _sampled_rows(grid)]
    return np.concatenate([np.where(valid, values, np.nan)[:, 0] for values, valid in parts], axis=1)


def _read_backscatter(source: Source, layout: S1Layout, reader: AlignedReader, window: Window) -> np.ndarray:
    """Return VV and VH with GDAL's scale and offset applied, float32 [2, h, w], NaN where there is no value."""
    return apply_scales(reader.read(window, layout.numbers), [(source, number) for number in layout.numbers])


def _same_pixels(prediction: Source, other: Source) -> tuple[Optional[Grid], str]:
    """Return the grid of the prediction as a part of another raster, or None and why it is none.

    The reason is empty where pixel lies on pixel, but not all of the prediction lies inside.
    """
    here, there = prediction.dataset.transform, other.dataset.transform
    placed = prediction.is_placed or (prediction.height, prediction.width) == (other.height, other.width)
    if prediction.crs != other.crs or not placed:
        return None, "their coordinate reference systems differ"
    step = ~there * here
    size = max(prediction.height, prediction.width)
    bent = max(abs(step.a - 1), abs(step.b), abs(step.d), abs(step.e - 1)) * size
    if bent > SHIFT_TOLERANCE:
        return None, "their pixels differ in size or direction"
    column, row = round(step.c), round(step.f)
    if max(abs(step.c - column), abs(step.f - row)) > SHIFT_TOLERANCE:
        return None, "they are shifted by a part of a pixel"
    outside = row < 0 or column < 0
    if outside or row + prediction.height > other.height or column + prediction.width > other.width:
        return None, ""
    return Grid(prediction.height, prediction.width, row, column, here, prediction.crs), ""


# The run ------------------------------------------------------------------------------------------------------------


class _Run:
    """One comparison of rasters that have been checked."""

    def __init__(self, request: Evaluate, rasters: _Rasters, report: Report, cancelled: Callable[[], bool]) -> None:
        self._request = request
        self._rasters = rasters
        self._report = report
        self._cancelled = cancelled
        self._tally = Tally(rasters.common)
        self._histograms = Histograms()
        self._pictures = _Album(rasters) if request.report else None
        self._error: Optional[OutputRaster] = None

    def run(self) -> dict:
        with contextlib.ExitStack() as stack:
            self._begin_error(stack)
            self._compare()
            values = self._values()
            texts = self._texts(values, stack)
            outputs = [*texts, *([self._error] if self._error else [])]
            if self._error:
                self._error.finish(self._finishing, self._cancelled)
            if self._cancelled():
                raise Cancelled
            if outputs:
                publish(outputs)
        self._report(Progress(1.0, "Done"))
        return values

    def _begin_error(self, stack: contextlib.ExitStack) -> None:
        if self._request.error:
            layout = _error_layout(self._request, self._rasters)
            check_room({self._request.error: layout})
            self._error = OutputRaster(self._request.error, layout, self._announce)
            stack.callback(self._error.discard)

    def _compare(self) -> None:
        windows = self._rasters.blocks()
        with Prefetcher(map(self._rasters.read, windows), ahead=2) as waiting:
            for done, block in enumerate(waiting, 1):
                if self._cancelled():
                    raise Cancelled
                self._take(block)
                self._report(Progress(BLOCKS_SHARE * done / len(windows), "Comparing"))

    def _take(self, block: _Block) -> None:
        reference = block.images["reference"]
        parts = self._parts(block)
        for role in (AFTER, BEFORE):
            if role not in block.images:
                continue
            comparison = compare(block.images[role], reference, block.valid)
            self._tally.add(role, comparison, block.inside, parts)
            if self._request.report or self._request.figures:
                counted = block.valid & block.inside
                self._histograms.add(role, block.images[role][:, counted], reference[:, counted])
            if self._pictures:
                self._pictures.add_error(role, block, comparison)
            if self._error and role == AFTER:
                self._error.write(block.window, _error_numbers(comparison, block.inner))
        if self._pictures:
            self._pictures.add(block)

    def _parts(self, block: _Block) -> dict[tuple[str, str], Optional[np.ndarray]]:
        """Return which pixels [h, w] of a block are in which part of the image; None for all of them."""
        parts: dict[tuple[str, str], Optional[np.ndarray]] = {}
        if self._rasters.can_classify and (block.valid & block.inside).any():
            inner = (slice(None), *block.inner)
            cloudy, clear = (self._rasters.images[role] for role in ("cloudy", "reference"))
            classes = cloud_classes(
                block.full["cloudy"][inner], cloudy.names, block.full["reference"][inner], clear.names,
                block.valid[block.inner],
            )  # fmt: skip
            parts[COVER, classes.cover] = None
            for name in CLASSES:
                parts[PIXEL, name] = np.zeros_like(block.valid)
                parts[PIXEL, name][block.inner] = classes.mask(name)
        if block.mask is not None:
            under = np.isfinite(block.mask) & (block.mask != 0)
            parts[MASK, UNDER], parts[MASK, OUTSIDE] = under, ~under
        if block.changed is not None:
            parts.update({(CHANGE, name): block.changed == code for name, code in CHANGES.items()})
        return parts

    def _values(self) -> dict:
        rasters, rows = self._rasters, self._tally.rows()
        if not self._tally.total().pixels:
            raise NoCommonPixel(layer=rasters.sources["prediction"].name, reference=rasters.sources["reference"].name)
        total, before = self._tally.total(), self._tally.total(BEFORE)
        return {
            **_figures(total),
            "before": _figures(before) if before.pixels else None,
            "pixels": total.pixels,
            "all_pixels": rasters.grid.height * rasters.grid.width,
            "bands": list(rasters.common),
            "left_out": list(rasters.left_out),
            "rows": [row.as_json() for row in rows],
            "warnings": list(rasters.warnings),
            "prediction": self._request.prediction,
            "reference": self._request.reference,
            **{name: getattr(self._request, name) for name in ("cloudy", "error", "report", "table", "figures")},
        }

    def _texts(self, values: dict, stack: contextlib.ExitStack) -> list[OutputText]:
        """Write what is text, each beside its place."""
        request, rows = self._request, self._tally.rows()
        makers = {
            "table": lambda: _table(rows),
            "figures": lambda: json.dumps({**values, **self._facts_as_json()}, indent=1, ensure_ascii=False) + "\n",
            "report": lambda: html_report(
                self._facts(), rows, self._histograms, self._pictures.pictures(), request.words or {}
            ),
        }
        texts = []
        for name, make in makers.items():
            path = getattr(request, name)
            if path:
                text = OutputText(path, self._announce)
                stack.callback(text.discard)
                text.write(make())
                texts.append(text)
        return texts

    def _facts(self) -> Facts:
        rasters = self._rasters
        layers = tuple(
            Layer(
                role, source.name, source.path, source.height, source.width, crs_name(source.crs),
                rasters.images[role].scaling.reason if role in rasters.images else "",
            )
            for role, source in rasters.sources.items()
        )  # fmt: skip
        return Facts(layers, rasters.grid, rasters.common, rasters.left_out, tuple(rasters.warnings), _now(), version())

    def _facts_as_json(self) -> dict:
        facts = self._facts()
        names = (AFTER, BEFORE) if "cloudy" in self._rasters.images else (AFTER,)
        return {
            "version": facts.version,
            "date": facts.date,
            "layers": {
                layer.role: {
                    "name": layer.name,
                    "path": layer.path,
                    "height": layer.height,
                    "width": layer.width,
                    "crs": layer.crs,
                    **({"scaling": layer.scaling} if layer.scaling else {}),
                }
                for layer in facts.layers
            },
            "differences_within": {
                name: {f"{share:.0%}": self._histograms.within(name, share) for share in (0.5, 0.9, 0.95, 0.99)}
                for name in names
            },
        }

    def _finishing(self, share: float) -> None:
        self._report(Progress(BLOCKS_SHARE + (1 - BLOCKS_SHARE) * share, "Writing overviews"))

    def _announce(self, path: str) -> None:
        self._report(PartialFile(path))


class _Album:
    """Gathers the small pictures of the report."""

    def __init__(self, rasters: _Rasters) -> None:
        grid = rasters.grid
        self.colours = _colours(rasters.common)
        self._chosen = [rasters.common.index(name) for name in self.colours]

        def picture(bands: int) -> Picture:
            return Picture(grid.height, grid.width, bands, PICTURE_SIDE)

        self._images = {role: picture(len(self._chosen)) for role in rasters.images}
        self._errors = {role: picture(1) for role in rasters.images if role != "reference"}
        self._radar = picture(2) if rasters.radar else None

    def add(self, block: _Block) -> None:
        inner = block.inner
        for role, picture in self._images.items():
            values = block.images[role][self._chosen]
            picture.add(block.window, values[(slice(None), *inner)], block.valid[inner])
        if self._radar and block.radar is not None:
            self._radar.add(block.window, block.radar, np.ones(block.radar.shape[1:], bool))

    def add_error(self, role: str, block: _Block, comparison: Comparison) -> None:
        error = np.abs(comparison.difference[(slice(None), *block.inner)]).mean(axis=0, keepdims=True)
        self._errors[role].add(block.window, error, block.valid[block.inner])

    def pictures(self) -> Pictures:
        return Pictures(
            self.colours,
            {role: picture.pixels for role, picture in self._images.items()},
            {role: picture.pixels[0] for role, picture in self._errors.items()},
            self._radar.pixels if self._radar else None,
        )


def _colours(common: Sequence[str]) -> tuple[str, ...]:
    """Return the bands that are drawn red, green and blue: true colour where possible, or one band in grey."""
    for colours in (("B4", "B3", "B2"), ("B12", "B8", "B4"), ("B11", "B8", "B4")):
        if all(name in common for name in colours):
            return colours
    return tuple(common[:3][::-1]) if len(common) >= 3 else (common[0],)


def _figures(sums) -> dict[str, Optional[float]]:
    return {name: finite(value) for name, value in {**sums.metrics(), "rmse": sums.rmse, "bias": sums.bias}.items()}


def _error_numbers(comparison: Comparison, inner: tuple[slice, slice]) -> np.ndarray:
    """Return the numbers [2, h, w] of the error raster for the inner part of a comparison."""
    difference, angle = comparison.difference[(slice(None), *inner)], comparison.angle[inner]
    values = np.stack([np.abs(difference).mean(axis=0), np.degrees(angle)])
    valid = comparison.valid[inner] & np.isfinite(values)
    numbers = np.rint(np.where(valid, values, 0) / np.array(ERROR_SCALES)[:, None, None])
    return np.where(valid, numbers, ERROR_NODATA).astype(np.uint16)


def _error_layout(request: Evaluate, rasters: _Rasters) -> OutputLayout:
    tags = {
        "TIFFTAG_SOFTWARE": f"SAR Cloud Removal {version()}",
        "SAR_CLOUD_REMOVAL_VERSION": version(),
        "SAR_CLOUD_REMOVAL_PREDICTION": rasters.sources["prediction"].name,
        "SAR_CLOUD_REMOVAL_REFERENCE": rasters.sources["reference"].name,
        "SAR_CLOUD_REMOVAL_BANDS": ", ".join(rasters.common),
    }
    return OutputLayout(
        replace(rasters.grid), "uint16", ERROR_BANDS, nodata=ERROR_NODATA, scales=ERROR_SCALES, tags=tags
    )


def _table(rows: Sequence[Row]) -> str:
    """Return the figures as CSV, a line for each image in each part."""
    names = list(Row.__dataclass_fields__)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        values = [getattr(row, name) for name in names]
        writer.writerow(f"{value:.6g}" if isinstance(value, float) else value for value in values)
    return text.getvalue()


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")


def _check_outputs(request: Evaluate, rasters: _Rasters) -> None:
    """Make sure that results can be written, before the work begins.

    Raises `OutputFormat`, `OutputEnding`, `OutputTwice`, `OutputIsInput` and `OutputNotWritable`.
    """
    inputs = list(rasters.sources.values())
    check_outputs([request.error] if request.error else [], inputs)
    files = {name for source in inputs for name in (source.path, *source.dataset.files)}
    seen = [request.error] if request.error else []
    for name, endings in ENDINGS.items():
        path = getattr(request, name)
        if not path:
            continue
        if Path(path).suffix.lower() not in endings:
            raise OutputEnding(path=path, ending=endings[0])
        if any(is_same_file(path, other) for other in seen):
            raise OutputTwice(path=path)
        if any(is_same_file(path, os.fspath(each)) for each in files):
            raise OutputIsInput(path=path)
        seen.append(path)
        check_writable(path)
