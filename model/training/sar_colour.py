"""Fits the colour that clear ground has by what the radar sees there (`networks.sar_colour.SarColour`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch

from ..bands import S2_BANDS
from ..networks.sar_colour import FEATURES, sar_features
from .datasets import AnyScene, Scene
from .sampling import to_l1c

Array = np.ndarray

#: So many scenes tell it well enough.
SCENES = 200
#: Of as many rows and columns one is looked at; radar is smoothed over more.
STEP = 3
#: What holds the share of water and of land's VH back, in places: they are not to follow a chance of few places.
RIDGE = (0.0, 0.02, 0.03)
GREEN, NIR, SWIR = (S2_BANDS.index(name) for name in ("B3", "B8", "B11"))
#: What is brighter in the near infrared, and brighter in green than in the short-wave infrared by so much, is snow
#: (normalised-difference snow index; Dozier 1989).
SNOW_NIR, SNOW_INDEX = 0.11, 0.4


def fit_sar_colour(scenes: Sequence[AnyScene]) -> tuple[Array, Array]:
    """Return the colours W [13, 3] and the mean features [3] of scenes with SAR and a clear date, float32.

    Ridge regression of the clear reflectance above the atmosphere on `sar_features`, by band, on the pixels whose value
    is known and that are no snow, of which the radar says little. Each place weighs the same. L2A is raised to above
    the atmosphere; beside L1C scenes it tells of differences inside a scene only, as the level that it is raised to is
    that of a usual atmosphere and not its own.
    """
    scenes = [scene for scene in scenes if scene.has_sar]
    scenes = scenes[:: -(-len(scenes) // SCENES)] if scenes else []
    places = Counter(scene.place for scene in scenes)
    measured = any(scene.level == "L1C" for scene in scenes)
    squares = np.zeros((len(S2_BANDS), FEATURES, FEATURES))
    products = np.zeros((len(S2_BANDS), FEATURES))
    usual = []
    for scene in (scene.load() for scene in scenes):
        features, colour, share = _pixels(scene)
        if not share:
            continue
        usual.append(features.mean(axis=0))
        if measured and scene.level != "L1C":
            features, colour = (each - each.mean(axis=0) for each in (features, colour))
        weight = share / (len(features) * places[scene.place])
        bands = list(scene.present)
        squares[bands] += features.T @ features * weight
        products[bands] += (features.T @ colour[:, bands]).T * weight
    # A band that no scene has stays black.
    ridge = np.diag(RIDGE) + 1e-9 * np.eye(FEATURES)
    colours = [np.linalg.solve(square + ridge, product) for square, product in zip(squares, products)]
    return np.float32(colours), np.float32(np.mean(usual, axis=0) if usual else (1, 0, 0))


def _pixels(scene: Scene) -> tuple[Array, Array, float]:
    """Return features [N, 3] and clear reflectance above the atmosphere [N, 13] of what is learnt from.

    Also returns which share of the scene that is, 0–1.
    """
    features, known = sar_features(torch.from_numpy(np.ascontiguousarray(scene.sar))[None])
    clear = to_l1c(scene.clear) if scene.level == "L2A" else scene.clear
    snow = (clear[GREEN] - clear[SWIR] > SNOW_INDEX * (clear[GREEN] + clear[SWIR])) & (clear[NIR] > SNOW_NIR)
    use = known[0, 0].numpy() & ~snow & (True if scene.valid is None else scene.valid)
    use, features, clear = (each[..., ::STEP, ::STEP] for each in (use, features[0].numpy(), clear))
    return features[:, use].T.astype(np.float64), clear[:, use].T.astype(np.float64), float(use.mean())
