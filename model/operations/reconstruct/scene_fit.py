"""The reflectance of hidden ground, from a model that is fitted to the clear ground of the scene itself."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.optimize import nnls

from ...errors import Cancelled
from .experts import TREES, Attention, Forest, Ridge, carried
from .features import date_features, moments, radar_features

Array = np.ndarray

#: Clear pixels that the forest learns from, and those that attention takes colours from.
SAMPLES, EXEMPLARS = 6000, 1024
#: With fewer clear pixels than this nothing is fitted, and the prior decides.
LEAST_SAMPLES = 100
#: Times that blobs of clear ground are withheld, the share of it that they cover, and samples of each time.
DRAWS, WITHHELD, WITHHELD_SAMPLES = 3, 0.4, 1500
#: The forest of a draw is only to say how good forests are here.
DRAW_TREES, DRAW_SAMPLES = 12, 4000
#: Of fewer hidden pixels of a window that no date shows, the ridge with its residual alone tells.
LEAST_UNDATED = 500
#: Penalties of the ridge regressions, of which withheld ground chooses.
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)
#: Widths of the attention, of which withheld ground chooses.
WIDTHS = (0.07, 0.12, 0.2)
#: What radar and position count in a key of the attention, beside the reflectance that the ridge predicts.
KEY_RADAR, KEY_POSITION, KEY_PIXELS = 0.5, 1.0, 256
#: Side of the blobs that are withheld, as the standard deviation of their field: bounds, in pixels.
BLOB_BOUNDS = (2.0, 32.0)
#: By which share of clear ground the fit and the prior count the same. A user's mask leaves ground that is like what it
#: hides; what a detector leaves between real clouds is often their edge or shadow. Chosen by cross-validation over the
#: eleven triplets.
DOUBT_MASK, DOUBT_DETECTED = 0.002, 0.15
#: Errors under real holes are so many times those of ground that is withheld, which lies nearer to clear ground and was
#: also asked for the weights of the mixture; measured by benchmarks/clear_ground.py.
BEYOND_WITHHELD = 1.15
#: A date is left out if it does not lower the error on withheld ground by this share.
LEAST_GAIN = 0.02


@dataclass(frozen=True)
class DatePatch:
    """A clear date in one window: `reflectance` [Kd, h, w], `valid` [h, w] where it can be used, float32 and bool.

    `backscatter` [2, h, w] in dB is the radar of about that date, None where there is none; `prior` [K, h, w] is what
    the weights' prior makes of it.
    """

    reflectance: Array
    valid: Array
    backscatter: Array | None = None
    prior: Array | None = None
    # The bands of today's image that the date has too: their places there, and in the date.
    shared: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


@dataclass(frozen=True)
class Patch:
    """What is known in one window of the scene, whose upper left pixel is at `row`, `column`.

    `reflectance` [K, h, w] of today, true where `clear` [h, w]; `backscatter` [2, h, w] in dB, NaN where missing;
    `prior` [K, h, w], the reflectance that the weights expect by the radar; and `dates`.
    """

    row: int
    column: int
    reflectance: Array
    clear: Array
    backscatter: Array
    prior: Array
    dates: tuple[DatePatch, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        return self.clear.shape

    def moved(self, index: int) -> Array:
        """Return a date as it is expected today without any fit [K, h, w]: its reflectance + prior now − prior then.

        Where it is not valid, or lacks a band, the prior.
        """
        date = self.dates[index]
        here, there = (list(each) for each in date.shared)
        moved = self.prior.copy()
        moved[here] = date.reflectance[there]
        if date.prior is not None:
            moved[here] += (self.prior - date.prior)[here]
        return np.where(date.valid, moved, self.prior)


@dataclass(frozen=True)
class Ground:
    """What is expected of the ground in one window.

    `reflectance` [K, h, w]; `error`, the expected error of it (root mean square over the bands) [h, w]; `parts`
    [4, h, w], the shares of it that come from attention, the scene's own fit, clear dates and the prior: they sum to 1.
    """

    reflectance: Array
    error: Array
    parts: Array


#: The order of `Ground.parts`.
PARTS = ("attention", "scene fit", "clear date", "prior")


def _pixels(image: Array) -> Array:
    """Return [C, h, w] as [h · w, C]."""
    return image.reshape(len(image), -1).T


def _image(pixels: Array, shape: tuple[int, int]) -> Array:
    return np.ascontiguousarray(pixels.T).reshape(-1, *shape)


def _position(patch: Patch) -> Array:
    """Return rows and columns in the scene [h · w, 2], float32."""
    rows, columns = np.indices(patch.shape, np.float32)
    return np.stack([rows.ravel() + patch.row, columns.ravel() + patch.column], axis=1)


class Table:
    """The features of pixels, one row each: of a whole patch, or of the samples of many."""

    def __init__(self, patch: Patch, dates: Sequence[int], radar: Array | None = None) -> None:
        self.radar = _pixels(radar_features(patch.backscatter)) if radar is None else radar
        self.position = _position(patch)
        self.prior = _pixels(patch.prior)
        self.reflectance = _pixels(patch.reflectance)
        # Of each date: its features, where it is valid, and it moved to today.
        self.dates: list[Array] = []
        self.valid: list[Array] = []
        self.moved: list[Array] = []
        for index in dates:
            date = patch.dates[index]
            columns = [date_features(date.reflectance, date.valid)]
            if date.backscatter is not None:
                columns.append(radar_features(date.backscatter))
            self.dates.append(_pixels(np.concatenate(columns)))
            self.valid.append(date.valid.ravel())
            self.moved.append(_pixels(patch.moved(index)))

    @property
    def base(self) -> Array:
        """What is expected without a fit [n, K]: the mean of the dates that are valid, moved to today, or the prior."""
        if not self.dates:
            return self.prior
        count = np.sum(self.valid, axis=0, dtype=np.float32)[:, None]
        total = sum(np.where(valid[:, None], moved, 0) for moved, valid in zip(self.moved, self.valid))
        return np.where(count > 0, total / np.maximum(count, 1), self.prior).astype(np.float32)

    def with_dates(self, kept: Sequence[int]) -> Table:
        """Return the table of the same pixels with some of the dates only."""
        part = self.rows(slice(None))
        for name in ("dates", "valid", "moved"):
            setattr(part, name, [getattr(self, name)[index] for index in kept])
        return part

    def rows(self, chosen: Array | slice) -> Table:
        """Return the table of some of the pixels."""
        part = object.__new__(Table)
        for name in ("radar", "position", "prior", "reflectance"):
            setattr(part, name, getattr(self, name)[chosen])
        for name in ("dates", "valid", "moved"):
            setattr(part, name, [each[chosen] for each in getattr(self, name)])
        return part

    @staticmethod
    def joined(tables: Sequence[Table]) -> Table:
        whole = object.__new__(Table)
        for name in ("radar", "position", "prior", "reflectance"):
            setattr(whole, name, np.concatenate([getattr(each, name) for each in tables]))
        for name in ("dates", "valid", "moved"):
            setattr(whole, name, [np.concatenate(each) for each in zip(*(getattr(table, name) for table in tables))])
        return whole

    @property
    def dated(self) -> Array:
        """Where any date is valid [n]."""
        return np.any(self.valid, axis=0) if self.valid else np.zeros(len(self.position), bool)


@dataclass(frozen=True)
class Penalties:
    """The penalties of the ridge regressions on radar alone, and on clear dates too."""

    alone: float
    dated: float


class _Stack:
    """Ridge regressions of today's reflectance: by radar alone, by each date too, and by what those predict."""

    def __init__(self, table: Table, penalties: Penalties) -> None:
        target, prior = table.reflectance, table.prior
        self._alone = Ridge(table.radar, target - prior, penalties.alone)
        penalty = penalties.dated
        self._dated: list[Ridge | None] = []
        for columns, valid, moved in zip(table.dates, table.valid, table.moved):
            enough = valid.sum() >= LEAST_SAMPLES
            features = np.concatenate([table.radar, columns], axis=1)[valid]
            self._dated.append(Ridge(features, (target - moved)[valid], penalty) if enough else None)
        self._joint = None
        if len(self._dated) > 1 and table.dated.sum() >= LEAST_SAMPLES:
            columns, _ = self._columns(table)
            dated = table.dated
            self._joint = Ridge(columns[dated], (target - columns[:, -target.shape[1] :])[dated], penalty)

    def alone(self, table: Table) -> Array:
        """Return the prediction by radar alone [n, K]."""
        return self._alone(table.radar) + table.prior

    def of_date(self, table: Table, index: int) -> Array:
        """Return the prediction by radar and one date [n, K], which holds where that is valid."""
        ridge = self._dated[index]
        if ridge is None:
            return table.moved[index]
        return ridge(np.concatenate([table.radar, table.dates[index]], axis=1)) + table.moved[index]

    def _columns(self, table: Table) -> tuple[Array, Array]:
        """Return the predictions by radar, by each date, and the mean of those [n, K (D + 2)], and that mean.

        A date that is not valid at a pixel is predicted by the mean of those that are.
        """
        alone = self.alone(table)
        each = [self.of_date(table, index) for index in range(len(self._dated))]
        count = np.sum(table.valid, axis=0, dtype=np.float32)[:, None]
        total = sum(np.where(valid[:, None], one, 0) for one, valid in zip(each, table.valid))
        mean = np.where(count > 0, total / np.maximum(count, 1), alone)
        filled = [np.where(valid[:, None], one, mean) for one, valid in zip(each, table.valid)]
        return np.concatenate([alone, *filled, mean], axis=1), mean

    def __call__(self, table: Table) -> tuple[Array, Array]:
        """Return the predictions side by side [n, F], for forest and attention, and the best of them [n, K]."""
        if not self._dated:
            alone = self.alone(table)
            return alone, alone
        columns, mean = self._columns(table)
        best = mean if self._joint is None else mean + self._joint(columns)
        return columns, np.where(table.dated[:, None], best, columns[:, : best.shape[1]])


