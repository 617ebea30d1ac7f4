"""How the answer of the output convolution becomes an image: plain as in the paper, or beside the cloudy input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import upsample


class PlainHead(nn.Module):
    """y = answer, as in the paper. [B, bands, H, W] → the same."""

    answers = 1

    def forward(self, cloudy: Tensor, answer: Tensor) -> tuple[Tensor, None]:
        return answer, None


class ResidualHead(nn.Module):
    """y = x + answer, x the cloudy image. [B, bands, H, W] → the same."""

    answers = 1

    def forward(self, cloudy: Tensor, answer: Tensor) -> tuple[Tensor, None]:
        return cloudy + answer, None


class OpacityHead(nn.Module):
    """y = (1 − α) x + α c with opacity α and colour c = σ(logit e + d), for each pixel and band.

    What is clear is kept by α alone, and a cloud of any brightness leaves no trace where α is 1. The output convolution
    gives d and α before the sigmoid; e is the reflectance that the radar makes expect (`radar_prior.RadarPrior`).

    `shrinkage` s (0–1) then draws what is hidden towards a prior p:
    y ← y + h (p − ȳ) − h² (y − ȳ), with h = s (1 − (1 − ᾱ)²), ᾱ the mean of α over the bands, and ȳ that of y,
    weighted by h, over about 40 × 40 pixels. Networks that have seen few places are too sure of the colour under a
    cloud, and the mean error falls when they are believed less. What they draw that is finer is kept where the ground
    shines through, and not where nothing of it is seen. 0 is right with enough data. It does not take part while the
    network learns: where h is 1, y is p, and nothing would be learnt there.
    """

    #: Channels of the output convolution for each band.
    answers = 2

    def __init__(self, shrinkage: float) -> None:
        super().__init__()
        self.shrinkage = shrinkage
        #: Set by `learning`.
        self.learns = False

    def forward(
        self,
        cloudy: Tensor,
        answer: Tensor,
        expected: Tensor,
        prior: Tensor,
        hidden: Optional[Tensor] = None,
        shrinkage: Optional[float] = None,
    ) -> tuple[Tensor, Tensor]:
        """Return y and α [B, bands, H, W]: `expected` e at the top of the atmosphere, `prior` p as the image shows it.

        `hidden` [B, 1, H, W], 0–1, is the least that α is; `shrinkage` stands in for the head's own.
        """
        strength = self.shrinkage if shrinkage is None else shrinkage
        difference, opacity = answer.chunk(2, dim=1)
        colour, opacity = torch.sigmoid(torch.logit(expected) + difference), torch.sigmoid(opacity)
        if hidden is not None:
            opacity = torch.maximum(opacity, hidden)
        image = cloudy * (1 - opacity) + colour * opacity
        if strength and not self.training and not self.learns:
            image = drawn_to(prior, image, strength * (1 - (1 - opacity.mean(dim=1, keepdim=True)).square()))
        return image, opacity


def drawn_to(prior: Tensor, image: Tensor, share: Tensor) -> Tensor:
    """Return y + h (p − ȳ) − h² (y − ȳ): `prior` p and `image` y [B, C, H, W], `share` h [B, 1, H, W] in 0–1.

    ȳ is the local mean of y by h. H and W are multiples of 8.
    """
    coarse = _local_mean(image, share)
    return image + share * (prior - coarse) - share.square() * (image - coarse)


@contextmanager
def learning(network: nn.Module) -> Iterator[None]:
    """Leave the shrinkage out in the `with` block, though the network is in evaluation mode.

    Fine-tuning keeps a network in evaluation mode for the sake of its normalisation layers.
    """
    heads = [each for each in network.modules() if isinstance(each, OpacityHead)]
    before = [head.learns for head in heads]
    for head in heads:
        head.learns = True
    try:
        yield
    finally:
        for head, learns in zip(heads, before):
            head.learns = learns


def _local_mean(image: Tensor, weight: Tensor) -> Tensor:
    """Return the mean of `image` [B, C, H, W] by `weight` [B, 1, H, W] over 5 × 5 cells of 8 × 8 pixels, smoothly.

    H and W are multiples of 8.
    """

    def mean(values: Tensor) -> Tensor:
        return F.avg_pool2d(F.avg_pool2d(values, 8), 5, stride=1, padding=2, count_include_pad=False)

    return upsample(mean(image * weight) / mean(weight).clamp(min=1e-3), image)
