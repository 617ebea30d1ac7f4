"""The Processing provider."""

from __future__ import annotations

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms.adapt_network import AdaptNetwork
from .algorithms.assess_reconstruction import AssessReconstruction
from .algorithms.detect_clouds import DetectClouds
from .algorithms.prepare_sentinel1 import PrepareSentinel1
from .algorithms.prepare_sentinel2 import PrepareSentinel2
from .algorithms.remove_clouds import RemoveClouds
from .algorithms.remove_clouds_folder import RemoveCloudsFolder
from .algorithms.simulate_clouds import SimulateClouds
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
    """Lists all algorithms always; one that cannot run says in `canExecute` what is missing."""

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
