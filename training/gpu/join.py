"""Here: rounds that came back -> the weights of the run, to the bit what the other side has noted as sent.

    python -m training.gpu.join ROUND1 ROUND2 ... --gguf BASE.gguf --out .cache/runs/NAME/net.pt

Each folder holds what one or several rounds left, in any order. Record and curve of the last round go beside the
weights."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import torch

from training.gpu import pieces
from training.gpu.changes import decode, described, head_of
from training.gpu.start import add_source, start_weights

BESIDE = ("record.json", "curve.csv", "log.txt")


def changes_in(folders):
    """-> {number of the round: (the change, folder that it came in)}, of which every piece is what it was. ValueError
    names the piece that is not."""
    found = {}
    for folder in map(Path, folders):
        with tempfile.TemporaryDirectory() as whole:
            try:
                joined = pieces.join(folder, whole)
            except ValueError as error:
                raise ValueError(f"{folder}: {error} Without this folder the rounds before it can be joined.") from None
            for path in joined:
                content = path.read_bytes()
                number = head_of(content)[0]["round"]
                if number in found and found[number][0] != content:
                    raise ValueError(f"{folder} and {found[number][1]} hold different changes of round {number}.")
                found[number] = (content, folder)
    return found


def in_order(changes):
    """Numbers of the rounds that lead to the last one. A round may have been left out, where its command was cut off
    before it had noted what it sent; ValueError names one on which others build."""
    order = [max(changes)]
    while before := head_of(changes[order[0]][0])[0]["on"]:
        if before not in changes:
            raise ValueError(
                f"Round {before} is missing, and round {order[0]} is a change of it: bring it again, or leave out round"
                f" {order[0]} and those behind it."
            )
        order.insert(0, before)
    return order


def join(folders, known):
    """What came back; see `start_weights` -> what a run's network.pt holds; folder of the last round."""
    changes = changes_in(folders)
    weights = known
    for number in in_order(changes):
        content, folder = changes[number]
        try:
            weights = decode(content, weights)
        except ValueError as error:
            raise ValueError(f"Round {number} does not fit: {error}") from None
        print(described(content))
    return {"model": weights, **head_of(content)[0]["run"]}, folder


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="+", metavar="ROUND")
    p.add_argument("--out", required=True)
    add_source(p)
    a = p.parse_args()
    try:
        network, last = join(a.folders, start_weights(a))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    out = Path(a.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(network, f"{out}.part")
    os.replace(f"{out}.part", out)
    for name in BESIDE:
        if (last / name).is_file():
            shutil.copyfile(last / name, out.with_name(name))
    print(out)


if __name__ == "__main__":
    main()
