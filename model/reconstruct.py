"""Reconstruct a scene: read → predict → blend → write, each in its own thread, a tile at a time.

Memory depends on the width of the scene only: nothing holds more than the tiles in flight, the rows that neighbouring
rows of tiles share, and one row of unfinished blocks of the outputs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from torch import nn

from . import devices, memory
from .attention import Observer, observe
from .cloud_detection import Image, most_looked_at, pixel_size
from .composition import (
    ATTENTION_NODATA,
    ATTENTION_SCALES,
    CHANGED_NODATA,
    ERROR_NODATA,
    ERROR_SCALE,
    INFLUENCE_NODATA,
    INFLUENCE_SCALE,
    SOURCE_NODATA,
    Composer,
    Composite,
)
from .detect_clouds import detected_mask
from .errors import BadOption, BadWeights, Cancelled
from .heap import trim_heap
from .interruption import interruptible
from .networks import checkpoints
from .networks.radar_prior import images_of
from .operations.reconstruct.clear_dates import ClearDate, open_dates
from .operations.reconstruct.ground import HiddenGround, ground_of, takes_prior
from .operations.reconstruct.scene_fit import PARTS
from .operations.reconstruct.work import Answer, Work, add_ground, predict, with_ground, work_on
from .pipeline import Consumer, Prefetcher, in_order
from .prediction import Predictor, choose_batch, choose_precision
from .provenance import run_record
from .raster import OutputLayout, OutputRaster, check_outputs, check_room, layout_like, publish
from .requests import (
    COLOURS,
    DETECTION_METHODS,
    KEEPS,
    MOST_DATES,
    QUALITIES,
    RUN_TAG,
    SOURCES,
    Event,
    Log,
    PartialFile,
    Progress,
    Reconstruct,
)
from .scene import Scene, open_scene
from .tiling import Blender, TileGrid, Window
from .version import version

Report = Callable[[Event], None]
# The share of the work that is done when the last tile is; the rest is overviews and closing.
TILES_SHARE = 0.9
# The share of the work that looking for clouds is, where that is asked for.
DETECTION_SHARE = 0.1
# The side of an attention token: no tile is smaller, and tiles are filled up to a multiple of it.
LEAST_TILE = 16
# After how many tiles freed memory is given back.
TRIM_TILES = 16
ATTENTION_BANDS = ("SAR gate (0–1)", "Token attention received (1 = average)")
CHANGED_BANDS = ("Changed pixels (0 kept, 1 reconstructed, 2 Sentinel-1 missing)",)
SOURCE_BANDS = ("Source ({})".format(", ".join(f"{code} {words}" for code, words in enumerate(SOURCES))),)
ERROR_BANDS = ("Expected error (reflectance, root mean square of the bands)",)
INFLUENCE_BANDS = ("SAR influence: change without SAR, mean of the bands (reflectance)",)


@dataclass(frozen=True)
class Model:
    """What computes: a network on its device, the side of the crops that it was trained with, and where it is from."""

    network: nn.Module
    name: str
    sha256: str
    tile: int


@dataclass
class Job:
    """A request after all checks: what is read, what computes, and how."""

    request: Reconstruct
    scene: Scene
    model: Model
    device: str
    precision: str
    grid: TileGrid
    batch: int
    # The side of what the network sees at once: of a tile, or of a part of it where a memory limit wants that.
    part: int
    warnings: list[str] = field(default_factory=list)
    # The share of the work that was done before the first tile.
    begin: float = 0.0
    # Which detector found the clouds, where they were looked for.
    detector: str | None = None
    dates: list[ClearDate] = field(default_factory=list)
    # What is expected of hidden ground; None for a network that takes no prior.
    ground: HiddenGround | None = None

    @property
    def keeps(self) -> str:
        """How clear pixels are kept: "network", "mask" or "detected"."""
        return self.request.keeps


def reconstruct(
    request: Reconstruct, report: Report, cancelled: Callable[[], bool], model: Model | None = None
) -> dict:
    """Carry out `request` and return the values of its result; `model` is used instead of the one that it names.

    `report` takes events from any thread; `cancelled` is asked between tiles. Either all outputs are there at the end,
    or those that were there before are as they were and nothing is left. Raises `Cancelled` and whatever `check` and
    the disk, the device and the files have in store.
    """
    begun = time.monotonic()
    try:
        with check(request, cancelled, model) as job:
            for finding in job.scene.findings():
                report(Log(finding))
            for warning in job.warnings:
                report(Log(warning, "warning"))
            with _detected(job, report, cancelled), open_dates(request, job.scene, report, cancelled) as job.dates:
                job.ground = ground_of(request, job.scene, job.dates, job.model.network, job.device, cancelled)
                values = _Run(job, report, cancelled).run()
    finally:
        devices.release_unused_memory()
    return {**values, "seconds": round(time.monotonic() - begun, 3)}


@contextlib.contextmanager
def _detected(job: Job, report: Report, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Where no mask says it, look for clouds on the grid of the scene, and let what is clear be kept."""
    request, scene = job.request, job.scene
    if job.keeps != "detected":
        yield
        return
    image = Image(scene.optical, scene.grid, scene.layout, scene.scaling)
    job.begin = DETECTION_SHARE
    looked_for = (image, request.output, request.detection, scene.level, request.grow)
    with detected_mask(*looked_for, report, cancelled, DETECTION_SHARE) as (mask, job.detector), scene.masked_by(mask):
        yield


