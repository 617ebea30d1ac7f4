"""The table of a run over many scenes: a CSV file that grows by a line with each scene."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from .errors import DiskFull, OutputNotWritable
from .raster import publish
from .texts import FULL, OutputText

DONE, KEPT, FAILED, INCOMPLETE = "done", "kept", "failed", "incomplete"


@dataclass(frozen=True)
class Line:
    """What became of one scene: one of the words above, seconds, cloud cover in percent, the result, and why.

    `assumed` is what was found out about its rasters; `clear_dates` are the names of those that were used.
    """

    scene: str
    status: str
    seconds: float | None = None
    cloud_cover: float | None = None
    output: str = ""
    message: str = ""
    assumed: str = ""
    clear_dates: str = ""


# What reports of all versions have.
_COLUMNS = {field.name for field in fields(Line)} - {"assumed", "clear_dates"}
# Of several lines of one scene the later one in this order says what there is.
_ORDER = (INCOMPLETE, FAILED, KEPT, DONE)


def read_lines(path: str) -> dict[str, Line]:
    """Return the lines of an earlier report by their result; none where there is none, or another kind of file."""
    return {line.output: line for line in _read(path) or () if line.output}


def _read(path: str) -> list[Line] | None:
    """Return all lines of a report; None where it is none."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not set(rows.fieldnames or ()) >= _COLUMNS:
                return None
            return [_line(row) for row in rows]
    except (OSError, ValueError, TypeError, csv.Error):
        return None


def _line(row: dict) -> Line:
    seconds, cover = (float(row[name]) if row[name] else None for name in ("seconds", "cloud_cover"))
    words = {name: row.get(name) or "" for name in ("output", "message", "assumed", "clear_dates")}
    return Line(row["scene"], row["status"], seconds, cover, **words)


def _one_a_scene(lines: Iterable[Line]) -> list[Line]:
    found: dict[object, Line] = {}
    for line in lines:
        key = line.output or (line.scene, line.message)
        if key not in found or _weight(line) >= _weight(found[key]):
            found[key] = line
    return list(found.values())


def _weight(line: Line) -> int:
    return _ORDER.index(line.status) if line.status in _ORDER else -1


class SceneReport:
    """A report at `path`. Begun with the lines that are known already, in place of an earlier one; then it grows.

    All methods raise `DiskFull` or `OutputNotWritable`.
    """

    def __init__(self, path: str, known: Sequence[Line], announce: Callable[[str], None]) -> None:
        self.path = path
        self._announce = announce
        # What could not be written yet: a program that shows the report may hold it for a while.
        self._late = ""
        self._write(known)

    def add(self, line: Line) -> None:
        """Write one line, which is on the disk afterwards; after an error it is kept for the next call."""
        self._late += _csv_line(asdict(line).values())
        self.catch_up()

    def catch_up(self) -> None:
        """Write what could not be written so far."""
        if not self._late:
            return
        try:
            with open(self.path, "a", encoding="utf-8", newline="") as file:
                file.write(self._late)
                file.flush()
                os.fsync(file.fileno())
            self._late = ""
        except OSError as error:
            kind = DiskFull if error.errno in FULL else OutputNotWritable
            raise kind(path=self.path, detail=error.strerror or str(error)) from error

    def settle(self, lines: Sequence[Line]) -> None:
        """Leave one line a scene, where another run has written into the same report; `lines` are those of this one."""
        there = _read(self.path)
        if there is None:
            return
        settled = _one_a_scene([*there, *lines])
        if settled != there:
            self._write(settled)

    def _write(self, lines: Iterable[Line]) -> None:
        """Write all of it, in place of what is there."""
        names = [field.name for field in fields(Line)]
        begun = OutputText(self.path, self._announce)
        try:
            # So that programs that guess, Excel first, read it as UTF-8.
            begun.write("\ufeff" + _csv_line(names) + "".join(_csv_line(asdict(line).values()) for line in lines))
            publish([begun])
        finally:
            begun.discard()


def _csv_line(values) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(["" if value is None else value for value in values])
    return text.getvalue()
