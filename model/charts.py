"""Charts as SVG: bars, curves, a cloud of points, the colours of a map and a scale bar.

Drawn by hand so that the compute environment needs no drawing library, and in the part of SVG that Qt and old browser
engines know too (SVG Tiny 1.2: no clip paths, no styles). Texts are escaped here.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

INK, PALE, GRID = "#24292f", "#57606a", "#d8dee4"
FONT = 'font-family="Helvetica, Arial, sans-serif"'
#: From no error to the largest, as (place 0–1, red, green, blue): light paper to dark red.
ERROR_RAMP = (
    (0.0, 255, 255, 229),
    (0.25, 254, 217, 118),
    (0.5, 253, 141, 60),
    (0.75, 227, 26, 28),
    (1.0, 103, 0, 31),
)
_DENSITY_RAMP = ((0.0, 222, 235, 247), (0.5, 66, 146, 198), (1.0, 8, 29, 88))
# The space around the axes: left, top, right, bottom.
_MARGINS = (52, 30, 12, 34)
_STEPS = (1, 2, 2.5, 5, 10)
# Of a bar, in points.
THICKEST = 42


@dataclass(frozen=True)
class Series:
    """Values under one name and in one colour; None where there is none."""

    name: str
    colour: str
    values: Sequence[Optional[float]]


def ramp_colours(values: np.ndarray, ramp: Sequence[tuple] = ERROR_RAMP) -> np.ndarray:
    """Return colours [3, ...] in 0–255 for `values` [...], 0 the first of the ramp and 1 the last; NaN is the first."""
    places = [stop[0] for stop in ramp]
    known = np.nan_to_num(np.clip(values, 0, 1))
    return np.stack([np.interp(known, places, [stop[band] for stop in ramp]) for band in (1, 2, 3)])


def bars(labels: Sequence[str], series: Sequence[Series], title: str, width: int, height: int) -> str:
    """Return a chart with a group of bars for each label, from 0 up; `title` says what is measured, and in what."""
    top = max((value for each in series for value in each.values if value is not None), default=0.0)
    axes = _Axes(width, height, (0, len(labels)), (0, _ceiling(top)))
    parts = [_title(title), _legend(series, width), *axes.rows()]
    thick = min(0.8 / max(len(series), 1), 0.3, THICKEST / (axes.x(1) - axes.x(0)))
    for group, label in enumerate(labels):
        first = group + 0.5 - thick * len(series) / 2
        for place, each in enumerate(series):
            value = each.values[group]
            if value is not None:
                parts.append(axes.box(first + place * thick, 0, first + (place + 0.94) * thick, value, each.colour))
        parts.append(_text(axes.x(group + 0.5), height - _MARGINS[3] + 15, label, "middle", size=11))
    return _svg(width, height, [*parts, axes.floor()])


def curves(places: Sequence[float], series: Sequence[Series], title: str, below: str, width: int, height: int) -> str:
    """Return a chart with a curve for each of the series over `places`, which rise; `below` says what they are."""
    top = max((value for each in series for value in each.values if value is not None), default=0.0)
    axes = _Axes(width, height, (places[0], places[-1]), (0, _ceiling(top)))
    parts = [_title(title), _legend(series, width), *axes.rows(), *axes.columns()]
    for each in series:
        points = " ".join(f"{axes.x(x):.1f},{axes.y(y or 0):.1f}" for x, y in zip(places, each.values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{each.colour}" stroke-width="1.8"/>')
    parts.append(_text(axes.middle, height - 4, below, "middle", PALE, 11))
    return _svg(width, height, [*parts, axes.floor()])


def points(density: np.ndarray, limit: float, title: str, below: str, beside: str, width: int, height: int) -> str:
    """Return a chart of how often pairs of values came about: `density` [N, N], rows the value up, both 0–`limit`.

    The darker, the more often, by the logarithm; the line is where both are equal.
    """
    axes = _Axes(width, height, (0, limit), (0, limit))
    step = limit / len(density)
    shade = np.log1p(density) / max(math.log1p(float(density.max())), 1e-9)
    colours = np.rint(ramp_colours(shade, _DENSITY_RAMP)).astype(int)
    parts = [_title(title), *axes.rows(), *axes.columns()]
    for row, column in zip(*np.nonzero(density)):
        red, green, blue = colours[:, row, column]
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        parts.append(axes.box(column * step, row * step, (column + 1) * step, (row + 1) * step, colour, sharp=True))
    parts.append(
        f'<line x1="{axes.x(0):.1f}" y1="{axes.y(0):.1f}" x2="{axes.x(limit):.1f}" y2="{axes.y(limit):.1f}" '
        f'stroke="#b42318" stroke-width="1.2"/>'
    )
    parts.append(_text(axes.middle, height - 4, below, "middle", PALE, 11))
    parts.append(
        f'<text transform="translate(11 {axes.halfway:.0f}) rotate(-90)" {FONT} font-size="11" text-anchor="middle" '
        f'fill="{PALE}">{html.escape(beside)}</text>'
    )
    return _svg(width, height, [*parts, axes.floor()])


def colour_key(limit: float, title: str, more: str, width: int) -> str:
    """Return the colours of the error map with what they stand for, 0 to `limit`; `more` is said of the last."""
    count, height, bar = 48, 58, 14
    colours = np.rint(ramp_colours(np.linspace(0, 1, count))).astype(int).T
    step = width / count
    parts = [_text(0, 12, title, "start", INK, 12)]
    parts += [
        f'<rect x="{index * step:.2f}" y="20" width="{step + 0.5:.2f}" height="{bar}" fill="#{r:02x}{g:02x}{b:02x}"/>'
        for index, (r, g, b) in enumerate(colours)
    ]
    parts.append(f'<rect x="0.5" y="20.5" width="{width - 1}" height="{bar - 1}" fill="none" stroke="{PALE}"/>')
    for share, anchor, text in ((0, "start", "0"), (0.5, "middle", f"{limit / 2:g}"), (1, "end", f"{limit:g} {more}")):
        parts.append(_text(share * width, 50, text, anchor, PALE, 11))
    return _svg(width, height, parts)


def scale_bar(metres_per_point: float, width: int) -> str:
    """Return a bar of a round length, at most half of `width` points wide, of which each is so many metres."""
    most = metres_per_point * width / 2
    power = 10.0 ** math.floor(math.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    points = length / metres_per_point
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    half = points / 2
    parts = [
        f'<rect x="0.5" y="4.5" width="{half:.1f}" height="5" fill="{INK}" stroke="{INK}"/>',
        f'<rect x="{half + 0.5:.1f}" y="4.5" width="{half:.1f}" height="5" fill="#ffffff" stroke="{INK}"/>',
        _text(0, 23, "0", "start", PALE, 11),
        _text(points, 23, label, "middle", PALE, 11),
    ]
    return _svg(width, 28, parts)


class _Axes:
    """Where values lie on a chart."""

    def __init__(self, width: int, height: int, across: tuple[float, float], up: tuple[float, float]) -> None:
        left, top, right, bottom = _MARGINS
        self._left, self._right, self._top, self._bottom = left, width - right, top, height - bottom
        self._across, self._up = across, up

    @property
    def middle(self) -> float:
        return (self._left + self._right) / 2

    @property
    def halfway(self) -> float:
        return (self._top + self._bottom) / 2

    def x(self, value: float) -> float:
        low, high = self._across
        return self._left + (value - low) / (high - low) * (self._right - self._left)

    def y(self, value: float) -> float:
        low, high = self._up
        return self._bottom - (value - low) / (high - low) * (self._bottom - self._top)

    def box(self, x1: float, y1: float, x2: float, y2: float, colour: str, sharp: bool = False) -> str:
        """Return a rectangle; the edges of `sharp` ones lie on whole points, so that neighbours leave no seam."""
        left, right, top, bottom = self.x(x1), self.x(x2), self.y(y2), self.y(y1)
        if sharp:
            left, right, top, bottom = (round(each) for each in (left, right, top, bottom))
        return (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.2f}" height="{bottom - top:.2f}" '
            f'fill="{colour}"/>'
        )

    def rows(self) -> list[str]:
        """Return pale lines across, with their values at the left."""
        parts = []
        for value in _ticks(*self._up):
            y = round(self.y(value)) + 0.5
            parts.append(f'<line x1="{self._left}" y1="{y}" x2="{self._right}" y2="{y}" stroke="{GRID}"/>')
            parts.append(_text(self._left - 6, y + 3.5, f"{value:g}", "end", PALE, 11))
        return parts

    def columns(self) -> list[str]:
        """Return the values below the chart."""
        return [
            _text(self.x(value), self._bottom + 14, f"{value:g}", "middle", PALE, 11) for value in _ticks(*self._across)
        ]

    def floor(self) -> str:
        y = self._bottom + 0.5
        return f'<line x1="{self._left}" y1="{y}" x2="{self._right}" y2="{y}" stroke="{PALE}"/>'


def _ceiling(value: float) -> float:
    """Return a round number that is `value` or a little more."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


