"""What generated text is worth: how likely it is to a judge that read other text, and how varied it is, since a text of
nothing but blanks is likely too."""

import math

import torch

from training.claims.characters import SIZE
from training.claims.likelihood import mean_bits, nats

GRAM = 4  # characters


def quality(judge, samples):
    """samples [S, L] -> {"bits", "bitsError": a character to the judge; "entropy": of single characters, in bits;
    "distinct": share of the runs of four characters that are no other's}"""
    bits = mean_bits(nats(judge, samples) / samples.shape[1])
    return {"bits": bits.mean, "bitsError": bits.error, "entropy": entropy(samples), "distinct": distinct(samples)}


def entropy(samples):
    counts = torch.bincount(samples.flatten(), minlength=SIZE).double()
    p = counts[counts > 0] / counts.sum()
    return -(p * p.log()).sum().item() / math.log(2)


def distinct(samples):
    runs = [tuple(run) for run in samples.unfold(1, GRAM, 1).reshape(-1, GRAM).tolist()]
    return len(set(runs)) / len(runs)
