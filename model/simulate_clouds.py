"""Simulate clouds: a clear Sentinel-2 raster in, the same under synthetic clouds out, a window at a time.

The clouds are functions of position (`cloud_field`), so memory is bounded and no window shows. Their spectra are means
of real clouds' (`cloud_spectra.json`, made by `benchmarks/cloud_spectra.py`); how a cloud lies over the ground and how
a shadow dims it is that of `training.synthetic_clouds`: g (1 − α) + α c over the shaded ground g.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from scipy.ndimage import gaussian_filter

from .bands import S2_BANDS, scale_s2
from .cloud_detection import CLEAR, CLOUD, SHADOW, THIN, UNKNOWN, pixel_size
from .cloud_field import Noise
from .composition import as_stored
from .detect_clouds import class_layout, shares
from .errors import BadOption, Cancelled
from .optical_image import OpticalImage, open_optical
from .raster import Grid, OutputLayout, OutputRaster, check_outputs, check_room, layout_like, publish
from .requests import CLOUD_KINDS, Event, Log, PartialFile, Progress, SimulateClouds
from .tiling import Window
from .training.synthetic_clouds import B2, B10, COARSE_BANDS, WAVELENGTHS, compose, shade

Report = Callable[[Event], None]
WINDOW = 768
# The share of the work that is done when the scene has been looked at, and when the last window is written.
LOOKING_SHARE, WINDOWS_SHARE = 0.15, 0.92
# About so many pixels of a scene tell where to cut the field, so that the cover is the one that is asked for.
SAMPLE_PIXELS = 400_000
# Opacity is α = a (1 − exp(−1.5 t^1.5)), t how far the field is above its threshold in units of the softness. A pixel
# is under cloud from a tenth of a on, which is at this t.
EDGE = 0.1
EDGE_DEPTH = (-math.log(1 - EDGE) / 1.5) ** (2 / 3)
# What is under cloud is thin cloud below this opacity; what is beside it is shadow below this share of the light.
THIN_BELOW, SHADOW_BELOW = 0.5, 0.88
# The share of the light that comes straight from the sun, and the blur of a shadow's edge in metres.
DIRECT, SHADOW_EDGE = 0.72, 20.0
# B1, B9 and B10 have pixels of 60 m.
COARSE_BLUR = 25.0
OPACITY_SCALE, OPACITY_NODATA = 1e-4, 65535
OPACITY_BANDS = ("Opacity of the clouds in B2 (0–1)",)


@dataclass(frozen=True)
class Kind:
    """What makes a kind of cloud: `softness` of its edges, its `size` against the one asked for, its `stretch`."""

    softness: float
    size: float
    stretch: float


KINDS = dict(zip(CLOUD_KINDS, (Kind(0.35, 1.0, 1.0), Kind(1.6, 3.0, 1.0), Kind(1.1, 2.0, 4.0))))


class Sky:
    """The clouds over a grid: opacity, reflectance and light at any window of it, all by its position alone."""

    def __init__(self, request: SimulateClouds, grid: Grid) -> None:
        rng = np.random.default_rng(request.seed)
        kind = KINDS[request.cloud_kind]
        pixel = pixel_size(grid)
        place = {"row": grid.row, "column": grid.column}
        coarsest = max(4.0, request.size * kind.size / pixel)
        self._kind, self._name = kind, request.cloud_kind
        self._shape = Noise(2 * request.seed, coarsest, kind.stretch, float(rng.uniform(0, np.pi)), **place)
        self._relief = Noise(2 * request.seed + 1, coarsest / 2, **place)
        self._cap = request.thickness
        self._threshold = math.inf
        self._dim = DIRECT if request.shadows else 0.0
        self._airmass = 1 / math.sin(math.radians(request.sun_elevation))
        self.shift = shadow_shift(request, grid)
        self._shadow_edge, self._coarse = SHADOW_EDGE / pixel, COARSE_BLUR / pixel
        # Beyond these, gaussian_filter does not look.
        self.halo = math.ceil(4 * max(self._shadow_edge, self._coarse)) + 1
        self._colours, falling = _colours(request.cloud_kind, rng)
        self._falling = (WAVELENGTHS / WAVELENGTHS[B2]) ** -falling

    def cover_with(self, values: np.ndarray, cover: float) -> None:
        """Cut the field so that `cover` percent of its `values` [N] are under cloud."""
        if cover <= 0 or not values.size:
            self._threshold = math.inf
        elif cover >= 100:
            self._threshold = float(values.min()) - 1.0 - self._kind.softness
        else:
            self._threshold = float(np.quantile(values, 1 - cover / 100)) - EDGE_DEPTH * self._kind.softness

    def field(self, window: Window, step: int = 1) -> np.ndarray:
        return self._shape.at(window, step)

    def opacity(self, window: Window) -> np.ndarray:
        """Return the opacity in blue, float32 [h, w]."""
        if self._threshold == math.inf:
            return np.zeros((window.height, window.width), np.float32)
        depth = np.maximum((self.field(window) - self._threshold) / self._kind.softness, 0)
        return (self._cap * (1 - np.exp(-1.5 * depth**1.5))).astype(np.float32)

    def light(self, window: Window) -> np.ndarray:
        """Return the share of light, float32 [h, w], that comes past the clouds to the ground."""
        if not self._dim or self._threshold == math.inf:
            return np.ones((window.height, window.width), np.float32)
        down, right = self.shift
        above = Window(window.row - down, window.column - right, window.height, window.width)
        beam = np.maximum(1 - self.opacity(above), 0) ** self._airmass
        return (1 - self._dim * (1 - gaussian_filter(beam, self._shadow_edge))).astype(np.float32)

    def over(self, window: Window, ground: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return `ground` [13, h, w] under the clouds, their opacity in blue and the light [h, w].

        Right but for `halo` pixels at the borders of the window.
        """
        blue = self.opacity(window)
        light = self.light(window)
        lit = shade(ground, light) if light.min() < 1 else ground
        if not blue.any():
            return lit, blue, light
        opacity = 1 - (1 - np.minimum(blue, 0.9999)) ** self._falling[:, None, None]
        colour = self._colour(window, blue)
        for band in COARSE_BANDS:
            opacity[band] = gaussian_filter(opacity[band], self._coarse)
            colour[band] = gaussian_filter(colour[band], self._coarse)
        return np.clip(compose(lit, opacity, colour), 0, 1).astype(np.float32), blue, light

    def _colour(self, window: Window, opacity: np.ndarray) -> np.ndarray:
        """Return the clouds' reflectance [13, h, w]: brighter where they are thicker, with some relief."""
        table = self._colours
        if len(table) == 1:
            return np.broadcast_to(table[0][:, None, None], (13, *opacity.shape)).copy()
        bright = 0.25 + 0.5 * opacity / max(self._cap, 1e-6) + 0.25 * self._relief.at(window)
        place = np.clip(bright, 0, 1) * (len(table) - 1)
        lower = np.minimum(place.astype(np.int64), len(table) - 2)
        mix = (place - lower).astype(np.float32)
        low, high = table[lower], table[lower + 1]
        return np.moveaxis(low + (high - low) * mix[..., None], -1, 0)


