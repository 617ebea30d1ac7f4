"""Several processes that train one network together, started by `torchrun`: who is who, and what they tell each other.

Each makes and computes its own part of every batch. What they say is put together again before the loss is computed,
so that the loss, and with it the gradient, is that of the whole batch, as one process would have it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn

from .. import devices
from ..errors import BadOption

# The others wait while the first validates and draws.
PATIENCE = timedelta(hours=4)


@dataclass(frozen=True)
class Ranks:
    """Which of the `count` processes of a run this is; `local` counts those on this machine."""

    rank: int = 0
    count: int = 1
    local: int = 0

    @property
    def first(self) -> bool:
        """Tell whether this process is the one that logs, validates and writes."""
        return self.rank == 0

    def device(self, name: str) -> str:
        """Return the torch device of this process for the option `device`: with several, each has its own GPU.

        Raises `BadOption` and `NoSuchDevice`.
        """
        if self.count == 1:
            return devices.resolve(name)
        if name not in ("cpu", "cuda", devices.AUTO):
            raise BadOption(
                option="device", value=name, detail="of several processes each takes its own: say cuda or cpu"
            )
        if name == devices.AUTO:
            name = "cuda" if torch.cuda.is_available() else "cpu"
        return devices.resolve(f"cuda:{self.local}" if name == "cuda" else name)

    def part(self, total: int) -> list[int]:
        """Return which samples of a batch of `total` are this process's.

        Every process has as many, so that what they say can be gathered; the last sample fills up the last parts.
        """
        size = -(-total // self.count)
        return [min(self.rank * size + index, total - 1) for index in range(size)]

    def gather(self, part: Tensor, total: int) -> Tensor:
        """Return [total, …] of the processes' parts [n, …]; the gradient goes into this process's own part only."""
        if self.count == 1:
            return part
        own = part.detach().contiguous()
        parts = [torch.empty_like(own) for _ in range(self.count)]
        distributed.all_gather(parts, own)
        parts[self.rank] = part
        return torch.cat(parts)[:total]

    def agree(self, elapsed: float, stop: bool) -> tuple[float, bool]:
        """Return the longest `elapsed` seconds of all processes, and whether any is asked to stop."""
        if self.count == 1:
            return elapsed, stop
        said = torch.tensor([elapsed, float(stop)], dtype=torch.float64)
        distributed.all_reduce(said, distributed.ReduceOp.MAX)
        return float(said[0]), bool(said[1])

    def average_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Replace the gradients by their means over the processes."""
        if self.count == 1:
            return
        for parameter in parameters:
            if parameter.grad is not None:
                distributed.all_reduce(parameter.grad)
                parameter.grad /= self.count


ALONE = Ranks()


def launched() -> Ranks:
    """Return which process this is by what `torchrun` left in the environment; alone without it."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1 or "RANK" not in os.environ:
        return ALONE
    return Ranks(int(os.environ["RANK"]), count, int(os.environ.get("LOCAL_RANK", "0")))


@contextmanager
def joined(ranks: Ranks, device: str) -> Iterator[None]:
    """Inside the `with` block the processes of the run can talk: NCCL for what is on GPUs, gloo for the rest."""
    if ranks.count == 1:
        yield
        return
    if device.startswith("cuda"):
        torch.cuda.set_device(device)
    distributed.init_process_group("cpu:gloo,cuda:nccl" if device.startswith("cuda") else "gloo", timeout=PATIENCE)
    try:
        yield
    finally:
        distributed.destroy_process_group()


class SharedNetwork(nn.Module):
    """Runs a network on this process's part of a batch, in `dtype` where autocast can, and gathers the answers.

    [B, …] of all processes in, [B, …] in float32 out, as the network alone would answer.
    """

    def __init__(self, network: nn.Module, ranks: Ranks, dtype: torch.dtype) -> None:
        super().__init__()
        self.ranks = ranks
        self.dtype = dtype
        # An objective may leave one of a network's answers alone; a static graph allows for it.
        shared = nn.parallel.DistributedDataParallel
        self.network = shared(network, static_graph=True) if ranks.count > 1 else network

    def forward(self, *inputs: object, **options: object) -> object:
        total, device = len(inputs[0]), inputs[0].device
        if self.ranks.count > 1:
            part = torch.tensor(self.ranks.part(total), device=device)
            inputs = tuple(_take(each, part, total) for each in inputs)
            options = {name: _take(each, part, total) for name, each in options.items()}
        with torch.autocast(device.type, self.dtype, enabled=self.dtype != torch.float32):
            answer = self.network(*inputs, **options)
        if isinstance(answer, Tensor):
            return self.ranks.gather(answer.float(), total)
        return tuple(None if each is None else self.ranks.gather(each.float(), total) for each in answer)


def _take(value: object, part: Tensor, total: int) -> object:
    """Return the `part` of what holds a row for each of the `total` samples, and all else as it is."""
    return value[part] if isinstance(value, Tensor) and value.ndim and len(value) == total else value
