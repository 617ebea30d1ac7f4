"""Aligned reading gives the value that lies there; what is written is what comes back, or nothing is there at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.warp import transform as transform_points
from scipy.ndimage import binary_erosion

from sar_cloud_removal.model import errors
from sar_cloud_removal.model.partial_files import partial_path
from sar_cloud_removal.model.raster import (
    AlignedReader,
    Grid,
    OpticalReader,
    OutputLayout,
    OutputRaster,
    Source,
    _as_stored,
    check_outputs,
    check_room,
    find_grid,
    layout_like,
    publish,
    read_raster,
)
from sar_cloud_removal.model.tiling import Window, windows

from .conftest import TRANSFORM, UTM, backscatter_db, limited_file_size, names_in, optical_numbers

HEIGHT, WIDTH = 90, 120


def plane(xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Return a value that changes evenly with the place: 1 a hundred metres."""
    return -20 + (np.asarray(xs) - 500_000) / 100 - (np.asarray(ys) - 5_000_000) / 100 * 0.5


def centres(transform: Affine, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return transform * (columns, rows)


@pytest.fixture
def s2(make_s2: Callable[..., str]) -> Iterator[Source]:
    with Source(make_s2(optical_numbers(HEIGHT, WIDTH))) as source:
        yield source


def aligned(path: str, s2: Source, **options: object) -> np.ndarray:
    """Return a raster as it appears on all pixels of `s2`, all bands."""
    with Source(path) as source:
        reader = AlignedReader(source, find_grid(s2), s2, **options)
        image = reader.read(Window(0, 0, s2.height, s2.width), source.dataset.indexes)
        reader.close()
        return image


# Aligned reading ----------------------------------------------------------------------------------------------------


def test_a_raster_on_the_same_grid_is_read_as_it_is(s2: Source, make_s1: Callable[..., str]) -> None:
    image = backscatter_db(HEIGHT, WIDTH)
    assert np.array_equal(aligned(make_s1(image), s2), image)


def test_whole_pixels_of_shift_are_exact_and_outside_is_nan(s2: Source, make_s1: Callable[..., str]) -> None:
    image = backscatter_db(HEIGHT, WIDTH)
    shifted = aligned(make_s1(image, transform=TRANSFORM * Affine.translation(7, -4)), s2)
    assert np.array_equal(shifted[:, : HEIGHT - 4, 7:], image[:, 4:, : WIDTH - 7])
    assert np.isnan(shifted[:, HEIGHT - 4 :]).all() and np.isnan(shifted[:, :, :7]).all()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32633", "EPSG:3035"])
def test_another_crs_lands_on_the_right_pixels(s2: Source, make_s1: Callable[..., str], crs: str) -> None:
    lefts, tops = transform_points(UTM, crs, [499_500, 502_000], [5_000_500, 4_998_500])
    xs, ys = transform_points(UTM, crs, [500_600, 500_610, 500_600], [4_999_500, 4_999_500, 4_999_510])
    step = max(abs(xs[1] - xs[0]), abs(ys[2] - ys[0])) * 0.9
    transform = Affine(step, 0, min(lefts) - 30 * step, 0, -step, max(tops) + 30 * step)
    grid = centres(transform, 330, 450)
    utm = transform_points(crs, UTM, grid[0].ravel(), grid[1].ravel())
    image = plane(*utm).reshape(1, 330, 450).repeat(2, axis=0).astype(np.float32)
    seen = aligned(make_s1(image, crs=crs, transform=transform), s2)
    truth = plane(*centres(TRANSFORM, HEIGHT, WIDTH))
    # 0.1 is one pixel; half a pixel of shift, the usual mistake, would be 0.05.
    assert np.abs(seen - truth).max() < 0.004


def test_a_much_finer_raster_is_averaged(s2: Source, make_s1: Callable[..., str]) -> None:
    fine = np.random.default_rng(0).normal(-12, 2, (2, HEIGHT * 4, WIDTH * 4)).astype(np.float32)
    seen = aligned(make_s1(fine, transform=TRANSFORM * Affine.scale(0.25)), s2)
    means = fine.reshape(2, HEIGHT, 4, WIDTH, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(seen, means, atol=1e-4)


def test_a_coarser_raster_is_interpolated(s2: Source, make_s1: Callable[..., str]) -> None:
    transform = TRANSFORM * Affine.translation(-4, -4) * Affine.scale(4)
    image = plane(*centres(transform, 26, 34))[None].repeat(2, axis=0).astype(np.float32)
    seen = aligned(make_s1(image, transform=transform), s2)
    np.testing.assert_allclose(seen[0], plane(*centres(TRANSFORM, HEIGHT, WIDTH)), atol=1e-3)


def test_the_nearest_of_a_mask_is_never_a_mean(s2: Source, make_raster: Callable[..., str]) -> None:
    mask = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 3 * 100).astype(np.uint8)[None]
    path = make_raster("mask.tif", mask, transform=TRANSFORM * Affine.translation(0.3, 0.2))
    seen = aligned(path, s2, nearest=True)
    assert set(np.unique(seen[np.isfinite(seen)])) <= {0, 100, 200}


@pytest.mark.parametrize("nodata", [None, -999.0])
def test_nodata_and_nan_do_not_spread_over_their_neighbours(
    s2: Source, make_s1: Callable[..., str], nodata: float | None
) -> None:
    image = np.full((2, HEIGHT, WIDTH), -10, np.float32)
    image[:, 40:50, 60:70] = np.nan if nodata is None else nodata
    image[0, 5, 5] = np.nan if nodata is None else nodata
    seen = aligned(make_s1(image, nodata=nodata, transform=TRANSFORM * Affine.translation(0.3, 0.3)), s2)
    # A tenth of a pixel that is known is enough.
    assert np.isnan(seen[:, 41:50, 61:70]).all() and np.isnan(seen).sum() == 2 * 81
    assert (seen[np.isfinite(seen)] == -10).all()
    assert np.isfinite(seen[1, 5, 5])


def test_whole_numbers_become_floating_point_with_nan(s2: Source, make_s1: Callable[..., str]) -> None:
    image = np.full((2, HEIGHT, WIDTH), 300, np.uint16)
    image[:, :, :30] = 0
    seen = aligned(make_s1(image, nodata=0), s2)
    assert seen.dtype == np.float32
    assert np.isnan(seen[..., :30]).all() and (seen[..., 30:] == 300).all()
    again = aligned(make_s1(image, "undeclared.tif", transform=TRANSFORM * Affine.translation(0.5, 0)), s2, nodata=0)
    assert set(np.unique(again[np.isfinite(again)])) == {300}


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326"])
def test_the_value_of_a_pixel_does_not_depend_on_the_window(s2: Source, make_s1: Callable[..., str], crs: str) -> None:
    corners = transform_points(UTM, crs, [499_900, 501_400], [5_000_100, 4_998_900])
    (left, right), (top, bottom) = corners
    transform = Affine((right - left) / 140, 0, left, 0, (bottom - top) / 110, top)
    # Noise, in which each blur shows.
    noise = np.random.default_rng(0).normal(-12, 3, (2, 110, 140)).astype(np.float32)
    path = make_s1(noise, crs=crs, transform=transform)
    whole = aligned(path, s2)
    with Source(path) as source:
        reader = AlignedReader(source, find_grid(s2), s2)
        for window in windows(HEIGHT, WIDTH, 37, 13):
            assert np.array_equal(reader.read(window, (1, 2)), whole[(..., *window.slices)], equal_nan=True)


def swath(columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the pixels of a 200 × 200 image as a satellite sees it before it is geocoded: curved."""
    u, v = np.asarray(columns) / 200 - 0.5, np.asarray(rows) / 200 - 0.5
    return 500_600 + 2400 * (u + 0.3 * u**3 + 0.03 * v**2), 4_999_500 - 2400 * (v + 0.2 * u**2 * v)


def test_ground_control_points(s2: Source, tmp_path: Path) -> None:
    columns, rows = np.meshgrid(np.arange(200) + 0.5, np.arange(200) + 0.5)
    image = plane(*swath(columns, rows))[None].repeat(2, axis=0).astype(np.float32)
    points = [
        GroundControlPoint(row, column, *(float(each) for each in swath(column, row)))
        for row in range(0, 201, 20)
        for column in range(0, 201, 20)
    ]
    path = str(tmp_path / "gcp.tif")
    with rasterio.open(path, "w", driver="GTiff", height=200, width=200, count=2, dtype="float32") as dataset:
        dataset.gcps = (points, CRS.from_string(UTM))
        dataset.write(image)
    seen = aligned(path, s2)
    inside = binary_erosion(np.isfinite(seen[0]), iterations=3)
    assert inside.mean() > 0.85
    # A quarter of a pixel; a polynomial of the second order would be off by three.
    assert np.abs(seen[0] - plane(*centres(TRANSFORM, HEIGHT, WIDTH)))[inside].max() < 0.025


def test_two_rasters_with_coordinates_but_no_crs_are_in_the_same(make_raster: Callable[..., str]) -> None:
    first = make_raster("a.tif", optical_numbers(HEIGHT, WIDTH), crs=None)
    image = backscatter_db(HEIGHT, WIDTH)
    second = make_raster("b.tif", image, crs=None, transform=TRANSFORM * Affine.translation(10, 0))
    with Source(first) as s2:
        seen = aligned(second, s2)
    assert np.array_equal(seen[:, :, 10:], image[:, :, :-10])


def test_without_georeference_pixel_lies_on_pixel_if_sizes_are_equal(make_raster: Callable[..., str]) -> None:
    image = backscatter_db(HEIGHT, WIDTH)
    image[0, 3, 4] = -999
    with Source(make_raster("a.tif", optical_numbers(HEIGHT, WIDTH), transform=None)) as s2:
        seen = aligned(make_raster("b.tif", image, transform=None, nodata=-999), s2)
        image[0, 3, 4] = np.nan
        assert np.array_equal(seen, image, equal_nan=True)
        for pixels, transform in ((image[:, 1:], None), (image, TRANSFORM)):
            with pytest.raises(errors.NoGeoreference) as caught:
                aligned(make_raster("c.tif", pixels, transform=transform), s2)
            # The layer named is the one that has to be changed.
            assert caught.value.values["layer"] == ("c.tif" if transform is None else "a.tif")


def test_only_one_without_georeference(s2: Source, make_s1: Callable[..., str]) -> None:
    with pytest.raises(errors.NoGeoreference, match=r"s1\.tif"):
        aligned(make_s1(backscatter_db(HEIGHT, WIDTH), transform=None), s2)
    with pytest.raises(errors.NoGeoreference, match=r"s1\.tif"):
        aligned(make_s1(backscatter_db(HEIGHT, WIDTH), crs=None), s2)


def test_a_chosen_crs_wins_over_the_file(s2: Source, make_s1: Callable[..., str]) -> None:
    image = backscatter_db(HEIGHT, WIDTH)
    with Source(make_s1(image, crs="EPSG:32633"), crs=UTM) as source:
        reader = AlignedReader(source, find_grid(s2), s2)
        assert np.array_equal(reader.read(Window(0, 0, HEIGHT, WIDTH), (1, 2)), image)
    with pytest.raises(errors.BadOption, match="EPSG:99"):
        Source(make_s1(image), crs="EPSG:99")


def test_overlap_is_judged_by_the_outlines(s2: Source, make_s1: Callable[..., str]) -> None:
    image = backscatter_db(HEIGHT, WIDTH)
    for shift, expected in ((0, True), (WIDTH - 1, True), (WIDTH, False), (-WIDTH - 5, False)):
        with Source(make_s1(image, transform=TRANSFORM * Affine.translation(shift, 0))) as source:
            assert AlignedReader(source, find_grid(s2), s2).overlaps(find_grid(s2)) is expected


# Grid ---------------------------------------------------------------------------------------------------------------


def test_the_grid_of_an_extent_holds_every_pixel_that_it_touches(s2: Source) -> None:
    whole = find_grid(s2)
    assert whole == Grid(HEIGHT, WIDTH, 0, 0, TRANSFORM, CRS.from_string(UTM))
    exact = find_grid(s2, (500_100, 4_999_500, 500_300, 4_999_800))
    assert (exact.row, exact.column, exact.height, exact.width) == (20, 10, 30, 20)
    assert exact.transform * (0, 0) == (500_100, 4_999_800)
    touched = find_grid(s2, (500_101, 4_999_501, 500_301, 4_999_799))
    assert (touched.row, touched.column, touched.height, touched.width) == (20, 10, 30, 21)
    larger = find_grid(s2, (0, 0, 1e7, 1e7))
    assert larger == whole


def test_an_extent_in_another_crs(s2: Source) -> None:
    xs, ys = transform_points(UTM, "EPSG:4326", [500_303, 500_697], [4_999_303, 4_999_697])
    grid = find_grid(s2, (xs[0], ys[0], xs[1], ys[1]), "EPSG:4326")
    assert (grid.row, grid.column) == (30, 30)
    assert 40 <= grid.height <= 41 and 40 <= grid.width <= 41


@pytest.mark.parametrize("extent", [(0, 0, 10, 10), (501_200, 4_999_000, 501_300, 4_999_500)])
def test_an_extent_outside_raises(s2: Source, extent: tuple) -> None:
    with pytest.raises(errors.ExtentOutside, match=r"s2\.tif"):
        find_grid(s2, extent)


@pytest.mark.parametrize("extent", [(5, 0, 1, 1), (0, 0, float("nan"), 1), (0, 5, 1, 5)])
def test_an_extent_that_is_none_raises(s2: Source, extent: tuple) -> None:
    with pytest.raises(errors.BadOption, match="extent"):
        find_grid(s2, extent)


# Optical ------------------------------------------------------------------------------------------------------------


def optical(path: str, numbers: tuple[int, ...], window: Window | None = None) -> tuple[np.ndarray, np.ndarray]:
    with Source(path) as source:
        grid = find_grid(source)
        return OpticalReader(source, grid, numbers).read(window or grid.whole)


def test_what_is_no_measurement(make_s2: Callable[..., str]) -> None:
    image = optical_numbers(20, 30)
    image[:, 0, :] = 0
    image[3, 1, 1] = 0
    image[3, 2, 2] = 7
    numbers, valid = optical(make_s2(image), (1, 2, 3, 4))
    assert np.array_equal(numbers, image) and numbers.dtype == np.uint16
    assert valid.shape == (4, 20, 30)
    assert not valid[:, 0].any() and valid[:, 1:].all()
    _, declared = optical(make_s2(image, nodata=7), (1, 2, 3, 4))
    assert not declared[3, 2, 2] and declared[:3, 2, 2].all() and declared[3, 1, 1]


def test_nan_inf_and_nodata_of_floating_point(make_s2: Callable[..., str]) -> None:
    image = optical_numbers(20, 30).astype(np.float32)
    image[0, 3, 3], image[1, 4, 4], image[2, 5, 5] = np.nan, np.inf, -3.4028234663852886e38
    _, valid = optical(make_s2(image, nodata=-3.4028234663852886e38), (1, 2, 3))
    assert [tuple(place) for place in np.argwhere(~valid)] == [(0, 3, 3), (1, 4, 4), (2, 5, 5)]


def test_a_nodata_value_that_the_type_cannot_hold_is_none(make_s2: Callable[..., str]) -> None:
    image = optical_numbers(20, 30)
    path = make_s2(image)
    with Source(path) as source:
        reader = OpticalReader(source, find_grid(source), (1, 2))
        assert reader.read(Window(0, 0, 20, 30))[1].all()
    assert _as_stored(-9999.0, np.dtype("uint16")) is None
    assert _as_stored(0.5, np.dtype("uint16")) is None
    assert _as_stored(float("nan"), np.dtype("float32")) is None
    assert _as_stored(0.0, np.dtype("uint16")) == 0


def test_the_mask_of_a_file_and_an_alpha_band(make_s2: Callable[..., str], make_raster: Callable[..., str]) -> None:
    path = make_s2(optical_numbers(20, 30))
    mask = np.full((20, 30), 255, np.uint8)
    mask[5:8] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(mask)
    assert np.array_equal(optical(path, (1, 2))[1][0], mask > 0)
    image = np.concatenate([optical_numbers(20, 30, 1), mask[None].astype(np.uint16), optical_numbers(20, 30, 3)])
    alpha = make_raster("alpha.tif", image, ALPHA="YES")
    assert np.array_equal(optical(alpha, (1, 3))[1][1], mask > 0)


def test_a_virtual_raster_of_different_types(make_s2: Callable[..., str], tmp_path: Path) -> None:
    first = make_s2(optical_numbers(20, 30)[:1], "a.tif")
    second = make_s2(np.full((1, 20, 30), 0.25, np.float32), "b.tif")
    text = "".join(
        f'<VRTRasterBand dataType="{kind}" band="{number}"><SimpleSource><SourceFilename>{path}</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
        for number, (kind, path) in enumerate((("UInt16", first), ("Float32", second)), 1)
    )
    path = tmp_path / "mixed.vrt"
    path.write_text(f'<VRTDataset rasterXSize="30" rasterYSize="20">{text}</VRTDataset>')
    numbers, _ = optical(str(path), (1, 2))
    assert numbers.dtype == np.float32
    assert (numbers[1] == 0.25).all() and np.array_equal(numbers[0], read_raster(first)[0][0])


# Sources that cannot be used ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("interleave", ["pixel", "band"])
@pytest.mark.parametrize("tiled", [{"tiled": True, "blockxsize": 64, "blockysize": 64}, {"tiled": False}])
def test_a_file_that_ends_too_early_is_noticed_without_reading_it(tmp_path: Path, interleave: str, tiled: dict) -> None:
    path, cut = str(tmp_path / "whole.tif"), tmp_path / "cut.tif"
    options = {"driver": "GTiff", "height": 300, "width": 300, "count": 13, "dtype": "uint16", "compress": "deflate"}
    with rasterio.open(path, "w", interleave=interleave, **options, **tiled) as dataset:
        dataset.write(optical_numbers(300, 300))
    with Source(path) as source:
        source.check_complete()
    cut.write_bytes(Path(path).read_bytes()[:-2000])
    with Source(str(cut)) as source, pytest.raises(errors.UnreadableInput, match=r"cut\.tif.*2000 bytes"):
        source.check_complete()


def test_a_file_whose_directory_is_cut_off(make_s2: Callable[..., str], tmp_path: Path) -> None:
    cut = tmp_path / "cut.tif"
    cut.write_bytes(Path(make_s2(optical_numbers(300, 300))).read_bytes()[:-2000])
    with pytest.raises(errors.UnreadableInput, match=r"cut\.tif"):
        Source(str(cut))


@pytest.mark.parametrize("content", [b"", b"not a raster", b"II*\0\x08\0\0\0"])
def test_a_file_that_is_no_raster(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.tif"
    path.write_bytes(content)
    with pytest.raises(errors.UnreadableInput, match=r"My layer"):
        Source(str(path), "My layer")


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(errors.UnreadableInput, match=r"gone\.tif"):
        Source("/nowhere/gone.tif")


# Writing ------------------------------------------------------------------------------------------------------------


def layout(height: int = 600, width: int = 300, count: int = 3, **more: object) -> OutputLayout:
    grid = Grid(height, width, 0, 0, TRANSFORM, CRS.from_string(UTM))
    names = tuple(f"B{number}" for number in range(1, count + 1))
    return OutputLayout(grid, **{"dtype": "uint16", "descriptions": names, **more})


def finish(raster: OutputRaster) -> None:
    raster.finish(lambda share: None, lambda: False)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_pieces_in_any_order_make_the_image(tmp_path: Path, dtype: str) -> None:
    image = (np.random.default_rng(0).normal(100, 20, (3, 600, 300))).astype(dtype)
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(dtype=dtype), lambda path: None)
    corners = [(row, column) for row in range(0, 600, 97) for column in range(0, 300, 61)]
    pieces = [Window(row, column, min(97, 600 - row), min(61, 300 - column)) for row, column in corners]
    for index in np.random.default_rng(1).permutation(len(pieces)):
        raster.write(pieces[index], image[(..., *pieces[index].slices)])
    finish(raster)
    publish([raster])
    with rasterio.open(tmp_path / "out.tif") as dataset:
        assert np.array_equal(dataset.read(), image) and dataset.dtypes == (dtype,) * 3
        assert dataset.profile["tiled"] and dataset.block_shapes[0] == (256, 256)
        assert dataset.compression.value == "DEFLATE" and dataset.interleaving.value == "BAND"
        assert dataset.overviews(1) == [2, 4]
        assert dataset.tags(ns="IMAGE_STRUCTURE")["PREDICTOR"] == ("3" if dtype.startswith("float") else "2")
    assert names_in(tmp_path) == ["out.tif"]


def test_an_output_is_like_its_input(make_s2: Callable[..., str], tmp_path: Path) -> None:
    path = make_s2(
        optical_numbers(300, 280), nodata=0, scales=(1e-4,) * 13, tags={"ATTRIBUTION": "Copernicus", "X": "y"}
    )
    with rasterio.open(path, "r+") as dataset:
        dataset.offsets = (-0.1,) * 13
        dataset.units = ("reflectance",) * 13
        dataset.update_tags(2, wavelength="490", STATISTICS_MEAN="7")
        colours = [ColorInterp.undefined] * 13
        colours[1:4] = [ColorInterp.blue, ColorInterp.green, ColorInterp.red]
        dataset.colorinterp = colours
    with Source(path) as source:
        grid = find_grid(source)
        raster = OutputRaster(str(tmp_path / "out.tif"), layout_like(source, grid, {"MODEL": "m"}), lambda path: None)
        raster.write(grid.whole, source.read(grid.whole))
    finish(raster)
    publish([raster])
    with rasterio.open(path) as before, rasterio.open(tmp_path / "out.tif") as after:
        for name in ("shape", "crs", "transform", "dtypes", "nodata", "descriptions", "scales", "offsets", "units"):
            assert getattr(before, name) == getattr(after, name), name
        assert after.colorinterp[1:4] == (ColorInterp.blue, ColorInterp.green, ColorInterp.red)
        assert after.tags()["ATTRIBUTION"] == "Copernicus" and after.tags()["MODEL"] == "m"
        assert after.tags(2) == {"wavelength": "490"}
    assert not (tmp_path / "out.tif.aux.xml").exists()


def test_the_mask_of_the_input_is_in_the_output(tmp_path: Path) -> None:
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(70, 80, masked=True), lambda path: None)
    valid = np.random.default_rng(0).random((70, 80)) > 0.5
    raster.write(Window(0, 0, 70, 80), np.ones((3, 70, 80), np.uint16), valid)
    finish(raster)
    publish([raster])
    with rasterio.open(tmp_path / "out.tif") as dataset:
        assert np.array_equal(dataset.dataset_mask() > 0, valid)
    assert names_in(tmp_path) == ["out.tif"]


def test_the_mask_is_in_the_file_whatever_the_environment_says(tmp_path: Path) -> None:
    code = """
import sys, numpy as np
from affine import Affine
from sar_cloud_removal.model.raster import Grid, OutputLayout, OutputRaster, publish
grid = Grid(300, 20, 0, 0, Affine.identity(), None)
raster = OutputRaster(sys.argv[1], OutputLayout(grid, "uint16", ("B2",), masked=True), lambda path: None)
raster.write(grid.whole, np.ones((1, 300, 20), np.uint16), np.eye(300, 20) > 0)
raster.finish(lambda share: None, lambda: False)
publish([raster])
"""
    outside = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GDAL_TIFF_INTERNAL_MASK": "NO"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "out.tif")], env=outside, check=True, timeout=60)
    assert names_in(tmp_path) == ["out.tif"]
    with Source(str(tmp_path / "out.tif")) as source:
        assert np.array_equal(source.read_dataset_mask(Window(0, 0, 300, 20)), np.eye(300, 20) > 0)


def test_overviews_are_means_and_codes_are_not_averaged(tmp_path: Path) -> None:
    for name, categories, expected in (("a.tif", False, 50), ("b.tif", True, 0)):
        raster = OutputRaster(str(tmp_path / name), layout(512, 512, 1, dtype="uint8", categories=categories), print)
        image = np.zeros((1, 512, 512), np.uint8)
        image[:, 1::2] = 100
        raster.write(Window(0, 0, 512, 512), image)
        finish(raster)
        publish([raster])
        with rasterio.open(tmp_path / name, OVERVIEW_LEVEL=0) as dataset:
            assert dataset.shape == (256, 256)
            assert set(np.unique(dataset.read())) <= ({expected} if not categories else {0, 100})


def test_overviews_find_the_rasterio_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tmp_path / "bare", symlinks=os.name != "nt")
    python = tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    monkeypatch.setattr(sys, "executable", str(python))
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(), lambda path: None)
    raster.write(Window(0, 0, 600, 300), np.ones((3, 600, 300), np.uint16))
    finish(raster)
    publish([raster])
    with rasterio.open(tmp_path / "out.tif") as dataset:
        assert dataset.overviews(1) == [2, 4]


def test_the_partial_file_is_announced_first_and_hidden(tmp_path: Path) -> None:
    announced = []
    raster = OutputRaster(
        str(tmp_path / "out.tif"), layout(), lambda path: announced.append((path, os.path.exists(path)))
    )
    name = Path(partial_path(str(tmp_path / "out.tif"))).name
    assert name.startswith(".out.") and name.endswith(f".{os.getpid()}.partial.tif")
    assert announced == [(str(tmp_path / name), False)]
    assert names_in(tmp_path) == [name]
    raster.discard()
    assert names_in(tmp_path) == []


def test_what_a_killed_process_left_is_removed_when_the_result_is_begun_again(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    path = str(tmp_path / "out.tif")
    Path(partial_path(path).replace(f".{os.getpid()}.", f".{ended.pid}.")).write_bytes(b"half")
    raster = OutputRaster(path, layout(), lambda path: None)
    assert names_in(tmp_path) == [Path(raster.partial).name]
    raster.discard()


def test_what_was_never_written_is_noticed(tmp_path: Path) -> None:
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(), lambda path: None)
    raster.write(Window(0, 0, 599, 300), np.ones((3, 599, 300), np.uint16))
    with pytest.raises(RuntimeError, match="never written"):
        finish(raster)
    raster.discard()
    assert names_in(tmp_path) == []


def test_a_full_disk_while_blocks_are_written(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 65535, (3, 600, 300), dtype=np.uint16)
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(), lambda path: None)
    with limited_file_size(300_000), pytest.raises(errors.DiskFull, match=r"out\.tif"):
        raster.write(Window(0, 0, 600, 300), noise)
        finish(raster)
    raster.discard()
    assert names_in(tmp_path) == []


def test_a_file_is_read_by_one_thread_at_a_time(make_raster: Callable[..., str]) -> None:
    """GDAL's datasets are not made for more."""
    with Source(make_raster("s2.tif", np.ones((1, 8, 8), np.uint16))) as source, ThreadPoolExecutor(1) as pool:
        with source.reading():
            other = pool.submit(source.read, Window(0, 0, 8, 8))
            assert not wait([other], timeout=0.3).done
        assert other.result(timeout=10).sum() == 64


def test_a_full_disk_is_told_soon_and_not_at_the_end(tmp_path: Path) -> None:
    """Threads compress, and GDAL does not say what they could not write."""
    noise = np.random.default_rng(0).integers(0, 65535, (3, 512, 256), dtype=np.uint16)
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(256 * 60, 256), lambda path: None)
    with limited_file_size(2_000_000), pytest.raises(errors.DiskFull, match=r"out\.tif"):
        for row in range(0, 256 * 40, 512):
            raster.write(Window(row, 0, 512, 256), noise)
    raster.discard()
    assert names_in(tmp_path) == []


def test_a_full_disk_while_overviews_are_written(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 65535, (3, 600, 300), dtype=np.uint16)
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(), lambda path: None)
    raster.write(Window(0, 0, 600, 300), noise)
    # The image takes 1.1 MB, its overviews a third of that.
    with limited_file_size(1_250_000), pytest.raises(errors.DiskFull, match=r"out\.tif"):
        finish(raster)
    raster.discard()
    assert names_in(tmp_path) == []


