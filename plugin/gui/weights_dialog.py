"""The dialog of the networks' weights: what there is, what each was trained on; the user's own come and go."""

from __future__ import annotations

import html
from pathlib import Path

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import Qt, QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices, QPalette, QTextTable
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...model.errors import BadWeights, Cancelled, ComputeError, SarCloudRemovalError
from ...model.requests import DescribeModel
from .. import settings, weights
from ..compute.client import shared_client
from ..help import open_help
from ..resources import icon, metadata
from ..translation import phrase, sentence, tr
from .environment_tasks import UNASKED

BUSY, WARNING, SUCCESS = "/mIconInfo.svg", "/mIconWarning.svg", "/mIconSuccess.svg"


class TryTask(QgsTask):
    """Has the compute process load weights into their network, which their header alone does not promise to work."""

    # Gets this task.
    done = pyqtSignal(object)

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(tr("Trying weights"), UNASKED)
        self.path = path
        self.name = name
        self.error: SarCloudRemovalError | None = None

    def run(self) -> bool:
        try:
            interpreter = settings.interpreter()
            request = DescribeModel(str(self.path))
            shared_client().run(request, interpreter, lambda event: None, self.isCanceled)
        except SarCloudRemovalError as error:
            self.error = error
        except Exception as error:
            self.error = BadWeights(path=self.path, detail=f"{type(error).__name__}: {error}")
        return self.error is None

    def finished(self, result: bool) -> None:
        if not result and self.error is None:
            self.error = Cancelled()
        self.done.emit(self)


