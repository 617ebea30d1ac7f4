"""Threads work ahead and behind, hand over errors, and end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from sar_cloud_removal.model.pipeline import Consumer, Prefetcher, in_order


def wait_for(condition, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def no_threads_left() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith(("reader", "writer", "helper"))]


def test_items_come_in_their_order() -> None:
    with Prefetcher(range(100), ahead=3) as items:
        assert list(items) == list(range(100))
    assert no_threads_left()


def test_reads_ahead_while_an_item_is_worked_on_but_not_further() -> None:
    read = []

    def numbers() -> Iterator[int]:
        for number in range(50):
            read.append(number)
            yield number

    with Prefetcher(numbers(), ahead=4) as items:
        assert next(items) == 0
        # Four wait in the queue and one waits for room in it.
        assert wait_for(lambda: len(read) == 6)
        time.sleep(0.3)
        assert len(read) == 6
    assert no_threads_left()


def test_an_error_comes_where_its_item_would_have() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise ValueError("unreadable")

    with Prefetcher(numbers(), ahead=4) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="unreadable"):
            next(items)
    assert no_threads_left()


def test_writes_while_the_next_items_come() -> None:
    gate, written = threading.Event(), []

    def write(item: int) -> None:
        gate.wait(5)
        written.append(item)

    with Consumer(write, behind=3) as writer:
        for item in range(4):
            writer.put(item)
        assert written == []
        gate.set()
    assert written == [0, 1, 2, 3] and no_threads_left()


@pytest.mark.parametrize("count", [1, 10])
def test_an_error_of_the_writer_is_raised(count: int) -> None:
    def write(item: int) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"), Consumer(write, behind=2) as writer:
        for item in range(count):
            writer.put(item)
    assert no_threads_left()


def test_what_waits_is_dropped_after_an_error_outside() -> None:
    gate, written = threading.Event(), []

    def write(item: int) -> None:
        written.append(item)
        gate.wait(5)

    with pytest.raises(KeyError), Consumer(write, behind=5) as writer:
        for item in range(5):
            writer.put(item)
        assert wait_for(lambda: written == [0])
        threading.Timer(0.1, gate.set).start()
        raise KeyError
    assert written == [0] and no_threads_left()


def test_several_work_at_once_and_the_order_stays() -> None:
    together = threading.Barrier(3, timeout=5)

    def square(number: int) -> int:
        together.wait()
        time.sleep(0.01 * (number % 3 == 0))
        return number**2

    assert list(in_order(square, range(12), threads=3)) == [number**2 for number in range(12)]
    assert no_threads_left()


def test_helpers_are_no_further_ahead_than_they_are_many() -> None:
    begun = []
    results = in_order(lambda number: begun.append(number) or number, range(20), threads=3)
    assert next(results) == 0
    time.sleep(0.1)
    assert sorted(begun) == [0, 1, 2]
    results.close()
    assert no_threads_left()


def test_what_a_helper_raises_comes_in_its_place() -> None:
    def halve(number: int) -> int:
        if number == 4:
            raise ValueError("odd one")
        return number // 2

    results = in_order(halve, range(8), threads=3)
    assert [next(results) for _ in range(4)] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="odd one"):
        next(results)
    assert no_threads_left()


def test_leaving_a_prefetcher_ends_the_helpers() -> None:
    with Prefetcher(in_order(str, range(1000), threads=2), ahead=2) as items:
        assert next(items) == "0"
    assert no_threads_left()
