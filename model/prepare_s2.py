"""Prepare Sentinel-2: a product, or bands in separate files, become one raster on the 10 m grid.

The bands are put together by a virtual raster. It is the result itself, or what a GeoTIFF is copied from, a window at a
time; so both have the same numbers. Numbers are not changed: scale and offset are written beside them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import numpy as np

from .bands import NO_BAND, S2_BANDS, S2_DN_PER_REFLECTANCE, S2_ORDERS, S2_REQUIRED, find_band_names, s2_band_name
from .errors import (
    BadOption,
    Cancelled,
    GridMismatch,
    MissingBands,
    NoCloudMask,
    NoGeoreference,
    OutputFormat,
    Sentinel2Bands,
)
from .raster import (
    Grid,
    OutputLayout,
    OutputRaster,
    Source,
    burn_polygons,
    check_outputs,
    check_room,
    crs_wkt,
    find_grid,
    publish,
)
from .requests import Event, Log, PartialFile, PrepareS2, Progress
from .sentinel2_product import Metadata, Product, Rings, metadata_of, open_product
from .texts import OutputText
from .tiling import Window, pieces
from .version import version
from .virtual_raster import RESAMPLINGS, VirtualBand, VirtualGrid, document

# A tile of a product's JPEG 2000 files, so that each is decoded once.
COPY_WINDOW = 1024
# The share of the work that is done when the last window is; the rest is overviews.
COPY_SHARE = 0.9
MASK_BANDS = ("Cloud mask (0 clear, 1 cloud)",)
MASK_NODATA = 255
# Sen2Cor's scene classification: cloud shadow, cloud of medium and of high probability, thin cirrus.
CLOUDY_CLASSES = (3, 8, 9, 10)
# Google Earth Engine's QA60: bit 10 is opaque cloud, bit 11 is cirrus.
QA60_CLOUD = (1 << 10) | (1 << 11)

Report = Callable[[Event], None]


@dataclass(frozen=True)
class CloudMask:
    """What a product says of clouds. `kind` is SCL, CLASSI, QA60 or POLYGONS."""

    kind: str
    bands: tuple[VirtualBand, ...] = ()
    polygons: tuple[Rings, ...] = ()


@dataclass(frozen=True)
class Stack:
    """The bands of one image in the order of `S2_BANDS`, the grid that they are put on, and what is known of them."""

    title: str
    bands: tuple[VirtualBand, ...]
    grid: VirtualGrid
    dtype: str
    nodata: float
    mask: Optional[CloudMask]
    tags: dict[str, str]
    reason: str
    sources: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def document(self, grid: VirtualGrid, resampling: str) -> str:
        return document(grid, self.bands, self.dtype, self.nodata, resampling, self.tags)


def prepare_s2(request: PrepareS2, report: Report, cancelled: Callable[[], bool]) -> dict:
    """Carry out `request` and return the values of its result.

    Raises `BadProduct`, `Sentinel2Bands`, `MissingBands`, `GridMismatch`, `NoCloudMask`, `BadOption`, `Cancelled`, and
    what reading and writing raise. Nothing is left of what does not end well.
    """
    begun = time.monotonic()
    _check_options(request)
    with contextlib.ExitStack() as stack:
        image = _product_stack(request) if request.product else _layer_stack(request, stack)
        if request.mask and image.mask is None:
            raise NoCloudMask(layer=image.title)
        source = stack.enter_context(Source(image.document(image.grid, request.resampling), image.title))
        inputs = [stack.enter_context(Source(path)) for path in image.sources]
        check_outputs([path for path in (request.output, request.mask) if path], inputs, (".tif", ".tiff", ".vrt"))
        if request.mask and _is_virtual(request.mask):
            raise OutputFormat(path=request.mask)
        for each in inputs:
            each.check_complete()
        grid = find_grid(source, request.extent, request.extent_crs)
        for warning in image.warnings:
            report(Log(warning, "warning"))
        report(Log(f"«{image.title}»: {', '.join(band.name for band in image.bands)}; {image.reason}."))
        _Run(request, image, source, grid, report, cancelled).run(stack)
    report(Progress(1.0, "Done"))
    return {
        "output": request.output,
        "mask": request.mask,
        "title": image.title,
        "bands": [band.name for band in image.bands],
        "virtual": _is_virtual(request.output),
        "height": grid.height,
        "width": grid.width,
        "mask_kind": image.mask.kind if request.mask else None,
        "warnings": list(image.warnings),
        "seconds": round(time.monotonic() - begun, 3),
    }


def _check_options(request: PrepareS2) -> None:
    if bool(request.product) == bool(request.bands):
        detail = "give either a product or the layers of the bands"
        raise BadOption(option="product", value=request.product or "", detail=detail)
    if request.resampling not in RESAMPLINGS:
        raise BadOption(option="resampling", value=request.resampling, detail=f"choose one of {', '.join(RESAMPLINGS)}")
    if request.offset is not None and not math.isfinite(request.offset):
        raise BadOption(option="offset", value=request.offset, detail="it has to be a number")


def _is_virtual(path: str) -> bool:
    return Path(path).suffix.lower() == ".vrt"


# A product ----------------------------------------------------------------------------------------------------------


def _product_stack(request: PrepareS2) -> Stack:
    """Return the bands of a product. Raises `BadProduct`, `UnreadableInput`."""
    product = open_product(request.product)
    bands, crs = [], None
    for name, path in product.images.items():
        with Source(path) as source:
            band = _virtual_band(name, source, 1, _scaling(product.metadata, name, request.offset))
            # 0 is nodata in every product, and no file says so.
            bands.append(dataclasses.replace(band, nodata=0.0))
            crs = crs or source.crs
    grid = _common_grid(bands, crs_wkt(crs), product.title)
    told = sorted(set(product.metadata.offsets.values())) or [0.0]
    offset = request.offset if request.offset is not None else told[0]
    return Stack(
        title=product.title,
        bands=tuple(bands),
        grid=grid,
        dtype=np.result_type(*(band.dtype for band in bands)).name,
        nodata=0.0,
        mask=_product_mask(product),
        tags={**_tags(product.metadata), "SENTINEL2_PRODUCT": product.name},
        reason=f"processing baseline {product.metadata.baseline or 'unknown'}, offset {offset:g}",
        sources=tuple(product.images.values()),
    )


def _scaling(metadata: Metadata, band: str, offset: Optional[float]) -> tuple[float, float]:
    """Return GDAL's scale and offset of a band: reflectance = (DN + offset) / quantification."""
    added = metadata.offsets.get(band, 0.0) if offset is None else offset
    return 1.0 / metadata.quantification, added / metadata.quantification


