"""SpA GAN: a GAN whose generator looks where the cloud is (Pan 2020, "Cloud Removal for Remote Sensing Imagery via
Spatial Attention Generative Adversarial Network", arXiv 2009.13015).

The generator is SPANet (Wang et al., CVPR 2019). Widths, depth and the order of the blocks are those of the author's
code (Penn000/SpA-GAN_for_cloud_removal). Where that code differs from its paper, the paper is followed: the sweeps of
the IRNN are recurrent (there, each pixel sees its neighbour only) and each direction is weighted by its own attention
(there, the product is not used).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class SpAGANConfig:
    """`width` features throughout: `head_blocks` residual blocks, `stages` times the attention and `stage_blocks`
    blocks under it, `tail_blocks` residual blocks."""

    architecture: ClassVar[str] = "spa_gan"

    optical_channels: int = 13
    sar_channels: int = 2
    width: int = 32
    head_blocks: int = 3
    stages: int = 4
    stage_blocks: int = 3
    tail_blocks: int = 2

    def __post_init__(self) -> None:
        if self.width < 2 or self.stages < 1:
            raise ValueError("width has to be at least 2, and there has to be a stage")


class Bottleneck(nn.Module):
    """Convolutions 1 × 1, 3 × 3 (dilated by 2), 1 × 1 with ReLUs between: [B, C, H, W] → [B, C, H, W]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, channels, 1, bias=False)
        self.look = nn.Conv2d(channels, channels, 3, padding=2, dilation=2, bias=False)
        self.expand = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        return self.expand(F.relu(self.look(F.relu(self.reduce(features)))))


class IRNN(nn.Module):
    """Recurrent sweeps from the four sides (Bell et al. 2016): h_t = ReLU(w h_{t−1} + x_t), w one for each channel.

    [B, C, H, W] → [4, B, C, H, W]: swept down, up, to the right, to the left. w = tanh of a parameter stays below 1,
    so that a sweep over a long line cannot grow without bound; it starts between 0 and 0.96, so that some channels
    look at the next pixel and some at tens of them.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(4, 1, channels, 1).uniform_(0.0, 2.0))

    def forward(self, features: Tensor) -> Tensor:
        # The state stays in the precision of its weights: a bfloat16 sum over a long line would lose its end.
        lines = features.to(self.weight.dtype)
        down, up = torch.stack([lines, lines.flip(2)]), self.weight[:2]
        right, left = torch.stack([lines, lines.flip(3)]).transpose(3, 4), self.weight[2:]
        downwards, upwards = _sweep(down, up)
        rightwards, leftwards = _sweep(right, left).transpose(3, 4)
        return torch.stack([downwards, upwards.flip(2), rightwards, leftwards.flip(3)])


def _sweep(lines: Tensor, weight: Tensor) -> Tensor:
    """Run h_t = ReLU(tanh(weight) h_{t−1} + x_t), h_0 = x_0, along dimension 3 of [2, B, C, L, N]."""
    weight = torch.tanh(weight)
    first, *rest = lines.unbind(3)
    states = [first]
    for line in rest:
        states.append(F.relu(weight * states[-1] + line))
    return torch.stack(states, dim=3)


class SpatialAttention(nn.Module):
    """SAM, the spatial attentive module: [B, C, H, W] → attention [B, 1, H, W] in 0–1.

    Two rounds of sweeps, so that every pixel hears of every other; the four directions are weighted pixel by pixel.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.directions = nn.Sequential(
            nn.Conv2d(channels, half, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(half, half, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(half, 4, 1),
            nn.Sigmoid(),
        )
        self.enter = nn.Conv2d(channels, channels, 1)
        self.first, self.second = IRNN(channels), IRNN(channels)
        self.between = nn.Conv2d(channels * 4, channels, 1)
        self.gather = nn.Conv2d(channels * 4, channels, 1)
        self.out = nn.Conv2d(channels, 1, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        directions = self.directions(features).transpose(0, 1).unsqueeze(2)
        swept = self.between(_side_by_side(self.first(self.enter(features)) * directions))
        swept = self.gather(_side_by_side(self.second(swept) * directions))
        return torch.sigmoid(self.out(F.relu(swept)))


def _side_by_side(directions: Tensor) -> Tensor:
    """[4, B, C, H, W] → [B, 4C, H, W]"""
    return torch.cat(directions.unbind(0), dim=1)


class SpAGAN(nn.Module):
    """The generator: optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance
    [B, 13, H, W], not clipped.

    Residual blocks, of which those of the stages (SARB) add F ← ReLU(block(F) ⊙ A + F), with A from a spatial attention
    that all stages share. Inside, images go from −1 to 1, as in the published system. Any H and W ≥ 1.
    """

    def __init__(self, config: SpAGANConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.first = nn.Conv2d(config.optical_channels + config.sar_channels, width, 3, padding=1, bias=False)
        self.head = nn.ModuleList(Bottleneck(width) for _ in range(config.head_blocks))
        self.attention = SpatialAttention(width)
        self.stages = nn.ModuleList(
            nn.ModuleList(Bottleneck(width) for _ in range(config.stage_blocks)) for _ in range(config.stages)
        )
        self.tail = nn.ModuleList(Bottleneck(width) for _ in range(config.tail_blocks))
        self.last = nn.Conv2d(width, config.optical_channels, 3, padding=1, bias=False)

    def forward(self, optical: Tensor, sar: Tensor, attention: bool = False) -> Union[Tensor, tuple[Tensor, Tensor]]:
        """Return the image, and with `attention` also the first stage's attention [B, 1, H, W], which is supervised."""
        features = F.relu(self.first(torch.cat([optical, sar], dim=1) * 2 - 1))
        for block in self.head:
            features = F.relu(block(features) + features)
        maps = []
        for stage in self.stages:
            maps.append(self.attention(features))
            for block in stage:
                features = F.relu(block(features) * maps[-1] + features)
        for block in self.tail:
            features = F.relu(block(features) + features)
        image = (self.last(features) + 1) / 2
        return (image, maps[0]) if attention else image
