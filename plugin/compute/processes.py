"""How another Python is started from inside QGIS, and ended again, on every system.

Standard library only, and no QGIS.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess  # nosec B404 - what is started are Python interpreters, without a shell
import sys
from collections.abc import Mapping
from typing import Optional

# What QGIS, its launchers and its bundles set for themselves and what misleads another Python: its home and
# modules, and the data folders of another build of PROJ and GDAL than the one in the rasterio wheel.
QGIS_VARIABLES = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONEXECUTABLE",
    "__PYVENV_LAUNCHER__",
    "PROJ_LIB",
    "PROJ_DATA",
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "GDAL_PYTHON_DRIVER_PATH",
    "GEOTIFF_CSV",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "DYLD_INSERT_LIBRARIES",
    "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
# These are cleared only where a bundle put them there, and kept where the user's system did.
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def clean_environment(variables: Optional[Mapping[str, str]] = None) -> dict[str, str]:
    """Return `variables` (by default this process's) without what belongs to QGIS's own Python, PROJ and GDAL."""
    source = dict(os.environ if variables is None else variables)
    root = source.get("OSGEO4W_ROOT") or source.get("APPDIR") or ""
    cleaned = {}
    for name, value in source.items():
        if name.upper() in QGIS_VARIABLES:
            bundled = root and os.path.normcase(value).startswith(os.path.normcase(root))
            if name.upper() not in _CERTIFICATES or bundled:
                continue
        cleaned[name] = value
    cleaned["PYTHONUNBUFFERED"] = "1"
    return cleaned


def hidden_window() -> dict[str, int]:
    """Return the arguments of `Popen` that keep a console window from flashing up on Windows."""
    return {"creationflags": subprocess.CREATE_NO_WINDOW} if sys.platform == "win32" else {}


def own_group() -> dict[str, bool]:
    """Return the arguments of `Popen` that make a process group of its own, so that its children end with it."""
    return {} if sys.platform == "win32" else {"start_new_session": True}


def end_process(process: subprocess.Popen) -> None:
    """End a process that was started with `own_group`, with its children, at once, and wait until it is gone."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
