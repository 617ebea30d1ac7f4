"""The real QGIS window, driven by driver.py; each scenario is a QGIS of its own.

Needs a display (xvfb-run). The pictures are kept where SAR_CLOUD_REMOVAL_PICTURES says, if it says so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLE = ROOT / "resources" / "sample"
COMPUTE_PYTHON = os.environ.get("SAR_CLOUD_REMOVAL_PYTHON", "")
PICTURES = os.environ.get("SAR_CLOUD_REMOVAL_PICTURES", "")
# The longest time for which the window may not answer. Usually 0.1 to 0.4 s, longer when other programs take the CPU;
# a run takes longer than this, so a window that waits for it is noticed.
ALIVE_SECONDS = 2.0

CHINESE = re.compile("[\u4e00-\u9fff]")

pytestmark = [
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="there is no display"),
    pytest.mark.skipif(not shutil.which("qgis"), reason="QGIS is not installed"),
]
needs_compute = pytest.mark.skipif(not COMPUTE_PYTHON, reason="SAR_CLOUD_REMOVAL_PYTHON names no compute environment")


def at_once(seconds: float, whole_seconds: float) -> bool:
    """Whether a run ended at once when it was told to.

    That is within two seconds, or, where other programs take the processors, in a small part of what all of it would
    have taken at the pace seen.
    """
    return seconds < max(2, whole_seconds / 5)


@pytest.fixture
def drive(tmp_path):
    """Run one scenario, in a fresh profile the first time; give back its report."""

    def driven(scenario: str, code: str = "driver.py", limit_seconds: int = 900, **variables: str) -> dict:
        out, profile, plugins = tmp_path / "out", tmp_path / "profiles", tmp_path / "plugins"
        settings = profile / "profiles" / "default" / "QGIS" / "QGIS3.ini"
        for folder in (out, plugins, settings.parent):
            folder.mkdir(parents=True, exist_ok=True)
        runtime = tmp_path / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        if not settings.exists():
            settings.write_text("[PythonPlugins]\nsar_cloud_removal=true\nprocessing=true\n")
            if "DRIVER_LOCALE" in variables:
                with settings.open("a") as file:
                    file.write(f"[locale]\noverrideFlag=true\nuserLocale={variables['DRIVER_LOCALE']}\n")
            (plugins / "sar_cloud_removal").symlink_to(ROOT)
        environment = {
            **os.environ,
            "DRIVER_OUT": str(out),
            "DRIVER_SAMPLE": str(SAMPLE),
            "DRIVER_SCENARIO": scenario,
            "QGIS_PLUGINPATH": str(plugins),
            "XDG_RUNTIME_DIR": str(runtime),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "QT_QPA_PLATFORM": "xcb",
            **variables,
        }
        # The package comes from the plugin folder, as with a user.
        for name in ("PYTHONPATH", "QGIS_CUSTOM_CONFIG_PATH"):
            environment.pop(name, None)
        # Where one file of scenarios finds another.
        environment["PYTHONPATH"] = str(HERE)
        options = ["--nologo", "--noversioncheck", "--profiles-path", str(profile)]
        done = subprocess.run(
            ["qgis", *options, "--code", str(HERE / code)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_seconds,
        )
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            for picture in out.glob("*.png"):
                shutil.copy(picture, Path(PICTURES) / f"{scenario}-{picture.name}")
        report = out / "report.json"
        assert report.exists(), done.stdout[-2000:] + done.stderr[-4000:]
        seen = json.loads(report.read_text())
        assert "error" not in seen, seen["error"]
        assert seen["python_errors"] == [], "\n".join(seen["python_errors"])
        assert done.returncode == 0, done.stderr[-4000:]
        return seen

    return driven


@needs_compute
def test_remove_clouds_through_the_window(drive):
    seen = drive("remove_clouds")
    assert seen["loaded"]
    assert seen["heavy"] == []
    assert seen["menu"] == [
        "Remove clouds…",
        "Inspect SAR attention",
        "Compare cloudy and reconstructed",
        "Show the cloudy layers (hold the key)",
        "Stretch both to the ground",
        "Set up compute environment…",
        "Network weights…",
        "Options…",
        "Add sample layers",
        "Help",
    ]
    assert "SAR Cloud Removal" in seen["providers"]
    assert seen["algorithms"] == [
        "Adapt network to scene",
        "Assess reconstruction",
        "Detect clouds and shadows",
        "Prepare Sentinel-1",
        "Prepare Sentinel-2",
        "Remove clouds",
        "Remove clouds of a folder",
        "Simulate clouds",
        "Example models",
    ]
    assert seen["proposed"] == ["Sentinel-1 (VV, VH) [EPSG:32650]", "Sentinel-2, cloudy [EPSG:32650]"]
    assert seen["layers"][:3] == [
        "Sentinel-2, cloudy — SAR attention",
        "Sentinel-2, cloudy — clouds removed",
        "Sentinel-2, cloudy",
    ]
    assert seen["bands"][0] == seen["bands"][1] == [4, 3, 2]
    assert seen["contrast"][0] == seen["contrast"][1] == [600, 2300]
    assert seen["longest_pause"] < ALIVE_SECONDS
    assert seen["warm"]
    assert seen["ended_on_unload"]
    # What it does once QGIS has started it must not do when it is gone.
    assert seen["stopped_listening"] == 1
    assert not seen["provider_after_unload"]
    assert not seen["menu_after_unload"]


@needs_compute
def test_batch_through_the_window(drive):
    seen = drive("batch")
    assert seen["files"] == ["attention_0.tif", "attention_1.tif", "output_0.tif", "output_1.tif"]
    assert "not correctly generated" not in seen["log"]
    assert seen["layers"][:4] == [
        "Sentinel-2, cloudy — SAR attention (2)",
        "Sentinel-2, cloudy — clouds removed (2)",
        "Sentinel-2, cloudy — SAR attention",
        "Sentinel-2, cloudy — clouds removed",
    ]
    assert len(seen["layers"]) == 7
    assert seen["longest_pause"] < ALIVE_SECONDS
    assert at_once(seen["cancel_seconds"], seen["whole_seconds"])
    # It stopped half-way in the first of the two, and the other was not begun.
    assert seen["cancelled_log"].count("Cancelled; nothing was written.") == 1
    assert seen["cancelled_log"].count("Processing algorithm 2/2") == 1
    assert seen["partial_after_cancel"] == []


@needs_compute
def test_assess_through_the_window(drive):
    seen = drive("assess")
    assert seen["proposed"] == [
        "Sentinel-2, cloudy — clouds removed",
        "Sentinel-2, clear",
        "Sentinel-2, cloudy",
        "Sentinel-1 (VV, VH)",
    ]
    assert seen["longest_pause"] < ALIVE_SECONDS
    before, after = re.findall(r"PSNR (\d+\.\d\d) dB", seen["log"])
    assert before == "15.96" and float(after) > 22
    # In the layer tree, and in the report, with the same figures.
    assert seen["layers"][0] == "Sentinel-2, cloudy — clouds removed — error"
    assert seen["results"] == ["Assessment report"]
    assert all(f">{figure}<" in seen["report"] for figure in (before, after))
    assert "<b>Sentinel-2, cloudy — clouds removed</b>" in seen["report"]
    # QGIS's own dialog for a batch fails to list a result that is HTML, so the plugin does it.
    assert "Traceback" not in seen["batch_log"]
    assert seen["batch_files"] == ["batch_0.html", "batch_1.html", "error_0.tif", "error_1.tif"]
    assert seen["results_of_batch"] == [
        "assessreconstruction",
        "Assessment report — other",
        "Assessment report — Sentinel-2, cloudy — clouds removed",
        "Assessment report",
    ]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The sample scene repeated, so that a run takes some seconds on a CPU."""
    import numpy as np
    from osgeo import gdal

    gdal.UseExceptions()
    folder = tmp_path_factory.mktemp("large")
    for name, source in (("s1", "s1.tif"), ("s2", "s2_cloudy.tif")):
        data = gdal.Open(str(SAMPLE / source))
        values = np.tile(data.ReadAsArray(), (1, 2, 2))
        made = gdal.GetDriverByName("GTiff").Create(
            str(folder / f"{name}.tif"), *values.shape[:0:-1], len(values), data.GetRasterBand(1).DataType
        )
        made.SetGeoTransform(data.GetGeoTransform())
        made.SetProjection(data.GetProjection())
        for index, band in enumerate(values, 1):
            made.GetRasterBand(index).WriteArray(band)
            made.GetRasterBand(index).SetDescription(data.GetRasterBand(index).GetDescription())
        made = None
    return folder


