"""Choices of precision and batch; what runs out of memory. Whole runs are in test_reconstruct.py."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sar_cloud_removal.model import errors
from sar_cloud_removal.model.attention import observe
from sar_cloud_removal.model.networks import build
from sar_cloud_removal.model.networks.multistage_fusion import MultistageFusionConfig
from sar_cloud_removal.model.orientations import ORIENTATIONS, turn, turn_back
from sar_cloud_removal.model.prediction import Predictor, choose_batch, choose_precision, is_out_of_memory


def test_a_processor_computes_one_tile_at_a_time_in_float32() -> None:
    assert choose_batch("cpu", 256) == 1 and choose_batch("mps", 256) == 1
    assert choose_precision("auto", "cpu") == "float32"
    assert choose_precision("bfloat16", "cpu") == "bfloat16"
    with pytest.raises(errors.BadOption, match="half"):
        choose_precision("half", "cpu")


@pytest.mark.parametrize(
    "error, expected",
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (MemoryError(), True),
        (RuntimeError("expected scalar type Half but found Float"), False),
        (ValueError("shape"), False),
    ],
)
def test_what_running_out_of_memory_looks_like(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_only_the_wanted_bands_come_back_clipped() -> None:
    class Numbers(torch.nn.Module):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            return torch.linspace(-0.5, 1.5, 13).view(1, 13, 1, 1).expand_as(optical)

    predictor = Predictor(Numbers(), "numbers", "cpu", "float32", (0, 6, 12), 32, 2, None, print)
    answer = predictor(np.zeros((5, 13, 32, 32), np.float32), np.zeros((5, 2, 32, 32), np.float32))
    assert answer.shape == (5, 3, 32, 32) and answer.dtype == np.float32
    np.testing.assert_allclose(answer[:, :, 0, 0], [[0.0, 0.5, 1.0]] * 5, rtol=1e-6)


class Ramp(torch.nn.Module):
    """Adds a ramp from left to right, 0 to 0.2, to the optical image: a different one when it is turned."""

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        return optical + torch.linspace(0, 0.2, optical.shape[-1])


def test_best_is_the_mean_of_the_eight_of_the_wanted_bands() -> None:
    predictor = Predictor(Ramp(), "ramp", "cpu", "float32", (0, 12), 32, 2, None, print, "best")
    optical = np.full((3, 13, 32, 24), 0.3, np.float32)
    # Band B12 is clipped in all orientations, so that its answers agree.
    optical[:, 12] = 1.0
    answer = predictor(optical, np.zeros((3, 2, 32, 24), np.float32))
    assert predictor.channels == {"reflectance": slice(0, 2)} and answer.shape == (3, 2, 32, 24)
    # Each direction of the ramp comes twice: left, right, up and down.
    across, down = np.linspace(0, 0.2, 24)[None], np.linspace(0, 0.2, 32)[:, None]
    ramps = np.stack(np.broadcast_arrays(across, 0.2 - across, down, 0.2 - down))
    np.testing.assert_allclose(answer[1, 0], 0.3 + ramps.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(answer[1, 1], 1.0)


def test_normal_is_what_the_network_says_to_the_bit() -> None:
    optical, sar = np.random.default_rng(0).random((2, 2, 13, 32, 32), np.float32)[:, :1].repeat(2, axis=1)
    predictor = Predictor(Ramp(), "ramp", "cpu", "float32", range(13), 32, 1, None, print)
    assert np.array_equal(predictor(optical, sar[:, :2]), Ramp()(torch.from_numpy(optical), None).clamp(0, 1).numpy())


def test_best_makes_do_with_little_memory() -> None:
    shapes = []

    class Hungry(Ramp):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            # The last of the eight is what there is too little memory for.
            shapes.append(tuple(optical.shape[-2:]))
            if optical.shape[-1] > 64 and len(shapes) % 8 == 0:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return optical

    predictor = Predictor(Hungry(), "hungry", "cpu", "float32", range(13), 128, 2, None, print, "best")
    optical = np.random.default_rng(0).random((2, 13, 128, 128), np.float32)
    answer = predictor(optical, np.zeros((2, 2, 128, 128), np.float32))
    assert predictor.batch == 1 and predictor.tile == 64
    assert np.array_equal(answer, optical)


def test_attention_of_best_is_the_mean_of_what_was_seen_turned_back() -> None:
    torch.manual_seed(0)
    config = MultistageFusionConfig(
        base_width=8, directed_width=8, base_blocks=1, directed_blocks=1, token_width=16, heads=2
    )
    network = build(config).eval()
    optical = np.random.default_rng(1).random((1, 13, 32, 48), np.float32)
    sar = np.random.default_rng(2).random((1, 2, 32, 48), np.float32)
    with observe(network) as observer:
        best = Predictor(network, "small", "cpu", "float32", range(13), 48, 1, observer, print, "best")
        answer = best(optical, sar)
        normal = Predictor(network, "small", "cpu", "float32", range(13), 48, 1, observer, print)
        seen = []
        for orientation in ORIENTATIONS:
            turned = (turn(torch.from_numpy(each), orientation).numpy() for each in (optical, sar))
            seen.append(turn_back(torch.from_numpy(normal(*turned)), orientation).numpy())
    assert answer.shape == (1, 15, 32, 48)
    np.testing.assert_allclose(answer, np.mean(seen, axis=0), atol=1e-6)
    assert np.std(seen, axis=0)[:, 13:].max() > 1e-4


def test_an_error_that_is_not_about_memory_is_raised() -> None:
    class Broken(torch.nn.Module):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("shapes differ")

    predictor = Predictor(Broken(), "broken", "cpu", "float32", (0,), 32, 2, None, print)
    with pytest.raises(RuntimeError, match="shapes differ"):
        predictor(np.zeros((1, 13, 32, 32), np.float32), np.zeros((1, 2, 32, 32), np.float32))
    assert predictor.batch == 2


@pytest.mark.gpu
def test_on_a_gpu_many_tiles_in_bfloat16() -> None:
    assert choose_batch("cuda:0", 256) >= 1
    capable = torch.cuda.get_device_capability(0) >= (8, 0)
    assert choose_precision("auto", "cuda:0") == ("bfloat16" if capable else "float32")
