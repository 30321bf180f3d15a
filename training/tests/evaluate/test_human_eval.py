import gzip
import json
import re
import shutil
import time

import pytest

from training.evaluate import human_eval
from training.evaluate.engine_fill import CLI, fill
from training.evaluate.human_eval import human_eval_markdown, judged, main
from training.evaluate.human_eval_problems import FORMS, OFFICIAL, OPENED, hole_of, program_of, read_problems
from training.evaluate.run_program import run_program
from training.tests.conftest import TINY

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)


def problem(name="SingleLineInfilling/1", solution="    return a + b\n"):
    prompt = 'def add(a, b):\n    """ The sum. """\n    # ' + "added up " * 12 + "\n"
    test = "def check(candidate):\n    assert candidate(1, 2) == 3\n"
    return {
        "task_id": name,
        "entry_point": "add",
        "prompt": prompt,
        "suffix": "\nunused = 0\n",
        "canonical_solution": solution,
        "test": test,
    }


def test_a_program_passes_or_fails_or_is_ended():
    assert run_program("x = 1\n")
    assert not run_program("assert False")
    assert not run_program("import sys; sys.exit(3)")
    began = time.monotonic()
    assert not run_program("while True: pass", seconds=1)
    assert time.monotonic() - began < 5


def test_a_program_has_limits():
    assert run_program("print('x' * 10_000_000)")  # nobody reads it
    assert not run_program("open('file', 'w').write('x' * 10_000)")
    assert not run_program("x = 'x' * (4 * 2 ** 30)")
    assert run_program("import os; assert not os.listdir() and 'HOME' not in os.environ")


def test_a_filled_line_is_judged_by_the_problems_own_test():
    right = problem()
    assert run_program(program_of(right, "    return a + b", OPENED))
    assert not run_program(program_of(right, "    return a - b", OPENED))
    rows = judged([right], {right["task_id"]: {"text": "    return b + a", "ms": 5}}, OPENED)
    assert (rows["passed"], rows["exact"], rows["answered"], rows["ms"]) == (1, 0, 1, 5)
    assert judged([right], {right["task_id"]: {"text": ""}}, OPENED)["passed"] == 0


def test_in_the_benchmarks_own_form_the_line_ends_with_its_break():
    first = problem(solution="    total = a + b\n") | {"suffix": "    return total\n"}
    hole = hole_of(first, OFFICIAL)
    assert (hole.prefix, hole.middle, hole.suffix) == tuple(
        first[name] for name in ("prompt", "canonical_solution", "suffix")
    )
    text = first["prompt"] + first["canonical_solution"] + first["suffix"]
    assert program_of(first, hole.middle, OFFICIAL) == f"{text}\n{first['test']}\ncheck(add)\n"
    passed = {text: run_program(program_of(first, text, OFFICIAL)) for text in ("    total = a + b", hole.middle)}
    assert list(passed.values()) == [False, True]


def test_in_an_editors_form_the_line_has_been_opened():
    hole = hole_of(problem(), OPENED)
    assert hole.prefix.endswith("\n") and hole.suffix == "\n\nunused = 0\n" and hole.middle == "    return a + b"
    programs = [program_of(problem(), hole_of(problem(), form).middle, form) for form in FORMS]
    assert programs[0] == programs[1]


@pytest.mark.parametrize("line, said", [("{", "line 2 is no JSON"), ('{"task_id": "a"}', "line 2 has no entry_point")])
def test_what_is_no_problem_is_named(tmp_path, line, said):
    path = tmp_path / "problems.jsonl"
    path.write_text(json.dumps(problem()) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{path}, {said}")):
        read_problems(path)


@needs_engine
def test_from_problems_to_a_table(tmp_path, monkeypatch):
    data = tmp_path / "problems.jsonl.gz"
    with gzip.open(data, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(problem(f"p{i}")) + "\n" for i in range(5))
    monkeypatch.setattr(
        human_eval, "completed", lambda gguf, holes: ((h.id, {"text": "    return a + b"}) for h in holes)
    )
    asked = ["--data", str(data), "--model", str(TINY / "int8"), "--gguf", str(data), "--out", str(tmp_path / "out")]
    chosen, parts = [], tmp_path / "out" / "parts" / "official"
    for count in ("2", "3"):
        main([*asked, "--steps", "2", "--problems", count])
        names = [json.loads(line)["id"] for path in parts.glob("*-2-*") for line in path.open()]
        chosen.append(names)
    assert len(chosen[0]) == 2 and len(chosen[1]) == 3 and chosen[1][:2] == chosen[0]
    result = json.loads((tmp_path / "out/human-eval.json").read_text(encoding="utf-8"))
    rows = [(row["form"], row["setting"], row["count"]) for row in result["rows"]]
    assert rows == [(form, setting, 3) for form in ("official", "opened") for setting in ("2", "AR")]
    assert result["rows"][1]["passed"] == result["rows"][3]["passed"] == 1
    text = human_eval_markdown(result)
    assert "3 of 5 problems" in text and "| official | AR | 100.0 (44-100) | 100.0 |" in text
    assert str(tmp_path) not in text
    figures = json.loads((tmp_path / "out/figures.json").read_text(encoding="utf-8"))
    # The tiny model recommends other numbers of steps than the two that were measured.
    assert {name: figures["humanEval"][name] for name in ("problems", "asked", "baseline")} == {
        "problems": 5,
        "asked": None,
        "baseline": 1,
    }


@needs_engine
def test_the_engine_answers_with_the_break_in_the_benchmarks_own_form():
    first = problem() | {"suffix": "    return total\n"}
    asked = {"temperature": 1, "seed": 5}
    answers = {}
    for form in FORMS:
        ((_, answer),) = fill(TINY / "int8", [hole_of(first, form)], 8, asked=asked | {"stop-below": 0})
        answers[form] = answer["text"]
    assert answers[OPENED].strip() and answers[OFFICIAL] == answers[OPENED] + "\n"
