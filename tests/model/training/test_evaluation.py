"""Models scored on a small data set, against figures by hand."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
import torch

from sar_cloud_removal.model import networks
from sar_cloud_removal.model.errors import BadOption, Cancelled, UnknownModel, UnusableDataset
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.requests import Log
from sar_cloud_removal.model.training.cloud_classes import CLASSES, classify
from sar_cloud_removal.model.training.datasets import Scene
from sar_cloud_removal.model.training.evaluation import (
    CLOUDY_INPUT,
    COPIED_CLEAR,
    MEAN_COLOUR,
    Evaluation,
    JudgedModel,
    MeanColours,
    _places_of_colour,
    evaluate_models,
    reference_images,
    score_image,
)

SMALL = {
    "architecture": "multistage_fusion",
    "base_width": 8,
    "directed_width": 8,
    "base_blocks": 1,
    "directed_blocks": 1,
    "token_width": 16,
    "heads": 2,
}


def psnr(image: np.ndarray, target: np.ndarray) -> float:
    return -10 * math.log10(np.mean((image.astype(float) - target) ** 2))


def save_model(path: Path, places: tuple[str, ...] = (), scenes: tuple[str, ...] = (), tile: int = 64) -> str:
    torch.manual_seed(0)
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoints.save(path, networks.build(SMALL), {"tile": tile, "places": places, "scenes": scenes})
    return str(path)


def evaluate(data: Path, *models: str, **options: object) -> tuple[dict, list[str]]:
    events: list = []
    given = Evaluation(data, models, **{"device": "cpu", **options})
    result = evaluate_models(given, events.append, lambda: False)
    return result, [event.message for event in events if isinstance(event, Log) and event.level == "warning"]


def overall(result: dict, name: str) -> dict:
    return next(row for row in result["scores"] if (row["model"], row["by"]) == (name, "all"))


# One image ----------------------------------------------------------------------------------------------------------


def test_a_perfect_image_has_infinite_psnr_in_every_subset(named: Callable[..., Scene]) -> None:
    scene = named("00316")
    scores = score_image("perfect", scene.clear, scene, classify(scene.cloudy, scene.clear))
    assert all(score.psnr == math.inf and score.mae == 0 for score in scores)
    assert scores[0].ssim == pytest.approx(100) and scores[0].sam == pytest.approx(0, abs=1e-4)


def test_classes_of_pixels_are_disjoint_and_cover_the_patch(named: Callable[..., Scene]) -> None:
    scene = named("00316")
    classes = classify(scene.cloudy, scene.clear)
    scores = {score.subset: score for score in score_image("cloudy", scene.cloudy, scene, classes)}
    parts = [scores[name] for name in CLASSES if name in scores]
    assert sum(part.pixels for part in parts) == scores["all"].pixels == 48 * 48
    assert scores["cloud"].pixels == pytest.approx(48 * 24, rel=0.05), "the upper half is overcast"
    pooled = sum(part.mae * part.pixels for part in parts) / (48 * 48)
    assert pooled == pytest.approx(scores["all"].mae)
    assert scores["clear"].psnr > scores["cloud"].psnr + 20


def test_bands_are_scored_alone(named: Callable[..., Scene]) -> None:
    scene = named("00316")
    image = scene.clear.copy()
    image[3] = np.clip(image[3] + 0.1, 0, 1)
    scores = {s.subset: s for s in score_image("red", image, scene, classify(scene.cloudy, scene.clear))}
    assert scores["B4"].psnr == pytest.approx(20, abs=1e-3) and scores["B3"].psnr == math.inf
    assert scores["all"].mae == pytest.approx(10 / 13, rel=1e-4)
    assert math.isnan(scores["B4"].sam) and scores["all"].sam > 1


def test_only_bands_and_pixels_that_the_clear_date_has_count(named: Callable[..., Scene]) -> None:
    scene = named("00316")
    valid = np.ones((48, 48), bool)
    valid[:, :8] = False
    image = scene.clear.copy()
    image[10], image[:, :, :8] = 1.0, 1.0
    partial = replace(scene, present=tuple(band for band in range(13) if band != 10), valid=valid)
    scores = {s.subset: s for s in score_image("x", image, partial, classify(scene.cloudy, scene.clear))}
    assert scores["all"].psnr == math.inf and scores["all"].pixels == 48 * 40
    assert "B10" not in scores and scores["B11"].psnr == math.inf


def test_references(named: Callable[..., Scene]) -> None:
    scene, first, second = named("ROIs1970_fall_139_p839"), named("00316"), named("00581")
    colours = MeanColours([scene, first, second])
    assert sorted(colours) == ["fall_139", "place_A"]
    expected = (first.clear.mean(axis=(1, 2)) + second.clear.mean(axis=(1, 2))) / 2
    colour = colours.of(colours, without="fall_139")
    assert colour == pytest.approx(expected)
    assert colours.of(["fall_139"], without="fall_139") is None
    classes = classify(scene.cloudy, scene.clear)
    images = reference_images(scene, classes, colour)
    assert list(images) == [CLOUDY_INPUT, MEAN_COLOUR, COPIED_CLEAR]
    assert images[MEAN_COLOUR][:, 5, 7] == pytest.approx(expected)
    assert images[COPIED_CLEAR][:, 2, 3] == pytest.approx(expected), "cloud"
    assert np.array_equal(images[COPIED_CLEAR][:, 40], scene.cloudy[:, 40]), "clear"
    assert list(reference_images(scene, classes, None)) == [CLOUDY_INPUT]


# A data set ---------------------------------------------------------------------------------------------------------


def test_a_model_beside_the_references(
    data_folder: Path, tmp_path: Path, scenes: list[Scene], named: Callable[..., Scene]
) -> None:
    model = save_model(tmp_path / "net.safetensors", places=("elsewhere",))
    result, warnings = evaluate(data_folder, model, output=tmp_path / "out")
    assert warnings == []
    triplets = [named(name) for name in ("ROIs1970_fall_139_p839", "00316", "00581")]
    cloudy = overall(result, CLOUDY_INPUT)
    assert cloudy["patches"] == 3 and not cloudy["seen"]
    assert cloudy["psnr"] == pytest.approx(np.mean([psnr(scene.cloudy, scene.clear) for scene in triplets]))
    network = checkpoints.load(Path(model)).network
    with torch.inference_mode():
        images = [network(*(torch.from_numpy(x)[None] for x in (s.cloudy, s.sar)))[0].clamp(0, 1) for s in triplets]
    expected = np.mean([psnr(image.numpy(), scene.clear) for image, scene in zip(images, triplets)])
    assert overall(result, "net")["psnr"] == pytest.approx(expected, abs=1e-4)
    assert [Path(file).name for file in result["files"]] == ["scores.csv", "table.csv", "table.md", "sheet.jpg"]
    assert all(Path(file).stat().st_size > 500 for file in result["files"])
    assert (tmp_path / "out/table.md").read_text(encoding="utf-8") == result["markdown"]
    with (tmp_path / "out/scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    keys = [(row["model"], row["scene"], row["subset"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert {row["model"] for row in rows} == {CLOUDY_INPUT, MEAN_COLOUR, COPIED_CLEAR, "net"}
    assert {row["subset"] for row in rows if row["model"] == "net"} >= {"all", "B1", "B12", "cloud", "clear"}


def test_a_place_that_a_model_was_trained_on_is_warned_of_and_marked(data_folder: Path, tmp_path: Path) -> None:
    leaky = save_model(tmp_path / "leaky.safetensors", places=("place_A",))
    result, warnings = evaluate(data_folder, leaky)
    assert len(warnings) == 1 and "«leaky» was trained on place_A" in warnings[0]
    assert "| leaky † | 3 |" in result["markdown"] and "| leaky | 1 |" in result["markdown"]
    assert f"| {MEAN_COLOUR} | 2 |" not in result["markdown"]
    result, warnings = evaluate(data_folder, leaky, places=("fall_139",))
    assert warnings == [] and "†" not in result["markdown"]


def test_a_scene_that_a_model_was_trained_on_is_found_under_another_name_of_its_place(
    data_folder: Path, tmp_path: Path
) -> None:
    leaky = save_model(tmp_path / "leaky.safetensors", places=("roi_7",), scenes=("00316",))
    assert "place_A" in evaluate(data_folder, leaky)[1][0]


def test_weights_that_do_not_say_where_they_were_trained_are_warned_of(data_folder: Path, tmp_path: Path) -> None:
    assert "does not say" in evaluate(data_folder, save_model(tmp_path / "net.safetensors"))[1][0]


def test_the_mean_colour_is_that_of_places_that_all_models_were_trained_on(
    tmp_path: Path, named: Callable[..., Scene]
) -> None:
    colours = MeanColours([replace(named("00316"), place=place) for place in "abc"])
    judged = [
        JudgedModel("net", checkpoints.load(Path(save_model(tmp_path / "net.safetensors", places=seen))), "cpu")
        for seen in (("a", "b"), ("b", "c"), ("elsewhere",))
    ]
    assert _places_of_colour(colours, judged[:1]) == {"a", "b"}
    assert _places_of_colour(colours, judged[:2]) == {"b"}
    assert _places_of_colour(colours, judged) == _places_of_colour(colours, []) == {"a", "b", "c"}


def test_models_of_one_name_are_told_apart(data_folder: Path, tmp_path: Path) -> None:
    models = [save_model(tmp_path / folder / "net.safetensors", places=("elsewhere",)) for folder in ("a", "b")]
    result, _ = evaluate(data_folder, *models, places=("fall_139",))
    assert overall(result, "a/net")["psnr"] == overall(result, "b/net")["psnr"]


def test_the_best_quality_is_another_image(data_folder: Path, tmp_path: Path) -> None:
    model = save_model(tmp_path / "net.safetensors", places=("elsewhere",))
    normal, best = (
        overall(evaluate(data_folder, model, places=("fall_139",), quality=quality)[0], "net")
        for quality in ("normal", "best")
    )
    assert normal["psnr"] != best["psnr"] == pytest.approx(normal["psnr"], abs=2)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"places": ("Atlantis",)}, BadOption, "Atlantis"),
        ({"quality": "superb"}, BadOption, "superb"),
        ({"split": "half"}, BadOption, "half"),
        ({"part": "half"}, BadOption, "half"),
        ({"part": "test"}, UnusableDataset, "in its part test"),
    ],
)
def test_options_that_do_not_work_are_named(data_folder: Path, options: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        evaluate(data_folder, **options)


def test_a_model_that_is_not_there_ends_it_before_work_starts(data_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel):
        evaluate(data_folder, "nonsense", output=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_cancelled(data_folder: Path, tmp_path: Path) -> None:
    model = save_model(tmp_path / "net.safetensors")
    with pytest.raises(Cancelled):
        evaluate_models(Evaluation(data_folder, (model,), device="cpu"), lambda event: None, lambda: True)
