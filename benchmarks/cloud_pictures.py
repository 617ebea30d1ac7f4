"""Real clouds and synthetic ones beside each other, in true colour and in B10, which sees cirrus.

    python benchmarks/cloud_pictures.py --data DATA --output docs/clouds.jpg [--columns 4] [--seed 0]

DATA is a folder with an `index.csv`. Real: cloudy dates with thick and thin cloud, with most in B10, and with shadows.
Synthetic: clear dates under each kind of cloud. The kinds are drawn from the generators that training uses, with the
shadows of one sun for all that is in a picture. True colour is stretched alike in all of them, B10 up to
0.05. Shadows are shown in B8 instead, where the sky lights them least.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from sar_cloud_removal.model.training.datasets import Scene, load_scenes
from sar_cloud_removal.model.training.synthetic_clouds import (
    B8,
    B10,
    CloudLibrary,
    Layer,
    build_library,
    cirrus,
    compose,
    cut_out,
    draw_sun,
    haze,
    procedural_cloud,
    shade,
    sunlight,
    transplanted_cloud,
)

Array = np.ndarray
Draw = Callable[[CloudLibrary, np.random.Generator, int], Layer]
SIDE = 192
TRUE_COLOUR = [3, 2, 1]
BRIGHTEST, B10_BRIGHTEST, B8_BRIGHTEST = 0.7, 0.05, 0.5


def real(scenes: Sequence[Scene], worth: Callable[[Array, Scene], float], count: int) -> list[Array]:
    """Return the cloudy dates, one a place, that are worth most by the opacity [H, W] of their clouds and the scene."""
    found: dict[str, tuple[float, Array]] = {}
    for scene in scenes:
        value = worth(cut_out(scene.cloudy, scene.clear, "").opacity, scene)
        if value > found.get(scene.place, (0.0,))[0]:
            found[scene.place] = (value, scene.cloudy)
    best = sorted(found.values(), key=lambda each: -each[0])[:count]
    return [image[:, :SIDE, :SIDE] for _, image in best]


def shadow(alpha: Array, scene: Scene) -> float:
    """Return the share of pixels that are far darker than on the clear date, beside thick cloud."""
    dark = (alpha < 0.1) & (scene.cloudy[B8] < 0.65 * scene.clear[B8]) & (scene.clear[B8] > 0.12)
    return float(dark.mean() * ((alpha > 0.9).mean() > 0.02))


WORTH = {
    "real, thick": lambda alpha, scene: (alpha > 0.9).mean() * (alpha < 0.9).mean(),
    "real, thin": lambda alpha, scene: ((alpha > 0.15) & (alpha < 0.6)).mean() - 2 * (alpha > 0.8).mean(),
    "real, in B10": lambda alpha, scene: scene.cloudy[B10].mean() if alpha.mean() < 0.4 else 0.0,
    "real, shadows": shadow,
}


def synthetic(ground: Array, draws: Sequence[Draw], library: CloudLibrary, rng: np.random.Generator) -> Array:
    """Return `ground` under one cloud of each kind in `draws`, and their shadows."""
    layers = [draw(library, rng, SIDE) for draw in draws]
    clouds = [(alpha if alpha.ndim == 2 else alpha[B8], height) for alpha, _, height in layers]
    image = shade(ground, sunlight(clouds, draw_sun(rng), direct=0.75, softness=2))
    for alpha, colour, _ in layers:
        image = compose(image, alpha, colour)
    return image.clip(0, 1)


def broken(draw: Draw) -> Draw:
    """Return `draw`, asked until about a third is under cloud, so that shadows show."""

    def drawn(library: CloudLibrary, rng: np.random.Generator, size: int) -> Layer:
        while True:
            layer = draw(library, rng, size)
            opacity = layer[0] if layer[0].ndim == 2 else layer[0][B8]
            if 0.15 < opacity.mean() < 0.4 and opacity.max() > 0.8 and (opacity < 0.05).mean() > 0.4:
                return layer

    return drawn


def draw_rows(path: Path, rows: dict[str, list[Array]], columns: int) -> None:
    from matplotlib import pyplot

    figure, grid = pyplot.subplots(len(rows), 2 * columns, figsize=(3.6 * columns, 1.9 * len(rows)))
    for axes, (title, images) in zip(grid, rows.items()):
        axes[0].set_ylabel(title, fontsize=9)
        for axis in axes:
            axis.set_xticks([])
            axis.set_yticks([])
        for place, image in enumerate(images):
            colour = np.clip(image[TRUE_COLOUR] / BRIGHTEST, 0, 1) ** (1 / 2)
            axes[2 * place].imshow(colour.transpose(1, 2, 0))
            band, brightest = (B8, B8_BRIGHTEST) if "shadows" in title else (B10, B10_BRIGHTEST)
            axes[2 * place + 1].imshow(image[band], cmap="gray", vmin=0, vmax=brightest)
    for place in range(columns):
        grid[0, 2 * place].set_title("true colour", fontsize=9)
        grid[0, 2 * place + 1].set_title("B10; of shadows B8", fontsize=9)
    figure.tight_layout(pad=0.4)
    figure.savefig(path, dpi=70, pil_kwargs={"quality": 85} if path.suffix in (".jpg", ".jpeg") else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    scenes = load_scenes(options.data)
    cloudy = [scene for scene in scenes if scene.has_cloudy]
    library = build_library([(scene.cloudy, scene.clear, scene.place) for scene in cloudy])
    grounds: dict[str, Array] = {}
    for scene in scenes:
        if scene.has_sar and scene.level == "L1C" and min(scene.clear.shape[1:]) >= SIDE:
            grounds.setdefault(scene.place, scene.clear[:, :SIDE, :SIDE])
    rng = np.random.default_rng(options.seed)
    chosen = [list(grounds.values())[index] for index in rng.permutation(len(grounds))[: options.columns]]
    rows = {title: real(cloudy, worth, options.columns) for title, worth in WORTH.items()}
    for title, draws in {
        "synthetic,\ntransplanted": (transplanted_cloud,),
        "synthetic,\nprocedural": (procedural_cloud,),
        "synthetic,\nhaze": (haze,),
        "synthetic,\ncirrus": (cirrus,),
        "shadows,\ntransplanted": (broken(transplanted_cloud),),
        "shadows,\nprocedural": (broken(procedural_cloud),),
    }.items():
        rows[title] = [synthetic(ground, draws, library, rng) for ground in chosen]
    draw_rows(options.output, rows, options.columns)


if __name__ == "__main__":
    main()
