"""Which of the project's layers a click means: a result of Remove clouds, or a layer from which one was made."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Sequence

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer

from ..model.errors import NoResultHere, NothingToInspect, OldResult, SarCloudRemovalError
from ..model.requests import RUN_TAG
from .layers import IMAGE, ROLE
from .sources import raster_source

_VERSION_TAG = "SAR_CLOUD_REMOVAL_VERSION"
_SOURCES = ("s2", "s1", "mask")


def result_for(active: QgsMapLayer | None, visible: Sequence[QgsMapLayer]) -> QgsRasterLayer:
    """Return the result that a click means while `active` is the current layer and `visible` are shown, top first.

    The active layer comes first: it is a result, or one was made from it; then the visible ones. Raises `OldResult`,
    `NoResultHere`, `NothingToInspect`.
    """
    results = [layer for layer in _in_tree_order() if run_of(layer)]
    for layer in [*([active] if active is not None else []), *visible]:
        found = _result_of(layer, results)
        if found is not None:
            return found
    if not isinstance(active, QgsRasterLayer):
        raise NothingToInspect()
    raise (OldResult if _VERSION_TAG in tags_of(active) else NoResultHere)(layer=active.name())


def run_of(layer: QgsMapLayer) -> dict:
    """Return what the metadata of a layer's file say about the run that made it; nothing for other layers."""
    try:
        noted = json.loads(tags_of(layer).get(RUN_TAG, "{}"))
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _result_of(layer: QgsMapLayer, results: Sequence[QgsRasterLayer]) -> QgsRasterLayer | None:
    if layer in results:
        return layer
    made = [each for each in results if _is_source(layer, run_of(each))]
    # Of one run, its image rather than its maps.
    return max(made, key=lambda each: each.customProperty(ROLE) == IMAGE, default=None)


def _is_source(layer: QgsMapLayer, run: dict) -> bool:
    path = path_of(layer)
    dates = [each for date in run.get("clear") or () for each in date]
    noted = [run.get(name) for name in _SOURCES] + dates
    return bool(path) and any(each and _same(path, each) for each in noted)


def _same(path: str, noted: str) -> bool:
    """Whether a layer's file is the noted one, or what is there instead since all was moved together."""
    if os.path.realpath(path) == os.path.realpath(noted):
        return True
    return not os.path.exists(noted) and os.path.basename(path) == noted.replace("\\", "/").rpartition("/")[2]


def _in_tree_order() -> list[QgsMapLayer]:
    return QgsProject.instance().layerTreeRoot().layerOrder()


def path_of(layer: QgsMapLayer) -> str:
    """Return where the compute process finds `layer`, "" for one that it could not have taken."""
    if not isinstance(layer, QgsRasterLayer):
        return ""
    try:
        return raster_source(layer).path
    except SarCloudRemovalError:
        return ""


def tags_of(layer: QgsMapLayer) -> dict[str, str]:
    """Return the metadata of a layer's file; nothing for layers that no run could have taken."""
    path = path_of(layer)
    try:
        modified = os.stat(path).st_mtime_ns if path else 0
    except (OSError, ValueError):
        # Something that is no file, and that GDAL opens all the same.
        modified = 0
    return _tags_in(path, modified) if path else {}


@functools.lru_cache(maxsize=256)
def _tags_in(path: str, modified: int) -> dict[str, str]:
    """Read the metadata, and remember them until the file changes: opening one takes a while where the disk is far."""
    # That of QGIS itself: no class of QGIS gives a raster's metadata but as text to read.
    from osgeo import gdal

    try:
        data = gdal.Open(path)
    except RuntimeError:
        return {}
    return dict(data.GetMetadata()) if data is not None else {}