def _product_mask(product: Product) -> Optional[CloudMask]:
    if product.scene_classification:
        return CloudMask("SCL", (_band_of("SCL", product.scene_classification, 1),))
    if product.cloud_classes:
        return CloudMask("CLASSI", tuple(_band_of("CLASSI", product.cloud_classes, number) for number in (1, 2)))
    if product.cloud_polygons is not None:
        return CloudMask("POLYGONS", polygons=product.cloud_polygons)
    return None


def _band_of(name: str, path: str, number: int) -> VirtualBand:
    with Source(path) as source:
        return dataclasses.replace(_virtual_band(name, source, number), nodata=None)


def _tags(metadata: Optional[Metadata]) -> dict[str, str]:
    tags = {"TIFFTAG_SOFTWARE": f"SAR Cloud Removal {version()}"}
    if metadata and metadata.baseline:
        tags["PROCESSING_BASELINE"] = metadata.baseline
    if metadata:
        tags["PROCESSING_LEVEL"] = metadata.level
    return tags


# Separate layers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Candidate:
    """A band of a layer with what it may be; `band` is None for one that is none of the 13."""

    band: Optional[str]
    mask: Optional[str]
    virtual: VirtualBand
    source: Source
    metadata: Optional[Metadata]


def _layer_stack(request: PrepareS2, stack: contextlib.ExitStack) -> Stack:
    """Return the bands of separate layers, each in the finest resolution that there is."""
    names = request.names or (None,) * len(request.bands)
    crs = request.crs or (None,) * len(request.bands)
    sources = [stack.enter_context(Source(*each)) for each in zip(request.bands, names, crs)]
    candidates = [each for source in sources for each in _candidates(source, request.offset)]
    candidates = _chosen(candidates, request.band_names)
    chosen = _one_each(candidates)
    missing = [band for band in S2_REQUIRED if band not in chosen and not (band == "B8" and "B8A" in chosen)]
    title = sources[0].name if len(sources) == 1 else f"{len(sources)} layers from {sources[0].name} on"
    if missing:
        raise MissingBands(layer=title, bands=", ".join(missing))
    used = [chosen[band] for band in S2_BANDS if band in chosen]
    _check_same_crs([each.source for each in used])
    first = used[0].source
    bands = [each.virtual for each in used]
    dtype = np.result_type(*(band.dtype for band in bands))
    metadata = used[0].metadata
    if any(each.metadata != metadata for each in used):
        metadata = None
    left_out = [each.virtual.path for each in candidates if not each.band and not each.mask]
    return Stack(
        title=_layers_title(metadata, used),
        bands=tuple(bands),
        grid=_common_grid(bands, crs_wkt(first.crs) if first.is_placed else None, title),
        dtype=dtype.name,
        nodata=0.0 if dtype.kind in "iu" else math.nan,
        mask=_layers_mask(candidates),
        tags=_tags(metadata),
        reason=_layers_reason(bands),
        sources=tuple(source.path for source in sources),
        warnings=_left_out_words(left_out),
    )


