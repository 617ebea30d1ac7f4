"""Runs inside the real QGIS (`qgis --code driver.py`) and drives its window as a person would: clicks and keys.

A scenario is a generator. It yields what it waits for: a number of seconds, or a function that says when to go on.
Timers run it, so it goes on while dialogs are open that block their caller. What it saw goes into a report.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingContext, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QPoint, Qt, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTextEdit,
    QTreeView,
)
from qgis.utils import iface, plugins, unloadPlugin

OUT = Path(os.environ["DRIVER_OUT"])
SAMPLE = Path(os.environ["DRIVER_SAMPLE"])
TICK_MS = 20
PATIENCE_SECONDS = float(os.environ.get("DRIVER_PATIENCE", 120))


class Driver:
    """Steps through a scenario and keeps what it reports."""

    def __init__(self, scenario) -> None:
        self.report: dict = {}
        self.longest_pause = 0.0
        self._last_tick = time.monotonic()
        self._steps = scenario(self)
        self._condition = None
        self._until = 0.0
        self._deadline = 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._busy = False
        # Instead of QGIS's own way to show them, a dialog that would stop the scenario.
        self.report["python_errors"] = []
        sys.excepthook = self._note_error
        self._timer.start(TICK_MS)

    def _note_error(self, kind, error, trace) -> None:
        self.report["python_errors"].append("".join(traceback.format_exception(kind, error, trace)))

    def _tick(self) -> None:
        now = time.monotonic()
        self.longest_pause = max(self.longest_pause, now - self._last_tick)
        self._last_tick = now
        # A step that opens a blocking dialog is still under way while the next ticks come.
        if self._busy or now < self._until:
            return
        try:
            if self._condition is not None:
                if not self._condition():
                    if now > self._deadline:
                        raise TimeoutError("what was waited for did not come")
                    # The pause begins now. Dialogs of QGIS go through its events a hundred times for each line of
                    # their log; on a busy machine each time would find this timer due again, and wait for a look.
                    self._timer.start(TICK_MS)
                    return
                self._condition = None
            self._busy = True
            try:
                wanted = next(self._steps)
            finally:
                self._busy = False
            if callable(wanted):
                self._condition, self._deadline = wanted, now + PATIENCE_SECONDS
            else:
                self._until = now + (wanted or 0)
        except StopIteration:
            self.finish()
        except BaseException:
            self.report["error"] = traceback.format_exc()
            self.picture("error")
            self.finish()

    def finish(self) -> None:
        self._timer.stop()
        OUT.joinpath("report.json").write_text(json.dumps(self.report, indent=1))
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.close()
        QTimer.singleShot(500, leave)

    def wait_anew(self) -> None:
        """Have patience again with what is waited for: it gets on."""
        self._deadline = time.monotonic() + PATIENCE_SECONDS

    def forget_pauses(self) -> None:
        self.longest_pause = 0.0
        self._last_tick = time.monotonic()

    # --- Hands and eyes ---------------------------------------------------------------------------------------------

    def picture(self, name: str, widget=None) -> None:
        """Take a picture of the whole screen, or of one widget."""
        if widget is not None:
            widget.grab().save(str(OUT / f"{name}.png"))
        else:
            QApplication.primaryScreen().grabWindow(0).save(str(OUT / f"{name}.png"))

    def click(self, widget) -> None:
        assert widget is not None and widget.isVisible() and widget.isEnabled(), widget
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def tick(self, box: QCheckBox) -> None:
        """Tick a check box, which takes clicks on its sign and its text only."""
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        assert box.isChecked()

    def later(self, function) -> None:
        """Call from the event loop: what it calls may open a dialog that blocks."""
        QTimer.singleShot(0, function)


def leave() -> None:
    """End QGIS as its menu does; a changed project would ask whether to save it, and a task whether to end it."""
    if QgsApplication.taskManager().countActiveTasks():
        QTimer.singleShot(100, leave)
        return
    QgsProject.instance().clear()
    iface.actionExit().trigger()


def dialog(title: str):
    """Return the visible window whose title holds `title`."""
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and widget is not iface.mainWindow() and title in widget.windowTitle():
            return widget
    return None


def button(parent, text: str):
    for each in parent.findChildren(QAbstractButton):
        if each.isVisible() and each.text().replace("&", "") == text:
            return each
    return None


def load_sample() -> None:
    iface.addProject(str(SAMPLE / "sample.qgs"))


def toolbox():
    return iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")


def show_toolbox(driver: Driver, algorithm: str = "Remove clouds"):
    """Open the toolbox, type into its search field, and yield until the algorithm is there; report its index."""
    dock = toolbox()
    dock.setVisible(True)
    dock.raise_()
    iface.mainWindow().resizeDocks([dock], [330], Qt.Orientation.Horizontal)
    yield 0.5
    tree = dock.findChild(QTreeView)
    model = tree.model()
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    driver.report["providers"] = names
    provider = model.index(names.index("SAR Cloud Removal"), 0)
    tree.expand(provider)
    tree.scrollTo(model.index(0, 0, provider), QTreeView.ScrollHint.PositionAtCenter)
    names = [model.index(row, 0, provider).data() for row in range(model.rowCount(provider))]
    driver.report["algorithms"] = names
    yield 0.5
    chosen = model.index(names.index(algorithm), 0, provider)
    tree.setCurrentIndex(chosen)
    driver.algorithm_at = (tree, tree.visualRect(chosen).center())


def double_click(driver: Driver) -> None:
    tree, position = driver.algorithm_at
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=position)
    driver.later(lambda: QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=position))


def run_button(window):
    return button(window, "Run")


def idle(window) -> bool:
    """Whether the algorithm's dialog has nothing under way."""
    return not button(window, "Cancel").isEnabled()


