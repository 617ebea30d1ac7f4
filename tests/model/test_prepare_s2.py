"""Products and separate bands on the 10 m grid, to the pixel, and what Remove clouds makes of their numbers."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.warp import Resampling, reproject

from sar_cloud_removal.model import prepare_s2 as module
from sar_cloud_removal.model.bands import S2_BANDS, find_s2_bands, find_s2_scaling, scale_s2
from sar_cloud_removal.model.errors import (
    BadOption,
    BadProduct,
    Cancelled,
    GridMismatch,
    MissingBands,
    NoCloudMask,
    OutputFormat,
    OutputIsInput,
    Sentinel2Bands,
    UnreadableInput,
)
from sar_cloud_removal.model.prepare_s2 import prepare_s2
from sar_cloud_removal.model.raster import Source
from sar_cloud_removal.model.requests import PartialFile, PrepareS2, Progress

from ..safe_product import (
    DATE,
    LEFT,
    METRES,
    TILE,
    TOP,
    Safe,
    cloud_mask,
    cloud_polygon,
    coarse,
    write_safe,
    zipped,
)
from .conftest import names_in

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "s2_cloudy.tif"
SIDE = 240
CRS = "EPSG:32650"


def write_jp2(path: Path, pixels: np.ndarray, metres: int) -> None:
    count, height, width = pixels.shape
    with rasterio.open(
        path,
        "w",
        driver="JP2OpenJPEG",
        count=count,
        height=height,
        width=width,
        dtype=pixels.dtype.name,
        crs=CRS,
        transform=Affine(metres, 0, LEFT, 0, -metres, TOP),
        QUALITY="100",
        REVERSIBLE="YES",
    ) as dataset:
        dataset.write(pixels)


@pytest.fixture(scope="module")
def sample() -> dict[str, np.ndarray]:
    """The real cloudy pixels, DN without an offset."""
    with rasterio.open(SAMPLE) as dataset:
        return dict(zip(S2_BANDS, dataset.read()[:, :SIDE, :SIDE]))


@pytest.fixture
def make_safe(tmp_path: Path, sample: dict[str, np.ndarray]):
    def make(level: str = "L1C", baseline: str = "05.09", **more: object) -> Safe:
        added = 1000 if int(baseline[:2]) >= 4 else 0
        numbers = {band: (pixels + added).astype(np.uint16) for band, pixels in sample.items()}
        return write_safe(tmp_path, numbers, write_jp2, level, baseline, **more)

    return make


@pytest.fixture
def prepare(tmp_path: Path):
    """Carry out a request; return the result's values, the pixels and the events."""

    def run(cancelled=lambda: False, **options: object) -> tuple[dict, np.ndarray, list]:
        events: list = []
        options.setdefault("output", str(tmp_path / "out.tif"))
        values = prepare_s2(PrepareS2(**options), events.append, cancelled)
        with rasterio.open(values["output"]) as dataset:
            return values, dataset.read(), events

    return run


