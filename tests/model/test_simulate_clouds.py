"""Simulated clouds: cover, tilings, what stays as it was, shadows, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from scipy.ndimage import distance_transform_edt

from sar_cloud_removal.model import simulate_clouds
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.cloud_detection import CLEAR, CLOUD, SHADOW, THIN, UNKNOWN
from sar_cloud_removal.model.cloud_field import Noise
from sar_cloud_removal.model.errors import BadOption, Cancelled, NotReflectance, OutputIsInput, OutputTwice
from sar_cloud_removal.model.raster import Grid
from sar_cloud_removal.model.requests import CLOUD_KINDS, SimulateClouds
from sar_cloud_removal.model.tiling import Window

from .conftest import backscatter_db, names_in, optical_numbers

SIDE = 160


def run(path: str, folder: Path, **options: object) -> dict[str, np.ndarray]:
    cancelled = options.pop("cancelled", lambda: False)
    paths = {name: str(folder / f"{name}.tif") for name in ("output", "opacity", "classes")}
    options = {"size": 600.0, "height": 300.0, "s2_offset": 0.0, **paths, **options}
    values = simulate_clouds.simulate_clouds(SimulateClouds(path, **options), lambda event: None, cancelled)
    found: dict = {"values": values}
    for name in paths:
        with rasterio.open(values[name]) as dataset:
            found[name], found[f"{name}_like"] = dataset.read(), dataset.profile
    return found


@pytest.mark.parametrize("kind", CLOUD_KINDS)
@pytest.mark.parametrize("cover", [10, 45, 90])
def test_the_cover_is_the_one_asked_for(make_s2, tmp_path, kind, cover):
    found = run(make_s2(optical_numbers(SIDE, SIDE)), tmp_path, cloud_kind=kind, cover=cover, seed=2)
    assert found["values"]["cover"] == pytest.approx(cover, abs=1)
    assert 100 * np.isin(found["classes"], (CLOUD, THIN)).mean() == pytest.approx(cover, abs=1)


def test_the_cover_is_met_where_only_some_pixels_are_looked_at(make_s2, tmp_path, monkeypatch):
    monkeypatch.setattr(simulate_clouds, "SAMPLE_PIXELS", 2000)
    found = run(make_s2(optical_numbers(SIDE, SIDE)), tmp_path, cover=30)
    assert found["values"]["cover"] == pytest.approx(30, abs=3)


def test_no_cover_changes_nothing_and_full_cover_all(make_s2, tmp_path):
    numbers = optical_numbers(SIDE, SIDE)
    path = make_s2(numbers)
    assert np.array_equal(run(path, tmp_path, cover=0)["output"], numbers)
    found = run(path, tmp_path, cover=100)
    assert (found["opacity"] > 3000).all() and found["values"]["cover"] == 100
    assert np.median(found["output"][1]) > 3500


@pytest.mark.parametrize("kind", CLOUD_KINDS)
def test_two_tilings_give_the_same_image(make_s2, tmp_path, monkeypatch, kind):
    path = make_s2(optical_numbers(SIDE, SIDE))
    whole = run(path, tmp_path, cloud_kind=kind, seed=5)
    monkeypatch.setattr(simulate_clouds, "WINDOW", 37)
    parts = run(path, tmp_path, cloud_kind=kind, seed=5)
    for name in ("output", "opacity", "classes"):
        assert np.array_equal(parts[name], whole[name]), name


def test_the_seed_decides(make_s2, tmp_path):
    path = make_s2(optical_numbers(SIDE, SIDE))
    first, again, other = (run(path, tmp_path, seed=seed)["opacity"] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.5


def test_noise_is_a_function_of_position():
    field = Noise(7, 60.0, 3.0, 0.4)
    whole = field.at(Window(0, 0, 80, 90))
    assert np.array_equal(field.at(Window(13, 21, 30, 40)), whole[13:43, 21:61])
    assert np.array_equal(field.at(Window(0, 0, 80, 90), step=7), whole[::7, ::7])
    assert np.array_equal(Noise(7, 60.0, 3.0, 0.4, row=13, column=21).at(Window(0, 0, 30, 40)), whole[13:43, 21:61])
    large = Noise(7, 60.0).at(Window(-500, -500, 1000, 1000))
    assert abs(large.mean()) < 0.1 and 0.3 < large.std() < 1.2


def test_grid_bands_type_and_scale_are_those_of_the_clear_one(make_s2, tmp_path):
    names = ["B2", "B3", "B4", "B8", "B11", "B12"]
    numbers = optical_numbers(SIDE, SIDE)[[S2_BANDS.index(name) for name in names]]
    numbers[:, :20] = 0
    path = make_s2((numbers / 1e4).astype(np.float32), descriptions=names)
    found = run(path, tmp_path)
    with rasterio.open(path) as clear, rasterio.open(tmp_path / "output.tif") as made:
        assert (made.crs, made.transform, made.dtypes) == (clear.crs, clear.transform, clear.dtypes)
        assert made.descriptions == tuple(names)
        assert "cumulus" in made.tags()["SAR_CLOUD_REMOVAL_SIMULATED_CLOUDS"]
    assert found["output"].max() <= 1
    assert (found["output"][:, :20] == 0).all()
    assert (found["classes"][:, :20] == UNKNOWN).all() and (found["opacity"][:, :20] == 65535).all()


def test_what_is_clear_stays_to_the_bit(make_s2, tmp_path):
    numbers = optical_numbers(SIDE, SIDE)
    found = run(make_s2(numbers), tmp_path, shadows=False, cover=30)
    far = distance_transform_edt(np.pad(found["opacity"][0] == 0, 1))[1:-1, 1:-1] > 15
    assert far.sum() > 300
    assert np.array_equal(found["output"][:, far], numbers[:, far])
    assert not (found["classes"] == SHADOW).any()


def test_clouds_are_white_and_shadows_dark(make_s2, tmp_path):
    land = np.array([1200, 1000, 900, 800, *[2500] * 6, 15, 2000, 1200], np.uint16)
    found = run(make_s2(np.tile(land[:, None, None], (1, SIDE, SIDE))), tmp_path, cover=25)
    image, classes = found["output"], found["classes"][0]
    assert np.median(image[1][classes == CLOUD]) > 3500
    assert np.median(image[7][classes == SHADOW]) < 0.85 * 2500
    assert np.median(image[7][classes == CLEAR]) == pytest.approx(2500, rel=0.1)
    assert (classes == SHADOW).mean() > 0.05


@pytest.mark.parametrize(("azimuth", "rows", "columns"), [(0, 100, 0), (90, 0, -100), (180, -100, 0), (225, -71, 71)])
def test_shadows_fall_away_from_the_sun(azimuth, rows, columns):
    """1 km high, the sun at 45°: 1 km away, 100 pixels of 10 m; rows count to the south, columns to the east."""
    request = SimulateClouds("a", "b", height=1000.0, sun_azimuth=azimuth, sun_elevation=45.0)
    placed = Grid(10, 10, 0, 0, Affine(10, 0, 5e5, 0, -10, 5e6), rasterio.crs.CRS.from_epsg(32632))
    bare = Grid(10, 10, 0, 0, Affine.identity(), None)
    for grid in (placed, bare):
        assert simulate_clouds.shadow_shift(request, grid) == (rows, columns)


def test_refusals_leave_nothing(make_s1, make_s2, tmp_path):
    path, s1 = make_s2(optical_numbers(40, 40)), make_s1(backscatter_db(40, 40))
    for options, error in (
        ({"cover": 101}, BadOption),
        ({"cloud_kind": "fog"}, BadOption),
        ({"thickness": 0}, BadOption),
        ({"sun_elevation": 0}, BadOption),
        ({"seed": -1}, BadOption),
        ({"opacity": str(tmp_path / "output.tif")}, OutputTwice),
        ({"output": path}, OutputIsInput),
        ({"cancelled": lambda: True}, Cancelled),
    ):
        with pytest.raises(error):
            run(path, tmp_path, **options)
    with pytest.raises(NotReflectance):
        run(s1, tmp_path)
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


def test_cancel_midway_leaves_nothing(make_s2, tmp_path, monkeypatch):
    monkeypatch.setattr(simulate_clouds, "WINDOW", 40)
    path, asked = make_s2(optical_numbers(SIDE, SIDE)), []
    with pytest.raises(Cancelled):
        run(path, tmp_path, cancelled=lambda: asked.append(1) or len(asked) > 25)
    assert names_in(tmp_path) == ["s2.tif"]
