"""Where a Sentinel-2 image shows cloud, thin cloud and the shadow of clouds: the ways to tell, a window at a time.

A detector takes a window of the image with `halo` pixels around it, so that what it says of the window itself does not
depend on how the image was cut. Classes are numbers that work as a cloud mask: all but clear is not 0.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from scipy.ndimage import distance_transform_edt, uniform_filter
from scipy.special import softmax

from .bands import S2_BANDS, S2Layout, S2Scaling, fill_missing_bands, scale_s2
from .errors import BadOption, Cancelled, MissingDetector
from .raster import AlignedReader, Grid, OpticalReader
from .requests import PRODUCT_LEVELS
from .tiling import Blender, TileGrid, Window, windows

CLEAR, CLOUD, SHADOW, THIN, UNKNOWN = 0, 1, 2, 3, 255
CLASS_BANDS = ("Clouds and shadows (0 clear, 1 cloud, 2 shadow, 3 thin cloud)",)

B2, B3, B4, B8, B10, B11, B12 = (S2_BANDS.index(name) for name in ("B2", "B3", "B4", "B8", "B10", "B11", "B12"))
LEVELS = PRODUCT_LEVELS[1:]

# --- The spectral rule ----------------------------------------------------------------------------------------------

# Haze is B2 − ½ B4 (the haze optimised transform of Zhang et al. 2002 with a fixed clear line): nearly one number over
# all clear land of a scene, and raised by cloud of any thickness. Where the clearest twentieth of a scene is above the
# limit, there is nothing clear to compare with, and the usual number stands in; by product level, as the atmosphere
# itself is in L1C. Chosen on the pairs of `benchmarks/cloud_masks.py`.
HAZE_LIMIT = {"l1c": 0.100, "l2a": 0.050}
HAZE_USUAL = {"l1c": 0.070, "l2a": 0.020}
# How far above the clearest twentieth haze is thin cloud, and cloud.
THIN_ABOVE, CLOUD_ABOVE = 0.030, 0.060
# B10 from here on is cirrus; 0.0005 to 0.005 without.
CIRRUS_FROM = 0.012
# Snow is as bright as cloud in the visible and dark in the short-wave infrared: NDSI, and B11 of at most this.
SNOW_NDSI, SNOW_GREEN, SNOW_SWIR = 0.5, 0.20, 0.16
# Soil and roofs are brighter in the short-wave infrared than in the visible; a cloud is not. B11 / B2 of at most this.
CLOUD_SWIR = 1.6
# Cloudy pixels that fill less than this share of the square around them are specks, such as roofs.
SPECK_SHARE, SPECK_SIDE = 0.30, 9
# A shadow has at most this share of the infrared (B8 and B11) of the scene's clear land, ...
SHADE = 0.75
# ... is no water (McFeeters' index of B3 and B8), and has a cloud within so many metres.
WATER_INDEX, SHADOW_REACH = 0.15, 1500.0

# --- What products bring along --------------------------------------------------------------------------------------

# The classes of the scene classification of Level-2A (SCL), by their number 0–11: no data, saturated, dark, shadow,
# vegetation, bare, water, unclassified, cloud of medium and of high probability, thin cirrus, snow.
SCL_CLASSES = (UNKNOWN, UNKNOWN, CLEAR, SHADOW, CLEAR, CLEAR, CLEAR, CLEAR, CLOUD, CLOUD, THIN, CLEAR)
# QA60 of Earth Engine: bit 10 is opaque cloud, bit 11 cirrus.
QA60_CLOUD, QA60_CIRRUS = 1 << 10, 1 << 11
# MSK_CLDPRB, and s2cloudless: percent.
PROBABILITY_LIMIT = 40

# --- The network of ukis-csmask -------------------------------------------------------------------------------------

# It takes tiles of just this side, in pixels of 30 m. It weighs its channels by their mean over the tile, so each tile
# gives another answer to a pixel: they are blended over so many pixels of their borders.
CSMASK_PIXEL, CSMASK_TILE, CSMASK_OVERLAP = 30.0, 256, 64
CSMASK_BANDS = {"blue": B2, "green": B3, "red": B4, "nir": B8, "swir16": B11, "swir22": B12}
# Its classes 0, 1, 2 are clear, cloud and shadow, as here.
CSMASK_CLASSES = 3
# Both have to be there.
CSMASK_PACKAGES = ("onnxruntime", "ukis_csmask")

# Pixels of a window without its halo; a multiple of all that a detector may ask for.
WINDOW = 960


class Detector(Protocol):
    """Tells classes. `halo` is how many pixels around a window it looks at, `step` what windows are multiples of.

    `survey_share` is how much of the work has to be done on the whole image before the first window.
    """

    name: str
    halo: int
    step: int
    survey_share: float = 0.0

    def survey(self, image: Image, cancelled: Callable[[], bool]) -> Iterator[float]:
        """Do that work, and yield now and then the share of it that is done. Raises `Cancelled`."""
        return iter(())

    def classes(self, window: Window, optical: np.ndarray, measured: np.ndarray) -> np.ndarray:
        """Return the classes, uint8 [h, w], of `window` of the grid.

        `optical` is its reflectance [13, h, w] in the order of `S2_BANDS`, `measured` [h, w] where it is no nodata.
        """


@dataclass(frozen=True)
class Image:
    """A Sentinel-2 raster on the grid on which clouds are looked for."""

    reader: OpticalReader
    grid: Grid
    layout: S2Layout
    scaling: S2Scaling

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return reflectance [13, h, w], absent bands estimated, and where it is measured [h, w]."""
        numbers, valid = self.reader.read(window)
        return as_optical(numbers, valid, self.layout, self.scaling), valid.any(axis=0)

    @property
    def pixel(self) -> float:
        """The side of a pixel in metres."""
        return pixel_size(self.grid)


