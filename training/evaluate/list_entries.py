"""How often the entry that IntelliSense selects by itself is right, and what becomes of it: held-out TypeScript with up
to three characters typed after a dot, the entry that is first in the list of TypeScript's language service selected,
asked of the real engine. It goes on from an entry, or says that it hardly belongs there
(src/engine/infill/listEntry.ts). About ten minutes of a core.

    npm run build
    python -m training.evaluate.list_entries --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION

Writes OUT/list-entries.md and list-entries.json; every answer is kept in --cache. The list's order is that of its names
that begin with what is typed: an editor also learns which ones a person took."""

import argparse
from dataclasses import replace

from training.evaluate.evaluate import filled
from training.evaluate.intervals import wilson
from training.evaluate.names import first_identifier, named_holes
from training.evaluate.report import command_line, computed, prepared, write_report
from training.evaluate.typed_lines import HALVES
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance

TYPED = (0, 1, 2, 3)  # characters
REFUSED = "unlikely-entry"
STEPS = 1  # whether an entry is gone on from does not depend on them


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=90, help="with a list, of each half of the packages")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    for path in write_report(computed(measured, a), a.out, "list-entries", list_entries_markdown):
        print(path)


def measured(a):
    """-> what list-entries.json holds"""
    manifest, _, parts = prepared(a)
    holes = [hole for half in HALVES for hole in named_holes(a.val, a.holes, a.seed, half)]
    rows = []
    for typed in TYPED:
        entries = [entry for entry in (selected(hole, typed) for hole in holes) if entry]
        asked = {"threads": a.threads}
        answers = filled(a.model, manifest, [hole for hole, _ in entries], {}, f"entry {typed}", STEPS, parts, asked)
        rows.append(row(typed, [(right, answers[hole.id].get("reason") == REFUSED) for hole, right in entries]))
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "command": command_line("list_entries", a, "holes", "seed", "threads"),
        "seed": a.seed,
        "holes": len(holes),
        "rows": rows,
    }


def selected(hole, typed):
    """-> the hole with the first entry of its list selected, and whether that is right; None where nothing is left"""
    name = first_identifier(hole.middle)
    begun = name[:typed]
    first = next((each for each in hole.context["names"] if each.startswith(begun)), None)
    if typed >= len(name) or first in (None, begun):
        return None
    entry = {"ahead": len(first) - typed, "isChosen": False}
    asked = replace(hole, id=f"{hole.id}:{typed}", prefix=hole.prefix + first, context={"entry": entry})
    return asked, first == name


def row(typed, judged):
    """`judged`: (whether the entry is right, whether it was refused) of each"""
    out = {"typed": typed, "entries": len(judged), "right": sum(right for right, _ in judged)}
    for name, wanted in (("rightKept", True), ("wrongKept", False)):
        kept = [not refused for right, refused in judged if right == wanted]
        share = sum(kept) / len(kept) if kept else 0
        out |= {name: share, f"{name}.interval": wilson(share, len(kept)) if kept else [0, 0]}
    return out


def list_entries_markdown(result):
    def share(entry, name):
        low, high = entry[f"{name}.interval"]
        return f"{100 * entry[name]:.0f} ({100 * low:.0f} to {100 * high:.0f})"

    def cells(entry):
        right = 100 * entry["right"] / entry["entries"] if entry["entries"] else 0
        return [
            str(entry["typed"]),
            str(entry["entries"]),
            f"{right:.0f}",
            share(entry, "rightKept"),
            share(entry, "wrongKept"),
        ]

    model = result["model"]
    names = ["characters typed", "entries", "right, %", "right ones gone on from, %", "wrong ones gone on from, %"]
    return "\n".join(
        [
            f"# Entries that IntelliSense selects by itself, {model['name']} {model['version']}",
            "",
            f"The first entry of TypeScript's list after a dot in {result['holes']} held-out holes (seed {result['seed']})."
            " In brackets: 95 % intervals.",
            "",
            f"    {result['command']}",
            "",
            *markdown_table(names, [cells(entry) for entry in result["rows"]]),
            "",
        ]
    )


if __name__ == "__main__":
    main()
