"""On an NVIDIA GPU: the same result as on the processor, little memory, inspecting, adapting and training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch

from sar_cloud_removal.model import devices, errors
from sar_cloud_removal.model.inspection import inspect
from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.requests import Adapt, Inspect, Reconstruct
from sar_cloud_removal.model.training.adapt import adapt

pytestmark = pytest.mark.gpu

PACKAGE = Path(__file__).resolve().parents[2]
SAMPLE = PACKAGE / "resources" / "sample"
S1, S2 = str(SAMPLE / "s1.tif"), str(SAMPLE / "s2_cloudy.tif")
DEVICE = "cuda:0"


def never() -> bool:
    return False


def ignore(_: object) -> None:
    pass


@pytest.fixture
def sample(tmp_path: Path) -> Callable[..., tuple[dict, dict[str, np.ndarray]]]:
    """Reconstruct the sample scene; return the values, and what was written in DN or in the maps' units."""

    def run(device: str = DEVICE, **options: object) -> tuple[dict, dict[str, np.ndarray]]:
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        maps = {name: str(folder / f"{name}.tif") for name in options.pop("maps", ())}
        request = Reconstruct(S1, S2, str(folder / "out.tif"), device=device, **maps, **options)
        values = reconstruct(request, ignore, never)
        images = {}
        for name in ("out", *maps):
            with rasterio.open(folder / f"{name}.tif") as file:
                images[name] = file.read().astype(np.float64)
        return values, images

    return run


@pytest.fixture
def little_memory() -> Iterator[Callable[[float], None]]:
    """Let torch have only so many bytes of the GPU."""
    total = torch.cuda.get_device_properties(DEVICE).total_memory

    def allow(size: float) -> None:
        torch.cuda.empty_cache()
        torch.cuda.set_per_process_memory_fraction(min(1.0, size / total), DEVICE)

    yield allow
    torch.cuda.set_per_process_memory_fraction(1.0, DEVICE)
    torch.cuda.empty_cache()


def test_the_gpu_is_what_auto_takes(sample: Callable) -> None:
    values, _ = sample("auto")
    assert values["device"] == DEVICE == devices.resolve("auto")


@pytest.mark.parametrize("precision, most, mean", [("float32", 60.0, 2.0), ("bfloat16", 600.0, 20.0)])
def test_the_result_is_that_of_the_processor(sample: Callable, precision: str, most: float, mean: float) -> None:
    """In DN of 10,000 a unit of reflectance: float32 differs by what TF32 leaves out."""
    expected = sample("cpu", precision="float32")[1]["out"]
    difference = np.abs(sample(precision=precision)[1]["out"] - expected)
    assert difference.max() <= most and difference.mean() <= mean
    assert np.abs(sample("cpu")[1]["out"] - expected).max() == 0


def test_the_maps_are_those_of_the_processor(sample: Callable) -> None:
    options = {"precision": "float32", "quality": "best", "maps": ("expected_error", "influence")}
    expected, found = sample("cpu", **options)[1], sample(**options)[1]
    for name in options["maps"]:
        assert np.nanmax(expected[name]) > 0
        np.testing.assert_allclose(found[name], expected[name], atol=0.02 * np.nanmax(expected[name]))
    expected, found = (sample(device, precision="float32", maps=("attention",))[1] for device in ("cpu", DEVICE))
    assert np.corrcoef(found["attention"][0].ravel(), expected["attention"][0].ravel())[0, 1] > 0.999


@pytest.fixture
def mask(tmp_path: Path) -> str:
    """Mark what is bright in blue as cloud."""
    path = str(tmp_path / "mask.tif")
    with rasterio.open(S2) as file:
        profile = {**file.profile, "count": 1, "dtype": "uint8", "nodata": None}
        with rasterio.open(path, "w", **profile) as marks:
            marks.write((file.read(2) > 1500).astype(np.uint8), 1)
    return path


