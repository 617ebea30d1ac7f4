"""The Python environment of the compute process: what there is, and what fits this machine.

The environment is a virtual environment of its own, so QGIS's Python stays as it is; `installation.py` makes it.
Standard library only, and no QGIS: where it lies and what the user wishes come in as arguments.

An environment has a *place*, the path of a folder. A new one is made beside the one before, in `place`, `place`-2,
`place`-3 and so on, with its marker written last; the newest that has a marker counts. So nothing that happens to a
new one touches the one that works.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess  # nosec B404 - what is started are Python interpreters and nvidia-smi, without a shell
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, Optional, Union

from ...model.errors import InstallFailed
from .processes import clean_environment, hidden_window

PACKAGES = ("torch", "rasterio", "numpy", "safetensors", "scipy", "scikit-learn")
# What they are imported as, where that is another name.
MODULES = {"scikit-learn": "sklearn"}
# What the method csmask of Detect clouds and shadows needs beside them, as the user chooses, and its size in MB.
CSMASK_PACKAGES = ("onnxruntime", "ukis_csmask")
CSMASK_DOWNLOAD_MB, CSMASK_DISK_MB = 175, 235
CONSTRAINTS = Path(__file__).resolve().parents[2] / "constraints.txt"
OLDEST_PYTHON = (3, 9)
NEWEST_PYTHON = (3, 14)

# Written last, so an environment that has it is complete.
MARKER = "sar-cloud-removal.json"

TORCH_INDEX = "https://download.pytorch.org/whl/"
_PROBE_SECONDS = 30
_INSPECT_SECONDS = 180
# The first pip that can install into another environment than its own.
_PIP_FOR_OTHERS = (22, 3)
_PYTHON_NAME = re.compile(r"python(3(\.\d+)?)?(\.exe)?", re.IGNORECASE)
# The answer of a program is found behind this, whatever a start-up file prints before it.
ANSWER = "sar-cloud-removal-answer:"


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
print({ANSWER!r} + json.dumps({{
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
        answer = ask(path, _PROBE, _PROBE_SECONDS)
    except NoAnswer as error:
        return Interpreter(path, problem=str(error))
    version = tuple(answer["version"])
    shown = ".".join(map(str, version))
    pip_version = numbers(answer["pip"])
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
    # The packages that do not load, each with what they say.
    failures: dict[str, str] = field(default_factory=dict)
    # The same of the packages of csmask, without which all else works.
    csmask_failures: dict[str, str] = field(default_factory=dict)


_INSPECT = f"""
import importlib, json, platform, sys
answer = {{"python": platform.python_version(), "versions": {{}}, "devices": {{}}, "cuda": "", "failures": {{}}}}
answer["csmask_failures"] = {{}}
for names, failures in (({PACKAGES!r}, "failures"), ({CSMASK_PACKAGES!r}, "csmask_failures")):
    for name in names:
        try:
            answer["versions"][name] = str(importlib.import_module({MODULES!r}.get(name, name)).__version__)
        except Exception as error:
            answer[failures][name] = str(error)
answer["problem"] = next(("{{}} does not load ({{}})".format(*each) for each in answer["failures"].items()), "")
if "torch" in answer["versions"]:
    import torch
    answer["devices"]["cpu"] = platform.processor() or platform.machine()
    answer["cuda"] = torch.version.cuda or ""
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            answer["devices"]["cuda:%d" % index] = torch.cuda.get_device_name(index)
    if getattr(torch.backends, "mps", None) and torch.backends.mps.is_available():
        answer["devices"]["mps"] = "Apple GPU"
