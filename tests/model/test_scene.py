"""What the network is shown, and how much of its answer is taken."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine

from sar_cloud_removal.model.raster import Grid
from sar_cloud_removal.model.scene import _fill, _pad, feathered, sample_windows


def test_the_feather_rises_smoothly_inside() -> None:
    cloud = np.zeros((1, 40), bool)
    cloud[0, 10:] = True
    share = feathered(cloud, 4)[0]
    assert (share[:10] == 0).all() and (share[14:] == 1).all()
    np.testing.assert_allclose(share[10:14], np.sin(np.pi / 2 * np.arange(1, 5) / 5) ** 2, rtol=1e-6)


def test_a_cloud_thinner_than_its_feather_keeps_some_of_it() -> None:
    cloud = np.zeros((21, 21), bool)
    cloud[9:12, 9:12] = True
    share = feathered(cloud, 8)
    assert share[10, 10] == pytest.approx(np.sin(np.pi / 2 * 2 / 9) ** 2, rel=1e-6)
    assert (share[~cloud] == 0).all() and (feathered(cloud, 0) == cloud).all()


def test_the_mean_of_the_valid_pixels_stands_in_for_the_others() -> None:
    values = np.array([[[1.0, 3.0, np.nan]], [[5.0, 7.0, 9.0]], [[np.inf, 8.0, 8.0]]], np.float32)
    valid = np.array([[[True, True, False]], [[True, True, True]], [[False, False, False]]])
    assert _fill(values, valid).tolist() == [[[1, 3, 2]], [[5, 7, 9]], [[0, 0, 0]]]
    assert np.isnan(values[0, 0, 2])


@pytest.mark.parametrize("height, width", [(1, 1), (3, 5), (8, 8), (9, 2)])
def test_padding_mirrors_and_never_cuts(height: int, width: int) -> None:
    image = np.random.default_rng(0).random((2, height, width))
    padded = _pad(image, 8)
    assert padded.shape == (2, max(height, 8), max(width, 8))
    assert np.array_equal(padded[:, :height, :width], image)
    assert set(padded.ravel()) <= set(image.ravel())


@pytest.mark.parametrize("height, width", [(1, 1), (320, 320), (321, 40), (10980, 10980), (5, 5000)])
def test_samples_lie_inside_and_reach_all_corners(height: int, width: int) -> None:
    found = sample_windows(Grid(height, width, 0, 0, Affine.identity(), None))
    assert min(window.row for window in found) == min(window.column for window in found) == 0
    assert max(window.row + window.height for window in found) == height
    assert max(window.column + window.width for window in found) == width
    assert sum(window.height * window.width for window in found) <= 25 * 64 * 64
