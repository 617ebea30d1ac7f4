"""The Python environment of the compute process: how it is made, repaired, moved and removed.

Standard library only, and no QGIS: where it goes, QGIS's proxy and the user's wishes come in as arguments.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import stat
import subprocess  # nosec B404 - what is started are Python interpreters, without a shell
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Callable, Optional, Union

from ...model.errors import Cancelled, InstallFailed
from .environment import (
    ANSWER,
    CONSTRAINTS,
    CSMASK_DISK_MB,
    CSMASK_DOWNLOAD_MB,
    CSMASK_PACKAGES,
    MARKER,
    PACKAGES,
    Inspection,
    Interpreter,
    NoAnswer,
    TorchBuild,
    ask,
    bytes_in,
    current,
    inspect,
    interpreter_in,
    numbers,
    read_marker,
    slots,
    wanted_packages,
)
from .processes import clean_environment, end_process, hidden_window, own_group

_PIP_SECONDS = 30
_CHECK_SECONDS = 60
_AUDIT_SECONDS = 600
_POLL_SECONDS = 0.1
_REMOVE_SECONDS = 3.0
_WHEEL_CHECK = Path(__file__).with_name("wheel_check.py")
_AUDIT = Path(__file__).with_name("audit.py")
# Before the name of the package that is looked at.
AUDITED = "sar-cloud-removal-audit:"


@dataclass(frozen=True)
class Source:
    """Where the packages come from, besides what pip's own settings on this machine say.

    `index` replaces the usual package index and PyTorch's own. `wheels` is a folder of wheels that is looked into
    as well; with `offline` it is the only place.
    """

    index: Optional[str] = None
    wheels: Optional[str] = None
    offline: bool = False
    # A URL with scheme, login if there is one, host and port.
    proxy: Optional[str] = None
    no_proxy: str = ""


@dataclass(frozen=True)
class Step:
    """What is being done: the number of the step, counted from 1, of how many, its key in `STEPS`, and details."""

    number: int
    count: int
    key: str
    # What is downloaded and how far, or the packages that are being unpacked.
    detail: str = ""
    unpacking: bool = False


# Virtual environment; a recent pip; PyTorch; the other packages; all packages, from one place; csmask; looking for what
# is damaged; trying what was installed.
STEPS = ("venv", "pip", "torch", "packages", "all packages", "csmask", "audit", "try")


@dataclass(frozen=True)
class Listener:
    """Who is told of an installation, from the thread that installs, and says whether it is cancelled.

    `on_progress` gets how far it is (0–1) and a line for the log, which may be empty.
    """

    on_progress: Callable[[float, str], None] = lambda fraction, line: None
    on_step: Callable[[Step], None] = lambda step: None
    is_cancelled: Callable[[], bool] = lambda: False


# --- A folder of wheels ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WheelCheck:
    """What of the packages, and of all that they need, a folder of wheels holds for one Python.

    `found` names the file of each package. The others give a reason for each name: no wheel at all; wheels for
    another Python or system only; wheels of another version. `unreadable` are damaged files.
    """

    found: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    missing: dict[str, str] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not (self.missing or self.unfit or self.other)

    def complaint(self) -> str:
        """Return in English what is missing or wrong; "" when an environment can be made of it."""
        if self.complete:
            return ""
        said = [
            (self.missing, "it lacks {names}"),
            (self.unfit, "for another Python or system: {names}"),
            (self.other, "of another version: {names}"),
        ]
        parts = [text.format(names=listed(what)) for what, text in said if what]
        if self.unreadable:
            parts.append(f"damaged: {', '.join(self.unreadable)}")
        return "; ".join(parts)


def listed(reasons: dict[str, str]) -> str:
    """Return names with their reasons, in one line."""
    return ", ".join(f"{name} ({reason})" if reason else name for name, reason in reasons.items())


def check_wheels(
    base: Interpreter, folder: str, constraints: Path = CONSTRAINTS, packages: Sequence[str] = PACKAGES
) -> WheelCheck:
    """Return what the folder of wheels holds for the Python `base`. Raises `InstallFailed` when that cannot be told."""
    if not os.path.isdir(folder):
        raise InstallFailed(detail=f"the folder of downloaded packages «{folder}» is not there")
    try:
        return WheelCheck(**ask(base.path, _WHEEL_CHECK, _CHECK_SECONDS, [folder, str(constraints), *packages]))
    except NoAnswer as error:
        detail = f"the folder of downloaded packages «{folder}» cannot be checked: {error}"
        raise InstallFailed(detail=detail) from error


def _refuse_incomplete(base: Interpreter, source: Source, constraints: Path, csmask: bool) -> None:
    """Raise `InstallFailed`, before anything is done, when the only source lacks something."""
    if source.offline:
        packages = wanted_packages(csmask)
        complaint = check_wheels(base, source.wheels or "", constraints, packages).complaint()
        if complaint:
            shown = ".".join(map(str, base.version[:2]))
            advice = (
                f"Make the folder on a machine like this one, with Python {shown}: pip download "
                f"-c constraints.txt -d FOLDER {' '.join(packages)}"
            )
            raise InstallFailed(
                detail=f"the folder of downloaded packages «{source.wheels}» is not complete: {complaint}. {advice}"
            )


# --- Making, repairing and removing ---------------------------------------------------------------------------------


def create(
    place: Path,
    base: Interpreter,
    build: TorchBuild,
    listener: Listener = Listener(),
    source: Source = Source(),
    constraints: Path = CONSTRAINTS,
    csmask: bool = False,
) -> Inspection:
    """Make an environment at `place` and return what it holds; it counts from the moment in which it is complete.

    With `csmask` it has the packages of that method too; where these cannot be had, it is made without, and
    `Inspection.csmask_failures` says why.

    It is made where it will stay, since a virtual environment cannot be moved, beside one that is there, which works
    on meanwhile and is left as it is whatever happens; `retire` removes it. Raises `Cancelled`, and `InstallFailed`
    with what pip said; what was made until then is removed.
    """
    _check_room(place, build, csmask)
    _refuse_incomplete(base, source, constraints, csmask)
    with _locked(place):
        _remove_incomplete(place)
        folder = _next(place)
        try:
            return _Installation(folder, base, build, listener, source, constraints, csmask).run()
        except BaseException:
            with contextlib.suppress(InstallFailed):
                remove_folder(folder)
            _forget(place)
            raise


@dataclass(frozen=True)
class Repair:
    """What was damaged in an environment and reinstalled, each with the reason, and what it holds now."""

    repaired: dict[str, str]
    inspection: Inspection


def repair(
    place: Path,
    base: Interpreter,
    build: TorchBuild,
    listener: Listener = Listener(),
    source: Source = Source(),
    constraints: Path = CONSTRAINTS,
    csmask: bool = False,
) -> Repair:
    """Reinstall the packages of the environment at `place` that are damaged, missing or do not load; keep all others.

    With `csmask`, the packages of that method count as missing where they are not there; without, they are left as they
    are.

    Only what does not work is touched, so one that is cancelled makes nothing worse, and can be gone on with. Raises
    `Cancelled`, and `InstallFailed` when there is no environment, or with what pip said.
    """
    folder = current(place)
    if folder is None:
        raise InstallFailed(detail=f"there is no environment at «{place}» to repair; press Install")
    with _locked(place):
        return _Installation(folder, base, build, listener, source, constraints, csmask).repair()


def retire(place: Path) -> int:
    """Remove the environments at `place` that no longer count, and return the bytes freed; what is in use is left."""
    counts = current(place)
    others = [folder for folder in slots(place) if counts is not None and folder != counts]
    freed = 0
    if others:
        with contextlib.suppress(InstallFailed), _locked(place):
            for folder in others:
                with contextlib.suppress(InstallFailed):
                    freed += remove_folder(folder)
    return freed


def remove(place: Path) -> int:
    """Remove all environments at `place` and return the bytes freed.

    Raises `InstallFailed` when one is in use, or is something else.
    """
    with _locked(place):
        freed = sum(remove_folder(folder) for folder in slots(place))
    _forget(place)
    return freed


def _forget(place: Path) -> None:
    """Remove what is left at a place without an environment; what else lies in its folder stays."""
    if not slots(place):
        with contextlib.suppress(OSError):
            _lock_file(place).unlink()
            place.parent.rmdir()


def remove_folder(folder: Path) -> int:
    """Remove the environment in `folder` and return the bytes freed.

    Raises `InstallFailed` when it is something else, or in use.
    """
    if not folder.exists():
        return 0
    if any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists() and not (folder / MARKER).exists():
        raise InstallFailed(detail=f"«{folder}» holds something else than a compute environment")
    size = bytes_in(folder)
    # The marker goes first: a removal that is cut short leaves nothing that looks complete.
    with contextlib.suppress(FileNotFoundError):
        (folder / MARKER).unlink()
    # pyvenv.cfg goes last: what cannot be removed now is still known as an environment the next time. A pip that was
    # just ended may have left a child that writes for a moment longer.
    deadline = time.monotonic() + _REMOVE_SECONDS
    while _remove_contents(folder, keep="pyvenv.cfg") and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    if not _remove_contents(folder, keep="pyvenv.cfg"):
        shutil.rmtree(folder, onerror=_remove_read_only)
    if folder.exists():
        raise InstallFailed(detail=f"«{folder}» cannot be removed; a program still uses it")
    return size


def _remove_contents(folder: Path, keep: str) -> bool:
    """Remove all that lies in `folder` but `keep`; return whether something else is still there."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, onerror=_remove_read_only)
        elif entry.name != keep:
            with contextlib.suppress(OSError):
                entry.unlink()
    return any(entry.name != keep for entry in folder.iterdir())


