"""Adapt network to scene: the user's own layers where they are clear in, weights for *Remove clouds* out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qgis.core import (
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)

from ...model.errors import WeightsFormat
from ...model.requests import Adapt
from ..translation import phrase, tr
from .base import advanced
from .scene_algorithm import Parameter, SceneAlgorithm, number


class AdaptNetwork(SceneAlgorithm):
    """Fine-tunes a network on the user's own layers where they are clear."""

    MINUTES, SEED = "MINUTES", "SEED"
    OUTPUT, BEFORE, AFTER, HELPED, SENTENCE, SECONDS = "OUTPUT", "BEFORE", "AFTER", "HELPED", "SENTENCE", "SECONDS"

    def name(self) -> str:
        return "adaptnetwork"

    def displayName(self) -> str:
        return tr("Adapt network to scene")

    def shortDescription(self) -> str:
        return tr("Fine-tunes a network on your own layers where they are clear, for use in Remove clouds.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-1,sentinel-2,sar,radar,cloud,clouds,cloud removal,adapt,fine-tune,train,weights,ai"
        return [*words.split(","), tr("adapt")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "A network that was trained elsewhere does not know your land, its season and how your data were "
            "processed. This lays made-up clouds over clear parts of your own layers and lets the network learn to "
            "take them away: over the clear parts of the cloudy layer, and over clear dates of the same place, which "
            "help most. The weights that it writes are chosen in Remove clouds as «Own weights»."
        )
        remark = tr(
            "It is scored on clear pixels and dates that it does not learn from. Where that does not get better, the "
            "given weights are written as they are, and the log says so. Use the result for this place only."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        model, weights = self.models(tr("The weights to start from; default takes the first of those that ship."))
        device, device_name = self.devices()
        seed = advanced(number(self.SEED, tr("Seed"), whole=True, low=0, default=0))
        self.add(
            *self._inputs(),
            model,
            (self._minutes(), tr("How long to train at most. It ends earlier when it gets no better.")),
            device,
            weights,
            device_name,
            (seed, tr("Another number draws other windows and other clouds.")),
            *self.about_sentinel2(),
            *self.about_sentinel1(),
            (
                QgsProcessingParameterFileDestination(
                    self.OUTPUT, tr("Adapted weights"), tr("Weights") + " (*.safetensors)"
                ),
                tr("A .safetensors file for «Own weights» of Remove clouds."),
            ),
        )
        self.addOutput(QgsProcessingOutputNumber(self.BEFORE, tr("PSNR before in dB")))
        self.addOutput(QgsProcessingOutputNumber(self.AFTER, tr("PSNR after in dB")))
        self.addOutput(QgsProcessingOutputBoolean(self.HELPED, tr("Whether it helped")))
        self.addOutput(QgsProcessingOutputString(self.SENTENCE, tr("What became of it")))
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))
        self.addOutput(QgsProcessingOutputString(self.DEVICE, tr("Device that computed")))

    def _inputs(self) -> list[Parameter]:
        return [
            *self.pair(tr("What is clear in it is learnt from.")),
            (
                QgsProcessingParameterRasterLayer(self.MASK, tr("Cloud mask"), optional=True),
                tr(
                    "A one-band raster that is 0 where the cloudy layer is clear. Without a mask, what is surely clear "
                    "is looked for: no haze, no shadow, a distance from clouds."
                ),
            ),
            *self.clear_dates(
                tr(
                    "Sentinel-2 layers of the same place on clear days, best of the same season. From three on, one is "
                    "withheld as a whole to score by."
                ),
                tr(
                    "One for each clear date, in the same order. Nothing: the Sentinel-1 layer above is taken for all "
                    "of them."
                ),
            ),
            (
                QgsProcessingParameterExtent(self.EXTENT, tr("Region"), optional=True),
                tr("The part of the Sentinel-2 layer that is learnt from; nothing for all of it."),
            ),
        ]

    def _minutes(self) -> QgsProcessingParameterNumber:
        kind = QgsProcessingParameterNumber.Type.Double
        return QgsProcessingParameterNumber(self.MINUTES, tr("Minutes"), kind, Adapt.minutes, minValue=0.01)

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        self.check_scene(parameters, context)
        self.check_clear_dates(parameters, context)

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        s1, s2, mask = self.layers(parameters, context)
        self.check(parameters, context)
        self._request = self._request_for(parameters, context, s1, s2, mask)

    def compute(self, parameters, context, feedback) -> dict:
        output = self.parameterAsFileOutput(parameters, self.OUTPUT, context)
        if Path(output).suffix.lower() != ".safetensors":
            raise WeightsFormat(path=output)
        values = self.run_request(replace(self._request, output=output), feedback)
        return {
            self.OUTPUT: output,
            self.BEFORE: values["before"],
            self.AFTER: values["after"],
            self.HELPED: values["helped"],
            self.SENTENCE: phrase(values["sentence"]),
            self.SECONDS: values["seconds"],
            self.DEVICE: values["device"],
        }

    def _request_for(self, parameters, context, s1, s2, mask) -> Adapt:
        """Return the request without its output, whose name may be made only once."""
        return Adapt(
            output="",
            **self.scene_fields(parameters, context, s1, s2, mask),
            **self.clear_fields(parameters, context),
            minutes=self.parameterAsDouble(parameters, self.MINUTES, context),
            seed=self.parameterAsInt(parameters, self.SEED, context),
        )
