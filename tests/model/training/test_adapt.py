from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import torch
from affine import Affine
from safetensors import safe_open

from sar_cloud_removal.model import errors
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.networks import build, checkpoints
from sar_cloud_removal.model.requests import Adapt, Log, Progress
from sar_cloud_removal.model.scene import open_scene
from sar_cloud_removal.model.tiling import Window
from sar_cloud_removal.model.training import adapt as adapting
from sar_cloud_removal.model.training import own_scene
from sar_cloud_removal.model.training.adapt import Restraint, WithheldScore, adapt, mixed, moving_parameters, psnr
from sar_cloud_removal.model.training.own_scene import Blocks, read_own_scene

from ..conftest import OURS, TRANSFORM, names_in

SIDE = 96
SIZES = {"base_width": 8, "directed_width": 8, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 2}
NETWORK = {"architecture": "multistage_fusion", **SIZES, **OURS}
QUICK = Restraint(scope="all", lr=5e-3, pull=0.0, crop=32, ema=0.8, warmup=1, scores=4)
SLOPE = np.arange(13)[:, None, None]


def land(seed: int = 0) -> np.ndarray:
    """Fields that both sensors see, [SIDE, SIDE], 0–1."""
    return np.kron(np.random.default_rng(seed).random((12, 12)), np.ones((8, 8)))


def optical(gain: float = 1.0, seed: int = 0) -> np.ndarray:
    """Fields that are bright where the backscatter is high, DN; `gain` is what their colours differ by."""
    image = np.rint(gain * (400 + 60 * SLOPE + 1500 * land(seed) * (SLOPE + 4) / 16)).astype(np.uint16)
    image[S2_BANDS.index("B10")] = 10
    return image


def backscatter(seed: int = 0) -> np.ndarray:
    return np.stack([-15 + 10 * land(seed), -21 + 10 * land(seed)]).astype(np.float32)


