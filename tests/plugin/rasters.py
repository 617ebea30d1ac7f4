"""Small rasters for tests, written with the GDAL of QGIS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()

TYPES = {"uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32, "complex64": gdal.GDT_CFloat32}


def write(
    path: Path, values: np.ndarray, epsg: int | None = 32650, left: float = 500000.0, top: float = 4000000.0
) -> str:
    """Write [bands, height, width] with 10 m pixels; without `epsg` there is neither a CRS nor a geotransform."""
    bands, height, width = values.shape
    data = gdal.GetDriverByName("GTiff").Create(str(path), width, height, bands, TYPES[values.dtype.name])
    if epsg is not None:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(epsg)
        data.SetProjection(reference.ExportToWkt())
        data.SetGeoTransform((left, 10.0, 0.0, top, 0.0, -10.0))
    for index in range(bands):
        data.GetRasterBand(index + 1).WriteArray(values[index])
    data = None
    return str(path)


def read(path: str) -> np.ndarray:
    """Return all bands [bands, height, width]."""
    data = gdal.Open(str(path))
    return data.ReadAsArray().reshape(data.RasterCount, data.RasterYSize, data.RasterXSize)


def sentinel2(height: int = 40, width: int = 50, bands: int = 13) -> np.ndarray:
    return np.random.default_rng(1).integers(500, 3000, (bands, height, width)).astype("uint16")


def sentinel1(height: int = 40, width: int = 50, bands: int = 2) -> np.ndarray:
    return np.random.default_rng(2).uniform(-20, -8, (bands, height, width)).astype("float32")
