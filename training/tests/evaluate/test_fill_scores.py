import math

import pytest

from training.evaluate.confidence_calibration import confidence_calibration
from training.evaluate.fill_scores import scores_of
from training.evaluate.intervals import bootstrap, wilson

CASES = [
    # truth, answer -> exact, firstLine, beginsRight, similarity, answered
    ("return a + b;", "return a + b;", (1, 1, 1, 1, 1)),
    ("return a + b;", "return a + b; \n", (1, 1, 1, 1, 1)),  # what follows it does not count
    ("return a + b;", " return a + b;", (0, 0, 0, 13 / 14, 1)),  # what comes before does
    ("return a + b;", "return a", (0, 0, 1, 8 / 13, 1)),
    ("return a + b;", "return b", (0, 0, 0, 8 / 13, 1)),  # five characters are missing
    ("return a + b;", "", (0, 0, 0, 0, 0)),
    ("return a + b;", " \n", (0, 0, 0, 0, 0)),  # blanks are no answer
    ("", "", (1, 1, 0, 1, 0)),
    ("", "\n", (1, 1, 0, 1, 0)),
    ("", "x", (0, 0, 0, 0, 1)),
    ("\n  one();\n  two();", "\n  one();\n  three();", (0, 1, 0, 1 - 4 / 20, 1)),
    ("\n  one();\n  two();", "\n  one();", (0, 1, 1, 0.5, 1)),
    ("\n  one();", "one();", (0, 0, 0, 2 / 3, 1)),  # the missing line end shows
    ("\n  one();", "\n one();", (0, 0, 0, 8 / 9, 1)),  # so does indentation
]


@pytest.mark.parametrize(("truth", "answer", "expected"), CASES)
def test_scores(truth, answer, expected):
    names = ("exact", "firstLine", "beginsRight", "similarity", "answered")
    scores = scores_of(truth, answer)
    assert tuple(scores) == names
    assert [scores[name] for name in names] == pytest.approx(expected)


def test_within_a_line_first_line_is_exact():
    for truth, answer in (("a(b)", "a(b)"), ("a(b)", "a(c)"), ("a(b)", "")):
        scores = scores_of(truth, answer)
        assert scores["firstLine"] == scores["exact"]


def test_wilson():
    assert wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)  # as tabulated
    low, high = wilson(0.0, 20)
    assert low == 0 and 0.1 < high < 0.2  # none of twenty does not mean never
    assert wilson(0.3, 0) == (0, 1)


def test_bootstrap_agrees_with_the_normal_interval():
    values = [0, 1] * 200
    low, high = bootstrap(values)
    assert (low, high) == bootstrap(values)
    half = 1.96 * 0.5 / math.sqrt(len(values))
    assert low == pytest.approx(0.5 - half, abs=0.01) and high == pytest.approx(0.5 + half, abs=0.01)


def _answers(confidences, right_share):
    """20 answers of each confidence, of which `right_share(confidence)` are right."""
    return [(c, float(i < round(20 * right_share(c)))) for c in confidences for i in range(20)]


def test_calibration_tells_the_calibrated_from_the_overconfident():
    confidences = (0.05, 0.25, 0.45, 0.65, 0.85)
    good = confidence_calibration(_answers(confidences, lambda c: c))
    assert good["error"] < 1e-9 and good["count"] == 100
    over = confidence_calibration(_answers((0.9, 0.95), lambda c: 0.3))
    assert over["error"] == pytest.approx(0.625)
    under = confidence_calibration(_answers((0.1,), lambda c: 0.9))
    assert under["error"] == pytest.approx(0.8)


def test_calibration_bins():
    table = confidence_calibration([(0.0, 0), (0.1, 1), (0.19, 0), (1.0, 1)])["bins"]
    assert [each["count"] for each in table] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert table[1]["right"] == 0.5 and table[1]["confidence"] == pytest.approx(0.145)
    assert table[2]["right"] is None and table[9]["interval"][1] == pytest.approx(1)
    assert confidence_calibration([])["error"] is None
