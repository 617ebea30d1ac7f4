"""Finding interpreters, choosing a build, and making an environment with the real venv and the real pip.

Installing PyTorch takes minutes and gigabytes, so the wheels here are empty packages of the same names.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import Cancelled, InstallFailed
from sar_cloud_removal.plugin.compute import environment
from sar_cloud_removal.plugin.compute.environment import (
    Gpu,
    Interpreter,
    Source,
    TorchBuild,
    _with_hint,
    candidates,
    choose_build,
    create,
    find_base,
    inspect,
    interpreter_in,
    lend_ssl,
    parse_gpu,
    probe,
    read_marker,
    remove,
)

SMALL = TorchBuild("CPU", None, 1, 1)
TORCH = """
__version__ = "2.0.0"
class version: cuda = None
class cuda:
    @staticmethod
    def is_available(): return False
class backends: pass
"""


def wheel(folder: Path, name: str, code: str, version: str = "2.0.0") -> None:
    """Write a wheel that holds one module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{info}/RECORD,,"]
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{path},sha256={digest},{len(text.encode())}")
        archive.writestr(f"{info}/RECORD", "\n".join(lines) + "\n")


def all_wheels(folder: Path) -> Path:
    folder.mkdir()
    for name in environment.PACKAGES:
        wheel(folder, name, TORCH if name == "torch" else '__version__ = "2.0.0"\n')
    return folder


@pytest.fixture
def wheels(tmp_path):
    return all_wheels(tmp_path / "wheels")


@pytest.fixture(scope="module")
def base():
    return find_base(sys.executable)


def install(folder, base, wheels, lines=None, is_cancelled=lambda: False, build=SMALL, constraints=None):
    if constraints is None:
        constraints = wheels / "constraints.txt"
        constraints.write_text("torch==2.0.0\n")
    told = lines if lines is not None else []
    source = Source(wheels=str(wheels), offline=True)
    return create(folder, base, build, lambda *line: told.append(line), is_cancelled, source, constraints)


@pytest.fixture(scope="module")
def installed(tmp_path_factory, base):
    """An environment, and what was told while it was made; the user's pip would put packages elsewhere."""
    folder = tmp_path_factory.mktemp("a profile with a space") / "environment"
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_TARGET", str(folder.parent / "elsewhere"))
        patch.setenv("PIP_USER", "1")
        found = install(folder, base, all_wheels(folder.parent / "wheels"), told)
    return folder, found, told


def test_environment_is_made_and_found_again(installed):
    folder, found, told = installed
    assert found.problem == ""
    assert found.interpreter == str(interpreter_in(folder))
    assert found.versions == dict.fromkeys(environment.PACKAGES, "2.0.0")
    assert list(found.devices) == ["cpu"]
    assert read_marker(folder)["build"] == "CPU"
    assert not (folder.parent / "elsewhere").exists()
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("Successfully installed" in line for _, line in told)


def test_failed_installation_puts_back_what_was_there(installed, base, wheels):
    folder, _, _ = installed
    (folder / "mark of the first").touch()
    (wheels / "rasterio-2.0.0-py3-none-any.whl").unlink()
    with pytest.raises(InstallFailed, match=r"rasterio.*folder of wheels"):
        install(folder, base, wheels)
    assert (folder / "mark of the first").exists()
    assert inspect(str(interpreter_in(folder))).problem == ""
    assert not folder.with_name("environment.old").exists()


def test_installation_replaces_the_one_before(installed, base, wheels):
    folder, _, _ = installed
    (folder / "mark of the first").touch()
    install(folder, base, wheels)
    assert not (folder / "mark of the first").exists()
    assert not folder.with_name("environment.old").exists()


def test_cancel_ends_pip_and_leaves_nothing(tmp_path, base, wheels):
    folder = tmp_path / "environment"
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        install(folder, base, wheels, is_cancelled=stop.is_set)
    assert time.monotonic() - started < 3
    assert list(tmp_path.iterdir()) == [wheels]


def test_cancel_before_venv_has_got_far_leaves_nothing(tmp_path):
    folder = tmp_path / "environment"
    slow = tmp_path / "python3"
    slow.write_text('#!/bin/sh\nmkdir -p "$4/bin"; sleep 60\n')
    slow.chmod(0o755)
    base = Interpreter(str(slow), (3, 11), has_ensurepip=True)
    with pytest.raises(Cancelled):
        create(folder, base, SMALL, lambda *line: None, (folder / "bin").exists)
    assert not folder.exists()


def test_package_that_does_not_load_fails_the_installation(tmp_path, base, wheels):
    wheel(wheels, "rasterio", "raise ImportError('DLL load failed while importing _base')")
    with pytest.raises(InstallFailed, match=r"rasterio does not load .*DLL load failed.*Visual C\+\+"):
        install(tmp_path / "environment", base, wheels)
    assert not (tmp_path / "environment").exists()


