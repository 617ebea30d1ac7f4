"""The swipe, the flicker key and the options page in the real QGIS window, driven by driver_compare.py."""

from __future__ import annotations

import os
import shutil

import pytest

from .test_desktop import ALIVE_SECONDS, COMPUTE_PYTHON, ROOT, drive, needs_compute  # noqa: F401

pytestmark = [
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="there is no display"),
    pytest.mark.skipif(not shutil.which("qgis"), reason="QGIS is not installed"),
]
# Mean differences of colours, 0–255: two renders of one layer are the same; cloudy and clear are not.
SAME, OTHER = 0.5, 20.0


def test_swipe_through_the_window(drive):  # noqa: F811
    seen = drive("compare", "driver_compare.py")
    assert seen["pair"] == ["Sentinel-2, cloudy", "Sentinel-2, cloudy — clouds removed"]
    assert seen["divider"] == pytest.approx(1 / 3, abs=0.01)
    for before, after in (("left", "right"), ("top", "bottom")):
        assert seen[before][0] < SAME and seen[before][1] > OTHER, before
        assert seen[after][0] > OTHER and seen[after][1] < SAME, after
    assert seen["panned"] == pytest.approx(100, abs=2)
    assert max(seen["zoomed"]) < SAME
    assert seen["restyled"][0] < SAME < seen["restyled"][1]
    assert seen["during"] and seen["after"]
    assert seen["ended"] and seen["tool_back"]
    assert seen["items_left"] == 0
    assert seen["hint_seen"] and not seen["hint_after"]
    assert seen["hint"] == "Choose the cloudy and the reconstructed layer."
    assert seen["ended_by_tool"] and seen["ended_by_removal"] and seen["begun_again"]
    assert seen["items_after_unload"] == 0
    assert seen["tool_after_unload"] == "QgsMapToolPan"
    assert seen["longest_pause"] < ALIVE_SECONDS


def test_flicker_key_through_the_window(drive):  # noqa: F811
    seen = drive("flicker", "driver_compare.py")
    assert seen["key"] == "Y" and seen["registered"]
    shows_image, shows_cloudy = ("at_rest", "released", "focus_lost", "by_menu_again"), ("held", "by_menu")
    for moment in shows_image:
        assert seen[moment][0] > OTHER and seen[moment][1] < SAME and seen[moment][2] == 0, moment
    for moment in shows_cloudy:
        assert seen[moment][0] < SAME and seen[moment][1] > OTHER and seen[moment][2] > OTHER, moment
    assert seen["repeated"] and seen["same_pixels"]
    assert seen["at_once"] < SAME
    assert seen["zoomed"][0] < SAME and seen["zoomed"][1] > OTHER
    assert seen["after_unload"][0] > OTHER and seen["after_unload"][1] < SAME
    assert seen["held_state"] and seen["after_state"] and seen["key_after_unload"]
    assert seen["longest_pause"] < ALIVE_SECONDS


@needs_compute
def test_options_page_through_the_window(drive, tmp_path):  # noqa: F811
    weights = shutil.copy(ROOT / "model" / "weights" / "multistage_fusion.safetensors", tmp_path / "own.safetensors")
    seen = drive(
        "options",
        "driver_compare.py",
        SAR_CLOUD_REMOVAL_PYTHON="",
        DRIVER_PYTHON=COMPUTE_PYTHON,
        DRIVER_WEIGHTS=str(weights),
    )
    defaults = {
        "interpreter": "",
        "device": "auto",
        "idle_seconds": 600,
        "model": "default",
        "tile": 0,
        "memory_gb": 0.0,
    }
    # The page does not show these, and leaves them as they are.
    others = {"environment": "", "set_up_offered": True}
    assert seen["at_first"] == {**defaults, **others}
    assert seen["said_of_gone"].startswith("It will not do: ")
    assert seen["said"].startswith("It can compute. Python 3.") and "torch 2." in seen["said"]
    assert seen["longest_pause"] < ALIVE_SECONDS
    chosen = {
        "interpreter": COMPUTE_PYTHON,
        "device": "cpu",
        "idle_seconds": 210,
        "model": str(weights),
        "tile": 128,
        "memory_gb": 2.5,
    }
    assert seen["chosen"] == seen["kept"] == {**chosen, **others}
    assert seen["reset"] == {**defaults, **others}
    # Reset and then cancelled: what was kept is what is used.
    assert seen["proposed"] == [str(weights), "cpu", 128]
    assert "Network «own» on cpu, tiles: 9" in seen["log"]
    assert seen["command"][0] == COMPUTE_PYTHON and seen["command"][-2:] == ["--idle", "210"]
    assert not seen["page_after_unload"]
