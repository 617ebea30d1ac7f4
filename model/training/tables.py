"""Scores as files: raw lines and tables as CSV, and the same tables as Markdown."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from ..bands import S2_BANDS
from ..errors import OutputNotWritable, UnreadableInput
from .cloud_classes import CLASSES, COVERS

METRICS = ("psnr", "ssim", "mae", "sam")
METRIC_TITLES = {"psnr": "PSNR dB", "ssim": "SSIM ×100", "mae": "MAE ×100", "sam": "SAM °"}
METRIC_DIGITS = {"psnr": 2, "ssim": 1, "mae": 2, "sam": 2}
ALL = "all"
#: A patch counts in the mean of a class of pixels from this share of its pixels on: of fewer, PSNR says nothing.
LEAST_CLASS_SHARE = 0.01
#: Stands behind a model that was trained on a place that it is scored on.
MARK = "†"


@dataclass(frozen=True)
class Score:
    """The metrics of one image of one scene, as `metrics.Sums.metrics` has them; NaN where there is none.

    `subset` is "all", a band or a class of pixels, `pixels` how many were counted. `cover` is that of the whole patch.
    `seen` says that the model was trained on the place.
    """

    model: str
    scene: str
    place: str
    seen: bool
    cover: str
    subset: str
    pixels: int
    psnr: float
    ssim: float
    mae: float
    sam: float


@dataclass(frozen=True)
class Mean:
    """The mean over patches of the scores of one model; `by` is "all", "cover", "class" or "band"."""

    model: str
    seen: bool
    by: str
    subset: str
    patches: int
    psnr: float
    ssim: float
    mae: float
    sam: float


def means(scores: Sequence[Score]) -> list[Mean]:
    """Return the means over all, by cover, by class and by band; models in the order in which they come first."""
    overall = [score for score in scores if score.subset == ALL]
    groups = [(ALL, ALL, overall)]
    groups += [("cover", cover, [score for score in overall if score.cover == cover]) for cover in COVERS]
    groups += [("class", name, _large_enough(scores, name)) for name in CLASSES]
    groups += [("band", name, [score for score in scores if score.subset == name]) for name in S2_BANDS]
    seen = {model: any(score.seen for score in scores if score.model == model) for model in _models(scores)}
    return [
        Mean(model, seen[model], by, subset, len(chosen), **mean_metrics(chosen))
        for by, subset, members in groups
        for model in seen
        for chosen in [[score for score in members if score.model == model]]
        if chosen
    ]


def _models(scores: Iterable[Score]) -> list[str]:
    return list(dict.fromkeys(score.model for score in scores))


def _large_enough(scores: Sequence[Score], subset: str) -> list[Score]:
    whole = {(score.place, score.scene): score.pixels for score in scores if score.subset == ALL}
    return [s for s in scores if s.subset == subset and s.pixels >= LEAST_CLASS_SHARE * whole[s.place, s.scene]]


def mean_metrics(scores: Iterable[object]) -> dict[str, float]:
    """Return the mean of each metric over objects that have them, without NaN; NaN where nothing is left."""
    scores = list(scores)
    return {name: mean([getattr(score, name) for score in scores]) for name in METRICS}


def mean(values: Iterable[float]) -> float:
    """Return the mean of the values that are numbers (infinite ones are), NaN if there are none."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan


# Markdown -----------------------------------------------------------------------------------------------------------


def evaluation_markdown(scores: Sequence[Score], notes: Sequence[str] = ()) -> str:
    """Return the tables of an evaluation: overall, by cover, by class and by band, and `notes` below them.

    Where models were trained on some of the places, a second table is over the places that none of them has seen.
    """
    found = means(scores)
    sections = [overall_markdown(found)]
    seen_places = {score.place for score in scores if score.seen}
    unseen = [score for score in scores if score.place not in seen_places]
    if seen_places:
        sections.append(
            f"{MARK} Trained on some of these places, so that its figures flatter it: {_names(seen_places)}."
        )
    if seen_places and unseen:
        sections += ["## Places that no model was trained on", overall_markdown(means(unseen))]
    for by, title in (("cover", "cloud cover"), ("class", "class of pixels")):
        sections += [f"## By {title}", _grouped(found, by, title)]
    for metric in ("psnr", "mae"):
        sections += [f"## By band: {METRIC_TITLES[metric]}", _by_band(found, metric)]
    return "\n\n".join([*sections, *notes]) + "\n"


