"""Detect clouds and their shadows: one Sentinel-2 raster in, a raster of classes out, a window at a time."""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from .cloud_detection import (
    CLASS_BANDS,
    CLEAR,
    CLOUD,
    SHADOW,
    THIN,
    UNKNOWN,
    Detector,
    Image,
    detect,
    make_detector,
    product_band,
    scene_spectra,
)
from .errors import BadOption, Cancelled, MaskMismatch
from .heap import trim_heap
from .optical_image import OpticalImage, open_optical
from .raster import Grid, OutputLayout, OutputRaster, Source, check_outputs, check_room, publish
from .requests import DETECTION_METHODS, PRODUCT_BANDS, DetectClouds, Event, Log, PartialFile, Progress
from .scene import sample_windows
from .tiling import Window

Report = Callable[[Event], None]
# The share of the work that is done when the last window is; the rest is overviews and closing.
WINDOWS_SHARE = 0.9


def detect_clouds(request: DetectClouds, report: Report, cancelled: Callable[[], bool]) -> dict:
    """Carry out `request` and return the values of its result: the shares of cloud, thin cloud and shadow in percent.

    Either the output is there at the end, or what was there before is as it was. Raises `Cancelled`, `BadOption`,
    `MissingDetector`, and what is wrong with an input or with the output.
    """
    begun = time.monotonic()
    _check_options(request)
    with contextlib.ExitStack() as stack:
        optical = stack.enter_context(open_optical(request, cancelled))
        band = stack.enter_context(_open_band(request)) if request.method == "band" else None
        check_outputs([request.output], [source for source in (optical.source, band) if source])
        for finding in optical.findings:
            report(Log(finding))
        for warning in optical.warnings:
            report(Log(warning, "warning"))
        detector = stack.enter_context(_detector(request, optical, band, cancelled))
        report(Log(f"Clouds are looked for by the method {detector.name}."))
        layout = class_layout(optical.image.grid, _tags(request, optical, detector))
        check_room({request.output: layout})
        output = OutputRaster(request.output, layout, lambda path: report(PartialFile(path)))
        stack.callback(output.discard)
        counts = write_classes(output, optical.image, detector, request.grow, report, cancelled, WINDOWS_SHARE)
        output.finish(
            lambda share: report(Progress(WINDOWS_SHARE + (1 - WINDOWS_SHARE) * share, "Writing overviews")), cancelled
        )
        if cancelled():
            raise Cancelled
        publish([output])
    found = shares(counts)
    warnings = list(optical.warnings)
    if found["cloud_percent"] is None:
        name = optical.source.name if band is None else band.name
        warnings.append(f"«{name}» tells of no pixel whether it is clear: all of the result is unknown.")
        report(Log(warnings[-1], "warning"))
    report(Progress(1.0, "Done"))
    return {
        "output": request.output,
        "method": detector.name,
        **found,
        "warnings": warnings,
        "seconds": round(time.monotonic() - begun, 3),
    }


@contextlib.contextmanager
def detected_mask(
    image: Image,
    output: str,
    method: str,
    level: str,
    grow: int,
    report: Report,
    cancelled: Callable[[], bool],
    share: float,
) -> Iterator[tuple[Source, str]]:
    """Give a raster of the classes of `image`, beside `output`, for as long as the `with` block lasts.

    With it comes the name of the detector that found them, which `method` may leave open.

    `share` is how much of the progress it is. Raises `Cancelled`, `BadOption`, `MissingDetector`, and what reading and
    writing raise.
    """
    detector = make_detector(method, level, image, lambda: _spectra(image, cancelled))
    name = detector.name
    report(Log(f"Clouds are looked for by the method {name}."))
    beside = str(Path(output).with_name(f"{Path(output).stem}.clouds.tif"))
    made = OutputRaster(beside, class_layout(image.grid, {}, overviews=False), lambda path: report(PartialFile(path)))
    try:
        write_classes(made, image, detector, grow, report, cancelled, share)
        made.finish(lambda part: None, cancelled)
        # What comes next needs its memory.
        del detector
        trim_heap()
        with Source(made.partial, "detected clouds and shadows") as source:
            yield source, name
    finally:
        made.discard()


