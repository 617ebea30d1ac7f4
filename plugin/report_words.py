"""The sentences of an assessment's report, which the compute process writes: it knows no QGIS and no languages."""

from __future__ import annotations

from collections.abc import Callable

from . import translation


def report_words() -> dict[str, str]:
    """Return what the report says in the user's language, by what it says in English."""
    words: dict[str, str] = {}

    def tr(text: str) -> None:
        # Called as what the translators' tools look for.
        words[text] = translation.tr(text)

    tr("places almost without cloud")
    tr("places under thin cloud")
    tr("places under thick cloud")
    tr("cloud")
    tr("cloud shadow")
    tr("clear")
    tr("under the cloud mask")
    tr("outside the cloud mask")
    tr("reconstructed pixels")
    tr("kept pixels")
    tr("Sentinel-1 missing")
    tr("By cloud cover of the place")
    tr("By kind of pixel")
    tr("By the cloud mask")
    tr("By what was reconstructed")
    tr(
        "The image is cut into places of about 256 × 256 pixels. Almost none: less than 5 % of a place is cloud; "
        "thin and thick: the mean opacity of its cloud is below or above one half."
    )
    tr(
        "Cloud and shadow are found by comparing the cloudy image with the reference. What changed between the two "
        "dates, such as a ploughed field, may pass for shadow."
    )
    tr("What is outside the mask was seen: what it differs by is mostly what changed between the two dates.")
    tr("Kept pixels are as they were in the cloudy input.")
    tr("Reconstruction")
    tr("Reference")
    tr("Cloudy input")
    tr("Sentinel-1")
    tr("Cloud mask")
    tr("Changed pixels")
    tr("PSNR")
    tr("SSIM")
    tr("MAE")
    tr("RMSE")
    tr("SAM")
    tr("Bias")
    tr("peak signal-to-noise ratio; 6 dB more is half the error")
    tr("likeness of structure; 100 is the same")
    tr("mean difference, in hundredths of reflectance")
    tr("as MAE, but large differences weigh more")
    tr("angle between the spectra: colour without brightness")
    tr("above 0: brighter than the reference")
    tr("Assessment of a reconstruction")
    tr("{count:,} pixels, {share:.1%} of the reconstruction")
    tr("{width} × {height} pixels, {crs}")
    tr(
        "Drawn: {bands}, all in one contrast, which shows all but 1 % at each end of the reconstruction and of the "
        "reference. The error is the mean difference from the reference over all compared bands."
    )
    tr("MAE ×100")
    tr("reconstruction − reference, reflectance")
    tr(
        "Half of all values of the reconstruction are within ±{half:.3f} of the reference, 95 % within ±{most:.3f} "
        "(reflectance). In the right chart, the darker, the more values; on the red line both are equal."
    )
    tr("Made by SAR Cloud Removal {version}, {date}.")
    tr(
        "Reflectance 0–1, PSNR with peak 1, SSIM with a Gaussian window of 11 × 11 pixels. Contains modified "
        "Copernicus Sentinel data."
    )
    tr("reconstruction")
    tr("cloudy input")
    tr("The reconstruction and the reference are equal in all that was compared.")
    tr("left out, as not all images have them: {bands}")
    tr("better")
    tr("worse")
    tr("before")
    tr("after")
    tr("Error of the cloudy input")
    tr("Error of the reconstruction")
    tr("Mean difference of reflectance")
    tr("and more")
    tr("MAE ×100, by band")
    tr("Share of values, %")
    tr("Reconstructed and reference reflectance")
    tr("reference")
    tr(
        "The reference is another date. What grew, was harvested, flooded or lit otherwise in between counts as "
        "error, although no reconstruction could know it. Figures of different pairs of dates are therefore not to "
        "be compared with each other."
    )
    tr(
        "Outside of the clouds, the cloudy input shows what the two dates differ by without any cloud. No "
        "reconstruction can be expected to come much nearer under the clouds."
    )
    tr(
        "A high PSNR with a low SSIM is often a smooth image: right on average, without its edges. A low SAM with "
        "a high MAE has the right colours at the wrong brightness."
    )
    tr(
        "Thin cloud is easily beaten, as the ground shines through it. Under thick cloud everything is an estimate "
        "from radar and from the surroundings."
    )
    tr("Give the cloudy input too, to see what was gained over it.")
    tr(
        "The reconstruction differs from the reference by {mae:.2f} hundredths of reflectance on average; its PSNR "
        "is {psnr:.2f} dB."
    )
    tr(
        "The reconstruction is {gain:.2f} dB nearer to the reference than the cloudy input: PSNR {before:.2f} → "
        "{after:.2f} dB, mean difference {mae_before:.2f} → {mae_after:.2f} hundredths of reflectance."
    )
    tr(
        "The reconstruction is {gain:.2f} dB farther from the reference than the cloudy input: PSNR {before:.2f} → "
        "{after:.2f} dB, mean difference {mae_before:.2f} → {mae_after:.2f} hundredths of reflectance."
    )
    tr("Bands")
    tr("Compared")
    tr("where all images have values")
    tr("Note")
    tr("What was compared")
    tr("Figure")
    tr("What it says")
    tr("Figures")
    tr("Pictures")
    tr("By band")
    tr("How the differences are distributed")
    tr("How to read this")
    tr("before (cloudy input)")
    tr("after (reconstruction)")
    tr("change")
    tr("pixels")
    tr("Sentinel-1 (VV, VH, VV)")
    tr("Scale")
    tr("Band")
    tr("Part")
    tr("Histogram of the differences")
    _found_out(tr)
    return words


def _found_out(tr: Callable[[str], None]) -> None:
    """Take the forms of what is found out about the layers: of their numbers, and of what should be noted."""
    tr("scale and offset as chosen")
    tr("scale as chosen")
    tr("{how}; offset as chosen")
    tr("{how}; {why}")
    tr("scale {gain} from the file's scale factor")
    tr("values up to {high} are reflectance")
    tr("values up to {high} are DN, reflectance × 10000")
    tr("the darkest band starts at {dark}")
    tr(", the cirrus band is at {cirrus}")
    tr(", although {source} tells of one")
    tr("no offset, although {source} tells of {told}, which is none of Sentinel-2's")
    tr("no offset ({seen}{contradicted})")
    tr("offset {step} ({seen})")
    tr(", although {seen}")
    tr("offset {told} ({source}{contradicted})")
    tr("no offset ({seen})")
    tr("offset {step} ({seen}, as from processing baseline 04.00 on)")
    tr("the file's offset")
    tr("processing baseline {text}")
    tr("«{name}» is interpolated onto the pixels of «{name2}», as {reason}: a part of the difference comes from that.")
    tr("their coordinate reference systems differ")
    tr("their pixels differ in size or direction")
    tr("they are shifted by a part of a pixel")
    tr("Left out, as not all images have them: {left_out}.")
