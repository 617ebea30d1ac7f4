"""Sentinel-1 and Sentinel-2 bands: which is which, what their numbers mean, and the scaling that the networks expect.

Nothing here opens a file: `raster.py` hands over `RasterFacts` and a sample of the values. What is found is told in
words (`reason`), and can be overridden by the user, because neither names nor metadata can be trusted blindly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from .errors import (
    BadOption,
    ComplexInput,
    EmptyInput,
    FilledBackscatter,
    FilledReflectance,
    InputError,
    MissingBands,
    NotBackscatter,
    NotReflectance,
    Sentinel1Bands,
    Sentinel1Order,
    Sentinel1Polarisations,
    Sentinel2Bands,
)
from .requests import PRODUCT_LEVELS

# The order of the networks' optical input, which is the order of a Level-1C product.
S2_BANDS = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
# Central wavelengths in nm, the mean of Sentinel-2A and 2B (ESA, Sentinel-2 spectral response functions).
S2_WAVELENGTHS = (442.5, 492.3, 559.4, 664.8, 704.0, 739.8, 781.3, 832.9, 864.4, 944.2, 1375.2, 1612.1, 2194.1)
# Without these nothing can be reconstructed; B8A may stand in for B8.
S2_REQUIRED = ("B2", "B3", "B4", "B8", "B11", "B12")
# What a file without band names holds, by its number of bands: L1C; L2A, which has no cirrus band; the bands of 10 and
# 20 m, in the order of their wavelengths (stacks that put the four 10 m bands first have to be named).
S2_ORDERS: dict[int, tuple[str, ...]] = {
    13: S2_BANDS,
    12: tuple(band for band in S2_BANDS if band != "B10"),
    10: ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"),
}
S2_DN_PER_REFLECTANCE = 10000.0
# Added to the reflectance of processing baseline 04.00 (January 2022) and later so that DN never goes below 1.
S2_BASELINE_4_OFFSET = -1000.0
#: Sentinel-2 above the atmosphere from below: L1C = TOA_GAIN × L2A + PATH_REFLECTANCE; lines through the clear pixels
#: of four places where both products are there. B10 sees no ground.
TOA_GAIN = np.array(
    [0.58, 0.64, 0.68, 0.787, 0.766, 0.805, 0.853, 0.806, 0.894, 0.24, 0.0, 0.905, 0.836], dtype=np.float32
)
#: Reflectance of the clear atmosphere over a black ground.
PATH_REFLECTANCE = np.array(
    [0.115, 0.082, 0.052, 0.032, 0.029, 0.030, 0.028, 0.024, 0.024, 0.018, 0.0012, 0.004, 0.002], dtype=np.float32
)
# Reflectance of the cirrus band without cirrus: the median over the clear scenes at hand is 0.0013 to 0.0018.
CLEAR_CIRRUS = 0.0015

S1_BANDS = ("VV", "VH")
# What the networks see as 0 and as 1, in dB (Ebel et al. 2021, Meraner et al. 2020).
S1_RANGES_DB = {"VV": (-25.0, 0.0), "VH": (-32.5, 0.0)}
# The least that measured backscatter is scaled to. Smooth water lies below both ranges, and 0 in both bands means that
# radar is missing: networks are trained so.
S1_FLOOR = 1e-3
S1_UNITS = ("db", "power", "amplitude")
# Uncalibrated GRD numbers: sigma0 = DN² sin(θ) / 474², 474 being the betaNought constant of the IW products and
# θ = 39° the middle of the swath. Over the swath (30–46°) the true value is within 1.1 dB of this.
S1_UNCALIBRATED_DB = -55.5
# Two bands of which the one taken as VV is so far below the other, in dB, are VH and VV. Over 82 real scenes the median
# of VV is 4.9 to 8.3 dB above that of VH, and nowhere below it in their 4343 pieces of 32 × 32 pixels.
S1_REVERSED_DB = 2.0

NO_BAND = "-"

# What programs fill with, often without saying so; floating point is also filled with numbers beyond `HUGE`.
LOW_FILLS = (-9999.0, -99999.0, -32767.0, -32768.0)
HIGH_FILLS = (32767.0, 65535.0, 4294967295.0)
HUGE = 1e20


@dataclass(frozen=True)
class RasterFacts:
    """What a raster says about itself; a tuple has one entry for each band.

    `layer` is how the user calls it. `band_tags` and `tags` are GDAL's metadata of the bands and of the file,
    `scales` and `offsets` GDAL's (value = DN · scale + offset).
    """

    layer: str
    descriptions: tuple[Optional[str], ...]
    dtype: str = "uint16"
    band_tags: tuple[Mapping[str, str], ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()

    @property
    def count(self) -> int:
        return len(self.descriptions)


@dataclass(frozen=True)
class S2Layout:
    """The bands of a Sentinel-2 file: `names` in its order, `NO_BAND` for one that is none of the 13."""

    names: tuple[str, ...]
    reason: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers, from 1, of the file's bands that are Sentinel-2 bands."""
        return tuple(number for number, name in enumerate(self.names, 1) if name != NO_BAND)

    @property
    def present(self) -> tuple[int, ...]:
        """Return the places of those bands in `S2_BANDS`, from 0."""
        return tuple(S2_BANDS.index(name) for name in self.names if name != NO_BAND)

    def level(self, chosen: str = "auto") -> str:
        """Return "l1c" or "l2a": as chosen, else by the cirrus band, which only Level-1C has.

        Raises `BadOption` for a level that is none.
        """
        if chosen not in PRODUCT_LEVELS:
            raise BadOption(option="level", value=chosen, detail=f"choose one of {', '.join(PRODUCT_LEVELS)}")
        if chosen != "auto":
            return chosen
        return "l1c" if "B10" in self.names else "l2a"


