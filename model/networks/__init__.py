"""The networks, one a file; `build` makes one from its config.

Every network takes cloudy reflectance [B, 13, H, W] (0–1, order `bands.S2_BANDS`) and SAR [B, 2, H, W] (VV and VH,
scaled to 0–1) and returns reflectance [B, 13, H, W].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from torch import nn

from ..errors import BadOption
from .dsen2cr import DSen2CR, DSen2CRConfig
from .glf_cr import GLFCR, GLFCRConfig
from .mcgan import McGAN, McGANConfig
from .multistage_fusion import MultistageFusion, MultistageFusionConfig
from .spa_gan import SpAGAN, SpAGANConfig
from .uncrtaints import UnCRtainTS, UnCRtainTSConfig

NETWORKS = {
    config.architecture: (config, network)
    for config, network in (
        (MultistageFusionConfig, MultistageFusion),
        (McGANConfig, McGAN),
        (SpAGANConfig, SpAGAN),
        (DSen2CRConfig, DSen2CR),
        (UnCRtainTSConfig, UnCRtainTS),
        (GLFCRConfig, GLFCR),
    )
}


def build(config: object) -> nn.Module:
    """Return a new network for `config`: a config object, or a mapping with the key "architecture".

    Raises `BadOption` for an unknown architecture, an unknown field or a value that does not work.
    """
    if isinstance(config, Mapping):
        config = config_from_dict(config)
    _, network = NETWORKS[config.architecture]
    return network(config)


def config_from_dict(data: Mapping) -> object:
    """Return the config object of a mapping made by `config_to_dict`; absent fields take their defaults."""
    fields = dict(data)
    name = fields.pop("architecture", None)
    if name not in NETWORKS:
        raise BadOption(option="architecture", value=name, detail=f"choose one of {', '.join(NETWORKS)}")
    try:
        return NETWORKS[name][0](**fields)
    except (TypeError, ValueError) as error:
        raise BadOption(option="network", value=name, detail=str(error)) from error


def config_to_dict(config: object) -> dict:
    """Return a config object as a mapping that goes through JSON."""
    return {"architecture": config.architecture, **dataclasses.asdict(config)}
