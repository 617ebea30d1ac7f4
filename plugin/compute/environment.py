"""The Python environment of the compute process: what there is, what fits this machine, and how it is made.

The environment is a virtual environment of its own, so QGIS's Python stays as it is. Standard library only, and no
QGIS: where it goes, QGIS's proxy and the user's wishes come in as arguments.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import stat
import subprocess  # nosec B404 - what is started are Python interpreters and nvidia-smi, without a shell
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Callable, Optional

from ...model.errors import Cancelled, InstallFailed
from .processes import clean_environment, end_process, hidden_window, own_group

PACKAGES = ("torch", "rasterio", "numpy", "safetensors", "scipy")
CONSTRAINTS = Path(__file__).resolve().parents[2] / "constraints.txt"
OLDEST_PYTHON = (3, 9)
NEWEST_PYTHON = (3, 14)

# Written last, so an environment that has it is complete.
MARKER = "sar-cloud-removal.json"

TORCH_INDEX = "https://download.pytorch.org/whl/"
_PROBE_SECONDS = 30
_INSPECT_SECONDS = 180
_POLL_SECONDS = 0.1
_REMOVE_SECONDS = 3.0
# The first pip that can install into another environment than its own.
_PIP_FOR_OTHERS = (22, 3)
_PYTHON_NAME = re.compile(r"python(3(\.\d+)?)?(\.exe)?", re.IGNORECASE)
# The answer is found behind this, whatever a start-up file prints before it.
_ANSWER = "sar-cloud-removal-answer:"


# --- Interpreters ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interpreter:
    """A Python that an environment can be made from; `problem` is empty when it can."""

    path: str
    version: tuple[int, ...] = ()
    has_ensurepip: bool = False
    # () when it has no pip.
    pip_version: tuple[int, ...] = ()
    problem: str = ""


_PROBE = f"""
import importlib.util, json, struct, sys
found = lambda name: importlib.util.find_spec(name) is not None
try:
    from pip import __version__ as pip
except Exception:
    pip = ""