def overall_markdown(found: Sequence[Mean]) -> str:
    """Return the table over all patches."""
    rows = [[_marked(each), each.patches, *_cells(each)] for each in found if each.by == ALL]
    return markdown(["image", "patches", *METRIC_TITLES.values()], rows)


def _grouped(found: Sequence[Mean], by: str, title: str) -> str:
    rows = [[each.subset, _marked(each), each.patches, *_cells(each)] for each in found if each.by == by]
    return markdown([title, "image", "patches", *METRIC_TITLES.values()], rows)


def _by_band(found: Sequence[Mean], metric: str) -> str:
    values = {(_marked(each), each.subset): getattr(each, metric) for each in found if each.by == "band"}
    bands = [band for band in S2_BANDS if any(band == key[1] for key in values)]
    models = list(dict.fromkeys(model for model, _ in values))
    rows = [[m, *(number(values.get((m, band), math.nan), METRIC_DIGITS[metric]) for band in bands)] for m in models]
    return markdown(["image", *bands], rows)


def _marked(each: Mean) -> str:
    return f"{each.model} {MARK}" if each.seen else each.model


def _cells(each: object) -> list[str]:
    return [number(getattr(each, name), digits) for name, digits in METRIC_DIGITS.items()]


def _names(places: Iterable[str]) -> str:
    return ", ".join(f"`{place}`" for place in sorted(places))


def markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; from the second column on, numbers are right-aligned where the first row has one."""
    rows = [[str(cell) for cell in row] for row in rows]
    first = rows[0] if rows else header
    rule = ["---:" if cell[:1].isdigit() or cell[:1] in "–−+∞" else "---" for cell in first]
    lines = [header, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def number(value: Optional[float], digits: int, sign: bool = False) -> str:
    """Return `value` in words: ∞ for an infinite one, – for none."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
    return text.replace("-", "−")


# Files --------------------------------------------------------------------------------------------------------------


def write_csv(path: Path, rows: Iterable[object], columns: Sequence[str]) -> None:
    """Write dataclasses, a line each; numbers have six digits, NaN is empty. Raises `OutputNotWritable`."""

    def write(partial: Path) -> None:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([[_field(getattr(row, name)) for name in columns] for row in rows])

    _replace(Path(path), write)


def write_text(path: Path, text: str) -> None:
    """Write `text`. Raises `OutputNotWritable`."""
    _replace(Path(path), lambda partial: partial.write_text(text, encoding="utf-8"))


def read_csv(path: Path, cls: type) -> list:
    """Return the lines of a file of `write_csv` as objects of the dataclass `cls`. Raises `UnreadableInput`."""
    kinds = {"float": _number, "int": int, "bool": lambda text: text == "yes", "str": str}
    fields = [(field.name, kinds[str(field.type)]) for field in dataclasses.fields(cls)]
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return [cls(**{name: kind(line[name]) for name, kind in fields}) for line in csv.DictReader(file)]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise UnreadableInput(layer=path, detail=f"it is no table of scores ({error!r})") from error


def columns_of(cls: type) -> list[str]:
    """Return the columns of a table of the dataclass `cls`."""
    return [field.name for field in dataclasses.fields(cls)]


def as_json(row: object) -> Mapping[str, object]:
    """Return a dataclass of scores as what goes through JSON: None for what is no finite number."""
    values = dataclasses.asdict(row)
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}


def _field(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return value


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    make_folder(path.parent)
    try:
        write(partial)
        os.replace(partial, path)
    except OSError as error:
        raise OutputNotWritable(path=path, detail=error.strerror or error) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def make_folder(path: Path) -> Path:
    """Return the folder `path`, made if it is not there. Raises `OutputNotWritable`."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputNotWritable(path=path, detail=error.strerror or error) from error
    return Path(path)
