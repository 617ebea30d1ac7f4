"""The table that grows: it comes back as it was written, whatever is in it."""

from __future__ import annotations

import os

import pytest

from sar_cloud_removal.model.errors import OutputNotWritable
from sar_cloud_removal.model.scene_report import DONE, FAILED, INCOMPLETE, KEPT, Line, SceneReport, read_lines


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
    columns = "scene,status,seconds,cloud_cover,output,message,assumed,clear_dates"
    assert path.read_text(encoding="utf-8-sig") == f"{columns}\n"


def test_a_report_of_an_earlier_version_is_read(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text("scene,status,seconds,cloud_cover,output,message\na,done,1.5,,/data/a.tif,what\n")
    assert read_lines(str(path)) == {"/data/a.tif": Line("a", DONE, 1.5, None, "/data/a.tif", "what", "")}


def test_two_runs_leave_one_line_a_scene(tmp_path):
    path = str(tmp_path / "report.csv")
    lines = [
        Line("a", DONE, 1.0, None, "a.tif"),
        Line("b", KEPT, output="b.tif"),
        Line("c", FAILED, 1.0, None, "c.tif"),
    ]
    first = SceneReport(path, [], lambda partial: None)
    second = SceneReport(path, [Line("x", INCOMPLETE, message="why")], lambda partial: None)
    for line in lines:
        first.add(line)
    others = [
        Line("b", DONE, 2.0, None, "b.tif"),
        Line("c", DONE, 1.0, None, "c.tif"),
        Line("a", KEPT, 1.0, None, "a.tif"),
    ]
    for line in others:
        second.add(line)
    first.settle([*lines, Line("d", DONE, 1.0, None, "lost.tif")])
    told = list(read_lines(path).values())
    assert told == [lines[0], others[0], others[1], Line("d", DONE, 1.0, None, "lost.tif")]
    with open(path, encoding="utf-8-sig") as file:
        assert len(file.readlines()) == 6
    before = os.stat(path).st_mtime_ns, os.stat(path).st_ino
    first.settle(lines)
    assert before == (os.stat(path).st_mtime_ns, os.stat(path).st_ino)


def test_a_report_that_became_something_else_is_left_alone(tmp_path):
    path = tmp_path / "report.csv"
    report = SceneReport(str(path), [], lambda partial: None)
    path.write_text("scene;status\n")
    report.settle([Line("a", DONE, output="a.tif")])
    assert path.read_text() == "scene;status\n"


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
