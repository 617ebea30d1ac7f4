"""What it does to draw hidden ground as Level-2A shows it: real L2A images under made-up clouds, taken for both levels.

    python benchmarks/product_level.py --data DATA --output FOLDER [--model NAME_OR_PATH]

DATA is a folder with an `index.csv`. Scenes: all L2A images with Sentinel-1 of places that the weights did not see, but
those with snow or cloud; truth is the image itself. Each is laid under broken and under closed clouds, of its place not
among them, and reconstructed as L1C (what networks are trained for) and as L2A. Written is `product_level.csv`, PSNR in
dB over the bands and pixels that are known; printed are means over places.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import torch
from adapt import COVERS, clouded

from sar_cloud_removal.model.bands import S2_BANDS, fill_missing_bands
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.networks.radar_prior import images_of
from sar_cloud_removal.model.training.adapt import psnr
from sar_cloud_removal.model.training.datasets import Scene, load_scenes
from sar_cloud_removal.model.training.synthetic_clouds import build_library

COLUMNS = ("place", "scene", "clouds", "cloudy", "as_l1c", "as_l2a")
# What is brighter than this in blue is snow or cloud.
BRIGHT_BLUE = 0.12


def scenes_of(scenes: list[Scene], seen: set[str]) -> list[Scene]:
    """Return the L2A images to judge by, one of each name."""
    own = {s.name: s for s in scenes if s.level == "L2A" and s.sar is not None and s.place not in seen}
    return [scene for scene in own.values() if np.median(scene.clear[S2_BANDS.index("B2")]) < BRIGHT_BLUE]


@torch.inference_mode()
def score(network: torch.nn.Module, scene: Scene, cloudy: np.ndarray, level: str) -> float:
    optical = fill_missing_bands(cloudy.copy(), scene.present)
    with images_of(level, network):
        answer = network(torch.from_numpy(optical)[None], torch.from_numpy(scene.sar)[None])[0].clamp(0, 1).numpy()
    return against_truth(answer, scene)


def against_truth(image: np.ndarray, scene: Scene) -> float:
    known = np.ones(image.shape[1:], bool) if scene.valid is None else scene.valid
    return psnr((image - scene.clear)[list(scene.present)][:, known])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--model", default="default")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    checkpoint = checkpoints.load(checkpoints.resolve(options.model))
    scenes = load_scenes(options.data)
    rows = []
    for scene in scenes_of(scenes, set(checkpoint.provenance["places"])):
        others = [s for s in scenes if s.cloudy is not None and s.place != scene.place]
        library = build_library((s.cloudy, s.clear, s.place) for s in others)
        for clouds in ("broken", "closed"):
            cloudy = clouded(scene, library, COVERS[clouds])
            found = (score(checkpoint.network, scene, cloudy, level) for level in ("l1c", "l2a"))
            rows.append((scene.place, scene.name, clouds, against_truth(cloudy, scene), *found))
    with (options.output / "product_level.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([*row[:3], *(f"{value:.3f}" for value in row[3:])] for row in rows)
    print("| place | clouds | images | cloudy | as L1C | as L2A |\n|---|---|---|---|---|---|")
    for place, clouds in sorted({(row[0], row[2]) for row in rows}):
        values = np.array([row[3:] for row in rows if (row[0], row[2]) == (place, clouds)])
        print(f"| {place} | {clouds} | {len(values)} | " + " | ".join(f"{v:.2f}" for v in values.mean(axis=0)) + " |")


if __name__ == "__main__":
    main()
