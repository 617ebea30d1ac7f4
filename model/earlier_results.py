"""Results that are there already: whether they are whole, and what sets them apart from what is asked for now."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping

from .bands import NO_BAND, s2_band_name
from .errors import InputError
from .raster import Source
from .reconstruct import Model, tile_and_overlap
from .requests import RUN_TAG, Reconstruct

# How options are called that are not called like their fields.
_OPTIONS = {
    "s2_bands": "Sentinel-2 bands",
    "s1_bands": "Sentinel-1 bands",
    "s2_scale": "Sentinel-2 scale",
    "s2_offset": "Sentinel-2 offset",
    "s1_units": "Sentinel-1 units",
    "mask_kind": "Cloud mask kind",
}
# Options that are noted as they were given. Those that a run did not heed are not noted.
_AS_GIVEN = ("quality", "colours", "precision", "keep", "feather", "grow")
# Options that are found out where they are not given: what that comes to is not known before a scene is read.
_FOUND_OUT = ("s2_bands", "s1_bands", "s2_scale", "s2_offset", "s1_units")


def what_is_wrong(path: str) -> str:
    """Return why the result at `path` is none, "" for a whole one; its pixels are not read."""
    try:
        with Source(path) as source:
            source.check_complete()
    except InputError as error:
        return str(error)
    return ""


def differences(request: Reconstruct, model: Model) -> list[str]:
    """Return what sets the result that is there apart from that of `request` by `model`, each a half-sentence on «it».

    Raises `UnreadableInput`.
    """
    with Source(request.output) as source:
        tags, side = source.dataset.tags(), max(source.height, source.width)
    noted = _noted(tags)
    if noted is None:
        return ["it does not say how it was made", *_newer(request)]
    found = list(_weights(tags, model))
    tiles, uncut = (
        {} if found else dict(zip(("tile", "overlap"), tile_and_overlap(request, model, each))) for each in (side, None)
    )
    for option, value in {**_wanted(request, noted), **tiles}.items():
        before = _tupled(noted.get(option, value))
        # Tiles longer than the scene were once noted as they were asked for.
        if before not in (value, uncut.get(option, value)):
            option, before, now = _OPTIONS.get(option, option), _shown(before), _shown(value)
            found.append(f"it was made with {option} {before}, not {now}")
    return [*found, *_files(request, noted), *_dates(request, noted), *_newer(request)]


def _dates(request: Reconstruct, noted: Mapping) -> Iterator[str]:
    """Yield whether the clear dates are others."""
    before = {os.path.basename(date[0]) for date in noted.get("clear", ())}
    now = {os.path.basename(date[0]) for date in request.clear}
    if before != now:
        yield f"it was made with the clear dates {_named(before)}, not {_named(now)}"


def _named(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _noted(tags: Mapping[str, str]) -> dict | None:
    try:
        noted = json.loads(tags[RUN_TAG])
    except (KeyError, ValueError):
        return None
    return noted if isinstance(noted, dict) else None


def _weights(tags: Mapping[str, str], model: Model) -> Iterator[str]:
    if tags.get("SAR_CLOUD_REMOVAL_WEIGHTS_SHA256") == model.sha256:
        return
    name = tags.get("SAR_CLOUD_REMOVAL_MODEL", model.name)
    other = name != model.name
    yield f"it was made with the weights {name}, not {model.name}" if other else "it was made with other weights"


def _wanted(request: Reconstruct, noted: Mapping) -> dict[str, object]:
    """Return the options of a request that can be compared with what is noted."""
    wanted = {name: getattr(request, name) for name in _AS_GIVEN}
    # Another mask is told as such.
    wanted["keep"] = noted.get("keep") if bool(request.mask) != bool(noted.get("mask")) else request.keeps
    wanted.update({name: getattr(request, name) for name in _FOUND_OUT if getattr(request, name) is not None})
    if request.s2_bands:
        wanted["s2_bands"] = tuple(s2_band_name(name) or NO_BAND for name in request.s2_bands)
    if request.detection != "auto":
        wanted["detection"] = request.detection
    if request.mask and request.mask_kind != "auto":
        wanted["mask_kind"] = request.mask_kind
    if request.level != "auto":
        wanted["level"] = request.level
    elif "s2_bands" in noted:
        # As `bands.S2Layout.level` has it.
        wanted["level"] = "l1c" if "B10" in noted["s2_bands"] else "l2a"
    return wanted


def _files(request: Reconstruct, noted: Mapping) -> Iterator[str]:
    """Tell of other files by their names alone, as all of them may have been moved."""
    for role in ("s1", "s2", "mask"):
        before, now = (_name(path) for path in (noted.get(role), getattr(request, role)))
        if before == now:
            continue
        if before and now:
            yield f"it was made from «{before}», not from «{now}»"
        else:
            yield f"it was made without «{now}»" if now else f"it was made with «{before}»"


def _newer(request: Reconstruct) -> Iterator[str]:
    made = os.path.getmtime(request.output)
    for path in filter(None, (request.s1, request.s2, request.mask)):
        if os.path.exists(path) and os.path.getmtime(path) > made:
            name = _name(path)
            yield f"«{name}» is newer than it"


def _name(path: str | None) -> str:
    return (path or "").replace("\\", "/").rstrip("/").rpartition("/")[2]


def _tupled(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
