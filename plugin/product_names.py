"""Names of products as ESA gives them, and what is left of them in the name of a layer."""

from __future__ import annotations

import re

_PRODUCT = re.compile(
    r"S(?P<mission>[12])(?P<unit>[A-D])_\w+?_(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)T\d{6}(?:_\w*?_T(?P<tile>\d\d[A-Z]{3})(?=_|$))?"
)


def short_name(name: str) -> str:
    """Return day and tile, or day and satellite, of a Sentinel product's name; any other name as it is.

    A list of layers shows about two dozen letters of a name. S2A_MSIL1C_20200518T030541_N0209_R075_T50SKF_… is
    «2020-05-18 50SKF».
    """
    found = _PRODUCT.match(name)
    if found is None:
        return name
    place = found["tile"] or f"S{found['mission']}{found['unit']}"
    rest = re.sub(r"^(_[0-9A-Z]+)*(\.SAFE)?", "", name[found.end() :])
    return f"{found['year']}-{found['month']}-{found['day']} {place}{rest}"
