"""The content of table.json -> table.md."""

from training.evaluate.evaluation_rows import ALL, IN_LINE, WITH_SUFFIX
from training.shared.markdown_table import markdown_table

_OVERALL = {
    ALL: "All holes in which something is missing",
    WITH_SUFFIX: "Holes with a suffix: text follows somewhere after the cursor",
    IN_LINE: "Holes with a suffix in the line: text follows in the line where the middle ends",
}


def evaluation_markdown(result):
    model, holes = result["model"], result["holes"]
    lines = [
        f"# {model['name']} {model['version']}",
        "",
        f"{holes['count']} held-out holes of {holes['packages']} packages, seed {holes['seed']}. Lengths are not given."
        f" Fillings by the engine ({model['precision']}), {result['cpu']}; ms is the median for a whole request that"
        " encodes its context afresh, which typing on does not. A setting is the number of denoising steps at most;"
        " `each`: one token a step. `AR`: the frozen encoder's own left-to-right completion in fp32, which sees no"
        " suffix; `AR cut`: the same, cut where it comes to write what follows in the line. Intervals are 95%.",
        "",
        f"    {result['command']}",
        "",
    ]
    for kind, title in _OVERALL.items():
        lines += _overall(title, [r for r in result["rows"] if (r["group"], r["kind"]) == (ALL, kind)])
    lines += _by_kind("Exact match, %", result["rows"], "exact")
    lines += _by_kind("Edit similarity, %", result["rows"], "similarity")
    lines += ["`nothing`: the text is complete; exact is an empty answer. It is in no `all`.", ""]
    if result["confidence"]:
        lines += _confidence(result["confidence"], result["shown"])
    if result["tokens"]:
        lines += _tokens(result["tokens"])
    return "\n".join(lines)


def _overall(title, rows):
    if not rows:
        return []
    head = (
        "setting",
        "exact, %",
        "first line",
        "begins right",
        "edit similarity",
        "answered",
        "characters",
        "steps",
        "ms",
    )
    body = []
    for row in rows:
        exact = f"{_percent(row['exact'])} ({_span(row['exactInterval'])})"
        similarity = f"{_percent(row['similarity'])} ({_span(row['similarityInterval'])})"
        shares = [_percent(row[name]) for name in ("firstLine", "beginsRight")]
        numbers = [_number(row[name], digits) for name, digits in (("characters", 0), ("steps", 1), ("ms", 0))]
        body.append([row["setting"], exact, *shares, similarity, _percent(row["answered"]), *numbers])
    missing = f"{rows[0]['count']}; {_number(rows[0]['charactersMissing'], 0)} characters missing on average"
    return [f"## {title} ({missing})", "", *markdown_table(head, body), ""]


def _by_kind(title, rows, measure):
    settings = list(dict.fromkeys(row["setting"] for row in rows))
    cells = {(row["group"], row["kind"], row["setting"]): row for row in rows}
    body = [
        [group, kind, str(cells[group, kind, settings[0]]["count"])]
        + [_percent(cells[group, kind, setting][measure], 0) for setting in settings]
        for group, kind in dict.fromkeys((row["group"], row["kind"]) for row in rows)
    ]
    return [f"## {title}", "", *markdown_table(["group", "kind", "holes", *settings], body), ""]


def _confidence(confidence, setting):
    exact, begins = confidence["exact"], confidence["beginsRight"]
    body = [
        [
            f"{e['from']:.1f}-{e['to']:.1f}",
            str(e["count"]),
            _percent(e["confidence"]),
            _percent(e["right"]),
            _percent(b["right"]),
        ]
        for e, b in zip(exact["bins"], begins["bins"], strict=True)
    ]
    errors = [_number(each["error"], 3) for each in (exact, begins)]
    return [
        f"## Confidence, setting {setting}",
        "",
        f"Expected calibration error of {exact['count']} answers: {errors[0]} against exact matches,"
        f" {errors[1]} against answers that begin right.",
        "",
        *markdown_table(["confidence", "answers", "mean, %", "exact, %", "begins right, %"], body),
        "",
    ]


def _tokens(tokens):
    lines = [f"## Masked tokens, denoiser alone ({tokens['holes']} holes that fit 32 tokens)", ""]
    for name, title in (("ratio", "share masked"), ("position", "position, all masked")):
        body = [
            [key, str(each["count"]), _percent(each["accuracy"]), _number(each["loss"], 2)]
            for key, each in tokens[name].items()
        ]
        lines += [*markdown_table([title, "tokens", "right, %", "nats"], body), ""]
    return lines


def _percent(share, digits=1):
    return "" if share is None else f"{100 * share:.{digits}f}"


def _span(interval):
    return "-".join(_percent(end, 0) for end in interval)


def _number(value, digits):
    return "" if value is None else f"{value:.{digits}f}"
