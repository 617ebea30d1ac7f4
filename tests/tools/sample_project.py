"""Write the sample project: the sample scene's three layers, drawn so that the two Sentinel-2 dates can be compared.

Run with QGIS's Python: make sample-project
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsReferencedRectangle,
)

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
# Red, green and blue: band number, DN or dB drawn black, DN or dB drawn full. The clear date decides, so that the
# ground has contrast; clouds are white.
TRUE_COLOUR = ((4, 600, 2300), (3, 800, 2100), (2, 1000, 2000))
VV_VH_VV = ((1, -22, 0), (2, -28, -8), (1, -22, 0))
FIELDS_COLOUR = ((3, 100, 1300), (2, 100, 1300), (1, 100, 1300))
# Of each project its title, what its rasters are from, and its layers from the top of the tree to its bottom.
PROJECTS = {
    "sample.qgs": (
        "SAR Cloud Removal: sample scene",
        "Contains modified Copernicus Sentinel data (2017); SEN12MS-CR, CC BY 4.0",
        (
            ("s2_cloudy.tif", "Sentinel-2, cloudy", TRUE_COLOUR),
            ("s2_clear.tif", "Sentinel-2, clear", TRUE_COLOUR),
            ("s1.tif", "Sentinel-1 (VV, VH)", VV_VH_VV),
        ),
    ),
    "fields.qgs": (
        "SAR Cloud Removal: sample scene with a clear date",
        "Contains modified Copernicus Sentinel data (2017-2021); BioMassters, CC BY 4.0",
        (
            ("fields_s2_cloudy.tif", "Fields: Sentinel-2, cloudy", FIELDS_COLOUR),
            ("fields_s2_date.tif", "Fields: Sentinel-2, clear a month before", FIELDS_COLOUR),
            ("fields_s2_reference.tif", "Fields: Sentinel-2, without the clouds", FIELDS_COLOUR),
            ("fields_s1.tif", "Fields: Sentinel-1 (VV, VH)", VV_VH_VV),
            ("fields_s1_date.tif", "Fields: Sentinel-1, a month before", VV_VH_VV),
        ),
    ),
}


def layer(name: str, title: str, colours: tuple, attribution: str) -> QgsRasterLayer:
    made = QgsRasterLayer(str(SAMPLE / name), title)
    if not made.isValid():
        raise SystemExit(f"{name} cannot be read")
    made.setAttribution(attribution)
    renderer = QgsMultiBandColorRenderer(made.dataProvider(), *(band for band, _, _ in colours))
    setters = (
        renderer.setRedContrastEnhancement,
        renderer.setGreenContrastEnhancement,
        renderer.setBlueContrastEnhancement,
    )
    for set_enhancement, (band, low, high) in zip(setters, colours):
        enhancement = QgsContrastEnhancement(Qgis.DataType(made.dataProvider().dataType(band)))
        enhancement.setMinimumValue(low)
        enhancement.setMaximumValue(high)
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
        )
        set_enhancement(enhancement)
    made.setRenderer(renderer)
    return made


def without_traces(text: str) -> str:
    """Take out who saved the project, when and where."""
    text = re.sub(r' (saveUser|saveUserFull|saveDateTime)="[^"]*"', "", text)
    return re.sub(r"<(author|creation)>[^<]*</\1>", r"<\1></\1>", text)


def main() -> None:
    os.environ["GDAL_PAM_ENABLED"] = "NO"  # no .aux.xml beside the rasters
    application = QgsApplication([], False)
    application.initQgis()
    for name in PROJECTS:
        write(name, *PROJECTS[name])
    application.exitQgis()


def write(name: str, title: str, attribution: str, layers: tuple) -> None:
    project = QgsProject.instance()
    project.clear()
    project.setTitle(title)
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    for description in layers:
        added = layer(*description, attribution)
        project.addMapLayer(added, False)
        project.layerTreeRoot().addLayer(added)
    project.setCrs(added.crs())
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(added.extent(), added.crs()))
    target = SAMPLE / name
    target.unlink(missing_ok=True)
    if not project.write(str(target)):
        raise SystemExit(project.error())
    text = without_traces(target.read_text(encoding="utf-8"))
    if str(SAMPLE) in text:
        raise SystemExit("The project holds an absolute path.")
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
