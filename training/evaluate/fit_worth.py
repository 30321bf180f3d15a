"""Fits what a manifest's `calibration` says: how likely a text is right as far as it goes, and so how many keys showing it
is expected to save. On held-out places of the half of the packages that `npm run bench -- replay` does not judge: inside
lines that are being typed, and holes of all kinds. About ten minutes of one core.

    npm run build
    python -m training.evaluate.fit_worth --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION --write

Writes OUT/worth.md and worth.json, with the reliability of the texts that are chosen, cross-validated by package; --write
puts the numbers into the manifest. Every answer is kept in --cache, so what was stopped goes on."""

import argparse
import random
from dataclasses import replace

from training.evaluate.confidence_calibration import (
    calibrated,
    confidence_calibration,
    confidence_features,
    fit_calibration,
    reliability_table,
)
from training.evaluate.evaluate import filled
from training.evaluate.fill_scores import scores_of
from training.evaluate.held_out import HeldOutHole, held_out_holes
from training.evaluate.report import computed, prepared, write_recommended, write_report
from training.evaluate.typed_lines import HALVES, half_of, typed_lines
from training.shared.provenance import cpu_name, model_provenance, place_name

FOLDS = 5
START = {"joint": 1, "end": 0, "constant": 0}  # any will do: what is considered does not depend on it


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--lines", type=int, default=20, help="of each group of languages")
    p.add_argument("--places", type=int, default=6, help="of each line, its start among them")
    p.add_argument("--holes", type=int, default=12, help="of each group and kind, before packages are halved")
    p.add_argument("--seed", type=int, default=2)
    p.add_argument("--any", type=float, default=1, help="keys that any look costs: one accepts")
    p.add_argument("--wrong", type=float, default=1.5, help="keys that a wrong look costs besides")
    p.add_argument("--write", action="store_true", help="put the numbers into the model's manifest")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(fitted, a)
    for path in write_report(result, a.out, "worth", worth_markdown):
        print(path)
    if a.write:
        print(write_recommended(a.model, "calibration", result["calibration"]))
    print(
        "\n".join(
            ["For the file in training/export that the model's manifest is made of:", *toml(result["calibration"])]
        )
    )


def fitted(a):
    """-> what worth.json holds"""
    manifest, tokenizer, parts = prepared(a)
    look = {"any": a.any, "wrong": a.wrong}
    holes = places(a, tokenizer)
    # Looks that cost nothing: of what was written nothing is held back from being considered.
    changes = {"calibration": START | {"look": {"any": 0, "wrong": 0}}}
    steps = manifest["recommended"]["steps"]
    answers = filled(a.model, manifest, holes, changes, "worth", steps, parts, {"trace": True, "threads": 1})
    judged = [judged_texts(hole, answers[hole.id].get("considered", [])) for hole in holes]
    packages = [hole.package for hole in holes]
    calibration = {name: round(value, 3) for name, value in _fit(judged).items()} | {"look": look}
    pairs = chosen_pairs(judged, packages, look)
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "command": _command(a),
        "places": {"count": len(holes), "packages": len(set(packages)), "texts": sum(map(len, judged)), "seed": a.seed},
        "calibration": calibration,
        "chosen": confidence_calibration(pairs),
    }


def places(a, tokenizer):
    """-> [HeldOutHole]: lines at some of their places, what is left of the line being what is missing, and holes of all
    kinds; all from packages of the half that is fitted"""
    _, half = HALVES
    rng, found = random.Random(f"{a.seed}/places"), []
    for line in typed_lines(a.val, a.lines, a.seed, half):
        text = line["line"]
        others = rng.sample(range(1, len(text) + 1), min(a.places - 1, len(text)))
        for at in (0, *sorted(others)):
            hole = HeldOutHole(
                f"{line['id']}#{at}", line["package"], line["language"], line["group"], "typed", "", "", ""
            )
            found.append(replace(hole, prefix=line["prefix"] + text[:at], middle=text[at:], suffix=line["suffix"]))
    return found + [hole for hole in held_out_holes(a.val, tokenizer, a.holes, a.seed) if half_of(hole.package) == half]


def toml(calibration):
    """-> lines"""
    look = ", ".join(f"{name} = {value:g}" for name, value in calibration["look"].items())
    numbers = [f"{name} = {value}" for name, value in calibration.items() if name != "look"]
    return ["[recommended.calibration]", *numbers, f"look = {{ {look} }}"]


def judged_texts(hole, considered):
    """-> [(features, whether it is right as far as it goes, its length)]"""
    return [
        (
            confidence_features(text["logJoint"], text.get("share")),
            scores_of(hole.middle, text["text"])["beginsRight"],
            len(text["text"]),
        )
        for text in considered
    ]


def chosen_pairs(judged, packages, look):
    """For each place the text that is chosen and would be shown -> [(confidence, right)], by a calibration that was fitted
    without the place's package"""
    names = sorted(set(packages))
    fold = {name: i % FOLDS for i, name in enumerate(names)}
    pairs = []
    for left_out in range(min(FOLDS, len(names))):
        inside = [texts for texts, package in zip(judged, packages, strict=True) if fold[package] != left_out]
        calibration = _fit(inside)
        for texts, package in zip(judged, packages, strict=True):
            if fold[package] == left_out and texts:
                chances = [(calibrated(calibration, features), right, length) for features, right, length in texts]
                chance, right, length = max(chances, key=lambda each: worth(each[0], each[2], look))
                if worth(chance, length, look) > 0:
                    pairs.append((chance, right))
    return pairs


def worth(chance, length, look):
    """As src/engine/infill/ending/worth.ts says it."""
    return chance * length - look["any"] - (1 - chance) * look["wrong"]


def _fit(judged):
    """Every place weighs the same, however many texts were considered there."""
    rows = [(features, right, 1 / len(texts)) for texts in judged for features, right, _ in texts]
    if not rows:
        raise ValueError("The engine considered no text at any place: renew it by `npm run build`.")
    return fit_calibration(*zip(*rows, strict=True))


def worth_markdown(result):
    model, place, calibration, chosen = (result[name] for name in ("model", "places", "calibration", "chosen"))
    look = calibration["look"]
    numbers = ", ".join(f"{name} {value:g}" for name, value in calibration.items() if name != "look")
    lines = [
        f"# How likely texts are right, {model['name']} {model['version']}",
        "",
        f"Fitted on {place['texts']} texts that could have been suggested at {place['count']} places of"
        f" {place['packages']} held-out packages (seed {place['seed']}): {numbers}. A look costs {look['any']:g} keys, a wrong"
        f" one {look['wrong']:g} more.",
        "",
        f"    {result['command']}",
        "",
        "The text that is worth most at each place, where it is worth a look, by a calibration that was fitted without the"
        f" place's package: {chosen['count']} texts, expected calibration error {100 * (chosen['error'] or 0):.1f} points."
        " In brackets: 95 % intervals.",
        "",
        *reliability_table(chosen),
        "",
    ]
    return "\n".join(lines)


def _command(a):
    line = ["python -m training.evaluate.fit_worth", f"--model {place_name(a.model)}", f"--val {place_name(a.val)}"]
    line += [
        f"--lines {a.lines} --places {a.places} --holes {a.holes} --seed {a.seed} --any {a.any:g} --wrong {a.wrong:g}"
    ]
    return " ".join(line)


if __name__ == "__main__":
    main()
