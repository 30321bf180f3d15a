"""Prints, in their order, the commands of a half hour of one GPU, for the packs that prepare.py made.

    python training/gpu/commands.py
    python training/gpu/commands.py --rehearse      the same on a CPU, without compiling, to try them

Each command runs in a folder into which its pack, .stage/N, has been carried; what it leaves in $OUT is brought
back."""

import argparse
import json
import math
import sys
from pathlib import Path

MINUTES = 8.5  # of training in one command of ten minutes: the rest is for starting, compiling and saving
PIECES = 4  # of 15 MiB, brought back by one command
DENOISER = 90  # MiB at most
ENTER = "S=$(python3 -c 'import tempfile; print(tempfile.gettempdir())')/infill"


def commands(plan, stage=".stage", rehearse=False):
    """plan.json's content -> [(what it does, command)]"""
    where = "" if rehearse else " --device cuda --compile --workers 14"
    init = " --init init.pt" if plan["init"] else ""
    train = (
        f"PYTHONPATH=$S/site python3 training/train.py config.toml {plan['source']} --data 'train/*.jsonl*'"
        f" --val {plan['val']}{init}{where}"
    )
    back = "cp run/record.json run/curve.csv run/config.toml $OUT/"
    out = [
        (f"bring pack {n}", f"{ENTER} && mkdir -p $S && cp -r {stage}/{n}/. $S/ && du -sh $S")
        for n in range(1, plan["packs"] + 1)
    ]
    out.append(
        (
            "join and verify",
            f"{ENTER} && cd $S && if [ -d pieces ]; then python3 training/gpu/pieces.py join pieces . || exit 1; fi; "
            "for wheel in wheels/*.whl; do [ -e $wheel ] && python3 -m zipfile -e $wheel site; done; "
            "python3 -c 'import torch; print(torch.__version__, torch.cuda.is_available())'",
        )
    )
    smoke = 0.02 if rehearse else 1.5
    out.append(("a short try", f"{ENTER} && cd $S && {train} --out smoke --stop-after {smoke} && rm -r smoke"))
    rounds = math.ceil((plan["minutes"] or MINUTES) / MINUTES)
    for n in range(1, rounds + 1):
        out.append(
            (
                f"train, {n} of {rounds}",
                f"{ENTER} && cd $S && {train} --out run --stop-after {MINUTES} && {back}",
            )
        )
    for first in range(0, math.ceil(DENOISER / 15), PIECES):
        cut = (
            f"python3 training/gpu/pieces.py split run/denoiser.pt $OUT --mebibytes 15 --first {first} --count {PIECES}"
        )
        out.append((f"bring back pieces {first} to {first + PIECES - 1}", f"{ENTER} && cd $S && {cut} && {back}"))
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--stage", default=".stage")
    p.add_argument("--rehearse", action="store_true")
    a = p.parse_args()
    path = Path(a.stage, "plan.json")
    if not path.is_file():
        sys.exit(f"There is no {path}: training/gpu/prepare.py makes the packs.")
    for number, (what, command) in enumerate(commands(json.loads(path.read_text()), a.stage, a.rehearse), 1):
        print(f"# {number}. {what}\n{command}\n")
    print("# Here, with all that came back in FOLDER:\n# python training/gpu/pieces.py join FOLDER .cache/runs/NAME")


if __name__ == "__main__":
    main()
