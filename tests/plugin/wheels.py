"""Wheels of empty packages, so that an installation takes seconds."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

TORCH = """
__version__ = "2.0.0"
class version: cuda = None
class cuda:
    @staticmethod
    def is_available(): return False
class backends: pass
"""
PACKAGES = ("torch", "rasterio", "numpy", "safetensors", "scipy", "scikit-learn")
CSMASK_PACKAGES = ("onnxruntime", "ukis_csmask")


def wheel(
    folder: Path, name: str, code: str, version: str = "2.0.0", tag: str = "py3-none-any", needs: str = ""
) -> None:
    """Write a wheel that holds one module."""
    module, name = ("sklearn" if name == "scikit-learn" else name), name.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    files = {
        f"{module}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    lines = [f"{info}/RECORD,,"]
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{path},sha256={digest},{len(text.encode())}")
        archive.writestr(f"{info}/RECORD", "\n".join(lines) + "\n")


def all_wheels(folder: Path, names: tuple[str, ...] = PACKAGES) -> Path:
    """Make `folder` with a wheel of each package that is installed."""
    folder.mkdir()
    for name in names:
        wheel(folder, name, TORCH if name == "torch" else '__version__ = "2.0.0"\n')
    return folder
