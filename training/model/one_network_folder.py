"""Reads a model folder of the one network back into PyTorch, whatever its precision."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from training.model.model_folder import layer_states, stored_state
from training.model.one_network import ADAPTER_SCALE, LEARNED_ROWS, NetworkArchitecture, OneNetwork
from training.model.quantize import quantised_network


@dataclass
class NetworkFolder:
    manifest: dict
    tokenizer: Tokenizer
    network: OneNetwork


def read_network_folder(folder, dtype=torch.float64):
    """fp32 folder: the exact network. int8 folder: its fake-quantised twin. See `read_model_folder`."""
    manifest, architecture, state = read_network_state(folder)
    network = OneNetwork(architecture, state)
    if manifest["weights"]["precision"] == "int8":
        quantised_network(network)
    tokenizer = Tokenizer.from_file(str(Path(folder, manifest["tokenizer"]["path"])))
    return NetworkFolder(manifest, tokenizer, network.to(dtype).eval())


def read_network_state(folder):
    """-> manifest, architecture, state dict of the whole `OneNetwork` in float32, dequantised where it is int8"""
    manifest = json.loads(Path(folder, "manifest.json").read_text(encoding="utf-8"))
    kind = manifest["architecture"]["kind"]
    if kind != "one-network":
        raise ValueError(f"{folder} holds a model of the kind {kind!r}, not 'one-network'.")
    architecture = NetworkArchitecture.from_manifest(manifest["architecture"])
    stored = stored_state(folder, manifest)
    state = {name: stored[name] for name in LEARNED_ROWS} | {"eom_bias": stored["eom_bias"].view(())}
    state |= {"embedding": stored["embedding.weight"], "norm": stored["network.norm"]}
    state |= layer_states(architecture, stored, "network", architecture.layers)
    for name, tensor in stored.items():
        if name.startswith("adapters."):
            scale = ADAPTER_SCALE if name.endswith(".b.weight") else 1
            state[name.replace(".layers.", ".").removesuffix(".weight")] = tensor / scale
    return manifest, architecture, state
