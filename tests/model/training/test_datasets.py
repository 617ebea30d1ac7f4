from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sar_cloud_removal.model.bands import CLEAR_CIRRUS, S2_BANDS
from sar_cloud_removal.model.errors import UnreadableInput
from sar_cloud_removal.model.training.datasets import (
    CropSource,
    Recipe,
    Scene,
    is_triplet,
    load_scenes,
    split_by_place,
    triplet_places,
)

PLAIN = Recipe(real=0, to_l1c=0, drop_bands=0, gain=0, band_gain=0, date_gain=0, date_band_gain=0, sar_offset=0)


@pytest.fixture(scope="module")
def scenes(data_folder: Path) -> list[Scene]:
    return load_scenes(data_folder)


def named(scenes: list[Scene], name: str, level: str = "L1C") -> Scene:
    return next(scene for scene in scenes if (scene.name, scene.level) == (name, level))


def test_every_kind_of_row_is_read(scenes: list[Scene]) -> None:
    assert len(scenes) == 8  # three triplets, L1C and L2A of one pair, one L2A, one clear month, one without S1
    assert triplet_places(scenes) == ["fall_139", "place_A"]
    triplet = named(scenes, "00581")
    assert is_triplet(triplet)
    assert triplet.cloudy[0, 0, 0] == np.float32(0.65)
    assert triplet.clear[3].mean() == pytest.approx(0.14, abs=0.01)
    assert named(scenes, "ROIs1158_spring_s2_26_p1").sar is None


def test_missing_bands_are_filled_and_known_as_missing(scenes: list[Scene]) -> None:
    pair = named(scenes, "ben_1", "L2A")
    assert [S2_BANDS[i] for i in range(13) if i not in pair.present] == ["B10"]
    assert (pair.clear[S2_BANDS.index("B10")] == np.float32(CLEAR_CIRRUS)).all()


@pytest.mark.filterwarnings("error::RuntimeWarning")  # of a median of nothing
def test_holes_in_sar_are_filled_and_an_empty_orbit_is_left_out(data_folder: Path) -> None:
    scenes = load_scenes(data_folder)
    assert np.isfinite(named(scenes, "ben_1", "L2A").sar).all()
    assert [scene.orbit for scene in scenes if scene.group == "BioMassters"] == ["ascending"]


def test_series_sar_is_moved_onto_the_optical_image(scenes: list[Scene]) -> None:
    month = named(scenes, "fin_01", "L2A")
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


def test_clouds_come_from_training_places_alone(scenes: list[Scene]) -> None:
    train, _ = split_by_place(scenes, ["place_A", "spring"])
    source = CropSource(train, PLAIN, seed=0)
    assert {field.place for field in source.library.fields} == {"fall_139"}


def test_crops_are_the_same_for_the_same_seed_step_and_index(scenes: list[Scene]) -> None:
    first, second = (CropSource(scenes, Recipe(), seed=3) for _ in range(2))
    second.batch(0, 2, 32)  # an order of its own
    one, other = first.batch(7, 3, 32), second.batch(7, 3, 32)
    for name in ("optical", "sar", "target", "weight"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert not np.array_equal(one.optical, first.batch(8, 3, 32).optical)
    assert not np.array_equal(one.optical, CropSource(scenes, Recipe(), seed=4).batch(7, 3, 32).optical)


def test_crops_are_what_a_network_takes(scenes: list[Scene]) -> None:
    source = CropSource(scenes, Recipe(), seed=1)
    for crop in (32, 64):  # 64 is larger than the scenes
        batch = source.batch(0, 8, crop)
        assert batch.optical.shape == batch.target.shape == batch.weight.shape == (8, 13, crop, crop)
        assert batch.sar.shape == (8, 2, crop, crop)
        for images in (batch.optical, batch.sar, batch.target, batch.weight):
            assert images.dtype == np.float32 and images.min() >= 0 and images.max() <= 1


def test_optical_sar_and_target_are_turned_alike(scenes: list[Scene]) -> None:
    pair = [scene for scene in scenes if scene.name == "terra_1" and scene.level == "L1C"]
    source = CropSource(pair, PLAIN, seed=0)
    for index in range(8):
        sample = source.sample(0, index, 32)
        assert np.corrcoef(sample.sar[0].ravel(), sample.target[7].ravel())[0, 1] > 0.999


def test_crops_come_in_all_eight_orientations(scenes: list[Scene]) -> None:
    one = [named(scenes, "terra_1")]
    source = CropSource(one, PLAIN, seed=0)
    seen = {source.sample(0, index, 48).target[0].tobytes() for index in range(60)}
    assert len(seen) == 8


def test_missing_and_dropped_bands_do_not_count(scenes: list[Scene]) -> None:
    l2a = [scene for scene in scenes if scene.name == "ben_1"]
    weight = CropSource(l2a, PLAIN, seed=0).sample(0, 0, 32).weight
    assert (weight[S2_BANDS.index("B10")] == 0).all()
    assert (np.delete(weight, S2_BANDS.index("B10"), axis=0) == 1).all()
    dropping = CropSource([named(scenes, "00316")], Recipe(drop_bands=1), seed=0)
    known = {tuple(np.flatnonzero(dropping.sample(0, i, 32).weight.any(axis=(1, 2)))) for i in range(20)}
    lacking = {tuple(S2_BANDS[i] for i in range(13) if i not in bands) for bands in known}
    assert lacking == {("B10",), ("B1", "B9", "B10")}


def test_the_share_of_real_cloudy_dates(scenes: list[Scene]) -> None:
    triplets = [named(scenes, "00316")]
    real = CropSource(triplets, Recipe(real=1, clouds_on_real=0, gain=0, band_gain=0, drop_bands=0), seed=0)
    sample = real.sample(0, 0, 48)
    assert (np.isclose(sample.optical[0], 0.65).mean(), np.isclose(sample.target[0], 0.65).mean()) == (0.5, 0)
