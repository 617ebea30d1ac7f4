"""Scenarios of the swipe, of the flicker key and of the options page; run as driver.py is, which says what one is."""

from __future__ import annotations

import os
import shutil

from driver import OUT, SAMPLE, Driver, button, dialog, load_sample, log_text
from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRasterLayer
from qgis.gui import QgsFileWidget, QgsGui
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtGui import QImage, QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QDockWidget,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)
from qgis.PyQt.QtXml import QDomDocument
from qgis.utils import iface, plugins, unloadPlugin


def wide_window() -> None:
    main = iface.mainWindow()
    main.setGeometry(0, 0, 1600, 960)
    main.findChild(QDockWidget, "Browser").hide()
    main.resizeDocks([main.findChild(QDockWidget, "Layers")], [400], Qt.Orientation.Horizontal)


def load_pair() -> tuple:
    """Open the sample with the clear image in the part of the reconstructed one, and a half transparent map on top."""
    load_sample()
    project = QgsProject.instance()
    cloudy = next(layer for layer in project.mapLayers().values() if layer.name() == "Sentinel-2, cloudy")
    path = shutil.copy(SAMPLE / "s2_clear.tif", OUT / "image.tif")
    image = QgsRasterLayer(str(path), "Sentinel-2, cloudy — clouds removed")
    image.setRenderer(cloudy.renderer().clone())
    image.setCustomProperty("sar_cloud_removal/role", "image")
    project.addMapLayer(image, False)
    root = project.layerTreeRoot()
    above = root.children().index(root.findLayer(cloudy.id()))
    root.insertLayer(above, image)
    for node in root.findLayers():
        node.setItemVisibilityChecked(node.layer() in (cloudy, image))
    return cloudy, image


def written_tree() -> str:
    """Return the whole layer tree with what is checked, expanded and selected in it."""
    document = QDomDocument()
    element = document.createElement("tree")
    document.appendChild(element)
    from qgis.core import QgsReadWriteContext

    QgsProject.instance().layerTreeRoot().writeXml(element, QgsReadWriteContext())
    return document.toString()


def state() -> list:
    """Return what a comparison may not change."""
    canvas = iface.mapCanvas()
    return [written_tree(), [layer.id() for layer in canvas.layers()], canvas.extent().toString()]


def rendered(layer) -> QImage:
    """Return what the canvas would show of one layer."""
    settings = QgsMapSettings(iface.mapCanvas().mapSettings())
    settings.setLayers([layer])
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def seen() -> QImage:
    """Return what is on the canvas."""
    return iface.mapCanvas().viewport().grab().toImage()


def difference(image: QImage, other: QImage, left: int, top: int, width: int, height: int) -> float:
    """Return the mean difference of two images in a part of them, over every third pixel, 0–255."""
    total = count = 0
    for x in range(left, left + width, 3):
        for y in range(top, top + height, 3):
            one, two = image.pixelColor(x, y), other.pixelColor(x, y)
            total += abs(one.red() - two.red()) + abs(one.green() - two.green()) + abs(one.blue() - two.blue())
            count += 3
    return total / count


