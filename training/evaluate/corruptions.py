"""Faults as people make them, put into text at known places: each kind lists where in a selection it could stand, and
what would stand there instead."""

import re
from dataclasses import dataclass
from itertools import pairwise

from training.evaluate.lexical_spans import comment_spans, masked
from training.train.corpus import group_of

PROGRAMS = ("python", "typescript", "typescriptreact", "javascript", "javascriptreact", "vue", "svelte")
STYLES = ("scss", "less")

_COMPARED = {"==": "!=", "!=": "==", "===": "!==", "!==": "===", "<": ">", ">": "<", "<=": "<", ">=": ">"}
_COUNTED = {"+": "-", "-": "+", "*": "+", "/": "*", "+=": "-=", "-=": "+=", "&&": "||", "||": "&&"}
_WORDS = {"and": "or", "or": "and", "AND": "OR", "OR": "AND"}
OPERATORS = {
    **dict.fromkeys(PROGRAMS, _COMPARED | _COUNTED),
    "python": _COMPARED | _COUNTED | _WORDS,
    "sql": _COMPARED | _WORDS | {"=": "<>", "<>": "="},
    "shellscript": {"&&": "||", "||": "&&", "-eq": "-ne", "-ne": "-eq", "-lt": "-gt", "-gt": "-lt"},
    **{style: {"*": "/", "+": "-", "==": "!="} for style in STYLES},
}
_PAIRS = """
    true false, first last, minimum maximum, min max, before after, start end, begin end, add remove, enable disable,
    enabled disabled, increase decrease, left right, top bottom, open close, read write, input output, always never,
    horizontal vertical, width height, row column, rows columns, with without, optional required, show hide,
    above below, success failure, valid invalid, up down, old new, all no, any no, inside outside, upper lower,
    next previous, same different, lowercase uppercase, must cannot, empty full, is isn't, are aren't, can cannot,
    should shouldn't, ascending descending, client server, if unless, more fewer, shorter longer, smaller larger,
    public private, global local, source target
"""
OPPOSITES = {}
for _one, _other in map(str.split, _PAIRS.split(",")):
    OPPOSITES.setdefault(_one, _other)
    OPPOSITES.setdefault(_other, _one)

