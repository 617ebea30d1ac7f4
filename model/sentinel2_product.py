"""A Sentinel-2 product as it is delivered: a SAFE folder or its .zip, told by the product's own metadata.

Standard library only. Sources: ESA, Sentinel-2 Products Specification Document, issue 14.9 (S2-PDGS-TAS-DI-PSD); the
offset that is in the numbers from processing baseline 04.00 on is RADIO_ADD_OFFSET in Level-1C and BOA_ADD_OFFSET in
Level-2A: reflectance = (DN + offset) / quantification value.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Union
from xml.etree import ElementTree  # nosec B405 - no document with a DTD gets here, so no entity is expanded

from .bands import S2_BANDS, S2_DN_PER_REFLECTANCE, S2_ORDERS
from .errors import BadProduct

LEVELS = {"L1C": S2_ORDERS[13], "L2A": S2_ORDERS[12]}
# Metres; of Level-1C, whose names do not tell.
RESOLUTIONS = dict(zip(S2_BANDS, (60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 60, 20, 20)))
SCENE_CLASSIFICATION = "SCL"

_METADATA = re.compile(r"(?:S2[A-D]_[A-Z]+_)?MTD_(?:MSI|SAF)(L1C|L2A).*\.xml", re.IGNORECASE)
_IMAGE = re.compile(r"_(B\d\d|B8A|SCL)(?:_(\d\d)m)?$")
_TILE = re.compile(r"(?<![A-Z0-9])T\d\d[A-Z]{3}(?![A-Z0-9])")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T\d\d")
_CLOUD_CLASSES = "MSK_CLASSI_B00.jp2"
_CLOUD_POLYGONS = re.compile(r"MSK_CLOUDS_.*B00.*\.gml$")
# Kinds of cloud in the masks of polygons.
_CLOUD_KINDS = ("OPAQUE", "CIRRUS")
# How far above a band's file its product's metadata lie, at most: GRANULE/L2A_…/IMG_DATA/R10m.
_DEPTH = 5

Rings = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Metadata:
    """What a product's own metadata tell of its numbers: reflectance = (DN + offset) / quantification."""

    level: str
    baseline: str = ""
    date: str = ""
    quantification: float = S2_DN_PER_REFLECTANCE
    offsets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Product:
    """One tile. `images` are paths that GDAL opens, by band, each in the finest resolution that there is.

    Of its cloud masks it may have any: `scene_classification` (SCL), `cloud_classes` (MSK_CLASSI, one band for opaque
    clouds, one for cirrus, one for snow), `cloud_polygons`, of which each has an outer ring and its holes.
    """

    name: str
    metadata: Metadata
    tile: str
    images: Mapping[str, str]
    scene_classification: Optional[str] = None
    cloud_classes: Optional[str] = None
    cloud_polygons: Optional[tuple[Rings, ...]] = None

    @property
    def title(self) -> str:
        """What to call it: "Sentinel-2 L1C T50SKE 2017-10-18"."""
        return " ".join(filter(None, ("Sentinel-2", self.metadata.level, self.tile, self.metadata.date)))


def open_product(path: str) -> Product:
    """Return the product at `path`: its folder, its metadata file, its .zip, or a folder in which it lies alone.

    Raises `BadProduct`, which says which file is missing.
    """
    tree = _find_tree(path)
    document = tree.read_xml(tree.metadata)
    metadata = _read_metadata(document, tree.metadata)
    names = _image_names(document, tree)
    images = {}
    for band in LEVELS[metadata.level]:
        if band not in names:
            raise BadProduct(product=tree.name, detail=f"its metadata name no image of {band}")
        images[band] = tree.open_name(names[band])
    tile = _TILE.search(os.path.basename(names["B2"]))
    classification = names.get(SCENE_CLASSIFICATION)
    classes, polygons = tree.find(_CLOUD_CLASSES), tree.match(_CLOUD_POLYGONS)
    return Product(
        name=tree.name,
        metadata=metadata,
        tile=tile.group() if tile else "",
        images=images,
        scene_classification=tree.open_name(classification) if classification else None,
        cloud_classes=tree.open_name(classes) if classes else None,
        cloud_polygons=_read_polygons(tree.read_xml(polygons)) if polygons else None,
    )


