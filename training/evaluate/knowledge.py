"""What each thing that an editor knows brings beside the others: holes of held-out packages with the package's other
files, the names of the completion list and the last edits, and with each of these switched off in turn, through the
real engine. The names are TypeScript's, so only holes after a dot in TypeScript have them; edits have the holes that
edited_holes.py cuts.

    npm run build
    python -m training.evaluate.knowledge --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION

Writes OUT/knowledge.md and knowledge.json. Every answer is kept in --cache, so what was stopped goes on. Beside files
that already have what an edit brings, edits look less useful than they are: the files are a published package's."""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import mean

from training.evaluate.edited_holes import KINDS, edited_holes
from training.evaluate.evaluate import filled
from training.evaluate.fill_scores import scores_of
from training.evaluate.held_out import held_out_holes
from training.evaluate.in_project import in_workspaces
from training.evaluate.intervals import interval_cell, wilson
from training.evaluate.names import first_identifier, named_holes
from training.evaluate.report import command_line, computed, prepared, write_report
from training.evaluate.typed_lines import HALVES, half_of
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance

# What a request leaves out -> by the name of the way
WITHOUT = {
    "everything": (),
    "without other files": ("workspace",),
    "without names": ("names",),
    "without edits": ("edits", "lineBefore"),
    "nothing": ("workspace", "names", "edits", "lineBefore"),
}
CUT = {
    "rest": "to the end of the line",
    "lines": "whole lines",
    "span": "inside a line",
    "nothing": "nothing is missing",
}
MEASURES = ("exact", "beginsRight", "identifier")


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=40, help="of each kind of edit; twice as many after a dot")
    p.add_argument("--cut", type=int, default=14, help="of each group and kind of others, before packages are halved")
    p.add_argument("--seed", type=int, default=5)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    for path in write_report(computed(measured, a), a.out, "knowledge", knowledge_markdown):
        print(path)


def measured(a):
    """-> what knowledge.json holds"""
    manifest, tokenizer, parts = prepared(a)
    steps = manifest["recommended"]["steps"]
    [judged, _] = HALVES
    cut = [hole for hole in held_out_holes(a.val, tokenizer, a.cut, a.seed) if hole.kind in CUT]
    holes = named_holes(a.val, 2 * a.holes, a.seed, judged) + edited_holes(a.val, a.holes, a.seed, judged)
    holes += [hole for hole in cut if half_of(hole.package) == judged]
    asked = {"threads": a.threads, "warm": True}
    with tempfile.TemporaryDirectory() as folder:
        holes = in_workspaces(holes, a.val, Path(folder))
        answers = {}
        for way, left_out in WITHOUT.items():
            differing = [hole for hole in holes if not left_out or set(left_out) & set(hole.context)]
            chosen = [leave_out(hole, left_out) for hole in differing]
            known = filled(a.model, manifest, chosen, {}, f"knowledge {way}", steps, parts, asked)
            answers[way] = answers.get("everything", {}) | known
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": command_line("knowledge", a, "holes", "cut", "seed", "threads"),
        "seed": a.seed,
        "packages": len({hole.package for hole in holes}),
        "rows": [row(name, way, chosen, answers[way]) for name, chosen in groups(holes) for way in ways_of(chosen)],
    }


def leave_out(hole, names):
    """The hole as a request without these members"""
    context = {name: value for name, value in hole.context.items() if name not in names}
    return replace(hole, context=context if "workspace" in context else _without_path(context))


def _without_path(context):
    return {name: value for name, value in context.items() if name != "path"}


def groups(holes):
    """-> (name, holes)"""
    yield "after a dot in TypeScript", [hole for hole in holes if hole.kind == "after a dot"]
    yield "after an edit", [hole for hole in holes if hole.kind in KINDS[:-1]]
    yield "after an edit elsewhere", [hole for hole in holes if hole.kind == KINDS[-1]]
    for kind, name in CUT.items():
        yield name, [hole for hole in holes if hole.kind == kind]


def ways_of(holes):
    """The ways that differ for some of the holes"""
    has = {name for hole in holes for name in hole.context}
    return [way for way, left_out in WITHOUT.items() if not left_out or has & set(left_out)]


def row(name, way, holes, answers):
    out = {"name": name, "way": way, "holes": len(holes)}
    scores = [scored(hole, answers[hole.id]["text"]) for hole in holes]
    for measure in MEASURES:
        share = mean(score[measure] for score in scores) if scores else 0
        out |= {measure: share, f"{measure}.interval": wilson(share, len(holes))}
    return out


def scored(hole, text):
    scores = scores_of(hole.middle, text)
    same = first_identifier(text.lstrip()) == first_identifier(hole.middle.lstrip())
    return {measure: scores[measure] for measure in MEASURES[:2]} | {"identifier": same}


def knowledge_markdown(result):
    model = result["model"]

    def cells(entry):
        shares = (interval_cell(entry, measure) for measure in MEASURES)
        return [entry["name"], entry["way"], str(entry["holes"]), *shares]

    names = ["hole", "known", "holes", "exact, %", "begins right, %", "first identifier, %"]
    lines = [
        f"# What the editor knows, {model['name']} {model['version']}",
        "",
        f"Holes of {result['packages']} held-out packages (judged half, seed {result['seed']}) with all that is known"
        " of them, and without each part. Where a kind of hole has no names or no edits, there is no such row. In"
        f" brackets: 95 % intervals. {result['threads']} threads, {result['cpu']}.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table(names, [cells(entry) for entry in result["rows"]]),
        "",
        "*Everything*: the package's other files, the names of TypeScript's completion list, and one edit of another"
        " line of the file. *Nothing*: the file alone. Where nothing is missing, an answer is exact if it is empty. The"
        " other files are as published: what an edit brings stands in them already.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
