"""Virtual rasters: one GDAL document (VRT) that puts bands of several files on one grid.

Text only, no raster is opened. What GDAL makes of it is the same in whatever blocks it is read, and whether this
process reads it or QGIS does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional
from xml.sax.saxutils import escape, quoteattr  # nosec B406 - writes XML, reads none

RESAMPLINGS = ("nearest", "bilinear", "cubic")

# a, b, c, d, e, f of x = a · column + b · row + c, y = d · column + e · row + f
Transform = tuple[float, float, float, float, float, float]

_TYPES = {
    "uint8": "Byte",
    "int8": "Int8",
    "uint16": "UInt16",
    "int16": "Int16",
    "uint32": "UInt32",
    "int32": "Int32",
    "float32": "Float32",
    "float64": "Float64",
}


@dataclass(frozen=True)
class VirtualBand:
    """A band of a file: `number` counts from 1, `nodata` is what means no value there.

    value = DN · `scale` + `offset`, as GDAL has it.
    """

    name: str
    path: str
    number: int
    dtype: str
    height: int
    width: int
    transform: Transform
    nodata: Optional[float] = None
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class VirtualGrid:
    """The pixels of a virtual raster; `crs` is WKT, None where there is no georeference."""

    height: int
    width: int
    transform: Transform
    crs: Optional[str]


def document(
    grid: VirtualGrid,
    bands: Sequence[VirtualBand],
    dtype: str,
    nodata: Optional[float],
    resampling: str,
    tags: Mapping[str, str],
) -> str:
    """Return the XML of a virtual raster with `bands` on `grid`.

    Bands whose pixels are larger are resampled by one of `RESAMPLINGS`, from valid pixels only. No axis may be turned.
    """
    a, _, c, _, e, f = grid.transform
    lines = [f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">']
    if grid.crs:
        lines.append(f"  <SRS>{escape(grid.crs)}</SRS>")
        lines.append(f"  <GeoTransform>{c!r}, {a!r}, 0.0, {f!r}, 0.0, {e!r}</GeoTransform>")
    lines += ["  <Metadata>", *(f"    {_item(key, value)}" for key, value in tags.items()), "  </Metadata>"]
    for number, band in enumerate(bands, 1):
        lines += _band(grid, number, band, dtype, nodata, resampling)
    return "\n".join([*lines, "</VRTDataset>", ""])


def _band(
    grid: VirtualGrid, number: int, band: VirtualBand, dtype: str, nodata: Optional[float], resampling: str
) -> list[str]:
    a, _, c, _, e, f = grid.transform
    source_a, _, source_c, _, source_e, source_f = band.transform
    width, height = band.width * source_a / a, band.height * source_e / e
    place = {"xOff": (source_c - c) / a, "yOff": (source_f - f) / e, "xSize": width, "ySize": height}
    whole = {"xOff": 0, "yOff": 0, "xSize": band.width, "ySize": band.height}
    lines = [
        f'  <VRTRasterBand dataType="{_TYPES[dtype]}" band="{number}">',
        f"    <Description>{escape(band.name)}</Description>",
    ]
    if nodata is not None:
        lines.append(f"    <NoDataValue>{_number(nodata)}</NoDataValue>")
    if (band.scale, band.offset) != (1.0, 0.0):
        lines += [f"    <Offset>{band.offset!r}</Offset>", f"    <Scale>{band.scale!r}</Scale>"]
    return [
        *lines,
        f"    <ComplexSource resampling={quoteattr(resampling)}>",
        f'      <SourceFilename relativeToVRT="0">{escape(_with_nodata(band))}</SourceFilename>',
        f"      <SourceBand>{1 if band.nodata is not None else band.number}</SourceBand>",
        f"      <SrcRect {_attributes(whole)}/>",
        f"      <DstRect {_attributes(place)}/>",
        *([f"      <NODATA>{_number(band.nodata)}</NODATA>"] if band.nodata is not None else []),
        "    </ComplexSource>",
        "  </VRTRasterBand>",
    ]


def _with_nodata(band: VirtualBand) -> str:
    """Return the file of a band, wrapped so that it declares its nodata, or GDAL would mix that with its neighbours."""
    if band.nodata is None:
        return band.path
    return (
        f'<VRTDataset rasterXSize="{band.width}" rasterYSize="{band.height}">'
        f'<VRTRasterBand dataType="{_TYPES[band.dtype]}" band="1"><NoDataValue>{_number(band.nodata)}</NoDataValue>'
        f'<SimpleSource><SourceFilename relativeToVRT="0">{escape(band.path)}</SourceFilename>'
        f"<SourceBand>{band.number}</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )


def _attributes(values: Mapping[str, float]) -> str:
    return " ".join(f'{key}="{_number(value)}"' for key, value in values.items())


def _number(value: float) -> str:
    return f"{value:.15g}"


def _item(key: str, value: str) -> str:
    return f"<MDI key={quoteattr(key)}>{escape(value)}</MDI>"
