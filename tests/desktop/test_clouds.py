"""Detect clouds and shadows in the real QGIS window, driven by driver_clouds.py."""

from __future__ import annotations

import pytest

from .test_desktop import ALIVE_SECONDS, SAMPLE, drive, needs_compute, pytestmark  # noqa: F401


@pytest.fixture
def scene(tmp_path):
    """The cloudy sample scene, mirrored to 2000 × 2000 pixels: 16 tiles of csmask."""
    import numpy as np
    from osgeo import gdal

    data = gdal.Open(str(SAMPLE / "s2_cloudy.tif"))
    numbers = data.ReadAsArray()
    widths = [(0, 0), *[(0, 2000 - length) for length in numbers.shape[1:]]]
    made = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "scene.tif"), 2000, 2000, len(numbers), gdal.GDT_UInt16)
    made.SetGeoTransform(data.GetGeoTransform())
    made.SetProjection(data.GetProjection())
    for index, band in enumerate(np.pad(numbers, widths, "symmetric"), 1):
        made.GetRasterBand(index).WriteArray(band)
        made.GetRasterBand(index).SetDescription(data.GetRasterBand(index).GetDescription())
    made = None
    return tmp_path / "scene.tif"


@needs_compute
def test_detecting_clouds_through_the_window(drive, scene):  # noqa: F811
    seen = drive("detect_clouds", "driver_clouds.py", DRIVER_SCENE=str(scene))
    assert seen["method"] == "csmask"
    assert any("partial" in name for name in seen["partial_during_run"])
    assert seen["cancel_seconds"] < 3 and seen["cancel_pause"] < ALIVE_SECONDS
    assert seen["files_after_cancel"] == [] and seen["layers_after_cancel"] == ["Sentinel-2"]
    assert seen["run_pause"] < ALIVE_SECONDS
    assert "Clouds are looked for by the method csmask." in seen["log"]
    assert seen["layers"] == ["Sentinel-2 — clouds and shadows", "Sentinel-2"]
    assert seen["files"] == ["clouds.tif"]
