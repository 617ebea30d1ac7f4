"""The command `sar-cloud-removal`: the plugin's requests from a shell, on a machine with no QGIS."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Callable, NoReturn, Optional

from .bands import S1_UNITS, S2_BANDS
from .cli_prepare import add_prepare_commands, pair_of_bands
from .dispatch import as_user_error, carry_out, prepare_process
from .errors import BadOption, Cancelled, OutputError, OutputNotWritable, SarCloudRemovalError
from .requests import (
    CLOUD_KINDS,
    COLOURS,
    DETECTION_METHODS,
    KEEPS,
    MASK_KINDS,
    MOST_DATES,
    PRECISIONS,
    PRODUCT_BANDS,
    PRODUCT_LEVELS,
    QUALITIES,
    SOURCES,
    Adapt,
    DescribeModel,
    DetectClouds,
    Devices,
    Evaluate,
    Event,
    Inspect,
    Log,
    Progress,
    Reconstruct,
    ReconstructFolder,
    Request,
    SimulateClouds,
)
from .scene_pairs import clear_date
from .version import version

EXIT_CODES = """\
exit codes: 0 done; 1 an error of the program; 2 a wrong command line; 3 an input or option that cannot be used;
4 an output that cannot be written; 5 weights that cannot be used; 6 the environment or the device;
7 some scenes of a folder failed or, with --strict, were left out; 130 cancelled; 141 nobody reads what it prints"""

SOME_FAILED = 7
# What a shell says of a program that the signal SIGPIPE ended.
NOBODY_READS = 141


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command line and return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    prepare_process()
    for stream in (sys.stdout, sys.stderr):
        # Into a file, Windows writes in the old code page of the country, which lacks much of what is written.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(arguments)
        finally:
            # Not at the end of the process, where nobody would hear of an error.
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        return _not_printed(error)


def _run(arguments: Sequence[str]) -> int:
    """Carry out a command line, print what came of it, and return the exit code."""
    try:
        options = _parser(arguments).parse_args(arguments)
    except SarCloudRemovalError as error:
        return _fail(error, "--json" in arguments)
    cancelled = threading.Event()
    previous = _cancel_on_signals(cancelled)
    shell = _Shell(options.verbose)
    try:
        values = options.run(options, shell, cancelled.is_set)
    except (Exception, KeyboardInterrupt) as caught:
        shell.clear()
        return _fail(caught, options.json)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    shell.clear()
    print(json.dumps(values, indent=1) if options.json else options.words(values))
    missed = options.run is _reconstruct_folder and (values["failed"] or (options.strict and values["incomplete"]))
    return SOME_FAILED if missed else 0


def _not_printed(error: OSError) -> int:
    """Return the exit code for what could not be printed; of a reader that has gone, as `head`, nothing is said."""
    with contextlib.suppress(OSError, ValueError):
        # What is still waiting to be printed would be tried once more at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return NOBODY_READS
    with contextlib.suppress(OSError):
        reason = error.strerror or error
        print(f"sar-cloud-removal: What there is to say cannot be printed: {reason}.", file=sys.stderr, flush=True)
    return OutputError.exit_code


def _fail(caught: BaseException, as_json: bool) -> int:
    error = Cancelled() if isinstance(caught, KeyboardInterrupt) else as_user_error(caught)
    if error is not caught and not isinstance(error, Cancelled):
        traceback.print_exception(type(caught), caught, caught.__traceback__, file=sys.stderr)
    if as_json:
        print(json.dumps(error.to_dict(), indent=1))
    print(f"sar-cloud-removal: {error}", file=sys.stderr)
    return error.exit_code


def _cancel_on_signals(cancelled: threading.Event) -> dict:
    """Let the first Ctrl-C, polite kill or closed terminal cancel cleanly and the second one interrupt.

    Returns the handlers that were there. A signal that is ignored, as nohup asks for, stays so.
    """

    def on_signal(number: int, frame: object) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt
        cancelled.set()

    if threading.current_thread() is not threading.main_thread():
        return {}
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    handled = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    return {number: signal.signal(number, on_signal) for number in handled}


class _Shell:
    """Shows events on stderr: a bar on a terminal, lines when asked for, warnings always."""

    WIDTH = 30

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._bar = sys.stderr.isatty()
        self._shown = ""
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        # A log that is full, or that nobody reads any more, ends no run.
        with self._lock, contextlib.suppress(OSError):
            if isinstance(event, Log) and (self._verbose or event.level == "warning"):
                self._line(f"{event.level}: {event.message}" if event.level == "warning" else event.message)
            elif isinstance(event, Progress) and self._bar:
                self._draw(event)
            elif isinstance(event, Progress) and self._verbose:
                self._line(f"{event.fraction:4.0%} {event.message}".rstrip())

    def clear(self) -> None:
        """Take the bar off the terminal."""
        if self._shown:
            with contextlib.suppress(OSError):
                sys.stderr.write("\r" + " " * len(self._shown) + "\r")
                sys.stderr.flush()
            self._shown = ""

    def _draw(self, event: Progress) -> None:
        done = round(self.WIDTH * event.fraction)
        text = f"{'█' * done}{'░' * (self.WIDTH - done)} {event.fraction:4.0%} {event.message}"
        text = text[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + text.ljust(len(self._shown)))
        sys.stderr.flush()
        self._shown = text

    def _line(self, text: str) -> None:
        self.clear()
        print(text, file=sys.stderr, flush=True)


# The command line ---------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line as JSON, too, where that is asked for."""

    as_json = False

    def error(self, message: str) -> NoReturn:
        if self.as_json:
            print(
                json.dumps({"error": "WrongCommandLine", "values": {"detail": message}, "message": message}, indent=1)
            )
        super().error(message)


