"""Adapt given weights to one scene: fine-tune them on the user's own layers where they are clear.

First the colours that the network expects by what the radar sees (`networks.radar_prior`) are fitted to the clear dates
of the place and to the clear ground of the scene itself. Then that ground goes under synthetic clouds, and the network
learns to take them away again. It is held back, because a network that is fine-tuned on one place forgets what it knew
of others: each parameter is pulled back to where it was (L2-SP, Li et al. 2018); what counts is a moving average; and
the result may be a mixture of the given and the adapted weights (Wortsman et al. 2022). It is scored on clear pixels
and dates that are not learnt from, and when it gains too little there, the given weights are kept.
"""

from __future__ import annotations

import csv
import itertools
import math
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .. import devices
from ..bands import S2_BANDS
from ..errors import BadOption, BadWeights, Cancelled, OutOfMemory, OutputIsInput, OutputTwice, WeightsFormat
from ..interruption import interruptible
from ..networks import checkpoints
from ..networks.checkpoints import Checkpoint
from ..networks.heads import learning
from ..networks.radar_prior import images_of
from ..prediction import is_out_of_memory
from ..raster import check_writable, is_same_file
from ..requests import Adapt, Event, Log, Progress, Reconstruct
from ..scene import Scene, open_scene
from ..scene_colours import GIVEN, Ground, clear_ground, draws_colours, refit
from .datasets import Scene as TrainingScene
from .losses import LossWeights, ReconstructionLoss
from .own_scene import OwnScene, Patch, read_own_scene
from .sampling import CropSource, Recipe, Sample
from .synthetic_clouds import CloudLibrary, add_clouds

State = Mapping[str, Tensor]
Array = np.ndarray

# What was gained by less than this, in dB, is not worth other weights.
LEAST_GAIN = 0.5
# Scoring takes no more than this share of the time.
SCORING_SHARE = 0.2
# With less of the scene clear, what is clear may be no likeness of what is hidden: a few dark pixels between clouds.
LEAST_OWN_SHARE = 0.1
# What the given colours count against those of other dates of the place: they are of other seasons than the scene.
OF_DATES = 10 * np.array(GIVEN)
MIXTURES = (0.25, 0.5, 0.75)
# Of two mixtures that score as well, to so many dB, the one nearer to the given weights is taken.
TIE = 0.02
READING_SHARE = 0.05


@dataclass(frozen=True)
class Restraint:
    """How training goes and what holds it back.

    `scope`: which parameters move, see `moving_parameters`. `pull`: by which share of the learning rate each step takes
    them back towards the given ones. `patience`: scores without a better one after which it ends, of `scores` that a
    whole run has. The learning rate rises over `warmup` steps and falls to a tenth. The date's own colours are what is
    learnt, so the random gains of `Recipe` are small. Its «real» samples are the layers as they are: what is clear has
    to stay so.

    Few parameters at a high rate gain as much as all at a low one, in two thirds of the time: 40 steps on three Belgian
    dates gained 1.26 dB on a fourth with "gentle" at 1e-3, 1.22 with "late" and 1.19 with "all" at 3e-4, 0.83 with
    "all" at 1e-4. Against another date, the nearly clear image 00316 lost 1.4 dB while it was neither learnt from nor
    scored without clouds, and 0.2 dB since it is.
    """

    scope: str = "gentle"
    lr: float = 1e-3
    pull: float = 1.0
    crop: int = 128
    batch: int = 4
    ema: float = 0.98
    warmup: int = 10
    scores: int = 10
    patience: int = 3
    clip: float = 1.0
    loss: LossWeights = field(default_factory=lambda: LossWeights(charbonnier=1.0, sam=0.05))
    recipe: Recipe = field(
        default_factory=lambda: Recipe(
            real=0.2,
            clouds_on_real=0.0,
            to_l1c=0.0,
            drop_bands=0.0,
            gain=0.0,
            band_gain=0.0,
            date_gain=0.04,
            date_band_gain=0.02,
        )
    )


