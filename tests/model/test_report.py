"""The report: what it says, that it is one file that needs nothing else, and that names cannot break it."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model import bands, evaluate
from sar_cloud_removal.model.requests import Evaluate

SAMPLE = bands.__file__.replace("model/bands.py", "resources/sample/")
CLEAR, CLOUDY, SAR = SAMPLE + "s2_clear.tif", SAMPLE + "s2_cloudy.tif", SAMPLE + "s1.tif"
VOID = {"meta", "img", "br"}
INTERPOLATED = (
    "«{name}» is interpolated onto the pixels of «{name2}», as {reason}: a part of the difference comes from that."
)


class Page(HTMLParser):
    """Checks that tags are closed in their order, and gathers texts, pictures and what is loaded from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.pictures, self.tags = [], [], [], set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "img":
            self.pictures.append(dict(attributes))
        assert not {"src", "href"} & {name for name, _ in attributes} or tag == "img"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())


def report(tmp_path, prediction=CLOUDY, reference=CLEAR, **options):
    path = tmp_path / "report.html"
    request = Evaluate(prediction, reference, report=str(path), **options)
    values = evaluate.evaluate(request, lambda event: None, lambda: False)
    return Page(path.read_text(encoding="utf-8")), values


def pixels_of(picture):
    with rasterio.MemoryFile(base64.b64decode(picture["src"].partition(",")[2])) as memory, memory.open() as data:
        return data.read()


@pytest.fixture
def darker(tmp_path):
    """A reconstruction: the clear image at nine tenths."""
    with rasterio.open(CLEAR) as clear:
        profile, pixels, names = clear.profile, clear.read(), clear.descriptions
    with rasterio.open(tmp_path / "darker.tif", "w", **profile) as data:
        data.write(np.rint(pixels * 0.9).astype("uint16"))
        data.descriptions = names
    return str(tmp_path / "darker.tif")


def test_one_file_without_scripts_or_network(tmp_path, darker):
    page, _ = report(tmp_path, darker, cloudy=CLOUDY, s1=SAR)
    assert not page.tags & {"script", "link", "iframe", "object", "svg", "form"}
    assert all(picture["src"].startswith("data:image/") and picture["alt"] for picture in page.pictures)
    text = (tmp_path / "report.html").read_text()
    assert "url(" not in text and "@import" not in text
    assert len(text) < 3_000_000
    for picture in page.pictures:
        if picture["src"].startswith("data:image/svg"):
            ET.fromstring(base64.b64decode(picture["src"].partition(",")[2]))


def test_figures_are_those_of_the_result(tmp_path, darker):
    page, values = report(tmp_path, darker, cloudy=CLOUDY)
    for figures in (values, values["before"]):
        for name, digits in (("psnr", 2), ("ssim", 2), ("mae", 3), ("sam", 2), ("rmse", 3)):
            assert f"{figures[name]:.{digits}f}" in page.texts
    gain = values["psnr"] - values["before"]["psnr"]
    assert f"+{gain:.2f} better" in page.texts
    assert f"{gain:.2f} dB nearer" in " ".join(page.texts)
    assert [text for text in page.texts if text in bands.S2_BANDS] == list(bands.S2_BANDS)
    assert {"cloud", "clear", "By cloud cover of the place"} <= set(page.texts)


def test_a_loss_is_called_one(tmp_path, darker):
    page, _ = report(tmp_path, CLOUDY, cloudy=darker)
    assert "farther from the reference" in " ".join(page.texts)
    assert any(text.endswith(" worse") for text in page.texts)


def test_without_cloudy_input_there_is_no_before(tmp_path):
    page, values = report(tmp_path)
    assert not {"before", "change", "better"} & set(page.texts)
    assert f"{values['psnr']:.2f}" in page.texts
    assert "Give the cloudy input too, to see what was gained over it." in page.texts


def test_names_are_escaped(tmp_path):
    evil = '<script>alert("1")</script> & «B»'
    page, _ = report(tmp_path, prediction_name=evil, cloudy=CLOUDY, cloudy_name="a<b", words={"Reference": "<i>R"})
    assert evil in page.texts
    assert "script" not in page.tags and "i" not in page.tags
    assert "<i>R" in page.texts