def log_text(window) -> str:
    return window.findChild(QTextEdit, "txtLog").toPlainText()


def field(window, name: str, kind):
    """Return the widget of that kind in which the parameter is chosen."""
    return window.mainWidget().wrappers[name].wrappedWidget().findChild(kind)


def under_way(driver: Driver, bar: QProgressBar):
    """Wait until a run has got some steps on, and report how long all of it would take at their pace."""
    yield lambda: bar.value() > 0
    begun, first = time.monotonic(), bar.value()
    yield lambda: bar.value() >= first + 5
    driver.report["whole_seconds"] = (time.monotonic() - begun) * 100 / (bar.value() - first)


def layer_names() -> list:
    return [node.name() for node in QgsProject.instance().layerTreeRoot().findLayers()]


def worker_process():
    from sar_cloud_removal.plugin.compute.client import shared_client

    worker = shared_client()._worker
    return worker.process if worker is not None else None


# --- Scenarios ------------------------------------------------------------------------------------------------------


def remove_clouds(driver: Driver):
    """Two layers in, two layers out, through the toolbox and the dialog."""
    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [400], Qt.Orientation.Horizontal)
    driver.report["loaded"] = "sar_cloud_removal" in plugins
    driver.report["heavy"] = sorted({"torch", "rasterio"} & set(sys.modules))
    menu = next(each for each in iface.pluginMenu().actions() if each.text() == "SAR Cloud Removal").menu()
    driver.report["menu"] = [each.text() for each in menu.actions()]
    load_sample()
    yield 2
    iface.mapCanvas().zoomToFullExtent()
    yield from show_toolbox(driver)
    yield 1
    driver.picture("toolbox")

    double_click(driver)
    yield lambda: dialog("Remove clouds") is not None
    window = dialog("Remove clouds")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 1
    driver.report["proposed"] = [field(window, name, QComboBox).currentText() for name in ("S1", "S2")]
    driver.picture("dialog")

    driver.forget_pauses()
    started = time.monotonic()
    driver.click(run_button(window))
    yield 0.4
    driver.picture("running")
    yield lambda: idle(window)
    driver.report["seconds"] = time.monotonic() - started
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["log"] = log_text(window)
    yield 1
    driver.picture("finished")
    driver.click(button(window, "Close"))
    yield 2.5
    driver.report["dialogs_kept"] = len(plugins["sar_cloud_removal"]._dialogs)
    driver.report["layers"] = layer_names()
    nodes = QgsProject.instance().layerTreeRoot().findLayers()
    driver.report["expanded"] = [node.isExpanded() for node in nodes[:2]]
    legend = [node.layer() for node in QgsProject.instance().layerTreeRoot().findLayers()]
    original = next(layer for layer in legend if layer.name() == "Sentinel-2, cloudy")
    image = next(layer for layer in legend if layer.name().endswith("clouds removed"))
    contrast = [layer.renderer().redContrastEnhancement() for layer in (original, image)]
    driver.report["contrast"] = [[each.minimumValue(), each.maximumValue()] for each in contrast]
    driver.report["bands"] = [
        [layer.renderer().redBand(), layer.renderer().greenBand(), layer.renderer().blueBand()]
        for layer in (original, image)
    ]
    driver.picture("result")
    attention = next(layer for layer in legend if layer.name().endswith("SAR attention"))
    QgsProject.instance().layerTreeRoot().findLayer(attention.id()).setItemVisibilityChecked(False)
    yield 2
    driver.picture("result_without_attention")

    process = worker_process()
    driver.report["warm"] = process.poll() is None
    listening = iface.receivers(iface.initializationCompleted)
    unloadPlugin("sar_cloud_removal")
    driver.report["stopped_listening"] = listening - iface.receivers(iface.initializationCompleted)
    driver.report["ended_on_unload"] = process.poll() is not None
    registry = QgsApplication.processingRegistry()
    driver.report["provider_after_unload"] = registry.providerById("sarcloudremoval") is not None
    texts = [each.text() for each in iface.pluginMenu().actions()]
    driver.report["menu_after_unload"] = "SAR Cloud Removal" in texts
    yield 0.5


