import math
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from training.evaluate.held_out import HeldOutHole, held_out_holes
from training.evaluate.in_project import WEIGHTS, fitted, found_pairs, groups, in_workspaces, project_markdown, row
from training.tests.conftest import ROOT
from training.tests.evaluate.test_held_out import write_shard

NO_PASSES = {"denoise": {"count": 0}, "verify": {"count": 0}}


def hole(name, kind="rest", middle="right", package="p"):
    return HeldOutHole(name, package, "typescript", "code", kind, "", middle, "")


def test_a_hole_stands_in_a_workspace_with_all_text_of_its_own_file_but_the_middle(tmp_path):
    shard = tmp_path / "val.jsonl"
    write_shard(shard)
    tokenizer = Tokenizer.from_file(str(ROOT / "models" / "infill-code-135m" / "tokenizer.json"))
    holes = held_out_holes(shard, tokenizer, 2)
    placed = in_workspaces(holes, shard, tmp_path / "around")
    assert len(placed) == len(holes)
    for before, after in zip(holes, placed, strict=True):
        file = Path(after.context["workspace"], after.context["path"])
        assert file.read_text(encoding="utf-8") == after.prefix + after.middle + after.suffix
        assert after.prefix.endswith(before.prefix) and after.suffix.startswith(before.suffix)
        others = [
            path for path in file.parents[len(Path(after.context["path"]).parts) - 1].rglob("*") if path.is_file()
        ]
        assert len(others) == 4  # the package's files, two of each language


def test_the_fit_tells_a_feature_that_matters_from_those_that_do_not():
    rng = np.random.default_rng(1)
    holes, answers = [], {}
    for i in range(3000):
        features = {name: float(rng.normal()) for name in WEIGHTS[1:]}
        right = rng.random() < 1 / (1 + math.exp(-(0.5 + 2 * features["left"])))
        holes.append(hole(str(i)))
        answers[str(i)] = {"found": [{"text": "right" if right else "wrong", "features": features}]}
    weights = fitted(holes, answers)
    assert list(weights) == WEIGHTS
    assert weights["left"] == pytest.approx(2, abs=0.3)
    assert weights["constant"] == pytest.approx(0.5, abs=0.3)
    assert all(abs(value) < 0.2 for name, value in weights.items() if name not in ("left", "constant"))


def test_nothing_found_anywhere_is_said():
    with pytest.raises(ValueError, match="Nothing was found"):
        fitted([hole("a")], {"a": {}})


def test_a_row_tells_both_ways_apart_and_what_needed_no_step():
    holes = [hole("a"), hole("b"), hole("c", "nothing", "")]
    model = {"ms": 10, "passes": NO_PASSES | {"denoise": {"count": 2}}, "confidence": 0.5}
    without = {name: {"text": "wrong", **model} for name in "abc"}
    found = {"text": "right", "ms": 4, "passes": NO_PASSES, "confidence": 0.9, "source": {}, "found": [{}]}
    within = {"a": found, "b": {"text": "wrong", **model}, "c": {"text": "", **model}}
    by_name = {name: row(name, chosen, without, within) for name, chosen in groups(holes, within)}
    assert [by_name[name]["holes"] for name in ("all kinds", "nothing was found", "nothing is missing")] == [2, 1, 1]
    everything = by_name["all kinds"]
    assert (everything["without.exact"], everything["with.exact"]) == (0, 0.5)
    assert (everything["without.ms"], everything["with.ms"]) == (10, 7)
    assert (everything["found"], everything["withoutModel"]) == (0.5, 0.5)
    assert (by_name["nothing is missing"]["without.exact"], by_name["nothing is missing"]["with.exact"]) == (0, 1)
    assert found_pairs(holes, within) == [(0.9, 1.0)]


def test_the_report_holds_what_was_measured():
    rows = [row(name, chosen, answers, answers) for answers in [{"a": {"text": "right", "ms": 3, "passes": NO_PASSES}}]
            for name, chosen in groups([hole("a")], answers)]  # fmt: skip
    report = project_markdown(
        {
            "model": {"name": "m", "version": "1"},
            "cpu": "c",
            "threads": 2,
            "command": "python",
            "holes": {"judged": 1, "packages": 1, "fitted": 1, "seed": 3},
            "rows": rows,
            "confidence": {"bins": []},
        }
    )
    assert "| all kinds | 1 | 100.0 (20.7 to 100.0) |" in report
