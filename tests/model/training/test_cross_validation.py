"""Folds, runs that are kept, and the table of a comparison."""

from __future__ import annotations

import csv
import json
import math
import shutil
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Callable

import numpy as np
import pytest
import torch

from sar_cloud_removal.model import metrics
from sar_cloud_removal.model.errors import BadOption, BadWeights, Cancelled, TrainingFailed, UnreadableInput
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.requests import Log
from sar_cloud_removal.model.training import cross_validation
from sar_cloud_removal.model.training.comparison import Result, comparison_markdown, lead_of, summarise
from sar_cloud_removal.model.training.config import PRESETS
from sar_cloud_removal.model.training.cross_validation import (
    RADAR_COLOUR,
    CrossValidation,
    Run,
    System,
    assign_folds,
    cross_validate,
    read_systems,
    write_tables,
)
from sar_cloud_removal.model.training.datasets import Scene
from sar_cloud_removal.model.training.evaluation import CLOUDY_INPUT, MEAN_COLOUR, JudgedModel

ROOT = Path(cross_validation.__file__).resolve().parents[2]


# Folds and systems --------------------------------------------------------------------------------------------------


def test_folds_are_disjoint_balanced_and_follow_the_seed() -> None:
    counts = {"A": 3, "B": 1, "C": 1, "D": 1, "E": 1, "F": 2, "G": 1, "H": 1}
    folds = assign_folds(counts, 3)
    assert sorted(place for fold in folds for place in fold) == sorted(counts)
    assert sorted(sum(counts[place] for place in fold) for fold in folds) == [3, 4, 4]
    assert folds == assign_folds(dict(reversed(counts.items())), 3)
    assert any(folds != assign_folds(counts, 3, seed) for seed in (1, 2, 3))


@pytest.mark.parametrize("folds", [0, 1, 3])
def test_there_are_two_folds_at_least_and_a_place_in_each(folds: int) -> None:
    with pytest.raises(BadOption, match="folds"):
        assign_folds({"A": 3, "B": 1}, folds)


def test_the_systems_of_the_comparison_can_all_be_trained() -> None:
    systems, folder = read_systems(str(ROOT / "benchmarks" / "systems.json"))
    settings = {system.name: system.settings(folder) for system in systems}
    assert systems[0].name == "ours"
    switches = {
        name: (settings[name]["network"].get("sg_bafm", True), settings[name]["network"].get("dfin", True))
        for name in ("ours", "base", "base_sg_bafm", "base_dfin")
    }
    assert switches == {
        "ours": (True, True),
        "base": (False, False),
        "base_sg_bafm": (True, False),
        "base_dfin": (False, True),
    }
    assert settings["base"]["network"]["base_width"] == settings["ours"]["network"]["base_width"]
    compared = {"mcgan", "spa_gan", "dsen2cr", "uncrtaints", "glf_cr"}
    assert compared | {f"{name}_narrow" for name in compared} <= set(settings)
    assert all(settings[f"{name}_narrow"]["network"]["architecture"] == name for name in compared)
    # At the others' rate it diverges.
    assert settings["glf_cr"]["lr"] == 1e-4 and settings["mcgan"]["lr"] == 1e-3


def test_systems_are_a_file_or_names_of_presets(tmp_path: Path) -> None:
    assert [system.config for system in read_systems("quick,paper")[0]] == ["quick", "paper"]
    file = tmp_path / "systems.json"
    file.write_text(json.dumps([{"name": "a", "config": "mine.json"}, {"name": "b", "config": "quick"}]))
    (tmp_path / "mine.json").write_text(json.dumps({"steps": 7}))
    systems, folder = read_systems(str(file))
    assert [system.settings(folder)["steps"] for system in systems] == [7, 20]
    for given in ("quick,quick", "../x", ""):
        with pytest.raises(BadOption, match="systems"):
            read_systems(given)
    file.write_text(json.dumps([{"name": "a", "colour": "red"}]))
    with pytest.raises(BadOption, match="colour"):
        read_systems(str(file))
    with pytest.raises(BadOption, match="architecture"):
        System("x", "quick", network={"architecture": "nonsense"}).settings(tmp_path)


