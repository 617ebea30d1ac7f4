from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.clear_parts import MARGIN, find_clear, find_limits
from sar_cloud_removal.model.training.synthetic_clouds import shade

SIDE = 120
EVERY = tuple(range(len(S2_BANDS)))
B10 = S2_BANDS.index("B10")
# Meadow and bare soil above the atmosphere.
MEADOW = [0.14, 0.10, 0.09, 0.07, 0.12, 0.25, 0.30, 0.29, 0.32, 0.10, 0.001, 0.20, 0.10]
SOIL = [0.15, 0.13, 0.13, 0.15, 0.17, 0.19, 0.21, 0.21, 0.23, 0.07, 0.001, 0.30, 0.24]


@pytest.fixture
def scene() -> np.ndarray:
    """Fields of meadow and soil, clear all over: [13, SIDE, SIDE]."""
    share = np.kron(np.random.default_rng(0).random((12, 12)), np.ones((10, 10)))
    meadow, soil = (np.array(spectrum)[:, None, None] for spectrum in (MEADOW, SOIL))
    return (meadow + (soil - meadow) * share).astype(np.float32)


def clear_in(image: np.ndarray, present: tuple[int, ...] = EVERY) -> np.ndarray:
    return find_clear(image, find_limits(image.reshape(13, -1)), present)


def test_a_clear_scene_is_clear(scene: np.ndarray) -> None:
    assert clear_in(scene).all()


def cover(image: np.ndarray, opacity: float) -> np.ndarray:
    """Lay cloud over the left 40 columns; every other pixel there is clear by more than the margin if it is found."""
    cloudy = image.copy()
    cloudy[..., :40] += (0.6 - cloudy[..., :40]) * opacity
    return cloudy


@pytest.mark.parametrize("opacity", [1.0, 0.5, 0.15])
def test_cloud_and_haze_are_left_out_with_a_margin(scene: np.ndarray, opacity: float) -> None:
    clear = clear_in(cover(scene, opacity))
    assert not clear[:, : 40 + MARGIN - 1].any()
    assert clear[:, 40 + MARGIN + 1 :].all()


def test_shadow_is_left_out(scene: np.ndarray) -> None:
    transmission = np.ones((SIDE, SIDE), np.float32)
    transmission[:, :40] = 0.3
    clear = clear_in(shade(scene, transmission))
    assert not clear[:, :40].any()
    assert clear[:, 60:].all()


def test_cirrus_is_seen_in_its_band_if_that_is_there(scene: np.ndarray) -> None:
    scene[B10, :, :40] = 0.02
    assert not clear_in(scene)[:, :40].any()
    without = tuple(band for band in EVERY if band != B10)
    assert clear_in(scene, without).all()


def test_a_roof_does_not_cost_its_neighbourhood(scene: np.ndarray) -> None:
    scene[:, 60:62, 60:62] = 0.5
    clear = clear_in(scene)
    assert not clear[60:62, 60:62].any()
    assert clear.sum() == SIDE * SIDE - 4


def test_an_overcast_scene_has_no_clear_pixel(scene: np.ndarray) -> None:
    assert not clear_in(scene + (0.6 - scene) * 0.7).any()
