"""The dialog of the compute environment, with real installations of empty packages.

Those from an empty folder end soon, when pip finds nothing; what a folder lacks is not looked at where it is not the
only place to take packages from.
"""

from __future__ import annotations

import os
import sys
import time

import pytest

from sar_cloud_removal.model.errors import Cancelled, InstallFailed
from sar_cloud_removal.plugin.compute.environment import TorchBuild, current
from sar_cloud_removal.plugin.compute.installation import Source


@pytest.fixture
def module(no_environment):
    from sar_cloud_removal.plugin import settings
    from sar_cloud_removal.plugin.gui import environment_dialog, environment_tasks

    yield environment_dialog
    environment_tasks.cancel_work(20)
    wait_until(lambda: environment_tasks.under_way() is None)
    settings.Settings().save()


@pytest.fixture
def tasks(module):
    from sar_cloud_removal.plugin.gui import environment_tasks

    return environment_tasks


@pytest.fixture
def open_dialog(module):
    opened = []

    def new():
        opened.append(module.EnvironmentDialog())
        return opened[-1]

    yield new
    for dialog in opened:
        dialog.close()


@pytest.fixture
def plugin(module):
    """The plugin in a QGIS of which only the main window's place is needed."""
    from sar_cloud_removal import classFactory

    class Interface:
        def mainWindow(self):
            return None

    plugin = classFactory(Interface())
    yield plugin
    plugin.unload()


def wait_until(condition, seconds=60):
    from qgis.PyQt.QtCore import QCoreApplication

    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        QCoreApplication.processEvents()
        time.sleep(0.01)


def looked(dialog):
    wait_until(dialog.install_button.isEnabled)
    return dialog


def install_from(dialog, wheels):
    """Press Install with a folder of wheels as the only place to take packages from."""
    dialog.wheels.setFilePath(str(wheels))
    dialog.offline.setChecked(True)
    dialog.install_button.click()


def test_second_dialog_follows_the_installation_of_the_first(tasks, open_dialog, tmp_path):
    first, second = looked(open_dialog()), looked(open_dialog())
    install_from(first, tmp_path)
    task = tasks.under_way()
    install_from(second, tmp_path)
    assert tasks.under_way() is task
    assert second._task is task
    second.cancel_button.click()
    wait_until(lambda: tasks.under_way() is None)
    assert "Cancelled" in first.status.text()
    assert "Cancelled" in second.status.text()


def test_dialog_opened_during_an_installation_can_install_again(tasks, open_dialog, tmp_path):
    first = looked(open_dialog())
    install_from(first, tmp_path)
    second = open_dialog()
    for label in ("base", "build_name", "size", "place"):
        assert getattr(second, label).text() == getattr(first, label).text() != "–"
    second.cancel_button.click()
    wait_until(lambda: tasks.under_way() is None)
    install_from(second, tmp_path)
    assert tasks.under_way() is not None


def test_interpreter_tried_during_the_first_look(open_dialog, tmp_path):
    dialog = open_dialog()
    wanting = tmp_path / "python3"
    wanting.write_text("#!/bin/sh\nsleep 1; exit 1\n")
    wanting.chmod(0o755)
    dialog._choose(str(wanting))
    looked(dialog)
    assert f"«{wanting}» will not do" in dialog.status.text()
    assert dialog.base.text().startswith("Python 3")


def test_look_that_was_replaced_is_not_shown(tasks, open_dialog):
    dialog = looked(open_dialog())
    before = dialog.status.text()
    dialog._show_found(tasks.InspectTask(sys.executable))
    dialog._chosen(tasks.InspectTask(sys.executable))
    assert dialog.status.text() == before


def test_error_that_nobody_expected_fails_the_installation(tasks, tmp_path):
    """The plan holds no Python at all."""
    task = tasks.InstallTask(tmp_path / "environment", tasks.Plan(None, TorchBuild("CPU", None, 1, 1), Source()))
    assert not task.run()
    assert isinstance(task.error, InstallFailed)
    assert "AttributeError: " in str(task.error)


def test_error_that_nobody_expected_ends_a_look(tasks, tmp_path):
    """The interpreter answers what no Python would."""
    odd = tmp_path / "python3"
    odd.write_text("#!/bin/sh\necho 'sar-cloud-removal-answer:{\"unheard\": 1}'\n")
    odd.chmod(0o755)
    task = tasks.InspectTask(str(odd))
    assert task.run()
    assert "TypeError: " in task.inspection.problem
    assert task.base is not None


def test_installation_that_never_began_is_no_success(tasks, tmp_path):
    task = tasks.InstallTask(tmp_path / "environment", None)
    task.finished(False)
    assert isinstance(task.error, Cancelled)


def test_socks_proxy_is_refused_before_anything_is_done(tasks, open_dialog, tmp_path):
    from qgis.core import QgsNetworkAccessManager, QgsSettings

    dialog = looked(open_dialog())
    stored = QgsSettings()
    for key, value in {"Enabled": True, "Type": "Socks5Proxy", "Host": "proxy.example", "Port": "1080"}.items():
        stored.setValue(f"proxy/proxy{key}", value)
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
    try:
        dialog.install_button.click()
        assert "pip cannot use a SOCKS proxy" in dialog.status.text()
        assert tasks.under_way() is None
        install_from(dialog, tmp_path)
        assert tasks.under_way() is not None
    finally:
        stored.remove("proxy")
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def test_menu_brings_the_open_dialog_back(plugin):
    plugin.set_up_environment()
    plugin.set_up_environment()
    assert len(plugin._dialogs) == 1
    plugin._dialogs[0].close()
    plugin.set_up_environment()
    assert plugin._dialogs[-1].isVisible()


def test_unload_ends_the_installation(tasks, plugin, tmp_path):
    from sar_cloud_removal.plugin import settings

    plugin.set_up_environment()
    install_from(looked(plugin._dialogs[0]), tmp_path)
    task = tasks.under_way()
    # Mostly in the midst of its work; where other tasks keep it waiting, unloading has to end it all the same.
    until = time.monotonic() + 10
    wait_until(lambda: task.lines or task.ended.is_set() or time.monotonic() > until)
    assert task.error is None
    plugin.unload()
    assert task.ended.is_set()
    assert isinstance(task.error, Cancelled)
    assert not os.path.exists(settings.environment_folder())
