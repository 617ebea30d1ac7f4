"""Runs through Processing in the real compute process, on the real sample scene."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest
from osgeo import gdal

from .conftest import SAMPLE
from .rasters import read, sentinel1, sentinel2, write

ALGORITHM = "sarcloudremoval:removeclouds"

pytestmark = pytest.mark.usefixtures("compute", "provider")


@pytest.fixture
def sample(project):
    """The sample's two layers in the project, the cloudy one in false colour with a contrast of its own."""
    from qgis.core import QgsContrastEnhancement, QgsMultiBandColorRenderer, QgsRasterLayer

    s1 = QgsRasterLayer(str(SAMPLE / "s1.tif"), "Radar")
    s2 = QgsRasterLayer(str(SAMPLE / "s2_cloudy.tif"), "June")
    renderer = QgsMultiBandColorRenderer(s2.dataProvider(), 8, 4, 3)
    for name in ("Red", "Green", "Blue"):
        enhancement = QgsContrastEnhancement(s2.dataProvider().dataType(1))
        enhancement.setMinimumValue(321)
        enhancement.setMaximumValue(4321)
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
        )
        getattr(renderer, f"set{name}ContrastEnhancement")(enhancement)
    s2.setRenderer(renderer)
    project.addMapLayers([s1, s2])
    return {"S1": s1.id(), "S2": s2.id()}


@pytest.fixture
def load(project):
    """Run and load the results, as the dialog does; give back the layers by the names of the outputs."""
    import processing
    from qgis.core import QgsProject
    from qgis.PyQt.QtCore import QCoreApplication

    def run_and_load(parameters):
        results = processing.runAndLoadResults(ALGORITHM, parameters)
        QCoreApplication.processEvents()
        layers = {}
        for layer in QgsProject.instance().mapLayers().values():
            for name, value in results.items():
                if value == layer.id() or (isinstance(value, str) and value == layer.source()):
                    layers[name] = layer
        return layers

    return run_and_load


def left_behind(folder):
    return sorted(path.name for path in folder.iterdir() if "partial" in path.name)


def test_results_lie_on_the_grid_of_sentinel2(sample, tmp_path):
    import processing

    outputs = {name: str(tmp_path / f"{name.lower()}.tif") for name in ("OUTPUT", "ATTENTION", "CHANGED")}
    results = processing.run(ALGORITHM, {**sample, **outputs})
    assert {name: results[name] for name in outputs} == outputs
    assert results["DEVICE"]
    assert results["SECONDS"] > 0
    assert 0 <= results["CLOUD_COVER"] <= 100
    source = gdal.Open(str(SAMPLE / "s2_cloudy.tif"))
    for name, bands in (("OUTPUT", 13), ("ATTENTION", 2), ("CHANGED", 1)):
        made = gdal.Open(outputs[name])
        assert made.RasterCount == bands
        assert (made.RasterXSize, made.RasterYSize) == (source.RasterXSize, source.RasterYSize)
        assert made.GetGeoTransform() == source.GetGeoTransform()
        assert made.GetProjection() == source.GetProjection()
    made = gdal.Open(outputs["OUTPUT"])
    assert made.GetRasterBand(1).DataType == source.GetRasterBand(1).DataType
    assert (read(outputs["OUTPUT"]) != read(SAMPLE / "s2_cloudy.tif")).mean() > 0.5
    assert left_behind(tmp_path) == []


def test_only_the_image_is_made_when_only_it_is_asked_for(sample, tmp_path):
    import processing

    results = processing.run(ALGORITHM, {**sample, "OUTPUT": str(tmp_path / "out.tif")})
    assert set(results) == {"OUTPUT", "CLOUD_COVER", "SECONDS", "DEVICE"}
    assert [path.name for path in tmp_path.iterdir()] == ["out.tif"]


