"""Fitting the colour by radar: what is learnt from, and how much each place says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sar_cloud_removal.model.bands import to_l1c
from sar_cloud_removal.model.networks.radar_prior import LAND_VH
from sar_cloud_removal.model.scene_colours import Ground, clear_ground, refit
from sar_cloud_removal.model.training.datasets import Scene
from sar_cloud_removal.model.training.sar_colour import fit_sar_colour

LAND, WATER, GREENER = 0.2, -0.12, 0.4


def scene(place: str, seed: int = 0, offset: float = 0.0, **changes: object) -> Scene:
    """Land of any VH above, water below; its reflectance is by the formula in all bands."""
    rng = np.random.default_rng(seed)
    vh = np.repeat(np.repeat(rng.uniform(0.3, 0.6, (3, 6)), 20, axis=0), 20, axis=1)
    sar = np.stack([np.full((60, 120), 0.7), vh]).astype(np.float32)
    clear = LAND + offset + GREENER * (sar[1] - LAND_VH)
    sar[:, 40:] = 0.02
    clear[40:] = LAND + offset + WATER
    spectra = np.broadcast_to(clear, (13, 60, 120)).astype(np.float32)
    return Scene(f"{place}{seed}", place, "test", "L1C", tuple(range(13)), spectra, sar, **changes)


def ground(part: Scene) -> Ground:
    return clear_ground(part.clear, part.sar, part.valid, part.level, part.present)


def test_it_finds_what_made_the_colours() -> None:
    colours, usual = fit_sar_colour([scene(f"place{i}", i) for i in range(40)])
    assert colours.shape == (13, 3) and colours.dtype == usual.dtype == np.float32
    assert colours[7, :2] == pytest.approx([LAND, WATER], rel=0.12)
    # Radar is blurred where fields meet, and the ridge holds back: it may find less, never more.
    assert 0.6 * GREENER < colours[7, 2] < GREENER
    assert usual[0] == 1 and usual[1] == pytest.approx(1 / 3, abs=0.05)


def test_each_place_weighs_the_same_however_many_scenes_it_has() -> None:
    many = [scene("a", i) for i in range(9)]
    colours, _ = fit_sar_colour([*many, *(scene("b", i, offset=0.1) for i in range(3))])
    assert colours[0, 0] == pytest.approx(LAND + 0.05, abs=0.01)


def test_snow_and_what_is_not_valid_is_left_out() -> None:
    clear = scene("a").clear.copy()
    clear[:, :, :60] = 0.8
    clear[10:, :, :60] = 0.05  # snow is dark in the short-wave infrared
    white = replace(scene("a"), clear=clear)
    colours, _ = fit_sar_colour([white])
    assert colours[0, 0] == pytest.approx(LAND, abs=0.02)
    broken = scene("a").clear.copy()
    broken[:, :, :60] = 0.9
    valid = np.ones((60, 120), bool)
    valid[:, :60] = False
    colours, _ = fit_sar_colour([replace(scene("a"), clear=broken, valid=valid)])
    assert colours[0, 0] == pytest.approx(LAND, abs=0.02)


def test_a_place_that_is_nearly_all_snow_says_next_to_nothing() -> None:
    clear = np.full((13, 60, 120), 0.8, np.float32)
    clear[10:] = 0.05
    clear[:, :3, :3] = 0.6
    snowy = replace(scene("snowy"), clear=clear)
    alone, _ = fit_sar_colour([scene("a")])
    beside, _ = fit_sar_colour([scene("a"), snowy])
    assert beside == pytest.approx(alone, abs=0.01)


def test_l2a_tells_of_differences_beside_l1c_and_of_all_without_it() -> None:
    below = [replace(scene(f"b{i}", i, offset=0.2), level="L2A") for i in range(20)]
    above = [scene(f"a{i}", i + 50) for i in range(20)]
    colours, _ = fit_sar_colour([*above, *below])
    assert colours[2, 0] == pytest.approx(LAND, abs=0.02)
    alone, _ = fit_sar_colour(below)
    raised = to_l1c(np.full((13, 1, 1), LAND + 0.2, np.float32))[2, 0, 0]
    assert alone[2, 0] == pytest.approx(raised, abs=0.02)


def test_bands_that_a_scene_has_not_are_not_learnt_from_it() -> None:
    lacking = scene("a").clear.copy()
    lacking[9] = 0.9
    first = replace(scene("a"), clear=lacking, present=tuple(i for i in range(13) if i != 9))
    colours, _ = fit_sar_colour([first, scene("b", 1)])
    assert colours[9, 0] == pytest.approx(LAND, abs=0.02)


def test_without_radar_the_water_of_an_image_tells_of_water_alone() -> None:
    lake = scene("lake", 3, offset=0.1).clear.copy()
    lake[:, 40:] = 0.03
    dark = replace(scene("lake"), clear=lake, sar=None)
    before, usual = fit_sar_colour([scene("a")])
    colours, unchanged = fit_sar_colour([scene("a"), dark, replace(dark, name="lake2")])
    assert colours[3, 0] == pytest.approx(before[3, 0], abs=0.01)
    assert before[3, :2].sum() == pytest.approx(LAND + WATER, abs=0.02)
    assert colours[3, :2].sum() == pytest.approx((LAND + WATER + 0.03) / 2, abs=0.01)
    assert unchanged.tolist() == usual.tolist()
    nothing, usual = fit_sar_colour([replace(scene("a"), clear=np.full((13, 60, 120), 0.3, np.float32), sar=None)])
    assert not nothing.any() and usual.tolist() == [1, 0, 0]


def test_a_scene_tells_its_own_colours_and_nothing_of_what_it_lacks() -> None:
    given, _ = fit_sar_colour([scene("elsewhere")])
    part = scene("here", 5, offset=0.1)
    own = refit(given, [ground(part)])
    assert own[3, 0] == pytest.approx(LAND + 0.1, abs=0.015)  # held back
    quarter = np.zeros((60, 120), bool)
    quarter[:, ::4] = True
    less = refit(given, [ground(replace(part, valid=quarter))])
    assert LAND + 0.03 < less[3, 0] < own[3, 0] - 0.01
    assert own[3, :2].sum() == pytest.approx(LAND + 0.1 + WATER, abs=0.02)
    nothing = np.zeros((60, 120), bool)
    assert refit(given, [ground(replace(part, valid=nothing))]) == pytest.approx(given, abs=1e-6)
    believed = refit(given, [ground(part)], (0.5, 0.2, 0.1))
    assert LAND < believed[3, 0] < own[3, 0] - 0.01
    lacking = replace(part, present=tuple(range(9)))
    assert refit(given, [ground(lacking)])[11] == pytest.approx(given[11], abs=1e-6)


def test_parts_of_a_scene_weigh_as_many_pixels_as_they_have() -> None:
    given, _ = fit_sar_colour([scene("elsewhere")])
    few = np.zeros((60, 120), bool)
    few[:, :12] = True
    parts = [scene("here", 5, offset=0.1), replace(scene("here", 6, offset=0.3), valid=few)]
    assert refit(given, [ground(part) for part in parts])[3, 0] == pytest.approx(LAND + 0.1 + 0.2 / 11, abs=0.02)
