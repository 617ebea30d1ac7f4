"""The dock that tells what the network looked at for one place of a result."""

from __future__ import annotations

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.gui import QgsDockWidget, QgsMapCanvas
from qgis.PyQt.QtCore import QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QLinearGradient, QPainter, QPalette
from qgis.PyQt.QtWidgets import (
    QAction,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...model.errors import Cancelled, ComputeError, SarCloudRemovalError
from ...model.requests import Inspect
from .. import settings
from ..help import open_help
from ..origin import result_for
from ..sources import crs_text, raster_source
from ..translation import sentence, tr
from .attention_overlay import AttentionOverlay, Shown, ramp
from .attention_tool import AttentionTool
from .inspect_task import InspectPlaceTask
from .parts_bar import PartsBar, source_words
from .spectrum_plot import Spectrum, SpectrumPlot

_NOTHING = "–"
# In the list of heads: from where the colour was taken, and the mean of all heads.
_COLOURS, _MEAN = "colours", 0


class AttentionDock(QgsDockWidget):
    """Takes clicks on the map and shows, for the place, attention, gate, backscatter and spectrum.

    `action` switches the map tool. What it lays over the map goes with `clear`, when the dock is closed, and with
    `leave`, which the plugin calls before it unloads.
    """

    # The user wants to set up the compute environment.
    environment_wanted = pyqtSignal()

    def __init__(self, iface, action: QAction) -> None:
        super().__init__(tr("SAR attention inspector"), iface.mainWindow())
        self.setObjectName("SarCloudRemovalInspector")
        self._iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self._task: InspectPlaceTask | None = None
        # That one and those that were given up, until they have ended: QGIS holds a task by a plain pointer.
        self._under_way: set[InspectPlaceTask] = set()
        self._values: dict = {}
        self._layers: set[str] = set()
        self._overlay = AttentionOverlay(self._canvas)
        self._overlay.show_attention(None)
        self._tool = AttentionTool(self._canvas)
        self._tool.setAction(action)
        self._tool.picked.connect(self.inspect)
        self._action = action
        self._build(action)
        self.closed.connect(self._closed)
        QgsProject.instance().layersWillBeRemoved.connect(self._forget_layers)
        self._say(_hint())

    # --- What the plugin calls --------------------------------------------------------------------------------------

    def set_picking(self, picking: bool) -> None:
        """Let clicks on the map pick places, or no longer."""
        if picking:
            self.setUserVisible(True)
            self._canvas.setMapTool(self._tool)
        else:
            self._canvas.unsetMapTool(self._tool)

    def leave(self) -> None:
        """Take everything off the map and out of the project's signals, before the dock is deleted."""
        QgsProject.instance().layersWillBeRemoved.disconnect(self._forget_layers)
        self._closed()
        self._canvas.scene().removeItem(self._overlay)
        # It belongs to the canvas, which stays.
        self._tool.deleteLater()

    def clear(self) -> None:
        """Forget the place: its numbers go, and what lies over the map."""
        self._cancel()
        self._values = {}
        self._layers = set()
        self._show_numbers()
        self._show_overlay()
        self._say(_hint())

    # --- From a click to the numbers --------------------------------------------------------------------------------

    def inspect(self, place: QgsPointXY) -> None:
        """Look into the result that lies at `place`, in the CRS of the map; the look before this one is given up."""
        self.clear()
        try:
            interpreter = settings.interpreter()
            layer = result_for(self._iface.activeLayer(), self._visible_at(place))
            request = self._request(layer, place)
        except SarCloudRemovalError as error:
            self._fail(error)
            return
        self._layers = {layer.id()}
        stored = settings.Settings.load()
        self._task = InspectPlaceTask(request, interpreter, stored.idle_seconds)
        self._task.done.connect(self._arrived)
        self._task.said.connect(self._wait)
        self._under_way.add(self._task)
        self._wait(tr("Computing…"))
        QgsApplication.taskManager().addTask(self._task)

    def _request(self, layer: QgsMapLayer, place: QgsPointXY) -> Inspect:
        source = raster_source(layer)
        crs = self._canvas.mapSettings().destinationCrs()
        return Inspect(
            x=place.x(),
            y=place.y(),
            crs=crs_text(crs) if crs.isValid() else None,
            result=source.path,
            result_name=source.name,
            device=settings.Settings.load().device,
        )

    def _visible_at(self, place: QgsPointXY) -> list[QgsMapLayer]:
        return [layer for layer in self._canvas.layers() if self._extent_on_map(layer).contains(place)]

    def _extent_on_map(self, layer: QgsMapLayer) -> QgsRectangle:
        return self._canvas.mapSettings().layerExtentToOutputExtent(layer, layer.extent())

    def _cancel(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _arrived(self, task: InspectPlaceTask) -> None:
        self._under_way.discard(task)
        if task is not self._task:
            return
        self._task = None
        if task.error is not None:
            self._fail(task.error)
            return
        self._values = task.values
        self._fill_heads()
        self._show_numbers()
        self._show_overlay()
        self._say(_remark(self._values))

    def _fail(self, error: SarCloudRemovalError) -> None:
        if isinstance(error, Cancelled):
            self._say(_hint())
            return
        self._say(sentence(error), warning=True)
        self._set_up.setVisible(isinstance(error, ComputeError))

    def _wait(self, words: str) -> None:
        self._say(words)
        self._busy.setVisible(True)

    def _forget_layers(self, ids: list[str]) -> None:
        if self._layers & set(ids):
            self.clear()

    def _closed(self) -> None:
        self.set_picking(False)
        self.clear()

    # --- What is shown ----------------------------------------------------------------------------------------------

    def _say(self, words: str, warning: bool = False) -> None:
        self._busy.setVisible(False)
        self._set_up.setVisible(False)
        self._message.setText(words)
        self._message.setVisible(bool(words))
        self._sign.setVisible(warning)

    def _fill_heads(self) -> None:
        """List what can be laid over the map: the colours if there are, the mean of the heads, each head."""
        heads = len((self._values.get("attention") or {}).get("heads", ()))
        wanted = [_MEAN, *range(1, heads + 1)]
        if _takes_colours(self._values):
            wanted.insert(0, _COLOURS)
        if wanted == [self._head.itemData(index) for index in range(self._head.count())]:
            return
        chosen = self._chosen_head
        self._head.blockSignals(True)
        self._head.clear()
        for each in wanted:
            self._head.addItem(_head_words(each), each)
        self._head.setCurrentIndex(wanted.index(chosen) if chosen in wanted else 0)
        self._head.blockSignals(False)

    def _choose_head(self) -> None:
        self._chosen_head = self._head.currentData()
        self._show_overlay()

    def _show_numbers(self) -> None:
        values = self._values
        backscatter = values.get("backscatter", {})
        opacity = [each for each in values.get("opacity") or () if each is not None]
        for label, text in (
            (self._gate, _decimal(values.get("gate"))),
            (self._received, _decimal(values.get("received"), " ×")),
            (self._vv, _decimal(backscatter.get("VV"), " dB", 1)),
            (self._vh, _decimal(backscatter.get("VH"), " dB", 1)),
            (self._replaced, f"{100 * sum(opacity) / len(opacity):.0f} %" if opacity else _NOTHING),
            (self._source, _source(values.get("source"))),
            (self._error, _decimal(values.get("expected_error"), digits=3)),
        ):
            label.setText(text)
        self._parts.set_parts(values.get("parts"))
        for widget in (self._head, self._strength, self._legend):
            widget.setEnabled(bool(values.get("attention")) or _takes_colours(values))
        self._plot.set_spectrum(_spectrum(values) if values else None)

    def _show_overlay(self) -> None:
        shown = _shown(self._values, self._head.currentData()) if self._values else None
        self._overlay.show_attention(shown)
        cells = len(shown.shares) * len(shown.shares[0]) if shown is not None and shown.shares else 0
        self._legend.set_end(shown.strongest if cells else 0.0, cells)
        said = ""
        if cells and self._head.currentData() == _COLOURS:
            said = _explanation_of_colours(shown.strongest, (self._values.get("parts") or {}).get("attention"))
        elif cells:
            said = _explanation(shown.strongest, cells)
        self._explanation.setText(said)
        self._explanation.setVisible(bool(said))

    def _set_strength(self, percent: int) -> None:
        self._overlay.set_strength(percent / 100)
        self._percent.setText(f"{percent} %")

    # --- Building ---------------------------------------------------------------------------------------------------

    def _build(self, action: QAction) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(9, 9, 9, 9)
        layout.setSpacing(8)
        layout.addLayout(self._message_row(action))
        layout.addWidget(_heading(tr("At the place")))
        layout.addLayout(self._numbers_form())
        layout.addWidget(_heading(tr("Where its colour came from")))
        layout.addLayout(self._colour_form())
        layout.addWidget(_heading(tr("Attention on the map")))
        layout.addLayout(self._overlay_form())
        layout.addWidget(_heading(tr("Spectrum")))
        self._plot = SpectrumPlot()
        layout.addWidget(self._plot, 1)
        layout.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        content.setMinimumWidth(240)
        self.setWidget(area)
        self._show_numbers()

    def _message_row(self, action: QAction) -> QVBoxLayout:
        pick = QToolButton()
        pick.setObjectName("pick")
        pick.setDefaultAction(action)
        pick.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        pick.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sign = QLabel()
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self._sign.setPixmap(QgsApplication.getThemeIcon("/mIconWarning.svg").pixmap(size, size))
        self._message = QLabel()
        self._message.setObjectName("message")
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._busy = QProgressBar()
        self._busy.setObjectName("busy")
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setMaximumHeight(6)
        self._set_up = QPushButton(tr("Set up compute environment…"))
        self._set_up.clicked.connect(self.environment_wanted)
        row = QHBoxLayout()
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._message, 1)
        help_button = QToolButton()
        help_button.setObjectName("help")
        help_button.setIcon(QgsApplication.getThemeIcon("/mActionHelpContents.svg"))
        help_button.setToolTip(tr("Help"))
        help_button.clicked.connect(lambda: open_help("inspector"))
        buttons = QHBoxLayout()
        buttons.addWidget(pick, 1)
        buttons.addWidget(help_button)
        column = QVBoxLayout()
        column.addLayout(buttons)
        column.addLayout(row)
        column.addWidget(self._busy)
        column.addWidget(self._set_up)
        return column

    def _numbers_form(self) -> QFormLayout:
        form = _form()
        self._vv, self._vh, self._gate, self._received, self._replaced = (_number() for _ in range(5))
        for name, label, text, help_text in (
            ("vv", self._vv, tr("Sentinel-1 VV"), tr("Backscatter at the place, as the network was given it.")),
            ("vh", self._vh, tr("Sentinel-1 VH"), tr("Backscatter at the place, as the network was given it.")),
            (
                "gate",
                self._gate,
                tr("SAR gate"),
                tr("How far the radar is let through here, from 0 to 1: mean over the features, as in the map."),
            ),
            (
                "received",
                self._received,
                tr("Attention received"),
                tr("How much the whole tile looks at this place; 1 × is an even share."),
            ),
            (
                "replaced",
                self._replaced,
                tr("Replaced"),
                tr("The share of the cloudy pixel that the network took for cloud and replaced, mean of the bands."),
            ),
        ):
            label.setObjectName(name)
            label.setToolTip(help_text)
            title = QLabel(text)
            title.setToolTip(help_text)
            form.addRow(title, label)
        return form

    def _colour_form(self) -> QFormLayout:
        form = _form()
        self._source, self._error = _number(), _number()
        self._source.setWordWrap(True)
        self._parts = PartsBar()
        for name, label, text, help_text in (
            ("source", self._source, tr("Source"), tr("The largest part, as in the layer Source.")),
            (
                "expected_error",
                self._error,
                tr("Expected error"),
                tr("How wrong the pixel is likely to be, in reflectance: root mean square of the bands."),
            ),
        ):
            label.setObjectName(name)
            label.setToolTip(help_text)
            title = QLabel(text)
            title.setToolTip(help_text)
            form.addRow(title, label)
        form.addRow(self._parts)
        return form

    def _overlay_form(self) -> QFormLayout:
        form = _form()
        self._head = QComboBox()
        self._head.setObjectName("head")
        self._head.addItem(_head_words(_MEAN), _MEAN)
        # What the user chose last; None as long as that is nothing.
        self._chosen_head: object = None
        self._head.currentIndexChanged.connect(lambda index: self._choose_head())
        self._strength = QSlider(Qt.Orientation.Horizontal)
        self._strength.setObjectName("opacity")
        self._strength.setRange(0, 100)
        self._percent = _number()
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100 %"))
        self._strength.valueChanged.connect(self._set_strength)
        self._strength.setValue(round(100 * self._overlay.strength()))
        row = QHBoxLayout()
        row.addWidget(self._strength, 1)
        row.addWidget(self._percent)
        self._legend = Legend()
        form.addRow(tr("Show"), self._head)
        form.addRow(tr("Opacity"), row)
        title = QLabel(tr("Attention"))
        title.setAlignment(Qt.AlignmentFlag.AlignTop)
        form.addRow(title, self._legend)
        self._explanation = QLabel()
        self._explanation.setObjectName("explanation")
        self._explanation.setWordWrap(True)
        form.addRow(self._explanation)
        return form


class Legend(QWidget):
    """The colours of the overlay, from no attention to the strongest at this place."""

    def __init__(self) -> None:
        super().__init__()
        self._right = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("How this place spreads its attention over the tile; 1 × is an even share of it."))

    def set_end(self, strongest: float, tokens: int) -> None:
        """Set the strongest share of attention, 0–1, of `tokens` places; 0 for nothing to say."""
        self._right = "{} ({})".format(*_share(strongest, tokens)) if tokens else ""
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 17 + self.fontMetrics().height())

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        bar = QRectF(0.5, 3.5, self.width() - 1, 10)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        colours = ramp()
        for step in range(11):
            colour = QColor(colours.color(step / 10))
            if not self.isEnabled():
                colour.setAlphaF(0.25)
            gradient.setColorAt(step / 10, colour)
        painter.fillRect(bar, gradient)
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(self.palette().color(group, QPalette.ColorRole.Text))
        below = QRectF(0, 16, self.width(), self.height() - 16)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), "0 %")
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), self._right)


