"""The zip that QGIS installs: complete, clean, and refused when it is not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "tests" / "tools" / "package.py"
spec = importlib.util.spec_from_file_location("package_tool", TOOL)
package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package.build(tmp_path_factory.mktemp("dist"))


def changed(built: Path, target: Path, replace: dict[str, bytes | None]) -> Path:
    """Copy the zip with members replaced, added, or (None) left out."""
    with zipfile.ZipFile(built) as old, zipfile.ZipFile(target, "w") as new:
        for name in [*old.namelist(), *(set(replace) - set(old.namelist()))]:
            data = replace[name] if name in replace else old.read(name)
            if data is not None:
                new.writestr(name, data)
    return target


def test_the_zip_is_what_qgis_takes(built: Path) -> None:
    assert package.problems(built) == []
    assert built.name == f"sar_cloud_removal-{package.version()}.zip"
    assert built.stat().st_size <= 25 * 1024 * 1024


def test_everything_the_plugin_needs_is_in(built: Path) -> None:
    names = {name.split("/", 1)[1] for name in zipfile.ZipFile(built).namelist()}
    for needed in (
        "__init__.py", "metadata.txt", "LICENSE", "constraints.txt", "plugin/plugin.py", "plugin/provider.py",
        "model/requests.py", "model/worker.py", "model/weights/index.json",
        "resources/sample/s1.tif", "resources/sample/sample.qgs", "resources/sample/ATTRIBUTION.md",
    ):  # fmt: skip
        assert needed in names
    assert any(name.endswith(".safetensors") for name in names)
    assert not any(name.startswith(("tests", ".ci", "docs", "benchmarks", "Makefile")) for name in names)


def test_every_tracked_file_of_the_plugin_is_in_or_known_to_stay_out(built: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    rooms = {path for path in listed if path.startswith(("plugin/", "model/", "resources/", "i18n/"))}
    left_out = {path for path in rooms if not package.belongs(path)}
    assert {Path(path).name for path in left_out} <= {"ruff.toml", ".gitkeep"}


def test_the_same_files_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    assert package.build(tmp_path).read_bytes() == built.read_bytes()


@pytest.mark.parametrize(
    ("member", "data", "complaint"),
    [
        ("sar_cloud_removal/LICENSE", None, "LICENSE is missing"),
        ("sar_cloud_removal/model/weights/index.json", b'[{"file": "x.safetensors"}]', "is listed, but missing"),
        ("sar_cloud_removal/model/x.pyc", b"", "unexpected kind"),
        ("sar_cloud_removal/model/x.so", b"\x7fELF", "unexpected kind"),
        ("sar_cloud_removal/plugin/x.tif", b"", "unexpected place"),
        ("sar_cloud_removal/plugin/x.py", b"\0", "not text"),
        ("sar_cloud_removal/resources/雲.svg", b"", "not ASCII"),
        ("sar_cloud_removal/tests/test_x.py", b"", "does not belong"),
        ("sar_cloud_removal/.git/config.txt", b"", "does not belong"),
        ("other/x.py", b"", "outside the folder"),
        ("sar_cloud_removal/resources/big.png", os.urandom(26 * 1024 * 1024), "more than 25"),
    ],
)
def test_a_bad_zip_is_refused(built: Path, tmp_path: Path, member: str, data: bytes | None, complaint: str) -> None:
    bad = changed(built, tmp_path / "bad.zip", {member: data})
    assert any(complaint in problem for problem in package.problems(bad))


@pytest.mark.parametrize("key", package.METADATA)
def test_metadata_must_be_complete(built: Path, tmp_path: Path, key: str) -> None:
    text = zipfile.ZipFile(built).read("sar_cloud_removal/metadata.txt").decode()
    lines = [line for line in text.splitlines() if not line.startswith(f"{key}=")]
    assert len(lines) < len(text.splitlines())
    bad = changed(built, tmp_path / "bad.zip", {"sar_cloud_removal/metadata.txt": "\n".join(lines).encode()})
    assert f"metadata.txt lacks {key}" in package.problems(bad)


def test_the_version_stands_in_metadata_only() -> None:
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text()
    made = subprocess.run(
        [sys.executable, "setup.py", "-q", "--version"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert made.stdout.split()[-1] == package.version()
