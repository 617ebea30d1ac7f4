"""Bands found by name, wavelength and number; scales, offsets and units found from values; scaling; missing bands.

The numbers of real scenes (percentiles of clear and cloudy patches) are copied from real files.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from sar_cloud_removal.model import bands
from sar_cloud_removal.model.bands import (
    CLEAR_CIRRUS,
    S1_UNCALIBRATED_DB,
    S2_BANDS,
    S2_ORDERS,
    RasterFacts,
    S1Scaling,
    S2Layout,
)
from sar_cloud_removal.model.errors import (
    BadOption,
    ComplexInput,
    EmptyInput,
    FilledBackscatter,
    FilledReflectance,
    MissingBands,
    NotBackscatter,
    NotReflectance,
    Sentinel1Bands,
    Sentinel1Order,
    Sentinel1Polarisations,
    Sentinel2Bands,
)

L2A = S2_ORDERS[12]
TEN = S2_ORDERS[10]
# First percentiles and medians of real patches, DN without offset.
SPAIN_L1C = (
    (1234, 900, 699, 554, 527, 379, 390, 316, 309, 79, 8, 119, 68),
    (1465, 1222, 1232, 1187, 1417, 1932, 2246, 2061, 2356, 371, 11, 1498, 845),
)
DESERT_L2A = (
    (470, 418, 662, 834, 1342, 1669, 1875, 1892, 2194, 2358, 2836, 1926),
    (652, 758, 1080, 1496, 1921, 2317, 2550, 2612, 2882, 2872, 3627, 2772),
)
OVERCAST_L1C_DARKEST = 1426
FINLAND_SNOW_DARKEST = 768


def facts(*descriptions, **others):
    return RasterFacts("scene", descriptions, **others)


def unnamed(count, **others):
    return facts(*[None] * count, **others)


def samples(low, middle, count=1000):
    """Values for each band whose first percentile and median are about as given."""
    ramp = np.linspace(-1, 1, count)
    return np.stack([m + ramp * (m - lo) / 0.98 for lo, m in zip(low, middle)]).astype(np.float32)


# Names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("B2", "B2"), ("b02", "B2"), ("B8A", "B8A"), ("B08A", "B8A"), ("8A", "B8A"), ("08A", "B8A"), ("SR_B2", "B2"),
        ("B04, central wavelength 665 nm", "B4"), ("T32TQM_20210101T101319_B12_20m", "B12"), ("0_B11", "B11"),
        ("B4_median", "B4"), ("Band 1: B2 (Blue)", "B2"), ("Band 2 - Blue", "B2"), ("Band 1: Red", "B4"),
        ("band_8a", "B8A"), ("Band 5", "B5"), ("blue", "B2"), ("Green", "B3"), ("red", "B4"), ("nir", "B8"),
        ("nir08", "B8A"), ("nir09", "B9"), ("coastal", "B1"), ("Coastal aerosol", "B1"), ("rededge1", "B5"),
        ("RedEdge2", "B6"), ("Vegetation red edge 3", "B7"), ("Red Edge 4", "B8A"), ("Narrow NIR", "B8A"),
        ("water_vapour", "B9"), ("Cirrus", "B10"), ("swir16", "B11"), ("SWIR 2", "B12"), ("swir22", "B12"),
        ("665 nm", "B4"), ("0.842 µm", "B8"), ("(864.7 Nanometers)", "B8A"), ("Band 1 (1613.7 nm)", "B11"),
    ],
)  # fmt: skip
def test_usual_spellings(text, band):
    assert bands.s2_band_name(text) == band


@pytest.mark.parametrize(
    "text",
    [None, "", "SCL", "QA60", "B13", "B0", "Band 14", "VV", "red edge", "SWIR", "cloud", "AOT", "10 um", "1", "B2B"],
)
def test_other_words_are_no_band(text):
    assert bands.s2_band_name(text) is None


def test_named_bands_in_any_order_with_strangers():
    layout = bands.find_s2_bands(facts("B12", "SCL", "B11", "B8", "B4", "B3", "B2", None))
    assert layout.names == ("B12", "-", "B11", "B8", "B4", "B3", "B2", "-")
    assert layout.numbers == (1, 3, 4, 5, 6, 7)
    assert layout.present == (12, 11, 7, 3, 2, 1)


def test_colours_of_a_stac_export():
    names = ("blue", "green", "red", "rededge1", "rededge2", "rededge3", "nir", "nir08", "swir16", "swir22")
    assert bands.find_s2_bands(facts(*names)).names == TEN


def test_wavelength_tags_in_nanometres_and_micrometres():
    lengths = ("492.4", "559.8", "664.6", "704.1", "740.5", "782.8", "832.8", "864.7", "1613.7", "2202.4")
    tags = tuple({"WAVELENGTH": length, "WAVELENGTH_UNIT": "nm"} for length in lengths)
    assert bands.find_s2_bands(unnamed(10, band_tags=tags)).names == TEN
    tags = tuple({"wavelength": str(float(length) / 1000), "wavelength_units": "Micrometers"} for length in lengths)
    assert bands.find_s2_bands(unnamed(10, band_tags=tags)).names == TEN
    tags = tuple({"CENTRAL_WAVELENGTH_UM": str(float(length) / 1000)} for length in reversed(lengths))
    assert bands.find_s2_bands(unnamed(10, band_tags=tags)).names == TEN[::-1]


def test_band_name_tags():
    tags = tuple({"BANDNAME": name} for name in TEN[::-1])
    assert bands.find_s2_bands(unnamed(10, band_tags=tags)).names == TEN[::-1]


@pytest.mark.parametrize("count", [13, 12, 10])
def test_without_names_the_number_of_bands_counts(count):
    assert bands.find_s2_bands(unnamed(count)).names == S2_ORDERS[count]
    counted = facts(*[f"Band {number}" for number in range(1, count + 1)])
    assert bands.find_s2_bands(counted).names == S2_ORDERS[count]


def test_numbered_names_are_no_names():
    assert bands.find_s2_bands(facts(*[f"B{number}" for number in range(1, 14)])).names == S2_BANDS
    with pytest.raises(Sentinel2Bands, match="without B8A"):
        bands.find_s2_bands(facts(*[f"B{number}" for number in range(1, 13)]))
    # Numbers that do not count the bands are names.
    names = ("Band 2", "Band 3", "Band 4", "Band 8", "Band 11", "Band 12")
    assert bands.find_s2_bands(facts(*names)).names == ("B2", "B3", "B4", "B8", "B11", "B12")


@pytest.mark.parametrize("count", [1, 3, 4, 6, 11, 14])
def test_unnamed_bands_in_other_numbers_cannot_be_told_apart(count):
    with pytest.raises(Sentinel2Bands, match=f"«scene» \\({count}\\)"):
        bands.find_s2_bands(unnamed(count))


def test_names_of_some_bands_do_not_do():
    with pytest.raises(Sentinel2Bands, match="only some of them are named"):
        bands.find_s2_bands(facts("B2", "B3", None, None))
    with pytest.raises(MissingBands):
        bands.find_s2_bands(facts("B2", "B3", "SCL"))


def test_a_band_named_twice_cannot_be_told_apart():
    with pytest.raises(Sentinel2Bands, match="B2 is there more than once"):
        bands.find_s2_bands(facts("B2", "blue", "B3", "B4", "B8", "B11", "B12"))


def test_bands_without_which_nothing_goes():
    with pytest.raises(MissingBands, match=r"lacks the band\(s\) B8, B11, B12"):
        bands.find_s2_bands(facts("Red", "Green", "Blue"))
    with pytest.raises(MissingBands, match=r"lacks the band\(s\) B11,"):
        bands.find_s2_bands(facts("B2", "B3", "B4", "B8", "B12"))
    assert bands.find_s2_bands(facts("B2", "B3", "B4", "B8A", "B11", "B12")).present == (1, 2, 3, 8, 11, 12)


def test_user_names_the_bands():
    layout = bands.find_s2_bands(unnamed(7), ("B02", "b3", "B4", " B8 ", "-", "B11", "B12"))
    assert layout.names == ("B2", "B3", "B4", "B8", "-", "B11", "B12")
    # Against what the file says of itself.
    assert bands.find_s2_bands(facts(*TEN), TEN[::-1]).names == TEN[::-1]


@pytest.mark.parametrize("chosen", [TEN[:9], ("B2",) * 10, (*TEN[:9], "B99"), (*TEN[:9], "VV")])
def test_a_list_of_the_user_that_does_not_fit(chosen):
    with pytest.raises(BadOption, match="Sentinel-2 bands"):
        bands.find_s2_bands(unnamed(10), chosen)


# Scale and offset ---------------------------------------------------------------------------------------------------


def scaling(names, values, offset_told=None, **others):
    tags = {"tags": {"BOA_ADD_OFFSET": offset_told}} if offset_told else {}
    return bands.find_s2_scaling(RasterFacts("scene", names, **tags, **others), S2Layout(names, ""), values)


def found(result):
    return result.scale, result.offset, result.certain


def test_dn_without_offset():
    assert found(scaling(S2_BANDS, samples(*SPAIN_L1C))) == (10000, 0, True)
    assert found(scaling(L2A, samples(*DESERT_L2A))) == (10000, 0, True)


def test_dn_with_the_offset_of_baseline_4():
    assert found(scaling(S2_BANDS, samples(*SPAIN_L1C) + 1000)) == (10000, -1000, True)
    result = scaling(L2A, samples(*DESERT_L2A) + 1000)
    # Darkest band at 0.142: nothing but an offset does that, or closed cloud, so the user is told.
    assert found(result) == (10000, -1000, False)
    assert "0.14" in result.reason


def test_metadata_that_tell_of_an_offset_which_is_gone():
    result = scaling(L2A, samples(*DESERT_L2A), "-1000")
    # A tenth of the blue band would be at −0.05 or less. The user is told.
    assert found(result) == (10000, 0, False)
    assert "although BOA_ADD_OFFSET tells of one" in result.reason


def lake(share, reflectance=-0.038):
    """L2A with the offset of baseline 04.00, and in so many of the pixels water that is too dark in B1 and B2."""
    values = samples(*DESERT_L2A) + 1000
    values[:2, : int(share * values.shape[1])] = reflectance * 10000 + 1000
    return values


BASELINE_5 = {"tags": {"PROCESSING_BASELINE": "05.09"}}
OF_THE_FILE = {"scales": (0.0001,) * 12, "offsets": (-0.1,) * 12}


@pytest.mark.parametrize("told", [BASELINE_5, {"tags": {"RADIO_ADD_OFFSET": "-1000"}}, OF_THE_FILE])
def test_dark_water_does_not_do_away_with_an_offset_that_the_file_tells_of(told):
    assert found(scaling(L2A, lake(0.03), **told)) == (10000, -1000, True)
    assert found(scaling(L2A, lake(0.3), **told)) == (10000, -1000, True)
    # Darker than water can be: believed while it is little, but the user is told.
    result = scaling(L2A, lake(0.03, -0.07), **told)
    assert found(result) == (10000, -1000, False)
    assert "although the darkest band starts at 0.030" in result.reason


def test_a_tag_falls_where_much_would_be_too_dark_and_the_files_own_offset_where_most_would_be():
    assert found(scaling(L2A, lake(0.06, -0.07), **BASELINE_5)) == (10000, 0, False)
    assert found(scaling(L2A, lake(0.3, -0.07), **OF_THE_FILE)) == (10000, 0, False)
    result = scaling(L2A, lake(0.06, -0.07), **OF_THE_FILE)
    assert found(result) == (10000, -1000, False)
    assert "the file's offset, although" in result.reason


@pytest.mark.parametrize("offset", [0.1, -1000.0, -0.3])
def test_an_offset_that_is_none_of_sentinel2_is_not_looked_at(offset):
    result = scaling(L2A, samples(*DESERT_L2A), scales=(0.0001,) * 12, offsets=(offset,) * 12)
    assert found(result) == (10000, 0, False)
    assert "which is none of Sentinel-2's" in result.reason


@pytest.mark.parametrize(("told", "certain"), [({}, False), (BASELINE_5, True), (OF_THE_FILE, True)])
def test_zeros_of_single_bands_are_the_edges_of_detectors(told, certain):
    assert found(scaling(L2A, lake(0.1, -0.1), **told)) == (10000, -1000, certain)


def test_what_a_dark_cirrus_band_says_of_the_files_own_offset():
    low, middle = [OVERCAST_L1C_DARKEST] * 13, [5000] * 13
    low[10], middle[10] = 12, 20
    own = {"scales": (0.0001,) * 13, "offsets": (-0.1,) * 13}
    # With it, no pixel of the cirrus band would be below 0.1: it was copied from somewhere, and is gone.
    result = scaling(S2_BANDS, samples(low, middle), **own)
    assert found(result) == (10000, 0, False)
    assert "although the file's offset tells of one" in result.reason


def test_metadata_decide_where_values_do_not():
    overcast = samples([OVERCAST_L1C_DARKEST] * 12, [5000] * 12)
    assert found(scaling(L2A, overcast)) == (10000, -1000, False)
    assert found(scaling(L2A, overcast, "0")) == (10000, 0, True)
    snow = samples([FINLAND_SNOW_DARKEST] * 12, [5000] * 12)
    assert found(scaling(L2A, snow)) == (10000, 0, False)
    result = scaling(L2A, snow, "-1000")
    assert found(result) == (10000, -1000, True)
    assert "offset -1000 (BOA_ADD_OFFSET)" in result.reason


@pytest.mark.parametrize(
    ("tags", "offset"),
    [
        ({"PROCESSING_BASELINE": "05.09"}, -1000),
        ({"PROCESSING_BASELINE": "04.00"}, -1000),
        ({"PROCESSING_BASELINE": "03.01"}, 0),
        ({"s2:processing_baseline": "N0214"}, 0),
        ({"PRODUCT_URI": "S2B_MSIL2A_20220801T105629_N0400_R094_T30TXQ_20220801T140000.SAFE"}, -1000),
        ({"PRODUCT_URI": "S2B_MSIL2A_20200801T105629_N0214_R094_T30TXQ_20200801T140000.SAFE"}, 0),
        ({"RADIO_ADD_OFFSET": "-1000"}, -1000),
    ],
)
def test_where_metadata_tell_of_the_offset(tags, offset):
    overcast = samples([OVERCAST_L1C_DARKEST] * 12, [5000] * 12)
    assert found(scaling(L2A, overcast, tags=tags)) == (10000, offset, True)


def test_cirrus_band_tells_of_the_offset_under_closed_cloud():
    low, middle = [OVERCAST_L1C_DARKEST] * 13, [5000] * 13
    low[10], middle[10] = 400, 460
    overcast = samples(low, middle)
    assert found(scaling(S2_BANDS, overcast)) == (10000, 0, True)
    assert found(scaling(S2_BANDS, overcast + 1000)) == (10000, -1000, True)


def deep_cloud(darkest_swir):
    """An overcast L1C scene whose cloud tops are so high that the cirrus band sees them, without the offset."""
    low, middle = [OVERCAST_L1C_DARKEST] * 13, [5000] * 13
    low[10], middle[10] = 1300, 1600
    low[11], low[12] = darkest_swir, darkest_swir
    return samples(low, middle)


def test_deep_cloud_in_the_cirrus_band_is_no_offset_where_another_band_is_dark():
    for tags in ({}, {"PROCESSING_BASELINE": "02.09"}):
        assert found(scaling(S2_BANDS, deep_cloud(200), tags=tags)) == (10000, 0, True)
    # Cirrus band and metadata against the darkest band: to be looked at.
    result = scaling(S2_BANDS, deep_cloud(200), "-1000")
    assert found(result) == (10000, 0, False)
    assert "although BOA_ADD_OFFSET tells of one" in result.reason


def test_deep_cloud_without_a_dark_band_is_for_the_metadata_and_the_user():
    assert found(scaling(S2_BANDS, deep_cloud(1100))) == (10000, -1000, True)
    assert found(scaling(S2_BANDS, deep_cloud(1100), "-1000")) == (10000, -1000, True)
    result = scaling(S2_BANDS, deep_cloud(1100), tags={"PROCESSING_BASELINE": "02.09"})
    assert found(result) == (10000, 0, False)
    assert "processing baseline 02.09, although" in result.reason and "cirrus band is at 0.160" in result.reason


def test_a_dark_cirrus_band_wins_over_the_metadata():
    low, middle = [OVERCAST_L1C_DARKEST] * 13, [5000] * 13
    low[10], middle[10] = 750, 850
    assert found(scaling(S2_BANDS, samples(low, middle), "-1000")) == (10000, 0, False)


def test_floating_point_reflectance():
    values = samples(*DESERT_L2A) / 10000
    assert found(scaling(L2A, values, dtype="float32")) == (1, 0, True)
    assert found(scaling(L2A, values + 0.1, dtype="float32")) == (1, pytest.approx(-0.1), False)
    # DN that somebody stored as floating point.
    assert found(scaling(L2A, values * 10000, dtype="float32")) == (10000, 0, True)


def test_scale_factor_of_the_file():
    values = samples(*DESERT_L2A)
    same = {"scales": (0.0001,) * 12, "offsets": (0.0,) * 12}
    assert found(scaling(L2A, values, **same)) == (10000, 0, True)
    # 0.00002 is that of Sentinel Hub's 16 bit products, of which 50000 is reflectance 1.
    result = scaling(L2A, values * 5, scales=(0.00002,) * 12, offsets=(0.0,) * 12)
    assert found(result) == (50000, 0, True)
    assert "scale 50000 " in result.reason
    behind_a_mask = S2Layout(("-", *L2A), "")
    scene = RasterFacts("scene", (None,) * 13, scales=(1.0, *(0.00002,) * 12), offsets=(0.0,) * 13)
    assert bands.find_s2_scaling(scene, behind_a_mask, values * 5).scale == 50000
    shifted = {"scales": (0.0001,) * 12, "offsets": (-0.1,) * 12}
    assert found(scaling(L2A, values + 1000, **shifted)) == (10000, -1000, True)
    # Most of the image would be below 0: it is gone, and the file still tells of it.
    assert found(scaling(L2A, values, **shifted)) == (10000, 0, False)


def test_zeros_and_nodata_are_no_dark_pixels():
    values = samples(*DESERT_L2A) + 1000
    values[:, :300] = 0
    values[:, 300:400] = np.nan
    assert scaling(L2A, values).offset == -1000


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (np.tile(np.arange(256.0), (12, 1)), "uint8"),
        (np.tile(np.arange(256.0), (12, 1)), "uint16"),
        (np.tile(np.linspace(0, 100, 99), (12, 1)), "float32"),
        (np.tile(np.linspace(0, 65535, 99), (12, 1)), "uint16"),
        (np.tile(np.linspace(-30, -5, 99), (12, 1)), "float32"),
        (np.tile(np.linspace(-3000, 1000, 99), (12, 1)), "int16"),
        (np.tile(np.linspace(-9999, 20000, 99), (12, 1)), "float32"),
    ],
)
def test_values_that_are_no_reflectance(values, dtype):
    with pytest.raises(NotReflectance, match="«scene» does not hold Sentinel-2 reflectance"):
        scaling(L2A, values, dtype=dtype)


@pytest.mark.parametrize(
    ("fill", "dtype", "written"),
    [
        (-9999, "float32", "-9999"),
        (-32768, "int16", "-32768"),
        (65535, "uint16", "65535"),
        (-3.4028235e38, "float32", "-3.40282347e+38"),
        (1e20, "float64", "1.00000002e+20"),
    ],
)
@pytest.mark.parametrize("share", [0.04, 0.7])
def test_a_fill_that_nobody_declared_is_named(fill, dtype, written, share):
    values = samples(*DESERT_L2A)
    values[:, : int(share * values.shape[1])] = fill
    with pytest.raises(FilledReflectance) as raised:
        scaling(L2A, values, dtype=dtype)
    assert f"gdal_edit.py -a_nodata {written})" in str(raised.value)
    # GDAL reads it back to the bit.
    assert np.float32(written) == np.float32(fill)


def test_nothing_valid_is_an_empty_input():
    with pytest.raises(EmptyInput):
        scaling(L2A, np.full((12, 50), np.nan))
    with pytest.raises(EmptyInput):
        scaling(L2A, np.zeros((12, 50)))


def test_the_user_wins():
    layout, values = S2Layout(L2A, ""), samples(*DESERT_L2A) + 1000
    scene = RasterFacts("scene", L2A)
    assert found(bands.find_s2_scaling(scene, layout, values, 10000, 0)) == (10000, 0, True)
    assert found(bands.find_s2_scaling(scene, layout, values, None, 0)) == (10000, 0, True)
    assert found(bands.find_s2_scaling(scene, layout, values, 10000)) == (10000, -1000, False)
    # A rendered picture that the user insists on.
    grey = np.tile(np.arange(256.0), (12, 1))
    assert bands.find_s2_scaling(RasterFacts("scene", L2A, "uint8"), layout, grey, 255, 0).scale == 255
    for scale in (0, -1, float("nan")):
        with pytest.raises(BadOption):
            bands.find_s2_scaling(scene, layout, values, scale)


# Sentinel-1 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (("VV", "VH"), (1, 2)),
        (("VH", "VV"), (2, 1)),
        (("Sigma0_VH_db", "Sigma0_VV_db"), (2, 1)),
        (("gamma0 vv", "gamma0 vh"), (1, 2)),
        (("VV_ascending", "VH_ascending", "VV_descending", "VH_descending"), (1, 2)),
        (("VH_descending", "VV_ascending", "VH_ascending"), (2, 3)),
        (("Amplitude_VH", "Intensity_VH", "Amplitude_VV", "Intensity_VV"), (3, 1)),
        (("VV", "VH", "angle"), (1, 2)),
        (("VV/VH", "VV", "VH"), (2, 3)),
        (("VH", None), (2, 1)),
        ((None, "VV"), (2, 1)),
        ((None, None), (1, 2)),
        ((None, None, None, None), (1, 2)),
        (("VV_ascending", "VH_descending"), (1, 2)),
        (("VV", None), (1, 2)),
        ((None, "VH"), (1, 2)),
    ],
)
def test_polarisations(names, numbers):
    assert bands.find_s1_bands(facts(*names)).numbers == numbers


def test_polarisations_that_do_not_do():
    with pytest.raises(Sentinel1Bands, match=r"has 1 band\(s\)"):
        bands.find_s1_bands(facts("VV"))
    with pytest.raises(Sentinel1Bands, match=r"has 13 band\(s\)"):
        bands.find_s1_bands(unnamed(13))
    with pytest.raises(Sentinel1Bands, match=r"has 5 band\(s\)"):
        bands.find_s1_bands(unnamed(5))
    with pytest.raises(Sentinel1Polarisations, match="«Sentinel-1 VV band» and «Sentinel-1 VH band»"):
        bands.find_s1_bands(facts("HH", "HV"))
    with pytest.raises(Sentinel1Polarisations, match="holds HH, HV"):
        bands.find_s1_bands(facts("HH", "HV"))
    with pytest.raises(Sentinel1Polarisations, match="holds VV,"):
        bands.find_s1_bands(facts("VV_1", "VV_2"))
    for scene in (facts("VV", "VH", dtype="complex64"), facts("i_VV", "q_VV", "i_VH", "q_VH")):
        with pytest.raises(ComplexInput):
            bands.find_s1_bands(scene)


def test_user_chooses_the_polarisations():
    assert bands.find_s1_bands(facts("VV", "VH", None, None), (4, 3)).numbers == (4, 3)
    assert bands.find_s1_bands(facts("VH", "VV"), (1, 2)).numbers == (1, 2)
    for chosen in [(1, 1), (0, 1), (1, 3), (1,), (1, 2, 3)]:
        with pytest.raises(BadOption):
            bands.find_s1_bands(facts("VV", "VH"), chosen)


# Medians in dB of VV and VH of the scenes at hand: the brightest, a usual one, the darkest.
LEVELS = [(-6.7, -15.0), (-11.4, -17.2), (-14.5, -22.5)]


def backscatter(level, count=2000):
    generator = np.random.default_rng(1)
    return np.stack([generator.normal(middle, 3, count) for middle in level])


@pytest.mark.parametrize(
    "names, chosen, level",
    [
        (S2_BANDS, "auto", "l1c"),
        (S2_ORDERS[12], "auto", "l2a"),
        (S2_ORDERS[12], "l1c", "l1c"),
        (S2_BANDS, "l2a", "l2a"),
    ],
)
def test_the_product_level_is_told_by_the_cirrus_band_or_by_the_user(names, chosen, level):
    assert S2Layout(names, "").level(chosen) == level


def test_a_product_level_that_is_none_is_an_error():
    with pytest.raises(BadOption, match="auto, l1c, l2a"):
        S2Layout(S2_BANDS, "").level("l3")


@pytest.mark.parametrize("level", LEVELS)
def test_units_are_found(level):
    db = backscatter(level)
    power = 10 ** (db / 10)
    scene = facts("VV", "VH")
    cases = {
        ("db", 0): db,
        ("power", 0): power,
        ("amplitude", 0): np.sqrt(power),
        ("amplitude", S1_UNCALIBRATED_DB): np.sqrt(power) * 600,
        ("power", S1_UNCALIBRATED_DB): power * 600**2,
    }
    for (units, calibration), values in cases.items():
        found = bands.find_s1_units(scene, values)
        assert (found.units, found.calibration_db, found.certain) == (units, calibration, calibration == 0)
        chosen = bands.find_s1_units(scene, values, units)
        assert (chosen.units, chosen.calibration_db) == (units, calibration)
        off = np.nanmean(np.abs(bands.to_db(values, found) - db))
        assert off < (1e-4 if calibration == 0 else 0.1)


@pytest.mark.parametrize(("units", "factor"), [("power", 10), ("amplitude", 20)])
def test_units_are_found_where_noise_is_subtracted(units, factor):
    """Of open water more than half of VH may be at or below 0."""
    values = linear((-17.6, -24.0), factor)
    for nothing in (0.0, -1e-5):
        dark = values.copy()
        dark[1, : int(0.6 * dark.shape[1])] = nothing
        assert bands.find_s1_units(facts("VV", "VH"), dark).units == units
        assert bands.find_s1_units(facts("VV", "VH"), dark, units).units == units
    with_none = backscatter((-17.6, -24.0))
    with_none[1, ::2] = -np.inf
    assert bands.find_s1_units(facts("VV", "VH"), with_none).units == "db"


def linear(level, factor):
    return 10 ** (backscatter(level) / factor)


# Too dark and too bright for VH alone to tell: a desert or a lake, and a city.
@pytest.mark.parametrize("level", [(-20.2, -26.6), (-23.5, -25.5), (-3.2, -9.6), (-1.9, -8.2)])
@pytest.mark.parametrize(("units", "factor"), [("power", 10), ("amplitude", 20)])
def test_units_of_dark_and_bright_places_are_found_by_both_polarisations(level, units, factor):
    result = bands.find_s1_units(facts("VV", "VH"), linear(level, factor))
    # Bright amplitudes look like dB that were scaled to 0–1.
    assert (result.units, result.calibration_db) == (units, 0)
    assert result.certain == (units == "power" or level[1] < -12)


def test_decibels_scaled_to_0_to_1_are_not_taken_without_a_word():
    scaled = np.clip((backscatter((-11, -17)) + 25) / 25, 0, 1)
    try:
        result = bands.find_s1_units(facts("VV", "VH"), scaled)
    except NotBackscatter:
        return
    assert not result.certain


@pytest.mark.parametrize(("level", "factor", "units"), [((-6.6, -11.3), 10, "power"), ((-7.4, -16.4), 20, "amplitude")])
def test_what_may_be_power_and_amplitude_is_not_certain(level, factor, units):
    result = bands.find_s1_units(facts("VV", "VH"), linear(level, factor))
    other = {"power": "amplitude", "amplitude": "power"}[units]
    assert (result.units, result.certain) == (units, False)
    assert result.reason.endswith(f"are linear {units}, but may be linear {other} as well")
    chosen = bands.find_s1_units(facts("VV", "VH"), linear(level, factor), units)
    assert (chosen.units, chosen.certain, chosen.reason) == (units, True, "units as chosen")


def test_units_do_not_depend_on_the_order_of_the_bands():
    for factor, units in ((10, "power"), (20, "amplitude")):
        assert bands.find_s1_units(facts("VV", "VH"), linear((-17.6, -11.2), factor)).units == units


@pytest.mark.parametrize("convert", [lambda db: db, lambda db: 10 ** (db / 10), lambda db: 600 * 10 ** (db / 20)])
@pytest.mark.parametrize("level", [*LEVELS, (-10.1, -15.0)])
def test_unnamed_bands_the_other_way_round_are_refused(convert, level):
    values = convert(backscatter(level))
    for scene in (unnamed(2), unnamed(3), facts("Band 1", "Band 2")):
        bands.find_s1_units(scene, values)
        with pytest.raises(Sentinel1Order, match="Name their numbers in «Sentinel-1 VV band»"):
            bands.find_s1_units(scene, values[::-1])
    # Whoever names the bands or chooses them is not doubted.
    for scene in (facts("VV", "VH"), facts("VV", None)):
        bands.find_s1_units(scene, values[::-1])
    for chosen in ((2, 1), (1, 2)):
        layout = bands.find_s1_bands(unnamed(2), chosen)
        bands.find_s1_units(unnamed(2), values[::-1], layout=layout)
    with pytest.raises(Sentinel1Order):
        bands.find_s1_units(facts("VV", "VH"), values[::-1], layout=bands.find_s1_bands(unnamed(2)))


def test_the_levels_of_reversed_bands_are_told_in_db():
    with pytest.raises(Sentinel1Order, match=r"VV is at -17\.\d dB and VH at -11\.\d dB"):
        bands.find_s1_units(unnamed(2), linear((-17.2, -11.4), 10))


def test_bands_that_are_alike_are_not_taken_for_reversed():
    bands.find_s1_units(unnamed(2), backscatter((-25.0, -24.0)))


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
def test_eight_bits_are_a_picture(dtype):
    picture = np.rint(samples((60, 40), (120, 90)))
    with pytest.raises(NotBackscatter, match="values run from"):
        bands.find_s1_units(facts("VV", "VH", dtype=dtype), picture)
    # A scale of GDAL's makes measurements of them, and so does the user.
    scaled = facts("VV", "VH", dtype=dtype, scales=(0.2, 0.2), offsets=(-40.0, -40.0))
    assert bands.find_s1_units(scaled, picture * 0.2 - 40).units == "db"
    assert bands.find_s1_units(facts("VV", "VH", dtype=dtype), picture * 0.2 - 40).units == "db"
    assert bands.find_s1_units(facts("VV", "VH", dtype=dtype), picture, "amplitude").units == "amplitude"


@pytest.mark.parametrize("fill", [-9999, -32768, -3.4028235e38, 1e20])
@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
@pytest.mark.parametrize(("units", "convert"), [("db", lambda db: db), ("power", lambda db: 10 ** (db / 10))])
def test_a_fill_that_is_never_backscatter_does_not_count_in_any_share(fill, share, units, convert):
    values = convert(backscatter(LEVELS[1]))
    values[:, : int(share * values.shape[1])] = fill
    result = bands.find_s1_units(facts("VV", "VH"), values)
    assert (result.units, result.certain) == (units, True)


def test_nothing_but_a_fill_is_named():
    for fill in (-9999, -3.4028235e38):
        with pytest.raises(FilledBackscatter, match=re.escape(f"-a_nodata {np.float32(fill):.9g}")):
            bands.find_s1_units(facts("VV", "VH"), np.full((2, 50), fill))
    one = backscatter(LEVELS[1])
    one[1] = -9999
    with pytest.raises(FilledBackscatter, match="and -9999 looks like nodata that nobody declared"):
        bands.find_s1_units(facts("VV", "VH"), one)


@pytest.mark.parametrize("share", [0.03, 0.6])
def test_a_fill_in_the_range_of_uncalibrated_numbers_is_named(share):
    values = 600 * linear(LEVELS[1], 20)
    values[:, : int(share * values.shape[1])] = 65535
    with pytest.raises(FilledBackscatter, match="65535 looks like nodata"):
        bands.find_s1_units(facts("VV", "VH", dtype="uint16"), values)


def test_borders_of_a_swath_do_not_count():
    values = 10 ** (backscatter(LEVELS[1]) / 10)
    values[:, :1500] = 0
    assert bands.find_s1_units(facts("VV", "VH"), values).units == "power"


def test_the_user_wins_over_the_values():
    amplitude = np.sqrt(10 ** (backscatter(LEVELS[0]) / 10))
    assert bands.find_s1_units(facts("VV", "VH"), amplitude, "power").units == "power"
    with pytest.raises(BadOption, match="choose one of db, power, amplitude"):
        bands.find_s1_units(facts("VV", "VH"), amplitude, "decibel")


@pytest.mark.parametrize(
    "values",
    [np.full((2, 9), -1500.0), np.full((2, 9), 1e9), np.full((2, 9), 255.0) * [[1], [300]], np.full((2, 9), 3e7)],
)
def test_values_that_are_no_backscatter(values):
    with pytest.raises(NotBackscatter, match="«scene» does not hold Sentinel-1 backscatter"):
        bands.find_s1_units(facts("VV", "VH"), values)


def test_one_band_of_nodata_is_an_empty_input():
    values = backscatter(LEVELS[0])
    values[1] = np.nan
    with pytest.raises(EmptyInput):
        bands.find_s1_units(facts("VV", "VH"), values)


def test_to_db():
    power = np.array([1.0, 0.01, 0.0, -0.001, np.nan])
    expected = [0, -20, np.nan, np.nan, np.nan]
    np.testing.assert_allclose(bands.to_db(power, S1Scaling("power", 0.0, "")), expected, atol=1e-5)
    np.testing.assert_allclose(bands.to_db(power, S1Scaling("amplitude", 3.0, ""))[:2], [3, -37], atol=1e-5)
    np.testing.assert_array_equal(bands.to_db(power, S1Scaling("db", 0.0, "")), power.astype(np.float32))
    assert power[3] == -0.001


# Swapped layers -----------------------------------------------------------------------------------------------------


def test_which_satellite_a_raster_looks_like():
    radar, optical = backscatter(LEVELS[0]), samples(*SPAIN_L1C)
    for scene in (facts("VV", "VH"), unnamed(2, dtype="float32")):
        assert bands.looks_like_s1(scene, radar) and not bands.looks_like_s2(scene, radar)
    for scene in (facts(*S2_BANDS), unnamed(13)):
        assert bands.looks_like_s2(scene, optical) and not bands.looks_like_s1(scene, optical)
    assert bands.looks_like_s1(facts("VV", "VH"), 10 ** (radar / 10))
    assert not bands.looks_like_s1(unnamed(5), np.repeat(radar[:1], 5, axis=0))
    few = unnamed(4)
    assert not bands.looks_like_s1(few, optical[:4]) and not bands.looks_like_s2(few, optical[:4])


# Scaling ------------------------------------------------------------------------------------------------------------


def test_reflectance_of_dn():
    dn = np.array([0, 500, 1000, 6000, 10000, 11000, 65535], np.uint16)
    np.testing.assert_allclose(bands.scale_s2(dn, 10000, 0), [0, 0.05, 0.1, 0.6, 1, 1, 1])
    np.testing.assert_allclose(bands.scale_s2(dn, 10000, -1000), [0, 0, 0, 0.5, 0.9, 1, 1])
    assert bands.scale_s2(dn, 10000, 0).dtype == np.float32
    assert np.isnan(bands.scale_s2(np.array([np.nan, 1.0]), 1, 0)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("dtype", "scale", "offset"), [("uint16", 10000, 0), ("int16", 10000, 0), ("uint16", 50000, 0)]
)
def test_every_number_comes_back(dtype, scale, offset):
    dn = np.arange(scale + 1).astype(dtype)
    back = bands.unscale_s2(bands.scale_s2(dn, scale, offset), scale, offset, dtype)
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, dn)


def test_every_number_comes_back_with_the_offset():
    dn = np.arange(1000, 11001, dtype=np.uint16)
    back = bands.unscale_s2(bands.scale_s2(dn, 10000, -1000), 10000, -1000, "uint16")
    np.testing.assert_array_equal(back, dn)
    values = np.linspace(0, 1, 7, dtype=np.float32)
    np.testing.assert_array_equal(bands.unscale_s2(bands.scale_s2(values, 1, 0), 1, 0, "float32"), values)


def test_types_keep_their_range_and_nodata():
    reflectance = np.array([-0.2, 0.0, 0.00004, 0.5, 1.0, 7.0], np.float32)
    assert bands.unscale_s2(reflectance, 10000, 0, "uint16").tolist() == [0, 0, 0, 5000, 10000, 65535]
    assert bands.unscale_s2(reflectance, 10000, 0, "int16").tolist() == [-2000, 0, 0, 5000, 10000, 32767]
    assert bands.unscale_s2(reflectance, 10000, 0, "uint16", nodata=0).tolist() == [1, 1, 1, 5000, 10000, 65535]
    assert bands.unscale_s2(reflectance, 10000, 0, "uint16", nodata=65535)[-1] == 65534
    assert bands.unscale_s2(reflectance, 10000, 0, "uint16", nodata=-9999).tolist()[:2] == [0, 0]


def test_backscatter_is_scaled_for_each_polarisation():
    db = np.array([[[-25.0, -12.5, 0, 5]], [[-32.5, -16.25, 0, -40]]])
    floor = bands.S1_FLOOR
    np.testing.assert_allclose(bands.scale_s1(db), [[[floor, 0.5, 1, 1]], [[floor, 0.5, 1, floor]]])
    assert bands.scale_s1(np.stack([db, db])).shape == (2, 2, 1, 4)
    assert np.isnan(bands.scale_s1(np.full((2, 1, 1), np.nan))).all()


# Missing bands ------------------------------------------------------------------------------------------------------


def filled(names, values):
    optical = np.full((13, 1, 1), np.nan, np.float32)
    for name, value in zip(names, values):
        optical[S2_BANDS.index(name)] = value
    bands.fill_missing_bands(optical, [S2_BANDS.index(name) for name in names])
    return dict(zip(S2_BANDS, optical.ravel().tolist()))


def test_bands_that_six_leave_to_be_estimated():
    result = filled(("B2", "B3", "B4", "B8", "B11", "B12"), (0.1, 0.2, 0.3, 0.5, 0.6, 0.7))
    assert result["B1"] == pytest.approx(0.1)
    assert result["B8A"] == result["B9"] == pytest.approx(0.5)
    assert result["B10"] == pytest.approx(CLEAR_CIRRUS)
    # Linear between 664.8 nm and 832.9 nm.
    for name, wavelength in (("B5", 704.0), ("B6", 739.8), ("B7", 781.3)):
        assert result[name] == pytest.approx(0.3 + 0.2 * (wavelength - 664.8) / (832.9 - 664.8), abs=1e-6)


def test_bands_that_stand_in_for_each_other():
    result = filled(("B2", "B3", "B4", "B5", "B8A", "B9", "B11", "B12"), (0.1, 0.2, 0.3, 0.35, 0.5, 0.2, 0.6, 0.7))
    assert result["B8"] == pytest.approx(0.5)
    assert result["B9"] == pytest.approx(0.2)
    # Between B5 and B8A, as B8 is an estimate itself.
    assert result["B6"] == pytest.approx(0.35 + 0.15 * (739.8 - 704.0) / (864.4 - 704.0), abs=1e-6)


def test_absorption_bands_are_no_neighbours():
    names = tuple(name for name in S2_BANDS if name != "B11")
    result = filled(names, [0.3] * 9 + [0.05, 0.001, 0.5])
    assert result["B11"] == pytest.approx(0.3 + 0.2 * (1612.1 - 864.4) / (2194.1 - 864.4), abs=1e-6)


def test_the_outermost_bands_take_their_neighbour():
    result = filled(("B3", "B4", "B8", "B11"), (0.2, 0.3, 0.5, 0.6))
    assert result["B1"] == result["B2"] == pytest.approx(0.2)
    assert result["B12"] == pytest.approx(0.6)


def test_all_present_changes_nothing_and_batches_work():
    optical = np.random.default_rng(0).random((2, 13, 3, 4)).astype(np.float32)
    before = optical.copy()
    assert bands.fill_missing_bands(optical, range(13)) is optical
    np.testing.assert_array_equal(optical, before)
    bands.fill_missing_bands(optical, [index for index in range(13) if index != 0])
    np.testing.assert_array_equal(optical[:, 0], before[:, 1])
    np.testing.assert_array_equal(optical[:, 1:], before[:, 1:])