# A whole run --------------------------------------------------------------------------------------------------------


def options(data: Path, output: Path, *names: str, **changes: object) -> CrossValidation:
    systems = tuple(System(name, "quick", f"the {name}") for name in names or ("ours",))
    return CrossValidation(data, output, systems, **{"folds": 2, "minutes": 0.01, "jobs": 2, **changes})


def go(given: CrossValidation, cancelled: Callable[[], bool] = lambda: False) -> tuple[dict, list[str]]:
    events: list = []
    values = cross_validate(given, events.append, cancelled)
    return values, [event.message for event in events if isinstance(event, Log)]


@pytest.fixture(scope="module")
def finished(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("validation")
    return folder, go(options(data_folder, folder))[0]


def results_of(folder: Path) -> list[dict]:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def drop_lines(folder: Path, fold: int) -> None:
    """Forget what the systems scored in a fold."""
    lines = (folder / "results.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"ours,{fold},")]
    assert len(kept) < len(lines)
    (folder / "results.csv").write_text("".join(kept), encoding="utf-8")


def test_every_place_is_scored_by_weights_that_have_not_seen_it(
    finished: tuple[Path, dict], named: Callable[..., Scene]
) -> None:
    folder, values = finished
    rows = [row for row in results_of(folder) if row["system"] == "ours"]
    assert sorted(row["scene"] for row in rows) == ["00316", "00581", "ROIs1970_fall_139_p839"]
    for row in rows:
        weights = checkpoints.load(folder / "runs" / "ours" / f"fold{row['fold']}.safetensors")
        assert row["place"] not in weights.provenance["places"]
        assert (int(row["steps"]), float(row["seconds"])) == (
            weights.provenance["steps"],
            weights.provenance["seconds"],
        )
        scene = named(row["scene"])
        image = JudgedModel("x", weights, "cpu").reconstruct(scene)
        assert float(row["psnr"]) == pytest.approx(metrics.score(image, scene.clear)["psnr"], abs=1e-3)
    mean = np.mean([float(row["psnr"]) for row in rows])
    assert values["summaries"][0]["psnr"] == pytest.approx(mean, abs=1e-3)


def test_references_stand_beside_it(finished: tuple[Path, dict], named: Callable[..., Scene]) -> None:
    rows = {(row["system"], row["scene"]): row for row in results_of(finished[0])}
    scene, other = named("00316"), named("ROIs1970_fall_139_p839")
    assert float(rows[CLOUDY_INPUT, "00316"]["psnr"]) == pytest.approx(
        metrics.score(scene.cloudy, scene.clear)["psnr"], abs=1e-3
    )
    colour = np.broadcast_to(other.clear.mean(axis=(1, 2))[:, None, None], scene.clear.shape)
    expected = metrics.score(colour, scene.clear)["psnr"]
    assert float(rows[MEAN_COLOUR, "00316"]["psnr"]) == pytest.approx(expected, abs=1e-3)
    # Ours has the same colour by the radar in its weights: that of the places that it was trained on.
    by_radar = checkpoints.load(finished[0] / "runs" / "ours" / f"fold{rows['ours', '00316']['fold']}.safetensors")
    image = by_radar.network.expected(torch.from_numpy(scene.sar)[None])[0].numpy()
    expected = metrics.score(image, scene.clear)["psnr"]
    assert float(rows[RADAR_COLOUR, "00316"]["psnr"]) == pytest.approx(expected, abs=1e-3)
    assert "| the ours |" in finished[1]["markdown"] and "0.01 minutes on 1 thread" in finished[1]["markdown"]


def test_the_papers_network_is_a_system_like_another(data_folder: Path, tmp_path: Path) -> None:
    """The preset `paper`, but for its size: its own split is of another data set, and its network expects no colour."""
    preset = json.loads((PRESETS / "paper.json").read_text(encoding="utf-8"))
    assert preset["split"] == "paper"
    changes = {"stages": [{"until": 1.0, "crop": 32, "batch": 2}], "log_steps": 1}
    (tmp_path / "small.json").write_text(json.dumps({**preset, **changes}), encoding="utf-8")
    sizes = {"base_width": 8, "directed_width": 8, "base_blocks": 1, "directed_blocks": 1, "token_width": 16}
    systems = (System("ours", "quick"), System("paper", str(tmp_path / "small.json"), network=sizes))
    given = options(data_folder, tmp_path / "out")
    values, said = go(replace(given, systems=systems))
    assert not [line for line in said if "failed" in line]
    papers = [row for row in results_of(tmp_path / "out") if row["system"] == "paper"]
    assert {row["scene"] for row in papers} == {row["scene"] for row in results_of(tmp_path / "out")}
    assert all(int(row["steps"]) > 0 and math.isfinite(float(row["psnr"])) for row in papers)
    network = checkpoints.load(tmp_path / "out" / "runs" / "paper" / "fold1.safetensors").network
    assert (network.config.residual, network.config.attention) == ("none", "dot") and not network.has_opacity
    assert {each["system"] for each in values["summaries"]} >= {"ours", "paper"}


def test_what_is_done_is_kept_and_what_is_half_done_goes_on(finished: tuple[Path, dict], data_folder: Path) -> None:
    folder, values = finished
    first, second = (folder / "runs" / "ours" / f"fold{fold}.safetensors" for fold in (1, 2))
    before = first.stat().st_mtime_ns
    weights = checkpoints.load(second)
    second.unlink()
    go(options(data_folder, folder))
    assert not second.exists(), "its lines are there"
    drop_lines(folder, fold=2)
    again, _ = go(options(data_folder, folder))
    assert first.stat().st_mtime_ns == before
    resumed = checkpoints.load(second)
    assert resumed.provenance["steps"] == weights.provenance["steps"], "from the checkpoint of its last step"
    expected = weights.network.state_dict()
    assert all(tensor.equal(expected[name]) for name, tensor in resumed.network.state_dict().items())
    assert again["summaries"][0]["psnr"] == values["summaries"][0]["psnr"]
    assert len({(row["system"], row["scene"]) for row in results_of(folder)}) == len(results_of(folder))
    log = second.with_suffix(".log").stat().st_size
    assert go(options(data_folder, folder))[0]["markdown"] == again["markdown"]
    assert second.with_suffix(".log").stat().st_size == log, "nothing is left to run"


def test_tables_alone_are_made_anew_from_the_raw_lines(finished: tuple[Path, dict]) -> None:
    folder = finished[0]
    table = (folder / "table.md").read_text(encoding="utf-8")
    (folder / "table.md").unlink()
    parser = ArgumentParser()
    cross_validation.add_arguments(parser)
    args = parser.parse_args(["--output", str(folder), "--table-only"])
    assert cross_validation.run(args, print, lambda: False)["markdown"] == table
    assert (folder / "table.md").read_text(encoding="utf-8") == table
    with pytest.raises(UnreadableInput, match=r"plan\.json"):
        write_tables(folder / "runs")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"minutes": 5.0}, "minutes"),
        ({"folds": 2, "assignment": (("place_A", "fall_139"),)}, "folds"),
        ({"systems": (System("ours", "quick", network={"base_width": 16}),)}, "network"),
    ],
)
def test_a_folder_of_other_runs_is_refused(
    finished: tuple[Path, dict], data_folder: Path, changes: dict, words: str
) -> None:
    before = (finished[0] / "plan.json").read_bytes()
    with pytest.raises(BadOption, match=f"«{words}».*choose another folder"):
        go(replace(options(data_folder, finished[0]), **changes))
    assert (finished[0] / "plan.json").read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"places": ("Atlantis",)}, "places"),
        ({"only": ("theirs",)}, "only"),
        ({"assignment": (("place_A",),)}, "assignment"),
        ({"folds": 5}, "folds"),
    ],
)
def test_folds_that_do_not_work_are_refused_before_work_starts(
    data_folder: Path, tmp_path: Path, changes: dict, words: str
) -> None:
    with pytest.raises(BadOption, match=words):
        go(replace(options(data_folder, tmp_path / "out"), **changes))
    assert list(tmp_path.iterdir()) == []


