"""The training itself: it learns, goes on to the bit, keeps to its budget, and refuses what cannot work."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Optional

import pytest
import torch

from sar_cloud_removal.model.errors import BadOption, NoSuchDevice, TrainingDiverged
from sar_cloud_removal.model.training import trainer as trainer_module
from sar_cloud_removal.model.training.config import TrainConfig, load_config
from sar_cloud_removal.model.training.datasets import Scene, split_by_place
from sar_cloud_removal.model.training.sar_colour import fit_sar_colour
from sar_cloud_removal.model.training.trainer import Trainer, average_of, check_precision

PLAIN = {"real": 1.0, "clouds_on_real": 0.0, "drop_bands": 0.0}
WILD = {"lr": 0.5, "clip": 100.0, "ema": 0.0, "optimizer": "adam", "schedule": "exponential", "decay": 1.0}
MCGAN = {"architecture": "mcgan", "width": 4, "levels": 3}


def ignore(*_: object) -> None:
    pass


def equal(first: dict, second: dict) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def quick(**changes: object) -> TrainConfig:
    return load_config("quick", **{"steps": 6, "threads": 1, **changes})


def trainer_of(config: TrainConfig, scenes: list[Scene]) -> Trainer:
    return Trainer(config, *split_by_place(scenes, config.hold_out))


def stop_after(steps: int, trainer: Trainer):
    return lambda: trainer.step >= steps


def weights(trainer: Trainer) -> dict:
    return trainer.network.state_dict()


def test_the_average_has_no_bias_towards_the_start() -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1, bias=False), torch.nn.BatchNorm2d(1))
    torch.nn.init.constant_(network[0].weight, 0.0)
    average = average_of(network, decay=0.9)
    torch.nn.init.constant_(network[0].weight, 1.0)
    network[1].num_batches_tracked.fill_(7)
    expected = 0.0
    for step in range(1, 200):
        average.update_parameters(network)
        expected += (1 - expected) * (1 - min(0.9, step / (step + 10)))
        if step in (1, 2, 5, 199):
            assert average.module[0].weight.item() == pytest.approx(expected, rel=1e-4)
    assert int(average.module[1].num_batches_tracked) == 7


def test_a_network_starts_from_the_colour_by_the_radar_of_the_places_that_it_may_see(scenes: list) -> None:
    trainer = trainer_of(quick(hold_out=("place_A",)), scenes)
    colours, usual = fit_sar_colour([scene for scene in scenes if scene.place != "place_A"])
    everywhere, _ = fit_sar_colour(scenes)
    expected = trainer.network.expected
    assert expected.colours.numpy() == pytest.approx(colours) and expected.usual.numpy() == pytest.approx(usual)
    assert abs(colours - everywhere).max() > 1e-3
    # Each step of the optimiser leaves it as it is, and the averaged weights have it too.
    trainer.run(ignore)
    assert trainer.chosen_network().expected.colours.numpy() == pytest.approx(colours)


def test_stages_follow_the_used_share_of_the_budget(scenes: list) -> None:
    stages = [{"until": 0.5, "crop": 16, "batch": 3}, {"until": 1, "crop": 32, "batch": 1}]
    trainer = trainer_of(quick(stages=stages, steps=4), scenes)
    assert [trainer.stage(progress).crop for progress in (0, 0.49, 0.5, 0.99, 1.0)] == [16, 16, 32, 32, 32]
    parts = trainer._parts()
    assert [(part.step, part.total, part.crop) for part in (next(parts) for _ in range(4))] == [
        (0, 3, 16),
        (1, 3, 16),
        (2, 1, 32),
        (3, 1, 32),
    ]


def test_a_run_learns(scenes: list) -> None:
    rows: list[dict] = []
    trainer_of(quick(steps=60, lr=5e-3, recipe=PLAIN), scenes).run(rows.append)
    assert rows[-1]["loss"] < 0.6 * rows[0]["loss"]


@pytest.mark.parametrize(
    "changes",
    [{}, {"network": MCGAN}, {"steps": 0, "epochs": 3, "recipe": PLAIN}, {"workers": 1, "precision": "bfloat16"}],
    ids=["default", "adversary and dropout", "epochs", "workers and bfloat16"],
)
def test_a_resumed_run_is_the_same_to_the_bit(scenes: list, tmp_path: Path, changes: dict) -> None:
    whole, half, resumed = (trainer_of(quick(**changes), scenes) for _ in range(3))
    assert whole.run(ignore)
    assert not half.run(ignore, tmp_path / "half.ckpt", stop_after(3, half))
    torch.manual_seed(99)
    resumed.restore(tmp_path / "half.ckpt")
    assert resumed.step == 3
    resumed.run(ignore)
    assert whole.step == resumed.step == 6
    assert equal(weights(whole), weights(resumed))
    assert equal(whole.average.state_dict(), resumed.average.state_dict())
    assert equal(whole.objective.state_dict(), resumed.objective.state_dict())
    assert not equal(whole.average.state_dict(), half.average.state_dict())


def test_a_row_of_the_log_averages_all_its_steps_whether_the_run_was_resumed_or_not(
    scenes: list, tmp_path: Path
) -> None:
    whole, half, resumed, older = (trainer_of(quick(log_steps=5), scenes) for _ in range(4))
    expected: list[dict] = []
    whole.run(expected.append)
    half.run(ignore, tmp_path / "half.ckpt", stop_after(3, half))
    resumed.restore(tmp_path / "half.ckpt")
    rows: list[dict] = []
    resumed.run(rows.append)
    assert [row["step"] for row in expected] == [row["step"] for row in rows] == [5]
    assert [rows[0][name] for name in ("loss", "gradient")] == [expected[0][name] for name in ("loss", "gradient")]
    # A checkpoint that was written before this was kept.
    state = torch.load(tmp_path / "half.ckpt", weights_only=True)
    assert len(state.pop("losses")) == 3
    torch.save(state, tmp_path / "older.ckpt")
    older.restore(tmp_path / "older.ckpt")
    assert older.run(rows.append) and rows[-1]["step"] == 5


def test_a_longer_budget_can_be_given_to_a_run_that_has_ended(scenes: list, tmp_path: Path) -> None:
    trainer_of(quick(steps=2), scenes).run(ignore, tmp_path / "run.ckpt")
    longer = trainer_of(quick(steps=4), scenes)
    longer.restore(tmp_path / "run.ckpt")
    assert longer.run(ignore) and longer.step == 4


def test_a_checkpoint_of_other_settings_or_a_damaged_one_is_refused(scenes: list, tmp_path: Path) -> None:
    trainer_of(quick(), scenes).save(tmp_path / "run.ckpt")
    with pytest.raises(BadOption, match="lr"):
        trainer_of(quick(lr=0.5), scenes).restore(tmp_path / "run.ckpt")
    with pytest.raises(BadOption, match="data"):
        Trainer(quick(), scenes[:-2]).restore(tmp_path / "run.ckpt")
    (tmp_path / "bad.ckpt").write_bytes(b"nothing")
    with pytest.raises(BadOption, match="resume"):
        trainer_of(quick(), scenes).restore(tmp_path / "bad.ckpt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.ckpt", "run.ckpt"]


def test_time_is_a_budget_too(scenes: list) -> None:
    trainer = trainer_of(quick(steps=0, minutes=0.02), scenes)
    assert trainer.run(ignore)
    assert trainer.progress == 1 and trainer.step > 0 and trainer.elapsed >= 1.2
    last = trainer.optimizer.param_groups[0]["lr"]
    assert last < 0.6 * trainer.config.lr, "the learning rate falls with the time that is used"


def test_processor_time_passes_only_while_the_process_computes(scenes: list) -> None:
    trainers = [trainer_of(quick(steps=0, minutes=1, clock=clock), scenes) for clock in ("wall", "cpu")]
    before = [trainer._now() for trainer in trainers]
    time.sleep(1)
    wall, cpu = (trainer._now() - start for trainer, start in zip(trainers, before))
    assert wall >= 1 and cpu < 0.5
    with pytest.raises(BadOption, match="clock"):
        quick(clock="moon")


def test_epochs_pass_over_every_triplet_and_validate_after_each(scenes: list) -> None:
    config = quick(
        steps=0, epochs=3, schedule="exponential", warmup=0.0, recipe=PLAIN, log_steps=1, hold_out=["fall_139"]
    )
    trainer = trainer_of(config, scenes)
    parts = trainer._parts()
    seen = [trainer.crops.triplets[index].name for _ in range(3) for index in next(parts).triplets]
    assert sorted(seen) == ["00316", "00316", "00316", "00581", "00581", "00581"]
    rows: list[dict] = []
    assert trainer.run(rows.append)
    assert trainer.step == 3
    assert [row["lr"] for row in rows if "lr" in row] == pytest.approx([1e-3, 8e-4, 6.4e-4])
    assert [row["step"] for row in rows if "psnr" in row] == [1, 2, 3]


def test_an_adversary_learns_beside_the_network(scenes: list) -> None:
    trainer = trainer_of(quick(network=MCGAN, steps=3, log_steps=1, adversary_lr=1e-3), scenes)
    before = {name: tensor.clone() for name, tensor in trainer.objective.state_dict().items()}
    rows: list[dict] = []
    trainer.run(rows.append)
    assert trainer.objective_name == "mcgan"
    assert not equal(before, trainer.objective.state_dict())
    assert all(row["adversary"] > 0 and row["adversarial"] > 0 for row in rows)
    rates = [optimizer.param_groups[0]["lr"] for optimizer in (trainer.optimizer, trainer.adversary_optimizer)]
    assert rates[0] == rates[1] < 1e-3, "of the same base, they fall together"


@pytest.mark.parametrize("network", ["dsen2cr", "uncrtaints", "spa_gan", "glf_cr"])
def test_each_compared_system_has_an_objective_of_its_own(scenes: list, network: str) -> None:
    widths = {"dsen2cr": {"width": 8, "blocks": 1}, "uncrtaints": {"width": 16}, "spa_gan": {"width": 4}}
    config = {"architecture": network, **widths.get(network, {"width": 4, "growth": 2, "stages": 1, "heads": 1})}
    rows: list[dict] = []
    trainer = trainer_of(quick(network=config, steps=1, log_steps=1), scenes)
    trainer.run(rows.append)
    expected = {"dsen2cr": "carl", "uncrtaints": "nll", "spa_gan": "spa_gan", "glf_cr": "l1"}
    assert trainer.objective_name == expected[network]
    assert rows[0]["loss"] == rows[0]["loss"] and trainer.step == 1


def test_bfloat16_computes_and_keeps_float32_weights(scenes: list) -> None:
    losses = {}
    for precision in ("float32", "bfloat16"):
        rows: list[dict] = []
        trainer = trainer_of(quick(steps=2, precision=precision, log_steps=1), scenes)
        trainer.run(rows.append)
        assert all(each.dtype == torch.float32 for each in weights(trainer).values() if each.is_floating_point())
        losses[precision] = [row["loss"] for row in rows]
    assert losses["bfloat16"] == pytest.approx(losses["float32"], rel=0.02)
    assert losses["bfloat16"] != losses["float32"]


@pytest.mark.parametrize(("device", "precision"), [("cpu", "float16"), ("mps", "float16"), ("mps", "bfloat16")])
def test_a_precision_that_the_device_lacks_is_refused(device: str, precision: str) -> None:
    with pytest.raises(BadOption, match="precision"):
        check_precision(precision, torch.device(device))
    check_precision("float32", torch.device(device))
    check_precision("bfloat16", torch.device("cpu"))


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_a_gpu_learns_in_every_precision(scenes: list, precision: str) -> None:
    rows: list[dict] = []
    trainer = trainer_of(quick(steps=40, lr=5e-3, recipe=PLAIN, precision=precision, device="cuda"), scenes)
    trainer.run(rows.append)
    assert trainer.scaler.is_enabled() is (precision == "float16")
    assert rows[-1]["loss"] < 0.8 * rows[0]["loss"]


@pytest.mark.gpu
@pytest.mark.parametrize("network", [None, MCGAN])
def test_on_a_gpu_a_run_goes_on_where_it_ended(scenes: list, tmp_path: Path, network: Optional[dict]) -> None:
    """A GPU adds in another order each time, so not to the bit. By worker processes and pinned memory, too."""
    changes = {"device": "cuda", "workers": 2, **({} if network is None else {"network": network})}
    rows, again = [], []
    whole = trainer_of(quick(steps=20, **changes), scenes)
    whole.run(rows.append)
    half = trainer_of(quick(steps=20, **changes), scenes)
    assert not half.run(ignore, tmp_path / "half.ckpt", stop_after(10, half))
    resumed = trainer_of(quick(steps=20, **changes), scenes)
    resumed.restore(tmp_path / "half.ckpt")
    assert resumed.step == 10 and resumed.run(again.append)
    assert again[-1]["loss"] == pytest.approx(rows[-1]["loss"], rel=0.05)


def test_what_cannot_work_is_refused_before_any_work(scenes: list) -> None:
    with pytest.raises(NoSuchDevice, match="cuda:77"):
        trainer_of(quick(device="cuda:77"), scenes)
    with pytest.raises(BadOption, match="objective"):
        trainer_of(quick(objective="nll"), scenes)
    with pytest.raises(BadOption, match="keep"):
        trainer_of(quick(keep="best"), scenes)
    with pytest.raises(BadOption, match="epochs"):
        trainer_of(quick(steps=0, epochs=2), [scene for scene in scenes if not scene.has_cloudy])
    with pytest.raises(BadOption, match="data"):
        trainer_of(quick(), [scene for scene in scenes if not scene.has_sar])


def test_a_gradient_that_is_not_finite_ends_the_run(scenes: list) -> None:
    trainer = trainer_of(quick(), scenes)
    with torch.no_grad():
        next(trainer.network.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingDiverged, match="step 0"):
        trainer.run(ignore)


def test_a_score_that_is_no_number_is_not_the_best(scenes: list, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of triplets without a valid pixel there is none, and nothing would be greater than that."""
    means = iter([math.nan, 20.0])

    def scored(scores: dict) -> dict[str, float]:
        return dict.fromkeys(("psnr", "ssim", "mae", "sam"), next(means, 10.0))

    monkeypatch.setattr(trainer_module, "mean_scores", scored)
    config = quick(steps=3, keep="best", hold_out=["place_A"], validate_minutes=0, **WILD)
    trainer = trainer_of(config, scenes)
    trainer.run(ignore)
    assert trainer.best is not None and trainer.best.psnr == 20.0


