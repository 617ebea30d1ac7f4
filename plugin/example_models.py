"""The example models that come along, as algorithms of the provider: resources/models/NAME.model3."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingModelAlgorithm
from qgis.PyQt.QtGui import QIcon

from ..model.errors import ComputeError
from . import settings
from .help import help_page
from .project_layers import likely_pair
from .resources import MODELS, icon
from .translation import sentence, tr

GROUP = "examplemodels"


class ExampleModel(QgsProcessingModelAlgorithm):
    """One example model. Its id is made of the file's name; what it shows is translated, its steps are not."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.load()

    def load(self) -> None:
        """Read the file again: steps that were not registered when it was read are found then."""
        self.fromFile(str(self._path))
        for definition in self.parameterDefinitions():
            definition.setDescription(tr(definition.description()))
            definition.setHelp(tr(definition.help()))
        for name, layer in zip(("sentinel1", "sentinel2"), likely_pair()):
            definition = self.parameterDefinition(name)
            if definition is not None and layer:
                definition.setGuiDefaultValueOverride(layer)

    def createInstance(self) -> ExampleModel:
        return type(self)(self._path)

    def model(self) -> QgsProcessingModelAlgorithm:
        """Return a copy that is not of the provider, for the model designer: it asks where to save it."""
        copy = QgsProcessingModelAlgorithm()
        copy.fromFile(str(self._path))
        return copy

    def canExecute(self) -> tuple[bool, str]:
        """Say what to press when there is no compute environment; the model is listed all the same."""
        runs, problem = super().canExecute()
        if not runs:
            return runs, problem
        try:
            settings.interpreter()
        except ComputeError as error:
            return False, sentence(error)
        return True, ""

    def name(self) -> str:
        return self._path.stem

    def displayName(self) -> str:
        return tr(super().displayName())

    def group(self) -> str:
        return tr("Example models")

    def groupId(self) -> str:
        return GROUP

    def shortDescription(self) -> str:
        return tr(self.helpContent().get("ALG_DESC", ""))

    def shortHelpString(self) -> str:
        inputs = [each for each in self.parameterDefinitions() if not each.isDestination()]
        explained = "".join(
            f"<p><b>{each.description()}</b><br>{tr(self.helpContent().get(each.name(), ''))}</p>" for each in inputs
        )
        edit = tr("To change it, choose «Open a copy in the model designer» in its context menu in the toolbox.")
        return f"<p>{self.shortDescription()}</p><p>{edit}</p>{explained}"

    def helpUrl(self) -> str:
        return help_page("models").toString()

    def icon(self) -> QIcon:
        return icon()


def example_models() -> list[ExampleModel]:
    return [ExampleModel(path) for path in sorted(MODELS.glob("*.model3"))]