@dataclass(frozen=True)
class S1Layout:
    """The numbers, from 1, of the bands with VV and VH. `guessed` is true where nothing but their place tells."""

    vv: int
    vh: int
    reason: str
    guessed: bool = False

    @property
    def numbers(self) -> tuple[int, int]:
        return self.vv, self.vh


@dataclass(frozen=True)
class S2Scaling:
    """reflectance = (DN + offset) / scale. `certain` is false where the user should be told to look."""

    scale: float
    offset: float
    reason: str
    certain: bool = True


@dataclass(frozen=True)
class S1Scaling:
    """How backscatter becomes dB: `units` is one of `S1_UNITS`, `calibration_db` is added after the logarithm."""

    units: str
    calibration_db: float
    reason: str
    certain: bool = True


def to_l1c(reflectance: np.ndarray) -> np.ndarray:
    """Return L2A reflectance [13, H, W] as it is above the usual atmosphere; B10 sees no ground."""
    return reflectance * TOA_GAIN[:, None, None] + PATH_REFLECTANCE[:, None, None]


# Scaling ------------------------------------------------------------------------------------------------------------


def scale_s2(dn: np.ndarray, scale: float, offset: float) -> np.ndarray:
    """Return (dn + offset) / scale as float32 reflectance, clipped to 0–1. Any shape; NaN stays NaN."""
    reflectance = np.array(dn, dtype=np.float32)
    if offset:
        reflectance += np.float32(offset)
    reflectance /= np.float32(scale)
    return np.clip(reflectance, 0.0, 1.0, out=reflectance)


def unscale_s2(
    reflectance: np.ndarray, scale: float, offset: float, dtype: str, nodata: Optional[float] = None
) -> np.ndarray:
    """Return reflectance · scale − offset in `dtype`: the inverse of `scale_s2` inside 0–1.

    Whole numbers are rounded and kept inside the type's range. A number that would mean nodata goes one up (down at
    the top of the range), so that no computed pixel vanishes.
    """
    numbers = np.asarray(reflectance, dtype=np.float32) * np.float32(scale) - np.float32(offset)
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        numbers = np.clip(np.rint(numbers), limits.min, limits.max).astype(kind)
        if nodata is not None and limits.min <= nodata <= limits.max:
            numbers[numbers == nodata] = nodata + 1 if nodata < limits.max else nodata - 1
        return numbers
    return numbers.astype(kind, copy=False)


def scale_s1(db: np.ndarray) -> np.ndarray:
    """Return backscatter [..., 2, H, W] (VV, VH in dB) scaled by `S1_RANGES_DB` to float32 `S1_FLOOR`–1. NaN stays NaN.

    Whoever fills what is missing fills it with 0 in both bands, which nothing that is measured is scaled to.
    """
    scaled = np.array(db, dtype=np.float32)
    for index, (low, high) in enumerate(S1_RANGES_DB[band] for band in S1_BANDS):
        scaled[..., index, :, :] = (scaled[..., index, :, :] - low) / (high - low)
    return np.clip(scaled, S1_FLOOR, 1.0, out=scaled)


def to_db(backscatter: np.ndarray, scaling: S1Scaling) -> np.ndarray:
    """Return backscatter in the units of `scaling` as float32 dB. Numbers that have no logarithm become NaN."""
    values = np.array(backscatter, dtype=np.float32)
    if scaling.units == "db":
        return values
    factor = 10.0 if scaling.units == "power" else 20.0
    values[~(values > 0)] = np.nan
    return np.log10(values, out=values) * np.float32(factor) + np.float32(scaling.calibration_db)


def fill_missing_bands(optical, present: Sequence[int]):
    """Fill the absent bands of `optical` [..., 13, H, W] (reflectance, order `S2_BANDS`) in place and return it.

    `present` are the indices of the bands that hold data. B1 ← B2; B8 and B8A ← each other; B9 ← B8A, as water vapour
    is corrected for in the Level-2A products that lack it; B10 ← `CLEAR_CIRRUS`, a sky without cirrus; every other band
    ← linear interpolation in wavelength between its nearest present neighbours. Training hides bands with this same
    function, so a band absent at inference looks as it did in training. Works on numpy arrays and on torch tensors.
    """
    for index in sorted(set(range(len(S2_BANDS))) - set(present), key=lambda i: S2_BANDS[i] in ("B1", "B9")):
        optical[..., index, :, :] = _estimate_band(optical, index, present)
    return optical


def _estimate_band(optical, index: int, present: Sequence[int]):
    name = S2_BANDS[index]
    if name == "B10":
        return CLEAR_CIRRUS
    stand_in = {"B1": "B2", "B8": "B8A", "B8A": "B8", "B9": "B8A"}.get(name)
    # B1 and B9 come last, so their stand-ins hold data by then, their own or an estimate.
    if stand_in and (S2_BANDS.index(stand_in) in present or name in ("B1", "B9")):
        return optical[..., S2_BANDS.index(stand_in), :, :]
    # The absorption bands say nothing about their neighbours.
    sources = [i for i in present if S2_BANDS[i] not in ("B9", "B10")]
    below = max((i for i in sources if i < index), default=None)
    above = min((i for i in sources if i > index), default=None)
    if below is None or above is None:
        return optical[..., above if below is None else below, :, :]
    span = S2_WAVELENGTHS[above] - S2_WAVELENGTHS[below]
    weight = (S2_WAVELENGTHS[index] - S2_WAVELENGTHS[below]) / span
    return optical[..., below, :, :] * (1 - weight) + optical[..., above, :, :] * weight


