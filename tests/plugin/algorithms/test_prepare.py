"""Prepare Sentinel-2 and Prepare Sentinel-1: parameters, refusals, and runs on the real sample."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal

from ...safe_product import LEFT, TOP, zipped
from ..conftest import SAMPLE
from ..rasters import read, sentinel1, sentinel2, write
from ..sample_product import SIDE, sample_product

S2, S1 = "sarcloudremoval:preparesentinel2", "sarcloudremoval:preparesentinel1"

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def safe(tmp_path):
    return sample_product(tmp_path)


@pytest.fixture
def split(tmp_path):
    """The bands of the sample in files of their own: paths of Sentinel-2 and of Sentinel-1."""
    paths: dict = {}
    for key, name in (("s2", "s2_cloudy.tif"), ("s1", "s1.tif")):
        source = gdal.Open(str(SAMPLE / name))
        for number in range(1, source.RasterCount + 1):
            path = tmp_path / f"T50SKE_{source.GetRasterBand(number).GetDescription()}.tif"
            gdal.Translate(str(path), source, bandList=[number])
            paths.setdefault(key, []).append(str(path))
    return paths


@pytest.fixture
def load(project):
    """Run and load the results, as the dialog does; give back the results and the layers by their names."""
    import processing
    from qgis.PyQt.QtCore import QCoreApplication

    def run_and_load(algorithm, parameters):
        results = processing.runAndLoadResults(algorithm, parameters)
        QCoreApplication.processEvents()
        return results, {layer.name(): layer for layer in project.mapLayers().values()}

    return run_and_load


@pytest.fixture
def refusal(provider, project, tmp_path):
    """What the dialog says before work starts; "" when it says nothing."""
    from qgis.core import QgsProcessingContext

    context = QgsProcessingContext()
    context.setProject(project)

    def refused(algorithm, **parameters):
        made = provider.algorithm(algorithm.split(":")[1]).create()
        return made.checkParameterValues({"OUTPUT": str(tmp_path / "out.tif"), **parameters}, context)[1]

    return refused


# --- Parameters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["preparesentinel2", "preparesentinel1"])
def test_parameters_are_explained(provider, name):
    from qgis.core import QgsProcessingAlgorithm

    algorithm = provider.algorithm(name).create()
    text = algorithm.shortHelpString()
    for each in algorithm.parameterDefinitions():
        assert each.help() and each.help() in text and each.description() in text
    assert not algorithm.flags() & QgsProcessingAlgorithm.FlagNoThreading
    assert algorithm.flags() & QgsProcessingAlgorithm.FlagSupportsBatch
    assert {"prepare", "sentinel"} <= set(algorithm.tags())


def test_a_virtual_raster_is_offered_for_sentinel2_only(provider):
    algorithms = [provider.algorithm(name).create() for name in ("preparesentinel2", "preparesentinel1")]
    definition, other = (algorithm.parameterDefinition("OUTPUT") for algorithm in algorithms)
    assert definition.supportedOutputRasterLayerExtensions() == ["tif", "vrt"]
    assert "*.vrt" in definition.createFileFilter()
    copy = definition.clone()
    assert (copy.name(), copy.help()) == (definition.name(), definition.help())
    assert "*.vrt" in copy.createFileFilter()
    assert "*.vrt" not in other.createFileFilter()


def test_what_does_not_work_is_refused(refusal, tmp_path):
    stack = write(tmp_path / "stack.tif", sentinel2())
    assert "choose one of the three" in refusal(S2)
    assert "choose one of the three" in refusal(S2, PRODUCT="a.zip", FOLDER="b")
    assert "choose one of the three" in refusal(S2, PRODUCT="a.zip", BANDS=[stack])
    assert refusal(S2, PRODUCT="a.zip") == refusal(S2, FOLDER="b.SAFE") == refusal(S2, BANDS=[stack]) == ""
    assert refusal(S2, PRODUCT="/data/S2A.SAFE") == refusal(S2, PRODUCT="/data/S2A.SAFE/MTD_MSIL1C.xml") == ""
    assert "names 2 bands, and the layers have 13" in refusal(S2, BANDS=[stack], BAND_NAMES="B2,B3")
    assert refusal(S2, BANDS=[stack], OUTPUT=str(tmp_path / "x.vrt")) == ""
    radar = write(tmp_path / "radar.tif", sentinel1())
    single = write(tmp_path / "single.tif", sentinel1(bands=1))
    assert refusal(S1, S1=radar) == refusal(S1, S1=single, S1_OTHER=radar) == refusal(S1, S1=radar, GRID=stack) == ""
    assert "Sentinel-1 needs two" in refusal(S1, S1=single)
    assert "chosen both" in refusal(S1, S1=single, S1_OTHER=single)
    assert "it has to be an odd number" in refusal(S1, S1=radar, WINDOW=6)
    assert "there are none, lee, refined_lee" in refusal(S1, S1=radar, SPECKLE="median")
    assert "for one layer that holds both" in refusal(S1, S1=radar, S1_OTHER=single, S1_VV=1, S1_VH=2)


# --- Runs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_a_product_arrives_in_true_colour_with_its_clouds(compute, safe, load, tmp_path, packed):
    product = {"PRODUCT": str(zipped(safe))} if packed else {"FOLDER": str(safe.folder)}
    out, mask = str(tmp_path / "out.tif"), str(tmp_path / "mask.tif")
    parameters = {**product, "OUTPUT": out, "CLOUD_MASK": mask, "RESAMPLING": "nearest"}
    results, layers = load(S2, parameters)
    title = "Sentinel-2 L2A T50SKE 2023-05-14"
    assert results["TITLE"] == title
    assert set(layers) == {title, f"{title} — cloud mask"}
    image = layers[title]
    renderer = image.renderer()
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (4, 3, 2)
    # QGIS shows reflectance: 0.1 added by the baseline is taken off again.
    contrast = renderer.redContrastEnhancement()
    assert 0.03 < contrast.minimumValue() < 0.15
    assert contrast.maximumValue() == pytest.approx(contrast.minimumValue() + 0.18, abs=1e-6)
    value, ok = image.dataProvider().sample(image.extent().center(), 4)
    expected = read(SAMPLE / "s2_cloudy.tif")[3, SIDE // 2 : SIDE // 2 + 1, SIDE // 2][0] / 10000
    assert ok and value == pytest.approx(expected, abs=0.06)
    clouds = read(mask)[0]
    assert clouds.sum() == 60 * 80 and clouds[20:80, 40:120].all()
    assert layers[f"{title} — cloud mask"].renderer().type() == "paletted"


def test_a_virtual_raster_is_loaded_instead_of_the_file_that_qgis_made_up(compute, safe, load, tmp_path):
    from qgis.core import QgsProcessingOutputLayerDefinition, QgsProject

    wanted = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance())
    _, layers = load(S2, {"FOLDER": str(safe.folder), "VIRTUAL": True, "OUTPUT": wanted})
    assert len(layers) == 1
    layer = layers["Sentinel-2 L2A T50SKE 2023-05-14"]
    assert layer.source().endswith("OUTPUT.vrt") and layer.isValid() and layer.bandCount() == 12
    numbers = read(layer.source())
    assert numbers.shape == (12, SIDE, SIDE) and (numbers > 900).all()


def test_a_broken_product_says_which_file_is_missing(compute, safe, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    safe.images["B11"].unlink()
    with pytest.raises(QgsProcessingException, match=r"the file GRANULE/.*_B11_20m.jp2 is missing"):
        processing.run(S2, {"FOLDER": str(safe.folder), "OUTPUT": str(tmp_path / "out.tif")})
    assert not (tmp_path / "out.tif").exists()


def test_split_layers_are_prepared_and_reconstructed_as_the_sample_is(compute, split, load, tmp_path):
    """The chain: separate bands → the pair → Remove clouds gives the pixels that the sample itself gives."""
    import processing

    results, layers = load(S2, {"BANDS": split["s2"][::-1], "OUTPUT": str(tmp_path / "s2.tif")})
    assert results["TITLE"] == "Sentinel-2, 13 bands" and "Sentinel-2, 13 bands" in layers
    np.testing.assert_array_equal(read(results["OUTPUT"]), read(SAMPLE / "s2_cloudy.tif"))
    s2 = layers["Sentinel-2, 13 bands"]
    other = {"S1": split["s1"][1], "S1_OTHER": split["s1"][0], "GRID": s2.id(), "OUTPUT": str(tmp_path / "s1.tif")}
    results, layers = load(S1, other)
    s1 = layers["T50SKE_VH — VV, VH in dB"]
    np.testing.assert_array_equal(read(results["OUTPUT"]), read(SAMPLE / "s1.tif"))
    assert s1.renderer().type() == "multibandcolor"
    assert s1.renderer().redContrastEnhancement().maximumValue() < 5
    outputs = []
    for name, pair in (
        ("prepared", {"S1": s1.id(), "S2": s2.id()}),
        ("sample", {"S1": str(SAMPLE / "s1.tif"), "S2": str(SAMPLE / "s2_cloudy.tif")}),
    ):
        out = str(tmp_path / f"{name}_clear.tif")
        outputs.append(
            processing.run("sarcloudremoval:removeclouds", {**pair, "DEVICE": "cpu", "OUTPUT": out})["OUTPUT"]
        )
    prepared, sample = (read(path) for path in outputs)
    # 0 is nodata in the prepared file alone, so that black is 1 there.
    np.testing.assert_array_equal(np.maximum(prepared, 1), np.maximum(sample, 1))


def test_prepared_layers_are_proposed_to_remove_clouds(compute, split, load, tmp_path):
    from sar_cloud_removal.plugin.project_layers import likely_pair

    _, layers = load(S2, {"BANDS": split["s2"], "OUTPUT": str(tmp_path / "s2.tif")})
    _, layers = load(S1, {"S1": str(SAMPLE / "s1.tif"), "SPECKLE": "lee", "OUTPUT": str(tmp_path / "s1.tif")})
    assert likely_pair() == (layers["s1 — VV, VH in dB"].id(), layers["Sentinel-2, 13 bands"].id())
    smooth, rough = read(tmp_path / "s1.tif"), read(SAMPLE / "s1.tif")
    assert np.diff(smooth).std() < 0.7 * np.diff(rough).std()


def fill_in(child) -> None:
    """Set what a model's author leaves as it is proposed."""
    from qgis.core import QgsProcessingModelChildParameterSource, QgsProcessingParameterDefinition

    for each in child.algorithm().parameterDefinitions():
        optional = each.flags() & QgsProcessingParameterDefinition.FlagOptional
        if not each.isDestination() and not optional and each.name() not in child.parameterSources():
            source = QgsProcessingModelChildParameterSource.fromStaticValue(each.defaultValue())
            child.addParameterSources(each.name(), [source])


