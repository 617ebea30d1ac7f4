"""Detect clouds and shadows, Simulate clouds, and the chain simulate → detect → remove, in the real compute process."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal

from ..conftest import SAMPLE
from ..rasters import read, sentinel1, write

DETECT, SIMULATE, REMOVE = (f"sarcloudremoval:{name}" for name in ("detectclouds", "simulateclouds", "removeclouds"))
CLEAR_DATE = str(SAMPLE / "s2_clear.tif")
CLOUDY_DATE = str(SAMPLE / "s2_cloudy.tif")


@pytest.fixture
def context(project):
    from qgis.core import QgsProcessingContext

    made = QgsProcessingContext()
    made.setProject(project)
    return made


def names(algorithm, advanced):
    from qgis.core import QgsProcessingParameterDefinition

    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    return [
        each.name()
        for each in algorithm.parameterDefinitions()
        if bool(each.flags() & flag) == advanced and not each.isDestination()
    ]


def test_parameters(provider):
    detect, simulate = (provider.algorithm(name).create() for name in ("detectclouds", "simulateclouds"))
    assert names(detect, False) == ["S2", "METHOD", "GROW", "EXTENT"]
    assert names(detect, True) == ["BAND", "BAND_KIND", "BAND_NUMBER", "LEVEL", "S2_BANDS", "S2_SCALE", "S2_OFFSET"]
    assert [each.name() for each in detect.destinationParameterDefinitions()] == ["OUTPUT"]
    expected = ["S2", "KIND", "COVER", "THICKNESS", "SEED", "SHADOWS", "SUN_AZIMUTH", "SUN_ELEVATION", "EXTENT"]
    assert names(simulate, False) == expected
    assert names(simulate, True) == ["SIZE", "HEIGHT", "S2_BANDS", "S2_SCALE", "S2_OFFSET"]
    assert [each.name() for each in simulate.destinationParameterDefinitions()] == ["OUTPUT", "OPACITY", "CLASSES"]
    for algorithm in (detect, simulate):
        assert all(each.help() for each in algorithm.parameterDefinitions())
        assert algorithm.displayName() in ("Detect clouds and shadows", "Simulate clouds")


def test_clouds_grow_by_the_same_number_wherever_they_are_detected(provider):
    found = {
        name: provider.algorithm(name).parameterDefinition("GROW").defaultValue()
        for name in ("detectclouds", "removeclouds", "removecloudsfolder")
    }
    assert found == dict.fromkeys(found, 5)


def test_refusals_before_work_begins(provider, compute, context, tmp_path):
    algorithm = provider.algorithm("detectclouds").create()
    parameters = {"S2": CLOUDY_DATE, "OUTPUT": str(tmp_path / "out.tif")}
    accepted, _ = algorithm.checkParameterValues(parameters, context)
    assert accepted
    accepted, message = algorithm.checkParameterValues({**parameters, "METHOD": "band"}, context)
    assert not accepted and "«Method» has the value «the product's own band»" in message
    assert "choose the layer with that band too" in message
    simulate = provider.algorithm("simulateclouds").create()
    accepted, message = simulate.checkParameterValues({**parameters, "COVER": 120}, context)
    assert not accepted and "Cloud cover in percent" in message
    assert "it has to be a number from 0 to 100" in message
    remove = provider.algorithm("removeclouds").create()
    pair = {"S1": str(SAMPLE / "s1.tif"), **parameters}
    for more, words in (
        ({"KEEP": "mask"}, "no cloud mask is chosen"),
        ({"KEEP": "detected", "MASK": write(tmp_path / "m.tif", np.ones((1, 9, 9), "uint16"))}, "is chosen too"),
    ):
        accepted, message = remove.checkParameterValues({**pair, **more}, context)
        assert not accepted and words in message


def test_radar_is_refused(provider, compute, project, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    radar = write(tmp_path / "s1.tif", sentinel1())
    for name in (DETECT, SIMULATE):
        with pytest.raises(QgsProcessingException, match="does not hold Sentinel-2 reflectance"):
            processing.run(name, {"S2": radar, "OUTPUT": str(tmp_path / "out.tif")})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s1.tif"]


def test_the_chain_simulate_detect_remove(provider, compute, project, tmp_path):
    import processing

    paths = {name: str(tmp_path / f"{name}.tif") for name in ("cloudy", "truth", "mask", "removed", "kept")}
    options = {"COVER": 35, "SIZE": 900, "HEIGHT": 400, "SEED": 4}
    outputs = {"OUTPUT": paths["cloudy"], "CLASSES": paths["truth"]}
    simulated = processing.run(SIMULATE, {"S2": CLEAR_DATE, **options, **outputs})
    assert simulated["CLOUD_COVER"] == pytest.approx(35, abs=1)
    detected = processing.run(DETECT, {"S2": paths["cloudy"], "METHOD": "spectral", "GROW": 5, "OUTPUT": paths["mask"]})
    truth, mask = read(paths["truth"])[0], read(paths["mask"])[0]
    cloud = np.isin(truth, (1, 3))
    assert (mask[cloud] > 0).mean() > 0.97
    assert (mask[truth == 0] == 0).mean() > 0.6
    assert detected["CLOUD_PERCENT"] + detected["THIN_PERCENT"] >= 35
    pair = {"S1": str(SAMPLE / "s1.tif"), "S2": paths["cloudy"]}
    processing.run(REMOVE, {**pair, "MASK": paths["mask"], "OUTPUT": paths["removed"]})
    processing.run(REMOVE, {**pair, "KEEP": "detected", "DETECTION": "spectral", "GROW": 5, "OUTPUT": paths["kept"]})
    kept = (read(paths["kept"]) == read(paths["cloudy"])).all(axis=0)
    # By the mask all that is clear is kept, by the detection only what the network takes for clear too.
    assert not kept[mask > 0].all() and kept[mask == 0].mean() > 0.9
    cloudy, removed, clear = read(paths["cloudy"]), read(paths["removed"]), read(CLEAR_DATE)
    assert np.array_equal(removed[:, mask == 0], cloudy[:, mask == 0])

    def error(image):
        return np.abs(image[:, cloud].astype(float) - clear[:, cloud]).mean()

    assert error(removed) < 0.5 * error(cloudy)


def test_hidden_ground_is_drawn_as_the_product_level_has_it(provider, compute, project, tmp_path):
    import processing

    images = {}
    for level in ("auto", "l1c", "l2a"):
        path = str(tmp_path / f"{level}.tif")
        pair = {"S1": str(SAMPLE / "s1.tif"), "S2": CLOUDY_DATE}
        processing.run(REMOVE, {**pair, "LEVEL": level, "OUTPUT": path})
        images[level] = read(path).astype(float)
    assert np.array_equal(images["auto"], images["l1c"])
    # The atmosphere lightens blue, and takes light from the short-wave infrared.
    assert (images["l1c"][1] - images["l2a"][1]).mean() > 100
    assert (images["l2a"][12] - images["l1c"][12]).mean() > 50


def test_layers_arrive_named_drawn_and_in_order(provider, compute, project, tmp_path):
    import processing
    from qgis.core import QgsProject, QgsRasterLayer
    from qgis.PyQt.QtCore import QCoreApplication

    clear = QgsRasterLayer(CLEAR_DATE, "June")
    project.addMapLayer(clear)
    paths = {name: str(tmp_path / f"{name}.tif") for name in ("OUTPUT", "OPACITY", "CLASSES")}
    processing.runAndLoadResults(SIMULATE, {"S2": clear.id(), "SIZE": 900, **paths})
    processing.runAndLoadResults(DETECT, {"S2": clear.id(), "OUTPUT": str(tmp_path / "mask.tif")})
    QCoreApplication.processEvents()
    tree = [node.layer() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    assert [layer.name() for layer in tree] == [
        "June — clouds and shadows",
        "June — simulated clouds and shadows",
        "June — cloud opacity",
        "June — simulated clouds",
        "June",
    ]
    classes = tree[0].renderer()
    assert classes.type() == "paletted"
    legend = [(label, colour.alpha()) for label, colour in classes.legendSymbologyItems()]
    assert legend == [("clear", 0), ("cloud", 255), ("shadow", 255), ("thin cloud", 255)]
    assert tree[2].renderer().type() == "singlebandgray"
    opacity = gdal.Open(paths["OPACITY"])
    band = opacity.GetRasterBand(1)
    assert (band.GetScale(), band.GetNoDataValue()) == (1e-4, 65535)
    assert tree[3].customProperty("sar_cloud_removal/role") == "simulated"
    assert tree[3].bandCount() == 13 and tree[3].renderer().type() == clear.renderer().type()


def test_the_products_own_band(provider, compute, project, tmp_path):
    import processing

    data = gdal.Open(CLOUDY_DATE)
    scl = np.full((data.RasterYSize, data.RasterXSize), 4, np.uint8)
    scl[20:60, 30:90], scl[100:120, 100:120] = 9, 3
    made = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "scl.tif"), *scl.shape[::-1], 1, gdal.GDT_Byte)
    made.SetGeoTransform(data.GetGeoTransform())
    made.SetProjection(data.GetProjection())
    made.GetRasterBand(1).WriteArray(scl)
    made = None
    output = str(tmp_path / "out.tif")
    band = {"METHOD": "band", "BAND": str(tmp_path / "scl.tif"), "GROW": 0}
    processing.run(DETECT, {"S2": CLOUDY_DATE, **band, "OUTPUT": output})
    found = read(output)[0]
    assert ((found == 1) == (scl == 9)).all() and ((found == 2) == (scl == 3)).all()


@pytest.fixture
def large(tmp_path):
    """The cloudy sample scene, mirrored to 3000 × 3000 pixels: 36 tiles of csmask."""
    cloudy = read(CLOUDY_DATE)
    times = -(-3000 // cloudy.shape[1])
    widths = [(0, 0), *[(0, (times - 1) * length) for length in cloudy.shape[1:]]]
    return write(tmp_path / "large.tif", np.pad(cloudy, widths, "symmetric")[:, :3000, :3000])


def test_cancel_during_the_survey_of_csmask_leaves_nothing(provider, compute, project, large, tmp_path):
    import time

    import processing
    from qgis.core import QgsProcessingFeedback

    class Feedback(QgsProcessingFeedback):
        """Cancels at the first sign of progress; QGIS asks for it from the thread that waits."""

        fractions, at, said = (), None, ""

        def setProgress(self, percent):
            self.fractions = (*self.fractions, percent)
            if percent > 5 and self.at is None:
                self.at = time.monotonic()
                self.cancel()

        def pushInfo(self, text):
            self.said += text

    feedback, output = Feedback(), tmp_path / "out.tif"
    processing.run(DETECT, {"S2": large, "METHOD": "csmask", "OUTPUT": str(output)}, feedback=feedback)
    assert feedback.at is not None and time.monotonic() - feedback.at < 3
    assert "by the method csmask" in feedback.said
    # A tile is a thirty-sixth of four fifths of nine tenths.
    assert 5 < max(feedback.fractions) < 15
    assert [path.name for path in tmp_path.iterdir()] == ["large.tif"]


def test_csmask_is_what_auto_takes_and_remove_clouds_keeps_what_it_finds_clear(provider, compute, project, tmp_path):
    import processing

    paths = {name: str(tmp_path / f"{name}.tif") for name in ("auto", "csmask", "kept")}
    for method in ("auto", "csmask"):
        found = processing.run(DETECT, {"S2": CLOUDY_DATE, "METHOD": method, "GROW": 5, "OUTPUT": paths[method]})
    mask = read(paths["csmask"])[0]
    assert np.array_equal(mask, read(paths["auto"])[0])
    # The spectral rule finds thin cloud, this network none.
    assert found["CLOUD_PERCENT"] > 30 and found["THIN_PERCENT"] == 0
    pair = {"S1": str(SAMPLE / "s1.tif"), "S2": CLOUDY_DATE}
    processing.run(REMOVE, {**pair, "KEEP": "detected", "DETECTION": "csmask", "GROW": 5, "OUTPUT": paths["kept"]})
    cloudy, kept = read(CLOUDY_DATE), read(paths["kept"])
    # The network sees haze that the detector does not see.
    assert 0.05 < (kept == cloudy).all(axis=0)[mask == 0].mean() < 1
    assert (kept != cloudy).any(axis=0)[mask == 1].mean() > 0.9
