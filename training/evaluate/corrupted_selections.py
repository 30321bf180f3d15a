"""Selections of files that training never saw, some as they are and some with faults of known kinds put in, as JSON
lines {"id", "half", "package", "language", "prefix", "selection", "suffix", "original", "faults"}.

    python -m training.evaluate.corrupted_selections --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --half judge --out judge.jsonl

`selection` has the faults and `original` has not; a fault {"kind", "start", "end", "wrong", "right", "token"} says what
stands at (start, end) of `selection` and what should. Packages are halved by name: what is fitted on selections of one
half is judged by those of the other."""

import argparse
import hashlib
import json
import random
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

from tokenizers import Tokenizer

from training.evaluate.corruptions import KINDS, Corruptible
from training.evaluate.held_out import interleaved
from training.evaluate.typed_lines import half_of
from training.train.corpus import group_of, open_lines

HALVES = {"fit": "fitted", "judge": "judged"}  # as they are called here, and for typed lines
AROUND = 8000  # characters of prefix and of suffix at most, whole lines
FEWEST, MOST = 4, 16  # lines of a selection
LONGEST_LINE = 160  # characters
CLEAN = 0.35  # share of selections without fault
COUNTS = {1: 0.6, 2: 0.2, 3: 0.1, 4: 0.05, 5: 0.05}  # share of the others by number of faults
PLACES = 12  # looked at in one file
TOKENS_AROUND = 200  # characters before and behind a selection that can decide on its tokens


@dataclass(frozen=True)
class Fault:
    kind: str
    start: int  # in the selection, where `wrong` stands
    end: int
    wrong: str
    right: str
    token: bool  # wrong and right are one token each, and all tokens around are the same with both


@dataclass(frozen=True)
class CorruptedSelection:
    """prefix + original + suffix is the file's text around the selection."""

    id: str  # names the place and, by a digest, the text
    half: str
    package: str
    language: str
    prefix: str
    selection: str
    suffix: str
    original: str
    faults: tuple


def corrupted_selections(path, tokenizer, count, half="judge", seed=0):
    """A shard of JSON lines {"package", "path", "language", "text"} -> `count` selections from the packages of one
    half, as many of each group of languages, fewer where its files do not hold as many; at most one from a file. Kinds
    of faults come as evenly as the files allow.

    The same shard, tokenizer, half and seed give the same selections, and a smaller count the first of them."""
    with closing(open_lines(str(path))) as lines:
        files = [file for file in map(json.loads, lines) if half_of(file["package"]) == HALVES[half]]
    files.sort(key=lambda file: (file["package"], file["path"]))
    rng = random.Random(f"{seed}/{half}")
    groups = {}
    for group in sorted({group_of(file["language"]) for file in files}):
        members = [file for file in files if group_of(file["language"]) == group]
        groups[group] = iter(interleaved(members, rng))
    made, selections = dict.fromkeys(KINDS, 0), []
    for group in cycle(list(groups)):
        if not groups or len(selections) == count:
            break
        if group in groups:
            selection = next((s for s in (_selection(f, half, made, tokenizer, rng) for f in groups[group]) if s), None)
            if selection is None:
                del groups[group]
            else:
                selections.append(selection)
    if not selections:
        raise ValueError(f"{path} has no file in which {FEWEST} lines can be selected.")
    return selections


def _selection(file, half, made, tokenizer, rng):
    """One selection of a file, or None. `made` counts the faults of each kind."""
    text = file["text"]
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    places = [place for _ in range(PLACES) if (place := _place(text, starts, rng))]
    if not places:
        return None
    count = 0 if rng.random() < CLEAN else rng.choices(tuple(COUNTS), tuple(COUNTS.values()))[0]
    start, end, changes = places[0][0], places[0][1], []
    if count:
        found = _changes(Corruptible(text, file["language"]), places, count, made, rng)
        if found is None:
            return None
        start, end, changes = found
    for change in changes:
        made[change.kind] += 1
    return _corrupted(file, half, start, end, changes, tokenizer)


