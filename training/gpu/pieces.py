"""Files too large to travel whole: cut into pieces, and put together again only if every piece is what it was.

Needs nothing but Python's standard library, since it also runs on the machine that the files go to."""

import hashlib
import json
import os
from pathlib import Path

MEBIBYTE = 1 << 20
SUMS = "sums.json"
RETURNED, RETURNED_SIZE = 4, 15  # pieces, and MiB of each, that one command gives back at most


def split(path, folder, size):
    """Writes pieces of `size` bytes, 000, 001, ..., and their sums into `folder`/NAME.pieces -> the pieces' paths."""
    path, folder = Path(path), Path(folder, f"{Path(path).name}.pieces")
    folder.mkdir(parents=True, exist_ok=True)
    sums, written, whole = [], [], hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(size):
            whole.update(piece)
            written.append(folder / f"{len(sums):03}")
            written[-1].write_bytes(piece)
            sums.append(hashlib.sha256(piece).hexdigest())
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
