"""The devices that networks run on: cpu, cuda:N, mps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Optional

import torch

from .errors import NoSuchDevice

AUTO = "auto"


@dataclass(frozen=True)
class Device:
    """A device that works. `name` is what torch calls it, `memory` its bytes where it has its own."""

    name: str
    title: str
    memory: Optional[int] = None


def available() -> tuple[Device, ...]:
    """Return the devices that work, the best first; the last one is always the CPU."""
    found = [*_cuda_devices(), *_mps_devices()]
    return (*(device for device in found if _unusable(device.name) is None), Device("cpu", "Processor"))


def resolve(name: str) -> str:
    """Return the torch name of a device; "auto" is the best one and "cuda" the first GPU.

    Raises `NoSuchDevice`, with the devices that are there.
    """
    if name == "cpu":
        # Without a look at the GPU, on which every look leaves a context of some hundred MB.
        return name
    names = [device.name for device in available()]
    if name == AUTO:
        return names[0]
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in names:
        raise NoSuchDevice(device=name, known=", ".join([AUTO, *names]))
    return wanted


def describe() -> dict:
    """Return what the `Devices` request answers: the devices, the one that "auto" takes, and what torch was built for.

    `unusable` names devices that torch sees and cannot use, with the reason: a GPU too old for its build, for example.
    """
    seen = [*_cuda_devices(), *_mps_devices()]
    reasons = {device.name: _unusable(device.name) for device in seen}
    return {
        "devices": [asdict(device) for device in available()],
        "default": resolve(AUTO),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "unusable": {name: reason for name, reason in reasons.items() if reason},
    }


def _cuda_devices() -> list[Device]:
    if not torch.cuda.is_available():
        return []
    properties = [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]
    return [Device(f"cuda:{index}", each.name, each.total_memory) for index, each in enumerate(properties)]


def _mps_devices() -> list[Device]:
    backend = getattr(torch.backends, "mps", None)
    return [Device("mps", "Apple GPU")] if backend is not None and backend.is_available() else []


def _unusable(name: str) -> Optional[str]:
    """Return why a convolution does not work on a device that torch sees; None when it does."""
    try:
        image = torch.ones(1, 1, 4, 4, device=name)
        answer = torch.nn.functional.conv2d(image, torch.ones(1, 1, 3, 3, device=name)).sum().item()
    except (RuntimeError, NotImplementedError, AssertionError) as error:
        return str(error).strip().splitlines()[0]
    return None if answer == 36.0 else f"it computes 3 × 3 convolutions wrongly ({answer})"


def release_unused_memory() -> None:
    """Give GPU memory that torch keeps for later back to the device, for other programs and for the next batch size."""
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()
