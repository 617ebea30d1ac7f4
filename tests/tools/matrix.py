"""Run the plugin's tests on several QGIS versions, each in a Debian of its own: matrix.py FOLDER [QGIS VERSION ...].

FOLDER keeps the systems (3 GB each) and the downloaded packages, so that only the first run takes long. Needs root,
debootstrap and unshare. The package mirror, its settings and the certificates are the machine's own, and so is where
pip takes packages from. `--only desktop` runs the window tests alone, `--only plugin` all others; PYTEST_ADDOPTS and
the number of threads are handed on. The windows' pictures lie in FOLDER/qgis-VERSION/pictures. Ends with 1 when a test
failed or a version could not be tested.
"""

from __future__ import annotations

import argparse
import ast
import filecmp
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

ROOT = Path(__file__).parents[2]
CERTIFICATES = Path("/usr/local/share/ca-certificates")
PACKAGES = (
    "ca-certificates git make python3 python3-pip-whl python3-pytest python3-setuptools-whl python3-venv "
    "qttools5-dev-tools xauth xvfb"
).split()
QGIS_PACKAGES = ("qgis", "python3-qgis")
# The compute environment has the Python of this Debian everywhere: another one than QGIS's, as with many users, and
# one set of wheels for all.
COMPUTE_DEBIAN, COMPUTE_PYTHON = "bookworm", "3.11"
# Where things lie inside a system.
CHECKOUT, WHEELS, PICTURES = "src", "wheels", "pictures"
# What is handed on to the tests, where it is set here.
HANDED_ON = ("PYTEST_ADDOPTS", "OMP_NUM_THREADS", "OMP_WAIT_POLICY")
# The settings of pip that say where packages come from; others, such as a folder to install to, are no one else's.
PIP_SETTINGS = (
    "cert client-cert constraint default-timeout extra-index-url find-links index-url no-index proxy retries timeout "
    "trusted-host"
).split()
# What a checkout there makes for itself and keeps from run to run.
KEPT = (".git", ".venv", "build", "sar_cloud_removal.egg-info")
TARGETS = ("test-plugin", "test-desktop")
CLOSING_LINE = re.compile(r"^=+ (.*) in [\d.]+s.*=+$", flags=re.MULTILINE)


@dataclass(frozen=True)
class System:
    """A Debian and the QGIS that it is expected to have."""

    qgis: str
    debian: str
    # The suite that QGIS is taken from, where it is not `debian` itself.
    suite: str = ""


SYSTEMS = (System("3.22", "bookworm"), System("3.40", "trixie"), System("3.44", "trixie", "trixie-backports"))


class Failed(Exception):
    """A step that did not work; says which, and where its output is."""


def run(command: Sequence[str], log: Path, **options) -> None:
    """Run a program and add what it prints to `log`. Raises `Failed`."""
    with log.open("ab") as stream:
        stream.write(f"$ {shlex.join(command)}\n".encode())
        stream.flush()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, **options)
    if done.returncode != 0:
        raise Failed(f"{shlex.join(command)[:80]} ended with {done.returncode}; see {log}")


def inside(folder: Path, command: str, log: Path, shared: Sequence[Path] = (), **variables: str) -> None:
    """Run a shell command in the system in `folder`, where the machine's own `shared` can be read. Raises `Failed`.

    /proc, /dev/shm and what is shared are mounted in a name space that ends with the command, so none of them is ever
    seen from outside, and no process outlives it.
    """
    environment = {
        "DEBIAN_FRONTEND": "noninteractive",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        **{name: os.environ[name] for name in ("http_proxy", "https_proxy", "no_proxy") if name in os.environ},
        **variables,
    }
    words = " ".join(shlex.quote(f"{name}={value}") for name, value in environment.items())
    root = shlex.quote(str(folder))
    mounts = [f"mount -t proc proc {root}/proc", f"mkdir -p {root}/dev/shm", f"mount -t tmpfs tmpfs {root}/dev/shm"]
    for path in shared:
        place = folder / path.relative_to("/")
        (place if path.is_dir() else place.parent).mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.touch()
        mounts.append(f"mount -o bind,ro {shlex.quote(str(path))} {shlex.quote(str(place))}")
    script = " && ".join([*mounts, f"exec chroot {root} env -i {words} sh -c {shlex.quote(command)}"])
    run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script], log)


# --- A system -------------------------------------------------------------------------------------------------------


