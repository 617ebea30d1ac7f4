"""Reconstruct all scenes of a folder or of a list, one after the other, with one network that is loaded once.

A scene that fails is told and does not stop the others. What is there already is kept, so a run that was stopped goes
on where it ended.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from . import devices
from .dispatch import as_user_error
from .errors import BadOption, Cancelled, FolderCancelled, OutputEnding, OutputIsInput, OutputNotWritable, OutputTwice
from .raster import check_writable
from .reconstruct import Model, check_options, load_model, observed, reconstruct, tile_and_overlap
from .requests import Event, Log, PartialFile, Progress, Reconstruct, ReconstructFolder
from .scene_pairs import Incomplete, ScenePair, find_pairs, same_path
from .scene_report import DONE, FAILED, INCOMPLETE, KEPT, Line, SceneReport, read_lines

Report = Callable[[Event], None]

REPORT_NAME = "report.csv"
# So many scenes that failed are told in the values of the result; all are in the report.
TOLD_FAILURES = 20
# The options of a scene that are the same for all.
_SHARED = tuple(
    sorted({each.name for each in fields(Reconstruct)} & {each.name for each in fields(ReconstructFolder)}
           - {"output", "attention", "keep"})
)  # fmt: skip


def reconstruct_folder(
    request: ReconstructFolder, report: Report, cancelled: Callable[[], bool], model: Model | None = None
) -> dict:
    """Carry out `request` and return the values of its result; `model` is used instead of the one that it names.

    Returns how many `scenes` there are and how many of them were `done`, `kept`, or `failed`; how many files were
    `incomplete` scenes; the first `failures` with their errors; the `outputs` that are there now; the path of the
    `report`. Before any work raises what `find_pairs` raises and what is wrong with an option, the device or the
    weights; later `FolderCancelled`, and `DiskFull` or `OutputNotWritable` when the report cannot be written.
    """
    begun = time.monotonic()
    pairs, incomplete = find_pairs(request)
    path = request.report or os.path.join(request.output, REPORT_NAME)
    _check_report(path, request, pairs)
    _check_keep(request)
    example = _scene_request(request, replace(pairs[0], mask=None))
    check_options(example)
    device = devices.resolve(request.device)
    model = model or load_model(request.model, device)
    tile_and_overlap(example, model)
    with observed(model, example.attention):
        pass  # so that a network without attention is told before the first scene
    _make_folder(request.output)
    check_writable(path)
    run = _Run(request, model, report, cancelled)
    run.begin(path, pairs, incomplete)
    run.go_through()
    return {
        "output": request.output,
        "report": path,
        "scenes": len(pairs),
        **{status: run.count(status) for status in (DONE, KEPT, FAILED, INCOMPLETE)},
        "failures": run.failures[:TOLD_FAILURES],
        "outputs": [line.output for line in run.lines if line.status in (DONE, KEPT)],
        "device": device,
        "model": model.name,
        "quality": request.quality,
        "seconds": round(time.monotonic() - begun, 3),
    }


def _check_keep(request: ReconstructFolder) -> None:
    if request.keep == "mask":
        detail = "each scene with a mask keeps by it anyway; choose network or detected for those without one"
        raise BadOption(option="keep", value=request.keep, detail=detail)


def _check_report(path: str, request: ReconstructFolder, pairs: list[ScenePair]) -> None:
    """Raise what is wrong with where the report is to be."""
    if os.path.splitext(path)[1].lower() != ".csv":
        raise OutputEnding(path=path, ending=".csv")
    if request.scenes and same_path(path) == same_path(request.scenes):
        raise OutputIsInput(path=path)
    if any(same_path(path) == same_path(pair.output) for pair in pairs):
        raise OutputTwice(path=path)


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise OutputNotWritable(path=path, detail=error.strerror or str(error)) from error


def _scene_request(request: ReconstructFolder, pair: ScenePair) -> Reconstruct:
    return Reconstruct(
        s1=pair.s1,
        s2=pair.s2,
        mask=pair.mask,
        output=pair.output,
        attention=pair.attention if request.attention else None,
        # A mask says it already.
        keep="network" if pair.mask else request.keep,
        **{name: getattr(request, name) for name in _SHARED},
    )


@dataclass
class _Run:
    """The scenes that are still to be done, and what became of those before."""

    request: ReconstructFolder
    model: Model
    report: Report
    cancelled: Callable[[], bool]
    lines: list[Line] = field(default_factory=list)
    failures: list[dict] = field(default_factory=list)

    def begin(self, path: str, pairs: list[ScenePair], incomplete: list[Incomplete]) -> None:
        """Begin the report with all that needs no computing."""
        earlier = read_lines(path)
        there = set() if self.request.overwrite else {pair.output for pair in pairs if self._is_there(pair)}
        kept = [pair for pair in pairs if pair.output in there]
        self.waiting = [pair for pair in pairs if pair.output not in there]
        for pair in kept:
            before = earlier.get(pair.output) or Line(pair.name, KEPT, output=pair.output)
            self.lines.append(replace(before, scene=pair.name, status=KEPT))
        if kept:
            self.report(Log(f"{len(kept)} of {len(pairs)} scenes are there already and are kept."))
        for each in incomplete:
            self.lines.append(Line(each.name, INCOMPLETE, message=each.reason))
            self.report(Log(f"«{each.name}» is left out: {each.reason}.", "warning"))
        self.table = SceneReport(path, self.lines, lambda partial: self.report(PartialFile(partial)))

    def go_through(self) -> None:
        """Do what is waiting. Raises `FolderCancelled`, and what the report raises."""
        for index, pair in enumerate(self.waiting):
            try:
                if self.cancelled():
                    raise Cancelled
                line = self._one(index, pair)
            except Cancelled as error:
                done = self.count(DONE) + self.count(KEPT) + self.count(FAILED)
                count = self.count(KEPT) + len(self.waiting)
                raise FolderCancelled(done=done, count=count, report=self.table.path) from error
            self.lines.append(line)
            try:
                self.table.add(line)
            except OutputNotWritable as error:
                # A night's work is not given up for its table.
                self.report(Log(f"{error} It is tried again after the next scene.", "warning"))
        self.table.catch_up()
        self.report(Progress(1.0, "Done"))

    def count(self, status: str) -> int:
        return sum(line.status == status for line in self.lines)

    def _is_there(self, pair: ScenePair) -> bool:
        """Whether all results are there; they get their names when they are complete, and not before."""
        return all(os.path.exists(path) for path in (pair.output, pair.attention)[: 1 + self.request.attention])

    def _one(self, index: int, pair: ScenePair) -> Line:
        """Return what became of one scene. Raises `Cancelled`, and nothing else."""
        begun = time.monotonic()
        try:
            _make_folder(os.path.dirname(pair.output) or ".")
            speak = self._speaker(index, pair)
            values = reconstruct(_scene_request(self.request, pair), speak, self.cancelled, self.model)
        except Cancelled:
            raise
        except Exception as caught:  # whatever a file does to a library, the other scenes are not to blame
            return self._failed(pair, caught, round(time.monotonic() - begun, 3))
        cover = values["cloud_cover"]
        said = "unknown" if cover is None else f"{cover:.1f} %"
        if values["detector"]:
            # Shadows, too, and what clouds were grown by.
            self.report(Log(f"«{pair.name}»: done in {values['seconds']:.1f} s, replaced {said}"))
        else:
            self.report(Log(f"«{pair.name}»: done in {values['seconds']:.1f} s, cloud cover {said}"))
        warnings = " ".join(values["warnings"])
        percent = None if cover is None else round(cover, 2)
        return Line(pair.name, DONE, values["seconds"], percent, pair.output, warnings)

    def _failed(self, pair: ScenePair, caught: Exception, seconds: float) -> Line:
        error = as_user_error(caught)
        if error is not caught:
            traceback.print_exception(type(caught), caught, caught.__traceback__, file=sys.stderr)
        self.failures.append({"scene": pair.name, **error.to_dict()})
        self.report(Log(f"«{pair.name}» failed: {error}", "warning"))
        return Line(pair.name, FAILED, seconds, output=pair.output, message=str(error))

    def _speaker(self, index: int, pair: ScenePair) -> Report:
        """Return what takes the events of one scene: its progress becomes a part of the whole."""
        count = len(self.waiting)

        def speak(event: Event) -> None:
            if isinstance(event, Progress):
                self.report(Progress((index + event.fraction) / count, f"Scene {index + 1} of {count}"))
            elif isinstance(event, Log) and event.level == "warning":
                self.report(Log(f"«{pair.name}»: {event.message}", "warning"))
            elif isinstance(event, PartialFile):
                self.report(event)

        return speak