class _Keys:
    """What attention compares: the reflectance that the ridge predicts, radar and position, each in its spread."""

    def __init__(self, table: Table, columns: Array) -> None:
        bands = table.reflectance.shape[1]
        self._spread = np.tile(table.reflectance.std(axis=0) + 1e-3, columns.shape[1] // bands) * np.sqrt(
            columns.shape[1]
        )
        self._mean, spread = moments(table.radar)
        self._radar = (spread + 1e-3) * np.sqrt(table.radar.shape[1])

    def __call__(self, table: Table, columns: Array) -> Array:
        radar = np.nan_to_num((table.radar - self._mean) / self._radar)
        parts = [columns / self._spread, KEY_RADAR * radar, KEY_POSITION / KEY_PIXELS * table.position]
        return np.concatenate(parts, axis=1).astype(np.float32)


class _Experts:
    """All that is fitted to one sample of clear ground."""

    def __init__(
        self, table: Table, penalties: Penalties, width: float | None, trees: int, samples: int, seed: int
    ) -> None:
        self.stack = _Stack(table, penalties)
        columns, _ = self.stack(table)
        random = np.random.default_rng(seed)
        some = _some(random, len(columns), samples)
        self._forest = Forest(self._raw(table, columns)[some], table.reflectance[some], trees, seed)
        self._keys = _Keys(table, columns)
        self.exemplars = _some(random, len(columns), EXEMPLARS)
        chosen = table.rows(self.exemplars)
        self.places = chosen.position
        keys = self._keys(chosen, columns[self.exemplars])
        self._attention = {each: Attention(keys, chosen.reflectance, each) for each in ([width] if width else WIDTHS)}

    @staticmethod
    def _raw(table: Table, columns: Array) -> Array:
        return np.concatenate([table.radar, table.position, columns], axis=1)

    def forest(self, table: Table, columns: Array) -> Array:
        return self._forest(self._raw(table, columns))

    def attention(self, table: Table, columns: Array) -> dict[float, Array]:
        """Return the prediction by attention [n, K] for each width."""
        keys = self._keys(table, columns)
        return {width: attend(keys) for width, attend in self._attention.items()}

    def attended(self, table: Table, columns: Array) -> Array:
        """Return what each of `places` counts for the first pixel of a table [M]."""
        (attend,) = self._attention.values()
        return attend.weights(self._keys(table, columns)[0])


