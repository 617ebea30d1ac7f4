"""What the network did at one place of a run, told in numbers: attention, gate, backscatter, spectrum, opacity."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
from torch import Tensor, nn

from . import devices
from .attention import Observer, WeightsRecorder, observe, record_weights
from .bands import S1_BANDS, S2_BANDS, S2_WAVELENGTHS
from .cloud_detection import Image
from .composition import FROM_INPUT, parts_of, source_codes
from .detect_clouds import detected_mask
from .errors import BadOption, Cancelled, OutOfMemory, PlaceOutside
from .interruption import interruptible
from .networks.radar_prior import images_of
from .operations.reconstruct.clear_dates import ClearDate, open_dates
from .operations.reconstruct.ground import HiddenGround, ground_of
from .operations.reconstruct.scene_fit import PARTS
from .operations.reconstruct.work import add_ground, predict, with_ground, work_on
from .prediction import Predictor, choose_precision, has_opacity
from .provenance import read_run
from .raster import Source, crs_text, pixel_at
from .reconstruct import Model, load_model
from .requests import Event, Inspect, Reconstruct
from .scene import Scene, Tile, open_scene
from .tiling import TileGrid, Window, tile_weights

# Side of the cells, in pixels, by which it is told from where a colour was taken.
COLOUR_CELL = 16
Report = Callable[[Event], None]
# What may be said beside a result, which says all else of its run itself.
_BESIDE_A_RESULT = ("x", "y", "crs", "result", "result_name", "device")


@dataclass(frozen=True)
class _Spot:
    """A pixel of the scene's grid, and the tile of the run that counted most there, with the share that it had."""

    row: int
    column: int
    window: Window
    weight: float

    @property
    def in_tile(self) -> tuple[int, int]:
        return self.row - self.window.row, self.column - self.window.column

    @property
    def pixel(self) -> Window:
        return Window(self.row, self.column, 1, 1)


@dataclass(frozen=True)
class _Seen:
    """What the network answered and showed for one tile.

    `answer` [K] is the reflectance at the spot of the bands that the file has, `opacity` [K] that of them too;
    `parts` are what that reflectance is from, as `composition.parts_of`, and `error` what is expected to be wrong;
    `gate` and `received` are the values of the attention map there; `attention` [heads, rows, columns] is how the
    spot's token spread its attention over the tokens of the tile. None where the network has no such thing.
    """

    answer: np.ndarray
    gate: Optional[float]
    received: Optional[float]
    attention: Optional[np.ndarray]
    opacity: Optional[np.ndarray]
    token: int
    parts: Optional[np.ndarray]
    error: Optional[float]


def inspect(request: Inspect, report: Report, cancelled: Callable[[], bool], model: Model | None = None) -> dict:
    """Carry out `request` and return what goes through JSON; `model` is used instead of the one that it names.

    Of the tiles of the run one is computed again: that which counted most in the blend at the place, so what is shown
    is what made the pixel. (A tile of its own, centred on the place, would show a network that saw other
    surroundings.) With the quality best, it is the tile as it lies, one of the eight that were looked at.

    Values: `row`, `column` of the pixel in S2; `crs`; `tile` with its `transform` (GDAL's six numbers), `height`,
    `width`, `weight`; `attention`, None or `heads` [heads, rows, columns] (each head sums to 1, less what went to
    the mirrored pixels beyond the scene, `outside`), `transform`, `token` in pixels, `query` (row, column);
    `gate`, `received` as in the attention map; `backscatter` in dB by polarisation; `bands`, `wavelengths` (nm), and
    by band `before`, `after` (as the run wrote it) and `answer` (of this tile), reflectance, None where nodata;
    `opacity`, the share of the pixel that the network replaced, by band; `share`, that of the reconstruction by the
    mask or the detected clouds, None without either. `parts` says what the colour of `answer` is from: of the image
    itself ("shines through"), attention, the scene's fit, clear dates, the prior; the sum is 1. `source` is the code
    and `expected_error` the reflectance of those layers; `colours_from` is like `attention`, with one head: from
    where in the scene attention took that colour. Raises what `read_run`, `open_scene` and `load_model` raise,
    `PlaceOutside`, `BadOption`, `OutOfMemory`.
    """
    begun = time.monotonic()
    try:
        run, tags = _run_of(request)
        with open_scene(run, cancelled) as scene:
            device = devices.resolve(request.device)
            model = model or load_model(run.model, device)
            spot = _spot(request, run, scene, model.tile)
            with _clouds_and_dates(run, scene, report, cancelled) as dates:
                ground = ground_of(run, scene, dates, model.network, device, cancelled)
                tile = scene.read_tile(spot.window, run.tile or model.tile, everywhere=True)
                seen = None
                if tile.optical is not None:
                    seen = _look(model, device, run, scene, ground, tile, spot, cancelled)
                values = {
                    **_place(scene, spot),
                    **_network(model, device, tags),
                    **_sar(scene, spot, tile, seen),
                    **_spectrum(request, run, scene, spot, tile, seen),
                    "colours_from": _colours_from(scene, spot, ground) if seen else None,
                }
            if cancelled():
                raise Cancelled
    finally:
        devices.release_unused_memory()
    return {**values, "quality": run.quality, "result": request.result, "seconds": round(time.monotonic() - begun, 3)}