def write_classes(
    output: OutputRaster,
    image: Image,
    detector: Detector,
    grow: int,
    report: Report,
    cancelled: Callable[[], bool],
    share: float,
) -> Counter[int]:
    """Write the classes of all of `image`, and return how many pixels have which."""
    counts: Counter[int] = Counter()
    before = share * detector.survey_share
    for done in detector.survey(image, cancelled):
        report(Progress(before * done, "Looking for clouds and shadows"))
    for window, classes, done in detect(image, detector, grow, cancelled):
        output.write(window, classes[None])
        counts.update(dict(zip(*(each.tolist() for each in np.unique(classes, return_counts=True)))))
        report(Progress(before + (share - before) * done, "Looking for clouds and shadows"))
    return counts


def class_layout(grid: Grid, tags: dict[str, str], overviews: bool = True) -> OutputLayout:
    """Return the layout of a raster of classes."""
    return OutputLayout(grid, "uint8", CLASS_BANDS, nodata=UNKNOWN, tags=tags, categories=True, overviews=overviews)


def shares(counts: Counter[int]) -> dict[str, float | None]:
    """Return the percent of cloud, thin cloud and shadow in the pixels whose class is known; None where none is."""
    known = sum(counts[each] for each in (CLEAR, CLOUD, SHADOW, THIN))
    names = {"cloud_percent": CLOUD, "thin_percent": THIN, "shadow_percent": SHADOW}
    return {name: 100.0 * counts[each] / known if known else None for name, each in names.items()}


def _check_options(request: DetectClouds) -> None:
    if request.method not in DETECTION_METHODS:
        detail = f"choose one of {', '.join(DETECTION_METHODS)}"
        raise BadOption(option="method", value=request.method, detail=detail)
    if request.grow < 0:
        raise BadOption(option="grow", value=request.grow, detail="it has to be 0 or more")
    if request.band and request.method != "band":
        detail = f"it goes with the method «band», and that is «{request.method}»; leave it out, or choose that"
        raise BadOption(option="band", value=request.band, detail=detail)
    if request.method != "band":
        return
    if not request.band:
        detail = "it needs the product's own band: choose the layer with it, or another method"
        raise BadOption(option="method", value=request.method, detail=detail)
    if request.band_kind not in PRODUCT_BANDS:
        raise BadOption(option="band kind", value=request.band_kind, detail=f"choose one of {', '.join(PRODUCT_BANDS)}")


def _open_band(request: DetectClouds) -> Source:
    source = Source(request.band, request.band_name, request.band_crs)
    count = source.dataset.count
    least = 2 if request.band_kind == "classi" else request.band_number
    if not 1 <= request.band_number or count < least:
        source.dataset.close()
        raise BadOption(option="band number", value=request.band_number, detail=f"«{source.name}» has {count} band(s)")
    return source


@contextlib.contextmanager
def _detector(
    request: DetectClouds, optical: OpticalImage, band: Source | None, cancelled: Callable[[], bool]
) -> Iterator[Detector]:
    image = optical.image
    if band is None:
        yield make_detector(request.method, request.level, image, lambda: _spectra(image, cancelled))
        return
    with product_band(band, image.grid, optical.source, request.band_kind, request.band_number) as detector:
        if not detector.overlaps(image.grid):
            raise MaskMismatch(layer=band.name, detail=f"it does not overlap «{optical.source.name}»")
        yield detector


def _spectra(image: Image, cancelled: Callable[[], bool]) -> np.ndarray:
    parts: list[Window] = sample_windows(image.grid)
    return scene_spectra(image, parts, cancelled)


def _tags(request: DetectClouds, optical: OpticalImage, detector: Detector) -> dict[str, str]:
    options: dict[str, object] = {"method": detector.name, "grow": request.grow}
    if request.method == "band":
        options.update(band=request.band, band_kind=request.band_kind, band_number=request.band_number)
    else:
        options["level"] = optical.image.layout.level(request.level)
    return {**optical.tags(request), "SAR_CLOUD_REMOVAL_OPTIONS": json.dumps(options, ensure_ascii=False)}
