"""The help pages, which come along and need no network: resources/help/LANGUAGE/NAME.html."""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices

from .resources import HELP
from .translation import language

START = "index"


def help_page(name: str = START) -> QUrl:
    """Return the page called `name` in the user's language, else in English; the start page where there is none."""
    for page in (name, START):
        for folder in (language(), "en"):
            path = HELP / folder / f"{page}.html"
            if path.is_file():
                return QUrl.fromLocalFile(str(path))
    raise FileNotFoundError(HELP / "en" / f"{START}.html")


def open_help(name: str = START) -> None:
    """Show the page called `name` in the browser."""
    QDesktopServices.openUrl(help_page(name))
