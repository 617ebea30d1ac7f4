from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional

import numpy as np
import pytest
import rasterio
from affine import Affine

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.errors import UnreadableInput, UnusableDataset
from sar_cloud_removal.model.training.folders import (
    PIECE,
    cluster,
    distance_km,
    find_role,
    find_scenes,
    place_by_name,
)
from sar_cloud_removal.model.training.scene_files import SceneFile, UnusableScene

UTM = "EPSG:32632"
SIDE = 32
Write = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Write:
    """Return what writes a GeoTIFF into the test's folder, on a map if it is told where (in metres)."""

    def put(name: str, pixels: np.ndarray, bands: Optional[tuple] = None, at: Optional[tuple] = None, **tags) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lying = {} if at is None else {"crs": UTM, "transform": Affine(10, 0, at[0], 0, -10, at[1])}
        count, height, width = pixels.shape
        with rasterio.open(path, "w", "GTiff", width, height, count, dtype=pixels.dtype, **lying) as file:
            file.write(pixels)
            file.descriptions = bands or (None,) * count
            file.update_tags(**tags)
        return path

    return put


def ground(seed: int = 0, side: int = SIDE, bands: int = 13) -> np.ndarray:
    """Return DN with a level of its own in each band, dark in some pixels as land is."""
    texture = np.random.default_rng(seed).integers(0, 400, (bands, side, side))
    return (200 + 100 * np.arange(bands)[:, None, None] + texture).astype(np.uint16)


def sar(seed: int = 0, side: int = SIDE) -> np.ndarray:
    texture = np.random.default_rng(seed).normal(0, 2, (2, side, side))
    return (np.array([-11.0, -18.0])[:, None, None] + texture).astype(np.float32)


def one(root: Path) -> SceneFile:
    scenes, _ = find_scenes(root)
    assert len(scenes) == 1
    return scenes[0]


@pytest.mark.parametrize(
    ("path", "role", "name"),
    [
        ("berlin_01_s1.tif", "sar", "berlin_01"),
        ("berlin_01_S2.TIF", "clear", "berlin_01"),
        ("berlin_01_s2_cloudy.tif", "cloudy", "berlin_01"),
        ("berlin-01-cloudy.tif", "cloudy", "berlin-01"),
        ("berlin_01_clear.tiff", "clear", "berlin_01"),
        ("s2_cloudy_7.tif", "cloudy", "7"),
        ("de/s1/berlin.tif", "sar", "de/berlin"),
        ("s2_cloudy/de/berlin.tif", "cloudy", "de/berlin"),
        ("s1/berlin_s2.tif", "clear", "s1/berlin"),
        ("berlin.tif", "", ""),
        ("berlins2.tif", "", ""),
    ],
)
def test_roles_by_file_or_folder(path: str, role: str, name: str) -> None:
    assert find_role(Path(path)) == (role, name)


def test_files_are_matched_and_what_is_alone_is_told(put: Write, tmp_path: Path) -> None:
    for name in ("a_1", "a_2", "a_3"):
        put(f"{name}_s1.tif", sar())
    for name in ("a_1", "a_2", "a_4"):
        put(f"{name}_s2.tif", ground())
    put("a_1_s2_cloudy.tif", ground())
    put("landcover.tif", ground())
    scenes, problems = find_scenes(tmp_path)
    assert [(s.name, s.place, s.has_sar, s.has_cloudy) for s in scenes] == [
        ("a_1", "a", True, True),
        ("a_2", "a", True, False),
    ]
    found = {(problem.scene, problem.kind, problem.usable) for problem in problems}
    assert found == {("landcover.tif", "name", True), ("a_3", "partner", False), ("a_4", "partner", False)}


def test_sub_folders_with_equal_names(put: Write, tmp_path: Path) -> None:
    for role, pixels in (("s1", sar()), ("s2", ground()), ("s2_cloudy", ground())):
        put(f"{role}/x.tif", pixels)
    assert one(tmp_path).has_cloudy


def test_a_folder_without_scenes_says_what_is_expected(put: Write, tmp_path: Path) -> None:
    put("landcover.tif", ground())
    with pytest.raises(UnusableDataset, match=r"NAME_s1\.tif"):
        find_scenes(tmp_path)


