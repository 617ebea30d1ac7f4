"""The real data: what is read, how it is brought to 13 bands of reflectance, and which crops a training step sees.

A data folder holds `index.csv` (id, kind, place, source, path as a pattern, bands, …) and the GeoTIFFs that it names.
Reflectance is 0–1, SAR is scaled to 0–1; everything is kept in memory.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

import numpy as np

from ..bands import S2_BANDS, fill_missing_bands, scale_s1, scale_s2
from ..errors import UnreadableInput
from ..raster import read_raster
from .synthetic_clouds import B10, PATH_REFLECTANCE, CloudLibrary, add_clouds, blur, build_library

Array = np.ndarray

#: Sentinel-2 above the atmosphere from below: L1C = gain × L2A + PATH_REFLECTANCE; fitted as PATH_REFLECTANCE was.
TOA_GAIN = np.array(
    [0.58, 0.64, 0.68, 0.787, 0.766, 0.805, 0.853, 0.806, 0.894, 0.24, 0.0, 0.905, 0.836], dtype=np.float32
)
ROLE = re.compile(r"_(s1|s2_cloudy|s2_l2a|s2|cloud_probability|cloudy|clear)(?=_\d+_p\d+$|$)")
CLOUD_PROBABILITY_LIMIT = 40  # percent; pixels above are left out of the loss
CLEAR_MONTH_LIMIT = 10  # percent, mean of an image
LEAST_CORRELATION = 0.25


@dataclass(frozen=True)
class Scene:
    """One place at one time: clear reflectance [13, H, W], with SAR [2, H, W] and a cloudy date where there are.

    `present` are the indices of the bands that `clear` really has; the others were filled. `level` is "L1C" or "L2A".
    `valid` [H, W] is False where `clear` is not to be learnt from.
    """

    name: str
    place: str
    group: str
    level: str
    present: tuple[int, ...]
    clear: Array
    sar: Optional[Array] = None
    orbit: str = ""
    cloudy: Optional[Array] = None
    valid: Optional[Array] = None


@dataclass(frozen=True)
class Sample:
    """What a network learns from: arrays of one crop, and `weight` [13, H, W], 0 where the target is unknown."""

    optical: Array
    sar: Array
    target: Array
    weight: Array


def load_scenes(folder: Path) -> list[Scene]:
    """Return the scenes of a data folder, in the order of its index. Raises `UnreadableInput`."""
    folder = Path(folder)
    try:
        with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise UnreadableInput(layer=folder, detail=f"there is no index.csv that can be read ({error})") from error
    scenes = [scene for row in rows for scene in _read_row(folder, row)]
    return _register_series(scenes)


def _read_row(folder: Path, row: dict[str, str]) -> list[Scene]:
    files = {_role(path): path for path in sorted(folder.glob(row["path"])) if _role(path)}
    name, place, group = row["id"], row["place"], row["source"].split(",")[0].split(" ")[0]
    if row["kind"].startswith("cloudy and clear"):
        clear, present = _read_s2(files["clear"])
        return [Scene(name, place, group, "L1C", present, clear, cloudy=_read_s2(files["cloudy"])[0])]
    base = {"name": name, "place": place, "group": group}
    if row["kind"] == "triplet":
        clear, present = _read_s2(files["s2"])
        cloudy, _ = _read_s2(files["s2_cloudy"])
        return [Scene(level="L1C", present=present, clear=clear, cloudy=cloudy, sar=_read_s1(files["s1"])[""], **base)]
    return _read_clear_pair(files, base, "L1C" if "L1C" in row["bands"] else "L2A")


def _read_clear_pair(files: dict[str, Path], base: dict, level: str) -> list[Scene]:
    valid = None
    if "cloud_probability" in files:
        probability = read_raster(files["cloud_probability"])[0][0]
        if probability.mean() > CLEAR_MONTH_LIMIT:
            return []
        valid = probability < CLOUD_PROBABILITY_LIMIT
    optical = [("s2", level)] + ([("s2_l2a", "L2A")] if "s2_l2a" in files else [])
    scenes = []
    for role, scene_level in optical:
        clear, present = _read_s2(files[role])
        for orbit, sar in _read_s1(files["s1"]).items():
            scene = Scene(level=scene_level, present=present, clear=clear, sar=sar, orbit=orbit, valid=valid, **base)
            scenes.append(scene)
    return scenes


def _role(path: Path) -> str:
    match = ROLE.search(path.stem if "_" in path.stem else "")
    return match.group(1) if match else ""


def _read_s2(path: Path) -> tuple[Array, tuple[int, ...]]:
    pixels, names = read_raster(path)
    present = tuple(S2_BANDS.index(name) for name in names)
    optical = np.zeros((len(S2_BANDS), *pixels.shape[1:]), np.float32)
    optical[list(present)] = scale_s2(pixels, 10000, 0)
    return fill_missing_bands(optical, present), present


def _read_s1(path: Path) -> dict[str, Array]:
    """Return {orbit: SAR [2, H, W]} of a file: one image, or an ascending and a descending one if mostly there."""
    pixels, names = read_raster(path)
    images = {}
    for i in range(0, len(pixels), 2):
        pair = pixels[i : i + 2].astype(np.float32)
        finite = np.isfinite(pair)
        if finite.mean() < 0.9:
            continue
        medians = [np.median(band[good]) for band, good in zip(pair, finite)]
        images[names[i].partition("_")[2]] = scale_s1(np.where(finite, pair, np.reshape(medians, (2, 1, 1))))
    return images


def _register_series(scenes: list[Scene]) -> list[Scene]:
    """Move the SAR of the series whose SAR is known to be off (BioMassters) onto their optical images.

    Each orbit is off in its own way. Where no shift stands out, the orbit is left out.
    """
    series: dict[tuple[str, str], list[Scene]] = {}
    for scene in scenes:
        if scene.group == "BioMassters":
            series.setdefault((scene.place, scene.orbit), []).append(scene)
    shifts = {key: estimate_shift(members) for key, members in series.items()}
    registered = []
    for scene in scenes:
        dy, dx, correlation = shifts.get((scene.place, scene.orbit), (0, 0, 1.0))
        if correlation >= LEAST_CORRELATION:
            registered.append(_shift_sar(scene, dy, dx) if dy or dx else scene)
    return registered


def estimate_shift(scenes: Sequence[Scene], reach: int = 5) -> tuple[int, int, float]:
    """Return (dy, dx) in pixels by which SAR has to move to lie on the optical image, and the correlation there.

    Compared are the gradient magnitudes of the SAR and of the optical images, each averaged over the dates.
    """
    sar = _edges(np.mean([scene.sar.mean(axis=0) for scene in scenes], axis=0))
    clear = np.mean([scene.clear for scene in scenes], axis=0)
    optical = sum(_edges(clear[S2_BANDS.index(name)]) for name in ("B4", "B8", "B11"))
    inner = slice(reach + 2, -reach - 2)
    fixed = optical[inner, inner].ravel()
    found = []
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            moved = np.roll(sar, (dy, dx), axis=(0, 1))[inner, inner].ravel()
            found.append((float(np.corrcoef(moved, fixed)[0, 1]), dy, dx))
    correlation, dy, dx = max(found)
    return dy, dx, correlation


def _edges(image: Array) -> Array:
    dy, dx = np.gradient(blur(image, 1))
    edges = np.hypot(dy, dx)
    return edges / (edges.mean() + 1e-6)


def _shift_sar(scene: Scene, dy: int, dx: int) -> Scene:
    """Move SAR by whole pixels and mark the strip that it leaves as not valid."""
    valid = np.ones(scene.clear.shape[1:], bool) if scene.valid is None else scene.valid.copy()
    for axis, step in enumerate((dy, dx)):
        strip = [slice(None), slice(None)]
        strip[axis] = slice(0, step) if step > 0 else slice(step, None)
        if step:
            valid[tuple(strip)] = False
    return replace(scene, sar=np.roll(scene.sar, (dy, dx), axis=(1, 2)), valid=valid)


def split_by_place(scenes: Sequence[Scene], hold_out: Sequence[str]) -> tuple[list[Scene], list[Scene]]:
    """Return (training scenes, validation triplets). No place is in both. Raises `ValueError` for an unknown place."""
    places = {scene.place for scene in scenes}
    unknown = sorted(set(hold_out) - places)
    if unknown:
        raise ValueError(f"there is no place {', '.join(unknown)}; those there are: {', '.join(sorted(places))}")
    train = [scene for scene in scenes if scene.place not in hold_out]
    return train, [s for s in scenes if s.place in hold_out and is_triplet(s)]


def is_triplet(scene: Scene) -> bool:
    """Tell whether `scene` has SAR, a cloudy and a clear date."""
    return scene.sar is not None and scene.cloudy is not None


def triplet_places(scenes: Sequence[Scene]) -> list[str]:
    """Return the places that have triplets, sorted: the folds of a leave-places-out validation."""
    return sorted({scene.place for scene in scenes if is_triplet(scene)})


@dataclass(frozen=True)
class Recipe:
    """How training samples are drawn.

    `real` is the share of samples whose input is a real cloudy date, and `clouds_on_real` how many of those get a
    synthetic cloud on top. `groups` are the shares of the sources of clear scenes in the others. `to_l1c` is the share
    of L2A scenes that are turned into L1C. `drop_bands` is the share of samples whose input lacks B10 or B1, B9 and
    B10. `gain` and `band_gain` are the spread of random brightness, of all bands and of each, in input and target
    alike; `date_gain` and `date_band_gain` in the ground under synthetic clouds only, as another date would differ.
    """

    real: float = 0.45
    clouds_on_real: float = 0.35
    to_l1c: float = 0.75
    drop_bands: float = 0.15
    gain: float = 0.08
    band_gain: float = 0.02
    date_gain: float = 0.08
    date_band_gain: float = 0.04
    sar_offset: float = 0.03


GROUP_SHARES = {"SEN12MS-CR": 0.35, "TerraMesh": 0.27, "Sen1Floods11": 0.1, "BigEarthNet-MM": 0.1, "BioMassters": 0.1}
OTHER_GROUPS_SHARE = 0.06


class CropSource:
    """Training crops as a pure function of (seed, step, index): the same in any order and after a resume."""

    def __init__(self, scenes: Sequence[Scene], recipe: Recipe, seed: int) -> None:
        self.recipe = recipe
        self.seed = seed
        self.triplets = [scene for scene in scenes if is_triplet(scene)]
        self.clear = [scene for scene in scenes if scene.sar is not None]
        if not self.clear:
            raise ValueError("there is no scene with Sentinel-1 and clear Sentinel-2 to train on")
        self.library: CloudLibrary = build_library(
            [(scene.cloudy, scene.clear, scene.place) for scene in scenes if scene.cloudy is not None]
        )
        self._triplet_shares = _shares_by_place(self.triplets) if self.triplets else None
        self._clear_shares = _shares_by_group(self.clear)

    def batch(self, step: int, size: int, crop: int) -> Sample:
        """Return `size` samples of `crop` × `crop` pixels, stacked: arrays [size, channels, crop, crop]."""
        samples = [self.sample(step, index, crop) for index in range(size)]
        return Sample(*(np.stack([getattr(s, name) for s in samples]) for name in Sample.__dataclass_fields__))

    def sample(self, step: int, index: int, crop: int) -> Sample:
        """Return one sample of `crop` × `crop` pixels."""
        rng = np.random.default_rng((self.seed, step, index))
        real = bool(self.triplets) and rng.random() < self.recipe.real
        scenes, shares = (self.triplets, self._triplet_shares) if real else (self.clear, self._clear_shares)
        scene = _crop(scenes[rng.choice(len(scenes), p=shares)], rng, crop)
        scene = self._jitter(scene, rng)
        ground = scene.cloudy if real else self._other_date(scene.clear, rng)
        optical = ground
        if not real or rng.random() < self.recipe.clouds_on_real:
            optical, _ = add_clouds(ground, self.library, rng)
        optical, present = self._drop_bands(optical, scene.present, rng)
        weight = np.zeros_like(scene.clear)
        weight[list(present)] = 1.0 if scene.valid is None else scene.valid
        return Sample(*(np.ascontiguousarray(a, np.float32) for a in (optical, scene.sar, scene.clear, weight)))

    def _jitter(self, scene: Scene, rng: np.random.Generator) -> Scene:
        recipe = self.recipe
        clear, level = scene.clear, scene.level
        if level == "L2A" and rng.random() < recipe.to_l1c:
            clear = _to_l1c(clear, rng)
        gain = np.exp(rng.normal(0, recipe.gain) + rng.normal(0, recipe.band_gain, (13, 1, 1))).astype(np.float32)
        gain[B10] = 1.0
        sar = scene.sar + rng.normal(0, recipe.sar_offset, (2, 1, 1)).astype(np.float32)
        cloudy = None if scene.cloudy is None else np.clip(scene.cloudy * gain, 0, 1)
        return replace(scene, clear=np.clip(clear * gain, 0, 1), cloudy=cloudy, sar=np.clip(sar, 0, 1))

    def _other_date(self, clear: Array, rng: np.random.Generator) -> Array:
        recipe = self.recipe
        gain = np.exp(rng.normal(0, recipe.date_gain) + rng.normal(0, recipe.date_band_gain, (13, 1, 1)))
        return clear * gain.astype(np.float32)

    def _drop_bands(
        self, optical: Array, present: tuple[int, ...], rng: np.random.Generator
    ) -> tuple[Array, tuple[int, ...]]:
        """Make bands look at the network's input as those that a product lacks do."""
        draw = rng.random()
        lacking = set(range(len(S2_BANDS))) - set(present)
        if draw < self.recipe.drop_bands:
            lacking |= {B10} if draw < self.recipe.drop_bands / 2 else {S2_BANDS.index(b) for b in ("B1", "B9", "B10")}
        if not lacking:
            return optical, present
        left = tuple(i for i in present if i not in lacking)
        return fill_missing_bands(optical.copy(), left), left


