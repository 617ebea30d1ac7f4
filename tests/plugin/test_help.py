"""The help pages: up to date with the algorithms, complete in each language, and found by the plugin."""

from __future__ import annotations

import importlib.util
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sar_cloud_removal.plugin import help as help_module
from sar_cloud_removal.plugin import translation
from sar_cloud_removal.plugin.resources import HELP

TOOL = Path(__file__).parents[1] / "tools" / "help_pages.py"
PAGES = sorted(HELP.rglob("*.html"))
MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("help_pages_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Links(HTMLParser):
    """The targets of a page's links and pictures, and whether its elements are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list = []
        self.open: list = []
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        self.targets += [value for name, value in attributes if name in ("href", "src")]
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())


def test_pages_are_up_to_date(qgis, tool, tmp_path):
    """Else: make help-pages."""
    built = tool.build(tmp_path)
    assert {path.relative_to(tmp_path) for path in built} == {path.relative_to(HELP) for path in PAGES}
    stale = [path.name for path in built if path.read_bytes() != (HELP / path.relative_to(tmp_path)).read_bytes()]
    assert stale == []


def test_an_algorithm_without_a_page_is_told(qgis, tool, tmp_path, monkeypatch):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "index.html").write_text("<h1>Start</h1>")
    monkeypatch.setattr(tool, "SOURCES", tmp_path)
    with pytest.raises(SystemExit, match="no page docs/help/en/adaptnetwork.html"):
        tool.build(tmp_path / "out")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_page_is_whole_and_needs_no_network(path):
    links = Links(path.read_text(encoding="utf-8"))
    assert links.open == []
    for target in links.targets:
        assert not re.match(r"\w+:", target), target
        assert (path.parent / target).is_file(), target


def test_all_pictures_are_used_and_the_help_is_small():
    used = {target.split("/")[-1] for path in PAGES for target in Links(path.read_text(encoding="utf-8")).targets}
    assert {path.name for path in (HELP / "pictures").iterdir()} <= used
    assert sum(path.stat().st_size for path in HELP.rglob("*") if path.is_file()) < MAX_BYTES


def test_algorithms_open_their_page(provider):
    for algorithm in provider.algorithms():
        name = "models" if algorithm.groupId() == "examplemodels" else algorithm.name()
        assert algorithm.helpUrl() == (HELP / "en" / f"{name}.html").as_uri()


def test_page_in_the_users_language(monkeypatch):
    monkeypatch.setattr(help_module, "language", lambda: "zh_CN")
    assert help_module.help_page("attention").toLocalFile() == str(HELP / "zh_CN" / "attention.html")
    assert help_module.help_page().toLocalFile() == str(HELP / "zh_CN" / "index.html")
    assert help_module.help_page("no such page").toLocalFile() == str(HELP / "zh_CN" / "index.html")
    monkeypatch.setattr(help_module, "language", lambda: "de")
    assert help_module.help_page().toLocalFile() == str(HELP / "en" / "index.html")


def test_building_leaves_the_language_as_it_was(qgis, tool, tmp_path):
    tool.build(tmp_path)
    assert translation.language() == "en"
