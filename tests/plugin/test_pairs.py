"""Which layers are a pair of cloudy and reconstructed."""

from __future__ import annotations

import pytest
from osgeo import gdal

from .rasters import sentinel2, write


@pytest.fixture
def pairs(qgis):
    from sar_cloud_removal.plugin import pairs

    return pairs


@pytest.fixture
def add(project, tmp_path):
    """Add a layer on top of the project; `source` is the cloudy file that its metadata name."""
    from qgis.core import QgsRasterLayer

    def added(name, bands=13, role=None, source=None, model="multistage_fusion", **more):
        path = write(tmp_path / f"{name}.tif", sentinel2(bands=bands), **more)
        if source is not None:
            data = gdal.Open(path, gdal.GA_Update)
            data.SetMetadataItem("SAR_CLOUD_REMOVAL_S2", f"a name ({source})")
            if model:
                data.SetMetadataItem("SAR_CLOUD_REMOVAL_MODEL", model)
            data = None
        layer = QgsRasterLayer(path, name)
        if role:
            layer.setCustomProperty("sar_cloud_removal/role", role)
        project.addMapLayer(layer, False)
        project.layerTreeRoot().insertLayer(0, layer)
        return layer

    return added


def test_the_layer_that_the_file_names_wherever_it_lies(pairs, add):
    cloudy = add("cloudy")
    add("another")
    image = add("image", role="image", source=cloudy.source())
    assert pairs.cloudy_of(image) == cloudy
    assert pairs.all_pairs() == [pairs.Pair(cloudy, image)]


def test_else_the_layer_right_below_but_for_the_maps_between(pairs, add):
    add("far")
    near = add("near")
    add("attention", bands=2, role="attention")
    image = add("image", role="image", source="/gone.tif")
    assert pairs.cloudy_of(image) == near


@pytest.mark.parametrize("below", [{"bands": 3}, {"left": 900000.0}, {"epsg": 32651}], ids=str)
def test_a_layer_below_that_cannot_be_the_cloudy_one(pairs, add, below):
    add("below", **below)
    image = add("image", role="image")
    assert pairs.cloudy_of(image) is None
    assert pairs.all_pairs() == []


def test_a_result_that_was_added_again_is_known_by_its_metadata(pairs, add):
    cloudy = add("cloudy")
    image = add("image", source=cloudy.source())
    confidence = add("attention", bands=2, source=cloudy.source())
    assert pairs.is_image(image) and not pairs.is_image(cloudy) and not pairs.is_image(confidence)
    assert pairs.is_map(add("map", bands=1, role="changed")) and not pairs.is_map(image)


def test_inputs_that_were_made_here_are_no_results_and_no_maps(pairs, add):
    clear = add("clear")
    simulated = add("simulated", role="simulated", source=clear.source(), model="")
    added_again = add("simulated again", source=clear.source(), model="")
    prepared = add("prepared", role="prepared")
    for layer in (simulated, added_again, prepared):
        assert not pairs.is_image(layer) and not pairs.is_map(layer)
    assert pairs.all_pairs() == []
    image = add("image", role="image")
    assert pairs.cloudy_of(image) == prepared


def test_the_pair_of_the_active_layer_else_the_topmost(pairs, add):
    first = pairs.Pair(add("cloudy 1"), add("image 1", role="image"))
    second = pairs.Pair(add("cloudy 2"), add("image 2", role="image"))
    other = add("other", bands=3)
    assert pairs.all_pairs() == [second, first]
    assert pairs.likely_pair(first.image) == first
    assert pairs.likely_pair(first.cloudy) == first
    assert pairs.likely_pair(other) == second
    assert pairs.likely_pair(None) == second


def test_nothing_to_compare(pairs, add):
    add("cloudy")
    assert pairs.likely_pair(None) is None


def test_one_of_a_pair_takes_the_place_of_both_and_maps_are_left_out(pairs, add):
    from sar_cloud_removal.plugin.gui.canvas_picture import with_cloudy, with_one_of

    below, cloudy = add("below", bands=3), add("cloudy")
    image, attention, above = add("image", role="image"), add("map", bands=2, role="attention"), add("above", bands=3)
    pair = pairs.Pair(cloudy, image)
    canvas = [above, attention, image, cloudy, below]
    assert with_one_of(canvas, pair, cloudy) == [above, cloudy, below]
    assert with_one_of(canvas, pair, image) == [above, image, below]
    # Where neither is seen, it comes on top of the rasters.
    assert with_one_of([above, below], pair, image) == [image, above, below]
    assert with_one_of([], pair, image) == [image]
    assert with_cloudy(canvas, [pair]) == [above, attention, cloudy, below]
    assert with_cloudy([above, cloudy], [pair]) == [above, cloudy]
