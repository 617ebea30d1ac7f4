"""Adapt network to scene: its parameters, what it refuses, runs in the real compute process, and a model with it."""

from __future__ import annotations

import json
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from ..conftest import COMPUTE_PYTHON
from ..rasters import read, write

ID = "sarcloudremoval:adaptnetwork"
INPUTS = ["S1", "S2", "MASK", "CLEAR", "CLEAR_S1", "EXTENT", "MODEL", "MINUTES", "DEVICE"]
ADVANCED = "WEIGHTS DEVICE_NAME SEED S2_BANDS S2_SCALE S2_OFFSET S1_VV S1_VH S1_UNITS".split()
RESULTS = ["OUTPUT", "BEFORE", "AFTER", "HELPED", "SENTENCE", "SECONDS", "DEVICE"]
SIDE = 96

# A network so small that a step takes milliseconds.
TINY = """
import sys
import torch
from sar_cloud_removal.model.networks import build, checkpoints
torch.manual_seed(0)
sizes = {"base_width": 8, "directed_width": 8, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 2}
checkpoints.save(sys.argv[1], build({"architecture": "multistage_fusion", **sizes}), {"tile": 64})
"""


def land(seed: int) -> np.ndarray:
    """Fields that both sensors see, [SIDE, SIDE], 0–1."""
    return np.kron(np.random.default_rng(seed).random((12, 12)), np.ones((8, 8)))


def optical(brightness: float) -> np.ndarray:
    return (300 + 100 * np.arange(13)[:, None, None] + brightness * land(3)).astype("uint16")


def backscatter() -> np.ndarray:
    return np.stack([-15 + 8 * land(3), -21 + 8 * land(3)]).astype("float32")


@pytest.fixture
def adapting(provider):
    return provider.algorithm("adaptnetwork").create()


@pytest.fixture
def context(project):
    from qgis.core import QgsProcessingContext

    made = QgsProcessingContext()
    made.setProject(project)
    return made


@pytest.fixture
def place(tmp_path):
    """A scene whose left half is cloud, with its mask, and two clear dates of it, as files."""
    cloudy, mask = optical(2000), np.zeros((1, SIDE, SIDE), "uint16")
    cloudy[:, :, : SIDE // 2], mask[:, :, : SIDE // 2] = 7000, 1
    return {
        "S1": write(tmp_path / "s1.tif", backscatter()),
        "S2": write(tmp_path / "s2.tif", cloudy),
        "MASK": write(tmp_path / "mask.tif", mask),
        "CLEAR": [write(tmp_path / f"{name}.tif", optical(2000 + 100 * n)) for n, name in enumerate(("may", "june"))],
    }


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    package = Path(__file__).resolve().parents[3]
    folder = tmp_path_factory.mktemp("path")
    (folder / "sar_cloud_removal").symlink_to(package)
    subprocess.run([COMPUTE_PYTHON, "-c", TINY, str(path)], check=True, env={"PYTHONPATH": str(folder)})
    return str(path)


def provenance(path) -> dict:
    """What a weights file says of itself; QGIS's Python has no safetensors."""
    content = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["provenance"])


# --- Identity and parameters ----------------------------------------------------------------------------------------


def test_identity_and_stable_parameters(adapting):
    from qgis.core import QgsProcessingParameterDefinition

    assert adapting.id() == ID
    assert not adapting.icon().isNull()
    definitions = {each.name(): each for each in adapting.parameterDefinitions()}
    assert sorted(definitions) == sorted([*INPUTS, *ADVANCED, "OUTPUT"])
    flags = {name: each.flags() for name, each in definitions.items()}
    assert {name for name in flags if flags[name] & QgsProcessingParameterDefinition.FlagAdvanced} == set(ADVANCED)
    required = {name for name in flags if not flags[name] & QgsProcessingParameterDefinition.FlagOptional}
    assert {"S1", "S2", "MINUTES", "OUTPUT"} <= required
    assert not {"MASK", "CLEAR", "CLEAR_S1", "EXTENT", "WEIGHTS"} & required
    assert definitions["OUTPUT"].defaultFileExtension() == "safetensors"
    assert definitions["MINUTES"].defaultValue() == 10
    assert [each.name() for each in adapting.outputDefinitions()] == RESULTS
    text = adapting.shortHelpString()
    assert all(each.help() and each.help() in text for each in definitions.values())


