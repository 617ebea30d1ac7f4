"""What a run leaves to look at: a CSV of its course, curves of it, and pictures of validation samples."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Callable

from ..errors import OutputNotWritable
from .figures import brightness, can_draw, draw_curves, draw_rows, error_colour, true_colour
from .scoring import SCORES
from .trainer import Shown

Log = Callable[[str], None]

CURVES = {
    "loss": "loss",
    "lr": "learning rate",
    "psnr": "validation PSNR (dB)",
    "ssim": "validation SSIM (×100)",
    "mae": "validation MAE (×100)",
    "sam": "validation SAM (°)",
}
COLUMNS_SHOWN = ("SAR (VV)", "cloudy", "prediction", "clear", "error")


class RunLog:
    """A CSV of what happened, one line a row, and `<output>.curves.png` and `<output>.samples/` beside it.

    A run that is resumed at the step `resumed` goes on below the rows that lead to it; later ones, of a run that was
    killed between two checkpoints, are dropped. Without matplotlib nothing is drawn, which the log says once.
    """

    FIRST_COLUMNS = ("step", "seconds", "progress", "lr", "loss", "gradient", *SCORES)

    def __init__(self, output: Path, log: Log, resumed: int = 0) -> None:
        self.path = output.with_suffix(".csv")
        self.curves_path = output.with_suffix(".curves.png")
        self.samples_folder = output.with_suffix(".samples")
        self.log = log
        self.columns = list(self.FIRST_COLUMNS)
        self.rows: list[dict] = []
        if resumed and self.path.is_file():
            with self.path.open(encoding="utf-8", newline="") as file:
                self.rows = [row for row in csv.DictReader(file) if int(row["step"]) <= resumed]
            self._add_columns(self.rows)
        self._write_all()
        self.draws = can_draw()
        if not self.draws:
            log("matplotlib is not installed, so nothing is drawn; `pip install matplotlib` for curves and pictures")

    def __call__(self, row: dict) -> None:
        shown = {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()}
        self.rows.append(shown)
        if self._add_columns([shown]):
            self._write_all()
        else:
            with self.path.open("a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, self.columns).writerow(shown)
        self.log("  ".join(f"{name} {value}" for name, value in shown.items()))

    def _add_columns(self, rows: Sequence[dict]) -> bool:
        """Add the columns that are new, and tell whether any is: objectives have parts of their own."""
        new = list(dict.fromkeys(name for row in rows for name in row if name not in self.columns))
        self.columns += new
        return bool(new)

    def _write_all(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns)
            writer.writeheader()
            writer.writerows(self.rows)

    def pictures(self, step: int, samples: Sequence[Shown]) -> None:
        """Draw the samples of a validation."""
        if self.draws:
            rows = [(sample.name, _panels(sample)) for sample in samples]
            self._draw(lambda: self._draw_samples(self.samples_folder / f"step_{step:06d}.jpg", rows))
            self.curves()

    def curves(self) -> None:
        """Draw what the CSV holds."""
        if self.draws:
            self._draw(lambda: draw_curves(self.curves_path, self.rows, "step", CURVES))

    def _draw_samples(self, path: Path, rows: list) -> None:
        path.parent.mkdir(exist_ok=True)
        draw_rows(path, COLUMNS_SHOWN, rows)

    def _draw(self, draw: Callable[[], None]) -> None:
        """Draw; a picture that cannot be written is no reason to end a run of hours."""
        try:
            draw()
        except (OSError, OutputNotWritable) as error:
            self.log(f"warning: {error}")


def _panels(sample: Shown) -> list:
    white = brightness(sample.clear)
    images = [true_colour(image, white) for image in (sample.cloudy, sample.prediction, sample.clear)]
    return [sample.sar[0], *images, error_colour(sample.prediction, sample.clear)]
