"""GLF-CR: SAR-enhanced cloud removal with global-local fusion (Xu et al., ISPRS Journal 2022, arXiv 2206.02850).

Widths, depths and the order of the layers are those of the authors' code (xufangchn/GLF-CR). Left out is what that code
computes for nobody: after the last fusion, what goes back to the SAR features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import pad_to_multiple

#: One feature pixel stands for so many pixels of the image, in each direction.
STRIDE = 2
#: What a query and a key in different parts of a shifted window get in place of their attention.
APART = -100.0


@dataclass(frozen=True)
class GLFCRConfig:
    """`stages` times a residual dense block of `layers` layers that add `growth` features each to `width`, and a fusion
    by dynamic filters of `kernel` × `kernel`. Attention has `heads` heads in windows of `window` × `window` features;
    `drop_path` is the share of samples for which the last layer is skipped in training, rising from 0 at the first.
    `reconstruction_width` is the number of features at the image's full size."""

    architecture: ClassVar[str] = "glf_cr"

    optical_channels: int = 13
    sar_channels: int = 2
    width: int = 96
    growth: int = 48
    stages: int = 6
    layers: int = 5
    heads: int = 8
    window: int = 8
    mlp_ratio: float = 2.0
    kernel: int = 5
    drop_path: float = 0.2
    reconstruction_width: int = 64

    def __post_init__(self) -> None:
        if self.heads < 1 or self.growth % self.heads:
            raise ValueError("growth has to be a multiple of heads")
        if self.stages < 1 or self.layers < 1 or self.width < 1:
            raise ValueError("width, stages and layers have to be at least 1")
        if self.window < 2 or self.window % 2:
            raise ValueError("window has to be even")
        if self.kernel < 1 or not self.kernel % 2:
            raise ValueError("kernel has to be odd")
        if not 0 <= self.drop_path < 1:
            raise ValueError("drop_path has to be from 0 to below 1")