def _some(generator: np.random.Generator, count: int, most: int) -> Array:
    return np.arange(count) if count <= most else np.sort(generator.choice(count, most, replace=False))


@dataclass
class _Sample:
    """Clear pixels of all patches: their features, and which blobs of each draw they are withheld with."""

    table: Table
    withheld: Array  # [n, DRAWS]
    patch: Array  # [n], the number of the patch
    pixel: Array  # [n], in that patch

    def with_dates(self, kept: Sequence[int]) -> _Sample:
        return _Sample(self.table.with_dates(kept), self.withheld, self.patch, self.pixel)


class _Domain:
    """The mixture for pixels where some date is valid, or for those where none is."""

    def __init__(
        self,
        sample: _Sample,
        dates: Sequence[int],
        patches: Patches,
        penalties: Penalties,
        held: float,
        seed: int,
    ) -> None:
        self.dates = tuple(dates)
        use = sample.table.dated if dates else np.ones(len(sample.pixel), bool)
        checked, truth, near = self._withheld(sample, use, patches, penalties, seed)
        self.width = min(WIDTHS, key=lambda width: _mean_square(checked[width] - truth))
        named = [checked[name] for name in ("prior", "ridge", "forest", self.width)]
        self.weights = (1 - held) * _mixture(named, truth)
        self.weights[0] += held
        mixed = sum(weight * each for weight, each in zip(self.weights, named))
        self.withheld_error = float(np.sqrt(_mean_square(mixed - truth)))
        self._calibrate(_disagreement(named), near, np.sqrt(np.square(mixed - truth).mean(axis=1)))
        table = sample.table.rows(np.flatnonzero(use))
        self.experts = _Experts(table, penalties, self.width, TREES, SAMPLES, seed)

    def _withheld(
        self, sample: _Sample, use: Array, patches: Patches, penalties: Penalties, seed: int
    ) -> tuple[dict, Array, Array]:
        """Return what experts predict of blobs that were withheld from them, the truth, and the distance to clear."""
        found: list[dict] = []
        truths, distances = [], []
        random = np.random.default_rng(seed)
        fitted = []
        for draw in range(DRAWS):
            held = sample.withheld[:, draw]
            learnt, asked = np.flatnonzero(use & ~held), np.flatnonzero(use & held)
            asked = asked[_some(random, len(asked), WITHHELD_SAMPLES)]
            if len(learnt) < LEAST_SAMPLES // 2 or len(asked) < 10:
                continue
            fitted.append(
                (
                    draw,
                    asked,
                    _Experts(sample.table.rows(learnt), penalties, None, DRAW_TREES, DRAW_SAMPLES, seed + draw),
                )
            )
        for number in np.unique(sample.patch):
            mine = [each for each in fitted if (sample.patch[each[1]] == number).any()]
            if not mine:
                continue
            patch, draws = patches.read(int(number))
            table = Table(patch, self.dates)
            for draw, asked, experts in mine:
                here = sample.pixel[asked[sample.patch[asked] == number]]
                known = patch.clear & ~draws[draw]
                columns, best = experts.stack(table)
                ridge = best + _carried(table.reflectance - best, known)
                rows, some = table.rows(here), columns[here]
                one = {"prior": rows.base, "ridge": ridge[here], "forest": experts.forest(rows, some)}
                found.append({**one, **experts.attention(rows, some)})
                truths.append(rows.reflectance)
                distances.append(distance_transform_edt(~known).ravel()[here])
        return (
            {name: np.concatenate([each[name] for each in found]) for name in found[0]},
            np.concatenate(truths),
            np.concatenate(distances),
        )

    def _calibrate(self, spread: Array, near: Array, error: Array) -> None:
        """Fit log error = a + b log spread + c log distance on withheld ground, and match its mean square."""
        features = np.stack([np.log(spread + 1e-4), np.log1p(near)], axis=1)
        self._line = Ridge(features, np.log(error + 1e-4)[:, None], 1e-3)
        said = np.exp(self._line(features)[:, 0])
        self._gain = BEYOND_WITHHELD * float(np.sqrt(np.mean(np.square(error)) / np.mean(np.square(said))))

    def expected_error(self, named: Sequence[Array], near: Array) -> Array:
        """Return the expected root mean square error over the bands [n]."""
        features = np.stack([np.log(_disagreement(named) + 1e-4), np.log1p(near)], axis=1)
        return (np.exp(self._line(features)[:, 0]) * self._gain).astype(np.float32)

    def predict(self, table: Table, ridge: Array, near: Array) -> tuple[Array, Array]:
        """Return reflectance [n, K] and its expected error [n] of a table.

        `ridge` [n, K] is what the ridge predicts, with the residual that is carried in.
        """
        columns, _ = self.experts.stack(table)
        named = [
            table.base,
            ridge,
            self.experts.forest(table, columns),
            self.experts.attention(table, columns)[self.width],
        ]
        mixed = sum(np.float32(weight) * each for weight, each in zip(self.weights, named))
        return mixed, self.expected_error(named, near)


