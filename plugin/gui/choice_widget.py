"""The field of a choice in the dialogs of Processing: it shows words, and gives the value that scripts name."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameters
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QComboBox, QWidget


class ChoiceWidget:
    """What Processing makes for a parameter that names this class: the field, as the kind of dialog needs it."""

    def __new__(
        cls, parameter: QgsProcessingParameterDefinition, dialog: QWidget, row: int = 0, col: int = 0, **metadata
    ):
        words = dict(zip(parameter.options(), metadata["words"]))
        if type(dialog).__name__ == "ModelerParametersDialog":
            # It offers inputs of the model, outputs of other steps and expressions besides the words.
            field = QgsGui.processingGuiRegistry().createModelerParameterWidget(
                dialog.model, dialog.childId, parameter, dialog.context
            )
            show_words(field, words)
        else:
            batch = type(dialog).__name__ == "BatchAlgorithmDialog"
            kind = QgsProcessingGui.WidgetType.Batch if batch else QgsProcessingGui.WidgetType.Standard
            field = ChoiceField(parameter, kind, words)
        field.setDialog(dialog)
        return field


class ChoiceField(QgsAbstractProcessingParameterWidgetWrapper):
    """A combo box of words."""

    def __init__(self, parameter: QgsProcessingParameterDefinition, kind, words: dict[str, str]) -> None:
        super().__init__(parameter, kind)
        self._words = words
        self._box: QComboBox | None = None

    def createWidget(self) -> QWidget:
        self._box = QComboBox()
        for value, text in self._words.items():
            self._box.addItem(text, value)
        self._box.setToolTip(self.parameterDefinition().toolTip())
        self._box.currentIndexChanged.connect(lambda index: self.widgetValueHasChanged.emit(self))
        return self._box

    def setWidgetValue(self, value, context) -> None:
        wanted = QgsProcessingParameters.parameterAsEnumString(self.parameterDefinition(), value, context)
        self._box.setCurrentIndex(self._box.findData(wanted))

    def widgetValue(self):
        return self._box.currentData()


def show_words(widget: QWidget, words: dict[str, str]) -> None:
    """Put the words into the combo box in `widget` that holds the values."""
    for box in widget.findChildren(QComboBox):
        if [box.itemData(index) for index in range(box.count())] == list(words):
            for index, text in enumerate(words.values()):
                box.setItemText(index, text)
