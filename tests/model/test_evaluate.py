"""Evaluation of files: figures of a real pair, strips, grids, scales and nodata."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.transform import array_bounds
from rasterio.warp import calculate_default_transform, reproject

from sar_cloud_removal.model import bands, evaluate, metrics
from sar_cloud_removal.model.errors import (
    BadOption,
    Cancelled,
    MaskMismatch,
    NoCommonArea,
    NoCommonBand,
    NoCommonPixel,
    NoGeoreference,
    NotReflectance,
    OutputEnding,
    OutputFormat,
    OutputIsInput,
    OutputNotWritable,
)
from sar_cloud_removal.model.requests import Evaluate, PartialFile, Progress, Result, encode

SAMPLE = bands.__file__.replace("model/bands.py", "resources/sample/")
CLEAR, CLOUDY, SAR = SAMPLE + "s2_clear.tif", SAMPLE + "s2_cloudy.tif", SAMPLE + "s1.tif"


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


@pytest.mark.parametrize("side", [16, 37, 100])
def test_blocks_give_what_the_whole_gives(monkeypatch, side):
    pair = [bands.scale_s2(read(path)[0], 10000, 0) for path in (CLOUDY, CLEAR)]
    monkeypatch.setattr(evaluate, "BLOCK", side)
    assert four(run(CLOUDY, CLEAR)) == pytest.approx(four(metrics.score(*pair)), rel=1e-9)


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
    with pytest.raises(NoCommonPixel, match=r"upper\.tif"):
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
    ("zone", "words"), [(None, "shifted by a part of a pixel"), ("EPSG:32651", "reference systems differ")]
)
def test_a_reference_on_another_grid_is_interpolated_and_it_is_said(tmp_path, clear, zone, words):
    pixels, profile, names = clear
    if zone:
        change = warped_profile(profile, zone)
        pixels = np.stack([warp(band, profile, change) for band in pixels])
    else:
        change = {"transform": Affine.translation(5, 0) * profile["transform"]}
    other = write(tmp_path / "other.tif", pixels, profile, names, **change)
    values = run(CLOUDY, other)
    assert words in values["warnings"][0] and "other.tif" in values["warnings"][0]
    assert values["pixels"] > 0.9 * 256 * 256
    # Interpolated, it is not quite what it was, and far from what it would be on the wrong place.
    assert values["psnr"] == pytest.approx(15.956, abs=0.1)
    assert values["mae"] != pytest.approx(10.873, abs=1e-4)


def warped_profile(profile, crs):
    transform, width, height = calculate_default_transform(
        profile["crs"], crs, profile["width"], profile["height"], *array_bounds(256, 256, profile["transform"])
    )
    return {"crs": crs, "transform": transform, "height": height, "width": width}


def warp(band, profile, target):
    out = np.zeros((target["height"], target["width"]), band.dtype)
    source = {"src_transform": profile["transform"], "src_crs": profile["crs"]}
    reproject(band, out, dst_transform=target["transform"], dst_crs=target["crs"], resampling=1, **source)
    return out


def test_a_reference_that_covers_a_part_is_compared_there(tmp_path, clear):
    pixels, profile, names = clear
    corner = profile["transform"] * Affine.translation(40, 100)
    part = write(tmp_path / "part.tif", pixels[:, 100:180, 40:140], profile, names, transform=corner)
    values = run(CLOUDY, part)
    cloudy = read(CLOUDY)[0][:, 100:180, 40:140]
    pair = [bands.scale_s2(each, 10000, 0) for each in (cloudy, pixels[:, 100:180, 40:140])]
    assert values["pixels"] == 80 * 100
    assert values["mae"] == pytest.approx(metrics.score(*pair)["mae"], rel=1e-6)
    assert values["warnings"] == []


def test_another_place_is_refused_before_the_work(tmp_path, clear):
    pixels, profile, names = clear
    away = Affine.translation(100_000, 0) * profile["transform"]
    far = write(tmp_path / "far.tif", pixels, profile, names, transform=away)
    sar, sar_profile, polarisations = read(SAR)
    radar = write(tmp_path / "radar.tif", sar, sar_profile, polarisations, transform=away)
    mask = write(tmp_path / "mask.tif", np.ones((1, 256, 256), "uint8"), mask_profile(profile), (None,), transform=away)
    report = str(tmp_path / "report.html")
    for options in ({"reference": far}, {"cloudy": str(far)}, {"s1": str(radar)}, {"mask": str(mask)}):
        with pytest.raises(NoCommonArea, match="does not overlap «s2_cloudy.tif»"):
            run(CLOUDY, options.pop("reference", CLEAR), report=report, **options)
    with pytest.raises(NoGeoreference):
        run(CLOUDY, write(tmp_path / "bare.tif", pixels[:, :50], {"driver": "GTiff"}, names))
    assert not Path(report).exists()


def mask_profile(profile):
    return {name: profile[name] for name in ("driver", "crs", "transform")}


def test_three_bands_are_compared_by_their_names(tmp_path, clear):
    pixels, profile, _ = clear
    few = write(tmp_path / "rgb.tif", pixels[[3, 2, 1]], profile, ("Red", "Green", "Blue"))
    values = run(few, CLEAR)
    assert values["bands"] == ["B2", "B3", "B4"]
    assert values["left_out"] == ["B1", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12"]
    assert values["mae"] == 0
    assert "Left out" in values["warnings"][0]


def test_no_common_band(tmp_path, clear):
    pixels, profile, _ = clear
    blue = write(tmp_path / "blue.tif", pixels[1:2], profile, ("B2",))
    red = write(tmp_path / "red.tif", pixels[3:4], profile, ("B4",))
    with pytest.raises(NoCommonBand, match=r"«blue\.tif» \(B2\) and «red\.tif» \(B4\)"):
        run(blue, red)


def test_a_rendered_picture_is_refused(tmp_path, clear):
    pixels, profile, _ = clear
    picture = (pixels[[3, 2, 1]] // 100).astype("uint8")
    with pytest.raises(NotReflectance):
        run(write(tmp_path / "rgb.tif", picture, profile, ("Red", "Green", "Blue")), CLEAR)


def test_progress_and_cancel(monkeypatch, tmp_path):
    monkeypatch.setattr(evaluate, "BLOCK", 64)
    events = []
    evaluate.evaluate(Evaluate(CLOUDY, CLEAR), events.append, lambda: False)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == pytest.approx([*(0.95 * n / 16 for n in range(1, 17)), 1.0])
    with pytest.raises(Cancelled):
        evaluate.evaluate(Evaluate(CLOUDY, CLEAR), events.append, lambda: True)


# --- Before and after, and parts of the image -----------------------------------------------------------------------


@pytest.fixture
def better(tmp_path, clear):
    """A reconstruction: a quarter of the way from the clear to the cloudy image."""
    pixels, profile, names = clear
    mixed = pixels + (read(CLOUDY)[0].astype(float) - pixels) / 4
    return write(tmp_path / "better.tif", np.rint(mixed).astype("uint16"), profile, names)


def rows_of(values, kind):
    return {(row["part"], row["image"]): row for row in values["rows"] if row["kind"] == kind}


def test_before_and_after_are_those_of_each_alone(better):
    values = run(better, CLEAR, cloudy=CLOUDY)
    assert four(values) == pytest.approx(four(run(better, CLEAR)))
    assert four(values["before"]) == pytest.approx(four(run(CLOUDY, CLEAR)))
    assert values["mae"] == pytest.approx(values["before"]["mae"] / 4, rel=1e-3)
    assert values["rmse"] == pytest.approx(100 * 10 ** (-values["psnr"] / 20))
    assert values["before"]["bias"] == pytest.approx(
        (read(CLOUDY)[0].astype(float) - read(CLEAR)[0]).mean() / 100, abs=1e-4
    )
    assert run(better, CLEAR)["before"] is None


def test_before_is_of_the_pixels_that_all_have(tmp_path, better):
    pixels, profile, names = read(CLOUDY)
    pixels[:, :56] = 0
    holed = write(tmp_path / "holed.tif", pixels, profile, names)
    values = run(better, CLEAR, cloudy=str(holed))
    assert values["pixels"] == 256 * 200
    assert {row["pixels"] for row in values["rows"] if row["kind"] == "all"} == {256 * 200}


def test_figures_by_band(better):
    rows = rows_of(run(better, CLEAR, cloudy=CLOUDY), "band")
    pair = [bands.scale_s2(read(path)[0][[3]], 10000, 0) for path in (CLOUDY, CLEAR)]
    expected = metrics.score(*pair)
    assert [rows["B4", "cloudy"][name] for name in ("psnr", "ssim", "mae")] == pytest.approx(four(expected)[:3])
    assert rows["B4", "cloudy"]["sam"] is None
    assert len(rows) == 26


@pytest.mark.parametrize("side", [64, 256])
def test_figures_by_mask_and_by_change(tmp_path, monkeypatch, better, clear, side):
    monkeypatch.setattr(evaluate, "BLOCK", side)
    profile = mask_profile(clear[1])
    codes = np.zeros((1, 256, 256), "uint8")
    codes[0, 30:100, 70:200], codes[0, 0], codes[0, 1] = 1, 2, 255
    mask = write(tmp_path / "mask.tif", codes % 2, profile, (None,))
    changed = write(tmp_path / "changed.tif", codes, profile, (None,), nodata=255)
    values = run(better, CLEAR, cloudy=CLOUDY, mask=str(mask), changed=str(changed))
    pair = [bands.scale_s2(read(path)[0], 10000, 0) for path in (better, CLEAR)]
    whole = metrics.compare(*pair)
    rows = rows_of(values, "mask")
    for part, pixels in (("under the mask", codes[0] % 2 == 1), ("outside the mask", codes[0] % 2 == 0)):
        sums = whole.sums(pixels)
        row = rows[part, "prediction"]
        assert row["pixels"] == pixels.sum()
        assert four(row) == pytest.approx(four(sums.metrics()), rel=1e-9)
    pixels = {part: row["pixels"] for (part, image), row in rows_of(values, "changed").items() if image == "prediction"}
    assert pixels == {"reconstructed": 70 * 130, "kept": 256 * 254 - 70 * 130, "Sentinel-1 missing": 256}


def test_figures_by_cloud_cover_and_by_kind_of_pixel(tmp_path, monkeypatch, clear):
    monkeypatch.setattr(evaluate, "BLOCK", 128)
    pixels, profile, names = clear
    clouded = pixels.copy()
    # The left half closed, the upper right quarter hazy, the lower right as it was.
    clouded[:, :, :128] = np.minimum(clouded[:, :, :128] // 10 + 6000, 9000)
    clouded[:, :128, 128:] = clouded[:, :128, 128:] * 0.7 + 1600
    cloudy = write(tmp_path / "cloudy.tif", clouded, profile, names)
    values = run(CLOUDY, CLEAR, cloudy=str(cloudy))
    cover = rows_of(values, "cloud cover")
    assert {part: row["blocks"] for (part, image), row in cover.items() if image == "cloudy"} == {
        "almost none": 1, "thin": 1, "thick": 2,
    }  # fmt: skip
    assert cover["thick", "cloudy"]["pixels"] == 2 * 128 * 128
    assert cover["almost none", "cloudy"]["mae"] == 0
    assert cover["thick", "cloudy"]["mae"] > cover["thin", "cloudy"]["mae"] > 5
    kinds = rows_of(values, "pixel class")
    assert kinds["cloud", "cloudy"]["mae"] > kinds["clear", "cloudy"]["mae"]
    assert sum(row["pixels"] for (_, image), row in kinds.items() if image == "cloudy") == 256 * 256


def test_a_mask_with_many_bands_is_refused(better):
    with pytest.raises(MaskMismatch, match="13 bands"):
        run(better, CLEAR, mask=CLOUDY)


def test_the_reference_may_have_a_scale_and_bands_of_its_own(tmp_path, better, clear):
    pixels, profile, _ = clear
    odd = write(tmp_path / "odd.tif", (pixels[[3, 1]] * 2).astype("uint16"), profile, (None, None))
    values = run(better, odd, reference_scale=20000, reference_offset=0, reference_bands=("B4", "B2"))
    assert values["bands"] == ["B4", "B2"]
    assert values["mae"] == pytest.approx(run(better, write(
        tmp_path / "two.tif", pixels[[3, 1]], profile, ("B4", "B2")), s2_scale=10000, s2_offset=0)["mae"])  # fmt: skip


# --- What is written ------------------------------------------------------------------------------------------------


def outputs(folder):
    names = {"error": "error.tif", "report": "report.html", "table": "table.csv", "figures": "figures.json"}
    return {key: str(folder / name) for key, name in names.items()}


@pytest.fixture
def written(tmp_path, better):
    folder = tmp_path / "out"
    folder.mkdir()
    values = run(better, CLEAR, cloudy=CLOUDY, s1=SAR, **outputs(folder))
    return folder, values, better


def test_error_map(written, monkeypatch):
    folder, values, better = written
    with rasterio.open(folder / "error.tif") as data:
        numbers, profile, scales = data.read(), data.profile, data.scales
        assert data.descriptions[0].startswith("Mean difference")
    with rasterio.open(CLEAR) as clear:
        assert (profile["crs"], profile["transform"]) == (clear.crs, clear.transform)
    pair = [bands.scale_s2(read(path)[0], 10000, 0) for path in (better, CLEAR)]
    whole = metrics.compare(*pair)
    assert numbers[0] * scales[0] == pytest.approx(np.abs(whole.difference).mean(axis=0), abs=5.1e-5)
    assert numbers[1] * scales[1] == pytest.approx(np.degrees(whole.angle), abs=5.1e-3)
    assert profile["nodata"] == 65535
    assert numbers[0].mean() * scales[0] * 100 == pytest.approx(values["mae"], abs=0.01)


def test_nodata_is_nodata_in_the_error_map(tmp_path, clear):
    pixels, profile, names = clear
    pixels[:, 10:20, 30:50] = 0
    holed = write(tmp_path / "holed.tif", pixels, profile, names)
    run(CLOUDY, holed, error=str(tmp_path / "error.tif"))
    with rasterio.open(tmp_path / "error.tif") as data:
        mask = data.read(1, masked=True).mask
    assert mask[10:20, 30:50].all() and mask.sum() == 200


def test_table_and_json_hold_all_rows(written):
    folder, values, better = written
    with open(folder / "table.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(values["rows"]) > 30
    assert float(lines[0]["psnr"]) == pytest.approx(values["psnr"], rel=1e-5)
    assert lines[1]["image"] == "cloudy"
    found = json.loads((folder / "figures.json").read_text())
    assert found["rows"] == values["rows"]
    assert found["layers"]["prediction"]["path"] == str(better)
    assert found["differences_within"]["prediction"]["50%"] < found["differences_within"]["cloudy"]["50%"]
    encode(Result(values))


def test_equal_images_can_be_reported(tmp_path):
    values = run(CLEAR, CLEAR, **outputs(tmp_path))
    assert values["psnr"] is None
    assert "equal in all that was compared" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("moment", ["begin", "middle", "report"])
def test_what_fails_leaves_nothing_and_replaces_nothing(tmp_path, monkeypatch, better, moment):
    """Cancelled at the beginning or in the middle, or an error in the last step."""
    monkeypatch.setattr(evaluate, "BLOCK", 64)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.html").write_text("before")
    asked, announced = [], []
    # Asked once while looking for a common pixel, then before each of 16 blocks.
    after = {"begin": 0, "middle": 9, "report": 10**9}[moment]

    def cancelled():
        asked.append(None)
        return len(asked) > after

    if moment == "report":
        monkeypatch.setattr(evaluate, "html_report", lambda *arguments: 1 / 0)
    error = ZeroDivisionError if moment == "report" else Cancelled
    request = Evaluate(str(better), CLEAR, cloudy=CLOUDY, **outputs(folder))
    with pytest.raises(error):
        evaluate.evaluate(request, announced.append, cancelled)
    assert [each.name for each in folder.iterdir()] == ["report.html"]
    assert (folder / "report.html").read_text() == "before"
    if moment != "begin":
        assert any(isinstance(event, PartialFile) for event in announced)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"report": "report.txt"}, OutputEnding),
        ({"table": "table.html"}, OutputEnding),
        ({"table": "no/table.csv"}, OutputNotWritable),
        ({"figures": "twice.json", "table": "twice.json"}, OutputEnding),
        ({"report": "a.html", "error": "a.html"}, OutputFormat),
    ],
)
def test_outputs_are_checked_before_the_work(tmp_path, better, changed, error):
    with pytest.raises(error):
        run(better, CLEAR, **{name: str(tmp_path / file) for name, file in changed.items()})
    assert [each.name for each in tmp_path.iterdir()] == ["better.tif"]


def test_an_output_is_no_input(tmp_path, better):
    with pytest.raises(OutputIsInput):
        run(better, CLEAR, error=str(better))


def test_bad_options_are_refused(better):
    with pytest.raises(BadOption):
        run(better, CLEAR, s2_scale=0)
    with pytest.raises(BadOption, match="names 2 bands"):
        run(better, CLEAR, s2_bands=("B2", "B3"))
