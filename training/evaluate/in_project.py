"""What the project's texts bring: holes of held-out files with the other files of their packages around them, through
the real engine, with and without them; and the fit of the manifest's `found`, which says how far a found text is to be
trusted. It is fitted on one half of the packages and judged on the other. About half an hour of two cores.

    npm run build
    python -m training.evaluate.in_project --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION --write

Writes OUT/project.md and project.json; --write puts the weights into the manifest. Every answer is kept in --cache, so
what was stopped goes on. What a package's own file says besides the hole is known to both."""

import argparse
import json
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import mean

from training.evaluate.confidence_calibration import confidence_calibration, fit_calibration, reliability_table
from training.evaluate.evaluate import filled
from training.evaluate.fill_scores import scores_of
from training.evaluate.held_out import held_out_holes
from training.evaluate.report import command_line, computed, prepared, write_recommended, write_report
from training.evaluate.typed_lines import HALVES, half_of
from training.evaluate.with_and_without import COLUMNS, compared_cells, compared_row, percent, scores_by_way
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance
from training.train.corpus import open_lines

# In the order of src/engine/contract/recommended.ts.
WEIGHTS = (
    "constant left logLeft right logRight logVotes nothing logCharacters logText meanToken leastToken logSuffix gain"
).split()
NEVER = dict.fromkeys(WEIGHTS, 0) | {"constant": -20}  # whatever is found is told, and never chosen


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=24, help="of each group and kind, before packages are halved")
    p.add_argument("--seed", type=int, default=3)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--write", action="store_true", help="put the weights into the model's manifest")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(measured, a)
    for path in write_report(result, a.out, "project", project_markdown):
        print(path)
    if a.write:
        print(write_recommended(a.model, "found", result["found"]))
    lines = [f"{name} = {value}" for name, value in result["found"].items()]
    print("\n".join(["For the file in training/export that the manifest is made of:", "[recommended.found]", *lines]))


def measured(a):
    """-> what project.json holds"""
    manifest, tokenizer, parts = prepared(a)
    steps = manifest["recommended"]["steps"]
    judged_half, fitted_half = HALVES
    with tempfile.TemporaryDirectory() as folder:
        holes = in_workspaces(held_out_holes(a.val, tokenizer, a.holes, a.seed), a.val, Path(folder))
        of_half = {half: [hole for hole in holes if half_of(hole.package) == half] for half in HALVES}

        def answers(half, name, changes, more):
            asked = {"trace": True, "threads": a.threads, "warm": True} | more
            return filled(a.model, manifest, of_half[half], changes, f"project {name}", steps, parts, asked)

        told = answers(fitted_half, "told", {"found": NEVER}, {})
        odds = manifest["recommended"].get("found", {})
        found = fitted(of_half[fitted_half], told) | {name: odds[name] for name in ("edit",) if name in odds}
        judged = of_half[judged_half]
        without = answers(judged_half, "off", {"found": found}, {"project": "off"})
        within = answers(judged_half, "on", {"found": found}, {})
    rows = [row(name, chosen, without, within) for name, chosen in groups(judged, within)]
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": command_line("in_project", a, "holes", "seed", "threads"),
        "holes": {
            "fitted": len(of_half[fitted_half]),
            "judged": len(judged),
            "packages": len({hole.package for hole in judged}),
            "seed": a.seed,
        },
        "found": found,
        "rows": rows,
        "confidence": confidence_calibration(found_pairs(judged, within)),
    }


def in_workspaces(holes, shard, folder):
    """The holes with their packages' files as workspaces below `folder`, and with all text of their own file, unless
    that is another one than the package's."""
    packages = {hole.package for hole in holes}
    texts = {}
    with closing(open_lines(str(shard))) as lines:
        for file in map(json.loads, lines):
            if file["package"] in packages:
                texts[file["package"], file["path"]] = file
    folders = {name: folder / str(i) for i, name in enumerate(sorted(packages))}
    for file in texts.values():
        path = folders[file["package"]] / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["text"], encoding="utf-8", newline="")
    return [_in_workspace(hole, texts, folders[hole.package]) for hole in holes]


def _in_workspace(hole, texts, folder):
    path, *place = hole.place
    context = (hole.context or {}) | {"workspace": str(folder), "path": path}
    if not place:
        return replace(hole, context=context)
    start, end = place
    text = texts[hole.package, path]["text"]
    return replace(hole, prefix=text[:start], suffix=text[end:], context=context)


def fitted(holes, answers):
    """-> {weight: value}. Every hole weighs the same, however many texts were found."""
    rows = []
    for hole in holes:
        found = answers[hole.id].get("found", [])
        for text in found:
            right = scores_of(hole.middle, text["text"])["beginsRight"]
            rows.append((_features(text), right, 1 / len(found)))
    if not rows:
        raise ValueError("Nothing was found at any place: renew the engine by `npm run build`.")
    values = fit_calibration(*zip(*rows, strict=True), names=WEIGHTS)
    return {name: round(value, 3) for name, value in values.items()}


def _features(text):
    return [1.0, *(text["features"][name] for name in WEIGHTS[1:])]


def groups(holes, answers):
    """-> (name, holes): all where something is missing, each kind, those where nothing was found, and where nothing is missing"""
    missing = [hole for hole in holes if hole.kind != "nothing"]
    yield "all kinds", missing
    for kind in sorted({hole.kind for hole in missing}):
        yield kind, [hole for hole in missing if hole.kind == kind]
    yield "nothing was found", [hole for hole in missing if not answers[hole.id].get("found")]
    yield "nothing is missing", [hole for hole in holes if hole.kind == "nothing"]


def row(name, holes, without, within):
    answers = {"without": without, "with": within}
    out = compared_row(name, holes, scores_by_way(holes, answers), answers)
    out["found"] = mean("source" in within[hole.id] for hole in holes) if holes else None
    out["withoutModel"] = mean(not _steps(within[hole.id]) for hole in holes) if holes else None
    return out


def _steps(answer):
    return answer["passes"]["denoise"]["count"] + answer["passes"]["verify"]["count"]


def found_pairs(holes, answers):
    """Of the texts that were found and chosen -> [(confidence, right as far as it goes)]"""
    return [
        (answers[hole.id]["confidence"], scores_of(hole.middle, answers[hole.id]["text"])["beginsRight"])
        for hole in holes
        if "source" in answers[hole.id]
    ]


def project_markdown(result):
    model, holes = result["model"], result["holes"]

    rows = [
        [*compared_cells(entry), percent(entry["found"]), percent(entry["withoutModel"])] for entry in result["rows"]
    ]
    names = [*COLUMNS, "found, %", "without a step, %"]
    lines = [
        f"# Found in the project, {model['name']} {model['version']}",
        "",
        f"{holes['judged']} holes of {holes['packages']} held-out packages, each with the package's other files as its"
        f" workspace (seed {holes['seed']}); weights fitted on {holes['fitted']} holes of other packages. Median"
        f" milliseconds of a warm request, {result['threads']} threads, {result['cpu']}. In brackets: 95 % intervals.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table(names, rows),
        "",
        "Where nothing is missing, an answer is exact if it is empty. Texts that were found and chosen:",
        "",
        *reliability_table(result["confidence"]),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
