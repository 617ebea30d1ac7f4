"""What is left of a product's name in the name of a layer."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("S2A_MSIL1C_20200518T030541_N0209_R075_T50SKF_20200518T052541", "2020-05-18 50SKF"),
        ("S2B_MSIL2A_20230101T105329_N0509_R051_T31UFS_20230101T123456.SAFE", "2023-01-01 31UFS"),
        ("S1A_IW_GRDH_1SDV_20200518T054120_20200518T054145_032612_03C6F0_1234", "2020-05-18 S1A"),
        ("S2A_MSIL1C_20200518T030541", "2020-05-18 S2A"),
        # What somebody has added is what tells it from another one.
        ("S2A_MSIL1C_20200518T030541_N0209_R075_T50SKF_20200518T052541_cropped", "2020-05-18 50SKF_cropped"),
        ("S2A_MSIL1C_20200518T030541_N0209_R075_T50SKF_20200518T052541 (north)", "2020-05-18 50SKF (north)"),
        ("June", "June"),
        ("s2_cloudy", "s2_cloudy"),
        ("Sentinel-2, cloudy", "Sentinel-2, cloudy"),
        ("", ""),
    ],
)
def test_day_and_tile_are_left_of_a_products_name(name, short):
    from sar_cloud_removal.plugin.product_names import short_name

    assert short_name(name) == short
