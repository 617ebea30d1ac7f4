"""The layers of the sample scenes that come along, for who has none of their own at hand."""

from __future__ import annotations

from qgis.core import QgsProject, QgsRasterLayer

from .resources import SAMPLES


def add_sample_layers() -> list[QgsRasterLayer]:
    """Add the sample scenes to the project, drawn as in their projects, on top; return their layers, uppermost first.

    What the project holds stays as it is. The list is empty where no sample project can be read.
    """
    project = QgsProject.instance()
    added: list[QgsRasterLayer] = []
    for path in SAMPLES:
        sample = QgsProject()
        if not sample.read(str(path)):
            continue
        for node in sample.layerTreeRoot().findLayers():
            layer = node.layer().clone()
            # Its place in the tree is given, as QGIS would put it above the layer that is active.
            project.addMapLayer(layer, False)
            place = project.layerTreeRoot().insertLayer(len(added), layer)
            place.setItemVisibilityChecked(node.itemVisibilityChecked())
            added.append(layer)
    return added
