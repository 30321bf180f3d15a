import json
import random
import re

import pytest

from training.evaluate.after_edits import edits_markdown, groups, row
from training.evaluate.edited_holes import KINDS, edited_holes, next_line, put_in, renamed, rewritten, unrelated
from training.evaluate.held_out import HeldOutHole

NAMES = ["quarterly"]
CODE = """\
export class Box {
  constructor(width, height) {
    this.width = check(width, options);
    this.height = check(height, options);
    this.depth = check(depth, options);
  }

  grow(factor) {
    return new Box(this.width * factor, this.height * factor);
  }
}
"""


def cuts(cut, count=300):
    """All different places that the rule finds in CODE"""
    rng = random.Random(1)
    found = (cut(CODE.rstrip("\n").split("\n"), NAMES, rng) for _ in range(count))
    return list({json.dumps(each): each for each in found if each}.values())


def with_edits_undone(prefix, recent):
    """The text before the cursor as it was before the edit, which lies in it"""
    lines = prefix.split("\n")
    for edit in recent["edits"]:
        start = edit["line"] - 1
        assert lines[start : start + 1] == edit["after"] or start == len(lines) - 1
        lines[start : start + 1] = edit["before"]
    return "\n".join(lines)


@pytest.mark.parametrize("cut", [renamed, rewritten])
def test_a_renaming_goes_on_where_the_old_name_was_deleted(cut):
    assert (found := cuts(cut))
    for prefix, middle, suffix, recent in found:
        name = re.match(r"\w+", middle).group()
        whole = re.compile(rf"\b{name}\b")
        assert len(whole.findall(prefix)) > 0 and not whole.search(suffix)
        assert "quarterly" not in prefix
        before = with_edits_undone(prefix, recent)
        assert not whole.search(before)
        left = prefix.rsplit("\n", 1)[1]
        assert recent["lineBefore"].startswith(f"{left}quarterly")
        if cut is renamed:
            assert recent["lineBefore"] == f"{left}quarterly{suffix.split(chr(10), 1)[0]}"
            assert middle == name
        else:
            assert suffix == "" or suffix.startswith("\n")


def test_the_line_below_one_that_was_written_is_begun_up_to_what_differs():
    found = cuts(next_line)
    assert {(prefix.rsplit("\n", 1)[1], middle) for prefix, middle, _, _ in found} == {
        ("    this.height", " = check(height, options);"),
        ("    this.depth", " = check(depth, options);"),
    }
    for prefix, _, suffix, recent in found:
        (edit,) = recent["edits"]
        assert edit["before"] == [] and prefix.split("\n")[-2] == edit["after"][0]
        assert "this.depth" not in suffix and "lineBefore" not in recent


def test_what_was_put_into_one_line_is_missing_in_a_later_one():
    assert (found := cuts(put_in))
    for prefix, middle, suffix, recent in found:
        (edit,) = recent["edits"]
        assert prefix + middle + suffix == CODE.rstrip("\n")
        assert edit["before"][0] == edit["after"][0].replace(middle, "", 1) != edit["after"][0]


def test_an_unrelated_edit_is_of_another_line_and_another_name():
    assert (found := cuts(unrelated))
    for prefix, middle, suffix, recent in found:
        (edit,) = recent["edits"]
        assert prefix + middle + suffix == CODE.rstrip("\n")
        line = prefix.rsplit("\n", 1)[-1] + middle + suffix.split("\n", 1)[0]
        assert edit["line"] != prefix.count("\n") + 1
        (name,) = {word for word in re.findall(r"\w+", edit["after"][0])} - set(re.findall(r"\w+", edit["before"][0]))
        assert name not in re.findall(r"\w+", line)
        assert recent.get("lineBefore") in (None, line)


def test_the_same_shard_and_seed_give_the_same_holes_of_one_half(tmp_path):
    shard = tmp_path / "val.jsonl"
    files = [
        {"package": f"p{i}", "path": "a.js", "language": "javascript", "text": f"// {i}\n" * 30 + CODE}
        for i in range(12)
    ]
    shard.write_text("".join(json.dumps(file) + "\n" for file in files), encoding="utf-8")
    holes = edited_holes(shard, 3)
    assert holes == edited_holes(shard, 3)
    assert {hole.kind for hole in holes} == set(KINDS)
    fewer = {hole.id for hole in edited_holes(shard, 2)}
    assert fewer < {hole.id for hole in holes}
    assert not {hole.package for hole in holes} & {hole.package for hole in edited_holes(shard, 3, half="fitted")}


def test_a_row_says_what_edits_gave_and_what_they_took():
    holes = [HeldOutHole(name, "p", "python", "python", "renamed", "", "right", "") for name in "abcd"]
    without = {"a": "wrong", "b": "right", "c": "right", "d": "wrong"}
    edit = {"isEdit": True}
    within = {
        "a": {"text": "right", "source": edit, "found": [{"from": edit}]},
        "b": {"text": "wrong", "source": edit, "found": [{"from": edit}]},
        "c": {"text": "right", "source": {}, "found": [{"from": {}}]},
        "d": {"text": "wrong"},
    }
    entry = row("renamed", holes, {k: {"text": v, "ms": 4} for k, v in without.items()},
                {k: {"ms": 2} | v for k, v in within.items()})  # fmt: skip
    assert (entry["without.exact"], entry["with.exact"]) == (0.5, 0.5)
    assert (entry["found"], entry["chosen"], entry["chosenRight"], entry["kept"]) == (0.5, 0.5, 0.5, 0.5)
    assert entry["lost"] == 1
    report = edits_markdown(
        {
            "model": {"name": "m", "version": "1"},
            "cpu": "c",
            "threads": 1,
            "command": "python",
            "holes": {"count": 4, "packages": 1, "half": "judged", "seed": 3},
            "rows": [entry, row("next line", [], {}, {})],
        }
    )
    assert "| renamed | 4 | 50.0 (15.0 to 85.0) | 50.0 (15.0 to 85.0) |" in report


def test_all_kinds_stand_in_the_table():
    holes = [HeldOutHole(kind, "p", "python", "python", kind, "", "x", "") for kind in KINDS]
    assert [(name, len(chosen)) for name, chosen in groups(holes)] == [
        ("all that an edit is of use for", 4),
        *((kind, 1) for kind in KINDS),
    ]
