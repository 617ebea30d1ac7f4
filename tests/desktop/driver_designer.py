"""Opens an example model in the graphical model designer and runs it from there; see driver.py."""

from __future__ import annotations

import os
from pathlib import Path

from driver import Driver, button, idle, layer_names, load_sample, log_text, run_button, toolbox
from processing.gui.AlgorithmDialog import AlgorithmDialog
from qgis.core import QgsProcessingContext, QgsProject
from qgis.gui import QgsModelChildAlgorithmGraphicItem, QgsModelDesignerDialog, QgsModelParameterGraphicItem
from qgis.PyQt.QtCore import QRegularExpression, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QAction,
    QApplication,
    QDockWidget,
    QFileDialog,
    QGraphicsView,
    QToolButton,
)
from qgis.utils import iface

MODEL = Path(os.environ["DRIVER_MODEL"])


def file_dialog():
    windows = QApplication.topLevelWidgets()
    return next((each for each in windows if isinstance(each, QFileDialog) and each.isVisible()), None)


def designer_window():
    windows = QApplication.topLevelWidgets()
    return next((each for each in windows if isinstance(each, QgsModelDesignerDialog) and each.isVisible()), None)


def choose_model():
    """Click at the model in the file dialog and open it, as often as it takes.

    The dialog reads its folder in the background. When it has, it empties the field of the name, so what is chosen too
    early is lost again; typed letter by letter, a name would open the list of completions.
    """
    file_dialog().setDirectory(str(MODEL.parent))
    for _ in range(60):
        window = file_dialog()
        if window is None:
            return
        if window.selectedFiles() == [str(MODEL)] and button(window, "Open").isEnabled():
            QTimer.singleShot(0, button(window, "Open").click)
        else:
            click_at_file(window)
        yield 1


def click_at_file(window) -> None:
    view = next(
        each
        for each in window.findChildren(QAbstractItemView, QRegularExpression("^(tree|list)View$"))
        if each.isVisible()
    )
    rows = [view.model().index(row, 0, view.rootIndex()) for row in range(view.model().rowCount(view.rootIndex()))]
    for row in rows:
        if row.data() == MODEL.name:
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(row).center())


def open_from_toolbox(driver: Driver):
    """Models ▸ Open Existing Model… in the toolbox."""
    dock = toolbox()
    dock.setVisible(True)
    yield 0.5
    menus = [each.menu() for each in dock.findChildren(QToolButton) if each.menu() is not None]
    actions = [action for menu in menus for action in menu.actions() if "Open Existing Model" in action.text()]
    driver.later(actions[0].trigger)
    yield lambda: file_dialog() is not None
    yield from choose_model()
    yield lambda: designer_window() is not None


def run_dialog():
    windows = QApplication.topLevelWidgets()
    return next((each for each in windows if isinstance(each, AlgorithmDialog) and each.isVisible()), None)


def boxes(scene, kind) -> list:
    """Return the texts of the boxes of a kind, from top to bottom."""
    found = [item for item in scene.items() if isinstance(item, kind)]
    found.sort(key=lambda item: item.pos().y())
    return [item.component().description() for item in found]


def designer(driver: Driver):
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    load_sample()
    yield 1
    yield from open_from_toolbox(driver)
    window = designer_window()
    window.setGeometry(0, 0, 1500, 900)
    yield 1
    for title in ("Undo History", "History", "Variables"):
        for dock in window.findChildren(QDockWidget):
            if dock.windowTitle() == title:
                dock.hide()
    view = window.findChild(QGraphicsView)
    scene = view.scene()
    driver.report["steps"] = boxes(scene, QgsModelChildAlgorithmGraphicItem)
    driver.report["inputs"] = boxes(scene, QgsModelParameterGraphicItem)
    driver.report["valid"] = [window.model().validate()[0], *window.model().validate()[1]]
    window.findChild(QAction, "mActionZoomToItems").trigger()
    yield 1
    driver.picture("model", window)

    driver.later(window.findChild(QAction, "mActionRun").trigger)
    yield lambda: run_dialog() is not None
    run = run_dialog()
    run.resize(1000, 720)
    context = QgsProcessingContext()
    for name, layer in (("sentinel1", "Sentinel-1 (VV, VH)"), ("sentinel2", "Sentinel-2, cloudy")):
        found = QgsProject.instance().mapLayersByName(layer)[0]
        run.mainWidget().wrappers[name].setParameterValue(found.id(), context)
    yield 0.5
    driver.picture("dialog", run)
    driver.later(lambda: driver.click(run_button(run)))
    yield 0.5
    yield lambda: idle(run)
    driver.report["log"] = log_text(run)
    yield 1
    driver.picture("ran", run)
    run.close()
    yield 1.5
    driver.report["layers"] = layer_names()
    driver.picture("model_ran", window)
    window.setDirty(False)
    window.close()
    yield 1
    iface.mapCanvas().zoomToFullExtent()
    yield 2
    driver.picture("result")


# Held by name: nothing else keeps it alive.
the_driver = Driver(designer)
