"""Self-describing weights: what is written comes back, and damage is said in one sentence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from sar_cloud_removal.model.errors import BadWeights, UnknownModel
from sar_cloud_removal.model.networks import MultistageFusionConfig, build, checkpoints, config_to_dict

CONFIG = MultistageFusionConfig(
    base_width=8, directed_width=16, base_blocks=1, directed_blocks=1, token_width=16, heads=4
)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    path = tmp_path / "weights.safetensors"
    checkpoints.save(path, build(CONFIG), {"tile": 128, "seed": 3})
    return path


def test_what_is_saved_comes_back(weights: Path) -> None:
    torch.manual_seed(3)
    original = build(CONFIG).eval()
    checkpoint = checkpoints.load(weights)
    optical, sar = torch.rand(1, 13, 32, 32), torch.rand(1, 2, 32, 32)
    with torch.inference_mode():
        torch.testing.assert_close(checkpoint.network(optical, sar), original(optical, sar))
    assert checkpoint.network.config == CONFIG
    assert checkpoint.provenance == {"tile": 128, "seed": 3} and checkpoint.tile == 128
    assert checkpoint.sha256 == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert [path.name for path in weights.parent.iterdir()] == ["weights.safetensors"]


def test_half_precision_halves_the_file_and_loads_as_float32(weights: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.safetensors"
    checkpoints.save(half, checkpoints.load(weights).network, {}, dtype=torch.float16)
    tensors = sum(tensor.numel() for tensor in load_file(weights).values())
    assert weights.stat().st_size - half.stat().st_size == pytest.approx(2 * tensors, rel=0.01)
    assert {parameter.dtype for parameter in checkpoints.load(half).network.parameters()} == {torch.float32}


def broken_files(weights: Path) -> dict:
    metadata = {"format": checkpoints.FORMAT, "provenance": "{}"}
    config = json.dumps({"architecture": "multistage_fusion"})
    tensors = load_file(weights)
    truncated = weights.with_name("truncated.safetensors")
    truncated.write_bytes(weights.read_bytes()[:-1000])
    text = weights.with_name("text.safetensors")
    text.write_text("these are no weights")
    foreign = weights.with_name("foreign.safetensors")
    save_file(tensors, foreign)
    misfit = weights.with_name("misfit.safetensors")
    save_file(tensors, misfit, metadata={**metadata, "config": config})
    unknown = weights.with_name("unknown.safetensors")
    save_file(tensors, unknown, metadata={**metadata, "config": json.dumps({"architecture": "from_the_future"})})
    odd = []
    for name, change in [
        ("list", {"config": "[]"}),
        ("word", {"config": json.dumps({"architecture": "multistage_fusion", "heads": "many"})}),
        ("provenance", {"config": json.dumps(config_to_dict(CONFIG)), "provenance": "[]"}),
        ("tile", {"config": json.dumps(config_to_dict(CONFIG)), "provenance": json.dumps({"tile": "x"})}),
        ("no_tile", {"config": json.dumps(config_to_dict(CONFIG)), "provenance": json.dumps({"tile": 0})}),
    ]:
        odd.append(weights.with_name(f"{name}.safetensors"))
        save_file(tensors, odd[-1], metadata={**metadata, **change})
    damaged = {"": odd, "damaged": [truncated, text]}
    return {**damaged, "not made by": [foreign], "fit": [misfit], "another version": [unknown]}


def test_damaged_foreign_and_misfitting_weights_are_told_apart(weights: Path) -> None:
    for reason, paths in broken_files(weights).items():
        for path in paths:
            with pytest.raises(BadWeights, match=reason) as caught:
                checkpoints.load(path)
            assert path.name in str(caught.value)


def test_names_are_found_before_paths(weights: Path) -> None:
    shipped = checkpoints.shipped_models()
    assert checkpoints.resolve("default") == shipped[0].path
    assert checkpoints.resolve(shipped[0].name) == shipped[0].path
    assert checkpoints.resolve(str(weights)) == weights
    with pytest.raises(UnknownModel, match=shipped[0].name):
        checkpoints.resolve("no-such-model")


def test_shipped_weights_load_and_stay_small() -> None:
    models = checkpoints.shipped_models()
    for model in models:
        checkpoint = checkpoints.load(model.path)
        assert checkpoint.provenance["tile"] % 16 == 0
        assert model.path.with_suffix(".md").is_file(), "every model needs its card"
    assert sum(model.path.stat().st_size for model in models) <= 10e6


def test_weights_of_earlier_versions_are_what_they_were(weights: Path, tmp_path: Path) -> None:
    """Their config says nothing of what the paper leaves out, which all of them had; what it says, stays."""
    earlier = {
        "architecture": "multistage_fusion", "base_width": 8, "directed_width": 16, "base_blocks": 1,
        "directed_blocks": 1, "token_width": 16, "heads": 4,
    }  # fmt: skip
    unsaid = {
        "scaling": "log", "attention": "cosine", "distance_bias": True, "cloud_bias": True, "normalise": True,
        "bypass": True, "dfin_start": "identity", "dfin_max": "elements", "residual": "opacity",
    }  # fmt: skip
    assert checkpoints.migrated(earlier) == {**earlier, **unsaid}
    said = {**earlier, "distance_bias": False, "residual": "input"}
    assert checkpoints.migrated(said) == {**earlier, **unsaid, "distance_bias": False, "residual": "input"}
    today = config_to_dict(CONFIG)
    assert checkpoints.migrated(today) == today, "the paper's reading is not taken for an earlier version"
    other = {"architecture": "dsen2cr", "width": 8}
    assert checkpoints.migrated(other) == other

    torch.manual_seed(4)
    network = build({**earlier, **unsaid}).eval().to(memory_format=torch.channels_last)  # as `load` has it
    path = tmp_path / "earlier.safetensors"
    metadata = {"format": checkpoints.FORMAT, "config": json.dumps(earlier), "provenance": "{}"}
    save_file({name: each.contiguous() for name, each in network.state_dict().items()}, path, metadata=metadata)
    loaded = checkpoints.load(path).network
    optical, sar = torch.rand(1, 13, 21, 37), torch.rand(1, 2, 21, 37)
    with torch.inference_mode():
        assert torch.equal(loaded(optical, sar), network(optical, sar))
    again = tmp_path / "again.safetensors"
    checkpoints.save(again, loaded, {})
    assert checkpoints.load(again).network.config == network.config


def test_shipped_weights_give_what_they_gave_before_the_config_spelled_the_network_out() -> None:
    """`data/multistage_fusion.npy` was made by the code before (fdb2464): every eighth pixel of three images."""
    reference = np.load(Path(__file__).parent / "data" / "multistage_fusion.npy")
    rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    bands = torch.arange(13.0).view(13, 1, 1)
    optical = 0.15 + 0.01 * bands + 0.05 * torch.sin(rows / 3 + bands) * torch.cos(columns / 4)
    optical = optical + 0.6 * torch.sigmoid((columns - 20) / 2)
    sar = torch.stack([0.5 + 0.3 * torch.sin(rows / 5), 0.45 + 0.2 * torch.cos((rows + columns) / 6)])
    network = checkpoints.load(checkpoints.resolve("multistage_fusion")).network
    with torch.inference_mode():
        image, opacity = network(optical[None], sar[None], opacity=True)
        drawn = network.train()(optical[None], sar[None])  # what it draws by itself, without the shrinkage
    got = torch.cat([image, opacity, drawn])[:, :, ::8, 4::8].numpy()
    np.testing.assert_allclose(got, reference, rtol=0, atol=1e-6)
    assert reference[1].min() < 0.3 and reference[1].max() > 0.99, "ground that is seen and closed cloud"
