"""A picture of some layers as a map canvas would show them, rendered in the background and laid over the canvas.

Neither the canvas's layers nor the layer tree are touched: what is shown is painted on top.
"""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsMapLayer, QgsMapRendererParallelJob, QgsMapSettings, QgsRasterLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QPointF, QRectF, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPainter, QPolygonF, QTransform

from ..pairs import Pair, is_map


class CanvasPicture(QObject):
    """Renders layers with the canvas's extent, size and resolution; keeps the latest picture until the next is done."""

    changed = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._job: QgsMapRendererParallelJob | None = None
        self._image: QImage | None = None
        self._settings: QgsMapSettings | None = None
        # Cancelled jobs end in their own time, and must live until then.
        self._ending: set[QgsMapRendererParallelJob] = set()

    @property
    def ready(self) -> bool:
        """Whether there is a picture and no newer one is being rendered."""
        return self._image is not None and self._job is None

    @property
    def image(self) -> QImage | None:
        return self._image

    def render(self, layers: list[QgsMapLayer]) -> None:
        """Render `layers`, the topmost first; what is being rendered is given up."""
        self.stop()
        settings = QgsMapSettings(self._canvas.mapSettings())
        settings.setLayers(layers)
        settings.setExpressionContext(self._canvas.createExpressionContext())
        if settings.outputSize().isEmpty() or not settings.hasValidSettings():
            return
        job = QgsMapRendererParallelJob(settings)
        self._job = job
        job.finished.connect(lambda: self._finished(job, settings))
        job.start()

    def stop(self) -> None:
        """Give up what is being rendered, without waiting for its end."""
        job, self._job = self._job, None
        if job is not None:
            self._ending.add(job)
            job.cancelWithoutBlocking()

    def forget(self) -> None:
        """Give up what is being rendered, and drop the picture."""
        self.stop()
        self._image = self._settings = None

    def close(self) -> None:
        """Forget everything and wait until nothing is being rendered any more."""
        self.forget()
        for job in list(self._ending):
            job.cancel()
        self._ending.clear()

    def paint(self, painter: QPainter) -> None:
        """Draw the latest picture where its ground is on the canvas now; nothing where its CRS is another one."""
        if self._image is None or self._settings.destinationCrs() != self._canvas.mapSettings().destinationCrs():
            return
        painter.save()
        painter.setTransform(self._placement(), True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._moved())
        size = self._settings.outputSize()
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), self._image)
        painter.restore()

    def _finished(self, job: QgsMapRendererParallelJob, settings: QgsMapSettings) -> None:
        self._ending.discard(job)
        if job is not self._job:
            return
        self._job = None
        self._image, self._settings = job.renderedImage(), settings
        self.changed.emit()

    def _moved(self) -> bool:
        now = self._canvas.mapSettings()
        return now.visibleExtent() != self._settings.visibleExtent() or now.rotation() != self._settings.rotation()

    def _placement(self) -> QTransform:
        """Return how the picture's pixels go to the canvas's, which may have been moved, zoomed or turned since."""
        if not self._moved():
            return QTransform()
        size = self._settings.outputSize()
        corners = [(0, 0), (size.width(), 0), (size.width(), size.height()), (0, size.height())]
        old, new = self._settings.mapToPixel(), self._canvas.mapSettings().mapToPixel()
        placed = [new.transform(old.toMapCoordinates(*corner)) for corner in corners]
        transform = QTransform()
        source = QPolygonF([QPointF(*corner) for corner in corners])
        target = QPolygonF([QPointF(point.x(), point.y()) for point in placed])
        return transform if QTransform.quadToQuad(source, target, transform) else QTransform()


def canvas_layers(canvas: QgsMapCanvas) -> list[QgsMapLayer]:
    """Return what `canvas` shows, the topmost first; of a canvas that follows a theme, the theme's layers."""
    return [layer for layer in canvas.mapSettings().layers() if layer is not None]


def with_one_of(layers: Iterable[QgsMapLayer], pair: Pair, shown: QgsRasterLayer) -> list[QgsMapLayer]:
    """Return `layers` with `shown` in the place of the pair, so that both layers of it are seen in the same way.

    The maps of the plugin are left out, as they would lie over what is compared. Where neither of the pair is in
    `layers`, it comes on top of the rasters, under everything that is drawn over them.
    """
    kept: list[QgsMapLayer] = []
    place = None
    for layer in layers:
        if layer in (pair.cloudy, pair.image):
            place = len(kept) if place is None else place
        elif not is_map(layer):
            kept.append(layer)
    if place is None:
        rasters = (index for index, layer in enumerate(kept) if isinstance(layer, QgsRasterLayer))
        place = next(rasters, len(kept))
    return [*kept[:place], shown, *kept[place:]]


def with_cloudy(layers: Iterable[QgsMapLayer], pairs: Iterable[Pair]) -> list[QgsMapLayer]:
    """Return `layers` with the cloudy layer in the place of each reconstructed image of `pairs`."""
    instead = {pair.image.id(): pair.cloudy for pair in pairs}
    shown: list[QgsMapLayer] = []
    for layer in layers:
        wanted = instead.get(layer.id(), layer)
        if wanted not in shown:
            shown.append(wanted)
    return shown
