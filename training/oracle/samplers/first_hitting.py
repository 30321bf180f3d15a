"""The first-hitting sampler (arXiv 2409.02908, algorithm 1): times first, then one random position after the other."""

from training.oracle.samplers.problem import allowed, choose


def sample(problem, network):
    canvas = list(problem.canvas)
    for _ in problem.masked(canvas):
        problem.uniform()  # when it happens; only a time-conditioned network would look at it
    while masked := problem.masked(canvas):
        rows = network.log_probs(canvas, masked)
        position = masked[int(problem.uniform() * len(masked))]
        canvas[position], _ = choose(problem, allowed(problem, rows[position], position))
        problem.project(canvas)
        problem.done(canvas, rows)
    return canvas
