"""How well hidden ground is told by the clear ground of the scene and by clear dates: real images, made-up holes.

    python benchmarks/clear_ground.py --data DATA --output FOLDER [--only finland belgium triplets pairs] [--jobs 2]

DATA is the folder with `series`, `series_small`, `triplets`, `sen12mscr`, `pairs` and `cloud_pairs`. The truth is the
image of the same day, and only hidden pixels are scored. Holes cover 50, 80 and 95 % and are opaque, white, and known
by an exact mask; they are blobs (a thresholded Gaussian field), or clouds: the brightest part of a real cloudy image of
`cloud_pairs`. What is hidden:

- `finland`: clear months of the Finnish series; clear dates are the nearest other clear months.
- `belgium`: the months of the Belgian places; clear dates are the other months, the nearest first.
- `triplets`: the clear date, without a date; and the clear ground of the real cloudy date, without and with the clear
  date of months apart. Of that only what is really clear is scored.
- `pairs`: a single date each, without a date.

Written are `clear_ground.csv`, a line a run, `errors.csv` with the expected and the true error of some hidden pixels,
and `clear_ground.md`, the tables. A run that is in the CSV is not done again.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from scipy.ndimage import distance_transform_edt, gaussian_filter

from sar_cloud_removal.model.reconstruct import reconstruct
from sar_cloud_removal.model.requests import Reconstruct

COVERS = (0.5, 0.8, 0.95)
HOLES = ("blobs", "clouds")
DATES = (0, 1, 3)
COLUMNS = ("set", "place", "image", "holes", "cover", "dates", "used", "psnr", "rim", "inside", "expected", "seconds")
# The months of the Finnish series that are clear: mean cloud probability in percent, and B2 of what is no snow.
CLOUD_PROBABILITY, SNOW_BLUE = 15, 0.1
# The rim of a hole, and what lies well inside, by the distance to clear ground in pixels.
RIM = 5
# Of each run so many pixels go into errors.csv.
PIXELS = 200
HIDDEN_VALUE = 9000
# Above this blue reflectance, or this change from the clear date, a real cloudy date does not count as clear.
CLEAR_BLUE, CLEAR_CHANGE = 0.25, 0.05


@dataclass(frozen=True)
class Image:
    """A real image with its radar; dates are the nearest first. `reference` shows where a cloudy one is clear."""

    set: str
    place: str
    name: str
    s2: Path
    s1: Path
    dates: tuple[tuple[Path, Path], ...] = ()
    reference: Path | None = None


def images(data: Path) -> Iterator[Image]:
    """Yield all images of the data folder."""
    for folder in sorted((data / "series").iterdir()):
        months = {int(path.name[:2]): path for path in sorted(folder.glob("*_s2.tif"))}
        clear = [month for month, path in months.items() if _is_clear(path)]
        if len(clear) > 1:
            yield from _series("finland", folder.name, {month: months[month] for month in clear})
    small = sorted((data / "series_small").glob("*_s2.tif"))
    for place in sorted({path.name.rsplit("_", 2)[0] for path in small}):
        dates = {int(path.name.split("_")[2][5:7]): path for path in small if path.name.startswith(place)}
        yield from _series("belgium", place, dates)
    index = {row["id"]: row["place"] for row in csv.DictReader((data / "index.csv").open(encoding="utf-8"))}
    for path in sorted((data / "triplets").glob("*_s2.tif")):
        s1, cloudy = _beside(path, "s1"), path.with_name(path.name.replace("_s2", "_s2_cloudy"))
        place = next((place for name, place in index.items() if path.name[:5] in name), path.name[:5])
        yield Image("triplets", place, path.name[:5], path, s1)
        yield Image("triplets cloudy date", place, path.name[:5], cloudy, s1, ((path, s1),), path)
    for path in sorted((data / "pairs").glob("*_s2.tif")):
        yield Image("pairs", path.name[:-7], path.name[:-7], path, _beside(path, "s1"))


def _series(name: str, place: str, months: dict[int, Path]) -> Iterator[Image]:
    for month, path in months.items():
        others = sorted((each for each in months if each != month), key=lambda each: (abs(each - month), each))
        dates = tuple((months[each], _beside(months[each], "s1")) for each in others)
        yield Image(name, place, f"{month:02}", path, _beside(path, "s1"), dates)


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(path.name.replace("_s2", f"_{kind}"))


def _is_clear(path: Path) -> bool:
    with rasterio.open(_beside(path, "cloud_probability")) as file:
        cloud = file.read(1).mean()
    with rasterio.open(path) as file:
        return cloud < CLOUD_PROBABILITY and file.read(1).mean() <= SNOW_BLUE * 1e4


def hole(kind: str, shape: tuple[int, int], cover: float, seed: int, data: Path) -> np.ndarray:
    """Return what is hidden, bool [h, w], of just this cover (0–1)."""
    random = np.random.default_rng(seed)
    if kind == "blobs":
        field = gaussian_filter(random.standard_normal(shape), max(shape) / 16, mode="wrap")
    else:
        paths = sorted((data / "cloud_pairs").glob("*cloudy*.tif"))
        with rasterio.open(paths[seed % len(paths)]) as file:
            blue = file.read(file.descriptions.index("B2") + 1 if "B2" in file.descriptions else 1).astype(np.float32)
        rows, columns = (-(-length // have) for length, have in zip(shape, blue.shape))
        blue = np.tile(blue, (rows, columns))[: shape[0], : shape[1]]
        # A ramp far below the noise of the image orders equal values, of which saturated clouds have many.
        field = gaussian_filter(blue, 2) + 1e-3 * gaussian_filter(random.standard_normal(shape), 3)
    return field > np.quantile(field, 1 - cover)


def clear_part(image: Image, values: np.ndarray) -> np.ndarray:
    """Return where an image may be scored [h, w]: of a real cloudy date, what is about as dark as the clear date."""
    if image.reference is None:
        return np.ones(values.shape[1:], bool)
    with rasterio.open(image.reference) as file:
        reference = file.read()
    blue, before = (gaussian_filter(each[1].astype(np.float32) / 1e4, 2) for each in (values, reference))
    return (blue < CLEAR_BLUE) & (blue - before < CLEAR_CHANGE)


def score(task: tuple[Image, str, float, int, Path]) -> tuple[dict, np.ndarray] | None:
    """Return the line of one run, and expected and true errors of some hidden pixels [n, 2].

    None where too little is clear.
    """
    image, kind, cover, count, data = task
    with rasterio.open(image.s2) as file:
        values, profile, names = file.read(), file.profile, file.descriptions
    clear = clear_part(image, values)
    if clear.mean() < 0.1:
        return None
    seed = sum(map(ord, image.place + image.name)) * 10 + int(cover * 100)
    hidden = hole(kind, values.shape[1:], cover, seed, data)
    scored = hidden & clear
    if scored.sum() < 100:
        return None
    covered = values.copy()
    covered[:, hidden] = HIDDEN_VALUE
    mask = (hidden | ~clear)[None].astype(np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: str(Path(folder, f"{name}.tif")) for name in ("cloudy", "mask", "output", "error")}
        for name, array in (("cloudy", covered), ("mask", mask)):
            form = {**profile, "count": len(array), "dtype": array.dtype, "driver": "GTiff", "nodata": None}
            with rasterio.open(paths[name], "w", **form) as file:
                file.write(array)
                if name == "cloudy":
                    file.descriptions = names
        run = Reconstruct(
            s1=str(image.s1),
            s2=paths["cloudy"],
            mask=paths["mask"],
            output=paths["output"],
            expected_error=paths["error"],
            clear=tuple((str(s2), str(s1), None) for s2, s1 in image.dates[:count]),
            device="cpu",
        )
        result = reconstruct(run, lambda event: None, lambda: False)
        with rasterio.open(paths["output"]) as file:
            answer = file.read()
        with rasterio.open(paths["error"]) as file:
            expected = file.read(1)[scored] * 1e-4
    if not np.array_equal(answer[:, ~hidden & clear], values[:, ~hidden & clear]):
        raise AssertionError(f"clear ground of {image.s2} was changed")
    squares = np.square((answer.astype(np.float64) - values) / 1e4).mean(axis=0)
    distance = distance_transform_edt(mask[0])
    rim, inside = squares[scored & (distance <= RIM)], squares[scored & (distance > RIM)]
    line = {
        "set": image.set,
        "place": image.place,
        "image": image.name,
        "holes": kind,
        "cover": cover,
        "dates": count,
        "used": sum(date["used"] for date in result["dates"]),
        "psnr": round(float(-10 * np.log10(squares[scored].mean())), 3),
        "rim": round(float(np.sqrt(rim.mean())), 5) if rim.size else "",
        "inside": round(float(np.sqrt(inside.mean())), 5) if inside.size else "",
        "expected": round(float(np.sqrt(np.square(expected).mean())), 5),
        "seconds": result["seconds"],
    }
    some = np.random.default_rng(0).choice(len(expected), min(PIXELS, len(expected)), replace=False)
    return line, np.stack([expected[some], np.sqrt(squares[scored][some])], axis=1)


def tasks(data: Path, only: Sequence[str]) -> Iterator[tuple[Image, str, float, int, Path]]:
    for image in images(data):
        if only and image.set.split()[0] not in only:
            continue
        for kind in HOLES:
            for cover in COVERS:
                for count in DATES:
                    if count <= len(image.dates):
                        yield image, kind, cover, count, data


def tables(lines: Sequence[dict], errors: np.ndarray) -> str:
    """Return the Markdown tables of all lines."""
    covers = " / ".join(f"{cover:.0%}" for cover in COVERS)
    text = [f"PSNR in dB of hidden pixels, mean over the images, at a cover of {covers}.", ""]
    text += ["| images | holes | dates | runs | PSNR | worst | rim / inside |", "|---|---|---|---|---|---|---|"]
    keys = sorted({(line["set"], line["holes"], int(line["dates"])) for line in lines})
    for name, holes, dates in keys:
        chosen = [line for line in lines if (line["set"], line["holes"], int(line["dates"])) == (name, holes, dates)]
        by_cover = [[float(each["psnr"]) for each in chosen if float(each["cover"]) == cover] for cover in COVERS]
        means, worst = (" / ".join(f"{each(values):.2f}" for values in by_cover if values) for each in (np.mean, min))
        text.append(f"| {name} | {holes} | {dates} | {len(chosen)} | {means} | {worst} | {_rim(chosen):.2f} |")
    text += [
        "",
        f"The error within {RIM} pixels of the rim is {_rim(lines):.2f} times that further inside, over all runs.",
    ]
    text += ["", *_worse(lines), "", *_coverage(errors)]
    return "\n".join(text) + "\n"


def _rim(lines: Sequence[dict]) -> float:
    both = [line for line in lines if line["rim"] != "" and line["inside"] != ""]
    rim, inside = (np.sqrt(np.mean([float(line[name]) ** 2 for line in both])) for name in ("rim", "inside"))
    return rim / inside


def _worse(lines: Sequence[dict]) -> list[str]:
    key = lambda line: tuple(line[name] for name in ("set", "place", "image", "holes", "cover"))  # noqa: E731
    without = {key(line): float(line["psnr"]) for line in lines if int(line["dates"]) == 0}
    dated = [line for line in lines if int(line["dates"]) and key(line) in without]
    gains = sorted((float(line["psnr"]) - without[key(line)], *key(line), line["dates"]) for line in dated)
    if not gains:
        return []
    worse = [gain for gain in gains if gain[0] < 0]
    text = [f"With clear dates {len(worse)} of {len(gains)} runs are worse than without; the worst of them:", ""]
    text += ["| dB | images | place | image | holes | cover | dates |", "|---|---|---|---|---|---|---|"]
    return text + ["| " + " | ".join([f"{gain[0]:+.2f}", *map(str, gain[1:])]) + " |" for gain in worse[:8]]


def _coverage(errors: np.ndarray) -> list[str]:
    expected, true = errors.T
    ranks = [np.argsort(np.argsort(each)) for each in (expected, true)]
    edges = np.quantile(expected, np.linspace(0.1, 0.9, 9))
    decile = np.digitize(expected, edges)
    text = [
        f"Expected error against the true one, {len(errors)} pixels; rank correlation {np.corrcoef(*ranks)[0, 1]:.2f}.",
        "",
    ]
    text += ["| decile | expected (RMS) | true (RMS) | true below expected |", "|---|---|---|---|"]
    for each in range(10):
        said, was = expected[decile == each], true[decile == each]
        below = (was < said).mean()
        text.append(f"| {each + 1} | {np.sqrt((said**2).mean()):.4f} | {np.sqrt((was**2).mean()):.4f} | {below:.0%} |")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    table, pixels = options.output / "clear_ground.csv", options.output / "errors.csv"
    names = ("set", "place", "image", "holes", "cover", "dates")
    done = set()
    if table.exists():
        done = {tuple(row[name] for name in names) for row in csv.DictReader(table.open(encoding="utf-8"))}
    else:
        table.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    waiting = [
        task
        for task in tasks(options.data, options.only)
        if tuple(map(str, (task[0].set, task[0].place, task[0].name, *task[1:4]))) not in done
    ]
    with ProcessPoolExecutor(options.jobs) as pool:
        for result in pool.map(score, waiting):
            if result is None:
                continue
            line, errors = result
            with table.open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, COLUMNS).writerow(line)
            with pixels.open("a", encoding="utf-8") as file:
                np.savetxt(file, errors, "%.5f", ",")
            print(*line.values(), flush=True)
    with table.open(encoding="utf-8") as file:
        text = tables(list(csv.DictReader(file)), np.loadtxt(pixels, delimiter=",", ndmin=2))
    (options.output / "clear_ground.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