def test_weights_that_saw_a_held_out_place_are_not_scored(
    finished: tuple[Path, dict], data_folder: Path, named: Callable[..., Scene]
) -> None:
    given = options(data_folder, finished[0])
    run = Run("ours", 1, ("place_A",), finished[0] / "runs" / "ours")
    places = checkpoints.load(run.weights).provenance["places"]
    seen = named("00316" if "place_A" in places else "ROIs1970_fall_139_p839")
    with pytest.raises(BadWeights, match="fold 1 holds out"):
        cross_validation._score_run(given, run, [seen])


def test_the_plan_is_that_of_what_is_run_or_has_lines(finished: tuple[Path, dict], data_folder: Path) -> None:
    values, _ = go(options(data_folder, finished[0], "ours", "other", only=("ours",)))
    assert values["summaries"] == finished[1]["summaries"]
    assert list(plan_of(finished[0])["systems"]) == ["ours"]
    assert sorted(path.name for path in (finished[0] / "runs").iterdir()) == ["ours"]


def plan_of(folder: Path) -> dict:
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def checkout(folder: Path, to: Path) -> Path:
    """Return a copy of a finished folder without its runs, as results are handed on."""
    return shutil.copytree(folder, to / "checkout", ignore=shutil.ignore_patterns("runs"))


