"""Keep what users read in step with its translations: translations.py COMMAND.

    update            read the code; bring i18n/*.ts and the translated lines of metadata.txt up to date
    todo  [LOCALE]    print, as JSON, what is not translated yet: {English: ""}
    fill  FILE [LOCALE]  take translations from such a JSON file, then `update`
    compile [FOLDER]  make what QGIS loads, *.qm and phrases.json, in i18n/ or in FOLDER; needs Qt's lrelease
    check             say what is missing, unfinished or does not fit; exit code 1 when there is something

Texts come from six places: `tr("…")` in plugin/, the templates of the errors, labels in layer styles, words of the
example models, summaries of the weights, and *phrases*: what model/ and plugin/compute/ say without knowing Qt, such as
log lines and the details of errors. A phrase may be an f-string; its fields become placeholders that are named after
what fills them, and phrases.json tells the plugin the English templates, by which it knows such a sentence again.

Standard library only; runs in any Python from 3.9 on.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).parents[2]
CONTEXT = "SarCloudRemoval"
LOCALES = ("zh_CN",)
STEM = "sar_cloud_removal"
METADATA_KEYS = ("name", "description", "about", "tags")

# Whose words come to nobody's screen in QGIS: the command line, and what is run from a shell only. A report's words are
# those of plugin/report_words.py.
_SHELL_ONLY = (
    "model/cli.py", "model/cli_prepare.py", "model/version.py", "model/networks/", "model/training/",
    "model/assessment.py", "model/charts.py", "model/report.py",
)  # fmt: skip
_SHOWN_ALL_THE_SAME = ("model/networks/checkpoints.py", "model/training/adapt.py", "model/training/own_scene.py")
# Two words in a row, or a frame for others: what reads like language. Single words are names and values.
_LANGUAGE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z({«]|[)}»],? [a-z]{2,}|«.*»|^\{\w+\}; \{\w+\}$")
# What is compared with, not said: regular expressions, other programs' words, synonyms of bands, names in files,
# markup.
_NOT_SAID = re.compile(
    r"[|\\]|^ *</?[A-Za-z]|^import |^(No space left|Installing collected packages|previous exception|out of memory"
    r"|not enough memory|can't allocate memory|Contains modified Copernicus Sentinel data\.|SAR Cloud Removal \{.*"
    r"|shines through|scene fit)$"
)
_TABLES_OF_SYNONYMS = re.compile(
    r"^(?!KIND_WORDS)_?[A-Z0-9_]*(BANDS|NAMES|WORDS|SYNONYMS|DESCRIPTIONS?|COLOURS?|ALIASES|SOURCES|EXPERTS|PARTS)$"
)
_SILENT_KEYWORDS = {"help", "name", "metavar", "description", "dest"}
_SILENT_CALLS = {
    "tr", "add_argument", "compile", "search", "match", "fullmatch", "sub", "Thread", "filterwarnings",
    "import_module", "ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError",
}  # fmt: skip


@dataclass
class Text:
    """One English text and the files in which it stands, relative to the checkout."""

    source: str
    files: list[str] = field(default_factory=list)
    note: str = ""


# --- Reading the code -----------------------------------------------------------------------------------------------


def extract(root: Path = ROOT) -> dict[str, Text]:
    """Return every text that users see, by its English, in the order of the files."""
    texts: dict[str, Text] = {}

    def add(source: str, path: str, note: str = "") -> None:
        entry = texts.setdefault(source, Text(source, note=note))
        # What the plugin hands to the compute process is said by that as well, and known again when it comes back.
        entry.note = entry.note or note
        if path not in entry.files:
            entry.files.append(path)

    for path, tree in _modules(root, "plugin"):
        for source in _tr_literals(tree):
            add(source, path)
        for source in _error_templates(tree):
            add(source, path, "error")
        for source in _option_names(tree) if path.startswith("plugin/compute") else ():
            add(source, path)
        phrases = _phrases(tree) if path.startswith("plugin/compute/") else _details(tree)
        for source in phrases:
            add(source, path, "phrase")
    for path, tree in _modules(root, "model"):
        for source in _error_templates(tree):
            add(source, path, "error")
        if _is_shown(path):
            for source in _option_names(tree):
                add(source, path)
            for source in _phrases(tree):
                add(source, path, "phrase")
    for style in sorted((root / "resources" / "styles").glob("*.qml")):
        for source in legend_labels(style):
            add(source, str(style.relative_to(root).as_posix()))
    for model in sorted((root / "resources" / "models").glob("*.model3")):
        for source in model_words(model):
            add(source, str(model.relative_to(root).as_posix()))
    weights = root / "model" / "weights" / "index.json"
    for entry in json.loads(weights.read_text(encoding="utf-8")):
        if entry.get("summary"):
            add(entry["summary"], "model/weights/index.json")
    for key in METADATA_KEYS:
        add(metadata(root)[key], "metadata.txt", f"metadata: {key}")
    return texts


def phrases(texts: dict[str, Text]) -> list[str]:
    """Return the phrases with placeholders, or that are put behind others: what has to be known by its form.

    Errors are among them, since one may be told within another text.
    """
    said = [text.source for text in texts.values() if text.note in ("phrase", "error")]
    return [source for source in said if placeholders(source) or source.startswith(",")]


def metadata(root: Path = ROOT) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(root / "metadata.txt", encoding="utf-8")
    return dict(parser["general"])


def legend_labels(style: Path) -> list[str]:
    """Return the labels of a style that are words, not numbers."""
    labels = [element.get("label", "") for element in ET.parse(style).iter()]
    return [label for label in labels if re.search("[A-Za-z]{2}", label)]


def model_words(model: Path) -> list[str]:
    """Return the name of a model, what it says of itself and of its inputs, and the labels of inputs and outputs."""
    entries = {entry.get("name"): entry for entry in ET.parse(model).getroot()}
    words = [entries["model_name"].get("value", "")]
    words += [entry.get("value", "") for entry in entries["help"].iter() if entry.get("name") != "ALG_CREATOR"]
    words += [
        entry.get("value", "") for entry in entries["parameterDefinitions"].iter() if entry.get("name") == "description"
    ]
    return [text for text in words if re.search("[a-z]{2}", text)]


def placeholders(text: str) -> list[str]:
    """Return the fields of a template, each with its format, sorted; an empty list where it is none."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return []
    return sorted(f"{name}:{form}" for _, name, form, _ in parts if name is not None)


