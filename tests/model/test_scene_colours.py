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
from sar_cloud_removal.model.networks.sar_colour import SarColour
from sar_cloud_removal.model.requests import RUN_TAG, Inspect, Log
from sar_cloud_removal.model.scene_colours import SIDE, sample_windows

from .conftest import TRANSFORM, Identity, model_of

HEIGHT, WIDTH = 256, 300
USUAL = 0.25  # the reflectance that the weights expect of land


class Painter(torch.nn.Module):
    """Draws what is brighter than 0.7 in the colours by the radar, and gives back the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.expected = SarColour(torch.full((len(S2_BANDS),), USUAL))

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
    assert words(events)[0].startswith("Hidden ground is drawn in the scene's own colours, which suit its clear 49%")
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
    assert words(events) == ["Only 1% of the scene is clear: hidden ground is drawn in the colours of the weights."]


def test_ground_that_contradicts_itself_changes_nothing(run: Callable, scene: Callable) -> None:
    """Of the windows, which lie side by side, every second one is bright."""
    starts = sorted({window.column for window in sample_windows(HEIGHT, WIDTH)})
    assert starts == [0, 86, 172] and len(sample_windows(HEIGHT, WIDTH)) == 6
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    bright = (columns // 86 + rows // SIDE * 3) % 2
    s1, s2, mask = scene(2500 + 1500 * np.where(bright, 1, -1), edge=280)
    values, _, events = run(Painter(), s1, s2, mask=mask)
    assert values["colours"] == "weights"
    assert words(events)[0].startswith("Hidden ground is drawn in the colours of the weights, which suit the clear")


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


def test_windows_are_spread_over_any_scene() -> None:
    assert sample_windows(5, 7) == [scene_colours.Window(0, 0, 5, 7)]
    many = sample_windows(10980, 10980)
    assert len(many) == 64 and {window.height for window in many} == {SIDE}
    assert min(w.row for w in many) == 0 and max(w.row for w in many) == 10980 - SIDE
