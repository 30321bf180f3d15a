"""SEDD (arXiv 2310.16834, algorithm 2) with matrix exponentials instead of closed forms: small vocabularies only."""

import numpy as np
import torch

from training.oracle.samplers.problem import draw
from training.oracle.samplers.schedules import at

LAST = 1e-5


def rate_matrix(graph, vocabulary):
    """Q with rows that sum up to 0: noise of total amount s takes distribution p to p exp(s Q)."""
    if graph == "uniform":
        return torch.full((vocabulary, vocabulary), 1 / vocabulary, dtype=torch.float64) - torch.eye(vocabulary)
    q = -torch.eye(vocabulary + 1, dtype=torch.float64)
    q[:, vocabulary] += 1
    return q


def tweedie(graph, vocabulary, score, current, change):
    """Unnormalised p(y now | x later) for all states y: (score exp(-change Q))[y] exp(change Q)[y, x]."""
    q = rate_matrix(graph, vocabulary)
    staggered = torch.tensor(score) @ torch.linalg.matrix_exp(-change * q)
    return (staggered * torch.linalg.matrix_exp(change * q)[:, current]).numpy()


def euler(graph, vocabulary, score, current, amount):
    q = rate_matrix(graph, vocabulary).numpy()
    weights = amount * q[:, current] * score
    weights[current] = 0
    weights[current] = 1 - weights.sum()
    return weights


def sample(
    problem, network, graph="absorbing", predictor="analytic", schedule="log-linear", scores=True, overstated=0.0
):
    """`scores`: whether the network gives scores, or clean tokens, from which MDLM's `get_score` makes them."""
    size, n = problem.vocabulary, problem.steps - 1
    canvas = list(problem.canvas)
    if graph == "uniform":
        canvas = [int(problem.uniform() * size) if t == problem.mask else t for t in canvas]
    times = np.linspace(1, LAST, n + 1) if n > 0 else np.array([1.0])
    step_size = (1 - LAST) / max(n, 1)
    outputs, asked_of = None, None
    for i, t in enumerate(times):
        problem.project(canvas)
        sigma, rate, _ = at(schedule, float(t))
        positions = problem.variable(canvas) if graph == "uniform" else problem.masked(canvas)
        if not positions:
            break
        asked = None
        if scores:
            asked = outputs = network.log_scores(canvas, positions, float(t), graph, sigma, overstated)
        elif canvas != asked_of:  # without an eye on the time, the same canvas has the same outputs
            asked = outputs = network.log_probs(canvas, positions)
            asked_of = list(canvas)
        for position in positions:
            row = outputs[position].astype(np.float64)
            if not scores:
                row = row - np.log(np.expm1(sigma))
            if problem.end >= 0 and problem.end_banned(position):  # its share goes to the others
                kept = np.delete(row, problem.end)
                row = row + np.log(np.exp(row).sum()) - np.log(np.exp(kept).sum())
                row[problem.end] = -np.inf
            order = sorted(range(size), key=lambda v: (-row[v], v))
            score = np.exp(row)
            current = canvas[position]
            if graph == "absorbing":
                score, current = np.append(score, 1.0), size  # the mask is the last state
            if i == n:
                weights = tweedie(graph, size, score, current, sigma)
            elif predictor == "euler":
                weights = euler(graph, size, score, current, step_size * rate)
            else:
                weights = tweedie(graph, size, score, current, sigma - at(schedule, float(t - step_size))[0])
            stay = [] if graph == "uniform" else [0.0 if i == n else weights[size]]
            chosen = draw([*weights[order], *stay], problem.uniform())
            if chosen < size:
                canvas[position] = order[chosen]
        problem.project(canvas)
        problem.done(canvas, asked)
    return canvas
