"""Attention whose values are reflectance: its equation, and what it makes of keys near and far."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from sar_cloud_removal.model.networks.reflectance_attention import ReflectanceAttention


def places(queries: int = 7, keys: int = 11, width: int = 4, bands: int = 13) -> tuple[Tensor, Tensor, Tensor]:
    """Return query [2, queries, width], key [2, keys, width] and value [2, keys, bands]."""
    generator = torch.Generator().manual_seed(3)
    query, key = (torch.randn(2, count, width, generator=generator) for count in (queries, keys))
    return query, key, torch.rand(2, keys, bands, generator=generator)


@pytest.mark.parametrize("width", [0.3, 1.0, 5.0])
def test_it_is_the_equation(width: float) -> None:
    """softmax(−‖q − k‖² / 2 w²) V, by hand for each query."""
    given = places()
    query, key, value = (each.double().numpy() for each in given)
    attention = ReflectanceAttention(width)
    weights, image = attention.weights(*given[:2]).numpy(), attention(*given).numpy()
    for batch in range(2):
        for place in range(query.shape[1]):
            distance = np.square(key[batch] - query[batch, place]).sum(axis=1)
            share = np.exp(-distance / (2 * width**2))
            share /= share.sum()
            np.testing.assert_allclose(weights[batch, place], share, rtol=0, atol=1e-5)
            np.testing.assert_allclose(image[batch, place], share @ value[batch], rtol=0, atol=1e-5)


def test_at_keys_of_one_norm_it_is_the_papers_attention() -> None:
    """softmax(Q Kᵀ / √d) V with √d = w²: what the norms of the keys add is the same in each logit."""
    query, key, value = places()
    key = torch.nn.functional.normalize(key, dim=-1)
    papers = torch.nn.functional.scaled_dot_product_attention(query, key, value)  # d = 4
    torch.testing.assert_close(ReflectanceAttention(width=2**0.5)(query, key, value), papers)


def test_at_the_distance_of_its_width_a_key_counts_e_to_the_minus_a_half_of_one_that_is_met() -> None:
    key = torch.tensor([[[1.0, 2.0], [1.0, 2.5]]])
    (met, off) = ReflectanceAttention(0.5).weights(key[:, :1], key)[0, 0]
    assert float(off / met) == pytest.approx(np.exp(-0.5), rel=1e-5)


def test_the_weights_of_a_query_sum_to_1_however_far_its_keys_are() -> None:
    query, key, value = places()
    for far in (0.0, 30.0):
        weights = ReflectanceAttention(0.5).weights(query + far, key)
        assert weights.shape == (2, 7, 11) and (weights >= 0).all()
        torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 7))
        image = ReflectanceAttention(0.5)(query + far, key, value)
        lowest, highest = (getattr(value, name)(dim=1, keepdim=True) for name in ("amin", "amax"))
        assert (image >= lowest - 1e-6).all() and (image <= highest + 1e-6).all(), "no colour that no place has"


def test_the_one_place_that_is_alike_gives_its_reflectance_as_it_is() -> None:
    query, key, value = places()
    key = key + 100.0
    key[:, 5] = query[:, 2]
    assert torch.equal(ReflectanceAttention(1.0)(query[:, 2:3], key, value), value[:, 5:6])


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_a_width_that_is_not_positive_is_refused(width: float) -> None:
    with pytest.raises(ValueError, match="width has to be positive"):
        ReflectanceAttention(width)


def test_nothing_of_it_is_learnt_and_it_says_what_its_values_are() -> None:
    attention = ReflectanceAttention(1.0)
    assert not attention.state_dict() and not list(attention.parameters())
    assert attention.values == "reflectance"
