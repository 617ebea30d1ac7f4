"""Which layers the dialog proposes."""

from __future__ import annotations

import pytest

from .rasters import sentinel1, sentinel2, write


@pytest.fixture
def add(project, tmp_path):
    from qgis.core import QgsRasterLayer

    def added(name, values, file="raster.tif"):
        folder = tmp_path / name.replace("/", "-")
        folder.mkdir()
        layer = QgsRasterLayer(write(folder / file, values), name)
        project.addMapLayer(layer)
        return layer.id()

    return added


@pytest.fixture
def likely_pair(qgis):
    from sar_cloud_removal.plugin.project_layers import likely_pair

    return likely_pair


def test_empty_project_proposes_nothing(project, likely_pair):
    assert likely_pair() == (None, None)


def test_pair_is_told_apart_by_bands_and_names(add, likely_pair):
    add("elevation", sentinel1(bands=1))
    add("photo", sentinel2(bands=3))
    s2 = add("T50_L2A", sentinel2(bands=12))
    s1 = add("GRD", sentinel1())
    assert likely_pair() == (s1, s2)


def test_cloudy_date_comes_before_the_clear_one(add, likely_pair):
    add("Sentinel-2, clear", sentinel2())
    cloudy = add("Sentinel-2, cloudy", sentinel2())
    add("Sentinel-2, cloud free", sentinel2())
    assert likely_pair()[1] == cloudy


def test_results_of_the_plugin_are_not_proposed(add, likely_pair, project):
    from sar_cloud_removal.plugin.layers import ROLE

    image, attention = add("S2 — clouds removed", sentinel2()), add("S2 — SAR attention", sentinel1())
    for layer in (image, attention):
        project.mapLayer(layer).setCustomProperty(ROLE, "result")
    assert likely_pair() == (None, None)


def test_simulated_clouds_are_proposed_as_cloudy_and_not_as_result_or_reference(add, likely_pair, project):
    from sar_cloud_removal.plugin.layers import IMAGE, ROLE, SIMULATED
    from sar_cloud_removal.plugin.project_layers import likely_comparison

    simulated = add("S2 clear — simulated clouds", sentinel2())
    clear = add("S2 clear", sentinel2())
    project.mapLayer(simulated).setCustomProperty(ROLE, SIMULATED)
    assert likely_pair()[1] == simulated
    assert likely_comparison() == (None, clear)
    result = add("S2 clear — simulated clouds — clouds removed", sentinel2())
    project.mapLayer(result).setCustomProperty(ROLE, IMAGE)
    assert likely_comparison() == (result, clear)


def test_dialog_proposes_them_and_scripts_still_have_to_name_them(add, provider, qgis):
    s1, s2 = add("S1", sentinel1()), add("S2", sentinel2())
    algorithm = qgis.processingRegistry().createAlgorithmById("sarcloudremoval:removeclouds")
    for name, layer in (("S1", s1), ("S2", s2)):
        definition = algorithm.parameterDefinition(name)
        assert definition.defaultValueForGui() == layer
        assert definition.defaultValue() is None
