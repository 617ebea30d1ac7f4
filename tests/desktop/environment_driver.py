"""Scenarios of the compute environment and of the networks' weights, for driver.py."""

from __future__ import annotations

import os
import time
from pathlib import Path

import driver as base
from driver import OUT, Driver, button, dialog, field, idle, load_sample, log_text, run_button, set_output
from qgis.core import QgsApplication, QgsSettings
from qgis.gui import QgsMessageBarItem
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QMessageBox,
    QPushButton,
    QTextBrowser,
    QTreeWidget,
)
from qgis.utils import iface, plugins

base.PATIENCE_SECONDS = 200


def plugin():
    return plugins["sar_cloud_removal"]


def trigger(driver: Driver, text: str) -> None:
    """Choose an entry of the plugin's menu."""
    driver.later(next(each for each in plugin()._actions if each.text().startswith(text)).trigger)


def offers() -> list:
    """Return the titles of the plugin's messages above the map."""
    items = iface.mainWindow().findChildren(QgsMessageBarItem)
    return [item.title() for item in items if item.isVisible() and item.title() == "SAR Cloud Removal"]


def can_execute() -> list:
    algorithm = QgsApplication.processingRegistry().algorithmById("sarcloudremoval:removeclouds")
    return list(algorithm.create().canExecute())


def question():
    """Return the question that is asked."""
    widgets = QApplication.topLevelWidgets()
    return next((each for each in widgets if isinstance(each, QMessageBox) and each.isVisible()), None)


def environment_window(driver: Driver):
    trigger(driver, "Set up compute environment")
    yield lambda: dialog("compute environment") is not None
    window = dialog("compute environment")
    window.move(300, 40)
    yield window.install_button.isEnabled
    driver.window = window


def worked(window):
    """Whether what was begun has ended, and what is there has been looked at again."""
    return lambda: window._task is None and window.install_button.isVisible() and window.install_button.isEnabled()


def chosen(name: str, default: str = "") -> str:
    return QgsSettings().value(f"sar_cloud_removal/{name}", default, str, QgsSettings.Section.Plugins)


# --- Scenarios ------------------------------------------------------------------------------------------------------


def first_start(driver: Driver):
    """A profile without an environment: one message, whose button opens the dialog."""
    iface.mainWindow().setGeometry(0, 0, 1400, 860)
    load_sample()
    yield 2
    driver.report["modal"] = [type(each).__name__ for each in [QApplication.activeModalWidget()] if each is not None]
    driver.report["can_execute"] = can_execute()
    button_of_offer = iface.mainWindow().findChild(QPushButton, "sarCloudRemovalSetUp")
    for _ in range(5):
        # Newer versions of QGIS say more, such as that the project is of an older one.
        if not button_of_offer.isVisible():
            iface.messageBar().popWidget()
            yield 0.5
    driver.report["offered"] = offers()
    driver.picture("offer")
    driver.click(button_of_offer)
    yield lambda: dialog("compute environment") is not None
    window = dialog("compute environment")
    window.move(340, 120)
    yield window.install_button.isEnabled
    yield 0.5
    driver.report["opened"] = window.isVisible()
    driver.report["offered_afterwards"] = offers()
    driver.picture("dialog")
    window.close()
    yield 0.3


def second_start(driver: Driver):
    """The same profile again."""
    yield 2
    driver.report["offered"] = offers()
    driver.report["can_execute"] = can_execute()


def whole_life(driver: Driver):
    """A real environment: installed from the package index, used, damaged, repaired, removed."""
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    load_sample()
    yield 1
    yield from environment_window(driver)
    window = driver.window
    steps, progress, seen = [], [], []
    driver.forget_pauses()
    started = time.monotonic()
    driver.click(window.install_button)

    def ended() -> bool:
        # It takes a minute or two, and far longer on a busy machine or with a build for GPUs.
        now = [window.step.text(), window.bar.value(), window.log.document().characterCount()]
        if now != seen:
            seen[:] = now
            driver.wait_anew()
        if not steps or steps[-1] != window.step.text():
            steps.append(window.step.text())
        if window.bar.value() and (not progress or progress[-1] != window.bar.value()):
            progress.append(window.bar.value())
        return worked(window)()

    yield lambda: ended() or window.bar.value() > 25
    driver.picture("installing", window)
    yield ended
    driver.report["install_seconds"] = time.monotonic() - started
    driver.report["install_pause"] = driver.longest_pause
    driver.report["steps"] = [step for step in steps if step]
    driver.report["progress"] = progress
    driver.report["status_after_install"] = window.status.text()
    driver.report["packages"] = window.packages.text()
    assert "Ready" in window.status.text(), window.log.toPlainText()
    from sar_cloud_removal.plugin.compute import environment

    place = Path(window.place.text())
    driver.report["megabytes"] = environment.bytes_in(environment.current(place)) / 1e6
    yield 0.3
    driver.picture("installed", window)

    # A file goes, as by a virus scanner.
    next(environment.current(place).glob("lib/python3*/site-packages/scipy/__init__.py")).unlink()
    window.look()
    yield worked(window)
    driver.report["status_when_damaged"] = window.status.text()
    driver.picture("damaged", window)
    started = time.monotonic()
    driver.click(window.repair_button)
    yield worked(window)
    driver.report["repair_seconds"] = time.monotonic() - started
    driver.report["status_after_repair"] = window.status.text()
    driver.picture("repaired", window)

    yield from remove_clouds(driver, "", OUT / "image.tif")
    driver.report["output"] = str(OUT / "image.tif")
    from sar_cloud_removal.plugin.compute.client import shared_client

    process = shared_client()._worker.process
    driver.later(lambda: driver.click(window.remove_button))
    yield lambda: question() is not None
    driver.report["question"] = question().text()
    driver.picture("question")
    driver.click(button(question(), "Cancel"))
    yield lambda: question() is None
    driver.report["left_after_cancelled_question"] = environment.current(place) is not None
    driver.later(lambda: driver.click(window.remove_button))
    yield lambda: question() is not None
    driver.click(button(question(), "Remove"))
    yield worked(window)
    driver.report["status_after_removal"] = window.status.text()
    driver.report["worker_ended"] = process.poll() is not None
    driver.report["left"] = [path.name for path in place.parent.glob("*")]
    driver.picture("removed", window)
    window.close()
    yield 0.3