@contextlib.contextmanager
def check(request: Reconstruct, cancelled: Callable[[], bool], model: Model | None = None) -> Iterator[Job]:
    """Look at everything that a request names before any work begins; nothing is written.

    Raises the error that says what is wrong with an option, an input, an output, the device or the weights.
    """
    check_options(request)
    with open_scene(request, cancelled) as scene:
        optional = (request.attention, request.changed, request.source, request.expected_error, request.influence)
        check_outputs([request.output, *filter(None, optional)], scene.sources)
        device = devices.resolve(request.device)
        precision = choose_precision(request.precision, device)
        model = model or load_model(request.model, device)
        _check_takes_prior(request, model)
        tile, overlap = tile_and_overlap(request, model, max(scene.grid.height, scene.grid.width))
        grid = TileGrid(scene.grid.height, scene.grid.width, tile, overlap)
        batch = min(len(grid), choose_batch(device, tile) if request.batch is None else request.batch)
        part, limited = tile, []
        if request.memory_gb is not None:
            wanted = batch
            batch, part = memory.fit(_demand(request, scene, grid, device), batch, request.memory_gb * memory.GB)
            limited = _what_the_limit_changed(request.memory_gb, wanted, batch, tile, part)
        yield Job(request, scene, model, device, precision, grid, batch, part, [*scene.warnings, *limited])


