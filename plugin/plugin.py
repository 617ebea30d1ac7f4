"""The plugin object: provider, menu and toolbar."""

from __future__ import annotations

import sys

import qgis.utils
from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QPushButton

from ..model.errors import ComputeError, NoEnvironment
from . import settings
from .compute.client import close_shared_client
from .help import open_help
from .provider import Provider
from .resources import INSPECT_ICON, icon
from .translation import install_translator, remove_translator, tr
from .uninstall import look_whether_uninstalled

MENU = "SAR Cloud Removal"


class SarCloudRemovalPlugin:
    """What QGIS loads. With `iface` it has a menu; in `qgis_process`, where that is `None`, only the provider."""

    def __init__(self, iface) -> None:
        self.iface = iface
        self.provider: Provider | None = None
        self._actions: list[QAction] = []
        self._dialogs: list = []
        self._dock = None
        self.comparison = None
        self.flicker = None
        self._options = None
        self._model_action = None
        # The message that offers to set up the environment, while it is shown.
        self._offer = None
        # Whether that message comes once QGIS has started.
        self._waits_for_start = False

    def initProcessing(self) -> None:
        """Register the provider; needs no window."""
        install_translator()
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:
        self.initProcessing()
        remove = self._action(icon(), tr("Remove clouds…"), self.remove_clouds)
        remove.setStatusTip(tr("Reconstruct the surface under the clouds of a Sentinel-2 layer with Sentinel-1 radar"))
        self.iface.addRasterToolBarIcon(remove)
        self._inspect = self._action(QIcon(str(INSPECT_ICON)), tr("Inspect SAR attention"), self.inspect_attention)
        self._inspect.setCheckable(True)
        self._inspect.setStatusTip(tr("Click into a result to see which places the network looked at, and what for"))
        self.iface.addRasterToolBarIcon(self._inspect)
        self._add_comparison()
        python = QgsApplication.getThemeIcon("/mIconPythonFile.svg")
        self._action(python, tr("Set up compute environment…"), self.set_up_environment)
        weights = QgsApplication.getThemeIcon("/mActionFileOpen.svg")
        self._action(weights, tr("Network weights…"), self.manage_weights)
        self._add_options()
        sample = QgsApplication.getThemeIcon("/mActionAddRasterLayer.svg")
        self._action(sample, tr("Add sample layers"), self.add_sample)
        self._action(QgsApplication.getThemeIcon("/mActionHelpContents.svg"), tr("Help"), self.show_help)
        menu = self._plugin_menu()
        if menu is not None:
            menu.setIcon(icon())
        self._add_model_action()
        if self.iface.mainWindow() is not None and self.iface.mainWindow().isVisible():
            self._offer_set_up()
        else:
            # While QGIS starts, what is shown would be hidden by its own messages.
            self.iface.initializationCompleted.connect(self._offer_set_up)
            self._waits_for_start = True

    def _offer_set_up(self) -> None:
        """Offer once, in a profile that has no environment yet, to set one up; never again after that."""
        chosen = settings.Settings.load()
        if chosen.set_up_offered:
            return
        try:
            settings.interpreter()
            return
        except NoEnvironment:
            chosen.set_up_offered = True
            chosen.save()
        except ComputeError:
            # One was chosen and is gone: every algorithm says so.
            return
        bar = self.iface.messageBar()
        text = tr("One step is left before clouds can be removed: a Python environment for the neural network.")
        item = bar.createMessage("SAR Cloud Removal", text)
        button = QPushButton(tr("Set up…"))
        button.setObjectName("sarCloudRemovalSetUp")
        button.clicked.connect(self.set_up_environment)
        item.layout().addWidget(button)
        self._offer = item
        item.destroyed.connect(self._forget_offer)
        bar.pushWidget(item, Qgis.MessageLevel.Info)

    def _forget_offer(self) -> None:
        self._offer = None

    def unload(self) -> None:
        # Imported already, or there is nothing to cancel. In an upgrade the files are those of the new version by now.
        tasks = sys.modules.get(f"{__package__}.gui.environment_tasks")
        if tasks is not None:
            tasks.cancel_work()
        if self.iface is not None:
            if self._waits_for_start:
                self.iface.initializationCompleted.disconnect(self._offer_set_up)
                self._waits_for_start = False
            if self._offer is not None:
                self.iface.messageBar().popWidget(self._offer)
            self._remove_comparison()
            offer = sys.modules.get(f"{__package__}.gui.stretch_offer")
            if offer is not None:
                offer.withdraw()
            if self._options is not None:
                self.iface.unregisterOptionsWidgetFactory(self._options)
                self._options = None
            self._remove_model_action()
        for dialog in list(self._dialogs):
            dialog.close()
        self._dialogs = []
        if self._dock is not None:
            self._dock.leave()
            self.iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
            self._dock = None
        for action in self._actions:
            self.iface.removePluginMenu(MENU, action)
            self.iface.removeRasterToolBarIcon(action)
            # At its start QGIS enters all actions into its keyboard shortcuts, and would look at one that is gone.
            self.iface.unregisterMainWindowAction(action)
            action.deleteLater()
        self._actions = []
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        close_shared_client()
        remove_translator()
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

    def inspect_attention(self, wanted: bool) -> None:
        """Open the inspector and let clicks on the map pick places, or leave that tool."""
        if self._dock is None:
            from .gui.attention_dock import AttentionDock

            self._dock = AttentionDock(self.iface, self._inspect)
            self._dock.environment_wanted.connect(self.set_up_environment)
            self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
        self._dock.set_picking(wanted)

    def stretch_to_ground(self) -> None:
        """Stretch the pair of the active layer, else the topmost one, to the ground; the user has asked for it."""
        from .gui.stretch_offer import withdraw
        from .pairs import likely_pair
        from .stretch import stretch_both

        pair = likely_pair(self.iface.activeLayer())
        text = tr("There is no reconstructed layer whose cloudy layer is in the project too.")
        if pair is not None:
            withdraw()
            text = tr("«{layer}» is not drawn in bands that can be stretched.").format(layer=pair.cloudy.name())
            if stretch_both(pair.cloudy, pair.image):
                return
        self.iface.messageBar().pushMessage("SAR Cloud Removal", text, Qgis.MessageLevel.Info, 6)

    def set_up_environment(self) -> None:
        if self._offer is not None:
            self.iface.messageBar().popWidget(self._offer)
        from .gui.environment_dialog import EnvironmentDialog

        self._show_one(EnvironmentDialog)

    def manage_weights(self) -> None:
        from .gui.weights_dialog import WeightsDialog

        self._show_one(WeightsDialog)

    def _show_one(self, kind: type) -> None:
        """Show the dialog of this kind, the one that is open if there is one."""
        for dialog in self._dialogs:
            if isinstance(dialog, kind) and dialog.isVisible():
                dialog.raise_()
                dialog.activateWindow()
                return
        self._show(kind(self.iface.mainWindow()))

    def show_options(self) -> None:
        """Open QGIS's options dialog at the plugin's page."""
        from .gui.options_page import PAGE

        self.iface.showOptionsDialog(self.iface.mainWindow(), PAGE)

    def add_sample(self) -> None:
        """Add the layers of the sample scene to the project, drawn as in the sample project, and show them."""
        from .sample_layers import add_sample_layers

        layers = add_sample_layers()
        if layers:
            self.iface.setActiveLayer(layers[0])
            self.iface.zoomToActiveLayer()

    def show_help(self) -> None:
        open_help()

    def _action(self, picture: QIcon, text: str, slot) -> QAction:
        action = QAction(picture, text, self.iface.mainWindow())
        action.setObjectName(f"sarCloudRemoval{len(self._actions)}")
        action.triggered.connect(slot)
        return self._add(action)

    def _add(self, action: QAction) -> QAction:
        self.iface.addPluginToMenu(MENU, action)
        self._actions.append(action)
        return action

    def _add_comparison(self) -> None:
        from .gui.compare import Comparison
        from .gui.flicker import Flicker

        self.comparison, self.flicker = Comparison(self.iface), Flicker(self.iface)
        for part in (self.comparison, self.flicker):
            self.iface.addRasterToolBarIcon(self._add(part.action))
        self.flicker.register()
        stretch = QgsApplication.getThemeIcon("/mActionLocalCumulativeCutStretch.svg")
        action = self._action(stretch, tr("Stretch both to the ground"), self.stretch_to_ground)
        action.setStatusTip(tr("Draw the cloudy and the reconstructed layer in the same contrast, that of the ground"))

    def _add_model_action(self) -> None:
        """Let the toolbox open copies of the example models."""
        from .gui.model_action import add_action

        self._model_action = add_action()

    def _remove_model_action(self) -> None:
        if self._model_action is not None:
            from .gui.model_action import remove_action

            remove_action(self._model_action)
            self._model_action = None

    def _add_options(self) -> None:
        from .gui.options_page import OptionsFactory

        self._options = OptionsFactory()
        self.iface.registerOptionsWidgetFactory(self._options)
        self._action(QgsApplication.getThemeIcon("/mActionOptions.svg"), tr("Options…"), self.show_options)

    def _remove_comparison(self) -> None:
        for part in (self.comparison, self.flicker):
            if part is not None:
                part.close()
                part.deleteLater()
        self.comparison = self.flicker = None

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
