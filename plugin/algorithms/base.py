"""What the algorithms share: identity, whether they can run, and how a request is run and its errors are told."""

from __future__ import annotations

import re
import sys
from typing import Callable

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsMessageLog,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProperty,
)
from qgis.PyQt.QtCore import QCoreApplication, QThread
from qgis.PyQt.QtGui import QIcon

from ...model.errors import BadOption, Cancelled, ComputeError, SarCloudRemovalError
from ...model.requests import Event, Log, Progress, Request
from .. import settings
from ..compute.client import shared_client
from ..help import help_page
from ..resources import icon
from ..sources import crs_text
from ..translation import phrase, sentence, tr

LOG_TAB = "SAR Cloud Removal"

# A parameter with its explanation.
Parameter = tuple[QgsProcessingParameterDefinition, str]


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
        return help_page(self.name()).toString()

    def add(self, *parameters: Parameter) -> None:
        """Add parameters with what is said of them."""
        for parameter, explanation in parameters:
            parameter.setHelp(explanation)
            self.addParameter(parameter)

    def described(self) -> str:
        """Return all parameters with what is said of them, for the help."""
        parameters = [parameter for parameter in self.parameterDefinitions() if parameter.help()]
        return "".join(f"<p><b>{entry.description()}</b><br>{entry.help()}</p>" for entry in parameters)

    def canExecute(self) -> tuple[bool, str]:
        """Say what to press when there is no compute environment; the algorithm is listed all the same."""
        try:
            settings.interpreter()
        except ComputeError as error:
            return False, sentence(error)
        return True, ""

    def checkParameterValues(self, parameters, context) -> tuple[bool, str]:
        try:
            self._check_options(parameters)
            accepted, message = super().checkParameterValues(parameters, context)
            if not accepted:
                return accepted, message
            self.check(parameters, context)
        except SarCloudRemovalError as error:
            return False, sentence(error)
        return True, ""

    def _check_options(self, parameters) -> None:
        for definition in self.parameterDefinitions():
            _check_option(definition, parameters.get(definition.name()))

    def check(self, parameters, context) -> None:
        """Raise one of `model.errors` for parameters of which QGIS alone can tell that they will not do."""

    def prepareAlgorithm(self, parameters, context, feedback) -> bool:
        self._refusal: SarCloudRemovalError | None = None
        try:
            self._interpreter = settings.interpreter()
            self._idle_seconds = settings.Settings.load().idle_seconds
            # A model runs its steps without `checkParameterValues`.
            self._check_options(parameters)
            self.gather(parameters, context)
        except SarCloudRemovalError as error:
            # Raised when the run begins: what is raised here, scripts see without its sentence.
            self._refusal = error
        return True

    def processAlgorithm(self, parameters, context, feedback) -> dict:
        try:
            if self._refusal is not None:
                raise self._refusal
            return self.compute(parameters, context, feedback)
        except Cancelled as error:
            if not feedback.isCanceled():
                # The compute process was ended by something else than Cancel: a script, a batch or a model must know.
                raise QgsProcessingException(sentence(error)) from error
            feedback.pushInfo(sentence(error))
            return {}
        except SarCloudRemovalError as error:
            raise QgsProcessingException(sentence(error)) from error

    def gather(self, parameters, context) -> None:
        """Take in the main thread what layers and the project say; later they may not be touched.

        Raises `SarCloudRemovalError`.
        """
        raise NotImplementedError

    def compute(self, parameters, context, feedback) -> dict:
        """Run in the background and return the outputs. Raises `SarCloudRemovalError`."""
        raise NotImplementedError

    def is_wanted(self, parameters, name: str, context) -> bool:
        """Whether an output is asked for."""
        value = parameters.get(name)
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            # With no name in it, a batch asks for nothing, and QGIS would try to load it.
            value = value.sink.valueAsString(context.expressionContext())[0]
        return bool(value)

    def output_path(self, parameters, name: str, context) -> str | None:
        """Return where to write an output, `None` when it is not wanted. Makes up a name, so ask only once."""
        if not self.is_wanted(parameters, name, context):
            return None
        return self.parameterAsOutputLayer(parameters, name, context) or None

    def extent_fields(self, parameters, name: str, context, fallback: QgsCoordinateReferenceSystem | None) -> dict:
        """Return the fields of a request that say which region is asked for; without a CRS it is in `fallback`."""
        extent = self.parameterAsExtent(parameters, name, context)
        if extent.isNull() or extent.isEmpty():
            return {"extent": None, "extent_crs": None}
        crs = self.parameterAsExtentCrs(parameters, name, context)
        crs = crs if crs.isValid() else fallback
        box = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
        return {"extent": box, "extent_crs": None if crs is None else crs_text(crs)}

    def run_request(self, request: Request, feedback: QgsProcessingFeedback) -> dict:
        """Run `request` in the compute process and return the values of its result. Raises `SarCloudRemovalError`."""
        client = shared_client()
        try:
            return client.run(request, self._interpreter, _speaker(feedback), _listener(feedback), self._idle_seconds)
        except ComputeError as error:
            log = client.log()
            for line in log:
                QgsMessageLog.logMessage(line, LOG_TAB, Qgis.MessageLevel.Warning)
            QgsMessageLog.logMessage(str(error), LOG_TAB, Qgis.MessageLevel.Critical)
            feedback.pushDebugInfo("\n".join(log[-20:]))
            raise


