"""Build the zip that QGIS installs, from the files that git knows, and check it: package.py [FOLDER]."""

from __future__ import annotations

import fnmatch
import json
import os
import posixpath
import re
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from urllib.parse import urlsplit

# The tools are no package: these are found beside this file, wherever it is loaded from.
sys.path.insert(0, str(Path(__file__).parent))
import scan
import translations

ROOT = Path(__file__).parents[2]
FOLDER = "sar_cloud_removal"
WEIGHTS = f"{FOLDER}/model/weights"
MAX_BYTES = 25_000_000

# What the plugin is made of. Tests, CI and build files stay out; of the documentation comes along what a README shows
# or links, as it is read from the zip, too.
SHIPPED = ("__init__.py", "metadata.txt", "LICENSE", "README.md", "README.zh.md", "CHANGELOG.md", "constraints.txt")
READMES = ("README.md", "README.zh.md")
SHIPPED_FOLDERS = ("plugin", "model", "resources", "i18n")
SUFFIXES = {
    ".py", ".txt", ".md", ".json", ".safetensors", ".png", ".svg", ".qml", ".model3", ".tif", ".qgs", ".ts", ".qm",
    ".html", ".css", ".jpg",
}  # fmt: skip
BINARY_HOMES = {
    ".safetensors": ("model/weights/*",),
    ".tif": ("resources/sample/*",),
    ".png": ("resources/*", "docs/*"),
    ".jpg": ("resources/help/pictures/*", "docs/*"),
    ".qm": ("i18n/*",),
}
# How such a file begins.
MAGIC = {
    ".tif": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".qm": (bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd"),),
}
METADATA = (
    "name description about version qgisMinimumVersion qgisMaximumVersion author email homepage tracker repository "
    "license tags icon category hasProcessingProvider"
).split()


def version(root: Path = ROOT) -> str:
    metadata = ConfigParser(interpolation=None)
    metadata.read(root / "metadata.txt", encoding="utf-8")
    return metadata["general"]["version"]


def shipped(root: Path = ROOT) -> list[str]:
    """Return the paths, relative to `root`, of what goes into the zip."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout.decode()
    wanted = documents(root)
    return sorted(path for path in listed.split("\0") if path and (belongs(path) or path in wanted))


def documents(root: Path = ROOT) -> set[str]:
    """Return the paths in docs/ that the READMEs show or link, and what the pages among them show."""
    found: set[str] = set()
    for readme in READMES:
        found |= {path for path in links(root, readme) if path.startswith("docs/")}
    for page in [path for path in found if path.endswith(".md")]:
        found |= links(root, page, pictures=True)
    return found


def links(root: Path, page: str, pictures: bool = False) -> set[str]:
    """Return what a page of Markdown links, or only its pictures, of this project: paths relative to `root`."""
    return linked((root / page).read_text(encoding="utf-8"), page, pictures)


def linked(text: str, page: str, pictures: bool = False) -> set[str]:
    targets = re.findall(r"!\[[^\]]*\]\(([^)]*)\)" if pictures else r"\]\(([^)]*)\)", text)
    own = [target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    return {posixpath.normpath(posixpath.join(posixpath.dirname(page), target)) for target in own}


def belongs(path: str) -> bool:
    first = path.split("/")[0]
    return path in SHIPPED or (first in SHIPPED_FOLDERS and Path(path).suffix in SUFFIXES)


def build(folder: Path, root: Path = ROOT) -> Path:
    """Write `folder`/sar_cloud_removal-VERSION.zip; the same files give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{FOLDER}-{version(root)}.zip"
    stamp = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=root, check=True, capture_output=True).stdout
    when = time.gmtime(int(stamp))[:6]
    contents = {path: content(root / path) for path in shipped(root)}
    with tempfile.TemporaryDirectory() as i18n:
        compiled = translations.compile_all(Path(i18n), root)
        contents.update({f"i18n/{made.name}": made.read_bytes() for made in compiled})
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in sorted(contents.items()):
            info = zipfile.ZipInfo(f"{FOLDER}/{path}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return target


def content(path: Path) -> bytes:
    """Return what the zip holds for the file at `path`: the file itself, or metadata.txt with the newest changes."""
    if path.name != "metadata.txt":
        return path.read_bytes()
    text = path.read_text(encoding="utf-8")
    changes = path.with_name("CHANGELOG.md").read_text(encoding="utf-8")
    entry = newest_changes(changes, version(path.parent))
    if not entry:
        return text.encode()
    # QGIS and its site read a «%» as the beginning of a reference.
    lines = "\n    ".join(entry.replace("%", "%%").splitlines())
    return re.sub(r"(?m)^(version=.*)$", lambda found: f"{found[1]}\nchangelog={lines}", text, count=1).encode()


def newest_changes(text: str, wanted: str) -> str:
    """Return what CHANGELOG.md says about the version, without Markdown: a heading, and a line for each item.

    Empty when its first section is another version's.
    """
    sections = re.split(r"(?m)^## ", text)[1:]
    if not sections or sections[0].split()[0] != wanted:
        return ""
    title, _, body = sections[0].partition("\n")
    # An item goes on in lines that are indented.
    body = re.sub(r"\n {2,}", " ", body)
    lines = [title.strip(), *(line for line in body.splitlines() if line.strip())]
    # A «#» would begin a comment in metadata.txt.
    lines = [re.sub(r"^#+ (.*)", r"\1:", line) for line in lines]
    return "\n".join(re.sub(r"(\*\*|[*`])(\S.*?)\1", r"\2", line) for line in lines)


def problems(path: Path) -> list[str]:
    """Return what would make QGIS or its plugin site refuse the zip at `path`; nothing when it is well."""
    found = []
    if path.stat().st_size > MAX_BYTES:
        found.append(f"{path.stat().st_size / 1e6:.1f} MB are more than 25 MB")
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
        if damaged is not None:
            return [*found, f"{damaged} is damaged"]
        names = archive.namelist()
        for name in names:
            found.extend(f"{name}: {problem}" for problem in name_problems(name))
            magic = MAGIC.get(Path(name).suffix, (b"",))
            if not archive.read(name).startswith(magic):
                found.append(f"{name}: not what its name says")
            if stat.S_ISLNK(archive.getinfo(name).external_attr >> 16):
                found.append(f"{name}: a link")
        found.extend(f"{name}: not compiled" for name in names
                     if name.endswith(".ts") and f"{name[:-3]}.qm" not in names)  # fmt: skip
        found.extend(f"{name} is missing" for name in ("__init__.py", "metadata.txt", "LICENSE", "constraints.txt")
                     if f"{FOLDER}/{name}" not in names)  # fmt: skip
        if f"{FOLDER}/metadata.txt" in names:
            found.extend(metadata_problems(archive.read(f"{FOLDER}/metadata.txt").decode("utf-8"), names))
        found.extend(link_problems(archive, names))
        found.extend(f"{name}: not text" for name in names if not is_binary_home(name) and b"\0" in archive.read(name))
        if f"{WEIGHTS}/index.json" in names:
            listed = {f"{WEIGHTS}/{entry['file']}" for entry in json.loads(archive.read(f"{WEIGHTS}/index.json"))}
            found.extend(f"{name} is listed, but missing" for name in sorted(listed - set(names)))
    return found


def link_problems(archive: zipfile.ZipFile, names: list[str]) -> list[str]:
    """Return which links of the READMEs, and which pictures of all pages, lead to nothing in the zip."""
    found = []
    for name in names:
        page = name.partition("/")[2]
        if page not in READMES and not (page.startswith("docs/") and page.endswith(".md")):
            continue
        text = archive.read(name).decode("utf-8")
        lacking = {path for path in linked(text, page, page not in READMES) if f"{FOLDER}/{path}" not in names}
        found.extend(f"{name}: {path} is not in the zip" for path in sorted(lacking))
    return found


def name_problems(name: str) -> list[str]:
    found = []
    if not name.startswith(f"{FOLDER}/") or ".." in name:
        found.append("outside the folder")
    if not name.isascii():
        found.append("a name that is not ASCII")
    if any(part.startswith(".") or part in ("__pycache__", "tests") for part in name.split("/")):
        found.append("does not belong in a plugin")
    suffix = Path(name).suffix
    if suffix not in SUFFIXES and Path(name).name != "LICENSE":
        found.append("an unexpected kind of file")
    if suffix in BINARY_HOMES and not is_binary_home(name):
        found.append("a binary in an unexpected place")
    return found


def is_binary_home(name: str) -> bool:
    patterns = BINARY_HOMES.get(Path(name).suffix, ())
    return any(fnmatch.fnmatch(name, f"{FOLDER}/{pattern}") for pattern in patterns)


def metadata_problems(text: str, names: list[str]) -> list[str]:
    # As QGIS and its site read it, with interpolation.
    parser = ConfigParser()
    try:
        parser.read_string(text)
        general = dict(parser["general"])
    except (ConfigError, KeyError) as error:
        return [f"metadata.txt cannot be read: {error!r}"]
    lacking = [f"metadata.txt lacks {key}" for key in METADATA if not general.get(key.lower(), "").strip()]
    if lacking:
        return lacking
    found = []
    if general["icon"] and f"{FOLDER}/{general['icon']}" not in names:
        found.append(f"the icon {general['icon']} is missing")
    if general["hasprocessingprovider"].lower() not in ("yes", "true"):
        found.append("metadata.txt does not announce the Processing provider")
    if not re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?", general["version"]):
        found.append(f"{general['version']} is no version like 1.2.3")
    if not general.get("changelog", "").startswith(general["version"]):
        found.append(f"CHANGELOG.md does not begin with {general['version']}")
    oldest, newest = (_numbers(general[key]) for key in ("qgisminimumversion", "qgismaximumversion"))
    if not (oldest and newest and (3, 0) <= oldest <= newest):
        found.append("the QGIS versions are not like 3.22 and 4.99, the older one first")
    for key in ("homepage", "repository", "tracker"):
        address = urlsplit(general[key])
        if address.scheme != "https" or not address.netloc:
            found.append(f"{key} is no https address")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", general["email"]):
        found.append("email is no address")
    if "/" in general["author"]:
        found.append("the site takes no «/» in author")
    tags = [tag.strip() for tag in general["tags"].split(",")]
    if not all(tags) or len(set(tags)) < len(tags):
        found.append("tags have an empty or a repeated one")
    for key in ("experimental", "deprecated", "server"):
        if general.get(key, "False").lower() not in ("true", "false"):
            found.append(f"{key} is neither True nor False")
    # What a plugin needs besides QGIS has to be told before it is installed.
    for word in ("PyTorch", "rasterio", "environment"):
        if word not in general["about"]:
            found.append(f"about does not mention {word}")
    return found


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("."))) if re.fullmatch(r"\d+\.\d+(\.\d+)?", text) else ()


def main(arguments: list[str]) -> int:
    try:
        target = build(Path(arguments[0] if arguments else ROOT / "dist"))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    found = [*problems(target), *scan.findings(target)]
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        target.unlink()
        return 1
    print(f"{os.path.relpath(target)}: {target.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
