"""Simulate clouds: a clear Sentinel-2 layer in, the same under synthetic clouds out."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
)

from ...model.requests import SimulateClouds as SimulateCloudsRequest
from ..layers import CloudClassesDresser, OpacityDresser, Run, SimulatedDresser
from ..product_names import short_name
from ..stretch import drawn_style
from ..translation import tr
from . import choices
from .base import advanced
from .choices import choice
from .optical_algorithm import OpticalAlgorithm
from .scene_algorithm import Parameter, number


class SimulateClouds(OpticalAlgorithm):
    """Covers a clear Sentinel-2 layer with synthetic clouds and their shadows, for tests and for teaching."""

    KIND, COVER, THICKNESS, SIZE, HEIGHT, SEED = "KIND", "COVER", "THICKNESS", "SIZE", "HEIGHT", "SEED"
    SHADOWS, SUN_AZIMUTH, SUN_ELEVATION = "SHADOWS", "SUN_AZIMUTH", "SUN_ELEVATION"
    OUTPUT, OPACITY, CLASSES = "OUTPUT", "OPACITY", "CLASSES"
    CLOUD_COVER, SECONDS = "CLOUD_COVER", "SECONDS"

    def name(self) -> str:
        return "simulateclouds"

    def displayName(self) -> str:
        return tr("Simulate clouds")

    def shortDescription(self) -> str:
        return tr("Covers a clear Sentinel-2 layer with synthetic clouds and their shadows, for tests and teaching.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-2,cloud,clouds,simulate,synthetic,haze,cirrus,shadow,test"
        return [*words.split(","), tr("simulate")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Covers a clear Sentinel-2 layer with synthetic clouds and their shadows, so that what Remove clouds makes "
            "of it can be compared with the truth. The result has the grid, the bands, the data type and the scale of "
            "the clear layer. The same seed gives the same clouds."
        )
        remark = tr(
            "The clouds are made of noise with the reflectance of real clouds. They look like clouds; they are no "
            "measurement of how well anything works under real ones."
        )
        return f"<p>{introduction}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        self.add(
            self.optical(tr("Sentinel-2 layer (clear)"), tr("The result lies on this layer's grid."), propose=False),
            *self._clouds(),
            *self._sun(),
            self.region(),
            *self.about_sentinel2(),
            *self._destinations(),
        )
        self.addOutput(QgsProcessingOutputNumber(self.CLOUD_COVER, tr("Cloud cover in percent")))
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))

    def _clouds(self) -> list[Parameter]:
        default = SimulateCloudsRequest
        return [
            (
                choice(self.KIND, tr("Kind of clouds"), choices.cloud_kinds(), default.cloud_kind),
                tr(
                    "Heaps have firm edges. Haze is thin and even, strongest in blue. High streaks are thin too, and "
                    "B10 sees them."
                ),
            ),
            (
                bounded(self.COVER, tr("Cloud cover in percent"), default.cover, 0, 100),
                tr("The share of the valid pixels that lie under cloud."),
            ),
            (
                bounded(self.THICKNESS, tr("Opacity of the thickest cloud (0–1)"), default.thickness, 0.05, 1),
                tr("1 hides the ground; less lets it shine through everywhere."),
            ),
            (
                number(self.SEED, tr("Seed"), whole=True, low=0, default=default.seed),
                tr("Another number gives other clouds."),
            ),
            (
                advanced(bounded(self.SIZE, tr("Size of the clouds in metres"), default.size, 50, 200_000)),
                tr("Of the largest; haze and cirrus are two to three times as large."),
            ),
        ]

    def _sun(self) -> list[Parameter]:
        default = SimulateCloudsRequest
        return [
            (
                QgsProcessingParameterBoolean(self.SHADOWS, tr("Shadows"), default.shadows),
                tr("Whether the clouds throw shadows."),
            ),
            (
                bounded(self.SUN_AZIMUTH, tr("Sun azimuth in degrees"), default.sun_azimuth, 0, 360),
                tr("Where the sun stands, clockwise from north; shadows fall to the other side."),
            ),
            (
                bounded(self.SUN_ELEVATION, tr("Sun elevation in degrees"), default.sun_elevation, 5, 90),
                tr("How high the sun stands; the lower, the longer the shadows."),
            ),
            (
                advanced(bounded(self.HEIGHT, tr("Height of the clouds in metres"), default.height, 0, 20_000)),
                tr("Above the ground; the higher, the farther away the shadows."),
            ),
        ]

    def _destinations(self) -> list[Parameter]:
        destination = QgsProcessingParameterRasterDestination
        return [
            (
                destination(self.OUTPUT, tr("Under simulated clouds")),
                tr("GeoTIFF with the bands, the grid, the data type and the scale of the clear layer."),
            ),
            (
                destination(self.OPACITY, tr("Opacity of the clouds"), optional=True, createByDefault=False),
                tr("One band, 0–1 in blue, as whole numbers of 0.0001."),
            ),
            (
                destination(self.CLASSES, tr("Simulated clouds and shadows"), optional=True, createByDefault=False),
                tr("0 clear, 1 cloud, 2 shadow, 3 thin cloud: a cloud mask, and the truth for a detector."),
            ),
        ]

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        layer = self.layer(parameters, context)
        self.check(parameters, context)
        real = {
            "cover": self.COVER,
            "thickness": self.THICKNESS,
            "size": self.SIZE,
            "height": self.HEIGHT,
            "sun_azimuth": self.SUN_AZIMUTH,
            "sun_elevation": self.SUN_ELEVATION,
        }
        self._request = SimulateCloudsRequest(
            output="",
            **self.optical_fields(parameters, context, layer),
            **{field: self.parameterAsDouble(parameters, name, context) for field, name in real.items()},
            cloud_kind=self.parameterAsEnumString(parameters, self.KIND, context),
            shadows=self.parameterAsBoolean(parameters, self.SHADOWS, context),
            seed=self.parameterAsInt(parameters, self.SEED, context),
        )
        self._style = drawn_style(layer)

    def compute(self, parameters, context, feedback) -> dict:
        names = (self.OUTPUT, self.OPACITY, self.CLASSES)
        outputs = {name: self.output_path(parameters, name, context) for name in names}
        request = replace(
            self._request,
            output=outputs[self.OUTPUT],
            opacity=outputs[self.OPACITY],
            classes=outputs[self.CLASSES],
        )
        values = self.run_request(request, feedback)
        self._dress(outputs, context)
        results = {name: path for name, path in outputs.items() if path}
        return {**results, self.CLOUD_COVER: values["cover"], self.SECONDS: values["seconds"]}

    def _dress(self, outputs: dict, context) -> None:
        run = Run()
        name = short_name(self._request.s2_name)
        for key, dresser, title in (
            (self.OUTPUT, SimulatedDresser(run, self._style), tr("{} — simulated clouds")),
            (self.OPACITY, OpacityDresser(run), tr("{} — cloud opacity")),
            (self.CLASSES, CloudClassesDresser(run), tr("{} — simulated clouds and shadows")),
        ):
            description = self.parameterDefinition(key).description()
            dresser.attach(outputs[key], title.format(name), description, context)


def bounded(name: str, label: str, default: float, low: float, high: float) -> QgsProcessingParameterNumber:
    kind = QgsProcessingParameterNumber.Type.Double
    return QgsProcessingParameterNumber(name, label, kind, default, minValue=low, maxValue=high)
