"""The report's sentences: what the compute process says is what the translators see."""

from __future__ import annotations

import ast
from pathlib import Path

from sar_cloud_removal.plugin.report_words import report_words

REPORT = Path(__file__).parents[2] / "model" / "report.py"
TABLES = {"PART_LABELS", "KIND_LABELS", "KIND_REMARKS", "ROLE_LABELS", "FIGURE_REMARKS"}


def said():
    """Return what `model/report.py` says: literals given to `say`, and those of its tables."""
    found = set()
    for node in ast.walk(ast.parse(REPORT.read_text(encoding="utf-8"))):
        if is_named(node) and node.targets[0].id in TABLES:
            found.update(value.value for value in node.value.values)
        elif is_named(node) and node.targets[0].id == "FIGURES":
            found.update(row.elts[1].value for row in node.value.elts)
        elif isinstance(node, ast.Call) and says(node.func) and isinstance(node.args[0], ast.Constant):
            found.add(node.args[0].value)
    return found


def is_named(node):
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)


def says(function):
    """Whether a function is `say`, `self._say`, or one of their `plain`."""
    if isinstance(function, ast.Attribute) and function.attr == "plain":
        function = function.value
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in ("say", "_say")


def test_all_sentences_of_the_report_can_be_translated():
    assert len(said()) > 60
    assert set(report_words()) == said()


def test_they_are_said_in_the_users_language(monkeypatch):
    from sar_cloud_removal.plugin import translation

    monkeypatch.setattr(translation, "tr", str.upper)
    assert report_words()["Cloudy input"] == "CLOUDY INPUT"
