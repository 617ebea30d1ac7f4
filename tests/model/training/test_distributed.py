"""Several processes train as one would: on the CPU, as the launcher starts them."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
import torch

from sar_cloud_removal.model.errors import BadOption
from sar_cloud_removal.model.networks import build, checkpoints
from sar_cloud_removal.model.training import train as training
from sar_cloud_removal.model.training.config import load_config
from sar_cloud_removal.model.training.distributed import Ranks, launched


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A run in epochs with a last batch that is shorter, in two stages, with an adversary and without dropout."""
    network = {
        "architecture": "spa_gan",
        "width": 4,
        "head_blocks": 1,
        "stages": 1,
        "stage_blocks": 1,
        "tail_blocks": 1,
    }
    values = {"network": network, "steps": 0, "epochs": 2, "optimizer": "adam", "lr": 1e-3, "log_steps": 1}
    stages = [{"until": 0.5, "crop": 16, "batch": 3}, {"until": 1.0, "crop": 32, "batch": 3}]
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**values, "stages": stages, "ema": 0.5, "clip": 0.1}))
    return path


def test_each_sample_belongs_to_a_process_and_what_fills_up_is_dropped() -> None:
    parts = [Ranks(rank, 3).part(7) for rank in range(3)]
    assert parts == [[0, 1, 2], [3, 4, 5], [6, 6, 6]]
    assert [index for part in parts for index in part][:7] == list(range(7))
    assert Ranks().part(2) == [0, 1]


def as_rank(rank: int, port: int, arguments: list[str]) -> None:
    """Be one of the two processes that `torchrun` starts, with the variables that it sets."""
    variables = {"WORLD_SIZE": 2, "RANK": rank, "LOCAL_RANK": rank, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    os.environ.update({name: str(value) for name, value in variables.items()})
    sys.argv = ["train", *arguments]
    sys.exit(training.main())


def start_two(arguments: list[str]) -> list:
    """Start two processes that train together."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=as_rank, args=(rank, port, arguments)) for rank in range(2)]
    for process in processes:
        process.start()
    return processes


def exit_codes(processes: list) -> list[int]:
    for process in processes:
        process.join(300)
    return [process.exitcode for process in processes]


def rows_of(output: Path) -> list[dict]:
    with output.with_suffix(".csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def flat(state: dict) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in state.values() if tensor.is_floating_point()])


def test_two_processes_train_what_one_would(
    settings: Path, data_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    alone, together = tmp_path / "alone.safetensors", tmp_path / "together.safetensors"
    config = load_config(settings, threads=1)
    training.train(config, data_folder, alone, None, lambda line: None)
    arguments = ["--config", str(settings), "--data", str(data_folder), "--output", str(together), "--threads", "1"]
    assert exit_codes(start_two(arguments)) == [0, 0]
    assert json.loads(capfd.readouterr().out)["output"] == str(together), "only the first process speaks"
    first, second = (checkpoints.load(path) for path in (alone, together))
    assert (first.provenance["processes"], second.provenance["processes"]) == (1, 2)
    torch.manual_seed(config.seed)
    start, one, two = (flat(each.state_dict()) for each in (build(config.network), first.network, second.network))
    assert (one - two).abs().mean() < 0.01 * (one - start).abs().mean()
    rows = [rows_of(alone), rows_of(together)]
    assert [len(each) for each in rows] == [2, 2]
    for of_one, of_two in zip(*rows):
        for column in ("loss", "gradient", "adversary", "l1", "attention"):
            assert float(of_one[column]) == pytest.approx(float(of_two[column]), rel=1e-4), column


def test_what_one_process_refuses_all_refuse(settings: Path, data_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "w.safetensors"
    arguments = ["--config", str(settings), "--data", str(data_folder), "--output", str(output), "--device", "cuda:0"]
    assert exit_codes(start_two(arguments)) == [3, 3]
    without_data = [*arguments[:2], "--data", str(tmp_path / "none"), *arguments[4:6]]
    assert exit_codes(start_two(without_data)) == [3, 3]


def test_a_signal_to_one_process_ends_all_with_a_checkpoint(settings: Path, data_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "w.safetensors"
    arguments = ["--config", str(settings), "--data", str(data_folder), "--output", str(output), "--threads", "1"]
    processes = start_two([*arguments, "--epochs", "100000"])
    end = time.monotonic() + 300
    while time.monotonic() < end and not (output.with_suffix(".csv").is_file() and rows_of(output)):
        time.sleep(0.05)
    os.kill(processes[1].pid, signal.SIGTERM)
    assert exit_codes(processes) == [130, 130]
    assert output.with_suffix(".ckpt").is_file() and not output.exists()


def test_the_launchers_variables_say_who_is_who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert launched() == Ranks(0, 1, 0)
    for name, value in (("WORLD_SIZE", "4"), ("RANK", "3"), ("LOCAL_RANK", "1")):
        monkeypatch.setenv(name, value)
    assert launched() == Ranks(3, 4, 1)
    assert not launched().first


def test_several_processes_cannot_share_one_gpu() -> None:
    with pytest.raises(BadOption, match="cuda:0"):
        Ranks(1, 2, 1).device("cuda:0")
    assert Ranks(1, 2, 1).device("cpu") == "cpu"
