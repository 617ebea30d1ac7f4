"""Small rasters and small networks, made when a test asks for them."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from affine import Affine

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.reconstruct import Model, reconstruct
from sar_cloud_removal.model.requests import Event, Reconstruct

UTM = "EPSG:32632"
# 10 m pixels, as Sentinel-2's.
TRANSFORM = Affine(10, 0, 500_000, 0, -10, 5_000_000)


class Identity(torch.nn.Module):
    """Gives back the optical image."""

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        return optical


class Constant(torch.nn.Module):
    """Says the same reflectance everywhere."""

    def __init__(self, reflectance: float) -> None:
        super().__init__()
        self.reflectance = reflectance

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        return torch.full_like(optical, self.reflectance)


class Blur(torch.nn.Module):
    """Mean over 9 × 9 pixels of optical and SAR: local, so that tilings agree away from the borders of tiles."""

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        image = 0.7 * optical + 0.3 * sar.mean(dim=1, keepdim=True)
        return torch.nn.functional.avg_pool2d(image, 9, stride=1, padding=4, count_include_pad=False)


class Recorder(torch.nn.Module):
    """Gives back the optical image and keeps what it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[np.ndarray, np.ndarray]] = []

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        self.seen.append((optical.numpy().copy(), sar.numpy().copy()))
        return optical


def model_of(network: torch.nn.Module, tile: int = 64) -> Model:
    return Model(network.eval(), "test", "0" * 64, tile)


def smooth(count: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return fields [count, height, width] between 0 and 1 that change slowly, each other ones."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width] / 40.0
    fields = []
    for _ in range(count):
        a, b, c, d, e, f = rng.uniform(0.2, 1.0, 6) * rng.choice([-1, 1], 6)
        fields.append(np.sin(a * rows + b * columns + 3 * c) + np.cos(d * rows - e * columns + 3 * f))
    image = np.stack(fields)
    return (image + 2) / 4


def optical_numbers(height: int, width: int, count: int = 13, seed: int = 0) -> np.ndarray:
    """Return a Sentinel-2 image in DN between 100 and 6100, uint16 [count, height, width]; the cirrus band is dark."""
    image = 100 + 6000 * smooth(count, height, width, seed)
    image += np.random.default_rng(seed).uniform(-80, 80, image.shape)
    if count == 13:
        image[10] = 10 + image[10] / 500
    return np.rint(image).astype(np.uint16)


def backscatter_db(height: int, width: int, seed: int = 1) -> np.ndarray:
    """Return VV (−20…−5) and VH (−27…−12) in dB, float32 [2, height, width]."""
    image = -20 + 15 * smooth(2, height, width, seed)
    image[1] -= 7
    return image.astype(np.float32)


@pytest.fixture
def make_raster(tmp_path: Path) -> Callable[..., str]:
    """Write a GeoTIFF into the test's folder and return its path."""

    def make(
        name: str,
        pixels: np.ndarray,
        crs: str | None = UTM,
        transform: Affine | None = TRANSFORM,
        descriptions: Sequence[str] | None = None,
        tags: dict | None = None,
        scales: Sequence[float] | None = None,
        offsets: Sequence[float] | None = None,
        **profile: object,
    ) -> str:
        path = tmp_path / name
        count, height, width = pixels.shape
        if transform is not None:
            profile.update(crs=crs, transform=transform)
        with rasterio.open(
            path, "w", driver="GTiff", height=height, width=width, count=count, dtype=pixels.dtype.name, **profile
        ) as dataset:
            dataset.write(pixels)
            if descriptions:
                dataset.descriptions = descriptions
            if scales:
                dataset.scales = scales
            if offsets:
                dataset.offsets = offsets
            dataset.update_tags(**(tags or {}))
        return str(path)

    return make


@pytest.fixture
def make_s1(make_raster: Callable[..., str]) -> Callable[..., str]:
    def make(pixels: np.ndarray, name: str = "s1.tif", **more: object) -> str:
        return make_raster(name, pixels, **{"descriptions": ("VV", "VH"), **more})

    return make


@pytest.fixture
def make_s2(make_raster: Callable[..., str]) -> Callable[..., str]:
    def make(pixels: np.ndarray, name: str = "s2.tif", **more: object) -> str:
        names = {13: S2_BANDS, 12: [band for band in S2_BANDS if band != "B10"]}.get(len(pixels))
        return make_raster(name, pixels, **{"descriptions": names, **more})

    return make


#: What the shipped network has beside the paper's.
OURS = {
    "scaling": "log",
    "attention": "cosine",
    "distance_bias": True,
    "cloud_bias": True,
    "normalise": True,
    "bypass": True,
    "dfin_start": "identity",
    "residual": "opacity",
}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[dict, np.ndarray, list[Event]]]:
    """Reconstruct with a network and return the result's values, the pixels of the output and the events."""

    def run(
        network: torch.nn.Module, s1: str, s2: str, tile: int = 64, **options: object
    ) -> tuple[dict, np.ndarray, list[Event]]:
        events: list[Event] = []
        cancelled = options.pop("cancelled", lambda: False)
        # Values too small or too few to tell the offset by are common in tests.
        options = {"output": str(tmp_path / "out.tif"), "device": "cpu", "s2_offset": 0.0, "keep": "network", **options}
        request = Reconstruct(s1=s1, s2=s2, tile=tile, **options)
        values = reconstruct(request, events.append, cancelled, model_of(network))
        with rasterio.open(values["output"]) as dataset:
            return values, dataset.read(), events

    return run


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def limited_file_size(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: as on a full disk, writing fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
