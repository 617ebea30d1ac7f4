"""What QGIS's plugin site looks for in an uploaded zip: bandit's and detect-secrets' findings.

The site lets bandit's low findings pass; here every one counts. A finding that is none is marked in the code, on its
line and with its reason (`# nosec B404 - why`, `# pragma: allowlist secret`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def findings(path: Path) -> list[str]:
    """Return what the scanners find in the zip at `path`, each with file and line."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        return [*bandit(Path(folder)), *secrets(Path(folder))]


def bandit(folder: Path) -> list[str]:
    report = _json(["bandit", "-r", ".", "-f", "json", "-q"], folder)
    # A file that cannot be read was not looked at.
    errors = [f"{error['filename']}: {error['reason']}" for error in report["errors"]]
    return errors + [
        f"{each['filename'].removeprefix('./')}:{each['line_number']}: {each['test_id']} {each['issue_text']}"
        for each in report["results"]
    ]


def secrets(folder: Path) -> list[str]:
    command = ["detect_secrets", "scan", "--all-files", "--no-verify", "--exclude-files", r"metadata\.txt", "."]
    report = _json(command, folder)
    return [
        f"{name}:{each['line_number']}: {each['type']}, which looks like a secret"
        for name, found in sorted(report["results"].items())
        for each in found
    ]


def _json(command: list[str], folder: Path) -> dict:
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        said = done.stderr.strip()[-2000:]
        raise SystemExit(f"{command[0]} did not run; make .venv/dev.stamp installs it. It said: {said}") from None
