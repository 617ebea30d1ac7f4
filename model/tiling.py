"""Tiles of a raster: where they lie, how they are weighted, and how they become one image again.

Geometry (`TileGrid`, `windows`, `tile_weights`) is integers and pure functions. `Blender` accumulates, and holds one
tile and the rows that the next row of tiles shares with it, so its memory grows with the raster's width only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np


class UncoveredPixel(RuntimeError):
    """A pixel that is needed was in no tile that was computed."""


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels; `row` and `column` are those of its upper left pixel, counted from 0."""

    row: int
    column: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """What cuts the window out of an array whose last two axes are rows and columns."""
        return slice(self.row, self.row + self.height), slice(self.column, self.column + self.width)

    def relative_to(self, other: Window) -> Window:
        """Return the same rectangle counted from the upper left pixel of `other`."""
        return Window(self.row - other.row, self.column - other.column, self.height, self.width)

    def moved(self, other: Window) -> Window:
        """Return a window counted from the upper left pixel of `other` as one counted from where `other` is."""
        return Window(self.row + other.row, self.column + other.column, self.height, self.width)

    def intersection(self, other: Window) -> Window | None:
        """Return what two windows share, or None."""
        top, left = max(self.row, other.row), max(self.column, other.column)
        bottom = min(self.row + self.height, other.row + other.height)
        right = min(self.column + self.width, other.column + other.width)
        return Window(top, left, bottom - top, right - left) if top < bottom and left < right else None


@dataclass(frozen=True)
class TileGrid:
    """Tiles of `tile` × `tile` pixels that cover `height` × `width`, each sharing `overlap` or more with the next.

    The first tile begins at the first pixel, the last ends at the last, and those between are spread evenly, so that no
    two neighbours share much more than the others. A side shorter than `tile` has one tile, as long as the side.
    Raises `ValueError` unless `height`, `width`, `tile` ≥ 1 and 0 ≤ `overlap` < `tile`.
    """

    height: int
    width: int
    tile: int
    overlap: int

    def __post_init__(self) -> None:
        if min(self.height, self.width, self.tile) < 1:
            raise ValueError(f"height, width and tile have to be 1 or more, not {self}")
        if not 0 <= self.overlap < self.tile:
            raise ValueError(f"overlap has to be between 0 and tile - 1, not {self}")

    @property
    def tile_height(self) -> int:
        return min(self.tile, self.height)

    @property
    def tile_width(self) -> int:
        return min(self.tile, self.width)

    @property
    def rows(self) -> tuple[int, ...]:
        """The first rows of the tiles."""
        return _starts(self.height, self.tile, self.overlap)

    @property
    def columns(self) -> tuple[int, ...]:
        """The first columns of the tiles."""
        return _starts(self.width, self.tile, self.overlap)

    def __len__(self) -> int:
        return len(self.rows) * len(self.columns)

    def __iter__(self) -> Iterator[Window]:
        """The tiles, row by row."""
        for row in self.rows:
            for column in self.columns:
                yield Window(row, column, self.tile_height, self.tile_width)


def windows(height: int, width: int, tile: int, overlap: int) -> list[Window]:
    """Return the tiles of `TileGrid`, row by row."""
    return list(TileGrid(height, width, tile, overlap))


def pieces(height: int, width: int, side: int) -> list[Window]:
    """Return windows of `side` × `side` that share no pixel, row by row; those at the right and bottom are smaller."""
    return [
        Window(row, column, min(side, height - row), min(side, width - column))
        for row in range(0, height, side)
        for column in range(0, width, side)
    ]


