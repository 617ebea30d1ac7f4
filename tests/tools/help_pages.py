"""Write the help pages that come along: help_pages.py [FOLDER]. Run with QGIS's Python: make help-pages

docs/help/LANGUAGE/NAME.html is what people write, one page a file: a heading <h1> and text. It is put into
docs/help/template.html and written to resources/help/LANGUAGE/NAME.html. An algorithm's page is called like the
algorithm. In a page stand these marks, each on a line of its own:

    <!-- parameters -->    the table of the page's algorithm: labels, names, kinds, defaults, and what is said of them
    <!-- results -->       the table of the numbers and texts that it gives back besides layers and files
    <!-- call -->          how it is called in Python and in a shell
    <!-- algorithms -->    a list of all algorithms with links to their pages
    <!-- models -->        a list of the example models with their ids

They are written from the algorithms themselves, so that they cannot say something else than the program.
"""

from __future__ import annotations

import html
import json
import re
import sys
import tempfile
from pathlib import Path

# The tools are no package: this one is found beside this file, wherever it is loaded from.
sys.path.insert(0, str(Path(__file__).parent))
import translations

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "docs" / "help"
TARGET = ROOT / "resources" / "help"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

# The words of the tables. QGIS has words of its own for the kinds, but each version others.
WORDS = {
    "en": {
        "start": "Start", "other": "中文", "tag": "en", "parameter": "Parameter", "kind": "Kind", "meaning": "Meaning",
        "default": "Default", "optional": "optional", "advanced": "advanced", "result": "Result", "name": "Name",
        "python": "In Python and in scripts", "shell": "In a shell", "id": "Algorithm id", "none": "–",
        "least": "at least", "positive": "greater than 0", "comma": ", ", "colon": ": ",
        "raster": "raster layer", "multilayer": "several raster layers", "extent": "extent", "enum": "choice",
        "number": "number", "integer": "whole number", "string": "text", "file": "file", "folder": "folder",
        "band": "band", "boolean": "yes or no", "rasterDestination": "raster file to write",
        "fileDestination": "file to write", "folderDestination": "folder to write", "vectorDestination":
        "vector file to write", "sink": "vector layer to write", "vector": "vector layer", "source": "vector layer",
        "datetime": "date and time", "crs": "coordinate reference system", "field": "field", "point": "point",
        "distance": "distance", "layer": "layer", "maplayer": "layer", "range": "range", "color": "colour",
        "outputNumber": "number", "outputString": "text", "outputBoolean": "yes or no", "outputFile": "file",
        "outputHtml": "HTML file", "outputFolder": "folder", "outputRaster": "raster layer",
    },
    "zh_CN": {
        "start": "首页", "other": "English", "tag": "zh-CN", "parameter": "参数", "kind": "类型", "meaning": "说明",
        "default": "默认值", "optional": "可选", "advanced": "高级", "result": "结果", "name": "名称",
        "python": "在 Python 和脚本中", "shell": "在命令行中", "id": "算法 ID", "none": "–",
        "least": "不小于", "positive": "大于 0", "comma": "，", "colon": "：",
        "raster": "栅格图层", "multilayer": "多个栅格图层", "extent": "范围", "enum": "选项",
        "number": "数值", "integer": "整数", "string": "文本", "file": "文件", "folder": "文件夹",
        "band": "波段", "boolean": "是或否", "rasterDestination": "要写入的栅格文件",
        "fileDestination": "要写入的文件", "folderDestination": "要写入的文件夹", "vectorDestination":
        "要写入的矢量文件", "sink": "要写入的矢量图层", "vector": "矢量图层", "source": "矢量图层",
        "datetime": "日期和时间", "crs": "坐标参照系", "field": "字段", "point": "点",
        "distance": "距离", "layer": "图层", "maplayer": "图层", "range": "数值范围", "color": "颜色",
        "outputNumber": "数值", "outputString": "文本", "outputBoolean": "是或否", "outputFile": "文件",
        "outputHtml": "HTML 文件", "outputFolder": "文件夹", "outputRaster": "栅格图层",
    },
}  # fmt: skip
_DESTINATIONS = {"rasterDestination", "fileDestination", "folderDestination", "vectorDestination", "sink"}