class WeightsDialog(QDialog):
    """A list of weights, and beside it what is known of the chosen one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("SAR Cloud Removal: network weights"))
        self.setWindowIcon(icon())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1100, 640)
        self._task: TryTask | None = None
        self._build()
        self.refresh()

    # --- Looks ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        introduction = QLabel(
            tr(
                "The networks that «Remove clouds» and «Adapt network to scene» offer by name. "
                "The default is what their dialogs propose."
            )
        )
        introduction.setWordWrap(True)
        layout.addWidget(introduction)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._list())
        splitter.addWidget(self._card())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([510, 590])
        layout.addWidget(splitter, 1)
        layout.addLayout(self._status())
        layout.addLayout(self._buttons())

    def _list(self) -> QTreeWidget:
        self.tree = QTreeWidget()
        self.tree.setObjectName("weights")
        self.tree.setRootIsDecorated(False)
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setHeaderLabels([tr("Name"), tr("Network"), tr("Parameters"), tr("Size")])
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(lambda item, before: self._show())
        return self.tree

    def _card(self) -> QTextBrowser:
        self.card = QTextBrowser()
        self.card.setObjectName("card")
        self.card.setOpenLinks(False)
        self.card.document().setDocumentMargin(12)
        self.card.anchorClicked.connect(self._open_link)
        return self.card

    def _status(self) -> QHBoxLayout:
        self.status_icon = QLabel()
        self.status_icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.status = QLabel()
        self.status.setObjectName("status")
        self.status.setWordWrap(True)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.addWidget(self.status_icon)
        row.addWidget(self.status, 1)
        self.status_icon.hide()
        self.status.hide()
        return row

    def _buttons(self) -> QHBoxLayout:
        self.add_button = _button(tr("Add…"), "add", self.choose_file)
        self.delete_button = _button(tr("Delete…"), "delete", self.delete)
        self.default_button = _button(tr("Set as default"), "setDefault", self.set_default)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Help)
        close.rejected.connect(self.reject)
        close.helpRequested.connect(lambda: open_help("weights"))
        row = QHBoxLayout()
        for button in (self.add_button, self.delete_button, self.default_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    # --- What there is ----------------------------------------------------------------------------------------------

    def refresh(self, name: str = "") -> None:
        """Read what there is, and choose the weights called `name`, else those that were chosen."""
        chosen = self.chosen()
        name = name or (chosen.name if chosen else "")
        shipped, own = weights.shipped(), weights.own()
        default = weights.proposed()
        if default == weights.DEFAULT and shipped:
            default = shipped[0].name
        self.tree.clear()
        for title, group in ((tr("Come with the plugin"), shipped), (tr("Your own"), own)):
            self._add_group(title, group, default)
        items = [item for item in self._items() if item.data(0, Qt.ItemDataRole.UserRole).name == name]
        if items or self._items():
            self.tree.setCurrentItem((items or self._items())[0])
        self._show()

    def _add_group(self, title: str, group: list[weights.Weights], default: str) -> None:
        top = QTreeWidgetItem(self.tree, [title])
        top.setFirstColumnSpanned(True)
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        top.setExpanded(True)
        if not group:
            none = QTreeWidgetItem(top, [tr("none yet; Add… takes a .safetensors file")])
            none.setFirstColumnSpanned(True)
            none.setFlags(Qt.ItemFlag.NoItemFlags)
        for each in group:
            name = tr("{} (default)").format(each.name) if each.name == default else each.name
            item = QTreeWidgetItem(top, [name, each.architecture or "–", _millions(each.parameters), _size(each.size)])
            item.setData(0, Qt.ItemDataRole.UserRole, each)
            item.setToolTip(0, each.problem or str(each.path))
            for column in (2, 3):
                item.setTextAlignment(column, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
            if each.name == default:
                font = item.font(0)
                font.setBold(True)
                item.setFont(0, font)
            if each.problem:
                item.setIcon(0, QgsApplication.getThemeIcon(WARNING))

    def _items(self) -> list[QTreeWidgetItem]:
        tops = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        items = [top.child(row) for top in tops for row in range(top.childCount())]
        return [item for item in items if item.data(0, Qt.ItemDataRole.UserRole) is not None]

    def chosen(self) -> weights.Weights | None:
        """Return the weights that are chosen in the list."""
        item = self.tree.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None

    def _show(self) -> None:
        chosen = self.chosen()
        self.delete_button.setEnabled(chosen is not None and chosen.own)
        self.default_button.setEnabled(chosen is not None and not chosen.problem)
        self.card.setMarkdown(described(chosen) if chosen is not None else "")
        dress_tables(self.card)

    def _open_link(self, url: QUrl) -> None:
        """Open a link of a card; one without a host is of a file of the plugin's repository."""
        if url.isRelative():
            path = url.path().replace("../", "")
            url = QUrl(f"{metadata('repository')}/blob/main/{path}")
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)

    # --- Adding, deleting, choosing ---------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file and its name, and add it."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose weights"), "", tr("Weights") + f" (*{weights.SUFFIX})")
        if not path:
            return
        try:
            weights.read(Path(path))
        except SarCloudRemovalError as error:
            self._say(WARNING, sentence(error))
            return
        name, agreed = QInputDialog.getText(
            self, tr("Add weights"), tr("Name in the lists:"), QLineEdit.EchoMode.Normal, Path(path).stem
        )
        if agreed:
            self.add(Path(path), name)

    def add(self, path: Path, name: str) -> None:
        """Add the file to the user's own under `name`, once the compute process has loaded it."""
        try:
            weights.read(path)
            weights.check_name(name)
        except SarCloudRemovalError as error:
            self._say(WARNING, sentence(error))
            return
        self._say(BUSY, tr("Loading the weights into their network, to see whether they fit…"))
        self.add_button.setEnabled(False)
        self._task = TryTask(path, name)
        self._task.done.connect(self._tried)
        QgsApplication.taskManager().addTask(self._task)

    def _tried(self, task: TryTask) -> None:
        if task is not self._task:
            return
        self._task = None
        self.add_button.setEnabled(True)
        untried = isinstance(task.error, ComputeError)
        if task.error is not None and not untried:
            self._say(WARNING, sentence(task.error))
            return
        try:
            added = weights.add(task.path, task.name)
        except SarCloudRemovalError as error:
            self._say(WARNING, sentence(error))
            return
        except OSError as error:
            self._say(WARNING, tr("«{name}» cannot be added: {problem}.").format(name=task.name, problem=error))
            return
        self.refresh(added.name)
        if untried:
            text = tr("«{}» was added, but not tried, as there is no compute environment that works.")
            self._say(WARNING, text.format(added.name))
        else:
            self._say(SUCCESS, tr("«{}» was added. The algorithms' dialogs list it from now on.").format(added.name))

    def delete(self) -> None:
        """Delete the chosen weights, after a question."""
        chosen = self.chosen()
        if chosen is None or not chosen.own:
            return
        question = tr("Delete «{name}», {size}? Models and scripts that name it stop working.")
        box = QMessageBox(
            QMessageBox.Icon.Question,
            tr("Delete weights"),
            question.format(name=chosen.name, size=_size(chosen.size)),
            QMessageBox.StandardButton.Cancel,
            self,
        )
        agree = box.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is agree:
            self._delete(chosen)

    def _delete(self, chosen: weights.Weights) -> None:
        try:
            weights.delete(chosen)
        except OSError as error:
            self._say(WARNING, tr("«{name}» cannot be deleted: {problem}.").format(name=chosen.name, problem=error))
            return
        self.refresh()
        self._say(SUCCESS, tr("«{}» was deleted.").format(chosen.name))

    def set_default(self) -> None:
        """Let the dialogs propose the chosen weights from now on."""
        chosen = self.chosen()
        kept = settings.Settings.load()
        shipped = weights.shipped()
        # The first of those that ship, whichever that is in later versions.
        kept.model = weights.DEFAULT if shipped and chosen.name == shipped[0].name else chosen.name
        kept.save()
        self.refresh(chosen.name)
        self._say(SUCCESS, tr("«{}» is what the algorithms' dialogs propose from now on.").format(chosen.name))

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.done.disconnect(self._tried)
            self._task.cancel()
            self._task = None
        super().done(result)

    def _say(self, theme_icon: str, text: str) -> None:
        self.status_icon.setPixmap(QgsApplication.getThemeIcon(theme_icon).pixmap(20, 20))
        self.status.setText(f"<b>{html.escape(text, quote=False)}</b>")
        self.status_icon.show()
        self.status.show()


