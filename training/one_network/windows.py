"""A window: a trunk of tokens (pieces of other files, the file's first lines, its text), and holes cut in its text."""

from dataclasses import dataclass, replace

from training.model.architecture import FILENAME, START, SUFFIX
from training.one_network.snippets import snippets
from training.train.cuts import draw_kind
from training.train.holes import Hole, Shape, cut_hole, read_window

TRIES = 200  # pieces of text, before the corpus is said to hold no window
BEFORE = (200, 1600)  # bytes of text before the place that was drawn
HEAD_BYTES = 700  # of a file's first lines, of which the start is read
HEAD_SHARES = (1 / 12, 1 / 8, 1 / 6)  # of the trunk: its tokens at most, one of these
PATH_TOKENS = 48  # of a path, its end
SNIPPET_SHARES = (1 / 8, 1 / 2)  # of what the head leaves of the trunk, for pieces of other files
LEAST_SNIPPET, LEAST_ROOM = 12, 24  # tokens
SHORT_MIDDLE, SHORT_LEFT_OUT = 12, 0.8  # tokens; share of the shorter middles that a block of long ones leaves out


@dataclass(frozen=True)
class Window:
    trunk: list[int]  # ids, START first
    holes: list[Hole]  # their cuts counted in the trunk, their suffixes opened by SUFFIX
    block: object  # config.Block: the sizes of their rows


def draw_window(corpus, shares, tokenizer, config, rng):
    """-> Window whose text is drawn by `shares` of the groups of languages; ValueError where there is none"""
    for _ in range(TRIES):
        block = rng.choices(config.blocks, [b.share for b in config.blocks])[0]
        window = _window_at(corpus, *corpus.draw_place(shares, rng), tokenizer, config, block, rng)
        if window:
            return window
    sizes = " or ".join(str(block.middle - 1) for block in config.blocks)
    raise ValueError(f"No text with a hole of at most {sizes} tokens in {TRIES} tries.")


def _window_at(corpus, number, at, tokenizer, config, block, rng):
    document = corpus.document(number)
    start = corpus.line_start(number, at - rng.randrange(*BEFORE), BEFORE[1])
    named = bool(document.path) and rng.random() < config.named
    head = _path(document.path, tokenizer, config) if named else []
    if start and rng.random() < config.heads:
        head += _first_lines(corpus, number, start, tokenizer, config, rng)
    left = config.trunk - len(head)
    with_snippets = rng.random() < config.snippets
    room = left - int(left * rng.uniform(*SNIPPET_SHARES)) if with_snippets else left
    shape = Shape(room, block.suffix, block.middle, block.holes)
    text = read_window(corpus.text(number, start, shape.text_bytes), tokenizer, shape)
    holes = _holes(text, document.language, tokenizer, block, shape, rng) if text else []
    if not holes:
        return None
    before = []
    if with_snippets:
        found = snippets(corpus, number, text.text[: text.ends[-1]], rng)
        before = _segments(found, named, tokenizer, config, left - len(text.ids) - 1)
    shift = len(before) + len(head)
    return Window(
        [START, *before, *head, *text.ids],
        [replace(hole, cut=hole.cut + shift, suffix=[SUFFIX, *hole.suffix[1:]]) for hole in holes],
        block,
    )


def _path(path, tokenizer, config):
    """The token that says that a file follows, and the end of its path, on a line."""
    most = min(PATH_TOKENS, config.trunk // 6)
    return [FILENAME, *tokenizer.encode(path + "\n").ids[1 - most :]]


def _first_lines(corpus, number, start, tokenizer, config, rng):
    """Some of what stands before byte `start`, where the window's text begins: a hole may be cut at its very start, and
    nothing behind it may be read."""
    most = int(config.trunk * rng.choice(HEAD_SHARES))
    ids = tokenizer.encode(corpus.text(number, 0, min(HEAD_BYTES, start))).ids
    return [*ids[:most], *tokenizer.encode("\n").ids]


def _segments(found, named, tokenizer, config, room):
    """Pieces of other files, as many as have room; the best one last, beside the text."""
    segments = []
    for path, piece in found:
        if room - len(segments) < LEAST_ROOM:
            break
        head = _path(path, tokenizer, config) if named and path else []
        ids = [*head, *tokenizer.encode(piece + "\n\n").ids]
        if len(segments) + len(ids) > room:
            end = tokenizer.encode("\n").ids
            ids = [*ids[: room - len(segments) - len(end)], *end]
        if len(ids) > LEAST_SNIPPET:
            segments = ids + segments
    return segments


def _holes(text, language, tokenizer, block, shape, rng):
    """At most `block.holes`, fewer where the text does not allow as many."""
    holes = []
    for _ in range(block.holes * 3):
        hole = cut_hole(text, draw_kind(language, rng, block.long), tokenizer, rng, shape)
        if hole is None or (block.long and len(hole.middle) < SHORT_MIDDLE and rng.random() < SHORT_LEFT_OUT):
            continue
        holes.append(hole)
        if len(holes) == block.holes:
            break
    return holes