# --- What it refuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"CLEAR_S1": ["S1"]}, "there are 2 clear dates; choose as many, in the same order, or none"),
        ({"CLEAR_S1": ["MASK", "S1"]}, "«mask» has 1 band(s), but Sentinel-1 needs two"),
        ({"CLEAR": ["S2"]}, "it is the cloudy layer"),
        ({"S1": "S2"}, "is chosen both as Sentinel-1 and as Sentinel-2"),
        ({"MINUTES": 0}, "«Minutes» has the value «0»"),
        ({"S2_BANDS": "B2,B3"}, "it names 2 bands, and the layer has 13"),
    ],
)
def test_what_does_not_work_is_refused(adapting, context, place, tmp_path, changed, said):
    def filed(value):
        return [filed(each) for each in value] if isinstance(value, list) else place.get(value, value)

    given = {name: filed(value) for name, value in changed.items()}
    parameters = {**place, "OUTPUT": str(tmp_path / "w.safetensors"), **given}
    accepted, message = adapting.checkParameterValues(parameters, context)
    assert (accepted, said in message) == (not said, True)


def test_every_parameter_arrives(provider, context, place, tmp_path):
    from sar_cloud_removal.plugin.algorithms.adapt_network import AdaptNetwork

    algorithm = AdaptNetwork()
    algorithm.initAlgorithm()
    second = write(tmp_path / "s1_june.tif", backscatter())
    chosen = {
        **place,
        "CLEAR_S1": [place["S1"], second],
        "MINUTES": 2.5,
        "SEED": 7,
        "DEVICE": "cpu",
        "EXTENT": "500100,500500,3999300,3999900 [EPSG:32650]",
        "S2_SCALE": 10000,
    }
    request = algorithm._request_for(chosen, context, *algorithm.layers(chosen, context))
    assert (request.s1, request.s2, request.mask) == (place["S1"], place["S2"], place["MASK"])
    assert request.clear == ((place["CLEAR"][0], place["S1"]), (place["CLEAR"][1], second))
    assert request.clear_names == (("may", "s1"), ("june", "s1_june"))
    assert request.clear_crs == ((None, None), (None, None))
    assert (request.minutes, request.seed, request.device, request.s2_scale) == (2.5, 7, "cpu", 10000)
    assert request.extent == (500100, 3999300, 500500, 3999900)
    alone = algorithm._request_for({**place, "CLEAR": None}, context, *algorithm.layers(place, context))
    assert (alone.clear, alone.minutes, alone.seed, alone.model) == ((), 10, 0, "default")
    assert algorithm._request_for(place, context, *algorithm.layers(place, context)).clear == tuple(
        (path, None) for path in place["CLEAR"]
    )


def test_other_names_than_of_weights_are_refused(compute, provider, place, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException, match=r"Choose a file name that ends in \.safetensors"):
        processing.run(ID, {**place, "OUTPUT": str(tmp_path / "w.tif")})


# --- Runs -----------------------------------------------------------------------------------------------------------