def test_a_full_disk_that_gdal_finds_out_about_on_closing(tmp_path: Path) -> None:
    """A small image fits into what the disk still holds, its directory, written at the end, does not."""
    noise = np.random.default_rng(0).integers(0, 65535, (1, 256, 256), dtype=np.uint16)
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(256, 256, 1), lambda path: None)
    raster.write(Window(0, 0, 256, 256), noise)
    size = os.path.getsize(raster.partial)
    with limited_file_size(size), pytest.raises(errors.DiskFull):
        raster._dataset.update_tags(LONG="x" * 100_000)
        finish(raster)
    raster.discard()
    assert names_in(tmp_path) == []


def test_a_result_that_lost_its_end_is_noticed(tmp_path: Path) -> None:
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(256, 256, 1), lambda path: None)
    raster.write(Window(0, 0, 256, 256), np.random.default_rng(0).integers(0, 999, (1, 256, 256), dtype=np.uint16))
    raster._dataset.close()
    with rasterio.open(raster.partial) as dataset:
        end = int(dataset.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1)) + 1000
    os.truncate(raster.partial, end)
    with pytest.raises(errors.OutputNotWritable, match="not complete"):
        raster._check()
    raster.discard()


def test_a_disk_that_is_certainly_too_small_is_refused_at_once(tmp_path: Path) -> None:
    check_room({str(tmp_path / "out.tif"): layout()})
    with pytest.raises(errors.DiskFull, match="MB are free"):
        check_room({str(tmp_path / "out.tif"): layout(10**7, 10**7)})


