"""One way to open a data set, whatever its layout: which scenes are for training, validation and testing.

A folder with an `index.csv` is read into memory (`datasets.py`). SEN12MS-CR in its official layout (`sen12mscr.py`) and
any other folder of GeoTIFFs (`folders.py`) become scenes that are read when a training step asks for them; of the
latter, a few stay in memory. Every scene is looked at once (`inspection.py`); what cannot be used is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

from ..errors import BadOption, UnusableDataset
from . import folders, sen12mscr
from .datasets import AnyScene, Problem, is_triplet, read_index
from .inspection import Finding, inspect, inspect_all, usual_size
from .scene_files import SceneFile
from .splits import PARTS, Split, is_shares, natural, read_split, split_by_shares

Log = Callable[[str], None]

#: Folders with no more pixels than a hundred patches of SEN12MS-CR stay in memory, in 1 GB.
IN_MEMORY_PIXELS = 100 * 256 * 256


@dataclass(frozen=True)
class Dataset:
    """The scenes of a data set by what they are for; no place is in two of the parts. All of them can be used.

    `layout` is "index.csv", "SEN12MS-CR" or "folder". Without a `split`, `train` holds all scenes, and the others are
    empty: whoever trains holds places out (`datasets.split_by_place`). `validation` and `test` hold triplets only.
    `listing` are the places of each part, also those of which no scene can be used. `problems` are those of the scenes
    of the split, `elsewhere` is how many scenes are in none of its parts.
    """

    path: Path
    layout: str
    split: str
    train: tuple[AnyScene, ...]
    validation: tuple[AnyScene, ...] = ()
    test: tuple[AnyScene, ...] = ()
    listing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    elsewhere: int = 0

    @property
    def parts(self) -> dict[str, tuple[AnyScene, ...]]:
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def scenes(self) -> tuple[AnyScene, ...]:
        """All scenes: those for training, for validation and for testing."""
        return self.train + self.validation + self.test

    @property
    def unusable(self) -> tuple[Problem, ...]:
        """Why scenes have been left out."""
        return tuple(problem for problem in self.problems if not problem.usable)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What one should know of scenes that are used."""
        return tuple(problem for problem in self.problems if problem.usable)

    def describe(self) -> dict:
        """Return, ready for JSON, what a model card has to tell: layout, split, and the places of each part."""
        return {
            "layout": self.layout,
            "split": self.split,
            "scenes": {name: len(scenes) for name, scenes in self.parts.items()},
            "places": {name: places(scenes) for name, scenes in self.parts.items()},
            "unusable": len(self.unusable),
        }


def places(scenes: Sequence[AnyScene]) -> list[str]:
    """Return the places of scenes, each once, sorted."""
    return sorted({scene.place for scene in scenes}, key=natural)


def open_dataset(
    path: Path, split: str = "", index: Optional[Path] = None, again: bool = False, log: Log = lambda line: None
) -> Dataset:
    """Return the data set in a folder.

    `split` is "" (all for training); "paper" or "official" for SEN12MS-CR; shares of the places, such as "8:1:1"; or a
    file with places (`splits.read_split`). What is found in the files is remembered in `index`, or else in the user's
    cache, unless `again`. `log` is told how far that is, and how many scenes cannot be used. Raises `UnusableDataset`
    for a folder in which nothing can be used, and `BadOption` for a split that is not known or not possible.
    """
    path = Path(path)
    if not path.is_dir():
        raise UnusableDataset(path=path, detail="there is no such folder")
    layout, scenes, problems = _find_scenes(path)
    if not scenes:
        raise UnusableDataset(path=path, detail=_nothing_usable([], problems))
    wanted = _find_split(layout, split, scenes)
    chosen = [scene for scene in scenes if wanted is None or any(scene.place in wanted[part] for part in PARTS)]
    if not chosen:
        detail = f"none of its places is there; those there are: {', '.join(places(scenes)[:20])}"
        raise BadOption(option="split", value=split, detail=detail)
    if layout == "index.csv":
        findings = [inspect(scene) for scene in chosen]
    else:
        found = inspect_all(chosen, path, index, again, log)
        findings = [found[scene.name] for scene in chosen]
    if layout == sen12mscr.GROUP:
        findings = [_of_usual_size(*each, usual_size(findings)) for each in zip(chosen, findings)]
    problems = [problem for problem in problems if wanted is None or _concerns(problem, wanted)]
    problems += [problem for finding in findings for problem in finding.problems]
    usable = [scene for scene, finding in zip(chosen, findings) if finding.usable]
    if not any(scene.has_sar for scene in usable):
        raise UnusableDataset(path=path, detail=_nothing_usable(usable, problems))
    if layout == folders.GROUP and sum(_pixels(finding) for finding in findings) <= IN_MEMORY_PIXELS:
        usable = [scene.load() for scene in usable]
    dataset = Dataset(
        path=path,
        layout=layout,
        split=split,
        **_parts(usable, wanted),
        listing=_listing(places(chosen), wanted),
        problems=tuple(problems),
        elsewhere=len(scenes) - len(chosen),
    )
    if dataset.unusable:
        log(f"{len(dataset.unusable)} scenes cannot be used: {count_kinds(dataset.unusable)}.")
    return dataset


