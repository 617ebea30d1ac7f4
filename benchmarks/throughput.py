"""How fast a scene is reconstructed, and what it waits for.

    python benchmarks/throughput.py [--size 1373] [--model NAME_OR_PATH] [--device auto] [--batches 1,4,16]

For each batch size: seconds that the network alone takes for the scene's tiles, seconds of the whole run, and the
pixels a second. A whole run that takes little longer than the network alone has its reading and writing hidden behind
it. The first line, with a network that does nothing, is what reading and writing take by themselves.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from memory import make_scene

from sar_cloud_removal.model import devices
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.prediction import Predictor, choose_precision
from sar_cloud_removal.model.reconstruct import Model, load_model, reconstruct
from sar_cloud_removal.model.requests import Reconstruct


class Identity(torch.nn.Module):
    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        return optical


def network_seconds(model: Model, device: str, batch: int, tiles: int) -> float:
    """Return how long the network alone takes for so many tiles, the copies to and from the device included."""
    predictor = Predictor(
        model.network,
        model.name,
        device,
        choose_precision("auto", device),
        range(len(S2_BANDS)),
        model.tile,
        batch,
        None,
        print,
    )
    rng = np.random.default_rng(0)
    optical = rng.random((batch, len(S2_BANDS), model.tile, model.tile), np.float32)
    sar = rng.random((batch, 2, model.tile, model.tile), np.float32)
    predictor(optical, sar)
    rounds = max(1, min(20, tiles // batch))
    begun = time.monotonic()
    for _ in range(rounds):
        predictor(optical, sar)
    return (time.monotonic() - begun) / rounds / batch * tiles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1373)
    parser.add_argument("--model", default="default")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--batches", type=lambda text: [int(each) for each in text.split(",")], default=[1])
    parser.add_argument("--folder", type=Path, help="where the scenes are kept; else they are removed at the end")
    options = parser.parse_args()
    device = devices.resolve(options.device)
    real = load_model(options.model, device)
    idle = Model(Identity(), "identity", "", real.tile)
    print(f"{options.size} × {options.size} pixels on {device}\n")
    print("| network | batch | network alone s | whole run s | Mpixel/s |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        s1, s2 = make_scene(options.folder or Path(temporary), options.size, options.size)
        for model, batch in [(idle, 1), *((real, batch) for batch in options.batches)]:
            output = str(Path(temporary) / "out.tif")
            request = Reconstruct(str(s1), str(s2), output, device=device, batch=batch, s2_offset=0.0)
            values = reconstruct(request, lambda event: None, lambda: False, model)
            alone = network_seconds(model, device, batch, values["tiles"]) if model is real else 0.0
            speed = options.size**2 / 1e6 / values["seconds"]
            print(f"| {model.name} | {batch} | {alone:.1f} | {values['seconds']:.1f} | {speed:.2f} |", flush=True)


if __name__ == "__main__":
    main()