def _candidates(source: Source, offset: Optional[float]) -> list[_Candidate]:
    """Return the bands of a layer with their names, and with the scale of their product where they lie in one."""
    facts = source.facts()
    metadata = metadata_of(source.path)
    stem = os.path.splitext(os.path.basename(source.path))[0]
    names = find_band_names(facts)
    if facts.count == 1 and names[0] is None and _mask_kind(stem) is None:
        names = (s2_band_name(stem) or s2_band_name(source.name),)
    found = []
    for number, name in enumerate(names, 1):
        mask = _mask_kind(facts.descriptions[number - 1] or (stem if facts.count == 1 or "CLASSI" in stem else ""))
        own = facts.scales[number - 1], facts.offsets[number - 1]
        scaling = own
        if own == (1.0, 0.0) and facts.dtype.startswith(("u", "i")):
            if metadata and name:
                scaling = _scaling(metadata, name, offset)
            elif offset is not None:
                scaling = 1.0 / S2_DN_PER_REFLECTANCE, offset / S2_DN_PER_REFLECTANCE
        virtual = _virtual_band(name or NO_BAND, source, number, scaling)
        found.append(_Candidate(None if mask else name, mask, virtual, source, metadata))
    return found


def _mask_kind(text: str) -> Optional[str]:
    """Return SCL, QA60 or CLASSI for a layer of that name, which Earth Engine and products give them."""
    words = text.upper().replace("-", "_").split("_")
    return next((kind for kind in ("SCL", "QA60", "CLASSI") if kind in words), None)


def _chosen(candidates: list[_Candidate], names: Optional[Sequence[str]]) -> list[_Candidate]:
    """Return the candidates with the names that the user gave, one for each band of all layers in their order."""
    if not names:
        if len({each.source for each in candidates}) == 1 and not any(each.band for each in candidates):
            names = S2_ORDERS.get(len(candidates))
        if not names:
            return candidates
    option, value = "band names", ",".join(names)
    if len(names) != len(candidates):
        detail = f"it names {len(names)} bands, and the layers have {len(candidates)}"
        raise BadOption(option=option, value=value, detail=detail)
    renamed = []
    for text, each in zip(names, candidates):
        name = None if text.strip() in ("", NO_BAND) else s2_band_name(text)
        if name is None and text.strip() not in ("", NO_BAND):
            raise BadOption(option=option, value=value, detail=f"{text!r} is not one of {', '.join(S2_BANDS)} or -")
        virtual = dataclasses.replace(each.virtual, name=name or NO_BAND)
        renamed.append(dataclasses.replace(each, band=name, mask=None if name else each.mask, virtual=virtual))
    return renamed


def _one_each(candidates: Sequence[_Candidate]) -> dict[str, _Candidate]:
    """Return one candidate for each band, the finest. Raises `Sentinel2Bands` where two are equally fine."""
    found: dict[str, _Candidate] = {}
    for each in candidates:
        other = found.get(each.band) if each.band else None
        if each.band is None:
            continue
        if other is None or _pixel(each.virtual) < _pixel(other.virtual):
            found[each.band] = each
        elif math.isclose(_pixel(each.virtual), _pixel(other.virtual)):
            detail = f"{each.band} is there twice, in «{other.source.name}» and in «{each.source.name}»"
            raise Sentinel2Bands(layer=each.source.name, count=len(candidates), detail=detail)
    return found


