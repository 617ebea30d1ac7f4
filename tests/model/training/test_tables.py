"""Means, files and Markdown of made-up scores."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import OutputNotWritable, UnreadableInput
from sar_cloud_removal.model.training.tables import (
    MARK,
    Score,
    as_json,
    columns_of,
    evaluation_markdown,
    markdown,
    means,
    number,
    read_csv,
    write_csv,
    write_text,
)


def score(model: str, scene: str, psnr: float, **changes: object) -> Score:
    base = Score(model, scene, f"place_{scene}", False, "thin", "all", 1000, psnr, 80.0, 3.0, 5.0)
    return replace(base, **changes)


def find(scores: list[Score], by: str, subset: str, model: str = "net"):
    return next(each for each in means(scores) if (each.by, each.subset, each.model) == (by, subset, model))


def test_means_are_over_patches() -> None:
    scores = [score("net", "a", 20.0), score("net", "b", 30.0, cover="thick"), score("other", "a", 10.0)]
    assert find(scores, "all", "all").psnr == 25.0
    assert find(scores, "all", "all").patches == 2
    assert find(scores, "cover", "thick").psnr == 30.0
    assert find(scores, "all", "all", "other").psnr == 10.0
    assert [each.model for each in means(scores) if each.by == "all"] == ["net", "other"]


def test_what_does_not_exist_takes_no_part_and_infinity_does() -> None:
    scores = [score("net", "a", 20.0, sam=math.nan), score("net", "b", 30.0), score("perfect", "a", math.inf)]
    assert find(scores, "all", "all").sam == 5.0
    assert find(scores, "all", "all", "perfect").psnr == math.inf
    assert math.isnan(find([score("net", "a", 20.0, sam=math.nan)], "all", "all").sam)


def test_a_class_of_a_few_pixels_does_not_count() -> None:
    scores = [score("net", "a", 20.0), score("net", "b", 20.0)]
    scores += [score("net", "a", 7.0, subset="shadow", pixels=10), score("net", "b", 99.0, subset="shadow", pixels=9)]
    assert (find(scores, "class", "shadow").psnr, find(scores, "class", "shadow").patches) == (7.0, 1)


def test_scores_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "new" / "scores.csv"
    scores = [score("a, «b»", "x", math.inf, seen=True), score("net", "y", 21.1234567, sam=math.nan)]
    write_csv(path, scores, columns_of(Score))
    first, second = read_csv(path, Score)
    assert first == scores[0]
    assert second.psnr == 21.1235 and math.isnan(second.sam)
    assert path.read_text(encoding="utf-8").splitlines()[2].endswith(",1000,21.1235,80,3,")
    assert [file.name for file in path.parent.iterdir()] == ["scores.csv"]


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    for name in ("none.csv", "other.csv"):
        with pytest.raises(UnreadableInput, match=name):
            read_csv(tmp_path / name, Score)
    with pytest.raises(OutputNotWritable, match="other.csv"):
        write_text(tmp_path / "other.csv" / "table.md", "")


def test_json_has_no_numbers_that_it_does_not_know() -> None:
    values = as_json(score("net", "a", math.inf, sam=math.nan))
    assert values["psnr"] is None and values["sam"] is None and values["mae"] == 3.0


def test_numbers_in_words() -> None:
    texts = [number(value, 1) for value in (1.25, -0.52, math.inf, math.nan, None)]
    assert texts == ["1.2", "−0.5", "∞", "–", "–"]
    assert number(0.5, 1, sign=True) == "+0.5"


def test_markdown_is_a_table() -> None:
    assert markdown(["a", "b"], [["x|y", 1]]) == "| a | b |\n| --- | ---: |\n| x\\|y | 1 |"


def test_a_model_on_places_that_it_saw_is_marked_and_also_scored_on_the_others() -> None:
    scores = [
        score("net", "a", 20.0, seen=True),
        score("net", "b", 30.0),
        score("copy", "a", 1.0),
        score("copy", "b", 2),
    ]
    text = evaluation_markdown(scores, ["The end."])
    overall, note, title, unseen = text.split("\n\n")[:4]
    assert f"| net {MARK} | 2 | 25.00 | 80.0 | 3.00 | 5.00 |" in overall and "| copy | 2 | 1.50 |" in overall
    assert note.startswith(MARK) and "`place_a`" in note and "place_b" not in note
    assert title == "## Places that no model was trained on"
    assert "| net | 1 | 30.00 |" in unseen and "| copy | 1 | 2.00 |" in unseen
    assert text.endswith("\n\nThe end.\n")
    clean = evaluation_markdown([score("net", "b", 30.0)])
    assert MARK not in clean and "no model was trained on" not in clean
