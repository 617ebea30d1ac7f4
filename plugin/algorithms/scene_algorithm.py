"""What the algorithms share that begin with a cloudy Sentinel-2 layer and a Sentinel-1 layer."""

from __future__ import annotations

import re

from qgis.core import (
    NULL,
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingParameterBand,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingUtils,
    QgsRasterLayer,
)

from ...model.errors import BadOption, SameLayer, SarCloudRemovalError, Sentinel1Bands
from .. import settings, weights
from ..project_layers import likely_pair
from ..resources import shipped_models
from ..sources import raster_source
from ..translation import sentence, tr
from . import choices
from .base import Algorithm, Parameter, advanced
from .choices import choice


class SceneAlgorithm(Algorithm):
    """Base of algorithms with a pair of layers, a cloud mask, a region, a network and what the layers hold."""

    S1, S2, MASK, EXTENT = "S1", "S2", "MASK", "EXTENT"
    MODEL, WEIGHTS, DEVICE, DEVICE_NAME = "MODEL", "WEIGHTS", "DEVICE", "DEVICE_NAME"
    S2_BANDS, S2_SCALE, S2_OFFSET = "S2_BANDS", "S2_SCALE", "S2_OFFSET"
    S1_VV, S1_VH, S1_UNITS = "S1_VV", "S1_VH", "S1_UNITS"
    CLEAR, CLEAR_S1 = "CLEAR", "CLEAR_S1"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def pair(self, about_s2: str, optional_s1: bool = False) -> list[Parameter]:
        """Return the parameters of the two layers; `about_s2` is said of Sentinel-2 besides what is needed of it."""
        s1 = QgsProcessingParameterRasterLayer(self.S1, tr("Sentinel-1 layer (VV and VH)"), optional=optional_s1)
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
                    "B2, B3, B4, B8, B11 and B12 have to be there."
                )
                + " "
                + about_s2,
            ),
        ]

    def clear_dates(self, about: str, about_sentinel1: str) -> list[Parameter]:
        """Return the parameters of clear dates of the same place and of their Sentinel-1."""
        raster = QgsProcessing.SourceType.TypeRaster
        label = tr("Sentinel-1 of the clear dates")
        return [
            (QgsProcessingParameterMultipleLayers(self.CLEAR, tr("Clear dates"), raster, optional=True), about),
            (QgsProcessingParameterMultipleLayers(self.CLEAR_S1, label, raster, optional=True), about_sentinel1),
        ]

    def models(self, about: str) -> tuple[Parameter, Parameter]:
        """Return the parameters of the network: a choice, of which `about` is said, and a file instead."""
        model = choice(self.MODEL, tr("Network"), choices.named(weights.names()), weights.proposed())
        summaries = " ".join(f"<i>{name}</i>: {tr(text)}" for name, text in shipped_models().items() if text)
        managed = tr("Plugins ▸ SAR Cloud Removal ▸ Network weights tells of each, and adds your own to the list.")
        file = QgsProcessingParameterFile(self.WEIGHTS, tr("Own weights"), extension="safetensors", optional=True)
        file.setFileFilter(tr("Weights") + " (*.safetensors)")
        return (
            (model, f"{about} {summaries} {managed}"),
            (advanced(file), tr("A .safetensors file of this plugin, instead of the network above.")),
        )

    def devices(self) -> tuple[Parameter, Parameter]:
        """Return the parameters of the device: a choice, and its name instead."""
        device, words = settings.Settings.load().device, choices.devices()
        name = QgsProcessingParameterString(self.DEVICE_NAME, tr("Device by its name"), optional=True)
        return (
            (
                choice(self.DEVICE, tr("Device"), words, device if device in words else "auto"),
                tr("Automatic takes an NVIDIA GPU or an Apple GPU if there is one, else the CPU."),
            ),
            (advanced(name), tr("One of several GPUs, such as cuda:1, instead of the device above.")),
        )

    def about_sentinel2(self) -> list[Parameter]:
        return [
            (
                advanced(QgsProcessingParameterString(self.S2_BANDS, tr("Sentinel-2 bands"), optional=True)),
                tr(
                    "Names in the order of the file, such as B2,B3,B4,B8, with - for a band that is none of the 13. "
                    "Empty: found by description, by name or by their number."
                ),
            ),
            (
                advanced(number(self.S2_SCALE, tr("Sentinel-2 scale"), low=1e-6)),
                tr(
                    "Reflectance is (value + offset) / scale: 10000 for digital numbers, 1 for reflectance. "
                    "Empty: found from the metadata or the values."
                ),
            ),
            (
                advanced(number(self.S2_OFFSET, tr("Sentinel-2 offset"))),
                tr(
                    "-1000 for products of baseline 04.00 (since 2022) as they are delivered, else 0. "
                    "Empty: found from the metadata or the values."
                ),
            ),
        ]

    def about_sentinel1(self) -> list[Parameter]:
        bands = [
            advanced(QgsProcessingParameterBand(name, label, parentLayerParameterName=self.S1, optional=True))
            for name, label in ((self.S1_VV, tr("Sentinel-1 VV band")), (self.S1_VH, tr("Sentinel-1 VH band")))
        ]
        explanation = tr("Not set: found by description, else VV is the first band and VH the second.")
        return [
            *((band, explanation) for band in bands),
            self.sentinel1_units(),
        ]

    def sentinel1_units(self) -> Parameter:
        return (
            advanced(choice(self.S1_UNITS, tr("Sentinel-1 units"), choices.units(), "auto")),
            tr("Decibel, linear power or amplitude; automatic finds out from the values."),
        )

    # --- Checks and what becomes of the parameters ------------------------------------------------------------------

    def checkParameterValues(self, parameters, context) -> tuple[bool, str]:
        try:
            self._check_lists(parameters, context)
        except SarCloudRemovalError as error:
            return False, sentence(error)
        return super().checkParameterValues(parameters, context)

    def _check_lists(self, parameters, context) -> None:
        """Raise `BadOption` for what cannot be opened: QGIS leaves it out of a list without a word."""
        for name in (self.CLEAR, self.CLEAR_S1):
            given = parameters.get(name) or []
            for each in [given] if isinstance(given, str) else given if isinstance(given, (list, tuple)) else []:
                if isinstance(each, str) and QgsProcessingUtils.mapLayerFromString(each, context) is None:
                    label = self.parameterDefinition(name).description()
                    raise BadOption(option=label, value=each, detail=tr("QGIS cannot open it"))

    def check_clear_dates(self, parameters, context) -> None:
        """Raise `BadOption` for clear dates that cannot be such, and `Sentinel1Bands`."""
        self._check_lists(parameters, context)
        cloudy = raster_source(self.parameterAsRasterLayer(parameters, self.S2, context))
        clear = self.parameterAsLayerList(parameters, self.CLEAR, context)
        sentinel1 = self.parameterAsLayerList(parameters, self.CLEAR_S1, context)
        if sentinel1 and len(sentinel1) != len(clear):
            detail = tr("there are {count} clear dates; choose as many, in the same order, or none").format(
                count=len(clear)
            )
            raise BadOption(option=tr("Sentinel-1 of the clear dates"), value=len(sentinel1), detail=detail)
        for layer in clear:
            if raster_source(layer).path == cloudy.path:
                raise BadOption(option=tr("Clear dates"), value=layer.name(), detail=tr("it is the cloudy layer"))
        for layer in sentinel1:
            raster_source(layer)
            if layer.bandCount() < 2:
                raise Sentinel1Bands(layer=layer.name(), count=layer.bandCount())

    def clear_fields(self, parameters, context, masks: bool = False) -> dict:
        """Return the fields of a request that the clear dates fill; with `masks` each has a place for a mask too."""
        clear = [raster_source(layer) for layer in self.parameterAsLayerList(parameters, self.CLEAR, context)]
        sentinel1 = [raster_source(layer) for layer in self.parameterAsLayerList(parameters, self.CLEAR_S1, context)]
        dates = [(s2, s1, *([None] if masks else [])) for s2, s1 in zip(clear, sentinel1 or [None] * len(clear))]

        def of_all(field: str) -> tuple:
            return tuple(tuple(getattr(each, field) if each else None for each in date) for date in dates)

        return {"clear": of_all("path"), "clear_names": of_all("name"), "clear_crs": of_all("crs")}

    def layers(self, parameters, context) -> tuple[QgsRasterLayer, QgsRasterLayer, QgsRasterLayer | None]:
        """Return the layers of Sentinel-1, of Sentinel-2 and of the mask."""
        names = (self.S1, self.S2, self.MASK)
        s1, s2, mask = (self.parameterAsRasterLayer(parameters, name, context) for name in names)
        for name, layer in ((self.S1, s1), (self.S2, s2)):
            if layer is None and not (name == self.S1 and self.is_optional(self.S1)):
                raise QgsProcessingException(self.invalidRasterError(parameters, name))
        return s1, s2, mask

    def is_optional(self, name: str) -> bool:
        """Whether a parameter may be left empty."""
        optional = QgsProcessingParameterDefinition.Flag.FlagOptional
        return bool(self.parameterDefinition(name).flags() & optional)

    def check_scene(self, parameters, context) -> None:
        """Raise one of `model.errors` for layers, or bands of them, of which QGIS alone can tell that they fail."""
        s1 = self.parameterAsRasterLayer(parameters, self.S1, context)
        s2 = self.parameterAsRasterLayer(parameters, self.S2, context)
        source2 = raster_source(s2)
        if s1 is not None:
            if raster_source(s1).path == source2.path:
                raise SameLayer(layer=s2.name())
            if s1.bandCount() < 2:
                raise Sentinel1Bands(layer=s1.name(), count=s1.bandCount())
            self.s1_bands(parameters, context, s1.bandCount())
        mask = self.parameterAsRasterLayer(parameters, self.MASK, context)
        if mask is not None:
            raster_source(mask)
        self.s2_bands(parameters, context, s2.bandCount())

    def scene_fields(self, parameters, context, s1, s2, mask) -> dict:
        """Return the fields that all requests with a scene have, by their names."""
        source1, source2 = raster_source(s1) if s1 is not None else None, raster_source(s2)
        source_mask = raster_source(mask) if mask is not None else None
        return {
            "s1": source1.path if source1 else None,
            "s2": source2.path,
            "mask": source_mask.path if source_mask else None,
            **self.network_fields(parameters, context),
            **self.extent_fields(parameters, self.EXTENT, context, s2.crs()),
            "s1_name": source1.name if source1 else None,
            "s2_name": source2.name,
            "mask_name": source_mask.name if source_mask else None,
            "s1_crs": source1.crs if source1 else None,
            "s2_crs": source2.crs,
            "mask_crs": source_mask.crs if source_mask else None,
            "s2_bands": self.s2_bands(parameters, context, s2.bandCount()),
            "s1_bands": self.s1_bands(parameters, context, s1.bandCount()) if source1 else None,
            **self.scaling_fields(parameters, context),
        }

    def network_fields(self, parameters, context) -> dict:
        return {
            "model": self.weights(parameters, context)
            or weights.request_name(self.parameterAsEnumString(parameters, self.MODEL, context)),
            "device": self.parameterAsString(parameters, self.DEVICE_NAME, context).strip()
            or self.parameterAsEnumString(parameters, self.DEVICE, context),
        }

    def scaling_fields(self, parameters, context) -> dict:
        return {
            "s2_scale": self.real(parameters, self.S2_SCALE, context),
            "s2_offset": self.real(parameters, self.S2_OFFSET, context),
            "s1_units": unless_auto(self.parameterAsEnumString(parameters, self.S1_UNITS, context)),
        }

    def s2_bands(self, parameters, context, count: int | None) -> tuple[str, ...] | None:
        return self.band_names(parameters, self.S2_BANDS, tr("Sentinel-2 bands"), context, count)

    def band_names(self, parameters, name: str, label: str, context, count: int | None) -> tuple[str, ...] | None:
        """Return the names in the parameter `name` for the `count` bands of a layer, which may be unknown.

        Raises `BadOption`.
        """
        text = self.parameterAsString(parameters, name, context).strip()
        if not text:
            return None
        names = tuple(re.split(r"[,;\s]+", text.strip(",; ")))
        if count is not None and len(names) != count:
            detail = tr("it names {named} bands, and the layer has {count}").format(named=len(names), count=count)
            raise BadOption(option=label, value=text, detail=detail)
        return names

    def s1_bands(self, parameters, context, count: int | None) -> tuple[int, int] | None:
        bands = [self.whole(parameters, name, context) for name in (self.S1_VV, self.S1_VH)]
        if bands == [None, None]:
            return None
        if None in bands:
            detail = tr("the other polarisation has to be chosen too")
            raise BadOption(option=tr("Sentinel-1 VV band"), value=str(bands[0] or bands[1]), detail=detail)
        if bands[0] == bands[1]:
            raise BadOption(option=tr("Sentinel-1 VH band"), value=bands[1], detail=tr("it is the VV band already"))
        if count is not None and not all(1 <= band <= count for band in bands):
            detail = tr("the layer has {count} bands").format(count=count)
            raise BadOption(option=tr("Sentinel-1 VV band"), value=f"{bands[0]}, {bands[1]}", detail=detail)
        return bands[0], bands[1]

    def weights(self, parameters, context) -> str:
        given = is_given(parameters.get(self.WEIGHTS))
        return self.parameterAsFile(parameters, self.WEIGHTS, context) if given else ""

    def whole(self, parameters, name: str, context) -> int | None:
        value = parameters.get(name, self.parameterDefinition(name).defaultValue())
        return self.parameterAsInt(parameters, name, context) if is_given(value) else None

    def real(self, parameters, name: str, context) -> float | None:
        return self.parameterAsDouble(parameters, name, context) if is_given(parameters.get(name)) else None


def number(
    name: str,
    label: str,
    whole: bool = False,
    low: float | None = None,
    default: int | None = None,
    optional: bool | None = None,
) -> QgsProcessingParameterNumber:
    """Return a number, which may be left empty where it has no default, or where `optional` says so."""
    kind = QgsProcessingParameterNumber.Type.Integer if whole else QgsProcessingParameterNumber.Type.Double
    limits = {} if low is None else {"minValue": low}
    return QgsProcessingParameterNumber(
        name, label, kind, default, default is None if optional is None else optional, **limits
    )


def is_given(value: object) -> bool:
    # A batch hands over a null of Qt, which is not None.
    return not (value is None or value == NULL or value == "")


def unless_auto(value: str) -> str | None:
    return None if value in ("", "auto") else value
