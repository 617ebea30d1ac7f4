"""Cloud masks of other products: which kind of mask a raster is, and its values as our classes.

A mask may come from Level-2A, Earth Engine, Sentinel Hub, Fmask, s2cloudless or a text book, and the same number means
cloud in one of them and clear ground in another. The name decides where there is one, then the values where they allow
only one reading. Everything else is refused, since a mask that is read the wrong way round ruins a result in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..bands import RasterFacts
from ..cloud_detection import CLASS_BANDS, CLEAR, CLOUD, PROBABILITY_LIMIT, SHADOW, THIN, UNKNOWN, product_classes
from ..errors import BadOption, MaskMismatch, MaskNotUnderstood
from ..requests import MASK_KINDS

# Fmask 3 and 4 (Zhu et al. 2015, Qiu et al. 2019): land, water, cloud shadow, snow, cloud; 255 is fill.
FMASK_CLASSES = (CLEAR, CLEAR, SHADOW, CLEAR, CLOUD)
# Cloud Score+ (Pasquarella et al. 2023) is 1 where a pixel is clear. Its authors mask below 0.50 to 0.65; what is below
# the first of these shows no ground.
SCORE_OPAQUE, SCORE_CLEAR = 0.40, 0.65
# The values of QA60 with its bits 10 and 11 in them.
QA60_VALUES = {0.0, 1024.0, 2048.0, 3072.0}
# From so many different values on, a raster holds a quantity and no classes.
MANY_VALUES = 12
# How kinds are called in sentences.
KIND_WORDS = {
    "binary": "a mask that is not 0 where there is cloud",
    "clear": "a mask that is 0 where there is cloud",
    "classes": "the classes of Detect clouds",
    "scl": "the scene classification of Level-2A (SCL)",
    "qa60": "the bits of QA60",
    "fmask": "the classes of Fmask",
    "probability": "the probability of cloud",
    "cloud_score": "Cloud Score+, which is high where it is clear",
    "classi": "MSK_CLASSI, opaque cloud and cirrus",
}


@dataclass(frozen=True)
class MaskKind:
    """What a mask is: one of `MASK_KINDS` but "auto", the numbers of the bands that hold it, and how that was found.

    `top` is the value that means all of it, for a probability or a score. `certain` is false where the user should be
    told to look: the values alone decided, or the name leaves room for doubt.
    """

    kind: str
    reason: str
    numbers: tuple[int, ...] = (1,)
    top: float = 1.0
    certain: bool = True

    def classes(self, values: np.ndarray) -> np.ndarray:
        """Return the classes, uint8 [h, w], of the mask's bands [len(numbers), h, w], float32 with NaN as nodata.

        0 is clear, 1 cloud, 2 shadow, 3 thin cloud, and 255 unknown.
        """
        if self.kind in ("scl", "qa60", "classi"):
            return product_classes(values, self.kind)
        known, value = np.isfinite(values[0]), np.where(np.isfinite(values[0]), values[0], 0)
        if self.kind == "binary":
            found = np.where(value != 0, CLOUD, CLEAR)
        elif self.kind == "clear":
            found = np.where(value == 0, CLOUD, CLEAR)
        elif self.kind == "probability":
            found = np.where(value > PROBABILITY_LIMIT / 100 * self.top, CLOUD, CLEAR)
        elif self.kind == "cloud_score":
            score = value / self.top
            found = np.where(score < SCORE_OPAQUE, CLOUD, np.where(score < SCORE_CLEAR, THIN, CLEAR))
        else:
            table = np.full(256, UNKNOWN, np.uint8)
            known_classes = FMASK_CLASSES if self.kind == "fmask" else (CLEAR, CLOUD, SHADOW, THIN)
            table[: len(known_classes)] = known_classes
            found = table[np.clip(value, 0, 255).astype(np.uint8)]
        return np.where(known, found, UNKNOWN).astype(np.uint8)


#: What `Scene.masked_by` is given: classes that this program found itself.
OWN_CLASSES = MaskKind("classes", "as detected")


def find_mask_kind(facts: RasterFacts, file: str, samples: np.ndarray, chosen: str = "auto") -> MaskKind:
    """Return which kind of mask a raster is.

    `file` is the name of the file, `samples` [bands, N] values from all over it, NaN where nodata; `chosen`, one of
    `MASK_KINDS`, wins. Then a band or a file that is named after a product decides, then the values. Raises `BadOption`
    for a kind that is none, `MaskMismatch` for several bands of which none is named, and `MaskNotUnderstood` where the
    values allow several readings, or none.
    """
    if chosen not in MASK_KINDS:
        raise BadOption(option="mask kind", value=chosen, detail=f"choose one of {', '.join(MASK_KINDS)}")
    name = _named_kind(facts, file)
    kind = name.kind if chosen == "auto" else chosen
    numbers = _numbers(facts, kind, name)
    seen = _Seen.of(samples[numbers[0] - 1])
    if chosen != "auto":
        return MaskKind(kind, f"{KIND_WORDS[kind]}, as chosen", numbers, _checked(facts, kind, seen, chosen=True))
    if name.kind is None:
        return _kind_by_values(facts, seen, name.of_clear)
    # s2cloudless gives masks as well as probabilities; those of other products are made by users.
    made = name.kind in ("scl", "qa60") or "S2CLOUDLESS" in _words(name.text)
    if made and seen.high > 0 and (seen.within((0, 1)) or seen.within((0, 255))):
        words = KIND_WORDS[name.kind]
        reason = f"values {seen.words} are taken for a mask that was made of {words}, and is not 0 where there is cloud"
        return MaskKind("binary", reason, numbers, certain=False)
    top = _checked(facts, kind, seen)
    # Sentinel Hub's CLP reaches 255, and a clear image may stay below 100 of that, too.
    certain = name.certain and not ("CLP" in _words(name.text) and top == 100)
    return MaskKind(kind, f"{KIND_WORDS[kind]}, by the name {name.text}", numbers, top, certain)


# Names --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Name:
    """The kind that a name tells of, or None; the name, and the band that has it, 0 for that of the file or layer.

    `of_clear` is true where the file or the layer, and nothing else, is called after clear ground.
    """

    kind: Optional[str] = None
    text: str = ""
    number: int = 0
    certain: bool = True
    of_clear: bool = False


def _named_kind(facts: RasterFacts, file: str) -> _Name:
    for number, text in _band_names(facts):
        kind, certain = _kind_of(text)
        words = set(_words(text))
        if kind is None and words & {"CLEAR", "VALID"} and not words & {"CLOUD", "CLOUDS", "CLOUDY"}:
            kind = "clear"
        if kind is None and text.strip().upper() == "CS":
            kind = "cloud_score"
        if kind:
            return _Name(kind, text, number, certain)
    stem = re.sub(r"\.\w{1,5}$", "", file)
    for text in (facts.layer, stem):
        kind, certain = _kind_of(text)
        if kind:
            return _Name(kind, text, 0, certain)
    words = {word for text in (facts.layer, stem) for word in _words(text)}
    named_clear = bool(words & {"CLEAR", "VALID", "CLEARMASK", "VALIDMASK"})
    return _Name(of_clear=named_clear and not any("CLOUD" in word for word in words))


def _band_names(facts: RasterFacts) -> Iterator[tuple[int, str]]:
    """Yield the numbers of bands with what they are called, by their description or their tags."""
    for number in range(1, facts.count + 1):
        tags = facts.band_tags[number - 1] if facts.band_tags else {}
        called = (value for key, value in tags.items() if "name" in key.lower() or key.lower() == "description")
        yield from ((number, text) for text in (facts.descriptions[number - 1], *called) if text)


def _words(text: str) -> list[str]:
    return re.findall("[A-Z0-9]+", text.upper())


def _kind_of(text: str) -> tuple[Optional[str], bool]:
    """Return the kind that a name tells of, or None, and whether no other product is called so."""
    if text.strip() == CLASS_BANDS[0]:
        return "classes", True
    words = _words(text)
    joined = "".join(words)
    if "SCL" in words or "SCENECLASSIFICATION" in joined:
        return "scl", True
    if "QA60" in words:
        return "qa60", True
    if "CLASSI" in words:
        return "classi", True
    if any(re.fullmatch(r"FMASK\d*", word) for word in words):
        return "fmask", True
    if "CSCDF" in joined or "CLOUDSCOREPLUS" in joined or "CLOUDSCORE+" in text.upper().replace(" ", ""):
        return "cloud_score", True
    if "CLOUDSCORE" in joined:
        # Older scripts of Earth Engine give a score that is high where there is cloud.
        return "cloud_score", False
    if {"CLDPRB", "CLP", "S2CLOUDLESS"} & set(words) or ("PROB" in joined and "CLOUD" in joined):
        return "probability", True
    if {"PROBABILITY", "PROB"} & set(words) and "SNOW" not in joined:
        return "probability", True
    if "CSMASK" in words:
        return "classes", True
    return None, True


def _numbers(facts: RasterFacts, kind: Optional[str], name: _Name) -> tuple[int, ...]:
    """Return the bands that hold a mask. Raises `MaskMismatch`."""
    if kind == "classi":
        if facts.count < 2:
            raise MaskMismatch(
                layer=facts.layer, detail="MSK_CLASSI has two bands, opaque cloud and cirrus, and this has 1"
            )
        return (1, 2)
    if facts.count > 1 and not (name.number and name.kind == kind):
        raise MaskMismatch(layer=facts.layer, detail=f"it has {facts.count} bands")
    return (name.number or 1,)


# Values -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """The different values of a mask, without nodata, in their order."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, samples: np.ndarray) -> _Seen:
        return cls(tuple(float(value) for value in np.unique(samples[np.isfinite(samples)])))

    @property
    def low(self) -> float:
        return self.values[0] if self.values else 0.0

    @property
    def high(self) -> float:
        return self.values[-1] if self.values else 0.0

    @property
    def whole(self) -> bool:
        return all(value == int(value) for value in self.values)

    @property
    def many(self) -> bool:
        return len(self.values) >= MANY_VALUES

    @property
    def is_binary(self) -> bool:
        """Whether there is nothing but 0 and one other value; alone only where it is what masks have for true."""
        if len(self.values) == 2:
            return self.low == 0
        return not self.values or (len(self.values) == 1 and self.low in (0, 1, 255))

    @property
    def words(self) -> str:
        """The values in words: all of a few, the first and the last of many."""
        if self.many:
            return f"from {self.low:g} to {self.high:g}"
        return ", ".join(f"{value:g}" for value in self.values)

    def within(self, allowed: Sequence[float]) -> bool:
        return set(self.values) <= set(allowed)


