"""The page says what the results file does, and the simulation what can be worked out by hand."""

import json
import random
import re
from pathlib import Path

import pytest

from serve.bench import typing
from serve.bench.page import PAGE, PICTURE, draw, with_tables
from serve.bench.simulate import PEOPLE, RESULTS, WARM_UP_S, simulate
from serve.bench.typing import Ask, Quantiles, Typing, delay_ms
from serve.rig.root import ROOT

TIMES = {"warm": Quantiles({"0": 100, "1": 100}), "cold": Quantiles({"0": 400, "1": 400})}


def asks_at(*seconds: float, person: int = 0, wanted_s: float = 9.0) -> list[tuple[int, Ask]]:
    """Of one person, after everybody has begun."""
    return [(person, Ask(WARM_UP_S + at, WARM_UP_S + at + wanted_s)) for at in seconds]


def test_the_page_and_the_picture_say_what_the_results_file_says(tmp_path: Path) -> None:
    results = json.loads((RESULTS / "team.json").read_text(encoding="utf-8"))
    assert results["measured"] == json.loads((RESULTS / "measured.json").read_text(encoding="utf-8"))
    assert results["people"] == PEOPLE
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, results) == page, "`python -m serve.bench.simulate` writes it"
    draw(results, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == PICTURE.read_text(encoding="utf-8")
    results["tables"][0]["rows"][0]["p95_ms"] += 1
    assert with_tables(page, results) != page


def test_a_document_is_read_once_and_waits_for_nobody_where_nobody_is() -> None:
    outcome = simulate(asks_at(1, 2, 3), replicas=3, kept=8, times=TIMES, added_s=0.01)
    assert [round(each, 3) for each in outcome.took] == [0.41, 0.11, 0.11]
    assert outcome.warm == pytest.approx(2 / 3)


def test_what_a_replica_does_not_keep_is_read_again() -> None:
    people = [ask for person in range(3) for ask in asks_at(person, person + 5, person=person)]
    assert simulate(people, replicas=1, kept=3, times=TIMES, added_s=0).warm == 0.5
    assert simulate(people, replicas=1, kept=2, times=TIMES, added_s=0).warm == 0


def test_people_wait_for_each_other_in_the_order_in_which_they_came() -> None:
    together = [ask for person in range(3) for ask in asks_at(1, person=person)]
    outcome = simulate(together, replicas=1, kept=8, times=TIMES, added_s=0)
    assert [round(each, 1) for each in outcome.took] == [0.4, 0.8, 1.2]


def test_a_newer_request_takes_the_place_of_the_one_that_waits_or_computes() -> None:
    first, second = asks_at(1, 1.15)
    outcome = simulate([(0, Ask(first[1].at, second[1].at)), second], replicas=1, kept=8, times=TIMES, added_s=0)
    # It is left at 0.2 s, after its second step of four; what the document's text was read for is kept.
    assert outcome.answered == 1 and [round(each, 2) for each in outcome.took] == [0.15]


def test_more_replicas_keep_nobody_waiting_longer() -> None:
    recorded = Typing.recorded()
    drawn = random.Random(1)
    asks = [(person, ask) for person in range(40) for ask in recorded.asks(drawn, 80, 0.5, 100)]
    p95 = [simulate(asks, count, 34, TIMES, 0).p(0.95) for count in (2, 6, 30)]
    assert p95 == sorted(p95, reverse=True) and p95[-1] < 0.5
    assert simulate(asks, 6, 34, TIMES, 0) == simulate(asks, 6, 34, TIMES, 0)


def test_people_ask_in_proportion_to_the_time_they_type() -> None:
    recorded = Typing.recorded()

    def count(share: float) -> int:
        drawn = random.Random(2)
        return sum(1 for _ in range(60) for _ in recorded.asks(drawn, 300, share, 100))

    assert 0.21 < count(0.25) / count(1) < 0.29


def test_the_editor_waits_as_long_as_the_extension_does() -> None:
    source = (ROOT / "src" / "extension" / "suggest" / "adaptiveDelay.ts").read_text(encoding="utf-8")
    said = {name: float(value) for name, value in re.findall(r"^const (\w+) = ([\d.]+);", source, re.MULTILINE)}
    for name in ("PAUSE_INSIDE_WORD", "PAUSE_AT_BEST_PLACE", "SHORTEST_DELAY_MS", "LONGEST_DELAY_MS"):
        assert getattr(typing, name) == said[name]
    assert delay_ms(200, True, 0) == pytest.approx(330)
    assert delay_ms(200, False, 5000) == typing.SHORTEST_DELAY_MS


def test_quantiles_are_drawn_as_they_are_known() -> None:
    drawn = random.Random(3)
    values = sorted(Quantiles({"0.1": 1, "0.5": 5, "0.9": 50}).draw(drawn) for _ in range(4000))
    assert (values[0], values[-1]) == (1, 50)
    assert values[2000] == pytest.approx(5, abs=0.3)
