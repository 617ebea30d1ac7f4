"""The dialog of the compute environment, with real installations of empty packages.

Those from an empty folder end soon, when pip finds nothing; what a folder lacks is not looked at where it is not the
only place to take packages from.
"""

from __future__ import annotations

import os
import re
import sys
import time

import pytest

from sar_cloud_removal.model.errors import Cancelled, InstallFailed
from sar_cloud_removal.plugin.compute.environment import (
    CONSTRAINTS,
    Inspection,
    TorchBuild,
    interpreter_in,
    parse_gpu,
    possible_builds,
    read_marker,
    slots,
    wanted_packages,
)
from sar_cloud_removal.plugin.compute.installation import Source

from ..wheels import TORCH, wheel


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


@pytest.fixture
def wheels(tmp_path):
    """Empty packages of the names and of all the versions that are installed anywhere."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for pinned, version in re.findall(r"^([\w-]+)==([\w.]+)", CONSTRAINTS.read_text(), flags=re.MULTILINE):
        # Pinned by either sign, as their projects write it.
        name = pinned if pinned in wanted_packages(True) else pinned.replace("-", "_")
        if name in wanted_packages(True):
            wheel(
                folder,
                name,
                TORCH.replace("2.0.0", version) if name == "torch" else f"__version__ = {version!r}",
                version,
            )
    return folder


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


def test_second_dialog_follows_the_installation_of_the_first(tasks, open_dialog, wheels):
    first, second = looked(open_dialog()), looked(open_dialog())
    install_from(first, wheels)
    task = tasks.under_way()
    install_from(second, wheels)
    assert tasks.under_way() is task
    assert second._task is task
    second.cancel_button.click()
    wait_until(lambda: tasks.under_way() is None)
    assert "Cancelled" in first.status.text()
    assert "Cancelled" in second.status.text()


def test_dialog_opened_during_an_installation_can_install_again(tasks, open_dialog, wheels):
    first = looked(open_dialog())
    install_from(first, wheels)
    second = open_dialog()
    for label in ("base", "size", "place"):
        # How much of the disk is free changes meanwhile.
        shown, before = (getattr(dialog, label).text().partition(" on the disk (")[0] for dialog in (second, first))
        assert shown == before != "–"
    assert second.build_choice.currentText() == first.build_choice.currentText() == "CPU"
    second.cancel_button.click()
    wait_until(lambda: tasks.under_way() is None)
    install_from(second, wheels)
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


def test_socks_proxy_is_refused_before_anything_is_done(module, tasks, open_dialog, wheels):
    from qgis.core import QgsNetworkAccessManager, QgsSettings

    dialog = looked(open_dialog())
    stored = QgsSettings()
    for key, value in {"Enabled": True, "Type": "Socks5Proxy", "Host": "proxy.example", "Port": "1080"}.items():
        stored.setValue(f"proxy/proxy{key}", value)
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
    try:
        dialog.install_button.click()
        assert "pip cannot use a SOCKS proxy" in dialog.status.text()
        assert "pip cannot use a SOCKS proxy" in module._proxy()
        assert tasks.under_way() is None
        install_from(dialog, wheels)
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


def test_unload_ends_the_installation(tasks, plugin, wheels):
    from sar_cloud_removal.plugin import settings

    plugin.set_up_environment()
    install_from(looked(plugin._dialogs[0]), wheels)
    task = tasks.under_way()
    # Mostly in the midst of its work; where other tasks keep it waiting, unloading has to end it all the same.
    until = time.monotonic() + 10
    wait_until(lambda: task.lines or task.ended.is_set() or time.monotonic() > until)
    assert task.error is None
    plugin.unload()
    assert task.ended.is_set()
    assert isinstance(task.error, Cancelled)
    assert not os.path.exists(settings.environment_folder())


# --- What is shown --------------------------------------------------------------------------------------------------


def test_proxy_is_shown_without_its_login(module):
    from qgis.core import QgsNetworkAccessManager, QgsSettings

    assert module._proxy().startswith("none in QGIS's settings")
    stored = QgsSettings()
    values = {
        "Enabled": True,
        "Type": "HttpProxy",
        "Host": "proxy.example",
        "Port": "3128",
        "User": "me",
        "Password": "x",
    }
    for key, value in values.items():
        stored.setValue(f"proxy/proxy{key}", value)
    stored.setValue("proxy/noProxyUrls", ["https://wheels.example/simple"])
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
    try:
        assert module._proxy() == "http://proxy.example:3128, from QGIS's settings; not for wheels.example"
    finally:
        stored.remove("proxy")
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def test_graphics_card_and_choice_of_builds(module, tasks, open_dialog):
    """What a machine with a GPU shows: the driver's answer is a real one, the environment is one for the CPU."""
    dialog = looked(open_dialog())
    task = tasks.InspectTask(None)
    task.gpu = parse_gpu("NVIDIA H100 80GB HBM3, 580.82.07, 9.0, 81559")
    task.base = dialog._base
    task.builds = possible_builds(task.gpu, (3, 11), "linux")
    task.inspection = Inspection("/usr/bin/python3", "3.11.2", {"torch": "2.13.0+cpu"}, {"cpu": "x86_64"})
    dialog._inspect_task = task
    dialog._show_found(task)
    assert dialog.card.text() == "NVIDIA H100 80GB HBM3, 80 GB, driver 580, compute capability 9.0"
    assert [dialog.build_choice.itemText(row) for row in range(2)] == ["CUDA 13.0", "CPU"]
    assert dialog.build_choice.isEnabled()
    assert "There is a GPU, but this PyTorch is built for the CPU." in dialog.status.text()
    assert dialog.csmask.isChecked()
    assert dialog.size.text().startswith("about 2.9 GB to download, 6.7 GB on the disk")
    dialog.csmask.setChecked(False)
    assert dialog.size.text().startswith("about 2.7 GB to download, 6.5 GB on the disk")
    dialog.build_choice.setCurrentIndex(1)
    assert dialog.size.text().startswith("about 320 MB to download, 1.3 GB on the disk")
    assert dialog._build_chosen().index.endswith("/cpu")
    dialog._show_plan(task.base, task.builds, "", "CPU")
    assert dialog.build_choice.currentText() == "CPU"


