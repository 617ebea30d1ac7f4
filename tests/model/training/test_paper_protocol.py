"""The paper's protocol, section III.A, from the command line and on SEN12MS-CR in miniature: train, then evaluate."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from sar_cloud_removal.model import cli
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.training.catalogue import open_dataset, places
from sar_cloud_removal.model.training.config import PRESETS

TINY = {"base_width": 8, "directed_width": 8, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 2}
NETWORK = {"architecture": "multistage_fusion", **TINY}


def run(capsys: pytest.CaptureFixture, *arguments: object) -> dict:
    assert cli.main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_papers_protocol_runs_from_data_to_scores(
    sen12mscr_tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    preset = json.loads((PRESETS / "paper.json").read_text(encoding="utf-8"))
    assert (preset["optimizer"], preset["lr"], preset["decay"], preset["epochs"]) == ("adam", 0.001, 0.8, 10)
    assert (preset["split"], preset["stages"]) == ("paper", [{"until": 1.0, "crop": 256, "batch": 4}])
    small = {**preset, "stages": [{"until": 1.0, "crop": 32, "batch": 4}], "log_steps": 9}
    (tmp_path / "small.json").write_text(json.dumps(small), encoding="utf-8")
    (tmp_path / "network.json").write_text(json.dumps(NETWORK), encoding="utf-8")
    weights = tmp_path / "paper.safetensors"
    files = ["--config", tmp_path / "small.json", "--network", tmp_path / "network.json", "--output", weights]
    result = run(capsys, "train", "--data", sen12mscr_tree, *files, "--threads", 1, "--device", "cpu")

    dataset = open_dataset(sen12mscr_tree, "paper")
    assert result["steps"] == 10 * 36 / 4
    assert sorted(result["scores"]) == sorted(scene.name for scene in dataset.validation)
    with (tmp_path / "paper.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["loss"]]
    rates, losses = ([float(row[name]) for row in rows] for name in ("lr", "loss"))
    assert np.allclose(rates, [0.001 * 0.8**epoch for epoch in range(10)]), "once an epoch, times 0.8"
    assert losses[-1] < 0.7 * losses[0]
    provenance = checkpoints.load(weights).provenance
    assert provenance["places"] == places(dataset.train)
    assert provenance["held_out_places"] == sorted(places(dataset.validation))

    options = ["--dataset", sen12mscr_tree, "--split", "paper", "--model", weights, "--output", tmp_path / "scores"]
    run(capsys, "evaluate", *options, "--device", "cpu")
    scored = (tmp_path / "scores").rglob("*.csv")
    text = "".join(path.read_text(encoding="utf-8") for path in scored)
    assert all(scene.name in text for scene in dataset.test)
    assert not any(scene.name in text for scene in dataset.train + dataset.validation)
