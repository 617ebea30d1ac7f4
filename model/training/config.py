"""The settings of a training run: what a preset's JSON holds, and the learning rate that follows from it."""

from __future__ import annotations

import dataclasses
import json
import math
import numbers
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

from .. import networks
from ..errors import BadOption
from .losses import LossWeights
from .sampling import Recipe

PRESETS = Path(__file__).resolve().parent / "presets"
NETWORK_PRESETS = PRESETS / "networks"
PRECISIONS = ("float32", "bfloat16", "float16")
KEEPS = ("last", "best")
CLOCKS = ("wall", "cpu")
#: Fields of `TrainConfig` that count something, and those that measure something.
WHOLE = ("steps", "epochs", "seed", "threads", "workers", "validate_scenes", "log_steps")
REAL = ("minutes", "lr", "adversary_lr", "weight_decay", "warmup", "decay", "clip", "ema")
REAL += ("validate_minutes", "checkpoint_minutes")
#: Fields of `Recipe` that are shares; its others are spreads.
RECIPE_SHARES = ("without_sar", "real", "clouds_on_real", "to_l1c", "drop_bands", "mix")
#: The field of `LossWeights` that is no loss of its own: it only adds to the weight of pixels.
PIXEL_WEIGHT = "cloud"

#: A setting's name and value, whether it works, and, if not, why.
Check = tuple[str, object, bool, str]


@dataclass(frozen=True)
class Stage:
    """Batches of `batch` crops of `crop` pixels, until the share `until` (0–1) of the budget is used."""

    until: float
    crop: int
    batch: int


@dataclass(frozen=True)
class TrainConfig:
    """One training run. A preset is this as JSON; fields that it leaves out take their defaults.

    `network` is a config that `networks.build` takes; in JSON also the name of an architecture or of a preset network.
    `objective` is one of `objectives.OBJECTIVES`, "" the one that the network's paper trains it with; an adversary has
    Adam at `adversary_lr`, which falls as the network's does.

    The budget is `steps` or `minutes`, whichever ends first; 0 is no limit. Samples are then drawn at random. With
    neither of them it is `epochs`: each is one pass over the training triplets, every one once, in an order drawn from
    `seed`. The learning rate follows the share of the budget that is used: "cosine" to 1 % of `lr`, or "exponential",
    × `decay` after each of `epochs` equal parts.

    `clock` says how minutes are counted: "wall" as they pass, "cpu" as the process computes, which is the same for one
    thread on a machine that does nothing else, and comparable on one that does.

    `split` is the data set's own division of places; `hold_out` are places that are taken out of the training part and
    validated on as well. While training, `validate_scenes` of the validation triplets are scored, evenly spaced; 0 is
    all. `keep` says whose averaged weights are written, the last ones or those with the best mean PSNR.

    `precision` other than "float32" is autocast. `workers` is how many processes make crops beside this one, which
    with 0 makes them in a thread; `threads` and `workers` are each process's own where there are several.

    Raises `BadOption` that names the field, such as "recipe.real", that is no number, no whole number where something
    is counted, or out of its range.
    """

    network: Mapping = field(default_factory=lambda: {"architecture": "multistage_fusion"})
    objective: str = ""
    steps: int = 0
    minutes: float = 0.0
    clock: str = "wall"
    stages: tuple[Stage, ...] = (Stage(1.0, 128, 8),)
    optimizer: str = "adamw"
    lr: float = 5e-4
    adversary_lr: float = 2e-4
    weight_decay: float = 1e-4
    schedule: str = "cosine"
    warmup: float = 0.02
    decay: float = 0.8
    epochs: int = 10
    clip: float = 1.0
    ema: float = 0.999
    loss: LossWeights = field(default_factory=LossWeights)
    recipe: Recipe = field(default_factory=Recipe)
    split: str = ""
    hold_out: tuple[str, ...] = ()
    keep: str = "last"
    seed: int = 0
    threads: int = 0
    workers: int = 0
    device: str = "cpu"
    precision: str = "float32"
    validate_minutes: float = 10.0
    validate_scenes: int = 0
    checkpoint_minutes: float = 5.0
    log_steps: int = 20

    def __post_init__(self) -> None:
        _refuse([*_kinds(self), *_parts(self)])
        _refuse(self._ranges())

    def _ranges(self) -> list[Check]:
        checks = [
            ("steps", self.steps >= 0, "it cannot be negative; 0 is no limit"),
            ("minutes", self.minutes >= 0, "it cannot be negative; 0 is no limit"),
            ("clock", self.clock in CLOCKS, f"choose {' or '.join(CLOCKS)}"),
            ("stages", _stages_work(self.stages), "shares have to rise to 1, crops to be at least 16, batches 1"),
            ("stages", not self.by_epochs or _one_batch_size(self.stages), "in epochs all have the same batch"),
            ("optimizer", self.optimizer in ("adam", "adamw"), "choose adam or adamw"),
            ("lr", self.lr > 0, "it has to be positive"),
            ("adversary_lr", self.adversary_lr > 0, "it has to be positive"),
            ("schedule", self.schedule in ("cosine", "exponential"), "choose cosine or exponential"),
            ("warmup", 0 <= self.warmup < 1, "it is a share of the budget"),
            ("decay", 0 < self.decay <= 1, "it is a share of the learning rate"),
            ("epochs", self.epochs >= 1, "there has to be one at least"),
            ("clip", self.clip > 0, "it has to be positive"),
            ("ema", 0 <= self.ema < 1, "it has to be from 0 to below 1"),
            ("keep", self.keep in KEEPS, f"choose {' or '.join(KEEPS)}"),
            ("precision", self.precision in PRECISIONS, f"choose one of {', '.join(PRECISIONS)}"),
            ("log_steps", self.log_steps >= 1, "it has to be 1 at least"),
        ]
        from_zero = ("threads", "workers", "seed", "validate_scenes", "weight_decay")
        from_zero += ("validate_minutes", "checkpoint_minutes")
        checks += [(name, getattr(self, name) >= 0, "it cannot be negative") for name in from_zero]
        return [(name, getattr(self, name), works, detail) for name, works, detail in checks]

    @property
    def by_epochs(self) -> bool:
        """Tell whether the budget is `epochs`."""
        return not self.steps and not self.minutes


