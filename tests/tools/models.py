"""Write the example models in resources/models/: models.py [FOLDER]. Run with QGIS's Python: make models

A model is a function that puts it together and stands in `MODELS`. They are written by code, so that nobody has to
click them together again when an algorithm changes, and the same code gives the same bytes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from qgis.core import (
    QgsApplication,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)
from qgis.PyQt.QtCore import QPointF, QSizeF

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "resources" / "models"
AUTHOR = "SAR Cloud Removal developers"
# Where boxes lie in the modeler, in pixels: columns of inputs, steps and outputs, and the distance of rows.
INPUT, STEP, OUTPUT, ROW = 140.0, 400.0, 660.0, 80.0
# High enough for two lines of text.
BOX = QSizeF(210.0, 40.0)


@dataclass
class Model:
    """Puts one model together: inputs, then steps from top to bottom, each with its outputs."""

    name: str
    about: str
    inputs: list[str] = field(default_factory=list)
    steps: int = 0

    def __post_init__(self) -> None:

        self.made = QgsProcessingModelAlgorithm(self.name, "SAR Cloud Removal")
        self._help = {"ALG_DESC": self.about, "ALG_CREATOR": AUTHOR}

    def input(self, definition, explanation: str = "") -> str:
        """Add an input; return its name, which steps refer to by `given`."""

        component = QgsProcessingModelParameter(definition.name())
        component.setDescription(definition.description())
        component.setSize(BOX)
        component.setPosition(QPointF(INPUT, ROW * (1 + len(self.inputs))))
        self.made.addModelParameter(definition, component)
        self.inputs.append(definition.name())
        if explanation:
            self._help[definition.name()] = explanation
        return definition.name()

    def step(self, name: str, title: str, algorithm: str, values: dict, outputs: dict | None = None) -> str:
        """Add a step; return its name, which later steps refer to by `made`.

        `values` are the algorithm's parameters: `given`, `made`, `computed`, or a plain value; those that it cannot do
        without and that are not named get their defaults. `outputs` says which of
        its outputs are outputs of the model: {"clouds_removed": ("OUTPUT", "Clouds removed")}.
        """

        child = QgsProcessingModelChildAlgorithm(algorithm)
        child.setChildId(name)
        child.setDescription(title)
        child.setSize(BOX)
        height = ROW * (1.5 + 1.5 * self.steps)
        child.setPosition(QPointF(STEP, height))
        for key, value in {**_defaults(child.algorithm()), **values}.items():
            plain = not isinstance(value, QgsProcessingModelChildParameterSource)
            source = QgsProcessingModelChildParameterSource.fromStaticValue(value) if plain else value
            child.addParameterSources(key, [source])
        shown = {}
        for index, (output, (key, words)) in enumerate((outputs or {}).items()):
            made = QgsProcessingModelOutput(output, words)
            made.setChildId(name)
            made.setChildOutputName(key)
            made.setPosition(QPointF(OUTPUT, height + ROW * (0.8 + 0.6 * index)))
            shown[output] = made
        child.setModelOutputs(shown)
        self.made.addChildAlgorithm(child)
        self.steps += 1
        return name

    def finished(self):
        self.made.setHelpContent(self._help)
        self.made.setParameterOrder(self.inputs)
        self.made.updateDestinationParameters()
        fits, problems = self.made.validate()
        if not fits:
            raise SystemExit(f"{self.name}: {problems}")
        return self.made


def _defaults(algorithm) -> dict:
    """Return the defaults of what the modeler would call mandatory."""
    if algorithm is None:
        raise SystemExit("A model names an algorithm that is not there.")
    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    wanted = [each for each in algorithm.parameterDefinitions() if not each.flags() & optional]
    return {each.name(): each.defaultValue() for each in wanted if each.defaultValue() is not None}


def given(name: str):
    """The value of the model's input `name`."""

    return QgsProcessingModelChildParameterSource.fromModelParameter(name)


def made(step: str, output: str = "OUTPUT"):
    """What an earlier step has made."""

    return QgsProcessingModelChildParameterSource.fromChildOutput(step, output)


def computed(expression: str):
    """The value of a QGIS expression."""

    return QgsProcessingModelChildParameterSource.fromExpression(expression)


