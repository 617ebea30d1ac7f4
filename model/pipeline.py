"""Threads that let reading, computing and writing go on at once, with a bounded number of items between them."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S")
# How many threads prepare tiles, and how many compress what is written: with more, each has more tiles in memory.
THREADS = min(4, os.cpu_count() or 1)
# How often a thread that waits for room looks whether it is still wanted, in seconds.
PATIENCE = 0.1


def in_order(function: Callable[[S], T], items: Iterable[S], threads: int = THREADS) -> Iterator[T]:
    """Yield `function` of each item, in the order of the items, while so many `threads` are at the next ones.

    What the function raises is raised where its result would have come. Closing the generator waits for the results
    that are in work and drops the others.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="helper")
    try:
        waiting: deque[Future[T]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) == threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class Prefetcher(Generic[T]):
    """Takes items from an iterable in a thread of its own, at most `ahead` before they are asked for.

    What the iterable raises is raised where its item would have come. Leaving the `with` block stops the thread, after
    the item that it is at, and closes a generator.
    """

    def __init__(self, items: Iterable[T], ahead: int, name: str = "reader") -> None:
        self._items = iter(items)
        self._queue: queue.Queue = queue.Queue(max(1, ahead))
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Iterator[T]:
        self._thread.start()
        return self._taken()

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            for item in self._items:
                if not self._put(item, None):
                    return
            self._put(None, StopIteration())
        except BaseException as error:  # goes on in the thread that asks for the items
            self._put(None, error)
        finally:
            getattr(self._items, "close", lambda: None)()

    def _put(self, item: T | None, error: BaseException | None) -> bool:
        """Wait for room; return whether the item is still wanted."""
        while not self._stopped.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put((item, error), timeout=PATIENCE)
                return True
        return False

    def _taken(self) -> Iterator[T]:
        while True:
            item, error = self._queue.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item


class Consumer(Generic[T]):
    """Calls `function` with each item in a thread of its own, one after the other; at most `behind` items wait.

    What the function raises is raised by the next `put`, or at the end of the `with` block, which waits for all items;
    when the block ends with an error, those that still wait are dropped.
    """

    def __init__(self, function: Callable[[T], None], behind: int, name: str = "writer") -> None:
        self._function = function
        self._queue: queue.Queue = queue.Queue(max(1, behind))
        self._error: BaseException | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Consumer[T]:
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._stopped.set()
        self._queue.put(None)
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error

    def put(self, item: T) -> None:
        """Hand over an item; waits while `behind` items wait."""
        if self._error is not None:
            raise self._error
        self._queue.put((item,))

    def _run(self) -> None:
        while (entry := self._queue.get()) is not None:
            # Once something went wrong, the rest is only taken off the queue, so that nobody waits for room in it.
            if self._error is None and not self._stopped.is_set():
                try:
                    self._function(*entry)
                except BaseException as error:  # goes on in the thread that hands over the items
                    self._error = error
