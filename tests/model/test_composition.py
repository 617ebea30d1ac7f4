"""Reflectance becomes numbers of the file. Whole runs are in test_reconstruct.py."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S2Layout, S2Scaling
from sar_cloud_removal.model.composition import Composer, as_stored
from sar_cloud_removal.model.scene import Tile
from sar_cloud_removal.model.tiling import Piece, Window


@pytest.mark.parametrize(
    "numbers, dtype, nodata, expected",
    [
        ([-3.2, 0.4, 0.6, 70000.0], "uint16", None, [0, 0, 1, 65535]),
        ([0.2, 65535.0], "uint16", 0, [1, 65535]),
        ([65535.0, 0.0], "uint16", 65535, [65534, 0]),
        ([-1000.4, 5.5], "int16", -1000, [-999, 6]),
        ([0.25], "float32", None, [0.25]),
        ([0.25], "float32", 0.25, [0.25000003]),
        ([0.5], "float64", float("nan"), [0.5]),
    ],
)
def test_numbers_fit_the_type_and_are_never_nodata(
    numbers: list, dtype: str, nodata: float | None, expected: list
) -> None:
    stored = as_stored(np.array(numbers, np.float32), np.dtype(dtype), nodata)
    assert stored.dtype == dtype
    assert stored.tolist() == pytest.approx(expected, rel=1e-9)


def test_a_share_is_a_mix_and_counts_say_what_happened() -> None:
    """Six pixels: kept, half, all, without Sentinel-1, nodata, and given back as it was."""
    layout = S2Layout(("B2", "-", "B3"), "as chosen")
    numbers = np.full((3, 1, 6), 2000, np.uint16)
    valid = np.ones((2, 1, 6), bool)
    valid[:, 0, 4] = False
    tile = Tile(
        window=Window(0, 0, 1, 6),
        numbers=numbers,
        reflectance=np.full((2, 1, 6), 0.2, np.float32),
        valid=valid,
        covered=np.array([[True, True, True, False, True, True]]),
        classes=np.array([[0, 3, 1, 1, 1, 1]], np.uint8),
        share=np.array([[0, 0.5, 1, 1, 1, 1]], np.float32),
        needed=np.array([[False, True, True, False, False, True]]),
    )
    answer = np.full((5, 1, 6), 0.1, np.float32)
    answer[:2, 0, 5] = 0.2
    answer[2:4] = 0.75
    answer[4] = 0.008
    composer = Composer(
        layout, S2Scaling(10000.0, 0.0, "as chosen"), (None,) * 3, masked=True, attention=True, spread=True
    )
    composite = composer.compose(Piece(tile.window, answer, tile.needed), tile)
    assert composite.numbers[0, 0].tolist() == [2000, 1500, 1000, 2000, 2000, 2000]
    assert composite.numbers[1, 0].tolist() == [2000] * 6
    assert composite.changed[0].tolist() == [0, 1, 1, 2, 255, 1]
    assert composite.attention[0, 0].tolist() == [65535, 7500, 7500, 65535, 65535, 7500]
    assert composite.attention[1, 0].tolist() == [65535, 750, 750, 65535, 65535, 750]
    assert composite.confidence[0].tolist() == [0, 400, 800, 65535, 65535, 800]
    assert composer.counts == {"kept": 1, "changed": 3, "s1_missing": 1, "nodata": 1, "cloudy": 4}
    assert composer.cloud_cover() == 80.0
