"""Pieces of other files of a package, as an editor gathers them from what is open."""

import re

TRIES = 8  # files that are looked at
LARGEST, LOOKED_AT = 12000, 9000  # bytes: of a larger file only so much is looked at
LINES = (8, 12, 18, 26)  # of a piece, one of these
LEAST_WORDS = 3  # of a piece that says anything

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{3,}")


def snippets(corpus, number, text, rng):
    """-> [(path, piece)] from other documents of document `number`'s package, those first that have the most words of
    `text`. The document itself is never among them, so that nothing behind a hole is read before it."""
    words, found = set(_WORD.findall(text)), []
    for other in _neighbours(corpus, number, rng):
        best = _best_piece(_looked_at(corpus, other, rng), words, rng)
        if best:
            found.append((best[0], corpus.document(other).path, best[1]))
    found.sort(key=lambda each: -each[0])
    return [(path, piece) for _, path, piece in found]


def _neighbours(corpus, number, rng):
    """Documents beside this one, whose paths are alike, and some of elsewhere in the package."""
    package = corpus.package_of(number)
    if len(package) < 2:
        return []
    near = [i for i in (number - 2, number - 1, number + 1, number + 2) if i in package]
    far = [rng.choice(package) for _ in range(TRIES - len(near))]
    return [i for i in dict.fromkeys(near + far) if i != number]


def _looked_at(corpus, number, rng):
    size = corpus.size(number)
    if size <= LARGEST:
        return corpus.text(number)
    start = corpus.line_start(number, rng.randrange(size - LOOKED_AT), LOOKED_AT)
    return corpus.text(number, start, LOOKED_AT)


def _best_piece(text, words, rng):
    """-> (score, some lines of `text`), or None where it has hardly a word"""
    lines, count = text.split("\n"), rng.choice(LINES)
    best = None
    for start in range(0, len(lines), count):
        piece = "\n".join(lines[start : start + count])
        own = set(_WORD.findall(piece))
        if len(own) < LEAST_WORDS:
            continue
        score = len(own & words) / (len(own) + 8) ** 0.5 + rng.random() * 0.2
        if best is None or score > best[0]:
            best = score, piece
    return best