# From values to what is shown ---------------------------------------------------------------------------------------


def _hint() -> str:
    return tr("Click into an image that Remove clouds made, or into the cloudy layer that it was made from.")


def _remark(values: dict) -> str:
    """Return what has to be said beside the numbers; nothing when all is as it should be."""
    remarks = []
    if not values["computed"]:
        remarks.append(tr("Nothing was computed here: one of the two images has no value."))
    elif values["attention"] is None and not _takes_colours(values):
        remarks.append(
            tr("The network «{model}» has no SAR-guided attention, so there is none to show.").format(
                model=values["model"]
            )
        )
    if values["same_weights"] is False:
        remarks.append(tr("The weights have changed since this result was made."))
    if values["share"] == 0:
        remarks.append(tr("The cloud mask says clear here: the pixel was kept."))
    if values["quality"] == "best" and values["attention"] is not None:
        remarks.append(tr("Shown is the tile as it lies, one of the eight orientations of the quality best."))
    if not values["written"]:
        remarks.append(tr("The image of this run is no longer there; the spectrum is computed anew."))
    if not remarks:
        remarks.append(
            tr("Row {row}, column {column} of «{layer}», computed by «{model}».").format(
                row=values["row"] + 1, column=values["column"] + 1, layer=values["s2_name"], model=values["model"]
            )
        )
    return " ".join(remarks)