@needs_compute
def test_cancel_kill_and_run_through_the_window(drive, large):
    seen = drive("cancel_and_kill", DRIVER_LARGE=str(large))
    assert all(name.endswith(".partial.tif") for name in seen["partial_during_run"])
    # The image, the map of attention, and the clouds that were detected.
    assert len(seen["partial_during_run"]) == 3

    assert at_once(seen["cancel_seconds"], seen["whole_seconds"])
    assert seen["files_after_cancel"] == []
    assert "Cancelled; nothing was written." in seen["log_after_cancel"]

    assert at_once(seen["kill_seconds"], seen["whole_seconds"])
    assert seen["files_after_kill"] == []
    assert "The compute process ended unexpectedly (signal SIGKILL" in seen["log_after_kill"]

    # QGIS itself keeps histograms beside rasters that it has drawn, as it does beside the inputs.
    files = [name for name in seen["files_after_run"] if not name.endswith(".tif.aux.xml")]
    assert files == ["attention.tif", "image.tif"]
    for pause in ("cancel_pause", "kill_pause", "run_pause"):
        assert seen[pause] < ALIVE_SECONDS


@needs_compute
def test_preparing_through_the_window(drive, tmp_path):
    from osgeo import gdal

    from ..plugin.sample_product import SIDE, sample_product
    from ..safe_product import LEFT, TOP

    product, radar = sample_product(tmp_path), tmp_path / "radar.tif"
    image = gdal.Translate("", str(SAMPLE / "s1.tif"), format="MEM", srcWin=[0, 0, SIDE, SIDE])
    image.SetGeoTransform((LEFT, 10, 0, TOP, 0, -10))
    gdal.Translate(str(radar), image)
    seen = drive("prepare", DRIVER_PRODUCT=str(product.folder), DRIVER_RADAR=str(radar))
    title = "Sentinel-2 L2A T50SKE 2023-05-14"
    assert seen["layers2"] == [f"{title} — cloud mask", title]
    assert "12 bands, 240 × 240 pixels" in seen["log2"]
    assert "Radar — VV, VH in dB" in seen["layers1"]
    assert "100.0 % of them with a value" in seen["log1"]
    assert seen["longest_pause"] < ALIVE_SECONDS


