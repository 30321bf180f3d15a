"""Reads collections of short texts: `=== name`, then the text."""

import re


def read_snippets(path):
    """-> [(name, text)]"""
    parts = re.split(r"^=== (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))
