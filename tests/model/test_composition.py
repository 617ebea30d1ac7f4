"""Reflectance becomes numbers of the file. Whole runs are in test_reconstruct.py."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S2Layout, S2Scaling
from sar_cloud_removal.model.composition import KEPT_TO, REPLACED_FROM, Composer, as_stored
from sar_cloud_removal.model.prediction import channels_of
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
    channels = channels_of(reflectance=2, attention=2, opacity=1, error=1, parts=4)
    answer = np.zeros((10, 1, 6), np.float32)
    answer[:2] = 0.1
    answer[:2, 0, 5] = 0.2
    answer[channels["attention"]] = 0.75
    answer[channels["opacity"]], answer[channels["error"]] = 1, 0.008
    # Of the third pixel half is seen through; its colour is from a date, those of the others from the scene.
    answer[channels["opacity"], 0, 2] = 0.5
    answer[channels["parts"]] = np.reshape([0.25, 0.75, 0, 0], (4, 1, 1))
    answer[channels["parts"], 0, 2] = np.reshape([0, 0, 1, 0], (1, 4))
    composer = Composer(layout, S2Scaling(10000.0, 0.0, "as chosen"), (None,) * 3, channels, "mask")
    composite = composer.compose(Piece(tile.window, answer, tile.needed), tile)
    assert composite.numbers[0, 0].tolist() == [2000, 1500, 1000, 2000, 2000, 2000]
    assert composite.numbers[1, 0].tolist() == [2000] * 6
    assert composite.changed[0].tolist() == [0, 1, 1, 2, 255, 1]
    assert composite.attention[0, 0].tolist() == [65535, 7500, 7500, 65535, 65535, 7500]
    assert composite.attention[1, 0].tolist() == [65535, 750, 750, 65535, 65535, 750]
    assert composite.error[0].tolist() == [0, 40, 60, 65535, 65535, 80]
    assert composite.source[0].tolist() == [0, 3, 2, 255, 255, 3]
    assert composer.parts.tolist() == pytest.approx([0.25, 0.5, 1.5, 0.75, 0])
    assert composer.counts == {"kept": 1, "changed": 3, "s1_missing": 1, "nodata": 1, "cloudy": 4}
    assert composer.cloud_cover() == 80.0


def test_what_detector_and_network_take_for_clear_is_kept_and_what_the_network_alone_sees_is_not() -> None:
    shape = (1, 4)
    opacity = np.float32([[KEPT_TO, (KEPT_TO + REPLACED_FROM) / 2, REPLACED_FROM, 0]])
    tile = Tile(
        window=Window(0, 0, *shape),
        numbers=np.full((1, *shape), 2000, np.uint16),
        reflectance=np.full((1, *shape), 0.2, np.float32),
        valid=np.ones((1, *shape), bool),
        covered=np.ones(shape, bool),
        classes=np.array([[0, 0, 0, 1]], np.uint8),
        share=np.float32([[0, 0, 0, 1]]),
        needed=np.ones(shape, bool),
    )
    channels = channels_of(reflectance=1, opacity=1)
    answer = np.concatenate([np.full((1, *shape), 0.1, np.float32), opacity[None]])
    scaling = S2Scaling(10000.0, 0.0, "as chosen")
    composer = Composer(S2Layout(("B3",), "as chosen"), scaling, (None,), channels, "detected")
    composite = composer.compose(Piece(tile.window, answer, tile.needed), tile)
    assert composite.numbers[0, 0].tolist() == [2000, 1500, 1000, 1000]
    assert composite.changed[0].tolist() == [0, 1, 1, 1]
    # By a mask only its share counts.
    composer = Composer(S2Layout(("B3",), "as chosen"), scaling, (None,), channels, "mask")
    assert composer.compose(Piece(tile.window, answer, tile.needed), tile).numbers[0, 0].tolist() == [2000] * 3 + [1000]
