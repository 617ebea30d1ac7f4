"""What a GeoTIFF of a folder is for, by its name or by the folder that it lies in.

A role is in a file's name, `berlin_01_s1.tif` or `s2_cloudy_berlin_01.tif`; or it is the name of a folder on the way to
it, `s1/berlin_01.tif`. What is left of path and name is the scene.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path


class FileRoles:
    """The words by which roles are known, in small letters: {word: role}."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        choice = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        self._end = re.compile(rf"(.+?)[_-]({choice})", re.IGNORECASE)
        self._start = re.compile(rf"({choice})[_-](.+)", re.IGNORECASE)

    def find(self, relative: Path) -> tuple[str, str]:
        """Return the role of a path inside of a folder, "" where it has none, and the scene's name."""
        folders = list(relative.parent.parts)
        match, part = self._end.fullmatch(relative.stem), 1
        if not match:
            match, part = self._start.fullmatch(relative.stem), 2
        if match:
            return self._words[match.group(3 - part).lower()], "/".join([*folders, match.group(part)])
        for index in reversed(range(len(folders))):
            word = folders[index].lower()
            if word in self._words:
                return self._words[word], "/".join([*folders[:index], *folders[index + 1 :], relative.stem])
        return "", ""


def geotiffs(root: Path) -> Iterator[Path]:
    """Yield the GeoTIFFs below a folder in the order of their names; not what is hidden."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith((".tif", ".tiff")) and not name.startswith("."):
                yield Path(folder, name)
