"""The sample scene as a Sentinel-2 product, written with the GDAL of QGIS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

from ..safe_product import BANDS, LEFT, TOP, Safe, write_safe
from .rasters import read

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
SIDE = 240


def sample_product(folder: Path) -> Safe:
    """Write a Level-2A product of baseline 05.09 of the sample's pixels, with clouds in its scene classification."""
    pixels = {band: image[:SIDE, :SIDE] + 1000 for band, image in zip(BANDS, read(SAMPLE / "s2_cloudy.tif"))}
    classes = np.full((SIDE // 2, SIDE // 2), 4, np.uint8)
    classes[10:40, 20:60] = 9
    return write_safe(folder, pixels, write_jp2, "L2A", classes=classes)


def write_jp2(path: Path, pixels: np.ndarray, metres: int) -> None:
    """Write [bands, h, w] as a lossless JPEG 2000."""
    count, height, width = pixels.shape
    kind = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16}[pixels.dtype.name]
    memory = gdal.GetDriverByName("MEM").Create("", width, height, count, kind)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32650)
    memory.SetProjection(reference.ExportToWkt())
    memory.SetGeoTransform((LEFT, metres, 0, TOP, 0, -metres))
    for number, band in enumerate(pixels, 1):
        memory.GetRasterBand(number).WriteArray(band)
    gdal.GetDriverByName("JP2OpenJPEG").CreateCopy(str(path), memory, options=["QUALITY=100", "REVERSIBLE=YES"])
