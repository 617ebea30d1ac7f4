from __future__ import annotations

from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import BadOption, OutputNotWritable
from sar_cloud_removal.model.training.splits import (
    cut,
    drawn_order,
    natural,
    read_split,
    split_by_shares,
    write_split,
)

PLACES = [f"farm_{number}" for number in range(20)]
SPLIT = {"train": ["a", "b 1.5E"], "validation": ["c"], "test": []}


def test_the_order_depends_on_the_seed_alone() -> None:
    order = drawn_order(PLACES, 0)
    assert sorted(order) == sorted(PLACES) and order != PLACES
    assert drawn_order(reversed(PLACES), 0) == order != drawn_order(PLACES, 1)
    assert drawn_order(PLACES[1:], 0) == [place for place in order if place != PLACES[0]]


@pytest.mark.parametrize(
    ("shares", "count", "expected"),
    [("8:1:1", 20, (16, 2, 2)), ("36:2:2", 20, (18, 1, 1)), ("1:1:1", 3, (1, 1, 1)), ("9:1:0", 4, (3, 1, 0))],
)
def test_shares_of_places(shares: str, count: int, expected: tuple[int, ...]) -> None:
    split = split_by_shares(PLACES[:count], shares)
    assert tuple(len(split[part]) for part in ("train", "validation", "test")) == expected
    assert sorted(place for part in split.values() for place in part) == sorted(PLACES[:count])


def test_held_out_places_are_the_two_ends_of_the_order() -> None:
    split = cut(list("hgfedcba"), (4, 2, 1))
    assert split == {"train": ["c", "d", "e", "f"], "validation": ["g", "h"], "test": ["a"]}
    assert cut(list("hgfedca"), (4, 2, 1)) == split, "one more than is needed"
    assert cut(list("ab"), (2, 0, 0)) == {"train": ["a", "b"], "validation": [], "test": []}


def moves(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[tuple[str, str]]:
    parts = [{place: part for part, places in split.items() for place in places} for split in (before, after)]
    return [(parts[0][place], parts[1][place]) for place in parts[1] if parts[0][place] != parts[1][place]]


def test_a_missing_place_moves_none_that_is_held_out_or_is_replaced_by_one() -> None:
    whole = split_by_shares(PLACES, "8:1:1")
    for missing in PLACES:
        found = moves(whole, split_by_shares([place for place in PLACES if place != missing], "8:1:1"))
        part = next(part for part, places in whole.items() if missing in places)
        assert found == ([] if part == "train" else [("train", part)])


@pytest.mark.parametrize("shares", ["8:1:1", "36:2:2", "1:1:1", "5:3:2", "1:9:9", "4:1:0"])
def test_of_any_number_of_places_a_missing_one_moves_one_of_each_part_at_most(shares: str) -> None:
    for count in range(4, len(PLACES) + 1):
        there = PLACES[:count]
        whole = split_by_shares(there, shares)
        for missing in there:
            found = moves(whole, split_by_shares([place for place in there if place != missing], shares))
            assert len(found) == len(set(found)) <= 2
            assert not {("validation", "test"), ("test", "validation")} & set(found)


@pytest.mark.parametrize(("shares", "count"), [("8:1:1", 2), ("0:1:1", 9)])
def test_shares_that_leave_nothing_are_refused(shares: str, count: int) -> None:
    with pytest.raises(BadOption, match="split"):
        split_by_shares(PLACES[:count], shares)


@pytest.mark.parametrize("name", ["split.json", "split.csv"])
def test_a_written_split_is_read_again(tmp_path: Path, name: str) -> None:
    write_split(tmp_path / name, SPLIT)
    assert read_split(tmp_path / name) == SPLIT
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", '{"train": ["a"], "test": ["b", "a"]}', "a is there more than once"),
        ("a.json", '{"training": ["a"]}', "train, validation and test"),
        ("a.json", "nonsense", "cannot be read"),
        ("a.csv", "part,place\ntraining,a\n", "part .train"),
        ("a.csv", "part,place\ntest,a\n", "no place is for training"),
    ],
)
def test_files_that_are_no_split_are_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadOption, match=message):
        read_split(tmp_path / name)


def test_a_split_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        write_split(tmp_path / "nowhere" / "split.json", SPLIT)


def test_numbers_are_sorted_as_numbers() -> None:
    assert sorted(["spring_10", "spring_9", "fall_1", "12", "7"], key=natural) == [
        "7",
        "12",
        "fall_1",
        "spring_9",
        "spring_10",
    ]
