"""What adapting to a scene gains and loses, by the time that it takes, on places that are known on a clear day.

    python benchmarks/adapt.py --data DATA --output FOLDER [--minutes 10] [--model NAME_OR_PATH] [--only PLACE …]

DATA is a folder with an `index.csv`. Two kinds of places:

- `series`: places with several clear dates. The one in the middle is laid under fixed synthetic clouds, scattered,
  broken and closed ones, and is the scene; the other dates are the clear ones that a user would have. Truth: the date
  itself.
- `triplet`: a real cloudy date alone, whose own clear parts are all there is to adapt to. Truth: the clear date, which
  is weeks away, so that even a perfect reconstruction of the cloudy day has errors there.

Written are `adapt.csv`, a line a score (its `truth` PSNR over all known bands and pixels of the truth, `withheld` the
one by which `adapt` decides), with stage `given`, `training` or `written`; and `adapt.png`, the gain by minutes.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import torch

from sar_cloud_removal.model.bands import S1_BANDS, S1_RANGES_DB, S2_BANDS, fill_missing_bands
from sar_cloud_removal.model.errors import NotEnoughClear
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.networks.radar_prior import images_of
from sar_cloud_removal.model.requests import Adapt
from sar_cloud_removal.model.training.adapt import adapt, psnr
from sar_cloud_removal.model.training.datasets import Scene, is_triplet, load_scenes
from sar_cloud_removal.model.training.synthetic_clouds import CloudLibrary, add_clouds, build_library

COLUMNS = ("kind", "place", "scene", "clouds", "stage", "seconds", "withheld", "truth", "note")
# Mean opacity that is looked for among so many draws.
COVERS, DRAWS = {"scattered": 0.2, "broken": 0.45, "closed": 1.0}, 12


@dataclass(frozen=True)
class Trial:
    """A cloudy scene, the clear dates to adapt to, and the truth."""

    kind: str
    clouds: str
    cloudy: np.ndarray
    truth: Scene
    dates: tuple[Scene, ...] = ()


def trials(scenes: list[Scene]) -> Iterator[Trial]:
    """Yield all trials of a data folder; the clouds of a series are real ones of other places, and procedural."""
    library = build_library([(s.cloudy, s.clear, s.place) for s in scenes if s.cloudy is not None])
    for place in sorted({scene.place for scene in scenes}):
        # One orbit of each date is enough.
        dates = list(
            {s.name: s for s in scenes if s.place == place and s.cloudy is None and s.sar is not None}.values()
        )
        if len({(s.name, s.level) for s in dates}) < 2 or len({s.level for s in dates}) > 1:
            continue
        truth = dates.pop(len(dates) // 2)
        for clouds, cover in COVERS.items():
            yield Trial("series", clouds, clouded(truth, library, cover), truth, tuple(dates))
    for scene in scenes:
        if is_triplet(scene):
            yield Trial("triplet", "real", scene.cloudy, scene)


def clouded(scene: Scene, library: CloudLibrary, cover: float) -> np.ndarray:
    """Return the scene under the clouds, of `DRAWS` fixed draws, whose cover is nearest to what is wanted."""
    height, width = scene.clear.shape[1:]
    side = max(height, width)
    square = np.pad(scene.clear, ((0, 0), (0, side - height), (0, side - width)), mode="symmetric")
    drawn = [add_clouds(square, library, np.random.default_rng(seed)) for seed in range(DRAWS)]
    cloudy, _ = min(drawn, key=lambda pair: abs(float(pair[1].mean()) - cover))
    return cloudy[:, :height, :width]


def write_s2(path: Path, image: np.ndarray, scene: Scene) -> str:
    """Write the bands that the scene has as DN; what is not to be learnt from as nodata."""
    numbers = np.maximum(np.rint(image[list(scene.present)] * 10000), 1).astype(np.uint16)
    if scene.valid is not None:
        numbers[:, ~scene.valid] = 0
    return write(path, numbers, [S2_BANDS[index] for index in scene.present], nodata=0)


def write_s1(path: Path, sar: np.ndarray) -> str:
    lows, highs = (np.array([S1_RANGES_DB[band][end] for band in S1_BANDS])[:, None, None] for end in (0, 1))
    return write(path, (lows + sar * (highs - lows)).astype(np.float32), S1_BANDS)


def write(path: Path, pixels: np.ndarray, names: list[str], **more: object) -> str:
    count, height, width = pixels.shape
    with rasterio.open(path, "w", "GTiff", width, height, count, dtype=pixels.dtype, **more) as file:
        file.write(pixels)
        file.descriptions = names
    return str(path)


@torch.inference_mode()
def score(network: torch.nn.Module, trial: Trial) -> float:
    """Return the PSNR in dB against the truth, over the bands and pixels of it that are known."""
    optical = fill_missing_bands(trial.cloudy.copy(), trial.truth.present)
    inputs = (torch.from_numpy(image)[None] for image in (optical, trial.truth.sar))
    device = next(network.parameters()).device
    with images_of(trial.truth.level, network):
        answer = network(*(image.to(device) for image in inputs))[0].float().clamp(0, 1).cpu().numpy()
    known = np.ones(answer.shape[1:], bool) if trial.truth.valid is None else trial.truth.valid
    return psnr((answer - trial.truth.clear)[list(trial.truth.present)][:, known])


def run(trial: Trial, options: argparse.Namespace, folder: Path) -> Iterator[dict]:
    """Adapt to one trial; yield the rows of the table."""
    scene = trial.truth
    clear = tuple(
        (write_s2(folder / f"clear{n}.tif", date.clear, date), write_s1(folder / f"clear{n}_s1.tif", date.sar))
        for n, date in enumerate(trial.dates)
    )
    request = Adapt(
        s1=write_s1(folder / "s1.tif", scene.sar),
        s2=write_s2(folder / "s2.tif", trial.cloudy, scene),
        output=str(folder / "adapted.safetensors"),
        clear=clear,
        model=options.model,
        minutes=options.minutes,
        device=options.device,
        seed=options.seed,
        s2_scale=10000.0,
        s2_offset=0.0,
        s1_units="db",
    )
    base = {"kind": trial.kind, "place": scene.place, "scene": scene.name, "clouds": trial.clouds}
    truths: list[float] = []
    try:
        values = adapt(
            request, lambda event: None, lambda: False, lambda seconds, network: truths.append(score(network, trial))
        )
    except NotEnoughClear as error:
        given = score(checkpoints.load(checkpoints.resolve(options.model)).network, trial)
        yield {**base, "stage": "given", "seconds": 0.0, "truth": given, "note": str(error).split(":")[0]}
        return
    for index, ((seconds, withheld), truth) in enumerate(zip(values["curve"], truths)):
        stage = "training" if index else "given"
        yield {**base, "stage": stage, "seconds": seconds, "withheld": withheld, "truth": truth}
    written = score(checkpoints.load(Path(values["output"])).network, trial)
    note = f"{values['mixture']:.0%} adapted" if values["helped"] else "given weights kept"
    end = {"stage": "written", "seconds": values["seconds"], "withheld": values["after"], "truth": written}
    yield {**base, **end, "note": note}


def draw(path: Path, rows: list[dict]) -> None:
    """Draw the gain against the truth by minutes, a panel for each kind; a dot is what was written in the end."""
    from matplotlib import pyplot

    kinds = sorted({row["kind"] for row in rows})
    figure, panels = pyplot.subplots(1, len(kinds), figsize=(6.5 * len(kinds), 4.5), squeeze=False)
    for axis, kind in zip(panels[0], kinds):
        trials_of_kind = {(row["scene"], row["clouds"]) for row in rows if row["kind"] == kind}
        for number, (scene, clouds) in enumerate(sorted(trials_of_kind)):
            mine = [row for row in rows if (row["scene"], row["clouds"]) == (scene, clouds)]
            given = mine[0]["truth"]
            line = [row for row in mine if row["stage"] != "written"]
            label = f"{mine[0]['place']} {clouds}" if kind == "series" else scene
            minutes, gains = [row["seconds"] / 60 for row in line], [row["truth"] - given for row in line]
            axis.plot(minutes, gains, color=f"C{number % 10}", label=label)
            if mine[-1]["stage"] == "written":
                axis.plot(minutes[-1:], [mine[-1]["truth"] - given], "o", color=f"C{number % 10}")
        axis.axhline(0, color="grey", linewidth=0.8)
        axis.set_title(kind)
        axis.set_xlabel("minutes")
        axis.set_ylabel("gain in PSNR against the truth (dB)")
        axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=90)


def summary(rows: list[dict]) -> str:
    """Return a Markdown table: before and after against the truth, of each trial and in the mean of each kind."""
    lines = ["| kind | scene | clouds | before dB | after dB | gain dB | |", "|---|---|---|---|---|---|---|"]
    gains: dict[str, list[float]] = {}
    for first in (row for row in rows if row["stage"] == "given"):
        same = [row for row in rows if all(row[key] == first[key] for key in ("kind", "scene", "clouds"))]
        last = same[-1]
        gain = last["truth"] - first["truth"]
        gains.setdefault(first["kind"], []).append(gain)
        figures = f"{first['truth']:.2f} | {last['truth']:.2f} | {gain:+.2f}"
        lines.append(f"| {first['kind']} | {first['scene']} | {first['clouds']} | {figures} | {last.get('note', '')} |")
    lines += [f"| {kind} | mean of {len(each)} | | | | {np.mean(each):+.2f} | |" for kind, each in gains.items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=Adapt.minutes)
    parser.add_argument("--model", default=Adapt.model)
    parser.add_argument("--device", default=Adapt.device)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", help="places or scenes")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    rows: list[dict] = []
    with (options.output / "adapt.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for trial in trials(load_scenes(options.data)):
            if options.only and not {trial.truth.place, trial.truth.name} & set(options.only):
                continue
            with tempfile.TemporaryDirectory() as folder:
                for row in run(trial, options, Path(folder)):
                    rows.append(row)
                    writer.writerow({k: f"{v:.3f}" if isinstance(v, float) else v for k, v in row.items()})
                    file.flush()
    draw(options.output / "adapt.png", rows)
    print(summary(rows))


if __name__ == "__main__":
    main()