def as_optical(numbers: np.ndarray, valid: np.ndarray, layout: S2Layout, scaling: S2Scaling) -> np.ndarray:
    """Return the bands of a file [bands, h, w] as reflectance [13, h, w], absent bands estimated and 0 where nodata."""
    chosen = numbers[[number - 1 for number in layout.numbers]]
    optical = np.zeros((len(S2_BANDS), *numbers.shape[1:]), np.float32)
    optical[list(layout.present)] = np.where(valid, scale_s2(chosen, scaling.scale, scaling.offset), 0)
    return fill_missing_bands(optical, layout.present)


def pixel_size(grid: Grid) -> float:
    """Return the side of a pixel in metres; Sentinel-2's 10 m where the grid does not say."""
    if grid.crs is None or grid.transform.is_identity:
        return 10.0
    side = float(np.sqrt(abs(grid.transform.determinant)))
    if grid.crs.is_geographic:
        latitude = (grid.transform * (grid.width / 2, grid.height / 2))[1]
        return side * 111_320.0 * float(np.sqrt(max(np.cos(np.radians(latitude)), 0.01)))
    return side * float(grid.crs.linear_units_factor[1] or 1.0)


class SpectralRule(Detector):
    """Thresholds on haze, brightness and the infrared, relative to what is clear in the same scene; no library."""

    name, step = "spectral", 1

    def __init__(self, spectra: np.ndarray, level: str, pixel: float) -> None:
        """`spectra` are pixels from all over the scene, reflectance [13, N]."""
        clearest = float(np.quantile(haze(spectra), 0.05))
        self.base = clearest if clearest <= HAZE_LIMIT[level] else HAZE_USUAL[level]
        clear = ~self._hazy(spectra, THIN_ABOVE) & ~is_water(spectra)
        brightness = infrared(spectra)[clear]
        self.shade = SHADE * float(np.median(brightness)) if brightness.size else 0.0
        self._reach = _shadow_reach(pixel)
        self.halo = self._reach + SPECK_SIDE

    def classes(self, window: Window, optical: np.ndarray, measured: np.ndarray) -> np.ndarray:
        thin = self._without_specks(self._hazy(optical, THIN_ABOVE) & measured)
        cirrus = (optical[B10] > CIRRUS_FROM) & measured
        cloud = thin & self._hazy(optical, CLOUD_ABOVE)
        found = np.full(measured.shape, CLEAR, np.uint8)
        found[cirrus | thin] = THIN
        found[cloud] = CLOUD
        dark = (infrared(optical) < self.shade) & ~is_water(optical) & measured
        shadow = self._without_specks(dark & (found == CLEAR))
        # Thin cloud throws hardly any shadow, and what passes for it, such as roofs, throws none.
        found[shadow & (distance_to(self._without_specks(cloud)) <= self._reach)] = SHADOW
        return found

    def _hazy(self, optical: np.ndarray, above: float) -> np.ndarray:
        green, swir = optical[B3], optical[B11]
        ndsi = (green - swir) / np.maximum(green + swir, 1e-6)
        snow = (ndsi > SNOW_NDSI) & (green > SNOW_GREEN) & (swir < SNOW_SWIR)
        return (haze(optical) > self.base + above) & ~snow & (swir <= CLOUD_SWIR * optical[B2])

    @staticmethod
    def _without_specks(marked: np.ndarray) -> np.ndarray:
        share = uniform_filter(marked.astype(np.float64), SPECK_SIDE, mode="nearest")
        return marked & (share >= SPECK_SHARE)


