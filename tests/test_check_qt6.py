"""What Qt 6 does not have is found, and what it has is let through."""

from __future__ import annotations

import ast
import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STUBS = ROOT / "build" / "qt"
spec = importlib.util.spec_from_file_location("check_qt6", ROOT / "tests" / "tools" / "check_qt6.py")
check_qt6 = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_qt6)

IMPORTS = """
from qgis.PyQt.QtCore import Qt, QVariant
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QMessageBox
"""


@pytest.fixture(scope="module")
def bindings():
    if not STUBS.exists():
        pytest.skip("make build/qt.stamp brings PyQt's stubs")
    return check_qt6.Binding(STUBS / "PyQt5"), check_qt6.Binding(STUBS / "PyQt6")


def found(code: str, bindings) -> list[str]:
    return [line.split(": ", 1)[1] for line in check_qt6.problems(ast.parse(IMPORTS + code), *bindings)]


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("from PyQt5.QtCore import QUrl", "from PyQt5.QtCore import …: take it from qgis.PyQt"),
        ("import PyQt5.QtCore", "import PyQt5.QtCore"),
        ("from qgis.PyQt.QtCore import QRegExp", "QtCore.QRegExp"),
        ("from qgis.PyQt.QtWidgets import QDesktopWidget", "QtWidgets.QDesktopWidget"),
        ("a = Qt.AlignLeft", "Qt.AlignLeft"),
        ("a = QMessageBox.Yes | QMessageBox.StandardButton.No", "QMessageBox.Yes"),
        ("a = QMessageBox.Icon.Nothing", "QMessageBox.Icon.Nothing"),
        # Of a base class.
        ("a = QMessageBox.Accepted", "QMessageBox.Accepted"),
        ("QVariant(QVariant.Int)", "QVariant.Int"),
        ("QApplication.desktop()", "QApplication.desktop"),
        ("box.exec_()", ".exec_"),
        ("self.view.page().exec_()", ".exec_"),
    ],
)
def test_what_only_qt5_has_is_found(code: str, named: str, bindings) -> None:
    assert found(code, bindings) == [f"{named} is not in Qt 6"]


@pytest.mark.parametrize(
    "code",
    [
        "a = Qt.AlignmentFlag.AlignLeft | Qt.Orientation.Horizontal",
        "a = QMessageBox.StandardButton.Yes, QMessageBox.Icon.Warning",
        "a = QMessageBox.DialogCode.Accepted",
        "box.exec(); QApplication.instance().thread(); QAction.setText",
        "QApplication.primaryScreen().grabWindow(0).save('x.png')",
        "QgsMessageLog.logMessage('x'); Qgis.DataType.Float32; os.getpid(); process.pid",
        "import platform\nplatform.machine()",
    ],
)
def test_what_qt6_has_passes(code: str, bindings) -> None:
    assert found(code, bindings) == []


def test_a_name_of_the_plugins_own_passes(bindings) -> None:
    tree = ast.parse("def exec_(self): pass\nself.exec_()")
    assert check_qt6.problems(tree, *bindings) != []
    assert check_qt6.problems(tree, *bindings, check_qt6.own_names([tree])) == []


def test_a_bad_line_in_the_plugin_fails_the_check(bindings, tmp_path: Path, capsys) -> None:
    plugin = tmp_path / "plugin"
    shutil.copytree(ROOT / "plugin", plugin)
    assert check_qt6.main([str(STUBS), str(plugin)]) == 0
    dialog = plugin / "gui" / "environment_dialog.py"
    text = dialog.read_text(encoding="utf-8")
    assert "Qt.AlignmentFlag.AlignLeft" in text
    dialog.write_text(text.replace("Qt.AlignmentFlag.AlignLeft", "Qt.AlignLeft"), encoding="utf-8")
    assert check_qt6.main([str(STUBS), str(plugin)]) == 1
    assert "Qt.AlignLeft is not in Qt 6" in capsys.readouterr().err