def test_the_influence_of_the_radar_is_named_drawn_and_in_order(sample, load, project, tmp_path):
    outputs = ("OUTPUT", "ATTENTION", "INFLUENCE")
    layers = load({**sample, **{name: str(tmp_path / f"{name.lower()}.tif") for name in outputs}})
    assert layers["INFLUENCE"].name() == "June — SAR influence"
    names = [node.name() for node in project.layerTreeRoot().findLayers()]
    assert names[:3] == ["June — SAR influence", "June — SAR attention", "June — clouds removed"]
    made = gdal.Open(str(tmp_path / "influence.tif"))
    band = made.GetRasterBand(1)
    assert (made.RasterCount, band.GetScale(), band.GetNoDataValue()) == (1, 1e-4, 65535)
    influence = band.ReadAsArray() * 1e-4
    # In 256 × 256 real pixels, half of them cloudy, the radar matters somewhere and is not everything.
    assert 0 < influence.mean() < 0.2
    renderer = layers["INFLUENCE"].renderer()
    assert renderer.type() == "singlebandpseudocolor" and renderer.opacity() == 0.5
    items = renderer.shader().rasterShaderFunction().colorRampItemList()
    assert influence.min() <= items[0].value < items[-1].value <= influence.max()
    assert (items[0].color.alpha(), items[-1].color.name()) == (0, "#fde725")


def test_a_clear_date_brings_source_and_expected_error(sample, load, tmp_path):
    paths = {name: str(tmp_path / f"{name.lower()}.tif") for name in ("OUTPUT", "SOURCE", "EXPECTED_ERROR")}
    layers = load({**sample, **paths, "CLEAR": [str(SAMPLE / "s2_clear.tif")]})
    assert layers["SOURCE"].name() == "June — source"
    assert layers["EXPECTED_ERROR"].name() == "June — expected error"
    source = gdal.Open(paths["SOURCE"]).ReadAsArray()
    made = gdal.Open(paths["EXPECTED_ERROR"])
    band = made.GetRasterBand(1)
    assert (band.DataType, band.GetScale(), band.GetNoDataValue()) == (gdal.GDT_UInt16, 1e-4, 65535)
    error = band.ReadAsArray() * 1e-4
    assert (source == 2).mean() > 0.1 and (error[source == 0] == 0).all() and 0 < error[source == 2].mean() < 0.2
    renderer = layers["SOURCE"].renderer()
    assert renderer.type() == "paletted" and [each.value for each in renderer.classes()] == [0, 1, 2, 3, 4]
    assert "clear date" in [each.label for each in renderer.classes()]
    renderer = layers["EXPECTED_ERROR"].renderer()
    assert renderer.type() == "singlebandpseudocolor" and renderer.opacity() == 0.5
    assert "s2_clear" in gdal.Open(paths["OUTPUT"]).GetMetadataItem("SAR_CLOUD_REMOVAL_CLEAR")