def _shadow_reach(pixel: float) -> int:
    """Return how many pixels from its cloud a shadow may be."""
    return max(1, round(SHADOW_REACH / pixel))


def haze(optical: np.ndarray) -> np.ndarray:
    """Return B2 − ½ B4 of reflectance [13, ...]."""
    return optical[B2] - 0.5 * optical[B4]


def infrared(optical: np.ndarray) -> np.ndarray:
    """Return the mean of B8 and B11."""
    return (optical[B8] + optical[B11]) / 2


def is_water(optical: np.ndarray) -> np.ndarray:
    """Return where McFeeters' water index is above its limit."""
    green, near = optical[B3], optical[B8]
    return (green - near) > WATER_INDEX * (green + near)


class CsmaskNetwork(Detector):
    """The network of ukis-csmask (Wieland et al. 2019, 2022), which is trained on CloudSEN12+ and SPARCS at 30 m.

    The whole image is surveyed first, in tiles that are blended where they overlap, so windows do not show. What was
    found, a byte for each pixel of 30 m, lies in a temporary file. Raises `MissingDetector` where a package that it
    needs is not there or does not load.
    """

    name, halo, survey_share = "csmask", 0, 0.8

    def __init__(self, level: str, pixel: float) -> None:
        self._session, self._mean, self._deviation = load_csmask(level)
        self._input = self._session.get_inputs()[0].name
        self.step = max(1, round(CSMASK_PIXEL / pixel))
        self._found = np.zeros((0, 0), np.uint8)

    def survey(self, image: Image, cancelled: Callable[[], bool]) -> Iterator[float]:
        height, width = (-(-length // self.step) for length in (image.grid.height, image.grid.width))
        with tempfile.TemporaryFile() as file:
            for _ in range(height):
                # Written out, so that a full disk is an error here, and not the end of the process later.
                file.write(bytes(width))
            file.flush()
            # The map keeps the file, which has no name, until the detector goes.
            self._found = np.memmap(file, np.uint8, "r+", shape=(height, width))
        tiles = TileGrid(height, width, CSMASK_TILE, CSMASK_OVERLAP)
        blender = Blender(tiles, CSMASK_CLASSES)
        for index, tile in enumerate(tiles, 1):
            if cancelled():
                raise Cancelled
            piece = blender.add(*self._look(image, tile))
            self._found[piece.window.slices] = piece.values.argmax(axis=0)
            yield index / len(tiles)

    def classes(self, window: Window, optical: np.ndarray, measured: np.ndarray) -> np.ndarray:
        rows, columns = (slice(start // self.step, -(-end // self.step)) for start, end in _ends(window))
        found = self._found[rows, columns].repeat(self.step, axis=0).repeat(self.step, axis=1)
        return np.array(found[: window.height, : window.width])

    def _look(self, image: Image, tile: Window) -> tuple[np.ndarray | None, np.ndarray]:
        """Look at a tile, a window of 30 m pixels.

        Return its probabilities [classes, h, w], None without a measurement, and where there is any in them [h, w].
        """
        area = Window(*(length * self.step for length in (tile.row, tile.column, tile.height, tile.width)))
        optical, measured = image.read(area.intersection(image.grid.whole))
        bands = optical[list(CSMASK_BANDS.values())]
        covered = averaged(measured[None].astype(np.float32), self.step)[0] > 0
        if not covered.any():
            return None, covered
        for band in bands:
            band[~measured] = band[measured].mean()
        return self.probabilities(averaged(bands, self.step)), covered

    def probabilities(self, bands: np.ndarray) -> np.ndarray:
        """Return the probabilities [classes, h, w] of `CSMASK_BANDS` [6, h, w], reflectance; h, w ≤ `CSMASK_TILE`."""
        rows, columns = bands.shape[1:]
        lacking = ((0, CSMASK_TILE - rows), (0, CSMASK_TILE - columns))
        normal = (np.pad(bands, ((0, 0), *lacking), mode="symmetric") - self._mean) / self._deviation
        answer = self._session.run(None, {self._input: normal[None].astype(np.float32)})[0][0]
        return softmax(answer, axis=0)[:, :rows, :columns]


def load_csmask(level: str):
    """Return the network of ukis-csmask as a session of onnxruntime, and the mean and deviation [6, 1, 1] of its bands.

    Only the package's files are used: its own code would load them anew for each window, and tiles each on its own.
    Raises `MissingDetector`.
    """
    try:
        onnxruntime, package = (importlib.import_module(name) for name in CSMASK_PACKAGES)
        file = Path(package.__file__).with_name(f"model_6b_{level}.onnx")
        data = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["data"]["dataset_statistics"]
        order = [data["band_names"].index(name) for name in CSMASK_BANDS]
        # The same answer on every machine, and no word to the maker of onnxruntime, as its builds for Windows do.
        onnxruntime.disable_telemetry_events()
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    except Exception as error:
        # Also a library that does not load, or files that are damaged; onnxruntime's errors have no common base.
        raise MissingDetector(method="csmask", packages=" and ".join(CSMASK_PACKAGES), detail=str(error)) from error
    mean, deviation = (np.array(numbers, np.float32)[order, None, None] for numbers in data["img"])
    return session, mean, deviation


def _ends(window: Window) -> tuple[tuple[int, int], tuple[int, int]]:
    return (window.row, window.row + window.height), (window.column, window.column + window.width)


def averaged(image: np.ndarray, step: int) -> np.ndarray:
    """Return the means of `image` [bands, h, w] over squares of `step` pixels, mirrored at the bottom and right."""
    bands, height, width = image.shape
    image = np.pad(image, ((0, 0), (0, -height % step), (0, -width % step)), mode="symmetric")
    return image.reshape(bands, image.shape[1] // step, step, image.shape[2] // step, step).mean(axis=(2, 4))


class ProductBand(Detector):
    """What a product says itself: a band of classes, bits or percent, on any grid."""

    name, halo, step = "band", 0, 1

    def __init__(self, reader: AlignedReader, kind: str, number: int) -> None:
        self._reader, self._kind, self._number = reader, kind, number
        self.overlaps = reader.overlaps

    def classes(self, window: Window, optical: np.ndarray, measured: np.ndarray) -> np.ndarray:
        numbers = [self._number] if self._kind != "classi" else [1, 2]
        return product_classes(self._reader.read(window, numbers), self._kind)


def product_classes(values: np.ndarray, kind: str) -> np.ndarray:
    """Return the classes, uint8 [h, w], of a product's band [n, h, w], float32 with NaN as nodata.

    `kind` is "scl" (Level-2A), "qa60", "probability" in percent, or "classi", whose two bands are opaque cloud and
    cirrus (MSK_CLASSI of Level-1C from baseline 04.00 on).
    """
    known = np.isfinite(values).all(axis=0)
    codes = np.where(known, values, 0).astype(np.int64)
    if kind == "scl":
        table = np.full(256, UNKNOWN, np.uint8)
        table[: len(SCL_CLASSES)] = SCL_CLASSES
        found = table[np.clip(codes[0], 0, 255)]
    elif kind == "qa60":
        found = np.where(codes[0] & QA60_CLOUD, CLOUD, np.where(codes[0] & QA60_CIRRUS, THIN, CLEAR))
    elif kind == "probability":
        found = np.where(codes[0] > PROBABILITY_LIMIT, CLOUD, CLEAR)
    else:
        found = np.where(codes[0] > 0, CLOUD, np.where(codes[1] > 0, THIN, CLEAR))
    return np.where(known, found, UNKNOWN).astype(np.uint8)


# --- All of an image ------------------------------------------------------------------------------------------------


def make_detector(method: str, level: str, image: Image, spectra: Callable[[], np.ndarray]) -> Detector:
    """Return the detector of a method that needs no band of the product; `spectra` gives pixels [13, N] of the scene.

    Raises `BadOption`, `MissingDetector`.
    """
    level = image.layout.level(level)
    if method == "auto":
        with contextlib.suppress(MissingDetector):
            return CsmaskNetwork(level, image.pixel)
    if method in ("auto", "spectral"):
        return SpectralRule(spectra(), level, image.pixel)
    if method == "csmask":
        return CsmaskNetwork(level, image.pixel)
    raise BadOption(option="method", value=method, detail="choose auto, spectral, csmask or band")


def detect(
    image: Image, detector: Detector, grow: int, cancelled: Callable[[], bool]
) -> Iterator[tuple[Window, np.ndarray, float]]:
    """Yield windows that cover the grid of `image` with their classes, uint8 [h, w], and the share that is done.

    `detector` has surveyed it. Cloud and shadow are grown by `grow` pixels over what is clear. Raises `Cancelled` and
    what reading raises.
    """
    grid = image.grid
    halo = -(-(detector.halo + grow) // detector.step) * detector.step
    side = WINDOW // detector.step * detector.step
    cut = [
        Window(row, column, min(side, grid.height - row), min(side, grid.width - column))
        for row in range(0, grid.height, side)
        for column in range(0, grid.width, side)
    ]
    for index, window in enumerate(cut, 1):
        if cancelled():
            raise Cancelled
        around = _around(window, halo).intersection(grid.whole)
        optical, measured = image.read(around)
        found = detector.classes(around, optical, measured)
        found[~measured] = UNKNOWN
        yield window, grown(found, grow)[window.relative_to(around).slices], index / len(cut)


def most_looked_at(method: str, grow: int, image_size: tuple[int, int], pixel: float) -> int:
    """Return how many pixels of an image a method, "spectral" or "csmask", holds at once in `detect` or its survey.

    `image_size` are its height and width, `pixel` the side of a pixel in metres.
    """
    step = max(1, round(CSMASK_PIXEL / pixel)) if method == "csmask" else 1
    halo = 0 if method == "csmask" else _shadow_reach(pixel) + SPECK_SIDE
    side = WINDOW // step * step + 2 * -(-(halo + grow) // step) * step
    if method == "csmask":
        side = max(side, CSMASK_TILE * step)
    height, width = (min(side, length) for length in image_size)
    return height * width


def grown(classes: np.ndarray, grow: int) -> np.ndarray:
    """Return `classes` [h, w] with cloud, thin cloud and shadow, in this order, spread over what is clear near them."""
    if grow < 1:
        return classes
    spread = classes.copy()
    for each in (CLOUD, THIN, SHADOW):
        spread[(spread == CLEAR) & (distance_to(classes == each) <= grow)] = each
    return spread


def distance_to(marked: np.ndarray) -> np.ndarray:
    """Return how many pixels each one [h, w] is from the nearest marked one; infinite where there is none."""
    return distance_transform_edt(~marked) if marked.any() else np.full(marked.shape, np.inf)


def scene_spectra(image: Image, parts: Sequence[Window], cancelled: Callable[[], bool]) -> np.ndarray:
    """Return the measured pixels [13, N] in some windows, or, where they have none, in the first window that has."""
    for each in (parts, windows(image.grid.height, image.grid.width, WINDOW, 0)):
        found = []
        for window in each:
            if cancelled():
                raise Cancelled
            optical, measured = image.read(window)
            found.append(optical[:, measured])
            if each is not parts and found[-1].size:
                break
        spectra = np.concatenate(found, axis=1)
        if spectra.size:
            return spectra
    return spectra


def _around(window: Window, halo: int) -> Window:
    return Window(window.row - halo, window.column - halo, window.height + 2 * halo, window.width + 2 * halo)


@contextlib.contextmanager
def product_band(source, grid: Grid, s2, kind: str, number: int) -> Iterator[ProductBand]:
    """Open the band of a product, a `Source`, as a detector on `grid` of `s2`."""
    reader = AlignedReader(source, grid, s2, nearest=True)
    try:
        yield ProductBand(reader, kind, number)
    finally:
        reader.close()
