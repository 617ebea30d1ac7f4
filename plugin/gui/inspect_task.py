"""One look at one place, in the background, by the compute process that all runs share."""

from __future__ import annotations

from qgis.core import Qgis, QgsMessageLog, QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ...model.errors import Cancelled, ComputeError, SarCloudRemovalError, Unexpected
from ...model.requests import Devices, Event, Inspect, Log
from ..algorithms.base import LOG_TAB
from ..compute.client import shared_client
from ..translation import phrase, tr

# Newer versions of QGIS need not tell of each click that it is done, nor ask before they end: the dock shows it.
_FLAGS = QgsTask.Flag.CanCancel | QgsTask.Flag.CancelWithoutPrompt
if Qgis.QGIS_VERSION_INT >= 32600:
    _FLAGS |= QgsTask.Flag.Silent


class InspectPlaceTask(QgsTask):
    """Runs one `Inspect` request. `values` is what it told, or `error` what went wrong."""

    # Gets this task. Not called «finished»: QgsTask has a method of that name.
    done = pyqtSignal(object)
    # A sentence about what it is waiting for.
    said = pyqtSignal(str)

    def __init__(self, request: Inspect, interpreter: str, idle_seconds: int) -> None:
        super().__init__(tr("Inspecting SAR attention"), _FLAGS)
        self._request = request
        self._interpreter = interpreter
        self._idle_seconds = idle_seconds
        self.values: dict = {}
        self.error: SarCloudRemovalError | None = None

    def run(self) -> bool:
        try:
            if not shared_client().warm():
                self.said.emit(tr("Starting the compute process…"))
                # Not cancelled by the next click, which would start it all over.
                self._ask(Devices(), lambda: False)
            self.values = self._ask(self._request, self.isCanceled)
        except SarCloudRemovalError as error:
            self.error = error
        except Exception as error:
            self.error = Unexpected(detail=f"{type(error).__name__}: {error}")
        return self.error is None

    def finished(self, result: bool) -> None:
        if not result and self.error is None:
            # It was cancelled before its turn came.
            self.error = Cancelled()
        if isinstance(self.error, (ComputeError, Unexpected)):
            for line in shared_client().log()[-20:]:
                QgsMessageLog.logMessage(line, LOG_TAB, Qgis.MessageLevel.Warning)
        self.done.emit(self)

    def _ask(self, request, is_cancelled) -> dict:
        if is_cancelled():
            raise Cancelled
        return shared_client().run(request, self._interpreter, self._listen, is_cancelled, self._idle_seconds)

    def _listen(self, event: Event) -> None:
        if isinstance(event, Log) and event.message.startswith("Waiting"):
            self.said.emit(phrase(event.message))