_NUMBER = re.compile(r"(?<![\w.#$\-])\d{1,4}(?=(?:px|em|rem|ms|s|%)?(?![\w.]))")
_NAME = re.compile(r"(?<![\w$\-])[A-Za-z_$@][\w$]*(?![\w$\-])")
_CALL = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\(([^()\[\]{}=;:<>\n]+)\)(?!\s*(?:\{|=>|:))")
_DEFINES = re.compile(r"\b(?:def|class|function|import|from|export|interface|type|enum|async|lambda)\b")
_BINDS = re.compile(r"\b(?:const|let|var|for|as|except|with)\s*[\[{(]?\s*$")
_PROSE_WORD = re.compile(r"(?<![\w.`/@$'’\-\\:{#*_])[A-Za-z]?[a-z]+(?![\w(`/'’\-\\:=_*]|\.\w)")
_LINE_COMMENT = re.compile(r"^[ \t]*(?://|#|--)[ \t]+(\S[^\n]*\w[^\n]*)$", re.MULTILINE)
_TOOL = re.compile(r"noqa|eslint|type:|pragma|@ts-|pylint|prettier|https?:|license|copyright", re.IGNORECASE)
_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    and as assert async await break case catch class const continue def del delete default do elif else enum except
    export extends False finally for from function global if implements import in instanceof interface is lambda let new
    None nonlocal not null of or pass private public protected readonly raise return self static super switch this throw
    True true false try type typeof undefined var void while with yield never any string number boolean object int str
    float bool dict list set tuple
""",
    )
)
_COMMUTES = ("max", "min", "gcd", "hypot", "isclose")


@dataclass(frozen=True)
class Change:
    """A fault that could be made: `right` stands at (start, end) of the text that has no fault, `wrong` would."""

    kind: str
    start: int
    end: int
    right: str
    wrong: str


class Corruptible:
    """A file's text, and the places in a part of it where a fault could be made."""

    def __init__(self, text, language):
        self.text, self.language = text, language
        self.code = masked(text, language)
        self.comments = comment_spans(text, language)
        self._names = None

    def changes(self, kind, start, end, rng):
        """Every fault of a kind in the whole lines (start, end) of the text -> [Change]; what stands there instead is
        drawn."""
        return [change for change in _FAULTS[kind](self, start, end, rng) if change.right != change.wrong]

    def names(self):
        """-> [(start, name, shape)] of the names used in the code"""
        if self._names is None:
            self._names = [
                (m.start(), m.group(), self._shape(m)) for m in _NAME.finditer(self.code) if m.group() not in _KEYWORDS
            ]
        return self._names

    def _shape(self, m):
        """What a name must share with another that stands in its place by mistake."""
        before, after = self.code[m.start() - 1 : m.start()], self.code[m.end() : m.end() + 1]
        return (before == ".", after == "(", m.group()[0] in "$@", m.group()[0].isupper(), m.group().isupper())

    def other_name(self, at, name, rng):
        """Another name of the file that stands in such places, one of the nearest; None if there is none."""
        shape = next((shape for start, _, shape in self.names() if start == at), None)
        near = sorted((abs(start - at), other) for start, other, s in self.names() if s == shape and other != name)
        others = list(dict.fromkeys(other for _, other in near))[:6]
        return rng.choice(others) if others and shape else None

    def lines(self, start, end):
        """-> [(start, end with its line break)] of the lines"""
        while start < end:
            stop = self.text.find("\n", start, end)
            stop = end if stop < 0 else stop + 1
            yield start, stop
            start = stop


def _operator(file, start, end, rng):
    table = OPERATORS.get(file.language, {})
    for m in re.finditer(r"(?<=[^\s,(\[{=:?|&] )(\S{1,3})(?= [^\s,)\]}=*])", file.code[start:end]):
        line = _line_before(file.code, start + m.start())
        if m[1] in table and not re.match(r"\s*(?:import|export)\b", line):
            yield Change("operator", start + m.start(), start + m.end(), m[1], table[m[1]])


def _calls(file, start, end):
    """-> [(its parts' spans)] of the calls within a line whose arguments are plain"""
    if file.language not in PROGRAMS:
        return
    for m in _CALL.finditer(file.code, start, end):
        if m[1] in _KEYWORDS or m[1] in _COMMUTES or _DEFINES.search(_line_before(file.code, m.start())):
            continue
        parts, at = [], m.start(2)
        for part in m[2].split(","):
            inner = part.strip()
            first = at + len(part) - len(part.lstrip())
            parts.append((first, first + len(inner)))
            at += len(part) + 1
        if all(first < stop for first, stop in parts):
            yield parts


def _argument(file, start, end, rng):
    for parts in _calls(file, start, end):
        for first, stop in parts:
            name = file.text[first:stop]
            if _NAME.fullmatch(name) and name not in _KEYWORDS:
                other = file.other_name(first, name, rng)
                if other:
                    yield Change("argument", first, stop, name, other)


def _swapped(file, start, end, rng):
    for parts in _calls(file, start, end):
        for (a, b), (c, d) in pairwise(parts):
            one, between, other = file.text[a:b], file.text[b:c], file.text[c:d]
            if one != other and not re.match(r"\*|\.\.\.", one) and not re.match(r"\*|\.\.\.", other):
                yield Change("swapped", a, d, one + between + other, other + between + one)


def _identifier(file, start, end, rng):
    if file.language not in PROGRAMS + STYLES:
        return
    for at, name, _ in file.names():
        if not start <= at < end or len(name) < 2 or (file.language in STYLES and name[0] not in "$@"):
            continue
        line = _line_before(file.code, at)
        after = file.code[at + len(name) : at + len(name) + 3]
        if _DEFINES.search(line) or _BINDS.search(line) or re.match(r"\s*[:=](?!=)", after):
            continue  # it is given its name here, or is a label
        other = file.other_name(at, name, rng)
        if other:
            yield Change("identifier", at, at + len(name), name, other)


def _told_lines(file, start, end):
    for first, stop in file.lines(start, end):
        if re.search(r"[A-Za-z]{2}", file.text[first:stop]) and len(file.text[first:stop].strip()) >= 4:
            yield first, stop


def _missing_line(file, start, end, rng):
    for first, stop in _told_lines(file, start, end):
        line = file.text[first:stop]
        alone = not file.text.startswith(line, stop) and not file.text[:first].endswith(line)
        if start < first and stop < end and alone:
            yield Change("missing line", first, stop, line, "")


def _doubled_line(file, start, end, rng):
    for first, stop in _told_lines(file, start, end):
        line = file.text[first:stop]
        if line.endswith("\n") and not file.text.startswith(line, stop):
            yield Change("doubled line", stop, stop, "", line)


def _literal(file, start, end, rng):
    for m in _NUMBER.finditer(file.code, start, end):
        number = int(m.group())
        if m.group() == str(number):
            other = number + rng.choice((1, -1) if number > 0 else (1,))
            yield Change("literal", m.start(), m.end(), m.group(), str(other))


def _prose_words(file, start, end, shortest):
    for first, stop in file.comments:
        for m in _PROSE_WORD.finditer(file.text, max(first, start), max(first, min(stop, end))):
            line = _line_before(file.text, m.start()) + file.text[m.start() :].split("\n", 1)[0]
            if len(m.group()) >= shortest and not _TOOL.search(line) and len(re.findall(r"[a-z]{2,} ", line)) >= 2:
                yield m


def _misspelt_word(file, start, end, rng):
    for m in _prose_words(file, start, end, 5):
        wrong = _misspelt(m.group(), rng)
        if not re.search(rf"\b{wrong}\b", file.text):
            yield Change("misspelt word", m.start(), m.end(), m.group(), wrong)


def _misspelt(word, rng):
    """Two letters the wrong way round, one left out or one doubled; never the first, which people get right."""
    at = rng.randrange(1, len(word) - 1)
    way = rng.choice(("swap", "drop", "double"))
    if way == "swap" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if way == "double" and word[at] != word[at - 1] and word[at] != word[at + 1]:
        return word[: at + 1] + word[at:]
    return word[:at] + word[at + 1 :]


def _doubled_word(file, start, end, rng):
    for m in _prose_words(file, start, end, 2):
        word = m.group()
        if file.text[m.end() : m.end() + 1] == " " and not file.text.startswith(word, m.end() + 1):
            yield Change("doubled word", m.end(), m.end(), "", f" {word}")


def _comment(file, start, end, rng):
    """A word turned into its opposite; another comment of the file."""
    if group_of(file.language) == "prose":
        return
    for m in _prose_words(file, start, end, 2):
        word = m.group()
        opposite = OPPOSITES.get(word.lower())
        if opposite and not file.text.startswith(" not", m.end()) and _code_below(file, m.end(), end):
            wrong = opposite.capitalize() if word[0].isupper() else opposite
            yield Change("comment", m.start(), m.end(), word, wrong)
    told = [
        m
        for m in _LINE_COMMENT.finditer(file.text)
        if not _TOOL.search(m[1]) and re.search(r"[a-z]{2} +[a-z]{2}", m[1])
    ]
    for m in told:
        if start <= m.start(1) and m.end(1) < end and _code_below(file, m.end(1), end):
            others = [other[1] for other in told if other[1] != m[1] and abs(other.start() - m.start()) > 1]
            if others and any(a <= m.start(1) and m.end(1) <= b for a, b in file.comments):
                yield Change("comment", m.start(1), m.end(1), m[1], rng.choice(others))


def _code_below(file, at, end):
    """Whether there is code between here and the selection's end, which a reader can compare a comment with."""
    return bool(re.search(r"\w", file.code[at:end]))


def _line_before(text, at):
    return text[text.rfind("\n", 0, at) + 1 : at]


_FAULTS = {
    "operator": _operator,
    "argument": _argument,
    "swapped": _swapped,
    "identifier": _identifier,
    "missing line": _missing_line,
    "doubled line": _doubled_line,
    "literal": _literal,
    "misspelt word": _misspelt_word,
    "doubled word": _doubled_word,
    "comment": _comment,
}
KINDS = tuple(_FAULTS)
