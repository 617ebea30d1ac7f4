from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import numpy as np
import pytest

from sar_cloud_removal.model.bands import CLEAR_CIRRUS, S2_BANDS
from sar_cloud_removal.model.errors import UnreadableInput
from sar_cloud_removal.model.training.datasets import (
    Scene,
    is_triplet,
    load_scenes,
    read_index,
    split_by_place,
)


def test_every_kind_of_row_is_read(scenes: list[Scene], named: Callable[..., Scene]) -> None:
    assert len(scenes) == 8  # three triplets, L1C and L2A of one pair, one L2A, one clear month, one without S1
    assert {scene.place for scene in scenes if is_triplet(scene)} == {"fall_139", "place_A"}
    triplet = named("00581")
    assert is_triplet(triplet)
    assert triplet.cloudy[0, 0, 0] == np.float32(0.65)
    assert triplet.clear[3].mean() == pytest.approx(0.14, abs=0.01)
    assert named("ROIs1158_spring_s2_26_p1").sar is None


def test_missing_bands_are_filled_and_known_as_missing(named: Callable[..., Scene]) -> None:
    pair = named("ben_1", "L2A")
    assert [S2_BANDS[i] for i in range(13) if i not in pair.present] == ["B10"]
    assert (pair.clear[S2_BANDS.index("B10")] == np.float32(CLEAR_CIRRUS)).all()


@pytest.mark.filterwarnings("error::RuntimeWarning")  # of a median of nothing
def test_holes_in_sar_are_filled_and_an_empty_orbit_is_left_out(
    scenes: list[Scene], named: Callable[..., Scene]
) -> None:
    sar = named("ben_1", "L2A").sar
    missing = (sar == 0).all(axis=0)
    assert np.isfinite(sar).all() and 0 < missing.sum() and (sar[:, ~missing] > 0).all()
    assert [scene.orbit for scene in scenes if scene.group == "BioMassters"] == ["ascending"]


def test_series_sar_is_moved_onto_the_optical_image(named: Callable[..., Scene]) -> None:
    month = named("fin_01", "L2A")
    inner = (slice(8, -8), slice(8, -8))
    moved = np.corrcoef(month.sar[0][inner].ravel(), month.clear[7][inner].ravel())[0, 1]
    assert moved > 0.999
    assert not month.valid[-2:].any() and not month.valid[:, :3].any(), "what was rolled in is not learnt from"
    assert not month.valid[0, 3], "99 % cloud"
    assert month.valid[5, 5]


def test_a_folder_without_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"index\.csv"):
        load_scenes(tmp_path)


def test_no_place_is_on_both_sides_of_the_split(scenes: list[Scene]) -> None:
    for place in {scene.place for scene in scenes}:
        train, held_out = split_by_place(scenes, [place])
        assert place not in {scene.place for scene in train}
        assert {scene.place for scene in held_out} <= {place}
        assert all(is_triplet(scene) for scene in held_out)
    assert len(split_by_place(scenes, ["place_A"])[1]) == 2
    with pytest.raises(ValueError, match="nowhere"):
        split_by_place(scenes, ["nowhere"])


def test_a_clear_date_under_snow_is_left_out_and_told(data_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data_folder, tmp_path / "data"))
    clear, cloudy = (folder / f"cloud_pairs/ROIs1158_spring_s2_26_p1_{role}.tif" for role in ("clear", "cloudy"))
    before, _ = read_index(folder)
    clear.rename(folder / "kept.tif")
    cloudy.rename(clear)  # bright where the other date is dark
    (folder / "kept.tif").rename(cloudy)
    scenes, problems = read_index(folder)
    name = "ROIs1158_spring_s2_26_p1"
    assert {scene.name for scene in before} - {scene.name for scene in scenes} == {name}
    assert (name, "snow") in {(problem.scene, problem.kind) for problem in problems}
