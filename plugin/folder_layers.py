"""The layers of a run over many scenes, where somebody wants to see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.core import QgsProcessingContext, QgsRasterLayer

from .layers import IMAGE, Run
from .prepared_layers import TrueColourDresser
from .product_names import short_name
from .stretch import TRUE_COLOUR, band_names
from .translation import tr

_RESULT = "_clouds_removed"


class ResultDresser(TrueColourDresser):
    """Draws a reconstructed image in true colour; with the numbers' own first bands where it has no such bands."""

    role = IMAGE

    def __init__(self, run: Run) -> None:
        super().__init__(run, ())

    def dress(self, layer: QgsRasterLayer) -> None:
        self._bands = band_names(layer)
        if set(TRUE_COLOUR) <= set(self._bands):
            super().dress(layer)


def load_results(paths: Sequence[str], context: QgsProcessingContext) -> None:
    """Let QGIS load the images at `paths` when the algorithm is done, if it loads layers at all."""
    if context.project() is None:
        return
    for path in paths:
        stem = Path(path).stem
        name = stem[: -len(_RESULT)] if stem.endswith(_RESULT) else stem
        context.addLayerToLoadOnCompletion(path, QgsProcessingContext.LayerDetails("", context.project()))
        ResultDresser(Run()).attach(path, tr("{} — clouds removed").format(short_name(name)), "", context)
