"""What the algorithms share that reconstruct: how the network computes, and which pixels are kept."""

from __future__ import annotations

from ...model.errors import BadOption
from ...model.requests import Reconstruct
from .. import settings
from ..translation import tr
from . import choices
from .base import advanced
from .choices import choice
from .scene_algorithm import Parameter, SceneAlgorithm, number


class ReconstructionAlgorithm(SceneAlgorithm):
    """Base of the algorithms that reconstruct; each adds the parameter `KEEP` in its own words."""

    QUALITY = "QUALITY"
    TILE, OVERLAP, BATCH, PRECISION, FEATHER = "TILE", "OVERLAP", "BATCH", "PRECISION", "FEATHER"
    KEEP, DETECTION, GROW = "KEEP", "DETECTION", "GROW"
    LEVEL, COLOURS, MASK_KIND = "LEVEL", "COLOURS", "MASK_KIND"

    def network(self) -> list[Parameter]:
        """Return the parameters of the network, of its quality, and of the device."""
        device, device_name = self.devices()
        model, weights = self.models(tr("The weights that reconstruct; default takes the first of those that ship."))
        return [
            model,
            (
                choice(self.QUALITY, tr("Quality"), choices.qualities(), Reconstruct.quality),
                tr(
                    "Best shows the network each tile in eight orientations, flipped and turned, and takes the mean of "
                    "the eight answers. That is hardly nearer to the truth."
                ),
            ),
            device,
            weights,
            device_name,
        ]

    def about_computing(self) -> list[Parameter]:
        """Return the parameters of tiles, of the precision, and of clear pixels that are kept."""
        tile = settings.Settings.load().tile or None
        tile_size = number(
            self.TILE, tr("Tile size in pixels"), whole=True, low=settings.SMALLEST_TILE, default=tile, optional=True
        )
        return [
            (
                advanced(choice(self.LEVEL, tr("Product level"), choices.levels(), Reconstruct.level, True)),
                tr(
                    "Ground that no light comes from is drawn as such an image shows it: Level-1C through the "
                    "atmosphere, Level-2A without it. Automatic: Level-1C where there is the cirrus band B10."
                ),
            ),
            (
                advanced(
                    choice(self.COLOURS, tr("Colours of hidden ground"), choices.colours(), Reconstruct.colours, True)
                ),
                tr(
                    "Under closed cloud the radar and clear dates tell the colour. What they mean is learnt anew from "
                    "the clear ground of the image, so that it is the ground of this day and land; the less of it is "
                    "clear, the more counts what the network was trained with. Or only that."
                ),
            ),
            (
                advanced(tile_size),
                tr("Empty: the size that the network was trained with. A larger one needs more memory."),
            ),
            (
                advanced(number(self.OVERLAP, tr("Overlap of tiles in pixels"), whole=True, low=0)),
                tr("How much neighbouring tiles share and blend. Empty: a quarter of a tile."),
            ),
            (
                advanced(number(self.BATCH, tr("Tiles computed at once"), whole=True, low=1)),
                tr("Empty: what suits the device. It is lowered by itself when memory runs out."),
            ),
            (
                advanced(choice(self.PRECISION, tr("Precision"), choices.precisions(), Reconstruct.precision)),
                tr("Half is faster on recent GPUs; automatic uses it where it pays."),
            ),
            (
                advanced(number(self.FEATHER, tr("Feather in pixels"), whole=True, low=0, default=Reconstruct.feather)),
                tr("Width of the blend between clear ground and thin cloud or shadow. Opaque cloud has no blend."),
            ),
            (
                advanced(
                    choice(self.MASK_KIND, tr("Cloud mask kind"), choices.mask_kinds(), Reconstruct.mask_kind, True)
                ),
                tr(
                    "What the values of the cloud mask mean. Automatic goes by the layer's name, and then by its "
                    "values."
                ),
            ),
            (
                advanced(
                    choice(self.DETECTION, tr("Detection of clouds"), choices.detections(), Reconstruct.detection)
                ),
                tr("How clouds are looked for, where clear pixels are kept by that. See Detect clouds and shadows."),
            ),
            (
                advanced(number(self.GROW, tr("Grow detected clouds by, in pixels"), True, 0, Reconstruct.grow)),
                tr("Clouds are thin at their edges: more pixels around them are reconstructed as well."),
            ),
        ]

    def check_tiles(self, parameters, context) -> None:
        """Raise `BadOption` for an overlap that is no less than a tile."""
        tile, overlap = self.whole(parameters, self.TILE, context), self.whole(parameters, self.OVERLAP, context)
        if tile is not None and overlap is not None and overlap >= tile:
            raise BadOption(
                option=tr("Overlap of tiles in pixels"), value=overlap, detail=tr("it has to be less than a tile")
            )

    def computing_fields(self, parameters, context) -> dict:
        """Return the fields of a request that these parameters fill, by their names."""
        return {
            "tile": self.whole(parameters, self.TILE, context),
            "overlap": self.whole(parameters, self.OVERLAP, context),
            "batch": self.whole(parameters, self.BATCH, context),
            "memory_gb": settings.Settings.load().memory_gb or None,
            "precision": self.parameterAsEnumString(parameters, self.PRECISION, context),
            "level": self.parameterAsEnumString(parameters, self.LEVEL, context) or Reconstruct.level,
            "colours": self.parameterAsEnumString(parameters, self.COLOURS, context) or Reconstruct.colours,
            "quality": self.parameterAsEnumString(parameters, self.QUALITY, context),
            "feather": self.parameterAsInt(parameters, self.FEATHER, context),
            "keep": self.parameterAsEnumString(parameters, self.KEEP, context),
            "mask_kind": self.parameterAsEnumString(parameters, self.MASK_KIND, context) or Reconstruct.mask_kind,
            "detection": self.parameterAsEnumString(parameters, self.DETECTION, context),
            "grow": self.parameterAsInt(parameters, self.GROW, context),
        }
