"""What is left to do when QGIS has uninstalled the plugin: its settings go, and its environment if the user says so.

QGIS tells a plugin only that it is unloaded, which also happens when it is switched off, reloaded or upgraded. It
removes the plugin's folder right afterwards, so a look at the folder a moment later tells what it was. By then no
module of the plugin can be imported any more: all that is needed is imported here.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import Qgis, QgsApplication, QgsMessageLog, QgsTask
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QMessageBox

from ..model.errors import InstallFailed
from .compute import environment, installation
from .resources import ROOT
from .settings import Settings, environment_folder
from .translation import sentence, tr

_LOOK_AFTER_MS = 300

# Held by name: nothing else keeps it alive.
_removal: RemoveEnvironment | None = None


def look_whether_uninstalled(parent) -> None:
    """Come back when the plugin is unloaded, and see whether its folder is gone; `parent` is the main window."""
    QTimer.singleShot(_LOOK_AFTER_MS, lambda: None if ROOT.exists() else remove_traces(parent))


def remove_traces(parent) -> None:
    """Remove the settings, and ask whether the environment is to go."""
    # Where it is, the settings say.
    place = environment_folder()
    Settings.remove()
    if not environment.slots(place):
        _remove_if_empty(place.parent)
    elif _may_remove(place, QApplication.activeModalWidget() or parent):
        global _removal
        _removal = RemoveEnvironment(place)
        QgsApplication.taskManager().addTask(_removal)


def _may_remove(folder: Path, parent) -> bool:
    box = QMessageBox(parent)
    box.setObjectName("sarCloudRemovalUninstalled")
    box.setWindowTitle("SAR Cloud Removal")
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(tr("SAR Cloud Removal has been uninstalled. Remove its compute environment as well?"))
    box.setInformativeText(
        tr(
            "PyTorch, rasterio and NumPy take 1 GB or more in «{}». Keep them if you are going to install the plugin "
            "again."
        ).format(folder)
    )
    remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
    keep = box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(remove)
    box.setEscapeButton(keep)
    box.exec()
    box.deleteLater()
    return box.clickedButton() is remove


class RemoveEnvironment(QgsTask):
    """Removes the environment in the background: it is tens of thousands of files."""

    def __init__(self, place: Path) -> None:
        super().__init__(tr("Removing the compute environment"), QgsTask.Flag(0))
        self.place = place

    def run(self) -> bool:
        try:
            installation.remove(self.place)
        except (InstallFailed, OSError) as error:
            said = sentence(error) if isinstance(error, InstallFailed) else str(error)
            QgsMessageLog.logMessage(said, "SAR Cloud Removal", Qgis.MessageLevel.Warning)
            return False
        _remove_if_empty(self.place.parent)
        return True


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        # Not there, or somebody keeps something in it.
        pass
