"""SpA GAN: what all networks do, the recurrent sweeps, and the attention that is supervised."""

from __future__ import annotations

from typing import Callable

import torch
from torch.nn import functional as F

from sar_cloud_removal.model.networks.spa_gan import IRNN, SpAGANConfig, SpatialAttention

SMALL = SpAGANConfig(width=8, head_blocks=1, stages=2, stage_blocks=1, tail_blocks=1)


def test_it_does_what_every_network_has_to(check: Callable) -> None:
    check(SMALL)


def test_config(json_round_trip: Callable) -> None:
    json_round_trip(SMALL, width=1, stages=0)


def test_about_as_many_parameters_as_the_authors_code(parameter_count: Callable) -> None:
    # Theirs has 3 bands, and in the attention a convolution that is never called: 0.219 million.
    parameter_count(SpAGANConfig(), 0.219, 0.02)


def test_narrow_preset(narrow_preset: Callable) -> None:
    narrow_preset("spa_gan_narrow", "spa_gan", 32)


def test_sweeps_by_hand() -> None:
    torch.manual_seed(0)
    layer, image = IRNN(2), torch.randn(1, 2, 3, 4)
    weight = torch.tanh(layer.weight).view(4, 2)

    def sweep(line: list[torch.Tensor], w: torch.Tensor) -> list[torch.Tensor]:
        states = [line[0]]
        for value in line[1:]:
            states.append(F.relu(w * states[-1] + value))
        return states

    down, up, right, left = layer(image)
    for channel in range(2):
        for column in range(4):
            line = list(image[0, channel, :, column])
            torch.testing.assert_close(down[0, channel, :, column], torch.stack(sweep(line, weight[0, channel])))
            upwards = sweep(line[::-1], weight[1, channel])[::-1]
            torch.testing.assert_close(up[0, channel, :, column], torch.stack(upwards))
        for row in range(3):
            line = list(image[0, channel, row])
            torch.testing.assert_close(right[0, channel, row], torch.stack(sweep(line, weight[2, channel])))
            leftwards = sweep(line[::-1], weight[3, channel])[::-1]
            torch.testing.assert_close(left[0, channel, row], torch.stack(leftwards))


def test_a_long_line_does_not_explode() -> None:
    layer = IRNN(1)
    torch.nn.init.constant_(layer.weight, 3.0)
    assert layer(torch.ones(1, 1, 1, 2000)).max() < 1 / (1 - torch.tanh(torch.tensor(3.0))) + 1


def test_attention_hears_of_every_pixel() -> None:
    torch.manual_seed(0)
    module = SpatialAttention(8)
    torch.nn.init.constant_(module.first.weight, 3.0)
    torch.nn.init.constant_(module.second.weight, 3.0)
    features = torch.rand(1, 8, 12, 10, requires_grad=True)
    attention = module(features)
    assert attention.shape == (1, 1, 12, 10) and ((attention > 0) & (attention < 1)).all()
    attention[0, 0, 11, 9].backward()
    assert (features.grad.abs().sum(dim=1) > 0).all()


def test_each_direction_is_weighted_by_its_attention() -> None:
    torch.manual_seed(0)
    module, features = SpatialAttention(8), torch.rand(1, 8, 6, 6)
    last = module.directions[4]
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.constant_(last.bias, -100.0)  # no direction counts
    silent = module.gather.bias.view(1, -1, 1, 1).expand(1, -1, 6, 6)
    torch.testing.assert_close(module(features), torch.sigmoid(module.out(F.relu(silent))))


def test_the_attention_of_the_first_stage_comes_along(made: Callable, pair: Callable) -> None:
    network, (optical, sar) = made(SMALL), pair(20, 24)
    image, attention = network(optical, sar, attention=True)
    torch.testing.assert_close(image, network(optical, sar))
    features = F.relu(network.first(torch.cat([optical, sar], 1) * 2 - 1))
    for block in network.head:
        features = F.relu(block(features) + features)
    torch.testing.assert_close(attention, network.attention(features))