def compare(driver: Driver):
    """Swipe: by the action, the divider, the direction, zooming, panning, another style, Escape, unloading."""
    wide_window()
    cloudy, image = load_pair()
    iface.setActiveLayer(image)
    yield 1
    canvas, viewport = iface.mapCanvas(), iface.mapCanvas().viewport()
    canvas.zoomToFullExtent()
    canvas.zoomByFactor(0.6)
    yield 1.5
    comparison = plugins["sar_cloud_removal"].comparison
    iface.rasterToolBar().show()
    # A line of its own, where none of its buttons is folded away.
    iface.mainWindow().insertToolBarBreak(iface.rasterToolBar())
    yield 0.3
    on_toolbar = iface.rasterToolBar().widgetForAction(comparison.action)
    yield 1
    before, tool = state(), canvas.mapTool()
    items = len(canvas.scene().items())

    def settled() -> bool:
        item = comparison.item
        return not comparison._soon.isActive() and item is not None and item.cloudy.ready and item.image.ready

    driver.forget_pauses()
    driver.click(on_toolbar)
    yield settled
    yield 0.3
    driver.report["pair"] = [comparison.bar.cloudy.currentText(), comparison.bar.image.currentText()]
    width, height = viewport.width(), viewport.height()
    start, third = QPoint(width // 2, height // 2), QPoint(width // 3, height // 2)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    yield 0.1
    for step in range(1, 11):
        drag(viewport, start + (third - start) * step / 10)
        yield 0.02
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, third)
    yield 0.3
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["divider"] = comparison.item.divider() / width
    renders = rendered(cloudy), rendered(image)
    # Beside the divider with its handle, below the labels and above the bar.
    left, right = (0, 60, width // 3 - 30, height - 160), (width // 3 + 30, 60, width // 2, height - 160)
    driver.report["left"] = [difference(seen(), each, *left) for each in renders]
    driver.report["right"] = [difference(seen(), each, *right) for each in renders]
    driver.picture("vertical")
    driver.report["during"] = state() == before

    driver.click(comparison.bar.turn)
    yield 0.1
    at = QPoint(width // 2, height // 3)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    yield 0.3
    top, bottom = (140, 40, width - 160, height // 3 - 70), (140, height // 3 + 30, width - 160, height // 3)
    driver.report["top"] = [difference(seen(), each, *top) for each in renders]
    driver.report["bottom"] = [difference(seen(), each, *bottom) for each in renders]
    driver.picture("horizontal")
    driver.click(comparison.bar.turn)

    # Panning by the middle button and zooming go on as with any tool, and the swipe follows.
    extent = canvas.extent()
    drag(viewport, start, Qt.MouseButton.NoButton)
    QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 6):
        drag(viewport, start + QPoint(20 * step, 0), Qt.MouseButton.MiddleButton)
        yield 0.02
    driver.picture("panning")
    QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, start + QPoint(100, 0))
    yield 0.1
    driver.report["panned"] = (extent.xMinimum() - canvas.extent().xMinimum()) / canvas.mapUnitsPerPixel()
    canvas.zoomByFactor(0.5)
    yield from rested(settled)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, third)
    yield 0.2
    renders = rendered(cloudy), rendered(image)
    driver.report["zoomed"] = [difference(seen(), renders[0], *left), difference(seen(), renders[1], *right)]
    renderer = cloudy.renderer().clone()
    renderer.setRedBand(1)
    cloudy.setRenderer(renderer)
    cloudy.triggerRepaint()
    yield from rested(settled)
    driver.report["restyled"] = [difference(seen(), each, *left) for each in (rendered(cloudy), renders[0])]

    # Twice before the window gets to anything else: the second one finds a tool that is on its way out.
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    yield 0.5
    driver.report["ended"] = comparison.item is None and not comparison.action.isChecked()
    driver.report["tool_back"] = canvas.mapTool() is tool
    driver.report["items_left"] = len(canvas.scene().items()) - items
    driver.report["after"] = state()[:2] == before[:2]

    # Without a pair that the plugin knows, the user chooses; removing a layer or another tool ends it.
    image.removeCustomProperty("sar_cloud_removal/role")
    iface.setActiveLayer(cloudy)
    driver.click(on_toolbar)
    yield 0.5
    driver.report["hint"] = comparison.bar.hint.text()
    driver.report["hint_seen"] = comparison.bar.hint.isVisible()
    driver.picture("choose")
    comparison.bar.cloudy.setLayer(cloudy)
    comparison.bar.image.setLayer(image)
    yield settled
    driver.report["hint_after"] = comparison.bar.hint.isVisible()
    iface.actionIdentify().trigger()
    yield 0.3
    driver.report["ended_by_tool"] = comparison.item is None and not comparison.action.isChecked()
    driver.click(on_toolbar)
    comparison.bar.cloudy.setLayer(cloudy)
    comparison.bar.image.setLayer(image)
    yield 0.2
    QgsProject.instance().removeMapLayer(image.id())
    yield 0.3
    driver.report["ended_by_removal"] = comparison.item is None
    iface.actionPan().trigger()
    items = len(canvas.scene().items())
    driver.click(on_toolbar)
    yield 0.3
    driver.report["begun_again"] = comparison.item is not None
    unloadPlugin("sar_cloud_removal")
    yield 0.3
    driver.report["items_after_unload"] = len(canvas.scene().items()) - items
    driver.report["tool_after_unload"] = type(canvas.mapTool()).__name__


