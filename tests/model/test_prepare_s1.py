"""VV and VH in any units and files as dB, on their own grid and on that of Sentinel-2."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint

from sar_cloud_removal.model import prepare_s1 as module
from sar_cloud_removal.model.backscatter import DARKEST_DB
from sar_cloud_removal.model.errors import (
    BadOption,
    Cancelled,
    ComplexInput,
    GridMismatch,
    NoOverlap,
    NotBackscatter,
    OutputIsInput,
    Sentinel1Bands,
    Sentinel1Order,
    Sentinel1Polarisations,
)
from sar_cloud_removal.model.prepare_s1 import prepare_s1
from sar_cloud_removal.model.requests import Log, PartialFile, PrepareS1, Progress
from sar_cloud_removal.model.speckle import filter_speckle, halo

from .conftest import TRANSFORM, UTM, backscatter_db, names_in, optical_numbers

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"


def power(db: np.ndarray) -> np.ndarray:
    return (10 ** (db / 10)).astype(np.float32)


@pytest.fixture
def prepare(tmp_path: Path):
    """Carry out a request; return the result's values, the pixels and the events."""

    def run(*s1: str, cancelled=lambda: False, **options: object) -> tuple[dict, np.ndarray, list]:
        events: list = []
        options.setdefault("output", str(tmp_path / "out.tif"))
        values = prepare_s1(PrepareS1(s1=s1, **options), events.append, cancelled)
        with rasterio.open(values["output"]) as dataset:
            assert dataset.descriptions == ("VV", "VH") and dataset.dtypes == ("float32", "float32")
            assert dataset.units == ("dB", "dB") and np.isnan(dataset.nodata)
            return values, dataset.read(), events

    return run


@pytest.mark.parametrize(
    ("convert", "units"),
    [(lambda db: db, "db"), (power, "power"), (lambda db: np.sqrt(power(db)), "amplitude")],
)
def test_any_units_become_db(make_s1, prepare, convert, units) -> None:
    db = backscatter_db(90, 110)
    values, found, _ = prepare(make_s1(convert(db).astype(np.float32)))
    assert values["units"] == units and values["warnings"] == []
    np.testing.assert_allclose(found, db, atol=1e-4)
    assert values["valid_pixels"] == 90 * 110


def test_db_stays_to_the_bit(prepare) -> None:
    with rasterio.open(SAMPLE / "s1.tif") as dataset:
        stored, transform = dataset.read(), dataset.transform
    values, found, _ = prepare(str(SAMPLE / "s1.tif"), grid=str(SAMPLE / "s2_cloudy.tif"))
    np.testing.assert_array_equal(found, stored)
    with rasterio.open(values["output"]) as dataset:
        assert dataset.transform == transform


def test_chosen_units_win_and_uncalibrated_numbers_are_told(make_s1, prepare) -> None:
    amplitude = np.sqrt(power(backscatter_db(64, 64) + 55.5)).astype(np.float32)
    values, found, events = prepare(make_s1(amplitude))
    np.testing.assert_allclose(found, backscatter_db(64, 64), atol=1e-3)
    assert len(values["warnings"]) == 1 and "not calibrated" in values["warnings"][0]
    assert [event.message for event in events if isinstance(event, Log) and event.level == "warning"]
    values, found, _ = prepare(make_s1(power(backscatter_db(64, 64))), s1_units="amplitude")
    np.testing.assert_allclose(found, 2 * backscatter_db(64, 64), atol=1e-3)


def test_two_files_in_any_order(make_raster, prepare) -> None:
    db = backscatter_db(60, 70)
    vh = make_raster("s1a-iw-grd-vh-20230514.tif", db[1:])
    vv = make_raster("s1a-iw-grd-vv-20230514.tif", db[:1])
    for files in ((vv, vh), (vh, vv)):
        _, found, _ = prepare(*files)
        np.testing.assert_array_equal(found, db)
    plain = make_raster("one.tif", db[1:]), make_raster("two.tif", db[:1])
    _, found, _ = prepare(*plain, names=("June VH", "June VV"))
    np.testing.assert_array_equal(found, db)
    _, found, _ = prepare(*reversed(plain))
    np.testing.assert_array_equal(found, db)
    described = make_raster("vv_or_so.tif", db[1:], descriptions=("Sigma0_VH",))
    _, found, _ = prepare(described, plain[1])
    np.testing.assert_array_equal(found, db)


def test_bands_in_another_order_and_chosen_ones(make_s1, make_raster, prepare) -> None:
    db = backscatter_db(60, 70)
    stack = np.concatenate([np.full((1, 60, 70), 39, np.float32), db[::-1]])
    path = make_s1(stack, descriptions=("angle", "VH", "VV"))
    _, found, _ = prepare(path)
    np.testing.assert_array_equal(found, db)
    _, found, _ = prepare(path, s1_bands=(2, 3))
    np.testing.assert_array_equal(found, db[::-1])
    other = make_raster("stack.tif", stack)
    _, found, _ = prepare(other, make_raster("x.tif", db[1:]), s1_bands=(3, 1))
    np.testing.assert_array_equal(found, db)


