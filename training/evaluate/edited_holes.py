"""Holes of held-out files as somebody leaves them who has just edited another line of the same file, with that edit as
an editor tells of it."""

import hashlib
import json
import random
import re
from contextlib import closing
from itertools import islice

from training.evaluate.held_out import SUFFIX, HeldOutHole, interleaved, window_start
from training.evaluate.typed_lines import half_of
from training.train.corpus import group_of, open_lines

# renamed     a name was changed in the first line that has it; in the next one the old name was just deleted
# rewritten   likewise, and all that follows in the line was deleted with it
# next line   a line was written, and the one below it, of the same shape, is begun up to the first word that differs
# put in      some tokens were put into a line; they are still missing in a later one that has them too
# unrelated   some other name was changed somewhere; the hole is any other place, half of them where text was deleted
KINDS = ("renamed", "rewritten", "next line", "put in", "unrelated")
LONGEST = 120  # characters of a line
AROUND = 3  # lines on either side of an edit
TRIES = 60
TOKEN = re.compile(r"\w+|[^\w\s]")
WORD = re.compile(r"[A-Za-z_]\w{3,}")


def edited_holes(path, count, seed=1, half="judged"):
    """A shard of JSON lines -> `count` holes of each kind, from the packages of one half, at most one of a kind from a
    file. The same shard, seed and half give the same holes, and a smaller count the first of them."""
    with closing(open_lines(str(path))) as lines:
        files = [file for file in map(json.loads, lines) if half_of(file["package"]) == half]
    files = [file for file in files if group_of(file["language"]) not in ("prose", "other")]
    files.sort(key=lambda file: (file["package"], file["path"]))
    if not files:
        raise ValueError(f"{path} has no file of code in the half {half}.")
    names = sorted({name for file in files[::20] for name in WORD.findall(file["text"])})
    holes = []
    for kind in KINDS:
        rng = random.Random(f"{seed}/{kind}/edited")
        found = (_hole(file, kind, names, rng) for file in interleaved(files, rng))
        holes += islice((hole for hole in found if hole), count)
    return holes


def _hole(file, kind, names, rng):
    cut = {"renamed": renamed, "rewritten": rewritten, "next line": next_line, "put in": put_in, "unrelated": unrelated}
    lines = file["text"].split("\n")
    for _ in range(TRIES):
        found = cut[kind](lines, names, rng)
        if found is None:
            continue
        prefix, middle, suffix, recent = found
        start = window_start(prefix, len(prefix))
        if start is None or middle.strip() == "":
            continue
        prefix, suffix = prefix[start:], suffix[:SUFFIX]
        digest = hashlib.sha256("\0".join((prefix, middle, suffix, json.dumps(recent))).encode()).hexdigest()[:12]
        name = f"{file['package']}/{file['path']} {kind} {digest}"
        group = group_of(file["language"])
        about = {"context": recent, "place": (file["path"],)}
        return HeldOutHole(name, file["package"], file["language"], group, kind, prefix, middle, suffix, **about)
    return None


def renamed(lines, names, rng, to_end=False):
    """-> prefix, middle, suffix, {"edits", "lineBefore"} of a place where a renaming goes on, or None"""
    name = _any_word(lines, rng)
    if name is None or name in KEYWORDS:
        return None
    whole = re.compile(rf"\b{name}\b")
    having = [i for i, line in enumerate(lines) if whole.search(line)]
    if len(having) < 2 or any(len(lines[i]) > LONGEST for i in having[:2]):
        return None
    first, here = having[:2]
    old = _other_name(lines, names, rng)
    before = [line if i < here else whole.sub(old, line) for i, line in enumerate(lines)]
    edit = _edit(before, first, [whole.sub(old, lines[first])])
    at = whole.search(lines[here])
    line_before = before[here]
    left = lines[here][: at.start()]
    if to_end:
        return _cut(before, here, left, lines[here][at.start() :], "", [edit], line_before)
    return _cut(before, here, left, name, line_before[len(left) + len(old) :], [edit], line_before)


def rewritten(lines, names, rng):
    return renamed(lines, names, rng, to_end=True)


