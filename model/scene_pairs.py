"""Which files of a folder, or of a list, are the Sentinel-1 and the Sentinel-2 of one scene, and where results go.

In a folder a file's role is in its name, or in that of a folder on the way to it (`file_roles`): s1; s2 or cloudy,
cloudy where there are both; mask; clear_date, or clear_date1 to clear_date12, with s1_clear_date for its radar and
clear_date_mask for its cloud mask. What says of itself only that it is clear is none of them, nor are earlier results.
In a list the column clear has the clear dates: `S2`, `S2+S1` or `S2+S1+MASK`, several of them with a | between. A scene
with a clear date may lack Sentinel-1.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import BadOption, BadSceneList, NoScenes, OutputFormat, OutputIsInput, OutputTwice
from .file_roles import FileRoles, geotiffs
from .requests import MOST_DATES, ReconstructFolder

RESULT, ATTENTION = "_clouds_removed", "_attention"
S1, S2, CLOUDY, MASK, OTHER = "s1", "s2", "cloudy", "mask", "other"
# A clear date to reconstruct by; what is called clear only is a reference to compare with, and never one of these.
DATES = ("clear_date", *(f"clear_date{number}" for number in range(1, MOST_DATES + 1)))
DATE_S1, DATE_MASK = "{}/s1", "{}/mask"
_ROLES = FileRoles({
    "s1": S1, "sar": S1, "sentinel1": S1, "sentinel-1": S1,
    "s2": S2, "sentinel2": S2, "sentinel-2": S2,
    "cloudy": CLOUDY, "s2_cloudy": CLOUDY, "sentinel2_cloudy": CLOUDY,
    "mask": MASK, "cloud_mask": MASK, "s2_mask": MASK, "s2_cloudy_mask": MASK,
    **{f"{before}{date}": date for date in DATES for before in ("", "s2_")}, "clear_dates": DATES[0],
    **{f"s1_{date}": DATE_S1.format(date) for date in DATES}, "s1_clear_dates": DATE_S1.format(DATES[0]),
    **{f"{before}{date}_mask": DATE_MASK.format(date) for date in DATES for before in ("", "s2_")},
    "clear": OTHER, "cloudfree": OTHER, "s2_clear": OTHER, "s2_cloudfree": OTHER, "sentinel2_clear": OTHER,
})  # fmt: skip
_DATES_S1 = {DATE_S1.format(date) for date in DATES}


@dataclass(frozen=True)
class ScenePair:
    """The files of one scene and its results. `attention` is where a map of attention belongs, wanted or not.

    `clear` are its clear dates, as in `Reconstruct`; `s1` is None only where there are some.
    """

    name: str
    s1: str | None
    s2: str
    mask: str | None
    output: str
    attention: str
    clear: tuple[tuple[str, str | None, str | None], ...] = ()


@dataclass(frozen=True)
class Incomplete:
    """A scene that cannot be reconstructed, and what it lacks."""

    name: str
    reason: str


def find_pairs(request: ReconstructFolder) -> tuple[list[ScenePair], list[Incomplete]]:
    """Return the pairs that a request is about, in the order of their names or of the list, and what is no pair.

    Raises `BadOption`, `NoScenes`, `BadSceneList`; `OutputFormat`, `OutputTwice` and `OutputIsInput` for results that
    would be in each other's way.
    """
    if bool(request.folder) == bool(request.scenes):
        detail = "give a folder or a list of scenes, one of the two"
        raise BadOption(option="scenes", value=request.scenes or "", detail=detail)
    if request.scenes:
        if request.s1_folder:
            detail = "it goes with a folder, not with a list, which names all files"
            raise BadOption(option="s1_folder", value=request.s1_folder, detail=detail)
        pairs, incomplete = _read_list(Path(request.scenes), Path(request.output)), []
    else:
        pairs, incomplete = _search(request)
    check_results(pairs)
    return pairs, incomplete


def check_results(pairs: list[ScenePair]) -> None:
    """Raise `OutputFormat`, `OutputTwice` or `OutputIsInput` for results that would be in each other's way."""
    dates = [path for pair in pairs for date in pair.clear for path in date]
    files = [path for pair in pairs for path in (pair.s1, pair.s2, pair.mask)]
    inputs = {same_path(path) for path in [*files, *dates] if path}
    seen: set[str] = set()
    for pair in pairs:
        for path in (pair.output, pair.attention):
            if Path(path).suffix.lower() not in (".tif", ".tiff"):
                raise OutputFormat(path=path)
            if same_path(path) in seen:
                raise OutputTwice(path=path)
            if same_path(path) in inputs:
                raise OutputIsInput(path=path)
            seen.add(same_path(path))


def same_path(path: str) -> str:
    """Return what is equal for two paths of one file; capitals do not matter, as on half of all machines."""
    return os.path.realpath(path).casefold()


# A folder -----------------------------------------------------------------------------------------------------------


def _search(request: ReconstructFolder) -> tuple[list[ScenePair], list[Incomplete]]:
    root, radar = Path(request.folder), Path(request.s1_folder) if request.s1_folder else None
    for option, path in (("folder", root), ("s1_folder", radar)):
        if path is not None and not path.is_dir():
            raise BadOption(option=option, value=path, detail="there is no such folder")
    found: dict[str, dict[str, Path]] = {}
    incomplete = []
    for role, name, path in _files(root, radar):
        if role in found.setdefault(name, {}):
            reason = f"«{found[name][role]}» and «{path}» have the same name and role; the first is used"
            incomplete.append(Incomplete(name, reason))
        else:
            found[name][role] = path
    pairs = []
    for name in sorted(found):
        files = found[name]
        lacking = _lacking(files)
        if not lacking:
            pairs.append(_pair(name, files, Path(request.output)))
        elif set(files) & {S1, S2, CLOUDY}:
            incomplete.append(Incomplete(name, lacking))
    if not pairs:
        alone = f"nor has any of {len(incomplete)} scenes both" if incomplete else "no file there has such a name"
        raise NoScenes(folder=root, detail=alone)
    return pairs, incomplete


