"""The metrics against their definitions, against figures known for real patches, and in strips against the whole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sar_cloud_removal.model.metrics import SSIM_RADIUS, Sums, add_up, compare, score


def images(bands=3, height=40, width=33, seed=5):
    generator = np.random.default_rng(seed)
    reference = generator.random((bands, height, width))
    return np.clip(reference + generator.normal(0, 0.1, reference.shape), 0, 1), reference


def test_values_by_hand():
    prediction = np.full((2, 16, 16), 0.3)
    reference = np.full((2, 16, 16), 0.3)
    reference[1] = 0.4
    metrics = score(prediction, reference)
    assert metrics["psnr"] == pytest.approx(-10 * math.log10(0.01 / 2))
    assert metrics["mae"] == pytest.approx(5.0)
    # Between (1, 1) and (3, 4): 45° to 53.13°.
    assert metrics["sam"] == pytest.approx(math.degrees(math.atan2(4, 3)) - 45)
    # Flat bands: only the luminance term counts.
    assert metrics["ssim"] == pytest.approx(100 * (1 + (0.24 + 1e-4) / (0.09 + 0.16 + 1e-4)) / 2)


def test_ssim_of_one_pixel_by_definition():
    prediction, reference = images(1, 11, 11)
    metrics = score(prediction, reference)
    offsets = np.arange(-5, 6)
    weights = np.exp(-(offsets[:, None] ** 2 + offsets[None] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    x, y = prediction[0], reference[0]
    mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
    variance_x, variance_y = (weights * (x - mean_x) ** 2).sum(), (weights * (y - mean_y) ** 2).sum()
    covariance = (weights * (x - mean_x) * (y - mean_y)).sum()
    expected = (2 * mean_x * mean_y + 1e-4) * (2 * covariance + 9e-4)
    expected /= (mean_x**2 + mean_y**2 + 1e-4) * (variance_x + variance_y + 9e-4)
    assert metrics["ssim"] == pytest.approx(100 * expected, abs=1e-9)


def test_ssim_is_that_of_scikit_image():
    skimage = pytest.importorskip("skimage.metrics")
    prediction, reference = images()
    expected = [
        skimage.structural_similarity(x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1)
        for x, y in zip(prediction, reference)
    ]
    assert score(prediction, reference)["ssim"] == pytest.approx(100 * np.mean(expected), abs=1e-9)


def test_equal_images_are_perfect():
    _, reference = images()
    assert score(reference, reference) == {
        "psnr": math.inf,
        "ssim": pytest.approx(100),
        "mae": 0,
        "sam": pytest.approx(0, abs=1e-5),
    }


def test_invalid_pixels_take_no_part():
    prediction, reference = images()
    valid = np.ones(prediction.shape[1:], bool)
    valid[:, :12] = False
    spoiled = prediction.copy()
    spoiled[:, ~valid] = np.nan
    expected = score(prediction[:, :, 12:], reference[:, :, 12:])
    assert score(spoiled, reference, valid) == {key: pytest.approx(value) for key, value in expected.items()}


def test_nothing_valid_is_no_number():
    prediction, reference = images()
    metrics = score(prediction, reference, np.zeros(prediction.shape[1:], bool))
    assert all(math.isnan(value) for value in metrics.values())


def test_black_spectra_have_no_angle():
    prediction, reference = images(3, 12, 12)
    expected = score(prediction[:, :, 1:], reference[:, :, 1:])["sam"]
    prediction[:, :, 0] = 0
    assert score(prediction, reference)["sam"] == pytest.approx(expected)


@pytest.mark.parametrize("step", [7, 16, 40])
def test_strips_add_up_to_the_whole(step):
    prediction, reference = images()
    valid = np.ones(prediction.shape[1:], bool)
    valid[10:14, 5:9] = False
    height = prediction.shape[1]
    total = Sums()
    for top in range(0, height, step):
        above = min(SSIM_RADIUS, top)
        bottom = min(top + step, height)
        below = min(SSIM_RADIUS, height - bottom)
        rows = slice(top - above, bottom + below)
        total += add_up(prediction[:, rows], reference[:, rows], valid[rows], (above, below))
    whole = add_up(prediction, reference, valid)
    assert (total.values, total.pixels, total.ssim_values) == (whole.values, whole.pixels, whole.ssim_values)
    assert total.metrics() == {key: pytest.approx(value, rel=1e-12) for key, value in whole.metrics().items()}


def test_sums_of_disjoint_parts_add_up_and_keep_their_windows():
    prediction, reference = images()
    comparison = compare(prediction, reference)
    left = np.zeros(prediction.shape[1:], bool)
    left[:, ::2] = True
    parts = comparison.sums(left) + comparison.sums(~left)
    assert parts.metrics() == {key: pytest.approx(value) for key, value in score(prediction, reference).items()}
    assert comparison.sums(left).ssim_values > 0, "no window lies in every other column alone"


def test_one_band_is_scored_without_an_angle():
    prediction, reference = images()
    metrics = compare(prediction, reference).sums(bands=[1]).metrics()
    expected = score(prediction[1:2], reference[1:2])
    assert all(metrics[name] == pytest.approx(expected[name]) for name in ("psnr", "ssim", "mae"))
    assert math.isnan(metrics["sam"])
