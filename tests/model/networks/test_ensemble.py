"""Several networks as one: the mean of their answers, in one file that tells where each is from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from sar_cloud_removal.model.cli import main
from sar_cloud_removal.model.errors import BadOption, BadWeights
from sar_cloud_removal.model.networks import MultistageFusionConfig, build, checkpoints, config_to_dict

CONFIG = MultistageFusionConfig(
    base_width=8, directed_width=16, base_blocks=1, directed_blocks=1, token_width=16, heads=4
)


def trained_apart(path: Path, seed: int, place: str, **changes: object) -> Path:
    torch.manual_seed(seed)
    network = build({**config_to_dict(CONFIG), **changes})
    for parameter in network.parameters():  # the last layers start at 0, and all members would be alike
        torch.nn.init.normal_(parameter, std=0.1)
    checkpoints.save(path, network, {"tile": 64, "scenes": [f"{place}_1"], "places": [place], "seed": seed})
    return path


@pytest.fixture
def members(tmp_path: Path) -> list[Path]:
    return [trained_apart(tmp_path / f"{seed}.safetensors", seed, place) for seed, place in ((1, "a"), (2, "b"))]


def inputs() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.rand(2, 13, 40, 32), torch.rand(2, 2, 40, 32)


@torch.inference_mode()
def test_the_answer_is_the_mean_of_the_members(members: list[Path], tmp_path: Path) -> None:
    output = tmp_path / "both.safetensors"
    assert main(["combine", "--model", str(members[0]), "--model", str(members[1]), "--output", str(output)]) == 0
    both = checkpoints.load(output)
    first, second = (checkpoints.load(path).network(*inputs(), opacity=True) for path in members)
    image, opacity = both.network(*inputs(), opacity=True)
    assert not torch.allclose(first[0], second[0], atol=1e-3)
    torch.testing.assert_close(image, (first[0] + second[0]) / 2)
    torch.testing.assert_close(opacity, (first[1] + second[1]) / 2)
    torch.testing.assert_close(both.network(*inputs()), image)


def test_the_file_tells_what_its_members_have_seen(members: list[Path], tmp_path: Path) -> None:
    checkpoints.combine(members, tmp_path / "both.safetensors", torch.float16)
    provenance = checkpoints.load(tmp_path / "both.safetensors").provenance
    assert provenance["places"] == ["a", "b"] and provenance["scenes"] == ["a_1", "b_1"]
    assert provenance["tile"] == 64
    assert [member["provenance"]["seed"] for member in provenance["members"]] == [1, 2]
    assert [member["sha256"] for member in provenance["members"]] == [checkpoints.load(p).sha256 for p in members]


def test_networks_that_have_no_opacity_have_none_together(tmp_path: Path) -> None:
    paths = [trained_apart(tmp_path / f"{seed}.safetensors", seed, "a", residual="input") for seed in (1, 2)]
    checkpoints.combine(paths, tmp_path / "both.safetensors")
    assert checkpoints.load(tmp_path / "both.safetensors").network(*inputs(), opacity=True)[1] is None


def test_what_cannot_be_combined_is_refused(members: list[Path], tmp_path: Path) -> None:
    output = tmp_path / "both.safetensors"
    with pytest.raises(BadOption):
        checkpoints.combine(members[:1], output)
    other = trained_apart(tmp_path / "other.safetensors", 3, "c", base_width=16)
    with pytest.raises(BadWeights):
        checkpoints.combine([members[0], other], output)
    assert not output.exists()
    with pytest.raises(BadOption):
        build({"architecture": "ensemble", "member": {"architecture": "ensemble"}})
