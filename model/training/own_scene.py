"""What there is to learn from in a user's own layers: clear ground, the clouds above the rest, and what is withheld.

Only so many windows are read, spread over the extent, so that memory does not grow with the scene.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..bands import S2_BANDS
from ..errors import Cancelled, NotEnoughClear
from ..scene import Scene as OpenScene
from ..scene import Tile, sample_windows
from ..tiling import Window, windows
from .clear_parts import MARGIN, ClearLimits, find_clear, find_limits
from .datasets import Scene
from .synthetic_clouds import CloudLibrary, build_library

Array = np.ndarray

# Windows that are kept of all dates together: 64 of 256 × 256 pixels take 260 MB.
MOST_PATCHES, LEAST_OF_A_DATE = 64, 4
# Of one date, this many times as many windows are looked at until enough are found that are clear.
TRIES = 4
# Windows of the cloudy scene from which clouds are cut.
MOST_CLOUDS = 8
CLOUD_SHARE = 0.05
# With fewer clear pixels to learn from, or fewer that can be withheld, nothing is tried.
LEAST_TRAINING, LEAST_WITHHELD = 1000, 200
# A window with fewer such pixels is not used.
LEAST_OF_A_PATCH = 100
# From this many clear dates on, a whole one is withheld.
DATES_TO_WITHHOLD_ONE = 3
# Windows are padded to a multiple of this, the side of an attention token.
STEP = 16

# Reflectance of opaque clouds [6, 13]: means of six groups of 30,000 pixels of 33 cloudy SEN12MS-CR patches.
TYPICAL_CLOUDS = np.array(
    [
        [0.409, 0.401, 0.374, 0.401, 0.418, 0.447, 0.466, 0.457, 0.482, 0.216, 0.011, 0.432, 0.370],
        [0.530, 0.540, 0.526, 0.565, 0.557, 0.605, 0.652, 0.610, 0.680, 0.155, 0.004, 0.560, 0.424],
        [0.627, 0.637, 0.611, 0.676, 0.693, 0.724, 0.752, 0.734, 0.776, 0.372, 0.012, 0.591, 0.465],
        [0.648, 0.694, 0.678, 0.795, 0.836, 0.868, 0.891, 0.873, 0.923, 0.493, 0.015, 0.815, 0.733],
        [0.859, 0.884, 0.858, 0.938, 0.958, 0.968, 0.975, 0.970, 0.979, 0.614, 0.025, 0.663, 0.498],
        [0.887, 0.938, 0.939, 0.992, 0.998, 1.000, 1.000, 0.999, 1.000, 0.767, 0.027, 0.983, 0.904],
    ],
    dtype=np.float32,
)


@dataclass(frozen=True)
class Patch:
    """One window of one date: optical [13, T, T] and SAR [2, T, T] as the network takes them.

    `date` is 0 for the cloudy scene itself; `present` are its bands that are no estimates. Of the pixels [T, T] that
    are `clear`, those in `learnt` are learnt from and those in `withheld` are scored, and some are neither.
    """

    date: int
    window: Window
    present: tuple[int, ...]
    optical: Array
    sar: Array
    clear: Array
    learnt: Array
    withheld: Array


@dataclass(frozen=True)
class OwnScene:
    """All patches, the clouds to lay on them, the names of the dates, and which of them is withheld as a whole."""

    patches: tuple[Patch, ...]
    library: CloudLibrary
    names: tuple[str, ...]
    withheld_date: int | None

    @property
    def learnt(self) -> list[Patch]:
        """The patches that are learnt from."""
        return [patch for patch in self.patches if patch.learnt.sum() >= LEAST_OF_A_PATCH]

    @property
    def withheld(self) -> list[Patch]:
        """The patches that are scored."""
        return [patch for patch in self.patches if patch.withheld.sum() >= LEAST_OF_A_PATCH]

    @property
    def learnt_pixels(self) -> int:
        return sum(int(patch.learnt.sum()) for patch in self.learnt)

    @property
    def own_share(self) -> float:
        """How much of the cloudy scene is clear, 0–1, where any of it is."""
        own = [patch for patch in self.patches if patch.date == 0]
        area = sum(patch.window.height * patch.window.width for patch in own)
        return sum(int(patch.clear.sum()) for patch in own) / area if own else 0.0

    @property
    def withheld_pixels(self) -> int:
        return sum(int(patch.withheld.sum()) for patch in self.withheld)

    def training_scenes(self) -> list[Scene]:
        """Return what `CropSource` draws crops from; the cloudy scene counts as much as all clear dates together.

        As cloudy dates they have themselves: what is clear in the input belongs into the answer.
        """
        return [
            Scene(
                name=f"{self.names[patch.date]} {patch.window.row} {patch.window.column}",
                place=self.names[patch.date],
                group="own" if patch.date == 0 else "dates",
                level="as it is",
                present=patch.present,
                clear=patch.optical,
                cloudy=patch.optical,
                sar=patch.sar,
                valid=patch.learnt,
            )
            for patch in self.learnt
        ]


@dataclass(frozen=True)
class Blocks:
    """Which pixels of an extent are withheld: two squares of `cell` pixels of each 4 × 4, on a diagonal.

    Half a cell around them is neither learnt from nor scored. `shift` says which two.
    """

    cell: int
    shift: tuple[int, int]

    def near(self, window: Window, margin: int) -> Array:
        """Return which pixels of a window of the extent are withheld or within `margin` of that: bool [h, w]."""
        rows, columns = np.arange(window.height) + window.row, np.arange(window.width) + window.column
        found = np.zeros((window.height, window.width), bool)
        for step in (0, 2):
            first, second = (
                self._inside(each, start + step, margin) for each, start in zip((rows, columns), self.shift)
            )
            found |= first[:, None] & second[None, :]
        return found

    def _inside(self, places: Array, start: int, margin: int) -> Array:
        return (places - start * self.cell + margin) % (4 * self.cell) < self.cell + 2 * margin


def read_own_scene(
    scene: OpenScene, dates: Sequence[OpenScene], tile: int, seed: int, cancelled: Callable[[], bool]
) -> OwnScene:
    """Read what an open cloudy scene and open clear dates of it have to teach, in windows of `tile` pixels.

    Without a mask, the clear parts of the scene are found by `clear_parts`. Raises `NotEnoughClear`, `Cancelled`.
    """
    most = max(LEAST_OF_A_DATE, MOST_PATCHES // (1 + len(dates)))
    limits = None if scene.mask else _limits(scene)
    found: list[tuple[int, Tile, Array]] = []
    clouds: list[Tile] = []
    for date, each in enumerate((scene, *dates)):
        kept = 0
        for part in _windows(each, tile, most, seed):
            if cancelled():
                raise Cancelled
            read = each.read_tile(part, _side(part), everywhere=True)
            if read.optical is None:
                continue
            clear = _clear(each, read, limits if date == 0 else None)
            if date == 0 and len(clouds) < MOST_CLOUDS and (read.needed & ~clear).mean() > CLOUD_SHARE:
                clouds.append(read)
            if kept < most and clear.sum() >= LEAST_OF_A_PATCH:
                found.append((date, read, clear))
                kept += 1
            if kept == most and (date or len(clouds) == MOST_CLOUDS):
                break
    withheld_date = _date_to_withhold(found, len(dates))
    blocks = _choose_blocks(scene, found, tile)
    opened = (scene, *dates)
    patches = [_patch(opened[date], date, read, clear, blocks, date == withheld_date) for date, read, clear in found]
    names = tuple(each.s2.name for each in opened)
    own = OwnScene(tuple(patches), _library(clouds, found), names, withheld_date)
    for there, needed in ((own.learnt_pixels, LEAST_TRAINING), (own.withheld_pixels, LEAST_WITHHELD)):
        if there < needed:
            total = sum(int(clear.sum()) for _, _, clear in found)
            raise NotEnoughClear(
                layer=scene.s2.name, found=total, needed=max(4 * LEAST_TRAINING, total + needed - there)
            )
    return own


def _limits(scene: OpenScene) -> ClearLimits:
    """Return the limits of the scene's clear pixels, from pixels all over it."""
    spectra = []
    for window in sample_windows(scene.result):
        read = scene.read_tile(window.moved(scene.inner), 1, everywhere=True)
        if read.optical is not None:
            spectra.append(read.optical[:, read.needed])
    return find_limits(np.concatenate(spectra, axis=1) if spectra else np.full((len(S2_BANDS), 1), 1.0, np.float32))


