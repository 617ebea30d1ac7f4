"""Lets a run be cancelled in the middle of a tile, which on a slow processor can take longer than a user waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import nn

from .errors import Cancelled


@contextmanager
def interruptible(network: nn.Module, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Inside the `with` block, ask `cancelled` before each module of the network; raise `Cancelled` when it says so.

    By forward hooks that return nothing, so the answer is the same with and without them; they are always removed.
    """

    def look(module: nn.Module, inputs: tuple) -> None:
        if cancelled():
            raise Cancelled

    handles = [module.register_forward_pre_hook(look) for module in network.modules()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
