"""The sample scene that ships: three rasters on one grid, attributed, and a project that finds them anywhere."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import rasterio

from sar_cloud_removal.model.bands import S1_BANDS, S2_BANDS

SAMPLE = Path(__file__).parent.parent / "resources" / "sample"
RASTERS = ("s1.tif", "s2_cloudy.tif", "s2_clear.tif")


def test_the_three_rasters_lie_on_one_grid() -> None:
    grids = set()
    for name in RASTERS:
        with rasterio.open(SAMPLE / name) as data:
            grids.add((data.crs.to_epsg(), tuple(data.transform), data.shape))
    assert len(grids) == 1
    epsg, transform, shape = grids.pop()
    assert (epsg, transform[0], transform[4], shape) == (32650, 10, -10, (256, 256))


def test_bands_are_named_and_hold_what_they_are_called() -> None:
    with rasterio.open(SAMPLE / "s1.tif") as data:
        assert data.descriptions == S1_BANDS
        vv, vh = np.median(data.read(), axis=(1, 2))
        assert -13 < vv < -9 and -20 < vh < -15
    for name, blue in (("s2_cloudy.tif", 2500), ("s2_clear.tif", 1350)):
        with rasterio.open(SAMPLE / name) as data:
            assert data.descriptions == S2_BANDS
            assert data.dtypes == ("uint16",) * 13
            assert 0.7 * blue < np.median(data.read(2)) < 1.1 * blue


def test_every_raster_is_attributed() -> None:
    text = (SAMPLE / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in RASTERS)
    assert "SEN12MS-CR" in text and "CC BY 4.0" in text
    assert "modified Copernicus Sentinel data" in text
    for name in RASTERS:
        with rasterio.open(SAMPLE / name) as data:
            assert data.tags()["ATTRIBUTION"] == "contains modified Copernicus Sentinel data"


def test_the_project_finds_its_rasters_and_tells_nothing_of_its_maker() -> None:
    project = ElementTree.parse(SAMPLE / "sample.qgs").getroot()
    sources = {layer.findtext("datasource") for layer in project.iter("maplayer")}
    assert sources == {f"./{name}" for name in RASTERS}
    assert not {"saveUser", "saveUserFull", "saveDateTime"} & set(project.attrib)
    assert not any(each.text for tag in ("author", "creation") for each in project.iter(tag))
