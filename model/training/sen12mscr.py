"""SEN12MS-CR in its official folder layout, and the splits that papers use.

Ebel et al. 2021, «Multisensor data fusion for cloud removal in global and all-season Sentinel-2 imagery», IEEE TGRS 59,
5866–5878; doi:10.1109/TGRS.2020.3024744. Patches of 256 × 256 pixels in three folders a season:

    ROIs1158_spring_s1/s1_1/ROIs1158_spring_s1_1_p30.tif                            VV and VH in dB
    ROIs1158_spring_s2/s2_1/ROIs1158_spring_s2_1_p30.tif                            Level-1C, 13 bands, DN, clear
    ROIs1158_spring_s2_cloudy/s2_cloudy_1/ROIs1158_spring_s2_cloudy_1_p30.tif       the same, cloudy

A place is a region of interest of a season: «spring_1». Regions of other seasons with the same number lie elsewhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..bands import S2_BANDS, S1Scaling, S2Scaling
from .datasets import Problem
from .scene_files import Conventions, SceneFile
from .splits import Split, cut, drawn_order

GROUP = "SEN12MS-CR"
SEASONS = ("spring", "summer", "fall", "winter")
CONVENTIONS = Conventions(
    s1=S1Scaling("db", 0.0, "as SEN12MS-CR has it"),
    s2=S2Scaling(10000.0, 0.0, "as SEN12MS-CR has it"),
    bands=S2_BANDS,
)
ROLES = ("s1", "s2", "s2_cloudy")
_FOLDER = re.compile(r"ROIs\d+_(spring|summer|fall|winter)_(s1|s2_cloudy|s2)")
_REGION = re.compile(r"(s1|s2_cloudy|s2)_(\d+)")
_PATCH = re.compile(r"(ROIs\d+_(?:spring|summer|fall|winter))_(s1|s2_cloudy|s2)_(\d+)_p(\d+)\.tiff?")
# How deep below the given folder the seasons' folders may lie: archives are often unpacked into folders of their own.
DEPTH = 1

#: Paper, section III.A: 40 regions of spring, 36 for training, 2 for validation, 2 for testing. It does not say which.
PAPER_SEASON = "spring"
PAPER_SHARES = (36, 2, 2)
PAPER_SEED = 0

#: The official split by regions, as in the data loader of UnCRtainTS (github.com/PatrickTUM/UnCRtainTS, data/
#: dataLoader.py). That loader looks for the training regions' names inside of the files' paths, so that «s1_1» also
#: finds region 106, which is tested on; here a region is in one part only.
OFFICIAL = {
    "train": {
        "spring": "1 6 8 9 15 21 26 39 40 45 58 63 66 75 77 97 100 101 109 110 113 115 117 119 120 121 124 126 128 132 "
        "134 141 142 145 147",
        "summer": "4 7 11 15 25 27 31 36 40 42 43 47 55 56 72 76 86 87 89 90 93 95 100 101 102 113 114 115 120 121 123 "
        "124 125 126 132 133 135 137 139 140 143 146 147",
        "fall": "1 3 4 6 11 14 19 22 26 27 28 30 31 33 35 37 39 40 41 42 57 64 71 77 81 82 83 85 88 91 93 100 104 105 "
        "107 109 110 112 114 116 119 120 122 125 128 131 133 134 135 136 141 142 144 147 148 149",
        "winter": "8 21 25 42 47 49 55 59 61 62 64 68 75 81 94 102 104 112 116 135 146",
    },
    "validation": {"spring": "17", "summer": "17 19 80 127", "fall": "65", "winter": "22 84 107 130"},
    "test": {"spring": "31 44 106 123 140", "summer": "73 119", "fall": "139", "winter": "63 108"},
}


def is_sen12mscr(root: Path) -> bool:
    """Tell whether a folder holds patches in folders of SEN12MS-CR."""
    return any(path for folder in _season_folders(root) for path in _patches(folder))


def find_scenes(root: Path) -> tuple[list[SceneFile], list[Problem]]:
    """Return the triplets below a folder, sorted by name, and what is there without its partners.

    Only names are read, no file.
    """
    found: dict[tuple[str, int, int], dict[str, Path]] = {}
    problems = []
    for folder in _season_folders(root):
        for path in _patches(folder):
            match = _PATCH.fullmatch(path.name)
            if not match or match.group(2) != _FOLDER.fullmatch(folder.name).group(2):
                problems.append(Problem(path.name, "", "name", "the name is not one of SEN12MS-CR in this folder"))
                continue
            roi, role, region, patch = match.groups()
            found.setdefault((roi, int(region), int(patch)), {})[role] = path
    scenes = []
    for (roi, region, patch), files in sorted(found.items()):
        season = roi.rpartition("_")[2]
        name, place = f"{roi}_{region}_p{patch}", f"{season}_{region}"
        missing = [role for role in ROLES if role not in files]
        if missing:
            detail = f"there is no {' and no '.join(missing)} beside its {' and '.join(sorted(files))}"
            problems.append(Problem(name, place, "partner", detail))
            continue
        scenes.append(
            SceneFile(
                name=name,
                place=place,
                group=GROUP,
                level="L1C",
                clear=files["s2"],
                sar=files["s1"],
                cloudy=files["s2_cloudy"],
                conventions=CONVENTIONS,
            )
        )
    return scenes, problems


def season_of(place: str) -> str:
    """Return the season of a place of SEN12MS-CR, or ""."""
    season = place.partition("_")[0]
    return season if season in SEASONS else ""


def official_split() -> Split:
    """Return {"train", "validation", "test": the regions of the official split}."""
    return {
        part: [f"{season}_{number}" for season in SEASONS for number in seasons.get(season, "").split()]
        for part, seasons in OFFICIAL.items()
    }


def paper_split(places: Iterable[str], seed: int = PAPER_SEED) -> Split:
    """Return {"train", "validation", "test": regions} of the paper's protocol: 36, 2 and 2 of the spring's regions.

    Which 40 the paper does not say: they are drawn out of the 41 that the official split lists, in an order that does
    not depend on which of them are in `places` (`splits.drawn_order`, `splits.cut`). With all 41 the split is always
    the same. Without one that is trained on, the 41st takes its place, and validation and testing stay as they are;
    without one that is held out, one that was not takes its place, and all others that are held out stay. Regions that
    are not listed are never drawn. Raises `ValueError` where fewer than 40 of the listed ones are there.
    """
    listed = {place for part in official_split().values() for place in part if season_of(place) == PAPER_SEASON}
    there = listed & set(places)
    wanted = sum(PAPER_SHARES)
    if len(there) < wanted:
        known = f"{len(listed)} regions of {PAPER_SEASON}"
        raise ValueError(f"it needs {wanted} of the {known}, and {len(there)} are there")
    return cut(drawn_order(there, seed), PAPER_SHARES)


def _season_folders(root: Path, depth: int = DEPTH) -> Iterator[Path]:
    """Yield the folders of a season and a sensor."""
    for entry in _folders(root):
        if _FOLDER.fullmatch(entry.name):
            inner = Path(entry.path, entry.name)  # an archive, unpacked into a folder of its name
            yield inner if inner.is_dir() else Path(entry.path)
        elif depth and not entry.name.startswith("."):
            yield from _season_folders(Path(entry.path), depth - 1)


def _patches(folder: Path) -> Iterator[Path]:
    """Yield the GeoTIFFs of a season's folder."""
    for region in _folders(folder):
        if not _REGION.fullmatch(region.name):
            continue
        with os.scandir(region.path) as entries:
            names = sorted(entry.name for entry in entries)
        yield from (
            Path(region.path, name)
            for name in names
            if name.lower().endswith((".tif", ".tiff")) and not name.startswith(".")
        )


def _folders(root: Path) -> list[os.DirEntry]:
    with os.scandir(root) as entries:
        return sorted((entry for entry in entries if entry.is_dir()), key=lambda entry: entry.name)
