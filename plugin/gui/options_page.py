"""The plugin's page in QGIS's own options dialog."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from qgis.core import Qgis, QgsApplication, QgsTask
from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from qgis.utils import iface

from .. import settings, weights
from ..algorithms import choices
from ..compute import environment
from ..resources import icon, shipped_models
from ..translation import phrase, tr

# What the dialog calls the page; `iface.showOptionsDialog` opens it by this.
PAGE = "sarCloudRemovalOptions"
# What a number field takes; 0 stands for what its text says.
_LARGEST_TILE, _LARGEST_MEMORY_GB, _LONGEST_IDLE_MINUTES = 4096, 4096.0, 24 * 60.0
BUSY, WARNING, SUCCESS = "/mIconInfo.svg", "/mIconWarning.svg", "/mIconSuccess.svg"


class CheckTask(QgsTask):
    """Runs an interpreter in the background and finds out what it can compute with."""

    # Gets this task. Not called «finished»: QgsTask has a method of that name.
    done = pyqtSignal(object)
    # The page may be closed before the answer comes.
    _alive: ClassVar[set] = set()

    def __init__(self, interpreter: str) -> None:
        super().__init__(tr("Checking the interpreter"), QgsTask.Flag.CanCancel)
        self.interpreter = interpreter
        self.inspection = environment.Inspection(interpreter)
        self._alive.add(self)

    def run(self) -> bool:
        try:
            self.inspection = environment.inspect(self.interpreter)
        except Exception as error:
            self.inspection = environment.Inspection(self.interpreter, problem=str(error))
        return True

    def finished(self, result: bool) -> None:
        self._alive.discard(self)
        self.done.emit(self)


class OptionsPage(QgsOptionsPageWidget):
    """Shows the settings; `apply`, which OK calls, keeps them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(PAGE)
        self._task: CheckTask | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._compute_box())
        layout.addWidget(self._defaults_box())
        layout.addWidget(self._limits_box())
        reset = QPushButton(tr("Reset to defaults"))
        reset.setObjectName("reset")
        reset.clicked.connect(lambda: self.show_settings(settings.Settings()))
        row = QHBoxLayout()
        row.addWidget(reset)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        self._align_labels()
        self.show_settings(settings.Settings.load())

    # --- Looks ------------------------------------------------------------------------------------------------------

    def _align_labels(self) -> None:
        """Let the fields of all boxes begin at one line."""
        forms = [box.layout() for box in self.findChildren(QGroupBox)]
        labels = [form.itemAt(row, QFormLayout.ItemRole.LabelRole) for form in forms for row in range(form.rowCount())]
        widgets = [item.widget() for item in labels if item is not None and item.widget() is not None]
        widest = max(label.sizeHint().width() for label in widgets)
        for label in widgets:
            label.setMinimumWidth(widest)

    def _compute_box(self) -> QGroupBox:
        self.interpreter = QgsFileWidget()
        self.interpreter.setObjectName("interpreter")
        self.interpreter.setDialogTitle(tr("Choose a Python interpreter"))
        self.interpreter.lineEdit().setPlaceholderText(tr("the environment that the plugin has set up"))
        self.interpreter.fileChanged.connect(self._forget_check)
        self.check = QPushButton(tr("Check"))
        self.check.setObjectName("check")
        self.check.setToolTip(tr("Run the interpreter and look which packages and devices it has"))
        self.check.clicked.connect(self._check)
        chosen = QHBoxLayout()
        chosen.addWidget(self.interpreter, 1)
        chosen.addWidget(self.check)
        self.status_icon, self.status = QLabel(), QLabel()
        self.status.setObjectName("status")
        self.status.setWordWrap(True)
        self.status.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        said = QHBoxLayout()
        said.addWidget(self.status_icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.status, 1)
        box = QGroupBox(tr("Compute environment"))
        form = _form(box)
        form.addRow(tr("Python interpreter"), chosen)
        # Over both columns: in one of them a form leaves room for as many lines as a narrow label would have.
        form.addRow(said)
        return box

    def _defaults_box(self) -> QGroupBox:
        self.device = QComboBox()
        self.device.setObjectName("device")
        for value, words in choices.devices().items():
            self.device.addItem(words, value)
        self.device.setToolTip(tr("Automatic takes an NVIDIA GPU or an Apple GPU if there is one, else the CPU."))
        self.model = QComboBox()
        self.model.setObjectName("model")
        summaries = shipped_models()
        for name in weights.managed_names():
            self.model.addItem(name, name)
            summary = summaries.get(name)
            self.model.setItemData(self.model.count() - 1, tr(summary) if summary else "", Qt.ItemDataRole.ToolTipRole)
        self.model.addItem(tr("own weights:"), None)
        self.weights = QgsFileWidget()
        self.weights.setObjectName("weights")
        self.weights.setFilter(tr("Weights") + " (*.safetensors)")
        self.weights.setDialogTitle(tr("Choose weights"))
        self.model.currentIndexChanged.connect(lambda _: self.weights.setVisible(self.model.currentData() is None))
        network = QHBoxLayout()
        network.addWidget(_narrow(self.model))
        network.addWidget(self.weights, 1)
        # Where there is no file to choose, the choice stays at the left.
        network.addStretch()
        self.tile = QSpinBox()
        self.tile.setObjectName("tile")
        self.tile.setRange(0, _LARGEST_TILE)
        self.tile.setSingleStep(32)
        self.tile.setSuffix(" " + tr("pixels"))
        self.tile.setSpecialValueText(tr("as the network was trained"))
        self.tile.setToolTip(tr("A larger tile needs more memory. 32 pixels at least."))
        box = QGroupBox(tr("What dialogs, scripts and batches begin with"))
        form = _form(box)
        form.addRow(tr("Network"), network)
        form.addRow(tr("Device"), _narrow(self.device))
        form.addRow(tr("Tile size"), _narrow(self.tile))
        return box

    def _limits_box(self) -> QGroupBox:
        self.memory = QDoubleSpinBox()
        self.memory.setObjectName("memory")
        self.memory.setRange(0.0, _LARGEST_MEMORY_GB)
        self.memory.setDecimals(1)
        self.memory.setSingleStep(0.5)
        self.memory.setSuffix(" GB")
        self.memory.setSpecialValueText(tr("no limit"))
        explanation = tr(
            "What «Remove clouds» may take: main memory, or, on an NVIDIA GPU, the GPU's. Fewer tiles are computed at "
            "once, then parts of a tile, and a limit that is too low even for that is refused. It is estimated before "
            "the run, not measured; 0.7 to 0.9 GB are needed at least on the processor."
        )
        self.idle = QDoubleSpinBox()
        self.idle.setObjectName("idle")
        self.idle.setRange(0.0, _LONGEST_IDLE_MINUTES)
        self.idle.setDecimals(1)
        self.idle.setSuffix(" " + tr("minutes"))
        self.idle.setSpecialValueText(tr("as long as QGIS runs"))
        box = QGroupBox(tr("Compute process"))
        form = _form(box)
        form.addRow(tr("Memory limit"), _narrow(self.memory))
        form.addRow("", _remark(explanation))
        form.addRow(tr("Stays ready after a run"), _narrow(self.idle))
        form.addRow("", _remark(tr("A process that is ready begins at once; until it ends it keeps its memory.")))
        return box

    # --- Values -----------------------------------------------------------------------------------------------------

    def show_settings(self, shown: settings.Settings) -> None:
        """Show `shown`, without keeping it."""
        self.interpreter.setFilePath(shown.interpreter)
        self.device.setCurrentIndex(max(0, self.device.findData(shown.device)))
        place = self.model.findData(shown.model or settings.DEFAULT_MODEL)
        own = place < 0
        self.model.setCurrentIndex(self.model.count() - 1 if own else place)
        self.weights.setFilePath(shown.model if own else "")
        self.weights.setVisible(own)
        self.tile.setValue(shown.tile)
        self.memory.setValue(shown.memory_gb)
        self.idle.setValue(shown.idle_seconds / 60)
        self._forget_check()

    def shown_settings(self) -> settings.Settings:
        """Return what the page shows; of what it does not show, what is kept now."""
        tile = self.tile.value()
        return replace(
            settings.Settings.load(),
            interpreter=self.interpreter.filePath().strip(),
            device=self.device.currentData(),
            idle_seconds=round(60 * self.idle.value()),
            model=self.model.currentData() or self.weights.filePath().strip() or settings.DEFAULT_MODEL,
            tile=max(settings.SMALLEST_TILE, tile) if tile else 0,
            memory_gb=self.memory.value(),
        )

    def apply(self) -> None:
        """Keep what is shown; a file that is not there is left out, and said."""
        wanted, before = self.shown_settings(), settings.Settings.load()
        missing = []
        if wanted.interpreter and wanted.interpreter != before.interpreter and not Path(wanted.interpreter).is_file():
            missing.append(wanted.interpreter)
            wanted.interpreter = before.interpreter
        own = self.model.currentData() is None and wanted.model != before.model
        if own and wanted.model != settings.DEFAULT_MODEL and not Path(wanted.model).is_file():
            missing.append(wanted.model)
            wanted.model = before.model
        wanted.save()
        for path in missing if iface is not None else ():
            text = tr("There is no file «{}». What was set before stays.").format(path)
            iface.messageBar().pushMessage("SAR Cloud Removal", text, Qgis.MessageLevel.Warning)

    # --- The interpreter --------------------------------------------------------------------------------------------

    def _check(self) -> None:
        interpreter = self.interpreter.filePath().strip()
        if not interpreter:
            folder = environment.current(settings.environment_folder())
            if folder is None:
                text = tr("Nothing is set up yet: press Plugins ▸ SAR Cloud Removal ▸ Set up compute environment.")
                self._say(WARNING, text)
                return
            interpreter = str(environment.interpreter_in(folder))
        self._say(BUSY, tr("Trying «{}»…").format(interpreter))
        self.check.setEnabled(False)
        self._task = CheckTask(interpreter)
        self._task.done.connect(self._checked)
        QgsApplication.taskManager().addTask(self._task)

    def _checked(self, task: CheckTask) -> None:
        if task is not self._task:
            return
        self._task = None
        self.check.setEnabled(True)
        found = task.inspection
        if found.problem:
            self._say(WARNING, tr("It will not do: {}").format(phrase(found.problem)))
            return
        packages = ", ".join(f"{name} {version}" for name, version in found.versions.items())
        devices = ", ".join(f"{name} ({what})" for name, what in found.devices.items())
        text = tr("It can compute. Python {python} with {packages}. Devices: {devices}.")
        self._say(SUCCESS, text.format(python=found.python, packages=packages, devices=devices))

    def _forget_check(self, *_) -> None:
        """Take back what was said of another interpreter."""
        self._task = None
        self.check.setEnabled(True)
        variable = os.environ.get(settings.INTERPRETER_VARIABLE)
        if variable:
            text = tr("The variable {name} is set and comes first: «{path}».")
            self._say(BUSY, text.format(name=settings.INTERPRETER_VARIABLE, path=variable))
        else:
            self._say("", "")

    def _say(self, theme_icon: str, text: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self.status_icon.setVisible(bool(text))
        if theme_icon:
            self.status_icon.setPixmap(QgsApplication.getThemeIcon(theme_icon).pixmap(16, 16))


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page each time that the options dialog is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle("SAR Cloud Removal")
        self.setIcon(icon())

    def createWidget(self, parent: QWidget | None = None) -> OptionsPage:
        return OptionsPage(parent)


def _form(box: QGroupBox) -> QFormLayout:
    form = QFormLayout(box)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    return form


def _narrow(field: QWidget) -> QWidget:
    """Give a field the width that its longest text needs, and the same to all of them."""
    field.setFixedWidth(max(240, field.sizeHint().width()))
    return field


def _remark(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 0.9)
    label.setFont(font)
    return label
