"""What the same holes are answered with something around them and without it, as a row of a record and of its table."""

from statistics import mean, median

from training.evaluate.fill_scores import scores_of
from training.evaluate.intervals import interval_cell, wilson

WAYS, MEASURES = ("without", "with"), ("exact", "beginsRight")
COLUMNS = ["hole", "holes", "exact without, %", "exact with, %", "begins right without, %", "begins right with, %"]
COLUMNS += ["ms without", "ms with"]


def compared_row(name, holes, scores, answers):
    """`scores`, `answers`: by way -> shares of the holes with right answers, their intervals and median milliseconds"""
    out = {"name": name, "holes": len(holes)}
    for way in WAYS:
        for measure in MEASURES:
            share = mean(score[measure] for score in scores[way]) if holes else None
            out |= {f"{way}.{measure}": share, f"{way}.{measure}.interval": wilson(share or 0, len(holes))}
        out[f"{way}.ms"] = median(answers[way][hole.id]["ms"] for hole in holes) if holes else None
    return out


def scores_by_way(holes, answers):
    return {way: [scores_of(hole.middle, answers[way][hole.id]["text"]) for hole in holes] for way in WAYS}


def compared_cells(entry):
    """The cells of COLUMNS."""
    return [
        entry["name"],
        str(entry["holes"]),
        *(_share(entry, f"{way}.{measure}") for measure in MEASURES for way in WAYS),
        *("" if entry[f"{way}.ms"] is None else f"{entry[f'{way}.ms']:.0f}" for way in WAYS),
    ]


def percent(share):
    return "" if share is None else f"{100 * share:.0f}"


def _share(entry, name):
    return "" if entry[name] is None else interval_cell(entry, name)
