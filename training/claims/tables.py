"""Puts tables into a text, between the marks that name them: <!-- table: NAME --> ... <!-- end -->"""

import re


def table(header, rows):
    """Cells -> Markdown"""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in lines)


def with_tables(text, tables):
    """{name: Markdown}. ValueError where the text has no such mark, or one without a table."""
    named = set(re.findall(r"<!-- table: (.*?) -->", text))
    if named != set(tables):
        raise ValueError(f"The text has the tables {sorted(named)}, computed are {sorted(tables)}.")
    return re.sub(
        r"(<!-- table: (.*?) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}",
        text,
        flags=re.S,
    )


def value(mean, error, digits=3):
    return f"{mean:.{digits}f} ± {error:.{digits}f}"


def share(mean, error):
    return f"{100 * mean:.1f} ± {100 * error:.1f} %"
