"""Which files of a folder or of a list belong together, and where their results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import (
    BadOption,
    BadSceneList,
    NoScenes,
    OutputFormat,
    OutputIsInput,
    OutputTwice,
)
from sar_cloud_removal.model.requests import ReconstructFolder
from sar_cloud_removal.model.scene_pairs import ScenePair, find_pairs


def put(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def found(root: Path, **options) -> dict[str, tuple]:
    """Return {name: (s1, s2, mask)}, relative to the folder."""

    def short(path):
        return path and Path(path).relative_to(root).as_posix()

    request = ReconstructFolder(str(root / "out"), **{"folder": str(root), **options})
    return {pair.name: (short(pair.s1), short(pair.s2), short(pair.mask)) for pair in find_pairs(request)[0]}


def test_by_the_names_of_files(tmp_path):
    put(tmp_path, "a_s1.tif", "a_s2.tif", "a_s2_cloudy.tif", "a_mask.tif", "b_S1.TIF", "b_cloudy.tiff", "readme.txt")
    put(tmp_path, "de/c_s1.tif", "de/c_s2.tif", "de/c_clear.tif", "landcover.tif", ".hidden_s1.tif")
    assert found(tmp_path) == {
        "a": ("a_s1.tif", "a_s2_cloudy.tif", "a_mask.tif"),
        "b": ("b_S1.TIF", "b_cloudy.tiff", None),
        "de/c": ("de/c_s1.tif", "de/c_s2.tif", None),
    }


def test_by_folders_with_equal_names(tmp_path):
    put(tmp_path, "s1/a.tif", "s2/a.tif", "s2_cloudy/a.tif", "mask/a.tif", "s1/x/b.tif", "s2/x/b.tif")
    assert found(tmp_path) == {
        "a": ("s1/a.tif", "s2_cloudy/a.tif", "mask/a.tif"),
        "x/b": ("s1/x/b.tif", "s2/x/b.tif", None),
    }


def test_by_two_folders(tmp_path):
    put(tmp_path, "optical/a.tif", "optical/a_mask.tif", "optical/b_s2.tif", "radar/a.tif", "radar/b_s1.tif")
    folders = {"folder": str(tmp_path / "optical"), "s1_folder": str(tmp_path / "radar")}
    expected = {
        "a": ("radar/a.tif", "optical/a.tif", "optical/a_mask.tif"),
        "b": ("radar/b_s1.tif", "optical/b_s2.tif", None),
    }
    assert found(tmp_path, **folders) == expected


def test_one_of_two_folders_in_the_other(tmp_path):
    put(tmp_path, "a.tif", "radar/a.tif")
    assert found(tmp_path, s1_folder=str(tmp_path / "radar")) == {"a": ("radar/a.tif", "a.tif", None)}
    put(tmp_path / "other", "a.tif", "optical/a.tif")
    folders = {"folder": str(tmp_path / "other/optical"), "s1_folder": str(tmp_path / "other")}
    assert found(tmp_path, **folders) == {"a": ("other/a.tif", "other/optical/a.tif", None)}


def test_results_have_the_names_of_their_scenes_and_are_no_scenes(tmp_path):
    put(
        tmp_path, "s1/x/b.tif", "s2/x/b.tif", "s2/b_clouds_removed.tif", "s1/b_clouds_removed.tif", "s2/b_attention.tif"
    )
    (pair,), incomplete = find_pairs(ReconstructFolder(str(tmp_path), folder=str(tmp_path)))
    assert incomplete == []
    assert Path(pair.output) == tmp_path / "x" / "b_clouds_removed.tif"
    assert Path(pair.attention) == tmp_path / "x" / "b_attention.tif"


def test_what_is_alone_is_told(tmp_path):
    put(tmp_path, "a_s1.tif", "a_s2.tif", "a_s2.tiff", "b_s1.tif", "c_s2.tif", "d_mask.tif", "e_clear.tif")
    pairs, incomplete = find_pairs(ReconstructFolder("out", folder=str(tmp_path)))
    assert [pair.name for pair in pairs] == ["a"] and pairs[0].s2.endswith("a_s2.tif")
    assert [each.name for each in incomplete] == ["a", "b", "c"]
    assert "the first is used" in incomplete[0].reason
    assert [each.reason for each in incomplete[1:]] == [
        "there is no Sentinel-2 of that name",
        "there is no Sentinel-1 of that name",
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [([], "no file there has such a name"), (["a_s1.tif", "b_s2.tif"], "nor has any of 2 scenes both")],
)
def test_no_pair(tmp_path, names, words):
    with pytest.raises(NoScenes, match=words):
        find_pairs(ReconstructFolder("out", folder=str(put(tmp_path, *names))))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"folder": "a", "scenes": "b"},
        {"scenes": "b", "s1_folder": "a"},
        {"folder": "/no/such/folder"},
        {"folder": ".", "s1_folder": "/no/such/folder"},
    ],
)
def test_options_that_do_not_go_together(options):
    with pytest.raises(BadOption):
        find_pairs(ReconstructFolder("out", **options))


# Lists --------------------------------------------------------------------------------------------------------------


def listed(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[ScenePair]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding=encoding)
    return find_pairs(ReconstructFolder(str(tmp_path / "out"), scenes=str(path)))[0]


def test_a_list(tmp_path):
    put(tmp_path, "r/one.tif", "o/one_s2.tif", "m.tif")
    first, second = listed(
        tmp_path, "s1,S2 ,output,mask\nr/one.tif,o/one_s2.tif,,m.tif\n\n/vsizip/x.zip/a.tif,b.tif,deep/c.tif,\n"
    )
    assert first == ScenePair(
        "one",
        str(tmp_path / "r/one.tif"),
        str(tmp_path / "o/one_s2.tif"),
        str(tmp_path / "m.tif"),
        str(tmp_path / "out/one_clouds_removed.tif"),
        str(tmp_path / "out/one_attention.tif"),
    )
    assert second == ScenePair(
        "c",
        "/vsizip/x.zip/a.tif",
        "b.tif",
        None,
        str(tmp_path / "out/deep/c.tif"),
        str(tmp_path / "out/deep/c_attention.tif"),
    )


def test_a_list_as_excel_writes_it(tmp_path):
    (pair,) = listed(tmp_path, "s1;s2\r\na, b.tif;c.tif\r\n", "utf-8-sig")
    assert (pair.name, pair.s1, pair.s2) == ("c", "a, b.tif", "c.tif")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column s1, s2"),
        ("s1,optical\na,b\n", "no column s2"),
        ("s1,s2\n", "there is no scene in it"),
        ("s1,s2\na.tif,b.tif\nc.tif\n", "line 3 lacks s1 or s2"),
    ],
)
def test_a_list_that_is_none(tmp_path, text, words):
    with pytest.raises(BadSceneList, match=words):
        listed(tmp_path, text)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(BadSceneList, match="No such file"):
        find_pairs(ReconstructFolder("out", scenes=str(tmp_path / "list.csv")))


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ("a.tif,b.tif,x.tif\nc.tif,d.tif,X.tif", OutputTwice),
        ("a.tif,d/b.tif,\nc.tif,e/b.tif,", OutputTwice),
        ("a.tif,b.tif,x.tif\nc.tif,d.tif,x_attention.tif", OutputTwice),
        ("a.tif,b.tif,x.png", OutputFormat),
        ("a.tif,{out}/b.tif,x.tif\nc.tif,d.tif,b.tif", OutputIsInput),
    ],
)
def test_results_in_each_others_way(tmp_path, lines, error):
    with pytest.raises(error):
        listed(tmp_path, "s1,s2,output\n" + lines.format(out=tmp_path / "out"))


def test_clear_dates_are_found_by_name_and_a_reference_is_none_of_them(tmp_path: Path) -> None:
    names = ("a_s1", "a_s2_cloudy", "a_s2_clear", "a_clear_date", "a_s1_clear_date", "a_s2_clear_date2", "b_s1", "b_s2")
    for name in names:
        (tmp_path / f"{name}.tif").touch()
    (tmp_path / "clear_dates").mkdir()
    (tmp_path / "clear_dates" / "b.tif").touch()
    pairs, incomplete = find_pairs(ReconstructFolder(str(tmp_path / "out"), folder=str(tmp_path)))
    assert not incomplete
    first, second = pairs
    path = lambda name: str(tmp_path / f"{name}.tif")  # noqa: E731
    assert first.s2 == path("a_s2_cloudy")
    assert first.clear == (
        (path("a_clear_date"), path("a_s1_clear_date"), None),
        (path("a_s2_clear_date2"), None, None),
    )
    assert second.clear == ((str(tmp_path / "clear_dates" / "b.tif"), None, None),)


def test_clear_dates_of_a_list(tmp_path: Path) -> None:
    for name in ("s1", "s2", "may", "may_s1", "june"):
        (tmp_path / f"{name}.tif").touch()
    table = tmp_path / "scenes.csv"
    path = lambda name: str(tmp_path / f"{name}.tif")  # noqa: E731
    table.write_text("s1,s2,clear,output\ns1.tif,s2.tif,may.tif+may_s1.tif|june.tif,a.tif\ns1.tif,s2.tif,,b.tif\n")
    pairs, _ = find_pairs(ReconstructFolder(str(tmp_path / "out"), scenes=str(table)))
    assert pairs[0].clear == ((path("may"), path("may_s1"), None), (path("june"), None, None))
    assert pairs[1].clear == ()
    table.write_text("s1,s2,clear\ns1.tif,s2.tif,a+b+c+d\n")
    with pytest.raises(BadOption, match="S2[+]S1[+]MASK"):
        find_pairs(ReconstructFolder(str(tmp_path / "out"), scenes=str(table)))


def test_a_scene_with_a_clear_date_may_lack_sentinel1(tmp_path: Path) -> None:
    put(tmp_path, "a_s2.tif", "a_clear_date.tif", "a_clear_date_mask.tif", "b_s2.tif", "c_clear_date.tif", "c_s1.tif")
    pairs, incomplete = find_pairs(ReconstructFolder(str(tmp_path / "out"), folder=str(tmp_path)))
    (pair,) = pairs
    assert (pair.name, pair.s1, Path(pair.s2).name) == ("a", None, "a_s2.tif")
    assert [[path and Path(path).name for path in date] for date in pair.clear] == [
        ["a_clear_date.tif", None, "a_clear_date_mask.tif"]
    ]
    assert [(each.name, each.reason) for each in incomplete] == [
        ("b", "there is no Sentinel-1 of that name"),
        ("c", "there is no Sentinel-2 of that name"),
    ]
    table = tmp_path / "scenes.csv"
    table.write_text("s2,clear\na_s2.tif,a_clear_date.tif++a_clear_date_mask.tif\n")
    (pair,), _ = find_pairs(ReconstructFolder(str(tmp_path / "out"), scenes=str(table)))
    assert pair.s1 is None and pair.clear[0][1] is None and pair.clear[0][2].endswith("a_clear_date_mask.tif")
    table.write_text("s2,clear\na_s2.tif,\n")
    with pytest.raises(BadSceneList, match="line 2 lacks s1 or s2"):
        find_pairs(ReconstructFolder(str(tmp_path / "out"), scenes=str(table)))


def test_the_radar_of_clear_dates_may_lie_in_the_folder_of_sentinel1(tmp_path: Path) -> None:
    put(tmp_path, "optical/a.tif", "optical/a_clear_date1.tif", "optical/a_clear_date2.tif", "optical/a_clear.tif")
    put(tmp_path, "radar/a.tif", "radar/a_clear_date1.tif", "radar/a_s1_clear_date2.tif")
    folders = {"folder": str(tmp_path / "optical"), "s1_folder": str(tmp_path / "radar")}
    (pair,), _ = find_pairs(ReconstructFolder(str(tmp_path / "out"), **folders))
    assert (Path(pair.s1), Path(pair.s2)) == (tmp_path / "radar/a.tif", tmp_path / "optical/a.tif")
    assert [tuple(path and Path(path).name for path in date) for date in pair.clear] == [
        ("a_clear_date1.tif", "a_clear_date1.tif", None),
        ("a_clear_date2.tif", "a_s1_clear_date2.tif", None),
    ]
    assert [Path(date[1]).parent.name for date in pair.clear] == ["radar", "radar"]
