"""What a layer is to the compute process."""

from __future__ import annotations

import os
import shutil

import pytest
from osgeo import gdal

from sar_cloud_removal.model.errors import NoGeoreference, NotALocalRaster, UnreadableInput

from .rasters import sentinel2, write


@pytest.fixture
def source(qgis):
    from sar_cloud_removal.plugin.sources import raster_source

    return raster_source


def raster_layer(path, name="cloudy"):
    from qgis.core import QgsRasterLayer

    layer = QgsRasterLayer(str(path), name)
    assert layer.isValid()
    return layer


def test_file_becomes_its_path_and_name(source, tmp_path):
    path = write(tmp_path / "s2.tif", sentinel2())
    found = source(raster_layer(path))
    assert (found.path, found.name, found.crs) == (path, "cloudy", None)


def test_path_is_absolute_whatever_the_current_folder_is(source, tmp_path, monkeypatch):
    path = write(tmp_path / "s2.tif", sentinel2())
    monkeypatch.chdir(tmp_path)
    assert source(raster_layer("s2.tif")).path == os.path.realpath(path)


def test_virtual_raster_as_text_goes_along_whole(source, tmp_path):
    path = write(tmp_path / "s2.tif", sentinel2())
    vrt = tmp_path / "s2.vrt"
    gdal.Translate(str(vrt), path, format="VRT", metadataOptions=["NOTE=red|green"])
    text = vrt.read_text().replace('relativeToVRT="1">s2.tif', f'relativeToVRT="0">{path}')
    assert "red|green" in text
    assert source(raster_layer(text)).path == text


def test_bar_in_the_name_of_a_file_stays(source, tmp_path):
    path = write(tmp_path / "2024|s2.tif", sentinel2())
    assert source(raster_layer(path)).path == path


def test_options_of_qgis_are_left_out(source, tmp_path):
    path = write(tmp_path / "s2.tif", sentinel2())
    assert source(raster_layer(f"{path}|option:NUM_THREADS=2")).path == path


def test_crs_that_the_user_gave_goes_along(source, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem

    layer = raster_layer(write(tmp_path / "s2.tif", sentinel2(), epsg=32650))
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32651"))
    assert source(layer).crs == "EPSG:32651"
    custom = "+proj=tmerc +lon_0=116.5 +k=0.9996 +x_0=500000 +ellps=WGS84 +units=m"
    layer.setCrs(QgsCoordinateReferenceSystem.fromProj(custom))
    assert source(layer).crs.startswith(("PROJCRS[", "BOUNDCRS[", "PROJCS["))


def test_crs_given_to_a_file_without_one_goes_along(source, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem

    layer = raster_layer(write(tmp_path / "s2.tif", sentinel2(), epsg=None))
    layer.setCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(NoGeoreference, match="«cloudy» has no georeference"):
        source(layer)
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32650"))
    assert source(layer).crs == "EPSG:32650"


def test_rendered_layer_is_refused(source):
    from qgis.core import QgsRasterLayer

    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/{z}/{x}/{y}.png&zmax=3&zmin=0", "tiles", "wms")
    with pytest.raises(NotALocalRaster, match=r"«tiles» is a rendered or remote layer \(wms\)"):
        source(tiles)


def test_layer_in_memory_is_refused(source):
    gdal.FileFromMemBuffer("/vsimem/s2.tif", b"")
    write("/vsimem/s2.tif", sentinel2())
    with pytest.raises(UnreadableInput, match="only in QGIS's memory"):
        source(raster_layer("/vsimem/s2.tif"))
    gdal.Unlink("/vsimem/s2.tif")


def test_raster_in_a_geopackage_and_in_a_zip_are_named_as_gdal_names_them(source, tmp_path):
    path = write(tmp_path / "s2.tif", sentinel2())
    package = tmp_path / "s2.gpkg"
    data = gdal.Translate("", path, format="MEM", bandList=[1, 2, 3], outputType=gdal.GDT_Byte)
    gdal.Translate(str(package), data, format="GPKG", creationOptions=["RASTER_TABLE=scene"])
    assert gdal.Open(source(raster_layer(f"GPKG:{package}:scene")).path).RasterCount == 3
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "s2.tif")
    assert gdal.Open(source(raster_layer(f"/vsizip/{tmp_path}/packed.zip/s2.tif")).path).RasterCount == 13
