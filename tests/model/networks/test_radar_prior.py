"""The colour that is expected by what the radar sees."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sar_cloud_removal.model.bands import S2_BANDS, to_l1c
from sar_cloud_removal.model.networks.radar_prior import LAND_VH, WATER_VV, RadarPrior, images_of, sar_features


def even(vv: float, vh: float, size: int = 32) -> torch.Tensor:
    return torch.tensor([vv, vh]).view(1, 2, 1, 1).expand(1, 2, size, size).contiguous()


def test_features_tell_water_from_land_and_land_by_vh() -> None:
    features, known = sar_features(even(0.6, LAND_VH + 0.1))
    assert known.all()
    assert features[0, :, 5, 5].tolist() == pytest.approx([1, 0, 0.1], abs=1e-4)
    features, _ = sar_features(even(0.1, 0.2))
    assert features[0, :, 5, 5].tolist() == pytest.approx([1, 1, 0], abs=0.01)
    features, _ = sar_features(even(WATER_VV, 0.3))
    assert features[0, :, 5, 5].tolist() == pytest.approx([1, 0.5, -0.085], abs=1e-4)


def test_speckle_is_averaged_and_borders_are_not_darker() -> None:
    torch.manual_seed(0)
    sar = even(0.3, 0.4, 64)
    speckled = sar + 0.1 * torch.randn_like(sar)
    smooth = sar_features(speckled)[0][0, 2] - sar_features(sar)[0][0, 2]
    assert smooth.std() < 0.02
    assert sar_features(sar)[0][0, 1].std() < 1e-6


def test_missing_sar_is_left_out_and_has_the_usual_colour() -> None:
    sar = even(0.6, 0.5, 64)
    sar[..., 32:] = 0
    features, known = sar_features(sar)
    assert known[..., :40].all() and not known[..., 48:].any()
    torch.testing.assert_close(features[..., :40], features[..., :1].expand_as(features[..., :40]))
    colour = RadarPrior(torch.full((13,), 0.2))
    weights = torch.tensor([0.3, -0.2, 0.5]).expand(13, 3)
    colour.learnt(weights, torch.tensor([1.0, 0.5, 0.1]))
    image = colour(sar)
    assert image.shape == (1, 13, 64, 64)
    assert image[0, 4, 10, 10] == pytest.approx(0.3 + 0.5 * 0.03, abs=1e-4)
    assert image[0, 4, 10, 60] == pytest.approx(0.3 - 0.1 + 0.05, abs=1e-6)


def test_until_it_has_learnt_it_is_the_given_colour_and_stays_a_reflectance() -> None:
    clear = torch.linspace(0.05, 0.3, 13)
    colour = RadarPrior(clear)
    torch.testing.assert_close(colour(even(0.1, 0.1))[0, :, 3, 3], clear)
    colour.learnt(torch.tensor([[2.0, 0, 0]] * 6 + [[-1.0, 0, 0]] * 7), torch.tensor([1.0, 0, 0]))
    values = colour(even(0.6, 0.5))[0, :, 3, 3]
    assert values[:6].tolist() == pytest.approx([0.999] * 6) and values[6:].tolist() == pytest.approx([0.001] * 7)


def test_under_the_atmosphere_colours_are_what_they_were_before_they_were_raised_above_it() -> None:
    ground = np.random.default_rng(0).uniform(0.02, 0.4, (13, 4, 4)).astype(np.float32)
    colour = RadarPrior(torch.full((13,), 0.2))
    raised = torch.from_numpy(to_l1c(ground))[None]
    assert colour.at_level(raised) is raised
    colour.level = "l2a"
    below = colour.at_level(raised)[0].numpy()
    cirrus = S2_BANDS.index("B10")
    assert np.delete(below, cirrus, 0) == pytest.approx(np.delete(ground, cirrus, 0), abs=1e-5)
    assert below[cirrus] == pytest.approx(raised[0, cirrus].numpy())
    assert colour.at_level(torch.full((1, 13, 2, 2), 0.001)).min() == pytest.approx(0.001)


def test_the_level_is_that_of_the_block_and_of_networks_that_have_one() -> None:
    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.expected = RadarPrior(torch.full((13,), 0.2))

    network = Network()
    with pytest.raises(RuntimeError), images_of("L2A", network):
        assert network.expected.level == "l2a"
        raise RuntimeError
    assert network.expected.level == "l1c"
    with images_of("l2a", torch.nn.Identity()):
        pass
