"""How good a network is on whole triplets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from .. import metrics
from ..networks.sar_colour import images_of
from .datasets import AnyScene, Scene

SCORES = ("psnr", "ssim", "mae", "sam")


@torch.no_grad()
def predict(network: nn.Module, scene: Scene) -> np.ndarray:
    """Return the reconstruction [13, H, W], clipped to 0–1, of a whole triplet."""
    device = next(network.parameters()).device
    optical, sar = (torch.from_numpy(image)[None].to(device) for image in (scene.cloudy, scene.sar))
    with images_of(scene.level, network):
        return network(optical, sar)[0].float().clamp(0, 1).cpu().numpy()


def score_triplets(network: nn.Module, scenes: Sequence[AnyScene]) -> dict[str, dict[str, float]]:
    """Return {scene: {"psnr" dB, "ssim" ×100, "mae" ×100, "sam" degrees}}."""
    loaded = (scene.load() for scene in scenes)
    return {scene.name: metrics.score(predict(network, scene), scene.clear) for scene in loaded}


def mean_scores(scores: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the mean of each metric over scenes."""
    return {name: float(np.mean([score[name] for score in scores.values()])) for name in SCORES}
