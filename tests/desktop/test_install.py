"""Install, upgrade and uninstall with the Plugin Manager of the real QGIS, in a fresh profile, as a user does it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMPUTE_PYTHON = os.environ.get("SAR_CLOUD_REMOVAL_PYTHON", "")
PICTURES = os.environ.get("SAR_CLOUD_REMOVAL_PICTURES", "")
NAME = "sar_cloud_removal"
# Without a network: QGIS would ask its site for the plugins that there are.
SETTINGS = r"""
[PythonPlugins]
processing=true
[app]
plugin_repositories\QGIS%20Official%20Plugin%20Repository\enabled=false
plugin_repositories\QGIS%20Official%20Plugin%20Repository\url=https://plugins.qgis.org/plugins/plugins.xml
"""

pytestmark = [
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="there is no display"),
    pytest.mark.skipif(not shutil.which("qgis"), reason="QGIS is not installed"),
    pytest.mark.skipif(not COMPUTE_PYTHON, reason="SAR_CLOUD_REMOVAL_PYTHON names no compute environment"),
]

spec = importlib.util.spec_from_file_location("package_tool", ROOT / "tests" / "tools" / "package.py")
package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)


@pytest.fixture(scope="module")
def new_zip(tmp_path_factory) -> Path:
    return package.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def old_zip(new_zip) -> Path:
    """An older version: each of its modules says so, and one is there that the new version has no more."""
    target = new_zip.with_name(f"{NAME}-0.0.1.zip")
    with zipfile.ZipFile(new_zip) as new, zipfile.ZipFile(target, "w") as old:
        for name in new.namelist():
            data = new.read(name)
            if name == f"{NAME}/metadata.txt":
                data = re.sub(rb"(?m)^version=.*$", b"version=0.0.1", data)
            if name == f"{NAME}/plugin/plugin.py":
                data += b"\nfrom . import given_up  # noqa\n"
            if name.endswith(".py"):
                data += b"\nWRITTEN_FOR_OLD_VERSION = True\n"
            old.writestr(name, data)
        old.writestr(f"{NAME}/plugin/given_up.py", "WRITTEN_FOR_OLD_VERSION = True\n")
    return target


@pytest.fixture
def profile(tmp_path) -> Path:
    """A fresh profile in which the plugin's environment has been made: a small one."""
    folder = tmp_path / "profiles" / "profiles" / "default"
    settings = folder / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS)
    environment = folder / NAME / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    marker = re.search(r'^MARKER = "(.+)"', (ROOT / "plugin/compute/environment.py").read_text(), re.MULTILINE)[1]
    environment.joinpath(marker).write_text('{"build": "CPU"}')
    return folder


def driven(profile: Path, tmp_path: Path, scenario: str, **variables: str) -> dict:
    out, runtime, temporary = tmp_path / "out", tmp_path / "runtime", tmp_path / "temporary"
    for folder in (out, runtime, temporary):
        folder.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "DRIVER_OUT": str(out),
        "DRIVER_SAMPLE": str(ROOT / "resources" / "sample"),
        "DRIVER_SCENARIO": scenario,
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(temporary),
        "XDG_RUNTIME_DIR": str(runtime),
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "QT_QPA_PLATFORM": "xcb",
        **variables,
    }
    # The plugin comes from the profile, as with a user.
    for name in ("QGIS_PLUGINPATH", "QGIS_CUSTOM_CONFIG_PATH"):
        environment.pop(name, None)
    options = ["--nologo", "--noversioncheck", "--profiles-path", str(profile.parents[1])]
    done = subprocess.run(
        ["qgis", *options, "--code", str(HERE / "driver_install.py")],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
    )
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        for picture in out.glob("*.png"):
            shutil.copy(picture, Path(PICTURES) / picture.name)
    report = out / "report.json"
    assert report.exists(), done.stdout[-2000:] + done.stderr[-4000:]
    seen = json.loads(report.read_text())
    assert "error" not in seen, seen["error"]
    assert done.returncode == 0, done.stderr[-4000:]
    return seen


def test_install_upgrade_and_uninstall(profile, tmp_path, old_zip, new_zip):
    seen = driven(
        profile,
        tmp_path,
        "install_upgrade_uninstall",
        DRIVER_OLD_ZIP=str(old_zip),
        DRIVER_NEW_ZIP=str(new_zip),
        DRIVER_ANSWER="Remove",
    )
    nothing = {"active": 0, "providers": 0, "menus": 0, "tools": 0, "widgets": [], "modules": [], "settings": []}
    nothing["messages"] = []
    assert {key: seen["before"][key] for key in nothing} == nothing

    # Installed from a zip, and told that this needs trust.
    once = {"active": 1, "providers": 1, "menus": 1, "tools": 1, "messages": []}
    assert "untrusted" in seen["install_warning"]
    assert {key: seen["installed"][key] for key in once} == once
    assert seen["installed"]["version"] == "0.0.1"
    assert f"{NAME}.plugin.given_up" in seen["installed"]["old_modules"]
    told = {key: seen["details"][key] for key in ("name", "version_installed", "error", "category")}
    assert told == {"name": "SAR Cloud Removal", "version_installed": "0.0.1", "error": "", "category": "Raster"}
    for key in ("description", "about", "tags", "author_name", "author_email", "homepage", "tracker", "changelog"):
        assert seen["details"][key].strip(), key
    assert seen["old_process_warm"]

    # Upgraded: nothing of the old version is left, and what the user has set is.
    assert {key: seen["upgraded"][key] for key in once} == once
    assert seen["upgraded"]["version"] == package.version()
    assert seen["upgraded"]["old_modules"] == []
    assert f"{NAME}.plugin.plugin" in seen["upgraded"]["modules"]
    assert seen["old_process_ended"]
    assert seen["settings_kept"] == ["cpu", 77]
    assert seen["process_warm"]

    # Uninstalled, without a trace.
    assert seen["environment_before"]
    assert str(profile / NAME / "environment") in seen["question"]
    assert {key: seen["uninstalled"][key] for key in nothing} == nothing
    assert not seen["uninstalled"]["folder"]
    assert seen["process_ended"]
    assert not seen["environment_after"]
    assert [path for path in profile.rglob("*") if "sar_cloud" in path.name.lower()] == []
    # QGIS itself notes which plugins it has shown.
    stored = (profile / "QGIS" / "QGIS3.ini").read_text().splitlines()
    assert [line for line in stored if NAME in line and not re.search("seen.plugins", line)] == []
    # onnxruntime, which the environment is looked at with, leaves a mark of its own.
    left = {path.name for path in (tmp_path / "temporary").rglob("*") if path.is_file()}
    assert left <= {".ses"}