@pytest.mark.parametrize("memory", [None, 40e6])
def test_hidden_ground_gets_what_the_scene_s_own_clear_ground_tells(
    sample: Callable, little_memory: Callable, mask: str, memory: float | None
) -> None:
    options = {"mask": mask, "precision": "float32", "tile": 128, "overlap": 64}
    values, images = sample("cpu", **options)
    assert values["parts"]["attention"] + values["parts"]["scene fit"] > 0.9
    if memory:
        little_memory(memory)
    found, seen = sample(**options)
    assert found["parts"] == pytest.approx(values["parts"], abs=0.01 if memory is None else 0.05)
    assert np.abs(seen["out"] - images["out"]).mean() <= (2 if memory is None else 100)


def test_a_second_run_is_the_same_to_the_bit(sample: Callable) -> None:
    assert np.array_equal(sample()[1]["out"], sample()[1]["out"])


def test_a_batch_that_is_too_large_for_the_memory_is_halved(sample: Callable, little_memory: Callable) -> None:
    options = {"precision": "float32", "tile": 64, "overlap": 32}
    expected = sample(batch=1, **options)[1]["out"]
    little_memory(60e6)
    values, images = sample(batch=64, **options)
    assert 1 <= values["batch"] < 64 and values["tile"] == 64
    assert any("too little memory" in warning for warning in values["warnings"])
    assert np.abs(images["out"] - expected).max() <= 60


def test_then_tiles_are_computed_in_parts(sample: Callable, little_memory: Callable) -> None:
    expected = sample(precision="float32", tile=256)[1]["out"]
    little_memory(60e6)
    values, images = sample(precision="float32", tile=256, batch=2)
    assert values["batch"] == 1 and values["tile"] < 256
    assert np.abs(images["out"] - expected).mean() < 100


def test_memory_that_is_never_enough_is_told_and_leaves_nothing(little_memory: Callable, tmp_path: Path) -> None:
    little_memory(1e6)
    with pytest.raises(errors.OutOfMemory, match="cuda:0"):
        reconstruct(Reconstruct(S1, S2, str(tmp_path / "out.tif"), device=DEVICE), ignore, never)
    assert list(tmp_path.iterdir()) == []


def test_a_limit_on_memory_holds(sample: Callable) -> None:
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    values, _ = sample(precision="float32", tile=128, overlap=64, batch=16, memory_gb=0.3)
    assert values["batch"] < 16
    assert torch.cuda.max_memory_allocated() < 0.3e9


def test_what_one_place_is_told_of_is_what_the_processor_tells(sample: Callable, tmp_path: Path) -> None:
    with rasterio.open(S2) as file:
        x, y = file.xy(100, 120)
    told = []
    for device in ("cpu", DEVICE):
        values = inspect(Inspect(x, y, device=device, s1=S1, s2=S2, precision="float32"), ignore, never)
        told.append({name: value for name, value in _numbers(values) if name != "/seconds"})
    assert told[0].keys() == told[1].keys() and len(told[0]) > 20
    for name, value in told[0].items():
        assert told[1][name] == pytest.approx(value, rel=0.02, abs=0.005), name


def _numbers(value: object, name: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers inside of what JSON can hold, each with its path."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _numbers(each, f"{name}/{key}")
    elif isinstance(value, (list, tuple)):
        for key, each in enumerate(value):
            yield from _numbers(each, f"{name}/{key}")
    elif isinstance(value, float):
        yield name, value


@pytest.mark.parametrize("memory", [None, 200e6])
def test_weights_are_adapted_in_little_memory_too(
    sample: Callable, little_memory: Callable, tmp_path: Path, memory: float | None
) -> None:
    """With little memory the batch gets smaller."""
    if memory:
        little_memory(memory)
    output = tmp_path / "adapted.safetensors"
    request = Adapt(S1, S2, str(output), device=DEVICE, minutes=0.5, steps=6)
    values = adapt(request, ignore, never)
    assert values["steps"] >= 1 and np.isfinite(values["before"]) and output.is_file()
    assert (values["batch"] < 4) is (memory is not None)


def test_the_command_line_takes_the_gpu(tmp_path: Path) -> None:
    output = tmp_path / "out.tif"
    command = [sys.executable, "-m", "sar_cloud_removal.model.cli", "reconstruct", "--s1", S1, "--s2", S2]
    run = subprocess.run(
        [*command, "--output", str(output), "--device", "cuda", "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["device"] == DEVICE and output.is_file()
