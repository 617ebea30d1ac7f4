"""Which crops a training step sees: real cloudy dates, and clear dates under synthetic clouds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Optional

import numpy as np

from ..bands import PATH_REFLECTANCE, S1_FLOOR, S2_BANDS, TOA_GAIN, fill_missing_bands
from .datasets import AnyScene, Scene, is_triplet
from .synthetic_clouds import B10, CloudLibrary, add_clouds, build_library

Array = np.ndarray


@dataclass(frozen=True)
class Sample:
    """What a network learns from: arrays of one crop, and `weight` [13, H, W], 0 where the target is unknown."""

    optical: Array
    sar: Array
    target: Array
    weight: Array


@dataclass(frozen=True)
class Recipe:
    """How training samples are drawn.

    `without_sar` is the share of samples from cloudy and clear dates of places that have no SAR: they see SAR of 0
    everywhere and teach what clouds look like and which colours land has. `real` is the share of the others whose
    input is a real cloudy date, and `clouds_on_real` how many of those get a synthetic cloud on top. The clear scenes
    under synthetic clouds are drawn by `GROUP_SHARES`. `to_l1c` is the share of L2A scenes that are turned into L1C.
    `drop_bands` is the share of samples whose input lacks B10 or B1, B9 and B10. `gain` and `band_gain` are the spread
    of random brightness, of all bands and of each, in input and target alike; `date_gain` and `date_band_gain` in the
    ground under synthetic clouds only, as another date would differ.
    `mix` is the share of samples that are blended with another one, all over or on one side of a line.
    """

    without_sar: float = 0.0
    real: float = 0.45
    clouds_on_real: float = 0.35
    to_l1c: float = 0.75
    drop_bands: float = 0.15
    gain: float = 0.08
    band_gain: float = 0.02
    date_gain: float = 0.08
    date_band_gain: float = 0.04
    sar_offset: float = 0.03
    mix: float = 0.0


GROUP_SHARES = {"SEN12MS-CR": 0.35, "TerraMesh": 0.27, "Sen1Floods11": 0.1, "BigEarthNet-MM": 0.1, "BioMassters": 0.1}
OTHER_GROUPS_SHARE = 0.06
#: Clouds are cut out of at most so many cloudy dates, which stay in memory: 3.7 MB each at 256 × 256 pixels.
LIBRARY_SCENES = 100


class CropSource:
    """Training crops as a pure function of (seed, step, index): the same in any order and after a resume."""

    def __init__(self, scenes: Sequence[AnyScene], recipe: Recipe, seed: int) -> None:
        self.recipe = recipe
        self.seed = seed
        self.triplets = [scene for scene in scenes if is_triplet(scene)]
        self.clear = [scene for scene in scenes if scene.has_sar]
        if not self.clear:
            raise ValueError("there is no scene with Sentinel-1 and clear Sentinel-2 to train on")
        self._cloudy = [scene for scene in scenes if scene.has_cloudy]
        self.without_sar = [scene for scene in self._cloudy if not scene.has_sar]
        self._without_sar_shares = _shares_by_place(self.without_sar) if self.without_sar else None
        self._triplet_shares = _shares_by_place(self.triplets) if self.triplets else None
        self._clear_shares = _shares_by_group(self.clear)

    @cached_property
    def library(self) -> CloudLibrary:
        """The clouds of the cloudy dates, of `LIBRARY_SCENES` drawn ones where there are more; read at first use."""
        drawn = range(len(self._cloudy))
        if len(drawn) > LIBRARY_SCENES:
            rng = np.random.default_rng((self.seed, LIBRARY_SCENES))
            drawn = sorted(rng.choice(len(drawn), LIBRARY_SCENES, replace=False))
        scenes = (self._cloudy[index].load() for index in drawn)
        return build_library((scene.cloudy, scene.clear, scene.place) for scene in scenes)

    def batch(self, step: int, size: int, crop: int) -> Sample:
        """Return `size` samples of `crop` × `crop` pixels, stacked: arrays [size, channels, crop, crop]."""
        samples = [self.sample(step, index, crop) for index in range(size)]
        return Sample(*(np.stack([getattr(s, name) for s in samples]) for name in Sample.__dataclass_fields__))

    def sample(self, step: int, index: int, crop: int, triplet: Optional[int] = None) -> Sample:
        """Return one sample of `crop` × `crop` pixels; of `triplets[triplet]`, else of a scene that is drawn."""
        rng = np.random.default_rng((self.seed, step, index))
        sample = self._sample(rng, crop, triplet)
        if triplet is None and rng.random() < self.recipe.mix:
            sample = _mix(sample, self._sample(rng, crop), rng)
        return sample

    def _sample(self, rng: np.random.Generator, crop: int, triplet: Optional[int] = None) -> Sample:
        drawn, real = (self.triplets[triplet], True) if triplet is not None else self._draw(rng)
        scene = _crop(_with_sar(drawn.load()), rng, crop)
        scene = self._jitter(scene, rng)
        ground = scene.cloudy if real else self._other_date(scene.clear, rng)
        optical = ground
        if not real or rng.random() < self.recipe.clouds_on_real:
            optical, _ = add_clouds(ground, self.library, rng)
        optical, present = self._drop_bands(optical, scene.present, rng)
        weight = np.zeros_like(scene.clear)
        weight[list(present)] = 1.0 if scene.valid is None else scene.valid
        sar = scene.sar if drawn.has_sar else np.zeros_like(scene.sar)
        return Sample(*(np.ascontiguousarray(a, np.float32) for a in (optical, sar, scene.clear, weight)))

    def _draw(self, rng: np.random.Generator) -> tuple[AnyScene, bool]:
        """Return a scene, and whether its real cloudy date is to be seen."""
        without_sar = bool(self.without_sar) and rng.random() < self.recipe.without_sar
        if without_sar:
            scenes, shares, real = self.without_sar, self._without_sar_shares, rng.random() < 0.5
        elif self.triplets and rng.random() < self.recipe.real:
            scenes, shares, real = self.triplets, self._triplet_shares, True
        else:
            scenes, shares, real = self.clear, self._clear_shares, False
        return scenes[rng.choice(len(scenes), p=shares)], real

    def _jitter(self, scene: Scene, rng: np.random.Generator) -> Scene:
        recipe = self.recipe
        clear, level = scene.clear, scene.level
        if level == "L2A" and rng.random() < recipe.to_l1c:
            clear = _random_l1c(clear, rng)
        gain = np.exp(rng.normal(0, recipe.gain) + rng.normal(0, recipe.band_gain, (13, 1, 1))).astype(np.float32)
        gain[B10] = 1.0
        moved = scene.sar + rng.normal(0, recipe.sar_offset, (2, 1, 1)).astype(np.float32)
        # 0 in both bands means missing, before and after.
        sar = np.where((scene.sar > 0).any(axis=0), np.clip(moved, S1_FLOOR, 1), np.float32(0))
        cloudy = None if scene.cloudy is None else np.clip(scene.cloudy * gain, 0, 1)
        return replace(scene, clear=np.clip(clear * gain, 0, 1), cloudy=cloudy, sar=sar)

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


def _with_sar(scene: Scene) -> Scene:
    """Return `scene` with SAR of 0 where it has none."""
    if scene.sar is not None:
        return scene
    return replace(scene, sar=np.zeros((2, *scene.clear.shape[1:]), np.float32))


def _mix(first: Sample, second: Sample, rng: np.random.Generator) -> Sample:
    """Return two samples as one: blended (two times in three), or side by side along a line through the middle half.

    A target is known where both are. Of few places a network soon knows each by heart; of mixtures it does not.
    """
    names = ("optical", "sar", "target")
    pairs = [(getattr(first, name), getattr(second, name)) for name in names]
    size = first.optical.shape[-1]
    if rng.random() < 2 / 3:
        share = np.float32(rng.uniform(0.1, 0.9))
        mixed = [one * share + other * (1 - share) for one, other in pairs]
        return Sample(*mixed, np.minimum(first.weight, second.weight))
    cut = int(rng.integers(size // 4, 3 * size // 4 + 1))
    left = np.broadcast_to(np.arange(size) < cut, (size, size))
    left = left.T if rng.random() < 0.5 else left
    return Sample(*(np.where(left, one, other) for one, other in [*pairs, (first.weight, second.weight)]))


def _shares_by_place(scenes: Sequence[AnyScene]) -> Array:
    """Return draw probabilities: each place √count of its scenes, so that many dates of one do not drown the rest."""
    counts: dict[str, int] = {}
    for scene in scenes:
        counts[scene.place] = counts.get(scene.place, 0) + 1
    shares = np.array([counts[scene.place] ** -0.5 for scene in scenes])
    return shares / shares.sum()


def _shares_by_group(scenes: Sequence[AnyScene]) -> Array:
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


def _random_l1c(clear: Array, rng: np.random.Generator) -> Array:
    """Return L2A reflectance as it is above the atmosphere, which is drawn clearer or hazier, drier or wetter."""
    haze = np.exp(rng.normal(0, 0.15))
    gain = 1 - (1 - TOA_GAIN) * np.exp(rng.normal(0, 0.1))
    gain[S2_BANDS.index("B9")] = TOA_GAIN[S2_BANDS.index("B9")] * np.exp(rng.normal(0, 0.3))
    gain[B10] = 0.0
    return clear * gain[:, None, None].astype(np.float32) + (PATH_REFLECTANCE * np.float32(haze))[:, None, None]
