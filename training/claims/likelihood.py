"""Bits per character of held-out text, and how sure that is."""

import math
from dataclasses import dataclass

import torch

from training.claims.losses import START, loss_at

AT_ONCE = 8192  # characters in one pass


@dataclass(frozen=True)
class Bits:
    """Of a character, mean over windows, with its standard error; exact or, of diffusion, an upper bound."""

    mean: float
    error: float


def held_out_windows(stream, count, length):
    """[count, length], spread evenly over the stream."""
    start = torch.arange(count) * ((len(stream) - length) // max(count - 1, 1))
    return stream[start[:, None] + torch.arange(length)]


@torch.no_grad()
def nats(network, ids, free=None, draws=8, seed=0):
    """-log p of the free characters given the others, or an upper bound of it -> [B]

    Of an autoregressive network: the sum of its losses at free characters, each given all that stands before it,
    whether free or not. Of the others: the mean over `draws` times and noises, one in each of as many equal parts of
    (0, 1)."""
    generator = torch.Generator().manual_seed(seed)
    free = torch.ones_like(ids, dtype=torch.bool) if free is None else free
    exact = network.kind == "autoregressive"
    total = torch.zeros(len(ids), dtype=torch.float64)
    rows = max(1, AT_ONCE // ids.shape[1])
    for part in range(1 if exact else draws):
        t = ((part + torch.rand(len(ids), generator=generator)) / draws).clamp(1e-5, 1)
        for at in torch.arange(len(ids)).split(rows):
            loss = loss_at(network, ids[at], t[at], free[at], generator)
            total[at] += (loss * free[at]).sum(1).double() / (1 if exact else draws)
    return total + START[network.kind] * free.sum(1)


def bits(network, ids, free=None, draws=8, seed=0):
    """-> `Bits` a free character"""
    each = nats(network, ids, free, draws, seed)
    count = torch.full((len(ids),), ids.shape[1]) if free is None else free.sum(1)
    return mean_bits(each / count)


def mean_bits(nats_a_character):
    """[windows] -> Bits"""
    values = nats_a_character.double() / math.log(2)
    return Bits(values.mean().item(), (values.std() / len(values) ** 0.5).item())
