from __future__ import annotations

from dataclasses import replace
from typing import Callable

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S1_FLOOR, S2_BANDS
from sar_cloud_removal.model.training.datasets import Scene, split_by_place
from sar_cloud_removal.model.training.sampling import CropSource, Recipe, _mix

PLAIN = Recipe(real=0, to_l1c=0, drop_bands=0, gain=0, band_gain=0, date_gain=0, date_band_gain=0, sar_offset=0)


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


def test_crops_come_in_all_eight_orientations(named: Callable[..., Scene]) -> None:
    one = [named("terra_1")]
    source = CropSource(one, PLAIN, seed=0)
    seen = {source.sample(0, index, 48).target[0].tobytes() for index in range(60)}
    assert len(seen) == 8


def test_missing_and_dropped_bands_do_not_count(scenes: list[Scene], named: Callable[..., Scene]) -> None:
    l2a = [scene for scene in scenes if scene.name == "ben_1"]
    weight = CropSource(l2a, PLAIN, seed=0).sample(0, 0, 32).weight
    assert (weight[S2_BANDS.index("B10")] == 0).all()
    assert (np.delete(weight, S2_BANDS.index("B10"), axis=0) == 1).all()
    dropping = CropSource([named("00316")], Recipe(drop_bands=1), seed=0)
    known = {tuple(np.flatnonzero(dropping.sample(0, i, 32).weight.any(axis=(1, 2)))) for i in range(20)}
    lacking = {tuple(S2_BANDS[i] for i in range(13) if i not in bands) for bands in known}
    assert lacking == {("B10",), ("B1", "B9", "B10")}


def test_the_share_of_real_cloudy_dates(named: Callable[..., Scene]) -> None:
    triplets = [named("00316")]
    real = CropSource(triplets, Recipe(real=1, clouds_on_real=0, gain=0, band_gain=0, drop_bands=0), seed=0)
    sample = real.sample(0, 0, 48)
    assert (np.isclose(sample.optical[0], 0.65).mean(), np.isclose(sample.target[0], 0.65).mean()) == (0.5, 0)


def test_places_without_sar_are_seen_without_it(scenes: list[Scene], named: Callable[..., Scene]) -> None:
    both = [named("00316"), named("ROIs1158_spring_s2_26_p1")]
    source = CropSource(both, replace(PLAIN, without_sar=0.5, sar_offset=0.05), seed=0)
    samples = [source.sample(0, index, 32) for index in range(60)]
    blind = [sample for sample in samples if not sample.sar.any()]
    assert 20 < len(blind) < 40
    assert all((sample.weight == 1).all() for sample in blind)
    assert not any(CropSource(scenes, PLAIN, seed=0).sample(0, index, 32).sar.max() == 0 for index in range(20))


def test_missing_radar_and_dark_water_are_told_apart(named: Callable[..., Scene]) -> None:
    scene = named("terra_1")
    sar = np.full_like(scene.sar, S1_FLOOR)
    sar[:, :, :20] = 0
    source = CropSource([replace(scene, sar=sar)], replace(PLAIN, sar_offset=0.5), seed=0)
    for index in range(8):
        seen = source.sample(0, index, sar.shape[1]).sar
        assert (seen == 0).all(axis=0).mean() == pytest.approx(20 / sar.shape[2])
        assert ((seen == 0).all(axis=0) == (seen == 0).any(axis=0)).all()


def test_mixtures_are_the_same_in_input_and_target(named: Callable[..., Scene]) -> None:
    first, second = (CropSource([named(name)], PLAIN, seed=0).sample(0, 0, 32) for name in ("00316", "terra_1"))
    kinds = set()
    for seed in range(20):
        mixed = _mix(first, second, np.random.default_rng(seed))
        shares = [
            (getattr(mixed, name) - getattr(second, name)).astype(float)
            / (getattr(first, name) - getattr(second, name) + 1e-12)
            for name in ("sar", "target")
        ]
        differs = np.abs(first.sar - second.sar).min(axis=0) > 0.02
        differs &= np.abs(first.target - second.target).min(axis=0) > 0.01
        sar, target = (share[0][differs] for share in shares)
        assert np.allclose(sar, target, atol=1e-3)
        kinds.add("blend" if sar.std() < 1e-3 else "halves")
        if sar.std() >= 1e-3:
            assert set(np.round(sar).tolist()) == {0, 1} and np.allclose(sar, np.round(sar), atol=1e-3)
    assert kinds == {"blend", "halves"}
