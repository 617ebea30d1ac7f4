"""Whole runs on small rasters: what comes out is what went in, changed where it should be and nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from affine import Affine
from rasterio.warp import transform as transform_points

from sar_cloud_removal.model import errors
from sar_cloud_removal.model.bands import S2_BANDS, to_l1c
from sar_cloud_removal.model.memory import Demand
from sar_cloud_removal.model.networks import build
from sar_cloud_removal.model.networks.multistage_fusion import MultistageFusionConfig
from sar_cloud_removal.model.partial_files import partial_path
from sar_cloud_removal.model.raster import read_raster
from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.requests import RUN_TAG, PartialFile, Progress, Reconstruct, Result, encode
from sar_cloud_removal.model.scene import feathered

from .conftest import (
    OURS,
    TRANSFORM,
    UTM,
    Blur,
    Constant,
    Identity,
    Recorder,
    backscatter_db,
    limited_file_size,
    names_in,
    optical_numbers,
)

#: Channels of an answer for hidden ground: opacity, expected error, and what the colour is from.
GROUND = 6


@pytest.fixture
def scene(make_s1: Callable[..., str], make_s2: Callable[..., str]) -> tuple[str, str]:
    """An S1 and an S2 of 90 × 131 pixels."""
    return make_s1(backscatter_db(90, 131)), make_s2(optical_numbers(90, 131))


def small_network() -> torch.nn.Module:
    """The paper's network, small and untrained."""
    torch.manual_seed(0)
    return build(
        MultistageFusionConfig(
            base_width=8, directed_width=8, base_blocks=1, directed_blocks=1, token_width=16, heads=2, **OURS
        )
    )


def test_hidden_ground_looks_as_the_product_level_of_the_image_has_it(
    run: Callable, make_s1: Callable, make_s2: Callable
) -> None:
    network = build(
        MultistageFusionConfig(
            base_width=8,
            directed_width=8,
            base_blocks=1,
            directed_blocks=1,
            token_width=16,
            heads=2,
            shrinkage=1.0,
            **OURS,
        )
    )
    above = torch.from_numpy(to_l1c(np.full((13, 1, 1), 0.2, np.float32)))[:, 0, 0]
    network.expected.learnt(torch.nn.functional.pad(above[:, None], (0, 2)), torch.tensor([1.0, 0.0, 0.0]))
    opacities = len(network.head.bias) // 2
    network.head.bias.data[opacities:] = 20.0
    s1, clouds = make_s1(backscatter_db(64, 64)), np.full((13, 64, 64), 9000, np.uint16)
    l1c, l2a = make_s2(clouds), make_s2(clouds[:12], name="l2a.tif")
    through = np.rint(above.numpy() * 10000).astype(int)
    assert np.abs(run(network, s1, l1c)[1].astype(int) - through[:, None, None]).max() <= 20
    values, output, _ = run(network, s1, l2a)
    assert np.abs(output.astype(int) - 2000).max() <= 20
    with rasterio.open(values["output"]) as dataset:
        assert json.loads(dataset.tags()[RUN_TAG])["level"] == "l2a"
    # What lacks the cirrus band for another reason can be told to be L1C.
    output = run(network, s1, l2a, level="l1c")[1].astype(int)
    assert np.abs(output - np.delete(through, 10)[:, None, None]).max() <= 20
    with pytest.raises(errors.BadOption, match="level"):
        run(network, s1, l2a, level="l2")


# Tiling -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("height, width", [(1, 1), (37, 131), (64, 64), (97, 65)])
@pytest.mark.parametrize("tile, overlap", [(16, 0), (48, 11), (64, 16), (33, 25), (256, 64)])
def test_the_identity_gives_the_input_to_the_bit(
    run: Callable, make_s1: Callable, make_s2: Callable, height: int, width: int, tile: int, overlap: int
) -> None:
    image = optical_numbers(height, width)
    s1, s2 = make_s1(backscatter_db(height, width)), make_s2(image)
    values, output, _ = run(Identity(), s1, s2, tile=tile, overlap=overlap)
    assert np.array_equal(output, image)
    assert values["valid_pixels"] == height * width and values["overlap"] == min(overlap, values["tile"] - 1)


def test_a_tile_is_not_much_longer_than_the_scene(run: Callable, scene: tuple[str, str]) -> None:
    for tile, used in ((1024, 144), (100, 100), (144, 144), (16, 16)):
        assert run(Identity(), *scene, tile=tile)[0]["tile"] == used
    with pytest.raises(errors.BadOption, match="«tile» has the value «8», which does not work: it has to be 16 or"):
        run(Identity(), *scene, tile=8)


def test_what_was_assumed_is_in_the_values(run: Callable, scene: tuple[str, str]) -> None:
    findings = run(Identity(), *scene)[0]["findings"]
    assert any("is taken for Level-1C" in each for each in findings)
    assert any("«s2.tif»: B1, B2, B3" in each and "DN, reflectance × 10000" in each for each in findings)
    assert any("VV is band 1, VH is band 2" in each and "are dB" in each for each in findings)


def test_an_empty_name_of_an_output_is_refused(run: Callable, scene: tuple[str, str]) -> None:
    with pytest.raises(errors.OutputError):
        run(Identity(), *scene, output="")


@pytest.mark.parametrize("dtype, factor", [("float32", 1e-4), ("float32", 1.0), ("float64", 1e-4), ("int16", 1.0)])
def test_the_identity_in_other_types(
    run: Callable, make_s1: Callable, make_s2: Callable, dtype: str, factor: float
) -> None:
    image = (optical_numbers(70, 90) * factor).astype(dtype)
    image[:, 5, 5] *= 2
    # Above reflectance 1, which the network sees clipped.
    image[2, 8, 8] = 12000 * factor
    _, output, _ = run(Identity(), make_s1(backscatter_db(70, 90)), make_s2(image), tile=48)
    assert output.dtype == np.dtype(dtype) and np.array_equal(output, image)


