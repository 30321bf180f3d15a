"""Moves outliers out of the activations into the weights before both become int8. The model stays the same function.

    python -m training.export.smooth --gguf BASE.gguf --out training/export/encoder-smoothing.safetensors

Dividing one input channel of a projection by s, and multiplying that column of its weight by s, changes nothing in real
numbers. The division costs nothing either: it goes into the norm before q/k/v and before gate/up, and into the rows of
`up` before `down`. But a channel a hundred times larger than the others no longer spends the 8 bits of its whole row.
SmoothQuant, arXiv 2211.10438; the strength is searched for each projection as in AWQ, arXiv 2306.00978. The encoder's
factors are kept in a file, so that its weights come out the same on every machine, and are those of a frozen base below
adapters too; the denoiser's, and those of one network all of whose weights are trained, are computed at export."""

import argparse
import random
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from training.export.snippets import read_snippets
from training.model.architecture import MASK
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.model.one_network_reference import NetworkReference
from training.model.quantize import Int8Linear
from training.model.reference import Reference

HERE = Path(__file__).parent
CALIBRATION = HERE / "calibration.txt"
ENCODER_FACTORS = HERE / "encoder-smoothing.safetensors"
STRENGTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
HOLE = 32  # tokens of a middle, and of what follows it, in calibration
OCTAVE = 8  # factors are powers of 2^(1/8)
INPUTS = {
    "q": ("q", "k", "v"),
    "gate": ("gate", "up"),
    "down": ("down",),
}  # by the first of the projections that share an input
ADAPTERS = {"q": "qkv", "gate": "gate_up", "down": "down"}  # that read the same input


def smoothing(blocks, run, stride=1):
    """Exponents int8 of the factors, {"0.q": [D], "0.gate": [D], "0.down": [F], ...}; `run()` sends calibration text
    through `blocks`, of which every `stride`-th row of activations is looked at."""
    seen, hooks = {}, []
    for i, block in enumerate(blocks):
        for name in INPUTS:
            rows = seen.setdefault(f"{i}.{name}", [])

            def keep(_, inputs, rows=rows):
                rows.append(inputs[0].flatten(0, -2)[::stride].clone())

            hooks.append(getattr(block, name).register_forward_pre_hook(keep))
    run()
    for hook in hooks:
        hook.remove()
    out = {}
    for i, block in enumerate(blocks):
        for name, shared in INPUTS.items():
            rows = torch.cat(seen.pop(f"{i}.{name}"))
            weight = torch.cat([getattr(block, projection).weight.detach() for projection in shared])
            out[f"{i}.{name}"] = _best_exponents(rows, weight)
    return out


def _best_exponents(rows, weight):
    """The strength (or none) under which the int8 product is closest to the exact one, relative to each row's size."""
    exact = rows @ weight.T
    size = exact.pow(2).sum(-1)
    activation, largest = rows.abs().amax(0).clamp(min=1e-6), weight.abs().amax(0).clamp(min=1e-6)
    best = None
    for strength in (None, *STRENGTHS):
        octaves = torch.zeros_like(activation)
        if strength is not None:
            octaves = (activation**strength / largest ** (1 - strength)).log2()
            octaves -= octaves.mean()  # a common factor would change nothing
        exponents = (octaves * OCTAVE).round().clamp(-127, 127).to(torch.int8)
        factor = factors(exponents)
        error = ((Int8Linear(weight * factor)(rows / factor) - exact).pow(2).sum(-1) / size).mean().item()
        if best is None or error < best[0]:
            best = error, exponents
    return best[1]


def factors(exponents):
    return torch.tensor([2.0 ** (e / OCTAVE) for e in range(-128, 128)])[exponents.long() + 128]


def smoothed(state, exponents):
    """A state dict with `blocks.*`, and `adapters.*` where it has them -> the same function with its activations
    smoothed."""
    state = {name: tensor.clone().float() for name, tensor in state.items()}
    for key, exponent in exponents.items():
        layer, name = key.split(".")
        prefix, factor = f"blocks.{layer}.", factors(exponent)
        for projection in INPUTS[name]:
            state[f"{prefix}{projection}.weight"] *= factor
        adapter = f"adapters.{layer}."
        if f"{adapter}{ADAPTERS[name]}.a" in state:
            state[f"{adapter}{ADAPTERS[name]}.a"] *= factor
        if name == "down":
            state[f"{prefix}up.weight"] /= factor[:, None]
            if f"{adapter}gate_up.b" in state:
                up = state[f"{adapter}gate_up.b"][len(factor) :]  # behind the rows of `gate`
                up /= factor[:, None]
        else:
            state[f"{prefix}{'norm1' if name == 'q' else 'norm2'}"] /= factor
    return state


def encoder_smoothing(encoder, tokenizer):
    reference = Reference(encoder, None)
    texts = [tokenizer.encode(text).ids for _, text in read_snippets(CALIBRATION)]
    return smoothing(encoder.blocks, lambda: [reference.encode(ids) for ids in texts], stride=4)


def denoiser_smoothing(encoder, denoiser, tokenizer):
    """Calibrated on holes in the text at different noise."""
    reference, chance = Reference(encoder, denoiser), random.Random(0)

    def run():
        for _, text in read_snippets(CALIBRATION):
            ids = tokenizer.encode(text).ids
            for share in (0.3, 0.7, 1.0):
                cut = chance.randrange(len(ids) // 4, len(ids) * 3 // 4)
                canvas = [MASK if chance.random() < share else token for token in ids[cut : cut + 32]]
                reference.denoise(ids[:cut], ids[cut + 32 :], canvas)

    return smoothing(denoiser.blocks, run)


def network_smoothing(network, tokenizer):
    """Of a network all of whose weights are trained: calibrated on what it reads, writes and denoises."""
    reference, chance = NetworkReference(network), random.Random(0)

    def run():
        for _, text in read_snippets(CALIBRATION):
            ids = tokenizer.encode(text).ids
            for share in (0.3, 0.7, 1.0):
                cut = chance.randrange(len(ids) // 4, len(ids) * 3 // 4)
                hole, suffix = ids[cut : cut + HOLE], ids[cut + HOLE :][:HOLE]
                canvas = [MASK if chance.random() < share else token for token in hole[HOLE // 4 :]]
                reference.middle(ids[:cut], suffix, hole[: HOLE // 4], canvas)

    return smoothing(network.blocks, run, stride=4)


def smoothed_states(base, denoiser_state, encoder_too):
    """-> encoder state, denoiser state, ready for int8; `encoder_too`: else the encoder stays as it is."""
    encoder_state, tokenizer = base.encoder_state(), base.tokenizer()
    encoder = Encoder(base.architecture, encoder_state).eval()
    denoiser = Denoiser(base.architecture, encoder_state, denoiser_state).eval()
    found = denoiser_smoothing(encoder, denoiser, tokenizer)
    return smoothed(encoder_state, load_file(ENCODER_FACTORS)) if encoder_too else encoder_state, smoothed(
        denoiser_state, found
    )


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gguf", required=True, help="the base model")
    p.add_argument("--out", required=True)
    a = p.parse_args()
    base = Base(a.gguf)
    save_file(encoder_smoothing(Encoder(base.architecture, base.encoder_state()).eval(), base.tokenizer()), a.out)


if __name__ == "__main__":
    main()
