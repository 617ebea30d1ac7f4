"""Clicks into a result with the attention inspector; see driver.py."""

from __future__ import annotations

import os
import time
from pathlib import Path

from driver import SAMPLE, Driver, iface, plugins, unloadPlugin, worker_process
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDockWidget, QLabel, QSlider, QToolButton

# A place of the sample scene under cloud, in its own CRS.
PLACE = QgsPointXY(702900.0, 3709100.0)
NUMBERS = ("vv", "vh", "gate", "received", "replaced")


def the_dock():
    return iface.mainWindow().findChild(QDockWidget, "SarCloudRemovalInspector")


def overlays() -> list:
    from sar_cloud_removal.plugin.gui.attention_overlay import AttentionOverlay

    return [item for item in iface.mapCanvas().scene().items() if isinstance(item, AttentionOverlay)]


def message() -> str:
    return the_dock().findChild(QLabel, "message").text()


def click_map(place: QgsPointXY, crs: str = "EPSG:32650") -> None:
    """Click at a place of a sample scene, given in its CRS, whatever CRS the map has."""
    canvas = iface.mapCanvas()
    utm = QgsCoordinateReferenceSystem(crs)
    to_map = QgsCoordinateTransform(utm, canvas.mapSettings().destinationCrs(), QgsProject.instance())
    pixel = canvas.mapSettings().mapToPixel().transform(to_map.transform(place))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(pixel.x()), round(pixel.y())))


def arrived() -> bool:
    return bool(the_dock()._values)


def open_result(name: str = "Sentinel-2, cloudy — clouds removed") -> QgsRasterLayer:
    iface.addProject(str(SAMPLE / "sample.qgs"))
    cloudy = QgsProject.instance().mapLayersByName("Sentinel-2, cloudy")[0]
    layer = QgsRasterLayer(os.environ["DRIVER_RESULT"], name)
    from sar_cloud_removal.plugin.stretch import drawn_style

    layer.importNamedStyle(drawn_style(cloudy))
    layer.setName(name)
    QgsProject.instance().addMapLayer(layer)
    return layer


def colour_at(place: QgsPointXY) -> list:
    """Return the colour of the map, with what lies over it, at a place of the map's CRS."""
    canvas = iface.mapCanvas()
    pixel = canvas.mapSettings().mapToPixel().transform(place)
    colour = canvas.grab().toImage().pixelColor(round(pixel.x()), round(pixel.y()))
    return [colour.red(), colour.green(), colour.blue()]


