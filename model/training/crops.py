"""Batches of crops on their way to the network: in which order, by how many processes, and each process's part."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Callable

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from ..errors import SarCloudRemovalError, from_dict
from .sampling import CropSource, Sample

#: Tells the draw of an epoch's order from the draws of its crops, which are seeded with a step and an index.
ORDER_STREAM = 2**31


@dataclass(frozen=True)
class Part:
    """What a process makes of the batch of `total` samples of a step: those at `indices`, of `crop` × `crop` pixels.

    `triplets` says of which triplets, one for each index; empty, scenes are drawn.
    """

    step: int
    total: int
    crop: int
    indices: tuple[int, ...]
    triplets: tuple[int, ...] = ()


@dataclass(frozen=True)
class EpochOrder:
    """The order in which `count` triplets are passed over: each once an epoch, in batches, the last one shorter."""

    count: int
    batch: int
    seed: int

    @property
    def steps(self) -> int:
        """How many steps an epoch has."""
        return -(-self.count // self.batch)

    def triplets(self, step: int) -> list[int]:
        """Return the triplets of the batch of a step, counted from the beginning of the run."""
        epoch, place = divmod(step, self.steps)
        order = np.random.default_rng((self.seed, epoch, ORDER_STREAM)).permutation(self.count)
        return order[place * self.batch : (place + 1) * self.batch].tolist()


class _Parts(TorchDataset):
    """Makes the parts of batches; what a worker process gets."""

    def __init__(self, source: CropSource) -> None:
        self.source = source
        if source.recipe.real < 1 or source.recipe.clouds_on_real > 0:
            _ = source.library  # read once here, not in every worker

    def __getitem__(self, part: Part) -> tuple[int, dict]:
        """Return the size of the batch and this part's arrays, or what is wrong with a scene: across processes."""
        triplets = part.triplets or (None,) * len(part.indices)
        try:
            samples = [self.source.sample(part.step, i, part.crop, t) for i, t in zip(part.indices, triplets)]
        except SarCloudRemovalError as error:
            return 0, error.to_dict()
        names = [field.name for field in fields(Sample)]
        return part.total, {name: np.stack([getattr(sample, name) for sample in samples]) for name in names}


@contextmanager
def prefetched(
    source: CropSource, parts: Iterator[Part], workers: int, pin: bool, before: Callable[[], None] = lambda: None
) -> Iterator[Callable[[], tuple[int, dict[str, Tensor]]]]:
    """Yield what returns the next batch's (total, {name: tensor [n, …]}) while the one after it is being made.

    By `workers` processes, or by a thread where there are none. `parts` is run ahead of the training, in
    another thread but never while `before` is called, which is once before each batch that is asked for. What is
    yielded raises what is wrong with a scene.
    """
    loader = DataLoader(
        _Parts(source),
        batch_size=None,
        sampler=parts,
        num_workers=workers,
        pin_memory=pin,
        worker_init_fn=_ignore_signals if workers else None,
        generator=torch.Generator(),  # its own: the one of the network stays as it is
    )
    batches = iter(loader)
    with ThreadPoolExecutor(1) as pool:
        waiting = [pool.submit(next, batches)]

        def take() -> tuple[int, dict[str, Tensor]]:
            total, batch = waiting.pop().result()
            before()
            waiting.append(pool.submit(next, batches))
            if not total:
                raise from_dict(batch)
            return total, batch

        try:
            yield take
        finally:
            for future in waiting:
                future.cancel()


def _ignore_signals(worker: int) -> None:
    """Ctrl-C and a polite kill reach all processes of a run; the workers end with the one that they work for."""
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
