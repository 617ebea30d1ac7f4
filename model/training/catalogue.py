"""One way to open a data set, whatever its layout: which scenes are for training, validation and testing.

A folder with an `index.csv` is read into memory; SEN12MS-CR in its official layout, and any other folder of GeoTIFFs,
become scenes that are read when a training step asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadOption, UnreadableInput
from .datasets import AnyScene, load_scenes


@dataclass(frozen=True)
class Problem:
    """What is wrong with a scene. One that is not `usable` is left out, else this is a warning."""

    scene: str
    place: str
    reason: str
    usable: bool = False


@dataclass(frozen=True)
class Dataset:
    """The scenes of a data set by what they are for; no place is in two of the parts. All of them can be used.

    Without a `split`, `train` holds them all, and the others are empty: places are held out by whoever trains
    (`datasets.split_by_place`). `validation` and `test` hold triplets only.
    """

    path: Path
    layout: str
    split: str
    train: tuple[AnyScene, ...]
    validation: tuple[AnyScene, ...] = ()
    test: tuple[AnyScene, ...] = ()
    problems: tuple[Problem, ...] = ()

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

    def describe(self) -> dict:
        """Return, ready for JSON, what a model card has to tell: layout, split, and the places of each part."""
        return {
            "layout": self.layout,
            "split": self.split,
            "scenes": {name: len(scenes) for name, scenes in self.parts.items()},
            "places": {name: places(scenes) for name, scenes in self.parts.items()},
            "unusable": len({problem.scene for problem in self.unusable}),
        }


def places(scenes: Sequence[AnyScene]) -> list[str]:
    """Return the places of scenes, each once, sorted."""
    return sorted({scene.place for scene in scenes})


def open_dataset(path: Path, split: str = "") -> Dataset:
    """Return the data set in a folder.

    `split` is "" (all for training), or one that the layout knows: "paper" or "official" for SEN12MS-CR. Raises
    `UnreadableInput` for a folder in which nothing can be used, and `BadOption` for a split that is not known.
    """
    path = Path(path)
    if not path.is_dir():
        raise UnreadableInput(layer=path, detail="there is no such folder")
    if split:
        raise BadOption(option="split", value=split, detail="a folder with an index.csv has none; hold places out")
    return Dataset(path, "index.csv", split, tuple(load_scenes(path)))
