"""Every sentence that a user sees goes through here."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

from ..model.errors import SarCloudRemovalError

CONTEXT = "SarCloudRemoval"


def tr(text: str) -> str:
    """Return `text` in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def sentence(error: SarCloudRemovalError) -> str:
    """Return what `error` says in the user's language; its template is the text that is translated."""
    return tr(type(error).template).format(**error.values)
