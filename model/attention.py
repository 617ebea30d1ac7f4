"""Observes the SAR-guided fusion module of a network and turns what it saw into maps.

Forward hooks watch the module's gate and attention weights; they return nothing, so the prediction is the same with
and without them, and they are always removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .networks.sgbafm import SGBAFM


class Observer:
    """What the fusion module of one network saw in its latest forward pass."""

    def __init__(self, module: SGBAFM, stride: int) -> None:
        self._token = module.token
        self._stride = stride
        self._gate: Optional[Tensor] = None
        self._received: Optional[Tensor] = None

    def maps(self, height: int, width: int) -> Tensor:
        """Return maps [B, 2, height, width] for an input of that size, float32 on the network's device; forget them.

        Map 1 is the gate, 0–1: how much of the SAR features is let through, mean over the channels. Map 2 is the
        attention that a token receives: N · mean over heads and queries of its column of the [N, N] weights, so 1 is
        an even share and the mean over a tile's tokens is 1. Both are interpolated from features and tokens to pixels.
        """
        if self._gate is None or self._received is None:
            raise RuntimeError("the network has not run since the last maps")
        gate, received = self._gate, self._received
        self._gate = self._received = None
        rows, columns = gate.shape[-2:]
        received = received.view(-1, 1, rows // self._token, columns // self._token)
        # The network padded its input at the bottom and right to whole tokens, and its features cover that.
        padded = (rows * self._stride, columns * self._stride)
        enlarged = [F.interpolate(each, size=padded, mode="bilinear", align_corners=False) for each in (gate, received)]
        return torch.cat(enlarged, dim=1)[..., :height, :width]

    def _see_gate(self, module: nn.Module, inputs: tuple, output: Tensor) -> None:
        """[B, C, h, w] → [B, 1, h, w]; kept small, as a batch of full weights would be large."""
        self._gate = output.detach().mean(dim=1, keepdim=True, dtype=torch.float32)

    def _see_weights(self, module: nn.Module, inputs: tuple, output: Tensor) -> None:
        """[B, heads, N, N] → [B, N]"""
        self._received = output.detach().mean(dim=(1, 2), dtype=torch.float32) * output.shape[-1]


class WeightsRecorder:
    """The whole attention weights of one network's latest forward pass; large, so for a tile or two."""

    def __init__(self) -> None:
        self.weights: Optional[Tensor] = None

    def row(self, query: int) -> Tensor:
        """Return how the token `query` of the first image spread its attention, [heads, N] float32; each row sums to 1.

        Tokens are counted row by row, N of them in all, those of the network's padding among them.
        """
        if self.weights is None:
            raise RuntimeError("the network has not run")
        return self.weights[0, :, query].float()

    def _see_weights(self, module: nn.Module, inputs: tuple, output: Tensor) -> None:
        self.weights = output.detach()


@contextmanager
def record_weights(network: nn.Module) -> Iterator[Optional[WeightsRecorder]]:
    """Keep the attention weights of the network's `SGBAFM` module inside the `with` block; None for one without."""
    module = _fusion_module(network)
    if module is None:
        yield None
        return
    recorder = WeightsRecorder()
    handle = module.attention.weights.register_forward_hook(recorder._see_weights)
    try:
        yield recorder
    finally:
        handle.remove()


def _fusion_module(network: nn.Module) -> Optional[SGBAFM]:
    return next((each for each in network.modules() if isinstance(each, SGBAFM)), None)


@contextmanager
def observe(network: nn.Module) -> Iterator[Optional[Observer]]:
    """Watch the network's `SGBAFM` module inside the `with` block; yields None for a network that has none.

    `network.config.directed_stride` says how many pixels a feature of that module covers.
    """
    module = _fusion_module(network)
    if module is None:
        yield None
        return
    observer = Observer(module, network.config.directed_stride)
    handles = [
        module.gate.register_forward_hook(observer._see_gate),
        module.attention.weights.register_forward_hook(observer._see_weights),
    ]
    try:
        yield observer
    finally:
        for handle in handles:
            handle.remove()
