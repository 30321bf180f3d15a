import json
import math
import shutil

import numpy as np
import pytest
import torch

from training.evaluate import fit_denoise
from training.evaluate.confidence_calibration import fit_calibration
from training.evaluate.corrupted_selections import CorruptedSelection, Fault
from training.evaluate.engine_fill import CLI, SCHEMA
from training.evaluate.fit_denoise import (
    FOLDS,
    PULL,
    WEIGHTS,
    FitChange,
    at_least,
    cross_validated,
    likelier_changes,
    main,
    mended_fault,
    proposed,
    proposed_row,
)
from training.shared.provenance import deciding
from training.tests.conftest import TINY
from training.tests.evaluate.test_corrupted_selections import write_files

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)


def selection(text, *faults, name="0"):
    """`faults`: (kind, wrong, right), each where `wrong` stands first"""
    placed = []
    for kind, wrong, right in faults:
        start = text.index(wrong)
        placed.append(Fault(kind, start, start + len(wrong), wrong, right, kind == "operator"))
    return CorruptedSelection(name, "fit", "p", "python", "", text, "", text, tuple(placed))


def change(text, old, new, at=0):
    start = text.index(old, at)
    return {"start": start, "end": start + len(old), "before": old, "text": new}


def fit_change(number, mends=None, start=0, end=1, **features):
    return FitChange(number, start, end, (1.0, *(float(features.get(name, 0)) for name in WEIGHTS[1:])), mends)


def test_a_change_is_right_if_it_mends_one_fault_and_does_nothing_else():
    text = "sum = a - b\nreturn tottal\n"
    asked = selection(text, ("operator", "-", "+"), ("misspelt word", "tottal", "total"))
    assert mended_fault(asked, change(text, "-", "+")) == 0
    assert mended_fault(asked, change(text, "a - b", "a + b")) == 0, "it says more than it changes"
    assert mended_fault(asked, change(text, "tottal", "total")) == 1
    wrong = [("-", "*"), ("a - b", "b + a"), ("tottal", "Total"), ("- b\nreturn tottal", "+ b\nreturn total")]
    assert [mended_fault(asked, change(text, old, new)) for old, new in wrong] == [None] * 4
    assert mended_fault(selection(text), change(text, "-", "+")) is None


def test_of_a_doubled_line_either_may_be_taken_out():
    text = "a()\nb()\nb()\nc()\n"
    asked = selection(text, ("doubled line", "b()\n", ""))
    assert mended_fault(asked, change(text, "b()\n", "")) == 0
    assert mended_fault(asked, change(text, "b()\n", "", at=8)) == 0
    assert mended_fault(asked, change(text, "a()\n", "")) is None


def test_only_what_was_judged_and_is_likelier_takes_part():
    text = "a - b"
    asked = [selection("x", name="clean"), selection(text, ("operator", "-", "+"), name="faulty")]
    features = {name: i for i, name in reversed(list(enumerate(WEIGHTS))) if i > 0}

    def told(new, before, after):
        return change(text, "-", new) | {"logProbs": {"before": before, "text": after}, "features": features}

    refused = [told("+", -5, -3), told("*", -5, -5), told("/", -5, -4), change(text, "b", "c") | {"why": "structure"}]
    changes = likelier_changes(asked, {"clean": {"refused": []}, "faulty": {"refused": refused}})
    assert changes == [FitChange(1, 2, 3, (1.0, *range(1, len(WEIGHTS))), mends) for mends in (0, None)]


