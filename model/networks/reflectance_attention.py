"""SG-BAFM's attention with reflectance as its value: hidden ground takes the colour of clear ground like it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ReflectanceAttention(nn.Module):
    """softmax(−‖q − k‖² / 2 w²) V: query and key from radar and clear dates, value the reflectance of clear places.

    This is the paper's softmax(Q Kᵀ / √d) V (equation 2) of keys of which the norm does not count: with
    √d = w² and each logit less ‖k‖² / 2 w². The value is no feature but what the image shows today, so that each row of
    the weights says from where a colour was taken. Nothing is learnt: the keys come projected by a fit to the scene.
    """

    #: As in the configuration of SG-BAFM: what the values are.
    values = "reflectance"

    def __init__(self, width: float) -> None:
        """`width` w is the distance between keys, in their units, at which the weight has fallen to e^(−1/2)."""
        super().__init__()
        if not width > 0:
            raise ValueError(f"width has to be positive, not {width}")
        self.width = width

    def weights(self, query: Tensor, key: Tensor) -> Tensor:
        """Return what each clear place counts: [B, N, D], [B, M, D] → [B, N, M], each row sums to 1."""
        logits = torch.baddbmm(-key.square().sum(-1).unsqueeze(1) / 2, query, key.transpose(-2, -1))
        return (logits / self.width**2).softmax(dim=-1)

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Return reflectance: query [B, N, D], key [B, M, D], value [B, M, K] → [B, N, K]."""
        return self.weights(query, key) @ value
