"""Clear dates of the same place: opened on the grid of the cloudy scene, their own clouds found, and registered."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.ndimage import shift as shifted

from ...cloud_detection import CLEAR, Image
from ...detect_clouds import detected_mask
from ...errors import BadOption, Cancelled
from ...requests import MOST_DATES, Event, Log, PartialFile, Reconstruct
from ...scene import Scene, open_scene
from ...tiling import Window
from .features import despeckled

Array = np.ndarray

#: Pixels by which a date may lie off the scene, and the correlation from which on a shift is believed.
FARTHEST, LEAST_CORRELATION = 4, 0.3
#: A shift of less than this many pixels is not worth an interpolation.
LEAST_SHIFT = 0.1
#: What is compared are details: an image less its mean over so many pixels (standard deviation).
DETAIL = 8
#: Windows in each direction that are looked at to register a date, and pixels that both have to show clear.
REGISTERED, LEAST_SHARED = 3, 2000
#: Radar is compared between the dates over so many pixels (standard deviation); a change of more than so many robust
#: standard deviations from the usual one means that the ground is no longer what it was.
CHANGE_SCALE, CHANGED_FROM = 4, 4.0
#: The least spread of a change that is taken for usual, in dB.
LEAST_SPREAD = 0.5


@dataclass
class ClearDate:
    """A clear date on the grid of the cloudy scene.

    `shift` is by how many rows and columns its ground lies further down and right than that of the cloudy scene;
    `bands` are the bands that both have, by their places in the cloudy scene and in the date. `change` is the usual
    difference of the radar now and then in dB, VV and VH, with its spread; None where radar of either is missing.
    """

    scene: Scene
    bands: tuple[tuple[int, ...], tuple[int, ...]]
    shift: tuple[float, float] = (0.0, 0.0)
    change: tuple[Array, Array] | None = None

    @property
    def name(self) -> str:
        return self.scene.s2.name

    def read(self, window: Window) -> tuple[Array, Array, Array | None]:
        """Return reflectance [Kd, h, w], where it is clear [h, w], and radar in dB [2, h, w] or None, registered."""
        rows, columns = self.shift
        margin = 0 if not self.moves else int(np.ceil(max(abs(rows), abs(columns)))) + 1
        around = Window(
            window.row - margin, window.column - margin, window.height + 2 * margin, window.width + 2 * margin
        )
        grid = self.scene.grid.whole
        inside = around.intersection(grid)
        count = len(self.scene.layout.present)
        reflectance = np.zeros((count, around.height, around.width), np.float32)
        clear = np.zeros((around.height, around.width), bool)
        area = inside.relative_to(around).slices
        values, valid = self.scene.read_reflectance(inside)
        classes = self.scene.read_classes(inside)
        # Without a mask nothing is said about clouds; a mask without a value says so too.
        known = valid.all(axis=0) & ((classes == CLEAR) | (self.scene.mask is None))
        reflectance[(slice(None), *area)] = np.where(known, values, 0)
        clear[area] = known
        radar = None
        if self.scene.s1:
            radar = np.full((2, around.height, around.width), np.nan, np.float32)
            radar[(slice(None), *area)] = self.scene.read_backscatter(inside)
        if margin:
            cut = slice(margin, -margin), slice(margin, -margin)
            mass = shifted(clear.astype(np.float32), (-rows, -columns), order=1)[cut]
            moved = np.stack([shifted(band, (-rows, -columns), order=1)[cut] for band in reflectance])
            clear = mass > 0.999
            reflectance = np.where(clear, moved / np.maximum(mass, 0.5), 0).astype(np.float32)
            radar = None if radar is None else radar[(slice(None), *cut)]
        return reflectance, clear, radar

    @property
    def moves(self) -> bool:
        return max(abs(each) for each in self.shift) >= LEAST_SHIFT

    def changed(self, now: Array, then: Array | None) -> Array:
        """Return where the radar says that the ground is no longer what it was [h, w]; radar [2, h, w] in dB."""
        if self.change is None or then is None:
            return np.zeros(now.shape[1:], bool)
        usual, spread = (each[:, None, None] for each in self.change)
        difference = despeckled(now, CHANGE_SCALE) - despeckled(then, CHANGE_SCALE)
        return (np.abs(np.nan_to_num(difference - usual)) > CHANGED_FROM * spread).any(axis=0)


@contextlib.contextmanager
def open_dates(
    request: Reconstruct, scene: Scene, report: Callable[[Event], None], cancelled: Callable[[], bool]
) -> Iterator[list[ClearDate]]:
    """Open the clear dates of a request on the grid of `scene`, look for their clouds, and register them.

    Raises `BadOption` for a date that cannot be one, and what opening a scene and detecting clouds raise.
    """
    with contextlib.ExitStack() as stack:
        dates = []
        for index, each in enumerate(date_requests(request)):
            other = stack.enter_context(open_scene(each, cancelled, onto=scene))
            shared = [band for band in other.bands if band in scene.bands]
            if not shared:
                raise BadOption(option="clear", value=other.s2.name, detail="it has no band of the cloudy image")
            places = tuple(tuple(image.bands.index(band) for band in shared) for image in (scene, other))
            date = ClearDate(other, places)
            for warning in other.warnings:
                report(Log(warning, "warning"))
            if not other.mask:
                image = Image(other.optical, other.grid, other.layout, other.scaling)
                beside = str(Path(request.output or each.s2).with_suffix(f".date{index + 1}.tif"))
                # Its progress is none of the run, and its clouds are told with the date.
                looked_for = (image, beside, "auto", other.level, request.grow, _files_only(report), cancelled, 0.0)
                mask, _ = stack.enter_context(detected_mask(*looked_for))
                stack.enter_context(other.masked_by(mask))
            _register(date, scene, cancelled)
            report(Log(_words(date)))
            dates.append(date)
        yield dates


def _files_only(report: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return a listener that is told of half-written files only."""
    return lambda event: report(event) if isinstance(event, PartialFile) else None


