"""Names of the layers that arrive, and whose stretch they are drawn in."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import SAMPLE
from .rasters import write


@pytest.fixture
def remove_clouds(compute, provider, project):
    """Run Remove clouds on the layers of the project and load what it makes, as the dialog does."""
    import processing
    from qgis.core import QgsProcessingFeedback, QgsRasterLayer
    from qgis.PyQt.QtCore import QCoreApplication

    added = {}
    for name, file in (("S1", "s1.tif"), ("S2", "s2_cloudy.tif")):
        added[name] = QgsRasterLayer(str(SAMPLE / file), name)
        project.addMapLayer(added[name])

    def run(**parameters):
        feedback = QgsProcessingFeedback()
        inputs = {name: layer.id() for name, layer in added.items()}
        algorithm = "sarcloudremoval:removeclouds"
        processing.runAndLoadResults(algorithm, {**inputs, "OUTPUT": "TEMPORARY_OUTPUT", **parameters}, feedback)
        QCoreApplication.processEvents()
        return feedback.textLog()

    run.layers = added
    return run


def names(project):
    return [node.name() for node in project.layerTreeRoot().findLayers()]


def test_further_runs_of_the_same_layers_are_numbered(remove_clouds, project):
    remove_clouds(ATTENTION="TEMPORARY_OUTPUT")
    remove_clouds()
    # All layers of a run have its number, though the first run has left no map of changes.
    remove_clouds(ATTENTION="TEMPORARY_OUTPUT", CHANGED="TEMPORARY_OUTPUT")
    assert names(project) == [
        "S2 — changed pixels (3)",
        "S2 — SAR attention (3)",
        "S2 — clouds removed (3)",
        "S2 — clouds removed (2)",
        "S2 — SAR attention",
        "S2 — clouds removed",
        "S2",
        "S1",
    ]


def test_a_number_is_free_again_when_its_layers_are_gone_or_renamed(remove_clouds, project):
    remove_clouds()
    project.mapLayersByName("S2 — clouds removed")[0].setName("spring")
    remove_clouds()
    assert names(project)[:2] == ["S2 — clouds removed", "spring"]


def test_a_result_that_is_written_again_is_shown_as_it_is_now(remove_clouds, project, tmp_path):
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.stretch import sample

    path = str(tmp_path / "again.tif")
    remove_clouds(OUTPUT=path)
    before = sample(project.mapLayersByName("S2 — clouds removed")[0], 4)
    remove_clouds(OUTPUT=path, KEEP="detected", DETECTION="spectral")
    now = sample(QgsRasterLayer(path, "anew"), 4)
    assert not np.array_equal(before, now)
    shown = [layer for layer in project.mapLayers().values() if layer.source() == path]
    assert shown and all(np.array_equal(sample(layer, 4), now) for layer in shown)
    # It has taken the place of the first one, and its name.
    assert {layer.name() for layer in shown} == {"S2 — clouds removed"}


def test_result_is_stretched_to_its_ground_where_the_cloudy_layer_is_stretched_to_its_clouds(remove_clouds, project):
    from sar_cloud_removal.plugin.stretch import channels, ground_of

    from .test_stretch import drawn

    cloudy = remove_clouds.layers["S2"]
    drawn(cloudy, [(700, 9000)] * 3, bands=(8, 4, 3))
    before = channels(cloudy.renderer())
    said = remove_clouds()
    image = project.mapLayersByName("S2 — clouds removed")[0]
    ground = ground_of(image, [8, 4, 3])
    assert [(each.band, each.low, each.high) for each in channels(image.renderer())] == [
        (band, *ground[band]) for band in (8, 4, 3)
    ]
    # The user's layer is as it was.
    assert channels(cloudy.renderer()) == before
    assert "The result is drawn in a contrast of its own: that of «S2» reaches up to the clouds" in said


def test_result_is_drawn_as_the_cloudy_layer_where_that_shows_the_ground(remove_clouds, project):
    from sar_cloud_removal.plugin.stretch import channels

    from .test_stretch import drawn

    cloudy = drawn(remove_clouds.layers["S2"], [(600, 2300)] * 3)
    said = remove_clouds()
    image = project.mapLayersByName("S2 — clouds removed")[0]
    assert channels(image.renderer()) == channels(cloudy.renderer())
    assert "contrast of its own" not in said


def test_nobody_has_to_know_the_numbers_of_the_bands_to_see_natural_colours(remove_clouds, project):
    from sar_cloud_removal.plugin.stretch import channels, ground_of, stretch_both

    from .test_stretch import drawn

    cloudy = drawn(remove_clouds.layers["S2"], [(600, 2300)] * 3, bands=(1, 2, 3))
    before = channels(cloudy.renderer())
    said = remove_clouds()
    image = project.mapLayersByName("S2 — clouds removed")[0]
    ground = ground_of(image, [4, 3, 2])
    natural = [(band, *ground[band]) for band in (4, 3, 2)]
    assert [(each.band, each.low, each.high) for each in channels(image.renderer())] == natural
    assert "contrast of its own" not in said
    # The user's layer is as it was until it is asked for.
    assert channels(cloudy.renderer()) == before
    assert stretch_both(cloudy, image)
    assert channels(cloudy.renderer()) == channels(image.renderer())
    assert [(each.band, each.low, each.high) for each in channels(cloudy.renderer())] == natural


def test_first_three_bands_that_are_natural_colours_stay_as_they_are_drawn(remove_clouds, project, tmp_path):
    from osgeo import gdal
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.stretch import channels, is_undecided, true_colour

    from .test_stretch import drawn

    order = [4, 3, 2, 1, *range(5, 14)]
    path = tmp_path / "stack.tif"
    gdal.Translate(str(path), str(SAMPLE / "s2_cloudy.tif"), bandList=order)
    cloudy = drawn(QgsRasterLayer(str(path), "stack"), [(600, 2300)] * 3, bands=(1, 2, 3))
    project.addMapLayer(cloudy)
    assert is_undecided(cloudy.renderer()) and true_colour(cloudy) == (1, 2, 3)
    remove_clouds(S2=cloudy.id())
    image = project.mapLayersByName("stack — clouds removed")[0]
    assert channels(image.renderer()) == channels(cloudy.renderer())


def test_one_map_at_a_time_lies_over_the_image(remove_clouds, project):
    maps = dict.fromkeys(("ATTENTION", "CHANGED", "INFLUENCE"), "TEMPORARY_OUTPUT")
    remove_clouds(**maps)
    shown = {node.name(): node.isVisible() for node in project.layerTreeRoot().findLayers()}
    assert shown == {
        "S2 — changed pixels": False,
        "S2 — SAR influence": False,
        "S2 — SAR attention": True,
        "S2 — clouds removed": True,
        "S2": True,
        "S1": True,
    }


def attention(tmp_path, values):
    """Dress a map of attention with the values [height, width] and return its layer."""
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.layers import AttentionDresser, Run

    layer = QgsRasterLayer(write(tmp_path / "attention.tif", values[None].astype("float32")), "attention")
    AttentionDresser(Run()).dress(layer)
    return layer


def cover(layer, row, column):
    """Return how opaque the map is drawn at a pixel, 0–1."""
    from qgis.core import QgsPointXY

    value = layer.dataProvider().sample(QgsPointXY(500005 + 10 * column, 3999995 - 10 * row), 1)[0]
    drawn, *_, alpha = layer.renderer().shader().shade(value)
    assert drawn
    return alpha / 255 * layer.renderer().opacity()


def test_attention_leaves_the_image_in_sight_though_most_of_it_is_nearly_as_high_as_its_maximum(qgis, tmp_path):
    values = np.linspace(0.64, 0.66, 10000).reshape(100, 100)
    # Houses, where the radar is damped.
    values[:10] = np.linspace(0.3, 0.6, 1000).reshape(10, 100)
    layer = attention(tmp_path, values)
    assert cover(layer, 5, 50) < 0.01
    assert cover(layer, 50, 50) < 0.2
    assert 0.45 < cover(layer, 99, 99) <= 0.5
    alphas = [cover(layer, row, 50) for row in range(0, 100, 9)]
    assert alphas == sorted(alphas) and len(set(alphas)) > 8


def test_what_is_the_same_all_over_the_map_hardly_covers_the_image(qgis, tmp_path):
    values = np.full((100, 100), 0.5)
    values[:5] = np.linspace(0.6, 0.9, 500).reshape(5, 100)
    layer = attention(tmp_path, values)
    assert cover(layer, 50, 50) == 0
    assert cover(layer, 4, 99) > 0.45


def test_attention_without_two_values_has_a_style_too(qgis, tmp_path):
    assert attention(tmp_path, np.full((10, 10), 0.5)).renderer().type() == "singlebandpseudocolor"