def build(target: Path = TARGET) -> list[Path]:
    """Write the pages of all languages and return them; needs QGIS and the package. Raises `SystemExit` for a page
    that is not there in every language, and for an algorithm without one."""
    from sar_cloud_removal.plugin import translation

    written = []
    before, translation.FOLDER = translation.FOLDER, Path(tempfile.mkdtemp())
    try:
        translations.compile_all(translation.FOLDER)
        for language in LANGUAGES:
            translation.install_translator(language)
            algorithms = _algorithms()
            _check_sources(language, algorithms)
            for source in sorted((SOURCES / language).glob("*.html")):
                path = target / language / source.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_page(source, language, algorithms), encoding="utf-8")
                written.append(path)
    finally:
        translation.FOLDER = before
        translation.install_translator()
    return written


def _algorithms() -> dict:
    from sar_cloud_removal.plugin.provider import ALGORITHMS

    made = [kind() for kind in ALGORITHMS]
    for algorithm in made:
        algorithm.initAlgorithm()
    return {algorithm.name(): algorithm for algorithm in made}


def _check_sources(language: str, algorithms: dict) -> None:
    here = {path.stem for path in (SOURCES / language).glob("*.html")}
    wanted = {path.stem for path in (SOURCES / "en").glob("*.html")} | set(algorithms) | {"index"}
    for name in sorted(wanted - here):
        raise SystemExit(f"There is no page docs/help/{language}/{name}.html: write it, and run `make help-pages`.")


