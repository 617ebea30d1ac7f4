"""The provider in a QGIS whose Python has neither torch nor rasterio."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from sar_cloud_removal.plugin.resources import ROOT, metadata, shipped_models


def test_qgis_python_has_what_most_users_have():
    """The tests of this folder say nothing if these could be imported."""
    assert importlib.util.find_spec("torch") is None
    assert importlib.util.find_spec("rasterio") is None


def test_provider_lists_its_algorithms(qgis, provider):
    assert qgis.processingRegistry().providerById("sarcloudremoval") is provider
    for name in (
        "removeclouds",
        "removecloudsfolder",
        "adaptnetwork",
        "assessreconstruction",
        "detectclouds",
        "simulateclouds",
        "preparesentinel1",
        "preparesentinel2",
    ):
        assert qgis.processingRegistry().algorithmById(f"sarcloudremoval:{name}") is not None
    assert not provider.icon().isNull()
    assert provider.supportedOutputRasterLayerExtensions() == ["tif"]


def test_nothing_heavy_is_imported(provider):
    heavy = {"torch", "rasterio", "scipy", "matplotlib"}
    assert not heavy & {name.split(".")[0] for name in sys.modules}


def test_unload_takes_the_provider_away(qgis):
    """In a process of its own, since the other tests need theirs."""
    code = """
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
from sar_cloud_removal import classFactory
plugin = classFactory(None)
plugin.initProcessing()
registry = QgsApplication.processingRegistry()
assert registry.providerById("sarcloudremoval") is not None
plugin.unload()
assert registry.providerById("sarcloudremoval") is None
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_metadata_is_complete():
    for key in (
        "name description about version qgisMinimumVersion qgisMaximumVersion author email homepage repository tracker "
        "license tags icon category hasProcessingProvider"
    ).split():
        assert metadata(key), key
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata("version"))
    assert (ROOT / metadata("icon")).is_file()
    assert "separate" in metadata("about") or "of their own" in metadata("about")


def test_version_stands_in_one_place():
    version = metadata("version")
    files = [path for folder in ("plugin", "model") for path in Path(ROOT / folder).rglob("*.py")]
    assert not [path for path in [*files, ROOT / "pyproject.toml"] if version in path.read_text(encoding="utf-8")]


def test_shipped_models_are_there():
    assert next(iter(shipped_models())) == "default"
    assert len(shipped_models()) > 1