# What packages are imported as, where that is another name.
MODULES = {"scikit_learn": "sklearn"}


@pytest.fixture
def wheels(tmp_path):
    """A folder of empty packages with the names and the versions that the plugin installs."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    code = """
class version: cuda = None
class cuda:
    @staticmethod
    def is_available(): return False
class backends: pass
"""
    pins = re.findall(r"^([\w-]+)==([\w.]+)", (ROOT / "constraints.txt").read_text(), flags=re.MULTILINE)
    for name, version in [(name.replace("-", "_"), version) for name, version in pins]:
        info = f"{name}-{version}.dist-info"
        files = {
            f"{MODULES.get(name, name)}.py": f"__version__ = {version!r}\n{code}",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = f"{info}/RECORD,,\n"
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
                digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
                record += f"{path},sha256={digest},{len(text.encode())}\n"
            archive.writestr(f"{info}/RECORD", record)
    return folder


def test_setting_up_the_environment_through_the_window(drive, wheels):
    seen = drive("without_environment", SAR_CLOUD_REMOVAL_PYTHON="", DRIVER_WHEELS=str(wheels))
    assert "Open Plugins ▸ SAR Cloud Removal ▸ Set up compute environment and press Install." in seen["message"]
    assert seen["status"] == "<b>Nothing is installed yet. Press Install.</b>"
    assert "to download" in seen["size"]
    assert seen["cancel_seconds"] < 2
    assert seen["status_after_cancel"] == "<b>Cancelled; nothing was installed.</b>"
    assert not seen["folder_after_cancel"]
    assert seen["status_after_install"] == "<b>Ready. «Remove clouds» can run.</b>"
    assert seen["install_pause"] < ALIVE_SECONDS
    assert seen["can_execute"]


@needs_compute
def test_in_chinese(drive):
    """Needs the compiled translation in i18n/, as `make run` does; QGIS's own and a font may be missing."""
    seen = drive("chinese", DRIVER_LOCALE="zh-Hans")
    assert seen["menu"][0] == "云去除…"
    assert seen["menu"][-1] == "帮助"
    assert [text for text in seen["menu"] + seen["algorithms"] + seen["labels"] if not CHINESE.search(text)] == []
    assert "云去除" in seen["algorithms"]
    assert len(seen["labels"]) >= 5
    assert seen["cut_off"] == []
    assert [Path(path).parts[-2:] for path in seen["help"]] == [("zh_CN", "index.html")]
    assert re.search(r"网络“multistage_fusion”，设备 \w+，分块数：1，[\d.]+ 秒", seen["log"])
    assert "（按波段名称）" in seen["log"]
    assert seen["layers"][:2] == ["Sentinel-2, cloudy — SAR 注意力", "Sentinel-2, cloudy — 去云图像"]
    assert "就绪。可以运行“云去除”。" in seen["environment"]


