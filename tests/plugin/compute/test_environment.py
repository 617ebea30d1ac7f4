"""Finding interpreters, looking at what there is, and choosing a build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import InstallFailed
from sar_cloud_removal.plugin.compute import environment
from sar_cloud_removal.plugin.compute.environment import (
    MARKER,
    Gpu,
    Interpreter,
    bytes_in,
    candidates,
    choose_build,
    current,
    find_base,
    inspect,
    interpreter_in,
    parse_gpu,
    possible_builds,
    probe,
    slots,
)

# --- Interpreters ---------------------------------------------------------------------------------------------------


def touch(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return str(path)


def test_qgis_itself_is_never_taken_for_python_on_windows(tmp_path):
    qgis = touch(tmp_path / "bin" / "qgis-bin.exe")
    python = touch(tmp_path / "apps" / "Python312" / "python.exe")
    store = touch(tmp_path / "WindowsApps" / "python.exe")
    found = candidates(str(Path(python).parent), qgis, "win32", lambda name: store)
    assert found == [python]


def test_qgis_itself_is_never_taken_for_python_on_macos(tmp_path):
    qgis = touch(tmp_path / "QGIS.app" / "Contents" / "MacOS" / "QGIS")
    python = touch(tmp_path / "QGIS.app" / "Contents" / "MacOS" / "bin" / "python3")
    found = candidates(str(tmp_path / "QGIS.app" / "Contents" / "Frameworks"), qgis, "darwin", lambda name: None)
    assert python in found
    assert qgis not in found


def test_real_interpreter_is_found_here():
    assert find_base().version[:2] >= environment.OLDEST_PYTHON


def python_that_answers(path: Path, version=(3, 10, 12), ensurepip=False, pip="22.0.2") -> Path:
    """Write a program that answers the probe as a Python with these parts would."""
    answer = {"version": version, "bits": 64, "venv": True, "ensurepip": ensurepip, "pip": pip}
    path.write_text(f"#!/bin/sh\necho 'sar-cloud-removal-answer:{json.dumps(answer)}'\n")
    path.chmod(0o755)
    return path


def test_probe_says_what_is_wrong(tmp_path):
    assert probe(touch(tmp_path / "qgis")).problem == "it is not a Python interpreter"
    assert "does not start" in probe(touch(tmp_path / "python3")).problem
    old = tmp_path / "python3.8"
    python_that_answers(old, version=[3, 8, 1], ensurepip=True)
    assert probe(str(old)) == Interpreter(
        str(old), (3, 8, 1), True, (22, 0), "it is Python 3.8.1; PyTorch needs 3.9 to 3.14"
    )
    with pytest.raises(InstallFailed, match=r"python3.8: it is Python 3.8.1"):
        find_base(str(old))


@pytest.mark.parametrize(("pip", "works"), [("", False), ("22.0.2", False), ("22.3", True), ("24.1", True)])
def test_python_without_ensurepip_needs_a_pip_that_installs_elsewhere(tmp_path, pip, works):
    path = str(python_that_answers(tmp_path / "python3", pip=pip))
    assert ("install the package python3-venv" not in probe(path).problem) == works


def test_inspection_of_qgis_python_says_what_is_missing():
    """QGIS's own Python has neither torch nor rasterio, here as with most users."""
    found = inspect("/usr/bin/python3")
    assert "torch" not in found.versions
    assert found.problem.startswith("torch does not load")


# --- The build ------------------------------------------------------------------------------------------------------

RTX_5090 = Gpu("RTX 5090", 580, 12.0, 32000)
T4 = Gpu("Tesla T4", 550, 7.5, 15000)
PASCAL = Gpu("GTX 1080", 580, 6.1, 8000)


@pytest.mark.parametrize(
    ("gpu", "python", "platform", "index"),
    [
        (None, (3, 11), "linux", "cpu"),
        (None, (3, 12), "win32", "cpu"),
        (RTX_5090, (3, 12), "linux", "cu130"),
        (RTX_5090, (3, 9), "win32", "cu128"),
        (T4, (3, 12), "win32", "cu126"),
        (PASCAL, (3, 12), "linux", "cu126"),
        (Gpu("RTX 5090", 560, 12.0, 32000), (3, 12), "linux", "cpu"),
        (Gpu("K80", 470, 3.7, 12000), (3, 12), "linux", "cpu"),
    ],
)
def test_build_for_the_machine(gpu, python, platform, index):
    assert choose_build(gpu, python, platform).index == environment.TORCH_INDEX + index


def test_build_for_a_mac_comes_from_the_usual_index():
    assert choose_build(None, (3, 12), "darwin").index is None


def test_old_driver_is_named():
    assert "update the driver" in choose_build(Gpu("K80", 470, 3.7, 12000), (3, 12), "linux").reason


def test_answer_of_the_driver():
    answer = "NVIDIA H100 80GB HBM3, 550.54.15, 9.0, 81559\nNVIDIA H100 80GB HBM3, 550.54.15, 9.0, 81559\n"
    assert parse_gpu(answer) == Gpu("NVIDIA H100 80GB HBM3", 550, 9.0, 81559)
    assert parse_gpu("") is None
    assert parse_gpu("No devices were found") is None


def test_gpu_can_be_left_unused():
    builds = possible_builds(T4, (3, 12), "linux")
    assert [build.index for build in builds] == [environment.TORCH_INDEX + "cu126", environment.TORCH_INDEX + "cpu"]
    assert "leaves the GPU unused" in builds[1].reason
    assert len(possible_builds(None, (3, 12), "linux")) == len(possible_builds(None, (3, 12), "darwin")) == 1


# --- Where it lies --------------------------------------------------------------------------------------------------


def complete(folder: Path) -> Path:
    touch(interpreter_in(folder))
    (folder / MARKER).write_text("{}")
    return folder


def test_newest_complete_environment_counts(tmp_path):
    place = tmp_path / "environment"
    assert current(place) is None
    complete(place)
    assert current(place) == place
    tenth, second = complete(tmp_path / "environment-10"), complete(tmp_path / "environment-2")
    (tmp_path / "environment-11").mkdir()
    complete(tmp_path / "environment-old")
    assert slots(place) == [place, second, tenth, tmp_path / "environment-11"]
    assert current(place) == tenth
    interpreter_in(tenth).unlink()
    assert current(place) == second


def test_size_counts_files_and_no_links(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"x" * 1000)
    (tmp_path / "a" / "b" / "two").write_bytes(b"x" * 234)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "a" / "one")
    (tmp_path / "a" / "circle").symlink_to(tmp_path / "a")
    assert bytes_in(tmp_path / "a") == 1234
    assert bytes_in(tmp_path / "gone") == 0
