"""What a layer that the user chose is to the compute process: a file, a name for messages, a CRS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProviderRegistry, QgsRasterLayer

from ..model.errors import NoGeoreference, NotALocalRaster, UnreadableInput

# Prefixes behind which GDAL finds more than a file.
_NOT_FILES = ("/vsi", "http:", "https:")


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
    parts = QgsProviderRegistry.instance().decodeUri("gdal", layer.source())
    path = parts.get("path") or layer.source()
    if parts.get("layerName"):
        # A raster in a container: QGIS takes the name apart, GDAL wants it whole.
        return layer.source().split("|")[0] if ":" in layer.source() else f"GPKG:{path}:{parts['layerName']}"
    # The compute process has another current folder.
    return str(Path(path).resolve()) if not path.startswith(_NOT_FILES) and Path(path).exists() else path


def _overridden_crs(layer: QgsMapLayer) -> str | None:
    own = layer.dataProvider().crs()
    return crs_text(layer.crs()) if layer.crs() != own else None