print({_ANSWER!r} + json.dumps({{
    "version": list(sys.version_info[:3]), "bits": 8 * struct.calcsize("P"),
    "venv": found("venv"), "ensurepip": found("ensurepip"), "pip": pip,
}}))
"""


def candidates(
    prefix: str = sys.base_prefix,
    executable: str = sys.executable or "",
    platform: str = sys.platform,
    which: Callable[[str], Optional[str]] = shutil.which,
) -> list[str]:
    """Return the paths at which a Python may be, the likeliest first, each a file that is called like one.

    `sys.executable` alone will not do: inside QGIS on Windows and macOS it is QGIS itself, and starting that opens
    a second QGIS. So only what is called `python`, `python3` or `python3.n` counts.
    """
    version = "{}.{}".format(*sys.version_info)
    home = Path(prefix)
    if platform == "win32":
        paths = [home / "python.exe", home / "python3.exe"]
        names = ["python.exe", "python3.exe"]
    else:
        beside = Path(executable).parent
        folders = [home / "bin", beside / "bin", beside]
        if platform == "darwin":
            folders += [Path("/opt/homebrew/bin"), Path("/usr/local/bin")]
        paths = [folder / name for folder in folders for name in (f"python{version}", "python3")]
        names = [f"python{version}", "python3"] + [f"python3.{minor}" for minor in (12, 11, 13, 10, 14, 9)]
    if _PYTHON_NAME.fullmatch(Path(executable).name):
        paths.append(Path(executable))
    paths += [Path(path) for path in map(which, names) if path]
    # The Microsoft Store puts empty programs of that name there; starting one opens the Store.
    usable = [str(path) for path in paths if path.is_file() and "WindowsApps" not in path.parts]
    return list(dict.fromkeys(usable))


def probe(path: str) -> Interpreter:
    """Run the Python at `path` once and return what it says about itself."""
    if not _PYTHON_NAME.fullmatch(Path(path).name):
        return Interpreter(path, problem="it is not a Python interpreter")
    try:
        answer = _ask(path, _PROBE, _PROBE_SECONDS)
    except _NoAnswer as error:
        return Interpreter(path, problem=str(error))
    version = tuple(answer["version"])
    shown = ".".join(map(str, version))
    pip_version = _numbers(answer["pip"])
    problem = ""
    if answer["bits"] != 64:
        problem = "it is a 32-bit Python; PyTorch needs 64 bits"
    elif not OLDEST_PYTHON <= version[:2] <= NEWEST_PYTHON:
        wanted = f"3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]}"
        problem = f"it is Python {shown}; PyTorch needs {wanted}"
    elif not answer["venv"]:
        problem = "it has no module venv"
    elif not (answer["ensurepip"] or pip_version >= _PIP_FOR_OTHERS):
        problem = "it has neither ensurepip nor a recent pip (on Debian and Ubuntu: install the package python3-venv)"
    return Interpreter(path, version, answer["ensurepip"], pip_version, problem)


def find_base(chosen: str = "") -> Interpreter:
    """Return the Python to make the environment from: `chosen`, else the first candidate that works.

    Raises `InstallFailed` that names what was tried and what was wrong with it.
    """
    tried = []
    for path in [chosen] if chosen else candidates():
        interpreter = probe(path)
        if not interpreter.problem:
            return interpreter
        tried.append(f"{path}: {interpreter.problem}")
    found = "; ".join(tried) or "none was found"
    raise InstallFailed(
        detail=f"no suitable Python ({found}). Install Python 3.10 or later, 64 bits, and choose its interpreter."
    )


# --- What an environment holds --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inspection:
    """What an interpreter can compute with; `problem` is empty when it has all that the compute process needs."""

    interpreter: str
    python: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    # Each with what it is called: {"cpu": "…", "cuda:0": "NVIDIA …"}
    devices: dict[str, str] = field(default_factory=dict)
    # The CUDA version that torch was built for, "" for a CPU build.
    cuda: str = ""
    problem: str = ""


_INSPECT = f"""
import importlib, json, platform, sys
answer = {{"python": platform.python_version(), "versions": {{}}, "devices": {{}}, "cuda": "", "problem": ""}}
for name in {PACKAGES!r}:
    try:
        answer["versions"][name] = str(importlib.import_module(name).__version__)
    except Exception as error:
        answer["problem"] = answer["problem"] or "{{}} does not load ({{}})".format(name, error)
if "torch" in answer["versions"]:
    import torch
    answer["devices"]["cpu"] = platform.processor() or platform.machine()
    answer["cuda"] = torch.version.cuda or ""
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            answer["devices"]["cuda:%d" % index] = torch.cuda.get_device_name(index)
    if getattr(torch.backends, "mps", None) and torch.backends.mps.is_available():
        answer["devices"]["mps"] = "Apple GPU"
