"""Choices in the dialogs of Processing: words are shown, and the values are what scripts name."""

from __future__ import annotations

import pytest

from ..rasters import sentinel2, write

KEEPS = {
    "auto": "by the cloud mask if one is chosen, else by detecting the clouds",
    "mask": "by the cloud mask",
    "detected": "by detecting the clouds first",
    "network": "as the network decides",
}


@pytest.fixture
def context(qgis):
    from qgis.core import QgsProcessingContext

    return QgsProcessingContext()


@pytest.fixture(params=["AlgorithmDialog", "BatchAlgorithmDialog"])
def dialog(request, qgis):
    """A dialog of the class by whose name Processing tells which kind of dialog it is."""
    from qgis.PyQt.QtWidgets import QDialog

    return type(request.param, (QDialog,), {})()


@pytest.fixture
def field(dialog, provider, context):
    """The field of *Keep clear pixels* as Processing makes it."""
    from processing.gui.wrappers import WidgetWrapperFactory

    algorithm = provider.algorithm("removeclouds").create()
    field = WidgetWrapperFactory.create_wrapper(algorithm.parameterDefinition("KEEP"), dialog)
    # The parameter belongs to the algorithm.
    field.algorithm, field.box = algorithm, field.createWrappedWidget(context)
    return field


def test_words_are_shown(field):
    assert [field.box.itemText(index) for index in range(field.box.count())] == list(KEEPS.values())


def test_words_are_shown_where_a_choice_is_optional(dialog, provider, context):
    """QGIS has an entry without a value before them."""
    from processing.gui.wrappers import WidgetWrapperFactory

    algorithm = provider.algorithm("removeclouds").create()
    field = WidgetWrapperFactory.create_wrapper(algorithm.parameterDefinition("LEVEL"), dialog)
    box = field.createWrappedWidget(context)
    assert [box.itemText(index) for index in range(box.count())][-3:] == ["automatic", "Level-1C", "Level-2A"]
    assert (box.currentText(), field.parameterValue()) == ("automatic", "auto")
    box.setCurrentIndex(box.count() - 1)
    assert field.parameterValue() == "l2a"


def test_default_is_chosen_and_values_go_in_and_out(field, context):
    assert field.parameterValue() == "auto"
    for value, words in KEEPS.items():
        field.setParameterValue(value, context)
        assert (field.box.currentText(), field.parameterValue()) == (words, value)


def test_a_change_is_told(field):
    told = []
    field.widgetValueHasChanged.connect(lambda wrapper: told.append(wrapper.parameterValue()))
    field.box.setCurrentIndex(2)
    assert told == ["detected"]


def test_designer_shows_words_and_keeps_the_value(provider):
    """Among inputs, outputs and expressions, which a model offers besides."""
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
    from qgis.core import QgsProcessingModelAlgorithm
    from qgis.PyQt.QtWidgets import QComboBox

    model = QgsProcessingModelAlgorithm("model", "group")
    algorithm = provider.algorithm("removeclouds").create()
    dialog = ModelerParametersDialog(algorithm, model)
    field = dialog.widget.widget.wrappers["KEEP"]
    shown = [
        [box.itemText(index) for index in range(box.count())]
        for box in field.findChildren(QComboBox)
        if box.findData("detected") >= 0
    ]
    assert shown == [list(KEEPS.values())]
    field.setWidgetValue(static("detected"))
    assert field.value().staticValue() == "detected"


def static(value):
    from qgis.core import QgsProcessingModelChildParameterSource

    return QgsProcessingModelChildParameterSource.fromStaticValue(value)


def test_every_choice_has_words_for_the_values_that_requests_know(provider):
    from sar_cloud_removal.model import requests
    from sar_cloud_removal.plugin.algorithms.choices import words_of

    known = {
        ("removeclouds", "KEEP"): requests.KEEPS,
        ("removeclouds", "MASK_KIND"): requests.MASK_KINDS,
        ("removeclouds", "QUALITY"): requests.QUALITIES,
        ("removeclouds", "DETECTION"): requests.DETECTION_METHODS[:3],
        ("removeclouds", "LEVEL"): requests.PRODUCT_LEVELS,
        ("removeclouds", "COLOURS"): requests.COLOURS,
        ("detectclouds", "METHOD"): requests.DETECTION_METHODS,
        ("detectclouds", "LEVEL"): requests.PRODUCT_LEVELS,
        ("detectclouds", "BAND_KIND"): requests.PRODUCT_BANDS,
        ("simulateclouds", "KIND"): requests.CLOUD_KINDS,
    }
    for (algorithm, name), values in known.items():
        parameter = provider.algorithm(algorithm).parameterDefinition(name)
        assert list(words_of(parameter)) == parameter.options()
        assert sorted(parameter.options()) == sorted(values)
    for algorithm in provider.algorithms():
        for parameter in algorithm.parameterDefinitions():
            if parameter.type() == "enum":
                assert list(words_of(parameter)) == parameter.options(), (algorithm.name(), parameter.name())
                assert all(words_of(parameter).values())


def test_values_work_in_scripts_as_before(provider, context, tmp_path):
    algorithm = provider.algorithm("detectclouds").create()
    path = write(tmp_path / "s2.tif", sentinel2())
    for method in ("auto", "spectral", "csmask"):
        parameters = {"S2": path, "METHOD": method, "OUTPUT": str(tmp_path / "out.tif")}
        assert algorithm.checkParameterValues(parameters, context)[0]
    accepted, said = algorithm.checkParameterValues({**parameters, "METHOD": "spectral rule"}, context)
    assert not accepted and "there are auto, spectral, csmask, band" in said