def _carried(residual: Array, known: Array) -> Array:
    """Return the residual [h · w, K] of known pixels [h, w] carried to all others, as pixels."""
    return _pixels(carried(_image(residual, known.shape), known))


def _mean_square(values: Array) -> float:
    return float(np.mean(np.square(values), dtype=np.float64))


def _disagreement(named: Sequence[Array]) -> Array:
    """Return how far the experts lie apart at each pixel [n], the mean over the bands of their standard deviation."""
    return np.std(np.stack(named[1:]), axis=0).mean(axis=1)


def _mixture(named: Sequence[Array], truth: Array) -> Array:
    """Return the weights, none below 0 and 1 in sum, with which the experts miss the truth least."""
    columns = np.stack([each.ravel() for each in named], axis=1).astype(np.float64)
    heavy = 1e3 * np.sqrt(len(columns)) * max(float(np.abs(truth).mean()), 1e-3)
    rows = np.concatenate([columns, np.full((1, len(named)), heavy)])
    weights, _ = nnls(rows.T @ rows, rows.T @ np.append(truth.ravel().astype(np.float64), heavy))
    return weights / weights.sum()


class Patches:
    """The windows of a scene that a fit looks at, read again when they are needed again."""

    def __init__(
        self, readers: Sequence[Callable[[], Patch]], cancelled: Callable[[], bool] = lambda: False, seed: int = 0
    ) -> None:
        self._readers = readers
        self._cancelled = cancelled
        self._seed = seed
        self._last: tuple[int, tuple[Patch, Array]] | None = None
        self._clear = self._pixels = 0

    def __len__(self) -> int:
        return len(self._readers)

    @property
    def clear_share(self) -> float:
        """The share of clear ground in the patches that were noted, 0–1."""
        return self._clear / max(self._pixels, 1)

    def note(self, patch: Patch) -> None:
        """Count the clear pixels of a patch."""
        self._clear += int(patch.clear.sum())
        self._pixels += patch.clear.size

    def read(self, number: int) -> tuple[Patch, Array]:
        """Return a patch and the blobs that are withheld of it, bool [DRAWS, h, w]. Raises `Cancelled`."""
        if self._cancelled():
            raise Cancelled
        if self._last is None or self._last[0] != number:
            patch = self._readers[number]()
            self._last = number, (patch, withheld_blobs(patch.clear, DRAWS, self._seed + number))
        return self._last[1]


