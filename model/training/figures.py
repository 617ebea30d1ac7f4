"""Sheets of small pictures: a row a scene, a column a kind of image. They need matplotlib, which not everybody has."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import numpy as np

from ..bands import S2_BANDS
from ..errors import OutputNotWritable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = np.ndarray

TRUE_COLOUR = tuple(S2_BANDS.index(name) for name in ("B4", "B3", "B2"))
#: The mean error of reflectance that is drawn in the brightest colour.
ERROR_LIMIT = 0.1
INCHES, DPI = 2.6, 80


def can_draw() -> bool:
    """Tell whether matplotlib is there."""
    return importlib.util.find_spec("matplotlib") is not None


def brightness(clear: Array) -> float:
    """Return the reflectance to draw white for a scene whose clear date is `clear` [13, H, W]."""
    return max(float(np.quantile(clear[list(TRUE_COLOUR)], 0.99)), 1e-3)


def true_colour(image: Array, white: float) -> Array:
    """Return red, green and blue [H, W, 3] in 0–1 of reflectance [13, H, W], `white` and above drawn white."""
    return np.clip(image[list(TRUE_COLOUR)] / white, 0, 1).transpose(1, 2, 0)


def error_colour(image: Array, target: Array, limit: float = ERROR_LIMIT) -> Array:
    """Return a picture [H, W, 3] of the absolute error, mean over the bands: black is none, `limit` the brightest."""
    from matplotlib import colormaps

    error = np.abs(image - target).mean(axis=0) / limit
    return colormaps["magma"](np.clip(error, 0, 1))[..., :3]


def draw_rows(
    path: Path,
    titles: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Optional[Array]]]],
    inches: float = INCHES,
) -> None:
    """Write a sheet of pictures to `path` (.jpg or .png), with `titles` above its columns.

    A row is a label and its pictures: grey [H, W] or colour [H, W, 3] in 0–1, or None for an empty place. `inches` is
    the side of a picture, at `DPI` dots an inch. Raises `OutputNotWritable`.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(inches * len(titles), inches * 1.06 * len(rows) + 0.3), layout="tight")
    grid = figure.subplots(len(rows), len(titles), squeeze=False)
    for axes, (label, pictures) in zip(grid, rows):
        axes[0].set_ylabel(label, fontsize=8)
        for axis, picture in zip(axes, pictures):
            axis.set(xticks=[], yticks=[])
            if picture is None:
                axis.set_frame_on(False)
            else:
                axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
    for axis, title in zip(grid[0], titles):
        axis.set_title(title, fontsize=9)
    _write(figure, Path(path))


def draw_curves(path: Path, rows: Sequence[Mapping[str, object]], along: str, panels: Mapping[str, str]) -> None:
    """Write a picture with a curve for each column of `panels` {column: title}, over the column `along`.

    Rows without the column are left out of its curve. Raises `OutputNotWritable`.
    """
    from matplotlib.figure import Figure

    lines = -(-len(panels) // 2)
    figure = Figure(figsize=(9, 2.4 * lines), layout="tight")
    grid = figure.subplots(lines, 2, squeeze=False).ravel()
    for axis in grid[len(panels) :]:
        axis.set_axis_off()
    for axis, (column, title) in zip(grid, panels.items()):
        points = [(float(row[along]), float(row[column])) for row in rows if row.get(column) not in (None, "")]
        axis.plot([x for x, _ in points], [y for _, y in points], marker="." if len(points) < 50 else "")
        axis.set_title(title, fontsize=9)
        axis.set_xlabel(along, fontsize=8)
        axis.grid(alpha=0.3)
    _write(figure, Path(path))


def _write(figure: Figure, path: Path) -> None:
    """Write beside `path` first, then rename: nobody sees half a picture."""
    partial = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        figure.savefig(partial, dpi=DPI)
        os.replace(partial, path)
    except OSError as error:
        raise OutputNotWritable(path=path, detail=error.strerror or error) from error
    finally:
        partial.unlink(missing_ok=True)
