"""Holes of files that training never saw, by group of languages and kind of hole, each as an editor would send it."""

import hashlib
import json
import random
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from training.train.corpus import group_of, open_lines
from training.train.cuts import cut, shares

PREFIX, SUFFIX = 4000, 2000  # characters at most: more than any context window takes
LEAST_BEFORE = 100  # characters before the cursor
LONGEST_MIDDLE = 60  # tokens: together with the healed one they fit the 64 that the engine asks for by default
TRIES = 30  # cuts of one kind in one file


@dataclass(frozen=True)
class HeldOutHole:
    """prefix + middle + suffix is the file's text around the hole; `middle` is "" for the kind `nothing`."""

    id: str  # names the place and, by a digest, the text: the same id is the same hole in any shard
    package: str
    language: str
    group: str
    kind: str
    prefix: str
    middle: str
    suffix: str
    context: dict | None = field(default=None, hash=False)  # what a request says of the place besides
    place: tuple | None = None  # of the middle in its package: path, first character, end; only the path in a text changed


def held_out_holes(path, tokenizer, count, seed=0):
    """A shard of JSON lines {"package", "path", "language", "text"} -> `count` holes of each group and kind, fewer
    where its files do not hold as many; at most one of a kind from a file.

    The same shard, tokenizer and seed give the same holes, and a smaller count the first of them."""
    with closing(open_lines(str(path))) as lines:
        files = [json.loads(line) for line in lines]
    files.sort(key=lambda file: (file["package"], file["path"]))
    holes = []
    for group in sorted({group_of(file["language"]) for file in files}):
        members = [file for file in files if group_of(file["language"]) == group]
        for kind in shares(members[0]["language"]):
            rng = random.Random(f"{seed}/{group}/{kind}")
            found = (_hole(file, group, kind, tokenizer, rng) for file in interleaved(members, rng))
            holes += islice((hole for hole in found if hole), count)
    if not holes:
        raise ValueError(f"{path} has no file in which a hole can be cut.")
    return holes


def interleaved(files, rng):
    """One file of each package after the other, so that no package outweighs the others."""
    packages = {}
    for file in files:
        packages.setdefault(file["package"], []).append(file)
    names = sorted(packages)
    rng.shuffle(names)
    for name in names:
        rng.shuffle(packages[name])
    longest = max(map(len, packages.values()))
    return [packages[name][i] for i in range(longest) for name in names if i < len(packages[name])]


def _hole(file, group, kind, tokenizer, rng):
    text = file["text"]
    for _ in range(TRIES):
        place = cut(kind, text, rng)
        if place is None:
            continue
        cursor, end = place
        start = window_start(text, cursor)
        middle = text[cursor:end]
        # By length first: a token is rarely longer than eight characters, and the file may be one long line.
        if start is None or len(middle) > LONGEST_MIDDLE * 8 or len(tokenizer.encode(middle).ids) > LONGEST_MIDDLE:
            continue
        prefix, suffix = text[start:cursor], text[end : end + SUFFIX]
        digest = hashlib.sha256("\0".join((prefix, middle, suffix)).encode()).hexdigest()[:12]
        name = f"{file['package']}/{file['path']}:{cursor}-{end} {kind} {digest}"
        at = (file["path"], cursor, end)
        return HeldOutHole(name, file["package"], file["language"], group, kind, prefix, middle, suffix, place=at)
    return None


def window_start(text, cursor):
    """The first line start within PREFIX characters before the cursor; None with less than LEAST_BEFORE between."""
    if cursor < LEAST_BEFORE:
        return None
    if cursor <= PREFIX:
        return 0
    at = text.find("\n", cursor - PREFIX - 1, cursor - LEAST_BEFORE)
    return None if at < 0 else at + 1
