"""What a layer that the user chose is to the compute process: a file, a name for messages, a CRS."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProviderRegistry, QgsRasterLayer

from ..model.errors import NoGeoreference, NotALocalRaster, UnreadableInput

# Where QGIS's own part of a layer's source begins.
_OF_QGIS = re.compile(r"\|(?:layername=|option:|credential:)", re.IGNORECASE)


@dataclass(frozen=True)
class RasterSource:
    """`path` is anything that GDAL opens; `crs` is `None` unless the user gave the layer another than its file's."""

    path: str
    name: str
    crs: str | None


def raster_source(layer: QgsRasterLayer) -> RasterSource:
    """Return where the compute process finds `layer`.

    Raises `NotALocalRaster` for a rendered or remote layer, `NoGeoreference` for one without a CRS, and
    `UnreadableInput` for one whose file is gone or is only in QGIS's memory.
    """
    name = layer.name()
    if layer.providerType() != "gdal":
        raise NotALocalRaster(layer=name, provider=layer.providerType())
    if not layer.isValid():
        raise UnreadableInput(layer=name, detail="QGIS cannot open it")
    path = _gdal_name(layer)
    if path.startswith("/vsimem/"):
        raise UnreadableInput(layer=name, detail="it exists only in QGIS's memory; save it to a file first")
    if not layer.crs().isValid():
        raise NoGeoreference(layer=name)
    return RasterSource(path, name, _overridden_crs(layer))


def crs_text(crs: QgsCoordinateReferenceSystem) -> str:
    """Return `crs` in a form that another build of PROJ understands."""
    if crs.authid().upper().startswith("EPSG:"):
        return crs.authid()
    return crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED)


def _gdal_name(layer: QgsRasterLayer) -> str:
    """Return what GDAL calls the layer, without what QGIS appends for itself.

    It may be a file, whose name may hold a «|», or a whole VRT as XML, which is too long for a file's name.
    """
    name = _OF_QGIS.split(layer.source())[0]
    parts = QgsProviderRegistry.instance().decodeUri("gdal", layer.source())
    if parts.get("layerName") and name == parts["path"]:
        return f"GPKG:{name}:{parts['layerName']}"
    # The compute process has another current folder.
    return str(Path(name).resolve()) if os.path.exists(name) else name


def _overridden_crs(layer: QgsMapLayer) -> str | None:
    own = layer.dataProvider().crs()
    return crs_text(layer.crs()) if layer.crs() != own else None
