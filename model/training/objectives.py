"""What a network is trained for: losses that call the network themselves, some of them with an adversary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Callable, Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..bands import S2_BANDS
from ..errors import BadOption
from ..networks.layers import PatchDiscriminator
from .losses import LossWeights, ReconstructionLoss

#: The weight of the L1 loss beside the adversary's (Isola et al. 2017, McGAN, SpA GAN) ...
L1_WEIGHT = 100.0
#: ... of images that go from −1 to 1, twice as wide as reflectance.
GAN_RANGE = 2.0
#: What cloud adds to reflectance, in the mean of the bands, where a pixel is cloud altogether in SpA GAN's cloud map;
#: our number, as the author's map has another form (`cloud_map`).
FULL_CLOUD = 0.1
#: CARL counts a pixel as cloud from this score on (Meraner et al. 2020).
CLOUD_THRESHOLD = 0.2


@dataclass(frozen=True)
class Batch:
    """What a step learns from, of `n` crops.

    `optical` and `target` [n, 13, H, W] are reflectance 0–1, cloudy and clear; `sar` [n, 2, H, W] is scaled to 0–1;
    `weight` [n, 13, H, W] is 0 where the target is unknown; `has_sar` [n], if given, is 0 where `sar` is a stand-in.
    """

    optical: Tensor
    sar: Tensor
    target: Tensor
    weight: Tensor
    has_sar: Optional[Tensor] = None


@dataclass(frozen=True)
class Outputs:
    """What a network said of a batch: the image [n, 13, H, W], and what else the objective asked it for."""

    prediction: Tensor
    extra: Optional[Tensor] = None


class Objective(nn.Module):
    """The loss of a network's step. A step is

        outputs = objective.predict(network, batch)              # the only run of the network
        if objective.adversary is not None:                      # the adversary learns first, from the same image
            objective.adversary_loss(batch, outputs.prediction.detach()).backward()
            adversary_optimizer.step()
        loss, prediction, parts = objective(network, batch, outputs)
        loss.backward()

    Without an adversary `objective(network, batch)` is all. Nothing is stored between the calls. `network` may be
    wrapped for several GPUs: it is only called. The adversary is not wrapped, and its parameters and buffers are in
    `state_dict()`; while the network's loss is computed its parameters ask for no gradient.
    """

    adversary: Optional[nn.Module]

    def __init__(self) -> None:
        super().__init__()
        self.adversary = None  # of the instance: one of the class would hide the module that a subclass sets

    def predict(self, network: nn.Module, batch: Batch) -> Outputs:
        """Run the network."""
        return Outputs(network(batch.optical, batch.sar))

    def forward(
        self, network: nn.Module, batch: Batch, outputs: Optional[Outputs] = None
    ) -> tuple[Tensor, Tensor, dict[str, float]]:
        """Return the loss, the prediction [n, 13, H, W] and the values of the loss's parts."""
        outputs = self.predict(network, batch) if outputs is None else outputs
        loss, parts = self.network_loss(outputs, batch)
        return loss, outputs.prediction, parts

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        """Return the loss and the values of its parts."""
        raise NotImplementedError

    def adversary_loss(self, batch: Batch, prediction: Tensor) -> Tensor:
        """Return the loss of the adversary's step; `prediction` has no gradient."""
        raise NotImplementedError(f"{type(self).__name__} has no adversary")


class Reconstruction(Objective):
    """The weighted sum of Charbonnier, SSIM, spectral angle and opacity (`losses.ReconstructionLoss`)."""

    def __init__(self, weights: LossWeights) -> None:
        super().__init__()
        self.loss = ReconstructionLoss(weights)

    def predict(self, network: nn.Module, batch: Batch) -> Outputs:
        if not self.loss.weights.opacity:
            return super().predict(network, batch)
        return Outputs(*network(batch.optical, batch.sar, opacity=True))

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        return self.loss(outputs.prediction, batch.target, batch.weight, batch.optical, outputs.extra)


class L1(Objective):
    """The mean absolute error: what GLF-CR is trained with (Xu et al. 2022)."""

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        loss = l1(outputs.prediction.float(), batch.target, batch.weight)
        return loss, {"l1": float(loss.detach())}


class CARL(Objective):
    """The cloud-adaptive regularised loss of DSen2-CR (Meraner et al. 2020, equation 3).

    mean(M |ŷ − target| + (1 − M) |ŷ − input|) + λ mean|ŷ − target|, λ = 1, with M from `cloud_and_shadow` of the input:
    what is clear shall stay as it is, although the target is of another date.
    """

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        prediction = outputs.prediction.float()
        hidden = cloud_and_shadow(batch.optical)
        wrong, changed = (prediction - batch.target).abs(), (prediction - batch.optical).abs()
        adaptive = weighted_mean(torch.where(hidden, wrong, changed), batch.weight)
        everywhere = weighted_mean(wrong, batch.weight)
        parts = {"adaptive": float(adaptive.detach()), "l1": float(everywhere.detach())}
        return adaptive + everywhere, parts


