"""Whole runs with hidden ground that is fitted to the scene, by the weights that ship."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from scipy.ndimage import gaussian_filter

from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.requests import Log, Progress, Reconstruct

SIDE = 128


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def write(name: str, image: np.ndarray) -> str:
        path = str(tmp_path / f"{name}.tif")
        form = {"driver": "GTiff", "height": SIDE, "width": SIDE, "count": len(image), "dtype": image.dtype}
        with rasterio.open(path, "w", crs="EPSG:32632", transform=(10, 0, 5e5, 0, -10, 5e6), **form) as file:
            file.write(image)
        return path

    return write


@pytest.fixture
def scene(write: Callable[..., str]) -> dict:
    """Land that the radar tells most of, a hole in its middle, the mask of it, and the truth."""
    told = gaussian_filter(np.random.default_rng(0).standard_normal((SIDE, SIDE)), 4, mode="wrap")
    told /= told.std()
    untold = gaussian_filter(np.random.default_rng(1).standard_normal((SIDE, SIDE)), 2, mode="wrap")
    land = np.broadcast_to(2000 + 500 * told + 150 * untold / untold.std(), (13, SIDE, SIDE)).astype(np.uint16)
    radar = np.stack([-10 + 3 * told, -17 + 3 * told]).astype(np.float32)
    hole = np.zeros((1, SIDE, SIDE), np.uint8)
    hole[:, 40:88, 40:88] = 1
    cloudy = np.where(hole, 9000, land).astype(np.uint16)
    return {
        "truth": land,
        "hole": hole[0] == 1,
        "s1": write("s1", radar),
        "s2": write("s2", cloudy),
        "mask": write("mask", hole),
        "date": write("date", (land // 2 + 500).astype(np.uint16)),
        "date_s1": write("date_s1", radar),
        "date_mask": write("date_mask", np.zeros_like(hole)),
        "deaf_s1": write("deaf_s1", np.rot90(radar, axes=(1, 2)).copy()),
    }


def run(scene: dict, folder: Path, **options: object) -> tuple[dict, list]:
    names = ("influence", "source", "expected_error")
    paths = {name: str(folder / f"{name}.tif") for name in ("output", *names)}
    events: list = []
    request = Reconstruct(scene["s1"], scene["s2"], device="cpu", s2_offset=0.0, **{**paths, **options})
    reconstruct(request, events.append, lambda: False)
    return {name: rasterio.open(path).read() for name, path in paths.items()}, events


def test_influence_is_that_of_the_radar_on_what_is_written(scene: dict, tmp_path: Path) -> None:
    """Under opaque cloud that is the fit and not the network's own answer."""
    found, _ = run(scene, tmp_path, mask=scene["mask"])
    missed = np.abs(found["output"].astype(int) - scene["truth"])[:, scene["hole"]].mean()
    influence = found["influence"][0]
    # Without radar the ground in the hole would be nearly even; its own contrast is 500 DN.
    assert missed < 200 < influence[scene["hole"]].mean() < 800
    assert (influence[~scene["hole"]] == 0).all()
    # Radar of another place tells nothing, and the fit finds that; the network would still follow it.
    deaf, _ = run({**scene, "s1": scene["deaf_s1"]}, tmp_path, mask=scene["mask"])
    assert deaf["influence"][0][scene["hole"]].mean() < 0.5 * influence[scene["hole"]].mean()


def test_a_date_tells_what_it_helped_and_where(scene: dict, tmp_path: Path) -> None:
    dates = ((scene["date"], scene["date_s1"], scene["date_mask"]),)
    found, events = run(scene, tmp_path, mask=scene["mask"], clear=dates)
    without, _ = run(scene, tmp_path, mask=scene["mask"])
    missed = [np.abs(each["output"].astype(int) - scene["truth"])[:, scene["hole"]].mean() for each in (found, without)]
    assert missed[0] < 0.5 * missed[1]
    assert (found["source"][0][scene["hole"]] == 2).all() and (without["source"][0][scene["hole"]] == 3).all()
    told = [event.message for event in events if isinstance(event, Log)]
    assert any("«date.tif»: it takes" in each and "of the error away" in each for each in told)


def test_looking_for_the_clouds_of_a_date_is_not_told_as_the_run(scene: dict, tmp_path: Path) -> None:
    given = {"clear": ((scene["date"], scene["date_s1"], None),), "detection": "spectral"}
    _, events = run(scene, tmp_path, **given)
    shares = [event.fraction for event in events if isinstance(event, Progress)]
    assert shares == sorted(shares) and shares[-1] == 1
    assert sum("Clouds are looked for" in event.message for event in events if isinstance(event, Log)) == 1
