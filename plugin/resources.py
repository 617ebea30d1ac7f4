"""Where the plugin's own files are."""

from __future__ import annotations

import configparser
import json
from pathlib import Path

from qgis.PyQt.QtGui import QIcon

ROOT = Path(__file__).resolve().parents[1]
ICON = ROOT / "resources" / "icons" / "icon.svg"
INSPECT_ICON = ROOT / "resources" / "icons" / "inspect.svg"
COMPARE_ICON = ROOT / "resources" / "icons" / "compare.svg"
DIVIDER_ICON = ROOT / "resources" / "icons" / "divider.svg"
FLICKER_ICON = ROOT / "resources" / "icons" / "flicker.svg"
STYLES = ROOT / "resources" / "styles"
MODELS = ROOT / "resources" / "models"
# The sample scene with a clear date, and the one without, which is hard.
SAMPLES = tuple(ROOT / "resources" / "sample" / name for name in ("fields.qgs", "sample.qgs"))
HELP = ROOT / "resources" / "help"
WEIGHTS = ROOT / "model" / "weights" / "index.json"


def icon() -> QIcon:
    return QIcon(str(ICON))


def metadata(key: str) -> str:
    """Return one value of metadata.txt, such as the version or the homepage."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser["general"][key]


def shipped_models() -> dict[str, str]:
    """Return the names of the models that ship with the plugin, each with its summary.

    The first is "default", which stays whatever ships, so that a saved model or script does not go stale.
    """
    try:
        listed = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        models = {entry["name"]: entry.get("summary", "") for entry in listed}
    except (OSError, ValueError, KeyError, TypeError):
        models = {}
    return {"default": "", **models}
