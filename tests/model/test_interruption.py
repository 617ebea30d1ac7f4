"""A network stops where it is when its run is cancelled, and is as before afterwards."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sar_cloud_removal.model.errors import Cancelled
from sar_cloud_removal.model.interruption import interruptible


class Counting(nn.Module):
    """Adds 1 and counts how often it was asked to."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, image):
        self.calls += 1
        return image + 1


def test_stops_before_the_next_module_once_cancelled():
    network = nn.Sequential(Counting(), Counting(), Counting())
    with interruptible(network, lambda: network[1].calls > 0), pytest.raises(Cancelled):
        network(torch.zeros(1))
    assert [each.calls for each in network] == [1, 1, 0]
    assert not any(module._forward_pre_hooks for module in network.modules())


def test_changes_nothing_otherwise():
    network = nn.Sequential(Counting(), Counting())
    with interruptible(network, lambda: False):
        assert network(torch.zeros(1)).item() == 2
    assert network(torch.zeros(1)).item() == 2
