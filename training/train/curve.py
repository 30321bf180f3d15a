"""The loss curve of a run: a CSV that grows while it trains, and its picture.

python -m training.train.curve RUN        draws RUN/curve.svg again"""

import csv
import sys
from pathlib import Path

# Of the denoiser's training.
COLUMNS = (
    "step",
    "minutes",
    "holes",
    "loss",
    "accuracy",
    "first",
    "rate",
    "norm",
    "heldOutLoss",
    "heldOutAccuracy",
    "heldOutFirst",
)

# What each side of the picture shows, of the columns that a curve has.
NATS = {
    "loss": "training",
    "heldOutLoss": "held out, averaged weights",
    "heldOutWrite": "held out: written, with its end",
    "heldOutText": "held out: text alone",
    "heldOutCanvas": "held out: canvas",
    "heldOutTrunk": "held out: read",
}
SHARES = {
    "accuracy": "masked tokens right",
    "heldOutAccuracy": "held out",
    "heldOutFirst": "held out, first token",
    "heldOutWriteRight": "held out: written",
    "heldOutCanvasRight": "held out: canvas",
    "heldOutTrunkRight": "held out: read",
}


class Curve:
    """RUN/curve.csv."""

    def __init__(self, folder, step, columns=COLUMNS):
        """Rows after `step`, which a killed run wrote after its last checkpoint, are dropped."""
        self.path, self.columns = Path(folder, "curve.csv"), columns
        rows = [row for row in read_curve(folder) if row["step"] <= step] if self.path.exists() else []
        with self.path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([columns, *([_text(row.get(name)) for name in columns] for row in rows)])

    def add(self, **values):
        """One row; columns that are not given stay empty."""
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([_text(values.get(name)) for name in self.columns])


def read_curve(folder):
    """-> [{column: float or None}]"""
    with Path(folder, "curve.csv").open(newline="", encoding="utf-8") as file:
        return [{name: float(text) if text else None for name, text in row.items()} for row in csv.DictReader(file)]


def _text(value):
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:.6g}"


def draw_curve(folder):
    """-> path of the picture"""
    import matplotlib  # not needed to train

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = read_curve(folder)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axes, names, label in ((left, NATS, "nats per predicted token"), (right, SHARES, "share")):
        for name, text in names.items():
            points = [(row["holes"], row[name]) for row in rows if row.get(name) is not None]
            if points:
                axes.plot(*zip(*points, strict=True), label=text, marker="." if name.startswith("heldOut") else None)
        axes.set(xlabel="holes seen", ylabel=label)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    target = Path(folder, "curve.svg")
    figure.savefig(target, metadata={"Date": None})
    pyplot.close(figure)
    return target


if __name__ == "__main__":
    print(draw_curve(sys.argv[1]))
