"""Tiny random models for tests: the shape of the real one, a working tokenizer, logits as lively as a trained model's.

    python -m training.oracle.tiny --out test/fixtures/tiny

writes OUT/fp32 and OUT/int8, the second quantised from the first."""

import argparse
import json

import torch
from tokenizers import pre_tokenizers, trainers

from training.export.export import write_model_folder
from training.model.architecture import CONTROL_TOKENS, Architecture
from training.model.tokenizer import byte_level_bpe

SEED = 20
TINY = Architecture(
    hidden_size=48,
    encoder_layers=4,
    denoiser_layers=(1, 3),
    attention_heads=3,
    key_value_heads=1,
    head_size=16,
    feed_forward_size=96,
    vocabulary_size=512,
    rope_theta=100000.0,
    norm_epsilon=1e-5,
)
CARD = {
    "name": "tiny",
    "displayName": "Tiny random model for tests",
    "version": "0.0.0",
    "license": "MIT",
    "description": "Random weights. What it writes means nothing.",
    "limits": {"prefix": 64, "suffix": 32, "canvas": 32},
    "recommended": {
        "steps": 8,
        "entropyBound": 0.2,
        "absorb": True,
        "encoderMix": 0.5,
        "stopEvidence": 0.0,
        "minConfidence": 0.0,
    },
}
SHARD_BYTES = 250_000  # so that the fp32 encoder takes two files, as the real one does

# The tokenizer learns its merges from this: indentation of two, four and more blanks, tabs, code words, multi-byte
# characters.
TEXT = """
export function add(left: number, right: number): number {
    return left + right;
}

export class Counter {
    private count = 0;

    increment(by: number): void {
        if (by > 0) {
            this.count += by;
        } else {
            throw new Error('by must be positive');
        }
    }
}

def area(radius):
    if radius < 0:
        raise ValueError("radius")
    return 3.14159 * radius ** 2

class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return self

const names = ['one', 'two', 'three'].map((name) => name.toUpperCase());
  for (const name of names) {
    console.log(`name: ${name}`);
  }
\tfunction tabs() {
\t\treturn true;
\t}

# Heading

- The quick brown fox jumps over the lazy dog.
- The end of the line, and the start of the next one.
你好，世界。你好，世界。 中文 中文 naïve café naïve café über Straße 🙂 🙂 🎉 🎉 👩‍👩‍👧 👩‍👩‍👧 “quoted” — “quoted” —
"""
CONTROL_NAMES = [f"<|control_{i}|>" for i in range(CONTROL_TOKENS)]


def tiny_tokenizer():
    """512 tokens: 17 control tokens, every byte, and merges learned from TEXT; any text can be encoded."""
    learner = byte_level_bpe({}, [])
    trainer = trainers.BpeTrainer(
        vocab_size=TINY.vocabulary_size,
        special_tokens=CONTROL_NAMES,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    learner.train_from_iterator([TEXT] * 2, trainer)
    learned = json.loads(learner.to_str())["model"]
    return byte_level_bpe(learned["vocab"], [tuple(merge) for merge in learned["merges"]])


def tiny_state(seed=SEED):
    """Random weights -> encoder state, denoiser state.

    Residual branches are strong enough that every part matters to the result, and not so strong that single precision
    blurs it; the last norms differ from one component to the next, so that some rows come out nearly certain and others
    nearly flat."""
    a, normal = TINY, draws(seed)

    def last_norm():
        return normal(a.hidden_size, scale=0.6).exp() * 0.5

    embedding = normal(a.vocabulary_size, a.hidden_size, scale=0.8)
    encoder = {"embedding": embedding, "norm": last_norm()} | random_blocks(normal, a, a.encoder_layers)
    denoiser = {"norm": last_norm()} | {
        name: normal(a.hidden_size, scale=s) for name, s in (("mask_in", 0.8), ("eom_in", 0.8), ("eom_out", 2.0))
    }
    return encoder, denoiser | random_blocks(normal, a, len(a.denoiser_layers))


def draws(seed):
    """-> (*shape, scale) -> normal numbers, each call's other than the last one's"""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape, scale=1.0):
        return torch.randn(*shape, generator=generator) * scale

    return normal


def random_blocks(normal, architecture, layers):
    """{"blocks.0.q.weight": ..., ...}; `normal`: see `draws`."""
    a, state = architecture, {}
    queries, keys = a.attention_heads * a.head_size, a.key_value_heads * a.head_size
    width, inner = a.hidden_size, a.feed_forward_size
    shapes = {"q": (queries, width), "k": (keys, width), "v": (keys, width), "o": (width, queries)}
    shapes |= {"gate": (inner, width), "up": (inner, width), "down": (width, inner)}
    for i in range(layers):
        for name, shape in shapes.items():
            state[f"blocks.{i}.{name}.weight"] = normal(*shape, scale=0.9 / shape[1] ** 0.5)
        for name in ("norm1", "norm2"):
            state[f"blocks.{i}.{name}"] = normal(width, scale=0.3).exp()
    return state


def write_tiny(folder):
    tokenizer = tiny_tokenizer()
    encoder, denoiser = tiny_state()
    for precision in ("fp32", "int8"):
        write_model_folder(f"{folder}/{precision}", CARD, TINY, tokenizer, encoder, denoiser, precision, SHARD_BYTES)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True)
    write_tiny(p.parse_args().out)


if __name__ == "__main__":
    main()
