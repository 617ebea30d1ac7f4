"""Synthetic clouds as functions of position: any window of an endless sky can be computed alone, and all windows agree.

A field is gradient noise (Perlin 1985, 2002): at the points of a lattice stand random directions, which a hash of the
point and the seed gives, and between the points what they say is mixed smoothly. Several lattices, each twice as fine
and half as strong as the one before, make a cloud. Nothing is drawn in sequence, so no order and no tiling matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .tiling import Window

# Lattices finer than this many pixels add nothing that a pixel could show.
FINEST = 2.0
# How much weaker each finer lattice is.
PERSISTENCE = 0.55
_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


@dataclass(frozen=True)
class Noise:
    """A field with mean 0 and values of about −1 to 1. `size` is the side of the coarsest lattice, in pixels.

    `stretch` draws it out along `angle` (radians from the rows' direction), as wind does with cirrus. `row` and
    `column` are added to all positions: those of the window's grid in the file.
    """

    seed: int
    size: float
    stretch: float = 1.0
    angle: float = 0.0
    row: int = 0
    column: int = 0

    def at(self, window: Window, step: int = 1) -> np.ndarray:
        """Return the field in a window, float32 [h, w], at every `step`-th of its pixels."""
        rows = np.arange(window.row, window.row + window.height, step, dtype=np.float64) + self.row
        columns = np.arange(window.column, window.column + window.width, step, dtype=np.float64) + self.column
        across = np.cos(self.angle) * columns[None] + np.sin(self.angle) * rows[:, None]
        down = np.cos(self.angle) * rows[:, None] - np.sin(self.angle) * columns[None]
        across = across / self.stretch
        field = np.zeros(across.shape, np.float64)
        strength = total = 1.0
        side = self.size
        octave = 0
        while side >= FINEST:
            field += strength * _gradient_noise(down / side, across / side, self.seed * 64 + octave)
            total += strength**2
            strength, side, octave = strength * PERSISTENCE, side / 2, octave + 1
        # The standard deviation of one lattice is about a quarter.
        return (field / (0.5 * np.sqrt(total - 1 if octave else 1))).astype(np.float32)


def _gradient_noise(down: np.ndarray, across: np.ndarray, seed: int) -> np.ndarray:
    top, left = np.floor(down), np.floor(across)
    y, x = down - top, across - left
    row, column = top.astype(np.int64), left.astype(np.int64)
    corners = [_slope(row + i, column + j, seed, y - i, x - j) for i in (0, 1) for j in (0, 1)]
    y, x = (t * t * t * (t * (t * 6 - 15) + 10) for t in (y, x))
    above = corners[0] + (corners[1] - corners[0]) * x
    below = corners[2] + (corners[3] - corners[2]) * x
    return above + (below - above) * y


def _slope(row: np.ndarray, column: np.ndarray, seed: int, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the plane of a lattice point: its direction times the way (y, x) from it."""
    angle = _hash(row, column, seed).astype(np.float64) * (2 * np.pi / 2**32)
    return np.sin(angle) * y + np.cos(angle) * x


def _hash(row: np.ndarray, column: np.ndarray, seed: int) -> np.ndarray:
    """Return a number below 2³² for each point: products and shifts (the finaliser of SplitMix64, Steele 2014)."""
    first, second, third = _MULTIPLIERS
    with np.errstate(over="ignore"):
        state = row.astype(np.uint64) * first + column.astype(np.uint64) * second
        state += np.uint64(seed % 2**63) * third
        state ^= state >> np.uint64(30)
        state *= np.uint64(0xBF58476D1CE4E5B9)
        state ^= state >> np.uint64(27)
        state *= np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return state >> np.uint64(32)
