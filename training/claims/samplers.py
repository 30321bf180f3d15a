"""Text out of networks, in a given number of network evaluations; known characters are pinned at every step, wherever
they are (the projection of SEDD's conditional sampling).

Every sampler takes `known` [B, L] with any ids where `free` [B, L] is true, and answers [B, L]. Draws are in float64:
in float32 the tails of the distributions are cut, which reads as a lower temperature (arXiv 2409.02908)."""

import torch

from training.claims.characters import MASK, SIZE
from training.claims.network import shifted
from training.claims.noise import sigma_at

END = 1e-5  # the time of the last evaluation of score networks


def draw(weights, generator):
    """One index of the last dimension, with probability in proportion to `weights` >= 0 (float64)."""
    exponential = -torch.log1p(-torch.rand(weights.shape, dtype=torch.float64, generator=generator))
    return (weights / exponential.clamp(min=1e-300)).argmax(-1)


def mdlm(network, known, free, evaluations, generator):
    """Ancestral (MDLM, equation 7): from t to s a mask becomes a character with probability (t - s) / t."""
    ids = torch.where(free, MASK, known)
    for step in range(evaluations):
        share = 1 / (evaluations - step)  # (t - s) / t, 1 at the last step
        p = network(ids).double().softmax(-1)
        leaves = torch.rand(ids.shape, dtype=torch.float64, generator=generator) < share
        ids = torch.where((ids == MASK) & leaves, draw(p, generator), ids)
    return ids


def sedd_absorb(network, known, free, evaluations, generator):
    """Analytic (Tweedie) steps (SEDD, theorem 4.2), and the last one straight to clean text."""
    ids = torch.where(free, MASK, known)
    for t, s in pairs(evaluations):
        score = network(ids, sigma_at(t).expand(len(ids))).double().exp()
        ids = torch.where(ids == MASK, draw(analytic_absorbing(score, t, s), generator), ids)
    return ids


def sedd_uniform(network, known, free, evaluations, generator):
    """The same on the uniform graph: every free character can change at every step."""
    ids = torch.where(free, torch.randint(SIZE, known.shape, generator=generator), known)
    for t, s in pairs(evaluations):
        score = network(ids, sigma_at(t).expand(len(ids))).double().exp()
        ids = torch.where(free, draw(analytic_uniform(score, ids, t, s), generator), ids)
    return ids


def autoregressive(network, known, free, evaluations, generator):
    """One character an evaluation, left to right; a pinned one is written when its turn comes. `evaluations` is not
    asked: it takes as many as there are free characters."""
    ids = known.clone()
    for place in torch.nonzero(free.any(0))[:, 0].tolist():
        p = network(shifted(ids)[:, : place + 1])[:, -1].double().softmax(-1)
        ids[:, place] = torch.where(free[:, place], draw(p, generator), ids[:, place])
    return ids


def pairs(evaluations):
    """Times of each evaluation and of what follows it: from 1 down to END, and from there to clean text (None)."""
    times = torch.linspace(1, END, evaluations, dtype=torch.float64).float()
    return [(t, times[i + 1] if i + 1 < evaluations else None) for i, t in enumerate(times)]


def analytic_absorbing(score, t, s):
    """Weights of the characters and of staying masked [..., SIZE + 1]; `score` [..., SIZE] at masked places.

    An estimate whose sum is too large would leave the mask a negative weight: it is 0 then."""
    if s is None:
        return torch.cat((score, torch.zeros_like(score[..., :1])), -1)
    grown = torch.expm1((sigma_at(t) - sigma_at(s)).double())
    return torch.cat((score * grown, (1 - grown * score.sum(-1, keepdim=True)).clamp(min=0)), -1)


def analytic_uniform(score, ids, t, s):
    """Weights of the characters [..., SIZE]; `score` is 1 at the character that is there."""
    step = (sigma_at(t) - (0 if s is None else sigma_at(s))).double()
    keep, size = torch.exp(-step), score.shape[-1]
    before = score / keep - (1 - keep) / (size * keep) * score.sum(-1, keepdim=True)
    way = ((1 - keep) / size).expand_as(score).scatter_add(-1, ids[..., None], keep.expand_as(score[..., :1]))
    return (before * way).clamp(min=0)


SAMPLERS = {
    "autoregressive": autoregressive,
    "mdlm": mdlm,
    "sedd-absorb": sedd_absorb,
    "sedd-uniform": sedd_uniform,
}


@torch.no_grad()
def sample(network, known, free, evaluations, seed):
    return SAMPLERS[network.kind](network, known, free, evaluations, torch.Generator().manual_seed(seed))


@torch.no_grad()
def fill_greedily(network, known, free):
    """The most likely character, one an evaluation: left to right, or of networks on the absorbing graph wherever it is
    the most likely of all."""
    if network.kind == "autoregressive":
        ids = known.clone()
        for place in torch.nonzero(free.any(0))[:, 0].tolist():
            best = network(shifted(ids)[:, : place + 1])[:, -1].argmax(-1)
            ids[:, place] = torch.where(free[:, place], best, ids[:, place])
        return ids
    ids = torch.where(free, MASK, known)
    for _ in range(free.sum(1).max().item()):
        masked = ids == MASK
        # Noise that fits what is still masked; 1 - exp(-sigma) = (1 - EPSILON) t. MDLM is not told.
        t = (masked.sum(1) / ids.shape[1]).clamp(END, 1)
        p = network(ids, sigma_at(t)).softmax(-1)
        best, character = p.max(-1)
        place = torch.where(masked, best, -1.0).argmax(1, keepdim=True)
        chosen = torch.where(masked.gather(1, place), character.gather(1, place), ids.gather(1, place))
        ids = ids.scatter(1, place, chosen)
    return ids