def clouded(image: np.ndarray) -> np.ndarray:
    cloudy = image.copy()
    cloudy[:, :, : SIDE // 4] = 7000
    return cloudy


def quiet(_: object) -> None:
    pass


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "untrained.safetensors"
    checkpoints.save(path, build(NETWORK), {"tile": 64, "places": ["x"]})
    return path


@pytest.fixture
def place(make_s1: Callable, make_s2: Callable, make_raster: Callable, tmp_path: Path) -> Callable[..., Adapt]:
    """Return the request for a scene whose left quarter is cloud, and of `dates` clear dates."""

    def made(gain: float = 1.0, dates: int = 0, **options: object) -> Adapt:
        mask = np.zeros((1, SIDE, SIDE), np.uint8)
        mask[..., : SIDE // 4] = 1
        clear = tuple((make_s2(optical(gain + 0.02 * n), f"clear{n}.tif"), None) for n in range(1, dates + 1))
        fields = {
            "s1": make_s1(backscatter()),
            "s2": make_s2(clouded(optical(gain))),
            "mask": make_raster("mask.tif", mask),
            "clear": clear,
            "output": str(tmp_path / "adapted.safetensors"),
            "device": "cpu",
            "minutes": 60.0,
            "s2_offset": 0.0,
        }
        return Adapt(**{**fields, **options})

    return made


@pytest.fixture(scope="module")
def trained(untrained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that know the made-up land in its own colours, in half precision."""
    folder = tmp_path_factory.mktemp("trained")
    paths = []
    for name, pixels, names in (("s1", backscatter(), ("VV", "VH")), ("s2", optical(), S2_BANDS)):
        paths.append(str(folder / f"{name}.tif"))
        profile = {"driver": "GTiff", "height": SIDE, "width": SIDE, "count": len(pixels), "dtype": pixels.dtype}
        with rasterio.open(paths[-1], "w", crs="EPSG:32632", transform=TRANSFORM, **profile) as file:
            file.write(pixels)
            file.descriptions = names
    path = folder / "first.safetensors"
    request = Adapt(*paths, str(path), model=str(untrained), device="cpu", minutes=60, s2_offset=0.0, steps=40)
    assert adapt(request, quiet, never, restraint=QUICK)["helped"]
    checkpoint = checkpoints.load(path)
    half = folder / "trained.safetensors"
    checkpoints.save(half, checkpoint.network, {"tile": 64, "places": ["x"]}, torch.float16)
    return half


def tensors(path: str | Path) -> dict[str, torch.Tensor]:
    with safe_open(str(path), framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


# What it does -------------------------------------------------------------------------------------------------------


def test_it_helps_where_the_colours_are_others(place: Callable, trained: Path, tmp_path: Path) -> None:
    events: list = []
    request = place(gain=1.5, model=str(trained), steps=24, curve=str(tmp_path / "curve.csv"))
    values = adapt(request, events.append, never, restraint=QUICK)
    assert values["helped"]
    assert values["after"] >= values["before"] + 1
    assert values["tried"] == values["after"]
    said = f"The adapted weights score better: PSNR {values['after']:.2f} dB on withheld clear pixels, "
    assert values["sentence"].startswith(said)
    assert values["steps"] == 24 and values["mixture"] > 0
    # What it says is what the file does.
    checkpoint = checkpoints.load(Path(request.output))
    with open_scene(adapting._as_reconstruction(request), never) as scene:
        own = read_own_scene(scene, (), 64, request.seed, never)
    found = WithheldScore(own, request.seed)(checkpoint.network, "cpu")
    assert found == {"own": pytest.approx(values["after"], abs=1e-3)}
    # The course of it.
    assert values["curve"][0] == [0.0, values["before"]]
    with open(request.curve, newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["seconds", "psnr"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([each[1] for each in values["curve"]], abs=1e-4)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert values["sentence"] in [event.message for event in events if isinstance(event, Log)]
    # Where it comes from.
    said = checkpoint.provenance
    assert said["parent"] == {"name": "trained", "sha256": checkpoints.load(trained).sha256}
    assert (said["tile"], said["places"]) == (64, ["x"])
    story = said["adaptation"]
    assert (story["helped"], story["layers"], story["steps"]) == (True, ["s2.tif"], 24)
    assert story["place"] == {"bounds": [500000.0, 4999040.0, 500960.0, 5000000.0], "crs": "EPSG:32632"}
    assert story["command"].startswith("sar-cloud-removal adapt --s1 s1.tif --s2 s2.tif --mask mask.tif --output ")
    assert (story["psnr_before"], story["psnr_after"]) == (values["before"], values["after"])
    assert names_in(tmp_path) == ["adapted.safetensors", "curve.csv", "mask.tif", "s1.tif", "s2.tif"]


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    """Weights of a network that believes itself nothing of hidden ground, and takes all ground for hidden."""
    torch.manual_seed(0)
    network = build({**NETWORK, "shrinkage": 1.0})
    network.head.bias.data[len(network.head.bias) // 2 :] = 20.0
    path = tmp_path / "blind.safetensors"
    checkpoints.save(path, network, {"tile": 64, "places": ["x"]})
    return path


STILL = Restraint(**{**vars(QUICK), "lr": 1e-9})


def messages(events: list) -> str:
    return "\n".join(event.message for event in events if isinstance(event, Log))


@pytest.mark.parametrize(
    ("hidden", "dates", "whose"), [(0.25, 0, "the scene's own clear ground"), (1.0, 3, "the clear dates")]
)
def test_hidden_ground_gets_the_colours_by_radar_of_clear_ground(
    place: Callable,
    blind: Path,
    make_raster: Callable,
    monkeypatch: pytest.MonkeyPatch,
    hidden: float,
    dates: int,
    whose: str,
) -> None:
    monkeypatch.setattr(adapting.Adaptation, "_seen", lambda self, scene: scene.clear)  # no haze, and no blindness
    mask = np.zeros((1, SIDE, SIDE), np.uint8)
    mask[..., : round(SIDE * hidden)] = 1
    events: list = []
    request = place(gain=1.5, dates=dates, model=str(blind), steps=1, mask=make_raster("hidden.tif", mask))
    values = adapt(request, events.append, never, restraint=STILL)
    assert values["helped"] and values["mixture"] == 1.0
    assert values["after"] > values["before"] + 3
    assert messages(events).count("with the colours of") == 1 and f"with the colours of {whose}." in messages(events)
    adapted, network = (checkpoints.load(Path(path)).network for path in (request.output, blind))
    assert not torch.equal(adapted.expected.colours, network.expected.colours)
    assert adapted.expected.level == "l1c"
    assert torch.equal(adapted.head.bias, network.head.bias)


def test_the_scenes_own_colours_come_after_those_of_the_dates(
    place: Callable, blind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapting.Adaptation, "_seen", lambda self, scene: scene.clear)
    events: list = []
    values = adapt(place(gain=1.5, dates=2, model=str(blind), steps=1), events.append, never, restraint=STILL)
    said = messages(events)
    assert 0 < said.find("colours of the clear dates") < said.find("colours of the scene's own clear ground")
    assert values["helped"] and max(value for _, value in values["curve"]) == values["tried"]


def test_a_clear_date_of_another_product_level_is_warned_of(
    place: Callable, make_raster: Callable, trained: Path
) -> None:
    cirrus = S2_BANDS.index("B10")
    names = [band for band in S2_BANDS if band != "B10"]
    under = make_raster("l2a.tif", np.delete(optical(), cirrus, axis=0), descriptions=names)
    values = adapt(place(model=str(trained), steps=1, clear=((under, None),)), quiet, never, restraint=STILL)
    assert "«l2a.tif» is taken for Level-2A, the scene for Level-1C" in "\n".join(values["warnings"])
    alike = adapt(place(model=str(trained), steps=1, dates=1), quiet, never, restraint=STILL)
    assert "is taken for" not in "\n".join(alike["warnings"])


def test_own_ground_is_learnt_from_as_the_network_sees_it(
    place: Callable, blind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be haze over it. A network that is blind sees its own colours all over, and learns nothing of them."""
    monkeypatch.setattr(adapting, "OF_DATES", np.full(3, 1e9))
    monkeypatch.setattr(adapting, "LEAST_GAIN", -100.0)
    request = place(gain=1.5, dates=1, model=str(blind), steps=1)
    adapt(request, quiet, never, restraint=STILL)
    before, after = (tensors(path)["expected.colours"] for path in (blind, request.output))
    assert (after - before).abs().max() < 0.02


def test_closed_cloud_teaches_although_evaluation_draws_it_to_the_prior(
    place: Callable, blind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In evaluation mode `shrinkage` 1 gives the prior wherever α is 1, whatever the network says."""
    clip, norms = torch.nn.utils.clip_grad_norm_, []

    def watched(*arguments: object) -> torch.Tensor:
        norms.append(clip(*arguments))
        return norms[-1]

    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", watched)
    adapt(place(gain=1.5, model=str(blind), steps=3), quiet, never, restraint=STILL)
    assert len(norms) == 3 and min(norms) > 1e-3


def test_colours_that_score_no_better_are_not_taken(
    place: Callable, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapting, "refit", lambda given, grounds, ridge: np.full_like(given, 0.5))
    request = place(model=str(trained), steps=1)
    assert not adapt(request, quiet, never, restraint=STILL)["helped"]
    assert torch.equal(tensors(request.output)["expected.colours"], tensors(trained)["expected.colours"])


def test_the_scenes_own_day_decides_where_enough_of_it_is_clear(
    place: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = place(dates=3)
    with open_scene(adapting._as_reconstruction(request), never) as scene:
        dates = [open_scene(each, never, onto=scene) for each in adapting._clear_requests(request, scene)]
        with contextlib.ExitStack() as stack:
            own = read_own_scene(scene, [stack.enter_context(date) for date in dates], 64, 0, never)
    assert own.own_share == pytest.approx(0.75, abs=0.1)
    assert {case.group for case in WithheldScore(own, 0).cases} == {"own"}
    monkeypatch.setattr(adapting, "LEAST_OWN_SHARE", 0.9)
    assert {case.group for case in WithheldScore(own, 0).cases} == {"own", "date"}


def test_harm_is_refused_and_the_given_weights_are_kept_to_the_bit(
    place: Callable, trained: Path, tmp_path: Path
) -> None:
    events: list = []
    careless = Restraint(**{**vars(QUICK), "lr": 0.5, "patience": 2})
    request = place(model=str(trained), steps=8)
    values = adapt(request, events.append, never, restraint=careless)
    assert not values["helped"]
    assert values["before"] == values["after"] >= values["tried"] - adapting.LEAST_GAIN
    assert values["mixture"] == 0.0
    assert values["sentence"].startswith("The adapted weights score no better: ")
    assert values["sentence"].endswith("so the given weights are kept.")
    kept, given = tensors(request.output), tensors(trained)
    assert kept.keys() == given.keys()
    assert all(kept[name].dtype == given[name].dtype and torch.equal(kept[name], given[name]) for name in given)
    said = checkpoints.load(Path(request.output)).provenance
    assert said["adaptation"]["helped"] is False and said["parent"]["name"] == "trained"


def test_a_training_that_diverges_keeps_the_given_weights(place: Callable, trained: Path) -> None:
    endless = Restraint(**{**vars(QUICK), "lr": 1e30})
    request = place(model=str(trained), steps=8)
    values = adapt(request, quiet, never, restraint=endless)
    assert not values["helped"]
    assert json.dumps(values, allow_nan=False)
    assert all(torch.equal(each, tensors(trained)[name]) for name, each in tensors(request.output).items())


def test_it_stops_when_it_gets_no_better(place: Callable, trained: Path) -> None:
    careless = Restraint(**{**vars(QUICK), "lr": 0.5, "patience": 1, "scores": 10})
    values = adapt(place(model=str(trained), steps=40), quiet, never, restraint=careless)
    assert values["steps"] < 40


def test_the_same_twice_and_another_with_another_seed(place: Callable, trained: Path, tmp_path: Path) -> None:
    made = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        request = place(gain=1.5, model=str(trained), steps=6, seed=seed, output=str(tmp_path / f"{name}.safetensors"))
        assert adapt(request, quiet, never, restraint=QUICK)["helped"]
        made.append(tensors(request.output))
    assert all(torch.equal(made[0][name], made[1][name]) for name in made[0])
    assert not all(torch.equal(made[0][name], made[2][name]) for name in made[0])


def test_time_is_kept(place: Callable, trained: Path) -> None:
    seconds = 6
    values = adapt(place(model=str(trained), minutes=seconds / 60), quiet, never, restraint=QUICK)
    assert values["steps"] >= 1
    assert values["curve"][-1][0] <= 3 * seconds  # far from a run that does not look at the clock


@pytest.mark.parametrize("looks", [0, 1, 3, 30, 300])
def test_cancel_leaves_nothing(place: Callable, trained: Path, tmp_path: Path, looks: int) -> None:
    seen = []

    def cancelled() -> bool:
        seen.append(None)
        return len(seen) > looks

    request = place(model=str(trained), steps=500, curve=str(tmp_path / "curve.csv"))
    before = names_in(tmp_path)
    with pytest.raises(errors.Cancelled):
        adapt(request, quiet, cancelled, restraint=QUICK)
    assert names_in(tmp_path) == before


# Holding back -------------------------------------------------------------------------------------------------------


def test_only_few_parameters_move() -> None:
    network = build(NETWORK)
    named = dict(network.named_parameters())
    assert [name for name, _ in moving_parameters(network, "all")] == list(named)
    gentle = dict(moving_parameters(network, "gentle"))
    assert "head.weight" in gentle and "head.bias" in gentle
    assert all(each.ndim == 1 or name == "head.weight" for name, each in gentle.items())
    assert {name for name, each in named.items() if each.ndim == 1} <= set(gentle)


def test_what_does_not_move_stays(place: Callable, trained: Path) -> None:
    request = place(gain=1.5, model=str(trained), steps=12)
    gentle = Restraint(**{**vars(QUICK), "scope": "gentle"})
    assert adapt(request, quiet, never, restraint=gentle)["helped"]
    adapted, given = (checkpoints.load(Path(path)).network.state_dict() for path in (request.output, trained))
    changed = {name for name in given if not torch.equal(adapted[name], given[name])}
    assert "head.weight" in changed
    assert all(given[name].ndim == 1 or name in ("head.weight", "expected.colours") for name in changed)


def test_the_pull_holds_the_weights_where_they_were(place: Callable, trained: Path, tmp_path: Path) -> None:
    moved = []
    for name, pull in (("free", 0.0), ("held", 100.0)):
        request = place(gain=1.5, model=str(trained), steps=12, output=str(tmp_path / f"{name}.safetensors"))
        adapt(request, quiet, never, restraint=Restraint(**{**vars(QUICK), "pull": pull}))
        adapted, given = (checkpoints.load(Path(path)).network.state_dict() for path in (request.output, trained))
        moved.append(sum(float((adapted[key] - given[key]).square().sum()) for key in given) ** 0.5)
    assert moved[1] < 0.8 * moved[0]


def test_mixtures_lie_between() -> None:
    given, adapted = {"a": torch.tensor([0.0, 4.0])}, {"a": torch.tensor([2.0, 0.0])}
    assert mixed(given, adapted, 0.25)["a"].tolist() == [0.5, 3.0]


def test_too_little_memory_halves_the_batch(place: Callable, trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def learn_within(most: int) -> Callable:
        def learn(self, sample, budget):
            if self.batch > most:
                raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
            return original(self, sample, budget)

        return learn

    original = adapting.Adaptation._learn
    monkeypatch.setattr(adapting.Adaptation, "_learn", learn_within(1))
    assert adapt(place(model=str(trained), steps=2), quiet, never, restraint=QUICK)["batch"] == 1
    monkeypatch.setattr(adapting.Adaptation, "_learn", learn_within(0))
    with pytest.raises(errors.OutOfMemory, match="too little memory even for one tile of 32 pixels"):
        adapt(place(model=str(trained), steps=2), quiet, never, restraint=QUICK)


# What is withheld ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [(0, 0), (1, 3)])
def test_withheld_blocks_have_a_margin(shift: tuple[int, int]) -> None:
    blocks = Blocks(8, shift)
    whole = blocks.near(Window(0, 0, 64, 64), 0)
    assert whole.mean() == 2 / 16
    around = blocks.near(Window(0, 0, 64, 64), 4)
    assert around.mean() == 8 / 16
    assert (around | ~whole).all()
    # Windows agree on it.
    assert (blocks.near(Window(5, 9, 20, 30), 4) == around[5:25, 9:39]).all()


def test_nothing_is_both_learnt_and_scored(place: Callable) -> None:
    request = place(dates=3)
    with open_scene(adapting._as_reconstruction(request), never) as scene:
        opened = [open_scene(each, never, onto=scene) for each in adapting._clear_requests(request, scene)]
        dates = [each.__enter__() for each in opened]
        own = read_own_scene(scene, dates, 64, 0, never)
        for each in opened:
            each.__exit__(None, None, None)
    assert own.names == ("s2.tif", "clear1.tif", "clear2.tif", "clear3.tif")
    # Of three, the one that is second in likeness.
    assert own.withheld_date == 2
    learnt, scored = np.zeros((4, SIDE, SIDE), bool), np.zeros((4, SIDE, SIDE), bool)
    for patch in own.patches:
        area = patch.window.slices
        size = (slice(0, patch.window.height), slice(0, patch.window.width))
        learnt[(patch.date, *area)] |= patch.learnt[size]
        scored[(patch.date, *area)] |= patch.withheld[size]
    assert not learnt[2].any() and scored[2].all()
    ground = [0, 1, 3]
    assert not (learnt[ground].any(axis=0) & scored[ground].any(axis=0)).any()
    assert not learnt[0, :, : SIDE // 4].any() and not scored[0, :, : SIDE // 4].any()
    assert learnt[0].sum() > 1000 and scored[0].sum() > 200


def test_reading_is_bounded(place: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_scene, "MOST_PATCHES", 5)
    with open_scene(adapting._as_reconstruction(place()), never) as scene:
        own = read_own_scene(scene, (), 32, 0, never)
    assert len(own.patches) == 5


def test_the_clouds_are_the_scenes_own(place: Callable) -> None:
    with open_scene(adapting._as_reconstruction(place()), never) as scene:
        own = read_own_scene(scene, (), 64, 0, never)
    assert own.library.fields
    assert np.abs(own.library.spectra - 0.7).max(axis=1).min() == pytest.approx(0, abs=1e-6)


def test_clear_ground_of_a_product_mask_is_learnt_from(place: Callable, make_raster: Callable) -> None:
    scl = np.full((1, SIDE, SIDE), 4, np.uint8)
    scl[..., : SIDE // 4], scl[..., SIDE // 4 : SIDE // 2] = 9, 3
    request = place(mask=make_raster("scl.tif", scl), mask_kind="scl")
    with open_scene(adapting._as_reconstruction(request), never) as scene:
        own = read_own_scene(scene, [], 64, 0, never)
    assert own.own_share == pytest.approx(0.5)


def test_clear_parts_are_looked_for_without_a_mask(place: Callable) -> None:
    with open_scene(adapting._as_reconstruction(place(mask=None)), never) as scene:
        own = read_own_scene(scene, (), 64, 0, never)
    for patch in own.patches:
        columns = patch.window.column + np.flatnonzero(patch.clear.any(axis=0))
        assert columns.min() >= SIDE // 4 + 9
    assert own.learnt_pixels > 1000


def test_scores_of_exact_images() -> None:
    assert psnr(np.full(7, 0.1)) == pytest.approx(20)
    assert psnr(np.zeros(7)) == 100
    assert psnr(np.array([np.nan])) == -np.inf


# Clear dates on other grids -----------------------------------------------------------------------------------------


def test_a_clear_date_is_read_onto_the_grid_of_the_scene(place: Callable, make_s2: Callable) -> None:
    """One that begins 8 pixels later in both directions, with the same pixels."""
    part = make_s2(optical()[:, 8:, 8:], "part.tif", transform=TRANSFORM * Affine.translation(8, 8))
    request = place(clear=((part, None),))
    with open_scene(adapting._as_reconstruction(request), never) as scene:
        (other,) = adapting._clear_requests(request, scene)
        with open_scene(other, never, onto=scene) as date:
            tile = date.read_tile(Window(0, 0, SIDE, SIDE), SIDE, everywhere=True)
    assert not tile.needed[:8].any() and not tile.needed[:, :8].any()
    assert tile.needed[8:, 8:].all()
    assert tile.optical[:, 8:, 8:] == pytest.approx(optical()[:, 8:, 8:] / 10000, abs=1e-5)


# Errors -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"minutes": 0.0}, errors.BadOption, "«minutes» has the value «0.0»"),
        ({"minutes": float("nan")}, errors.BadOption, "«minutes»"),
        ({"steps": 0}, errors.BadOption, "«steps»"),
        ({"output": "w.tif"}, errors.WeightsFormat, "«w.tif» is no name for weights"),
        ({"output": "/nowhere/w.safetensors"}, errors.OutputNotWritable, "the folder does not exist"),
        ({"model": "none"}, errors.UnknownModel, "There is no model «none»"),
        ({"device": "tpu"}, errors.NoSuchDevice, "«tpu»"),
        ({"s1": "/nowhere.tif"}, errors.UnreadableInput, "«nowhere.tif» cannot be read"),
        ({"clear_names": (("a", None),)}, errors.BadOption, "there are more names than clear dates"),
    ],
)
def test_what_does_not_work_is_said_before_any_work(
    place: Callable, untrained: Path, changed: dict, error: type, said: str
) -> None:
    with pytest.raises(error, match=said):
        adapt(place(**{"model": str(untrained), **changed}), quiet, never)


def test_outputs_that_are_inputs_are_refused(place: Callable, untrained: Path) -> None:
    with pytest.raises(errors.OutputIsInput):
        adapt(place(model=str(untrained), output=str(untrained)), quiet, never)
    request = place(model=str(untrained))
    with pytest.raises(errors.OutputIsInput):
        adapt(place(model=str(untrained), curve=request.s2), quiet, never)
    with pytest.raises(errors.OutputTwice):
        adapt(place(model=str(untrained), curve=request.output), quiet, never)


def test_clear_dates_that_do_not_work_are_refused(
    place: Callable, untrained: Path, make_s2: Callable, tmp_path: Path
) -> None:
    request = place(model=str(untrained))
    with pytest.raises(errors.BadOption, match="it is the cloudy scene itself"):
        adapt(place(model=str(untrained), clear=((request.s2, None),)), quiet, never)
    far = make_s2(optical(), "far.tif", transform=TRANSFORM * Affine.translation(500, 0))
    with pytest.raises(errors.GridMismatch, match=r"«far.tif» and «s2.tif» do not lie pixel on pixel: they do not ov"):
        adapt(place(model=str(untrained), clear=((far, None),)), quiet, never)
    with pytest.raises(errors.LayersSwapped):
        adapt(place(model=str(untrained), clear=((request.s1, request.s2),)), quiet, never)


def test_too_little_clear_ground_is_said(place: Callable, untrained: Path, make_raster: Callable) -> None:
    covered = make_raster("covered.tif", np.ones((1, SIDE, SIDE), np.uint8))
    request = place(model=str(untrained), mask=covered)
    with pytest.raises(errors.NotEnoughClear, match="«s2.tif» shows too little clear ground to adapt to: 0 clear pix"):
        adapt(request, quiet, never)
    assert not Path(request.output).exists()


def test_a_network_without_parameters_is_refused(
    place: Callable, untrained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Copy(torch.nn.Module):
        def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
            return optical

    checkpoint = checkpoints.Checkpoint(Copy(), {}, {}, "0" * 64, untrained)
    monkeypatch.setattr(checkpoints, "load", lambda path, device="cpu": checkpoint)
    with pytest.raises(errors.BadOption, match="it has no parameters that could be adapted"):
        adapt(place(model=str(untrained)), quiet, never)
