"""What the dialog of the compute environment has done in the background; one piece of work at a time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ...model.errors import Cancelled, InstallFailed, SarCloudRemovalError
from .. import settings
from ..compute import environment, installation
from ..compute.client import close_shared_client, shared_client_busy
from ..translation import phrase, sentence, tr

# What only looks must not keep QGIS from closing, which else asks whether to end what is under way.
UNASKED = QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt


@dataclass(frozen=True)
class Plan:
    """What is made, and of what: the Python to make it from, the build of PyTorch, where the packages come from, and
    whether the network csmask is one of them."""

    base: environment.Interpreter
    build: environment.TorchBuild
    source: installation.Source
    csmask: bool = False


class InspectTask(QgsTask):
    """Finds out what there is: the interpreter that computes, what would be installed, and the graphics card."""

    # Gets this task. Not called «finished»: QgsTask has a method of that name.
    done = pyqtSignal(object)

    def __init__(self, interpreter: str | None) -> None:
        super().__init__(tr("Looking at the compute environment"), UNASKED)
        self.interpreter = interpreter
        self.place = settings.environment_folder()
        self.inspection: environment.Inspection | None = None
        self.base: environment.Interpreter | None = None
        self.builds: tuple[environment.TorchBuild, ...] = ()
        self.gpu: environment.Gpu | None = None
        # The folder of the plugin's own environment, its bytes, and what it was made with: the build, csmask or not.
        self.folder: Path | None = None
        self.size = 0
        self.own_build = ""
        self.own_csmask: bool | None = None
        self.problem = ""

    def run(self) -> bool:
        try:
            self.gpu = environment.find_gpu()
            self.base = environment.find_base()
            self.builds = environment.possible_builds(self.gpu, self.base.version)
            if under_way() is None and not shared_client_busy():
                # What a window that was in use, or a power cut, has left.
                installation.retire(self.place)
            self.folder = environment.current(self.place)
            if self.folder is not None:
                self.size = sum(environment.bytes_in(each) for each in environment.slots(self.place))
                noted = environment.read_marker(self.folder) or {}
                self.own_build, self.own_csmask = noted.get("build", ""), bool(noted.get("csmask"))
        except Exception as error:
            self.problem = sentence(as_ours(error))
        if self.interpreter:
            self.inspection = self._inspect(self.interpreter)
        return True

    def _inspect(self, interpreter: str) -> environment.Inspection:
        try:
            return environment.inspect(interpreter)
        except Exception as error:
            return environment.Inspection(interpreter, problem=sentence(as_ours(error)))

    def finished(self, result: bool) -> None:
        self.done.emit(self)


class CheckWheelsTask(QgsTask):
    """Looks through a folder of wheels for what an environment needs."""

    done = pyqtSignal(object)

    def __init__(self, base: environment.Interpreter, folder: str, csmask: bool = False) -> None:
        super().__init__(tr("Looking through the folder of downloaded packages"), UNASKED)
        self.base = base
        self.folder = folder
        self.packages = environment.wanted_packages(csmask)
        self.check: installation.WheelCheck | None = None
        self.problem = ""

    def run(self) -> bool:
        try:
            self.check = installation.check_wheels(self.base, self.folder, packages=self.packages)
        except Exception as error:
            self.problem = sentence(as_ours(error))
        return True

    def finished(self, result: bool) -> None:
        self.done.emit(self)


class WorkTask(QgsTask):
    """Base of what changes the environment; it goes on when the dialog is closed."""

    line = pyqtSignal(str)
    step = pyqtSignal(object)
    done = pyqtSignal()

    def __init__(self, title: str, place: Path, plan: Plan | None = None) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self.place = place
        self.plan = plan
        self.lines: list[str] = []
        self.last_step: installation.Step | None = None
        self.error: SarCloudRemovalError | None = None
        # What is said when all went well.
        self.outcome = ""
        self.ended = threading.Event()

    def work(self) -> str:
        """Do it, in the background, and return what became of it in the user's words."""
        raise NotImplementedError

    def running(self) -> str:
        """Return what is said while it works."""
        return tr("At work. You can close this window and go on working.")

    def cancelled(self) -> str:
        """Return what is said when it was cancelled."""
        return sentence(Cancelled())

    def run(self) -> bool:
        try:
            self.outcome = self.work()
        except Exception as error:
            self.error = as_ours(error)
        self.ended.set()
        return self.error is None

    def listener(self) -> installation.Listener:
        return installation.Listener(self._on_progress, self._on_step, self.isCanceled)

    def _on_progress(self, fraction: float, line: str) -> None:
        self.setProgress(100 * fraction)
        if line:
            self.lines.append(line)
            self.line.emit(line)

    def _on_step(self, step: installation.Step) -> None:
        self.last_step = step
        self.step.emit(step)

    def finished(self, result: bool) -> None:
        global _under_way
        _under_way = None
        self.ended.set()
        if not result and self.error is None:
            # It was cancelled before its turn came.
            self.error = Cancelled()
        self.done.emit()


