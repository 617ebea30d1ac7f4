"""The plugin object: provider, menu and toolbar."""

from __future__ import annotations

import sys

import qgis.utils
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction

from ..model.errors import ComputeError
from . import settings
from .compute.client import close_shared_client
from .provider import Provider
from .resources import icon, metadata
from .translation import tr
from .uninstall import look_whether_uninstalled

MENU = "SAR Cloud Removal"


class SarCloudRemovalPlugin:
    """What QGIS loads. With `iface` it has a menu; in `qgis_process`, where that is `None`, only the provider."""

    def __init__(self, iface) -> None:
        self.iface = iface
        self.provider: Provider | None = None
        self._actions: list[QAction] = []
        self._dialogs: list = []

    def initProcessing(self) -> None:
        """Register the provider; needs no window."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:
        self.initProcessing()
        remove = self._action(icon(), tr("Remove clouds…"), self.remove_clouds)
        remove.setStatusTip(tr("Reconstruct the surface under the clouds of a Sentinel-2 layer with Sentinel-1 radar"))
        self.iface.addRasterToolBarIcon(remove)
        options = QgsApplication.getThemeIcon("/mActionOptions.svg")
        self._action(options, tr("Set up compute environment…"), self.set_up_environment)
        self._action(QgsApplication.getThemeIcon("/mActionHelpContents.svg"), tr("Help"), self.show_help)
        menu = self._plugin_menu()
        if menu is not None:
            menu.setIcon(icon())

    def unload(self) -> None:
        # Imported already, or there is nothing to cancel. In an upgrade the files are those of the new version by now.
        environment_dialog = sys.modules.get(f"{__package__}.gui.environment_dialog")
        if environment_dialog is not None:
            environment_dialog.cancel_installation()
        for dialog in list(self._dialogs):
            dialog.close()
        self._dialogs = []
        for action in self._actions:
            self.iface.removePluginMenu(MENU, action)
            self.iface.removeRasterToolBarIcon(action)
            action.deleteLater()
        self._actions = []
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        close_shared_client()
        if self.iface is not None:
            look_whether_uninstalled(self.iface.mainWindow())
        if self in qgis.utils.plugins.values():
            forget_modules()

    def remove_clouds(self) -> None:
        """Open the algorithm's dialog, or what has to be set up before it can run."""
        try:
            settings.interpreter()
        except ComputeError:
            self.set_up_environment()
            return
        # Processing is a plugin too, and may be loaded after this one.
        from processing import createAlgorithmDialog

        self._show(createAlgorithmDialog("sarcloudremoval:removeclouds", {}))

    def set_up_environment(self) -> None:
        from .gui.environment_dialog import EnvironmentDialog

        for dialog in self._dialogs:
            if isinstance(dialog, EnvironmentDialog) and dialog.isVisible():
                dialog.raise_()
                dialog.activateWindow()
                return
        self._show(EnvironmentDialog(self.iface.mainWindow()))

    def show_help(self) -> None:
        QDesktopServices.openUrl(QUrl(metadata("homepage")))

    def _action(self, picture: QIcon, text: str, slot) -> QAction:
        action = QAction(picture, text, self.iface.mainWindow())
        action.setObjectName(f"sarCloudRemoval{len(self._actions)}")
        action.triggered.connect(slot)
        self.iface.addPluginToMenu(MENU, action)
        self._actions.append(action)
        return action

    def _plugin_menu(self):
        for action in self.iface.pluginMenu().actions():
            if action.menu() is not None and action.text().replace("&", "") == MENU:
                return action.menu()
        return None

    def _show(self, dialog) -> None:
        """Show `dialog` beside the main window and keep it until it deletes itself.

        A dialog of Processing does so when it is closed and its run, which goes on in the background, has ended.
        """
        self._dialogs.append(dialog)
        dialog.destroyed.connect(lambda: self._dialogs.remove(dialog) if dialog in self._dialogs else None)
        dialog.show()
        dialog.raise_()


def forget_modules() -> None:
    """Take all modules of this package out of Python, so that an upgrade starts with none of the old version.

    QGIS takes out those that it saw being imported, and misses packages that were imported only on the way to others.
    """
    package = __name__.split(".")[0]
    for name in list(sys.modules):
        if name == package or name.startswith(f"{package}."):
            del sys.modules[name]
