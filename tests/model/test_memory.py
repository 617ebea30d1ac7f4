"""What a memory limit leaves room for. Whole runs with a limit are in test_reconstruct.py."""

from __future__ import annotations

import dataclasses

import pytest

from sar_cloud_removal.model.errors import MemoryLimit
from sar_cloud_removal.model.memory import (
    BASE_BYTES,
    CACHE_BYTES,
    CPU_BYTES_PER_PIXEL,
    CUDA_BYTES_PER_PIXEL,
    GB,
    TILE_BYTES_PER_PIXEL,
    Demand,
    fit,
)

USUAL = Demand(tile=256, overlap=64, width=10980, channels=13, bands=13, itemsize=2)


def test_what_is_needed_on_a_processor() -> None:
    tiles = (3 * 2 + 4) * 256 * 256 * (TILE_BYTES_PER_PIXEL + 26)
    rows = 10980 * (64 * 4 * 14 + (256 + 256) * 26)
    network = 2 * 128 * 128 * CPU_BYTES_PER_PIXEL
    assert USUAL.needed(2, 128) == pytest.approx(BASE_BYTES + CACHE_BYTES + tiles + rows + network)


def test_on_a_gpu_its_own_memory_counts() -> None:
    on_gpu = dataclasses.replace(USUAL, on_cuda=True)
    assert on_gpu.needed(4, 256) == 4 * 256 * 256 * CUDA_BYTES_PER_PIXEL
    assert fit(on_gpu, 16, 2 * GB) == (4, 256)


def test_enough_memory_changes_nothing() -> None:
    assert fit(USUAL, 4, 100 * GB) == (4, 256)


def test_the_batch_is_halved_first_and_then_the_part() -> None:
    for batch in (4, 2):
        assert fit(USUAL, 8, USUAL.needed(batch, 256)) == (batch, 256)
    assert fit(USUAL, 8, USUAL.needed(1, 256) - 1) == (1, 128)
    assert fit(USUAL, 8, USUAL.needed(1, 64)) == (1, 64)
    # Parts are whole tokens of the network.
    assert fit(dataclasses.replace(USUAL, tile=200), 1, USUAL.needed(1, 64)) == (1, 96)


def test_a_limit_that_is_too_low_says_what_is_needed_and_that_is_enough() -> None:
    with pytest.raises(MemoryLimit, match=r"limit of 0.4 GB is too low: with tiles of 256 pixels about") as caught:
        fit(USUAL, 4, 0.4 * GB)
    least = caught.value.values["least"]
    assert USUAL.needed(1, 64) <= least * GB < USUAL.needed(1, 64) + GB / 10
    assert fit(USUAL, 4, least * GB)[0] == 1