def test_the_weights_are_pulled_and_the_constant_is_not():
    rng = np.random.default_rng(2)
    rows = np.c_[np.ones(300), rng.normal(size=(300, len(WEIGHTS) - 1))]
    right = (rng.random(300) < 1 / (1 + np.exp(3 - 2 * rows[:, 1]))).astype(float)
    found = fit_calibration(rows, right, np.ones(300), names=WEIGHTS, pull=PULL)

    x, y = torch.tensor(rows), torch.tensor(right)
    values = torch.zeros(len(WEIGHTS), dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([values], max_iter=500, tolerance_grad=1e-10, line_search_fn="strong_wolfe")

    def loss():
        search.zero_grad()
        pull = (values[1:] ** 2).sum() / 2
        value = torch.nn.functional.binary_cross_entropy_with_logits(x @ values, y, reduction="sum") + pull
        value.backward()
        return value

    search.step(loss)
    assert list(found.values()) == pytest.approx(values.tolist(), abs=1e-5)
    chances = 1 / (1 + np.exp(-rows @ np.array(list(found.values()))))
    assert chances.sum() == pytest.approx(right.sum()), "only a free constant gives as many as there are"
    assert fit_calibration(rows, right, np.ones(300), names=WEIGHTS, pull=1.0) != pytest.approx(found, abs=1e-3)


def test_chances_are_by_weights_fitted_without_the_fold():
    """In one fold other evidence speaks than in all others, where nothing is known of it."""
    changes = [
        fit_change(number, 0 if sign > 0 else None, **{"rest" if number % FOLDS == 3 else "own": sign})
        for number in range(200)
        for sign in (1, -1)
    ]
    chances = cross_validated(changes)
    assert len(chances) == len(changes)
    for change, chance in zip(changes, chances, strict=True):
        if change.selection % FOLDS == 3:
            assert chance == pytest.approx(0.5, abs=0.01)
        else:
            assert (chance > 0.9) == (change.mends == 0) and not 0.1 < chance < 0.9


def test_what_cannot_be_told_apart_is_said():
    for mends in (None, 0):
        with pytest.raises(ValueError, match="ask for more --selections"):
            cross_validated([fit_change(number, mends) for number in range(40)])
    with pytest.raises(ValueError, match="No selection is clean"):
        at_least(set(), [fit_change(0)], [0.5])


@pytest.mark.parametrize("fourth, threshold", [(0.414, 0.42), (0.42, 0.43), (0.4199, 0.42), (0, 0.01), (0.995, 1.0)])
def test_in_three_of_a_hundred_clean_selections_something_may_be_proposed(fourth, threshold):
    """Selection 3 is the fourth; those from 100 on have faults, and do not count."""
    chances = {0: [0.999, 0.998], 1: [0.999], 2: [0.999], 3: [fourth, 0.001], 4: [fourth / 2], 100: [1.0], 101: [1.0]}
    rows = [(fit_change(number), chance) for number, found in chances.items() for chance in found]
    assert at_least(set(range(100)), *zip(*rows, strict=True)) == threshold
    assert at_least(set(range(99)), *zip(*rows, strict=True)) == 1.0, "three of 99 are more than 3 %"


def test_of_changes_that_touch_the_surest_is_proposed():
    changes = [fit_change(0, start=0, end=4), fit_change(0, 0, start=4, end=6), fit_change(0, start=7, end=8)]
    changes += [fit_change(1, start=4, end=6)]
    assert proposed(changes, [0.5, 0.9, 0.6, 0.4], 0.4) == [changes[1], changes[2], changes[3]]
    assert proposed(changes, [0.5, 0.9, 0.6, 0.4], 0.55) == [changes[1], changes[2]]
    assert proposed(changes, [0.9, 0.5, 0.2, 0.1], 0.4) == [changes[0]]


def test_a_row_counts_by_kind():
    two = selection("a - b tottal", ("operator", "-", "+"), ("misspelt word", "tottal", "total"))
    selections = [two, selection("a - b", ("operator", "-", "+")), selection("clean"), selection("clean too")]
    mends = [fit_change(0, 0), fit_change(0, 0), fit_change(0, 1), fit_change(1, 0)]
    wrong = [fit_change(1), fit_change(2), fit_change(2)]
    row = proposed_row(selections, [*mends, *wrong], [mends[0], mends[3], *wrong])
    assert row["kinds"]["operator"] == {"faults": 2, "likelier": 2, "mended": 2}
    assert row["kinds"]["misspelt word"] == {"faults": 1, "likelier": 1, "mended": 0}
    assert row["kinds"]["literal"] == {"faults": 0, "likelier": 0, "mended": 0}
    shares = {name: (row[name]["share"], row[name]["count"]) for name in ("touched", "right", "removed", "token")}
    assert shares == {
        "touched": (1 / 2, 2),
        "right": (pytest.approx(2 / 3), 3),
        "removed": (pytest.approx(2 / 3), 3),
        "token": (1.0, 2),
    }


def test_the_weights_are_those_that_a_manifest_may_state():
    assert list(SCHEMA["properties"]["denoise"]["properties"]) == ["atLeast", *WEIGHTS]


def test_what_is_filled_in_does_not_depend_on_them():
    assert deciding({"steps": 8, "denoise": fit_denoise.NEVER}) == {"steps": 8}


@needs_engine
def test_the_numbers_are_fitted_and_written(tmp_path, monkeypatch, capsys):
    shard = write_files(tmp_path / "val.jsonl", packages=8, files=3)
    model = shutil.copytree(TINY / "int8", tmp_path / "model")
    out = tmp_path / "out"
    asked = ["--model", str(model), "--val", str(shard), "--out", str(out), "--selections", "20", "--threads", "1"]
    asked += ["--strength", "0.05"]
    main([*asked, "--write"])
    result = json.loads((out / "denoise-fit.json").read_text(encoding="utf-8"))
    fitted = result["denoise"]
    assert list(fitted) == ["atLeast", *WEIGHTS] and 0.01 <= fitted["atLeast"] <= 1
    assert 0 < result["changes"]["right"] < result["changes"]["likelier"]
    assert result["selections"]["half"] == "fit"
    assert json.loads((model / "manifest.json").read_text(encoding="utf-8"))["recommended"]["denoise"] == fitted
    assert "[recommended.denoise]\natLeast = " in capsys.readouterr().out

    answers = [json.loads(line)["answer"] for part in out.glob("parts/*") for line in part.open(encoding="utf-8")]
    assert len(answers) == result["selections"]["faulty"] + result["selections"]["clean"]
    assert not any(answer["changes"] for answer in answers), "what is judged is not proposed"
    features = [c["features"] for answer in answers for c in answer["refused"] if "features" in c]
    assert features and all(list(each) == WEIGHTS[1:] for each in features)
    assert all(math.isfinite(value) for each in features for value in each.values())
    written = (out / "denoise-fit.md").read_text(encoding="utf-8")
    assert str(tmp_path) not in written and "| atLeast |" not in written and "| doubled line |" in written

    # A second time nothing is computed again, and the report has the same bytes.
    monkeypatch.setattr(fit_denoise, "denoise", lambda *_, **__: pytest.fail("computed again"))
    main(asked)
    assert written == (out / "denoise-fit.md").read_text(encoding="utf-8")


def test_a_strength_that_is_none_is_refused(tmp_path):
    asked = ["--model", str(TINY / "int8"), "--val", "none", "--out", str(tmp_path), "--strength", "1.5"]
    with pytest.raises(SystemExit, match="write a number above 0"):
        main(asked)
