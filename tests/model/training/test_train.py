from __future__ import annotations

import csv
import json
import math
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest
import torch

from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.training import train as training
from sar_cloud_removal.model.training.datasets import load_scenes
from sar_cloud_removal.model.training.train import (
    PRESETS,
    Average,
    Stage,
    TrainConfig,
    Trainer,
    config_from_dict,
    learning_rate,
    load_config,
)


def ignore(_: object) -> None:
    pass


def equal(first: dict, second: dict) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.fixture(scope="module")
def scenes(data_folder: Path) -> list:
    return load_scenes(data_folder)


def quick(**changes: object) -> TrainConfig:
    return load_config("quick", **{"steps": 6, "threads": 1, **changes})


@pytest.mark.parametrize("preset", sorted(path.stem for path in PRESETS.glob("*.json")))
def test_presets_are_valid(preset: str) -> None:
    config = load_config(preset)
    assert config_from_dict(training.config_to_dict(config)) == config


def test_the_paper_preset_is_the_papers_protocol() -> None:
    config = load_config("paper")
    assert (config.optimizer, config.lr, config.stages) == ("adam", 1e-3, (Stage(1.0, 256, 4),))
    rates = [learning_rate(config, (epoch + 0.5) / 10) for epoch in range(10)]
    assert rates == pytest.approx([1e-3 * 0.8**epoch for epoch in range(10)])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("optimizer", "sgd"),
        ("schedule", "linear"),
        ("lr", 0),
        ("steps", -1),
        ("stages", []),
        ("stages", [{"until": 0.5, "crop": 64, "batch": 1}]),
        ("ema", 1.0),
        ("precision", "float16"),
        ("colour", "red"),
    ],
)
def test_a_value_that_does_not_work_is_named(field: str, value: object) -> None:
    with pytest.raises(BadOption, match=field):
        config_from_dict({"steps": 5, field: value})


def test_a_budget_is_needed_and_a_config_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="steps"):
        config_from_dict({})
    with pytest.raises(BadOption, match="config"):
        load_config(tmp_path / "none.json")


def test_the_cosine_schedule_rises_falls_and_ends() -> None:
    config = TrainConfig(steps=100, lr=1e-3, warmup=0.1)
    assert learning_rate(config, 0.05) == pytest.approx(5e-4)
    assert learning_rate(config, 0.1) == pytest.approx(1e-3)
    assert learning_rate(config, 0.55) == pytest.approx(1e-3 * (0.01 + 0.99 * 0.5))
    assert learning_rate(config, 1.0) == pytest.approx(1e-5)


def test_the_average_has_no_bias_towards_the_start() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(network.weight, 0.0)
    average = Average(network, decay=0.9)
    torch.nn.init.constant_(network.weight, 1.0)
    expected = 0.0
    for step in range(1, 200):
        average.update(network)
        expected += (1 - expected) * (1 - min(0.9, step / (step + 10)))
    assert float(average.state["weight"]) == pytest.approx(expected, rel=1e-4)


def test_stages_follow_the_used_share_of_the_budget(scenes: list) -> None:
    trainer = Trainer(
        quick(stages=[{"until": 0.5, "crop": 16, "batch": 3}, {"until": 1, "crop": 32, "batch": 1}]), scenes, ignore
    )
    assert [trainer.stage(progress).crop for progress in (0, 0.49, 0.5, 0.99, 1.0)] == [16, 16, 32, 32, 32]
    assert trainer._batch(0, 0.0).optical.shape == (3, 13, 16, 16)


def test_a_run_learns(scenes: list) -> None:
    rows: list[dict] = []
    config = quick(steps=60, lr=5e-3, recipe={"real": 1.0, "clouds_on_real": 0.0, "drop_bands": 0.0})
    Trainer(config, scenes, ignore).run(rows.append, None)
    assert rows[-1]["loss"] < 0.6 * rows[0]["loss"]


