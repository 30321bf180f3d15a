"""int8 as the engine computes it: weights per output channel, activations per row, both symmetric."""

import torch
import torch.nn.functional as F
from torch import nn

from training.model.one_network import ADAPTER_SCALE


def quantize_rows(weight):
    """weight [rows, columns] -> int8 [rows, columns], float32 scale [rows]; weight ~ int8 * scale, each within scale /
    2."""
    scale = weight.abs().amax(1) / 127
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))  # a row of zeros
    return (weight / scale[:, None]).round().clamp(-127, 127).to(torch.int8), scale


class Int8Linear(nn.Module):
    """What the engine's int8 graph computes: integer products of int8 weights and of activations rounded row by row.

    In double precision the integer sums are exact; in single precision they are to one part in 2^24."""

    def __init__(self, weight):
        super().__init__()
        quantised, scale = quantize_rows(weight)
        self.register_buffer("quantised", quantised.to(weight.dtype))
        self.register_buffer("scale", scale.to(weight.dtype))

    def forward(self, x):
        row_scale = x.abs().amax(-1, keepdim=True) / 127
        row_scale = torch.where(row_scale > 0, row_scale, torch.ones_like(row_scale))
        return F.linear((x / row_scale).round(), self.quantised) * row_scale * self.scale


PROJECTIONS = ("q", "k", "v", "o", "gate", "up", "down")


class Int8Adapter(nn.Module):
    """x -> s B A x: A reads the rows that its projection reads, quantised alike; what it gives is quantised again."""

    def __init__(self, adapter):
        super().__init__()
        self.a = Int8Linear(adapter.a.detach())
        self.b = Int8Linear(adapter.b.detach() * ADAPTER_SCALE)

    def forward(self, x):
        return self.b(self.a(x))


def quantised_network(network):
    """Turns a `OneNetwork`, in place, into what the engine runs from an int8 model folder: see `quantised_twin`."""
    weight = network.embedding.detach()
    quantised, scale = quantize_rows(weight)
    network.head = Int8Linear(weight)
    network.embedding = nn.Parameter(quantised.to(scale.dtype) * scale[:, None], requires_grad=False)
    _quantise_projections(network.blocks)
    for adapters in network.adapters or ():
        for name, adapter in adapters.items():
            adapters[name] = Int8Adapter(adapter)


def _quantise_projections(blocks):
    for block in blocks:
        for name in PROJECTIONS:
            setattr(block, name, Int8Linear(getattr(block, name).weight.detach()))


def quantised_twin(encoder, denoiser):
    """Turns both, in place, into what the engine runs from an int8 model folder: every projection and the tied output
    layer are int8; embeddings are looked up dequantised; norms, attention, `eom_out` and the learned input rows stay as
    they are."""
    quantised, scale = quantize_rows(encoder.embedding)
    head = Int8Linear(encoder.embedding)
    for part in (encoder, denoiser):
        part.embedding, part.head = quantised.to(scale.dtype) * scale[:, None], head
        _quantise_projections(part.blocks)
