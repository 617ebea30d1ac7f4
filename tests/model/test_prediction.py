"""Choices of precision and batch; what runs out of memory. Whole runs are in test_reconstruct.py."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sar_cloud_removal.model import errors
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
