"""Which samples a step sees, in which order, and who makes them."""

from __future__ import annotations

import dataclasses
from itertools import islice

import numpy as np
import pytest
import torch

from sar_cloud_removal.model.errors import UnreadableInput
from sar_cloud_removal.model.training.crops import EpochOrder, Part, prefetched
from sar_cloud_removal.model.training.datasets import Scene
from sar_cloud_removal.model.training.sampling import CropSource, Recipe


@dataclasses.dataclass(frozen=True)
class Damaged:
    """A triplet of which the index knows, and whose file cannot be read."""

    name: str = "damaged"
    place: str = "somewhere"
    group: str = "SEN12MS-CR"
    level: str = "L1C"
    has_sar: bool = True
    has_cloudy: bool = True

    def load(self) -> Scene:
        raise UnreadableInput(layer="damaged.tif", detail="it ends too early")


def test_an_epoch_passes_every_triplet_once_each_time_in_another_order() -> None:
    order = EpochOrder(count=7, batch=3, seed=1)
    assert order.steps == 3
    batches = [order.triplets(step) for step in range(6)]
    assert [len(batch) for batch in batches] == [3, 3, 1, 3, 3, 1]
    first, second = ([triplet for batch in epoch for triplet in batch] for epoch in (batches[:3], batches[3:]))
    assert sorted(first) == sorted(second) == list(range(7))
    assert first != second
    assert batches == [EpochOrder(7, 3, 1).triplets(step) for step in range(6)]
    assert first[:3] != EpochOrder(7, 3, 2).triplets(0)


def test_a_sample_of_an_epoch_is_the_triplet_that_is_its_turn(scenes: list[Scene]) -> None:
    recipe = Recipe(real=1.0, clouds_on_real=0.0, drop_bands=0.0, gain=0.0, band_gain=0.0, sar_offset=0.0)
    source = CropSource(scenes, recipe, seed=3)
    assert len(source.triplets) == 3
    for number, triplet in enumerate(source.triplets):
        sample = source.sample(5, 0, 48, number)
        assert np.sort(sample.target[3], axis=None) == pytest.approx(np.sort(triplet.clear[3], axis=None))
        assert np.sort(sample.optical[3], axis=None) == pytest.approx(np.sort(triplet.cloudy[3], axis=None))


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_come_in_order_and_the_same_whoever_makes_them(scenes: list[Scene], workers: int) -> None:
    source = CropSource(scenes, Recipe(), seed=3)
    parts = [Part(step, 4, 16, (1, 3)) for step in range(5)]
    before, asked = torch.get_rng_state(), []
    with prefetched(source, iter([*parts, *parts]), workers, False, lambda: asked.append(1)) as take:
        taken = [take() for _ in parts]
    assert torch.equal(torch.get_rng_state(), before) and len(asked) == len(parts)
    for part, (total, batch) in zip(parts, taken):
        assert total == 4 and batch["optical"].shape == (2, 13, 16, 16)
        for row, index in enumerate(part.indices):
            sample = source.sample(part.step, index, part.crop)
            for name, tensor in batch.items():
                assert np.array_equal(tensor[row].numpy(), getattr(sample, name))


@pytest.mark.parametrize("workers", [0, 1])
def test_a_scene_that_cannot_be_read_is_named(workers: int) -> None:
    source = CropSource([Damaged()], Recipe(real=1.0, clouds_on_real=0.0), seed=3)
    parts = (Part(step, 1, 16, (0,), (0,)) for step in range(9))
    with prefetched(source, parts, workers, pin=False) as take, pytest.raises(UnreadableInput, match="damaged.tif"):
        list(islice(iter(take, None), 1))
