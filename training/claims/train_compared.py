"""Trains the four networks that are compared, on the same characters in the same order, and the judge on other text.

    python -m training.claims.train_compared --text .cache/claims --out .cache/claims/compared

Goes on where it was stopped; `--steps` and `--judge-steps` make it shorter."""

import argparse
from pathlib import Path

import torch

from training.claims.fit import Settings, fit
from training.claims.network import KINDS, Body, Network
from training.claims.text_slices import read_stream

LENGTH = 128  # characters
COMPARED = Body(layers=3, width=128)
JUDGE = Body(layers=4, width=128)
TRAINING = {"batch": 8, "length": LENGTH, "learning_rate": 2e-3, "final_rate": 0.05}


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--text", required=True, help="what text_slices.py wrote")
    p.add_argument("--out", required=True, help="folder of checkpoints")
    p.add_argument("--steps", type=int, default=6000)
    p.add_argument("--judge-steps", type=int, default=4000)
    return p.parse_args(argv)


def main(argv=None):
    torch.set_num_threads(1)
    options = arguments(argv)
    for name in (*KINDS, "judge"):
        network = new_network(name)
        steps = options.judge_steps if name == "judge" else options.steps
        stream = read_stream(options.text, "judge" if name == "judge" else "models")
        done = fit(network, stream, Settings(steps=steps, **TRAINING), Path(options.out, f"{name}.pt"))
        print(f"{name}: {steps} steps, {done['seconds']:.0f} s", flush=True)


def new_network(name):
    torch.manual_seed(0)
    return Network("autoregressive", JUDGE) if name == "judge" else Network(name, COMPARED)


def load_network(folder, name):
    """-> network, {"step", "seconds", "rows", "ended"} of its training"""
    path = Path(folder, f"{name}.pt")
    if not path.exists():
        raise FileNotFoundError(f"There is no {path}: train it with `python -m training.claims.train_compared`.")
    network, saved = new_network(name), torch.load(path, weights_only=True)
    network.load_state_dict(saved["network"])
    return network.eval(), saved["state"]


if __name__ == "__main__":
    main()
