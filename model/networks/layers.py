"""Blocks that several networks share."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

#: What is added to reflectance before its logarithm, so that dark water does not stand out; B10 is small everywhere.
LOG_FLOOR = (0.02,) * 10 + (0.003,) + (0.02,) * 2
#: Mean and spread of log(reflectance + floor) over cloudy and clear images, in the order of `bands.S2_BANDS`.
LOG_MEAN = (-1.93, -2.04, -2.04, -2.14, -1.91, -1.57, -1.48, -1.49, -1.43, -2.05, -5.19, -1.87, -2.22)
LOG_SPREAD = (0.88, 0.86, 0.75, 0.85, 0.74, 0.70, 0.71, 0.73, 0.74, 0.87, 0.56, 0.82, 0.80)
#: The same of SAR, scaled to 0–1.
SAR_MEAN, SAR_SPREAD = (0.55, 0.46), (0.145, 0.11)


class ReflectanceScaling(nn.Module):
    """Optical and SAR as they come, 0–1. Two [B, C, H, W] → the same."""

    def forward(self, optical: Tensor, sar: Tensor) -> tuple[Tensor, Tensor]:
        return optical, sar


class LogScaling(nn.Module):
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


class PixelNorm(nn.Module):
    """Mean 0 and spread 1 over the channels of each pixel, then a gain and an offset a channel (Ba et al. 2016).

    Of each pixel alone: statistics over pixels would depend on what else is in the tile. [B, C, H, W] → [B, C, H, W].
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels, 1, 1))
        self.offset = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, features: Tensor) -> Tensor:
        centred = features - features.mean(dim=1, keepdim=True)
        spread = centred.square().mean(dim=1, keepdim=True).add(1e-6).sqrt()
        return centred / spread * self.gain + self.offset


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


class BatchNorm(nn.BatchNorm2d):
    """Batch normalisation that takes a single value for each channel, too, of which there are no statistics.

    It is then normalised by the running statistics, and they stay as they are (a small crop, alone in its batch, at
    the bottom of a deep U-Net).
    """

    def forward(self, features: Tensor) -> Tensor:
        if self.training and features.numel() == features.shape[1]:
            return F.batch_norm(features, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        return super().forward(features)


class PatchDiscriminator(nn.Module):
    """Tells real from generated images, patch by patch (PatchGAN; Isola et al. 2017, as McGAN and SpA GAN have it).

    Condition [B, condition, H, W] and image [B, image, H, W], of one scale → logits [B, 1, h, w] with a value for each
    16 × 16 pixels, positive where the image looks real. H and W are at least 16.
    """

    def __init__(self, condition_channels: int, image_channels: int, width: int = 64) -> None:
        super().__init__()
        self.condition = nn.Conv2d(condition_channels, width // 2, 4, stride=2, padding=1)
        self.image = nn.Conv2d(image_channels, width - width // 2, 4, stride=2, padding=1)
        stages = []
        for level in range(3):
            channels = width * 2**level
            conv = nn.Conv2d(channels, channels * 2, 4, stride=2, padding=1)
            stages += [conv, BatchNorm(channels * 2), nn.LeakyReLU(0.2)]
        self.stages = nn.Sequential(*stages, nn.Conv2d(width * 8, 1, 3, padding=1))
        self.apply(init_gan)

    def forward(self, condition: Tensor, image: Tensor) -> Tensor:
        seen = torch.cat([self.condition(condition), self.image(image)], dim=1)
        return self.stages(F.leaky_relu(seen, 0.2))


def init_gan(module: nn.Module) -> None:
    """Start a layer as pix2pix does (Isola et al. 2017): weights of N(0, 0.02), scales of N(1, 0.02), no bias."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)):
        nn.init.normal_(module.weight, 1.0 if isinstance(module, nn.BatchNorm2d) else 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
