"""Remove clouds of a folder: many pairs of files in, a folder of results and a report out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qgis.core import (
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
)

from ...model.errors import AllScenesFailed, BadOption, from_dict
from ...model.requests import ReconstructFolder
from ..folder_layers import load_results
from ..translation import sentence, tr
from . import choices
from .base import advanced
from .choices import choice
from .reconstruction_algorithm import ReconstructionAlgorithm
from .scene_algorithm import Parameter, is_given, number


class RemoveCloudsFolder(ReconstructionAlgorithm):
    """Reconstructs all scenes of a folder or of a list, without a window."""

    INPUT, S1_FOLDER, SCENES = "INPUT", "S1_FOLDER", "SCENES"
    ATTENTION, OVERWRITE, LOAD = "ATTENTION", "OVERWRITE", "LOAD"
    OUTPUT, REPORT = "OUTPUT", "REPORT"
    DONE, KEPT, FAILED, INCOMPLETE, SECONDS = "DONE", "KEPT", "FAILED", "INCOMPLETE", "SECONDS"

    def name(self) -> str:
        return "removecloudsfolder"

    def displayName(self) -> str:
        return tr("Remove clouds of a folder")

    def shortDescription(self) -> str:
        return tr("Reconstructs all pairs of Sentinel-2 and Sentinel-1 files of a folder or of a list.")

    def tags(self) -> list[str]:
        words = "sentinel,sentinel-1,sentinel-2,sar,radar,cloud,clouds,cloud removal,folder,batch,many,csv,list"
        return [*words.split(","), tr("cloud removal"), tr("folder")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Runs Remove clouds over all pairs of a folder: NAME_s1.tif with NAME_s2.tif or NAME_s2_cloudy.tif, and "
            "NAME_mask.tif if there is one; or files of equal names in the folders s1, s2 and mask. Each scene "
            "becomes NAME_clouds_removed.tif. A report, a CSV file, gets a line for each scene as it is done."
        )
        dates = tr(
            "Clear dates of a scene, NAME_clear_date.tif or the column clear of a list, give ground under closed cloud "
            "its fields and roads. A file that is called clear only, such as NAME_s2_clear.tif, is a reference to "
            "compare with and is not used."
        )
        remark = tr(
            "A scene that fails is told in the report and stops no other. Results that are there are kept, so a run "
            "that was cancelled goes on where it ended when it is started again."
        )
        return f"<p>{introduction}</p><p>{dates}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        self.add(
            *self._inputs(),
            *self.network(),
            *self.about_sentinel2(),
            *self._radar(),
            *self.about_computing(),
            *self._destinations(),
        )
        for name, label in (
            (self.DONE, tr("Number of scenes done")),
            (self.KEPT, tr("Number of scenes that were there already")),
            (self.FAILED, tr("Number of scenes that failed")),
            (self.INCOMPLETE, tr("Number of files without a partner")),
            (self.SECONDS, tr("Seconds that it took")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString(self.DEVICE, tr("Device that computed")))

    def _inputs(self) -> list[Parameter]:
        folder = QgsProcessingParameterFile.Behavior.Folder
        scenes = QgsProcessingParameterFile(self.SCENES, tr("or list of scenes (CSV)"), extension="csv", optional=True)
        radar = QgsProcessingParameterFile(self.S1_FOLDER, tr("Sentinel-1 folder"), folder, optional=True)
        return [
            (
                QgsProcessingParameterFile(self.INPUT, tr("Folder of scenes"), folder, optional=True),
                tr(
                    "GeoTIFFs called NAME_s1.tif, NAME_s2.tif or NAME_s2_cloudy.tif, and NAME_mask.tif; or folders s1, "
                    "s2 and mask with files of equal names. Folders in it are searched too. Clear dates of a scene: "
                    "NAME_clear_date.tif, or NAME_clear_date1.tif to NAME_clear_date12.tif, each with "
                    "NAME_s1_clear_date1.tif for its Sentinel-1 if there is one; or folders of these names. A scene "
                    "with a clear date may lack Sentinel-1."
                ),
            ),
            (
                scenes,
                tr(
                    "Instead of the folder: a table with the columns s1 and s2 and, if wanted, mask, clear and output. "
                    "What is relative in it is so to the list, an output to the folder of the results. The column "
                    "clear holds the clear dates of a scene with | between them, each as S2, S2+S1 or S2+S1+MASK: "
                    "may.tif+may_s1.tif|june.tif."
                ),
            ),
            (
                advanced(radar),
                tr("Where Sentinel-1 is in another folder: files that are called like those of Sentinel-2."),
            ),
            (
                choice(self.KEEP, tr("Keep clear pixels"), choices.keeps_of_a_folder(), "detected"),
                tr(
                    "Where a scene has a cloud mask, what that says is clear stays as it is. In the others clouds and "
                    "shadows are detected, and what both the detection and the network take for clear stays as it is; "
                    "or the network decides alone, and then changes every pixel a little."
                ),
            ),
            (
                QgsProcessingParameterBoolean(self.ATTENTION, tr("Write SAR attention too"), False),
                tr("As NAME_attention.tif."),
            ),
            (
                QgsProcessingParameterBoolean(self.OVERWRITE, tr("Overwrite results that are there"), False),
                tr("Otherwise they are kept, whatever options they were made with, and only what is missing is done."),
            ),
            (
                QgsProcessingParameterBoolean(self.LOAD, tr("Load the results into the project"), False),
                tr("All of them, in true colour."),
            ),
        ]

    def _radar(self) -> list[Parameter]:
        explanation = tr("Not set: found by description, else VV is the first band and VH the second.")
        bands = ((self.S1_VV, tr("Sentinel-1 VV band")), (self.S1_VH, tr("Sentinel-1 VH band")))
        return [
            *((advanced(number(name, label, whole=True, low=1)), explanation) for name, label in bands),
            self.sentinel1_units(),
        ]

    def _destinations(self) -> list[Parameter]:
        report = QgsProcessingParameterFileDestination(
            self.REPORT,
            tr("Report (else report.csv in the folder of results)"),
            tr("Table") + " (*.csv)",
            optional=True,
            createByDefault=False,
        )
        return [
            (
                QgsProcessingParameterFolderDestination(self.OUTPUT, tr("Folder of results")),
                tr("Gets NAME_clouds_removed.tif of each scene; made if it is not there."),
            ),
            (
                report,
                tr(
                    "A CSV file with each scene: what became of it, seconds, cloud cover in percent, the result, why "
                    "it failed, and the clear dates that were used. Not set: report.csv in the folder of the results."
                ),
            ),
        ]

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        folder, scenes = (self._path(parameters, name, context) for name in (self.INPUT, self.SCENES))
        if bool(folder) == bool(scenes):
            detail = tr("choose a folder or a list of scenes, one of the two")
            raise BadOption(option=tr("Folder of scenes"), value=folder, detail=detail)
        radar = self._path(parameters, self.S1_FOLDER, context)
        if radar and scenes:
            detail = tr("it goes with a folder of scenes, not with a list, which names all files")
            raise BadOption(option=tr("Sentinel-1 folder"), value=radar, detail=detail)
        for label, path in ((tr("Folder of scenes"), folder), (tr("Sentinel-1 folder"), radar)):
            if path and not Path(path).is_dir():
                raise BadOption(option=label, value=path, detail=tr("there is no such folder"))
        if scenes and not Path(scenes).is_file():
            raise BadOption(option=tr("or list of scenes (CSV)"), value=scenes, detail=tr("there is no such file"))
        self.check_tiles(parameters, context)
        self.s1_bands(parameters, context, None)
        self.s2_bands(parameters, context, None)

    def _path(self, parameters, name: str, context) -> str:
        return self.parameterAsFile(parameters, name, context) if is_given(parameters.get(name)) else ""

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        self.check(parameters, context)
        self._request = ReconstructFolder(
            output="",
            folder=self._path(parameters, self.INPUT, context) or None,
            s1_folder=self._path(parameters, self.S1_FOLDER, context) or None,
            scenes=self._path(parameters, self.SCENES, context) or None,
            attention=self.parameterAsBoolean(parameters, self.ATTENTION, context),
            overwrite=self.parameterAsBoolean(parameters, self.OVERWRITE, context),
            s1_bands=self.s1_bands(parameters, context, None),
            s2_bands=self.s2_bands(parameters, context, None),
            **self.network_fields(parameters, context),
            **self.scaling_fields(parameters, context),
            **self.computing_fields(parameters, context),
        )

    def compute(self, parameters, context, feedback) -> dict:
        report = None
        if self.is_wanted(parameters, self.REPORT, context):
            report = self.parameterAsFileOutput(parameters, self.REPORT, context)
        output = self.parameterAsFileOutput(parameters, self.OUTPUT, context)
        values = self.run_request(replace(self._request, output=output, report=report), feedback)
        self._summarise(values, feedback)
        if self.parameterAsBoolean(parameters, self.LOAD, context):
            load_results(values["outputs"], context)
        counts = {name: values[name.lower()] for name in (self.DONE, self.KEPT, self.FAILED, self.INCOMPLETE)}
        return {
            self.OUTPUT: output,
            self.REPORT: values["report"],
            **counts,
            self.SECONDS: values["seconds"],
            self.DEVICE: values["device"],
        }

    def _summarise(self, values: dict, feedback) -> None:
        """Tell what became of the scenes. Raises `AllScenesFailed` when there is nothing to go on with."""
        if values["failed"] == values["scenes"]:
            first = values["failures"][0]
            raise AllScenesFailed(
                count=values["scenes"],
                scene=first["scene"],
                detail=sentence(from_dict(first)),
                report=values["report"],
            )
        if values["failed"]:
            feedback.reportError(
                tr("{failed} of {count} scenes failed; «{report}» says why.").format(
                    failed=values["failed"], count=values["scenes"], report=values["report"]
                )
            )
        feedback.pushInfo(
            tr(
                "Scenes done: {done}, kept: {kept}, failed: {failed}. Network «{model}» on {device}, {seconds:.1f} s"
            ).format(**{name: values[name] for name in ("done", "kept", "failed", "model", "device", "seconds")})
        )
