"""The layers of the sample scene that comes along, for who has none of their own at hand."""

from __future__ import annotations

from qgis.core import QgsProject, QgsRasterLayer

from .resources import SAMPLE


def add_sample_layers() -> list[QgsRasterLayer]:
    """Add the sample scene to the project, drawn as in the sample project, on top; return its layers, uppermost first.

    What the project holds stays as it is. The list is empty where the sample project cannot be read.
    """
    sample = QgsProject()
    if not sample.read(str(SAMPLE)):
        return []
    nodes = sample.layerTreeRoot().findLayers()
    project = QgsProject.instance()
    added = []
    for place, node in enumerate(nodes):
        layer = node.layer().clone()
        # Its place in the tree is given, as QGIS would put it above the layer that is active.
        project.addMapLayer(layer, False)
        project.layerTreeRoot().insertLayer(place, layer).setItemVisibilityChecked(node.itemVisibilityChecked())
        added.append(layer)
    return added
