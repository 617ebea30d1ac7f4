"""From what the network answers to what is written: which pixels change, and in which numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .bands import S2Layout, S2Scaling, unscale_s2
from .prediction import Channels, replaced_share
from .requests import SOURCES
from .scene import Tile
from .tiling import Piece

# The pixels of the changed-pixel mask.
KEPT, CHANGED, S1_MISSING, CHANGED_NODATA = 0, 1, 2, 255
# The attention raster holds whole numbers: value = number · scale.
ATTENTION_SCALES = (1e-4, 1e-3)
ATTENTION_NODATA = 65535
# Like reflectance × 10000.
INFLUENCE_SCALE = ERROR_SCALE = 1e-4
INFLUENCE_NODATA = ERROR_NODATA = 65535
# The codes of the layer that says where a pixel is from are the places in `requests.SOURCES`.
FROM_INPUT, FROM_THIN, FROM_DATE, FROM_SCENE, FROM_PRIOR = range(len(SOURCES))
SOURCE_NODATA = 255
# Where a detector sees no cloud, a pixel is kept to the bit up to this mean opacity, and the reconstruction counts in
# full from the second one on.
KEPT_TO, REPLACED_FROM = 0.2, 0.3
# Without a mask, a pixel counts as cloudy when its blue reflectance changes by more than this.
CLOUD_CHANGE = 0.05


@dataclass(frozen=True)
class Composite:
    """What is written of one piece.

    `numbers` [bands, h, w] are all bands in the type of the file, `changed` [h, w] the codes above, `attention`
    [2, h, w], `influence` and `error` [h, w] (uint16) and `source` [h, w] (uint8) or None, `valid` [h, w] where the
    pixel is no nodata.
    """

    numbers: np.ndarray
    changed: np.ndarray
    attention: np.ndarray | None
    influence: np.ndarray | None
    source: np.ndarray | None
    error: np.ndarray | None
    valid: np.ndarray


class Composer:
    """Puts reconstructed reflectance into the numbers of a Sentinel-2 file, and counts what it did.

    A pixel keeps its number to the bit where the file has nodata, where Sentinel-1 is missing, where the mask wants
    nothing, and where the network gave back exactly what it was given. Bands that are no Sentinel-2 bands are kept.
    `nodata` has an entry for each band of the result. `channels` says where in the answer what lies, as `Predictor`
    does, and of hidden ground the expected "error" and the "parts" of `scene_fit.PARTS`. `keeps` is "network", "mask"
    or "detected".
    """

    def __init__(
        self,
        layout: S2Layout,
        scaling: S2Scaling,
        nodata: Sequence[float | None],
        channels: Channels,
        keeps: str = "network",
    ) -> None:
        self.counts: Counter[str] = Counter()
        #: Sums over the changed pixels of what they are from: the image itself, then `scene_fit.PARTS`.
        self.parts = np.zeros(5)
        self._layout = layout
        self._scaling = scaling
        self._nodata = nodata
        self._channels = channels
        self._keeps = keeps
        bands = [layout.names[number - 1] for number in layout.numbers]
        self._blue = bands.index("B2") if "B2" in bands else None

    def compose(self, piece: Piece, tile: Tile) -> Composite:
        """Return what is written of `piece`, the network's answer, in the part `tile` of the scene."""
        measured = tile.valid.any(axis=0)
        share = self._share(piece, tile)
        wanted = measured & (share > 0)
        computed = wanted & tile.covered
        numbers = tile.numbers.copy()
        answer = piece.values[self._channels["reflectance"]]
        for index, number in enumerate(self._layout.numbers):
            change = computed & tile.valid[index] & (answer[index] != tile.reflectance[index])
            if change.any():
                self._change(numbers[number - 1], change, answer[index], share, self._nodata[number - 1])
        changed = np.where(computed, CHANGED, np.where(wanted, S1_MISSING, KEPT)).astype(np.uint8)
        changed[~measured] = CHANGED_NODATA
        self._count(changed, wanted, answer, tile)
        attention = self._attention_numbers(piece, tile) if "attention" in self._channels else None
        influence = source = error = None
        if "influence" in self._channels:
            values = piece.values[self._channels["influence"]][0]
            influence = _share_numbers(values, share, changed, INFLUENCE_SCALE, INFLUENCE_NODATA)
        if "error" in self._channels:
            parts = parts_of(piece.values, self._channels)
            self.parts += parts[:, changed == CHANGED].sum(axis=1)
            values = piece.values[self._channels["error"]][0] * (1 - parts[0])
            error = _share_numbers(values, share, changed, ERROR_SCALE, ERROR_NODATA)
            source = _sources(parts, changed)
        return Composite(numbers, changed, attention, influence, source, error, measured)

    def _share(self, piece: Piece, tile: Tile) -> np.ndarray:
        """Return how much of the reconstruction each pixel gets, 0–1 [h, w].

        By the mask; where clouds were detected, also where the network sees one that the detector does not.
        """
        if self._keeps != "detected" or "opacity" not in self._channels:
            return tile.share
        opacity = piece.values[self._channels["opacity"]][0]
        ramp = np.clip((opacity - KEPT_TO) / (REPLACED_FROM - KEPT_TO), 0, 1)
        return np.maximum(tile.share, ramp * ramp * (3 - 2 * ramp)).astype(np.float32)

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

    def _count(self, changed: np.ndarray, wanted: np.ndarray, answer: np.ndarray, tile: Tile) -> None:
        codes = np.bincount(changed.ravel(), minlength=CHANGED_NODATA + 1)
        for name, code in (
            ("kept", KEPT),
            ("changed", CHANGED),
            ("s1_missing", S1_MISSING),
            ("nodata", CHANGED_NODATA),
        ):
            self.counts[name] += int(codes[code])
        if self._keeps != "network":
            self.counts["cloudy"] += int(np.count_nonzero(wanted))
        elif self._blue is not None:
            difference = np.abs(answer[self._blue] - tile.reflectance[self._blue])
            cloudy = (changed == CHANGED) & tile.valid[self._blue] & (difference > CLOUD_CHANGE)
            self.counts["cloudy"] += int(np.count_nonzero(cloudy))

    def cloud_cover(self) -> float | None:
        """Return the share of cloud in the valid pixels, in percent.

        By the mask, where there is one. Else an estimate: of the pixels that were reconstructed, those whose blue
        reflectance changed by more than `CLOUD_CHANGE`; None without a blue band.
        """
        masked = self._keeps != "network"
        looked_at = self.counts["changed"] + (self.counts["kept"] + self.counts["s1_missing"] if masked else 0)
        if not looked_at or (self._blue is None and not masked):
            return None
        return 100.0 * self.counts["cloudy"] / looked_at

    def _attention_numbers(self, piece: Piece, tile: Tile) -> np.ndarray:
        maps = piece.values[self._channels["attention"]]
        known = tile.needed & piece.covered
        stored = np.full(maps.shape, ATTENTION_NODATA, np.uint16)
        for band, values, scale in zip(stored, maps, ATTENTION_SCALES):
            band[known] = np.clip(np.rint(values[known] / scale), 0, ATTENTION_NODATA - 1)
        return stored