def date_requests(request: Reconstruct) -> Iterator[Reconstruct]:
    """Yield what opens each clear date. Raises `BadOption`."""
    if len(request.clear) > MOST_DATES:
        detail = f"there are {len(request.clear)} of them; {MOST_DATES} at most help"
        raise BadOption(option="clear", value=len(request.clear), detail=detail)
    for index, (s2, s1, mask) in enumerate(request.clear):
        if os.path.realpath(s2) == os.path.realpath(request.s2):
            raise BadOption(option="clear", value=os.path.basename(s2), detail="it is the cloudy image itself")
        names = request.clear_names[index] if index < len(request.clear_names) else (None, None, None)
        crs = request.clear_crs[index] if index < len(request.clear_crs) else (None, None, None)
        yield dataclasses.replace(
            Reconstruct(s1=s1, s2=s2, output="", mask=mask, grow=request.grow),
            s2_name=names[0],
            s1_name=names[1],
            mask_name=names[2],
            s2_crs=crs[0],
            s1_crs=crs[1],
            mask_crs=crs[2],
        )


def _words(date: ClearDate) -> str:
    name = f"Clear date «{date.name}»"
    radar = "" if date.scene.s1 else "; no Sentinel-1 of that date"
    if date.moves:
        rows, columns = date.shift
        return f"{name}: its ground lies {rows:+.1f} rows and {columns:+.1f} columns off, which is corrected{radar}."
    return f"{name}: lies on the cloudy image to within {LEAST_SHIFT} pixels, or nothing says otherwise{radar}."


