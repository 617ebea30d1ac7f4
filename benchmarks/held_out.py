"""The metrics of the weights on places that they did not see, beside the cloudy input and the mean colour.

    python benchmarks/held_out.py --data DATA [--model NAME_OR_PATH] [--picture sheet.jpg]

DATA is a folder with an `index.csv`. «Mean colour» is the mean spectrum of the clear images of the places that the
weights did see: what one would draw without looking at the scene.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from sar_cloud_removal.model import metrics
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.training.datasets import Scene, is_triplet, load_scenes
from sar_cloud_removal.model.training.train import predict

TRUE_COLOUR = [3, 2, 1]


def triplets(data: Path, seen: set[str]) -> tuple[list[Scene], list[Scene]]:
    """Return the triplets of the places in `seen`, and those of the others."""
    scenes = [scene for scene in load_scenes(data) if is_triplet(scene)]
    return [s for s in scenes if s.place in seen], [s for s in scenes if s.place not in seen]


def draw(path: Path, rows: list[tuple[Scene, np.ndarray]]) -> None:
    """Draw VV, cloudy, reconstruction, clear and error of each scene in a row."""
    from matplotlib import pyplot

    figure, grid = pyplot.subplots(len(rows), 5, figsize=(15, 3.1 * len(rows)), squeeze=False)
    for axes, (scene, prediction) in zip(grid, rows):
        bright = np.quantile(scene.clear[TRUE_COLOUR], 0.99)
        for axis, image in zip(axes[1:4], (scene.cloudy, prediction, scene.clear)):
            axis.imshow(np.clip(image[TRUE_COLOUR] / bright, 0, 1).transpose(1, 2, 0))
        axes[0].imshow(scene.sar[0], cmap="gray", vmin=0, vmax=1)
        axes[4].imshow(np.abs(prediction - scene.clear).mean(axis=0), cmap="magma", vmin=0, vmax=0.1)
        axes[0].set_ylabel(scene.name, fontsize=8)
        for axis in axes:
            axis.set_xticks([])
            axis.set_yticks([])
    for axis, title in zip(grid[0], ("Sentinel-1 VV", "cloudy", "reconstructed", "clear date", "mean error (0–0.1)")):
        axis.set_title(title)
    figure.tight_layout()
    figure.savefig(path, dpi=70)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="default")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    checkpoint = checkpoints.load(checkpoints.resolve(options.model))
    seen, unseen = triplets(options.data, set(checkpoint.provenance["places"]))
    colour = np.mean([scene.clear.mean(axis=(1, 2)) for scene in seen], axis=0)[:, None, None]
    rows = [(scene, predict(checkpoint.network, scene)) for scene in unseen]
    print("| scene | image | PSNR dB | SSIM | MAE | SAM ° |\n|---|---|---|---|---|---|")
    for scene, prediction in rows:
        mean = np.broadcast_to(colour, scene.clear.shape)
        for name, image in (("cloudy", scene.cloudy), ("mean colour", mean), ("reconstructed", prediction)):
            score = metrics.score(image, scene.clear)
            figures = (score[key] for key in ("psnr", "ssim", "mae", "sam"))
            print("| {} | {} | {:.2f} | {:.1f} | {:.2f} | {:.2f} |".format(scene.name, name, *figures))
    if options.picture:
        draw(options.picture, rows)


if __name__ == "__main__":
    main()
