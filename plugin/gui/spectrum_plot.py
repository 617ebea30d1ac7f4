"""A small plot of reflectance over wavelength, before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ..translation import tr

# Grey and dashed against orange: told apart in any kind of colour vision, on a bright and on a dark ground.
_BEFORE, _AFTER = QColor("#8a8f98"), QColor("#e8710a")
# In these bands the sensor sees water vapour and cirrus, not the ground: points beside the line.
_OF_THE_AIR = ("B9", "B10")
_TICKS_NM = (500, 1000, 1500, 2000)
_RANGE_NM = (400.0, 2300.0)


@dataclass(frozen=True)
class Spectrum:
    """Reflectance by band: `wavelengths` in nm, `before` and `after` 0–1 with None where there is no value."""

    bands: tuple[str, ...]
    wavelengths: tuple[float, ...]
    before: tuple[float | None, ...]
    after: tuple[float | None, ...]


class SpectrumPlot(QWidget):
    """Draws a `Spectrum` with axes and a legend, in the colours of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spectrum: Spectrum | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 150)
        self.setMaximumHeight(320)
        self.setAccessibleName(tr("Spectrum at the place"))

    @property
    def spectrum(self) -> Spectrum | None:
        return self._spectrum

    def set_spectrum(self, spectrum: Spectrum | None) -> None:
        self._spectrum = spectrum
        self.setToolTip(_table(spectrum) if spectrum else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 210)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        metrics = QFontMetricsF(self.font())
        if self._spectrum is None:
            painter.setPen(self._faint())
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), tr("No place is chosen yet"))
            return
        step, top = _scale(self._spectrum)
        area = self._area(metrics, step)
        self._paint_axes(painter, metrics, area, step, top)
        for values, colour, dashed in (
            (self._spectrum.before, _BEFORE, True),
            (self._spectrum.after, _AFTER, False),
        ):
            self._paint_line(painter, area, top, values, colour, dashed)
        self._paint_legend(painter, metrics, area)

    def _area(self, metrics: QFontMetricsF, step: float) -> QRectF:
        left = metrics.horizontalAdvance(_number(step, step)) + metrics.height() + 14
        above, below = metrics.height() + 12, 2 * metrics.height() + 10
        return QRectF(left, above, self.width() - left - 12, self.height() - above - below)

    def _paint_axes(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF, step: float, top: float) -> None:
        text = self.palette().color(QPalette.ColorRole.Text)
        line = metrics.height()
        for index in range(round(top / step) + 1):
            y = area.bottom() - index * step / top * area.height()
            painter.setPen(QPen(self._grid(), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(text)
            where = QRectF(0, y - line / 2, area.left() - 5, line)
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(where, right, _number(index * step, step))
        for tick in _TICKS_NM:
            x = _x(area, tick)
            painter.setPen(QPen(self._grid(), 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.setPen(text)
            where = QRectF(x - 40, area.bottom() + 4, 80, line)
            painter.drawText(where, int(Qt.AlignmentFlag.AlignHCenter), str(tick))
        below = QRectF(area.left(), area.bottom() + 4 + line, area.width(), line)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), tr("Wavelength (nm)"))
        painter.save()
        painter.translate(line / 2 + 2, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-100, -line / 2, 200, line), int(Qt.AlignmentFlag.AlignCenter), tr("Reflectance"))
        painter.restore()

    def _paint_line(
        self,
        painter: QPainter,
        area: QRectF,
        top: float,
        values: Sequence[float | None],
        colour: QColor,
        dashed: bool,
    ) -> None:
        ordered = sorted(zip(self._spectrum.wavelengths, self._spectrum.bands, values))
        points = {
            band: QPointF(_x(area, wavelength), area.bottom() - max(0.0, min(value / top, 1.0)) * area.height())
            for wavelength, band, value in ordered
            if value is not None
        }
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.8, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        painter.drawPolyline(QPolygonF([point for band, point in points.items() if band not in _OF_THE_AIR]))
        ground = self.palette().color(QPalette.ColorRole.Base)
        for band, point in points.items():
            hollow = band in _OF_THE_AIR
            painter.setPen(QPen(colour if hollow else ground, 1.4 if hollow else 1))
            painter.setBrush(ground if hollow else colour)
            painter.drawEllipse(point, 3.2, 3.2)

    def _paint_legend(self, painter: QPainter, metrics: QFontMetricsF, area: QRectF) -> None:
        x, y = area.left(), 4 + metrics.height() / 2
        for words, colour, dashed in ((tr("cloudy"), _BEFORE, True), (tr("clouds removed"), _AFTER, False)):
            painter.setPen(QPen(colour, 1.8, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
            painter.drawLine(QPointF(x, y), QPointF(x + 22, y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(x + 11, y), 3.2, 3.2)
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            width = metrics.horizontalAdvance(words)
            painter.drawText(QPointF(x + 27, y + metrics.ascent() / 2 - 1), words)
            x += 27 + width + 16

    def _faint(self) -> QColor:
        return self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)

    def _grid(self) -> QColor:
        colour = QColor(self.palette().color(QPalette.ColorRole.Text))
        colour.setAlpha(45)
        return colour


def _x(area: QRectF, wavelength: float) -> float:
    low, high = _RANGE_NM
    return area.left() + (wavelength - low) / (high - low) * area.width()


def _scale(spectrum: Spectrum) -> tuple[float, float]:
    """Return the step of the ticks, 1, 2 or 5 times a power of 10, and the upper end of the axis, a few steps up."""
    highest = max((value for value in (*spectrum.before, *spectrum.after) if value is not None), default=1.0)
    highest = max(highest, 0.05)
    power = 10 ** math.floor(math.log10(highest / 3))
    step = next(power * factor for factor in (1, 2, 5, 10) if highest / (power * factor) <= 5)
    return step, math.ceil(highest / step - 1e-9) * step


def _number(value: float, step: float) -> str:
    return f"{value:.{max(1, -math.floor(math.log10(step) + 1e-9))}f}"


def _table(spectrum: Spectrum) -> str:
    rows = "".join(
        f"<tr><td>{band}</td><td align='right'>{_cell(before)}</td><td align='right'>{_cell(after)}</td></tr>"
        for band, before, after in zip(spectrum.bands, spectrum.before, spectrum.after)
    )
    head = f"<tr><th></th><th>{tr('cloudy')}</th><th>{tr('clouds removed')}</th></tr>"
    return f"<table cellspacing='6'>{head}{rows}</table>"


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
