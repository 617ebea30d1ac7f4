"""The sample scene in a project that may hold something already."""

from __future__ import annotations

from pathlib import Path

from .rasters import sentinel1, write


def test_sample_layers_come_on_top_and_leave_the_project_as_it_is(project, tmp_path):
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.project_layers import likely_pair
    from sar_cloud_removal.plugin.sample_layers import add_sample_layers

    project.addMapLayer(QgsRasterLayer(write(tmp_path / "own.tif", sentinel1(bands=1)), "own"))
    added = add_sample_layers()

    names = [node.name() for node in project.layerTreeRoot().findLayers()]
    assert names == [*(layer.name() for layer in added), "own"]
    assert all(layer.isValid() and Path(layer.source()).is_absolute() for layer in added)
    assert len(added) == 8
    cloudy = next(layer for layer in added if layer.name() == "Fields: Sentinel-2, cloudy")
    renderer = cloudy.renderer()
    assert [renderer.redBand(), renderer.greenBand(), renderer.blueBand()] == [3, 2, 1]
    # Drawn for the ground: up to the clouds there would be no ground to see.
    assert renderer.redContrastEnhancement().maximumValue() < 4000
    radar = next(layer for layer in added if layer.bandCount() == 2)
    assert likely_pair() == (radar.id(), cloudy.id())


def test_without_the_sample_nothing_is_added(project, monkeypatch, tmp_path):
    from sar_cloud_removal.plugin import sample_layers

    monkeypatch.setattr(sample_layers, "SAMPLES", (tmp_path / "none.qgs",))
    assert sample_layers.add_sample_layers() == []
    assert not project.mapLayers()
