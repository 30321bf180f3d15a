"""Tiny random models of the one network, of both kinds of weights: see tiny.py.

    python -m training.oracle.tiny_one_network --out test/fixtures/tiny-one-network

writes OUT/all and OUT/adapters, each with fp32 and int8."""

import argparse
from dataclasses import replace
from pathlib import Path

from training.export.export_one_network import write_network_folder
from training.model.one_network import ADAPTER_SCALE, NetworkArchitecture
from training.oracle.tiny import CARD, SHARD_BYTES, TINY, draws, random_blocks, tiny_tokenizer

SEEDS = {"all": 30, "adapters": 31}
PRECISIONS = ("fp32", "int8")
TINY_NETWORK = NetworkArchitecture(
    hidden_size=TINY.hidden_size,
    layers=4,
    attention_heads=4,
    key_value_heads=2,
    head_size=16,  # queries are wider than the stream
    feed_forward_size=TINY.feed_forward_size,
    vocabulary_size=TINY.vocabulary_size,
    rope_theta=TINY.rope_theta,
    norm_epsilon=TINY.norm_epsilon,
    trunk_position=40,
)
RANK = 6
ARCHITECTURES = {"all": TINY_NETWORK, "adapters": replace(TINY_NETWORK, adapter_rank=RANK)}
RECOMMENDED = {"encoderMix": 1, "draftTokens": 8, "rankEnds": False, "entropyBound": 0}
CARDS = {
    kind: CARD | {"name": f"tiny-one-network-{kind}", "recommended": CARD["recommended"] | RECOMMENDED}
    for kind in ARCHITECTURES
}


def tiny_network_state(kind):
    """Random weights of a whole `OneNetwork`; strong enough that every part matters, see `tiny_state`. Adapters change
    what their projections give by about a half. `<eom>` is sometimes likely, mostly not."""
    a, normal = ARCHITECTURES[kind], draws(SEEDS[kind])
    state = {"embedding": normal(a.vocabulary_size, a.hidden_size, scale=0.8)}
    state |= {"norm": normal(a.hidden_size, scale=0.6).exp() * 0.5} | random_blocks(normal, a, a.layers)
    scales = {"mask_in": 0.8, "eom_in": 0.8, "suffix_in": 0.8, "eom_out": 1.8}
    state |= {name: normal(a.hidden_size, scale=scale) for name, scale in scales.items()}
    state["eom_bias"] = normal(1, scale=0.0)[0] + 2.0
    for i in range(a.layers if a.adapter_rank else 0):
        for name, (inputs, outputs) in a.widths().items():
            state[f"adapters.{i}.{name}.a"] = normal(RANK, inputs, scale=inputs**-0.5)
            state[f"adapters.{i}.{name}.b"] = normal(outputs, RANK, scale=0.5 / ADAPTER_SCALE / RANK**0.5)
    return state


def write_tiny_networks(folder):
    tokenizer = tiny_tokenizer()
    for kind, architecture in ARCHITECTURES.items():
        state = tiny_network_state(kind)
        for precision in PRECISIONS:
            out = Path(folder, kind, precision)
            write_network_folder(out, CARDS[kind], architecture, tokenizer, state, precision, SHARD_BYTES)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True)
    write_tiny_networks(p.parse_args().out)


if __name__ == "__main__":
    main()