def inspector(driver: Driver):
    main, canvas = iface.mainWindow(), iface.mapCanvas()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [340], Qt.Orientation.Horizontal)
    action = plugins["sar_cloud_removal"]._inspect

    # Nothing there to inspect: it says so.
    action.trigger()
    yield 0.5
    click_map(PLACE)
    driver.report["without_project"] = message()
    result = open_result()
    yield 2
    canvas.setExtent(result.extent())
    canvas.refresh()
    yield lambda: not canvas.isDrawing()
    main.resizeDocks([the_dock()], [330], Qt.Orientation.Horizontal)
    yield 1
    pick = the_dock().findChild(QToolButton, "pick")
    driver.report["picking"] = [action.isChecked(), pick.isChecked(), canvas.mapTool() is the_dock()._tool]
    driver.picture("before")

    # The cloudy layer is the current one: its result is found.
    iface.setActiveLayer(QgsProject.instance().mapLayersByName("Sentinel-2, cloudy")[0])
    driver.forget_pauses()
    click_map(PLACE)
    driver.report["busy"] = [the_dock()._busy.isVisible(), message()]
    yield arrived
    driver.report["longest_pause"] = driver.longest_pause
    values = the_dock()._values
    driver.report["result"] = values["result"]
    driver.report["numbers"] = {name: the_dock().findChild(QLabel, name).text() for name in NUMBERS}
    driver.report["values"] = {name: values[name] for name in ("gate", "received", "backscatter", "before", "after")}
    driver.report["row_column"] = [values["row"], values["column"]]
    yield 0.5
    driver.picture("after_click")
    driver.picture("dock", the_dock())

    # Once warm.
    iface.setActiveLayer(result)
    seconds = []
    for step in range(3):
        began = time.monotonic()
        click_map(QgsPointXY(PLACE.x() + 160 * step, PLACE.y()))
        yield arrived
        seconds.append(round(time.monotonic() - began, 3))
    driver.report["warm_seconds"] = seconds
    driver.report["worker_seconds"] = the_dock()._values["seconds"]

    # Two clicks: the first one is given up, its process stays.
    process = worker_process().pid
    click_map(QgsPointXY(PLACE.x() + 400, PLACE.y()))
    yield 0.05
    click_map(PLACE)
    yield arrived
    driver.report["after_two_clicks"] = [the_dock()._values["row"], the_dock()._values["column"]]
    driver.report["same_process"] = worker_process().pid == process

    # Heads and opacity.
    shown = the_dock()._overlay.shown
    heads = the_dock().findChild(QComboBox, "head")
    driver.report["heads"] = [heads.itemText(index) for index in range(heads.count())]
    driver.report["mean_matches"] = _same(shown.shares, _mean(values_heads()))
    slider = the_dock().findChild(QSlider, "opacity")
    row, column = _strongest(shown.shares)
    a, b, c, d, e, f = shown.transform
    strongest = QgsPointXY(a + b * (column + 0.5) + c * (row + 0.5), d + e * (column + 0.5) + f * (row + 0.5))
    utm = QgsCoordinateReferenceSystem("EPSG:32650")
    to_map = QgsCoordinateTransform(utm, canvas.mapSettings().destinationCrs(), QgsProject.instance())
    spot = to_map.transform(strongest)
    colours = {}
    for percent in (0, 100):
        slider.setValue(percent)
        yield 0.3
        colours[percent] = colour_at(spot)
    driver.report["colours"] = colours
    slider.setValue(70)
    QTest.keyClick(heads, Qt.Key.Key_Down)
    yield 0.5
    driver.report["head"] = heads.currentText()
    driver.report["head_matches"] = _same(the_dock()._overlay.shown.shares, values_heads()[0])
    driver.picture("head_1")
    QTest.keyClick(heads, Qt.Key.Key_Up)
    # On a bright ground too.
    node = QgsProject.instance().layerTreeRoot().findLayer(result.id())
    node.setItemVisibilityChecked(False)
    yield 0.5
    yield lambda: not canvas.isDrawing()
    driver.picture("bright")
    node.setItemVisibilityChecked(True)

    # A map in another CRS: the same tokens, in their true place.
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    canvas.setExtent(canvas.mapSettings().layerExtentToOutputExtent(result, result.extent()))
    canvas.refresh()
    yield lambda: not canvas.isDrawing()
    click_map(PLACE)
    yield arrived
    driver.report["in_mercator"] = [the_dock()._values["row"], the_dock()._values["column"]]
    yield 0.5
    driver.picture("mercator")

    # Another tool is chosen: the numbers stay. Closed: nothing is left on the map.
    iface.actionPan().trigger()
    yield 0.3
    driver.report["after_pan"] = [action.isChecked(), the_dock()._overlay.isVisible()]
    action.trigger()
    yield 0.3
    the_dock().close()
    yield 0.3
    driver.report["after_close"] = [action.isChecked(), the_dock()._overlay.isVisible(), the_dock().isVisible()]
    driver.picture("closed")

    # The Sentinel-1 file is gone.
    action.trigger()
    moved = Path(os.environ["DRIVER_S1"])
    moved.rename(moved.with_suffix(".away"))
    click_map(PLACE)
    yield lambda: not the_dock()._busy.isVisible()
    driver.report["without_s1"] = message()
    yield 0.3
    driver.picture("without_s1", the_dock())
    moved.with_suffix(".away").rename(moved)

    # No compute environment: it says what to press.
    os.environ["SAR_CLOUD_REMOVAL_PYTHON"] = ""
    click_map(PLACE)
    driver.report["without_environment"] = [message(), the_dock()._set_up.isVisible()]
    yield 0.3
    driver.picture("without_environment", the_dock())
    os.environ["SAR_CLOUD_REMOVAL_PYTHON"] = os.environ["DRIVER_PYTHON"]

    # Unloaded in the middle of a look.
    click_map(PLACE)
    yield 0.05
    driver.report["overlays"] = len(overlays())
    unloadPlugin("sar_cloud_removal")
    yield 0.5
    driver.report["overlays_after_unload"] = len(overlays())
    driver.report["dock_after_unload"] = the_dock() is not None


def values_heads() -> list:
    return the_dock()._values["attention"]["heads"]


def _mean(heads: list) -> list:
    return [[sum(cells) / len(heads) for cells in zip(*rows)] for rows in zip(*heads)]


def _same(shares, expected) -> bool:
    pairs = [pair for rows in zip(shares, expected) for pair in zip(*rows)]
    return len(pairs) > 1 and all(abs(one - other) < 1e-9 for one, other in pairs)


def _strongest(shares) -> tuple:
    return max(
        ((row, column) for row in range(len(shares)) for column in range(len(shares[0]))),
        key=lambda cell: shares[cell[0]][cell[1]],
    )


# Held by name: nothing else keeps it alive.
if os.environ["DRIVER_SCENARIO"] == "inspector":
    the_driver = Driver(inspector)
