"""The rules between rooms: who may import whom, and what breaks on another Qt."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGIN = sorted((ROOT / "plugin").rglob("*.py"))
MODEL = sorted((ROOT / "model").rglob("*.py"))
PACKAGE = [ROOT / "__init__.py", *PLUGIN, *MODEL]

QT_BINDINGS = {"PyQt5", "PyQt6", "PySide2", "PySide6"}
STANDARD_LIBRARY = {"model/errors.py", "model/phrases.py", "model/requests.py"}
# Light enough to be imported anywhere in model/, and by what must start fast.
NO_TORCH = STANDARD_LIBRARY | {"model/bands.py", "model/tiling.py", "model/raster.py", "model/metrics.py"}


def imports(tree: ast.AST, module_level: bool = False) -> set[str]:
    """Names imported in `tree`, relative ones with their dots: `..model.errors`; a bare `from .. import x` is `..x`."""
    found = set()
    nodes = list(tree.body) if module_level else [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found.update({base} if node.module else {base + alias.name for alias in node.names})
        if not (module_level and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))):
            nodes.extend(ast.iter_child_nodes(node))
    return found


def absolute(name: str, path: Path) -> str:
    """Return the dotted path from the root of the package for the import `name` written in `path`."""
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    package = list(path.relative_to(ROOT).parent.parts)
    assert level - 1 <= len(package), f"{path}: {name} leaves the package"
    return ".".join([*package[: len(package) - level + 1], name.lstrip(".")]).lstrip(".")


def top_levels(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names if not name.startswith(".")}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_reads_imports_as_python_does() -> None:
    tree = ast.parse(
        "import os.path\nfrom .. import model\nfrom ..model.errors import X\n"
        "if True:\n    import rasterio\ndef f():\n    import torch\nclass A:\n    import numpy\n"
    )
    assert imports(tree) == {"os.path", "..model", "..model.errors", "rasterio", "torch", "numpy"}
    assert imports(tree, module_level=True) == {"os.path", "..model", "..model.errors", "rasterio", "numpy"}
    here = ROOT / "plugin" / "gui" / "x.py"
    assert absolute("...model.errors", here) == "model.errors"
    assert absolute("..settings", here) == "plugin.settings"
    assert absolute(".dock", here) == "plugin.gui.dock"
    assert absolute("torch.nn", here) == "torch.nn"


@pytest.mark.parametrize("path", PACKAGE, ids=ids)
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    assert top_levels(imports(parsed(path))).isdisjoint({"sar_cloud_removal", "plugin", "model", "tests"})


@pytest.mark.parametrize("path", PACKAGE, ids=ids)
def test_annotations_are_not_evaluated(path: Path) -> None:
    """Python 3.9 reads `X | None` only so."""
    tree = parsed(path)
    if any(isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AnnAssign)) for node in ast.walk(tree)):
        assert "__future__" in imports(tree)


@pytest.mark.parametrize("path", PLUGIN, ids=ids)
def test_plugin_takes_only_requests_errors_and_phrases_from_model(path: Path) -> None:
    names = imports(parsed(path))
    from_model = {absolute(name, path) for name in names if name.startswith(".")}
    from_model = {name for name in from_model if name.split(".")[0] == "model"}
    assert from_model <= {"model.requests", "model.errors", "model.phrases"}
    assert top_levels(names).isdisjoint({"torch", "rasterio", "safetensors", "scipy", *QT_BINDINGS})
    assert "numpy" not in top_levels(imports(parsed(path), module_level=True))


@pytest.mark.parametrize("path", MODEL, ids=ids)
def test_model_knows_no_qgis(path: Path) -> None:
    names = imports(parsed(path))
    assert top_levels(names).isdisjoint({"qgis", "osgeo", "gdal", "processing", "pickle", *QT_BINDINGS})
    assert not any(absolute(name, path).split(".")[0] == "plugin" for name in names)
    if path.name != "raster.py":
        assert "rasterio" not in top_levels(names)


@pytest.mark.parametrize("path", MODEL, ids=ids)
def test_networks_stand_alone(path: Path) -> None:
    """Inside model/: worker and cli → reconstruct, training → networks, raster, tiling, bands."""
    if path.parent.name != "networks":
        return
    uses = {absolute(name, path) for name in imports(parsed(path)) if name.startswith(".")}
    assert all(name.startswith(("model.networks", "model.errors", "model.bands")) for name in uses), uses


@pytest.mark.parametrize("name", sorted(STANDARD_LIBRARY))
def test_what_both_sides_import_is_standard_library(name: str) -> None:
    path = ROOT / name
    names = imports(parsed(path))
    assert top_levels(names) <= set(sys.stdlib_module_names)
    relative = {absolute(each, path) for each in names if each.startswith(".")}
    assert relative <= {"model.errors"}


@pytest.mark.parametrize("name", sorted(name for name in NO_TORCH if (ROOT / name).exists()))
def test_no_torch_behind_light_modules(name: str) -> None:
    """Neither the file itself nor what it imports from the package at module level needs torch."""
    seen, queue = set(), [ROOT / name]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        tree = parsed(path)
        assert "torch" not in top_levels(imports(tree, module_level=path != ROOT / name)), f"{name} → {ids(path)}"
        queue.extend(files_behind(tree, path))


def files_behind(tree: ast.Module, path: Path) -> set[Path]:
    """Files of the package that run when the module is imported: modules, and packages on the way to them."""
    dotted = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = "." * node.level + (node.module or "")
            dotted.add(absolute(base, path))
            dotted.update(absolute(f"{base}{'.' if node.module else ''}{alias.name}", path) for alias in node.names)
    places = [ROOT.joinpath(*name.split(".")) for name in dotted if name]
    return {file for place in places for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()}


def test_the_package_itself_imports_nothing_heavy() -> None:
    tree = parsed(ROOT / "__init__.py")
    assert imports(tree, module_level=True) == {"__future__"}
    names = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert names == {"classFactory"}
    for room in ("plugin", "model"):
        assert imports(parsed(ROOT / room / "__init__.py")) <= {"__future__"}


def unscoped_enums(tree: ast.AST) -> list[str]:
    """Members of enums named without their enum, as `Qt.AlignLeft`, which Qt 6 does not have."""
    scopes = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            scopes.add(node.value)
        elif isinstance(node, ast.Call):
            scopes.add(node.func)
        for annotation in filter(None, (getattr(node, "annotation", None), getattr(node, "returns", None))):
            scopes.update(ast.walk(annotation))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node not in scopes:
            owner, member = node.value.id, node.attr
            is_class = owner in ("Qt", "Qgis") or owner.startswith("Qgs") or (owner[0] == "Q" and owner[1:2].isupper())
            if is_class and member[:1].isupper() and not member.isupper():
                found.append(f"line {node.lineno}: {owner}.{member}")
    return found


def test_finds_unscoped_enums() -> None:
    source = (
        "def f(a: Qt.Key) -> QgsTask.Flag:\n"
        "    x(Qt.AlignLeft, QMessageBox.Ok, Qt.AlignmentFlag.AlignLeft, QgsProcessing.TEMPORARY_OUTPUT)\n"
        "    QgsColorRampShader.ColorRampItem(QgsProcessing.TypeRaster)"
    )
    assert unscoped_enums(ast.parse(source)) == [
        "line 2: Qt.AlignLeft",
        "line 2: QMessageBox.Ok",
        "line 3: QgsProcessing.TypeRaster",
    ]


@pytest.mark.parametrize("path", PLUGIN, ids=ids)
def test_plugin_is_ready_for_qt6(path: Path) -> None:
    tree = parsed(path)
    assert unscoped_enums(tree) == []
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert names.isdisjoint({"exec_", "QRegExp", "QDesktopWidget"})
    assert not any("pyrcc" in name or name.endswith("_rc") for name in imports(tree))


@pytest.mark.parametrize("path", PACKAGE, ids=ids)
def test_nothing_runs_code_from_data(path: Path) -> None:
    """What QGIS's plugin site rejects: exec and eval of strings, pickle, a shell."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            assert not (isinstance(node.func, ast.Name) and called in {"exec", "eval", "compile"}), node.lineno
            assert not any(k.arg == "shell" and getattr(k.value, "value", None) for k in node.keywords), node.lineno


@pytest.mark.parametrize("path", PLUGIN, ids=lambda path: path.name)
def test_no_filter_of_the_whole_application(path: Path) -> None:
    """It is shown every object that gets an event, and PyQt takes QGIS down at those of QtWebKit."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    filtered = [
        ast.unparse(call.func.value) for call in calls if getattr(call.func, "attr", "") == "installEventFilter"
    ]
    assert not [name for name in filtered if "instance()" in name or name.lower() in ("qapp", "application")]
