"""Whether single pixels of many places make a better radar prior: fitted on all continents but one, scored on that one.

    python benchmarks/radar_points.py --data DATA

DATA is the folder with `points/points.csv.gz`: pixels of paired Sentinel-1 and Sentinel-2, whose speckle is not
averaged and whose clouds are not screened; bright ones (B2 from 0.25 on) are left out here. Printed is the root mean
square error over the bands but B9 in reflectance above the atmosphere, of the prior of the weights, of one fitted to
the points of the other continents, of both together, and of the points' own mean colour.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from pathlib import Path

import numpy as np
import torch

from sar_cloud_removal.model.bands import S2_BANDS, scale_s1, to_l1c
from sar_cloud_removal.model.networks import checkpoints
from sar_cloud_removal.model.networks.radar_prior import sar_features
from sar_cloud_removal.model.scene_colours import Ground, refit

SOURCES = {
    "lakes, central US": "presto_algae_blooms",
    "wildland, western US": "presto_fuel_moisture",
    "Belgium": "worldcereal_belgium",
    "East Africa": "worldcereal_east_africa",
}
CONTINENTS = {"North America": tuple(SOURCES)[:2], "Europe": ("Belgium",), "Africa": ("East Africa",)}
BRIGHT = 0.25


def read(path: Path) -> dict[str, Ground]:
    """Return the points of each source: features of the radar, reflectance above the atmosphere, known bands."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for name, source in SOURCES.items():
        mine = [row for row in rows if row["source"] == source]
        bands = [band for band in S2_BANDS if mine[0].get(band) and band != "B9"]
        image = np.zeros((len(S2_BANDS), len(mine), 1), np.float32)
        for band in bands:
            image[S2_BANDS.index(band), :, 0] = [float(row[band] or "nan") / 1e4 for row in mine]
        image = to_l1c(image) if mine[0]["level"] == "L2A" else image
        radar = np.float32([[float(row["VV"]), float(row["VH"])] for row in mine]).T[..., None]
        places = [S2_BANDS.index(band) for band in bands]
        use = np.isfinite(image[places]).all(axis=0)[:, 0] & np.isfinite(radar).all(axis=0)[:, 0]
        # A few hold 65535 where nothing was measured.
        use &= (image[S2_BANDS.index("B2"), :, 0] < BRIGHT) & (image[places] < 1).all(axis=0)[:, 0]
        sar = torch.from_numpy(scale_s1(radar[:, use])).permute(1, 0, 2)[..., None]
        told = torch.cat([sar_features(each[None])[0] for each in sar])[:, :, 0, 0].numpy()
        found[name] = Ground(told.astype(np.float64), image[:, use, 0].T.astype(np.float64), tuple(places), 1.0)
    return found


def error(ground: Ground, colours: np.ndarray) -> float:
    return float(np.sqrt(ground.error(colours) / (len(ground.colour) * len(ground.bands))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    grounds = read(options.data / "points" / "points.csv.gz")
    given = checkpoints.load(checkpoints.resolve("default")).network.expected.colours.numpy()
    print("| left out | points | weights | points of the others | both | own mean |\n|---|---|---|---|---|---|")
    for left_out in CONTINENTS.values():
        others = [ground for name, ground in grounds.items() if name not in left_out]
        alone, both = refit(given, others, (1e-6,) * 3), refit(given, others, (1.0, 1.0, 1.0))
        for name in left_out:
            ground = grounds[name]
            mean = np.zeros_like(given)
            mean[:, 0] = ground.colour.mean(axis=0)
            told = " | ".join(f"{error(ground, colours):.4f}" for colours in (given, alone, both, mean))
            print(f"| {name} | {len(ground.colour)} | {told} |")


if __name__ == "__main__":
    main()
