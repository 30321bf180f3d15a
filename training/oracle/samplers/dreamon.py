"""DreamOn's variable length: an expand token becomes two masks, a delete token leaves the canvas."""

import math

from training.oracle.samplers.problem import allowed, by_likelihood


def sample(problem, network, expand, delete, most):
    """Commits the position of least entropy until nothing is masked; the most likely tokens."""
    canvas = list(problem.canvas)
    for i in range(problem.steps):
        masked = problem.masked(canvas)
        if not masked:
            break
        rows, choices = network.log_probs(canvas, masked), []
        may_expand = len(canvas) + len(masked) <= most and problem.steps - i > 1
        for p in masked:
            log_p = allowed(problem, rows[p], p)
            entropy = -sum(math.exp(x) * x for x in log_p)  # of all that the network said
            ids = [v for v in by_likelihood(log_p) if may_expand or v != expand]
            choices.append((entropy, p, ids[0]))
        choices.sort()
        for _, p, token in choices[: math.ceil(len(masked) / (problem.steps - i))]:
            canvas[p] = token
        resized = []
        for token in canvas:
            resized += [problem.mask] * 2 if token == expand else [] if token == delete else [token]
        canvas = resized
        problem.done(canvas, rows)
    return canvas
