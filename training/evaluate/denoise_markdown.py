"""The table of what denoising does to corrupted selections."""

from training.evaluate.corruptions import KINDS
from training.evaluate.denoise_rows import RANKED
from training.shared.markdown_table import markdown_table

_SHARES = {
    "removed": "faults removed, %",
    "token": "of one token, %",
    "ranked": f"of those, right token among the encoder's first {RANKED}, %",
    "otherwise": "changed otherwise, %",
    "right": "changes that only remove a fault, %",
    "alone": "clean selections left alone, %",
    "elsewhere": "other text changed, %",
    "broken": "parse errors, %",
}


_BASELINE = "The baseline writes the least likely line anew, from left to right, and always takes it."


def denoise_markdown(result):
    """What denoise.json holds -> Markdown"""
    model, asked, rows, defaults = result["model"], result["selections"], result["rows"], result["defaults"]
    first, steps = rows[0], result["shownSteps"]
    head = ["engine", "strength", "steps", *_SHARES.values(), "changes", "refused", "ms"]
    shown = [row for row in rows if row["steps"] in (steps, None)]
    lines = [
        f"# Denoised, {model['name']} {model['version']}",
        "",
        f"{asked['faulty']} selections with {first['removed']['count']} faults put in and {asked['clean']} clean ones,"
        f" from {asked['packages']} held-out packages (half {asked['half']}, seed {asked['seed']}). A fault is removed"
        " where exactly the right text stands in its place. Other text changed: of the selections with faults. Parse"
        " errors: of files that parse with the selection as it was, those that do not any more. Changes and refused"
        f" ones for a selection, on average; median milliseconds, --threads {result['threads']}, {result['cpu']}."
        f" {_BASELINE} In brackets: 95 % intervals. By default the strength is {defaults['strength']:g}, with"
        f" {defaults['steps']} steps.",
        "",
        f"    {result['command']}",
        "",
        *markdown_table(head, [_cells(row) for row in rows]),
        "",
        f"Faults removed by kind, %, at {steps} steps:",
        "",
        *markdown_table(
            ["kind", "faults", *map(_name, shown)],
            [
                [kind, str(first["kinds"][kind]["count"]), *(_interval(row["kinds"][kind]) for row in shown)]
                for kind in KINDS
                if first["kinds"][kind]["count"]
            ],
        ),
        "",
        f"Parse errors by language, %, at {steps} steps:",
        "",
        *markdown_table(
            ["language", "selections", *map(_name, shown)],
            [
                [name, str(entry["count"]), *(_interval(row["languages"][name]) for row in shown)]
                for name, entry in first["languages"].items()
                if entry["count"]
            ],
        ),
        "",
    ]
    return "\n".join(lines)


def _cells(row):
    numbers = [_interval(row[name]) for name in _SHARES]
    asked = ["" if row[name] is None else f"{row[name]:g}" for name in ("strength", "steps")]
    ms = "" if row["ms"] is None else f"{row['ms']:.0f}"
    return [row["engine"], *asked, *numbers, f"{row['changes']:.2f}", f"{row['refused']:.2f}", ms]


def _name(row):
    return row["engine"] if row["strength"] is None else f"{row['engine']}, {row['strength']:g}"


def _interval(entry):
    if entry["share"] is None:
        return ""
    low, high = entry["interval"]
    return f"{100 * entry['share']:.1f} ({100 * low:.1f} to {100 * high:.1f})"
