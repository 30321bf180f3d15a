import random

import pytest

from training.evaluate.corruptions import KINDS, Corruptible

PYTHON = """\
import math

def spread(values, weight=2):
    # the first value is left out
    total = 0
    for value in values:
        if value > 10 and value != weight:
            total += scaled(value, weight)  # "a + b"
    text = "x < y and z, 10"
    return total / math.dist(total, values)
"""
TYPESCRIPT = """\
import * as fs from 'fs';
export function keep(name: string, count = 4) {
  const limit = count + 1;
  if (name === other && limit < 10) {
    this.report(name, limit);
    store.write(limit, () => done(a));
  }
  return max(limit, count) / 2;
}
"""
PROSE = """\
# Title

A short sentence about the engine, with `some code` in it.

    indented code with many words
See [the other page](other/page.md) for more about versions.
"""


def made(kind, text, language, start=0, end=None, seed=0):
    """-> {(what is right, what would stand there)}"""
    file = Corruptible(text, language)
    changes = file.changes(kind, start, len(text) if end is None else end, random.Random(seed))
    assert all(text[c.start : c.end] == c.right and c.kind == kind for c in changes)
    return {(c.right, c.wrong) for c in changes}


def rights(kind, text, language, **more):
    return sorted(right for right, _ in made(kind, text, language, **more))


def test_operators_in_code_only():
    assert made("operator", PYTHON, "python") == {(">", "<"), ("and", "or"), ("!=", "=="), ("+=", "-="), ("/", "*")}
    assert made("operator", TYPESCRIPT, "typescript") == {
        ("===", "!=="),
        ("&&", "||"),
        ("<", ">"),
        ("+", "-"),
        ("/", "*"),
    }
    assert made("operator", "x\nif [ $a -eq 1 ] && b; then\n", "shellscript") == {("-eq", "-ne"), ("&&", "||")}
    assert made("operator", "WHERE a = 1 AND b <> 2\n", "sql") == {("=", "<>"), ("AND", "OR"), ("<>", "=")}
    assert made("operator", PROSE, "markdown") == made("operator", '{"a": 1 < 2}', "json") == set()


def test_arguments_are_names_of_the_file_in_calls():
    found = made("argument", PYTHON, "python")
    assert {right for right, _ in found} == {"value", "weight", "total", "values"}
    assert all(wrong in PYTHON and wrong != right for right, wrong in found)
    # Not those of definitions, nor what is no plain call.
    assert rights("argument", TYPESCRIPT, "typescript") == ["a", "limit", "name"]


def test_two_arguments_are_swapped_where_their_order_matters():
    assert made("swapped", PYTHON, "python") == {
        ("value, weight", "weight, value"),
        ("total, values", "values, total"),
    }
    assert made("swapped", TYPESCRIPT, "typescript") == {("name, limit", "limit, name")}
    assert made("swapped", "f(a, a)\ng(*a, b)\nh(a, key=b)\nmax(a, b)\n", "python") == set()
    assert made("swapped", "f('a, b', c)\n", "python") == {("'a, b', c", "c, 'a, b'")}


def test_identifiers_become_others_that_stand_in_such_places():
    found = made("identifier", PYTHON, "python")
    names = {right for right, _ in found}
    assert {"total", "value", "values"} <= names and not names & {"spread", "for", "text"}
    assert ("dist", "scaled") not in found, "a member is no function"
    assert all(wrong in PYTHON for _, wrong in found)
    assert made("identifier", "$one: 1;\na { b: $one; c: $two; }\n", "scss") == {("$one", "$two"), ("$two", "$one")}
    assert made("identifier", PROSE, "markdown") == set()


def test_a_line_is_missing_that_stands_between_others():
    text = "a = 1\nb = 2\n}\n\nb = 2\nb = 2\nc = 3\n"
    assert rights("missing line", "one\ntwo line\n}\nthree\n", "python") == ["two line\n"]
    assert made("missing line", text, "python") == set(), "too short, or equal to the one beside it"


def test_a_line_is_doubled():
    found = made("doubled line", "first = 1\n}\n\nlast = 2", "python")
    assert found == {("", "first = 1\n")}, "a bracket, a blank line and one without line break are not"
    file = Corruptible("aaaa\nbbbb\n", "python")
    assert [change.start for change in file.changes("doubled line", 0, 10, random.Random(0))] == [5, 10]


def test_literals_are_off_by_one():
    found = made("literal", PYTHON, "python")
    assert {right for right, _ in found} == {"2", "0", "10"}
    assert all(abs(int(wrong) - int(right)) == 1 and int(wrong) >= 0 for right, wrong in found)
    assert rights("literal", "a { width: 10px; b: 1.5em; color: #100; }", "css") == ["10"]
    assert rights("literal", '{"a": 7, "b": "8", "c": 0x10}', "json") == ["7"]


@pytest.mark.parametrize("seed", range(8))
def test_words_are_misspelt_in_prose_and_comments(seed):
    found = made("misspelt word", PROSE, "markdown", seed=seed)
    assert {right for right, _ in found} == {"short", "sentence", "about", "engine", "other", "versions"}
    for right, wrong in found:
        assert wrong != right and wrong[0] == right[0] and abs(len(wrong) - len(right)) <= 1 and wrong not in PROSE
        if len(wrong) == len(right):
            assert sorted(wrong) == sorted(right)
    assert {right for right, _ in made("misspelt word", PYTHON, "python", seed=seed)} == {"first", "value"}
    assert made("misspelt word", '{"words": "several words here"}', "json", seed=seed) == set()


def test_words_are_doubled_in_prose_and_comments():
    file = Corruptible(PROSE, "markdown")
    changes = file.changes("doubled word", 0, len(PROSE), random.Random(0))
    done = {PROSE[: c.start].rsplit("\n", 1)[1] + c.wrong for c in changes}
    assert "A short short" in done and "See [the other other" in done
    assert not any("indented" in line or "some some" in line for line in done)
    assert {wrong for _, wrong in made("doubled word", PYTHON, "python")} == {
        " the",
        " first",
        " value",
        " is",
        " left",
    }
    assert made("doubled word", "It had had been so and so.\n", "markdown") >= {("", " been")}
    twice = Corruptible("It had had it so.\n", "markdown").changes("doubled word", 0, 18, random.Random(0))
    assert [change.start for change in twice if change.wrong == " had"] == [10], "the first is doubled already"


def test_comments_contradict_their_code():
    assert made("comment", PYTHON, "python") == {("first", "last"), ("is", "isn't"), ("left", "right")}
    two = "# adds one number\na += 1\n\n\n# shows them all\nb()\n"
    assert made("comment", two, "python", end=27) == {("adds one number", "shows them all")}
    assert made("comment", "# the last line is told\n", "python") == set(), "no code is below that it could contradict"
    assert made("comment", "# this is not so here\nx = 1\n", "python") == set()
    assert made("comment", "Always the first.\n", "markdown") == set()


def test_tools_directives_are_left_alone():
    text = "// eslint-disable-next-line some rule about words\nfirst();\n"
    assert not made("misspelt word", text, "typescript") and not made("doubled word", text, "typescript")


def test_only_the_lines_asked_for():
    start = PYTHON.index("    for value")
    end = PYTHON.index("    text = ")
    for kind in KINDS:
        for change in Corruptible(PYTHON, "python").changes(kind, start, end, random.Random(0)):
            assert start <= change.start and change.end <= end, kind