def metadata_of(path: str) -> Optional[Metadata]:
    """Return the metadata of the product in which the file of a band lies, or None where it lies in none."""
    packed = re.match(r"/vsizip/\{?(.+?\.zip)\}?/(.+)", path, re.IGNORECASE)
    try:
        if packed and os.path.isfile(packed.group(1)):
            tree: _Tree = _Zip(packed.group(1))
        else:
            folder = next((each for each in list(Path(path).parents)[:_DEPTH] if _metadata_in(each)), None)
            if folder is None:
                return None
            tree = _Folder(folder)
        return _read_metadata(tree.read_xml(tree.metadata), tree.metadata)
    except (BadProduct, OSError):
        return None


# Files --------------------------------------------------------------------------------------------------------------


class _Tree:
    """The files of a product, by their names inside of it, with slashes."""

    name: str
    metadata: str
    names: Sequence[str]

    def read(self, name: str) -> bytes:
        raise NotImplementedError

    def open_name(self, name: str) -> str:
        """Return what GDAL opens a file by. Raises `BadProduct` when it is not there."""
        raise NotImplementedError

    def read_xml(self, name: str) -> ElementTree.Element:
        try:
            text = self.read(name)
            if b"<!DOCTYPE" in text:
                raise BadProduct(product=self.name, detail=f"{name} declares entities, as no product does")
            return ElementTree.fromstring(text)  # noqa: S314  # nosec B314 - it declares no entities
        except (OSError, zipfile.BadZipFile, ElementTree.ParseError) as error:
            raise BadProduct(product=self.name, detail=f"{name} cannot be read ({error})") from error

    def find(self, base: str) -> Optional[str]:
        """Return the file that is called `base`, wherever it lies."""
        return next((name for name in self.names if name.rsplit("/", 1)[-1] == base), None)

    def match(self, pattern: re.Pattern) -> Optional[str]:
        return next((name for name in self.names if pattern.search(name)), None)

    def _check_there(self, name: str) -> None:
        if name not in self.names:
            raise BadProduct(product=self.name, detail=f"the file {name} is missing")


class _Folder(_Tree):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = folder.name
        self.metadata = _metadata_in(folder) or ""
        self.names = [
            (Path(place) / file).relative_to(folder).as_posix() for place, _, files in os.walk(folder) for file in files
        ]

    def read(self, name: str) -> bytes:
        return self._folder.joinpath(name).read_bytes()

    def open_name(self, name: str) -> str:
        self._check_there(name)
        return str(self._folder.absolute().joinpath(name))


class _Zip(_Tree):
    def __init__(self, path: str) -> None:
        self._path = os.path.abspath(path)
        self.name = os.path.basename(path)
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.namelist()
        except (OSError, zipfile.BadZipFile) as error:
            raise BadProduct(product=self.name, detail=f"it is no complete .zip file ({error})") from error
        found = [entry for entry in entries if entry.count("/") <= 1 and _METADATA.fullmatch(entry.rsplit("/", 1)[-1])]
        if len(found) != 1:
            raise BadProduct(product=self.name, detail=_not_one(len(found)))
        self._root = found[0].rpartition("/")[0]
        inside = f"{self._root}/" if self._root else ""
        self.names = [entry[len(inside) :] for entry in entries if entry.startswith(inside) and not entry.endswith("/")]
        self.metadata = found[0][len(inside) :]

    def read(self, name: str) -> bytes:
        with zipfile.ZipFile(self._path) as archive:
            return archive.read("/".join(filter(None, (self._root, name))))

    def open_name(self, name: str) -> str:
        self._check_there(name)
        # In braces the archive may be called anything.
        return "/".join(filter(None, (f"/vsizip/{{{self._path}}}", self._root, name)))


