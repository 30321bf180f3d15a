"""Where the curve of diffusion passes the best of left to right, and how that grows with the amount of text."""

import math
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Crossing:
    characters: float  # trained on, repetitions counted
    epochs: float
    extrapolated: bool  # past what was trained


def best(rows):
    """The row of fewest bits."""
    return min(rows, key=lambda row: row["bits"])


def crossing(rows, level, unique, last=4, furthest=100):
    """Where measured rows first come down to `level` bits; linear in log(epochs) between measurements.

    If they never do, the line through the last rows is drawn on, up to `furthest` times the epochs that were trained:
    an extrapolation. None where that does not come down to the level either."""
    points = [(math.log(row["epochs"]), row["bits"]) for row in rows if row["epochs"] > 0]
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 > level >= y1:
            return _at(x0 + (x1 - x0) * (y0 - level) / (y0 - y1), unique, False)
    slope, at_zero = line(points[-last:])
    if slope >= 0:
        return None
    x = (level - at_zero) / slope
    return _at(x, unique, True) if points[-1][0] < x < points[-1][0] + math.log(furthest) else None


def meeting(rows, others):
    """Epochs from which `rows` are below `others`, both measured at the same epochs or interpolated; None if never."""
    for row in rows:
        other = interpolated(others, row["epochs"])
        if row["epochs"] > 0 and other is not None and row["bits"] < other:
            return row["epochs"]
    return None


def interpolated(rows, epochs):
    """Bits at `epochs`, linear between measurements; None outside them."""
    for a, b in pairwise(rows):
        if a["epochs"] <= epochs <= b["epochs"]:
            share = (epochs - a["epochs"]) / (b["epochs"] - a["epochs"])
            return a["bits"] + share * (b["bits"] - a["bits"])
    return None


def power_law(points):
    """[(x, y)], two or more of different x -> exponent, factor and the exponent's standard error (None of two points):
    least squares of log y = log factor + exponent log x."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    slope, at_zero = line(logs)
    if len(logs) < 3:
        return slope, math.exp(at_zero), None
    middle = sum(x for x, _ in logs) / len(logs)
    squares = sum((y - at_zero - slope * x) ** 2 for x, y in logs)
    error = math.sqrt(squares / (len(logs) - 2) / sum((x - middle) ** 2 for x, _ in logs))
    return slope, math.exp(at_zero), error


def line(points):
    """Least squares -> slope, value at 0"""
    mx, my = (sum(values) / len(points) for values in zip(*points, strict=True))
    slope = sum((x - mx) * (y - my) for x, y in points) / sum((x - mx) ** 2 for x, _ in points)
    return slope, my - slope * mx


def _at(log_epochs, unique, extrapolated):
    epochs = math.exp(log_epochs)
    return Crossing(epochs * unique, epochs, extrapolated)
