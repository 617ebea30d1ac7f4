"""What a network is trained for: losses that call the network themselves, some of them with an adversary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

from torch import Tensor, nn

from ..errors import BadOption
from .losses import LossWeights, ReconstructionLoss


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

    adversary: Optional[nn.Module] = None

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
    """The weighted sum of Charbonnier, SSIM and spectral angle (`losses.ReconstructionLoss`)."""

    def __init__(self, weights: LossWeights) -> None:
        super().__init__()
        self.loss = ReconstructionLoss(weights)

    def network_loss(self, outputs: Outputs, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        return self.loss(outputs.prediction, batch.target, batch.weight, batch.optical)


OBJECTIVES: dict[str, Callable[[LossWeights], Objective]] = {"reconstruction": Reconstruction}
_DEFAULTS: dict[str, str] = {}


def default_objective(architecture: str) -> str:
    """Return the name of the objective that a network's paper trains it with; ours is "reconstruction"."""
    return _DEFAULTS.get(architecture, "reconstruction")


def build(name: str, loss_weights: LossWeights) -> Objective:
    """Return a new objective. Raises `BadOption` for an unknown name."""
    if name not in OBJECTIVES:
        raise BadOption(option="objective", value=name, detail=f"choose one of {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name](loss_weights)