def count_kinds(problems: Sequence[Problem]) -> str:
    """Return how often each kind of problem is there, in words."""
    kinds = sorted({problem.kind for problem in problems})
    return ", ".join(f"{kind} {sum(problem.kind == kind for problem in problems)}" for kind in kinds)


def _find_scenes(path: Path) -> tuple[str, list[AnyScene], list[Problem]]:
    if (path / "index.csv").is_file():
        return ("index.csv", *read_index(path))
    if sen12mscr.is_sen12mscr(path):
        return (sen12mscr.GROUP, *sen12mscr.find_scenes(path))
    return (folders.GROUP, *folders.find_scenes(path))


def _find_split(layout: str, split: str, scenes: Sequence[AnyScene]) -> Optional[Split]:
    """Return the places of each part, or None where everything is for training. Raises `BadOption`."""
    if not split:
        return None
    if split in ("paper", "official"):
        if layout != sen12mscr.GROUP:
            detail = "only SEN12MS-CR in its official folders has it; shares such as 8:1:1 or a file with places work"
            raise BadOption(option="split", value=split, detail=detail)
        if split == "official":
            return sen12mscr.official_split()
        try:
            return sen12mscr.paper_split(scene.place for scene in scenes)
        except ValueError as error:
            raise BadOption(option="split", value=split, detail=str(error)) from error
    if is_shares(split):
        # Validation and testing need triplets, so it is their places that are shared out.
        held_out = split_by_shares((scene.place for scene in scenes if is_triplet(scene)), split)
        rest = {scene.place for scene in scenes} - {place for part in PARTS for place in held_out[part]}
        return {**held_out, "train": [*held_out["train"], *sorted(rest, key=natural)]}
    if Path(split).is_file():
        return read_split(Path(split))
    detail = "choose paper, official, shares such as 8:1:1, or a file with places"
    raise BadOption(option="split", value=split, detail=detail)


def _parts(scenes: Sequence[AnyScene], wanted: Optional[Split]) -> dict[str, tuple[AnyScene, ...]]:
    if wanted is None:
        return {"train": tuple(scenes)}
    places = {part: set(wanted[part]) for part in PARTS}
    parts = {part: tuple(scene for scene in scenes if scene.place in places[part]) for part in PARTS}
    return {part: found if part == "train" else tuple(filter(is_triplet, found)) for part, found in parts.items()}


def _listing(there: Sequence[str], wanted: Optional[Split]) -> Split:
    """Return the places of each part that are there, sorted."""
    if wanted is None:
        return {"train": list(there), "validation": [], "test": []}
    return {part: [place for place in there if place in wanted[part]] for part in PARTS}


def _concerns(problem: Problem, wanted: Split) -> bool:
    """Tell whether a problem is of a place of the split, or of no place that is known."""
    return not problem.place or any(problem.place in wanted[part] for part in PARTS)


def _of_usual_size(scene: SceneFile, finding: Finding, usual: tuple[int, int]) -> Finding:
    if not finding.usable or finding.size == usual:
        return finding
    detail = "it has {1} × {0} pixels, and most have {3} × {2}".format(*finding.size, *usual)
    problem = Problem(scene.name, scene.place, "size", detail)
    return Finding(finding.size, (*finding.problems, problem))


def _pixels(finding: Finding) -> int:
    return finding.size[0] * finding.size[1]


def _nothing_usable(usable: Sequence[AnyScene], problems: Sequence[Problem]) -> str:
    if usable:
        return "no scene that can be used has Sentinel-1"
    first = next((f"; the first one, {problem.scene}: {problem.detail}" for problem in problems), "")
    return f"none of its scenes can be used ({count_kinds(problems)}{first})"