@functools.lru_cache(maxsize=1)
def spectra() -> tuple[np.ndarray, np.ndarray]:
    """Return the reflectance of opaque clouds [N, 13], dim to bright, and of cirrus [M, 13], with 1 in B10."""
    table = json.loads(Path(__file__).with_name("cloud_spectra.json").read_text(encoding="utf-8"))
    return np.array(table["opaque"], np.float32), np.array(table["cirrus"], np.float32)


def _colours(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return the spectra [N, 13] of a cloud, and by which power its opacity falls with wavelength."""
    opaque, cirrus = spectra()
    if kind == "haze":
        return opaque[[rng.integers(len(opaque) // 2, len(opaque))]], float(rng.uniform(0.3, 1.2))
    if kind == "cirrus":
        spectrum = cirrus[rng.integers(len(cirrus))]
        return (rng.uniform(0.45, 0.65) * spectrum / spectrum[B2])[None].astype(np.float32), 0.0
    table = opaque * np.exp(rng.normal(0, 0.05))
    table[:, B10] = opaque[:, B10].mean()
    return table.astype(np.float32), 0.0


def shadow_shift(request: SimulateClouds, grid: Grid) -> tuple[int, int]:
    """Return by how many pixels (rows, columns) shadows lie from their clouds: away from the sun."""
    if not request.shadows:
        return 0, 0
    length = request.height / math.tan(math.radians(request.sun_elevation))
    azimuth = math.radians(request.sun_azimuth)
    east, north = -length * math.sin(azimuth), -length * math.cos(azimuth)
    pixel = pixel_size(grid)
    placed = grid.crs is not None and not grid.transform.is_identity
    transform = grid.transform if placed else Affine.scale(pixel, -pixel)
    # Directions by the geotransform, lengths by the pixel size: coordinates may be degrees.
    side = math.sqrt(abs(transform.determinant))
    a, b, d, e = (value / side * pixel for value in (transform.a, transform.b, transform.d, transform.e))
    scale = a * e - b * d
    return round((a * north - d * east) / scale), round((e * east - b * north) / scale)


def simulate_clouds(request: SimulateClouds, report: Report, cancelled: Callable[[], bool]) -> dict:
    """Carry out `request` and return the values of its result: among them the cover that came about, in percent.

    Either all outputs are there at the end, or those that were there before are as they were. Raises `Cancelled`,
    `BadOption`, and what is wrong with the input or with an output.
    """
    begun = time.monotonic()
    _check_options(request)
    with contextlib.ExitStack() as stack:
        optical = stack.enter_context(open_optical(request, cancelled))
        layouts = _layouts(request, optical)
        check_outputs(layouts, [optical.source])
        check_room(layouts)
        for finding in optical.findings:
            report(Log(finding))
        for warning in optical.warnings:
            report(Log(warning, "warning"))
        sky = Sky(request, optical.image.grid)
        sky.cover_with(_sampled_field(sky, optical, report, cancelled), request.cover)
        outputs = []
        for path, layout in layouts.items():
            outputs.append(OutputRaster(path, layout, lambda partial: report(PartialFile(partial))))
            stack.callback(outputs[-1].discard)
        counts = _write(sky, optical, request, dict(zip(layouts, outputs)), report, cancelled)
        for output in outputs:
            output.finish(lambda share: report(Progress(WINDOWS_SHARE, "Writing overviews")), cancelled)
            if cancelled():
                raise Cancelled
        publish(outputs)
    report(Progress(1.0, "Done"))
    found = shares(counts)
    return {
        "output": request.output,
        "opacity": request.opacity,
        "classes": request.classes,
        **found,
        "cover": None if found["cloud_percent"] is None else found["cloud_percent"] + found["thin_percent"],
        "warnings": optical.warnings,
        "seconds": round(time.monotonic() - begun, 3),
    }


def _check_options(request: SimulateClouds) -> None:
    if request.cloud_kind not in CLOUD_KINDS:
        detail = f"choose one of {', '.join(CLOUD_KINDS)}"
        raise BadOption(option="kind", value=request.cloud_kind, detail=detail)
    for option, least, most in (
        ("cover", 0, 100),
        ("thickness", 0.05, 1),
        ("size", 50, 200_000),
        ("height", 0, 20_000),
        ("sun_azimuth", -360, 360),
        ("sun_elevation", 5, 90),
        ("seed", 0, 2**31 - 1),
    ):
        value = getattr(request, option)
        if not least <= value <= most:
            raise BadOption(option=option, value=value, detail=f"it has to be between {least} and {most}")


def _layouts(request: SimulateClouds, optical: OpticalImage) -> dict[str, OutputLayout]:
    """Return what is to be written by its path, the image first. Raises `BadOption` for one path twice."""
    grid = optical.image.grid
    fields = ("cloud_kind", "cover", "thickness", "size", "height", "shadows", "sun_azimuth", "sun_elevation", "seed")
    options = {name: asdict(request)[name] for name in fields}
    tags = {**optical.tags(request), "SAR_CLOUD_REMOVAL_SIMULATED_CLOUDS": json.dumps(options)}
    layouts = {request.output: layout_like(optical.source, grid, tags)}
    if request.opacity:
        _refuse_twice(request.opacity, layouts)
        layouts[request.opacity] = OutputLayout(
            grid, "uint16", OPACITY_BANDS, nodata=OPACITY_NODATA, scales=(OPACITY_SCALE,), tags=tags
        )
    if request.classes:
        _refuse_twice(request.classes, layouts)
        layouts[request.classes] = class_layout(grid, tags)
    return layouts


def _refuse_twice(path: str, layouts: dict[str, OutputLayout]) -> None:
    if path in layouts:
        check_outputs([path, path], [])


def _sampled_field(sky: Sky, optical: OpticalImage, report: Report, cancelled: Callable[[], bool]) -> np.ndarray:
    """Return the field [N] at valid pixels all over the scene."""
    grid = optical.image.grid
    step = max(1, math.floor(math.sqrt(grid.height * grid.width / SAMPLE_PIXELS)))
    side = max(1, WINDOW // step) * step
    cut = _cut(grid, side)
    found = []
    for index, window in enumerate(cut, 1):
        if cancelled():
            raise Cancelled
        valid = optical.image.reader.read(window)[1].any(axis=0)[::step, ::step]
        found.append(sky.field(window, step)[valid])
        report(Progress(LOOKING_SHARE * index / len(cut), "Looking at the scene"))
    return np.concatenate(found)


def _write(
    sky: Sky,
    optical: OpticalImage,
    request: SimulateClouds,
    outputs: dict[str, OutputRaster],
    report: Report,
    cancelled: Callable[[], bool],
) -> Counter[int]:
    image, nodata = optical.image, optical.source.first_nodata
    counts: Counter[int] = Counter()
    cut = _cut(image.grid, WINDOW)
    for index, window in enumerate(cut, 1):
        if cancelled():
            raise Cancelled
        numbers, valid = image.reader.read(window)
        measured = valid.any(axis=0)
        around = _around(window, sky.halo)
        ground = np.zeros((len(S2_BANDS), around.height, around.width), np.float32)
        inside = window.relative_to(around).slices
        chosen = [number - 1 for number in image.layout.numbers]
        reflectance = scale_s2(numbers[chosen], image.scaling.scale, image.scaling.offset)
        ground[(list(image.layout.present), *inside)] = np.where(valid, reflectance, 0)
        cloudy, opacity, light = (each[(..., *inside)] for each in sky.over(around, ground))
        for place, (number, band) in enumerate(zip(chosen, image.layout.present)):
            change = valid[place] & (cloudy[band] != reflectance[place])
            new = cloudy[band][change] * np.float32(image.scaling.scale) - np.float32(image.scaling.offset)
            numbers[number][change] = as_stored(new, numbers.dtype, nodata)
        classes = _classes(opacity, light, request.thickness, measured)
        outputs[request.output].write(window, numbers, measured)
        if request.opacity:
            stored = np.where(measured, np.rint(opacity / OPACITY_SCALE), OPACITY_NODATA).astype(np.uint16)
            outputs[request.opacity].write(window, stored[None])
        if request.classes:
            outputs[request.classes].write(window, classes[None])
        counts.update(dict(zip(*(each.tolist() for each in np.unique(classes, return_counts=True)))))
        report(Progress(LOOKING_SHARE + (WINDOWS_SHARE - LOOKING_SHARE) * index / len(cut), "Laying clouds"))
    return counts


def _classes(opacity: np.ndarray, light: np.ndarray, cap: float, measured: np.ndarray) -> np.ndarray:
    found = np.where(light < SHADOW_BELOW, SHADOW, CLEAR).astype(np.uint8)
    under = opacity >= EDGE * cap
    found[under] = np.where(opacity[under] < THIN_BELOW, THIN, CLOUD)
    found[~measured] = UNKNOWN
    return found


def _cut(grid: Grid, side: int) -> list[Window]:
    return [
        Window(row, column, min(side, grid.height - row), min(side, grid.width - column))
        for row in range(0, grid.height, side)
        for column in range(0, grid.width, side)
    ]


def _around(window: Window, halo: int) -> Window:
    return Window(window.row - halo, window.column - halo, window.height + 2 * halo, window.width + 2 * halo)