def test_a_model_goes_from_a_product_to_a_clear_image(compute, safe, tmp_path):
    """Prepare Sentinel-2, virtual → Remove clouds, its cloud mask as the mask: what is clear stays."""
    import processing
    from qgis.core import (
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelChildParameterSource,
        QgsProcessingModelOutput,
        QgsProcessingModelParameter,
        QgsProcessingParameterFile,
        QgsProcessingParameterRasterLayer,
    )

    source = QgsProcessingModelChildParameterSource
    model = QgsProcessingModelAlgorithm("prepare and remove", "tests")
    folder = QgsProcessingParameterFile("product", "Product", QgsProcessingParameterFile.Behavior.Folder)
    model.addModelParameter(folder, QgsProcessingModelParameter("product"))
    model.addModelParameter(QgsProcessingParameterRasterLayer("radar", "Radar"), QgsProcessingModelParameter("radar"))
    first = QgsProcessingModelChildAlgorithm(S2)
    first.setChildId("prepare")
    first.addParameterSources("FOLDER", [source.fromModelParameter("product")])
    first.addParameterSources("VIRTUAL", [source.fromStaticValue(True)])
    fill_in(first)
    wanted = QgsProcessingModelOutput("mask")
    wanted.setChildId("prepare")
    wanted.setChildOutputName("CLOUD_MASK")
    first.setModelOutputs({"mask": wanted})
    model.addChildAlgorithm(first)
    second = QgsProcessingModelChildAlgorithm("sarcloudremoval:removeclouds")
    second.setChildId("remove")
    second.addParameterSources("S1", [source.fromModelParameter("radar")])
    second.addParameterSources("S2", [source.fromChildOutput("prepare", "OUTPUT")])
    second.addParameterSources("MASK", [source.fromChildOutput("prepare", "CLOUD_MASK")])
    second.addParameterSources("FEATHER", [source.fromStaticValue(0)])
    fill_in(second)
    clear = QgsProcessingModelOutput("clear")
    clear.setChildId("remove")
    clear.setChildOutputName("OUTPUT")
    second.setModelOutputs({"clear": clear})
    model.addChildAlgorithm(second)
    model.updateDestinationParameters()
    assert model.validate() == (True, [])
    radar = str(tmp_path / "radar.tif")
    image = gdal.Translate("", str(SAMPLE / "s1.tif"), format="MEM", srcWin=[0, 0, SIDE, SIDE])
    image.SetGeoTransform((LEFT, 10, 0, TOP, 0, -10))
    gdal.Translate(radar, image)
    outputs = {
        each.name(): str(tmp_path / f"{number}.tif")
        for number, each in enumerate(model.destinationParameterDefinitions())
    }
    results = processing.run(model, {"product": str(safe.folder), "radar": radar, **outputs})
    made = gdal.Open(results["remove:clear"])
    assert made.RasterCount == 12 and made.GetRasterBand(1).GetOffset() == pytest.approx(-0.1)
    mask = read(results["prepare:mask"])[0]
    with_clouds = processing.run(S2, {"FOLDER": str(safe.folder), "OUTPUT": str(tmp_path / "again.tif")})["OUTPUT"]
    changed = (read(results["remove:clear"]) != read(with_clouds)).any(axis=0)
    assert mask.sum() == 60 * 80
    assert not changed[mask == 0].any() and changed[mask == 1].mean() > 0.9