def _pixel(band: VirtualBand) -> float:
    return abs(band.transform[0])


def _check_same_crs(sources: Sequence[Source]) -> None:
    first = sources[0]
    for source in sources:
        if source.by_control_points or source.is_placed != first.is_placed:
            raise NoGeoreference(layer=source.name)
        if source.crs != first.crs:
            detail = "their coordinate reference systems differ"
            raise GridMismatch(prediction=source.name, reference=first.name, detail=detail)


def _layers_mask(candidates: Sequence[_Candidate]) -> Optional[CloudMask]:
    for kind, count in (("SCL", 1), ("CLASSI", 2), ("QA60", 1)):
        found = [dataclasses.replace(each.virtual, nodata=None) for each in candidates if each.mask == kind]
        if len(found) >= count:
            return CloudMask(kind, tuple(found[:count]))
    return None


def _layers_title(metadata: Optional[Metadata], used: Sequence[_Candidate]) -> str:
    if metadata:
        return " ".join(filter(None, ("Sentinel-2", metadata.level, metadata.date)))
    return f"Sentinel-2, {len(used)} bands"


def _layers_reason(bands: Sequence[VirtualBand]) -> str:
    scalings = {(band.scale, band.offset) for band in bands}
    if scalings == {(1.0, 0.0)}:
        return "no file says what its numbers mean, so that is found from the values when they are used"
    listed = ", ".join(f"{scale:g} / {offset:g}" for scale, offset in sorted(scalings))
    return f"scale / offset: {listed}"


def _left_out_words(paths: Sequence[str]) -> tuple[str, ...]:
    names = sorted({os.path.basename(path) for path in paths})
    return (f"Left out, as none of the 13 bands: {', '.join(names)}.",) if names else ()


# Grids --------------------------------------------------------------------------------------------------------------


def _virtual_band(name: str, source: Source, number: int, scaling: tuple[float, float] = (1.0, 0.0)) -> VirtualBand:
    dtype = source.dataset.dtypes[number - 1]
    nodata = source.nodata[number - 1]
    if nodata is None:
        nodata = 0.0 if np.dtype(dtype).kind in "iu" else math.nan
    transform = tuple(source.dataset.transform)[:6]
    return VirtualBand(
        name, source.path, number, dtype, source.height, source.width, transform, nodata, scaling[0], scaling[1]
    )


def _common_grid(bands: Sequence[VirtualBand], crs: Optional[str], layer: str) -> VirtualGrid:
    """Return the grid of the finest band, on which the others are laid.

    Raises `GridMismatch` for a band of another place, or turned.
    """
    finest = min(bands, key=_pixel)
    a, _, c, _, e, f = finest.transform
    for band in bands:
        turned = band.transform[1] or band.transform[3] or band.transform[0] * a < 0 or band.transform[4] * e < 0
        left, top = (band.transform[2] - c) / a, (band.transform[5] - f) / e
        right = left + band.width * band.transform[0] / a
        bottom = top + band.height * band.transform[4] / e
        detail = "they are turned" if turned else "they do not overlap"
        apart = right <= 0 or bottom <= 0 or left >= finest.width or top >= finest.height
        if crs is None and (band.height, band.width) != (finest.height, finest.width):
            detail, apart = "they have no georeference and differ in size", True
        if turned or apart:
            raise GridMismatch(prediction=f"{layer}, {band.name}", reference=finest.name, detail=detail)
    return VirtualGrid(finest.height, finest.width, finest.transform, crs)


# The run ------------------------------------------------------------------------------------------------------------


