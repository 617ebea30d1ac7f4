"""One scene: the rasters of a request, checked before any work begins, and read as tiles that a network can take."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import distance_transform_edt

from .backscatter import apply_scales, measured_db, undeclared_fill, without_fill, zero_fills
from .bands import (
    S1_BANDS,
    S2_BANDS,
    S1Scaling,
    S2Layout,
    S2Scaling,
    fill_missing_bands,
    find_s1_bands,
    find_s1_units,
    find_s2_bands,
    find_s2_scaling,
    looks_like_s1,
    looks_like_s2,
    scale_s1,
    scale_s2,
)
from .cloud_detection import CLEAR, CLOUD, SHADOW, THIN, UNKNOWN
from .clouds.product_masks import OWN_CLASSES, MaskKind, find_mask_kind
from .errors import (
    Cancelled,
    EmptyInput,
    ExtentOutside,
    GridMismatch,
    LayersSwapped,
    MaskMismatch,
    NoOverlap,
    SameLayer,
)
from .pipeline import in_order
from .raster import (
    AlignedOpticalReader,
    AlignedReader,
    Grid,
    OpticalReader,
    Source,
    bands_of,
    find_grid,
    metres_per_pixel,
)
from .requests import Reconstruct
from .tiling import TileGrid, Window, windows

# Values are looked at in this many windows of this side, in either direction.
SAMPLE_WINDOWS, SAMPLE_SIZE = 5, 64
# Pixels of Sentinel-2 are 10 m; from here on, in metres, the ground looks different to a network.
FINEST_PIXEL, COARSEST_PIXEL = 7.0, 15.0
# The usual side of a tile, by which the margin around an extent is measured; what the weights say is not known yet.
DEFAULT_TILE = 256
# Fewer valid pixels than this in the samples may be a speck that tells nothing of the units; so everything is read, in
# windows of this side, until that many are found.
ENOUGH_SAMPLES, SEARCH_SIZE = 1000, 1024
# A mask is looked at in more windows, since a class that is rare tells most; one of up to so many pixels as a whole.
MASK_WINDOWS, WHOLE_MASK = 16, 1_000_000
# A mask that leaves less than this share clear is probably read the wrong way round.
LEAST_CLEAR = 0.005


@dataclass(frozen=True)
class Tile:
    """What is known about one window of the scene.

    `numbers` [bands, h, w] are all bands of the Sentinel-2 file as stored. Of its Sentinel-2 bands: `reflectance`
    [K, h, w] as the network sees it, 0–1, and `valid` [K, h, w]. Of its pixels [h, w]: `covered`, where Sentinel-1 or
    a clear date has a value; `classes`, those of `cloud_detection` by the mask, uint8, UNKNOWN where there is no mask;
    `share`, 0–1, how much of the reconstruction is wanted, 1 where there is no mask. `optical` [13, t, t] and `sar`
    [2, t, t], float32, are what the network takes, and None where nothing of this tile is wanted. Missing radar is
    exactly 0 in both bands of `sar`.
    """

    window: Window
    numbers: np.ndarray
    reflectance: np.ndarray
    valid: np.ndarray
    covered: np.ndarray
    classes: np.ndarray
    share: np.ndarray
    needed: np.ndarray
    optical: np.ndarray | None = None
    sar: np.ndarray | None = None

    def cut(self, window: Window) -> Tile:
        """Return the part of the tile in `window`, a window of the scene inside it, without the network's input."""
        area = window.relative_to(self.window).slices
        parts = {
            name: getattr(self, name)[(..., *area)]
            for name in ("numbers", "reflectance", "valid", "covered", "classes", "share", "needed")
        }
        return Tile(window=window, **parts)


