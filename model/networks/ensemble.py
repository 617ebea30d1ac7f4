"""Networks of one kind that were trained apart, as one network: the mean of their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Optional, Union

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class EnsembleConfig:
    """`count` networks of the config `member`, a mapping that `networks.build` takes."""

    architecture: ClassVar[str] = "ensemble"

    member: Mapping = field(default_factory=lambda: {"architecture": "multistage_fusion"})
    count: int = 3

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("count has to be 1 at least")
        if self.member.get("architecture") == self.architecture:
            raise ValueError("a member cannot be an ensemble itself")


class Ensemble(nn.Module):
    """Optical [B, 13, H, W] reflectance 0–1 and SAR [B, 2, H, W] scaled to 0–1 → reflectance [B, 13, H, W].

    The mean of the members' answers. Its mean square error is theirs in the mean, less their variance around it
    (Krogh and Vedelsby 1995): networks that have seen few places are wrong in different ways, and that part is averaged
    away. The members compute one after the other, so the memory is that of one.
    """

    def __init__(self, config: EnsembleConfig) -> None:
        from . import build  # which knows this module

        super().__init__()
        self.config = config
        self.members = nn.ModuleList(build(config.member) for _ in range(config.count))

    def forward(
        self, optical: Tensor, sar: Tensor, opacity: bool = False
    ) -> Union[Tensor, tuple[Tensor, Optional[Tensor]]]:
        """Return the image, and if asked for it the mean opacity [B, 13, H, W] too, None of members that have none."""
        if not opacity:
            return _mean([member(optical, sar) for member in self.members])
        images, opacities = zip(*(member(optical, sar, opacity=True) for member in self.members))
        return _mean(images), None if opacities[0] is None else _mean(opacities)


def _mean(tensors: Sequence[Tensor]) -> Tensor:
    return torch.stack(tuple(tensors)).mean(dim=0)
