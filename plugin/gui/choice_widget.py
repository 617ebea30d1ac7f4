"""The field of a choice in the dialogs of Processing: it shows words, and gives the value that scripts name."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsGui, QgsProcessingGui
from qgis.PyQt.QtWidgets import QComboBox, QWidget


class ChoiceWidget:
    """What Processing makes for a parameter that names this class: QGIS's own field, with words in it.

    A field of our own would not do: what is made in Python and handed through QGIS to Python again is freed too early.
    """

    def __new__(
        cls, parameter: QgsProcessingParameterDefinition, dialog: QWidget, row: int = 0, col: int = 0, **metadata
    ):
        words = dict(zip(parameter.options(), metadata["words"]))
        registry, kind = QgsGui.processingGuiRegistry(), type(dialog).__name__
        if kind == "ModelerParametersDialog":
            # It offers inputs of the model, outputs of other steps and expressions besides the words.
            field = registry.createModelerParameterWidget(dialog.model, dialog.childId, parameter, dialog.context)
            show_words(field, words)
        else:
            standard, batch = QgsProcessingGui.WidgetType.Standard, QgsProcessingGui.WidgetType.Batch
            wanted = batch if kind == "BatchAlgorithmDialog" else standard
            field = registry.createParameterWidgetWrapper(parameter, wanted)
            _show_words_when_made(field, words)
        field.setDialog(dialog)
        return field


def _show_words_when_made(field, words: dict[str, str]) -> None:
    make = field.createWrappedWidget

    def made(context) -> QWidget:
        widget = make(context)
        show_words(widget, words)
        return widget

    field.createWrappedWidget = made


def show_words(widget: QWidget, words: dict[str, str]) -> None:
    """Put the words into the combo box that holds the values, be it `widget` or a part of it.

    Where a choice is optional, QGIS has an entry without a value before them, which stays.
    """
    own = [widget] if isinstance(widget, QComboBox) else []
    for box in own + widget.findChildren(QComboBox):
        values = [box.itemData(index) for index in range(box.count())]
        if [value for value in values if value is not None] == list(words):
            for index, value in enumerate(values):
                if value is not None:
                    box.setItemText(index, words[value])
