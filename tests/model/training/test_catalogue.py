from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model import cli
from sar_cloud_removal.model.errors import BadOption, OutputNotWritable, UnreadableInput, UnusableDataset
from sar_cloud_removal.model.training import sampling
from sar_cloud_removal.model.training.catalogue import open_dataset, places
from sar_cloud_removal.model.training.datasets import Scene, is_triplet
from sar_cloud_removal.model.training.inspection import cloud_share, default_index, snow_share
from sar_cloud_removal.model.training.sampling import CropSource, Recipe
from sar_cloud_removal.model.training.scene_files import SceneFile

MakePatch = Callable[..., dict[str, Path]]


def change(path: Path, edit: Callable[[np.ndarray], np.ndarray], **profile: object) -> None:
    """Write a raster anew with other pixels."""
    with rasterio.open(path) as file:
        pixels, kept = edit(file.read()), file.profile
    kept.update(count=len(pixels), height=pixels.shape[1], width=pixels.shape[2], dtype=pixels.dtype, **profile)
    path.unlink()
    with rasterio.open(path, "w", **kept) as file:
        file.write(pixels)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-900])


# What the layouts give -----------------------------------------------------------------------------------------------


def test_the_papers_protocol_on_a_tree(sen12mscr_tree: Path) -> None:
    dataset = open_dataset(sen12mscr_tree, "paper")
    assert (dataset.layout, dataset.problems, dataset.elsewhere) == ("SEN12MS-CR", (), 10)
    found = {part: set(places(scenes)) for part, scenes in dataset.parts.items()}
    assert {part: len(there) for part, there in found.items()} == {"train": 36, "validation": 2, "test": 2}
    assert len(set.union(*found.values())) == 40
    assert all(isinstance(scene, SceneFile) and scene.place.startswith("spring_") for scene in dataset.scenes)
    again = open_dataset(sen12mscr_tree, "paper")
    assert again.scenes == dataset.scenes
    assert again.describe() == {
        "layout": "SEN12MS-CR",
        "split": "paper",
        "scenes": {"train": 36, "validation": 2, "test": 2},
        "places": {part: list(there) for part, there in dataset.listing.items()},
        "unusable": 0,
    }


def test_the_official_split_and_none(sen12mscr_tree: Path) -> None:
    official = open_dataset(sen12mscr_tree, "official")
    assert places(official.test) == [
        *("fall_139", "spring_31", "spring_44", "spring_106", "spring_123", "spring_140", "summer_73", "winter_63")
    ]
    assert places(official.validation) == ["spring_17", "summer_17"]
    assert "spring_1" in places(official.train)
    assert official.elsewhere == 2, "spring_2 and winter_17 are in no list"
    whole = open_dataset(sen12mscr_tree)
    assert (len(whole.train), whole.validation, whole.test) == (50, (), ())