@lru_cache(maxsize=64)
def _starts(length: int, tile: int, overlap: int) -> tuple[int, ...]:
    free = max(length - tile, 0)
    steps = -(-free // (tile - overlap))
    return (0,) if steps == 0 else tuple(index * free // steps for index in range(steps + 1))


def tile_weights(height: int, width: int, overlap: int) -> np.ndarray:
    """Return what each pixel of a tile counts, float32 [height, width] in (0, 1].

    A raised cosine in both directions: 1 in the middle, falling to almost 0 over `overlap` pixels at each border, so
    that one tile hands over to the next without a step in value or slope. Never 0: any pixel may be covered only once.
    """
    return (_ramps(height, overlap)[:, None] * _ramps(width, overlap)[None, :]).astype(np.float32)


def _ramps(length: int, overlap: int) -> np.ndarray:
    inside = np.minimum(np.arange(length), np.arange(length)[::-1]) + 0.5
    return np.sin(np.pi / 2 * np.minimum(inside / max(overlap, 0.5), 1)) ** 2


@dataclass(frozen=True)
class Piece:
    """A part of the raster that no later tile touches.

    `values` are float32 [channels, height, width]; `covered` [height, width] says where a computed tile gave them.
    """

    window: Window
    values: np.ndarray
    covered: np.ndarray

    def cut(self, window: Window) -> Piece:
        """Return the part of the piece in `window`, a window of the raster inside it."""
        area = window.relative_to(self.window).slices
        return Piece(window, self.values[(..., *area)], self.covered[area])


class Blender:
    """Blend overlapping tiles into one image, a piece of it complete with each tile.

    Tiles come in the order of the grid. A pixel is the weighted mean of the tiles that cover it, kept as a running mean
    in float32, acc += (new − acc) · w_new / (w_acc + w_new), so that equal values stay equal to the last bit.
    The pieces lie side by side without overlap, cover the raster, and each lies inside the tile that completed it.
    """

    def __init__(self, grid: TileGrid, channels: int) -> None:
        self._grid = grid
        self._tiles = [(row, column) for row in range(len(grid.rows)) for column in range(len(grid.columns))]
        self._next = 0
        self._weight = tile_weights(grid.tile_height, grid.tile_width, grid.overlap)
        # The mean so far and what it weighs: of the current tile, and of the rows shared with the next row of tiles.
        self._mean = np.zeros((channels, grid.tile_height, grid.tile_width), np.float32)
        self._mass = np.zeros((grid.tile_height, grid.tile_width), np.float32)
        shared = max((grid.tile_height - step for step in np.diff(grid.rows)), default=0)
        self._shared_mean = np.zeros((channels, shared, grid.width), np.float32)
        self._shared_mass = np.zeros((shared, grid.width), np.float32)

    def add(self, values: np.ndarray | None, needed: np.ndarray | None = None) -> Piece:
        """Add the next tile, float32 [channels, height, width], or None for one that was not computed.

        `needed` [height, width] says which pixels of the tile must have a value; None means all.
        Returns the piece that is complete now. Raises `UncoveredPixel` when a needed pixel in it has no value.
        """
        row_index, column_index = self._tiles[self._next]
        self._next += 1
        window = self._load(row_index, column_index)
        if values is not None:
            self._mass += self._weight
            self._mean += (values - self._mean) * (self._weight / self._mass)
        height = _step(self._grid.rows, row_index, self._grid.tile_height)
        width = _step(self._grid.columns, column_index, self._grid.tile_width)
        self._store(window.column, height, width)
        covered = self._mass[:height, :width] > 0
        missing = ~covered if needed is None else needed[:height, :width] & ~covered
        if missing.any():
            raise UncoveredPixel(f"{missing.sum()} pixels of {window} were in no tile that was computed")
        done = Window(window.row, window.column, height, width)
        return Piece(done, self._mean[:, :height, :width].copy(), covered)

    def _load(self, row_index: int, column_index: int) -> Window:
        """Make the current tile's buffers hold what earlier tiles gave to its pixels."""
        grid = self._grid
        window = Window(grid.rows[row_index], grid.columns[column_index], grid.tile_height, grid.tile_width)
        known = 0
        if column_index:
            step = window.column - grid.columns[column_index - 1]
            known = grid.tile_width - step
            self._mean[..., :known] = self._mean[..., step:]
            self._mass[:, :known] = self._mass[:, step:]
        shared = len(self._shared_mass)
        entering = slice(window.column + known, window.column + window.width)
        self._mean[:, :shared, known:] = self._shared_mean[..., entering]
        self._mass[:shared, known:] = self._shared_mass[:, entering]
        self._mean[:, shared:, known:] = 0
        self._mass[shared:, known:] = 0
        return window

    def _store(self, column: int, height: int, width: int) -> None:
        """Keep the rows below `height` of the leftmost `width` columns for the next row of tiles."""
        kept = self._grid.tile_height - height
        columns = slice(column, column + width)
        self._shared_mean[:, :kept, columns] = self._mean[:, height:, :width]
        self._shared_mass[:kept, columns] = self._mass[height:, :width]
        self._shared_mean[:, kept:, columns] = 0
        self._shared_mass[kept:, columns] = 0


def _step(starts: tuple[int, ...], index: int, length: int) -> int:
    """Return how many pixels of tile `index` no later tile covers."""
    return starts[index + 1] - starts[index] if index + 1 < len(starts) else length
