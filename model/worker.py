"""The compute process: requests come in on stdin, events go out on stdout, one JSON object a line.

Besides requests there are two control lines: {"kind": "cancel"} cancels what was asked for before it, and
{"kind": "shutdown"} ends the process, as the end of stdin does. Requests are carried out one after the other. The
process ends by itself when it has had nothing to do for some time.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Optional, Union

from .dispatch import about, as_user_error, carry_out, prepare_process
from .errors import SarCloudRemovalError
from .requests import Event, Failure, PartialFile, Request, Result, decode_request, encode

IDLE_SECONDS = 600.0
# From the end of stdin: after that long a run that has not ended yet is ended with the process.
GRACE_SECONDS = 1.4
STDIN = 0


@dataclass
class _Run:
    """A request, or the error that its line was, and whether it has been cancelled."""

    request: Union[Request, SarCloudRemovalError]
    cancelled: threading.Event = field(default_factory=threading.Event)


class Worker:
    """Reads lines from the file descriptor `source` and writes events to `target` until there are no more."""

    def __init__(self, source: int, target: IO[str], idle_seconds: float) -> None:
        self._source = source
        self._target = target
        self._idle_seconds = idle_seconds
        # None, the last thing in it, says that nothing will follow.
        self._waiting: queue.Queue[Optional[_Run]] = queue.Queue()
        # Those asked for and not finished.
        self._open: list[_Run] = []
        self._partial: list[str] = []
        # What is open and what is half-written; never held while a pipe may block.
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._finished = threading.Event()

    def serve(self) -> None:
        """Say that the process is ready and carry out what is asked for; return when there will be nothing more."""
        self._emit(Result({"ready": True, **about()}))
        threading.Thread(target=self._listen, name="requests", daemon=True).start()
        with contextlib.suppress(queue.Empty):
            while True:
                run = self._waiting.get(timeout=self._idle_seconds or None)
                if run is None:
                    break
                self._carry_out(run)
        self._finished.set()

    def _carry_out(self, run: _Run) -> None:
        try:
            if isinstance(run.request, SarCloudRemovalError):
                raise run.request
            ending: Event = Result(carry_out(run.request, self._emit, run.cancelled.is_set))
            # Here, so that values that are no JSON are a failure of the run and not of the process.
            encode(ending)
        except SarCloudRemovalError as error:
            ending = Failure(error.to_dict())
        except BaseException as error:  # whatever a library throws, SystemExit too, the process outlives it
            traceback.print_exc(file=sys.stderr)
            ending = Failure(as_user_error(error).to_dict())
        with self._lock:
            self._open.remove(run)
            self._partial.clear()
        self._emit(ending)

    def _emit(self, event: Event) -> None:
        """Write one event; from any thread. Once nobody listens, all runs are cancelled."""
        if isinstance(event, PartialFile):
            with self._lock:
                self._partial.append(event.path)
        try:
            with self._writing:
                self._target.write(encode(event) + "\n")
                self._target.flush()
        except OSError:
            self._cancel_all()

    def _listen(self) -> None:
        for line in _lines(self._source):
            if not line.strip():
                continue
            control = _control(line)
            if control == "shutdown":
                break
            if control == "cancel":
                self._cancel_all()
            else:
                self._accept(line)
        self._end()

    def _accept(self, line: str) -> None:
        try:
            run = _Run(decode_request(line))
        except SarCloudRemovalError as error:
            run = _Run(error)
        with self._lock:
            self._open.append(run)
        self._waiting.put(run)

    def _cancel_all(self) -> None:
        with self._lock:
            for run in self._open:
                run.cancelled.set()

    def _end(self) -> None:
        """Cancel everything and let the process end; end it here when a run does not let go of it."""
        self._cancel_all()
        self._waiting.put(None)
        if self._finished.wait(GRACE_SECONDS):
            return
        for path in self._partial:
            with contextlib.suppress(OSError):
                os.remove(path)
        _leave(1)


def _lines(source: int) -> Iterator[str]:
    """Yield the lines of a file descriptor as soon as they are there, until its end.

    Not through sys.stdin: a thread that waits in its buffer would hold up the end of the process.
    """
    rest = b""
    while True:
        try:
            block = os.read(source, 1 << 16)
        except OSError:
            return
        if not block:
            return
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", errors="replace")


def _control(line: str) -> Optional[str]:
    try:
        kind = json.loads(line)["kind"]
    except (ValueError, KeyError, TypeError):
        return None
    return kind if kind in ("cancel", "shutdown") else None


def _claim_stdout() -> IO[str]:
    """Return the stdout of this process for events alone; what anything else prints from now on goes to stderr."""
    sys.stdout.flush()
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return events


def _leave(code: int) -> None:
    """End the process now, without waiting for threads of libraries."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)


def main(arguments: Optional[Sequence[str]] = None) -> None:
    """Serve on stdin and stdout; does not return."""
    parser = argparse.ArgumentParser(prog="launch.py", description=__doc__)
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS, help="end after so many idle seconds; 0 never does")
    options = parser.parse_args(arguments)
    events = _claim_stdout()
    prepare_process()
    faulthandler.enable()
    if hasattr(os, "nice"):
        # Behind the desktop, which has to stay usable.
        os.nice(5)
    Worker(STDIN, events, options.idle).serve()
    _leave(0)
