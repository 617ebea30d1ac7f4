"""DSen2-CR: what all networks do, its residual blocks and its long skip connection."""

from __future__ import annotations

from typing import Callable

import pytest
import torch
from torch.nn import functional as F

from sar_cloud_removal.model.networks.dsen2cr import DSen2CRConfig, ResidualBlock

SMALL = DSen2CRConfig(width=8, blocks=2)


def test_it_does_what_every_network_has_to(check: Callable) -> None:
    check(SMALL)


def test_config(json_round_trip: Callable) -> None:
    json_round_trip(SMALL, width=0, blocks=-1)


def test_as_many_parameters_as_published(parameter_count: Callable) -> None:
    parameter_count(DSen2CRConfig(), 18.95, 0.001)


def test_narrow_preset(narrow_preset: Callable) -> None:
    narrow_preset("dsen2cr_narrow", "dsen2cr", 64)


def test_residual_block_is_the_equation() -> None:
    block, features = ResidualBlock(4, 0.1), torch.randn(1, 4, 5, 5)
    expected = features + 0.1 * block.second(F.relu(block.first(features)))
    torch.testing.assert_close(block(features), expected)


def test_the_answer_is_added_to_the_cloudy_image(made: Callable, pair: Callable) -> None:
    network, (optical, sar) = made(SMALL), pair(16, 16)
    torch.nn.init.zeros_(network.last.weight)
    torch.testing.assert_close(network(optical, sar), optical)
    torch.nn.init.constant_(network.last.bias, 1.0)
    assert float((network(optical, sar) - optical).mean().detach()) == pytest.approx(0.2)  # DN 2000


def test_inputs_are_scaled_as_published(made: Callable) -> None:
    network, seen = made(SMALL), []
    network.first.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    network(torch.full((1, 13, 4, 4), 0.4), torch.full((1, 2, 4, 4), 0.5))
    assert seen[0][0, :, 0, 0].tolist() == pytest.approx([0.4 * 10000 / 2000] * 13 + [0.5 * 2] * 2)
