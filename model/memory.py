"""How much memory a run needs, and how many tiles at once, and how large a part of them, a limit leaves room for.

An estimate, made before the run, of what the process holds at its highest point: on the processor its main memory, with
the tiles that wait to be computed and to be written, or, where clouds are looked for first, what that takes, if it is
more; on a CUDA device the memory of that device, where no clouds are looked for. What is counted is in `Demand`; not
counted are the second process that writes the overviews of a large result, and on a CUDA device the context of CUDA.
The terms are rounded up from measurements (`benchmarks/memory.py`, and one run of the shipped network on a tile, which
took 1,060 bytes a pixel, with the quality best and its maps 1,500; csmask took 224 MB when it was loaded and 60 MB
more for its first tiles, and 170 bytes for each pixel that was looked at).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import MemoryLimit
from .pipeline import THREADS

GB = 1e9
# Python, torch, GDAL and the weights of the shipped network, before anything is read.
BASE_BYTES = 330e6
# What GDAL keeps of the files that it reads and writes; `raster` sets it.
CACHE_BYTES = 256e6
# While the network runs, for each pixel that it sees at once.
CPU_BYTES_PER_PIXEL, CUDA_BYTES_PER_PIXEL = 1_600, 4_000
# A pixel of a tile on its way, beside its bands as they are stored: reflectance, what is valid, wanted and covered, the
# network's input, and its answer.
TILE_BYTES_PER_PIXEL = 200
# The network of ukis-csmask: onnxruntime, the weights, and what it computes for a tile.
CSMASK_BYTES = 300e6
# The fit of hidden ground: scikit-learn, the samples, the forests of the regions in use, and features of a few windows.
FIT_BYTES = 200e6
# Parts of a tile are never smaller than this; 16 is a token of the network.
SMALLEST_TILE = 64
TILE_STEP = 16


@dataclass(frozen=True)
class Demand:
    """What a run needs: `tile` and `overlap` in pixels, `width` of the scene, `channels` of the answers, `bands` of
    the Sentinel-2 file with `itemsize` bytes each.

    Where clouds are looked for, `detection` has the pixels that a method holds at once for each one that may run,
    which are "spectral" and "csmask". `fits` says whether hidden ground is fitted to the scene.
    """

    tile: int
    overlap: int
    width: int
    channels: int
    bands: int
    itemsize: int
    on_cuda: bool = False
    detection: Mapping[str, int] = field(default_factory=dict)
    fits: bool = False

    def needed(self, batch: int, part: int) -> float:
        """Return the bytes that are needed with `batch` tiles at once, each seen in parts of `part` pixels' side."""
        if self.on_cuda:
            return CUDA_BYTES_PER_PIXEL * batch * part**2
        # Read ahead and waiting to be written: a batch and one each; in work: a batch, those that are read, one that
        # is written.
        on_the_way = 3 * batch + 3 + THREADS
        tiles = on_the_way * self.tile**2 * self._pixel
        # The rows that two rows of tiles share, and the blocks of 256 rows that are not complete yet.
        rows = self.width * (self.overlap * 4 * (self.channels + 1) + (self.tile + 256) * self.bands * self.itemsize)
        network = CPU_BYTES_PER_PIXEL * batch * part**2
        # The detector is gone before the first tile is read.
        fit = FIT_BYTES * self.fits
        return BASE_BYTES + CACHE_BYTES + max(tiles + rows + network + fit, self._looking)

    @property
    def _pixel(self) -> int:
        """The bytes of a pixel that is read and looked at."""
        return TILE_BYTES_PER_PIXEL + self.bands * self.itemsize

    @property
    def _looking(self) -> float:
        """The bytes that looking for clouds takes."""
        needs = (pixels * self._pixel + CSMASK_BYTES * (name == "csmask") for name, pixels in self.detection.items())
        return max(needs, default=0.0)


def fit(demand: Demand, batch: int, limit: float) -> tuple[int, int]:
    """Return the batch and the side of the parts of a tile, in pixels, with which a run stays below `limit` bytes.

    The batch is halved first, then the part, as when memory runs out. Raises `MemoryLimit` when that is not
    enough.
    """
    part = demand.tile
    while demand.needed(batch, part) > limit:
        smaller = part // 2 // TILE_STEP * TILE_STEP
        if batch > 1:
            batch //= 2
        elif smaller >= SMALLEST_TILE:
            part = smaller
        else:
            # Rounded up, so that the number that it says is enough.
            least = -(-demand.needed(batch, part) // (GB / 10)) / 10
            raise MemoryLimit(limit=round(limit / GB, 3), least=least, tile=demand.tile)
    return batch, part