class _Run:
    """Writes the outputs of one request."""

    def __init__(
        self,
        request: PrepareS2,
        image: Stack,
        source: Source,
        grid: Grid,
        report: Report,
        cancelled: Callable[[], bool],
    ) -> None:
        self._request, self._image, self._source, self._grid = request, image, source, grid
        self._report, self._cancelled = report, cancelled
        self._done = 0
        self._total = 1

    def run(self, stack: contextlib.ExitStack) -> None:
        """Write all outputs and give them their names. What is not published is removed when `stack` is left."""
        parts = pieces(self._grid.height, self._grid.width, COPY_WINDOW)
        virtual = _is_virtual(self._request.output)
        layouts = {} if virtual else {self._request.output: self._layout()}
        if self._request.mask:
            layouts[self._request.mask] = _mask_layout(self._grid, self._image.tags)
        check_room(layouts)
        self._total = max(1, len(layouts) * len(parts))
        outputs: list[Union[OutputRaster, OutputText]] = []
        if virtual:
            self._check_readable()
            text = self._image.document(_virtual_grid(self._grid), self._request.resampling)
            written = OutputText(self._request.output, self._announce)
            outputs.append(written)
            stack.callback(written.discard)
            written.write(text)
        for path, layout in layouts.items():
            raster = OutputRaster(path, layout, self._announce)
            outputs.append(raster)
            stack.callback(raster.discard)
            read = self._mask_reader(stack) if path == self._request.mask else self._read
            self._copy(raster, parts, read)
        for raster in outputs:
            if isinstance(raster, OutputRaster):
                raster.finish(self._finishing, self._cancelled)
        if self._cancelled():
            raise Cancelled
        publish(outputs)

    def _copy(self, raster: OutputRaster, parts: Sequence[Window], read: Callable[[Window], np.ndarray]) -> None:
        for window in parts:
            if self._cancelled():
                raise Cancelled
            raster.write(window, read(window))
            self._done += 1
            done = f"Window {self._done} of {self._total}"
            self._report(Progress(COPY_SHARE * self._done / self._total, done))

    def _read(self, window: Window) -> np.ndarray:
        return self._source.read(self._grid.in_source(window))

    def _check_readable(self) -> None:
        """Read a pixel at the end of each band: a file that is cut off would show only when the layer is drawn."""
        grid = self._grid
        self._read(Window(grid.height - 1, grid.width - 1, 1, 1))

    def _mask_reader(self, stack: contextlib.ExitStack) -> Callable[[Window], np.ndarray]:
        """Return what gives the cloud mask [1, h, w] in a window: 1 cloud, 0 clear, 255 unknown."""
        mask = self._image.mask
        if mask.kind == "POLYGONS":
            return lambda window: burn_polygons(mask.polygons, self._grid.part(window))[None]
        text = document(_virtual_grid(self._grid), mask.bands, "uint16", None, "nearest", {})
        source = stack.enter_context(Source(text, f"{self._image.title}, {mask.kind}"))
        return lambda window: cloudy(mask.kind, source.read(window))[None]

    def _layout(self) -> OutputLayout:
        image = self._image
        return OutputLayout(
            self._grid,
            image.dtype,
            tuple(band.name for band in image.bands),
            nodata=image.nodata,
            scales=tuple(band.scale for band in image.bands),
            offsets=tuple(band.offset for band in image.bands),
            tags=image.tags,
        )

    def _finishing(self, share: float) -> None:
        self._report(Progress(COPY_SHARE + (1 - COPY_SHARE) * share, "Writing overviews"))

    def _announce(self, path: str) -> None:
        self._report(PartialFile(path))


def _virtual_grid(grid: Grid) -> VirtualGrid:
    return VirtualGrid(grid.height, grid.width, tuple(grid.transform)[:6], crs_wkt(grid.crs))


def _mask_layout(grid: Grid, tags: dict[str, str]) -> OutputLayout:
    return OutputLayout(grid, "uint8", MASK_BANDS, nodata=MASK_NODATA, tags=tags, categories=True)


def cloudy(kind: str, values: np.ndarray) -> np.ndarray:
    """Return 1 for cloud, 0 for clear, `MASK_NODATA` for unknown, uint8 [h, w], of a product's mask [bands, h, w].

    SCL: cloud, thin cirrus and cloud shadow (`CLOUDY_CLASSES`), unknown where there is no class. CLASSI: opaque cloud
    or cirrus. QA60: the bits of either.
    """
    if kind == "SCL":
        marks = np.isin(values[0], CLOUDY_CLASSES).astype(np.uint8)
        marks[values[0] == 0] = MASK_NODATA
        return marks
    if kind == "QA60":
        return ((values[0] & QA60_CLOUD) != 0).astype(np.uint8)
    return (values != 0).any(axis=0).astype(np.uint8)
