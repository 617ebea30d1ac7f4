"""Synthetic clouds on clear scenes: real clouds cut out of cloudy/clear pairs, and clouds made of noise.

All arrays are reflectance 0–1 in the order of `bands.S2_BANDS`, [13, H, W]. A layer of cloud is composed over the
ground g as g (1 − α) + α c, with opacity α in 0–1 and the cloud's own reflectance c. Shadows and dim light follow
g' = p + (g − p) t, where p is the light that the clear atmosphere itself scatters and t falls with wavelength: the sky
still lights a shadow in blue, hardly in the short-wave infrared. One sun lights a picture: all shadows in it fall the
same way, as far as the cloud's height and the sun's zenith angle throw them; the lower the sun, the more light a thin
cloud takes.

Everything random comes from the generator that is passed in, so one seed gives one picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from ..bands import PATH_REFLECTANCE, S2_BANDS, S2_WAVELENGTHS

Array = np.ndarray

B1, B2, B3, B4, B8, B10 = (S2_BANDS.index(name) for name in ("B1", "B2", "B3", "B4", "B8", "B10"))
COARSE_BANDS = tuple(S2_BANDS.index(name) for name in ("B1", "B9", "B10"))

WAVELENGTHS = np.array(S2_WAVELENGTHS, dtype=np.float32) / 1000  # micrometres
#: How much stronger than in the near infrared a shadow is in each band, as an exponent of the transmission. From a
#: scene that is in shade on one of two dates.
SHADE_EXPONENT = np.array([0.10, 0.33, 0.62, 0.75, 0.82, 0.95, 1.0, 1.0, 1.0, 1.0, 0.0, 1.1, 1.15], dtype=np.float32)


#: Side of a pixel, metres.
PIXEL = 10.0
#: Metres above the ground. That of low cloud is that of fog and stratus: it throws its shadow over 3 to 60 pixels, so
#: that cloud and shadow are in one crop; the shadow of higher cloud would be that of another cloud in every crop.
LOW_CLOUD, HIGH_CLOUD = (80.0, 450.0), (6000.0, 12000.0)
#: Angle between sun and vertical, degrees, when Sentinel-2 passes over land where there is something to see.
SUN_ZENITH = (20.0, 65.0)
#: What cirrus adds to the other bands for 1 that it adds to B10, where no real cirrus is in the data: white, falling
#: with wavelength (five scenes of SEN12MS-CR have 1.1 to 2.3 in blue).
USUAL_CIRRUS = 1.6 * (WAVELENGTHS / WAVELENGTHS[B1]) ** -0.3
USUAL_CIRRUS[B10] = 1.0


@dataclass(frozen=True)
class CloudField:
    """A real cloud, cut out: opacity [H, W] in 0–1 and its reflectance [13, H, W]."""

    place: str
    opacity: Array
    colour: Array

    @property
    def cover(self) -> float:
        """The mean opacity."""
        return float(self.opacity.mean())


@dataclass(frozen=True)
class CloudLibrary:
    """Cut-out clouds, the spectra [N, 13] of their opaque pixels, and those of real cirrus [M, 13], with 1 in B10."""

    fields: tuple[CloudField, ...]
    spectra: Array
    cirrus: Array = field(default_factory=lambda: USUAL_CIRRUS[None])


@dataclass(frozen=True)
class Sun:
    """Where light comes from: `zenith` is the angle to the vertical, `azimuth` the direction in which shadows fall.

    In radians; azimuth 0 is along the columns, π/2 along the rows.
    """

    zenith: float
    azimuth: float

    @property
    def airmass(self) -> float:
        """How much longer the way of the light through a layer is than straight down."""
        return 1 / float(np.cos(self.zenith))

    def reach(self, height: float) -> tuple[int, int]:
        """Return by how many pixels (rows, columns) the shadow of a cloud at `height` metres is displaced."""
        length = height * np.tan(self.zenith) / PIXEL
        return round(length * float(np.sin(self.azimuth))), round(length * float(np.cos(self.azimuth)))


def draw_sun(rng: np.random.Generator) -> Sun:
    """Return any sun: crops are flipped and turned, so that shadows fall in all directions."""
    return Sun(float(np.radians(rng.uniform(*SUN_ZENITH))), rng.uniform(0, 2 * np.pi))


def blur(image: Array, radius: int) -> Array:
    """Return `image` [..., H, W] averaged over squares of side 2 `radius` + 1, twice, mirrored at the borders."""
    if radius < 1:
        return image
    for _ in range(2):
        for axis in (image.ndim - 2, image.ndim - 1):
            image = _box(image, radius, axis)
    return image


def _box(image: Array, radius: int, axis: int) -> Array:
    pad = [(0, 0)] * image.ndim
    pad[axis] = (radius + 1, radius)
    sums = np.cumsum(np.pad(image, pad, mode="symmetric"), axis=axis, dtype=np.float64)
    sums = np.moveaxis(sums, axis, -1)
    means = (sums[..., 2 * radius + 1 :] - sums[..., : -2 * radius - 1]) / (2 * radius + 1)
    return np.moveaxis(means, -1, axis).astype(image.dtype)


def cut_out(cloudy: Array, clear: Array, place: str) -> CloudField:
    """Return the cloud of a cloudy image [13, H, W], with the help of a clear one of another date.

    Opacity is how far B1 and B2 (bright over cloud, dark and even over land) rose from the ground to the level of
    opaque cloud. The cloud's reflectance is what the pixel leaves when the clear date's share is taken out; where the
    ground shines through much, and has changed between the dates, it is that of the more opaque pixels near by.
    In B10 no ground shines through: what the clear date shows there is cirrus of its own, and is not taken out.
    """
    clear = clear.copy()
    clear[B10] = np.minimum(clear[B10], PATH_REFLECTANCE[B10])
    signal = cloudy[[B1, B2]].mean(axis=0)
    ground = np.full_like(signal, np.quantile(signal, 0.05))
    ground = np.minimum(ground, 0.16)
    expected = clear[[B1, B2]].mean(axis=0)
    usable = expected < 0.25  # brighter ground is snow, or cloud that the clear date has too
    ground = np.where(usable, np.maximum(ground, expected), ground) + 0.02
    bright = signal[signal > ground + 0.15]
    opaque = float(np.clip(np.quantile(bright, 0.9) if bright.size > 50 else 0.35, 0.35, 0.55))
    opacity = np.clip((signal - ground) / np.maximum(opaque - ground, 0.05), 0, 1).astype(np.float32)
    opacity = np.where(opacity < 0.3, np.minimum(opacity, blur(opacity, 2)), opacity)
    weight = opacity**2 + 1e-4
    own = np.clip((cloudy - clear * (1 - opacity)) / np.maximum(opacity, 0.05), 0, 1.3)
    nearby = blur(own * weight, 6) / blur(weight, 6)
    trust = np.clip((opacity - 0.6) / 0.3, 0, 1)
    return CloudField(place, opacity, (nearby + (own - nearby) * trust).astype(np.float32))


def build_library(pairs: Iterable[tuple[Array, Array, str]], least_cover: float = 0.02) -> CloudLibrary:
    """Return the clouds of `pairs` of (cloudy, clear, place); images with less cover are left out."""
    fields: list[CloudField] = []
    spectra: list[Array] = []
    veils: list[Array] = []
    for cloudy, clear, place in pairs:
        spectrum = cirrus_spectrum(cloudy, clear)
        if spectrum is not None:
            veils.append(spectrum)
        cut = cut_out(cloudy, clear, place)
        if cut.cover < least_cover:
            continue
        fields.append(cut)
        opaque = cloudy[:, (cut.opacity > 0.9) & (cloudy[B2] > 0.3)]
        if opaque.shape[1]:
            spectra.append(opaque[:, :: max(1, opaque.shape[1] // 1000)].T)
    return CloudLibrary(
        tuple(fields),
        np.concatenate(spectra) if spectra else np.full((1, 13), 0.6, np.float32),
        np.stack(veils) if veils else USUAL_CIRRUS[None],
    )


def cirrus_spectrum(cloudy: Array, clear: Array) -> Optional[Array]:
    """Return what the cirrus over a place adds to the bands [13] for 1 that it adds to B10; None where there is none.

    The slope over B10 in a linear fit of each band, by B10 and the band's clear date, over the thin pixels. It is taken
    where B10 varies as under cirrus, and where B10 explains half of what the clear date leaves open, so that it is no
    chance likeness of the ground.
    """
    thin = (cloudy[B2] < 0.3) & (cloudy[B10] > 0.002)
    if thin.mean() < 0.5 or cloudy[B10][thin].std() < 0.004:
        return None
    veil = cloudy[B10][thin] - cloudy[B10][thin].mean()
    slopes, explained = np.ones(13, np.float32), np.ones(13, np.float32)
    for band in np.delete(np.arange(13), B10):
        ground, seen = (image[band][thin] - image[band][thin].mean() for image in (clear, cloudy))
        ground = ground / (np.linalg.norm(ground) + 1e-9)
        own, seen = (each - (each @ ground) * ground for each in (veil, seen))
        slopes[band] = (own @ seen) / (own @ own)
        explained[band] = slopes[band] * (own @ seen) / (seen @ seen + 1e-9)
    return slopes if np.delete(explained, B10).mean() > 0.5 and slopes.min() > 0 else None


def noise(rng: np.random.Generator, size: int, slope: float, stretch: float = 1.0) -> Array:
    """Return [size, size] noise with amplitude spectrum frequency^−slope, mean 0, standard deviation 1, periodic.

    `stretch` > 1 draws it out along a random direction, as cirrus is.
    """
    fy = np.fft.fftfreq(size)[:, None].astype(np.float32) * size
    fx = np.fft.rfftfreq(size)[None].astype(np.float32) * size
    if stretch != 1.0:
        angle = rng.uniform(0, np.pi)
        fy, fx = fy * np.cos(angle) + fx * np.sin(angle), stretch * (fx * np.cos(angle) - fy * np.sin(angle))
    frequency = np.sqrt(fy**2 + fx**2)
    frequency[0, 0] = 1.0
    amplitude = np.maximum(frequency, 1.0) ** -slope
    amplitude[0, 0] = 0.0
    spectrum = np.fft.rfft2(rng.standard_normal((size, size), dtype=np.float32)) * amplitude
    field = np.fft.irfft2(spectrum, s=(size, size)).astype(np.float32)
    return (field - field.mean()) / (field.std() + 1e-6)


def add_clouds(ground: Array, library: CloudLibrary, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return (cloudy [13, N, N], opacity [N, N]) for clear `ground` [13, N, N]; cover from none to full."""
    size = ground.shape[-1]
    image = ground
    sun = draw_sun(rng)
    if rng.random() < DIM_LIGHT_SHARE:
        image = shade(image, _dim_light(rng, size, sun))
    layers = _draw_layers(library, rng, size)
    opacity = np.zeros((size, size), np.float32)
    for alpha, _, _ in layers:
        opacity = 1 - (1 - opacity) * (1 - _in_band(alpha, B2))
    if layers and rng.random() < 0.8:
        clouds = [(_in_band(alpha, B8), height) for alpha, _, height in layers]
        image = shade(image, sunlight(clouds, sun, rng.uniform(0.3, 0.85), int(rng.integers(1, 4))))
    for alpha, colour, _ in layers:
        image = compose(image, alpha, colour)
    return np.clip(image, 0, 1).astype(np.float32), opacity