# Sentinel-2: which band is which ------------------------------------------------------------------------------------

# Words of a description, longest first at use. None: the words do not say which of several bands it is.
_COLOURS: dict[str, Optional[str]] = {
    "coastal": "B1", "coastal aerosol": "B1", "aerosol": "B1", "aerosols": "B1", "ultra blue": "B1",
    "blue": "B2", "green": "B3", "red": "B4",
    "red edge": None, "rededge": None,
    "red edge 1": "B5", "red edge1": "B5", "rededge1": "B5", "rededge 1": "B5", "rededge071": "B5", "re1": "B5",
    "red edge 2": "B6", "red edge2": "B6", "rededge2": "B6", "rededge 2": "B6", "rededge075": "B6", "re2": "B6",
    "red edge 3": "B7", "red edge3": "B7", "rededge3": "B7", "rededge 3": "B7", "rededge078": "B7", "re3": "B7",
    "nir": "B8", "near infrared": "B8", "nir broad": "B8", "broad nir": "B8", "nir 1": "B8", "nir1": "B8",
    "nir08": "B8A", "nir narrow": "B8A", "narrow nir": "B8A", "nirn": "B8A", "nir 2": "B8A", "nir2": "B8A",
    "red edge 4": "B8A", "red edge4": "B8A", "rededge4": "B8A", "rededge 4": "B8A", "re4": "B8A",
    "narrow near infrared": "B8A", "near infrared narrow": "B8A",
    "nir09": "B9", "water vapor": "B9", "water vapour": "B9", "watervapor": "B9", "watervapour": "B9",
    "cirrus": "B10",
    "swir": None, "short wave infrared": None, "shortwave infrared": None,
    "swir 1": "B11", "swir1": "B11", "swir16": "B11", "swir 16": "B11", "short wave infrared 1": "B11",
    "shortwave infrared 1": "B11",
    "swir 2": "B12", "swir2": "B12", "swir22": "B12", "swir 22": "B12", "short wave infrared 2": "B12",
    "shortwave infrared 2": "B12",
}  # fmt: skip
_BY_LENGTH = sorted(_COLOURS, key=len, reverse=True)
_BAND_CODE = re.compile(r"(?<![a-z0-9])b[_-]?0?(8a|1[0-9]|[1-9])(?![a-z0-9])", re.IGNORECASE)
_BAND_WORD = re.compile(r"(?<![a-z0-9])band[ _-]*0?(8a|1[0-9]|[1-9])(?![a-z0-9])", re.IGNORECASE)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(nm|nanomet\w*|µm|μm|um|micromet\w*)\b", re.IGNORECASE)
# A wavelength further than this from every band, in nm, is another sensor's.
_WAVELENGTH_TOLERANCE = 20.0


def s2_band_name(text: Optional[str]) -> Optional[str]:
    """Return the Sentinel-2 band that a text means ("B02", "SR_B2", "Band 2 - Blue", "swir16", "665 nm"), or None.

    A band's code counts more than its colour, that more than a wavelength, and that more than the word "Band 2", in
    which the number may be just the place in the file.
    """
    return _strong_name(text) or _weak_name(text)


def find_s2_bands(
    facts: RasterFacts, chosen: Optional[Sequence[str]] = None, required: Sequence[str] = S2_REQUIRED
) -> S2Layout:
    """Return which Sentinel-2 bands a raster holds.

    In this order: what the user has `chosen` (a name for each band of the file, "-" for none of the 13), band
    descriptions, band tags with a name or a wavelength, and, where nothing is named, the number of bands
    (`S2_ORDERS`). Raises `BadOption` for a list that does not fit, `Sentinel2Bands` when the bands cannot be told
    apart, and `MissingBands` when one of the `required` is absent.
    """
    if chosen:
        layout = S2Layout(_chosen_names(facts, chosen), "as chosen")
    else:
        layout = _named_layout(facts) or _counted_layout(facts)
    _check_required(facts, layout, required)
    return layout


def find_band_names(facts: RasterFacts) -> tuple[Optional[str], ...]:
    """Return the Sentinel-2 band that each band of a raster is named after, None for one that is not.

    For rasters that hold only some of the bands; of 9 and more, names that merely count are told from real ones.
    """
    if _numbered_in_sequence(facts.descriptions, _BAND_CODE):
        return tuple(name if name != NO_BAND else None for name in find_s2_bands(facts).names)
    return tuple(_band_from_facts(facts, index, weak=False) for index in range(facts.count))


def _chosen_names(facts: RasterFacts, chosen: Sequence[str]) -> tuple[str, ...]:
    option, value = "Sentinel-2 bands", ",".join(chosen)
    if len(chosen) != facts.count:
        detail = f"it names {len(chosen)} bands, but «{facts.layer}» has {facts.count}"
        raise BadOption(option=option, value=value, detail=detail)
    names: list[str] = []
    for text in chosen:
        name = NO_BAND if text.strip() in ("", NO_BAND) else s2_band_name(text)
        if name is None:
            raise BadOption(option=option, value=value, detail=f"{text!r} is not one of {', '.join(S2_BANDS)} or -")
        if name != NO_BAND and name in names:
            raise BadOption(option=option, value=value, detail=f"{name} is there twice")
        names.append(name)
    return tuple(names)


