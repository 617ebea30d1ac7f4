"""The tool that tests on several QGIS versions: what it brings into a system, and what it reads from the tests."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("matrix", ROOT / "tests" / "tools" / "matrix.py")
matrix = importlib.util.module_from_spec(spec)
# Where dataclasses look for the module.
sys.modules["matrix"] = matrix
spec.loader.exec_module(matrix)


def test_counts_all_test_runs() -> None:
    text = (
        "tests/x.py ..F\n= short test summary info =\nFAILED tests/x.py::test_y - assert 1 == 2\n"
        "=========== 1 failed, 2 passed in 2.01s ===========\n"
        "make: *** [Makefile:52: test-plugin] Error 1\n"
        "====== 4 passed, 2 warnings in 61.00s (0:01:01) ======\n"
    )
    assert matrix.counts(text) == {"failed": 1, "passed": 6, "warnings": 2}
    assert matrix.counts("Fatal Python error: Aborted\n") == {}


def test_brings_what_differs_and_takes_away_what_is_gone(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for path, text in {"same.py": "1", "plugin/changed.py": "new", "plugin/added.py": "2"}.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text)
    old = {"same.py": "1", "plugin/changed.py": "old", "plugin/gone.py": "3"}
    kept = {".venv/kept": "4", "build/x/kept": "5"}
    for path, text in {**old, **kept}.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text)
    os.utime(target / "same.py", (1000, 1000))
    matrix.bring(source, ["same.py", "plugin/changed.py", "plugin/added.py"], target)
    there = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*") if path.is_file()}
    assert there == {"same.py": "1", "plugin/changed.py": "new", "plugin/added.py": "2", **kept}
    # make goes by the dates: nothing is set up again for a file that is as it was.
    assert (target / "same.py").stat().st_mtime == 1000


def test_what_a_checkout_makes_is_not_taken_for_its_files() -> None:
    ignored = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text().splitlines()}
    assert {".venv", "build"} <= ignored & set(matrix.KEPT)


def test_translations_are_compiled_anew(tmp_path: Path) -> None:
    stamp, compiled = tmp_path / "src/build/translations.stamp", tmp_path / "src/i18n/old.qm"
    for path in (stamp, compiled):
        path.parent.mkdir(parents=True)
        path.touch()
    matrix.bring_checkout(tmp_path, tmp_path / "log")
    assert (tmp_path / "src/Makefile").exists()
    assert not compiled.exists()
    # Or make would take them for there.
    assert not stamp.exists()


def test_pip_takes_packages_from_where_it_does_here(tmp_path: Path, monkeypatch) -> None:
    index, wheels, settings = tmp_path / "index" / "simple", tmp_path / "wheels", tmp_path / "pip.conf"
    for folder in (index, wheels):
        folder.mkdir(parents=True)
    text = (
        "[global]\ntimeout = 7\ntarget = elsewhere\ncert = missing.pem\n"
        f"[install]\nextra-index-url =\n    {index.as_uri()}\n    https://packages.example/simple\n"
    )
    settings.write_text(text)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_TIMEOUT", "9")
    found = matrix.pip_settings()
    # This machine's own settings are found besides.
    assert found["PIP_TIMEOUT"] == "9"
    assert "PIP_TARGET" not in found
    assert found["PIP_EXTRA_INDEX_URL"].split() == [index.as_uri(), "https://packages.example/simple"]
    assert {index.parent, wheels} <= set(matrix.local_paths(found))
    assert not [path for path in matrix.local_paths(found) if not path.exists()]


def test_a_version_that_is_not_there_is_refused(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(matrix.shutil, "which", lambda name: name)
    monkeypatch.setattr(matrix.os, "geteuid", lambda: 0)
    try:
        matrix.main([str(tmp_path), "2.18"])
    except SystemExit as end:
        assert "2.18" in str(end)
    else:
        raise AssertionError("it went on")
    assert list(tmp_path.iterdir()) == []
