"""What networks share: how their inputs are scaled."""

from __future__ import annotations

import torch

from sar_cloud_removal.model.networks.layers import (
    LOG_FLOOR,
    LOG_MEAN,
    LOG_SPREAD,
    SAR_MEAN,
    LogScaling,
    ReflectanceScaling,
)


def test_reflectance_and_scaled_sar_are_taken_as_they_are() -> None:
    optical, sar = torch.rand(2, 13, 4, 4), torch.rand(2, 2, 4, 4)
    seen, heard = ReflectanceScaling()(optical, sar)
    assert torch.equal(seen, optical) and torch.equal(heard, sar)


def test_inputs_are_standardised_in_the_logarithm() -> None:
    optical = torch.exp(torch.tensor(LOG_MEAN)) - torch.tensor(LOG_FLOOR)
    brighter = torch.exp(torch.tensor(LOG_MEAN) + torch.tensor(LOG_SPREAD)) - torch.tensor(LOG_FLOOR)
    sar = torch.tensor(SAR_MEAN).view(1, 2, 1, 1)
    seen, seen_sar = LogScaling()(torch.stack([optical, brighter]).view(2, 13, 1, 1), sar)
    torch.testing.assert_close(seen[0], torch.zeros(13, 1, 1), atol=1e-5, rtol=0)
    torch.testing.assert_close(seen[1], torch.ones(13, 1, 1), atol=1e-5, rtol=0)
    torch.testing.assert_close(seen_sar, torch.zeros_like(sar), atol=1e-6, rtol=0)
