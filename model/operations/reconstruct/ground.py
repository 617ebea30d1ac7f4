"""Hidden ground of a scene, a window at a time: one fit for each region of a large scene, blended where they meet."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ...bands import scale_s1
from ...cloud_detection import CLEAR
from ...errors import Cancelled
from ...networks.radar_prior import RadarPrior
from ...prediction import has_opacity
from ...requests import Reconstruct
from ...scene import Scene
from ...tiling import TileGrid, Window, pieces, tile_weights
from .clear_dates import ClearDate
from .features import HALO
from .scene_fit import DOUBT_DETECTED, DOUBT_MASK, DatePatch, Ground, Patch, Patches, SceneFit, fit_scene

Array = np.ndarray

#: Side of a region with a fit of its own, and what neighbouring ones share, in pixels.
REGION, REGION_OVERLAP = 2048, 256
#: Side of the windows of a region that a fit looks at, how many it learns from, and how many it looks for those in.
PATCH, PATCHES, MOST_LOOKED_AT = 256, 16, 40
#: Up to this mean opacity the network agrees that ground is clear, and it may be learnt from; up to the second one
#: nothing of it is replaced that would be worth a closer look.
LEARNT_TO, SEEN_TO = 0.25, 0.05
#: Clear pixels that make a window of a large region worth learning from.
ENOUGH_CLEAR = 500


class HiddenGround:
    """What is expected of the ground of a scene where it is hidden, for a network that takes a prior.

    A region is fitted when its first window is asked for, and forgotten when no later row of windows needs it. Several
    threads may ask at once.
    """

    def __init__(
        self,
        scene: Scene,
        dates: Sequence[ClearDate],
        network: nn.Module,
        fits: bool,
        cancelled: Callable[[], bool],
        look: Callable[[Window], Array] | None = None,
    ) -> None:
        """`fits` is False for the prior of the weights alone.

        `look` returns the mean opacity of a window [h, w] as the network sees it, where a detector is not to be
        believed alone.
        """
        self._look = look
        self._scene, self._dates, self._fits, self._cancelled = scene, dates, fits, cancelled
        self._facts: list[_Facts] = []
        # A copy, since the network itself may be at work on another device and in another thread.
        self._prior = deepcopy(prior_of(network)).cpu()
        self._prior.level = scene.level
        self._regions = TileGrid(scene.grid.height, scene.grid.width, REGION, REGION_OVERLAP)
        self._known: OrderedDict[Window, _Region] = OrderedDict()
        self._lock = threading.Lock()

    def dated(self, window: Window) -> Array:
        """Return where any clear date has a value [h, w]."""
        found = np.zeros((window.height, window.width), bool)
        for date in self._dates:
            found |= date.read(window)[1]
        return found

    def read(self, window: Window, needed: Array, opacity: Array, radar: bool = True) -> Ground:
        """Return the ground of a window, most carefully where pixels that are `needed` [h, w] are hidden.

        `opacity` [h, w], the mean over the bands, is how much the network sees hidden. Without `radar` it is what the
        same fit says where Sentinel-1 is missing. Raises `UnreadableInput` and `Cancelled`.
        """
        around = _with_halo(window, self._scene)
        area = window.relative_to(around).slices
        patch = self._patch(around, radar)
        clear = patch.clear
        if self._look:
            # What the network sees of the ground further out is not known here.
            clear = np.zeros_like(clear)
            clear[area] = patch.clear[area] & (opacity < LEARNT_TO)
            patch = dataclasses.replace(patch, clear=clear)
        asked = np.zeros(patch.shape, bool)
        asked[area] = needed & ~clear[area] & (opacity > SEEN_TO)
        total: list[Array] = []
        mass = np.zeros((window.height, window.width), np.float32)
        for region in self._regions:
            shared = region.intersection(window)
            if shared is None:
                continue
            weight = np.zeros_like(mass)
            weight[shared.relative_to(window).slices] = _weights(region)[shared.relative_to(region).slices]
            here = np.zeros_like(asked)
            here[area] = weight > 0
            ground = self._fit(region).predict(patch, asked & here)
            stacked = np.concatenate([ground.reflectance, ground.error[None], ground.parts])[(slice(None), *area)]
            total.append(stacked * weight)
            mass += weight
        mean = sum(total) / mass
        count = len(self._scene.layout.present)
        return Ground(mean[:count], mean[count], mean[count + 1 :])

    def dates_told(self) -> list[dict]:
        """Return, for each clear date, whether and why it was used: name, used, shift, gain, reason."""
        return [self._told(index, date) for index, date in enumerate(self._dates)]

    def _told(self, index: int, date: ClearDate) -> dict:
        used = [facts for facts in self._facts if index in facts.dates]
        gains = [facts.gains[index] for facts in used if facts.gains.get(index) is not None]
        dropped = [facts.dropped[index] for facts in self._facts if index in facts.dropped]
        gain = float(np.mean(gains)) if gains else None
        if gain is not None:
            reason = f"it takes {gain:.0%} of the error away on withheld clear ground"
        elif used:
            reason = "too little of the image is clear to learn from; it is moved to today by the radar alone"
        elif dropped:
            without, with_it = np.mean(dropped, axis=0)
            errors = f"{without:.4f} without it, {with_it:.4f} with it"
            reason = f"left out, as it does not help on withheld clear ground (error {errors})"
        else:
            reason = "not needed, as no ground is hidden"
        return {
            "name": date.name,
            "used": bool(used),
            "shift": [round(each, 2) for each in date.shift],
            "gain": None if gain is None else round(gain, 4),
            "reason": reason,
        }

    def _fit(self, region: Window) -> SceneFit:
        with self._lock:
            entry = self._known.setdefault(region, _Region())
            self._known.move_to_end(region)
            # Those of the row of regions above are needed as long as windows may reach into both.
            while len(self._known) > 2 * len(self._regions.columns) + 1:
                self._known.popitem(last=False)
        with entry.lock:
            if entry.fit is None:
                doubt = DOUBT_DETECTED if self._look else DOUBT_MASK
                entry.fit = fit_scene(self._patches(region), len(self._dates), doubt)
                self._facts.append(_Facts(entry.fit.fitted, entry.fit.dates, entry.fit.dropped, entry.fit.gains))
            return entry.fit

    def attended(self, row: int, column: int) -> tuple[Array, Array]:
        """Return from where attention takes the colour of a pixel: rows and columns of the grid [M, 2], weights [M].

        Nothing where no fit is made.
        """
        window = Window(row, column, 1, 1)
        shares = {
            region: _weights(region)[window.relative_to(region).slices][0, 0]
            for region in self._regions
            if region.intersection(window)
        }
        around = _with_halo(window, self._scene)
        patch = self._patch(around)
        return self._fit(max(shares, key=shares.get)).attended(patch, row - around.row, column - around.column)

    def _patches(self, region: Window) -> Patches:
        """Return the windows of a region that its fit learns from: those that show clear ground, spread evenly."""
        if not self._fits:
            return Patches([], self._cancelled)
        sides = [-(-length // max(1, round(length / PATCH))) for length in (region.height, region.width)]
        windows = [each.moved(region) for each in pieces(region.height, region.width, max(sides))]
        if len(windows) > PATCHES:
            order = np.random.default_rng(0).permutation(len(windows))[:MOST_LOOKED_AT]
            windows = [windows[index] for index in order]
        chosen: list[Window] = []
        for window in windows:
            if self._cancelled():
                raise Cancelled
            if len(chosen) == PATCHES:
                break
            if len(windows) <= PATCHES or self._clear(window)[1].sum() >= ENOUGH_CLEAR:
                chosen.append(window)
        return Patches([lambda window=window: self._learnt(window) for window in chosen], self._cancelled)

    def _learnt(self, window: Window) -> Patch:
        """Return a patch to learn from."""
        patch = self._patch(window)
        if self._look and patch.clear.any():
            patch = dataclasses.replace(patch, clear=patch.clear & (self._look(window) < LEARNT_TO))
        return patch

    def _clear(self, window: Window) -> tuple[Array, Array]:
        """Return reflectance [K, h, w], and where the scene is clear and all its bands are measured [h, w]."""
        scene = self._scene
        reflectance, valid = scene.read_reflectance(window)
        bands = [index for index, band in enumerate(scene.bands) if band != "B10"]
        classes = scene.read_classes(window)
        measured = valid[bands].all(axis=0)
        return np.where(valid, reflectance, 0).astype(np.float32), measured & (classes == CLEAR)

    def _patch(self, window: Window, radar: bool = True) -> Patch:
        reflectance, clear = self._clear(window)
        backscatter = self._scene.read_backscatter(window)
        dates = tuple(self._date_patch(date, window, backscatter) for date in self._dates)
        if not radar:
            backscatter = np.full_like(backscatter, np.nan)
            dates = tuple(self._without_radar(date) for date in dates)
        expected = self._expected(backscatter)
        return Patch(window.row, window.column, reflectance, clear, backscatter, expected, dates)

    def _date_patch(self, date: ClearDate, window: Window, now: Array) -> DatePatch:
        reflectance, valid, then = date.read(window)
        valid = valid & ~date.changed(now, then)
        prior = self._expected(then) if then is not None and self._scene.s1 else None
        return DatePatch(reflectance, valid, then, prior, date.bands)

    def _without_radar(self, date: DatePatch) -> DatePatch:
        if date.backscatter is None:
            return date
        missing = np.full_like(date.backscatter, np.nan)
        prior = None if date.prior is None else self._expected(missing)
        return dataclasses.replace(date, backscatter=missing, prior=prior)

    @torch.inference_mode()
    def _expected(self, backscatter: Array) -> Array:
        """Return what the prior of the weights makes of radar [2, h, w] in dB: reflectance [K, h, w]."""
        sar = np.where(np.isfinite(backscatter).all(axis=0), scale_s1(backscatter), np.float32(0))
        colour = self._prior.at_level(self._prior(torch.from_numpy(sar)[None]))[0].numpy()
        return colour[list(self._scene.layout.present)]


def ground_of(
    request: Reconstruct,
    scene: Scene,
    dates: list[ClearDate],
    network: nn.Module,
    device: str,
    cancelled: Callable[[], bool],
) -> HiddenGround | None:
    """Return what is expected of hidden ground; None for a network that takes no prior, or where nothing is known.

    Without a mask and without detected clouds no ground is known to be clear, and the network's own prior holds.
    """
    if not takes_prior(network) or (scene.mask is None and not dates):
        return None
    look = Look(scene, network, device, cancelled) if request.keeps == "detected" else None
    ground = HiddenGround(scene, dates, network, request.colours == "auto", cancelled, look)
    if dates:
        scene.dated = ground.dated
    return ground


def takes_prior(network: nn.Module) -> bool:
    """Tell whether a network hands hidden ground over to what is expected of it."""
    return has_opacity(network) and prior_of(network) is not None


def prior_of(network: nn.Module) -> RadarPrior | None:
    """Return the radar prior of a network, if it has one."""
    return next((each for each in network.modules() if isinstance(each, RadarPrior)), None)


@dataclass(frozen=True)
class _Facts:
    """What a fit found about the clear dates, as `SceneFit`."""

    fitted: bool
    dates: tuple[int, ...]
    dropped: dict[int, tuple[float, float]]
    gains: dict[int, float | None]


class Look:
    """Lets a network look at a window; a copy of it, since the network itself is at work in another thread."""

    def __init__(self, scene: Scene, network: nn.Module, device: str, cancelled: Callable[[], bool]) -> None:
        self._scene, self._cancelled = scene, cancelled
        self._network = deepcopy(network)
        self._device = device
        self._lock = threading.Lock()

    @torch.inference_mode()
    def __call__(self, window: Window) -> Array:
        """Return the mean opacity over the bands [h, w], 1 where nothing is measured. Raises `Cancelled`."""
        tile = self._scene.read_tile(window, max(window.height, window.width), everywhere=True)
        if tile.optical is None:
            return np.ones((window.height, window.width), np.float32)
        with self._lock:
            if self._cancelled():
                raise Cancelled
            inputs = (torch.from_numpy(each)[None].to(self._device) for each in (tile.optical, tile.sar))
            _, opacity = self._network(*inputs, opacity=True)
        return opacity[0].mean(dim=0).cpu().numpy()[: window.height, : window.width]


class _Region:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.fit: SceneFit | None = None


def _weights(region: Window) -> Array:
    return tile_weights(region.height, region.width, REGION_OVERLAP)


def _with_halo(window: Window, scene: Scene) -> Window:
    around = Window(window.row - HALO, window.column - HALO, window.height + 2 * HALO, window.width + 2 * HALO)
    return around.intersection(scene.grid.whole)
