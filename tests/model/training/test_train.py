"""The command `train`: what it writes, what it refuses, and how it is interrupted and resumed."""

from __future__ import annotations

import csv
import json
import math
import os
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from sar_cloud_removal.model.errors import BadOption, OutputError, TrainingInterrupted, UnusableDataset
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.training import train as training


def equal(first: dict, second: dict) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def run(data_folder: Path, output: Path, *options: str, config: str = "quick") -> dict:
    parser = ArgumentParser()
    training.add_arguments(parser)
    given = ["--config", config, "--data", str(data_folder), "--output", str(output), "--threads", "1", *options]
    return training.run(parser.parse_args(given))


def read_rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def when(condition: Callable[[], bool], then: Callable[[], None]) -> threading.Thread:
    """Do something in the background once `condition` holds."""

    def wait() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and not condition():
            time.sleep(0.01)
        then()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_the_command_writes_weights_that_describe_themselves(data_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "w.safetensors"
    network = tmp_path / "own.json"
    network.write_text('{"architecture": "dsen2cr", "width": 4, "blocks": 1}')
    options = ["--network", str(network), "--objective", "l1"]
    result = run(data_folder, output, "--steps", "5", "--seed", "7", "--hold-out", "place_A", *options)
    checkpoint = checkpoints.load(output)
    provenance = checkpoint.provenance
    assert checkpoint.tile == 32 and checkpoint.config["architecture"] == "dsen2cr"
    assert provenance["held_out_places"] == ["place_A"] and "place_A" not in provenance["places"]
    assert set(provenance["held_out_scores"]) == {"00316", "00581"} == set(result["scores"])
    assert provenance["training"]["seed"] == 7 and provenance["steps"] == 5
    assert provenance["training"]["objective"] == "l1"
    assert provenance["command"].startswith("sar-cloud-removal train --config quick --network own.json --hold-out")
    assert str(tmp_path) not in json.dumps(provenance), "weights do not tell where they were made"
    optical, sar = torch.rand(1, 13, 20, 20), torch.rand(1, 2, 20, 20)
    assert checkpoint.network(optical, sar).shape == (1, 13, 20, 20)


def test_the_papers_protocol_runs_on_sen12mscr_in_its_official_layout(sen12mscr_tree: Path, tmp_path: Path) -> None:
    """On 40 spring regions in miniature, one patch each, and one epoch of the ten: 36 triplets, four a step."""
    (tmp_path / "own.json").write_text('{"architecture": "dsen2cr", "width": 4, "blocks": 1}')
    output = tmp_path / "w.safetensors"
    result = run(sen12mscr_tree, output, "--epochs", "1", "--network", str(tmp_path / "own.json"), config="paper")
    assert result["steps"] == 9 and len(result["scores"]) == 2
    provenance = checkpoints.load(output).provenance
    assert provenance["data"] == {"layout": "SEN12MS-CR", "split": "paper"} and provenance["tile"] == 256
    assert len(provenance["places"]) == 36 and len(provenance["held_out_places"]) == 2
    assert all(place.startswith("spring_") for place in provenance["places"] + provenance["held_out_places"])
    settings = provenance["training"]
    assert (settings["lr"], settings["optimizer"], settings["stages"][0]["batch"]) == (1e-3, "adam", 4)


def test_a_run_leaves_its_course_curves_and_pictures(data_folder: Path, tmp_path: Path) -> None:
    run(data_folder, tmp_path / "w.safetensors", "--steps", "5", "--hold-out", "place_A")
    rows = read_rows(tmp_path / "w.csv")
    assert rows[0]["step"] == "5" and float(rows[0]["loss"]) == float(rows[0]["charbonnier"]) > 0
    assert math.isfinite(float(rows[-1]["psnr"]))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["w.ckpt", "w.csv", "w.curves.png", "w.safetensors", "w.samples"]
    assert [path.name for path in (tmp_path / "w.samples").iterdir()] == ["step_000005.jpg"]


def test_the_same_seed_gives_the_same_weights(data_folder: Path, tmp_path: Path) -> None:
    networks = []
    for name in ("a", "b"):
        run(data_folder, tmp_path / f"{name}.safetensors", "--steps", "3", "--seed", "1")
        networks.append(checkpoints.load(tmp_path / f"{name}.safetensors").network.state_dict())
    assert equal(networks[0], networks[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_with_a_checkpoint_from_which_it_goes_on(
    data_folder: Path, tmp_path: Path, number: int
) -> None:
    output, log = tmp_path / "w.safetensors", tmp_path / "w.csv"
    before = signal.getsignal(number)
    thread = when(lambda: log.is_file() and len(read_rows(log)) > 0, lambda: os.kill(os.getpid(), number))
    with pytest.raises(TrainingInterrupted, match=r"--resume .*w\.ckpt") as caught:
        run(data_folder, output, "--steps", "100000")
    thread.join()
    assert signal.getsignal(number) is before
    assert caught.value.exit_code == 130 and caught.value.values["steps"] >= 5
    assert not output.exists() and (tmp_path / "w.ckpt").is_file()
    steps = int(caught.value.values["steps"]) + 3
    result = run(data_folder, output, "--steps", str(steps), "--resume", str(tmp_path / "w.ckpt"))
    assert result["steps"] == steps and output.is_file()


def test_the_log_of_a_resumed_run_goes_on_where_its_checkpoint_was(data_folder: Path, tmp_path: Path) -> None:
    output, log = tmp_path / "w.safetensors", tmp_path / "w.csv"
    run(data_folder, output, "--steps", "10")
    with log.open("a", encoding="utf-8") as file:
        file.write("15,1.0,0.75,0.1,0.5\n")  # of a run that was killed after its last checkpoint
    run(data_folder, output, "--steps", "20", "--resume", str(tmp_path / "w.ckpt"))
    assert [row["step"] for row in read_rows(log)] == ["5", "10", "15", "20"]
    assert read_rows(log)[2]["loss"] != "0.5"


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (["--hold-out", "Atlantis"], "Atlantis"),
        (["--split", "paper"], "split"),
        (["--network", "eniac"], "eniac"),
        (["--objective", "glory"], "glory"),
        (["--resume", "nowhere.ckpt"], "nowhere.ckpt"),
        (["--epochs", "0", "--steps", "0"], "epochs"),
    ],
)
def test_an_option_that_does_not_work_is_refused_before_any_work(
    data_folder: Path, tmp_path: Path, options: list[str], match: str
) -> None:
    with pytest.raises(BadOption, match=match):
        run(data_folder, tmp_path / "w.safetensors", *options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["nowhere/w.safetensors", "w.pt", "folder.safetensors"])
def test_an_output_that_cannot_be_written_is_refused(data_folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.safetensors").mkdir()
    with pytest.raises(OutputError, match=name.rpartition("/")[2]):
        run(data_folder, tmp_path / name)


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataset, match="none"):
        run(tmp_path / "none", tmp_path / "w.safetensors")


def test_as_a_module_it_says_what_is_wrong_and_ends_with_a_code(
    data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["train", "--config", "none", "--data", str(data_folder), "--output", str(tmp_path / "w.safetensors")]
    monkeypatch.setattr("sys.argv", arguments)
    assert training.main() == 3
    assert "«none»" in capsys.readouterr().err
