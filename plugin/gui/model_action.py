"""The entry in the context menu of an example model in the Processing toolbox: open a copy in the model designer."""

from __future__ import annotations

from processing.gui.ContextAction import ContextAction
from processing.gui.ProviderActions import ProviderContextMenuActions
from qgis.core import QgsApplication, QgsProcessingAlgorithm
from qgis.PyQt.QtGui import QIcon

from ..example_models import ExampleModel
from ..translation import tr


class OpenModelAction(ContextAction):
    """Opens what Processing calls its `itemData`."""

    def __init__(self) -> None:
        super().__init__()
        self.name = tr("Open a copy in the model designer…")

    def icon(self) -> QIcon:
        return QgsApplication.getThemeIcon("/mActionEditModel.svg")

    def isEnabled(self) -> bool:
        return example(self.itemData) is not None

    def execute(self) -> None:
        from processing.modeler.ModelerDialog import ModelerDialog

        window = ModelerDialog.create(example(self.itemData).model())
        window.update_model.connect(_refresh_models)
        window.show()
        window.activate()


def example(algorithm: object) -> ExampleModel | None:
    """Return the example model that is shown in the toolbox as `algorithm`, `None` for another algorithm."""
    if isinstance(algorithm, ExampleModel):
        return algorithm
    if isinstance(algorithm, QgsProcessingAlgorithm) and algorithm.id().startswith("sarcloudremoval:"):
        made = algorithm.create()
        return made if isinstance(made, ExampleModel) else None
    return None


def add_action() -> OpenModelAction:
    action = OpenModelAction()
    ProviderContextMenuActions.registerProviderContextMenuActions([action])
    return action


def remove_action(action: OpenModelAction) -> None:
    ProviderContextMenuActions.deregisterProviderContextMenuActions([action])


def _refresh_models() -> None:
    """What was saved among the user's models is to be listed there."""
    provider = QgsApplication.processingRegistry().providerById("model")
    if provider is not None:
        provider.refreshAlgorithms()
