"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms.adapt_network import AdaptNetwork
from .algorithms.assess_reconstruction import AssessReconstruction
from .algorithms.detect_clouds import DetectClouds
from .algorithms.prepare_sentinel1 import PrepareSentinel1
from .algorithms.prepare_sentinel2 import PrepareSentinel2
from .algorithms.remove_clouds import RemoveClouds
from .algorithms.remove_clouds_folder import RemoveCloudsFolder
from .algorithms.simulate_clouds import SimulateClouds
from .example_models import ExampleModel, example_models
from .resources import icon

ALGORITHMS = (
    RemoveClouds,
    RemoveCloudsFolder,
    AdaptNetwork,
    AssessReconstruction,
    DetectClouds,
    SimulateClouds,
    PrepareSentinel2,
    PrepareSentinel1,
)


class Provider(QgsProcessingProvider):
    """Lists all algorithms and the example models always; one that cannot run says in `canExecute` what is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._models: list[ExampleModel] = []
        # The steps of models are found once the providers are there that have them, of which this is one.
        QgsApplication.processingRegistry().providerAdded.connect(self._load_models)

    def id(self) -> str:
        return "sarcloudremoval"

    def name(self) -> str:
        return "SAR Cloud Removal"

    def icon(self) -> QIcon:
        return icon()

    def supportedOutputRasterLayerExtensions(self) -> list[str]:
        return ["tif"]

    def defaultRasterFileExtension(self) -> str:
        return "tif"

    def loadAlgorithms(self) -> None:
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
        self._models = example_models()
        for model in self._models:
            self.addAlgorithm(model)

    def unload(self) -> None:
        registry = QgsApplication.processingRegistry()
        if registry is not None:  # qgis_process of newer versions unloads providers when it is gone already
            registry.providerAdded.disconnect(self._load_models)
        self._models = []

    def _load_models(self, provider: str) -> None:
        if provider in (self.id(), "gdal"):
            for model in self._models:
                model.load()