def _explanation(strongest: float, cells: int) -> str:
    """Return in plain words what the end of the legend and the lines on the map mean."""
    share, times = _share(strongest, cells)
    return tr(
        "Of all the attention that the clicked place pays, one square of its tile gets {share} at most: {times} what "
        "it would get if all got the same. White frames: the squares that get most, at least a third of that. Dotted: "
        "the square of the clicked place. Dashed: the tile."
    ).format(share=share, times=times)


def _explanation_of_colours(strongest: float, part: float | None) -> str:
    """Return in plain words from where the colour was taken; `part` is how much of it came that way, 0–1."""
    words = tr(
        "The clear places of the image from which the colour of the clicked place was taken. One square gives {share} "
        "of it at most. White frames: the squares that give most. Dotted: the square of the clicked place."
    ).format(share=f"{100 * strongest:.0f} %")
    if part is None:
        return words
    return tr("{share} of the colour came this way.").format(share=f"{100 * part:.0f} %") + " " + words


def _share(strongest: float, cells: int) -> tuple[str, str]:
    """Return a share of attention, 0–1, in percent, and as a multiple of an even share among `cells`."""
    return f"{100 * strongest:.0f} %", f"{strongest * cells:.0f} ×"


def _takes_colours(values: dict) -> bool:
    """Whether it is known from where attention took the colour, and it took any."""
    parts = values.get("parts")
    return bool(values.get("colours_from")) and (parts is None or parts.get("attention", 0) >= 0.005)


