"""The dialog that shows what there is to compute with, and sets it up, repairs, moves and removes it."""

from __future__ import annotations

import html
import os
import platform
import shutil
import sys
from pathlib import Path

from qgis.core import QgsApplication
from qgis.gui import QgsCollapsibleGroupBox, QgsFileWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFontDatabase, QIcon
from qgis.PyQt.QtWidgets import (
    QAction,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...model.errors import Cancelled, ComputeError, InstallFailed, NoEnvironment
from .. import settings
from ..compute import environment, installation
from ..compute.client import close_shared_client, shared_client_busy
from ..help import open_help
from ..resources import icon
from ..translation import phrase, sentence, tr
from . import environment_tasks as tasks
from .environment_tasks import size_text

BUSY, WARNING, SUCCESS = "/mIconInfo.svg", "/mIconWarning.svg", "/mIconSuccess.svg"
# Below the folder that a user chooses, so that nothing of theirs lies beside the environment.
SUBFOLDER = Path("sar_cloud_removal", "environment")


class EnvironmentDialog(QDialog):
    """What was found, what Install does and how large it is, progress with a log, and what else can be done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("SAR Cloud Removal: compute environment"))
        self.setWindowIcon(icon())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(760)
        self._inspect_task: tasks.InspectTask | None = None
        self._check_task: tasks.CheckWheelsTask | None = None
        self._task: tasks.WorkTask | None = None
        # The height that was last taken by itself.
        self._fitted: int | None = None
        self._folder: Path | None = None
        self._base: environment.Interpreter | None = None
        self._builds: tuple[environment.TorchBuild, ...] = ()
        self._problem: ComputeError | None = None
        self._build()
        task = tasks.under_way()
        if task is not None:
            if task.plan is not None:
                self._show_plan(task.plan.base, (task.plan.build,), own_csmask=task.plan.csmask)
            self._follow(task)
        else:
            self.look()

    # --- Looks ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(self._status())
        layout.addWidget(self._introduction())
        layout.addWidget(self._found_box())
        layout.addWidget(self._plan_box())
        layout.addWidget(self._other_box())
        layout.addWidget(self._progress(), 1)
        layout.addStretch()
        layout.addLayout(self._buttons())

    def _introduction(self) -> QLabel:
        return _text(
            tr(
                "The neural network runs in a Python environment of its own, with PyTorch and rasterio. "
                "QGIS's own Python is left as it is, so nothing here can break QGIS."
            )
        )

    def _status(self) -> QHBoxLayout:
        self.status_icon = QLabel()
        self.status_icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.status = _text("")
        self.status.setObjectName("status")
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.status_icon)
        row.addWidget(self.status, 1)
        return row

    def _found_box(self) -> QGroupBox:
        self.card, self.python, self.packages = _Value(), _Value(), _Value()
        self.devices, self.own = _Value(), _Value()
        self.in_use, self.own_panel = QWidget(), QWidget()
        box = QGroupBox(tr("What is there"))
        layout = QVBoxLayout(box)
        _form(layout).addRow(_label(tr("Graphics card")), self.card)
        form = _form(self.in_use)
        form.addRow(_label(tr("Interpreter")), self.python)
        form.addRow(_label(tr("Packages")), self.packages)
        form.addRow(_label(tr("Devices")), self.devices)
        form = _form(self.own_panel)
        form.addRow(_label(tr("Own environment")), self.own)
        form.addRow(_label(""), self._own_buttons())
        for panel in (self.in_use, self.own_panel):
            layout.addWidget(panel)
            panel.hide()
        self.found = box
        return box

    def _own_buttons(self) -> QWidget:
        self.repair_button = _button(tr("Repair"), "repair", self.repair)
        self.repair_button.setToolTip(tr("Looks for damaged packages and installs these again; keeps what works."))
        self.move_button = _button(tr("Move…"), "move", self.choose_folder)
        self.move_button.setToolTip(tr("Makes the environment in another folder, for example on a larger disk."))
        self.remove_button = _button(tr("Remove…"), "remove", self.remove)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self.repair_button, self.move_button, self.remove_button):
            row.addWidget(each)
        row.addStretch(1)
        return buttons

    def _plan_box(self) -> QGroupBox:
        self.base, self.size, self.place, self.proxy = _Value(), _Value(), _Value(), _Value()
        self.build_choice = QComboBox()
        self.build_choice.setObjectName("build")
        self.build_choice.currentIndexChanged.connect(self._show_build)
        self.build_reason = QLabel()
        self.csmask = QCheckBox(
            tr("Cloud detection network csmask ({})").format(size_text(environment.CSMASK_DOWNLOAD_MB * 1e6))
        )
        self.csmask.setObjectName("csmask")
        self.csmask.setToolTip(
            tr(
                "Finds clouds and shadows better than the spectral rule, for «Detect clouds and shadows» and for the "
                "mask of «Remove clouds». Repair adds it to an environment that is there."
            )
        )
        self.csmask.setChecked(True)
        self.csmask.toggled.connect(lambda: self._show_csmask())
        self.change_button = _button(tr("Change…"), "change", self.choose_folder)
        self.wheels = QgsFileWidget()
        self.wheels.setObjectName("wheels")
        self.wheels.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.wheels.lineEdit().setPlaceholderText(tr("for installing without the Internet"))
        self.wheels.fileChanged.connect(self._check_wheels)
        self.wheels_check = _text("")
        self.wheels_check.setObjectName("wheelsCheck")
        self.wheels_check.hide()
        self.offline = QCheckBox(tr("take nothing from the Internet"))
        self.offline.setObjectName("offline")
        self.offline.setEnabled(False)
        box = QGroupBox(tr("What Install does"))
        form = _form(QVBoxLayout(box))
        form.addRow(_label(tr("Made with")), self.base)
        form.addRow(_label(tr("PyTorch build")), _row(self.build_choice, self.build_reason))
        form.addRow(_label(tr("Extra")), self.csmask)
        form.addRow(_label(tr("Size")), self.size)
        form.addRow(_label(tr("Folder")), _row(self.place, self.change_button, stretch=0))
        form.addRow(_label(tr("Proxy")), self.proxy)
        form.addRow(_label(tr("Folder of downloaded packages")), self.wheels)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.offline)
        column.addWidget(self.wheels_check)
        form.addRow(_label(""), below)
        self.plan = box
        return box

    def _other_box(self) -> QgsCollapsibleGroupBox:
        self.other = QgsFileWidget()
        self.other.setObjectName("interpreter")
        self.other.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.other.setDialogTitle(tr("Choose a Python interpreter"))
        self.other.lineEdit().setPlaceholderText(tr("a Python that has all packages of the environment"))
        self.use_other = _button(tr("Use"), "useInterpreter", lambda: self._choose(self.other.filePath()))
        self.use_other.setEnabled(False)
        self.other.fileChanged.connect(lambda path: self.use_other.setEnabled(bool(path)))
        self.use_own = _button(tr("Use the plugin's own again"), "useOwn", lambda: self._choose(""))
        box = QgsCollapsibleGroupBox(tr("Another interpreter"))
        row = QHBoxLayout(box)
        row.addWidget(self.other, 1)
        row.addWidget(self.use_other)
        row.addWidget(self.use_own)
        box.setCollapsed(not settings.Settings.load().interpreter)
        self.other_box = box
        return box

    def _progress(self) -> QWidget:
        self.step = QLabel()
        self.step.setObjectName("step")
        self.bar = QProgressBar()
        self.bar.setObjectName("progress")
        self.log = QPlainTextEdit()
        self.log.setObjectName("log")
        self.log.setReadOnly(True)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setMaximumBlockCount(5000)
        self.log.setMinimumHeight(130)
        self.copy_log = _button(tr("Copy log"), "copyLog", self._copy_log)
        panel = QWidget()
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.step, self.bar, self.log):
            layout.addWidget(widget)
            widget.hide()
        panel.hide()
        self.progress = panel
        return panel

    def _buttons(self) -> QHBoxLayout:
        self.install_button = _button(tr("Install"), "install", self.install)
        self.cancel_button = _button(tr("Cancel"), "cancel", self._cancel)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.hide()
        self.copy_log.hide()
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Help)
        close.rejected.connect(self.reject)
        close.helpRequested.connect(lambda: open_help("setup"))
        row = QHBoxLayout()
        row.addWidget(self.copy_log)
        row.addStretch(1)
        row.addWidget(self.install_button)
        row.addWidget(self.cancel_button)
        row.addWidget(close)
        return row

    # --- What is there ----------------------------------------------------------------------------------------------

    def look(self, outcome: str = "") -> None:
        """Look, in the background, at what there is, and show it after the `outcome` of what was done."""
        interpreter, self._problem = None, None
        try:
            interpreter = settings.interpreter()
        except ComputeError as error:
            self._problem = error
        self._say(BUSY, tr("Looking at what is there…"))
        self.install_button.setEnabled(False)
        self.own_panel.setEnabled(False)
        self.use_own.setEnabled(bool(settings.Settings.load().interpreter))
        self._inspect(interpreter, lambda task: self._show_found(task, outcome))

    def done(self, result: int) -> None:
        # A look that ends after this has nobody to tell: the dialog deletes itself.
        self._inspect_task = None
        super().done(result)

    def _inspect(self, interpreter: str | None, then) -> None:
        task = tasks.InspectTask(interpreter)
        task.done.connect(then)
        self._inspect_task = task
        QgsApplication.taskManager().addTask(task)

    def _show_found(self, task: tasks.InspectTask, outcome: str = "") -> None:
        if task is not self._inspect_task:
            return
        self._show_own(task)
        if task.inspection is None:
            self._show_nothing(outcome)
        else:
            self._show_inspection(task.inspection, outcome, _remark(task))
        self._show_plan(task.base, task.builds, task.problem, task.own_build, task.own_csmask)
        self._fit()

    def _fit(self) -> None:
        """Take the height that what is shown needs, unless somebody has chosen another one."""
        layout = self.layout()
        layout.activate()
        if self._fitted in (None, self.height()):
            # The hint alone takes no account of texts that need more than one line.
            needed = max(layout.totalSizeHint().height(), layout.totalHeightForWidth(self.width()))
            self.resize(self.width(), needed)
            # Which may be more, where a part has a least height.
            self._fitted = self.height()

    def _show_own(self, task: tasks.InspectTask) -> None:
        self._folder = task.folder
        self.card.setText(_card(task.gpu))
        self.own.setText(f"{size_text(task.size)}, {task.folder}" if task.folder is not None else "–")
        self.in_use.setVisible(task.inspection is not None)
        self.own_panel.setVisible(task.folder is not None)
        self.own_panel.setEnabled(True)
        self.change_button.setVisible(task.folder is None)

    def _show_nothing(self, outcome: str) -> None:
        absent = isinstance(self._problem, NoEnvironment)
        said = tr("Nothing is installed yet. Press Install.") if absent else sentence(self._problem)
        self._say(WARNING, _joined(outcome, said))

    def _show_inspection(self, found: environment.Inspection, outcome: str, remark: str) -> None:
        self.python.setText(_interpreter(found))
        self.packages.setText(", ".join(f"{name} {version}" for name, version in found.versions.items()) or "–")
        self.devices.setText(", ".join(f"{name} ({what})" for name, what in found.devices.items()) or "–")
        if found.problem:
            advice = tr("Press Repair, or Install again.") if self._folder is not None else tr("Press Install.")
            broken = tr("What is there does not work: {}.").format(phrase(found.problem))
            self._say(WARNING, _joined(outcome, broken, advice))
        else:
            self._say(SUCCESS, _joined(outcome, tr("Ready. «Remove clouds» can run.")), remark)

    def _show_plan(
        self,
        base: environment.Interpreter | None,
        builds: tuple[environment.TorchBuild, ...],
        problem: str = "",
        own_build: str = "",
        own_csmask: bool | None = None,
    ) -> None:
        self._base, self._builds = base, builds
        if own_csmask is not None:
            self.csmask.blockSignals(True)
            self.csmask.setChecked(own_csmask)
            self.csmask.blockSignals(False)
        self.place.setText(str(settings.environment_folder()))
        self.proxy.setText(_proxy())
        self.build_choice.blockSignals(True)
        self.build_choice.clear()
        self.build_choice.addItems([each.name for each in builds])
        self.build_choice.setCurrentIndex(max(0, self.build_choice.findText(own_build)))
        self.build_choice.setEnabled(len(builds) > 1)
        self.build_choice.blockSignals(False)
        self._show_build()
        if not builds or base is None:
            self.base.setText(problem)
            return
        self.base.setText(f"Python {'.'.join(map(str, base.version))}, {base.path}")
        self.install_button.setEnabled(True)
        self.install_button.setText(tr("Install again") if self._folder is not None else tr("Install"))
        self.install_button.setDefault(self._folder is None)
        if self.wheels.filePath():
            self._check_wheels(self.wheels.filePath())

    def _show_build(self) -> None:
        build = self._build_chosen()
        self.build_reason.setText(phrase(build.reason) if build else "")
        self.size.setText(_size(build, settings.environment_folder(), self.csmask.isChecked()) if build else "–")

    def _show_csmask(self) -> None:
        self._show_build()
        if self.wheels.filePath():
            self._check_wheels(self.wheels.filePath())

    def _build_chosen(self) -> environment.TorchBuild | None:
        index = self.build_choice.currentIndex()
        return self._builds[index] if 0 <= index < len(self._builds) else None

    def _choose(self, path: str) -> None:
        """Use another interpreter, "" for the plugin's own, if it has what is needed."""
        if path:
            self._say(BUSY, tr("Trying «{}»…").format(path))
            self._inspect(path, self._chosen)
        else:
            self._use("")

    def _chosen(self, task: tasks.InspectTask) -> None:
        if task is not self._inspect_task:
            return
        found = task.inspection
        if found.problem:
            # The look that this one replaced has not shown it.
            self._show_own(task)
            self._show_plan(task.base, task.builds, task.problem, task.own_build, task.own_csmask)
            detail = tr("«{path}» will not do: {problem}. What was used before stays in use.")
            self._say(WARNING, detail.format(path=found.interpreter, problem=phrase(found.problem)))
        else:
            self._use(found.interpreter)

    def _use(self, path: str) -> None:
        chosen = settings.Settings.load()
        chosen.interpreter = path
        chosen.save()
        # A run that is under way ends in the one that it began in.
        if not shared_client_busy():
            close_shared_client()
        self.look()

    # --- The folder of wheels ---------------------------------------------------------------------------------------

    def _check_wheels(self, folder: str) -> None:
        """Say, after a look in the background, whether an environment can be made of the folder."""
        self.offline.setEnabled(bool(folder))
        self._check_task = None
        self.wheels_check.setVisible(bool(folder))
        self.wheels_check.setText(tr("Looking through the folder…") if folder else "")
        if folder and self._base is not None:
            task = tasks.CheckWheelsTask(self._base, folder, self.csmask.isChecked())
            task.done.connect(self._show_wheels)
            self._check_task = task
            QgsApplication.taskManager().addTask(task)

    def _show_wheels(self, task: tasks.CheckWheelsTask) -> None:
        if task is self._check_task:
            self.wheels_check.setText(task.problem or _wheels_text(task.check))

    # --- Work -------------------------------------------------------------------------------------------------------

    def install(self) -> None:
        """Start the installation, or follow the work that another dialog has started."""
        self._start(lambda place, plan: tasks.InstallTask(place, plan), ends_runs=False)

    def repair(self) -> None:
        """Reinstall what is damaged."""
        self._start(lambda place, plan: tasks.RepairTask(place, plan))

    def choose_folder(self) -> None:
        """Ask for a folder, and move the environment there; without one, only remember it."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose a folder for the environment"))
        if chosen:
            self.move_to(Path(chosen))

    def move_to(self, chosen: Path) -> None:
        """Move the environment below the folder `chosen`, after a question."""
        place, target = settings.environment_folder(), chosen / SUBFOLDER
        if place.parent in (chosen, *chosen.parents) or target == place:
            self._say(WARNING, tr("«{}» is where the environment lies already.").format(chosen))
            return
        if self._folder is None:
            kept = settings.Settings.load()
            kept.environment = str(target)
            kept.save()
            self.look()
            return
        question = tr(
            "A virtual environment cannot be copied, so it is made anew in «{folder}», {size}; what pip has downloaded "
            "before is taken from its cache or from the folder of downloaded packages. The old one is removed when the "
            "new one works."
        ).format(folder=target, size=self._size_there(target))
        if self._agreed(tr("Move the environment"), question, tr("Move")):
            self._start(lambda place, plan: tasks.MoveTask(place, target, plan))

    def _size_there(self, target: Path) -> str:
        build = self._build_chosen()
        return _size(build, target, self.csmask.isChecked()) if build else "–"

    def remove(self) -> None:
        """Remove the environment, after a question."""
        question = tr("«Remove clouds» cannot run until an environment is installed again. Remove {}?")
        if self._agreed(tr("Remove the environment"), question.format(self.own.text()), tr("Remove")):
            self._start(lambda place, plan: tasks.RemoveTask(place), needs_plan=False)

    def _agreed(self, title: str, question: str, yes: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, title, question, QMessageBox.StandardButton.Cancel, self)
        agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        return box.clickedButton() is agree

    def _start(self, make, needs_plan: bool = True, ends_runs: bool = True) -> None:
        if ends_runs and tasks.under_way() is None and shared_client_busy():
            self._say(WARNING, tr("A run is under way in this environment. Let it end, or cancel it, and press again."))
            return
        # What a look that still runs finds would be said over what the work says.
        self._inspect_task = None
        task = tasks.under_way()
        if task is None:
            try:
                plan = self._plan() if needs_plan else None
            except InstallFailed as error:
                self._say(WARNING, sentence(error))
                return
            task = tasks.start(make(settings.environment_folder(), plan))
        self._follow(task)

    def _plan(self) -> tasks.Plan:
        return tasks.Plan(self._base, self._build_chosen(), self._source(), self.csmask.isChecked())

    def _source(self) -> installation.Source:
        wheels = self.wheels.filePath() or None
        if wheels and self.offline.isChecked():
            return installation.Source(wheels=wheels, offline=True)
        proxy, no_proxy = settings.proxy()
        return installation.Source(wheels=wheels, proxy=proxy, no_proxy=no_proxy)

    def _follow(self, task: tasks.WorkTask) -> None:
        self._task = task
        self.log.clear()
        for line in task.lines:
            self._append(line)
        self.bar.setValue(int(task.progress()))
        self.step.setText(_step_text(task.last_step) if task.last_step else "")
        self._set_busy(True)
        self._say(BUSY, task.running())
        self._fit()
        task.progressChanged.connect(self._show_progress)
        task.line.connect(self._append)
        task.step.connect(self._show_step)
        task.done.connect(self._worked)

    def _append(self, line: str) -> None:
        """Add a line to the log, and show it unless somebody reads further up."""
        bar = self.log.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 1 or not self.log.isVisible()
        self.log.appendPlainText(line)
        if follows:
            bar.setValue(bar.maximum())

    def _show_progress(self, percent: float) -> None:
        self.bar.setValue(int(percent))

    def _show_step(self, step: installation.Step) -> None:
        self.step.setText(_step_text(step))

    def _cancel(self) -> None:
        if self._task is not None:
            self.cancel_button.setEnabled(False)
            self._task.cancel()

    def _worked(self) -> None:
        task, self._task = self._task, None
        if task.error is None or isinstance(task.error, Cancelled):
            # The log is for what went wrong.
            self.log.clear()
        self._set_busy(False)
        if task.error is None:
            self.look(task.outcome)
            return
        self.install_button.setEnabled(self._base is not None)
        if isinstance(task.error, Cancelled):
            self._say(WARNING, task.cancelled())
        else:
            self._say(WARNING, sentence(task.error))
            self._append(str(task.error))
        self._fit()

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.bar, self.step, self.cancel_button):
            widget.setVisible(busy)
        said = bool(self.log.toPlainText())
        self.log.setVisible(busy or said)
        self.progress.setVisible(busy or said)
        self.copy_log.setVisible(busy or said)
        self.cancel_button.setEnabled(True)
        self.install_button.setVisible(not busy)
        for box in (self.found, self.plan, self.other_box):
            box.setEnabled(not busy)
        self._fit()

    def _copy_log(self) -> None:
        QgsApplication.clipboard().setText(self.log.toPlainText())

    def _say(self, theme_icon: str, text: str, remark: str = "") -> None:
        picture: QIcon = QgsApplication.getThemeIcon(theme_icon)
        self.status_icon.setPixmap(picture.pixmap(20, 20))
        more = f"<br>{html.escape(remark, quote=False)}" if remark else ""
        self.status.setText(f"<b>{html.escape(text, quote=False)}</b>{more}")


# --- What is said ---------------------------------------------------------------------------------------------------


def _step_text(step: installation.Step) -> str:
    names = {
        "venv": tr("making a virtual environment"),
        "pip": tr("getting a recent pip"),
        "torch": tr("PyTorch"),
        "packages": tr("the other packages"),
        "all packages": tr("the packages"),
        "csmask": tr("the cloud detection network"),
        "audit": tr("looking for what is damaged"),
        "try": tr("trying the environment"),
    }
    text = tr("Step {number} of {count}: {what}").format(number=step.number, count=step.count, what=names[step.key])
    # A list of packages may be long, and would widen the window.
    detail = step.detail if len(step.detail) < 70 else step.detail[:67] + "…"
    if step.unpacking:
        detail = tr("unpacking {}").format(detail)
    return f"{text} – {detail}" if detail else text


def _card(gpu: environment.Gpu | None) -> str:
    if gpu is None and sys.platform == "darwin" and platform.machine() == "arm64":
        return tr("Apple GPU, used by way of MPS")
    if gpu is None:
        return tr("no NVIDIA GPU whose driver answers; the network runs on the processor")
    return tr("{name}, {memory:.0f} GB, driver {driver}, compute capability {capability}").format(
        name=gpu.name, memory=gpu.memory_mib / 1024, driver=gpu.driver, capability=gpu.capability
    )


def _interpreter(found: environment.Inspection) -> str:
    text = f"Python {found.python}, {found.interpreter}" if found.python else found.interpreter
    if os.environ.get(settings.INTERPRETER_VARIABLE) == found.interpreter:
        return tr("{python} (named by the variable {variable})").format(
            python=text, variable=settings.INTERPRETER_VARIABLE
        )
    return text


def _remark(task: tasks.InspectTask) -> str:
    """Return what could be better: a GPU that is there and not used."""
    best = task.builds[0].name if task.builds else ""
    if task.inspection.cuda or not best.startswith("CUDA"):
        return ""
    return tr("There is a GPU, but this PyTorch is built for the CPU. To use it, install the build «{}».").format(best)


def _proxy() -> str:
    """Return which proxy pip goes through, without its login."""
    try:
        proxy, exceptions = settings.proxy()
    except InstallFailed as error:
        return error.values["detail"]
    if proxy is None:
        return tr("none in QGIS's settings; that of the system is used if there is one")
    scheme, _, rest = proxy.rpartition("@")[2].rpartition("//")
    text = f"{scheme or 'http:'}//{rest}"
    if exceptions:
        return tr("{proxy}, from QGIS's settings; not for {hosts}").format(proxy=text, hosts=exceptions)
    return tr("{proxy}, from QGIS's settings").format(proxy=text)


def _wheels_text(check: installation.WheelCheck) -> str:
    if check.complete:
        return tr("All {count} packages that are needed are there, {size}.").format(
            count=len(check.found), size=size_text(check.bytes)
        )
    said = [
        (check.missing, tr("Missing: {}.")),
        (check.unfit, tr("For another Python or system: {}.")),
        (check.other, tr("Of another version: {}.")),
        (dict.fromkeys(check.unreadable, ""), tr("Damaged: {}.")),
    ]
    return " ".join(text.format(_listed(what)) for what, text in said if what)


def _listed(reasons: dict[str, str]) -> str:
    return installation.listed({name: phrase(reason) for name, reason in reasons.items()})


def _size(build: environment.TorchBuild, folder: Path, csmask: bool) -> str:
    download_mb, disk_mb = installation.sizes(build, csmask)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return tr("about {download} to download, {disk} on the disk ({free} free)").format(
        download=size_text(download_mb * 1e6),
        disk=size_text(disk_mb * 1e6),
        free=size_text(shutil.disk_usage(existing).free),
    )


def _joined(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


# --- Parts ----------------------------------------------------------------------------------------------------------


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label


def _button(text: str, name: str, slot) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.clicked.connect(lambda: slot())
    return button


def _row(first: QWidget, second: QWidget, stretch: int = 1) -> QWidget:
    """Return both side by side; the second one, or else the first, takes the room that is left."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(first, 1 - stretch)
    layout.addWidget(second, stretch)
    return row


class _Value(QLabel):
    """A line of text; one that is too long is shortened in its middle, shows whole as a tip, and copies whole."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(60)
        self.setMinimumHeight(self.fontMetrics().height() + 6)
        copy = QAction(tr("Copy"), self)
        copy.triggered.connect(lambda: QgsApplication.clipboard().setText(self._whole))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setText("–")

    def setText(self, text: str) -> None:
        self._whole = text
        self.setToolTip(text)
        self._shorten()

    def text(self) -> str:
        return self._whole

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        super().setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))


def _form(where: QWidget | QVBoxLayout) -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    if isinstance(where, QVBoxLayout):
        where.addLayout(form)
    else:
        where.setLayout(form)
    return form


def _label(text: str) -> QLabel:
    """Return the label of a row, as wide as those of the other boxes, so that all values stand in one line."""
    label = QLabel(text)
    names = (tr("Own environment"), tr("Folder of downloaded packages"), tr("PyTorch build"), tr("Graphics card"))
    metrics = label.fontMetrics()
    label.setMinimumWidth(max(metrics.horizontalAdvance(name) for name in names) + 8)
    return label
