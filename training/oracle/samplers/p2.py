"""Path planning (arXiv 2502.03540, algorithm 1) as Open-dLLM's `p2` does it."""

import math

import numpy as np

from training.oracle.samplers.problem import allowed, draw, tempered


def sample(problem, network):
    canvas = list(problem.canvas)
    asked_of, rows = None, None
    for i in range(problem.steps):
        variable = problem.variable(canvas)
        asked = None
        if asked_of != canvas:
            asked_of, rows = list(canvas), network.log_probs(canvas, variable)
            asked = rows
        choices = []
        for p in variable:
            log_p = allowed(problem, rows[p], p)
            ids, probabilities = tempered(problem, log_p)
            index = 0 if problem.temperature == 0 else draw(probabilities, problem.uniform())
            sure = np.exp(log_p[ids[0]]) if problem.temperature == 0 else probabilities[index]
            choices.append((sure, p, ids[index]))
        kappa = (i + 1) / problem.steps
        again = {p for _, p, _ in sorted(choices)[: math.floor(len(variable) * (1 - kappa))]}
        for _, p, token in choices:
            if p in again:
                canvas[p] = problem.mask
            elif canvas[p] == problem.mask:
                canvas[p] = token
        problem.project(canvas)
        problem.done(canvas, asked)
    return canvas