def planned(folder: Path, given: CrossValidation, **changes: object) -> dict:
    """Return the plan of a call for a folder with lines, all of whose places are there; nothing is run."""
    places = {(row["place"], row["scene"]) for row in results_of(folder)}
    triplets = [SimpleNamespace(place=place) for place, _ in sorted(places)]
    return cross_validation._make_plan(replace(given, output=folder, **changes), triplets)


WIDE = System("ours", "quick", "the ours", network={"base_width": 16})


def test_lines_stand_for_the_settings_of_their_plan_with_runs_or_without(
    finished: tuple[Path, dict], data_folder: Path, tmp_path: Path
) -> None:
    folder = checkout(finished[0], tmp_path)
    before = (folder / "plan.json").read_bytes()
    for only in ((), ("other",)):
        given = options(data_folder, folder, "ours", "other", only=only)
        wide = replace(given, systems=(WIDE, given.systems[1]))
        with pytest.raises(BadOption, match="«network».*lines and runs of ours.*choose another folder"):
            go(wide)
        assert (folder / "plan.json").read_bytes() == before and not (folder / "runs").exists()
    assert list(planned(folder, given)["systems"]) == ["ours", "other"]
    assert list(planned(folder, options(data_folder, folder, "third"))["systems"]) == ["ours", "third"]


def test_settings_that_the_cross_validation_replaces_do_not_matter(
    finished: tuple[Path, dict], data_folder: Path, tmp_path: Path
) -> None:
    folder = checkout(finished[0], tmp_path)
    preset = json.loads((PRESETS / "quick.json").read_text(encoding="utf-8"))
    for name, changes in {"same": {"steps": 7, "minutes": 3, "seed": 5}, "other": {"ema": 0.5}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({**preset, **changes}))
    given = options(data_folder, folder)
    planned(folder, given, systems=(System("ours", str(tmp_path / "same.json"), "a new label"),))
    assert plan_of(folder)["systems"]["ours"]["label"] == "a new label"
    with pytest.raises(BadOption, match=r"«ema».*0\.999"):
        planned(folder, given, systems=(System("ours", str(tmp_path / "other.json")),))


