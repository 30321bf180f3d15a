"""Trains one small network on a few characters again and again, left to right and by masked diffusion, and measures
held-out text as it goes.

    python -m training.claims.train_repeated --text .cache/claims --networks .cache/claims/repeated \
        --out training/claims/results/data-constrained.json

More than one rate of learning is tried left to right on each amount of text, since short runs are enough there;
diffusion has one rate. At the end the best of both are compared window by window, on other held-out text than that
which said what was best. Goes on where it was stopped."""

import argparse
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from training.claims.fit import Settings, fit
from training.claims.likelihood import held_out_windows, mean_bits, nats
from training.claims.network import Body, Network
from training.claims.text_slices import read_stream
from training.shared.json_text import json_text, rounded
from training.shared.provenance import cpu_name

BODY = Body(layers=2, width=128)
LENGTH, BATCH, WINDOWS, DRAWS = 64, 16, 384, 4
OTHERS, OTHER_DRAWS = 3, 16  # windows after each of those, and noise levels: for the comparison at the end
SEEN = 64  # windows of the training text that are measured too
RATE = 1e-3
OTHER_RATES = (5e-4, 2e-3)  # also tried left to right
AVERAGE = 0.99
GROWTH = 1.4  # from one measurement to the next, in steps
WORSE = 0.15  # bits above the best at which a run left to right ends: it only gets worse from there


@dataclass(frozen=True)
class Run:
    kind: str
    unique: int  # characters
    rate: float
    epochs: float  # at most
    seed: int = 0

    @property
    def name(self):
        return f"{self.kind}-{self.unique}-{self.rate:g}" + (f"-seed{self.seed}" if self.seed else "")

    @property
    def settings(self):
        steps = round(self.epochs * self.unique / (BATCH * LENGTH))
        return Settings(
            steps=steps, batch=BATCH, length=LENGTH, learning_rate=self.rate, warmup=30, average=AVERAGE, seed=self.seed
        )


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--text", required=True, help="what text_slices.py wrote")
    p.add_argument("--networks", required=True, help="folder of checkpoints")
    p.add_argument("--out", required=True, help="JSON file")
    p.add_argument("--unique", type=int, nargs="+", default=[6144, 12288, 24576, 49152], help="characters")
    p.add_argument("--diffusion-epochs", type=float, nargs="+", default=[400, 400, 400, 240], help="of each amount")
    p.add_argument("--epochs", type=float, default=60, help="left to right, at most")
    p.add_argument("--seeds", type=int, default=1, help="of the first rate, both ways, on the two smallest amounts")
    p.add_argument("--windows", type=int, default=WINDOWS, help="held-out, of 64 characters")
    return p.parse_args(argv)


def stops_of(steps):
    """Steps at which to measure: closer at first, and the last."""
    stops, step = [], 20.0
    while step < steps:
        stops.append(round(step))
        step *= GROWTH
    return [*stops, steps]