def withheld_blobs(clear: Array, count: int, seed: int) -> Array:
    """Return blobs of clear ground [count, h, w], `WITHHELD` of it, as large as what hides the rest of it."""
    hidden = distance_transform_edt(~clear)[~clear] if clear.any() else np.zeros(0)
    sigma = 1.5 * float(np.median(hidden)) if len(hidden) else BLOB_BOUNDS[0]
    sigma = float(np.clip(sigma, BLOB_BOUNDS[0], max(BLOB_BOUNDS[0], min(BLOB_BOUNDS[1], min(clear.shape) / 16))))
    generator = np.random.default_rng(seed)
    blobs = np.zeros((count, *clear.shape), bool)
    for blob in blobs:
        height = gaussian_filter(generator.standard_normal(clear.shape, np.float32), sigma, mode="wrap")
        if clear.any():
            blob[clear] = height[clear] > np.quantile(height[clear], 1 - WITHHELD)
    return blobs


@dataclass
class SceneFit:
    """What the clear ground of a scene, or of a part of it, tells about hidden ground.

    `dates` are the clear dates that help, by their number; `dropped` those that do not, with the errors on withheld
    ground without and with them. `gains` is by which share the others lower it, None where that is not known.
    """

    patches: Patches
    sample: _Sample | None
    seed: int = 0
    dates: tuple[int, ...] = ()
    dropped: dict[int, tuple[float, float]] = field(default_factory=dict)
    gains: dict[int, float | None] = field(default_factory=dict)
    penalties: Penalties = Penalties(PENALTIES[0], PENALTIES[0])
    ridge_error: float = 0.0
    held: float = 0.0
    _domains: dict[bool, _Domain] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def fitted(self) -> bool:
        return self.sample is not None

    @functools.cached_property
    def _stack(self) -> _Stack:
        return _Stack(self.sample.with_dates(self.dates).table, self.penalties)

    def domain(self, dated: bool) -> _Domain:
        """Return the mixture for pixels with a date, or without; it is fitted when it is first needed."""
        with self._lock:
            if dated not in self._domains:
                dates = self.dates if dated else ()
                sample = self.sample.with_dates(dates)
                self._domains[dated] = _Domain(sample, dates, self.patches, self.penalties, self.held, self.seed)
            return self._domains[dated]

    def predict(self, patch: Patch, hidden: Array) -> Ground:
        """Return what is expected of the pixels `hidden` [h, w] of a patch; elsewhere only what costs little."""
        shape = patch.shape
        if not self.fitted:
            return self._by_prior(patch)
        table = Table(patch, self.dates)
        dated = table.dated
        near = distance_transform_edt(~patch.clear).ravel() if patch.clear.any() else np.full(dated.size, FAR)
        best = self._stack(table)[1]
        ridge = best + _carried(table.reflectance - best, patch.clear)
        result = ridge + np.float32(self.held) * (table.base - ridge)
        error = np.full(dated.size, self.ridge_error, np.float32)
        parts = np.zeros((len(PARTS), dated.size), np.float32)
        parts[PARTS.index("clear date")], parts[PARTS.index("scene fit")] = dated, ~dated
        for kind in (True, False):
            chosen = np.flatnonzero(hidden.ravel() & (dated == kind))
            if not len(chosen) or (not kind and self.dates and len(chosen) < LEAST_UNDATED):
                continue
            domain = self.domain(kind)
            prior, *fit, attention = domain.weights
            # With a date, what is expected without any fit is the date, moved to today.
            told = [attention, 0, sum(fit) + prior, 0] if kind else [attention, sum(fit), 0, prior]
            parts[:, chosen] = np.float32(told)[:, None]
            rows = table.rows(chosen).with_dates(range(len(self.dates)) if kind else ())
            result[chosen], error[chosen] = domain.predict(rows, ridge[chosen], near[chosen])
        return Ground(_image(result, shape), error.reshape(shape), parts.reshape(len(PARTS), *shape))

    def attended(self, patch: Patch, row: int, column: int) -> tuple[Array, Array]:
        """Return rows and columns of the clear places [M, 2] that attention compares a pixel with, and weights [M]."""
        if not self.fitted:
            return np.zeros((0, 2), np.float32), np.zeros(0, np.float32)
        table = Table(patch, self.dates).rows(np.array([row * patch.shape[1] + column]))
        dated = bool(table.dated[0])
        table = table.with_dates(range(len(self.dates)) if dated else ())
        experts = self.domain(dated).experts
        return experts.places, experts.attended(table, experts.stack(table)[0])

    def _by_prior(self, patch: Patch) -> Ground:
        table = Table(patch, range(len(patch.dates)))
        dated = table.dated.reshape(patch.shape)
        parts = np.zeros((len(PARTS), *patch.shape), np.float32)
        parts[PARTS.index("clear date")], parts[PARTS.index("prior")] = dated, ~dated
        return Ground(_image(table.base, patch.shape), np.full(patch.shape, PRIOR_ERROR, np.float32), parts)


