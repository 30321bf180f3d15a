"""JSON that people can diff: one entry a line, but lists of numbers (and of numbers in lists) on one line."""

import json
import re

_NUMBERS = re.compile(r"\[\s+((?:(?:-?\d[\d.eE+-]*|null),?\s+)+)\]")


def json_text(value):
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return _NUMBERS.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


def rounded(value, digits=7):
    """Floats anywhere inside to `digits` significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, dict):
        return {key: rounded(entry, digits) for key, entry in value.items()}
    return [rounded(entry, digits) for entry in value] if isinstance(value, (list, tuple)) else value
