"""The command line: what it prints where, and what it ends with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio

from sar_cloud_removal.model import cli
from sar_cloud_removal.model.requests import Adapt, Log, Progress, Reconstruct

PACKAGE = Path(cli.__file__).resolve().parent.parent
SAMPLE = PACKAGE / "resources" / "sample"
S1, CLOUDY, CLEAR = (str(SAMPLE / name) for name in ("s1.tif", "s2_cloudy.tif", "s2_clear.tif"))


def run(*arguments):
    try:
        return cli.main([str(argument) for argument in arguments])
    except SystemExit as end:
        return end.code


def corner(pixels=64):
    """The options for the upper left corner of the sample scene."""
    with rasterio.open(CLOUDY) as data:
        left, top = data.transform * (0, 0)
        right, bottom = data.transform * (pixels, pixels)
    return ["--extent", left, bottom, right, top, "--device", "cpu"]


def reconstruct(output, *more):
    return ["reconstruct", "--s1", S1, "--s2", CLOUDY, "--output", output, *corner(), *more]


# Words and codes ----------------------------------------------------------------------------------------------------


def test_version_is_that_of_the_metadata(capsys):
    assert run("--version") == 0
    version = re.search(r"^version=(.*)$", (PACKAGE / "metadata.txt").read_text(encoding="utf-8"), re.MULTILINE).group(
        1
    )
    assert capsys.readouterr().out == f"sar-cloud-removal {version}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["explode"], ["evaluate"], ["reconstruct", "--s1", "a"], ["devices", "--colour"]]
)
def test_wrong_command_lines_end_with_2(capsys, arguments):
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("usage: sar-cloud-removal")


@pytest.mark.parametrize(
    "command",
    [
        "reconstruct",
        "reconstruct-folder",
        "adapt",
        "detect-clouds",
        "simulate-clouds",
        "evaluate",
        "cross-validate",
        "devices",
        "models",
        "describe",
        "inspect",
        "prepare-s1",
        "prepare-s2",
        "train",
    ],
)
def test_every_command_explains_itself(capsys, command):
    assert run(command, "--help") == 0
    assert "--json" in capsys.readouterr().out


def test_options_of_training_are_those_of_the_training_program(capsys):
    assert run("train") == 2
    assert "--config, --data, --output" in capsys.readouterr().err


def test_evaluate_prints_the_five_figures(capsys):
    assert run("evaluate", "--prediction", CLOUDY, "--reference", CLEAR) == 0
    out, err = capsys.readouterr()
    figures = "PSNR 15.956 dB SSIM 59.055 ×100 MAE 10.873 ×100 RMSE 15.929 ×100 SAM 15.272°"
    assert out.split() == figures.split()
    assert err == ""
    assert run("evaluate", "--help") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "PSNR in dB with peak 1" in said and "MAE and RMSE (of rasters only) in hundredths" in said


def test_evaluate_as_json(capsys):
    assert run("evaluate", "--prediction", CLOUDY, "--reference", CLEAR, "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["psnr"], values["sam"]) == pytest.approx((15.956, 15.272), abs=6e-4)


def test_psnr_of_equal_images_in_words(capsys):
    assert run("evaluate", "--prediction", CLEAR, "--reference", CLEAR) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["PSNR", "infinite"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--prediction", CLOUDY], "give --prediction and --reference, or --dataset"),
        (["--model", "default"], "give --prediction and --reference, or --dataset"),
        (["--prediction", CLOUDY, "--reference", CLEAR, "--dataset", "x"], "do not go together"),
        (["--dataset", "x", "--s2-scale", "1"], "--s2-scale and --dataset do not go together"),
        (["--dataset", "x", "--quality", "superb"], "--quality"),
    ],
)
def test_evaluate_takes_one_of_its_two_forms(capsys, arguments, words):
    assert run("evaluate", *arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err


def test_evaluate_options_for_a_data_set_reach_it(capsys, tmp_path):
    assert run("evaluate", "--dataset", tmp_path / "none", "--model", "default") == 3
    assert "there is no such folder" in capsys.readouterr().err
    assert run("evaluate", "--dataset", tmp_path, "--model", "nonsense", "--output", tmp_path / "out") == 5
    assert "There is no model «nonsense»" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_devices(capsys):
    assert run("devices") == 0
    assert re.search(r"^cpu +Processor.*$", capsys.readouterr().out, re.MULTILINE)
    assert run("devices", "--json") == 0
    assert json.loads(capsys.readouterr().out)["devices"][-1]["name"] == "cpu"


def test_describe(capsys, tmp_path):
    assert run("describe", "--model", "default", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert values["architecture"] == values["config"]["architecture"] == "multistage_fusion"
    assert round(values["parameters"] / 1e6, 2) == 1.43
    assert values["tile"] == values["provenance"]["tile"] == 256
    assert run("describe", "--model", values["path"]) == 0
    said = capsys.readouterr().out
    assert "trained on  86 scenes of 36 places" in said
    assert values["sha256"] in said
    damaged = tmp_path / "half.safetensors"
    damaged.write_bytes(Path(values["path"]).read_bytes()[:-10])
    assert run("describe", "--model", damaged) == 5
    assert "the file is damaged" in capsys.readouterr().err


def test_models(capsys):
    assert run("models", "--json") == 0
    models = json.loads(capsys.readouterr().out)
    assert models["default"] == models["models"][0]["name"]
    assert all(Path(each["path"]).is_file() for each in models["models"])
    assert run("models") == 0
    assert f"{models['default']} (default): " in capsys.readouterr().out


def test_an_error_is_one_sentence_on_stderr_and_an_exit_code(capsys, tmp_path):
    assert run("evaluate", "--prediction", tmp_path / "none.tif", "--reference", CLEAR) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("sar-cloud-removal: «none.tif» cannot be read: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["reconstruct", "--s1", "a"], "the following arguments are required: --s2, --output"),
        (["devices", "--colour"], "unrecognized arguments: --colour"),
        (["explode"], "invalid choice: 'explode'"),
        (["evaluate"], "give --prediction and --reference, or --dataset"),
        (["train"], "--config, --data, --output"),
    ],
)
def test_a_wrong_command_line_as_json_too(capsys, arguments, words):
    assert run(*arguments, "--json") == 2
    out, err = capsys.readouterr()
    error = json.loads(out)
    assert error["error"] == "WrongCommandLine" and words in error["message"]
    assert err.startswith("usage: sar-cloud-removal") and words in err


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ("reconstruct --s1 a --s2 b --output", "--output"),
        *((f"reconstruct --s1 a --s2 b --output c.tif {each}", each)
          for each in ("--attention", "--changed", "--source", "--expected-error", "--influence")),
        ("reconstruct-folder --input . --output", "--output"),
        ("reconstruct-folder --input . --output b --report", "--report"),
        ("adapt --s1 a --s2 b --output", "--output"),
        ("adapt --s1 a --s2 b --output c.safetensors --curve", "--curve"),
        ("detect-clouds --s2 a --output", "--output"),
        ("simulate-clouds --s2 a --output b.tif --opacity", "--opacity"),
        ("simulate-clouds --s2 a --output b.tif --classes", "--classes"),
        ("prepare-s1 --s1 a --output", "--output"),
        ("prepare-s2 --product a --output b.vrt --cloud-mask", "--cloud-mask"),
        *((f"evaluate --prediction a --reference b {each}", each)
          for each in ("--error", "--report", "--table", "--figures")),
        ("evaluate --dataset a --model b --output", "--output"),
        ("train --config a --data b --output", "--output"),
        ("cross-validate --data a --systems b --output", "--output"),
        *((f"datasets --data a {each}", each) for each in ("--report", "--regions", "--index")),
    ],
)  # fmt: skip
def test_outputs_with_an_empty_name_are_refused(capsys, tmp_path, monkeypatch, arguments, option):
    """What a shell makes of "$OUT" when OUT is not set."""
    monkeypatch.chdir(tmp_path)
    assert run(*arguments.split(), "") == 4
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"sar-cloud-removal: «{option}» cannot be written: its name is empty")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_as_json_too(capsys):
    assert run("detect-clouds", "--s2", "a", "--output=", "--json") == 4
    assert json.loads(capsys.readouterr().out)["error"] == "OutputNotWritable"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("reconstruct --s1 S1 --s2 S2 --output out.tif --keep network --grow 9", "«--grow» has the value «9»"),
        ("reconstruct --s1 S1 --s2 S2 --output out.tif --keep network --grow -1", "it needs --keep detected"),
        ("reconstruct --s1 S1 --s2 S2 --output out.tif --mask S2 --detection spectral", "«--detection»"),
        ("reconstruct-folder --input . --output out --keep network --detection spectral", "it needs --keep detected"),
        ("reconstruct --s1 S1 --s2 S2 --output out.tif --keep detected --grow -1", "it has to be 0 or more"),
        ("reconstruct --s1 S1 --s2 S2 --output out.tif --extent-crs EPSG:4326", "«extent CRS»"),
        ("detect-clouds --s2 S2 --output out.tif --extent-crs EPSG:4326", "«extent CRS»"),
        ("simulate-clouds --s2 S2 --output out.tif --extent-crs EPSG:4326", "«extent CRS»"),
        ("inspect --s1 S1 --s2 S2 --at 0 0 --extent-crs EPSG:4326", "«extent CRS»"),
        ("prepare-s2 --bands S2 --output out.tif --extent-crs EPSG:4326", "«extent CRS»"),
        ("detect-clouds --s2 S2 --output out.tif --band S2", "«band»"),
        ("detect-clouds --s2 S2 --output out.tif --band-kind qa60", "«--band-kind»"),
        ("detect-clouds --s2 S2 --output out.tif --method spectral --band-number 2", "it needs --method band"),
        ("inspect --result S2 --at 0 0 --tile 64", "a result is given too"),
        ("inspect --result S2 --at 0 0 --s1 S1", "«s1»"),
        ("inspect --result S2 --at 0 0 --model own.safetensors", "«model»"),
    ],
)
def test_options_that_would_not_be_heeded_are_refused(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert run(*({"S1": S1, "S2": CLOUDY}.get(word, word) for word in arguments.split())) == 3
    out, err = capsys.readouterr()
    assert out == "" and words in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_error_as_json_too(capsys):
    assert run("evaluate", "--prediction", S1, "--reference", CLEAR, "--json") == 3
    error = json.loads(capsys.readouterr().out)
    assert error["error"] == "Sentinel2Bands" and error["values"]["layer"] == "s1.tif"


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--model", "nonsense"], 5, "There is no model «nonsense»"),
        (["--device", "cuda:99"], 6, "The device «cuda:99» is not there"),
        (["--s2-bands", "B2,B3"], 3, "it names 2 bands"),
        (["--s1-bands", "1"], 3, "it needs two numbers with a comma"),
        (["--s1-bands", "VV,VH"], 3, "--s1-bands"),
        (["--s2-scale", "0"], 3, "Sentinel-2 scale"),
        (["--tile", "0"], 3, "tile"),
        (["--output", "/nowhere/at/all/out.tif"], 4, "cannot be written"),
        (["--output", CLOUDY], 4, "is also an input"),
        (["--clear", CLOUDY], 3, "it is the cloudy image itself"),
        (["--clear", "a,b,c,d"], 3, "it is S2,S1,MASK"),
    ],
)
def test_reconstruct_says_what_is_wrong(capsys, tmp_path, options, code, words):
    assert run(*reconstruct(tmp_path / "out.tif", *options)) == code
    out, err = capsys.readouterr()
    assert out == "" and words in err
    assert list(tmp_path.iterdir()) == []


# Reconstructing -----------------------------------------------------------------------------------------------------


def test_reconstruct_in_words_and_silent_otherwise(capsys, tmp_path):
    output, attention = tmp_path / "out.tif", tmp_path / "attention.tif"
    assert run(*reconstruct(output, "--attention", attention)) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[:2] == [str(output), str(attention)]
    assert re.search(r"^time +\d+\.\d s on cpu$", out, re.MULTILINE)
    assert "%" not in err
    with rasterio.open(output) as data:
        assert data.shape == (64, 64) and data.count == 13


def test_reconstruct_in_the_best_quality(capsys, tmp_path):
    paths = [tmp_path / f"{name}.tif" for name in ("normal", "best")]
    assert run(*reconstruct(paths[0])) == 0
    capsys.readouterr()
    assert run(*reconstruct(paths[1], "--quality", "best")) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == str(paths[1]) and any(line.endswith(", quality best") for line in out)
    normal, best = (rasterio.open(path).read().astype(float) for path in paths)
    assert 0 < abs(best - normal).mean() < 100
    assert run(*reconstruct(paths[0], "--quality", "fine")) == 2


def test_reconstruct_as_json_and_verbose(capsys, tmp_path):
    output = tmp_path / "out.tif"
    assert run(*reconstruct(output, "--json", "--verbose")) == 0
    out, err = capsys.readouterr()
    values = json.loads(out)
    assert values["output"] == str(output) and values["device"] == "cpu"
    assert re.search(r"^100%", err, re.MULTILINE)


def test_an_output_is_replaced_only_on_success(capsys, tmp_path):
    output = tmp_path / "out.tif"
    output.write_text("precious")
    assert run(*reconstruct(output, "--model", "nonsense")) == 5
    assert output.read_text() == "precious"
    assert run(*reconstruct(output)) == 0
    with rasterio.open(output) as data:
        assert data.count == 13


def test_options_become_the_request():
    options = cli._parser([]).parse_args(
        "reconstruct --s1 a --s2 b --output c --attention d --changed e --mask f --model m --device cuda:1 "
        "--extent -1.5 2 3 4e0 --extent-crs EPSG:4326 --s2-bands B2,-,B04 --s1-bands 2,1 --s2-scale 1 --s2-offset -0.1 "
        "--s1-units power --tile 128 --overlap 32 --batch 4 --precision float32 --feather 3 --quality best "
        "--source g --expected-error h --mask-kind scl --clear i --clear j,,k".split()
    )
    assert cli._request(options) == Reconstruct(
        s1="a",
        s2="b",
        output="c",
        attention="d",
        changed="e",
        mask="f",
        model="m",
        device="cuda:1",
        extent=(-1.5, 2.0, 3.0, 4.0),
        extent_crs="EPSG:4326",
        s2_bands=("B2", "-", "B04"),
        s1_bands=(2, 1),
        s2_scale=1.0,
        s2_offset=-0.1,
        s1_units="power",
        tile=128,
        overlap=32,
        batch=4,
        precision="float32",
        feather=3,
        quality="best",
        source="g",
        expected_error="h",
        mask_kind="scl",
        clear=(("i", None, None), ("j", None, "k")),
    )
    plain = cli._parser([]).parse_args("reconstruct --s1 a --s2 b --output c".split())
    assert cli._request(plain) == Reconstruct("a", "b", "c")


def test_options_become_the_request_to_adapt(tmp_path):
    comma = tmp_path / "may,june.tif"
    comma.touch()
    words = (
        "adapt --s1 a --s2 b --output c --clear d.tif --clear e.tif,f.tif --mask m --model n --minutes 2.5 --seed 3 "
        "--device cpu --curve k.csv --extent 1 2 3 4 --s2-bands B2,B03 --s1-bands 2,1 --s2-scale 1 --steps 9 "
        "--mask-kind clear"
    )
    options = cli._parser([]).parse_args([*words.split(), "--clear", str(comma)])
    assert cli._adaptation(options) == Adapt(
        s1="a",
        s2="b",
        output="c",
        clear=(("d.tif", None), ("e.tif", "f.tif"), (str(comma), None)),
        mask="m",
        model="n",
        minutes=2.5,
        seed=3,
        device="cpu",
        curve="k.csv",
        extent=(1.0, 2.0, 3.0, 4.0),
        s2_bands=("B2", "B03"),
        s1_bands=(2, 1),
        s2_scale=1.0,
        steps=9,
        mask_kind="clear",
    )
    plain = cli._parser([]).parse_args("adapt --s1 a --s2 b --output c".split())
    assert cli._adaptation(plain) == Adapt("a", "b", "c")


def test_adapt_says_before_and_after_in_words(capsys, tmp_path):
    weights, curve = tmp_path / "w.safetensors", tmp_path / "curve.csv"
    arguments = ["adapt", "--s1", S1, "--s2", CLEAR, "--mask", nowhere_cloudy(tmp_path), "--output", weights]
    assert run(*arguments, "--curve", curve, "--steps", 1, *corner()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [str(weights), str(curve)]
    assert lines[2].startswith("The adapted weights score ")
    assert re.fullmatch(r"PSNR     \d+\.\d\d dB before, \d+\.\d\d dB after, on withheld clear pixels", lines[3])
    assert curve.read_text().startswith("seconds,psnr\n0.0,")
    assert weights.stat().st_size > 1_000_000


def nowhere_cloudy(folder):
    """A mask for the sample scene that calls all of it clear."""
    with rasterio.open(CLEAR) as scene:
        profile = {**scene.profile, "count": 1, "dtype": "uint8", "nodata": None}
    path = folder / "mask.tif"
    with rasterio.open(path, "w", **profile):
        pass
    return path


# Progress -----------------------------------------------------------------------------------------------------------


def show(capsys, monkeypatch, terminal, verbose):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    shell = cli._Shell(verbose)
    shell(Progress(0.5, "Computing"))
    shell(Log("a remark"))
    shell(Log("take care", "warning"))
    shell.clear()
    return capsys.readouterr().err


def test_a_bar_on_a_terminal(capsys, monkeypatch):
    shown = show(capsys, monkeypatch, terminal=True, verbose=False)
    bar = "\r" + "█" * 15 + "░" * 15 + "  50% Computing"
    assert shown.startswith(bar)
    # The bar goes before a warning comes.
    assert shown[len(bar) :] == "\r" + " " * (len(bar) - 1) + "\r" + "warning: take care\n"


def test_no_bar_elsewhere(capsys, monkeypatch):
    assert show(capsys, monkeypatch, terminal=False, verbose=False) == "warning: take care\n"
    assert show(capsys, monkeypatch, terminal=False, verbose=True) == " 50% Computing\na remark\nwarning: take care\n"


# As a program -------------------------------------------------------------------------------------------------------


def program(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "sar_cloud_removal.model.cli", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=stdout, stderr=stderr, text=True, encoding="utf-8")


def test_runs_as_a_module():
    process = program("--version")
    assert process.communicate()[0].startswith("sar-cloud-removal ")
    assert process.returncode == 0


@pytest.mark.parametrize("arguments", [["models"], ["--help"], ["reconstruct", "--json"]])
def test_a_reader_that_has_gone_is_no_error(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    process = program(*arguments, stdout=writing)
    os.close(writing)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == 141 and "Traceback" not in err and "Exception" not in err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["models"], ["--version"]])
def test_a_full_disk_under_what_is_printed_is_one_sentence(arguments):
    with open("/dev/full", "w") as full:
        process = program(*arguments, stdout=full)
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 4
    assert err == "sar-cloud-removal: What there is to say cannot be printed: No space left on device.\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_log_ends_no_run(tmp_path):
    with open("/dev/full", "w") as full:
        process = program("detect-clouds", "--s2", CLOUDY, "--output", tmp_path / "m.tif", "--verbose", stderr=full)
        assert process.communicate(timeout=120)[0].startswith(str(tmp_path / "m.tif"))
    assert process.returncode == 0


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupt_cancels_cleanly(tmp_path, signal_):
    slow = ["--device", "cpu", "--tile", 64, "--overlap", 56, "--batch", 1, "--verbose"]
    process = program("reconstruct", "--s1", S1, "--s2", CLOUDY, "--output", tmp_path / "out.tif", *slow)
    while "%" not in process.stderr.readline():
        assert process.poll() is None
    while not list(tmp_path.iterdir()):
        time.sleep(0.05)
    process.send_signal(signal_)
    # Usually less than a second; half a minute where other programs take the processor. The whole run takes far longer.
    _, err = process.communicate(timeout=90)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "sar-cloud-removal: Cancelled; nothing was written."
    assert list(tmp_path.iterdir()) == []


# Words ---------------------------------------------------------------------------------------------------------------


def test_what_is_replaced_is_not_called_cloud_cover(capsys, tmp_path):
    """With detected clouds it is more than the clouds: shadows, and what they were grown by."""
    output, mask = tmp_path / "out.tif", tmp_path / "mask.tif"
    assert run(*reconstruct(output, "--keep", "network")) == 0
    assert re.search(r"^cloud cover  \d+\.\d %$", capsys.readouterr().out, re.MULTILINE)
    detected = ["--keep", "detected", "--detection", "spectral", "--grow", 4, "--device", "cpu"]
    assert run("reconstruct", "--s1", S1, "--s2", CLOUDY, "--output", output, *detected) == 0
    out = capsys.readouterr().out
    said = re.search(r"^replaced     (\d+\.\d) %, clouds found by spectral$", out, re.MULTILINE)
    assert "cloud cover" not in out
    assert run("detect-clouds", "--s2", CLOUDY, "--output", mask, "--method", "spectral", "--grow", 4) == 0
    with rasterio.open(mask) as data:
        marked = 100 * (data.read() > 0).mean()
    # What the detector marks, and what the network alone sees.
    assert marked - 0.05 <= float(said.group(1)) < 100


@pytest.mark.parametrize(
    ("units", "said"),
    [("db", "dB, as they were"), ("power", "dB, from linear power"), ("amplitude", "dB, from amplitude")],
)
def test_prepare_s1_tells_what_became_of_the_units(capsys, tmp_path, units, said):
    with rasterio.open(S1) as data:
        profile, db, names = data.profile, data.read(), data.descriptions
    factor = {"power": 10, "amplitude": 20}.get(units)
    with rasterio.open(tmp_path / "s1.tif", "w", **profile) as data:
        data.write(db if factor is None else (10 ** (db / factor)).astype(db.dtype))
        data.descriptions = names
    assert run("prepare-s1", "--s1", tmp_path / "s1.tif", "--output", tmp_path / "out.tif") == 0
    assert f"units  {said}; speckle filter: none" in capsys.readouterr().out


# Inspect ------------------------------------------------------------------------------------------------------------


def test_inspect_tells_of_a_place_of_a_result(capsys, tmp_path):
    output = tmp_path / "out.tif"
    assert run(*reconstruct(output)) == 0
    with rasterio.open(CLOUDY) as data:
        x, y = data.transform * (40.5, 20.5)
        before = data.read()[:, 20, 40] / 10000
    with rasterio.open(output) as data:
        after = data.read()[:, 20, 40] / 10000
    capsys.readouterr()
    assert run("inspect", "--result", output, "--at", x, y, "--device", "cpu", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["row"], values["column"]) == (20, 40)
    assert values["before"] == pytest.approx(list(before), abs=1e-6)
    assert values["after"] == pytest.approx(list(after), abs=1e-6)
    assert values["same_weights"] and len(values["attention"]["heads"]) == 8
    assert run("inspect", "--result", output, "--at", x, y, "--device", "cpu") == 0
    told = capsys.readouterr().out
    assert "row 20, column 40" in told and f"{before[3]:.3f}" in told and "VV        -" in told


def test_an_inspected_spot_is_seen_as_it_was_in_the_run(capsys, tmp_path):
    """By the two files and the options of the run alone, without its result."""
    mask, output = tmp_path / "mask.tif", tmp_path / "out.tif"
    with rasterio.open(CLOUDY) as data:
        profile = {**data.profile, "count": 1, "dtype": "uint8", "nodata": None, "predictor": 1}
        x, y = data.transform * (31.5, 20.5)
    cloud = np.zeros((1, 256, 256), np.uint8)
    # Thin cloud, which has a seam.
    cloud[:, :, 30:] = 3
    with rasterio.open(mask, "w", **profile) as data:
        data.write(cloud)
    options = ["--mask", mask, "--mask-kind", "classes", "--feather", 4, "--precision", "bfloat16"]
    assert run(*reconstruct(output, *options)) == 0
    with rasterio.open(output) as data:
        after = data.read()[:, 20, 31] / 10000
    capsys.readouterr()
    place = ["inspect", "--s1", S1, "--s2", CLOUDY, "--at", x, y, *corner(), "--json"]
    assert run(*place, *options) == 0
    values = json.loads(capsys.readouterr().out)
    # The second pixel inside.
    assert values["share"] == pytest.approx(np.sin(np.pi / 2 * 2 / 5) ** 2, abs=1e-6)
    assert values["after"] == pytest.approx(list(after), abs=6e-5)
    options[options.index("bfloat16")] = "float32"
    assert run(*place, *options) == 0
    exact = json.loads(capsys.readouterr().out)
    assert exact["share"] == values["share"] and exact["answer"] != values["answer"]
    assert run(*place, *options, "--feather", 0) == 0
    assert json.loads(capsys.readouterr().out)["share"] == 1.0


def test_inspect_refuses_what_is_no_result(capsys):
    assert run("inspect", "--result", CLOUDY, "--at", 0, 0) == 3
    assert "«s2_cloudy.tif» was not made by Remove clouds" in capsys.readouterr().err


# Evaluate with more than two rasters --------------------------------------------------------------------------------


def test_evaluate_against_the_cloudy_input_writes_what_is_asked_for(capsys, tmp_path):
    report, table = tmp_path / "report.html", tmp_path / "table.csv"
    files = ["--report", report, "--table", table]
    assert run("evaluate", "--prediction", CLEAR, "--reference", CLOUDY, "--cloudy", CLEAR, *files) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["reconstructed", "cloudy"]
    assert lines[1].split() == ["PSNR", "15.956", "dB", "15.956", "dB"]
    assert lines[-2:] == [str(report), str(table)]
    assert report.read_text().startswith("<!DOCTYPE html>") and table.read_text().startswith("kind,part,image,")


def test_evaluate_takes_the_names_of_bands(capsys):
    names = "B1,B2,B3,B4,B5,B6,B7,B8,B8A,B9,B10,B11,-"
    assert run("evaluate", "--prediction", CLOUDY, "--reference", CLEAR, "--s2-bands", names, "--json") == 0
    assert json.loads(capsys.readouterr().out)["bands"] == names.split(",")[:-1]
    assert run("evaluate", "--prediction", CLOUDY, "--reference", CLEAR, "--reference-bands", "B2") == 3
    assert "it names 1 bands" in capsys.readouterr().err
