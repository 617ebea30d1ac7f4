"""A tile on its way through a run: what the network is given beside the scene, and what is noted with its answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...cloud_detection import CLOUD
from ...networks.heads import drawn_to
from ...networks.layers import pad_to_multiple
from ...prediction import Channels, Predictor, channels_of, replaced_share
from ...scene import Tile, padded
from .ground import HiddenGround
from .scene_fit import PARTS


@dataclass(frozen=True)
class Work:
    """A tile with what the network is given beside it: `hidden` [1, t, t], the least opacity, None without a prior."""

    tile: Tile
    hidden: np.ndarray | None = None

    @property
    def asks(self) -> bool:
        """Whether the network has to see it."""
        return self.tile.optical is not None


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


def work_on(tile: Tile, ground: HiddenGround | None, keeps: str, channels: Channels) -> Work:
    """Return the work on a tile, of which clear pixels are kept as `keeps` says.

    `channels` are those of the `Predictor`; where they are all that is wanted of the network, it is not asked about
    tiles that it sees nothing of.
    """
    if ground is None or tile.optical is None:
        return Work(tile)
    opaque = _opaque(tile, keeps)
    if set(channels) == {"reflectance", "opacity"} and not (tile.needed & ~opaque).any():
        return Work(dataclasses.replace(tile, optical=None, sar=None))
    return Work(tile, padded(opaque[None].astype(np.float32), tile.optical.shape[-1]))


def _opaque(tile: Tile, keeps: str) -> np.ndarray:
    """Return what a user's mask calls opaque [h, w]: it is opaque, whatever the network sees there."""
    return (tile.classes == CLOUD) if keeps == "mask" else np.zeros_like(tile.needed)


def predict(predictor: Predictor, batch: Sequence[Work]) -> list[Answer]:
    """Return the tiles of a batch in their order, with the network's answer to those that it has to see."""
    asked = [work for work in batch if work.asks]
    answers = iter(())
    if asked:
        given = [np.stack([getattr(work.tile, name) for work in asked]) for name in ("optical", "sar")]
        if asked[0].hidden is not None:
            given.append(np.stack([work.hidden for work in asked]))
        answers = iter(predictor(*given))
    return [_answer(work, next(answers) if work.asks else None) for work in batch]


def _answer(work: Work, values: np.ndarray | None) -> Answer:
    """Return the answer to one tile, without what the tile was padded with and without what the network took."""
    if values is not None:
        window = work.tile.window
        values = values[:, : window.height, : window.width]
    return Answer(dataclasses.replace(work.tile, optical=None, sar=None), values)


def add_ground(answer: Answer, ground: HiddenGround | None, channels: Channels) -> Answer:
    """Return an answer with what is expected of hidden ground, and its error and parts; `channels` of the `Predictor`.

    Ground counts as clear where the mask or the detector says so, and where the network sees it too.
    """
    tile, values = answer.tile, answer.values
    if ground is None or not tile.needed.any():
        return answer
    if values is None:
        values = np.zeros((max(each.stop for each in channels.values()), *tile.needed.shape), np.float32)
        values[channels["opacity"]] = 1
    opacity, bands = values[channels["opacity"]][0], channels["reflectance"]
    expected = ground.read(tile.window, tile.needed, opacity)
    values = np.concatenate([values, expected.error[None], expected.parts])
    share = replaced_share(opacity)
    values[bands] = np.clip(_drawn_to(expected.reflectance, values[bands], share), 0, 1)
    if "influence" in channels:
        # Of what is hidden the network's answer is not what is written.
        without = ground.read(tile.window, tile.needed, opacity, radar=False)
        hidden = np.abs(expected.reflectance - without.reflectance).mean(axis=0)
        values[channels["influence"]] = (1 - share) * values[channels["influence"]] + share * hidden
    return Answer(tile, values)


def _drawn_to(prior: np.ndarray, image: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return `heads.drawn_to` of arrays [K, h, w] and [h, w] of any size."""
    if (share == 1).all():
        return prior
    parts = (torch.from_numpy(np.ascontiguousarray(each, np.float32))[None] for each in (prior, image, share[None]))
    drawn = drawn_to(*(pad_to_multiple(each, 8) for each in parts))
    return drawn[0, :, : share.shape[0], : share.shape[1]].numpy()