def test_the_plan_of_a_system_without_lines_is_free_to_change(
    finished: tuple[Path, dict], data_folder: Path, tmp_path: Path
) -> None:
    folder = checkout(finished[0], tmp_path)
    for fold in (1, 2):
        drop_lines(folder, fold)
    plan = planned(folder, options(data_folder, folder), systems=(WIDE,))
    assert plan["systems"]["ours"]["settings"]["network"]["base_width"] == 16
    (folder / "runs" / "ours").mkdir(parents=True)
    (folder / "runs" / "ours" / "fold1.ckpt").touch()
    with pytest.raises(BadOption, match="lines and runs of ours"):
        planned(folder, options(data_folder, folder))


def test_lines_that_no_plan_tells_of_are_refused(
    finished: tuple[Path, dict], data_folder: Path, tmp_path: Path
) -> None:
    folder = checkout(finished[0], tmp_path)
    plan = plan_of(folder)
    (folder / "plan.json").unlink()
    with pytest.raises(UnreadableInput, match=r"plan\.json"):
        planned(folder, options(data_folder, folder))
    (folder / "plan.json").write_text(json.dumps({**plan, "systems": {}}), encoding="utf-8")
    with pytest.raises(BadOption, match="lines of it .* no plan"):
        planned(folder, options(data_folder, folder))


def test_a_fold_does_not_choose_its_own_weights(data_folder: Path, tmp_path: Path) -> None:
    preset = json.loads((PRESETS / "quick.json").read_text(encoding="utf-8"))
    (tmp_path / "best.json").write_text(json.dumps({**preset, "keep": "best"}))
    best = System("best", str(tmp_path / "best.json"))
    given = options(data_folder, tmp_path / "out", "ours")
    with pytest.raises(BadOption, match="«keep».*«best».*best would choose its weights .* very fold"):
        go(replace(given, systems=(*given.systems, best)))
    assert not (tmp_path / "out").exists()
    others = replace(given, systems=(*given.systems, best), only=("ours",))
    plan = cross_validation._make_plan(others, [SimpleNamespace(place=place) for place in "ab"])
    assert list(plan["systems"]) == ["ours"]


STORED = {
    "cross_validation_20": {
        "minutes": 20.0,
        "clock": "cpu",
        "only": "ours,base,base_sg_bafm,base_dfin,mcgan_narrow,spa_gan_narrow,dsen2cr_narrow,"
        "uncrtaints_narrow,glf_cr_narrow,glf_cr",
    },
    "cross_validation_gpu": {
        "minutes": 7.0,
        "device": "cuda:0",
        "only": "ours,mcgan,spa_gan,dsen2cr,uncrtaints,glf_cr",
    },
}