def test_setting_up_is_offered_once(drive):
    """A message with a button in a fresh profile, and nothing at the next start, though nothing was installed."""
    seen = drive("first_start", "environment_driver.py", SAR_CLOUD_REMOVAL_PYTHON="")
    assert seen["offered"] == ["SAR Cloud Removal"]
    assert seen["modal"] == []
    assert seen["opened"]
    assert seen["offered_afterwards"] == []
    assert not seen["can_execute"][0]
    assert "Set up compute environment and press Install." in seen["can_execute"][1]
    again = drive("second_start", "environment_driver.py", SAR_CLOUD_REMOVAL_PYTHON="")
    assert again["offered"] == []
    assert not again["can_execute"][0]


def test_real_environment_from_the_package_index_through_the_window(drive, tmp_path):
    """PyTorch and all else for real: installed, computing, damaged and repaired, moved, removed."""
    seen = drive(
        "whole_life",
        "environment_driver.py",
        # Where PyTorch's own index cannot be reached, the usual one gives a build for GPUs: gigabytes.
        limit_seconds=3000,
        SAR_CLOUD_REMOVAL_PYTHON="",
        DRIVER_FOLDER=str(tmp_path),
    )
    print({name: seen[name] for name in seen if name.endswith("seconds")})
    assert "Ready" in seen["status_after_install"]
    assert re.search(r"torch 2\.\d+\.\d+.*, onnxruntime 1\.\d+\.\d+, ukis_csmask 1\.", seen["packages"])
    assert "csmask" not in seen["status_after_install"]
    # A step that takes less than the driver looks away for is not seen.
    numbers = [int(re.match(r"Step (\d) of 6: ", step)[1]) for step in seen["steps"]]
    assert numbers == sorted(numbers)
    assert {3, 4} <= set(numbers) <= set(range(1, 7))
    assert seen["progress"] == sorted(seen["progress"])
    assert len(seen["progress"]) > 5
    assert seen["megabytes"] > 500
    assert seen["install_pause"] < ALIVE_SECONDS
    assert os.path.getsize(seen["output"]) > 500_000
    assert "scipy does not load" in seen["status_when_damaged"]
    # scikit-learn does not load without scipy.
    assert seen["status_after_repair"] == "<b>Repaired: scikit-learn, scipy. Ready. «Remove clouds» can run.</b>"
    assert seen["question"].startswith("«Remove clouds» cannot run until")
    assert seen["left_after_cancelled_question"]
    assert re.match(r"<b>Removed; [\d.]+ (MB|GB) freed\. Nothing is installed yet", seen["status_after_removal"])
    assert seen["worker_ended"]
    assert seen["left"] == []


