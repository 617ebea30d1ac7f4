"""One comparison for all: what the clear date lacks is no part of any score."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Callable, Optional

import numpy as np
import pytest
import torch

from sar_cloud_removal.model import metrics
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.config import load_config
from sar_cloud_removal.model.training.cross_validation import _result, _score_references
from sar_cloud_removal.model.training.datasets import Scene
from sar_cloud_removal.model.training.evaluation import MeanColours, classes_of, score_image
from sar_cloud_removal.model.training.scoring import compare_with_clear, mean_scores, score_scene, score_triplets
from sar_cloud_removal.model.training.trainer import Trainer

TEN = tuple(index for index, name in enumerate(S2_BANDS) if name not in ("B1", "B9", "B10"))
HOLE = (slice(0, 12), slice(0, 40))


class Copy(torch.nn.Module):
    """What returns the cloudy image."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(1))

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        return optical * self.scale


def with_hole(scene: Scene) -> Scene:
    """Return a scene whose clear date has ten bands and no data in a corner, where it is filled."""
    valid = np.ones(scene.clear.shape[1:], bool)
    valid[HOLE] = False
    clear = np.where(valid, scene.clear, np.float32(0.9))
    clear[[index for index in range(13) if index not in TEN]] = 0.7
    return replace(scene, clear=clear, present=TEN, valid=valid)


def by_hand(image: np.ndarray, scene: Scene) -> dict[str, float]:
    known = [image[list(TEN)], scene.clear[list(TEN)]]
    return metrics.score(*known, scene.valid)


def same(first: dict, second: dict) -> bool:
    return all(first[name] == pytest.approx(second[name], abs=1e-4) for name in ("psnr", "ssim", "mae", "sam"))


def test_training_evaluation_and_cross_validation_compare_alike(named: Callable[..., Scene]) -> None:
    scene = with_hole(named("00316"))
    expected = by_hand(scene.cloudy, scene)
    assert expected != metrics.score(scene.cloudy, scene.clear)
    assert same(score_triplets(Copy(), [scene])["00316"], expected)
    assert same(vars(score_image("x", scene.cloudy, scene, classes_of(scene))[0]), expected)
    assert same(vars(_result("x", 1, scene, scene.cloudy)), expected)


def test_a_validation_while_training_counts_what_the_clear_date_has(named: Callable[..., Scene]) -> None:
    scene = with_hole(named("00316"))
    trainer = Trainer(load_config("quick", steps=1, threads=1), [named("ROIs1970_fall_139_p839")], [scene])
    rows: list[dict] = []
    shown: list = []
    trainer.run(rows.append, pictures=lambda step, images: shown.extend(images))
    assert same(rows[-1], by_hand(shown[0].prediction, scene))
    assert not same(rows[-1], metrics.score(shown[0].prediction, scene.clear))


@pytest.mark.parametrize("valid", [None, np.ones((256, 256), bool)])
def test_a_complete_triplet_scores_to_the_last_digit_what_its_arrays_do(valid: Optional[np.ndarray]) -> None:
    rng = np.random.default_rng(0)
    clear = rng.random((13, 256, 256), dtype=np.float32)
    scene = Scene("a", "b", "c", "L1C", tuple(range(13)), clear, valid=valid)
    image = np.clip(clear + rng.normal(0, 0.05, clear.shape), 0, 1).astype(np.float32)
    channels_last = np.ascontiguousarray(image.transpose(1, 2, 0)).transpose(2, 0, 1)
    for each in (image, channels_last):
        assert score_scene(each, scene) == metrics.score(each, scene.clear)
        assert compare_with_clear(each, scene).difference.shape == clear.shape


def test_a_metric_that_a_scene_does_not_have_takes_no_part_in_the_mean() -> None:
    whole = {"psnr": 20.0, "ssim": 80.0, "mae": 3.0, "sam": 5.0}
    means = mean_scores({"a": whole, "b": {**whole, "psnr": 30.0, "ssim": math.nan}})
    assert means == {"psnr": 25.0, "ssim": 80.0, "mae": 3.0, "sam": 5.0}
    assert math.isnan(mean_scores({"b": {**whole, "ssim": math.nan}})["ssim"])


def test_what_is_filled_is_neither_cloud_nor_in_the_cover(named: Callable[..., Scene]) -> None:
    scene = named("00316")
    valid = np.ones(scene.clear.shape[1:], bool)
    valid[:24] = False  # where the cloud is
    classes = classes_of(replace(scene, valid=valid))
    assert classes_of(scene).cover == "thick" and classes_of(scene).share == pytest.approx(0.5, abs=0.05)
    assert (classes.cover, classes.share) == ("almost none", 0.0)
    assert classes.mask("clear")[:24].all()
    assert classes_of(replace(scene, valid=~valid)).share == pytest.approx(1)
    assert classes_of(replace(scene, valid=np.zeros_like(valid))).share == 0
    full = classes_of(replace(scene, valid=np.ones_like(valid)))
    assert np.array_equal(full.labels, classes_of(scene).labels)


def test_the_references_of_a_fold_know_what_is_filled(named: Callable[..., Scene]) -> None:
    scene, other = with_hole(named("00316")), named("ROIs1970_fall_139_p839")
    found = {each.system: each for each in _score_references(1, [scene], [other], MeanColours([scene, other]))}
    copied = found["clear pixels copied, else mean colour"]
    colour = other.clear.mean(axis=(1, 2))[:, None, None]
    image = np.where(classes_of(scene).mask("clear"), scene.cloudy, colour)
    assert same(vars(copied), by_hand(image, scene))


def test_the_cloudy_input_scores_what_it_is(scenes: list) -> None:
    triplet = next(scene for scene in scenes if scene.name == "00316")
    score = score_triplets(Copy(), [triplet])["00316"]
    error = np.mean((triplet.cloudy - triplet.clear) ** 2)
    assert score["psnr"] == pytest.approx(-10 * math.log10(error), rel=1e-5)
