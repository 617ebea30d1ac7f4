"""The dialog that shows what there is to compute with, and sets it up."""

from __future__ import annotations

import html
import shutil
import threading
from pathlib import Path

from qgis.core import QgsApplication, QgsTask
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontDatabase, QIcon
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...model.errors import (
    BrokenEnvironment,
    Cancelled,
    ComputeError,
    InstallFailed,
    NoEnvironment,
    SarCloudRemovalError,
)
from .. import settings
from ..compute import environment
from ..compute.client import close_shared_client
from ..resources import icon
from ..translation import phrase, sentence, tr

BUSY, WARNING, SUCCESS = "/mIconInfo.svg", "/mIconWarning.svg", "/mIconSuccess.svg"


class InspectTask(QgsTask):
    """Finds out, in the background, what there is: the interpreter that computes, and what would be installed."""

    # Gets this task. Not called «finished»: QgsTask has a method of that name.
    done = pyqtSignal(object)

    def __init__(self, interpreter: str | None) -> None:
        super().__init__(tr("Looking at the compute environment"), QgsTask.Flag.CanCancel)
        self.interpreter = interpreter
        self.inspection: environment.Inspection | None = None
        self.base: environment.Interpreter | None = None
        self.build: environment.TorchBuild | None = None
        self.problem = ""

    def run(self) -> bool:
        if self.interpreter:
            self.inspection = self._inspect(self.interpreter)
        try:
            self.base = environment.find_base()
            self.build = environment.choose_build(environment.find_gpu(), self.base.version)
        except Exception as error:
            self.problem = sentence(_as_ours(error))
        return True

    def _inspect(self, interpreter: str) -> environment.Inspection:
        try:
            return environment.inspect(interpreter)
        except Exception as error:
            return environment.Inspection(interpreter, problem=sentence(_as_ours(error)))

    def finished(self, result: bool) -> None:
        self.done.emit(self)


class InstallTask(QgsTask):
    """Makes the environment in the background; goes on when the dialog is closed."""

    line = pyqtSignal(str)
    done = pyqtSignal()

    def __init__(
        self,
        folder: Path,
        base: environment.Interpreter,
        build: environment.TorchBuild,
        source: environment.Source,
    ) -> None:
        super().__init__(tr("Installing the compute environment"), QgsTask.Flag.CanCancel)
        self.folder = folder
        self.base = base
        self.build = build
        self.source = source
        self.lines: list[str] = []
        self.error: SarCloudRemovalError | None = None
        self.ended = threading.Event()

    def run(self) -> bool:
        try:
            environment.create(self.folder, self.base, self.build, self._on_progress, self.isCanceled, self.source)
        except Exception as error:
            self.error = _as_ours(error)
        self.ended.set()
        return self.error is None

    def _on_progress(self, fraction: float, line: str) -> None:
        self.setProgress(100 * fraction)
        if line:
            line = phrase(line)
            self.lines.append(line)
            self.line.emit(line)

    def finished(self, result: bool) -> None:
        global _installing
        _installing = None
        self.ended.set()
        if not result and self.error is None:
            # It was cancelled before its turn came.
            self.error = Cancelled()
        self.done.emit()


def _as_ours(error: Exception) -> SarCloudRemovalError:
    """Return `error` as one that has a sentence for the user."""
    if isinstance(error, SarCloudRemovalError):
        return error
    return InstallFailed(detail=f"{type(error).__name__}: {error}")


# The one installation that may be under way, whichever dialog started it.
_installing: InstallTask | None = None


def cancel_installation(seconds: float = 5.0) -> None:
    """Cancel the installation that is under way, if there is one, and wait at most `seconds` for its end."""
    task = _installing
    if task is not None:
        task.cancel()
        task.ended.wait(seconds)