#: The distance to clear ground where there is none, in pixels.
FAR = 1e3
#: The error of the weights' prior on places that they were not trained on, reflectance.
PRIOR_ERROR = 0.05


def fit_scene(patches: Patches, dates: int, doubt: float = DOUBT_MASK, seed: int = 0) -> SceneFit:
    """Fit a model to the clear ground of `patches`, which have so many `dates`.

    It is held towards the prior by d / (s + d), s the share of clear ground, 0–1, and `doubt` d that what is clear is
    like what is hidden.
    """
    sample = _sampled(patches, range(dates), seed)
    if sample is None or len(sample.pixel) < LEAST_SAMPLES:
        return SceneFit(patches, None, seed, tuple(range(dates)))
    penalties, errors, ridge_error = _penalties(sample)
    dropped, kept = {}, []
    for index, (without, with_it) in enumerate(errors):
        if with_it < (1 - LEAST_GAIN) * without:
            kept.append(index)
        else:
            dropped[index] = (without, with_it)
    gains = {
        index: 1 - errors[index][1] / errors[index][0] if np.isfinite(errors[index][0]) else None for index in kept
    }
    held = doubt / (patches.clear_share + doubt)
    return SceneFit(patches, sample, seed, tuple(kept), dropped, gains, penalties, ridge_error, held)


