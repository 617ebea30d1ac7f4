"""Windows cover everything once the pieces are put together, and blending keeps what is equal."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.tiling import Blender, Piece, TileGrid, UncoveredPixel, Window, tile_weights, windows

SIZES = [(1, 1), (7, 5), (64, 64), (65, 63), (131, 97), (40, 300)]
TILINGS = [(1, 0), (3, 2), (16, 0), (16, 4), (16, 11), (32, 31), (64, 16), (64, 63), (512, 128)]


def blend(image: np.ndarray, grid: TileGrid, change=lambda tile, window: tile) -> np.ndarray:
    """Cut `image` [C, H, W] into tiles, change them, and blend them again."""
    blender = Blender(grid, len(image))
    result = np.full_like(image, np.nan)
    written = np.zeros(image.shape[1:], int)
    for window in grid:
        piece = blender.add(change(image[(..., *window.slices)], window))
        result[(..., *piece.window.slices)] = piece.values
        written[piece.window.slices] += 1
    assert (written == 1).all()
    return result


@pytest.mark.parametrize("height, width", SIZES)
@pytest.mark.parametrize("tile, overlap", TILINGS)
def test_windows_cover_everything_and_share_the_overlap(height: int, width: int, tile: int, overlap: int) -> None:
    covered = np.zeros((height, width), int)
    for window in windows(height, width, tile, overlap):
        assert (window.height, window.width) == (min(tile, height), min(tile, width))
        covered[window.slices] += 1
        assert window.row + window.height <= height and window.column + window.width <= width
    assert covered.min() == 1
    grid = TileGrid(height, width, tile, overlap)
    assert all(tile - step >= overlap for step in np.diff(grid.rows))
    assert grid.rows[-1] + grid.tile_height == height and grid.columns[-1] + grid.tile_width == width


def test_no_more_tiles_than_the_overlap_asks_for() -> None:
    assert TileGrid(256, 256, 256, 64).rows == (0,)
    assert TileGrid(448, 256, 256, 64).rows == (0, 192)
    assert TileGrid(449, 256, 256, 64).rows == (0, 96, 193)
    assert len(TileGrid(10980, 10980, 256, 64)) == 57 * 57


@pytest.mark.parametrize("height, width", SIZES)
@pytest.mark.parametrize("tile, overlap", TILINGS)
def test_tiles_that_agree_give_the_image_to_the_bit(height: int, width: int, tile: int, overlap: int) -> None:
    if height * width > 5000 and (tile - overlap) < 4:
        height, width = min(height, 40), min(width, 40)
    image = np.random.default_rng(1).normal(0.1, 1e3, (2, height, width)).astype(np.float32)
    assert np.array_equal(blend(image, TileGrid(height, width, tile, overlap)), image)


@pytest.mark.parametrize("tile, overlap", [(32, 8), (32, 16), (32, 25), (32, 31)])
def test_blending_is_the_weighted_mean_of_all_tiles(tile: int, overlap: int) -> None:
    grid = TileGrid(83, 70, tile, overlap)
    rng = np.random.default_rng(2)
    values = [rng.normal(size=(3, tile, tile)).astype(np.float32) for _ in grid]
    total, mass = np.zeros((3, 83, 70)), np.zeros((83, 70))
    for tile_values, window in zip(values, grid):
        weight = tile_weights(tile, tile, overlap).astype(float)
        total[(..., *window.slices)] += weight * tile_values
        mass[window.slices] += weight
    remaining = iter(values)
    result = blend(np.zeros((3, 83, 70), np.float32), grid, lambda tile, window: next(remaining))
    np.testing.assert_allclose(result, total / mass, atol=2e-5)


def test_a_step_between_two_tiles_becomes_a_smooth_slope() -> None:
    grid = TileGrid(1, 112, 64, 16)
    assert grid.columns == (0, 48)
    levels = {0: 0.0, 48: 1.0}
    row = blend(
        np.zeros((1, 1, 112), np.float32), grid, lambda tile, window: np.full_like(tile, levels[window.column])
    )[0, 0]
    assert (row[:48] == 0).all() and (row[64:] == 1).all()
    assert (np.diff(row) >= 0).all() and np.diff(row).max() < np.pi / 2 / 16 * 1.01
    np.testing.assert_allclose(row[48:64] + row[48:64][::-1], 1, atol=1e-6)


def test_weights_are_one_in_the_middle_and_never_zero() -> None:
    weights = tile_weights(256, 256, 64)
    assert weights.dtype == np.float32
    assert weights[64:192, 64:192].min() == 1 and 0 < weights.min() < 1e-6
    assert tile_weights(5, 7, 0).min() == 1
    assert tile_weights(256, 256, 255).min() > 0


def test_a_pixel_in_no_computed_tile_raises() -> None:
    grid = TileGrid(56, 56, 32, 8)
    blender = Blender(grid, 1)
    tile = np.ones((1, 32, 32), np.float32)
    blender.add(tile)
    with pytest.raises(UncoveredPixel, match="pixels"):
        blender.add(None)


def test_a_tile_that_was_left_out_changes_nothing_where_it_is_not_needed() -> None:
    grid = TileGrid(32, 80, 32, 8)
    image = np.random.default_rng(3).normal(size=(1, 32, 80)).astype(np.float32)
    blender = Blender(grid, 1)
    pieces = []
    for index, window in enumerate(grid):
        left_out = index == 1
        needed = np.ones((32, 32), bool)
        needed[:, 8:] = not left_out
        pieces.append(blender.add(None if left_out else image[(..., *window.slices)], needed))
    for piece in pieces:
        values = image[(..., *piece.window.slices)]
        assert np.array_equal(piece.values[:, piece.covered], values[:, piece.covered])
    assert [piece.covered.all() for piece in pieces] == [True, False, True]
    assert sum(int((~piece.covered).sum()) for piece in pieces) == 32 * (80 - 2 * 32)


def test_memory_does_not_grow_with_the_height() -> None:
    def held(height: int) -> int:
        blender = Blender(TileGrid(height, 500, 64, 16), 4)
        return sum(value.nbytes for value in vars(blender).values() if isinstance(value, np.ndarray))

    assert held(64 * 1000 + 1) <= held(200) * 1.05
    assert held(5000) < 4 * 4 * (64 * 64 + 18 * 500) * 1.5


@pytest.mark.parametrize("values", [(0, 5, 4, 0), (5, 5, 0, 0), (5, 5, 4, 4), (5, 5, 4, -1)])
def test_impossible_tilings_raise(values: tuple) -> None:
    with pytest.raises(ValueError, match=r"(has|have) to be"):
        TileGrid(*values)


def test_windows_move_and_meet() -> None:
    window, other = Window(10, 20, 3, 4), Window(8, 15, 9, 9)
    assert window.relative_to(other) == Window(2, 5, 3, 4)
    assert window.relative_to(other).moved(other) == window
    assert window.intersection(other) == other.intersection(window) == Window(10, 20, 3, 4)
    assert window.intersection(Window(12, 0, 50, 22)) == Window(12, 20, 1, 2)
    assert window.intersection(Window(13, 20, 1, 1)) is None and window.intersection(Window(10, 24, 1, 1)) is None


def test_a_part_of_a_piece() -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    part = Piece(Window(10, 20, 3, 4), values, values[0] > 5).cut(Window(11, 22, 2, 1))
    assert part.values.tolist() == [[[6], [10]], [[18], [22]]] and part.covered.tolist() == [[True], [True]]