def batch(driver: Driver):
    """Two runs in a batch; it goes through the main thread in QGIS, and the window has to stay alive."""
    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    load_sample()
    yield 1
    yield from show_toolbox(driver)
    double_click(driver)
    yield lambda: dialog("Remove clouds") is not None
    driver.later(lambda: button(dialog("Remove clouds"), "Run as Batch Process…").click())
    yield lambda: dialog("Batch Processing") is not None
    window = dialog("Batch Processing")
    window.resize(1300, 600)
    yield 0.5
    panel = window.mainWidget()
    panel.addRow()
    context = QgsProcessingContext()
    for row in range(2):
        for name, value in {"S1": "s1.tif", "S2": "s2_cloudy.tif"}.items():
            panel.wrappers[row][panel.parameter_to_column[name]].setParameterValue(str(SAMPLE / value), context)
        for name in ("OUTPUT", "ATTENTION"):
            cell = panel.tblParameters.cellWidget(row + 1, panel.parameter_to_column[name])
            cell.setValue(str(OUT / f"{name.lower()}_{row}.tif"))
    driver.tick(panel.checkLoadLayersOnCompletion)
    yield 0.5
    driver.picture("batch", window)
    driver.forget_pauses()
    driver.later(lambda: driver.click(run_button(window)))
    yield 0.5
    yield lambda: "Batch execution completed" in log_text(window)
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["log"] = log_text(window)
    yield 1
    driver.picture("batch_finished", window)
    driver.report["files"] = sorted(path.name for path in OUT.glob("*.tif"))
    driver.report["layers"] = layer_names()

    # Once more, and cancelled.
    driver.click(button(window, "Change Parameters"))
    yield 0.3
    for row in range(2):
        panel.wrappers[row][panel.parameter_to_column["TILE"]].setParameterValue(64, context)
    bar = window.findChild(QProgressBar)
    driver.later(lambda: driver.click(run_button(window)))
    yield from under_way(driver, bar)
    asked = time.monotonic()
    driver.later(lambda: driver.click(button(window, "Cancel")))
    yield lambda: log_text(window).count("Batch execution completed") == 2 or idle(window)
    driver.report["cancel_seconds"] = time.monotonic() - asked
    yield 0.5
    driver.report["cancelled_log"] = log_text(window)
    driver.report["partial_after_cancel"] = [path.name for path in OUT.iterdir() if "partial" in path.name]
    driver.click(button(window, "Close"))
    yield 0.5


