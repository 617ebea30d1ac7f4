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
from .requests import Adapt, DescribeModel, Devices, Evaluate, Event, Request
from .version import version

# QGIS and other GDALs of the machine point these at their own files, with which rasterio's GDAL does not work.
FOREIGN_VARIABLES = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


def clear_foreign_variables() -> None:
    """Take the variables of other GDALs out of this process's environment; before rasterio is imported."""
    for name in FOREIGN_VARIABLES:
        os.environ.pop(name, None)


def carry_out(request: Request, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    """Carry out `request` and return the values of its result, which go through JSON.

    `report` takes the events on the way, from any thread; `cancelled` is asked between tiles. Raises what is in
    `errors`: `BrokenEnvironment` when a package cannot be imported, and whatever the request meets.
    """
    with _imports():
        if isinstance(request, Devices):
            devices = importlib.import_module(".devices", __package__)
        elif isinstance(request, DescribeModel):
            checkpoints = importlib.import_module(".networks.checkpoints", __package__)
        elif isinstance(request, Evaluate):
            evaluation = importlib.import_module(".evaluate", __package__)
        elif isinstance(request, Adapt):
            adaptation = importlib.import_module(".training.adapt", __package__)
        else:
            reconstruction = importlib.import_module(".reconstruct", __package__)
    if isinstance(request, Devices):
        return {**devices.describe(), **about()}
    if isinstance(request, DescribeModel):
        return checkpoints.describe(request.model)
    if isinstance(request, Evaluate):
        return evaluation.evaluate(request, report, cancelled)
    if isinstance(request, Adapt):
        return adaptation.adapt(request, report, cancelled)
    return reconstruction.reconstruct(request, report, cancelled)


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
        raise BrokenEnvironment(interpreter=sys.executable, detail=str(error).strip().splitlines()[0]) from error
