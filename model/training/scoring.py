"""How good a network is on whole triplets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from ..metrics import Comparison, compare
from ..networks.radar_prior import images_of
from .datasets import AnyScene, Scene
from .tables import mean

SCORES = ("psnr", "ssim", "mae", "sam")


@torch.no_grad()
def predict(network: nn.Module, scene: Scene) -> np.ndarray:
    """Return the reconstruction [13, H, W], clipped to 0–1, of a whole triplet."""
    device = next(network.parameters()).device
    optical, sar = (torch.from_numpy(image)[None].to(device) for image in (scene.cloudy, scene.sar))
    with images_of(scene.level, network):
        return network(optical, sar)[0].float().clamp(0, 1).cpu().numpy()


def compare_with_clear(image: np.ndarray, scene: Scene) -> Comparison:
    """Return what an image [13, H, W] and a scene's clear date differ by, in the bands and pixels that this has."""
    if scene.present == tuple(range(len(scene.clear))):
        # Bands that are picked may lie otherwise in memory, and sums in another order end in another last digit.
        return compare(image, scene.clear, scene.valid)
    present = list(scene.present)
    return compare(image[present], scene.clear[present], scene.valid)


def score_scene(image: np.ndarray, scene: Scene) -> dict[str, float]:
    """Return {"psnr" dB, "ssim" ×100, "mae" ×100, "sam" degrees} of an image [13, H, W] of a triplet.

    Counted are the bands and pixels that the clear date really has (`compare_with_clear`); NaN where there are none.
    """
    return compare_with_clear(image, scene).sums().metrics()


def score_triplets(network: nn.Module, scenes: Sequence[AnyScene]) -> dict[str, dict[str, float]]:
    """Return {scene: what `score_scene` says of the network's image}."""
    loaded = (scene.load() for scene in scenes)
    return {scene.name: score_scene(predict(network, scene), scene) for scene in loaded}


def mean_scores(scores: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the mean of each metric over the scenes that have it, NaN if none has."""
    return {name: mean(score[name] for score in scores.values()) for name in SCORES}
