"""What the algorithms share that need one Sentinel-2 layer and nothing else."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingException,
    QgsProcessingParameterExtent,
    QgsProcessingParameterRasterLayer,
    QgsRasterLayer,
)

from ..project_layers import likely_pair
from ..sources import raster_source
from ..translation import tr
from .scene_algorithm import Parameter, SceneAlgorithm


class OpticalAlgorithm(SceneAlgorithm):
    """Base of algorithms with a Sentinel-2 layer, a region and what the layer holds."""

    def optical(self, label: str, about: str, propose: bool) -> Parameter:
        """Return the parameter of the layer; `propose` lets a dialog begin with the likely cloudy one."""
        layer = QgsProcessingParameterRasterLayer(self.S2, label)
        likely = likely_pair()[1] if propose else None
        if likely:
            layer.setGuiDefaultValueOverride(likely)
        needed = tr(
            "The original bands, 10 to 13 of them (L1C or L2A), as reflectance or as digital numbers. At least "
            "B2, B3, B4, B8, B11 and B12 have to be there."
        )
        return layer, f"{needed} {about}".strip()

    def region(self) -> Parameter:
        return (
            QgsProcessingParameterExtent(self.EXTENT, tr("Region"), optional=True),
            tr("The part of the Sentinel-2 layer that is computed; nothing for all of it."),
        )

    def check(self, parameters, context) -> None:
        layer = self.parameterAsRasterLayer(parameters, self.S2, context)
        if layer is not None:
            raster_source(layer)
            self.s2_bands(parameters, context, layer.bandCount())

    def layer(self, parameters, context) -> QgsRasterLayer:
        layer = self.parameterAsRasterLayer(parameters, self.S2, context)
        if layer is None:
            raise QgsProcessingException(self.invalidRasterError(parameters, self.S2))
        return layer

    def optical_fields(self, parameters, context, layer: QgsRasterLayer) -> dict:
        """Return the fields that all requests with one Sentinel-2 raster have, by their names."""
        source = raster_source(layer)
        return {
            "s2": source.path,
            "s2_name": source.name,
            "s2_crs": source.crs,
            **self.extent_fields(parameters, self.EXTENT, context, layer.crs()),
            "s2_bands": self.s2_bands(parameters, context, layer.bandCount()),
            "s2_scale": self.real(parameters, self.S2_SCALE, context),
            "s2_offset": self.real(parameters, self.S2_OFFSET, context),
        }
