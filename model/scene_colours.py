"""The colours of hidden ground, fitted to what is clear in the scene itself: those of its own day, land and sensor."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import binary_erosion
from torch import nn

from .bands import S2_BANDS, to_l1c
from .errors import Cancelled
from .networks.sar_colour import FEATURES, OPEN_WATER, SarColour, images_of, sar_features
from .scene import Scene, Tile
from .tiling import Window

Array = np.ndarray

#: Of as many rows and columns one is looked at; radar is smoothed over more.
STEP = 3
GREEN, NIR, SWIR = (S2_BANDS.index(name) for name in ("B3", "B8", "B11"))
#: Of a single scene, how much the colours that are given count against those that it shows itself, as if so much of it
#: had shown them.
GIVEN = (0.05, 0.02, 0.01)
#: What is brighter in the near infrared, and brighter in green than in the short-wave infrared by so much, is snow
#: (normalised-difference snow index; Dozier 1989).
SNOW_NIR, SNOW_INDEX = 0.11, 0.4
#: What is darker than this in the near and in the short-wave infrared is open water, where no radar says so.
WATER_NIR, WATER_SWIR = 0.08, 0.05
#: A scene is looked at in at most so many windows of this side in each direction, whatever its size.
WINDOWS, SIDE = 8, 128
#: With less of the scene clear, the colours of the weights stay; benchmarks/scene_colours.py told how little will do.
LEAST_CLEAR = 0.02
#: Clouds are thin at their edges: so many pixels around them are not learnt from.
MARGIN = 4


class ColourFit:
    """Ridge regression of colours on `sar_features`, band by band: towards `centre` [13, 3], by `ridge` [3]."""

    def __init__(self, centre: Array, ridge: Array) -> None:
        self._squares = np.tile(np.diag(ridge), (len(S2_BANDS), 1, 1)).astype(np.float64)
        self._products = np.asarray(centre, np.float64) * ridge

    def add(self, features: Array, colour: Array, bands: Sequence[int], weight: float) -> None:
        """Learn from pixels, features [N, 3] and colour [N, 13] of which `bands` are known, that weigh `weight`."""
        bands = list(bands)
        self._squares[bands] += features.T @ features * (weight / len(features))
        self._products[bands] += (features.T @ colour[:, bands]).T * (weight / len(features))

    def colours(self) -> Array:
        return np.float32([np.linalg.solve(*pair) for pair in zip(self._squares, self._products)])


@dataclass(frozen=True)
class Ground:
    """Pixels of clear ground: features [N, 3], reflectance above the atmosphere [N, 13] of which `bands` are known.

    `share` is which part of the image that they come from may be learnt from, 0–1.
    """

    features: Array
    colour: Array
    bands: tuple[int, ...]
    share: float

    def error(self, colours: Array) -> float:
        """Return the sum of squares by which `colours` [13, 3] miss it, over pixels and known bands."""
        bands = list(self.bands)
        return float(np.square(self.features @ colours[bands].T - self.colour[:, bands]).sum(dtype=np.float64))


def clear_ground(clear: Array, sar: Array | None, valid: Array | None, level: str, bands: Sequence[int]) -> Ground:
    """Return what there is to learn from: no snow, of which the radar says little, and without radar only water.

    `clear` [13, h, w] is reflectance of product level `level` ("L1C" or "L2A"), `sar` [2, h, w] scaled to 0–1, 0 where
    it is missing; `valid` [h, w] says where the ground is clear, None everywhere.
    """
    clear = to_l1c(clear) if level == "L2A" else clear
    if sar is not None:
        told, known = sar_features(torch.from_numpy(np.ascontiguousarray(sar))[None])
        snow = (clear[GREEN] - clear[SWIR] > SNOW_INDEX * (clear[GREEN] + clear[SWIR])) & (clear[NIR] > SNOW_NIR)
        features, use = told[0].numpy(), known[0, 0].numpy() & ~snow
    else:
        features = np.broadcast_to(np.reshape(OPEN_WATER, (FEATURES, 1, 1)), (FEATURES, *clear.shape[1:]))
        use = (clear[NIR] < WATER_NIR) & (clear[SWIR] < WATER_SWIR)
    use = use & (True if valid is None else valid)
    use, features, clear = (each[..., ::STEP, ::STEP] for each in (use, features, clear))
    pixels = (each[:, use].T.astype(np.float64) for each in (features, clear))
    return Ground(*pixels, tuple(bands), float(use.mean()))


def refit(given: Array, grounds: Sequence[Ground]) -> Array:
    """Return the colours W [13, 3] that the parts `grounds` of one scene show, held back by the `given` ones.

    Ridge regression towards `given`; each part weighs the share of it that is valid. A few numbers from the ground that
    is clear on the day that is wanted: docs/accuracy.md says what they gain.
    """
    fit = ColourFit(given, np.array(GIVEN))
    for ground in grounds:
        if ground.share:
            fit.add(ground.features, ground.colour, ground.bands, ground.share / len(grounds))
    return fit.colours()


@dataclass(frozen=True)
class Found:
    """The colours W [13, 3] that a scene shows, None where those of the weights are as good; `words` for the log."""

    colours: Array | None
    words: str


def find_colours(scene: Scene, network: nn.Module, cancelled: Callable[[], bool]) -> Found:
    """Fit the colours of hidden ground to the clear ground of `scene`, which has a mask.

    They are taken only where those of one half of the windows suit the other half better than those of the network's
    weights do. `network` is one that `draws_colours`. Raises `Cancelled`, `UnreadableInput`.
    """
    given = network.expected.colours.cpu().numpy()
    grounds, clear, measured = [], 0, 0
    for window in sample_windows(scene.grid.height, scene.grid.width):
        if cancelled():
            raise Cancelled
        tile = scene.read_tile(window, 0, everywhere=True)
        if tile.optical is None:
            continue
        known = tile.valid.all(axis=0) & tile.covered_by_s1
        seen = known & binary_erosion(tile.share == 0, iterations=MARGIN, border_value=1)
        measured += int(known.sum())
        clear += int(seen.sum())
        grounds.append(_ground_of(tile, seen, scene, network))
    share = f"{clear / max(measured, 1):.0%}"
    if clear < LEAST_CLEAR * max(measured, 1):
        return Found(None, f"Only {share} of the scene is clear: hidden ground is drawn in the colours of the weights.")
    before, after = (f"{error:.3f}" for error in _errors(given, grounds))
    if not float(after) < float(before):
        return Found(
            None,
            f"Hidden ground is drawn in the colours of the weights, which suit the clear {share} of the scene to "
            f"{before} of reflectance, its own to {after}.",
        )
    return Found(
        refit(given, grounds),
        f"Hidden ground is drawn in the scene's own colours, which suit its clear {share} to {after} of reflectance, "
        f"those of the weights to {before}.",
    )


def _errors(given: Array, grounds: Sequence[Ground]) -> tuple[float, float]:
    """Return the root mean squares by which the `given` colours, and those of the other half, miss each half."""
    halves = grounds[::2], grounds[1::2]
    values = max(1, sum(len(ground.colour) * len(ground.bands) for ground in grounds))

    def missed(pair: Sequence[Array]) -> float:
        return math.sqrt(sum(each.error(own) for half, own in zip(halves, pair) for each in half) / values)

    return missed((given, given)), missed([refit(given, half) for half in halves[::-1]])


def sample_windows(height: int, width: int) -> list[Window]:
    """Return windows of `SIDE` pixels spread evenly over a grid, at most `WINDOWS` in each direction, row by row."""
    return [
        Window(row, column, min(SIDE, height), min(SIDE, width)) for row in _spread(height) for column in _spread(width)
    ]


def _spread(length: int) -> list[int]:
    count = min(WINDOWS, -(-length // SIDE))
    return sorted({int(start) for start in np.linspace(0, max(length - SIDE, 0), count)})


def _ground_of(tile: Tile, clear: Array, scene: Scene, network: nn.Module) -> Ground:
    """Return the clear ground of a tile as the network sees it, without the haze that a mask does not say."""
    device = network.expected.colours.device
    with torch.inference_mode(), images_of(scene.level, network):
        inputs = (torch.from_numpy(np.ascontiguousarray(each))[None].to(device) for each in (tile.optical, tile.sar))
        image = network(*inputs)[0].float().clamp(0, 1).cpu().numpy()
    sar = np.where(tile.covered_by_s1, tile.sar, 0).astype(np.float32)
    return clear_ground(image, sar, clear, scene.level.upper(), scene.layout.present)


def draws_colours(network: nn.Module) -> bool:
    """Tell whether a network starts from colours by the radar."""
    return isinstance(getattr(network, "expected", None), SarColour)


@contextmanager
def coloured(network: nn.Module, colours: Sequence[float] | None) -> Iterator[None]:
    """Let `network` expect the colours W, row by row, in the `with` block; None leaves those of its weights."""
    if colours is None or not draws_colours(network):
        yield
        return
    expected, before = network.expected, network.expected.colours.clone()
    expected.colours.copy_(torch.tensor(colours, dtype=torch.float32).view_as(before))
    try:
        yield
    finally:
        expected.colours.copy_(before)
