"""Everything that can go wrong, in the user's words.

Standard library only: QGIS's Python and the compute environment both import this file. An error is a class with
a *template*, one English sentence or two that say what is wrong and what to do, and the values that fill it.
Class name and values cross the process boundary, so that the plugin can show the sentence in the user's language.
"""

from __future__ import annotations

from typing import ClassVar


class SarCloudRemovalError(Exception):
    """Base of all errors that are shown to a user.

    Parameters are the values of the template's named fields. `exit_code` is what the command line ends with.
    """

    template: ClassVar[str] = "{detail}"
    exit_code: ClassVar[int] = 1

    def __init__(self, **values: object) -> None:
        self.values = {key: value if isinstance(value, (int, float)) else str(value) for key, value in values.items()}
        super().__init__(self.template.format(**self.values))

    def to_dict(self) -> dict:
        """Return what crosses the process boundary: the class name, the values and the English sentence."""
        return {"error": type(self).__name__, "values": self.values, "message": str(self)}


def from_dict(data: dict) -> SarCloudRemovalError:
    """Rebuild the error of `SarCloudRemovalError.to_dict`; one of an unknown class keeps its sentence."""
    cls = ALL_ERRORS.get(data.get("error", ""))
    if cls is None:
        return SarCloudRemovalError(detail=data.get("message", "unknown error"))
    return cls(**data["values"])


class InputError(SarCloudRemovalError):
    """A layer, file or option that cannot be used."""

    exit_code = 3


class UnreadableInput(InputError):
    template = "«{layer}» cannot be read: {detail}. Check that the file is complete and that it is a raster."


class NotALocalRaster(InputError):
    template = (
        "«{layer}» is a rendered or remote layer ({provider}), which holds colours, not measurements. "
        "Download the Sentinel data as a raster file and choose that layer."
    )


class NoGeoreference(InputError):
    template = (
        "«{layer}» has no georeference, so it cannot be placed on the other layer. "
        "Assign a coordinate reference system and a geotransform to it (Raster ▸ Georeferencer)."
    )


class NoOverlap(InputError):
    template = (
        "«{s1}» and «{s2}» do not overlap. Choose a Sentinel-1 and a Sentinel-2 layer of the same place, "
        "and check the coordinate reference system of both."
    )


class ExtentOutside(InputError):
    template = "The chosen extent lies outside «{layer}». Choose an extent that overlaps the layer."


class Sentinel1Bands(InputError):
    template = (
        "«{layer}» has {count} band(s), but Sentinel-1 needs two: VV and VH. "
        "Merge both polarisations into one raster and choose that layer."
    )


class Sentinel1Polarisations(InputError):
    template = (
        "«{layer}» holds {found}, but the network was made for VV and VH. "
        "Choose a layer with both, or name their numbers in «Sentinel-1 VV band» and «Sentinel-1 VH band»."
    )


class Sentinel1Order(InputError):
    template = (
        "The bands of «{layer}» have no names, and the two taken as VV and VH seem to be the other way round: VV is at "
        "{vv} dB and VH at {vh} dB, but VV is the brighter one nearly everywhere. "
        "Name their numbers in «Sentinel-1 VV band» and «Sentinel-1 VH band», or name the bands in the file."
    )


class Sentinel2Bands(InputError):
    template = (
        "The bands of «{layer}» ({count}) cannot be told apart: {detail}. "
        "Choose another layer, or name them in «Sentinel-2 bands», in the order of the file, for example "
        "B2,B3,B4,B8,B11,B12."
    )


class MissingBands(InputError):
    template = (
        "«{layer}» lacks the band(s) {bands}, without which nothing can be reconstructed. "
        "Choose a layer with at least B2, B3, B4, B8, B11 and B12, or name its bands in «Sentinel-2 bands»."
    )


class LayersSwapped(InputError):
    template = (
        "«{s1}» looks like Sentinel-2 and «{s2}» like Sentinel-1. "
        "The two layers seem to be swapped: exchange them and run again."
    )


class SameLayer(InputError):
    template = (
        "«{layer}» is chosen both as Sentinel-1 and as Sentinel-2. "
        "Choose the radar layer as the first and the optical layer as the second."
    )


class NotBackscatter(InputError):
    template = (
        "«{layer}» does not hold Sentinel-1 backscatter: its values run from {low} to {high}. Choose calibrated VV and "
        "VH (GRD, sigma0 or gamma0), and set «Sentinel-1 units» if they are not found by themselves."
    )


class FilledBackscatter(NotBackscatter):
    template = (
        "«{layer}» does not hold Sentinel-1 backscatter: its values run from {low} to {high}, and {fill} looks like "
        "nodata that nobody declared. Declare it (Raster ▸ Conversion ▸ Translate, «Assign a specified NoData value», "
        "or in a shell: gdal_edit.py -a_nodata {fill}), and run again."
    )


