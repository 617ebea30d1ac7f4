"""Prepare Sentinel-1: VV and VH in any units in, one raster in dB out, on the grid of Sentinel-2 where one is given."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
)

from ...model.errors import BadOption, SameLayer, Sentinel1Bands
from ...model.requests import PrepareS1
from ..layers import Run
from ..prepared_layers import BackscatterDresser
from ..product_names import short_name
from ..sources import raster_source
from ..translation import tr
from . import choices
from .base import advanced
from .choices import choice
from .scene_algorithm import SceneAlgorithm, number, unless_auto


class PrepareSentinel1(SceneAlgorithm):
    """Turns Sentinel-1 VV and VH into one raster in dB."""

    S1_OTHER, GRID = "S1_OTHER", "GRID"
    SPECKLE, WINDOW, LOOKS = "SPECKLE", "WINDOW", "LOOKS"
    OUTPUT, SECONDS = "OUTPUT", "SECONDS"

    def name(self) -> str:
        return "preparesentinel1"

    def displayName(self) -> str:
        return tr("Prepare Sentinel-1")

    def shortDescription(self) -> str:
        return tr("Turns Sentinel-1 VV and VH into one raster in decibel, on the grid of Sentinel-2 if wanted.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-1,sar,radar,grd,vv,vh,db,decibel,backscatter,speckle,lee,refined lee,prepare,import"
        return [*words.split(","), tr("prepare")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Takes calibrated Sentinel-1 backscatter (GRD; sigma0 or gamma0), VV and VH in one layer or in two, in "
            "decibel, as power or as amplitude, and makes one raster with both in decibel."
        )
        remark = tr(
            "Remove clouds takes such layers as they are; this is for layers that are in two files, are to lie on the "
            "Sentinel-2 grid, or are to be filtered. The network was trained on radar without a speckle filter."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        looks = QgsProcessingParameterNumber(
            self.LOOKS, tr("Number of looks"), QgsProcessingParameterNumber.Type.Double, PrepareS1.looks, minValue=0.1
        )
        self.add(
            (
                QgsProcessingParameterRasterLayer(self.S1, tr("Sentinel-1 layer (VV and VH, or one of them)")),
                tr("Not SLC. One that only ground control points place is warped by these."),
            ),
            (
                QgsProcessingParameterRasterLayer(self.S1_OTHER, tr("The other polarisation"), optional=True),
                tr("Where VV and VH are separate layers; which is which is found by their names."),
            ),
            (
                QgsProcessingParameterRasterLayer(self.GRID, tr("Sentinel-2 layer with the grid"), optional=True),
                tr("The result lies pixel on pixel on this layer. Empty: the radar's own pixels are kept."),
            ),
            (
                choice(self.SPECKLE, tr("Speckle filter"), choices.speckle_filters(), "none"),
                tr(
                    "Lee takes local means where the ground is even (Lee 1980); refined Lee does so along edges and "
                    "keeps them sharp (Lee 1981, 7 × 7 pixels). It is run on the radar's own pixels, in power, before "
                    "anything is interpolated."
                ),
            ),
            (
                advanced(number(self.WINDOW, tr("Window of the Lee filter in pixels"), whole=True, low=3, default=7)),
                tr("An odd number; more is smoother."),
            ),
            (
                advanced(looks),
                tr("How strong the speckle is: mean² / variance of the power over even ground; 4.4 for GRD of IW."),
            ),
            *self.about_sentinel1(),
            (
                QgsProcessingParameterRasterDestination(self.OUTPUT, tr("Sentinel-1 in dB")),
                tr("GeoTIFF with the bands VV and VH in decibel, 32 bit floating point, nodata where there is none."),
            ),
        )
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        s1, other, grid = self._layers(parameters, context)
        path = raster_source(s1).path
        bands = self.s1_bands(parameters, context, s1.bandCount())
        for layer in filter(None, (other, grid)):
            if raster_source(layer).path == path and layer is other:
                raise SameLayer(layer=s1.name())
        if other is None and s1.bandCount() < 2:
            raise Sentinel1Bands(layer=s1.name(), count=s1.bandCount())
        if other is not None and bands:
            detail = tr("it is for one layer that holds both polarisations")
            raise BadOption(option=tr("Sentinel-1 VV band"), value=f"{bands[0]}, {bands[1]}", detail=detail)
        window = self.parameterAsInt(parameters, self.WINDOW, context)
        if window % 2 == 0:
            detail = tr("it has to be an odd number")
            raise BadOption(option=tr("Window of the Lee filter in pixels"), value=window, detail=detail)

    def _layers(self, parameters, context) -> list:
        names = (self.S1, self.S1_OTHER, self.GRID)
        layers = [self.parameterAsRasterLayer(parameters, name, context) for name in names]
        if layers[0] is None:
            raise QgsProcessingException(self.invalidRasterError(parameters, self.S1))
        return layers

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        self.check(parameters, context)
        s1, other, grid = self._layers(parameters, context)
        sources = [raster_source(layer) for layer in (s1, other) if layer is not None]
        place = raster_source(grid) if grid is not None else None
        self._request = PrepareS1(
            s1=tuple(source.path for source in sources),
            output="",
            names=tuple(source.name for source in sources),
            crs=tuple(source.crs for source in sources),
            s1_bands=self.s1_bands(parameters, context, s1.bandCount()),
            s1_units=unless_auto(self.parameterAsEnumString(parameters, self.S1_UNITS, context)),
            speckle=self.parameterAsEnumString(parameters, self.SPECKLE, context),
            window=self.parameterAsInt(parameters, self.WINDOW, context),
            looks=self.parameterAsDouble(parameters, self.LOOKS, context),
            grid=place.path if place else None,
            grid_name=place.name if place else None,
            grid_crs=place.crs if place else None,
        )

    def compute(self, parameters, context, feedback) -> dict:
        output = self.output_path(parameters, self.OUTPUT, context)
        values = self.run_request(replace(self._request, output=output), feedback)
        description = self.parameterDefinition(self.OUTPUT).description()
        title = tr("{} — VV, VH in dB").format(short_name(self._request.names[0]))
        BackscatterDresser(Run()).attach(output, title, description, context)
        share = 100 * values["valid_pixels"] / (values["width"] * values["height"])
        feedback.pushInfo(
            tr("{width} × {height} pixels, {share:.1f} % of them with a value, {seconds:.1f} s").format(
                width=values["width"], height=values["height"], share=share, seconds=values["seconds"]
            )
        )
        return {self.OUTPUT: output, self.SECONDS: values["seconds"]}
