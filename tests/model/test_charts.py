"""Charts: well-formed SVG without scripts or styles, with what it shows where it belongs."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from sar_cloud_removal.model.charts import Series, bars, colour_key, curves, points, ramp_colours, scale_bar

NS = "{http://www.w3.org/2000/svg}"
TINY = {f"{NS}{tag}" for tag in ("svg", "rect", "line", "polyline", "text")}


def parsed(svg):
    tree = ET.fromstring(svg)
    assert {element.tag for element in tree.iter()} <= TINY
    assert not any("style" in element.attrib or "href" in "".join(element.attrib) for element in tree.iter())
    return tree


def texts(tree):
    return [element.text for element in tree.iter(f"{NS}text")]


def rects(tree, colour):
    return [element for element in tree.iter(f"{NS}rect") if element.get("fill") == colour]


def test_bars_are_as_high_as_their_values():
    series = [Series("before", "#111111", [4.0, None, 2.0]), Series("after <&>", "#222222", [1.0, 3.0, 0.0])]
    tree = parsed(bars(["B2", "B3", "B4"], series, "MAE", 600, 240))
    # Of the legend and of the chart.
    before, after = rects(tree, "#111111"), rects(tree, "#222222")
    assert [len(before), len(after)] == [3, 4]
    heights = [float(each.get("height")) for each in before[1:] + after[1:]]
    assert heights == pytest.approx([4 * heights[2], heights[1], heights[2], 3 * heights[2], 0], abs=0.05)
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.05)
    assert {"MAE", "before", "after <&>", "B2", "B3", "B4", "0", "4"} <= set(texts(tree))


def test_bars_of_nothing_but_zeros():
    parsed(bars(["B2"], [Series("a", "#111111", [0.0])], "MAE", 300, 200))
    parsed(bars(["B2"], [Series("a", "#111111", [None])], "MAE", 300, 200))


def test_curve_goes_through_its_points():
    tree = parsed(curves([-0.1, 0.0, 0.1], [Series("a", "#111111", [0, 10, 5])], "Share", "difference", 400, 300))
    line = next(tree.iter(f"{NS}polyline")).get("points").split()
    xs, ys = zip(*(map(float, point.split(",")) for point in line))
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.15)
    assert ys[0] - ys[1] == pytest.approx(2 * (ys[0] - ys[2]), abs=0.15)
    assert "difference" in texts(tree)


def test_points_lie_at_their_values():
    density = np.zeros((10, 10), int)
    density[7, 2] = 5
    tree = parsed(points(density, 0.5, "t", "reference", "prediction", 400, 400))
    (box,) = tree.iter(f"{NS}rect")
    line = next(each for each in tree.iter(f"{NS}line") if each.get("stroke") == "#b42318")
    left, right = float(line.get("x1")), float(line.get("x2"))
    bottom, top = float(line.get("y1")), float(line.get("y2"))
    assert float(box.get("x")) == pytest.approx(left + 0.2 * (right - left), abs=1)
    assert float(box.get("y")) == pytest.approx(bottom + 0.8 * (top - bottom), abs=1)


@pytest.mark.parametrize(
    ("metres", "label", "length"), [(25.0, "2 km", 80), (0.9, "50 m", 55.6), (112.0, "10 km", 89.3)]
)
def test_scale_bar_is_as_long_as_it_says(metres, label, length):
    tree = parsed(scale_bar(metres, 200))
    assert label in texts(tree)
    assert sum(float(each.get("width")) for each in tree.iter(f"{NS}rect")) == pytest.approx(length, abs=0.2)


def test_colours_go_from_pale_to_dark():
    colours = ramp_colours(np.array([0.0, 0.5, 1.0, 7.0, np.nan]))
    assert colours[:, 0].tolist() == [255, 255, 229] == colours[:, 4].tolist()
    assert colours[:, 2].tolist() == [103, 0, 31] == colours[:, 3].tolist()
    assert {"0", "0.05", "0.1 and more"} <= set(texts(parsed(colour_key(0.1, "Difference", "and more", 200))))
