"""Which pixels of a cloudy image are cloud, shadow or clear, and how cloudy the whole of it is.

All of it is found from the cloudy and the clear image of one place, and all the thresholds stand here. They are for
scores by class, not for a product: season and light differ between the two dates too, and a field that was ploughed
between them may pass for shadow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..bands import S2_BANDS
from .synthetic_clouds import cut_out

Array = np.ndarray

CLASSES = ("cloud", "shadow", "clear")
COVERS = ("almost none", "thin", "thick")

#: From this opacity on (as `synthetic_clouds.cut_out` finds it) a pixel is cloud.
CLOUD_OPACITY = 0.1
#: Shadow is what is no cloud and has at most this share of the clear date's reflectance, and that much less of it, in
#: the near and in the short-wave infrared: in the shorter waves the sky lights a shadow, and growth or harvest move the
#: two infrareds apart.
SHADOW_SHARE = 0.75
SHADOW_DROP = 0.02
SHADOW_BANDS = tuple(S2_BANDS.index(name) for name in ("B8", "B11"))
#: An image has almost no cloud where less than this share of its pixels is cloud ...
LEAST_COVER = 0.05
#: ... else thin cloud where the mean opacity of the pixels that are cloud is below this, else thick cloud.
THICK_OPACITY = 0.5


@dataclass(frozen=True)
class CloudClasses:
    """`labels` [H, W] are indices into `CLASSES`; `share` (0–1) is that of cloud and `opacity` its mean, 0 if none."""

    labels: Array
    share: float
    opacity: float

    @property
    def cover(self) -> str:
        """One of `COVERS`."""
        if self.share < LEAST_COVER:
            return COVERS[0]
        return COVERS[1] if self.opacity < THICK_OPACITY else COVERS[2]

    def mask(self, name: str) -> Array:
        """Return where [H, W] the pixels are of the class `name`."""
        return self.labels == CLASSES.index(name)


def classify(cloudy: Array, clear: Array, valid: Optional[Array] = None) -> CloudClasses:
    """Return the classes of a cloudy image by a clear one of the same place, both reflectance [13, H, W] in 0–1.

    Only pixels that are `valid` [H, W] count in the share and the opacity; give those that are not what is clear.
    """
    opacity = cut_out(cloudy, clear, "").opacity
    cloud = opacity >= CLOUD_OPACITY
    dark = [
        (cloudy[band] <= SHADOW_SHARE * clear[band]) & (clear[band] - cloudy[band] >= SHADOW_DROP)
        for band in SHADOW_BANDS
    ]
    labels = np.where(cloud, 0, np.where(np.logical_and.reduce(dark), 1, 2)).astype(np.uint8)
    if valid is not None:
        cloud &= valid
    share = float(cloud.mean() if valid is None else cloud.sum() / max(1, valid.sum()))
    return CloudClasses(labels, share, float(opacity[cloud].mean()) if cloud.any() else 0.0)
