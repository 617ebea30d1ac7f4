"""The network csmask, the real one: in tiles over an image, in a reconstruction, and when its package is not whole."""

from __future__ import annotations

import json
import subprocess
import sys
import types
import weakref
from pathlib import Path

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model import cloud_detection, detect_clouds
from sar_cloud_removal.model.cloud_detection import CLEAR, CLOUD, CSMASK_BANDS, UNKNOWN, CsmaskNetwork, averaged
from sar_cloud_removal.model.errors import Cancelled, MissingDetector
from sar_cloud_removal.model.provenance import read_run
from sar_cloud_removal.model.requests import RUN_TAG, DetectClouds, Progress

from .conftest import Constant, backscatter_db, names_in

SAMPLE = Path(cloud_detection.__file__).resolve().parents[1] / "resources" / "sample"


def sample(name: str) -> np.ndarray:
    with rasterio.open(SAMPLE / f"{name}.tif") as dataset:
        return dataset.read()


def large(side: int) -> np.ndarray:
    """The cloudy sample scene, mirrored until it fills `side` × `side`: clouds and shadows without a hard edge."""
    cloudy = sample("s2_cloudy")
    repeats = -(-side // cloudy.shape[1])
    return np.pad(cloudy, ((0, 0), *[(0, (repeats - 1) * length) for length in cloudy.shape[1:]]), "symmetric")[
        :, :side, :side
    ]


def run(path: str, output: Path, **options: object) -> tuple[dict, np.ndarray, list]:
    events: list = []
    options = {"grow": 0, "s2_offset": 0.0, "method": "csmask", **options}
    cancelled = options.pop("cancelled", lambda: False)
    values = detect_clouds.detect_clouds(DetectClouds(path, str(output), **options), events.append, cancelled)
    with rasterio.open(values["output"]) as dataset:
        return values, dataset.read(1), events


@pytest.fixture
def looked_at(monkeypatch) -> list:
    """The sizes of the tiles that the network is shown."""
    shapes: list = []
    whole = CsmaskNetwork.probabilities
    monkeypatch.setattr(
        CsmaskNetwork, "probabilities", lambda self, bands: shapes.append(bands.shape[1:]) or whole(self, bands)
    )
    return shapes


def test_real_clouds_are_found_and_little_else(tmp_path):
    values, found, _ = run(str(SAMPLE / "s2_cloudy.tif"), tmp_path / "out.tif", method="auto")
    assert values["method"] == "csmask"
    rise = (sample("s2_cloudy")[1].astype(float) - sample("s2_clear")[1]) / 1e4
    cloud, certain = rise > 0.1, (rise > 0.1) | (rise < 0.01)
    overlap = (cloud & (found == CLOUD)).sum() / ((cloud | (found == CLOUD)) & certain).sum()
    assert overlap > 0.6
    assert values["cloud_percent"] == pytest.approx(100 * (found == CLOUD).mean(), abs=0.01)
    _, found, _ = run(str(SAMPLE / "s2_clear.tif"), tmp_path / "clear.tif")
    assert (found != CLEAR).mean() < 0.01


def test_the_packages_own_code_says_nearly_the_same():
    """Of a square of one tile, which that code cuts otherwise; bands in another order or scale would be far off."""
    from ukis_csmask.mask import CSmask

    network = CsmaskNetwork("l1c", 30.0)
    optical = averaged(large(768).astype(np.float32)[list(CSMASK_BANDS.values())] / 1e4, 3)
    ours = network.probabilities(optical).argmax(axis=0)
    theirs = CSmask(np.moveaxis(optical, 0, -1).copy(), list(CSMASK_BANDS), "l1c").csm[..., 0]
    assert 0.2 < (ours != CLEAR).mean() < 0.95
    assert (ours == theirs).mean() > 0.9


def test_windows_do_not_show(make_s2, tmp_path, monkeypatch, looked_at):
    path = make_s2(large(1000))
    _, whole, _ = run(path, tmp_path / "a.tif", grow=3)
    # 334 pixels of 30 m.
    assert looked_at == [(256, 256)] * 4
    monkeypatch.setattr(cloud_detection, "WINDOW", 100)
    assert np.array_equal(run(path, tmp_path / "b.tif", grow=3)[1], whole)


def test_two_tilings_agree(make_s2, tmp_path):
    """The same ground in an image that begins elsewhere: other tiles, other borders between them."""
    path = make_s2(large(1600))
    left, top, right, bottom = 500_000, 5_000_000, 516_000, 4_984_000
    _, one, _ = run(path, tmp_path / "a.tif", extent=(left, bottom, right, top))
    _, other, _ = run(path, tmp_path / "b.tif", extent=(left + 3000, bottom, right, top - 3000))
    one, other = one[300:, 300:], other
    inside = (slice(300, -300), slice(300, -300))
    assert (one[inside] == other[inside]).mean() > 0.95
    assert (one[inside] == CLOUD).any() and (one[inside] == CLEAR).any()


def test_tiles_hand_over_without_a_step(make_s2, tmp_path, monkeypatch):
    """Two tiles that say the opposite: from one to the other it goes gradually."""
    network = CsmaskNetwork("l1c", 10.0)
    said = iter((0.0, 1.0))

    def answer(bands):
        clear = next(said)
        shape = bands.shape[1:]
        return np.stack([np.full(shape, clear), np.full(shape, 1 - clear), np.zeros(shape)]).astype(np.float32)

    monkeypatch.setattr(network, "probabilities", answer)
    monkeypatch.setattr(cloud_detection, "make_detector", lambda *_: network)
    monkeypatch.setattr(detect_clouds, "make_detector", lambda *_: network)
    _, found, _ = run(make_s2(large(1200)[:, :300]), tmp_path / "out.tif")
    # Tiles of 256 from 0 and from 144: they meet in the middle of what they share.
    assert (found[:, : 3 * 199] == CLOUD).all() and (found[:, 3 * 201 :] == CLEAR).all()


def test_nodata_has_no_class_and_empty_tiles_are_not_computed(make_s2, tmp_path, looked_at):
    image = large(1500)[:, :750]
    image[:, :, 700:] = 0
    image[:, 100:150, 100:150] = 0
    _, found, _ = run(make_s2(image), tmp_path / "out.tif")
    empty = (image == 0).all(axis=0)
    assert np.array_equal(found == UNKNOWN, empty)
    # Two of the three columns of tiles see the image.
    assert looked_at == [(250, 256)] * 2
    # What is measured is not taken for dark or bright because of what is not.
    _, whole, _ = run(make_s2(large(750)[:, :, :700], "whole.tif"), tmp_path / "whole_out.tif")
    assert (found[:, :400] == whole[:, :400])[~empty[:, :400]].mean() > 0.95


@pytest.mark.parametrize(("pixel", "shape"), [(10, (85, 82)), (20, (128, 122)), (60, (256, 244))])
def test_the_pixels_of_the_network_are_30_m(make_s2, tmp_path, looked_at, pixel, shape):
    """Sides that are no multiple of its pixels; coarser images are taken as they are."""
    path = make_s2(large(256)[:, :, :244], transform=rasterio.Affine(pixel, 0, 500_000, 0, -pixel, 5_000_000))
    _, found, _ = run(path, tmp_path / "out.tif")
    assert found.shape == (256, 244)
    expected = (86, 82) if pixel == 10 else shape
    assert looked_at == [expected]


def test_the_level_decides_which_network(make_s2, tmp_path):
    path = make_s2(large(256))
    found = {level: run(path, tmp_path / f"{level}.tif", level=level)[1] for level in ("auto", "l1c", "l2a")}
    assert np.array_equal(found["auto"], found["l1c"])
    assert not np.array_equal(found["l1c"], found["l2a"])


def test_progress_goes_on_during_the_survey(make_s2, tmp_path):
    _, _, events = run(make_s2(large(1000)), tmp_path / "out.tif")
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    # Four tiles, which are four fifths of what comes before the overviews.
    assert fractions[:4] == pytest.approx([0.18, 0.36, 0.54, 0.72])


@pytest.mark.parametrize("times", [1, 3, 5])
def test_cancel_leaves_nothing(make_s2, tmp_path, looked_at, times):
    """Before the first tile, between tiles, and after the survey."""
    path, asked = make_s2(large(1000)), []
    with pytest.raises(Cancelled):
        run(path, tmp_path / "out.tif", cancelled=lambda: asked.append(1) or len(asked) > times)
    assert len(asked) == times + 1
    assert len(looked_at) <= times
    assert names_in(tmp_path) == ["s2.tif"]


def test_on_the_command_line(make_s2, tmp_path):
    path, output = make_s2(large(600)), tmp_path / "out.tif"
    command = [sys.executable, "-m", "sar_cloud_removal.model.cli", "detect-clouds", "--s2", path]
    options = ["--output", str(output), "--method", "csmask", "--grow", "0", "--s2-offset", "0", "--json"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, cwd=tmp_path, check=True)
    values, found, _ = run(path, tmp_path / "again.tif")
    told = json.loads(done.stdout)
    assert told["method"] == "csmask" and told["cloud_percent"] == values["cloud_percent"]
    with rasterio.open(output) as dataset:
        assert np.array_equal(dataset.read(1), found)


def test_a_reconstruction_keeps_what_it_finds_clear(make_s1, make_s2, tmp_path, request):
    reconstruct = request.getfixturevalue("run")
    cloudy = large(256)
    s1, s2, mask = make_s1(backscatter_db(256, 256)), make_s2(cloudy), tmp_path / "mask.tif"
    _, classes, _ = run(s2, mask, grow=4)
    options = {"keep": "detected", "detection": "csmask", "grow": 4, "feather": 3, "s2_offset": 0.0}
    values, found, events = reconstruct(Constant(0.2), s1, s2, **options)
    assert 0.03 < (classes == CLEAR).mean() < 0.8
    assert np.array_equal(found[:, classes == CLEAR], cloudy[:, classes == CLEAR])
    assert values["kept_pixels"] == (classes == CLEAR).sum()
    assert not np.array_equal(found[:, classes == CLOUD], cloudy[:, classes == CLOUD])
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert names_in(tmp_path) == ["mask.tif", "out.tif", "s1.tif", "s2.tif"]


@pytest.mark.parametrize(("missing", "ran"), [(False, "csmask"), (True, "spectral")])
def test_the_detector_that_really_ran_is_noted(make_s1, make_s2, tmp_path, monkeypatch, request, missing, ran):
    """ "auto" is no detector: which one it was is told by the result, by its metadata and by the noted run."""
    if missing:
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
    s1, s2 = make_s1(backscatter_db(256, 256)), make_s2(large(256))
    values, _, _ = request.getfixturevalue("run")(Constant(0.2), s1, s2, keep="detected", grow=4, feather=3)
    assert values["detector"] == ran
    with rasterio.open(tmp_path / "out.tif") as dataset:
        tags = dataset.tags()
    options, noted = json.loads(tags["SAR_CLOUD_REMOVAL_OPTIONS"]), json.loads(tags[RUN_TAG])
    for each in (options, noted):
        assert (each["keep"], each["detection"], each["grow"], each["feather"]) == ("detected", ran, 4, 3)
    assert "SAR_CLOUD_REMOVAL_MASK" not in tags
    assert not {"mask", "mask_name", "mask_crs", "extent", "extent_crs"} & set(noted)
    assert read_run(str(tmp_path / "out.tif"))[0].detection == ran
    _, _, _ = run(s2, tmp_path / "mask.tif", method="auto", grow=4)
    with rasterio.open(tmp_path / "mask.tif") as dataset:
        told = json.loads(dataset.tags()["SAR_CLOUD_REMOVAL_OPTIONS"])
    assert told == {"method": ran, "grow": 4, "level": "l1c"}


@pytest.mark.parametrize(
    ("method", "pixel", "grow"), [("csmask", 10, 5), ("csmask", 4, 0), ("spectral", 20, 7), ("spectral", 60, 1)]
)
def test_what_is_looked_at_at_once_is_what_the_memory_limit_counts(make_s2, tmp_path, monkeypatch, method, pixel, grow):
    read, whole = [], cloud_detection.Image.read
    monkeypatch.setattr(cloud_detection.Image, "read", lambda self, window: read.append(window) or whole(self, window))
    monkeypatch.setattr(CsmaskNetwork, "probabilities", lambda self, bands: np.zeros((3, *bands.shape[1:]), np.float32))
    monkeypatch.setattr(cloud_detection, "WINDOW", 120)
    monkeypatch.setattr(cloud_detection, "CSMASK_TILE", 64)
    monkeypatch.setattr(cloud_detection, "CSMASK_OVERLAP", 16)
    path = make_s2(large(600), transform=rasterio.Affine(pixel, 0, 500_000, 0, -pixel, 5_000_000))
    for area, size in ((None, (600, 600)), ((500_000, 5_000_000 - 80 * pixel, 500_000 + 500 * pixel, 5e6), (80, 500))):
        read.clear()
        run(path, tmp_path / "out.tif", method=method, grow=grow, extent=area)
        looked_at = [window.height * window.width for window in read if window.height > 64 or window.width > 64]
        assert max(looked_at) == cloud_detection.most_looked_at(method, grow, size, float(pixel))


def test_the_network_is_gone_before_the_first_tile(make_s1, make_s2, monkeypatch, request):
    """Its memory is that of the tiles then."""
    made, alive, whole = [], [], detect_clouds.make_detector

    def make(*arguments):
        detector = whole(*arguments)
        made.append(weakref.ref(detector))
        return detector

    class Watching(Constant):
        def forward(self, optical, sar):
            alive.append(made[0]() is not None)
            return super().forward(optical, sar)

    monkeypatch.setattr(detect_clouds, "make_detector", make)
    options = {"keep": "detected", "detection": "csmask"}
    request.getfixturevalue("run")(Watching(0.2), make_s1(backscatter_db(256, 256)), make_s2(large(256)), **options)
    assert alive and not any(alive)


@pytest.mark.parametrize("package", ["onnxruntime", "ukis_csmask"])
def test_a_package_that_is_missing_is_named(make_s2, tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    path = make_s2(large(256))
    with pytest.raises(MissingDetector, match=rf"onnxruntime and ukis_csmask.*{package}.*tick .* press Repair"):
        run(path, tmp_path / "out.tif")
    assert run(path, tmp_path / "auto.tif", method="auto")[0]["method"] == "spectral"
    assert names_in(tmp_path) == ["auto.tif", "s2.tif"]


def test_a_damaged_package_is_as_good_as_missing(make_s2, tmp_path, monkeypatch):
    import ukis_csmask

    folder = tmp_path / "package"
    folder.mkdir()
    data = Path(ukis_csmask.__file__).with_name("model_6b_l1c.json").read_text()
    (folder / "model_6b_l1c.json").write_text(data)
    (folder / "model_6b_l1c.onnx").write_bytes(b"half a download")
    monkeypatch.setitem(sys.modules, "ukis_csmask", types.SimpleNamespace(__file__=str(folder / "__init__.py")))
    with pytest.raises(MissingDetector, match="model_6b_l1c.onnx"):
        run(make_s2(large(256)), tmp_path / "out.tif")