# --- What is said of weights ----------------------------------------------------------------------------------------


def described(chosen: weights.Weights) -> str:
    """Return in Markdown what the file says of itself, and its model card."""
    if chosen.problem:
        return f"# {_plain(chosen.name)}\n\n{tr('These weights cannot be used:')} {_plain(chosen.problem)}.\n"
    parts = [f"# {_plain(chosen.name)}", _plain(tr(chosen.summary)), _table(_facts(chosen)), _scores(chosen.provenance)]
    card = _read_card(chosen.card)
    if card:
        parts += ["---", card]
    return "\n\n".join(part for part in parts if part)


def dress_tables(browser: QTextBrowser) -> None:
    """Draw tables with thin lines, and without the empty head that Markdown asks of them."""
    line = browser.palette().color(QPalette.ColorRole.Mid)
    for frame in browser.document().rootFrame().childFrames():
        if not isinstance(frame, QTextTable):
            continue
        head = [frame.cellAt(0, column) for column in range(frame.columns())]
        if all(cell.firstCursorPosition() == cell.lastCursorPosition() for cell in head):
            frame.removeRows(0, 1)
        looks = frame.format()
        looks.setBorderCollapse(True)
        looks.setBorder(1)
        looks.setBorderBrush(line)
        looks.setCellPadding(4)
        looks.setCellSpacing(0)
        frame.setFormat(looks)


def _facts(chosen: weights.Weights) -> list[tuple[str, str]]:
    provenance = chosen.provenance
    facts = [
        (tr("Network"), chosen.architecture),
        (tr("Parameters"), _millions(chosen.parameters)),
        (tr("File"), f"{chosen.path.name}, {_size(chosen.size)}"),
        (tr("Tile"), tr("{} pixels").format(provenance["tile"]) if provenance.get("tile") else ""),
        (tr("Trained on"), _trained_on(provenance)),
        (tr("Held out"), ", ".join(map(str, provenance.get("held_out_places") or ()))),
        (tr("Finished"), str(provenance.get("finished", ""))),
        (tr("Adapted"), _adapted(provenance.get("adaptation"))),
        (tr("Licence"), str(provenance.get("licence") or provenance.get("license") or "")),
        (tr("Attribution"), str(provenance.get("attribution", ""))),
    ]
    return [(title, text) for title, text in facts if text]


def _trained_on(provenance: dict) -> str:
    scenes, places = provenance.get("scenes") or (), provenance.get("places") or ()
    return tr("{scenes} scenes of {places} places").format(scenes=len(scenes), places=len(places)) if scenes else ""


def _adapted(adaptation: dict | None) -> str:
    if not adaptation:
        return ""
    layers = ", ".join(map(str, adaptation.get("layers") or ()))
    return f"{layers}. {phrase(str(adaptation.get('sentence', '')))}"


def _scores(provenance: dict) -> str:
    """Return the scores on what was held out, as a table."""
    scores = provenance.get("held_out_scores")
    if not isinstance(scores, dict) or not scores:
        return ""
    rows = [f"## {tr('Scores on held-out scenes')}", ""]
    rows += [f"| {tr('Scene')} | PSNR (dB) | SSIM (×100) | MAE (×100) | SAM (°) |", "|---|---|---|---|---|"]
    for name, values in scores.items():
        numbers = [values.get(key) for key in ("psnr", "ssim", "mae", "sam")]
        cells = ["–" if number is None else f"{number:.2f}" for number in numbers]
        rows.append(f"| {_plain(str(name))} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _table(facts: list[tuple[str, str]]) -> str:
    rows = ["| | |", "|---|---|", *(f"| {_plain(title)} | {_plain(text)} |" for title, text in facts)]
    return "\n".join(rows)


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


def _read_card(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    first, _, rest = text.partition("\n")
    # Its title is the name that stands above already.
    return rest.strip() if first.startswith("# ") else text.strip()


def _millions(count: int) -> str:
    if not count:
        return "–"
    return tr("{:.2f} million").format(count / 1e6) if count >= 100_000 else f"{count}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


def _button(text: str, name: str, slot) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: slot())
    return button