def _modules(root: Path, folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((root / folder).rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _is_shown(path: str) -> bool:
    return path in _SHOWN_ALL_THE_SAME or not path.startswith(_SHELL_ONLY)


def _in_order(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes that stand somewhere in the file, as they stand there."""
    nodes = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def _tr_literals(tree: ast.Module) -> Iterator[str]:
    for node in _in_order(tree):
        if isinstance(node, ast.Call) and _called(node) == "tr" and node.args:
            literal = node.args[0]
            if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                yield literal.value


def _error_templates(tree: ast.Module) -> Iterator[str]:
    """Yield the class attributes `template` that are more than a single field."""
    for cls in ast.walk(tree):
        if not isinstance(cls, ast.ClassDef):
            continue
        for statement in cls.body:
            targets = getattr(statement, "targets", [getattr(statement, "target", None)])
            if any(isinstance(target, ast.Name) and target.id == "template" for target in targets):
                value = getattr(statement, "value", None)
                if isinstance(value, ast.Constant) and re.search("[a-z]{2} ", str(value.value)):
                    yield value.value


def _option_names(tree: ast.Module) -> Iterator[str]:
    """Yield the literal names of options in errors, such as `BadOption(option="Sentinel-2 scale")`."""
    for node in ast.walk(tree):
        named = isinstance(node, ast.keyword) and node.arg == "option" and isinstance(node.value, ast.Constant)
        if named and " " in str(node.value.value):
            yield node.value.value


def _details(tree: ast.Module) -> Iterator[str]:
    """Yield what the plugin gives errors as their detail without `tr`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("detail", "problem", "reason"):
            source = _template(node.value)
            if source and _LANGUAGE.search(source):
                yield source


def _phrases(tree: ast.Module) -> Iterator[str]:
    """Yield the literals of a module that read like language."""
    silent = _silent(tree)
    for node in _in_order(tree):
        if isinstance(node, ast.Call) and _called(node) in ("Progress", "Log"):
            # Here one word is language too, such as «Done».
            yield from (part.value for part in node.args if isinstance(part, ast.Constant) and _is_word(part.value))
        if id(node) in silent:
            continue
        source = _template(node)
        if source and "\n" not in source and _LANGUAGE.search(source) and not _NOT_SAID.search(source):
            yield source


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.istitle()


def _silent(tree: ast.Module) -> set[int]:
    """Return the nodes that say nothing to a user: docstrings, error templates, calls and tables of other things."""
    found: set[int] = set()

    def hush(node: ast.AST) -> None:
        found.update(id(inner) for inner in ast.walk(node))

    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hush(node)
        elif isinstance(node, ast.JoinedStr):
            # Its constant parts belong to it; literals inside of its fields are texts of their own.
            found.update(id(part) for part in node.values if isinstance(part, ast.Constant))
        elif (isinstance(node, ast.keyword) and node.arg in _SILENT_KEYWORDS) or (
            isinstance(node, ast.Call) and _called(node) in _SILENT_CALLS
        ):
            hush(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            names = [target.id for target in _targets(node) if isinstance(target, ast.Name)]
            if any(name == "template" or _TABLES_OF_SYNONYMS.match(name) for name in names):
                hush(node)
    return found


def _targets(node: ast.AST) -> list:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _template(node: ast.AST) -> Optional[str]:
    """Return a literal's text, with the fields of an f-string as placeholders; `None` for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    names: list[str] = []
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(part.value)
            continue
        name = _field_name(part.value)
        same = sum(re.fullmatch(rf"{re.escape(name)}\d*", other) is not None for other in names)
        name = f"{name}{same + 1}" if same else name
        names.append(name)
        parts.append("{" + name + "}")
    return "".join(parts)


def _field_name(expression: ast.AST) -> str:
    """Return a name for what fills a field: its last one, such as `name` for `self._job.model.name`."""
    if isinstance(expression, ast.Attribute):
        return expression.attr.strip("_")
    if isinstance(expression, ast.Name):
        return expression.id.strip("_")
    if isinstance(expression, ast.Call):
        return _field_name((expression.args or [expression.func])[-1])
    inner = [node for node in ast.iter_child_nodes(expression) if not isinstance(node, (ast.Constant, ast.operator))]
    return _field_name(inner[0]) if inner else "value"


# --- The .ts files --------------------------------------------------------------------------------------------------


@dataclass
class Message:
    """One entry of a .ts file; `kind` is "", "unfinished" or "vanished"."""

    source: str
    translation: str = ""
    kind: str = "unfinished"
    files: list[str] = field(default_factory=list)
    note: str = ""


def ts_path(locale: str, root: Path = ROOT) -> Path:
    return root / "i18n" / f"{STEM}_{locale}.ts"


def read_ts(path: Path) -> dict[str, Message]:
    if not path.exists():
        return {}
    messages = {}
    for element in ET.parse(path).iter("message"):
        translation = element.find("translation")
        message = Message(
            source=element.findtext("source") or "",
            translation=translation.text or "",
            kind=translation.get("type", ""),
            files=[location.get("filename", "").replace("../", "", 1) for location in element.iter("location")],
            note=element.findtext("extracomment") or "",
        )
        messages[message.source] = message
    return messages


def write_ts(path: Path, locale: str, messages: list[Message]) -> None:
    root = ET.Element("TS", version="2.1", language=locale, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for message in messages:
        element = ET.SubElement(context, "message")
        for file in message.files:
            # Without line numbers, which would change with every edit of the code.
            ET.SubElement(element, "location", filename=f"../{file}")
        ET.SubElement(element, "source").text = message.source
        if message.note:
            ET.SubElement(element, "extracomment").text = message.note
        attributes = {"type": message.kind} if message.kind else {}
        ET.SubElement(element, "translation", attributes).text = message.translation
    ET.indent(root, " " * 4)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=False)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', encoding="utf-8")


def merged(texts: dict[str, Text], known: dict[str, Message]) -> list[Message]:
    """Return the messages for `texts`: known translations are kept, changed texts keep theirs as unfinished.

    What is in the code no longer stays at the end as vanished, so that it can be taken back.
    """
    gone = {source: message for source, message in known.items() if source not in texts and message.translation}
    result = []
    for text in texts.values():
        old = known.get(text.source)
        if old is None:
            near = difflib.get_close_matches(text.source, list(gone), 1, 0.8)
            old = Message(text.source, gone[near[0]].translation if near else "")
        finished = bool(old.translation) and old.kind in ("", "vanished") and text.source in known
        kind = "" if finished else "unfinished"
        result.append(Message(text.source, old.translation, kind, text.files, text.note))
    return result + [Message(old.source, old.translation, "vanished") for old in gone.values()]


def update(root: Path = ROOT) -> None:
    texts = extract(root)
    for locale in LOCALES:
        messages = merged(texts, read_ts(ts_path(locale, root)))
        write_ts(ts_path(locale, root), locale, messages)
    _update_metadata(root)


def _update_metadata(root: Path) -> None:
    """Write the translated values into metadata.txt, where QGIS's plugin manager looks for them."""
    path = root / "metadata.txt"
    text = path.read_text(encoding="utf-8")
    kept = re.sub(r"^\w+\[\w+\]=.*\n(?:[ \t]+.*\n)*", "", text, flags=re.MULTILINE)
    lines = "".join(f"{key}={_indented(value)}\n" for key, value in translated_metadata(root).items())
    new = kept if kept.endswith("\n") else kept + "\n"
    if new + lines != text:
        path.write_text(new + lines, encoding="utf-8")


def translated_metadata(root: Path = ROOT) -> dict[str, str]:
    """Return what metadata.txt has to hold, such as `name[zh_CN]`."""
    values = metadata(root)
    found = {}
    for locale in LOCALES:
        messages = read_ts(ts_path(locale, root))
        for key in METADATA_KEYS:
            message = messages.get(values[key])
            if message is not None and message.kind == "":
                found[f"{key}[{locale}]"] = message.translation
    return found


def _indented(value: str) -> str:
    return value.replace("\n", "\n    ")


# --- What goes on from there ----------------------------------------------------------------------------------------


def compile_all(folder: Optional[Path] = None, root: Path = ROOT) -> list[Path]:
    """Make the files that QGIS loads and return them. Raises `RuntimeError` without lrelease or when it fails."""
    folder = folder or root / "i18n"
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for locale in LOCALES:
        target = folder / f"{STEM}_{locale}.qm"
        command = [lrelease(), "-silent", "-nounfinished", str(ts_path(locale, root)), "-qm", str(target)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0 or not target.exists():
            raise RuntimeError(f"lrelease failed: {done.stdout}{done.stderr}")
        made.append(target)
    known = folder / "phrases.json"
    known.write_text(json.dumps(phrases(extract(root)), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return [*made, known]


def lrelease() -> str:
    """Return Qt's program that compiles translations. Raises `RuntimeError` without one that runs."""
    names = ("lrelease", "lrelease-qt5", "lrelease6", "lrelease-qt6", "pyside6-lrelease")
    found = [shutil.which(name) for name in names]
    # Debian's /usr/bin/lrelease only calls one of these, and fails where no Qt is chosen.
    for pattern in ("qt[56]/bin/lrelease", "*/qt[56]/bin/lrelease"):
        found += [str(path) for path in sorted(Path("/usr/lib").glob(pattern))]
    for program in filter(None, found):
        if subprocess.run([program, "-version"], capture_output=True).returncode == 0:
            return program
    raise RuntimeError("There is no lrelease. On Debian and Ubuntu: apt install qttools5-dev-tools")


def problems(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the translations, each in one line; nothing when all is well."""
    texts = extract(root)
    found = []
    for locale in LOCALES:
        messages = read_ts(ts_path(locale, root))
        for source in texts:
            found.extend(f"{locale}: {problem}: {source!r}" for problem in _message_problems(source, messages))
        stale = [each.source for each in messages.values() if each.kind != "vanished" and each.source not in texts]
        found.extend(f"{locale}: no longer in the code (make translations): {source!r}" for source in stale)
    values = metadata(root)
    for key, wanted in translated_metadata(root).items():
        if values.get(key) != wanted:
            found.append(f"metadata.txt: {key} is not what the translation says (make translations)")
    return found


def _message_problems(source: str, messages: dict[str, Message]) -> Iterator[str]:
    message = messages.get(source)
    if message is None or message.kind == "vanished":
        yield "missing (make translations)"
    elif message.kind == "unfinished" or not message.translation.strip():
        yield "not translated"
    else:
        if placeholders(message.translation) != placeholders(source):
            yield f"placeholders {placeholders(message.translation)} instead of {placeholders(source)}"
        if re.findall(r"</?\w+>", message.translation) != re.findall(r"</?\w+>", source):
            yield "other tags"
        if source[:1].isspace() != message.translation[:1].isspace():
            yield "white space at the beginning"


def todo(locale: str, root: Path = ROOT) -> dict[str, str]:
    """Return what is to be translated, with the translation of a similar text where there was one."""
    messages = merged(extract(root), read_ts(ts_path(locale, root)))
    return {message.source: message.translation for message in messages if message.kind == "unfinished"}


def fill(translations: dict[str, str], locale: str, root: Path = ROOT) -> list[str]:
    """Take translations over; return the English texts that the code does not have."""
    texts = extract(root)
    known = read_ts(ts_path(locale, root))
    for source, translation in translations.items():
        if source in texts and translation:
            known[source] = Message(source, translation, "")
    write_ts(ts_path(locale, root), locale, merged(texts, known))
    _update_metadata(root)
    return [source for source in translations if source not in texts]


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["check"]
    if command == "update":
        update()
    elif command == "todo":
        print(json.dumps(todo(rest[0] if rest else LOCALES[0]), ensure_ascii=False, indent=1))
        return 0
    elif command == "fill" and rest:
        given = json.loads(Path(rest[0]).read_text(encoding="utf-8"))
        for source in fill(given, rest[1] if len(rest) > 1 else LOCALES[0]):
            print(f"not in the code: {source!r}", file=sys.stderr)
    elif command == "compile":
        try:
            compile_all(Path(rest[0]) if rest else None)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    elif command != "check":
        print(__doc__, file=sys.stderr)
        return 2
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
