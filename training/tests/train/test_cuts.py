import random
from collections import Counter

import pytest

from training.tests.conftest import TEXT
from training.train.cuts import CODE, KINDS, PROSE, cut, shares
from training.train.holes import Shape, cut_holes

CODE_TEXT = """\
function total(items, tax) {
  let sum = 0;
  for (const item of items) {
    sum += price(item, [1, 2]) * tax;
  }
  return sum;
}
"""
PROSE_TEXT = (
    "A first sentence stands here. A second one follows it,\nover a line end! And a third?\n\nA new paragraph.\n"
)
IN_A_LINE = {"rest", "argument", "span"}


def all_cuts(kind, text):
    """Every cut of this kind that many draws find, as (before, middle, after)."""
    rng = random.Random(0)
    places = {place for place in (cut(kind, text, rng) for _ in range(4000)) if place}
    return {(text[:cursor], text[cursor:end], text[end:]) for cursor, end in places}


def middles(kind, text):
    return {middle for _, middle, _ in all_cuts(kind, text)}


def test_the_rest_of_a_line_starts_behind_its_indentation_and_ends_with_it():
    found = all_cuts("rest", CODE_TEXT)
    assert {"um = 0;", "return sum;"[1:], ";"} <= {middle for _, middle, _ in found}
    assert all(after.startswith("\n") and before.rsplit("\n")[-1].strip() for before, _, after in found)


def test_arguments_and_conditions_are_whole():
    found = middles("argument", CODE_TEXT)
    assert {"items, tax", "items", "tax", "item, [1, 2]", "[1, 2]", "1, 2", "2", "const item of items", "sum"} <= found
    assert not any(middle.count("(") != middle.count(")") for middle in found)
    assert middles("argument", "if ready and not done:\n    pass\n") >= {"ready and not done", "done"}


def test_lines_are_whole():
    found = all_cuts("lines", CODE_TEXT)
    assert {"let sum = 0;", "\n  let sum = 0;", "return sum;\n}"} <= {middle for _, middle, _ in found}
    assert all(after.startswith("\n") or not after for _, _, after in found)
    assert max(middle.strip().count("\n") for _, middle, _ in found) == 3


def test_a_block_is_all_that_is_further_in():
    found = middles("block", CODE_TEXT)
    inner = "sum += price(item, [1, 2]) * tax;"
    whole = CODE_TEXT[CODE_TEXT.index("let") : CODE_TEXT.index("\n}")]
    assert found == {inner, f"\n    {inner}", whole, f"\n  {whole}"}
    assert middles("block", "def f():\n    return 1") == set()  # the text may go on


def test_spans_stay_inside_a_line_and_cuts_across_do_not():
    assert all("\n" not in middle for middle in middles("span", CODE_TEXT))
    assert all("\n" in middle.strip() for middle in middles("across", CODE_TEXT))


def test_sentences_end_with_their_mark():
    found = middles("sentence", PROSE_TEXT)
    assert {"A second one follows it,\nover a line end!", "And a third?", "A new paragraph.", "third?"} <= found
    assert all(middle[-1] in ".!?" for middle in found)


def test_nothing_is_missing_at_the_end_of_a_line():
    found = all_cuts("nothing", CODE_TEXT)
    assert {middle for _, middle, _ in found} == {""}
    assert all(before[-1].strip() and after.startswith("\n") for before, _, after in found)


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="half"):
        cut("half", TEXT, random.Random(0))


def test_shares_add_up_and_cover_the_kinds():
    assert sum(CODE.values()) == pytest.approx(1) and sum(PROSE.values()) == pytest.approx(1)
    assert shares("markdown") == PROSE and shares("python") == CODE
    assert set(KINDS) == {*CODE, *PROSE}


@pytest.mark.parametrize("language", ["typescript", "markdown"])
def test_ten_thousand_holes_are_distributed_as_specified(tiny, language):
    """A text that has places for every kind; where one has none, another kind takes its turn."""
    rng, shape = random.Random(7), Shape(window=400, suffix=24, canvas=64, holes=8)
    text = (CODE_TEXT if language == "typescript" else PROSE_TEXT + "- An item. Two of them!\n\n") * 40
    kinds, suffixes, cursors, count = Counter(), Counter(), [], 0
    while count < 10_000:
        at = text.index("\n", rng.randrange(len(text) // 2)) + 1
        window = cut_holes(text[at:], language, tiny.tokenizer, rng, shape)
        if window is None:
            continue
        ids, holes = window
        kinds.update(hole.kind for hole in holes)
        suffixes.update(len(hole.suffix) - 1 for hole in holes)
        cursors += [hole.cut / len(ids) for hole in holes]
        count += len(holes)
    for kind, share in shares(language).items():
        assert kinds[kind] / count == pytest.approx(share, abs=0.02), kind
    room = shape.suffix - 1
    assert suffixes[room] / count == pytest.approx(0.70 + 0.25 / (room + 1), abs=0.02)
    assert suffixes[0] / count == pytest.approx(0.05 + 0.25 / (room + 1), abs=0.01)
    assert all(suffixes[n] / count == pytest.approx(0.25 / (room + 1), abs=0.005) for n in range(1, room))
    quarters = Counter(min(3, int(place * 4)) for place in cursors)
    assert all(quarters[q] / count == pytest.approx(0.25, abs=0.06) for q in range(4)), quarters
