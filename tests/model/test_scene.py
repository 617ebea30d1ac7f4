"""What the network is shown, and how much of its answer is taken."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from affine import Affine

from sar_cloud_removal.model.raster import Grid, OpticalReader
from sar_cloud_removal.model.requests import Reconstruct
from sar_cloud_removal.model.scene import _fill, _pad, feathered, open_scene, sample_windows
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
    padded = _pad(image, 8)
    assert padded.shape == (2, max(height, 8), max(width, 8))
    assert np.array_equal(padded[:, :height, :width], image)
    assert set(padded.ravel()) <= set(image.ravel())


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
