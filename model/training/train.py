"""Train a network: seeded, resumable, bounded by steps or by time, validated on places that it never saw."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import math
import os
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import torch
from torch import Tensor, nn

from .. import metrics, networks
from ..errors import BadOption
from ..networks import checkpoints
from .datasets import Scene, load_scenes, split_by_place
from .losses import LossWeights, ReconstructionLoss
from .sampling import CropSource, Recipe, Sample

PRESETS = Path(__file__).resolve().parent / "presets"
SCORES = ("psnr", "ssim", "mae", "sam")

Log = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """Batches of `batch` crops of `crop` pixels, until the share `until` (0–1) of the budget is used."""

    until: float
    crop: int
    batch: int


@dataclass(frozen=True)
class TrainConfig:
    """One training run. A preset is this as JSON; fields that it leaves out take their defaults.

    `network` is a config that `networks.build` takes. The budget is `steps` or `minutes`, whichever ends first; 0 is
    no limit. The learning rate follows the share of the budget that is used: "cosine" to 1 % of `lr`, or
    "exponential", × `decay` after each of `epochs` equal parts. `precision` is "float32" or "bfloat16" (autocast).
    """

    network: Mapping = field(default_factory=lambda: {"architecture": "multistage_fusion"})
    steps: int = 0
    minutes: float = 0.0
    stages: tuple[Stage, ...] = (Stage(1.0, 128, 8),)
    optimizer: str = "adamw"
    lr: float = 5e-4
    weight_decay: float = 1e-4
    schedule: str = "cosine"
    warmup: float = 0.02
    decay: float = 0.8
    epochs: int = 10
    clip: float = 1.0
    ema: float = 0.999
    loss: LossWeights = field(default_factory=LossWeights)
    recipe: Recipe = field(default_factory=Recipe)
    hold_out: tuple[str, ...] = ()
    seed: int = 0
    threads: int = 0
    device: str = "cpu"
    precision: str = "float32"
    validate_minutes: float = 10.0
    checkpoint_minutes: float = 5.0
    log_steps: int = 20

    def __post_init__(self) -> None:
        checks = [
            ("steps", self.steps >= 0 and self.minutes >= 0 and self.steps + self.minutes > 0, "give steps or minutes"),
            ("stages", _stages_work(self.stages), "shares have to rise to 1, crops to be at least 16, batches 1"),
            ("optimizer", self.optimizer in ("adam", "adamw"), "choose adam or adamw"),
            ("lr", self.lr > 0, "it has to be positive"),
            ("schedule", self.schedule in ("cosine", "exponential"), "choose cosine or exponential"),
            ("warmup", 0 <= self.warmup < 1, "it is a share of the budget"),
            ("epochs", self.epochs >= 1, "there has to be one at least"),
            ("ema", 0 <= self.ema < 1, "it has to be from 0 to below 1"),
            ("precision", self.precision in ("float32", "bfloat16"), "choose float32 or bfloat16"),
        ]
        for name, works, detail in checks:
            if not works:
                raise BadOption(option=name, value=getattr(self, name), detail=detail)


def _stages_work(stages: Sequence[Stage]) -> bool:
    shares = [stage.until for stage in stages]
    rising = all(low < high for low, high in zip([0.0, *shares], shares))
    return bool(stages) and rising and shares[-1] == 1 and all(s.crop >= 16 and s.batch >= 1 for s in stages)


def config_from_dict(data: Mapping) -> TrainConfig:
    """Return the config of a preset's JSON. Raises `BadOption` that names the field."""
    known = {f.name for f in dataclasses.fields(TrainConfig)}
    for name in data:
        if name not in known:
            raise BadOption(option=name, value=data[name], detail=f"there is no such field; {', '.join(sorted(known))}")
    values = dict(data)
    parts = {"loss": LossWeights, "recipe": Recipe}
    try:
        for name, cls in parts.items():
            if name in values:
                values[name] = cls(**values[name])
        if "stages" in values:
            values["stages"] = tuple(Stage(**stage) for stage in values["stages"])
        values["hold_out"] = tuple(values.get("hold_out", ()))
        return TrainConfig(**values)
    except TypeError as error:
        raise BadOption(option="config", value=data, detail=str(error)) from error