def test_a_resumed_run_is_the_same_to_the_bit(scenes: list, tmp_path: Path) -> None:
    whole = Trainer(quick(), scenes, ignore)
    whole.run(ignore, None)
    half = Trainer(quick(), scenes, ignore)
    while half.step < 3:
        half._train_step(half._batch(half.step, half.progress))
        half.step += 1
    half.save(tmp_path / "half.ckpt")
    resumed = Trainer(quick(), scenes, ignore)
    resumed.restore(tmp_path / "half.ckpt")
    assert resumed.step == 3
    resumed.run(ignore, None)
    assert equal(whole.network.state_dict(), resumed.network.state_dict())
    assert equal(whole.average.state, resumed.average.state)
    assert not equal(whole.average.state, half.average.state)


def test_a_checkpoint_of_other_settings_or_a_damaged_one_is_refused(scenes: list, tmp_path: Path) -> None:
    Trainer(quick(), scenes, ignore).save(tmp_path / "run.ckpt")
    with pytest.raises(BadOption, match="lr"):
        Trainer(quick(lr=0.5), scenes, ignore).restore(tmp_path / "run.ckpt")
    (tmp_path / "bad.ckpt").write_bytes(b"nothing")
    with pytest.raises(BadOption, match="resume"):
        Trainer(quick(), scenes, ignore).restore(tmp_path / "bad.ckpt")


def test_time_is_a_budget_too(scenes: list) -> None:
    trainer = Trainer(quick(steps=0, minutes=0.02), scenes, ignore)
    trainer.run(ignore, None)
    assert trainer.progress == 1 and trainer.step > 0 and trainer.elapsed >= 1.2
    last = trainer.optimizer.param_groups[0]["lr"]
    assert last < 0.6 * trainer.config.lr, "the learning rate falls with the time that is used"


def run(data_folder: Path, output: Path, *options: str) -> dict:
    parser = ArgumentParser()
    training.add_arguments(parser)
    given = ["--config", "quick", "--data", str(data_folder), "--output", str(output), "--threads", "1", *options]
    return training.run(parser.parse_args(given))


def test_the_command_writes_weights_that_describe_themselves(data_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "w.safetensors"
    result = run(data_folder, output, "--steps", "5", "--seed", "7", "--hold-out", "place_A")
    checkpoint = checkpoints.load(output)
    provenance = checkpoint.provenance
    assert checkpoint.tile == 32
    assert provenance["held_out_places"] == ["place_A"] and "place_A" not in provenance["places"]
    assert set(provenance["held_out_scores"]) == {"00316", "00581"} == set(result["scores"])
    assert provenance["training"]["seed"] == 7 and provenance["steps"] == 5
    assert str(tmp_path) not in json.dumps(provenance), "weights do not tell where they were made"
    with (tmp_path / "w.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["step"] == "5" and float(rows[0]["loss"]) > 0
    assert math.isfinite(float(rows[-1]["psnr"]))
    optical, sar = torch.rand(1, 13, 20, 20), torch.rand(1, 2, 20, 20)
    assert checkpoint.network(optical, sar).shape == (1, 13, 20, 20)


def test_the_same_seed_gives_the_same_weights(data_folder: Path, tmp_path: Path) -> None:
    networks = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run(data_folder, tmp_path / f"{name}.safetensors", "--steps", "3", "--seed", seed)
        networks.append(checkpoints.load(tmp_path / f"{name}.safetensors").network.state_dict())
    assert equal(networks[0], networks[1])
    assert not equal(networks[0], networks[2])


def test_the_seed_sets_the_first_weights(scenes: list) -> None:
    first, same, other = (Trainer(quick(seed=seed), scenes, ignore).network.state_dict() for seed in (1, 1, 2))
    assert equal(first, same)
    assert not equal(first, other)


def test_an_unknown_place_is_refused(data_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="Atlantis"):
        run(data_folder, tmp_path / "w.safetensors", "--steps", "1", "--hold-out", "Atlantis")
    assert list(tmp_path.iterdir()) == []


def test_the_cloudy_input_scores_what_it_is(scenes: list) -> None:
    class Copy(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(1))

        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            return optical * self.scale

    triplet = next(scene for scene in scenes if scene.name == "00316")
    score = training.score_triplets(Copy(), [triplet])["00316"]
    error = np.mean((triplet.cloudy - triplet.clear) ** 2)
    assert score["psnr"] == pytest.approx(-10 * math.log10(error), rel=1e-5)