def test_bands_are_found_by_their_names(put: Write, tmp_path: Path) -> None:
    names = ("B4", "B3", "B2", "B8", "B12", "B11")
    levels = np.stack([np.full((SIDE, SIDE), 100 * S2_BANDS.index(name) + 200, np.uint16) for name in names])
    levels += np.random.default_rng(0).integers(0, 50, levels.shape).astype(np.uint16)
    put("x_s1.tif", sar())
    put("x_s2.tif", levels, names)
    scene = one(tmp_path).load()
    assert scene.level == "L2A"
    assert [S2_BANDS[index] for index in scene.present] == list(names)
    for name in ("B2", "B4", "B11"):
        assert scene.clear[S2_BANDS.index(name)].mean() * 10000 == pytest.approx(
            100 * S2_BANDS.index(name) + 225, abs=3
        )


def test_linear_backscatter_becomes_db(put: Write, tmp_path: Path) -> None:
    put("x_s1.tif", 10 ** (sar() / 10))
    put("x_s2.tif", ground())
    scene = one(tmp_path)
    assert scene.conventions.s1.units == "power"
    assert np.allclose(scene.load().sar[0], (sar()[0] + 25) / 25, atol=1e-4)


@pytest.mark.parametrize(("offset", "cloud"), [(1000, 0.5), (0, 0.6)])
def test_the_offset_of_an_overcast_date_is_that_of_its_clear_date(
    put: Write, tmp_path: Path, offset: int, cloud: float
) -> None:
    put("x_s1.tif", sar())
    put("x_s2.tif", ground(bands=12) + offset, PROCESSING_BASELINE="05.00" if offset else "03.00")
    put("x_s2_cloudy.tif", np.full((12, SIDE, SIDE), 6000, np.uint16))
    scene = one(tmp_path).load()
    assert scene.clear[0].min() == pytest.approx(0.02, abs=0.002)
    assert np.allclose(scene.cloudy[0], cloud)


def test_a_dark_date_without_offset_beside_one_with_it(put: Write, tmp_path: Path) -> None:
    put("x_s1.tif", sar())
    put("x_s2.tif", ground(bands=12) + 1000, PROCESSING_BASELINE="05.00")
    put("x_s2_cloudy.tif", ground(bands=12))
    scene = one(tmp_path).load()
    assert np.allclose(scene.clear, scene.cloudy, atol=1e-6)


def test_a_patch_that_cannot_tell_its_offset_takes_that_of_the_others(put: Write, tmp_path: Path) -> None:
    desert = np.random.default_rng(1).integers(2500, 4000, (12, SIDE, SIDE)).astype(np.uint16)
    put("desert_s1.tif", sar())
    put("desert_s2.tif", desert)
    for name in ("a", "b", "c"):
        put(f"{name}_s1.tif", sar())
        put(f"{name}_s2.tif", ground(bands=12))
    scene = next(scene for scene in find_scenes(tmp_path)[0] if scene.name == "desert").load()
    assert scene.clear[0].min() == pytest.approx(0.25, abs=0.002)


def test_scenes_of_different_sizes(put: Write, tmp_path: Path) -> None:
    for name, side in (("a", 24), ("b", 40)):
        put(f"{name}_s1.tif", sar(side=side))
        put(f"{name}_s2.tif", ground(side=side))
    assert [scene.load().clear.shape for scene in find_scenes(tmp_path)[0]] == [(13, 24, 24), (13, 40, 40)]


def test_a_large_scene_is_cut_into_pieces(put: Write, tmp_path: Path) -> None:
    height, width = 8, 2 * PIECE + 100
    clear = np.arange(13 * height * width).reshape(13, height, width) % 900 + 100
    put("x_s1.tif", np.full((2, height, width), -12, np.float32))
    put("x_s2.tif", clear.astype(np.uint16))
    pieces, _ = find_scenes(tmp_path)
    assert [piece.name for piece in pieces] == ["x@0+0", "x@0+306", "x@0+612"]
    for piece in pieces:
        columns = slice(piece.window.column, piece.window.column + PIECE)
        assert np.allclose(piece.load().clear, clear[:, :, columns] / 10000)


