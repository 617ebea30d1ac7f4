"""Hidden ground in the scene's own colours: what is learnt from, when it is used, and that a run can be repeated."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
import rasterio
import torch

from sar_cloud_removal.model import errors, scene_colours
from sar_cloud_removal.model.bands import S2_BANDS
from sar_cloud_removal.model.inspection import inspect
from sar_cloud_removal.model.networks.radar_prior import RadarPrior
from sar_cloud_removal.model.requests import RUN_TAG, Inspect, Log
from sar_cloud_removal.model.scene_colours import SIDE, sample_windows

from .conftest import TRANSFORM, Identity, model_of

HEIGHT, WIDTH = 256, 300
USUAL = 0.25  # the reflectance that the weights expect of land


class Painter(torch.nn.Module):
    """Draws what is brighter than 0.7 in the colours by the radar, and gives back the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.expected = RadarPrior(torch.full((len(S2_BANDS),), USUAL))

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        return torch.where(optical > 0.7, self.expected.at_level(self.expected(sar)), optical)


@pytest.fixture
def scene(make_s1: Callable, make_s2: Callable, make_raster: Callable) -> Callable[..., tuple[str, str, str]]:
    """Write even land of `land` (DN), of which the columns from `edge` on are cloud, and the mask of it."""

    def made(land: float | np.ndarray, edge: int, bands: int = 13) -> tuple[str, str, str]:
        image = np.broadcast_to(np.asarray(land), (bands, HEIGHT, WIDTH)).astype(np.uint16)
        image[:, :, edge:] = 9000
        mask = np.zeros((1, HEIGHT, WIDTH), np.uint8)
        mask[:, :, edge:] = 1
        backscatter = np.stack([np.full((HEIGHT, WIDTH), -10.0), np.full((HEIGHT, WIDTH), -17.0)]).astype(np.float32)
        return make_s1(backscatter), make_s2(image), make_raster("mask.tif", mask)

    return made


def words(events: list) -> list[str]:
    return [event.message for event in events if isinstance(event, Log) and "colours" in event.message]


def test_hidden_ground_gets_the_colours_of_the_clear_ground_beside_it(run: Callable, scene: Callable) -> None:
    s1, s2, mask = scene(4000, edge=150)
    network = Painter()
    values, output, events = run(network, s1, s2, mask=mask)
    assert values["colours"] == "scene"
    assert words(events)[0].startswith("Hidden ground is drawn in the scene's own colours, which suit its clear 50.0%")
    # Held back a little by what the weights expect.
    assert (np.abs(output[:, :, 200:].astype(int) - 4000) < 200).all()
    assert (output[:, :, :150] == 4000).all()
    assert torch.equal(network.expected.colours[:, 0], torch.full((13,), USUAL)), "it is as it was"
    _, output, events = run(network, s1, s2, mask=mask, colours="weights")
    assert (np.abs(output[:, :, 200:].astype(int) - 2500) <= 1).all() and not words(events)


def test_an_image_of_the_ground_is_drawn_as_its_level_shows_it(run: Callable, scene: Callable) -> None:
    s1, s2, mask = scene(4000, edge=150, bands=12)
    values, output, _ = run(Painter(), s1, s2, mask=mask)
    assert values["colours"] == "scene"
    seen = (np.abs(output[:, :, 200:].astype(int) - 4000) < 250).mean(axis=(1, 2)) > 0.99
    # Of B9 next to nothing passes the atmosphere, so little is known of the ground.
    assert seen[[index for index, band in enumerate(b for b in S2_BANDS if b != "B10") if band != "B9"]].all()


def test_with_hardly_any_clear_ground_the_colours_of_the_weights_stay(run: Callable, scene: Callable) -> None:
    values, output, events = run(Painter(), *scene(4000, edge=8)[:2], mask=scene(4000, edge=8)[2])
    assert values["colours"] == "weights" and (np.abs(output[:, :, 20:].astype(int) - 2500) <= 1).all()
    assert words(events) == ["Only 1.6% of the scene is clear: hidden ground is drawn in the colours of the weights."]


def test_ground_that_contradicts_itself_changes_nothing(run: Callable, scene: Callable) -> None:
    """Of the windows, which lie as the fields of a chessboard, every second one is bright."""
    bright = np.zeros((HEIGHT, WIDTH), bool)
    for half, window in sample_windows(HEIGHT, WIDTH):
        bright[window.slices] = half
    s1, s2, mask = scene(2500 + 1500 * np.where(bright, 1, -1), edge=280)
    values, _, events = run(Painter(), s1, s2, mask=mask)
    assert values["colours"] == "weights"
    assert words(events)[0].startswith("Hidden ground is drawn in the colours of the weights, which suit the clear")


def test_where_the_mask_says_nothing_nothing_is_learnt(run: Callable, scene: Callable, make_raster: Callable) -> None:
    """There is cloud that nobody marked."""
    land = np.full((HEIGHT, WIDTH), 2500)
    land[:, :100] = 6500
    s1, s2, _ = scene(land, edge=200)
    marks = np.zeros((1, HEIGHT, 200), np.uint8)
    marks[:, :, 100:] = 1
    mask = make_raster("part.tif", marks, transform=TRANSFORM * TRANSFORM.translation(100, 0))
    values, output, _ = run(Painter(), s1, s2, mask=mask)
    assert np.abs(output[:, :, 250:].astype(int) - 2500).max() <= 60
    assert (output[:, :, :100] == 6500).all() and values["kept_pixels"] == HEIGHT * 200


