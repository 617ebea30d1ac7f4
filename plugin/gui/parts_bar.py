"""A bar that shows where the colour of a place came from, in percent."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ..translation import tr

# By the names that the compute process gives the parts. Those of the layer Source have its colours.
_COLOURS = {
    "shines through": "#8fd3ff",
    "attention": "#8d6bc4",
    "scene fit": "#f2b01e",
    "clear date": "#2c9f5b",
    "prior": "#c23b6e",
}


def part_words() -> dict[str, str]:
    """Return how the parts are called, by the names that the compute process gives them."""
    return {
        "shines through": tr("the cloudy image itself"),
        "attention": tr("similar clear places (attention)"),
        "scene fit": tr("the image's own clear ground"),
        "clear date": tr("clear date"),
        "prior": tr("radar and training only"),
    }


def source_words() -> list[str]:
    """Return what the values of the layer Source mean, as its legend says it."""
    return [
        tr("kept"),
        tr("thin cloud corrected"),
        tr("clear date"),
        tr("the image's own clear ground"),
        tr("radar and training only"),
    ]


def percents(parts: Mapping[str, float]) -> dict[str, int]:
    """Return parts in whole percent that add up to 100; nothing where there are no parts."""
    total = sum(parts.values())
    if total <= 0:
        return {}
    exact = {name: 100 * part / total for name, part in parts.items()}
    rounded = {name: int(value) for name, value in exact.items()}
    # What rounding down has left goes to those that lost most by it.
    lost = sorted(exact, key=lambda name: rounded[name] - exact[name])
    for name in lost[: 100 - sum(rounded.values())]:
        rounded[name] += 1
    return rounded


class PartsBar(QWidget):
    """Shows parts of a whole as a bar of colours, with a line for each below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar()
        self._legend = QLabel()
        self._legend.setObjectName("parts")
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setWordWrap(True)
        self._legend.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bar)
        layout.addWidget(self._legend)
        self.set_parts(None)

    def set_parts(self, parts: Mapping[str, float] | None) -> None:
        """Show parts by the names of the compute process; None, or nothing, for nothing to show."""
        shown = percents(parts or {})
        words = part_words()
        self._bar.set_shares({name: share / 100 for name, share in shown.items()})
        lines = [
            f'<span style="color:{_COLOURS.get(name, "#888888")}">■</span> {share}\u00a0% {words.get(name, name)}'
            for name, share in shown.items()
            if share
        ]
        self._legend.setText("<br>".join(lines))
        self.setVisible(bool(lines))


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._shares: dict[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_shares(self, shares: Mapping[str, float]) -> None:
        self._shares = dict(shares)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 12)

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        left = 0.5
        for name, share in self._shares.items():
            width = (self.width() - 1) * share
            painter.fillRect(QRectF(left, 0.5, width, self.height() - 1), QColor(_COLOURS.get(name, "#888888")))
            left += width
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1))
