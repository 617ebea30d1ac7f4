"""SAR Cloud Removal: a QGIS plugin and the Python package behind it."""

from __future__ import annotations


def classFactory(iface):  # noqa: N802 - the name that QGIS looks for
    """Return the plugin object; nothing heavy is imported before QGIS asks for it."""
    from .plugin.plugin import SarCloudRemovalPlugin

    return SarCloudRemovalPlugin(iface)
