"""Speckle filters for one polarisation in linear power, with nodata, on windows of any raster.

Both take the local linear minimum-mean-square-error estimate of multiplicative noise (Lee 1980; Lee and Pottier,
*Polarimetric Radar Imaging*, 2009, section 5.2): of y = x · v with mean(v) = 1 and var(v) = σ² = 1 / L,

    x̂ = m + b · (y − m),   b = var(x) / var(y),   var(x) = max(0, (var(y) − m² σ²) / (1 + σ²)),

m and var(y) over a neighbourhood, L the equivalent number of looks. The *Lee* filter takes a square. The *refined Lee*
filter (Lee 1981, *Refined filtering of image noise using local statistics*) takes half of a 7 × 7 square: cut along an
edge in one of four directions, the half on the pixel's side of the edge, so that edges stay sharp.

Every sum adds the same pixels in the same order wherever a window begins, so a raster that is filtered in windows with
a halo of `halo` pixels is the same, to the bit, as one filtered as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

SPECKLE_FILTERS = ("none", "lee", "refined_lee")
REFINED_SIDE = 7
# Pixels of one row or column between the means by which the refined filter looks for edges, and half their side.
_STEP, _REACH = 2, 1

# Weights of the 3 × 3 means, as (row, column, sign), for an edge that is vertical, falling, horizontal and rising; with
# the means on its two sides. The pixel belongs to the side whose mean is nearer to that of the middle.
_EDGES = (
    (((0, 2, 1), (1, 2, 1), (2, 2, 1), (0, 0, -1), (1, 0, -1), (2, 0, -1)), (1, 2), (1, 0)),
    (((0, 1, 1), (0, 2, 1), (1, 2, 1), (1, 0, -1), (2, 0, -1), (2, 1, -1)), (0, 2), (2, 0)),
    (((0, 0, 1), (0, 1, 1), (0, 2, 1), (2, 0, -1), (2, 1, -1), (2, 2, -1)), (0, 1), (2, 1)),
    (((0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 2, -1), (2, 1, -1), (2, 2, -1)), (0, 0), (2, 2)),
)


def halo(method: str, window: int) -> int:
    """Return how many pixels around a window a filter looks at."""
    return {"none": 0, "lee": window // 2, "refined_lee": REFINED_SIDE // 2}[method]


def filter_speckle(power: np.ndarray, method: str, window: int, looks: float) -> np.ndarray:
    """Return `power` [H, W] (linear, NaN where nodata) filtered, float32 without its halo.

    `window` is the side of Lee's square, odd; the refined filter's is 7. `looks` is L. NaN stays NaN and counts for
    nothing. A pixel at the border of a raster is filtered when the array is padded with NaN.
    """
    if method == "none":
        return power.astype(np.float32)
    reach = halo(method, window)
    image = power.astype(np.float64)
    known = np.isfinite(image)
    filled = np.where(known, image, 0.0)
    if method == "lee":
        offsets = [(row, column) for row in range(2 * reach + 1) for column in range(2 * reach + 1)]
        mean, variance = _moments(filled, known, offsets, reach)
    else:
        mean, variance = _refined_moments(filled, known, reach)
    centre = _cut(filled, reach, reach, reach)
    estimate = _estimate(centre, mean, variance, looks)
    return np.where(_cut(known, reach, reach, reach), estimate, np.nan).astype(np.float32)


def _estimate(y: np.ndarray, mean: np.ndarray, variance: np.ndarray, looks: float) -> np.ndarray:
    noise = 1.0 / looks
    signal = np.maximum(0.0, (variance - mean**2 * noise) / (1.0 + noise))
    share = np.divide(signal, variance, out=np.zeros_like(variance), where=variance > 0)
    return mean + share * (y - mean)


def _moments(
    filled: np.ndarray, known: np.ndarray, offsets: list[tuple[int, int]], reach: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance over the known pixels at `offsets`, counted from the upper left of the halo."""
    shape = filled.shape[0] - 2 * reach, filled.shape[1] - 2 * reach
    first, second = np.zeros(shape), np.zeros(shape)
    count = np.zeros(shape, np.int64)
    squared = filled**2
    for row, column in offsets:
        first += _cut(filled, reach, row, column)
        second += _cut(squared, reach, row, column)
        count += _cut(known, reach, row, column)
    count = np.maximum(count, 1)
    mean = first / count
    return mean, np.maximum(0.0, second / count - mean**2)


def _refined_moments(filled: np.ndarray, known: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    direction = _directions(filled, known, reach)
    mean, variance = np.zeros(direction.shape), np.zeros(direction.shape)
    for number, offsets in enumerate(_half_windows()):
        here = direction == number
        if here.any():
            for whole, part in zip((mean, variance), _moments(filled, known, offsets, reach)):
                whole[here] = part[here]
    return mean, variance


def _directions(filled: np.ndarray, known: np.ndarray, reach: int) -> np.ndarray:
    """Return for each pixel which of `_half_windows` lies on its side of the edge."""
    means = [[_small_mean(filled, known, reach, row, column) for column in (0, 1, 2)] for row in (0, 1, 2)]
    centre = means[1][1]
    for row in means:
        for index, mean in enumerate(row):
            # Nothing known there: no sign of an edge.
            row[index] = np.where(np.isnan(mean), centre, mean)
    gradients = np.stack([np.abs(sum(sign * means[r][c] for r, c, sign in weights)) for weights, _, _ in _EDGES])
    edge = gradients.argmax(axis=0)
    direction = np.zeros(edge.shape, np.int64)
    for number, (_, one, other) in enumerate(_EDGES):
        nearer = np.abs(means[one[0]][one[1]] - centre) < np.abs(means[other[0]][other[1]] - centre)
        direction = np.where(edge == number, 2 * number + ~nearer, direction)
    return direction


def _small_mean(filled: np.ndarray, known: np.ndarray, reach: int, row: int, column: int) -> np.ndarray:
    """Return the mean of one of the nine overlapping 3 × 3 squares of a 7 × 7 one, NaN where nothing is known."""
    middle = reach + _STEP * (row - 1), reach + _STEP * (column - 1)
    steps = range(-_REACH, _REACH + 1)
    offsets = [(middle[0] + down, middle[1] + across) for down in steps for across in steps]
    total = sum(_cut(filled, reach, *offset) for offset in offsets)
    count = sum(_cut(known, reach, *offset).astype(np.int64) for offset in offsets)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _half_windows() -> Iterator[list[tuple[int, int]]]:
    """Yield the offsets of the halves of a 7 × 7 square, the middle line among them, in the order of `_EDGES`."""
    last = REFINED_SIDE - 1
    half = last // 2
    every = [(row, column) for row in range(REFINED_SIDE) for column in range(REFINED_SIDE)]
    sides = (
        lambda row, column: column >= half,
        lambda row, column: column <= half,
        lambda row, column: column >= row,
        lambda row, column: column <= row,
        lambda row, column: row <= half,
        lambda row, column: row >= half,
        lambda row, column: row + column <= last,
        lambda row, column: row + column >= last,
    )
    for inside in sides:
        yield [offset for offset in every if inside(*offset)]


def _cut(image: np.ndarray, reach: int, row: int, column: int) -> np.ndarray:
    """Return the part of `image` that begins at `row`, `column` and is without its halo's size."""
    return image[row : row + image.shape[0] - 2 * reach, column : column + image.shape[1] - 2 * reach]
