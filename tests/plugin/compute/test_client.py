"""The client against compute processes that misbehave, and against the real one where it can run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import BrokenEnvironment, Busy, Cancelled, NoOverlap, WorkerDied
from sar_cloud_removal.model.requests import Devices, Progress, Reconstruct
from sar_cloud_removal.plugin.compute.client import LAUNCH, Client
from sar_cloud_removal.plugin.compute.processes import clean_environment

# A compute process that does what the file name of S1 says. The real one does not misbehave on request.
MISBEHAVING = """
import json, os, sys, time

def say(kind, **values):
    sys.stdout.write(json.dumps({"kind": kind, **values}) + "\\n")
    sys.stdout.flush()

say("result", values={"ready": True})
while True:
    line = sys.stdin.readline()
    if not line:
        break
    message = json.loads(line)
    if message["kind"] == "shutdown":
        break
    if message["kind"] != "reconstruct":
        continue
    order = message["s1"]
    if order == "answer":
        say("result", values={"pid": os.getpid(), "variables": dict(os.environ), "arguments": sys.argv})
    elif order == "chatter":
        print("a library says hello on stdout")
        print("and on stderr", file=sys.stderr, flush=True)
        say("progress", fraction=0.5, message="half-way")
        say("result", values={"done": True})
    elif order == "refuse":
        say("failure", error={"error": "NoOverlap", "values": {"s1": "a", "s2": "b"}, "message": "-"})
    elif order == "idle end":
        say("result", values={"pid": os.getpid()})
        sys.stdin.readline()
        sys.exit(0)
    else:
        open(message["output"], "w").close()
        say("partial", path=message["output"])
        say("progress", fraction=0.1)
        if order == "crash":
            print("torn apart", file=sys.stderr, flush=True)
            os._exit(7)
        if order == "obey":
            assert json.loads(sys.stdin.readline())["kind"] == "cancel"
            os.remove(message["output"])
            say("failure", error={"error": "Cancelled", "values": {}, "message": "-"})
        if order == "hang":
            time.sleep(60)
