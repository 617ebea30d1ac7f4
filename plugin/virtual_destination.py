"""A raster output that may be a virtual raster too, which the other outputs of the provider cannot be."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingContext, QgsProcessingOutputLayerDefinition, QgsProcessingParameterRasterDestination

from ..model.errors import OutputFormat
from .translation import sentence, tr

SUFFIXES = ("tif", "tiff", "vrt")


class RasterOrVirtualDestination(QgsProcessingParameterRasterDestination):
    """A destination for a GeoTIFF or, with a name in .vrt, for a virtual raster."""

    def clone(self) -> RasterOrVirtualDestination:
        copy = RasterOrVirtualDestination(self.name(), self.description())
        copy.setHelp(self.help())
        copy.setFlags(self.flags())
        copy.setCreateByDefault(self.createByDefault())
        return copy

    def defaultFileExtension(self) -> str:
        return "tif"

    def supportedOutputRasterLayerExtensions(self) -> list[str]:
        return ["tif", "vrt"]

    def createFileFilter(self) -> str:
        return ";;".join((tr("GeoTIFF") + " (*.tif *.TIF *.tiff)", tr("Virtual raster") + " (*.vrt *.VRT)"))

    def isSupportedOutputValue(self, value, context: QgsProcessingContext) -> tuple[bool, str]:
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            value = value.sink.valueAsString(context.expressionContext())[0]
        path = str(value or "")
        suffix = Path(path).suffix.lower().lstrip(".")
        # Without one it is a temporary output, or nothing at all.
        if suffix and suffix not in SUFFIXES:
            return False, sentence(OutputFormat(path=path))
        return True, ""


def load_instead(context: QgsProcessingContext, destination: str, other: str) -> None:
    """Let QGIS load the layer at `other` where it was going to load the one at `destination`."""
    layers = context.layersToLoadOnCompletion()
    if destination in layers:
        layers[other] = layers.pop(destination)
        context.setLayersToLoadOnCompletion(layers)