class NotReflectance(InputError):
    template = (
        "«{layer}» does not hold Sentinel-2 reflectance: its values run from {low} to {high}. "
        "Choose the original bands, not a rendered picture, or set «Sentinel-2 scale»."
    )


class FilledReflectance(NotReflectance):
    template = (
        "«{layer}» does not hold Sentinel-2 reflectance: its values run from {low} to {high}, and {fill} looks like "
        "nodata that nobody declared. Declare it (Raster ▸ Conversion ▸ Translate, «Assign a specified NoData value», "
        "or in a shell: gdal_edit.py -a_nodata {fill}), and run again."
    )


class ComplexInput(InputError):
    template = (
        "«{layer}» holds complex numbers (an SLC product). "
        "Convert it to intensity first, or choose the GRD product of the same date."
    )


class EmptyInput(InputError):
    template = "«{layer}» has no valid pixel in the chosen region: all of it is nodata. Choose another layer or extent."


class MaskMismatch(InputError):
    template = "The cloud mask «{layer}» cannot be used: {detail}. Choose a one-band raster in which clouds are not 0."


class MaskNotUnderstood(MaskMismatch):
    template = "The cloud mask «{layer}» is not understood: {detail}. Set «Cloud mask kind» to {kinds}."


class GridMismatch(InputError):
    template = (
        "«{prediction}» and «{reference}» do not lie pixel on pixel: {detail}. "
        "Choose two rasters of the same place, pixel size and coordinate reference system."
    )


class NoCommonArea(InputError):
    template = (
        "«{layer}» does not overlap «{prediction}», so there is nothing to compare. "
        "Choose a layer of the same place, and check the coordinate reference system of both."
    )


class NoCommonPixel(EmptyInput):
    template = (
        "«{layer}» and «{reference}» have no valid pixel in common: where one has values, the other has nodata. "
        "Choose layers of the same place with values there."
    )


class NoCommonBand(InputError):
    template = (
        "«{prediction}» ({bands}) and «{reference}» ({others}) have no Sentinel-2 band in common. "
        "Choose layers with the same bands, or name them in «Sentinel-2 bands»."
    )


class BadProduct(InputError):
    template = (
        "«{product}» cannot be used as a Sentinel-2 product: {detail}. "
        "Choose a .SAFE folder or its .zip, complete and as it was downloaded."
    )


class NoCloudMask(InputError):
    template = (
        "«{layer}» comes with no cloud mask (SCL, MSK_CLASSI, MSK_CLOUDS or QA60). "
        "Leave the output of the cloud mask out."
    )


class NotEnoughClear(InputError):
    template = (
        "«{layer}» shows too little clear ground to adapt to: {found} clear pixels, and {needed} are needed. "
        "Add clear dates of the same place, choose a larger region, or give a cloud mask in which clear pixels are 0."
    )


class UnusableDataset(InputError):
    template = (
        "«{path}» cannot be used as a data set: {detail}. The README section «Train on your own data» shows "
        "the layouts."
    )


class NoScenes(InputError):
    template = (
        "There is no pair of Sentinel-1 and Sentinel-2 in «{folder}»: {detail}. It needs files called like "
        "NAME_s1.tif and NAME_s2.tif or NAME_s2_cloudy.tif, or folders s1 and s2 with files of equal names."
    )


class BadSceneList(InputError):
    template = (
        "«{path}» cannot be used as a list of scenes: {detail}. It needs a first line with s1,s2 and, if wanted, "
        "mask and output, and then a line with the files of each scene."
    )


class NotAResult(InputError):
    template = (
        "«{layer}» was not made by Remove clouds, or by another program since, so nobody knows from what. "
        "Choose an image that Remove clouds made."
    )


class OldResult(InputError):
    template = (
        "«{layer}» was made by an earlier version, which did not note in full how. "
        "Run Remove clouds again to inspect it."
    )


class NoResultHere(InputError):
    template = (
        "«{layer}» was not made by Remove clouds, and neither was any layer of this project from it. "
        "Run Remove clouds first, then click into its result or into the cloudy layer."
    )


class NothingToInspect(InputError):
    template = (
        "There is no result of Remove clouds at this place in the project. Run Remove clouds, or open its result."
    )


class SourceGone(InputError):
    template = (
        "«{layer}» cannot be inspected: the {role} file «{path}», from which it was made, is no longer there. "
        "Put it back, or beside the result."
    )


class PlaceOutside(InputError):
    template = "This place lies outside «{layer}». Click inside of it."