class NLL(Objective):
    """The negative log likelihood of UnCRtainTS (Ebel et al. 2023, equation 2).

    Each pixel is normal in 13 dimensions with the network's mean and diagonal covariance; the mean over pixels.
    """

    def predict(self, network: nn.Module, batch: Batch) -> Outputs:
        mean, variance = network(batch.optical, batch.sar, distribution=True)
        return Outputs(mean, variance)

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        loss = gaussian_nll(outputs.prediction.float(), outputs.extra.float(), batch.target, batch.weight)
        error = l1(outputs.prediction.detach().float(), batch.target, batch.weight)
        return loss, {"nll": float(loss.detach()), "l1": float(error)}


class McGAN(Objective):
    """100 L1 and an adversary that judges patches of the image, seen beside the input (Enomoto et al. 2017).

    The adversary minimises softplus(D(ŷ)) + softplus(−D(target)), the network softplus(−D(ŷ)) (Goodfellow et al. 2014,
    in its form that does not saturate). Where the target is unknown, both images show the adversary the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self.adversary = PatchDiscriminator(len(S2_BANDS) + 2, len(S2_BANDS))

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        with _without_gradients(self.adversary):
            fooled = F.softplus(-self._judge(batch, outputs.prediction)).mean()
        error = l1(outputs.prediction.float(), batch.target, batch.weight)
        parts = {"adversarial": float(fooled.detach()), "l1": float(error.detach())}
        return fooled + L1_WEIGHT * GAN_RANGE * error, parts

    def adversary_loss(self, batch: Batch, prediction: Tensor) -> Tensor:
        generated = F.softplus(self._judge(batch, prediction)).mean()
        return generated + F.softplus(-self._judge(batch, batch.target)).mean()

    def _judge(self, batch: Batch, image: Tensor) -> Tensor:
        known = (batch.weight > 0).to(image.dtype)
        condition = torch.cat([batch.optical, batch.sar], dim=1) * GAN_RANGE - 1
        return self.adversary(condition, (image * GAN_RANGE - 1) * known).float()


class SpAGAN(McGAN):
    """McGAN's losses, and the mean of (A − M)² of the network's attention and the cloud map (Pan 2020).

    M is not the one of the author's code, see `cloud_map`.
    """

    def predict(self, network: nn.Module, batch: Batch) -> Outputs:
        image, attention = network(batch.optical, batch.sar, attention=True)
        return Outputs(image, attention)

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        loss, parts = super().network_loss(outputs, batch)
        attention = attention_loss(outputs.extra.float(), batch)
        return loss + attention, {**parts, "attention": float(attention.detach())}


def weighted_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Return the mean of `values` by `weight`, 0 where nothing is known."""
    return (values * weight).sum() / weight.sum().clamp(min=1)


