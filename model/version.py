"""The version, which stands in metadata.txt and nowhere else."""

from __future__ import annotations

from pathlib import Path

_METADATA = Path(__file__).resolve().parent.parent / "metadata.txt"


def version() -> str:
    """Return the version of this package, such as "1.2.0"."""
    for line in _METADATA.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "version":
            return value.strip()
    raise ValueError(f"{_METADATA} names no version")
