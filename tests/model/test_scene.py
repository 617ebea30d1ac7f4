"""What the network is shown, and how much of its answer is taken."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from affine import Affine

from sar_cloud_removal.model.backscatter import DARKEST_DB
from sar_cloud_removal.model.bands import S1_FLOOR
from sar_cloud_removal.model.cloud_detection import CLEAR, CLOUD, SHADOW, THIN, UNKNOWN
from sar_cloud_removal.model.errors import BadOption, MaskMismatch, MaskNotUnderstood
from sar_cloud_removal.model.raster import Grid, OpticalReader
from sar_cloud_removal.model.requests import Reconstruct
from sar_cloud_removal.model.scene import _fill, feathered, open_scene, padded, sample_windows, share_of
from sar_cloud_removal.model.tiling import Window

from .conftest import TRANSFORM, backscatter_db, optical_numbers


def opened(s1: str, s2: str, **options: object) -> tuple[float, list[str], str]:
    """Return the offset of Sentinel-2 and the warnings of a scene, and the units of Sentinel-1."""
    with open_scene(Reconstruct(s1=s1, s2=s2, output="", **options), lambda: False) as scene:
        return scene.scaling.offset, scene.warnings, scene.s1_scaling.units


def test_the_feather_rises_smoothly_inside() -> None:
    cloud = np.zeros((1, 40), bool)
    cloud[0, 10:] = True
    share = feathered(cloud, 4)[0]
    assert (share[:10] == 0).all() and (share[14:] == 1).all()
    np.testing.assert_allclose(share[10:14], np.sin(np.pi / 2 * np.arange(1, 5) / 5) ** 2, rtol=1e-6)


def test_a_cloud_thinner_than_its_feather_keeps_some_of_it() -> None:
    cloud = np.zeros((21, 21), bool)
    cloud[9:12, 9:12] = True
    share = feathered(cloud, 8)
    assert share[10, 10] == pytest.approx(np.sin(np.pi / 2 * 2 / 9) ** 2, rel=1e-6)
    assert (share[~cloud] == 0).all() and (feathered(cloud, 0) == cloud).all()


def test_the_mean_of_the_valid_pixels_stands_in_for_the_others() -> None:
    values = np.array([[[1.0, 3.0, np.nan]], [[5.0, 7.0, 9.0]], [[np.inf, 8.0, 8.0]]], np.float32)
    valid = np.array([[[True, True, False]], [[True, True, True]], [[False, False, False]]])
    assert _fill(values, valid).tolist() == [[[1, 3, 2]], [[5, 7, 9]], [[0, 0, 0]]]
    assert np.isnan(values[0, 0, 2])


@pytest.mark.parametrize("height, width", [(1, 1), (3, 5), (8, 8), (9, 2)])
def test_padding_mirrors_and_never_cuts(height: int, width: int) -> None:
    image = np.random.default_rng(0).random((2, height, width))
    mirrored = padded(image, 8)
    assert mirrored.shape == (2, max(height, 8), max(width, 8))
    assert np.array_equal(mirrored[:, :height, :width], image)
    assert set(mirrored.ravel()) <= set(image.ravel())


@pytest.mark.parametrize("height, width", [(1, 1), (320, 320), (321, 40), (10980, 10980), (5, 5000)])
def test_samples_lie_inside_and_reach_all_corners(height: int, width: int) -> None:
    found = sample_windows(Grid(height, width, 0, 0, Affine.identity(), None))
    assert min(window.row for window in found) == min(window.column for window in found) == 0
    assert max(window.row + window.height for window in found) == height
    assert max(window.column + window.width for window in found) == width
    assert sum(window.height * window.width for window in found) <= 25 * 64 * 64


def test_what_numbers_mean_does_not_hang_on_the_region(make_s1: Callable, make_s2: Callable) -> None:
    """A region of thick cloud alone has no dark pixel: as if there were an offset."""
    numbers = np.delete(optical_numbers(200, 200), 10, axis=0)
    numbers[:, :60, :60] = 5000
    left, top = TRANSFORM * (10, 10)
    right, bottom = TRANSFORM * (50, 50)
    inputs = make_s1(backscatter_db(200, 200)), make_s2(numbers)
    whole = opened(*inputs)
    assert whole[0] == 0
    assert opened(*inputs, extent=(left, bottom, right, top)) == whole


def test_a_large_and_empty_mosaic_is_not_searched_for_what_its_numbers_mean(
    make_s1: Callable, make_s2: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = np.zeros((13, 900, 900), np.uint16)
    numbers[:, 300:340, 300:340] = optical_numbers(40, 40)
    inputs = make_s1(backscatter_db(900, 900)), make_s2(numbers, nodata=0)
    (left, top), (right, bottom) = TRANSFORM * (300, 300), TRANSFORM * (340, 340)
    read: list[Window] = []
    original = OpticalReader.read

    def watched(self: OpticalReader, window: Window) -> tuple:
        read.append(window)
        return original(self, window)

    monkeypatch.setattr(OpticalReader, "read", watched)
    assert opened(*inputs, extent=(left, bottom, right, top))[0] == 0
    assert max(window.height * window.width for window in read) <= 64 * 64 and len(read) <= 26


def test_pixels_far_from_ten_metres_are_warned_of(make_s1: Callable, make_s2: Callable) -> None:
    for side, warned in ((10, False), (5, True), (20, True), (60, True)):
        transform = Affine(side, 0, 500000, 0, -side, 5000000)
        inputs = (
            make_s1(backscatter_db(40, 40), transform=transform),
            make_s2(optical_numbers(40, 40), transform=transform),
        )
        found = [warning for warning in opened(*inputs)[1] if "has pixels of" in warning]
        assert bool(found) == warned
        assert all(f"«s2.tif» has pixels of {side} m." in warning for warning in found)


def test_degrees_are_metres_on_the_ground(make_s1: Callable, make_s2: Callable) -> None:
    for side, warned in ((10 / 111_195, False), (60 / 111_195, True)):
        transform = Affine(side, 0, 12, 0, -side, 0)
        more = {"crs": "EPSG:4326", "transform": transform}
        inputs = make_s1(backscatter_db(40, 40), **more), make_s2(optical_numbers(40, 40), **more)
        assert any("has pixels of 60 m" in warning for warning in opened(*inputs)[1]) == warned


def test_metres_of_web_mercator_are_not_those_of_the_ground(make_s1: Callable, make_s2: Callable) -> None:
    """At 60° N they are half as long."""
    for side, warned in ((20, False), (10, True)):
        more = {"crs": "EPSG:3857", "transform": Affine(side, 0, 1_000_000, 0, -side, 8_399_738)}
        inputs = make_s1(backscatter_db(40, 40), **more), make_s2(optical_numbers(40, 40), **more)
        found = re.search(r"has pixels of (\S+) m", " ".join(opened(*inputs)[1]))
        assert (found is not None) == warned
        assert not found or float(found[1]) == pytest.approx(5, abs=0.05)


def test_a_crs_that_lies_nowhere_has_no_metres(make_s1: Callable, make_s2: Callable) -> None:
    site = 'LOCAL_CS["site",UNIT["metre",1]]'
    inputs = make_s1(backscatter_db(40, 40), crs=site), make_s2(optical_numbers(40, 40), crs=site)
    assert not any("has pixels of" in warning for warning in opened(*inputs)[1])


def test_a_mask_that_says_nothing_is_warned_of(make_s1: Callable, make_s2: Callable, make_raster: Callable) -> None:
    inputs = make_s1(backscatter_db(40, 40)), make_s2(optical_numbers(40, 40))
    empty, half = np.full((1, 40, 40), 255, np.uint8), np.full((1, 40, 40), 255, np.uint8)
    half[:, :20] = 1
    for name, mask, warned in (("empty.tif", empty, True), ("half.tif", half, False)):
        path = make_raster(name, mask, nodata=255)
        assert any(f"«{name}» is nodata all over" in each for each in opened(*inputs, mask=path)[1]) == warned


# Cloud masks --------------------------------------------------------------------------------------------------------


def test_opaque_cloud_has_no_seam_and_thin_cloud_rises_from_clear_ground() -> None:
    classes = np.array([[CLEAR, CLEAR, THIN, THIN, CLOUD, SHADOW, SHADOW, UNKNOWN, SHADOW, CLEAR]], np.uint8)
    second, first = np.sin(np.pi / 2 * np.array([2, 1]) / 3) ** 2
    expected = [0, 0, first, second, 1, 1, 1, 0, first, 0]
    np.testing.assert_allclose(share_of(classes, 2)[0], expected, rtol=1e-6)
    assert share_of(classes, 0)[0].tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 1, 0]
    # Cloud, nodata and the end of the image are no clear ground.
    alone = np.array([[UNKNOWN, THIN, CLOUD]], np.uint8)
    assert share_of(alone, 8)[0].tolist() == [0, 1, 1] and share_of(alone, 8).dtype == np.float32


def test_a_scene_reads_the_classes_of_its_mask(make_s1: Callable, make_s2: Callable, make_raster: Callable) -> None:
    inputs = {"s1": make_s1(backscatter_db(40, 40)), "s2": make_s2(optical_numbers(40, 40)), "output": ""}
    scl = np.full((1, 40, 40), 4, np.uint8)
    scl[0, :5], scl[0, 5:10], scl[0, 10:15], scl[0, 15:20] = 9, 3, 10, 0
    # Of half the scene nothing is said.
    mask = make_raster("mask.tif", scl[..., :20], nodata=0, descriptions=("SCL",))
    with open_scene(Reconstruct(mask=mask, feather=0, **inputs), lambda: False) as scene:
        found = scene.read_classes(Window(0, 0, 40, 40))
        assert scene.mask_kind.kind == "scl" and scene.warnings == []
        assert any("«mask.tif»: the scene classification of Level-2A (SCL), by the name SCL." in line
                   for line in scene.findings())  # fmt: skip
        assert found[::5, 0].tolist() == [CLOUD, SHADOW, THIN, UNKNOWN, *[CLEAR] * 4] and found.dtype == np.uint8
        assert (found[:, 20:] == UNKNOWN).all()
        assert np.array_equal(scene.read_marked(Window(0, 0, 40, 40)), found != UNKNOWN)
        assert np.array_equal(scene.read_share(Window(0, 0, 40, 40)), (found > 0) & (found < 255))
        tile = scene.read_tile(Window(0, 0, 40, 40), 64, everywhere=True)
        part = Window(8, 3, 20, 22)
        assert np.array_equal(tile.classes, found) and np.array_equal(tile.cut(part).classes, found[part.slices])
    with open_scene(Reconstruct(**inputs), lambda: False) as scene:
        assert (scene.read_classes(Window(3, 4, 5, 6)) == np.full((5, 6), UNKNOWN)).all()
        assert (scene.read_share(Window(3, 4, 5, 6)) == 1).all()


@pytest.mark.parametrize(
    ("marks", "options", "warned"),
    [
        ([0, 1], {}, None),
        ([1, 1], {}, "leaves 0.0% of the scene clear: nearly all of it is reconstructed"),
        # Clear ground is nodata, so nothing is known of it.
        ([0, 1], {"nodata": 0}, None),
        ([0, 1, 2, 3], {}, "values 0, 1, 2, 3 are taken for classes: 0 clear"),
        ([4, 6, 9], {}, r"values 4, 6, 9 are taken for the scene classification of Level-2A \(SCL\). Set"),
    ],
)
def test_what_looks_wrong_with_a_mask_is_warned_of(
    make_s1: Callable, make_s2: Callable, make_raster: Callable, marks: list, options: dict, warned: str | None
) -> None:
    inputs = make_s1(backscatter_db(40, 40)), make_s2(optical_numbers(40, 40))
    mask = np.resize(np.array(marks, np.uint8), (1, 40, 40))
    found = opened(*inputs, mask=make_raster("mask.tif", mask, **options))[1]
    assert len(found) == (warned is not None) and (not warned or re.search(warned, found[0]))


def test_a_mask_that_is_not_understood_is_refused(make_s1: Callable, make_s2: Callable, make_raster: Callable) -> None:
    inputs = make_s1(backscatter_db(40, 40)), make_s2(optical_numbers(40, 40))
    score = make_raster("score.tif", np.resize(np.array([0.1, 0.5, 0.9], np.float32), (1, 40, 40)))
    with pytest.raises(MaskNotUnderstood, match="Set «Cloud mask kind» to probability or cloud_score"):
        opened(*inputs, mask=score)
    assert opened(*inputs, mask=score, mask_kind="cloud_score")[1] == []
    with pytest.raises(BadOption, match="choose one of auto, binary"):
        opened(*inputs, mask=score, mask_kind="scores")
    with pytest.raises(MaskMismatch, match="two bands, opaque cloud and cirrus"):
        opened(*inputs, mask=score, mask_kind="classi")


# Radar that is missing or very dark ---------------------------------------------------------------------------------


def test_very_dark_water_is_not_taken_for_missing_radar(make_s1: Callable, make_s2: Callable) -> None:
    db = backscatter_db(40, 40)
    db[0, :10], db[1, :10] = -25.5, -33.0
    db[:, 10:20] = np.nan
    request = Reconstruct(make_s1(db), make_s2(optical_numbers(40, 40)), "")
    with open_scene(request, lambda: False) as scene:
        tile = scene.read_tile(Window(0, 0, 40, 40), 40, everywhere=True)
    assert (tile.sar[:, :10] == np.float32(S1_FLOOR)).all() and tile.covered[:10].all()
    assert (tile.sar[:, 10:20] == 0).all() and not tile.covered[10:20].any()
    assert (tile.sar[:, 20:] > 0).all()


@pytest.mark.parametrize("shift", [0, 0.4])
@pytest.mark.parametrize(
    ("units", "nothing", "options"),
    [
        ("power", 0.0, {}),
        ("power", 0.0, {"nodata": 0}),
        ("power", -1e-5, {"nodata": -9999}),
        ("amplitude", 0.0, {}),
        ("db", -np.inf, {}),
    ],
)
def test_a_band_without_power_is_measured_where_the_other_one_is(
    make_s1: Callable, make_s2: Callable, units: str, nothing: float, options: dict, shift: float
) -> None:
    db = backscatter_db(60, 60)
    stored = db if units == "db" else 10 ** (db / (10 if units == "power" else 20))
    stored[1, :30] = nothing
    # Missing, which is 0 in both bands, or what is declared.
    stored[:, 50:] = options.get("nodata", 0)
    s1 = make_s1(stored.astype(np.float32), transform=TRANSFORM * Affine.translation(shift, shift), **options)
    with open_scene(Reconstruct(s1, make_s2(optical_numbers(60, 60)), ""), lambda: False) as scene:
        assert scene.s1_scaling.units == units
        found = scene.read_backscatter(Window(0, 0, 60, 60))
    assert (found[1, 2:28, 2:58] == DARKEST_DB).all()
    assert np.isfinite(found[:, 2:48, 2:58]).all() and (found[1, 32:48, 2:58] > -30).all()
    assert np.isnan(found[:, 52:]).all()
