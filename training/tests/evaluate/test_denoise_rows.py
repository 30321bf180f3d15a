import pytest

from training.evaluate.corrupted_selections import CorruptedSelection, Fault
from training.evaluate.corruptions import KINDS
from training.evaluate.denoise_rows import broken_texts, denoise_row


def selection(name, text, *faults, language="python"):
    return CorruptedSelection(name, "judge", "p", language, "", text, "", text, faults)


def answer(text, *changes, ms=10, refused=0):
    made = [{"start": a, "end": b, "text": new} for a, b, new in changes]
    return {"text": text, "changes": made, "refused": [{}] * refused, "ms": ms}


MINUS = Fault("operator", 6, 7, "-", "+", True)
WORD = Fault("misspelt word", 2, 5, "teh", "the", True)
LINE = Fault("doubled line", 6, 12, "b = 1\n", "", False)
SELECTIONS = [
    selection("mended", "a = b - c\n", MINUS),
    selection("wrong", "a = b - c\n", MINUS),
    selection("word", "# teh end\n", WORD),
    selection("line", "b = 1\nb = 1\n", LINE),
    selection("clean", "a = 1\n"),
    selection("changed", "a = 1\n"),
    selection("prose", "some words\n", language="markdown"),
]
ANSWERS = {
    "mended": answer("a = b + c\n", (6, 7, "+"), ms=20),
    "wrong": answer("a = b - )\n", (8, 9, ")"), refused=7),
    "word": answer("# the END\n", (2, 5, "the"), (6, 9, "END")),
    "line": answer("b = 1\nb = 1\n"),
    "clean": answer("a = 1\n"),
    "changed": answer("a = 2\n", (4, 5, "2")),
    "prose": answer("some words\n", ms=50),
}
RANKS = {name: [] for name in ANSWERS} | {"mended": [2], "wrong": [1], "word": [3], "line": [None]}


def test_each_measure_by_hand():
    row = denoise_row(SELECTIONS, ANSWERS, RANKS)
    shares = {
        name: (entry["count"], entry["share"])
        for name, entry in row.items()
        if isinstance(entry, dict) and "share" in entry
    }
    assert shares == {
        "removed": (4, 0.5),  # mended, word
        "otherwise": (4, 0),
        "token": (3, pytest.approx(2 / 3)),
        "ranked": (2, 0.5),  # not word, which is third
        "alone": (3, pytest.approx(2 / 3)),
        "elsewhere": (4, 0.5),  # wrong, word
        "right": (4, 0.5),
        "broken": (6, pytest.approx(1 / 6)),  # all but prose
    }
    assert {kind: (each["count"], each["share"]) for kind, each in row["kinds"].items() if each["count"]} == {
        "operator": (2, 0.5),
        "misspelt word": (1, 1),
        "doubled line": (1, 0),
    }
    assert set(row["kinds"]) == set(KINDS)
    assert row["languages"]["Python"]["count"] == 6 and row["languages"]["JSON"]["share"] is None
    assert (row["changes"], row["refused"], row["ms"]) == (5 / 7, 1, 10)
    low, high = row["removed"]["interval"]
    assert low == pytest.approx(0.150, abs=1e-3) and high == pytest.approx(0.850, abs=1e-3), "Wilson's, of 2 in 4"


def test_a_fault_changed_to_something_else_is_told():
    row = denoise_row(SELECTIONS[:1], {"mended": answer("a = b * c\n", (6, 7, "*"))}, RANKS)
    assert (row["removed"]["share"], row["otherwise"]["share"], row["elsewhere"]["share"]) == (0, 1, 0)


def test_of_nothing_there_is_no_share():
    row = denoise_row(SELECTIONS[4:5], {"clean": {"text": "a = 1\n", "changes": []}}, RANKS)
    assert row["removed"] == {"count": 0, "share": None, "interval": (0, 1)} and row["ms"] is None


def test_only_what_parsed_before_can_be_broken():
    broken = selection("broken", "a = (\n")
    answers = {"broken": answer("a = ((\n"), "clean": answer("a = (\n")}
    assert broken_texts([broken, SELECTIONS[4]], answers) == [("python", True)]