@pytest.mark.parametrize("keep", ["last", "best"])
def test_the_best_weights_are_kept_if_they_are_asked_for(scenes: list, tmp_path: Path, keep: str) -> None:
    config = quick(steps=5, keep=keep, hold_out=["place_A"], validate_minutes=0, **WILD)
    trainer = trainer_of(config, scenes)
    rows: list[dict] = []
    trainer.run(rows.append, tmp_path / "run.ckpt")
    scores = {row["step"]: row["psnr"] for row in rows if "psnr" in row}
    assert sorted(scores) == [1, 2, 3, 4, 5]
    best = max(scores, key=scores.get)
    assert best != 5, "else this test says nothing"
    restored = trainer_of(config, scenes)
    restored.restore(tmp_path / "run.ckpt")
    for each in (trainer, restored):
        chosen = each.chosen_network().state_dict()
        assert equal(chosen, each.average.module.state_dict()) == (keep == "last")
        assert (each.best.step if each.best else None) == (best if keep == "best" else None)


def test_of_many_validation_triplets_some_are_watched(scenes: list) -> None:
    trainer = Trainer(quick(validate_scenes=3), scenes, list(scenes[:3]) * 3)
    assert trainer.watched() == [trainer.validation[0], trainer.validation[4], trainer.validation[8]]
    assert len(Trainer(quick(), scenes, list(scenes[:3]) * 3).watched()) == 9


def test_the_seed_sets_the_first_weights(scenes: list) -> None:
    first, same, other = (weights(trainer_of(quick(seed=seed), scenes)) for seed in (1, 1, 2))
    assert equal(first, same)
    assert not equal(first, other)


def test_a_validation_is_given_up_when_the_run_shall_end(scenes: list, tmp_path: Path) -> None:
    trainer = trainer_of(quick(hold_out=["place_A"]), scenes)
    asked: list[Optional[int]] = []

    def stop() -> bool:
        asked.append(trainer.step)
        return len(asked) > 7  # six steps, and the first of two triplets

    rows: list[dict] = []
    assert not trainer.run(rows.append, tmp_path / "run.ckpt", stop)
    assert trainer.progress == 1 and not any("psnr" in row for row in rows)
    assert (tmp_path / "run.ckpt").is_file()
