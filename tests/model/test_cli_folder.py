"""The command reconstruct-folder, on the real sample scene."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .test_cli import CLOUDY, S1, run


@pytest.fixture
def folder(tmp_path) -> Path:
    root = tmp_path / "in"
    root.mkdir()
    for name in ("one", "two"):
        shutil.copy(S1, root / f"{name}_s1.tif")
        shutil.copy(CLOUDY, root / f"{name}_s2_cloudy.tif")
    return root


def test_a_folder_in_words_and_its_exit_codes(capsys, folder, tmp_path):
    arguments = ["reconstruct-folder", "--input", folder, "--output", tmp_path / "out", "--device", "cpu"]
    (folder / "two_s1.tif").write_bytes(b"")
    assert run(*arguments, "--tile", "64") == 7
    out, err = capsys.readouterr()
    assert out.splitlines()[:4] == [
        str(tmp_path / "out" / "report.csv"),
        "done       1",
        "kept       0",
        "failed     1",
    ]
    assert out.splitlines()[4].startswith("two: «two_s1.tif» cannot be read")
    assert err.startswith("warning: «two» failed: ") and err.count("\n") == 1

    shutil.copy(S1, folder / "two_s1.tif")
    assert run(*arguments, "--attention", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["done"], values["kept"], values["failed"]) == (2, 0, 0)
    assert run(*arguments, "--json") == 0
    assert json.loads(capsys.readouterr().out)["kept"] == 2


def test_scenes_that_are_left_out_count_where_that_is_asked_for(capsys, folder, tmp_path):
    arguments = ["reconstruct-folder", "--input", folder, "--output", tmp_path / "out", "--device", "cpu"]
    (folder / "two_s1.tif").unlink()
    assert run(*arguments) == 0
    assert run(*arguments, "--strict") == 7
    assert "left out   1" in capsys.readouterr().out
    shutil.copy(S1, folder / "two_s1.tif")
    assert run(*arguments, "--strict") == 0


def test_what_is_kept_of_other_options_is_said_and_verbose_tells_what_was_assumed(capsys, folder, tmp_path):
    arguments = ["reconstruct-folder", "--input", folder, "--output", tmp_path / "out", "--device", "cpu"]
    assert run(*arguments, "--verbose") == 0
    out, err = capsys.readouterr()
    assert "«one»: «one_s2_cloudy.tif» is taken for Level-1C.\n" in err and "outdated" not in out
    assert run(*arguments, "--level", "l2a") == 0
    out, err = capsys.readouterr()
    assert "outdated   2 of those kept, see the report" in out.splitlines()
    assert err.startswith("warning: Of the results that are kept, «one», «two»: it was made with level l1c, not l2a. ")
    assert "--overwrite" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--input", "nowhere"], 3, "there is no such folder"),
        (["--list", "nowhere.csv"], 3, "cannot be used as a list of scenes"),
        (["--input", ".", "--list", "a.csv"], 2, "not allowed with"),
        ([], 2, "one of the arguments --input --list is required"),
    ],
)
def test_wrong_inputs(capsys, tmp_path, options, code, words):
    assert run("reconstruct-folder", *options, "--output", tmp_path / "out") == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_no_pair_at_all(capsys, tmp_path):
    assert run("reconstruct-folder", "--input", tmp_path, "--output", tmp_path) == 3
    assert "There is no pair of Sentinel-1 and Sentinel-2" in capsys.readouterr().err