def train(run, text, held_out, folder):
    """-> {"kind", "unique", "rate", "parameters", "seconds", "rows": [{"step", "epochs", "bits", "error", ...}]}"""
    torch.manual_seed(run.seed)
    network = Network(run.kind, BODY)
    seen = held_out_windows(text, min(SEEN, len(text) // LENGTH), LENGTH)

    def measure(averaged):
        there, here = (mean_bits(nats(averaged, windows, draws=DRAWS) / LENGTH) for windows in (held_out, seen))
        return {"bits": there.mean, "error": there.error, "train": here.mean}

    def enough(rows):
        return run.kind == "autoregressive" and rows[-1]["bits"] > min(row["bits"] for row in rows) + WORSE

    path, settings = Path(folder, f"{run.name}.pt"), run.settings
    done = fit(network, text, settings, path, measure, stops_of(settings.steps), enough)
    rows = [{"epochs": row["step"] * BATCH * LENGTH / run.unique} | row for row in done["rows"]]
    body = [q for name, q in network.named_parameters() if name.startswith("layers")]
    return asdict(run) | {"parameters": sum(q.numel() for q in body), "seconds": done["seconds"], "rows": rows}


def other_windows(stream, count):
    """Held-out windows that share nothing with `held_out_windows(stream, count, LENGTH)`: [count * OTHERS, LENGTH]"""
    between = (len(stream) - LENGTH) // max(count - 1, 1)  # from one window to the next
    if between < 2 * LENGTH * (OTHERS + 1):
        raise ValueError(f"{len(stream)} held-out characters are too few for {count} windows and {OTHERS} more each.")
    start = torch.arange(count - 1)[:, None] * between + between * torch.arange(1, OTHERS + 1) // (OTHERS + 1)
    return stream[start.flatten()[:, None] + torch.arange(LENGTH)]


def compared(left, diffusion, text, windows, folder):
    """Both as they were at their best, trained again up to there -> {"unique", "rate", "left", "diffusion": bits,
    "epochs": of diffusion, "difference": of diffusion to left to right, "error": its standard error}"""
    each = []
    for curve in (left, diffusion):
        run = Run(curve["kind"], curve["unique"], curve["rate"], curve["epochs"], curve["seed"])
        torch.manual_seed(run.seed)
        network = Network(run.kind, BODY)
        path = Path(folder, f"{run.name}-best.pt")
        fit(network, text, replace(run.settings, steps=best_of(curve)["step"]), path)
        network.load_state_dict(torch.load(path, weights_only=True)["average"])
        each.append(nats(network, windows, draws=OTHER_DRAWS) / LENGTH)
    there, here, gap = (mean_bits(values) for values in (*each, each[1] - each[0]))
    bits = {"left": there.mean, "diffusion": here.mean, "difference": gap.mean, "error": gap.error}
    return {"unique": run.unique, "rate": left["rate"], "epochs": best_of(diffusion)["epochs"]} | bits


def main(argv=None):
    torch.set_num_threads(1)
    options = arguments(argv)
    if len(options.diffusion_epochs) != len(options.unique):
        raise SystemExit("--diffusion-epochs needs as many numbers as --unique.")
    stream = read_stream(options.text, "models")
    held_out = held_out_windows(read_stream(options.text, "held-out"), options.windows, LENGTH)
    runs = [Run("autoregressive", unique, RATE, options.epochs) for unique in options.unique]
    amounts = zip(options.unique, options.diffusion_epochs, strict=True)
    runs += [Run("mdlm", unique, RATE, epochs) for unique, epochs in amounts]
    runs += [Run("autoregressive", unique, rate, options.epochs) for unique in options.unique for rate in OTHER_RATES]
    runs += [
        replace(run, seed=seed)
        for seed in range(1, options.seeds)
        for run in runs
        if run.rate == RATE and run.unique in sorted(options.unique)[:2]
    ]
    curves = []
    for run in runs:
        curves.append(train(run, stream[: run.unique], held_out, options.networks))
        best = best_of(curves[-1])
        print(f"{run.name}: best {best['bits']:.3f} at epoch {best['epochs']:.1f}", flush=True)
        result = {"body": asdict(BODY), "batch": BATCH, "length": LENGTH, "windows": options.windows, "draws": DRAWS}
        result |= {"device": cpu_name(), "curves": rounded(curves, 6)}
        write(options.out, result)
    windows = other_windows(read_stream(options.text, "held-out"), options.windows)
    result["compared"] = []
    for unique in options.unique:
        first = [curve for curve in curves if curve["unique"] == unique and curve["seed"] == 0]
        (diffusion,) = (curve for curve in first if curve["kind"] == "mdlm")
        left = min((curve for curve in first if curve["kind"] != "mdlm"), key=lambda curve: best_of(curve)["bits"])
        each = compared(left, diffusion, stream[:unique], windows, options.networks)
        print(each, flush=True)
        result["compared"].append(rounded(each, 6))
    write(options.out, result)


def best_of(curve):
    return min(curve["rows"], key=lambda row: row["bits"])


def write(path, result):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json_text(result), encoding="utf-8")


if __name__ == "__main__":
    main()
