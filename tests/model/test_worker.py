"""The compute process as QGIS meets it: a real process, real requests, and all the ways in which it can end."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sar_cloud_removal.model import requests as requests_module
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.reconstruct import load_model
from sar_cloud_removal.model.requests import Devices, PartialFile, Progress, Reconstruct, encode

PACKAGE = Path(requests_module.__file__).resolve().parent.parent
LAUNCH = PACKAGE / "model" / "launch.py"
SAMPLE = PACKAGE / "resources" / "sample"
CANCEL = '{"kind": "cancel"}'
SHUTDOWN = '{"kind": "shutdown"}'
# First imports of torch and rasterio on a busy machine.
PATIENCE = 120


class Process:
    """A compute process with its events as they come."""

    def __init__(self, *arguments, launch=LAUNCH, **environment):
        self.popen = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(launch), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **environment},
        )
        self.lines = queue.Queue()
        self.stderr = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=lambda: self.stderr.extend(self.popen.stderr), daemon=True).start()

    def _read(self):
        for line in self.popen.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def send(self, *messages):
        for message in messages:
            self.popen.stdin.write((message if isinstance(message, str) else encode(message)) + "\n")
        self.popen.stdin.flush()

    def event(self):
        """Return the next event; None at the end of stdout."""
        line = self.lines.get(timeout=PATIENCE)
        return None if line is None else requests_module.decode_event(line)

    def ending(self):
        """Return what ends the current run, with the events before it."""
        events = []
        while True:
            event = self.event()
            if event is None or event.kind in ("result", "failure"):
                return event, events
            events.append(event)

    def wait_for(self, kind, count=1):
        while count:
            event = self.event()
            assert event.kind not in ("result", "failure"), event
            count -= isinstance(event, kind)
        return event

    def exit_code(self, seconds):
        return self.popen.wait(timeout=seconds)


@pytest.fixture
def start():
    """Start compute processes and read their first line."""
    processes = []

    def start(*arguments, **options):
        process = Process(*arguments, **options)
        processes.append(process)
        process.ready = process.event()
        return process

    yield start
    for process in processes:
        process.popen.kill()
        process.popen.wait()


def slow_run(folder):
    """A run of 625 tiles, which takes far longer than any of these tests."""
    return Reconstruct(
        s1=str(SAMPLE / "s1.tif"),
        s2=str(SAMPLE / "s2_cloudy.tif"),
        output=str(folder / "out.tif"),
        attention=str(folder / "attention.tif"),
        device="cpu",
        tile=64,
        overlap=56,
        batch=1,
    )


def small_run(folder, name):
    """A run on a corner of the sample scene."""
    import rasterio

    with rasterio.open(SAMPLE / "s2_cloudy.tif") as data:
        left, top = data.transform * (0, 0)
        right, bottom = data.transform * (64, 64)
    sample = {"s1": str(SAMPLE / "s1.tif"), "s2": str(SAMPLE / "s2_cloudy.tif")}
    return Reconstruct(**sample, output=str(folder / name), device="cpu", extent=(left, bottom, right, top))


# Talking ------------------------------------------------------------------------------------------------------------


def test_first_line_says_ready_and_what_this_is(start):
    values = start().ready.values
    assert values["ready"] is True
    assert f"version={values['version']}\n" in (PACKAGE / "metadata.txt").read_text(encoding="utf-8")
    assert values["python"] == ".".join(map(str, sys.version_info[:3]))


def test_devices_are_told(start):
    process = start()
    process.send(Devices())
    values = process.ending()[0].values
    assert values["devices"][-1]["name"] == "cpu"
    assert values["interpreter"] == sys.executable


def test_lines_that_are_no_request_are_failures_and_not_the_end(start):
    process = start()
    process.send("", "hello", '{"kind": "reconstruct"}', Devices())
    for _ in range(2):
        failure, _ = process.ending()
        assert failure.error["error"] == "BadOption"
    assert process.ending()[0].kind == "result"


def test_requests_are_carried_out_one_after_the_other(start, tmp_path):
    process = start()
    process.send(small_run(tmp_path, "a.tif"), Devices(), small_run(tmp_path, "b.tif"))
    first, second, third = (process.ending()[0].values for _ in range(3))
    assert first["output"] == str(tmp_path / "a.tif")
    assert "devices" in second
    assert third["output"] == str(tmp_path / "b.tif")
    assert (tmp_path / "a.tif").is_file() and (tmp_path / "b.tif").is_file()


def test_errors_of_the_user_come_as_failures_and_leave_no_file(start, tmp_path):
    process = start()
    process.send(
        Reconstruct(s1=str(tmp_path / "none.tif"), s2=str(SAMPLE / "s2_cloudy.tif"), output=str(tmp_path / "o.tif"))
    )
    failure, _ = process.ending()
    assert failure.error["error"] == "UnreadableInput"
    assert "none.tif" in failure.error["message"]
    assert list(tmp_path.iterdir()) == []
    process.send(Devices())
    assert process.ending()[0].kind == "result"


def test_what_should_not_happen_is_a_failure_with_its_traceback_on_stderr(start, tmp_path):
    process = start()
    # A model that is a number: neither QGIS nor the shell sends that.
    message = json.loads(encode(small_run(tmp_path, "o.tif")))
    process.send(json.dumps({**message, "model": 5}))
    failure, _ = process.ending()
    assert failure.error["error"] == "Unexpected"
    assert "TypeError" in failure.error["message"]
    assert list(tmp_path.iterdir()) == []
    process.send(Devices())
    assert process.ending()[0].kind == "result"
    process.send(SHUTDOWN)
    process.exit_code(5)
    assert "Traceback" in "".join(process.stderr)


def test_what_libraries_print_goes_to_stderr():
    code = (
        "import importlib.util, os, sys\n"
        f"spec = importlib.util.spec_from_file_location('launch', {str(LAUNCH)!r})\n"
        "launch = importlib.util.module_from_spec(spec); spec.loader.exec_module(launch); launch.load_package()\n"
        "from sar_cloud_removal.model import worker\n"
        "print('before')\n"
        "events = worker._claim_stdout()\n"
        "print('from Python')\n"
        "os.write(1, b'from C\\n')\n"
        "os.system('echo from a child')\n"
        "events.write('event\\n'); events.flush()\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout == "before\nevent\n", done.stderr
    assert sorted(done.stderr.splitlines()) == ["from C", "from Python", "from a child"]


def test_a_model_is_read_once_until_its_file_changes(tmp_path):
    path = shutil.copy(checkpoints.resolve("default"), tmp_path / "model.safetensors")
    first = load_model(str(path), "cpu")
    assert load_model(str(path), "cpu") is first
    os.utime(path, ns=(1, 1))
    again = load_model(str(path), "cpu")
    assert again is not first and again.sha256 == first.sha256


def test_package_runs_from_a_folder_of_any_name_and_keeps_the_others_off_the_path(start, tmp_path):
    folder = tmp_path / "plugins" / "Wolken weg (1)"
    shutil.copytree(PACKAGE / "model", folder / "model", ignore=shutil.ignore_patterns("weights", "__pycache__"))
    for name in ("__init__.py", "metadata.txt"):
        shutil.copy(PACKAGE / name, folder)
    # A neighbour that would be imported in place of torch if the plugins' folder were on the path.
    (tmp_path / "plugins" / "torch.py").write_text("raise SystemExit('the wrong torch')")
    process = start(launch=folder / "model" / "launch.py")
    process.send(Devices())
    assert process.ending()[0].kind == "result"


def test_variables_of_another_gdal_do_no_harm(start, tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(folder / "proj.db")) as database:
        # That of a PROJ too old for the one in use.
        database.execute("CREATE TABLE metadata (key TEXT, value TEXT)")
        database.execute("INSERT INTO metadata VALUES ('DATABASE.LAYOUT.VERSION.MAJOR', '0')")
        database.commit()
    process = start(**dict.fromkeys(("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH"), str(folder)))
    # The whole world, in degrees: PROJ has something to do.
    world = {"extent": (-180, -90, 180, 90), "extent_crs": "EPSG:4326"}
    process.send(dataclasses.replace(small_run(tmp_path, "a.tif"), **world))
    ending, _ = process.ending()
    assert ending.kind == "result", ending


# Cancelling ---------------------------------------------------------------------------------------------------------


def test_cancel_ends_the_run_within_two_seconds_and_keeps_the_process(start, tmp_path):
    process = start()
    process.send(slow_run(tmp_path))
    process.wait_for(Progress, count=3)
    asked = time.monotonic()
    process.send(CANCEL)
    failure, _ = process.ending()
    assert time.monotonic() - asked < 2
    assert failure.error["error"] == "Cancelled"
    assert list(tmp_path.iterdir()) == []
    process.send(small_run(tmp_path, "a.tif"))
    assert process.ending()[0].kind == "result"


def test_cancel_counts_for_what_was_asked_before_it(start, tmp_path):
    process = start()
    process.send(slow_run(tmp_path), slow_run(tmp_path), CANCEL, Devices())
    assert [process.ending()[0].error["error"] for _ in range(2)] == ["Cancelled", "Cancelled"]
    assert "devices" in process.ending()[0].values
    process.send(CANCEL, Devices())
    assert "devices" in process.ending()[0].values


# Ending -------------------------------------------------------------------------------------------------------------


def test_shutdown_ends_an_idle_process_at_once(start):
    process = start()
    process.send(SHUTDOWN)
    assert process.exit_code(2) == 0
    assert process.event() is None


def test_end_of_stdin_ends_an_idle_process_at_once(start):
    process = start()
    process.popen.stdin.close()
    assert process.exit_code(2) == 0


@pytest.mark.parametrize("end", ["eof", "shutdown"])
def test_end_of_stdin_ends_a_run_within_two_seconds_and_leaves_no_file(start, tmp_path, end):
    process = start()
    process.send(slow_run(tmp_path))
    process.wait_for(Progress, count=3)
    assert list(tmp_path.iterdir()) != []
    if end == "eof":
        process.popen.stdin.close()
    else:
        process.send(SHUTDOWN)
    # 0: the run was cancelled and has cleared up by itself.
    assert process.exit_code(2) == 0
    assert list(tmp_path.iterdir()) == []


def test_death_of_whoever_started_it_ends_it(tmp_path):
    """QGIS is killed: nobody closes anything, and the operating system does."""
    request = tmp_path / "request.json"
    request.write_text(encode(slow_run(tmp_path)) + "\n")
    code = (
        "import subprocess, sys, time\n"
        "pipes = {'stdin': subprocess.PIPE, 'stdout': subprocess.PIPE}\n"
        f"p = subprocess.Popen([sys.executable, '-I', {str(LAUNCH)!r}], **pipes)\n"
        f"p.stdin.write(open({str(request)!r}, 'rb').read()); p.stdin.flush()\n"
        "while b'progress' not in p.stdout.readline(): pass\n"
        "print(p.pid, flush=True); time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 2
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)
    assert list(tmp_path.iterdir()) == [request]


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_process_has_told_what_it_leaves_half_written(start, tmp_path):
    process = start()
    process.send(slow_run(tmp_path))
    told = [process.wait_for(PartialFile).path for _ in range(3)]
    process.wait_for(Progress, count=2)
    process.popen.send_signal(signal.SIGKILL)
    assert process.exit_code(5) == -signal.SIGKILL
    assert not {"out.tif", "attention.tif"} & {path.name for path in tmp_path.iterdir()}
    assert {str(path) for path in tmp_path.iterdir()} <= set(told)


def test_a_run_that_does_not_answer_is_ended_with_the_process(tmp_path):
    """What hangs here stands for a library's call that never comes back."""
    half = tmp_path / "half.tif"
    code = (
        "import importlib.util, os, sys, time\n"
        f"spec = importlib.util.spec_from_file_location('launch', {str(LAUNCH)!r})\n"
        "launch = importlib.util.module_from_spec(spec); spec.loader.exec_module(launch); launch.load_package()\n"
        "from sar_cloud_removal.model import worker\n"
        "from sar_cloud_removal.model.requests import PartialFile\n"
        "def hang(request, report, cancelled):\n"
        f"    open({str(half)!r}, 'w').close(); report(PartialFile({str(half)!r})); time.sleep(600)\n"
        "worker.carry_out = hang\n"
        "worker.main([])\n"
    )
    popen = subprocess.Popen(
        [sys.executable, "-I", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    popen.stdin.write(encode(Devices()) + "\n")
    popen.stdin.flush()
    while "partial" not in popen.stdout.readline():
        pass
    popen.stdin.close()
    assert popen.wait(timeout=2) == 1
    assert not half.exists()


def test_idle_time_ends_it_and_a_run_is_not_idle_time(start, tmp_path):
    started = time.monotonic()
    process = start("--idle", "1.5")
    process.send(slow_run(tmp_path))
    process.wait_for(Progress, count=3)
    time.sleep(1.6)
    process.wait_for(Progress)
    process.send(CANCEL)
    process.ending()
    cancelled = time.monotonic()
    assert process.exit_code(5) == 0
    assert time.monotonic() - cancelled > 1.4
    assert cancelled - started > 1.6
