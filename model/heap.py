"""Gives memory that has been freed back to the system, which glibc does not do by itself."""

from __future__ import annotations

import ctypes
import sys


def trim_heap() -> None:
    """Return the free pages of the heaps of all threads to the system; takes some ms; elsewhere than on glibc nothing.

    Arrays come from the heap of the thread that makes them and are freed by another one. Without this, each of the
    heaps keeps as much as it ever held, and a large scene takes some hundred MB more than a small one.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