def cancel_and_kill(driver: Driver):
    """Cancel while it runs; run again and kill the compute process; then a run that goes well."""
    folder = Path(os.environ["DRIVER_LARGE"])
    results = OUT / "results"
    results.mkdir()
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    for name in ("s1", "s2"):
        QgsProject.instance().addMapLayer(QgsRasterLayer(str(folder / f"{name}.tif"), name))
    yield 1
    remove = next(each for each in plugins["sar_cloud_removal"]._actions if each.text().startswith("Remove clouds"))
    driver.later(remove.trigger)
    yield lambda: dialog("Remove clouds") is not None
    window = dialog("Remove clouds")
    window.resize(1040, 760)
    yield 0.5
    set_output(window, "OUTPUT", results / "image.tif")
    set_output(window, "ATTENTION", results / "attention.tif")
    bar = window.findChild(QProgressBar)

    driver.click(run_button(window))
    yield from under_way(driver, bar)
    driver.report["partial_during_run"] = sorted(path.name for path in results.iterdir())
    driver.forget_pauses()
    asked = time.monotonic()
    driver.click(button(window, "Cancel"))
    yield lambda: idle(window)
    driver.report["cancel_seconds"] = time.monotonic() - asked
    driver.report["cancel_pause"] = driver.longest_pause
    yield 0.5
    driver.report["files_after_cancel"] = sorted(path.name for path in results.iterdir())
    driver.report["log_after_cancel"] = log_text(window)
    driver.picture("cancelled")

    show_parameters(window)
    yield 0.3
    driver.click(run_button(window))
    yield lambda: bar.value() >= 3
    driver.forget_pauses()
    killed = time.monotonic()
    os.kill(worker_process().pid, signal.SIGKILL)
    yield lambda: idle(window)
    driver.report["kill_seconds"] = time.monotonic() - killed
    driver.report["kill_pause"] = driver.longest_pause
    yield 0.5
    driver.report["files_after_kill"] = sorted(path.name for path in results.iterdir())
    driver.report["log_after_kill"] = log_text(window)
    driver.picture("killed")

    show_parameters(window)
    yield 0.3
    driver.forget_pauses()
    driver.click(run_button(window))
    yield lambda: bar.value() >= 3
    # What a user does meanwhile: move the map.
    canvas = iface.mapCanvas()
    for _ in range(5):
        canvas.zoomByFactor(0.8)
        yield 0.2
    yield lambda: idle(window)
    driver.report["run_pause"] = driver.longest_pause
    driver.report["log_after_run"] = log_text(window)
    driver.report["files_after_run"] = sorted(path.name for path in results.iterdir())
    driver.click(button(window, "Close"))
    yield 0.5


def set_output(window, name: str, path: Path) -> None:
    """Type a file name into the field of an output."""
    line = field(window, name, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, str(path))
    QTest.keyClick(line, Qt.Key.Key_Tab)


def show_parameters(window) -> None:
    back = button(window, "Change Parameters")
    if back is not None:
        QTest.mouseClick(back, Qt.MouseButton.LeftButton)


def without_environment(driver: Driver):
    """Everything is listed, and says what to press; the dialog shows what would be installed."""
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    load_sample()
    yield 1
    yield from show_toolbox(driver)
    double_click(driver)
    yield lambda: dialog("Error executing algorithm") is not None
    message = dialog("Error executing algorithm")
    yield 0.5
    driver.picture("no_environment")
    driver.report["message"] = message.txtMessage.toPlainText() if hasattr(message, "txtMessage") else ""
    message.close()
    yield 0.3
    remove = next(each for each in plugins["sar_cloud_removal"]._actions if each.text().startswith("Remove clouds"))
    driver.later(remove.trigger)
    yield lambda: dialog("compute environment") is not None
    window = dialog("compute environment")
    install = window.findChild(QPushButton, "install")
    yield lambda: install.isEnabled()
    driver.report["status"] = window.status.text()
    driver.report["size"] = window.size.text()
    yield 0.3
    driver.picture("environment", window)

    wheels = os.environ.get("DRIVER_WHEELS")
    if wheels:
        window.wheels.setFilePath(wheels)
        yield lambda: "packages that are needed are there" in window.wheels_check.text()
        driver.tick(window.findChild(QCheckBox, "offline"))
    driver.click(install)
    yield lambda: window.log.toPlainText() != ""
    yield 0.2  # a quiet machine is done in two seconds
    driver.picture("installing", window)
    driver.click(window.findChild(QPushButton, "cancel"))
    asked = time.monotonic()
    yield lambda: install.isVisible()
    driver.report["cancel_seconds"] = time.monotonic() - asked
    yield lambda: not window.status.text().startswith("<b>Looking at")
    driver.report["status_after_cancel"] = window.status.text()
    driver.report["folder_after_cancel"] = Path(window.place.text()).exists()
    yield 0.3
    driver.picture("install_cancelled", window)
    driver.forget_pauses()
    driver.click(install)
    yield lambda: install.isVisible() and "Ready" in window.status.text()
    driver.report["status_after_install"] = window.status.text()
    driver.report["install_pause"] = driver.longest_pause
    yield 0.3
    driver.picture("installed", window)
    box = window.findChild(QDialogButtonBox)
    driver.click(box.button(QDialogButtonBox.StandardButton.Close))
    yield 0.3
    algorithm = QgsApplication.processingRegistry().algorithmById("sarcloudremoval:removeclouds")
    driver.report["can_execute"] = algorithm.canExecute()[0]


