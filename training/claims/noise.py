"""Noise: how much of it there is at time t, and what it does to text on either graph (SEDD, arXiv 2310.16834).

t is 0 for clean text and 1 for all noise."""

import torch

from training.claims.characters import MASK, SIZE

EPSILON = 1e-4  # share of the text that is still there at t = 1


def sigma_at(t):
    """Log-linear schedule: total noise; 1 - exp(-sigma) = (1 - EPSILON) t."""
    return -torch.log1p(-(1 - EPSILON) * t)


def rate_at(t):
    """d sigma / dt"""
    return (1 - EPSILON) / (1 - (1 - EPSILON) * t)


def absorb(ids, sigma, free, generator=None):
    """Each free token becomes a mask with probability 1 - exp(-sigma). ids [B, L], sigma [B], free [B, L] -> [B, L]"""
    hit = torch.rand(ids.shape, generator=generator) < -torch.expm1(-sigma)[:, None]
    return torch.where(hit & free, MASK, ids)


def scramble(ids, sigma, free, generator=None):
    """Each free token is drawn anew, uniformly (its old self included), with probability 1 - exp(-sigma)."""
    hit = torch.rand(ids.shape, generator=generator) < -torch.expm1(-sigma)[:, None]
    return torch.where(hit & free, torch.randint(SIZE, ids.shape, generator=generator), ids)