class Scene:
    """The rasters of a request on one grid. Made by `open_scene`, which checks and closes them.

    `result` is the grid of what is asked for, and `inner` its window in `grid`, the grid of all that is read: around an
    extent a margin, so that the network sees the ground there too. Windows are those of `grid`. The scene of another
    date can lie `onto` the grid of the first one.
    """

    def __init__(
        self,
        request: Reconstruct,
        s1: Source | None,
        s2: Source,
        mask: Source | None,
        onto: Scene | None = None,
        mask_kind: MaskKind | None = None,
    ) -> None:
        self.s1, self.s2, self.mask, self.mask_kind = s1, s2, mask, mask_kind
        self.warnings: list[str] = []
        self.feather = request.feather
        self.s1_layout = find_s1_bands(s1.facts(), request.s1_bands) if s1 else None
        self.s1_scaling: S1Scaling | None = None
        self.layout = find_s2_bands(s2.facts(), request.s2_bands)
        #: Where clear dates have a value in a window [h, w], which does where Sentinel-1 has none.
        self.dated: Callable[[Window], np.ndarray] | None = None
        self.level = self.layout.level(request.level)
        if onto:
            self.result, self.grid, self._placed = onto.result, onto.grid, onto.s2
        else:
            self.result, self._placed = find_grid(s2, request.extent, request.extent_crs), s2
            self.grid = _with_margin(self.result, s2, request.tile or DEFAULT_TILE)
        self.inner = Window(
            self.result.row - self.grid.row,
            self.result.column - self.grid.column,
            self.result.height,
            self.result.width,
        )
        if onto:
            self._optical = AlignedOpticalReader(s2, self.grid, self._placed, self.layout.numbers)
        else:
            self._optical = OpticalReader(s2, self.grid, self.layout.numbers)
        self._sar = AlignedReader(s1, self.grid, self._placed) if s1 else None
        self._mask = AlignedReader(mask, self.grid, self._placed, nearest=True) if mask else None

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(each for each in (self.s1, self.s2, self.mask) if each)

    @property
    def optical(self) -> OpticalReader | AlignedOpticalReader:
        """What reads the windows of Sentinel-2."""
        return self._optical

    @contextlib.contextmanager
    def masked_by(self, mask: Source) -> Iterator[None]:
        """Keep what `mask`, classes that somebody else closes afterwards, says is clear; before any tile is read."""
        self.mask, self._mask = mask, AlignedReader(mask, self.grid, self._placed, nearest=True)
        self.mask_kind = OWN_CLASSES
        try:
            yield
        finally:
            # Else its file would still be open, and Windows removes no open file.
            self._mask.close()
            self.mask = self._mask = self.mask_kind = None

    @property
    def bands(self) -> tuple[str, ...]:
        """The Sentinel-2 bands that are reconstructed, in the order of the file."""
        return tuple(S2_BANDS[index] for index in self.layout.present)

    def findings(self) -> list[str]:
        """Return, for the log, what has been found out about the rasters; after `find_scaling`."""
        found = [
            f"«{self.s2.name}»: {', '.join(self.layout.names)} ({self.layout.reason}); {self.scaling.reason}.",
            f"«{self.s2.name}» is taken for Level-{self.level[1:].upper()}.",
        ]
        if self.s1:
            numbers = ", ".join(f"{name} is band {number}" for name, number in zip(S1_BANDS, self.s1_layout.numbers))
            found.append(f"«{self.s1.name}»: {numbers} ({self.s1_layout.reason}); {self.s1_scaling.reason}.")
        if self.mask_kind:
            found.append(f"The cloud mask «{self.mask.name}»: {self.mask_kind.reason}.")
        return found

    def close(self) -> None:
        for reader in filter(None, (self._optical, self._sar, self._mask)):
            reader.close()

    def tiles(self, grid: TileGrid, side: int, everywhere: bool) -> Iterator[Tile]:
        """Yield the tiles of `grid`; the network's input is padded to `side`.

        A tile is computed where it holds pixels of the result that are valid, that Sentinel-1 covers and that the mask
        marks; `everywhere` takes no notice of the mask. Several threads read and prepare the next ones.
        """
        return in_order(lambda window: self.read_tile(window, side, everywhere), grid)

    def read_tile(self, window: Window, side: int, everywhere: bool) -> Tile:
        """Return one tile, see `tiles`. Raises `UnreadableInput`. Several threads may call it at once."""
        numbers, valid = self._optical.read(window)
        chosen = bands_of(numbers, [number - 1 for number in self.layout.numbers])
        reflectance = scale_s2(chosen, self.scaling.scale, self.scaling.offset)
        measured = valid.any(axis=0)
        classes, share = self._read_mask(window)
        wanted = measured & self._asked_for(window) & (everywhere | (share > 0))
        if not wanted.any():
            nowhere = np.zeros_like(measured)
            return Tile(window, numbers, reflectance, valid, ~nowhere, classes, share, nowhere)
        backscatter = self.read_backscatter(window)
        measured_s1 = np.isfinite(backscatter).all(axis=0)
        covered = measured_s1 | self.dated(window) if self.dated else measured_s1
        needed = wanted & covered
        tile = Tile(window, numbers, reflectance, valid, covered, classes, share, needed)
        if not needed.any():
            return tile
        optical = self.all_bands(_fill(reflectance, valid))
        # As in training: what is measured is never 0, so that 0 in both bands means missing and nothing else.
        sar = np.where(measured_s1, scale_s1(backscatter), np.float32(0))
        return replace(tile, optical=padded(optical, side), sar=padded(sar, side))

    def read_reflectance(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return reflectance of the file's Sentinel-2 bands [K, h, w], 0–1, and where each is measured [K, h, w]."""
        numbers, valid = self._optical.read(window)
        chosen = bands_of(numbers, [number - 1 for number in self.layout.numbers])
        return scale_s2(chosen, self.scaling.scale, self.scaling.offset), valid

    def all_bands(self, reflectance: np.ndarray) -> np.ndarray:
        """Return the bands [K, h, w] of the file as the network wants them [13, h, w]."""
        if self.layout.present == tuple(range(len(S2_BANDS))):
            return reflectance
        optical = np.zeros((len(S2_BANDS), *reflectance.shape[1:]), np.float32)
        optical[list(self.layout.present)] = reflectance
        return fill_missing_bands(optical, self.layout.present)

    def _asked_for(self, window: Window) -> np.ndarray:
        """Return which pixels of a window are in the result [h, w]."""
        asked = np.zeros((window.height, window.width), bool)
        part = window.intersection(self.inner)
        if part is not None:
            asked[part.relative_to(window).slices] = True
        return asked

    def read_backscatter(self, window: Window) -> np.ndarray:
        """Return VV and VH in dB, float32 [2, h, w], NaN where Sentinel-1 is missing."""
        if self._sar is None:
            return np.full((2, window.height, window.width), np.nan, np.float32)
        return measured_db(self._read_s1(window), self.s1_scaling, zero_fills([self.s1], self.s1_scaling))

    def read_classes(self, window: Window) -> np.ndarray:
        """Return the classes of `cloud_detection` by the mask, uint8 [h, w]; UNKNOWN where it has no value."""
        if self._mask is None:
            return np.full((window.height, window.width), UNKNOWN, np.uint8)
        return self.mask_kind.classes(self._mask.read(window, self.mask_kind.numbers))

    def read_share(self, window: Window) -> np.ndarray:
        """Return how much of the reconstruction a pixel gets, 0–1, float32 [h, w]: by the mask, all 1 without one.

        It is that of `share_of`, and the same with whatever window it is read, as pixels around the window are looked
        at. The border of the scene is no edge.
        """
        return self._read_mask(window)[1]

    def _read_mask(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return what `read_classes` and `read_share` do."""
        if self._mask is None:
            return self.read_classes(window), np.ones((window.height, window.width), np.float32)
        halo = self.feather + 1
        around = Window(window.row - halo, window.column - halo, window.height + 2 * halo, window.width + 2 * halo)
        classes = np.full((around.height, around.width), UNKNOWN, np.uint8)
        inside = around.intersection(self.grid.whole)
        classes[inside.relative_to(around).slices] = self.read_classes(inside)
        middle = (slice(halo, -halo), slice(halo, -halo))
        return classes[middle], share_of(classes, self.feather)[middle]

    def read_marked(self, window: Window) -> np.ndarray:
        """Return where the mask says anything, cloud or clear [h, w]; nowhere without one."""
        if self._mask is None:
            return np.zeros((window.height, window.width), bool)
        return self.read_classes(window) != UNKNOWN

    def check_overlap(self) -> None:
        """Raise `NoOverlap`, `ExtentOutside` or `MaskMismatch` for a raster that has no pixel on the grid.

        `GridMismatch` for a scene of another date that has none on the grid of the first.
        """
        if not self._optical.overlaps(self.result):
            raise GridMismatch(prediction=self.s2.name, reference=self._placed.name, detail="they do not overlap there")
        if self._sar and not self._sar.overlaps(self.result):
            if (self.result.height, self.result.width) != (self.s2.height, self.s2.width):
                raise ExtentOutside(layer=self.s1.name)
            raise NoOverlap(s1=self.s1.name, s2=self.s2.name)
        if self._mask and not self._mask.overlaps(self.result):
            raise MaskMismatch(layer=self.mask.name, detail=f"it does not overlap «{self.s2.name}»")
        if self._sar and self._sar.by_pixel:
            self.warnings.append(
                f"«{self.s1.name}» and «{self.s2.name}» have no georeference: laid on each other pixel by pixel."
            )

    def check_pixel_size(self) -> None:
        """Warn of pixels that are far from those that networks are trained on."""
        own = Grid(self.s2.height, self.s2.width, 0, 0, self.s2.dataset.transform, self.s2.crs)
        side = metres_per_pixel(own)
        if side is not None and not FINEST_PIXEL <= side <= COARSEST_PIXEL:
            self.warnings.append(
                f"«{self.s2.name}» has pixels of {side:.3g} m. The network knows what the ground looks like at 10 m: "
                "expect less of it."
            )

    def check_mask(self, cancelled: Callable[[], bool]) -> None:
        """Warn of a cloud mask that says nothing anywhere, or cloud everywhere, or that the values alone explain.

        Raises `Cancelled`.
        """
        if self._mask is None:
            return
        if not self.mask_kind.certain:
            self.warnings.append(
                f"The cloud mask «{self.mask.name}»: {self.mask_kind.reason}. Set «Cloud mask kind» if that is wrong."
            )
        inner = self.inner
        counts = sum(self._counts(part.moved(inner)) for part in sample_windows(self.result))
        for part in windows(inner.height, inner.width, SEARCH_SIZE, 0):
            if counts[:UNKNOWN].any():
                break
            if cancelled():
                raise Cancelled
            counts = self._counts(part.moved(inner))
        known = counts[:UNKNOWN].sum()
        if not known:
            self.warnings.append(
                f"The cloud mask «{self.mask.name}» is nodata all over, which counts as clear: nothing is changed."
            )
        # Where 0 is nodata, clear ground is not marked at all.
        elif counts[CLEAR] < LEAST_CLEAR * known and self.mask.first_nodata != 0:
            share = f"{counts[CLEAR] / known:.1%}"
            self.warnings.append(
                f"The cloud mask «{self.mask.name}» leaves {share} of the scene clear: nearly all of it is "
                "reconstructed. Set «Cloud mask kind» if that is wrong."
            )

    def _counts(self, window: Window) -> np.ndarray:
        """Return how many pixels of a window have which class [256]."""
        return np.bincount(self.read_classes(window).ravel(), minlength=UNKNOWN + 1)

    def find_scaling(self, request: Reconstruct, cancelled: Callable[[], bool]) -> None:
        """Find out what the numbers mean. Raises `EmptyInput`, `NotReflectance`, `NotBackscatter`, `Cancelled`.

        They mean the same all over a file, so it is all of it that tells, whatever part of it is asked for.
        """
        # One that is placed by control points has no grid of its own, and comes as another date only.
        whole = self.result if self.s2.by_control_points else find_grid(self.s2)
        part = (self.result.height, self.result.width) != (whole.height, whole.width)
        optical = self._find_samples(self._optical, self.result, self.inner, cancelled)
        if part:
            optical = samples_of_file(self._values(OpticalReader(self.s2, whole, self.layout.numbers)), whole, optical)
        self.scaling = find_s2_scaling(self.s2.facts(), self.layout, optical, request.s2_scale, request.s2_offset)
        if not self.scaling.certain:
            self.warnings.append(uncertain(self.s2.name, self.scaling))
        if self.s1:
            self._find_s1_scaling(request, whole if part else None, cancelled)

    def _find_s1_scaling(self, request: Reconstruct, whole: Grid | None, cancelled: Callable[[], bool]) -> None:
        """Find out what the numbers of Sentinel-1 mean; `whole` is the grid of Sentinel-2 where that is larger."""
        backscatter = self._find_samples(self._sar, self.result, self.inner, cancelled)
        if whole is not None:
            with contextlib.closing(AlignedReader(self.s1, whole, self.s2)) as sar:
                backscatter = samples_of_file(self._values(sar), whole, backscatter)
        self.s1_scaling = find_s1_units(self.s1.facts(), backscatter, request.s1_units, self.s1_layout)
        fill = undeclared_fill([self.s1], self.s1_scaling)
        if fill is not None and not self._sar.by_pixel:
            self._sar.close()
            self._sar = AlignedReader(self.s1, self.grid, self._placed, nodata=fill)
        if not self.s1_scaling.certain:
            self.warnings.append(uncertain(self.s1.name, self.s1_scaling))

    def _find_samples(
        self,
        reader: OpticalReader | AlignedOpticalReader | AlignedReader,
        result: Grid,
        inner: Window,
        cancelled: Callable[[], bool],
    ) -> np.ndarray:
        """Return values of Sentinel-2 [bands, N] or Sentinel-1 [2, N] as stored, as `find_samples` does."""
        name = self.s1.name if isinstance(reader, AlignedReader) else self.s2.name
        return find_samples(self._values(reader), result, inner, name, cancelled)

    def _values(self, reader: OpticalReader | AlignedOpticalReader | AlignedReader) -> Callable[[Window], np.ndarray]:
        """Return what reads a window as stored, NaN where there is no value: Sentinel-1 by an `AlignedReader`."""
        if isinstance(reader, AlignedReader):
            return lambda window: without_fill(self._read_s1(window, reader))
        return lambda window: valid_numbers(reader, self.layout, window)

    def _read_s1(self, window: Window, reader: AlignedReader | None = None) -> np.ndarray:
        """Return VV and VH with GDAL's scale and offset applied, float32 [2, h, w], NaN where there is no value."""
        numbers = self.s1_layout.numbers
        return apply_scales((reader or self._sar).read(window, numbers), [(self.s1, number) for number in numbers])


def valid_numbers(reader: OpticalReader | AlignedOpticalReader, layout: S2Layout, window: Window) -> np.ndarray:
    """Return the Sentinel-2 bands of a window as stored, float32 [bands, h, w], NaN where there is no value."""
    numbers, valid = reader.read(window)
    chosen = bands_of(numbers, [number - 1 for number in layout.numbers])
    return np.where(valid, chosen, np.nan).astype(np.float32)


def uncertain(layer: str, scaling: S1Scaling | S2Scaling) -> str:
    """Return the warning about what the numbers of a layer were taken for."""
    if isinstance(scaling, S1Scaling):
        return f"«{layer}»: {scaling.reason}. Set «Sentinel-1 units» if that is wrong."
    return f"«{layer}»: {scaling.reason}. Set «Sentinel-2 offset» if that is wrong."


def find_samples(
    read: Callable[[Window], np.ndarray], result: Grid, inner: Window, layer: str, cancelled: Callable[[], bool]
) -> np.ndarray:
    """Return values [bands, N] from all over `result`, `ENOUGH_SAMPLES` valid ones in each band or all there are.

    `inner` is its window in the grid that is read. Raises `EmptyInput` when nothing in a band is valid, after a look at
    all of it.
    """
    values = np.concatenate([_flat(read(each.moved(inner))) for each in sample_windows(result)], axis=1)
    if np.isfinite(values).sum(axis=1).min() >= ENOUGH_SAMPLES:
        return values
    found, count = [values], 0
    for window in windows(inner.height, inner.width, SEARCH_SIZE, 0):
        if cancelled():
            raise Cancelled
        values = _flat(read(window.moved(inner)))
        found.append(values[:, np.isfinite(values).all(axis=0)])
        count += found[-1].shape[1]
        if count >= ENOUGH_SAMPLES:
            break
    values = np.concatenate(found, axis=1)
    if np.isfinite(values).any(axis=1).all():
        return values
    raise EmptyInput(layer=layer)


def samples_of_file(read: Callable[[Window], np.ndarray], whole: Grid, of_part: np.ndarray) -> np.ndarray:
    """Return values [bands, N] from all over a file, `whole`, or those of the part that is wanted, if it shows too few.

    No more than the windows of `sample_windows` are read: a mosaic may be large and empty.
    """
    values = np.concatenate([_flat(read(each)) for each in sample_windows(whole)], axis=1)
    return values if np.isfinite(values).sum(axis=1).min() >= ENOUGH_SAMPLES else of_part


@contextlib.contextmanager
def open_scene(request: Reconstruct, cancelled: Callable[[], bool], onto: Scene | None = None) -> Iterator[Scene]:
    """Open the rasters of a request and make sure that they can be used; close them after the `with` block.

    Those of another date of the same place can be laid `onto` the grid of an open scene; its extent counts then.
    Raises the `InputError` that says what is wrong with them, and `Cancelled`.
    """
    with contextlib.ExitStack() as stack:
        s1 = stack.enter_context(Source(request.s1, request.s1_name, request.s1_crs)) if request.s1 else None
        s2 = stack.enter_context(Source(request.s2, request.s2_name, request.s2_crs))
        if s1 and os.path.realpath(request.s1) == os.path.realpath(request.s2):
            raise SameLayer(layer=s2.name)
        mask = stack.enter_context(Source(request.mask, request.mask_name, request.mask_crs)) if request.mask else None
        for source in filter(None, (s1, s2, mask)):
            source.check_complete()
        if s1:
            _check_not_swapped(s1, s2)
        mask_kind = kind_of_mask(mask, request.mask_kind) if mask else None
        scene = Scene(request, s1, s2, mask, onto, mask_kind)
        stack.callback(scene.close)
        scene.check_overlap()
        scene.find_scaling(request, cancelled)
        scene.check_pixel_size()
        scene.check_mask(cancelled)
        missing = [band for band in S2_BANDS if band not in scene.bands]
        if missing:
            scene.warnings.append(f"«{s2.name}» lacks {', '.join(missing)}, estimated from the other bands.")
        yield scene


def _with_margin(result: Grid, s2: Source, tile: int) -> Grid:
    """Return the grid of a result and of what lies around it in `s2`: a quarter of a tile, or what a tile needs."""

    def grown(first: int, length: int, end: int) -> tuple[int, int]:
        margin = max(tile // 4, -(-(tile - length) // 2))
        start = max(first - margin, 0)
        return start - first, min(first + length + margin, end) - start

    row, height = grown(result.row, result.height, s2.height)
    column, width = grown(result.column, result.width, s2.width)
    return result.part(Window(row, column, height, width))


def share_of(classes: np.ndarray, feather: int) -> np.ndarray:
    """Return how much of the reconstruction a pixel of each of `classes` [h, w] gets, 0–1, float32.

    None where it is clear or unknown, and all of it under opaque cloud: what is mixed with cloud stays cloudy. Through
    thin cloud and shadow the ground is seen, so their share rises to 1 over `feather` pixels from clear ground, as
    `feathered` says, and no edge shows.
    """
    soft = (classes == THIN) | (classes == SHADOW)
    share = (soft | (classes == CLOUD)).astype(np.float32)
    if feather and soft.any():
        share[soft] = feathered(classes != CLEAR, feather)[soft]
    return share


def feathered(cloud: np.ndarray, feather: int) -> np.ndarray:
    """Return 0 where `cloud` [h, w] is False, rising smoothly to 1 at `feather` pixels from there; float32.

    The distance is that of pixel centres: the first inside has distance 1 and a share of sin²(π/2 / (feather + 1)).
    """
    if cloud.all() or feather == 0:
        return cloud.astype(np.float32)
    distance = np.minimum(distance_transform_edt(cloud), feather + 1)
    return (np.sin(np.pi / 2 * distance / (feather + 1)) ** 2).astype(np.float32)


def sample_windows(grid: Grid, count: int = SAMPLE_WINDOWS) -> list[Window]:
    """Return `count` × `count` small windows spread evenly over a grid, or one with all of a small grid."""
    if max(grid.height, grid.width) <= count * SAMPLE_SIZE:
        return [grid.whole]
    rows, columns = (_spread(length, count) for length in (grid.height, grid.width))
    height, width = min(SAMPLE_SIZE, grid.height), min(SAMPLE_SIZE, grid.width)
    return [Window(row, column, height, width) for row in rows for column in columns]


def _spread(length: int, count: int) -> Sequence[int]:
    return sorted({int(start) for start in np.linspace(0, max(length - SAMPLE_SIZE, 0), count)})


def kind_of_mask(mask: Source, chosen: str = "auto") -> MaskKind:
    """Return what a mask is, as `find_mask_kind` finds it from values all over the file, and raise what it raises."""
    grid = Grid(mask.height, mask.width, 0, 0, mask.dataset.transform, mask.crs)
    whole = mask.height * mask.width <= WHOLE_MASK
    parts = [grid.whole] if whole else sample_windows(grid, MASK_WINDOWS)
    numbers = tuple(mask.dataset.indexes)
    samples = np.concatenate([_flat(mask.read_values(part, numbers)) for part in parts], axis=1)
    return find_mask_kind(mask.facts(), os.path.basename(mask.path), samples, chosen)


def _check_not_swapped(s1: Source, s2: Source) -> None:
    samples = [_raw_samples(source) for source in (s1, s2)]
    if looks_like_s2(s1.facts(), samples[0]) and looks_like_s1(s2.facts(), samples[1]):
        raise LayersSwapped(s1=s1.name, s2=s2.name)


def _raw_samples(source: Source) -> np.ndarray:
    """Return values [bands, N] from all over a file, as stored, NaN where nodata. Raises `UnreadableInput`."""
    whole = Grid(source.height, source.width, 0, 0, source.dataset.transform, source.crs)
    stored = np.concatenate([_flat(source.read(window)) for window in sample_windows(whole)], axis=1)
    values = stored.astype(np.float32)
    for band, nodata in enumerate(source.nodata):
        if nodata is not None:
            values[band][values[band] == np.float32(nodata)] = np.nan
    return values


def _flat(image: np.ndarray) -> np.ndarray:
    return image.reshape(len(image), -1)


def _fill(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Return `values` [bands, h, w] with what is not valid replaced by its band's mean over the valid pixels.

    So what a file holds under nodata changes nothing, and nodata look to the network like nothing special. Of
    Sentinel-2 only: networks are trained with missing radar, and it is 0.
    """
    if valid.all():
        return values
    filled = values.copy()
    for band, known in zip(filled, valid):
        band[~known] = band[known].mean(dtype=np.float64) if known.any() else 0.0
    return filled


def padded(image: np.ndarray, side: int) -> np.ndarray:
    """Return `image` [bands, h, w] mirrored at the bottom and right until it is `side` × `side`."""
    missing = [max(0, side - length) for length in image.shape[1:]]
    return np.pad(image, ((0, 0), *((0, each) for each in missing)), mode="symmetric") if any(missing) else image