def rested(settled):
    """Wait until the map has been rendered, and what follows from it."""
    # The step that waits may itself have taken longer than the first of these.
    yield 0
    yield 0.5
    yield lambda: settled() and not iface.mapCanvas().isDrawing()


def drag(widget, position: QPoint, button=Qt.MouseButton.LeftButton) -> None:
    """Move the mouse with a button held, which QTest cannot."""
    from qgis.PyQt.QtCore import QPointF
    from qgis.PyQt.QtGui import QMouseEvent

    where = QPointF(position)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        where,
        QPointF(widget.mapToGlobal(position)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def flicker(driver: Driver):
    """Hold the key: the cloudy layer shows in all maps; let go, lose the focus, choose it in the menu."""
    wide_window()
    cloudy, image = load_pair()
    yield 1
    canvas = iface.mapCanvas()
    canvas.zoomToFullExtent()
    second = iface.createNewMapCanvas("second")
    yield 2
    second.zoomToFullExtent()
    yield 1.5
    part = (40, 60, canvas.viewport().width() - 80, canvas.viewport().height() - 100)
    renders = rendered(cloudy), rendered(image)
    before, still = state(), seen()
    second_still = second.viewport().grab().toImage()
    action = plugins["sar_cloud_removal"].flicker.action
    sequence = QKeySequence(action.shortcut())
    driver.report["key"] = sequence.toString()
    driver.report["registered"] = QgsGui.shortcutsManager().actionForSequence(action.shortcut()) is action
    # A number in Qt 5, a combination of keys in Qt 6.
    key = Qt.Key(sequence[0]) if isinstance(sequence[0], int) else sequence[0].key()
    iface.mainWindow().activateWindow()
    yield lambda: QApplication.activeWindow() is iface.mainWindow()
    canvas.setFocus()

    def both() -> list:
        now = second.viewport().grab().toImage()
        width, height = now.width(), now.height()
        return [
            difference(seen(), renders[0], *part),
            difference(seen(), renders[1], *part),
            difference(now, second_still, 10, 50, width - 20, height - 60),
        ]

    def pictures_ready() -> bool:
        items = plugins["sar_cloud_removal"].flicker._items.values()
        return len(items) == 2 and all(each.picture.ready for each in items)

    driver.report["at_rest"] = both()
    driver.forget_pauses()
    QTest.keyPress(canvas, key)
    yield pictures_ready
    yield 0.2
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["held"] = both()
    driver.report["held_state"] = state() == before
    driver.picture("held")
    # The window system repeats a key that is held.
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress) * 3:
        send_key(canvas, kind, key, repeated=True)
        yield 0.02
    driver.report["repeated"] = action.isChecked()
    QTest.keyRelease(canvas, key)
    yield 0.2
    driver.report["released"] = both()
    driver.report["same_pixels"] = seen() == still
    # The second time it is there at once.
    QTest.keyPress(canvas, key)
    driver.report["at_once"] = difference(seen(), renders[0], *part)
    QApplication.sendEvent(iface.mainWindow(), QEvent(QEvent.Type.WindowDeactivate))
    yield 0.1
    driver.report["focus_lost"] = both()
    QTest.keyRelease(canvas, key)
    yield 0.1
    action.trigger()
    yield 0.3
    driver.report["by_menu"] = both()
    action.trigger()
    yield 0.1
    driver.report["by_menu_again"] = both()
    # Another extent: what was rendered is no longer right.
    canvas.zoomByFactor(0.5)
    yield 0
    yield 1
    renders = rendered(cloudy), rendered(image)
    QTest.keyPress(canvas, key)
    yield pictures_ready
    yield 0.1
    driver.report["zoomed"] = both()[:2]
    unloadPlugin("sar_cloud_removal")
    yield 0.3
    driver.report["after_unload"] = both()[:2]
    driver.report["key_after_unload"] = QgsGui.shortcutsManager().actionForSequence(sequence) is None
    driver.report["after_state"] = state()[:2] == before[:2]


def send_key(widget, kind, key, repeated: bool) -> None:
    from qgis.PyQt.QtGui import QKeyEvent

    QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeated))


