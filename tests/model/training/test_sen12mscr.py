from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.datasets import is_triplet
from sar_cloud_removal.model.training.sen12mscr import (
    find_scenes,
    is_sen12mscr,
    official_split,
    paper_split,
    season_of,
)

MakePatch = Callable[..., dict[str, Path]]


def test_triplets_are_found_by_their_names(sen12mscr_tree: Path) -> None:
    assert is_sen12mscr(sen12mscr_tree)
    scenes, problems = find_scenes(sen12mscr_tree)
    assert (len(scenes), problems) == (50, [])
    assert all(is_triplet(scene) and scene.group == "SEN12MS-CR" and scene.level == "L1C" for scene in scenes)
    fall = next(scene for scene in scenes if scene.place == "fall_139")
    assert fall.name == "ROIs1970_fall_139_p30"
    assert [path.name for path in fall.paths] == [
        "ROIs1970_fall_s2_139_p30.tif",
        "ROIs1970_fall_s1_139_p30.tif",
        "ROIs1970_fall_s2_cloudy_139_p30.tif",
    ]


def test_regions_of_two_seasons_with_one_number_are_two_places(sen12mscr_tree: Path) -> None:
    places = {scene.place for scene in find_scenes(sen12mscr_tree)[0]}
    assert {"spring_17", "summer_17", "winter_17"} <= places
    assert [season_of(place) for place in ("summer_17", "sen12mscr_A")] == ["summer", ""]


def test_pixels_are_scaled_and_bands_are_in_the_official_order(make_patch: MakePatch, tmp_path: Path) -> None:
    files = make_patch("ROIs1158_spring", 1, 30)
    scene = find_scenes(tmp_path)[0][0].load()
    with rasterio.open(files["s2"]) as clear, rasterio.open(files["s1"]) as sar:
        assert np.array_equal(scene.clear, clear.read().astype(np.float32) / 10000)
        vv, vh = sar.read()
    assert scene.clear[S2_BANDS.index("B8A")].mean() > scene.clear[S2_BANDS.index("B8")].mean()
    assert np.allclose(scene.sar, [(vv + 25) / 25, (vh + 32.5) / 32.5], atol=1e-6)
    assert np.allclose(scene.cloudy[:, :16], 0.65)
    assert scene.present == tuple(range(13)) and scene.valid is None


def test_a_patch_without_its_partners_is_told(make_patch: MakePatch, tmp_path: Path) -> None:
    make_patch("ROIs1158_spring", 1, 30)
    make_patch("ROIs1158_spring", 1, 31)["s2_cloudy"].unlink()
    make_patch("ROIs1158_spring", 2, 30)["s1"].rename(tmp_path / "ROIs1158_spring_s1/s1_2/other.tif")
    scenes, problems = find_scenes(tmp_path)
    assert [scene.name for scene in scenes] == ["ROIs1158_spring_1_p30"]
    assert [(problem.scene, problem.kind) for problem in problems] == [
        ("other.tif", "name"),
        ("ROIs1158_spring_1_p31", "partner"),
        ("ROIs1158_spring_2_p30", "partner"),
    ]
    assert problems[1].detail == "there is no s2_cloudy beside its s1 and s2"
    assert problems[2].place == "spring_2"


def test_folders_may_lie_in_folders_of_their_archives(make_patch: MakePatch, tmp_path: Path) -> None:
    make_patch("ROIs1158_spring", 1, 30)
    doubled = tmp_path / "ROIs1158_spring_s1"
    shutil.move(doubled, tmp_path / "moved")
    shutil.move(tmp_path / "moved", doubled / "ROIs1158_spring_s1")
    shutil.move(tmp_path / "ROIs1158_spring_s2", tmp_path / "s2" / "ROIs1158_spring_s2")
    assert [scene.name for scene in find_scenes(tmp_path)[0]] == ["ROIs1158_spring_1_p30"]


def test_the_official_split_has_each_region_once() -> None:
    split = official_split()
    assert {part: len(places) for part, places in split.items()} == {"train": 155, "validation": 10, "test": 10}
    assert len({place for places in split.values() for place in places}) == 175
    assert "spring_1" in split["train"] and {"spring_106", "fall_139", "winter_63"} < set(split["test"])


SPRING = [place for places in official_split().values() for place in places if season_of(place) == "spring"]


def test_the_papers_split_is_36_2_2_of_spring_and_always_the_same() -> None:
    assert len(SPRING) == 41
    split = paper_split([*SPRING, "spring_2", "fall_1", "winter_8"])
    drawn = [place for part in split.values() for place in part]
    assert [len(split[part]) for part in ("train", "validation", "test")] == [36, 2, 2]
    assert len(set(drawn)) == 40 and set(drawn) < set(SPRING)
    assert paper_split(reversed(SPRING)) == split
    assert (split["validation"], split["test"]) == (["spring_9", "spring_115"], ["spring_66", "spring_126"])
    assert paper_split(SPRING, seed=1) != split
    with pytest.raises(ValueError, match="40 of the 41 regions of spring, and 39"):
        paper_split([*SPRING[:39], "spring_2", "spring_3"])


def test_a_region_that_is_missing_moves_no_other_that_the_paper_holds_out() -> None:
    whole = paper_split(SPRING)
    for missing in SPRING:
        split = paper_split([place for place in SPRING if place != missing])
        assert [len(split[part]) for part in ("train", "validation", "test")] == [36, 2, 2]
        for part in ("validation", "test"):
            assert set(whole[part]) - {missing} <= set(split[part])
            came = set(split[part]) - set(whole[part])
            assert len(came) == (missing in whole[part])
            assert came.isdisjoint(whole["validation"] + whole["test"])
