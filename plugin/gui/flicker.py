"""Show the cloudy layers instead of the reconstructed ones while a key is held.

All pairs of the project are linked: they change together, in all map canvases. The cloudy pictures are laid over the
canvases; the layer tree and what the canvases show stay as they are.
"""

from __future__ import annotations

from qgis.core import Qgis, QgsMapLayer
from qgis.gui import QgsGui, QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QIcon, QKeySequence, QPainter
from qgis.PyQt.QtWidgets import QAction, QApplication, QWidget

from ..pairs import Pair, all_pairs
from ..resources import FLICKER_ICON
from ..translation import tr
from .canvas_labels import draw_label
from .canvas_picture import CanvasPicture, canvas_layers, with_cloudy

# Changed by the user in Settings ▸ Keyboard Shortcuts.
DEFAULT_KEY = "Y"
# Over the swipe.
Z_VALUE = -4
_MARGIN = 12.0


class FlickerItem(QgsMapCanvasItem):
    """The cloudy picture over one canvas. It is kept when it is hidden, so that the next look comes at once."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.picture = CanvasPicture(canvas)
        self.picture.changed.connect(self.redraw)
        # The ids of the layers that are rendered.
        self._names: list[str] = []
        canvas.renderStarting.connect(self.map_changed)
        self.setZValue(Z_VALUE)
        self.hide()

    def boundingRect(self) -> QRectF:
        # While the map is dragged, the scene is moved by as much as the whole canvas in any direction.
        view = QRectF(self.canvas.viewport().rect())
        return view.adjusted(-view.width(), -view.height(), view.width(), view.height())

    def paint(self, painter: QPainter, option=None, widget=None) -> None:
        if self.picture.image is None:
            return
        self.picture.paint(painter)
        shift = self.canvas.mapToScene(QPoint(0, 0))
        draw_label(painter, tr("cloudy"), QPointF(shift) + QPointF(_MARGIN, _MARGIN))

    def redraw(self) -> None:
        self.update()

    def look(self) -> None:
        """Show the cloudy layers, at once where they are rendered already; nothing where the canvas shows no pair."""
        now = canvas_layers(self.canvas)
        layers = with_cloudy(now, all_pairs())
        names = [layer.id() for layer in layers] if layers != now else []
        if names != self._names or not self.picture.ready:
            self._names = names
            self.picture.forget()
            if names:
                self.picture.render(layers)
        self.show()

    def map_changed(self) -> None:
        """What is rendered is no longer what the canvas would show: render it anew, where it is seen at once."""
        if self.isVisible():
            # What was there stays until then.
            layers = with_cloudy(canvas_layers(self.canvas), all_pairs())
            self._names = [layer.id() for layer in layers]
            self.picture.render(layers)
        else:
            self.forget()

    def forget(self) -> None:
        self._names = []
        self.picture.forget()

    def close(self) -> None:
        """Leave the canvas."""
        if sip.isdeleted(self.canvas):
            return
        self.canvas.renderStarting.disconnect(self.map_changed)
        self.picture.close()
        if not sip.isdeleted(self):
            self.canvas.scene().removeItem(self)


class Flicker(QObject):
    """The action with the key. Held, it shows the cloudy layers; chosen in the menu, it does so until chosen again."""

    def __init__(self, iface) -> None:
        super().__init__(iface.mainWindow())
        self._iface = iface
        self._items: dict[int, FlickerItem] = {}
        self._watched: list[QgsMapLayer] = []
        self._by_key = self._held = False
        # What the key, or the news that somebody else has it, goes to while it is held.
        self._heard: list[QWidget] = []
        self.action = QAction(QIcon(str(FLICKER_ICON)), tr("Show the cloudy layers (hold the key)"), iface.mainWindow())
        self.action.setCheckable(True)
        self.action.setStatusTip(tr("Show the cloudy layers instead of the reconstructed ones, in all maps"))
        # In a map view that is a window of its own too.
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.action.setAutoRepeat(False)
        self.action.installEventFilter(self)
        self.action.toggled.connect(self._toggled)
        self.action.triggered.connect(self._triggered)

    def register(self) -> None:
        """Enter the key into QGIS's keyboard shortcuts: the user's own, else the default one, if nobody has it."""
        taken = QgsGui.shortcutsManager().actionForSequence(QKeySequence(DEFAULT_KEY))
        self._iface.registerMainWindowAction(self.action, "" if taken is not None else DEFAULT_KEY)
        # QGIS sets it when it registers an action.
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)

    def close(self) -> None:
        """Show the maps as they are, for good. The key goes with the action."""
        self._let_go()
        self.action.setChecked(False)
        self._unwatch()
        for item in self._items.values():
            item.close()
        self._items = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self.action:
            # Whether the key or the menu triggers it next.
            self._by_key = self._by_key or kind == QEvent.Type.Shortcut
        elif kind == QEvent.Type.KeyRelease and not event.isAutoRepeat():
            self._let_go()
        elif kind == QEvent.Type.WindowDeactivate:
            # The release of the key goes to somebody else.
            self._let_go()
        return False

    # --- The key ----------------------------------------------------------------------------------------------------

    def _triggered(self) -> None:
        if self._by_key and not self._held:
            self._held = True
            self._listen()
        self._by_key = False

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            self._stop_listening()
            self.action.toggle()

    def _listen(self) -> None:
        """Hear of the key's release, and of windows that lose the focus.

        Not by a filter of the whole application: it would be shown everything that gets an event, and PyQt dies of
        objects without run-time types, such as the timers of QtWebKit, which has QGIS's own welcome page.
        """
        application = QApplication.instance()
        canvases = self._iface.mapCanvases()
        for widget in (self._iface.mainWindow(), *canvases, *(canvas.window() for canvas in canvases)):
            self._hear(widget)
        self._hear(application.focusWidget())
        application.focusChanged.connect(self._focus_changed)
        application.applicationStateChanged.connect(self._application_changed)

    def _stop_listening(self) -> None:
        application = QApplication.instance()
        application.focusChanged.disconnect(self._focus_changed)
        application.applicationStateChanged.disconnect(self._application_changed)
        for widget in self._heard:
            if not sip.isdeleted(widget):
                widget.removeEventFilter(self)
        self._heard = []

    def _hear(self, widget: QWidget | None) -> None:
        if widget is not None and widget not in self._heard:
            widget.installEventFilter(self)
            self._heard.append(widget)

    def _focus_changed(self, _: QWidget | None, widget: QWidget | None) -> None:
        self._hear(widget)

    def _application_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._let_go()

    # --- The maps ---------------------------------------------------------------------------------------------------

    def _toggled(self, cloudy: bool) -> None:
        if cloudy:
            self._show()
            return
        for item in self._items.values():
            if not sip.isdeleted(item):
                item.hide()

    def _show(self) -> None:
        pairs = all_pairs()
        if not pairs:
            text = tr("There is no reconstructed layer whose cloudy layer is in the project too.")
            self._iface.messageBar().pushMessage(tr("Compare"), text, Qgis.MessageLevel.Info, 6)
        self._watch(pairs)
        for canvas in self._iface.mapCanvases():
            self._item(canvas).look()

    def _item(self, canvas: QgsMapCanvas) -> FlickerItem:
        """Return the item of a canvas; those of canvases that are gone are dropped."""
        self._items = {
            name: item
            for name, item in self._items.items()
            if not sip.isdeleted(item) and not sip.isdeleted(item.canvas)
        }
        key = sip.unwrapinstance(canvas)
        if key not in self._items:
            self._items[key] = FlickerItem(canvas)
        return self._items[key]

    def _watch(self, pairs: list[Pair]) -> None:
        """Render anew what changes its style, now or when it is looked at next."""
        self._unwatch()
        self._watched = [pair.cloudy for pair in pairs]
        for layer in self._watched:
            layer.repaintRequested.connect(self._repaint)

    def _unwatch(self) -> None:
        for layer in self._watched:
            if not sip.isdeleted(layer):
                layer.repaintRequested.disconnect(self._repaint)
        self._watched = []

    def _repaint(self) -> None:
        for item in self._items.values():
            if not sip.isdeleted(item):
                item.map_changed()
