"""GLF-CR: what all networks do, attention in shifted windows across modalities, and the dynamic filters."""

from __future__ import annotations

from typing import Callable

import pytest
import torch
from torch.nn import functional as F

from sar_cloud_removal.model.networks.glf_cr import (
    APART,
    DropPath,
    GLFCRConfig,
    LocalFusion,
    WindowAttention,
    _from_windows,
    _to_windows,
    dynamic_filter,
    shift_mask,
)

SMALL = GLFCRConfig(width=8, growth=4, stages=2, layers=2, heads=2, window=4, reconstruction_width=8)


def test_it_does_what_every_network_has_to(check: Callable) -> None:
    check(SMALL)


def test_config(json_round_trip: Callable) -> None:
    json_round_trip(SMALL, heads=3, window=5, kernel=4, drop_path=1.0, stages=0)


def test_as_many_parameters_as_published(parameter_count: Callable) -> None:
    parameter_count(GLFCRConfig(), 14.83, 0.001)


def test_narrow_preset(narrow_preset: Callable) -> None:
    narrow_preset("glf_cr_narrow", "glf_cr", 64)


def test_dynamic_filter_by_hand() -> None:
    torch.manual_seed(0)
    features, filters = torch.rand(1, 2, 4, 5), torch.randn(1, 2 * 9, 4, 5)
    got = dynamic_filter(features, filters, kernel=3)
    for channel in range(2):
        for row in range(4):
            for column in range(5):
                total = 0.0
                for down in range(3):
                    for right in range(3):
                        y, x = min(max(row + down - 1, 0), 3), min(max(column + right - 1, 0), 4)
                        tap = filters[0, channel * 9 + down * 3 + right, row, column]
                        total += float(tap * features[0, channel, y, x])
                assert float(got[0, channel, row, column]) == pytest.approx(total, abs=1e-5)


def test_windows_and_back() -> None:
    features = torch.arange(2 * 3 * 8 * 12.0).view(2, 3, 8, 12)
    windows = _to_windows(features, 4)
    assert windows.shape == (2 * 2 * 3, 16, 3)
    torch.testing.assert_close(windows[4, :, 1], features[0, 1, 4:8, 4:8].flatten())
    torch.testing.assert_close(_from_windows(windows, 4, 8, 12), features)


def test_shift_mask_parts_what_the_cyclic_shift_brought_together() -> None:
    height, width, window = 8, 12, 4
    mask = shift_mask(height, width, window, torch.device("cpu"))
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.stack([rows, columns]).roll((-2, -2), (1, 2))[None].float()
    inside = _to_windows(places, window)
    # Neighbours before the shift are no farther apart than a window is wide.
    apart = (inside[:, :, None] - inside[:, None]).abs().amax(-1) >= window
    torch.testing.assert_close(mask, apart.float() * APART)
    assert apart.any() and not apart.all()


def test_attention_moves_towards_that_of_sar_by_a_gate() -> None:
    torch.manual_seed(0)
    module = WindowAttention(4, window=2, heads=1)
    optical, sar = torch.randn(3, 4, 4), torch.randn(3, 4, 4)

    def logits(linear: torch.nn.Module, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        query, key, value = linear(features).chunk(3, dim=-1)
        bias = module.bias[module.offset][..., 0]
        return query @ key.transpose(1, 2) / 4**0.5 + bias, value

    first, value = logits(module.optical, optical)
    second, sar_value = logits(module.sar, sar)
    gate = torch.sigmoid(module.gate.weight.item() * (second - first) + module.gate.bias.item())
    mixed = first + gate * (second - first)
    got = module(optical, sar, None)
    torch.testing.assert_close(got[0], module.optical_out(mixed.softmax(-1) @ value))
    torch.testing.assert_close(got[1], module.sar_out(second.softmax(-1) @ sar_value))


def test_the_bias_is_of_the_relative_position() -> None:
    offset = WindowAttention(4, window=3, heads=1).offset
    assert offset.unique().numel() == 25
    assert offset[0, 4] == offset[4, 8] and offset[0, 4] != offset[4, 0]


def test_local_fusion_is_its_three_equations() -> None:
    torch.manual_seed(0)
    module, optical, sar = LocalFusion(4, 3, last=False), torch.randn(1, 4, 6, 6), torch.randn(1, 4, 6, 6)
    cleaned = dynamic_filter(sar, module.filters(torch.cat([optical, sar], 1)), 3)
    new = optical + torch.sigmoid(module.to_optical(cleaned - optical)) * (cleaned - optical)
    back = sar + torch.sigmoid(module.to_sar(new - cleaned)) * (new - cleaned)
    got = module(optical, sar)
    torch.testing.assert_close(got[0], new)
    torch.testing.assert_close(got[1], back)


def test_drop_path_skips_samples_in_training_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    drop, ones = DropPath(0.25), torch.ones(4000, 1, 1, 1)
    dropped = drop(ones)
    assert dropped.unique().tolist() == pytest.approx([0, 4 / 3])
    assert float(dropped.mean()) == pytest.approx(1, abs=0.05)
    assert torch.equal(drop.eval()(ones), ones)


def test_the_answer_is_added_to_the_cloudy_image(made: Callable, pair: Callable) -> None:
    network, (optical, sar) = made(SMALL), pair(18, 20)
    torch.nn.init.zeros_(network.enlarge[2].weight)
    torch.nn.init.constant_(network.enlarge[2].bias, 0.1)
    torch.testing.assert_close(network(optical, sar), optical + 0.1)


def test_shallow_features_skip_the_stages(made: Callable, pair: Callable) -> None:
    network, (optical, sar) = made(SMALL), pair(16, 16)
    for layer in network.gather:
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    shallow = network.optical_first(F.pixel_unshuffle(optical, 2))
    torch.testing.assert_close(network(optical, sar), optical + network.enlarge(shallow))
