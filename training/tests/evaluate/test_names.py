import json
import shutil

import pytest

from training.evaluate.held_out import HeldOutHole
from training.evaluate.names import (
    best_weight,
    confidences,
    first_identifier,
    groups,
    named_holes,
    names_markdown,
    row,
    scored,
)
from training.evaluate.typed_lines import half_of

ORDER = """export interface Order {
  readonly total: number;
  readonly items: readonly string[];
  /** @deprecated */
  readonly amount: number;
}
"""
PRICE = """import type { Order } from './order';

// A comment with a dot.that is no member, long enough for the text before the cursor to be worth reading.
export function price(order: Order): number {
  const text = 'order.items';
  return order.total;
}
"""


def hole(name, middle, names):
    return HeldOutHole(name, "p", "typescript", "code", "after a dot", "order.", middle, "\n", {"names": names})


def answer(text, confidence=0.5, ms=10):
    return {"text": text, "confidence": confidence, "ms": ms}


def package_of(half):
    return next(name for name in map(str, range(100)) if half_of(name) == half)


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not on the PATH")
def test_holes_are_members_with_the_names_of_the_package(tmp_path):
    shard = tmp_path / "val.jsonl"
    half = "judged"
    files = [
        {"package": package_of(each), "path": path, "language": "typescript", "text": text}
        for each in ("judged", "fitted")
        for path, text in (("src/order.ts", ORDER), ("src/price.ts", PRICE))
    ]
    shard.write_text("".join(json.dumps(file) + "\n" for file in files), encoding="utf-8")
    [found] = named_holes(shard, 5, 1, half)
    assert found.package == package_of(half)
    assert found.prefix.endswith("  return order.")
    assert found.middle == "total;"
    assert found.suffix == "\n}\n"
    assert found.context == {"names": ["items", "total"]}  # the deprecated one is left out


def test_a_shard_without_a_hole_says_so(tmp_path):
    shard = tmp_path / "val.jsonl"
    shard.write_text(json.dumps({"package": "p", "path": "a.py", "language": "python", "text": "a.b"}) + "\n")
    with pytest.raises(ValueError, match="no TypeScript"):
        named_holes(shard, 1, 1, half_of("p"))


def test_the_first_identifier_is_the_name_at_the_cursor():
    assert first_identifier("total * 2;") == "total"
    assert first_identifier("$el.x") == "$el"
    assert first_identifier(" total") == first_identifier("(total)") == first_identifier("") == ""


def test_a_right_name_counts_though_the_rest_is_wrong():
    assert scored(hole("a", "total * 2;", []), answer("total;")) == {
        "identifier": True,
        "exact": False,
        "beginsRight": False,
    }
    assert scored(hole("a", "total;", []), answer("totals;"))["identifier"] is False
    assert scored(hole("a", "total;", []), answer("total"))["beginsRight"] == 1


def test_a_row_has_shares_and_the_median():
    holes = [hole("a", "total;", []), hole("b", "items;", [])]
    entry = row(2, holes, {"a": answer("total;", ms=10), "b": answer("total;", ms=30)})
    assert (entry["identifier"], entry["exact"], entry["ms"], entry["holes"]) == (0.5, 0.5, 20, 2)
    low, high = entry["identifier.interval"]
    assert low < 0.5 < high


def test_the_smallest_of_the_best_weights_is_chosen():
    rows = [{"weight": weight, "identifier": share} for weight, share in ((0, 0.4), (1, 0.5), (2, 0.6), (3, 0.6))]
    assert best_weight(rows) == 2
    assert best_weight([{"weight": 0, "identifier": 0.5}, {"weight": 1, "identifier": 0.5}]) == 0


def test_holes_are_grouped_by_what_the_list_has():
    holes = [hole("a", "total;", ["total"]), hole("b", "total;", ["items"])]
    assert [[each.id for each in chosen] for _, chosen in groups(holes)] == [["a"], ["b"]]


def test_confidences_are_those_of_texts():
    holes = [hole("a", "total;", []), hole("b", "items;", []), hole("c", "x", [])]
    answers = {"a": answer("total", 0.7), "b": answer("", 0), "c": answer("y", 0.2)}
    assert confidences(holes, answers) == [(0.7, True), (0.2, False)]


def test_the_report_says_what_was_measured():
    holes = [hole("a", "total;", ["total"])]
    rows = [row(weight, holes, {"a": answer("total;")}) for weight in (0, 2)]
    half = {"holes": 1, "packages": 1, "listed": 1.0, "names": 1}
    result = {
        "model": {"name": "m", "version": "1"},
        "cpu": "c",
        "threads": 1,
        "command": "python -m x",
        "seed": 1,
        "weight": 2,
        "halves": {"judged": half, "fitted": half},
        "development": rows,
        "judged": rows,
        "groups": [rows[0] | {"name": "the list has the name"}],
        "confidence": {},
    }
    text = names_markdown(result)
    assert "# Names of the editor, m 1" in text
    assert "| without | 1 | 100.0" in text and "| 2 | 1 | 100.0" in text
    assert "the list has the right name at 100 %" in text
