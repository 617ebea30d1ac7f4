"""The attention inspector in the real QGIS window, driven by driver_inspector.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .test_desktop import ALIVE_SECONDS, COMPUTE_PYTHON, ROOT, SAMPLE, drive, needs_compute, pytestmark  # noqa: F401

COMMAND = Path(COMPUTE_PYTHON).with_name("sar-cloud-removal")


@pytest.fixture
def result(tmp_path):
    """A result of the sample scene, made in a shell, and the Sentinel-1 file of which it was made."""
    s1 = tmp_path / "s1.tif"
    shutil.copy(SAMPLE / "s1.tif", s1)
    made = tmp_path / "made.tif"
    inputs = ["--s1", str(s1), "--s2", str(SAMPLE / "s2_cloudy.tif")]
    subprocess.run(
        [str(COMMAND), "reconstruct", *inputs, "--output", str(made)],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        cwd=tmp_path,
        check=True,
    )
    return made, s1


@needs_compute
def test_inspecting_a_place_through_the_window(drive, result):  # noqa: F811
    made, s1 = result
    seen = drive(
        "inspector", "driver_inspector.py", DRIVER_RESULT=str(made), DRIVER_S1=str(s1), DRIVER_PYTHON=COMPUTE_PYTHON
    )
    assert seen["without_project"].startswith("There is no result of Remove clouds at this place")
    assert seen["picking"] == [True, True, True]
    assert seen["busy"][0] and seen["busy"][1] in ("Computing…", "Starting the compute process…")
    assert seen["longest_pause"] < ALIVE_SECONDS
    assert seen["result"] == str(made)

    # The same by the command line, at the middle of the pixel.
    row, column = seen["row_column"]
    left, top = 701879.9106015414, 3710139.5406956286
    place = [str(left + 10 * (column + 0.5)), str(top - 10 * (row + 0.5))]
    told = subprocess.run(
        [str(COMMAND), "inspect", "--result", str(made), "--at", *place, "--at-crs", "EPSG:32650", "--json"],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=True,
        capture_output=True,
        text=True,
    )
    values = json.loads(told.stdout)
    assert abs(row - 103) <= 2 and abs(column - 102) <= 2
    for name in ("before", "after"):
        assert seen["values"][name] == values[name]
    assert seen["values"]["gate"] == pytest.approx(values["gate"], abs=1e-4)
    numbers = seen["numbers"]
    assert numbers["vv"] == f"{values['backscatter']['VV']:.1f} dB".replace("-", "−")
    assert numbers["vh"] == f"{values['backscatter']['VH']:.1f} dB".replace("-", "−")
    assert numbers["gate"] == f"{values['gate']:.2f}"
    assert numbers["replaced"] == f"{100 * sum(values['opacity']) / 13:.0f} %"

    # One answer under way at a time, and the last click counts.
    assert max(abs(one - other) for one, other in zip(seen["after_two_clicks"], (row, column))) == 0
    assert seen["same_process"]
    assert seen["heads"][:2] == ["Mean of heads", "Head 1"] and len(seen["heads"]) == 9
    assert seen["mean_matches"]
    assert seen["head"] == "Head 1" and seen["head_matches"]
    assert seen["colours"]["0"] != seen["colours"]["100"]
    # The strongest is yellow.
    assert seen["colours"]["100"][2] < 90 < 200 < min(seen["colours"]["100"][:2])
    assert max(abs(one - other) for one, other in zip(seen["in_mercator"], (row, column))) <= 1

    assert seen["after_pan"] == [False, True]
    assert seen["after_close"] == [False, False, False]
    assert "the Sentinel-1 file" in seen["without_s1"] and "no longer there" in seen["without_s1"]
    assert "Set up compute environment and press Install" in seen["without_environment"][0]
    assert seen["without_environment"][1]
    assert (seen["overlays"], seen["overlays_after_unload"]) == (1, 0)
    assert not seen["dock_after_unload"]