def test_unnamed_bands_the_other_way_round_are_refused_and_chosen_ones_are_not(make_s1, make_raster, prepare) -> None:
    field = backscatter_db(40, 40)[0]
    numbers = np.stack([field - 7, field])
    with pytest.raises(Sentinel1Order):
        prepare(make_raster("swapped.tif", numbers))
    files = [make_raster(f"{name}.tif", band[None]) for name, band in zip(("one", "two"), numbers)]
    with pytest.raises(Sentinel1Order):
        prepare(*files)
    assert prepare(make_raster("swapped.tif", numbers), s1_bands=(2, 1))
    # Said by the user or by the file, it is so.
    assert prepare(make_raster("swapped.tif", numbers), s1_bands=(1, 2))
    assert prepare(make_s1(numbers))


def test_nodata_stays_nodata_in_every_form(make_s1, prepare) -> None:
    db = backscatter_db(64, 64)
    linear = power(db)
    gone = np.zeros((64, 64), bool)
    gone[:, :7] = gone[40:44, 20:30] = True
    for name, image, options in (
        ("zero.tif", np.where(gone, 0, linear), {}),
        ("nan.tif", np.where(gone, np.nan, linear), {}),
        ("declared.tif", np.where(gone, -9999, linear), {"nodata": -9999}),
        ("db.tif", np.where(gone, -32768, db), {"nodata": -32768}),
        ("filled.tif", np.where(gone, 0, db), {}),
    ):
        path = make_s1(image.astype(np.float32), name, **options)
        for speckle in ("none", "lee"):
            _, found, _ = prepare(path, speckle=speckle)
            np.testing.assert_array_equal(np.isnan(found), np.broadcast_to(gone, found.shape), err_msg=name)
    np.testing.assert_allclose(found[:, ~gone], db[:, ~gone], atol=6)


@pytest.mark.parametrize("nothing", [0.0, -1e-5])
@pytest.mark.parametrize("on_grid", [False, True])
def test_a_band_without_power_is_measured_where_the_other_one_is(make_s1, make_s2, prepare, nothing, on_grid) -> None:
    stored = power(backscatter_db(60, 60))
    stored[1, :30] = nothing
    stored[:, 40:] = 0
    grid = {"grid": make_s2(optical_numbers(60, 60))} if on_grid else {}
    found = prepare(make_s1(stored), **grid)[1]
    assert (found[1, :30] == DARKEST_DB).all() and (found[0, :30] > -30).all()
    assert np.isfinite(found[:, :40]).all() and np.isnan(found[:, 40:]).all()


def test_scale_of_the_file_is_applied(make_s1, prepare) -> None:
    db = backscatter_db(64, 64)
    stored = np.rint(db * 100).astype(np.int16)
    _, found, _ = prepare(make_s1(stored, scales=(0.01, 0.01)))
    np.testing.assert_allclose(found, db, atol=0.0051)


@pytest.mark.parametrize("speckle", ["lee", "refined_lee"])
def test_filter_in_pieces_is_that_of_the_whole(make_s1, prepare, monkeypatch, speckle) -> None:
    rng = np.random.default_rng(0)
    linear = (power(backscatter_db(150, 170)) * rng.gamma(4.4, 1 / 4.4, (2, 150, 170))).astype(np.float32)
    monkeypatch.setattr(module, "PIECE", 64)
    _, found, events = prepare(make_s1(linear), speckle=speckle, window=5, looks=4.4)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) > 9
    reach = halo(speckle, 5)
    expected = [filter_speckle(np.pad(each, reach, constant_values=np.nan), speckle, 5, 4.4) for each in linear]
    np.testing.assert_allclose(found, 10 * np.log10(expected), atol=1e-4)
    assert np.std(found - 10 * np.log10(linear)) > 0.5


@pytest.mark.parametrize("speckle", ["none", "refined_lee"])
def test_lies_on_the_grid_of_sentinel2(make_s1, make_s2, prepare, monkeypatch, tmp_path, speckle) -> None:
    """Radar with pixels of 10 m, shifted by half a pixel to those of Sentinel-2: the mean of four."""
    db = backscatter_db(200, 220)
    moved = TRANSFORM * Affine.translation(-30.5, -40.5)
    s1 = make_s1(power(db), transform=moved)
    s2 = make_s2(optical_numbers(100, 120))
    monkeypatch.setattr(module, "PIECE", 48)
    values, found, events = prepare(s1, grid=s2, speckle=speckle)
    assert (values["height"], values["width"]) == (100, 120)
    with rasterio.open(values["output"]) as dataset:
        assert dataset.transform == TRANSFORM and dataset.crs == UTM
    reach = halo(speckle, 7)
    clean = np.stack([filter_speckle(np.pad(e, reach, constant_values=np.nan), speckle, 7, 4.4) for e in power(db)])
    corners = [clean[:, 40 + r : 140 + r, 30 + c : 150 + c] for r in (0, 1) for c in (0, 1)]
    np.testing.assert_allclose(found, 10 * np.log10(np.mean(corners, axis=0)), atol=0.02)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert not [name for name in names_in(tmp_path) if "partial" in name]
    assert len({event.path for event in events if isinstance(event, PartialFile)}) == (1 if speckle == "none" else 2)


