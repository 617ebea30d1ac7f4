"""Evaluation of files: figures of a real pair, strips, grids, scales and nodata."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine

from sar_cloud_removal.model import bands, evaluate, metrics
from sar_cloud_removal.model.errors import Cancelled, EmptyInput, GridMismatch, MissingBands
from sar_cloud_removal.model.requests import Evaluate, Progress, Result, encode

SAMPLE = bands.__file__.replace("model/bands.py", "resources/sample/")
CLEAR, CLOUDY = SAMPLE + "s2_clear.tif", SAMPLE + "s2_cloudy.tif"


def run(prediction, reference, **options):
    return evaluate.evaluate(Evaluate(str(prediction), str(reference), **options), lambda event: None, lambda: False)


def four(values):
    return [values[name] for name in ("psnr", "ssim", "mae", "sam")]


def read(path):
    with rasterio.open(path) as data:
        return data.read(), data.profile, data.descriptions


def write(path, pixels, profile, descriptions, **changes):
    profile = {**profile, "count": pixels.shape[0], "height": pixels.shape[1], "width": pixels.shape[2], **changes}
    profile["dtype"] = pixels.dtype.name
    with rasterio.open(path, "w", **profile) as data:
        data.write(pixels)
        data.descriptions = descriptions
    return path


@pytest.fixture
def clear():
    return read(CLEAR)


def test_figures_of_a_real_pair():
    values = run(CLOUDY, CLEAR)
    # From the definitions, by another program, on this pair.
    assert four(values) == pytest.approx([15.956, 59.055, 10.873, 15.272], abs=6e-4)
    assert values["pixels"] == 256 * 256
    assert values["bands"] == list(bands.S2_BANDS)


def test_equal_images_have_no_psnr_and_go_through_json():
    values = run(CLEAR, CLEAR)
    assert values["psnr"] is None
    assert four(values)[1:] == pytest.approx([100, 0, 0], abs=1e-5)
    encode(Result(values))


@pytest.mark.parametrize("rows", [1, 37, 100])
def test_strips_give_what_the_whole_gives(monkeypatch, rows):
    whole = run(CLOUDY, CLEAR)
    monkeypatch.setattr(evaluate, "VALUES_PER_STRIP", rows * 256 * 13)
    assert four(run(CLOUDY, CLEAR)) == pytest.approx(four(whole), rel=1e-9)


def test_a_part_is_compared_with_its_place_in_the_whole(tmp_path):
    pixels, profile, names = read(CLOUDY)
    corner = profile["transform"] * Affine.translation(40, 100)
    part = write(tmp_path / "part.tif", pixels[:, 100:180, 40:140], profile, names, transform=corner)
    reference = read(CLEAR)[0][:, 100:180, 40:140]
    expected = metrics.score(*(bands.scale_s2(each, 10000, 0) for each in (pixels[:, 100:180, 40:140], reference)))
    assert four(run(part, CLEAR)) == pytest.approx(four(expected), rel=1e-9)


def test_bands_are_matched_by_name(tmp_path, clear):
    pixels, profile, _ = clear
    order = [bands.S2_BANDS.index(name) for name in ("B12", "B11", "B8", "B4", "B3", "B2")]
    few = write(tmp_path / "few.tif", pixels[order], profile, ("B12", "B11", "B8", "B4", "B3", "B2"))
    values = run(few, CLEAR)
    assert values["bands"] == ["B2", "B3", "B4", "B8", "B11", "B12"]
    assert values["mae"] == 0


def test_nodata_of_either_takes_no_part(tmp_path, clear):
    pixels, profile, names = clear
    holed = pixels.copy()
    holed[:, :20] = 0
    holed[5, 100:110, 100:120] = 65535
    holed = write(tmp_path / "holed.tif", holed, profile, names, nodata=65535)
    for first, second in ((holed, CLEAR), (CLEAR, holed)):
        values = run(first, second)
        assert values["pixels"] == 256 * 236 - 200
        assert values["mae"] == 0


def test_nothing_in_common_is_an_empty_input(tmp_path, clear):
    pixels, profile, names = clear
    upper, lower = pixels.copy(), pixels.copy()
    upper[:, 128:], lower[:, :128] = 0, 0
    first = write(tmp_path / "upper.tif", upper, profile, names)
    with pytest.raises(EmptyInput, match=r"upper\.tif"):
        run(first, write(tmp_path / "lower.tif", lower, profile, names))


def test_scales_and_offsets_of_both_files(tmp_path, clear):
    pixels, profile, names = clear
    reflectance = write(tmp_path / "share.tif", (pixels / 10000).astype("float32"), profile, names)
    shifted = write(tmp_path / "shifted.tif", pixels + np.uint16(1000), profile, names)
    assert run(reflectance, CLEAR)["mae"] == pytest.approx(0, abs=1e-5)
    assert run(shifted, CLEAR)["mae"] == 0
    assert run(shifted, CLEAR, s2_scale=10000, s2_offset=0)["mae"] == pytest.approx(10)


def test_an_offset_that_only_one_file_shows_counts_for_both(tmp_path, clear):
    pixels, profile, names = clear
    level_2a = [index for index, name in enumerate(names) if name != "B10"]
    names = tuple(names[index] for index in level_2a)
    dark = write(tmp_path / "dark.tif", pixels[level_2a], profile, names)
    # Nothing dark in it: by itself it could well have the offset of baseline 04.00.
    bright = write(tmp_path / "bright.tif", np.maximum(pixels[level_2a], 1500), profile, names)
    expected = np.abs(np.maximum(pixels[level_2a], 1500) - pixels[level_2a].astype(float)).mean() / 100
    assert run(bright, dark)["mae"] == pytest.approx(expected)
    assert run(dark, bright)["mae"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"transform": Affine.translation(5, 0)}, "part of a pixel"),
        ({"transform": Affine.translation(-10, 0)}, "inside"),
        ({"transform": Affine.translation(0, -2560)}, "inside"),
        ({"transform": Affine.scale(2)}, "size or direction"),
        ({"transform": Affine.rotation(1)}, "size or direction"),
        ({"crs": "EPSG:32651"}, "coordinate reference systems differ"),
    ],
)
def test_other_grids_are_refused(tmp_path, clear, change, words):
    pixels, profile, names = clear
    change = dict(change)
    if "transform" in change:
        old = profile["transform"]
        step = change["transform"]
        moved = step.a == 1 and step.b == 0
        change["transform"] = step * old if moved else old * step
    other = write(tmp_path / "other.tif", pixels, profile, names, **change)
    with pytest.raises(GridMismatch, match=words):
        run(other, CLEAR)


def test_no_common_band(tmp_path, clear):
    pixels, profile, _ = clear
    with pytest.raises(MissingBands):
        run(write(tmp_path / "rgb.tif", pixels[[3, 2, 1]], profile, ("Red", "Green", "Blue")), CLEAR)


def test_progress_and_cancel(monkeypatch):
    monkeypatch.setattr(evaluate, "VALUES_PER_STRIP", 32 * 256 * 13)
    events = []
    evaluate.evaluate(Evaluate(CLOUDY, CLEAR), events.append, lambda: False)
    assert [event.fraction for event in events if isinstance(event, Progress)] == [n / 8 for n in range(1, 9)]
    with pytest.raises(Cancelled):
        evaluate.evaluate(Evaluate(CLOUDY, CLEAR), events.append, lambda: True)
