"""Where a result lies while it is written: beside its place, under a name that tells which process writes it.

Standard library only. Such a file of a process that was killed stays behind until the same result is begun again.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from .errors import OutputNotWritable

# What GDAL and QGIS keep beside a GeoTIFF.
SIDECARS = (".aux.xml", ".ovr", ".msk")
_HOST_LENGTH = 16
# What is added to the name of a partial file for the result that it replaces, until it has done so.
SET_ASIDE = ".before"


def real_place(path: str) -> str:
    """Return where the file of a result lies: what it points to where the name is a symbolic link."""
    return os.path.realpath(path) if os.path.islink(path) else path


def partial_path(path: str) -> str:
    """Return where the result `path` lies until it is complete. Raises `OutputNotWritable` for an empty name."""
    target = Path(real_place(path))
    if not target.name:
        raise OutputNotWritable(path=path, detail="no file name is given")
    return str(target.with_name(f".{target.stem}.{_host()}.{os.getpid()}.partial{target.suffix}"))


def remove_abandoned(*paths: str) -> None:
    """Remove what processes of this machine that have ended left half-written of the results `paths`.

    A result that was set aside for a new one, which did not come to take its place, comes back.
    """
    for partial, process, place in _others(paths, re.escape(_host())):
        if not _has_ended(process):
            continue
        if partial.endswith(SET_ASIDE) and not os.path.exists(place):
            with contextlib.suppress(OSError):
                os.replace(partial, place)
        else:
            remove_with_sidecars(partial)


def is_written_elsewhere(path: str) -> bool:
    """Whether another process, of this machine or of another one, seems to be writing the result `path`."""
    remove_abandoned(path)
    return any(True for _ in _others([path], r"[A-Za-z0-9-]+"))


@contextlib.contextmanager
def claimed(path: str) -> Iterator[str]:
    """Let other processes see that the result `path` is being made even before its file is begun.

    Gives the name of the partial file, which is gone after the `with` block unless it has become the result.
    """
    partial = partial_path(path)
    with contextlib.suppress(OSError), open(partial, "ab"):
        pass
    try:
        yield partial
    finally:
        remove_with_sidecars(partial)


def remove_with_sidecars(path: str) -> None:
    for suffix in ("", *SIDECARS):
        with contextlib.suppress(OSError):
            os.remove(path + suffix)


def _others(paths: Sequence[str], host: str) -> Iterator[tuple[str, int, str]]:
    """Yield the partial files of results that others write on `host`, a pattern, their process ids, and the results.

    Among them is what was set aside, `SET_ASIDE`, before a result took its place.
    """
    wanted: dict[Path, dict[tuple[str, str], str]] = {}
    for path in paths:
        place = Path(real_place(path))
        wanted.setdefault(place.parent, {})[place.stem, place.suffix] = str(place)
    pattern = re.compile(rf"\.(.+)\.({host})\.(\d+)\.partial(\.[^.]+?)?(?:{re.escape(SET_ASIDE)})?")
    for folder, results in wanted.items():
        for match in filter(None, map(pattern.fullmatch, _names(folder))):
            stem, machine, process, suffix = match.groups("")
            own = (machine, process) == (_host(), str(os.getpid()))
            if not own and (stem, suffix) in results:
                yield str(folder / match.string), int(process), results[stem, suffix]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


@functools.lru_cache(maxsize=1)
def _host() -> str:
    """Return what stands for this machine in names of files.

    Two machines may write into one folder, and so may two containers, both with process ids of their own.
    """
    name = platform.node()
    # Of two machines of one name, whose process ids are of one kind, what differs is when they were started.
    namespace = ""
    with contextlib.suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid") + Path("/proc/sys/kernel/random/boot_id").read_text()
    short = re.sub(r"[^A-Za-z0-9]+", "-", name)[:_HOST_LENGTH].strip("-") or "host"
    # Names of machines of one kind may begin alike.
    return f"{short}-{zlib.crc32((name + namespace).encode(errors='replace')):08x}"


def _has_ended(process: int) -> bool:
    """Whether a process of this machine is gone; under Windows nobody knows, as asking there would end it."""
    if os.name == "nt":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
