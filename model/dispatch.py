"""From a request to what carries it out, for the worker and the command line alike."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import platform
import sys
from collections.abc import Iterator
from typing import Callable

from .errors import BrokenEnvironment, DiskFull, SarCloudRemovalError, Unexpected
from .requests import (
    Adapt,
    DescribeModel,
    DetectClouds,
    Devices,
    Evaluate,
    Event,
    Inspect,
    PrepareS1,
    PrepareS2,
    Reconstruct,
    ReconstructFolder,
    Request,
    SimulateClouds,
)
from .version import version

# QGIS and other GDALs of the machine point these at their own files, with which rasterio's GDAL does not work.
FOREIGN_VARIABLES = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


def prepare_process() -> None:
    """Set up this process's environment for the libraries; before any of them is imported.

    The variables of other GDALs are taken out of it. Threads of torch wait for each other asleep, not spinning, which
    takes the processor from the desktop, and where other programs compute too, makes a tile take 25 times as long.
    """
    for name in FOREIGN_VARIABLES:
        os.environ.pop(name, None)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


#: What carries out a request: a module of this package and a function in it. Modules are imported when they are needed.
_WORK = {
    Reconstruct: (".reconstruct", "reconstruct"),
    ReconstructFolder: (".reconstruct_folder", "reconstruct_folder"),
    Inspect: (".inspection", "inspect"),
    Adapt: (".training.adapt", "adapt"),
    DetectClouds: (".detect_clouds", "detect_clouds"),
    SimulateClouds: (".simulate_clouds", "simulate_clouds"),
    PrepareS2: (".prepare_s2", "prepare_s2"),
    PrepareS1: (".prepare_s1", "prepare_s1"),
    Evaluate: (".evaluate", "evaluate"),
}


def carry_out(request: Request, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    """Carry out `request` and return the values of its result, which go through JSON.

    `report` takes the events on the way, from any thread; `cancelled` is asked between tiles. Raises what is in
    `errors`: `BrokenEnvironment` when a package cannot be imported, and whatever the request meets.
    """
    if isinstance(request, Devices):
        with _imports():
            devices = importlib.import_module(".devices", __package__)
        return {**devices.describe(), **about()}
    if isinstance(request, DescribeModel):
        with _imports():
            checkpoints = importlib.import_module(".networks.checkpoints", __package__)
        return checkpoints.describe(request.model)
    module, function = _WORK[type(request)]
    with _imports():
        work = getattr(importlib.import_module(module, __package__), function)
    return work(request, report, cancelled)


def about() -> dict:
    """Return which program on which Python this is."""
    return {"version": version(), "python": platform.python_version(), "interpreter": sys.executable}


def as_user_error(error: BaseException) -> SarCloudRemovalError:
    """Return the error that says in the user's words what `error` means."""
    if isinstance(error, SarCloudRemovalError):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path=error.filename or "the output", detail=error.strerror)
    words = str(error).strip().splitlines()
    return Unexpected(detail=f"{type(error).__name__}: {words[0][:300]}" if words else type(error).__name__)


@contextlib.contextmanager
def _imports() -> Iterator[None]:
    """Turn a package that is missing or does not load, such as torch without its DLLs, into an error that says so."""
    try:
        yield
    except (ImportError, OSError) as error:
        detail = str(error).strip().splitlines()[0]
        if getattr(error, "name", "") == "sklearn":
            detail = "it lacks the package scikit-learn, which earlier versions of the plugin did not need"
        raise BrokenEnvironment(interpreter=sys.executable, detail=detail) from error
