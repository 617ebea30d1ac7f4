"""Prepare Sentinel-2: a product or separate bands in, one raster on the 10 m grid out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterString,
)

from ...model.errors import BadOption
from ...model.requests import PrepareS2
from ..layers import Run
from ..prepared_layers import CloudMaskDresser, TrueColourDresser
from ..sources import raster_source
from ..translation import phrase, tr
from ..virtual_destination import RasterOrVirtualDestination, load_instead
from . import choices
from .base import Algorithm, Parameter, advanced
from .choices import choice
from .scene_algorithm import is_given, number


class PrepareSentinel2(Algorithm):
    """Puts a Sentinel-2 product, or bands in separate files, together as one raster on the 10 m grid."""

    PRODUCT, FOLDER, BANDS, BAND_NAMES = "PRODUCT", "FOLDER", "BANDS", "BAND_NAMES"
    EXTENT, RESAMPLING, VIRTUAL, OFFSET = "EXTENT", "RESAMPLING", "VIRTUAL", "OFFSET"
    OUTPUT, CLOUD_MASK, TITLE, SECONDS = "OUTPUT", "CLOUD_MASK", "TITLE", "SECONDS"

    def name(self) -> str:
        return "preparesentinel2"

    def displayName(self) -> str:
        return tr("Prepare Sentinel-2")

    def shortDescription(self) -> str:
        return tr("Puts a Sentinel-2 product, or bands in separate files, together as one raster of 10 m.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-2,safe,product,zip,jp2,bands,stack,l1c,l2a,prepare,import,cloud mask,scl"
        return [*words.split(","), tr("prepare")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Takes a Sentinel-2 product as it was downloaded (Level-1C or Level-2A, a .SAFE folder or its .zip), or "
            "the bands as separate layers, and makes one raster with all bands on the 10 m grid, as Remove clouds "
            "needs it."
        )
        remark = tr(
            "The numbers stay those of the product. Scale and offset, which differ by processing baseline, are read "
            "from its metadata and written into the raster, so that QGIS shows reflectance."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        self.add(*self._inputs(), *self._options(), *self._destinations())
        self.addOutput(QgsProcessingOutputString(self.TITLE, tr("What it is")))
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))

    def _inputs(self) -> list[Parameter]:
        folder = QgsProcessingParameterFile.Behavior.Folder
        product = QgsProcessingParameterFile(self.PRODUCT, tr("Product (.zip, or MTD_MSI….xml in it)"), optional=True)
        product.setFileFilter(tr("Sentinel-2 products") + " (*.zip MTD_*.xml *.SAFE);;" + tr("All files") + " (*.*)")
        raster = QgsProcessing.SourceType.TypeRaster
        return [
            (product, tr("The .zip as it was downloaded, which is not unpacked, or the metadata file in the folder.")),
            (
                QgsProcessingParameterFile(self.FOLDER, tr("or product folder (.SAFE)"), folder, optional=True),
                tr("Instead of the file: the folder of a product."),
            ),
            (
                QgsProcessingParameterMultipleLayers(self.BANDS, tr("or separate bands"), raster, optional=True),
                tr(
                    "Instead of a product: layers with one or more bands each, in any order. Which band is which is "
                    "found by description, by file name (…_B8A_20m.jp2) or by the layer's name."
                ),
            ),
            (
                QgsProcessingParameterExtent(self.EXTENT, tr("Region"), optional=True),
                tr("The part that is prepared; nothing for all of it."),
            ),
        ]

    def _options(self) -> list[Parameter]:
        return [
            (
                choice(self.RESAMPLING, tr("Resampling of the 20 m and 60 m bands"), choices.resamplings(), "bilinear"),
                tr(
                    "Bilinear makes no steps that the network could take for edges, and no numbers that were not "
                    "between those measured; nearest neighbour keeps the numbers and shows the large pixels; cubic is "
                    "sharper and overshoots at edges."
                ),
            ),
            (
                QgsProcessingParameterBoolean(
                    self.VIRTUAL, tr("Virtual raster (refers to the files instead of copying them)"), False
                ),
                tr(
                    "Made at once and takes no room, but is slower to read, and breaks when the product is moved. The "
                    "result ends in .vrt then; a name in .vrt means the same."
                ),
            ),
            (
                advanced(
                    QgsProcessingParameterString(self.BAND_NAMES, tr("Names of the separate bands"), optional=True)
                ),
                tr(
                    "One for each band of all chosen layers in their order, such as B2,B3,B4,B8, with - for a band to "
                    "leave out. Empty: found."
                ),
            ),
            (
                advanced(number(self.OFFSET, tr("Offset"))),
                tr("Reflectance is (value + offset) / 10000: -1000 or 0. Empty: as the product's metadata say."),
            ),
        ]

    def _destinations(self) -> list[Parameter]:
        return [
            (
                RasterOrVirtualDestination(self.OUTPUT, tr("Sentinel-2, 10 m")),
                tr("All bands in the order B1 to B12 (13 of Level-1C, 12 of Level-2A), on the 10 m grid, nodata 0."),
            ),
            (
                QgsProcessingParameterRasterDestination(
                    self.CLOUD_MASK, tr("Cloud mask of the product"), optional=True, createByDefault=False
                ),
                tr(
                    "1 where the product itself says cloud, cirrus or cloud shadow (SCL 3, 8, 9, 10; MSK_CLASSI, "
                    "MSK_CLOUDS or QA60: no shadows), 0 elsewhere: a cloud mask for Remove clouds."
                ),
            ),
        ]

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        layers = self.parameterAsLayerList(parameters, self.BANDS, context)
        given = [bool(self._product(parameters, context)), bool(layers)]
        files = [name for name in (self.PRODUCT, self.FOLDER) if is_given(parameters.get(name))]
        if sum(given) != 1 or len(files) > 1:
            detail = tr("choose one of the three: a product file, a product folder, or separate bands")
            value = self._product(parameters, context) or tr("nothing")
            raise BadOption(option=tr("Product"), value=value, detail=detail)
        for layer in layers:
            raster_source(layer)
        names = self._band_names(parameters, context)
        count = sum(layer.bandCount() for layer in layers)
        if names and layers and len(names) != count:
            detail = tr("it names {named} bands, and the layers have {count}").format(named=len(names), count=count)
            raise BadOption(option=tr("Names of the separate bands"), value=",".join(names), detail=detail)

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        self.check(parameters, context)
        sources = [raster_source(layer) for layer in self.parameterAsLayerList(parameters, self.BANDS, context)]
        offset = parameters.get(self.OFFSET)
        self._request = PrepareS2(
            output="",
            product=self._product(parameters, context) or None,
            bands=tuple(source.path for source in sources),
            names=tuple(source.name for source in sources),
            crs=tuple(source.crs for source in sources),
            band_names=self._band_names(parameters, context),
            resampling=self.parameterAsEnumString(parameters, self.RESAMPLING, context),
            **self.extent_fields(parameters, self.EXTENT, context, None),
            offset=self.parameterAsDouble(parameters, self.OFFSET, context) if is_given(offset) else None,
        )

    def compute(self, parameters, context, feedback) -> dict:
        output = self._image_path(parameters, context)
        mask = self.output_path(parameters, self.CLOUD_MASK, context)
        values = self.run_request(replace(self._request, output=output, mask=mask), feedback)
        run = Run()
        for key, path, dresser, title in (
            (self.OUTPUT, output, TrueColourDresser(run, values["bands"]), "{}"),
            (self.CLOUD_MASK, mask, CloudMaskDresser(run), tr("{} — cloud mask")),
        ):
            description = self.parameterDefinition(key).description()
            dresser.attach(path, title.format(phrase(values["title"])), description, context)
        feedback.pushInfo(
            tr("{bands} bands, {width} × {height} pixels, {seconds:.1f} s").format(
                bands=len(values["bands"]), width=values["width"], height=values["height"], seconds=values["seconds"]
            )
        )
        outputs = {self.OUTPUT: output, **({self.CLOUD_MASK: mask} if mask else {})}
        return {**outputs, self.TITLE: values["title"], self.SECONDS: values["seconds"]}

    def _image_path(self, parameters, context) -> str:
        """Return where the image goes; a virtual one ends in .vrt, whatever QGIS has made up for it."""
        path = self.output_path(parameters, self.OUTPUT, context)
        if not self.parameterAsBoolean(parameters, self.VIRTUAL, context) or Path(path).suffix.lower() == ".vrt":
            return path
        virtual = str(Path(path).with_suffix(".vrt"))
        load_instead(context, path, virtual)
        return virtual

    def _product(self, parameters, context) -> str:
        for name in (self.PRODUCT, self.FOLDER):
            if is_given(parameters.get(name)):
                return self.parameterAsFile(parameters, name, context)
        return ""

    def _band_names(self, parameters, context) -> tuple[str, ...] | None:
        text = self.parameterAsString(parameters, self.BAND_NAMES, context).strip(",; ")
        return tuple(re.split(r"[,;\s]+", text)) if text else None