def _files(root: Path, radar: Path | None) -> Iterator[tuple[str, str, Path]]:
    """Yield the role, the scene's name and the path of each file that has a role."""
    for path in geotiffs(root):
        if path.stem.endswith((RESULT, ATTENTION)) or (radar and _lies_in(path, radar) and not _lies_in(root, radar)):
            continue
        role, name = _ROLES.find(path.relative_to(root))
        if radar and not role:
            role, name = S2, path.relative_to(root).with_suffix("").as_posix()
        if role not in ("", OTHER):
            yield role, name, path
    for path in geotiffs(radar) if radar else ():
        if _lies_in(path, root) and not _lies_in(radar, root):
            continue
        role, name = _ROLES.find(path.relative_to(radar))
        if not role:
            role, name = S1, path.relative_to(radar).with_suffix("").as_posix()
        if role in DATES and not _lies_in(root, radar):
            # Called like the Sentinel-2 file of that date.
            role = DATE_S1.format(role)
        if role == S1 or role in _DATES_S1:
            yield role, name, path


def _lies_in(path: Path, folder: Path) -> bool:
    return folder.resolve() in (path.resolve(), *path.resolve().parents)


def _lacking(files: Mapping[str, Path]) -> str:
    if S1 not in files and not any(date in files for date in DATES):
        return "there is no Sentinel-1 of that name"
    return "" if S2 in files or CLOUDY in files else "there is no Sentinel-2 of that name"


def _pair(name: str, files: Mapping[str, Path], target: Path) -> ScenePair:
    optical = files.get(CLOUDY) or files[S2]
    output = target / f"{name}{RESULT}.tif"

    def path(role: str) -> str | None:
        return str(files[role]) if role in files else None

    clear = tuple(
        (str(files[date]), path(DATE_S1.format(date)), path(DATE_MASK.format(date))) for date in DATES if date in files
    )
    return ScenePair(name, path(S1), str(optical), path(MASK), str(output), _attention_beside(output), clear)


def clear_date(text: str, separator: str = ",") -> tuple[str, str | None, str | None]:
    """Return the paths of Sentinel-2, Sentinel-1 and cloud mask, the latter two None where they are left out.

    A file may have a separator in its name. Raises `BadOption`.
    """
    if os.path.exists(text):
        return text, None, None
    s2, s1, mask, *more = [*(part.strip() or None for part in text.split(separator)), None, None]
    if s2 is None or any(more):
        detail = f"it is S2{separator}S1{separator}MASK, of which the last two may be left out"
        raise BadOption(option="clear", value=text, detail=detail)
    return s2, s1, mask


def _attention_beside(output: Path) -> str:
    stem = output.stem[: -len(RESULT)] if output.stem.endswith(RESULT) else output.stem
    return str(output.with_name(f"{stem}{ATTENTION}.tif"))


# A list -------------------------------------------------------------------------------------------------------------


def _read_list(path: Path, target: Path) -> list[ScenePair]:
    """Return the pairs of a CSV file; what is relative in it is so to its folder, an output to `target`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadSceneList(path=path, detail=detail) from error
    first = text.partition("\n")[0]
    # Excel writes semicolons where the comma is the decimal sign.
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    needed = ("s2",) if "clear" in columns else ("s1", "s2")
    missing = [name for name in needed if name not in columns]
    if missing:
        columns_missing = ", ".join(missing)
        raise BadSceneList(path=path, detail=f"there is no column {columns_missing}")
    pairs = []
    try:
        for row in rows:
            values = {name: (row[key] or "").strip() for name, key in columns.items()}
            if not any(values.values()):
                continue
            if not values["s2"] or not (values.get("s1") or values.get("clear")):
                raise BadSceneList(path=path, detail=f"line {rows.line_num} lacks s1 or s2")
            pairs.append(_listed(values, path.parent, target))
    except csv.Error as error:
        raise BadSceneList(path=path, detail=f"line {rows.line_num}: {error}") from error
    if not pairs:
        raise BadSceneList(path=path, detail="there is no scene in it")
    return pairs


def _listed(values: Mapping[str, str], base: Path, target: Path) -> ScenePair:
    def source(text: str) -> str:
        # Else as it is: GDAL opens what is no file too.
        return str(base / text) if (base / text).exists() else text

    s2 = Path(values["s2"])
    name = _ROLES.find(Path(s2.name))[1] or s2.stem
    output = target / (values.get("output") or f"{name}{RESULT}.tif")
    if values.get("output"):
        name = output.stem[: -len(RESULT)] if output.stem.endswith(RESULT) else output.stem
    mask = values.get("mask")
    return ScenePair(
        name,
        source(values["s1"]) if values.get("s1") else None,
        source(values["s2"]),
        source(mask) if mask else None,
        str(output),
        _attention_beside(output),
        tuple(
            tuple(source(path) if path else None for path in clear_date(text.strip(), "+"))
            for text in (values.get("clear") or "").split("|")
            if text.strip()
        ),
    )
