"""Every sentence that a user sees goes through here.

English is in the code. A translation is a file i18n/sar_cloud_removal_LOCALE.qm, made from the .ts beside it. What the
compute process says is English too; it is known again by its form, which i18n/phrases.json lists.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from ..model.errors import SarCloudRemovalError
from ..model.phrases import Phrasebook

CONTEXT = "SarCloudRemoval"
FOLDER = Path(__file__).resolve().parents[1] / "i18n"
STEM = "sar_cloud_removal_"

_translator: QTranslator | None = None
_language = "en"


# --- The language ---------------------------------------------------------------------------------------------------


def install_translator(locale: str | None = None) -> None:
    """Speak the language of QGIS from now on, or that of `locale`; English where there is no translation."""
    global _translator, _language
    remove_translator()
    path = translation_for(locale if locale is not None else QgsApplication.locale())
    translator = QTranslator()
    if path is not None and translator.load(str(path)):
        _translator, _language = translator, path.stem[len(STEM) :]
        QCoreApplication.installTranslator(translator)


def remove_translator() -> None:
    """Speak English again."""
    global _translator, _language
    if _translator is not None:
        QCoreApplication.removeTranslator(_translator)
    _translator, _language = None, "en"
    _phrasebook.cache_clear()


def language() -> str:
    """Return the locale of the translation in use, such as "zh_CN"; "en" without one."""
    return _language


def translation_for(locale: str) -> Path | None:
    """Return the translation for `locale`, else one for another country or script of its language, else `None`.

    QGIS calls its languages "zh-Hans", the operating system "zh_CN", and in between there is "zh".
    """
    wanted = locale.replace("-", "_")
    found = {path.stem[len(STEM) :]: path for path in sorted(FOLDER.glob(f"{STEM}*.qm"))}
    near = [name for name in found if name.split("_")[0] == wanted.split("_")[0]]
    return found.get(wanted) or (found[near[0]] if near else None)


# --- Texts ----------------------------------------------------------------------------------------------------------


def tr(text: str) -> str:
    """Return `text` in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def sentence(error: SarCloudRemovalError) -> str:
    """Return what `error` says in the user's language; its template is the text that is translated."""
    values = dict(error.values)
    if isinstance(values.get("detail"), str):
        values["detail"] = phrase(values["detail"])
    # What names an option or a file in the words of the program.
    for name in ("option", "role"):
        if isinstance(values.get(name), str):
            values[name] = tr(values[name])
    return tr(type(error).template).format(**values)


def phrase(text: str) -> str:
    """Return what the compute process said in the user's language, as it is where its form is not known.

    An English sentence such as «Tile 3 of 20» is matched with the forms that were found in the code.
    """
    if _translator is None or not text:
        return text
    return _phrasebook().say(text)


@lru_cache(maxsize=1)
def _phrasebook() -> Phrasebook:
    try:
        forms = json.loads((FOLDER / "phrases.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        forms = []
    return Phrasebook(forms, tr)
