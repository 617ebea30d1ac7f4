"""A real QGIS without a window, with Processing and this plugin's provider, in a profile of its own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No .aux.xml beside the rasters of the checkout.
os.environ["GDAL_PAM_ENABLED"] = "NO"

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
COMPUTE_PYTHON = os.environ.get("SAR_CLOUD_REMOVAL_PYTHON", "")


@pytest.fixture(scope="session")
def qgis(tmp_path_factory):
    """QGIS, with Processing; its profile is a temporary folder."""
    os.environ["QGIS_CUSTOM_CONFIG_PATH"] = str(tmp_path_factory.mktemp("profile"))
    from qgis.core import QgsApplication
    from qgis.PyQt.QtCore import QCoreApplication

    QCoreApplication.setOrganizationName("QGIS")
    QCoreApplication.setApplicationName("SAR Cloud Removal tests")
    application = QgsApplication([], True)
    application.initQgis()
    plugins = Path(QgsApplication.pkgDataPath()) / "python" / "plugins"
    sys.path.append(str(plugins))
    from processing.core.Processing import Processing

    Processing.initialize()
    yield application
    from sar_cloud_removal.plugin.compute.client import close_shared_client

    close_shared_client()


@pytest.fixture(scope="session")
def provider(qgis):
    """The provider, registered as the plugin does it where there is no window."""
    from sar_cloud_removal import classFactory

    plugin = classFactory(None)
    plugin.initProcessing()
    yield plugin.provider
    plugin.unload()


@pytest.fixture
def algorithm(provider):
    return provider.algorithm("removeclouds").create()


@pytest.fixture
def project(qgis):
    """The project, empty before and after."""
    from qgis.core import QgsProject

    QgsProject.instance().clear()
    yield QgsProject.instance()
    QgsProject.instance().clear()


@pytest.fixture
def no_environment(monkeypatch, qgis):
    """No compute environment: none is named, and the profile, which is the tests' own, holds none."""
    from sar_cloud_removal.plugin.compute.environment import slots
    from sar_cloud_removal.plugin.settings import environment_folder

    monkeypatch.delenv("SAR_CLOUD_REMOVAL_PYTHON", raising=False)
    for folder in slots(environment_folder()):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def compute(qgis):
    """Skip where no compute environment is named."""
    if not COMPUTE_PYTHON:
        pytest.skip("SAR_CLOUD_REMOVAL_PYTHON names no compute environment")
    return COMPUTE_PYTHON
