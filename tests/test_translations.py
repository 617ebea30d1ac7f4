"""Everything that a user reads is translated, completely and with the fields of the original."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "tests" / "tools" / "translations.py"
spec = importlib.util.spec_from_file_location("translations_tool", TOOL)
translations = importlib.util.module_from_spec(spec)
# Its dataclasses look their module up.
sys.modules[spec.name] = translations
spec.loader.exec_module(translations)

# Calls that show their text, with the positions of the arguments that are shown; all keywords named below are too.
SHOWING = {
    "QAction": (0, 1), "QLabel": (0,), "QPushButton": (0,), "QToolButton": (), "QCheckBox": (0,), "QRadioButton": (0,),
    "QGroupBox": (0,), "QDockWidget": (0,), "QgsDockWidget": (0,), "QMenu": (0,), "QProgressDialog": (0, 1),
    "setText": (0,), "setWindowTitle": (0,), "setTitle": (0,), "setToolTip": (0,), "setStatusTip": (0,),
    "setWhatsThis": (0,), "setPlaceholderText": (0,), "setDialogTitle": (0,), "setLabelText": (0,), "setSuffix": (0,),
    "setPrefix": (0,), "setSpecialValueText": (0,), "setHelp": (0,), "setFilter": (0,), "setFileFilter": (0,),
    "setHeaderLabels": (0,), "setHorizontalHeaderLabels": (0,), "setHtml": (0,), "setPlainText": (0,),
    "appendPlainText": (0,), "setAccessibleName": (0,), "setButtonText": (1,), "setTabText": (1,),
    "addItem": (0, 1), "addItems": (0,), "addTab": (1,), "addAction": (0, 1), "addMenu": (0,), "addRow": (0,),
    "addButton": (0,), "addWidget": (), "showMessage": (0,), "pushMessage": (0, 1), "createMessage": (0, 1),
    "pushInfo": (0, 1), "pushWarning": (0, 1), "pushSuccess": (0, 1), "pushCritical": (0, 1),
    "setProgressText": (0,), "reportError": (0,), "QgsProcessingException": (0,),
    "information": (1, 2), "warning": (1, 2), "critical": (1, 2), "question": (1, 2), "about": (1, 2),
    "getOpenFileName": (1, 3), "getSaveFileName": (1, 3), "getExistingDirectory": (1,), "getText": (1, 2),
    "number": (1,), "choice": (1,), "_action": (1,), "_text": (0,), "_say": (1,),
}  # fmt: skip
SHOWN_KEYWORDS = {"text", "title", "toolTip", "statusTip", "label", "caption", "description", "placeholderText"}
# Constructors of Processing's parameters and outputs: name, description.
PARAMETER = re.compile(r"^QgsProcessing(Parameter|Output|Destination)\w+$")
DESTINATION = {"destination", "QgsTask"}
# Methods of which what they return is shown.
RETURNING = {"displayName", "shortDescription", "shortHelpString", "group"}
# Proper names and signs that are the same in every language.
ALLOWED = {"SAR Cloud Removal"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small package with one text of each kind, translated."""
    files = {
        "plugin/gui/window.py": 'tr("Open {count} layers")\n',
        "plugin/compute/client.py": 'on_event(Log(f"Waiting for {name} to end."))\n',
        "model/errors.py": 'class NoLayer(Exception):\n    template = "There is no «{layer}»: {detail}."\n',
        "model/scene.py": 'raise NoLayer(layer=1, detail=f"it has {len(self.bands)} bands")\n',
        "model/cli.py": 'print("only a shell says this to anybody")\n',
        "model/weights/index.json": '[{"name": "a", "file": "b", "summary": "The network."}]',
        "resources/styles/a.qml": '<qgis><paletteEntry value="0" label="kept"/></qgis>',
        "resources/models/a.model3": (
            '<Option><Option name="model_name" value="One, then two"/><Option name="help">'
            '<Option name="ALG_DESC" value="Does both."/><Option name="ALG_CREATOR" value="Somebody"/></Option>'
            '<Option name="parameterDefinitions"><Option name="first"><Option name="description" value="First layer"/>'
            '<Option name="default" value="no word"/></Option></Option></Option>'
        ),
        "metadata.txt": "[general]\nname=Tool\ndescription=What it does\nabout=One\n    two\ntags=a,b\nversion=1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    wanted = {
        "Open {count} layers": "打开 {count} 个图层",
        "Waiting for {name} to end.": "正在等待 {name} 结束。",
        "There is no «{layer}»: {detail}.": "没有“{layer}”：{detail}。",
        "it has {bands} bands": "它有 {bands} 个波段",
        "The network.": "网络。",
        "kept": "保留",
        "One, then two": "先一后二",
        "Does both.": "两者都做。",
        "First layer": "第一图层",
        "Tool": "工具",
        "What it does": "用途",
        "One\ntwo": "一\n二",
        "a,b": "甲,乙",
    }
    assert translations.fill(wanted, "zh_CN", tmp_path) == []
    return tmp_path