def _head_words(head: int | str) -> str:
    if head == _COLOURS:
        return tr("Where the colour was taken from")
    return tr("Head {}").format(head) if head else tr("Mean of heads")


def _source(code: int | None) -> str:
    words = source_words()
    return words[code] if code is not None and 0 <= code < len(words) else _NOTHING


def _shown(values: dict, head: int | str | None) -> Shown:
    """Return what to lay over the map; `head` is one of the list of heads."""
    crs = QgsCoordinateReferenceSystem()
    if values["crs"]:
        text = values["crs"]
        crs = QgsCoordinateReferenceSystem(text) if text.startswith("EPSG:") else crs
        crs = crs if crs.isValid() else QgsCoordinateReferenceSystem.fromWkt(text)
    tile = values["tile"]
    a, b, c, d, e, f = tile["transform"]
    row, column = values["row"] - tile["row"] + 0.5, values["column"] - tile["column"] + 0.5
    place = QgsPointXY(a + b * column + c * row, d + e * column + f * row)
    basis = {"crs": crs, "place": place, "tile_transform": tuple(tile["transform"])}
    basis["tile_size"] = (tile["height"], tile["width"])
    attention = values["colours_from"] if head == _COLOURS else values["attention"]
    if attention is None:
        return Shown(**basis)
    heads = [attention["heads"][head - 1]] if head not in (None, _COLOURS, _MEAN) else attention["heads"]
    shares = tuple(tuple(sum(cells) / len(heads) for cells in zip(*rows)) for rows in zip(*heads))
    return Shown(**basis, transform=tuple(attention["transform"]), shares=shares, query=tuple(attention["query"]))


def _spectrum(values: dict) -> Spectrum:
    return Spectrum(*(tuple(values[name]) for name in ("bands", "wavelengths", "before", "after")))


def _decimal(value: float | None, unit: str = "", digits: int = 2) -> str:
    return _NOTHING if value is None else f"{value:.{digits}f}{unit}".replace("-", "\u2212")


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 4, 0, 0)
    return label


def _number() -> QLabel:
    label = QLabel(_NOTHING)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setVerticalSpacing(4)
    return form