def reflectance(path: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return what Remove clouds takes the file for [bands, h, w], and the names of the bands."""
    with Source(path) as source:
        facts = source.facts()
        layout = find_s2_bands(facts)
        numbers = source.dataset.read()
        samples = np.where(numbers == 0, np.nan, numbers).reshape(len(numbers), -1)
        scaling = find_s2_scaling(facts, layout, samples)
    return scale_s2(numbers, scaling.scale, scaling.offset), layout.names


# --- Products -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "baseline", "packed"),
    [("L1C", "05.09", False), ("L1C", "02.05", True), ("L2A", "05.09", True), ("L2A", "02.12", False)],
)
@pytest.mark.parametrize("suffix", [".tif", ".vrt"])
def test_a_product_gives_true_reflectance(
    make_safe, prepare, sample, tmp_path, level, baseline, packed, suffix
) -> None:
    safe = make_safe(level, baseline)
    product = zipped(safe) if packed else safe.folder
    out = str(tmp_path / f"out{suffix}")
    values, numbers, _ = prepare(product=str(product), output=out, resampling="nearest")
    expected = [band for band in S2_BANDS if level == "L1C" or band != "B10"]
    assert values["title"] == f"Sentinel-2 {level} {TILE} 2023-05-14"
    assert values["bands"] == expected
    assert values["virtual"] == (suffix == ".vrt")
    seen, names = reflectance(out)
    assert list(names) == expected
    for band, image in zip(expected, seen):
        step = METRES[band] // 10
        true = np.repeat(np.repeat(coarse(sample[band], METRES[band]), step, 0), step, 1) / 10000
        np.testing.assert_allclose(image, np.clip(true, 0, 1), atol=1e-6, err_msg=band)
    with rasterio.open(out) as dataset:
        assert dataset.transform == Affine(10, 0, LEFT, 0, -10, TOP)
        assert dataset.crs == CRS
        assert dataset.nodatavals == (0,) * len(expected)
        assert dataset.dtypes[0] == "uint16"
        assert dataset.tags()["PROCESSING_BASELINE"] == baseline
        offset = -0.1 if baseline == "05.09" else 0.0
        assert dataset.scales[0] == pytest.approx(1e-4) and dataset.offsets[0] == pytest.approx(offset)
        assert dataset.driver == ("VRT" if suffix == ".vrt" else "GTiff")
        if suffix == ".tif":
            assert dataset.profile["compress"] == "deflate" and dataset.profile["tiled"]
    assert numbers.max() > 5000
    assert not [name for name in names_in(tmp_path) if "partial" in name]


def test_offset_of_each_band_is_its_own(make_safe, prepare) -> None:
    safe = make_safe("L2A", "05.09")
    text = safe.metadata.read_text().replace('<BOA_ADD_OFFSET band_id="8">-1000', '<BOA_ADD_OFFSET band_id="8">-900')
    safe.metadata.write_text(text)
    values, _, _ = prepare(product=str(safe.folder))
    with rasterio.open(values["output"]) as dataset:
        told = dict(zip(dataset.descriptions, dataset.offsets))
    assert told["B8A"] == pytest.approx(-0.09)
    assert told["B8"] == told["B12"] == pytest.approx(-0.1)


@pytest.mark.parametrize("how", ["nearest", "bilinear", "cubic"])
def test_coarse_bands_are_resampled_as_gdal_does_it(make_safe, prepare, how) -> None:
    """Against GDAL's warp of the whole band, away from the border."""
    safe = make_safe()
    _, numbers, _ = prepare(product=str(safe.folder), resampling=how)
    for band in ("B5", "B9"):
        with rasterio.open(safe.images[band]) as dataset:
            expected = np.zeros((SIDE, SIDE), np.float32)
            reproject(
                dataset.read(1).astype(np.float32),
                expected,
                src_transform=dataset.transform,
                dst_transform=Affine(10, 0, LEFT, 0, -10, TOP),
                src_crs=CRS,
                dst_crs=CRS,
                resampling=Resampling[how],
            )
        inner = slice(18, -18)
        found = numbers[S2_BANDS.index(band)][inner, inner]
        assert np.abs(found - expected[inner, inner]).max() <= 1, band


@pytest.mark.parametrize("how", ["nearest", "bilinear", "cubic"])
def test_windows_leave_no_seams_and_the_virtual_raster_is_the_same(
    make_safe, prepare, tmp_path, monkeypatch, how
) -> None:
    safe = make_safe()
    _, virtual, _ = prepare(product=str(safe.folder), resampling=how, output=str(tmp_path / "v.vrt"))
    # 64 is no multiple of the pixels of 60 m.
    monkeypatch.setattr(module, "COPY_WINDOW", 64)
    _, copied, _ = prepare(product=str(safe.folder), resampling=how)
    np.testing.assert_array_equal(copied, virtual)


@pytest.mark.parametrize("suffix", [".tif", ".vrt"])
@pytest.mark.parametrize("how", ["nearest", "bilinear", "cubic"])
def test_a_region_has_the_pixels_of_the_whole(make_safe, prepare, tmp_path, how, suffix) -> None:
    safe = make_safe()
    _, whole, _ = prepare(product=str(safe.folder), resampling=how)
    extent = (LEFT + 470, TOP - 1510, LEFT + 1430, TOP - 130)
    values, part, _ = prepare(
        product=str(safe.folder), resampling=how, extent=extent, output=str(tmp_path / f"part{suffix}")
    )
    np.testing.assert_array_equal(part, whole[:, 13:151, 47:143])
    with rasterio.open(values["output"]) as dataset:
        assert dataset.bounds == extent


def test_nodata_is_not_mixed_with_its_neighbours(tmp_path, sample, prepare) -> None:
    numbers = {band: np.full((SIDE, SIDE), 3000, np.uint16) for band in S2_BANDS}
    for pixels in numbers.values():
        pixels[:, :60] = 0
    safe = write_safe(tmp_path, numbers, write_jp2)
    for how in ("nearest", "bilinear", "cubic"):
        _, found, _ = prepare(product=str(safe.folder), resampling=how)
        assert set(np.unique(found)) == {0, 3000}
        assert (found[:, :, 62:] == 3000).all() and (found[:, :, :54] == 0).all()


def test_the_metadata_file_and_the_folder_around_name_the_product_too(make_safe, prepare, tmp_path) -> None:
    safe = make_safe()
    around = tmp_path / "around [1]"
    around.mkdir()
    shutil.move(safe.folder, around / safe.folder.name)
    _, first, _ = prepare(product=str(around))
    _, second, _ = prepare(product=str(around / safe.folder.name / "MTD_MSIL1C.xml"))
    np.testing.assert_array_equal(first, second)
    packed = zipped(Safe(around / safe.folder.name, safe.metadata, {}, safe.masks))
    renamed = packed.rename(around / "my.zip product.zip")
    _, third, _ = prepare(product=str(renamed))
    np.testing.assert_array_equal(first, third)


def test_a_chosen_offset_wins(make_safe, prepare) -> None:
    values, _, _ = prepare(product=str(make_safe().folder), offset=0.0)
    with rasterio.open(values["output"]) as dataset:
        assert set(dataset.offsets) == {0.0}


@pytest.mark.parametrize("suffix", [".tif", ".vrt"])
def test_a_missing_file_is_named(make_safe, prepare, tmp_path, suffix) -> None:
    safe = make_safe("L2A")
    safe.images["B8A"].unlink()
    with pytest.raises(BadProduct, match=rf"the file GRANULE/.*/R20m/{TILE}_{DATE}_B8A_20m.jp2 is missing"):
        prepare(product=str(safe.folder), output=str(tmp_path / f"out{suffix}"))
    assert not (tmp_path / f"out{suffix}").exists()


def test_products_that_are_none_say_why(make_safe, prepare, tmp_path) -> None:
    safe = make_safe()
    with pytest.raises(BadProduct, match="it is not there"):
        prepare(product=str(tmp_path / "nothing"))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadProduct, match=r"the file MTD_MSIL1C.xml or MTD_MSIL2A.xml is missing"):
        prepare(product=str(empty))
    text = tmp_path / "text.zip"
    text.write_text("no archive")
    with pytest.raises(BadProduct, match="no complete .zip"):
        prepare(product=str(text))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(zipped(safe).read_bytes()[:-200])
    with pytest.raises(BadProduct, match="no complete .zip"):
        prepare(product=str(cut))
    original = safe.metadata.read_text()
    safe.metadata.write_text(original[:400])
    with pytest.raises(BadProduct, match=r"MTD_MSIL1C.xml cannot be read"):
        prepare(product=str(safe.folder))
    safe.metadata.write_text("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    with pytest.raises(BadProduct, match="entities"):
        prepare(product=str(safe.folder))
    safe.metadata.write_text("\n".join(line for line in original.splitlines() if "_B11" not in line))
    with pytest.raises(BadProduct, match="name no image of B11"):
        prepare(product=str(safe.folder))
    granule = '<Granule granuleIdentifier="other"></Granule></Granule_List>'
    safe.metadata.write_text(original.replace("</Granule_List>", granule))
    with pytest.raises(BadProduct, match="it holds 2 tiles"):
        prepare(product=str(safe.folder))


@pytest.mark.parametrize("suffix", [".tif", ".vrt"])
def test_a_broken_image_is_told_and_nothing_is_left(make_safe, prepare, tmp_path, suffix) -> None:
    safe = make_safe()
    whole = safe.images["B11"].read_bytes()
    safe.images["B11"].write_bytes(whole[: len(whole) // 3])
    before = names_in(tmp_path)
    with pytest.raises(UnreadableInput):
        prepare(product=str(safe.folder), output=str(tmp_path / f"out{suffix}"))
    assert names_in(tmp_path) == before


def test_cancelling_leaves_nothing_and_keeps_what_was_there(make_safe, prepare, tmp_path, monkeypatch) -> None:
    safe = make_safe()
    monkeypatch.setattr(module, "COPY_WINDOW", 64)
    (tmp_path / "out.tif").write_text("before")
    before = names_in(tmp_path)
    asked = itertools.count()
    with pytest.raises(Cancelled):
        prepare(product=str(safe.folder), cancelled=lambda: next(asked) > 5)
    assert names_in(tmp_path) == before
    assert (tmp_path / "out.tif").read_text() == "before"


def test_progress_rises_and_partial_files_are_announced(make_safe, prepare, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "COPY_WINDOW", 64)
    _, _, events = prepare(product=str(make_safe().folder))
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) > 16
    assert [os.path.dirname(event.path) for event in events if isinstance(event, PartialFile)] == [str(tmp_path)]


def test_outputs_are_looked_at_first(make_safe, prepare, tmp_path) -> None:
    safe = make_safe(classes=np.zeros((3, SIDE // 6, SIDE // 6), np.uint8))
    with pytest.raises(OutputFormat):
        prepare(product=str(safe.folder), output=str(tmp_path / "out.jp2"))
    with pytest.raises(OutputFormat):
        prepare(product=str(safe.folder), mask=str(tmp_path / "mask.vrt"))
    with pytest.raises(BadOption, match="resampling"):
        prepare(product=str(safe.folder), resampling="lanczos")
    with pytest.raises(BadOption, match="either a product or"):
        prepare()


# --- Cloud masks ----------------------------------------------------------------------------------------------------


def read_mask(path: str) -> np.ndarray:
    with rasterio.open(path) as dataset:
        assert dataset.dtypes == ("uint8",) and dataset.nodata == 255
        return dataset.read(1)


def test_scene_classification_becomes_a_cloud_mask(make_safe, prepare, tmp_path) -> None:
    classes = np.tile(np.arange(12, dtype=np.uint8), (SIDE // 2, SIDE // 24))
    out = str(tmp_path / "mask.tif")
    values, _, _ = prepare(product=str(make_safe("L2A", classes=classes).folder), mask=out)
    assert values["mask_kind"] == "SCL"
    one = np.repeat([255, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0], 2)
    np.testing.assert_array_equal(read_mask(out), np.tile(one, (SIDE, SIDE // 24)))


def test_cloud_classes_of_a_level_1c(make_safe, prepare, tmp_path) -> None:
    classes = np.zeros((3, SIDE // 6, SIDE // 6), np.uint8)
    classes[0, 2, 3] = classes[1, 10, 11] = classes[2, 20, 21] = 1
    out = str(tmp_path / "mask.tif")
    extent = (LEFT + 60, TOP - 1200, LEFT + 1200, TOP - 30)
    prepare(product=str(make_safe(classes=classes).folder), mask=out, extent=extent)
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[12:18, 18:24] = expected[60:66, 66:72] = 1
    np.testing.assert_array_equal(read_mask(out), expected[3:120, 6:120])


def test_polygons_of_an_old_product(make_safe, prepare, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "COPY_WINDOW", 64)

    def box(left: int, top: int, right: int, bottom: int) -> str:
        corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        return " ".join(f"{LEFT + 10 * x:g} {TOP - 10 * y:g}" for x, y in corners)

    features = cloud_polygon("OPAQUE", box(50, 60, 90, 100)), cloud_polygon("CIRRUS", box(0, 200, 10, 240))
    text = cloud_mask(*features, cloud_polygon("SNOW", box(100, 100, 120, 120)))
    out = str(tmp_path / "mask.tif")
    prepare(product=str(make_safe(baseline="02.05", polygons=text).folder), mask=out)
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[60:100, 50:90] = expected[200:240, 0:10] = 1
    np.testing.assert_array_equal(read_mask(out), expected)


def test_a_product_without_clouds_mask_says_so(make_safe, prepare, tmp_path) -> None:
    with pytest.raises(NoCloudMask):
        prepare(product=str(make_safe().folder), mask=str(tmp_path / "mask.tif"))
    assert not (tmp_path / "out.tif").exists()


# --- Separate layers ------------------------------------------------------------------------------------------------


@pytest.fixture
def split(tmp_path, sample, make_raster):
    """The sample, a GeoTIFF a band on the 10 m grid, in an order that is none."""

    def make(**more: object) -> list[str]:
        transform = Affine(10, 0, LEFT, 0, -10, TOP)
        order = [*S2_BANDS[7:], *S2_BANDS[:7]]
        return [make_raster(f"{TILE}_{DATE}_{band}.tif", sample[band][None], CRS, transform, **more) for band in order]

    return make


def test_separate_bands_are_put_in_order_unchanged(split, prepare, sample) -> None:
    values, numbers, _ = prepare(bands=tuple(split()))
    assert values["bands"] == list(S2_BANDS)
    np.testing.assert_array_equal(numbers, np.stack([sample[band] for band in S2_BANDS]))
    seen, _ = reflectance(values["output"])
    np.testing.assert_allclose(seen, np.clip(numbers / 10000, 0, 1), atol=1e-6)


def test_band_files_of_a_product_know_its_offset_and_the_finest_wins(make_safe, prepare, sample) -> None:
    safe = make_safe("L2A")
    files = sorted(str(path) for path in safe.folder.rglob("*.jp2"))
    values, numbers, _ = prepare(bands=tuple(files), resampling="nearest")
    assert len(files) == 16 and len(values["bands"]) == 12
    seen, names = reflectance(values["output"])
    np.testing.assert_allclose(seen[names.index("B4")], np.clip(sample["B4"] / 10000, 0, 1), atol=1e-6)
    packed = f"/vsizip/{zipped(safe)}"
    inside = tuple(f"{packed}/{Path(path).relative_to(safe.folder.parent).as_posix()}" for path in files)
    _, again, _ = prepare(bands=inside, resampling="nearest")
    np.testing.assert_array_equal(again, numbers)
    with rasterio.open(values["output"]) as dataset:
        assert dataset.offsets[0] == pytest.approx(-0.1)


def test_names_of_layers_and_given_names(split, prepare, sample, tmp_path) -> None:
    files = split()
    moved = [shutil.move(path, tmp_path / f"x{number}.tif") for number, path in enumerate(files)]
    order = [*S2_BANDS[7:], *S2_BANDS[:7]]
    plain = tuple(map(str, moved))
    _, by_layer, _ = prepare(bands=plain, names=tuple(f"June, {band}" for band in order))
    np.testing.assert_array_equal(by_layer, np.stack([sample[band] for band in S2_BANDS]))
    given = tuple("-" if band == "B10" else band for band in order)
    values, by_list, _ = prepare(bands=plain, band_names=given)
    assert "B10" not in values["bands"]
    np.testing.assert_array_equal(by_list, np.delete(by_layer, 10, axis=0))
    with pytest.raises(MissingBands, match="B2, B3, B4"):
        prepare(bands=plain)
    with pytest.raises(BadOption, match="names 2 bands"):
        prepare(bands=plain, band_names=("B2", "B3"))


def test_stacks_of_10_and_20_metres_with_masks_of_earth_engine(make_raster, prepare, sample, tmp_path) -> None:
    fine = ("B2", "B3", "B4", "B8")
    rough = ("B5", "B6", "B7", "B8A", "B11", "B12")
    ten = make_raster("ten.tif", np.stack([sample[b] for b in fine]), CRS, Affine(10, 0, 0, 0, -10, 0), fine)
    qa = np.zeros((SIDE // 2, SIDE // 2), np.uint16)
    qa[3, 4], qa[5, 6], qa[7, 8] = 1 << 10, 1 << 11, 1 << 3
    stack = np.stack([*(coarse(sample[b], 20) for b in rough), qa])
    twenty = make_raster("twenty.tif", stack, CRS, Affine(20, 0, 0, 0, -20, 0), (*rough, "QA60"))
    mask = str(tmp_path / "mask.tif")
    values, numbers, _ = prepare(bands=(twenty, ten), mask=mask, resampling="nearest", offset=0.0)
    assert values["bands"] == [b for b in S2_BANDS if b in (*fine, *rough)]
    assert values["mask_kind"] == "QA60"
    expected = np.zeros((SIDE, SIDE), np.uint8)
    expected[6:8, 8:10] = expected[10:12, 12:14] = 1
    np.testing.assert_array_equal(read_mask(mask), expected)
    np.testing.assert_array_equal(numbers[0], sample["B2"])
    with rasterio.open(values["output"]) as dataset:
        assert dataset.scales[0] == pytest.approx(1e-4)


def test_layers_that_do_not_fit_are_refused(split, make_raster, prepare, sample, tmp_path) -> None:
    files = split()
    twice = make_raster("again_B02.tif", sample["B2"][None], CRS, Affine(10, 0, LEFT, 0, -10, TOP))
    with pytest.raises(Sentinel2Bands, match="B2 is there twice"):
        prepare(bands=(*files, twice))
    without = tuple(path for path in files if "_B4" not in path)
    with pytest.raises(MissingBands, match="B4"):
        prepare(bands=without)
    other = make_raster("other_B4.tif", sample["B4"][None], "EPSG:32651", Affine(10, 0, LEFT, 0, -10, TOP))
    with pytest.raises(GridMismatch, match="coordinate reference systems differ"):
        prepare(bands=(*without, other))
    far = make_raster("far_B4.tif", sample["B4"][None], CRS, Affine(10, 0, LEFT + 90_000, 0, -10, TOP))
    with pytest.raises(GridMismatch, match="do not overlap"):
        prepare(bands=(*without, far))
    with pytest.raises(OutputIsInput):
        prepare(bands=tuple(files), output=files[0])


def test_reflectance_in_floating_point_stays_so(sample, make_raster, prepare) -> None:
    transform = Affine(10, 0, LEFT, 0, -10, TOP)
    pixels = {band: (image / 10000).astype(np.float32) for band, image in sample.items()}
    pixels["B2"][:4] = np.nan
    files = tuple(make_raster(f"{band}.tif", image[None], CRS, transform) for band, image in pixels.items())
    values, numbers, _ = prepare(bands=files)
    np.testing.assert_array_equal(numbers, np.stack([pixels[band] for band in S2_BANDS]))
    with rasterio.open(values["output"]) as dataset:
        assert np.isnan(dataset.nodata) and dataset.dtypes[0] == "float32"
