"""The network of the paper: shapes, equations, ablations, gradients, precision."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch.nn import functional as F

from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.networks import MultistageFusionConfig, build, config_from_dict, config_to_dict
from sar_cloud_removal.model.networks.dfin import DFIN
from sar_cloud_removal.model.networks.heads import OpacityHead, PlainHead, ResidualHead
from sar_cloud_removal.model.networks.layers import LogScaling, PixelNorm, ReflectanceScaling
from sar_cloud_removal.model.networks.radar_prior import RadarPrior
from sar_cloud_removal.model.networks.sgbafm import SGBAFM, SHARPEST

SMALL = {
    "base_width": 8, "directed_width": 16, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 4
}  # fmt: skip

#: Everything that may deviate from the paper.
ALL = {
    "scaling": "log", "attention": "cosine", "distance_bias": True, "cloud_bias": True, "normalise": True,
    "bypass": True, "dfin_start": "identity", "dfin_max": "elements", "residual": "opacity",
}  # fmt: skip


def small(**changes: object) -> torch.nn.Module:
    torch.manual_seed(0)
    network = build(MultistageFusionConfig(**{**SMALL, **changes}))
    return stirred(network)


def stirred(network: torch.nn.Module) -> torch.nn.Module:
    """Let the projections that start at zero do something: they would hide a broken block."""
    for name, parameter in network.named_parameters():
        if not parameter.any() or name.endswith("merge.weight"):
            torch.nn.init.normal_(parameter, std=0.05)
    return network


def pair(height: int, width: int, batch: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return (
        torch.rand(batch, 13, height, width, generator=generator),
        torch.rand(batch, 2, height, width, generator=generator),
    )


def kinds(network: torch.nn.Module) -> set[type]:
    return {type(module) for module in network.modules()}


def test_the_defaults_are_the_papers_reading() -> None:
    config = MultistageFusionConfig()
    deviations = {
        "scaling": "reflectance", "attention": "dot", "distance_bias": False, "cloud_bias": False, "normalise": False,
        "bypass": False, "dfin_start": "random", "dfin_max": "elements", "residual": "none", "shrinkage": 0.0,
    }  # fmt: skip
    assert {name: getattr(config, name) for name in deviations} == deviations
    assert config.sg_bafm and config.dfin
    network = small()
    assert {SGBAFM, DFIN, ReflectanceScaling, PlainHead} <= kinds(network)
    assert kinds(network).isdisjoint({LogScaling, PixelNorm, ResidualHead, OpacityHead, RadarPrior})
    attention = network.fuse.attention
    assert attention.sharpness is attention.slope is attention.cloudiness is None
    assert not hasattr(network, "expected")


@pytest.mark.parametrize(
    ("change", "adds"),
    [
        ({"scaling": "log"}, LogScaling),
        ({"normalise": True}, PixelNorm),
        ({"residual": "input"}, ResidualHead),
        ({"residual": "opacity"}, OpacityHead),
        ({"residual": "opacity"}, RadarPrior),
    ],
)
def test_each_deviation_is_a_part_of_its_own(change: dict, adds: type) -> None:
    assert adds not in kinds(small()) and adds in kinds(small(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"scaling": "linear"},
        {"attention": "additive"},
        {"dfin_start": "zero"},
        {"dfin_max": "bands"},
        {"residual": "output"},
    ],
)
def test_other_readings_are_refused(change: dict) -> None:
    with pytest.raises(BadOption, match=next(iter(change))):
        config_from_dict({"architecture": "multistage_fusion", **change})


@pytest.mark.parametrize(("height", "width"), [(1, 1), (16, 16), (17, 40), (48, 33)])
def test_any_size_comes_back_as_it_went_in(height: int, width: int) -> None:
    with torch.inference_mode():
        assert small()(*pair(height, width)).shape == (2, 13, height, width)


def test_padding_does_not_reach_past_the_crop() -> None:
    network, (optical, sar) = small(), pair(32, 30)
    padded = [torch.cat([image, image[..., -1:].expand(*image.shape[:-1], 2)], dim=-1) for image in (optical, sar)]
    with torch.inference_mode():
        torch.testing.assert_close(network(optical, sar), network(*padded)[..., :30])


@pytest.mark.parametrize(("sg_bafm", "dfin"), list(itertools.product([False, True], repeat=2)))
def test_the_four_ablations_have_just_their_modules(sg_bafm: bool, dfin: bool) -> None:
    network = small(sg_bafm=sg_bafm, dfin=dfin)
    assert (SGBAFM in kinds(network), DFIN in kinds(network)) == (sg_bafm, dfin)
    assert network(*pair(16, 16)).shape == (2, 13, 16, 16)


@pytest.mark.parametrize("deviations", [{}, {"residual": "input"}, {"residual": "opacity"}, ALL])
@pytest.mark.parametrize(("sg_bafm", "dfin"), list(itertools.product([False, True], repeat=2)))
def test_every_parameter_gets_a_gradient(deviations: dict, sg_bafm: bool, dfin: bool) -> None:
    network = small(**deviations, sg_bafm=sg_bafm, dfin=dfin)
    network(*pair(32, 32)).square().mean().backward()
    without = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    # A bias of the keys moves all logits of a query by the same number, which softmax takes out again.
    assert [name for name in without if not name.endswith("attention.key.bias")] == []


def test_shrinkage_needs_an_opacity() -> None:
    for bad in ({"shrinkage": 1.5}, {"shrinkage": 0.5, "residual": "input"}):
        with pytest.raises(BadOption, match="shrinkage"):
            config_from_dict({"architecture": "multistage_fusion", **bad})


def sgbafm(**changes: object) -> SGBAFM:
    torch.manual_seed(0)
    return SGBAFM(channels=6, token=2, width=8, heads=2, **changes)


def features(channels: int = 6, height: int = 4, width: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    return tuple(torch.randn(1, channels, height, width, generator=generator) for _ in range(2))


def observe(module: torch.nn.Module, run: object) -> torch.Tensor:
    seen = []
    handle = module.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    run()
    handle.remove()
    return seen[0]


def normalised(optical: torch.Tensor, sar: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return both with mean 0 and spread 1 over the channels of each pixel."""
    centred = [each - each.mean(dim=1, keepdim=True) for each in (optical, sar)]
    return tuple(each / each.std(dim=1, correction=0, keepdim=True) for each in centred)


