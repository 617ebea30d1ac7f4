"""SG-BAFM, the SAR-guided bimodal attention fusion module (paper, section II.B and figure 2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import PixelNorm

if TYPE_CHECKING:
    from .multistage_fusion import MultistageFusionConfig

#: The sharpest that attention may become: of two tokens whose cosines differ by 0.1, one has e³ of the other's weight.
SHARPEST = 30.0


class SarGate(nn.Module):
    """σ(Conv(Conv1×1(F_opt) ⊕ Conv1×1(F_sar))): where the SAR features are worth listening to, in 0–1.

    Two [B, C, h, w] → [B, C, h, w].
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.optical = nn.Conv2d(channels, channels // 2, 1)
        self.sar = nn.Conv2d(channels, channels // 2, 1)
        self.merge = nn.Conv2d(channels // 2 * 2, channels, 3, padding=1)

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        return torch.sigmoid(self.merge(torch.cat([self.optical(optical), self.sar(sar)], dim=1)))


class SarGuidedAttention(nn.Module):
    """Multi-head attention with query and key from SAR tokens and value from optical tokens.

    Two [B, C, h, w] → [B, D, h/p, w/p], p the side of a token in feature pixels: softmax(Q Kᵀ / √d + bias) V, d the
    width of a head. Three things are no part of the paper. With `cosine` the logits are τ cos(Q, K) with a sharpness τ
    that each head learns (Henry et al. 2020), which keeps them in a range where attention can still be taught: without
    it, Q and K grew until each place looked at a single other one. `distance_bias` subtracts slope · (distance in
    tokens) with a slope for each head, so that near places count more at any tile size; `cloud_bias` subtracts how
    cloudy the value token looks, so that cloud is not copied as if it were ground.
    """

    def __init__(
        self,
        channels: int,
        token: int,
        width: int,
        heads: int,
        cosine: bool = False,
        distance_bias: bool = False,
        cloud_bias: bool = False,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Conv2d(channels, width, token, stride=token)
        self.key = nn.Conv2d(channels, width, token, stride=token)
        self.value = nn.Conv2d(channels, width, token, stride=token)
        self.out = nn.Conv2d(width, width, 1)
        self.sharpness = nn.Parameter(torch.full((heads,), math.log(5.0))) if cosine else None
        self.slope = nn.Parameter(torch.linspace(-4.0, 0.0, heads)) if distance_bias else None
        self.cloudiness = nn.Conv2d(width, heads, 1) if cloud_bias else None
        # What an observer hooks: [B, heads, N, N], a row for each query, each row sums to 1.
        self.weights = nn.Identity()

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        value = self.value(optical)
        query, key = self._split(self.query(sar)), self._split(self.key(sar))
        if self.sharpness is None:
            logits = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
        else:
            query, key = F.normalize(query, dim=-1), F.normalize(key, dim=-1)
            logits = self.sharpness.exp().clamp(max=SHARPEST).view(1, -1, 1, 1) * (query @ key.transpose(-2, -1))
        if self.slope is not None:
            distance = _token_distances(*value.shape[-2:], device=value.device)
            logits = logits - F.softplus(self.slope).view(1, -1, 1, 1) * distance
        if self.cloudiness is not None:
            logits = logits - F.softplus(self.cloudiness(value)).flatten(2).unsqueeze(2)
        weights = self.weights(logits.float().softmax(dim=-1)).to(value.dtype)
        gathered = weights @ self._split(value)
        return self.out(gathered.transpose(-2, -1).reshape(value.shape))

    def _split(self, tokens: Tensor) -> Tensor:
        """[B, D, h, w] → [B, heads, h·w, D/heads]"""
        batch, width = tokens.shape[:2]
        return tokens.reshape(batch, self.heads, width // self.heads, -1).transpose(-2, -1)


class SGBAFM(nn.Module):
    """Fuse optical and SAR features under the guidance of SAR: two [B, C, h, w] → [B, C, h, w].

    1. F_sar ← F_sar ⊙ gate(F_opt, F_sar)
    2. tokens = attention(value: F_opt, query and key: F_sar), then a feed-forward layer, as in a Transformer block
    3. the tokens are spread over their pixels, and a 1×1 convolution brings them back to full size

    Two things are no part of the paper. With `normalise` gate and attention see both inputs normalised pixel by pixel,
    so that the gate's sigmoid is not driven into its ends; with `bypass` the last convolution takes F_opt and the gated
    F_sar beside the tokens, so that what is finer than a token gets past them. `h` and `w` have to be multiples of
    `token`. `values` says what attention's values are; `reflectance_attention.ReflectanceAttention` is the same with
    "reflectance".
    """

    values = "features"

    def __init__(
        self,
        channels: int,
        token: int,
        width: int,
        heads: int,
        cosine: bool = False,
        distance_bias: bool = False,
        cloud_bias: bool = False,
        normalise: bool = False,
        bypass: bool = False,
    ) -> None:
        super().__init__()
        self.token = token
        self.norm_optical = PixelNorm(channels) if normalise else nn.Identity()
        self.norm_sar = PixelNorm(channels) if normalise else nn.Identity()
        self.gate = SarGate(channels)
        self.attention = SarGuidedAttention(channels, token, width, heads, cosine, distance_bias, cloud_bias)
        self.norm = nn.GroupNorm(1, width)
        self.feed_forward = nn.Sequential(nn.Conv2d(width, width * 2, 1), nn.GELU(), nn.Conv2d(width * 2, width, 1))
        self.spread = nn.Sequential(nn.Conv2d(width, channels * token**2, 1), nn.PixelShuffle(token))
        self.bypass = bypass
        self.join = nn.Conv2d(channels * (3 if bypass else 1), channels, 1)

    @classmethod
    def of(cls, config: MultistageFusionConfig) -> SGBAFM:
        """Return that of a network's config."""
        return cls(
            config.directed_width,
            config.token // config.directed_stride,
            config.token_width,
            config.heads,
            config.attention == "cosine",
            config.distance_bias,
            config.cloud_bias,
            config.normalise,
            config.bypass,
        )

    def forward(self, optical: Tensor, sar: Tensor) -> Tensor:
        seen, heard = self.norm_optical(optical), self.norm_sar(sar)
        gate = self.gate(seen, heard)
        tokens = self.attention(seen, heard * gate)
        tokens = self.spread(tokens + self.feed_forward(self.norm(tokens)))
        return self.join(torch.cat([tokens, optical, sar * gate], dim=1) if self.bypass else tokens)


def _token_distances(height: int, width: int, device: torch.device) -> Tensor:
    """Return the Euclidean distances between all places of a token grid, [N, N] in tokens, row by row."""
    rows, columns = torch.meshgrid(
        torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij"
    )
    places = torch.stack([rows.flatten(), columns.flatten()], dim=1).float()
    return (places[:, None] - places[None]).square().sum(-1).sqrt()
