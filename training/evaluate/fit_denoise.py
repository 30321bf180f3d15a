"""Fits what a manifest's `denoise` says: how likely a change of a selection is right, and the chance from which changes
are proposed. On selections of held-out files, some with known faults, of the half of the packages by which denoising is
not judged. About a quarter of an hour of two cores.

    npm run build
    python -m training.evaluate.fit_denoise --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION --write

Writes OUT/denoise-fit.md and denoise-fit.json; --write puts the numbers into the manifest. Every answer is kept in
--cache, so what was stopped goes on."""

import argparse
from collections import Counter
from dataclasses import dataclass

from training.evaluate.confidence_calibration import calibrated, fit_calibration
from training.evaluate.corrupted_selections import corrupted_selections
from training.evaluate.corruptions import KINDS
from training.evaluate.engine_denoise import denoise
from training.evaluate.engine_fill import CLI, changed_model, with_changes
from training.evaluate.intervals import wilson
from training.evaluate.kept_answers import kept_answers, part_name
from training.evaluate.report import computed, prepared, write_recommended, write_report
from training.shared.markdown_table import markdown_table
from training.shared.progress import Progress
from training.shared.provenance import cpu_name, file_sha256, model_provenance, place_name

# In the order of src/engine/contract/recommended.ts.
WEIGHTS = [
    *("constant", "own", "rest", "doubt", "least", "fewer", "more", "written", "agreed", "doubled", "swapped"),
    *("respelt", "operator", "number", "word", "alike", "oldSeen", "newSeen"),
    *("oldFits", "newFits", "beside", "quoted", "textOperator", "textWord", "textSwapped"),
]
NEVER = {"atLeast": 0.5} | dict.fromkeys(WEIGHTS, 0) | {"constant": -20}  # whatever is judged is told, and not proposed
PULL = [0.0] + [1.0] * (len(WEIGHTS) - 1)  # how rare right changes are is no matter of belief: the constant is free
FOLDS = 10
MOST_TOUCHED = 0.03  # share of the clean selections in which something may be proposed
HALF = "fit"


@dataclass(frozen=True)
class FitChange:
    """A change that makes a selection likelier."""

    selection: int
    start: int
    end: int
    features: tuple  # what WEIGHTS are multiplied with
    mends: int | None  # the fault that it mends, and nothing else it does


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--selections", type=int, default=400)
    p.add_argument("--seed", type=int, default=0, help="of the selections")
    p.add_argument("--strength", type=float, default=0.3, help="share of the tokens that are tried")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--write", action="store_true", help="put the numbers into the model's manifest")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(fitted, a)
    for path in write_report(result, a.out, "denoise-fit", denoise_fit_markdown):
        print(path)
    if a.write:
        print(write_recommended(a.model, "denoise", result["denoise"]))
    lines = [f"{name} = {value}" for name, value in result["denoise"].items()]
    print("\n".join(["For the file in training/export that the manifest is made of:", "[recommended.denoise]", *lines]))


def fitted(a):
    """-> what denoise-fit.json holds"""
    if not 0 < a.strength <= 1:
        raise ValueError(f"--strength {a.strength:g}: write a number above 0 and up to 1.")
    manifest, tokenizer, parts = prepared(a)
    selections = corrupted_selections(a.val, tokenizer, a.selections, HALF, a.seed)
    changes = likelier_changes(selections, judged(a, manifest, selections, parts))
    chances = cross_validated(changes)
    clean = {i for i, selection in enumerate(selections) if not selection.faults}
    threshold = at_least(clean, changes, chances)
    weights = {name: round(value, 3) for name, value in _fit(changes).items()}
    return {
        "model": model_provenance(manifest),
        "engineSha256": file_sha256(CLI),
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": _command(a),
        "selections": {
            "faulty": len(selections) - len(clean),
            "clean": len(clean),
            "packages": len({selection.package for selection in selections}),
            "files": file_sha256(a.val),
            "half": HALF,
            "seed": a.seed,
        },
        "denoise": {"atLeast": threshold} | weights,
        "changes": {"likelier": len(changes), "right": sum(change.mends is not None for change in changes)},
        "crossValidated": {"folds": FOLDS, "mostTouched": MOST_TOUCHED}
        | proposed_row(selections, changes, proposed(changes, chances, threshold)),
    }