def _find_tree(path: str) -> _Tree:
    place = Path(path)
    if place.is_file() and _METADATA.fullmatch(place.name):
        place = place.absolute().parent
    if place.is_file():
        return _Zip(path)
    if not place.is_dir():
        raise BadProduct(product=path, detail="it is not there")
    if not _metadata_in(place):
        inside = [each for each in place.iterdir() if each.is_dir() and _metadata_in(each)]
        if len(inside) != 1:
            raise BadProduct(product=place.name, detail=_not_one(len(inside)))
        place = inside[0]
    return _Folder(place)


def _metadata_in(folder: Path) -> Optional[str]:
    try:
        return next((name for name in sorted(os.listdir(folder)) if _METADATA.fullmatch(name)), None)
    except OSError:
        return None


def _not_one(count: int) -> str:
    if count:
        return f"it holds {count} products; choose one of them"
    return "the file MTD_MSIL1C.xml or MTD_MSIL2A.xml is missing"


# Metadata -----------------------------------------------------------------------------------------------------------


def _read_metadata(document: ElementTree.Element, name: str) -> Metadata:
    quantification = _first(document, "BOA_QUANTIFICATION_VALUE") or _first(document, "QUANTIFICATION_VALUE")
    date = _DATE.search(_first(document, "PRODUCT_START_TIME") or _first(document, "PRODUCT_URI"))
    offsets = {}
    for element in _all(document, "RADIO_ADD_OFFSET", "BOA_ADD_OFFSET"):
        number = element.get("band_id", "")
        if number.isdigit() and int(number) < len(S2_BANDS):
            offsets[S2_BANDS[int(number)]] = float(element.text or 0)
    return Metadata(
        level=_METADATA.fullmatch(os.path.basename(name)).group(1).upper(),
        baseline=_first(document, "PROCESSING_BASELINE"),
        date="-".join(date.groups()) if date else "",
        quantification=float(quantification or S2_DN_PER_REFLECTANCE),
        offsets=offsets,
    )


def _image_names(document: ElementTree.Element, tree: _Tree) -> dict[str, str]:
    """Return the file of each band, and of the scene classification, in the finest resolution that is named."""
    granules = {each.get("granuleIdentifier") for each in _all(document, "Granule", "Granules")}
    if len(granules) > 1:
        raise BadProduct(product=tree.name, detail=f"it holds {len(granules)} tiles; download the tile alone")
    found: dict[str, tuple[int, str]] = {}
    for element in _all(document, "IMAGE_FILE", "IMAGE_FILE_2A", "IMAGE_ID", "IMAGE_ID_2A"):
        text = (element.text or "").strip()
        match = _IMAGE.search(text)
        band = match and re.sub(r"^B0", "B", match.group(1))
        if not band or band not in (*S2_BANDS, SCENE_CLASSIFICATION):
            continue
        metres = int(match.group(2) or RESOLUTIONS.get(band, 20))
        # Old products name the image without its folder.
        name = f"{text}.jp2" if "/" in text else tree.find(f"{text}.jp2") or f"{text}.jp2"
        found[band] = min(found.get(band, (metres, name)), (metres, name))
    return {band: name for band, (_, name) in found.items()}


def _read_polygons(document: ElementTree.Element) -> tuple[Rings, ...]:
    """Return the polygons of a cloud mask in GML, in the coordinates of the tile."""
    return tuple(
        tuple(_ring(each.text or "") for each in _all(feature, "posList"))
        for feature in _all(document, "MaskFeature")
        if _first(feature, "maskType") in _CLOUD_KINDS
    )


def _ring(text: str) -> tuple[tuple[float, float], ...]:
    numbers = [float(number) for number in text.split()]
    return tuple(zip(numbers[::2], numbers[1::2]))


def _all(element: ElementTree.Element, *names: str) -> Iterator[ElementTree.Element]:
    """Yield the elements of these names below `element`, in whatever namespace."""
    return (each for each in element.iter() if _local(each.tag) in names)


def _first(element: ElementTree.Element, name: str) -> str:
    return next(((each.text or "").strip() for each in _all(element, name)), "")


def _local(tag: Union[str, object]) -> str:
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