def test_a_listed_split_works_for_every_layout(data_folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "split.json"
    listed.write_text(json.dumps({"train": ["ben_1", "fall_139", "spring"], "test": ["place_A", "Finland"]}))
    dataset = open_dataset(data_folder, str(listed))
    trained = {scene.name for scene in dataset.train}
    assert trained == {"ROIs1158_spring_s2_26_p1", "ROIs1970_fall_139_p839", "ben_1"}
    assert [scene.name for scene in dataset.test] == ["00316", "00581"], "a month without cloudy date is no test"
    assert all(isinstance(scene, Scene) for scene in dataset.scenes)
    assert dataset.elsewhere == 2
    listed.write_text(json.dumps({"train": ["atlantis"]}))
    with pytest.raises(BadOption, match=r"none of its places is there; those there are: .*place_A"):
        open_dataset(data_folder, str(listed))


def test_shares_hold_out_places_with_triplets(data_folder: Path) -> None:
    dataset = open_dataset(data_folder, "1:1:0")
    assert len(places(dataset.validation)) == 1 and all(map(is_triplet, dataset.validation))
    assert set(places(dataset.train)).isdisjoint(places(dataset.validation))
    assert {"ben_1", "Finland", "spring", "lat 1 lon 2"} < set(places(dataset.train))


def test_splits_that_do_not_fit_are_refused(data_folder: Path, make_patch: MakePatch, tmp_path: Path) -> None:
    make_patch("ROIs1158_spring", 1, 30)
    for folder, split, message in (
        (data_folder, "paper", "only SEN12MS-CR"),
        (data_folder, "nonsense", "choose paper"),
        (tmp_path, "paper", "40 of the 41 regions of spring, and 1 are"),
        (tmp_path, "8:1:1", "3 places, and 1"),
    ):
        with pytest.raises(BadOption, match=message):
            open_dataset(folder, split)
    with pytest.raises(UnusableDataset, match="no such folder"):
        open_dataset(tmp_path / "nowhere")


def test_a_small_folder_stays_in_memory(make_patch: MakePatch, tmp_path: Path) -> None:
    for number, files in enumerate(make_patch("ROIs1158_spring", 1, patch) for patch in (1, 2)):
        for role, path in files.items():
            path.rename(tmp_path / f"x{number}_{role}.tif")
    dataset = open_dataset(tmp_path)
    assert dataset.layout == "folder"
    assert [type(scene) for scene in dataset.train] == [Scene, Scene]


# What is unusable ---------------------------------------------------------------------------------------------------


DAMAGES = {
    "unreadable": ("s2", truncate, "cut off"),
    "bands": ("s2_cloudy", lambda path: change(path, lambda a: a[:12]), "12 bands and not 13"),
    "nodata": ("s1", lambda path: change(path, lambda a: a * np.nan), "nodata|no valid"),
    "backscatter": ("s1", lambda path: change(path, lambda a: 10 ** (a / 10)), "power, and dB in the data set"),
    "reflectance": ("s2", lambda path: change(path, lambda a: (a / 10000).astype(np.float32)), "not DN"),
    "size": ("s1", lambda path: change(path, lambda a: a[:, :30, :30]), "30 × 30"),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_scene_is_left_out_and_told(make_patch: MakePatch, tmp_path: Path, kind: str) -> None:
    role, damage, message = DAMAGES[kind]
    make_patch("ROIs1158_spring", 1, 30)
    damage(make_patch("ROIs1158_spring", 1, 31)[role])
    lines: list[str] = []
    dataset = open_dataset(tmp_path, log=lines.append)
    assert [scene.name for scene in dataset.train] == ["ROIs1158_spring_1_p30"]
    (problem,) = dataset.unusable
    assert (problem.scene, problem.place, problem.kind) == ("ROIs1158_spring_1_p31", "spring_1", kind)
    assert any(part in problem.detail for part in message.split("|")), problem.detail
    assert lines[-1] == f"1 scenes cannot be used: {kind} 1."


def test_an_empty_file_and_numbers_beyond_reason(make_patch: MakePatch, tmp_path: Path) -> None:
    make_patch("ROIs1158_spring", 1, 30)
    make_patch("ROIs1158_spring", 1, 31)["s1"].write_bytes(b"")
    change(make_patch("ROIs1158_spring", 1, 32)["s2"], lambda a: a * 0)
    change(make_patch("ROIs1158_spring", 1, 33)["s2"], lambda a: np.full_like(a, 60000))
    change(make_patch("ROIs1158_spring", 1, 34)["s1"], lambda a: a * 0 - 300)
    found = [(problem.scene[-3:], problem.kind) for problem in open_dataset(tmp_path).unusable]
    assert found == [("p31", "unreadable"), ("p32", "nodata"), ("p33", "reflectance"), ("p34", "backscatter")]


def test_a_patch_of_another_size_is_left_out(make_patch: MakePatch, tmp_path: Path) -> None:
    for patch in (30, 31):
        make_patch("ROIs1158_spring", 1, patch)
    make_patch("ROIs1158_spring", 1, 32, side=24)
    (problem,) = open_dataset(tmp_path).unusable
    assert (problem.scene, problem.kind) == ("ROIs1158_spring_1_p32", "size")
    assert problem.detail == "it has 24 × 24 pixels, and most have 32 × 32"


def test_a_clear_date_that_is_cloudy_is_warned_of(make_patch: MakePatch, tmp_path: Path) -> None:
    files = make_patch("ROIs1158_spring", 1, 30)
    files["s2"].write_bytes(files["s2_cloudy"].read_bytes())
    make_patch("ROIs1158_spring", 2, 30)
    dataset = open_dataset(tmp_path)
    assert len(dataset.train) == 2 and not dataset.unusable
    (warning,) = dataset.warnings
    assert (warning.place, warning.kind) == ("spring_1", "cloudy target")
    assert warning.detail == "50% of the clear date looks like cloud"


def test_snow_and_sand_are_no_cloud() -> None:
    spectra = {  # B2, B3, B4 and B11 of the middle of a bright surface
        "cloud": (0.55, 0.54, 0.55, 0.4),
        "snow": (0.8, 0.78, 0.75, 0.1),
        "sand": (0.2, 0.28, 0.36, 0.5),
    }
    shares = {}
    for name, (blue, green, red, infrared) in spectra.items():
        image = np.full((13, 4, 4), 0.3, np.float32)
        image[1], image[2], image[3], image[11] = blue, green, red, infrared
        shares[name] = (cloud_share(image), snow_share(image))
    assert shares == {"cloud": (1, 0), "snow": (0, 1), "sand": (0, 0)}


def test_a_folder_in_which_nothing_can_be_used_is_an_error(make_patch: MakePatch, tmp_path: Path) -> None:
    truncate(make_patch("ROIs1158_spring", 1, 30)["s2"])
    make_patch("ROIs1158_spring", 1, 31)["s1"].unlink()
    with pytest.raises(UnusableDataset, match=r"partner 1, unreadable 1; the first one, ROIs1158_spring_1_p31"):
        open_dataset(tmp_path)


def test_rows_of_an_index_that_cannot_be_used_are_told(data_folder: Path, tmp_path: Path) -> None:
    dataset = open_dataset(data_folder)
    assert [(problem.scene, problem.kind) for problem in dataset.unusable] == [("fin_02", "cloudy target")]
    text = (data_folder / "index.csv").read_text(encoding="utf-8")
    (tmp_path / "index.csv").write_text(text, encoding="utf-8")
    for row in ("triplets/00316_s1.tif", "triplets/00316_s2.tif", "pairs/ben_1_s1.tif", "pairs/ben_1_s2.tif"):
        (tmp_path / row).parent.mkdir(exist_ok=True)
        (tmp_path / row).write_bytes((data_folder / row).read_bytes())
    truncate(tmp_path / "pairs/ben_1_s2.tif")
    with pytest.raises(UnusableDataset, match="partner 7, unreadable 1"):
        open_dataset(tmp_path)
    (tmp_path / "index.csv").write_text("id,place\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="no bands, kind, path, source"):
        open_dataset(tmp_path)


# What is remembered -------------------------------------------------------------------------------------------------


def test_files_are_looked_at_once(make_patch: MakePatch, tmp_path: Path) -> None:
    data, index = tmp_path, tmp_path / "found.json"
    make_patch("ROIs1158_spring", 1, 30)
    truncate(make_patch("ROIs1158_spring", 1, 31)["s2"])
    lines: list[str] = []

    def looked_at(**how: object) -> list[str]:
        lines.clear()
        dataset = open_dataset(data, index=index, log=lines.append, **how)
        assert [len(dataset.train), len(dataset.unusable)] == [1, 1]
        return [line for line in lines if line.startswith("Looking")]

    assert looked_at() == ["Looking at 2 scenes, once."]
    assert looked_at() == []
    assert looked_at(again=True) == ["Looking at 2 scenes, once."]
    change(data / "ROIs1158_spring_s1/s1_1/ROIs1158_spring_s1_1_p30.tif", lambda a: a - 1)
    assert looked_at() == ["Looking at 1 scenes, once."]
    index.write_text("damaged", encoding="utf-8")
    assert looked_at() == ["Looking at 2 scenes, once."]
    make_patch("ROIs1158_spring", 1, 31)
    assert len(open_dataset(data, index=index).train) == 2, "what was repaired is used"


def test_nothing_is_written_into_the_data_folder(make_patch: MakePatch, tmp_path: Path) -> None:
    make_patch("ROIs1158_spring", 1, 30)
    before = sorted(tmp_path.rglob("*"))
    open_dataset(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before
    assert default_index(tmp_path).is_file()


def test_an_index_that_cannot_be_written(
    make_patch: MakePatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_patch("ROIs1158_spring", 1, 30)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputNotWritable):
        open_dataset(tmp_path, index=tmp_path / "file" / "found.json")
    monkeypatch.setenv("SAR_CLOUD_REMOVAL_CACHE", str(tmp_path / "file"))
    lines: list[str] = []
    assert len(open_dataset(tmp_path, log=lines.append).train) == 1, "a cache that is not there stops nobody"
    assert "not remembered" in lines[-1]


# Crops of scenes that are read when they are drawn ------------------------------------------------------------------


def test_crops_of_scenes_on_disk_are_those_of_scenes_in_memory(sen12mscr_tree: Path) -> None:
    lazy = open_dataset(sen12mscr_tree, "paper").train[:6]
    on_disk, in_memory = (CropSource(s, Recipe(), seed=5) for s in (lazy, [scene.load() for scene in lazy]))
    one, other = on_disk.batch(3, 4, 32), in_memory.batch(3, 4, 32)
    for name in ("optical", "sar", "target", "weight"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert len(on_disk.library.fields) == 6
    assert {field.place for field in on_disk.library.fields} == set(places(lazy))


def test_clouds_are_cut_out_of_a_drawn_part_of_many_scenes(
    sen12mscr_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "LIBRARY_SCENES", 7)
    train = open_dataset(sen12mscr_tree, "paper").train[:12]
    drawn = [{field.place for field in CropSource(train, Recipe(), seed).library.fields} for seed in (0, 0, 1)]
    assert len(drawn[0]) == 7 and drawn[0] == drawn[1] != drawn[2]


def test_scenes_on_disk_go_to_other_processes(sen12mscr_tree: Path) -> None:
    scene = open_dataset(sen12mscr_tree, "paper").test[0]
    assert np.array_equal(pickle.loads(pickle.dumps(scene)).load().clear, scene.load().clear)


# The command --------------------------------------------------------------------------------------------------------


def test_the_command_tells_and_writes_what_was_found(
    make_patch: MakePatch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    data, out = tmp_path, tmp_path / "out"
    out.mkdir()
    for region in (1, 9, 17, 31):
        make_patch("ROIs1158_spring", region, 30)
    truncate(make_patch("ROIs1158_spring", 9, 31)["s2"])
    make_patch("ROIs2017_winter", 17, 30)
    options = ["datasets", "--data", data, "--split", "official", "--report", out / "r.csv"]
    options += ["--regions", out / "split.json"]
    assert cli.main([*map(str, options), "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["scenes"] == {"train": 2, "validation": 1, "test": 1}
    assert (values["elsewhere"], values["unusable"], values["warnings"]) == (1, 1, 0)
    used = {"part": "train", "season": "spring", "place": "spring_9", "used": 1, "unusable": 1, "warnings": 0}
    assert values["totals"][1] == used
    assert json.loads((out / "split.json").read_text()) == values["places"]
    report = (out / "r.csv").read_text(encoding="utf-8").splitlines()
    assert report[0] == "scene,part,season,place,status,kind,detail" and len(report) == 6
    assert report[3].startswith("ROIs1158_spring_9_p31,train,spring,spring_9,unusable,unreadable,")
    assert report[4] == "ROIs1158_spring_17_p30,validation,spring,spring_17,fine,,"
    assert cli.main(list(map(str, options))) == 0
    text = capsys.readouterr().out
    assert "train: 2 scenes of 2 places: spring_1, spring_9" in text
    assert "1 scenes are in no part of the split." in text
    assert "Unusable (1; --report writes them all):\n  unreadable: 1\n    ROIs1158_spring_9_p31: " in text
    assert [line.split() for line in text.splitlines() if " all " in line] == [
        ["train", "spring", "all", "2", "2", "1", "0"]
    ]


def test_the_command_says_what_is_wrong_with_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["datasets", "--data", str(tmp_path)]) == 3
    assert "cannot be used as a data set: it needs GeoTIFFs called like NAME_s1.tif" in capsys.readouterr().err