class WindowAttention(nn.Module):
    """Global fusion: how the optical features of a window relate, guided by how its SAR features do.

    Two [N, L, C] of L = window² places → two [N, L, C]. The logits of the optical attention move towards those of the
    SAR attention as far as a gate says, A ← A_opt + σ(Conv1×1(A_sar − A_opt)) ⊙ (A_sar − A_opt); both share a bias of
    the relative position (Liu et al. 2021).
    """

    def __init__(self, channels: int, window: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.optical = nn.Linear(channels, channels * 3)
        self.sar = nn.Linear(channels, channels * 3)
        self.gate = nn.Conv2d(heads, heads, 1)
        self.optical_out = nn.Linear(channels, channels)
        self.sar_out = nn.Linear(channels, channels)
        self.bias = nn.Parameter(nn.init.trunc_normal_(torch.empty((2 * window - 1) ** 2, heads), std=0.02))
        self.register_buffer("offset", _relative_offsets(window), persistent=False)

    def forward(self, optical: Tensor, sar: Tensor, apart: Optional[Tensor]) -> tuple[Tensor, Tensor]:
        """`apart` [windows, L, L] is added to the logits of the windows of an image; None is nothing."""
        (query, key, value), (sar_query, sar_key, sar_value) = (
            self._split(self.optical(optical)),
            self._split(self.sar(sar)),
        )
        scale = query.shape[-1] ** -0.5
        bias = self.bias[self.offset].permute(2, 0, 1)
        logits = _masked(query @ key.transpose(-2, -1) * scale + bias, apart)
        sar_logits = _masked(sar_query @ sar_key.transpose(-2, -1) * scale + bias, apart)
        difference = sar_logits - logits
        logits = logits + difference * torch.sigmoid(self.gate(difference))
        optical = logits.float().softmax(dim=-1).to(value.dtype) @ value
        sar = sar_logits.float().softmax(dim=-1).to(sar_value.dtype) @ sar_value
        return self.optical_out(optical.transpose(1, 2).flatten(2)), self.sar_out(sar.transpose(1, 2).flatten(2))

    def _split(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[N, L, 3C] → query, key and value [N, heads, L, C/heads]"""
        places = features.unflatten(-1, (3, self.heads, -1))
        query, key, value = places.permute(2, 0, 3, 1, 4).unbind(0)
        return query, key, value


def _relative_offsets(window: int) -> Tensor:
    """Return for each query and key of a window [L, L] the row in the table of biases of their relative position."""
    axis = torch.arange(window)
    rows, columns = (places.flatten() for places in torch.meshgrid(axis, axis, indexing="ij"))
    row, column = (places[:, None] - places[None] + window - 1 for places in (rows, columns))
    return row * (2 * window - 1) + column


def _masked(logits: Tensor, apart: Optional[Tensor]) -> Tensor:
    """Add [windows, L, L] to logits [B · windows, heads, L, L]."""
    if apart is None:
        return logits
    return (logits.unflatten(0, (-1, len(apart))) + apart[:, None]).flatten(0, 1)


def shift_mask(height: int, width: int, window: int, device: torch.device) -> Tensor:
    """Return [windows, L, L], `APART` where two places of a window are no neighbours before the cyclic shift by half
    a window, else 0."""
    axes = []
    for extent in (height, width):
        places = torch.arange(extent, device=device)
        axes.append((places >= extent - window).long() + (places >= extent - window // 2))
    parts = axes[0][:, None] * 3 + axes[1][None]
    inside = _to_windows(parts[None, None].float(), window).squeeze(-1)
    return (inside[:, :, None] != inside[:, None]).float() * APART


def _to_windows(features: Tensor, window: int) -> Tensor:
    """[B, C, H, W] → [B · windows, window², C]"""
    cut = features.unflatten(3, (-1, window)).unflatten(2, (-1, window))
    return cut.permute(0, 2, 4, 3, 5, 1).flatten(3, 4).flatten(0, 2)


def _from_windows(windows: Tensor, window: int, height: int, width: int) -> Tensor:
    """[B · windows, window², C] → [B, C, H, W]"""
    cut = windows.unflatten(1, (window, window)).unflatten(0, (-1, height // window, width // window))
    return cut.permute(0, 5, 1, 3, 2, 4).flatten(4, 5).flatten(2, 3)


class DropPath(nn.Module):
    """Skip a layer for some samples of a batch in training, and count it more for the others (Huang et al. 2016)."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, features: Tensor) -> Tensor:
        if not self.training or not self.share:
            return features
        kept = torch.rand(len(features), device=features.device) >= self.share
        return features * (kept / (1 - self.share)).to(features.dtype).view(-1, *(1,) * (features.dim() - 1))


class FeedForward(nn.Module):
    """LayerNorm → Linear → GELU → Linear: [..., C] → [..., C]."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.expand, self.project = nn.Linear(channels, hidden), nn.Linear(hidden, channels)

    def forward(self, features: Tensor) -> Tensor:
        return self.project(F.gelu(self.expand(self.norm(features))))


class DenseLayer(nn.Module):
    """One layer of a dense block: ReLU(Conv) of each modality → attention in windows → feed-forward layer of each.

    Two [B, in, h, w] → two [B, growth, h, w]; h and w are multiples of the window. Every second layer is `shifted` by
    half a window.
    """

    def __init__(self, in_channels: int, config: GLFCRConfig, shifted: bool, drop_path: float) -> None:
        super().__init__()
        growth, hidden = config.growth, int(config.growth * config.mlp_ratio)
        self.window = config.window
        self.shift = config.window // 2 if shifted else 0
        self.optical = nn.Conv2d(in_channels, growth, 3, padding=1)
        self.sar = nn.Conv2d(in_channels, growth, 3, padding=1)
        self.attention = WindowAttention(growth, config.window, config.heads)
        self.optical_mlp, self.sar_mlp = FeedForward(growth, hidden), FeedForward(growth, hidden)
        self.drop = DropPath(drop_path)

    def forward(self, optical: Tensor, sar: Tensor, apart: Tensor) -> tuple[Tensor, Tensor]:
        optical, sar = F.relu(self.optical(optical)), F.relu(self.sar(sar))
        height, width = optical.shape[-2:]
        windows = [
            _to_windows(features.roll((-self.shift, -self.shift), (2, 3)), self.window) for features in (optical, sar)
        ]
        seen = self.attention(*windows, apart if self.shift else None)
        fused = []
        for features, attended, mlp in zip((optical, sar), seen, (self.optical_mlp, self.sar_mlp)):
            back = _from_windows(attended, self.window, height, width).roll((self.shift, self.shift), (2, 3))
            features = features + self.drop(back)
            answer = mlp(features.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            fused.append(features + self.drop(answer))
        return fused[0], fused[1]


class ResidualDenseBlock(nn.Module):
    """F + Conv3×3(F ⊕ all layers' features) of each modality (Zhang et al. 2018): two [B, C, h, w] → the same."""

    def __init__(self, config: GLFCRConfig, drop_paths: list[float]) -> None:
        super().__init__()
        width, growth = config.width, config.growth
        self.layers = nn.ModuleList(
            DenseLayer(width + index * growth, config, shifted=bool(index % 2), drop_path=share)
            for index, share in enumerate(drop_paths)
        )
        total = width + len(drop_paths) * growth
        self.optical = nn.Conv2d(total, width, 3, padding=1)
        self.sar = nn.Conv2d(total, width, 3, padding=1)

    def forward(self, optical: Tensor, sar: Tensor, apart: Tensor) -> tuple[Tensor, Tensor]:
        seen, heard = optical, sar
        for layer in self.layers:
            more_seen, more_heard = layer(seen, heard, apart)
            seen, heard = torch.cat([seen, more_seen], dim=1), torch.cat([heard, more_heard], dim=1)
        return self.optical(seen) + optical, self.sar(heard) + sar


class LocalFusion(nn.Module):
    """Local fusion: SAR features, cleaned of speckle by a filter of their own at each place, pass into the optical
    ones, and what is new goes back: two [B, C, h, w] → the same.

    S ← filter(F_opt, F_sar) ∗ F_sar; F_opt ← F_opt + σ(Conv1×1(S − F_opt)) ⊙ (S − F_opt);
    F_sar ← F_sar + σ(Conv1×1(F_opt − S)) ⊙ (F_opt − S), which the `last` fusion leaves out.
    """

    def __init__(self, channels: int, kernel: int, last: bool) -> None:
        super().__init__()
        self.kernel = kernel
        self.filters = nn.Sequential(
            nn.Conv2d(channels * 2, channels, 3, padding=1),
            nn.LeakyReLU(0.1),
            FilterBlock(channels),
            FilterBlock(channels),
            nn.Conv2d(channels, channels * kernel**2, 1),
            nn.LeakyReLU(0.1),
        )
        self.to_optical = nn.Conv2d(channels, channels, 1)
        self.to_sar = None if last else nn.Conv2d(channels, channels, 1)

    def forward(self, optical: Tensor, sar: Tensor) -> tuple[Tensor, Tensor]:
        filtered = dynamic_filter(sar, self.filters(torch.cat([optical, sar], dim=1)), self.kernel)
        difference = filtered - optical
        optical = optical + difference * torch.sigmoid(self.to_optical(difference))
        if self.to_sar is not None:
            difference = optical - filtered
            sar = sar + difference * torch.sigmoid(self.to_sar(difference))
        return optical, sar


class FilterBlock(nn.Module):
    """F + Conv(LeakyReLU(Conv(F))): [B, C, h, w] → [B, C, h, w]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        return features + self.second(F.leaky_relu(self.first(features), 0.1))


def dynamic_filter(features: Tensor, filters: Tensor, kernel: int) -> Tensor:
    """Filter each channel of [B, C, h, w] with a kernel × kernel filter of each place, [B, C · kernel², h, w] (rows of
    a filter one after another; Zhou et al. 2019). Beyond the border, features repeat."""
    height, width = features.shape[-2:]
    margin = kernel // 2
    padded = F.pad(features, (margin, margin, margin, margin), mode="replicate")
    taps = filters.unflatten(1, (-1, kernel**2))
    # Tap by tap: all neighbours side by side would take kernel² times the memory.
    total = torch.zeros_like(features)
    for index in range(kernel**2):
        row, column = divmod(index, kernel)
        total = total + padded[..., row : row + height, column : column + width] * taps[:, :, index]
    return total


class GLFCR(nn.Module):
    """Optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance [B, 13, H, W].

    At half the size, as stages: a residual dense block of both modalities with attention across them in windows, and a
    local fusion. The optical features of all stages give what is added to the cloudy image. Any H and W ≥ 1: sizes that
    are no multiple of a window are padded inside and cropped. The output is not clipped.
    """

    def __init__(self, config: GLFCRConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.unshuffle = nn.PixelUnshuffle(STRIDE)
        self.optical_first = nn.Conv2d(config.optical_channels * STRIDE**2, width, 5, padding=2)
        self.optical_second = nn.Conv2d(width, width, 3, padding=1)
        self.sar_first = nn.Conv2d(config.sar_channels * STRIDE**2, width, 5, padding=2)
        self.sar_second = nn.Conv2d(width, width, 3, padding=1)
        shares = torch.linspace(0, config.drop_path, config.stages * config.layers, device="cpu").tolist()
        self.dense = nn.ModuleList(
            ResidualDenseBlock(config, shares[stage * config.layers : (stage + 1) * config.layers])
            for stage in range(config.stages)
        )
        self.fusions = nn.ModuleList(
            LocalFusion(width, config.kernel, last=stage == config.stages - 1) for stage in range(config.stages)
        )
        self.gather = nn.Sequential(nn.Conv2d(config.stages * width, width, 1), nn.Conv2d(width, width, 3, padding=1))
        self.enlarge = nn.Sequential(
            nn.Conv2d(width, config.reconstruction_width * STRIDE**2, 3, padding=1),
            nn.PixelShuffle(STRIDE),
            nn.Conv2d(config.reconstruction_width, config.optical_channels, 3, padding=1),
        )

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        height, width = optical.shape[-2:]
        padded, padded_sar = (pad_to_multiple(image, STRIDE * self.config.window) for image in (optical, sar))
        shallow = self.optical_first(self.unshuffle(padded))
        seen, heard = self.optical_second(shallow), self.sar_second(self.sar_first(self.unshuffle(padded_sar)))
        apart = shift_mask(*seen.shape[-2:], self.config.window, seen.device)
        stages = []
        for dense, fuse in zip(self.dense, self.fusions):
            seen, heard = fuse(*dense(seen, heard, apart))
            stages.append(seen)
        change = self.enlarge(self.gather(torch.cat(stages, dim=1)) + shallow)
        return optical + change[..., :height, :width]
