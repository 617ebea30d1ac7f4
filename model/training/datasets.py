"""What networks learn from: scenes, and the folders with an index of which they are read into memory.

Such a folder holds `index.csv` (id, kind, place, source, path as a pattern, bands, …) and the GeoTIFFs that it names.
Reflectance is 0–1, SAR is scaled to 0–1. `catalogue.open_dataset` opens these and every other kind of data set.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional, Protocol, TypeVar

import numpy as np

from ..bands import S2_BANDS, fill_missing_bands, scale_s1, scale_s2
from ..errors import InputError, UnreadableInput
from ..raster import read_raster
from .synthetic_clouds import blur

Array = np.ndarray

ROLE = re.compile(r"_(s1|s2_cloudy|s2_l2a|s2|cloud_probability|cloudy|clear)(?=_\d+_p\d+$|$)")
CLOUD_PROBABILITY_LIMIT = 40  # percent; pixels above are left out of the loss
CLEAR_MONTH_LIMIT = 10  # percent, mean of an image
LEAST_CORRELATION = 0.25
BLUE = S2_BANDS.index("B2")
#: A clear date that is brighter than the cloudy one by so much is snow, or cloud itself: nothing to learn from.
SNOW_CONTRAST = 0.1


class AnyScene(Protocol):
    """A scene in memory, or one that is read when it is asked for (`scene_files.SceneFile`).

    Whether there are SAR and a cloudy date is known of either without reading a pixel.
    """

    @property
    def name(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def has_sar(self) -> bool: ...
    @property
    def has_cloudy(self) -> bool: ...

    def load(self) -> Scene:
        """Return the scene with its pixels. Raises `UnreadableInput`."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a scene: `kind` is a word to count by. One that is `usable` is only warned of.

    `place` is "" for what is no scene, such as a file without a role.
    """

    scene: str
    place: str
    kind: str
    detail: str
    usable: bool = False


SomeScene = TypeVar("SomeScene", bound=AnyScene)


@dataclass(frozen=True)
class Scene:
    """One place at one time: clear reflectance [13, H, W], with SAR [2, H, W] and a cloudy date where there are.

    `present` are the indices of the bands that `clear` really has; the others were filled. `level` is "L1C" or "L2A".
    `valid` [H, W] is False where `clear` is not to be learnt from.
    """

    name: str
    place: str
    group: str
    level: str
    present: tuple[int, ...]
    clear: Array
    sar: Optional[Array] = None
    orbit: str = ""
    cloudy: Optional[Array] = None
    valid: Optional[Array] = None

    @property
    def has_sar(self) -> bool:
        return self.sar is not None

    @property
    def has_cloudy(self) -> bool:
        return self.cloudy is not None

    def load(self) -> Scene:
        """Return the scene itself, which is in memory already."""
        return self


def load_scenes(folder: Path) -> list[Scene]:
    """Return the scenes of a data folder that can be used, in the order of its index. Raises `UnreadableInput`."""
    return read_index(folder)[0]


def read_index(folder: Path) -> tuple[list[Scene], list[Problem]]:
    """Return the scenes of a data folder in the order of its index, and why others are left out.

    Raises `UnreadableInput` for an index that cannot be read.
    """
    folder = Path(folder)
    try:
        with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise UnreadableInput(layer=folder, detail=f"there is no index.csv that can be read ({error})") from error
    missing = {"id", "kind", "place", "source", "path", "bands"} - set(rows[0] if rows else ())
    if missing:
        raise UnreadableInput(layer=folder / "index.csv", detail=f"no {', '.join(sorted(missing))} in it")
    scenes, problems = [], []
    for row in rows:
        try:
            scenes += _read_row(folder, row)
        except _LeftOut as reason:
            problems.append(Problem(row["id"], row["place"], *reason.args))
        except InputError as error:
            problems.append(Problem(row["id"], row["place"], "unreadable", str(error.values.get("detail", error))))
    registered, unregistered = _register_series(scenes)
    return registered, problems + unregistered


class _LeftOut(Exception):
    """Why a row of the index gives no scene: the kind and the detail of a `Problem`."""


def _read_row(folder: Path, row: dict[str, str]) -> list[Scene]:
    files = {_role(path): path for path in sorted(folder.glob(row["path"])) if _role(path)}
    name, place, group = row["id"], row["place"], row["source"].split(",")[0].split(" ")[0]
    if row["kind"].startswith("cloudy and clear"):
        _need(files, row, "clear", "cloudy")
        clear, present = _read_s2(files["clear"])
        cloudy, _ = _read_s2(files["cloudy"])
        if clear[BLUE].mean() > cloudy[BLUE].mean() + SNOW_CONTRAST:
            raise _LeftOut("snow", "the clear date is far brighter in blue than the cloudy one: snow, or cloud itself")
        return [Scene(name, place, group, "L1C", present, clear, cloudy=cloudy)]
    base = {"name": name, "place": place, "group": group}
    _need(files, row, "s1", "s2")
    if row["kind"] == "triplet":
        _need(files, row, "s2_cloudy")
        clear, present = _read_s2(files["s2"])
        cloudy, _ = _read_s2(files["s2_cloudy"])
        sar = _read_s1(files["s1"])[""]
        if not clear.shape[1:] == cloudy.shape[1:] == sar.shape[1:]:
            raise _LeftOut("size", "its files are not of one size")
        return [Scene(level="L1C", present=present, clear=clear, cloudy=cloudy, sar=sar, **base)]
    return _read_clear_pair(files, base, "L1C" if "L1C" in row["bands"] else "L2A")


def _need(files: dict[str, Path], row: dict[str, str], *roles: str) -> None:
    missing = [role for role in roles if role not in files]
    if missing:
        raise _LeftOut("partner", f"there is no {' and no '.join(missing)} among the files {row['path']}")


def _read_clear_pair(files: dict[str, Path], base: dict, level: str) -> list[Scene]:
    valid = None
    if "cloud_probability" in files:
        probability = read_raster(files["cloud_probability"])[0][0]
        if probability.mean() > CLEAR_MONTH_LIMIT:
            raise _LeftOut("cloudy target", f"its mean probability of cloud is {probability.mean():.0f} %")
        valid = probability < CLOUD_PROBABILITY_LIMIT
    optical = [("s2", level)] + ([("s2_l2a", "L2A")] if "s2_l2a" in files else [])
    scenes = []
    for role, scene_level in optical:
        clear, present = _read_s2(files[role])
        for orbit, sar in _read_s1(files["s1"]).items():
            if sar.shape[1:] != clear.shape[1:]:
                raise _LeftOut("size", "its files are not of one size")
            scene = Scene(level=scene_level, present=present, clear=clear, sar=sar, orbit=orbit, valid=valid, **base)
            scenes.append(scene)
    return scenes


def _role(path: Path) -> str:
    match = ROLE.search(path.stem if "_" in path.stem else "")
    return match.group(1) if match else ""


def _read_s2(path: Path) -> tuple[Array, tuple[int, ...]]:
    pixels, names = read_raster(path)
    present = tuple(S2_BANDS.index(name) for name in names)
    optical = np.zeros((len(S2_BANDS), *pixels.shape[1:]), np.float32)
    optical[list(present)] = scale_s2(pixels, 10000, 0)
    return fill_missing_bands(optical, present), present


def _read_s1(path: Path) -> dict[str, Array]:
    """Return {orbit: SAR [2, H, W]} of a file: one image, or an ascending and a descending one if mostly there."""
    pixels, names = read_raster(path)
    images = {}
    for i in range(0, len(pixels), 2):
        pair = pixels[i : i + 2].astype(np.float32)
        finite = np.isfinite(pair)
        if finite.mean() < 0.9:
            continue
        orbit = (names[i] or "").partition("_")[2]
        # As `Scene.read_tile` has it: what is missing is 0 in both bands.
        images[orbit] = np.where(finite.all(axis=0), scale_s1(pair), np.float32(0))
    if not images:
        raise _LeftOut("nodata", f"more than a tenth of «{path.name}» is nodata")
    return images


def _register_series(scenes: list[Scene]) -> tuple[list[Scene], list[Problem]]:
    """Move the SAR of the series whose SAR is known to be off (BioMassters) onto their optical images.

    Each orbit is off in its own way. Where no shift stands out, the orbit is left out, which is told.
    """
    series: dict[tuple[str, str], list[Scene]] = {}
    for scene in scenes:
        if scene.group == "BioMassters":
            series.setdefault((scene.place, scene.orbit), []).append(scene)
    shifts = {key: estimate_shift(members) for key, members in series.items()}
    registered, problems = [], []
    for scene in scenes:
        dy, dx, correlation = shifts.get((scene.place, scene.orbit), (0, 0, 1.0))
        if correlation >= LEAST_CORRELATION:
            registered.append(_shift_sar(scene, dy, dx) if dy or dx else scene)
        else:
            detail = f"how far the SAR ({scene.orbit}) is off cannot be told: correlation {correlation:.2f}"
            problems.append(Problem(scene.name, scene.place, "position", detail))
    return registered, problems


def estimate_shift(scenes: Sequence[Scene], reach: int = 5) -> tuple[int, int, float]:
    """Return (dy, dx) in pixels by which SAR has to move to lie on the optical image, and the correlation there.

    Compared are the gradient magnitudes of the SAR and of the optical images, each averaged over the dates.
    """
    sar = _edges(np.mean([scene.sar.mean(axis=0) for scene in scenes], axis=0))
    clear = np.mean([scene.clear for scene in scenes], axis=0)
    optical = sum(_edges(clear[S2_BANDS.index(name)]) for name in ("B4", "B8", "B11"))
    inner = slice(reach + 2, -reach - 2)
    fixed = optical[inner, inner].ravel()
    found = []
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            moved = np.roll(sar, (dy, dx), axis=(0, 1))[inner, inner].ravel()
            found.append((float(np.corrcoef(moved, fixed)[0, 1]), dy, dx))
    correlation, dy, dx = max(found)
    return dy, dx, correlation


def _edges(image: Array) -> Array:
    dy, dx = np.gradient(blur(image, 1))
    edges = np.hypot(dy, dx)
    return edges / (edges.mean() + 1e-6)


def _shift_sar(scene: Scene, dy: int, dx: int) -> Scene:
    """Move SAR by whole pixels and mark the strip that it leaves as not valid."""
    valid = np.ones(scene.clear.shape[1:], bool) if scene.valid is None else scene.valid.copy()
    for axis, step in enumerate((dy, dx)):
        strip = [slice(None), slice(None)]
        strip[axis] = slice(0, step) if step > 0 else slice(step, None)
        if step:
            valid[tuple(strip)] = False
    return replace(scene, sar=np.roll(scene.sar, (dy, dx), axis=(1, 2)), valid=valid)


def split_by_place(scenes: Sequence[SomeScene], hold_out: Sequence[str]) -> tuple[list[SomeScene], list[SomeScene]]:
    """Return (training scenes, validation triplets). No place is in both. Raises `ValueError` for an unknown place."""
    places = {scene.place for scene in scenes}
    unknown = sorted(set(hold_out) - places)
    if unknown:
        raise ValueError(f"there is no place {', '.join(unknown)}; those there are: {', '.join(sorted(places))}")
    train = [scene for scene in scenes if scene.place not in hold_out]
    return train, [s for s in scenes if s.place in hold_out and is_triplet(s)]


def is_triplet(scene: AnyScene) -> bool:
    """Tell whether `scene` has SAR, a cloudy and a clear date."""
    return scene.has_sar and scene.has_cloudy
