"""What a run of the one network leaves: network.pt, and the network that it makes of a base model."""

from dataclasses import replace
from pathlib import Path

import torch

from training.model.one_network import NetworkArchitecture, OneNetwork
from training.one_network.trainer import HORIZON


def read_network(path):
    """-> {"model": state dict of what was trained, bf16, "kind": "all" or "adapters", "rank", "record", ...}"""
    if not Path(path).is_file():
        raise SystemExit(f"There is no {path}: a training run writes it when it saves or ends.")
    weights = torch.load(path, map_location="cpu")
    if not {"model", "kind", "rank"} <= set(weights):
        raise SystemExit(f"{path} holds no network: it must have `model`, `kind` and `rank`, as a run's has.")
    return weights


def network_of(architecture, base_state, weights=None, rank=None):
    """The base's `Architecture` and `Base.encoder_state`, or those of another one network; `weights`: what
    `read_network` answered, or None for a new start with adapters of `rank`, None for none -> OneNetwork in single
    precision; ValueError where it has no place for something of the state."""
    rank = weights["rank"] if weights else rank
    if isinstance(architecture, NetworkArchitecture):
        architecture = replace(architecture, adapter_rank=rank)
    else:
        architecture = NetworkArchitecture.of_base(architecture, rank)
    state = dict(base_state)
    if weights:
        state |= {name: tensor.float() for name, tensor in weights["model"].items() if name not in HORIZON}
    places = {name: tensor.shape for name, tensor in OneNetwork(architecture).state_dict().items()}
    for name, tensor in state.items():
        if tensor.shape != places.get(name):
            kind = f"adapters of rank {rank}" if rank else "no adapters"
            raise ValueError(f"A network with {kind} has no place for {name} {list(tensor.shape)}.")
    return OneNetwork(architecture, state)
