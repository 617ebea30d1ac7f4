"""The zip that QGIS installs: complete, clean, and refused when it is not."""

from __future__ import annotations

import importlib.util
import os
import re
import stat
import subprocess
import sys
import zipfile
from configparser import ConfigParser
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
    assert not any(name.startswith(("tests", ".ci", "docs/help", "benchmarks", "Makefile")) for name in names)


def test_pictures_of_the_readme_are_seen_from_the_zip(built: Path) -> None:
    """In the plugin's folder it shows and links what it does in a checkout; nothing else of docs/ is there."""
    names = {name.split("/", 1)[1] for name in zipfile.ZipFile(built).namelist()}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\((docs/[^)]*)\)", readme)
    assert len(pictures) > 8 and set(pictures) <= names
    assert {"docs/accuracy.md", "docs/adapt.png", "docs/translating.md"} <= names
    assert not {"docs/desktop-toolbox.png"} & names
    assert {name for name in names if name.startswith("docs/")} == package.documents()


def test_links_are_read_as_a_page_means_them() -> None:
    text = "[a](../LICENSE) ![b](x.png) [c](y.md#part) [d](#part) [e](https://x.org/a)\n![f\ng](../z.jpg)"
    assert package.linked(text, "docs/p.md") == {"LICENSE", "docs/x.png", "docs/y.md", "z.jpg"}
    assert package.linked(text, "docs/p.md", pictures=True) == {"docs/x.png", "z.jpg"}


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
        ("sar_cloud_removal/docs/demo.png", None, "sar_cloud_removal/README.md: docs/demo.png is not in the zip"),
        ("sar_cloud_removal/docs/adapt.png", None, "docs/accuracy.md: docs/adapt.png is not in the zip"),
        ("sar_cloud_removal/docs/translating.md", None, "README.zh.md: docs/translating.md is not in the zip"),
        ("sar_cloud_removal/model/x.pyc", b"", "unexpected kind"),
        ("sar_cloud_removal/model/x.so", b"\x7fELF", "unexpected kind"),
        ("sar_cloud_removal/plugin/x.tif", b"", "unexpected place"),
        ("sar_cloud_removal/plugin/x.py", b"\0", "not text"),
        ("sar_cloud_removal/resources/雲.svg", b"", "not ASCII"),
        ("sar_cloud_removal/tests/test_x.py", b"", "does not belong"),
        ("sar_cloud_removal/.git/config.txt", b"", "does not belong"),
        ("other/x.py", b"", "outside the folder"),
        ("sar_cloud_removal/resources/big.png", os.urandom(20_000_000), "more than 25 MB"),
        ("sar_cloud_removal/resources/icons/x.png", b"\x7fELF", "not what its name says"),
        ("sar_cloud_removal/i18n/sar_cloud_removal_xx.ts", b"<TS></TS>", "not compiled"),
        ("__MACOSX/x.py", b"", "outside the folder"),
        ("sar_cloud_removal/../x.py", b"", "outside the folder"),
        ("sar_cloud_removal/model/__pycache__/x.py", b"", "does not belong"),
    ],
)
def test_a_bad_zip_is_refused(built: Path, tmp_path: Path, member: str, data: bytes | None, complaint: str) -> None:
    bad = changed(built, tmp_path / "bad.zip", {member: data})
    assert any(complaint in problem for problem in package.problems(bad))


def test_a_link_is_refused(built: Path, tmp_path: Path) -> None:
    bad = changed(built, tmp_path / "bad.zip", {})
    info = zipfile.ZipInfo("sar_cloud_removal/plugin/x.py")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    assert package.problems(bad) == ["sar_cloud_removal/plugin/x.py: a link"]