_LIST_HELP = "columns s1, s2 and, if wanted, mask, clear (S2, S2+S1 or S2+S1+MASK, a | between dates) and output"

# Options that name what is written.
_OUTPUTS = {
    "--output", "--attention", "--changed", "--source", "--expected-error", "--influence", "--curve", "--opacity",
    "--classes", "--cloud-mask", "--error", "--report", "--table", "--figures", "--regions", "--index",
}  # fmt: skip


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="sar-cloud-removal",
        description="Reconstruct the ground under the clouds of a Sentinel-2 image with the help of Sentinel-1.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"sar-cloud-removal {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_reconstruct(commands)
    _add_reconstruct_folder(commands)
    _add_inspect(commands)
    _add_adapt(commands)
    _add_detect_clouds(commands)
    _add_simulate_clouds(commands)
    add_prepare_commands(commands, _add_command)
    _add_evaluate(commands)
    _add_train(commands, wanted=arguments[:1] == ["train"])
    _add_cross_validate(commands, wanted=arguments[:1] == ["cross-validate"])
    _add_datasets(commands)
    devices = _add_command(commands, "devices", "list the devices that networks can run on", _devices_words)
    devices.set_defaults(run=lambda options, report, cancelled: carry_out(Devices(), report, cancelled))
    models = _add_command(commands, "models", "list the models that came along", _models_words)
    models.set_defaults(run=_models)
    describe = _add_command(commands, "describe", "load weights and tell what they are", _describe_words)
    describe.add_argument("--model", required=True, metavar="NAME|PATH", help="see `sar-cloud-removal models`")
    describe.set_defaults(run=lambda options, *listeners: carry_out(DescribeModel(options.model), *listeners))
    for each in (parser, *commands.choices.values()):
        each.as_json = "--json" in arguments
    for name, command in commands.choices.items():
        # Of `evaluate` it is an input.
        _want_names(command, _OUTPUTS - ({"--changed"} if name == "evaluate" else set()))
    return parser


def _want_names(parser: argparse.ArgumentParser, outputs: set[str]) -> None:
    """Let a parser raise `OutputNotWritable` for an output whose name is empty."""

    def named(option: str, convert: Callable) -> Callable:
        def take(text: str) -> object:
            if not text.strip():
                detail = "its name is empty; perhaps a variable of the shell is not set"
                raise OutputNotWritable(path=option, detail=detail)
            return convert(text)

        return take

    for action in parser._actions:
        option = next((each for each in action.option_strings if each in outputs), None)
        if option and action.nargs != 0:
            action.type = named(option, action.type or str)


def _add_command(
    commands: argparse._SubParsersAction, name: str, summary: str, words: Callable[[dict], str]
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.add_argument("--json", action="store_true", help="print the result, or the error, as JSON")
    parser.add_argument("--verbose", action="store_true", help="say on stderr what is being done")
    parser.set_defaults(words=words)
    return parser


def _add_reconstruct(commands: argparse._SubParsersAction) -> None:
    parser = _add_command(commands, "reconstruct", "remove the clouds of a Sentinel-2 raster", _reconstruct_words)
    parser.set_defaults(run=lambda options, report, cancelled: carry_out(_request(options), report, cancelled))

    files = parser.add_argument_group("files")
    files.add_argument("--s1", metavar="S1.tif", help="Sentinel-1 raster with VV and VH; may be left out with --clear")
    files.add_argument("--s2", required=True, metavar="S2.tif", help="cloudy Sentinel-2 raster")
    _add_clear_dates(files)
    files.add_argument("--output", required=True, metavar="OUT.tif", help="reconstructed raster to write")
    files.add_argument("--attention", metavar="ATT.tif", help="SAR attention map to write")
    files.add_argument("--changed", metavar="CHANGED.tif", help="mask of the changed pixels to write")
    files.add_argument("--source", metavar="SOURCE.tif", help="where each pixel is from, to write")
    files.add_argument(
        "--expected-error", metavar="ERROR.tif", help="error to expect of each pixel in reflectance, to write"
    )
    files.add_argument(
        "--influence", metavar="INF.tif", help="how much the result changes without SAR; takes twice as long"
    )
    files.add_argument("--mask", metavar="MASK.tif", help="cloud mask, of --mask-kind: what is clear stays as it is")
    _add_keep(files)

    run = parser.add_argument_group("run")
    _add_computing(run)
    _add_extent(run)
    _add_overrides(parser)


def _add_clear_dates(files: argparse._ActionsContainer) -> None:
    files.add_argument(
        "--clear",
        action="append",
        default=[],
        metavar="S2.tif[,S1.tif[,MASK.tif]]",
        help="a clear date of the same place, with Sentinel-1 of about that date and its cloud mask, if there are; "
        f"may be repeated, {MOST_DATES} times at most",
    )


def _add_mask_kind(files: argparse._ActionsContainer) -> None:
    files.add_argument(
        "--mask-kind",
        default=Reconstruct.mask_kind,
        choices=MASK_KINDS,
        help="what the values of the mask mean; auto: by its name, else by its values; binary: cloud is not 0",
    )


def _add_keep(files: argparse._ActionsContainer) -> None:
    _add_mask_kind(files)
    files.add_argument("--feather", type=int, default=Reconstruct.feather, metavar="PIXELS", help="seam of the mask")
    files.add_argument(
        "--keep",
        default=Reconstruct.keep,
        choices=KEEPS,
        help="clear pixels: by --mask, what a detector and the network both take for clear (detected), or what the "
        "network does; auto: by the mask, if there is one, else detected",
    )
    files.add_argument("--detection", default=Reconstruct.detection, choices=DETECTION_METHODS[:3])
    files.add_argument("--grow", type=int, default=Reconstruct.grow, metavar="PIXELS", help="of detected clouds")


def _add_computing(run: argparse._ArgumentGroup) -> None:
    run.add_argument("--model", default=Reconstruct.model, metavar="NAME|PATH", help="see `sar-cloud-removal models`")
    run.add_argument("--device", default=Reconstruct.device, help="auto, cpu, cuda:N or mps")
    run.add_argument(
        "--level",
        default=Reconstruct.level,
        choices=PRODUCT_LEVELS,
        help="of the Sentinel-2 product; auto: l1c with the band B10, l2a without it",
    )
    run.add_argument(
        "--colours",
        default=Reconstruct.colours,
        choices=COLOURS,
        help="of hidden ground; auto: as a fit to the clear ground of the scene says, weights: as the weights do",
    )
    run.add_argument("--tile", type=int, metavar="PIXELS", help="side of a tile; else as trained")
    run.add_argument("--overlap", type=int, metavar="PIXELS", help="what neighbouring tiles share")
    run.add_argument("--batch", type=int, metavar="TILES", help="tiles computed at once")
    run.add_argument(
        "--memory",
        dest="memory_gb",
        type=float,
        metavar="GB",
        help="what it may take, of main memory or of the GPU's: fewer and smaller tiles are computed at once",
    )
    run.add_argument("--precision", default=Reconstruct.precision, choices=PRECISIONS)
    run.add_argument(
        "--quality",
        default=Reconstruct.quality,
        choices=QUALITIES,
        help="best is the mean over the eight flips and turns of each tile, and takes up to eight times as long",
    )


def _add_reconstruct_folder(commands: argparse._SubParsersAction) -> None:
    summary = "remove the clouds of all scenes of a folder or of a list; those that are done are kept"
    parser = _add_command(commands, "reconstruct-folder", summary, _folder_words)
    parser.set_defaults(run=_reconstruct_folder)

    files = parser.add_argument_group("files")
    what = files.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--input",
        dest="folder",
        metavar="FOLDER",
        help="with NAME_s1.tif, NAME_s2.tif or NAME_s2_cloudy.tif, and NAME_mask.tif if there is one; or with folders "
        "s1, s2 and mask; clear dates: NAME_clear_date.tif or NAME_clear_date1.tif and so on, their Sentinel-1 "
        "NAME_s1_clear_date1.tif",
    )
    what.add_argument("--list", dest="scenes", metavar="L.csv", help=_LIST_HELP)
    files.add_argument("--s1-folder", metavar="FOLDER", help="Sentinel-1 in files called as those in --input")
    files.add_argument("--output", required=True, metavar="FOLDER", help="for NAME_clouds_removed.tif and report.csv")
    files.add_argument("--attention", action="store_true", help="write NAME_attention.tif too")
    files.add_argument("--overwrite", action="store_true", help="do again what is there already")
    files.add_argument("--report", metavar="R.csv", help="instead of report.csv in the output folder")
    files.add_argument(
        "--strict", action="store_true", help="end with 7, too, where scenes lack a file and are left out"
    )
    _add_keep(files)

    _add_computing(parser.add_argument_group("run"))
    _add_overrides(parser)


def _add_inspect(commands: argparse._SubParsersAction) -> None:
    summary = "tell what the network did at one place: attention, gate, backscatter, spectrum before and after"
    parser = _add_command(commands, "inspect", summary, _inspect_words)
    parser.set_defaults(run=lambda options, report, cancelled: carry_out(_inspection(options), report, cancelled))
    parser.add_argument(
        "--at", dest="place", nargs=2, type=float, required=True, metavar=("X", "Y"), help="the place, on the map"
    )
    parser.add_argument("--at-crs", dest="crs", metavar="CRS", help="of --at, such as EPSG:4326; else that of S2")
    parser.add_argument("--result", metavar="OUT.tif", help="what `reconstruct` wrote; it says how it was made")
    parser.add_argument("--s1", metavar="S1.tif", help="instead of --result, with the options of a run")
    parser.add_argument("--s2", default="", metavar="S2.tif")
    _add_clear_dates(parser)
    parser.add_argument("--mask", metavar="MASK.tif")
    _add_keep(parser)
    parser.add_argument("--colours", default=Inspect.colours, choices=COLOURS, help="of hidden ground")
    parser.add_argument("--model", default=Inspect.model, metavar="NAME|PATH")
    parser.add_argument("--device", default=Inspect.device, help="auto, cpu, cuda:N or mps")
    parser.add_argument("--tile", type=int, metavar="PIXELS")
    parser.add_argument("--overlap", type=int, metavar="PIXELS")
    parser.add_argument("--precision", default=Inspect.precision, choices=PRECISIONS)
    _add_extent(parser)
    _add_overrides(parser)


def _add_adapt(commands: argparse._SubParsersAction) -> None:
    summary = "fine-tune weights on your own layers where they are clear, for --model of reconstruct"
    parser = _add_command(commands, "adapt", summary, _adapt_words)
    parser.set_defaults(run=lambda options, report, cancelled: carry_out(_adaptation(options), report, cancelled))

    files = parser.add_argument_group("files")
    files.add_argument("--s1", required=True, metavar="S1.tif", help="Sentinel-1 raster with VV and VH")
    files.add_argument("--s2", required=True, metavar="S2.tif", help="cloudy Sentinel-2 raster")
    files.add_argument("--output", required=True, metavar="W.safetensors", help="weights to write")
    files.add_argument(
        "--clear",
        action="append",
        default=[],
        metavar="S2.tif[,S1.tif]",
        help="a clear date of the same place, with Sentinel-1 of about that date, else that of --s1; may be repeated",
    )
    files.add_argument("--mask", metavar="MASK.tif", help="cloud mask; else clear parts are looked for")
    _add_mask_kind(files)
    files.add_argument("--curve", metavar="CURVE.csv", help="PSNR on withheld clear pixels by seconds, to write")

    run = parser.add_argument_group("run")
    run.add_argument("--model", default=Adapt.model, metavar="NAME|PATH", help="the weights to start from")
    run.add_argument("--minutes", type=float, default=Adapt.minutes, metavar="N", help="of training, at most")
    run.add_argument("--device", default=Adapt.device, help="auto, cpu, cuda:N or mps")
    run.add_argument("--seed", type=int, default=Adapt.seed, metavar="N")
    run.add_argument("--steps", type=int, help=argparse.SUPPRESS)
    _add_extent(run)
    _add_overrides(parser)


def _add_detect_clouds(commands: argparse._SubParsersAction) -> None:
    summary = "find clouds and shadows in a Sentinel-2 raster: a cloud mask for --mask of reconstruct"
    parser = _add_command(commands, "detect-clouds", summary, _detect_words)
    parser.set_defaults(
        run=lambda options, report, cancelled: carry_out(_optical(options, DetectClouds), report, cancelled)
    )
    files = parser.add_argument_group("files")
    files.add_argument("--s2", required=True, metavar="S2.tif", help="Sentinel-2 raster")
    files.add_argument("--output", required=True, metavar="MASK.tif", help="0 clear, 1 cloud, 2 shadow, 3 thin cloud")
    files.add_argument("--band", metavar="SCL.tif", help="the product's own band, for --method band")
    files.add_argument("--band-number", type=int, default=DetectClouds.band_number, metavar="N", help="from 1")
    files.add_argument("--band-kind", default=DetectClouds.band_kind, choices=PRODUCT_BANDS)
    run = parser.add_argument_group("run")
    run.add_argument("--method", default=DetectClouds.method, choices=DETECTION_METHODS)
    run.add_argument("--level", default=DetectClouds.level, choices=PRODUCT_LEVELS, help="of the product")
    run.add_argument("--grow", type=int, default=DetectClouds.grow, metavar="PIXELS", help="make clouds larger")
    _add_extent(run)
    _add_s2_overrides(parser)


def _add_simulate_clouds(commands: argparse._SubParsersAction) -> None:
    summary = "cover a clear Sentinel-2 raster with synthetic clouds"
    parser = _add_command(commands, "simulate-clouds", summary, _simulate_words)
    parser.set_defaults(
        run=lambda options, report, cancelled: carry_out(_optical(options, SimulateClouds), report, cancelled)
    )
    files = parser.add_argument_group("files")
    files.add_argument("--s2", required=True, metavar="S2.tif", help="clear Sentinel-2 raster")
    files.add_argument("--output", required=True, metavar="CLOUDY.tif", help="cloudy raster to write")
    files.add_argument("--opacity", metavar="OPACITY.tif", help="opacity of the clouds, to write")
    files.add_argument("--classes", metavar="MASK.tif", help="classes as of detect-clouds, to write")
    clouds = parser.add_argument_group("clouds")
    clouds.add_argument("--kind", dest="cloud_kind", default=SimulateClouds.cloud_kind, choices=CLOUD_KINDS)
    for name, unit, words in (
        ("cover", "PERCENT", "of the pixels"),
        ("thickness", "0…1", "opacity of the thickest cloud"),
        ("size", "METRES", "of the largest clouds"),
        ("height", "METRES", "above the ground"),
        ("sun-azimuth", "DEGREES", "where the sun stands, clockwise from north"),
        ("sun-elevation", "DEGREES", "how high it stands"),
    ):
        default = getattr(SimulateClouds, name.replace("-", "_"))
        clouds.add_argument(f"--{name}", type=float, default=default, metavar=unit, help=words)
    clouds.add_argument("--no-shadows", dest="shadows", action="store_false", help="clouds without shadows")
    clouds.add_argument("--seed", type=int, default=SimulateClouds.seed, metavar="N", help="another one, other clouds")
    _add_extent(clouds)
    _add_s2_overrides(parser)


def _add_extent(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--extent", nargs=4, type=float, metavar=("LEFT", "BOTTOM", "RIGHT", "TOP"), help="only this region"
    )
    group.add_argument("--extent-crs", metavar="CRS", help="of --extent, such as EPSG:4326; else that of S2")


def _add_overrides(parser: argparse.ArgumentParser) -> None:
    values = _add_s2_overrides(parser)
    values.add_argument("--s1-bands", metavar="VV,VH", help="numbers of the VV and of the VH band, from 1")
    values.add_argument("--s1-units", choices=S1_UNITS)


def _add_s2_overrides(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    values = parser.add_argument_group("what the files hold, where it is not found by itself")
    values.add_argument(
        "--s2-bands", metavar="B2,B3,…", help=f"band names in the order of the file: {S2_BANDS[0]} to B12, -"
    )
    values.add_argument("--s2-scale", type=float, metavar="N", help="reflectance = (DN + offset) / scale")
    values.add_argument("--s2-offset", type=float, metavar="N", help="-1000 from processing baseline 04.00 on")
    return values


def _add_evaluate(commands: argparse._SubParsersAction) -> None:
    summary = "score a raster against a clear one, or models on a data set: PSNR, SSIM, MAE, RMSE, SAM"
    parser = _add_command(commands, "evaluate", summary, _evaluate_words)
    parser.epilog = (
        "Figures are of reflectance 0–1: PSNR in dB with peak 1, SSIM × 100, MAE and RMSE (of rasters only) in "
        "hundredths of reflectance, SAM in degrees. Of PSNR and SSIM more is better, of the others less."
    )

    rasters = parser.add_argument_group("a raster and a clear one of the same place")
    rasters.add_argument("--prediction", metavar="P.tif", help="reconstructed Sentinel-2 raster")
    rasters.add_argument("--reference", metavar="R.tif", help="clear Sentinel-2 raster, on whatever grid")
    rasters.add_argument("--cloudy", metavar="C.tif", help="the cloudy input, to see what was gained over it")
    rasters.add_argument("--mask", metavar="MASK.tif", help="cloud mask, 0 where clear: figures inside and outside")
    rasters.add_argument("--changed", metavar="CHANGED.tif", help="changed pixels, as `reconstruct` writes them")
    rasters.add_argument("--s1", metavar="S1.tif", help="Sentinel-1 raster, for the report's pictures")
    rasters.add_argument("--error", metavar="ERROR.tif", help="map of the error and of the spectral angle to write")
    rasters.add_argument("--report", metavar="REPORT.html", help="report with pictures and charts to write")
    rasters.add_argument("--table", metavar="TABLE.csv", help="figures by band, cloud cover and kind of pixel to write")
    rasters.add_argument("--figures", metavar="FIGURES.json", help="everything that was found, to write")
    rasters.add_argument("--s2-scale", type=float, metavar="N", help="of all: reflectance = (DN + offset) / scale")
    rasters.add_argument("--s2-offset", type=float, metavar="N", help="of all")
    rasters.add_argument("--reference-scale", type=float, metavar="N", help="of the reference, if it has another")
    rasters.add_argument("--reference-offset", type=float, metavar="N", help="of the reference, if it has another")
    rasters.add_argument("--s2-bands", metavar="B2,B3,…", help="band names in the order of the file, - for none")
    rasters.add_argument("--reference-bands", metavar="B2,B3,…", help="of the reference, if it has others")

    models = parser.add_argument_group("models on the cloudy and clear dates of a data set")
    models.add_argument("--dataset", metavar="FOLDER", help="with an index.csv, SEN12MS-CR, or of GeoTIFFs")
    models.add_argument("--model", action="append", metavar="NAME|PATH", help="again for each further one")
    models.add_argument("--split", metavar="NAME", help="as of `train`; its test part is scored")
    models.add_argument("--part", choices=("train", "validation", "test"), help="the part to score instead")
    models.add_argument("--places", metavar="A,B,…", help="only these places")
    models.add_argument("--output", metavar="FOLDER", help="for raw lines, tables (CSV, Markdown) and a figure sheet")
    models.add_argument("--quality", choices=QUALITIES, help="best: the mean over eight flips and turns")
    models.add_argument("--device", help="auto, cpu, cuda:N or mps")
    parser.set_defaults(run=lambda options, report, cancelled: _evaluate(parser, options, report, cancelled))


def _add_train(commands: argparse._SubParsersAction, wanted: bool) -> None:
    """Its options are known to the training program, which is imported, with torch, only when it is wanted."""
    parser = _add_command(commands, "train", "train a network", _train_words)
    parser.set_defaults(run=_train)
    if wanted:
        from .training.train import add_arguments

        add_arguments(parser)


def _add_datasets(commands: argparse._SubParsersAction) -> None:
    summary = "tell what a data folder holds, how a split divides it, and what is unusable and why"
    parser = _add_command(commands, "datasets", summary, _datasets_words)
    parser.set_defaults(run=_datasets)
    parser.add_argument("--data", required=True, type=Path, metavar="FOLDER", help="SEN12MS-CR or any other data set")
    parser.add_argument("--split", default="", help="paper, official, shares such as 8:1:1, or a file with places")
    parser.add_argument("--report", type=Path, metavar="R.csv", help="write what was found, a line a scene")
    parser.add_argument("--regions", type=Path, metavar="S.json", help="write the split's places: a file for --split")
    parser.add_argument("--index", type=Path, metavar="I.json", help="remember what was found here, not in the cache")
    parser.add_argument("--again", action="store_true", help="look at all files anew")


def _add_cross_validate(commands: argparse._SubParsersAction, wanted: bool) -> None:
    """As with `train`, its options are known to the program behind it."""
    summary = "compare systems, each trained without the places that it is scored on"
    parser = _add_command(commands, "cross-validate", summary, _evaluate_words)
    if wanted:
        from .training.cross_validation import add_arguments, run

        add_arguments(parser)
        parser.set_defaults(run=run)


def _request(options: argparse.Namespace) -> Request:
    return Reconstruct(**{**_fields(options, Reconstruct), "clear": _clear_dates(options)})


def _reconstruct_folder(
    options: argparse.Namespace, report: Callable[[Event], None], cancelled: Callable[[], bool]
) -> dict:
    given = _fields(options, ReconstructFolder)
    del given["extent"]
    return carry_out(ReconstructFolder(**given), report, cancelled)


def _inspection(options: argparse.Namespace) -> Request:
    x, y = options.place
    return Inspect(x=x, y=y, **{**_fields(options, Inspect), "clear": _clear_dates(options)})


def _adaptation(options: argparse.Namespace) -> Request:
    return Adapt(**{**_fields(options, Adapt), "clear": tuple(_clear_date(text) for text in options.clear)})


def _optical(options: argparse.Namespace, request: type[Request]) -> Request:
    """Return a request that has no Sentinel-1."""
    given = _fields(options, request)
    return request(**{name: given[name] for name in request.__dataclass_fields__ if name in given})


def _fields(options: argparse.Namespace, request: type[Request]) -> dict:
    """Return the fields of a request that the command line has. Raises `BadOption` for what it would not heed."""
    _check_heeded(options)
    given = {name: getattr(options, name) for name in request.__dataclass_fields__ if hasattr(options, name)}
    given["extent"] = tuple(options.extent) if getattr(options, "extent", None) else None
    given["s2_bands"] = tuple(name.strip() for name in options.s2_bands.split(",")) if options.s2_bands else None
    given["s1_bands"] = pair_of_bands(options.s1_bands) if getattr(options, "s1_bands", None) else None
    return given


# Options that mean something with one value of another option only: {the other option: (that value, the options)}.
_HEEDED_WITH = {
    "keep": (("auto", "detected"), (("detection", Reconstruct.detection), ("grow", Reconstruct.grow))),
    "method": (("band",), (("band_kind", DetectClouds.band_kind), ("band_number", DetectClouds.band_number))),
}


def _check_heeded(options: argparse.Namespace) -> None:
    for other, (values, names) in _HEEDED_WITH.items():
        if not hasattr(options, other):
            continue
        given = getattr(options, other)
        # With a mask, auto is the mask.
        if given in values and not (given == "auto" and getattr(options, "mask", None)):
            continue
        for name, default in names:
            given = getattr(options, name)
            if given != default:
                option, detail = name.replace("_", "-"), f"it needs --{other} {values[-1]}, or leave it out"
                raise BadOption(option=f"--{option}", value=given, detail=detail)


def _clear_dates(options: argparse.Namespace) -> tuple[tuple[str, Optional[str], Optional[str]], ...]:
    """Return Sentinel-2, Sentinel-1 and mask of each clear date; those that are not there are None."""
    return tuple(clear_date(text) for text in options.clear)


def _clear_date(text: str) -> tuple[str, Optional[str]]:
    """Return the paths of Sentinel-2 and, if there is one, of Sentinel-1; a file may have a comma in its name."""
    s2, comma, s1 = text.rpartition(",")
    return (text, None) if not comma or os.path.exists(text) else (s2, s1)


# Of the form of `evaluate` that compares rasters.
_RASTER_OPTIONS = (
    "prediction", "reference", "cloudy", "mask", "changed", "s1", "error", "report", "table", "figures", "s2_scale",
    "s2_offset", "reference_scale", "reference_offset", "s2_bands", "reference_bands",
)  # fmt: skip


def _evaluate(
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    report: Callable[[Event], None],
    cancelled: Callable[[], bool],
) -> dict:
    """Carry out one of the two forms of the command; both at once, or neither in whole, is a wrong command line."""
    rasters = _given(options, _RASTER_OPTIONS)
    models = _given(options, ("dataset", "model", "split", "part", "places", "output", "quality", "device"))
    if rasters and models:
        mixed = f"--{next(iter(rasters))} and --{next(iter(models))}".replace("_", "-")
        parser.error(f"{mixed} do not go together: give --prediction and --reference, or --dataset")
    if "dataset" in models:
        return _evaluate_models(models, report, cancelled)
    if not {"prediction", "reference"} <= set(rasters):
        parser.error("give --prediction and --reference, or --dataset")
    for name in ("s2_bands", "reference_bands"):
        if name in rasters:
            rasters[name] = tuple(band.strip() for band in rasters[name].split(","))
    return carry_out(Evaluate(**rasters), report, cancelled)


def _given(options: argparse.Namespace, names: Sequence[str]) -> dict:
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _evaluate_models(given: dict, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    from .training.evaluation import Evaluation, evaluate_models

    models = tuple(given.pop("model", ()))
    places = tuple(place for place in given.pop("places", "").split(",") if place)
    files = {name: Path(given.pop(name)) for name in ("dataset", "output") if name in given}
    return evaluate_models(Evaluation(**files, **given, models=models, places=places), report, cancelled)


def _models(options: argparse.Namespace, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    from .networks.checkpoints import shipped_models

    models = [{"name": each.name, "summary": each.summary, "path": str(each.path)} for each in shipped_models()]
    return {"models": models, "default": models[0]["name"] if models else None}


def _train(options: argparse.Namespace, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    from .training.train import run

    # Until the training itself begins, and looks after them, nothing would ask whether a signal has come.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    return run(options)


def _datasets(options: argparse.Namespace, report: Callable[[Event], None], cancelled: Callable[[], bool]) -> dict:
    from .training.check_data import check_data

    # What has been looked at is remembered, so Ctrl-C may end it anywhere.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    names = ("data", "split", "report", "regions", "index", "again")
    return check_data(**{name: getattr(options, name) for name in names}, log=lambda line: report(Log(line)))


# Results in words ---------------------------------------------------------------------------------------------------


def _reconstruct_words(values: dict) -> str:
    lines = [values["output"]]
    lines += [
        values[name] for name in ("attention", "changed", "source", "expected_error", "influence") if values.get(name)
    ]
    cover = values.get("cloud_cover")
    # Of detected clouds it is all that is not kept: shadows too, and what clouds were grown by.
    title = "replaced" if values.get("detector") else "cloud cover"
    found = f", clouds found by {values['detector']}" if values.get("detector") else ""
    lines.append(f"{title:<13}{_percent(cover)}{found}")
    lines.append(f"time         {values['seconds']:.1f} s on {values['device']}")
    lines.append(f"model        {values['model']}{', quality best' if values['quality'] == 'best' else ''}")
    lines += [f"clear date   {date['name']}: {date['reason']}" for date in values.get("dates", ())]
    if values.get("parts"):
        lines.append(f"colours from {_parts(values['parts'])}")
    missing = values.get("s1_missing_pixels")
    if missing:
        lines.append(f"no Sentinel-1 at {missing} of {values['valid_pixels']} pixels, which stay cloudy")
    return "\n".join(lines)


def _parts(parts: dict[str, float]) -> str:
    """Return what colours are from, the largest part first."""
    said = [
        f"{name} {100 * part:.0f} %" for name, part in sorted(parts.items(), key=lambda pair: -pair[1]) if part >= 0.005
    ]
    return ", ".join(said)


def _folder_words(values: dict) -> str:
    lines = [values["report"]]
    lines += [f"{status:<11}{values[status]}" for status in ("done", "kept", "failed")]
    if values["incomplete"]:
        lines.append(f"{'left out':<11}{values['incomplete']}")
    if values["outdated"]:
        lines.append(f"{'outdated':<11}{values['outdated']} of those kept, see the report")
    lines += [f"{each['scene']}: {each['message']}" for each in values["failures"]]
    if values["failed"] > len(values["failures"]):
        lines.append(f"and {values['failed'] - len(values['failures'])} more, see the report")
    lines.append(f"{'time':<11}{values['seconds']:.1f} s on {values['device']}, model {values['model']}")
    return "\n".join(lines)


def _inspect_words(values: dict) -> str:
    def number(value: Optional[float], unit: str = "") -> str:
        return "none" if value is None else f"{value:.3f}{unit}"

    attention = values["attention"]
    lines = [f"pixel     row {values['row']}, column {values['column']} of {values['s2_name']}"]
    lines += [f"{name:<10}{number(value, ' dB')}" for name, value in values["backscatter"].items()]
    lines.append(f"gate      {number(values['gate'])}")
    lines.append(f"received  {number(values['received'], ' of an even share')}")
    if attention:
        heads = attention["heads"]
        strongest = max(sum(cells) / len(heads) for rows in zip(*heads) for cells in zip(*rows))
        lines.append(f"attention {len(heads)} heads, at most {strongest:.1%} to one place (--json has all)")
    else:
        lines.append(f"attention none: {values['model']} has no SAR-guided attention, or nothing was computed here")
    if values["parts"]:
        lines.append(f"source    {SOURCES[values['source']]}: {_parts(values['parts'])}")
        lines.append(f"error     {values['expected_error']:.4f} of reflectance is to be expected")
    lines.append(f"{'band':<5}{'before':>9}{'after':>9}")
    rows = zip(values["bands"], values["before"], values["after"])
    lines += [f"{band:<5}{number(before):>9}{number(after):>9}" for band, before, after in rows]
    return "\n".join(lines)


def _adapt_words(values: dict) -> str:
    lines = [values["output"], *([values["curve_file"]] if values["curve_file"] else [])]
    lines.append(values["sentence"])
    lines.append(f"PSNR     {values['before']:.2f} dB before, {values['after']:.2f} dB after, on withheld clear pixels")
    lines.append(f"pixels   {values['clear_pixels']} to learn from, {values['withheld_pixels']} withheld")
    if values["withheld_date"]:
        lines.append(f"withheld {values['withheld_date']}")
    lines.append(f"time     {values['seconds']:.1f} s on {values['device']}, {values['steps']} steps")
    return "\n".join(lines)


def _percent(value: Optional[float]) -> str:
    return "unknown" if value is None else f"{value:.1f} %"


def _detect_words(values: dict) -> str:
    rows = (("cloud", "cloud_percent"), ("thin cloud", "thin_percent"), ("shadow", "shadow_percent"))
    lines = [f"{title:<12}{_percent(values[name])}" for title, name in rows]
    return "\n".join([values["output"], *lines, f"{'time':<12}{values['seconds']:.1f} s, method {values['method']}"])


def _simulate_words(values: dict) -> str:
    lines = [values[name] for name in ("output", "opacity", "classes") if values[name]]
    rows = (("cover", values["cover"]), ("shadow", values["shadow_percent"]))
    return "\n".join([*lines, *(f"{title:<8}{_percent(value)}" for title, value in rows)])


def _evaluate_words(values: dict) -> str:
    if "markdown" in values:
        return "\n".join([values["markdown"].rstrip(), "", *values["files"]]).rstrip()
    rows = (
        ("PSNR", "psnr", " dB"),
        ("SSIM", "ssim", " ×100"),
        ("MAE", "mae", " ×100"),
        ("RMSE", "rmse", " ×100"),
        ("SAM", "sam", "°"),
    )
    lines = [f"{title:<5}{_figure(values, name, unit)}" for title, name, unit in rows]
    before = values.get("before")
    if before:
        lines = [f"{line:<20}{_figure(before, name, unit)}" for line, (_, name, unit) in zip(lines, rows)]
        lines.insert(0, f"{'reconstructed':>14}{'':<6}{'cloudy':>9}")
    return "\n".join([*lines, *(values[name] for name in ("error", "report", "table", "figures") if values.get(name))])


def _figure(values: dict, name: str, unit: str) -> str:
    """Return one figure with its unit. Only equal images have no PSNR; no SSIM or SAM is where no pixel allows one."""
    if values[name] is None:
        return f"{'infinite' if name == 'psnr' else 'none':>9}"
    return f"{values[name]:9.3f}{unit}"


def _devices_words(values: dict) -> str:
    lines = []
    for device in values["devices"]:
        memory = f", {device['memory'] / 2**30:.0f} GiB" if device["memory"] else ""
        chosen = " (auto)" if device["name"] == values["default"] else ""
        lines.append(f"{device['name']:<8}{device['title']}{memory}{chosen}")
    lines += [f"{name:<8}cannot be used: {reason}" for name, reason in values["unusable"].items()]
    build = f"built for CUDA {values['cuda']}" if values["cuda"] else "built without CUDA"
    return "\n".join([*lines, f"torch {values['torch']}, {build}; Python {values['python']}"])


def _models_words(values: dict) -> str:
    return "\n".join(
        f"{each['name']}{' (default)' if each['name'] == values['default'] else ''}: {each['summary']}"
        for each in values["models"]
    )


def _describe_words(values: dict) -> str:
    provenance = values["provenance"]
    lines = [values["path"], f"network     {values['architecture']}"]
    lines.append(f"parameters  {values['parameters'] / 1e6:.2f} million")
    lines.append(f"tile        {values['tile']} pixels")
    if provenance.get("scenes"):
        count = len(provenance["scenes"])
        lines.append(f"trained on  {count} scenes of {len(provenance.get('places', ()))} places")
    for name, scores in (provenance.get("held_out_scores") or {}).items():
        lines.append(f"held out    {name}: PSNR {scores['psnr']:.2f} dB, SSIM {scores['ssim']:.1f}")
    lines += [str(provenance[name]) for name in ("licence", "attribution") if provenance.get(name)]
    return "\n".join([*lines, f"sha256      {values['sha256']}"])


def _datasets_words(values: dict) -> str:
    from .training.check_data import words

    return words(values)


def _train_words(values: dict) -> str:
    return json.dumps(values, indent=1)


if __name__ == "__main__":
    sys.exit(main())