def l1(prediction: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the mean absolute error where the target is known."""
    return weighted_mean((prediction - target).abs(), weight)


def gaussian_nll(mean: Tensor, variance: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return Σ_bands ½ (log 2π + log σ² + (target − mean)² / σ²), the mean over the pixels with a known band."""
    bands = 0.5 * (math.log(2 * math.pi) + variance.log() + (target - mean) ** 2 / variance)
    pixels = (weight > 0).any(dim=1).sum().clamp(min=1)
    return (bands * weight).sum() / pixels


def cloud_map(batch: Batch) -> tuple[Tensor, Tensor]:
    """Return M [n, 1, H, W] in 0–1, |cloudy − clear| in the mean of the known bands, 1 from `FULL_CLOUD` on; and where
    a band is known.

    The author's code (Penn000/SpA-GAN_for_cloud_removal, data_manager.py) has another M: the sum over the bands of
    clear − cloudy, in 8-bit numbers, clipped to 0–1. That one has a sign, so that it is 0 under cloud that is brighter
    than the ground and 1 where the cloudy date is darker, and it is nearly binary, as one grey level fills it. Here M
    is large wherever the dates differ, by cloud or by its shadow, and grows with the difference.
    """
    known = batch.weight.sum(dim=1, keepdim=True)
    change = ((batch.optical - batch.target).abs() * batch.weight).sum(dim=1, keepdim=True) / known.clamp(min=1e-6)
    return (change / FULL_CLOUD).clamp(max=1), known > 0


def attention_loss(attention: Tensor, batch: Batch) -> Tensor:
    """Return the mean of (A − M)² over the pixels with a known band; `attention` is A [n, 1, H, W] in 0–1."""
    cloud, known = cloud_map(batch)
    return weighted_mean((attention - cloud) ** 2, known.to(attention.dtype))


@torch.no_grad()
def cloud_and_shadow(optical: Tensor) -> Tensor:
    """Return where [n, 1, H, W] an image [n, 13, H, W], reflectance 0–1, is cloud or the shadow of a cloud.

    As DSen2-CR has it for CARL: cloud by the least of several scores (Schmitt et al. 2019): bright in the blue and in
    all of the visible, in the aerosol band and together with the cirrus band, and no snow; closed over 5 × 5 pixels
    and averaged over 7 × 7. Shadow where blue and the mean of near and short-wave infrared are dark for this image
    (Zhai et al. 2018), by the majority of 5 × 5 pixels.
    """
    band = {name: optical[:, index : index + 1] for index, name in enumerate(S2_BANDS)}
    return _cloud(band) | _shadow(band)


def _cloud(band: dict[str, Tensor]) -> Tensor:
    snow = (band["B3"] - band["B11"]) / (band["B3"] + band["B11"]).clamp(min=1e-3)
    scores = [
        _rescale(band["B2"], 0.1, 0.5),
        _rescale(band["B1"], 0.1, 0.3),
        _rescale(band["B1"] + band["B10"], 0.15, 0.2),
        _rescale(band["B2"] + band["B3"] + band["B4"], 0.2, 0.8),
        _rescale(snow, 0.8, 0.6),
    ]
    score = torch.stack(scores).amin(dim=0).clamp(max=1)
    closed = -F.max_pool2d(-F.max_pool2d(score, 5, stride=1, padding=2), 5, stride=1, padding=2)
    return F.avg_pool2d(closed, 7, stride=1, padding=3) >= CLOUD_THRESHOLD


def _shadow(band: dict[str, Tensor]) -> Tensor:
    blue, infrared = band["B2"], (band["B8"] + band["B11"]) / 2
    dark = (infrared < _towards_mean(infrared, 3 / 4)) & (blue < _towards_mean(blue, 5 / 6))
    return F.avg_pool2d(dark.to(blue.dtype), 5, stride=1, padding=2) > 0.5


def _rescale(values: Tensor, low: float, high: float) -> Tensor:
    return (values - low) / (high - low)


def _towards_mean(values: Tensor, share: float) -> Tensor:
    """Return what lies the share between the least value of each image and its mean, [n, 1, 1, 1]."""
    least = values.amin(dim=(2, 3), keepdim=True)
    return least + share * (values.mean(dim=(2, 3), keepdim=True) - least)


@contextmanager
def _without_gradients(module: nn.Module) -> Iterator[None]:
    """What is computed here passes gradients through `module`, but leaves none in it."""
    module.requires_grad_(False)
    try:
        yield
    finally:
        module.requires_grad_(True)


#: What makes an objective of the weights that "reconstruction" takes; the others have their papers' weights.
OBJECTIVES: dict[str, Callable[[LossWeights], Objective]] = {
    "reconstruction": Reconstruction,
    "l1": lambda weights: L1(),
    "carl": lambda weights: CARL(),
    "nll": lambda weights: NLL(),
    "mcgan": lambda weights: McGAN(),
    "spa_gan": lambda weights: SpAGAN(),
}
_DEFAULTS = {"mcgan": "mcgan", "spa_gan": "spa_gan", "dsen2cr": "carl", "uncrtaints": "nll", "glf_cr": "l1"}
#: Objectives that ask more of a network than an image, and the one network that answers.
_ONLY_FOR = {"nll": "uncrtaints", "spa_gan": "spa_gan"}


def default_objective(architecture: str) -> str:
    """Return the name of the objective that a network's paper trains it with; ours is "reconstruction"."""
    return _DEFAULTS.get(architecture, "reconstruction")


def check(name: str, architecture: str) -> None:
    """Raise `BadOption` when there is no such objective or when the network cannot be trained for it."""
    if name not in OBJECTIVES:
        raise BadOption(option="objective", value=name, detail=f"choose one of {', '.join(OBJECTIVES)}")
    if architecture != _ONLY_FOR.get(name, architecture):
        raise BadOption(option="objective", value=name, detail=f"only the network {_ONLY_FOR[name]} can have it")


def build(name: str, loss_weights: LossWeights) -> Objective:
    """Return a new objective. Raises `BadOption` for an unknown name."""
    if name not in OBJECTIVES:
        raise BadOption(option="objective", value=name, detail=f"choose one of {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name](loss_weights)