def test_two_tilings_of_a_local_network_agree(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    whole = run(Blur(), *scene, tile=256, output=str(tmp_path / "whole.tif"))[1].astype(int)
    for tile, overlap in ((64, 32), (48, 24), (80, 20)):
        other = run(Blur(), *scene, tile=tile, overlap=overlap)[1].astype(int)
        difference = np.abs(other - whole)
        # The four pixels at the border of a tile see less of the image; blending leaves little of that.
        assert difference.max() < 60
        assert np.median(difference) <= 1


def test_no_step_where_tiles_meet(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    """A network whose answer depends on the tile makes slopes between tiles, and no edges."""

    class TileMean(torch.nn.Module):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            return optical.mean(dim=(2, 3), keepdim=True).expand_as(optical)

    ramp = np.broadcast_to(np.linspace(1000, 5000, 300), (13, 60, 300)).astype(np.uint16)
    s1, s2 = make_s1(backscatter_db(60, 300)), make_s2(ramp)
    output = run(TileMean(), s1, s2, tile=60, overlap=24)[1][1, 30].astype(int)
    steps = np.diff(output)
    between = 4000 / 300 * 40
    assert steps.min() >= 0
    assert steps.max() < 1.2 * np.pi / 2 * between / 20


def test_a_scene_smaller_than_a_tile_is_mirrored(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    image = optical_numbers(20, 50)
    network = Recorder()
    run(network, make_s1(backscatter_db(20, 50)), make_s2(image), tile=64)
    ((optical, sar),) = network.seen
    assert optical.shape == (1, 13, 64, 64) and sar.shape == (1, 2, 64, 64)
    assert np.array_equal(optical[0, :, :20, :50], image.astype(np.float32) / np.float32(10000))
    assert np.array_equal(optical[0, :, 20:40, :50], optical[0, :, 19::-1, :50])
    assert np.array_equal(optical[0, :, :20, 50:], optical[0, :, :20, 49:35:-1])


def test_the_network_sees_dB_scaled_to_0_1(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    db = np.stack([np.full((64, 64), -10.0), np.full((64, 64), -13.0)]).astype(np.float32)
    network = Recorder()
    run(network, make_s1(db), make_s2(optical_numbers(64, 64)))
    sar = network.seen[0][1][0]
    np.testing.assert_allclose(sar[0], 15 / 25, atol=1e-6)
    np.testing.assert_allclose(sar[1], 19.5 / 32.5, atol=1e-6)


@pytest.mark.parametrize("units, exponent", [("power", 10), ("amplitude", 20)])
def test_linear_backscatter_becomes_dB_and_zeros_are_missing(
    run: Callable, make_s1: Callable, make_s2: Callable, units: str, exponent: int
) -> None:
    db = backscatter_db(64, 64)
    linear = 10 ** (db / exponent)
    linear[:, :10, :10] = 0
    network = Recorder()
    values, _, _ = run(network, make_s1(linear), make_s2(optical_numbers(64, 64)))
    sar = network.seen[0][1][0]
    assert np.abs(sar[0, 10:] - (db[0, 10:] + 25) / 25).max() < 1e-5
    assert values["s1_missing_pixels"] == 100
    assert any("100 pixels" in warning for warning in values["warnings"])


def test_s1_in_hundredths_with_a_scale_factor(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    db = backscatter_db(64, 64)
    network = Recorder()
    s1 = make_s1(np.rint(db * 100).astype(np.int16), scales=(0.01, 0.01))
    run(network, s1, make_s2(optical_numbers(64, 64)))
    assert np.abs(network.seen[0][1][0, 0] - (db[0] + 25) / 25).max() < 1e-3


# The answer becomes numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scale, offset, reflectance, expected",
    [(None, 0.0, 0.25, 2500), (10000.0, -1000.0, 0.25, 3500), (20000.0, 0.0, 0.5, 10000), (None, 0.0, 1.7, 10000)],
)
def test_reflectance_is_written_in_the_scale_of_the_input(
    run: Callable, scene: tuple[str, str], scale: float, offset: float, reflectance: float, expected: int
) -> None:
    _, output, _ = run(Constant(reflectance), *scene, s2_scale=scale, s2_offset=offset)
    assert (output == expected).all()


def test_a_pixel_that_would_become_nodata_becomes_its_neighbour(
    run: Callable, make_s1: Callable, make_s2: Callable
) -> None:
    image = optical_numbers(64, 64)
    image[image == 2500] = 2499
    s1 = make_s1(backscatter_db(64, 64))
    assert (run(Constant(0.0), s1, make_s2(image, nodata=0))[1] == 1).all()
    assert (run(Constant(0.0), s1, make_s2(image, nodata=5))[1] == 0).all()
    assert (run(Constant(0.25), s1, make_s2(image, nodata=2500))[1] == 2501).all()
    floating = run(Constant(0.25), s1, make_s2(image.astype(np.float32) / 10000, nodata=0.25))[1]
    assert (floating == np.nextafter(np.float32(0.25), np.float32(1))).all()


def test_other_bands_are_kept(run: Callable, make_s1: Callable, make_raster: Callable) -> None:
    image = np.concatenate([optical_numbers(64, 64), np.full((1, 64, 64), 7, np.uint16)])
    s2 = make_raster("s2.tif", image, descriptions=(*S2_BANDS, "SCL"))
    values, output, _ = run(Constant(0.5), make_s1(backscatter_db(64, 64)), s2)
    assert (output[:13] == 5000).all() and (output[13] == 7).all()
    assert values["bands"] == list(S2_BANDS)


@pytest.mark.parametrize("absent", [("B10",), ("B1", "B9", "B10")])
def test_absent_bands_are_estimated_and_not_written(
    run: Callable, make_s1: Callable, make_raster: Callable, absent: tuple
) -> None:
    names = [band for band in S2_BANDS if band not in absent]
    image = optical_numbers(64, 64, len(names))
    network = Recorder()
    s2 = make_raster("s2.tif", image, descriptions=names)
    values, output, _ = run(network, make_s1(backscatter_db(64, 64)), s2)
    assert output.shape == (len(names), 64, 64) and values["bands"] == names
    optical = network.seen[0][0][0]
    assert np.allclose(optical[10], 0.0015)
    assert np.array_equal(optical[1], image[names.index("B2")].astype(np.float32) / np.float32(10000))
    assert any("B10" in warning for warning in values["warnings"])


def test_bands_in_another_order_come_back_in_it(run: Callable, make_s1: Callable, make_raster: Callable) -> None:
    class BandNumber(torch.nn.Module):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            return torch.arange(13).view(1, 13, 1, 1).expand_as(optical) / 20

    names = ("B12", "B4", "B3", "B2", "B8", "B11")
    s2 = make_raster("s2.tif", optical_numbers(64, 64, 6), descriptions=names)
    _, output, _ = run(BandNumber(), make_s1(backscatter_db(64, 64)), s2)
    assert output[:, 0, 0].tolist() == [S2_BANDS.index(name) * 500 for name in names]


# Nodata and gaps ----------------------------------------------------------------------------------------------------


def test_what_lies_under_nodata_changes_nothing(
    run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path
) -> None:
    mask = np.full((90, 131), 255, np.uint8)
    mask[20:50, 30:90] = 0
    results = []
    for value in (0, 9999):
        image = optical_numbers(90, 131)
        image[:, mask == 0] = value
        s2 = make_s2(image, f"s2_{value}.tif")
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(s2, "r+") as dataset:
            dataset.write_mask(mask)
        values, output, _ = run(
            small_network(), make_s1(backscatter_db(90, 131)), s2, output=str(tmp_path / f"{value}.tif")
        )
        assert (output[:, mask == 0] == value).all()
        assert values["nodata_pixels"] == 30 * 60
        results.append(output[:, mask > 0])
    assert np.array_equal(*results)
    assert (results[0] != optical_numbers(90, 131)[:, mask > 0]).mean() > 0.9


def test_nodata_stays_nodata_band_by_band(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    image = (optical_numbers(64, 64) / 10000).astype(np.float32)
    image[:, 3, 4] = np.nan
    image[5, 10, 11] = np.inf
    image[:, 20, 21] = -9999
    values, output, _ = run(Constant(0.5), make_s1(backscatter_db(64, 64)), make_s2(image, nodata=-9999))
    assert np.isnan(output[:, 3, 4]).all() and (output[:, 20, 21] == -9999).all()
    assert output[5, 10, 11] == np.inf and (np.delete(output[:, 10, 11], 5) == 0.5).all()
    assert values["nodata_pixels"] == 2 and (output == 0.5).sum() == 13 * (64 * 64 - 2) - 1


def test_bands_that_declare_different_nodata_share_the_first_in_the_result(
    run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path
) -> None:
    image = optical_numbers(64, 64)
    image[[1, *range(3, 13)], 3, 4] = 0
    image[2, 10, 11] = 65535
    bands = "".join(
        f'<VRTRasterBand dataType="UInt16" band="{number}"><Description>{name}</Description>'
        + {"B1": "", "B3": "<NoDataValue>65535</NoDataValue>"}.get(name, "<NoDataValue>0</NoDataValue>")
        + f"<SimpleSource><SourceFilename>{make_s2(image)}</SourceFilename><SourceBand>{number}</SourceBand>"
        "</SimpleSource></VRTRasterBand>"
        for number, name in enumerate(S2_BANDS, 1)
    )
    stack = tmp_path / "stack.vrt"
    place = f"<SRS>{UTM}</SRS><GeoTransform>{', '.join(map(str, TRANSFORM.to_gdal()))}</GeoTransform>"
    stack.write_text(f'<VRTDataset rasterXSize="64" rasterYSize="64">{place}{bands}</VRTDataset>')
    values, output, _ = run(Constant(0.0), make_s1(backscatter_db(64, 64)), str(stack))
    with rasterio.open(values["output"]) as dataset:
        assert dataset.nodata == 0
    # Computed numbers are the nodata of the result in no band, what was nodata is it in each.
    assert output[:3, 0, 0].tolist() == [1, 1, 1]
    assert output[:4, 3, 4].tolist() == [1, 0, 1, 0]
    assert output[1:4, 10, 11].tolist() == [1, 0, 1]
    assert (output == 0).sum() == 11 + 1


def test_pixels_under_the_mask_of_the_file_are_its_nodata_in_the_result(
    run: Callable, make_s1: Callable, make_s2: Callable
) -> None:
    s2 = make_s2(optical_numbers(64, 64), nodata=0)
    mask = np.full((64, 64), 255, np.uint8)
    mask[3, 4] = 0
    with rasterio.open(s2, "r+") as dataset:
        dataset.write_mask(mask)
    _, output, _ = run(Constant(0.5), make_s1(backscatter_db(64, 64)), s2)
    assert (output[:, 3, 4] == 0).all() and (output == 5000).sum() == 13 * (64 * 64 - 1)


def test_pixels_that_are_0_in_all_bands_are_nodata(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    image = optical_numbers(64, 200)
    image[:, :, 100:] = 0
    network = Recorder()
    values, output, _ = run(network, make_s1(backscatter_db(64, 200)), make_s2(image), overlap=0)
    assert values["nodata_pixels"] == 6400 and np.array_equal(output, image)
    # The tiles that begin at 0, 45 and 90 hold valid pixels, the last one, from 136 on, does not.
    assert len(network.seen) == 3
    assert min(optical[0, 1].min() for optical, _ in network.seen) > 0


def test_where_s1_is_missing_the_pixel_stays_as_it_is(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    db = backscatter_db(64, 200)
    db[0, 10:20, 30:50] = np.nan
    db[1, 40:45, 60:66] = np.inf
    db[1, 50, 70:80] = -3.4e38
    db[:, 60, 5] = 0
    db[0, 61, 5] = 0
    image = optical_numbers(64, 200)
    missing = np.zeros((64, 200), bool)
    missing[10:20, 30:50] = missing[40:45, 60:66] = missing[50, 70:80] = missing[60, 5] = True
    network = Constant(0.5)
    values, output, _ = run(network, make_s1(db), make_s2(image))
    assert np.array_equal(output[:, missing], image[:, missing]) and (output[:, ~missing] == 5000).all()
    assert values["s1_missing_pixels"] == missing.sum() == 200 + 30 + 10 + 1
    assert any("no value at 241 pixels" in warning for warning in values["warnings"])


def test_the_network_never_sees_what_s1_lacks(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    db = backscatter_db(64, 64)
    db[0, :32] = np.nan
    network = Recorder()
    run(network, make_s1(db), make_s2(optical_numbers(64, 64)))
    sar = network.seen[0][1][0]
    # As in training: 0 in both bands.
    assert (sar[:, :32] == 0).all()
    np.testing.assert_allclose(sar[0, 32:], (db[0, 32:] + 25) / 25, rtol=1e-5)


def test_s1_that_covers_a_part(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    s1 = make_s1(backscatter_db(64, 120), transform=TRANSFORM * Affine.translation(40, 0))
    network = Constant(0.5)
    values, output, _ = run(network, s1, make_s2(optical_numbers(64, 160)))
    assert values["s1_missing_pixels"] == 40 * 64
    assert (output[:, :, 40:] == 5000).all() and (output[:, :, :40] != 5000).any()


def test_s1_in_degrees_is_laid_on_s2(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    """VV rises towards the east: the network must see it rise at the right pixels."""
    (left, right), (top, bottom) = transform_points(UTM, "EPSG:4326", [499_500, 501_500], [5_000_500, 4_998_500])
    transform = Affine((right - left) / 200, 0, left, 0, (bottom - top) / 200, top)
    columns, rows = np.meshgrid(np.arange(200) + 0.5, np.arange(200) + 0.5)
    east = transform_points("EPSG:4326", UTM, *(each.ravel() for each in transform * (columns, rows)))[0]
    vv = -20 + (np.reshape(east, (200, 200)) - 500_000) / 100
    network = Recorder()
    s1 = make_s1(np.stack([vv, vv - 7]).astype(np.float32), crs="EPSG:4326", transform=transform)
    values, _, _ = run(network, s1, make_s2(optical_numbers(64, 64)))
    expected = (-20 + (np.arange(64) + 0.5) / 10 + 25) / 25
    assert np.abs(network.seen[0][1][0, 0] - expected).max() < 0.0005
    assert values["s1_missing_pixels"] == 0


def test_an_extent_gives_the_same_pixels_as_the_whole(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    image = read_raster(scene[1])[0]
    extent = (500_205, 4_999_305, 500_805, 4_999_805)
    _, output, _ = run(Identity(), *scene, extent=extent)
    assert np.array_equal(output, image[:, 19:70, 20:81])
    with rasterio.open(tmp_path / "out.tif") as dataset:
        assert dataset.transform == TRANSFORM * Affine.translation(20, 19)


def test_the_network_sees_the_ground_around_an_extent(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    whole = run(Blur(), *scene, tile=256, output=str(tmp_path / "whole.tif"))[1]
    extent = (500_205, 4_999_305, 500_805, 4_999_805)
    _, output, _ = run(Blur(), *scene, extent=extent, tile=64, overlap=32)
    assert np.abs(output.astype(int) - whole[:, 19:70, 20:81]).max() <= 1
    network = Recorder()
    values, small, _ = run(network, *scene, extent=(500_500, 4_999_500, 500_510, 4_999_510), tile=64)
    assert small.shape == (13, 1, 1) and values["valid_pixels"] == 1
    image = read_raster(scene[1])[0].astype(np.float32) / np.float32(10000)
    assert np.array_equal(network.seen[0][0][0, :, 32, 32], image[:, 49, 50])
    assert np.array_equal(network.seen[0][0][0], image[:, 17:81, 18:82])


# Mask ---------------------------------------------------------------------------------------------------------------


def blob_mask(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    blob = (rows - 40) ** 2 + (columns - 60) ** 2 < 30**2
    return (blob | (columns > width - 12)).astype(np.uint8)[None]


@pytest.mark.parametrize("feather", [0, 1, 8, 30])
def test_outside_of_the_mask_nothing_changes(
    run: Callable, scene: tuple[str, str], make_raster: Callable, feather: int, tmp_path: Path
) -> None:
    cloud = blob_mask(90, 131)
    path = make_raster("mask.tif", cloud * 255)
    changed = str(tmp_path / "changed.tif")
    values, output, _ = run(Constant(0.9), *scene, mask=path, feather=feather, changed=changed)
    image = read_raster(scene[1])[0]
    outside = cloud[0] == 0
    assert np.array_equal(output[:, outside], image[:, outside])
    # Opaque cloud goes as a whole, whatever the feather is.
    assert (output[:, ~outside] == 9000).all()
    assert values["kept_pixels"] == outside.sum()
    assert values["cloud_cover"] == pytest.approx(100 * cloud.mean())
    assert np.array_equal(read_raster(changed)[0][0], cloud[0])


@pytest.mark.parametrize("feather", [0, 1, 8, 30])
def test_thin_cloud_and_shadow_have_a_seam(
    run: Callable, scene: tuple[str, str], make_raster: Callable, feather: int
) -> None:
    classes = blob_mask(90, 131) * 3
    classes[:, :, 125:] = 2
    classes[:, 30:40, 55:65] = 1
    path = make_raster("mask.tif", classes)
    _, output, _ = run(Constant(0.9), *scene, mask=path, mask_kind="classes", feather=feather)
    image = read_raster(scene[1])[0]
    share = feathered(classes[0] > 0, feather)
    share[classes[0] == 1] = 1
    expected = image + share * (9000 - image.astype(np.float64))
    assert np.abs(output - expected).max() <= 0.51


def test_the_seam_does_not_depend_on_the_tiling(
    run: Callable, scene: tuple[str, str], make_raster: Callable, tmp_path: Path
) -> None:
    files = {"mask": make_raster("mask.tif", blob_mask(90, 131) * 3), "mask_kind": "classes"}
    results = [
        run(Constant(0.9), *scene, tile=tile, overlap=overlap, **files, output=str(tmp_path / f"{tile}.tif"))[1]
        for tile, overlap in ((256, 0), (32, 5), (48, 40))
    ]
    assert ((results[0] != 9000) & (results[0] != read_raster(scene[1])[0])).any()
    assert np.array_equal(results[0], results[1]) and np.array_equal(results[0], results[2])


def test_clear_tiles_are_not_computed(
    run: Callable, make_s1: Callable, make_s2: Callable, make_raster: Callable
) -> None:
    mask = np.zeros((1, 64, 256), np.uint8)
    mask[0, 5, 70] = 1
    network = Recorder()
    values, _, _ = run(
        network,
        make_s1(backscatter_db(64, 256)),
        make_s2(optical_numbers(64, 256)),
        overlap=0,
        mask=make_raster("mask.tif", mask),
    )
    assert len(network.seen) == 1 and values["kept_pixels"] == 64 * 256 - 1


def test_a_mask_on_another_grid_and_its_nodata(run: Callable, scene: tuple[str, str], make_raster: Callable) -> None:
    mask = np.ones((1, 9, 14), np.uint8)
    mask[0, :, 7:] = 255
    path = make_raster("mask.tif", mask, transform=TRANSFORM * Affine.scale(10), nodata=255)
    values, output, _ = run(Constant(0.9), *scene, mask=path, feather=0)
    assert (output[:, :, :70] == 9000).all()
    assert np.array_equal(output[:, :, 70:], read_raster(scene[1])[0][:, :, 70:])
    assert values["kept_pixels"] == 90 * 61


# Attention and changed pixels ---------------------------------------------------------------------------------------


def test_the_attention_map_changes_no_pixel_of_the_image(
    run: Callable, scene: tuple[str, str], make_raster: Callable, tmp_path: Path
) -> None:
    network = small_network()
    _, without, _ = run(network, *scene, output=str(tmp_path / "without.tif"))
    values, with_map, _ = run(network, *scene, attention=str(tmp_path / "attention.tif"))
    assert np.array_equal(without, with_map)
    with rasterio.open(values["attention"]) as dataset:
        assert dataset.dtypes == ("uint16", "uint16") and dataset.nodata == 65535
        assert dataset.scales == (1e-4, 1e-3)
        assert dataset.descriptions == ("SAR gate (0–1)", "Token attention received (1 = average)")
        assert dataset.transform == TRANSFORM and dataset.shape == (90, 131) and dataset.crs.to_epsg() == 32632
        gate, received = dataset.read() * np.array(dataset.scales)[:, None, None]
    assert 0.2 < gate.min() < gate.max() < 0.8 and np.ptp(gate) > 0.005
    # 1 on average in each tile, so about 1 on average here.
    assert abs(received.mean() - 1) < 0.05
    mask = make_raster("mask.tif", blob_mask(90, 131))
    masked = run(network, *scene, mask=mask, attention=str(tmp_path / "again.tif"))[1]
    assert np.array_equal(read_raster(tmp_path / "again.tif")[0], read_raster(values["attention"])[0])
    assert np.array_equal(masked[:, 0, 0], read_raster(scene[1])[0][:, 0, 0])


def test_attention_is_nodata_where_nothing_was_looked_at(
    run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path
) -> None:
    db, image = backscatter_db(64, 64), optical_numbers(64, 64)
    db[:, :10], image[:, 20:30] = np.nan, 0
    run(small_network(), make_s1(db), make_s2(image), attention=str(tmp_path / "attention.tif"))
    maps = read_raster(tmp_path / "attention.tif")[0]
    nodata = (maps == 65535).all(axis=0)
    assert nodata[:10].all() and nodata[20:30].all() and nodata.sum() == 20 * 64


def test_a_network_without_attention_has_no_map(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(errors.BadOption, match="attention"):
        run(Identity(), *scene, attention=str(tmp_path / "attention.tif"))
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


def test_the_mask_of_changed_pixels(
    run: Callable, make_s1: Callable, make_s2: Callable, make_raster: Callable, tmp_path: Path
) -> None:
    db, image = backscatter_db(64, 80), optical_numbers(64, 80)
    db[:, :10], image[:, 20:30], mask = np.nan, 0, np.ones((1, 64, 80), np.uint8)
    mask[..., :40] = 0
    values, _, _ = run(
        Constant(0.9),
        make_s1(db),
        make_s2(image),
        mask=make_raster("mask.tif", mask),
        changed=str(tmp_path / "changed.tif"),
    )
    with rasterio.open(tmp_path / "changed.tif") as dataset:
        codes = dataset.read(1)
        assert dataset.nodata == 255 and "Sentinel-1 missing" in dataset.descriptions[0]
    expected = np.full((64, 80), 0)
    expected[:, 40:] = 1
    expected[:10, 40:] = 2
    expected[20:30] = 255
    assert np.array_equal(codes, expected)
    assert values["kept_pixels"] == (expected == 0).sum() and values["nodata_pixels"] == 800


def test_cloud_cover_without_a_mask_is_what_changes_much_in_blue(
    run: Callable, make_s1: Callable, make_s2: Callable
) -> None:
    image = np.full((13, 64, 64), 3000, np.uint16)
    image[10] = 15
    image[1, :16] = 3600
    assert run(Constant(0.3), make_s1(backscatter_db(64, 64)), make_s2(image))[0]["cloud_cover"] == pytest.approx(25)
    image[1, :16] = 3400
    assert run(Constant(0.3), make_s1(backscatter_db(64, 64)), make_s2(image))[0]["cloud_cover"] == 0


# SAR influence ------------------------------------------------------------------------------------------------------


class ByRadar(torch.nn.Module):
    """Says 0.1, and in the band B4 as much more as half of what VV is, scaled to 0–1."""

    calls = 0

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        answer = torch.full_like(optical, 0.1)
        answer[:, 3] += 0.5 * sar[:, 0]
        return answer


@pytest.mark.parametrize("quality", ["normal", "best"])
def test_influence_is_what_changes_without_sar(
    run: Callable, make_s1: Callable, make_s2: Callable, make_raster: Callable, tmp_path: Path, quality: str
) -> None:
    db, image, mask = backscatter_db(90, 131), optical_numbers(90, 131), np.ones((1, 90, 131), np.uint8)
    mask[:, :, :10], db[:, :8], image[:, 80:] = 0, np.nan, 0
    network, path = ByRadar(), str(tmp_path / "influence.tif")
    files = {"mask": make_raster("mask.tif", mask), "influence": path, "feather": 0}
    values, output, _ = run(network, make_s1(db), make_s2(image), quality=quality, overlap=16, **files)
    assert network.calls == 6 * (2 if quality == "normal" else 16) and values["influence"] == path
    with rasterio.open(path) as dataset:
        assert dataset.dtypes == ("uint16",) and dataset.nodata == 65535 and dataset.scales == (1e-4,)
        assert dataset.descriptions[0].startswith("SAR influence") and dataset.transform == TRANSFORM
        influence = dataset.read(1)
    expected = 0.5 * np.clip((db[0] + 25) / 25, 0, 1) / 13 / 1e-4
    assert np.abs(influence[8:80, 10:] - expected[8:80, 10:]).max() <= 0.51
    assert expected[8:80].min() > 20
    assert (influence[8:80, :10] == 0).all()
    assert (influence[:8, 10:] == 65535).all() and (influence[80:] == 65535).all()
    # The image is that with SAR.
    assert np.abs(output[3, 8:80, 10:] - (1000 + 13 * expected[8:80, 10:])).max() <= 1


def test_influence_is_0_for_networks_that_ignore_sar(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    class Halved(torch.nn.Module):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            return optical / 2

    plain = run(Halved(), *scene)[1]
    path = str(tmp_path / "influence.tif")
    assert np.array_equal(run(Halved(), *scene, influence=path)[1], plain)
    with rasterio.open(path) as dataset:
        assert (dataset.read(1) == 0).all()


def test_influence_and_attention_do_not_mix(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    network = small_network()
    paths = {name: str(tmp_path / f"{name}.tif") for name in ("attention", "influence")}
    plain = run(network, *scene, attention=paths["attention"])[1]
    with rasterio.open(paths["attention"]) as dataset:
        attention = dataset.read()
    assert np.array_equal(run(network, *scene, **paths)[1], plain)
    with rasterio.open(paths["attention"]) as dataset:
        assert np.array_equal(dataset.read(), attention)
    with rasterio.open(paths["influence"]) as dataset:
        assert dataset.read(1).max() > 0


# Quality ------------------------------------------------------------------------------------------------------------


class Slope(torch.nn.Module):
    """Says 0.2 in the left half of what it sees and 0.4 in the right half."""

    calls = 0

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        answer = torch.full_like(optical, 0.2)
        answer[..., optical.shape[-1] // 2 :] = 0.4
        return answer


def test_best_gives_the_mean_over_the_orientations(
    run: Callable, make_s1: Callable, make_s2: Callable, make_raster: Callable
) -> None:
    db, image, mask = backscatter_db(64, 64), optical_numbers(64, 64), np.ones((1, 64, 64), np.uint8)
    mask[:, :, :10], db[:, :8], image[:, 60:] = 0, np.nan, 0
    network = Slope()
    given = {"mask": make_raster("mask.tif", mask), "feather": 0, "quality": "best"}
    values, output, _ = run(network, make_s1(db), make_s2(image), **given)
    assert network.calls == 8 and values["quality"] == "best"
    # Left, right, up and down come twice each, so 0.3 wherever it is.
    assert (output[:, 8:60, 10:] == 3000).all() and np.array_equal(output[:, :, :10], image[:, :, :10])
    with rasterio.open(values["output"]) as dataset:
        assert json.loads(dataset.tags()["SAR_CLOUD_REMOVAL_OPTIONS"])["quality"] == "best"


@pytest.mark.parametrize("height, width, tile", [(37, 131, 48), (20, 50, 64), (90, 131, 64)])
def test_best_of_the_identity_gives_the_input_to_the_bit(
    run: Callable, make_s1: Callable, make_s2: Callable, height: int, width: int, tile: int
) -> None:
    image = optical_numbers(height, width)
    s1, s2 = make_s1(backscatter_db(height, width)), make_s2(image)
    assert np.array_equal(run(Identity(), s1, s2, tile=tile, quality="best")[1], image)


def test_best_with_all_maps_and_tilings(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    maps = {name: str(tmp_path / f"{name}.tif") for name in ("attention", "changed")}
    values, output, _ = run(small_network(), *scene, quality="best", **maps)
    _, alone, _ = run(small_network(), *scene, quality="best", output=str(tmp_path / "alone.tif"))
    assert np.array_equal(output, alone)
    gate, received = read_raster(maps["attention"])[0] * np.array([1e-4, 1e-3])[:, None, None]
    assert 0.2 < gate.min() < gate.max() < 0.8 and abs(received.mean() - 1) < 0.05
    assert {name: values[name] for name in maps} == maps


def test_other_qualities_are_refused(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(errors.BadOption, match="choose one of normal, best"):
        run(Identity(), *scene, quality="finest")
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


def test_cancel_in_the_middle_of_the_eight(run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path) -> None:
    network = Slope()
    with pytest.raises(errors.Cancelled):
        run(
            network,
            make_s1(backscatter_db(64, 64)),
            make_s2(optical_numbers(64, 64)),
            quality="best",
            cancelled=lambda: network.calls >= 3,
        )
    assert network.calls == 3 and names_in(tmp_path) == ["s1.tif", "s2.tif"]


# The run ------------------------------------------------------------------------------------------------------------


def test_result_and_tags_say_what_was_done(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    values, _, events = run(Identity(), *scene, tile=48, s1_name="My radar", s2_name="My scene")
    encode(Result(values))
    expected = {"device": "cpu", "model": "test", "tile": 48, "overlap": 12, "batch": 1, "precision": "float32"}
    assert expected.items() <= values.items()
    assert values["tiles"] == 3 * 4 and values["weights_sha256"] == "0" * 64 and values["seconds"] > 0
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) >= 12
    partial = [event.path for event in events if isinstance(event, PartialFile)]
    assert partial == [partial_path(str(tmp_path / "out.tif"))]
    with rasterio.open(tmp_path / "out.tif") as dataset:
        tags = dataset.tags()
    assert tags["SAR_CLOUD_REMOVAL_MODEL"] == "test" and tags["SAR_CLOUD_REMOVAL_WEIGHTS_SHA256"] == "0" * 64
    assert tags["SAR_CLOUD_REMOVAL_S1"] == f"My radar ({scene[0]})"
    assert json.loads(tags["SAR_CLOUD_REMOVAL_OPTIONS"])["tile"] == 48


def test_attributions_of_both_inputs_are_kept(
    run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path
) -> None:
    s1 = make_s1(backscatter_db(64, 64), tags={"ATTRIBUTION": "radar"})
    run(Identity(), s1, make_s2(optical_numbers(64, 64), tags={"ATTRIBUTION": "optical"}))
    with rasterio.open(tmp_path / "out.tif") as dataset:
        assert dataset.tags()["ATTRIBUTION"] == "optical; radar"


def test_bfloat16_is_close_to_float32(run: Callable, scene: tuple[str, str]) -> None:
    network = small_network()
    exact = run(network, *scene)[1].astype(int)
    values, rounded, _ = run(network, *scene, precision="bfloat16")
    assert values["precision"] == "bfloat16"
    difference = np.abs(rounded.astype(int) - exact)
    assert 0 < difference.mean() < 60


@pytest.mark.parametrize("when", [0, 3])
def test_cancel_leaves_nothing_and_keeps_what_was_there(
    run: Callable, scene: tuple[str, str], tmp_path: Path, when: int
) -> None:
    (tmp_path / "out.tif").write_bytes(b"an earlier result")
    calls = []

    class Counting(Identity):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            calls.append(1)
            return optical

    with pytest.raises(errors.Cancelled):
        run(Counting(), *scene, tile=32, changed=str(tmp_path / "c.tif"), cancelled=lambda: len(calls) >= when)
    assert len(calls) == when
    assert names_in(tmp_path) == ["out.tif", "s1.tif", "s2.tif"]
    assert (tmp_path / "out.tif").read_bytes() == b"an earlier result"
    assert not [thread for thread in threading.enumerate() if thread.name in ("reader", "writer")]


def test_cancel_during_the_last_steps(run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path) -> None:
    s1, s2 = make_s1(backscatter_db(64, 600)), make_s2(optical_numbers(64, 600))
    done = threading.Event()

    class Last(Identity):
        calls = 0

        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            # The last tile.
            if self.calls == 13:
                done.set()
            return optical

    with pytest.raises(errors.Cancelled):
        run(Last(), s1, s2, cancelled=done.is_set)
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


def test_an_error_in_the_network_keeps_an_earlier_result(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "out.tif").write_bytes(b"an earlier result")

    class Broken(torch.nn.Module):
        calls = 0

        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            if self.calls == 4:
                raise RuntimeError("broken")
            return optical

    with pytest.raises(RuntimeError, match="broken"):
        run(Broken(), *scene, tile=32)
    assert (tmp_path / "out.tif").read_bytes() == b"an earlier result"
    assert names_in(tmp_path) == ["out.tif", "s1.tif", "s2.tif"]


def test_a_full_disk_keeps_an_earlier_result(
    run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path
) -> None:
    (tmp_path / "out.tif").write_bytes(b"an earlier result")
    s1, s2 = make_s1(backscatter_db(600, 300)), make_s2(optical_numbers(600, 300))
    with limited_file_size(1_500_000), pytest.raises(errors.DiskFull, match=r"out\.tif"):
        run(Identity(), s1, s2, tile=128, changed=str(tmp_path / "changed.tif"))
    assert (tmp_path / "out.tif").read_bytes() == b"an earlier result"
    assert names_in(tmp_path) == ["out.tif", "s1.tif", "s2.tif"]


def test_a_file_that_breaks_off_while_it_is_read(
    run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path
) -> None:
    """A damaged block, which nothing but reading finds."""
    s2 = make_s2(optical_numbers(300, 300), tiled=True, blockxsize=64, blockysize=64, compress="deflate")
    with rasterio.open(s2) as dataset:
        offset = int(dataset.get_tag_item("BLOCK_OFFSET_2_3", "TIFF", bidx=1))
    damaged = bytearray(Path(s2).read_bytes())
    damaged[offset : offset + 200] = b"\xff" * 200
    Path(s2).write_bytes(damaged)
    with pytest.raises(errors.UnreadableInput, match=r"s2\.tif"):
        run(Identity(), make_s1(backscatter_db(300, 300)), s2)
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


def test_an_answer_that_is_not_finite(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(errors.BadWeights, match="not finite"):
        run(Constant(float("nan")), *scene)
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


# Memory of the device -----------------------------------------------------------------------------------------------


class Limited(torch.nn.Module):
    """Runs out of memory when a batch has more pixels than `limit`."""

    def __init__(self, network: torch.nn.Module, limit: int) -> None:
        super().__init__()
        self.network = network
        self.limit = limit
        self.shapes: list[tuple] = []

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        if optical.shape[0] * optical.shape[2] * optical.shape[3] > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        self.shapes.append(tuple(optical.shape))
        return self.network(optical, sar)


def test_too_little_memory_halves_the_batch_and_goes_on(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    expected = run(Blur(), *scene, tile=32, batch=1, output=str(tmp_path / "expected.tif"))[1]
    network = Limited(Blur(), limit=2 * 32 * 32)
    values, output, _ = run(network, *scene, tile=32, batch=8)
    assert np.array_equal(output, expected)
    assert values["batch"] == 2 and values["tile"] == 32
    assert sum(shape[0] for shape in network.shapes) == values["tiles"]
    assert sum("too little memory" in warning for warning in values["warnings"]) == 2


def test_then_the_tile_is_halved(run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path) -> None:
    s1, s2 = make_s1(backscatter_db(200, 300)), make_s2(optical_numbers(200, 300))
    expected = run(Blur(), s1, s2, tile=160, output=str(tmp_path / "expected.tif"))[1].astype(int)
    network = Limited(Blur(), limit=80 * 80)
    values, output, _ = run(network, s1, s2, tile=160, batch=2)
    assert values["batch"] == 1 and values["tile"] == 80
    assert {shape[2:] for shape in network.shapes} == {(80, 80)}
    assert np.abs(output.astype(int) - expected).max() < 60
    identity = run(Limited(Identity(), limit=80 * 80), s1, s2, tile=160)[1]
    assert np.array_equal(identity, read_raster(s2)[0])


def test_memory_that_is_never_enough(run: Callable, scene: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(errors.OutOfMemory, match="64 pixels"):
        run(Limited(Identity(), limit=10), *scene, tile=256, batch=4)
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


class Seen(torch.nn.Module):
    """Gives back the optical image and keeps the shapes that it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: set[tuple] = set()

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        self.shapes.add((optical.shape[0], optical.shape[-1]))
        return optical


def test_a_memory_limit_counts_every_map(run: Callable, make_s1: Callable, make_s2: Callable, tmp_path: Path) -> None:
    """With the influence of the SAR an answer has a channel more."""
    s1, s2 = make_s1(backscatter_db(160, 300)), make_s2(optical_numbers(160, 300))
    maps = {"influence": str(tmp_path / "influence.tif")}
    demand = Demand(160, 40, 300, channels=14 + GROUND, bands=13, itemsize=2)
    options = {"tile": 160, "batch": 2, "quality": "best", **maps}
    values, _, _ = run(Constant(0.2), s1, s2, memory_gb=demand.needed(2, 160) / 1e9, **options)
    assert values["batch"] == 2
    values, _, _ = run(Constant(0.2), s1, s2, memory_gb=(demand.needed(2, 160) - 1) / 1e9, **options)
    assert values["batch"] == 1


def test_a_memory_limit_makes_batches_and_tiles_smaller(run: Callable, make_s1: Callable, make_s2: Callable) -> None:
    s1, s2 = make_s1(backscatter_db(300, 400)), make_s2(optical_numbers(300, 400))
    demand = Demand(tile=160, overlap=40, width=400, channels=13 + GROUND, bands=13, itemsize=2)
    network = Seen()
    values, output, _ = run(network, s1, s2, tile=160, batch=4, memory_gb=demand.needed(2, 160) / 1e9)
    assert max(network.shapes) == (2, 160) and values["batch"] == 2 and values["tile"] == 160
    assert values["warnings"][-1].endswith("GB: the batch is 2.")
    assert np.array_equal(output, read_raster(s2)[0])

    network = Seen()
    values, output, _ = run(network, s1, s2, tile=160, batch=4, memory_gb=demand.needed(1, 80) / 1e9)
    assert network.shapes == {(1, 80)} and values["batch"] == 1 and values["tile"] == 80
    assert values["warnings"][-1].endswith("GB: tiles are computed one by one, in parts of 80 pixels.")
    assert np.array_equal(output, read_raster(s2)[0])

    network = Seen()
    values, _, _ = run(network, s1, s2, tile=160, batch=4, memory_gb=64)
    assert max(network.shapes) == (4, 160)
    assert not any("memory" in warning for warning in values["warnings"])


@pytest.mark.parametrize("limit, error", [(0.3, errors.MemoryLimit), (0, errors.BadOption), (-1, errors.BadOption)])
def test_a_memory_limit_that_cannot_be_kept_is_refused_before_anything_is_written(
    run: Callable, scene: tuple[str, str], tmp_path: Path, limit: float, error: type
) -> None:
    with pytest.raises(error, match="memory"):
        run(Identity(), *scene, memory_gb=limit)
    assert names_in(tmp_path) == ["s1.tif", "s2.tif"]


def test_the_real_weights_on_the_sample_scene(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "resources" / "sample"
    request = Reconstruct(
        s1=str(folder / "s1.tif"), s2=str(folder / "s2_cloudy.tif"), output=str(tmp_path / "out.tif"), device="cpu"
    )
    values = reconstruct(request, lambda event: None, lambda: False)
    cloudy, result, clear = (
        read_raster(path)[0].astype(float) / 10000
        for path in (folder / "s2_cloudy.tif", tmp_path / "out.tif", folder / "s2_clear.tif")
    )
    assert values["tiles"] == 1 and values["tile"] == 256
    assert np.abs(result - clear).mean() < 0.7 * np.abs(cloudy - clear).mean()
    assert 30 < values["cloud_cover"] <= 100
