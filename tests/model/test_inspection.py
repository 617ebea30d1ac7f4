"""What is told of one place against what the network really computed, and against what the run wrote."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from rasterio.warp import transform as transform_points

from sar_cloud_removal.model import errors
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.inspection import inspect
from sar_cloud_removal.model.networks import build
from sar_cloud_removal.model.provenance import read_run
from sar_cloud_removal.model.requests import RUN_TAG, Inspect, Result, encode

from .conftest import OURS, TRANSFORM, UTM, Constant, backscatter_db, model_of, optical_numbers

SMALL = {
    "architecture": "multistage_fusion",
    **OURS,
    "base_width": 8,
    "directed_width": 8,
    "base_blocks": 1,
    "directed_blocks": 1,
    "token_width": 16,
    "heads": 2,
}
HEIGHT, WIDTH = 90, 131


def small_network(**more: object) -> torch.nn.Module:
    torch.manual_seed(0)
    network = build({**SMALL, **more}).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            # Away from zero, so that everything has a say.
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network


def place(row: int, column: int) -> dict:
    x, y = TRANSFORM * (column + 0.5, row + 0.5)
    return {"x": x, "y": y}


@pytest.fixture
def scene(make_s1: Callable[..., str], make_s2: Callable[..., str]) -> tuple[str, str]:
    return make_s1(backscatter_db(HEIGHT, WIDTH)), make_s2(optical_numbers(HEIGHT, WIDTH))


@pytest.fixture
def look() -> Callable[..., dict]:
    def look(network: torch.nn.Module, cancelled: Callable[[], bool] = lambda: False, **fields: object) -> dict:
        values = inspect(Inspect(**{"device": "cpu", **fields}), lambda event: None, cancelled, model_of(network))
        encode(Result(values))
        return values

    return look


def test_attention_is_the_row_that_the_network_used(
    run: Callable, scene: tuple[str, str], look: Callable, tmp_path: Path
) -> None:
    network = small_network()
    run(network, *scene, tile=64, overlap=16)
    seen = []
    handle = network.fuse.attention.weights.register_forward_hook(lambda *each: seen.append(each[2].clone()))
    run(network, *scene, tile=64, overlap=16, output=str(tmp_path / "again.tif"))
    handle.remove()
    # Tiles begin at rows 0 and 26 and at columns 0, 33 and 67; the pixel lies in the last one, and is its own there.
    values = look(network, result=str(tmp_path / "out.tif"), **place(80, 110))
    assert (values["row"], values["column"]) == (80, 110)
    tile = values["tile"]
    assert (tile["row"], tile["column"], tile["height"], tile["width"]) == (26, 67, 64, 64)
    expected = seen[5][0, :, (54 // 16) * 4 + 43 // 16]
    attention = values["attention"]
    assert attention["query"] == [3, 2] and attention["token"] == 16 and attention["outside"] == 0
    told = np.array(attention["heads"])
    assert told.shape == (2, 4, 4)
    np.testing.assert_allclose(told, expected.view(2, 4, 4), atol=1e-6)
    np.testing.assert_allclose(told.sum(axis=(1, 2)), 1, atol=1e-5)
    # 16 pixels of 10 m a token, from the tile's corner on.
    assert attention["transform"] == [500_670.0, 160.0, 0.0, 4_999_740.0, 0.0, -160.0]
    assert tile["transform"] == [500_670.0, 10.0, 0.0, 4_999_740.0, 0.0, -10.0]
    assert values["crs"] == UTM


def test_numbers_are_those_of_the_rasters(
    run: Callable, scene: tuple[str, str], look: Callable, tmp_path: Path
) -> None:
    network = small_network()
    _, output, _ = run(network, *scene, tile=64, overlap=16, attention=str(tmp_path / "attention.tif"))
    row, column = 80, 115
    values = look(network, result=str(tmp_path / "out.tif"), **place(row, column))
    with rasterio.open(scene[1]) as data:
        before = data.read()[:, row, column] / 10000
    np.testing.assert_allclose(values["before"], before, atol=1e-6)
    np.testing.assert_allclose(values["after"], output[:, row, column] / 10000, atol=1e-6)
    # Only this tile lies there, so that its answer is what was written, but for the rounding to whole numbers.
    assert values["tile"]["weight"] == 1
    np.testing.assert_allclose(values["answer"], values["after"], atol=0.51e-4)
    assert values["bands"] == list(S2_BANDS) and values["wavelengths"][3] == 664.8
    db = backscatter_db(HEIGHT, WIDTH)[:, row, column]
    assert values["backscatter"] == {"VV": pytest.approx(db[0], abs=1e-4), "VH": pytest.approx(db[1], abs=1e-4)}
    with rasterio.open(tmp_path / "attention.tif") as data:
        gate, received = data.read()[:, row, column]
    assert values["gate"] == pytest.approx(gate * 1e-4, abs=0.51e-4)
    assert values["received"] == pytest.approx(received * 1e-3, abs=0.51e-3)
    assert all(0 < each < 1 for each in values["opacity"]) and len(values["opacity"]) == 13
    assert values["same_weights"] is True and values["share"] is None and values["written"]


def test_opacity_is_what_mixes_cloud_and_ground(scene: tuple[str, str], look: Callable) -> None:
    """With the colour c: y = (1 − α) x + α c."""
    network = small_network()
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias[: 13 * 4] = 0.0
        network.expected.learnt(torch.tensor([[0.25, 0.0, 0.0]] * 13), torch.tensor([1.0, 0.0, 0.0]))
        network.head.bias[13 * 4 :] = torch.logit(torch.tensor(0.8))
    values = look(network, s1=scene[0], s2=scene[1], s2_offset=0.0, tile=64, keep="network", **place(20, 20))
    np.testing.assert_allclose(values["opacity"], 0.8, atol=1e-5)
    np.testing.assert_allclose(values["answer"], 0.2 * np.array(values["before"]) + 0.8 * 0.25, atol=1e-5)


def test_of_several_tiles_the_one_that_counted_most_is_shown(scene: tuple[str, str], look: Callable) -> None:
    # Tiles begin at columns 0, 33 and 67, and blend over 16 pixels at each border.
    given = {"s1": scene[0], "s2": scene[1], "s2_offset": 0.0, "tile": 64, "overlap": 16}
    columns = {}
    for column in (32, 46, 51, 80):
        values = look(small_network(), **given, **place(13, column))
        columns[column] = (values["tile"]["column"], values["tile"]["weight"])
    assert columns[32] == (0, 1.0)
    assert columns[46][0] == 0 and columns[51][0] == 33 and columns[80][0] == 33
    left, right = (np.sin(np.pi / 2 * each) ** 2 for each in (1.0, 13.5 / 16))
    assert columns[46][1] == pytest.approx(left / (left + right), abs=1e-6)


def test_looking_changes_no_bit_and_leaves_no_hook(
    run: Callable, scene: tuple[str, str], look: Callable, tmp_path: Path
) -> None:
    network = small_network()
    before = run(network, *scene)[1]
    look(network, result=str(tmp_path / "out.tif"), **place(5, 5))
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in network.modules())
    assert np.array_equal(before, run(network, *scene)[1])


def test_a_place_in_another_crs_and_outside(run: Callable, scene: tuple[str, str], look: Callable) -> None:
    x, y = place(60, 110).values()
    (longitude,), (latitude,) = transform_points(UTM, "EPSG:4326", [x], [y])
    given = {"s1": scene[0], "s2": scene[1], "s2_offset": 0.0, "tile": 64}
    values = look(small_network(), x=longitude, y=latitude, crs="EPSG:4326", **given)
    assert (values["row"], values["column"]) == (60, 110)
    for row, column in ((-1, 5), (5, WIDTH)):
        with pytest.raises(errors.PlaceOutside, match=r"outside «s2.tif»"):
            look(small_network(), **given, **place(row, column))
    # Beyond the region of the run, although its file has pixels there.
    left, top = TRANSFORM * (0, 0)
    with pytest.raises(errors.PlaceOutside):
        look(small_network(), **given, extent=(left, top - 300, left + 300, top), **place(60, 60))


def test_a_scene_smaller_than_a_tile_tells_what_goes_to_its_mirror(
    make_s1: Callable, make_s2: Callable, look: Callable
) -> None:
    s1, s2 = make_s1(backscatter_db(40, 20)), make_s2(optical_numbers(40, 20))
    values = look(small_network(), s1=s1, s2=s2, s2_offset=0.0, tile=64, **place(10, 10))
    told = np.array(values["attention"]["heads"])
    # 40 × 20 pixels are 3 × 2 tokens of the 4 × 4 that the network saw.
    assert told.shape == (2, 3, 2)
    assert values["attention"]["outside"] == pytest.approx(1 - told.sum(axis=(1, 2)).mean(), abs=1e-5)
    assert 0.1 < values["attention"]["outside"] < 0.9


def test_networks_without_attention_tell_the_rest(scene: tuple[str, str], look: Callable) -> None:
    given = {"s1": scene[0], "s2": scene[1], "s2_offset": 0.0, "tile": 64, **place(20, 20)}
    ablation = look(small_network(sg_bafm=False), **given)
    assert ablation["attention"] is None and ablation["gate"] is None and len(ablation["opacity"]) == 13
    other = look(Constant(0.3), **given)
    assert other["attention"] is None and other["opacity"] is None
    assert other["answer"] == pytest.approx([0.3] * 13) and other["backscatter"]["VV"] < 0


def test_nodata_and_missing_radar(make_s1: Callable, make_s2: Callable, look: Callable) -> None:
    image, db = optical_numbers(64, 64), backscatter_db(64, 64)
    image[:, 10, 10] = 0
    db[:, 30, 30] = np.nan
    given = {"s1": make_s1(db), "s2": make_s2(image), "s2_offset": 0.0, "tile": 64}
    nowhere = look(small_network(), **given, **place(10, 10))
    assert not nowhere["computed"] and set(nowhere["before"]) == set(nowhere["after"]) == {None}
    radar = look(small_network(), **given, **place(30, 30))
    assert not radar["computed"] and radar["backscatter"] == {"VV": None, "VH": None} and radar["gate"] is None
    # As cloudy as before, which is what a run leaves there.
    assert radar["after"] == radar["before"] and set(radar["answer"]) == {None}


def test_kept_pixels_of_a_mask(run: Callable, scene: tuple[str, str], make_raster: Callable, look: Callable) -> None:
    mask = np.zeros((1, HEIGHT, WIDTH), np.uint8)
    mask[:, :, 60:] = 1
    values, _, _ = run(small_network(), *scene, mask=make_raster("mask.tif", mask), feather=4)
    kept = look(small_network(), result=values["output"], **place(40, 20))
    assert kept["share"] == 0 and kept["after"] == kept["before"] != kept["answer"]
    cloud = look(small_network(), result=values["output"], **place(40, 110))
    assert cloud["share"] == 1 and cloud["after"] != cloud["before"]


def test_what_was_found_to_be_clear_is_told_to_be_kept(
    run: Callable, scene: tuple[str, str], look: Callable, tmp_path: Path
) -> None:
    network = small_network()
    with torch.no_grad():  # it sees no cloud, so that the detector decides
        network.head.bias[13 * 4 :] = -9.0
    changed = str(tmp_path / "changed.tif")
    run(network, *scene, tile=64, keep="detected", detection="spectral", grow=0, changed=changed)
    with rasterio.open(changed) as data:
        marks = data.read(1)
    assert 0 < (marks == 1).mean() < 1
    for mark, share in ((0, 0), (1, 1)):
        row, column = (int(each[0]) for each in np.nonzero(marks == mark))
        values = look(network, result=str(tmp_path / "out.tif"), **place(row, column))
        assert values["share"] == share and values["source"] == (0 if mark == 0 else 1)
        assert sum(values["parts"].values()) == pytest.approx(1, abs=1e-5)


def test_cancelled_while_the_network_runs(scene: tuple[str, str], look: Callable) -> None:
    asked = iter([False] * 8)
    with pytest.raises(errors.Cancelled):
        look(
            small_network(),
            cancelled=lambda: next(asked, True),
            s1=scene[0],
            s2=scene[1],
            s2_offset=0.0,
            tile=64,
            **place(20, 20),
        )


# What a result says of its run --------------------------------------------------------------------------------------


def test_a_run_is_noted_in_full(run: Callable, scene: tuple[str, str], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(Constant(0.2), *map(os.path.basename, scene), tile=48, overlap=10, output="out.tif", s1_name="My radar")
    noted, tags = read_run("out.tif")
    assert (noted.s1, noted.s2) == scene and noted.output == str(tmp_path / "out.tif")
    assert (noted.tile, noted.overlap, noted.s1_name, noted.s2_name) == (48, 10, "My radar", "s2.tif")
    assert (noted.s2_scale, noted.s2_offset, noted.s1_units) == (10000.0, 0.0, "db")
    assert noted.s2_bands == S2_BANDS and noted.s1_bands == (1, 2) and noted.model == "default"
    assert tags["SAR_CLOUD_REMOVAL_WEIGHTS_SHA256"] == "0" * 64
    assert "attention" not in json.loads(tags[RUN_TAG])


def test_a_run_notes_what_applied_to_it_and_nothing_else(
    run: Callable, scene: tuple[str, str], make_raster: Callable, tmp_path: Path
) -> None:
    values, _, _ = run(Constant(0.2), *scene)
    noted, tags = read_run(values["output"])
    record, options = json.loads(tags[RUN_TAG]), json.loads(tags["SAR_CLOUD_REMOVAL_OPTIONS"])
    assert values["detector"] is None and record["keep"] == "network"
    about_masks = {"mask", "mask_name", "mask_crs", "mask_kind", "feather", "detection", "grow"}
    assert not about_masks & set(record) and None not in record.values()
    assert "detection" not in options and options["feather"] is None
    assert (noted.mask, noted.mask_name, noted.detection) == (None, None, "auto")
    with rasterio.open(scene[1]) as dataset:
        mask = make_raster("mask.tif", np.ones((1, dataset.height, dataset.width), np.uint8))
    run(Constant(0.2), *scene, mask=mask, mask_name="My mask", feather=5)
    record = json.loads(read_run(values["output"])[1][RUN_TAG])
    found = {name: record[name] for name in about_masks & set(record)}
    assert found == {"mask": mask, "mask_name": "My mask", "mask_kind": "binary", "feather": 5}


def test_files_that_were_moved_together_are_found(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    run(Constant(0.2), *scene)
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("s1.tif", "s2.tif", "out.tif"):
        (tmp_path / name).rename(moved / name)
    noted, _ = read_run(str(moved / "out.tif"))
    assert (noted.s1, noted.s2) == (str(moved / "s1.tif"), str(moved / "s2.tif"))
    assert noted.output == str(moved / "out.tif")
    (moved / "s1.tif").unlink()
    with pytest.raises(errors.SourceGone, match=r"the Sentinel-1 file «.*s1.tif», .* is no longer there"):
        read_run(str(moved / "out.tif"), "Result")


def test_an_image_that_is_gone_is_computed_anew(
    run: Callable, scene: tuple[str, str], look: Callable, tmp_path: Path
) -> None:
    """The attention map of the run is enough to look into it."""
    network = small_network()
    run(network, *scene, attention=str(tmp_path / "attention.tif"))
    (tmp_path / "out.tif").unlink()
    values = look(network, result=str(tmp_path / "attention.tif"), **place(60, 110))
    assert not values["written"] and values["after"] == pytest.approx(values["answer"], abs=1e-5)


def test_other_rasters_are_refused(scene: tuple[str, str], make_raster: Callable) -> None:
    with pytest.raises(errors.NotAResult, match="«Cloudy» was not made by Remove clouds"):
        read_run(scene[1], "Cloudy")
    old = make_raster("old.tif", np.ones((1, 4, 4), np.uint8), tags={"SAR_CLOUD_REMOVAL_VERSION": "0.1"})
    with pytest.raises(errors.OldResult, match="earlier version"):
        read_run(old)
    broken = make_raster("broken.tif", np.ones((1, 4, 4), np.uint8), tags={RUN_TAG: '{"tile": 4}'})
    with pytest.raises(errors.NotAResult):
        read_run(broken)


def test_both_rasters_are_needed_without_a_result(look: Callable, scene: tuple[str, str]) -> None:
    with pytest.raises(errors.BadOption, match="give a result"):
        look(small_network(), s2=scene[1], x=0.0, y=0.0)
