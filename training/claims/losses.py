"""Negative log-likelihood of text, exact or as an upper bound, in nats at each place.

The bounds are integrals over t in (0, 1); each function answers the integrand at the given t, of which training takes
the mean and `likelihood.py` a better one. The start of generation adds `START`."""

import math

import torch
import torch.nn.functional as F

from training.claims.characters import MASK, SIZE
from training.claims.network import shifted
from training.claims.noise import EPSILON, absorb, rate_at, scramble, sigma_at


def autoregressive(network, ids):
    """-log p(token | tokens before it) [B, L]"""
    logits = network(shifted(ids))
    return F.cross_entropy(logits.transpose(1, 2), ids, reduction="none")


def mdlm(network, ids, t, free, generator=None):
    """MDLM's continuous-time bound (arXiv 2406.07524, equation 10): cross-entropy of the masked, weighted by the rate
    over expm1(sigma), which is 1 / t here."""
    sigma = sigma_at(t)
    noisy = absorb(ids, sigma, free, generator)
    entropy = F.cross_entropy(network(noisy).transpose(1, 2), ids, reduction="none")
    return (rate_at(t) / torch.expm1(sigma))[:, None] * entropy * (noisy == MASK)


def sedd_absorb(network, ids, t, free, generator=None):
    sigma = sigma_at(t)
    noisy = absorb(ids, sigma, free, generator)
    return rate_at(t)[:, None] * absorbing_entropy(network(noisy, sigma), noisy, ids, sigma)


def sedd_uniform(network, ids, t, free, generator=None):
    sigma = sigma_at(t)
    noisy = scramble(ids, sigma, free, generator)
    return rate_at(t)[:, None] * uniform_entropy(network(noisy, sigma), noisy, ids, sigma) * free


def absorbing_entropy(log_score, noisy, clean, sigma):
    """Denoising score entropy on the absorbing graph (SEDD, theorem 3.6) [B, L]: at a masked place
    sum_y s_y - r log s_clean + r (log r - 1) with the true ratio r = 1 / expm1(sigma), elsewhere 0."""
    ratio = 1 / torch.expm1(sigma)[:, None]
    right = log_score.gather(-1, clean[..., None])[..., 0]
    entropy = log_score.exp().sum(-1) - ratio * right + ratio * (ratio.log() - 1)
    return entropy * (noisy == MASK)


def uniform_entropy(log_score, noisy, clean, sigma):
    """The same on the uniform graph [B, L]: the mean over tokens y of s_y - r_y log s_y + r_y (log r_y - 1), without
    the y that is there; r_y = p(y | clean) / p(noisy | clean)."""
    stays, moves = torch.exp(-sigma)[:, None, None], -torch.expm1(-sigma)[:, None, None] / SIZE
    p = moves + stays * F.one_hot(clean, SIZE)
    ratio = p / p.gather(-1, noisy[..., None])
    entropy = log_score.exp() - ratio * log_score + ratio * (ratio.log() - 1)
    return entropy.scatter(-1, noisy[..., None], 0.0).sum(-1) / SIZE


def _start_of_uniform():
    there = EPSILON + (1 - EPSILON) / SIZE
    elsewhere = (1 - EPSILON) / SIZE
    return there * math.log(there * SIZE) + (SIZE - 1) * elsewhere * math.log(elsewhere * SIZE)


# KL divergence of noised text at t = 1 from what generation starts with, in nats a token. On the absorbing graph that
# is all masks but for EPSILON of the places, which hold random characters; on the uniform graph random characters.
START = {
    "autoregressive": 0.0,
    "mdlm": EPSILON * math.log(SIZE),
    "sedd-absorb": EPSILON * math.log(SIZE),
    "sedd-uniform": _start_of_uniform(),
}
BOUNDS = {"mdlm": mdlm, "sedd-absorb": sedd_absorb, "sedd-uniform": sedd_uniform}


def loss_at(network, ids, t, free=None, generator=None):
    """[B, L]: the integrand at times t [B]; of an autoregressive network its loss, whatever t is."""
    if network.kind == "autoregressive":
        return autoregressive(network, ids)
    free = torch.ones_like(ids, dtype=torch.bool) if free is None else free
    return BOUNDS[network.kind](network, ids, t, free, generator)
