"""Typed settings, kept in QGIS's own settings, and which interpreter computes."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote, urlsplit

from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtNetwork import QNetworkProxy

from ..model.errors import BrokenEnvironment, InstallFailed, NoEnvironment
from .compute.environment import current, interpreter_in

# Names the interpreter for tests and for machines that an administrator sets up. It comes before all settings.
INTERPRETER_VARIABLE = "SAR_CLOUD_REMOVAL_PYTHON"

# The name of the first of the networks that ship, whichever that is.
DEFAULT_MODEL = "default"
# What the algorithms take at least, in pixels.
SMALLEST_TILE = 32

_PREFIX = "sar_cloud_removal/"


@dataclass
class Settings:
    """What a user can set; the field's default is the setting's default."""

    # A Python with all packages of the environment; "" for the environment that the plugin made.
    interpreter: str = ""
    # The device that the dialog proposes: "auto", "cuda", "mps" or "cpu".
    device: str = "auto"
    # How long the compute process stays ready after a run; 0 for as long as QGIS runs.
    idle_seconds: int = 600
    # The network that dialogs and scripts begin with: a name of the weights manager, or the path of weights.
    model: str = DEFAULT_MODEL
    # The side of a tile in pixels that they begin with; 0 for that of the crops that the weights were trained with.
    tile: int = 0
    # What Remove clouds may take of memory, in 10^9 bytes; 0 for as much as there is.
    memory_gb: float = 0.0
    # The place of the plugin's environment; "" for the one in the user's profile.
    environment: str = ""
    # Whether setting up the environment has been offered in this profile.
    set_up_offered: bool = False

    @classmethod
    def load(cls) -> Settings:
        stored = QgsSettings()
        values = {}
        for field in fields(cls):
            value = stored.value(_PREFIX + field.name, field.default, type(field.default), QgsSettings.Section.Plugins)
            values[field.name] = value
        return cls(**values)

    def save(self) -> None:
        stored = QgsSettings()
        for field in fields(self):
            stored.setValue(_PREFIX + field.name, getattr(self, field.name), QgsSettings.Section.Plugins)

    @staticmethod
    def remove() -> None:
        """Remove all that the plugin has ever kept in QGIS's settings."""
        QgsSettings().remove(_PREFIX.rstrip("/"), QgsSettings.Section.Plugins)


def profile_environment() -> Path:
    """Return the place in the user's profile into which the plugin makes its environment if nobody moves it."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "sar_cloud_removal" / "environment"


def environment_folder() -> Path:
    """Return the place of the environment that the plugin makes: `compute.environment.current` finds it there."""
    moved = Settings.load().environment
    return Path(moved) if moved else profile_environment()


def interpreter() -> str:
    """Return the Python that computes: of the variable, else of the settings, else of the plugin's environment.

    Looks at files only, so it is quick. Raises `NoEnvironment` when there is none, and `BrokenEnvironment` when
    the one that was named is not there.
    """
    named = os.environ.get(INTERPRETER_VARIABLE) or Settings.load().interpreter
    if named:
        if not Path(named).is_file():
            raise BrokenEnvironment(interpreter=named, detail="there is no such file")
        return named
    folder = current(environment_folder())
    if folder is None:
        raise NoEnvironment()
    return str(interpreter_in(folder))


def proxy() -> tuple[str | None, str]:
    """Return QGIS's proxy as a URL, `None` without one, and the hosts that it is not used for, with commas.

    A system proxy is left to pip, which finds it by itself. Raises `InstallFailed` for a SOCKS proxy, for which pip
    needs a package that a fresh environment has not.
    """
    if not QgsSettings().value("proxy/proxyEnabled", False, bool):
        return None, ""
    manager = QgsNetworkAccessManager.instance()
    used = manager.fallbackProxy()
    if (
        used.type() not in (QNetworkProxy.ProxyType.HttpProxy, QNetworkProxy.ProxyType.Socks5Proxy)
        or not used.hostName()
    ):
        return None, ""
    if used.type() == QNetworkProxy.ProxyType.Socks5Proxy:
        raise InstallFailed(
            detail="pip cannot use a SOCKS proxy. Set an HTTP proxy in Settings ▸ Options ▸ Network, "
            "or install from a folder of downloaded packages and take nothing from the Internet."
        )
    login = f"{_quoted(used.user())}:{_quoted(used.password())}@" if used.user() else ""
    # QGIS keeps beginnings of URLs, pip wants hosts.
    hosts = [urlsplit(entry).hostname or entry for entry in manager.noProxyList()]
    return f"http://{login}{used.hostName()}:{used.port()}", ",".join(hosts)


def _quoted(text: str) -> str:
    return quote(text, safe="")
