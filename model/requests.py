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

# "best" is the mean over the eight flips and turns of each tile.
QUALITIES = ("normal", "best")


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

    s1: str
    s2: str
    output: str
    attention: str | None = None
    changed: str | None = None
    # How far the eight answers of the quality "best" lie apart.
    confidence: str | None = None
    mask: str | None = None
    model: str = "default"
    device: str = "auto"
    # Left, bottom, right, top, in `extent_crs`, or in the CRS of S2 when that is None.
    extent: tuple[float, float, float, float] | None = None
    extent_crs: str | None = None
    s1_name: str | None = None
    s2_name: str | None = None
    mask_name: str | None = None
    s1_crs: str | None = None
    s2_crs: str | None = None
    mask_crs: str | None = None
    # Band names in the order of the file, "-" for a band that is none of the 13: ("B2", "B3", "-", "B8").
    s2_bands: tuple[str, ...] | None = None
    # The numbers of the VV and of the VH band, counted from 1.
    s1_bands: tuple[int, int] | None = None
    # reflectance = (DN + s2_offset) / s2_scale
    s2_scale: float | None = None
    s2_offset: float | None = None
    # "db", "power" (linear) or "amplitude"
    s1_units: str | None = None
    # Pixels; None takes the crop size that the weights were trained with.
    tile: int | None = None
    # Pixels that neighbouring tiles share; None takes a quarter of the tile.
    overlap: int | None = None
    # Tiles computed at once; None takes what suits the device.
    batch: int | None = None
    # "auto", "float32" or "bfloat16"
    precision: str = "auto"
    # One of `QUALITIES`
    quality: str = "normal"
    # Width in pixels of the blend between kept and reconstructed pixels, where a mask is given.
    feather: int = 8


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


@dataclass(frozen=True)
class Evaluate(Request):
    """Compare a predicted raster with a reference on the same grid."""

    kind: ClassVar[str] = "evaluate"

    prediction: str
    reference: str
    s2_scale: float | None = None
    s2_offset: float | None = None


@dataclass(frozen=True)
class Devices(Request):
    """Ask which devices there are and what the environment holds."""

    kind: ClassVar[str] = "devices"


@dataclass(frozen=True)
class DescribeModel(Request):
    """Load weights, as a run does, and ask what they are: a shipped model's name, or a path."""

    kind: ClassVar[str] = "describe"

    model: str


REQUESTS = {cls.kind: cls for cls in (Reconstruct, Adapt, Evaluate, Devices, DescribeModel)}


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
        return cls(**{key: _tupled(value) for key, value in data.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadOption(option="message", value=line[:200], detail=f"it is not understood ({error!r})") from error


def _tupled(value: object) -> object:
    """Return lists, and those inside them, as the tuples that they were before JSON."""
    return tuple(_tupled(each) for each in value) if isinstance(value, list) else value
