"""Fits the colour that clear ground has by what the radar sees there (`networks.sar_colour.SarColour`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import torch

from ..bands import S2_BANDS, to_l1c
from ..networks.sar_colour import FEATURES, OPEN_WATER, sar_features
from .datasets import AnyScene, Scene

Array = np.ndarray

#: So many scenes tell it well enough.
SCENES = 200
#: Of as many rows and columns one is looked at; radar is smoothed over more.
STEP = 3
#: What holds the share of water and of land's VH back, in places: they are not to follow a chance of few places.
RIDGE = (0.0, 0.02, 0.03)
GREEN, NIR, SWIR = (S2_BANDS.index(name) for name in ("B3", "B8", "B11"))
#: Of a single scene, how much the colours that are given count against those that it shows itself, as if so much of it
#: had shown them.
GIVEN = (0.05, 0.02, 0.01)
#: What is brighter in the near infrared, and brighter in green than in the short-wave infrared by so much, is snow
#: (normalised-difference snow index; Dozier 1989).
SNOW_NIR, SNOW_INDEX = 0.11, 0.4
#: What is darker than this in the near and in the short-wave infrared is open water, where no radar says so.
WATER_NIR, WATER_SWIR = 0.08, 0.05


def fit_sar_colour(scenes: Sequence[AnyScene]) -> tuple[Array, Array]:
    """Return the colours W [13, 3] and the mean features [3] of scenes with a clear date, float32.

    Ridge regression of the clear reflectance above the atmosphere on `sar_features`, by band, on the pixels whose value
    is known and that are no snow, of which the radar says little. Each place weighs the same. L2A is raised to above
    the atmosphere; beside L1C scenes it tells of differences inside a scene only, as the level that it is raised to is
    that of a usual atmosphere and not its own. Scenes without SAR tell the colour of their water, which an optical
    image shows by itself: there is little of it in a few places with SAR.
    """
    scenes = [*_some(scene for scene in scenes if scene.has_sar), *_some(s for s in scenes if not s.has_sar)]
    places = Counter(scene.place for scene in scenes)
    measured = any(scene.level == "L1C" for scene in scenes if scene.has_sar)
    # A band that no scene has stays black.
    fit = _Fit(np.zeros((len(S2_BANDS), FEATURES)), np.add(RIDGE, 1e-9))
    usual = []
    for scene in (scene.load() for scene in scenes):
        features, colour, share = _pixels(scene)
        if not share:
            continue
        if scene.has_sar:
            usual.append(features.mean(axis=0))
        if measured and scene.level != "L1C":
            features, colour = (each - each.mean(axis=0) for each in (features, colour))
        fit.add(features, colour, scene.present, share / places[scene.place])
    return fit.colours(), np.float32(np.mean(usual, axis=0) if usual else (1, 0, 0))


def refit_sar_colour(given: Array, scenes: Sequence[Scene]) -> Array:
    """Return the colours W [13, 3] that the parts `scenes` of one scene show, held back by the `given` ones.

    Ridge regression as in `fit_sar_colour`, towards `given`; each part weighs the share of it that is valid. A few
    numbers from the ground that is clear on the day that is wanted: fitted to one half of 20 places, the error on the
    other half fell by 2.1 dB in the mean (−0.7 to +8.7), while the colours of other days of a place gained 0.3 dB.
    """
    fit = _Fit(given, np.array(GIVEN))
    for scene in scenes:
        features, colour, share = _pixels(scene)
        if share:
            fit.add(features, colour, scene.present, share / len(scenes))
    return fit.colours()


class _Fit:
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


def _some(scenes: Iterable[AnyScene]) -> list[AnyScene]:
    """Return at most `SCENES` of `scenes`, evenly."""
    scenes = list(scenes)
    return scenes[:: -(-len(scenes) // SCENES)] if scenes else []


def _pixels(scene: Scene) -> tuple[Array, Array, float]:
    """Return features [N, 3] and clear reflectance above the atmosphere [N, 13] of what is learnt from.

    Also returns which share of the scene that is, 0–1.
    """
    clear = to_l1c(scene.clear) if scene.level == "L2A" else scene.clear
    if scene.has_sar:
        sar, known = sar_features(torch.from_numpy(np.ascontiguousarray(scene.sar))[None])
        snow = (clear[GREEN] - clear[SWIR] > SNOW_INDEX * (clear[GREEN] + clear[SWIR])) & (clear[NIR] > SNOW_NIR)
        features, use = sar[0].numpy(), known[0, 0].numpy() & ~snow
    else:
        features = np.broadcast_to(np.reshape(OPEN_WATER, (FEATURES, 1, 1)), (FEATURES, *clear.shape[1:]))
        use = (clear[NIR] < WATER_NIR) & (clear[SWIR] < WATER_SWIR)
    use = use & (True if scene.valid is None else scene.valid)
    use, features, clear = (each[..., ::STEP, ::STEP] for each in (use, features, clear))
    return features[:, use].T.astype(np.float64), clear[:, use].T.astype(np.float64), float(use.mean())