def _check_option(definition: QgsProcessingParameterDefinition, value: object) -> None:
    """Raise `BadOption` for a choice or a number that is out of range; QGIS would only call it incorrect."""
    is_number = isinstance(definition, QgsProcessingParameterNumber)
    if value is None or isinstance(value, QgsProperty):
        return
    # QGIS takes any text for a number that may be left out, and makes 0 of it.
    if definition.checkValueIsAcceptable(value) and not (is_number and _is_other_text(value)):
        return
    if isinstance(definition, QgsProcessingParameterEnum):
        detail = tr("there are {known}").format(known=", ".join(definition.options()))
    elif is_number:
        detail = _range(definition.minimum(), definition.maximum())
    else:
        return
    raise BadOption(option=definition.description(), value=str(value), detail=detail)


def _is_other_text(value: object) -> bool:
    """Whether a value is text, but no number and not empty, which says that it is left out."""
    if not isinstance(value, str) or not value:
        return False
    try:
        float(value)
    except ValueError:
        return True
    # Python's way to group digits, but not Qt's.
    return "_" in value


def _range(low: float, high: float) -> str:
    """Return which numbers will do; where QGIS was given no limit, it has the largest or the lowest one there is."""
    if low <= -sys.float_info.max:
        return tr("it has to be a number")
    if high < sys.float_info.max:
        return tr("it has to be a number from {low:g} to {high:g}").format(low=low, high=high)
    return tr("it has to be a number of at least {low:g}").format(low=low)


def advanced(parameter: QgsProcessingParameterDefinition) -> QgsProcessingParameterDefinition:
    """Mark `parameter` as one that the dialog folds away."""
    parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    return parameter


def _listener(feedback: QgsProcessingFeedback) -> Callable[[], bool]:
    """Return what says whether the user has cancelled.

    Batch runs and scripts run in the main thread. There the window has to be kept alive, or nobody could cancel.
    """
    if QThread.currentThread() != QCoreApplication.instance().thread():
        return feedback.isCanceled

    def listen() -> bool:
        QCoreApplication.processEvents()
        return feedback.isCanceled()

    return listen


def _speaker(feedback: QgsProcessingFeedback) -> Callable[[Event], None]:
    shown = ""

    def speak(event: Event) -> None:
        nonlocal shown
        if isinstance(event, Progress):
            feedback.setProgress(100 * event.fraction)
            # Each text is a line of the log: «Tile 1 of 3000» is one, and the bar shows the other 2999.
            form = re.sub(r"\d+", "", event.message)
            if form and form != shown:
                shown = form
                feedback.setProgressText(phrase(event.message))
        elif isinstance(event, Log):
            (feedback.pushWarning if event.level == "warning" else feedback.pushInfo)(phrase(event.message))

    return speak
