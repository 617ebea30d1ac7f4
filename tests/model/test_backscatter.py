"""Units of Sentinel-1, GDAL's scale, and what is no measurement, in numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sar_cloud_removal.model.backscatter import (
    DARKEST_DB,
    apply_scales,
    db_to_power,
    is_plausible,
    measured_db,
    power_to_db,
    undeclared_fill,
    without_fill,
    zero_fills,
)
from sar_cloud_removal.model.bands import S1Scaling
from sar_cloud_removal.model.raster import Source

from .conftest import backscatter_db

MODEL = Path(__file__).parents[2] / "model"


def pixels(*pairs: tuple[float, float]) -> np.ndarray:
    return np.array(pairs, np.float32).T[:, None]


def test_what_is_no_measurement_is_nan() -> None:
    values = pixels((-12, -18), (0, 0), (0, -18), (-60, -18), (-59.9, 49.9), (-12, 50), (np.nan, -18), (np.inf, -18))
    found = measured_db(values, S1Scaling("db", 0.0, ""))[:, 0].T
    expected = [(-12, -18), (np.nan, np.nan), (0, -18), (np.nan, -18), (-59.9, 49.9), (-12, np.nan)]
    np.testing.assert_array_equal(found[:6], np.array(expected, np.float32))
    np.testing.assert_array_equal(found[6:], [(np.nan, -18)] * 2)
    assert values[0, 0, 1] == 0


@pytest.mark.parametrize(
    ("units", "calibration", "values", "expected"),
    [
        ("power", 0.0, (0.1, 0.01), (-10, -20)),
        ("power", -55.5, (10**4.55, 10**3.55), (-10, -20)),
        ("amplitude", 0.0, (0.1, 0.01), (-20, -40)),
        # Noise that is subtracted may leave nothing of one band.
        ("power", 0.0, (0.0, 0.01), (DARKEST_DB, -20)),
        ("power", 0.0, (0.01, -1e-4), (-20, DARKEST_DB)),
        ("amplitude", 0.0, (0.1, 0.0), (-20, DARKEST_DB)),
        ("db", 0.0, (-20, -np.inf), (-20, DARKEST_DB)),
        # Nothing of both, or what programs fill with, is no measurement.
        ("power", 0.0, (0.0, -1e-4), (np.nan, np.nan)),
        ("db", 0.0, (-np.inf, -np.inf), (np.nan, np.nan)),
        ("power", 0.0, (0.01, -9999), (-20, np.nan)),
        ("power", 0.0, (0.01, np.nan), (-20, np.nan)),
        ("power", 0.0, (-1.0, 1e-7), (np.nan, np.nan)),
        # Exactly 0 dB in both is a fill, even of linear numbers.
        ("power", 0.0, (1.0, 1.0), (np.nan, np.nan)),
    ],
)
def test_units_become_db(units, calibration, values, expected) -> None:
    found = measured_db(pixels(values), S1Scaling(units, calibration, ""))
    np.testing.assert_allclose(found[:, 0, 0], expected, atol=1e-4)
    assert found.dtype == np.float32


def test_plausible_is_between_minus_60_and_50_db() -> None:
    assert is_plausible(np.array([-60, -59.99, 0, 49.99, 50, np.nan, -np.inf])).tolist() == [
        False, True, True, True, False, False, False,
    ]  # fmt: skip


def test_only_0_in_both_is_a_fill() -> None:
    values = pixels((0, 0), (0, 1), (-0.0, 0.0), (2, 3))
    np.testing.assert_array_equal(without_fill(values)[:, 0].T, [[np.nan] * 2, [0, 1], [np.nan] * 2, [2, 3]])


def test_scales_are_those_of_each_file_and_band(make_raster) -> None:
    first = make_raster("first.tif", np.ones((3, 4, 5), np.int16), scales=(1.0, 0.1, 0.01), offsets=(0.0, 0.0, -20.0))
    second = make_raster("second.tif", np.ones((1, 4, 5), np.float32))
    with Source(first) as one, Source(second) as two:
        found = apply_scales(np.full((2, 4, 5), 500, np.float32), [(one, 3), (two, 1)])
    np.testing.assert_allclose(found[:, 0, 0], [-15, 500], rtol=1e-6)
    assert (found[0] == found[0, 0, 0]).all()


def test_power_0_fills_what_declares_no_nodata(make_s1) -> None:
    db = backscatter_db(8, 8)
    power, decibel = S1Scaling("power", 0.0, ""), S1Scaling("db", 0.0, "")
    with Source(make_s1(db)) as open_one, Source(make_s1(db, "declared.tif", nodata=-9999)) as declared:
        assert undeclared_fill([open_one], power) == 0.0
        assert undeclared_fill([open_one], decibel) is None
        assert undeclared_fill([declared], power) is None
        assert undeclared_fill([open_one, declared], power) is None


def test_zero_that_a_reader_took_for_nodata_is_almost_nothing(make_s1) -> None:
    power, decibel = S1Scaling("power", 0.0, ""), S1Scaling("db", 0.0, "")
    db = backscatter_db(8, 8)
    with Source(make_s1(db)) as plain, Source(make_s1(db, "a.tif", nodata=0)) as zero:
        assert zero_fills([plain], power) and zero_fills([plain, zero], power) and not zero_fills([zero], decibel)
    with Source(make_s1(db, "b.tif", nodata=-9999)) as other:
        assert not zero_fills([other], power)
    values = pixels((0.01, np.nan), (np.nan, np.nan))
    found = measured_db(values, power, zero_is_nan=True)[:, 0].T
    np.testing.assert_allclose(found, [(-20, DARKEST_DB), (np.nan, np.nan)], atol=1e-4)
    assert is_plausible(np.array(DARKEST_DB))


def test_power_and_back() -> None:
    db = np.array([-25, -10, 0, 3.0103, np.nan], np.float32)
    np.testing.assert_allclose(db_to_power(db), [10**-2.5, 0.1, 1, 2, np.nan], rtol=1e-5)
    np.testing.assert_allclose(power_to_db(db_to_power(db)), db, atol=1e-5)
    assert np.isnan(power_to_db(np.array([0, -1, np.nan]))).all()
    assert db_to_power(db).dtype == power_to_db(db).dtype == np.float32


def test_nobody_else_says_what_is_plausible() -> None:
    """All that read Sentinel-1 go by this one place: the limits stand nowhere else."""
    told = [path.name for path in MODEL.rglob("*.py") if "PLAUSIBLE_DB" in path.read_text(encoding="utf-8")]
    assert told == ["backscatter.py"]
