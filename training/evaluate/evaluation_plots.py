"""The pictures of an evaluation."""

import hashlib
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from training.evaluate.evaluation_rows import ALL

_QUALITY = {"exact": "exact", "beginsRight": "begins right", "similarity": "edit similarity"}


def draw_evaluation(result, folder, form="svg"):
    """The content of table.json -> quality, confidence and tokens, as far as they were measured; their paths."""
    matplotlib.rcParams["svg.hashsalt"] = "infill"  # the same picture has the same bytes
    drawn = {"quality": _quality(result["rows"])}
    if result["confidence"]:
        drawn["confidence"] = _reliability(result["confidence"], result["shown"])
    if result["tokens"]:
        drawn["tokens"] = _tokens(result["tokens"])
    paths = []
    for name, figure in drawn.items():
        paths.append(Path(folder, f"{name}.{form}"))
        for axes in figure.axes:
            axes.grid(alpha=0.3)
        figure.savefig(paths[-1], metadata={"Date": None} if form == "svg" else {"Source": picture_source(result)})
        pyplot.close(figure)
    return paths


def picture_source(result):
    """What a PNG says it was drawn from: a digest of the numbers in the content of table.json."""
    numbers = json.dumps([result["rows"], result["confidence"], result["shown"], result["tokens"]], sort_keys=True)
    return hashlib.sha256(numbers.encode()).hexdigest()


def _quality(rows):
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4.5), sharey=True, layout="constrained")
    overall = [row for row in rows if (row["group"], row["kind"]) == (ALL, ALL)]
    engine = [row for row in overall if row["ms"] is not None]
    baseline = {row["setting"]: row for row in overall if row["ms"] is None}
    for name, label in _QUALITY.items():
        values = [100 * row[name] for row in engine]
        (line,) = left.plot(range(len(engine)), values, "o-", label=label)
        right.plot([row["ms"] for row in engine], values, "o", color=line.get_color())
        if f"{name}Interval" in overall[0]:
            low, high = zip(*([100 * end for end in row[f"{name}Interval"]] for row in engine), strict=True)
            left.fill_between(range(len(engine)), low, high, color=line.get_color(), alpha=0.15, lw=0)
        for style, row in zip((":", "--"), baseline.values(), strict=False):
            for axes in (left, right):
                axes.axhline(100 * row[name], color=line.get_color(), ls=style, lw=1)
    for style, setting in zip((":", "--"), baseline, strict=False):
        left.plot([], [], color="grey", ls=style, lw=1, label=setting)
    left.set_xticks(range(len(engine)), [row["setting"] for row in engine])
    left.set(xlabel="denoising steps at most (each: one token a step)", ylabel="% of the holes", ylim=(0, None))
    for row in engine:
        right.annotate(
            row["setting"], (row["ms"], 100 * row["similarity"]), xytext=(0, 6), textcoords="offset points", ha="center"
        )
    right.set(xlabel="ms for a request, context encoded afresh (median)")
    figure.legend(loc="outside upper center", ncols=5, fontsize="small")
    return figure


def _reliability(confidence, setting):
    figure, (axes, counts) = pyplot.subplots(
        2, 1, figsize=(5.5, 6), sharex=True, height_ratios=(3, 1), layout="constrained"
    )
    axes.plot([0, 1], [0, 1], color="grey", ls=":", label="perfectly calibrated")
    for name, label, shift in (("exact", "exact", 0), ("beginsRight", "begins right", 0.008)):
        bins = [each for each in confidence[name]["bins"] if each["count"]]
        if not bins:
            continue
        right = [each["right"] for each in bins]
        error = [
            [max(0, each["right"] - each["interval"][0]) for each in bins],
            [max(0, each["interval"][1] - each["right"]) for each in bins],
        ]
        label = f"{label} (calibration error {confidence[name]['error']:.2f})"
        axes.errorbar(
            [each["confidence"] + shift for each in bins], right, error, fmt="o-", capsize=2, lw=1, label=label
        )
    axes.set(ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), title=f"setting {setting}")
    axes.legend(fontsize="small", loc="upper left")
    bins = confidence["exact"]["bins"]
    counts.bar([(b["from"] + b["to"]) / 2 for b in bins], [b["count"] for b in bins], 0.9 / len(bins), color="grey")
    counts.set(xlabel="confidence", ylabel="answers")
    return figure


def _tokens(tokens):
    figure, rows = pyplot.subplots(2, 2, figsize=(10, 6), sharex="col", sharey="row", layout="constrained")
    for column, name, label in (
        (0, "ratio", "share of the canvas that is masked"),
        (1, "position", "position, all masked"),
    ):
        entries = {key: each for key, each in tokens[name].items() if each["count"]}
        rows[0, column].plot(list(entries), [100 * each["accuracy"] for each in entries.values()], "o-")
        rows[1, column].plot(list(entries), [each["loss"] for each in entries.values()], "o-", color="tab:orange")
        rows[1, column].set(xlabel=label)
    # Only now, with both columns drawn: a limit set earlier is kept as it is, for the shared axis too.
    rows[0, 0].set(ylabel="% of masked tokens right", ylim=(0, None))
    rows[1, 0].set(ylabel="nats per masked token", ylim=(0, None))
    return figure