def _place(text, starts, rng):
    """Some whole lines -> (start, end), or None"""
    first = rng.randrange(len(starts))
    last = first + rng.randint(FEWEST, MOST)
    if last >= len(starts):
        return None
    lines = text[starts[first] : starts[last]].split("\n")
    told = [line for line in lines if line.strip()]
    fits = len(told) * 2 > last - first and max(map(len, lines)) <= LONGEST_LINE
    whole = lines[-1] == "" and lines[0].strip() and lines[-2].strip()
    return (starts[first], starts[last]) if fits and whole else None


def _changes(file, places, count, made, rng):
    """`count` faults on lines of their own at one of the places, the rarest kinds first -> (start, end, [Change]);
    fewer where there are not as many, and None where there is none at all."""
    for kind in sorted(KINDS, key=lambda kind: (made[kind], rng.random())):
        for start, end in places:
            if first := file.changes(kind, start, end, rng):
                changes, now = [rng.choice(first)], dict(made)
                for _ in range(count - 1):
                    now[changes[-1].kind] += 1
                    other = _another(file, start, end, changes, now, rng)
                    changes += [other] if other else []
                return start, end, sorted(changes, key=lambda change: change.start)
    return None


def _another(file, start, end, changes, made, rng):
    taken = {line for change in changes for line in _lines_of(file.text, change)}
    for kind in sorted(KINDS, key=lambda kind: (made[kind], rng.random())):
        free = [c for c in file.changes(kind, start, end, rng) if not taken & _lines_of(file.text, c)]
        if free:
            return rng.choice(free)
    return None


def _lines_of(text, change):
    """Numbers of the lines that a change stands on, and of those that touch it where it is whole lines."""
    first, last = text.count("\n", 0, change.start), text.count("\n", 0, change.end)
    around = 1 if "\n" in change.right + change.wrong else 0
    return set(range(first - around, last + around + 1))


def _corrupted(file, half, start, end, changes, tokenizer):
    text = file["text"]
    original, selection, at, faults = text[start:end], "", start, []
    left, right = text[max(0, start - TOKENS_AROUND) : start], text[end : end + TOKENS_AROUND]
    whole = tokenizer.encode(left + original + right).ids
    for change in changes:
        selection += text[at : change.start]
        first = len(selection)
        selection += change.wrong
        at = change.end
        alone = left + text[start : change.start] + change.wrong + text[change.end : end] + right
        token = differ_in_one(whole, tokenizer.encode(alone).ids)
        faults.append(Fault(change.kind, first, len(selection), change.wrong, change.right, token))
    selection += text[at:end]
    prefix, suffix = text[_window_start(text, start) : start], text[end : _window_end(text, end)]
    digest = hashlib.sha256("\0".join((prefix, selection, suffix)).encode()).hexdigest()[:12]
    name = f"{file['package']}/{file['path']}:{start}-{end} {digest}"
    place = (half, file["package"], file["language"])
    return CorruptedSelection(name, *place, prefix, selection, suffix, original, tuple(faults))


def differ_in_one(one, other):
    """Whether two lists of token ids are the same but for one token."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _window_start(text, at):
    return 0 if at <= AROUND else text.find("\n", at - AROUND - 1, at) + 1


def _window_end(text, at):
    return len(text) if len(text) - at <= AROUND else text.rfind("\n", at, at + AROUND) + 1 or at


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder, for its tokenizer")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--selections", type=int, default=400)
    p.add_argument("--half", choices=tuple(HALVES), default="judge", help="of the packages")
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args(argv)
    manifest = json.loads(Path(a.model, "manifest.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(Path(a.model, manifest["tokenizer"]["path"])))
    selections = corrupted_selections(a.val, tokenizer, a.selections, a.half, a.seed)
    lines = [json.dumps(asdict(selection), ensure_ascii=False) + "\n" for selection in selections]
    Path(a.out).write_text("".join(lines), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