def _run_of(request: Inspect) -> tuple[Reconstruct, Mapping[str, str]]:
    """Return the run that is looked into, and the metadata of its result if there is one."""
    if request.result:
        _check_alone(request)
        return read_run(request.result, request.result_name)
    for name in ("s2",) if request.clear else ("s1", "s2"):
        if not getattr(request, name):
            raise BadOption(option=name, value="", detail="give a result, or both rasters that one is made from")
    shared = {field.name for field in dataclasses.fields(Inspect)} & {
        field.name for field in dataclasses.fields(Reconstruct)
    }
    return Reconstruct(output="", **{name: getattr(request, name) for name in shared}), {}


def _check_alone(request: Inspect) -> None:
    """Raise `BadOption` for what would not be heeded beside a result."""
    for field in dataclasses.fields(Inspect):
        value = getattr(request, field.name)
        if field.name not in _BESIDE_A_RESULT and value != field.default:
            detail = "a result is given too, which says itself how it was made; leave one of the two out"
            raise BadOption(option=field.name, value=value, detail=detail)


def _spot(request: Inspect, run: Reconstruct, scene: Scene, trained: int) -> _Spot:
    """Return the pixel of the place and the tile of the run that weighs most there. Raises `PlaceOutside`."""
    found = pixel_at(scene.grid, request.x, request.y, request.crs)
    inner = scene.inner
    if found is None or Window(*found, 1, 1).intersection(inner) is None:
        raise PlaceOutside(layer=request.result_name or scene.s2.name)
    row, column = found
    tile = run.tile or trained
    overlap = tile // 4 if run.overlap is None else run.overlap
    grid = TileGrid(scene.grid.height, scene.grid.width, tile, overlap)
    weights = tile_weights(grid.tile_height, grid.tile_width, overlap)
    covering = {
        window: float(weights[row - window.row, column - window.column])
        for window in grid
        if Window(row, column, 1, 1).intersection(window) is not None
    }
    window = max(covering, key=covering.get)
    return _Spot(row, column, window, covering[window] / sum(covering.values()))


@contextlib.contextmanager
def _clouds_and_dates(
    run: Reconstruct, scene: Scene, report: Report, cancelled: Callable[[], bool]
) -> Iterator[list[ClearDate]]:
    """Look for clouds as the run did, and open its clear dates; what has to be written for that goes away again."""
    with contextlib.ExitStack() as stack:
        beside = str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "inspected.tif")
        if run.keeps == "detected":
            image = Image(scene.optical, scene.grid, scene.layout, scene.scaling)
            looked_for = (image, beside, run.detection, scene.level, run.grow, report, cancelled, 0.0)
            mask, _ = stack.enter_context(detected_mask(*looked_for))
            stack.enter_context(scene.masked_by(mask))
        yield stack.enter_context(open_dates(dataclasses.replace(run, output=beside), scene, report, cancelled))


