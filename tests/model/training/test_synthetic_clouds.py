from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.synthetic_clouds import (
    B2,
    B10,
    LOW_CLOUD,
    PATH_REFLECTANCE,
    SHADE_EXPONENT,
    USUAL_CIRRUS,
    CloudLibrary,
    Sun,
    add_clouds,
    blur,
    build_library,
    cirrus,
    cirrus_spectrum,
    compose,
    cut_out,
    draw_sun,
    noise,
    shade,
    sunlight,
)

SIDE = 64
GROUND_SPECTRUM = np.array([0.13, 0.10, 0.09, 0.08, 0.11, 0.19, 0.22, 0.22, 0.25, 0.08, 0.0015, 0.19, 0.11], np.float32)
CLOUD_SPECTRUM = np.array([0.57, 0.56, 0.51, 0.57, 0.6, 0.61, 0.62, 0.61, 0.64, 0.38, 0.015, 0.49, 0.41], np.float32)


@pytest.fixture
def ground() -> np.ndarray:
    texture = 1 + 0.1 * np.random.default_rng(0).standard_normal((SIDE, SIDE)).astype(np.float32)
    return GROUND_SPECTRUM[:, None, None] * texture


@pytest.fixture
def alpha() -> np.ndarray:
    """Clear on the left, opaque on the right."""
    return np.broadcast_to(np.linspace(-0.5, 1.5, SIDE, dtype=np.float32).clip(0, 1), (SIDE, SIDE))


@pytest.fixture
def library(ground: np.ndarray, alpha: np.ndarray) -> CloudLibrary:
    return build_library([(compose(ground, alpha, CLOUD_SPECTRUM[:, None, None]), ground, "here")])


def test_no_opacity_is_the_identity_and_full_opacity_hides_the_ground(ground: np.ndarray) -> None:
    cloud = np.broadcast_to(CLOUD_SPECTRUM[:, None, None], ground.shape)
    assert np.array_equal(compose(ground, np.zeros((SIDE, SIDE), np.float32), cloud), ground)
    np.testing.assert_allclose(compose(ground, np.ones((SIDE, SIDE), np.float32), cloud), cloud, atol=1e-7)
    half = compose(ground, np.full((SIDE, SIDE), 0.5, np.float32), cloud)
    np.testing.assert_allclose(half, (ground + cloud) / 2, atol=1e-7)


def test_shade_leaves_full_light_and_the_sky_alone(ground: np.ndarray) -> None:
    np.testing.assert_allclose(shade(ground, np.ones((SIDE, SIDE), np.float32)), ground, atol=1e-6)
    dark = shade(ground, np.full((SIDE, SIDE), 0.3, np.float32))
    path = PATH_REFLECTANCE[:, None, None]
    expected = np.where(ground > path, path + (ground - path) * 0.3 ** SHADE_EXPONENT[:, None, None], ground)
    np.testing.assert_allclose(dark, expected, rtol=1e-4)
    loss = 1 - dark.mean(axis=(1, 2)) / ground.mean(axis=(1, 2))
    assert loss[0] < loss[3] < loss[7] < loss[12], "shadows are dark in the infrared, less in blue"


def test_cut_out_finds_the_opacity_and_the_colour(ground: np.ndarray, alpha: np.ndarray) -> None:
    cloudy = compose(ground, alpha, CLOUD_SPECTRUM[:, None, None])
    field = cut_out(cloudy, ground, "here")
    assert np.abs(field.opacity - alpha).mean() < 0.04
    assert (field.opacity[:, :14] < 0.02).all() and (field.opacity[:, 50:] > 0.97).all()
    thick = field.opacity > 0.5
    np.testing.assert_allclose(field.colour[:, thick].mean(axis=1), CLOUD_SPECTRUM, rtol=0.05)
    np.testing.assert_allclose(compose(ground, field.opacity, field.colour), cloudy, atol=0.04)


def test_cirrus_of_the_clear_date_is_no_ground_of_the_cloud(ground: np.ndarray, alpha: np.ndarray) -> None:
    """B10 sees no ground: 0.03 there on the clear date is not to be taken out of the cloudy one."""
    hazy = ground.copy()
    hazy[B10] = 0.03
    cloudy = compose(ground, alpha, CLOUD_SPECTRUM[:, None, None])
    found, expected = (cut_out(cloudy, clear, "here") for clear in (hazy, ground))
    np.testing.assert_array_equal(found.opacity, expected.opacity)
    np.testing.assert_allclose(found.colour, expected.colour, atol=1e-3)
    np.testing.assert_allclose(found.colour[B10, :, 40:], CLOUD_SPECTRUM[B10], rtol=0.1)


