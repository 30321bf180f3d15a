"""Trains a few steps in each of several ways, and compares them on the same held-out holes.

    python -m training.train.ablations training/train/ablations.toml --gguf BASE.gguf --data 'corpus/train/*.zst' \
        --val corpus/val.jsonl.zst --init training/runs/NAME/denoiser.pt --out training/results/ablations

Every way sees the same windows in the same order, as far as its shapes allow; the holes that are measured are the
same for all. Writes OUT/ablations.json, which also tells what is done already, and ablations.md. Nothing here is
exported."""

import argparse
import json
import math
import time
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from training.model.architecture import DENOISER_LAYERS
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.shared.json_text import json_text, rounded
from training.shared.markdown_table import markdown_table
from training.shared.progress import say
from training.shared.provenance import cpu_name
from training.train.batches import Batches, loader
from training.train.config import config_of
from training.train.corpus import Corpus, pack
from training.train.loss import Rows
from training.train.run_folder import read_weights
from training.train.train import HELD_OUT_SEED
from training.train.trainer import Trainer, rate_at


@dataclass(frozen=True)
class Ablation:
    group: str
    name: str
    start: str  # "init": the weights of --init; "encoder": copies of the layers that are read
    rows: Rows
    unfrozen: int
    changes: dict  # of the configuration


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("ablations", help="TOML, see ablations.toml")
    p.add_argument("--gguf", required=True, help="the base model")
    p.add_argument("--data", nargs="+", required=True, help="shards to train on; or patterns")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--init", required=True, help='denoiser.pt that ways with start = "init" go on from')
    p.add_argument("--out", required=True)
    p.add_argument("--packed", help="folder for the packed corpus; default OUT")
    return p.parse_args(argv)


def read_ablations(path):
    """TOML with [base] and [[ablation]] entries -> Config, [Ablation]"""
    content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    own = {"group", "name", "start", "shifted", "last_hidden", "unfrozen"}
    ablations = [
        Ablation(
            entry.get("group", ""),
            entry["name"],
            entry["start"],
            Rows(entry.get("shifted", True), entry.get("last_hidden", True)),
            entry.get("unfrozen", 0),
            {name: value for name, value in entry.items() if name not in own},
        )
        for entry in content["ablation"]
    ]
    for each in ablations:
        if each.start not in ("init", "encoder"):
            raise ValueError(f"{path}: {each.name} starts from {each.start!r}; it can be init or encoder.")
        config_of(content["base"] | each.changes, f"{path}, {each.name}")
    return content["base"], ablations


def main(argv=None):
    a = arguments(argv)
    torch.set_num_threads(1)
    base, ablations = read_ablations(a.ablations)
    out = Path(a.out, "ablations.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    results = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {"cpu": cpu_name(), "rows": []}
    packed = a.packed or a.out
    corpus, held_out = Corpus(pack(a.data, packed)), Corpus(pack([a.val], packed))
    for each in ablations:
        key = {"group": each.group, "name": each.name}
        if any(key.items() <= row.items() for row in results["rows"]):
            continue
        row = key | {"start": each.start} | run(each, base, a, corpus, held_out)
        say(f"{each.group} {each.name}: {row}")
        results["rows"].append(rounded(row, 5))
        out.write_text(json_text(results), encoding="utf-8")
        out.with_suffix(".md").write_text(ablations_markdown(results), encoding="utf-8")


def run(ablation, base, a, corpus, held_out):
    """-> {"steps", "holes", "minutes", "before": scores, "after": scores} of held-out holes"""
    config = config_of(base | ablation.changes, ablation.name)
    weights = read_weights(a.init) if ablation.start == "init" else None
    source = Base(a.gguf, tuple(weights["layers"]) if weights else config.layers or DENOISER_LAYERS)
    state, tokenizer = source.encoder_state(), source.tokenizer()
    denoiser = Denoiser(source.architecture, state, (weights or {}).get("model"))
    encoder = Encoder(source.architecture, state)
    trainer = Trainer(encoder, denoiser, config, rows=ablation.rows, unfrozen=ablation.unfrozen)
    measured = replace(config_of(base, "base"), seed=HELD_OUT_SEED, batch=8)
    steps = range(math.ceil(measured.held_out_windows / 8))
    holes = list(loader(Batches(held_out, tokenizer, measured), steps, 0, "cpu"))
    before, began, seen = trainer.evaluate(holes), time.monotonic(), 0
    batches = Batches(corpus, tokenizer, config)
    for step, batch in enumerate(loader(batches, range(config.steps), 0, "cpu")):
        trainer.step(batch, rate_at(step, step / config.steps, config))
        seen += config.batch * batches.shape(step).holes
    minutes = (time.monotonic() - began) / 60
    return {
        "steps": config.steps,
        "holes": seen,
        "minutes": minutes,
        "before": before,
        "after": trainer.evaluate(holes),
    }


def ablations_markdown(results):
    head = ("way", "starts from", "holes", "minutes", "nats before", "nats after", "right, %", "token 0 right, %")
    lines = ["# Short ablations", "", f"Held-out holes, the same for all; {results['cpu']}, one thread.", ""]
    for group in dict.fromkeys(row["group"] for row in results["rows"]):
        body = [_cells(row) for row in results["rows"] if row["group"] == group]
        lines += [f"## {group}", "", *markdown_table(head, body), ""]
    return "\n".join(lines)


def _cells(row):
    after = row["after"]
    numbers = [f"{row['minutes']:.1f}", f"{row['before']['loss']:.3f}", f"{after['loss']:.3f}"]
    shares = [f"{100 * after[name]:.1f}" for name in ("accuracy", "first")]
    return [row["name"], row["start"], str(row["holes"]), *numbers, *shares]


if __name__ == "__main__":
    main()
