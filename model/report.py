"""The report of an assessment: one HTML file with its pictures in it, which needs no network and runs no script.

Laid out with tables and embedded pictures, so that QGIS's results viewer, whose engine may be a simple one, shows it
as browsers do, and so that it prints.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .assessment import (
    AFTER,
    ALL,
    BAND,
    BEFORE,
    CHANGE,
    COVER,
    LEVELS,
    MASK,
    OUTSIDE,
    PIXEL,
    STEPS,
    UNDER,
    Histograms,
    Row,
)
from .charts import Series, bars, colour_key, curves, points, ramp_colours, scale_bar
from .phrases import Phrasebook
from .raster import Grid, encode_png, metres_per_pixel

# Pixels of the page.
WIDTH, GAP = 960, 14
# What a picture may be high for each pixel that it is wide.
TALLEST = 1.6
# A picture of few pixels is made of squares, each this wide at least in all, so that no viewer smooths it.
SHARP_SIDE = 240
COLOURS = {AFTER: "#0969da", BEFORE: "#9aa4af"}
ERROR_LIMITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

# Of the parts of an image; the report's sentences, as all of them are, are translated by the English ones.
PART_LABELS = {
    "almost none": "places almost without cloud",
    "thin": "places under thin cloud",
    "thick": "places under thick cloud",
    "cloud": "cloud",
    "shadow": "cloud shadow",
    "clear": "clear",
    UNDER: "under the cloud mask",
    OUTSIDE: "outside the cloud mask",
    "reconstructed": "reconstructed pixels",
    "kept": "kept pixels",
    "Sentinel-1 missing": "Sentinel-1 missing",
}
KIND_LABELS = {
    COVER: "By cloud cover of the place",
    PIXEL: "By kind of pixel",
    MASK: "By the cloud mask",
    CHANGE: "By what was reconstructed",
}
KIND_REMARKS = {
    COVER: "The image is cut into places of about 256 × 256 pixels. Almost none: less than 5 % of a place is cloud; "
    "thin and thick: the mean opacity of its cloud is below or above one half.",
    PIXEL: "Cloud and shadow are found by comparing the cloudy image with the reference. What changed between the two "
    "dates, such as a ploughed field, may pass for shadow.",
    MASK: "What is outside the mask was seen: what it differs by is mostly what changed between the two dates.",
    CHANGE: "Kept pixels are as they were in the cloudy input.",
}
ROLE_LABELS = {
    "prediction": "Reconstruction",
    "reference": "Reference",
    "cloudy": "Cloudy input",
    "s1": "Sentinel-1",
    "mask": "Cloud mask",
    "changed": "Changed pixels",
}
# Field of a row, its label, its unit, and whether more is better (None: nearer to 0 is).
FIGURES = (
    ("psnr", "PSNR", "dB", True),
    ("ssim", "SSIM", "×100", True),
    ("mae", "MAE", "×100", False),
    ("rmse", "RMSE", "×100", False),
    ("sam", "SAM", "°", False),
    ("bias", "Bias", "×100", None),
)
FIGURE_REMARKS = {
    "psnr": "peak signal-to-noise ratio; 6 dB more is half the error",
    "ssim": "likeness of structure; 100 is the same",
    "mae": "mean difference, in hundredths of reflectance",
    "rmse": "as MAE, but large differences weigh more",
    "sam": "angle between the spectra: colour without brightness",
    "bias": "above 0: brighter than the reference",
}

STYLE = """
body { font-family: Helvetica, Arial, sans-serif; font-size: 14px; color: #24292f; background: #ffffff; margin: 24px; }
h1 { font-size: 24px; margin: 0 0 4px 0; }
h2 { font-size: 17px; margin: 30px 0 8px 0; }
p { margin: 6px 0; line-height: 1.45; }
.page { width: 960px; margin: 0 auto; }
.pale { color: #57606a; font-size: 13px; }
.lead { font-size: 16px; }
table { border-collapse: collapse; }
table.data { width: 100%; margin: 6px 0; }
table.data th { text-align: left; vertical-align: bottom; border-bottom: 1px solid #57606a; }
table.data th, table.data td { padding: 5px 10px 5px 0; }
table.data td:first-child { white-space: nowrap; }
table.data td { border-bottom: 1px solid #d8dee4; vertical-align: top; }
table.data .n { text-align: right; white-space: nowrap; }
td.picture { padding: 0 14px 10px 0; vertical-align: top; }
table.data th.about, table.data td.about { padding-left: 16px; }
.better { color: #116329; }
.worse { color: #a40e26; }
li { margin: 4px 0; line-height: 1.45; }
@media print { body { margin: 0; } h2 { page-break-after: avoid; } tr, img { page-break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Layer:
    """What the report says of a raster; `role` is a key of `ROLE_LABELS`."""

    role: str
    name: str
    path: str
    height: int
    width: int
    crs: str
    scaling: str


@dataclass(frozen=True)
class Facts:
    """What was compared: `grid` is that of the prediction, `date` when."""

    layers: tuple[Layer, ...]
    grid: Grid
    bands: tuple[str, ...]
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    date: str
    version: str


@dataclass(frozen=True)
class Pictures:
    """Small pictures: `images` by role, reflectance [1 or 3, H, W] of the bands `colours`; `errors` by role, the mean
    difference of reflectance [H, W]; `radar`, VV and VH in dB [2, H, W]. NaN where there is no value."""

    colours: tuple[str, ...]
    images: Mapping[str, np.ndarray]
    errors: Mapping[str, np.ndarray]
    radar: Optional[np.ndarray]


class _Words:
    """Says sentences in the user's language."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._phrasebook = Phrasebook(words, lambda text: words.get(text, text))

    def plain(self, text: str, **values: object) -> str:
        """Return a sentence as it is; in English where a translation names what is not there."""
        try:
            return self._words.get(text, text).format(**values)
        except (LookupError, ValueError):
            return text.format(**values)

    def found(self, text: str) -> str:
        """Return for HTML what was found out about the layers, a sentence that is known again by its form."""
        try:
            return html.escape(self._phrasebook.say(text))
        except (LookupError, ValueError):
            return html.escape(text)

    def __call__(self, text: str, **values: object) -> str:
        """Return a sentence for HTML, what is filled in escaped too."""
        return html.escape(self.plain(text, **values))


def html_report(
    facts: Facts, rows: Sequence[Row], histograms: Histograms, pictures: Pictures, words: Mapping[str, str]
) -> str:
    """Return the report as one HTML document. `words` gives the user's sentences by the English ones."""
    return _Report(facts, rows, histograms, pictures, _Words(words)).document()


class _Report:
    def __init__(
        self, facts: Facts, rows: Sequence[Row], histograms: Histograms, pictures: Pictures, say: _Words
    ) -> None:
        self._facts = facts
        self._rows = {(row.kind, row.part, row.image): row for row in rows}
        self._histograms = histograms
        self._pictures = pictures
        self._say = say
        self._after = self._rows[ALL, ALL, AFTER]
        self._before = self._rows.get((ALL, ALL, BEFORE))
        self._names = {AFTER: say.plain("reconstruction"), BEFORE: say.plain("cloudy input")}

    def document(self) -> str:
        title = self._say("Assessment of a reconstruction")
        sections = (
            f"<h1>{title}</h1>",
            self._lead(),
            self._head(),
            self._main_table(),
            self._picture_rows(),
            self._band_section(),
            *(self._kind_section(kind) for kind in KIND_LABELS),
            self._distribution(),
            self._reading(),
            self._foot(),
        )
        return (
            '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n"
            f'<body><div class="page">\n{"".join(sections)}\n</div></body>\n</html>\n'
        )

    # --- Words and tables -------------------------------------------------------------------------------------------

    def _lead(self) -> str:
        say, after, before = self._say, self._after, self._before
        if after.psnr is None:
            text = say("The reconstruction and the reference are equal in all that was compared.")
        elif before is None or before.psnr is None:
            text = say(
                "The reconstruction differs from the reference by {mae:.2f} hundredths of reflectance on average; its "
                "PSNR is {psnr:.2f} dB.",
                mae=after.mae,
                psnr=after.psnr,
            )
        else:
            values = {"before": before.psnr, "after": after.psnr, "gain": after.psnr - before.psnr}
            values.update(mae_before=before.mae, mae_after=after.mae)
            better = say(
                "The reconstruction is {gain:.2f} dB nearer to the reference than the cloudy input: PSNR {before:.2f} "
                "→ {after:.2f} dB, mean difference {mae_before:.2f} → {mae_after:.2f} hundredths of reflectance.",
                **values,
            )
            values["gain"] = -values["gain"]
            worse = say(
                "The reconstruction is {gain:.2f} dB farther from the reference than the cloudy input: PSNR "
                "{before:.2f} → {after:.2f} dB, mean difference {mae_before:.2f} → {mae_after:.2f} hundredths of "
                "reflectance.",
                **values,
            )
            text = better if after.psnr >= before.psnr else worse
        return f'<p class="lead">{text}</p>'

    def _head(self) -> str:
        say, facts = self._say, self._facts
        rows = [self._layer_row(layer) for layer in facts.layers]
        rows.append(_row(say("Bands"), html.escape(", ".join(facts.bands)), self._left_out()))
        share = self._after.pixels / (facts.grid.height * facts.grid.width)
        pixels = say("{count:,} pixels, {share:.1%} of the reconstruction", count=self._after.pixels, share=share)
        rows.append(_row(say("Compared"), pixels, say("where all images have values")))
        rows += [_row(say("Note"), say.found(warning), "") for warning in facts.warnings]
        return f'<h2>{say("What was compared")}</h2><table class="data">{"".join(rows)}</table>'

    def _left_out(self) -> str:
        left_out = ", ".join(self._facts.left_out)
        return self._say("left out, as not all images have them: {bands}", bands=left_out) if left_out else ""

    def _layer_row(self, layer: Layer) -> str:
        size = self._say(
            "{width} × {height} pixels, {crs}", width=layer.width, height=layer.height, crs=layer.crs or "–"
        )
        scaling = f"<br>{self._say.found(layer.scaling)}" if layer.scaling else ""
        name = f'<b>{html.escape(layer.name)}</b><br><span class="pale">{html.escape(layer.path)}</span>'
        label = self._say(ROLE_LABELS[layer.role])
        return _row(label, name, f'<span class="pale">{size}{scaling}</span>')

    def _main_table(self) -> str:
        say, before = self._say, self._before
        head = [_th(say("Figure"))]
        if before:
            head += [_th(say("before (cloudy input)"), "n"), _th(say("after (reconstruction)"), "n")]
            head.append(_th(say("change"), "n"))
        else:
            head.append(_th(say("reconstruction"), "n"))
        head.append(_th(say("What it says"), "about"))
        lines = []
        for name, label, unit, more in FIGURES:
            cells = [f"<td><b>{say(label)}</b> {html.escape(unit)}</td>"]
            values = [getattr(row, name) for row in (before, self._after) if row]
            cells += [_number(_shown(value, name)) for value in values]
            if before:
                cells.append(self._change(name, *values, more))
            cells.append(f'<td class="pale about">{say(FIGURE_REMARKS[name])}</td>')
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return f'<h2>{say("Figures")}</h2><table class="data"><tr>{"".join(head)}</tr>{"".join(lines)}</table>'

    def _change(self, name: str, before: Optional[float], after: Optional[float], more: Optional[bool]) -> str:
        if before is None or after is None:
            return _number("–")
        gain = abs(before) - abs(after) if more is None else (after - before) * (1 if more else -1)
        text = f"{after - before:+.{_digits(name)}f}"
        if not float(text):
            return _number("0")
        text = text.replace("-", "−")
        word = self._say("better") if gain > 0 else self._say("worse")
        return f'<td class="n {"better" if gain > 0 else "worse"}">{text} {word}</td>'

    def _part_table(self, kind: str, parts: Sequence[str], label: str, plain: bool) -> str:
        """Return a table with a line for each part, and two columns for each figure where there is a cloudy input."""
        say, images = self._say, [image for image in (BEFORE, AFTER) if image == AFTER or self._before]
        figures = [entry for entry in FIGURES if entry[0] != "bias" and not (kind == BAND and entry[0] == "sam")]
        span = f' colspan="{len(images)}"' if len(images) > 1 else ""
        first = "".join(f'<th class="n"{span}>{say(title)} {html.escape(unit)}</th>' for _, title, unit, _ in figures)
        names = {BEFORE: say("before"), AFTER: say("after")}
        second = "".join(_th(names[image], "n pale") for _ in figures for image in images)
        head = f"<tr>{_th(label)}{_th(say('pixels'), 'n')}{first}</tr>"
        if span:
            head += f"<tr>{_th('')}{_th('')}{second}</tr>"
        lines = []
        for part in parts:
            rows = {image: self._rows.get((kind, part, image)) for image in images}
            if rows[AFTER] is None:
                continue
            cells = [
                f"<td>{html.escape(part) if plain else say(PART_LABELS[part])}</td>",
                _number(f"{rows[AFTER].pixels:,}"),
            ]
            for name, _, _, _ in figures:
                for image in images:
                    value = getattr(rows[image], name) if rows[image] else None
                    shown = _shown(value, name, short=True)
                    cells.append(_number(f"<b>{shown}</b>" if image == AFTER and span else shown))
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return f'<table class="data">{head}{"".join(lines)}</table>'

    # --- Pictures ---------------------------------------------------------------------------------------------------

    def _picture_rows(self) -> str:
        """Return the images side by side in one contrast, and below each what it differs by from the reference."""
        say, pictures = self._say, self._pictures
        roles = [role for role in ("cloudy", "prediction", "reference") if role in pictures.images]
        count = len(roles) + (pictures.radar is not None)
        width = min(int((WIDTH - count * GAP) / count), 300)
        frame = _Frame(next(iter(pictures.images.values())).shape[1:], width)
        contrast = _contrast(pictures.images["reference"], pictures.images["prediction"])
        upper, lower = [], []
        if pictures.radar is not None:
            upper.append(self._cell(frame, _radar_colours(pictures.radar), say("Sentinel-1 (VV, VH, VV)")))
            lower.append("")
        for role in roles:
            upper.append(self._cell(frame, _stretched(pictures.images[role], contrast), say(ROLE_LABELS[role])))
            lower.append("")
        limit = _error_limit(pictures.errors["prediction"])
        first = len(upper) - len(roles)
        captions = {
            "cloudy": say("Error of the cloudy input"),
            "prediction": say("Error of the reconstruction"),
        }
        for place, role in enumerate(roles):
            if role in pictures.errors:
                lower[first + place] = self._cell(frame, _error_colours(pictures.errors[role], limit), captions[role])
        lower[-1] = self._key(limit, frame)
        table = "".join(f"<tr>{''.join(cell or '<td></td>' for cell in cells)}</tr>" for cells in (upper, lower))
        drawn = ", ".join(pictures.colours)
        remark = say(
            "Drawn: {bands}, all in one contrast, which shows all but 1 % at each end of the reconstruction and of the "
            "reference. The error is the mean difference from the reference over all compared bands.",
            bands=drawn,
        )
        return f'<h2>{say("Pictures")}</h2><table>{table}</table><p class="pale">{remark}</p>'

    def _cell(self, frame: _Frame, colours: np.ndarray, caption: str) -> str:
        picture = _img("image/png", encode_png(frame.sharp(colours)), frame.width, frame.height, caption)
        return f'<td class="picture">{picture}<br>{caption}</td>'

    def _key(self, limit: float, frame: _Frame) -> str:
        say = self._say
        key = colour_key(limit, say.plain("Mean difference of reflectance"), say.plain("and more"), frame.column)
        parts = [_svg(key, say("Mean difference of reflectance"))]
        side = metres_per_pixel(self._facts.grid)
        if side:
            bar = scale_bar(side * self._facts.grid.width / frame.width, frame.column)
            parts.append(_svg(bar, say("Scale")))
        return f'<td class="picture">{"<br><br>".join(parts)}</td>'

    def _band_section(self) -> str:
        say, bands = self._say, self._facts.bands
        chart = bars(bands, self._series(BAND, bands, "mae"), say.plain("MAE ×100, by band"), WIDTH, 240)
        return (
            f"<h2>{say('By band')}</h2>{_svg(chart, say('MAE ×100, by band'))}"
            f"{self._part_table(BAND, bands, say('Band'), plain=True)}"
        )

    def _kind_section(self, kind: str) -> str:
        say = self._say
        parts = [part for each, part, image in self._rows if each == kind and image == AFTER]
        if not parts:
            return ""
        chart = self._svg_of_parts(kind, parts) if len(parts) > 1 else ""
        return (
            f'<h2>{say(KIND_LABELS[kind])}</h2><p class="pale">{say(KIND_REMARKS[kind])}</p>{chart}'
            f"{self._part_table(kind, parts, say('Part'), plain=False)}"
        )

    def _svg_of_parts(self, kind: str, parts: Sequence[str]) -> str:
        labels = [self._say.plain(PART_LABELS[part]) for part in parts]
        title = self._say.plain("MAE ×100")
        return _svg(bars(labels, self._series(kind, parts, "mae"), title, WIDTH * 3 // 4, 200), html.escape(title))

    def _series(self, kind: str, parts: Sequence[str], figure: str) -> list[Series]:
        images = [image for image in (BEFORE, AFTER) if image == AFTER or self._before]
        found = []
        for image in images:
            rows = [self._rows.get((kind, part, image)) for part in parts]
            values = [getattr(row, figure) if row else None for row in rows]
            found.append(Series(self._names[image], COLOURS[image], values))
        return found

    def _distribution(self) -> str:
        """Return the histogram of the differences and the cloud of predicted over reference values."""
        say, histograms = self._say, self._histograms
        width = (WIDTH - GAP) // 2
        reach = _round_up(histograms.within(AFTER, 0.99))
        places, series = _differences(histograms, reach, self._names)
        below = say.plain("reconstruction − reference, reflectance")
        curve = curves(places, series, say.plain("Share of values, %"), below, width, 380)
        density, limit = _cropped(histograms.density)
        cloud = points(
            density,
            limit,
            say.plain("Reconstructed and reference reflectance"),
            say.plain("reference"),
            say.plain("reconstruction"),
            width,
            380,
        )
        shares = say(
            "Half of all values of the reconstruction are within ±{half:.3f} of the reference, 95 % within "
            "±{most:.3f} (reflectance). In the right chart, the darker, the more values; on the red line both are "
            "equal.",
            half=histograms.within(AFTER, 0.5),
            most=histograms.within(AFTER, 0.95),
        )
        return (
            f"<h2>{say('How the differences are distributed')}</h2><p>{shares}</p>"
            f'<table><tr><td class="picture">{_svg(curve, say("Histogram of the differences"))}</td>'
            f'<td class="picture">{_svg(cloud, say("Reconstructed and reference reflectance"))}</td></tr></table>'
        )

    def _reading(self) -> str:
        say = self._say
        lines = [
            say(
                "The reference is another date. What grew, was harvested, flooded or lit otherwise in between counts "
                "as error, although no reconstruction could know it. Figures of different pairs of dates are therefore "
                "not to be compared with each other."
            ),
            say(
                "Outside of the clouds, the cloudy input shows what the two dates differ by without any cloud. No "
                "reconstruction can be expected to come much nearer under the clouds."
            ),
            say(
                "A high PSNR with a low SSIM is often a smooth image: right on average, without its edges. A low "
                "SAM with a high MAE has the right colours at the wrong brightness."
            ),
            say(
                "Thin cloud is easily beaten, as the ground shines through it. Under thick cloud everything is an "
                "estimate from radar and from the surroundings."
            ),
        ]
        if not self._before:
            lines[1] = say("Give the cloudy input too, to see what was gained over it.")
        return f"<h2>{say('How to read this')}</h2><ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"

    def _foot(self) -> str:
        made = self._say(
            "Made by SAR Cloud Removal {version}, {date}.", version=self._facts.version, date=self._facts.date
        )
        about = self._say(
            "Reflectance 0–1, PSNR with peak 1, SSIM with a Gaussian window of 11 × 11 pixels. Contains modified "
            "Copernicus Sentinel data."
        )
        return f'<p class="pale"><br>{made} {about}</p>'


# Pictures -----------------------------------------------------------------------------------------------------------


class _Frame:
    """The size of a picture on the page, and in the file."""

    def __init__(self, shape: tuple[int, int], column: int) -> None:
        height, width = shape
        scale = min(column / width, column * TALLEST / height)
        self.column = column
        self.width, self.height = max(1, round(width * scale)), max(1, round(height * scale))
        self._times = max(1, math.ceil(SHARP_SIDE / max(height, width)))

    def sharp(self, colours: np.ndarray) -> np.ndarray:
        """Return `colours` [4, H, W] with squares for pixels where there are few."""
        return colours.repeat(self._times, axis=1).repeat(self._times, axis=2)


def _contrast(*images: np.ndarray) -> list[tuple[float, float]]:
    """Return what is drawn black and what is drawn full of each band of images [bands, H, W]."""
    found = []
    for bands in zip(*images):
        known = [np.percentile(band[np.isfinite(band)], (1, 99)) for band in bands if np.isfinite(band).any()]
        low, high = (min(ends[0] for ends in known), max(ends[1] for ends in known)) if known else (0.0, 1.0)
        found.append((float(low), float(max(high, low + 1e-3))))
    return found


def _stretched(image: np.ndarray, contrast: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return the picture [4, H, W] of one or three bands: bytes, transparent where there is no value."""
    bands = [(band - low) / (high - low) for band, (low, high) in zip(image, contrast)]
    return _opaque(np.stack(bands if len(bands) == 3 else bands[:1] * 3) * 255)


def _radar_colours(radar: np.ndarray) -> np.ndarray:
    return _stretched(radar[[0, 1, 0]], _contrast(radar[[0, 1, 0]]))


def _error_colours(error: np.ndarray, limit: float) -> np.ndarray:
    return _opaque(np.where(np.isfinite(error), ramp_colours(error / limit), np.nan))


def _opaque(colours: np.ndarray) -> np.ndarray:
    known = np.isfinite(colours).all(axis=0, keepdims=True)
    return np.concatenate([np.where(known, np.clip(colours, 0, 255), 0), known * 255.0]).round().astype(np.uint8)


def _error_limit(error: np.ndarray) -> float:
    known = error[np.isfinite(error)]
    most = float(np.percentile(known, 98)) if known.size else 0.0
    return next((limit for limit in ERROR_LIMITS if limit >= most), 1.0)


# Charts -------------------------------------------------------------------------------------------------------------


def _round_up(value: float) -> float:
    """Return the next of 0.05, 0.1, 0.15, …"""
    return max(1, math.ceil(value / 0.05 - 1e-9)) * 0.05


def _differences(histograms: Histograms, reach: float, names: Mapping[str, str]) -> tuple[list[float], list[Series]]:
    """Return the middles of about 60 classes of differences up to ± `reach`, and the share of values in them in %."""
    width = max(1, round(reach * STEPS / 30))
    edge = math.ceil(reach * STEPS / width) * width
    places = [step / STEPS for step in range(-edge, edge + 1, width)]
    series = []
    for image in (BEFORE, AFTER):
        if image in histograms.differences:
            counts = np.pad(histograms.differences[image], edge + width)
            cumulated = np.concatenate([[0], np.cumsum(counts)])
            firsts = np.arange(-edge, edge + 1, width) + STEPS + edge + width - width // 2
            shares = (cumulated[firsts + width] - cumulated[firsts]) / max(1, counts.sum()) * 100
            series.append(Series(names[image], COLOURS[image], [float(share) for share in shares]))
    return places, series


def _cropped(density: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what is left of the density of values when the 0.2 % brightest are cut off, in about 50 classes."""
    used = np.cumsum(density.sum(axis=0) + density.sum(axis=1))
    last = int(np.searchsorted(used, 0.998 * used[-1])) + 1
    width = max(1, math.ceil(last / 50))
    count = min(math.ceil(last / width), LEVELS // width)
    cut = density[: count * width, : count * width].reshape(count, width, count, width)
    return cut.sum(axis=(1, 3)), count * width / LEVELS


# Pieces of HTML -----------------------------------------------------------------------------------------------------


def _digits(name: str) -> int:
    return 2 if name in ("psnr", "ssim", "sam") else 3


def _shown(value: Optional[float], name: str, short: bool = False) -> str:
    if value is None:
        return "∞" if name == "psnr" else "–"
    return f"{value:.{2 if short else _digits(name)}f}".replace("-", "−")


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _th(text: str, kind: str = "") -> str:
    return f'<th class="{kind}">{text}</th>' if kind else f"<th>{text}</th>"


def _number(text: str) -> str:
    return f'<td class="n">{text}</td>'


def _svg(text: str, title: str) -> str:
    width, height = (int(text.split(f' {name}="')[1].split('"')[0]) for name in ("width", "height"))
    return _img("image/svg+xml", text.encode("utf-8"), width, height, title)


def _img(kind: str, content: bytes, width: int, height: int, title: str) -> str:
    """Return a picture in the page itself; `title`, for those who do not see it, is escaped already."""
    data = base64.b64encode(content).decode("ascii")
    return f'<img src="data:{kind};base64,{data}" width="{width}" height="{height}" alt="{title}">'
