"""Train a network: seeded, resumable, bounded by steps, time or epochs, validated on places that it never saw.

    sar-cloud-removal train --config shipped --data DATA --output w.safetensors --hold-out place_A,place_B

Beside the weights come the log (`w.csv`), its curves (`w.curves.png`), pictures of validation samples (`w.samples/`)
and a checkpoint (`w.ckpt`), from which `--resume` goes on. Ctrl-C ends a run after the step and leaves the checkpoint.

Several GPUs of one or more machines train together through torch's own launcher, each on its part of every batch:

    torchrun --nproc-per-node 4 -m sar_cloud_removal.model.training.train --config paper --device cuda \\
        --data SEN12MS-CR --output w.safetensors

The batches are those that one process would have, and so is the result, to rounding; `batch` is that of all together,
so it has to be at least as many as there are processes for each to have something to do. `--device cpu` works too.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Optional

import torch

from ..errors import BadOption, OutputNotWritable, SarCloudRemovalError, TrainingInterrupted, WeightsFormat
from ..networks import checkpoints
from .catalogue import Dataset, open_dataset, places
from .config import (
    CLOCKS,
    PRESETS,
    Stage,
    TrainConfig,
    config_from_dict,
    config_to_dict,
    learning_rate,
    load_config,
    read_network,
)
from .datasets import AnyScene, is_triplet, split_by_place
from .distributed import Ranks, joined, launched
from .runlog import RunLog
from .scoring import predict, score_triplets
from .signals import stop_on_signals
from .trainer import Log, Trainer

__all__ = [
    "PRESETS",
    "Stage",
    "TrainConfig",
    "Trainer",
    "config_from_dict",
    "config_to_dict",
    "learning_rate",
    "load_config",
    "predict",
    "score_triplets",
    "train",
]


def train(config: TrainConfig, data: Path, output: Path, resume: Optional[Path], log: Log, command: str = "") -> dict:
    """Train as `config` says and write the averaged weights to `output` (safetensors).

    Beside it come a log (.csv), curves and pictures of it, and a checkpoint (.ckpt) that `resume` takes. Returns what
    was written and the scores; of several processes only the first one writes and scores. Raises `BadOption`,
    `NoSuchDevice`, `UnusableDataset`, `OutputNotWritable` or `WeightsFormat` before any work; `TrainingInterrupted`
    after Ctrl-C or a polite kill, with the checkpoint saved.
    """
    output, ranks = Path(output), launched()
    check_output(output)
    if config.threads:
        torch.set_num_threads(config.threads)
    with joined(ranks, ranks.device(config.device)):
        dataset = _open_in_turn(data, config.split, ranks, log)
        scenes, validation = divide(dataset, config.hold_out)
        trainer = Trainer(config, scenes, validation, ranks)
        if resume:
            trainer.restore(Path(resume))
        if not ranks.first:
            _run(trainer, lambda row: None, None, None)
            return {"steps": trainer.step, "seconds": trainer.elapsed}
        log(_summary(dataset, scenes, validation))
        rows = RunLog(output, log, trainer.step if resume else 0)
        _run(trainer, rows, output.with_suffix(".ckpt"), rows.pictures)
        rows.curves()
        scores = _final_scores(trainer)
        checkpoints.save(output, trainer.chosen_network(), describe(trainer, dataset, command, scores))
    return {"output": str(output), "steps": trainer.step, "seconds": trainer.elapsed, "scores": scores}


def _open_in_turn(data: Path, split: str, ranks: Ranks, log: Log) -> Dataset:
    """Open the data set in the first process, which remembers what it found in the files, and then in the others."""
    if not ranks.first:
        ranks.agree(0.0, False)
        return open_dataset(data, split)
    try:
        return open_dataset(data, split, log=log)
    finally:
        ranks.agree(0.0, False)  # the others may, and find out by themselves what is wrong


def _run(trainer: Trainer, rows: Callable[[dict], None], checkpoint: Optional[Path], pictures: object) -> None:
    with stop_on_signals() as stop:
        ended = trainer.run(rows, checkpoint, stop, pictures)
    if not ended:
        raise TrainingInterrupted(steps=trainer.step, checkpoint=checkpoint)


def check_output(output: Path) -> None:
    """Raise `WeightsFormat` or `OutputNotWritable` when weights cannot be written to `output`."""
    if output.suffix != ".safetensors":
        raise WeightsFormat(path=output)
    if not output.parent.is_dir():
        raise OutputNotWritable(path=output, detail="the folder does not exist")
    if not os.access(output.parent, os.W_OK):
        raise OutputNotWritable(path=output, detail="the folder may not be written to")
    for path in (output, output.with_suffix(".ckpt"), output.with_suffix(".csv")):
        if path.is_dir():
            raise OutputNotWritable(path=path, detail="it is a folder")


def divide(dataset: Dataset, hold_out: Sequence[str]) -> tuple[list[AnyScene], list[AnyScene]]:
    """Return (training scenes, validation triplets): the data set's, and those of the places in `hold_out`.

    Raises `BadOption` for a place that is not there.
    """
    try:
        training, held_out = split_by_place(dataset.train, hold_out)
    except ValueError as error:
        raise BadOption(option="hold-out", value=",".join(hold_out), detail=str(error)) from error
    return training, [*held_out, *dataset.validation]


def _summary(dataset: Dataset, scenes: Sequence[AnyScene], validation: Sequence[AnyScene]) -> str:
    triplets = sum(is_triplet(scene) for scene in scenes)
    unusable = len({problem.scene for problem in dataset.unusable})
    return (
        f"{len(scenes)} scenes of {len(places(scenes))} places to train on, {triplets} of them triplets; "
        f"{len(validation)} triplets to validate on; {unusable} scenes cannot be used"
    )


def _final_scores(trainer: Trainer) -> Mapping:
    """Return the scores of the weights that are written, on all validation triplets."""
    same = trainer.config.keep == "last" and len(trainer.scores) == len(trainer.validation)
    return trainer.scores if same else score_triplets(trainer.chosen_network(), trainer.validation)


def describe(trainer: Trainer, dataset: Dataset, command: str, scores: Mapping) -> dict:
    """Return the provenance that goes into the weights: where they come from and how good they are."""
    config = trainer.config
    return {
        "tile": config.stages[-1].crop,
        "scenes": sorted({scene.name for scene in trainer.scenes}),
        "places": places(trainer.scenes),
        "data": {"layout": dataset.layout, "split": dataset.split},
        "held_out_places": sorted({*config.hold_out, *places(trainer.validation)}),
        "held_out_scores": dict(scores),
        "training": {**config_to_dict(config), "objective": trainer.objective_name},
        "command": command,
        "steps": trainer.step,
        "best_step": trainer.best.step if trainer.best else None,
        "seconds": round(trainer.elapsed),
        "finished": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "torch": torch.__version__,
        "device": config.device,
        "processes": trainer.ranks.count,
        "attribution": "Contains modified Copernicus Sentinel data.",
    }


OPTIONS = ("minutes", "clock", "steps", "epochs", "split", "seed", "threads", "workers", "device", "objective")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command `train`."""
    parser.add_argument("--config", required=True, help="a preset's name or a JSON file")
    parser.add_argument("--data", required=True, type=Path, help="data set: a folder")
    parser.add_argument("--output", required=True, type=Path, help="weights to write (.safetensors)")
    parser.add_argument("--network", help="an architecture's or preset network's name or a JSON file")
    parser.add_argument("--objective", help="what it is trained for; else as the network's paper has it")
    parser.add_argument("--minutes", type=float, help="time budget; the learning rate anneals over it")
    parser.add_argument("--clock", choices=CLOCKS, help="how minutes are counted: as they pass, or as is computed")
    parser.add_argument("--steps", type=int, help="step budget")
    parser.add_argument("--epochs", type=int, help="budget of passes over the triplets, without the two above")
    parser.add_argument("--resume", type=Path, help="checkpoint (.ckpt) to go on from")
    parser.add_argument("--split", help="the data set's own division of places, such as paper or official")
    parser.add_argument("--hold-out", help="places left out of training and used for validation, with commas")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--threads", type=int, help="CPU threads; 0 leaves it to torch")
    parser.add_argument("--workers", type=int, help="processes that make crops; 0 is a thread of this one")
    parser.add_argument("--device", help="cpu, cuda, cuda:N, mps or auto")


