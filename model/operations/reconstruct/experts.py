"""Regressors that learn the reflectance of clear ground from its features, each fitted within seconds to one scene."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.ensemble import ExtraTreesRegressor

from ...networks.reflectance_attention import ReflectanceAttention
from .features import moments, smooth

Array = np.ndarray

#: Trees of a forest, the fewest samples in a leaf, and the share of the features that a split may choose from.
TREES, LEAF, SPLIT_SHARE = 40, 3, 0.4
#: Standard deviations in pixels of the residual that is carried into a hole, coarse to fine.
CARRY_SCALES = (48, 24, 12, 6, 3, 1.5)
#: Weight of clear ground, 0–1, with which half of the residual is believed.
CARRY_HALF = 0.02
#: An image is carried at half its resolution as long as the Gaussian is still so wide there.
CARRY_LEAST = 3


class Ridge:
    """Linear ridge regression of K bands on F standardised features.

    ŷ = ȳ + Z W with W = (ZᵀZ + λ n I)⁻¹ Zᵀ (Y − ȳ); a missing feature (NaN) counts as its mean.
    """

    def __init__(self, features: Array, values: Array, penalty: float) -> None:
        """Fit features [n, F] to values [n, K] with the penalty λ."""
        self._mean, spread = moments(features)
        self._spread = spread + 1e-6
        self._offset = values.mean(axis=0, dtype=np.float64)
        z = self._standardised(features).astype(np.float64)
        squares = z.T @ z
        squares[np.diag_indices_from(squares)] += penalty * len(z)
        self._weights = np.linalg.solve(squares, z.T @ (values - self._offset)).astype(np.float32)
        self._offset = self._offset.astype(np.float32)

    def _standardised(self, features: Array) -> Array:
        z = (features - self._mean) / self._spread
        return np.nan_to_num(z, copy=False, nan=0.0)

    def __call__(self, features: Array) -> Array:
        """Return the prediction [N, K] of features [N, F]."""
        return self._standardised(features) @ self._weights + self._offset


class Forest:
    """Extremely randomised trees (Geurts et al. 2006) with all bands in each leaf."""

    def __init__(self, features: Array, values: Array, trees: int = TREES, seed: int = 0) -> None:
        """Fit features [n, F], NaN where missing, to values [n, K]."""
        self._missing, _ = moments(features)
        self._trees = ExtraTreesRegressor(
            trees, min_samples_leaf=LEAF, max_features=SPLIT_SHARE, n_jobs=1, random_state=seed
        ).fit(self._filled(features), values)

    def _filled(self, features: Array) -> Array:
        return np.where(np.isnan(features), self._missing, features)

    def __call__(self, features: Array) -> Array:
        """Return the prediction [N, K] of features [N, F], float32."""
        if not len(features):
            return np.zeros((0, self._trees.n_outputs_), np.float32)
        return self._trees.predict(self._filled(features)).astype(np.float32)


def carried(residual: Array, known: Array) -> Array:
    """Carry what a model misses at known pixels smoothly into all others: [K, h, w], bool [h, w] → [K, h, w].

    Normalised convolution from coarse to fine, each scale of what the coarser ones leave over. It meets the residual
    at the rim of a hole and fades to its wider mean inside, like a membrane.
    """
    total = np.zeros_like(residual, dtype=np.float32)
    for sigma in CARRY_SCALES:
        left = np.where(known, residual - total, 0).astype(np.float32)
        total += _spread(left, known.astype(np.float32), sigma)
    return total


def _spread(values: Array, weight: Array, sigma: float) -> Array:
    """Return the local mean of `values` by `weight`, drawn towards 0 where the weight around is small."""
    if sigma >= 2 * CARRY_LEAST and min(weight.shape) >= 4:
        height, width = weight.shape
        coarse = _spread(_halved(values), _halved(weight[None])[0], sigma / 2)
        return _doubled(coarse)[:, :height, :width]
    # Values are 0 where the weight is, so that the halves are weighted sums already.
    mass = smooth(weight[None], np.ones_like(weight), sigma)[0][0]
    sums = smooth(values, np.ones_like(weight), sigma)[0]
    return sums / (mass + CARRY_HALF)


def _halved(values: Array) -> Array:
    """Return the means over 2 × 2 pixels of [C, h, w]; a last odd row or column counts as half empty."""
    height, width = values.shape[1:]
    padded = np.pad(values, ((0, 0), (0, height % 2), (0, width % 2)))
    return padded.reshape(len(values), (height + 1) // 2, 2, (width + 1) // 2, 2).mean(axis=(2, 4))


def _doubled(values: Array) -> Array:
    """Return [C, h, w] at twice the resolution, bilinearly."""
    tensor = torch.from_numpy(np.ascontiguousarray(values))[None]
    return torch.nn.functional.interpolate(tensor, scale_factor=2, mode="bilinear", align_corners=False)[0].numpy()


class Attention:
    """Reflectance of clear places by attention, `networks.reflectance_attention`, over a sample of a scene."""

    def __init__(self, keys: Array, values: Array, width: float) -> None:
        """`keys` [M, D] of clear places with reflectance `values` [M, K]; `width` is how far keys may differ."""
        self._attend = ReflectanceAttention(width)
        self._keys, self._values = (torch.from_numpy(np.ascontiguousarray(each, np.float32)) for each in (keys, values))

    @torch.inference_mode()
    def __call__(self, queries: Array) -> Array:
        """Return the prediction [N, K] of queries [N, D]."""
        queries = torch.from_numpy(np.ascontiguousarray(queries, np.float32))
        parts = [self._attend(part[None], self._keys[None], self._values[None])[0] for part in queries.split(CHUNK)]
        return torch.cat(parts).numpy() if parts else np.zeros((0, self._values.shape[1]), np.float32)

    @torch.inference_mode()
    def weights(self, query: Array) -> Array:
        """Return how one query [D] spreads its attention over the clear places [M]; it sums to 1."""
        query = torch.from_numpy(np.ascontiguousarray(query, np.float32))
        return self._attend.weights(query[None, None], self._keys[None])[0, 0].numpy()


#: Queries that are answered at once.
CHUNK = 4096
