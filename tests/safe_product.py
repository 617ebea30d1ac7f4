"""Small Sentinel-2 products, named and described as the real ones are, of whatever pixels a test gives.

Names and metadata follow products of the collections of 2017 (baseline 02) and of 2023 (baseline 05). Standard library
and numpy only: who can write JPEG 2000 hands over how.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
METRES = dict(zip(BANDS, (60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 60, 20, 20)))
DATE = "20230514T023531"
TILE = "T50SKE"
# As the real tile's upper left corner.
LEFT, TOP = 699_960.0, 3_800_040.0

# (path, pixels [bands, h, w], metres): writes a lossless JPEG 2000.
Writer = Callable[[Path, np.ndarray, int], None]


@dataclass(frozen=True)
class Safe:
    """A product that has been written."""

    folder: Path
    metadata: Path
    images: Mapping[str, Path]
    masks: Path


def coarse(pixels: np.ndarray, metres: int) -> np.ndarray:
    """Return 10 m pixels [h, w] as those of a band of `metres`, by taking each so many-th."""
    step = metres // 10
    return pixels[step // 2 :: step, step // 2 :: step]


def write_safe(
    folder: Path,
    pixels: Mapping[str, np.ndarray],
    write: Writer,
    level: str = "L1C",
    baseline: str = "05.09",
    classes: np.ndarray | None = None,
    polygons: str | None = None,
) -> Safe:
    """Write a .SAFE of `level` from numbers on the 10 m grid {band: [h, w]}, whose side is a multiple of 6.

    From baseline 04.00 on the metadata tell of the offset, which the numbers must have in them. `classes` become
    SCL_20m of a Level-2A [h/2, w/2], or MSK_CLASSI [3, h/6, w/6] of a Level-1C; `polygons` are the GML of an old mask.
    """
    number = baseline.replace(".", "")
    name = f"S2A_MSI{level}_{DATE}_N{number}_R089_{TILE}_{DATE}.SAFE"
    root = folder / name
    granule = f"GRANULE/{level}_{TILE}_A041218_{DATE}"
    images: dict[str, Path] = {}
    listed: list[str] = []

    def add(band: str, array: np.ndarray, metres: int, first: bool = True) -> None:
        code = band if band == "SCL" or band == "B8A" else f"B{int(band[1:]):02d}"
        place = (
            f"IMG_DATA/R{metres}m/{TILE}_{DATE}_{code}_{metres}m"
            if level == "L2A"
            else f"IMG_DATA/{TILE}_{DATE}_{code}"
        )
        path = root / granule / f"{place}.jp2"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, array[None], metres)
        listed.append(f"{granule}/{place}")
        if first:
            images[band] = path

    for band in BANDS:
        if level == "L2A" and band == "B10":
            continue
        metres = METRES[band]
        add(band, coarse(pixels[band], metres), metres)
        if level == "L2A" and metres == 10:
            # Every finer band is there in the coarser resolutions too.
            add(band, coarse(pixels[band], 20), 20, first=False)
    masks = root / granule / "QI_DATA"
    masks.mkdir(parents=True)
    if classes is not None and level == "L2A":
        add("SCL", classes, 20)
    elif classes is not None:
        write(masks / "MSK_CLASSI_B00.jp2", classes, 60)
    if polygons is not None:
        (masks / "MSK_CLOUDS_B00.gml").write_text(polygons, encoding="utf-8")
    metadata = root / f"MTD_MSI{level}.xml"
    metadata.write_text(_metadata(level, baseline, name, listed), encoding="utf-8")
    (root / granule / "MTD_TL.xml").write_text("<n1:Tile xmlns:n1='x'/>", encoding="utf-8")
    return Safe(root, metadata, images, masks)


def zipped(safe: Safe) -> Path:
    """Pack a product as it is delivered, without compression of what is compressed."""
    path = safe.folder.with_suffix(".SAFE.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(safe.folder.rglob("*")):
            archive.write(each, each.relative_to(safe.folder.parent))
    return path


def _metadata(level: str, baseline: str, name: str, images: list[str]) -> str:
    newer = int(baseline[:2]) >= 4
    listed = "".join(f"<IMAGE_FILE>{each}</IMAGE_FILE>\n" for each in images)
    kind = "RADIO" if level == "L1C" else "BOA"
    tag = "Radiometric_Offset_List" if level == "L1C" else "BOA_ADD_OFFSET_VALUES_LIST"
    offsets = "".join(f'<{kind}_ADD_OFFSET band_id="{number}">-1000</{kind}_ADD_OFFSET>' for number in range(13))
    quantification = (
        '<QUANTIFICATION_VALUE unit="none">10000</QUANTIFICATION_VALUE>'
        if level == "L1C"
        else '<QUANTIFICATION_VALUES_LIST><BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>'
        '<AOT_QUANTIFICATION_VALUE unit="none">1000.0</AOT_QUANTIFICATION_VALUE></QUANTIFICATION_VALUES_LIST>'
    )
    long = f"Level-{level[1:]}"
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:{long}_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_{long}.xsd">
<n1:General_Info>
<Product_Info>
<PRODUCT_START_TIME>2023-05-14T02:35:31.024Z</PRODUCT_START_TIME>
<PRODUCT_URI>{name}</PRODUCT_URI>
<PROCESSING_LEVEL>{long}</PROCESSING_LEVEL>
<PRODUCT_TYPE>S2MSI{level[1:]}</PRODUCT_TYPE>
<PROCESSING_BASELINE>{baseline}</PROCESSING_BASELINE>
<Product_Organisation><Granule_List>
<Granule datastripIdentifier="S2A_DS" granuleIdentifier="S2A_OPER_MSI_{level}_TL_N" imageFormat="JPEG2000">
{listed}</Granule>
</Granule_List></Product_Organisation>
</Product_Info>
<Product_Image_Characteristics>
<Special_Values><SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT><SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX>
</Special_Values>
{quantification}
{f"<{tag}>{offsets}</{tag}>" if newer else ""}
</Product_Image_Characteristics>
</n1:General_Info>
</n1:{long}_User_Product>
"""


def cloud_polygon(kind: str, corners: str) -> str:
    """Return one polygon of a cloud mask as old products have it."""
    return (
        f'<eop:MaskFeature gml:id="{kind}.0"><eop:maskType codeSpace="urn:gs2:S2PDGS:maskType">{kind}</eop:maskType>'
        f'<eop:extentOf><gml:Polygon gml:id="{kind}.0_Polygon"><gml:exterior><gml:LinearRing>'
        f'<gml:posList srsDimension="2">{corners}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>'
        "</eop:extentOf></eop:MaskFeature>"
    )


def cloud_mask(*features: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><eop:Mask xmlns:eop="http://www.opengis.net/eop/2.0" '
        'xmlns:gml="http://www.opengis.net/gml/3.2"><eop:maskMembers>'
        + "".join(features)
        + "</eop:maskMembers></eop:Mask>"
    )