def test_everything_is_translated() -> None:
    assert translations.problems() == []


def test_nothing_obsolete_is_kept_for_long() -> None:
    vanished = [m for m in translations.read_ts(translations.ts_path("zh_CN")).values() if m.kind == "vanished"]
    assert len(vanished) < 30


def test_all_kinds_of_texts_are_found(checkout: Path) -> None:
    texts = translations.extract(checkout)
    assert len(texts) == 13
    assert texts["kept"].files == ["resources/styles/a.qml"]
    said = {"Waiting for {name} to end.", "There is no «{layer}»: {detail}.", "it has {bands} bands"}
    assert set(translations.phrases(texts)) == said
    assert translations.problems(checkout) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("plugin/gui/window.py", "Open", "Close", "missing"),
        ("plugin/compute/client.py", "Waiting", "Looking", "missing"),
        ("model/errors.py", "There is no", "I lack", "missing"),
        ("model/scene.py", "it has", "there are", "missing"),
        ("model/weights/index.json", "The network.", "Another network.", "missing"),
        ("resources/styles/a.qml", "kept", "kept back", "missing"),
        ("resources/models/a.model3", "Does both.", "Does it.", "missing"),
        ("metadata.txt", "What it does", "What it did", "missing"),
        ("metadata.txt", "用途", "别的", "metadata.txt"),
        ("plugin/gui/window.py", 'tr("Open {count} layers")', "", "no longer in the code"),
        ("i18n/sar_cloud_removal_zh_CN.ts", "打开 {count} 个", "打开 {number} 个", "placeholders"),
        ("i18n/sar_cloud_removal_zh_CN.ts", "打开 {count} 个", "打开这些", "placeholders"),
        ("i18n/sar_cloud_removal_zh_CN.ts", "保留", "", "not translated"),
        (
            "i18n/sar_cloud_removal_zh_CN.ts",
            "<translation>保留",
            '<translation type="unfinished">保留',
            "not translated",
        ),
        ("i18n/sar_cloud_removal_zh_CN.ts", "保留", "&lt;b&gt;保留", "other tags"),
    ],
)
def test_what_is_wrong_is_told(checkout: Path, file: str, old: str, new: str, complaint: str) -> None:
    path = checkout / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(complaint in problem for problem in translations.problems(checkout))


def test_a_changed_text_keeps_its_translation_to_be_looked_at(checkout: Path) -> None:
    window = checkout / "plugin/gui/window.py"
    window.write_text('tr("Open all {count} layers")\n')
    translations.update(checkout)
    assert translations.todo("zh_CN", checkout) == {"Open all {count} layers": "打开 {count} 个图层"}
    messages = translations.read_ts(translations.ts_path("zh_CN", checkout))
    assert messages["Open {count} layers"].kind == "vanished"
    window.write_text('tr("Open {count} layers")\n')
    translations.update(checkout)
    assert translations.todo("zh_CN", checkout) == {}
    assert translations.problems(checkout) == []


def test_updating_twice_changes_nothing(checkout: Path) -> None:
    files = [translations.ts_path("zh_CN", checkout), checkout / "metadata.txt"]
    before = [path.read_bytes() for path in files]
    translations.update(checkout)
    assert [path.read_bytes() for path in files] == before
    assert "about[zh_CN]=一\n    二\n" in files[1].read_text(encoding="utf-8")


def test_what_is_compiled_is_what_qgis_loads(tmp_path: Path) -> None:
    names = [path.name for path in translations.compile_all(tmp_path)]
    assert names == ["sar_cloud_removal_zh_CN.qm", "phrases.json"]
    assert (tmp_path / names[0]).read_bytes()[:4] == b"\x3c\xb8\x64\x18"
    assert "Tile {done} of {grid}" in json.loads((tmp_path / "phrases.json").read_text(encoding="utf-8"))


# --- Nothing is shown that did not go through tr --------------------------------------------------------------------


