"""State dicts -> the tensors of a model folder, int8 or fp32."""

import numpy as np
import torch

from training.model.quantize import quantize_rows


def float32(tensor):
    return np.ascontiguousarray(tensor.detach().float().numpy())


def linear(name, weight, precision):
    """weight [out, in] -> stored [in, out], as the runtime multiplies; int8 with one scale per output channel."""
    if precision == "fp32":
        return {f"{name}.weight": float32(weight.T)}
    quantised, scale = quantize_rows(weight.float())
    return {f"{name}.weight": np.ascontiguousarray(quantised.T.numpy()), f"{name}.scale": float32(scale)}


def layer(name, source, state, precision):
    """One Llama layer, `source`.* of a state dict: its norms, and its projections as they are multiplied together."""

    def joined(*parts):
        return torch.cat([state[f"{source}.{part}.weight"].float() for part in parts])

    return (
        {f"{name}.norm1": float32(state[f"{source}.norm1"]), f"{name}.norm2": float32(state[f"{source}.norm2"])}
        | linear(f"{name}.qkv", joined("q", "k", "v"), precision)
        | linear(f"{name}.o", joined("o"), precision)
        | linear(f"{name}.gate_up", joined("gate", "up"), precision)
        | linear(f"{name}.down", joined("down"), precision)
    )
