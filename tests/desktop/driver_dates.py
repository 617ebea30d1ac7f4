"""Scenario of a clear date in Remove clouds, for the real QGIS window; see driver.py."""

from __future__ import annotations

import os

from driver import (
    SAMPLE,
    Driver,
    button,
    dialog,
    double_click,
    field,
    idle,
    layer_names,
    log_text,
    run_button,
    show_toolbox,
)
from driver_inspector import arrived, click_map, message, the_dock
from qgis.core import QgsPointXY, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QListView,
    QScrollArea,
    QToolButton,
)
from qgis.utils import iface, plugins

# A place of the second sample scene under closed cloud, in its own CRS.
PLACE, CRS = QgsPointXY(452005.0, 6947995.0), "EPSG:32635"


def node_of(ending: str):
    """Return the node of the layer whose name ends so."""
    nodes = QgsProject.instance().layerTreeRoot().findLayers()
    return next(node for node in nodes if node.name().endswith(ending))


def ask_for(window, name: str) -> None:
    """Choose a temporary file for an output that is left out by default."""
    menu = field(window, name, QToolButton).menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if "Temporary" in action.text()).trigger()
    loaded = field(window, name, QCheckBox)
    loaded.setChecked(True)
    window.findChild(QScrollArea).ensureWidgetVisible(loaded)


def _shown_list(window):
    """Return the list that is open; those of choices are hidden."""
    return next((view for view in window.findChildren(QListView) if view.isVisible()), None)


def choose(driver: Driver, window, parameter: str, layer: str):
    """Tick a layer in the list that a parameter opens."""
    driver.click(field(window, parameter, QToolButton))
    yield lambda: _shown_list(window) is not None
    view = _shown_list(window)
    model = view.model()
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    index = next(model.index(row, 0) for row, name in enumerate(names) if name.startswith(layer))
    view.scrollTo(index)
    view.setCurrentIndex(index)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Space)
    yield 0.3
    driver.picture("choosing")
    driver.click(button(window, "OK"))
    yield 0.3
    driver.report[parameter] = field(window, parameter, QLineEdit).text()


def clear_date(driver: Driver):
    """The dialog with a clear date; result, source and expected error arrive; the inspector tells the parts."""
    main, canvas = iface.mainWindow(), iface.mapCanvas()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [330], Qt.Orientation.Horizontal)
    iface.addProject(str(SAMPLE / "fields.qgs"))
    yield 2
    canvas.zoomToFullExtent()
    yield from show_toolbox(driver)
    double_click(driver)
    yield lambda: dialog("Remove clouds") is not None
    window = dialog("Remove clouds")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 1
    driver.report["proposed"] = [field(window, name, QComboBox).currentText() for name in ("S1", "S2")]
    yield from choose(driver, window, "CLEAR", "Fields: Sentinel-2, clear")
    yield from choose(driver, window, "CLEAR_S1", "Fields: Sentinel-1, a month before")
    driver.picture("dialog")
    for name in ("SOURCE", "EXPECTED_ERROR"):
        ask_for(window, name)
    yield 0.3
    driver.picture("dialog_outputs")
    driver.click(run_button(window))
    yield 0.4
    yield lambda: idle(window)
    driver.report["log"] = log_text(window)
    driver.picture("finished")
    driver.click(button(window, "Close"))
    yield 2.5
    driver.report["layers"] = layer_names()
    main.findChild(QDockWidget, "ProcessingToolbox").hide()
    node_of("SAR attention").setItemVisibilityChecked(False)
    yield 1
    canvas.setExtent(node_of("clouds removed").layer().extent())
    canvas.refresh()
    yield lambda: not canvas.isDrawing()
    yield 0.5
    driver.picture("result")
    for ending in ("source", "expected error"):
        node_of(ending).setItemVisibilityChecked(True)
        yield 1
        yield lambda: not canvas.isDrawing()
        driver.picture(ending.replace(" ", "_"))
        node_of(ending).setItemVisibilityChecked(False)
    renderer = node_of("source").layer().renderer()
    driver.report["legend"] = [each.label for each in renderer.classes()]

    # Where the colours of a place came from.
    plugins["sar_cloud_removal"]._inspect.trigger()
    yield 0.5
    main.resizeDocks([the_dock()], [380], Qt.Orientation.Horizontal)
    iface.setActiveLayer(node_of("clouds removed").layer())
    yield 1
    click_map(PLACE, CRS)
    yield arrived
    yield 0.5
    dock, values = the_dock(), the_dock()._values
    driver.report["message"] = message()
    driver.report["parts"], driver.report["source"] = values["parts"], values["source"]
    driver.report["expected_error"] = values["expected_error"]
    driver.report["shown"] = {
        name: dock.findChild(QLabel, name).text() for name in ("source", "expected_error", "parts")
    }
    heads = dock.findChild(QComboBox, "head")
    driver.report["heads"] = [heads.itemText(index) for index in range(heads.count())]
    driver.report["head"] = heads.currentText()
    driver.report["colours"] = values["colours_from"]
    driver.report["overlay"] = dock._overlay.shown.shares
    driver.picture("inspector")
    area = dock.findChild(QScrollArea)
    area.ensureWidgetVisible(heads)
    yield 0.3
    driver.picture("inspector_dock", dock)
    QTest.keyClick(heads, Qt.Key.Key_Down)
    yield 0.5
    driver.report["next_head"] = heads.currentText()
    driver.report["next_overlay"] = dock._overlay.shown.shares == dock._values["colours_from"]["heads"][0]
    # What was chosen stays chosen at the next place.
    dock._values = {}
    click_map(QgsPointXY(PLACE.x() + 60, PLACE.y()), CRS)
    yield arrived
    driver.report["head_at_next_place"] = heads.currentText()
    yield 0.3
    driver.picture("inspector_mean")


SCENARIOS = {each.__name__: each for each in (clear_date,)}
if os.environ["DRIVER_SCENARIO"] in SCENARIOS:
    the_driver = Driver(SCENARIOS[os.environ["DRIVER_SCENARIO"]])
