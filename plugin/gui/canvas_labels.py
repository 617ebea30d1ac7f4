"""Words painted on a map canvas that stay legible on bright and on dark ground."""

from __future__ import annotations

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QPainter
from qgis.PyQt.QtWidgets import QApplication

INK, GROUND = QColor(255, 255, 255), QColor(24, 24, 24, 205)
# Within the label, in pixels.
_ACROSS, _DOWN, _ROUND = 9.0, 4.0, 4.0


def label_size(text: str) -> QRectF:
    """Return the size of the label with `text`, at the origin."""
    metrics = QFontMetricsF(_font())
    width = metrics.horizontalAdvance(text) + 2 * _ACROSS
    return QRectF(0, 0, round(width), round(metrics.height() + 2 * _DOWN))


def draw_label(painter: QPainter, text: str, corner: QPointF) -> None:
    """Draw `text`, white on a dark ground of its own, with its top left corner at `corner`."""
    box = label_size(text).translated(corner)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(255, 255, 255, 90))
    painter.setBrush(GROUND)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)
    painter.setPen(INK)
    painter.setFont(_font())
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _font() -> QFont:
    font = QFont(QApplication.font())
    font.setBold(True)
    return font
