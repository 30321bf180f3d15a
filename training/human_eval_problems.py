"""HumanEval-Infilling's problems (arXiv 2207.14255), and the program that a filled line makes of one."""

import gzip
import json

FIELDS = ("task_id", "entry_point", "prompt", "suffix", "canonical_solution", "test")


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


def program_of(problem, text):
    """The program that ends without an error if `text` is right, which the line ends after."""
    whole = f"{problem['prompt']}{text}\n{problem['suffix']}"
    return f"{whole}\n{problem['test']}\ncheck({problem['entry_point']})\n"
