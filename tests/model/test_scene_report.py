"""The table that grows: it comes back as it was written, whatever is in it."""

from __future__ import annotations

import pytest

from sar_cloud_removal.model.errors import OutputNotWritable
from sar_cloud_removal.model.scene_report import DONE, FAILED, KEPT, Line, SceneReport, read_lines


def test_what_is_written_comes_back(tmp_path):
    path = str(tmp_path / "report.csv")
    known = [Line("Köln, Süd", KEPT, 1.5, None, "/data/a.tif", 'said "no"\nand more')]
    report = SceneReport(path, known, lambda partial: None)
    report.add(Line("b", DONE, 0.25, 12.5, "/data/b.tif"))
    report.add(Line("c", FAILED, 2.0, output="/data/c.tif", message="«c» cannot be read"))
    lines = read_lines(path)
    assert lines["/data/a.tif"] == known[0]
    assert lines["/data/b.tif"] == Line("b", DONE, 0.25, 12.5, "/data/b.tif")
    assert lines["/data/c.tif"].message == "«c» cannot be read"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.csv"]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"scene,status,seconds,cloud_cover,output,message\na,done,x,,o,\n", b"\xff\xfe"]
)
def test_another_kind_of_file_says_nothing(tmp_path, content):
    path = tmp_path / "report.csv"
    path.write_bytes(content)
    assert read_lines(str(path)) == {}


def test_an_earlier_report_is_replaced(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text("x" * 10000)
    SceneReport(str(path), [], lambda partial: None)
    assert path.read_text(encoding="utf-8-sig") == "scene,status,seconds,cloud_cover,output,message\n"


def test_a_folder_that_is_gone(tmp_path):
    with pytest.raises(OutputNotWritable):
        SceneReport(str(tmp_path / "none" / "report.csv"), [], lambda partial: None)


def test_lines_that_cannot_be_written_come_later(tmp_path):
    path = tmp_path / "report.csv"
    report = SceneReport(str(path), [], lambda partial: None)
    away = path.rename(tmp_path / "away.csv")
    path.mkdir()  # stands for a program that holds the file
    with pytest.raises(OutputNotWritable):
        report.add(Line("a", "done", output="a.tif"))
    path.rmdir()
    away.rename(path)
    report.add(Line("b", "done", output="b.tif"))
    report.catch_up()
    assert list(read_lines(str(path))) == ["a.tif", "b.tif"]