def test_files_of_a_scene_have_to_lie_pixel_on_pixel(put: Write, tmp_path: Path) -> None:
    put("x_s1.tif", sar(), at=(500_000, 5_000_000))
    put("x_s2.tif", ground(), at=(500_010, 5_000_000))
    with pytest.raises(UnusableScene, match="pixel on pixel") as caught:
        one(tmp_path).load()
    assert caught.value.kind == "position"
    put("x_s1.tif", sar(side=30), at=(500_000, 5_000_000))
    with pytest.raises(UnusableScene, match="30 × 30") as caught:
        one(tmp_path).load()
    assert caught.value.kind == "size"


def test_nodata_is_filled_and_not_learnt_from(put: Write, tmp_path: Path) -> None:
    clear, radar = ground(), sar()
    clear[:, :4] = 0
    radar[:, :, :8] = 0
    radar[0, 31, 31] = np.nan
    put("x_s1.tif", radar)
    put("x_s2.tif", clear)
    scene = one(tmp_path).load()
    expected = np.ones((SIDE, SIDE), bool)
    expected[:4] = expected[:, :8] = expected[31, 31] = False
    assert np.array_equal(scene.valid, expected)
    assert scene.clear[:, :4].min() > 0.01 and np.isfinite(scene.sar).all()
    # As in use: missing radar is 0 in both bands, and nothing that is measured is.
    assert np.array_equal((scene.sar == 0).all(axis=0), (radar[:, :, :] == 0).all(axis=0) | np.isnan(radar).any(axis=0))


# Places -------------------------------------------------------------------------------------------------------------


def test_patches_within_ten_kilometres_are_one_place(put: Write, tmp_path: Path) -> None:
    # Each 320 m wide: b begins 5 km east of a, c 12 km east of a and 7 km of b, d far away; e lies nowhere.
    for name, east in (("a", 0), ("b", 5000), ("c", 12000), ("d", 40000)):
        put(f"{name}_s1.tif", sar(), at=(500_000 + east, 5_000_000))
        put(f"{name}_s2.tif", ground(), at=(500_000 + east, 5_000_000))
    put("e_9_s1.tif", sar())
    put("e_9_s2.tif", ground())
    places = {scene.name: scene.place for scene in find_scenes(tmp_path)[0]}
    assert places["a"] == places["b"] == places["c"] == "45.15N 9.08E"
    assert places["d"] == "45.15N 9.51E"
    assert places["e_9"] == "e"
    (tmp_path / "places.csv").write_text("scene,place\na,west\nb,west\n", encoding="utf-8")
    places = {scene.name: scene.place for scene in find_scenes(tmp_path)[0]}
    assert (places["a"], places["b"], places["c"]) == ("west", "west", "45.15N 9.15E")
    (tmp_path / "places.csv").write_text("name\na\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="columns scene and place"):
        find_scenes(tmp_path)


@pytest.mark.parametrize(
    ("name", "place"),
    [("berlin_01", "berlin"), ("de/berlin-p7", "de/berlin"), ("de/7", "de"), ("0031", "0031"), ("oslo", "oslo")],
)
def test_a_place_by_its_name(name: str, place: str) -> None:
    assert place_by_name(name) == place


def test_distances_of_footprints() -> None:
    here = (10.0, 60.0, 10.1, 60.1)
    assert distance_km(here, (10.05, 60.05, 10.2, 60.2)) == 0
    assert distance_km(here, (10.0, 60.2, 10.1, 60.3)) == pytest.approx(11.13, abs=0.01)
    assert distance_km(here, (10.3, 60.0, 10.4, 60.1)) == pytest.approx(0.2 * 111.32 * 0.499, rel=0.01)
    assert distance_km((179.9, 0, 179.95, 1), (-179.97, 0, -179.9, 1)) == pytest.approx(0.08 * 111.32, rel=0.01)
    assert distance_km((179.9, 0, -179.9, 1), (-179.95, 0, -179.8, 1)) == 0


def test_clusters_are_the_same_in_any_order() -> None:
    boxes = {f"p{i}": (i * 0.1, 0.0, i * 0.1 + 0.02, 0.02) for i in (0, 1, 2, 5, 6)}
    places = cluster(boxes)
    assert places == cluster(dict(reversed(boxes.items())))
    assert [places["p0"], places["p5"]] == ["0.01N 0.11E", "0.01N 0.56E"]
    assert sorted(places.values()).count("0.01N 0.11E") == 3
    beyond = cluster({"a": (179.9, -1.0, 179.98, -0.9), "b": (-179.98, -1.0, -179.94, -0.9)})
    assert set(beyond.values()) == {"0.95S 179.98E"}