def assess(driver: Driver):
    """Assess what Remove clouds made: the dialog knows the layers, and the report is listed; then in a batch."""
    import processing

    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    load_sample()
    yield 1
    inputs = {"S1": str(SAMPLE / "s1.tif"), "S2": layer_named("Sentinel-2, cloudy").id()}
    processing.runAndLoadResults("sarcloudremoval:removeclouds", {**inputs, "OUTPUT": str(OUT / "removed.tif")})
    yield 1
    iface.mapCanvas().zoomToFullExtent()
    yield from show_toolbox(driver, "Assess reconstruction")
    double_click(driver)
    yield lambda: dialog("Assess reconstruction") is not None
    window = dialog("Assess reconstruction")
    window.resize(1040, 860)
    window.move(250, 30)
    yield 0.5
    names = ("PREDICTION", "REFERENCE", "CLOUDY", "S1")
    driver.report["proposed"] = [field(window, name, QComboBox).currentText().split(" [")[0] for name in names]
    driver.picture("dialog")
    set_output(window, "REPORT", OUT / "report.html")
    driver.forget_pauses()
    driver.click(run_button(window))
    yield lambda: idle(window)
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["log"] = log_text(window)
    yield 0.5
    driver.picture("finished", window)
    driver.later(lambda: button(window, "Run as Batch Process…").click())
    yield lambda: dialog("Batch Processing") is not None
    yield 0.3
    driver.report["layers"] = layer_names()
    driver.report["results"] = listed_results()
    driver.report["report"] = (OUT / "report.html").read_text(encoding="utf-8")

    batch = dialog("Batch Processing")
    batch.resize(1300, 600)
    panel = batch.mainWidget()
    panel.addRow()
    # One image that the project knows, and one that it does not.
    shutil.copy(OUT / "removed.tif", OUT / "other.tif")
    for row, prediction in enumerate((OUT / "removed.tif", OUT / "other.tif")):
        for name, value in {"PREDICTION": prediction, "REFERENCE": SAMPLE / "s2_clear.tif"}.items():
            cell = panel.wrappers[row][panel.parameter_to_column[name]]
            cell.setParameterValue(str(value), QgsProcessingContext())
        for name, file in (("ERROR", f"error_{row}.tif"), ("REPORT", f"batch_{row}.html")):
            panel.tblParameters.cellWidget(row + 1, panel.parameter_to_column[name]).setValue(str(OUT / file))
    yield 0.3
    driver.later(lambda: driver.click(run_button(batch)))
    yield lambda: "Batch execution completed" in log_text(batch) and idle(batch)
    yield 0.5
    driver.picture("batch_finished")
    driver.report["batch_log"] = log_text(batch)
    driver.report["batch_files"] = sorted(path.name for path in OUT.glob("*_?.*"))
    driver.report["results_of_batch"] = listed_results()
    driver.click(button(batch, "Close"))
    yield 0.5
    driver.picture("result")


def layer_named(name: str):
    return next(iter(QgsProject.instance().mapLayersByName(name)))


def listed_results() -> list[str]:
    """Return what the results viewer lists, without the time."""
    tree = plugins["processing"].resultsDock.treeResults
    return [tree.topLevelItem(row).text(0).split(" [")[0] for row in range(tree.topLevelItemCount())]


