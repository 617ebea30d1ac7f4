"""The plugin in another language: which one is taken, what is said in it, and that English comes back."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sar_cloud_removal.model import errors
from sar_cloud_removal.plugin import translation

from .rasters import write

TOOL = Path(__file__).parents[1] / "tools" / "translations.py"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The folder that i18n/ is in the zip."""
    spec = importlib.util.spec_from_file_location("translations_tool", TOOL)
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    folder = tmp_path_factory.mktemp("i18n")
    tool.compile_all(folder)
    return folder


@pytest.fixture
def folder(compiled, monkeypatch):
    monkeypatch.setattr(translation, "FOLDER", compiled)
    return compiled


@pytest.fixture
def chinese(qgis, folder):
    translation.install_translator("zh_CN")
    yield
    translation.remove_translator()


@pytest.mark.parametrize("locale", ["zh_CN", "zh-Hans", "zh", "zh_CN.UTF-8", "zh_SG"])
def test_chinese_is_found_by_all_its_names(folder, locale):
    assert translation.translation_for(locale).name == "sar_cloud_removal_zh_CN.qm"


@pytest.mark.parametrize("locale", ["en", "en_US", "C", "de", "", "z"])
def test_what_has_no_translation_stays_english(folder, locale):
    assert translation.translation_for(locale) is None


def test_the_language_of_qgis_is_taken(qgis, folder, monkeypatch):
    from qgis.core import QgsApplication

    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "zh-Hans"))
    translation.install_translator()
    assert (translation.language(), translation.tr("Help")) == ("zh_CN", "帮助")
    translation.remove_translator()
    assert (translation.language(), translation.tr("Help")) == ("en", "Help")
    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "de"))
    translation.install_translator()
    assert (translation.language(), translation.tr("Help")) == ("en", "Help")