def _look(
    model: Model,
    device: str,
    run: Reconstruct,
    scene: Scene,
    ground: Optional[HiddenGround],
    tile: Tile,
    spot: _Spot,
    cancelled: Callable[[], bool],
) -> _Seen:
    """Let the network see the tile, as the run did, and watch it. Raises `Cancelled`, `OutOfMemory`, `BadWeights`."""
    side = tile.optical.shape[-1]
    witness = _Witness(model.network)
    drawn = images_of(scene.level, model.network)
    with _watched(model.network, cancelled) as (observer, recorder), drawn:
        predictor = Predictor(
            witness,
            model.name,
            device,
            choose_precision(run.precision, device),
            scene.layout.present,
            side,
            1,
            observer,
            lambda message: None,
        )
        work = work_on(tile, ground, run.keeps, {**predictor.channels, "watched": slice(0)})
        (answer,) = predict(predictor, [work])
        answer = add_ground(answer, ground, predictor.channels)
    if predictor.tile != side:
        # The weights would be those of a part of it.
        raise OutOfMemory(device=device, tile=side)
    row, column = spot.in_tile
    channels = with_ground(predictor.channels, ground)
    here = {name: answer.values[place, row, column] for name, place in channels.items()}
    parts = error = None
    if ground is not None:
        parts = parts_of(answer.values[:, row, column], channels)
        error = float(here["error"][0] * (1 - parts[0]))
    gate, received = (float(each) for each in here["attention"]) if observer else (None, None)
    token = model.network.config.token if recorder else 0
    return _Seen(
        answer=here["reflectance"],
        gate=gate,
        received=received,
        attention=_attention(recorder, side, token, spot) if recorder else None,
        opacity=witness.opacity_at(row, column, scene.layout.present),
        token=token,
        parts=parts,
        error=error,
    )


