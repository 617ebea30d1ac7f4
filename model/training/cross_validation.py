"""Leave-places-out cross-validation: every system is trained on the same places with the same budget.

    sar-cloud-removal cross-validate --data DATA --systems systems.json --folds 3 --minutes 20 --output FOLDER

Places with triplets are dealt to folds. For each system and fold a network is trained, in a process of its own, on all
places but those of the fold, and then scored on the triplets of the fold. FOLDER holds the plan (`plan.json`), a raw
line for every system and scene (`results.csv`), tables (`table.csv`, `table.md`) and the runs (`runs/SYSTEM/`). Given
again, the command goes on where it ended: what has lines in `results.csv` is not run again, and half-done runs are
resumed. Lines stand for the settings in the plan: a system that has some is refused with other settings. To repeat a
run, delete its lines and its weights; a system of which neither is left may have other settings.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess  # nosec B404 - what is started is this package's own command, without a shell
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Union

import numpy as np
import torch

from .. import devices, networks
from ..bands import S2_BANDS
from ..errors import BadOption, BadWeights, Cancelled, TrainingFailed, UnreadableInput
from ..networks import checkpoints
from ..networks.radar_prior import RadarPrior
from ..requests import Event, Log, Progress
from .catalogue import open_dataset, places
from .comparison import Result, Summary, comparison_markdown, summarise
from .config import CLOCKS, config_from_dict, config_to_dict, load_config, read_network
from .datasets import AnyScene, Scene, is_triplet
from .evaluation import CLOUDY_INPUT, JudgedModel, MeanColours, classes_of, reference_images
from .sar_colour import fit_sar_colour
from .scoring import score_scene
from .tables import as_json, columns_of, make_folder, read_csv, write_csv, write_text

PLAN = "plan.json"
RESULTS = "results.csv"
RADAR_COLOUR = "colour by the radar alone"
CLOCK_WORDS = {"wall": "", "cpu": "of processor time "}
PATIENCE = 60.0  # seconds that a run has to save its checkpoint and end
LAST_WORDS = 300  # characters of a run's log that its failure is explained with
#: Settings of a training that the cross-validation replaces by its own, so that those of the config do not matter.
REPLACED = ("steps", "minutes", "clock", "seed", "threads", "device", "split", "hold_out")


@dataclass(frozen=True)
class System:
    """Something to train. `config` is what `train --config` takes.

    `network` stands in for that preset's: a preset network's name, a JSON file or a config; one without "architecture"
    changes single fields of the preset's. `objective` is that of `train`, "" the network's own. `lr` stands in for the
    config's learning rate, 0 leaves it.
    """

    name: str
    config: str
    label: str = ""
    network: Union[str, Mapping, None] = None
    objective: str = ""
    lr: float = 0.0

    def settings(self, folder: Path) -> dict:
        """Return the whole config of the training, as JSON. Files are sought in `folder` too. Raises `BadOption`."""
        config = config_to_dict(load_config(_beside(folder, self.config)))
        network = self.network
        if isinstance(network, Mapping) and "architecture" not in network:
            network = {**config["network"], **network}
        elif network is not None:
            network = dict(read_network(_beside(folder, network) if isinstance(network, str) else network))
        config.update(network=network or config["network"], objective=self.objective or config["objective"])
        config["lr"] = self.lr or config["lr"]
        return _spelled_out(config)


def _spelled_out(settings: Mapping) -> dict:
    """Return the config of a training with all fields, those of its network, too. Raises `BadOption`."""
    network = networks.config_to_dict(networks.config_from_dict(settings["network"]))
    return config_to_dict(config_from_dict({**settings, "network": network}))


def _beside(folder: Path, name: str) -> str:
    return str(folder / name) if (folder / name).is_file() else name


@dataclass(frozen=True)
class CrossValidation:
    """What to run. `minutes` and `threads` are those of each training, `jobs` how many of those run side by side.

    The first of the `systems` is the one that the others are compared with; `only` are the names of those to run now,
    if there are any. `places` limits the folds to some places; the others are always trained on. `assignment` is the
    folds themselves.
    """

    data: Path
    output: Path
    systems: tuple[System, ...]
    systems_folder: Path = Path()
    only: tuple[str, ...] = ()
    folds: int = 3
    minutes: float = 20.0
    clock: str = "wall"
    threads: int = 1
    seed: int = 0
    device: str = "cpu"
    jobs: int = 1
    places: tuple[str, ...] = ()
    assignment: Optional[tuple[tuple[str, ...], ...]] = None


@dataclass(frozen=True)
class Run:
    """One training: a system without the places of a fold, counted from 1."""

    system: str
    fold: int
    held_out: tuple[str, ...]
    folder: Path

    @property
    def weights(self) -> Path:
        return self.folder / f"fold{self.fold}.safetensors"

    @property
    def checkpoint(self) -> Path:
        return self.weights.with_suffix(".ckpt")

    @property
    def log(self) -> Path:
        return self.weights.with_suffix(".log")

    @property
    def done(self) -> bool:
        """Weights are written last, and all at once."""
        return self.weights.is_file()


# The plan -----------------------------------------------------------------------------------------------------------


def assign_folds(counts: Mapping[str, int], folds: int, seed: int = 0) -> list[list[str]]:
    """Return the places of each fold: the largest first, each to the fold with the fewest triplets so far.

    `counts` are the triplets of each place; places with as many come in an order drawn from `seed`. Raises `BadOption`.
    """
    if not 2 <= folds <= len(counts):
        raise BadOption(option="folds", value=folds, detail=f"choose from 2 to {len(counts)}, the number of places")
    order = sorted(counts)
    random.Random(seed).shuffle(order)  # noqa: S311 # nosec B311 - deals places to folds; no secret
    dealt: list[list[str]] = [[] for _ in range(folds)]
    for place in sorted(order, key=lambda place: -counts[place]):
        fold = min(dealt, key=lambda members: (sum(counts[member] for member in members), len(members)))
        fold.append(place)
    return [sorted(members) for members in dealt]


def read_systems(given: str) -> tuple[tuple[System, ...], Path]:
    """Return the systems of a JSON file (a list of objects with the fields of `System`) or of presets with commas.

    Also returns the folder that files in it are relative to. Raises `BadOption`.
    """
    path = Path(given)
    if path.is_file():
        try:
            systems = [System(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError) as error:
            raise BadOption(option="systems", value=given, detail=f"it is no list of systems ({error})") from error
    else:
        systems = [System(name, name) for name in given.split(",") if name]
    names = [system.name for system in systems]
    if (
        not names
        or len(set(names)) < len(names)
        or not all(name.replace("_", "").replace("-", "").isalnum() for name in names)
    ):
        detail = "names have to differ, and to be letters, digits, - and _, as they become folders"
        raise BadOption(option="systems", value=",".join(names), detail=detail)
    return tuple(systems), path.parent


def _make_plan(options: CrossValidation, triplets: Sequence[AnyScene]) -> dict:
    """Return the plan and write it: that of the systems to run now, and of those that have lines or runs already.

    Raises `BadOption` where it disagrees with that of earlier calls, or where a fold would choose its own weights.
    """
    systems = _systems(options)
    wanted = set(options.only or systems)
    _check_keeps({name: system for name, system in systems.items() if name in wanted})
    plan = {
        "folds": _folds(options, triplets),
        "minutes": options.minutes,
        "clock": options.clock,
        "threads": options.threads,
        "seed": options.seed,
        "device": options.device,
    }
    kept = _check_before(options, plan, systems)
    others = {name: system for name, system in kept.items() if name not in systems}
    plan["systems"] = {**others, **{name: system for name, system in systems.items() if name in wanted | kept.keys()}}
    make_folder(options.output)
    write_text(options.output / PLAN, json.dumps(plan, indent=1, ensure_ascii=False) + "\n")
    return plan


def _systems(options: CrossValidation) -> dict[str, dict]:
    """Return what the plan says of each system that is given. Raises `BadOption`."""
    names = [system.name for system in options.systems]
    if not set(options.only) <= set(names):
        raise BadOption(option="only", value=",".join(options.only), detail=f"there are {', '.join(names)}")
    return {
        system.name: {"label": system.label or system.name, "settings": system.settings(options.systems_folder)}
        for system in options.systems
    }


def _check_keeps(systems: Mapping[str, Mapping]) -> None:
    """Raise `BadOption` for a system whose weights are chosen by the scores of what is held out: here, the fold's."""
    for name, system in systems.items():
        if system["settings"]["keep"] == "best":
            detail = f"{name} would choose its weights by the very fold that it is tested on; keep its last weights"
            raise BadOption(option="keep", value="best", detail=detail)


