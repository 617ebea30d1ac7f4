"""What crosses the process boundary: requests go in, events come out, one JSON object a line.

Standard library only: QGIS's Python and the compute environment both import this file. The Processing
algorithms, the command line and the worker all speak in these classes, so a run is the same run everywhere.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import ClassVar, Union

from .errors import BadOption

# The key in the metadata of a result under which its run is noted: a JSON object with fields of `Reconstruct`.
RUN_TAG = "SAR_CLOUD_REMOVAL_RUN"

# "best" is the mean over the eight flips and turns of each tile.
QUALITIES = ("normal", "best")
# "auto" is bfloat16 where the device has it, as `prediction.choose_precision` says.
PRECISIONS = ("auto", "float32", "bfloat16")
# Which pixels `Reconstruct` keeps: "mask", those that the mask layer says are clear; "detected", those that both a
# detector and the network take for clear; "network", those that the network gives back as they are. "auto" is "mask"
# where there is one, else "detected".
KEEPS = ("auto", "network", "mask", "detected")
# How clouds are found. "csmask" needs a package more in the compute environment; "auto" takes it where it is there,
# else "spectral", as measured in benchmarks/results/cloud_masks; "band" is what the product says.
DETECTION_METHODS = ("auto", "spectral", "csmask", "band")
PRODUCT_LEVELS = ("auto", "l1c", "l2a")
# By what hidden ground is told: a fit to the clear ground of the scene itself, held back by the prior of the weights,
# or by that prior alone.
COLOURS = ("auto", "weights")
# Clear dates that a run takes at most.
MOST_DATES = 12
# Where a pixel of the result is from: the values of the layer `Reconstruct.source`.
SOURCES = ("kept", "thin cloud corrected", "clear date", "scene's own fit", "prior of the weights")
# What a band of the product holds: the scene classification, Earth Engine's bits, percent, or MSK_CLASSI.
PRODUCT_BANDS = ("scl", "qa60", "probability", "classi")
# What the values of a cloud mask mean: "binary" is cloud where it is not 0, "clear" where it is 0, "classes" are those
# of `DetectClouds`; the others are products, see `clouds.product_masks`. "auto" goes by names, then by the values.
MASK_KINDS = ("auto", "binary", "clear", "classes", "scl", "qa60", "fmask", "probability", "cloud_score", "classi")
CLOUD_KINDS = ("cumulus", "haze", "cirrus")
# Pixels by which clouds and shadows that were found are made larger: they are thin at their edges.
GROW = 5


@dataclass(frozen=True)
class Request:
    """Base of all requests; `kind` tells them apart on the wire."""

    kind: ClassVar[str] = ""


@dataclass(frozen=True)
class Reconstruct(Request):
    """Reconstruct the surface under the clouds of one Sentinel-2 raster with the help of one Sentinel-1 raster.

    `s1`, `s2`, `mask` are anything that GDAL opens; `*_name` is how the user calls the layer, for messages;
    `*_crs` (WKT or `EPSG:n`) overrides the CRS of the file, as a user may do in QGIS. `None` means: find out.
    """

    kind: ClassVar[str] = "reconstruct"

    # None only with clear dates.
    s1: str | None
    s2: str
    output: str
    attention: str | None = None
    changed: str | None = None
    # Where each pixel is from, one of `SOURCES`, and the error to expect of it in reflectance.
    source: str | None = None
    expected_error: str | None = None
    # How much the result changes when the SAR is taken away; doubles the computing.
    influence: str | None = None
    mask: str | None = None
    # Clear dates of the same place: Sentinel-2, Sentinel-1 of about that date or None, cloud mask or None. What their
    # bands and numbers are is found out for each.
    clear: tuple[tuple[str, str | None, str | None], ...] = ()
    model: str = "default"
    device: str = "auto"
    # Left, bottom, right, top, in `extent_crs`, or in the CRS of S2 when that is None.
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    s1_name: str | None = None
    s2_name: str | None = None
    mask_name: str | None = None
    # A triple for each clear date, or nothing.
    clear_names: tuple[tuple[str | None, str | None, str | None], ...] = ()
    s1_crs: str | None = None
    s2_crs: str | None = None
    mask_crs: str | None = None
    clear_crs: tuple[tuple[str | None, str | None, str | None], ...] = ()
    # Band names in the order of the file, "-" for a band that is none of the 13: ("B2", "B3", "-", "B8").
    s2_bands: tuple[str, ...] | None = None
    # The numbers of the VV and of the VH band, counted from 1.
    s1_bands: tuple[int, int] | None = None
    # reflectance = (DN + s2_offset) / s2_scale
    s2_scale: float | None = None
    s2_offset: float | None = None
    # "db", "power" (linear) or "amplitude"
    s1_units: str | None = None
    # One of `PRODUCT_LEVELS`: of S2. Hidden ground is drawn as such an image shows it.
    level: str = "auto"
    # One of `COLOURS`
    colours: str = "auto"
    # Pixels; None takes the crop size that the weights were trained with.
    tile: int | None = None
    # Pixels that neighbouring tiles share; None takes a quarter of the tile.
    overlap: int | None = None
    # Tiles computed at once; None takes what suits the device.
    batch: int | None = None
    # What the run may take at most, in 10^9 bytes: of main memory, or, on a CUDA device, of its own; see `memory`.
    memory_gb: float | None = None
    # One of `PRECISIONS`
    precision: str = "auto"
    # One of `QUALITIES`
    quality: str = "normal"
    # Width in pixels of the blend between clear ground and thin cloud or shadow, where a mask is given.
    feather: int = 8
    # One of `KEEPS`, and for "detected" one of the first three `DETECTION_METHODS` and the pixels to grow clouds by.
    keep: str = "auto"
    detection: str = "auto"
    grow: int = GROW
    # One of `MASK_KINDS`
    mask_kind: str = "auto"

    @property
    def keeps(self) -> str:
        """How clear pixels are kept: "network", "mask" or "detected"."""
        if self.mask:
            return "mask"
        return "detected" if self.keep == "auto" else self.keep


@dataclass(frozen=True)
class ReconstructFolder(Request):
    """Run `Reconstruct` over all pairs of a folder, or of a list, one after the other.

    Pairs are found as `scene_pairs` says: in `folder`, or in it and `s1_folder`, or in `scenes`, a CSV file. Results
    go below the folder `output`; those that are there are kept unless `overwrite`. The other fields are those of
    `Reconstruct`; a scene with a mask is reconstructed where the mask says so, whatever `keep` is.
    """

    kind: ClassVar[str] = "reconstruct_folder"

    output: str
    folder: str | None = None
    # Sentinel-1 lies here, in files that are called like those of Sentinel-2 in `folder`.
    s1_folder: str | None = None
    # A CSV file with the columns s1 and s2, and, if wanted, mask and output.
    scenes: str | None = None
    # Whether each scene gets a map of SAR attention too.
    attention: bool = False
    overwrite: bool = False
    # A CSV file with a line for each scene; None is report.csv in the folder of the results.
    report: str | None = None
    model: str = "default"
    device: str = "auto"
    s2_bands: tuple[str, ...] | None = None
    s1_bands: tuple[int, int] | None = None
    s2_scale: float | None = None
    s2_offset: float | None = None
    s1_units: str | None = None
    level: str = "auto"
    colours: str = "auto"
    tile: int | None = None
    overlap: int | None = None
    batch: int | None = None
    memory_gb: float | None = None
    precision: str = "auto"
    quality: str = "normal"
    feather: int = 8
    keep: str = "auto"
    detection: str = "auto"
    grow: int = GROW
    # One of `MASK_KINDS`
    mask_kind: str = "auto"


@dataclass(frozen=True)
class Inspect(Request):
    """Tell what the network did at one place: attention, gate, backscatter, and the spectrum before and after.

    `x`, `y` are in `crs` (WKT or `EPSG:n`), or in the CRS of S2 when that is None. `result` is a raster that
    `Reconstruct` wrote, and its metadata say what it was made from and how; `result_name` is how the user calls it.
    Without it, `s1` and `s2` are needed and the other fields, which are those of `Reconstruct`, say how.
    """

    kind: ClassVar[str] = "inspect"

    x: float
    y: float
    crs: str | None = None
    result: str | None = None
    result_name: str | None = None
    device: str = "auto"
    s1: str | None = None
    s2: str = ""
    mask: str | None = None
    clear: tuple[tuple[str, str | None, str | None], ...] = ()
    model: str = "default"
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    s1_name: str | None = None
    s2_name: str | None = None
    mask_name: str | None = None
    clear_names: tuple[tuple[str | None, str | None, str | None], ...] = ()
    s1_crs: str | None = None
    s2_crs: str | None = None
    mask_crs: str | None = None
    clear_crs: tuple[tuple[str | None, str | None, str | None], ...] = ()
    s2_bands: tuple[str, ...] | None = None
    s1_bands: tuple[int, int] | None = None
    s2_scale: float | None = None
    s2_offset: float | None = None
    s1_units: str | None = None
    colours: str = "auto"
    tile: int | None = None
    overlap: int | None = None
    precision: str = "auto"
    feather: int = 8
    keep: str = "auto"
    detection: str = "auto"
    grow: int = GROW
    # One of `MASK_KINDS`
    mask_kind: str = "auto"


@dataclass(frozen=True)
class Adapt(Request):
    """Fine-tune weights on the user's own layers where they are clear, and write weights that `Reconstruct` takes.

    `s1`, `s2` are the cloudy scene, with its cloud `mask` if there is one. `clear` are clear dates of the same place:
    the path of Sentinel-2 and of Sentinel-1, None for that of the scene; `clear_names` and `clear_crs` may hold a pair
    for each of them. What is said about bands, scale and units is of all dates. The other fields are those of
    `Reconstruct`.
    """

    kind: ClassVar[str] = "adapt"

    s1: str
    s2: str
    output: str
    clear: tuple[tuple[str, str | None], ...] = ()
    mask: str | None = None
    model: str = "default"
    # Of training and scoring together; what was best until then is kept.
    minutes: float = 10.0
    device: str = "auto"
    seed: int = 0
    # A CSV with what was scored when.
    curve: str | None = None
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    s1_name: str | None = None
    s2_name: str | None = None
    mask_name: str | None = None
    clear_names: tuple[tuple[str | None, str | None], ...] = ()
    s1_crs: str | None = None
    s2_crs: str | None = None
    mask_crs: str | None = None
    clear_crs: tuple[tuple[str | None, str | None], ...] = ()
    s2_bands: tuple[str, ...] | None = None
    s1_bands: tuple[int, int] | None = None
    s2_scale: float | None = None
    s2_offset: float | None = None
    s1_units: str | None = None
    # Training steps after which to stop even before the time is up: the same result on every run.
    steps: int | None = None
    # One of `MASK_KINDS`
    mask_kind: str = "auto"


@dataclass(frozen=True)
class DetectClouds(Request):
    """Find clouds and their shadows in one Sentinel-2 raster and write them as classes, which work as a cloud mask.

    `band` is a raster of the product, for the method "band", whose band `band_number` holds `band_kind`. The other
    fields are those of `Reconstruct`.
    """

    kind: ClassVar[str] = "detect_clouds"

    s2: str
    output: str
    # One of `DETECTION_METHODS`
    method: str = "auto"
    # One of `PRODUCT_LEVELS`
    level: str = "auto"
    # Pixels by which cloud and shadow are made larger.
    grow: int = GROW
    band: str | None = None
    # One of `PRODUCT_BANDS`
    band_kind: str = "scl"
    band_number: int = 1
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    s2_name: str | None = None
    s2_crs: str | None = None
    band_name: str | None = None
    band_crs: str | None = None
    s2_bands: tuple[str, ...] | None = None
    s2_scale: float | None = None
    s2_offset: float | None = None


@dataclass(frozen=True)
class SimulateClouds(Request):
    """Cover a clear Sentinel-2 raster with synthetic clouds; the result has its grid, bands, type and scale."""

    kind: ClassVar[str] = "simulate_clouds"

    s2: str
    output: str
    # How opaque the clouds are in blue, and the classes of `DetectClouds`.
    opacity: str | None = None
    classes: str | None = None
    # One of `CLOUD_KINDS`
    cloud_kind: str = "cumulus"
    # Percent of the valid pixels under cloud, 0–100.
    cover: float = 40.0
    # Of the thickest cloud in blue, 0–1.
    thickness: float = 1.0
    # Metres: of the largest clouds, and of their height above the ground.
    size: float = 2500.0
    height: float = 1000.0
    shadows: bool = True
    # Degrees: where the sun stands, clockwise from north, and how high.
    sun_azimuth: float = 150.0
    sun_elevation: float = 45.0
    seed: int = 0
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    s2_name: str | None = None
    s2_crs: str | None = None
    s2_bands: tuple[str, ...] | None = None
    s2_scale: float | None = None
    s2_offset: float | None = None


@dataclass(frozen=True)
class PrepareS2(Request):
    """Put a Sentinel-2 product, or bands in separate files, together as one raster on the 10 m grid.

    Either `product` (a .SAFE folder, its metadata file or its .zip) or `bands` (anything that GDAL opens; with `names`
    and `crs` as in `Reconstruct`, one for each, or empty). An `output` in .vrt is virtual and refers to the files.
    """

    kind: ClassVar[str] = "prepare_s2"

    output: str
    product: str | None = None
    bands: tuple[str, ...] = ()
    names: tuple[str | None, ...] = ()
    crs: tuple[str | None, ...] = ()
    # One for each band of all files in their order, "-" for a band that is none of the 13.
    band_names: tuple[str, ...] | None = None
    # Where to write the product's cloud mask: 1 cloud, 0 clear.
    mask: str | None = None
    # "nearest", "bilinear" or "cubic", of the bands of 20 and 60 m.
    resampling: str = "bilinear"
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    # reflectance = (DN + offset) / 10000; None takes what the product says.
    offset: float | None = None


@dataclass(frozen=True)
class PrepareS1(Request):
    """Turn Sentinel-1 VV and VH, in one file or in two, into one raster in dB.

    `s1` are one or two files; `names` and `crs` are as in `Reconstruct`, one for each, or empty. With `grid`, any
    raster, the result lies on its grid, else on that of the files.
    """

    kind: ClassVar[str] = "prepare_s1"

    s1: tuple[str, ...]
    output: str
    names: tuple[str | None, ...] = ()
    crs: tuple[str | None, ...] = ()
    # The numbers of the VV and of the VH band, counted from 1, in one file; of each its own in two.
    s1_bands: tuple[int, int] | None = None
    # "db", "power" (linear) or "amplitude"
    s1_units: str | None = None
    # "none", "lee" or "refined_lee"
    speckle: str = "none"
    # Side of Lee's window in pixels; the refined filter's is 7.
    window: int = 7
    # Equivalent number of looks: mean² / variance of the speckle in power.
    looks: float = 4.4
    grid: str | None = None
    grid_name: str | None = None
    grid_crs: str | None = None


@dataclass(frozen=True)
class Evaluate(Request):
    """Compare a predicted raster with a reference, and say what was gained over the `cloudy` input if there is one.

    All others are laid on the grid of the prediction. `mask` is 0 where it is clear, `changed` is that of
    `Reconstruct`, `s1` is for the report's picture. `*_name`, `*_crs`, bands, scale and offset are as in `Reconstruct`:
    those of Sentinel-2 are of the prediction, the cloudy input and the reference, unless the reference has its own.
    """

    kind: ClassVar[str] = "evaluate"

    prediction: str
    reference: str
    s2_scale: float | None = None
    s2_offset: float | None = None
    cloudy: str | None = None
    s1: str | None = None
    mask: str | None = None
    changed: str | None = None
    # To write: a map of the error (GeoTIFF), a report (HTML), the table (CSV), all of it (JSON).
    error: str | None = None
    report: str | None = None
    table: str | None = None
    figures: str | None = None
    reference_scale: float | None = None
    reference_offset: float | None = None
    s2_bands: tuple[str, ...] | None = None
    reference_bands: tuple[str, ...] | None = None
    prediction_name: str | None = None
    reference_name: str | None = None
    cloudy_name: str | None = None
    s1_name: str | None = None
    mask_name: str | None = None
    changed_name: str | None = None
    prediction_crs: str | None = None
    reference_crs: str | None = None
    cloudy_crs: str | None = None
    s1_crs: str | None = None
    mask_crs: str | None = None
    changed_crs: str | None = None
    # The report's sentences in the user's language, by the English ones; what is not there stays English.
    words: dict[str, str] | None = None


@dataclass(frozen=True)
class Devices(Request):
    """Ask which devices there are and what the environment holds."""

    kind: ClassVar[str] = "devices"


@dataclass(frozen=True)
class DescribeModel(Request):
    """Load weights, as a run does, and ask what they are: a shipped model's name, or a path."""

    kind: ClassVar[str] = "describe"

    model: str


