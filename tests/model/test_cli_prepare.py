"""The commands, and the chain from split files to what Remove clouds makes of the sample itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model.cli import main

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"


@pytest.fixture
def split(tmp_path: Path) -> dict[str, list[str]]:
    """The bands of the sample in files of their own."""
    files: dict[str, list[str]] = {}
    for key, name in (("s1", "s1.tif"), ("s2", "s2_cloudy.tif")):
        with rasterio.open(SAMPLE / name) as source:
            for number, band in enumerate(source.descriptions, 1):
                path = tmp_path / f"{key}_{band}.tif"
                profile = {**source.profile, "count": 1, "interleave": "band"}
                with rasterio.open(path, "w", **profile) as dataset:
                    dataset.write(source.read(number), 1)
                files.setdefault(key, []).append(str(path))
    return files


def test_prepared_files_are_reconstructed_as_the_sample_is(split, tmp_path: Path, capsys) -> None:
    s1, s2, image = (str(tmp_path / name) for name in ("s1.tif", "s2.vrt", "sample.tif"))
    assert main(["prepare-s2", "--bands", *reversed(split["s2"]), "--output", s2]) == 0
    assert "13 bands" in capsys.readouterr().out
    assert main(["prepare-s1", "--s1", *reversed(split["s1"]), "--grid", s2, "--output", s1]) == 0
    assert "100.0 % with a value" in capsys.readouterr().out
    out = str(tmp_path / "out.tif")
    assert main(["reconstruct", "--s1", s1, "--s2", s2, "--output", out, "--device", "cpu"]) == 0
    sample = ["--s1", str(SAMPLE / "s1.tif"), "--s2", str(SAMPLE / "s2_cloudy.tif")]
    assert main(["reconstruct", *sample, "--output", image, "--device", "cpu"]) == 0
    with rasterio.open(out) as prepared, rasterio.open(image) as expected:
        # 0 is nodata in the prepared file alone, so that black is 1 there.
        np.testing.assert_array_equal(prepared.read(), np.maximum(expected.read(), 1))


def test_errors_have_their_exit_codes(tmp_path: Path, capsys) -> None:
    out = str(tmp_path / "out.tif")
    assert main(["prepare-s2", "--product", str(tmp_path), "--output", out, "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"] == "BadProduct"
    s1 = str(SAMPLE / "s1.tif")
    assert main(["prepare-s1", "--s1", s1, "--output", str(tmp_path / "out.png")]) == 4
    assert main(["prepare-s1", "--s1", s1, "--output", out, "--s1-bands", "1"]) == 3
    assert main(["prepare-s1", "--s1", s1, s1, s1, "--output", out]) == 3
    with pytest.raises(SystemExit):
        main(["prepare-s2", "--output", out])