print({_ANSWER!r} + json.dumps(answer))
"""


def inspect(interpreter: str) -> Inspection:
    """Run the Python at `interpreter` once and return which packages and devices it has. Takes some seconds."""
    if not _PYTHON_NAME.fullmatch(Path(interpreter).name):
        return Inspection(interpreter, problem="it is not a Python interpreter")
    try:
        return Inspection(interpreter, **_ask(interpreter, _INSPECT, _INSPECT_SECONDS))
    except _NoAnswer as error:
        return Inspection(interpreter, problem=str(error))


class _NoAnswer(Exception):
    """An interpreter that does not run, or answers something else."""


def _ask(interpreter: str, code: str, timeout: float):
    try:
        done = subprocess.run(  # nosec B603 - a list of arguments, no shell
            [interpreter, "-I", "-X", "utf8", "-c", code],
            env=clean_environment(),
            cwd=tempfile.gettempdir(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
            **hidden_window(),
        )
    except subprocess.TimeoutExpired:
        raise _NoAnswer(f"it did not answer within {timeout:.0f} seconds") from None
    except (OSError, ValueError) as error:
        raise _NoAnswer(f"it does not start ({error})") from error
    for line in done.stdout.splitlines():
        if line.startswith(_ANSWER):
            return json.loads(line[len(_ANSWER) :])
    said = done.stderr.strip().splitlines()
    raise _NoAnswer(f"it does not run ({said[-1][:200] if said else f'exit code {done.returncode}'})")


# --- What fits this machine -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gpu:
    """The NVIDIA GPU that the driver names first."""

    name: str
    # Major version of the driver, which decides the CUDA versions that run on it.
    driver: int
    # CUDA compute capability.
    capability: float
    memory_mib: int


@dataclass(frozen=True)
class TorchBuild:
    """A build of PyTorch: the index that has it (`None` for the usual package index) and roughly its size in MB."""

    name: str
    index: Optional[str]
    download_mb: int
    disk_mb: int
    reason: str = ""


def find_gpu() -> Optional[Gpu]:
    """Ask NVIDIA's driver which GPU there is; `None` without a GPU or without its driver."""
    program = shutil.which("nvidia-smi")
    if program is None and sys.platform == "win32":
        program = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "nvidia-smi.exe")
    if program is None or not os.path.isfile(program):
        return None
    query = ["--query-gpu=name,driver_version,compute_cap,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(  # nosec B603 - a list of arguments, no shell
            [program, *query],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=20,
            check=False,
            **hidden_window(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_gpu(done.stdout) if done.returncode == 0 else None


def parse_gpu(answer: str) -> Optional[Gpu]:
    """Return the GPU in the first line of nvidia-smi's answer, `None` when there is none that can be understood."""
    fields = [text.strip() for text in answer.strip().splitlines()[0].split(",")] if answer.strip() else []
    try:
        name, driver, capability, memory = fields
        return Gpu(name, int(driver.split(".")[0]), float(capability), int(float(memory)))
    except ValueError:
        return None


def choose_build(gpu: Optional[Gpu], python: tuple[int, ...], platform: str = sys.platform) -> TorchBuild:
    """Return the build of PyTorch for this machine.

    The usual package index holds a CUDA build for Linux (gigabytes, wasted without a GPU) and a CPU build for
    Windows (which leaves a GPU unused), so PyTorch's own index is named wherever it matters. Builds for CUDA 13
    need a driver of 580 or later and a GPU of compute capability 7.5 or later, those for CUDA 12 a driver of 525
    or later; GPUs of capability 10 and later need CUDA 12.8 at least.
    """
    if platform == "darwin":
        return TorchBuild("macOS", None, 170, 750, "PyTorch uses the GPU of Apple computers without more ado.")
    cpu = TorchBuild("CPU", TORCH_INDEX + "cpu", 320, 1300, "No NVIDIA GPU was found.")
    if gpu is None:
        return cpu
    # PyTorch's last release for Python 3.9 has no build for CUDA 13.
    cuda13 = python[:2] >= (3, 10)
    shown = f"{gpu.name}, driver {gpu.driver}"
    if cuda13 and gpu.driver >= 580 and gpu.capability >= 7.5:
        return TorchBuild("CUDA 13.0", TORCH_INDEX + "cu130", 2700, 6500, shown)
    if not cuda13 and gpu.driver >= 570 and gpu.capability >= 10:
        return TorchBuild("CUDA 12.8", TORCH_INDEX + "cu128", 3200, 7500, shown)
    if gpu.driver >= 528 and gpu.capability < 10:
        return TorchBuild("CUDA 12.6", TORCH_INDEX + "cu126", 3000, 7000, shown)
    return replace(cpu, reason=f"{shown}: update the driver to use the GPU.")


# --- Making and removing an environment -----------------------------------------------------------------------------


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


def interpreter_in(folder: Path) -> Path:
    """Return where the interpreter of the environment at `folder` is, whether it is there or not."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def read_marker(folder: Path) -> Optional[dict]:
    """Return what was noted when the environment at `folder` was complete; `None` when it is not."""
    try:
        noted = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return noted if interpreter_in(folder).is_file() else None


def remove(folder: Path) -> None:
    """Remove the environment at `folder`. Raises `InstallFailed` when it is something else, or in use."""
    if not folder.exists():
        return
    if any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists() and not (folder / MARKER).exists():
        raise InstallFailed(detail=f"«{folder}» holds something else than a compute environment")
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


def create(
    folder: Path,
    base: Interpreter,
    build: TorchBuild,
    on_progress: Callable[[float, str], None],
    is_cancelled: Callable[[], bool],
    source: Source = Source(),
    constraints: Path = CONSTRAINTS,
) -> Inspection:
    """Make the environment at `folder`, replacing one that is there, and return what it holds.

    `on_progress` gets how far it is (0–1) and each line for the log. It is made in its place, since a virtual
    environment cannot be moved, with its marker written last. One that was there before is kept aside meanwhile,
    and put back when the new one fails. Raises `Cancelled`, and `InstallFailed` with what pip said.
    """
    aside = folder.with_name(folder.name + ".old")
    _check_room(folder, build)
    if read_marker(folder) is not None:
        remove(aside)
        _rename(folder, aside)
    else:
        remove(folder)
    try:
        inspection = _Installation(folder, base, build, on_progress, is_cancelled, source, constraints).run()
    except BaseException:
        with contextlib.suppress(InstallFailed):
            remove(folder)
        if aside.exists() and not folder.exists():
            _rename(aside, folder)
        raise
    with contextlib.suppress(InstallFailed):
        remove(aside)
    return inspection


def _check_room(folder: Path, build: TorchBuild) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
    except OSError as error:
        raise InstallFailed(detail=f"«{folder.parent}» cannot be used ({error})") from error
    # While it is installed, what was downloaded lies beside what it is unpacked to.
    needed = (build.download_mb + build.disk_mb) * 1_000_000
    if free < needed:
        room = f"it needs {needed / 1e9:.1f} GB, and the disk of «{folder.parent}» has {free / 1e9:.1f} GB free"
        raise InstallFailed(detail=room)


def _rename(old: Path, new: Path) -> None:
    try:
        old.rename(new)
    except OSError as error:
        raise InstallFailed(detail=f"«{old}» cannot be replaced ({error}); a program still uses it") from error


class _Installation:
    """One installation: its steps, and how far it is."""

    def __init__(
        self,
        folder: Path,
        base: Interpreter,
        build: TorchBuild,
        on_progress: Callable[[float, str], None],
        is_cancelled: Callable[[], bool],
        source: Source,
        constraints: Path,
    ) -> None:
        self.folder = folder
        self.base = base
        self.build = build
        self.on_progress = on_progress
        self.is_cancelled = is_cancelled
        self.source = source
        self.constraints = constraints
        self.python = str(interpreter_in(folder))
        self.fraction = 0.0
        self.raw_progress = False
        self.downloaded_mb = 0.0
        self.unpacked_mb = 0.0
        self.free_before_unpacking: Optional[int] = None

    def run(self) -> Inspection:
        self._say(0.0, f"Python {'.'.join(map(str, self.base.version))} at {self.base.path}")
        self._make_venv()
        self._renew_pip()
        self._install_packages()
        self._say(0.96, "Trying the environment")
        inspection = inspect(self.python)
        if inspection.problem:
            raise InstallFailed(detail=_with_hint(inspection.problem))
        noted = {"build": self.build.name, **asdict(inspection)}
        (self.folder / MARKER).write_text(json.dumps(noted, indent=1), encoding="utf-8")
        self._say(1.0, f"Ready: torch {inspection.versions['torch']}, {', '.join(inspection.devices)}")
        return inspection

    def _make_venv(self) -> None:
        # Before anything else, so that what a cancelled venv leaves is known as an environment and can be removed.
        self.folder.mkdir(exist_ok=True)
        (self.folder / "pyvenv.cfg").touch()
        if self.base.has_ensurepip:
            self._execute([self.base.path, "-I", "-m", "venv", str(self.folder)])
        else:
            # Debian keeps ensurepip in a package of its own; a pip that is there can install another one.
            self._execute([self.base.path, "-I", "-m", "venv", "--without-pip", str(self.folder)])
            self._execute([self.base.path, "-I", "-m", "pip", "--python", self.python, "install", "pip", *self._from()])
        if sys.platform == "win32":
            lend_ssl(Path(self.base.path), self.folder)
        self._say(0.04, "Virtual environment made")

    def _renew_pip(self) -> None:
        """Get a pip that reports bytes and trusts the system's certificates; without it, go on with the old one."""
        self.raw_progress = self._pip_version() >= (24, 1)
        if not self.raw_progress:
            with contextlib.suppress(InstallFailed):
                self._execute([*self._pip(), "install", "--upgrade", "pip>=24.1", *self._from()])
                self.raw_progress = True
        self._say(0.07, "")

    def _pip_version(self) -> tuple[int, ...]:
        code = f"import json, pip; print({_ANSWER!r} + json.dumps(pip.__version__))"
        try:
            return _numbers(_ask(self.python, code, _PROBE_SECONDS))
        except _NoAnswer as error:
            raise InstallFailed(detail=str(error)) from error

    def _install_packages(self) -> None:
        if not self.build.index or self.source.index or self.source.offline:
            self._install(PACKAGES)
            return
        # Two steps, so that PyTorch's index is asked for nothing else than PyTorch and what it needs.
        try:
            self._install(("torch",), "--index-url", self.build.index, "--retries", "2")
        except InstallFailed as error:
            # On Windows the usual index has no build that uses the GPU, which nobody would notice but by its slowness.
            only_there = sys.platform == "win32" and self.build.name.startswith("CUDA")
            if only_there or not re.search(_NOT_FOUND, str(error)):
                raise
            self._say(self.fraction, f"{self.build.index} has no torch for this machine, or cannot be reached.")
            self._say(self.fraction, "Trying the usual package index.")
        self._install(PACKAGES)

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
            self._say(self._share(self.downloaded_mb + now), "")
            if now >= total:
                self.downloaded_mb += total
            return False
        if not self.raw_progress:
            self.downloaded_mb += _announced_mb(line)
        if line.startswith("Installing collected packages"):
            self.free_before_unpacking = self._free()
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
        downloaded = min(1.0, downloaded_mb / self.build.download_mb)
        unpacked = min(1.0, (self.unpacked_mb + self._unpacking_mb()) / self.build.disk_mb)
        return 0.07 + 0.64 * downloaded + 0.24 * unpacked

    def _say(self, fraction: float, line: str) -> None:
        self.fraction = max(self.fraction, fraction)
        self.on_progress(self.fraction, line)

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
            raise InstallFailed(detail=_with_hint(_reason(said) or f"exit code {self.code}"))

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
                if self.is_cancelled():
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


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _announced_mb(line: str) -> float:
    """Return the megabytes in «Downloading torch-2.13.0….whl (190.4 MB)»."""
    match = re.search(r"Downloading .*\(([\d.]+) ([kMG])B\)", line)
    return float(match[1]) * {"k": 1e-3, "M": 1.0, "G": 1e3}[match[2]] if match else 0.0


def _reason(said: Sequence[str]) -> str:
    """Return the line of pip's that says why it failed."""
    errors = [line for line in said if line.startswith("ERROR:")]
    lines = errors or [line for line in said if line.strip()]
    return lines[-1].replace("ERROR: ", "")[:400] if lines else ""


_NOT_FOUND = r"No matching distribution|Could not find a version|[Cc]onnection|resolve|timed out|Max retries"
_LONG_PATH = (
    r"[Ll]ong [Pp]ath|WinError 206|Errno 2\].*site-packages",
    "The path may be too long for Windows: enable long paths in Windows, or use a QGIS profile in a shorter folder.",
)
_HINTS = (
    (r"No space left", "The disk is full."),
    (
        r"SSL|CERTIFICATE",
        "The certificate of the server is not trusted here, or OpenSSL is missing. "
        "Behind a company's firewall, ask for its certificate, or install from a folder of wheels.",
    ),
    (r"Prox(y|ies)", "Check the proxy in Settings ▸ Options ▸ Network."),
    (
        _NOT_FOUND,
        "Check the connection to the Internet and the proxy in Settings ▸ Options ▸ Network, "
        "or install from a folder of wheels.",
    ),
    (r"DLL load failed|WinError 126|WinError 1114", "Install Microsoft's Visual C++ Redistributable (x64)."),
)


def _with_hint(reason: str, platform: str = sys.platform) -> str:
    # First, since a path may hold any of the other words.
    hints = (_LONG_PATH, *_HINTS) if platform == "win32" else _HINTS
    for pattern, hint in hints:
        if re.search(pattern, reason):
            return f"{reason.rstrip('. ')}. {hint}"
    return reason
