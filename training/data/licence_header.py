"""Leading comments that state a licence: each file of a package repeats it, and a model would learn it by heart."""

import re

WORDS = re.compile(r"licen[cs]e|copyright|\(c\)|spdx|©|@preserve|all rights reserved", re.IGNORECASE)
BLOCK = re.compile(
    r"\s*(/\*[\s\S]*?\*/|(?://[^\n]*(?:\n|$))+|(?:#(?!!)[^\n]*(?:\n|$))+|(?:--[^\n]*(?:\n|$))+|<!--[\s\S]*?-->)"
)
SHEBANG_AND_CODING = re.compile(r"(#![^\n]*\n)?(#[^\n]*coding[:=][^\n]*\n)?")
LONGEST = 20_000  # characters; a longer match is no header but a commented-out file
BLOCKS = 3


def strip_licence_header(text):
    """Code -> the same without the first comments as long as they speak of licences. A shebang line stays."""
    for _ in range(BLOCKS):
        start = SHEBANG_AND_CODING.match(text).end()
        block = BLOCK.match(text, start)
        if not block or not WORDS.search(block.group()) or block.end() - start > LONGEST:
            break
        text = text[:start] + text[block.end() :].lstrip("\n")
    return text
