"""What an assessment adds up: histograms and pictures are those of the whole image, however it is cut."""

from __future__ import annotations

import numpy as np
import pytest

from sar_cloud_removal.model import assessment
from sar_cloud_removal.model.assessment import AFTER, BEFORE, Histograms, Picture, Tally, blocks, with_halo
from sar_cloud_removal.model.metrics import SSIM_RADIUS, compare, score
from sar_cloud_removal.model.tiling import Window


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    reference = rng.uniform(0, 0.6, (3, 90, 140))
    return np.clip(reference + rng.normal(0, 0.05, reference.shape), 0, 1), reference


@pytest.mark.parametrize(("height", "width", "side"), [(90, 140, 40), (7, 300, 64), (1, 1, 256), (300, 300, 256)])
def test_blocks_cover_every_pixel_once_and_are_of_about_one_size(height, width, side):
    count = np.zeros((height, width), int)
    windows = list(blocks(height, width, side))
    for window in windows:
        count[window.slices] += 1
    assert (count == 1).all()
    assert max(window.width for window in windows) - min(window.width for window in windows) <= 1
    assert max(window.height for window in windows) <= max(1.5 * side, 1)


def test_halo_ends_at_the_border():
    assert with_halo(Window(0, 40, 30, 20), 90, 60, 5) == Window(0, 35, 35, 25)


def test_sums_of_blocks_are_those_of_the_whole_with_holes_in_it(pair):
    valid = np.ones(pair[0].shape[1:], bool)
    valid[20:23, 30:90] = False
    tally = Tally(("B2", "B3", "B4"))
    for window in blocks(90, 140, 30):
        around = with_halo(window, 90, 140, SSIM_RADIUS)
        inside = np.zeros((around.height, around.width), bool)
        inside[window.relative_to(around).slices] = True
        images = [each[(slice(None), *around.slices)] for each in pair]
        tally.add(AFTER, compare(*images, valid[around.slices]), inside, {})
    assert tally.total().metrics() == pytest.approx(score(*pair, valid), rel=1e-9)
    assert [row.part for row in tally.rows()] == ["all", "B2", "B3", "B4"]
    assert tally.rows()[0].blocks == len(list(blocks(90, 140, 30)))


def test_a_block_without_its_halo_would_not_do(pair):
    """The halo is what makes SSIM right."""
    tally = Tally(("B2", "B3", "B4"))
    for window in blocks(90, 140, 30):
        images = [each[(slice(None), *window.slices)] for each in pair]
        tally.add(AFTER, compare(*images), np.ones((window.height, window.width), bool), {})
    assert tally.total().metrics()["ssim"] != pytest.approx(score(*pair)["ssim"], rel=1e-6)


def test_histograms(pair):
    prediction, reference = pair
    histograms = Histograms()
    for half in (slice(0, 40), slice(40, None)):
        histograms.add(AFTER, prediction[:, half], reference[:, half])
        histograms.add(BEFORE, reference[:, half], reference[:, half])
    error = np.abs(prediction - reference)
    assert histograms.within(AFTER, 0.5) == pytest.approx(np.quantile(error, 0.5), abs=1e-3)
    assert histograms.within(AFTER, 0.95) == pytest.approx(np.quantile(error, 0.95), abs=1e-3)
    assert histograms.within(BEFORE, 0.99) == 0
    assert histograms.density.sum() == prediction.size
    rows, columns = np.nonzero(histograms.density)
    assert np.abs(rows - columns).max() <= error.max() * assessment.LEVELS + 1
    # Rows are the prediction: in these pixels it is brighter.
    bright = Histograms()
    bright.add(AFTER, np.array([0.9]), np.array([0.1]))
    assert np.argwhere(bright.density).tolist() == [[225, 25]]


@pytest.mark.parametrize("side", [200, 47, 20])
def test_picture_is_the_mean_of_valid_pixels_however_it_is_cut(pair, side):
    image, valid = pair[0], np.ones((90, 140), bool)
    valid[:31, :40] = False
    whole, cut = (Picture(90, 140, 3, side) for _ in range(2))
    whole.add(Window(0, 0, 90, 140), image, valid)
    for window in blocks(90, 140, 33):
        cut.add(window, image[(slice(None), *window.slices)], valid[window.slices])
    assert cut.pixels == pytest.approx(whole.pixels, nan_ok=True)
    step = whole.step
    assert step == {200: 1, 47: 3, 20: 7}[side]
    assert max(whole.pixels.shape[1:]) <= side or step == 1
    assert whole.pixels[:, 50 // step, 70 // step] == pytest.approx(
        image[:, 50 // step * step :, 70 // step * step :][:, :step, :step].mean(axis=(1, 2))
    )
    assert np.isnan(whole.pixels[:, 0, 0]).all()


def test_classes_take_no_notice_of_what_is_invalid():
    rng = np.random.default_rng(1)
    clear = rng.uniform(0.03, 0.2, (4, 60, 60)).astype("float32")
    cloudy = clear.copy()
    cloudy[:, :, :30] = 0.6
    names = ("B2", "B4", "B8", "B11")
    valid = np.ones((60, 60), bool)
    found = assessment.cloud_classes(cloudy, names, clear, names, valid)
    assert found.share == pytest.approx(0.5, abs=0.02) and found.cover == "thick"
    valid[:, :30] = False
    cloudy[:, :, :30] = np.nan
    found = assessment.cloud_classes(cloudy, names, clear, names, valid)
    assert found.share < 0.02 and found.cover == "almost none"
