"""Runs requests in the compute process: starts it, keeps it warm, listens, cancels, and clears up when it dies.

Standard library only, and no QGIS: usable and testable anywhere. One process serves one run at a time; it stays
warm between runs and ends by itself after an idle time.
"""

from __future__ import annotations

import atexit
import collections
import contextlib
import os
import queue
import signal
import subprocess  # nosec B404 - the compute process is a program of this package, started without a shell
import tempfile
import threading
import time
from pathlib import Path
from typing import Callable, Optional

from ...model.errors import BadOption, BrokenEnvironment, Busy, Cancelled, SarCloudRemovalError, WorkerDied, from_dict
from ...model.requests import Event, Failure, Log, PartialFile, Request, Result, decode_event, encode
from .processes import clean_environment, end_process, hidden_window, own_group

LAUNCH = Path(__file__).resolve().parents[2] / "model" / "launch.py"
IDLE_SECONDS = 600

# How long a cancelled run may take to end by itself before its process is ended.
CANCEL_GRACE_SECONDS = 1.5
# Importing torch for the first time, from a slow disk and past a virus scanner, takes this long at worst.
START_SECONDS = 180.0
POLL_SECONDS = 0.05
KEPT_STDERR_LINES = 200

# GDAL and rasterio write these beside a raster; they go when the raster goes.
_SIDECARS = ("", ".ovr", ".aux.xml", ".msk", ".ovr.tmp")


def remove_files(paths: list[str]) -> list[str]:
    """Remove half-written rasters and what lies beside them; return those that are still there afterwards."""
    deadline = time.monotonic() + 1.0
    waiting = [path + suffix for path in paths for suffix in _SIDECARS]
    while waiting:
        waiting = [path for path in waiting if not _removed(path)]
        # Windows lets go of a dead process's files a moment after its end.
        if not waiting or time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    return waiting


