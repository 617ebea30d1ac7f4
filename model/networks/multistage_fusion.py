"""The multi-stage fusion network of the paper (section II, figure 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .dfin import DFIN
from .layers import MBConv, mbconvs, pad_to_multiple
from .sgbafm import SGBAFM


@dataclass(frozen=True)
class MultistageFusionConfig:
    """What the paper leaves open, and the switches of its ablations (`sg_bafm`, `dfin`).

    `base_stride` and `directed_stride` are the pixels of the image for one of the features, of the basic and of the
    directed stage. `token` is the side of an attention token in pixels of the image. `residual` says what the
    network's answer is added to: nothing ("none"), the cloudy image ("input"), or the cloudy image weighted by a share
    that the network predicts for each pixel and band ("opacity"): y = (1 − α) x + r.
    """

    architecture: ClassVar[str] = "multistage_fusion"

    optical_channels: int = 13
    sar_channels: int = 2
    base_width: int = 64
    directed_width: int = 96
    base_blocks: int = 4
    directed_blocks: int = 6
    expansion: int = 2
    base_stride: int = 2
    directed_stride: int = 4
    token: int = 16
    token_width: int = 256
    heads: int = 8
    distance_bias: bool = True
    cloud_bias: bool = True
    residual: str = "opacity"
    sg_bafm: bool = True
    dfin: bool = True

    def __post_init__(self) -> None:
        pairs = (("base_stride", "directed_stride"), ("directed_stride", "token"), ("heads", "token_width"))
        for small, large in pairs:
            if getattr(self, small) < 1 or getattr(self, large) % getattr(self, small):
                raise ValueError(f"{large} has to be a multiple of {small}")
        if self.residual not in ("none", "input", "opacity"):
            raise ValueError(f"residual is none, input or opacity, not {self.residual!r}")


class Downsample(nn.Module):
    """One modality, made smaller without loss and looked at alone: ReLU(Conv(pixel-unshuffle)) and a second look."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.unshuffle = nn.PixelUnshuffle(stride)
        self.conv = nn.Conv2d(in_channels * stride**2, out_channels, 3, padding=1)
        self.look = MBConv(out_channels, out_channels)

    def forward(self, image: Tensor) -> Tensor:
        return self.look(F.relu(self.conv(self.unshuffle(image))))


class ConcatenationFusion(nn.Module):
    """What stands in for SG-BAFM in the ablations: a 1×1 convolution of both modalities side by side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.join = nn.Conv2d(channels * 2, channels, 1)

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        return self.join(torch.cat([optical, sar], dim=1))


class ConcatenationIntegration(nn.Module):
    """What stands in for DFIN in the ablations: one MBConv of both stages' features side by side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.integrate = MBConv(channels * 2, channels, expansion=1)

    def forward(self, base: Tensor, fused: Tensor) -> Tensor:
        return self.integrate(torch.cat([base, fused], dim=1))


class MultistageFusion(nn.Module):
    """Optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance [B, 13, H, W].

    Basic fusion stage: both inputs concatenated → MBConv blocks → F_b. Directed fusion stage: each input downsampled
    on its own → SG-BAFM → MBConv blocks → F_fused. Integration: DFIN(F_b, F_fused) → image. Any H and W ≥ 1: sizes
    that are no multiple of a token are padded inside and cropped. The output is not clipped.
    """

    def __init__(self, config: MultistageFusionConfig) -> None:
        super().__init__()
        self.config = config
        bands, width, deep = config.optical_channels, config.base_width, config.directed_width
        self.base_stem = Downsample(bands + config.sar_channels, width, config.base_stride)
        self.base_blocks = mbconvs(width, config.base_blocks, config.expansion)

        self.optical_stem = Downsample(bands, deep, config.directed_stride)
        self.sar_stem = Downsample(config.sar_channels, deep, config.directed_stride)
        self.fuse = self._fusion(config)
        self.directed_blocks = mbconvs(deep, config.directed_blocks, config.expansion)
        ratio = config.directed_stride // config.base_stride
        self.enlarge = nn.Sequential(nn.Conv2d(deep, width * ratio**2, 1), nn.PixelShuffle(ratio))

        self.integrate = DFIN(width, config.expansion) if config.dfin else ConcatenationIntegration(width)
        out_channels = bands * (2 if config.residual == "opacity" else 1)
        self.head = nn.Conv2d(width, out_channels * config.base_stride**2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(config.base_stride)

    @staticmethod
    def _fusion(config: MultistageFusionConfig) -> nn.Module:
        if not config.sg_bafm:
            return ConcatenationFusion(config.directed_width)
        return SGBAFM(
            config.directed_width,
            config.token // config.directed_stride,
            config.token_width,
            config.heads,
            config.distance_bias,
            config.cloud_bias,
        )

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        height, width = optical.shape[-2:]
        optical, sar = (pad_to_multiple(image, self.config.token) for image in (optical, sar))
        base = self.base_blocks(self.base_stem(torch.cat([optical, sar], dim=1)))
        directed = self.directed_blocks(self.fuse(self.optical_stem(optical), self.sar_stem(sar)))
        answer = self.shuffle(self.head(self.integrate(base, self.enlarge(directed))))
        return self._add_residual(optical, answer)[..., :height, :width]

    def _add_residual(self, optical: Tensor, answer: Tensor) -> Tensor:
        if self.config.residual == "none":
            return answer
        if self.config.residual == "input":
            return optical + answer
        estimate, opacity = answer.chunk(2, dim=1)
        return optical * (1 - torch.sigmoid(opacity)) + estimate