def _shares_by_place(scenes: Sequence[Scene]) -> Array:
    """Return draw probabilities: each place √count of its scenes, so that many dates of one do not drown the rest."""
    counts: dict[str, int] = {}
    for scene in scenes:
        counts[scene.place] = counts.get(scene.place, 0) + 1
    shares = np.array([counts[scene.place] ** -0.5 for scene in scenes])
    return shares / shares.sum()


def _shares_by_group(scenes: Sequence[Scene]) -> Array:
    shares = np.zeros(len(scenes))
    for group in {scene.group for scene in scenes}:
        members = [i for i, scene in enumerate(scenes) if scene.group == group]
        shares[members] = _shares_by_place([scenes[i] for i in members]) * GROUP_SHARES.get(group, OTHER_GROUPS_SHARE)
    return shares / shares.sum()


def _crop(scene: Scene, rng: np.random.Generator, size: int) -> Scene:
    """Return a random square, flipped and turned; scenes that are smaller are mirrored at their borders."""
    height, width = scene.clear.shape[1:]
    y, x = int(rng.integers(0, max(height - size, 0) + 1)), int(rng.integers(0, max(width - size, 0) + 1))
    turns, flip = int(rng.integers(4)), rng.random() < 0.5

    def cut(image: Optional[Array]) -> Optional[Array]:
        if image is None:
            return None
        image = image[..., y : y + size, x : x + size]
        short = [(0, 0)] * (image.ndim - 2) + [(0, size - extent) for extent in image.shape[-2:]]
        image = np.rot90(np.pad(image, short, mode="symmetric"), turns, axes=(-2, -1))
        return image[..., ::-1] if flip else image

    names = ("clear", "sar", "cloudy", "valid")
    return replace(scene, **{name: cut(getattr(scene, name)) for name in names})


def _to_l1c(clear: Array, rng: np.random.Generator) -> Array:
    """Return L2A reflectance as it is above the atmosphere, which is drawn clearer or hazier, drier or wetter."""
    haze = np.exp(rng.normal(0, 0.15))
    gain = 1 - (1 - TOA_GAIN) * np.exp(rng.normal(0, 0.1))
    gain[S2_BANDS.index("B9")] = TOA_GAIN[S2_BANDS.index("B9")] * np.exp(rng.normal(0, 0.3))
    gain[B10] = 0.0
    return clear * gain[:, None, None].astype(np.float32) + (PATH_REFLECTANCE * np.float32(haze))[:, None, None]