def compose(ground: Array, opacity: Array, colour: Array) -> Array:
    """Return ground (1 − α) + α colour; `opacity` is [H, W] or a band at a time [13, H, W]."""
    return ground + (colour - ground) * opacity


def shade(ground: Array, transmission: Array) -> Array:
    """Return `ground` [13, H, W] lit by the share `transmission` [H, W] (0–1, near infrared) of the sun."""
    path = np.minimum(PATH_REFLECTANCE[:, None, None], ground)
    log = np.log(np.maximum(transmission, 1e-3))
    return path + (ground - path) * np.exp(log * SHADE_EXPONENT[:, None, None])


def sunlight(clouds: Sequence[tuple[Array, float]], sun: Sun, direct: float, softness: int) -> Array:
    """Return the share of light [H, W] that reaches the ground beside clouds of (opacity [H, W], height in metres).

    Each leaves (1 − α)^airmass of the sun's beam where its shadow falls; the share 1 − `direct` of the light comes from
    the sky and stays. Outside of the picture the clouds go on mirrored. `softness` is the blur of the edge, in pixels.
    """
    beam = np.ones_like(clouds[0][0])
    for opacity, height in clouds:
        beam = beam * (1 - _moved(opacity, *sun.reach(height)))
    return 1 - direct * (1 - blur(beam**sun.airmass, softness))


