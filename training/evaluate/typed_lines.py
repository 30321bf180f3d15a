"""Lines of files that training never saw, for `npm run bench -- replay` to type, as JSON lines {"id", "package",
"language", "group", "prefix", "line", "suffix"}; `prefix` ends with the line's indentation.

    python -m training.evaluate.typed_lines --val corpus/val.jsonl.zst --out lines.jsonl

Packages are halved by name: what is fitted on lines of one half is judged by lines of the other."""

import argparse
import hashlib
import json
import random
from contextlib import closing
from itertools import islice
from pathlib import Path

from training.evaluate.held_out import SUFFIX, interleaved, window_start
from training.train.corpus import group_of, open_lines

SHORTEST, LONGEST = 4, 100  # characters of a line without its indentation
TRIES = 30  # lines looked at in one file
HALVES = ("judged", "fitted")


def typed_lines(path, count, seed=1, half="judged"):
    """A shard of JSON lines -> `count` lines of each group of languages, from the packages of one half, at most one of
    a file. The same shard, seed and half give the same lines, and a smaller count the first of them."""
    with closing(open_lines(str(path))) as lines:
        files = [file for file in map(json.loads, lines) if half_of(file["package"]) == half]
    files.sort(key=lambda file: (file["package"], file["path"]))
    typed = []
    for group in sorted({group_of(file["language"]) for file in files}):
        members = [file for file in files if group_of(file["language"]) == group]
        rng = random.Random(f"{seed}/{group}/typed")
        found = (_line(file, group, rng) for file in interleaved(members, rng))
        typed += islice((line for line in found if line), count)
    if not typed:
        raise ValueError(f"{path} has no file with a line that could be typed.")
    return typed


def half_of(package):
    return HALVES[hashlib.sha256(package.encode()).digest()[0] % 2]


def _line(file, group, rng):
    lines = file["text"].split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for _ in range(TRIES):
        at = rng.randrange(len(lines))
        line = lines[at].strip()
        start = starts[at] + len(lines[at]) - len(lines[at].lstrip())
        if not SHORTEST <= len(line) <= LONGEST or (window := window_start(file["text"], start)) is None:
            continue
        end = start + len(line)
        return {
            "id": f"{file['package']}/{file['path']}:{start}",
            "package": file["package"],
            "language": file["language"],
            "group": group,
            "prefix": file["text"][window:start],
            "line": line,
            "suffix": file["text"][end : end + SUFFIX],
        }
    return None


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--lines", type=int, default=24, help="of each group of languages")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--half", choices=HALVES, default=HALVES[0], help="of the packages")
    a = p.parse_args(argv)
    lines = typed_lines(a.val, a.lines, a.seed, a.half)
    Path(a.out).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
