"""Runs Remove clouds of a folder from the toolbox, stops it, and lets it go on; see driver.py."""

from __future__ import annotations

import os

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
    show_toolbox,
)
from qgis.core import QgsProcessingContext
from qgis.utils import iface

TITLE = "Remove clouds of a folder"


def folder(driver: Driver):
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    yield 1
    yield from show_toolbox(driver, TITLE)
    double_click(driver)
    yield lambda: dialog(TITLE) is not None
    window = dialog(TITLE)
    window.setGeometry(250, 60, 1040, 820)
    yield 0.5
    context = QgsProcessingContext()
    wrappers = window.mainWidget().wrappers
    wrappers["INPUT"].setParameterValue(os.environ["DRIVER_SCENES"], context)
    wrappers["LOAD"].setParameterValue(True, context)
    wrappers["OUTPUT"].setParameterValue(str(OUT / "results"), context)
    yield 0.5
    driver.picture("dialog", window)

    # Stopped when the first scene is done.
    driver.click(run_button(window))
    yield lambda: "done in" in log_text(window)
    driver.click(button(window, "Cancel"))
    yield lambda: idle(window)
    driver.report["cancelled"] = log_text(window)
    driver.report["after_cancel"] = sorted(path.name for path in (OUT / "results").iterdir())

    driver.click(button(window, "Change Parameters"))
    yield 0.3
    driver.click(run_button(window))
    yield 0.5
    yield lambda: idle(window)
    yield 1
    driver.report["log"] = log_text(window)
    driver.picture("ran", window)
    driver.click(button(window, "Close"))
    yield 1.5
    driver.report["files"] = sorted(path.name for path in (OUT / "results").iterdir())
    driver.report["layers"] = sorted(layer_names())
    iface.mapCanvas().zoomToFullExtent()
    yield 1.5
    driver.picture("result")


# Held by name: nothing else keeps it alive.
the_driver = Driver(folder)
