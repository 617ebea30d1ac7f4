"""Losses on reflectance [B, C, H, W], counted only where `weight` [B, C, H, W] (0–1) says that the target is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

#: The change of reflectance, in the mean of the bands, from which on a pixel counts as wholly hidden.
OPAQUE_CHANGE = 0.15


def charbonnier(prediction: Tensor, target: Tensor, weight: Tensor, epsilon: float = 1e-3) -> Tensor:
    """Return the mean of √((prediction − target)² + ε²) − ε: |error|, smooth at 0 (Charbonnier et al. 1994)."""
    error = torch.sqrt((prediction - target) ** 2 + epsilon**2) - epsilon
    return (error * weight).sum() / weight.sum().clamp(min=1)


def spectral_angle(prediction: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the mean angle in radians between the spectra of the known bands of each pixel.

    By arctan2 of |u − v| and |u + v| of unit vectors (Kahan), whose gradient stays finite where the angle is 0.
    """
    known = (weight > 0).to(prediction.dtype)
    first, second = (F.normalize(image * known, dim=1, eps=1e-4) for image in (prediction, target))
    apart = ((first - second) ** 2).sum(dim=1).add(1e-8).sqrt()
    along = ((first + second) ** 2).sum(dim=1).add(1e-8).sqrt()
    pixels = (known.sum(dim=1) > 1).to(prediction.dtype)
    return (2 * torch.atan2(apart, along) * pixels).sum() / pixels.sum().clamp(min=1)


class StructuralSimilarity(nn.Module):
    """1 − SSIM, mean over known bands (Wang et al. 2004): Gaussian window 11 × 11, σ 1.5, peak 1."""

    def __init__(self, sigma: float = 1.5, side: int = 11) -> None:
        super().__init__()
        x = torch.arange(side, dtype=torch.float32) - side // 2
        window = torch.exp(-(x**2) / (2 * sigma**2))
        self.register_buffer("window", window / window.sum(), persistent=False)

    def forward(self, prediction: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        c1, c2 = 0.01**2, 0.03**2
        images = (prediction, target, prediction * prediction, target * target, prediction * target)
        mean_p, mean_t, square_p, square_t, product = self._smooth(torch.cat(images)).chunk(5)
        var_p, var_t = square_p - mean_p**2, square_t - mean_t**2
        covariance = product - mean_p * mean_t
        similarity = (2 * mean_p * mean_t + c1) * (2 * covariance + c2)
        similarity = similarity / ((mean_p**2 + mean_t**2 + c1) * (var_p + var_t + c2))
        margin = len(self.window) // 2
        known = weight[..., margin : weight.shape[-2] - margin, margin : weight.shape[-1] - margin]
        return ((1 - similarity) * known).sum() / known.sum().clamp(min=1)

    def _smooth(self, images: Tensor) -> Tensor:
        channels, side = images.shape[1], len(self.window)
        column = self.window.to(images.dtype).view(1, 1, side, 1).expand(channels, 1, side, 1)
        row = column.transpose(2, 3)
        return F.conv2d(F.conv2d(images, column, groups=channels), row, groups=channels)


def opacity_error(opacity: Tensor, optical: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the mean difference of a predicted opacity [B, C, H, W] from min(mean over bands |x − y| / 0.15, 1).

    A pixel is clear where the input x is like the target y: told directly, a network learns in a tenth of the steps to
    keep what is clear.
    """
    changed = (optical - target).abs().mean(dim=1, keepdim=True)
    error = (opacity - (changed / OPAQUE_CHANGE).clamp(max=1)).abs()
    return (error * weight).sum() / weight.sum().clamp(min=1)


@dataclass(frozen=True)
class LossWeights:
    """How much each loss counts; `cloud` adds to the weight of pixels as much as the input differs from the target.

    `opacity` is for networks that predict one.
    """

    charbonnier: float = 1.0
    ssim: float = 0.0
    sam: float = 0.0
    opacity: float = 0.0
    cloud: float = 0.0


class ReconstructionLoss(nn.Module):
    """The weighted sum of the losses. Returns (total, {name: value without gradient})."""

    def __init__(self, weights: LossWeights) -> None:
        super().__init__()
        self.weights = weights
        self.ssim = StructuralSimilarity()

    def forward(
        self,
        prediction: Tensor,
        target: Tensor,
        weight: Tensor,
        optical: Tensor,
        opacity: Optional[Tensor] = None,
    ) -> tuple[Tensor, dict[str, float]]:
        prediction = prediction.float()
        pixels = weight
        if self.weights.cloud:
            changed = (optical - target).abs().mean(dim=1, keepdim=True)
            pixels = weight * (1 + self.weights.cloud * (changed / 0.1).clamp(max=1))
        parts = {"charbonnier": charbonnier(prediction, target, pixels)}
        if self.weights.ssim:
            parts["ssim"] = self.ssim(prediction, target, weight)
        if self.weights.sam:
            parts["sam"] = spectral_angle(prediction, target, weight)
        if self.weights.opacity and opacity is not None:
            parts["opacity"] = opacity_error(opacity.float(), optical, target, weight)
        total = sum(getattr(self.weights, name) * value for name, value in parts.items())
        return total, {name: float(value.detach()) for name, value in parts.items()}
