"""Writes what the oracle samplers do on tiny random networks, for TypeScript to replay:

    python -m training.oracle.sampler_fixtures --out test/fixtures/samplers

Each case records the network's outputs, the uniform numbers that were drawn, and the canvas after every step."""

import argparse
from pathlib import Path

import numpy as np
import torch

from training.oracle.samplers import cal, dream, dreamon, fast_dllm, first_hitting, llada, mdlm, p2, schedules, sedd
from training.oracle.samplers.problem import Problem
from training.oracle.samplers.tiny_network import TinyNetwork
from training.shared.json_text import json_text

VOCABULARY, END, MASK = 12, 11, 12
LENGTH = 8


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True)
    out = Path(p.parse_args().out)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in sampler_fixtures().items():
        (out / f"{name}.json").write_text(json_text(about() | content), encoding="utf-8")


def about():
    versions = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__}
    return {"generator": "training/oracle/sampler_fixtures.py", **versions}


def sampler_fixtures():
    """-> {file name without .json: content}"""
    families = {
        "sedd": sedd_cases(),
        "mdlm": mdlm_cases(),
        "remdm": remdm_cases(),
        "first-hitting": first_hitting_cases(),
        "llada": llada_cases(),
        "dream": dream_cases(),
        "fast-dllm": fast_cases(),
        "p2": p2_cases(),
        "dreamon": dreamon_cases(),
    }
    traces = {name: {"cases": list(cases)} for name, cases in families.items()}
    return traces | {"schedules": schedules_fixture(), "cal": cal_fixture(), "truncation": truncation_fixture()}


def case(
    spec, run, seed, *, pins=None, remask="none", graph="absorbing", scores=False, end=True, liked=None, **problem
):
    """One run of an oracle. `run(problem, network)`."""
    mask = -1 if graph == "uniform" else MASK
    length = problem.pop("length", LENGTH)
    canvas = [mask] * length
    for position, token in (pins or {}).items():
        canvas[position] = token
    it = Problem(canvas, VOCABULARY, mask, END if end else -1, seed=seed, **problem)
    run(it, TinyNetwork(VOCABULARY, length, seed, sharpness=3.0, liked=liked))
    return {
        "sampler": spec,
        "remask": remask,
        "network": {"parameterization": "score" if scores else "clean", "graph": graph},
        "vocabulary": VOCABULARY,
        "mask": it.mask,
        "end": it.end,
        "canvas": canvas,
        "steps": it.steps,
        "temperature": it.temperature,
        "topP": it.top_p,
        "uniforms": it.uniforms,
        "run": it.steps_done,
    }


INSIDE = {2: 4, 5: 7}
TAIL = {6: 3, 7: 5}


def sedd_cases():
    for predictor in ("analytic", "euler"):
        for schedule in ("log-linear", "geometric", "cosine"):
            spec = f"sedd-{predictor}:schedule={schedule}"
            settings = {"predictor": predictor, "schedule": schedule}
            for seed, pins, steps, overstated in ((1, None, 7, 0.0), (2, INSIDE, 6, 0.7), (3, TAIL, 1, 0.0)):
                yield case(
                    spec,
                    lambda p, n, s=settings, o=overstated: sedd.sample(p, n, overstated=o, **s),
                    seed,
                    pins=pins,
                    steps=steps,
                    scores=True,
                )
            for seed, pins, steps in ((4, None, 9), (5, INSIDE, 6), (6, TAIL, 1)):
                yield case(
                    spec,
                    lambda p, n, s=settings: sedd.sample(p, n, graph="uniform", **s),
                    seed,
                    pins=pins,
                    steps=steps,
                    graph="uniform",
                    scores=True,
                    end=False,
                )
            yield case(spec, lambda p, n, s=settings: sedd.sample(p, n, scores=False, **s), 7, pins=INSIDE, steps=6)


def mdlm_cases():
    for schedule in ("log-linear", "geometric", "cosine"):
        for seed, pins, steps, temperature, top_p in (
            (11, None, 6, 1.0, 1.0),
            (12, INSIDE, 24, 1.0, 1.0),
            (13, TAIL, 5, 0.7, 0.8),
            (14, None, 6, 0.0, 1.0),
            (15, INSIDE, 1, 1.0, 1.0),
        ):
            yield case(
                f"mdlm-ancestral:schedule={schedule}",
                lambda p, n, s=schedule: mdlm.sample(p, n, schedule=s),
                seed,
                pins=pins,
                steps=steps,
                temperature=temperature,
                top_p=top_p,
            )


def remdm_cases():
    strategies = {
        "cap": {"eta": 0.3},
        "rescale": {"eta": 0.5},
        "conf": {},
        "loop": {"eta": 0.3, "on": 0.55, "off": 0.05, "alpha": 0.6},
    }
    for name, settings in strategies.items():
        parameters = ",".join(f"{key}={value}" for key, value in settings.items())
        for seed, pins, steps in ((21, None, 20), (22, INSIDE, 12), (23, TAIL, 30)):
            yield case(
                "mdlm-ancestral",
                lambda p, n, r=name, s=settings: mdlm.sample(p, n, remask=r, **s),
                seed,
                pins=pins,
                steps=steps,
                remask=f"{name}:{parameters}" if parameters else name,
            )


def first_hitting_cases():
    for seed, pins, temperature in ((31, None, 1.0), (32, INSIDE, 1.0), (33, TAIL, 0.0)):
        yield case("first-hitting", first_hitting.sample, seed, pins=pins, steps=4, temperature=temperature)


def llada_cases():
    for confidence, spec in (("probability", "llada-low-confidence"), ("random", "llada-random")):
        for seed, pins, steps, temperature, block, end_last in (
            (41, None, 3, 0.0, 0, False),
            (42, INSIDE, 4, 1.0, 0, False),
            (43, TAIL, 4, 0.6, 4, False),
            (44, None, 8, 0.0, 2, False),
            (45, None, 5, 0.0, 0, True),
            (46, None, 12, 0.8, 0, True),
        ):
            parameters = f":block={block},end-last={'true' if end_last else 'false'}"
            yield case(
                spec + parameters,
                lambda p, n, c=confidence, b=block, e=end_last: llada.sample(p, n, c, b or None, e),
                seed,
                pins=pins,
                steps=steps,
                temperature=temperature,
            )


def dream_cases():
    for seed, pins, steps, temperature in ((51, None, 5, 1.0), (52, INSIDE, 12, 0.5), (53, TAIL, 4, 0.0)):
        yield case("dream-origin", dream.origin, seed, pins=pins, steps=steps, temperature=temperature)
    for rule in ("maskgit-plus", "topk-margin", "entropy"):
        for seed, pins, steps, temperature, top_p, positions in (
            (54, None, 3, 0.0, 1.0, 0),
            (55, INSIDE, 4, 1.0, 0.9, 0),
            (56, TAIL, 5, 0.6, 1.0, 0.5),
            (57, None, 12, 0.0, 1.0, 0.1),
        ):
            yield case(
                f"dream-{rule}:alg-temp={positions}",
                lambda p, n, r=rule, a=positions: dream.ordered(p, n, r, a),
                seed,
                pins=pins,
                steps=steps,
                temperature=temperature,
                top_p=top_p,
            )


def fast_cases():
    for kind, value in (("threshold", 0.9), ("threshold", 0.5), ("factor", 1.0), ("factor", 2.5)):
        for seed, pins, steps, temperature in ((61, None, 8, 0.0), (62, INSIDE, 3, 0.0), (63, TAIL, 8, 0.8)):
            yield case(
                f"fast-dllm-{kind}:{kind}={value}",
                lambda p, n, k=kind, v=value: fast_dllm.sample(p, n, **{k: v}),
                seed,
                pins=pins,
                steps=steps,
                temperature=temperature,
            )


def p2_cases():
    for seed, pins, steps, temperature, top_p in (
        (71, None, 6, 0.0, 1.0),
        (72, INSIDE, 8, 0.6, 1.0),
        (73, TAIL, 5, 1.0, 0.9),
        (74, None, 1, 1.0, 1.0),
    ):
        yield case("p2", p2.sample, seed, pins=pins, steps=steps, temperature=temperature, top_p=top_p)


def dreamon_cases():
    for seed, steps, length, most in ((81, 24, 4, 12), (82, 24, 5, 12), (83, 6, 4, 8), (84, 24, 3, 24), (85, 2, 4, 16)):
        lengths = {"expand": 2, "delete": 5}
        yield case(
            "dream-entropy",
            lambda p, n, s=lengths, m=most: dreamon.sample(p, n, most=m, **s),
            seed,
            steps=steps,
            length=length,
            end=False,
            temperature=0.0,
            liked={2: 2.5, 5: 1.5},
        ) | {"lengths": lengths | {"most": most}}


def schedules_fixture():
    times = [0.0, 1e-5, 1e-3, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1.0]
    columns = {"t": times}
    for name in ("log-linear", "geometric", "cosine"):
        rows = [schedules.at(name, t) for t in times]
        columns[name] = dict(
            zip(("sigma", "rate", "masked"), ([*column] for column in zip(*rows, strict=True)), strict=True)
        )
    return columns


def cal_fixture():
    cases = []
    for seed in range(8):
        chance = np.random.default_rng(seed)
        peak = int(chance.integers(1, 40))
        lengths = np.arange(1, 65)
        rise = 1 + 0.5 * np.exp(-((lengths - peak) ** 2) / 18)
        values = [float(cal.bias(n) * r + chance.normal() * 0.003) for n, r in zip(lengths, rise, strict=True)]
        for start, most, patience in ((8, 64, 4), (1, 64, 4), (30, 40, 2), (8, 6, 4)):
            begin = min(start, most)
            best, looked = cal.search(lambda n, v=values: v[n - 1], begin, most, patience)
            search = {"confidences": values, "from": start, "most": most, "patience": patience}
            cases.append(search | {"best": best, "looked": looked})
    return {"cases": cases}


def truncation_fixture():
    plans = [(16, 16), (16, 128), (32, 16), (7, 3), (64, 64)]
    return {"cases": [{"masked": n, "steps": s, "counts": dream.truncated_counts(n, s)} for n, s in plans]}


if __name__ == "__main__":
    main()
