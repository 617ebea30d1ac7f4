"""The weights that are chosen by name: what their files say, what is refused, and how the algorithms find them."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from sar_cloud_removal.model.errors import BadOption, BadWeights, UnknownModel

from .conftest import COMPUTE_PYTHON
from .rasters import read

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "model" / "weights" / "multistage_fusion.safetensors"


@pytest.fixture
def weights(qgis):
    from sar_cloud_removal.plugin import settings, weights

    shutil.rmtree(weights.folder(), ignore_errors=True)
    yield weights
    shutil.rmtree(weights.folder(), ignore_errors=True)
    settings.Settings().save()


def header_of(path: Path) -> tuple[dict, bytes]:
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def write(path: Path, header: dict, tensors: bytes) -> Path:
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + tensors)
    return path


def test_header_is_read_as_it_is_written(weights):
    found = weights.read(SHIPPED)
    assert found.architecture == "multistage_fusion"
    assert round(found.parameters / 1e6, 2) == 1.43
    assert found.size == SHIPPED.stat().st_size
    assert found.provenance["tile"] == 256
    assert found.provenance["held_out_places"] == ["fall_139"]
    written = (ROOT / "model" / "networks" / "checkpoints.py").read_text(encoding="utf-8")
    assert f'FORMAT = "{weights.FORMAT}"' in written


def test_header_and_compute_process_agree(weights, compute):
    from sar_cloud_removal.model.requests import DescribeModel
    from sar_cloud_removal.plugin.compute.client import shared_client

    values = shared_client().run(DescribeModel("default"), compute, lambda event: None, lambda: False)
    found = weights.read(SHIPPED)
    assert values["architecture"] == found.architecture
    assert values["config"] == found.config
    assert values["provenance"] == found.provenance
    # The file holds the colour by the radar too, which was not learnt step by step: 3 numbers a band, and 3.
    assert found.parameters - values["parameters"] == 13 * 3 + 3


def damage(name: str, folder: Path) -> Path:
    """Return a file with that damage."""
    path = folder / "w.safetensors"
    header, tensors = header_of(SHIPPED)
    first = next(name for name in header if name != "__metadata__")
    if name == "text":
        path.write_text("These are no weights.")
    elif name == "empty":
        path.touch()
    elif name == "header cut":
        path.write_bytes(SHIPPED.read_bytes()[:5000])
    elif name == "tensors cut":
        path.write_bytes(SHIPPED.read_bytes()[:-1000])
    elif name == "another program":
        write(path, {**header, "__metadata__": {"format": "pt"}}, tensors)
    elif name == "no metadata":
        write(path, {key: value for key, value in header.items() if key != "__metadata__"}, tensors)
    elif name == "no architecture":
        write(path, {**header, "__metadata__": {**header["__metadata__"], "config": "{}"}}, tensors)
    elif name == "a tensor too long":
        write(path, {**header, first: {**header[first], "shape": [7]}}, tensors)
    elif name == "a list":
        path.write_bytes(struct.pack("<Q", 2) + b"[]" + b"0" * 100)
    return path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text", "it is no safetensors file"),
        ("empty", "it is no safetensors file"),
        ("header cut", "only its beginning"),
        ("tensors cut", r"it holds \d+ of \d+ bytes"),
        ("another program", "weights of another program"),
        ("no metadata", "weights of another program"),
        ("no architecture", "its description is damaged"),
        ("a tensor too long", "its description is damaged"),
        ("a list", "its description is damaged"),
        ("not there", "No such file"),
    ],
)
def test_wrong_files_are_refused_and_leave_nothing(weights, tmp_path, name, said):
    path = damage(name, tmp_path)
    with pytest.raises(BadWeights, match=said):
        weights.add(path, "mine")
    assert not weights.folder().exists()


def test_added_weights_are_listed_with_their_card_and_deleted_with_it(weights, tmp_path):
    shutil.copy(SHIPPED, tmp_path / "valley.safetensors")
    (tmp_path / "valley.md").write_text("# valley\n\nMade at home.\n", encoding="utf-8")
    added = weights.add(tmp_path / "valley.safetensors", "my valley")
    assert weights.names() == ("default", "multistage_fusion", "my valley")
    assert [each.own for each in (*weights.shipped(), *weights.own())] == [False, True]
    assert added.card.read_text(encoding="utf-8").endswith("Made at home.\n")
    assert sorted(path.name for path in weights.folder().iterdir()) == ["my valley.md", "my valley.safetensors"]
    weights.delete(added)
    assert list(weights.folder().iterdir()) == []
    assert (tmp_path / "valley.safetensors").exists()


@pytest.mark.parametrize("name", ["", " x", "a/b", "a,b", "x.", "default", "Multistage_Fusion", "mine"])
def test_names_that_do_not_work_are_refused(weights, name):
    weights.add(SHIPPED, "mine")
    with pytest.raises(BadOption, match=r"«Name» has the value"):
        weights.add(SHIPPED, name)
    assert len(weights.own()) == 1


def test_shipped_weights_cannot_be_deleted(weights):
    with pytest.raises(PermissionError, match="came with the plugin"):
        weights.delete(weights.shipped()[0])
    assert SHIPPED.exists()


def test_damaged_weights_are_shown_and_not_offered(weights, tmp_path):
    weights.add(SHIPPED, "mine")
    shutil.copy(damage("tensors cut", tmp_path), weights.folder() / "half.safetensors")
    half = next(each for each in weights.own() if each.name == "half")
    assert "bytes" in half.problem
    assert weights.names() == ("default", "multistage_fusion", "mine")


def test_default_follows_the_settings_while_it_is_there(weights, provider):
    from sar_cloud_removal.plugin import settings

    assert weights.proposed() == "default"
    settings.Settings(model="gone").save()
    assert weights.proposed() == "default"
    added = weights.add(SHIPPED, "mine")
    settings.Settings(model="mine").save()
    for name in ("removeclouds", "adaptnetwork"):
        algorithm = provider.algorithm(name).create()
        definition = algorithm.parameterDefinition("MODEL")
        assert definition.options() == ["default", "multistage_fusion", "mine"]
        assert definition.defaultValue() == "mine"
    weights.delete(added)
    assert settings.Settings.load().model == "default"
    algorithm = provider.algorithm("removeclouds").create()
    definition = algorithm.parameterDefinition("MODEL")
    assert definition.options() == ["default", "multistage_fusion"]
    assert definition.defaultValue() == "default"


def test_requests_name_shipped_ones_and_carry_the_path_of_the_users(weights):
    added = weights.add(SHIPPED, "mine")
    assert weights.request_name("default") == "default"
    assert weights.request_name("multistage_fusion") == "multistage_fusion"
    assert weights.request_name("mine") == str(added.path)
    with pytest.raises(UnknownModel, match="no model «gone».*default, multistage_fusion, mine"):
        weights.request_name("gone")


TINY = """
import sys
import torch
from sar_cloud_removal.model.networks import build, checkpoints
torch.manual_seed(0)
sizes = {"base_width": 8, "directed_width": 8, "base_blocks": 1, "directed_blocks": 1, "token_width": 16, "heads": 2}
checkpoints.save(sys.argv[1], build({"architecture": "multistage_fusion", **sizes}), {"tile": 64})
"""


def test_own_weights_reconstruct_by_their_name(weights, compute, provider, tmp_path):
    import processing

    path = tmp_path / "tiny.safetensors"
    subprocess.run([COMPUTE_PYTHON, "-c", TINY, str(path)], check=True)
    weights.add(path, "my valley")
    sample = ROOT / "resources" / "sample"
    common = {"S1": str(sample / "s1.tif"), "S2": str(sample / "s2_cloudy.tif")}
    made = {}
    for name, chosen in {
        "name": {"MODEL": "my valley"},
        "file": {"WEIGHTS": str(path)},
        "shipped": {"MODEL": "default"},
    }.items():
        output = str(tmp_path / f"{name}.tif")
        processing.run("sarcloudremoval:removeclouds", {**common, **chosen, "OUTPUT": output})
        made[name] = read(output)
    assert (made["name"] == made["file"]).all()
    assert (made["name"] != made["shipped"]).any()


# --- What the dialog says -------------------------------------------------------------------------------------------


def test_description_holds_facts_scores_and_card(weights):
    from sar_cloud_removal.plugin.gui.weights_dialog import described

    text = described(weights.shipped()[0])
    assert text.startswith("# multistage\\_fusion\n")
    assert "| Trained on | 86 scenes of 36 places |" in text
    assert "| ROIs1970\\_fall\\_139\\_p839 | 26.50 | 80.21 | 3.50 | 14.01 |" in text
    assert "Contains modified Copernicus Sentinel data." in text
    assert text.count("# multistage") == 1
    assert "## Where it fails" in text


def test_description_of_odd_weights_does_not_fail(weights, tmp_path):
    from sar_cloud_removal.plugin.gui.weights_dialog import described

    header, tensors = header_of(SHIPPED)
    odd = {"scenes": None, "held_out_scores": {"a|b": {"psnr": None}}, "adaptation": {"sentence": "It *helped*."}}
    header["__metadata__"]["provenance"] = json.dumps({**odd, "licence": "CC BY 4.0"})
    text = described(weights.add(write(tmp_path / "odd.safetensors", header, tensors), "odd"))
    assert "| a\\|b | – | – | – | – |" in text
    assert "It \\*helped\\*." in text
    assert "| Licence | CC BY 4.0 |" in text
