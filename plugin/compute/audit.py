"""Says which packages of an environment are damaged; runs in its Python and prints JSON for `installation.repair`.

A package is damaged when a file of it is missing or is not what was installed, by the list that it came with.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import sys
from importlib import metadata

ANSWER = "sar-cloud-removal-answer:"
AUDITED = "sar-cloud-removal-audit:"


def damaged() -> list[dict]:
    """Return what is damaged: name, version, reason, and the folder of its list when that list itself is gone."""
    found = []
    for distribution in metadata.distributions():
        folder = str(distribution._path)
        name, _, version = os.path.basename(folder)[: -len(".dist-info")].partition("-")
        if not folder.endswith(".dist-info"):
            continue
        print(AUDITED + name, flush=True)
        # Not `distribution.files`, which from Python 3.12 on leaves out what is missing.
        reason, listed = "", distribution.read_text("RECORD")
        if listed is None or not os.path.exists(os.path.join(folder, "METADATA")):
            reason, listed = "its list of files is gone", None
        else:
            rows = (row for row in csv.reader(listed.splitlines()) if len(row) == 3)
            wrong = ((file, problem(str(distribution.locate_file(file)), *stated)) for file, *stated in rows)
            reason = next((f"{file}: {what}" for file, what in wrong if what), "")
        if reason:
            lost = folder if listed is None else ""
            found.append({"name": name, "version": version, "reason": reason, "without_list": lost})
    return found


def problem(path: str, stated: str, size: str) -> str:
    """Return what is wrong with a file that a package came with, by its hash ("sha256=…") and size in the list."""
    mode, _, value = stated.partition("=")
    if not value or path.endswith(".pyc"):
        return ""
    try:
        if size and os.path.getsize(path) != int(size):
            return "it is not as long as it was"
        digest = hashlib.new(mode)
        with open(path, "rb") as opened:
            for block in iter(lambda: opened.read(1 << 20), b""):
                digest.update(block)
    except FileNotFoundError:
        return "it is missing"
    except OSError as error:
        return str(error)
    same = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode() == value
    return "" if same else "it was changed"


if __name__ == "__main__":
    # Nothing but the environment's own packages: its Python's folder of them is the first.
    print(ANSWER + json.dumps({"python": sys.version.split()[0], "damaged": damaged()}))
