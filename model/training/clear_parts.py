"""Where a cloudy scene is surely clear, when nobody has drawn a cloud mask.

Only those pixels are found that can be learnt from without doubt; what is doubtful counts as cloudy. It is no cloud
mask to keep pixels by. Four signs, each of which is enough to take a pixel out:

- haze: B2 − ½ B4 is nearly the same over all land, as soils and plants that are brighter in blue are brighter in red by
  about twice as much (the haze optimised transform of Zhang et al. 2002 with a fixed clear line). Over the clear
  pixels of 60 patches above the atmosphere it lies between 0.04 and 0.10, within 0.02 of each scene's lower end; below
  the atmosphere (L2A) it is near 0. Cloud of any thickness raises it.
- brightness: B2 above 0.25 is thick cloud, snow or a bright roof.
- cirrus: B10 above 0.008, where there is that band; clear scenes have 0.0005 to 0.005.
- shadow: near and short-wave infrared below half of the scene's median. Lakes go with it, unless most of it is water.

Around all of it, 100 m are left out too, since clouds are thin at their edges. Single bright pixels such as roofs are
left out without a margin, or no town would have a clear pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation, uniform_filter

from ..bands import S2_BANDS

B2, B4, B8, B10, B11 = (S2_BANDS.index(name) for name in ("B2", "B4", "B8", "B10", "B11"))

HAZE_ABOVE_CLEAREST = 0.025
# A scene whose clearest pixels are hazier than this has no clear pixel.
HAZE_LIMIT = 0.115
BRIGHT, CIRRUS, SHADE = 0.25, 0.008, 0.5
# Pixels of 10 m.
MARGIN = 10
# Unclear pixels that fill less than this share of the 11 × 11 around them are specks.
SPECK_SHARE, SPECK_SIDE = 0.25, 11


@dataclass(frozen=True)
class ClearLimits:
    """What a scene's clear pixels do not exceed: `haze` in B2 − ½ B4; `shade`, the least (B8 + B11) / 2."""

    haze: float
    shade: float


def find_limits(spectra: np.ndarray) -> ClearLimits:
    """Return the limits of a scene from pixels all over it: reflectance [13, N] in the order of `bands.S2_BANDS`."""
    haze = _haze(spectra)
    limit = min(float(np.quantile(haze, 0.05)) + HAZE_ABOVE_CLEAREST, HAZE_LIMIT)
    usable = (haze <= limit) & (spectra[B2] <= BRIGHT)
    infrared = _infrared(spectra)[usable]
    return ClearLimits(limit, SHADE * float(np.median(infrared)) if infrared.size else 0.0)


def find_clear(optical: np.ndarray, limits: ClearLimits, present: Sequence[int]) -> np.ndarray:
    """Return where `optical` [13, H, W], whose bands `present` are no estimates, is surely clear: bool [H, W]."""
    unclear = (_haze(optical) > limits.haze) | (optical[B2] > BRIGHT) | (_infrared(optical) < limits.shade)
    if B10 in present:
        unclear |= optical[B10] > CIRRUS
    share = uniform_filter(unclear.astype(np.float32), SPECK_SIDE, mode="nearest")
    around = np.hypot(*np.mgrid[-MARGIN : MARGIN + 1, -MARGIN : MARGIN + 1]) <= MARGIN
    return ~(unclear | binary_dilation(unclear & (share >= SPECK_SHARE), around))


def _haze(optical: np.ndarray) -> np.ndarray:
    return optical[B2] - 0.5 * optical[B4]


def _infrared(optical: np.ndarray) -> np.ndarray:
    return (optical[B8] + optical[B11]) / 2
