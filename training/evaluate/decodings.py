"""Compares ways of decoding on held-out holes, through the real engine, with the first of them.

    npm run build
    python -m training.evaluate.decodings training/evaluate/decodings.toml --model models/infill-code-135m \
        --val corpus/val.jsonl.zst --out training/results/NAME

Writes OUT/decodings.md and decodings.json. Every answer is kept in --cache, so what was stopped goes on."""

import argparse
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from training.evaluate.evaluate import filled
from training.evaluate.fill_scores import kept_characters, scores_of
from training.evaluate.held_out import held_out_holes
from training.evaluate.report import computed, prepared, write_report
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance, place_name


@dataclass(frozen=True)
class Decoding:
    name: str
    steps: int
    group: str = ""  # the question that it belongs to
    set: dict = field(default_factory=dict)  # options of the manifest
    ask: dict = field(default_factory=dict)  # options of a request, as the command line names them


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("decodings", help="TOML, see decodings.toml")
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=4, help="of each group and kind")
    p.add_argument("--seed", type=int, default=1, help="of the holes; other ones than those that results are told of")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    write_report(computed(compare, a), a.out, "decodings", decodings_markdown)


def read_decodings(path):
    """TOML with `steps` and [[decoding]] entries -> [Decoding]"""
    content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    try:
        decodings = [Decoding(**{"steps": content["steps"]} | entry) for entry in content["decoding"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}. It needs `steps`, and a `name` in every [[decoding]].") from None
    names = [decoding.name for decoding in decodings]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{path} has two decodings called {', '.join(sorted(twice))}.")
    return decodings


def compare(a):
    """-> what decodings.json holds"""
    decodings = read_decodings(a.decodings)
    manifest, tokenizer, parts = prepared(a)
    holes = held_out_holes(a.val, tokenizer, a.holes, a.seed)
    rows, first = [], None
    for d in decodings:
        answers = filled(a.model, manifest, holes, d.set, str(d.steps), d.steps, parts, d.ask)
        exact = {h.id: scores_of(h.middle, answers[h.id]["text"])["exact"] for h in holes if h.kind != "nothing"}
        first = first or exact
        rows.append({"group": d.group, "name": d.name, "steps": d.steps, "set": d.set, "ask": d.ask})
        rows[-1] |= decoding_row(holes, answers) | {
            "gained": sum(exact[id] > first[id] for id in exact),
            "lost": sum(exact[id] < first[id] for id in exact),
        }
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "command": f"python -m training.evaluate.decodings {place_name(a.decodings)} --model {place_name(a.model)}"
        f" --val {place_name(a.val)} --holes {a.holes} --seed {a.seed}",
        "rows": rows,
    }


def decoding_row(holes, answers):
    """-> shares over the holes in which something is missing, how many complete ones are left alone; steps and
    milliseconds on average over all"""
    missing = [scores_of(h.middle, answers[h.id]["text"]) for h in holes if h.kind != "nothing"]
    complete = [answers[h.id]["text"].strip() == "" for h in holes if h.kind == "nothing"]
    names = ("exact", "beginsRight", "similarity", "answered")
    return {name: mean(scores[name] for scores in missing) for name in names} | {
        "missing": len(missing),
        "complete": len(complete),
        "silent": sum(complete),
        "kept": mean(kept_characters(h.middle, answers[h.id]["text"]) for h in holes if h.kind != "nothing"),
        "stepsUsed": mean(answers[h.id].get("steps", 0) for h in holes),
        "ms": mean(answers[h.id]["ms"] for h in holes),
    }


def decodings_markdown(result):
    rows, model = result["rows"], result["model"]
    first = rows[0]
    lines = [
        f"# Ways of decoding, {model['name']} {model['version']}",
        "",
        f"{first['missing']} held-out holes in which something is missing, {first['complete']} complete ones;"
        f' {result["cpu"]}. Gained, lost: holes filled exactly, against "{first["name"]}". Steps used and milliseconds'
        " (with a context encoded afresh) are means. Characters kept: the right beginning of a text, on average.",
        "",
        f"    {result['command']}",
        "",
    ]
    head = ("decoding", "steps", "exact, %", "gained", "lost", "begins right, %", "similarity, %", "answered, %")
    for group in dict.fromkeys(row["group"] for row in rows):
        body = [_cells(row) for row in rows if row["group"] == group]
        lines += [f"## {group}", ""] if group else []
        lines += [*markdown_table((*head, "characters kept", "silent where complete", "steps used", "ms"), body), ""]
    return "\n".join(lines)


def _cells(row):
    def percent(name):
        return f"{100 * row[name]:.1f}"

    shares = [percent(name) for name in ("beginsRight", "similarity", "answered")]
    counts = [str(row["gained"]), str(row["lost"])]
    used = [
        f"{row['kept']:.1f}",
        f"{row['silent']} of {row['complete']}",
        f"{row['stepsUsed']:.1f}",
        f"{row['ms']:.0f}",
    ]
    return [row["name"], str(row["steps"]), percent("exact"), *counts, *shares, *used]


if __name__ == "__main__":
    main()
