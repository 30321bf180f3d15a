"""What steps bring and what they cost, on held-out development holes, through the real engine: milliseconds of a warm
request, passes and quality by the number of steps, with 95% intervals.

    npm run build
    python -m training.evaluate.steps_curve --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION

Writes OUT/steps.md and steps.json. Every answer is kept in --cache, so what was stopped goes on."""

import argparse
from statistics import mean, median

from training.evaluate.evaluate import filled, overrides, step_settings
from training.evaluate.fill_scores import kept_characters, scores_of
from training.evaluate.held_out import held_out_holes
from training.evaluate.intervals import bootstrap, wilson
from training.evaluate.report import command_line, computed, prepared, write_report
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance

SHARES = ("exact", "beginsRight")
MEANS = ("similarity", "kept")


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=12, help="of each group and kind")
    p.add_argument("--seed", type=int, default=1, help="of the holes; other ones than those that results are told of")
    p.add_argument("--steps", default="1,2,4,8,16,32")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="another recommended option")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    for path in write_report(computed(curve, a), a.out, "steps", curve_markdown):
        print(path)


def curve(a):
    """-> what steps.json holds"""
    settings, changes = step_settings(a.steps), overrides(a.set)
    manifest, tokenizer, parts = prepared(a)
    holes = held_out_holes(a.val, tokenizer, a.holes, a.seed)
    asked = {"warm": True, "threads": a.threads}
    rows, first = [], None
    for name, steps in settings.items():
        scored = _scored(holes, filled(a.model, manifest, holes, changes, name, steps, parts, asked))
        first = first or scored
        rows.append({"steps": steps} | curve_row(scored, first))
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "threads": a.threads,
        "holes": {"count": len(holes), "packages": len({hole.package for hole in holes}), "seed": a.seed},
        "command": _command(a),
        "rows": rows,
    }


def _scored(holes, answers):
    """-> [{"ms", "steps", "passes": {kind: count}, "silent": None or bool, *measures}], in the order of `holes`"""
    scored = []
    for hole in holes:
        answer = answers[hole.id]
        entry = {"ms": answer["ms"], "steps": answer.get("steps", 0), "passes": pass_counts(answer.get("passes"))}
        if hole.kind == "nothing":
            entry["silent"] = answer["text"].strip() == ""
        else:
            entry |= scores_of(hole.middle, answer["text"])
            entry["kept"] = kept_characters(hole.middle, answer["text"])
        scored.append(entry)
    return scored


def pass_counts(passes):
    """What an answer says of its passes: {kind: {"count", "ms"}}, one number, or nothing -> {kind: count}"""
    if isinstance(passes, dict):
        return {kind: entry["count"] for kind, entry in passes.items()}
    return {} if passes is None else {"all": passes}


def curve_row(scored, first):
    """Answers of one number of steps, and of the first -> means and 95% intervals (low, high); `keptMore` and
    `beginsRightMore` are differences from the first, hole by hole."""
    missing = [(entry, other) for entry, other in zip(scored, first, strict=True) if "exact" in entry]
    complete = [entry["silent"] for entry in scored if "silent" in entry]
    ms = [entry["ms"] for entry in scored]
    kinds = list(dict.fromkeys(kind for entry in scored for kind in entry["passes"]))
    row = {
        "missing": len(missing),
        "complete": len(complete),
        "silent": sum(complete),
        "ms": mean(ms),
        "msInterval": bootstrap(ms),
        "msMedian": median(ms),
        "stepsUsed": mean(entry["steps"] for entry in scored),
        "passes": {kind: mean(entry["passes"].get(kind, 0) for entry in scored) for kind in kinds},
    }
    for name in (*SHARES, *MEANS):
        values = [entry[name] for entry, _ in missing]
        row[name] = mean(values)
        row[f"{name}Interval"] = wilson(row[name], len(values)) if name in SHARES else bootstrap(values)
    for name in ("kept", "beginsRight"):
        more = [entry[name] - other[name] for entry, other in missing]
        row |= {f"{name}More": mean(more), f"{name}MoreInterval": bootstrap(more)}
    return row


def curve_markdown(result):
    rows, model, holes = result["rows"], result["model"], result["holes"]
    kinds = list(dict.fromkeys(kind for row in rows for kind in row["passes"]))
    head = ["steps", "ms, mean", "ms, median", "steps used", *(f"passes: {kind}" for kind in kinds), "exact, %"]
    head += ["begins right, %", "similarity, %", "characters kept", "more than the first", "silent where complete"]
    lines = [
        f"# What steps bring, {model['name']} {model['version']}",
        "",
        f"{rows[0]['missing']} held-out holes in which something is missing, {rows[0]['complete']} complete ones, from"
        f" {holes['packages']} packages (seed {holes['seed']}). Milliseconds are those of a warm request, whose context"
        f" was read but for the last characters, on {result['threads']} threads of {result['cpu']}, over all holes."
        " Characters kept: the right beginning of a text, on average; the differences are taken hole by hole. In"
        " brackets: 95% intervals.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table(head, [_cells(row, kinds) for row in rows]),
        "",
    ]
    return "\n".join(lines)


def _cells(row, kinds):
    def spread(name, scale, digits):
        low, high = (f"{scale * end:.{digits}f}" for end in row[f"{name}Interval"])
        return f"{scale * row[name]:.{digits}f} ({low} to {high})"

    return [
        str(row["steps"]),
        spread("ms", 1, 0),
        f"{row['msMedian']:.0f}",
        f"{row['stepsUsed']:.1f}",
        *(f"{row['passes'].get(kind, 0):.1f}" for kind in kinds),
        *(spread(name, 100, 1) for name in (*SHARES, "similarity")),
        spread("kept", 1, 2),
        spread("keptMore", 1, 2),
        f"{row['silent']} of {row['complete']}",
    ]


def _command(a):
    return " ".join(
        [command_line("steps_curve", a, "holes", "seed", "steps", "threads"), *(f"--set {entry}" for entry in a.set)]
    )


if __name__ == "__main__":
    main()