def _refuse(checks: Iterable[Check]) -> None:
    """Raise `BadOption` for the first setting that does not work."""
    for name, value, works, detail in checks:
        if not works:
            raise BadOption(option=name, value=value, detail=detail)


def _kinds(config: TrainConfig) -> Iterator[Check]:
    """Yield whether what counts is a whole number and what measures is a number, so that they can be compared."""
    for name in WHOLE:
        yield _whole(name, getattr(config, name))
    for name in REAL:
        yield _real(name, getattr(config, name))
    for stage in config.stages:
        yield _real("stages.until", stage.until)
        yield _whole("stages.crop", stage.crop)
        yield _whole("stages.batch", stage.batch)


def _parts(config: TrainConfig) -> Iterator[Check]:
    """Yield whether the shares and spreads of the recipe and the weights of the losses can be such."""
    for name, value in dataclasses.asdict(config.recipe).items():
        share = name in RECIPE_SHARES
        works = _is_real(value) and 0 <= value and (value <= 1 or not share)
        yield (
            f"recipe.{name}",
            value,
            works,
            "it is a share, from 0 to 1" if share else "it has to be a number from 0 on",
        )
    weights = dataclasses.asdict(config.loss)
    for name, value in weights.items():
        yield f"loss.{name}", value, _is_real(value) and value >= 0, "it is a weight, a number from 0 on"
    works = any(value for name, value in weights.items() if name != PIXEL_WEIGHT)
    yield "loss", weights, works, "no loss has a weight, so that there is nothing to learn"


def _whole(name: str, value: object) -> Check:
    works = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    return name, value, works, "it has to be a whole number"


def _real(name: str, value: object) -> Check:
    return name, value, _is_real(value), "it has to be a number"


def _is_real(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _stages_work(stages: Sequence[Stage]) -> bool:
    shares = [stage.until for stage in stages]
    rising = all(low < high for low, high in zip([0.0, *shares], shares))
    return bool(stages) and rising and shares[-1] == 1 and all(s.crop >= 16 and s.batch >= 1 for s in stages)


def _one_batch_size(stages: Sequence[Stage]) -> bool:
    return len({stage.batch for stage in stages}) == 1


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
        if "network" in values:
            values["network"] = read_network(values["network"])
        return TrainConfig(**values)
    except TypeError as error:
        raise BadOption(option="config", value=data, detail=str(error)) from error


def config_to_dict(config: TrainConfig) -> dict:
    """Return a config as a mapping that goes through JSON."""
    return json.loads(json.dumps(dataclasses.asdict(config)))


def load_config(path: Path, **overrides: object) -> TrainConfig:
    """Return the config in a JSON file or a preset's name, with `overrides` that are not None. Raises `BadOption`."""
    data = _read_json(path, PRESETS, "config")
    return config_from_dict({**data, **{name: value for name, value in overrides.items() if value is not None}})


def read_network(network: Union[Mapping, str, Path]) -> Mapping:
    """Return a network's config: itself, or the one of an architecture's or preset's name, or in a JSON file.

    Raises `BadOption`.
    """
    if isinstance(network, Mapping):
        return network
    if network in networks.NETWORKS:
        return {"architecture": network}
    return _read_json(network, NETWORK_PRESETS, "network")


def _read_json(path: Union[str, Path], presets: Path, option: str) -> Mapping:
    """Return the mapping in the file `path`, or in that of the preset of this name."""
    file = Path(path)
    if not file.is_file() and (presets / f"{path}.json").is_file():
        file = presets / f"{path}.json"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        known = ", ".join(sorted(preset.stem for preset in presets.glob("*.json")))
        detail = f"it cannot be read ({error}); the presets are {known}"
        raise BadOption(option=option, value=path, detail=detail) from error
    if not isinstance(data, dict):
        raise BadOption(option=option, value=path, detail="it has to hold one JSON object")
    return data


def learning_rate(config: TrainConfig, progress: float) -> float:
    """Return the learning rate when the share `progress` (0–1) of the budget is used."""
    if progress < config.warmup:
        return config.lr * max(progress / config.warmup, 0.01)
    if config.schedule == "exponential":
        ended = int(progress * config.epochs + 1e-9)  # k / n * n may fall just short of k
        return config.lr * config.decay ** min(ended, config.epochs - 1)
    part = (progress - config.warmup) / (1 - config.warmup)
    return config.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(part, 1.0))))
