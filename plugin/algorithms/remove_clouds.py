"""Remove clouds: two layers in, the reconstructed image and the map of SAR attention out."""

from __future__ import annotations

import re
from dataclasses import replace

from qgis.core import (
    NULL,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBand,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)

from ...model.errors import BadOption, MaskMismatch, SameLayer, Sentinel1Bands
from ...model.requests import QUALITIES, Reconstruct
from .. import settings
from ..layers import AttentionDresser, ChangedDresser, ConfidenceDresser, ImageDresser, drawn_style
from ..project_layers import likely_pair
from ..resources import shipped_models
from ..sources import crs_text, raster_source
from ..translation import tr
from .base import Algorithm, advanced

DEVICES = ("auto", "cuda", "mps", "cpu")
UNITS = ("auto", "db", "power", "amplitude")
PRECISIONS = ("auto", "float32", "bfloat16")


class RemoveClouds(Algorithm):
    """Reconstructs the surface under the clouds of a Sentinel-2 layer with the help of a Sentinel-1 layer."""

    S1, S2, MASK, EXTENT = "S1", "S2", "MASK", "EXTENT"
    MODEL, WEIGHTS, QUALITY, DEVICE, DEVICE_NAME = "MODEL", "WEIGHTS", "QUALITY", "DEVICE", "DEVICE_NAME"
    S2_BANDS, S2_SCALE, S2_OFFSET = "S2_BANDS", "S2_SCALE", "S2_OFFSET"
    S1_VV, S1_VH, S1_UNITS = "S1_VV", "S1_VH", "S1_UNITS"
    TILE, OVERLAP, BATCH, PRECISION, FEATHER = "TILE", "OVERLAP", "BATCH", "PRECISION", "FEATHER"
    OUTPUT, ATTENTION, CHANGED, CONFIDENCE = "OUTPUT", "ATTENTION", "CHANGED", "CONFIDENCE"
    CLOUD_COVER, SECONDS = "CLOUD_COVER", "SECONDS"

    def name(self) -> str:
        return "removeclouds"

    def displayName(self) -> str:
        return tr("Remove clouds")

    def shortDescription(self) -> str:
        return tr("Reconstructs the surface under the clouds of a Sentinel-2 layer with the help of Sentinel-1.")

    def tags(self) -> list[str]:
        words = (
            "sentinel,sentinel-1,sentinel-2,sar,radar,cloud,clouds,cloud removal,reconstruct,gap,fusion,attention,ai"
        )
        return [*words.split(","), tr("cloud removal")]

    def shortHelpString(self) -> str:
        parameters = [parameter for parameter in self.parameterDefinitions() if parameter.help()]
        described = "".join(f"<p><b>{entry.description()}</b><br>{entry.help()}</p>" for entry in parameters)
        introduction = tr(
            "Takes a cloudy Sentinel-2 layer and a Sentinel-1 layer of the same place, and reconstructs the surface "
            "under the clouds. The result has the grid, the bands and the scale of the Sentinel-2 layer and is drawn "
            "like it. A second layer shows where the network listened to the radar."
        )
        remark = tr(
            "The dates should be close together, at best within a few days. What is under thick cloud is an estimate: "
            "good for looking and for filling gaps, not a measurement."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{described}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        for parameter, explanation in [
            *self._inputs(),
            *self._network(),
            *self._about_sentinel2(),
            *self._about_sentinel1(),
            *self._about_computing(),
            *self._destinations(),
        ]:
            parameter.setHelp(explanation)
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber(self.CLOUD_COVER, tr("Cloud cover in percent")))
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))
        self.addOutput(QgsProcessingOutputString(self.DEVICE, tr("Device that computed")))

    def _inputs(self) -> list[tuple[QgsProcessingParameterDefinition, str]]:
        s1 = QgsProcessingParameterRasterLayer(self.S1, tr("Sentinel-1 layer (VV and VH)"))
        s2 = QgsProcessingParameterRasterLayer(self.S2, tr("Sentinel-2 layer (cloudy)"))
        likely_s1, likely_s2 = likely_pair()
        # What a dialog proposes; scripts, models and qgis_process still have to name the layers.
        if likely_s1:
            s1.setGuiDefaultValueOverride(likely_s1)
        if likely_s2:
            s2.setGuiDefaultValueOverride(likely_s2)
        return [
            (
                s1,
                tr(
                    "Calibrated backscatter (GRD; sigma0 or gamma0) with a VV and a VH band, in decibel, as power or "
                    "as amplitude. Its CRS and its pixel size may differ from those of Sentinel-2."
                ),
            ),
            (
                s2,
                tr(
                    "The original bands, 10 to 13 of them (L1C or L2A), as reflectance or as digital numbers. At least "
                    "B2, B3, B4, B8, B11 and B12 have to be there. The result lies on this layer's grid."
                ),
            ),
            (
                QgsProcessingParameterRasterLayer(self.MASK, tr("Cloud mask: keep clear pixels"), optional=True),
                tr(
                    "A one-band raster in which clouds are not 0. Where it is 0, the pixels stay exactly as they are. "
                    "Without a mask the whole image is reconstructed."
                ),
            ),
            (
                QgsProcessingParameterExtent(self.EXTENT, tr("Region"), optional=True),
                tr("The part of the Sentinel-2 layer that is computed; nothing for all of it."),
            ),
        ]

    def _network(self) -> list[tuple[QgsProcessingParameterDefinition, str]]:
        models = shipped_models()
        device = settings.Settings.load().device
        model = _choice(self.MODEL, tr("Network"), tuple(models), "default")
        summaries = " ".join(f"<i>{name}</i>: {tr(summary)}" for name, summary in models.items() if summary)
        weights = QgsProcessingParameterFile(self.WEIGHTS, tr("Own weights"), extension="safetensors", optional=True)
        weights.setFileFilter(tr("Weights") + " (*.safetensors)")
        name = QgsProcessingParameterString(self.DEVICE_NAME, tr("Device by its name"), optional=True)
        return [
            (model, tr("The weights that reconstruct; default takes the first of those that ship.") + " " + summaries),
            (
                _choice(self.QUALITY, tr("Quality (best: up to eight times slower)"), QUALITIES, "normal"),
                tr(
                    "best shows the network each tile in eight orientations, flipped and turned, and takes the mean of "
                    "the eight answers: a little nearer to the truth, mostly smoother."
                ),
            ),
            (
                _choice(self.DEVICE, tr("Device"), DEVICES, device if device in DEVICES else "auto"),
                tr("auto takes an NVIDIA GPU (cuda) or an Apple GPU (mps) if there is one, else the CPU."),
            ),
            (advanced(weights), tr("A .safetensors file of this plugin, instead of the network above.")),
            (advanced(name), tr("One of several GPUs, such as cuda:1, instead of the device above.")),
        ]

    def _about_sentinel2(self) -> list[tuple[QgsProcessingParameterDefinition, str]]:
        return [
            (
                advanced(QgsProcessingParameterString(self.S2_BANDS, tr("Sentinel-2 bands"), optional=True)),
                tr(
                    "Names in the order of the file, such as B2,B3,B4,B8, with - for a band that is none of the 13. "
                    "Empty: found by description, by name or by their number."
                ),
            ),
            (
                advanced(_number(self.S2_SCALE, tr("Sentinel-2 scale"), low=1e-6)),
                tr(
                    "Reflectance is (value + offset) / scale: 10000 for digital numbers, 1 for reflectance. "
                    "Empty: found from the metadata or the values."
                ),
            ),
            (
                advanced(_number(self.S2_OFFSET, tr("Sentinel-2 offset"))),
                tr(
                    "-1000 for products of baseline 04.00 (since 2022) as they are delivered, else 0. "
                    "Empty: found from the metadata or the values."
                ),
            ),
        ]

    def _about_sentinel1(self) -> list[tuple[QgsProcessingParameterDefinition, str]]:
        bands = [
            advanced(QgsProcessingParameterBand(name, label, parentLayerParameterName=self.S1, optional=True))
            for name, label in ((self.S1_VV, tr("Sentinel-1 VV band")), (self.S1_VH, tr("Sentinel-1 VH band")))
        ]
        explanation = tr("Not set: found by description, else VV is the first band and VH the second.")
        return [
            *((band, explanation) for band in bands),
            (
                advanced(_choice(self.S1_UNITS, tr("Sentinel-1 units"), UNITS, "auto")),
                tr("Decibel, linear power or amplitude; auto finds out from the values."),
            ),
        ]

    def _about_computing(self) -> list[tuple[QgsProcessingParameterDefinition, str]]:
        return [
            (
                advanced(_number(self.TILE, tr("Tile size in pixels"), whole=True, low=32)),
                tr("Empty: the size that the network was trained with. A larger one needs more memory."),
            ),
            (
                advanced(_number(self.OVERLAP, tr("Overlap of tiles in pixels"), whole=True, low=0)),
                tr("How much neighbouring tiles share and blend. Empty: a quarter of a tile."),
            ),
            (
                advanced(_number(self.BATCH, tr("Tiles computed at once"), whole=True, low=1)),
                tr("Empty: what suits the device. It is lowered by itself when memory runs out."),
            ),
            (
                advanced(_choice(self.PRECISION, tr("Precision"), PRECISIONS, "auto")),
                tr("bfloat16 is faster on recent GPUs; auto uses it where it pays."),
            ),
            (
                advanced(_number(self.FEATHER, tr("Feather in pixels"), whole=True, low=0, default=8)),
                tr("Width of the blend between kept and reconstructed pixels, where a cloud mask is given."),
            ),
        ]

    def _destinations(self) -> list[tuple[QgsProcessingParameterDefinition, str]]:
        destination = QgsProcessingParameterRasterDestination
        return [
            (
                destination(self.OUTPUT, tr("Clouds removed")),
                tr("GeoTIFF with the bands, the grid, the data type and the scale of the Sentinel-2 layer."),
            ),
            (
                destination(self.ATTENTION, tr("SAR attention"), optional=True, createByDefault=True),
                tr("Band 1: how far the radar was let through (gate). Band 2: how much attention the place received."),
            ),
            (
                destination(self.CHANGED, tr("Changed pixels"), optional=True, createByDefault=False),
                tr("1 where a pixel was reconstructed, 0 where it was kept."),
            ),
            (
                destination(self.CONFIDENCE, tr("Confidence (spread)"), optional=True, createByDefault=False),
                tr(
                    "Only with the quality best: the standard deviation of reflectance over the eight answers, mean of "
                    "the bands; 0 where a pixel was kept. It says how far the network contradicts itself, and is not "
                    "its error: that is many times larger, and a place where all eight agree can be as wrong."
                ),
            ),
        ]

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        s1 = self.parameterAsRasterLayer(parameters, self.S1, context)
        s2 = self.parameterAsRasterLayer(parameters, self.S2, context)
        source1, source2 = raster_source(s1), raster_source(s2)
        if source1.path == source2.path:
            raise SameLayer(layer=s2.name())
        if s1.bandCount() < 2:
            raise Sentinel1Bands(layer=s1.name(), count=s1.bandCount())
        mask = self.parameterAsRasterLayer(parameters, self.MASK, context)
        if mask is not None:
            raster_source(mask)
            if mask.bandCount() != 1:
                raise MaskMismatch(layer=mask.name(), detail=f"it has {mask.bandCount()} bands")
        self._s1_bands(parameters, context, s1.bandCount())
        self._s2_bands(parameters, context, s2.bandCount())
        tile, overlap = self._whole(parameters, self.TILE, context), self._whole(parameters, self.OVERLAP, context)
        if tile is not None and overlap is not None and overlap >= tile:
            raise BadOption(
                option=tr("Overlap of tiles in pixels"), value=overlap, detail=tr("it has to be less than a tile")
            )
        quality = self.parameterAsEnumString(parameters, self.QUALITY, context)
        if self.is_wanted(parameters, self.CONFIDENCE, context) and quality != "best":
            detail = tr("it compares the eight answers of the quality best, so choose that, or leave it out")
            raise BadOption(option=tr("Confidence (spread)"), value=tr("to be made"), detail=detail)

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        s1 = self.parameterAsRasterLayer(parameters, self.S1, context)
        s2 = self.parameterAsRasterLayer(parameters, self.S2, context)
        mask = self.parameterAsRasterLayer(parameters, self.MASK, context)
        for name, layer in ((self.S1, s1), (self.S2, s2)):
            if layer is None:
                raise QgsProcessingException(self.invalidRasterError(parameters, name))
        self.check(parameters, context)
        self._request = self._request_for(parameters, context, s1, s2, mask)
        self._style = drawn_style(s2)

    def compute(self, parameters, context, feedback) -> dict:
        names = (self.OUTPUT, self.ATTENTION, self.CHANGED, self.CONFIDENCE)
        outputs = {name: self.output_path(parameters, name, context) for name in names}
        request = replace(
            self._request,
            output=outputs[self.OUTPUT],
            attention=outputs[self.ATTENTION],
            changed=outputs[self.CHANGED],
            confidence=outputs[self.CONFIDENCE],
        )
        values = self.run_request(request, feedback)
        self._dress(outputs, context)
        self._summarise(values, feedback)
        results = {name: path for name, path in outputs.items() if path}
        return {
            **results,
            self.CLOUD_COVER: values.get("cloud_cover"),
            self.SECONDS: values.get("seconds"),
            self.DEVICE: values.get("device"),
        }

    def _request_for(self, parameters, context, s1, s2, mask) -> Reconstruct:
        """Return the request without its outputs, whose names may be made only once."""
        source1, source2 = raster_source(s1), raster_source(s2)
        source_mask = raster_source(mask) if mask is not None else None
        extent = self.parameterAsExtent(parameters, self.EXTENT, context)
        extent_crs = self.parameterAsExtentCrs(parameters, self.EXTENT, context)
        whole_scene = extent.isNull() or extent.isEmpty()
        if not whole_scene and not extent_crs.isValid():
            extent_crs = s2.crs()
        return Reconstruct(
            s1=source1.path,
            s2=source2.path,
            output="",
            mask=source_mask.path if source_mask else None,
            model=self._weights(parameters, context) or self.parameterAsEnumString(parameters, self.MODEL, context),
            device=self.parameterAsString(parameters, self.DEVICE_NAME, context).strip()
            or self.parameterAsEnumString(parameters, self.DEVICE, context),
            extent=None
            if whole_scene
            else (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()),
            extent_crs=None if whole_scene else crs_text(extent_crs),
            s1_name=source1.name,
            s2_name=source2.name,
            mask_name=source_mask.name if source_mask else None,
            s1_crs=source1.crs,
            s2_crs=source2.crs,
            mask_crs=source_mask.crs if source_mask else None,
            s2_bands=self._s2_bands(parameters, context, s2.bandCount()),
            s1_bands=self._s1_bands(parameters, context, s1.bandCount()),
            s2_scale=self._real(parameters, self.S2_SCALE, context),
            s2_offset=self._real(parameters, self.S2_OFFSET, context),
            s1_units=_unless_auto(self.parameterAsEnumString(parameters, self.S1_UNITS, context)),
            tile=self._whole(parameters, self.TILE, context),
            overlap=self._whole(parameters, self.OVERLAP, context),
            batch=self._whole(parameters, self.BATCH, context),
            precision=self.parameterAsEnumString(parameters, self.PRECISION, context),
            quality=self.parameterAsEnumString(parameters, self.QUALITY, context),
            feather=self.parameterAsInt(parameters, self.FEATHER, context),
        )

    def _dress(self, outputs: dict, context) -> None:
        run: dict = {}
        name = self._request.s2_name
        for key, dresser, title in (
            (self.OUTPUT, ImageDresser(run, self._style), tr("{} — clouds removed")),
            (self.ATTENTION, AttentionDresser(run), tr("{} — SAR attention")),
            (self.CHANGED, ChangedDresser(run), tr("{} — changed pixels")),
            (self.CONFIDENCE, ConfidenceDresser(run), tr("{} — confidence (spread)")),
        ):
            description = self.parameterDefinition(key).description()
            dresser.attach(outputs[key], title.format(name), description, context)

    def _summarise(self, values: dict, feedback) -> None:
        for warning in values.get("warnings", ()):
            feedback.pushWarning(warning)
        feedback.pushInfo(
            tr("Network «{model}» on {device}, tiles: {tiles}, {seconds:.1f} s").format(
                tiles=values.get("tiles", "?"),
                model=values.get("model", ""),
                device=values.get("device", ""),
                seconds=values.get("seconds") or 0.0,
            )
        )

    def _s2_bands(self, parameters, context, count: int) -> tuple[str, ...] | None:
        text = self.parameterAsString(parameters, self.S2_BANDS, context).strip()
        if not text:
            return None
        names = tuple(re.split(r"[,;\s]+", text.strip(",; ")))
        if len(names) != count:
            detail = tr("it names {named} bands, and the layer has {count}").format(named=len(names), count=count)
            raise BadOption(option=tr("Sentinel-2 bands"), value=text, detail=detail)
        return names

    def _s1_bands(self, parameters, context, count: int) -> tuple[int, int] | None:
        bands = [self._whole(parameters, name, context) for name in (self.S1_VV, self.S1_VH)]
        if bands == [None, None]:
            return None
        if None in bands:
            detail = tr("the other polarisation has to be chosen too")
            raise BadOption(option=tr("Sentinel-1 VV band"), value=str(bands[0] or bands[1]), detail=detail)
        if bands[0] == bands[1]:
            raise BadOption(option=tr("Sentinel-1 VH band"), value=bands[1], detail=tr("it is the VV band already"))
        if not all(1 <= band <= count for band in bands):
            detail = tr("the layer has {count} bands").format(count=count)
            raise BadOption(option=tr("Sentinel-1 VV band"), value=f"{bands[0]}, {bands[1]}", detail=detail)
        return bands[0], bands[1]

    def _weights(self, parameters, context) -> str:
        given = _is_given(parameters.get(self.WEIGHTS))
        return self.parameterAsFile(parameters, self.WEIGHTS, context) if given else ""

    def _whole(self, parameters, name: str, context) -> int | None:
        return self.parameterAsInt(parameters, name, context) if _is_given(parameters.get(name)) else None

    def _real(self, parameters, name: str, context) -> float | None:
        return self.parameterAsDouble(parameters, name, context) if _is_given(parameters.get(name)) else None


def _choice(name: str, label: str, options: tuple[str, ...], default: str) -> QgsProcessingParameterEnum:
    """Return a choice that scripts and models name by its word, not by its number."""
    return QgsProcessingParameterEnum(name, label, options=list(options), defaultValue=default, usesStaticStrings=True)


def _number(
    name: str, label: str, whole: bool = False, low: float | None = None, default: int | None = None
) -> QgsProcessingParameterNumber:
    kind = QgsProcessingParameterNumber.Type.Integer if whole else QgsProcessingParameterNumber.Type.Double
    limits = {} if low is None else {"minValue": low}
    return QgsProcessingParameterNumber(name, label, kind, default, optional=default is None, **limits)


def _is_given(value: object) -> bool:
    # A batch hands over a null of Qt, which is not None.
    return not (value is None or value == NULL or value == "")


def _unless_auto(value: str) -> str | None:
    return None if value in ("", "auto") else value