def untranslated(tree: ast.Module) -> list[str]:
    """Return the literals that are shown as they stand, each with its line."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.extend((part.lineno, text) for part in _shown(node) for text in _words(part))
        elif isinstance(node, ast.FunctionDef) and node.name in RETURNING:
            returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
            found.extend((part.lineno, text) for part in returned for text in _words(part))
    return [f"{line}: {text!r}" for line, text in sorted(set(found)) if text not in ALLOWED]


def _shown(call: ast.Call) -> list[ast.expr]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if PARAMETER.match(name) or name in DESTINATION:
        positions: tuple = (0,) if name == "QgsTask" else (1,)
    elif name == "__init__" and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        # super().__init__("…") of a widget or a task
        positions = (0,)
    elif name in SHOWING:
        positions = SHOWING[name]
    else:
        return []
    keywords = [keyword.value for keyword in call.keywords if keyword.arg in SHOWN_KEYWORDS]
    return [call.args[index] for index in positions if index < len(call.args)] + keywords


def _words(expression: ast.expr) -> list[str]:
    """Return the literal words in an expression that are not inside of a call, such as `tr("…")`."""
    if isinstance(expression, ast.Constant):
        text = re.sub(r"</?\w+[^>]*>|&\w+;", "", expression.value) if isinstance(expression.value, str) else ""
        return [expression.value] if re.search(r"[A-Za-z]{3,}", text) and not _is_a_name(text) else []
    if isinstance(expression, ast.JoinedStr):
        return [text for part in expression.values if isinstance(part, ast.Constant) for text in _words(part)]
    if isinstance(expression, ast.BinOp):
        return _words(expression.left) + _words(expression.right)
    if isinstance(expression, ast.IfExp):
        return _words(expression.body) + _words(expression.orelse)
    if isinstance(expression, (ast.List, ast.Tuple)):
        return [text for element in expression.elts for text in _words(element)]
    if isinstance(expression, ast.Call) and getattr(expression.func, "attr", "") in ("format", "join"):
        return _words(expression.func.value) + [text for argument in expression.args for text in _words(argument)]
    return []


def _is_a_name(text: str) -> bool:
    """Whether it is an identifier, a file pattern, or a technical name that no language changes."""
    if re.fullmatch(r" ?\(([\w*]*\.\w+ ?)+\)(;;)?", text):
        return True
    return bool(re.fullmatch(r"\w*\.\w+|\w*_\w*|[a-z]+([A-Z]\w*)+|[A-Z0-9]+|\s*Python\s*", text))


# What plugin/compute says is a phrase: it knows no Qt, and is translated where it is shown.
WITH_QT = [path for path in sorted((ROOT / "plugin").rglob("*.py")) if path.parent.name != "compute"]


@pytest.mark.parametrize("path", WITH_QT, ids=lambda path: path.stem)
def test_nothing_is_shown_without_tr(path: Path) -> None:
    assert untranslated(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        'QLabel("Ready now")',
        'self.status.setText(f"<b>{count} layers</b>")',
        'box.addItem("Best quality")',
        'feedback.pushInfo("Done with " + name)',
        'QgsProcessingParameterNumber(self.TILE, "Tile size")',
        'self.bar.pushMessage(tr("Title"), "Nothing was found")',
        'QAction(icon, "Compare layers", window)',
        'self._action(icon(), "Compare layers…", self.compare)',
        'QMessageBox.warning(self, tr("Title"), "It failed: {}".format(error))',
        'form.addRow("Folder" if one else tr("Folders"), field)',
        'def displayName(self):\n    return "Remove clouds"',
        'super().__init__("Looking around", flags)',
        'dialog.setWindowTitle(title="Weights manager")',
    ],
)
def test_a_literal_without_tr_is_found(line: str) -> None:
    assert untranslated(ast.parse(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        'QLabel(tr("Ready now"))',
        'self.status.setText("<b>" + tr("Ready") + "</b>")',
        'self.python.setText(f"Python {version}, {path}")',
        'box.addItem("{} ({})".format(name, what))',
        'QgsProcessingParameterNumber(self.TILE, tr("Tile size"))',
        'file.setFilter(tr("Weights") + " (*.safetensors)")',
        'file.setFilter(tr("Products") + " (*.zip MTD_*.xml *.SAFE);;" + tr("All files") + " (*.*)")',
    ],
)
def test_what_is_right_is_let_through(line: str) -> None:
    assert untranslated(ast.parse(line)) == []


# --- The README -----------------------------------------------------------------------------------------------------


def readme_facts(name: str) -> dict:
    """Return what a translation leaves as it is: levels of headings, commands, figures of tables, pictures."""
    text = (ROOT / name).read_text(encoding="utf-8")
    code = re.findall(r"^```.*?^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    in_one_line = re.sub(r"\s*\n\s*", " ", prose)
    rows = [line for line in prose.splitlines() if line.startswith("|")]
    return {
        "headings": re.findall(r"^#+(?= )", prose, re.MULTILINE),
        "code": code,
        "rows": len(rows),
        "figures": [re.findall(r"\d+\.\d+", row) for row in rows],
        "pictures": re.findall(r"!\[[^\]]*\]\(([^)]*)\)", prose),
        "commands": sorted(re.findall(r"`(?:make|python|sar-cloud-removal|pip)[^`]*`", in_one_line)),
    }


@pytest.mark.parametrize("fact", ["headings", "code", "rows", "figures", "pictures", "commands"])
def test_readme_in_chinese_says_the_same(fact: str) -> None:
    assert readme_facts("README.zh.md")[fact] == readme_facts("README.md")[fact]


def test_readmes_name_each_other() -> None:
    assert "(README.zh.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(README.md)" in (ROOT / "README.zh.md").read_text(encoding="utf-8")