def judged(a, manifest, selections, parts):
    """-> {id: answer of the engine}, which tells all that it judged and proposes nothing; kept in the folder `parts`"""
    changes, steps = {"denoise": NEVER}, manifest["recommended"]["steps"]
    asked = {"threads": a.threads, "trace": True}
    decides = (manifest["weights"], manifest["tokenizer"], manifest["limits"])
    decides += (with_changes(manifest["recommended"], changes), a.strength, steps, asked)
    path = parts / part_name("denoise fit", decides, file_sha256(CLI) if CLI.is_file() else None)
    with changed_model(a.model, changes) as folder:
        progress = Progress("denoise fit", len(selections))
        return kept_answers(
            path, selections, lambda missing: denoise(folder, missing, a.strength, steps, asked=asked), progress.step
        )


def likelier_changes(selections, answers):
    """`answers`: {id: {"refused": [change with "features" where it was judged]}} -> [FitChange]"""
    return [
        FitChange(
            i,
            change["start"],
            change["end"],
            (1.0, *(change["features"][name] for name in WEIGHTS[1:])),
            mended_fault(selection, change),
        )
        for i, selection in enumerate(selections)
        for change in answers[selection.id]["refused"]
        if "features" in change and change["logProbs"]["text"] > change["logProbs"]["before"]
    ]


def mended_fault(selection, change):
    """Index of the fault without which the selection is what it is with this change alone; None where there is none."""
    text = selection.selection
    made = text[: change["start"]] + change["text"] + text[change["end"] :]
    mends = (text[: fault.start] + fault.right + text[fault.end :] for fault in selection.faults)
    return next((i for i, mended in enumerate(mends) if mended == made), None)


def cross_validated(changes):
    """-> for each change the chance that it is right, by weights that were fitted without its fold of the selections"""
    weights = {fold: _fit([c for c in changes if _fold(c) != fold]) for fold in sorted({_fold(c) for c in changes})}
    return [calibrated(weights[_fold(change)], change.features, WEIGHTS) for change in changes]


def _fold(change):
    return change.selection % FOLDS


def _fit(changes):
    """-> {weight: value}"""
    right = [change.mends is not None for change in changes]
    if len(set(right)) < 2:
        raise ValueError("Too few changes mend a fault, or mend none, to tell them apart: ask for more --selections.")
    rows = [change.features for change in changes]
    return fit_calibration(rows, right, [1.0] * len(rows), names=WEIGHTS, pull=PULL)


def at_least(clean, changes, chances):
    """The least chance, in hundredths, from which on changes are proposed in no more than MOST_TOUCHED of the clean
    selections, which are given by number."""
    if not clean:
        raise ValueError(
            "No selection is clean, to say by it when nothing is to be proposed: ask for more --selections."
        )
    for hundredths in range(1, 100):
        touched = _touched(clean, changes, chances, hundredths / 100)
        if len(touched) <= MOST_TOUCHED * len(clean):
            return hundredths / 100
    return 1.0


def _touched(clean, changes, chances, threshold):
    return {
        change.selection
        for change, chance in zip(changes, chances, strict=True)
        if change.selection in clean and chance >= threshold
    }


def proposed(changes, chances, threshold):
    """The changes of at least that chance, the surest first, without those that touch a surer one; as in
    src/engine/infill/improve/likelierChanges.ts"""
    taken = []
    for chance, change in sorted(zip(chances, changes, strict=True), key=lambda pair: -pair[0]):
        if chance >= threshold and not any(_touch(change, other) for other in taken):
            taken.append(change)
    return taken