def mirror() -> str:
    """Return the address of the mirror that this machine takes Debian from."""
    target = "$(REPO_URI) $(ORIGIN) $(LABEL)"
    command = ["apt-get", "indextargets", "--format", target, "Created-By: Packages"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    mirrors = [words[0] for words in map(str.split, lines) if words[1:] == ["Debian", "Debian"]]
    if not mirrors:
        raise SystemExit("This machine's apt knows no Debian. Run apt-get update, or add Debian to its sources.")
    return mirrors[0]


def pip_settings() -> dict[str, str]:
    """Return where this machine's pip takes packages from, as environment variables that say the same."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for section in ("global", "install", ":env:"):
        for line in lines:
            name, _, value = line.partition("=")
            if name.startswith(f"{section}.") and name[len(section) + 1 :] in PIP_SETTINGS:
                found[f"PIP_{name[len(section) + 1 :].replace('-', '_').upper()}"] = ast.literal_eval(value)
    return found


def local_paths(settings: dict[str, str]) -> list[Path]:
    """Return the files and folders of this machine that pip's settings name."""
    paths = set()
    for name, value in settings.items():
        for word in value.split():
            path = Path(url2pathname(urlsplit(word).path) if word.startswith("file:") else word)
            # The pages of an index name files that lie beside their folder.
            if name.endswith("INDEX_URL") and len(path.parents) > 1:
                path = path.parent
            if path.is_absolute() and path.exists():
                paths.add(path)
    return sorted(paths)


def make_system(system: System, folder: Path, log: Path) -> None:
    """Make the system in `folder`, or add what it lacks."""
    recipe = {"debian": system.debian, "suite": system.suite, "packages": PACKAGES, "python": COMPUTE_PYTHON}
    stamp = folder / "matrix.json"
    if stamp.exists() and json.loads(stamp.read_text()) == recipe:
        return
    if not (folder / "etc" / "apt").exists() or (folder / "debootstrap").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(["debootstrap", "--variant=minbase", system.debian, str(folder), mirror()], log)
    sources = sorted({system.debian, COMPUTE_DEBIAN, system.suite} - {""})
    apt = folder / "etc" / "apt"
    apt.joinpath("sources.list").write_text("".join(f"deb {mirror()} {suite} main\n" for suite in sources))
    settings = subprocess.run(["apt-config", "dump", "Acquire"], check=True, capture_output=True, text=True).stdout
    apt.joinpath("apt.conf.d", "90machine").write_text(settings)
    # Only what the system itself has not is taken from the Debian of the compute environment.
    if system.debian != COMPUTE_DEBIAN:
        pin = f"Package: *\nPin: release n={COMPUTE_DEBIAN}\nPin-Priority: 100\n"
        apt.joinpath("preferences.d", "compute").write_text(pin)
    copied = folder / CERTIFICATES.relative_to("/")
    copied.mkdir(parents=True, exist_ok=True)
    for certificate in CERTIFICATES.glob("*.crt"):
        shutil.copy(certificate, copied)
    install = "apt-get -q install -y --no-install-recommends"
    chosen = f"-t {system.suite} " if system.suite else ""
    steps = [
        "apt-get -q update",
        f"{install} {' '.join(PACKAGES)} python{COMPUTE_PYTHON}",
        f"{install} {chosen}{' '.join(QGIS_PACKAGES)}",
        "apt-get clean",
    ]
    if system.debian != COMPUTE_DEBIAN:
        # The package of ensurepip insists on a module that goes with its Debian's Python; its files do without.
        venv = f"python{COMPUTE_PYTHON}-venv"
        steps.append(f"cd /tmp && apt-get -q download {venv} && dpkg -x {venv}_*.deb / && rm {venv}_*.deb")
    inside(folder, " && ".join(steps), log)
    stamp.write_text(json.dumps(recipe))


def versions(folder: Path, log: Path) -> tuple[str, str]:
    """Return the versions of QGIS and of its Python in the system."""
    asked = folder / "versions"
    query = "dpkg-query -W -f '${source:Upstream-Version}\\n' qgis && python3 -V"
    inside(folder, f"({query}) > /versions", log)
    qgis, python = asked.read_text().splitlines()
    return re.match(r"[\d.]+", qgis)[0], python.split()[-1]


# --- What goes into it ----------------------------------------------------------------------------------------------


def fetch_wheels(folder: Path, log: Path) -> None:
    """Download what the compute environment needs, with this machine's pip and its settings."""
    sources = ("constraints.txt", "pyproject.toml", "tests/tools/compute_env.sh")
    wanted = hashlib.sha256(b"".join((ROOT / path).read_bytes() for path in sources)).hexdigest()
    stamp = folder / "wanted"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = ["tests/tools/compute_env.sh", sys.executable, ".venv", ".[dev]", str(folder), COMPUTE_PYTHON]
    run(command, log, cwd=ROOT)
    stamp.write_text(wanted)


def bring(source: Path, paths: Sequence[str], target: Path) -> None:
    """Make `target` hold these files of `source` and no others; what is the same already keeps its date."""
    for path in paths:
        goal = target / path
        if goal.is_file() and filecmp.cmp(source / path, goal, shallow=False):
            continue
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / path, goal)
    wanted = set(paths)
    for folder, names, files in os.walk(target, topdown=True):
        here = Path(folder).relative_to(target)
        names[:] = [name for name in names if not (here == Path() and name in KEPT)]
        for name in files:
            if (here / name).as_posix() not in wanted:
                Path(folder, name).unlink()