def test_environment_is_moved_from_a_folder_of_wheels_through_the_window(drive, wheels, tmp_path):
    seen = drive(
        "move",
        "environment_driver.py",
        SAR_CLOUD_REMOVAL_PYTHON="",
        DRIVER_WHEELS=str(wheels),
        DRIVER_FOLDER=str(tmp_path),
    )
    assert seen["refused"].startswith("Missing: torch (==")
    assert "is not complete: it lacks torch" in seen["status_of_incomplete"]
    assert seen["after_cancelled_move"] == {
        "status": "<b>Cancelled; the environment stays where it was.</b>",
        "ready": True,
        "there": [],
    }
    target = str(tmp_path / "other disk" / "sar_cloud_removal" / "environment")
    assert seen["setting"] == target
    assert seen["own"].endswith(f", {target}")
    assert re.match(r"<b>Moved to .*freed in the old place\. Ready\.", seen["status"])
    assert seen["old_left"] == []


@needs_compute
def test_weights_are_managed_through_the_window(drive, own_weights):
    seen = drive("weights", "environment_driver.py", DRIVER_WEIGHTS=str(own_weights))
    assert seen["listed"] == ["multistage_fusion (default)"]
    assert "1.43 million" in seen["card"] and "held-out scenes" in seen["card"] and "Where it fails" in seen["card"]
    assert "it is no safetensors file" in seen["refused"]
    assert "do not fit their network" in seen["unfit"]
    assert seen["added"] == "<b>«my valley» was added. The algorithms' dialogs list it from now on.</b>"
    assert seen["default"] == ["multistage_fusion", "my valley (default)"]
    assert seen["choices"] == ["default", "multistage_fusion", "my valley"]
    assert seen["proposed"] == "my valley"
    assert "Network «my valley»" in seen["log"]
    assert seen["after_delete"] == ["multistage_fusion (default)"]
    assert seen["files_left"] == []


@pytest.fixture(scope="module")
def own_weights(tmp_path_factory):
    """A folder with small weights that work, a file that is none, and weights that do not fit their network."""
    folder = tmp_path_factory.mktemp("own weights")
    code = """
import sys
from pathlib import Path
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from sar_cloud_removal.model.networks import build, checkpoints
folder = Path(sys.argv[1])
torch.manual_seed(0)
sizes = {"base_width": 8, "directed_width": 8, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 2}
network = build({"architecture": "multistage_fusion", **sizes})
checkpoints.save(folder / "valley.safetensors", network, {"tile": 64, "attribution": "Mine."})
with safe_open(folder / "valley.safetensors", "pt") as file:
    tensors, metadata = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()
tensors.pop(sorted(tensors)[0])
save_file(tensors, folder / "unfit.safetensors", metadata)
(folder / "text.safetensors").write_text("no weights")
"""
    subprocess.run([COMPUTE_PYTHON, "-c", code, str(folder)], check=True)
    return folder
