"""Reconstruct all scenes of a folder or of a list, one after the other, with one network that is loaded once.

A scene that fails is told and does not stop the others; only a full disk does, on which all would fail. What is there
already is kept, so a run that was stopped goes on where it ended, and several may share the work on one folder.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from . import devices
from .dispatch import as_user_error
from .earlier_results import differences, what_is_wrong
from .errors import (
    BadOption,
    Cancelled,
    DiskFull,
    FolderCancelled,
    InputError,
    OutputEnding,
    OutputError,
    OutputIsInput,
    OutputNotWritable,
    OutputTwice,
    TooLittleRoom,
)
from .partial_files import claimed, is_written_elsewhere, remove_abandoned
from .raster import check_writable
from .reconstruct import Model, check_options, load_model, observed, reconstruct, tile_and_overlap
from .requests import Event, Log, PartialFile, Progress, Reconstruct, ReconstructFolder
from .scene_pairs import Incomplete, ScenePair, find_pairs, same_path
from .scene_report import DONE, FAILED, INCOMPLETE, KEPT, Line, SceneReport, read_lines

Report = Callable[[Event], None]

REPORT_NAME = "report.csv"
# So many scenes that failed are told in the values of the result; all are in the report.
TOLD_FAILURES = 20
# So many scenes are named in one warning.
NAMED_SCENES = 5
# How the remark on a result begins, in the report, that is kept though it is not what is asked for now.
KEPT_WORDS = "Kept, but "
# The options of a scene that are the same for all.
_SHARED = tuple(
    sorted({each.name for each in fields(Reconstruct)} & {each.name for each in fields(ReconstructFolder)}
           - {"output", "attention", "keep"})
)  # fmt: skip


def reconstruct_folder(
    request: ReconstructFolder, report: Report, cancelled: Callable[[], bool], model: Model | None = None
) -> dict:
    """Carry out `request` and return the values of its result; `model` is used instead of the one that it names.

    Returns how many `scenes` there are and how many of them were `done`, `kept`, or `failed`; how many of those kept
    are `outdated`, not what is asked for now; how many files were `incomplete` scenes; the first `failures` with their
    errors; the `outputs` that are there now; the path of the `report`. Before any work raises what `find_pairs` raises
    and what is wrong with an option, the device or the weights; later `FolderCancelled`, `DiskFull`, which ends the
    run, and `OutputNotWritable` when the report cannot be written.
    """
    begun = time.monotonic()
    pairs, incomplete = find_pairs(request)
    path = request.report or os.path.join(request.output, REPORT_NAME)
    _check_report(path, request, pairs)
    _check_keep(request)
    # How many dates a scene has is its own matter.
    example = _scene_request(request, replace(pairs[0], mask=None, clear=pairs[0].clear[:1]))
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
        "outdated": sum(line.status == KEPT and KEPT_WORDS in line.message for line in run.lines),
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
        clear=pair.clear,
        # A mask says it already.
        keep="auto" if pair.mask else request.keep,
        **{name: getattr(request, name) for name in _SHARED},
    )


def _kept_line(pair: ScenePair, before: Line | None, remark: str) -> Line:
    """Return the line of a result that is kept: what was said of it when it was made, and what is to be said now."""
    line = before or Line(pair.name, KEPT, output=pair.output)
    said = line.message.partition(KEPT_WORDS)[0].rstrip()
    message = f"{said} {KEPT_WORDS}{remark}.".lstrip() if remark else said
    return replace(line, scene=pair.name, status=KEPT, message=message)


def _named(scenes: Sequence[str]) -> str:
    """Return the names of scenes, the first few of many."""
    named = "«" + "», «".join(scenes[:NAMED_SCENES]) + "»"
    more = len(scenes) - NAMED_SCENES
    return f"{named}, … (+{more})" if more > 0 else named


@dataclass
class _Run:
    """The scenes that are still to be done, and what became of those before."""

    request: ReconstructFolder
    model: Model
    report: Report
    cancelled: Callable[[], bool]
    lines: list[Line] = field(default_factory=list)
    failures: list[dict] = field(default_factory=list)
    # What it met when a disk was full, on which all other scenes would fail too.
    full: DiskFull | None = None

    def begin(self, path: str, pairs: list[ScenePair], incomplete: list[Incomplete]) -> None:
        """Begin the report with all that needs no computing."""
        self.total = len(pairs)
        remove_abandoned(*(path for pair in pairs for path in (pair.output, pair.attention)))
        earlier = read_lines(path)
        there = set() if self.request.overwrite else {pair.output for pair in pairs if self._is_there(pair, tell=True)}
        kept = [pair for pair in pairs if pair.output in there]
        self.waiting = [pair for pair in pairs if pair.output not in there]
        remarks = [self._remark(pair) for pair in kept]
        self.lines += [_kept_line(pair, earlier.get(pair.output), remark) for pair, remark in zip(kept, remarks)]
        if kept:
            self.report(Log(f"{len(kept)} of {len(pairs)} scenes are there already and are kept."))
        self._tell_differences(kept, remarks)
        for each in incomplete:
            self.lines.append(Line(each.name, INCOMPLETE, message=each.reason))
            self.report(Log(f"«{each.name}» is left out: {each.reason}.", "warning"))
        self.table = SceneReport(path, self.lines, lambda partial: self.report(PartialFile(partial)))

    def go_through(self) -> None:
        """Do what is waiting. Raises `FolderCancelled`, `DiskFull`, and what the report raises."""
        for index, pair in enumerate(self._in_turn()):
            try:
                if self.cancelled():
                    raise Cancelled
                line = self._kept_meanwhile(pair) or self._one(index, pair)
            except Cancelled as error:
                raise FolderCancelled(done=self._over, count=self.total, report=self.table.path) from error
            self._note(line)
            if self.full is not None:
                raise self._ended_by(self.full)
        self.table.catch_up()
        with contextlib.suppress(OutputError):
            self.table.settle(self.lines)
        self.report(Progress(1.0, "Done"))

    def count(self, status: str) -> int:
        return sum(line.status == status for line in self.lines)

    @property
    def _over(self) -> int:
        return self.count(DONE) + self.count(KEPT) + self.count(FAILED)

    def _in_turn(self) -> Iterator[ScenePair]:
        """Yield what is waiting; last of all what another run is at work on, which may have done it by then."""
        later = []
        for pair in self.waiting:
            if is_written_elsewhere(pair.output):
                later.append(pair)
            else:
                yield pair
        yield from later

    def _note(self, line: Line) -> None:
        self.lines.append(line)
        try:
            self.table.add(line)
        except DiskFull as error:
            self.full = self.full or error
        except OutputNotWritable as error:
            # A night's work is not given up for its table.
            self.report(Log(f"{error} It is tried again after the next scene.", "warning"))

    def _ended_by(self, error: DiskFull) -> DiskFull:
        detail, there, report = error.values["detail"], self.count(DONE) + self.count(KEPT), self.table.path
        words = f"{detail}; {there} of {self.total} scenes are there and are kept, and «{report}» lists them"
        return DiskFull(path=error.values["path"], detail=f"{words}. Run again when there is room, to go on from there")

    # What is there already -------------------------------------------------------------------------------------------

    def _is_there(self, pair: ScenePair, tell: bool = False) -> bool:
        """Whether all results are there and whole; `tell` of those that are not whole, which are made anew."""
        paths = (pair.output, pair.attention)[: 1 + self.request.attention]
        if not all(os.path.exists(path) for path in paths):
            return False
        wrong = next(filter(None, map(what_is_wrong, paths)), "")
        if wrong and tell:
            self.report(Log(f"«{pair.name}» is made anew, as its result is of no use: {wrong}", "warning"))
        return not wrong

    def _remark(self, pair: ScenePair) -> str:
        """Return what sets a result that is there apart from what is asked for now, "" when nothing does."""
        try:
            return "; ".join(differences(_scene_request(self.request, pair), self.model))
        except (InputError, OSError):
            # It was there a moment ago.
            return ""

    def _tell_differences(self, kept: Sequence[ScenePair], remarks: Sequence[str]) -> None:
        """Warn of each kind of difference once, whatever the number of scenes."""
        for remark in dict.fromkeys(filter(None, remarks)):
            scenes = _named([pair.name for pair, each in zip(kept, remarks) if each == remark])
            told = (
                f"Of the results that are kept, {scenes}: {remark}. To have such a result made anew, let results that "
                "are there be overwritten (--overwrite), or delete it."
            )
            self.report(Log(told, "warning"))

    def _kept_meanwhile(self, pair: ScenePair) -> Line | None:
        """Return the line of a scene that another run on this folder has done since this one began."""
        if self.request.overwrite or not self._is_there(pair):
            return None
        self.report(Log(f"«{pair.name}» has been done by another run meanwhile and is kept."))
        remark = self._remark(pair)
        self._tell_differences([pair], [remark])
        return _kept_line(pair, read_lines(self.table.path).get(pair.output), remark)

    # What is to be done ----------------------------------------------------------------------------------------------

    def _one(self, index: int, pair: ScenePair) -> Line:
        """Return what became of one scene. Raises `Cancelled`, and nothing else."""
        begun = time.monotonic()
        try:
            _make_folder(os.path.dirname(pair.output) or ".")
            with claimed(pair.output) as partial:
                self.report(PartialFile(partial))
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
        dates = (f"Clear date «{date['name']}»: {date['reason']}." for date in values["dates"])
        assumed = " ".join([*values.get("findings", []), *dates])
        used = "; ".join(date["name"] for date in values["dates"] if date["used"])
        return Line(pair.name, DONE, values["seconds"], percent, pair.output, warnings, assumed, used)

    def _failed(self, pair: ScenePair, caught: Exception, seconds: float) -> Line:
        error = as_user_error(caught)
        if error is not caught:
            traceback.print_exception(type(caught), caught, caught.__traceback__, file=sys.stderr)
        if isinstance(error, DiskFull) and not isinstance(error, TooLittleRoom):
            self.full = error
        self.failures.append({"scene": pair.name, **error.to_dict()})
        self.report(Log(f"«{pair.name}» failed: {error}", "warning"))
        return Line(pair.name, FAILED, seconds, output=pair.output, message=str(error))

    def _speaker(self, index: int, pair: ScenePair) -> Report:
        """Return what takes the events of one scene: its progress becomes a part of the whole."""
        count = len(self.waiting)

        def speak(event: Event) -> None:
            if isinstance(event, Progress):
                self.report(Progress((index + event.fraction) / count, f"Scene {index + 1} of {count}"))
            elif isinstance(event, Log):
                self.report(Log(f"«{pair.name}»: {event.message}", event.level))
            elif isinstance(event, PartialFile):
                self.report(event)

        return speak