def adapt(
    request: Adapt,
    report: Callable[[Event], None],
    cancelled: Callable[[], bool],
    observe: Callable[[float, nn.Module], None] | None = None,
    restraint: Restraint = Restraint(),
) -> dict:
    """Carry out `request` and return the values of its result; `observe` is that of `Adaptation.run`.

    `helped` says whether the weights in `output` are adapted ones; if not they are the given ones, tensor by tensor.
    `sentence` says so in words. `before` and `after`: PSNR in dB on withheld clear pixels under synthetic clouds, as
    `cautious` has it, of the given weights and of those in `output`; `tried`, of the best that were tried. `curve`:
    [[seconds, PSNR], …] while it trained. Raises `NotEnoughClear`, `Cancelled`, and what reading, the device and the
    weights have in store; then nothing is written.
    """
    begun = time.monotonic()
    try:
        with _checked(request, report, cancelled) as (scene, dates, checkpoint, device):
            report(Progress(0.0, "Reading clear pixels"))
            own = read_own_scene(scene, dates, checkpoint.tile, request.seed, cancelled)
            warnings = [warning for each in (scene, *dates) for warning in _warnings(each, scene)]
            extent = {"bounds": _bounds(scene), "crs": str(scene.grid.crs) if scene.grid.crs else None}
        report(Log(_found(own)))
        with images_of(scene.level, checkpoint.network):
            run = Adaptation(checkpoint.network, own, request.seed, device, restraint)
            outcome = run.run(request.minutes, request.steps, report, cancelled, observe)
        provenance = _provenance(request, checkpoint, own, outcome, extent)
        if cancelled():
            raise Cancelled
        _write(request, checkpoint, outcome, provenance)
    finally:
        devices.release_unused_memory()
    sentence = outcome.sentence
    report(Log(sentence))
    report(Progress(1.0, "Done"))
    return {
        "output": request.output,
        "curve_file": request.curve,
        "helped": outcome.helped,
        "sentence": sentence,
        "before": outcome.before,
        "after": outcome.after,
        "tried": outcome.tried,
        "mixture": outcome.mixture,
        "curve": [list(point) for point in outcome.curve],
        "steps": outcome.steps,
        "batch": run.batch,
        "clear_pixels": own.learnt_pixels,
        "withheld_pixels": own.withheld_pixels,
        "withheld_date": None if own.withheld_date is None else own.names[own.withheld_date],
        "device": device,
        "model": checkpoint.path.stem,
        "parent_sha256": checkpoint.sha256,
        "warnings": warnings,
        "seconds": round(time.monotonic() - begun, 3),
    }


@contextmanager
def _checked(
    request: Adapt, report: Callable[[Event], None], cancelled: Callable[[], bool]
) -> Iterator[tuple[Scene, list[Scene], Checkpoint, str]]:
    """Look at everything that a request names before any work begins. Raises the error that says what is wrong."""
    if not request.minutes > 0 or not math.isfinite(request.minutes):
        raise BadOption(option="minutes", value=request.minutes, detail="it has to be greater than 0")
    if request.steps is not None and request.steps < 1:
        raise BadOption(option="steps", value=request.steps, detail="it has to be 1 or more")
    device = devices.resolve(request.device)
    parent = checkpoints.resolve(request.model)
    with ExitStack() as stack:
        scene = stack.enter_context(open_scene(_as_reconstruction(request), cancelled))
        dates = [
            stack.enter_context(open_scene(each, cancelled, onto=scene)) for each in _clear_requests(request, scene)
        ]
        inputs = [str(parent), *(source.path for each in (scene, *dates) for source in each.sources)]
        _check_outputs(request, inputs)
        checkpoint = checkpoints.load(parent, device)
        _check_trainable(checkpoint, device)
        for each in (scene, *dates):
            for finding in each.findings():
                report(Log(finding))
            for warning in _warnings(each, scene):
                report(Log(warning, "warning"))
        yield scene, dates, checkpoint, device


def _warnings(date: Scene, scene: Scene) -> list[str]:
    if date.level == scene.level:
        return list(date.warnings)
    its, wanted = (each.level[1:].upper() for each in (date, scene))
    levels = f"«{date.s2.name}» is taken for Level-{its}, the scene for Level-{wanted}: the atmosphere is learnt, too."
    return [*date.warnings, levels]


