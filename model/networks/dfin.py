"""DFIN, the deep feature integration network (paper, section II.C and figure 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import ChannelAttention, MBConv, upsample

if TYPE_CHECKING:
    from .multistage_fusion import MultistageFusionConfig


class FeaturePyramid(nn.Module):
    """A feature pyramid of two U-Net levels: down twice, up twice, joined sideways by addition.

    [B, C, H, W] → [B, C, H, W].
    """

    def __init__(self, channels: int, expansion: int) -> None:
        super().__init__()
        self.down1 = nn.Conv2d(channels, channels, 2, stride=2)
        self.down2 = nn.Conv2d(channels, channels, 2, stride=2)
        self.level1 = MBConv(channels, channels, expansion)
        self.level2 = MBConv(channels, channels, expansion)
        self.up1 = MBConv(channels, channels, expansion)
        self.up0 = nn.Conv2d(channels, channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        height, width = features.shape[-2:]
        padded = F.pad(features, (0, -width % 4, 0, -height % 4), mode="replicate")
        level1 = self.level1(F.relu(self.down1(padded)))
        level2 = self.level2(F.relu(self.down2(level1)))
        level1 = self.up1(level1 + upsample(level2, level1))
        return self.up0(upsample(level1, padded))[..., :height, :width]


class Refine(nn.Module):
    """F̂ = Conv(ChannelAttention(F) ⊕ Pyramid(F) ⊕ F): [B, C, H, W] → [B, C, H, W].

    With `start` "identity" it starts as F̂ = F. From a start at random, what the pyramid sees of a whole neighbourhood
    taught a network the few places that it was trained on by heart.
    """

    def __init__(self, channels: int, expansion: int, start: str = "random") -> None:
        super().__init__()
        self.attention = ChannelAttention(channels)
        self.pyramid = FeaturePyramid(channels, expansion)
        self.merge = nn.Conv2d(channels * 3, channels, 1)
        if start == "identity":
            nn.init.zeros_(self.merge.weight)
            nn.init.zeros_(self.merge.bias)
            with torch.no_grad():
                self.merge.weight[:, 2 * channels :, 0, 0] = torch.eye(channels)

    def forward(self, features: Tensor) -> Tensor:
        return self.merge(torch.cat([self.attention(features), self.pyramid(features), features], dim=1))


class DFIN(nn.Module):
    """F_out = MBConv(Max(F̂_b, F̂_fused) ⊕ F_b ⊕ F_fused): two [B, C, H, W] → [B, C, H, W].

    Max is that of each feature of the two with `maximum` "elements", and that over all channels of F̂_b ⊕ F̂_fused, one
    map, with "channels".
    """

    def __init__(self, channels: int, expansion: int, start: str = "random", maximum: str = "elements") -> None:
        super().__init__()
        self.over_channels = maximum == "channels"
        self.refine_base = Refine(channels, expansion, start)
        self.refine_fused = Refine(channels, expansion, start)
        self.integrate = MBConv(2 * channels + (1 if self.over_channels else channels), channels, expansion=1)

    @classmethod
    def of(cls, config: MultistageFusionConfig) -> DFIN:
        """Return that of a network's config."""
        return cls(config.base_width, config.expansion, config.dfin_start, config.dfin_max)

    def forward(self, base: Tensor, fused: Tensor) -> Tensor:
        refined = self.refine_base(base), self.refine_fused(fused)
        if self.over_channels:
            strongest = torch.cat(refined, dim=1).amax(dim=1, keepdim=True)
        else:
            strongest = torch.maximum(*refined)
        return self.integrate(torch.cat([strongest, base, fused], dim=1))
