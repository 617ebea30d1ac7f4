"""Sheets of pictures: what is drawn where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from sar_cloud_removal.model.errors import OutputNotWritable
from sar_cloud_removal.model.training.figures import DPI, brightness, draw_rows, error_colour, true_colour


def test_true_colour_is_red_green_blue_up_to_white() -> None:
    image = np.zeros((13, 4, 4), np.float32)
    image[3], image[2], image[1] = 0.1, 0.2, 0.5
    assert true_colour(image, 0.4)[0, 0] == pytest.approx([0.25, 0.5, 1.0])
    assert brightness(image) == pytest.approx(0.5)


def test_error_is_black_where_there_is_none_and_bright_at_the_limit() -> None:
    target = np.zeros((13, 1, 3), np.float32)
    image = target.copy()
    image[:, 0, 1], image[:, 0, 2] = 0.05, 0.5
    brightnesses = error_colour(image, target).mean(axis=-1)[0]
    assert brightnesses[0] < 0.02 < brightnesses[1] < 0.6 < brightnesses[2]


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_a_sheet_has_a_picture_in_every_place(tmp_path: Path, kind: str) -> None:
    white, black = np.ones((8, 8, 3)), np.zeros((8, 8))
    path = tmp_path / f"sheet.{kind}"
    draw_rows(path, ["left", "right"], [("a", [white, black]), ("b", [black, None])], inches=1.0)
    pixels = imread(path)[..., :3] / (255 if kind == "jpg" else 1)
    assert pixels.shape[1] == 2 * DPI
    rows, columns = pixels.shape[0] * np.array([0.37, 0.75]), pixels.shape[1] * np.array([0.3, 0.8])
    middles = [[pixels[int(row), int(column)].mean() for column in columns] for row in rows]
    assert middles == [[pytest.approx(1, abs=0.05), pytest.approx(0, abs=0.05)], [pytest.approx(0, abs=0.05), 1.0]]
    assert [file.name for file in tmp_path.iterdir()] == [path.name], "nothing half written is left"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="nowhere"):
        draw_rows(tmp_path / "nowhere" / "sheet.jpg", ["a"], [("x", [np.zeros((4, 4))])], inches=1.0)