@pytest.mark.parametrize("normalise", [False, True])
def test_gate_is_the_equation(normalise: bool) -> None:
    """F_sar ⊙ σ(Conv(Conv1×1(F_opt) ⊕ Conv1×1(F_sar)))"""
    module, pair = sgbafm(normalise=normalise), features()
    optical, sar = normalised(*pair) if normalise else pair
    gate = module.gate
    both = torch.cat(
        [F.conv2d(optical, gate.optical.weight, gate.optical.bias), F.conv2d(sar, gate.sar.weight, gate.sar.bias)], 1
    )
    expected = torch.sigmoid(F.conv2d(both, gate.merge.weight, gate.merge.bias, padding=1))
    torch.testing.assert_close(observe(gate, lambda: module(*pair)), expected)
    assert 0 < expected.min() and expected.max() < 1


@pytest.mark.parametrize("normalise", [False, True])
@pytest.mark.parametrize("cosine", [False, True])
def test_attention_takes_query_and_key_from_gated_sar_and_value_from_optical(cosine: bool, normalise: bool) -> None:
    """Each head by hand, one query after another, from the tokens cut out of the features: Q Kᵀ / √d, or cosines."""
    module, pair = sgbafm(cosine=cosine, normalise=normalise), features()
    optical, sar = normalised(*pair) if normalise else pair
    attention = module.attention
    gated = sar * module.gate(optical, sar)

    def tokens(image: torch.Tensor, conv: torch.nn.Conv2d) -> torch.Tensor:
        cut = [image[0, :, r : r + 2, c : c + 2].flatten() for r in (0, 2) for c in (0, 2, 4)]
        return torch.stack(cut) @ conv.weight.flatten(1).T + conv.bias

    query, key = tokens(gated, attention.query), tokens(gated, attention.key)
    value = tokens(optical, attention.value)
    heads, weights = [], []
    for head in (slice(0, 4), slice(4, 8)):
        if cosine:  # 5 is how sharp an untrained head is
            logits = 5 * torch.cosine_similarity(query[:, None, head], key[None, :, head], dim=-1)
        else:  # d = 4 channels a head
            logits = query[:, head] @ key[:, head].T / 4**0.5
        share = torch.softmax(logits, dim=-1)
        weights.append(share)
        heads.append(share @ value[:, head])
    expected = torch.cat(heads, dim=1) @ attention.out.weight.flatten(1).T + attention.out.bias
    torch.testing.assert_close(attention(optical, gated)[0].flatten(1).T, expected)
    seen = observe(attention.weights, lambda: module(*pair))
    torch.testing.assert_close(seen[0], torch.stack(weights))


