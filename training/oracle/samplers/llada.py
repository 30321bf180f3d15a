"""LLaDA's generation (arXiv 2502.09992, algorithm 5): a table of how many tokens each step of a block commits."""

from training.oracle.samplers.problem import allowed, choose


def transfer_counts(masked, steps):
    base, more = divmod(masked, steps)
    return [base + (i < more) for i in range(steps)]


def sample(problem, network, confidence="probability", block=None, end_last=False):
    canvas = list(problem.canvas)
    length = len(canvas)
    block = block or length
    assert length % block == 0 and problem.steps % (length // block) == 0
    steps = problem.steps // (length // block)
    for start in range(0, length, block):
        window = range(start, start + block)
        counts = transfer_counts(sum(canvas[i] == problem.mask for i in window), steps)
        for count in counts:
            masked = problem.masked(canvas)
            if not masked or count == 0:
                continue
            rows = network.log_probs(canvas, masked)
            ranked = []
            for p in (p for p in masked if p in window):
                token, sure = choose(problem, allowed(problem, rows[p], p))
                order = problem.uniform() if confidence == "random" else sure
                if end_last and token == problem.end:
                    order = float("-inf")
                ranked.append((-order, p, token))
            for _, p, token in sorted(ranked)[:count]:
                canvas[p] = token
            problem.project(canvas)
            problem.done(canvas, rows)
    return canvas
