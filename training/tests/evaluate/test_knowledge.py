from training.evaluate.edited_holes import KINDS
from training.evaluate.held_out import HeldOutHole
from training.evaluate.knowledge import (
    CUT,
    WITHOUT,
    groups,
    knowledge_markdown,
    leave_out,
    row,
    scored,
    ways_of,
)

AROUND = {"workspace": "/w", "path": "a.ts"}
NAMED = AROUND | {"names": ["total"]}
EDITED = AROUND | {"edits": [{"before": ["a"], "after": ["b"]}], "lineBefore": "a"}


def hole(name, kind="rest", middle="total;", context=AROUND):
    return HeldOutHole(name, "p", "typescript", "code", kind, "order.", middle, "\n", context)


def test_each_part_is_left_out_by_itself():
    known = hole("a", context=NAMED | EDITED)
    assert leave_out(known, ()) == known
    assert leave_out(known, WITHOUT["without names"]).context == EDITED
    assert leave_out(known, WITHOUT["without edits"]).context == NAMED
    assert leave_out(known, WITHOUT["nothing"]).context == {}
    # A path is one in a workspace, so it goes with it.
    alone = leave_out(known, WITHOUT["without other files"]).context
    assert alone == {name: value for name, value in known.context.items() if name not in AROUND}


def test_only_what_some_hole_has_can_be_switched_off():
    named, edited, plain = hole("n", context=NAMED), hole("e", context=EDITED), hole("p")
    assert ways_of([plain]) == ["everything", "without other files", "nothing"]
    assert ways_of([plain, named]) == ["everything", "without other files", "without names", "nothing"]
    assert ways_of([edited, named]) == list(WITHOUT)


def test_every_kind_of_hole_has_its_group():
    holes = [hole("dot", "after a dot"), *(hole(kind, kind) for kind in (*KINDS, *CUT))]
    names = [name for name, chosen in groups(holes) for _ in chosen]
    assert len(names) == len(holes)
    assert names.count("after an edit") == len(KINDS) - 1


def test_the_first_identifier_counts_wherever_the_line_begins():
    assert scored(hole("a", middle="\n  total();"), "total;")["identifier"]
    assert not scored(hole("a"), "sum;")["identifier"]


def test_the_table_says_what_each_part_brought():
    holes = [hole("a", "after a dot"), hole("b", "after a dot", "items;")]
    answers = {"a": {"text": "total;"}, "b": {"text": "total;"}}
    entry = row("after a dot in TypeScript", "without names", holes, answers)
    assert (entry["exact"], entry["identifier"]) == (0.5, 0.5)
    assert entry["exact.interval"][0] < 0.5 < entry["exact.interval"][1]
    result = {"model": {"name": "m", "version": "1"}, "cpu": "c", "threads": 1, "command": "python", "seed": 5}
    report = knowledge_markdown(result | {"packages": 1, "rows": [entry, row("inside a line", "nothing", [], {})]})
    assert "| after a dot in TypeScript | without names | 2 | 50.0 (" in report