def _check_before(options: CrossValidation, plan: Mapping, systems: Mapping[str, Mapping]) -> dict[str, dict]:
    """Return what an earlier plan says of the systems that have lines or runs.

    Raises `BadOption` where `plan` and `systems` disagree with it.
    """
    folder, scored = options.output, {result.system for result in _read_results(options.output)}
    before = _read_plan(folder) if (folder / PLAN).is_file() or scored else plan
    _check_same(before, plan, f"the runs in «{folder}»")
    known = before.get("systems", {})
    kept = {name: system for name, system in known.items() if name in scored or _is_begun(options, name)}
    for name in systems.keys() & kept.keys():
        earlier = _compared(_migrated(kept[name]["settings"]))
        now = _compared(systems[name]["settings"])
        _check_same(earlier, now, f"the lines and runs of {name} in «{folder}»")
    for name in systems.keys() & scored - kept.keys():
        detail = f"there are lines of it in «{folder}», and no plan that says how it was trained; choose another folder"
        raise BadOption(option="systems", value=name, detail=detail)
    return kept


def _check_same(before: Mapping, now: Mapping, whose: str) -> None:
    for name, value in now.items():
        if before.get(name, value) != value:
            raise BadOption(
                option=name, value=value, detail=f"{whose} have {before[name]}; choose another folder for these"
            )