def bring_checkout(folder: Path, log: Path) -> None:
    """Copy this checkout, as it lies here, into the system; there it is a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    paths = [path for path in dict.fromkeys(listed.split("\0")) if path and (ROOT / path).is_file()]
    target = folder / CHECKOUT
    target.mkdir(exist_ok=True)
    bring(ROOT, paths, target)
    # The compiled translations are no files of the checkout, so they were taken away: they are to be made again.
    target.joinpath("build", "translations.stamp").unlink(missing_ok=True)
    author = ["-c", "user.name=matrix", "-c", "user.email=matrix@localhost"]
    run(["git", "-c", "init.defaultBranch=main", "init", "-q", "."], log, cwd=target)
    run(["git", "add", "--all"], log, cwd=target)
    run(["git", *author, "commit", "-q", "--allow-empty", "-m", "the checkout under test"], log, cwd=target)


def bring_wheels(wheels: Path, folder: Path) -> None:
    target = folder / WHEELS
    target.mkdir(exist_ok=True)
    bring(wheels, [path.name for path in wheels.iterdir()], target)


# --- Tests ----------------------------------------------------------------------------------------------------------


def counts(text: str) -> dict[str, int]:
    """Add up the closing lines of all pytest runs in `text`: {"passed": 181, "failed": 1}."""
    found: dict[str, int] = {}
    for line in CLOSING_LINE.findall(text):
        for number, word in re.findall(r"(\d+) (\w+)", line):
            found[word] = found.get(word, 0) + int(number)
    return found


def tested(system: System, folder: Path, wheels: Path, targets: Sequence[str], log: Path) -> tuple[bool, str]:
    """Make the targets on one system; return whether all is well, and the line that says so."""
    log.write_bytes(b"")
    try:
        make_system(system, folder, log)
        qgis, python = versions(folder, log)
        if not qgis.startswith(system.qgis):
            raise Failed(f"{system.suite or system.debian} now has QGIS {qgis}")
        bring_checkout(folder, log)
        bring_wheels(wheels, folder)
        shutil.rmtree(folder / PICTURES, ignore_errors=True)
        index = pip_settings()
    except (Failed, OSError, subprocess.CalledProcessError) as error:
        return False, f"QGIS {system.qgis}: not tested: {error}"
    # The environment is made of the wheels alone. The tests run pip themselves, with the machine's settings.
    pip = f"PIP_NO_INDEX=1 PIP_FIND_LINKS=/{WHEELS} PIP_DISABLE_PIP_VERSION_CHECK=1"
    make = f"make PYTHON=/usr/bin/python{COMPUTE_PYTHON}"
    command = f"cd /{CHECKOUT} && {pip} {make} .venv/dev.stamp && {make} --keep-going {' '.join(targets)}"
    variables = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    variables |= {"SAR_CLOUD_REMOVAL_PICTURES": f"/{PICTURES}", **index}
    begun = log.stat().st_size
    trouble = ""
    try:
        inside(folder, command, log, local_paths(index), **variables)
    except Failed:
        trouble = f"; see {log}"
    with log.open("rb") as stream:
        stream.seek(begun)
        text = stream.read().decode(errors="replace")
    found = counts(text)
    well = not trouble and found.get("passed", 0) > 0
    shown = ", ".join(f"{number} {word}" for word, number in found.items()) or "no test ran"
    # A crash of QGIS takes pytest's closing line with it.
    if text.count(" test session starts ") > len(CLOSING_LINE.findall(text)):
        shown += ", and a test run that did not come to its end"
    failures = "".join(f"\n    {line}" for line in re.findall(r"^(?:FAILED|ERROR) tests.*", text, flags=re.MULTILINE))
    return well, f"QGIS {qgis}, Python {python}: {shown}{trouble}{failures}"


def main(arguments: Sequence[str]) -> int:
    for program in ("debootstrap", "unshare"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed.")
    if os.geteuid() != 0:
        raise SystemExit("Only root can make and enter a system of its own.")
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("folder", type=lambda text: Path(text).resolve())
    parser.add_argument("versions", nargs="*", metavar="QGIS VERSION")
    parser.add_argument("--only", choices=[target.removeprefix("test-") for target in TARGETS])
    options = parser.parse_args(arguments)
    home, chosen = options.folder, options.versions
    unknown = set(chosen) - {system.qgis for system in SYSTEMS}
    if unknown:
        raise SystemExit(f"No such QGIS version: {', '.join(sorted(unknown))}")
    targets = [f"test-{options.only}"] if options.only else TARGETS
    home.mkdir(parents=True, exist_ok=True)
    log = home / "wheels.log"
    log.write_bytes(b"")
    try:
        fetch_wheels(home / "wheels", log)
    except Failed as error:
        raise SystemExit(str(error)) from None
    all_well = True
    for system in SYSTEMS:
        if chosen and system.qgis not in chosen:
            continue
        started = time.monotonic()
        name = f"qgis-{system.qgis}"
        well, line = tested(system, home / name, home / "wheels", targets, home / f"{name}.log")
        print(f"{'ok    ' if well else 'FAILED'} {line} ({time.monotonic() - started:.0f} s)", flush=True)
        all_well = all_well and well
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
