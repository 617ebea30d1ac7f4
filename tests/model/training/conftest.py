"""A small data folder with every kind of row that the index of the real one has."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.datasets import Scene, load_scenes

SIDE = 48
NAMES_12 = tuple(name for name in S2_BANDS if name != "B10")
NAMES_10 = tuple(name for name in S2_BANDS if name not in ("B1", "B9", "B10"))
SERIES_SHIFT = (-2, 3)  # by which the series' SAR has to be moved
INDEX = """id,kind,place,source,path,size,bands,s1,georeferenced,note
ROIs1970_fall_139_p839,triplet,fall_139,SEN12MS-CR,sen12mscr/ROIs1970_fall_*/*_139/*_p839.tif,48x48,13 L1C,VV VH dB,no,
00316,triplet,place_A,"SEN12MS-CR, official test split",triplets/00316_*.tif,48x48,13 L1C,VV VH dB,no,
00581,triplet,place_A,"SEN12MS-CR, official test split",triplets/00581_*.tif,48x48,13 L1C,VV VH dB,no,
terra_1,clear pair,lat 1 lon 2,TerraMesh validation sample,pairs/terra_1_*.tif,48x48,13 L1C and 12 L2A,VV VH dB,no,
ben_1,clear pair,ben_1,BigEarthNet-MM sample,pairs/ben_1_*.tif,48x48,12 L2A,VV VH dB,no,
fin_01,month of a series,Finland,BioMassters sample,series/fin/01_*.tif,48x48,10 L2A,asc and desc VV VH dB,no,
fin_02,month of a series,Finland,BioMassters sample,series/fin/02_*.tif,48x48,10 L2A,asc and desc VV VH dB,no,overcast
ROIs1158_spring_s2_26_p1,"cloudy and clear S2, no S1",spring,SEN12MS-CR,cloud_pairs/*_26_p1_*.tif,48x48,13 L1C,none,no,
"""


def write(path: Path, pixels: np.ndarray, names: tuple[Optional[str], ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    count, height, width = pixels.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", "GTiff", width, height, count, dtype=pixels.dtype) as file:
            file.write(pixels)
            file.descriptions = names


def fields(seed: int) -> np.ndarray:
    """Return land of fields, [48, 48]: what both sensors see."""
    return np.kron(np.random.default_rng(seed).random((8, 8)), np.ones((6, 6))).astype(np.float32)


def optical(seed: int, names: tuple[str, ...]) -> np.ndarray:
    slope = np.array([S2_BANDS.index(name) for name in names], np.float32)[:, None, None]
    return (800 + 100 * slope + 600 * fields(seed)).astype(np.uint16)


def backscatter(seed: int) -> np.ndarray:
    return np.stack([-14 + 8 * fields(seed), -20 + 8 * fields(seed)]).astype(np.float32)


def overcast(clear: np.ndarray) -> np.ndarray:
    cloudy = clear.copy()
    cloudy[:, :24] = 6500
    return cloudy


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is remembered about data sets stays out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAR_CLOUD_REMOVAL_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def write_patch(root: Path, season: str, region: int, patch: int, side: int = 32) -> dict[str, Path]:
    """Write a triplet of SEN12MS-CR, whose files name no bands, and return its files by their roles."""
    seed = region * 1000 + patch
    clear = optical(seed, S2_BANDS)[:, :side, :side]
    cloudy = clear.copy()
    cloudy[:, : side // 2] = 6500
    images = {"s1": backscatter(seed)[:, :side, :side], "s2": clear, "s2_cloudy": cloudy}
    files = {}
    for role, pixels in images.items():
        name = f"{season}_{role}_{region}_p{patch}.tif"
        files[role] = root / f"{season}_{role}" / f"{role}_{region}" / name
        write(files[role], pixels, (None,) * len(pixels))
    return files


@pytest.fixture
def make_patch(tmp_path: Path) -> Callable[..., dict[str, Path]]:
    """Return what writes triplets of SEN12MS-CR into the test's own folder: `make_patch("ROIs1158_spring", 1, 30)`."""
    return partial(write_patch, tmp_path)


@pytest.fixture(scope="session")
def sen12mscr_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return SEN12MS-CR in miniature: 42 regions of spring, a few of the other seasons, a patch in each."""
    root = tmp_path_factory.mktemp("SEN12MSCR")
    spring = (
        "1 2 6 8 9 15 17 21 26 31 39 40 44 45 58 63 66 75 77 97 100 101 106 109 110 113 115 117 119 120 121 123 124"
    )
    regions = {
        "ROIs1158_spring": [*map(int, spring.split()), 126, 128, 132, 134, 140, 141, 142, 145, 147],
        "ROIs1868_summer": [4, 17, 73],
        "ROIs1970_fall": [1, 139],
        "ROIs2017_winter": [8, 17, 63],
    }
    for season, numbers in regions.items():
        for number in numbers:
            write_patch(root, season, number, 30)
    return root


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "index.csv").write_text(INDEX, encoding="utf-8")
    roi = folder / "sen12mscr"
    official = {
        "s1": roi / "ROIs1970_fall_s1/s1_139/ROIs1970_fall_s1_139_p839.tif",
        "s2": roi / "ROIs1970_fall_s2/s2_139/ROIs1970_fall_s2_139_p839.tif",
        "s2_cloudy": roi / "ROIs1970_fall_s2_cloudy/s2_cloudy_139/ROIs1970_fall_s2_cloudy_139_p839.tif",
    }
    triplets = [official]
    for name in ("00316", "00581"):
        triplets.append({role: folder / f"triplets/{name}_{role}.tif" for role in official})
    for seed, files in enumerate(triplets):
        write(files["s1"], backscatter(seed), ("VV", "VH"))
        write(files["s2"], optical(seed, S2_BANDS), S2_BANDS)
        write(files["s2_cloudy"], overcast(optical(seed, S2_BANDS)), S2_BANDS)
    write(folder / "pairs/terra_1_s1.tif", backscatter(3), ("VV", "VH"))
    write(folder / "pairs/terra_1_s2.tif", optical(3, S2_BANDS), S2_BANDS)
    write(folder / "pairs/terra_1_s2_l2a.tif", optical(3, NAMES_12), NAMES_12)
    holed = backscatter(4)
    holed[:, 0, 0] = np.nan
    write(folder / "pairs/ben_1_s1.tif", holed, ("VV", "VH"))
    write(folder / "pairs/ben_1_s2.tif", optical(4, NAMES_12), NAMES_12)
    _write_series(folder)
    clear = optical(6, S2_BANDS)
    write(folder / "cloud_pairs/ROIs1158_spring_s2_26_p1_clear.tif", clear, S2_BANDS)
    write(folder / "cloud_pairs/ROIs1158_spring_s2_26_p1_cloudy.tif", overcast(clear), S2_BANDS)
    return folder


def _write_series(folder: Path) -> None:
    moved = np.roll(backscatter(5), [-step for step in SERIES_SHIFT], axis=(1, 2))
    orbits = np.concatenate([moved, np.full_like(moved, np.nan)])
    names = ("VV_ascending", "VH_ascending", "VV_descending", "VH_descending")
    for month, probability in (("01", 5), ("02", 60)):
        cloud = np.full((1, SIDE, SIDE), probability, np.uint8)
        cloud[0, 0, :4] = 99
        write(folder / f"series/fin/{month}_s1.tif", orbits, names)
        write(folder / f"series/fin/{month}_s2.tif", optical(5, NAMES_10), NAMES_10)
        write(folder / f"series/fin/{month}_cloud_probability.tif", cloud, ("cloud_probability",))


@pytest.fixture(scope="session")
def scenes(data_folder: Path) -> list[Scene]:
    return load_scenes(data_folder)


@pytest.fixture(scope="session")
def named(scenes: list[Scene]) -> Callable[..., Scene]:
    """Return what finds a scene by its name and level."""

    def find(name: str, level: str = "L1C") -> Scene:
        return next(scene for scene in scenes if (scene.name, scene.level) == (name, level))

    return find
