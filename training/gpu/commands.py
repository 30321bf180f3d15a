"""Prints the commands of one lease of a GPU, for the packs that prepare.py made, all of which are sent together.

    python -m training.gpu.commands

Each runs in a checkout into which what it carries has been put; what it leaves in $OUT is brought back. On a machine
that lacks what the commands before it brought each ends by itself."""

import argparse
import json
import sys
from pathlib import Path

from training.gpu.lease import LAST_PACK_LIMIT, PACK_LIMIT, PLAN
from training.gpu.travelling import check, travelling

LONGEST = 2000  # characters of a command
FOLDER = "S=${TMPDIR:-/tmp}/infill"
BARE = 3  # exit status
SETTINGS = (
    "PYTHONPATH=$S/site TORCHINDUCTOR_CACHE_DIR=$S/compiled TOKENIZERS_PARALLELISM=false PYTHONUNBUFFERED=1"
    " OMP_NUM_THREADS=${OMP_NUM_THREADS:-8}"
)


def commands(plan, stage=".stage"):
    """plan.json's content -> [(what it does, what it carries or None, its limit in seconds, command)]"""
    count = len(plan["packs"])
    out = []
    for n in range(1, count + 1):
        limit = LAST_PACK_LIMIT if n == count else PACK_LIMIT
        out.append((f"bring pack {n} of {count}", f"{stage}/{n}", limit, _bring(n, count, stage)))
    for number, each in enumerate(plan["rounds"], 1):
        what = f"train, round {number} of {len(plan['rounds'])}"
        out.append((what, None, each["limit"], _round(number, each["deadline"], plan)))
    for what, _, _, command in out:
        if len(command) > LONGEST:
            raise ValueError(f"The command to {what} has {len(command)} characters; {LONGEST} are taken at most.")
    return out


def _unless(condition, missing):
    return f"{condition} || {{ echo 'A bare machine: {missing}. Nothing was done.'; exit {BARE}; }}"


def _bring(number, count, stage):
    before = (
        _unless(f"[ -f $S/brought.{number - 1} ]", f"pack {number - 1} is not there") if number > 1 else "rm -rf $S"
    )
    put = f"mkdir -p $S && cp -r {stage}/{number}/. $S/ && touch $S/brought.{number} && du -sh $S"
    unpack = " && cd $S && python3 -m training.gpu.unpack" if number == count else ""
    return f"{FOLDER}; {before}; {put}{unpack}"


def _round(number, deadline, plan):
    source = plan["source"] + (" --init init.pt" if plan["init"] else "")
    where = f"--stop-after {plan['stopAfter']}" if plan["stopAfter"] else "--device cuda --compile --workers 14"
    train = (
        f"python3 -m training.one_network.train config.toml --out run {source} --data 'train/*' --val val.jsonl.zst"
        f" --deadline {deadline} {where}"
    )
    room = plan["mebibytes"]
    send = f"python3 -m training.gpu.send run/network.pt $OUT --round {number} --mebibytes {room} {source}"
    return (
        f"{FOLDER}; {_unless('[ -f $S/ready ]', 'the packs are not there')}; cd $S; set -o pipefail; export {SETTINGS};"
        f" {train} 2>&1 | tee $OUT/log.txt; R=$?; cp run/record.json run/curve.csv $OUT/; {send} && exit $R"
    )


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--stage", default=".stage", help="as it is named in the checkout's root")
    a = p.parse_args()
    path = Path(a.stage, PLAN)
    if not path.is_file():
        sys.exit(f"There is no {path}: training/gpu/prepare.py makes the packs.")
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
        said = check(travelling("."), max(plan["packs"]))
        listed = commands(plan, a.stage)
    except ValueError as error:
        sys.exit(str(error))
    print(f"# {said} {plan['minutes']} minutes of training. Send all of these in one go, one behind the other.\n")
    for number, (what, carries, limit, command) in enumerate(listed, 1):
        print(f"# {number}. {what}; carries {carries or 'nothing'}; limit {limit} s\n{command}\n")
    print("# Here, with what came back: python -m training.gpu.join FOLDER ... --out .cache/runs/NAME/net.pt")


if __name__ == "__main__":
    main()
