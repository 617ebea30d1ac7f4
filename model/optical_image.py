"""One Sentinel-2 raster alone, checked before any work begins: for what needs no Sentinel-1."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .bands import S2Layout, find_s2_bands, find_s2_scaling, looks_like_s1
from .cloud_detection import Image
from .errors import NotReflectance
from .raster import OpticalReader, Source, find_grid
from .requests import DetectClouds, SimulateClouds
from .scene import find_samples, sample_windows, samples_of_file, uncertain, valid_numbers
from .tiling import Window
from .version import version


@dataclass(frozen=True)
class OpticalImage:
    """A raster with what has been found out about it, for the log `findings` and `warnings`."""

    source: Source
    image: Image
    findings: list[str]
    warnings: list[str]

    def tags(self, request: DetectClouds | SimulateClouds) -> dict[str, str]:
        """Return the metadata that say how a result came about."""
        tags = {
            "TIFFTAG_SOFTWARE": f"SAR Cloud Removal {version()}",
            "SAR_CLOUD_REMOVAL_VERSION": version(),
            "SAR_CLOUD_REMOVAL_S2": f"{self.source.name} ({self.source.path})",
        }
        attribution = self.source.dataset.tags().get("ATTRIBUTION")
        return {**tags, "ATTRIBUTION": attribution} if attribution else tags


@contextlib.contextmanager
def open_optical(request: DetectClouds | SimulateClouds, cancelled: Callable[[], bool]) -> Iterator[OpticalImage]:
    """Open the Sentinel-2 raster of a request and make sure that it can be used; close it after the `with` block.

    Raises the `InputError` that says what is wrong with it, and `Cancelled`.
    """
    with Source(request.s2, request.s2_name, request.s2_crs) as source:
        source.check_complete()
        facts = source.facts()
        grid = find_grid(source, request.extent, request.extent_crs)
        _refuse_backscatter(source)
        layout = find_s2_bands(facts, request.s2_bands)
        reader = OpticalReader(source, grid, layout.numbers)

        samples = find_samples(_values(reader, layout), grid, grid.whole, source.name, cancelled)
        if request.extent is not None:  # the whole file tells what its numbers mean
            whole = find_grid(source)
            samples = samples_of_file(_values(OpticalReader(source, whole, layout.numbers), layout), whole, samples)
        scaling = find_s2_scaling(facts, layout, samples, request.s2_scale, request.s2_offset)
        findings = [f"«{source.name}»: {', '.join(layout.names)} ({layout.reason}); {scaling.reason}."]
        warnings = [] if scaling.certain else [uncertain(source.name, scaling)]
        yield OpticalImage(source, Image(reader, grid, layout, scaling), findings, warnings)


def _values(reader: OpticalReader, layout: S2Layout) -> Callable[[Window], np.ndarray]:
    return lambda window: valid_numbers(reader, layout, window)


def _refuse_backscatter(source: Source) -> None:
    """Raise `NotReflectance` for Sentinel-1, in words that say more than that its bands cannot be told apart."""
    whole = find_grid(source)
    values = np.concatenate([source.read(each).reshape(source.dataset.count, -1) for each in sample_windows(whole)], 1)
    values = values.astype(np.float32)
    if looks_like_s1(source.facts(), values):
        low, high = np.nanpercentile(values[np.isfinite(values)], (1, 99))
        raise NotReflectance(layer=source.name, low=f"{low:.4g}", high=f"{high:.4g}")