def _sampled(patches: Patches, dates: Sequence[int], seed: int) -> _Sample | None:
    """Return pixels of clear ground from all patches."""
    tables, withheld, numbers, pixels = [], [], [], []
    random = np.random.default_rng(seed)
    for number in range(len(patches)):
        patch, blobs = patches.read(number)
        clear = np.flatnonzero(patch.clear)
        patches.note(patch)
        if not len(clear):
            continue
        chosen = clear[_some(random, len(clear), 2 * SAMPLES // len(patches))]
        tables.append(Table(patch, dates).rows(chosen))
        withheld.append(blobs.reshape(len(blobs), -1)[:, chosen].T)
        numbers.append(np.full(len(chosen), number))
        pixels.append(chosen)
    if not tables:
        return None
    joined = (np.concatenate(each) for each in (withheld, numbers, pixels))
    return _Sample(Table.joined(tables), *joined)


def _penalties(sample: _Sample) -> tuple[Penalties, list[tuple[float, float]], float]:
    """Return the penalties that withheld ground likes best, and errors there.

    For each date without and with it, and that of radar alone.
    """
    table = sample.table
    dates = range(len(table.dates))
    alone, dated = dict.fromkeys(PENALTIES, 0.0), dict.fromkeys(PENALTIES, 0.0)
    # Of each date: sums of squares by radar alone and with the date, and the numbers that they are sums of.
    sums = {penalty: np.zeros((len(dates), 3)) for penalty in PENALTIES}
    for draw in range(DRAWS):
        held = sample.withheld[:, draw]
        learnt, asked = table.rows(np.flatnonzero(~held)), table.rows(np.flatnonzero(held))
        if len(learnt.position) < LEAST_SAMPLES // 2 or not len(asked.position):
            continue
        for penalty in PENALTIES:
            stack = _Stack(learnt, Penalties(penalty, penalty))
            missed = stack.alone(asked) - asked.reflectance
            alone[penalty] += _mean_square(missed)
            if dates:
                dated[penalty] += _mean_square(stack(asked)[1] - asked.reflectance)
            for index in dates:
                valid = asked.valid[index]
                if valid.any() and learnt.valid[index].sum() >= LEAST_SAMPLES:
                    own = (stack.of_date(asked, index) - asked.reflectance)[valid]
                    sums[penalty][index] += np.square(missed[valid]).sum(), np.square(own).sum(), own.size
    without = np.min([each[:, 0] for each in sums.values()], axis=0)
    with_it = np.min([each[:, 1] for each in sums.values()], axis=0)
    count = sums[PENALTIES[0]][:, 2]
    errors = [
        (float(np.sqrt(a / n)), float(np.sqrt(b / n))) if n else (np.inf, 0.0)
        for a, b, n in zip(without, with_it, count)
    ]
    best = min(alone, key=alone.get)
    return Penalties(best, min(dated, key=dated.get)), errors, float(np.sqrt(alone[best] / DRAWS))