def test_half_made_environment_does_not_count_and_is_replaced(tmp_path, base, wheels):
    folder = tmp_path / "environment"
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    (folder / "bin" / "python").touch()
    assert read_marker(folder) is None
    install(folder, base, wheels)
    assert read_marker(folder) is not None


def test_too_little_room_is_said_before_anything_is_done(tmp_path, base, wheels):
    lines = []
    with pytest.raises(InstallFailed, match=r"it needs 2000000.0 GB, and the disk"):
        install(tmp_path / "environment", base, wheels, lines, build=TorchBuild("huge", None, 10**9, 10**9))
    assert lines == []
    assert not (tmp_path / "environment").exists()


def test_folder_of_something_else_is_never_removed(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "holiday.jpg").touch()
    with pytest.raises(InstallFailed, match="holds something else"):
        remove(folder)
    assert (folder / "holiday.jpg").exists()


def test_proxy_reaches_pip_and_no_command_line(tmp_path, base, wheels, monkeypatch):
    """pip is sent through a proxy that is not there, and says so; its password is in no command."""
    commands = []
    popen = environment.subprocess.Popen

    def watched(command, **options):
        commands.append(command)
        return popen(command, **options)

    monkeypatch.setattr(environment.subprocess, "Popen", watched)
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    source = Source(index="https://packages.invalid/simple", proxy="http://user:secret@127.0.0.1:9")
    lines = []
    with pytest.raises(InstallFailed):
        create(tmp_path / "environment", base, SMALL, lambda fraction, line: lines.append(line), lambda: False, source)
    assert any("ProxyError" in line or "proxy" in line.lower() for line in lines)
    assert commands
    assert not any("secret" in part for command in commands for part in command)


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


def test_probe_finds_the_version_of_pip(installed):
    version = probe(str(interpreter_in(installed[0]))).pip_version
    assert len(version) == 2
    assert version > (20, 0)


@pytest.mark.parametrize(
    "reason",
    [
        r"[Errno 2] No such file or directory: 'C:\\Users\\me\\Lib\\site-packages\\torch\\include\\connection.h'",
        "[WinError 206] The filename or extension is too long",
        "this system does not have Windows Long Path support enabled",
    ],
)
def test_too_long_path_is_explained_on_windows(reason):
    assert "enable long paths" in _with_hint(reason, "win32")
    assert "enable long paths" not in _with_hint(reason, "linux")


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


def test_openssl_of_osgeo4w_is_lent(tmp_path):
    python = Path(touch(tmp_path / "OSGeo4W" / "apps" / "Python312" / "python.exe"))
    touch(tmp_path / "OSGeo4W" / "bin" / "libssl-3-x64.dll")
    touch(tmp_path / "OSGeo4W" / "bin" / "libcrypto-3-x64.dll")
    touch(tmp_path / "OSGeo4W" / "bin" / "gdal310.dll")
    folder = tmp_path / "environment"
    (folder / "Lib" / "site-packages").mkdir(parents=True)
    lend_ssl(python, folder)
    assert sorted(path.name for path in (folder / "openssl").iterdir()) == ["libcrypto-3-x64.dll", "libssl-3-x64.dll"]
    assert "add_dll_directory" in (folder / "Lib" / "site-packages" / "sitecustomize.py").read_text()


def test_removal_waits_for_what_still_writes_and_keeps_its_sign_until_the_end(tmp_path, monkeypatch):
    folder = tmp_path / "environment"
    (folder / "lib").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    remove_contents = environment._remove_contents
    late = ["first.py", "second.py"]

    def while_something_writes(folder, keep):
        remove_contents(folder, keep)
        if late:
            (folder / late.pop()).touch()
        return any(entry.name != keep for entry in folder.iterdir())

    monkeypatch.setattr(environment, "_remove_contents", while_something_writes)
    monkeypatch.setattr(environment, "_REMOVE_SECONDS", 0.0)
    with pytest.raises(InstallFailed, match="still uses it"):
        environment.remove(folder)
    assert (folder / "pyvenv.cfg").exists()
    monkeypatch.undo()
    environment.remove(folder)
    assert not folder.exists()


def test_removal_tries_again_for_a_while(tmp_path, monkeypatch):
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "pyvenv.cfg").touch()
    remove_contents = environment._remove_contents
    busy = [True, True]
    monkeypatch.setattr(
        environment,
        "_remove_contents",
        lambda folder, keep: bool(busy and busy.pop()) or remove_contents(folder, keep),
    )
    environment.remove(folder)
    assert busy == []
    assert not folder.exists()
