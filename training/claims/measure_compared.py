"""Measures what SEDD's paper claims, on the networks of train_compared.py.

    python -m training.claims.measure_compared --text .cache/claims --networks .cache/claims/compared \\
        --out training/claims/results/sedd-claims.json

1. bits per character of held-out text: exact left to right, upper bounds of the others;
2. generated text against the number of network evaluations, to a judge;
3. filling known text's holes: a middle, and places at random.

What the file already has is not measured again."""

import argparse
import json
import time
from functools import partial
from pathlib import Path

import torch

from training.claims.characters import decode
from training.claims.likelihood import bits, held_out_windows, mean_bits, nats
from training.claims.network import KINDS
from training.claims.sample_quality import quality
from training.claims.samplers import fill_greedily, sample
from training.claims.text_slices import read_stream
from training.claims.train_compared import COMPARED, JUDGE, LENGTH, TRAINING, load_network
from training.shared.json_text import json_text, rounded
from training.shared.progress import say
from training.shared.provenance import cpu_name

EVALUATIONS = (2, 4, 8, 16, 32, 64, 128, 256)
HOLE = slice(48, 80)  # the middle of a window that is filled
SHARE = 0.5  # of the places that are free at random
FILL_EVALUATIONS = 32
PATHS = ("text", "networks", "out")


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--text", required=True, help="what text_slices.py wrote")
    p.add_argument("--networks", required=True, help="what train_compared.py wrote")
    p.add_argument("--out", required=True, help="JSON file")
    p.add_argument("--windows", type=int, default=256, help="held-out, for bits per character")
    p.add_argument("--draws", type=int, default=16, help="times and noises of each window, for the bounds")
    p.add_argument("--samples", type=int, default=32, help="generated, for each number of evaluations")
    p.add_argument("--evaluations", type=int, nargs="+", default=EVALUATIONS)
    p.add_argument("--holes", type=int, default=128, help="windows that are filled")
    return p.parse_args(argv)


class Results:
    """A JSON file that grows: {"section": {"name": measured}}"""

    def __init__(self, path):
        self.path = Path(path)
        self.values = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    def put(self, section, name, measure):
        """Measures what is not there yet."""
        entries = self.values.setdefault(section, {})
        if name in entries:
            return
        began = time.monotonic()
        entries[name] = rounded(measure(), 5)
        if isinstance(entries[name], dict):
            entries[name]["seconds"] = round(time.monotonic() - began, 1)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json_text(self.values), encoding="utf-8")
        say(f"{section} {name}: {entries[name]}")


def free_places(kind, windows):
    """Which characters of held-out windows [B, L] are to be filled."""
    if kind == "middle":
        free = torch.zeros_like(windows, dtype=torch.bool)
        free[:, HOLE] = True
        return free
    return torch.rand(windows.shape, generator=torch.Generator().manual_seed(1)) < SHARE


def trained(network, state, body):
    return {
        "layers": body.layers,
        "width": body.width,
        "parameters": sum(q.numel() for q in network.parameters()),
        "steps": state["step"],
        "characters": state["step"] * TRAINING["batch"] * LENGTH,
        "trainingSeconds": state["seconds"],
    }


def bound(network, windows, draws):
    value = bits(network, windows, draws=draws)
    return {"bits": value.mean, "bitsError": value.error}


def generated(network, judge, count, evaluations):
    nothing = torch.zeros(count, LENGTH, dtype=torch.long)
    samples = sample(network, nothing, torch.ones_like(nothing, dtype=torch.bool), evaluations, seed=evaluations)
    return quality(judge, samples) | {"texts": [decode(text) for text in samples[:2].tolist()]}


def filled(network, windows, free, draws):
    """-> bits of the true characters given the others (of the network left to right: given those before), and how many
    are right when they are drawn, and when the most likely are taken"""
    value = mean_bits(nats(network, windows, free, draws) / free.sum(1))
    result = {"bits": value.mean, "bitsError": value.error}
    ways = {"drawn": sample(network, windows, free, FILL_EVALUATIONS, seed=2)}
    if network.kind != "sedd-uniform":  # it has no masks whose most likely character could be taken first
        ways["greedy"] = fill_greedily(network, windows, free)
    for name, ids in ways.items():
        right = ((ids == windows) & free).sum(1) / free.sum(1)
        result |= {name: right.mean().item(), f"{name}Error": (right.std() / len(right) ** 0.5).item()}
    return result


def main(argv=None):
    torch.set_num_threads(1)
    options = arguments(argv)
    results = Results(options.out)
    held_out = read_stream(options.text, "held-out")
    windows = held_out_windows(held_out, options.windows, LENGTH)
    judge, _ = load_network(options.networks, "judge")
    results.put("about", "device", cpu_name)
    results.put("about", "setting", lambda: {name: v for name, v in vars(options).items() if name not in PATHS})
    for name in (*KINDS, "judge"):
        network, state = load_network(options.networks, name)
        results.put("trained", name, partial(trained, network, state, JUDGE if name == "judge" else COMPARED))
        results.put("bounds", name, partial(bound, network, windows, options.draws))
    results.put("generation", "held-out text", partial(quality, judge, held_out_windows(held_out, 512, LENGTH)))
    holes = held_out_windows(held_out, options.holes, LENGTH)
    for kind in ("middle", "random"):
        free = free_places(kind, holes)
        for name in KINDS:
            network, _ = load_network(options.networks, name)
            results.put(f"filling {kind}", name, partial(filled, network, holes, free, options.draws))
    for name in KINDS:
        network, _ = load_network(options.networks, name)
        for count in (LENGTH,) if name == "autoregressive" else options.evaluations:
            results.put("generation", f"{name} {count}", partial(generated, network, judge, options.samples, count))


if __name__ == "__main__":
    main()
