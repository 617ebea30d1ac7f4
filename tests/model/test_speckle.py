"""The speckle filters against plain loops over the pixels of a whole array, and against what speckle is."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.speckle import filter_speckle, halo

LOOKS = 4.4


def speckled(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return power with two fields, a bright target and speckle of `LOOKS` looks (gamma distributed, mean 1)."""
    rng = np.random.default_rng(seed)
    clean = np.where(np.add.outer(np.arange(height), 2 * np.arange(width)) > height + width // 2, 0.12, 0.02)
    clean[height // 3, width // 3] = 60.0
    return (clean * rng.gamma(LOOKS, 1 / LOOKS, (height, width))).astype(np.float32)


def padded(power: np.ndarray, method: str, window: int) -> np.ndarray:
    return np.pad(power, halo(method, window), constant_values=np.nan)


def whole(power: np.ndarray, method: str, window: int = 7) -> np.ndarray:
    return filter_speckle(padded(power, method, window), method, window, LOOKS)


def estimate(y: float, values: np.ndarray) -> float:
    mean, variance = values.mean(), values.var()
    signal = max(0.0, (variance - mean**2 / LOOKS) / (1 + 1 / LOOKS))
    return mean + (signal / variance if variance else 0.0) * (y - mean)


def plain_lee(power: np.ndarray, window: int) -> np.ndarray:
    half = window // 2
    out = np.full(power.shape, np.nan)
    for row, column in np.ndindex(*power.shape):
        if np.isfinite(power[row, column]):
            part = power[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1].astype(float)
            out[row, column] = estimate(power[row, column], part[np.isfinite(part)])
    return out


def plain_refined_lee(power: np.ndarray) -> np.ndarray:
    """As in Lee (1981): 3 × 3 means, the strongest of four gradients, the half on the pixel's side."""
    big = np.pad(power.astype(float), 3, constant_values=np.nan)
    masks = [np.zeros((7, 7), bool) for _ in range(8)]
    for r, c in np.ndindex(7, 7):
        inside = (c >= 3, c <= 3, c >= r, c <= r, r <= 3, r >= 3, r + c <= 6, r + c >= 6)
        for mask, marked in zip(masks, inside):
            mask[r, c] = marked
    out = np.full(power.shape, np.nan)
    for row, column in np.ndindex(*power.shape):
        if not np.isfinite(power[row, column]):
            continue
        square = big[row : row + 7, column : column + 7]
        means = np.empty((3, 3))
        for r, c in np.ndindex(3, 3):
            part = square[2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
            known = part[np.isfinite(part)]
            means[r, c] = known.mean() if known.size else np.nan
        m = np.where(np.isnan(means), means[1, 1], means)
        gradients = (
            m[:, 2].sum() - m[:, 0].sum(),
            m[0, 1] + m[0, 2] + m[1, 2] - m[1, 0] - m[2, 0] - m[2, 1],
            m[0].sum() - m[2].sum(),
            m[0, 0] + m[0, 1] + m[1, 0] - m[1, 2] - m[2, 1] - m[2, 2],
        )
        edge = int(np.argmax(np.abs(gradients)))
        one, other = ((m[1, 2], m[1, 0]), (m[0, 2], m[2, 0]), (m[0, 1], m[2, 1]), (m[0, 0], m[2, 2]))[edge]
        nearer = abs(one - m[1, 1]) < abs(other - m[1, 1])
        part = square[masks[2 * edge + (0 if nearer else 1)]]
        out[row, column] = estimate(power[row, column], part[np.isfinite(part)])
    return out


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize(("method", "window"), [("lee", 3), ("lee", 7), ("refined_lee", 7)])
def test_filters_are_what_loops_over_the_pixels_give(method: str, window: int, holes: bool) -> None:
    power = speckled(41, 38)
    if holes:
        power[:, :5] = power[10:14, 20:30] = power[30, 30] = np.nan
    expected = plain_lee(power, window) if method == "lee" else plain_refined_lee(power)
    found = whole(power, method, window)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(found), np.isnan(power))
    np.testing.assert_allclose(found, expected, rtol=1e-4, equal_nan=True)


@pytest.mark.parametrize(("method", "window"), [("lee", 5), ("refined_lee", 7)])
def test_windows_with_a_halo_give_the_whole_to_the_bit(method: str, window: int) -> None:
    power = speckled(60, 70)
    power[20:25, 30:50] = np.nan
    reach = halo(method, window)
    around = padded(power, method, window)
    pieces = np.zeros_like(power)
    for row in range(0, 60, 17):
        for column in range(0, 70, 23):
            part = around[row : row + 17 + 2 * reach, column : column + 23 + 2 * reach]
            pieces[row : row + 17, column : column + 23] = filter_speckle(part, method, window, LOOKS)
    np.testing.assert_array_equal(pieces, whole(power, method, window))


@pytest.mark.parametrize("method", ["lee", "refined_lee"])
def test_speckle_goes_and_the_mean_stays(method: str) -> None:
    rng = np.random.default_rng(3)
    power = (0.05 * rng.gamma(LOOKS, 1 / LOOKS, (120, 120))).astype(np.float32)
    found = whole(power, method)
    assert found.mean() == pytest.approx(0.05, rel=0.02)
    looks = found.mean() ** 2 / found.var()
    assert looks > 8 * LOOKS


def test_refined_lee_keeps_an_edge_that_lee_blurs() -> None:
    clean = np.full((60, 60), 0.02, np.float32)
    clean[:, 30:] = 0.2
    rng = np.random.default_rng(4)
    power = (clean * rng.gamma(LOOKS, 1 / LOOKS, clean.shape)).astype(np.float32)
    errors = {}
    for method in ("lee", "refined_lee"):
        near = slice(5, -5), slice(27, 33)
        errors[method] = np.abs(10 * np.log10(whole(power, method)[near] / clean[near])).mean()
    assert errors["refined_lee"] < 0.75 * errors["lee"]


def test_none_changes_nothing() -> None:
    power = speckled(10, 12)
    np.testing.assert_array_equal(filter_speckle(power, "none", 7, LOOKS), power)
