"""Opens an example model in the graphical model designer and runs it from there; see driver.py."""

from __future__ import annotations

import os

from driver import Driver, button, idle, layer_names, load_sample, log_text, run_button, toolbox
from processing.gui.AlgorithmDialog import AlgorithmDialog
from qgis.core import QgsProcessingContext, QgsProject
from qgis.gui import QgsModelChildAlgorithmGraphicItem, QgsModelDesignerDialog, QgsModelParameterGraphicItem
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QFileDialog, QGraphicsView, QToolButton
from qgis.utils import iface

MODEL = os.environ["DRIVER_MODEL"]


def file_dialog():
    return next((each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog)), None)


def designer_window():
    windows = QApplication.topLevelWidgets()
    return next((each for each in windows if isinstance(each, QgsModelDesignerDialog) and each.isVisible()), None)


def choose_model():
    """Choose the model in the file dialog, which reads its folder in the background and knows no file before that.

    Typed letter by letter, a name would open the dialog's list of completions.
    """
    for _ in range(30):
        file_dialog().selectFile(MODEL)
        yield 1
        if button(file_dialog(), "Open").isEnabled():
            return


def open_from_toolbox(driver: Driver):
    """Models ▸ Open Existing Model… in the toolbox."""
    dock = toolbox()
    dock.setVisible(True)
    yield 0.5
    menus = [each.menu() for each in dock.findChildren(QToolButton) if each.menu() is not None]
    actions = [action for menu in menus for action in menu.actions() if "Open Existing Model" in action.text()]
    driver.later(actions[0].trigger)
    yield lambda: file_dialog() is not None and file_dialog().isVisible()
    yield from choose_model()
    driver.later(lambda: driver.click(button(file_dialog(), "Open")))
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