def run(args: argparse.Namespace) -> dict:
    """Run the command `train`; returns what `train` returns."""
    hold_out = None if args.hold_out is None else tuple(place for place in args.hold_out.split(",") if place)
    overrides = {name: getattr(args, name) for name in OPTIONS}
    if args.minutes or args.steps or args.epochs:  # a budget that is given replaces the preset's
        overrides.update(minutes=args.minutes or 0.0, steps=args.steps or 0)
    network = None if args.network is None else read_network(args.network)
    config = load_config(args.config, hold_out=hold_out, network=network, **overrides)
    return train(config, args.data, args.output, args.resume, _say, _command(args))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _command(args: argparse.Namespace) -> str:
    """Return the command as others can give it: of files only the names."""
    words = ["sar-cloud-removal", "train"]
    for name in ("config", "network", "hold_out", *OPTIONS):
        value = getattr(args, name)
        if value is not None:
            shown = Path(value).name if name in ("config", "network") else str(value)
            words += [f"--{name.replace('_', '-')}", shlex.quote(shown)]
    return " ".join(words)


def main() -> int:
    """Run as a module of its own, alone or under `torchrun`, and return the exit code."""
    ranks = launched()
    parser = argparse.ArgumentParser(prog="train", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_arguments(parser)
    try:
        result = run(parser.parse_args())
    except SarCloudRemovalError as error:
        if ranks.first:
            _say(f"train: {error}")
        return error.exit_code
    if ranks.first:
        print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