def test_with_nothing_hidden_nothing_is_said(run: Callable, scene: Callable) -> None:
    values, _, events = run(Painter(), *scene(4000, edge=WIDTH)[:2], mask=scene(4000, edge=WIDTH)[2])
    assert not words(events) and values["colours"] == "weights"


def test_a_pixel_that_lacks_a_band_is_clear_but_not_learnt_from(
    run: Callable, make_s2: Callable, scene: Callable
) -> None:
    s1, _, mask = scene(4000, edge=150)
    image = np.full((13, HEIGHT, WIDTH), 4000, np.uint16)
    image[:, :, 150:] = 9000
    image[0, :, :100] = 0
    image[10, :, ::2] = 0  # no light at all in the cirrus band
    s2 = make_s2(image, nodata=0)
    values, output, events = run(Painter(), s1, s2, mask=mask)
    assert values["colours"] == "scene" and "its clear 50.0%" in words(events)[0]
    # Less is learnt from than is clear, so it is held back more.
    assert (output[1:10, :, 200:] > 3300).all() and (output[1:10, :, 200:] < 4000).all()


class Limited(Painter):
    """Has memory for 64 × 64 pixels."""

    def forward(self, optical: torch.Tensor, sar: torch.Tensor) -> torch.Tensor:
        if optical.shape[-1] > 64:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().forward(optical, sar)


def test_little_memory_will_do(run: Callable, scene: Callable) -> None:
    s1, s2, mask = scene(4000, edge=150)
    values, output, _ = run(Limited(), s1, s2, mask=mask, tile=128)
    assert values["colours"] == "scene" and (np.abs(output[:, :, 200:].astype(int) - 4000) < 200).all()


def test_without_a_mask_and_without_colours_by_the_radar_nothing_is_looked_at(
    run: Callable, scene: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sar_cloud_removal.model.reconstruct.find_colours", None)
    s1, s2, mask = scene(4000, edge=150)
    assert run(Painter(), s1, s2)[0]["colours"] == "weights"
    assert run(Identity(), s1, s2, mask=mask)[0]["colours"] == "weights"


def test_what_was_found_is_noted_and_taken_again(run: Callable, scene: Callable, tmp_path) -> None:
    s1, s2, mask = scene(4000, edge=150)
    _, expected, _ = run(Painter(), s1, s2, mask=mask)
    with rasterio.open(tmp_path / "out.tif") as file:
        noted = json.loads(file.tags()[RUN_TAG])["fitted_colours"]
    assert len(noted) == 39 and noted[0] == pytest.approx(0.4, abs=0.02)
    x, y = TRANSFORM * (220.5, 100.5)
    told = inspect(
        Inspect(x, y, device="cpu", result=str(tmp_path / "out.tif")), print, lambda: False, model_of(Painter())
    )
    assert told["answer"] == pytest.approx(list(expected[:, 100, 220] / 10000), abs=1e-3)
    inputs = {"s1": s1, "s2": s2, "mask": mask, "tile": 64, "s2_offset": 0.0}
    told = inspect(Inspect(x, y, device="cpu", **inputs), lambda event: None, lambda: False, model_of(Painter()))
    assert told["answer"] == pytest.approx(list(expected[:, 100, 220] / 10000), abs=1e-3), "without a result, too"
    values, output, events = run(Painter(), s1, s2, mask=mask, fitted_colours=tuple(noted))
    assert np.array_equal(output, expected) and not words(events) and values["colours"] == "scene"
    with pytest.raises(errors.BadOption, match="39"):
        run(Painter(), s1, s2, fitted_colours=(0.1, 0.2))
    with pytest.raises(errors.BadOption, match="colours"):
        run(Painter(), s1, s2, colours="blue")


def test_it_can_be_cancelled(scene: Callable, run: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    real = scene_colours.clear_ground
    monkeypatch.setattr(scene_colours, "clear_ground", lambda *each: looked.append(1) or real(*each))
    s1, s2, mask = scene(4000, edge=150)
    with pytest.raises(errors.Cancelled):
        run(Painter(), s1, s2, mask=mask, cancelled=lambda: len(looked) == 2)
    assert len(looked) == 2


@pytest.mark.parametrize("height, width", [(1, 1), (5, 7), (130, 300), (256, 256), (1000, 20), (10980, 10980)])
def test_windows_are_spread_over_any_scene_and_share_no_pixel(height: int, width: int) -> None:
    found = sample_windows(height, width)
    assert 1 <= len(found) <= 64 and all(max(window.height, window.width) <= SIDE for _, window in found)
    for side, length in (("row", height), ("column", width)):
        starts = sorted({getattr(window, side) for _, window in found})
        extent = getattr(found[0][1], {"row": "height", "column": "width"}[side])
        assert starts[0] == 0 and starts[-1] == length - extent >= 0
        assert all(after - before >= extent > 0 for before, after in zip(starts, starts[1:]))
    assert {half for half, _ in found} == ({0} if len(found) == 1 else {0, 1})
