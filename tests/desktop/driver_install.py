"""Runs inside the real QGIS and installs, upgrades and uninstalls the plugin with QGIS's Plugin Manager."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import processing
import qgis.utils
from driver import OUT, SAMPLE, Driver, button, dialog
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLineEdit, QListView, QListWidget, QMenu, QMessageBox, QPushButton, QWidget
from qgis.utils import iface

NAME = "sar_cloud_removal"
OLD_ZIP, NEW_ZIP = os.environ["DRIVER_OLD_ZIP"], os.environ["DRIVER_NEW_ZIP"]


def manager():
    return dialog("Plugins |")


def open_manager(driver: Driver, tab: str):
    """Open the Plugin Manager by its menu entry and show one of its tabs."""
    driver.later(iface.actionManagePlugins().trigger)
    yield lambda: manager() is not None
    manager().resize(1100, 760)
    manager().move(250, 100)
    tabs = manager().findChild(QListWidget, "mOptionsListWidget")
    item = tabs.findItems(tab, Qt.MatchFlag.MatchExactly)[0]
    QTest.mouseClick(tabs.viewport(), Qt.MouseButton.LeftButton, pos=tabs.visualItemRect(item).center())
    yield 0.5


def close_manager(driver: Driver):
    driver.click(button(manager(), "Close"))
    yield lambda: manager() is None


def message_box():
    boxes = [each for each in QgsApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()]
    return boxes[0] if boxes else None


def install(driver: Driver, path: str, picture: str):
    yield from open_manager(driver, "Install from ZIP")
    line = manager().findChild(QWidget, "mZipFileWidget").findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, path)
    yield 0.2
    driver.later(lambda: driver.click(manager().findChild(QPushButton, "buttonInstallFromZip")))
    yield lambda: message_box() is not None
    driver.report[f"{picture}_warning"] = message_box().text()
    yield 0.3
    driver.picture(f"{picture}_warning")
    yes = message_box().button(QMessageBox.StandardButton.Yes)
    driver.later(lambda: driver.click(yes))
    yield lambda: message_box() is None and NAME in qgis.utils.active_plugins
    yield 1
    driver.picture(picture)
    yield from close_manager(driver)


def show_details(driver: Driver):
    """Open the manager on the installed plugins and click on this one."""
    yield from open_manager(driver, "Installed")
    view = manager().findChild(QListView, "vwPlugins")
    model = view.model()
    rows = [row for row in range(model.rowCount()) if model.index(row, 0).data() == "SAR Cloud Removal"]
    view.scrollTo(model.index(rows[0], 0))
    yield 0.3
    position = view.visualRect(model.index(rows[0], 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
    yield 0.7


def modules() -> dict:
    return {name: each for name, each in list(sys.modules.items()) if name.split(".")[0] == NAME}


def run_once():
    """Remove the clouds of the sample scene; return the compute process, which stays warm."""
    inputs = {"S1": str(SAMPLE / "s1.tif"), "S2": str(SAMPLE / "s2_cloudy.tif")}
    processing.run("sarcloudremoval:removeclouds", {**inputs, "OUTPUT": str(OUT / "result.tif")})
    return sys.modules[f"{NAME}.plugin.compute.client"].shared_client()._worker.process


def message_text(item) -> str:
    return f"{item.title()} {item.text()}"


def state() -> dict:
    """Return what there is of the plugin in this QGIS."""
    window = iface.mainWindow()
    # QGIS keeps the menus that it has taken out of its window.
    widgets = [each for each in window.findChildren(QWidget) if not isinstance(each, QMenu)]
    named = [each.objectName() for each in widgets if "sarcloud" in each.objectName().lower()]
    providers = [each.id() for each in QgsApplication.processingRegistry().providers()]
    menus = [each.text().replace("&", "") for each in iface.pluginMenu().actions()]
    tools = [each.text() for each in iface.rasterToolBar().actions()]
    return {
        "version": qgis.utils.pluginMetadata(NAME, "version"),
        "active": qgis.utils.active_plugins.count(NAME),
        "providers": providers.count("sarcloudremoval"),
        "menus": menus.count("SAR Cloud Removal"),
        "tools": tools.count("Remove clouds…"),
        "widgets": named,
        # QGIS tells there what goes wrong in a plugin.
        "messages": [text for text in map(message_text, iface.messageBar().items()) if NAME in text],
        "modules": sorted(modules()),
        "old_modules": sorted(name for name, each in modules().items() if hasattr(each, "WRITTEN_FOR_OLD_VERSION")),
        "settings": sorted(key for key in QgsSettings().allKeys() if NAME in key),
        "folder": Path(QgsApplication.qgisSettingsDirPath(), "python", "plugins", NAME).exists(),
    }


def install_upgrade_uninstall(driver: Driver):
    iface.mainWindow().setGeometry(0, 0, 1600, 960)
    driver.report["before"] = state()

    yield from install(driver, OLD_ZIP, "install")
    driver.report["installed"] = state()
    yield from show_details(driver)
    driver.report["details"] = iface.pluginManagerInterface().pluginMetadata(NAME)
    driver.picture("details")
    yield from close_manager(driver)

    settings = sys.modules[f"{NAME}.plugin.settings"].Settings
    settings(device="cpu", idle_seconds=77).save()
    old_process = run_once()
    driver.report["old_process_warm"] = old_process.poll() is None
    # What a user may leave open.
    qgis.utils.plugins[NAME].set_up_environment()
    yield 1

    yield from install(driver, NEW_ZIP, "upgrade")
    driver.report["upgraded"] = state()
    driver.report["old_process_ended"] = old_process.poll() is not None
    kept = sys.modules[f"{NAME}.plugin.settings"].Settings.load()
    driver.report["settings_kept"] = [kept.device, kept.idle_seconds]
    process = run_once()
    driver.report["process_warm"] = process.poll() is None

    environment = sys.modules[f"{NAME}.plugin.settings"].environment_folder()
    driver.report["environment_before"] = environment.exists()
    yield from show_details(driver)
    driver.later(lambda: driver.click(manager().findChild(QPushButton, "buttonUninstall")))
    yield lambda: message_box() is not None
    yes = message_box().button(QMessageBox.StandardButton.Yes)
    driver.later(lambda: driver.click(yes))
    yield lambda: message_box() is not None and message_box().objectName() == "sarCloudRemovalUninstalled"
    yield 0.5
    driver.picture("uninstalled")
    box = message_box()
    driver.report["question"] = f"{box.text()} {box.informativeText()}"
    driver.later(lambda: driver.click(button(box, os.environ["DRIVER_ANSWER"])))
    yield lambda: message_box() is None
    yield lambda: QgsApplication.taskManager().countActiveTasks() == 0
    yield 0.5
    driver.picture("after_uninstall")
    yield from close_manager(driver)
    driver.report["uninstalled"] = state()
    driver.report["process_ended"] = process.poll() is not None
    driver.report["environment_after"] = environment.exists()
    OUT.joinpath("result.tif").unlink()


# Held by name: nothing else keeps it alive.
the_driver = Driver(install_upgrade_uninstall)
