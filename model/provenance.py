"""How a result came about, noted in its own metadata: written by a run, and read again to look into it."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping

from .errors import NotAResult, OldResult, SourceGone
from .raster import read_tags
from .requests import RUN_TAG, Reconstruct, tupled
from .scene import Scene
from .tiling import TileGrid

# What a run was done with does not say what came of it.
_NOT_NOTED = ("attention", "changed", "source", "expected_error", "influence", "device", "batch")
# The fields that are files, with what they are called in messages.
_FILES = {"s1": "Sentinel-1", "s2": "Sentinel-2", "mask": "cloud mask"}


def run_record(
    request: Reconstruct,
    scene: Scene,
    grid: TileGrid,
    detector: str | None = None,
) -> str:
    """Return the JSON that `read_run` reads: the request, with what had to be found out filled in.

    `detector` is which one found the clouds, where they were looked for. What does not apply is left out, as is what
    was not given; paths of files are absolute, as another process has another current folder.
    """
    found = dataclasses.replace(
        request,
        s1_name=scene.s1.name if scene.s1 else None,
        s2_name=scene.s2.name,
        mask_name=scene.mask.name if request.mask else None,
        mask_kind=scene.mask_kind.kind if request.mask else request.mask_kind,
        keep=request.keeps,
        detection=detector or request.detection,
        s2_bands=scene.layout.names,
        s1_bands=scene.s1_layout.numbers if scene.s1 else None,
        s2_scale=scene.scaling.scale,
        s2_offset=scene.scaling.offset,
        s1_units=scene.s1_scaling.units if scene.s1 else None,
        level=scene.level,
        tile=grid.tile,
        overlap=grid.overlap,
    )
    left_out = {*_NOT_NOTED, *_not_applying(request)}
    given = {name: value for name, value in dataclasses.asdict(found).items() if value is not None}
    noted = {name: value for name, value in given.items() if name not in left_out}
    for name in ("output", *_FILES):
        if name in noted:
            noted[name] = _absolute(noted[name])
    if request.clear:
        noted["clear"] = [[_absolute(path) if path else None for path in date] for date in request.clear]
    # A name that ships stays one.
    if noted["model"].endswith(".safetensors"):
        noted["model"] = os.path.abspath(noted["model"])
    return json.dumps(noted, ensure_ascii=False)


def _not_applying(request: Reconstruct) -> Iterator[str]:
    """Yield the fields that meant nothing in a run."""
    if not request.mask:
        yield from ("mask_name", "mask_crs", "mask_kind")
    if not request.clear:
        yield from ("clear", "clear_names", "clear_crs")
    if request.keeps != "detected":
        yield "detection"
        if not request.clear:
            yield "grow"
        if not request.mask:
            yield "feather"
    if request.extent is None:
        yield "extent_crs"


def read_run(path: str, name: str | None = None) -> tuple[Reconstruct, Mapping[str, str]]:
    """Return the request that a result was made by, its files found, and the metadata of the result.

    A file that is no longer where it was is looked for beside the result. `name` is how the user calls the result.
    Raises `NotAResult`, `OldResult`, `SourceGone`, `UnreadableInput`.
    """
    layer = name or os.path.basename(path)
    tags = read_tags(path, name)
    if RUN_TAG not in tags:
        raise (OldResult if "SAR_CLOUD_REMOVAL_VERSION" in tags else NotAResult)(layer=layer)
    fields = {field.name for field in dataclasses.fields(Reconstruct)}
    try:
        noted = {key: value for key, value in json.loads(tags[RUN_TAG]).items() if key in fields}
        run = Reconstruct(**{"s1": None, **{key: tupled(value) for key, value in noted.items()}})
    except (ValueError, TypeError, AttributeError) as error:
        raise NotAResult(layer=layer) from error
    files = {each: _found(getattr(run, each), path) for each in _FILES if getattr(run, each)}
    for each, place in files.items():
        if place is None:
            raise SourceGone(layer=layer, role=_FILES[each], path=getattr(run, each))
    clear = tuple(_date_found(date, path, layer) for date in run.clear)
    image = _found(run.output, path)
    return dataclasses.replace(run, **files, clear=clear, output=image or ""), tags


def _date_found(date: tuple[str | None, ...], result: str, layer: str) -> tuple[str | None, ...]:
    """Return the files of a clear date where they are now. Raises `SourceGone`."""
    found = tuple(_found(each, result) if each else None for each in date)
    for noted, place in zip(date, found):
        if noted and place is None:
            raise SourceGone(layer=layer, role="clear date", path=noted)
    return found


def _absolute(path: str) -> str:
    return path if _is_gdal_name(path) else os.path.abspath(path)


def _found(noted: str, result: str) -> str | None:
    """Return where a file is that was at `noted`; None when it is nowhere."""
    if _is_gdal_name(noted):
        return noted
    return next((place for place in _places(noted, result) if os.path.exists(place)), None)


def _places(noted: str, result: str) -> Iterator[str]:
    yield noted
    # Of another system the separators may be others.
    yield os.path.join(os.path.dirname(os.path.abspath(result)), noted.replace("\\", "/").rpartition("/")[2])


def _is_gdal_name(noted: str) -> bool:
    """Whether GDAL takes it for something else than a file, such as a part of a container or a virtual raster."""
    return noted.startswith(("/vsi", "<")) or (noted.split(":", 1)[0].isupper() and len(noted.split(":", 1)[0]) > 1)
