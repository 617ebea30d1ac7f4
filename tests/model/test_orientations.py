"""The eight orientations, and what their mean and spread are, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sar_cloud_removal.model.orientations import ORIENTATIONS, over_orientations, predict_best, turn, turn_back


class TopLeft(torch.nn.Module):
    """Says `value` in the pixel of the first row and column, and 0.5 elsewhere."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value
        self.shapes: list[tuple] = []

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        assert optical.shape[-2:] == sar.shape[-2:]
        self.shapes.append(tuple(optical.shape))
        answer = torch.full_like(optical, 0.5)
        answer[..., 0, 0] = self.value
        return answer


class Local(torch.nn.Module):
    """The same in all orientations: a mean over 3 × 3 pixels, of both inputs."""

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        image = optical + sar.sum(dim=1, keepdim=True)
        # Sums of few eighths are exact in any order.
        return torch.nn.functional.avg_pool2d(torch.round(image * 8) / 8, 3, 1, 1, divisor_override=16)


def inputs(batch: int, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.rand(batch, 13, height, width), torch.rand(batch, 2, height, width)


def test_the_eight_are_all_that_there_are() -> None:
    image = torch.arange(6.0).view(1, 1, 2, 3)
    turned = {tuple(turn(image, each)[0, 0].flatten().tolist()) for each in ORIENTATIONS}
    assert len(turned) == 8
    assert torch.equal(turn(image, 0), image)
    assert turn(image, 3)[0, 0].tolist() == [[5, 4, 3], [2, 1, 0]]
    assert turn(image, 4)[0, 0].tolist() == [[0, 3], [1, 4], [2, 5]]
    # A quarter of a turn, as numpy has it.
    assert np.array_equal(turn(image, 5)[0, 0].numpy(), np.rot90(image[0, 0].numpy(), -1))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_turning_back_undoes_it(orientation: int) -> None:
    image = torch.rand(2, 3, 5, 7)
    assert torch.equal(turn_back(turn(image, orientation), orientation), image)


@pytest.mark.parametrize("height, width", [(16, 16), (16, 24), (5, 3), (1, 9)])
def test_a_network_that_knows_no_direction_gives_the_same_and_no_spread(height: int, width: int) -> None:
    optical, sar = inputs(2, height, width)
    mean, spread = predict_best(Local(), optical, sar)
    assert torch.equal(mean, Local()(optical, sar).clamp(0, 1))
    assert spread.shape == (2, 1, height, width) and torch.equal(spread, torch.zeros_like(spread))


def test_mean_and_spread_by_hand_for_tiles_that_are_not_square() -> None:
    network = TopLeft(0.9)
    mean, spread = predict_best(network, *inputs(3, 4, 6))
    # Each corner is the first pixel in two of the eight: mean 0.5 + 0.4 · 2/8, deviation 0.4 √(2/8 · 6/8).
    expected, deviation = torch.full((4, 6), 0.5), torch.zeros(4, 6)
    corners = (torch.tensor([0, 0, 3, 3]), torch.tensor([0, 5, 0, 5]))
    expected[corners], deviation[corners] = 0.6, 0.4 * (2 / 8 * 6 / 8) ** 0.5
    torch.testing.assert_close(mean, expected.expand(3, 13, 4, 6))
    torch.testing.assert_close(spread, deviation.expand(3, 1, 4, 6))
    # All of the batch at once, four times as they are and four times with rows and columns exchanged.
    assert network.shapes == [(3, 13, 4, 6)] * 4 + [(3, 13, 6, 4)] * 4


def test_every_answer_is_clipped_before_the_mean() -> None:
    mean, _ = predict_best(TopLeft(7.0), *inputs(1, 4, 4))
    assert mean[0, 0, 0, 0] == pytest.approx(0.5 + 0.5 * 2 / 8)


def test_mean_and_deviation_are_those_of_numpy() -> None:
    torch.manual_seed(1)
    answers = iter(torch.rand(8, 1, 2, 5, 5))
    kept = []

    def answer(optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        kept.append(next(answers))
        return kept[-1]

    mean, deviation = over_orientations(answer, *inputs(1, 5, 5))
    turned = np.stack([turn_back(image, each).numpy() for each, image in zip(ORIENTATIONS, kept)])
    np.testing.assert_allclose(mean.numpy(), turned.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(deviation.numpy(), turned.std(axis=0), atol=1e-6)