def parts_of(values: np.ndarray, channels: Channels) -> np.ndarray:
    """Return what a pixel's reflectance is from [5, ...]: the image itself, then `scene_fit.PARTS`; the sum is 1.

    Of a pixel that the network finds opaque to the share α, 1 − (1 − α)² is what is expected of hidden ground.
    """
    seen = 1 - replaced_share(values[channels["opacity"]])
    return np.concatenate([seen, (1 - seen) * values[channels["parts"]]])


def source_codes(parts: np.ndarray) -> np.ndarray:
    """Return the code of the largest part of changed pixels: parts [5, ...] → uint8 [...]."""
    seen, attention, fit, date, prior = parts
    largest = np.argmax([seen, date, attention + fit, prior], axis=0)
    return np.uint8([FROM_THIN, FROM_DATE, FROM_SCENE, FROM_PRIOR])[largest]


def _sources(parts: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Return the codes of where pixels are from, uint8 [h, w]: of the parts of a pixel the largest one."""
    source = source_codes(parts)
    source[changed == KEPT] = FROM_INPUT
    source[(changed == S1_MISSING) | (changed == CHANGED_NODATA)] = SOURCE_NODATA
    return source


def _share_numbers(values: np.ndarray, share: np.ndarray, changed: np.ndarray, scale: float, nodata: int) -> np.ndarray:
    """Return what is said of the answer [h, w], said of what is written, as whole numbers of `scale`.

    It is less where the answer is mixed with kept pixels, and 0 where all is kept.
    """
    stored = np.clip(np.rint(values * share / scale), 0, nodata - 1).astype(np.uint16)
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