def _named_layout(facts: RasterFacts) -> Optional[S2Layout]:
    """Return the layout that descriptions or tags give, or None where no band is named."""
    if _numbered_in_sequence(facts.descriptions, _BAND_CODE):
        if facts.count == len(S2_BANDS):
            return None
        detail = f"they are called B1 to B{facts.count} in sequence, without B8A, which may be just their numbers"
        raise Sentinel2Bands(layer=facts.layer, count=facts.count, detail=detail)
    weak = not _numbered_in_sequence(facts.descriptions, _BAND_WORD)
    names = [_band_from_facts(facts, index, weak) for index in range(facts.count)]
    if not any(names):
        return None
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Sentinel2Bands(layer=facts.layer, count=facts.count, detail=f"{', '.join(twice)} is there more than once")
    missing = _missing(names)
    if missing and any(name is None and not facts.descriptions[i] for i, name in enumerate(names)):
        raise Sentinel2Bands(layer=facts.layer, count=facts.count, detail="only some of them are named")
    return S2Layout(tuple(name or NO_BAND for name in names), "by the names of the bands")


def _band_from_facts(facts: RasterFacts, index: int, weak: bool) -> Optional[str]:
    text = facts.descriptions[index]
    tags = {key.lower(): value for key, value in (facts.band_tags[index] if facts.band_tags else {}).items()}
    found = _strong_name(text) or _strong_name(tags.get("bandname") or tags.get("band_name"))
    return found or _tagged_wavelength(tags) or (_weak_name(text) if weak else None)


def _numbered_in_sequence(descriptions: Sequence[Optional[str]], pattern: re.Pattern) -> bool:
    """Tell whether the descriptions merely count: "B1", "B2", … up to 9 or more, where a product would have B8A."""
    numbers = [match.group(1) if match else "" for match in (pattern.search(text or "") for text in descriptions)]
    counted = numbers == [str(number) for number in range(1, len(numbers) + 1)]
    named = any(_colour(text) for text in descriptions)
    return counted and not named and (len(numbers) >= 9 or pattern is _BAND_WORD)


def _counted_layout(facts: RasterFacts) -> S2Layout:
    if facts.count not in S2_ORDERS:
        detail = "they are not named as such, and there are not 10, 12 or 13 of them"
        raise Sentinel2Bands(layer=facts.layer, count=facts.count, detail=detail)
    names = S2_ORDERS[facts.count]
    return S2Layout(names, f"unnamed; {facts.count} bands taken as {names[0]}, {names[1]}, … {names[-1]}")


def _check_required(facts: RasterFacts, layout: S2Layout, required: Sequence[str]) -> None:
    missing = _missing(layout.names, required)
    if missing:
        raise MissingBands(layer=facts.layer, bands=", ".join(missing))


def _missing(names: Sequence[Optional[str]], required: Sequence[str] = S2_REQUIRED) -> list[str]:
    have = set(names) | ({"B8"} if "B8A" in names else set())
    return [band for band in required if band not in have]


def _strong_name(text: Optional[str]) -> Optional[str]:
    if not text:
        return None
    code = _BAND_CODE.search(text)
    if code:
        return _known(code.group(1))
    if text.strip().upper().lstrip("0") == "8A":
        return "B8A"
    return _colour(text) or _written_wavelength(text)


def _weak_name(text: Optional[str]) -> Optional[str]:
    word = _BAND_WORD.search(text or "")
    return _known(word.group(1)) if word else None


def _known(number: str) -> Optional[str]:
    name = f"B{number.upper()}"
    return name if name in S2_BANDS else None


def _colour(text: Optional[str]) -> Optional[str]:
    words = f" {' '.join(re.findall('[a-z0-9]+', _BAND_WORD.sub(' ', text or '').lower()))} "
    for key in _BY_LENGTH:
        if f" {key} " in words:
            return _COLOURS[key]
    return None


def _written_wavelength(text: str) -> Optional[str]:
    match = _LENGTH.search(text)
    if not match:
        return None
    factor = 1.0 if match.group(2).lower().startswith("n") else 1000.0
    return _nearest_band(float(match.group(1)) * factor)


def _tagged_wavelength(tags: Mapping[str, str]) -> Optional[str]:
    for key in ("wavelength", "central_wavelength", "central_wavelength_nm", "central_wavelength_um"):
        try:
            value = float(tags[key])
        except (KeyError, ValueError):
            continue
        # Micrometres reach 2.2 here and nanometres start at 443, so the number says its own unit.
        return _nearest_band(value * 1000.0 if value < 100 else value)
    return None


def _nearest_band(nanometres: float) -> Optional[str]:
    index = int(np.argmin([abs(nanometres - wavelength) for wavelength in S2_WAVELENGTHS]))
    return S2_BANDS[index] if abs(nanometres - S2_WAVELENGTHS[index]) <= _WAVELENGTH_TOLERANCE else None


# Sentinel-2: what the numbers mean ----------------------------------------------------------------------------------

# Atmospheric correction takes dark water and deep shadow about so far below 0, and hardly any ground further.
LOWEST_REFLECTANCE = -0.04
# No product has an offset below this, or above 0.
LOWEST_OFFSET = -0.2
_BASELINE_IN_NAME = re.compile(r"S2[A-D]_MSIL(?:1C|2A)_\d{8}T\d{6}_N(\d\d)(\d\d)_")


