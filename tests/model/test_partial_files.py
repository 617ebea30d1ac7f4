"""Half-written results: whose they are is in their name, and what a killed process left is removed by the next."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from sar_cloud_removal.model import partial_files
from sar_cloud_removal.model.errors import OutputNotWritable
from sar_cloud_removal.model.partial_files import is_written_elsewhere, partial_path, remove_abandoned
from sar_cloud_removal.model.texts import OutputText

from .conftest import names_in


@pytest.fixture
def host(monkeypatch):
    """Be another machine, or another container of this one."""

    def become(name: str, namespace: str = "pid:[1]") -> str:
        monkeypatch.setattr(platform, "node", lambda: name)
        monkeypatch.setattr(os, "readlink", lambda path: namespace)
        partial_files._host.cache_clear()
        return partial_files._host()

    yield become
    monkeypatch.undo()
    partial_files._host.cache_clear()


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left_by(path: Path, process: int) -> Path:
    """What another process of this machine has half-written."""
    mine = partial_path(str(path))
    other = Path(mine.replace(f".{os.getpid()}.partial", f".{process}.partial"))
    assert str(other) != mine
    other.write_bytes(b"half")
    return other


def test_the_name_tells_machine_and_process(host, tmp_path):
    mine = host("Köln.lab 7")
    assert mine.startswith("K-ln-lab-7-") and len(mine) == len("K-ln-lab-7-") + 8
    assert Path(partial_path(str(tmp_path / "a.b.tif"))).name == f".a.b.{mine}.{os.getpid()}.partial.tif"
    assert len(host("x" * 300)) == 25
    assert host("").startswith("host-")
    assert len({host("node-of-the-cluster-1"), host("node-of-the-cluster-2"), host("node-of-the-cluster-2", "2")}) == 3


def test_what_a_process_that_has_ended_left_is_removed_and_what_it_set_aside_comes_back(tmp_path):
    gone = left_by(tmp_path / "a.tif", ended_process())
    gone.with_name(gone.name + ".aux.xml").touch()
    aside = gone.with_name(gone.name + ".before")
    aside.write_bytes(b"an earlier result")
    left_by(tmp_path / "b.tif", ended_process())
    left_by(tmp_path / "a.tiff", ended_process())
    remove_abandoned(str(tmp_path / "a.tif"))
    assert not gone.exists() and not aside.exists() and len(names_in(tmp_path)) == 3
    assert (tmp_path / "a.tif").read_bytes() == b"an earlier result"
    # Where the new one has come, the earlier one goes.
    aside.write_bytes(b"an earlier result")
    (tmp_path / "a.tif").write_bytes(b"new")
    remove_abandoned(str(tmp_path / "a.tif"))
    assert not aside.exists() and (tmp_path / "a.tif").read_bytes() == b"new"


def test_what_another_one_is_writing_stays(host, tmp_path):
    path = str(tmp_path / "a.tif")
    running = left_by(tmp_path / "a.tif", os.getppid())
    assert is_written_elsewhere(path) and running.exists()
    running.unlink()
    assert not is_written_elsewhere(path)
    Path(partial_path(path)).touch()
    assert not is_written_elsewhere(path)
    host("another")
    remove_abandoned(path)
    assert is_written_elsewhere(path)


def test_windows_is_not_asked_for_processes(monkeypatch):
    """There the question would end them."""
    ended = ended_process()
    assert partial_files._has_ended(ended)
    with monkeypatch.context() as patch:
        patch.setattr(partial_files.os, "kill", None)
        patch.setattr(partial_files.os, "name", "nt")
        assert not partial_files._has_ended(ended)


def test_texts_are_cleaned_up_too(tmp_path):
    gone = left_by(tmp_path / "report.csv", ended_process())
    text = OutputText(str(tmp_path / "report.csv"), lambda path: None)
    assert not gone.exists()
    text.discard()


def test_an_empty_name_is_an_error():
    with pytest.raises(OutputNotWritable, match="no file name is given"):
        partial_path("")
