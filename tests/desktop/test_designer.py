"""An example model in the graphical model designer of the real QGIS, driven by driver_designer.py."""

from __future__ import annotations

import re

from .test_desktop import ROOT, drive, needs_compute, pytestmark  # noqa: F401

MODEL = ROOT / "resources" / "models" / "cloud_mask_clouds_removed_ndvi.model3"


@needs_compute
def test_model_opens_in_the_designer_and_runs_from_there(drive):  # noqa: F811
    seen = drive("designer", "driver_designer.py", DRIVER_MODEL=str(MODEL))
    assert seen["steps"] == ["Detect clouds and shadows", "Remove clouds", "NDVI"]
    assert seen["inputs"][:2] == ["Sentinel-1 layer (VV and VH)", "Sentinel-2 layer (cloudy)"]
    assert seen["valid"] == [True]
    # Newer versions of QGIS say it in other words.
    assert re.search("Model processed OK.*3 algorithms|clouds removed, NDVI' finished", seen["log"], re.DOTALL)
    assert {"clouds_and_shadows", "clouds_removed", "NDVI"} <= set(seen["layers"])
