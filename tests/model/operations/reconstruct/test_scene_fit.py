"""The fit of hidden ground to a scene: what it finds, what it holds back, and what it says of itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from sar_cloud_removal.model.operations.reconstruct.scene_fit import (
    DRAWS,
    PARTS,
    DatePatch,
    Patch,
    Patches,
    fit_scene,
    withheld_blobs,
)

SIDE, BANDS = 128, 4
ALL = tuple(range(BANDS))


def field(seed: int, sigma: float = 4) -> np.ndarray:
    """Return a smooth random image [SIDE, SIDE] with mean 0 and spread 1."""
    values = gaussian_filter(np.random.default_rng(seed).standard_normal((SIDE, SIDE)), sigma, mode="wrap")
    return ((values - values.mean()) / values.std()).astype(np.float32)


@pytest.fixture
def ground() -> np.ndarray:
    """Reflectance [BANDS, SIDE, SIDE]: half of it is told by radar, and half by nothing but another date."""
    return np.stack([0.2 + 0.03 * field(1) + 0.03 * band / BANDS * field(2, 2) for band in range(1, BANDS + 1)])


@pytest.fixture
def backscatter() -> np.ndarray:
    return np.stack([-10 + 3 * field(1), -17 + 3 * field(1)])


def patch(ground: np.ndarray, backscatter: np.ndarray, cover: float = 0.5, **dates: tuple) -> Patch:
    hidden = field(9, 8) > np.quantile(field(9, 8), 1 - cover)
    image = np.where(hidden, 0.9, ground).astype(np.float32)
    prior = np.full_like(ground, 0.25)
    return Patch(0, 0, image, ~hidden, backscatter.astype(np.float32), prior, **dates)


def date(image: np.ndarray, valid: np.ndarray | None = None) -> DatePatch:
    valid = np.ones((SIDE, SIDE), bool) if valid is None else valid
    return DatePatch(image.astype(np.float32), valid, shared=(ALL, ALL))


def rmse(found: np.ndarray, truth: np.ndarray, where: np.ndarray) -> float:
    return float(np.sqrt(np.square(found - truth)[:, where].mean()))


def fitted(made: Patch, dates: int = 0) -> tuple:
    fit = fit_scene(Patches([lambda: made]), dates)
    return fit, fit.predict(made, ~made.clear)


def test_hidden_ground_is_told_by_radar_and_the_clear_ground_around(ground, backscatter) -> None:
    made = patch(ground, backscatter)
    _, told = fitted(made)
    hidden = ~made.clear
    assert rmse(told.reflectance, ground, hidden) < 0.6 * rmse(made.prior, ground, hidden)
    assert told.parts.sum(axis=0) == pytest.approx(np.ones((SIDE, SIDE)), abs=1e-5)
    assert (told.parts[PARTS.index("clear date")] == 0).all()
    error = told.error[hidden]
    assert 0.5 < error.mean() / rmse(told.reflectance, ground, hidden) < 2


def test_what_a_cloud_shows_is_never_looked_at(ground, backscatter) -> None:
    made = patch(ground, backscatter)
    other = Patch(0, 0, np.where(made.clear, ground, 0.3).astype(np.float32), made.clear, made.backscatter, made.prior)
    assert np.array_equal(fitted(made)[1].reflectance, fitted(other)[1].reflectance)


def test_a_clear_date_shows_what_radar_does_not(ground, backscatter) -> None:
    # Another season: all bands brighter and stretched.
    made = patch(ground, backscatter, dates=(date(1.3 * ground + 0.05),))
    fit, told = fitted(made, dates=1)
    hidden = ~made.clear
    assert fit.dates == (0,) and fit.gains[0] > 0.3
    without = rmse(fitted(patch(ground, backscatter))[1].reflectance, ground, hidden)
    assert rmse(told.reflectance, ground, hidden) < 0.6 * without
    assert (told.parts[PARTS.index("clear date")][hidden] > 0.3).all()


def test_a_date_that_does_not_help_is_left_out(ground, backscatter) -> None:
    noise = np.random.default_rng(5).random(ground.shape)
    made = patch(ground, backscatter, dates=(date(noise), date(ground + 0.02)))
    fit, _ = fitted(made, dates=2)
    assert fit.dates == (1,) and list(fit.dropped) == [0]
    without, with_it = fit.dropped[0]
    assert with_it > 0.9 * without


def test_where_a_date_is_cloudy_itself_the_radar_tells(ground, backscatter) -> None:
    valid = np.ones((SIDE, SIDE), bool)
    valid[:, :64] = False
    shown = np.where(valid, ground, 0)
    made = patch(ground, backscatter, dates=(date(shown, valid),))
    _, told = fitted(made, dates=1)
    hidden = ~made.clear
    shares = told.parts[PARTS.index("clear date")]
    assert (shares[hidden & ~valid] == 0).all() and (shares[hidden & valid] > 0.3).all()
    assert rmse(told.reflectance, ground, hidden & valid) < rmse(told.reflectance, ground, hidden & ~valid) < 0.05


def test_without_clear_ground_the_prior_holds_and_dates_are_moved_by_it(ground, backscatter) -> None:
    made = patch(ground, backscatter, cover=0.9999)
    fit, told = fitted(made)
    assert not fit.fitted and np.array_equal(told.reflectance, made.prior)
    assert (told.parts[PARTS.index("prior")] == 1).all()
    then = np.full_like(ground, 0.2)
    other = DatePatch(ground, np.ones((SIDE, SIDE), bool), prior=then, shared=(ALL, ALL))
    dated = Patch(0, 0, made.reflectance, made.clear, made.backscatter, made.prior, (other,))
    fit, told = fitted(dated, dates=1)
    assert told.reflectance == pytest.approx(ground + 0.05, abs=1e-6), (
        "reflectance then, and what radar says has changed"
    )


def test_doubt_holds_the_fit_back(ground, backscatter) -> None:
    made = patch(ground, backscatter)
    sure, unsure = (fit_scene(Patches([lambda: made]), 0, doubt).predict(made, ~made.clear) for doubt in (0.0, 0.5))
    hidden = ~made.clear
    prior = PARTS.index("prior")
    assert unsure.parts[prior][hidden].min() >= 0.5 - 1e-6 > sure.parts[prior][hidden].max()
    assert abs(unsure.reflectance - 0.25)[:, hidden].mean() < abs(sure.reflectance - 0.25)[:, hidden].mean()


def test_a_fit_is_the_same_each_time(ground, backscatter) -> None:
    made = patch(ground, backscatter)
    assert np.array_equal(fitted(made)[1].reflectance, fitted(made)[1].reflectance)


def test_blobs_are_of_clear_ground_and_as_large_as_the_holes() -> None:
    clear = field(3, 8) < 0.5
    blobs = withheld_blobs(clear, DRAWS, 0)
    assert not blobs[:, ~clear].any()
    assert blobs[:, clear].mean(axis=1) == pytest.approx([0.4] * DRAWS, abs=0.01)
    # Blobs, not scattered pixels: nearly every neighbour of a withheld pixel is withheld too.
    both = blobs[:, :, 1:] & blobs[:, :, :-1]
    assert both.sum() > 0.8 * (blobs[:, :, 1:] & clear[:, 1:] & clear[:, :-1]).sum()