def test_a_damaged_zip_is_refused(built: Path, tmp_path: Path) -> None:
    data = bytearray(built.read_bytes())
    data[len(data) // 2] ^= 0xFF
    bad = tmp_path / "bad.zip"
    bad.write_bytes(data)
    assert any("is damaged" in problem for problem in package.problems(bad))


@pytest.mark.parametrize("key", package.METADATA)
def test_metadata_must_be_complete(built: Path, tmp_path: Path, key: str) -> None:
    text = zipfile.ZipFile(built).read("sar_cloud_removal/metadata.txt").decode()
    lines = [line for line in text.splitlines() if not line.startswith(f"{key}=")]
    assert len(lines) < len(text.splitlines())
    bad = changed(built, tmp_path / "bad.zip", {"sar_cloud_removal/metadata.txt": "\n".join(lines).encode()})
    assert f"metadata.txt lacks {key}" in package.problems(bad)


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("version", "1.0", "1.0 is no version like 1.2.3"),
        ("changelog", "0.0.1 – 2020-01-01", "CHANGELOG.md does not begin with"),
        ("qgisMinimumVersion", "three", "the QGIS versions are not like"),
        ("qgisMinimumVersion", "5.0", "the QGIS versions are not like"),
        ("homepage", "http://example.org", "homepage is no https address"),
        ("tracker", "example.org/issues", "tracker is no https address"),
        ("repository", "https:///x", "repository is no https address"),
        ("email", "nobody", "email is no address"),
        ("author", "A/B", "the site takes no «/» in author"),
        ("tags", "sar,,cloud", "tags have an empty or a repeated one"),
        ("tags", "sar,cloud,sar", "tags have an empty or a repeated one"),
        ("icon", "icon.svg", "the icon icon.svg is missing"),
        ("experimental", "maybe", "experimental is neither True nor False"),
        ("hasProcessingProvider", "no", "does not announce the Processing provider"),
        ("about", "Removes clouds.", "about does not mention PyTorch"),
        # QGIS reads it as a reference to another value.
        ("description", "100 % of the clouds", "metadata.txt cannot be read"),
    ],
)
def test_metadata_must_be_valid(built: Path, tmp_path: Path, key: str, value: str, complaint: str) -> None:
    text = zipfile.ZipFile(built).read("sar_cloud_removal/metadata.txt").decode()
    wrong = re.sub(rf"(?m)^{key}=.*(\n +.*)*$", f"{key}={value}", text)
    assert wrong != text
    bad = changed(built, tmp_path / "bad.zip", {"sar_cloud_removal/metadata.txt": wrong.encode()})
    assert any(complaint in problem for problem in package.problems(bad))


CHANGES = """# Changes

## 1.2.0 – 2026-12-01

### Added

- *One* thing, which
  goes on: 100 % of `qgis_process`.

## 1.1.0

- Before.
"""


def test_the_newest_changes_go_into_metadata(tmp_path: Path) -> None:
    said = "1.2.0 – 2026-12-01\nAdded:\n- One thing, which goes on: 100 % of qgis_process."
    assert package.newest_changes(CHANGES, "1.2.0") == said
    assert package.newest_changes(CHANGES, "1.3.0") == package.newest_changes("", "1.3.0") == ""
    (tmp_path / "CHANGELOG.md").write_text(CHANGES, encoding="utf-8")
    metadata = tmp_path / "metadata.txt"
    metadata.write_text("[general]\nname=X\nversion=1.2.0\nauthor=Y\n", encoding="utf-8")
    read = ConfigParser()
    read.read_string(package.content(metadata).decode())
    assert dict(read["general"]) == {"name": "X", "version": "1.2.0", "changelog": said, "author": "Y"}


def test_a_version_without_changes_is_refused(built: Path, tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text(CHANGES, encoding="utf-8")
    metadata = tmp_path / "metadata.txt"
    metadata.write_text((ROOT / "metadata.txt").read_text(encoding="utf-8"), encoding="utf-8")
    bad = changed(built, tmp_path / "bad.zip", {"sar_cloud_removal/metadata.txt": package.content(metadata)})
    assert package.problems(bad) == [f"CHANGELOG.md does not begin with {package.version()}"]


def scanned(tmp_path: Path, name: str, text: str) -> list[str]:
    path = tmp_path / "scanned.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"sar_cloud_removal/{name}", text)
    return package.scan.findings(path)


@pytest.mark.parametrize(
    ("name", "text", "finding"),
    [
        # As low as can be, and high.
        ("plugin/x.py", "import subprocess\n", "sar_cloud_removal/plugin/x.py:1: B404"),
        ("model/x.py", "import os\n\nos.system(input())\n", "sar_cloud_removal/model/x.py:3: B605"),
        ("model/x.py", "def broken(:\n", "model/x.py: syntax error"),
        # Taken apart, so that this file holds none.
        ("plugin/x.py", f'key = "{"AKIA"}{"QZX3M5R7T2WYB4CD"}"\n', "x.py:1: AWS Access Key"),
        ("resources/x.json", f'{{"pass{"word"}": "hU7!kQ2zPv9s"}}\n', "x.json:1: Secret Keyword"),
    ],
)
def test_what_scanners_find_is_refused(tmp_path: Path, name: str, text: str, finding: str) -> None:
    assert any(finding in found for found in scanned(tmp_path, name, text))


def test_what_is_marked_with_its_reason_passes(tmp_path: Path) -> None:
    assert scanned(tmp_path, "x.py", "import subprocess  # nosec B404 - a list of arguments, no shell\n") == []


def test_scanners_find_nothing_in_the_zip(built: Path) -> None:
    assert package.scan.findings(built) == []


def test_every_suppression_names_what_and_why() -> None:
    for path in package.shipped():
        if path.endswith(".py"):
            for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
                if "nosec" in line:
                    assert re.search(r"# nosec B\d{3}(, B\d{3})* - \w.{10,}", line), f"{path}: {line}"
                assert "allowlist secret" not in line or re.search(r"# pragma: allowlist secret - \w", line)


def test_the_version_stands_in_metadata_only() -> None:
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text()
    made = subprocess.run(
        [sys.executable, "setup.py", "-q", "--version"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert made.stdout.split()[-1] == package.version()
