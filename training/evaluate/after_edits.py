"""What the last edits bring: holes of held-out files as somebody leaves them who has just edited another line, through
the real engine, with and without the edits; and what edits change that have nothing to do with the place.

    npm run build
    python -m training.evaluate.after_edits --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION

Writes OUT/edits.md and edits.json. Every answer is kept in --cache, so what was stopped goes on. There is no workspace:
what a project's other files would say of these places is left aside."""

import argparse
from dataclasses import replace
from statistics import mean

from training.evaluate.edited_holes import KINDS, edited_holes
from training.evaluate.evaluate import filled
from training.evaluate.report import command_line, computed, prepared, write_report
from training.evaluate.typed_lines import HALVES
from training.evaluate.with_and_without import COLUMNS, compared_cells, compared_row, percent, scores_by_way
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance

RELATED, UNRELATED = KINDS[:-1], KINDS[-1]


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=38, help="of each kind")
    p.add_argument("--seed", type=int, default=3)
    p.add_argument("--half", choices=HALVES, default=HALVES[0], help="of the packages")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    for path in write_report(computed(measured, a), a.out, "edits", edits_markdown):
        print(path)


def measured(a):
    """-> what edits.json holds"""
    manifest, _, parts = prepared(a)
    steps = manifest["recommended"]["steps"]
    holes = edited_holes(a.val, a.holes, a.seed, a.half)
    asked = {"trace": True, "threads": a.threads, "warm": True}
    plain = [replace(hole, context=None) for hole in holes]
    without = filled(a.model, manifest, plain, {}, "edits off", steps, parts, asked)
    within = filled(a.model, manifest, holes, {}, "edits on", steps, parts, asked)
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": command_line("after_edits", a, "holes", "seed", "half", "threads"),
        "holes": {
            "count": len(holes),
            "packages": len({hole.package for hole in holes}),
            "half": a.half,
            "seed": a.seed,
        },
        "rows": [row(name, chosen, without, within) for name, chosen in groups(holes)],
    }


def groups(holes):
    """-> (name, holes): where the edit is of use, all of them and each kind, and where it is about another place"""
    yield "all that an edit is of use for", [hole for hole in holes if hole.kind in RELATED]
    for kind in KINDS:
        yield kind, [hole for hole in holes if hole.kind == kind]


def row(name, holes, without, within):
    """Shares of the holes with a right answer, and median milliseconds. What an edit gave: how often it was found, how
    often it is the answer, and how many of these are right as far as they go. Answers that stay as they are, or as
    right, and how many were right and are not any more."""
    answers = {"without": without, "with": within}
    scores = scores_by_way(holes, answers)
    out = compared_row(name, holes, scores, answers)
    found = [any(text["from"].get("isEdit") for text in within[hole.id].get("found", [])) for hole in holes]
    chosen = [within[hole.id].get("source", {}).get("isEdit", False) for hole in holes]
    right = [score["beginsRight"] for score, each in zip(scores["with"], chosen, strict=True) if each]
    kept = [
        without[hole.id]["text"] == within[hole.id]["text"] or after["exact"] >= before["exact"] > 0
        for hole, before, after in zip(holes, scores["without"], scores["with"], strict=True)
    ]
    return out | {
        "found": mean(found) if holes else None,
        "chosen": mean(chosen) if holes else None,
        "chosenRight": mean(right) if right else None,
        "kept": mean(kept) if holes else None,
        "lost": sum(b["exact"] > a["exact"] for b, a in zip(scores["without"], scores["with"], strict=True)),
    }


def edits_markdown(result):
    model, holes = result["model"], result["holes"]

    rows = [
        [
            *compared_cells(entry),
            *(percent(entry[name]) for name in ("found", "chosen", "chosenRight", "kept")),
            str(entry["lost"]),
        ]
        for entry in result["rows"]
    ]
    names = [*COLUMNS, "found, %", "chosen, %", "of these right, %", "kept, %", "lost"]
    lines = [
        f"# After an edit, {model['name']} {model['version']}",
        "",
        f"{holes['count']} holes of {holes['packages']} held-out packages (half {holes['half']}, seed {holes['seed']}),"
        " each after one edit of another line of its file; no workspace. Median milliseconds of a warm request,"
        f" {result['threads']} threads, {result['cpu']}. In brackets: 95 % intervals.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table(names, rows),
        "",
        "*renamed*: a name was changed in one line, and deleted in the next one that has it; *rewritten*: with all that"
        " follows it there. *next line*: the line below one that was just written, of the same shape, up to the first"
        " word that differs. *put in*: tokens that were put into one line are missing in another. *unrelated*: another"
        " name was changed. Found: an edit gave a text; chosen: it is the answer; kept: the answer is as without the"
        " edit, or right both times; lost: answers that were exact without the edit and are not with it.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