def _kind_by_values(facts: RasterFacts, seen: _Seen, of_clear: bool) -> MaskKind:
    """Return the kind of a mask that no name tells of. Raises `MaskNotUnderstood`."""
    if seen.high > 0 and seen.within(QA60_VALUES):
        return MaskKind("qa60", f"values {seen.words} are taken for {KIND_WORDS['qa60']}", certain=False)
    if seen.is_binary:
        if of_clear and seen.values:
            detail = f"it is called after clear ground, and its values {seen.words} do not say which of them is cloud"
            raise MaskNotUnderstood(layer=facts.layer, detail=detail, kinds="clear or binary")
        return MaskKind("binary", f"values {seen.words or '0'} are taken for {KIND_WORDS['binary']}")
    if not seen.whole or seen.low < 0:
        detail = (
            f"its values {seen.words} may be a probability of cloud, or Cloud Score+, which is high on clear ground"
        )
        raise MaskNotUnderstood(layer=facts.layer, detail=detail, kinds="probability or cloud_score")
    if seen.high > 5 and seen.within(range(12)):
        return MaskKind("scl", f"values {seen.words} are taken for {KIND_WORDS['scl']}", certain=False)
    if seen.low == 0 and seen.within((0, 1, 2, 3, 255)):
        words = "classes: 0 clear, 1 cloud, 2 shadow, 3 thin cloud"
        return MaskKind("classes", f"values {seen.words} are taken for {words}", certain=False)
    if seen.many and seen.high <= 100:
        words = "the probability of cloud in percent"
        return MaskKind("probability", f"values {seen.words} are taken for {words}", top=100.0, certain=False)
    if seen.within((*range(6), 255)):
        detail = f"its values {seen.words} may be classes of Fmask or of the scene classification of Level-2A"
        raise MaskNotUnderstood(layer=facts.layer, detail=detail, kinds="fmask or scl")
    detail = f"its values are {seen.words}, which no product has"
    raise MaskNotUnderstood(layer=facts.layer, detail=detail, kinds=", ".join(MASK_KINDS[1:]))


