"""Detect clouds and shadows: a Sentinel-2 layer in, a raster of classes out, which works as a cloud mask."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsProcessingOutputNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...model.errors import BadOption
from ...model.requests import DetectClouds as DetectCloudsRequest
from ..layers import CloudClassesDresser, Run
from ..product_names import short_name
from ..sources import raster_source
from ..translation import tr
from . import choices
from .base import advanced
from .choices import choice
from .optical_algorithm import OpticalAlgorithm
from .scene_algorithm import Parameter, number


class DetectClouds(OpticalAlgorithm):
    """Finds clouds, thin clouds and the shadows of clouds in a Sentinel-2 layer."""

    METHOD, GROW, LEVEL = "METHOD", "GROW", "LEVEL"
    BAND, BAND_KIND, BAND_NUMBER = "BAND", "BAND_KIND", "BAND_NUMBER"
    OUTPUT, CLOUD, THIN, SHADOW, SECONDS = "OUTPUT", "CLOUD_PERCENT", "THIN_PERCENT", "SHADOW_PERCENT", "SECONDS"

    def name(self) -> str:
        return "detectclouds"

    def displayName(self) -> str:
        return tr("Detect clouds and shadows")

    def shortDescription(self) -> str:
        return tr("Finds clouds, thin clouds and the shadows of clouds in a Sentinel-2 layer.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-2,cloud,clouds,shadow,mask,cloud mask,detect,scl,qa60,classification"
        return [*words.split(","), tr("cloud mask")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Finds clouds and their shadows in a Sentinel-2 layer. The result has one band on the grid of the layer: "
            "0 clear, 1 cloud, 2 shadow, 3 thin cloud. It works as the cloud mask of Remove clouds."
        )
        remark = tr(
            "No method is always right: bright roofs, sand and snow may pass for cloud, and dark fields for shadow. "
            "Look at the result before you rely on it."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        self.add(
            self.optical(tr("Sentinel-2 layer"), tr("The result lies on this layer's grid."), propose=True),
            *self._methods(),
            self.region(),
            *self.about_sentinel2(),
            (
                QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Clouds and shadows")),
                tr("GeoTIFF of whole numbers: 0 clear, 1 cloud, 2 shadow, 3 thin cloud, 255 nodata."),
            ),
        )
        self.addOutput(QgsProcessingOutputNumber(self.CLOUD, tr("Cloud in percent")))
        self.addOutput(QgsProcessingOutputNumber(self.THIN, tr("Thin cloud in percent")))
        self.addOutput(QgsProcessingOutputNumber(self.SHADOW, tr("Shadow in percent")))
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))

    def _methods(self) -> list[Parameter]:
        band = QgsProcessingParameterRasterLayer(self.BAND, tr("Layer with the product's own band"), optional=True)
        return [
            (
                choice(self.METHOD, tr("Method"), choices.methods(), DetectCloudsRequest.method),
                tr(
                    "Automatic: csmask where its package is in the compute environment, else the spectral rule. "
                    "Spectral rule: how much brighter in blue than clear ground of the same scene, cirrus by B10, and "
                    "dark pixels near clouds. Csmask: the network of ukis-csmask, where that package is in the compute "
                    "environment. The product's own band: what the product says itself, in the layer that is chosen "
                    "among the advanced parameters."
                ),
            ),
            (
                number(self.GROW, tr("Grow clouds and shadows by, in pixels"), True, 0, DetectCloudsRequest.grow),
                tr("Clouds are thin at their edges; more is safer."),
            ),
            (
                advanced(band),
                tr(
                    "For the method «the product's own band», on any grid: the layer with the scene classification or "
                    "with cloud bits."
                ),
            ),
            (
                advanced(choice(self.BAND_KIND, tr("What that band holds"), choices.product_bands(), "scl")),
                tr("Of QA60, bits 10 and 11 are looked at. MSK_CLASSI has two bands, for cloud and for cirrus."),
            ),
            (
                advanced(number(self.BAND_NUMBER, tr("Number of that band"), True, 1, 1)),
                tr("Counted from 1, if the layer has several."),
            ),
            (
                advanced(choice(self.LEVEL, tr("Product level"), choices.levels(), DetectCloudsRequest.level)),
                tr(
                    "Level-1C is above the atmosphere, Level-2A on the ground. Automatic: Level-1C if there is a band "
                    "B10."
                ),
            ),
        ]

    # --- The run ----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        super().check(parameters, context)
        by_band = self.parameterAsEnumString(parameters, self.METHOD, context) == "band"
        band = self.parameterAsRasterLayer(parameters, self.BAND, context)
        if by_band and band is None:
            detail = tr("choose the layer with that band too, among the advanced parameters")
            raise BadOption(option=tr("Method"), value=choices.methods()["band"], detail=detail)
        if by_band:
            raster_source(band)

    def gather(self, parameters, context) -> None:
        layer = self.layer(parameters, context)
        self.check(parameters, context)
        band = self.parameterAsRasterLayer(parameters, self.BAND, context)
        method = self.parameterAsEnumString(parameters, self.METHOD, context)
        source = raster_source(band) if band is not None and method == "band" else None
        self._request = DetectCloudsRequest(
            output="",
            **self.optical_fields(parameters, context, layer),
            method=method,
            level=self.parameterAsEnumString(parameters, self.LEVEL, context),
            grow=self.parameterAsInt(parameters, self.GROW, context),
            band=source.path if source else None,
            band_name=source.name if source else None,
            band_crs=source.crs if source else None,
            band_kind=self.parameterAsEnumString(parameters, self.BAND_KIND, context),
            band_number=self.parameterAsInt(parameters, self.BAND_NUMBER, context),
        )

    def compute(self, parameters, context, feedback) -> dict:
        output = self.output_path(parameters, self.OUTPUT, context)
        values = self.run_request(replace(self._request, output=output), feedback)
        title = tr("{} — clouds and shadows").format(short_name(self._request.s2_name))
        CloudClassesDresser(Run()).attach(output, title, self.parameterDefinition(self.OUTPUT).description(), context)
        return {
            self.OUTPUT: output,
            self.CLOUD: values["cloud_percent"],
            self.THIN: values["thin_percent"],
            self.SHADOW: values["shadow_percent"],
            self.SECONDS: values["seconds"],
        }
