"""Devices that are there, and the answer to one that is not."""

from __future__ import annotations

import pytest
import torch

from sar_cloud_removal.model.devices import available, describe, resolve
from sar_cloud_removal.model.errors import NoSuchDevice


def test_the_processor_is_always_there_and_last():
    assert available()[-1].name == "cpu"
    assert resolve("cpu") == "cpu"


def test_auto_takes_the_first():
    assert resolve("auto") == available()[0].name == describe()["default"]
    torch.zeros(1, device=resolve("auto"))


@pytest.mark.parametrize("name", ["cuda:99", "tpu", "", "CPU"])
def test_a_device_that_is_not_there_names_those_that_are(name):
    with pytest.raises(NoSuchDevice, match=r"Those there are: auto, .*cpu"):
        resolve(name)


def test_description_says_what_torch_was_built_for():
    description = describe()
    assert description["torch"] == torch.__version__
    assert description["devices"][-1] == {"name": "cpu", "title": "Processor", "memory": None}
    assert description["unusable"] == {}


@pytest.mark.gpu
def test_gpu_is_found_with_its_memory():
    gpu = available()[0]
    assert gpu.name == "cuda:0" == resolve("cuda") == resolve("auto")
    assert gpu.memory > 2**30
    assert torch.cuda.get_device_name(0) == gpu.title
