"""What the inspector lays over the map: the attention of one place, its tile, and a mark on the place itself."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPolygonF

# Dark blue over magenta to yellow, evenly in brightness for the eye («plasma», of S. van der Walt and N. Smith, CC0).
_RAMP = ("#0d0887", "#5402a3", "#8b0aa5", "#b93289", "#db5c68", "#f48849", "#febc2a", "#f0f921")
# Cells with less than this share of the strongest are not painted: the ground stays as it is.
_LEAST_SHARE = 0.02
# From this share of the strongest on a cell has an outline, which shows it on a ground of its own colour.
_OUTLINED_SHARE = 1 / 3
_MARK_PIXELS = 9.0


def ramp() -> QgsGradientColorRamp:
    """Return the colours of the overlay, from no attention to the strongest."""
    last = len(_RAMP) - 1
    stops = [QgsGradientStop(index / last, QColor(colour)) for index, colour in enumerate(_RAMP[1:-1], 1)]
    return QgsGradientColorRamp(QColor(_RAMP[0]), QColor(_RAMP[-1]), False, stops)


@dataclass(frozen=True)
class Shown:
    """What is drawn: shares of attention [rows][columns] on a grid, its tile, the place; None where there is none.

    `transform` and `tile_transform` are GDAL's six numbers, in `crs`, as `place` is.
    """

    crs: QgsCoordinateReferenceSystem
    place: QgsPointXY
    tile_transform: tuple[float, ...]
    tile_size: tuple[int, int]
    transform: tuple[float, ...] | None = None
    shares: tuple[tuple[float, ...], ...] = ()
    query: tuple[int, int] | None = None

    @property
    def strongest(self) -> float:
        return max((max(row) for row in self.shares), default=0.0)


class AttentionOverlay(QgsMapCanvasItem):
    """Draws `Shown` in its true place, whatever CRS, scale and rotation the map has."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._shown: Shown | None = None
        self._opacity = 0.65
        self._ramp = ramp()
        self.setZValue(60)

    @property
    def shown(self) -> Shown | None:
        return self._shown

    def show_attention(self, shown: Shown | None) -> None:
        self._shown = shown
        self.setVisible(shown is not None)
        self.update()

    def set_strength(self, opacity: float) -> None:
        """Set how opaque the strongest attention is, 0–1; marks and outlines stay."""
        self._opacity = opacity
        self.update()

    def strength(self) -> float:
        return self._opacity

    # --- What QGIS calls --------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._canvas.width(), self._canvas.height())

    def updatePosition(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, option=None, widget=None) -> None:
        shown = self._shown
        if shown is None:
            return
        target = self._canvas.mapSettings().destinationCrs()
        to_map = QgsCoordinateTransform(shown.crs, target, QgsProject.instance().transformContext())
        painter.save()
        try:
            if shown.transform is not None:
                self._paint_cells(painter, shown, to_map)
            self._paint_tile(painter, shown, to_map)
            self._paint_mark(painter, self._on_canvas(to_map, shown.place))
        except QgsCsException:
            # The map shows a part of the world in which the scene has no place.
            pass
        finally:
            painter.restore()

    # --- Parts ------------------------------------------------------------------------------------------------------

    def _paint_cells(self, painter: QPainter, shown: Shown, to_map: QgsCoordinateTransform) -> None:
        strongest = shown.strongest
        if not strongest:
            return
        corners = self._corners(shown, to_map)
        # Smooth edges would leave lines between neighbouring cells.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        outlined = []
        for row, shares in enumerate(shown.shares):
            for column, value in enumerate(shares):
                share = value / strongest
                if share < _LEAST_SHARE:
                    continue
                colour = self._ramp.color(share)
                # Weak attention is fainter too, so that the ground is seen where there is little to tell.
                colour.setAlphaF(self._opacity * (0.35 + 0.65 * share))
                cell = _cell(corners, row, column)
                painter.setBrush(colour)
                painter.drawPolygon(cell)
                if share >= _OUTLINED_SHARE:
                    outlined.append(cell)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell in outlined:
            _outline(painter, cell, 1.0)
        if shown.query is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            # It may lie beside the grid, where that holds only the places that a colour was taken from.
            row, column = shown.query
            around = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
            own = QPolygonF([self._on_canvas(to_map, _at(shown.transform, *each)) for each in around])
            _outline(painter, own, 1.5, Qt.PenStyle.DotLine)

    def _corners(self, shown: Shown, to_map: QgsCoordinateTransform) -> list[list[QPointF]]:
        rows, columns = len(shown.shares), len(shown.shares[0])
        return [
            [self._on_canvas(to_map, _at(shown.transform, row, column)) for column in range(columns + 1)]
            for row in range(rows + 1)
        ]

    def _paint_tile(self, painter: QPainter, shown: Shown, to_map: QgsCoordinateTransform) -> None:
        height, width = shown.tile_size
        # Several points a side: in another CRS it is bent.
        steps = [step / 8 for step in range(8)]
        around = [
            *((0, step * width) for step in steps),
            *((step * height, width) for step in steps),
            *((height, (1 - step) * width) for step in steps),
            *(((1 - step) * height, 0) for step in steps),
        ]
        outline = QPolygonF([self._on_canvas(to_map, _at(shown.tile_transform, *each)) for each in around])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _outline(painter, outline, 1.5, Qt.PenStyle.DashLine)

    def _paint_mark(self, painter: QPainter, place: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for width, colour in ((5.0, QColor(0, 0, 0, 200)), (2.0, QColor(255, 255, 255))):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawEllipse(place, _MARK_PIXELS / 2, _MARK_PIXELS / 2)
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                near, far = _MARK_PIXELS / 2 + 3, _MARK_PIXELS / 2 + 9
                painter.drawLine(place + QPointF(x * near, y * near), place + QPointF(x * far, y * far))

    def _on_canvas(self, to_map: QgsCoordinateTransform, point: QgsPointXY) -> QPointF:
        return self.toCanvasCoordinates(to_map.transform(point))


def _at(transform: tuple[float, ...], row: float, column: float) -> QgsPointXY:
    a, b, c, d, e, f = transform
    return QgsPointXY(a + b * column + c * row, d + e * column + f * row)


def _cell(corners: list[list[QPointF]], row: int, column: int) -> QPolygonF:
    first, second = corners[row], corners[row + 1]
    return QPolygonF([first[column], first[column + 1], second[column + 1], second[column]])


def _outline(painter: QPainter, polygon: QPolygonF, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
    """Draw a white line on a dark one, which is seen on any ground."""
    for colour, wide, how in (
        (QColor(0, 0, 0, 170), width + 1.5, Qt.PenStyle.SolidLine),
        (QColor(255, 255, 255, 230), width, style),
    ):
        pen = QPen(colour, wide, how)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolygon(polygon)