def _check_outputs(request: Adapt, inputs: Sequence[str]) -> None:
    if Path(request.output).suffix.lower() != ".safetensors":
        raise WeightsFormat(path=request.output)
    for path in filter(None, (request.output, request.curve)):
        if any(is_same_file(path, each) for each in inputs):
            raise OutputIsInput(path=path)
        check_writable(path)
    if request.curve and is_same_file(request.output, request.curve):
        raise OutputTwice(path=request.curve)


def _check_trainable(checkpoint: Checkpoint, device: str) -> None:
    optical, sar = (torch.zeros(1, bands, 32, 32, device=device) for bands in (len(S2_BANDS), 2))
    if not checkpoint.network(optical, sar).requires_grad:
        detail = "it has no parameters that could be adapted"
        raise BadOption(option="model", value=checkpoint.path.stem, detail=detail)


def _as_reconstruction(request: Adapt, **other: object) -> Reconstruct:
    """Return what `open_scene` takes: the rasters of a request and what is said about them."""
    names = {each.name for each in fields(Adapt)} & {each.name for each in fields(Reconstruct)}
    return Reconstruct(**{**{name: getattr(request, name) for name in names}, "feather": 0, **other})


def _clear_requests(request: Adapt, scene: Scene) -> Iterator[Reconstruct]:
    """Yield what opens the clear dates. Raises `BadOption`."""
    for entry, names, crs in itertools.zip_longest(request.clear, request.clear_names, request.clear_crs):
        if entry is None:
            detail = "there are more names than clear dates"
            raise BadOption(option="clear dates", value=len(request.clear), detail=detail)
        (s2, s1), (s2_name, s1_name), (s2_crs, s1_crs) = entry, names or (None, None), crs or (None, None)
        if is_same_file(s2, scene.s2.path):
            raise BadOption(option="clear dates", value=scene.s2.name, detail="it is the cloudy scene itself")
        if s1 is None:
            s1, s1_name, s1_crs = request.s1, request.s1_name, request.s1_crs
        names_and_crs = {"s1_name": s1_name, "s2_name": s2_name, "s1_crs": s1_crs, "s2_crs": s2_crs}
        yield _as_reconstruction(request, s1=s1, s2=s2, mask=None, mask_name=None, mask_crs=None, **names_and_crs)


# Scores -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One window under fixed clouds: cloudy optical [13, T, T]; `patch` holds the truth, `group` what it counts for."""

    group: str
    patch: Patch
    optical: np.ndarray