def _compared(settings: Mapping) -> dict:
    """Return what a training depends on; what an older plan leaves out has its default.

    Raises `BadOption` for settings that there are no more.
    """
    return {name: value for name, value in _spelled_out(settings).items() if name not in REPLACED}


def _migrated(settings: Mapping) -> dict:
    """Return the settings of a plan in today's fields: those of earlier versions do not spell their network out."""
    return {**settings, "network": checkpoints.migrated(settings["network"])}


def _is_begun(options: CrossValidation, system: str) -> bool:
    """Tell whether weights or checkpoints of a system are there."""
    folder = _folder_of(options, system)
    return any(path for pattern in ("fold*.safetensors", "fold*.ckpt") for path in folder.glob(pattern))


def _folds(options: CrossValidation, triplets: Sequence[AnyScene]) -> list[list[str]]:
    counts: dict[str, int] = {}
    for scene in triplets:
        counts[scene.place] = counts.get(scene.place, 0) + 1
    unknown = sorted(set(options.places) - set(counts))
    if unknown:
        raise BadOption(option="places", value=",".join(options.places), detail=f"there are {', '.join(counts)}")
    if options.places:
        counts = {place: count for place, count in counts.items() if place in options.places}
    if options.assignment is None:
        return assign_folds(counts, options.folds, options.seed)
    given = [place for fold in options.assignment for place in fold]
    if sorted(given) != sorted(counts):
        detail = f"each of these places has to be in one fold: {', '.join(sorted(counts))}"
        raise BadOption(option="assignment", value=", ".join(given), detail=detail)
    return [sorted(fold) for fold in options.assignment]


def _read_plan(folder: Path) -> dict:
    file = folder / PLAN
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableInput(layer=file, detail=f"it is no plan of a cross-validation ({error})") from error


def _runs(options: CrossValidation, plan: Mapping) -> list[Run]:
    return [
        Run(system.name, fold, tuple(held_out), _folder_of(options, system.name))
        for system in options.systems
        for fold, held_out in enumerate(plan["folds"], 1)
        if not options.only or system.name in options.only
    ]


