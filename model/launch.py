"""Starts the compute process from wherever the package lies: `python -I -X utf8 launch.py [--idle SECONDS]`.

QGIS's plugin folder must not be on the path, as every other plugin lies in it too, and the package's own folder may
have any name. So the package is loaded from its folder, under the name by which its parts know it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

PACKAGE = "sar_cloud_removal"


def load_package() -> None:
    """Make the folder above this one importable as `sar_cloud_removal`."""
    folder = Path(__file__).resolve().parent.parent
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load_package()
    importlib.import_module(f"{PACKAGE}.model.worker").main()
