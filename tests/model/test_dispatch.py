"""What a run says of packages that are not there."""

from __future__ import annotations

import pytest

from sar_cloud_removal.model import dispatch
from sar_cloud_removal.model.errors import BrokenEnvironment


@pytest.mark.parametrize(
    ("package", "said"),
    [
        ("sklearn", "it lacks the package scikit-learn, which earlier versions of the plugin did not need. Open "),
        ("rasterio", "No module named 'rasterio'"),
    ],
)
def test_a_package_that_is_missing_is_named(package: str, said: str) -> None:
    with pytest.raises(BrokenEnvironment, match="press Repair") as caught, dispatch._imports():
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    assert said in str(caught.value)