def _attention(recorder: WeightsRecorder, side: int, token: int, spot: _Spot) -> np.ndarray:
    """Return the spot's row of the attention, [heads, rows, columns], of the tokens that lie on the tile."""
    row, column = (each // token for each in spot.in_tile)
    along = -(-side // token)
    grid = recorder.row(row * along + column).cpu().numpy().reshape(-1, along, along)
    return grid[:, : -(-spot.window.height // token), : -(-spot.window.width // token)]


@contextlib.contextmanager
def _watched(
    network: nn.Module, cancelled: Callable[[], bool]
) -> Iterator[tuple[Optional[Observer], Optional[WeightsRecorder]]]:
    with interruptible(network, cancelled), observe(network) as observer, record_weights(network) as recorder:
        yield observer, recorder


class _Witness:
    """Calls a network and keeps the opacity, if it has one, that it would otherwise throw away."""

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._opacity: Optional[Tensor] = None
        self.has_opacity = has_opacity(network)

    def __call__(self, optical: Tensor, sar: Tensor, **given: object) -> object:
        answer = self._network(optical, sar, **given)
        if self.has_opacity:
            self._opacity = answer[1]
        return answer

    def opacity_at(self, row: int, column: int, bands: tuple[int, ...]) -> Optional[np.ndarray]:
        if self._opacity is None:
            return None
        return self._opacity[0, list(bands), row, column].float().cpu().numpy()


# What is told --------------------------------------------------------------------------------------------------------


def _place(scene: Scene, spot: _Spot) -> dict:
    part = scene.grid.part(spot.window)
    tile = {
        "row": part.row,
        "column": part.column,
        "height": part.height,
        "width": part.width,
        "transform": list(part.transform.to_gdal()),
        "weight": spot.weight,
    }
    row, column = scene.grid.row + spot.row, scene.grid.column + spot.column
    names = {"s2_name": scene.s2.name, "s2": scene.s2.path}
    names["s1_name"], names["s1"] = (scene.s1.name, scene.s1.path) if scene.s1 else (None, None)
    return {"row": row, "column": column, "crs": crs_text(scene.grid.crs), "tile": tile, **names}


def _network(model: Model, device: str, tags: Mapping[str, str]) -> dict:
    """Return which network it is, and whether it is the one of the run: None where that is not known."""
    noted = tags.get("SAR_CLOUD_REMOVAL_WEIGHTS_SHA256")
    same = noted == model.sha256 if noted else None
    return {"model": model.name, "weights_sha256": model.sha256, "same_weights": same, "device": device}


def _sar(scene: Scene, spot: _Spot, tile: Tile, seen: Optional[_Seen]) -> dict:
    backscatter = scene.read_backscatter(spot.pixel)[:, 0, 0]
    attention = None
    if seen is not None and seen.attention is not None:
        step = seen.token
        a, b, c, d, e, f = scene.grid.part(spot.window).transform.to_gdal()
        attention = {
            # Six digits are more than the colours show, and half the text.
            "heads": [[[round(float(each), 6) for each in row] for row in head] for head in seen.attention],
            "transform": [a, b * step, c * step, d, e * step, f * step],
            "token": step,
            "query": [each // step for each in spot.in_tile],
            "outside": max(0.0, round(1 - float(seen.attention.sum(axis=(1, 2)).mean()), 6)),
        }
    covered = bool(tile.covered[spot.in_tile])
    return {
        "attention": attention,
        "gate": seen.gate if seen and covered else None,
        "received": seen.received if seen and covered else None,
        "backscatter": dict(zip(S1_BANDS, _numbers(backscatter))),
    }


def _spectrum(request: Inspect, run: Reconstruct, scene: Scene, spot: _Spot, tile: Tile, seen: Optional[_Seen]) -> dict:
    here = (slice(None), *spot.in_tile)
    valid = tile.valid[here]
    before = np.where(valid, _reflectance(tile.numbers[here], scene), np.nan)
    share = float(tile.share[spot.in_tile])
    computed = seen is not None and bool(tile.needed[spot.in_tile] | (valid.any() & tile.covered[spot.in_tile]))
    answer = np.where(valid, seen.answer, np.nan) if computed else np.full(len(valid), np.nan)
    written = _written(run, scene, spot) if request.result else None
    masked = scene.mask is not None
    kept = written is not None and np.array_equal(written, tile.numbers[here])
    if run.keeps == "detected" and computed and not kept and share == 0:
        share = 1.0  # the network saw a cloud that the detector did not see
    if written is None:
        after = before + share * (answer - before) if computed and share > 0 else before
    else:
        after = np.where(valid, _reflectance(written, scene), np.nan)
    opacity = seen.opacity if computed else None
    parts = source = error = None
    if computed and seen.parts is not None:
        kept = kept or (masked and share == 0)
        told = np.float64([1, 0, 0, 0, 0]) if kept else seen.parts
        parts = {name: round(float(each), 6) for name, each in zip(("shines through", *PARTS), told)}
        source = FROM_INPUT if kept else int(source_codes(told))
        error = 0.0 if kept else round(seen.error * share, 6)
    return {
        "bands": list(scene.bands),
        "wavelengths": [S2_WAVELENGTHS[S2_BANDS.index(band)] for band in scene.bands],
        "before": _numbers(before),
        "after": _numbers(after),
        "answer": _numbers(answer),
        "opacity": None if opacity is None else _numbers(opacity),
        "share": share if masked else None,
        "parts": parts,
        "source": source,
        "expected_error": error,
        "computed": computed,
        "written": written is not None,
    }


def _colours_from(scene: Scene, spot: _Spot, ground: Optional[HiddenGround]) -> Optional[dict]:
    """Return from where attention took the colour, as a grid of cells over the scene around; None without a fit."""
    if ground is None:
        return None
    places, weights = ground.attended(spot.row, spot.column)
    if not len(places):
        return None
    cells = (places // COLOUR_CELL).astype(int)
    first, last = cells.min(axis=0), cells.max(axis=0)
    grid = np.zeros(last - first + 1)
    np.add.at(grid, tuple((cells - first).T), weights)
    row, column = (int(each) * COLOUR_CELL for each in first)
    a, b, c, d, e, f = scene.grid.part(Window(row, column, 1, 1)).transform.to_gdal()
    step = COLOUR_CELL
    return {
        "heads": [[[round(float(each), 6) for each in row] for row in grid]],
        "transform": [a, b * step, c * step, d, e * step, f * step],
        "token": step,
        "query": [int(spot.row // step - first[0]), int(spot.column // step - first[1])],
        "outside": 0.0,
    }


def _written(run: Reconstruct, scene: Scene, spot: _Spot) -> Optional[np.ndarray]:
    """Return what the run wrote at the spot, all bands as stored; None where its image is gone or another one."""
    if not run.output:
        return None
    with Source(run.output) as image:
        if (image.height, image.width) != (scene.result.height, scene.result.width):
            return None
        if image.dataset.count != scene.s2.dataset.count:
            return None
        return image.read(spot.pixel.relative_to(scene.inner))[:, 0, 0]


def _reflectance(numbers: np.ndarray, scene: Scene) -> np.ndarray:
    """Return all bands [bands] of a file, as stored, as the reflectance [K] of its Sentinel-2 bands, not clipped."""
    chosen = numbers[[number - 1 for number in scene.layout.numbers]].astype(np.float64)
    return (chosen + scene.scaling.offset) / scene.scaling.scale


def _numbers(values: np.ndarray) -> list[Optional[float]]:
    """Return numbers for JSON, which has no NaN."""
    return [round(float(each), 6) if np.isfinite(each) else None for each in values]
