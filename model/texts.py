"""Results that are text: written beside their place, and published with the rasters of the same run."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable

from .errors import DiskFull, OutputNotWritable
from .partial_files import partial_path, remove_abandoned

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class OutputText:
    """A text file in the making, beside `path`; `announce` is told of it before it exists. See `raster.publish`."""

    def __init__(self, path: str, announce: Callable[[str], None]) -> None:
        self.path = path
        self.partial = partial_path(path)
        announce(self.partial)
        remove_abandoned(path)

    def write(self, text: str) -> None:
        """Write all of it. Raises `DiskFull`, `OutputNotWritable`."""
        try:
            # Line breaks as they are: a table's are its own.
            with open(self.partial, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            kind = DiskFull if error.errno in FULL else OutputNotWritable
            raise kind(path=self.path, detail=error.strerror or str(error)) from error

    def discard(self) -> None:
        """Remove what has been written; after `publish` there is nothing to remove."""
        with contextlib.suppress(OSError):
            os.remove(self.partial)
