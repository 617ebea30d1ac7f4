"""The settings are what dialogs propose, and what scripts that say nothing else begin with."""

from __future__ import annotations

import re
import shutil

import pytest

from ..rasters import sentinel1, sentinel2, write


@pytest.fixture
def store(qgis):
    """Keep settings; take them back at the end."""
    from sar_cloud_removal.plugin.settings import Settings

    yield lambda **values: Settings(**values).save()
    Settings().save()


@pytest.fixture
def pair(tmp_path):
    return {"S1": write(tmp_path / "s1.tif", sentinel1()), "S2": write(tmp_path / "s2.tif", sentinel2())}


def request_of(parameters, project):
    from qgis.core import QgsProcessingContext

    from sar_cloud_removal.plugin.algorithms.remove_clouds import RemoveClouds

    context = QgsProcessingContext()
    context.setProject(project)
    algorithm = RemoveClouds()
    algorithm.initAlgorithm()
    layers = [algorithm.parameterAsRasterLayer(parameters, name, context) for name in ("S1", "S2", "MASK")]
    return algorithm._request_for(parameters, context, *layers)


def test_what_is_not_said_comes_from_the_settings(provider, project, store, pair, tmp_path):
    own = str(tmp_path / "own.safetensors")
    store(model=own, device="cpu", tile=96, memory_gb=1.5)
    request = request_of(pair, project)
    assert (request.model, request.device, request.tile, request.memory_gb) == (own, "cpu", 96, 1.5)


def test_what_is_said_comes_first_and_an_empty_tile_is_as_trained(provider, project, store, pair):
    store(model="/own.safetensors", device="cpu", tile=96)
    request = request_of({**pair, "MODEL": "default", "DEVICE": "auto", "TILE": None}, project)
    assert (request.model, request.device, request.tile, request.memory_gb) == ("default", "auto", None, None)
    assert request_of({**pair, "TILE": 64}, project).tile == 64


def test_adapting_begins_with_the_network_of_the_settings(provider, store):
    from sar_cloud_removal.plugin.algorithms.adapt_network import AdaptNetwork

    store(model="/own.safetensors", device="cpu")
    algorithm = AdaptNetwork()
    algorithm.initAlgorithm()
    assert algorithm.parameterDefinition("MODEL").defaultValue() == "/own.safetensors"
    assert "default" in algorithm.parameterDefinition("MODEL").options()
    assert algorithm.parameterDefinition("DEVICE").defaultValue() == "cpu"


def test_runs_take_the_settings_along(provider, compute, store, pair, tmp_path):
    import processing
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    from sar_cloud_removal.plugin.compute.client import shared_client
    from sar_cloud_removal.plugin.resources import WEIGHTS

    own = shutil.copy(WEIGHTS.with_name("multistage_fusion.safetensors"), tmp_path / "own.safetensors")
    store(model=str(own), device="cpu", tile=128, memory_gb=0.89, idle_seconds=45)
    feedback = QgsProcessingFeedback()
    output = str(tmp_path / "out.tif")
    processing.run("sarcloudremoval:removeclouds", {**pair, "OUTPUT": output}, feedback=feedback)
    assert shared_client()._worker.command[-2:] == ("--idle", "45")
    assert "Network «own» on cpu" in feedback.textLog()
    assert "memory limit" not in feedback.textLog()

    parameters = {**pair, "TILE": 512, "OUTPUT": output}
    with pytest.raises(QgsProcessingException, match="The memory limit of 0.89 GB is too low"):
        processing.run("sarcloudremoval:removeclouds", parameters, feedback=feedback)

    store(model=str(own), device="cpu", memory_gb=0.96)
    processing.run("sarcloudremoval:removeclouds", {**pair, "OUTPUT": output}, feedback=feedback)
    # More cores, more tiles in memory, smaller parts.
    limited = r"The memory limit of 0\.96 GB: tiles are computed one by one, in parts of (64|128) pixels\."
    assert re.search(limited, feedback.textLog())