def find_s2_scaling(
    facts: RasterFacts,
    layout: S2Layout,
    samples: np.ndarray,
    scale: Optional[float] = None,
    offset: Optional[float] = None,
) -> S2Scaling:
    """Return how the numbers of a raster become reflectance.

    `samples` [bands of `layout.numbers`, N] are values from all over the raster as stored, NaN where nodata; pixels
    that are 0 in all bands are left out too. `scale` and `offset` are the user's and win. Else the scale comes from
    GDAL's scale or from the size of the values (DN, or reflectance in floating point), and the offset of processing
    baseline 04.00 from the metadata together with the darkest pixels. Metadata alone would not do: from many products
    the offset is gone, and the metadata still tell of it.

    Raises `BadOption` for a scale that is not positive, `NotReflectance` for values that cannot be reflectance, such as
    a rendered picture's 0–255, `FilledReflectance` where they look like a fill that is not declared as nodata, and
    `EmptyInput` when there is no valid sample.
    """
    if scale is not None and not (np.isfinite(scale) and scale > 0):
        raise BadOption(option="Sentinel-2 scale", value=scale, detail="it has to be greater than 0")
    if offset is not None and not np.isfinite(offset):
        raise BadOption(option="Sentinel-2 offset", value=offset, detail="it has to be a number")
    if scale is not None and offset is not None:
        return S2Scaling(float(scale), float(offset), "scale and offset as chosen")
    samples = np.asarray(samples, dtype=np.float32)
    samples = samples[:, ~(samples == 0).all(axis=0)]
    if not np.isfinite(samples).any():
        raise EmptyInput(layer=facts.layer)
    gain = facts.scales[layout.numbers[0] - 1] if facts.scales else 1.0
    found, how = (float(scale), "scale as chosen") if scale is not None else _find_scale(facts, gain, samples)
    if offset is not None:
        return S2Scaling(found, float(offset), f"{how}; offset as chosen")
    share, why, certain = _find_offset(facts, layout, samples / found)
    return S2Scaling(found, share * found, f"{how}; {why}", certain)


def _find_scale(facts: RasterFacts, gain: float, samples: np.ndarray) -> tuple[float, str]:
    """Return the number that means reflectance 1, and how it was found. `gain` is GDAL's scale of the bands."""
    low, middle, high = (float(value) for value in np.nanpercentile(samples, (1, 50, 99.5)))
    if gain != 1.0 and gain > 0 and 0.02 < high * gain < 4.0 and middle > 0:
        # Through a number that float32 metadata blurred: 0.0001 must not become 9999.9997.
        return float(f"{1 / gain:.6g}"), f"scale {1 / gain:.6g} from the file's scale factor"
    floating = facts.dtype.startswith("float")
    if middle < 0 or facts.dtype in EIGHT_BITS:
        raise _no_values(NotReflectance, facts, low, high)
    if floating and 0.02 < high <= 3.0:
        return 1.0, f"values up to {high:.3g} are reflectance"
    if 255.0 < high <= 32767.0 and low > -3000.0:
        return S2_DN_PER_REFLECTANCE, f"values up to {high:.0f} are DN, reflectance × 10000"
    raise _no_values(NotReflectance, facts, low, high)


def _find_offset(facts: RasterFacts, layout: S2Layout, reflectance: np.ndarray) -> tuple[float, str, bool]:
    """Return the offset as a share of the scale (0, −0.1, or what the file tells), why, and whether that is certain.

    `reflectance` [bands, N] still has the offset in it, if there is one. In nearly every scene some pixels are dark in
    some band, so the lowest of the bands' first percentiles is near 0 without the offset and near 0.1 with it: of 157
    clear and cloudy patches without the offset it was below 0.07 in 89 % and below 0.1 in 98 %; the rest were desert
    or closed cloud. Where there is the cirrus band, its median tells more: below 0.05 without the offset in all of
    these, above 0.1 with it. Only deep cloud is as bright there without it, so the darkest band has to agree.

    An offset that the file tells of is believed, or some dark water would do away with it. It falls where the cirrus
    band contradicts it, or where too much of a band would be below `LOWEST_REFLECTANCE`: 5 % of it by a tag, which may
    be of the product that the file was made from, and 25 % by GDAL's own offset, which is of this very file, but was
    copied from catalogues that tell of offsets which are gone. Without the offset 5 % show in 52 of 53 patches of
    Level-2A, and in 81 % of all 157, closed cloud included. What is contradicted is not certain, whether it stands or
    falls; an offset that can be none of Sentinel-2's is not looked at.
    """
    step = S2_BASELINE_4_OFFSET / S2_DN_PER_REFLECTANCE
    told, source, of_file = _told_offset(facts, layout)
    if told is not None and not LOWEST_OFFSET <= told <= 0:
        return 0.0, f"no offset, although {source} tells of {told:g}, which is none of Sentinel-2's", False
    dark, cirrus = _darkest(reflectance, 1), _cirrus_level(layout, reflectance)
    seen = f"the darkest band starts at {dark:.3f}"
    if cirrus is not None:
        seen += f", the cirrus band is at {cirrus:.3f}"
    bright = cirrus is not None and cirrus > 0.09
    without = cirrus is not None and not bright
    if told:
        if without or _darkest(reflectance, 25 if of_file else 5) + told < LOWEST_REFLECTANCE:
            contradicted = f", although {source} tells of one"
            return 0.0, f"no offset ({seen}{contradicted})", False
        doubtful = without or dark + told < LOWEST_REFLECTANCE
        contradicted = f", although {seen}" if doubtful else ""
        return told, f"offset {_dn(told)} ({source}{contradicted})", not doubtful
    if dark < 0.07 or without:
        return 0.0, f"no offset ({seen})", True
    if told is not None:
        contradicted = f", although {seen}" if bright else ""
        return told, f"offset {_dn(told)} ({source}{contradicted})", not bright
    if bright:
        return step, f"offset {_dn(step)} ({seen})", True
    if dark < 0.1:
        return 0.0, f"no offset ({seen})", False
    return step, f"offset {_dn(step)} ({seen}, as from processing baseline 04.00 on)", False