@pytest.mark.parametrize(
    ("side", "free", "said"), [(100, 300, "15 kB or more, and 300 B"), (10, 0, "150 B or more, and 0 B")]
)
def test_little_room_is_said_in_small_units(tmp_path: Path, monkeypatch, side: int, free: int, said: str) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))
    with pytest.raises(errors.DiskFull, match=f"it needs about {said} are free"):
        check_room({str(tmp_path / "out.tif"): layout(side, side)})


def test_cancelling_ends_the_overviews_at_once(tmp_path: Path) -> None:
    raster = OutputRaster(str(tmp_path / "out.tif"), layout(3072, 3072, 4), lambda path: None)
    block = np.random.default_rng(0).integers(0, 65535, (4, 256, 3072), dtype=np.uint16)
    for row in range(0, 3072, 256):
        raster.write(Window(row, 0, 256, 3072), block)
    begun = time.monotonic()
    raster.finish(lambda share: None, lambda: time.monotonic() > begun + 0.3)
    assert time.monotonic() - begun < 1.5
    raster.discard()
    assert names_in(tmp_path) == []


# Names of outputs ---------------------------------------------------------------------------------------------------


def written(path: Path, value: int) -> OutputRaster:
    raster = OutputRaster(str(path), layout(20, 30, 1), lambda path: None)
    raster.write(Window(0, 0, 20, 30), np.full((1, 20, 30), value, np.uint16))
    finish(raster)
    return raster


