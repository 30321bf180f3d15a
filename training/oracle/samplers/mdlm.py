"""MDLM's ancestral sampling (arXiv 2406.07524, equation 7) with its cache, and ReMDM's remasking (arXiv 2503.00307)."""

import numpy as np

from training.oracle.samplers.problem import allowed, by_likelihood, draw, tempered
from training.oracle.samplers.schedules import at

LAST = 1e-5


def posterior(problem, log_p, move, stay):
    """Draws from p(v) move (the mask: stay) -> token, or None."""
    ids, p = tempered(problem, log_p)
    chosen = draw([*(p * move), stay], problem.uniform())
    return ids[chosen] if chosen < len(ids) else None


def sample(problem, network, schedule="log-linear", remask=None, **settings):
    n = problem.steps - 1
    canvas = list(problem.canvas)
    times = np.linspace(1, LAST, n + 1) if n > 0 else np.array([1.0])
    step_size = (1 - LAST) / max(n, 1)
    cache, confidence = None, {}
    for i, t in enumerate(times):
        masked = problem.masked(canvas)
        if not masked and remask is None:
            break
        asked = None
        if cache is None and masked:
            cache = asked = network.log_probs(canvas, masked)
        rows = {p: allowed(problem, cache[p], p) for p in masked}
        before, variable = list(canvas), problem.variable(canvas)
        if i == n:
            for p in masked:
                canvas[p] = by_likelihood(rows[p])[0]
        else:
            step(
                problem, canvas, rows, variable, confidence, float(t), float(t - step_size), schedule, remask, settings
            )
        problem.project(canvas)
        for p in variable:
            if canvas[p] == problem.mask:
                confidence.pop(p, None)
        if canvas != before:
            cache = None
        problem.done(canvas, asked)
    return canvas


def step(problem, canvas, rows, variable, confidence, t, s, schedule, remask, settings):
    committed = [p for p in variable if canvas[p] != problem.mask]
    sigma_of, move, stay = plan(variable, confidence, t, s, schedule, remask, settings)
    for p in sorted(rows):
        token = posterior(problem, rows[p], move, stay)
        if token is not None:
            canvas[p] = token
            confidence[p] = float(np.exp(rows[p][token]))
    if remask is None:
        return
    for p in committed:
        if problem.uniform() < sigma_of(p):
            canvas[p] = problem.mask


def plan(variable, confidence, t, s, schedule, remask, settings):
    """-> sigma of a committed position; weights of moving and of staying masked."""
    if remask is None:
        m_t, m_s = at(schedule, t)[2], at(schedule, s)[2]
        return None, m_t - m_s, m_s
    a_t, a_s = 1 - t, 1 - s
    most = min(1.0, (1 - a_s) / a_t) if a_t > 0 else 1.0
    if remask == "loop":
        on, off, alpha, eta = settings["on"], settings["off"], settings["alpha"], settings["eta"]
        if t > on:
            m_t, m_s = 1 - (1 - t) * alpha / (1 - on), 1 - (1 - s) * alpha / (1 - on)
            return (lambda p: 0.0), m_t - m_s, m_s
        if t <= off:
            m_t, m_s = t * (1 - alpha) / off, s * (1 - alpha) / off
            return (lambda p: 0.0), m_t - m_s, m_s
        return (lambda p: eta), (alpha - (1 - eta) * alpha) / (1 - alpha), (1 - alpha - eta * alpha) / (1 - alpha)
    if remask == "conf":
        known = {p: np.exp(-confidence[p]) for p in variable if p in confidence}
        total = sum(known.values())
        move, stay = (a_s - a_t) / (1 - a_t), (1 - a_s) / (1 - a_t)
        return (lambda p: known.get(p, 0.0) / total * most), move, stay
    sigma = {"cap": min(settings["eta"], most), "rescale": settings["eta"] * most}[remask]
    return (lambda p: sigma), (a_s - (1 - sigma) * a_t) / (1 - a_t), (1 - a_s - sigma * a_t) / (1 - a_t)