def _darkest(reflectance: np.ndarray, percent: float) -> float:
    """Return the lowest of the bands' percentiles, zeros left out: edges of the detectors are 0 in single bands."""
    values = np.where(reflectance == 0, np.nan, reflectance)
    return min(float(np.nanpercentile(row, percent)) for row in values if np.isfinite(row).any())


def _cirrus_level(layout: S2Layout, reflectance: np.ndarray) -> Optional[float]:
    """Return the median of the cirrus band, or None where it is absent or empty."""
    names = [name for name in layout.names if name != NO_BAND]
    if "B10" not in names or not np.isfinite(reflectance[names.index("B10")]).any():
        return None
    return float(np.nanmedian(reflectance[names.index("B10")]))


def _told_offset(facts: RasterFacts, layout: S2Layout) -> tuple[Optional[float], str, bool]:
    """Return the offset, a share of the scale, that the metadata tell of, which metadata, and if it is GDAL's own."""
    first = layout.numbers[0] - 1
    if facts.scales and facts.scales[first] != 1.0 and facts.offsets and facts.offsets[first]:
        return float(facts.offsets[first]), "the file's offset", True
    merged = {**facts.tags, **(facts.band_tags[first] if facts.band_tags else {})}
    for key, value in merged.items():
        if "ADD_OFFSET" in key.upper():
            numbers = re.findall(r"-?\d+(?:\.\d+)?", str(value))
            if numbers:
                return float(numbers[-1]) / S2_DN_PER_REFLECTANCE, key, False
    for key, value in merged.items():
        match = _BASELINE_IN_NAME.search(str(value))
        text = str(value) if "PROCESSING_BASELINE" in key.upper() else ".".join(match.groups()) if match else ""
        baseline = re.fullmatch(r"N?(\d{1,2})\.?(\d\d)", text.strip())
        if baseline:
            newer = int(baseline.group(1)) >= 4
            share = S2_BASELINE_4_OFFSET / S2_DN_PER_REFLECTANCE if newer else 0.0
            return share, f"processing baseline {text}", False
    return None, "", False


def _dn(share: float) -> str:
    return f"{share * S2_DN_PER_REFLECTANCE:.0f}"


def _short(value: float) -> str:
    return f"{value:.4g}"


# What is no measurement ---------------------------------------------------------------------------------------------

EIGHT_BITS = ("uint8", "int8")
_FILLED: dict[type[InputError], type[InputError]] = {
    NotBackscatter: FilledBackscatter,
    NotReflectance: FilledReflectance,
}


def _no_values(kind: type[InputError], facts: RasterFacts, low: float, high: float) -> InputError:
    """Return the error `kind`, or the one of the same kind that advises on a fill where `low` or `high` is one."""
    # Of a fill all digits: GDAL compares with every bit of it.
    texts = [f"{value:.9g}" if _is_fill(value) else _short(value) for value in (low, high)]
    fills = [text for text, value in zip(texts, (low, high)) if _is_fill(value)]
    if not fills:
        return kind(layer=facts.layer, low=texts[0], high=texts[1])
    return _FILLED[kind](layer=facts.layer, low=texts[0], high=texts[1], fill=fills[0])


def _is_fill(value: float) -> bool:
    return value in LOW_FILLS or value in HIGH_FILLS or abs(value) >= HUGE


def never_measured(values: np.ndarray) -> np.ndarray:
    """Return where values are a fill that backscatter is not in any units, and that no reader takes for it.

    −inf is one, too: it says nothing of the units, although `backscatter.measured_db` knows what it means in dB.
    """
    return np.isin(values, np.array(LOW_FILLS, np.float32)) | (np.abs(values) >= HUGE)


# Sentinel-1 ---------------------------------------------------------------------------------------------------------

_POLARISATION = re.compile(r"(?<![a-z])(VV|VH|HH|HV)(?![a-z])", re.IGNORECASE)
# SNAP calls the parts of a complex band "i_VV" and "q_VV".
_COMPLEX_PART = re.compile(r"^[iq]_.*(VV|VH|HH|HV)", re.IGNORECASE)


def find_s1_bands(facts: RasterFacts, chosen: Optional[Sequence[int]] = None) -> S1Layout:
    """Return which bands are VV and VH.

    In this order: the numbers, from 1, that the user has `chosen`; band descriptions, of several pairs the first whose
    names differ in the polarisation only; else the first two bands as VV and VH. Raises `Sentinel1Bands` when there is
    one band or too many unnamed ones, `Sentinel1Polarisations` when others than VV and VH are named, `ComplexInput` for
    complex bands, and `BadOption` for numbers that are not there.
    """
    if "complex" in facts.dtype or any(_COMPLEX_PART.match(text or "") for text in facts.descriptions):
        raise ComplexInput(layer=facts.layer)
    if chosen:
        return _chosen_polarisations(facts, chosen)
    found = [_polarisation(text) for text in facts.descriptions]
    if facts.count < 2:
        raise Sentinel1Bands(layer=facts.layer, count=facts.count)
    named = _named_polarisations(facts, found)
    if named:
        return named
    others = sorted({name for name in found if name in ("HH", "HV")})
    if others or sum(name is not None for name in found) > 1:
        seen = ", ".join(sorted({name for name in found if name}))
        raise Sentinel1Polarisations(layer=facts.layer, found=seen)
    if facts.count > 4 and not any(found):
        raise Sentinel1Bands(layer=facts.layer, count=facts.count)
    if "VV" in found or "VH" in found:
        return _completed_pair(facts, found)
    return S1Layout(1, 2, "unnamed; the first two bands taken as VV and VH", guessed=True)