def test_second_run_finds_the_process_warm(sample):
    import processing

    from sar_cloud_removal.plugin.compute.client import shared_client

    processing.run(ALGORITHM, {**sample, "OUTPUT": "TEMPORARY_OUTPUT"})
    first = shared_client()._worker.process.pid
    processing.run(ALGORITHM, {**sample, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert shared_client()._worker.process.pid == first


def test_image_arrives_named_and_drawn_like_its_input(sample, load, project):
    layers = load({**sample, "OUTPUT": "TEMPORARY_OUTPUT"})
    image, original = layers["OUTPUT"], project.mapLayer(sample["S2"])
    assert image.name() == "June — clouds removed"
    drawn, model = image.renderer(), original.renderer()
    assert drawn.type() == "multibandcolor"
    assert (drawn.redBand(), drawn.greenBand(), drawn.blueBand()) == (8, 4, 3)
    contrast = drawn.redContrastEnhancement()
    assert (contrast.minimumValue(), contrast.maximumValue()) == (321, 4321)
    assert contrast.contrastEnhancementAlgorithm() == model.redContrastEnhancement().contrastEnhancementAlgorithm()
    assert drawn.opacity() == model.opacity()


def test_attention_arrives_in_pseudo_colour_half_transparent_on_top(sample, load, project):
    from qgis.core import QgsLayerTreeModel
    from qgis.PyQt.QtCore import Qt

    layers = load({**sample, "OUTPUT": "TEMPORARY_OUTPUT", "ATTENTION": "TEMPORARY_OUTPUT"})
    attention = layers["ATTENTION"]
    assert attention.name() == "June — SAR attention"
    renderer = attention.renderer()
    assert renderer.type() == "singlebandpseudocolor"
    assert renderer.opacity() == 0.5
    low, high = renderer.classificationMin(), renderer.classificationMax()
    statistics = attention.dataProvider().bandStatistics(1)
    assert statistics.minimumValue <= low < high <= statistics.maximumValue
    items = renderer.shader().rasterShaderFunction().colorRampItemList()
    assert (items[0].value, items[-1].value) == pytest.approx((low, high))
    root = project.layerTreeRoot()
    model = QgsLayerTreeModel(root)
    nodes = model.layerLegendNodes(root.findLayer(attention.id()))
    labels = [node.data(Qt.ItemDataRole.DisplayRole) for node in nodes]
    assert [text.partition(" ")[2] for text in labels if "of the map" in text] == [
        f"(above {percent} % of the map)" for percent in (2, 10, 25, 50, 75, 90, 98)
    ]
    assert labels[-1].startswith(f"{high:.3f} ")
    order = [layer.name() for layer in project.layerTreeRoot().layerOrder()]
    assert order.index(attention.name()) < order.index("June — clouds removed") < order.index("June")


def test_layers_of_each_run_lie_together(sample, load, project):
    for _ in range(2):
        load({**sample, **dict.fromkeys(("OUTPUT", "ATTENTION", "CHANGED"), "TEMPORARY_OUTPUT")})
    names = [layer.name() for layer in project.layerTreeRoot().layerOrder()]
    first = ["June — changed pixels", "June — SAR attention", "June — clouds removed"]
    assert names[:6] == [f"{name} (2)" for name in first] + first


def test_changed_pixels_arrive_as_classes(sample, load):
    layers = load({**sample, "OUTPUT": "TEMPORARY_OUTPUT", "CHANGED": "TEMPORARY_OUTPUT"})
    changed = layers["CHANGED"]
    assert changed.name() == "June — changed pixels"
    classes = {int(each.value): each for each in changed.renderer().classes()}
    # 0 kept, 1 reconstructed, 2 Sentinel-1 missing: what stayed cloudy has to be seen.
    assert set(classes) == {0, 1, 2}
    assert [classes[code].color.alpha() for code in (0, 1, 2)] == [0, 255, 255]
    assert classes[1].color != classes[2].color


def test_paths_do_as_well_as_layers(load):
    paths = {"S1": str(SAMPLE / "s1.tif"), "S2": str(SAMPLE / "s2_cloudy.tif")}
    layers = load({**paths, "OUTPUT": "TEMPORARY_OUTPUT", "ATTENTION": "TEMPORARY_OUTPUT"})
    assert layers["OUTPUT"].name() == "s2_cloudy — clouds removed"
    assert layers["OUTPUT"].renderer().type() == "multibandcolor"
    assert layers["ATTENTION"].name() == "s2_cloudy — SAR attention"


def test_region_in_another_crs(sample, tmp_path):
    import processing
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsRectangle

    layer = QgsProject.instance().mapLayer(sample["S2"])
    whole = layer.extent()
    part = QgsRectangle(whole.xMinimum(), whole.yMinimum(), whole.center().x(), whole.center().y())
    geographic = QgsCoordinateReferenceSystem("EPSG:4326")
    box = QgsCoordinateTransform(layer.crs(), geographic, QgsProject.instance()).transformBoundingBox(part)
    extent = f"{box.xMinimum()},{box.xMaximum()},{box.yMinimum()},{box.yMaximum()} [EPSG:4326]"
    output = str(tmp_path / "out.tif")
    processing.run(ALGORITHM, {**sample, "EXTENT": extent, "OUTPUT": output})
    made = read(output)
    assert 120 <= made.shape[1] <= 140
    assert 120 <= made.shape[2] <= 140


def test_clear_pixels_are_kept_to_the_bit(sample, tmp_path):
    import processing

    cloudy = gdal.Open(str(SAMPLE / "s2_cloudy.tif"))
    mask = np.zeros((1, cloudy.RasterYSize, cloudy.RasterXSize), dtype="uint16")
    mask[:, 100:150, 100:150] = 1
    path = tmp_path / "mask.tif"
    made = gdal.GetDriverByName("GTiff").Create(str(path), cloudy.RasterXSize, cloudy.RasterYSize, 1, gdal.GDT_UInt16)
    made.SetGeoTransform(cloudy.GetGeoTransform())
    made.SetProjection(cloudy.GetProjection())
    made.GetRasterBand(1).WriteArray(mask[0])
    made = None
    output, changed = str(tmp_path / "out.tif"), str(tmp_path / "changed.tif")
    results = processing.run(ALGORITHM, {**sample, "MASK": str(path), "OUTPUT": output, "CHANGED": changed})
    after, before, where = read(output), read(SAMPLE / "s2_cloudy.tif"), read(changed)[0] == 1
    assert np.array_equal(after[:, ~where], before[:, ~where])
    assert not where[:80, :80].any()
    assert where[110:140, 110:140].all()
    assert results["CLOUD_COVER"] == pytest.approx(100 * 2500 / mask.size, abs=0.5)


def test_background_run_leaves_the_main_thread_free(sample, project, qgis):
    """Two at once: the second waits for its turn. Meanwhile the event loop goes on."""
    from qgis.core import QgsProcessingAlgRunnerTask, QgsProcessingContext, QgsProcessingFeedback
    from qgis.PyQt.QtCore import QEventLoop, QTimer

    outcomes, kept = [], []
    loop = QEventLoop()
    for _ in range(2):
        algorithm = qgis.processingRegistry().createAlgorithmById(ALGORITHM)
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
        context.setProject(project)
        parameters = {**sample, "OUTPUT": "TEMPORARY_OUTPUT"}
        task = QgsProcessingAlgRunnerTask(algorithm, parameters, context, feedback)
        task.executed.connect(lambda good, results: outcomes.append(good) or len(outcomes) < 2 or loop.quit())
        kept.append((algorithm, context, feedback, task))
        qgis.taskManager().addTask(task)
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(20)
    QTimer.singleShot(60_000, loop.quit)
    loop.exec()
    timer.stop()
    assert outcomes == [True, True]
    assert max(np.diff(ticks)) < 0.5


class Feedback:
    """Makes a feedback that does something at the first progress."""

    def __new__(cls, then):
        from qgis.core import QgsProcessingFeedback

        class Watching(QgsProcessingFeedback):
            pass

        feedback = Watching()
        feedback.progressChanged.connect(lambda _: then(feedback))
        return feedback


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A pair that takes some seconds on a CPU."""
    folder = tmp_path_factory.mktemp("large")
    optical = np.tile(read(SAMPLE / "s2_cloudy.tif"), (1, 4, 4))
    radar = np.tile(read(SAMPLE / "s1.tif"), (1, 4, 4))
    return {"S1": write(folder / "s1.tif", radar), "S2": write(folder / "s2.tif", optical)}


def test_cancel_ends_a_run_within_two_seconds(large, tmp_path):
    import processing

    cancelled = []

    def cancel(feedback):
        if not cancelled:
            cancelled.append(time.monotonic())
            feedback.cancel()

    output = str(tmp_path / "out.tif")
    results = processing.run(ALGORITHM, {**large, "TILE": 64, "OUTPUT": output}, feedback=Feedback(cancel))
    assert time.monotonic() - cancelled[0] < 2
    assert "OUTPUT" not in results
    assert list(tmp_path.iterdir()) == []


def test_process_that_is_killed_is_an_error_and_leaves_no_file(large, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    from sar_cloud_removal.plugin.compute.client import shared_client

    killed = []

    def kill(feedback):
        if not killed:
            killed.append(time.monotonic())
            os.kill(shared_client()._worker.process.pid, signal.SIGKILL)

    output = str(tmp_path / "out.tif")
    with pytest.raises(QgsProcessingException, match="The compute process ended unexpectedly .*SIGKILL"):
        processing.run(ALGORITHM, {**large, "TILE": 64, "OUTPUT": output}, feedback=Feedback(kill))
    assert time.monotonic() - killed[0] < 2
    assert list(tmp_path.iterdir()) == []


def test_run_that_is_ended_by_something_else_than_cancel_is_an_error(large, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    from sar_cloud_removal.plugin.compute.client import close_shared_client

    closed = []

    def close(feedback):
        if not closed:
            closed.append(True)
            close_shared_client()

    output = str(tmp_path / "out.tif")
    with pytest.raises(QgsProcessingException, match="Cancelled; nothing was written"):
        processing.run(ALGORITHM, {**large, "TILE": 64, "OUTPUT": output}, feedback=Feedback(close))
    assert list(tmp_path.iterdir()) == []


# --- Input that the compute process refuses -------------------------------------------------------------------------


BAD = {
    "no overlap": (
        lambda folder: {"S1": write(folder / "s1.tif", sentinel1(), left=900000.0)},
        "«s1» and «s2» do not overlap",
    ),
    "all nodata": (
        lambda folder: {"S1": write(folder / "s1.tif", np.full((2, 40, 50), np.nan, "float32"))},
        "«s1» has no valid pixel",
    ),
    "swapped": (
        lambda folder: {
            "S1": write(folder / "optical.tif", sentinel2()),
            "S2": write(folder / "radar.tif", sentinel1()),
        },
        "swapped",
    ),
    "complex": (
        lambda folder: {"S1": write(folder / "slc.tif", sentinel1().astype("complex64"))},
        "«slc» holds complex numbers",
    ),
    "too few bands": (
        lambda folder: {"S2": write(folder / "rgb.tif", sentinel2(bands=3))},
        "«rgb»",
    ),
    "unknown bands": (
        lambda folder: {"S2": write(folder / "seven.tif", sentinel2(bands=7))},
        "«seven»",
    ),
    "no such device": (lambda folder: {"DEVICE_NAME": "cuda:7"}, "cuda:7"),
    "weights of something else": (lambda folder: {"WEIGHTS": weights(folder)}, "own.safetensors"),
    "output is an input": (lambda folder: {"OUTPUT": str(folder / "s2.tif")}, "is also an input"),
    "output folder is a file": (lambda folder: {"OUTPUT": str(folder / "s1.tif" / "out.tif")}, "cannot be written"),
    "extent elsewhere": (lambda folder: {"EXTENT": "0,100,0,100 [EPSG:32650]"}, "extent"),
}


def weights(folder):
    path = folder / "own.safetensors"
    path.write_bytes(b"not weights at all")
    return str(path)


@pytest.mark.parametrize("case", BAD, ids=str)
def test_bad_input_gives_one_sentence_and_leaves_no_file(case, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    folder, results = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    results.mkdir()
    parameters = {
        "S1": write(folder / "s1.tif", sentinel1()),
        "S2": write(folder / "s2.tif", sentinel2()),
        "OUTPUT": str(results / "out.tif"),
    }
    make, said = BAD[case]
    parameters.update(make(folder))
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    with pytest.raises(QgsProcessingException) as caught:
        processing.run(ALGORITHM, parameters)
    sentence = str(caught.value)
    assert said in sentence
    assert "Traceback" not in sentence
    assert "\n" not in sentence.replace("Unable to execute algorithm\n", "")
    assert list(results.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_truncated_file_is_named(tmp_path, sample):
    import processing
    from qgis.core import QgsProcessingException

    whole = (SAMPLE / "s2_cloudy.tif").read_bytes()
    (tmp_path / "half.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(QgsProcessingException, match="half"):
        processing.run(ALGORITHM, {**sample, "S2": str(tmp_path / "half.tif"), "OUTPUT": str(tmp_path / "out.tif")})
    assert not (tmp_path / "out.tif").exists()
    assert left_behind(tmp_path) == []
