"""Says what of an environment lies in a folder of wheels: wheel_check.py FOLDER CONSTRAINTS PACKAGE…

Runs in the Python that the environment is made from, since only that one knows which wheels fit it: what it prints is
JSON for `installation.check_wheels`. Standard library, and the parts of pip that read wheels; where Python keeps pip
in ensurepip alone, it is read from there.
"""

from __future__ import annotations

import glob
import json
import os
import sys
import zipfile
from email.parser import HeaderParser

ANSWER = "sar-cloud-removal-answer:"


def main(folder: str, constraints: str, packages: list[str]) -> dict:
    """Return what of `packages`, and of all that they need, lies in `folder`.

    `found` names the file of each package, `bytes` is the size of these; `missing` are packages without a wheel,
    `unfit` those of which all wheels are for another Python or system, `other` those of another version than is
    wanted; each with the reason. `unreadable` are damaged files.
    """
    find_pip()
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name

    fitting, unfit, unreadable = wheels_in(folder)
    pinned = pins(constraints)
    answer: dict = {"found": {}, "bytes": 0, "missing": {}, "unfit": {}, "other": {}, "unreadable": unreadable}
    waiting = [Requirement(text) for text in packages]
    seen = set()
    while waiting:
        wanted = waiting.pop(0)
        name = canonicalize_name(wanted.name)
        key = (name, str(wanted.specifier))
        if key in seen:
            continue
        seen.add(key)
        specifier = wanted.specifier & pinned[name] if name in pinned else wanted.specifier
        usable = [each for each in fitting.get(name, ()) if specifier.contains(each[0], prereleases=True)]
        if usable:
            _, path = max(usable)
            answer["found"][name] = os.path.basename(path)
            waiting.extend(needs(path))
        elif name in fitting:
            versions = ", ".join(str(version) for version, _ in sorted(fitting[name]))
            answer["other"][name] = f"{versions}; {specifier} is needed"
        elif name in unfit:
            answer["unfit"][name] = unfit[name]
        else:
            answer["missing"][name] = str(specifier)
    answer["bytes"] = sum(os.path.getsize(os.path.join(folder, file)) for file in answer["found"].values())
    return answer


def find_pip() -> None:
    """Make `pip` importable, from the wheel that ensurepip installs when it is not installed."""
    try:
        import pip  # noqa: F401
    except ImportError:
        import ensurepip

        folders = [os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")]
        # Debian keeps these wheels elsewhere.
        folders.append(getattr(ensurepip, "_WHEEL_PKG_DIR", None) or folders[0])
        for wheel in [path for folder in folders for path in glob.glob(os.path.join(folder, "pip-*.whl"))][:1]:
            sys.path.insert(0, wheel)


def wheels_in(folder: str) -> tuple[dict, dict, list[str]]:
    """Return the wheels that fit this Python by name, why those of other names do not, and files that are damaged."""
    from pip._vendor.packaging.tags import sys_tags
    from pip._vendor.packaging.utils import InvalidWheelFilename, parse_wheel_filename
    from pip._vendor.packaging.version import InvalidVersion

    here = set(sys_tags())
    fitting: dict = {}
    unfit: dict = {}
    unreadable = []
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.whl"))):
        try:
            name, version, _, tags = parse_wheel_filename(os.path.basename(path))
        except (InvalidWheelFilename, InvalidVersion):
            unreadable.append(os.path.basename(path))
            continue
        if not tags & here:
            unfit[name] = os.path.basename(path)
        elif not zipfile.is_zipfile(path):
            unreadable.append(os.path.basename(path))
        else:
            fitting.setdefault(name, []).append((version, path))
    return fitting, unfit, unreadable


def pins(constraints: str) -> dict:
    """Return the versions that a file of constraints allows on this system, by name."""
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name

    with open(constraints, encoding="utf-8") as file:
        lines = [line.split("#")[0].strip() for line in file]
    allowed = [Requirement(line) for line in lines if line]
    here = [each for each in allowed if not each.marker or each.marker.evaluate()]
    return {canonicalize_name(each.name): each.specifier for each in here}


def needs(path: str) -> list:
    """Return what the wheel at `path` requires on this system."""
    from pip._vendor.packaging.requirements import Requirement

    with zipfile.ZipFile(path) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    required = [Requirement(text) for text in fields.get_all("Requires-Dist") or ()]
    return [each for each in required if not each.marker or each.marker.evaluate({"extra": ""})]


if __name__ == "__main__":
    print(ANSWER + json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3:])))
