"""Regressors of the scene's own fit, on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.operations.reconstruct.experts import Attention, Forest, Ridge, carried
from sar_cloud_removal.model.operations.reconstruct.features import HALO, moments, radar_features, smooth

RANDOM = np.random.default_rng(0)


def test_ridge_finds_what_is_linear_and_takes_a_missing_feature_for_its_mean() -> None:
    features = RANDOM.normal(3, 2, (500, 4)).astype(np.float32)
    weights = np.float32([[1, 0], [0, 2], [0.5, 0.5], [0, 0]])
    values = features @ weights + np.float32([0.1, 0.2])
    ridge = Ridge(features, values, 1e-6)
    assert np.abs(ridge(features) - values).max() < 1e-3
    lacking = features[:1].copy()
    lacking[0, 0] = np.nan
    mean = features[:, 0].mean()
    assert ridge(lacking)[0] == pytest.approx(values[0] - weights[0] * (features[0, 0] - mean), abs=1e-3)


def test_a_large_penalty_leaves_the_mean() -> None:
    features, values = RANDOM.random((300, 3), np.float32), RANDOM.random((300, 2), np.float32)
    assert np.abs(Ridge(features, values, 1e6)(features) - values.mean(axis=0)).max() < 1e-3


def test_forest_learns_a_step_and_answers_nothing_about_nothing() -> None:
    features = RANDOM.random((2000, 2), np.float32)
    values = (features[:, :1] > 0.5).astype(np.float32) * np.float32([0.2, 0.4])
    forest = Forest(features, values, trees=20)
    assert forest(np.float32([[0.1, 0.5], [0.9, 0.5]])) == pytest.approx(np.float32([[0, 0], [0.2, 0.4]]), abs=0.02)
    assert forest(features[:0]).shape == (0, 2)


def test_attention_gives_the_value_of_the_place_that_is_alike() -> None:
    keys, values = np.float32([[0, 0], [1, 1]]), np.float32([[0.1], [0.5]])
    attention = Attention(keys, values, 0.1)
    assert attention(np.float32([[0, 0], [1, 1], [0.5, 0.5]]))[:, 0] == pytest.approx([0.1, 0.5, 0.3], abs=1e-5)
    assert attention.weights(np.float32([0, 0])) == pytest.approx([1, 0], abs=1e-5)


def test_a_residual_is_met_at_the_rim_and_carried_into_the_hole() -> None:
    known = np.ones((64, 64), bool)
    known[20:44, 20:44] = False
    even = carried(np.where(known, 0.2, 9.0)[None].astype(np.float32), known)[0]
    assert np.abs(even - 0.2).max() < 0.02, "what lies under the hole is not looked at"
    step = np.broadcast_to(np.where(np.arange(64) < 32, 0.0, 0.4), (1, 64, 64)).astype(np.float32)
    over = carried(step, known)[0]
    assert over[30, 21] < 0.1 < 0.3 < over[30, 42] and over[30, 21] < over[30, 32] < over[30, 42]
    assert (carried(step, np.zeros_like(known)) == 0).all()


def test_a_mean_leaves_out_what_is_not_known() -> None:
    values, weight = np.float32([[[1, 5, 1, 1]]]), np.float32([[1, 0, 1, 1]])
    assert smooth(values, weight, 2)[0] == pytest.approx(np.ones((1, 1, 4)), abs=1e-6)
    mean, spread = moments(np.float32([[1, np.nan], [3, np.nan]]))
    assert mean.tolist() == [2, 0] and spread.tolist() == [1, 0]


def test_radar_is_averaged_in_power_and_only_where_it_is() -> None:
    backscatter = np.full((2, 3 * HALO, 3 * HALO), -10, np.float32)
    backscatter[:, : HALO // 2] = np.nan
    features = radar_features(backscatter)
    assert features[:, -1] == pytest.approx(np.full((10, 3 * HALO), -10), abs=1e-3)
    assert np.isnan(features[0, 0]).all() and np.isnan(radar_features(np.full_like(backscatter, np.nan))).all()
    noisy = 10 * np.log10(RANDOM.exponential(0.1, (2, 200, 200)))
    assert radar_features(noisy)[8, 100, 100] == pytest.approx(-10, abs=0.6)
