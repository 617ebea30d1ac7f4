"""Remove clouds of a folder, in the real compute process."""

from __future__ import annotations

import csv
import shutil

import pytest

from ..conftest import SAMPLE

FOLDER = "sarcloudremoval:removecloudsfolder"

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def scenes(tmp_path):
    """The sample as two scenes."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("one", "two"):
        shutil.copy(SAMPLE / "s1.tif", folder / f"{name}_s1.tif")
        shutil.copy(SAMPLE / "s2_cloudy.tif", folder / f"{name}_s2.tif")
    return folder


@pytest.fixture
def algorithm(provider):
    return provider.algorithm("removecloudsfolder").create()


@pytest.fixture
def context(project):
    from qgis.core import QgsProcessingContext

    made = QgsProcessingContext()
    made.setProject(project)
    return made


def listening(stop=None):
    """Feedback that keeps what it is told, and cancels when it is told something with `stop` in it."""
    from qgis.core import QgsProcessingFeedback

    class Feedback(QgsProcessingFeedback):
        def __init__(self):
            super().__init__(False)
            self.told = {"info": [], "warning": [], "error": [], "progress": []}

        def pushInfo(self, text):
            self.told["info"].append(text)
            if stop and stop in text:
                self.cancel()

        def pushWarning(self, text):
            self.told["warning"].append(text)

        def reportError(self, text, fatalError=False):
            self.told["error"].append(text)

        def setProgress(self, value):
            self.told["progress"].append(value)

    return Feedback()


def run(folder, feedback=None, context=None, **options):
    import processing

    parameters = {"INPUT": str(folder), "OUTPUT": str(folder.parent / "out"), "DEVICE": "cpu", **options}
    return processing.run(FOLDER, parameters, feedback=feedback or listening(), context=context)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_parameters(algorithm):
    from qgis.core import QgsProcessingParameterDefinition

    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    shown = [each.name() for each in algorithm.parameterDefinitions() if not each.flags() & flag]
    expected = "INPUT SCENES KEEP ATTENTION OVERWRITE LOAD MODEL QUALITY DEVICE OUTPUT REPORT".split()
    assert shown == expected
    assert all(each.help() for each in algorithm.parameterDefinitions())
    assert algorithm.displayName() == "Remove clouds of a folder"


def test_refusals_before_work_begins(algorithm, compute, context, scenes, tmp_path):
    right = {"INPUT": str(scenes), "OUTPUT": str(tmp_path / "out")}
    (tmp_path / "list.csv").write_text("s1,s2\na.tif,b.tif\n")
    assert algorithm.checkParameterValues(right, context)[0]
    for wrong, words in (
        ({"INPUT": None}, "a folder or a list of scenes"),
        ({"SCENES": str(tmp_path / "list.csv")}, "a folder or a list of scenes"),
        ({"INPUT": str(tmp_path / "none")}, "there is no such folder"),
        ({"S1_FOLDER": str(tmp_path / "none")}, "there is no such folder"),
        ({"INPUT": None, "SCENES": str(tmp_path / "none.csv")}, "there is no such file"),
        ({"INPUT": None, "SCENES": str(tmp_path / "list.csv"), "S1_FOLDER": str(scenes)}, "not with a list"),
        ({"TILE": 64, "OVERLAP": 64}, "less than a tile"),
        ({"S1_VV": 1}, "the other polarisation"),
    ):
        accepted, message = algorithm.checkParameterValues({**right, **wrong}, context)
        assert not accepted and words in message, (wrong, message)


def test_a_folder_and_again(compute, scenes):
    feedback = listening()
    results = run(scenes, feedback, ATTENTION=True)
    out = scenes.parent / "out"
    assert (results["DONE"], results["KEPT"], results["FAILED"]) == (2, 0, 0)
    made = ["one_attention.tif", "one_clouds_removed.tif", "report.csv", "two_attention.tif", "two_clouds_removed.tif"]
    assert names(out) == made
    assert results["REPORT"] == str(out / "report.csv") and results["OUTPUT"] == str(out)
    assert feedback.told["progress"] == sorted(feedback.told["progress"]) and feedback.told["progress"][-1] == 100
    assert sum("done in" in line for line in feedback.told["info"]) == 2
    assert run(scenes)["KEPT"] == 2


def test_one_that_fails_is_told_and_all_that_fail_are_an_error(compute, scenes):
    from qgis.core import QgsProcessingException

    (scenes / "one_s1.tif").write_bytes(b"")
    feedback = listening()
    results = run(scenes, feedback)
    assert (results["DONE"], results["FAILED"]) == (1, 1)
    assert any(line.startswith("«one» failed: «one_s1.tif» cannot be read") for line in feedback.told["warning"])
    assert feedback.told["error"] == [f"1 of 2 scenes failed; «{results['REPORT']}» says why."]
    (scenes / "two_s1.tif").write_bytes(b"")
    with pytest.raises(QgsProcessingException, match="None of the 2 scenes could be reconstructed"):
        run(scenes, OVERWRITE=True)
    # An earlier result is not lost by that.
    assert "two_clouds_removed.tif" in names(scenes.parent / "out")


def test_clear_dates_of_a_folder_and_of_a_list(compute, scenes, tmp_path):
    """One by its name, with Sentinel-1; the other by a list, without Sentinel-1."""
    (scenes / "two_s1.tif").unlink()
    shutil.copy(SAMPLE / "s2_clear.tif", scenes / "one_clear_date.tif")
    # What is called clear only is a reference to compare with.
    shutil.copy(SAMPLE / "s2_clear.tif", scenes / "one_s2_clear.tif")
    results = run(scenes)
    assert (results["DONE"], results["INCOMPLETE"]) == (1, 1)
    (one,) = [row for row in report(results) if row["status"] == "done"]
    assert one["clear_dates"] == "one_clear_date.tif" and "one_s2_clear" not in str(one)

    path = tmp_path / "list.csv"
    path.write_text("s2,clear\nin/two_s2.tif,in/one_clear_date.tif\n")
    results = run(scenes, INPUT=None, SCENES=str(path), OUTPUT=str(tmp_path / "listed"))
    (two,) = report(results)
    assert (two["status"], two["clear_dates"]) == ("done", "one_clear_date.tif")
    assert names(tmp_path / "listed") == ["report.csv", "two_clouds_removed.tif"]


def report(results):
    with open(results["REPORT"], encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_list_with_a_mask_and_a_report_elsewhere(compute, scenes, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("s1,s2,output\nin/one_s1.tif,in/two_s2.tif,mixed.tif\n")
    results = run(scenes, INPUT=None, SCENES=str(path), REPORT=str(tmp_path / "r.csv"))
    assert results["DONE"] == 1 and results["REPORT"] == str(tmp_path / "r.csv")
    assert names(tmp_path / "out") == ["mixed.tif"]


def test_cancelled_keeps_what_is_done(compute, scenes):
    feedback = listening(stop="«one»: done")
    run(scenes, feedback)
    assert names(scenes.parent / "out") == ["one_clouds_removed.tif", "report.csv"]
    assert any(line.startswith("Cancelled after 1 of 2 scenes.") for line in feedback.told["info"])
    assert run(scenes)["DONE"] == 1


def test_nothing_is_loaded_unless_wanted(compute, scenes, context):
    run(scenes, context=context)
    assert context.layersToLoadOnCompletion() == {}
    run(scenes, context=context, LOAD=True)
    found = context.layersToLoadOnCompletion()
    assert sorted(details.name for details in found.values()) == ["one — clouds removed", "two — clouds removed"]


def test_results_are_drawn_in_true_colour(compute, scenes):
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.folder_layers import ResultDresser, band_names
    from sar_cloud_removal.plugin.layers import Run

    layer = QgsRasterLayer(str(SAMPLE / "s2_cloudy.tif"), "x")
    assert band_names(layer)[:4] == ["B1", "B2", "B3", "B4"]
    ResultDresser(Run()).dress(layer)
    renderer = layer.renderer()
    assert [renderer.redBand(), renderer.greenBand(), renderer.blueBand()] == [4, 3, 2]
    radar = QgsRasterLayer(str(SAMPLE / "s1.tif"), "x")
    before = radar.renderer().type()
    ResultDresser(Run()).dress(radar)
    assert radar.renderer().type() == before
