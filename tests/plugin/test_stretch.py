"""The range of values over which bands are stretched, and whether a stretch shows the ground."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal

from .conftest import SAMPLE
from .rasters import write

STEP, NODATA = 1e-5, 65535


@pytest.fixture
def stretched(qgis, tmp_path):
    """Write numbers as a band with a scale, as the maps have, and return the range of its colours."""
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.stretch import value_range

    def stretched(numbers):
        path = str(tmp_path / "map.tif")
        made = gdal.GetDriverByName("GTiff").Create(path, numbers.shape[1], numbers.shape[0], 1, gdal.GDT_UInt16)
        made.SetGeoTransform((500000, 10, 0, 4000000, 0, -10))
        band = made.GetRasterBand(1)
        band.SetScale(STEP)
        band.SetNoDataValue(NODATA)
        band.WriteArray(numbers.astype("uint16"))
        made = band = None
        return value_range(QgsRasterLayer(path, "map"), 1)

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


# --- Contrast of images ---------------------------------------------------------------------------------------------


def drawn(layer, ranges, bands=(4, 3, 2)):
    """Draw `layer` in true colour, each band over its range; without ranges as its numbers are."""
    from qgis.core import QgsContrastEnhancement, QgsMultiBandColorRenderer

    provider = layer.dataProvider()
    renderer = QgsMultiBandColorRenderer(provider, *bands)
    kinds = QgsContrastEnhancement.ContrastEnhancementAlgorithm
    setters = ("setRedContrastEnhancement", "setGreenContrastEnhancement", "setBlueContrastEnhancement")
    for band, setter, (low, high) in zip(bands, setters, ranges or [(0, 0)] * 3):
        enhancement = QgsContrastEnhancement(provider.dataType(band))
        enhancement.setMinimumValue(low)
        enhancement.setMaximumValue(high)
        enhancement.setContrastEnhancementAlgorithm(kinds.StretchToMinimumMaximum if ranges else kinds.NoEnhancement)
        getattr(renderer, setter)(enhancement)
    layer.setRenderer(renderer)
    return layer


@pytest.fixture
def scene(qgis):
    """Open an image of the sample scene, stretched as QGIS does by itself: here up to 2 % at each end."""
    from qgis.core import QgsRasterLayer

    return lambda name="s2_cloudy.tif": QgsRasterLayer(str(SAMPLE / name), name)


def test_stretch_of_a_freshly_opened_cloudy_layer_hides_the_ground_and_that_of_the_sample_project_does_not(scene):
    from sar_cloud_removal.plugin.stretch import channels, ground_of, hides, value_range

    cloudy, clear = scene(), scene("s2_clear.tif")
    ground = ground_of(clear, [4, 3, 2])
    clouds = [value_range(cloudy, band) for band in (4, 3, 2)]
    assert min(high for _, high in clouds) > 2 * max(high for _, high in ground.values())
    assert hides(drawn(cloudy, clouds).renderer(), ground)
    assert not hides(drawn(cloudy, [(600, 2300)] * 3).renderer(), ground)
    assert not hides(drawn(cloudy, list(ground.values())).renderer(), ground)
    assert [(each.band, each.low) for each in channels(cloudy.renderer())] == [
        (band, ground[band][0]) for band in (4, 3, 2)
    ]


@pytest.mark.parametrize(
    ("ranges", "hidden"),
    [
        ([(0, 3000)] * 3, False),
        # Nearly black.
        ([(0, 9000)] * 3, True),
        # Nearly white.
        ([(0, 600)] * 3, True),
        # As the numbers are: all white.
        (None, True),
        # All of it above.
        ([(5000, 9000)] * 3, True),
        ([(1000, 1000)] * 3, True),
    ],
)
def test_a_stretch_hides_the_ground_where_it_is_nearly_black_pale_or_cut_off(scene, ranges, hidden):
    from sar_cloud_removal.plugin.stretch import hides

    ground = {4: (500.0, 2000.0), 3: (500.0, 2000.0), 2: (500.0, 2000.0)}
    assert hides(drawn(scene(), ranges).renderer(), ground) is hidden


def test_renderers_without_shades_hide_nothing(scene):
    from qgis.core import QgsPalettedRasterRenderer, QgsSingleBandGrayRenderer

    from sar_cloud_removal.plugin.stretch import channels, hides

    layer = scene()
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, []))
    assert channels(layer.renderer()) == [] and not hides(layer.renderer(), {1: (0.0, 1.0)})
    layer.setRenderer(QgsSingleBandGrayRenderer(layer.dataProvider(), 8))
    assert [each.band for each in channels(layer.renderer())] == [8]
    assert not hides(layer.renderer(), {})


def test_both_layers_get_the_stretch_of_the_reconstructed_ground_in_the_bands_of_the_cloudy_one(scene, tmp_path):
    from qgis.core import QgsRasterLayer, QgsRasterMinMaxOrigin

    from sar_cloud_removal.plugin.stretch import channels, stretch_both

    values = np.arange(10000).reshape(1, 100, 100).repeat(13, axis=0).astype("uint16")
    values += (np.arange(13) * 100).astype("uint16")[:, None, None]
    cloudy = drawn(scene(), [(0, 20000)] * 3, bands=(8, 4, 3))
    image = QgsRasterLayer(write(tmp_path / "image.tif", values), "image")
    assert stretch_both(cloudy, image)
    assert channels(cloudy.renderer()) == channels(image.renderer())
    assert [each.band for each in channels(image.renderer())] == [8, 4, 3]
    assert [each.low for each in channels(image.renderer())] == pytest.approx([900, 500, 400], abs=1)
    assert [each.high for each in channels(image.renderer())] == pytest.approx([10499, 10099, 9999], abs=1)
    for layer in (cloudy, image):
        assert layer.renderer().minMaxOrigin().limits() == QgsRasterMinMaxOrigin.Limits.None_


def test_what_is_not_drawn_in_shades_stays_as_it_is(scene):
    from qgis.core import QgsPalettedRasterRenderer

    from sar_cloud_removal.plugin.stretch import stretch_both

    cloudy, image = scene(), scene("s2_clear.tif")
    cloudy.setRenderer(QgsPalettedRasterRenderer(cloudy.dataProvider(), 1, []))
    assert not stretch_both(cloudy, image)
    assert image.renderer().type() == "multibandcolor"
