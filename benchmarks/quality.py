"""What the quality «best» costs and gains, and what its spread says about the error.

    python benchmarks/quality.py --data DATA [--model NAME_OR_PATH] [--rounds 5] [--threads 1]

DATA is a folder with an `index.csv`. Three tables: the time of the sample scene in both qualities, taken in turn,
as a whole run and of the network alone; the
metrics of both on the triplets of places that the weights did not see; and, for every triplet, how the spread of the
eight answers goes with the error, |reconstructed − clear| averaged over the bands: the rank correlation over the
pixels, and the error where the spread is in its smallest and in its largest tenth.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr

from sar_cloud_removal.model import metrics
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.orientations import predict_best
from sar_cloud_removal.model.prediction import Predictor
from sar_cloud_removal.model.reconstruct import Model, load_model, reconstruct
from sar_cloud_removal.model.requests import QUALITIES, Reconstruct
from sar_cloud_removal.model.training.catalogue import open_dataset
from sar_cloud_removal.model.training.datasets import Scene, is_triplet

SAMPLE = Path(__file__).parents[1] / "resources" / "sample"
SCORES = ("psnr", "ssim", "mae", "sam")


def seconds(model: Model, quality: str, folder: str) -> float:
    """Return how long the sample scene takes, reading and writing included."""
    s1, s2 = str(SAMPLE / "s1.tif"), str(SAMPLE / "s2_cloudy.tif")
    request = Reconstruct(s1, s2, str(Path(folder) / "out.tif"), device="cpu", quality=quality)
    return reconstruct(request, lambda event: None, lambda: False, model)["seconds"]


def network_seconds(model: Model, quality: str) -> float:
    """Return how long the network alone takes for one tile."""
    rng = np.random.default_rng(0)
    optical, sar = (rng.random((1, bands, model.tile, model.tile), np.float32) for bands in (len(S2_BANDS), 2))
    predictor = Predictor(
        model.network, model.name, "cpu", "float32", range(len(S2_BANDS)), model.tile, 1, None, print, quality
    )
    begun = time.monotonic()
    predictor(optical, sar)
    return time.monotonic() - begun


def normal(network: torch.nn.Module, scene: Scene) -> np.ndarray:
    """Return the one answer [13, H, W]."""
    with torch.inference_mode():
        return network(*inputs(scene))[0].clamp(0, 1).numpy()


def best(network: torch.nn.Module, scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the eight answers [13, H, W] and their spread [H, W]."""
    mean, spread = predict_best(network, *inputs(scene))
    return mean[0].numpy(), spread[0, 0].numpy()


def inputs(scene: Scene) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(scene.cloudy)[None], torch.from_numpy(scene.sar)[None]


def print_times(model: Model, rounds: int) -> None:
    print(f"| seconds, least of {rounds} | normal | best | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for title, measure in (
            ("sample scene, whole run", lambda quality: seconds(model, quality, folder)),
            ("network alone, one tile", lambda quality: network_seconds(model, quality)),
        ):
            # The first round warms up, and the least is what other programs disturbed least.
            times = [[measure(quality) for quality in QUALITIES] for _ in range(rounds + 1)][1:]
            one, eight = np.min(times, axis=0)
            print(f"| {title} | {one:.2f} | {eight:.2f} | {eight / one:.1f} |")
    print()


def print_scores(network: torch.nn.Module, scenes: list[Scene]) -> None:
    print("| place not seen | quality | PSNR dB | SSIM | MAE | SAM ° |\n|---|---|---|---|---|---|")
    for scene in scenes:
        for quality, image in zip(QUALITIES, (normal(network, scene), best(network, scene)[0])):
            score = metrics.score(image, scene.clear)
            figures = (score[key] for key in SCORES)
            print("| {} | {} | {:.2f} | {:.2f} | {:.3f} | {:.2f} |".format(scene.name, quality, *figures))
    print()


def print_spread(network: torch.nn.Module, scenes: list[Scene], seen: str) -> None:
    for scene in scenes:
        image, spread = best(network, scene)
        error = np.abs(image - scene.clear).mean(axis=0)
        low, high = np.quantile(spread, (0.1, 0.9))
        figures = (
            spread.mean(),
            error.mean(),
            spearmanr(spread.ravel(), error.ravel())[0],
            error[spread <= low].mean(),
            error[spread >= high].mean(),
        )
        print("| {} | {} | {:.4f} | {:.4f} | {:+.2f} | {:.4f} | {:.4f} |".format(scene.name, seen, *figures))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    checkpoint = checkpoints.load(checkpoints.resolve(options.model))
    places = set(checkpoint.provenance["places"])
    scenes = [scene.load() for scene in open_dataset(options.data).scenes if is_triplet(scene)]
    seen = [scene for scene in scenes if scene.place in places]
    unseen = [scene for scene in scenes if scene.place not in places]
    print(f"weights {checkpoint.path.stem}, sha256 {checkpoint.sha256[:12]}, {options.threads} thread(s)\n")
    print_times(load_model(options.model, "cpu"), options.rounds)
    print_scores(checkpoint.network, unseen)
    print("| triplet | in training | spread | error | rank correlation | error, least spread | error, most spread |")
    print("|---|---|---|---|---|---|---|")
    print_spread(checkpoint.network, unseen, "no")
    print_spread(checkpoint.network, seen, "yes")


if __name__ == "__main__":
    main()
