"""Each scene looked at once: what is unusable and why, remembered in an index so that it need not be read again."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from ..bands import S2_BANDS
from ..errors import OutputNotWritable
from .datasets import AnyScene, Problem, Scene
from .scene_files import SceneFile, UnusableScene, backscatter_scaling, optical_scaling, reading
from .splits import write_text

Array = np.ndarray
Log = Callable[[str], None]

# Above these shares of its pixels, a clear date is warned of.
CLOUDY_TARGET, SNOWY_TARGET, EMPTY_TARGET = 0.1, 0.5, 0.1
INDEX_FORMAT = 1
THREADS = min(8, os.cpu_count() or 1)
LOG_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """What was found in one scene: its size (height, width; 0, 0 when that is unknown) and what is wrong with it."""

    size: tuple[int, int]
    problems: tuple[Problem, ...] = ()

    @property
    def usable(self) -> bool:
        return all(problem.usable for problem in self.problems)


def inspect(scene: AnyScene) -> Finding:
    """Read a scene and return what is wrong with it. A file that cannot be read is a finding, not an error."""
    try:
        if isinstance(scene, SceneFile):
            _check_files(scene)
        loaded = scene.load()
    except UnusableScene as error:
        detail = error.detail if error.layer == scene.name else f"{error.layer}: {error.detail}"
        return Finding((0, 0), (Problem(scene.name, scene.place, error.kind, detail),))
    return Finding(loaded.clear.shape[1:], tuple(_warnings(loaded)))


def _check_files(scene: SceneFile) -> None:
    """Raise `UnusableScene` when a file is cut off, or its numbers are not what the data set agrees on."""
    conventions = scene.conventions
    for path in scene.paths:
        with reading(path) as source:
            source.check_complete()
    for path in (scene.clear, scene.cloudy):
        if path is None:
            continue
        scaling = optical_scaling(path, conventions.bands)
        if conventions.s2 and scaling.scale != conventions.s2.scale:
            detail = f"its numbers are not DN as those of the data set: {scaling.reason}"
            raise UnusableScene("reflectance", path.name, detail)
    if scene.sar:
        scaling = backscatter_scaling(scene.sar)
        if scaling.units != conventions.s1.units and "db" in (scaling.units, conventions.s1.units):
            detail = f"its numbers are {scaling.units}, and {conventions.s1.units} in the data set: {scaling.reason}"
            raise UnusableScene("backscatter", scene.sar.name, detail.replace("db", "dB"))


def _warnings(scene: Scene) -> list[Problem]:
    found = []
    cloud = cloud_share(scene.clear)
    if cloud > CLOUDY_TARGET:
        found.append(("cloudy target", f"{cloud:.0%} of the clear date looks like cloud"))
    if scene.cloudy is not None and snow_share(scene.clear) > SNOWY_TARGET > 2 * snow_share(scene.cloudy):
        found.append(("snow", "the clear date is under snow, and the cloudy one is not"))
    empty = 0.0 if scene.valid is None else 1 - float(scene.valid.mean())
    if empty > EMPTY_TARGET:
        found.append(("holes", f"{empty:.0%} is nodata in Sentinel-1 or in the clear date, and not learnt from"))
    if scene.sar is None:
        found.append(("no Sentinel-1", "this scene teaches clouds and colours, not what the radar shows"))
    return [Problem(scene.name, scene.place, kind, detail, usable=True) for kind, detail in found]


def cloud_share(clear: Array) -> float:
    """Return the share of pixels that look like thick cloud in reflectance [13, H, W].

    Bright and white also in the short-wave infrared: not sand, which is redder there, and not snow, which is dark.
    Of 100 clear patches the share was above 1 % in none; of dates with cloud of all kinds it misses what is thin.
    """
    return float((_bright(clear) & ~_snow(clear) & _white(clear)).mean())


def snow_share(clear: Array) -> float:
    """Return the share of pixels that look like snow in reflectance [13, H, W]: bright, dark in the infrared."""
    return float((_bright(clear) & _snow(clear)).mean())


def _bright(clear: Array) -> Array:
    return (_band(clear, "B2") > 0.2) & (_band(clear, "B4") > 0.18)


def _white(clear: Array) -> Array:
    blue, infrared = _band(clear, "B2"), _band(clear, "B11")
    return (blue > 0.75 * _band(clear, "B4")) & (infrared > 0.15) & (blue > 0.75 * infrared)


def _snow(clear: Array) -> Array:
    green, infrared = _band(clear, "B3"), _band(clear, "B11")
    return green - infrared > 0.4 * (green + infrared)


def _band(image: Array, name: str) -> Array:
    return image[S2_BANDS.index(name)]


def inspect_all(
    scenes: Sequence[SceneFile], root: Path, index: Optional[Path], again: bool, log: Log
) -> dict[str, Finding]:
    """Return {scene: what was found}, from the index where the files have not changed since, else by reading them.

    `index` is where that is remembered; None is for a file in the user's cache. What is found is saved even when this
    is interrupted. Raises `OutputNotWritable` for an `index` that cannot be written.
    """
    store = Index(index or default_index(root), repr(sorted({repr(scene.conventions) for scene in scenes})))
    stamps = {scene.name: stamp(scene) for scene in scenes}
    known = {} if again else {scene.name: store.get(scene, stamps[scene.name]) for scene in scenes}
    unknown = [scene for scene in scenes if known.get(scene.name) is None]
    if unknown:
        log(f"Looking at {len(unknown)} scenes, once.")
    pool = ThreadPoolExecutor(THREADS)
    last = time.monotonic()
    try:
        for number, (scene, finding) in enumerate(zip(unknown, pool.map(inspect, unknown)), 1):
            known[scene.name] = finding
            store.put(scene, stamps[scene.name], finding)
            if time.monotonic() - last > LOG_SECONDS:
                last = time.monotonic()
                log(f"{number} of {len(unknown)} scenes looked at.")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        if unknown:
            _save(store, index is not None, log)
    return {scene.name: known[scene.name] for scene in scenes}


def _save(store: Index, asked_for: bool, log: Log) -> None:
    try:
        store.save()
    except OutputNotWritable as error:
        if asked_for:
            raise
        log(f"What was found is not remembered: {error}")


def stamp(scene: SceneFile) -> list:
    """Return what changes when a file of a scene does: size and time of each."""
    stats = []
    for path in scene.paths:
        try:
            stat = path.stat()
        except OSError:
            stats.append([0, 0])
        else:
            stats.append([stat.st_size, stat.st_mtime_ns])
    return stats


class Index:
    """A JSON file of findings by scene. One of another format, or of data read otherwise, is begun anew."""

    def __init__(self, path: Path, conventions: str) -> None:
        self.path = path
        self.conventions = conventions
        self.entries: dict[str, list] = {}
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] == INDEX_FORMAT and data["conventions"] == conventions:
                self.entries = data["scenes"]
        except (OSError, ValueError, KeyError, TypeError):
            pass  # there is none, or none that can be used

    def get(self, scene: SceneFile, stamp: list) -> Optional[Finding]:
        """Return what was found in a scene, or None where its files have another stamp."""
        entry = self.entries.get(scene.name)
        if entry is None or entry[0] != stamp:
            return None
        _, size, problems = entry
        return Finding(tuple(size), tuple(Problem(scene.name, scene.place, *problem) for problem in problems))

    def put(self, scene: SceneFile, stamp: list, finding: Finding) -> None:
        problems = [[problem.kind, problem.detail, problem.usable] for problem in finding.problems]
        self.entries[scene.name] = [stamp, list(finding.size), problems]

    def save(self) -> None:
        """Write the file. Raises `OutputNotWritable`."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputNotWritable(path=self.path, detail=error.strerror or str(error)) from error
        data = {"format": INDEX_FORMAT, "conventions": self.conventions, "scenes": self.entries}
        write_text(self.path, json.dumps(data))


def usual_size(findings: Sequence[Finding]) -> tuple[int, int]:
    """Return the size that most usable scenes have; (0, 0) for none."""
    sizes = Counter(finding.size for finding in findings if finding.usable)
    return sizes.most_common(1)[0][0] if sizes else (0, 0)


def default_index(root: Path) -> Path:
    """Return where the findings about a data folder are kept if nobody says: in the user's cache."""
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    return cache_folder() / "datasets" / f"{name}.json"


def cache_folder() -> Path:
    """Return the folder for what can be made again, as the system has it; `SAR_CLOUD_REMOVAL_CACHE` overrides it."""
    chosen = os.environ.get("SAR_CLOUD_REMOVAL_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sar_cloud_removal"
