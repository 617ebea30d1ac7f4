"""Peak memory of the compute process on scenes of different sizes.

    python benchmarks/memory.py [--sizes 2745,10980] [--rows N] [--model default|identity] [--attention]
        [--limit GB] [--keep network|detected] [--folder FOLDER]

Makes square scenes of 13 bands by repeating the sample scene, mirrored at its borders, and reconstructs each in a
worker of its own, the one that QGIS starts; the model "identity", which does nothing, shows what reading, blending and
writing take. Memory grows with the width, so with `--rows`, which makes scenes of so many rows, a wide one takes less
time; `--keep detected` lets the run look for clouds first. Prints the highest resident memory of the worker, and of the
worker together with the process that makes the overviews. Linux only, as it reads /proc.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window

from sar_cloud_removal.model.requests import Failure, Progress, Reconstruct, Result, decode_event, encode

PACKAGE = Path(__file__).resolve().parent.parent
SAMPLE = PACKAGE / "resources" / "sample"
LIMIT = 1.2
# A worker for a network that has no weights file.
IDENTITY_WORKER = """
import sys
sys.path.insert(0, sys.argv[1])
import launch
sys.path.pop(0)
launch.load_package()
import torch
from sar_cloud_removal.model import reconstruct, worker
class Identity(torch.nn.Module):
    def forward(self, optical, sar):
        return optical
model = reconstruct.Model(Identity(), "identity", "", 256)
run = reconstruct.reconstruct
reconstruct.reconstruct = lambda request, report, cancelled: run(request, report, cancelled, model)
worker.main([])
"""


def make_scene(folder: Path, size: int, rows: int) -> tuple[Path, Path]:
    """Write S1 and S2 of `rows` × `size` pixels, if they are not there, and return their paths."""
    paths = folder / f"s1_{size}_{rows}.tif", folder / f"s2_{size}_{rows}.tif"
    for path, name in zip(paths, ("s1.tif", "s2_cloudy.tif")):
        if not path.exists():
            partial = path.with_suffix(".partial")
            _repeat(SAMPLE / name, partial, size, rows)
            partial.rename(path)
    return paths


def _repeat(source: Path, target: Path, size: int, height: int) -> None:
    with rasterio.open(source) as sample:
        pixels = sample.read()
        profile = {**sample.profile, "height": height, "width": size, "bigtiff": "if_safer", "zlevel": 1}
        profile.update(tiled=True, blockxsize=256, blockysize=256, predictor=3 if pixels.dtype.kind == "f" else 2)
        descriptions = sample.descriptions
    rows = np.concatenate([pixels, pixels[:, ::-1]], axis=1)
    pattern = np.concatenate([rows, rows[:, :, ::-1]], axis=2)
    period = pattern.shape[1]
    wide = np.tile(pattern, (1, 1, -(-size // pattern.shape[2])))[:, :, :size]
    with rasterio.open(target, "w", **profile) as dataset:
        dataset.descriptions = descriptions
        for row in range(0, height, 256):
            length = min(256, height - row)
            strip = wide[:, row % period : row % period + length]
            dataset.write(strip, window=Window(0, row, size, length))


class Worker:
    """The compute process, watched."""

    def __init__(self, model: str) -> None:
        command = [sys.executable, "-I", "-X", "utf8", str(PACKAGE / "model" / "launch.py")]
        if model == "identity":
            command = [sys.executable, "-X", "utf8", "-c", IDENTITY_WORKER, str(PACKAGE / "model")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.tree_peak = 0
        self._ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def run(self, request: Reconstruct) -> dict:
        """Carry out one request and return the values of its result."""
        self._send(encode(request))
        shown = -1
        for line in self._process.stdout:
            event = decode_event(line)
            if isinstance(event, Progress) and int(event.fraction * 10) > shown:
                shown = int(event.fraction * 10)
                print(f"  {event.fraction:4.0%} {resident(self._process.pid, 'VmRSS') / 1e6:6.0f} MB", file=sys.stderr)
            if isinstance(event, Failure):
                raise SystemExit(event.error["message"])
            if isinstance(event, Result) and "ready" not in event.values:
                return event.values
        raise SystemExit("the worker ended")

    def close(self) -> int:
        """End the worker and return its highest resident memory in bytes."""
        peak = resident(self._process.pid, "VmHWM")
        self._ended.set()
        self._send('{"kind": "shutdown"}')
        self._process.wait(30)
        return peak

    def _send(self, line: str) -> None:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _watch(self) -> None:
        while not self._ended.wait(1.0):
            pids = [self._process.pid, *_children(self._process.pid)]
            self.tree_peak = max(self.tree_peak, sum(_share(pid) for pid in pids))


def resident(pid: int, key: str) -> int:
    """Return VmRSS (now) or VmHWM (at most so far) of a process in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)


def _share(pid: int) -> int:
    """Return the resident memory of a process in bytes, what it shares with others divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def measure(options: argparse.Namespace, folder: Path, size: int) -> int:
    rows = options.rows or size
    s1, s2 = make_scene(folder, size, rows)
    outputs = {"output": str(folder / "out.tif")}
    if options.attention:
        outputs["attention"] = str(folder / "attention.tif")
    request = Reconstruct(
        s1=str(s1),
        s2=str(s2),
        model="default" if options.model == "identity" else options.model,
        device=options.device,
        s2_offset=0.0,
        tile=options.tile,
        batch=options.batch,
        memory_gb=options.limit,
        keep=options.keep,
        **outputs,
    )
    worker = Worker(options.model)
    begun = time.monotonic()
    values = worker.run(request)
    seconds = time.monotonic() - begun
    peak = worker.close()
    print(
        f"{size} × {rows}: worker {peak / 1e6:.0f} MB, with the overviews' process {worker.tree_peak / 1e6:.0f} MB; "
        f"{seconds:.0f} s, {values['tiles']} tiles on {values['device']}, batch {values['batch']}, parts of "
        f"{values['tile']} pixels",
        flush=True,
    )
    return peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda text: [int(each) for each in text.split(",")], default=[2745, 10980])
    parser.add_argument("--model", default="default")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--attention", action="store_true")
    parser.add_argument("--tile", type=int)
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rows", type=int, metavar="N", help="of the scenes, which are square else")
    parser.add_argument("--keep", default="network", choices=("network", "detected"))
    parser.add_argument("--limit", type=float, help="the memory limit in GB")
    parser.add_argument("--folder", type=Path, help="where the scenes are kept; else they are removed at the end")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = options.folder or Path(temporary)
        peaks = [measure(options, folder, size) for size in options.sizes]
    ratio = max(peaks) / peaks[0]
    print(f"largest to smallest: {ratio:.2f}, at most {LIMIT} wanted")
    sys.exit(ratio > LIMIT)


if __name__ == "__main__":
    main()
