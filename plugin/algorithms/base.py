"""What the algorithms share: identity, whether they can run, and how a request is run and its errors are told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Callable

from qgis.core import (
    Qgis,
    QgsMessageLog,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtGui import QIcon

from ...model.errors import ComputeError, SarCloudRemovalError
from ...model.requests import Event, Log, Progress, Request
from .. import settings
from ..compute.client import shared_client
from ..resources import icon, metadata
from ..translation import sentence, tr

LOG_TAB = "SAR Cloud Removal"


class Algorithm(QgsProcessingAlgorithm):
    """Base of all algorithms. They run in the background and compute in the compute process."""

    def createInstance(self) -> Algorithm:
        return type(self)()

    def icon(self) -> QIcon:
        return icon()

    # All of them are few enough to lie in the provider itself.
    def group(self) -> str:
        return ""

    def groupId(self) -> str:
        return ""

    def helpUrl(self) -> str:
        return metadata("homepage")

    def canExecute(self) -> tuple[bool, str]:
        """Say what to press when there is no compute environment; the algorithm is listed all the same."""
        try:
            settings.interpreter()
        except ComputeError as error:
            return False, sentence(error)
        return True, ""

    def checkParameterValues(self, parameters, context) -> tuple[bool, str]:
        accepted, message = super().checkParameterValues(parameters, context)
        if not accepted:
            return accepted, message
        try:
            self.check(parameters, context)
        except SarCloudRemovalError as error:
            return False, sentence(error)
        return True, ""

    def check(self, parameters, context) -> None:
        """Raise one of `model.errors` for parameters of which QGIS alone can tell that they will not do."""


def advanced(parameter: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """Mark `parameter` as one that the dialog folds away."""
    parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    return parameter


@contextlib.contextmanager
def told_to_the_user() -> Iterator[None]:
    """Turn the errors of this package into Processing's, in the user's words."""
    try:
        yield
    except SarCloudRemovalError as error:
        raise QgsProcessingException(sentence(error)) from error


def run_request(request: Request, interpreter: str, idle_seconds: int, feedback: QgsProcessingFeedback) -> dict:
    """Run `request` in the compute process and return the values of its result. Raises `SarCloudRemovalError`."""
    client = shared_client()
    try:
        return client.run(request, interpreter, _speaker(feedback), feedback.isCanceled, idle_seconds)
    except ComputeError as error:
        for line in client.log():
            QgsMessageLog.logMessage(line, LOG_TAB, Qgis.MessageLevel.Warning)
        if client.log():
            feedback.pushDebugInfo("\n".join(client.log()[-20:]))
        QgsMessageLog.logMessage(str(error), LOG_TAB, Qgis.MessageLevel.Critical)
        raise


def _speaker(feedback: QgsProcessingFeedback) -> Callable[[Event], None]:
    shown = ""

    def speak(event: Event) -> None:
        nonlocal shown
        if isinstance(event, Progress):
            feedback.setProgress(100 * event.fraction)
            if event.message and event.message != shown:
                shown = event.message
                feedback.setProgressText(tr(shown))
        elif isinstance(event, Log):
            (feedback.pushWarning if event.level == "warning" else feedback.pushInfo)(event.message)

    return speak
