"""The example models that ship: they are what the code makes, load, check out, and run."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from .conftest import SAMPLE
from .rasters import read

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "resources" / "models").glob("*.model3"))
NDVI = ROOT / "resources" / "models" / "clouds_removed_ndvi.model3"
TOOL = ROOT / "tests" / "tools" / "models.py"
# What each model is run on; its outputs get names by themselves.
PAIR = {"sentinel1": str(SAMPLE / "s1.tif"), "sentinel2": str(SAMPLE / "s2_cloudy.tif")}
INPUTS = {
    "clear_date_clouds_removed": {**PAIR, "clear": str(SAMPLE / "s2_clear.tif")},
    "cloud_mask_clouds_removed_ndvi": PAIR,
    "clouds_removed_ndvi": PAIR,
    "prepared_clouds_removed_assessed": {**PAIR, "clear": str(SAMPLE / "s2_clear.tif")},
}
# How many values the rasters of a model have at least, where it is not more than ten.
CLASSES = {"clouds_and_shadows": 2, "source": 2}

pytestmark = pytest.mark.usefixtures("provider")


def loaded(path):
    from qgis.core import QgsProcessingModelAlgorithm

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(path))
    return model


def test_there_is_an_example():
    assert NDVI in MODELS


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_is_valid_and_explained(path):
    model = loaded(path)
    assert model.validate() == (True, [])
    assert model.canExecute()[0] or not os.environ.get("SAR_CLOUD_REMOVAL_PYTHON")
    assert model.shortHelpString()
    for definition in model.parameterDefinitions():
        assert definition.description()


@pytest.fixture(scope="module")
def tool(qgis):
    spec = importlib.util.spec_from_file_location("models_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_models_are_what_the_code_makes(provider, tool, tmp_path):
    """Else: make models. As a whole by the version that writes them; newer ones add fields, so by their steps there."""
    from qgis.core import Qgis

    assert [make.__name__ for make in tool.MODELS] == sorted(path.stem for path in MODELS)
    seen = steps if Qgis.versionInt() >= 32300 else (lambda model: model.toVariant())
    for path in tool.build(tmp_path):
        assert seen(loaded(tool.TARGET / path.name)) == seen(loaded(path)), path.stem


def steps(model) -> tuple:
    """Return what a model asks for, and which algorithms it runs; of ours also which of their parameters are set.

    Those of GDAL's raster calculator differ between versions: EXTENT_OPT came later.
    """
    children = {}
    for name, child in model.childAlgorithms().items():
        ours = child.algorithmId().startswith("sarcloudremoval:")
        parameters = sorted(child.parameterSources()) if ours else []
        children[name] = (child.algorithmId(), parameters, sorted(child.modelOutputs()))
    return sorted(model.parameterComponents()), children


def test_writing_models_twice_gives_the_same_bytes(provider, tool, tmp_path):
    first = [path.read_bytes() for path in tool.build(tmp_path / "first")]
    assert first == [path.read_bytes() for path in tool.build(tmp_path / "second")]


@pytest.fixture
def scenes(tmp_path):
    """A folder with the sample as two scenes, of which one lacks its Sentinel-1."""
    folder = tmp_path / "scenes"
    folder.mkdir()
    shutil.copy(SAMPLE / "s1.tif", folder / "one_s1.tif")
    for name in ("one", "two"):
        shutil.copy(SAMPLE / "s2_cloudy.tif", folder / f"{name}_s2_cloudy.tif")
    return folder


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_runs_on_the_sample(compute, path, tmp_path, scenes):
    import processing

    model = loaded(path)
    endings = {"rasterDestination": ".tif", "fileDestination": "", "folderDestination": ""}
    outputs = {}
    for index, each in enumerate(model.destinationParameterDefinitions()):
        ending = endings[each.type()] or "." + (each.defaultFileExtension() or "folder")
        outputs[each.name()] = str(tmp_path / f"{index}{ending}")
    assert outputs
    inputs = {**INPUTS, "folder_clouds_removed": {"scenes": str(scenes)}}
    results = processing.run(model, {**inputs[path.stem], **outputs})
    for name, file in outputs.items():
        assert results[name] == file
        assert Path(file).exists()
        if file.endswith(".tif"):
            assert len(np.unique(read(file))) >= CLASSES.get(name.rpartition(":")[2], 11), name


def test_ndvi_model_computes_ndvi_of_the_reconstructed_image(compute, tmp_path):
    import processing

    clear, ndvi = str(tmp_path / "clear.tif"), str(tmp_path / "ndvi.tif")
    inputs = {"sentinel1": str(SAMPLE / "s1.tif"), "sentinel2": str(SAMPLE / "s2_cloudy.tif")}
    processing.run(loaded(NDVI), {**inputs, "removeclouds:clouds_removed": clear, "ndvi:NDVI": ndvi})
    bands = read(clear).astype(float)
    valid = bands[7] + bands[3] > 0
    expected = (bands[7] - bands[3]) / np.maximum(bands[7] + bands[3], 1)
    assert valid.mean() > 0.9
    assert np.allclose(read(ndvi)[0][valid], expected[valid], atol=1e-5)
    assert (read(clear) != read(SAMPLE / "s2_cloudy.tif")).mean() > 0.5


def test_mask_model_changes_only_what_it_takes_for_cloud(compute, tmp_path):
    import processing

    path = NDVI.with_name("cloud_mask_clouds_removed_ndvi.model3")
    outputs = {
        name: str(tmp_path / f"{name.rpartition(':')[2]}.tif")
        for name in ("detectclouds:clouds_and_shadows", "removeclouds:clouds_removed", "ndvi:NDVI")
    }
    processing.run(loaded(path), {**PAIR, **outputs})
    classes = read(outputs["detectclouds:clouds_and_shadows"])[0]
    changed = (read(outputs["removeclouds:clouds_removed"]) != read(SAMPLE / "s2_cloudy.tif")).any(axis=0)
    assert 0.03 < (classes == 0).mean() < 0.95
    assert not changed[classes == 0].any()
    assert changed[classes > 0].mean() > 0.9


def test_assessing_model_tells_the_gain(compute, tmp_path):
    import processing

    path = NDVI.with_name("prepared_clouds_removed_assessed.model3")
    model = loaded(path)
    kinds = {"rasterDestination": "tif", "fileDestination": "csv"}
    outputs = {
        each.name(): str(tmp_path / f"{index}.{'html' if 'report' in each.name() else kinds[each.type()]}")
        for index, each in enumerate(model.destinationParameterDefinitions())
    }
    results = processing.run(model, {**INPUTS[path.stem], **outputs})
    assert "PSNR" in Path(results["assess:report"]).read_text(encoding="utf-8")
    rows = Path(results["assess:figures"]).read_text(encoding="utf-8").splitlines()
    assert len(rows) > 10
    # Sentinel-1 has the pixels of Sentinel-2.
    assert read(outputs["preparesentinel1:sentinel1_prepared"]).shape == (2, 256, 256)


def test_folder_model_writes_results_and_report(compute, scenes, tmp_path):
    import processing

    path = NDVI.with_name("folder_clouds_removed.model3")
    outputs = {
        "removecloudsfolder:results": str(tmp_path / "out"),
        "removecloudsfolder:report": str(tmp_path / "r.csv"),
    }
    results = processing.run(loaded(path), {"scenes": str(scenes), **outputs})
    assert results["removecloudsfolder:report"] == outputs["removecloudsfolder:report"]
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["one_clouds_removed.tif"]
    lines = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["two", "incomplete"], ["one", "done"]]
    # Clouds were looked for, so clear pixels are as they were.
    same = (read(tmp_path / "out" / "one_clouds_removed.tif") == read(SAMPLE / "s2_cloudy.tif")).all(axis=0)
    assert 0.03 < same.mean() < 0.95


def test_model_takes_a_clear_date_and_gives_its_source(compute, tmp_path):
    import processing
    from qgis.core import QgsProcessingModelChildParameterSource, QgsProcessingModelOutput

    model = loaded(NDVI)
    child = model.childAlgorithm("removeclouds")
    for name, value in (("QUALITY", "best"), ("CLEAR", [str(SAMPLE / "s2_clear.tif")])):
        child.addParameterSources(name, [QgsProcessingModelChildParameterSource.fromStaticValue(value)])
    added = {}
    for name, key in (("source", "SOURCE"), ("error", "EXPECTED_ERROR")):
        added[name] = QgsProcessingModelOutput(name)
        added[name].setChildId("removeclouds")
        added[name].setChildOutputName(key)
    child.setModelOutputs({**child.modelOutputs(), **added})
    model.setChildAlgorithm(child)
    model.updateDestinationParameters()
    assert model.validate() == (True, [])
    outputs = {name: str(tmp_path / f"{index}.tif") for index, name in enumerate(model_outputs(model))}
    inputs = {"sentinel1": str(SAMPLE / "s1.tif"), "sentinel2": str(SAMPLE / "s2_cloudy.tif")}
    processing.run(model, {**inputs, **outputs})
    source, error = (read(outputs[f"removeclouds:{name}"])[0] for name in ("source", "error"))
    assert {0, 2} <= set(np.unique(source)) <= {0, 1, 2, 3, 4}
    assert (error[source == 0] == 0).all() and 0 < np.median(error[source == 2]) < 2000


def model_outputs(model):
    return [each.name() for each in model.destinationParameterDefinitions()]


def test_layers_of_a_model_keep_the_names_that_its_author_gave(compute, project, provider):
    import processing
    from qgis.core import QgsProcessingOutputLayerDefinition, QgsProject
    from qgis.PyQt.QtCore import QCoreApplication

    from sar_cloud_removal.plugin.layers import ROLE

    inputs = {"sentinel1": str(SAMPLE / "s1.tif"), "sentinel2": str(SAMPLE / "s2_cloudy.tif")}
    outputs = {}
    for name in ("removeclouds:clouds_removed", "ndvi:NDVI"):
        outputs[name] = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance())
    processing.runAndLoadResults(loaded(NDVI), {**inputs, **outputs})
    QCoreApplication.processEvents()
    layers = {layer.name(): layer for layer in project.mapLayers().values()}
    assert set(layers) == {"clouds_removed", "NDVI"}
    assert layers["clouds_removed"].customProperty(ROLE) == "image"
    assert layers["clouds_removed"].renderer().type() == "multibandcolor"


# --- In the toolbox -------------------------------------------------------------------------------------------------


@pytest.fixture
def examples(provider):
    """The example models as algorithms of the provider, by the names of their files."""
    return {each.name(): each for each in provider.algorithms() if each.groupId() == "examplemodels"}


def test_models_are_algorithms_of_the_provider_with_ids_of_their_files(examples, provider):
    assert sorted(examples) == sorted(path.stem for path in MODELS)
    for name, model in examples.items():
        assert model.id() == f"sarcloudremoval:{name}" and model.group() == "Example models"
        made = model.create()
        assert (made.id(), made.group(), made.displayName()) == (model.id(), model.group(), model.displayName())
        # With all outputs, though the file was read before the algorithms that its steps are of were registered.
        outputs = model_outputs(loaded(NDVI.with_name(f"{name}.model3")))
        assert outputs and model_outputs(model) == model_outputs(made) == outputs
        assert "model designer" in made.shortHelpString() and made.shortDescription() in made.shortHelpString()
        assert Path(made.helpUrl()).name == "models.html"


def test_model_says_what_to_press_without_environment(examples, no_environment):
    runs, said = examples["clouds_removed_ndvi"].create().canExecute()
    assert not runs and "Set up compute environment" in said


def test_model_proposes_the_layers_of_the_project(examples, project):
    from qgis.core import QgsApplication, QgsRasterLayer

    for name, file in (("radar", "s1.tif"), ("cloudy", "s2_cloudy.tif")):
        project.addMapLayer(QgsRasterLayer(str(SAMPLE / file), name))
    model = QgsApplication.processingRegistry().createAlgorithmById("sarcloudremoval:clouds_removed_ndvi")
    for name, layer in (("sentinel1", "radar"), ("sentinel2", "cloudy")):
        definition = model.parameterDefinition(name)
        assert definition.defaultValueForGui() == project.mapLayersByName(layer)[0].id()
        assert definition.defaultValue() is None


def test_model_runs_by_its_id(compute, provider, tmp_path):
    import processing

    clear, ndvi = str(tmp_path / "clear.tif"), str(tmp_path / "ndvi.tif")
    outputs = {"removeclouds:clouds_removed": clear, "ndvi:NDVI": ndvi}
    assert processing.run("sarcloudremoval:clouds_removed_ndvi", {**PAIR, **outputs})["ndvi:NDVI"] == ndvi
    assert read(ndvi).shape == (1, 256, 256) and read(clear).shape == (13, 256, 256)


def test_a_copy_for_the_designer_is_no_file_of_the_plugin(examples):
    from sar_cloud_removal.plugin.gui.model_action import OpenModelAction, example

    model = example(examples["clouds_removed_ndvi"]).model()
    assert model.sourceFilePath() == "" and model.provider() is None
    assert model.validate() == (True, [])
    action = OpenModelAction()
    for algorithm, enabled in ((examples["clouds_removed_ndvi"], True), (None, False)):
        action.setData(algorithm, None)
        assert action.isEnabled() is enabled


# --- qgis_process ---------------------------------------------------------------------------------------------------


@pytest.fixture
def qgis_process(tmp_path):
    """Run qgis_process with a profile of its own in which the plugin is enabled; give back its answer."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "sar_cloud_removal").symlink_to(ROOT)
    variables = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "profile"),
        "QGIS_PLUGINPATH": str(plugins),
        # The wrapper of 3.22 adds an option that the program does not know.
        "QGIS_OPTS": "",
    }
    variables.pop("PYTHONPATH", None)
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")

    def answer(*arguments, good=True, **changed):
        done = subprocess.run(
            [program, "--json", *arguments],
            env={**variables, **changed},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert (done.returncode == 0) == good, done.stdout + done.stderr
        text = done.stdout[done.stdout.find("{") :]
        return (json.loads(text) if text else {}), done.stdout + done.stderr

    enable = subprocess.run(
        [program, "plugins", "enable", "sar_cloud_removal"], env=variables, capture_output=True, text=True
    )
    assert enable.returncode == 0, enable.stdout + enable.stderr
    return answer


def test_qgis_process_lists_explains_and_runs_it(qgis_process, compute, tmp_path):
    listed, _ = qgis_process("list")
    names = [
        "adaptnetwork",
        "assessreconstruction",
        "clear_date_clouds_removed",
        "cloud_mask_clouds_removed_ndvi",
        "clouds_removed_ndvi",
        "detectclouds",
        "folder_clouds_removed",
        "prepared_clouds_removed_assessed",
        "preparesentinel1",
        "preparesentinel2",
        "removeclouds",
        "removecloudsfolder",
        "simulateclouds",
    ]
    assert sorted(listed["providers"]["sarcloudremoval"]["algorithms"]) == [f"sarcloudremoval:{name}" for name in names]
    explained, _ = qgis_process("help", "sarcloudremoval:removeclouds")
    assert {"S1", "S2", "OUTPUT"} <= set(explained["parameters"])
    out = tmp_path / "out.tif"
    inputs = [f"S1={SAMPLE / 's1.tif'}", f"S2={SAMPLE / 's2_cloudy.tif'}"]
    error = tmp_path / "error.tif"
    outputs = [f"OUTPUT={out}", f"EXPECTED_ERROR={error}", f"CLEAR={SAMPLE / 's2_clear.tif'}"]
    answer, _ = qgis_process("run", "sarcloudremoval:removeclouds", "--", *inputs, *outputs)
    assert (answer["results"]["OUTPUT"], answer["results"]["EXPECTED_ERROR"]) == (str(out), str(error))
    assert 0 < np.median(read(error)) < 2000
    assert answer["results"]["SECONDS"] > 0
    assert read(out).shape == read(SAMPLE / "s2_cloudy.tif").shape


def test_qgis_process_goes_through_a_folder(qgis_process, compute, scenes, tmp_path):
    inputs = [f"INPUT={scenes}", f"OUTPUT={tmp_path / 'out'}", "DEVICE=cpu"]
    done, _ = qgis_process("run", "sarcloudremoval:removecloudsfolder", "--", *inputs)
    assert {name: done["results"][name] for name in ("DONE", "KEPT", "FAILED", "INCOMPLETE")} == {
        "DONE": 1,
        "KEPT": 0,
        "FAILED": 0,
        "INCOMPLETE": 1,
    }
    assert read(tmp_path / "out" / "one_clouds_removed.tif").shape == (13, 256, 256)


def test_qgis_process_runs_the_model(qgis_process, compute, tmp_path):
    inputs = [f"sentinel1={SAMPLE / 's1.tif'}", f"sentinel2={SAMPLE / 's2_cloudy.tif'}"]
    outputs = [f"removeclouds:clouds_removed={tmp_path / 'clear.tif'}", f"ndvi:NDVI={tmp_path / 'ndvi.tif'}"]
    qgis_process("run", str(NDVI), "--", *inputs, *outputs)
    ndvi = read(tmp_path / "ndvi.tif")[0]
    assert ndvi.shape == (256, 256)
    assert np.count_nonzero(ndvi) > 0.9 * ndvi.size


def test_qgis_process_says_what_to_press_without_environment(qgis_process, tmp_path):
    """The algorithm is listed all the same."""
    out = tmp_path / "out.tif"
    inputs = [f"S1={SAMPLE / 's1.tif'}", f"S2={SAMPLE / 's2_cloudy.tif'}", f"OUTPUT={out}"]
    listed, _ = qgis_process("list", SAR_CLOUD_REMOVAL_PYTHON="")
    assert "sarcloudremoval" in listed["providers"]
    _, said = qgis_process(
        "run", "sarcloudremoval:removeclouds", "--", *inputs, good=False, SAR_CLOUD_REMOVAL_PYTHON=""
    )
    assert "Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install." in said
    assert not out.exists()


def test_qgis_process_prepares_layers(qgis_process, compute, tmp_path):
    s2, s1 = tmp_path / "s2.vrt", tmp_path / "s1.tif"
    answer, _ = qgis_process(
        "run", "sarcloudremoval:preparesentinel2", "--", f"BANDS={SAMPLE / 's2_cloudy.tif'}", f"OUTPUT={s2}"
    )
    assert answer["results"]["OUTPUT"] == str(s2)
    assert (read(s2) == read(SAMPLE / "s2_cloudy.tif")).all()
    inputs = [f"S1={SAMPLE / 's1.tif'}", f"GRID={s2}", "SPECKLE=refined_lee", f"OUTPUT={s1}"]
    qgis_process("run", "sarcloudremoval:preparesentinel1", "--", *inputs)
    assert read(s1).shape == (2, 256, 256)
    assert np.diff(read(s1)).std() < 0.85 * np.diff(read(SAMPLE / "s1.tif")).std()
