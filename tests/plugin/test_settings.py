"""Settings, and which interpreter computes."""

from __future__ import annotations

import json
import sys

import pytest

from sar_cloud_removal.model.errors import BrokenEnvironment, InstallFailed, NoEnvironment


@pytest.fixture
def settings(no_environment):
    from sar_cloud_removal.plugin import settings

    yield settings
    settings.Settings().save()


def test_settings_keep_their_values_and_types(settings):
    assert settings.Settings.load() == settings.Settings()
    changed = settings.Settings(
        interpreter="/usr/bin/python3",
        device="cpu",
        idle_seconds=30,
        model="/own.safetensors",
        tile=128,
        memory_gb=1.5,
    )
    changed.save()
    assert settings.Settings.load() == changed


def test_no_environment_at_all(settings):
    with pytest.raises(NoEnvironment, match="Set up compute environment"):
        settings.interpreter()


def test_variable_comes_before_settings_and_settings_before_the_profile(settings, monkeypatch, tmp_path):
    from sar_cloud_removal.plugin.compute.environment import MARKER, interpreter_in

    folder = settings.environment_folder()
    python = interpreter_in(folder)
    python.parent.mkdir(parents=True)
    python.touch()
    with pytest.raises(NoEnvironment):
        settings.interpreter()
    (folder / MARKER).write_text(json.dumps({"build": "CPU"}))
    assert settings.interpreter() == str(python)

    chosen = tmp_path / "python3"
    chosen.touch()
    settings.Settings(interpreter=str(chosen)).save()
    assert settings.interpreter() == str(chosen)

    monkeypatch.setenv("SAR_CLOUD_REMOVAL_PYTHON", sys.executable)
    assert settings.interpreter() == sys.executable
    (folder / MARKER).unlink()
    python.unlink()


def test_interpreter_that_is_gone_is_named(settings, tmp_path):
    settings.Settings(interpreter=str(tmp_path / "gone")).save()
    with pytest.raises(BrokenEnvironment, match="gone» does not work: there is no such file"):
        settings.interpreter()


@pytest.fixture
def use_proxy(settings):
    """Set QGIS's proxy as its options dialog does."""
    from qgis.core import QgsNetworkAccessManager, QgsSettings

    stored = QgsSettings()

    def use(**values):
        common = {"proxyEnabled": True, "proxyHost": "proxy.example", "proxyPort": "3128"}
        for key, value in {**common, **values}.items():
            stored.setValue(f"proxy/{key}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield use
    stored.remove("proxy")
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def test_proxy_of_qgis_is_passed_on(settings, use_proxy):
    assert settings.proxy() == (None, "")
    use_proxy(proxyType="HttpProxy", proxyUser="me@work", proxyPassword="a:b")
    assert settings.proxy() == ("http://me%40work:a%3Ab@proxy.example:3128", "")


def test_addresses_without_proxy_become_hosts(settings, use_proxy):
    use_proxy(proxyType="HttpProxy", noProxyUrls=["https://wheels.example:8443/simple", "intranet.example"])
    assert settings.proxy() == ("http://proxy.example:3128", "wheels.example,intranet.example")


def test_socks_proxy_is_refused(settings, use_proxy):
    use_proxy(proxyType="Socks5Proxy")
    with pytest.raises(InstallFailed, match="pip cannot use a SOCKS proxy. Set an HTTP proxy"):
        settings.proxy()