class WithheldScore:
    """The mean PSNR of a network on withheld clear pixels under clouds that are the same each time, group by group.

    The groups are the scene's own pixels ("own"), those of the clear dates ("dates"), and a withheld date ("date").
    Where enough of the scene is clear, its own pixels are all that counts: its day is the one that is wanted.
    Where a whole date is withheld, pixels of the others are not scored: whoever has learnt the colours of a date knows
    those of its withheld pixels too, and that says nothing of the day that is wanted. A third of the cases each has
    hardly any cloud, which has to be left alone, broken cloud, and closed cloud. No case counts for more than
    `CEILING`: a clear image that is kept nearly as it was would outweigh all clouds.
    """

    CASES = 12
    # Clouds drawn for a case, of which the one that suits is taken.
    DRAWS = 5
    COVERS = (0.02, 0.45, 1.0)
    # An error of 1 % reflectance, in dB.
    CEILING = 40.0

    def __init__(self, own: OwnScene, seed: int) -> None:
        groups: dict[str, list[Patch]] = {}
        for patch in own.withheld:
            name = "own" if patch.date == 0 else "date" if patch.date == own.withheld_date else "dates"
            if name != "dates" or own.withheld_date is None:
                groups.setdefault(name, []).append(patch)
        if own.own_share >= LEAST_OWN_SHARE and "own" in groups:
            groups = {"own": groups["own"]}
        self.cases: list[Case] = []
        for name, patches in sorted(groups.items()):
            for index in range(self.CASES // len(groups)):
                patch = patches[index % len(patches)]
                cover = self.COVERS[(index + index // len(patches)) % len(self.COVERS)]
                rng = np.random.default_rng((seed, len(self.cases)))
                self.cases.append(Case(name, patch, self._clouded(patch.optical, own.library, rng, cover)))

    def _clouded(self, ground: np.ndarray, library: CloudLibrary, rng: np.random.Generator, cover: float) -> np.ndarray:
        drawn = [add_clouds(ground, library, rng) for _ in range(self.DRAWS)]
        cloudy, _ = min(drawn, key=lambda pair: abs(float(pair[1].mean()) - cover))
        return cloudy

    @torch.inference_mode()
    def __call__(self, network: nn.Module, device: str) -> dict[str, float]:
        """Return the score of each group in dB, −inf when an answer is not finite."""
        found: dict[str, list[float]] = {}
        for case in self.cases:
            optical, sar = (torch.from_numpy(image)[None].to(device) for image in (case.optical, case.patch.sar))
            answer = network(optical, sar)[0].float().clamp(0, 1).cpu().numpy()
            bands = list(case.patch.present)
            difference = (answer - case.patch.optical)[bands][:, case.patch.withheld]
            found.setdefault(case.group, []).append(min(psnr(difference), self.CEILING))
        return {group: float(np.mean(values)) for group, values in found.items()}


def cautious(before: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Return one number of the scores of groups: their mean before adapting, and the least that any of them gained.

    What gains on one group and loses on another has learnt a date, not the place.
    """
    return float(np.mean(list(before.values()))) + min(found[group] - before[group] for group in before)


def psnr(difference: np.ndarray) -> float:
    """Return −10 log10 of the mean square, peak 1; 100 at most, −inf for what is not finite."""
    square = float(np.mean(np.square(difference, dtype=np.float64)))
    return -10 * math.log10(max(square, 1e-10)) if math.isfinite(square) else -math.inf


# Training -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of it: the weights to write (None: the given ones), and the scores in dB."""

    state: State | None
    before: float
    tried: float
    mixture: float
    curve: tuple[tuple[float, float], ...]
    steps: int
    seconds: float

    @property
    def helped(self) -> bool:
        return self.state is not None

    @property
    def after(self) -> float:
        return self.tried if self.helped else self.before

    @property
    def sentence(self) -> str:
        if self.helped:
            return (
                f"The adapted weights score better: PSNR {self.after:.2f} dB on withheld clear pixels, "
                f"{self.before:.2f} dB before ({self.mixture:.0%} of the way to the adapted weights)."
            )
        return (
            f"The adapted weights score no better: PSNR {self.tried:.2f} dB at best on withheld clear pixels, "
            f"{self.before:.2f} dB before. A gain of {LEAST_GAIN} dB is asked for, so the given weights are kept."
        )


def moving_parameters(network: nn.Module, scope: str) -> list[tuple[str, nn.Parameter]]:
    """Return the parameters that move: "all"; "late", the last third of them; or "gentle".

    "gentle" are biases and gains, which have one dimension, and the weights of the last layer.
    """
    named = [(name, each) for name, each in network.named_parameters() if each.requires_grad]
    if scope == "all":
        return named
    if scope == "late":
        return named[-(len(named) // 3) :]
    last = max(index for index, (_, each) in enumerate(named) if each.ndim > 1)
    return [pair for index, pair in enumerate(named) if pair[1].ndim <= 1 or index == last]


def mixed(given: State, adapted: State, share: float) -> dict[str, Tensor]:
    """Return given + `share` (adapted − given), tensor by tensor."""
    return {
        name: torch.lerp(tensor, adapted[name], share) if tensor.is_floating_point() else tensor
        for name, tensor in given.items()
    }


class Adaptation:
    """One run on what there is to learn from; `network` is that of the given weights, in evaluation mode.

    It stays so: what its normalisation layers have learnt of the world, one scene cannot teach them.
    """

    def __init__(
        self, network: nn.Module, own: OwnScene, seed: int, device: str, restraint: Restraint = Restraint()
    ) -> None:
        self.restraint = restraint
        self.batch = restraint.batch
        self._device = device
        self._network = network.eval()
        self._given = _copied(network.state_dict())
        self._scored = deepcopy(network)
        self._average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(restraint.ema))
        moving = moving_parameters(network, restraint.scope)
        network.requires_grad_(False)
        for _, parameter in moving:
            parameter.requires_grad_(True)
        self._moving = [(parameter, self._given[name]) for name, parameter in moving]
        self._optimizer = torch.optim.Adam([parameter for parameter, _ in self._moving], lr=restraint.lr)
        self._loss = ReconstructionLoss(restraint.loss).to(device)
        self._score = WithheldScore(own, seed)
        self._own_share = own.own_share
        self._crops = CropSource(own.training_scenes(), restraint.recipe, seed)
        self._crops.library = own.library

    def run(
        self,
        minutes: float,
        steps: int | None,
        report: Callable[[Event], None],
        cancelled: Callable[[], bool],
        observe: Callable[[float, nn.Module], None] | None = None,
    ) -> Outcome:
        """Train until the time or the steps are used, or until it gets no better; return the best.

        `observe` is shown each network that is scored while it trains, with the seconds until then; what it takes
        itself does not count. Raises `Cancelled`, `OutOfMemory`, `BadWeights`.
        """
        budget = _Budget(minutes * 60, steps, self.restraint.scores)
        first: dict[str, float] = {}

        def scored(state: State, look: Callable[[float, nn.Module], None] | None = None) -> float:
            self._scored.load_state_dict(state)
            seconds = budget.seconds
            found = self._score(self._scored, self._device)
            if not first:
                first.update(found)
            value = cautious(first, found)
            budget.score_seconds = budget.seconds - seconds
            if look:
                with budget.paused():
                    look(seconds, self._scored)
            return value

        with interruptible(self._network, cancelled), interruptible(self._scored, cancelled):
            before = scored(self._given, observe)
            if not math.isfinite(before):
                raise BadWeights(path="the given weights", detail="their answer is not finite")
            report(Log(f"PSNR {before:.2f} dB on withheld clear pixels before adapting."))
            start = self._fit_colours(budget, before, lambda state: scored(state, observe), report)
            curve, best = self._train(budget, *start, lambda state: scored(state, observe), report, cancelled)
            tried, mixture = (curve[-1][1], 0.0) if best is None else self._mixture(best, curve, scored)
        helped = best is not None and tried >= before + LEAST_GAIN
        state = mixed(self._given, best, mixture) if helped else None
        return Outcome(state, before, tried, mixture if helped else 0.0, tuple(curve), budget.step, budget.seconds)

    def _fit_colours(
        self, budget: _Budget, before: float, scored: Callable[[State], float], report: Callable[[Event], None]
    ) -> tuple[list[tuple[float, float]], State | None]:
        """Return what training starts with: the curve, and the given weights with the place's own colours by radar.

        Those of the clear dates are tried first, and then, from there, those of the scene's own clear ground. None for
        the weights where neither shows enough or scores any better; then the network is as it was given.
        """
        curve: list[tuple[float, float]] = [(0.0, before)]
        if not draws_colours(self._network):
            return curve, None
        best: State | None = None
        for whose, grounds, held in self._grounds():
            state = best or self._given
            colours = state["expected.colours"]
            fitted = torch.from_numpy(refit(colours.cpu().numpy(), grounds, held)).to(colours)
            seconds, value = budget.seconds, scored({**state, "expected.colours": fitted})
            report(Log(f"PSNR {value:.2f} dB on withheld clear pixels with the colours of {whose}."))
            top = max(value for _, value in curve)
            curve.append((round(seconds, 1), value))
            if value > top:
                best = {**state, "expected.colours": fitted}
        if best is not None:
            self._network.load_state_dict(best)
        return curve, best

    def _grounds(self) -> Iterator[tuple[str, list[Ground], Array]]:
        """Yield whose clear ground tells colours, what it shows, and what the colours so far count against it."""
        dates = [scene for scene in self._crops.clear if scene.group == "dates"]
        if dates:
            yield "the clear dates", [self._ground(scene, scene.clear) for scene in dates], OF_DATES
        own = [scene for scene in self._crops.clear if scene.group == "own"]
        if own and self._own_share >= LEAST_OWN_SHARE:
            yield "the scene's own clear ground", [self._ground(scene, self._seen(scene)) for scene in own], GIVEN

    def _ground(self, scene: TrainingScene, image: Array) -> Ground:
        level = self._network.expected.level.upper()
        return clear_ground(image, scene.sar, scene.valid, level, scene.present)

    @torch.inference_mode()
    def _seen(self, scene: TrainingScene) -> Array:
        """Return the image [13, T, T] as the network sees it: without the haze of which nobody has said where it is."""
        optical, sar = (torch.from_numpy(image)[None].to(self._device) for image in (scene.clear, scene.sar))
        return self._network(optical, sar)[0].float().clamp(0, 1).cpu().numpy()

    def _train(
        self,
        budget: _Budget,
        curve: list[tuple[float, float]],
        best: State | None,
        scored: Callable[[State], float],
        report: Callable[[Event], None],
        cancelled: Callable[[], bool],
    ) -> tuple[list[tuple[float, float]], State | None]:
        """Go on with `curve`, the scores so far, and return it with the weights of its highest point.

        `best` are those so far: None, and None is returned, where the given weights are.
        """
        before, waited = curve[0][1], 0
        for sample in self._samples(budget):
            if cancelled():
                raise Cancelled
            if not self._step(sample, budget):
                report(Log("The training diverged and was ended.", "warning"))
                break
            self._average.update_parameters(self._network)
            budget.step += 1
            top = max(value for _, value in curve)
            words = f"Adapting: step {budget.step}, PSNR {top:.2f} dB, {before:.2f} dB before"
            report(Progress(READING_SHARE + (1 - READING_SHARE) * budget.progress, words))
            if not budget.score_is_due():
                continue
            seconds = budget.seconds
            value = scored(self._average.module.state_dict())
            if not math.isfinite(value):
                break
            curve.append((round(seconds, 1), value))
            report(Log(f"PSNR {value:.2f} dB on withheld clear pixels after {budget.step} steps, {seconds:.0f} s."))
            waited = 0 if value > top else waited + 1
            if value > top:
                best = _copied(self._average.module.state_dict())
            if waited >= self.restraint.patience:
                break
        return curve, best

    def _mixture(
        self, best: State, curve: Sequence[tuple[float, float]], scored: Callable[[State], float]
    ) -> tuple[float, float]:
        """Return the score of the best mixture of the given and the adapted weights, and the share of the latter."""
        found = {share: scored(mixed(self._given, best, share)) for share in MIXTURES}
        found[1.0] = max(value for _, value in curve)
        share = min(share for share, value in found.items() if value >= max(found.values()) - TIE)
        return found[share], share

    def _samples(self, budget: _Budget) -> Iterator[Sample]:
        """Yield batches until the budget is used; the next one is drawn while one is learnt from."""
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(self._crops.batch, 0, self.batch, self.restraint.crop)
            while budget.progress < 1:
                sample = waiting.result()
                waiting = pool.submit(self._crops.batch, budget.step + 1, self.batch, self.restraint.crop)
                yield sample

    def _step(self, sample: Sample, budget: _Budget) -> bool:
        """Learn from a batch, or from as much of it as the memory holds; return whether the gradient was finite.

        Raises `OutOfMemory`.
        """
        while True:
            try:
                return self._learn(sample, budget)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Here, where the error and with it the tensors of its frames are gone.
            self._optimizer.zero_grad(set_to_none=True)
            devices.release_unused_memory()
            if self.batch == 1:
                raise OutOfMemory(device=self._device, tile=self.restraint.crop)
            self.batch //= 2

    def _learn(self, sample: Sample, budget: _Budget) -> bool:
        rate = self.restraint.lr * min(1.0, (budget.step + 1) / self.restraint.warmup)
        rate *= 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * budget.schedule))
        self._optimizer.param_groups[0]["lr"] = rate
        parts = (getattr(sample, name)[: self.batch] for name in Sample.__dataclass_fields__)
        optical, sar, target, weight = (
            torch.from_numpy(part).to(self._device, memory_format=torch.channels_last) for part in parts
        )
        with learning(self._network):
            prediction = self._network(optical, sar)
        loss, _ = self._loss(prediction, target, weight, optical)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_([parameter for parameter, _ in self._moving], self.restraint.clip)
        if not torch.isfinite(norm):
            return False
        self._optimizer.step()
        with torch.no_grad():
            for parameter, given in self._moving:
                parameter.lerp_(given, rate * self.restraint.pull)
        return True


class _Budget:
    """How much of the time and of the steps of a run is used, and when the next score is due."""

    def __init__(self, limit: float, steps: int | None, scores: int) -> None:
        self.step = 0
        # What one score takes; so long for each mixture is kept back at the end.
        self.score_seconds = 0.0
        self._limit = limit
        self._steps = steps
        self._scores = scores
        self._begun = time.monotonic()
        self._last = 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    @property
    def progress(self) -> float:
        """The used share of the budget, 0–1."""
        limit = max(self._limit - len(MIXTURES) * self.score_seconds, 1e-3)
        return min(1.0, max(self.seconds / limit, self.step / self._steps if self._steps else 0.0))

    @property
    def schedule(self) -> float:
        """How far the learning rate has come, 0–1: by steps where they are given, so that a run can be repeated."""
        return min(1.0, self.step / self._steps) if self._steps else self.progress

    def score_is_due(self) -> bool:
        """Whether to score now; says so once."""
        spacing = max(1 / self._scores, self.score_seconds / SCORING_SHARE / self._limit)
        due = self.progress >= 1 or self.progress - self._last >= spacing
        if due:
            self._last = self.progress
        return due

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no time go by in the `with` block."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._begun += time.monotonic() - begun


def _copied(state: State) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in state.items()}


# Results ------------------------------------------------------------------------------------------------------------


def _write(request: Adapt, checkpoint: Checkpoint, outcome: Outcome, provenance: dict) -> None:
    output = Path(request.output)
    if outcome.state is None:
        checkpoints.copy(checkpoint.path, output, provenance)
    else:
        checkpoint.network.load_state_dict(outcome.state)
        checkpoints.save(output, checkpoint.network, provenance)
    if request.curve:
        with open(request.curve, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("seconds", "psnr"))
            writer.writerows((f"{seconds:.1f}", f"{value:.4f}") for seconds, value in outcome.curve)


def _provenance(request: Adapt, checkpoint: Checkpoint, own: OwnScene, outcome: Outcome, extent: dict) -> dict:
    """Return where the weights in the output come from: what is known of the given ones, and the adaptation."""
    return {
        **checkpoint.provenance,
        "parent": {"name": checkpoint.path.stem, "sha256": checkpoint.sha256},
        "adaptation": {
            "helped": outcome.helped,
            "sentence": outcome.sentence,
            "layers": list(own.names),
            "withheld_layer": None if own.withheld_date is None else own.names[own.withheld_date],
            "place": extent,
            "command": _command(request),
            "minutes": request.minutes,
            "seconds": round(outcome.seconds),
            "steps": outcome.steps,
            "mixture": outcome.mixture,
            "psnr_before": outcome.before,
            "psnr_after": outcome.after,
            "curve": [list(point) for point in outcome.curve],
            "finished": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
            "torch": torch.__version__,
        },
    }


def _command(request: Adapt) -> str:
    """Return a command line like the one that asked for this, with the names of the files and not where they lie."""
    words = ["sar-cloud-removal", "adapt"]
    for name in ("s1", "s2", "mask", "output"):
        if getattr(request, name):
            words += [f"--{name}", Path(getattr(request, name)).name]
    for pair in request.clear:
        words += ["--clear", ",".join(Path(path).name for path in pair if path)]
    words += ["--model", Path(request.model).name, "--minutes", f"{request.minutes:g}", "--seed", str(request.seed)]
    return shlex.join(words)


def _bounds(scene: Scene) -> list[float]:
    """Return left, bottom, right, top of the extent."""
    result = scene.result
    corners = [result.transform * corner for corner in ((0, 0), (result.width, result.height))]
    xs, ys = zip(*corners)
    return [min(xs), min(ys), max(xs), max(ys)]


def _found(own: OwnScene) -> str:
    withheld = "" if own.withheld_date is None else f", among them all of «{own.names[own.withheld_date]}»"
    return (
        f"Clear pixels to learn from: {own.learnt_pixels}, dates: {len({patch.date for patch in own.learnt})}. "
        f"Withheld to score by: {own.withheld_pixels}{withheld}."
    )