def test_publishing_replaces_what_was_there_with_its_statistics(tmp_path: Path) -> None:
    publish([written(tmp_path / "a.tif", 1)])
    (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset/>")
    second = written(tmp_path / "a.tif", 2)
    assert read_raster(tmp_path / "a.tif")[0].max() == 1
    publish([second, written(tmp_path / "b.tif", 3)])
    assert read_raster(tmp_path / "a.tif")[0].max() == 2
    assert names_in(tmp_path) == ["a.tif", "b.tif"]


def test_when_one_output_cannot_get_its_name_the_others_come_back(tmp_path: Path) -> None:
    publish([written(tmp_path / "a.tif", 1)])
    first, second, third = (
        written(tmp_path / "a.tif", 2),
        written(tmp_path / "c.tif", 3),
        written(tmp_path / "b.tif", 4),
    )
    os.remove(third.partial)
    with pytest.raises(errors.OutputNotWritable, match=r"b\.tif"):
        publish([first, second, third])
    for raster in (first, second, third):
        raster.discard()
    assert read_raster(tmp_path / "a.tif")[0].max() == 1
    assert names_in(tmp_path) == ["a.tif"]


def test_when_its_partial_file_is_gone_an_earlier_result_stays(tmp_path: Path) -> None:
    publish([written(tmp_path / "a.tif", 1)])
    second = written(tmp_path / "a.tif", 2)
    os.remove(second.partial)
    with pytest.raises(errors.OutputNotWritable):
        publish([second])
    assert read_raster(tmp_path / "a.tif")[0].max() == 1


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_one_and_what_it_points_to_is_written(tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "store" / "a.tif", tmp_path / "a.tif"
    target.parent.mkdir()
    link.symlink_to(target)
    if there:
        publish([written(target, 1)])
        (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset/>")
    check_outputs([str(link)], [])
    raster = written(link, 2)
    assert Path(raster.partial).parent == target.parent
    publish([raster, written(tmp_path / "b.tif", 3)])
    assert link.is_symlink() and not target.is_symlink()
    assert read_raster(link)[0].max() == read_raster(target)[0].max() == 2
    assert names_in(tmp_path) == ["a.tif", "b.tif", "store"] and names_in(target.parent) == ["a.tif"]
    target.parent.rename(tmp_path / "away")
    with pytest.raises(errors.OutputNotWritable, match="the folder does not exist"):
        check_outputs([str(link)], [])


def test_output_names_that_do_not_work(s2: Source, tmp_path: Path) -> None:
    good, folder = str(tmp_path / "a.tif"), tmp_path / "folder.tif"
    folder.mkdir()
    link = tmp_path / "link.tif"
    link.symlink_to(s2.path)
    # Another name of the same file, as capitals make it on some disks.
    again = tmp_path / "again.tif"
    os.link(s2.path, again)
    cases = [
        (["x.png"], errors.OutputFormat),
        ([good, str(tmp_path / "sub" / ".." / "a.tif")], errors.OutputTwice),
        ([good, str(tmp_path / "A.TIF")], errors.OutputTwice),
        ([s2.path], errors.OutputIsInput),
        ([str(again)], errors.OutputIsInput),
        ([str(link)], errors.OutputIsInput),
        ([str(folder)], errors.OutputNotWritable),
        ([str(tmp_path / "gone" / "a.tif")], errors.OutputNotWritable),
        (["/proc/a.tif"], errors.OutputNotWritable),
        ([""], errors.OutputError),
    ]
    before = names_in(tmp_path)
    for paths, error in cases:
        with pytest.raises(error):
            check_outputs(paths, [s2])
    check_outputs([good], [s2])
    assert names_in(tmp_path) == before


def test_a_file_inside_a_virtual_raster_is_an_input_too(make_s2: Callable[..., str], tmp_path: Path) -> None:
    inner = make_s2(optical_numbers(20, 30), "inner.tif")
    path = tmp_path / "outer.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="30" rasterYSize="20"><VRTRasterBand dataType="UInt16" band="1"><SimpleSource>'
        f"<SourceFilename>{inner}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with Source(str(path)) as source, pytest.raises(errors.OutputIsInput):
        check_outputs([inner], [source])


def test_a_write_protected_result_is_kept(s2: Source, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.touch()
    path.chmod(0o444)
    if os.geteuid() == 0:
        # Nothing is protected from root.
        check_outputs([str(path)], [s2])
    else:
        with pytest.raises(errors.OutputNotWritable, match="write-protected"):
            check_outputs([str(path)], [s2])


def test_a_result_that_another_program_holds_open_is_refused_at_once(
    s2: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(before: str, after: str) -> None:
        # What Windows says to a layer that QGIS has open.
        raise PermissionError(errno.EACCES, "The process cannot access the file", before, 32, after)

    path = tmp_path / "a.tif"
    path.write_bytes(b"earlier")
    check_outputs([str(path)], [s2])
    assert path.read_bytes() == b"earlier"
    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(errors.OutputNotWritable, match=r"cannot access the file; .* remove it there"):
        check_outputs([str(path)], [s2])
    check_outputs([str(tmp_path / "new.tif")], [s2])
