"""Backscatter as files hold it, as dB and as power, and what of it is no measurement: the same for all that read it.

`bands.find_s1_units` finds out what the numbers of a file are, and `bands.to_db` is the formula.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .bands import S1Scaling, to_db
from .raster import Source

# Backscatter outside of this is no measurement but the noise of a border, or a nodata that nobody declared; in dB.
PLAUSIBLE_DB = (-60.0, 50.0)


def apply_scales(values: np.ndarray, bands: Iterable[tuple[Source, int]]) -> np.ndarray:
    """Return stored `values` [bands, h, w], float32, with GDAL's scale and offset of each band applied, in place.

    `bands` are the file and the number, from 1, of each.
    """
    for index, (source, number) in enumerate(bands):
        scale, offset = source.dataset.scales[number - 1], source.dataset.offsets[number - 1]
        if (scale, offset) != (1.0, 0.0):
            values[index] = values[index] * scale + offset
    return values


def without_fill(values: np.ndarray) -> np.ndarray:
    """Return `values` [2, h, w], in place, with NaN where both are exactly 0, which is what programs fill with."""
    values[:, (values == 0).all(axis=0)] = np.nan
    return values


def undeclared_fill(sources: Iterable[Source], scaling: S1Scaling) -> float | None:
    """Return the number that fills files without being declared as nodata: power 0; None where there is none.

    Told so, GDAL does not mix it with its neighbours.
    """
    declared = any(nodata is not None for source in sources for nodata in source.nodata)
    return None if declared or scaling.units == "db" else 0.0


def measured_db(values: np.ndarray, scaling: S1Scaling) -> np.ndarray:
    """Return VV and VH in the units of `scaling` [2, h, w] as float32 dB, NaN where they are no measurement."""
    db = to_db(values, scaling)
    db[~is_plausible(db)] = np.nan
    return without_fill(db)


def is_plausible(db: np.ndarray) -> np.ndarray:
    """Return where dB can be backscatter."""
    low, high = PLAUSIBLE_DB
    return (db > low) & (db < high)


def db_to_power(db: np.ndarray) -> np.ndarray:
    """Return 10^(db / 10), float32. NaN stays NaN."""
    return np.power(np.float32(10), np.asarray(db, np.float32) / np.float32(10))


def power_to_db(power: np.ndarray) -> np.ndarray:
    """Return 10 log10(power), float32; NaN where there is no power."""
    values = np.array(power, np.float32)
    values[~(values > 0)] = np.nan
    return np.float32(10) * np.log10(values)
