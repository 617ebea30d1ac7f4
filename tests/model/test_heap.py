"""Freed memory goes back to the system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sar_cloud_removal.model.heap import trim_heap


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_freed_memory_goes_back() -> None:
    # Pieces too small to be mapped on their own; the last one keeps the top of the heap where it is.
    pieces = [bytearray(100_000) for _ in range(1000)]
    keeper = pieces[-1]
    before = resident()
    pieces.clear()
    trim_heap()
    assert before - resident() > 50e6
    assert len(keeper) == 100_000
