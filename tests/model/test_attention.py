"""The maps against what the fusion module really computed, and that looking changes nothing."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from sar_cloud_removal.model.attention import observe
from sar_cloud_removal.model.networks import build

from .conftest import OURS

SMALL = {
    "architecture": "multistage_fusion",
    **OURS,
    "base_width": 8,
    "directed_width": 8,
    "base_blocks": 1,
    "directed_blocks": 1,
    "token_width": 16,
    "heads": 2,
}


@pytest.fixture
def network():
    torch.manual_seed(3)
    return build(SMALL).eval()


def run(network, height, width, batch=2):
    torch.manual_seed(4)
    with torch.no_grad():
        return network(torch.rand(batch, 13, height, width), torch.rand(batch, 2, height, width))


def test_looking_changes_no_bit_and_leaves_no_hook(network):
    plain = run(network, 40, 56)
    with observe(network) as observer:
        watched = run(network, 40, 56)
        observer.maps(40, 56)
    assert torch.equal(plain, watched)
    assert not any(module._forward_hooks for module in network.modules())


def test_hooks_go_when_the_run_fails(network):
    with pytest.raises(ZeroDivisionError), observe(network):
        raise ZeroDivisionError
    assert not any(module._forward_hooks for module in network.modules())


def test_maps_are_what_the_module_computed(network):
    seen = {}
    network.fuse.gate.register_forward_hook(lambda *args: seen.update(gate=args[2]))
    network.fuse.attention.weights.register_forward_hook(lambda *args: seen.update(weights=args[2]))
    with observe(network) as observer:
        run(network, 48, 64)
        maps = observer.maps(48, 64)
    assert maps.shape == (2, 2, 48, 64) and maps.dtype == torch.float32
    # 48 × 64 pixels are 12 × 16 features and 3 × 4 tokens.
    assert seen["gate"].shape[-2:] == (12, 16) and seen["weights"].shape == (2, 2, 12, 12)
    gate = F.interpolate(seen["gate"].mean(1, keepdim=True), (48, 64), mode="bilinear")
    assert torch.allclose(maps[:, :1], gate, atol=1e-6)
    received = seen["weights"].sum(dim=2).mean(dim=1).view(2, 1, 3, 4)
    assert torch.allclose(maps[:, 1:], F.interpolate(received, (48, 64), mode="bilinear"), atol=1e-5)
    assert received.mean() == pytest.approx(1, abs=1e-6)


def test_a_token_that_gets_all_the_attention_is_bright_where_it_lies(network):
    with observe(network) as observer:
        weights = torch.zeros(1, 2, 12, 12)
        weights[..., 6] = 1
        observer._see_gate(None, (), torch.full((1, 8, 12, 16), 0.25))
        network.fuse.attention.weights(weights)
        gate, received = observer.maps(48, 64)[0]
    assert gate.unique().tolist() == [0.25]
    # Token 6 of 3 × 4 is row 1, column 2: pixels 16–31, 32–47, and 12 times the even share at its middle.
    row, column = divmod(int(received.argmax()), 64)
    assert (row, column) in [(23, 39), (23, 40), (24, 39), (24, 40)]
    assert received.max() == pytest.approx(12, rel=0.1)
    assert received[:8].max() == 0 and received[:, :24].max() == 0


@pytest.mark.parametrize(("height", "width"), [(1, 1), (17, 50), (16, 33)])
def test_padding_of_the_network_is_cut_off(network, height, width):
    with observe(network) as observer:
        run(network, height, width)
        maps = observer.maps(height, width)
    # The same input, padded by hand to whole tokens.
    torch.manual_seed(4)
    inputs = [torch.rand(2, bands, height, width) for bands in (13, 2)]
    padded = [F.pad(each, (0, -width % 16, 0, -height % 16), mode="replicate") for each in inputs]
    with observe(network) as observer, torch.no_grad():
        network(*padded)
        expected = observer.maps(*padded[0].shape[-2:])[..., :height, :width]
    assert maps.shape[-2:] == (height, width)
    assert torch.allclose(maps, expected, atol=1e-6)


def test_network_without_the_module_has_no_maps():
    with observe(build({**SMALL, "sg_bafm": False})) as observer:
        assert observer is None


def test_maps_are_asked_for_once_per_run(network):
    with observe(network) as observer:
        run(network, 16, 16)
        observer.maps(16, 16)
        with pytest.raises(RuntimeError):
            observer.maps(16, 16)