def test_other_crs_and_two_files_on_the_grid(make_raster, make_s2, prepare) -> None:
    """A constant field in degrees, in two files."""
    transform = Affine(1e-4, 0, 8.99, 0, -1e-4, 45.16)
    vv = make_raster("vv.tif", np.full((1, 400, 500), 0.1, np.float32), "EPSG:4326", transform)
    vh = make_raster("vh.tif", np.full((1, 400, 500), 0.01, np.float32), "EPSG:4326", transform)
    for speckle in ("none", "lee"):
        values, found, _ = prepare(vh, vv, grid=make_s2(optical_numbers(100, 120)), speckle=speckle)
        assert values["valid_pixels"] == 100 * 120
        np.testing.assert_allclose(found[0], -10, atol=1e-3)
        np.testing.assert_allclose(found[1], -20, atol=1e-3)


def with_control_points(path: Path, pixels: np.ndarray) -> str:
    """Write pixels that only ground control points place, where `TRANSFORM` would."""
    count, height, width = pixels.shape
    points = [
        GroundControlPoint(row, column, *(TRANSFORM * (column, row)))
        for row in np.linspace(0, height, 5)
        for column in np.linspace(0, width, 5)
    ]
    profile = {"driver": "GTiff", "height": height, "width": width, "count": count, "dtype": "float32"}
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(pixels)
        dataset.descriptions = ("VV", "VH")
        dataset.gcps = points, rasterio.crs.CRS.from_string(UTM)
    return str(path)


@pytest.mark.parametrize("speckle", ["none", "lee"])
def test_ground_control_points_place_it(make_s2, prepare, tmp_path, speckle) -> None:
    db = backscatter_db(150, 160)
    s1 = with_control_points(tmp_path / "gcps.tif", power(db))
    s2 = make_s2(optical_numbers(100, 120), transform=TRANSFORM * Affine.translation(20, 25))
    _, found, _ = prepare(s1, grid=s2, speckle=speckle)
    expected = db
    if speckle == "lee":
        padded = [np.pad(each, 3, constant_values=np.nan) for each in power(db)]
        expected = 10 * np.log10([filter_speckle(each, "lee", 7, 4.4) for each in padded])
    np.testing.assert_allclose(found, expected[:, 25:125, 20:140], atol=0.1)
    values, own, _ = prepare(s1, speckle=speckle)
    np.testing.assert_allclose(own, expected, atol=1e-4)
    with rasterio.open(values["output"]) as dataset:
        assert len(dataset.gcps[0]) == 25 and dataset.gcps[1] == UTM


def test_what_cannot_be_used_is_refused(make_s1, make_s2, make_raster, prepare, tmp_path) -> None:
    db = backscatter_db(64, 64)
    good = make_s1(db)
    with pytest.raises(ComplexInput, match="SLC"):
        prepare(make_raster("slc.tif", db.astype(np.complex64)))
    with pytest.raises(ComplexInput):
        prepare(make_s1(db, "parts.tif", descriptions=("i_VV", "q_VV")))
    with pytest.raises(Sentinel1Bands):
        prepare(make_raster("single.tif", db[:1]))
    with pytest.raises(Sentinel1Polarisations, match="HH"):
        prepare(make_s1(db, "hh.tif", descriptions=("HH", "HV")))
    with pytest.raises(NotBackscatter):
        prepare(make_s1(db * 1e6, "no.tif"))
    small = make_raster("vh.tif", db[:1, :50])
    with pytest.raises(GridMismatch, match="64 × 64 and 64 × 50"):
        prepare(make_raster("vv.tif", db[:1]), small)
    shifted = make_raster("vh2.tif", db[:1], transform=TRANSFORM * Affine.translation(3, 0))
    with pytest.raises(GridMismatch, match="their grids differ"):
        prepare(make_raster("vv.tif", db[:1]), shifted)
    far = make_s2(optical_numbers(64, 64), transform=TRANSFORM * Affine.translation(9000, 0))
    with pytest.raises(NoOverlap):
        prepare(good, grid=far)
    with pytest.raises(OutputIsInput):
        prepare(good, output=good)
    for option, value in (("speckle", "median"), ("window", 4), ("looks", 0.0)):
        with pytest.raises(BadOption):
            prepare(good, **{option: value})
    assert not (tmp_path / "out.tif").exists()


@pytest.mark.parametrize("last", [1, 6, 12])
def test_cancelling_leaves_nothing(make_s1, make_s2, prepare, monkeypatch, tmp_path, last) -> None:
    s1, s2 = make_s1(power(backscatter_db(200, 200))), make_s2(optical_numbers(180, 180))
    monkeypatch.setattr(module, "PIECE", 64)
    before = names_in(tmp_path)
    asked = itertools.count()
    with pytest.raises(Cancelled):
        prepare(s1, grid=s2, speckle="lee", cancelled=lambda: next(asked) >= last)
    assert names_in(tmp_path) == before
