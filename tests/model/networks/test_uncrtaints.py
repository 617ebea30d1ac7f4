"""UnCRtainTS for one date: what all networks do, and the distribution that it predicts."""

from __future__ import annotations

from typing import Callable

import torch
from torch.nn import functional as F

from sar_cloud_removal.model.networks.uncrtaints import MBConv, UnCRtainTSConfig

SMALL = UnCRtainTSConfig(width=8, decoder_blocks=2)


def test_it_does_what_every_network_has_to(check: Callable) -> None:
    check(SMALL)


def test_config(json_round_trip: Callable) -> None:
    json_round_trip(SMALL, width=10, groups=0, scale=0.0)


def test_as_many_parameters_as_published(parameter_count: Callable) -> None:
    parameter_count(UnCRtainTSConfig(), 0.52, 0.01)


def test_narrow_preset(narrow_preset: Callable) -> None:
    narrow_preset("uncrtaints_narrow", "uncrtaints", 64)


def test_the_mean_is_what_forward_returns_and_the_variance_is_positive(made: Callable, pair: Callable) -> None:
    network, (optical, sar) = made(SMALL), pair(17, 20)
    mean, variance = network.distribution(optical, sar)
    assert mean.shape == variance.shape == (2, 13, 17, 20)
    torch.testing.assert_close(mean, network(optical, sar))
    assert ((mean > 0) & (mean < 1)).all()
    assert (variance > 1e-5).all()  # 0.001 of the scale that is 10 times reflectance


def test_mean_and_variance_by_hand(made: Callable, pair: Callable) -> None:
    network = made(SMALL)
    torch.nn.init.zeros_(network.last.weight)
    with torch.no_grad():
        network.last.bias[:13], network.last.bias[13:] = -1.0, 2.0
    mean, variance = network.distribution(*pair(8, 8))
    torch.testing.assert_close(mean, torch.full_like(mean, 1 / (1 + torch.e)), atol=1e-6, rtol=0)
    expected = (torch.log1p(torch.exp(torch.tensor(2.0))) + 1e-3) / 100
    torch.testing.assert_close(variance, expected.expand_as(variance))


def test_inputs_are_ten_times_reflectance(made: Callable, pair: Callable) -> None:
    network, seen = made(SMALL), []
    network.first.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    optical, sar = pair(8, 8)
    network(optical, sar)
    torch.testing.assert_close(seen[0], 10 * torch.cat([optical, sar], 1))


def test_mbconv_normalises_by_groups_or_by_batch() -> None:
    kinds = [{type(module) for module in MBConv(8, 2, groups).modules()} for groups in (4, 0)]
    assert torch.nn.GroupNorm in kinds[0] and torch.nn.GroupNorm not in kinds[1]
    assert any(issubclass(kind, torch.nn.BatchNorm2d) for kind in kinds[1])
    block, features = MBConv(8, 2, 4), torch.randn(1, 8, 5, 5)
    out = features
    for layer in block.block[:7]:
        out = layer(out)
    excite = block.block[7]
    share = torch.sigmoid(excite.excite(F.gelu(excite.squeeze(out.mean(dim=(2, 3), keepdim=True)))))
    torch.testing.assert_close(block(features), features + block.block[9](block.block[8](out * share)))