def _removed(path: str) -> bool:
    try:
        os.remove(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


class _Worker:
    """One compute process, with a thread each for what it answers and for what it says on stderr."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.command = command
        self.process = subprocess.Popen(  # nosec B603 - a list of arguments, no shell
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(),
            # Not the plugin's folder: Windows would not let QGIS replace it while the process is warm.
            cwd=tempfile.gettempdir(),
            encoding="utf-8",
            errors="replace",
            **hidden_window(),
            **own_group(),
        )
        self.ready = False
        self.busy = False
        self.partial: list[str] = []
        self.stderr: collections.deque[str] = collections.deque(maxlen=KEPT_STDERR_LINES)
        # None, put there at the end of the stream, says that nothing will follow.
        self.lines: queue.Queue = queue.Queue()
        self._write = threading.Lock()
        self._threads = [
            threading.Thread(target=self._read_stdout, name="compute process answers", daemon=True),
            threading.Thread(target=self._read_stderr, name="compute process log", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_stdout(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stdout:
                self.lines.put(line)
        self.lines.put(None)

    def _read_stderr(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stderr:
                if line.strip():
                    self.stderr.append(line.rstrip())

    def send(self, line: str) -> None:
        """Send one line; that of a dead process is dropped, its end is seen where its answers are read."""
        with self._write, contextlib.suppress(OSError, ValueError):
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def event(self, timeout: float) -> Optional[Event]:
        """Return the next event, `None` when none came in time. Raises `EOFError` when the process has ended."""
        try:
            line = self.lines.get(timeout=timeout)
        except queue.Empty:
            return None
        if line is None:
            self.lines.put(None)
            raise EOFError
        try:
            return decode_event(line)
        except BadOption:
            # Something in a library wrote to stdout after all: a line for the log, not the end of the run.
            self.stderr.append(line.rstrip())
            return None

    def alive(self) -> bool:
        return self.process.poll() is None

    def finish(self, keep: bool) -> None:
        """Note that the run has ended; unless `keep`, remove what it left half-written."""
        if not keep:
            remove_files(self.partial)
        self.partial = []
        self.busy = False

    def end(self) -> None:
        """End the process at once and remove what it left half-written."""
        end_process(self.process)
        for thread in self._threads:
            thread.join(timeout=1)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        self.finish(keep=False)

    def shut_down(self) -> None:
        """Ask the process to end, as it does by itself when its stdin closes, and end it when it does not."""
        self.send('{"kind": "shutdown"}')
        with contextlib.suppress(OSError, ValueError):
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.5)
        self.end()

    def last_words(self) -> str:
        """Say in a few words how the process ended, which has closed its stdout."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)
        end_process(self.process)
        for thread in self._threads:
            thread.join(timeout=1)
        end = _describe_exit(self.process.returncode)
        return f"{end}: {self.stderr[-1][:300]}" if self.stderr else end


def _describe_exit(code: int) -> str:
    if code >= 0:
        return f"exit code {code}" if code < 256 else f"exit code 0x{code & 0xFFFFFFFF:08X}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    # On Linux the kernel ends a process in this way when memory runs out.
    return f"signal {name}" + (", often a sign of too little memory" if name == "SIGKILL" else "")


class Client:
    """Runs requests, one at a time, in a compute process that it keeps warm. Safe to use from any thread."""

    def __init__(self, launch: Path = LAUNCH) -> None:
        self._launch = launch
        self._turn = threading.Lock()
        self._thread: int | None = None
        self._worker: Optional[_Worker] = None
        self._closed = False
        self._log: collections.deque[str] = collections.deque(maxlen=KEPT_STDERR_LINES)

    def run(
        self,
        request: Request,
        interpreter: str,
        on_event: Callable[[Event], None],
        is_cancelled: Callable[[], bool],
        idle_seconds: int = IDLE_SECONDS,
    ) -> dict:
        """Run `request` with the Python at `interpreter` and return the values of its result.

        `on_event` gets progress and log lines, in the thread that called; `is_cancelled` is asked about twenty
        times a second. While a run of another thread is under way this one waits. Raises `Cancelled` at most two
        seconds after `is_cancelled` says so, `BrokenEnvironment` when the process does not start, `WorkerDied` when
        it ends half-way, `Busy` when it is called from within a run of the same thread, and whatever of `errors` the
        run itself raised. Files that a process which was ended or died had half-written are removed.
        """
        self._wait_for_turn(on_event, is_cancelled)
        try:
            command = (interpreter, "-I", "-X", "utf8", str(self._launch), "--idle", str(idle_seconds))
            worker, warm = self._started(command)
            try:
                return self._run_on(worker, request, on_event, is_cancelled)
            except _EndedBeforeAnswer:
                if not warm:
                    raise
            # Its idle time was up in the moment in which it was asked: a fresh one takes over.
            worker, _ = self._started(command)
            return self._run_on(worker, request, on_event, is_cancelled)
        finally:
            if self._worker is not None:
                self._log = self._worker.stderr
            self._thread = None
            self._turn.release()

    def log(self) -> list[str]:
        """Return the last lines that the compute process wrote to stderr."""
        return list(self._log)

    def warm(self) -> bool:
        """Return whether a compute process waits for the next run, or is running."""
        worker = self._worker
        return worker is not None and worker.alive()

    def busy(self) -> bool:
        """Return whether a run is under way or waits for its turn."""
        return self._turn.locked()

    def close(self) -> None:
        """End the compute process; a run under way ends with `Cancelled`. The client can be used again."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._closed = True
            worker.shut_down()

    def _wait_for_turn(self, on_event: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> None:
        if self._thread == threading.get_ident():
            # The run under way would wait for this one, and this one for that.
            raise Busy()
        if not self._turn.acquire(blocking=False):
            on_event(Log("Waiting for another run to end."))
            while not self._turn.acquire(timeout=POLL_SECONDS):
                if is_cancelled():
                    raise Cancelled()
        self._thread = threading.get_ident()

    def _started(self, command: tuple[str, ...]) -> tuple[_Worker, bool]:
        """Return a compute process, and whether it was there already."""
        worker = self._worker
        if worker is not None and worker.alive() and worker.command == command:
            return worker, True
        if worker is not None:
            worker.shut_down()
        self._closed = False
        try:
            self._worker = _Worker(command)
        except (OSError, ValueError) as error:
            self._worker = None
            raise BrokenEnvironment(interpreter=command[0], detail=str(error)) from error
        return self._worker, False

    def _run_on(
        self,
        worker: _Worker,
        request: Request,
        on_event: Callable[[Event], None],
        is_cancelled: Callable[[], bool],
    ) -> dict:
        try:
            self._until_ready(worker, is_cancelled)
            worker.busy = True
            worker.send(encode(request))
            return self._until_end(worker, on_event, is_cancelled)
        finally:
            # Only a process that has ended its run is fit for another one.
            if worker.busy or not worker.alive():
                self._drop(worker)

    def _until_ready(self, worker: _Worker, is_cancelled: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not worker.ready:
            try:
                event = worker.event(POLL_SECONDS)
            except EOFError:
                self._raise_if_closed()
                detail = worker.last_words()
                self._drop(worker)
                raise BrokenEnvironment(interpreter=worker.command[0], detail=detail) from None
            worker.ready = isinstance(event, Result) and bool(event.values.get("ready"))
            if is_cancelled():
                self._drop(worker)
                raise Cancelled()
            if time.monotonic() > deadline:
                self._drop(worker)
                detail = f"it did not answer within {START_SECONDS:.0f} seconds"
                raise BrokenEnvironment(interpreter=worker.command[0], detail=detail)

    def _until_end(self, worker: _Worker, on_event: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> dict:
        answered = False
        cancelled_at: Optional[float] = None
        while True:
            try:
                event = worker.event(POLL_SECONDS)
            except EOFError:
                raise self._ended(worker, answered, cancelled_at is not None) from None
            answered = answered or event is not None
            if isinstance(event, PartialFile):
                worker.partial.append(event.path)
            elif isinstance(event, Result):
                worker.finish(keep=True)
                return event.values
            elif isinstance(event, Failure):
                # It has removed its files itself; one that it could not remove is tried again here.
                worker.finish(keep=False)
                raise from_dict(event.error)
            elif event is not None and cancelled_at is None:
                on_event(event)
            if cancelled_at is None:
                if is_cancelled():
                    cancelled_at = time.monotonic()
                    worker.send('{"kind": "cancel"}')
            elif time.monotonic() - cancelled_at > CANCEL_GRACE_SECONDS:
                self._drop(worker)
                raise Cancelled()

    def _ended(self, worker: _Worker, answered: bool, cancelled: bool) -> SarCloudRemovalError:
        """Return the error for a process that ended before its run did."""
        self._raise_if_closed()
        detail = worker.last_words()
        code = worker.process.returncode
        self._drop(worker)
        if cancelled:
            return Cancelled()
        if not answered and code == 0:
            return _EndedBeforeAnswer(detail=detail)
        return WorkerDied(detail=detail)

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Cancelled()

    def _drop(self, worker: _Worker) -> None:
        """End a process that is not fit for another run."""
        worker.end()
        self._log = worker.stderr
        if self._worker is worker:
            self._worker = None


class _EndedBeforeAnswer(WorkerDied):
    """The process ended by itself before it took the request."""


_shared: Optional[Client] = None
_shared_lock = threading.Lock()


def shared_client() -> Client:
    """Return the client that all algorithms of this QGIS share, so that they share one warm process."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = Client()
            atexit.register(_shared.close)
        return _shared


def shared_client_busy() -> bool:
    """Return whether the shared compute process carries out a run."""
    return _shared is not None and _shared.busy()


def close_shared_client() -> None:
    """End the shared compute process, if there is one."""
    if _shared is not None:
        _shared.close()