@pytest.mark.parametrize("bypass", [False, True])
def test_tokens_go_through_a_feed_forward_layer_and_a_1x1_convolution_back_to_full_size(bypass: bool) -> None:
    """The paper's last convolution sees the tokens alone; with `bypass` F_opt and the gated F_sar too."""
    module, (optical, sar) = sgbafm(bypass=bypass), features()
    gated = sar * module.gate(optical, sar)
    tokens = module.attention(optical, gated)
    tokens = tokens + module.feed_forward(F.group_norm(tokens, 1, module.norm.weight, module.norm.bias))
    spread = F.pixel_shuffle(F.conv2d(tokens, module.spread[0].weight, module.spread[0].bias), 2)
    assert spread.shape == optical.shape
    seen = torch.cat([spread, optical, gated], dim=1) if bypass else spread
    torch.testing.assert_close(module(optical, sar), F.conv2d(seen, module.join.weight, module.join.bias))


def test_cosine_attention_stays_soft_whatever_the_features_and_the_training() -> None:
    """No logit is above `SHARPEST`, or one token would have all the weight and no other ever a gradient."""
    module, (optical, sar) = sgbafm(cosine=True, normalise=True), features()
    weights = observe(module.attention.weights, lambda: module(optical, sar))
    torch.testing.assert_close(observe(module.attention.weights, lambda: module(optical * 100, sar * 100)), weights)
    module.attention.sharpness.data.fill_(20.0)
    sharp = observe(module.attention.weights, lambda: module(optical, sar))
    spread = sharp.log().amax(dim=-1) - sharp.log().amin(dim=-1)
    assert spread.max() <= 2 * SHARPEST and (sharp > 0).all()


def test_distance_bias_is_slope_times_tokens_apart() -> None:
    module, (optical, sar) = sgbafm(distance_bias=True), features()
    with_bias = observe(module.attention.weights, lambda: module(optical, sar))[0]
    slope = F.softplus(module.attention.slope)
    module.attention.slope = None
    without = observe(module.attention.weights, lambda: module(optical, sar))[0]
    change = (with_bias.log() - without.log())[:, 0]
    # Tokens 1 and 3 of the 2 × 3 grid are one step from token 0, token 4 is √2 away; the normalisation cancels out.
    torch.testing.assert_close(change[:, 1] - change[:, 3], torch.zeros(2))
    torch.testing.assert_close(change[:, 1] - change[:, 4], slope * (2**0.5 - 1))


def test_cloud_bias_keeps_cloudy_tokens_from_being_values() -> None:
    module, (optical, sar) = sgbafm(cloud_bias=True), features()
    clear = observe(module.attention.weights, lambda: module(optical, sar))
    module.attention.cloudiness.bias.data.fill_(-50.0)
    module.attention.cloudiness.weight.data.zero_()
    direction = torch.randn(8)
    value = module.attention.value(optical)
    module.attention.cloudiness.weight.data[:] = (direction * 1.0).view(1, 8, 1, 1)
    cloudiest = (value[0].flatten(1).T @ direction).argmax()
    module.attention.cloudiness.weight.data.mul_(100.0)
    cloudy = observe(module.attention.weights, lambda: module(optical, sar))
    assert (cloudy[0, :, :, cloudiest] < clear[0, :, :, cloudiest]).all()
    torch.testing.assert_close(cloudy.sum(-1), torch.ones_like(cloudy.sum(-1)))


