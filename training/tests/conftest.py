import random

import pytest
import torch

from training.model.architecture import EOM, MASK
from training.model.model_folder import read_model_folder
from training.model.reference import Reference
from training.oracle.fixtures import SNIPPETS
from training.oracle.tiny import TEXT as tiny_text
from training.shared.provenance import ROOT
from training.train.holes import Shape, collate, cut_holes
from training.train.loss import Noise, noise

torch.set_num_threads(1)

TINY = ROOT / "test" / "fixtures" / "tiny"
TINY_NETWORKS = ROOT / "test" / "fixtures" / "tiny-one-network"
PARITY = ROOT / "test" / "fixtures" / "parity"
COPIES, ABSORBED = 4, 1
SHAPE = Shape(window=96, suffix=12, canvas=16, holes=3)
TEXT = (tiny_text * 3 + SNIPPETS.read_text(encoding="utf-8")) * 2


@pytest.fixture(scope="session")
def tiny():
    return read_model_folder(TINY / "fp32")


@pytest.fixture(scope="session")
def reference(tiny):
    return Reference(tiny.encoder, tiny.denoiser)


@pytest.fixture(scope="session")
def clean_batch(tiny):
    """Two windows with their holes, without noise."""
    rng, windows = random.Random(4), []
    while len(windows) < 2:
        window = cut_holes(TEXT, "typescript", tiny.tokenizer, rng, SHAPE)
        if window:
            windows.append(window)
    return collate(windows, SHAPE)


@pytest.fixture(scope="session")
def batch(clean_batch):
    return noised(clean_batch, Noise(COPIES, ABSORBED, 0.5), torch.Generator().manual_seed(5))


def noised(batch, kind, generator):
    made = noise(batch["canvas"], batch["length"], batch["absorbable"], kind, generator)
    return batch | dict(zip(("noisy", "weight", "depth"), made, strict=True))


def some_tokens(rng, count):
    return [rng.randrange(MASK + 1, 512) for _ in range(count)]


def question(seed, prefix=19, suffix=7, written=3, canvas=6):
    """Prefix, suffix, what is written and a canvas, to ask the tiny one network."""
    rng = random.Random(seed)
    z = [MASK if rng.random() < 0.6 else token for token in some_tokens(rng, canvas)]
    return some_tokens(rng, prefix), some_tokens(rng, suffix), some_tokens(rng, written), [*z[:-1], EOM]