class EnvironmentDialog(QDialog):
    """What was found, what Install does and how large it is, progress with a log, and another interpreter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("SAR Cloud Removal: compute environment"))
        self.setWindowIcon(icon())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(700)
        self._inspect_task: InspectTask | None = None
        self._task: InstallTask | None = None
        self._build()
        if _installing is not None:
            self._show_plan(_installing.base, _installing.build)
            self._follow(_installing)
        else:
            self.look()

    # --- Looks ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(self._introduction())
        layout.addLayout(self._status())
        layout.addWidget(self._found_box())
        layout.addWidget(self._plan_box())
        layout.addWidget(self._other_box())
        self.bar = QProgressBar()
        self.bar.setObjectName("progress")
        self.log = QPlainTextEdit()
        self.log.setObjectName("log")
        self.log.setReadOnly(True)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setMaximumBlockCount(5000)
        self.log.setMinimumHeight(150)
        layout.addWidget(self.bar)
        layout.addWidget(self.log, 1)
        self.bar.hide()
        self.log.hide()
        layout.addLayout(self._buttons())

    def _introduction(self) -> QLabel:
        return _text(
            tr(
                "The network runs in a Python environment of its own, with PyTorch and rasterio. "
                "QGIS's own Python is left as it is, so nothing here can break QGIS."
            )
        )

    def _status(self) -> QHBoxLayout:
        self.status_icon = QLabel()
        self.status_icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.status = _text("")
        self.status.setObjectName("status")
        row = QHBoxLayout()
        row.addWidget(self.status_icon)
        row.addWidget(self.status, 1)
        return row

    def _found_box(self) -> QGroupBox:
        self.python, self.packages, self.devices = _Value(), _Value(), _Value()
        box = QGroupBox(tr("What is there"))
        form = _form(box)
        form.addRow(tr("Interpreter"), self.python)
        form.addRow(tr("Packages"), self.packages)
        form.addRow(tr("Devices"), self.devices)
        return box

    def _plan_box(self) -> QGroupBox:
        self.base, self.build_name, self.size, self.place = _Value(), _Value(), _Value(), _Value()
        box = QGroupBox(tr("What Install does"))
        form = _form(box)
        form.addRow(tr("Made with"), self.base)
        form.addRow(tr("PyTorch build"), self.build_name)
        form.addRow(tr("Size"), self.size)
        form.addRow(tr("Folder"), self.place)
        self.wheels = QgsFileWidget()
        self.wheels.setObjectName("wheels")
        self.wheels.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.wheels.lineEdit().setPlaceholderText(tr("for installing without the Internet"))
        self.offline = QCheckBox(tr("take nothing from the Internet"))
        self.offline.setObjectName("offline")
        self.offline.setEnabled(False)
        self.wheels.fileChanged.connect(lambda path: self.offline.setEnabled(bool(path)))
        form.addRow(tr("Folder of wheels"), self.wheels)
        form.addRow("", self.offline)
        self.plan = box
        return box

    def _other_box(self) -> QGroupBox:
        self.other = QgsFileWidget()
        self.other.setObjectName("interpreter")
        self.other.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.other.setDialogTitle(tr("Choose a Python interpreter"))
        self.other.lineEdit().setPlaceholderText(tr("a Python that has torch, rasterio, numpy, safetensors and scipy"))
        self.use_other = QPushButton(tr("Use"))
        self.use_other.setObjectName("useInterpreter")
        self.use_other.setEnabled(False)
        self.use_other.clicked.connect(lambda: self._choose(self.other.filePath()))
        self.other.fileChanged.connect(lambda path: self.use_other.setEnabled(bool(path)))
        self.use_own = QPushButton(tr("Use the plugin's own again"))
        self.use_own.clicked.connect(lambda: self._choose(""))
        box = QGroupBox(tr("Another interpreter"))
        row = QHBoxLayout(box)
        row.addWidget(self.other, 1)
        row.addWidget(self.use_other)
        row.addWidget(self.use_own)
        self.other_box = box
        return box

    def _buttons(self) -> QHBoxLayout:
        self.install_button = QPushButton(tr("Install"))
        self.install_button.setObjectName("install")
        self.install_button.clicked.connect(self.install)
        self.cancel_button = QPushButton(tr("Cancel installation"))
        self.cancel_button.setObjectName("cancel")
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self._cancel)
        self.cancel_button.hide()
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.install_button)
        row.addWidget(self.cancel_button)
        row.addWidget(close)
        return row

    # --- What is there ----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look, in the background, at what there is, and show it."""
        interpreter, self._problem = None, None
        try:
            interpreter = settings.interpreter()
        except ComputeError as error:
            self._problem = error
        self._say(BUSY, tr("Looking at what is there…"))
        self.install_button.setEnabled(False)
        self.use_own.setVisible(bool(settings.Settings.load().interpreter))
        self._inspect(interpreter, self._show_found)

    def _inspect(self, interpreter: str | None, then) -> None:
        task = InspectTask(interpreter)
        task.done.connect(then)
        self._inspect_task = task
        QgsApplication.taskManager().addTask(task)

    def _show_found(self, task: InspectTask) -> None:
        if task is not self._inspect_task:
            return
        if task.inspection is None:
            self._show_nothing()
        else:
            self._show_inspection(task.inspection)
        self._show_plan(task.base, task.build, task.problem)

    def _show_nothing(self) -> None:
        for label in (self.python, self.packages, self.devices):
            label.setText("–")
        absent = isinstance(self._problem, NoEnvironment)
        self._say(WARNING, tr("Nothing is installed yet. Press Install.") if absent else sentence(self._problem))

    def _show_inspection(self, found: environment.Inspection) -> None:
        self.python.setText(f"Python {found.python}, {found.interpreter}" if found.python else found.interpreter)
        self.packages.setText(", ".join(f"{name} {version}" for name, version in found.versions.items()) or "–")
        self.devices.setText(", ".join(f"{name} ({what})" for name, what in found.devices.items()) or "–")
        if found.problem:
            self._say(WARNING, sentence(BrokenEnvironment(interpreter=found.interpreter, detail=found.problem)))
        else:
            self._say(SUCCESS, tr("Ready. «Remove clouds» can run."))

    def _show_plan(
        self, base: environment.Interpreter | None, build: environment.TorchBuild | None, problem: str = ""
    ) -> None:
        self._base, self._build_chosen = base, build
        folder = settings.environment_folder()
        self.place.setText(str(folder))
        if build is None or base is None:
            self.base.setText(problem)
            self.build_name.setText("–")
            self.size.setText("–")
            return
        self.base.setText(f"Python {'.'.join(map(str, base.version))}, {base.path}")
        self.build_name.setText(f"{build.name}. {phrase(build.reason)}")
        self.size.setText(_size(build, folder))
        self.install_button.setEnabled(True)
        there = environment.read_marker(folder) is not None
        self.install_button.setText(tr("Install again") if there else tr("Install"))
        self.install_button.setDefault(not there)

    def _choose(self, path: str) -> None:
        """Use another interpreter, "" for the plugin's own, if it has what is needed."""
        if path:
            self._say(BUSY, tr("Trying «{}»…").format(path))
            self._inspect(path, self._chosen)
        else:
            self._use("")

    def _chosen(self, task: InspectTask) -> None:
        if task is not self._inspect_task:
            return
        found = task.inspection
        if found.problem:
            # The look that this one replaced has not shown it.
            self._show_plan(task.base, task.build, task.problem)
            detail = tr("«{path}» will not do: {problem}. What was used before stays in use.")
            self._say(WARNING, detail.format(path=found.interpreter, problem=phrase(found.problem)))
        else:
            self._use(found.interpreter)

    def _use(self, path: str) -> None:
        chosen = settings.Settings.load()
        chosen.interpreter = path
        chosen.save()
        close_shared_client()
        self.look()

    # --- Installing -------------------------------------------------------------------------------------------------

    def install(self) -> None:
        """Start the installation, or follow the one that another dialog has started."""
        global _installing
        # What a look that still runs finds would be said over what the installation says.
        self._inspect_task = None
        if _installing is not None:
            self._follow(_installing)
            return
        try:
            source = self._source()
        except InstallFailed as error:
            self._say(WARNING, sentence(error))
            return
        # The process that is still warm holds files of the environment that is replaced.
        close_shared_client()
        _installing = InstallTask(settings.environment_folder(), self._base, self._build_chosen, source)
        self._follow(_installing)
        QgsApplication.taskManager().addTask(_installing)

    def _source(self) -> environment.Source:
        wheels = self.wheels.filePath() or None
        if wheels and self.offline.isChecked():
            return environment.Source(wheels=wheels, offline=True)
        proxy, no_proxy = settings.proxy()
        return environment.Source(wheels=wheels, proxy=proxy, no_proxy=no_proxy)

    def _follow(self, task: InstallTask) -> None:
        self._task = task
        self.log.clear()
        for line in task.lines:
            self.log.appendPlainText(line)
        self.bar.setValue(int(task.progress()))
        self._set_busy(True)
        self._say(BUSY, tr("Installing. You can close this window and go on working."))
        task.progressChanged.connect(self._show_progress)
        task.line.connect(self.log.appendPlainText)
        task.done.connect(self._installed)

    def _show_progress(self, percent: float) -> None:
        self.bar.setValue(int(percent))

    def _cancel(self) -> None:
        if self._task is not None:
            self.cancel_button.setEnabled(False)
            self._task.cancel()

    def _installed(self) -> None:
        task, self._task = self._task, None
        self._set_busy(False)
        if task.error is None:
            self.look()
            return
        self.install_button.setEnabled(True)
        if isinstance(task.error, Cancelled):
            self._say(WARNING, tr("Cancelled; nothing was installed."))
        else:
            self._say(WARNING, sentence(task.error))
            self.log.appendPlainText(str(task.error))

    def _set_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.log.setVisible(busy or bool(self.log.toPlainText()))
        self.cancel_button.setVisible(busy)
        self.cancel_button.setEnabled(True)
        self.install_button.setVisible(not busy)
        self.plan.setEnabled(not busy)
        self.other_box.setEnabled(not busy)

    def _say(self, theme_icon: str, text: str) -> None:
        picture: QIcon = QgsApplication.getThemeIcon(theme_icon)
        self.status_icon.setPixmap(picture.pixmap(20, 20))
        self.status.setText(f"<b>{html.escape(text)}</b>")


def _size(build: environment.TorchBuild, folder: Path) -> str:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return tr("about {download} to download, {disk} on the disk ({free} free)").format(
        download=_bytes(build.download_mb),
        disk=_bytes(build.disk_mb),
        free=_bytes(shutil.disk_usage(existing).free / 1e6),
    )


def _bytes(megabytes: float) -> str:
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label


class _Value(QLineEdit):
    """A line of text to read and to copy; one that is too long can be scrolled and shows whole as a tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFrame(False)
        self.setStyleSheet("QLineEdit { background: transparent; }")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setText("–")

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)
        self.setCursorPosition(0)


def _form(box: QGroupBox) -> QFormLayout:
    form = QFormLayout(box)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    return form
