"""Backscatter as files hold it, as dB and as power, and what of it is no measurement: the same for all that read it.

`bands.find_s1_units` finds out what the numbers of a file are, and `bands.to_db` is the formula.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .bands import S1Scaling, never_measured, to_db
from .raster import Source

# Backscatter outside of this is no measurement but the noise of a border, or a nodata that nobody declared; in dB.
PLAUSIBLE_DB = (-60.0, 50.0)
# What stands for backscatter of which thermal noise left nothing, in dB: far below what the networks tell apart.
DARKEST_DB = -50.0


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


def zero_fills(sources: Iterable[Source], scaling: S1Scaling) -> bool:
    """Tell whether 0 in a band of files is taken for nodata when they are read: declared, or by `undeclared_fill`."""
    return scaling.units != "db" and all(nodata in (None, 0) for source in sources for nodata in source.nodata)


def measured_db(
    values: np.ndarray, scaling: S1Scaling, zero_is_nan: bool = False, zero_is_missing: bool = True
) -> np.ndarray:
    """Return VV and VH in the units of `scaling` [2, h, w] as float32 dB, NaN where they are no measurement.

    Where thermal noise is subtracted, dark ground has no power left. ESA's processor and the Orfeo Toolbox clip it to
    0, others leave it negative, and in dB it is −inf. Such a band is a measurement of almost nothing where the other
    one is measured, and becomes `DARKEST_DB`; without power in both bands, nothing was measured, as 0 is also what
    programs fill with. `zero_is_nan` says that a reader took 0 in a single band for nodata, as `zero_fills` has it;
    `zero_is_missing`, that exactly 0 dB in both bands is a fill.
    """
    db = to_db(values, scaling)
    dark = np.isneginf(values) if scaling.units == "db" else (values <= 0) & ~never_measured(values)
    if zero_is_nan:
        dark |= np.isnan(values)
    db[~is_plausible(db)] = np.nan
    if zero_is_missing:
        db = without_fill(db)
    db[dark & np.isfinite(db[::-1])] = DARKEST_DB
    return db


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
