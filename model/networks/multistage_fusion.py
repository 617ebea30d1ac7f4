"""The multi-stage fusion network of the paper (section II, figure 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Optional, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .dfin import DFIN
from .layers import MBConv, mbconvs, pad_to_multiple, upsample
from .sar_colour import SarColour
from .sgbafm import SGBAFM

#: What is added to reflectance before its logarithm, so that dark water does not stand out; B10 is small everywhere.
LOG_FLOOR = (0.02,) * 10 + (0.003,) + (0.02,) * 2
#: Mean and spread of log(reflectance + floor) over cloudy and clear images, in the order of `bands.S2_BANDS`.
LOG_MEAN = (-1.93, -2.04, -2.04, -2.14, -1.91, -1.57, -1.48, -1.49, -1.43, -2.05, -5.19, -1.87, -2.22)
LOG_SPREAD = (0.88, 0.86, 0.75, 0.85, 0.74, 0.70, 0.71, 0.73, 0.74, 0.87, 0.56, 0.82, 0.80)
#: The same of SAR, scaled to 0–1.
SAR_MEAN, SAR_SPREAD = (0.55, 0.46), (0.145, 0.11)
#: Mean clear reflectance, for networks that are not told that of their training data.
CLEAR_REFLECTANCE = (0.167, 0.140, 0.122, 0.120, 0.142, 0.196, 0.221, 0.216, 0.241, 0.086, 0.002, 0.177, 0.117)


@dataclass(frozen=True)
class MultistageFusionConfig:
    """What the paper leaves open, and the switches of its ablations (`sg_bafm`, `dfin`).

    `base_stride` and `directed_stride` are the pixels of the image for one of the features, of the basic and of the
    directed stage. `token` is the side of an attention token in pixels of the image. `residual` says what the
    network's answer is added to: nothing ("none"), the cloudy image ("input"), or the cloudy image weighted by a share
    that the network predicts for each pixel and band ("opacity"): y = (1 − α) x + α c, both α and the ground's colour c
    in 0–1. What is clear is then kept by α alone, and a cloud of any brightness leaves no trace where α is 1. The
    colour is c = σ(logit e + d): the network says by how much (d) it differs from e, which is to be expected of the
    SAR by itself (`sar_colour.SarColour`).

    `shrinkage` s (0–1) draws the colour of what is hidden towards e, in evaluation only:
    y ← y + h (e − ȳ) − h² (y − ȳ), with h = s (1 − (1 − ᾱ)²), ᾱ the mean of α over the bands, and ȳ that of y,
    weighted by h, over about 40 × 40 pixels. Networks that have seen few places are too sure of the colour under a
    cloud, and the mean error falls when they are believed less. What they draw that is finer is kept where the ground
    shines through, and not where nothing of it is seen. 0 is right with enough data. Of an L2A image, e is what lies
    under the atmosphere there (`sar_colour.images_of`).
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
    shrinkage: float = 0.0
    sg_bafm: bool = True
    dfin: bool = True

    def __post_init__(self) -> None:
        pairs = (("base_stride", "directed_stride"), ("directed_stride", "token"), ("heads", "token_width"))
        for small, large in pairs:
            if getattr(self, small) < 1 or getattr(self, large) % getattr(self, small):
                raise ValueError(f"{large} has to be a multiple of {small}")
        if self.residual not in ("none", "input", "opacity"):
            raise ValueError(f"residual is none, input or opacity, not {self.residual!r}")
        if not 0 <= self.shrinkage <= 1 or (self.shrinkage and self.residual != "opacity"):
            raise ValueError("shrinkage is from 0 to 1, and 0 without an opacity")


class Standardise(nn.Module):
    """Optical and SAR as the network sees them: log reflectance and SAR with mean 0 and spread 1 in each channel.

    The logarithm makes a change of brightness a shift, and keeps a very bright cloud near what was seen in training.
    Two [B, C, H, W] → two [B, C, H, W].
    """

    def __init__(self) -> None:
        super().__init__()
        constants = {"floor": LOG_FLOOR, "mean": LOG_MEAN, "spread": LOG_SPREAD}
        constants.update({"sar_mean": SAR_MEAN, "sar_spread": SAR_SPREAD})
        for name, values in constants.items():
            self.register_buffer(name, torch.tensor(values).view(1, -1, 1, 1), persistent=False)

    def forward(self, optical: Tensor, sar: Tensor) -> tuple[Tensor, Tensor]:
        optical = (torch.log(optical.clamp(min=0) + self.floor) - self.mean) / self.spread
        return optical, (sar - self.sar_mean) / self.sar_spread


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
        self.scale = Standardise()
        self.expected = SarColour(torch.tensor(CLEAR_REFLECTANCE))
        if config.residual == "opacity":  # so that the first answers are nearly the expected colour
            with torch.no_grad():
                self.head.weight[: bands * config.base_stride**2] *= 0.1
                self.head.bias[: bands * config.base_stride**2] = 0.0

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

    def forward(
        self, optical: Tensor, sar: Tensor, opacity: bool = False
    ) -> Union[Tensor, tuple[Tensor, Optional[Tensor]]]:
        """Return the image, and if asked for it the opacity [B, 13, H, W] too: None of a network that has none."""
        height, width = optical.shape[-2:]
        cloudy, sar = (pad_to_multiple(image, self.config.token) for image in (optical, sar))
        expected = self.expected(sar)
        seen, sar = self.scale(cloudy, sar)
        base = self.base_blocks(self.base_stem(torch.cat([seen, sar], dim=1)))
        directed = self.directed_blocks(self.fuse(self.optical_stem(seen), self.sar_stem(sar)))
        answer = self.shuffle(self.head(self.integrate(base, self.enlarge(directed))))
        image, alpha = self._add_residual(cloudy, answer, expected)
        image = image[..., :height, :width]
        if not opacity:
            return image
        return image, None if alpha is None else alpha[..., :height, :width]

    def _add_residual(self, cloudy: Tensor, answer: Tensor, expected: Tensor) -> tuple[Tensor, Optional[Tensor]]:
        if self.config.residual == "none":
            return answer, None
        if self.config.residual == "input":
            return cloudy + answer, None
        difference, opacity = answer.chunk(2, dim=1)
        colour, opacity = torch.sigmoid(torch.logit(expected) + difference), torch.sigmoid(opacity)
        image = cloudy * (1 - opacity) + colour * opacity
        if self.config.shrinkage and not self.training:
            hidden = self.config.shrinkage * (1 - (1 - opacity.mean(dim=1, keepdim=True)).square())
            coarse = _local_mean(image, hidden)
            wanted = self.expected.at_level(expected)
            image = image + hidden * (wanted - coarse) - hidden.square() * (image - coarse)
        return image, opacity


def _local_mean(image: Tensor, weight: Tensor) -> Tensor:
    """Return the mean of `image` [B, C, H, W] by `weight` [B, 1, H, W] over 5 × 5 cells of 8 × 8 pixels, smoothly.

    H and W are multiples of 8.
    """

    def mean(values: Tensor) -> Tensor:
        return F.avg_pool2d(F.avg_pool2d(values, 8), 5, stride=1, padding=2, count_include_pad=False)

    return upsample(mean(image * weight) / mean(weight).clamp(min=1e-3), image)