def _remove_read_only(function: Callable, path: str, _info: object) -> None:
    with contextlib.suppress(OSError):
        os.chmod(path, stat.S_IRWXU)
        function(path)


def _remove_incomplete(place: Path) -> None:
    """Remove what an installation left that was cut short, by a power cut for example."""
    for folder in slots(place):
        if read_marker(folder) is None:
            with contextlib.suppress(InstallFailed):
                remove_folder(folder)


def _next(place: Path) -> Path:
    """Return the folder for a new environment: behind all that are there."""
    there = slots(place)
    if not there and not place.exists():
        return place
    last = there[-1].name[len(place.name) :] if there else ""
    return place.with_name(f"{place.name}-{max(1, int(last[1:] or 1)) + 1}")


def _lock_file(place: Path) -> Path:
    return place.with_name(place.name + ".lock")


@contextlib.contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Keep other windows of QGIS from working on the environments at `place`; the lock ends with the process.

    Raises `InstallFailed` when another one is at work.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        file = open(_lock_file(place), "a", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InstallFailed(detail=f"«{place.parent}» cannot be used ({error})") from error
    with file:
        try:
            if sys.platform == "win32":
                import msvcrt

                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InstallFailed(
                detail="another window of QGIS is at work on the environment. Wait until it has ended"
            ) from None
        yield


def _check_room(place: Path, build: TorchBuild, csmask: bool) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(place.parent).free
    except OSError as error:
        raise InstallFailed(detail=f"«{place.parent}» cannot be used ({error})") from error
    # While it is installed, what was downloaded lies beside what it is unpacked to.
    needed = sum(sizes(build, csmask)) * 1_000_000
    if free < needed:
        room = f"it needs {needed / 1e9:.1f} GB, and the disk of «{place.parent}» has {free / 1e9:.1f} GB free"
        raise InstallFailed(detail=room)


def sizes(build: TorchBuild, csmask: bool) -> tuple[int, int]:
    """Return roughly how many MB an installation downloads, and how many it takes on the disk."""
    more = (CSMASK_DOWNLOAD_MB, CSMASK_DISK_MB) if csmask else (0, 0)
    return build.download_mb + more[0], build.disk_mb + more[1]


class _Installation:
    """One installation: its steps, and how far it is."""

    def __init__(
        self,
        folder: Path,
        base: Interpreter,
        build: TorchBuild,
        listener: Listener,
        source: Source,
        constraints: Path,
        csmask: bool,
    ) -> None:
        self.folder = folder
        self.base = base
        self.build = build
        self.listener = listener
        self.source = source
        self.constraints = constraints
        self.csmask = csmask
        # Why the packages of csmask could not be installed.
        self.without_csmask = ""
        self.download_mb, self.disk_mb = sizes(build, csmask)
        self.python = str(interpreter_in(folder))
        self.fraction = 0.0
        self.steps: list[str] = []
        self.step: Optional[Step] = None
        # The file that pip downloads.
        self.downloading = ""
        self.raw_progress = False
        self.downloaded_mb = 0.0
        self.unpacked_mb = 0.0
        self.free_before_unpacking: Optional[int] = None

    def run(self) -> Inspection:
        """Make the environment."""
        self.steps = ["venv", "pip", *self._steps_of_packages(), "try"]
        self._begin("venv", 0.0)
        self._say(0.0, f"Python {'.'.join(map(str, self.base.version))} at {self.base.path}")
        self._make_venv()
        self._begin("pip", 0.04)
        self._renew_pip()
        self._install_packages()
        return self._try()

    def repair(self) -> Repair:
        """Reinstall what is damaged, and what is missing."""
        self.steps = ["audit", *self._steps_of_packages(), "try"]
        self._begin("audit", 0.0)
        damaged = self._audit()
        found = inspect(self.python, self._ask)
        for name, problem in {**found.failures, **(found.csmask_failures if self.csmask else {})}.items():
            damaged.setdefault(name, {"reason": problem, "version": "", "without_list": ""})
        for name, each in damaged.items():
            self._say(0.05, f"{name}: {each['reason']}")
        if not damaged:
            self._say(1.0, "Nothing is damaged")
            return Repair({}, found)
        _refuse_incomplete(self.base, self.source, self.constraints, self.csmask)
        self.raw_progress = self._mend_pip(damaged) >= (24, 1)
        for each in damaged.values():
            if each["without_list"]:
                # pip cannot remove a package without that list; without this folder it takes it for not installed.
                shutil.rmtree(each["without_list"], ignore_errors=True)
        self._reinstall(damaged)
        self._install_packages()
        inspection = self._try()
        repaired = {name: each["reason"] for name, each in damaged.items() if name not in inspection.csmask_failures}
        return Repair(repaired, inspection)

    def _steps_of_packages(self) -> list[str]:
        packages = ["torch", "packages"] if self._from_two_places() else ["all packages"]
        return [*packages, "csmask"] if self.csmask else packages

    def _try(self) -> Inspection:
        """Try what was made, and note in the marker that it is complete."""
        self._begin("try", 0.96)
        self._say(0.96, "Trying the environment")
        inspection = inspect(self.python, self._ask)
        if inspection.problem:
            raise InstallFailed(detail=with_hint(inspection.problem))
        if self.without_csmask:
            inspection = replace(inspection, csmask_failures=dict.fromkeys(CSMASK_PACKAGES, self.without_csmask))
        csmask = self.csmask or not inspection.csmask_failures
        noted = json.dumps({"build": self.build.name, "csmask": csmask, **asdict(inspection)}, indent=1)
        partial = self.folder / f"{MARKER}.partial"
        partial.write_text(noted, encoding="utf-8")
        if self.listener.is_cancelled():
            raise Cancelled()
        os.replace(partial, self.folder / MARKER)
        self._say(1.0, f"Ready: torch {inspection.versions['torch']}, {', '.join(inspection.devices)}")
        return inspection

    def _audit(self) -> dict[str, dict]:
        try:
            answer = self._ask(self.python, _AUDIT, _AUDIT_SECONDS)
        except NoAnswer as error:
            detail = f"its Python does not work ({error}). Press Install again, which makes a new one"
            raise InstallFailed(detail=detail) from error
        return {each["name"]: each for each in answer["damaged"]}

    def _mend_pip(self, damaged: dict[str, dict]) -> tuple[int, ...]:
        """Make sure that there is a pip to install with; return its version."""
        if damaged.pop("pip", None) is None:
            with contextlib.suppress(InstallFailed):
                return self._pip_version()
        packages = Path(self._ask_packages_folder())
        for path in packages.glob("pip*"):
            if path.name == "pip" or path.name.startswith("pip-"):
                shutil.rmtree(path, ignore_errors=True)
        self._bring_pip()
        return self._pip_version()

    def _ask_packages_folder(self) -> str:
        code = f"import json, sysconfig; print({ANSWER!r} + json.dumps(sysconfig.get_path('purelib')))"
        try:
            return ask(self.python, code, _PIP_SECONDS)
        except NoAnswer as error:
            raise InstallFailed(detail=str(error)) from error

    def _reinstall(self, damaged: dict[str, dict]) -> None:
        """Install again what is damaged, and nothing that it needs: that is whole, or damaged too."""
        # Those of ours have a version by the constraints; PyTorch's tells its build too, which another index lacks.
        ours = [name for name in damaged if name in PACKAGES]
        # Those that are not there at all come with the others, below a step of their own.
        csmask = [name for name, each in damaged.items() if name in CSMASK_PACKAGES and each["version"]]
        known = (*PACKAGES, *CSMASK_PACKAGES)
        others = [f"{name}=={each['version']}" for name, each in damaged.items() if name not in known]
        options = ["--force-reinstall", "--no-deps"]
        if "torch" in ours and self._from_two_places():
            self._begin("torch", 0.1)
            self._torch_from_its_index(*options)
            ours.remove("torch")
        if ours or others:
            self._begin(self._step_of_others(), 0.1)
            self._install((*ours, *others), *options)
        if csmask:
            self._begin(self._step_of_others(), 0.1)
            self._install_csmask(csmask, *options)

    def _make_venv(self) -> None:
        # Before anything else, so that what a cancelled venv leaves is known as an environment and can be removed.
        self.folder.mkdir(exist_ok=True)
        (self.folder / "pyvenv.cfg").touch()
        self._execute([self.base.path, "-I", "-m", "venv", "--without-pip", str(self.folder)])
        self._bring_pip()
        if sys.platform == "win32":
            lend_ssl(Path(self.base.path), self.folder)
        self._say(0.04, "Virtual environment made")

    def _bring_pip(self) -> None:
        if self.base.has_ensurepip:
            self._execute([self.python, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"])
        else:
            # Debian keeps ensurepip in a package of its own; a pip that is there can install another one.
            self._execute([self.base.path, "-I", "-m", "pip", "--python", self.python, "install", "pip", *self._from()])

    def _renew_pip(self) -> None:
        """Get a pip that reports bytes and trusts the system's certificates; without it, go on with the old one."""
        self.raw_progress = self._pip_version() >= (24, 1)
        if not self.raw_progress:
            with contextlib.suppress(InstallFailed):
                self._execute([*self._pip(), "install", "--upgrade", "pip>=24.1", *self._from()])
                self.raw_progress = True
        self._say(0.07, "")

    def _pip_version(self) -> tuple[int, ...]:
        code = f"import json, pip; print({ANSWER!r} + json.dumps(pip.__version__))"
        try:
            return numbers(ask(self.python, code, _PIP_SECONDS))
        except NoAnswer as error:
            raise InstallFailed(detail=str(error)) from error

    def _from_two_places(self) -> bool:
        return bool(self.build.index) and not self.source.index and not self.source.offline

    def _install_packages(self) -> None:
        if self._from_two_places():
            # Two steps, so that PyTorch's index is asked for nothing else than PyTorch and what it needs.
            self._begin("torch", 0.07)
            self._torch_from_its_index()
        self._begin(self._step_of_others(), 0.07)
        self._install(PACKAGES)
        if self.csmask and not self.without_csmask:
            self._begin("csmask", 0.07)
            self._install_csmask(CSMASK_PACKAGES)

    def _step_of_others(self) -> str:
        return "packages" if self._from_two_places() else "all packages"

    def _install_csmask(self, packages: Sequence[str], *options: str) -> None:
        """Install packages of csmask, or note why that cannot be: all else works without."""
        try:
            self._install(packages, *options)
        except InstallFailed as error:
            self.without_csmask = error.values["detail"]
            self._say(self.fraction, f"Going on without csmask: {self.without_csmask}")

    def _torch_from_its_index(self, *options: str) -> None:
        """Install PyTorch from its own index, or else from the usual one."""
        try:
            self._install(("torch",), "--index-url", self.build.index, "--retries", "2", *options)
            return
        except InstallFailed as error:
            # On Windows the usual index has no build that uses the GPU, which nobody would notice but by its slowness.
            only_there = sys.platform == "win32" and self.build.name.startswith("CUDA")
            if only_there or not re.search(f"{_NOT_FOUND}|{_CONFLICT}", str(error)):
                raise
        self._say(self.fraction, f"{self.build.index} has no torch for this machine, or cannot be reached.")
        self._say(self.fraction, "Trying the usual package index.")
        self._install(("torch",), *options)

    def _install(self, packages: Sequence[str], *options: str) -> None:
        command = [*self._pip(), "install", "--constraint", str(self.constraints), *packages]
        self._execute([*command, *self._from(), *options], self._follow_pip)
        self._end_unpacking()

    def _pip(self) -> list[str]:
        options = ["--no-input", "--disable-pip-version-check", "--no-color"]
        return [self.python, "-I", "-X", "utf8", "-m", "pip", *options]

    def _from(self) -> list[str]:
        options = ["--progress-bar", "raw" if self.raw_progress else "off"]
        # A wheel is unpacked, a source distribution would run code of its own and want a compiler.
        options += ["--only-binary", ":all:"]
        if self.source.offline:
            options += ["--no-index"]
        elif self.source.index:
            options += ["--index-url", self.source.index]
        if self.source.wheels:
            options += ["--find-links", self.source.wheels]
        return options

    def _follow_pip(self, line: str) -> bool:
        """Turn what pip says, and how the disk fills, into progress; return whether the line is for the log."""
        match = re.fullmatch(r"Progress (\d+) of (\d+)", line)
        if match:
            now, total = (int(number) / 1e6 for number in match.groups())
            self._tell(f"{self.downloading}, {now:.0f} / {total:.0f} MB")
            self._say(self._share(self.downloaded_mb + now), "")
            if now >= total:
                self.downloaded_mb += total
            return False
        if not self.raw_progress:
            self.downloaded_mb += _announced_mb(line)
        downloading = re.match(r"\s*Downloading (?:\S*/)?([^-\s/]+)-", line)
        if downloading:
            self.downloading = downloading[1]
        if line.startswith("Installing collected packages"):
            self.free_before_unpacking = self._free()
            self._tell(line.partition(": ")[2], unpacking=True)
        self._say(self._share(self.downloaded_mb), line)
        return bool(line)

    def _end_unpacking(self) -> None:
        self.unpacked_mb += self._unpacking_mb()
        self.free_before_unpacking = None

    def _unpacking_mb(self) -> float:
        if self.free_before_unpacking is None:
            return 0.0
        return max(0.0, (self.free_before_unpacking - self._free()) / 1e6)

    def _free(self) -> int:
        return shutil.disk_usage(self.folder).free

    def _share(self, downloaded_mb: float) -> float:
        """Return how far the installation is: downloads count for two thirds, unpacking for a quarter."""
        downloaded = min(1.0, downloaded_mb / self.download_mb)
        unpacked = min(1.0, (self.unpacked_mb + self._unpacking_mb()) / self.disk_mb)
        return 0.07 + 0.64 * downloaded + 0.24 * unpacked

    def _say(self, fraction: float, line: str) -> None:
        self.fraction = max(self.fraction, fraction)
        self.listener.on_progress(self.fraction, line)

    def _begin(self, key: str, fraction: float) -> None:
        self._say(fraction, "")
        self.step = Step(self.steps.index(key) + 1, len(self.steps), key)
        self.listener.on_step(self.step)

    def _tell(self, detail: str, unpacking: bool = False) -> None:
        """Say more of the step that is under way."""
        if self.step is not None:
            self.step = replace(self.step, detail=detail, unpacking=unpacking)
            self.listener.on_step(self.step)

    def _follow(self, line: str) -> bool:
        if line:
            self._say(self.fraction, line)
        return bool(line)

    def _execute(self, command: Sequence[str], follow: Optional[Callable[[str], bool]] = None) -> None:
        """Run `command` to its end. Raises `Cancelled`, and `InstallFailed` with the last error that it named."""
        follow = follow or self._follow
        said: list[str] = []
        for line in self._lines(command):
            if follow(line):
                said.append(line)
        if self.code != 0:
            raise InstallFailed(detail=with_hint(_reason(said) or f"exit code {self.code}"))

    def _ask(self, interpreter: str, program: Union[str, Path], timeout: float):
        """As `ask`, and can be cancelled; what the program prints before its answer is its progress."""
        what = [str(program)] if isinstance(program, Path) else ["-c", program]
        answer, said, end = None, "", time.monotonic() + timeout
        for line in self._lines([interpreter, "-I", "-X", "utf8", *what]):
            if line.startswith(ANSWER):
                answer = json.loads(line[len(ANSWER) :])
            elif line.startswith(AUDITED):
                self._tell(line[len(AUDITED) :])
            elif line:
                said = line
            if time.monotonic() > end:
                raise NoAnswer(f"it did not answer within {timeout:.0f} seconds")
        if answer is None:
            raise NoAnswer(f"it does not run ({said[:200] or f'exit code {self.code}'})")
        return answer

    def _lines(self, command: Sequence[str]) -> Iterator[str]:
        """Yield the lines that `command` prints as they come, and an empty one now and then while none comes."""
        try:
            process = subprocess.Popen(  # nosec B603 - a list of arguments, no shell
                list(command),
                env=self._variables(),
                cwd=tempfile.gettempdir(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                **hidden_window(),
                **own_group(),
            )
        except OSError as error:
            raise InstallFailed(detail=str(error)) from error
        lines: queue.Queue = queue.Queue()

        def read() -> None:
            for line in process.stdout:
                lines.put(line.rstrip())
            lines.put(None)

        reader = threading.Thread(target=read, name="installation log", daemon=True)
        reader.start()
        try:
            while True:
                if self.listener.is_cancelled():
                    raise Cancelled()
                try:
                    line = lines.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    line = ""
                if line is None:
                    break
                yield line
            self.code = process.wait()
        finally:
            end_process(process)
            reader.join(timeout=1)
            process.stdout.close()

    def _variables(self) -> dict[str, str]:
        variables = clean_environment()
        # Settings that would send the packages somewhere else than into the new environment.
        for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "VIRTUAL_ENV"):
            variables.pop(name, None)
        variables["PIP_USER"] = "0"
        if self.source.proxy:
            # In the environment, not on the command line, where others could read the password.
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
                variables[name] = self.source.proxy
            if self.source.no_proxy:
                variables["NO_PROXY"] = variables["no_proxy"] = self.source.no_proxy
        return variables


def lend_ssl(base: Path, folder: Path) -> None:
    """Give an environment that is made from OSGeo4W's Python its OpenSSL.

    OSGeo4W keeps these libraries in its own `bin` folder, which a virtual environment does not look into; without
    them pip cannot download. Copies of just these, in a folder of the environment, leave QGIS's other libraries out.
    """
    # …\OSGeo4W\apps\Python312\python.exe → …\OSGeo4W\bin
    libraries = base.parents[2] / "bin" if len(base.parents) > 2 else base.parent
    found = [path for pattern in ("libssl-*.dll", "libcrypto-*.dll") for path in libraries.glob(pattern)]
    if not found or (base.parent / "DLLs" / found[0].name).exists():
        return
    target = folder / "openssl"
    target.mkdir(exist_ok=True)
    for path in found:
        shutil.copy2(path, target / path.name)
    hook = folder / "Lib" / "site-packages" / "sitecustomize.py"
    hook.write_text(
        "import os, sys\nos.add_dll_directory(os.path.join(sys.prefix, 'openssl'))\n",
        encoding="utf-8",
    )


def _announced_mb(line: str) -> float:
    """Return the megabytes in «Downloading torch-2.13.0….whl (190.4 MB)»."""
    match = re.search(r"Downloading .*\(([\d.]+) ([kMG])B\)", line)
    return float(match[1]) * {"k": 1e-3, "M": 1.0, "G": 1e3}[match[2]] if match else 0.0


def _reason(said: Sequence[str]) -> str:
    """Return the line of pip's that says why it failed."""
    # The one that ends a conflict only names a page of pip's documentation.
    errors = [line for line in said if line.startswith("ERROR:") and "ResolutionImpossible" not in line]
    lines = errors or [line for line in said if line.strip()]
    return lines[-1].replace("ERROR: ", "")[:400] if lines else ""


# Where pip's own settings have constraints, too, it calls it a conflict when an index has nothing that fits.
_CONFLICT = r"conflicting\s+dependencies"
_NOT_FOUND = r"No matching distribution|Could not find a version|[Cc]onnection|resolve|timed out|Max retries"
_LONG_PATH = (
    r"[Ll]ong [Pp]ath|WinError 206|Errno 2\].*site-packages",
    "The path may be too long for Windows: enable long paths in Windows, or use a QGIS profile in a shorter folder.",
)
_HINTS = (
    (r"No space left", "The disk is full."),
    (
        r"SSL|CERTIFICATE",
        "The certificate of the server is not trusted here, or OpenSSL is missing. A company's proxy often signs with "
        "a certificate of its own: have it added to the system's certificates, or name its .pem file in the "
        "environment variable PIP_CERT and start QGIS again; or install from a folder of downloaded packages.",
    ),
    (r"Prox(y|ies)", "Check the proxy in Settings ▸ Options ▸ Network."),
    (
        _NOT_FOUND,
        "Check the connection to the Internet and the proxy in Settings ▸ Options ▸ Network, "
        "or install from a folder of downloaded packages.",
    ),
    (r"DLL load failed|WinError 126|WinError 1114", "Install Microsoft's Visual C++ Redistributable (x64)."),
)


def with_hint(reason: str, platform: str = sys.platform) -> str:
    """Return what pip or a package said, with what to do about it."""
    # First, since a path may hold any of the other words.
    hints = (_LONG_PATH, *_HINTS) if platform == "win32" else _HINTS
    for pattern, hint in hints:
        if re.search(pattern, reason):
            return f"{reason.rstrip('. ')}. {hint}"
    return reason