def test_a_clear_pair_gives_no_cloud(ground: np.ndarray) -> None:
    assert cut_out(ground, ground, "here").cover < 0.01
    assert build_library([(ground, ground, "here")]).fields == ()


def test_the_library_keeps_the_spectra_of_opaque_pixels(library: CloudLibrary) -> None:
    assert [field.place for field in library.fields] == ["here"]
    np.testing.assert_allclose(library.spectra.mean(axis=0), CLOUD_SPECTRUM, rtol=0.05)


def test_the_spectrum_of_real_cirrus_is_found_whatever_the_ground(ground: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    spectrum = np.linspace(2.0, 1.0, 13, dtype=np.float32)
    spectrum[B10] = 1.0
    veil = 0.01 * np.exp(0.7 * noise(rng, SIDE, 2.0)) * spectrum[:, None, None]
    found = cirrus_spectrum(1.1 * ground + veil, ground)
    np.testing.assert_allclose(found, spectrum, rtol=0.02)
    library = build_library([(1.1 * ground + veil, ground, "here")])
    np.testing.assert_array_equal(library.cirrus, found[None])
    # A veil that B10 does not see, and none at all.
    low = veil.copy()
    low[B10] = 0.004
    assert cirrus_spectrum(ground + low, ground) is None and cirrus_spectrum(ground, ground) is None
    np.testing.assert_array_equal(build_library([(ground, ground, "here")]).cirrus, USUAL_CIRRUS[None])


def test_synthetic_cirrus_has_the_colour_of_the_real_one_and_shows_in_b10() -> None:
    real = np.linspace(1.5, 1.2, 13, dtype=np.float32)
    real[B10] = 1.0
    library = CloudLibrary((), CLOUD_SPECTRUM[None], real[None])
    made = [cirrus(library, np.random.default_rng(seed), SIDE) for seed in range(60)]
    veils = np.array([(opacity * colour).mean(axis=(1, 2)) for opacity, colour, _ in made])
    reflective = np.delete(np.arange(13), B10)
    ratio = np.median(veils[:, reflective] / veils[:, B2, None], axis=0)
    np.testing.assert_allclose(ratio, real[reflective] / real[B2], rtol=0.1)
    # As much in B10 as real cirrus shows there, somewhat less than in blue.
    assert 0.003 < np.quantile(veils[:, B10], 0.1) < np.quantile(veils[:, B10], 0.9) < 0.15
    assert 0.3 < np.median(veils[:, B10] / veils[:, B2]) < 0.7
    assert all(height >= 6000 for _, _, height in made)


# Sun ----------------------------------------------------------------------------------------------------------------


def centre(weight: np.ndarray) -> np.ndarray:
    return np.array([(weight * each).sum() / weight.sum() for each in np.mgrid[:SIDE, :SIDE]])


@pytest.fixture
def patch() -> np.ndarray:
    """A cloud of 6 × 6 pixels about (32, 32), half opaque."""
    opacity = np.zeros((SIDE, SIDE), np.float32)
    opacity[29:35, 29:35] = 0.5
    return opacity


@pytest.mark.parametrize("degrees, direction", [(0, (0, 1)), (90, (1, 0)), (180, (0, -1)), (225, (-(0.5**0.5),) * 2)])
def test_shadows_fall_along_the_azimuth_as_far_as_height_and_zenith_say(
    patch: np.ndarray, degrees: float, direction: tuple
) -> None:
    for zenith, height in ((45, 100), (60, 100), (45, 150)):
        sun = Sun(np.radians(zenith), np.radians(degrees))
        shadow = 1 - sunlight([(patch, height)], sun, 0.8, 1)
        reach = height * np.tan(np.radians(zenith)) / 10
        np.testing.assert_allclose(centre(shadow) - centre(patch), reach * np.array(direction), atol=0.6)


def test_all_clouds_of_a_picture_have_one_sun(patch: np.ndarray) -> None:
    """The higher cloud's shadow lies on the same line, farther out, in proportion to its height."""
    sun = Sun(np.radians(40), np.radians(30))
    low, high = (np.array(sun.reach(height)) for height in (100, 200))
    np.testing.assert_allclose(2 * low, high, atol=1)
    both = sunlight([(patch, 100), (patch, 200)], sun, 0.8, 1)
    np.testing.assert_allclose(
        1 - both, (1 - sunlight([(patch, 100)], sun, 0.8, 1)) + (1 - sunlight([(patch, 200)], sun, 0.8, 1)), atol=1e-6
    )


@pytest.mark.parametrize("zenith", [20, 60])
def test_a_low_sun_dims_more_under_thin_cloud_and_the_sky_stays(zenith: float) -> None:
    sun, veil = Sun(np.radians(zenith), 0.0), np.full((SIDE, SIDE), 0.3, np.float32)
    beam = 0.7 ** (1 / np.cos(np.radians(zenith)))
    np.testing.assert_allclose(sunlight([(veil, 200)], sun, 0.8, 2), 1 - 0.8 * (1 - beam), rtol=1e-5)
    np.testing.assert_allclose(sunlight([(np.ones_like(veil), 200)], sun, 0.8, 2), 0.2, atol=1e-6)


def test_outside_of_the_picture_the_clouds_go_on_mirrored() -> None:
    opacity = np.zeros((SIDE, SIDE), np.float32)
    opacity[:, :5] = 0.5
    for pixels in (5, 2 * SIDE + 5, 40 * SIDE + 5):
        shadow = 1 - sunlight([(opacity, 10.0 * pixels)], Sun(np.radians(45), 0.0), 1.0, 0)
        assert (shadow[:, :10] > 0.3).all() and (shadow[:, 10:] == 0).all()


def test_drawn_suns_throw_the_shadow_of_low_cloud_over_3_to_60_pixels() -> None:
    rng = np.random.default_rng(0)
    suns = [draw_sun(rng) for _ in range(2000)]
    reach = np.array([np.hypot(*sun.reach(rng.uniform(*LOW_CLOUD))) for sun in suns])
    assert reach.min() > 2 and np.quantile(reach, 0.9) < 60 and 15 < reach.mean() < 40
    azimuths = np.array([sun.azimuth for sun in suns])
    assert np.abs(np.exp(1j * azimuths).mean()) < 0.05


def test_clouds_are_bounded_from_none_to_full_and_make_land_brighter(ground: np.ndarray, library: CloudLibrary) -> None:
    made = [add_clouds(ground, library, np.random.default_rng(seed)) for seed in range(80)]
    covers = np.array([opacity.mean() for _, opacity in made])
    assert covers.min() == 0 and covers.max() > 0.95
    assert 0.3 < covers.mean() < 0.75
    for cloudy, opacity in made:
        assert cloudy.shape == ground.shape and cloudy.dtype == np.float32
        assert np.isfinite(cloudy).all() and cloudy.min() >= 0 and cloudy.max() <= 1
        assert opacity.min() >= 0 and opacity.max() <= 1
    opaque = np.concatenate([cloudy[:, opacity > 0.97] for cloudy, opacity in made], axis=1)
    ratio = opaque.mean(axis=1) / opaque[1].mean()
    expected = CLOUD_SPECTRUM / CLOUD_SPECTRUM[1]
    reflective = [i for i in range(13) if S2_BANDS[i] != "B10"]
    np.testing.assert_allclose(ratio[reflective], expected[reflective], rtol=0.15)
    assert 0.005 < opaque[S2_BANDS.index("B10")].mean() < 0.1


def test_opaque_cloud_hides_the_ground(library: CloudLibrary, ground: np.ndarray) -> None:
    other = ground[:, ::-1] * 1.3
    hidden = 0
    for seed in range(30):
        first, opacity = add_clouds(ground, library, np.random.default_rng(seed))
        second, _ = add_clouds(other, library, np.random.default_rng(seed))
        opaque = opacity > 0.999
        hidden += int(opaque.sum())
        assert np.abs(first - second)[1:5, opaque].max(initial=0) < 0.005
    assert hidden > 1000


def test_one_seed_gives_one_picture(ground: np.ndarray, library: CloudLibrary) -> None:
    first, second, other = (add_clouds(ground, library, np.random.default_rng(s))[0] for s in (5, 5, 6))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_noise_is_normal_and_smoother_with_a_steeper_slope() -> None:
    rough, smooth = (noise(np.random.default_rng(1), 128, slope) for slope in (1.0, 2.5))
    for field in (rough, smooth):
        assert field.mean() == pytest.approx(0, abs=1e-4) and field.std() == pytest.approx(1, abs=1e-3)
    assert np.abs(np.diff(smooth)).mean() < 0.5 * np.abs(np.diff(rough)).mean()


def test_blur_keeps_constants_and_spreads_a_point() -> None:
    np.testing.assert_allclose(blur(np.full((2, 9, 9), 0.3, np.float32), 2), 0.3, rtol=1e-6)
    point = np.zeros((9, 9), np.float32)
    point[4, 4] = 1
    blurred = blur(point, 1)
    assert blurred[4, 4] == pytest.approx(1 / 9)  # (1, 2, 3, 2, 1) / 9 in each direction
    assert blurred[4, 6] == pytest.approx(3 / 81)
    assert blurred.sum() == pytest.approx(1)