# What values a kind can have.
_ALLOWED = {
    "classes": (0, 1, 2, 3, 255),
    "scl": range(12),
    "qa60": QA60_VALUES,
    "fmask": (*range(len(FMASK_CLASSES)), 255),
}


def _checked(facts: RasterFacts, kind: str, seen: _Seen, chosen: bool = False) -> float:
    """Return the value that means all of it, 1 for classes. Raises `MaskNotUnderstood` for values that do not fit."""
    quantity = kind in ("probability", "cloud_score")
    if not seen.within(_ALLOWED.get(kind, seen.values)) or (quantity and not 0 <= seen.low <= seen.high <= 255):
        detail = f"its values {seen.words} are not {KIND_WORDS[kind]}"
        raise MaskNotUnderstood(layer=facts.layer, detail=detail, kinds="what it is")
    if not quantity or (seen.high <= 1 and facts.dtype.startswith("float")):
        return 1.0
    if seen.high == 1 and seen.within((0, 1)) and not chosen:
        detail = f"its values {seen.words} may be a mask that was made of {KIND_WORDS[kind]}"
        raise MaskNotUnderstood(layer=facts.layer, detail=detail, kinds=f"binary, clear or {kind}")
    # 8 bits, as Sentinel Hub gives probabilities and as scores are exported to save room; else percent.
    return 255.0 if seen.high > 100 else 100.0
