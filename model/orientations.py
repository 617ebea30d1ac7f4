"""The eight flips and turns of a square, and the mean of what a network answers to all of them.

A network that is asked eight times, with the scene flipped and turned, makes eight different mistakes; their mean is
smaller than most of them. How far the answers lie apart says how sure the network is of itself, not how right it is.
"""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor, nn

# Added up: 1 flips top and bottom, 2 flips left and right, 4 then exchanges rows and columns. 0 is the image as it is.
ORIENTATIONS = range(8)


def turn(image: Tensor, orientation: int) -> Tensor:
    """Return an image [..., H, W] in one of `ORIENTATIONS`; from 4 on it is [..., W, H]."""
    image = image.flip(_flipped(orientation))
    return image.transpose(-2, -1) if orientation & 4 else image


def turn_back(image: Tensor, orientation: int) -> Tensor:
    """Undo `turn`."""
    if orientation & 4:
        image = image.transpose(-2, -1)
    return image.flip(_flipped(orientation))


def _flipped(orientation: int) -> list[int]:
    return [axis for axis, bit in ((-2, 1), (-1, 2)) if orientation & bit]


def over_orientations(
    answer: Callable[[Tensor, Tensor], Tensor], optical: Tensor, sar: Tensor
) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation, each [B, C, H, W], of `answer` over the eight orientations, turned back.

    `answer` takes optical [B, 13, h, w] and SAR [B, 2, h, w] and gives [B, C, h, w]. It is asked once for each
    orientation, so that no more is in memory at once than for one, and in half of them h and w are exchanged. Mean and
    deviation are running ones (Welford 1962): answers that agree to the bit give that answer and 0.
    """
    mean = squares = None
    for count, orientation in enumerate(ORIENTATIONS, start=1):
        turned = turn_back(answer(turn(optical, orientation), turn(sar, orientation)), orientation)
        if mean is None:
            mean, squares = turned.clone(), torch.zeros_like(turned)
            continue
        difference = turned - mean
        mean += difference / count
        squares += difference * (turned - mean)
    return mean, (squares / len(ORIENTATIONS)).sqrt_()


@torch.no_grad()
def predict_best(network: nn.Module, optical: Tensor, sar: Tensor) -> tuple[Tensor, Tensor]:
    """Optical [B, 13, H, W] and SAR [B, 2, H, W], scaled to 0–1 → (mean [B, 13, H, W], spread [B, 1, H, W]).

    The mean of the network's eight answers, each clipped to reflectance 0–1, and their standard deviation, which is
    the mean over the bands.
    """
    mean, deviation = over_orientations(lambda *inputs: network(*inputs).float().clamp(0, 1), optical, sar)
    return mean, deviation.mean(dim=1, keepdim=True)
