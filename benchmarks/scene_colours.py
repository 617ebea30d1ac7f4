"""What it does to draw hidden ground in the colours of the scene's own clear ground (`--colours auto`).

    python benchmarks/scene_colours.py --data DATA --runs CROSS_VALIDATION --output FOLDER

CROSS_VALIDATION is a folder that `cross-validate` has written, its runs of `ours` included: each triplet is judged by
the weights of the fold that held its place out. Two kinds of trials: the clear date under made-up clouds of other
places, whose truth is the ground of the same day, with a mask of what the clouds change (of the last of these only the
left half of the image is under cloud); and the real cloudy date, with clouds detected, whose truth is the ground of
another day. Written is `scene_colours.csv`, PSNR in dB: of the pixels
under the mask, or of all pixels of a real pair.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import rasterio
from adapt import clouded, write, write_s1, write_s2

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.requests import Reconstruct
from sar_cloud_removal.model.training.adapt import psnr
from sar_cloud_removal.model.training.datasets import Scene, is_triplet, load_scenes
from sar_cloud_removal.model.training.synthetic_clouds import build_library

COLUMNS = ("place", "scene", "trial", "clear", "weights", "auto", "colours")
# How many pixels are hidden, at least about; of so many more there is haze.
COVERS = {"thin": 0.1, "denser": 0.25, "closed": 0.45}
HALF, REAL = "half", "real"
# Where clouds raise the mean reflectance of these bands by more than so much, the mask says cloud.
LOOKED_AT, RISE = [S2_BANDS.index(band) for band in ("B1", "B2", "B3", "B4", "B8")], 0.03


def trials(scene: Scene, scenes: list[Scene]) -> Iterator[tuple[str, np.ndarray, np.ndarray | None]]:
    """Yield name, cloudy image [13, h, w] and cloud mask [h, w] of each trial; without a mask clouds are detected."""
    others = [each for each in scenes if each.cloudy is not None and each.place != scene.place]
    library = build_library((each.cloudy, each.clear, each.place) for each in others)
    for name, cover in COVERS.items():
        cloudy = clouded(scene, library, cover)
        yield name, cloudy, (cloudy - scene.clear)[LOOKED_AT].mean(axis=0) > RISE
    middle = cloudy.shape[2] // 2
    cloudy = np.concatenate([cloudy[..., :middle], scene.clear[..., middle:]], axis=2)
    yield HALF, cloudy, (cloudy - scene.clear)[LOOKED_AT].mean(axis=0) > RISE
    yield REAL, scene.cloudy, None


def score(folder: Path, scene: Scene, cloudy: np.ndarray, mask: np.ndarray | None, model: Path) -> tuple:
    """Return the share of clear pixels, the PSNR with either choice of colours, and whose colours «auto» took."""
    s1, s2 = write_s1(folder / "s1.tif", scene.sar), write_s2(folder / "s2.tif", cloudy, scene)
    kept = {"keep": "detected", "detection": "spectral"}
    if mask is not None:
        kept = {"mask": write(folder / "mask.tif", mask[None].astype(np.uint8), ["mask"])}
    found = []
    for colours in ("weights", "auto"):
        output = str(folder / f"{colours}.tif")
        request = Reconstruct(s1, s2, output, model=str(model), device="cpu", colours=colours, s2_offset=0.0, **kept)
        values = reconstruct(request, lambda event: None, lambda: False)
        with rasterio.open(output) as file:
            difference = file.read() / np.float32(10000) - scene.clear
        found.append(psnr(difference[:, mask] if mask is not None else difference))
    clear = 1 - mask.mean() if mask is not None else values["kept_pixels"] / values["valid_pixels"]
    return float(clear), *found, values["colours"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "runs", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    scenes = load_scenes(options.data)
    folds = json.loads((options.runs / "plan.json").read_text(encoding="utf-8"))["folds"]
    rows = []
    for fold, places in enumerate(folds, 1):
        model = options.runs / "runs" / "ours" / f"fold{fold}.safetensors"
        for scene in (each for each in scenes if is_triplet(each) and each.place in places):
            for name, cloudy, mask in trials(scene, scenes):
                with tempfile.TemporaryDirectory() as folder:
                    rows.append((scene.place, scene.name, name, *score(Path(folder), scene, cloudy, mask, model)))
                print(*rows[-1], flush=True)
    with (options.output / "scene_colours.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([*row[:3], *(f"{value:.3f}" for value in row[3:6]), row[6]] for row in rows)
    print("\n| trial | images | clear, % | own colours | weights' | auto | gained: least, median, most |")
    print("|---|---|---|---|---|---|---|")
    for name in (*COVERS, HALF, REAL):
        mine = [row for row in rows if row[2] == name]
        clear, before, after = (np.array([row[index] for row in mine]) for index in (3, 4, 5))
        own, gain = sum(row[6] == "scene" for row in mine), after - before
        gained = f"{gain.min():+.2f}, {np.median(gain):+.2f}, {gain.max():+.2f}"
        share = f"{100 * clear.min():.0f} to {100 * clear.max():.0f}"
        print(f"| {name} | {len(mine)} | {share} | {own} | {before.mean():.2f} | {after.mean():.2f} | {gained} |")


if __name__ == "__main__":
    main()
