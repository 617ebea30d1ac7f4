"""What stays and what goes when the plugin is unloaded, and when its folder is gone after that."""

from __future__ import annotations

import json
import time

import pytest


@pytest.fixture
def uninstall(no_environment):
    """The module; with settings that are not the default ones, and an environment."""
    from sar_cloud_removal.plugin import settings, uninstall
    from sar_cloud_removal.plugin.compute.environment import MARKER, interpreter_in

    settings.Settings(device="cpu", idle_seconds=7).save()
    folder = settings.environment_folder()
    interpreter_in(folder).parent.mkdir(parents=True)
    interpreter_in(folder).touch()
    (folder / MARKER).write_text(json.dumps({"build": "CPU"}))
    yield uninstall
    settings.Settings.remove()


def events(qgis, until, seconds=10.0):
    """Let QGIS work until something is so."""
    deadline = time.monotonic() + seconds
    while not until() and time.monotonic() < deadline:
        qgis.processEvents()
        time.sleep(0.01)
    return until()


def stored_keys():
    from qgis.core import QgsSettings

    return [key for key in QgsSettings().allKeys() if key.startswith("plugins/sar_cloud_removal")]


def answer(qgis, text):
    """Press that button of the question as soon as it is there."""
    from qgis.PyQt.QtCore import QTimer
    from qgis.PyQt.QtWidgets import QMessageBox

    seen = []

    def press():
        for box in qgis.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                seen.append(box.informativeText())
                next(each for each in box.buttons() if each.text().replace("&", "") == text).click()
                timer.stop()

    timer = QTimer()
    timer.timeout.connect(press)
    timer.start(20)
    # Kept alive by the one who asks.
    return seen, timer


def test_switching_off_changes_nothing(qgis, uninstall):
    """As well as an upgrade: the folder is there when QGIS comes back to its event loop."""
    from sar_cloud_removal.plugin import settings

    uninstall.look_whether_uninstalled(None)
    events(qgis, lambda: False, seconds=2 * uninstall._LOOK_AFTER_MS / 1000)
    assert settings.Settings.load() == settings.Settings(device="cpu", idle_seconds=7)
    assert settings.environment_folder().exists()


def test_settings_go_and_the_environment_stays_where_it_is_kept(qgis, uninstall, monkeypatch, tmp_path):
    from sar_cloud_removal.plugin import settings

    monkeypatch.setattr(uninstall, "ROOT", tmp_path / "gone")
    seen, _timer = answer(qgis, "Keep")
    uninstall.look_whether_uninstalled(None)
    assert stored_keys() != []
    assert events(qgis, lambda: stored_keys() == [] and seen != [])
    assert str(settings.environment_folder()) in seen[0]
    events(qgis, lambda: False, seconds=0.3)
    assert settings.environment_folder().exists()


def test_the_environment_goes_with_its_folder(qgis, uninstall, monkeypatch, tmp_path):
    from sar_cloud_removal.plugin import settings

    newer = settings.environment_folder().with_name("environment-2")
    newer.mkdir()
    (newer / "pyvenv.cfg").touch()
    monkeypatch.setattr(uninstall, "ROOT", tmp_path / "gone")
    seen, _timer = answer(qgis, "Remove")
    uninstall.look_whether_uninstalled(None)
    assert events(qgis, lambda: not settings.environment_folder().parent.exists())
    assert len(seen) == 1


def test_what_else_lies_beside_the_environment_stays(qgis, uninstall, monkeypatch, tmp_path):
    from sar_cloud_removal.plugin import settings

    own = settings.environment_folder().with_name("own.safetensors")
    own.touch()
    monkeypatch.setattr(uninstall, "ROOT", tmp_path / "gone")
    _seen, _timer = answer(qgis, "Remove")
    uninstall.look_whether_uninstalled(None)
    assert events(qgis, lambda: not settings.environment_folder().exists())
    events(qgis, lambda: False, seconds=0.3)
    assert own.exists()
    own.unlink()


def test_nothing_is_asked_without_an_environment(qgis, uninstall, monkeypatch, tmp_path):
    import shutil

    from sar_cloud_removal.plugin import settings

    shutil.rmtree(settings.environment_folder())
    monkeypatch.setattr(uninstall, "ROOT", tmp_path / "gone")
    uninstall.look_whether_uninstalled(None)
    assert events(qgis, lambda: stored_keys() == [])
    assert not settings.environment_folder().parent.exists()
