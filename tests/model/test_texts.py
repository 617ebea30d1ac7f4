"""Texts are written beside their place, and nothing is left when they are not wanted."""

from __future__ import annotations

import pytest

from sar_cloud_removal.model.errors import DiskFull, OutputNotWritable
from sar_cloud_removal.model.raster import publish
from sar_cloud_removal.model.texts import OutputText


def test_it_appears_when_it_is_published(tmp_path):
    path, announced = tmp_path / "report.html", []
    text = OutputText(str(path), announced.append)
    text.write("ä\n")
    assert announced == [text.partial]
    assert [each.name for each in tmp_path.iterdir()] == [text.partial.rsplit("/", 1)[1]]
    publish([text])
    text.discard()
    assert path.read_bytes() == "ä\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_discarded_it_leaves_nothing(tmp_path):
    text = OutputText(str(tmp_path / "a.csv"), lambda path: None)
    text.discard()
    text.write("x")
    text.discard()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(OutputNotWritable, match=r"a\.csv"):
        OutputText(str(tmp_path / "none" / "a.csv"), lambda path: None).write("x")
    full = OutputText(str(tmp_path / "a.csv"), lambda path: None)
    full.partial = "/dev/full"
    with pytest.raises(DiskFull, match=r"a\.csv"):
        full.write("x")