class MissingDetector(InputError):
    template = (
        "The method «{method}» needs the packages {packages}, which the compute environment does not have ({detail}). "
        "In «Set up compute environment…» of the menu SAR Cloud Removal, tick the cloud detection network and press "
        "Repair; or choose the method «spectral», which needs no more packages."
    )


class BadOption(InputError):
    template = "The option «{option}» has the value «{value}», which does not work: {detail}."


class OutputError(SarCloudRemovalError):
    """A result that cannot be written."""

    exit_code = 4


class OutputNotWritable(OutputError):
    template = "«{path}» cannot be written: {detail}. Choose a folder that exists and that you may write to."


class OutputIsInput(OutputError):
    template = "The output «{path}» is also an input. Choose another file name."


class OutputTwice(OutputError):
    template = "Two outputs have the same file name, «{path}». Give each its own."


class OutputFormat(OutputError):
    template = "«{path}» is not a GeoTIFF. Choose a file name that ends in .tif."


class WeightsFormat(OutputError):
    template = "«{path}» is no name for weights. Choose a file name that ends in .safetensors."


class OutputEnding(OutputError):
    template = "«{path}» is no name for this output. Choose a file name that ends in {ending}."


class DiskFull(OutputError):
    template = "There is not enough room for «{path}»: {detail}. Free some space or choose another disk."


class TooLittleRoom(DiskFull):
    """Told before any work: a smaller result may still fit."""


class ModelError(SarCloudRemovalError):
    """Weights that cannot be used."""

    exit_code = 5


class UnknownModel(ModelError):
    template = "There is no model «{model}». Those there are: {known}. A path to a .safetensors file works too."


class BadWeights(ModelError):
    template = "The weights «{path}» cannot be used: {detail}. Choose weights that this plugin made."


class ComputeError(SarCloudRemovalError):
    """The compute environment or the device."""

    exit_code = 6


class NoEnvironment(ComputeError):
    template = (
        "The compute environment is not set up yet. "
        "Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install."
    )


class BrokenEnvironment(ComputeError):
    template = (
        "The compute environment at «{interpreter}» does not work: {detail}. "
        "Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Repair, or Install again."
    )


class InstallFailed(ComputeError):
    template = "The compute environment could not be installed: {detail}"


class NoSuchDevice(ComputeError):
    template = "The device «{device}» is not there. Those there are: {known}."


class OutOfMemory(ComputeError):
    template = (
        "The device «{device}» has too little memory even for one tile of {tile} pixels. "
        "Close other programs that use it, or choose the device «cpu»."
    )


class MemoryLimit(ComputeError):
    template = (
        "The memory limit of {limit} GB is too low: with tiles of {tile} pixels about {least} GB are needed at "
        "least. Raise the limit, or choose smaller tiles."
    )


class WorkerDied(ComputeError):
    template = (
        "The compute process ended unexpectedly ({detail}). Nothing was written; run again. The log has its last words."
    )


class Unexpected(SarCloudRemovalError):
    """What no other error covers; its traceback is on the stderr of the process that met it."""

    template = (
        "Something went wrong that should not: {detail}. Nothing was written. "
        "The log holds the details; please report them."
    )


class Busy(ComputeError):
    template = "Another run is under way in this window. Wait until it has ended, then run again."


class Cancelled(SarCloudRemovalError):
    template = "Cancelled; nothing was written."
    exit_code = 130


class FolderCancelled(Cancelled):
    template = (
        "Cancelled after {done} of {count} scenes. What is done is kept, and «{report}» lists it; "
        "run again to go on with the others."
    )


class AllScenesFailed(SarCloudRemovalError):
    template = (
        "None of the {count} scenes could be reconstructed. The first one, «{scene}»: {detail} "
        "The report «{report}» tells of all."
    )


class TrainingInterrupted(SarCloudRemovalError):
    template = (
        "The training was interrupted after {steps} steps; «{checkpoint}» holds its state. "
        "To go on, give the same command with --resume {checkpoint}."
    )
    exit_code = 130


class TrainingDiverged(SarCloudRemovalError):
    template = (
        "The gradient of step {step} is not finite, at a learning rate of {lr}. "
        "Choose a lower learning rate, or the precision float32, and begin again."
    )


class TrainingFailed(SarCloudRemovalError):
    template = (
        "The training of {runs} failed: {detail}. The log «{log}» says more; all else is done. "
        "Give the same command again to go on with what is missing."
    )


def _subclasses(cls: type) -> dict:
    found = {cls.__name__: cls}
    for sub in cls.__subclasses__():
        found.update(_subclasses(sub))
    return found


ALL_ERRORS: dict = _subclasses(SarCloudRemovalError)
