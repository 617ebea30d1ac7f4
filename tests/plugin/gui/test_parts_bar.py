"""The bar of where a colour came from, and how the inspector words it."""

from __future__ import annotations

import pytest

PARTS = {"shines through": 0.005, "attention": 0.333, "scene fit": 0.333, "clear date": 0.329, "prior": 0.0}


@pytest.fixture
def module(qgis):
    from sar_cloud_removal.plugin.gui import parts_bar

    return parts_bar


@pytest.fixture
def dock(qgis):
    from sar_cloud_removal.plugin.gui import attention_dock

    return attention_dock


def values(**others):
    attention = {
        "heads": [[[0.1, 0.2], [0.3, 0.4]], [[0.3, 0.2], [0.1, 0.4]]],
        "transform": [0, 160, 0, 0, 0, -160],
        "token": 16,
        "query": [1, 0],
        "outside": 0.0,
    }
    tile = {"row": 0, "column": 0, "height": 32, "width": 32, "transform": [0, 10, 0, 0, 0, -10], "weight": 1.0}
    return {"crs": "EPSG:32650", "tile": tile, "row": 20, "column": 5, "attention": attention, **others}


def test_percents_add_up_to_100(module):
    assert module.percents(PARTS) == {
        "shines through": 1,
        "attention": 33,
        "scene fit": 33,
        "clear date": 33,
        "prior": 0,
    }
    for parts in ({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, {"a": 0.999, "b": 0.0004, "c": 0.0006}, PARTS):
        assert sum(module.percents(parts).values()) == 100
    assert module.percents({}) == {} and module.percents({"a": 0.0}) == {}


def test_the_bar_shows_a_part_as_wide_as_it_is(module):
    bar = module.PartsBar()
    bar.set_parts({"shines through": 0.0, "clear date": 0.75, "prior": 0.25})
    assert not bar.isHidden()
    assert "75\u00a0% clear date" in bar._legend.text() and "the cloudy image itself" not in bar._legend.text()
    bar._bar.resize(200, 12)
    image = bar._bar.grab().toImage()
    assert [image.pixelColor(x, 6).name() for x in (20, 140, 160, 190)] == ["#2c9f5b"] * 2 + ["#c23b6e"] * 2
    bar.set_parts(None)
    assert bar.isHidden()


def test_words_of_the_source_are_those_of_the_layer(module):
    from sar_cloud_removal.model.requests import SOURCES
    from sar_cloud_removal.plugin.layers import STYLES

    style = (STYLES / "source.qml").read_text(encoding="utf-8")
    assert len(module.source_words()) == len(SOURCES)
    for code, words in enumerate(module.source_words()):
        assert f'value="{code}"' in style and f'label="{words}"' in style


def test_what_an_older_result_does_not_tell_is_left_out(dock):
    assert not dock._takes_colours(values())
    assert dock._source(None) == dock._source(255) == "–"
    assert dock._source(2) == "clear date"
    shown = dock._shown(values(), None)
    assert shown.shares == ((0.2, 0.2), (0.2, 0.4)) and shown.query == (1, 0)
    assert dock._shown(values(), 2).shares == ((0.3, 0.2), (0.1, 0.4))


def test_colours_are_offered_where_attention_gave_some(dock):
    colours = {"heads": [[[0.9, 0.1]]], "transform": [0, 16, 0, 0, 0, -16], "token": 16, "query": [4, -2], "outside": 0}
    told = values(colours_from=colours, parts=PARTS)
    assert dock._takes_colours(told)
    assert not dock._takes_colours({**told, "parts": {**PARTS, "attention": 0.0}})
    shown = dock._shown(told, dock._COLOURS)
    assert shown.shares == ((0.9, 0.1),) and shown.query == (4, -2)
    assert dock._explanation_of_colours(0.9, 0.333).startswith("33 % of the colour came this way. The clear places")
    assert "gives 90 % of it" in dock._explanation_of_colours(0.9, None)