def _moved(image: Array, down: int, right: int) -> Array:
    """Return `image` [H, W] moved by whole pixels, mirrored at its borders as often as it takes."""
    places = []
    for length, step in zip(image.shape, (down, right)):
        index = (np.arange(length) - step) % (2 * length)
        places.append(np.minimum(index, 2 * length - 1 - index))
    return image[np.ix_(*places)]


def _in_band(opacity: Array, band: int) -> Array:
    return opacity if opacity.ndim == 2 else opacity[band]


def _dim_light(rng: np.random.Generator, size: int, sun: Sun) -> Array:
    """Return the light [size, size] under high cloud that is not in the picture itself, the less the lower the sun."""
    level = rng.uniform(0.45, 1.0) ** sun.airmass
    return np.clip(level * (1 + 0.12 * noise(rng, size, 2.0)), 0.15, 1.1).astype(np.float32)


#: Opacity and reflectance, as `compose` takes them, and height in metres.
Layer = tuple[Array, Array, float]

#: How often a picture has which clouds. Without enough that are clear, a network darkens bright ground as if it were
#: haze; with much dim light, it brightens dark forest.
KIND_SHARES = {
    "none": 0.14,
    "haze": 0.14,
    "cirrus": 0.08,
    "procedural": 0.20,
    "real": 0.22,
    "real+haze": 0.14,
    "real+procedural": 0.08,
}
DIM_LIGHT_SHARE = 0.15
#: Spread of the brightness of clouds, in the logarithm.
TINT_SPREAD = 0.22


