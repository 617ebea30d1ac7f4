"""Runs a network on batches of tiles, and makes do when the device has too little memory for them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from .attention import Observer
from .bands import S2_BANDS
from .errors import BadOption, BadWeights, OutOfMemory
from .memory import CUDA_BYTES_PER_PIXEL, SMALLEST_TILE, TILE_STEP
from .orientations import over_orientations
from .requests import PRECISIONS
from .tiling import Blender, TileGrid

# From this compute capability on, NVIDIA's GPUs compute in bfloat16 rather than emulate it.
BFLOAT16_CAPABILITY = (8, 0)
# One that is too large for the memory nevertheless is halved.
LARGEST_BATCH = 16
_OUT_OF_MEMORY = ("out of memory", "alloc_failed", "can't allocate memory", "not enough memory")


class Predictor:
    """A network, which users know by `name`, on a device: numpy tiles in, numpy tiles out.

    `bands` are the places in `bands.S2_BANDS` of the bands that are wanted. `channels` names what the answer holds
    and where: "reflectance" of those bands; with an `observer` (which watches `network`) "attention", SAR gate and
    attention received; with `influence` how much a pixel changes when the network is asked once more without SAR, of
    which it sees 0 then, as in training: |difference| of reflectance, mean over the bands; and "opacity", the mean of
    α over the bands, of a network that has one. `precision` is "float32" or "bfloat16". With `quality` "best" all of
    them are means over the eight orientations.
    When memory runs out `batch` is halved, then `tile`, the side of what the network sees at once, and `log` is told.
    """

    def __init__(
        self,
        network: nn.Module,
        name: str,
        device: str,
        precision: str,
        bands: Sequence[int],
        tile: int,
        batch: int,
        observer: Observer | None,
        log: Callable[[str], None],
        quality: str = "normal",
        influence: bool = False,
    ) -> None:
        self.batch = batch
        self.tile = tile
        self._network = network
        self._name = name
        self._device = torch.device(device)
        self._bfloat16 = precision == "bfloat16"
        self._bands = torch.tensor(bands, device=self._device)
        self._observer = observer
        self._best = quality == "best"
        self._influence = influence
        self._opacity = has_opacity(network)
        self._log = log

    @property
    def channels(self) -> Channels:
        return channels_of(
            reflectance=len(self._bands),
            attention=2 if self._observer else 0,
            influence=int(self._influence),
            opacity=int(self._opacity),
        )

    def __call__(
        self,
        optical: np.ndarray,
        sar: np.ndarray,
        hidden: np.ndarray | None = None,
    ) -> np.ndarray:
        """Optical [B, 13, H, W] and SAR [B, 2, H, W], float32, scaled to 0–1 → float32 [B, channels, H, W].

        Reflectance is clipped to 0–1. With `hidden` [B, 1, H, W], the least opacity, 0–1, of a network that takes a
        prior, it is not drawn to one: that is for the caller, by `replaced_share`. Raises
        `OutOfMemory`, and `BadWeights` when the answer is not finite.
        """
        if hidden is not None:
            optical = np.concatenate([optical, hidden], axis=1)
        count = sum(each.stop - each.start for each in self.channels.values())
        done = np.empty((len(optical), count, *optical.shape[-2:]), np.float32)
        start = 0
        while start < len(optical):
            part = slice(start, start + self.batch)
            try:
                done[part] = self._predict(optical[part], sar[part])
                start = part.stop
                continue
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Here, where the error and with it the tensors of its frames are gone.
            self._shrink()
        return done

    def _predict(self, optical: np.ndarray, sar: np.ndarray) -> np.ndarray:
        height, width = optical.shape[-2:]
        if self.tile >= max(height, width):
            return self._run(optical, sar)
        parts = TileGrid(height, width, self.tile, self.tile // 4)
        count = sum(each.stop - each.start for each in self.channels.values())
        done = np.empty((len(optical), count, height, width), np.float32)
        for index in range(len(optical)):
            blender = Blender(parts, count)
            for window in parts:
                cut = (slice(index, index + 1), slice(None), *window.slices)
                piece = blender.add(self._run(optical[cut], sar[cut])[0])
                done[(index, slice(None), *piece.window.slices)] = piece.values
        return done

    @torch.inference_mode()
    def _run(self, optical: np.ndarray, sar: np.ndarray) -> np.ndarray:
        inputs = [torch.from_numpy(np.ascontiguousarray(each)).to(self._device) for each in (optical, sar)]
        answer = over_orientations(self._answer, *inputs)[0] if self._best else self._answer(*inputs)
        numbers = answer.cpu().numpy()
        if not np.isfinite(numbers).all():
            raise BadWeights(path=self._name, detail="their answer is not finite")
        return numbers

    def _answer(self, optical: Tensor, sar: Tensor) -> Tensor:
        """Return all channels; after the 13 bands of `optical` may follow the least opacity."""
        answer, opacity = self._reflectance(optical, sar)
        found = [answer]
        if self._observer:
            found.append(self._observer.maps(*optical.shape[-2:]))
        if self._influence:
            difference = answer - self._reflectance(optical, torch.zeros_like(sar))[0]
            found.append(difference.abs().mean(dim=1, keepdim=True))
        if self._opacity:
            found.append(opacity.float().mean(dim=1, keepdim=True))
        return torch.cat(found, dim=1) if len(found) > 1 else answer

    def _reflectance(self, optical: Tensor, sar: Tensor) -> tuple[Tensor, Tensor | None]:
        image, hidden = optical.tensor_split((len(S2_BANDS),), dim=1)
        inputs = [each.contiguous(memory_format=torch.channels_last) for each in (image, sar)]
        given = {"hidden": hidden} if hidden.shape[1] else {}
        opacity = None
        with self._autocast():
            if self._opacity:
                answer, opacity = self._network(*inputs, opacity=True, **given)
            else:
                answer = self._network(*inputs)
        return answer.float()[:, self._bands].clamp(0, 1), opacity

    def _autocast(self) -> contextlib.AbstractContextManager:
        # Not `enabled=False`, which older versions refuse on devices that they cannot do it on.
        if not self._bfloat16:
            return contextlib.nullcontext()
        return torch.autocast(self._device.type, dtype=torch.bfloat16)

    def _shrink(self) -> None:
        """Make what is computed at once smaller."""
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        if self.batch > 1:
            self.batch //= 2
            self._log(f"The device {self._device} has too little memory: the batch is now {self.batch}.")
            return
        smaller = self.tile // 2 // TILE_STEP * TILE_STEP
        if smaller < SMALLEST_TILE:
            raise OutOfMemory(device=self._device, tile=self.tile)
        self.tile = smaller
        self._log(f"The device {self._device} has too little memory: tiles are computed in parts of {smaller} pixels.")


def has_opacity(network: nn.Module) -> bool:
    """Tell whether a network says which share of a pixel it replaces, and takes a prior for what it hides."""
    return bool(getattr(network, "has_opacity", False))


#: Where the channels of an answer lie, by name.
Channels = dict[str, slice]


def channels_of(**counts: int) -> Channels:
    """Return the places of channels that follow each other, without those of which there is none."""
    ends = np.cumsum(list(counts.values())).tolist()
    return {name: slice(end - count, end) for (name, count), end in zip(counts.items(), ends) if count}


def replaced_share(opacity: np.ndarray) -> np.ndarray:
    """Return how much of a pixel a prior replaces: h = 1 − (1 − ᾱ)² of the mean opacity ᾱ (`heads.OpacityHead`)."""
    return 1 - np.square(1 - np.clip(opacity, 0, 1))


def choose_precision(precision: str, device: str) -> str:
    """Return "float32" or "bfloat16"; "auto" takes bfloat16 where the device computes in it. Raises `BadOption`."""
    if precision not in PRECISIONS:
        raise BadOption(option="precision", value=precision, detail=f"choose one of {', '.join(PRECISIONS)}")
    if precision != "auto":
        return precision
    fast = device.startswith("cuda") and torch.cuda.get_device_capability(device) >= BFLOAT16_CAPABILITY
    return "bfloat16" if fast else "float32"


def choose_batch(device: str, tile: int) -> int:
    """Return how many tiles of `tile` × `tile` pixels to compute at once: 1 on a processor, by free memory on a GPU."""
    if not device.startswith("cuda"):
        return 1
    free, _ = torch.cuda.mem_get_info(device)
    return max(1, min(LARGEST_BATCH, int(free * 0.8 / (CUDA_BYTES_PER_PIXEL * tile * tile))))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, in the words of any of torch's back ends."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or any(each in words for each in _OUT_OF_MEMORY)
