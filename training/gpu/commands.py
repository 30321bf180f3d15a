"""Prints, in their order, the commands of a half hour of one GPU, for the packs that prepare.py made.

    python -m training.gpu.commands
    python -m training.gpu.commands --rehearse      the same on a CPU, in seconds a command, to try them

Each command runs in a folder into which its pack, .stage/N, has been carried; what it leaves in $OUT is brought
back."""

import argparse
import json
import math
import sys
from pathlib import Path

MINUTES = 8.5  # of training in one command of ten minutes: the rest is for starting, compiling and saving
REHEARSED = 0.02  # minutes, in a rehearsal
PIECES = 4  # of 15 MiB, brought back by one command
DENOISER = 90  # MiB at most
LONGEST = 2000  # characters of a command
ENTER = "S=$(python3 -c 'import tempfile; print(tempfile.gettempdir())')/infill"


def commands(plan, stage=".stage", rehearse=False, rounds=None):
    """plan.json's content -> [(what it does, command)]. `rounds` of training: by default as many as the configuration's
    minutes need; ValueError where it counts steps."""
    if rounds is None:
        if plan["minutes"] is None:
            raise ValueError(
                "The configuration counts steps, not minutes: say how many commands may train by --rounds."
            )
        rounds = math.ceil(plan["minutes"] / (REHEARSED if rehearse else MINUTES))
    where = "" if rehearse else " --device cuda --compile --workers 14"
    init = " --init init.pt" if plan["init"] else ""
    train = (
        f"PYTHONPATH=$S/site python3 -m training.train.train config.toml {plan['source']} --data 'train/*.jsonl*'"
        f" --val {plan['val']}{init}{where}"
    )
    back = "cp run/record.json run/curve.csv run/config.toml $OUT/"
    try_out, long = (REHEARSED / 4, REHEARSED) if rehearse else (1.5, MINUTES)
    out = [
        (f"bring pack {n}", f"{ENTER} && mkdir -p $S && cp -r {stage}/{n}/. $S/ && du -sh $S")
        for n in range(1, plan["packs"] + 1)
    ]
    out.append(("verify, join and unpack", f"{ENTER} && cd $S && python3 -m training.gpu.unpack"))
    short = f"rm -rf smoke && {train} --out smoke --stop-after {try_out} && rm -r smoke"
    out.append(("a short try", f"{ENTER} && cd $S && {short}"))
    for n in range(1, rounds + 1):
        what = f"train, {n} of {rounds}"
        out.append((what, f"{ENTER} && cd $S && {train} --out run --stop-after {long} && {back}"))
    for first in range(0, math.ceil(DENOISER / 15), PIECES):
        cut = (
            f"python3 -m training.gpu.pieces split run/denoiser.pt $OUT --mebibytes 15 --first {first} --count {PIECES}"
        )
        out.append((f"bring back pieces {first} to {first + PIECES - 1}", f"{ENTER} && cd $S && {cut} && {back}"))
    for what, command in out:
        if len(command) >= LONGEST:
            raise ValueError(f"The command to {what} has {len(command)} characters; fewer than {LONGEST} are taken.")
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--stage", default=".stage", help="as it is named in the repository's root")
    p.add_argument("--rounds", type=int, help="commands that train")
    p.add_argument("--rehearse", action="store_true")
    a = p.parse_args()
    path = Path(a.stage, "plan.json")
    if not path.is_file():
        sys.exit(f"There is no {path}: training/gpu/prepare.py makes the packs.")
    try:
        listed = commands(json.loads(path.read_text(encoding="utf-8")), a.stage, a.rehearse, a.rounds)
    except ValueError as error:
        sys.exit(str(error))
    for number, (what, command) in enumerate(listed, 1):
        print(f"# {number}. {what}\n{command}\n")
    print("# Here, with all that came back in FOLDER:\n# python -m training.gpu.pieces join FOLDER .cache/runs/NAME")


if __name__ == "__main__":
    main()