print({ANSWER!r} + json.dumps(answer))
"""


def inspect(interpreter: str, asker: Optional[Callable] = None) -> Inspection:
    """Run the Python at `interpreter` once and return which packages and devices it has. Takes some seconds.

    `asker` runs it instead of `ask`, for whoever wants to cancel.
    """
    if not _PYTHON_NAME.fullmatch(Path(interpreter).name):
        return Inspection(interpreter, problem="it is not a Python interpreter")
    try:
        return Inspection(interpreter, **(asker or ask)(interpreter, _INSPECT, _INSPECT_SECONDS))
    except NoAnswer as error:
        return Inspection(interpreter, problem=str(error))


class NoAnswer(Exception):
    """An interpreter that does not run, or answers something else."""


def ask(interpreter: str, program: Union[str, Path], timeout: float, arguments: Sequence[str] = ()):
    """Run a program, which prints `ANSWER` and JSON, in another Python and return the JSON. Raises `NoAnswer`.

    `program` is its code, or the path of a file.
    """
    what = [str(program)] if isinstance(program, Path) else ["-c", program]
    try:
        done = subprocess.run(  # nosec B603 - a list of arguments, no shell
            [interpreter, "-I", "-X", "utf8", *what, *arguments],
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
        raise NoAnswer(f"it did not answer within {timeout:.0f} seconds") from None
    except (OSError, ValueError) as error:
        raise NoAnswer(f"it does not start ({error})") from error
    for line in done.stdout.splitlines():
        if line.startswith(ANSWER):
            return json.loads(line[len(ANSWER) :])
    said = done.stderr.strip().splitlines()
    raise NoAnswer(f"it does not run ({said[-1][:200] if said else f'exit code {done.returncode}'})")


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


_CPU = TorchBuild("CPU", TORCH_INDEX + "cpu", 320, 1300, "No NVIDIA GPU was found.")


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


def possible_builds(
    gpu: Optional[Gpu], python: tuple[int, ...], platform: str = sys.platform
) -> tuple[TorchBuild, ...]:
    """Return the builds of PyTorch that run on this machine; the first is the one to propose."""
    best = choose_build(gpu, python, platform)
    if not best.name.startswith("CUDA"):
        return (best,)
    return best, replace(_CPU, reason="Smaller, and leaves the GPU unused.")


def choose_build(gpu: Optional[Gpu], python: tuple[int, ...], platform: str = sys.platform) -> TorchBuild:
    """Return the build of PyTorch for this machine.

    The usual package index holds a CUDA build for Linux (gigabytes, wasted without a GPU) and a CPU build for
    Windows (which leaves a GPU unused), so PyTorch's own index is named wherever it matters. Builds for CUDA 13
    need a driver of 580 or later and a GPU of compute capability 7.5 or later, those for CUDA 12 a driver of 525
    or later; GPUs of capability 10 and later need CUDA 12.8 at least.
    """
    if platform == "darwin":
        return TorchBuild("macOS", None, 170, 750, "PyTorch uses the GPU of Apple computers without more ado.")
    if gpu is None:
        return _CPU
    # PyTorch's last release for Python 3.9 has no build for CUDA 13.
    cuda13 = python[:2] >= (3, 10)
    shown = f"{gpu.name}, driver {gpu.driver}"
    if cuda13 and gpu.driver >= 580 and gpu.capability >= 7.5:
        return TorchBuild("CUDA 13.0", TORCH_INDEX + "cu130", 2700, 6500, shown)
    if not cuda13 and gpu.driver >= 570 and gpu.capability >= 10:
        return TorchBuild("CUDA 12.8", TORCH_INDEX + "cu128", 3200, 7500, shown)
    if gpu.driver >= 528 and gpu.capability < 10:
        return TorchBuild("CUDA 12.6", TORCH_INDEX + "cu126", 3000, 7000, shown)
    return replace(_CPU, reason=f"{shown}: update the driver to use the GPU.")


def wanted_packages(csmask: bool) -> tuple[str, ...]:
    """Return the packages to install, with those of csmask or without."""
    return (*PACKAGES, *CSMASK_PACKAGES) if csmask else PACKAGES


# --- Where an environment lies ---------------------------------------------------------------------------------------


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


def slots(place: Path) -> list[Path]:
    """Return the folders of the environments at `place`, complete or not, the oldest first."""
    pattern = re.compile(re.escape(place.name) + r"(?:-(\d+))?")
    found = []
    with contextlib.suppress(OSError):
        for path in place.parent.iterdir():
            match = pattern.fullmatch(path.name)
            if match and path.is_dir():
                found.append((int(match[1] or 1), path))
    return [path for _, path in sorted(found)]


def current(place: Path) -> Optional[Path]:
    """Return the folder of the environment that counts at `place`, `None` when none is complete."""
    return next((folder for folder in reversed(slots(place)) if read_marker(folder) is not None), None)


def bytes_in(folder: Path) -> int:
    """Return the size of the files in `folder`, links left out; 0 when it is not there."""
    total, waiting = 0, [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif not entry.is_symlink():
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def numbers(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])
