"""What every oracle works with: a canvas, and records of the network's outputs and of the uniform draws."""

from dataclasses import dataclass, field

import numpy as np

from training.oracle.rng import Sfc32


@dataclass
class Problem:
    canvas: list[int]  # mask where unknown; the others are pinned
    vocabulary: int  # real tokens; ids from 0
    mask: int  # -1: noise is uniform
    end: int  # the token that ends a middle; -1: there is none
    steps: int
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int = 0
    steps_done: list = field(default_factory=list)
    uniforms: list = field(default_factory=list)

    def __post_init__(self):
        self._random = Sfc32(self.seed)
        self.pinned = {i: token for i, token in enumerate(self.canvas) if token != self.mask}

    def uniform(self):
        self.uniforms.append(self._random.uniform())
        return self.uniforms[-1]

    def project(self, canvas):
        """Known tokens are what they are, and the first end token ends everything right of it. In place."""
        if self.end >= 0 and self.end in canvas:
            first = canvas.index(self.end)
            canvas[first:] = [self.end] * (len(canvas) - first)
        for position, token in self.pinned.items():
            canvas[position] = token

    def masked(self, canvas):
        return [i for i, token in enumerate(canvas) if token == self.mask]

    def variable(self, canvas):
        """Positions that may change: not pinned, not right of the end."""
        end = canvas.index(self.end) if self.end >= 0 and self.end in canvas else len(canvas)
        return [i for i in range(len(canvas)) if i not in self.pinned and i <= end]

    def end_banned(self, position):
        """The middle cannot end left of a token that stays."""
        return position < max(self.pinned, default=-1)

    def done(self, canvas, asked):
        """A step's record. asked: {position: outputs [vocabulary]}, None where the network was not called."""
        rows = None
        if asked is not None:
            rows = [{"position": p, "outputs": [float(x) for x in asked[p]]} for p in sorted(asked)]
        self.steps_done.append({"rows": rows, "canvas": list(canvas)})


def draw(weights, u):
    """Inverse CDF of weights in their order; negative ones count as 0."""
    weights = np.maximum(np.asarray(weights, np.float64), 0)
    rest, last = u * weights.sum(), -1
    for i, weight in enumerate(weights):
        if weight > 0:
            last, rest = i, rest - weight
            if rest < 0:
                break
    return last


def allowed(problem, log_p, position):
    """Log-probabilities [vocabulary] in float64; -inf what may not stand there, the others made up to one again."""
    log_p = np.asarray(log_p, np.float64).copy()
    if problem.end >= 0 and problem.end_banned(position):
        log_p[problem.end] = -np.inf
    return log_p - np.log(np.exp(log_p).sum())


def by_likelihood(log_p):
    """Ids, most likely first."""
    return sorted((i for i in range(len(log_p)) if log_p[i] > -np.inf), key=lambda i: (-log_p[i], i))


def tempered(problem, log_p):
    """-> ids, most likely first, and what to sample them with: softmax(log p / T) cut to the nucleus."""
    ids = by_likelihood(log_p)
    if problem.temperature == 0:
        return ids[:1], np.ones(1)
    p = np.exp(log_p[ids] / problem.temperature)
    p /= p.sum()
    if problem.top_p < 1:
        count = int(np.searchsorted(np.cumsum(p), problem.top_p)) + 1
        ids, p = ids[:count], p[:count] / p[:count].sum()
    return ids, p


def choose(problem, log_p):
    """-> token, its probability at temperature 1. One draw, none at temperature 0."""
    ids, p = tempered(problem, log_p)
    token = ids[0] if problem.temperature == 0 else ids[draw(p, problem.uniform())]
    return token, float(np.exp(log_p[token]))
