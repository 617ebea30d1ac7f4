"""The command `datasets`: what is in a data folder, how a split divides it, and what cannot be used and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Callable, Optional

from .catalogue import Dataset, open_dataset
from .datasets import Problem
from .sen12mscr import season_of
from .splits import PARTS, natural, write_split, write_text

#: So many problems of a kind are printed; a report has them all.
SHOWN = 3


def check_data(
    data: Path,
    split: str = "",
    report: Optional[Path] = None,
    regions: Optional[Path] = None,
    index: Optional[Path] = None,
    again: bool = False,
    log: Callable[[str], None] = lambda line: None,
) -> dict:
    """Open a data set and return its `summary`. What is found goes to `report`, the places of the split to `regions`.

    Raises what `open_dataset` raises, and `OutputNotWritable`.
    """
    dataset = open_dataset(data, split, index, again, log)
    if report:
        write_text(report, report_csv(dataset))
    if regions:
        write_split(regions, dataset.listing)
    return summary(dataset)


def summary(dataset: Dataset) -> dict:
    """Return, ready for JSON: layout, split, its places, totals by part, season and place, and all problems."""
    return {
        "path": str(dataset.path),
        "layout": dataset.layout,
        "split": dataset.split,
        "scenes": {part: len(scenes) for part, scenes in dataset.parts.items()},
        "elsewhere": dataset.elsewhere,
        "unusable": len(dataset.unusable),
        "warnings": len(dataset.warnings),
        "places": {part: list(dataset.listing[part]) for part in PARTS},
        "totals": totals(dataset),
        "problems": [asdict(problem) for problem in dataset.problems],
    }


def totals(dataset: Dataset) -> list[dict]:
    """Return a mapping a place: part, season, place, and how many scenes are used, unusable and warned of."""
    parts = _part_of(dataset)
    named = [*parts, *sorted({problem.place for problem in dataset.problems} - set(parts), key=natural)]
    rows = {
        place: {
            "part": parts.get(place, ""),
            "season": season_of(place),
            "place": place,
            "used": 0,
            "unusable": 0,
            "warnings": 0,
        }
        for place in named
    }
    for scene in dataset.scenes:
        rows[scene.place]["used"] += 1
    for problem in dataset.problems:
        rows[problem.place]["warnings" if problem.usable else "unusable"] += 1
    return list(rows.values())


def _part_of(dataset: Dataset) -> dict[str, str]:
    return {place: part for part in PARTS for place in dataset.listing[part]}


def report_csv(dataset: Dataset) -> str:
    """Return a CSV with a line for each scene that is fine and one for each problem."""
    parts = _part_of(dataset)
    lines = {(each.scene, each.place, _status(each), each.kind, each.detail) for each in dataset.problems}
    troubled = {problem.scene for problem in dataset.problems}
    lines |= {(scene.name, scene.place, "fine", "", "") for scene in dataset.scenes if scene.name not in troubled}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("scene", "part", "season", "place", "status", "kind", "detail"))
    for scene, place, status, kind, detail in sorted(lines, key=lambda line: (natural(line[0]), line)):
        writer.writerow((scene, parts.get(place, ""), season_of(place), place, status, kind, detail))
    return text.getvalue()


def _status(problem: Problem) -> str:
    return "warning" if problem.usable else "unusable"


def words(values: dict) -> str:
    """Return what `summary` holds, to be read by people."""
    split = f", split {values['split']}" if values["split"] else ""
    lines = [f"{values['layout']}{split}: {values['path']}", "", *_table(values["totals"]), ""]
    for part in PARTS:
        count, places = values["scenes"][part], values["places"][part]
        if places and values["split"]:
            lines.append(f"{part}: {count} scenes of {len(places)} places: {', '.join(places)}")
    if values["elsewhere"]:
        lines.append(f"{values['elsewhere']} scenes are in no part of the split.")
    problems = [Problem(**each) for each in values["problems"]]
    lines += _problem_lines("Unusable", [each for each in problems if not each.usable])
    lines += _problem_lines("Warnings", [each for each in problems if each.usable])
    return "\n".join(lines)


def _table(rows: Sequence[dict]) -> list[str]:
    """Return aligned lines of the totals, with a sum for each season of a part."""
    shown = [list(rows[0])] if rows else []
    for part in (*PARTS, ""):
        of_part = [row for row in rows if row["part"] == part]
        for season in sorted({row["season"] for row in of_part}, key=[row["season"] for row in of_part].index):
            group = [row for row in of_part if row["season"] == season]
            shown += [[str(value) for value in row.values()] for row in group]
            if len(group) > 1:
                sums = [str(sum(row[name] for row in group)) for name in ("used", "unusable", "warnings")]
                shown.append([part, season, f"all {len(group)}", *sums])
    widths = [max(map(len, column)) for column in zip(*shown)]
    pads = [str.ljust] * 3 + [str.rjust] * 3
    return ["  ".join(pad(text, width) for pad, text, width in zip(pads, line, widths)) for line in shown]


def _problem_lines(title: str, problems: Sequence[Problem]) -> list[str]:
    if not problems:
        return []
    lines = ["", f"{title} ({len(problems)}; --report writes them all):"]
    for kind in sorted({problem.kind for problem in problems}):
        of_kind = [problem for problem in problems if problem.kind == kind]
        lines.append(f"  {kind}: {len(of_kind)}")
        lines += [f"    {problem.scene}: {problem.detail}" for problem in of_kind[:SHOWN]]
        if len(of_kind) > SHOWN:
            lines.append(f"    and {len(of_kind) - SHOWN} more")
    return lines