def test_steps_in_words(module):
    from sar_cloud_removal.plugin.compute.installation import STEPS, Step

    assert all(module._step_text(Step(1, 5, key)) for key in STEPS)
    assert module._step_text(Step(3, 5, "torch", "torch, 120 / 190 MB")) == "Step 3 of 5: PyTorch – torch, 120 / 190 MB"
    unpacking = Step(3, 5, "torch", "torch, sympy", unpacking=True)
    assert module._step_text(unpacking) == "Step 3 of 5: PyTorch – unpacking torch, sympy"
    assert len(module._step_text(Step(4, 5, "packages", "numpy, " * 50))) < 120


def test_folder_is_only_remembered_while_nothing_is_installed(module, open_dialog, tmp_path):
    from sar_cloud_removal.plugin import settings

    dialog = looked(open_dialog())
    dialog.move_to(tmp_path / "disk")
    looked(dialog)
    assert settings.environment_folder() == tmp_path / "disk" / "sar_cloud_removal" / "environment"
    assert dialog.place.text() == str(settings.environment_folder())
    dialog.move_to(settings.environment_folder())
    assert "lies already" in dialog.status.text()
    assert not (tmp_path / "disk").exists()


def test_installed_environment_is_used_and_replaces_the_one_before(tasks, open_dialog, wheels):
    """Installed twice; a chosen interpreter is no longer used, and the first environment goes."""
    from sar_cloud_removal.plugin import settings

    settings.Settings(interpreter=sys.executable).save()
    dialog = looked(open_dialog())
    for folder in ("environment", "environment-2"):
        install_from(dialog, wheels)
        wait_until(lambda: tasks.under_way() is None and dialog.install_button.isEnabled())
        assert dialog.status.text().startswith("<b>Ready"), dialog.status.text()
        assert settings.interpreter() == str(interpreter_in(settings.environment_folder().with_name(folder)))
        assert [path.name for path in slots(settings.environment_folder())] == [folder]
    assert dialog.own.text().endswith(f", {settings.environment_folder()}-2")
    assert dialog.install_button.text() == "Install again"


