"""The colour that clear ground has on average where the radar sees what it sees: what a network starts from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..bands import PATH_REFLECTANCE, S2_BANDS, TOA_GAIN

#: VV, scaled to 0–1 over −25 to 0 dB, below which there is open water rather than land (−18.5 dB), and how sharply.
WATER_VV, WATER_WIDTH = 0.26, 0.03
#: Mean VH of land, scaled to 0–1 over −32.5 to 0 dB.
LAND_VH = 0.47
#: 1, the share of water, and of land how bright it is in VH.
FEATURES = 3
#: These of open water.
OPEN_WATER = (1.0, 1.0, 0.0)


#: Mean clear reflectance, for networks that are not told that of their training data.
CLEAR_REFLECTANCE = (0.167, 0.140, 0.122, 0.120, 0.142, 0.196, 0.221, 0.216, 0.241, 0.086, 0.002, 0.177, 0.117)


def sar_features(sar: Tensor) -> tuple[Tensor, Tensor]:
    """Return what a colour is told by, and where there is any SAR: [B, 2, H, W] → [B, 3, H, W], bool [B, 1, H, W].

    f = (1, w, (1 − w)(VH − VH₀)) with the share of open water w = σ((VV₀ − VV) / Δ), of SAR that is smoothed over
    about 7 pixels against speckle. SAR that is 0 in both bands is missing, and left out of the mean.
    """
    known = (sar > 0).any(dim=1, keepdim=True).to(sar.dtype)
    share = _smooth(known)
    vv, vh = (_smooth(sar * known) / share.clamp(min=1e-6)).chunk(2, dim=1)
    water = torch.sigmoid((WATER_VV - vv) / WATER_WIDTH)
    return torch.cat([torch.ones_like(vv), water, (1 - water) * (vh - LAND_VH)], dim=1), share > 0


def _smooth(image: Tensor) -> Tensor:
    """Return `image` [B, C, H, W] blurred as by a Gaussian of 2.8 pixels: four means over 5 × 5."""
    for _ in range(4):
        image = F.avg_pool2d(image, 5, stride=1, padding=2, count_include_pad=False)
    return image


class RadarPrior(nn.Module):
    """SAR [B, 2, H, W] scaled to 0–1 → the reflectance to expect of clear ground [B, 13, H, W], 0.001–0.999.

    c = W f, `colours` W [13, 3] and f of `sar_features`. So few numbers hold for places that were never seen, which
    more of them do not until there are thousands of places to learn from. `usual` is the mean f, for where no SAR is.
    That is above the atmosphere (L1C); `at_level` says what it is in an image of another product level.
    """

    #: One of "l1c" and "l2a"; `images_of` sets it.
    level = "l1c"

    def __init__(self, clear: Tensor) -> None:
        """`clear` is the mean reflectance of clear land [13], which holds until `learnt` is called."""
        super().__init__()
        colours = torch.zeros(len(clear), FEATURES)
        colours[:, 0] = clear
        self.register_buffer("colours", colours)
        self.register_buffer("usual", torch.tensor([1.0, 0.0, 0.0]))

    @torch.no_grad()
    def learnt(self, colours: Tensor, usual: Tensor) -> None:
        """Take what was fitted to training data: W [13, 3] and the mean f [3]."""
        self.colours.copy_(colours)
        self.usual.copy_(usual)

    def forward(self, sar: Tensor) -> Tensor:
        features, known = sar_features(sar)
        features = torch.where(known, features, self.usual.view(1, -1, 1, 1))
        return F.conv2d(features, self.colours[:, :, None, None]).clamp(1e-3, 0.999)

    def at_level(self, colour: Tensor) -> Tensor:
        """Return `colour` [B, 13, H, W], from above the atmosphere, as an image of `level` shows it.

        Under the atmosphere (L2A) it is (c − path) / gain; of the cirrus band, which sees no ground, c.
        """
        if self.level == "l1c":
            return colour
        gain, path = (colour.new_tensor(each).view(1, -1, 1, 1) for each in (TOA_GAIN, PATH_REFLECTANCE))
        below = ((colour - path) / gain.clamp(min=1e-3)).clamp(1e-3, 0.999)
        cirrus = S2_BANDS.index("B10")
        below[:, cirrus] = colour[:, cirrus]
        return below


@contextmanager
def images_of(level: str, network: nn.Module) -> Iterator[None]:
    """Let `network` draw ground that it does not see as images of a product level show it, in the `with` block.

    `level` is "l1c" or "l2a", in any case; networks that expect no colour of the radar take no notice of it.
    """
    expected = getattr(network, "expected", None)
    if not isinstance(expected, RadarPrior):
        yield
        return
    before, expected.level = expected.level, level.lower()
    try:
        yield
    finally:
        expected.level = before
