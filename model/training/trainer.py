"""The training itself: steps, validation, and the state from which a run goes on to the bit."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from .. import networks
from ..errors import BadOption, TrainingDiverged
from . import objectives
from .config import Stage, TrainConfig, config_to_dict, learning_rate
from .crops import EpochOrder, Part, prefetched
from .datasets import AnyScene
from .distributed import ALONE, Ranks, SharedNetwork
from .objectives import Batch
from .sampling import CropSource
from .sar_colour import fit_sar_colour
from .scoring import SCORES, mean_scores, predict, score_scene

Log = Callable[[str], None]
Rows = Callable[[dict], None]
Scores = dict[str, dict[str, float]]

#: As many validation triplets are drawn at each validation.
SHOWN = 4
# As the adversaries of pix2pix, McGAN and SpA GAN have it.
ADVERSARY_BETAS = (0.5, 0.999)


@dataclass(frozen=True)
class Shown:
    """A validation triplet to look at, and what the averaged weights made of it [13, H, W]."""

    name: str
    sar: np.ndarray
    cloudy: np.ndarray
    prediction: np.ndarray
    clear: np.ndarray


Pictures = Callable[[int, Sequence[Shown]], None]


@dataclass
class Best:
    """The averaged weights with the highest mean PSNR so far."""

    step: int
    psnr: float
    state: dict[str, Tensor]


class Trainer:
    """One run: the network, its average, the optimisers and the crops. `run` trains until the budget is used.

    `train` are the scenes to learn from, `validation` triplets to score. Of several processes, `ranks` says which one
    this is. Raises `BadOption` and `NoSuchDevice` for what cannot work, before any work.
    """

    def __init__(
        self,
        config: TrainConfig,
        train: Sequence[AnyScene],
        validation: Sequence[AnyScene] = (),
        ranks: Ranks = ALONE,
    ) -> None:
        self.config = config
        self.ranks = ranks
        self.device = torch.device(ranks.device(config.device))
        check_precision(config.precision, self.device)
        self.scenes = list(train)
        self.validation = list(validation)
        if config.keep == "best" and not self.validation:
            raise BadOption(option="keep", value="best", detail="there are no validation triplets; hold places out")
        self.crops = _crop_source(config, train)
        self.order = EpochOrder(len(self.crops.triplets), config.stages[0].batch, config.seed)
        torch.manual_seed(config.seed)
        network = networks.build(config.network)
        if hasattr(network, "expected"):
            network.expected.learnt(*map(torch.from_numpy, fit_sar_colour(self.scenes)))
        self.objective_name = config.objective or objectives.default_objective(network.config.architecture)
        objectives.check(self.objective_name, network.config.architecture)
        self._prepare(network)
        self.step = 0
        self.elapsed = self._elapsed_ahead = 0.0
        self.best: Optional[Best] = None
        self.scores: Scores = {}
        # The losses of the steps since the last row of the log.
        self._losses: list[dict[str, float]] = []

    def _prepare(self, network: nn.Module) -> None:
        """Bring the network to the device, and make what trains it."""
        config = self.config
        if self.ranks.count > 1 and self.device.type == "cuda":
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
        self.network = network.to(self.device, memory_format=torch.channels_last)
        self.shared = SharedNetwork(self.network, self.ranks, getattr(torch, config.precision))
        self.average = average_of(self.network, config.ema)
        self.objective = objectives.build(self.objective_name, config.loss).to(self.device)
        cls = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimizer]
        self.optimizer = cls(self.network.parameters(), lr=config.lr, weight_decay=config.weight_decay)
        self.adversary_optimizer: Optional[torch.optim.Optimizer] = None
        if self.objective.adversary is not None:
            parameters = self.objective.adversary.parameters()
            self.adversary_optimizer = torch.optim.Adam(parameters, lr=config.adversary_lr, betas=ADVERSARY_BETAS)
        self.scaler = _scaler(self.device, config.precision == "float16")

    @property
    def total_steps(self) -> int:
        """How many steps the budget allows for; 0 is no limit."""
        return self.config.epochs * self.order.steps if self.config.by_epochs else self.config.steps

    @property
    def progress(self) -> float:
        """The used share of the budget, 0–1."""
        return self._progress_at(self.step, self.elapsed)

    def _progress_at(self, step: int, elapsed: float) -> float:
        by_steps = step / self.total_steps if self.total_steps else 0.0
        by_time = elapsed / (self.config.minutes * 60) if self.config.minutes else 0.0
        return min(max(by_steps, by_time), 1.0)

    def stage(self, progress: float) -> Stage:
        return next(stage for stage in self.config.stages if progress < stage.until or stage.until == 1)

    # The run -------------------------------------------------------------------------------------------------------

    def run(
        self,
        rows: Rows,
        checkpoint: Optional[Path] = None,
        stop: Callable[[], bool] = lambda: False,
        pictures: Optional[Pictures] = None,
    ) -> bool:
        """Train until the budget is used, and return whether it is: not when `stop`, asked after each step, says so.

        `rows` takes the lines of the log, `pictures` what was predicted at a validation; `checkpoint` is where the run
        can be resumed from, written now and then and at the end.
        """
        next_check = self.elapsed + 60 * self.config.validate_minutes
        next_save = self.elapsed + 60 * self.config.checkpoint_minutes
        stopped = False
        pin = self.device.type == "cuda"
        self._look_ahead()
        with prefetched(self.crops, self._parts(), self.config.workers, pin, self._look_ahead) as take:
            start = self._now() - self.elapsed
            while self.progress < 1 and not stopped:
                losses = self._train_step(self._gathered(*take()))
                self.step += 1
                self.elapsed, stopped = self.ranks.agree(self._now() - start, stop())
                if not self.ranks.first:
                    continue
                self._losses.append(losses)
                if self.step % self.config.log_steps == 0:
                    rows(self._row(self._losses))
                    self._losses = []
                if self._ends_epoch() or self.elapsed > next_check:
                    self._validate(rows, pictures, stop)
                    next_check = self._now() - start + self.config.validate_minutes * 60
                if checkpoint and self.elapsed > next_save:
                    self.save(checkpoint)
                    next_save = self._now() - start + self.config.checkpoint_minutes * 60
        if self.ranks.first:
            if not stopped:
                self._validate(rows, pictures, stop)
            if checkpoint:
                self.save(checkpoint)
        return self.progress == 1 and not stop()

    def _now(self) -> float:
        """Return the seconds on the clock that the budget is measured by."""
        return time.process_time() if self.config.clock == "cpu" else time.monotonic()

    def _ends_epoch(self) -> bool:
        """Tell whether an epoch that is not the last one has just ended; the last validation is that of the run."""
        return self.config.by_epochs and self.step % self.order.steps == 0 and self.progress < 1

    def _look_ahead(self) -> None:
        """Note the time by which batches are planned: all processes plan theirs by the one that they agreed on."""
        self._elapsed_ahead = self.elapsed

    def _parts(self) -> Iterator[Part]:
        """Yield this process's part of each batch, for as long as anybody asks; runs ahead of the training.

        By time, it is only nearly known at which progress a step will begin.
        """
        step = self.step
        while True:
            stage = self.stage(self._progress_at(step, self._elapsed_ahead))
            triplets = self.order.triplets(step) if self.config.by_epochs else []
            total = len(triplets) or stage.batch
            indices = self.ranks.part(total)
            chosen = tuple(triplets[index] for index in indices) if triplets else ()
            yield Part(step, total, stage.crop, tuple(indices), chosen)
            step += 1

    def _gathered(self, total: int, part: Mapping[str, Tensor]) -> Batch:
        """Return the whole batch of which this process made a part."""
        return Batch(**{name: self._gather(each, total) for name, each in part.items()})

    def _gather(self, part: Tensor, total: int) -> Tensor:
        whole = self.ranks.gather(part.to(self.device, non_blocking=True), total)
        return whole.contiguous(memory_format=torch.channels_last) if whole.ndim == 4 else whole

    # A step --------------------------------------------------------------------------------------------------------

    def _train_step(self, batch: Batch) -> dict[str, float]:
        rate = learning_rate(self.config, self.progress)
        _set_rate(self.optimizer, rate)
        self._seed_step()
        self.network.train()
        self.objective.train()
        outputs = self.objective.predict(self.shared, batch)
        more = {}
        if self.adversary_optimizer is not None:
            _set_rate(self.adversary_optimizer, self.config.adversary_lr * rate / self.config.lr)
            more = {"adversary": self._adversary_step(batch, outputs.prediction.detach())}
        loss, _, parts = self.objective(self.shared, batch, outputs)
        self.optimizer.zero_grad(set_to_none=True)
        # The processes' gradients are averaged, and each has only its own part of the gradient of the whole batch.
        self.scaler.scale(loss * self.ranks.count).backward()
        self.scaler.unscale_(self.optimizer)
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self._check_gradient(norm)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.average.update_parameters(self.network)
        return {"loss": float(loss.detach()), "gradient": float(norm), **parts, **more}

    def _seed_step(self) -> None:
        """Make what is random inside networks and objectives a function of seed, step and process, as the crops are."""
        entropy = np.random.SeedSequence((self.config.seed, self.step, self.ranks.rank))
        torch.manual_seed(int(entropy.generate_state(1, np.uint64)[0]))

    def _adversary_step(self, batch: Batch, prediction: Tensor) -> float:
        """Let the adversary learn from what the network has just said, and return its loss.

        Every process has the whole batch here; only rounding sets their gradients apart.
        """
        self.adversary_optimizer.zero_grad(set_to_none=True)
        loss = self.objective.adversary_loss(batch, prediction)
        loss.backward()
        self.ranks.average_gradients(list(self.objective.adversary.parameters()))
        self.adversary_optimizer.step()
        return float(loss.detach())

    def _check_gradient(self, norm: Tensor) -> None:
        """Raise `TrainingDiverged` where a step is lost, but for those by which a scaler finds its scale."""
        if torch.isfinite(norm) or (self.scaler.is_enabled() and self.scaler.get_scale() > 1):
            return
        raise TrainingDiverged(step=self.step, lr=f"{self.optimizer.param_groups[0]['lr']:.2g}")

    def _row(self, losses: Sequence[Mapping[str, float]]) -> dict:
        means = {name: _finite_mean([row[name] for row in losses]) for name in losses[0]}
        scores = {f"{name}_loss": means.pop(name) for name in list(means) if name in SCORES}
        return {**self._where(), "lr": self.optimizer.param_groups[0]["lr"], **means, **scores}

    def _where(self) -> dict:
        return {"step": self.step, "seconds": round(self.elapsed, 1), "progress": self.progress}

    # Validation ----------------------------------------------------------------------------------------------------

    def averaged_network(self, state: Optional[Mapping[str, Tensor]] = None) -> nn.Module:
        """Return a network in evaluation mode that has the averaged weights, or those of `state`."""
        network = networks.build(self.config.network)
        network.load_state_dict(self.average.module.state_dict() if state is None else state)
        return network.to(self.device, memory_format=torch.channels_last).eval()

    def chosen_network(self) -> nn.Module:
        """Return the network to write: by `keep`, the last averaged weights or the best ones."""
        return self.averaged_network(self.best.state if self.config.keep == "best" and self.best else None)

    def watched(self) -> list[AnyScene]:
        """Return the validation triplets that are scored while training."""
        limit = self.config.validate_scenes
        if not limit or limit >= len(self.validation):
            return self.validation
        return [self.validation[int(index)] for index in np.linspace(0, len(self.validation) - 1, limit)]

    def _validate(self, rows: Rows, pictures: Optional[Pictures], stop: Callable[[], bool]) -> None:
        """Score the averaged weights on whole triplets; given up when `stop` says so."""
        scenes = self.watched()
        if not scenes:
            return
        network = self.averaged_network()
        wanted = {int(index) for index in np.linspace(0, len(scenes) - 1, SHOWN)} if pictures else set()
        scores: Scores = {}
        shown: list[Shown] = []
        for index, scene in enumerate(scenes):
            if stop():
                return
            scene = scene.load()
            prediction = predict(network, scene)
            scores[scene.name] = score_scene(prediction, scene)
            if index in wanted:
                shown.append(Shown(scene.name, scene.sar, scene.cloudy, prediction, scene.clear))
        self.scores = scores
        mean = mean_scores(scores)
        best = np.isfinite(mean["psnr"]) and (self.best is None or mean["psnr"] > self.best.psnr)
        if self.config.keep == "best" and best:
            state = {name: tensor.clone() for name, tensor in self.average.module.state_dict().items()}
            self.best = Best(self.step, mean["psnr"], state)
        rows({**self._where(), **mean})
        if pictures:
            pictures(self.step, shown)

    # Going on ------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write all that `restore` needs, beside `path` first and then renamed. Raises `OSError`."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "objective": self.objective.state_dict(),
            "adversary_optimizer": self.adversary_optimizer.state_dict() if self.adversary_optimizer else {},
            "scaler": self.scaler.state_dict(),
            "best": vars(self.best) if self.best else {},
            "step": self.step,
            "elapsed": self.elapsed,
            "losses": self._losses,
            "config": json.dumps(config_to_dict(self.config), sort_keys=True),
            "scenes": self._scenes_digest(),
        }
        buffer = io.BytesIO()
        torch.save(state, buffer)  # not into the file: of a full disk torch does not say so
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            partial.write_bytes(buffer.getbuffer())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint. Raises `BadOption` when it cannot be read or is of a run with other settings."""
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
            changed = _changed_fields(json.loads(state["config"]), config_to_dict(self.config))
            if not changed and state["scenes"] != self._scenes_digest():
                changed = ["data"]
        except Exception as error:  # torch raises many kinds
            raise BadOption(option="resume", value=path, detail=f"it cannot be read ({error})") from error
        if changed:
            raise BadOption(option="resume", value=path, detail=f"that run had other settings: {', '.join(changed)}")
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.objective.load_state_dict(state["objective"])
        if self.adversary_optimizer:
            self.adversary_optimizer.load_state_dict(state["adversary_optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.best = Best(**state["best"]) if state["best"] else None
        self.step, self.elapsed = state["step"], state["elapsed"]
        self._losses = list(state.get("losses", ()))  # older checkpoints have none

    def _scenes_digest(self) -> str:
        """Return what tells these training scenes from others."""
        scenes = [f"{scene.place}/{scene.name}" for scene in self.scenes]
        return hashlib.sha256("\n".join(scenes).encode()).hexdigest()


def _crop_source(config: TrainConfig, scenes: Sequence[AnyScene]) -> CropSource:
    try:
        crops = CropSource(scenes, config.recipe, config.seed)
    except ValueError as error:
        raise BadOption(option="data", value=f"{len(scenes)} scenes", detail=str(error)) from error
    if config.by_epochs and not crops.triplets:
        detail = "an epoch passes over triplets of SAR, cloudy and clear date, and there are none to train on"
        raise BadOption(option="epochs", value=config.epochs, detail=f"{detail}; give steps or minutes")
    return crops


def check_precision(precision: str, device: torch.device) -> None:
    """Raise `BadOption` where `device` cannot train in `precision`."""
    works = {"cpu": ("float32", "bfloat16"), "cuda": ("float32", "float16")}.get(device.type, ("float32",))
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        works += ("bfloat16",)
    if precision not in works:
        detail = f"{device.type} can train in {' or '.join(works)}"
        raise BadOption(option="precision", value=precision, detail=detail)


def _scaler(device: torch.device, enabled: bool) -> torch.amp.GradScaler:
    """Return what keeps small gradients of float16 from vanishing; where it is not `enabled` it does nothing."""
    if not hasattr(torch.amp, "GradScaler"):  # torch 2.2
        return torch.cuda.amp.GradScaler(enabled=enabled)
    return torch.amp.GradScaler(device.type, enabled=enabled)


def average_of(network: nn.Module, decay: float) -> AveragedModel:
    """Return the exponential moving average of a network's weights and buffers, without bias towards the start."""

    def move(averages: Sequence[Tensor], currents: Sequence[Tensor], count: Tensor) -> None:
        steps = int(count)
        weight = 1 - min(decay, steps / (steps + 10))
        for average, current in zip(averages, currents):
            if average.is_floating_point():
                average.lerp_(current, weight)
            else:
                average.copy_(current)

    average = AveragedModel(network, multi_avg_fn=move, use_buffers=True)
    average.n_averaged.fill_(1)  # the first weights count, instead of being replaced by those after a step
    return average


def _changed_fields(old: Mapping, new: Mapping) -> list[str]:
    """Return the settings that differ, but for those that a resumed run may change."""
    free = {"minutes", "steps", "epochs", "threads", "workers", "device", "log_steps"}
    free |= {"clock", "validate_minutes", "validate_scenes", "checkpoint_minutes", "keep"}
    return sorted(name for name in set(old) | set(new) if name not in free and old.get(name) != new.get(name))


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _finite_mean(values: Sequence[float]) -> float:
    """Return the mean of the steps that were not lost to the search for a scale."""
    finite = [value for value in values if np.isfinite(value)]
    return float(np.mean(finite)) if finite else float("nan")
