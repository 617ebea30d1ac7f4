"""Remove clouds of a folder in the real QGIS window, driven by driver_folder.py."""

from __future__ import annotations

import shutil

from .test_desktop import SAMPLE, drive, needs_compute, pytestmark  # noqa: F401

NAMES = ("one", "two", "three")


@needs_compute
def test_folder_is_cancelled_and_goes_on(drive, tmp_path):  # noqa: F811
    scenes = tmp_path / "scenes"
    scenes.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLE / "s1.tif", scenes / f"{name}_s1.tif")
        shutil.copy(SAMPLE / "s2_cloudy.tif", scenes / f"{name}_s2.tif")
    (scenes / "broken_s1.tif").write_bytes(b"")
    (scenes / "broken_s2.tif").write_bytes(b"")
    seen = drive("folder", "driver_folder.py", DRIVER_SCENES=str(scenes))
    assert "of 4 scenes. What is done is kept" in seen["cancelled"]
    assert "one_clouds_removed.tif" in seen["after_cancel"] and len(seen["after_cancel"]) < 4
    assert "of 4 scenes are there already and are kept." in seen["log"]
    assert "«broken» failed: «broken_s1.tif» cannot be read" in seen["log"]
    assert "1 of 4 scenes failed" in seen["log"]
    assert seen["files"] == sorted([*(f"{name}_clouds_removed.tif" for name in NAMES), "report.csv"])
    assert seen["layers"] == sorted(f"{name} — clouds removed" for name in NAMES)