class UrlCatcher(QObject):
    """Takes the pages that would be opened in a browser."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list = []
        QDesktopServices.setUrlHandler("file", self, "take")

    @pyqtSlot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toLocalFile())


def cut_off(window) -> list:
    """Return the texts for which there is less room than they need."""
    found = []
    for widget in window.findChildren(QLabel) + window.findChildren(QAbstractButton):
        words = widget.text() if widget.isVisible() else ""
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        if words and not wraps and widget.sizeHint().width() > widget.width() + 1:
            found.append(words)
    return found


def chinese(driver: Driver):
    """Menu, toolbox, dialogs, a run and the help in a QGIS that speaks Chinese."""
    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [400], Qt.Orientation.Horizontal)
    load_sample()
    yield 1
    plugin = plugins["sar_cloud_removal"]
    driver.report["menu"] = [each.text() for each in plugin._actions]
    dock = toolbox()
    dock.setVisible(True)
    main.resizeDocks([dock], [330], Qt.Orientation.Horizontal)
    yield 0.5
    tree = dock.findChild(QTreeView)
    model = tree.model()
    rows = {model.index(row, 0).data(): row for row in range(model.rowCount())}
    provider = model.index(rows["SAR Cloud Removal"], 0)
    tree.expand(provider)
    tree.scrollTo(provider, QTreeView.ScrollHint.PositionAtCenter)
    driver.report["algorithms"] = [model.index(row, 0, provider).data() for row in range(model.rowCount(provider))]
    menu = next(each for each in iface.pluginMenu().actions() if each.text() == "SAR Cloud Removal").menu()
    menu.popup(main.mapToGlobal(QPoint(300, 60)))
    yield 1
    driver.picture("menu")
    menu.close()

    catcher = UrlCatcher()
    next(each for each in plugin._actions if each.text() == "帮助").trigger()
    driver.report["help"] = catcher.urls

    driver.later(plugin.remove_clouds)
    yield lambda: dialog("云去除") is not None
    window = dialog("云去除")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 1
    driver.report["labels"] = [each.text() for each in window.mainWidget().findChildren(QLabel) if each.text()]
    driver.report["cut_off"] = cut_off(window.mainWidget())
    driver.picture("dialog", window)
    driver.click(window.runButton())
    yield lambda: window.runButton().isEnabled() and layer_names()[0].endswith("SAR 注意力")
    yield 0.5
    driver.report["log"] = log_text(window)
    driver.picture("log", window)
    window.close()
    yield 2
    driver.report["layers"] = layer_names()
    driver.picture("result")

    driver.later(plugin.set_up_environment)
    yield lambda: dialog("计算环境") is not None
    window = dialog("计算环境")
    yield lambda: "就绪" in window.status.text()
    yield 0.3
    driver.report["environment"] = window.status.text()
    driver.report["cut_off"] += cut_off(window)
    driver.picture("environment", window)
    window.close()
    yield 0.5


def prepare(driver: Driver):
    """A product becomes a layer, and radar is laid on its grid and filtered, each through its dialog."""
    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [400], Qt.Orientation.Horizontal)
    yield 1
    yield from show_toolbox(driver, "Prepare Sentinel-2")
    double_click(driver)
    yield lambda: dialog("Prepare Sentinel-2") is not None
    window = dialog("Prepare Sentinel-2")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 0.5
    for line in window.mainWidget().wrappers["FOLDER"].wrappedWidget().findChildren(QLineEdit):
        line.setFocus()
        QTest.keyClicks(line, os.environ["DRIVER_PRODUCT"])
    # As its menu does, «Save to a Temporary File».
    window.mainWidget().wrappers["CLOUD_MASK"].setParameterValue("TEMPORARY_OUTPUT", QgsProcessingContext())
    driver.tick(window.mainWidget().wrappers["VIRTUAL"].wrappedWidget())
    yield 0.3
    driver.picture("sentinel2_dialog")
    driver.forget_pauses()
    driver.click(run_button(window))
    yield lambda: idle(window)
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["log2"] = log_text(window)
    driver.picture("sentinel2_finished")
    driver.click(button(window, "Close"))
    yield 2
    iface.mapCanvas().zoomToFullExtent()
    yield 1.5
    driver.report["layers2"] = layer_names()
    driver.picture("sentinel2_layers")

    radar = QgsRasterLayer(os.environ["DRIVER_RADAR"], "Radar")
    QgsProject.instance().addMapLayer(radar)
    yield from show_toolbox(driver, "Prepare Sentinel-1")
    double_click(driver)
    yield lambda: dialog("Prepare Sentinel-1") is not None
    window = dialog("Prepare Sentinel-1")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 0.5
    grid = field(window, "GRID", QComboBox)
    grid.setCurrentIndex(next(i for i in range(grid.count()) if grid.itemText(i).endswith("2023-05-14 [EPSG:32650]")))
    s1 = field(window, "S1", QComboBox)
    s1.setCurrentIndex(next(i for i in range(s1.count()) if s1.itemText(i).startswith("Radar")))
    speckle = window.mainWidget().wrappers["SPECKLE"].wrappedWidget()
    speckle.setCurrentIndex(2)
    yield 0.3
    driver.picture("sentinel1_dialog")
    driver.click(run_button(window))
    yield lambda: idle(window)
    driver.report["log1"] = log_text(window)
    driver.click(button(window, "Close"))
    yield 2
    driver.report["layers1"] = layer_names()
    driver.picture("sentinel1_layers")


SCENARIOS = {
    each.__name__: each
    for each in (remove_clouds, batch, cancel_and_kill, without_environment, assess, chinese, prepare)
}
# Other files of this folder have scenarios of their own.
if os.environ["DRIVER_SCENARIO"] in SCENARIOS:
    # Held by name: nothing else keeps it alive.
    the_driver = Driver(SCENARIOS[os.environ["DRIVER_SCENARIO"]])
