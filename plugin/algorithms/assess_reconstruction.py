"""Assess reconstruction: a reconstructed image and a clear one in, figures, an error map and a report out."""

from __future__ import annotations

import time
from dataclasses import replace

from qgis.core import (
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)

from ...model.errors import BadOption, MaskMismatch, Sentinel1Bands
from ...model.requests import Evaluate
from ..layers import ErrorDresser, Run
from ..project_layers import likely_comparison, likely_pair
from ..report_words import report_words
from ..sources import raster_source
from ..translation import tr
from .base import advanced
from .scene_algorithm import Parameter, SceneAlgorithm, number

# The feedback of a batch: of QGIS 3.22, which has the class in Python, and of later versions.
_BATCH_FEEDBACKS = ("BatchFeedback", "QgsProcessingBatchFeedback")


class AssessReconstruction(SceneAlgorithm):
    """Compares a reconstructed image, and the cloudy one that it was made from, with a clear date."""

    PREDICTION, REFERENCE, CLOUDY, CHANGED = "PREDICTION", "REFERENCE", "CLOUDY", "CHANGED"
    REFERENCE_BANDS, REFERENCE_SCALE, REFERENCE_OFFSET = "REFERENCE_BANDS", "REFERENCE_SCALE", "REFERENCE_OFFSET"
    ERROR, REPORT, TABLE, FIGURES = "ERROR", "REPORT", "TABLE", "FIGURES"
    PSNR, SSIM, MAE, SAM, RMSE = "PSNR", "SSIM", "MAE", "SAM", "RMSE"
    PSNR_BEFORE, GAIN, PIXELS = "PSNR_BEFORE", "GAIN", "PIXELS"
    # The report of a run in a batch.
    _unlisted_report: str | None = None

    def name(self) -> str:
        return "assessreconstruction"

    def displayName(self) -> str:
        return tr("Assess reconstruction")

    def shortDescription(self) -> str:
        return tr("Compares a reconstructed image with a clear date: PSNR, SSIM, MAE, SAM, an error map and a report.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-2,cloud,cloud removal,accuracy,quality,error,compare,evaluate,psnr,ssim,mae,sam,rmse"
        return [*words.split(","), tr("accuracy"), tr("report")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Compares a reconstructed image with a clear Sentinel-2 image of the same place, and the cloudy input with "
            "it too, so that the gain is seen: overall, by band, by cloud cover and by kind of pixel. The report shows "
            "the images side by side, with charts, and opens in the results viewer."
        )
        remark = tr(
            "A clear image is of another date: what grew, was harvested or flooded in between counts as error, though "
            "no reconstruction could know it. Take a date as near as possible, of the same season."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        self.add(*self._inputs(), *self._about_values(), *self._destinations())
        for name, label in (
            (self.PSNR, tr("PSNR in dB")),
            (self.SSIM, tr("SSIM × 100")),
            (self.MAE, tr("MAE × 100")),
            (self.SAM, tr("SAM in degrees")),
            (self.RMSE, tr("RMSE × 100")),
            (self.PSNR_BEFORE, tr("PSNR of the cloudy input in dB")),
            (self.GAIN, tr("Gain of PSNR in dB")),
            (self.PIXELS, tr("Number of pixels compared")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def _inputs(self) -> list[Parameter]:
        def raster(name: str, label: str, optional: bool = False) -> QgsProcessingParameterRasterLayer:
            return QgsProcessingParameterRasterLayer(name, label, optional=optional)

        inputs = [
            (
                raster(self.PREDICTION, tr("Reconstructed image")),
                tr("Sentinel-2, as Remove clouds makes it, or any other program. All else is laid on its pixels."),
            ),
            (
                raster(self.REFERENCE, tr("Reference (clear Sentinel-2 image)")),
                tr(
                    "The same place on a clear day. Bands are matched by their names; where its pixels lie elsewhere, "
                    "it is interpolated."
                ),
            ),
            (
                raster(self.CLOUDY, tr("Cloudy input"), optional=True),
                tr("The image from which the clouds were removed, to see what was gained, and where the clouds were."),
            ),
            (
                raster(self.MASK, tr("Cloud mask"), optional=True),
                tr("A one-band raster that is 0 where it was clear: gives figures inside and outside of it."),
            ),
            (
                raster(self.CHANGED, tr("Changed pixels"), optional=True),
                tr("As Remove clouds makes them: gives figures of what was reconstructed and of what was kept."),
            ),
            (
                raster(self.S1, tr("Sentinel-1 layer (VV and VH)"), optional=True),
                tr("Shown in the report beside the images; no figure depends on it."),
            ),
        ]
        self._propose([parameter for parameter, _ in inputs])
        return inputs

    def _propose(self, parameters: list[QgsProcessingParameterRasterLayer]) -> None:
        """Let a dialog propose the layers of the last run; scripts, models and qgis_process still have to name them."""
        prediction, reference = likely_comparison()
        s1, cloudy = likely_pair() if prediction else (None, None)
        likely = {self.PREDICTION: prediction, self.REFERENCE: reference, self.CLOUDY: cloudy, self.S1: s1}
        for parameter in parameters:
            if likely.get(parameter.name()):
                parameter.setGuiDefaultValueOverride(likely[parameter.name()])

    def _about_values(self) -> list[Parameter]:
        only = tr("Only for the reference, where it differs from that of the reconstructed image.")
        bands = QgsProcessingParameterString(self.REFERENCE_BANDS, tr("Bands of the reference"), optional=True)
        return [
            *self.about_sentinel2(),
            (advanced(bands), only),
            (advanced(number(self.REFERENCE_SCALE, tr("Scale of the reference"), low=1e-6)), only),
            (advanced(number(self.REFERENCE_OFFSET, tr("Offset of the reference"))), only),
        ]

    def _destinations(self) -> list[Parameter]:
        def file(name: str, label: str, kind: str, default: bool) -> QgsProcessingParameterFileDestination:
            return QgsProcessingParameterFileDestination(name, label, kind, optional=True, createByDefault=default)

        error = QgsProcessingParameterRasterDestination(
            self.ERROR, tr("Error map"), optional=True, createByDefault=True
        )
        return [
            (
                error,
                tr(
                    "Band 1: the difference of reflectance, mean of the bands. Band 2: the angle between the spectra "
                    "in degrees."
                ),
            ),
            (
                file(self.REPORT, tr("Assessment report"), tr("Report") + " (*.html)", True),
                tr("One HTML file with figures, pictures and charts in it; it can be sent on and printed."),
            ),
            (
                file(self.TABLE, tr("Table of figures"), tr("Table") + " (*.csv)", False),
                tr("All figures as CSV, a line for each image in each part of it."),
            ),
            (
                file(self.FIGURES, tr("Everything as JSON"), "JSON (*.json)", False),
                tr("All figures, and what was found out about the layers, for other programs."),
            ),
        ]

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        layers = self._layers(parameters, context)
        sources = {name: raster_source(layer) for name, layer in layers.items()}
        prediction = sources[self.PREDICTION]
        for name, label in ((self.REFERENCE, tr("Reference")), (self.CLOUDY, tr("Cloudy input"))):
            if name in sources and sources[name].path == prediction.path:
                detail = tr("it is the reconstructed image, which would be compared with itself")
                raise BadOption(option=label, value=sources[name].name, detail=detail)
        for name in (self.MASK, self.CHANGED):
            if name in layers and layers[name].bandCount() != 1:
                detail = f"it has {layers[name].bandCount()} bands"
                raise MaskMismatch(layer=layers[name].name(), detail=detail)
        if self.S1 in layers and layers[self.S1].bandCount() < 2:
            raise Sentinel1Bands(layer=layers[self.S1].name(), count=layers[self.S1].bandCount())
        self.s2_bands(parameters, context, layers[self.PREDICTION].bandCount())
        self._reference_bands(parameters, context, layers[self.REFERENCE].bandCount())

    def _layers(self, parameters, context) -> dict:
        """Return the layers that are given, by the names of their parameters."""
        names = (self.PREDICTION, self.REFERENCE, self.CLOUDY, self.MASK, self.CHANGED, self.S1)
        found = {name: self.parameterAsRasterLayer(parameters, name, context) for name in names}
        for name in (self.PREDICTION, self.REFERENCE):
            if found[name] is None:
                raise QgsProcessingException(self.invalidRasterError(parameters, name))
        return {name: layer for name, layer in found.items() if layer is not None}

    def _reference_bands(self, parameters, context, count: int) -> tuple[str, ...] | None:
        return self.band_names(parameters, self.REFERENCE_BANDS, tr("Bands of the reference"), context, count)

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        layers = self._layers(parameters, context)
        self.check(parameters, context)
        self._request = self._request_for(parameters, context, layers)

    def compute(self, parameters, context, feedback) -> dict:
        outputs = {
            self.ERROR: self.output_path(parameters, self.ERROR, context),
            **{name: self._file(parameters, name, context) for name in (self.REPORT, self.TABLE, self.FIGURES)},
        }
        request = replace(self._request, **{name.lower(): path for name, path in outputs.items()})
        values = self.run_request(request, feedback)
        description = self.parameterDefinition(self.ERROR).description()
        title = tr("{} — error").format(self._request.prediction_name)
        ErrorDresser(Run()).attach(outputs[self.ERROR], title, description, context)
        before = values["before"]["psnr"] if values["before"] else None
        gain = values["psnr"] - before if None not in (before, values["psnr"]) else None
        self._summarise(values, feedback)
        if _is_batch(feedback) and outputs[self.REPORT]:
            self._unlisted_report = outputs.pop(self.REPORT)
            feedback.pushInfo(tr("Assessment report: {path}").format(path=self._unlisted_report))
        return {
            **{name: path for name, path in outputs.items() if path},
            **{name: values[name.lower()] for name in (self.PSNR, self.SSIM, self.MAE, self.SAM, self.RMSE)},
            self.PSNR_BEFORE: before,
            self.GAIN: gain,
            self.PIXELS: values["pixels"],
        }

    def postProcessAlgorithm(self, context, feedback) -> dict:
        if self._unlisted_report:
            from processing.core.ProcessingResults import resultsList

            title = f"{self.parameterDefinition(self.REPORT).description()} — {self._request.prediction_name}"
            resultsList.addResult(self.icon(), title, time.localtime(), self._unlisted_report)
        return {}

    def _file(self, parameters, name: str, context) -> str | None:
        """Return where to write a file, `None` when it is not wanted. Makes up a name, so it is asked only once."""
        return (
            self.parameterAsFileOutput(parameters, name, context) if self.is_wanted(parameters, name, context) else None
        )

    def _request_for(self, parameters, context, layers: dict) -> Evaluate:
        """Return the request without its outputs, whose names may be made only once."""
        fields: dict = {}
        for name, layer in layers.items():
            source, key = raster_source(layer), name.lower()
            fields.update({key: source.path, f"{key}_name": source.name, f"{key}_crs": source.crs})
        return Evaluate(
            **fields,
            s2_scale=self.real(parameters, self.S2_SCALE, context),
            s2_offset=self.real(parameters, self.S2_OFFSET, context),
            reference_scale=self.real(parameters, self.REFERENCE_SCALE, context),
            reference_offset=self.real(parameters, self.REFERENCE_OFFSET, context),
            s2_bands=self.s2_bands(parameters, context, layers[self.PREDICTION].bandCount()),
            reference_bands=self._reference_bands(parameters, context, layers[self.REFERENCE].bandCount()),
            words=report_words(),
        )

    def _summarise(self, values: dict, feedback) -> None:
        def line(title: str, figures: dict) -> str:
            shown = {name: "–" if figures[name] is None else f"{figures[name]:.2f}" for name in figures}
            return tr("{title}: PSNR {psnr} dB, SSIM {ssim}, MAE {mae}, SAM {sam}°").format(title=title, **shown)

        if values["before"]:
            feedback.pushInfo(line(tr("Cloudy input"), values["before"]))
        after = {name: values[name] for name in ("psnr", "ssim", "mae", "sam")}
        feedback.pushInfo(line(tr("Reconstructed image"), after))


def _is_batch(feedback) -> bool:
    """Whether QGIS's dialog for a batch runs the algorithm.

    That dialog breaks off with a Python error when it lists a result that is HTML, in 3.22, 3.40 and 3.44 alike: it
    forgets the time that belongs to it. So in a batch the algorithm lists its report itself, and does not return it.
    """
    return feedback is not None and feedback.metaObject().className() in _BATCH_FEEDBACKS
