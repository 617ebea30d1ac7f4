"""McGAN: a conditional GAN over all bands (Enomoto et al., CVPR Workshops 2017, "Filmy Cloud Removal on Satellite
Imagery with Multispectral Conditional Generative Adversarial Nets").

Widths, depth and the order of the layers are those of the authors' code (enomotokenji/mcgan-cvprw2017-pytorch). Theirs
reads RGB and near infrared; here it is the thirteen bands, and SAR takes the part of the band that sees through cloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import BatchNorm, init_gan, pad_to_multiple

#: A level of the U-Net has at most this many times the width.
WIDEST = 8


@dataclass(frozen=True)
class McGANConfig:
    """`width` is the number of features at full size, doubled `levels` times down to eight times itself at most;
    `dropout` is the probability in the first `dropout_levels` levels on the way up, in training only."""

    architecture: ClassVar[str] = "mcgan"

    optical_channels: int = 13
    sar_channels: int = 2
    width: int = 64
    levels: int = 7
    dropout: float = 0.5
    dropout_levels: int = 3

    def __post_init__(self) -> None:
        if self.width < 1 or self.levels < 1:
            raise ValueError("width and levels have to be at least 1")
        if not 0 <= self.dropout < 1:
            raise ValueError("dropout has to be from 0 to below 1")


class Down(nn.Module):
    """Half the size: convolution 4 × 4 of stride 2 → batch normalisation → leaky ReLU."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 4, stride=2, padding=1)
        self.norm = BatchNorm(out_channels)

    def forward(self, features: Tensor) -> Tensor:
        return F.leaky_relu(self.norm(self.conv(features)), 0.2)


class Up(nn.Module):
    """Twice the size: transposed convolution 4 × 4 of stride 2 → batch normalisation → dropout → ReLU."""

    def __init__(self, in_channels: int, out_channels: int, dropout: float) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1)
        self.norm = BatchNorm(out_channels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Tensor) -> Tensor:
        return F.relu(self.dropout(self.norm(self.conv(features))))


class McGAN(nn.Module):
    """The generator: optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance
    [B, 13, H, W], not clipped.

    A U-Net: each level on the way up sees the same level on the way down. Inside, images go from −1 to 1, as in the
    published system. Any H and W ≥ 1: others than multiples of 2^levels are padded inside and cropped.
    """

    def __init__(self, config: McGANConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.width * min(2**level, WIDEST) for level in range(config.levels + 1)]
        self.first = nn.Conv2d(config.optical_channels + config.sar_channels, widths[0], 3, padding=1)
        self.down = nn.ModuleList(Down(above, below) for above, below in zip(widths, widths[1:]))
        self.up = nn.ModuleList()
        for order, level in enumerate(range(config.levels, 0, -1)):
            joined = widths[level] * (1 if order == 0 else 2)
            self.up.append(Up(joined, widths[level - 1], config.dropout if order < config.dropout_levels else 0.0))
        self.last = nn.Conv2d(widths[0] * 2, config.optical_channels, 3, padding=1)
        self.apply(init_gan)

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        height, width = optical.shape[-2:]
        image = pad_to_multiple(torch.cat([optical, sar], dim=1) * 2 - 1, 2**self.config.levels)
        seen = [F.leaky_relu(self.first(image), 0.2)]
        for down in self.down:
            seen.append(down(seen[-1]))
        features = seen.pop()
        for up in self.up:
            features = torch.cat([up(features), seen.pop()], dim=1)
        return (self.last(features)[..., :height, :width] + 1) / 2
