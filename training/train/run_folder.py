"""The folder of a training run: what it needs to go on, and what remains of it.

checkpoint.pt   everything, to resume from
denoiser.pt     the averaged weights alone, bf16, with what describes them
config.toml     the configuration as it was given; record.json has it whole, with what was seen and how long it took
curve.csv       see curve.py"""

import json
import os
import platform
from pathlib import Path

import torch

from training.train.config import plain
from training.train.loss import means

COUNTED = ("windows", "holes", "contextTokens", "canvasRows", "maskedTokens")


def save(path, content):
    """Whole or not at all."""
    torch.save(content, f"{path}.part")
    os.replace(f"{path}.part", path)


def read_weights(path):
    """A run's denoiser.pt, or weights from before runs had records -> {"model", "layers", "record"?}"""
    if not Path(path).is_file():
        raise SystemExit(f"There is no {path}: a training run writes it when it saves or ends.")
    weights = torch.load(path, map_location="cpu")
    if "model" not in weights or "layers" not in weights:
        raise SystemExit(f"{path} holds no denoiser: it must have `model` and `layers`, as a run's denoiser.pt has.")
    return weights


class RunFolder:
    def __init__(self, folder, weights="denoiser.pt"):
        """`weights`: name of the file that holds nothing but weights and what describes them."""
        self.path = Path(folder)
        self.checkpoint, self.weights = self.path / "checkpoint.pt", self.path / weights

    def begin(self, config_path):
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "config.toml").write_bytes(Path(config_path).read_bytes())

    def load(self):
        """-> what `keep` stored as `checkpoint`, or None"""
        return torch.load(self.checkpoint, map_location="cpu") if self.checkpoint.exists() else None

    def keep(self, weights, checkpoint, record):
        """`record`: see `record_of`. The checkpoint is last, so that one that exists has all others beside it."""
        save(self.weights, weights)
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        (self.path / "record.json").write_text(text, encoding="utf-8")
        save(self.checkpoint, checkpoint)


def origin_of(weights, path):
    """Where a run began: the name of the weights it started from, if any, and the records of the runs behind them."""
    if not weights:
        return {"init": None, "previous": []}
    record = weights.get("record")
    if not record:
        return {"init": Path(path).stem, "previous": []}
    return {"init": record["name"], "previous": [*record["previous"], record]}


def record_of(name, config, progress, where, corpus, origin, counted=COUNTED):
    """What is worth knowing about a run when its weights are all that is left.

    `progress` {"step", "minutes", "counts", "heldOut"}, `counted`: what its counts are; `where` {"device",
    "processes"}; `origin`: see `origin_of`."""
    return {
        "name": name,
        "configuration": plain(config),
        **where,
        "minutes": round(progress["minutes"], 2),
        "steps": progress["step"],
        **dict(zip(counted, progress["counts"], strict=True)),
        "data": {
            "documents": corpus.documents,
            "megabytes": round(sum(corpus.languages.values()) / 1e6, 1),
            "languages": {language: round(size / 1e6, 3) for language, size in sorted(corpus.languages.items())},
        },
        "heldOut": progress["heldOut"] and {key: round(value, 4) for key, value in progress["heldOut"].items()},
        **origin,
    }


def device_name(device):
    return torch.cuda.get_device_name() if device == "cuda" else f"CPU, {platform.machine()}"


def added(counts, shape, windows, copies, scores):
    """`counts` (see COUNTED) after one more step of `windows` windows."""
    holes = windows * shape.holes
    context = windows * shape.window + holes * shape.suffix
    return [
        old + new
        for old, new in zip(
            counts, (windows, holes, context, holes * copies * (shape.canvas + 1), int(scores[-1])), strict=True
        )
    ]


def progress_line(progress, norm, rate):
    """What is printed while it trains, and goes into the curve -> text, values"""
    values = means(progress["recent"]) | {"norm": norm, "rate": rate, "holes": progress["counts"][1]}
    text = " ".join(f"{name} {values[name]:.3f}" for name in ("loss", "accuracy", "first", "norm"))
    return f"{progress['step']} {progress['minutes']:.1f} min {text} holes {values['holes']}", values
