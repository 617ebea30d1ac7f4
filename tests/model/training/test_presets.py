"""Which parts the networks of the presets have: the paper's, plain, and ours."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest
import torch
from torch import nn

from sar_cloud_removal.model.networks import MultistageFusionConfig, build, checkpoints, config_from_dict
from sar_cloud_removal.model.networks.dfin import DFIN
from sar_cloud_removal.model.networks.heads import OpacityHead, PlainHead, ResidualHead
from sar_cloud_removal.model.networks.layers import LogScaling, PixelNorm, ReflectanceScaling
from sar_cloud_removal.model.networks.multistage_fusion import ConcatenationFusion, ConcatenationIntegration
from sar_cloud_removal.model.networks.radar_prior import RadarPrior
from sar_cloud_removal.model.networks.sgbafm import SGBAFM, SarGate
from sar_cloud_removal.model.training.config import load_config
from sar_cloud_removal.model.training.cross_validation import read_systems
from sar_cloud_removal.model.training.objectives import Batch, Reconstruction

SYSTEMS = Path(__file__).parents[3] / "benchmarks" / "systems.json"
#: The channels of the images, which no preset changes.
CHANNELS = {"optical_channels", "sar_channels"}
PAPERS = {
    "paper": (True, True),
    "paper_base": (False, False),
    "paper_sg_bafm": (True, False),
    "paper_dfin": (False, True),
}
OURS = {"ours": (True, True), "base": (False, False), "base_sg_bafm": (True, False), "base_dfin": (False, True)}


def parts_of(network: nn.Module) -> set[type]:
    return {type(module) for module in network.modules()}


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def is_plain(network: nn.Module) -> bool:
    """Tell whether a network has nothing of ours."""
    return {PlainHead, ReflectanceScaling} <= parts_of(network) and parts_of(network).isdisjoint(
        {LogScaling, PixelNorm, ResidualHead, OpacityHead, RadarPrior}
    )


def is_ours(network: nn.Module) -> bool:
    """Tell whether a network has what ours has without SG-BAFM and DFIN, too."""
    return {LogScaling, OpacityHead, RadarPrior} <= parts_of(network) and PlainHead not in parts_of(network)


@pytest.mark.parametrize("preset", ["paper", "shipped"])
def test_the_network_is_spelled_out(preset: str) -> None:
    """So that another default does not change what a preset trains."""
    fields = {each.name for each in dataclasses.fields(MultistageFusionConfig)}
    assert set(load_config(preset).network) - {"architecture"} == fields - CHANNELS


@pytest.mark.parametrize(("sg_bafm", "dfin"), list(itertools.product([False, True], repeat=2)))
@pytest.mark.parametrize(("preset", "alike"), [("paper", is_plain), ("shipped", is_ours)])
def test_both_networks_have_their_parts_and_the_four_ablations(preset, alike, sg_bafm: bool, dfin: bool) -> None:
    network = build({**load_config(preset).network, "sg_bafm": sg_bafm, "dfin": dfin})
    parts = parts_of(network)
    assert alike(network)
    assert (SGBAFM in parts, SarGate in parts, ConcatenationFusion in parts) == (sg_bafm, sg_bafm, not sg_bafm)
    assert (DFIN in parts, ConcatenationIntegration in parts) == (dfin, not dfin)


def test_the_papers_network_is_its_equations_alone() -> None:
    network = build(load_config("paper").network)
    attention, fuse, dfin = network.fuse.attention, network.fuse, network.integrate
    assert attention.sharpness is attention.slope is attention.cloudiness is None
    assert isinstance(fuse.norm_optical, nn.Identity) and isinstance(fuse.norm_sar, nn.Identity)
    channels = network.config.directed_width
    assert fuse.join.in_channels == channels, "the tokens alone"
    assert not dfin.over_channels and dfin.refine_base.merge.weight[:, : 2 * network.config.base_width].any()
    assert not network.has_opacity
    assert network.head.out_channels == 13 * network.config.base_stride**2


def test_our_network_has_all_that_we_add() -> None:
    network = build(load_config("shipped").network)
    attention, fuse, dfin = network.fuse.attention, network.fuse, network.integrate
    assert None not in (attention.sharpness, attention.slope, attention.cloudiness)
    assert isinstance(fuse.norm_optical, PixelNorm) and isinstance(fuse.norm_sar, PixelNorm)
    assert fuse.join.in_channels == 3 * network.config.directed_width
    assert not dfin.refine_base.merge.weight[:, : 2 * network.config.base_width].any()
    assert network.has_opacity and network.finish.shrinkage == 1.0
    for model in checkpoints.shipped_models():
        assert checkpoints.load(model.path).network.config == config_from_dict(load_config("shipped").network)


@pytest.mark.parametrize(("names", "alike"), [(PAPERS, is_plain), (OURS, is_ours)])
def test_the_comparison_has_both_with_their_ablations(names: dict, alike) -> None:
    systems, folder = read_systems(str(SYSTEMS))
    settings = {system.name: system.settings(folder) for system in systems}
    networks = {name: build(settings[name]["network"]) for name in names}
    assert all(alike(network) for network in networks.values())
    found = {name: (SGBAFM in parts_of(each), DFIN in parts_of(each)) for name, each in networks.items()}
    assert found == names


def test_the_papers_network_is_compared_at_our_size_and_by_our_recipe() -> None:
    systems, folder = read_systems(str(SYSTEMS))
    ours, papers = (next(each for each in systems if each.name == name).settings(folder) for name in ("ours", "paper"))
    assert {name for name in ours if ours[name] != papers[name]} == {"network"}
    different = {name for name in ours["network"] if ours["network"][name] != papers["network"][name]}
    assert different == {
        "scaling", "attention", "distance_bias", "cloud_bias", "normalise", "bypass", "dfin_start", "residual",
        "shrinkage",
    }  # fmt: skip
    assert all(papers["network"][name] == load_config("paper").network[name] for name in different)
    # The bypass and the opacities of ours are the difference.
    assert parameters(build(papers["network"])) == pytest.approx(parameters(build(ours["network"])), rel=0.1)


def test_the_loss_of_opacity_is_left_out_where_there_is_none() -> None:
    systems, folder = read_systems(str(SYSTEMS))
    generator = torch.Generator().manual_seed(0)
    optical, target = (torch.rand(1, 13, 32, 32, generator=generator) for _ in range(2))
    batch = Batch(optical, torch.rand(1, 2, 32, 32, generator=generator), target, torch.ones_like(target))
    parts = {}
    for name in ("ours", "paper"):
        config = load_config("shipped", network=next(s for s in systems if s.name == name).settings(folder)["network"])
        objective, network = Reconstruction(config.loss), build(config.network)
        loss, parts[name] = objective.network_loss(objective.predict(network, batch), batch)
        assert torch.isfinite(loss)
    assert set(parts["ours"]) - set(parts["paper"]) == {"opacity"}
