"""PSNR, SSIM, MAE and SAM of reflectance images, as the cloud removal literature reports them.

Over [bands, H, W] reflectance in 0–1. All four are sums over pixels, so a scene of any height is compared strip by
strip: `Sums` of the strips add up to the `Sums` of the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    signed: float = 0.0

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

    @property
    def rmse(self) -> float:
        """The root of the mean squared difference, × 100; NaN without pixels."""
        return 100 * math.sqrt(_mean(self.squared, self.values))

    @property
    def bias(self) -> float:
        """The mean of prediction − reference, × 100; NaN without pixels."""
        return 100 * _mean(self.signed, self.values)


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
    return compare(prediction, reference, valid).sums(rows=slice(margins[0], prediction.shape[1] - margins[1]))


@dataclass(frozen=True)
class Comparison:
    """What two images [bands, H, W] differ by at each pixel, to be summed over parts of them.

    `difference` and `similarity` (SSIM) are [bands, H, W], `angle` (radians, NaN where there is none), `valid` and
    `whole` (the pixel's SSIM window lies inside the image and is valid) are [H, W].
    """

    difference: np.ndarray
    similarity: np.ndarray
    angle: np.ndarray
    valid: np.ndarray
    whole: np.ndarray

    def sums(
        self,
        counted: Optional[np.ndarray] = None,
        bands: Optional[Sequence[int]] = None,
        rows: slice = slice(None),
    ) -> Sums:
        """Return the sums over the pixels that are `counted` [H, W], of some `bands` or of some `rows`.

        The SSIM of a pixel is that of its whole window, wherever the other pixels of the window are counted. Some
        bands have no spectral angle.
        """
        chosen = slice(None) if bands is None else list(bands)
        valid, whole = (each if counted is None else each & counted for each in (self.valid, self.whole))
        difference = self.difference[chosen, rows][:, valid[rows]]
        similarity = self.similarity[chosen, rows][:, whole[rows]]
        angles = self.angle[rows][valid[rows]] if bands is None else np.empty(0)
        angles = angles[np.isfinite(angles)]
        return Sums(
            values=difference.size,
            squared=float(np.square(difference).sum()),
            absolute=float(np.abs(difference).sum()),
            pixels=int(valid[rows].sum()),
            angle_pixels=angles.size,
            angle=float(angles.sum()),
            ssim_values=similarity.size,
            ssim=float(similarity.sum()),
            signed=float(difference.sum()),
        )


def compare(prediction: np.ndarray, reference: np.ndarray, valid: Optional[np.ndarray] = None) -> Comparison:
    """Return what two images [bands, H, W] of reflectance 0–1 differ by where they are `valid` [H, W]."""
    if valid is None:
        valid = np.ones(prediction.shape[1:], dtype=bool)
    x = np.where(valid, prediction, 0).astype(np.float64)
    y = np.where(valid, reference, 0).astype(np.float64)
    similarity, whole = _structural_similarity(x, y, valid)
    return Comparison(x - y, similarity, _spectral_angles(x, y), valid, whole)


def _spectral_angles(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the angles [H, W] in radians between spectra [bands, H, W], NaN where one of them is 0."""
    norms = np.sqrt(np.square(x).sum(axis=0) * np.square(y).sum(axis=0))
    cosine = np.divide((x * y).sum(axis=0), norms, out=np.full(norms.shape, np.nan), where=norms > 0)
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
