"""PSNR, SSIM, MAE and SAM of reflectance images, as the cloud removal literature reports them.

Over [bands, H, W] reflectance in 0–1. All four are sums over pixels, so a scene of any height is compared strip by
strip: `Sums` of the strips add up to the `Sums` of the whole.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass
from typing import Optional

import numpy as np
from scipy.ndimage import convolve1d, minimum_filter

# Wang et al. 2004: an 11 × 11 Gaussian window with σ = 1.5, K1 = 0.01, K2 = 0.03, peak 1.
SSIM_RADIUS = 5
_OFFSETS = np.arange(-SSIM_RADIUS, SSIM_RADIUS + 1)
_GAUSSIAN = np.exp(-(_OFFSETS**2) / (2 * 1.5**2))
_GAUSSIAN /= _GAUSSIAN.sum()
_C1, _C2 = 0.01**2, 0.03**2


@dataclass(frozen=True)
class Sums:
    """What has been added up so far: sums over values or pixels, and how many of them there were."""

    values: int = 0
    squared: float = 0.0
    absolute: float = 0.0
    pixels: int = 0
    angle_pixels: int = 0
    angle: float = 0.0
    ssim_values: int = 0
    ssim: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other))))

    def metrics(self) -> dict[str, float]:
        """Return psnr (dB, infinite for equal images), ssim (× 100), mae (× 100), sam (degrees); NaN without pixels."""
        mse = _mean(self.squared, self.values)
        return {
            "psnr": math.inf if mse == 0 else -10 * math.log10(mse) if mse == mse else math.nan,
            "ssim": 100 * _mean(self.ssim, self.ssim_values),
            "mae": 100 * _mean(self.absolute, self.values),
            "sam": math.degrees(_mean(self.angle, self.angle_pixels)),
        }


def score(prediction: np.ndarray, reference: np.ndarray, valid: Optional[np.ndarray] = None) -> dict[str, float]:
    """Return the metrics of two images [bands, H, W] of reflectance 0–1 over the pixels that are `valid` [H, W].

    PSNR = −10 log10(MSE), peak 1, and MAE over all values. SAM is the mean angle between the spectra; pixels where one
    of them is 0 in all bands have none. SSIM is the mean over the bands and over the pixels whose 11 × 11 window lies
    inside the image and is valid, as scikit-image computes it with a Gaussian window and as the figures in the
    literature of this data set are made. See `Sums.metrics` for the units.
    """
    return add_up(prediction, reference, valid).metrics()


def add_up(
    prediction: np.ndarray, reference: np.ndarray, valid: Optional[np.ndarray] = None, margins: tuple[int, int] = (0, 0)
) -> Sums:
    """Return the sums over an image, or over a strip of one.

    `margins` are rows above and below the strip that belong to its neighbours: they take part in windows, and are not
    counted. Give `SSIM_RADIUS` of them, or none at the borders of the image.
    """
    if valid is None:
        valid = np.ones(prediction.shape[1:], dtype=bool)
    x = np.where(valid, prediction, 0).astype(np.float64)
    y = np.where(valid, reference, 0).astype(np.float64)
    rows = slice(margins[0], x.shape[1] - margins[1])
    similarity, whole = _structural_similarity(x, y, valid)
    x, y, similarity, whole, valid = x[:, rows], y[:, rows], similarity[:, rows], whole[rows], valid[rows]
    difference = (x - y)[:, valid]
    angles = _spectral_angles(x[:, valid], y[:, valid])
    return Sums(
        values=difference.size,
        squared=float(np.square(difference).sum()),
        absolute=float(np.abs(difference).sum()),
        pixels=int(valid.sum()),
        angle_pixels=angles.size,
        angle=float(angles.sum()),
        ssim_values=int(whole.sum()) * len(x),
        ssim=float(similarity[:, whole].sum()),
    )


def _spectral_angles(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the angles in radians between spectra [bands, N], of those that have one."""
    norms = np.sqrt(np.square(x).sum(axis=0) * np.square(y).sum(axis=0))
    seen = norms > 0
    cosine = (x * y).sum(axis=0)[seen] / norms[seen]
    return np.arccos(np.clip(cosine, -1, 1))


def _structural_similarity(x: np.ndarray, y: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return SSIM of each value [bands, H, W], and [H, W] whether its window is inside the image and valid."""
    similarity = np.stack([_band_similarity(*pair) for pair in zip(x, y)])
    whole = minimum_filter(valid, size=2 * SSIM_RADIUS + 1, mode="constant", cval=False)
    return similarity, whole


def _band_similarity(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    mean_x, mean_y = _window_mean(x), _window_mean(y)
    variance_x = _window_mean(x * x) - mean_x**2
    variance_y = _window_mean(y * y) - mean_y**2
    covariance = _window_mean(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)
    return likeness / ((mean_x**2 + mean_y**2 + _C1) * (variance_x + variance_y + _C2))


def _window_mean(band: np.ndarray) -> np.ndarray:
    return convolve1d(convolve1d(band, _GAUSSIAN, axis=0, mode="constant"), _GAUSSIAN, axis=1, mode="constant")


def _mean(total: float, count: int) -> float:
    return total / count if count else math.nan
