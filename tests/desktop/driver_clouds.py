"""Scenario of Detect clouds and shadows, for the real QGIS window."""

from __future__ import annotations

import os
import time
from pathlib import Path

from driver import (
    OUT,
    Driver,
    button,
    dialog,
    double_click,
    idle,
    layer_names,
    log_text,
    run_button,
    set_output,
    show_parameters,
    show_toolbox,
)
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QDockWidget, QProgressBar
from qgis.utils import iface


def detect_clouds(driver: Driver):
    """Cancelled, then run to its end; the classes are drawn over bright and over dark ground."""
    main, results = iface.mainWindow(), OUT / "results"
    results.mkdir()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [330], Qt.Orientation.Horizontal)
    QgsProject.instance().addMapLayer(QgsRasterLayer(str(Path(os.environ["DRIVER_SCENE"])), "Sentinel-2"))
    yield 1
    iface.mapCanvas().zoomToFullExtent()
    yield 1
    driver.picture("before")
    yield from show_toolbox(driver, "Detect clouds and shadows")
    double_click(driver)
    yield lambda: dialog("Detect clouds and shadows") is not None
    window = dialog("Detect clouds and shadows")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 0.5
    method = window.mainWidget().wrappers["METHOD"].wrappedWidget()
    assert isinstance(method, QComboBox)
    method.setCurrentIndex(method.findText("neural network csmask"))
    driver.report["method"] = method.currentData()
    set_output(window, "OUTPUT", results / "clouds.tif")
    yield 0.3
    driver.picture("dialog")

    bar = window.findChild(QProgressBar)
    driver.click(run_button(window))
    yield lambda: bar.value() >= 5
    driver.report["partial_during_run"] = sorted(path.name for path in results.iterdir())
    driver.forget_pauses()
    asked = time.monotonic()
    driver.click(button(window, "Cancel"))
    yield lambda: idle(window)
    driver.report["cancel_seconds"] = time.monotonic() - asked
    driver.report["cancel_pause"] = driver.longest_pause
    yield 0.5
    driver.report["files_after_cancel"] = sorted(path.name for path in results.iterdir())
    driver.report["layers_after_cancel"] = layer_names()

    show_parameters(window)
    yield 0.3
    driver.forget_pauses()
    driver.click(run_button(window))
    yield lambda: bar.value() >= 5
    yield lambda: idle(window)
    driver.report["run_pause"] = driver.longest_pause
    driver.report["log"] = log_text(window)
    driver.picture("finished")
    driver.click(button(window, "Close"))
    yield 2
    driver.report["layers"] = layer_names()
    driver.report["files"] = sorted(path.name for path in results.iterdir())
    driver.picture("layers")


SCENARIOS = {each.__name__: each for each in (detect_clouds,)}
the_driver = Driver(SCENARIOS[os.environ["DRIVER_SCENARIO"]])
