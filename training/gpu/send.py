"""There, after a round: what the run's weights have become, as a rounded change in pieces that may leave the machine.

    python3 -m training.gpu.send run/network.pt $OUT --round 2 --gguf base.gguf

`sent.pt` beside the run remembers what the other side has."""

import argparse
import os
import sys
from pathlib import Path

import torch

from training.gpu.changes import at_first, described, encode
from training.gpu.pieces import MEBIBYTE, RETURNED, RETURNED_SIZE, split
from training.gpu.start import add_source, start_weights


def send(network, known, folder, number, limit, piece=RETURNED_SIZE * MEBIBYTE):
    """Path of a run's weights; what both sides have at first, as `start_weights` answers it when called; where the
    pieces go; the round's number; bytes of all pieces and of each, at most.

    -> the change. The next one is measured against what comes of it."""
    saved = torch.load(network, map_location="cpu")
    weights, memory = saved.pop("model"), Path(network).parent.parent / "sent.pt"
    if memory.exists():
        sent = torch.load(memory, map_location="cpu")
    else:
        sent = {"round": 0, "model": at_first(weights, known())}
    content, after = encode(weights, sent["model"], limit, {"round": number, "on": sent["round"], "run": saved})
    whole = memory.with_name(f"change-{number}")
    whole.write_bytes(content)
    split(whole, folder, piece)
    whole.unlink()
    torch.save({"round": number, "model": after}, f"{memory}.part")
    os.replace(f"{memory}.part", memory)  # last: until then the other side may not have it
    return content


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("network", help="of the run")
    p.add_argument("folder", help="where the pieces go")
    p.add_argument("--round", type=int, required=True)
    p.add_argument("--mebibytes", type=float, default=RETURNED * RETURNED_SIZE, help="of all pieces together, at most")
    add_source(p)
    a = p.parse_args()
    if not Path(a.network).is_file():
        sys.exit(f"There is no {a.network}: no round has kept any weights yet.")
    try:
        content = send(a.network, lambda: start_weights(a), a.folder, a.round, int(a.mebibytes * MEBIBYTE))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    print(described(content))


if __name__ == "__main__":
    main()