REQUESTS = {
    cls.kind: cls
    for cls in (
        Reconstruct,
        ReconstructFolder,
        Inspect,
        Adapt,
        DetectClouds,
        SimulateClouds,
        PrepareS2,
        PrepareS1,
        Evaluate,
        Devices,
        DescribeModel,
    )
}


@dataclass(frozen=True)
class Progress:
    """How far a run is (`fraction` 0–1) and what it is doing."""

    kind: ClassVar[str] = "progress"
    fraction: float
    message: str = ""


@dataclass(frozen=True)
class Log:
    """One line for the log; `level` is "info" or "warning"."""

    kind: ClassVar[str] = "log"
    message: str
    level: str = "info"


@dataclass(frozen=True)
class PartialFile:
    """A file that is being written; whoever outlives the worker removes it."""

    kind: ClassVar[str] = "partial"
    path: str


@dataclass(frozen=True)
class Result:
    """The end of a run that went well; `values` depends on the request."""

    kind: ClassVar[str] = "result"
    values: dict


@dataclass(frozen=True)
class Failure:
    """The end of a run that did not go well: what `errors.from_dict` takes."""

    kind: ClassVar[str] = "failure"
    error: dict


EVENTS = {cls.kind: cls for cls in (Progress, Log, PartialFile, Result, Failure)}

Event = Union[Progress, Log, PartialFile, Result, Failure]


def encode(message: Request | Event) -> str:
    """Return one line of JSON, without the line break; a request or an event with its kind."""
    return json.dumps({"kind": message.kind, **dataclasses.asdict(message)}, ensure_ascii=True, allow_nan=False)


def decode_request(line: str) -> Request:
    """Return the request in `line`. Raises `BadOption` when it is none."""
    return _decode(line, REQUESTS)


def decode_event(line: str) -> Event:
    """Return the event in `line`. Raises `BadOption` when it is none."""
    return _decode(line, EVENTS)


def _decode(line: str, classes: dict):
    try:
        data = json.loads(line)
        cls = classes[data.pop("kind")]
        names = {field.name for field in dataclasses.fields(cls)}
        unknown = set(data) - names
        if unknown:
            raise KeyError(*sorted(unknown))
        return cls(**{key: tupled(value) for key, value in data.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadOption(option="message", value=line[:200], detail=f"it is not understood ({error!r})") from error


def tupled(value: object) -> object:
    """Return lists, and those inside them, as the tuples that they were before JSON."""
    return tuple(tupled(each) for each in value) if isinstance(value, list) else value