@pytest.mark.parametrize("maximum", ["elements", "channels"])
def test_dfin_is_its_two_equations(maximum: str) -> None:
    """F̂ = Conv(CA(F) ⊕ Pyramid(F) ⊕ F) for both; F_out = MBConv(Max(F̂_b, F̂_fused) ⊕ F_b ⊕ F_fused)."""
    torch.manual_seed(0)
    module = stirred(DFIN(channels=8, expansion=2, maximum=maximum))
    base, fused = features(8, 8, 12)

    def refined(refine: torch.nn.Module, image: torch.Tensor) -> torch.Tensor:
        squeeze, excite = refine.attention.squeeze, refine.attention.excite
        mean = image.mean(dim=(2, 3))
        hidden = F.silu(mean @ squeeze.weight.flatten(1).T + squeeze.bias)
        share = torch.sigmoid(hidden @ excite.weight.flatten(1).T + excite.bias)
        parts = [image * share[..., None, None], refine.pyramid(image), image]
        return F.conv2d(torch.cat(parts, 1), refine.merge.weight, refine.merge.bias)

    first, second = refined(module.refine_base, base), refined(module.refine_fused, fused)
    if maximum == "elements":
        strongest = torch.where(first > second, first, second)
    else:
        strongest = torch.cat([first, second], dim=1).max(dim=1, keepdim=True).values
    torch.testing.assert_close(module(base, fused), module.integrate(torch.cat([strongest, base, fused], dim=1)))


def test_dfin_can_start_with_features_that_are_not_refined() -> None:
    module, (base, fused) = DFIN(channels=8, expansion=2, start="identity"), features(8, 8, 12)
    torch.testing.assert_close(module.refine_base(base), base)
    strongest = torch.maximum(base, fused)
    torch.testing.assert_close(module(base, fused), module.integrate(torch.cat([strongest, base, fused], dim=1)))


def test_pyramid_has_two_levels_each_half_the_size() -> None:
    module, (base, fused) = DFIN(channels=8, expansion=2), features(8, 10, 14)
    pyramid = module.refine_base.pyramid
    assert observe(pyramid.level1, lambda: module(base, fused)).shape[-2:] == (6, 8)
    assert observe(pyramid.level2, lambda: module(base, fused)).shape[-2:] == (3, 4)
    assert pyramid(base).shape == base.shape


def test_one_token_for_each_16_pixels_of_a_256_image() -> None:
    network, images = small(), pair(256, 256, batch=1)
    with torch.inference_mode():
        assert observe(network.fuse.attention.weights, lambda: network(*images)).shape == (1, 4, 256, 256)


def test_bfloat16_is_float32_within_tolerance() -> None:
    network, images = small(), pair(64, 64)
    with torch.inference_mode():
        exact = network(*images)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rough = network(*images).float()
    # bfloat16 has 8 bits of mantissa: half a percent of the image's range, and much less on average.
    assert (exact - rough).abs().mean() < 0.005
    assert (exact - rough).abs().max() < 0.05


def test_channels_last_changes_nothing_but_the_memory_layout() -> None:
    network, images = small(), pair(40, 40)
    with torch.inference_mode():
        expected = network(*images)
        network.to(memory_format=torch.channels_last)
        got = network(*(image.to(memory_format=torch.channels_last) for image in images))
    torch.testing.assert_close(got, expected, atol=1e-5, rtol=1e-5)


def test_config_goes_through_json_and_refuses_what_does_not_fit() -> None:
    config = MultistageFusionConfig(heads=4, sg_bafm=False)
    assert config_from_dict(config_to_dict(config)) == config
    for broken in ({"architecture": "other"}, {"architecture": "multistage_fusion", "depth": 3},
                   {"architecture": "multistage_fusion", "token": 10}):  # fmt: skip
        with pytest.raises(BadOption):
            config_from_dict(broken)