# --- The models -----------------------------------------------------------------------------------------------------


def pair(model: Model) -> dict:
    """Add the two layers that every model begins with, and return them as values of Remove clouds."""

    s1 = QgsProcessingParameterRasterLayer("sentinel1", "Sentinel-1 layer (VV and VH)")
    s2 = QgsProcessingParameterRasterLayer("sentinel2", "Sentinel-2 layer (cloudy)")
    return {
        "S1": given(model.input(s1, "Calibrated backscatter with a VV and a VH band.")),
        "S2": given(model.input(s2, "The original bands.")),
    }


def remove_clouds(model: Model, values: dict) -> str:
    """Add the step Remove clouds, whose image is an output of the model."""
    outputs = {"clouds_removed": ("OUTPUT", "Clouds removed")}
    return model.step("removeclouds", "Remove clouds", "sarcloudremoval:removeclouds", values, outputs)


def ndvi(model: Model, image: str) -> None:
    """Add the inputs and the step that compute the vegetation index of what the step `image` has made."""

    whole, real = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
    by_count = "{} where the layer has 12 or 13 bands, {} where it has the 10 bands of 10 m and 20 m."
    nir = QgsProcessingParameterNumber("nir", "Number of the near-infrared band (B8)", whole, 8, minValue=1)
    red = QgsProcessingParameterNumber("red", "Number of the red band (B4)", whole, 4, minValue=1)
    offset = QgsProcessingParameterNumber("offset", "Offset of the digital numbers (-1000 or 0)", real, 0)
    offset.setFlags(offset.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    model.input(nir, by_count.format(8, 7))
    model.input(red, by_count.format(4, 3))
    model.input(
        offset,
        "-1000 for products of baseline 04.00 (since 2022) from which the offset has not been taken out, else 0.",
    )
    values = {
        "INPUT_A": made(image),
        "BAND_A": computed("coalesce(@nir, 8)"),
        "INPUT_B": made(image),
        "BAND_B": computed("coalesce(@red, 4)"),
        "FORMULA": computed("'(1.0*A-B)/(1.0*A+B+2*(' || coalesce(@offset, 0) || '))'"),
        "NO_DATA": -9999,
        "RTYPE": 5,
    }
    model.step("ndvi", "NDVI", "gdal:rastercalculator", values, {"NDVI": ("OUTPUT", "NDVI")})


def clouds_removed_ndvi():

    model = Model(
        "Clouds removed, then NDVI",
        "Removes the clouds of a Sentinel-2 layer with the help of Sentinel-1, and computes the vegetation index "
        "(NDVI) of the result.",
    )
    layers = pair(model)
    mask = QgsProcessingParameterRasterLayer("mask", "Cloud mask", optional=True)
    about = "0 and 1, or of a product, such as SCL or QA60: what is clear stays. Without one the clouds are detected."
    model.input(mask, about)
    ndvi(model, remove_clouds(model, {**layers, "MASK": given("mask")}))
    return model.finished()


def cloud_mask_clouds_removed_ndvi():

    model = Model(
        "Cloud mask, clouds removed, NDVI",
        "Finds the clouds and shadows of a Sentinel-2 layer, reconstructs what lies under them with the help of "
        "Sentinel-1 and keeps all other pixels as they are, and computes the vegetation index (NDVI) of the result.",
    )
    layers = pair(model)
    outputs = {"clouds_and_shadows": ("OUTPUT", "Clouds and shadows")}
    values = {"S2": layers["S2"]}
    model.step("detectclouds", "Detect clouds and shadows", "sarcloudremoval:detectclouds", values, outputs)
    ndvi(model, remove_clouds(model, {**layers, "MASK": made("detectclouds")}))
    return model.finished()


def clear_date_clouds_removed():

    model = Model(
        "Clouds removed with a clear date",
        "Removes the clouds of a Sentinel-2 layer with the help of Sentinel-1 and of an earlier clear image of the "
        "same place, and tells of each pixel where it is from and how wrong it is likely to be.",
    )
    layers = pair(model)
    clear = QgsProcessingParameterRasterLayer("clear", "Clear date")
    about = "A Sentinel-2 image of the same place without clouds, or nearly so, best of the same season."
    values = {**layers, "CLEAR": given(model.input(clear, about))}
    outputs = {
        "clouds_removed": ("OUTPUT", "Clouds removed"),
        "source": ("SOURCE", "Source"),
        "expected_error": ("EXPECTED_ERROR", "Expected error"),
    }
    model.step("removeclouds", "Remove clouds", "sarcloudremoval:removeclouds", values, outputs)
    return model.finished()


def folder_clouds_removed():

    model = Model(
        "Clouds of a folder removed, with a report",
        "Removes the clouds of all scenes of a folder with the help of Sentinel-1, and writes a report (CSV) with a "
        "line for each scene. What is there already is kept, so that it can be run again when scenes were added.",
    )
    folder = QgsProcessingParameterFile("scenes", "Folder of scenes", QgsProcessingParameterFile.Behavior.Folder)
    values = {
        "INPUT": given(model.input(folder, "With NAME_s1.tif and NAME_s2.tif or NAME_s2_cloudy.tif for each scene.")),
        "KEEP": "detected",
    }
    outputs = {"results": ("OUTPUT", "Folder of results"), "report": ("REPORT", "Report")}
    algorithm = "sarcloudremoval:removecloudsfolder"
    model.step("removecloudsfolder", "Remove clouds of a folder", algorithm, values, outputs)
    return model.finished()


def prepared_clouds_removed_assessed():

    model = Model(
        "Prepare a pair, remove clouds, assess",
        "Warps Sentinel-1 onto the grid of a cloudy Sentinel-2 layer, in decibel, removes the clouds, and compares the "
        "result and the cloudy layer with a clear date: a report, an error map and a table of figures.",
    )
    layers = pair(model)
    clear = QgsProcessingParameterRasterLayer("clear", "Reference (clear Sentinel-2 image)")
    reference = given(model.input(clear, "The same place on a clear day, as near as possible, of the same season."))
    outputs = {"sentinel1_prepared": ("OUTPUT", "Sentinel-1 in dB")}
    values = {"S1": layers["S1"], "GRID": layers["S2"]}
    model.step("preparesentinel1", "Prepare Sentinel-1", "sarcloudremoval:preparesentinel1", values, outputs)
    image = remove_clouds(model, {"S1": made("preparesentinel1"), "S2": layers["S2"]})
    values = {"PREDICTION": made(image), "REFERENCE": reference, "CLOUDY": layers["S2"], "S1": made("preparesentinel1")}
    outputs = {
        "report": ("REPORT", "Assessment report"),
        "error": ("ERROR", "Error map"),
        "figures": ("TABLE", "Table of figures"),
    }
    model.step("assess", "Assess reconstruction", "sarcloudremoval:assessreconstruction", values, outputs)
    return model.finished()


# The file's name without its ending is the function's.
MODELS: tuple[Callable, ...] = (
    clear_date_clouds_removed,
    cloud_mask_clouds_removed_ndvi,
    clouds_removed_ndvi,
    folder_clouds_removed,
    prepared_clouds_removed_assessed,
)


def build(target: Path = TARGET) -> list[Path]:
    """Write all models and return their paths; needs QGIS, Processing and the provider."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for make in MODELS:
        path = target / f"{make.__name__}.model3"
        if not make().toFile(str(path)):
            raise SystemExit(f"{path} cannot be written")
        # Qt writes the attributes of XML in an order that changes from run to run.
        path.write_text(re.sub(r"<(\w+)((?: \w+=\"[^\"]*\")+)", _sorted_attributes, path.read_text("utf-8")), "utf-8")
        written.append(path)
    return written


def _sorted_attributes(match: re.Match) -> str:
    attributes = sorted(re.findall(r"\w+=\"[^\"]*\"", match[2]), reverse=True)
    return f"<{match[1]} {' '.join(attributes)}"


def main(arguments: list[str]) -> None:

    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    from sar_cloud_removal import classFactory

    Processing.initialize()
    plugin = classFactory(None)
    plugin.initProcessing()
    for path in build(Path(arguments[0]) if arguments else TARGET):
        print(path)
    plugin.unload()
    application.exitQgis()


if __name__ == "__main__":
    main(sys.argv[1:])
