"""What an answer did to the faults of a selection, and to the rest of it."""

from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Mended:
    """`removed`, `otherwise`: for each fault whether the right text stands where the wrong one stood, and whether
    something else does."""

    removed: tuple
    otherwise: tuple
    elsewhere: bool  # whether anything was changed that is no fault
    changes: int
    right: int  # changes that removed faults, and did nothing else


def mended(selection, faults, changes):
    """`changes`: [{"start", "end", "text"}], ascending, in characters of the selection."""
    removed, used = [], set()
    for fault in faults:
        region, made = _region(selection, faults, changes, fault)
        is_removed = bool(made) and _replaced(selection, made, region) in _mends(selection, faults, fault, region)
        removed.append(is_removed)
        used |= {change["start"] for change in made} if is_removed else set()
    reaches = [reach(selection, fault) for fault in faults]
    otherwise = [
        not is_removed and any(_touches(change, region) for change in changes)
        for is_removed, region in zip(removed, reaches, strict=True)
    ]
    others = [_least(selection, change) for change in changes if change["start"] not in used]
    elsewhere = any(not any(a <= start and end <= b for a, b in reaches) for start, end in others)
    return Mended(tuple(removed), tuple(otherwise), elsewhere, len(changes), len(used))


def reach(text, fault):
    """Where changes can stand that remove a fault -> (start, end). A line that is missing before one that begins alike
    can be put in at several places, and of a doubled one either can be taken out."""
    start, end = fault.start, fault.end
    if fault.wrong and fault.right:
        return start, end
    moving = fault.wrong or fault.right
    left, right, piece = start, end, moving
    while left > 0 and text[left - 1] == piece[-1]:
        piece, left = piece[-1] + piece[:-1], left - 1
    piece = moving
    while right < len(text) and text[right] == piece[0]:
        piece, right = piece[1:] + piece[0], right + 1
    return left, right


def _region(text, faults, changes, fault):
    """A fault's reach, with all changes and faults that touch it -> (start, end), [change]"""
    start, end = reach(text, fault)
    while True:
        made = [change for change in changes if _touches(change, (start, end))]
        spans = [(change["start"], change["end"]) for change in made]
        spans += [(a, b) for a, b in (reach(text, other) for other in faults) if a < end and start < b]
        grown = min([start, *(a for a, _ in spans)]), max([end, *(b for _, b in spans)])
        if grown == (start, end):
            return (start, end), made
        start, end = grown


def _touches(change, region):
    return change["start"] <= region[1] and region[0] <= change["end"]


def _replaced(text, changes, region):
    """The region's text with these changes."""
    out, at = [], region[0]
    for change in changes:
        out += [text[at : change["start"]], change["text"]]
        at = change["end"]
    return "".join([*out, text[at : region[1]]])


def _mends(text, faults, fault, region):
    """-> {the region's text without this fault, and with or without each other one in it}"""
    others = [f for f in faults if f is not fault and region[0] <= f.start and f.end <= region[1]]
    chosen = (subset for count in range(len(others) + 1) for subset in combinations(others, count))
    fixes = (sorted([fault, *subset], key=lambda f: f.start) for subset in chosen)
    return {_replaced(text, [{"start": f.start, "end": f.end, "text": f.right} for f in fix], region) for fix in fixes}


def _least(text, change):
    """What a change really changes: its span without what is the same at its ends -> (start, end)"""
    start, end, new = change["start"], change["end"], change["text"]
    while start < end and new and text[start] == new[0]:
        start, new = start + 1, new[1:]
    while start < end and new and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return start, end
