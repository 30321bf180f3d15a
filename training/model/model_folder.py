"""Reads a model folder back into PyTorch, whatever its precision."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from training.model.architecture import Architecture
from training.model.model import Denoiser, Encoder
from training.model.quantize import quantised_twin


@dataclass
class ModelFolder:
    manifest: dict
    tokenizer: Tokenizer
    encoder: Encoder
    denoiser: Denoiser


def read_model_folder(folder, dtype=torch.float64):
    """fp32 folder: the exact model. int8 folder: its fake-quantised twin. In double precision, so that what it computes
    is the same on every machine and is no more uncertain than the engine's own rounding."""
    manifest, architecture, encoder_state, denoiser_state = read_states(folder)
    encoder = Encoder(architecture, encoder_state)
    denoiser = Denoiser(architecture, encoder_state, denoiser_state)
    if manifest["weights"]["precision"] == "int8":
        quantised_twin(encoder, denoiser)
    tokenizer = Tokenizer.from_file(str(Path(folder, manifest["tokenizer"]["path"])))
    return ModelFolder(manifest, tokenizer, encoder.to(dtype).eval(), denoiser.to(dtype).eval())


def read_states(folder):
    """-> manifest, architecture, encoder's and denoiser's state dicts in float32, dequantised where they are int8"""
    manifest = json.loads(Path(folder, "manifest.json").read_text())
    architecture = Architecture.from_manifest(manifest["architecture"])
    state = stored_state(folder, manifest)
    encoder_state = _module_state(architecture, state, "encoder", architecture.encoder_layers)
    encoder_state["embedding"] = state["embedding.weight"]
    denoiser_state = _module_state(architecture, state, "denoiser", len(architecture.denoiser_layers))
    return manifest, architecture, encoder_state, denoiser_state


def stored_state(folder, manifest):
    """{name: float32} of all tensors of a folder but the scales, dequantised, linear weights [out, in] again"""
    stored = {}
    for file in manifest["weights"]["files"]:
        stored |= load_file(Path(folder, file["path"]))
    return {name: _weight(stored, name) for name in stored if not name.endswith(".scale")}


def _weight(stored, name):
    tensor = torch.from_numpy(stored[name])
    if not name.endswith(".weight"):
        return tensor
    scale = stored.get(name.removesuffix("weight") + "scale")
    return (tensor if scale is None else tensor.float() * torch.from_numpy(scale)).T.contiguous()


def _module_state(architecture, state, part, layers):
    """Names and fused tensors of the file -> the module's state dict."""
    out = {
        name.removeprefix(f"{part}."): w
        for name, w in state.items()
        if name.startswith(f"{part}.") and ".layers." not in name
    }
    return out | layer_states(architecture, state, part, layers)


def layer_states(architecture, state, part, layers):
    """{"blocks.0.norm1": ..., "blocks.0.q.weight": ...} of `layers` layers that stand in the file as PART.layers.0.*"""
    a, out = architecture, {}
    keys = a.key_value_heads * a.head_size
    for layer in range(layers):
        source, target = f"{part}.layers.{layer}", f"blocks.{layer}"
        out |= {f"{target}.{norm}": state[f"{source}.{norm}"] for norm in ("norm1", "norm2")}
        out |= {f"{target}.{name}.weight": state[f"{source}.{name}.weight"] for name in ("o", "down")}
        qkv = state[f"{source}.qkv.weight"].split([a.attention_heads * a.head_size, keys, keys])
        gate_up = state[f"{source}.gate_up.weight"].chunk(2)
        out |= {
            f"{target}.{name}.weight": w
            for name, w in zip(("q", "k", "v", "gate", "up"), (*qkv, *gate_up), strict=True)
        }
    return out
