from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.training.synthetic_clouds import (
    PATH_REFLECTANCE,
    SHADE_EXPONENT,
    CloudLibrary,
    add_clouds,
    blur,
    build_library,
    compose,
    cut_out,
    noise,
    shade,
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


def test_a_clear_pair_gives_no_cloud(ground: np.ndarray) -> None:
    assert cut_out(ground, ground, "here").cover < 0.01
    assert build_library([(ground, ground, "here")]).fields == ()


def test_the_library_keeps_the_spectra_of_opaque_pixels(library: CloudLibrary) -> None:
    assert [field.place for field in library.fields] == ["here"]
    np.testing.assert_allclose(library.spectra.mean(axis=0), CLOUD_SPECTRUM, rtol=0.05)


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
