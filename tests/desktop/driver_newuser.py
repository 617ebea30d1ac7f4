"""What somebody meets who opens the plugin for the first time, in the real QGIS window; see driver.py."""

from __future__ import annotations

import os

from driver import (
    SAMPLE,
    Driver,
    UrlCatcher,
    button,
    dialog,
    double_click,
    field,
    idle,
    layer_named,
    layer_names,
    run_button,
    show_toolbox,
    toolbox,
)
from qgis.core import QgsProject, QgsRasterLayer
from qgis.gui import QgsModelChildAlgorithmGraphicItem, QgsModelDesignerDialog
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QDockWidget,
    QGraphicsView,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeView,
)
from qgis.utils import iface, plugins


def contrast(name: str) -> list:
    """Return the band, the darkest and the brightest value of each colour of a layer."""
    renderer = layer_named(name).renderer()
    drawn = (
        (renderer.redBand(), renderer.redContrastEnhancement()),
        (renderer.greenBand(), renderer.greenContrastEnhancement()),
        (renderer.blueBand(), renderer.blueContrastEnhancement()),
    )
    return [[band, round(each.minimumValue()), round(each.maximumValue())] for band, each in drawn]


def brightness() -> float:
    """Return how bright the middle of the map is on average, 0–255."""
    image = iface.mapCanvas().grab().toImage()
    width, height = image.width(), image.height()
    places = [(width * x // 40, height * y // 40) for x in range(14, 27) for y in range(14, 27)]
    return sum(image.pixelColor(*place).lightness() for place in places) / len(places)


def designer_window():
    windows = QApplication.topLevelWidgets()
    return next((each for each in windows if isinstance(each, QgsModelDesignerDialog) and each.isVisible()), None)


def set_up(driver: Driver):
    """Two layers as QGIS opens them: stretched up to the clouds."""
    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [330], Qt.Orientation.Horizontal)
    for file, name in (("s1.tif", "Radar"), ("s2_cloudy.tif", "June")):
        QgsProject.instance().addMapLayer(QgsRasterLayer(str(SAMPLE / file), name))
    yield 1
    iface.mapCanvas().zoomToFullExtent()
    yield 1


def new_stretch(driver: Driver):
    """Remove clouds, and look at the result; then have both layers stretched."""
    yield from set_up(driver)
    plugin = plugins["sar_cloud_removal"]
    menu = next(each for each in iface.pluginMenu().actions() if each.text() == "SAR Cloud Removal").menu()
    menu.popup(iface.mainWindow().mapToGlobal(QPoint(300, 60)))
    yield 0.7
    driver.picture("menu")
    menu.close()
    driver.later(plugin.remove_clouds)
    yield lambda: dialog("Remove clouds") is not None
    window = dialog("Remove clouds")
    window.resize(1040, 820)
    window.move(250, 60)
    yield 0.5
    keep = window.mainWidget().wrappers["KEEP"].wrappedWidget()
    driver.report["keep"] = [keep.itemText(index) for index in range(keep.count())]
    driver.report["labels"] = [each.text() for each in window.mainWidget().findChildren(QLabel)]
    driver.picture("dialog")
    driver.report["before"] = contrast("June")
    driver.click(run_button(window))
    yield lambda: idle(window)
    yield 0.5
    driver.click(button(window, "Close"))
    yield 2
    offer = iface.mainWindow().findChild(QPushButton, "sarCloudRemovalStretch")
    driver.report["offered"] = offer.isVisible()
    driver.picture("attention")
    project = QgsProject.instance()
    attention = layer_named("June — SAR attention")
    driver.report["attention"] = [layer_names()[0] == attention.name(), attention.renderer().opacity()]
    project.layerTreeRoot().findLayer(attention.id()).setItemVisibilityChecked(False)
    yield 2
    driver.report["unasked"] = contrast("June")
    driver.report["image"] = contrast("June — clouds removed")
    driver.report["brightness"] = brightness()
    driver.picture("result")
    driver.report["offer"] = offer.text()
    driver.click(offer)
    yield 2
    driver.report["both"] = [contrast("June"), contrast("June — clouds removed")]
    driver.report["offer_left"] = iface.mainWindow().findChild(QPushButton, "sarCloudRemovalStretch") is not None
    image = layer_named("June — clouds removed")
    project.layerTreeRoot().findLayer(image.id()).setItemVisibilityChecked(False)
    yield 2
    driver.picture("cloudy_stretched")
    # The attention over bright clouds.
    project.layerTreeRoot().findLayer(attention.id()).setItemVisibilityChecked(True)
    yield 2
    driver.picture("attention_on_bright")
    layer_named("June").renderer().setRedBand(8)
    stretch = next(each for each in plugin._actions if each.text() == "Stretch both to the ground")
    stretch.trigger()
    driver.report["again"] = [contrast("June"), contrast("June — clouds removed")]


def new_models(driver: Driver):
    """The example models in the toolbox: one is opened in its dialog, and a copy of it in the designer."""
    yield from set_up(driver)
    yield from show_toolbox(driver, "Example models")
    tree = toolbox().findChild(QTreeView)
    model = tree.model()
    group = tree.currentIndex()
    tree.expand(group)
    yield 0.5
    names = [model.index(row, 0, group).data() for row in range(model.rowCount(group))]
    driver.report["models"] = names
    chosen = model.index(names.index("Clouds removed, then NDVI"), 0, group)
    tree.setCurrentIndex(chosen)
    tree.scrollTo(chosen, QTreeView.ScrollHint.PositionAtCenter)
    yield 0.3
    driver.picture("toolbox")
    driver.algorithm_at = (tree, tree.visualRect(chosen).center())
    double_click(driver)
    yield lambda: dialog("Clouds removed, then NDVI") is not None
    window = dialog("Clouds removed, then NDVI")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 0.5
    names = ("sentinel1", "sentinel2")
    driver.report["proposed"] = [field(window, name, QComboBox).currentText().split(" [")[0] for name in names]
    driver.picture("dialog")
    window.close()
    yield 0.5

    driver.later(lambda: toolbox().showPopupMenu(tree.visualRect(chosen).center()))
    yield lambda: isinstance(QApplication.activePopupWidget(), QMenu)
    popup = QApplication.activePopupWidget()
    driver.report["context"] = [each.text() for each in popup.actions() if each.text()]
    yield 0.3
    driver.picture("context")
    copy = next(each for each in popup.actions() if each.text().startswith("Open a copy"))
    driver.later(copy.trigger)
    popup.close()
    yield lambda: designer_window() is not None
    window = designer_window()
    window.setGeometry(0, 0, 1500, 900)
    yield 1
    scene = window.findChild(QGraphicsView).scene()
    items = [item for item in scene.items() if isinstance(item, QgsModelChildAlgorithmGraphicItem)]
    driver.report["steps"] = sorted(item.component().description() for item in items)
    driver.report["file"] = window.model().sourceFilePath()
    window.findChild(QAction, "mActionZoomToItems").trigger()
    yield 1
    driver.picture("designer", window)
    step = next(item for item in items if item.component().description() == "Remove clouds")
    driver.later(step.editComponent)
    yield lambda: dialog("Remove clouds") is not None
    editor = dialog("Remove clouds")
    editor.resize(900, 800)
    yield 0.5
    boxes = [box for box in editor.findChildren(QComboBox) if box.findText("by detecting the clouds first") >= 0]
    driver.report["words_in_designer"] = len(boxes)
    driver.picture("step", editor)
    editor.close()
    yield 0.3
    window.setDirty(False)
    window.close()
    yield 0.5


def new_help(driver: Driver):
    """Help is pressed in each window; the inspector says what its legend means."""
    import processing

    yield from set_up(driver)
    plugin, catcher = plugins["sar_cloud_removal"], UrlCatcher()
    for name, action in (("compute environment", plugin.set_up_environment), ("weights", plugin.manage_weights)):
        driver.later(action)
        yield lambda name=name: dialog(name) is not None
        window = dialog(name)
        yield 3
        driver.picture(name.split()[-1], window)
        boxes = window.findChildren(QDialogButtonBox)
        driver.click(boxes[-1].button(QDialogButtonBox.StandardButton.Help))
        yield 0.3
        window.close()
        yield 0.5
    inputs = {"S1": layer_named("Radar").id(), "S2": layer_named("June").id()}
    processing.runAndLoadResults("sarcloudremoval:removeclouds", {**inputs, "OUTPUT": "TEMPORARY_OUTPUT"})
    yield 1
    plugin._inspect.trigger()
    yield 1
    dock = iface.mainWindow().findChild(QDockWidget, "SarCloudRemovalInspector")
    iface.mainWindow().resizeDocks([dock], [330], Qt.Orientation.Horizontal)
    canvas = iface.mapCanvas()
    yield 0.5
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.viewport().rect().center())
    yield lambda: dock.findChild(QLabel, "explanation").isVisible()
    yield 1
    driver.report["explanation"] = dock.findChild(QLabel, "explanation").text()
    driver.report["legend"] = dock._legend._right
    driver.picture("inspector")
    driver.click(dock.findChild(QToolButton, "help"))
    driver.report["help"] = [path.rpartition("/")[2] for path in catcher.urls]
    yield from show_toolbox(driver, "Detect clouds and shadows")
    double_click(driver)
    yield lambda: dialog("Detect clouds and shadows") is not None
    window = dialog("Detect clouds and shadows")
    window.resize(1040, 760)
    window.move(250, 90)
    yield 0.7
    driver.picture("detect")
    window.close()
    yield 0.5


SCENARIOS = {each.__name__: each for each in (new_stretch, new_models, new_help)}
the_driver = Driver(SCENARIOS[os.environ["DRIVER_SCENARIO"]])