def load_config(path: Path, **overrides: object) -> TrainConfig:
    """Return the config in a JSON file or a preset's name, with `overrides` that are not None. Raises `BadOption`."""
    file = Path(path)
    if not file.is_file() and (PRESETS / f"{path}.json").is_file():
        file = PRESETS / f"{path}.json"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadOption(option="config", value=path, detail=f"it cannot be read ({error})") from error
    return config_from_dict({**data, **{name: value for name, value in overrides.items() if value is not None}})


def learning_rate(config: TrainConfig, progress: float) -> float:
    """Return the learning rate when the share `progress` (0–1) of the budget is used."""
    if progress < config.warmup:
        return config.lr * max(progress / config.warmup, 0.01)
    if config.schedule == "exponential":
        return config.lr * config.decay ** min(int(progress * config.epochs), config.epochs - 1)
    part = (progress - config.warmup) / (1 - config.warmup)
    return config.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(part, 1.0))))


class Average:
    """The exponential moving average of a network's weights, without bias towards the start."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.state = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 10))
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                self.state[name].lerp_(tensor, 1 - decay)
            else:
                self.state[name].copy_(tensor)


class Trainer:
    """One run: the network, its average, the optimiser and the crops. `run` trains until the budget is used."""

    def __init__(self, config: TrainConfig, scenes: Sequence[Scene], log: Log) -> None:
        self.config = config
        self.log = log
        torch.manual_seed(config.seed)
        self.device = torch.device(config.device)
        self.network = networks.build(config.network).to(self.device, memory_format=torch.channels_last)
        self.average = Average(self.network, config.ema)
        cls = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimizer]
        self.optimizer = cls(self.network.parameters(), lr=config.lr, weight_decay=config.weight_decay)
        self.loss = ReconstructionLoss(config.loss).to(self.device)
        self.train_scenes, self.held_out = split_by_place(scenes, config.hold_out)
        self.crops = CropSource(self.train_scenes, config.recipe, config.seed)
        self.step = 0
        self.elapsed = 0.0

    @property
    def progress(self) -> float:
        """The used share of the budget, 0–1."""
        config = self.config
        by_steps = self.step / config.steps if config.steps else 0.0
        by_time = self.elapsed / (config.minutes * 60) if config.minutes else 0.0
        return min(max(by_steps, by_time), 1.0)

    def run(self, rows: Callable[[dict], None], checkpoint: Optional[Path]) -> None:
        """Train. `rows` takes the lines of the log; `checkpoint` is where the run can be resumed from."""
        start = time.monotonic() - self.elapsed
        next_check, next_save = self._next_times()
        losses: list[dict[str, float]] = []
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(self._batch, self.step, self.progress)
            while self.progress < 1:
                batch = waiting.result()
                waiting = pool.submit(self._batch, self.step + 1, self._progress_after())
                losses.append(self._train_step(batch))
                self.step += 1
                self.elapsed = time.monotonic() - start
                if self.step % self.config.log_steps == 0:
                    rows(self._row(losses))
                    losses = []
                if self.held_out and self.elapsed > next_check:
                    rows(self._validation_row())
                    next_check = time.monotonic() - start + self.config.validate_minutes * 60
                if checkpoint and self.elapsed > next_save:
                    self.save(checkpoint)
                    next_save = time.monotonic() - start + self.config.checkpoint_minutes * 60
            waiting.cancel()
        if self.held_out:
            rows(self._validation_row())
        if checkpoint:
            self.save(checkpoint)

    def _next_times(self) -> tuple[float, float]:
        config = self.config
        return self.elapsed + 60 * config.validate_minutes, self.elapsed + 60 * config.checkpoint_minutes

    def _progress_after(self) -> float:
        """Return the progress at which the next step begins; by time it is only nearly known."""
        config = self.config
        by_steps = (self.step + 1) / config.steps if config.steps else 0.0
        return min(max(by_steps, self.progress), 1.0)

    def stage(self, progress: float) -> Stage:
        return next(stage for stage in self.config.stages if progress < stage.until or stage.until == 1)

    def _batch(self, step: int, progress: float) -> Sample:
        stage = self.stage(progress)
        return self.crops.batch(step, stage.batch, stage.crop)

    def _train_step(self, batch: Sample) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.progress)
        self.network.train()
        optical, sar, target, weight = (self._tensor(getattr(batch, name)) for name in Sample.__dataclass_fields__)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16"):
            prediction = self.network(optical, sar)
        loss, parts = self.loss(prediction, target, weight, optical)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        if not torch.isfinite(norm):
            raise FloatingPointError(f"the gradient of step {self.step} is not finite")
        self.optimizer.step()
        self.average.update(self.network)
        return {"loss": float(loss.detach()), "gradient": float(norm), **parts}

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self.device, memory_format=torch.channels_last)

    def _row(self, losses: Sequence[Mapping[str, float]]) -> dict:
        means = {name: float(np.mean([row[name] for row in losses])) for name in losses[0]}
        rate = self.optimizer.param_groups[0]["lr"]
        return {"step": self.step, "seconds": round(self.elapsed, 1), "progress": self.progress, "lr": rate, **means}

    def _validation_row(self) -> dict:
        scores = self.validate()
        mean = {name: float(np.mean([score[name] for score in scores.values()])) for name in SCORES}
        return {"step": self.step, "seconds": round(self.elapsed, 1), "progress": self.progress, **mean}

    def averaged_network(self) -> nn.Module:
        """Return a network in evaluation mode that has the averaged weights."""
        network = networks.build(self.config.network)
        network.load_state_dict(self.average.state)
        return network.to(self.device, memory_format=torch.channels_last).eval()

    def validate(self) -> dict[str, dict[str, float]]:
        """Return the four metrics of each whole held-out triplet, by the averaged weights."""
        return score_triplets(self.averaged_network(), self.held_out)

    def save(self, path: Path) -> None:
        """Write all that `restore` needs, beside `path` first and then renamed."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state,
            "average_steps": self.average.steps,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "elapsed": self.elapsed,
            "torch_rng": torch.get_rng_state(),
            "config": json.dumps(config_to_dict(self.config), sort_keys=True),
        }
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            torch.save(state, partial)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint. Raises `BadOption` when it cannot be read or is of a run with other settings."""
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
        except Exception as error:  # torch raises many kinds
            raise BadOption(option="resume", value=path, detail=f"it cannot be read ({error})") from error
        changed = _changed_fields(json.loads(state["config"]), config_to_dict(self.config))
        if changed:
            raise BadOption(option="resume", value=path, detail=f"that run had other settings: {', '.join(changed)}")
        self.network.load_state_dict(state["network"])
        self.average.state = {name: tensor.clone() for name, tensor in state["average"].items()}
        self.average.steps = state["average_steps"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.elapsed = state["step"], state["elapsed"]
        torch.set_rng_state(state["torch_rng"].cpu())


def _changed_fields(old: Mapping, new: Mapping) -> list[str]:
    """Return the settings that differ, but for those that a resumed run may change."""
    free = {"minutes", "steps", "threads", "validate_minutes", "checkpoint_minutes", "log_steps", "device"}
    return sorted(name for name in set(old) | set(new) if name not in free and old.get(name) != new.get(name))


def config_to_dict(config: TrainConfig) -> dict:
    """Return a config as a mapping that goes through JSON."""
    return json.loads(json.dumps(dataclasses.asdict(config)))


@torch.no_grad()
def predict(network: nn.Module, scene: Scene) -> np.ndarray:
    """Return the reconstruction [13, H, W], clipped to 0–1, of a whole triplet."""
    device = next(network.parameters()).device
    optical, sar = (torch.from_numpy(image)[None].to(device) for image in (scene.cloudy, scene.sar))
    return network(optical, sar)[0].float().clamp(0, 1).cpu().numpy()


def score_triplets(network: nn.Module, scenes: Sequence[Scene]) -> dict[str, dict[str, float]]:
    """Return {scene: {"psnr" dB, "ssim" ×100, "mae" ×100, "sam" degrees}}."""
    return {scene.name: metrics.score(predict(network, scene), scene.clear) for scene in scenes}


class RowLog:
    """A CSV of what happened, one line a row, appended to when a run is resumed."""

    COLUMNS = ("step", "seconds", "progress", "lr", "loss", "charbonnier", "sam_loss", "ssim_loss", "gradient", *SCORES)

    def __init__(self, path: Path, log: Log, append: bool) -> None:
        self.log = log
        self.file = path.open("a" if append else "w", encoding="utf-8", newline="")
        self.writer = csv.DictWriter(self.file, self.COLUMNS)
        if self.file.tell() == 0:
            self.writer.writeheader()

    def __call__(self, row: dict) -> None:
        if "loss" in row:
            row = {({"sam": "sam_loss", "ssim": "ssim_loss"}.get(k, k)): v for k, v in row.items()}
        shown = {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()}
        self.writer.writerow(shown)
        self.file.flush()
        self.log("  ".join(f"{name} {value}" for name, value in shown.items()))


def train(config: TrainConfig, data: Path, output: Path, resume: Optional[Path], log: Log, command: str = "") -> dict:
    """Train as `config` says and write the averaged weights to `output` (safetensors).

    Beside it come a log (.csv) and a checkpoint (.ckpt) that `resume` takes. Returns what was written and the scores.
    """
    output = Path(output)
    if config.threads:
        torch.set_num_threads(config.threads)
    try:
        trainer = Trainer(config, load_scenes(data), log)
    except ValueError as error:
        raise BadOption(option="hold-out", value=",".join(config.hold_out), detail=str(error)) from error
    if resume:
        trainer.restore(Path(resume))
    rows = RowLog(output.with_suffix(".csv"), log, append=bool(resume))
    trainer.run(rows, output.with_suffix(".ckpt"))
    network = trainer.averaged_network()
    scores = score_triplets(network, trainer.held_out)
    provenance = describe(trainer, data, command, scores)
    checkpoints.save(output, network, provenance)
    return {"output": str(output), "steps": trainer.step, "seconds": trainer.elapsed, "scores": scores}


def describe(trainer: Trainer, data: Path, command: str, scores: Mapping) -> dict:
    """Return the provenance that goes into the weights: where they come from and how good they are."""
    config = trainer.config
    return {
        "tile": config.stages[-1].crop,
        "scenes": sorted({scene.name for scene in trainer.train_scenes}),
        "places": sorted({scene.place for scene in trainer.train_scenes}),
        "held_out_places": list(config.hold_out),
        "held_out_scores": dict(scores),
        "training": config_to_dict(config),
        "command": command,
        "steps": trainer.step,
        "seconds": round(trainer.elapsed),
        "finished": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "torch": torch.__version__,
        "device": config.device,
        "attribution": "Contains modified Copernicus Sentinel data.",
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command `train`."""
    parser.add_argument("--config", required=True, help="a preset's name or a JSON file")
    parser.add_argument("--data", required=True, type=Path, help="data folder with an index.csv")
    parser.add_argument("--output", required=True, type=Path, help="weights to write (.safetensors)")
    parser.add_argument("--minutes", type=float, help="time budget; the learning rate anneals over it")
    parser.add_argument("--steps", type=int, help="step budget")
    parser.add_argument("--resume", type=Path, help="checkpoint (.ckpt) to go on from")
    parser.add_argument("--hold-out", help="places left out of training and used for validation, with commas")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--threads", type=int, help="CPU threads; 0 leaves it to torch")
    parser.add_argument("--device", help="cpu, cuda:N or mps")


def run(args: argparse.Namespace) -> dict:
    """Run the command `train`; returns what `train` returns."""
    hold_out = None if args.hold_out is None else tuple(place for place in args.hold_out.split(",") if place)
    names = ("minutes", "steps", "seed", "threads", "device")
    overrides = {name: getattr(args, name) for name in names}
    if args.minutes or args.steps:  # a budget that is given replaces the preset's
        overrides.update(minutes=args.minutes or 0.0, steps=args.steps or 0)
    config = load_config(args.config, hold_out=hold_out, **overrides)
    command = "sar-cloud-removal train " + " ".join(
        f"--{name.replace('_', '-')} {shlex.quote(str(value))}"
        for name, value in vars(args).items()
        if name in ("config", "hold_out", *names) and value is not None
    )
    return train(config, args.data, args.output, args.resume, lambda line: print(line, file=sys.stderr), command)


def main() -> None:
    """Run as a module of its own: `python -m sar_cloud_removal.model.training.train`."""
    parser = argparse.ArgumentParser(prog="train", description=__doc__)
    add_arguments(parser)
    print(json.dumps(run(parser.parse_args()), indent=1))


if __name__ == "__main__":
    main()
