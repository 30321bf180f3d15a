"""How far confidence can be believed, and the logistic function that makes it so."""

import numpy as np

from training.evaluate.intervals import wilson
from training.shared.markdown_table import markdown_table

SUREST = 0.001  # shares nearer to 0 or 1 say no more, as in src/engine/infill/ending/confidence.ts
PULL = 0.3  # towards 0, of each coefficient: what a few hundred holes of a few packages cannot tell is left out
COEFFICIENTS = ("joint", "end", "constant")  # of a manifest's `calibration`


def confidence_calibration(pairs, bins=10):
    """[(confidence 0..1, right 0 or 1)] -> {"bins": [{"from", "to", "count", "confidence", "right", "interval"}],
    "error", "count"}.

    `error` is the expected calibration error: the distance of mean confidence and share that is right, weighted by
    count (Guo et al. 2017, arXiv 1706.04599, eq. 3). Empty bins and no pairs at all have None."""
    table, error = [], 0.0
    for i in range(bins):
        inside = [(c, right) for c, right in pairs if min(int(c * bins), bins - 1) == i]
        entry = {"from": i / bins, "to": (i + 1) / bins, "count": len(inside)}
        entry |= {"confidence": None, "right": None, "interval": None}
        if inside:
            entry["confidence"] = sum(c for c, _ in inside) / len(inside)
            entry["right"] = sum(right for _, right in inside) / len(inside)
            entry["interval"] = wilson(entry["right"], len(inside))
            error += len(inside) / len(pairs) * abs(entry["confidence"] - entry["right"])
        table.append(entry)
    return {"bins": table, "error": error if pairs else None, "count": len(pairs)}


def reliability_table(calibration):
    """What `confidence_calibration` answers, of texts that are right as far as they go -> lines of a Markdown table"""
    rows = [
        [
            f"{bin['from']:.1f} to {bin['to']:.1f}",
            str(bin["count"]),
            f"{100 * bin['confidence']:.1f}",
            f"{100 * bin['right']:.1f} ({100 * bin['interval'][0]:.1f} to {100 * bin['interval'][1]:.1f})",
        ]
        for bin in calibration["bins"]
        if bin["count"]
    ]
    return markdown_table(["confidence", "texts", "mean confidence, %", "right as far as it goes, %"], rows)


def confidence_features(log_joint, share):
    """Of a text: log-probability of its tokens together, and the share of the ends that are no nearer (None where ends
    were not compared) -> what COEFFICIENTS are multiplied with"""
    bounded = min(max(0.5 if share is None else share, SUREST), 1 - SUREST)
    return log_joint, float(np.log(bounded / (1 - bounded))), 1.0


def fit_calibration(features, right, weights, rounds=50, names=COEFFICIENTS, pull=PULL):
    """Rows of features, such as `confidence_features`, 0 or 1 and a weight for each -> {name: value} of the likeliest
    logistic function (Platt scaling), by Newton's method. It is pulled towards 0 by half of each coefficient's square
    times `pull`, which is one number or one for each."""
    x, y, w = np.asarray(features, float), np.asarray(right, float), np.asarray(weights, float)
    values = np.zeros(x.shape[1])
    pulls = np.diag(np.broadcast_to(np.asarray(pull, float), len(values)))
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(x @ values, -30, 30)))
        slope = x.T @ (w * (p - y)) + pulls @ values
        step = np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + pulls, slope)
        values -= step
        if np.abs(step).max() < 1e-9:
            break
    return dict(zip(names, map(float, values), strict=True))


def calibrated(calibration, features, names=COEFFICIENTS):
    """-> the chance that the text is right as far as it goes, 0..1"""
    odds = sum(calibration[name] * value for name, value in zip(names, features, strict=True))
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
