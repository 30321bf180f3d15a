"""Answers by hole, each kept as soon as it is there: an evaluation that was stopped goes on where it stood."""

import hashlib
import json
from pathlib import Path


def kept_answers(path, holes, compute, on_answer=lambda: None):
    """{id: answer} in the order of `holes`: from the JSON lines at `path` where they are there, the others from
    `compute(missing holes)`, which yields (id, answer). `on_answer` is called once for each hole."""
    path = Path(path)
    answers = _read(path)
    missing = [hole for hole in holes if hole.id not in answers]
    for _ in range(len(holes) - len(missing)):
        on_answer()
    if missing:
        with path.open("a", encoding="utf-8") as file:
            for name, answer in compute(missing):
                file.write(json.dumps({"id": name, "answer": answer}, ensure_ascii=False) + "\n")
                file.flush()
                answers[name] = answer
                on_answer()
    return {hole.id: answers[hole.id] for hole in holes}


def _read(path):
    if not path.exists():
        return {}
    whole, newline, rest = path.read_text(encoding="utf-8").rpartition("\n")
    if rest:  # it was stopped inside a line
        path.write_text(whole + newline, encoding="utf-8")
    entries = [json.loads(line) for line in whole.split("\n") if line]
    return {entry["id"]: entry["answer"] for entry in entries}


def part_name(what, *decides):
    """A file's name for what is measured: readable, and different whenever one of `decides` (JSON values) is."""
    digest = hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
    return f"{what.replace(' ', '-')}-{digest}.jsonl"
