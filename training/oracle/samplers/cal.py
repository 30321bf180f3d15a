"""CAL's search for a length: a masked canvas's confidence over its expected fall, climbed one length at a time."""

import math


def bias(length):
    return 1.00 * math.exp(-1.77 * length) + 0.56 * math.exp(-0.06 * length) + 0.24


def search(confidence, start, most, patience):
    """confidence(length) -> the length, and all lengths that were looked at, in turn."""
    looked = []

    def score(length):
        looked.append(length)
        return confidence(length) / bias(length)

    best, best_score = start, score(start)
    for direction in (1, -1):
        length, failures = start, 0
        while failures < patience and 1 <= length + direction <= most:
            length += direction
            value = score(length)
            if value > best_score:
                best, best_score, failures = length, value, 0
            else:
                failures += 1
    return best, looked
