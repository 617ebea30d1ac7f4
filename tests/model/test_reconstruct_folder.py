"""Runs over many scenes: each is what it is alone, one that fails stops no other, and a second run goes on."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch

from sar_cloud_removal.model import errors
from sar_cloud_removal.model import reconstruct_folder as module
from sar_cloud_removal.model.partial_files import partial_path
from sar_cloud_removal.model.raster import read_raster
from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.reconstruct_folder import reconstruct_folder
from sar_cloud_removal.model.requests import (
    RUN_TAG,
    Log,
    PartialFile,
    Progress,
    Reconstruct,
    ReconstructFolder,
    Result,
    encode,
)

from .conftest import Blur, Constant, backscatter_db, limited_file_size, model_of, names_in, optical_numbers

SIDE = 48


@pytest.fixture
def folder(tmp_path, make_s1, make_s2, make_raster) -> Path:
    """Three scenes: a, b with a mask of its left half, and c."""
    root = tmp_path / "in"
    root.mkdir()
    for seed, name in enumerate("abc"):
        make_s1(backscatter_db(SIDE, SIDE, seed), f"in/{name}_s1.tif")
        make_s2(optical_numbers(SIDE, SIDE, seed=seed + 5), f"in/{name}_s2.tif")
    mask = np.zeros((1, SIDE, SIDE), np.uint8)
    mask[:, :, : SIDE // 2] = 1
    make_raster("in/b_mask.tif", mask)
    return root


class Runner:
    """Runs the folder with a network; keeps the events."""

    def __init__(self, root: Path) -> None:
        self.root, self.out = root, root.parent / "out"
        self.events: list = []

    def __call__(self, network=None, cancelled=lambda: False, **options) -> dict:
        self.events.clear()
        # The spectral rule is there at once; csmask has to be loaded for each scene.
        options = {"device": "cpu", "s2_offset": 0.0, "tile": 32, "feather": 0, "detection": "spectral", **options}
        where = {} if "scenes" in options else {"folder": str(self.root)}
        request = ReconstructFolder(str(self.out), **where, **options)
        values = reconstruct_folder(request, self.events.append, cancelled, model_of(network or Blur()))
        encode(Result(values))
        return values

    @property
    def report(self) -> list[dict]:
        with (self.out / "report.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def lines(self, level: str) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Log) and event.level == level]


@pytest.fixture
def run(folder) -> Runner:
    return Runner(folder)


def test_each_scene_is_what_it_is_alone(run, folder, tmp_path):
    values = run()
    assert (values["scenes"], values["done"], values["kept"], values["failed"]) == (3, 3, 0, 0)
    assert names_in(run.out) == [*(f"{name}_clouds_removed.tif" for name in "abc"), "report.csv"]
    for name in "abc":
        mask = str(folder / "b_mask.tif") if name == "b" else None
        files = (str(folder / f"{name}_s1.tif"), str(folder / f"{name}_s2.tif"), str(tmp_path / "alone.tif"))
        options = {"device": "cpu", "s2_offset": 0.0, "tile": 32, "feather": 0, "detection": "spectral"}
        request = Reconstruct(*files, mask=mask, **options)
        reconstruct(request, lambda event: None, lambda: False, model_of(Blur()))
        assert np.array_equal(
            read_raster(str(run.out / f"{name}_clouds_removed.tif"))[0], read_raster(request.output)[0]
        )
    kept = read_raster(str(run.out / "b_clouds_removed.tif"))[0] == read_raster(str(folder / "b_s2.tif"))[0]
    assert kept[:, :, SIDE // 2 :].all() and not kept[:, :, : SIDE // 2].all()


def test_the_report_tells_of_each_scene(run):
    values = run()
    assert values["report"] == str(run.out / "report.csv")
    columns = "scene status seconds cloud_cover output message assumed clear_dates"
    assert list(run.report[0]) == columns.split()
    assert [(row["scene"], row["status"]) for row in run.report] == [("a", "done"), ("b", "done"), ("c", "done")]
    assert all(float(row["seconds"]) > 0 for row in run.report)
    assert float(run.report[1]["cloud_cover"]) == 50.0
    assert [Path(row["output"]).name for row in run.report] == [f"{name}_clouds_removed.tif" for name in "abc"]
    assert values["outputs"] == [row["output"] for row in run.report]


def test_progress_goes_over_all_scenes(run):
    run()
    progress = [event for event in run.events if isinstance(event, Progress)]
    fractions = [event.fraction for event in progress]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(set(fractions)) > 9
    assert {event.message for event in progress} == {*(f"Scene {number} of 3" for number in (1, 2, 3)), "Done"}
    done = [message for message in run.lines("info") if " done in " in message]
    assert [message[:8] for message in done] == ["«a»: don", "«b»: don", "«c»: don"]
    # What is half-written when the process dies is known.
    partial = [event.path for event in run.events if isinstance(event, PartialFile)]
    # Of each scene the detected clouds, its image and its attention.
    assert len(set(partial)) == 6 and not any(Path(path).exists() for path in partial)


def test_what_is_there_is_kept_with_what_was_said_of_it(run):
    run()
    before = {row["scene"]: row for row in run.report}
    (run.out / "b_clouds_removed.tif").unlink()
    times = {path: path.stat().st_mtime_ns for path in run.out.glob("*.tif")}
    values = run(Constant(0.5))
    assert (values["done"], values["kept"]) == (1, 2)
    assert times == {path: path.stat().st_mtime_ns for path in times}
    assert [(row["scene"], row["status"]) for row in run.report] == [("a", "kept"), ("c", "kept"), ("b", "done")]
    assert run.report[0] == {**before["a"], "status": "kept"}
    assert run.lines("info")[0] == "2 of 3 scenes are there already and are kept."
    assert {event.message for event in run.events if isinstance(event, Progress)} == {"Scene 1 of 1", "Done"}
    assert len(values["outputs"]) == 3


def test_what_was_assumed_of_each_scene_is_told_and_reported(run):
    run()
    told = [line for line in run.lines("info") if " done in " not in line]
    assert "«b»: «b_s2.tif» is taken for Level-1C." in told and {line[:3] for line in told} == {"«a»", "«b»", "«c»"}
    for row in run.report:
        assert "is taken for Level-1C." in row["assumed"] and "VV is band 1" in row["assumed"]
    (run.out / "c_clouds_removed.tif").unlink()
    before = run.report
    run()
    assert [row["assumed"] for row in run.report] == [row["assumed"] for row in before]


@pytest.mark.parametrize("size", [0, 40, 5000])
def test_a_result_that_cannot_be_read_is_made_anew(run, size):
    run()
    path = run.out / "b_clouds_removed.tif"
    whole = path.read_bytes()
    assert len(whole) > 5000
    path.write_bytes(whole[:size])
    values = run()
    assert (values["done"], values["kept"], values["outdated"]) == (1, 2, 0)
    assert np.array_equal(read_raster(str(path))[0].shape, (13, SIDE, SIDE))
    (warning,) = run.lines("warning")
    assert warning.startswith("«b» is made anew, as its result is of no use: «b_clouds_removed.tif» cannot be read")


def test_a_map_of_attention_that_cannot_be_read_is_made_anew(run):
    from .test_reconstruct import small_network

    run(small_network(), attention=True)
    (run.out / "a_attention.tif").write_bytes(b"")
    assert run(small_network())["kept"] == 3
    assert run(small_network(), attention=True)["done"] == 1
    assert read_raster(str(run.out / "a_attention.tif"))[0].shape == (2, SIDE, SIDE)


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        ({"quality": "best"}, "quality normal, not best"),
        ({"level": "l2a"}, "level l1c, not l2a"),
        ({"colours": "weights"}, "colours auto, not weights"),
        ({"tile": 16}, "tile 32, not 16; it was made with overlap 8, not 4"),
        ({"s1_bands": (2, 1)}, "Sentinel-1 bands 1,2, not 2,1"),
        ({"s2_offset": -1000.0}, "Sentinel-2 offset 0, not -1000"),
        (
            {"s2_bands": ("-", *(f"B{n:02}" for n in range(2, 9)), "B8A", "B9", "B10", "B11", "B12")},
            "Sentinel-2 bands ",
        ),
    ],
)
def test_a_result_of_other_options_is_kept_and_told(run, options, difference):
    run()
    times = {path: path.stat().st_mtime_ns for path in run.out.glob("*.tif")}
    values = run(**options)
    assert (values["kept"], values["outdated"]) == (3, 3)
    assert times == {path: path.stat().st_mtime_ns for path in times}
    (warning,) = run.lines("warning")
    assert warning.startswith(f"Of the results that are kept, «a», «b», «c»: it was made with {difference}")
    assert warning.endswith("let results that are there be overwritten (--overwrite), or delete it.")
    message = run.report[0]["message"]
    assert message.startswith(f"Kept, but it was made with {difference}")
    # The remark is of the latest run alone.
    run(**options)
    assert run.report[0]["message"] == message
    assert run()["outdated"] == 0
    assert run.report[0]["message"] == "" and run.lines("warning") == []
    assert run(**options, overwrite=True)["done"] == 3
    assert run(**options)["outdated"] == 0


def test_a_result_of_another_reading_of_the_mask_is_told(run):
    run()
    assert run(mask_kind="clear")["outdated"] == 1
    assert [row["message"] for row in run.report] == [
        "",
        "Kept, but it was made with Cloud mask kind binary, not clear.",
        "",
    ]
    assert run(mask_kind="binary")["outdated"] == 0


def test_a_result_of_other_weights_is_told(run):
    run()
    other = replace(model_of(Blur()), name="other", sha256="1" * 64, tile=48)
    request = ReconstructFolder(str(run.out), folder=str(run.root), device="cpu", s2_offset=0.0, tile=32, feather=0)
    assert reconstruct_folder(request, lambda event: None, lambda: False, other)["outdated"] == 3
    assert run.report[2]["message"] == "Kept, but it was made with the weights test, not other."


def test_inputs_that_changed_since_are_told(run, folder, make_raster):
    run()
    for name in ("a_s1.tif", "b_mask.tif"):
        later = (run.out / "a_clouds_removed.tif").stat().st_mtime + 5
        os.utime(folder / name, (later, later))
    (folder / "b_s2.tif").rename(folder / "b_s2_cloudy.tif")
    mask = make_raster("in/c_mask.tif", np.ones((1, SIDE, SIDE), np.uint8))
    os.utime(mask, (0, 0))
    assert run()["outdated"] == 3
    assert [row["message"] for row in run.report] == [
        "Kept, but «a_s1.tif» is newer than it.",
        "Kept, but it was made from «b_s2.tif», not from «b_s2_cloudy.tif»; «b_mask.tif» is newer than it.",
        # As it was without a mask, no seam was noted.
        "Kept, but it was made without «c_mask.tif».",
    ]
    assert len(run.lines("warning")) == 3
    # What was moved as a whole is the same.
    assert run.lines("info")[0] == "3 of 3 scenes are there already and are kept."


def test_a_result_of_another_program_is_kept_and_told(run, make_raster):
    run()
    path = run.out / "a_clouds_removed.tif"
    os.replace(make_raster("other.tif", np.ones((13, SIDE, SIDE), np.uint16)), path)
    assert (run()["kept"], run.report[0]["message"]) == (3, "Kept, but it does not say how it was made.")


def test_many_scenes_are_not_all_named(run):
    assert module._named("abcde") == "«a», «b», «c», «d», «e»"
    assert module._named("abcdefg") == "«a», «b», «c», «d», «e», … (+2)"


def test_what_another_run_does_is_not_done_twice(run, folder):
    """While this run is at work on the first scene, another one does the second and is at work on the last."""
    other = Runner(folder)
    beside = other.out / f".c_clouds_removed.another-host.{os.getpid()}.partial.tif"

    class Meanwhile(Blur):
        calls = 0

        def forward(self, optical, sar):
            self.calls += 1
            if self.calls == 1:
                (folder / "c_s1.tif").rename(folder / "hidden.tif")
                (folder / "a_s1.tif").rename(folder / "hidden_too.tif")
                other()
                (folder / "hidden.tif").rename(folder / "c_s1.tif")
                (folder / "hidden_too.tif").rename(folder / "a_s1.tif")
                beside.touch()
            return super().forward(optical, sar)

    values = run(Meanwhile())
    assert (values["done"], values["kept"]) == (2, 1)
    assert "«b» has been done by another run meanwhile and is kept." in run.lines("info")
    assert sorted(row["scene"] for row in run.report if row["output"]) == ["a", "b", "c"]
    assert {row["scene"]: row["status"] for row in run.report if row["output"]} == dict.fromkeys("abc", "done")
    beside.unlink()


def test_what_another_run_is_at_work_on_comes_last(run):
    run.out.mkdir()
    beside = run.out / f".a_clouds_removed.another-host.{os.getpid()}.partial.tif"
    beside.touch()
    run()
    assert [row["scene"] for row in run.report] == ["b", "c", "a"]
    assert beside.exists()


def test_what_a_killed_run_left_beside_results_that_are_kept_is_removed(run):
    run()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in ("a_clouds_removed.tif", "b_attention.tif"):
        mine = Path(partial_path(str(run.out / name)))
        mine.with_name(mine.name.replace(f".{os.getpid()}.", f".{ended.pid}.")).touch()
    before = names_in(run.out)
    assert run()["kept"] == 3
    assert names_in(run.out) == before[2:]


def test_others_see_what_a_run_is_at_work_on_before_it_is_written(run, monkeypatch):
    seen = []

    def look(request, report, cancelled, model):
        seen.append(sorted(path.name for path in run.out.glob(".*.partial.tif")))
        return reconstruct(request, report, cancelled, model)

    monkeypatch.setattr(module, "reconstruct", look)
    run()
    assert [len(names) for names in seen] == [1, 1, 1] and seen[2][0].startswith(".c_clouds_removed.")
    assert not list(run.out.glob(".*"))


def test_a_full_disk_ends_the_run(run, monkeypatch):
    asked = []

    def full(request, report, cancelled, model):
        asked.append(request.output)
        if len(asked) == 2:
            raise errors.DiskFull(path=request.output, detail="No space left on device")
        return reconstruct(request, report, cancelled, model)

    monkeypatch.setattr(module, "reconstruct", full)
    with pytest.raises(errors.DiskFull) as caught:
        run()
    assert len(asked) == 2
    report = run.out / "report.csv"
    assert str(caught.value) == (
        f"There is not enough room for «{asked[1]}»: No space left on device; 1 of 3 scenes are there and are kept, "
        f"and «{report}» lists them. Run again when there is room, to go on from there. Free some space or choose "
        "another disk."
    )
    assert [(row["scene"], row["status"]) for row in run.report] == [("a", "done"), ("b", "failed")]
    values = run()
    assert (values["done"], values["kept"]) == (2, 1)


def test_one_scene_that_is_too_large_for_the_disk_does_not_end_the_run(run, monkeypatch):
    """It is told before it is computed, and others may be smaller, or go elsewhere."""

    def tight(request, report, cancelled, model):
        if request.output.endswith("b_clouds_removed.tif"):
            raise errors.TooLittleRoom(path=request.output, detail="it needs about 900 MB or more, and 1 MB are free")
        return reconstruct(request, report, cancelled, model)

    monkeypatch.setattr(module, "reconstruct", tight)
    values = run()
    assert (values["done"], values["failed"]) == (2, 1)
    assert [row["status"] for row in run.report] == ["done", "failed", "done"]


def test_a_tile_longer_than_the_scene_is_no_difference_however_it_was_noted(run):
    run(tile=256, overlap=None)
    assert run(tile=256, overlap=None)["outdated"] == 0
    # Before tiles were cut, they were noted as they were asked for.
    for path in run.out.glob("*_clouds_removed.tif"):
        with rasterio.open(path, "r+") as dataset:
            noted = json.loads(dataset.tags()[RUN_TAG])
            assert noted["tile"] < 256
            dataset.update_tags(**{RUN_TAG: json.dumps({**noted, "tile": 256, "overlap": 64})})
    values = run(tile=256, overlap=None)
    assert (values["kept"], values["outdated"]) == (3, 0)


def test_overwrite_does_all_again(run):
    run()
    first = read_raster(str(run.out / "a_clouds_removed.tif"))[0]
    assert run(Constant(0.5), overwrite=True)["done"] == 3
    again = read_raster(str(run.out / "a_clouds_removed.tif"))[0]
    # But for what is clear, which is kept.
    assert (again == 5000).mean() > 0.1 and not np.array_equal(first, again)


def test_a_scene_that_fails_stops_no_other(run, folder):
    (folder / "a_s1.tif").write_bytes(b"no raster")
    with rasterio.open(folder / "c_s2.tif", "r+") as file:
        file.write(np.zeros((13, SIDE, SIDE), np.uint16))
    values = run()
    assert (values["done"], values["failed"]) == (1, 2)
    assert [(row["scene"], row["status"]) for row in run.report] == [("a", "failed"), ("b", "done"), ("c", "failed")]
    assert run.report[0]["message"].startswith("«a_s1.tif» cannot be read")
    assert [failure["error"] for failure in values["failures"]] == ["UnreadableInput", "EmptyInput"]
    assert [line.split(":")[0] for line in run.lines("warning")] == ["«a» failed", "«c» failed"]
    assert names_in(run.out) == ["b_clouds_removed.tif", "report.csv"]
    # Put right, they are done, and the one that was done is kept.
    (folder / "a_s1.tif").write_bytes((folder / "b_s1.tif").read_bytes())
    values = run()
    assert (values["done"], values["kept"], values["failed"]) == (1, 1, 1)


def test_what_nobody_thought_of_fails_one_scene_only(run, capsys):
    class Once(torch.nn.Module):
        calls = 0

        def forward(self, optical, sar):
            self.calls += 1
            if self.calls == 1:
                raise ZeroDivisionError("dust")
            return optical

    values = run(Once())
    assert (values["done"], values["failed"]) == (2, 1)
    assert values["failures"][0]["error"] == "Unexpected"
    assert "Traceback" in capsys.readouterr().err


def test_scenes_without_partner_are_told(run, folder):
    (folder / "c_s1.tif").unlink()
    values = run()
    assert (values["scenes"], values["incomplete"], values["failed"]) == (2, 1, 0)
    assert run.report[0]["status"] == "incomplete"
    assert run.lines("warning") == ["«c» is left out: there is no Sentinel-1 of that name."]


def test_cancelled_keeps_what_is_done_and_goes_on(run):
    stop = threading.Event()

    def report(event):
        if isinstance(event, Progress) and event.message == "Scene 2 of 3":
            stop.set()
        return run.events.append(event)

    request = ReconstructFolder(str(run.out), folder=str(run.root), device="cpu", s2_offset=0.0, tile=16)
    with pytest.raises(errors.FolderCancelled, match="after 1 of 3 scenes") as caught:
        reconstruct_folder(request, report, stop.is_set, model_of(Blur()))
    assert isinstance(caught.value, errors.Cancelled)
    assert names_in(run.out) == ["a_clouds_removed.tif", "report.csv"]
    assert [row["status"] for row in run.report] == ["done"]
    assert run()["done"] == 2


def test_attention_and_folders_below(run, folder):
    for name in ("a_s1.tif", "a_s2.tif"):
        (folder / "deep").mkdir(exist_ok=True)
        (folder / name).rename(folder / "deep" / name)
    from .test_reconstruct import small_network

    run(small_network(), attention=True)
    assert names_in(run.out / "deep") == ["a_attention.tif", "a_clouds_removed.tif"]
    # Without the map a scene is not complete.
    (run.out / "deep" / "a_attention.tif").unlink()
    assert run(small_network(), attention=True)["done"] == 1
    assert run(small_network())["kept"] == 3


def test_a_list(run, folder, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("s1,s2,mask,output\nin/a_s1.tif,in/a_s2.tif,in/b_mask.tif,x/first.tif\nin/c_s1.tif,in/c_s2.tif,,\n")
    values = run(scenes=str(path))
    assert values["done"] == 2
    assert names_in(run.out) == ["c_clouds_removed.tif", "report.csv", "x"]
    assert float(run.report[0]["cloud_cover"]) == 50.0
    with pytest.raises(errors.OutputIsInput):
        run(scenes=str(path), report=str(path))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"device": "cuda:99"}, errors.NoSuchDevice),
        ({"tile": 0}, errors.BadOption),
        ({"tile": 16, "overlap": 16}, errors.BadOption),
        ({"quality": "superb"}, errors.BadOption),
        ({"keep": "mask"}, errors.BadOption),
        ({"keep": "detected", "grow": -1}, errors.BadOption),
        ({"attention": True}, errors.BadOption),
        ({"report": "report.txt"}, errors.OutputEnding),
    ],
)
def test_what_is_wrong_for_all_is_refused_before_any(run, options, error):
    with pytest.raises(error):
        run(Constant(0.5), **options)
    assert not run.out.exists()


def test_weights_are_loaded_once(run, monkeypatch):
    loaded = []

    def load(name, device):
        loaded.append(name)
        return model_of(Blur())

    monkeypatch.setattr(module, "load_model", load)
    request = ReconstructFolder(str(run.out), folder=str(run.root), device="cpu", s2_offset=0.0, model="mine")
    assert reconstruct_folder(request, run.events.append, lambda: False)["done"] == 3
    assert loaded == ["mine"]


def test_a_report_that_cannot_grow_stops_the_run(run, monkeypatch):
    from sar_cloud_removal.model.scene_report import SceneReport

    add = SceneReport.add

    def full(self, line):
        with limited_file_size(10):
            add(self, line)

    monkeypatch.setattr(SceneReport, "add", full)
    with pytest.raises(errors.DiskFull):
        run()
    # The scene is done, and kept the next time.
    monkeypatch.undo()
    assert run()["kept"] == 1


def test_detected_clouds_only_where_there_is_no_mask(run):
    values = run(keep="detected", detection="spectral")
    assert values["failed"] == 0 and values["done"] == 3
