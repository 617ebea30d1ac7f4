"""Weights that describe themselves: a safetensors file with the network's config and provenance in its metadata."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import nn

from ..errors import BadOption, BadWeights, UnknownModel
from . import build, config_to_dict

FORMAT = "sar-cloud-removal/1"
WEIGHTS_FOLDER = Path(__file__).resolve().parent.parent / "weights"
DEFAULT_TILE = 256


@dataclass(frozen=True)
class Checkpoint:
    """A network in evaluation mode with where it came from.

    `provenance["tile"]` is the side in pixels of the crops that it was trained with; `sha256` is of the whole file.
    """

    network: nn.Module
    config: dict
    provenance: dict
    sha256: str
    path: Path

    @property
    def tile(self) -> int:
        return int(self.provenance.get("tile", DEFAULT_TILE))


def save(path: Path, network: nn.Module, provenance: dict, dtype: torch.dtype = torch.float32) -> None:
    """Write `network.state_dict()` and `network.config` to `path`, beside it first and then renamed."""
    tensors = {
        name: (tensor.detach().cpu().to(dtype) if tensor.is_floating_point() else tensor.detach().cpu()).contiguous()
        for name, tensor in network.state_dict().items()
    }
    metadata = {
        "format": FORMAT,
        "config": json.dumps(config_to_dict(network.config)),
        "provenance": json.dumps(provenance),
    }
    _write(Path(path), tensors, metadata)


def copy(path: Path, output: Path, provenance: dict) -> None:
    """Write the weights in `path` to `output` with another provenance, the tensors as they are to the bit.

    Raises `BadWeights`.
    """
    config, _, tensors = _read(path)
    _write(output, tensors, {"format": FORMAT, "config": json.dumps(config), "provenance": json.dumps(provenance)})


def load(path: Path, device: str = "cpu") -> Checkpoint:
    """Return the checkpoint in `path`, its network in float32 on `device`.

    Raises `BadWeights` when the file is damaged, is no checkpoint of this project, or does not fit its own config.
    """
    path = Path(path)
    try:
        config, provenance, tensors = _read(path)
        network = build(migrated(config))
        network.load_state_dict({name: t.float() if t.is_floating_point() else t for name, t in tensors.items()})
        checkpoint = Checkpoint(network.eval(), config, provenance, _sha256(path), path)
        if checkpoint.tile < 1:
            raise ValueError(f"the tile is {checkpoint.tile}")
    except (OSError, SafetensorError) as error:
        raise BadWeights(path=path, detail=f"the file is damaged or is no safetensors file ({error})") from error
    except BadOption as error:
        raise BadWeights(path=path, detail=f"they are of another version or network ({error})") from error
    except (RuntimeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadWeights(path=path, detail=f"they do not fit their network ({_first_line(error)})") from error
    network.to(device, memory_format=torch.channels_last)
    return checkpoint


#: What a multi-stage fusion network was before its config said so, apart from what its config said already.
UNSAID = {
    "scaling": "log",
    "attention": "cosine",
    "distance_bias": True,
    "cloud_bias": True,
    "normalise": True,
    "bypass": True,
    "dfin_start": "identity",
    "dfin_max": "elements",
    "residual": "opacity",
}


def migrated(config: Mapping) -> dict:
    """Return the config of weights in today's fields, so that files of earlier versions are what they were."""
    if config.get("architecture") == "multistage_fusion" and "scaling" not in config:
        return {**UNSAID, **config}
    return dict(config)


def describe(name_or_path: str) -> dict:
    """Return what weights are, after loading them into their network as a run does.

    `parameters` counts what was learnt, without running means and the like. Raises `UnknownModel` and `BadWeights`.
    """
    checkpoint = load(resolve(name_or_path))
    return {
        "path": str(checkpoint.path),
        "sha256": checkpoint.sha256,
        "architecture": checkpoint.config["architecture"],
        "parameters": sum(parameter.numel() for parameter in checkpoint.network.parameters()),
        "tile": checkpoint.tile,
        "config": checkpoint.config,
        "provenance": checkpoint.provenance,
    }


@dataclass(frozen=True)
class ShippedModel:
    """One line of `model/weights/index.json`."""

    name: str
    file: str
    summary: str

    @property
    def path(self) -> Path:
        return WEIGHTS_FOLDER / self.file


def shipped_models() -> list[ShippedModel]:
    """Return the models that come with the plugin; the first is the default."""
    entries: list[dict[str, str]] = json.loads((WEIGHTS_FOLDER / "index.json").read_text(encoding="utf-8"))
    names = {field.name for field in dataclasses.fields(ShippedModel)}
    return [ShippedModel(**{key: value for key, value in entry.items() if key in names}) for entry in entries]


def resolve(name_or_path: str) -> Path:
    """Return the weights file of a shipped model ("default": the first of them) or of a path. Raises `UnknownModel`."""
    models = shipped_models()
    if name_or_path == "default":
        return models[0].path
    for model in models:
        if model.name == name_or_path:
            return model.path
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    raise UnknownModel(model=name_or_path, known=", ".join(model.name for model in models))


def _write(path: Path, tensors: dict, metadata: dict) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(to_bytes(tensors, metadata=metadata))
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _read(path: Path) -> tuple:
    with safe_open(str(path), framework="pt") as file:
        metadata = file.metadata() or {}
        if metadata.get("format") != FORMAT:
            raise BadWeights(path=path, detail="it was not made by this plugin")
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping, only keys()
    return json.loads(metadata["config"]), json.loads(metadata["provenance"]), tensors


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:200]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