def test_the_plugin_installs_and_removes_it(qgis, compiled, tmp_path):
    """In a QGIS of its own, whose settings say Chinese; the algorithm's id stays."""
    code = """
import sys
from pathlib import Path
from qgis.core import QgsApplication, QgsSettings
application = QgsApplication([], False)
application.initQgis()
QgsSettings().setValue("locale/overrideFlag", True)
QgsSettings().setValue("locale/userLocale", "zh-Hans")
from sar_cloud_removal import classFactory
from sar_cloud_removal.plugin import translation
translation.FOLDER = Path(sys.argv[1])
plugin = classFactory(None)
plugin.initProcessing()
shown = QgsApplication.processingRegistry().algorithmById("sarcloudremoval:removeclouds").displayName()
assert shown == "云去除", shown
plugin.unload()
assert translation.tr("Remove clouds") == "Remove clouds"
"""
    variables = {**os.environ, "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code, str(compiled)], check=True, env=variables)


def test_algorithms_keep_their_names_and_are_shown_in_chinese(chinese):
    from sar_cloud_removal.plugin.provider import ALGORITHMS

    for kind in ALGORITHMS:
        made = kind()
        made.initAlgorithm()
        assert re.fullmatch("[a-z0-9]+", made.name())
        shown = [made.displayName(), made.shortDescription(), made.shortHelpString()]
        shown += [text for each in made.parameterDefinitions() for text in (each.description(), each.help())]
        shown += [each.description() for each in made.outputDefinitions()]
        assert [text for text in shown if text and not re.search("[\u4e00-\u9fff]", text)] == []


def test_choices_keep_their_words(chinese):
    """Scripts and models name them."""
    from sar_cloud_removal.plugin.algorithms.remove_clouds import RemoveClouds

    made = RemoveClouds()
    made.initAlgorithm()
    assert made.parameterDefinition("QUALITY").options() == ["normal", "best"]


def test_errors_are_told_in_chinese_with_their_details(chinese):
    error = errors.MaskMismatch(layer="云.tif", detail="it has 3 bands")
    assert translation.sentence(error) == "云掩膜“云.tif”无法使用：它有 3 个波段。请选择云处不为 0 的单波段栅格。"
    error = errors.BadOption(option="Sentinel-2 scale", value=0, detail="it has to be greater than 0")
    assert translation.sentence(error) == "选项“Sentinel-2 比例”的值“0”不可用：必须大于 0。"
    error = errors.SourceGone(layer="结果", role="cloud mask", path="mask.tif")
    assert "云掩膜文件“mask.tif”" in translation.sentence(error)
    # What was not foreseen stays as it is.
    error = errors.Unexpected(detail="ZeroDivisionError: division by zero")
    assert "ZeroDivisionError: division by zero" in translation.sentence(error)


@pytest.mark.parametrize(
    ("english", "chinese_words"),
    [
        ("Tile 3 of 20", "分块 3 / 20"),
        ("Writing overviews", "正在写入金字塔"),
        ("no offset (the darkest band starts at 0.032)", "无偏移（最暗波段始于 0.032）"),
        (
            "values up to 2300 are DN, reflectance × 10000; offset as chosen",
            "最大为 2300 的数值是 DN，即反射率 × 10000；偏移按所选",
        ),
        (
            "values from 0.01 to 0.4 are linear power, not calibrated; a mean calibration is applied",
            "0.01 至 0.4 的数值为线性功率，未经定标；采用平均定标",
        ),
        ("signal SIGKILL, often a sign of too little memory", "信号 SIGKILL，这往往说明内存不足"),
        (
            "«cloudy»: B1, B2 (by the names of the bands); values up to 6794 are DN, reflectance × 10000; no offset "
            "(the darkest band starts at 0.001, the cirrus band is at 0.001).",
            "“cloudy”：B1, B2（按波段名称）；最大为 6794 的数值是 DN，即反射率 × 10000；"
            "无偏移（最暗波段始于 0.001，卷云波段为 0.001）。",
        ),
        # Layers keep their names, although «cloudy» and «cloud mask» are words of the plugin too.
        (
            "VV is band 1 of «cloudy», VH is band 2 of «cloud mask» (by the names of the layers).",
            "VV 为“cloudy”的波段 1，VH 为“cloud mask”的波段 2（按图层名称）。",
        ),
        ("Filtering window 3 of 20", "正在滤波：窗口 3 / 20"),
        (
            "the folder of downloaded packages «/w» is not complete: it lacks torch; damaged: a.whl. Make the folder "
            "on a machine like this one, with Python 3.11: pip download -c constraints.txt -d FOLDER torch rasterio",
            "已下载软件包的文件夹“/w”不完整：缺少 torch；已损坏：a.whl。请在与本机相同、装有 Python 3.11 "
            "的计算机上制作该文件夹：pip download -c constraints.txt -d FOLDER torch rasterio",
        ),
        ("Skipping a; b: «c»", "Skipping a; b: «c»"),
        ("Collecting torch==2.13.0", "Collecting torch==2.13.0"),
    ],
)
def test_what_the_compute_process_says_is_known_again(chinese, english, chinese_words):
    assert translation.phrase(english) == chinese_words


def test_every_form_is_known_again(chinese, folder):
    forms = json.loads((folder / "phrases.json").read_text(encoding="utf-8"))
    assert len(forms) > 50
    for form in forms:
        before = "X" if form.startswith(",") else ""
        if not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", form)):
            continue
        filled = before + re.sub(r"\{\w+\}", "7", form)
        said = translation.phrase(filled)
        assert re.search("[\u4e00-\u9fff]|^3\\.7|，|；", said), (form, said)


def test_without_a_translation_nothing_is_searched(qgis, folder):
    translation.remove_translator()
    assert translation.phrase("Tile 3 of 20") == "Tile 3 of 20"


def test_the_legend_of_changed_pixels_is_chinese(chinese, tmp_path):
    import numpy as np
    from qgis.core import QgsRasterLayer

    from sar_cloud_removal.plugin.layers import ChangedDresser, Run

    write(tmp_path / "changed.tif", np.array([[[0, 1], [2, 1]]], dtype=np.uint16))
    layer = QgsRasterLayer(str(tmp_path / "changed.tif"), "changed")
    ChangedDresser(Run()).dress(layer)
    assert [each.label for each in layer.renderer().classes()] == ["保留", "重建", "仍有云：缺少 Sentinel-1"]