def _page(source: Path, language: str, algorithms: dict) -> str:
    words = WORDS[language]
    # Chinese has no spaces, so the end of a line must not become one.
    joint = r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])"
    body = re.sub(joint, "", source.read_text(encoding="utf-8")).strip()
    algorithm = algorithms.get(source.stem)
    if algorithm is not None:
        body = body.replace("<!-- parameters -->", _parameters(algorithm, words))
        body = body.replace("<!-- results -->", _results(algorithm, words))
        body = body.replace("<!-- call -->", _call(algorithm, words))
    body = body.replace("<!-- algorithms -->", _list(algorithms, words)).replace("<!-- models -->", _models(words))
    left = re.findall(r"<!--.*?-->", body)
    if left:
        raise SystemExit(f"{source}: {left[0]} has no meaning here")
    other = next(each for each in LANGUAGES if each != language)
    values = {
        "tag": words["tag"],
        "title": re.sub(r"<.*?>", "", re.search(r"<h1>(.*?)</h1>", body).group(1)),
        "start": words["start"],
        "other": words["other"],
        "other_page": f"../{other}/{source.name}",
        "body": body,
    }
    template = (SOURCES / "template.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], template)


def _parameters(algorithm, words: dict) -> str:
    head = _row("th", words["parameter"], words["kind"], words["default"], words["meaning"])
    return _table(head, [_parameter(each, words) for each in algorithm.parameterDefinitions()])


def _parameter(definition, words: dict) -> str:
    label = f"{html.escape(definition.description())}<br><code>{definition.name()}</code>"
    flags = definition.flags()
    marks = [words[name] for name, flag in _flags(definition) if flags & flag]
    kind = _kind(definition, words) + (f"<br><i>{words['comma'].join(marks)}</i>" if marks else "")
    return _row("td", label, kind, _default(definition, words), definition.help())


def _flags(definition) -> list:
    return [("optional", definition.Flag.FlagOptional), ("advanced", definition.Flag.FlagAdvanced)]


def _kind(definition, words: dict) -> str:
    kind = definition.type()
    if kind == "enum":
        return words["enum"] + words["colon"] + words["comma"].join(_options(definition))
    if kind == "file" and definition.behavior() == definition.Behavior.Folder:
        return words["folder"]
    if kind in ("file", "fileDestination"):
        endings = re.findall(r"\*(\.\w+)", definition.createFileFilter())
        return words[kind] + (f" ({', '.join(dict.fromkeys(endings))})" if endings else "")
    if kind in ("number", "distance"):
        whole = kind == "number" and definition.dataType() == definition.Type.Integer
        return words["integer" if whole else kind] + _limit(definition.minimum(), words)
    return _word(kind, words)


def _options(definition) -> list[str]:
    """Return what a choice is between: values for scripts, each with the words of the dialogs where they differ."""
    from sar_cloud_removal.plugin.algorithms.choices import words_of

    return [
        f"<code>{html.escape(value)}</code>" + (f" ({html.escape(text)})" if text != value else "")
        for value, text in words_of(definition).items()
    ]


def _limit(least: float, words: dict) -> str:
    if abs(least) > 1e9:
        return ""
    # A limit next to 0 keeps 0 out.
    return words["comma"] + (words["positive"] if 0 < least < 0.001 else f"{words['least']} {least:g}")


def _word(kind: str, words: dict) -> str:
    if kind not in words:
        raise SystemExit(f"WORDS in {Path(__file__).name} has no word for the kind «{kind}»: add it in each language.")
    return words[kind]


def _default(definition, words: dict) -> str:
    value = definition.defaultValue()
    if value is None or definition.type() in _DESTINATIONS:
        return words["none"]
    if definition.type() == "enum" and not definition.usesStaticStrings():
        value = definition.options()[value]
    return f"<code>{html.escape(str(value))}</code>"


def _results(algorithm, words: dict) -> str:
    destinations = {each.name() for each in algorithm.destinationParameterDefinitions()}
    shown = [each for each in algorithm.outputDefinitions() if each.name() not in destinations]
    head = _row("th", words["name"], words["kind"], words["meaning"])
    return _table(
        head,
        [
            _row("td", f"<code>{each.name()}</code>", _word(each.type(), words), html.escape(each.description()))
            for each in shown
        ],
    )


def _call(algorithm, words: dict) -> str:
    """Return how the algorithm is called with what it cannot do without."""
    values = {}
    for each in algorithm.parameterDefinitions():
        if each.flags() & each.Flag.FlagOptional or (each.defaultValue() is not None and not each.isDestination()):
            continue
        values[each.name()] = _example(each)
    name = f"sarcloudremoval:{algorithm.name()}"
    python = f'processing.run("{name}", {json.dumps(values)})'
    shell = f"qgis_process run {name} -- " + " ".join(f"{key}={value}" for key, value in values.items())
    return (
        f"<p>{words['id']}{words['colon']}<code>{name}</code></p>\n"
        f"<p>{words['python']}{words['colon']}</p>\n<pre>{html.escape(python, quote=False)}</pre>\n"
        f"<p>{words['shell']}{words['colon']}</p>\n<pre>{html.escape(shell, quote=False)}</pre>"
    )


def _example(definition) -> str:
    """Return the name of a file, as it may be called, for a parameter."""
    name = definition.name().lower()
    endings = {"fileDestination": "", "file": "", "folder": "", "folderDestination": ""}
    ending = endings.get(definition.type(), ".tif")
    if definition.type() in ("file", "fileDestination"):
        ending = (re.findall(r"\*(\.\w+)", definition.createFileFilter()) or [""])[0]
    return name + ending


def _list(algorithms: dict, words: dict) -> str:
    entries = []
    for name, each in algorithms.items():
        link = f'<a href="{name}.html">{html.escape(each.displayName())}</a>'
        entries.append(f"<dt>{link}</dt>\n<dd>{html.escape(each.shortDescription())}</dd>")
    return "<dl>\n" + "\n".join(entries) + "\n</dl>"


def _models(words: dict) -> str:
    from sar_cloud_removal.plugin.example_models import example_models

    entries = [
        f"<dt>{html.escape(each.displayName())}</dt>\n<dd>{html.escape(each.shortDescription())}<br>"
        f"{words['id']}{words['colon']}<code>sarcloudremoval:{each.name()}</code></dd>"
        for each in example_models()
    ]
    return "<dl>\n" + "\n".join(entries) + "\n</dl>"


def _table(head: str, rows: list[str]) -> str:
    return "<table>\n<thead>" + head + "</thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"


def _row(cell: str, *texts: str) -> str:
    return "<tr>" + "".join(f"<{cell}>{text}</{cell}>" for text in texts) + "</tr>"


def main(arguments: list[str]) -> None:
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    for path in build(Path(arguments[0]) if arguments else TARGET):
        print(path)
    application.exitQgis()


if __name__ == "__main__":
    main(sys.argv[1:])
