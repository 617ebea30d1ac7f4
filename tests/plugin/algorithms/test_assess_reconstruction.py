"""Assess reconstruction: its parameters, what it refuses, runs in the real compute process, and a model with it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from ..conftest import COMPUTE_PYTHON, SAMPLE
from ..rasters import read, sentinel1, sentinel2, write

ID = "sarcloudremoval:assessreconstruction"
INPUTS = ["PREDICTION", "REFERENCE", "CLOUDY", "MASK", "CHANGED", "S1"]
ADVANCED = "S2_BANDS S2_SCALE S2_OFFSET REFERENCE_BANDS REFERENCE_SCALE REFERENCE_OFFSET".split()
DESTINATIONS = ["ERROR", "REPORT", "TABLE", "FIGURES"]
NUMBERS = ["PSNR", "SSIM", "MAE", "SAM", "RMSE", "PSNR_BEFORE", "GAIN", "PIXELS"]


@pytest.fixture
def assessing(provider):
    return provider.algorithm("assessreconstruction").create()


@pytest.fixture
def context(project):
    from qgis.core import QgsProcessingContext

    made = QgsProcessingContext()
    made.setProject(project)
    return made


@pytest.fixture
def files(tmp_path):
    """A small pair of files as parameters: the prediction is the reference, 100 DN brighter."""
    return {
        "PREDICTION": write(tmp_path / "made.tif", sentinel2() + np.uint16(100)),
        "REFERENCE": write(tmp_path / "clear.tif", sentinel2()),
    }


@pytest.fixture
def refusal(assessing, context, files):
    """What the dialog says before work starts; "" when it says nothing."""

    def refused(**changed):
        accepted, message = assessing.checkParameterValues({**files, **changed}, context)
        assert accepted == (message == "")
        return message

    return refused


# --- Parameters and what is refused ---------------------------------------------------------------------------------


def test_parameters_have_stable_ids_and_explanations(assessing):
    from qgis.core import QgsProcessingAlgorithm, QgsProcessingParameterDefinition

    definitions = {each.name(): each for each in assessing.parameterDefinitions()}
    assert list(definitions) == INPUTS + ADVANCED + DESTINATIONS
    folded = [
        name for name, each in definitions.items() if each.flags() & QgsProcessingParameterDefinition.FlagAdvanced
    ]
    assert folded == ADVANCED
    required = [
        name for name, each in definitions.items() if not each.flags() & QgsProcessingParameterDefinition.FlagOptional
    ]
    assert required == ["PREDICTION", "REFERENCE"]
    text = assessing.shortHelpString()
    assert all(each.help() and each.help() in text for each in definitions.values())
    assert not assessing.flags() & QgsProcessingAlgorithm.FlagNoThreading
    assert assessing.flags() & QgsProcessingAlgorithm.FlagCanCancel


def test_the_report_is_html_and_figures_are_numbers(assessing):
    from qgis.core import QgsProcessingOutputHtml, QgsProcessingOutputNumber

    outputs = {each.name(): each for each in assessing.outputDefinitions()}
    assert list(outputs) == DESTINATIONS + NUMBERS
    assert isinstance(outputs["REPORT"], QgsProcessingOutputHtml)
    assert all(isinstance(outputs[name], QgsProcessingOutputNumber) for name in NUMBERS)
    assert assessing.hasHtmlOutputs()
    made = [name for name in DESTINATIONS if assessing.parameterDefinition(name).createByDefault()]
    assert made == ["ERROR", "REPORT"]
    endings = [assessing.parameterDefinition(name).defaultFileExtension() for name in DESTINATIONS]
    assert endings == ["tif", "html", "csv", "json"]


def test_good_files_are_accepted(refusal, tmp_path):
    assert refusal() == ""
    mask = write(tmp_path / "mask.tif", sentinel1(bands=1))
    assert refusal(MASK=mask, CHANGED=mask, CLOUDY=str(SAMPLE / "s2_cloudy.tif"), S1=str(SAMPLE / "s1.tif")) == ""


def test_what_it_refuses(refusal, files, tmp_path):
    assert "which would be compared with itself" in refusal(REFERENCE=files["PREDICTION"])
    assert "which would be compared with itself" in refusal(CLOUDY=files["PREDICTION"])
    assert "The cloud mask «clear» cannot be used: it has 13 bands." in refusal(MASK=files["REFERENCE"])
    assert "cannot be used: it has 13 bands." in refusal(CHANGED=files["REFERENCE"])
    assert "needs two: VV and VH" in refusal(S1=write(tmp_path / "vv.tif", sentinel1(bands=1)))
    assert "it names 2 bands, and the layer has 13" in refusal(S2_BANDS="B2,B3")
    assert "«Bands of the reference» has the value «B2,B3»" in refusal(REFERENCE_BANDS="B2,B3")
    assert "has no georeference" in refusal(REFERENCE=write(tmp_path / "bare.tif", sentinel2(), epsg=None))
    assert "a number of at least" in refusal(S2_SCALE=-1)


def test_without_environment_it_says_what_to_press(assessing, no_environment):
    can, sentence = assessing.canExecute()
    assert not can and "Set up compute environment" in sentence


def test_every_parameter_arrives(assessing, context, files, tmp_path):
    mask, radar = write(tmp_path / "mask.tif", sentinel1(bands=1)), write(tmp_path / "s1.tif", sentinel1())
    names = "B1,B2,B3,B4,B5,B6,B7,B8,B8A,B9,B10,B11,B12"
    chosen = {
        "CLOUDY": str(SAMPLE / "s2_cloudy.tif"),
        "MASK": mask,
        "CHANGED": mask,
        "S1": radar,
        "S2_BANDS": names,
        "S2_SCALE": 1,
        "S2_OFFSET": 0,
        "REFERENCE_BANDS": names,
        "REFERENCE_SCALE": 20000,
        "REFERENCE_OFFSET": -1000,
    }
    parameters = {**files, **chosen}
    made = assessing._request_for(parameters, context, assessing._layers(parameters, context))
    assert (made.prediction, made.reference) == (files["PREDICTION"], files["REFERENCE"])
    assert (made.prediction_name, made.reference_name) == ("made", "clear")
    assert (made.cloudy, made.mask, made.changed, made.s1) == (str(SAMPLE / "s2_cloudy.tif"), mask, mask, radar)
    assert made.s2_bands == made.reference_bands == tuple(names.split(","))
    assert (made.s2_scale, made.s2_offset, made.reference_scale, made.reference_offset) == (1, 0, 20000, -1000)


def test_the_dialog_proposes_what_the_last_run_made(project, provider):
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.layers import IMAGE, ROLE

    layers = {}
    for name, file in (("Sentinel-1", "s1"), ("Sentinel-2, cloudy", "s2_cloudy"), ("Sentinel-2, clear", "s2_clear")):
        layers[file] = project.addMapLayer(QgsRasterLayer(str(SAMPLE / f"{file}.tif"), name)).id()

    def proposed():
        algorithm = provider.algorithm("assessreconstruction").create()
        return [algorithm.parameterDefinition(name).guiDefaultValueOverride() for name in INPUTS]

    assert proposed() == [None, layers["s2_clear"], None, None, None, None]
    made = QgsRasterLayer(str(SAMPLE / "s2_cloudy.tif"), "Sentinel-2, cloudy — clouds removed")
    made.setCustomProperty(ROLE, IMAGE)
    project.addMapLayer(made)
    assert proposed() == [made.id(), layers["s2_clear"], layers["s2_cloudy"], None, None, layers["s1"]]


# --- Runs -----------------------------------------------------------------------------------------------------------


def test_a_small_run_has_the_figures_that_it_must_have(compute, files, tmp_path):
    import processing

    outputs = {
        name: str(tmp_path / f"out.{ending}") for name, ending in zip(DESTINATIONS, ("tif", "html", "csv", "json"))
    }
    results = processing.run(ID, {**files, **outputs, "S2_SCALE": 10000, "S2_OFFSET": 0})
    assert {name: results[name] for name in DESTINATIONS} == outputs
    # 0.01 of reflectance everywhere.
    assert results["PSNR"] == pytest.approx(40, abs=1e-3)
    assert (results["MAE"], results["RMSE"]) == pytest.approx((1, 1), abs=1e-4)
    assert results["PIXELS"] == 40 * 50
    assert (results["PSNR_BEFORE"], results["GAIN"]) == (None, None)
    assert (read(outputs["ERROR"])[0] == 100).all()
    with open(outputs["TABLE"], newline="") as file:
        assert {row["kind"] for row in csv.DictReader(file)} == {"all", "band"}
    assert json.loads(Path(outputs["FIGURES"]).read_text())["layers"]["reference"]["name"] == "clear"
    assert "«" not in Path(outputs["REPORT"]).read_text() or "made" in Path(outputs["REPORT"]).read_text()


def test_removed_clouds_of_the_sample_have_the_figures_of_the_shell(compute, tmp_path):
    """As `make demo` prints them: that runs the same two commands."""
    import processing

    removed = str(tmp_path / "removed.tif")
    sample = {name: str(SAMPLE / f"{name}.tif") for name in ("s1", "s2_cloudy", "s2_clear")}
    processing.run("sarcloudremoval:removeclouds", {"S1": sample["s1"], "S2": sample["s2_cloudy"], "OUTPUT": removed})
    report, error = str(tmp_path / "report.html"), str(tmp_path / "error.tif")
    inputs = {"PREDICTION": removed, "REFERENCE": sample["s2_clear"], "CLOUDY": sample["s2_cloudy"], "S1": sample["s1"]}
    results = processing.run(ID, {**inputs, "ERROR": error, "REPORT": report})
    program = str(Path(COMPUTE_PYTHON).parent / "sar-cloud-removal")
    for name, path in (("prediction", removed), ("cloudy", sample["s2_cloudy"])):
        command = [program, "evaluate", "--prediction", path, "--reference", sample["s2_clear"], "--json"]
        shell = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        if name == "prediction":
            assert [results[key.upper()] for key in ("psnr", "ssim", "mae", "sam")] == pytest.approx(
                [shell[key] for key in ("psnr", "ssim", "mae", "sam")]
            )
            assert f"{shell['psnr']:.2f}" in Path(report).read_text()
        else:
            assert results["PSNR_BEFORE"] == pytest.approx(shell["psnr"])
    assert results["GAIN"] == pytest.approx(results["PSNR"] - results["PSNR_BEFORE"]) and results["GAIN"] > 5
    text = re.sub(r"<[^>]*>", " ", Path(report).read_text())
    for name, digits in (("PSNR", 2), ("SSIM", 2), ("MAE", 3), ("SAM", 2), ("PSNR_BEFORE", 2)):
        assert f"{results[name]:.{digits}f}" in text, name
    assert gdal.Open(error).GetRasterBand(1).GetScale() == 1e-4


def test_layers_that_do_not_overlap_are_refused_and_nothing_is_left(compute, files, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    far = write(tmp_path / "far.tif", sentinel2(), left=900_000.0)
    with pytest.raises(QgsProcessingException, match="«far» does not overlap «made»"):
        processing.run(
            ID, {**files, "REFERENCE": far, "ERROR": str(tmp_path / "e.tif"), "REPORT": str(tmp_path / "r.html")}
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clear.tif", "far.tif", "made.tif"]


def test_the_error_map_arrives_named_and_coloured(compute, project, files, tmp_path):
    import processing
    from qgis.core import QgsRasterLayer
    from qgis.PyQt.QtCore import QCoreApplication

    brighter = sentinel2() + np.linspace(0, 800, 50).astype("uint16")
    files = {**files, "PREDICTION": write(tmp_path / "uneven.tif", brighter)}
    processing.runAndLoadResults(ID, {**files, "ERROR": str(tmp_path / "error.tif"), "REPORT": ""})
    QCoreApplication.processEvents()
    (layer,) = (each for each in project.mapLayers().values() if isinstance(each, QgsRasterLayer))
    assert layer.name() == "uneven — error"
    renderer = layer.renderer()
    assert (renderer.type(), renderer.opacity()) == ("singlebandpseudocolor", 1.0)
    items = renderer.shader().rasterShaderFunction().colorRampItemList()
    assert [items[0].color.name(), items[-1].color.name()] == ["#ffffe5", "#67001f"]
    assert 0 <= items[0].value < 0.005 and items[-1].value == pytest.approx(0.08, abs=0.005)


def test_in_a_model_its_figures_are_outputs(compute, project, files, tmp_path):
    """A model that assesses, and hands the figure on to what decides by it."""
    import processing
    from qgis.core import (
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelChildParameterSource,
        QgsProcessingModelOutput,
        QgsProcessingModelParameter,
        QgsProcessingParameterRasterLayer,
    )

    model = QgsProcessingModelAlgorithm("Assess", "tests")
    child = QgsProcessingModelChildAlgorithm(ID)
    child.setChildId("assess")
    for name in ("PREDICTION", "REFERENCE"):
        model.addModelParameter(QgsProcessingParameterRasterLayer(name, name), QgsProcessingModelParameter(name))
        child.addParameterSources(name, [QgsProcessingModelChildParameterSource.fromModelParameter(name)])
    report = QgsProcessingModelOutput("report", "report")
    report.setChildId("assess")
    report.setChildOutputName("REPORT")
    child.setModelOutputs({"report": report})
    model.addChildAlgorithm(child)
    condition = QgsProcessingModelChildAlgorithm("native:condition")
    condition.setChildId("good")
    condition.setConfiguration({"conditions": [{"name": "good", "expression": "@assess_PSNR > 30"}]})
    model.addChildAlgorithm(condition)
    model.updateDestinationParameters()
    assert model.validate() == (True, [])
    results = processing.run(model, {**files, "assess:report": str(tmp_path / "r.html")})
    assert (tmp_path / "r.html").stat().st_size > 20_000
    assert results["CHILD_RESULTS"]["assess"]["PSNR"] == pytest.approx(40, abs=1e-3)