@pytest.mark.parametrize("name", STORED)
def test_the_stored_results_are_of_what_their_commands_say(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "benchmarks" / "results" / name, tmp_path / name)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    write_tables(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    systems, beside = read_systems(str(ROOT / "benchmarks" / "systems.json"))
    changes = {**STORED[name], "only": tuple(word for word in STORED[name].get("only", "").split(",") if word)}
    plan = planned(folder, CrossValidation(Path(), folder, systems, beside, folds=3, **changes))
    write_tables(folder)
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert {file for file in before if after[file] != before[file]} <= {"plan.json"}
    assert set(plan["systems"]) == set(changes["only"] or (system.name for system in systems))


def with_one_fold_done(finished: tuple[Path, dict], folder: Path) -> Path:
    runs = folder / "runs" / "ours"
    runs.mkdir(parents=True)
    shutil.copy(finished[0] / "runs" / "ours" / "fold2.safetensors", runs)
    return runs


def test_a_run_that_fails_is_named_when_the_others_are_done(
    finished: tuple[Path, dict], data_folder: Path, tmp_path: Path
) -> None:
    runs = with_one_fold_done(finished, tmp_path)
    (runs / "fold1.ckpt").write_bytes(b"nothing")
    with pytest.raises(TrainingFailed, match=r"ours in fold 1 failed.*resume.*fold1\.log"):
        go(options(data_folder, tmp_path))
    assert {row["fold"] for row in results_of(tmp_path) if row["system"] == "ours"} == {"2"}


def test_cancelling_lets_a_run_save_its_checkpoint(
    finished: tuple[Path, dict], data_folder: Path, tmp_path: Path
) -> None:
    runs = with_one_fold_done(finished, tmp_path)
    started = time.monotonic()

    def cancelled() -> bool:
        begun = "step 5 " in (runs / "fold1.log").read_text(encoding="utf-8")
        return begun or time.monotonic() - started > 120

    with pytest.raises(Cancelled):
        go(options(data_folder, tmp_path, minutes=2.0), cancelled)
    assert (runs / "fold1.ckpt").is_file() and not (runs / "fold1.safetensors").is_file()
    assert not any(row["system"] == "ours" and row["fold"] == "1" for row in results_of(tmp_path))


# The table ----------------------------------------------------------------------------------------------------------


def result(system: str, place: str, psnr: float, scene: str = "", **changes: object) -> Result:
    base = Result(system, 1, place, scene or place, 1000, 10, 60.0, psnr, 80.0, 3.0, 5.0)
    return replace(base, **changes)


def test_the_lead_is_over_common_patches_and_its_interval_over_places() -> None:
    ours = [result("ours", "a", 30.0), result("ours", "b", 32.0), result("ours", "c", 99.0)]
    other = [result("x", "a", 29.0), result("x", "b", 29.0)]
    lead = lead_of(ours, other, "psnr")
    assert lead.difference == pytest.approx(2.0)
    assert (lead.low, lead.high) == pytest.approx((1.0, 3.0)), "two places: only a, only b, or both"
    same = lead_of(ours, [replace(each, psnr=each.psnr - 1) for each in ours], "psnr")
    assert (same.difference, same.low, same.high) == pytest.approx((1.0, 1.0, 1.0))


def test_patches_of_one_place_are_drawn_together() -> None:
    ours = [result("ours", "a", 30.0, str(index)) for index in range(9)] + [result("ours", "b", 30.0)]
    other = [replace(each, psnr=30.0 - (each.place == "b")) for each in ours]
    lead = lead_of(ours, other, "psnr")
    assert lead.difference == pytest.approx(0.1)
    assert (lead.low, lead.high) == pytest.approx((0.0, 1.0))


def test_a_single_place_has_no_interval_and_no_common_patch_no_lead() -> None:
    assert math.isnan(lead_of([result("ours", "a", 30.0)], [result("x", "a", 29.0)], "psnr").low)
    assert math.isnan(lead_of([result("ours", "a", 30.0)], [result("x", "b", 29.0)], "psnr").difference)


def test_the_table_of_a_comparison() -> None:
    found = [result("x", "a", 29.0), result("ours", "a", 30.0, parameters=2_500_000, steps=11), result("ours", "b", 31)]
    found += [result(CLOUDY_INPUT, "a", 10.0, parameters=0, steps=0), result("x", "b", 29.5, sam=4.5)]
    summaries = summarise(found, {"ours": "our network", "x": "X", "never": "not run"}, "ours")
    assert [each.system for each in summaries] == ["ours", "x", CLOUDY_INPUT]
    assert (summaries[0].lead_psnr, summaries[1].lead_psnr) == pytest.approx((0.0, 1.25))
    assert summaries[1].lead_sam == pytest.approx(0.25)
    text = comparison_markdown(found, summaries, "ours", ["The end."])
    assert "| our network | 2.50 M | 10 | 2 | 30.50 | 80.0 | 3.00 | 5.00 |" in text
    assert f"| {CLOUDY_INPUT} |  |  | 1 | 10.00 |" in text
    assert "## our network minus the others" in text
    assert "| X | +1.25 [+1.00, +1.50] | +0.0 [+0.0, +0.0] | +0.00 [+0.00, +0.00] | +0.25 [" in text
    assert "| X | 29.00 | 29.50 |" in text and text.endswith("The end.\n")