def test_pictures_show_what_was_compared_in_one_contrast(tmp_path, darker):
    page, _ = report(tmp_path, darker, cloudy=CLOUDY, s1=SAR)
    pictures = {picture["alt"]: pixels_of(picture) for picture in page.pictures if "png" in picture["src"]}
    assert set(pictures) == {
        "Sentinel-1 (VV, VH, VV)", "Cloudy input", "Reconstruction", "Reference", "Error of the cloudy input",
        "Error of the reconstruction",
    }  # fmt: skip
    assert all(each.shape == (4, 256, 256) and (each[3] == 255).all() for each in pictures.values())
    brightness = {name: picture[:3].mean() for name, picture in pictures.items()}
    assert brightness["Reconstruction"] < brightness["Reference"] < brightness["Cloudy input"]
    # In one contrast, nine tenths of the reflectance is a straight line below it.
    assert np.corrcoef(pictures["Reconstruction"][0].ravel(), pictures["Reference"][0].ravel())[0, 1] > 0.99
    assert pictures["Error of the cloudy input"][2].mean() < pictures["Error of the reconstruction"][2].mean()


def test_nodata_is_transparent(tmp_path):
    with rasterio.open(CLEAR) as clear:
        profile, pixels, names = clear.profile, clear.read(), clear.descriptions
    pixels[:, :50] = 0
    with rasterio.open(tmp_path / "holed.tif", "w", **profile) as data:
        data.write(pixels)
        data.descriptions = names
    page, _ = report(tmp_path, str(tmp_path / "holed.tif"))
    pictures = [pixels_of(picture) for picture in page.pictures if "png" in picture["src"]]
    for picture in pictures:
        assert (picture[3, :50] == 0).all() and (picture[3, 50:] == 255).all()


def test_words_are_the_users(tmp_path):
    words = {"Assessment of a reconstruction": "重建评估", "Compared": "{nonsense}", "Figures": "数字"}
    page, _ = report(tmp_path, cloudy=CLOUDY, words=words)
    assert "重建评估" in page.texts and "数字" in page.texts
    # A translation that names what is not there is no reason to fail.
    assert "Compared" in page.texts


def test_what_was_found_out_is_told_in_the_users_words(tmp_path):
    """Scaling lines and notes have numbers and names in them: they are known again by their forms."""
    with rasterio.open(CLEAR) as clear:
        profile, pixels, names = clear.profile, clear.read(), clear.descriptions
    profile.update(count=12, transform=profile["transform"] * rasterio.Affine.translation(0.5, 0))
    with rasterio.open(tmp_path / "shifted.tif", "w", **profile) as data:
        data.write(pixels[:12])
        data.descriptions = names[:12]
    words = {
        "values up to {high} are DN, reflectance × 10000": "最大为 {high} 的数值是 DN",
        "{how}; {why}": "{how}；{why}",
        "no offset ({seen}{contradicted})": "无偏移（{seen}{contradicted}）",
        "the darkest band starts at {dark}": "最暗波段始于 {dark}",
        ", the cirrus band is at {cirrus}": "，卷云波段为 {cirrus}",
        INTERPOLATED: "“{name}”已内插到“{name2}”，因为{reason}。",
        "they are shifted by a part of a pixel": "像元错开",
        "Left out, as not all images have them: {left_out}.": "未参与：{left_out}。",
    }
    shifted = str(tmp_path / "shifted.tif")
    # A layer may be called as something that is said.
    called = {"prediction_name": "they are shifted by a part of a pixel", "reference_name": "<b>"}
    page, _ = report(tmp_path, CLOUDY, shifted, words=words, **called)
    said = "\n".join(page.texts)
    assert re.search(
        r"^最大为 \d+ 的数值是 DN；无偏移（最暗波段始于 0\.\d{3}，卷云波段为 0\.\d{3}）$", said, re.MULTILINE
    )
    assert "“<b>”已内插到“they are shifted by a part of a pixel”，因为像元错开。" in page.texts
    assert "未参与：B12。" in page.texts
    assert not re.search("values up to|the darkest band|interpolated|Left out", said)
    english, _ = report(tmp_path, CLOUDY, shifted)
    assert "Left out, as not all images have them: B12." in english.texts
    # A translation that names what is not there is no reason to fail.
    page, _ = report(tmp_path, CLOUDY, shifted, words={**words, "{how}; {why}": "{nonsense}"})
    assert any(text.startswith("values up to") for text in page.texts)


def test_date_and_version_are_told(tmp_path):
    page, _ = report(tmp_path)
    made = next(text for text in page.texts if text.startswith("Made by SAR Cloud Removal"))
    assert re.search(r"\d+\.\d+.*, \d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d\.", made)