def _touch(one, other):
    return one.selection == other.selection and one.start <= other.end and other.start <= one.end


def proposed_row(selections, changes, taken):
    """What becomes of the selections where of all changes these are made -> shares as {"count", "share", "interval"}:

    touched      of clean selections those in which something is changed
    right        of all changes in selections with faults those that mend one and do nothing else
    removed      of all faults those that are mended; `token`: of faults of one token
    kinds        by kind: its faults, for how many a change that mends it is likelier, and how many are mended"""
    likelier = {(change.selection, change.mends) for change in changes if change.mends is not None}
    mended = {(change.selection, change.mends) for change in taken if change.mends is not None}
    clean = {i for i, selection in enumerate(selections) if not selection.faults}
    faults = {(i, j): fault for i, selection in enumerate(selections) for j, fault in enumerate(selection.faults)}
    in_faulty = [change for change in taken if change.selection not in clean]
    tokens = {place for place, fault in faults.items() if fault.token}
    counted = {
        name: Counter(faults[place].kind for place in places)
        for name, places in {"faults": faults, "likelier": likelier, "mended": mended}.items()
    }
    return {
        "touched": _share(len({change.selection for change in taken} & clean), len(clean)),
        "right": _share(sum(change.mends is not None for change in in_faulty), len(in_faulty)),
        "removed": _share(len(mended), len(faults)),
        "token": _share(len(mended & tokens), len(tokens)),
        "kinds": {kind: {name: counts[kind] for name, counts in counted.items()} for kind in KINDS},
    }


def _share(number, count):
    share = number / count if count else None
    return {"count": count, "share": share, "interval": wilson(share or 0, count)}


def denoise_fit_markdown(result):
    """What denoise-fit.json holds -> Markdown"""
    model, asked, changes, weights = (result[name] for name in ("model", "selections", "changes", "denoise"))
    row = result["crossValidated"]
    shares = {
        "clean selections touched, %": "touched",
        "changes that only mend a fault, %": "right",
        "faults mended, %": "removed",
        "of one token, %": "token",
    }
    lines = [
        f"# Which changes of a selection are right, {model['name']} {model['version']}",
        "",
        f"Fitted on {changes['likelier']} changes that make their selection likelier, of which {changes['right']} mend"
        f" a fault and do nothing else. They come from {asked['faulty']} selections with faults put in and"
        f" {asked['clean']} clean ones, from {asked['packages']} held-out packages (half {asked['half']}, seed"
        f" {asked['seed']}); --threads {result['threads']}, {result['cpu']}.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table(["weight", "value"], [[name, f"{weights[name]:g}"] for name in WEIGHTS]),
        "",
        f"Changes are proposed from a chance of {weights['atLeast']:g} on: the least one, in hundredths, at which at"
        f" most {100 * row['mostTouched']:g} % of the clean selections are touched. What is proposed then, by weights"
        f" that were fitted without the selection ({row['folds']} folds). In brackets: 95 % intervals.",
        "",
        *markdown_table(list(shares), [[_interval(row[name]) for name in shares.values()]]),
        "",
        "For how many faults a change that mends them makes the text likelier, and how many are mended:",
        "",
        *markdown_table(
            ["kind", "faults", "likelier", "mended"],
            [
                [kind, *(str(counts[name]) for name in ("faults", "likelier", "mended"))]
                for kind, counts in row["kinds"].items()
                if counts["faults"]
            ],
        ),
        "",
    ]
    return "\n".join(lines)


def _interval(entry):
    if entry["share"] is None:
        return ""
    low, high = entry["interval"]
    return f"{100 * entry['share']:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def _command(a):
    line = ["python -m training.evaluate.fit_denoise", f"--model {place_name(a.model)}", f"--val {place_name(a.val)}"]
    line += [f"--selections {a.selections} --seed {a.seed} --strength {a.strength:g} --threads {a.threads}"]
    return " ".join(line)


if __name__ == "__main__":
    main()