def _folder_of(options: CrossValidation, system: str) -> Path:
    return options.output / "runs" / system


# Training -----------------------------------------------------------------------------------------------------------


def _train(
    options: CrossValidation,
    runs: Sequence[Run],
    report: Callable[[Event], None],
    cancelled: Callable[[], bool],
    finished: Callable[[Run], None],
) -> list[Run]:
    """Carry out `runs`, `jobs` at a time, and return those that failed. Raises `Cancelled` when all have ended.

    `finished` is called with each run that went well, as soon as it has.
    """
    waiting, failed, count = list(runs), [], len(runs)
    running: dict[Run, subprocess.Popen] = {}
    try:
        while waiting or running:
            while waiting and len(running) < options.jobs:
                run = waiting.pop(0)
                running[run] = _start(options, run)
                report(Progress((count - len(waiting) - len(running)) / count, f"{run.system}, fold {run.fold}"))
            time.sleep(0.2)
            if cancelled():
                raise Cancelled()
            for run in [run for run, process in running.items() if process.poll() is not None]:
                if running.pop(run).returncode or not run.done:
                    failed.append(run)
                    words = f"The training of {run.system}, fold {run.fold}, failed: {_last_words(run)}"
                    report(Log(words, "warning"))
                else:
                    finished(run)
    finally:
        _end(list(running.values()))
    return failed


