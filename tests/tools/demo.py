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
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
METRICS = (("psnr", "PSNR", "dB"), ("ssim", "SSIM", "×100"), ("mae", "MAE", "×100"), ("sam", "SAM", "°"))
# As the sample project draws them: the band's name, what is drawn black, what is drawn full.
TRUE_COLOUR = (("B4", 100, 1300), ("B3", 100, 1300), ("B2", 100, 1300))
CLOUDY, TRUTH = SAMPLE / "fields_s2_cloudy.tif", SAMPLE / "fields_s2_reference.tif"
DATE = {"CLEAR": SAMPLE / "fields_s2_date.tif", "CLEAR_S1": SAMPLE / "fields_s1_date.tif"}
# Colours of the layer Source, as resources/styles/source.qml has them.
SOURCE_COLOURS = ("#ffffff", "#8fd3ff", "#2c9f5b", "#f2b01e", "#c23b6e")
SOURCE_WORDS = ("kept", "thin cloud", "clear date", "the image itself", "radar alone")


def remove_clouds(output: Path, **more: Path) -> dict:
    """Run the algorithm through qgis_process; `more` are further parameters. Return its results."""
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
        f"S1={SAMPLE / 'fields_s1.tif'}",
        f"S2={CLOUDY}",
        f"OUTPUT={output}",
        *(f"{name}={path}" for name, path in more.items()),
    ]
    print("$", " ".join(["qgis_process", *command[1:]]), flush=True)
    done = subprocess.run(command, env={**os.environ, "QGIS_OPTS": ""}, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"qgis_process ended with {done.returncode}:\n{done.stdout}")
    return json.loads(done.stdout)["results"]


def evaluate(prediction: Path) -> dict:
    """Return the figures of the shell's `evaluate` for `prediction` against the image without the clouds."""
    program = Path(sys.executable).parent / "sar-cloud-removal"
    command = [program, "evaluate", "--prediction", prediction, "--reference", TRUTH, "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def composite(path: Path, colours: tuple) -> np.ndarray:
    """Return red, green and blue [H, W, 3] in 0–1 from the named bands of the file."""
    with rasterio.open(path) as data:
        number = {name: index for index, name in enumerate(data.descriptions, 1)}
        bands = [(data.read(number[name]) - float(low)) / (high - low) for name, low, high in colours]
    return np.clip(np.stack(bands, axis=-1), 0, 1)


def draw(folder: Path, figures: dict, target: Path) -> None:
    """Draw the cloudy image, both results, truth, source, expected and true error."""
    pictures = [
        ("cloudy", CLOUDY),
        ("without a clear date", folder / "without_date.tif"),
        ("with a clear date", folder / "with_date.tif"),
        ("truth", TRUTH),
        ("the clear date, a month before", DATE["CLEAR"]),
    ]
    figure, axes = plt.subplots(2, 4, figsize=(16, 8.4), layout="constrained")
    axes = axes.ravel()
    for axis, (title, path) in zip(axes, pictures):
        axis.imshow(composite(path, TRUE_COLOUR), interpolation="nearest")
        axis.set_title(title)
        if title in figures:
            axis.set_xlabel(f"PSNR {figures[title]['psnr']:.1f} dB", fontsize=9)
    axes[5].imshow(read(folder / "source.tif")[0], cmap=ListedColormap(SOURCE_COLOURS), vmin=0, vmax=4)
    axes[5].set_title("source")
    handles = [Patch(color=colour, label=word) for colour, word in zip(SOURCE_COLOURS[1:], SOURCE_WORDS[1:])]
    axes[5].legend(handles=handles, loc="upper left", fontsize=8)
    missed = (read(folder / "with_date.tif") - read(TRUTH)) / 1e4
    errors = (("expected error", read(folder / "error.tif")[0] * 1e-4), ("true error", (missed**2).mean(axis=0) ** 0.5))
    for axis, (title, values) in zip(axes[6:], errors):
        drawn = axis.imshow(values, cmap="YlOrRd", vmin=0, vmax=0.08, interpolation="nearest")
        axis.set_title(f"{title} (reflectance)")
    figure.colorbar(drawn, ax=axes[7], fraction=0.046, pad=0.02)
    for axis in axes:
        axis.set_xticks([])
        axis.set_yticks([])
    figure.savefig(target, dpi=70)


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as data:
        return data.read().astype(np.float64)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    without, dated, picture = folder / "without_date.tif", folder / "with_date.tif", folder / "demo.png"
    remove_clouds(without)
    remove_clouds(dated, SOURCE=folder / "source.tif", EXPECTED_ERROR=folder / "error.tif", **DATE)
    paths = {"cloudy": CLOUDY, "without a clear date": without, "with a clear date": dated}
    figures = {name: evaluate(path) for name, path in paths.items()}
    draw(folder, figures, picture)

    print("\nagainst the truth      " + "".join(f"{f'{title} {unit}':>12}" for _, title, unit in METRICS))
    for name, values in figures.items():
        print(f"{name:<23}" + "".join(f"{values[key]:>12.2f}" for key, _, _ in METRICS))
    print(f"\n{os.path.relpath(picture)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
