"""Remove clouds: two layers in, the reconstructed image and the map of SAR attention out."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import (
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterExtent,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsRasterLayer,
)

from ...model.errors import BadOption
from ...model.requests import MOST_DATES, Reconstruct
from ..layers import (
    AttentionDresser,
    ChangedDresser,
    ExpectedErrorDresser,
    ImageDresser,
    InfluenceDresser,
    Run,
    SourceDresser,
)
from ..product_names import short_name
from ..stretch import Ground, channels, drawn_style, ground_of, hides, is_undecided, true_colour
from ..translation import tr
from . import choices
from .choices import choice
from .reconstruction_algorithm import ReconstructionAlgorithm
from .scene_algorithm import Parameter


class RemoveClouds(ReconstructionAlgorithm):
    """Reconstructs the surface under the clouds of a Sentinel-2 layer with the help of a Sentinel-1 layer."""

    OUTPUT, ATTENTION, CHANGED, SOURCE = "OUTPUT", "ATTENTION", "CHANGED", "SOURCE"
    EXPECTED_ERROR, INFLUENCE = "EXPECTED_ERROR", "INFLUENCE"
    CLOUD_COVER, SECONDS = "CLOUD_COVER", "SECONDS"

    def name(self) -> str:
        return "removeclouds"

    def displayName(self) -> str:
        return tr("Remove clouds")

    def shortDescription(self) -> str:
        return tr("Reconstructs the surface under the clouds of a Sentinel-2 layer with the help of Sentinel-1.")

    def tags(self) -> list[str]:
        words = (
            "sentinel,sentinel-1,sentinel-2,sar,radar,cloud,clouds,cloud removal,reconstruct,gap,fusion,attention,ai"
        )
        return [*words.split(","), tr("cloud removal")]

    def shortHelpString(self) -> str:
        introduction = tr(
            "Takes a cloudy Sentinel-2 layer and a Sentinel-1 layer of the same place, and reconstructs the surface "
            "under the clouds. The result has the grid, the bands and the scale of the Sentinel-2 layer and is drawn "
            "like it. A second layer shows where the network listened to the radar."
        )
        dates = tr(
            "If you have an earlier clear image of the place, add it under «Clear dates»: what is under closed cloud "
            "then gets its fields and roads, in the colours of today."
        )
        remark = tr(
            "The dates should be close together, at best within a few days. What is under thick cloud is an estimate: "
            "good for looking and for filling gaps, not a measurement."
        )
        return f"<p>{introduction}</p><p>{dates}</p><p>{remark}</p>{self.described()}"

    # --- Parameters -------------------------------------------------------------------------------------------------

    def initAlgorithm(self, configuration=None) -> None:
        self.add(
            *self._inputs(),
            *self.network(),
            *self.about_sentinel2(),
            *self.about_sentinel1(),
            *self.about_computing(),
            *self._destinations(),
        )
        cover = tr("Cloud cover in percent; with a mask or a detection, what that marks, shadows too")
        self.addOutput(QgsProcessingOutputNumber(self.CLOUD_COVER, cover))
        self.addOutput(QgsProcessingOutputNumber(self.SECONDS, tr("Seconds that it took")))
        self.addOutput(QgsProcessingOutputString(self.DEVICE, tr("Device that computed")))

    def _inputs(self) -> list[Parameter]:
        return [
            *self.pair(tr("The result lies on this layer's grid."), optional_s1=True),
            *self.clear_dates(
                tr(
                    "Earlier or later Sentinel-2 layers of the same place that are clear, or nearly so, up to twelve: "
                    "on any grid, of any level. Their own clouds are detected, they are registered, and one that does "
                    "not help is left out. With one of them the Sentinel-1 layer above may be left out."
                ),
                tr("One for each clear date, in the same order, or none: it tells where the ground has changed since."),
            ),
            (
                QgsProcessingParameterRasterLayer(self.MASK, tr("Cloud mask"), optional=True),
                tr(
                    "What it calls clear stays exactly as it is, and what it calls cloud never shows in the result. It "
                    "may be 0 and 1, or come with a product (SCL, QA60, Fmask, a probability): see «Cloud mask kind»."
                ),
            ),
            (
                choice(self.KEEP, tr("Keep clear pixels"), choices.keeps(), Reconstruct.keep),
                tr(
                    "With a cloud mask, what that says is clear stays as it is. Without one clouds and shadows are "
                    "detected, and what both the detection and the network take for clear stays as it is. «As the "
                    "network decides» leaves the detection out; the network then changes every pixel a little."
                ),
            ),
            (
                QgsProcessingParameterExtent(self.EXTENT, tr("Region"), optional=True),
                tr("The part of the Sentinel-2 layer that is computed. Leave it empty for all of it."),
            ),
        ]

    def _destinations(self) -> list[Parameter]:
        destination = QgsProcessingParameterRasterDestination
        return [
            (
                destination(self.OUTPUT, tr("Clouds removed")),
                tr("GeoTIFF with the bands, the grid, the data type and the scale of the Sentinel-2 layer."),
            ),
            (
                destination(self.ATTENTION, tr("SAR attention"), optional=True, createByDefault=True),
                tr(
                    "Band 1: how far the radar was let through (gate). Band 2: how much attention the place received. "
                    "It is coloured by rank: where the numbers of the legend hardly differ, nor does the map. What the "
                    "radar changed is the SAR influence."
                ),
            ),
            (
                destination(self.CHANGED, tr("Changed pixels"), optional=True, createByDefault=False),
                tr("1 where a pixel was reconstructed, 0 where it was kept."),
            ),
            (
                destination(self.SOURCE, tr("Source"), optional=True, createByDefault=False),
                tr(
                    "Where each pixel is from: kept, corrected through thin cloud, a clear date, a fit to the clear "
                    "ground of the image itself, or only what the network expects by the radar."
                ),
            ),
            (
                destination(self.EXPECTED_ERROR, tr("Expected error"), optional=True, createByDefault=False),
                tr(
                    "How wrong a reconstructed pixel is likely to be, in reflectance: the root mean square over the "
                    "bands, learnt from clear ground of the image that was withheld; 0 where a pixel was kept."
                ),
            ),
            (
                destination(self.INFLUENCE, tr("SAR influence"), optional=True, createByDefault=False),
                tr(
                    "How much the result changes when the radar is taken away: the difference of reflectance, mean of "
                    "the bands; 0 where a pixel was kept. It takes twice as long. It says where the radar mattered to "
                    "the network, and not whether it was right there; the attention alone does not even say that."
                ),
            ),
        ]

    # --- Checks -----------------------------------------------------------------------------------------------------

    def check(self, parameters, context) -> None:
        self.check_scene(parameters, context)
        self.check_clear_dates(parameters, context)
        clear = self.parameterAsLayerList(parameters, self.CLEAR, context)
        if len(clear) > MOST_DATES:
            detail = tr("{count} at most are used; leave out those that are furthest in time").format(count=MOST_DATES)
            raise BadOption(option=tr("Clear dates"), value=len(clear), detail=detail)
        if not clear and self.parameterAsRasterLayer(parameters, self.S1, context) is None:
            detail = tr("choose one, or a clear date of the same place")
            raise BadOption(option=tr("Sentinel-1 layer (VV and VH)"), value="", detail=detail)
        self.check_tiles(parameters, context)
        keep = self.parameterAsEnumString(parameters, self.KEEP, context)
        masked = self.parameterAsRasterLayer(parameters, self.MASK, context) is not None
        if keep == "mask" and not masked:
            detail = tr("no cloud mask is chosen; choose one, or another value")
            raise BadOption(option=tr("Keep clear pixels"), value=choices.keeps()[keep], detail=detail)
        if keep == "detected" and masked:
            detail = tr("a cloud mask is chosen too; leave it out, or choose «by the cloud mask»")
            raise BadOption(option=tr("Keep clear pixels"), value=choices.keeps()[keep], detail=detail)

    # --- The run ----------------------------------------------------------------------------------------------------

    def gather(self, parameters, context) -> None:
        s1, s2, mask = self.layers(parameters, context)
        self.check(parameters, context)
        self._request = self._request_for(parameters, context, s1, s2, mask)
        self._style, self._renderer = drawn_style(s2), s2.renderer().clone()
        # A layer that is only read from its file is not looked at.
        shown = context.project() is not None and context.project().mapLayer(s2.id()) is not None
        self._cloudy = s2.id() if shown else ""

    def compute(self, parameters, context, feedback) -> dict:
        names = (self.OUTPUT, self.ATTENTION, self.CHANGED, self.SOURCE, self.EXPECTED_ERROR, self.INFLUENCE)
        outputs = {name: self.output_path(parameters, name, context) for name in names}
        request = replace(
            self._request,
            output=outputs[self.OUTPUT],
            attention=outputs[self.ATTENTION],
            changed=outputs[self.CHANGED],
            source=outputs[self.SOURCE],
            expected_error=outputs[self.EXPECTED_ERROR],
            influence=outputs[self.INFLUENCE],
        )
        values = self.run_request(request, feedback)
        ground, natural = self._hidden_ground(outputs[self.OUTPUT], context)
        self._dress(outputs, ground, natural, context)
        self._summarise(values, feedback)
        if ground and not natural and self._cloudy:
            self._tell_stretch(feedback)
        results = {name: path for name, path in outputs.items() if path}
        return {
            **results,
            self.CLOUD_COVER: values.get("cloud_cover"),
            self.SECONDS: values.get("seconds"),
            self.DEVICE: values.get("device"),
        }

    def _request_for(self, parameters, context, s1, s2, mask) -> Reconstruct:
        """Return the request without its outputs, whose names may be made only once."""
        return Reconstruct(
            output="",
            **self.scene_fields(parameters, context, s1, s2, mask),
            **self.clear_fields(parameters, context, masks=True),
            **self.computing_fields(parameters, context),
        )

    def _hidden_ground(self, path: str, context) -> tuple[Ground, tuple[int, ...]]:
        """Return the ranges of the result's ground if the stretch of the cloudy layer would hide it, else nothing.

        And the bands of true colour, whose ranges these are, if nobody has said which bands of the layer to draw.
        """
        if not context.willLoadLayerOnCompletion(path):
            return {}, ()
        # Read here, in the background: a large file takes its time.
        image = QgsRasterLayer(path, "", "gdal", QgsRasterLayer.LayerOptions(False))
        natural = true_colour(image) if is_undecided(self._renderer) else ()
        if natural and natural != tuple(channel.band for channel in channels(self._renderer)):
            return ground_of(image, list(natural)), natural
        ground = ground_of(image, [channel.band for channel in channels(self._renderer)])
        return ground if hides(self._renderer, ground) else {}, ()

    def _dress(self, outputs: dict, ground: Ground, natural: tuple[int, ...], context) -> None:
        run = Run()
        name = short_name(self._request.s2_name)
        image = ImageDresser(run, self._style, ground, self._cloudy, natural)
        for key, dresser, title in (
            (self.OUTPUT, image, tr("{} — clouds removed")),
            (self.ATTENTION, AttentionDresser(run), tr("{} — SAR attention")),
            (self.CHANGED, ChangedDresser(run), tr("{} — changed pixels")),
            (self.SOURCE, SourceDresser(run), tr("{} — source")),
            (self.EXPECTED_ERROR, ExpectedErrorDresser(run), tr("{} — expected error")),
            (self.INFLUENCE, InfluenceDresser(run), tr("{} — SAR influence")),
        ):
            description = self.parameterDefinition(key).description()
            dresser.attach(outputs[key], title.format(name), description, context)

    def _summarise(self, values: dict, feedback) -> None:
        feedback.pushInfo(
            tr("Network «{model}» on {device}, tiles: {tiles}, {seconds:.1f} s").format(
                tiles=values.get("tiles", "?"),
                model=values.get("model", ""),
                device=values.get("device", ""),
                seconds=values.get("seconds") or 0.0,
            )
        )

    def _tell_stretch(self, feedback) -> None:
        feedback.pushInfo(
            tr(
                "The result is drawn in a contrast of its own: that of «{layer}» reaches up to the clouds and would "
                "leave the ground nearly black. Plugins ▸ SAR Cloud Removal ▸ Stretch both to the ground gives both "
                "layers the same one."
            ).format(layer=self._request.s2_name)
        )
