"""Fits the colour that clear ground has by what the radar sees there (`networks.radar_prior.RadarPrior`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from ..bands import S2_BANDS
from ..networks.radar_prior import FEATURES
from ..scene_colours import ColourFit, Ground, clear_ground
from .datasets import AnyScene, Scene

Array = np.ndarray

#: So many scenes tell it well enough.
SCENES = 200
#: What holds the share of water and of land's VH back, in places: they are not to follow a chance of few places.
RIDGE = (0.0, 0.02, 0.03)


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
    fit = ColourFit(np.zeros((len(S2_BANDS), FEATURES)), np.add(RIDGE, 1e-9))
    usual = []
    for scene in (scene.load() for scene in scenes):
        ground = _ground(scene)
        if not ground.share:
            continue
        features, colour = ground.features, ground.colour
        if scene.has_sar:
            usual.append(features.mean(axis=0))
        if measured and scene.level != "L1C":
            features, colour = (each - each.mean(axis=0) for each in (features, colour))
        fit.add(features, colour, scene.present, ground.share / places[scene.place])
    return fit.colours(), np.float32(np.mean(usual, axis=0) if usual else (1, 0, 0))


def _some(scenes: Iterable[AnyScene]) -> list[AnyScene]:
    """Return at most `SCENES` of `scenes`, evenly."""
    scenes = list(scenes)
    return scenes[:: -(-len(scenes) // SCENES)] if scenes else []


def _ground(scene: Scene) -> Ground:
    return clear_ground(scene.clear, scene.sar, scene.valid, scene.level, scene.present)
