"""Swipe between the cloudy and the reconstructed image on the map canvas.

The swipe is a map tool: dragging moves the divider, the wheel, the middle button and the space key move the map as with
any tool, and Escape, the action or the choice of another tool ends it. Both sides are pictures that are laid over the
canvas, so that neither the layer tree nor what the canvas shows is changed.
"""

from __future__ import annotations

from qgis.core import Qgis, QgsMapLayerProxyModel, QgsProject, QgsRasterLayer
from qgis.gui import QgsFloatingWidget, QgsMapCanvas, QgsMapCanvasItem, QgsMapLayerComboBox, QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen
from qgis.PyQt.QtWidgets import QAction, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from ..pairs import Pair, likely_pair
from ..resources import COMPARE_ICON, DIVIDER_ICON
from ..translation import tr
from .canvas_labels import draw_label, label_size
from .canvas_picture import CanvasPicture, canvas_layers, with_one_of

# Over the map, under what tools draw on it.
Z_VALUE = -5
# A change of the map comes in several signals; what they ask for is rendered once, so many milliseconds later.
_PATIENCE_MS = 30
# Pixels.
_HANDLE_RADIUS, _GAP, _MARGIN = 13.0, 10.0, 12.0
_COMBO_WIDTH = 290


class SwipeItem(QgsMapCanvasItem):
    """Paints the cloudy picture left of (above) the divider and the reconstructed one on its other side."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        # Where the divider is, 0–1 of the canvas's width, or of its height where it is not vertical.
        self.position = 0.5
        self.vertical = True
        self.cloudy, self.image = CanvasPicture(canvas), CanvasPicture(canvas)
        for picture in (self.cloudy, self.image):
            picture.changed.connect(self.redraw)
        self.setZValue(Z_VALUE)

    def boundingRect(self) -> QRectF:
        # While the map is dragged, the scene is moved by as much as the whole canvas in any direction.
        view = self._view()
        return view.adjusted(-view.width(), -view.height(), view.width(), view.height())

    def paint(self, painter: QPainter, option=None, widget=None) -> None:
        shift = self._canvas.mapToScene(QPoint(0, 0))
        for part, picture in zip(self.parts(), (self.cloudy, self.image)):
            painter.save()
            painter.setClipRect(part.translated(shift))
            picture.paint(painter)
            painter.restore()
        painter.save()
        painter.translate(shift)
        self._draw_divider(painter)
        self._draw_labels(painter)
        painter.restore()

    def parts(self) -> tuple[QRectF, QRectF]:
        """Return which parts of the canvas are cloudy and reconstructed, in its pixels."""
        view, at = self._view(), self.divider()
        if self.vertical:
            return QRectF(0, 0, at, view.height()), QRectF(at, 0, view.width() - at, view.height())
        return QRectF(0, 0, view.width(), at), QRectF(0, at, view.width(), view.height() - at)

    def divider(self) -> float:
        """Return where the divider is in pixels from the left, or from the top."""
        view = self._view()
        return float(round(self.position * (view.width() if self.vertical else view.height())))

    def move_divider(self, pixel: QPoint) -> None:
        """Put the divider to a place on the canvas."""
        view = self._view()
        share = pixel.x() / max(1.0, view.width()) if self.vertical else pixel.y() / max(1.0, view.height())
        self.position = min(1.0, max(0.0, share))
        self.update()

    def redraw(self) -> None:
        self.update()

    def _view(self) -> QRectF:
        return QRectF(self._canvas.viewport().rect())

    def _draw_divider(self, painter: QPainter) -> None:
        view, at = self._view(), self.divider()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.vertical:
            ends = QPointF(at, 0), QPointF(at, view.height())
        else:
            ends = QPointF(0, at), QPointF(view.width(), at)
        # White on a dark edge: one of them is seen on any ground.
        for colour, width in ((QColor(0, 0, 0, 150), 4.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(*ends)
        painter.translate((ends[0] + ends[1]) / 2)
        if not self.vertical:
            painter.rotate(90)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(QPointF(0, 0), _HANDLE_RADIUS, _HANDLE_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(40, 40, 40))
        for side in (-1, 1):
            arrow = QPainterPath(QPointF(side * 9.0, 0))
            arrow.lineTo(side * 3.5, -5.0)
            arrow.lineTo(side * 3.5, 5.0)
            painter.drawPath(arrow)
        painter.restore()

    def _draw_labels(self, painter: QPainter) -> None:
        at = self.divider()
        for part, text, before in zip(self.parts(), (tr("cloudy"), tr("reconstructed")), (True, False)):
            box = label_size(text)
            if self.vertical:
                across = at - _GAP - box.width() if before else at + _GAP
                corner, fits = QPointF(across, _MARGIN), box.width() + _GAP <= part.width()
            else:
                down = at - _GAP - box.height() if before else at + _GAP
                corner, fits = QPointF(_MARGIN, down), box.height() + _GAP <= part.height()
            if fits:
                draw_label(painter, text, corner)


class SwipeTool(QgsMapTool):
    """Moves the divider; Escape asks for the end."""

    escaped = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, item: SwipeItem) -> None:
        super().__init__(canvas)
        self._item = item
        self.show_direction()

    def show_direction(self) -> None:
        shape = Qt.CursorShape.SplitHCursor if self._item.vertical else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)

    def canvasPressEvent(self, event) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._item.move_divider(event.pos())

    def canvasMoveEvent(self, event) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._item.move_divider(event.pos())

    def keyPressEvent(self, event) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            # The tool must not be taken away while it handles its event.
            QTimer.singleShot(0, self._ask_for_the_end)
        else:
            event.ignore()

    def _ask_for_the_end(self) -> None:
        # Where the key was pressed twice, or another tool was chosen meanwhile, this one is gone.
        if not sip.isdeleted(self):
            self.escaped.emit()


class SwipeBar(QgsFloatingWidget):
    """Which two layers are compared, the direction of the divider, and the end; at the canvas's lower border."""

    chosen = pyqtSignal()
    turned = pyqtSignal(bool)
    closed = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setAnchorWidget(canvas)
        self.setAnchorPoint(QgsFloatingWidget.AnchorPoint.BottomMiddle)
        self.setAnchorWidgetPoint(QgsFloatingWidget.AnchorPoint.BottomMiddle)
        self.cloudy, self.image = self._combo("compareCloudy"), self._combo("compareImage")
        self.turn = self._button(QIcon(str(DIVIDER_ICON)), tr("Divide from top to bottom, or from left to right"))
        self.turn.setObjectName("compareTurn")
        self.turn.setCheckable(True)
        self.turn.toggled.connect(lambda level: self.turned.emit(not level))
        close = self._button(QIcon(":/images/themes/default/mIconClose.svg"), tr("End the comparison (Esc)"))
        close.clicked.connect(self.closed)
        self.hint = QLabel()
        self.hint.setObjectName("compareHint")
        self._lay_out(close)

    def _lay_out(self, close: QToolButton) -> None:
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        frame.setAutoFillBackground(True)
        frame.setBackgroundRole(QPalette.ColorRole.Window)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(QLabel(tr("Cloudy")))
        row.addWidget(self.cloudy)
        row.addSpacing(6)
        row.addWidget(QLabel(tr("Reconstructed")))
        row.addWidget(self.image)
        row.addSpacing(6)
        row.addWidget(self.turn)
        row.addWidget(close)
        column = QVBoxLayout(frame)
        column.setContentsMargins(10, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.hint)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, int(_MARGIN))
        outer.addWidget(frame)

    def _combo(self, name: str) -> QgsMapLayerComboBox:
        combo = QgsMapLayerComboBox()
        combo.setObjectName(name)
        combo.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
        combo.setAllowEmptyLayer(True)
        combo.setLayer(None)
        combo.setFixedWidth(_COMBO_WIDTH)
        combo.layerChanged.connect(lambda layer: combo.setToolTip(layer.name() if layer else ""))
        combo.layerChanged.connect(lambda _: self.chosen.emit())
        return combo

    def _button(self, picture: QIcon, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(picture)
        button.setIconSize(QSize(16, 16))
        button.setAutoRaise(True)
        button.setToolTip(tip)
        return button

    def pair(self) -> Pair | None:
        """Return what is chosen, `None` unless it is two layers."""
        cloudy, image = self.cloudy.currentLayer(), self.image.currentLayer()
        return Pair(cloudy, image) if cloudy is not None and image is not None and cloudy != image else None

    def choose(self, pair: Pair | None) -> None:
        self.cloudy.setLayer(pair.cloudy if pair else None)
        self.image.setLayer(pair.image if pair else None)

    def say(self, text: str) -> None:
        """Show a line under the layers; none for ""."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self.adjustSize()


class Comparison(QObject):
    """The action that begins and ends the swipe, and what there is while it lasts."""

    def __init__(self, iface) -> None:
        super().__init__(iface.mainWindow())
        self._iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self.item: SwipeItem | None = None
        self.bar: SwipeBar | None = None
        self._tool: SwipeTool | None = None
        self._before: QgsMapTool | None = None
        self._watched: list[QgsRasterLayer] = []
        self._ids: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE_MS)
        self._soon.timeout.connect(self._render)
        self.action = QAction(QIcon(str(COMPARE_ICON)), tr("Compare cloudy and reconstructed"), iface.mainWindow())
        self.action.setCheckable(True)
        self.action.setStatusTip(tr("Swipe between the cloudy and the reconstructed image with a divider on the map"))
        self.action.triggered.connect(self._toggle)

    def begin(self) -> None:
        """Lay the swipe over the canvas, with the pair of the active layer, else with the topmost one."""
        if self.item is not None:
            return
        rasters = [each for each in QgsProject.instance().mapLayers().values() if isinstance(each, QgsRasterLayer)]
        if len(rasters) < 2:
            self.action.setChecked(False)
            text = tr("There are no two raster layers to compare. Run «Remove clouds» first, or add its result.")
            self._iface.messageBar().pushMessage(tr("Compare"), text, Qgis.MessageLevel.Info, 6)
            return
        self.item = SwipeItem(self._canvas)
        self.bar = SwipeBar(self._canvas)
        self.bar.choose(likely_pair(self._iface.activeLayer()))
        self.bar.chosen.connect(self._follow)
        self.bar.turned.connect(self._turn)
        self.bar.closed.connect(self.end)
        self.bar.show()
        self._take_the_tool()
        self._canvas.renderStarting.connect(self._map_changed)
        self._canvas.layersChanged.connect(self._map_changed)
        self._canvas.extentsChanged.connect(self.item.redraw)
        QgsProject.instance().layersWillBeRemoved.connect(self._layers_go)
        self._follow()

    def end(self) -> None:
        """Take everything off the canvas, and give it back the tool that it had before."""
        if self.item is None:
            return
        item, self.item = self.item, None
        tool, self._tool = self._tool, None
        bar, self.bar = self.bar, None
        self._soon.stop()
        self._unwatch()
        self._ids = set()
        self._canvas.renderStarting.disconnect(self._map_changed)
        self._canvas.layersChanged.disconnect(self._map_changed)
        self._canvas.extentsChanged.disconnect(item.redraw)
        QgsProject.instance().layersWillBeRemoved.disconnect(self._layers_go)
        for picture in (item.cloudy, item.image):
            picture.close()
        self._canvas.scene().removeItem(item)
        bar.hide()
        bar.deleteLater()
        self._give_back_the_tool(tool)
        self.action.setChecked(False)

    def close(self) -> None:
        """End, for the last time."""
        self.end()

    def _toggle(self, wanted: bool) -> None:
        if wanted:
            self.begin()
        else:
            self.end()

    # --- The tool ---------------------------------------------------------------------------------------------------

    def _take_the_tool(self) -> None:
        self._before = self._canvas.mapTool()
        self._tool = SwipeTool(self._canvas, self.item)
        self._tool.setAction(self.action)
        self._tool.escaped.connect(self.end)
        # The user has chosen another one.
        self._tool.deactivated.connect(self.end)
        self._canvas.setMapTool(self._tool)
        self._canvas.setFocus()

    def _give_back_the_tool(self, tool: SwipeTool) -> None:
        tool.deactivated.disconnect(self.end)
        if self._canvas.mapTool() is tool:
            before = self._before
            if before is not None and not sip.isdeleted(before):
                self._canvas.setMapTool(before)
            else:
                self._canvas.unsetMapTool(tool)
        self._before = None
        tool.deleteLater()

    # --- What is compared -------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Compare what the bar says."""
        self._unwatch()
        pair = self.bar.pair()
        if pair is None:
            self.bar.say(tr("Choose the cloudy and the reconstructed layer."))
            self.item.cloudy.forget()
            self.item.image.forget()
            self.item.hide()
            return
        self.bar.say("")
        self.item.show()
        self._watched = [pair.cloudy, pair.image]
        self._ids = {layer.id() for layer in self._watched}
        for layer in self._watched:
            layer.repaintRequested.connect(self._map_changed)
        self._render()

    def _unwatch(self) -> None:
        for layer in self._watched:
            if not sip.isdeleted(layer):
                layer.repaintRequested.disconnect(self._map_changed)
        self._watched = []

    def _map_changed(self, *_) -> None:
        self._soon.start()

    def _render(self) -> None:
        pair = self.bar.pair() if self.bar is not None else None
        if pair is not None:
            layers = canvas_layers(self._canvas)
            self.item.cloudy.render(with_one_of(layers, pair, pair.cloudy))
            self.item.image.render(with_one_of(layers, pair, pair.image))

    def _turn(self, vertical: bool) -> None:
        self.item.vertical = vertical
        self._tool.show_direction()
        self.item.update()
        self._canvas.setFocus()

    def _layers_go(self, ids: list[str]) -> None:
        # The bar may have heard of it before.
        if self._ids & set(ids):
            self.end()