def _draw_layers(library: CloudLibrary, rng: np.random.Generator, size: int) -> list[Layer]:
    kind = rng.choice(list(KIND_SHARES), p=list(KIND_SHARES.values()))
    layers: list[Layer] = []
    if "procedural" in kind:
        layers.append(procedural_cloud(library, rng, size))
    if "real" in kind and library.fields:
        layers.append(transplanted_cloud(library, rng, size))
    if "haze" in kind:
        layers.insert(0, haze(library, rng, size))
    if kind == "cirrus" or (layers and rng.random() < 0.15):
        layers.append(cirrus(library, rng, size))
    return layers


def transplanted_cloud(library: CloudLibrary, rng: np.random.Generator, size: int) -> Layer:
    """Return a piece of a real cloud, flipped, turned, thinner or thicker, dimmer or brighter."""
    field = library.fields[rng.integers(len(library.fields))]
    opacity, colour = _random_piece(field, rng, size)
    if rng.random() < 0.5:
        opacity = np.clip(opacity * rng.uniform(0.5, 1.6), 0, 1)
    return opacity, colour * _tint(rng, TINT_SPREAD)[:, None, None], rng.uniform(*LOW_CLOUD)


def _random_piece(field: CloudField, rng: np.random.Generator, size: int) -> tuple[Array, Array]:
    opacity, colour = field.opacity, field.colour
    missing = size - min(opacity.shape)
    if missing > 0:
        opacity = np.pad(opacity, (0, missing), mode="symmetric")
        colour = np.pad(colour, ((0, 0), (0, missing), (0, missing)), mode="symmetric")
    y, x = (int(rng.integers(0, extent - size + 1)) for extent in opacity.shape)
    opacity, colour = opacity[y : y + size, x : x + size], colour[:, y : y + size, x : x + size]
    turns, flip = int(rng.integers(4)), rng.random() < 0.5
    opacity, colour = np.rot90(opacity, turns), np.rot90(colour, turns, axes=(1, 2))
    return (opacity[:, ::-1], colour[:, :, ::-1]) if flip else (opacity, colour)


