"""The layers of a run over many scenes, where somebody wants to see them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from qgis.core import QgsProcessingContext, QgsRasterLayer

from .layers import IMAGE, Run
from .prepared_layers import TrueColourDresser
from .translation import tr

TRUE_COLOUR = ("B4", "B3", "B2")
_RESULT = "_clouds_removed"
# The bands of a layer without names, by their number, as far as they are drawn.
_BY_COUNT = {13: ("B1", "B2", "B3", "B4"), 12: ("B1", "B2", "B3", "B4"), 10: ("B2", "B3", "B4")}


class ResultDresser(TrueColourDresser):
    """Draws a reconstructed image in true colour; with the numbers' own first bands where it has no such bands."""

    role = IMAGE

    def __init__(self, run: Run) -> None:
        super().__init__(run, ())

    def dress(self, layer: QgsRasterLayer) -> None:
        self._bands = band_names(layer)
        if set(TRUE_COLOUR) <= set(self._bands):
            super().dress(layer)


def band_names(layer: QgsRasterLayer) -> list[str]:
    """Return the names such as B8A in the bands' own names, "" where there is none; else what their number says."""
    found = [re.search(r"\bB\d\d?A?\b", layer.bandName(number + 1)) for number in range(layer.bandCount())]
    names = [match[0] if match else "" for match in found]
    return names if any(names) else list(_BY_COUNT.get(layer.bandCount(), ()))


def load_results(paths: Sequence[str], context: QgsProcessingContext) -> None:
    """Let QGIS load the images at `paths` when the algorithm is done, if it loads layers at all."""
    if context.project() is None:
        return
    for path in paths:
        stem = Path(path).stem
        name = stem[: -len(_RESULT)] if stem.endswith(_RESULT) else stem
        context.addLayerToLoadOnCompletion(path, QgsProcessingContext.LayerDetails("", context.project()))
        ResultDresser(Run()).attach(path, tr("{} — clouds removed").format(name), "", context)