def tile_and_overlap(request: Reconstruct, model: Model, side: int | None = None) -> tuple[int, int]:
    """Return the side of a tile and what neighbouring ones share, in pixels. Raises `BadOption`.

    `side` is the longer one of the scene: what a tile is longer would be filled with a mirror image, and computed.
    """
    tile = model.tile if request.tile is None else request.tile
    if request.overlap is not None and not 0 <= request.overlap < tile:
        raise BadOption(option="overlap", value=request.overlap, detail=f"it has to be between 0 and {tile - 1}")
    if side is not None and tile > model.tile:
        tile = max(model.tile, min(tile, -(-side // LEAST_TILE) * LEAST_TILE))
    overlap = tile // 4 if request.overlap is None else min(request.overlap, tile - 1)
    return tile, overlap


def _demand(request: Reconstruct, scene: Scene, grid: TileGrid, device: str) -> memory.Demand:
    """Return what a run needs of memory."""
    s2 = scene.s2.dataset
    extra = bool(request.influence) + 2 + len(PARTS)
    detection = {}
    if request.keeps == "detected":
        size, pixel = (scene.grid.height, scene.grid.width), pixel_size(scene.grid)
        methods = ("spectral", "csmask") if request.detection == "auto" else (request.detection,)
        detection = {method: most_looked_at(method, request.grow, size, pixel) for method in methods}
    return memory.Demand(
        tile=grid.tile,
        overlap=grid.overlap,
        width=grid.width,
        channels=len(scene.layout.present) + 2 * bool(request.attention) + extra,
        bands=s2.count,
        itemsize=max(np.dtype(each).itemsize for each in s2.dtypes),
        on_cuda=device.startswith("cuda"),
        detection=detection,
        fits=request.keeps != "network" and request.colours == "auto",
    )


def _what_the_limit_changed(limit: float, wanted: int, batch: int, tile: int, part: int) -> list[str]:
    """Return a line for the log, if the memory limit made anything smaller."""
    if part < tile:
        return [f"The memory limit of {limit:g} GB: tiles are computed one by one, in parts of {part} pixels."]
    return [f"The memory limit of {limit:g} GB: the batch is {batch}."] if batch < wanted else []


def load_model(name: str, device: str) -> Model:
    """Return the model of a name or a path on `device`. Raises `UnknownModel`, `BadWeights`.

    The latest one is kept, so that a process that stays warm reads it once; a file that has changed is read anew.
    """
    path = checkpoints.resolve(name)
    try:
        state = path.stat()
    except OSError as error:
        raise BadWeights(path=path, detail=error.strerror or str(error)) from error
    return _kept_model(path, state.st_mtime_ns, state.st_size, device)


@functools.lru_cache(maxsize=1)
def _kept_model(path: Path, modified: int, size: int, device: str) -> Model:
    checkpoint = checkpoints.load(path, device)
    return Model(checkpoint.network, checkpoint.path.stem, checkpoint.sha256, checkpoint.tile)


def check_options(request: Reconstruct) -> None:
    """Raise `BadOption` for what can be told to be wrong without any file."""
    for option, least in (("tile", LEAST_TILE), ("batch", 1), ("overlap", 0), ("feather", 0)):
        value = getattr(request, option)
        if value is not None and value < least:
            raise BadOption(option=option, value=value, detail=f"it has to be {least} or more")
    if request.memory_gb is not None and not request.memory_gb > 0:
        raise BadOption(option="memory", value=request.memory_gb, detail="it has to be more than 0, in GB")
    _check_keep(request)
    if request.colours not in COLOURS:
        raise BadOption(option="colours", value=request.colours, detail=f"choose one of {', '.join(COLOURS)}")
    if request.quality not in QUALITIES:
        raise BadOption(option="quality", value=request.quality, detail=f"choose one of {', '.join(QUALITIES)}")
    if not request.s1 and not request.clear:
        raise BadOption(option="s1", value="", detail="give Sentinel-1, or a clear date of the same place")
    if len(request.clear) > MOST_DATES:
        detail = f"{MOST_DATES} clear dates at most are used; leave out those that are furthest in time"
        raise BadOption(option="clear", value=len(request.clear), detail=detail)


def _check_takes_prior(request: Reconstruct, model: Model) -> None:
    """Raise `BadOption` for what a network without a head for hidden ground cannot heed."""
    if takes_prior(model.network):
        return
    for option in ("clear", "source", "expected_error"):
        if getattr(request, option):
            detail = f"the model {model.name} draws hidden ground by itself; leave this out, or choose another model"
            value = len(request.clear) if option == "clear" else getattr(request, option)
            raise BadOption(option=option, value=value, detail=detail)


def _check_keep(request: Reconstruct) -> None:
    if request.keep not in KEEPS:
        raise BadOption(option="keep", value=request.keep, detail=f"choose one of {', '.join(KEEPS)}")
    if request.keep == "mask" and not request.mask:
        raise BadOption(option="keep", value="mask", detail="no cloud mask is chosen; choose one, or another value")
    if request.keeps != "detected" and request.keep != "detected":
        return
    if request.mask:
        detail = "a cloud mask is chosen too; leave it out, or choose «mask»"
        raise BadOption(option="keep", value=request.keep, detail=detail)
    if request.detection not in DETECTION_METHODS[:3]:
        detail = f"choose one of {', '.join(DETECTION_METHODS[:3])}"
        raise BadOption(option="detection", value=request.detection, detail=detail)
    if request.grow < 0:
        raise BadOption(option="grow", value=request.grow, detail="it has to be 0 or more")


@contextlib.contextmanager
def observed(model: Model, attention: str | None) -> Iterator[Observer | None]:
    """Watch the network if the map `attention` is wanted. Raises `BadOption` for a network that has no attention."""
    if not attention:
        yield None
        return
    with observe(model.network) as observer:
        if observer is None:
            detail = f"the model {model.name} has no SAR-guided attention; leave the map out"
            raise BadOption(option="attention", value=attention, detail=detail)
        yield observer


class _Run:
    """One run of a job."""

    def __init__(self, job: Job, report: Report, cancelled: Callable[[], bool]) -> None:
        self._job = job
        self._report = report
        self._cancelled = cancelled
        scene = job.scene
        # That of the result, which has the same for all bands.
        nodata = [scene.s2.first_nodata] * scene.s2.dataset.count
        self._nodata = nodata

    def run(self) -> dict:
        job = self._job
        with contextlib.ExitStack() as stack:
            observer = stack.enter_context(observed(job.model, job.request.attention))
            stack.enter_context(interruptible(job.model.network, self._cancelled))
            stack.enter_context(images_of(job.scene.level, job.model.network))
            outputs = stack.enter_context(_Outputs(job, self._announce))
            predictor = self._predictor(observer)
            channels = with_ground(predictor.channels, job.ground)
            scene = job.scene
            self._composer = Composer(scene.layout, scene.scaling, self._nodata, channels, job.keeps)
            self._compute(predictor, outputs)
            outputs.finish(self._finishing, self._cancelled)
            if self._cancelled():
                raise Cancelled
            outputs.publish()
        self._report(Progress(1.0, "Done"))
        return self._values(predictor)

    def _predictor(self, observer: Observer | None) -> Predictor:
        job = self._job
        return Predictor(
            job.model.network,
            job.model.name,
            job.device,
            job.precision,
            job.scene.layout.present,
            job.part,
            job.batch,
            observer,
            self._warn,
            job.request.quality,
            bool(job.request.influence),
        )

    def _compute(self, predictor: Predictor, outputs: _Outputs) -> None:
        """Let all tiles go through reader, network and writer."""
        job = self._job
        network_everywhere = bool(job.request.attention) or job.keeps == "detected"

        def read(window: Window) -> Work:
            tile = job.scene.read_tile(window, job.grid.tile, network_everywhere)
            return work_on(tile, job.ground, job.keeps, predictor.channels)

        tiles = in_order(read, job.grid)
        count = max(each.stop for each in with_ground(predictor.channels, job.ground).values())
        assembly = _Assembly(job, count, self._composer, outputs)
        with Prefetcher(tiles, ahead=job.batch + 1) as waiting, Consumer(assembly.take, behind=job.batch + 1) as writer:
            grounded = in_order(
                lambda answer: add_ground(answer, job.ground, predictor.channels), self._answers(predictor, waiting)
            )
            for answer in grounded:
                writer.put(answer)

    def _answers(self, predictor: Predictor, waiting: Iterator[Work]) -> Iterator[Answer]:
        """Yield what the network makes of the tiles, in their order. Raises `Cancelled`."""
        job, done = self._job, 0
        for batch in _batches(waiting, job.batch):
            if self._cancelled():
                raise Cancelled
            yield from predict(predictor, batch)
            if done // TRIM_TILES != (done + len(batch)) // TRIM_TILES:
                trim_heap()
            done += len(batch)
            share = job.begin + (TILES_SHARE - job.begin) * done / len(job.grid)
            self._report(Progress(share, f"Tile {done} of {len(job.grid)}"))

    def _finishing(self, share: float) -> None:
        self._report(Progress(TILES_SHARE + (1 - TILES_SHARE) * share, "Writing overviews"))

    def _announce(self, path: str) -> None:
        self._report(PartialFile(path))

    def _warn(self, message: str) -> None:
        self._job.warnings.append(message)
        self._report(Log(message, "warning"))

    def _told_of_ground(self) -> dict:
        """Return what colours came from: the clear dates with what they did, and the mean parts of changed pixels."""
        if self._job.ground is None:
            return {"dates": [], "parts": None}
        dates = self._job.ground.dates_told()
        for date in dates:
            self._report(Log(f"Clear date «{date['name']}»: {date['reason']}."))
        total = self._composer.parts.sum()
        names = ("shines through", *PARTS)
        parts = (
            {name: round(float(each / total), 4) for name, each in zip(names, self._composer.parts)} if total else None
        )
        return {"dates": dates, "parts": parts}

    def _values(self, predictor: Predictor) -> dict:
        job, counts = self._job, self._composer.counts
        if counts["s1_missing"] and job.scene.s1:
            share = counts["s1_missing"] / max(1, counts["s1_missing"] + counts["changed"])
            self._warn(
                f"«{job.scene.s1.name}» has no value at {counts['s1_missing']} pixels ({share:.1%} of those to be "
                "reconstructed); they are as cloudy as before."
            )
        return {
            "output": job.request.output,
            "attention": job.request.attention,
            "changed": job.request.changed,
            "source": job.request.source,
            "expected_error": job.request.expected_error,
            "influence": job.request.influence,
            "cloud_cover": self._composer.cloud_cover(),
            "detector": job.detector,
            **self._told_of_ground(),
            "device": job.device,
            "model": job.model.name,
            "weights_sha256": job.model.sha256,
            "valid_pixels": counts["kept"] + counts["changed"] + counts["s1_missing"],
            "s1_missing_pixels": counts["s1_missing"],
            "nodata_pixels": counts["nodata"],
            "kept_pixels": counts["kept"],
            "tiles": len(job.grid),
            "bands": list(job.scene.bands),
            "tile": predictor.tile,
            "overlap": job.grid.overlap,
            "batch": predictor.batch,
            "precision": job.precision,
            "quality": job.request.quality,
            "findings": job.scene.findings(),
            "warnings": job.warnings,
        }


class _Assembly:
    """The end of the line: blends answers, composes what is complete, and writes it."""

    def __init__(self, job: Job, channels: int, composer: Composer, outputs: _Outputs) -> None:
        self._blender = Blender(job.grid, channels)
        self._inner = job.scene.inner
        self._composer = composer
        self._outputs = outputs

    def take(self, answer: Answer) -> None:
        piece = self._blender.add(answer.values, answer.tile.needed)
        window = piece.window.intersection(self._inner)
        if window is not None:
            composite = self._composer.compose(piece.cut(window), answer.tile.cut(window))
            self._outputs.write(window.relative_to(self._inner), composite)


class _Outputs:
    """The rasters that a job writes. Leaving the `with` block removes what has not been published."""

    def __init__(self, job: Job, announce: Callable[[str], None]) -> None:
        self._layouts = _layouts(job)
        self._announce = announce
        self._rasters: dict[str, OutputRaster] = {}

    def __enter__(self) -> _Outputs:
        check_room({layout.path: layout.layout for layout in self._layouts})
        try:
            for each in self._layouts:
                self._rasters[each.role] = OutputRaster(each.path, each.layout, self._announce)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        for raster in self._rasters.values():
            raster.discard()

    def write(self, window: Window, composite: Composite) -> None:
        self._rasters["output"].write(window, composite.numbers, composite.valid)
        if "attention" in self._rasters:
            self._rasters["attention"].write(window, composite.attention)
        if "changed" in self._rasters:
            self._rasters["changed"].write(window, composite.changed[None])
        for role in ("influence", "source", "error"):
            if role in self._rasters:
                self._rasters[role].write(window, getattr(composite, role)[None])

    def finish(self, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        """Close the files and give them overviews; `progress` takes a share of that work, 0–1."""
        total = sum(raster.layout.nbytes for raster in self._rasters.values())
        done = 0
        for raster in self._rasters.values():
            share = raster.layout.nbytes / total
            raster.finish(lambda part, start=done / total, share=share: progress(start + share * part), cancelled)
            done += raster.layout.nbytes
            if cancelled():
                return

    def publish(self) -> None:
        publish(list(self._rasters.values()))


@dataclass(frozen=True)
class _Output:
    role: str
    path: str
    layout: OutputLayout


def _layouts(job: Job) -> list[_Output]:
    """Return what is to be written, the image first."""
    scene, request, tags = job.scene, job.request, _tags(job)
    found = [_Output("output", request.output, layout_like(scene.s2, scene.result, tags))]
    if request.attention:
        layout = OutputLayout(
            scene.result, "uint16", ATTENTION_BANDS, nodata=ATTENTION_NODATA, scales=ATTENTION_SCALES, tags=tags
        )
        found.append(_Output("attention", request.attention, layout))
    if request.changed:
        layout = OutputLayout(scene.result, "uint8", CHANGED_BANDS, nodata=CHANGED_NODATA, tags=tags, categories=True)
        found.append(_Output("changed", request.changed, layout))
    if request.source:
        layout = OutputLayout(scene.result, "uint8", SOURCE_BANDS, nodata=SOURCE_NODATA, tags=tags, categories=True)
        found.append(_Output("source", request.source, layout))
    if request.expected_error:
        layout = OutputLayout(
            scene.result, "uint16", ERROR_BANDS, nodata=ERROR_NODATA, scales=(ERROR_SCALE,), tags=tags
        )
        found.append(_Output("error", request.expected_error, layout))
    if request.influence:
        layout = OutputLayout(
            scene.result, "uint16", INFLUENCE_BANDS, nodata=INFLUENCE_NODATA, scales=(INFLUENCE_SCALE,), tags=tags
        )
        found.append(_Output("influence", request.influence, layout))
    return found


def _tags(job: Job) -> dict[str, str]:
    """Return the metadata that say how a result came about."""
    scene = job.scene
    options = {
        "tile": job.grid.tile,
        "overlap": job.grid.overlap,
        "device": job.device,
        "precision": job.precision,
        "quality": job.request.quality,
        "s2_bands": scene.layout.names,
        "s2_scaling": dataclasses.asdict(scene.scaling),
        "s1_bands": scene.s1_layout.numbers if scene.s1 else None,
        "s1_scaling": dataclasses.asdict(scene.s1_scaling) if scene.s1 else None,
        "extent": job.request.extent,
        "feather": job.request.feather if scene.mask else None,
    }
    if job.detector:
        options.update(keep="detected", detection=job.detector, grow=job.request.grow)
    tags = {
        "TIFFTAG_SOFTWARE": f"SAR Cloud Removal {version()}",
        "SAR_CLOUD_REMOVAL_VERSION": version(),
        "SAR_CLOUD_REMOVAL_MODEL": job.model.name,
        "SAR_CLOUD_REMOVAL_WEIGHTS_SHA256": job.model.sha256,
        RUN_TAG: run_record(job.request, scene, job.grid, job.detector),
        "SAR_CLOUD_REMOVAL_OPTIONS": json.dumps(options, ensure_ascii=False),
        "SAR_CLOUD_REMOVAL_S2": f"{scene.s2.name} ({scene.s2.path})",
    }
    if scene.s1:
        tags["SAR_CLOUD_REMOVAL_S1"] = f"{scene.s1.name} ({scene.s1.path})"
    if job.dates:
        tags["SAR_CLOUD_REMOVAL_CLEAR"] = "; ".join(f"{date.name} ({date.scene.s2.path})" for date in job.dates)
    if job.request.mask:
        tags["SAR_CLOUD_REMOVAL_MASK"] = f"{scene.mask.name} ({scene.mask.path})"
    sources = (scene, *(date.scene for date in job.dates))
    attributions = {
        source.dataset.tags().get("ATTRIBUTION"): None for each in sources for source in (each.s2, each.s1) if source
    }
    attributions.pop(None, None)
    if attributions:
        tags["ATTRIBUTION"] = "; ".join(attributions)
    return tags


def _batches(tiles: Iterable[Work], size: int) -> Iterator[list[Work]]:
    """Yield the tiles in their order, so many that `size` of a batch are to be computed."""
    batch: list[Work] = []
    wanted = 0
    for tile in tiles:
        batch.append(tile)
        wanted += tile.asks
        if wanted == size or len(batch) == 4 * size:
            yield batch
            batch, wanted = [], 0
    if batch:
        yield batch
