"""Blocks that several networks share."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class MBConv(nn.Module):
    """Mobile inverted bottleneck: expand 1×1 → depthwise 3×3 → squeeze-and-excite → project 1×1 (Sandler et al. 2018).

    [B, in, H, W] → [B, out, H, W]; with the input added where `in == out`. The last convolution of a residual block
    starts at zero, so a deep stack starts as the identity and needs no normalisation: a normalisation's statistics
    would depend on what else is in the tile.
    """

    def __init__(self, in_channels: int, out_channels: int, expansion: int = 2, kernel: int = 3) -> None:
        super().__init__()
        hidden = in_channels * expansion
        self.expand = nn.Conv2d(in_channels, hidden, 1)
        self.depthwise = nn.Conv2d(hidden, hidden, kernel, padding=kernel // 2, groups=hidden)
        self.excite = ChannelAttention(hidden, reduction=8)
        self.project = nn.Conv2d(hidden, out_channels, 1)
        self.residual = in_channels == out_channels
        if self.residual:
            nn.init.zeros_(self.project.weight)
            nn.init.zeros_(self.project.bias)

    def forward(self, features: Tensor) -> Tensor:
        hidden = F.gelu(self.expand(features))
        hidden = self.excite(F.gelu(self.depthwise(hidden)))
        out = self.project(hidden)
        return features + out if self.residual else out


class ChannelAttention(nn.Module):
    """Weigh channels by what the whole image shows: F ⊙ σ(W₂ SiLU(W₁ mean(F))) (Hu et al. 2018).

    SiLU in place of their ReLU: of so few squeezed channels, none may die.

    [B, C, H, W] → [B, C, H, W].
    """

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        squeezed = max(channels // reduction, 4)
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.excite = nn.Conv2d(squeezed, channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        mean = features.mean(dim=(2, 3), keepdim=True)
        return features * torch.sigmoid(self.excite(F.silu(self.squeeze(mean))))


def mbconvs(channels: int, count: int, expansion: int) -> nn.Sequential:
    """Return a stack of `count` residual MBConv blocks."""
    return nn.Sequential(*(MBConv(channels, channels, expansion) for _ in range(count)))


def upsample(features: Tensor, like: Tensor) -> Tensor:
    """Return `features` [B, C, h, w] resized bilinearly to the height and width of `like`."""
    return F.interpolate(features, size=like.shape[-2:], mode="bilinear", align_corners=False)


def pad_to_multiple(image: Tensor, multiple: int) -> Tensor:
    """Repeat the last row and column of [B, C, H, W] at the bottom and right, up to the next multiple."""
    height, width = image.shape[-2:]
    return F.pad(image, (0, -width % multiple, 0, -height % multiple), mode="replicate")
