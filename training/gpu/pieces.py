"""Files too large to travel whole: cut into pieces, and put together again only if every piece is what it was.

    python3 -m training.gpu.pieces split FILE FOLDER --mebibytes 15 [--first 0 --count 4]
    python3 -m training.gpu.pieces join FOLDER TARGET

Needs nothing but Python's standard library, since it also runs on the machine that the files go to."""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

MEBIBYTE = 1 << 20
SUMS = "sums.json"
RETURNED, RETURNED_SIZE = 4, 15  # pieces, and MiB of each, that one command gives back at most


def split(path, folder, size, first=0, count=None):
    """Writes pieces of `size` bytes, 000, 001, ..., and their sums into `folder`/NAME.pieces; `count` of them from
    `first` on -> their paths."""
    path, folder = Path(path), Path(folder, f"{Path(path).name}.pieces")
    folder.mkdir(parents=True, exist_ok=True)
    sums, written, whole = [], [], hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(size):
            whole.update(piece)
            sums.append(hashlib.sha256(piece).hexdigest())
            at = len(sums) - 1
            if at >= first and (count is None or at < first + count):
                written.append(folder / f"{at:03}")
                written[-1].write_bytes(piece)
    about = {"name": path.name, "sha256": whole.hexdigest(), "pieces": sums}
    (folder / SUMS).write_text(json.dumps(about), encoding="utf-8")
    return written


def join(folder, target):
    """Every NAME.pieces below `folder` -> NAME in the same place below `target`; their paths. ValueError names a piece
    that is missing or not what it was; nothing is written under NAME then."""
    joined = []
    for sums in sorted(Path(folder).rglob(f"*.pieces/{SUMS}")):
        about = json.loads(sums.read_text(encoding="utf-8"))
        out = Path(target, sums.parent.parent.relative_to(folder), about["name"])
        out.parent.mkdir(parents=True, exist_ok=True)
        partial, whole = out.with_name(f"{out.name}.part"), hashlib.sha256()
        with partial.open("wb") as file:
            for at, expected in enumerate(about["pieces"]):
                place = sums.with_name(f"{at:03}")
                if not place.is_file():
                    raise ValueError(f"Piece {at} of {about['name']} is missing: bring it again.")
                piece = place.read_bytes()
                if hashlib.sha256(piece).hexdigest() != expected:
                    raise ValueError(f"Piece {at} of {about['name']} is damaged: bring it again.")
                whole.update(piece)
                file.write(piece)
        if whole.hexdigest() != about["sha256"]:
            raise ValueError(f"The pieces of {about['name']} do not make the file that was cut.")
        os.replace(partial, out)
        joined.append(out)
    if not joined:
        raise ValueError(f"There are no pieces below {folder}.")
    return joined


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = p.add_subparsers(dest="action", required=True)
    cut = actions.add_parser("split")
    cut.add_argument("file")
    cut.add_argument("folder")
    cut.add_argument("--mebibytes", type=float, default=RETURNED_SIZE)
    cut.add_argument("--first", type=int, default=0)
    cut.add_argument("--count", type=int)
    together = actions.add_parser("join")
    together.add_argument("folder")
    together.add_argument("target")
    a = p.parse_args()
    try:
        if a.action == "split":
            done = split(a.file, a.folder, int(a.mebibytes * MEBIBYTE), a.first, a.count)
        else:
            done = join(a.folder, a.target)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    for path in done:
        print(path)


if __name__ == "__main__":
    main()