def test_a_run_that_is_under_way_is_not_ended(tasks, open_dialog, monkeypatch):
    """Repair, Move and Remove end the compute process."""
    from sar_cloud_removal.plugin.compute.client import shared_client

    dialog = looked(open_dialog())
    monkeypatch.setattr(dialog, "_agreed", lambda *question: True)
    with shared_client()._turn:
        for press in (dialog.repair, dialog.remove):
            dialog._say("", "")
            press()
            assert tasks.under_way() is None and "A run is under way" in dialog.status.text()


def finished(tasks, dialog):
    wait_until(lambda: tasks.under_way() is None and dialog.install_button.isEnabled())
    return dialog.status.text()


def test_cloud_detection_is_ticked_at_first_and_then_as_it_was_installed(module, tasks, open_dialog, wheels):
    from sar_cloud_removal.plugin import settings

    dialog = looked(open_dialog())
    assert dialog.csmask.isChecked() and dialog.csmask.text() == "Cloud detection network csmask (175 MB)"
    for path in wheels.glob("onnxruntime*"):
        path.rename(path.with_suffix(".away"))
    dialog.wheels.setFilePath(str(wheels))
    wait_until(lambda: "Missing: onnxruntime" in dialog.wheels_check.text())
    dialog.csmask.setChecked(False)
    wait_until(lambda: dialog.wheels_check.text().startswith("All 6 packages"))
    install_from(dialog, wheels)
    assert finished(tasks, dialog).startswith("<b>Ready")
    marker = read_marker(settings.environment_folder())
    assert marker["csmask"] is False and set(marker["csmask_failures"]) == {"onnxruntime", "ukis_csmask"}
    assert not dialog.csmask.isChecked()
    assert not looked(open_dialog()).csmask.isChecked()
    # Ticked and repaired: it is added.
    for path in wheels.glob("onnxruntime*"):
        path.rename(path.with_suffix(".whl"))
    dialog.csmask.setChecked(True)
    dialog.repair_button.click()
    assert "Repaired: onnxruntime, ukis_csmask. Ready." in finished(tasks, dialog)
    assert read_marker(settings.environment_folder())["csmask"] is True
    assert looked(open_dialog()).csmask.isChecked()
    assert "ukis_csmask 1.0.0" in dialog.packages.text()


def test_what_cannot_be_installed_of_it_is_said(module, tasks, tmp_path):
    plan = tasks.Plan(None, TorchBuild("CPU", None, 1, 1), Source(), csmask=True)
    lacking = Inspection("python", csmask_failures={"onnxruntime": "No matching distribution found for onnxruntime."})
    said = tasks._without_csmask(plan, lacking)
    assert said.startswith("The cloud detection network csmask could not be installed (No matching distribution")
    assert said.endswith("onnxruntime); all else works without it.")
    assert tasks._without_csmask(plan, Inspection("python")) == ""
    assert tasks._without_csmask(tasks.Plan(None, plan.build, Source()), lacking) == ""


def test_the_plugins_own_can_be_used_again_only_when_another_is_used(open_dialog, monkeypatch):
    """The box of the other interpreter shows all that is in it when it is opened: the button is greyed out."""
    from sar_cloud_removal.plugin import settings

    monkeypatch.delenv("SAR_CLOUD_REMOVAL_PYTHON", raising=False)
    dialog = looked(open_dialog())
    dialog.other_box.setCollapsed(False)
    assert not dialog.use_own.isEnabled()
    settings.Settings(interpreter=sys.executable).save()
    assert looked(open_dialog()).use_own.isEnabled()