def _ticks(low: float, high: float) -> list[float]:
    """Return four to seven round numbers from `low` to `high`."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in _STEPS if each * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [float(f"{index * step:.6g}") for index in range(first, math.floor(high / step + 1e-9) + 1)]


def _title(text: str) -> str:
    return _text(0, 13, text, "start", INK, 12)


def _legend(series: Sequence[Series], width: int) -> str:
    """Return the names of the series beside their colours, at the right above the chart."""
    if len(series) < 2:
        return ""
    parts, right = [], float(width - _MARGINS[2])
    for each in reversed(series):
        right -= _width(each.name)
        parts.append(_text(right, 13, each.name, "start", PALE, 11))
        right -= 15
        parts.append(f'<rect x="{right:.1f}" y="4" width="10" height="10" fill="{each.colour}"/>')
        right -= 14
    return "".join(parts)


def _width(text: str) -> float:
    """Return about how wide a text of size 11 is; the signs of Chinese are twice as wide."""
    return sum(11.5 if ord(sign) > 0x2E7F else 6.0 for sign in text)


def _text(x: float, y: float, text: str, anchor: str, colour: str = INK, size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {FONT} font-size="{size}" text-anchor="{anchor}" fill="{colour}">'
        f"{html.escape(text)}</text>"
    )


def _svg(width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )
