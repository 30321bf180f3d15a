"""Fits what a manifest's `mixture` says: how much what followed the same text elsewhere in the project counts beside the
model at every token; and measures what that brings, through the real engine, on holes of held-out files with the other
files of their packages around them. It is fitted on one half of the packages and judged on the other. Found texts take
part in both, as the manifest says.

    npm run build
    python -m training.evaluate.fit_mixture --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION --write

Writes OUT/mixture.md and mixture.json; --write puts the weights into the manifest. Every answer is kept in --cache, so
what was stopped goes on."""

import argparse
import tempfile
from math import exp
from pathlib import Path

import numpy as np

from training.evaluate.evaluate import filled
from training.evaluate.held_out import held_out_holes
from training.evaluate.in_project import groups, in_workspaces, row
from training.evaluate.report import computed, prepared, write_recommended, write_report
from training.evaluate.typed_lines import HALVES, half_of
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance, place_name

# In the order of src/engine/contract/recommended.ts.
WEIGHTS = "constant left logLeft right logVotes share own begun logFound logModel".split()
NEVER = dict.fromkeys(WEIGHTS, 0) | {"constant": -30}  # what was found is told, and changes nothing
PULL = 1.0  # towards 0, of each weight but the constant


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=12, help="of each group and kind, before packages are halved")
    p.add_argument("--seed", type=int, default=4)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--without-model", action="store_true", help="weights do not depend on what the model predicts")
    p.add_argument("--write", action="store_true", help="put the weights into the model's manifest")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(measured, a)
    for path in write_report(result, a.out, "mixture", mixture_markdown):
        print(path)
    if a.write:
        print(write_recommended(a.model, "mixture", result["mixture"]))
    lines = [f"{name} = {value}" for name, value in result["mixture"].items()]
    print("\n".join(["For the file in training/export that the manifest is made of:", "[recommended.mixture]", *lines]))


def measured(a):
    """-> what mixture.json holds"""
    manifest, tokenizer, parts = prepared(a)
    steps = manifest["recommended"]["steps"]
    judged_half, fitted_half = HALVES
    with tempfile.TemporaryDirectory() as folder:
        holes = in_workspaces(held_out_holes(a.val, tokenizer, a.holes, a.seed), a.val, Path(folder))
        of_half = {half: [hole for hole in holes if half_of(hole.package) == half] for half in HALVES}

        def answers(half, name, changes, more):
            asked = {"threads": a.threads} | more
            return filled(a.model, manifest, of_half[half], changes, f"mixture {name}", steps, parts, asked)

        told = answers(fitted_half, "told", {"mixture": NEVER}, {"trace": True})
        opinions = right_opinions(of_half[fitted_half], told)
        mixture = fitted(opinions, a.without_model)
        judged = of_half[judged_half]
        without = answers(judged_half, "off", {}, {"warm": True})
        within = answers(judged_half, "on", {"mixture": mixture}, {"warm": True})
        seen = answers(judged_half, "seen", {"mixture": NEVER}, {"trace": True})
    has_opinion = [hole for hole in judged if seen[hole.id].get("opinions")]
    found = {hole.id: {"found": seen[hole.id].get("found")} for hole in judged}
    missing = [hole for hole in has_opinion if hole.kind != "nothing"]
    chosen = [*groups(judged, found), ("nothing was found, an opinion was", _without_found(missing, found))]
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": _command(a),
        "holes": {
            "fitted": len(of_half[fitted_half]),
            "judged": len(judged),
            "packages": len({hole.package for hole in judged}),
            "seed": a.seed,
        },
        "mixture": mixture,
        "fitted": told_of(opinions, mixture),
        "judged": told_of(right_opinions(judged, seen), mixture),
        "changed": sum(without[hole.id]["text"] != within[hole.id]["text"] for hole in judged),
        "rows": [row(name, those, without, within) for name, those in chosen],
    }


def _without_found(holes, answers):
    return [hole for hole in holes if not answers[hole.id]["found"]]


def right_opinions(holes, answers):
    """Of opinions on what comes after a text that is right so far -> [{"features", "isFirst", "found", "model",
    "right"}]: whether the likeliest found token is right, the model's is; and of the right one its share (0 where it was
    not found) and the model's log-probability (None where it was neither found nor the model's first)."""
    out = []
    for hole in holes:
        text = hole.middle + hole.suffix
        for opinion in answers[hole.id].get("opinions", []):
            written, found = opinion["written"], opinion["found"]
            if not opinion["isRead"] or not text.startswith(written) or len(written) >= max(1, len(hole.middle)):
                continue

            def fits(token, written=written):
                return token != "" and text.startswith(written + token)

            right = max((each for each in found if fits(each["text"])), key=lambda each: len(each["text"]), default=None)
            out.append(
                {
                    "hole": hole.id,
                    "features": opinion["features"],
                    "found": fits(found[0]["text"]),
                    "model": fits(opinion["model"]),
                    "share": right["share"] if right else 0.0,
                    "logModel": right["logProb"] if right else None,
                }
            )
    return out


def fitted(opinions, without_model):
    """-> {weight: value} that make the right tokens likeliest, of the mixture of both; every hole weighs the same"""
    if not opinions:
        raise ValueError("Nothing was found at any place: renew the engine by `npm run build`.")
    names = [name for name in WEIGHTS if not (without_model and name in ("logFound", "logModel"))]
    x = np.array([_row(opinion, names) for opinion in opinions])
    share = np.array([opinion["share"] for opinion in opinions])
    # A token that was not found is likelier the less what was found counts, whatever the model says of it.
    model = np.array([1.0 if o["logModel"] is None else exp(o["logModel"]) for o in opinions])
    values = likeliest_mixture(x, share, model, [0.0] + [PULL] * (len(names) - 1))
    return dict.fromkeys(WEIGHTS, 0.0) | {n: round(v, 3) for n, v in zip(names, values, strict=True)}


def _row(opinion, names):
    return [1.0, *(opinion["features"][name] for name in names[1:])]


def likeliest_mixture(x, found, model, pull, rounds=2000):
    """Rows of features, and of what is right its probabilities in both distributions -> weights w for which the product
    of all (1 - l) model + l found is greatest, with l = 1 / (1 + exp(-x w)); by expectation and maximization, each
    maximization one step of Newton's method."""
    values, pulls = np.zeros(x.shape[1]), np.diag(pull)
    for _ in range(rounds):
        weight = 1 / (1 + np.exp(-np.clip(x @ values, -30, 30)))
        part = weight * found / np.maximum(weight * found + (1 - weight) * model, 1e-30)
        slope = x.T @ (weight - part) + pulls @ values
        step = np.linalg.solve((x * (weight * (1 - weight))[:, None]).T @ x + pulls + 1e-9 * np.eye(len(values)), slope)
        values -= step
        if np.abs(step).max() < 1e-6:
            break
    return [float(value) for value in values]


def told_of(opinions, mixture):
    """What the opinions are worth, token by token; `first` says how often the mixture's likeliest token is right"""
    weights = [1 / (1 + exp(-_sum(opinion, mixture))) for opinion in opinions]
    mean = lambda values: sum(values) / len(opinions) if opinions else None  # noqa: E731
    gains = []
    for opinion, weight in zip(opinions, weights, strict=True):
        if opinion["logModel"] is None:
            gains.append(np.log(1 - weight))
        else:
            model = exp(opinion["logModel"])
            gains.append(np.log((1 - weight) * model + weight * opinion["share"]) - opinion["logModel"])
    return {
        "tokens": len(opinions),
        "holes": len({opinion["hole"] for opinion in opinions}),
        "foundRight": mean([opinion["found"] for opinion in opinions]),
        "modelRight": mean([opinion["model"] for opinion in opinions]),
        "eitherRight": mean([opinion["found"] or opinion["model"] for opinion in opinions]),
        "weight": mean(weights),
        "gain": mean(gains),
    }


def _sum(opinion, mixture):
    return sum(mixture[name] * value for name, value in zip(WEIGHTS, _row(opinion, WEIGHTS), strict=True))


def mixture_markdown(result):
    model, holes, mixture = result["model"], result["holes"], result["mixture"]

    def share(entry, name):
        if entry[name] is None:
            return ""
        low, high = entry[f"{name}.interval"]
        return f"{100 * entry[name]:.1f} ({100 * low:.1f} to {100 * high:.1f})"

    rows = [
        [
            entry["name"],
            str(entry["holes"]),
            *(share(entry, f"{way}.{measure}") for measure in ("exact", "beginsRight") for way in ("without", "with")),
            *("" if entry[f"{way}.ms"] is None else f"{entry[f'{way}.ms']:.0f}" for way in ("without", "with")),
        ]
        for entry in result["rows"]
    ]
    names = ["hole", "holes", "exact without, %", "exact with, %", "begins right without, %", "begins right with, %"]
    tokens = [
        [half, str(told["tokens"]), *(f"{100 * told[n]:.1f}" for n in ("foundRight", "modelRight", "eitherRight"))]
        + [f"{told['weight']:.2f}", f"{told['gain']:.3f}"]
        for half, told in ((half, result[half]) for half in ("fitted", "judged"))
        if told["tokens"]
    ]
    lines = [
        f"# A second opinion on every token, {model['name']} {model['version']}",
        "",
        f"{holes['judged']} holes of {holes['packages']} held-out packages, each with the package's other files as its"
        f" workspace (seed {holes['seed']}); weights fitted on {holes['fitted']} holes of other packages. Found texts"
        f" take part with and without the mixture, which changed {result['changed']} answers. Median milliseconds of a"
        f" warm request, {result['threads']} threads, {result['cpu']}. In brackets: 95 % intervals.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table([*names, "ms without", "ms with"], rows),
        "",
        "Where nothing is missing, an answer is exact if it is empty. Tokens that come after a right text and of which"
        " something was found: how often the likeliest found one is right, the model's, either; the mixture's mean"
        " weight, and by how many nats it makes the right token likelier.",
        "",
        *markdown_table(["half", "tokens", "found, %", "model, %", "either, %", "weight", "gain"], tokens),
        "",
        *markdown_table(["weight", "value"], [[name, f"{mixture[name]:g}"] for name in WEIGHTS]),
        "",
    ]
    return "\n".join(lines)


def _command(a):
    line = ["python -m training.evaluate.fit_mixture", f"--model {place_name(a.model)}", f"--val {place_name(a.val)}"]
    line += [f"--holes {a.holes} --seed {a.seed} --threads {a.threads}"]
    return " ".join([*line, *(["--without-model"] if a.without_model else [])])


if __name__ == "__main__":
    main()
