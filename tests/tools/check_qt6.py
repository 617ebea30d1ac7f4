"""Report what in the plugin works with Qt 5 only: check_qt6.py STUBS PATH …

STUBS is a folder with the packages PyQt5 and PyQt6 (only their .pyi files are read). Every name that is imported
from qgis.PyQt and everything named inside such a class has to be in PyQt6, so enums have to be scoped. An attribute
of any object that some class of PyQt5 has and none of PyQt6, such as `exec_`, is reported too, unless the plugin
itself has something of that name. Ends with 1 when something was found.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

# Qt 6 has these in QtGui; qgis.PyQt.QtWidgets has them in both.
MOVED = {"QAction", "QActionGroup", "QFileSystemModel", "QShortcut", "QUndoCommand", "QUndoGroup", "QUndoStack"}
# The modules that are looked into; qgis.PyQt has a few more, such as uic.
MODULES = "QtCore QtGui QtNetwork QtPrintSupport QtSql QtSvg QtTest QtWidgets QtXml".split()
# What only Qt 5 has of Qt, and what objects of QGIS and of the standard library have too.
OF_OTHERS = {"pid", "setConfiguration", "setLayers"}
BINDINGS = ("PyQt4", "PyQt5", "PyQt6", "PySide2", "PySide6", "sip")


class Binding:
    """The names of PyQt5 or PyQt6, from its stubs."""

    def __init__(self, folder: Path) -> None:
        self.modules = {}
        for name in MODULES:
            text = folder.joinpath(f"{name}.pyi").read_text(encoding="utf-8")
            # PyQt's stubs write `*args, /`, which is no Python.
            self.modules[name] = ast.parse(text.replace(", /)", ")"))

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {
            node.name: node for tree in self.modules.values() for node in tree.body if isinstance(node, ast.ClassDef)
        }

    @cached_property
    def attributes(self) -> set[str]:
        """All that any class has, at any depth."""
        classes = [node for tree in self.modules.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        return {name for each in classes for name, _ in members(each)}

    def has(self, module: str, name: str) -> bool:
        tree = self.modules.get(module)
        return tree is not None and any(defined == name for defined, _ in members(tree))

    def find(self, owner: ast.ClassDef, name: str) -> ast.AST | None:
        """Return what `name` is in the class or in a base class; `None` when it is not there."""
        for defined, node in members(owner):
            if defined == name:
                return node
        for base in owner.bases:
            word = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
            found = self.find(self.classes[word], name) if word in self.classes else None
            if found is not None:
                return found
        return None


def members(owner: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    for node in owner.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node


def problems(tree: ast.Module, qt5: Binding, qt6: Binding, own: Iterable[str] = ()) -> list[str]:
    """Return what Qt 6 does not have, each with its line; `own` are names that the plugin gives itself."""
    found = []
    gone = qt5.attributes - qt6.attributes - OF_OTHERS - set(own)
    imported: dict[str, str] = {}
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            modules.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
            found += [(node.lineno, f"import {name}") for name in names if name.split(".")[0] in BINDINGS]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in BINDINGS:
            found.append((node.lineno, f"from {node.module} import …: take it from qgis.PyQt"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            module = node.module.split(".")[2]
            for alias in node.names:
                imported[alias.asname or alias.name] = alias.name
                moved = module == "QtWidgets" and alias.name in MOVED
                if module in MODULES and not moved and not qt6.has(module, alias.name):
                    found.append((node.lineno, f"{module}.{alias.name}"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        path = dotted(node)
        if path and path[0] in imported:
            found += [(node.lineno, text) for text in missing_in([imported[path[0]], *path[1:]], qt6)]
        elif node.attr in gone and not (path and (path[0].startswith(("Qgs", "Qgis")) or path[0] in modules)):
            found.append((node.lineno, f".{node.attr}"))
    return [f"line {line}: {text} is not in Qt 6" for line, text in sorted(set(found))]


def dotted(node: ast.AST) -> list[str]:
    """Return ["Qt", "AlignmentFlag", "AlignLeft"] for that attribute; [] for what does not begin with a name."""
    if isinstance(node, ast.Name):
        return [node.id]
    before = dotted(node.value) if isinstance(node, ast.Attribute) else []
    return [*before, node.attr] if before else []


def missing_in(path: list[str], qt6: Binding) -> list[str]:
    """Return the first part of `path` that Qt 6 does not have, with what stands before it."""
    owner: ast.AST | None = qt6.classes.get(path[0])
    for depth, name in enumerate(path[1:], 2):
        # What a method or a signal has is not looked into.
        if not isinstance(owner, ast.ClassDef):
            return []
        owner = qt6.find(owner, name)
        if owner is None and not name.startswith("__"):
            return [".".join(path[:depth])]
    return []


def own_names(trees: Iterable[ast.Module]) -> set[str]:
    """Return the names of functions, classes and attributes that the code itself gives."""
    names = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
    return names


def main(arguments: list[str]) -> int:
    stubs, *places = map(Path, arguments)
    qt5, qt6 = Binding(stubs / "PyQt5"), Binding(stubs / "PyQt6")
    paths = sorted(file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place]))
    trees = {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in paths}
    own = own_names(trees.values())
    found = [f"{path}: {text}" for path, tree in trees.items() for text in problems(tree, qt5, qt6, own)]
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print(f"Qt 6 has all that {len(paths)} files use.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
