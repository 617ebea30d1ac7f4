"""Remove the clouds of the sample scene with QGIS, compare with the clear date, and draw one picture: demo.py FOLDER.

Runs in the compute environment, and expects the variables that the Makefile sets for QGIS.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import rasterio

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
METRICS = (("psnr", "PSNR", "dB"), ("ssim", "SSIM", "×100"), ("mae", "MAE", "×100"), ("sam", "SAM", "°"))
# As the sample project draws them: the band's name, what is drawn black, what is drawn full.
TRUE_COLOUR = (("B4", 600, 2300), ("B3", 800, 2100), ("B2", 1000, 2000))
VV_VH_VV = (("VV", -22, 0), ("VH", -28, -8), ("VV", -22, 0))


def remove_clouds(output: Path, attention: Path) -> dict:
    """Run the algorithm through qgis_process; return its results."""
    # Debian's wrapper of QGIS 3.22 adds an option that the program behind it does not know.
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        raise SystemExit("qgis_process is not there.")
    command = [
        program,
        "--json",
        "run",
        "sarcloudremoval:removeclouds",
        "--",
        f"S1={SAMPLE / 's1.tif'}",
        f"S2={SAMPLE / 's2_cloudy.tif'}",
        f"OUTPUT={output}",
        f"ATTENTION={attention}",
    ]
    print("$", " ".join(["qgis_process", *command[1:]]), flush=True)
    done = subprocess.run(command, env={**os.environ, "QGIS_OPTS": ""}, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"qgis_process ended with {done.returncode}:\n{done.stdout}")
    return json.loads(done.stdout)["results"]


def evaluate(prediction: Path) -> dict:
    """Return the figures of the shell's `evaluate` for `prediction` against the clear date."""
    program = Path(sys.executable).parent / "sar-cloud-removal"
    command = [program, "evaluate", "--prediction", prediction, "--reference", SAMPLE / "s2_clear.tif", "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def composite(path: Path, colours: tuple) -> np.ndarray:
    """Return red, green and blue [H, W, 3] in 0–1 from the named bands of the file."""
    with rasterio.open(path) as data:
        number = {name: index for index, name in enumerate(data.descriptions, 1)}
        bands = [(data.read(number[name]) - float(low)) / (high - low) for name, low, high in colours]
    return np.clip(np.stack(bands, axis=-1), 0, 1)


def draw(output: Path, attention: Path, figures: dict, target: Path) -> None:
    """Draw SAR, cloudy, reconstructed, clear and attention side by side."""
    pictures = [
        ("Sentinel-1 (VV, VH, VV)", composite(SAMPLE / "s1.tif", VV_VH_VV)),
        ("Sentinel-2, cloudy", composite(SAMPLE / "s2_cloudy.tif", TRUE_COLOUR)),
        ("reconstructed", composite(output, TRUE_COLOUR)),
        ("clear (another date)", composite(SAMPLE / "s2_clear.tif", TRUE_COLOUR)),
    ]
    with rasterio.open(attention) as data:
        gate = data.read(1, masked=True).astype("float32") * data.scales[0] + data.offsets[0]

    figure, axes = plt.subplots(1, 5, figsize=(16, 3.9), layout="constrained")
    for axis, (title, picture) in zip(axes, pictures):
        axis.imshow(picture, interpolation="nearest")
        axis.set_title(title)
    for axis, name in ((axes[1], "cloudy"), (axes[2], "reconstructed")):
        values = figures[name]
        axis.set_xlabel(
            f"PSNR {values['psnr']:.1f} dB, SSIM {values['ssim']:.1f}, SAM {values['sam']:.1f}°", fontsize=9
        )
    drawn = axes[4].imshow(gate, cmap="inferno", interpolation="nearest")
    axes[4].set_title("attention (SAR gate)")
    figure.colorbar(drawn, ax=axes[4], fraction=0.046, pad=0.02)
    for axis in axes:
        axis.set_xticks([])
        axis.set_yticks([])
    figure.savefig(target, dpi=100)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    output, attention, picture = folder / "reconstructed.tif", folder / "attention.tif", folder / "demo.png"
    remove_clouds(output, attention)
    figures = {"cloudy": evaluate(SAMPLE / "s2_cloudy.tif"), "reconstructed": evaluate(output)}
    draw(output, attention, figures, picture)

    print("\nagainst the clear image" + "".join(f"{f'{title} {unit}':>12}" for _, title, unit in METRICS))
    for name, values in figures.items():
        print(f"{name:<23}" + "".join(f"{values[key]:>12.2f}" for key, _, _ in METRICS))
    print(f"\n{os.path.relpath(picture)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
