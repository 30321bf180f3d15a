"""What programs that measure share: errors that a person can mend are messages, results are JSON and Markdown."""

from pathlib import Path

import torch

from training.evaluate.engine_fill import EngineError
from training.shared.json_text import json_text, rounded


def computed(compute, options):
    """`compute(options)`, on one thread."""
    torch.set_num_threads(1)
    try:
        return compute(options)
    except (EngineError, OSError, ValueError) as error:
        raise SystemExit(str(error)) from None


def write_report(result, folder, name, markdown):
    """-> paths of NAME.md, which is `markdown(result)`, and NAME.json"""
    table, data = Path(folder, f"{name}.md"), Path(folder, f"{name}.json")
    data.write_text(json_text(rounded(result, 5)), encoding="utf-8")
    table.write_text(markdown(result), encoding="utf-8")
    return table, data