def _chosen_polarisations(facts: RasterFacts, chosen: Sequence[int]) -> S1Layout:
    value = ",".join(str(number) for number in chosen)
    if len(chosen) != 2 or chosen[0] == chosen[1] or not all(1 <= number <= facts.count for number in chosen):
        detail = f"it needs two different numbers from 1 to {facts.count}, of VV and of VH"
        raise BadOption(option="Sentinel-1 bands", value=value, detail=detail)
    return S1Layout(int(chosen[0]), int(chosen[1]), "as chosen")


def _named_polarisations(facts: RasterFacts, found: Sequence[Optional[str]]) -> Optional[S1Layout]:
    firsts = [number for number, name in enumerate(found, 1) if name == "VV"]
    seconds = [number for number, name in enumerate(found, 1) if name == "VH"]
    if not firsts or not seconds:
        return None
    for vv in firsts:
        for vh in seconds:
            if _without_polarisation(facts, vv) == _without_polarisation(facts, vh):
                return S1Layout(vv, vh, "by the names of the bands")
    return S1Layout(firsts[0], seconds[0], "by the names of the bands")


def _without_polarisation(facts: RasterFacts, number: int) -> str:
    return _POLARISATION.sub("", facts.descriptions[number - 1] or "").lower()


def _completed_pair(facts: RasterFacts, found: Sequence[Optional[str]]) -> S1Layout:
    """Of two bands one is named: the other one is the other polarisation."""
    if facts.count != 2:
        raise Sentinel1Polarisations(layer=facts.layer, found=", ".join(name for name in found if name))
    first_is_vv = found[0] == "VV" or found[1] == "VH"
    return S1Layout(*((1, 2) if first_is_vv else (2, 1)), "by the name of one of the two bands")


def _polarisation(text: Optional[str]) -> Optional[str]:
    """Return the one polarisation that a description names; none for a ratio, which names two."""
    names = {name.upper() for name in _POLARISATION.findall((text or "").replace("_", " "))}
    return names.pop() if len(names) == 1 else None


def find_s1_units(
    facts: RasterFacts, samples: np.ndarray, units: Optional[str] = None, layout: Optional[S1Layout] = None
) -> S1Scaling:
    """Return how the numbers of a Sentinel-1 raster become dB.

    `samples` [2, N] are VV and VH values as stored, NaN where nodata; zeros, which fill the borders of a swath, and
    what else fills and is never backscatter, such as −9999, are left out too. `units` is the user's choice and wins.
    Values below 0 are dB, but for those just below it in linear numbers, where thermal noise was subtracted: they are
    left out. Values above 0 are linear: power or amplitude, whichever gives VH and the ratio VV / VH the
    medians that nature has (see `_linear_units`). Numbers far too large for either are uncalibrated amplitudes (or
    their squares), which a mean calibration brings within about 1 dB.

    `layout` is where the samples come from; where it was guessed, VV has to be the brighter band. Without it, the
    layout counts as guessed when no band is named.

    Raises `BadOption` for unknown units, `NotBackscatter` for values that are none of these and for rendered pictures,
    `FilledBackscatter` where they look like a fill that is not declared as nodata, `Sentinel1Order` for bands the other
    way round, and `EmptyInput`.
    """
    if units is not None and units not in S1_UNITS:
        raise BadOption(option="Sentinel-1 units", value=units, detail=f"choose one of {', '.join(S1_UNITS)}")
    samples = np.asarray(samples, dtype=np.float32)
    samples = np.where(samples == 0, np.nan, samples)
    measured = np.where(never_measured(samples), np.nan, samples)
    empty = ~np.isfinite(measured).any(axis=1)
    if empty.any() and np.isnan(samples[empty]).all():
        raise EmptyInput(layer=facts.layer)
    measured = _with_power(measured, units)
    span = _span(samples if empty.any() else measured)
    # A fill that is in the range of uncalibrated numbers would go on as very bright ground.
    if empty.any() or _is_fill(span[1]) or (units is None and _is_picture(facts, measured)):
        raise _no_values(NotBackscatter, facts, *span)
    medians = [float(np.nanmedian(row)) for row in measured]
    scaling = _units_of(facts, medians, span, units)
    if layout.guessed if layout else not any(_polarisation(text) for text in facts.descriptions):
        _check_order(facts, medians, scaling)
    return scaling


# A scene in dB reaches further down than this, and linear power whose noise is subtracted does not.
NEGATIVE_POWER = -1.0


def _with_power(samples: np.ndarray, units: Optional[str]) -> np.ndarray:
    """Return `samples` [2, N] without what is not above 0 where they are linear and some of it is below 0.

    Of power from which thermal noise is subtracted more than half of VH may be below 0, over open water.
    """
    known = samples[np.isfinite(samples)]
    if not known.size or units == "db" or (units is None and float(np.percentile(known, 1)) < NEGATIVE_POWER):
        return samples
    positive = np.where(samples > 0, samples, np.nan)
    return positive if np.isfinite(positive).any(axis=1).all() else samples


def _span(samples: np.ndarray) -> tuple[float, float]:
    low, high = np.nanpercentile(samples, (1, 99))
    return float(low), float(high)


def _is_picture(facts: RasterFacts, samples: np.ndarray) -> bool:
    """Tell whether whole numbers of 8 bits are just that, without a scale of GDAL's that makes them backscatter."""
    declared = any(scale != 1.0 for scale in facts.scales) or any(facts.offsets)
    known = samples[np.isfinite(samples)]
    return facts.dtype in EIGHT_BITS and not declared and bool((known == np.rint(known)).all())


