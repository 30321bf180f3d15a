"""What an answer is worth."""

import re
from os.path import commonprefix

from rapidfuzz.distance import Levenshtein

MEASURES = ("exact", "firstLine", "beginsRight", "similarity", "answered")
_FIRST_LINE = re.compile(r"\s*[^\n]*")


def scores_of(truth, answer):
    """The middle as it stood in the file, the text that was filled in ("" for none) -> {name: 0..1}. Blanks and line
    ends at the end do not count.

    exact        the same
    firstLine    the same up to the end of the first line that is not blank; within a line the same as exact
    beginsRight  the truth starts with the answer, which is not empty: everything written can stay
    similarity   1 - Levenshtein distance / length of the longer one, in characters; 1 where both are empty
    answered     there is an answer"""
    truth, answer = truth.rstrip(), answer.rstrip()
    return {
        "exact": float(answer == truth),
        "firstLine": float(_first_line(answer) == _first_line(truth)),
        "beginsRight": float(answer != "" and truth.startswith(answer)),
        "similarity": Levenshtein.normalized_similarity(truth, answer),
        "answered": float(answer != ""),
    }


def kept_characters(truth, answer):
    """Characters of an answer that can stay: the length of its right beginning. Blanks at the end do not count."""
    return len(commonprefix((truth.rstrip(), answer.rstrip())))


def _first_line(text):
    return _FIRST_LINE.match(text).group().rstrip()