"""


@pytest.fixture
def client(tmp_path):
    script = tmp_path / "misbehaving.py"
    script.write_text(MISBEHAVING)
    client = Client(script)
    yield client
    client.close()


def run(client, order, output="never written", events=None, is_cancelled=lambda: False):
    request = Reconstruct(s1=order, s2="b", output=str(output))
    return client.run(request, sys.executable, (events if events is not None else []).append, is_cancelled)


class CancelAfterFirstProgress:
    """Says «cancel» from the first progress on, and when it did so first."""

    def __init__(self):
        self.events = []
        self.at = None

    def __call__(self):
        if self.at is None and any(isinstance(event, Progress) for event in self.events):
            self.at = time.monotonic()
        return self.at is not None


def test_one_process_serves_many_runs(client):
    assert run(client, "answer")["pid"] == run(client, "answer")["pid"]
    assert client.warm()
    client.close()
    assert not client.warm()


def test_another_interpreter_or_idle_time_gets_another_process(client):
    first = run(client, "answer")
    request = Reconstruct(s1="answer", s2="b", output="c")
    second = client.run(request, sys.executable, print, lambda: False, idle_seconds=5)
    assert second["pid"] != first["pid"]
    assert second["arguments"][-2:] == ["--idle", "5"]
    with pytest.raises(ProcessLookupError):
        os.kill(first["pid"], 0)


def test_variables_of_qgis_stay_behind(client, monkeypatch):
    for name in ("PYTHONHOME", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "LD_LIBRARY_PATH"):
        # Set late, because the test's own Python would not start with some of them.
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    variables = run(client, "answer")["variables"]
    assert not {"PYTHONHOME", "PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "LD_LIBRARY_PATH"} & set(variables)
    assert variables["HTTPS_PROXY"] == "http://proxy:1"


def test_certificates_go_only_with_a_bundle():
    kept = clean_environment({"SSL_CERT_FILE": "/etc/ssl/company.pem"})
    assert kept["SSL_CERT_FILE"] == "/etc/ssl/company.pem"
    bundle = {"OSGEO4W_ROOT": "/opt/bundle", "SSL_CERT_FILE": "/opt/bundle/bin/curl-ca-bundle.crt"}
    assert "SSL_CERT_FILE" not in clean_environment(bundle)


def test_stray_lines_go_to_the_log(client):
    events = []
    assert run(client, "chatter", events=events) == {"done": True}
    assert events == [Progress(0.5, "half-way")]
    deadline = time.monotonic() + 2
    while len(client.log()) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(client.log()) == ["a library says hello on stdout", "and on stderr"]


def test_errors_come_back_as_they_are_and_leave_the_process_warm(client):
    pid = run(client, "answer")["pid"]
    with pytest.raises(NoOverlap, match="«a» and «b» do not overlap"):
        run(client, "refuse")
    assert run(client, "answer")["pid"] == pid


def test_crash_is_an_error_and_leaves_nothing(client, tmp_path):
    output = tmp_path / "half.tif"
    with pytest.raises(WorkerDied, match=r"exit code 7: torn apart"):
        run(client, "crash", output)
    assert not output.exists()
    assert "torn apart" in client.log()
    assert run(client, "answer")["pid"]


def test_kill_half_way_is_an_error_and_leaves_nothing(client, tmp_path):
    output = tmp_path / "half.tif"
    pid = run(client, "answer")["pid"]
    timer = threading.Timer(0.5, os.kill, (pid, signal.SIGKILL))
    timer.start()
    started = time.monotonic()
    with pytest.raises(WorkerDied, match="SIGKILL"):
        run(client, "hang", output)
    assert time.monotonic() - started < 2
    assert not output.exists()


def test_cancel_is_obeyed_and_keeps_the_process(client, tmp_path):
    pid = run(client, "answer")["pid"]
    cancel = CancelAfterFirstProgress()
    with pytest.raises(Cancelled):
        run(client, "obey", tmp_path / "half.tif", cancel.events, cancel)
    assert time.monotonic() - cancel.at < 1
    assert run(client, "answer")["pid"] == pid


def test_cancel_ends_a_process_that_ignores_it(client, tmp_path):
    output = tmp_path / "half.tif"
    pid = run(client, "answer")["pid"]
    cancel = CancelAfterFirstProgress()
    with pytest.raises(Cancelled):
        run(client, "hang", output, cancel.events, cancel)
    assert time.monotonic() - cancel.at < 2
    assert not output.exists()
    assert run(client, "answer")["pid"] != pid


def test_idle_end_in_the_moment_of_asking_starts_a_fresh_one(client):
    first = run(client, "idle end")["pid"]
    # The process takes the request for the end of its idle time, and ends without an answer.
    assert run(client, "answer")["pid"] != first


def test_second_run_waits_and_can_be_cancelled(client, tmp_path):
    run(client, "answer")
    stop_first = threading.Event()

    def hang():
        with pytest.raises(Cancelled):
            run(client, "hang", tmp_path / "half.tif", is_cancelled=stop_first.is_set)

    first = threading.Thread(target=hang)
    first.start()
    time.sleep(0.3)
    events = []
    asked = time.monotonic()
    with pytest.raises(Cancelled):
        run(client, "answer", events=events, is_cancelled=lambda: time.monotonic() - asked > 0.3)
    assert "Waiting" in events[0].message
    second = {}
    waiting = threading.Thread(target=lambda: second.update(run(client, "answer")))
    waiting.start()
    stop_first.set()
    first.join(5)
    waiting.join(5)
    assert second["pid"]


def test_run_from_within_a_run_is_refused_instead_of_waiting_forever(client):
    refused = []

    def run_again(event):
        with pytest.raises(Busy):
            run(client, "answer")
        refused.append(event)

    request = Reconstruct(s1="chatter", s2="b", output="c")
    assert client.run(request, sys.executable, run_again, lambda: False) == {"done": True}
    assert len(refused) == 1
    assert run(client, "answer")["pid"]


def test_close_ends_a_run_under_way(client, tmp_path):
    output = tmp_path / "half.tif"
    run(client, "answer")
    outcome = []

    def hang():
        try:
            run(client, "hang", output)
        except Cancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    while not output.exists():
        time.sleep(0.01)
    client.close()
    thread.join(5)
    assert len(outcome) == 1
    assert not output.exists()


def test_process_that_does_not_start(tmp_path, client):
    request = Devices()
    with pytest.raises(BrokenEnvironment, match="missing"):
        client.run(request, str(tmp_path / "missing" / "python"), print, lambda: False)
    broken = tmp_path / "broken.py"
    broken.write_text("import a_module_that_is_not_there")
    with pytest.raises(BrokenEnvironment, match="No module named 'a_module_that_is_not_there'"):
        Client(broken).run(request, sys.executable, print, lambda: False)


def test_client_needs_no_qgis():
    code = textwrap.dedent(
        """
        import sys
        from sar_cloud_removal.plugin.compute import client, environment
        assert not [name for name in sys.modules if name.split(".")[0] in ("qgis", "PyQt5", "PyQt6", "torch", "numpy")]
        """
    )
    subprocess.run([sys.executable, "-c", code], check=True)


needs_compute = pytest.mark.skipif(
    not os.environ.get("SAR_CLOUD_REMOVAL_PYTHON"), reason="SAR_CLOUD_REMOVAL_PYTHON names no compute environment"
)


@needs_compute
def test_real_process_names_its_devices():
    assert Path(LAUNCH).exists()
    client = Client()
    try:
        values = client.run(Devices(), os.environ["SAR_CLOUD_REMOVAL_PYTHON"], lambda event: None, lambda: False)
        assert "cpu" in str(values["devices"])
        assert client.warm()
    finally:
        client.close()
    assert not client.warm()


@needs_compute
def test_real_process_ends_with_the_qgis_that_started_it(tmp_path):
    """A stand-in for QGIS is killed in the middle of a run; its compute process goes, and what it was writing."""
    sample = LAUNCH.parents[1] / "resources" / "sample"
    code = textwrap.dedent(
        f"""
        import os, sys
        from sar_cloud_removal.model.requests import Reconstruct
        from sar_cloud_removal.plugin.compute.client import Client
        client = Client()
        def tell(event):
            print(client._worker.process.pid, flush=True)
        request = Reconstruct(
            s1={str(sample / "s1.tif")!r}, s2={str(sample / "s2_cloudy.tif")!r},
            output={str(tmp_path / "out.tif")!r}, tile=64, overlap=48, batch=1,
        )
        client.run(request, {os.environ.get("SAR_CLOUD_REMOVAL_PYTHON", "")!r}, tell, lambda: False)
        """
    )
    stand_in = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        worker = int(stand_in.stdout.readline())
        deadline = time.monotonic() + 30
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
        (partial,) = (path.name for path in tmp_path.iterdir())
        assert partial.startswith(".out.") and partial.endswith(f".{worker}.partial.tif")
    finally:
        stand_in.kill()
        stand_in.wait()
        stand_in.stdout.close()
    deadline = time.monotonic() + 3
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(worker)
    assert list(tmp_path.iterdir()) == []


def _runs(process: int) -> bool:
    """Whether the process is there, and not only waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