def _register(date: ClearDate, scene: Scene, cancelled: Callable[[], bool]) -> None:
    """Find the shift of a date, and how much the radar usually differs."""
    surface = np.zeros((4, 2 * FARTHEST + 1, 2 * FARTHEST + 1))
    changes: list[Array] = []
    for window in _windows(scene):
        if cancelled():
            raise Cancelled
        today, valid = scene.read_reflectance(window)
        classes = scene.read_classes(window)
        clear = valid.any(axis=0) & ((classes == CLEAR) | (scene.mask is None))
        then, known, radar = date.read(window)
        here, there = (list(each) for each in date.bands)
        surface += _products(
            _detail(today[here].mean(axis=0), clear), clear, _detail(then[there].mean(axis=0), known), known
        )
        if radar is not None and scene.s1:
            difference = despeckled(scene.read_backscatter(window), CHANGE_SCALE) - despeckled(radar, CHANGE_SCALE)
            changes.append(difference.reshape(2, -1)[:, ::7])
    date.shift = _best_shift(surface)
    if changes:
        difference = np.concatenate(changes, axis=1)
        difference = difference[:, np.isfinite(difference).all(axis=0)]
        if difference.size:
            usual = np.median(difference, axis=1)
            spread = 1.4826 * np.median(np.abs(difference - usual[:, None]), axis=1)
            date.change = usual, np.maximum(spread, LEAST_SPREAD)


def _windows(scene: Scene) -> Iterator[Window]:
    """Yield windows of at most 256 × 256 pixels, spread evenly over the scene."""
    height, width = (min(256, length) for length in (scene.grid.height, scene.grid.width))
    seen = set()
    for row in np.linspace(0, scene.grid.height - height, REGISTERED).astype(int):
        for column in np.linspace(0, scene.grid.width - width, REGISTERED).astype(int):
            window = Window(int(row), int(column), height, width)
            if window not in seen:
                seen.add(window)
                yield window


def _detail(image: Array, known: Array) -> Array:
    """Return an image [h, w] less its local mean over known pixels, 0 where nothing is known."""
    weight = gaussian_filter(known.astype(np.float32), DETAIL)
    mean = gaussian_filter(np.where(known, image, 0).astype(np.float32), DETAIL) / np.maximum(weight, 1e-3)
    return np.where(known, image - mean, 0)


def _products(first: Array, clear: Array, second: Array, known: Array) -> Array:
    """Return, for each shift of `second`, sums over pixels that both know: products, squares of both, and how many."""
    edge = FARTHEST
    height, width = first.shape
    sums = np.zeros((4, 2 * edge + 1, 2 * edge + 1))
    if min(height, width) <= 4 * edge:
        return sums
    inner = slice(edge, height - edge), slice(edge, width - edge)
    a, use = first[inner], clear[inner]
    for row in range(-edge, edge + 1):
        for column in range(-edge, edge + 1):
            part = slice(edge + row, height - edge + row), slice(edge + column, width - edge + column)
            b, both = second[part], use & known[part]
            x, y = a[both], b[both]
            sums[:, row + edge, column + edge] = x @ y, x @ x, y @ y, both.sum()
    return sums


def _best_shift(sums: Array) -> tuple[float, float]:
    """Return the shift in rows and columns at which two images correlate best, to fractions of a pixel.

    The peak of the normalised cross-correlation, between pixels that of a parabola through its neighbours. (0, 0) where
    too little is seen of both, where nothing fits well, or where the best lies at the end of what is looked at.
    """
    products, first, second, count = sums
    correlation = np.where(count >= LEAST_SHARED, products / np.sqrt(np.maximum(first * second, 1e-12)), -1)
    row, column = np.unravel_index(int(np.argmax(correlation)), correlation.shape)
    last = correlation.shape[0] - 1
    if correlation[row, column] < LEAST_CORRELATION or row in (0, last) or column in (0, last):
        return 0.0, 0.0

    def vertex(before: float, peak: float, after: float) -> float:
        curve = before - 2 * peak + after
        return 0.0 if curve >= 0 else float(np.clip(0.5 * (before - after) / curve, -0.5, 0.5))

    rows = row - FARTHEST + vertex(*correlation[row - 1 : row + 2, column])
    columns = column - FARTHEST + vertex(*correlation[row, column - 1 : column + 2])
    return float(rows), float(columns)
