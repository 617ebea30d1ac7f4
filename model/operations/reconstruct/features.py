"""What predicts the reflectance of hidden ground at a pixel: radar and clear dates at several scales."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

Array = np.ndarray

#: Standard deviations, in pixels, of the Gaussians that despeckle radar and that blur clear dates.
RADAR_SCALES = (1, 2, 4, 8, 16)
DATE_SCALES = (0, 1, 3)
#: How far a Gaussian reaches, in standard deviations.
TRUNCATE = 3
#: Pixels around a window that its features depend on.
HALO = TRUNCATE * max(RADAR_SCALES)
#: Linear power that stands for no echo at all, −50 dB.
FLOOR = 1e-5
#: Of a Gaussian's weight, how much has to lie on measured pixels.
LEAST_WEIGHT = 1e-3


def smooth(values: Array, weight: Array, sigma: float) -> tuple[Array, Array]:
    """Return the local mean of `values` [C, h, w] by `weight` [h, w], and the weight [h, w] that it rests on, 0–1.

    Normalised convolution (Knutsson and Westin 1993) with a Gaussian of `sigma` pixels; pixels beyond the border weigh
    0. `values` may be anything where the weight is 0, but have to be finite. The mean is 0 where nothing is near.
    """
    if not sigma:
        return np.where(weight > 0, values, 0).astype(np.float32), np.minimum(weight, 1).astype(np.float32)
    mass = _blur(weight.astype(np.float32), sigma)
    means = np.stack([_blur(band * weight, sigma) for band in values.astype(np.float32)])
    return np.where(mass > LEAST_WEIGHT, means / np.maximum(mass, LEAST_WEIGHT), 0), mass


def _blur(image: Array, sigma: float) -> Array:
    return gaussian_filter(image, sigma, mode="constant", truncate=TRUNCATE)


def despeckled(backscatter: Array, sigma: float) -> Array:
    """Return VV and VH in dB [2, h, w], averaged in linear power over `sigma` pixels; NaN where none is near."""
    measured = np.isfinite(backscatter).all(axis=0)
    power = np.where(measured, np.power(10, np.where(measured, backscatter, 0) / 10), 0)
    mean, mass = smooth(power, measured, sigma)
    return np.where(mass > LEAST_WEIGHT, 10 * np.log10(np.maximum(mean, FLOOR)), np.nan).astype(np.float32)


def radar_features(backscatter: Array) -> Array:
    """Return VV and VH [2, h, w] in dB at all `RADAR_SCALES`, float32 [10, h, w]; NaN where no radar is near."""
    return np.concatenate([despeckled(backscatter, sigma) for sigma in RADAR_SCALES])


def moments(features: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation [F] of features [n, F], NaN left out; 0 of one that is missing everywhere."""
    known = np.isfinite(features)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, features, 0).sum(axis=0, dtype=np.float64) / count
    squares = np.square(np.where(known, features - mean, 0)).sum(axis=0, dtype=np.float64)
    return mean.astype(np.float32), np.sqrt(squares / count).astype(np.float32)


def date_features(reflectance: Array, valid: Array) -> Array:
    """Return a clear date [K, h, w] at all `DATE_SCALES`, float32 [3 K, h, w]; `valid` [h, w] is where it is clear."""
    known = np.where(valid, reflectance, 0)
    return np.concatenate([smooth(known, valid, sigma)[0] for sigma in DATE_SCALES])
