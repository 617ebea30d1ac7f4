"""Each input that cannot be used gives its own sentence, before any work, and leaves no file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from sar_cloud_removal.model import errors
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.reconstruct import check, reconstruct
from sar_cloud_removal.model.requests import Event, Reconstruct

from .conftest import TRANSFORM, Constant, backscatter_db, names_in, optical_numbers

HEIGHT, WIDTH = 70, 80


class Case:
    """Files in a folder and a request that names them."""

    def __init__(self, folder: Path, make_raster: Callable[..., str], s1: str, s2: str) -> None:
        self.folder = folder
        self.make_raster = make_raster
        self.options = {"s1": s1, "s2": s2, "output": str(folder / "out.tif"), "device": "cpu", "tile": 64}

    def raster(self, name: str, pixels: np.ndarray, **more: object) -> str:
        return self.make_raster(name, pixels, **more)

    def fails(self, error: type, **options: object) -> errors.SarCloudRemovalError:
        """Run the request and return the error, after a look that nothing was written or announced."""
        before = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        events: list[Event] = []
        with pytest.raises(error) as caught:
            reconstruct(Reconstruct(**{**self.options, **options}), events.append, lambda: False)
        assert type(caught.value) is error
        assert {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()} == before
        assert events == []
        # One sentence that names the layer or file, and one that says what to do.
        assert str(caught.value).count(".") >= 1
        assert errors.from_dict(caught.value.to_dict()).values == caught.value.values
        return caught.value


@pytest.fixture
def case(tmp_path: Path, make_raster: Callable, make_s1: Callable, make_s2: Callable) -> Case:
    s1 = make_s1(backscatter_db(HEIGHT, WIDTH), "radar.tif")
    return Case(tmp_path, make_raster, s1, make_s2(optical_numbers(HEIGHT, WIDTH), "optical.tif"))


def test_what_is_in_order_passes_the_check(case: Case) -> None:
    with check(Reconstruct(**case.options), lambda: False) as job:
        assert job.scene.bands[0] == "B1" and job.grid.tile == 64
    assert names_in(case.folder) == ["optical.tif", "radar.tif"]


# Layers -------------------------------------------------------------------------------------------------------------


def test_layers_that_do_not_overlap(case: Case) -> None:
    far = case.raster("far.tif", backscatter_db(HEIGHT, WIDTH), transform=TRANSFORM * Affine.translation(0, 5000))
    error = case.fails(errors.NoOverlap, s1=far, s1_name="Radar of May")
    assert "«Radar of May» and «optical.tif» do not overlap" in str(error)


def test_layers_that_do_not_overlap_in_different_crs(case: Case) -> None:
    degrees = Affine(1e-4, 0, 100.0, 0, -1e-4, 20.0)
    far = case.raster("far.tif", backscatter_db(HEIGHT, WIDTH), crs="EPSG:4326", transform=degrees)
    case.fails(errors.NoOverlap, s1=far)


def test_an_extent_outside(case: Case) -> None:
    assert "optical.tif" in str(case.fails(errors.ExtentOutside, extent=(0.0, 0.0, 10.0, 10.0)))
    half = case.raster("half.tif", backscatter_db(HEIGHT, 30))
    error = case.fails(errors.ExtentOutside, s1=half, extent=(500_500.0, 4_999_400.0, 500_700.0, 4_999_900.0))
    assert "half.tif" in str(error)


def test_no_georeference_on_one_of_them(case: Case) -> None:
    plain = case.raster("plain.tif", backscatter_db(HEIGHT, WIDTH), transform=None)
    assert "plain.tif" in str(case.fails(errors.NoGeoreference, s1=plain))
    plain = case.raster("plain2.tif", optical_numbers(HEIGHT, WIDTH), transform=None)
    assert "plain2.tif" in str(case.fails(errors.NoGeoreference, s2=plain))


def test_no_georeference_on_either_and_different_sizes(case: Case) -> None:
    s1 = case.raster("a.tif", backscatter_db(HEIGHT, WIDTH + 1), transform=None)
    s2 = case.raster("b.tif", optical_numbers(HEIGHT, WIDTH), transform=None)
    case.fails(errors.NoGeoreference, s1=s1, s2=s2)


def test_no_georeference_on_either_and_equal_sizes_works_with_a_warning(
    run: Callable, make_s1: Callable, make_s2: Callable
) -> None:
    s1 = make_s1(backscatter_db(HEIGHT, WIDTH), transform=None)
    s2 = make_s2(optical_numbers(HEIGHT, WIDTH), transform=None)
    values, output, _ = run(Constant(0.5), s1, s2)
    assert (output == 5000).all()
    assert "have no georeference" in values["warnings"][0]


def test_a_wms_layer(case: Case) -> None:
    path = case.folder / "wms.xml"
    path.write_text(
        '<GDAL_WMS><Service name="WMS"><ServerUrl>http://127.0.0.1:9/?</ServerUrl><Layers>x</Layers></Service>'
        "<DataWindow><UpperLeftX>0</UpperLeftX><UpperLeftY>1</UpperLeftY><LowerRightX>1</LowerRightX><LowerRightY>0"
        "</LowerRightY><SizeX>100</SizeX><SizeY>100</SizeY></DataWindow><BandsCount>3</BandsCount></GDAL_WMS>"
    )
    assert "WMS" in str(case.fails(errors.NotALocalRaster, s2=str(path)))


def test_a_rendered_picture(case: Case) -> None:
    picture = (optical_numbers(HEIGHT, WIDTH, 6) / 25).astype(np.uint8)
    names = ("B2", "B3", "B4", "B8", "B11", "B12")
    path = case.raster("picture.tif", picture, descriptions=names)
    case.fails(errors.NotReflectance, s2=path)


def test_one_band_s1(case: Case) -> None:
    path = case.raster("vv.tif", backscatter_db(HEIGHT, WIDTH)[:1], descriptions=("VV",))
    assert "«vv.tif» has 1 band" in str(case.fails(errors.Sentinel1Bands, s1=path))


def test_s2_with_unknown_bands(case: Case) -> None:
    case.fails(errors.Sentinel2Bands, s2=case.raster("seven.tif", optical_numbers(HEIGHT, WIDTH, 7)))


def test_s2_with_too_few_bands(case: Case) -> None:
    names = ("B2", "B3", "B4", "B8")
    path = case.raster("four.tif", optical_numbers(HEIGHT, WIDTH, 4), descriptions=names)
    assert "B11" in str(case.fails(errors.MissingBands, s2=path))


def test_band_names_that_do_not_fit(case: Case) -> None:
    case.fails(errors.BadOption, s2_bands=("B2", "B3"))
    case.fails(errors.BadOption, s1_bands=(1, 7))


@pytest.mark.parametrize("kind", ["declared", "nan", "zero"])
def test_s1_that_is_all_nodata(case: Case, kind: str) -> None:
    value = {"declared": -999, "nan": np.nan, "zero": 0}[kind]
    pixels = np.full((2, HEIGHT, WIDTH), value, np.float32)
    path = case.raster("empty.tif", pixels, descriptions=("VV", "VH"), nodata=-999 if kind == "declared" else None)
    assert "«empty.tif» has no valid pixel" in str(case.fails(errors.EmptyInput, s1=path))


def test_s1_that_is_all_nodata_in_the_region(case: Case) -> None:
    pixels = backscatter_db(HEIGHT, WIDTH)
    pixels[:, :, 40:] = np.nan
    path = case.raster("half.tif", pixels, descriptions=("VV", "VH"))
    case.fails(errors.EmptyInput, s1=path, extent=(500_500.0, 4_999_400.0, 500_700.0, 4_999_900.0))


def test_s2_that_is_all_nodata(case: Case) -> None:
    path = case.raster("black.tif", np.zeros((13, HEIGHT, WIDTH), np.uint16))
    assert "black.tif" in str(case.fails(errors.EmptyInput, s2=path))


@pytest.mark.parametrize("fill", [np.nan, 0])
def test_a_little_data_among_much_nodata_is_found(
    case: Case, run: Callable, make_s1: Callable, make_s2: Callable, fill: float
) -> None:
    """None of the places that are looked at first holds a valid pixel."""
    db, image = np.full((2, 700, 700), fill, np.float32), np.zeros((13, 700, 700), np.uint16)
    where = (slice(None), slice(100, 150), slice(100, 150))
    db[where], image[where] = backscatter_db(50, 50), optical_numbers(50, 50)
    values, output, _ = run(Constant(0.5), make_s1(db), make_s2(image), tile=256)
    assert values["valid_pixels"] == 2500 and (output == 5000).sum() == 13 * 2500


@pytest.mark.parametrize("fill", [np.nan, 0])
def test_a_speck_does_not_decide_on_the_units(run: Callable, make_s1: Callable, make_s2: Callable, fill: float) -> None:
    """The first window of the search holds one pixel, which alone would be no backscatter; the second has the data."""
    db = np.full((2, 40, 2200), fill, np.float32)
    db[:, 5, 300] = 5
    db[:, :, 1300:1350] = backscatter_db(40, 50)
    values, _, _ = run(Constant(0.5), make_s1(db), make_s2(optical_numbers(40, 2200)))
    assert values["s1_missing_pixels"] == 40 * 2200 - 40 * 50 - 1


def test_swapped_layers(case: Case) -> None:
    error = case.fails(errors.LayersSwapped, s1=case.options["s2"], s2=case.options["s1"])
    assert "«optical.tif» looks like Sentinel-2" in str(error)


def test_swapped_layers_without_names(case: Case) -> None:
    s1 = case.raster("a.tif", backscatter_db(HEIGHT, WIDTH))
    s2 = case.raster("b.tif", optical_numbers(HEIGHT, WIDTH))
    case.fails(errors.LayersSwapped, s1=s2, s2=s1)


def test_the_same_layer_twice(case: Case) -> None:
    case.fails(errors.SameLayer, s1=case.options["s2"])


@pytest.mark.parametrize("which", ["s1", "s2"])
def test_complex_numbers(case: Case, which: str) -> None:
    path = case.raster("slc.tif", np.ones((2, HEIGHT, WIDTH), np.complex64))
    assert "«slc.tif» holds complex numbers" in str(case.fails(errors.ComplexInput, **{which: path}))


def test_values_that_are_no_backscatter(case: Case) -> None:
    path = case.raster("dem.tif", np.full((2, HEIGHT, WIDTH), 2.0e7, np.float32))
    case.fails(errors.NotBackscatter, s1=path)


def test_an_unreadable_file(case: Case) -> None:
    path = case.folder / "text.tif"
    path.write_text("no raster")
    for which in ("s1", "s2", "mask"):
        assert "«text.tif» cannot be read" in str(case.fails(errors.UnreadableInput, **{which: str(path)}))
    case.fails(errors.UnreadableInput, s1=str(case.folder / "gone.tif"))


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.9])
def test_a_truncated_file(case: Case, make_s2: Callable, keep: float) -> None:
    content = Path(make_s2(optical_numbers(HEIGHT, WIDTH), "whole.tif", compress="deflate", tiled=True)).read_bytes()
    (case.folder / "cut.tif").write_bytes(content[: int(len(content) * keep)])
    assert "«cut.tif» cannot be read" in str(case.fails(errors.UnreadableInput, s2=str(case.folder / "cut.tif")))


def test_a_mask_that_does_not_fit(case: Case) -> None:
    cloud = np.ones((1, HEIGHT, WIDTH), np.uint8)
    three = case.raster("rgb.tif", cloud.repeat(3, axis=0))
    assert "3 bands" in str(case.fails(errors.MaskMismatch, mask=three))
    far = case.raster("far.tif", cloud, transform=TRANSFORM * Affine.translation(0, 5000))
    assert "does not overlap" in str(case.fails(errors.MaskMismatch, mask=far))
    plain = case.raster("plain.tif", cloud, transform=None)
    case.fails(errors.NoGeoreference, mask=plain)


# Options ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"tile": 0},
        {"batch": 0},
        {"overlap": -1},
        {"overlap": 64},
        {"feather": -1},
        {"precision": "float8"},
        {"s1_units": "db2"},
        {"s2_scale": 0.0},
        {"s2_crs": "EPSG:0"},
        {"extent": (1.0, 2.0, 0.0, 3.0)},
        {"extent": (500_000.0, 4_999_500.0, 500_500.0, 5_000_000.0), "extent_crs": "nonsense"},
    ],
    ids=str,
)
def test_options_that_do_not_work(case: Case, options: dict) -> None:
    case.fails(errors.BadOption, **options)


# Outputs ------------------------------------------------------------------------------------------------------------


def test_outputs_that_cannot_be_written(case: Case) -> None:
    case.fails(errors.OutputNotWritable, output=str(case.folder / "gone" / "out.tif"))
    case.fails(errors.OutputNotWritable, output="/proc/out.tif")
    case.fails(errors.OutputNotWritable, attention="/proc/attention.tif")
    case.fails(errors.OutputFormat, output=str(case.folder / "out.jpg"))
    case.fails(errors.OutputIsInput, output=case.options["s2"])
    case.fails(errors.OutputIsInput, output=str(case.folder / "." / "radar.tif"))
    case.fails(errors.OutputTwice, changed=case.options["output"])


# Weights and device -------------------------------------------------------------------------------------------------


def test_weights_that_cannot_be_used(case: Case, tmp_path: Path) -> None:
    case.fails(errors.UnknownModel, model="no-such-model")
    path = tmp_path / "broken.safetensors"
    path.write_bytes(checkpoints.resolve("default").read_bytes()[:100_000])
    assert "broken.safetensors" in str(case.fails(errors.BadWeights, model=str(path)))


def test_a_device_that_is_not_there(case: Case) -> None:
    assert "cpu" in str(case.fails(errors.NoSuchDevice, device="cuda:17"))
