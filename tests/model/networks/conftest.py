"""What every network has to do, whatever its design."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from sar_cloud_removal.model import networks
from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.networks import build, checkpoints, config_from_dict, config_to_dict

PRESETS = Path(networks.__file__).resolve().parents[1] / "training" / "presets"
SIZES = ((1, 1), (16, 16), (17, 40), (48, 33))


def images(height: int, width: int, batch: int = 2) -> tuple[Tensor, Tensor]:
    """Return optical [batch, 13, height, width] and SAR [batch, 2, height, width], the same each time."""
    generator = torch.Generator().manual_seed(1)
    return tuple(torch.rand(batch, bands, height, width, generator=generator) for bands in (13, 2))


def any_size_comes_back(config: object) -> None:
    network = build(config).eval()
    for height, width in SIZES:
        with torch.inference_mode():
            image = network(*images(height, width))
        assert image.shape == (2, 13, height, width)
        assert image.dtype == torch.float32 and torch.isfinite(image).all()


def one_pixel_can_be_trained(config: object) -> None:
    """Alone in its batch: nothing divides by a variance of one value."""
    network = build(config).train()
    network(*images(1, 1, batch=1)).mean().backward()
    # One pixel has no neighbours for what is recurrent.
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert gradients and all(torch.isfinite(gradient).all() for gradient in gradients)


def goes_through_json(config: object, **wrong: object) -> None:
    data = json.loads(json.dumps(config_to_dict(config)))
    assert config_from_dict(data) == config
    for name, value in {**wrong, "no_such_field": 1}.items():
        with pytest.raises(BadOption):
            config_from_dict({**data, name: value})
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.optical_channels = 4


def comes_back_from_a_file(config: object, folder: Path) -> None:
    torch.manual_seed(2)
    network = build(config)
    with torch.no_grad():
        network.train()(*images(32, 32))  # so that the buffers are no longer what they started as
    path = folder / "weights.safetensors"
    with torch.inference_mode():
        expected = network.eval()(*images(20, 20))
        checkpoints.save(path, network, {})
        torch.testing.assert_close(checkpoints.load(path).network(*images(20, 20)), expected, atol=1e-5, rtol=1e-4)
        checkpoints.save(path, network, {}, dtype=torch.float16)
        loaded = checkpoints.load(path).network
        assert (loaded(*images(20, 20)) - expected).abs().max() < 0.02
    for (name, old), new in zip(network.state_dict().items(), loaded.state_dict().values()):
        if not old.is_floating_point():
            assert old.dtype == new.dtype and torch.equal(old, new), name


def looks_at_both_inputs(config: object) -> None:
    torch.manual_seed(3)
    network, (optical, sar) = build(config).eval(), images(32, 32)
    with torch.inference_mode():
        image = network(optical, sar)
        other_optical, other_sar = network(1 - optical, sar), network(optical, 1 - sar)
    assert (image - other_optical).abs().mean() > 1e-4
    assert (image - other_sar).abs().mean() > 1e-4


def every_parameter_gets_a_gradient(config: object) -> None:
    torch.manual_seed(4)
    network = build(config).eval()  # in training, a layer may be skipped by chance
    network(*images(64, 64)).square().mean().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


def has_parameters(config: object, published: float, tolerance: float) -> None:
    """`published` is in millions, `tolerance` a share of it."""
    with torch.device("meta"):
        count = sum(parameter.numel() for parameter in build(config).parameters())
    assert count / 1e6 == pytest.approx(published, rel=tolerance)


def bfloat16_is_close(config: object) -> None:
    torch.manual_seed(5)
    network = build(config).eval()
    with torch.inference_mode():
        exact = network(*images(32, 32))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rough = network(*images(32, 32)).float()
    assert (exact - rough).abs().mean() < 0.02 * exact.abs().mean()


def multiply_adds(config: object, side: int) -> float:
    """Return the multiply-adds for 256 × 256 pixels of a network that needs the same for each `side` × `side`."""
    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        build(config).eval()(torch.empty(1, 13, side, side), torch.empty(1, 2, side, side))
    return counter.get_total_flops() / 2 * (256 / side) ** 2


def preset_is_as_large_as_the_shipped_network(name: str, architecture: str, side: int) -> None:
    data = json.loads((PRESETS / "networks" / f"{name}.json").read_text(encoding="utf-8"))
    assert data["architecture"] == architecture
    shipped = json.loads((PRESETS / "shipped.json").read_text(encoding="utf-8"))["network"]
    # Widths are whole numbers, and have to be multiples of heads and groups.
    assert multiply_adds(data, side) == pytest.approx(multiply_adds(shipped, 256), rel=0.07)


CHECKS = (
    any_size_comes_back, one_pixel_can_be_trained, comes_back_from_a_file, looks_at_both_inputs,
    every_parameter_gets_a_gradient, bfloat16_is_close,
)  # fmt: skip


@pytest.fixture(params=CHECKS, ids=lambda check: check.__name__)
def check(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[object], None]:
    """One after another, what every network has to do: takes a config."""
    if request.param is comes_back_from_a_file:
        return lambda config: comes_back_from_a_file(config, tmp_path)
    return request.param


@pytest.fixture
def json_round_trip() -> Callable[..., None]:
    """Takes a config and fields with values that do not work."""
    return goes_through_json


@pytest.fixture
def parameter_count() -> Callable[[object, float, float], None]:
    """Takes a config, millions of parameters, and the share by which they may differ."""
    return has_parameters


@pytest.fixture
def narrow_preset() -> Callable[[str, str, int], None]:
    """Takes a preset network's name, its architecture, and the side of a patch to measure it with."""
    return preset_is_as_large_as_the_shipped_network


@pytest.fixture
def pair() -> Callable[..., tuple[Tensor, Tensor]]:
    return images


@pytest.fixture
def made() -> Callable[[object], nn.Module]:
    """Return what makes a network in evaluation mode, its weights the same each time."""

    def make(config: object) -> nn.Module:
        torch.manual_seed(6)
        return build(config).eval()

    return make
