"""Where a person leaves a hole: a cursor, and how far the missing text reaches, by kind of hole.

Every cut is (cursor, end), two character positions in the text: the middle stands between them. A function answers None
where this text has no such place at the first try, so that the caller can draw again."""

import re

from training.train.corpus import group_of

# Shares of the kinds, code and prose. `nothing`: the text is complete at the cursor, so nothing is to be suggested.
CODE = {"rest": 0.35, "lines": 0.22, "argument": 0.13, "span": 0.11, "block": 0.10, "across": 0.05, "nothing": 0.04}
PROSE = {"rest": 0.25, "lines": 0.10, "sentence": 0.38, "span": 0.13, "across": 0.10, "nothing": 0.04}
KINDS = tuple(dict.fromkeys([*CODE, *PROSE]))
# Of middles that mostly have several lines.
LONG_CODE = {"block": 0.42, "lines": 0.33, "across": 0.13, "rest": 0.06, "span": 0.06}
LONG_PROSE = {"sentence": 0.50, "lines": 0.25, "across": 0.25}

_SPAN, _ACROSS = 14, 60  # mean characters of a span inside a line, across lines
_LINES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_CONDITION = re.compile(r"\b(?:if|elif|while|assert|return|in|await|not)[ ]+(?=\S)")
_SENTENCE = re.compile(r"(?:(?<=[.!?])[ \n]+|\n[ \t]*\n+|\n[ \t]*(?:[-*+]|\d+\.)[ ]+)(?=\w)")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n[ \t]*\n|\n[ \t]*(?:[-*+#>]|\d+\.)[ ]|$")


def shares(language, long=False):
    """{kind: share} for a language id; the shares add up to 1. `long`: of middles that mostly have several lines."""
    code, prose = (LONG_CODE, LONG_PROSE) if long else (CODE, PROSE)
    return prose if group_of(language) == "prose" else code


def draw_kind(language, rng, long=False):
    table = shares(language, long)
    return rng.choices(tuple(table), tuple(table.values()))[0]


def cut(kind, text, rng):
    """A random hole of this kind -> (cursor, end), or None."""
    try:
        draw = _DRAW[kind]
    except KeyError:
        raise ValueError(f"There is no kind of hole {kind!r}. Kinds: {', '.join(KINDS)}.") from None
    return draw(text, rng)


def line_end(text, at):
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def line_start(text, at):
    return text.rfind("\n", 0, at) + 1


def _indent_end(text, start):
    """Where the line that starts here has its first character that is not blank; its end if there is none."""
    end = line_end(text, start)
    return end - len(text[start:end].lstrip())


def _rest(text, rng):
    """From anywhere behind a line's indentation to its end."""
    at = rng.randrange(len(text))
    start, end = _indent_end(text, line_start(text, at)), line_end(text, at)
    if end - start < 2:
        return None
    cursor = rng.randrange(start + 1, end)
    return (cursor, end) if text[cursor:end].strip() else None


def _lines(text, rng):
    """One to four whole lines, asked for at the end of the line above or behind their indentation."""
    start = line_start(text, rng.randrange(len(text)))
    end = line_end(text, start)
    for _ in range(rng.choice(_LINES) - 1):
        end = line_end(text, min(end + 1, len(text)))
    cursor = start - 1 if start > 0 and rng.random() < 0.4 else _indent_end(text, start)
    return (cursor, end) if text[cursor:end].strip() else None


def _block(text, rng):
    """All lines that are further in than the one above them, asked for at its end or on the first of them."""
    above = line_start(text, rng.randrange(len(text)))
    opener_end = line_end(text, above)
    while not _opens(text, above, opener_end):  # most lines open nothing: the next one that does
        above = opener_end + 1
        if above >= len(text):
            return None
        opener_end = line_end(text, above)
    depth = _indent_end(text, above) - above
    at = end = opener_end + 1
    while at < len(text):
        first, stop = _indent_end(text, at), line_end(text, at)
        if first < stop:
            if first - at <= depth:
                return (opener_end if rng.random() < 0.5 else _indent_end(text, opener_end + 1)), end
            end = stop
        at = stop + 1
    return None  # the text ends before the block does


def _opens(text, start, end):
    """Whether the line after this one is further in."""
    first, below = _indent_end(text, start), _indent_end(text, end + 1)
    return first < end and below < line_end(text, end + 1) and below - (end + 1) > first - start


def _argument(text, rng):
    """What stands between brackets or commas inside a line, or a condition or value behind a keyword."""
    start = line_start(text, rng.randrange(len(text)))
    line = text[start : line_end(text, start)]
    pieces = _arguments(line) + _conditions(line)
    if not pieces:
        return None
    cursor, end = rng.choice(pieces)
    return start + cursor, start + end


def _arguments(line):
    """-> [(start, end)]: for each bracket closed in this line, its insides, and each of its parts between commas."""
    out, open_ = [], []  # open_: [closer, start of the insides, start of the part]
    for i, character in enumerate(line):
        if character in _BRACKETS:
            open_.append([_BRACKETS[character], i + 1, i + 1])
        elif open_ and character == ",":
            out.append((_skip_blank(line, open_[-1][2]), i))
            open_[-1][2] = i + 1
        elif open_ and character == open_[-1][0]:
            _, inside, part = open_.pop()
            out.append((_skip_blank(line, part), i))
            if inside != part:
                out.append((inside, i))
    return [(start, end) for start, end in out if line[start:end].strip()]


def _conditions(line):
    ends = len(line) - len(re.search(r"[:;{ ]*$", line).group())
    return [(m.end(), ends) for m in _CONDITION.finditer(line) if m.end() < ends]


def _skip_blank(line, at):
    while at < len(line) and line[at] == " ":
        at += 1
    return at


def _span(text, rng):
    """Some characters inside a line."""
    cursor = rng.randrange(len(text))
    end = cursor + 1 + int(rng.expovariate(1 / _SPAN))
    inside = cursor >= _indent_end(text, line_start(text, cursor)) and end < line_end(text, cursor)
    return (cursor, end) if inside and text[cursor:end].strip() else None


def _across(text, rng):
    """Some characters with a line end among them."""
    cursor = rng.randrange(len(text))
    end = min(len(text), cursor + 2 + int(rng.expovariate(1 / _ACROSS)))
    return (cursor, end) if "\n" in text[cursor:end].strip() else None


def _sentence(text, rng):
    """A sentence, from its start or from one of its words."""
    m = _SENTENCE.search(text, rng.randrange(len(text)))
    if not m:
        return None
    start = m.end()
    end = _SENTENCE_END.search(text, start)
    end = end.end() if text[end.start() : end.end()].strip(" \n") in (".", "!", "?") else end.start()
    words = [start, *(w.start() for w in re.finditer(r"(?<=\s)\S", text[:end]) if w.start() > start)]
    cursor = start if rng.random() < 0.5 else rng.choice(words)
    return (cursor, end) if text[cursor:end].strip() else None


def _nothing(text, rng):
    """The end of a line."""
    end = line_end(text, rng.randrange(len(text)))
    return (end, end) if end > 0 and text[end - 1].strip() else None


_DRAW = {
    "rest": _rest,
    "lines": _lines,
    "block": _block,
    "argument": _argument,
    "span": _span,
    "across": _across,
    "sentence": _sentence,
    "nothing": _nothing,
}
