from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from sar_cloud_removal.model.training.losses import (
    LossWeights,
    ReconstructionLoss,
    StructuralSimilarity,
    charbonnier,
    opacity_error,
    spectral_angle,
)


def test_charbonnier_by_hand() -> None:
    prediction = torch.tensor([0.3, 0.5]).view(1, 2, 1, 1)
    target = torch.tensor([0.0, 0.1]).view(1, 2, 1, 1)
    expected = ((math.sqrt(0.09 + 1e-6) - 1e-3) + (math.sqrt(0.16 + 1e-6) - 1e-3)) / 2
    assert float(charbonnier(prediction, target, torch.ones(1, 2, 1, 1))) == pytest.approx(expected, rel=1e-5)


def test_spectral_angle_by_hand() -> None:
    prediction = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)
    target = torch.tensor([1.0, 1.0]).view(1, 2, 1, 1)
    assert float(spectral_angle(prediction, target, torch.ones(1, 2, 1, 1))) == pytest.approx(math.pi / 4, abs=1e-3)
    assert float(spectral_angle(target, target * 3, torch.ones(1, 2, 1, 1))) == pytest.approx(0, abs=1e-3)


def test_spectral_angle_has_finite_gradients_where_it_is_zero_or_undefined() -> None:
    prediction = torch.zeros(1, 3, 2, 2, requires_grad=True)
    spectral_angle(prediction, torch.zeros(1, 3, 2, 2), torch.ones(1, 3, 2, 2)).backward()
    assert torch.isfinite(prediction.grad).all()
    same = torch.full((1, 3, 2, 2), 0.2, requires_grad=True)
    spectral_angle(same, same.detach().clone(), torch.ones(1, 3, 2, 2)).backward()
    assert torch.isfinite(same.grad).all()


def test_ssim_agrees_with_scikit_image() -> None:
    generator = torch.Generator().manual_seed(0)
    target = torch.rand(1, 2, 40, 40, generator=generator)
    prediction = (target + 0.2 * torch.rand(1, 2, 40, 40, generator=generator)).clamp(0, 1)
    expected = []
    for p, t in zip(prediction[0].numpy(), target[0].numpy()):
        options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
        expected.append(structural_similarity(p.astype(float), t.astype(float), **options))
    loss = StructuralSimilarity()(prediction, target, torch.ones_like(target))
    assert float(loss) == pytest.approx(1 - np.mean(expected), abs=1e-4)


@pytest.mark.parametrize("weights", [LossWeights(), LossWeights(ssim=1), LossWeights(sam=1), LossWeights(cloud=2)])
def test_unknown_bands_count_in_no_loss_and_get_no_gradient(weights: LossWeights) -> None:
    torch.manual_seed(0)
    prediction = torch.rand(2, 4, 16, 16, requires_grad=True)
    target, optical = torch.rand(2, 4, 16, 16), torch.rand(2, 4, 16, 16)
    weight = torch.ones(2, 4, 16, 16)
    weight[:, 2] = 0
    loss = ReconstructionLoss(weights)
    total, _ = loss(prediction, target, weight, optical)
    total.backward()
    assert (prediction.grad[:, 2] == 0).all()
    assert (prediction.grad[:, 1] != 0).any()
    changed = target.clone()
    changed[:, 2] = 0.9
    optical[:, 2] = changed[:, 2]
    same = optical.clone()
    same[:, 2] = target[:, 2]
    losses = [loss(prediction.detach(), *images)[0] for images in ((changed, weight, optical), (target, weight, same))]
    assert float(losses[0]) == pytest.approx(float(losses[1]), rel=1e-6)


def test_the_total_is_the_weighted_sum() -> None:
    torch.manual_seed(1)
    prediction, target = torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16)
    total, parts = ReconstructionLoss(LossWeights(2.0, 0.5, 0.1))(prediction, target, torch.ones_like(target), target)
    expected = 2 * parts["charbonnier"] + 0.5 * parts["ssim"] + 0.1 * parts["sam"]
    assert float(total) == pytest.approx(expected, rel=1e-5)


def test_cloudy_pixels_count_more_when_asked() -> None:
    target = torch.full((1, 1, 1, 2), 0.1)
    optical = torch.tensor([[[[0.1, 0.6]]]])  # the second pixel is under a cloud
    prediction = torch.tensor([[[[0.1, 0.3]]]])
    weight = torch.ones_like(target)
    even, _ = ReconstructionLoss(LossWeights())(prediction, target, weight, optical)
    uneven, _ = ReconstructionLoss(LossWeights(cloud=3))(prediction, target, weight, optical)
    assert float(uneven) == pytest.approx(float(even) * (4 / 5) / (1 / 2), rel=1e-4)


def test_opacity_is_told_by_how_much_the_input_differs_from_the_target() -> None:
    target = torch.full((1, 2, 1, 3), 0.1)
    optical = target + torch.tensor([0.0, 0.075, 0.6]).view(1, 1, 1, 3)  # clear, half as much as opaque, opaque
    right = torch.tensor([0.0, 0.5, 1.0]).view(1, 1, 1, 3).expand(1, 2, 1, 3)
    assert float(opacity_error(right, optical, target, torch.ones_like(target))) == pytest.approx(0, abs=1e-6)
    known = torch.ones_like(target)
    known[:, 1] = 0
    wrong = torch.stack([right[:, 0] * 0, right[:, 1] + 9], dim=1)
    assert float(opacity_error(wrong, optical, target, known)) == pytest.approx(0.5, abs=1e-6)
    loss = ReconstructionLoss(LossWeights(opacity=2.0))
    total, parts = loss(target, target, known, optical, wrong)
    assert float(total) == pytest.approx(1.0, abs=1e-5) and parts["opacity"] == pytest.approx(0.5, abs=1e-6)
