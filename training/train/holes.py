"""A piece of text -> a window of tokens with several holes in it, each healed on the left to a token boundary."""

from bisect import bisect_left
from dataclasses import dataclass

import torch

from training.model.architecture import EOM, START
from training.train.cuts import cut, draw_kind, line_end

SHORTEST_WINDOW = 64  # tokens
TRIES = 40  # places, before another kind of hole is drawn
FULL_SUFFIX, NO_SUFFIX = 0.70, 0.05  # share of the holes; the others have a suffix of any length


@dataclass(frozen=True)
class Shape:
    """Sizes of one training example, in tokens: P, S, C, H in the other files."""

    window: int
    suffix: int
    canvas: int
    holes: int

    @property
    def text_bytes(self):
        """Of text that surely fills the window and what follows it."""
        return self.window * 6 + self.canvas * 6 + self.suffix * 6


@dataclass(frozen=True)
class Hole:
    cut: int  # tokens of the window before the hole, START among them
    middle: list[int]  # ids, from the healed token on, without <eom>
    suffix: list[int]  # START and ids
    kind: str
    absorbable: int = 0  # first tokens of the middle that the window has as well, so that a context can absorb them


def cut_holes(text, language, tokenizer, rng, shape):
    """-> ([START] + ids, [Hole] * holes), or None where the text does not allow as many.

    The cursor of a hole stands somewhere in token i, or at its end; that token goes back onto the canvas, as in the
    engine, so the hole begins where token i begins. Its end is any character. Middle and suffix are tokenised on their
    own."""
    window = read_window(text, tokenizer, shape)
    holes = []
    for _ in range(shape.holes * 4 if window else 0):
        hole = cut_hole(window, draw_kind(language, rng), tokenizer, rng, shape)
        if hole:
            holes.append(hole)
        if len(holes) == shape.holes:
            return [START, *window.ids], holes
    return None


@dataclass(frozen=True)
class WindowText:
    """The first tokens of a text, in which holes are cut; their ends and suffixes may lie behind them."""

    text: str
    cuttable: str  # its start, in which holes are cut
    ids: list[int]  # without START
    offsets: list[tuple[int, int]]  # of its tokens, characters
    ends: list[int]  # the second of each of them


def read_window(text, tokenizer, shape):
    """-> WindowText of at most `shape.window` tokens, START among them; None where the text is too short for one"""
    encoded = tokenizer.encode(text[: shape.window * 6])
    ids, offsets = encoded.ids[: shape.window - 1], encoded.offsets[: shape.window - 1]
    if len(ids) < min(SHORTEST_WINDOW, shape.window // 2):
        return None
    reach = line_end(text, offsets[-1][1] + 6 * shape.canvas)  # where holes end at the latest
    return WindowText(text, text[:reach], ids, offsets, [end for _, end in offsets])


def cut_hole(window, kind, tokenizer, rng, shape):
    """-> Hole, or None where TRIES places were none of this kind that fits `shape`"""
    text, offsets, ends = window.cuttable, window.offsets, window.ends
    for _ in range(TRIES):
        place = cut(kind, text, rng)
        if place is None:
            continue
        cursor, end = place
        i = bisect_left(ends, cursor)
        if i == len(offsets) or end - offsets[i][0] > 6 * shape.canvas:
            continue
        start = offsets[i][0]
        if i > 0 and offsets[i - 1][1] > start:
            continue  # token i starts inside a character
        middle = tokenizer.encode(text[start:end]).ids
        if middle and len(middle) < shape.canvas:
            room = _suffix_room(shape.suffix - 1, rng)
            after = tokenizer.encode(window.text[end : end + room * 6]).ids[:room]
            return Hole(i + 1, middle, [START, *after], kind, _shared(middle, window.ids[i:]))
    return None


def _shared(left, right):
    """How many first tokens are the same."""
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _suffix_room(most, rng):
    """Tokens of suffix: mostly all there is room for, sometimes fewer, sometimes none."""
    chance = rng.random()
    if chance < FULL_SUFFIX:
        return most
    return 0 if chance < FULL_SUFFIX + NO_SUFFIX else rng.randint(0, most)


def collate(windows, shape):
    """[(ids, [Hole])] -> ids [B, P]; cut, length, suffix_length, absorbable [B, H]; canvas [B, H, C] filled up with
    <eom>; suffix [B, H, S]."""
    size, holes = len(windows), shape.holes
    ids = torch.zeros(size, shape.window, dtype=torch.long)
    suffix = torch.zeros(size, holes, shape.suffix, dtype=torch.long)
    canvas = torch.full((size, holes, shape.canvas), EOM)
    cuts, length, suffix_length, absorbable = (torch.zeros(size, holes, dtype=torch.long) for _ in range(4))
    for b, (window, cut_out) in enumerate(windows):
        ids[b, : len(window)] = torch.tensor(window)
        for h, hole in enumerate(cut_out):
            cuts[b, h], length[b, h], suffix_length[b, h] = hole.cut, len(hole.middle), len(hole.suffix)
            absorbable[b, h] = hole.absorbable
            canvas[b, h, : len(hole.middle)] = torch.tensor(hole.middle)
            suffix[b, h, : len(hole.suffix)] = torch.tensor(hole.suffix)
    return {
        "ids": ids,
        "cut": cuts,
        "length": length,
        "suffix_length": suffix_length,
        "absorbable": absorbable,
        "canvas": canvas,
        "suffix": suffix,
    }
