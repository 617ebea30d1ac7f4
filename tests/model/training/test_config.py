"""Settings of a training run: presets, what is refused, and the learning rate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sar_cloud_removal.model import networks
from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.training.config import (
    NETWORK_PRESETS,
    PRESETS,
    Stage,
    TrainConfig,
    config_from_dict,
    config_to_dict,
    learning_rate,
    load_config,
    read_network,
)


@pytest.mark.parametrize("preset", sorted(path.stem for path in PRESETS.glob("*.json")))
def test_presets_are_valid(preset: str) -> None:
    config = load_config(preset)
    assert config_from_dict(config_to_dict(config)) == config


@pytest.mark.parametrize("preset", sorted(path.stem for path in NETWORK_PRESETS.glob("*.json")))
def test_preset_networks_are_valid(preset: str) -> None:
    assert networks.config_from_dict(load_config("quick", network=preset).network)


def test_the_paper_preset_is_the_papers_protocol() -> None:
    config = load_config("paper")
    assert (config.optimizer, config.lr, config.stages) == ("adam", 1e-3, (Stage(1.0, 256, 4),))
    assert (config.epochs, config.decay, config.split, config.by_epochs) == (10, 0.8, "paper", True)
    assert (config.recipe.real, config.recipe.clouds_on_real) == (1.0, 0.0)
    rates = [learning_rate(config, (epoch + 0.5) / 10) for epoch in range(10)]
    assert rates == pytest.approx([1e-3 * 0.8**epoch for epoch in range(10)])


@pytest.mark.parametrize("epochs", [7, 10, 100])
def test_the_learning_rate_falls_with_the_first_step_of_an_epoch(epochs: int) -> None:
    config = load_config("paper", epochs=epochs)
    steps = 29
    for epoch in range(1, epochs):
        before, after = (learning_rate(config, step / (epochs * steps)) for step in (epoch * steps - 1, epoch * steps))
        assert before == pytest.approx(1e-3 * 0.8 ** (epoch - 1))
        assert after == pytest.approx(1e-3 * 0.8**epoch)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("optimizer", "sgd"),
        ("schedule", "linear"),
        ("lr", 0),
        ("adversary_lr", 0),
        ("steps", -1),
        ("minutes", -1),
        ("epochs", 0),
        ("stages", []),
        ("stages", [{"until": 0.5, "crop": 64, "batch": 1}]),
        ("ema", 1.0),
        ("precision", "float8"),
        ("keep", "worst"),
        ("workers", -1),
        ("network", "eniac"),
        ("colour", "red"),
        ("threads", -1),
        ("weight_decay", -1e-4),
        ("checkpoint_minutes", -1),
    ],
)
def test_a_value_that_does_not_work_is_named(field: str, value: object) -> None:
    with pytest.raises(BadOption, match=field):
        config_from_dict({"steps": 5, field: value})


@pytest.mark.parametrize(
    ("values", "name", "why"),
    [
        ({"recipe": {"real": 2.0}}, "recipe.real", "a share, from 0 to 1"),
        ({"recipe": {"mix": -1}}, "recipe.mix", "a share, from 0 to 1"),
        ({"recipe": {"mix": "much"}}, "recipe.mix", "a share, from 0 to 1"),
        ({"recipe": {"gain": -0.1}}, "recipe.gain", "a number from 0 on"),
        ({"loss": {"charbonnier": -1}}, "loss.charbonnier", "a weight, a number from 0 on"),
        ({"loss": {"ssim": float("inf")}}, "loss.ssim", "a weight"),
        ({"loss": {"charbonnier": 0, "cloud": 1}}, "loss", "nothing to learn"),
        ({"steps": 1.5}, "steps", "a whole number"),
        ({"steps": True}, "steps", "a whole number"),
        ({"epochs": "ten"}, "epochs", "a whole number"),
        ({"stages": [{"until": 1.0, "crop": 32.5, "batch": 2}]}, "stages.crop", "a whole number"),
        ({"stages": [{"until": 1.0, "crop": 32, "batch": 2.0}]}, "stages.batch", "a whole number"),
        ({"stages": [{"until": "end", "crop": 32, "batch": 2}]}, "stages.until", "a number"),
        ({"lr": "fast"}, "lr", "a number"),
        ({"minutes": float("inf")}, "minutes", "a number"),
        ({"ema": None}, "ema", "a number"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named_before_any_work(values: dict, name: str, why: str) -> None:
    with pytest.raises(BadOption, match=f"«{name}» .*{why}"):
        config_from_dict({"steps": 5, **values})


def test_spreads_may_be_large_and_ends_of_ranges_are_allowed() -> None:
    config = config_from_dict({"recipe": {"real": 1, "mix": 0, "gain": 1.5}, "loss": {"charbonnier": 0, "sam": 1}})
    assert (config.recipe.real, config.recipe.gain, config.loss.sam) == (1, 1.5, 1)


def test_without_steps_or_minutes_epochs_are_the_budget() -> None:
    assert TrainConfig().by_epochs and TrainConfig().epochs == 10
    assert not TrainConfig(minutes=1).by_epochs and not TrainConfig(steps=1).by_epochs
    stages = (Stage(0.5, 64, 4), Stage(1.0, 128, 2))
    assert TrainConfig(steps=5, stages=stages).stages == stages
    with pytest.raises(BadOption, match="same batch"):
        TrainConfig(stages=stages)


def test_a_config_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=r"config.*paper, quick, shipped"):
        load_config(tmp_path / "none.json")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(BadOption, match="one JSON object"):
        load_config(tmp_path / "list.json")


def test_a_network_is_a_config_a_file_a_preset_or_an_architecture(tmp_path: Path) -> None:
    config = {"architecture": "mcgan", "width": 8}
    (tmp_path / "own.json").write_text(json.dumps(config))
    assert read_network(config) == read_network(tmp_path / "own.json") == config
    assert read_network("mcgan") == {"architecture": "mcgan"}
    assert read_network("mcgan_narrow")["architecture"] == "mcgan"


def test_the_cosine_schedule_rises_falls_and_ends() -> None:
    config = TrainConfig(steps=100, lr=1e-3, warmup=0.1)
    assert learning_rate(config, 0.05) == pytest.approx(5e-4)
    assert learning_rate(config, 0.1) == pytest.approx(1e-3)
    assert learning_rate(config, 0.55) == pytest.approx(1e-3 * (0.01 + 0.99 * 0.5))
    assert learning_rate(config, 1.0) == pytest.approx(1e-5)
