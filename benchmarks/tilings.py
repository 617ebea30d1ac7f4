"""How much the image depends on where the tiles lie: one scene reconstructed with several tilings.

    python benchmarks/tilings.py [--s1 S1 --s2 S2] [--model NAME_OR_PATH] [--picture differences.png]

The scene is the sample scene, repeated and mirrored to 768 × 768 pixels, if none is given. Prints, for each tiling, the
difference to the first, in reflectance, on pixels farther than half a tile from the border, and draws the differences
(a seam would be a straight line in them).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from memory import make_scene

from sar_cloud_removal.model.raster import read_raster
from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.requests import Reconstruct

TILINGS = ((256, 64), (256, 128), (224, 56), (192, 64), (320, 80))
MARGIN = 128
SIZE = 768


def run(options: argparse.Namespace, folder: Path, tile: int, overlap: int) -> np.ndarray:
    """Return the reconstruction [bands, H, W] in reflectance."""
    output = folder / f"{tile}_{overlap}.tif"
    request = Reconstruct(
        s1=options.s1, s2=options.s2, output=str(output), model=options.model, tile=tile, overlap=overlap
    )
    reconstruct(request, lambda event: None, lambda: False)
    return read_raster(output)[0].astype(np.float32) / 10000


def draw(path: Path, images: dict[str, np.ndarray]) -> None:
    """Draw the differences to the first tiling, mean over bands, ±0.01."""
    from matplotlib import pyplot

    names = list(images)
    figure, axes = pyplot.subplots(1, len(names), figsize=(4 * len(names), 4.4))
    first = images[names[0]]
    axes[0].imshow(np.clip(first[[3, 2, 1]].transpose(1, 2, 0) / 0.3, 0, 1))
    axes[0].set_title(f"reconstruction, tile {names[0]}")
    for axis, name in zip(axes[1:], names[1:]):
        shown = axis.imshow((images[name] - first).mean(axis=0), cmap="RdBu", vmin=-0.01, vmax=0.01)
        axis.set_title(f"difference, tile {name}")
    for axis in axes:
        axis.axis("off")
    figure.colorbar(shown, ax=axes, shrink=0.8, label="reflectance")
    figure.savefig(path, dpi=90, bbox_inches="tight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--s1")
    parser.add_argument("--s2")
    parser.add_argument("--model", default="default")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not (options.s1 and options.s2):
            options.s1, options.s2 = map(str, make_scene(Path(folder), SIZE, SIZE))
        images = {f"{t}/{o}": run(options, Path(folder), t, o) for t, o in TILINGS}
    first, *others = images.items()
    inside = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    print(f"reflectance, tile/overlap {first[0]} against:\n\n| tiling | mean | 99 % | largest |\n|---|---|---|---|")
    for name, image in others:
        difference = np.abs(image - first[1])[inside]
        print(f"| {name} | {difference.mean():.4f} | {np.quantile(difference, 0.99):.4f} | {difference.max():.4f} |")
    if options.picture:
        draw(options.picture, images)


if __name__ == "__main__":
    main()
