"""HumanEval-Infilling's problems (arXiv 2207.14255), the forms in which a line is asked for, and the program that a
filled line makes of one."""

import gzip
import json

from training.evaluate.held_out import HeldOutHole

FIELDS = ("task_id", "entry_point", "prompt", "suffix", "canonical_solution", "test")

# The benchmark's own form: the hole is a whole line with its break, the suffix is the next line. And as an editor asks:
# the line has been opened, its break stands there already.
OFFICIAL, OPENED = FORMS = ("official", "opened")


def read_problems(path):
    """Lines of JSON, gzipped where the name ends in .gz -> [{FIELDS}]"""
    problems = []
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                problem = json.loads(line)
            except ValueError:
                raise ValueError(f"{path}, line {number} is no JSON.") from None
            missing = [name for name in FIELDS if not isinstance(problem.get(name), str)]
            if missing:
                raise ValueError(f"{path}, line {number} has no {', '.join(missing)}.")
            problems.append(problem)
    if not problems:
        raise ValueError(f"{path} has no problems.")
    return problems


def hole_of(problem, form):
    """The hole of a problem, asked for in one of FORMS."""
    prompt, middle, suffix = problem["prompt"], problem["canonical_solution"], problem["suffix"]
    if form == OPENED:
        middle, suffix = middle.removesuffix("\n"), "\n" + suffix
    return HeldOutHole(problem["task_id"], "", "python", "python", "rest", prompt, middle, suffix)


def program_of(problem, text, form):
    """The program that ends without an error if `text`, inserted into the hole of that form as it is, is right."""
    hole = hole_of(problem, form)
    return f"{hole.prefix}{text}{hole.suffix}\n{problem['test']}\ncheck({problem['entry_point']})\n"
