"""Which result a click means."""

from __future__ import annotations

import json
import os

import pytest
from osgeo import gdal

from .rasters import sentinel1, sentinel2, write


@pytest.fixture
def add(project, tmp_path):
    from qgis.core import QgsRasterLayer

    def added(name, run=None, role=None, values=None, tags=None):
        path = write(tmp_path / f"{name}.tif", sentinel2() if values is None else values)
        noted = dict(tags or {})
        if run is not None:
            noted["SAR_CLOUD_REMOVAL_RUN"] = json.dumps(run)
        if noted:
            data = gdal.Open(path, gdal.GA_Update)
            data.SetMetadata(noted)
            data = None
        layer = QgsRasterLayer(path, name)
        if role:
            layer.setCustomProperty("sar_cloud_removal/role", role)
        project.addMapLayer(layer)
        return layer

    return added


@pytest.fixture
def origin(qgis):
    from sar_cloud_removal.plugin import origin

    return origin


def run_of(tmp_path, **files):
    return {name: str(tmp_path / f"{file}.tif") for name, file in files.items()}


def test_a_result_means_itself_and_its_inputs_mean_it(add, origin, tmp_path):
    cloudy, radar = add("cloudy"), add("radar", values=sentinel1())
    image = add("image", run_of(tmp_path, s1="radar", s2="cloudy"), "image")
    other = add("other", run_of(tmp_path, s1="radar", s2="elsewhere"), "image")
    assert origin.result_for(image, []) is image
    assert origin.result_for(cloudy, []) is image
    # Both are made with it; the upper one counts.
    assert origin.result_for(radar, []) is other
    # What is active is of no use, so what is seen counts, from the top.
    assert origin.result_for(None, [cloudy, other]) is image
    assert origin.result_for(add("photo"), [other, image]) is other


def test_a_clear_date_means_the_result_that_it_helped_to_make(add, origin, tmp_path):
    may, radar = add("may"), add("may_radar", values=sentinel1())
    dates = [[str(tmp_path / "june.tif"), None, None], [str(tmp_path / f"{name}.tif") for name in ("may", "may_radar")]]
    image = add("image", {**run_of(tmp_path, s1="radar", s2="cloudy"), "clear": dates}, "image")
    assert origin.result_for(may, []) is image and origin.result_for(radar, []) is image


def test_of_one_run_the_image_is_preferred_to_its_maps(add, origin, tmp_path):
    cloudy = add("cloudy")
    run = run_of(tmp_path, s1="radar", s2="cloudy")
    image = add("image", run, "image")
    attention = add("attention", run, "attention", values=sentinel1())
    assert origin.result_for(cloudy, []) is image
    assert origin.result_for(attention, []) is attention


def test_an_input_that_was_moved_with_its_result_is_known(add, origin, tmp_path):
    cloudy = add("cloudy")
    image = add("image", {"s1": "/away/radar.tif", "s2": "D:\\away\\cloudy.tif"})
    assert origin.result_for(cloudy, []) is image


def test_what_is_missing_is_said(add, origin, project):
    from sar_cloud_removal.model import errors

    with pytest.raises(errors.NothingToInspect):
        origin.result_for(None, [])
    photo = add("photo")
    with pytest.raises(errors.NoResultHere, match="«photo» was not made by Remove clouds"):
        origin.result_for(photo, [photo])
    old = add("old", tags={"SAR_CLOUD_REMOVAL_VERSION": "0.1.0"})
    with pytest.raises(errors.OldResult, match="«old» was made by an earlier version"):
        origin.result_for(old, [photo])
    assert origin.run_of(add("broken", tags={"SAR_CLOUD_REMOVAL_RUN": "{"})) == {}


def test_a_file_that_is_written_anew_is_read_anew(add, origin, tmp_path):
    layer = add("image", run_of(tmp_path, s1="radar", s2="cloudy"))
    assert origin.run_of(layer)
    path = write(tmp_path / "image.tif", sentinel2())
    os.utime(path, ns=(1, 1))
    assert origin.run_of(layer) == {}
