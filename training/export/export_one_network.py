"""A run of the one network -> a model folder: manifest.json, tokenizer.json, safetensors in shards, MODEL_CARD.md.

    python -m training.export.export_one_network --gguf BASE.gguf --run RUN/network.pt --out FOLDER

`--run` is also the folder of a kept checkpoint. As with export.py, a release is exported twice: without --results, and
with them. The same inputs give the same bytes; adapters change no file of the network's."""

import argparse
from pathlib import Path

from safetensors.torch import load_file

from training.export.export import read_card
from training.export.folder import SHARD_BYTES, checksums, numbered, print_files, shard, write_folder
from training.export.model_card import write_card
from training.export.network_card import network_card
from training.export.smooth import ENCODER_FACTORS, network_smoothing, smoothed
from training.export.tensors import float32, layer, linear
from training.model.architecture import EOM, MASK, START, SUFFIX
from training.model.base import Base
from training.model.one_network import ADAPTED, ADAPTER_SCALE, LEARNED_ROWS
from training.model.one_network_weights import network_of, read_network_weights

INFILL_ONE_135M = Path(__file__).with_name("infill-one-135m.toml")
TOKENS = {"start": START, "mask": MASK, "endOfMiddle": EOM, "suffix": SUFFIX}


def network_units(architecture, state, precision):
    """Tensors as groups that stay in one file: the embedding, each layer, the last norm."""
    yield linear("embedding", state["embedding"], precision)
    for i in range(architecture.layers):
        yield layer(f"network.layers.{i}", f"blocks.{i}", state, precision)
    yield {"network.norm": float32(state["norm"])} | ({} if architecture.adapter_rank else learned_rows(state))


def learned_rows(state):
    return {name: float32(state[name]) for name in LEARNED_ROWS} | {"eom_bias": float32(state["eom_bias"].view(1))}


def adapter_tensors(architecture, state, precision):
    """All that is trained beside a frozen base; `b` with the factor by which the products are multiplied."""
    tensors = learned_rows(state)
    for i in range(architecture.layers):
        for name in ADAPTED:
            source, target = f"adapters.{i}.{name}", f"adapters.layers.{i}.{name}"
            tensors |= linear(f"{target}.a", state[f"{source}.a"], precision)
            tensors |= linear(f"{target}.b", state[f"{source}.b"] * ADAPTER_SCALE, precision)
    return tensors


def write_network_folder(folder, card, architecture, tokenizer, state, precision="int8", shard_bytes=SHARD_BYTES):
    """`card`: the manifest's descriptive entries; `state`: of a whole `OneNetwork`; precision "int8" or "fp32"."""
    if card["limits"]["suffix"] + 1 > architecture.trunk_position:
        raise ValueError(
            f"A suffix of {card['limits']['suffix']} tokens and the one that opens it do not fit before the trunk,"
            f" which begins at position {architecture.trunk_position}."
        )
    files = numbered("network", shard(network_units(architecture, state, precision), shard_bytes))
    if architecture.adapter_rank:
        files.append(("adapters.safetensors", "adapters", adapter_tensors(architecture, state, precision)))
    return write_folder(folder, card, architecture.to_manifest(), TOKENS, tokenizer, precision, files)


def smoothed_network(network, tokenizer):
    """State dict, ready for int8. A frozen base is smoothed as the encoder is, so that its weights stay the same."""
    adapted = network.architecture.adapter_rank
    exponents = load_file(ENCODER_FACTORS) if adapted else network_smoothing(network, tokenizer)
    return smoothed(network.state_dict(), exponents)


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gguf", required=True, help="the base model")
    p.add_argument("--run", required=True, help="a run's network.pt or folder, or the folder of a kept checkpoint")
    p.add_argument("--out", required=True, help="model folder")
    p.add_argument("--results", help="folder that evaluate.py wrote, for the model card")
    p.add_argument("--version", help="of the model; default: that of infill-one-135m.toml")
    a = p.parse_args(argv)
    before = checksums(a.out)
    weights = read_network_weights(a.run)
    base = Base(a.gguf, denoiser_layers=())
    try:
        network = network_of(base.architecture, base.encoder_state(), weights).eval()
    except ValueError as error:
        raise SystemExit(f"{a.run}: {error}") from None
    architecture = network.architecture
    card = read_card(INFILL_ONE_135M) | ({"version": a.version} if a.version else {})
    about = network_card(card, architecture, weights["record"], a.results)
    tokenizer = base.tokenizer()
    manifest = write_network_folder(a.out, card, architecture, tokenizer, smoothed_network(network, tokenizer))
    print_files(manifest, before)
    write_card(a.out, about, a.results, manifest)


if __name__ == "__main__":
    main()