def _units_of(
    facts: RasterFacts, medians: Sequence[float], span: tuple[float, float], units: Optional[str]
) -> S1Scaling:
    low, high = span
    if units == "db" or (units is None and min(medians) < 0):
        if not -60.0 < min(medians) <= max(medians) < 10.0:
            raise _no_values(NotBackscatter, facts, low, high)
        return S1Scaling("db", 0.0, "units as chosen" if units else f"values from {low:.3g} to {high:.3g} are dB")
    if min(medians) <= 0:
        raise _no_values(NotBackscatter, facts, low, high)
    return _linear_units(facts, medians, span, units)


def _check_order(facts: RasterFacts, medians: Sequence[float], scaling: S1Scaling) -> None:
    vv, vh = (float(value) for value in to_db(np.array(medians), scaling))
    if vv < vh - S1_REVERSED_DB:
        raise Sentinel1Order(layer=facts.layer, vv=f"{vv:.1f}", vh=f"{vh:.1f}")


@dataclass(frozen=True)
class _Reading:
    """What linear numbers are when read as `units`: the medians of VH, and of VV / VH, in dB."""

    units: str
    calibration_db: float
    vh: float
    ratio: float

    @property
    def possible(self) -> bool:
        return -40.0 < self.vh < 0.0 and self.ratio < 20.0

    @property
    def usual(self) -> bool:
        """Whether a whole scene is like this, the darkest desert and the brightest city included."""
        # Little contrast between VV and VH there is over dark ground only, near the noise.
        return -28.0 < self.vh < -6.0 and (1.0 if self.vh < -22.0 else 4.4) < self.ratio < 9.6

    @property
    def strangeness(self) -> float:
        """How far it is from the mean scene, squared, in standard deviations of the pieces of scenes."""
        return ((self.vh + 17.0) / 2.8) ** 2 + ((self.ratio - 6.2) / 1.1) ** 2


# VH in dB above which amplitudes look like dB that were scaled to 0–1, as networks take them.
BRIGHTEST_AMPLITUDE = -12.0
# How units are called in sentences.
_LINEAR = {"power": "linear power", "amplitude": "linear amplitude"}


def _linear_units(
    facts: RasterFacts, medians: Sequence[float], span: tuple[float, float], units: Optional[str]
) -> S1Scaling:
    """Return whether numbers above 0 are power or amplitude, by the medians of VV and VH.

    A wrong reading halves or doubles both VH and VV / VH in dB, so that the two hardly ever look right together. Of
    82 real scenes VH is between −22.6 and −13.6 dB, and VV / VH between 4.9 and 8.3 dB; of their 4343 pieces of
    32 × 32 pixels 98 % are between −27.7 and −13.2 dB, and between 4.4 and 9.8 dB. Written as amplitudes, 98 % of the
    pieces are found out as such, and all of them written as power. What both readings explain is not certain.
    """
    vh, vv = sorted(10.0 * float(np.log10(median)) for median in medians)
    readings = [
        _Reading(name, calibration, factor * vh + calibration, factor * (vv - vh))
        for calibration in (0.0, S1_UNCALIBRATED_DB)
        for name, factor in (("power", 1.0), ("amplitude", 2.0))
        if units in (None, name)
    ]
    readings = [each for each in readings if each.possible]
    if not readings and units is not None and vh < 10.0:
        return S1Scaling(units, 0.0, "units as chosen")
    if not readings:
        raise _no_values(NotBackscatter, facts, *span)
    likely = [each for each in readings if each.usual] or readings
    best = min(likely, key=lambda each: each.strangeness)
    low, high = span
    linear = _LINEAR[best.units]
    how = "units as chosen" if units else f"values from {low:.3g} to {high:.3g} are {linear}"
    other = next((each.units for each in likely if each.units != best.units), None)
    if best.calibration_db:
        how += ", not calibrated; a mean calibration is applied"
    elif best.units == "amplitude" and best.vh > BRIGHTEST_AMPLITUDE and units is None:
        how += ", unless they are dB that somebody has scaled to 0–1"
        return S1Scaling(best.units, 0.0, how, certain=False)
    elif other:
        linear = _LINEAR[other]
        how += f", but may be {linear} as well"
    return S1Scaling(best.units, best.calibration_db, how, certain=not best.calibration_db and other is None)


# Swapped layers -----------------------------------------------------------------------------------------------------


def looks_like_s1(facts: RasterFacts, samples: np.ndarray) -> bool:
    """Tell whether a raster is probably Sentinel-1: named so, or few bands whose values are mostly negative.

    `samples` [count, N] are values as stored, NaN where nodata.
    """
    if any(_polarisation(text) for text in facts.descriptions):
        return True
    finite = np.isfinite(samples)
    return facts.count <= 4 and bool(finite.any()) and float(np.median(np.asarray(samples)[finite])) < 0


def looks_like_s2(facts: RasterFacts, samples: np.ndarray) -> bool:
    """Tell whether a raster is probably Sentinel-2: named so, or as many bands as it has and no negative values.

    `samples` [count, N] are values as stored, NaN where nodata.
    """
    if any(_polarisation(text) for text in facts.descriptions):
        return False
    if sum(_strong_name(text) is not None for text in facts.descriptions) >= 4:
        return True
    finite = np.isfinite(samples)
    return facts.count in S2_ORDERS and bool(finite.any()) and float(np.median(np.asarray(samples)[finite])) > 0
