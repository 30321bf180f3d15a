"""Where a left-to-right completion ends: the model itself has no token that says so.

Kinds within a line    at the line's end
sentence               after the sentence, by the signs that cut the hole too, or before the next paragraph or list item
lines, block, across   before a whole line that the suffix goes on with, and before a line further out than the
                       cursor's (a block asked for at its opening line: before one no further in)

The kind of hole is known to these rules, as it is not to the engine: the baseline is helped rather than hindered."""

import re

MULTILINE = frozenset({"lines", "block", "across"})
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s)|\n[ \t]*\n|\n[ \t]*(?:[-*+#>]|\d+\.)[ ]")


def completion_end(kind, prefix, suffix):
    """-> function of the text written so far to where it ends, None while it goes on."""
    if kind in MULTILINE:
        return _several_lines_end(kind, prefix, suffix)
    return _sentence_end if kind == "sentence" else _line_end


def _line_end(written):
    end = written.find("\n")
    return None if end < 0 else end


def _sentence_end(written):
    found = _SENTENCE_END.search(written)
    return found.start() if found else None


def _several_lines_end(kind, prefix, suffix):
    line = prefix[prefix.rfind("\n") + 1 :]
    least = len(line) - len(line.lstrip())
    if kind == "block" and line.strip():
        least += 1
    following = next((each.strip() for each in suffix.split("\n")[1:] if each.strip()), None)

    def end(written):
        at = written.find("\n")
        while at >= 0:
            stop = written.find("\n", at + 1)
            each = written[at + 1 :] if stop < 0 else written[at + 1 : stop]
            if each.strip():
                further_out = len(each) - len(each.lstrip()) < least
                if further_out or (stop >= 0 and each.strip() == following):
                    return at
            at = stop
        return None

    return end


def before_suffix(written, kind, suffix):
    """A completion within a line, up to what stands behind the cursor in that line, if it came to write that: a
    left-to-right completer's only use of the suffix."""
    rest = suffix.split("\n", 1)[0].strip()
    at = written.rfind(rest) if rest and kind not in MULTILINE else -1
    return written if at < 0 else written[:at]
