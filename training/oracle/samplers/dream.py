"""Dream's four rules (arXiv 2508.15487), their number of tokens per step split evenly instead of truncated."""

import math

import numpy as np

from training.oracle.samplers.problem import allowed, choose, draw, tempered

LAST = 1e-3


def truncated_counts(masked, steps):
    """How many tokens each step of the reference commits: int(n (1 - s / t)), all that are left in the last."""
    times, counts = np.linspace(1, LAST, steps + 1), []
    for i in range(steps):
        count = int(masked * (1 - times[i + 1] / times[i])) if i < steps - 1 else masked
        counts.append(count)
        masked -= count
    return counts


def origin(problem, network):
    canvas = list(problem.canvas)
    times = np.linspace(1, LAST, problem.steps + 1)
    asked_of, rows = None, None
    for i in range(problem.steps):
        masked = problem.masked(canvas)
        if not masked:
            break
        asked = None
        if asked_of != canvas:
            asked_of, rows = list(canvas), network.log_probs(canvas, masked)
            asked = rows
        share = 1.0 if i == problem.steps - 1 else 1 - times[i + 1] / times[i]
        for p in masked:
            if share == 1.0 or problem.uniform() < share:
                canvas[p], _ = choose(problem, allowed(problem, rows[p], p))
        problem.project(canvas)
        problem.done(canvas, asked)
    return canvas


def sureness(rule, log_p, p, token_index):
    if rule == "maskgit-plus":
        return p[token_index]
    if rule == "topk-margin":
        best = np.sort(p)[::-1]
        return best[0] - (best[1] if len(best) > 1 else 0.0)
    return float(sum(x * math.log(x) for x in p if x > 0))  # minus the entropy: sure is large


def ordered(problem, network, rule, position_temperature=0.0):
    canvas = list(problem.canvas)
    for i in range(problem.steps):
        masked = problem.masked(canvas)
        if not masked:
            break
        rows, choices = network.log_probs(canvas, masked), []
        for position in masked:
            log_p = allowed(problem, rows[position], position)
            if problem.temperature == 0:
                ids = sorted(range(len(log_p)), key=lambda v: (-log_p[v], v))
                p, index = np.exp(log_p[ids]), 0
            else:
                ids, p = tempered(problem, log_p)
                index = draw(p, problem.uniform())
            choices.append((sureness(rule, log_p, p, index), position, ids[index]))
        count = math.ceil(len(masked) / (problem.steps - i))
        if position_temperature > 0:
            taken = []
            for _ in range(count):
                weights = np.exp(np.array([c[0] for c in choices]) / position_temperature)
                taken.append(choices.pop(draw(weights, problem.uniform())))
        else:
            taken = sorted(choices, key=lambda c: (-c[0], c[1]))[:count]
        for _, position, token in taken:
            canvas[position] = token
        problem.project(canvas)
        problem.done(canvas, rows)
    return canvas
