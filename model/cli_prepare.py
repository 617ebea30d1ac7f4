"""The commands `prepare-s2` and `prepare-s1` of the command line."""

from __future__ import annotations

import argparse
from typing import Callable, Optional

from .bands import S1_UNITS
from .dispatch import carry_out
from .errors import BadOption
from .requests import PrepareS1, PrepareS2
from .speckle import SPECKLE_FILTERS
from .virtual_raster import RESAMPLINGS


def add_prepare_commands(commands: argparse._SubParsersAction, add_command: Callable) -> None:
    """Add both commands to `commands`; `add_command` makes the parser of one, with what all commands have."""
    _add_s2(add_command(commands, "prepare-s2", "put a Sentinel-2 product together as one raster of 10 m", _s2_words))
    _add_s1(add_command(commands, "prepare-s1", "put Sentinel-1 VV and VH together as one raster in dB", _s1_words))


def _add_s2(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=lambda options, report, cancelled: carry_out(_s2_request(options), report, cancelled))
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--product", metavar="S2….SAFE|ZIP", help="a product, L1C or L2A, as it was downloaded")
    what.add_argument("--bands", nargs="+", metavar="B02.jp2", help="files of the bands instead, in any order")
    parser.add_argument(
        "--output", required=True, metavar="OUT.tif|vrt", help="a GeoTIFF, or a .vrt, which refers to the files"
    )
    parser.add_argument("--cloud-mask", dest="mask", metavar="MASK.tif", help="the product's own cloud mask to write")
    parser.add_argument(
        "--resampling", default=PrepareS2.resampling, choices=RESAMPLINGS, help="of the bands of 20 m and 60 m"
    )
    parser.add_argument("--band-names", metavar="B2,B3,…", help="of all files' bands, where they are not found: -")
    parser.add_argument("--offset", type=float, metavar="N", help="-1000 or 0, instead of what the product says")
    parser.add_argument(
        "--extent", nargs=4, type=float, metavar=("LEFT", "BOTTOM", "RIGHT", "TOP"), help="only this region"
    )
    parser.add_argument("--extent-crs", metavar="CRS", help="of --extent, such as EPSG:4326; else that of the bands")


def _add_s1(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=lambda options, report, cancelled: carry_out(_s1_request(options), report, cancelled))
    parser.add_argument(
        "--s1", required=True, nargs="+", metavar="S1.tif", help="VV and VH, in one file or, in any order, in two"
    )
    parser.add_argument("--output", required=True, metavar="OUT.tif", help="VV and VH in dB to write")
    parser.add_argument("--grid", metavar="S2.tif", help="a raster, such as Sentinel-2, onto whose pixels it is warped")
    parser.add_argument("--s1-bands", metavar="VV,VH", help="numbers of the VV and of the VH band, from 1")
    parser.add_argument("--s1-units", choices=S1_UNITS, help="else found from the values")
    parser.add_argument("--speckle", default=PrepareS1.speckle, choices=SPECKLE_FILTERS, help="filter, else none")
    parser.add_argument("--window", type=int, default=PrepareS1.window, metavar="PIXELS", help="side of lee's window")
    parser.add_argument("--looks", type=float, default=PrepareS1.looks, metavar="L", help="equivalent number of looks")


def _s2_request(options: argparse.Namespace) -> PrepareS2:
    return PrepareS2(
        output=options.output,
        product=options.product,
        bands=tuple(options.bands or ()),
        band_names=_words(options.band_names),
        mask=options.mask,
        resampling=options.resampling,
        extent=tuple(options.extent) if options.extent else None,
        extent_crs=options.extent_crs,
        offset=options.offset,
    )


def _s1_request(options: argparse.Namespace) -> PrepareS1:
    return PrepareS1(
        s1=tuple(options.s1),
        output=options.output,
        s1_bands=pair_of_bands(options.s1_bands),
        s1_units=options.s1_units,
        speckle=options.speckle,
        window=options.window,
        looks=options.looks,
        grid=options.grid,
    )


def _words(text: Optional[str]) -> Optional[tuple[str, ...]]:
    return tuple(word.strip() for word in text.split(",")) if text else None


def pair_of_bands(text: Optional[str]) -> Optional[tuple[int, int]]:
    words = _words(text)
    if words is None:
        return None
    if len(words) != 2 or not all(word.isdigit() for word in words):
        detail = "it needs two numbers with a comma, such as 1,2"
        raise BadOption(option="--s1-bands", value=text, detail=detail)
    return int(words[0]), int(words[1])


def _s2_words(values: dict) -> str:
    lines = [values["output"], *([values["mask"]] if values["mask"] else []), values["title"]]
    lines.append(f"bands  {', '.join(values['bands'])}")
    lines.append(f"size   {values['width']} × {values['height']} pixels{', virtual' if values['virtual'] else ''}")
    return "\n".join([*lines, f"time   {values['seconds']:.1f} s"])


# What `--s1-units` says, as what became of it.
_UNITS = {"db": "dB, as they were", "power": "dB, from linear power", "amplitude": "dB, from amplitude"}


def _s1_words(values: dict) -> str:
    share = 100 * values["valid_pixels"] / (values["width"] * values["height"])
    return "\n".join(
        [
            values["output"],
            f"size   {values['width']} × {values['height']} pixels, {share:.1f} % with a value",
            f"units  {_UNITS[values['units']]}; speckle filter: {values['speckle']}",
            f"time   {values['seconds']:.1f} s",
        ]
    )
