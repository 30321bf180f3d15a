import json
import shutil
from dataclasses import replace

import pytest

from training.evaluate import evaluate, evaluation_plots
from training.evaluate.engine_fill import CLI, EngineError, changed_model, fill, with_changes
from training.evaluate.evaluate import main, overrides, step_settings
from training.evaluate.evaluation_rows import confidence_tables, evaluation_rows
from training.evaluate.held_out import HeldOutHole
from training.evaluate.kept_answers import kept_answers, part_name
from training.tests.conftest import TINY
from training.tests.evaluate.test_held_out import write_shard

INT8 = TINY / "int8"
needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)


def hole(name, kind="rest", group="typescript", middle="x();", suffix="\nnext"):
    return HeldOutHole(name, "package", "typescript", group, kind, "some text before it\n" * 9, middle, suffix)


@pytest.fixture(scope="module")
def shard(tmp_path_factory):
    return write_shard(tmp_path_factory.mktemp("evaluate") / "val.jsonl", packages=2, files=1)


@needs_engine
def test_from_files_to_table_and_plots(tmp_path, shard, monkeypatch, capsys):
    arguments = [
        "--model",
        str(INT8),
        "--val",
        str(shard),
        "--out",
        str(tmp_path),
        "--holes",
        "1",
        "--steps",
        "2,8,each",
    ]
    main(arguments)
    out = capsys.readouterr()
    names = ["table.md", "table.json", "quality.svg", "confidence.svg", "tokens.svg", "figures.json"]
    assert out.out.split() == [str(tmp_path / name) for name in names]
    assert "steps 8: 13 of 13" in out.err and "AR: 13 of 13" in out.err
    table = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert table["model"]["name"] == "tiny" and len(table["model"]["denoiserSha256"]) == 1
    assert table["holes"]["count"] == 13 and table["shown"] == "8"
    assert {row["setting"] for row in table["rows"]} == {"2", "8", "each", "AR", "AR cut"}
    overall = {r["setting"]: r for r in table["rows"] if (r["group"], r["kind"]) == ("all", "all")}
    assert overall["2"]["count"] == 11 and overall["2"]["steps"] <= 2 < overall["each"]["steps"]
    assert overall["2"]["ms"] > 0 and overall["AR"]["ms"] is None
    assert table["tokens"]["ratio"]["1.0"]["count"] > 0
    written = "".join((tmp_path / name).read_text(encoding="utf-8") for name in names)
    assert str(tmp_path) not in written and "| all | with a suffix |" in written

    # A second time nothing is computed again, and the files have the same bytes.
    monkeypatch.setattr(evaluate, "fill", lambda *_: pytest.fail("computed again"))
    monkeypatch.setattr(evaluate, "load", lambda *_: pytest.fail("loaded again"))
    main(arguments)
    assert written == "".join((tmp_path / name).read_text(encoding="utf-8") for name in names)


@needs_engine
def test_changed_options_reach_the_engine():
    holes = [hole(str(i)) for i in range(3)]
    before = (INT8 / "manifest.json").read_bytes()
    with changed_model(INT8, {"minConfidence": 1.0}) as changed:
        answers = dict(fill(changed, holes, 4))
    assert all(answer["text"] == "" and answer["reason"] == "low-confidence" for answer in answers.values())
    with changed_model(INT8, {}) as same:
        assert same == INT8.resolve() and any(answer["text"] for _, answer in fill(same, holes, 4))
    assert (INT8 / "manifest.json").read_bytes() == before
    with pytest.raises(EngineError, match="no encodermix"), changed_model(INT8, {"encodermix": 1}):
        pass


@needs_engine
def test_the_engines_errors_are_errors(tmp_path):
    with pytest.raises(EngineError, match="refused 0"):
        list(fill(INT8, [replace(hole("0"), prefix=None)], 4))
    with pytest.raises(EngineError, match=r"manifest\.json"):
        list(fill(tmp_path, [hole("0")], 4))