def test_weights_that_it_makes_reconstruct(compute, provider, place, tiny_weights, tmp_path):
    import processing

    output = str(tmp_path / "mine.safetensors")
    parameters = {**place, "WEIGHTS": tiny_weights, "MINUTES": 0.06, "DEVICE": "cpu", "OUTPUT": output}
    results = processing.run(ID, parameters)
    assert set(results) == set(RESULTS)
    assert results["OUTPUT"] == output and results["DEVICE"] == "cpu"
    said = provenance(output)
    assert said["adaptation"]["helped"] is results["HELPED"]
    assert said["adaptation"]["layers"] == ["s2", "may", "june"]
    assert said["tile"] == 64
    assert results["AFTER"] >= results["BEFORE"] > 0
    assert ("score better:" in results["SENTENCE"]) == results["HELPED"]

    clear = str(tmp_path / "clear.tif")
    processing.run(
        "sarcloudremoval:removeclouds",
        {"S1": place["S1"], "S2": place["S2"], "WEIGHTS": output, "OUTPUT": clear, "DEVICE": "cpu"},
    )
    assert read(clear).shape == (13, SIDE, SIDE)


def test_too_little_clear_ground_is_said_and_nothing_is_written(compute, provider, place, tiny_weights, tmp_path):
    import processing
    from qgis.core import QgsProcessingException

    everywhere = write(tmp_path / "all.tif", np.ones((1, SIDE, SIDE), "uint16"))
    output = tmp_path / "mine.safetensors"
    with pytest.raises(QgsProcessingException, match="«s2» shows too little clear ground to adapt to: 0 clear pixels"):
        processing.run(ID, {**place, "CLEAR": None, "MASK": everywhere, "WEIGHTS": tiny_weights, "OUTPUT": str(output)})
    assert not output.exists()


def test_its_weights_feed_remove_clouds_in_a_model(compute, provider, place, tiny_weights, tmp_path):
    """A model of both: the file of the first is the «Own weights» of the second."""
    import processing
    from qgis.core import (
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelChildParameterSource,
        QgsProcessingModelOutput,
        QgsProcessingModelParameter,
        QgsProcessingParameterRasterLayer,
    )

    source = QgsProcessingModelChildParameterSource
    model = QgsProcessingModelAlgorithm("adapt and remove", "")
    for name in ("s1", "s2", "mask"):
        model.addModelParameter(QgsProcessingParameterRasterLayer(name, name), QgsProcessingModelParameter(name))
    adapt = QgsProcessingModelChildAlgorithm(ID)
    adapt.setChildId("adapt")
    remove = QgsProcessingModelChildAlgorithm("sarcloudremoval:removeclouds")
    remove.setChildId("remove")
    for child in (adapt, remove):
        for name in ("s1", "s2"):
            child.addParameterSources(name.upper(), [source.fromModelParameter(name)])
        # As the model designer does it.
        for each in child.algorithm().parameterDefinitions():
            if each.defaultValue() is not None and not each.isDestination():
                child.addParameterSources(each.name(), [source.fromStaticValue(each.defaultValue())])
        child.addParameterSources("DEVICE", [source.fromStaticValue("cpu")])
    adapt.addParameterSources("MASK", [source.fromModelParameter("mask")])
    adapt.addParameterSources("WEIGHTS", [source.fromStaticValue(tiny_weights)])
    adapt.addParameterSources("MINUTES", [source.fromStaticValue(0.02)])
    remove.addParameterSources("WEIGHTS", [source.fromChildOutput("adapt", "OUTPUT")])
    model.addChildAlgorithm(adapt)
    output = QgsProcessingModelOutput("result")
    output.setChildId("remove")
    output.setChildOutputName("OUTPUT")
    remove.setModelOutputs({"result": output})
    model.addChildAlgorithm(remove)
    model.initAlgorithm()
    accepted, complaints = model.validate()
    assert accepted, complaints
    assert [
        each.outputChildId()
        for each in model.availableSourcesForChild("remove", ["file"], ["outputFile"])
        if each.outputName() == "OUTPUT"
    ] == ["adapt"]
    inputs = {name: place[name.upper()] for name in ("s1", "s2", "mask")}
    processing.run(model, {**inputs, "remove:result": str(tmp_path / "clear.tif")})
    import osgeo.gdal as gdal

    tags = gdal.Open(str(tmp_path / "clear.tif")).GetMetadata()
    assert tags["SAR_CLOUD_REMOVAL_MODEL"] not in ("tiny", "multistage_fusion")
