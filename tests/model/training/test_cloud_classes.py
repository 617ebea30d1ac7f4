"""Cloud, shadow and clear pixels of made-up pairs."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.cloud_classes import CLASSES, classify

B1, B2, B8, B11 = (S2_BANDS.index(name) for name in ("B1", "B2", "B8", "B11"))


def land(side: int = 48) -> np.ndarray:
    clear = np.full((13, side, side), 0.25, np.float32)
    clear[[B1, B2]] = 0.1
    return clear


def clouded(share: float, reflectance: float) -> np.ndarray:
    cloudy = land()
    cloudy[:, :, : round(48 * share)] = reflectance
    return cloudy


def test_every_pixel_is_of_one_class() -> None:
    cloudy = land()
    cloudy[:, :, :16] = 0.6
    cloudy[:, :, 16:32] *= 0.5
    classes = classify(cloudy, land())
    masks = [classes.mask(name) for name in CLASSES]
    assert np.all(np.sum(masks, axis=0) == 1)
    assert [mask[:, column].all() for mask, column in zip(masks, (8, 24, 40))] == [True, True, True]
    assert [mask.mean() for mask in masks] == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=0.05)


def test_a_harvest_is_no_shadow() -> None:
    cloudy = land()
    cloudy[B8] *= 0.5
    cloudy[B11] *= 1.3
    assert classify(cloudy, land()).mask("clear").all()


def test_what_is_dark_on_both_dates_is_no_shadow() -> None:
    water = np.full((13, 16, 16), 0.02, np.float32)
    assert classify(water * 0.5, water).mask("clear").all()


@pytest.mark.parametrize(
    ("share", "reflectance", "cover"),
    [(0, 0.6, "almost none"), (0.04, 0.6, "almost none"), (0.5, 0.2, "thin"), (0.5, 0.6, "thick"), (1, 0.6, "thick")],
)
def test_cover_is_by_share_and_then_by_opacity(share: float, reflectance: float, cover: str) -> None:
    classes = classify(clouded(share, reflectance), land())
    assert classes.share == pytest.approx(share, abs=0.025)
    assert classes.cover == cover
