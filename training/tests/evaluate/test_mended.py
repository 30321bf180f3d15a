import pytest

from training.evaluate.corrupted_selections import Fault
from training.evaluate.mended import mended, reach

TEXT = "a = b - c\nb = f(c, a)\n  x()\n  x()\nthe the end\n"


def fault(wrong, right, at=None):
    at = TEXT.index(wrong) if at is None else at
    return Fault("kind", at, at + len(wrong), wrong, right, False)


def change(before, text, at=None):
    at = TEXT.index(before) if at is None else at
    assert TEXT[at : at + len(before)] == before
    return {"start": at, "end": at + len(before), "text": text}


MINUS, SWAPPED = fault("-", "+"), fault("c, a", "a, c")
DOUBLED = fault("  x()\n", "", TEXT.rindex("  x()\n"))
WORD = fault(" the", "", TEXT.index(" the"))
MISSING = fault("", "  y()\n", TEXT.index("the"))

# name, faults, changes, which are removed, which are changed otherwise, whether other text is, number of right changes
CASES = [
    ("nothing", [MINUS], [], [False], [False], False, 0),
    ("just the fault", [MINUS], [change("-", "+")], [True], [False], False, 1),
    ("with what is around it", [MINUS], [change("b - c", "b + c")], [True], [False], False, 1),
    ("wrongly", [MINUS], [change("-", "*")], [False], [True], False, 0),
    ("wrongly, with what is around it", [MINUS], [change("b - c", "b * c")], [False], [True], False, 0),
    ("right, and more in the same change", [MINUS], [change("b - c", "b + d")], [False], [True], True, 0),
    ("right, and another one elsewhere", [MINUS], [change("-", "+"), change("end", "END")], [True], [False], True, 1),
    ("only elsewhere", [MINUS], [change("end", "END")], [False], [False], True, 0),
    ("by two changes", [SWAPPED], [change("c", "a", 16), change("a", "c", 19)],
     [True], [False], False, 2),
    ("half of it", [SWAPPED], [change("c", "a", 16)], [False], [True], False, 0),
    ("the doubled line itself", [DOUBLED], [change("  x()\n", "", DOUBLED.start)], [True], [False], False, 1),
    ("its twin", [DOUBLED], [change("  x()\n", "")], [True], [False], False, 1),
    ("across both", [DOUBLED], [change("x()\n  ", "", 24)], [True], [False], False, 1),
    ("both of them", [DOUBLED], [change("  x()\n  x()\n", "")], [False], [True], False, 0),
    ("the doubled word", [WORD], [change("the ", "")], [True], [False], False, 1),
    ("the missing line", [MISSING], [change("", "  y()\n", MISSING.start)], [True], [False], False, 1),
    ("before the line break", [MISSING], [change("", "\n  y()", MISSING.start - 1)], [True], [False], False, 1),
    ("another line", [MISSING], [change("", "  z()\n", MISSING.start)], [False], [True], False, 0),
    ("two faults by one change", [MINUS, SWAPPED], [change(TEXT[6:20], "+ c\nb = f(a, c")], [True, True],
     [False, False], False, 1),
    ("one of two", [MINUS, SWAPPED], [change("-", "+")], [True, False], [False, False], False, 1),
    ("one of two within one change", [MINUS, SWAPPED], [change(TEXT[6:20], "+ c\nb = f(c, d")], 
     [False, False], [True, True], True, 0),
    ("clean, and left alone", [], [], [], [], False, 0),
    ("clean, and changed", [], [change("end", "END")], [], [], True, 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("faults", "changes", "removed", "otherwise", "elsewhere", "right"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_became_of_each_fault(faults, changes, removed, otherwise, elsewhere, right):
    result = mended(TEXT, faults, changes)
    assert (list(result.removed), list(result.otherwise)) == (removed, otherwise)
    assert (result.elsewhere, result.right, result.changes) == (elsewhere, right, len(changes))


def test_where_a_line_can_be_taken_out():
    assert reach(TEXT, MINUS) == (6, 7)
    start = TEXT.index("  x()")
    assert reach(TEXT, DOUBLED) == (start - 2, start + 12), "the line above ends as it does"
    assert reach("a\n  b\n  c\n", Fault("kind", 2, 2, "", "  x\n", False)) == (1, 4), "before or behind two blanks"
    assert reach("aaa", Fault("kind", 1, 2, "a", "", False)) == (0, 3)
