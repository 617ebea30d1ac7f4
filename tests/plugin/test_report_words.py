"""The report's sentences: what the compute process says is what the translators see."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from sar_cloud_removal.plugin.report_words import report_words

MODEL = Path(__file__).parents[2] / "model"
REPORT = MODEL / "report.py"
# What says how the numbers become reflectance, and what it says in errors only.
SCALING = {"find_s2_scaling", "_find_scale", "_find_offset", "_told_offset"}
OF_ERRORS = {"it has to be greater than 0", "it has to be a number"}
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


def found_out():
    """Return the forms of what `find_s2_scaling` says in bands.py, and of the notes in evaluate.py."""
    sys.path.insert(0, str(MODEL.parent / "tests" / "tools"))
    try:
        from translations import _phrases
    finally:
        sys.path.pop(0)
    forms = set()
    for node in ast.walk(ast.parse((MODEL / "bands.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name in SCALING:
            forms.update(_phrases(node))
    for node in ast.walk(ast.parse((MODEL / "evaluate.py").read_text(encoding="utf-8"))):
        if (isinstance(node, ast.Call) and ast.unparse(node.func) == "self.warnings.append") or (
            isinstance(node, ast.FunctionDef) and node.name == "_same_pixels"
        ):
            forms.update(_phrases(node))
    return forms - OF_ERRORS


def test_all_sentences_of_the_report_can_be_translated():
    assert len(said()) > 60 and len(found_out()) > 20
    assert set(report_words()) == said() | found_out()


def test_they_are_said_in_the_users_language(monkeypatch):
    from sar_cloud_removal.plugin import translation

    monkeypatch.setattr(translation, "tr", str.upper)
    assert report_words()["Cloudy input"] == "CLOUDY INPUT"
