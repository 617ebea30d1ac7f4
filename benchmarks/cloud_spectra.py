"""The small table of cloud spectra that *Simulate clouds* uses: reflectance of real clouds.

    python benchmarks/cloud_spectra.py --data DATA --output model/cloud_spectra.json

DATA is a data set with cloudy and clear Sentinel-2 L1C of the same places. Of all opaque pixels (as
`training.synthetic_clouds.build_library` finds them) `COUNT` spectra are kept: the pixels are sorted by brightness, cut
into as many equal parts, and the mean of each is taken, so that they run from the dimmest to the brightest cloud. Of
cirrus it keeps what each scene under cirrus says.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from sar_cloud_removal.model.bands import S2_BANDS, scale_s2
from sar_cloud_removal.model.raster import read_raster
from sar_cloud_removal.model.training.synthetic_clouds import build_library

COUNT = 16
ATTRIBUTION = (
    "Means of pixels of SEN12MS-CR (P. Ebel, A. Meraner, M. Schmitt and X. X. Zhu, CC BY 4.0), which contains modified "
    "Copernicus Sentinel data"
)


def pairs(data: Path) -> list[tuple[Path, Path]]:
    """Return the paths of (cloudy, clear) below `data`, named *_cloudy.tif and *_clear.tif, or *_s2_cloudy and *_s2."""
    found = []
    for cloudy in sorted(data.rglob("*cloudy*.tif")):
        for clear in (cloudy.name.replace("_cloudy", "_clear"), cloudy.name.replace("_cloudy", "")):
            folder = Path(str(cloudy.parent).replace("s2_cloudy", "s2"))
            if (folder / clear).exists() and folder / clear != cloudy:
                found.append((cloudy, folder / clear))
                break
    return found


def reflectance(path: Path) -> np.ndarray:
    return scale_s2(read_raster(path)[0], 10000.0, 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    paths = pairs(options.data)
    library = build_library((reflectance(cloudy), reflectance(clear), cloudy.stem) for cloudy, clear in paths)
    spectra = library.spectra[np.argsort(library.spectra.mean(axis=1))]
    means = [part.mean(axis=0) for part in np.array_split(spectra, COUNT)]
    table = {
        "bands": list(S2_BANDS),
        "made_by": "benchmarks/cloud_spectra.py",
        "from": f"{len(spectra)} opaque pixels of {len(library.fields)} cloudy scenes, {len(library.cirrus)} of cirrus",
        "attribution": ATTRIBUTION,
        "opaque": [[round(float(value), 4) for value in mean] for mean in means],
        "cirrus": [[round(float(value), 3) for value in row] for row in library.cirrus],
    }
    text = json.dumps(table, indent=1)
    options.output.write_text(text.replace(",\n   ", ", ").replace("[\n   ", "[").replace("\n  ]", "]") + "\n")
    print(table["from"])


if __name__ == "__main__":
    main()
