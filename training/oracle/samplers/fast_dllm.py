"""Fast-dLLM's parallel decoding (arXiv 2505.22618, section 3.3), with at least an even share of the steps."""

import math

from training.oracle.samplers.problem import allowed, choose


def sample(problem, network, threshold=None, factor=None):
    canvas = list(problem.canvas)
    for i in range(problem.steps):
        masked = problem.masked(canvas)
        if not masked:
            break
        rows, ranked = network.log_probs(canvas, masked), []
        for p in masked:
            token, sure = choose(problem, allowed(problem, rows[p], p))
            ranked.append((-sure, p, token))
        ranked.sort()
        if threshold is not None:
            count = sum(-c >= threshold for c, _, _ in ranked)
        else:
            count = 1
            for rank, (c, _, _) in enumerate(ranked[1:], start=2):
                if -c < 1 - factor / (rank + 1):
                    break
                count = rank
        for _, p, token in ranked[: max(1, count, math.ceil(len(masked) / (problem.steps - i)))]:
            canvas[p] = token
        problem.project(canvas)
        problem.done(canvas, rows)
    return canvas
