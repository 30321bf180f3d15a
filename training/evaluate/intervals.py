"""How far a number measured on a few hundred holes can be off: 95 % intervals."""

import math

import numpy as np


def wilson(share, count, z=1.96):
    """Of a share of `count` independent trials (Wilson 1927) -> (low, high)."""
    if count == 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(values, resamples=1000, seed=0):
    """Of the mean of `values` (not empty), by percentiles of resampled means -> (low, high)."""
    values, rng = np.asarray(values, float), np.random.default_rng(seed)
    means = values[rng.integers(len(values), size=(resamples, len(values)))].mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def interval_cell(entry, name):
    """A share of a record, in percent, with its interval, which stands beside it under NAME.interval."""
    low, high = entry[f"{name}.interval"]
    return f"{100 * entry[name]:.1f} ({100 * low:.1f} to {100 * high:.1f})"
