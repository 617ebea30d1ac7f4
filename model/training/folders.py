"""Any folder of Sentinel-1 and Sentinel-2 GeoTIFFs: which files belong together, and where they are.

A file's role is in its name, `berlin_01_s1.tif`, `berlin_01_s2.tif` or `berlin_01_clear.tif`, and
`berlin_01_s2_cloudy.tif` or `berlin_01_cloudy.tif`; or it is the name of a folder on the way to it, `s1/berlin_01.tif`.
What is left of path and name is the scene.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Optional, TypeVar

import numpy as np

from ..bands import S2_BANDS, S1Scaling
from ..errors import UnreadableInput, UnusableDataset
from ..file_roles import FileRoles, geotiffs
from ..tiling import windows
from .datasets import Problem
from .scene_files import (
    Conventions,
    SceneFile,
    UnusableScene,
    backscatter_scaling,
    optical_layout,
    optical_scaling,
    reading,
)

T = TypeVar("T")

GROUP = "folder"

EXPECTED = (
    "it needs GeoTIFFs called like NAME_s1.tif, NAME_s2.tif (clear) and NAME_s2_cloudy.tif, or folders s1, s2 and "
    "s2_cloudy with files of equal names, or SEN12MS-CR's folders, or an index.csv"
)
#: Patches whose footprints are no further apart are of one place.
PLACE_KM = 10.0
#: Scenes with a longer side are cut into pieces of `PIECE` pixels, so that a step need not read all of them.
WHOLE, PIECE = 1024, 512
#: Of so many files it is judged what the numbers of a folder usually mean.
SAMPLE_FILES = 24
KM_PER_DEGREE = 111.32

_WORDS = {
    "s1": "sar", "sar": "sar", "sentinel1": "sar", "sentinel-1": "sar",
    "s2": "clear", "clear": "clear", "s2_clear": "clear", "s2_cloudfree": "clear", "cloudfree": "clear",
    "cloudy": "cloudy", "s2_cloudy": "cloudy",
    "sentinel2": "clear", "sentinel-2": "clear", "sentinel2_cloudy": "cloudy", "sentinel2_clear": "clear",
}  # fmt: skip
_ROLES = FileRoles(_WORDS)
_NUMBER = re.compile(r"[_-]?[a-z]?\d+$", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """What the head of a scene's clear file says. `bounds` are west, south, east, north in degrees."""

    size: tuple[int, int]
    level: str
    bounds: Optional[tuple[float, float, float, float]]


def find_scenes(root: Path) -> tuple[list[SceneFile], list[Problem]]:
    """Return the scenes of a folder, sorted by name, and what cannot be used. Raises `UnusableDataset`."""
    found, problems = match_files(root)
    complete = {name: files for name, files in found.items() if "clear" in files and len(files) > 1}
    problems += [_partner_problem(name, files) for name, files in found.items() if name not in complete]
    if not complete:
        raise UnusableDataset(path=root, detail=EXPECTED)
    headers: dict[str, Header] = {}
    for name, files in complete.items():
        try:
            headers[name] = _read_header(files["clear"])
        except UnusableScene as error:
            problems.append(Problem(name, "", error.kind, error.detail))
    if not headers:
        raise UnusableDataset(path=root, detail=f"no scene can be read; the first one: {problems[0].detail}")
    places = find_places(root, headers)
    conventions = find_conventions([complete[name] for name in sorted(headers)])
    scenes = []
    for name in sorted(headers):
        scenes += _pieces(name, places[name], complete[name], headers[name], conventions)
    return scenes, problems


def match_files(root: Path) -> tuple[dict[str, dict[str, Path]], list[Problem]]:
    """Return {scene: {"sar", "clear", "cloudy": path}} of the GeoTIFFs below a folder, and the files without a role."""
    found: dict[str, dict[str, Path]] = {}
    problems = []
    for path in geotiffs(root):
        relative = path.relative_to(root)
        role, name = find_role(relative)
        if not role:
            detail = "neither its name nor a folder says s1, s2, clear or cloudy"
            problems.append(Problem(relative.as_posix(), "", "name", detail, usable=True))
        elif role in found.setdefault(name, {}):
            detail = f"«{relative}» and «{found[name][role].relative_to(root)}» have the same role; the second is used"
            problems.append(Problem(name, "", "name", detail, usable=True))
        else:
            found[name][role] = path
    return found, problems


def find_role(relative: Path) -> tuple[str, str]:
    """Return ("sar", "clear", "cloudy" or "", the scene's name) of a path inside of a data folder."""
    return _ROLES.find(relative)


def find_places(root: Path, headers: Mapping[str, Header]) -> dict[str, str]:
    """Return the place of each scene: by places.csv, else by where it lies, else by the beginning of its name.

    `places.csv` has the columns scene and place; a scene may be the beginning of names. Scenes whose footprints are
    within `PLACE_KM` of each other, directly or over others in between, are of one place. Raises `UnreadableInput`.
    """
    listed = _listed_places(root)
    places = {}
    for name in headers:
        fitting = [prefix for prefix in listed if name.startswith(prefix)]
        if fitting:
            places[name] = listed[max(fitting, key=len)]
    lying = {name: header.bounds for name, header in headers.items() if header.bounds and name not in places}
    places.update(cluster(lying))
    return {name: places.get(name) or place_by_name(name) for name in headers}