def _windows(scene: OpenScene, tile: int, most: int, seed: int) -> Iterator[Window]:
    """Yield windows of the extent, in an order that is drawn, at most `TRIES` × `most`."""
    every = windows(scene.inner.height, scene.inner.width, tile, 0)
    order = np.random.default_rng(seed).permutation(len(every))
    for index in order[: TRIES * most]:
        yield every[index].moved(scene.inner)


def _side(window: Window) -> int:
    return -(-max(window.height, window.width) // STEP) * STEP


def _clear(scene: OpenScene, read: Tile, limits: ClearLimits | None) -> Array:
    """Return which pixels of a tile [h, w] are known, inside the extent, and clear."""
    known = read.needed & read.valid.all(axis=0)
    if scene.mask:
        return known & (read.share == 0)
    if limits is None:
        return known
    optical = read.optical[:, : read.window.height, : read.window.width]
    return known & find_clear(optical, limits, scene.layout.present) & _inside(scene, read.window)


def _inside(scene: OpenScene, window: Window) -> Array:
    """Return which pixels of a window [h, w] have nothing of the scene near to them that the window does not show."""
    inside = np.ones((window.height, window.width), bool)
    for image, start, length, end in (
        (inside, window.row, window.height, scene.grid.height),
        (inside.T, window.column, window.width, scene.grid.width),
    ):
        image[: MARGIN if start else 0] = False
        image[length - (MARGIN if start + length < end else 0) :] = False
    return inside


def _date_to_withhold(found: Sequence[tuple[int, Tile, Array]], dates: int) -> int | None:
    """Return the clear date to withhold: the one whose colours are the second nearest to the scene's own.

    The nearest is worth more to learn from. Without clear pixels in the scene, nearest to the mean of all.
    """
    colours = {date: _colour([(read, clear) for at, read, clear in found if at == date]) for date in range(dates + 1)}
    usable = [date for date in range(1, dates + 1) if colours[date] is not None]
    if len(usable) < DATES_TO_WITHHOLD_ONE:
        return None
    middle = np.mean([colours[date] for date in usable], axis=0) if colours[0] is None else colours[0]
    return sorted(usable, key=lambda date: float(np.abs(colours[date] - middle).sum()))[1]


def _colour(parts: Sequence[tuple[Tile, Array]]) -> Array | None:
    """Return the mean spectrum [13] of clear pixels."""
    if not parts:
        return None
    return np.concatenate([_pixels(read, clear) for read, clear in parts], axis=1).mean(axis=1)


def _pixels(read: Tile, clear: Array) -> Array:
    return read.optical[:, : read.window.height, : read.window.width][:, clear]


def _choose_blocks(scene: OpenScene, found: Sequence[tuple[int, Tile, Array]], tile: int) -> Blocks:
    """Return the blocks that leave most to learn from and to score, in the scene itself and in the clear dates."""
    cell = min(2 * tile, max(8, min(scene.inner.height, scene.inner.width) // 4))
    shifts = [(row, column) for row in range(2) for column in range(4)]
    return max((Blocks(cell, shift) for shift in shifts), key=lambda blocks: _balance(scene, found, blocks))


def _balance(scene: OpenScene, found: Sequence[tuple[int, Tile, Array]], blocks: Blocks) -> float:
    total = 0.0
    for own in (True, False):
        counts = np.zeros(3)
        for date, read, clear in found:
            if (date == 0) == own:
                learnt, withheld = _split(scene, read.window, clear, blocks)
                counts += [learnt.sum(), withheld.sum(), clear.sum()]
        total += min(counts[0] / 4, counts[1]) / max(counts[2], 1)
    return total


def _split(scene: OpenScene, window: Window, clear: Array, blocks: Blocks) -> tuple[Array, Array]:
    """Return which clear pixels of a window are learnt from and which are withheld."""
    place = window.relative_to(scene.inner)
    return clear & ~blocks.near(place, blocks.cell // 2), clear & blocks.near(place, 0)


def _patch(scene: OpenScene, date: int, read: Tile, clear: Array, blocks: Blocks, withhold: bool) -> Patch:
    learnt, withheld = (np.zeros_like(clear), clear) if withhold else _split(scene, read.window, clear, blocks)
    side = read.optical.shape[-1]
    padding = [(0, side - length) for length in clear.shape]
    masks = (np.pad(each, padding) for each in (clear, learnt, withheld))
    return Patch(date, read.window, scene.layout.present, read.optical, read.sar, *masks)


def _library(clouds: Sequence[Tile], found: Sequence[tuple[int, Tile, Array]]) -> CloudLibrary:
    """Return the scene's own clouds, and typical spectra; the ground under them is taken from a clear date if any."""
    colour = _colour([(read, clear) for _, read, clear in found])
    grounds = {(read.window, date): read.optical for date, read, _ in found if date}
    pairs = []
    for cloudy in clouds:
        other = next((optical for (window, _), optical in grounds.items() if window == cloudy.window), None)
        mean = np.broadcast_to(np.zeros(13) if colour is None else colour, (1, 13)).T[..., None]
        ground = np.broadcast_to(mean, cloudy.optical.shape) if other is None else other
        pairs.append((cloudy.optical, ground.astype(np.float32), ""))
    own = build_library(pairs)
    # Without an opaque pixel, a library has one made-up spectrum.
    spectra = np.concatenate([own.spectra, TYPICAL_CLOUDS]) if len(own.spectra) > 1 else TYPICAL_CLOUDS
    return CloudLibrary(own.fields, spectra, own.cirrus)
