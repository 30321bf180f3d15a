"""How far confidence can be believed."""

from training.evaluate.intervals import wilson


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