def remove_clouds(driver: Driver, model: str, output: Path):
    """Run *Remove clouds* on the sample with the network of that name, and note its log and what it proposed."""
    trigger(driver, "Remove clouds")
    yield lambda: dialog("Remove clouds") is not None
    window = dialog("Remove clouds")
    window.resize(1040, 760)
    yield 0.5
    networks = field(window, "MODEL", QComboBox) or window.mainWidget().wrappers["MODEL"].wrappedWidget()
    driver.report["choices"] = [networks.itemText(row) for row in range(networks.count())]
    driver.report["proposed"] = networks.currentText()
    if model:
        driver.picture("choice")
    set_output(window, "OUTPUT", output)
    driver.click(run_button(window))
    yield 0.3
    yield lambda: idle(window)
    driver.report["log"] = log_text(window)
    driver.click(button(window, "Close"))
    yield 0.5


def move(driver: Driver):
    """Install from a folder of wheels, which lacks one at first; move it, cancelled at first."""
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    wheels = Path(os.environ["DRIVER_WHEELS"])
    yield 1
    yield from environment_window(driver)
    window = driver.window
    missing = list(wheels.glob("torch-*.whl"))
    for wheel in missing:
        wheel.rename(wheel.with_suffix(".aside"))
    window.wheels.setFilePath(str(wheels))
    yield lambda: "Missing" in window.wheels_check.text()
    driver.report["refused"] = window.wheels_check.text()
    driver.tick(window.findChild(QCheckBox, "offline"))
    driver.picture("incomplete", window)
    driver.click(window.install_button)
    yield worked(window)
    driver.report["status_of_incomplete"] = window.status.text()
    for wheel in missing:
        wheel.with_suffix(".aside").rename(wheel)
    driver.click(window.install_button)
    yield worked(window)
    from sar_cloud_removal.plugin.compute import environment

    old = Path(window.place.text())
    target = Path(os.environ["DRIVER_FOLDER"]) / "other disk"
    target.mkdir()
    yield from agree_to_move(driver, window, target)
    yield lambda: "virtual environment" in window.log.toPlainText().lower() or window._task is None
    driver.click(window.cancel_button)
    yield worked(window)
    driver.report["after_cancelled_move"] = {
        "status": window.status.text(),
        "ready": environment.inspect(str(environment.interpreter_in(environment.current(old)))).problem == "",
        "there": [path.name for path in target.iterdir()],
    }
    yield from agree_to_move(driver, window, target)
    yield worked(window)
    driver.report["status"] = window.status.text()
    driver.report["own"] = window.own.text()
    driver.report["setting"] = chosen("environment")
    driver.report["old_left"] = [path.name for path in old.parent.glob("*")]
    driver.picture("moved", window)
    window.close()
    yield 0.3


def agree_to_move(driver: Driver, window, target: Path):
    driver.later(lambda: window.move_to(target))
    yield lambda: question() is not None
    driver.picture("question")
    driver.click(button(question(), "Move"))
    yield 0.2


def weights(driver: Driver):
    """Look at weights, add some, refuse others, set a default, use it by its name, and delete it."""
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    folder = Path(os.environ["DRIVER_WEIGHTS"])
    load_sample()
    yield 1
    trigger(driver, "Network weights")
    yield lambda: dialog("network weights") is not None
    window = dialog("network weights")
    window.move(200, 120)
    yield 0.5
    tree = window.findChild(QTreeWidget, "weights")

    def listed() -> list:
        return [item.text(0) for item in window._items()]

    driver.report["listed"] = listed()
    driver.report["card"] = window.findChild(QTextBrowser, "card").toPlainText()
    driver.picture("weights", window)
    window.add(folder / "text.safetensors", "text")
    driver.report["refused"] = window.status.text()
    window.add(folder / "unfit.safetensors", "unfit")
    yield window.add_button.isEnabled
    driver.report["unfit"] = window.status.text()
    window.add(folder / "valley.safetensors", "my valley")
    yield window.add_button.isEnabled
    driver.report["added"] = window.status.text()
    yield 0.3
    driver.click(window.findChild(QPushButton, "setDefault"))
    driver.report["default"] = listed()
    driver.picture("weights_of_ones_own", window)
    yield from remove_clouds(driver, "my valley", OUT / "image.tif")
    tree.setFocus()
    driver.later(lambda: driver.click(window.findChild(QPushButton, "delete")))
    yield lambda: question() is not None
    driver.click(button(question(), "Delete"))
    yield 0.3
    driver.report["after_delete"] = listed()
    from sar_cloud_removal.plugin import weights as managed

    driver.report["files_left"] = [path.name for path in managed.folder().iterdir()]
    box = window.findChild(QDialogButtonBox)
    QTest.qWait(100)
    driver.click(box.button(QDialogButtonBox.StandardButton.Close))
    yield 0.3


SCENARIOS = {each.__name__: each for each in (first_start, second_start, whole_life, move, weights)}
the_driver = Driver(SCENARIOS[os.environ["DRIVER_SCENARIO"]])
