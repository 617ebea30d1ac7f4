"""Clouds and shadows: what each method says of pixels, and the raster that comes of it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model import cloud_detection, detect_clouds, raster
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.cloud_detection import CLEAR, CLOUD, SHADOW, THIN, UNKNOWN, grown, product_classes
from sar_cloud_removal.model.errors import BadOption, Cancelled, MissingDetector, NotReflectance, Sentinel2Bands
from sar_cloud_removal.model.requests import DetectClouds, PartialFile, Reconstruct

from .conftest import Constant, backscatter_db, names_in

SAMPLE = Path(cloud_detection.__file__).resolve().parents[1] / "resources" / "sample"
# Reflectance × 10000 above the atmosphere, in the order of the bands.
LAND = (1150, 950, 850, 800, 1100, 1900, 2300, 2350, 2500, 800, 12, 2000, 1300)
OPAQUE = (5300, 5400, 5200, 5600, 5500, 6000, 6500, 6000, 6700, 1600, 45, 5500, 4200)
SHADE = (1080, 820, 620, 480, 560, 800, 900, 920, 950, 500, 12, 700, 420)
WATER = (1100, 900, 750, 500, 450, 400, 380, 350, 330, 200, 12, 100, 60)


def scene(side: int = 120) -> np.ndarray:
    """Land with a cloud in the upper left, its shadow below, thin cloud on the right, a lake, and cirrus."""
    image = np.broadcast_to(np.array(LAND, float)[:, None, None], (13, side, side)).copy()
    image *= 1 + 0.02 * np.random.default_rng(0).standard_normal((1, side, side))
    image[:, 10:40, 10:40] = np.array(OPAQUE)[:, None, None]
    image[:, 45:70, 10:40] = np.array(SHADE)[:, None, None]
    image[:, 80:110, 10:40] = np.array(WATER)[:, None, None]
    thin = image[:, 10:40, 80:110]
    image[:, 10:40, 80:110] = thin + 0.2 * (np.array(OPAQUE)[:, None, None] - thin)
    image[10, 80:110, 80:110] = 200
    return np.rint(image).astype(np.uint16)


def run(path: str, output: Path, **options: object) -> tuple[dict, np.ndarray, list]:
    events: list = []
    options = {"grow": 0, "s2_offset": 0.0, "method": "spectral", **options}
    cancelled = options.pop("cancelled", lambda: False)
    values = detect_clouds.detect_clouds(DetectClouds(path, str(output), **options), events.append, cancelled)
    with rasterio.open(values["output"]) as dataset:
        return values, dataset.read(1), events


def test_the_spectral_rule_tells_cloud_thin_cloud_shadow_and_water(make_s2, tmp_path):
    values, found, _ = run(make_s2(scene()), tmp_path / "out.tif")
    assert (found[12:38, 12:38] == CLOUD).all()
    assert (found[48:66, 13:37] == SHADOW).mean() > 0.95
    assert (found[83:107, 13:37] == CLEAR).all()
    assert (found[13:37, 83:107] == THIN).mean() > 0.95
    assert (found[80:110, 80:110] == THIN).all()
    assert (found[:, 45:75] == CLEAR).mean() > 0.99
    assert values["cloud_percent"] == pytest.approx(100 * 900 / 14400, abs=0.5)
    assert values["thin_percent"] == pytest.approx(100 * 1800 / 14400, abs=0.8)


def test_a_dark_field_far_from_any_cloud_is_no_shadow(make_s2, tmp_path):
    image = scene()
    image[:, 10:40, 10:40] = image[:, 10:40, 45:75]
    image[:, 10:40, 80:110] = image[:, 10:40, 45:75]
    assert not (run(make_s2(image), tmp_path / "out.tif")[1] == SHADOW).any()


def test_snow_is_no_cloud(make_s2, tmp_path):
    image = scene()
    image[:, 10:40, 10:40] = np.array([7000] * 9 + [3000, 15, 800, 500])[:, None, None]
    assert (run(make_s2(image), tmp_path / "out.tif")[1][12:38, 12:38] == CLEAR).all()


@pytest.mark.parametrize("count", [12, 10])
def test_products_without_the_cirrus_band(make_s2, tmp_path, count):
    """Level-2A: the atmosphere is gone from the blue."""
    image = scene().astype(float)
    ground = np.array([650, 550, 250, 150, *[0] * 9])[:, None, None]
    image = np.maximum(image - ground, 10).astype(np.uint16)
    names = S2_BANDS if count == 13 else [band for band in S2_BANDS if band not in ("B1", "B9", "B10")[-(13 - count) :]]
    names = [band for band in S2_BANDS if band != "B10"] if count == 12 else names
    path = make_s2(image[[S2_BANDS.index(name) for name in names]], descriptions=names)
    found = run(path, tmp_path / "out.tif")[1]
    assert (found[12:38, 12:38] == CLOUD).all()
    assert (found[:, 45:75] == CLEAR).mean() > 0.99


def test_nodata_has_no_class_and_the_scale_does_not_matter(make_s2, tmp_path):
    image = scene()
    image[:, 100:, :] = 0
    whole = run(make_s2(image), tmp_path / "whole.tif")[1]
    assert (whole[100:] == UNKNOWN).all() and not (whole[:100] == UNKNOWN).any()
    scaled = run(make_s2((image / 1e4).astype(np.float32), "reflectance.tif"), tmp_path / "scaled.tif")[1]
    assert (whole == scaled).mean() > 0.999


def test_windows_do_not_show(make_s2, tmp_path, monkeypatch):
    path = make_s2(np.tile(scene(), (1, 3, 2)))
    whole = run(path, tmp_path / "a.tif", grow=3)[1]
    monkeypatch.setattr(cloud_detection, "WINDOW", 50)
    assert np.array_equal(run(path, tmp_path / "b.tif", grow=3)[1], whole)


def test_growing_goes_over_clear_pixels_only():
    classes = np.full((9, 9), CLEAR, np.uint8)
    classes[4, 4], classes[4, 6], classes[0, 0] = CLOUD, SHADOW, UNKNOWN
    spread = grown(classes, 2)
    assert spread[4, 2] == CLOUD and spread[4, 1] == CLEAR and spread[2, 4] == CLOUD and spread[2, 2] == CLEAR
    assert spread[4, 6] == SHADOW and spread[4, 8] == SHADOW and spread[0, 0] == UNKNOWN


@pytest.mark.parametrize(
    ("kind", "codes", "classes"),
    [
        ("scl", [[0, 3, 4, 8, 9, 10, 11]], [UNKNOWN, SHADOW, CLEAR, CLOUD, CLOUD, THIN, CLEAR]),
        ("qa60", [[0, 1024, 2048, 3072]], [CLEAR, CLOUD, THIN, CLOUD]),
        ("probability", [[0, 40, 41, 100]], [CLEAR, CLEAR, CLOUD, CLOUD]),
        ("classi", [[0, 1, 0, 1], [0, 0, 1, 1]], [CLEAR, CLOUD, THIN, CLOUD]),
    ],
)
def test_what_products_say(kind, codes, classes):
    values = np.array(codes, np.float32)[:, None]
    assert product_classes(values, kind)[0].tolist() == classes
    values[:] = np.nan
    assert (product_classes(values, kind) == UNKNOWN).all()


def test_the_products_band_is_laid_on_the_grid(make_s2, make_raster, tmp_path):
    scl = np.full((1, 60, 60), 4, np.uint8)
    scl[0, 5:20, 5:20] = 9
    transform = rasterio.Affine(20, 0, 500_000, 0, -20, 5_000_000)
    band = make_raster("scl.tif", scl, transform=transform)
    found = run(make_s2(scene()), tmp_path / "out.tif", method="band", band=band)[1]
    assert (found[10:40, 10:40] == CLOUD).all() and (found == CLOUD).sum() == 900


def test_the_products_band_is_noted_and_no_level(make_s2, make_raster, tmp_path):
    band = make_raster("scl.tif", np.full((1, 120, 120), 9, np.uint8))
    run(make_s2(scene()), tmp_path / "out.tif", method="band", band=band, band_kind="scl", grow=2)
    with rasterio.open(tmp_path / "out.tif") as dataset:
        told = json.loads(dataset.tags()["SAR_CLOUD_REMOVAL_OPTIONS"])
    assert told == {"method": "band", "grow": 2, "band": band, "band_kind": "scl", "band_number": 1}


def test_a_band_that_tells_nothing_is_warned_of(make_s2, make_raster, tmp_path):
    """A wrong band, say, whose numbers are no classes."""
    for number, warned in ((0, True), (9, False)):
        band = make_raster("scl.tif", np.full((1, 120, 120), number, np.uint8))
        values, found, _ = run(make_s2(scene()), tmp_path / "out.tif", method="band", band=band, band_kind="scl")
        assert (found == UNKNOWN).all() == warned
        assert any("«scl.tif» tells of no pixel whether it is clear" in each for each in values["warnings"]) == warned


def test_the_sample_scene_as_a_mask_of_real_clouds(tmp_path):
    _, found, _ = run(str(SAMPLE / "s2_cloudy.tif"), tmp_path / "out.tif")
    with rasterio.open(SAMPLE / "s2_cloudy.tif") as cloudy, rasterio.open(SAMPLE / "s2_clear.tif") as clear:
        rise = (cloudy.read(2).astype(float) - clear.read(2)) / 1e4
    cloud = np.isin(found, (CLOUD, THIN))
    assert cloud[rise > 0.1].mean() > 0.95
    assert cloud[rise < 0.01].mean() < 0.2
    _, found, _ = run(str(SAMPLE / "s2_clear.tif"), tmp_path / "clear.tif")
    assert (found > 0).mean() < 0.02


def test_missing_package_is_named(make_s2, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ukis_csmask", None)
    with pytest.raises(MissingDetector, match=r"ukis_csmask.*tick the cloud detection network and press Repair"):
        run(make_s2(scene()), tmp_path / "out.tif", method="csmask")
    assert names_in(tmp_path) == ["s2.tif"]


def test_auto_takes_the_rule_where_the_package_is_missing(make_s2, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ukis_csmask", None)
    values, found, _ = run(make_s2(scene()), tmp_path / "out.tif", method="auto")
    assert values["method"] == "spectral" and (found[12:38, 12:38] == CLOUD).all()


def test_bad_requests_leave_nothing(make_s2, make_s1, tmp_path):
    s2, s1 = make_s2(scene()), make_s1(backscatter_db(40, 40))
    for options, error in (
        ({"method": "magic"}, BadOption),
        ({"grow": -1}, BadOption),
        ({"level": "l3"}, BadOption),
        ({"method": "band"}, BadOption),
        ({"method": "spectral", "band": s1}, BadOption),
        ({"extent_crs": "EPSG:4326"}, BadOption),
        ({"method": "band", "band": s1, "band_number": 3}, BadOption),
        ({"method": "band", "band": s1, "band_kind": "x"}, BadOption),
        ({"cancelled": lambda: True}, Cancelled),
    ):
        with pytest.raises(error):
            run(s2, tmp_path / "out.tif", **options)
    with pytest.raises(NotReflectance):
        run(s1, tmp_path / "out.tif")
    with pytest.raises(Sentinel2Bands):
        run(make_s2(scene()[:7], "seven.tif", descriptions=None), tmp_path / "out.tif")
    assert names_in(tmp_path) == ["s1.tif", "s2.tif", "seven.tif"]


def test_cancel_midway_leaves_nothing(make_s2, tmp_path, monkeypatch):
    monkeypatch.setattr(cloud_detection, "WINDOW", 40)
    asked: list = []
    path = make_s2(scene())
    with pytest.raises(Cancelled):
        run(path, tmp_path / "out.tif", cancelled=lambda: asked.append(1) or len(asked) > 5)
    assert names_in(tmp_path) == ["s2.tif"]


# Inside a reconstruction --------------------------------------------------------------------------------------------


def test_reconstruction_keeps_what_is_found_clear_to_the_bit(make_s1, make_s2, tmp_path, run):
    """As with the same classes given as a mask layer."""
    s1, s2 = make_s1(backscatter_db(120, 120)), make_s2(scene())
    options = {"grow": 4, "s2_offset": 0.0, "method": "spectral"}
    mask = str(tmp_path / "mask.tif")
    detect_clouds.detect_clouds(DetectClouds(s2, mask, **options), lambda event: None, lambda: False)
    values, found, events = run(Constant(0.2), s1, s2, keep="detected", detection="spectral", grow=4, feather=3)
    _, masked, _ = run(Constant(0.2), s1, s2, mask=mask, feather=3, output=str(tmp_path / "masked.tif"))
    assert np.array_equal(found, masked)
    with rasterio.open(mask) as dataset:
        clear = dataset.read(1) == CLEAR
    assert 0.3 < clear.mean() < 0.9
    assert np.array_equal(found[:, clear], scene()[:, clear])
    assert values["cloud_cover"] == pytest.approx(100 * (1 - clear.mean()), abs=0.1)
    assert values["kept_pixels"] == clear.sum()
    assert names_in(tmp_path) == ["mask.tif", "masked.tif", "out.tif", "s1.tif", "s2.tif"]
    assert any(isinstance(event, PartialFile) and ".clouds." in event.path for event in events)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux lists its open files")
def test_the_mask_is_no_longer_open_when_it_is_removed(make_s1, make_s2, run, monkeypatch):
    """Windows removes no file that is open."""
    s1, s2 = make_s1(backscatter_db(120, 120)), make_s2(scene())
    discard, still_open = raster.OutputRaster.discard, []

    def looked_at(output):
        if ".clouds." in output.partial:
            still_open.extend(os.path.realpath(each) for each in Path("/proc/self/fd").iterdir() if each.exists())
        discard(output)

    monkeypatch.setattr(raster.OutputRaster, "discard", looked_at)
    run(Constant(0.2), s1, s2, keep="detected", detection="spectral")
    assert still_open and not [path for path in still_open if ".clouds." in path]


def test_a_region_is_detected_as_the_whole(make_s1, make_s2, tmp_path, run):
    s1, s2 = make_s1(backscatter_db(120, 120)), make_s2(scene())
    extent = (500_000, 5_000_000 - 600, 500_600, 5_000_000)
    options = {"keep": "detected", "detection": "spectral", "feather": 0}
    _, part, _ = run(Constant(0.2), s1, s2, **options, extent=extent)
    _, whole, _ = run(Constant(0.2), s1, s2, **options, output=str(tmp_path / "whole.tif"))
    assert (part == whole[:, :60, :60]).mean() > 0.99


@pytest.mark.parametrize(
    "options",
    [{"keep": "all"}, {"keep": "mask"}, {"keep": "detected", "mask": "m.tif"}, {"keep": "detected", "grow": -1},
     {"keep": "detected", "detection": "band"}],
)  # fmt: skip
def test_contradictions_are_refused(make_s1, make_s2, run, options):
    with pytest.raises(BadOption):
        run(Constant(0.2), make_s1(backscatter_db(120, 120)), make_s2(scene()), **options)


def test_by_default_the_mask_or_the_detection_decides():
    assert Reconstruct("a", "b", "c").keeps == "detected"
    assert Reconstruct("a", "b", "c", mask="d").keeps == "mask"
    assert Reconstruct("a", "b", "c", keep="network").keeps == "network"
