"""The table of a run over many scenes: a CSV file that grows by a line with each scene."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields

from .errors import DiskFull, OutputNotWritable
from .raster import publish
from .texts import FULL, OutputText

DONE, KEPT, FAILED, INCOMPLETE = "done", "kept", "failed", "incomplete"


@dataclass(frozen=True)
class Line:
    """What became of one scene: one of the words above, seconds, cloud cover in percent, the result, and why."""

    scene: str
    status: str
    seconds: float | None = None
    cloud_cover: float | None = None
    output: str = ""
    message: str = ""


def read_lines(path: str) -> dict[str, Line]:
    """Return the lines of an earlier report by their result; none where there is none, or another kind of file."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if set(row) >= {field.name for field in fields(Line)}]
            return {row["output"]: _line(row) for row in rows if row["output"]}
    except (OSError, ValueError, csv.Error):
        return {}


def _line(row: dict) -> Line:
    seconds, cover = (float(row[name]) if row[name] else None for name in ("seconds", "cloud_cover"))
    return Line(row["scene"], row["status"], seconds, cover, row["output"], row["message"])


class SceneReport:
    """A report at `path`. Begun with the lines that are known already, in place of an earlier one; then it grows.

    All methods raise `DiskFull` or `OutputNotWritable`.
    """

    def __init__(self, path: str, known: Sequence[Line], announce: Callable[[str], None]) -> None:
        self.path = path
        # What could not be written yet: a program that shows the report may hold it for a while.
        self._late = ""
        names = [field.name for field in fields(Line)]
        begun = OutputText(path, announce)
        try:
            # So that programs that guess, Excel first, read it as UTF-8.
            begun.write("\ufeff" + _csv_line(names) + "".join(_csv_line(asdict(line).values()) for line in known))
            publish([begun])
        finally:
            begun.discard()

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


def _csv_line(values) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(["" if value is None else value for value in values])
    return text.getvalue()
