"""The colours of hidden ground, fitted to what is clear in the scene itself: those of its own day, land and sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from .bands import S2_BANDS, to_l1c
from .networks.radar_prior import FEATURES, OPEN_WATER, RadarPrior, sar_features

Array = np.ndarray

#: Of as many rows and columns one is looked at; radar is smoothed over more.
STEP = 3
GREEN, NIR, SWIR = (S2_BANDS.index(name) for name in ("B3", "B8", "B11"))
#: Of a single scene, how much the colours that are given count against those that it shows itself, as if so much of it
#: had shown them.
GIVEN = (0.05, 0.02, 0.01)
#: What is brighter in the near infrared, and brighter in green than in the short-wave infrared by so much, is snow
#: (normalised-difference snow index; Dozier 1989).
SNOW_NIR, SNOW_INDEX = 0.11, 0.4
#: What is darker than this in the near and in the short-wave infrared is open water, where no radar says so.
WATER_NIR, WATER_SWIR = 0.08, 0.05


class ColourFit:
    """Ridge regression of colours on `sar_features`, band by band: towards `centre` [13, 3], by `ridge` [3]."""

    def __init__(self, centre: Array, ridge: Array) -> None:
        self._squares = np.tile(np.diag(ridge), (len(S2_BANDS), 1, 1)).astype(np.float64)
        self._products = np.asarray(centre, np.float64) * ridge

    def add(self, features: Array, colour: Array, bands: Sequence[int], weight: float) -> None:
        """Learn from pixels, features [N, 3] and colour [N, 13] of which `bands` are known, that weigh `weight`."""
        bands = list(bands)
        self._squares[bands] += features.T @ features * (weight / len(features))
        self._products[bands] += (features.T @ colour[:, bands]).T * (weight / len(features))

    def colours(self) -> Array:
        return np.float32([np.linalg.solve(*pair) for pair in zip(self._squares, self._products)])


@dataclass(frozen=True)
class Ground:
    """Pixels of clear ground: features [N, 3], reflectance above the atmosphere [N, 13] of which `bands` are known.

    `share` is which part of the image that they come from may be learnt from, 0–1.
    """

    features: Array
    colour: Array
    bands: tuple[int, ...]
    share: float

    def error(self, colours: Array) -> float:
        """Return the sum of squares by which `colours` [13, 3] miss it, over pixels and known bands."""
        bands = list(self.bands)
        return float(np.square(self.features @ colours[bands].T - self.colour[:, bands]).sum(dtype=np.float64))


def clear_ground(clear: Array, sar: Array | None, valid: Array | None, level: str, bands: Sequence[int]) -> Ground:
    """Return what there is to learn from: no snow, of which the radar says little, and without radar only water.

    `clear` [13, h, w] is reflectance of product level `level` ("L1C" or "L2A"), `sar` [2, h, w] scaled to 0–1, 0 where
    it is missing; `valid` [h, w] says where the ground is clear, None everywhere.
    """
    clear = to_l1c(clear) if level == "L2A" else clear
    if sar is not None:
        told, known = sar_features(torch.from_numpy(np.ascontiguousarray(sar))[None])
        snow = (clear[GREEN] - clear[SWIR] > SNOW_INDEX * (clear[GREEN] + clear[SWIR])) & (clear[NIR] > SNOW_NIR)
        features, use = told[0].numpy(), known[0, 0].numpy() & ~snow
    else:
        features = np.broadcast_to(np.reshape(OPEN_WATER, (FEATURES, 1, 1)), (FEATURES, *clear.shape[1:]))
        use = (clear[NIR] < WATER_NIR) & (clear[SWIR] < WATER_SWIR)
    use = use & (True if valid is None else valid)
    use, features, clear = (each[..., ::STEP, ::STEP] for each in (use, features, clear))
    pixels = (each[:, use].T.astype(np.float64) for each in (features, clear))
    return Ground(*pixels, tuple(bands), float(use.mean()))


def refit(given: Array, grounds: Sequence[Ground], ridge: Sequence[float] = GIVEN) -> Array:
    """Return the colours W [13, 3] that the parts `grounds` of one scene show, held back by the `given` ones.

    Ridge regression towards `given` by `ridge` [3]; each part weighs the share of it that is valid. A few numbers from
    the ground that is clear on the day that is wanted: docs/accuracy.md says what they gain.
    """
    fit = ColourFit(given, np.array(ridge))
    for ground in grounds:
        if ground.share:
            fit.add(ground.features, ground.colour, ground.bands, ground.share / len(grounds))
    return fit.colours()


def draws_colours(network: nn.Module) -> bool:
    """Tell whether a network starts from colours by the radar."""
    return isinstance(getattr(network, "expected", None), RadarPrior)