def test_what_is_missing_is_said(tmp_path, monkeypatch):
    with pytest.raises(EngineError, match="npm run build"):
        list(fill(INT8, [hole("0")], 4, cli=tmp_path / "cli.cjs"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="Install Node"):
        list(fill(INT8, [hole("0")], 4))


def test_options():
    assert step_settings("1,16,each") == {"1": 1, "16": 16, "each": 64}
    for wrong in ("0", "65", "two", "", "1,,2"):
        with pytest.raises(ValueError, match="--steps"):
            step_settings(wrong)
    assert overrides(["encoderMix=0.5", "absorb=false"]) == {"encoderMix": 0.5, "absorb": False}
    for wrong in ("absorb", "absorb=no", 'absorb="x"'):
        with pytest.raises(ValueError, match="--set"):
            overrides([wrong])


def test_changes_hold_for_few_steps_too():
    few = {"steps": 16, "encoderMix": 0.7, "bySteps": [{"upTo": 4, "encoderMix": 0.1, "absorb": False}]}
    assert with_changes(few, {"encoderMix": 0.5}) == {
        "steps": 16,
        "encoderMix": 0.5,
        "bySteps": [{"upTo": 4, "absorb": False}],
    }
    assert with_changes({"steps": 16}, {"absorb": True}) == {"steps": 16, "absorb": True}
    assert with_changes(few, {"bySteps": []})["bySteps"] == [] and with_changes(few, {}) == few


def test_stopped_evaluations_go_on(tmp_path):
    path, holes = tmp_path / part_name("steps 4", 1), [hole(str(i)) for i in range(5)]
    asked = []

    def compute(missing, stop_after=9):
        for each in missing:
            if len(asked) == stop_after:
                raise KeyboardInterrupt
            asked.append(each.id)
            yield each.id, {"text": f"ü{each.id}"}

    with pytest.raises(KeyboardInterrupt):
        kept_answers(path, holes, lambda missing: compute(missing, 2))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"id": "2", "ans')  # stopped inside a line
    told = []
    answers = kept_answers(path, holes, compute, lambda: told.append(1))
    assert asked == ["0", "1", "2", "3", "4"] and len(told) == 5
    assert answers == {str(i): {"text": f"ü{i}"} for i in range(5)}
    assert kept_answers(path, holes[3:], None) == {"3": {"text": "ü3"}, "4": {"text": "ü4"}}
    assert part_name("steps 4", 1) != part_name("steps 4", 2)


HOLES = [
    hole("right"),
    hole("wrong", kind="argument", suffix=")\nnext"),
    hole("silent", group="python"),
    hole("end", suffix=" \n"),
    hole("complete", kind="nothing", middle=""),
]
ANSWERS = {
    "right": {"text": "x();", "confidence": 0.9, "ms": 10, "steps": 2},
    "wrong": {"text": "y();", "confidence": 0.6, "ms": 30, "steps": 4},
    "silent": {"text": "", "confidence": 0, "ms": 20, "steps": 3, "reason": "empty"},
    "end": {"text": "x()", "confidence": 0.5, "ms": 400, "steps": 3},
    "complete": {"text": "z", "confidence": 0.8, "ms": 10, "steps": 1},
}


def test_rows():
    rows = {(r["group"], r["kind"]): r for r in evaluation_rows(HOLES, {"4": ANSWERS})}
    overall = rows["all", "all"]
    assert (overall["count"], overall["exact"], overall["beginsRight"], overall["answered"]) == (4, 0.25, 0.5, 0.75)
    assert (overall["ms"], overall["msMean"], overall["steps"]) == (25, 115, 3)
    assert overall["similarity"] == pytest.approx((1 + 0.75 + 0 + 0.75) / 4)
    assert (overall["characters"], overall["charactersMissing"]) == (11 / 4, 4)
    assert overall["reasons"] == {"empty": 1}
    assert rows["all", "with a suffix"]["count"] == 3 and rows["all", "suffix in the line"]["count"] == 1
    assert rows["typescript", "all"]["count"] == 3 and rows["python", "rest"]["exact"] == 0
    assert rows["all", "nothing"]["count"] == 1 and rows["all", "nothing"]["exact"] == 0


def test_plots_show_every_point(monkeypatch, tmp_path):
    """Whichever column holds the highest one."""
    shown = []
    monkeypatch.setattr(evaluation_plots.pyplot, "close", shown.append)
    low, high = ({"accuracy": a, "loss": loss, "count": 9} for a, loss in ((0.1, 1.0), (0.8, 7.0)))
    for ratio, position in ((low, high), (high, low)):
        tokens = {"holes": 9, "ratio": {"1.0": ratio}, "position": {"0": position}}
        rows = evaluation_rows(HOLES, {"4": ANSWERS})
        evaluation_plots.draw_evaluation({"rows": rows, "confidence": None, "tokens": tokens}, tmp_path)
    for figure in shown:
        for axes in figure.axes:
            low, high = axes.get_ylim()
            points = [y for line in axes.get_lines() for y in line.get_ydata()]
            assert all(low <= y <= high for y in points) and points


def test_confidence_is_of_answers_to_what_is_missing():
    tables = confidence_tables(HOLES, ANSWERS)
    assert tables["exact"]["count"] == 3
    assert [(b["from"], b["right"]) for b in tables["exact"]["bins"] if b["count"]] == [(0.5, 0), (0.6, 0), (0.9, 1)]
    assert tables["beginsRight"]["error"] == pytest.approx((0.5 + 0.6 + 0.1) / 3)