def _start(options: CrossValidation, run: Run) -> subprocess.Popen:
    command = [sys.executable, "-m", f"{__package__}.train"]
    command += ["--config", str(run.folder / "config.json"), "--data", str(options.data)]
    command += ["--output", str(run.weights), "--hold-out", ",".join(run.held_out), "--device", options.device]
    command += ["--split", ""]  # the folds are the division: a preset's own may not be of this data set
    command += [
        "--minutes",
        str(options.minutes),
        "--clock",
        options.clock,
        "--threads",
        str(options.threads),
        "--seed",
        str(options.seed),
    ]
    if run.checkpoint.is_file():
        command += ["--resume", str(run.checkpoint)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    with run.log.open("ab") as log:
        # In a session of its own, so that Ctrl-C reaches it once, from here.
        return subprocess.Popen(  # nosec B603 - a list of arguments, no shell
            command, stdout=log, stderr=log, env=environment, start_new_session=True
        )


def _end(processes: Sequence[subprocess.Popen]) -> None:
    """Ask for an end, with which a run saves its checkpoint, and insist after a while."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _last_words(run: Run) -> str:
    """Return the error that a run ended with: what `train` says of it, or the end of a traceback."""
    lines = run.log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it said nothing"]
    said = [line[len("train: ") :] for line in lines if line.startswith("train: ")]
    return (said or lines)[-1][:LAST_WORDS].rstrip(". ")


# Scoring ------------------------------------------------------------------------------------------------------------


def _score_run(options: CrossValidation, run: Run, scenes: Sequence[AnyScene]) -> list[Result]:
    """Return the scores of a fold's weights on its scenes. Raises `BadWeights` if they have seen one of them."""
    model = JudgedModel(run.system, checkpoints.load(run.weights, options.device), options.device)
    seen = places([scene for scene in scenes if model.has_seen(scene)])
    if seen:
        detail = f"they were trained on {', '.join(seen)}, which fold {run.fold} holds out"
        raise BadWeights(path=run.weights, detail=detail)
    steps, seconds = int(model.provenance["steps"]), float(model.provenance["seconds"])
    loaded = (scene.load() for scene in scenes)
    return [
        _result(run.system, run.fold, scene, model.reconstruct(scene), model.parameters, steps, seconds)
        for scene in loaded
    ]


def _score_references(
    fold: int, scenes: Sequence[AnyScene], others: Sequence[AnyScene], colours: MeanColours
) -> list[Result]:
    """Return the scores of what needs no network: of colours, those of the `others` are known."""
    by_radar = RadarPrior(torch.zeros(len(S2_BANDS)))
    by_radar.learnt(*map(torch.from_numpy, fit_sar_colour(others)))
    results = []
    for lazy in scenes:
        scene = lazy.load()
        images = reference_images(scene, classes_of(scene), colours.of(places(others), without=scene.place))
        images[RADAR_COLOUR] = by_radar(torch.from_numpy(scene.sar)[None])[0].numpy()
        results += [_result(name, fold, scene, image) for name, image in images.items()]
    return results


def _result(
    system: str, fold: int, scene: Scene, image: np.ndarray, parameters: int = 0, steps: int = 0, seconds: float = 0.0
) -> Result:
    return Result(system, fold, scene.place, scene.name, parameters, steps, seconds, **score_scene(image, scene))


def _is_of(result: Result, run: Run) -> bool:
    return (result.system, result.fold) == (run.system, run.fold)


# All of it ----------------------------------------------------------------------------------------------------------


def cross_validate(
    options: CrossValidation, report: Callable[[Event], None], cancelled: Callable[[], bool]
) -> dict[str, object]:
    """Carry out what is missing of a cross-validation, score it, and write its tables.

    Returns the `summaries`, the same as `markdown`, and the `files` written. What is done already is kept, and so are
    the lines of `results.csv`. Raises `BadOption` and `UnusableDataset` before any work, `Cancelled`, and, when all
    else is done and written, `TrainingFailed`.
    """
    scenes = open_dataset(options.data, log=lambda line: report(Log(line))).scenes
    plan = _make_plan(options, [scene for scene in scenes if is_triplet(scene)])
    runs = _runs(options, plan)
    for run in runs:
        make_folder(run.folder)
        settings = plan["systems"][run.system]["settings"]
        write_text(run.folder / "config.json", json.dumps(settings, indent=1) + "\n")
    for fold, members in enumerate(plan["folds"], 1):
        report(Log(f"fold {fold} holds out {', '.join(members)}"))

    store = _Store(options, plan, scenes)
    store.add_references()
    missing = [run for run in runs if not store.has(run)]
    for run in [run for run in missing if run.done]:
        store.add(run)
    failed = _train(options, [run for run in missing if not run.done], report, cancelled, store.add)
    values = write_tables(options.output)
    if failed:
        named = ", ".join(f"{run.system} in fold {run.fold}" for run in failed)
        raise TrainingFailed(runs=named, detail=_last_words(failed[0]), log=failed[0].log)
    return values


class _Store:
    """The lines of `results.csv`: what has them is not run again, weights or not."""

    def __init__(self, options: CrossValidation, plan: Mapping, scenes: Sequence[AnyScene]) -> None:
        self.options, self.plan, self.scenes = options, plan, scenes
        self.results = _read_results(options.output)
        triplets = [scene for scene in scenes if is_triplet(scene)]
        self.by_fold = {
            fold: [scene for scene in triplets if scene.place in members]
            for fold, members in enumerate(plan["folds"], 1)
        }

    def has(self, run: Run) -> bool:
        return any(_is_of(result, run) for result in self.results)

    def add(self, run: Run) -> None:
        """Score the weights of a run and write its lines."""
        self._write(_score_run(self.options, run, self.by_fold[run.fold]))

    def add_references(self) -> None:
        """Score what needs no training, once."""
        if any(result.system == CLOUDY_INPUT for result in self.results):
            return
        colours = MeanColours([scene for scene in self.scenes if is_triplet(scene)])
        for fold, members in self.by_fold.items():
            held_out = places(members)
            others = [scene for scene in self.scenes if scene.place not in held_out]
            self._write(_score_references(fold, members, others, colours))

    def _write(self, found: Sequence[Result]) -> None:
        self.results = _sorted([*self.results, *found], self.plan)
        write_csv(self.options.output / RESULTS, self.results, columns_of(Result))


def _sorted(results: Sequence[Result], plan: Mapping) -> list[Result]:
    """Return results in the order of the plan, so that a table changes only where its figures do."""
    order = list(dict.fromkeys([*plan["systems"], *(result.system for result in results)]))
    return sorted(results, key=lambda result: (order.index(result.system), result.fold, result.scene))


def _read_results(folder: Path) -> list[Result]:
    return read_csv(folder / RESULTS, Result) if (folder / RESULTS).is_file() else []


def write_tables(folder: Path) -> dict[str, object]:
    """Write the tables of a folder anew from its raw lines; returns what `cross_validate` does.

    Raises `UnreadableInput`.
    """
    plan, results = _read_plan(folder), read_csv(folder / RESULTS, Result)
    labels = {name: system["label"] for name, system in plan["systems"].items()}
    against = next(iter(labels), "")
    summaries = summarise(results, labels, against)
    text = comparison_markdown(results, summaries, against, [_note(plan)])
    write_csv(folder / "table.csv", summaries, columns_of(Summary))
    write_text(folder / "table.md", text)
    files = [str(folder / name) for name in (RESULTS, "table.csv", "table.md")]
    return {"summaries": [as_json(each) for each in summaries], "markdown": text, "files": files}


def _note(plan: Mapping) -> str:
    folds = "; ".join(f"{number}: {', '.join(members)}" for number, members in enumerate(plan["folds"], 1))
    threads = "1 thread" if plan["threads"] == 1 else f"{plan['threads']} threads"
    return (
        "Means over the patches of all folds, each by weights that were trained without the places of its fold. "
        f"Each training: {plan['minutes']:g} minutes {CLOCK_WORDS[plan['clock']]}on {threads} ({plan['device']}), "
        f"seed {plan['seed']}. Mean colour is that of the places of the other folds. Folds by place: {folds}."
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command `cross-validate`."""
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="data set with triplets; needed but for tables")
    parser.add_argument("--systems", metavar="FILE|NAMES", help="JSON list of systems, or presets with commas")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="for runs, raw lines and tables")
    parser.add_argument("--only", metavar="A,B,…", help="of the systems only these")
    parser.add_argument("--folds", type=int, default=CrossValidation.folds)
    parser.add_argument("--assignment", type=Path, metavar="FILE.json", help="list of lists of places: the folds")
    parser.add_argument("--places", metavar="A,B,…", help="hold out only these; the others are always trained on")
    parser.add_argument("--minutes", type=float, default=CrossValidation.minutes, help="of each training")
    parser.add_argument("--clock", choices=CLOCKS, default=CrossValidation.clock, help="how minutes are counted")
    parser.add_argument("--threads", type=int, default=CrossValidation.threads, help="of each training")
    parser.add_argument("--jobs", type=int, default=CrossValidation.jobs, help="trainings side by side")
    parser.add_argument("--seed", type=int, default=CrossValidation.seed)
    parser.add_argument("--device", default=CrossValidation.device, help="auto, cpu, cuda:N or mps")
    parser.add_argument("--table-only", action="store_true", help="only write the tables anew from results.csv")


def run(args: argparse.Namespace, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict[str, object]:
    """Run the command `cross-validate`; returns what `cross_validate` returns."""
    if args.table_only:
        return write_tables(args.output)
    for name in ("data", "systems"):
        if getattr(args, name) is None:
            raise BadOption(option=name, value="", detail="it is needed, unless with --table-only")
    for name, least in (("minutes", 1e-6), ("threads", 1), ("jobs", 1), ("seed", 0)):
        if getattr(args, name) < least:
            raise BadOption(option=name, value=getattr(args, name), detail="it is too small")
    systems, folder = read_systems(args.systems)
    options = CrossValidation(
        args.data,
        args.output,
        systems,
        folder,
        _words(args.only),
        args.folds,
        args.minutes,
        args.clock,
        args.threads,
        args.seed,
        devices.resolve(args.device),
        args.jobs,
        _words(args.places),
        _read_assignment(args.assignment),
    )
    return cross_validate(options, report, cancelled)


def _words(text: Optional[str]) -> tuple[str, ...]:
    return tuple(word for word in (text or "").split(",") if word)


def _read_assignment(path: Optional[Path]) -> Optional[tuple[tuple[str, ...], ...]]:
    if path is None:
        return None
    try:
        return tuple(tuple(str(place) for place in fold) for fold in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadOption(option="assignment", value=path, detail=f"it is no list of lists ({error})") from error
