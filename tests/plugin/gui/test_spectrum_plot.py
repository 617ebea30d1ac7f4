"""The plot of the spectrum: its axis, and where its points are."""

from __future__ import annotations

import pytest


@pytest.fixture
def module(qgis):
    from sar_cloud_removal.plugin.gui import spectrum_plot

    return spectrum_plot


def spectrum(module, before, after, bands=("B4", "B8", "B10"), wavelengths=(664.8, 832.9, 1375.2)):
    return module.Spectrum(bands, wavelengths, before, after)


@pytest.mark.parametrize(
    "highest, step, top", [(0.66, 0.2, 0.8), (0.23, 0.05, 0.25), (1.3, 0.5, 1.5), (0.0, 0.01, 0.05), (0.4, 0.1, 0.4)]
)
def test_the_axis_ends_at_a_round_number_above_the_highest(module, highest, step, top):
    assert module._scale(spectrum(module, (highest, None, 0.0), (0.0, 0.0, None))) == pytest.approx((step, top))


@pytest.mark.parametrize("value, step, words", [(0.6000000001, 0.2, "0.6"), (0.05, 0.05, "0.05"), (1.0, 0.5, "1.0")])
def test_numbers_of_the_axis_have_the_digits_of_its_step(module, value, step, words):
    assert module._number(value, step) == words


def test_points_lie_at_their_wavelength_and_reflectance(module):
    plot = module.SpectrumPlot()
    plot.resize(400, 300)
    plot.set_spectrum(spectrum(module, (None, None, None), (0.2, 0.4, 0.1)))
    image = plot.grab().toImage()
    orange = module._AFTER

    def seen(x, y):
        colour = image.pixelColor(round(x), round(y))
        return abs(colour.red() - orange.red()) + abs(colour.blue() - orange.blue()) < 30

    step, top = module._scale(plot.spectrum)
    from qgis.PyQt.QtGui import QFontMetricsF

    area = plot._area(QFontMetricsF(plot.font()), step)
    for wavelength, value in ((664.8, 0.2), (832.9, 0.4)):
        assert seen(area.left() + (wavelength - 400) / 1900 * area.width(), area.bottom() - value / top * area.height())
    # The cirrus band is a ring beside the line: its middle is empty, and no line leads to it.
    x, y = area.left() + (1375.2 - 400) / 1900 * area.width(), area.bottom() - 0.1 / top * area.height()
    around = [image.pixelColor(round(x), round(y) + step) for step in range(-5, 6)]
    assert not seen(x, y) and min(colour.blue() for colour in around) < 150
    assert not any(seen(area.left() + 0.38 * area.width(), row) for row in range(int(area.top()), int(area.bottom())))


def test_values_are_in_the_tool_tip_and_go_again(module):
    plot = module.SpectrumPlot()
    plot.set_spectrum(spectrum(module, (0.1234, None, 0.5), (0.2, 0.3, 0.4)))
    assert "0.1234" in plot.toolTip() and "<td>B10</td>" in plot.toolTip() and "–" in plot.toolTip()
    plot.set_spectrum(None)
    assert plot.toolTip() == "" and plot.spectrum is None
