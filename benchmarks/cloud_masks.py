"""How well the ways of *Detect clouds and shadows* find clouds and shadows on real scenes.

    python benchmarks/cloud_masks.py --data DATA --output benchmarks/results/cloud_masks [--methods spectral,csmask]

Nobody has drawn the truth. It is taken from a second, clear date of the same place:

- cloud is where blue rose by more than a fifth of the way from the ground to opaque cloud (`cut_out`); from a twentieth
  to a fifth it is undecided and left out; below it is no cloud;
- shadow is where there is no cloud and both infrareds fell by a quarter or more (`cloud_classes`); a field that was
  ploughed between the dates passes for shadow, so precision of shadow is a lower bound;
- on the clear date nothing should be found: `flagged` is the share that is.

Of the series with a cloud probability, cloud is where that is above 40 %: it is another detector's answer, not truth.
Places whose clear date is bright (snow) are left out. Scores are of all pixels of a source together. `s2cloudless`
needs the 13 bands of L1C and finds no shadows. Methods whose package is not installed are left out, and said so.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from cloud_spectra import pairs, reflectance

from sar_cloud_removal.model.bands import S2_BANDS, S2Layout, S2Scaling, fill_missing_bands
from sar_cloud_removal.model.cloud_detection import CLOUD, SHADOW, THIN, Image, detect, make_detector
from sar_cloud_removal.model.errors import MissingDetector
from sar_cloud_removal.model.raster import Grid, read_raster
from sar_cloud_removal.model.tiling import Window
from sar_cloud_removal.model.training.cloud_classes import classify
from sar_cloud_removal.model.training.synthetic_clouds import cut_out

CERTAIN_CLEAR, CERTAIN_CLOUD = 0.05, 0.2
PROBABILITY = 40
SNOW = 0.2
B2, B10 = S2_BANDS.index("B2"), S2_BANDS.index("B10")
SCORES = ("cloud_precision", "cloud_recall", "cloud_iou", "shadow_precision", "shadow_recall", "flagged")


@dataclass(frozen=True)
class Held(Image):
    """An image in memory: reflectance [13, h, w]."""

    optical: np.ndarray

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        return self.optical[(..., *window.slices)].copy(), np.ones((window.height, window.width), bool)


def find(method: str, optical: np.ndarray, present: tuple[int, ...], grow: int) -> np.ndarray:
    """Return the classes [h, w] of reflectance [13, h, w]."""
    if method == "s2cloudless":
        from s2cloudless import S2PixelCloudDetector

        detector = S2PixelCloudDetector(threshold=0.4, all_bands=True, average_over=4, dilation_size=2)
        return detector.get_cloud_masks(np.moveaxis(optical, 0, -1)[None])[0].astype(np.uint8)
    height, width = optical.shape[1:]
    grid = Grid(height, width, 0, 0, Affine.identity(), None)
    layout = S2Layout(tuple(S2_BANDS[index] for index in present), "")
    image = Held(None, grid, layout, S2Scaling(1.0, 0.0, ""), optical)
    detector = make_detector(method, "auto", image, lambda: optical.reshape(13, -1))
    for _ in detector.survey(image, lambda: False):
        pass
    found = np.empty((height, width), np.uint8)
    for window, classes, _ in detect(image, detector, grow, lambda: False):
        found[window.slices] = classes
    return found


def count(found: np.ndarray, truth: np.ndarray, decided: np.ndarray, name: str) -> Counter:
    return Counter(
        {
            f"{name}_hit": int((found & truth & decided).sum()),
            f"{name}_false": int((found & ~truth & decided).sum()),
            f"{name}_missed": int((~found & truth & decided).sum()),
        }
    )


def score_pair(method: str, cloudy: np.ndarray, clear: np.ndarray, grow: int) -> Counter:
    every = tuple(range(13))
    found = find(method, cloudy, every, grow)
    opacity = cut_out(cloudy, clear, "").opacity
    decided = (opacity < CERTAIN_CLEAR) | (opacity > CERTAIN_CLOUD)
    counts = count(np.isin(found, (CLOUD, THIN)), opacity > CERTAIN_CLOUD, decided, "cloud")
    shadow = classify(cloudy, clear).mask("shadow")
    counts += count(found == SHADOW, shadow, opacity < CERTAIN_CLEAR, "shadow")
    on_clear = find(method, clear, every, grow)
    return counts + Counter(flagged=int((on_clear > 0).sum()), looked_at=on_clear.size)


def score_month(method: str, optical: np.ndarray, present: tuple[int, ...], cloud: np.ndarray, grow: int) -> Counter:
    found = find(method, optical, present, grow)
    return count(np.isin(found, (CLOUD, THIN)), cloud, np.ones(cloud.shape, bool), "cloud")


def scores(counts: Counter) -> dict[str, float | None]:
    def share(part: int, *others: int) -> float | None:
        whole = part + sum(others)
        return round(part / whole, 3) if whole else None

    found = {}
    for name in ("cloud", "shadow"):
        hit, false, missed = (counts[f"{name}_{each}"] for each in ("hit", "false", "missed"))
        found[f"{name}_precision"], found[f"{name}_recall"] = share(hit, false), share(hit, missed)
        found[f"{name}_iou"] = share(hit, false, missed)
    found["flagged"] = share(counts["flagged"], counts["looked_at"] - counts["flagged"])
    return found


def months(data: Path) -> list[tuple[str, np.ndarray, tuple[int, ...], np.ndarray]]:
    """Return (name, reflectance [13, h, w], its bands, cloud [h, w]) of the series with a cloud probability."""
    found = []
    for path in sorted((data / "series").rglob("*_cloud_probability.tif")):
        numbers, names = read_raster(Path(str(path).replace("cloud_probability", "s2")))
        present = tuple(S2_BANDS.index(name) for name in names)
        optical = np.zeros((13, *numbers.shape[1:]), np.float32)
        optical[list(present)] = np.clip(numbers / 1e4, 0, 1)
        cloud = read_raster(path)[0][0] > PROBABILITY
        found.append((path.parent.name + "/" + path.name[:2], fill_missing_bands(optical, present), present, cloud))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--methods", default="spectral,csmask,s2cloudless")
    parser.add_argument("--grow", type=int, default=0)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    samples = []
    for cloudy, clear in pairs(options.data):
        images = reflectance(cloudy), reflectance(clear)
        if np.median(images[1][B2]) < SNOW:
            samples.append((cloudy.relative_to(options.data).parts[0], cloudy.stem, images))
    rows, lines = [], []
    for method in options.methods.split(","):
        totals: dict[str, Counter] = {}
        begun = time.monotonic()
        try:
            for source, name, (cloudy, clear) in samples:
                counts = score_pair(method, cloudy, clear, options.grow)
                totals[source] = totals.get(source, Counter()) + counts
                rows.append({"method": method, "source": source, "scene": name, **scores(counts)})
                print(method, source, name, rows[-1]["cloud_iou"], flush=True)
            if method != "s2cloudless":
                for name, optical, present, cloud in months(options.data):
                    counts = score_month(method, optical, present, cloud, options.grow)
                    totals["series"] = totals.get("series", Counter()) + counts
                    rows.append({"method": method, "source": "series", "scene": name, **scores(counts)})
        except (MissingDetector, ImportError) as error:
            print(f"{method} is left out: {error}")
            continue
        print(f"{method}: {time.monotonic() - begun:.0f} s")
        totals["all pairs"] = sum((each for source, each in totals.items() if source != "series"), Counter())
        lines += [{"method": method, "source": source, **scores(counts)} for source, counts in totals.items()]
    for name, table in (("scenes.csv", rows), ("scores.csv", lines)):
        with (options.output / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
    for line in lines:
        print(*(f"{key} {value}" for key, value in line.items()))


if __name__ == "__main__":
    main()
