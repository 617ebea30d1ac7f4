"""UnCRtainTS for one date (Ebel et al., CVPR Workshops 2023, "UnCRtainTS: Uncertainty Quantification for Cloud Removal
in Optical Satellite Time Series").

Widths, depths, normalisations, scale and output functions are those of the authors' code (PatrickTUM/UnCRtainTS) in
its mono-temporal form. That has no L-TAE: attention over the dates is a softmax over one date, which is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import BatchNorm, pad_to_multiple

#: The least variance, in the squared units of the network's inside.
LEAST_VARIANCE = 1e-3


@dataclass(frozen=True)
class UnCRtainTSConfig:
    """`width` features in `encoder_blocks` MBConv blocks with group normalisation (of `groups`) and `decoder_blocks`
    with batch normalisation; reflectance and SAR are multiplied by `scale` inside."""

    architecture: ClassVar[str] = "uncrtaints"

    optical_channels: int = 13
    sar_channels: int = 2
    width: int = 128
    encoder_blocks: int = 1
    decoder_blocks: int = 5
    expansion: int = 2
    groups: int = 4
    scale: float = 10.0

    def __post_init__(self) -> None:
        if self.groups < 1 or self.width < self.groups or self.width % self.groups:
            raise ValueError("width has to be a multiple of groups")
        if self.scale <= 0:
            raise ValueError("scale has to be positive")


class SqueezeExcite(nn.Module):
    """F ⊙ σ(W₂ GELU(W₁ mean(F))), without biases: [B, C, H, W] → [B, C, H, W]."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1, bias=False)
        self.excite = nn.Conv2d(squeezed, channels, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        mean = features.mean(dim=(2, 3), keepdim=True)
        return features * torch.sigmoid(self.excite(F.gelu(self.squeeze(mean))))


class MBConv(nn.Module):
    """F + project(excite(depthwise(expand(norm(F))))), normalised after each convolution: [B, C, H, W] → same.

    `groups` 0 is batch normalisation, else group normalisation of so many groups.
    """

    def __init__(self, channels: int, expansion: int, groups: int) -> None:
        super().__init__()
        hidden = channels * expansion
        self.block = nn.Sequential(
            _norm(channels, groups),
            nn.Conv2d(channels, hidden, 1, bias=False),
            _norm(hidden, groups),
            nn.GELU(),
            nn.Conv2d(hidden, hidden, 3, padding=1, padding_mode="reflect", groups=hidden, bias=False),
            _norm(hidden, groups),
            nn.GELU(),
            SqueezeExcite(hidden, max(channels // 4, 1)),
            nn.Conv2d(hidden, channels, 1, bias=False),
            _norm(channels, groups),
        )

    def forward(self, features: Tensor) -> Tensor:
        return features + self.block(features)


def _norm(channels: int, groups: int) -> nn.Module:
    return nn.GroupNorm(groups, channels) if groups else BatchNorm(channels)


class UnCRtainTS(nn.Module):
    """Optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance [B, 13, H, W] in 0–1.

    The answer is a normal distribution for each pixel, whose covariance is diagonal: `forward` returns its mean.
    Any H and W ≥ 1: odd sizes are padded inside and cropped.
    """

    def __init__(self, config: UnCRtainTSConfig) -> None:
        super().__init__()
        self.config = config
        width, bands = config.width, config.optical_channels
        self.first = nn.Conv2d(bands + config.sar_channels, width, 1)
        self.first_norm = nn.GroupNorm(config.groups, width)
        encoder = (MBConv(width, config.expansion, config.groups) for _ in range(config.encoder_blocks))
        decoder = (MBConv(width, config.expansion, 0) for _ in range(config.decoder_blocks))
        self.encoder, self.decoder = nn.Sequential(*encoder), nn.Sequential(*decoder)
        self.last = nn.Conv2d(width, bands * 2, 1)

    def forward(self, optical: Tensor, sar: Tensor, distribution: bool = False) -> Union[Tensor, tuple[Tensor, Tensor]]:
        """Return the mean, and with `distribution` also the variance in reflectance², both [B, 13, H, W]."""
        height, width = optical.shape[-2:]
        # Reflection at the border takes two rows and columns.
        image = pad_to_multiple(torch.cat([optical, sar], dim=1) * self.config.scale, 2)
        features = F.relu(self.first_norm(self.first(image)))
        answer = self.last(self.decoder(self.encoder(features)))[..., :height, :width]
        mean, variance = answer.float().chunk(2, dim=1)
        mean = torch.sigmoid(mean)
        if not distribution:
            return mean
        return mean, (F.softplus(variance) + LEAST_VARIANCE) / self.config.scale**2

    def distribution(self, optical: Tensor, sar: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean (reflectance) and variance (reflectance²) of each pixel and band, both [B, 13, H, W]."""
        return self(optical, sar, distribution=True)
