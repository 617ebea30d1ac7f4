"""Which layers belong together: a reconstructed image, and the cloudy layer that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer

from .layers import IMAGE, PREPARED, ROLE, SIMULATED
from .origin import path_of, tags_of

# What `model.reconstruct` writes into each result: «name (path)», and the network, which detected or simulated clouds
# have not.
_SOURCE_TAG, _MODEL_TAG = "SAR_CLOUD_REMOVAL_S2", "SAR_CLOUD_REMOVAL_MODEL"
# The maps that come with an image have the same tag, and at most two bands.
_MOST_BANDS_OF_A_MAP = 2


@dataclass(frozen=True)
class Pair:
    """A cloudy layer and the image that was reconstructed from it."""

    cloudy: QgsRasterLayer
    image: QgsRasterLayer


def is_image(layer: QgsMapLayer | None) -> bool:
    """Whether `layer` is a reconstructed image: of this session or this project, or a file that was added again."""
    if not isinstance(layer, QgsRasterLayer) or not layer.isValid():
        return False
    if layer.customProperty(ROLE):
        return layer.customProperty(ROLE) == IMAGE
    return layer.bandCount() > _MOST_BANDS_OF_A_MAP and bool(_recorded_source(layer))


def is_map(layer: QgsMapLayer | None) -> bool:
    """Whether `layer` is one of the maps that lie on top of an image."""
    return layer is not None and layer.customProperty(ROLE) not in (None, "", IMAGE, PREPARED, SIMULATED)


def all_pairs() -> list[Pair]:
    """Return the pairs of the project, that of the topmost image first."""
    found = []
    for layer in QgsProject.instance().layerTreeRoot().layerOrder():
        cloudy = cloudy_of(layer) if is_image(layer) else None
        if cloudy is not None:
            found.append(Pair(cloudy, layer))
    return found


def likely_pair(active: QgsMapLayer | None) -> Pair | None:
    """Return the pair that `active` is a part of, else the topmost one, `None` where there is none."""
    pairs = all_pairs()
    of_active = [pair for pair in pairs if active is not None and active in (pair.image, pair.cloudy)]
    return next(iter(of_active or pairs), None)


def cloudy_of(image: QgsRasterLayer) -> QgsRasterLayer | None:
    """Return the layer of the file that `image` says it was made from, else the one right below, if it is alike."""
    order = QgsProject.instance().layerTreeRoot().layerOrder()
    source = _recorded_source(image)
    if source:
        for layer in order:
            path = path_of(layer)
            if path and layer is not image and source.endswith(f"({path})"):
                return layer
    below = order[order.index(image) + 1 :] if image in order else []
    # Its own maps may have been put anywhere.
    below = [layer for layer in below if isinstance(layer, QgsRasterLayer) and not is_map(layer)]
    return below[0] if below and _alike(below[0], image) else None


def _alike(layer: QgsRasterLayer, image: QgsRasterLayer) -> bool:
    """Whether `layer` may be the cloudy one: the same bands, no result itself, and over the same ground."""
    return (
        not is_image(layer)
        and layer.bandCount() == image.bandCount()
        and layer.crs() == image.crs()
        and layer.extent().intersects(image.extent())
    )


def _recorded_source(layer: QgsMapLayer) -> str:
    """Return what the metadata of a layer's file say of the Sentinel-2 layer that it was made from, "" for nothing."""
    tags = tags_of(layer)
    return tags.get(_SOURCE_TAG, "") if _MODEL_TAG in tags else ""
