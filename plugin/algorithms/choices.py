"""Choices of the algorithms: the value that scripts, models and requests name, and the words that dialogs show for it.

QGIS has one text for both where values are texts, so the words are the dialogs' own: `gui.choice_widget` shows them.
"""

from __future__ import annotations

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterEnum

from ..translation import tr

# Named, not imported: where there is no window, nobody shows it.
_WIDGET = f"{__name__.rpartition('.algorithms.')[0]}.gui.choice_widget.ChoiceWidget"


def choice(
    name: str, label: str, words: dict[str, str], default: str, optional: bool = False
) -> QgsProcessingParameterEnum:
    """Return a choice that scripts and models name by its value, not by its number; dialogs show the value's words.

    One that came after the first release has to be `optional`, or the models that people have saved would be invalid.
    """
    parameter = QgsProcessingParameterEnum(
        name, label, options=list(words), defaultValue=default, optional=optional, usesStaticStrings=True
    )
    # A list, as QGIS keeps no order of keys.
    parameter.setMetadata({"widget_wrapper": {"class": _WIDGET, "words": list(words.values())}})
    return parameter


def words_of(parameter: QgsProcessingParameterDefinition) -> dict[str, str]:
    """Return the words of a choice by its values; empty for a parameter that is none."""
    words = parameter.metadata().get("widget_wrapper", {}).get("words", ())
    return dict(zip(parameter.options(), words)) if words else {}


def named(names: list[str]) -> dict[str, str]:
    """Return the words of a choice between names, which say what they are."""
    return {name: name for name in names}


def qualities() -> dict[str, str]:
    return {"normal": tr("normal"), "best": tr("best (up to eight times slower)")}


def devices() -> dict[str, str]:
    return {
        "auto": tr("automatic (a GPU if there is one)"),
        "cuda": tr("NVIDIA GPU (cuda)"),
        "mps": tr("Apple GPU (mps)"),
        "cpu": tr("CPU"),
    }


def precisions() -> dict[str, str]:
    return {"auto": tr("automatic"), "float32": tr("full (float32)"), "bfloat16": tr("half (bfloat16)")}


def units() -> dict[str, str]:
    return {
        "auto": tr("automatic"),
        "db": tr("decibel (dB)"),
        "power": tr("linear power"),
        "amplitude": tr("amplitude"),
    }


def keeps() -> dict[str, str]:
    """Return the choices of *Remove clouds*."""
    return {
        "auto": tr("by the cloud mask if one is chosen, else by detecting the clouds"),
        "mask": tr("by the cloud mask"),
        "detected": tr("by detecting the clouds first"),
        "network": tr("as the network decides"),
    }


def keeps_of_a_folder() -> dict[str, str]:
    """Return the choices of *Remove clouds of a folder*, where some scenes may have a mask.

    "detected" is not called "auto", which it means here: models that people have saved name it.
    """
    return {
        "detected": tr("by a scene's cloud mask, else by detecting the clouds"),
        "network": tr("by a scene's cloud mask, else as the network decides"),
    }


def mask_kinds() -> dict[str, str]:
    """Return what the values of a cloud mask may mean."""
    return {
        "auto": tr("automatic"),
        "binary": tr("cloud where it is not 0"),
        "clear": tr("clear where it is not 0"),
        "classes": tr("classes of Detect clouds and shadows"),
        "scl": tr("scene classification of Level-2A (SCL)"),
        "qa60": tr("cloud bits of Earth Engine (QA60)"),
        "fmask": tr("Fmask"),
        "probability": tr("cloud probability"),
        "cloud_score": tr("Cloud Score+ (1 is clear)"),
        "classi": tr("cloud and cirrus of Level-1C (MSK_CLASSI)"),
    }


def detections() -> dict[str, str]:
    """Return how clouds are looked for in a run that removes them."""
    return {
        "auto": tr("automatic (csmask if it is installed)"),
        "spectral": tr("spectral rule"),
        "csmask": tr("neural network csmask"),
    }


def methods() -> dict[str, str]:
    """Return how *Detect clouds and shadows* looks for them."""
    return {**detections(), "band": tr("the product's own band")}


def product_bands() -> dict[str, str]:
    return {
        "scl": tr("scene classification of Level-2A (SCL)"),
        "qa60": tr("cloud bits of Earth Engine (QA60)"),
        "probability": tr("cloud probability in percent"),
        "classi": tr("cloud and cirrus of Level-1C (MSK_CLASSI)"),
    }


def levels() -> dict[str, str]:
    return {"auto": tr("automatic"), "l1c": "Level-1C", "l2a": "Level-2A"}


def colours() -> dict[str, str]:
    return {
        "auto": tr("of the scene's own clear ground, where it is known"),
        "weights": tr("as the network was trained"),
    }


def cloud_kinds() -> dict[str, str]:
    return {"cumulus": tr("heaps (cumulus)"), "haze": tr("haze"), "cirrus": tr("high streaks (cirrus)")}


def speckle_filters() -> dict[str, str]:
    return {"none": tr("none"), "lee": "Lee", "refined_lee": tr("refined Lee")}


def resamplings() -> dict[str, str]:
    return {"bilinear": tr("bilinear"), "nearest": tr("nearest neighbour"), "cubic": tr("cubic")}