def _tint(rng: np.random.Generator, spread: float) -> Array:
    """Return a gain a band: one brightness for all, a slope over wavelength, B10 (cloud height) on its own."""
    slope = np.log(WAVELENGTHS / 0.6) * rng.normal(0, 0.04)
    tint = np.exp(rng.normal(0, spread) + slope + rng.normal(0, 0.015, 13))
    tint[B10] = np.exp(rng.normal(0, 0.6))
    return tint.astype(np.float32)


def procedural_cloud(library: CloudLibrary, rng: np.random.Generator, size: int) -> Layer:
    """Return a cloud of noise: thresholded at a drawn cover, its brightness following its thickness."""
    shape = noise(rng, size, rng.uniform(1.3, 2.3))
    cover = rng.choice([rng.uniform(0.02, 0.98), rng.uniform(0.9, 1.3)], p=[0.6, 0.4])
    threshold = np.quantile(shape, max(0.0, 1 - cover)) - max(0.0, cover - 1) * 4
    thickness = np.maximum((shape - threshold) / rng.uniform(0.15, 1.2), 0)
    opacity = (1 - np.exp(-(thickness**1.5) * 1.5)).astype(np.float32)
    if rng.random() < 0.3:
        opacity *= rng.uniform(0.4, 1.0)
    first, second = library.spectra[rng.integers(len(library.spectra), size=2)]
    mix = (0.5 + 0.25 * noise(rng, size, 1.7)).clip(0, 1)
    spectrum = first[:, None, None] + (second - first)[:, None, None] * mix
    relief = 1 + rng.uniform(0.02, 0.12) * noise(rng, size, rng.uniform(1.0, 1.8)) + 0.12 * (opacity - 1)
    colour = spectrum * relief * _tint(rng, TINT_SPREAD)[:, None, None]
    alpha = np.broadcast_to(opacity, colour.shape).copy()
    for band in COARSE_BANDS:
        alpha[band] = blur(opacity, 2)
        colour[band] = blur(colour[band], 2)
    return alpha, colour, rng.uniform(*LOW_CLOUD)


def haze(library: CloudLibrary, rng: np.random.Generator, size: int) -> Layer:
    """Return thin even cloud, stronger in blue than in the short-wave infrared."""
    spectrum = library.spectra[rng.integers(len(library.spectra))]
    depth = rng.uniform(0.03, 0.6) * np.exp(0.5 * noise(rng, size, rng.uniform(1.8, 2.6)))
    falling = (WAVELENGTHS / WAVELENGTHS[B1]) ** -rng.uniform(0, 1.2)
    opacity = (1 - np.exp(-depth * falling[:, None, None])).astype(np.float32)
    colour = np.broadcast_to((spectrum * _tint(rng, TINT_SPREAD))[:, None, None].astype(np.float32), (13, size, size))
    return opacity, colour, rng.uniform(*LOW_CLOUD)


def cirrus(library: CloudLibrary, rng: np.random.Generator, size: int) -> Layer:
    """Return high thin cloud: streaks that B10 sees (0.005–0.1), and the veil of a real cirrus in the other bands."""
    streaks = noise(rng, size, rng.uniform(1.5, 2.3), rng.uniform(1.0, 4.0))
    depth = rng.uniform(0.02, 0.35) * np.exp(0.6 * streaks)
    thin = (1 - np.exp(-depth)).astype(np.float32)
    opacity = np.broadcast_to(thin, (13, size, size)).copy()
    opacity[list(COARSE_BANDS)] = blur(thin, 2)
    spectrum = library.cirrus[rng.integers(len(library.cirrus))]
    colour = rng.uniform(0.35, 0.7) * spectrum / spectrum[B2] * (WAVELENGTHS / 0.6) ** rng.normal(0, 0.1)
    # How much vapour is above the cloud is another matter than how white it is.
    colour[B10] *= np.exp(rng.normal(-0.3, 0.5))
    colour = np.broadcast_to(colour[:, None, None].astype(np.float32), (13, size, size))
    return opacity, colour, rng.uniform(*HIGH_CLOUD)