class InstallTask(WorkTask):
    """Makes an environment; one that is there works on until the new one is complete."""

    def __init__(self, place: Path, plan: Plan) -> None:
        super().__init__(tr("Installing the compute environment"), place, plan)

    def running(self) -> str:
        return tr("Installing. You can close this window and go on working.")

    def cancelled(self) -> str:
        if environment.current(self.place) is not None:
            return tr("Cancelled; the environment from before stays in use.")
        return tr("Cancelled; nothing was installed.")

    def work(self) -> str:
        plan = self.plan
        found = installation.create(self.place, plan.base, plan.build, self.listener(), plan.source, csmask=plan.csmask)
        _use(self.place)
        _let_go(self.place)
        return _without_csmask(plan, found)


class MoveTask(WorkTask):
    """Makes the environment anew at another place, and removes the old one when the new one works.

    A virtual environment cannot be moved or copied: the paths of its folder stand in it.
    """

    def __init__(self, place: Path, target: Path, plan: Plan) -> None:
        super().__init__(tr("Moving the compute environment"), place, plan)
        self.target = target

    def running(self) -> str:
        return tr("Making the environment in the new folder. The old one works on meanwhile.")

    def cancelled(self) -> str:
        return tr("Cancelled; the environment stays where it was.")

    def work(self) -> str:
        plan = self.plan
        found = installation.create(
            self.target, plan.base, plan.build, self.listener(), plan.source, csmask=plan.csmask
        )
        _use(self.target)
        while shared_client_busy() and not self.isCanceled():
            # A run that began in the old one meanwhile goes on to its end.
            time.sleep(0.2)
        close_shared_client()
        try:
            freed = installation.remove(self.place)
        except InstallFailed as error:
            return tr("Moved, but the old one could not be removed: {}").format(phrase(error.values["detail"]))
        moved = tr("Moved to «{folder}»; {size} freed in the old place.").format(
            folder=self.target.parent, size=size_text(freed)
        )
        return " ".join(each for each in (moved, _without_csmask(plan, found)) if each)


class RepairTask(WorkTask):
    """Reinstalls what is damaged."""

    def __init__(self, place: Path, plan: Plan) -> None:
        super().__init__(tr("Repairing the compute environment"), place, plan)

    def running(self) -> str:
        return tr("Looking for what is damaged, and installing it again.")

    def cancelled(self) -> str:
        return tr("Cancelled. What was repaired stays so; press Repair to go on.")

    def work(self) -> str:
        # Its process holds the files that are replaced.
        close_shared_client()
        plan = self.plan
        found = installation.repair(self.place, plan.base, plan.build, self.listener(), plan.source, csmask=plan.csmask)
        lacking = _without_csmask(plan, found.inspection)
        if found.repaired:
            repaired = tr("Repaired: {}.").format(", ".join(sorted(found.repaired)))
            return " ".join(each for each in (repaired, lacking) if each)
        return lacking or tr("Nothing was damaged.")


class RemoveTask(WorkTask):
    """Removes the environment."""

    def __init__(self, place: Path) -> None:
        super().__init__(tr("Removing the compute environment"), place)

    def running(self) -> str:
        return tr("Removing the environment.")

    def work(self) -> str:
        close_shared_client()
        return tr("Removed; {} freed.").format(size_text(installation.remove(self.place)))


def _without_csmask(plan: Plan, found: environment.Inspection) -> str:
    """Return why the cloud detection network is not there although it is wanted; "" when it is there."""
    if not plan.csmask or not found.csmask_failures:
        return ""
    reason = phrase(next(iter(found.csmask_failures.values()))).rstrip(".")
    text = tr("The cloud detection network csmask could not be installed ({}); all else works without it.")
    return text.format(reason)


def _use(place: Path) -> None:
    """Compute with the environment at `place` from now on."""
    chosen = settings.Settings.load()
    chosen.environment = "" if place == settings.profile_environment() else str(place)
    chosen.interpreter = ""
    chosen.save()


def _let_go(place: Path) -> None:
    """Remove what no longer counts, unless a run is under way in it; then the next look does."""
    if not shared_client_busy():
        close_shared_client()
        installation.retire(place)


def as_ours(error: Exception) -> SarCloudRemovalError:
    """Return `error` as one that has a sentence for the user."""
    if isinstance(error, SarCloudRemovalError):
        return error
    return InstallFailed(detail=f"{type(error).__name__}: {error}")


def size_text(size: float) -> str:
    """Return a number of bytes in the unit that suits it."""
    megabytes = size / 1e6
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


# The one piece of work that may be under way, whichever dialog started it.
_under_way: WorkTask | None = None


def under_way() -> WorkTask | None:
    """Return the work that is under way, `None` without any."""
    return _under_way


def start(task: WorkTask) -> WorkTask:
    """Start `task`, or return the one that is under way already."""
    global _under_way
    if _under_way is None:
        _under_way = task
        QgsApplication.taskManager().addTask(task)
    return _under_way


def cancel_work(seconds: float = 5.0) -> None:
    """Cancel the work that is under way, if there is some, and wait at most `seconds` for its end."""
    task = _under_way
    if task is not None:
        task.cancel()
        task.ended.wait(seconds)
