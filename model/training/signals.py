"""Ctrl-C and polite kills while a network trains: the run ends after the step, and its state is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether the run is asked to end; a second Ctrl-C ends it at once.

    A polite kill never does: `torchrun` sends one on top of the Ctrl-C that its processes have had already. A signal
    that is ignored, as nohup asks for, stays so.
    """
    asked = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        if asked.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        asked.set()

    previous = {}
    if threading.current_thread() is threading.main_thread():
        names = ("SIGINT", "SIGTERM", "SIGHUP")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        handled = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
        previous = {number: signal.signal(number, on_signal) for number in handled}
    try:
        yield asked.is_set
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
