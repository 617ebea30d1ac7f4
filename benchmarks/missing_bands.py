"""What a missing band does: the metrics of whole triplets when the network's input lacks bands.

    python benchmarks/missing_bands.py --data DATA [--model NAME_OR_PATH]

DATA is a data set as `train` takes it; the scenes are those of the places that the weights did not see in training.
All rows are scored on the same ten bands (without B1, B9, B10), so that they can be compared. The numbers stay those of
L1C; what Level-2A is otherwise, `product_level.py` measures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from sar_cloud_removal.model import metrics
from sar_cloud_removal.model.bands import S2_BANDS, fill_missing_bands
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.training.catalogue import open_dataset
from sar_cloud_removal.model.training.datasets import Scene, is_triplet

LACKING = {
    "none (13)": (),
    "B10 (12)": ("B10",),
    "B1, B9, B10 (10)": ("B1", "B9", "B10"),
    "also B8A (9)": ("B1", "B8A", "B9", "B10"),
    "also B5, B6, B7 (6, the least)": ("B1", "B5", "B6", "B7", "B8A", "B9", "B10"),
}
COMMON = [index for index, band in enumerate(S2_BANDS) if band not in LACKING["B1, B9, B10 (10)"]]


def unseen_triplets(data: Path, seen: set[str]) -> list[Scene]:
    """Return the triplets of the data set in `data` whose places are not in `seen`."""
    return [s.load() for s in open_dataset(data).scenes if is_triplet(s) and s.place not in seen]


def score(network: torch.nn.Module, scene: Scene, lacking: tuple[str, ...]) -> dict[str, float]:
    """Return the metrics on the common bands, of the reconstruction from what is left of `scene.cloudy`."""
    present = [index for index, band in enumerate(S2_BANDS) if band not in lacking]
    optical = np.zeros_like(scene.cloudy)
    optical[present] = scene.cloudy[present]
    optical = fill_missing_bands(optical, present)
    with torch.inference_mode():
        prediction = network(torch.from_numpy(optical)[None], torch.from_numpy(scene.sar)[None])[0]
    return metrics.score(prediction.clamp(0, 1).numpy()[COMMON], scene.clear[COMMON])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="default")
    options = parser.parse_args()
    checkpoint = checkpoints.load(checkpoints.resolve(options.model))
    scenes = unseen_triplets(options.data, set(checkpoint.provenance["places"]))
    print(f"scenes: {', '.join(scene.name for scene in scenes)}\n")
    print("| missing | PSNR dB | SSIM | MAE | SAM ° |\n|---|---|---|---|---|")
    for name, lacking in LACKING.items():
        scores = [score(checkpoint.network, scene, lacking) for scene in scenes]
        means = [np.mean([each[key] for each in scores]) for key in ("psnr", "ssim", "mae", "sam")]
        print("| {} | {:.2f} | {:.1f} | {:.2f} | {:.2f} |".format(name, *means))


if __name__ == "__main__":
    main()
