"""DSen2-CR: a deep residual network (Meraner et al., ISPRS Journal 2020, "Cloud removal in Sentinel-2 imagery using a
deep residual neural network and SAR-optical data fusion").

Widths, depth, scales and initialisation are those of the authors' code (ameraner/dsen2-cr).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

#: What the network sees of reflectance 0–1 (DN / 2000) and of SAR scaled to 0–1.
OPTICAL_SCALE, SAR_SCALE = 5.0, 2.0


@dataclass(frozen=True)
class DSen2CRConfig:
    """`blocks` residual blocks (B in the paper) of `width` features (F); what a block adds is scaled by `scale`."""

    architecture: ClassVar[str] = "dsen2cr"

    optical_channels: int = 13
    sar_channels: int = 2
    width: int = 256
    blocks: int = 16
    scale: float = 0.1

    def __post_init__(self) -> None:
        if self.width < 1 or self.blocks < 0:
            raise ValueError("width has to be at least 1 and blocks not negative")


class ResidualBlock(nn.Module):
    """F + scale · Conv(ReLU(Conv(F))): [B, C, H, W] → [B, C, H, W]."""

    def __init__(self, channels: int, scale: float) -> None:
        super().__init__()
        self.scale = scale
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        return features + self.scale * self.second(F.relu(self.first(features)))


class DSen2CR(nn.Module):
    """Optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance [B, 13, H, W].

    The cloudy image, over a long skip connection, plus what the residual blocks make of both inputs. Any H and W ≥ 1.
    The output is not clipped.
    """

    def __init__(self, config: DSen2CRConfig) -> None:
        super().__init__()
        self.config = config
        self.first = nn.Conv2d(config.optical_channels + config.sar_channels, config.width, 3, padding=1)
        self.blocks = nn.Sequential(*(ResidualBlock(config.width, config.scale) for _ in range(config.blocks)))
        self.last = nn.Conv2d(config.width, config.optical_channels, 3, padding=1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        features = F.relu(self.first(torch.cat([optical * OPTICAL_SCALE, sar * SAR_SCALE], dim=1)))
        return optical + self.last(self.blocks(features)) / OPTICAL_SCALE
