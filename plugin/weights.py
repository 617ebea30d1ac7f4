"""The weights that a user can choose by name: those that ship, and the user's own in the profile.

What a file says of itself is read from the header of its safetensors format, a JSON object behind its length in eight
bytes, with the standard library: https://github.com/huggingface/safetensors#format.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path

from qgis.core import QgsApplication

from ..model.errors import BadOption, BadWeights, UnknownModel
from . import settings
from .resources import WEIGHTS
from .translation import tr

FORMAT = "sar-cloud-removal/1"
SUFFIX = ".safetensors"
DEFAULT = "default"
_LARGEST_HEADER = 100_000_000
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
# What makes trouble in file names, in lists of choices or in models.
_UNFIT_NAME = re.compile(r'[\\/:*?"<>|;,\x00-\x1f]')


@dataclass(frozen=True)
class Weights:
    """One file of weights; `problem` says why it cannot be used, "" when it can as far as its header tells."""

    name: str
    path: Path
    # Whether it lies in the user's profile, and not in the plugin.
    own: bool
    summary: str = ""
    config: dict = field(default_factory=dict)
    provenance: dict = field(default_factory=dict)
    # Numbers in its tensors.
    parameters: int = 0
    size: int = 0
    problem: str = ""

    @property
    def architecture(self) -> str:
        return str(self.config.get("architecture", ""))

    @property
    def card(self) -> Path | None:
        """The model card beside the file."""
        path = self.path.with_suffix(".md")
        return path if path.is_file() else None

    @property
    def request_name(self) -> str:
        """What a request calls it: the compute process knows the names of shipped ones, and any path."""
        return str(self.path) if self.own else self.name


def folder() -> Path:
    """Return the folder of the user's own weights, which need not be there."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "sar_cloud_removal" / "weights"


def shipped() -> list[Weights]:
    """Return the weights that came with the plugin; the first is the default."""
    try:
        listed = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        entries = [(each["name"], WEIGHTS.parent / each["file"], each.get("summary", "")) for each in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [_described(name, path, False, summary) for name, path, summary in entries]


def own() -> list[Weights]:
    """Return the user's own weights, in the order of their names."""
    found = sorted(folder().glob(f"*{SUFFIX}"), key=lambda path: path.name.lower()) if folder().is_dir() else []
    return [_described(path.stem, path, True) for path in found if not path.name.startswith(".")]


def managed_names() -> tuple[str, ...]:
    """Return the names that the weights manager knows: "default", those that ship, the user's own that can be used."""
    return (DEFAULT, *(each.name for each in shipped()), *(each.name for each in own() if not each.problem))


def names() -> tuple[str, ...]:
    """Return the names to choose from: those of the manager, and the path of a file that the settings propose."""
    managed = managed_names()
    chosen = settings.Settings.load().model
    return (*managed, chosen) if chosen not in managed and chosen.endswith(SUFFIX) else managed


def proposed() -> str:
    """Return the name that dialogs propose: that of the settings while there is such a model, else "default"."""
    chosen = settings.Settings.load().model
    return chosen if chosen in names() else DEFAULT


def request_name(name: str) -> str:
    """Return what a request calls the weights that a user calls `name`. Raises `UnknownModel`."""
    if name == DEFAULT:
        return name
    for each in (*shipped(), *own()):
        if each.name == name:
            return each.request_name
    if name.endswith(SUFFIX):
        return name
    raise UnknownModel(model=name, known=", ".join(names()))


def read(path: Path) -> Weights:
    """Return what the header of `path` says. Raises `BadWeights` for a file that is damaged or of something else."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else -1
            if not 2 <= length <= min(size - 8, _LARGEST_HEADER):
                raise BadWeights(path=path, detail=tr("it is no safetensors file, or only its beginning"))
            header = json.loads(file.read(length))
        noted = header.pop("__metadata__", None) or {}
        if noted.get("format") != FORMAT:
            raise BadWeights(path=path, detail=tr("it holds weights of another program"))
        config, provenance = json.loads(noted["config"]), json.loads(noted["provenance"])
        if not isinstance(config.get("architecture"), str) or not isinstance(provenance, dict):
            raise ValueError("no architecture")
        parameters = _count(header, size - 8 - length, path)
    except OSError as error:
        raise BadWeights(path=path, detail=error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadWeights(path=path, detail=tr("its description is damaged ({})").format(error)) from error
    return Weights(path.stem, path, False, "", config, provenance, parameters, size)


def _count(tensors: dict, there: int, path: Path) -> int:
    """Return how many numbers the tensors hold. Raises `BadWeights` when the file does not hold them in whole."""
    numbers, end = 0, 0
    for tensor in tensors.values():
        first, last = tensor["data_offsets"]
        count = math.prod(tensor["shape"])
        if last - first != count * _BYTES[tensor["dtype"]]:
            raise ValueError("a tensor's size")
        numbers, end = numbers + count, max(end, last)
    if end != there:
        raise BadWeights(path=path, detail=tr("it holds {there} of {wanted} bytes").format(there=there, wanted=end))
    return numbers


def _described(name: str, path: Path, own: bool, summary: str = "") -> Weights:
    try:
        found = read(path)
    except BadWeights as error:
        size = path.stat().st_size if path.is_file() else 0
        return Weights(name, path, own, summary, size=size, problem=str(error.values["detail"]))
    return Weights(name, path, own, summary, found.config, found.provenance, found.parameters, found.size)


def check_name(name: str) -> None:
    """Raise `BadOption` for a name that a file, a list of choices or another model forbids."""
    taken = {each.lower() for each in (DEFAULT, *(each.name for each in (*shipped(), *own())))}
    if not name or name != name.strip(" .") or _UNFIT_NAME.search(name):
        detail = tr('it has to be a plain name, without / \\ : * ? " < > | ; and commas')
    elif name.lower() in taken:
        detail = tr("there is one of that name already")
    else:
        return
    raise BadOption(option=tr("Name"), value=name, detail=detail)


def add(path: Path, name: str) -> Weights:
    """Copy the weights in `path`, and the model card beside them, into the profile under `name`.

    Raises `BadWeights`, `BadOption` for the name, and `OSError` when they cannot be written.
    """
    read(path)
    check_name(name)
    folder().mkdir(parents=True, exist_ok=True)
    target = folder() / f"{name}{SUFFIX}"
    card = path.with_suffix(".md")
    if card.is_file():
        _copy(card, target.with_suffix(".md"))
    _copy(path, target)
    return _described(name, target, True)


def _copy(source: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        shutil.copyfile(source, partial)
        os.replace(partial, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()


def delete(weights: Weights) -> None:
    """Delete one of the user's own, and its card; what was the default is no longer. Raises `OSError`."""
    if not weights.own or weights.path.parent != folder():
        raise PermissionError(f"«{weights.name}» came with the plugin")
    weights.path.unlink()
    with contextlib.suppress(FileNotFoundError):
        weights.path.with_suffix(".md").unlink()
    chosen = settings.Settings.load()
    if chosen.model == weights.name:
        chosen.model = DEFAULT
        chosen.save()
