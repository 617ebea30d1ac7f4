"""From what the network answers to what is written: which pixels change, and in which numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .bands import S2Layout, S2Scaling, unscale_s2
from .scene import Tile
from .tiling import Piece

# The pixels of the changed-pixel mask.
KEPT, CHANGED, S1_MISSING, CHANGED_NODATA = 0, 1, 2, 255
# The attention raster holds whole numbers: value = number · scale.
ATTENTION_SCALES = (1e-4, 1e-3)
ATTENTION_NODATA = 65535
# The standard deviation of numbers between 0 and 1 is 0.5 at most, so the range is enough.
CONFIDENCE_SCALE = 1e-5
CONFIDENCE_NODATA = 65535
# Like reflectance × 10000.
INFLUENCE_SCALE = 1e-4
INFLUENCE_NODATA = 65535
# Without a mask, a pixel counts as cloudy when its blue reflectance changes by more than this.
CLOUD_CHANGE = 0.05


@dataclass(frozen=True)
class Composite:
    """What is written of one piece.

    `numbers` [bands, h, w] are all bands in the type of the file, `changed` [h, w] the codes above, `attention`
    [2, h, w], `confidence` and `influence` [h, w] (uint16) or None, `valid` [h, w] where the pixel is no nodata.
    """

    numbers: np.ndarray
    changed: np.ndarray
    attention: np.ndarray | None
    confidence: np.ndarray | None
    influence: np.ndarray | None
    valid: np.ndarray


class Composer:
    """Puts reconstructed reflectance into the numbers of a Sentinel-2 file, and counts what it did.

    A pixel keeps its number to the bit where the file has nodata, where Sentinel-1 is missing, where the mask wants
    nothing, and where the network gave back exactly what it was given. Bands that are no Sentinel-2 bands are kept.
    `nodata` has an entry for each band of the result. `attention`, `influence` and `spread` say what follows the
    bands in the network's answer: the two maps, what the SAR changes, the spread over the orientations.
    """

    def __init__(
        self,
        layout: S2Layout,
        scaling: S2Scaling,
        nodata: Sequence[float | None],
        masked: bool,
        attention: bool = False,
        spread: bool = False,
        influence: bool = False,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._layout = layout
        self._scaling = scaling
        self._nodata = nodata
        self._masked = masked
        self._attention = attention
        self._spread = spread
        self._influence = influence
        bands = [layout.names[number - 1] for number in layout.numbers]
        self._blue = bands.index("B2") if "B2" in bands else None

    def compose(self, piece: Piece, tile: Tile) -> Composite:
        """Return what is written of `piece`, the network's answer, in the part `tile` of the scene."""
        measured = tile.valid.any(axis=0)
        wanted = measured & (tile.share > 0)
        computed = wanted & tile.covered_by_s1
        numbers = tile.numbers.copy()
        for index, number in enumerate(self._layout.numbers):
            change = computed & tile.valid[index] & (piece.values[index] != tile.reflectance[index])
            if change.any():
                self._change(numbers[number - 1], change, piece.values[index], tile.share, self._nodata[number - 1])
        changed = np.where(computed, CHANGED, np.where(wanted, S1_MISSING, KEPT)).astype(np.uint8)
        changed[~measured] = CHANGED_NODATA
        self._count(changed, wanted, piece, tile)
        attention = self._attention_numbers(piece, tile) if self._attention else None
        confidence = influence = None
        if self._spread:
            confidence = _share_numbers(piece.values[-1], tile.share, changed, CONFIDENCE_SCALE, CONFIDENCE_NODATA)
        if self._influence:
            values = piece.values[-2 if self._spread else -1]
            influence = _share_numbers(values, tile.share, changed, INFLUENCE_SCALE, INFLUENCE_NODATA)
        return Composite(numbers, changed, attention, confidence, influence, measured)

    def _change(
        self, band: np.ndarray, change: np.ndarray, reflectance: np.ndarray, share: np.ndarray, nodata: float | None
    ) -> None:
        """Set the pixels `change` of one band in place."""
        dtype, scaling, share = band.dtype, self._scaling, share[change]
        new = reflectance[change] * np.float32(scaling.scale) - np.float32(scaling.offset)
        if (share < 1).any():
            old = band[change].astype(np.float32)
            new = np.where(share < 1, old + share * (new - old), new)
        band[change] = as_stored(new, dtype, nodata)

    def _count(self, changed: np.ndarray, wanted: np.ndarray, piece: Piece, tile: Tile) -> None:
        codes = np.bincount(changed.ravel(), minlength=CHANGED_NODATA + 1)
        for name, code in (
            ("kept", KEPT),
            ("changed", CHANGED),
            ("s1_missing", S1_MISSING),
            ("nodata", CHANGED_NODATA),
        ):
            self.counts[name] += int(codes[code])
        if self._masked:
            self.counts["cloudy"] += int(np.count_nonzero(wanted))
        elif self._blue is not None:
            difference = np.abs(piece.values[self._blue] - tile.reflectance[self._blue])
            cloudy = (changed == CHANGED) & tile.valid[self._blue] & (difference > CLOUD_CHANGE)
            self.counts["cloudy"] += int(np.count_nonzero(cloudy))

    def cloud_cover(self) -> float | None:
        """Return the share of cloud in the valid pixels, in percent.

        By the mask, where there is one. Else an estimate: of the pixels that were reconstructed, those whose blue
        reflectance changed by more than `CLOUD_CHANGE`; None without a blue band.
        """
        looked_at = self.counts["changed"] + (self.counts["kept"] + self.counts["s1_missing"] if self._masked else 0)
        if not looked_at or (self._blue is None and not self._masked):
            return None
        return 100.0 * self.counts["cloudy"] / looked_at

    def _attention_numbers(self, piece: Piece, tile: Tile) -> np.ndarray:
        first = len(self._layout.numbers)
        maps = piece.values[first : first + len(ATTENTION_SCALES)]
        known = tile.needed & piece.covered
        stored = np.full(maps.shape, ATTENTION_NODATA, np.uint16)
        for band, values, scale in zip(stored, maps, ATTENTION_SCALES):
            band[known] = np.clip(np.rint(values[known] / scale), 0, ATTENTION_NODATA - 1)
        return stored


def _share_numbers(values: np.ndarray, share: np.ndarray, changed: np.ndarray, scale: float, nodata: int) -> np.ndarray:
    """Return what is said of the answer [h, w], said of what is written, as whole numbers of `scale`.

    It is less where the answer is mixed with kept pixels, and 0 where all is kept.
    """
    stored = np.rint(values * share / scale).astype(np.uint16)
    stored[changed == KEPT] = 0
    # Also where clouds stay for want of Sentinel-1: 0 would praise them.
    stored[(changed == S1_MISSING) | (changed == CHANGED_NODATA)] = nodata
    return stored


def as_stored(numbers: np.ndarray, dtype: np.dtype, nodata: float | None) -> np.ndarray:
    """Return computed numbers (float32) in the type of the file, rounded and kept in range where that is whole numbers.

    One that would mean nodata becomes its neighbour.
    """
    if dtype.kind != "f":
        return unscale_s2(numbers, 1.0, 0.0, dtype.name, nodata)
    stored = numbers.astype(dtype)
    if nodata is not None:
        stored[stored == dtype.type(nodata)] = np.nextafter(dtype.type(nodata), dtype.type(np.inf))
    return stored
