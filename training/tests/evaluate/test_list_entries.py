"""Which entry is selected, and what is counted of it"""

from training.evaluate.held_out import HeldOutHole
from training.evaluate.list_entries import list_entries_markdown, row, selected


def hole(middle, names):
    return HeldOutHole("a", "p", "typescript", "code", "after a dot", "order.", middle, ";\n", context={"names": names})


def test_the_first_entry_that_begins_as_typed_is_selected():
    asked, right = selected(hole("total + 1", ["add", "tax", "total"]), 0)
    assert (asked.prefix, asked.context, right) == ("order.add", {"entry": {"ahead": 3, "isChosen": False}}, False)
    asked, right = selected(hole("total + 1", ["add", "tax", "total"]), 2)
    assert (asked.prefix, asked.context, right) == ("order.total", {"entry": {"ahead": 3, "isChosen": False}}, True)


def test_where_nothing_is_left_to_write_no_entry_is_asked_for():
    assert selected(hole("id;", ["id"]), 2) is None
    assert selected(hole("identity;", ["id", "identity"]), 2) is None
    assert selected(hole("total;", ["add"]), 1) is None


def test_shares_are_of_the_right_and_of_the_wrong_ones():
    entry = row(0, [(True, False), (True, True), (False, True), (False, True), (False, False), (False, True)])
    assert (entry["entries"], entry["right"], entry["rightKept"], entry["wrongKept"]) == (6, 2, 0.5, 0.25)
    nothing = row(3, [])
    assert (nothing["rightKept"], nothing["wrongKept"]) == (0, 0)
    result = {"model": {"name": "m", "version": "1"}, "holes": 6, "seed": 1, "command": "c", "rows": [entry, nothing]}
    assert "| 0 | 6 | 33 | 50 (" in " ".join(list_entries_markdown(result).split())
