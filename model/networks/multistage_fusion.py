"""The multi-stage fusion network of the paper (section II, figure 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Optional, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .dfin import DFIN
from .heads import OpacityHead, PlainHead, ResidualHead
from .layers import LogScaling, MBConv, ReflectanceScaling, mbconvs, pad_to_multiple
from .radar_prior import CLEAR_REFLECTANCE, RadarPrior
from .sgbafm import SGBAFM

SCALINGS = {"reflectance": ReflectanceScaling, "log": LogScaling}
RESIDUALS = ("none", "input", "opacity")


@dataclass(frozen=True)
class MultistageFusionConfig:
    """The sizes that the paper leaves open, the switches of its ablations, and where one may deviate from it.

    The defaults are the paper's reading. `sg_bafm` and `dfin` are its ablations. `base_stride` and `directed_stride`
    are the pixels of the image for one of the features, of the basic and of the directed stage; `token` is the side of
    an attention token in pixels of the image.

    What deviates: `scaling` "log" feeds standardised log reflectance (`layers.LogScaling`) instead of reflectance;
    `attention` "cosine" compares directions with a learnt sharpness instead of Q Kᵀ / √d; `distance_bias` and
    `cloud_bias` are in `sgbafm.SarGuidedAttention`; `normalise` normalises the features that gate and attention see;
    `bypass` lets optical and gated SAR features past the tokens into the last 1×1 convolution of SG-BAFM; `dfin_start`
    "identity" starts DFIN as F̂ = F; `dfin_max` "channels" takes the maximum over the channels of F̂_b ⊕ F̂_fused, one
    map, instead of element by element. The paper writes Max(F̂_b ⊕ F̂_fused), and calls it a choice of the strongest
    features of both. Element by element all C of them are kept, and both stages are taught; of one map a pixel teaches
    a single channel, so that a stage with the weaker features would not learn to refine them. `residual` "input" or
    "opacity", and `shrinkage` of the latter, are heads that are no part of the paper (`heads`).
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
    sg_bafm: bool = True
    dfin: bool = True
    scaling: str = "reflectance"
    attention: str = "dot"
    distance_bias: bool = False
    cloud_bias: bool = False
    normalise: bool = False
    bypass: bool = False
    dfin_start: str = "random"
    dfin_max: str = "elements"
    residual: str = "none"
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        pairs = (("base_stride", "directed_stride"), ("directed_stride", "token"), ("heads", "token_width"))
        for small, large in pairs:
            if getattr(self, small) < 1 or getattr(self, large) % getattr(self, small):
                raise ValueError(f"{large} has to be a multiple of {small}")
        choices = {
            "scaling": tuple(SCALINGS),
            "attention": ("dot", "cosine"),
            "dfin_start": ("random", "identity"),
            "dfin_max": ("elements", "channels"),
            "residual": RESIDUALS,
        }
        for name, known in choices.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is {' or '.join(known)}, not {getattr(self, name)!r}")
        if not 0 <= self.shrinkage <= 1 or (self.shrinkage and self.residual != "opacity"):
            raise ValueError("shrinkage is from 0 to 1, and 0 without an opacity")


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
    on its own → SG-BAFM → MBConv blocks → F_fused. Integration: DFIN(F_b, F_fused) → output convolution → image. Any H
    and W ≥ 1: sizes that are no multiple of a token are padded inside and cropped. The output is not clipped.
    """

    def __init__(self, config: MultistageFusionConfig) -> None:
        super().__init__()
        self.config = config
        bands, width, deep = config.optical_channels, config.base_width, config.directed_width
        self.scale = SCALINGS[config.scaling]()

        self.base_stem = Downsample(bands + config.sar_channels, width, config.base_stride)
        self.base_blocks = mbconvs(width, config.base_blocks, config.expansion)

        self.optical_stem = Downsample(bands, deep, config.directed_stride)
        self.sar_stem = Downsample(config.sar_channels, deep, config.directed_stride)
        self.fuse = SGBAFM.of(config) if config.sg_bafm else ConcatenationFusion(deep)
        self.directed_blocks = mbconvs(deep, config.directed_blocks, config.expansion)
        ratio = config.directed_stride // config.base_stride
        self.enlarge = nn.Sequential(nn.Conv2d(deep, width * ratio**2, 1), nn.PixelShuffle(ratio))

        self.integrate = DFIN.of(config) if config.dfin else ConcatenationIntegration(width)
        self.finish = self._head(config)
        self.head = nn.Conv2d(width, bands * self.finish.answers * config.base_stride**2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(config.base_stride)
        if self.has_opacity:
            self.expected = RadarPrior(torch.tensor(CLEAR_REFLECTANCE))
            with torch.no_grad():  # so that the first answers are nearly the expected colour
                self.head.weight[: bands * config.base_stride**2] *= 0.1
                self.head.bias[: bands * config.base_stride**2] = 0.0

    @staticmethod
    def _head(config: MultistageFusionConfig) -> nn.Module:
        if config.residual == "opacity":
            return OpacityHead(config.shrinkage)
        return ResidualHead() if config.residual == "input" else PlainHead()

    @property
    def has_opacity(self) -> bool:
        """Whether it says which share of a pixel it replaces, and takes a prior for the rest."""
        return isinstance(self.finish, OpacityHead)

    def forward(
        self,
        optical: Tensor,
        sar: Tensor,
        opacity: bool = False,
        prior: Optional[Tensor] = None,
        hidden: Optional[Tensor] = None,
    ) -> Union[Tensor, tuple[Tensor, Optional[Tensor]]]:
        """Return the image, and if asked for it the opacity [B, 13, H, W] too: None of a network that has none.

        `prior` [B, 13, H, W] is the reflectance to expect of hidden ground, as the image shows it, which is believed
        entirely, and `hidden` [B, 1, H, W] the least opacity, 0–1: both only of a network with an opacity. With
        `hidden` alone the image is not drawn to any prior.
        """
        height, width = optical.shape[-2:]
        cloudy, sar = (pad_to_multiple(image, self.config.token) for image in (optical, sar))
        seen, heard = self.scale(cloudy, sar)
        base = self.base_blocks(self.base_stem(torch.cat([seen, heard], dim=1)))
        fused = self.directed_blocks(self.fuse(self.optical_stem(seen), self.sar_stem(heard)))
        answer = self.shuffle(self.head(self.integrate(base, self.enlarge(fused))))
        given = self._expectations(sar, prior, hidden) if self.has_opacity else ()
        image, alpha = self.finish(cloudy, answer, *given)
        image = image[..., :height, :width]
        if not opacity:
            return image
        return image, None if alpha is None else alpha[..., :height, :width]

    def _expectations(
        self, sar: Tensor, prior: Optional[Tensor], hidden: Optional[Tensor]
    ) -> tuple[Tensor, Tensor, Optional[Tensor], Optional[float]]:
        expected = self.expected(sar)
        hidden = None if hidden is None else pad_to_multiple(hidden, self.config.token)
        if prior is None:
            return expected, self.expected.at_level(expected), hidden, None if hidden is None else 0.0
        return expected, pad_to_multiple(prior, self.config.token), hidden, 1.0