def options(driver: Driver):
    """Open the page by the menu, check an interpreter, change everything, OK; it is kept, and used; reset it."""
    wide_window()
    load_sample()
    yield 1
    plugin = plugins["sar_cloud_removal"]
    entry = next(each for each in plugin._actions if each.text() == "Options…")

    def page():
        window = dialog("Options")
        found = window.findChildren(QWidget, "sarCloudRemovalOptions") if window is not None else []
        # Newer versions of QGIS give their scroll area around the page its name.
        return next((each for each in found if each.isVisible() and hasattr(each, "shown_settings")), None)

    def press(standard) -> None:
        driver.click(dialog("Options").findChild(QDialogButtonBox, "buttonBox").button(standard))

    driver.later(entry.trigger)
    yield lambda: page() is not None
    dialog("Options").resize(1000, 760)
    yield 0.5
    driver.report["at_first"] = shown(page())
    driver.picture("first", dialog("Options"))
    typed(page().findChild(QgsFileWidget, "interpreter").lineEdit(), str(OUT / "gone" / "python3"))
    driver.click(page().findChild(QPushButton, "check"))
    yield lambda: page().findChild(QPushButton, "check").isEnabled()
    driver.report["said_of_gone"] = page().findChild(QLabel, "status").text()
    typed(page().findChild(QgsFileWidget, "interpreter").lineEdit(), os.environ["DRIVER_PYTHON"])
    driver.forget_pauses()
    driver.click(page().findChild(QPushButton, "check"))
    yield lambda: page().findChild(QPushButton, "check").isEnabled()
    driver.report["longest_pause"] = driver.longest_pause
    driver.report["said"] = page().findChild(QLabel, "status").text()
    choose(page().findChild(QComboBox, "device"), "CPU")
    choose(page().findChild(QComboBox, "model"), "own weights:")
    typed(page().findChild(QgsFileWidget, "weights").lineEdit(), os.environ["DRIVER_WEIGHTS"])
    typed(page().findChild(QSpinBox, "tile"), "128")
    typed(page().findChild(QDoubleSpinBox, "memory"), "2.5")
    typed(page().findChild(QDoubleSpinBox, "idle"), "3.5")
    yield 0.3
    driver.picture("changed", dialog("Options"))
    driver.report["chosen"] = shown(page())
    press(QDialogButtonBox.StandardButton.Ok)
    yield lambda: dialog("Options") is None
    driver.later(entry.trigger)
    yield lambda: page() is not None
    yield 0.3
    driver.report["kept"] = shown(page())
    driver.click(page().findChild(QPushButton, "reset"))
    driver.report["reset"] = shown(page())
    press(QDialogButtonBox.StandardButton.Cancel)
    yield lambda: dialog("Options") is None

    # What the dialog of the algorithm proposes, and how the compute process is started by a run.
    remove = next(each for each in plugin._actions if each.text().startswith("Remove clouds"))
    driver.later(remove.trigger)
    yield lambda: dialog("Remove clouds") is not None
    window = dialog("Remove clouds")
    yield 0.5
    wrappers = window.mainWidget().wrappers
    driver.report["proposed"] = [wrappers[name].parameterValue() for name in ("MODEL", "DEVICE", "TILE")]
    driver.click(button(window, "Run"))
    yield lambda: "Results" in log_text(window) or "failed" in log_text(window)
    driver.report["log"] = log_text(window)
    driver.report["command"] = list(worker_command())
    yield lambda: not button(window, "Cancel").isEnabled()
    driver.click(button(window, "Close"))
    yield 1
    unloadPlugin("sar_cloud_removal")
    driver.later(lambda: iface.showOptionsDialog(iface.mainWindow()))
    yield lambda: dialog("Options") is not None
    yield 0.3
    driver.report["page_after_unload"] = bool(dialog("Options").findChildren(QWidget, "sarCloudRemovalOptions"))
    press(QDialogButtonBox.StandardButton.Cancel)
    yield 0.3


def shown(page) -> dict:
    return dict(vars(page.shown_settings()))


def typed(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Tab)


def choose(combo, text: str) -> None:
    """Choose by keys: Home, and down until it is there."""
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if combo.currentText() != text:
            QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == text, text


def worker_command() -> tuple:
    from sar_cloud_removal.plugin.compute.client import shared_client

    return shared_client()._worker.command


SCENARIOS = {each.__name__: each for each in (compare, flicker, options)}
the_driver = Driver(SCENARIOS[os.environ["DRIVER_SCENARIO"]])
