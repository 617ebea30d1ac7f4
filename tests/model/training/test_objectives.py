"""The losses that call the network themselves: by hand, without unknown targets, and against an adversary."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.networks import NETWORKS
from sar_cloud_removal.model.networks import build as build_network
from sar_cloud_removal.model.training.losses import LossWeights, ReconstructionLoss
from sar_cloud_removal.model.training.objectives import (
    OBJECTIVES,
    Batch,
    Objective,
    Outputs,
    attention_loss,
    build,
    check,
    cloud_and_shadow,
    cloud_map,
    default_objective,
    gaussian_nll,
)

NETWORK = {
    "reconstruction": {"architecture": "dsen2cr", "width": 4, "blocks": 1},
    "l1": {"architecture": "dsen2cr", "width": 4, "blocks": 1},
    "carl": {"architecture": "dsen2cr", "width": 4, "blocks": 1},
    "nll": {"architecture": "uncrtaints", "width": 8, "decoder_blocks": 1},
    "mcgan": {"architecture": "mcgan", "width": 4, "levels": 2, "dropout": 0.0},
    "spa_gan": {"architecture": "spa_gan", "width": 4, "stages": 1, "stage_blocks": 1, "tail_blocks": 0},
}


def random_batch(side: int = 32) -> Batch:
    generator = torch.Generator().manual_seed(0)
    optical, target = (torch.rand(2, 13, side, side, generator=generator) for _ in range(2))
    return Batch(optical, torch.rand(2, 2, side, side, generator=generator), target, torch.ones_like(target))


def flat(value: float, bands: int = 13, side: int = 16) -> Tensor:
    return torch.full((1, bands, side, side), value)


def flat_batch(optical: float, target: float) -> Batch:
    return Batch(flat(optical), flat(0.5, 2), flat(target), torch.ones(1, 13, 16, 16))


def made(name: str) -> tuple[Objective, nn.Module]:
    torch.manual_seed(1)
    return build(name, LossWeights()), build_network(NETWORK[name])


# Every objective -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_one_step_lowers_the_loss_and_runs_the_network_once(name: str) -> None:
    (objective, network), batch, runs = made(name), random_batch(), []
    network.register_forward_hook(lambda *_: runs.append(1))
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4)
    outputs = objective.predict(network, batch)
    loss, prediction, parts = objective(network, batch, outputs)
    assert runs == [1] and loss.shape == () and prediction.shape == (2, 13, 32, 32)
    assert parts and all(isinstance(value, float) and math.isfinite(value) for value in parts.values())
    loss.backward()
    optimizer.step()
    assert objective(network, batch)[0] < loss


@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_unknown_targets_do_not_count(name: str) -> None:
    (objective, network), batch = made(name), random_batch()
    network.eval()
    weight = batch.weight.clone()
    weight[0, 3], weight[1, :, :16] = 0, 0
    known = replace(batch, weight=weight)
    target = torch.where(weight > 0, batch.target, torch.full_like(batch.target, 0.9))
    outputs = objective.predict(network, known)
    losses = [float(objective(network, b, outputs)[0].detach()) for b in (known, replace(known, target=target))]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    assert losses[0] != pytest.approx(float(objective(network, batch, outputs)[0].detach()), rel=1e-4)
    # Nor does anything pull at what is predicted there.
    prediction = outputs.prediction.detach().requires_grad_()
    objective.network_loss(replace(outputs, prediction=prediction), known)[0].backward()
    assert (prediction.grad[weight == 0] == 0).all() and (prediction.grad[weight > 0] != 0).any()


@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_nothing_known_is_a_loss_without_a_pull(name: str) -> None:
    (objective, network), batch = made(name), random_batch()
    outputs = objective.predict(network, batch)
    prediction = outputs.prediction.detach().requires_grad_()
    nothing = replace(batch, weight=torch.zeros_like(batch.weight))
    loss, _ = objective.network_loss(replace(outputs, prediction=prediction), nothing)
    loss.backward()
    assert torch.isfinite(loss) and not prediction.grad.any()


def test_each_network_has_an_objective_that_it_can_be_trained_for() -> None:
    for architecture in NETWORKS:
        check(default_objective(architecture), architecture)
    named = {name: default_objective(name) for name in NETWORKS}
    assert named == {
        "multistage_fusion": "reconstruction", "mcgan": "mcgan", "spa_gan": "spa_gan", "dsen2cr": "carl",
        "uncrtaints": "nll", "glf_cr": "l1",
    }  # fmt: skip


def test_objectives_that_do_not_exist_or_do_not_fit_are_refused() -> None:
    for name, architecture in (("nothing", "mcgan"), ("nll", "dsen2cr"), ("spa_gan", "multistage_fusion")):
        with pytest.raises(BadOption):
            check(name, architecture)
    with pytest.raises(BadOption):
        build("nothing", LossWeights())


def test_reconstruction_is_the_weighted_loss() -> None:
    weights = LossWeights(charbonnier=2.0, sam=0.1)
    batch, prediction = random_batch(), torch.rand(2, 13, 32, 32)
    loss, parts = build("reconstruction", weights).network_loss(Outputs(prediction), batch)
    expected, _ = ReconstructionLoss(weights)(prediction, batch.target, batch.weight, batch.optical)
    assert float(loss) == pytest.approx(float(expected))
    assert set(parts) == {"charbonnier", "sam"}


# By hand -------------------------------------------------------------------------------------------------------------


def test_l1_by_hand() -> None:
    loss, parts = build("l1", LossWeights()).network_loss(Outputs(flat(0.3)), flat_batch(0.1, 0.5))
    assert float(loss) == pytest.approx(0.2) and parts == {"l1": pytest.approx(0.2)}


def test_carl_keeps_what_is_clear_and_moves_what_is_hidden() -> None:
    """A cloud over half of the image: there only the target counts, elsewhere the input counts as much."""
    optical = under_cloud(land().transpose(2, 3)).transpose(2, 3)
    target, prediction = land() + 0.1, land() + 0.06
    hidden = cloud_and_shadow(optical)
    assert 0.4 < hidden.float().mean() < 0.6
    batch = Batch(optical, flat(0.5, 2, 32), target, torch.ones_like(target))
    loss, parts = build("carl", LossWeights()).network_loss(Outputs(prediction), batch)
    expected = torch.where(hidden, torch.tensor(0.04), (prediction - optical).abs()).mean()
    assert parts["l1"] == pytest.approx(0.04, rel=1e-4)
    assert parts["adaptive"] == pytest.approx(float(expected), rel=1e-4)
    assert float(loss) == pytest.approx(parts["l1"] + parts["adaptive"])


def test_carl_of_a_clear_image_by_hand() -> None:
    optical = land()
    batch = Batch(optical, flat(0.5, 2, 32), optical + 0.1, torch.ones_like(optical))
    loss, _ = build("carl", LossWeights()).network_loss(Outputs(optical + 0.02), batch)
    assert float(loss) == pytest.approx(0.02 + 0.08, rel=1e-4)


def test_nll_by_hand() -> None:
    mean, variance, target = flat(0.3, 2, 1), flat(0.04, 2, 1), flat(0.5, 2, 1)
    one_band = 0.5 * (math.log(2 * math.pi) + math.log(0.04) + 0.2**2 / 0.04)
    assert float(gaussian_nll(mean, variance, target, torch.ones(1, 2, 1, 1))) == pytest.approx(2 * one_band)
    half = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)
    assert float(gaussian_nll(mean, variance, target, half)) == pytest.approx(one_band)


def test_nll_is_least_at_the_error_squared() -> None:
    log_variance = torch.zeros(1, 1, 1, 1, requires_grad=True)
    at = torch.full_like(log_variance, 0.3**2).log()
    for value, sign in ((at - 1, -1), (at + 1, 1), (at, 0)):
        log_variance = value.detach().requires_grad_()
        gaussian_nll(flat(0.1, 1, 1), log_variance.exp(), flat(0.4, 1, 1), flat(1.0, 1, 1)).backward()
        assert torch.sign(log_variance.grad.round(decimals=5)).item() == sign


def test_attention_loss_by_hand() -> None:
    batch = flat_batch(0.15, 0.1)  # half of what is full cloud
    batch.optical[..., 8:] = 0.9
    cloud, known = cloud_map(batch)
    torch.testing.assert_close(cloud[..., :8], torch.full((1, 1, 16, 8), 0.5))
    torch.testing.assert_close(cloud[..., 8:], torch.ones(1, 1, 16, 8))
    assert known.all()
    assert float(attention_loss(flat(0.8, 1), batch)) == pytest.approx((0.3**2 + 0.2**2) / 2)
    batch.weight[..., 8:] = 0
    assert float(attention_loss(flat(0.8, 1), batch)) == pytest.approx(0.3**2)


def test_the_cloud_map_has_no_sign_and_is_not_binary() -> None:
    for cloudy in (0.15, 0.05):
        assert cloud_map(flat_batch(cloudy, 0.1))[0].flatten()[0] == pytest.approx(0.5)


# The mask of CARL ----------------------------------------------------------------------------------------------------


def land(side: int = 32) -> Tensor:
    """Return vegetation [1, 13, side, side], dark in the visible, bright in the near infrared, with dark specks."""
    level = {"B1": 0.12, "B2": 0.08, "B3": 0.07, "B4": 0.05, "B9": 0.1, "B10": 0.002, "B11": 0.2, "B12": 0.1}
    field = torch.tensor([level.get(band, 0.3) for band in S2_BANDS]).view(1, 13, 1, 1).repeat(1, 1, side, side)
    field[..., ::8, ::8] *= 0.2
    return field


def under_cloud(image: Tensor) -> Tensor:
    """Return `image` with a cloud over its upper half, as bright as the land in what tells shadow."""
    cloudy = image.clone()
    for index, band in enumerate(S2_BANDS):
        if band not in ("B8", "B11"):
            cloudy[:, index, : image.shape[2] // 2] = 0.5
    return cloudy


def test_clear_land_is_neither_cloud_nor_shadow() -> None:
    assert not cloud_and_shadow(land()).any()


def test_cloud_is_found_and_snow_is_not() -> None:
    cloudy = under_cloud(land())
    found = cloud_and_shadow(cloudy)[0, 0]
    assert found[:14].all() and not found[19:].any()
    cloudy[:, S2_BANDS.index("B11"), :16] = 0.03  # snow is dark in the short-wave infrared
    assert not cloud_and_shadow(cloudy).any()


def test_a_single_bright_roof_is_no_cloud() -> None:
    roof = land()
    roof[:, :, 16, 16] = 0.9
    assert not cloud_and_shadow(roof).any()


def test_shadow_is_found_by_what_is_dark_for_its_image() -> None:
    shaded = land()
    shaded[:, :, 20:28, 4:20] *= 0.3
    found = cloud_and_shadow(shaded)[0, 0]
    assert found[22:26, 6:18].all()
    assert not found[:18].any() and not found[:, 23:].any()
    speck = land()
    speck[:, :, 10:12, 10:12] *= 0.3  # fewer than half of 5 × 5 pixels
    assert not cloud_and_shadow(speck).any()


def test_images_of_a_batch_are_looked_at_one_by_one() -> None:
    shaded, clear = land(), land()
    shaded[:, :, 20:28, 4:20] *= 0.3
    both = cloud_and_shadow(torch.cat([shaded, clear]))
    assert torch.equal(both[:1], cloud_and_shadow(shaded)) and not both[1].any()


# Adversaries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mcgan", "spa_gan"])
def test_a_step_of_the_adversary_lowers_its_loss(name: str) -> None:
    objective, network = made(name)
    batch = random_batch()
    prediction = objective.predict(network, batch).prediction.detach()
    optimizer = torch.optim.Adam(objective.adversary.parameters(), lr=2e-4)
    losses = []
    for _ in range(3):
        loss = objective.adversary_loss(batch, prediction)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[2] < losses[1] < losses[0] < 2 * math.log(2) + 1
    fooled = [objective.network_loss(Outputs(image, torch.zeros(2, 1, 32, 32)), batch)[1]["adversarial"]
              for image in (batch.target, prediction)]  # fmt: skip
    assert fooled[0] < fooled[1]  # it finds the truth more like the truth


@pytest.mark.parametrize("name", ["mcgan", "spa_gan"])
def test_the_networks_step_leaves_the_adversary_alone_and_the_other_way_round(name: str) -> None:
    objective, network = made(name)
    batch = random_batch()
    objective(network, batch)[0].backward()
    assert all(parameter.grad is None for parameter in objective.adversary.parameters())
    assert all(parameter.requires_grad for parameter in objective.adversary.parameters())
    network.zero_grad()
    objective.adversary_loss(batch, network(batch.optical, batch.sar).detach()).backward()
    assert all(parameter.grad is not None for parameter in objective.adversary.parameters())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_the_adversary_sees_no_unknown_target() -> None:
    objective, _ = made("mcgan")
    batch = random_batch()
    batch.weight[:, 4], batch.weight[..., :16] = 0, 0
    other = replace(batch, target=torch.where(batch.weight > 0, batch.target, torch.tensor(0.9)))
    losses = [float(objective.adversary_loss(each, batch.optical).detach()) for each in (batch, other)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_gan_losses_by_hand() -> None:
    objective, _ = made("mcgan")

    class Sure(nn.Module):
        """Logit 2 for images above 0.5, −1 for others."""

        def forward(self, condition: Tensor, image: Tensor) -> Tensor:
            return torch.where(image.mean(dim=1, keepdim=True) > 0, 2.0, -1.0)

    objective.adversary = Sure()
    batch = flat_batch(0.9, 0.8)
    expected = math.log1p(math.exp(-1)) + math.log1p(math.exp(-2))
    assert float(objective.adversary_loss(batch, flat(0.3))) == pytest.approx(expected)
    loss, parts = objective.network_loss(Outputs(flat(0.3)), batch)
    assert parts == {"adversarial": pytest.approx(math.log1p(math.exp(1))), "l1": pytest.approx(0.5)}
    assert float(loss) == pytest.approx(math.log1p(math.exp(1)) + 100 * 2 * 0.5)


def test_an_objective_comes_back_with_its_adversary() -> None:
    objective, _ = made("mcgan")
    batch = random_batch()
    objective.adversary_loss(batch, batch.optical)
    torch.manual_seed(9)
    other = build("mcgan", LossWeights())
    other.load_state_dict(objective.state_dict())
    losses = [float(each.adversary_loss(batch, batch.optical).detach()) for each in (objective, other)]
    assert losses[0] == losses[1]
