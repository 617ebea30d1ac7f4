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
from .networks.radar_prior import FEATURES, OPEN_WATER, RadarPrior, images_of, sar_features
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


def refit(given: Array, grounds: Sequence[Ground], ridge: Sequence[float] = GIVEN) -> Array:
    """Return the colours W [13, 3] that the parts `grounds` of one scene show, held back by the `given` ones.

    Ridge regression towards `given` by `ridge` [3]; each part weighs the share of it that is valid. A few numbers from
    the ground that is clear on the day that is wanted: docs/accuracy.md says what they gain.
    """
    fit = ColourFit(given, np.array(ridge))
    for ground in grounds:
        if ground.share:
            fit.add(ground.features, ground.colour, ground.bands, ground.share / len(grounds))
    return fit.colours()


@dataclass(frozen=True)
class Found:
    """The colours W [13, 3] that a scene shows, None where those of the weights are as good; `words` for the log."""

    colours: Array | None
    words: str = ""


#: Lets a network see optical [1, 13, h, w] and SAR [1, 2, h, w]: returns [1, 13, h, w], reflectance 0–1.
Predict = Callable[[Array, Array], Array]


def find_colours(
    scene: Scene, given: Array, predict: Predict, progress: Callable[[float], None], cancelled: Callable[[], bool]
) -> Found:
    """Fit the colours of hidden ground to the clear ground of `scene`, which has a mask, as `predict` shows it.

    They are taken only where those of one half of the windows suit the other half better than the `given` ones do.
    `progress` takes a share of the work, 0–1. Raises `Cancelled`, `UnreadableInput`, and what `predict` does.
    """
    halves: tuple[list[Ground], list[Ground]] = ([], [])
    measured = clear = hidden = 0
    windows = sample_windows(scene.grid.height, scene.grid.width)
    for index, (half, window) in enumerate(windows):
        if cancelled():
            raise Cancelled
        progress(index / len(windows))
        tile = scene.read_tile(window, 0, everywhere=True)
        if tile.optical is None:
            continue
        known = tile.valid.any(axis=0) & tile.covered_by_s1
        bare = known & scene.read_marked(window) & binary_erosion(tile.share == 0, iterations=MARGIN, border_value=1)
        measured, clear = measured + int(known.sum()), clear + int(bare.sum())
        hidden += int((known & (tile.share > 0)).sum())
        halves[half].append(_ground_of(tile, bare & _complete(tile, scene), scene, predict))
    if not hidden:
        return Found(None)
    share = f"{clear / max(measured, 1):.1%}"
    if clear < LEAST_CLEAR * measured:
        return Found(None, f"Only {share} of the scene is clear: hidden ground is drawn in the colours of the weights.")
    before, after = (f"{error:.3f}" for error in _errors(given, halves))
    if not float(after) < float(before):
        return Found(
            None,
            f"Hidden ground is drawn in the colours of the weights, which suit the clear {share} of the scene to "
            f"{before} of reflectance, its own to {after}.",
        )
    return Found(
        refit(given, [*halves[0], *halves[1]]),
        f"Hidden ground is drawn in the scene's own colours, which suit its clear {share} to {after} of reflectance, "
        f"those of the weights to {before}.",
    )


def _errors(given: Array, halves: Sequence[Sequence[Ground]]) -> tuple[float, float]:
    """Return the root mean squares by which the `given` colours, and those of the other half, miss each half."""
    values = max(1, sum(len(ground.colour) * len(ground.bands) for half in halves for ground in half))

    def missed(pair: Sequence[Array]) -> float:
        return math.sqrt(sum(each.error(own) for half, own in zip(halves, pair) for each in half) / values)

    return missed((given, given)), missed([refit(given, half) for half in halves[::-1]])


def sample_windows(height: int, width: int) -> list[tuple[int, Window]]:
    """Return windows of at most `SIDE` pixels that share none, spread evenly over a grid, at most `WINDOWS` in each
    direction and two at least, row by row; each with its half, 0 or 1, as the fields of a chessboard."""
    (rows, deep), (columns, wide) = _spread(height), _spread(width)
    return [
        ((i + j) % 2, Window(row, column, deep, wide)) for i, row in enumerate(rows) for j, column in enumerate(columns)
    ]


def _spread(length: int) -> tuple[list[int], int]:
    """Return the starts of the windows along a side, and their length."""
    count = min(WINDOWS, max(2, length // SIDE), length)
    side = min(SIDE, length // count)
    return [int(start) for start in np.linspace(0, length - side, count)], side


def _complete(tile: Tile, scene: Scene) -> Array:
    """Return where all bands are measured [h, w]; the cirrus band, which sees no ground, may be 0."""
    bands = [index for index, band in enumerate(scene.bands) if band != "B10"]
    return tile.valid[bands].all(axis=0)


def _ground_of(tile: Tile, clear: Array, scene: Scene, predict: Predict) -> Ground:
    """Return the clear ground of a tile as the network sees it, without the haze that a mask does not say."""
    image = predict(tile.optical[None], tile.sar[None])[0] if clear.any() else tile.optical
    sar = np.where(tile.covered_by_s1, tile.sar, 0).astype(np.float32)
    return clear_ground(image, sar, clear, scene.level.upper(), scene.layout.present)


def draws_colours(network: nn.Module) -> bool:
    """Tell whether a network starts from colours by the radar."""
    return isinstance(getattr(network, "expected", None), RadarPrior)


@contextmanager
def drawn_as(level: str, colours: Sequence[float] | None, network: nn.Module) -> Iterator[None]:
    """Let `network` draw hidden ground as images of a product level show it, in the `with` block.

    In the colours W, row by row; None leaves those of its weights.
    """
    with images_of(level, network):
        if colours is None or not draws_colours(network):
            yield
            return
        expected, before = network.expected, network.expected.colours.clone()
        expected.colours.copy_(torch.tensor(colours, dtype=torch.float32).view_as(before))
        try:
            yield
        finally:
            expected.colours.copy_(before)
