"""Making, repairing and removing an environment with the real venv and the real pip.

Installing PyTorch takes minutes and gigabytes, so the wheels here are empty packages of the same names; a test of the
window installs the real ones.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import Cancelled, InstallFailed
from sar_cloud_removal.plugin.compute import environment, installation
from sar_cloud_removal.plugin.compute.environment import (
    Interpreter,
    TorchBuild,
    current,
    find_base,
    inspect,
    interpreter_in,
    probe,
    read_marker,
    slots,
)
from sar_cloud_removal.plugin.compute.installation import (
    Listener,
    Source,
    check_wheels,
    create,
    lend_ssl,
    remove,
    remove_folder,
    repair,
    retire,
    with_hint,
)

from ..wheels import all_wheels, wheel

SMALL = TorchBuild("CPU", None, 1, 1)


@pytest.fixture
def wheels(tmp_path):
    return all_wheels(tmp_path / "wheels")


@pytest.fixture(scope="module")
def base():
    return find_base(sys.executable)


def pins(wheels: Path) -> Path:
    constraints = wheels / "constraints.txt"
    constraints.write_text("torch==2.0.0\n")
    return constraints


def install(place, base, wheels, lines=None, is_cancelled=lambda: False, build=SMALL, steps=None):
    told = lines if lines is not None else []
    seen = steps if steps is not None else []
    listener = Listener(lambda *line: told.append(line), seen.append, is_cancelled)
    return create(place, base, build, listener, Source(wheels=str(wheels), offline=True), pins(wheels))


@pytest.fixture(scope="module")
def installed(tmp_path_factory, base):
    """An environment, and what was told while it was made; the user's pip would put packages elsewhere."""
    folder = tmp_path_factory.mktemp("a profile with a space") / "environment"
    told, steps = [], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_TARGET", str(folder.parent / "elsewhere"))
        patch.setenv("PIP_USER", "1")
        found = install(folder, base, all_wheels(folder.parent / "wheels"), told, steps=steps)
    return folder, found, told, steps


def test_environment_is_made_and_found_again(installed):
    folder, found, told, steps = installed
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
    assert [(step.number, step.count, step.key) for step in steps if not step.detail] == [
        (1, 4, "venv"),
        (2, 4, "pip"),
        (3, 4, "all packages"),
        (4, 4, "try"),
    ]
    assert any("torch" in step.detail for step in steps if step.key == "all packages")
    assert slots(folder) == [folder]


@pytest.fixture
def own(installed, tmp_path):
    """An environment for one test to harm, and wheels: copies of the shared ones, as its Python finds all in a copy."""
    folder = installed[0]
    shutil.copytree(folder, tmp_path / "environment", symlinks=True)
    shutil.copytree(folder.parent / "wheels", tmp_path / "wheels of one")
    return tmp_path / "environment", tmp_path / "wheels of one"


def works(folder: Path) -> bool:
    return inspect(str(interpreter_in(folder))).problem == ""


def test_failed_installation_leaves_what_was_there(installed, base, wheels):
    folder = installed[0]
    before = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    wheel(wheels, "rasterio", "raise ImportError('no')")
    with pytest.raises(InstallFailed, match="rasterio does not load"):
        install(folder, base, wheels)
    assert sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts) == before
    assert slots(folder) == [folder] == [current(folder)]
    assert works(folder)


def test_cancelled_installation_leaves_what_was_there_and_works_on_meanwhile(installed, base, wheels):
    folder = installed[0]
    meanwhile = []

    def cancel_late() -> bool:
        if len(slots(folder)) > 1 and (slots(folder)[1] / "bin" / "pip").exists():
            meanwhile.append((current(folder), works(folder)))
            return True
        return False

    with pytest.raises(Cancelled):
        install(folder, base, wheels, is_cancelled=cancel_late)
    assert meanwhile == [(folder, True)]
    assert slots(folder) == [folder]
    assert works(folder)


def test_new_installation_counts_when_it_is_complete_and_the_old_one_can_go(own, base):
    place, wheels = own
    install(place, base, wheels)
    new = place.with_name("environment-2")
    assert slots(place) == [place, new]
    assert current(place) == new
    size = environment.bytes_in(place)
    assert retire(place) == size > 10_000
    assert slots(place) == [new]
    assert works(new)
    assert retire(place) == 0


