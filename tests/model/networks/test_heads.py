"""How an answer becomes an image: plain, beside the input, and by an opacity that a prior may shrink."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sar_cloud_removal.model.bands import to_l1c
from sar_cloud_removal.model.networks import build
from sar_cloud_removal.model.networks.heads import OpacityHead, PlainHead, ResidualHead, learning
from sar_cloud_removal.model.networks.radar_prior import CLEAR_REFLECTANCE, RadarPrior, images_of

SMALL = {
    "architecture": "multistage_fusion",
    "base_width": 8, "directed_width": 16, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 4,
}  # fmt: skip
HIDDEN, SEEN = 20.0, -20.0  # α before the sigmoid


def network_with(**changes: object) -> torch.nn.Module:
    torch.manual_seed(0)
    return build({**SMALL, "residual": "opacity", **changes}).eval()


def images(height: int, width: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return tuple(torch.rand(2, bands, height, width, generator=generator) for bands in (13, 2))


def expect(network: torch.nn.Module, colour: Tensor) -> None:
    """Let the radar tell the same colour [13] everywhere."""
    network.expected.learnt(torch.nn.functional.pad(colour[:, None], (0, 2)), torch.tensor([1.0, 0.0, 0.0]))


def hide(network: torch.nn.Module) -> None:
    """Let the network take all ground for hidden."""
    network.head.bias.data[len(network.head.bias) // 2 :] = HIDDEN


def test_plain_is_the_answer_and_residual_adds_it_to_the_input() -> None:
    cloudy, answer = torch.rand(2, 13, 16, 16), torch.randn(2, 13, 16, 16)
    image, opacity = PlainHead()(cloudy, answer)
    assert torch.equal(image, answer) and opacity is None
    image, opacity = ResidualHead()(cloudy, answer)
    assert torch.equal(image, cloudy + answer) and opacity is None


def test_opacity_is_the_equation() -> None:
    """y = (1 − α) x + α σ(logit e + d)"""
    cloudy, answer, expected = torch.rand(2, 13, 16, 16), torch.randn(2, 26, 16, 16), torch.rand(2, 13, 16, 16)
    colour, opacity = torch.sigmoid(torch.logit(expected) + answer[:, :13]), torch.sigmoid(answer[:, 13:])
    image, alpha = OpacityHead(0.0)(cloudy, answer, expected, expected)
    torch.testing.assert_close(image, (1 - opacity) * cloudy + opacity * colour)
    torch.testing.assert_close(alpha, opacity)


def test_an_untrained_network_answers_between_the_input_and_the_colour_to_expect() -> None:
    optical, sar = images(32, 32)
    image, opacity = network_with()(optical, sar, opacity=True)
    mean = torch.tensor(CLEAR_REFLECTANCE).view(1, 13, 1, 1)
    assert opacity.shape == optical.shape and 0.2 < opacity.mean() < 0.8
    torch.testing.assert_close((image - (1 - opacity) * optical) / opacity, mean.expand_as(image), atol=0.05, rtol=0.2)


def test_shrinkage_draws_what_is_hidden_to_the_prior_but_not_while_the_network_learns() -> None:
    """On so few pixels the mean around each is that of all, by how hidden they are."""
    optical, sar = images(16, 16)
    plain, shrunk = network_with(), network_with(shrinkage=0.5)
    colour = torch.linspace(0.05, 0.3, 13)
    for network in (plain, shrunk):
        expect(network, colour)
    image, opacity = plain(optical, sar, opacity=True)
    hidden = 0.5 * (1 - (1 - opacity.mean(dim=1, keepdim=True)).square())
    around = (image * hidden).mean(dim=(2, 3), keepdim=True) / hidden.mean(dim=(2, 3), keepdim=True)
    expected = image + hidden * (colour.view(1, 13, 1, 1) - around) - hidden**2 * (image - around)
    torch.testing.assert_close(shrunk(optical, sar), expected)
    torch.testing.assert_close(shrunk.train()(optical, sar), image)
    shrunk.eval()
    with pytest.raises(KeyError), learning(shrunk):
        torch.testing.assert_close(shrunk(optical, sar), image)
        raise KeyError
    torch.testing.assert_close(shrunk(optical, sar), expected)


def test_hidden_ground_has_a_gradient_only_while_the_network_learns() -> None:
    network, pair = network_with(shrinkage=1.0), images(32, 32)
    hide(network)
    with torch.no_grad():
        target = network(*pair) + 0.1

    def norm() -> float:
        network.zero_grad()
        (network(*pair) - target).square().mean().backward()
        return float(torch.nn.utils.get_total_norm([each.grad for each in network.parameters()]))

    assert norm() < 1e-6
    with learning(network):
        assert norm() > 1e-3


def test_shrunk_in_full_what_is_hidden_is_the_prior_and_what_is_seen_stays() -> None:
    cloudy, _ = images(16, 64)
    prior = torch.full_like(cloudy, 0.2)
    opacity = torch.full_like(cloudy, SEEN)
    opacity[..., :32] = HIDDEN
    answer = torch.cat([torch.randn_like(cloudy), opacity], dim=1)
    drawn, _ = OpacityHead(1.0).eval()(cloudy, answer, torch.full_like(cloudy, 0.4), prior)
    torch.testing.assert_close(drawn[..., :32], prior[..., :32], atol=1e-4, rtol=0)
    torch.testing.assert_close(drawn[..., 32:], cloudy[..., 32:], atol=1e-4, rtol=0)


def test_shrinkage_looks_at_the_surroundings_and_not_at_all_of_a_large_image() -> None:
    colour = torch.full((2, 13, 16, 256), 0.2)
    colour[..., 128:] = 0.8
    expected, half = torch.full_like(colour, 0.2), torch.zeros_like(colour)
    answer = torch.cat([torch.logit(colour) - torch.logit(expected), half], dim=1)
    drawn, opacity = OpacityHead(1.0).eval()(torch.zeros_like(colour), answer, expected, expected)
    assert opacity.mean() == 0.5
    hidden = 0.75
    torch.testing.assert_close(drawn[..., :64].mean(), torch.tensor(0.1 + hidden * 0.1), atol=1e-4, rtol=0)
    torch.testing.assert_close(drawn[..., 192:].mean(), torch.tensor(0.4 - hidden * 0.2), atol=1e-4, rtol=0)
    # Where both meet, what lies beside each other differs by 1 − h² of what it did.
    assert (drawn[..., 128] - drawn[..., 127]).mean() == pytest.approx(0.3 * (1 - hidden**2), abs=0.02)


def test_hidden_ground_of_l2a_is_drawn_as_it_is_under_the_atmosphere() -> None:
    network, pair = network_with(shrinkage=1.0), images(16, 16)
    hide(network)
    expect(network, torch.from_numpy(to_l1c(torch.full((13, 1, 1), 0.2).numpy()))[:, 0, 0])
    with images_of("l2a", network), torch.inference_mode():
        drawn = network(*pair)
    known = [index for index in range(13) if index != 10]
    torch.testing.assert_close(drawn[:, known], torch.full_like(drawn[:, known], 0.2), atol=1e-4, rtol=0)


@pytest.mark.parametrize("level", ["l1c", "l2a"])
@pytest.mark.parametrize("shrinkage", [0.0, 1.0])
def test_a_given_prior_is_believed_entirely_as_the_image_shows_it(shrinkage: float, level: str) -> None:
    """37 × 21 pixels: it is padded as the images are."""
    network, pair = network_with(shrinkage=shrinkage), images(37, 21)
    hide(network)
    prior = torch.linspace(0.1, 0.4, 13).view(1, 13, 1, 1).expand(2, 13, 37, 21)
    with images_of(level, network), torch.inference_mode():
        torch.testing.assert_close(network(*pair, prior=prior), prior, atol=1e-4, rtol=0)


@pytest.mark.parametrize("shrinkage", [0.0, 1.0])
def test_ground_that_is_said_to_be_hidden_is_the_given_prior_whatever_the_network_sees(shrinkage: float) -> None:
    network, pair = network_with(shrinkage=shrinkage), images(37, 21)
    network.head.bias.data[len(network.head.bias) // 2 :] = SEEN
    prior = torch.rand(2, 13, 37, 21, generator=torch.Generator().manual_seed(2))
    hidden = torch.zeros(2, 1, 37, 21)
    hidden[..., :12, :] = 1.0
    with torch.inference_mode():
        image = network(*pair, prior=prior, hidden=hidden)
    torch.testing.assert_close(image[..., :12, :], prior[..., :12, :], atol=1e-6, rtol=0)
    torch.testing.assert_close(image[..., 12:, :], pair[0][..., 12:, :], atol=1e-4, rtol=0)


def test_hidden_is_the_least_opacity_of_all_bands() -> None:
    network, pair = network_with(), images(37, 21)
    hidden = torch.zeros(2, 1, 37, 21)
    hidden[..., :10], hidden[..., 10:15] = 1.0, 0.6
    with torch.inference_mode():
        image, opacity = network(*pair, opacity=True)
        covered, least = network(*pair, opacity=True, hidden=hidden)
    assert torch.equal(least, torch.maximum(opacity, hidden.expand_as(opacity)))
    assert torch.equal(covered[..., 15:], image[..., 15:])


def test_nothing_of_the_cloudy_image_is_left_where_it_is_hidden() -> None:
    cloudy, _ = images(16, 16)
    expected, answer = torch.full_like(cloudy, 0.3), torch.zeros(2, 26, 16, 16)
    drawn, _ = OpacityHead(0.0)(cloudy, answer, expected, expected, torch.ones(2, 1, 16, 16))
    torch.testing.assert_close(drawn, expected)


def test_neither_of_them_is_todays_result_to_the_bit() -> None:
    network, pair = network_with(shrinkage=1.0), images(32, 40)
    with torch.inference_mode():
        assert torch.equal(network(*pair), network(*pair, prior=None, hidden=None))
        # With the least opacity alone the image is not drawn to any prior: whoever gives it does that.
        with learning(network):
            free = network(*pair)
        assert torch.equal(free, network(*pair, hidden=torch.zeros(2, 1, 32, 40)))
        assert not torch.equal(free, network(*pair))


@pytest.mark.parametrize("residual", ["none", "input"])
def test_without_an_opacity_prior_and_hidden_are_not_heeded(residual: str) -> None:
    network, pair = network_with(residual=residual), images(32, 32)
    assert not network.has_opacity and network_with().has_opacity
    assert not any(isinstance(each, RadarPrior) for each in network.modules())
    with torch.inference_mode():
        image, opacity = network(*pair, opacity=True)
        given = network(*pair, prior=torch.rand(2, 13, 32, 32), hidden=torch.ones(2, 1, 32, 32))
    assert opacity is None and torch.equal(image, given)


def test_what_the_radar_alone_tells_is_kept_with_the_weights() -> None:
    network = network_with()
    expect(network, torch.linspace(0.05, 0.3, 13))
    assert network.state_dict()["expected.colours"][12].tolist() == pytest.approx([0.3, 0, 0])
