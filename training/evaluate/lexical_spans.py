"""Which parts of a file are comments and which are strings, as far as a regular expression tells: enough to put faults
where they belong, not to compile."""

import re

from training.train.corpus import group_of

_SINGLE = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
_TRIPLE = r'"""(?:[^\\]|\\.)*?"""|' + r"'''(?:[^\\]|\\.)*?'''"
_TEMPLATE = r"`(?:[^`\\]|\\.)*`"
_HASH, _SLASHES, _BLOCK = r"(?:(?<=\s)|\A)#(?!!)[^\n]*", r"(?:(?<=\s)|\A)//[^\n]*", r"/\*(?:[^*]|\*(?!/))*\*/"
_MARKUP, _DASHES = r"<!--(?:[^-]|-(?!->))*-->", r"(?:(?<=\s)|\A)--[^\n]*"


def _pattern(comments, strings):
    return re.compile(f"(?P<comment>{comments})|(?P<string>{strings})", re.DOTALL)


_PYTHON = _pattern(_HASH, f"{_TRIPLE}|{_SINGLE}")
_SCRIPT = _pattern(f"{_SLASHES}|{_BLOCK}", f"{_TEMPLATE}|{_SINGLE}")
_COMPONENT = _pattern(f"{_SLASHES}|{_BLOCK}|{_MARKUP}", f"{_TEMPLATE}|{_SINGLE}")
_STYLE = _pattern(f"{_SLASHES}|{_BLOCK}", _SINGLE)
_SETTINGS = _pattern(_HASH, _SINGLE)
_QUERY = _pattern(f"{_DASHES}|{_BLOCK}", _SINGLE)
_PAGE = _pattern(_MARKUP, _SINGLE)
_PATTERNS = {
    "python": _PYTHON,
    **dict.fromkeys(("typescript", "typescriptreact", "javascript", "javascriptreact", "json", "jsonc"), _SCRIPT),
    **dict.fromkeys(("vue", "svelte"), _COMPONENT),
    **dict.fromkeys(("css", "scss", "less"), _STYLE),
    "sql": _QUERY,
    "html": _PAGE,
}
_CODE_IN_PROSE = re.compile(
    r"^(?P<fence>```|~~~).*?(?:^(?P=fence)[^\n]*$|\Z)|^(?: {4}|\t|\.\.|:)[^\n]*$"
    r"|`+[^`\n]+`+|\]\([^)\n]*\)|<[^>\n]+>|https?://\S+",
    re.DOTALL | re.MULTILINE,
)


def comment_spans(text, language):
    """-> [(start, end)], ascending: what people read; in prose all but code, links and markup"""
    if group_of(language) == "prose":
        ends = [(m.start(), m.end()) for m in _CODE_IN_PROSE.finditer(text)]
        return list(_between(ends, len(text)))
    return [(m.start(), m.end()) for m in _matches(text, language) if m["comment"] or _is_docstring(text, m)]


def masked(text, language):
    """The text with every character of comments and strings but line breaks as "\\0": what is left is code, at the same
    places. Of prose nothing is left."""
    if group_of(language) == "prose":
        return re.sub(r"[^\n]", "\0", text)
    out, at = [], 0
    for m in _matches(text, language):
        out += [text[at : m.start()], re.sub(r"[^\n]", "\0", m.group())]
        at = m.end()
    return "".join([*out, text[at:]])


def _matches(text, language):
    return _PATTERNS.get(language, _SETTINGS).finditer(text)


def _is_docstring(text, m):
    line = text[text.rfind("\n", 0, m.start()) + 1 : m.start()]
    return m.group()[:3] in ('"""', "'''") and not line.strip()


def _between(spans, end):
    at = 0
    for start, stop in spans:
        if start > at:
            yield at, start
        at = max(at, stop)
    if at < end:
        yield at, end