def test_what_a_power_cut_left_is_removed_and_never_counts(own, base):
    place, wheels = own
    half = place.with_name("environment-2")
    (half / "bin").mkdir(parents=True)
    (half / "pyvenv.cfg").touch()
    (half / "bin" / "python").touch()
    assert current(place) == place
    (half / "half").touch()
    install(place, base, wheels)
    assert not (half / "half").exists()
    assert current(place) == half


def test_second_window_is_refused_while_one_installs_and_not_after_its_crash(tmp_path, base, wheels):
    place = tmp_path / "environment"
    holder = (
        "import fcntl, sys, time; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "environment.lock")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InstallFailed, match="another window of QGIS is at work"):
            install(place, base, wheels)
        assert not place.exists()
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    with installation._locked(place):
        pass


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
    slow.write_text('#!/bin/sh\nmkdir -p "$5/bin"; sleep 60\n')
    slow.chmod(0o755)
    base = Interpreter(str(slow), (3, 11), has_ensurepip=True)
    with pytest.raises(Cancelled):
        create(folder, base, SMALL, Listener(is_cancelled=(folder / "bin").exists))
    assert not folder.exists()


def test_package_that_does_not_load_fails_the_installation(tmp_path, base, wheels):
    wheel(wheels, "rasterio", "raise ImportError('DLL load failed while importing _base')")
    with pytest.raises(InstallFailed, match=r"rasterio does not load .*DLL load failed.*Visual C\+\+"):
        install(tmp_path / "environment", base, wheels)
    assert not (tmp_path / "environment").exists()


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
        remove_folder(folder)
    assert (folder / "holiday.jpg").exists()


def test_proxy_reaches_pip_and_no_command_line(tmp_path, base, wheels, plain_pip, monkeypatch):
    """pip is sent through a proxy that is not there, and says so; its password is in no command."""
    commands = []
    popen = installation.subprocess.Popen

    def watched(command, **options):
        commands.append(command)
        return popen(command, **options)

    monkeypatch.setattr(installation.subprocess, "Popen", watched)
    monkeypatch.setenv("PIP_RETRIES", "1")
    source = Source(index="https://packages.invalid/simple", proxy="http://user:secret@127.0.0.1:9")
    lines = []
    with pytest.raises(InstallFailed):
        create(tmp_path / "environment", base, SMALL, Listener(lambda fraction, line: lines.append(line)), source)
    assert any("ProxyError" in line or "proxy" in line.lower() for line in lines)
    assert commands
    assert not any("secret" in part for command in commands for part in command)


def as_index(wheels: Path, folder: Path) -> str:
    """Move the wheels into a package index and return its address."""
    for file in wheels.glob("*.whl"):
        page = folder / file.name.partition("-")[0].replace("_", "-")
        page.mkdir(parents=True)
        file.rename(page / file.name)
        page.joinpath("index.html").write_text(f'<a href="{file.name}">{file.name}</a>')
    return folder.as_uri()


@pytest.fixture
def plain_pip(monkeypatch):
    """A pip without settings of this machine that say where packages come from."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("machine_has_constraints", [False, True])
def test_pytorch_comes_from_the_usual_index_where_its_own_has_none(
    tmp_path, base, wheels, plain_pip, monkeypatch, machine_has_constraints
):
    own, constraints = tmp_path / "own", tmp_path / "machine.txt"
    own.mkdir()
    constraints.write_text("torch<3\n")
    monkeypatch.setenv("PIP_INDEX_URL", as_index(wheels, tmp_path / "usual"))
    if machine_has_constraints:
        monkeypatch.setenv("PIP_CONSTRAINT", str(constraints))
    lines = []
    listener = Listener(lambda fraction, line: lines.append(line))
    build = TorchBuild("CPU", own.as_uri(), 1, 1)
    found = create(tmp_path / "environment", base, build, listener, Source(), pins(wheels))
    assert found.versions == dict.fromkeys(environment.PACKAGES, "2.0.0")
    assert f"{own.as_uri()} has no torch for this machine, or cannot be reached." in lines


def test_a_conflict_is_told_in_words_and_not_by_an_address(tmp_path, base, wheels, plain_pip):
    wheel(wheels, "rasterio", '__version__ = "2.0.0"\n', needs="Requires-Dist: numpy<2\n")
    source = Source(index=as_index(wheels, tmp_path / "index"))
    with pytest.raises(InstallFailed, match="Cannot install .*rasterio.* because"):
        create(tmp_path / "environment", base, SMALL, Listener(), source, pins(wheels))


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
    assert "enable long paths" in with_hint(reason, "win32")
    assert "enable long paths" not in with_hint(reason, "linux")


def touch(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return str(path)


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
    remove_contents = installation._remove_contents
    late = ["first.py", "second.py"]

    def while_something_writes(folder, keep):
        remove_contents(folder, keep)
        if late:
            (folder / late.pop()).touch()
        return any(entry.name != keep for entry in folder.iterdir())

    monkeypatch.setattr(installation, "_remove_contents", while_something_writes)
    monkeypatch.setattr(installation, "_REMOVE_SECONDS", 0.0)
    with pytest.raises(InstallFailed, match="still uses it"):
        remove_folder(folder)
    assert (folder / "pyvenv.cfg").exists()
    monkeypatch.undo()
    remove_folder(folder)
    assert not folder.exists()


def test_removal_tries_again_for_a_while(tmp_path, monkeypatch):
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "pyvenv.cfg").touch()
    remove_contents = installation._remove_contents
    busy = [True, True]
    monkeypatch.setattr(
        installation,
        "_remove_contents",
        lambda folder, keep: bool(busy and busy.pop()) or remove_contents(folder, keep),
    )
    remove_folder(folder)
    assert busy == []
    assert not folder.exists()


# --- A folder of wheels ---------------------------------------------------------------------------------------------


def test_complete_folder_is_said_to_be_so(wheels, base):
    wheel(wheels, "rasterio", "", needs="Requires-Dist: affine\nRequires-Dist: colorama; sys_platform == 'win32'\n")
    wheel(wheels, "affine", "", version="2.4.0")
    check = check_wheels(base, str(wheels), pins(wheels))
    assert check.complete
    assert sorted(check.found) == ["affine", "numpy", "rasterio", "safetensors", "scikit-learn", "scipy", "torch"]
    assert check.bytes == sum(path.stat().st_size for path in wheels.glob("*.whl"))


def test_what_is_wrong_with_a_folder_is_named(wheels, base, tmp_path):
    (wheels / "scipy-2.0.0-py3-none-any.whl").unlink()
    (wheels / "numpy-2.0.0-py3-none-any.whl").rename(wheels / "numpy-2.0.0-cp27-cp27m-win_amd64.whl")
    (wheels / "torch-2.0.0-py3-none-any.whl").rename(wheels / "torch-1.9.0-py3-none-any.whl")
    (wheels / "safetensors-2.0.0-py3-none-any.whl").write_bytes(b"half a download")
    wheel(wheels, "rasterio", "", needs="Requires-Dist: affine>=2\n")
    check = check_wheels(base, str(wheels), pins(wheels))
    assert list(check.found) == ["rasterio", "scikit-learn"]
    assert set(check.missing) == {"scipy", "safetensors", "affine"}
    assert check.unfit == {"numpy": "numpy-2.0.0-cp27-cp27m-win_amd64.whl"}
    assert check.other == {"torch": "1.9.0; ==2.0.0 is needed"}
    assert check.unreadable == ["safetensors-2.0.0-py3-none-any.whl"]
    place = tmp_path / "environment"
    lines = []
    said = r"not complete: it lacks .*scipy.*for another Python.*of another version.*pip download"
    with pytest.raises(InstallFailed, match=said):
        install(place, base, wheels, lines)
    assert lines == []
    assert not place.parent.joinpath("environment.lock").exists()


def test_wheels_are_checked_by_a_python_that_has_pip_in_ensurepip_only(tmp_path, wheels, base):
    bare = tmp_path / "bare"
    subprocess.run([base.path, "-I", "-m", "venv", "--without-pip", str(bare)], check=True)
    python = Interpreter(str(interpreter_in(bare)), base.version, True)
    assert check_wheels(python, str(wheels), pins(wheels)).complete


def test_folder_that_is_gone_is_named(tmp_path, base):
    with pytest.raises(InstallFailed, match="gone» is not there"):
        check_wheels(base, str(tmp_path / "gone"))


# --- Repair, and removal --------------------------------------------------------------------------------------------


def mend(place, base, wheels, lines=None):
    told = lines if lines is not None else []
    listener = Listener(lambda fraction, line: told.append(line))
    return repair(place, base, SMALL, listener, Source(wheels=str(wheels), offline=True), pins(wheels))


def site_packages(folder: Path) -> Path:
    return next(folder.glob("lib/python3*/site-packages"))


def test_only_what_is_damaged_is_installed_again(own, base):
    place, wheels = own
    packages = site_packages(place)
    (packages / "scipy.py").unlink()
    (packages / "rasterio.py").write_text((packages / "rasterio.py").read_text().replace("2", "3"))
    untouched = (packages / "torch.py").stat().st_mtime_ns, (packages / "torch.py").stat().st_ino
    lines = []
    mended = mend(place, base, wheels, lines)
    assert mended.repaired == {"scipy": "scipy.py: it is missing", "rasterio": "rasterio.py: it was changed"}
    assert mended.inspection.problem == ""
    assert mended.inspection.versions == dict.fromkeys(environment.PACKAGES, "2.0.0")
    assert ((packages / "torch.py").stat().st_mtime_ns, (packages / "torch.py").stat().st_ino) == untouched
    assert current(place) == place
    assert not any("Installing" in line and "torch" in line for line in lines)


def test_package_that_was_taken_out_or_lost_its_list_is_installed_again(own, base):
    place, wheels = own
    packages = site_packages(place)
    shutil.rmtree(packages / "numpy-2.0.0.dist-info")
    (packages / "numpy.py").unlink()
    (packages / "safetensors-2.0.0.dist-info" / "RECORD").unlink()
    mended = mend(place, base, wheels)
    assert set(mended.repaired) == {"numpy", "safetensors"}
    assert mended.inspection.problem == ""


def test_package_that_a_newer_version_needs_is_added(own, base):
    place, wheels = own
    packages = site_packages(place)
    shutil.rmtree(packages / "scikit_learn-2.0.0.dist-info")
    (packages / "sklearn.py").unlink()
    found = environment.inspect(str(interpreter_in(place)))
    assert found.problem == "scikit-learn does not load (No module named 'sklearn')"
    mended = mend(place, base, wheels)
    assert set(mended.repaired) == {"scikit-learn"} and mended.inspection.problem == ""
    assert (packages / "sklearn.py").exists()


def test_broken_pip_is_replaced(own, base):
    place, wheels = own
    packages = site_packages(place)
    shutil.rmtree(packages / "pip")
    (packages / "scipy.py").unlink()
    assert set(mend(place, base, wheels).repaired) == {"scipy"}
    assert (packages / "pip" / "__main__.py").exists()


def test_nothing_is_done_to_a_sound_environment(installed, base, wheels):
    lines = []
    assert mend(installed[0], base, wheels, lines).repaired == {}
    assert [line for line in lines if line] == ["Nothing is damaged"]


def test_repair_that_cannot_get_what_it_needs_says_so_and_leaves_the_rest(own, base):
    place, wheels = own
    (site_packages(place) / "scipy.py").unlink()
    (wheels / "scipy-2.0.0-py3-none-any.whl").unlink()
    with pytest.raises(InstallFailed, match="it lacks scipy"):
        mend(place, base, wheels)
    found = inspect(str(interpreter_in(place)))
    assert list(found.failures) == ["scipy"]
    assert current(place) == place


def test_python_that_does_not_run_cannot_be_repaired(own, base):
    place, wheels = own
    interpreter_in(place).unlink()
    interpreter_in(place).write_text("#!/bin/sh\nexit 3\n")
    interpreter_in(place).chmod(0o755)
    with pytest.raises(InstallFailed, match="its Python does not work.*Press Install again"):
        mend(place, base, wheels)


def test_nothing_to_repair(tmp_path, base, wheels):
    with pytest.raises(InstallFailed, match="no environment at"):
        mend(tmp_path / "environment", base, wheels)


def test_removal_frees_all_of_the_place_and_nothing_beside_it(own, base):
    place, _ = own
    shutil.copytree(place, place.with_name("environment-2"), symlinks=True)
    size = sum(map(environment.bytes_in, slots(place)))
    assert size > 2 * 10_000
    assert remove(place) == size
    assert slots(place) == []
    assert sorted(path.name for path in place.parent.iterdir()) == ["wheels of one"]
