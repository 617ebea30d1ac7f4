"""McGAN: what all networks do, its U-Net, and the layers that it shares with its adversary."""

from __future__ import annotations

from typing import Callable

import torch
from torch.nn import functional as F

from sar_cloud_removal.model.networks.layers import BatchNorm, PatchDiscriminator
from sar_cloud_removal.model.networks.mcgan import McGANConfig

SMALL = McGANConfig(width=8, levels=4)


def test_it_does_what_every_network_has_to(check: Callable) -> None:
    check(SMALL)


def test_config(json_round_trip: Callable) -> None:
    json_round_trip(SMALL, width=0, levels=0, dropout=1.0)


def test_as_many_parameters_as_the_authors_code(parameter_count: Callable) -> None:
    # Theirs has 4 bands in and 3 out, 54.417 million; 11 and 10 more add 18 thousand.
    parameter_count(McGANConfig(), 54.417, 0.001)


def test_narrow_preset(narrow_preset: Callable) -> None:
    narrow_preset("mcgan_narrow", "mcgan", 128)


def test_levels_halve_the_image_and_stop_widening_at_eight_times(made: Callable, pair: Callable) -> None:
    network, shapes = made(McGANConfig(width=4, levels=5)), []
    for level in network.down:
        level.register_forward_hook(lambda module, inputs, output: shapes.append(tuple(output.shape[1:])))
    network(*pair(64, 64, batch=1))
    assert shapes == [(8, 32, 32), (16, 16, 16), (32, 8, 8), (32, 4, 4), (32, 2, 2)]


def test_images_go_from_minus_one_to_one_inside(made: Callable, pair: Callable) -> None:
    network, (optical, sar) = made(SMALL), pair(16, 16)
    seen = []
    network.first.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    torch.nn.init.zeros_(network.last.weight)
    torch.nn.init.constant_(network.last.bias, 0.5)
    torch.testing.assert_close(network(optical, sar), torch.full_like(optical, 0.75))
    torch.testing.assert_close(seen[0], torch.cat([optical, sar], 1) * 2 - 1)


def test_dropout_is_in_training_only(made: Callable, pair: Callable) -> None:
    network, both = made(SMALL), pair(32, 32)
    torch.testing.assert_close(network(*both), network(*both))
    network.train()
    assert not torch.equal(network(*both), network(*both))


def test_a_single_value_is_normalised_by_the_running_statistics() -> None:
    norm = BatchNorm(2).train()
    norm.running_mean[:] = torch.tensor([1.0, 2.0])
    norm.running_var[:] = torch.tensor([4.0, 9.0])
    values = torch.tensor([3.0, 8.0]).view(1, 2, 1, 1)
    torch.testing.assert_close(norm(values).flatten(), torch.tensor([1.0, 2.0]), atol=1e-4, rtol=0)
    assert norm.running_mean.tolist() == [1.0, 2.0] and int(norm.num_batches_tracked) == 0
    two = torch.cat([values, values + 2])
    torch.testing.assert_close(norm(two).flatten(), torch.tensor([-1.0, -1.0, 1.0, 1.0]), atol=1e-4, rtol=0)
    assert int(norm.num_batches_tracked) == 1


def test_the_adversary_judges_patches_of_16_pixels() -> None:
    torch.manual_seed(0)
    adversary = PatchDiscriminator(15, 13, width=8)
    condition, image = torch.rand(2, 15, 48, 64), torch.rand(2, 13, 48, 64)
    logits = adversary(condition, image)
    assert logits.shape == (2, 1, 3, 4)
    assert not torch.allclose(logits, adversary(condition, 1 - image))
    assert not torch.allclose(logits, adversary(1 - condition, image))
    joined = torch.cat([adversary.condition(condition), adversary.image(image)], 1)
    torch.testing.assert_close(logits, adversary.stages(F.leaky_relu(joined, 0.2)))