def next_line(lines, _names, rng):
    above = rng.randrange(max(1, len(lines) - 1))
    here = above + 1
    if here >= len(lines) or not _alike(lines[above], lines[here]):
        return None
    pairs = zip(TOKEN.findall(lines[above]), TOKEN.finditer(lines[here]), strict=True)
    end = next(at.end() for other, at in pairs if other != at.group())
    left, middle = lines[here][:end], lines[here][end:]
    if len(TOKEN.findall(middle)) < 2:
        return None
    below = here + 1
    while below < len(lines) and _alike(lines[here], lines[below]):
        below += 1  # of a row of alike lines the next ones are not written yet
    state = lines[: here + 1] + lines[below:]
    return _cut(state, here, left, middle, "", [_edit(state, above, [])], None)


def put_in(lines, _names, rng):
    first = rng.randrange(len(lines))
    tokens = list(TOKEN.finditer(lines[first]))
    if len(tokens) < 5 or len(lines[first]) > LONGEST:
        return None
    begin = rng.randrange(1, len(tokens) - 2)
    end = begin + rng.randint(2, min(6, len(tokens) - begin - 1))
    part = lines[first][tokens[begin - 1].end() : tokens[end - 1].end()]
    if not re.search(r"\w{3}", part):
        return None
    right = tokens[end].group()
    later = [
        i
        for i in range(first + 1, len(lines))
        if lines[i] != lines[first]
        and len(lines[i]) <= LONGEST
        and (at := lines[i].find(part)) > 0
        and lines[i][at + len(part) :].lstrip().startswith(right)
    ]
    if not later:
        return None
    here = later[0]
    at = lines[here].index(part)
    without = lines[first].replace(part, "", 1)
    edit = _edit(lines, first, [without])
    return _cut(lines, here, lines[here][:at], part, lines[here][at + len(part) :], [edit], None)


def unrelated(lines, names, rng):
    name = _any_word(lines, rng)
    here = rng.randrange(len(lines))
    if name is None or name in KEYWORDS or not 8 <= len(lines[here].strip()) <= LONGEST:
        return None
    whole = re.compile(rf"\b{name}\b")
    having = [i for i, line in enumerate(lines) if whole.search(line) and i != here and len(line) <= LONGEST]
    if not having or whole.search(lines[here]):
        return None
    first = rng.choice(having)
    edit = _edit(lines, first, [whole.sub(_other_name(lines, names, rng), lines[first])])
    tokens = list(TOKEN.finditer(lines[here]))
    if len(tokens) < 3:
        return None
    start = tokens[rng.randrange(1, len(tokens))].start()
    is_deleted = rng.random() < 0.5
    return _cut(lines, here, lines[here][:start], lines[here][start:], "", [edit], lines[here] if is_deleted else None)


def _cut(lines, here, left, middle, right, edits, line_before):
    prefix = "\n".join([*lines[:here], left])
    suffix = "\n".join([right, *lines[here + 1 :]])
    recent = {"edits": edits} | ({} if line_before is None else {"lineBefore": line_before})
    return prefix, middle, suffix, recent


def _edit(lines, at, before):
    """One line that stands there now, and the lines that stood there before"""
    return {
        "line": at + 1,
        "before": before,
        "after": [lines[at]],
        "linesBefore": lines[max(0, at - AROUND) : at],
        "linesAfter": lines[at + 1 : at + 1 + AROUND],
    }


def _alike(a, b):
    """Whether two lines have the same marks, and words at the same places of which at least half are equal, not all"""
    if not (8 <= len(a.strip()) <= LONGEST and len(b) <= LONGEST) or re.match(r"\s*", a)[0] != re.match(r"\s*", b)[0]:
        return False
    one, other = TOKEN.findall(a), TOKEN.findall(b)
    if len(one) != len(other) or len(one) < 5:
        return False
    differing = [(x, y) for x, y in zip(one, other, strict=True) if x != y]
    are_words = all(x[0].isidentifier() and y[0].isidentifier() for x, y in differing)
    return are_words and 0 < len(differing) <= len(one) / 2


def _any_word(lines, rng):
    words = WORD.findall(rng.choice(lines))
    return rng.choice(words) if words else None


def _other_name(lines, names, rng):
    """A name of some other file that does not stand in this one; a made-up one where they are hard to find"""
    text = "\n".join(lines)
    tried = [rng.choice(names) for _ in range(TRIES)]
    return next((name for name in tried if name not in text), "somethingElse")


KEYWORDS = frozenset(
    "abstract assert async await break case catch class const constructor continue debugger default delete elif"
    " else enum except export extends false finally from function global implements import instanceof interface"
    " lambda namespace nonlocal null pass private protected public raise readonly return self static super switch"
    " this throw true type typeof undefined void while with yield False None True string number boolean".split()
)
