"""A tile on its way through a run: what the network is given beside the scene, and what is noted with its answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...cloud_detection import CLEAR, CLOUD
from ...prediction import Channels, Predictor, channels_of
from ...scene import Scene, Tile, padded
from .ground import HiddenGround
from .scene_fit import PARTS


@dataclass(frozen=True)
class Work:
    """A tile with what is expected of hidden ground.

    `prior` [13, t, t] and `hidden` [1, t, t] are what the network takes, and `told` [1 + 4, h, w], expected error and
    parts, is noted beside its answer. `answer` [channels, h, w] stands in where the network need not be asked.
    """

    tile: Tile
    prior: np.ndarray | None = None
    hidden: np.ndarray | None = None
    told: np.ndarray | None = None
    answer: np.ndarray | None = None

    @property
    def asks(self) -> bool:
        """Whether the network has to see it."""
        return self.tile.optical is not None and self.answer is None


@dataclass(frozen=True)
class Answer:
    """A tile with what is made of it [channels, h, w]; None where nothing was computed."""

    tile: Tile
    values: np.ndarray | None


def with_ground(channels: Channels, ground: HiddenGround | None) -> Channels:
    """Return the channels of an answer: those of the network, and after them those of hidden ground."""
    if ground is None:
        return channels
    counts = {name: each.stop - each.start for name, each in channels.items()}
    return channels_of(**counts, error=1, parts=len(PARTS))


def work_on(tile: Tile, scene: Scene, ground: HiddenGround | None, keeps: str, channels: Channels) -> Work:
    """Return the work on a tile of `scene`, of which clear pixels are kept as `keeps` says.

    `channels` are those of the `Predictor`; where they are all that is wanted of the network, it is not asked about
    tiles that it sees nothing of.
    """
    if ground is None or tile.optical is None:
        return Work(tile)
    # What a user's mask calls opaque is opaque, whatever the network sees there.
    opaque = (tile.classes == CLOUD) if keeps == "mask" else np.zeros_like(tile.needed)
    expected = ground.read(tile.window, tile.needed & (tile.classes != CLEAR))
    reflectance = expected.reflectance.clip(0, 1)
    told = np.concatenate([expected.error[None], expected.parts])
    if set(channels) == {"reflectance", "opacity"} and not (tile.needed & ~opaque).any():
        answer = np.concatenate([reflectance, np.ones((1, *opaque.shape), np.float32)])
        return Work(dataclasses.replace(tile, optical=None, sar=None), told=told, answer=answer)
    side = tile.optical.shape[-1]
    prior = padded(scene.all_bands(reflectance), side)
    return Work(tile, prior, padded(opaque[None].astype(np.float32), side), told)


def predict(predictor: Predictor, batch: Sequence[Work]) -> list[Answer]:
    """Return the tiles of a batch in their order, with the network's answer to those that it has to see."""
    asked = [work for work in batch if work.asks]
    answers = iter(())
    if asked:
        names = ["optical", "sar"]
        given = [np.stack([getattr(work.tile, name) for work in asked]) for name in names]
        if asked[0].prior is not None:
            given += [np.stack([getattr(work, name) for work in asked]) for name in ("prior", "hidden")]
        answers = iter(predictor(*given))
    return [_answer(work, next(answers) if work.asks else work.answer) for work in batch]


def _answer(work: Work, values: np.ndarray | None) -> Answer:
    """Return the answer to one tile, without what the tile was padded with and without what the network took."""
    if values is not None:
        window = work.tile.window
        values = values[:, : window.height, : window.width]
        values = values if work.told is None else np.concatenate([values, work.told])
    return Answer(dataclasses.replace(work.tile, optical=None, sar=None), values)
