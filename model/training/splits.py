"""Which places are for training, which for validation and which for testing: drawn, or listed in a file.

A split is {"train", "validation", "test": places}. No place is in two parts, and none is cut in two: patches of one
place look alike, so that a network could be praised for what it has learnt by heart.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..errors import BadOption, OutputNotWritable

PARTS = ("train", "validation", "test")
Split = dict[str, list[str]]

_SHARES = re.compile(r"(\d+):(\d+):(\d+)")


def drawn_order(places: Iterable[str], seed: int) -> list[str]:
    """Return places in a random order that `seed` decides, whatever the order they came in and on every machine.

    They are sorted by the SHA-256 of «seed place», so that a place that is missing moves none of the others.
    """
    return sorted(set(places), key=lambda place: hashlib.sha256(f"{seed} {place}".encode()).hexdigest())


def cut(order: Sequence[str], counts: Sequence[int]) -> Split:
    """Return `counts` places for training, validation and testing out of an order that no missing place changes.

    Those for validation come from its front and those for testing from its end, so that a place more or less in the
    middle moves none of them. The training ones follow behind the validation's.
    """
    train, validation, test = counts
    parts = (
        order[validation : min(validation + train, len(order) - test)],
        order[:validation],
        order[len(order) - test :],
    )
    return {part: sorted(places, key=natural) for part, places in zip(PARTS, parts)}


def natural(place: str) -> list[tuple[str, int]]:
    """Return a key by which «spring_9» comes before «spring_10»."""
    return [(text, int(digits or 0)) for text, digits in re.findall(r"(\D+|^)(\d*)", place)]


def is_shares(split: str) -> bool:
    """Tell whether a split is given as shares, such as "8:1:1"."""
    return _SHARES.fullmatch(split) is not None


def split_by_shares(places: Iterable[str], split: str, seed: int = 0) -> Split:
    """Return places drawn by shares such as "8:1:1"; each part with a share gets one place at least.

    Where the same places are there, the split is the same. Where one is missing, no other place goes from validation to
    testing or back. A missing training place moves none of those that are held out, and a missing one that is held out
    is replaced by one training place; only where a share of fewer places rounds to one place less, validation or
    testing gives its last one to the training part, or does not replace the missing one.

    Raises `BadOption` where there are fewer places than parts, or no share for training.
    """
    order = drawn_order(places, seed)
    shares = [int(share) for share in _SHARES.fullmatch(split).groups()]
    parts = sum(share > 0 for share in shares)
    if not shares[0] or len(order) < parts:
        detail = f"it needs a share for training and {parts} places, and {len(order)} are there"
        raise BadOption(option="split", value=split, detail=detail)
    held_out = [max(1, round(len(order) * share / sum(shares))) if share else 0 for share in shares[1:]]
    while sum(held_out) >= len(order):
        held_out[held_out.index(max(held_out))] -= 1
    return cut(order, (len(order) - sum(held_out), *held_out))


def read_split(path: Path) -> Split:
    """Return the split in a file that `write_split` wrote, or that somebody made like it.

    JSON {"train": [places], …}, or CSV with the columns part and place. Raises `BadOption`.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        split = _from_csv(text) if Path(path).suffix.lower() == ".csv" else _from_json(text)
    except (OSError, ValueError) as error:
        raise BadOption(option="split", value=path, detail=f"it cannot be read ({error})") from error
    places = [place for part in PARTS for place in split[part]]
    twice = sorted({place for place in places if places.count(place) > 1})
    if twice:
        raise BadOption(option="split", value=path, detail=f"{', '.join(twice)} is there more than once")
    return split


def _from_json(text: str) -> Split:
    data = json.loads(text)
    if not isinstance(data, Mapping) or not set(data) <= set(PARTS) or not data.get("train"):
        raise ValueError("it needs lists of places under train, validation and test")
    return {part: [str(place) for place in data.get(part, ())] for part in PARTS}


def _from_csv(text: str) -> Split:
    split: Split = {part: [] for part in PARTS}
    for row in csv.DictReader(text.splitlines()):
        if row.get("part") not in PARTS or not row.get("place"):
            raise ValueError("it needs the columns part (train, validation or test) and place")
        split[row["part"]].append(row["place"])
    if not split["train"]:
        raise ValueError("no place is for training")
    return split


def write_split(path: Path, split: Mapping[str, Sequence[str]]) -> None:
    """Write a split as JSON, or as CSV if the name ends so. Raises `OutputNotWritable`."""
    path = Path(path)
    if path.suffix.lower() == ".csv":
        lines = ["part,place", *(f"{part},{place}" for part in PARTS for place in split[part])]
        text = "\n".join(lines) + "\n"
    else:
        text = json.dumps({part: list(split[part]) for part in PARTS}, indent=1) + "\n"
    write_text(path, text)


def write_text(path: Path, text: str) -> None:
    """Write a file beside its place first, and then rename it. Raises `OutputNotWritable`."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        raise OutputNotWritable(path=path, detail=error.strerror or str(error)) from error
    finally:
        partial.unlink(missing_ok=True)
