"""How large the networks are: parameters, and multiply-adds for one patch of 256 × 256, beside what is published.

    python benchmarks/network_sizes.py [--csv network_sizes.csv]

Multiply-adds are half of what torch.utils.flop_counter counts: convolutions, matrix products and attention; sums,
normalisations and the element-wise products of GLF-CR's dynamic filters are not in it. What the literature on cloud
removal calls FLOPs are multiply-adds, too. No weights are made: the networks run on the "meta" device.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from sar_cloud_removal.model import networks
from sar_cloud_removal.model.training.cross_validation import read_systems

SYSTEMS = Path(__file__).resolve().parent / "systems.json"
PRESETS = Path(networks.__file__).resolve().parents[1] / "training" / "presets"
SIDE = 256
COMPARISON = "Zhang et al. 2026 (ECRformer), table of efficiency, for SEN12MS-CR"


@dataclass(frozen=True)
class Published:
    """Parameters in millions and multiply-adds in billions, as text; empty where nobody says."""

    parameters: str
    multiply_adds: str
    source: str


#: By architecture, of the widths that are its defaults.
PUBLISHED = {
    "mcgan": Published("54.42", "", "authors' code, counted for its 4 bands in and 3 out"),
    "spa_gan": Published("0.22", "", "author's code, counted for its 3 bands"),
    "dsen2cr": Published("18.95", "1241.18", COMPARISON),
    "uncrtaints": Published("0.52", "28.56", COMPARISON),
    "glf_cr": Published("14.83", "249.71", COMPARISON),
}
NOBODY = Published("", "", "")


@dataclass(frozen=True)
class Size:
    """A line of the table: `parameters` in millions, `multiply_adds` in billions (10⁹) for one patch."""

    network: str
    parameters: float
    multiply_adds: float
    published_parameters: str
    published_multiply_adds: str
    source: str


def configs() -> Iterator[tuple[str, Mapping, Published]]:
    """Yield (name, network config, what is published of it)."""
    systems, folder = read_systems(str(SYSTEMS))
    for system in systems:
        settings = system.settings(folder)
        if settings["network"]["architecture"] == "multistage_fusion":
            yield system.label, settings["network"], NOBODY
    for architecture in networks.NETWORKS:
        yield architecture, {"architecture": architecture}, PUBLISHED.get(architecture, NOBODY)
    for path in sorted((PRESETS / "networks").glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8")), NOBODY


def measure(config: Mapping, side: int = SIDE) -> tuple[float, float]:
    """Return the parameters in millions and the multiply-adds in billions for a patch of side × side pixels."""
    with torch.device("meta"), torch.no_grad():
        network = networks.build(config).eval()
        counter = FlopCounterMode(display=False)
        with counter:
            network(torch.empty(1, 13, side, side), torch.empty(1, 2, side, side))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return parameters / 1e6, counter.get_total_flops() / 2 / 1e9


def sizes() -> list[Size]:
    """Return the whole table."""
    rows = []
    for name, config, published in configs():
        rows.append(Size(name, *measure(config), *astuple(published)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", type=Path, help="write the table there, too")
    options = parser.parse_args()
    rows = sizes()
    print(f"| network | parameters (M) | multiply-adds (G), {SIDE} × {SIDE} | published (M) | published (G) | source |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        given = f"{row.published_parameters} | {row.published_multiply_adds} | {row.source}"
        print(f"| {row.network} | {row.parameters:.3f} | {row.multiply_adds:.2f} | {given} |")
    if options.csv:
        with options.csv.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(field.name for field in fields(Size))
            writer.writerows(astuple(row) for row in rows)


if __name__ == "__main__":
    main()
