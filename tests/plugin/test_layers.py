"""The range of values over which the colours of a map are stretched."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal

STEP, NODATA = 1e-5, 65535


@pytest.fixture
def stretched(qgis, tmp_path):
    """Write numbers as a band with a scale, as the maps have, and return the range of its colours."""
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.layers import _range

    def stretched(numbers):
        path = str(tmp_path / "map.tif")
        made = gdal.GetDriverByName("GTiff").Create(path, numbers.shape[1], numbers.shape[0], 1, gdal.GDT_UInt16)
        made.SetGeoTransform((500000, 10, 0, 4000000, 0, -10))
        band = made.GetRasterBand(1)
        band.SetScale(STEP)
        band.SetNoDataValue(NODATA)
        band.WriteArray(numbers.astype("uint16"))
        made = band = None
        return _range(QgsRasterLayer(path, "map"))

    return stretched


def test_two_percent_at_each_end_are_left_out(stretched):
    numbers = np.arange(10000).reshape(100, 100)
    assert stretched(numbers) == pytest.approx((200 * STEP, 9799 * STEP), abs=STEP)


def test_nodata_does_not_count(stretched):
    numbers = np.full((100, 100), NODATA)
    numbers[:10] = np.arange(1000).reshape(10, 100)
    assert stretched(numbers) == pytest.approx((20 * STEP, 979 * STEP), abs=STEP)


def test_a_large_map_is_sampled(stretched):
    numbers = np.tile(np.arange(1500), (1500, 1))
    assert stretched(numbers) == pytest.approx((30 * STEP, 1469 * STEP), abs=5 * STEP)


def test_few_pixels_that_differ_still_have_a_range(stretched):
    numbers = np.full((100, 100), 7)
    numbers[0, 0] = 9
    assert stretched(numbers) == pytest.approx((7 * STEP, 9 * STEP))


def test_nothing_but_nodata_has_no_range(stretched):
    low, high = stretched(np.full((10, 10), NODATA))
    assert not low < high