def place_by_name(name: str) -> str:
    """Return what stands before the number at the end of a scene's name; else its folder; else the name itself."""
    folder, _, stem = name.rpartition("/")
    prefix = _NUMBER.sub("", stem)
    return "/".join(part for part in (folder, prefix) if part) or name


def cluster(bounds: Mapping[str, tuple[float, float, float, float]], reach: float = PLACE_KM) -> dict[str, str]:
    """Return {scene: place} for {scene: (west, south, east, north) in degrees}; a place is called by its middle."""
    names = sorted(bounds, key=lambda name: bounds[name][1])
    leader = {name: name for name in names}

    def head(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    open_names: list[str] = []
    for name in names:  # from south to north: what ended too far south is near to none of those to come
        south = bounds[name][1]
        open_names = [other for other in open_names if (south - bounds[other][3]) * KM_PER_DEGREE <= reach]
        for other in open_names:
            if distance_km(bounds[name], bounds[other]) <= reach:
                leader[head(name)] = head(other)
        open_names.append(name)
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(head(name), []).append(name)
    return {name: _call_place([bounds[each] for each in group]) for group in members.values() for name in group}


def distance_km(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the distance of two boxes (west, south, east, north in degrees) in km, exact to 1 % for near ones."""
    south, north = max(first[1], second[1]), min(first[3], second[3])
    vertical = max(south - north, 0.0)
    # The shorter way around the globe; a box across the antimeridian has its east beyond 180.
    (west_1, east_1), (west_2, east_2) = ((box[0], box[2] + 360 * (box[2] < box[0])) for box in (first, second))
    horizontal = min(max(west_2 + turn - east_1, west_1 - (east_2 + turn), 0.0) for turn in (-360, 0, 360))
    return KM_PER_DEGREE * math.hypot(vertical, horizontal * math.cos(math.radians((south + north) / 2)))


def find_conventions(found: Sequence[Mapping[str, Path]]) -> Conventions:
    """Return what the numbers of most files mean: the units of Sentinel-1 and the offset of Sentinel-2.

    One small patch may not tell; many of them do.
    """
    chosen = [found[int(index)] for index in np.unique(np.linspace(0, len(found) - 1, SAMPLE_FILES).round())]
    radar = _readable(backscatter_scaling, [files["sar"] for files in chosen if "sar" in files])
    optical = _readable(optical_scaling, [files["clear"] for files in chosen])
    certain = [scaling for scaling in optical if scaling.certain] or optical
    return Conventions(
        s1=_most_frequent(radar) or S1Scaling("db", 0.0, "no Sentinel-1 file told otherwise"),
        offset=_most_frequent([scaling.offset / scaling.scale for scaling in certain]) or 0.0,
    )


def _readable(find: Callable[[Path], T], paths: Sequence[Path]) -> list[T]:
    found = []
    for path in paths:
        try:
            found.append(find(path))
        except UnusableScene:  # which the inspection of that scene will tell
            continue
    return found


def _most_frequent(found: Sequence[T]) -> Optional[T]:
    """Return what is there most often, of S1 scalings by their numbers, of several the first; None for nothing."""
    keys = [(each.units, each.calibration_db) if isinstance(each, S1Scaling) else each for each in found]
    return found[keys.index(Counter(keys).most_common(1)[0][0])] if keys else None


def _read_header(path: Path) -> Header:
    with reading(path) as source:
        present = optical_layout(source.facts()).present
        level = "L1C" if S2_BANDS.index("B10") in present else "L2A"
        return Header((source.height, source.width), level, source.geographic_bounds())


def _pieces(
    name: str, place: str, files: Mapping[str, Path], header: Header, conventions: Conventions
) -> Iterator[SceneFile]:
    """Yield the scene, or its pieces if it is large."""
    scene = SceneFile(
        name=name,
        place=place,
        group=GROUP,
        level=header.level,
        clear=files["clear"],
        sar=files.get("sar"),
        cloudy=files.get("cloudy"),
        conventions=conventions,
    )
    if max(header.size) <= WHOLE:
        yield scene
        return
    for window in windows(*header.size, PIECE, 0):
        yield replace(scene, name=f"{name}@{window.row}+{window.column}", window=window)


def _partner_problem(name: str, files: Mapping[str, Path]) -> Problem:
    if "clear" not in files:
        return Problem(name, "", "partner", "there is no clear Sentinel-2 (NAME_s2.tif or NAME_clear.tif)")
    return Problem(name, "", "partner", "there is neither Sentinel-1 (NAME_s1.tif) nor a cloudy date beside it")


def _listed_places(root: Path) -> dict[str, str]:
    path = root / "places.csv"
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["scene"]: row["place"] for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError) as error:
        detail = f"it has to be a CSV with the columns scene and place ({error})"
        raise UnreadableInput(layer=path, detail=detail) from error


def _call_place(boxes: Sequence[tuple[float, float, float, float]]) -> str:
    """Return a name such as «48.14N 11.58E»: the middle of what the boxes span."""
    latitude = (min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2
    first = boxes[0][0]
    edges = [first + (edge - first + 180) % 360 - 180 for box in boxes for edge in (box[0], box[2])]
    longitude = ((min(edges) + max(edges)) / 2 + 180) % 360 - 180
    return f"{abs(latitude):.2f}{'SN'[latitude >= 0]} {abs(longitude):.2f}{'WE'[longitude >= 0]}"
