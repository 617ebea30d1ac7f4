"""Remove clouds with a clear date in the real QGIS window, driven by driver_dates.py."""

from __future__ import annotations

import re

import pytest

from .test_desktop import drive, needs_compute, pytestmark  # noqa: F401


@needs_compute
def test_a_clear_date_through_the_window(drive):  # noqa: F811
    seen = drive("clear_date", "driver_dates.py")
    assert seen["proposed"] == [
        "Fields: Sentinel-1 (VV, VH) [EPSG:32635]",
        "Fields: Sentinel-2, cloudy [EPSG:32635]",
    ]
    assert seen["CLEAR"] == seen["CLEAR_S1"] == "1 inputs selected"
    assert "Clear date «Fields: Sentinel-2, clear a month before»: it takes " in seen["log"]
    assert seen["layers"][:5] == [
        "Fields: Sentinel-2, cloudy — source",
        "Fields: Sentinel-2, cloudy — expected error",
        "Fields: Sentinel-2, cloudy — SAR attention",
        "Fields: Sentinel-2, cloudy — clouds removed",
        "Fields: Sentinel-2, cloudy",
    ]
    words = [
        "kept",
        "thin cloud corrected",
        "clear date",
        "the image's own clear ground",
        "radar and training only",
    ]
    assert seen["legend"] == words

    parts = seen["parts"]
    assert list(parts) == ["shines through", "attention", "scene fit", "clear date", "prior"]
    assert sum(parts.values()) == pytest.approx(1, abs=1e-4)
    assert parts["clear date"] > 0.5 and seen["shown"]["source"] == words[seen["source"]] == "clear date"
    assert seen["shown"]["expected_error"] == f"{seen['expected_error']:.3f}"
    percents = [int(each) for each in re.findall(r"(\d+)\u00a0%", seen["shown"]["parts"])]
    assert sum(percents) == 100

    assert seen["heads"][:2] == ["Where the colour was taken from", "Mean of heads"]
    assert seen["head"] == "Where the colour was taken from"
    assert seen["overlay"] == seen["colours"]["heads"][0]
    assert (seen["next_head"], seen["next_overlay"]) == ("Mean of heads", False)
    assert seen["head_at_next_place"] == "Mean of heads"
