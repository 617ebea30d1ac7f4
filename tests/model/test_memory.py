"""What a memory limit leaves room for. Whole runs with a limit are in test_reconstruct.py."""

from __future__ import annotations

import dataclasses

import pytest

from sar_cloud_removal.model.errors import MemoryLimit
from sar_cloud_removal.model.memory import (
    BASE_BYTES,
    CACHE_BYTES,
    CPU_BYTES_PER_PIXEL,
    CSMASK_BYTES,
    CUDA_BYTES_PER_PIXEL,
    GB,
    TILE_BYTES_PER_PIXEL,
    Demand,
    fit,
)
from sar_cloud_removal.model.pipeline import THREADS

USUAL = Demand(tile=256, overlap=64, width=10980, channels=13, bands=13, itemsize=2)


def test_what_is_needed_on_a_processor() -> None:
    tiles = (3 * 2 + 3 + THREADS) * 256 * 256 * (TILE_BYTES_PER_PIXEL + 26)
    rows = 10980 * (64 * 4 * 14 + (256 + 256) * 26)
    network = 2 * 128 * 128 * CPU_BYTES_PER_PIXEL
    assert USUAL.needed(2, 128) == pytest.approx(BASE_BYTES + CACHE_BYTES + tiles + rows + network)


def test_looking_for_clouds_counts_where_it_needs_more_than_the_tiles() -> None:
    """It is over before the first tile, so the two are not added."""
    looking = dataclasses.replace(USUAL, detection={"spectral": 1288**2, "csmask": 972**2})
    most = max(1288**2 * (TILE_BYTES_PER_PIXEL + 26), 972**2 * (TILE_BYTES_PER_PIXEL + 26) + CSMASK_BYTES)
    assert most == pytest.approx(513.5e6, rel=0.001)
    small, large = USUAL.needed(1, 64), USUAL.needed(4, 256)
    assert small < BASE_BYTES + CACHE_BYTES + most < large
    assert looking.needed(1, 64) == BASE_BYTES + CACHE_BYTES + most and looking.needed(4, 256) == large
    rule = dataclasses.replace(USUAL, detection={"spectral": 1288**2})
    assert rule.needed(1, 64) == pytest.approx(BASE_BYTES + CACHE_BYTES + 1288**2 * 226)
    with pytest.raises(MemoryLimit, match=r"about 1.1 GB are needed"):
        fit(looking, 4, GB)
    assert fit(looking, 4, 1.1 * GB) == fit(USUAL, 4, 1.1 * GB)
    assert dataclasses.replace(looking, on_cuda=True).needed(1, 64) == 64**2 * CUDA_BYTES_PER_PIXEL


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
    odd = dataclasses.replace(USUAL, tile=200)
    assert fit(odd, 1, odd.needed(1, 200) - 1) == (1, 96)


def test_a_limit_that_is_too_low_says_what_is_needed_and_that_is_enough() -> None:
    with pytest.raises(MemoryLimit, match=r"limit of 0.4 GB is too low: with tiles of 256 pixels about") as caught:
        fit(USUAL, 4, 0.4 * GB)
    least = caught.value.values["least"]
    assert USUAL.needed(1, 64) <= least * GB < USUAL.needed(1, 64) + GB / 10
    assert fit(USUAL, 4, least * GB)[0] == 1
