"""Where documents are at home: evenly spread, hardly moved, and never all on a replica that has too much to do."""

import random
import string
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serve.routing.home import Bound, preferred, ranked

KEYS = [f"named editor-{i % 60} at 10.0.0.{i % 250}\nfile {i}" for i in range(4000)]


def replicas_of(count: int, seed: int = 0) -> list[str]:
    """Names as Ray makes them."""
    drawn = random.Random(seed)
    return ["".join(drawn.choices(string.ascii_lowercase + string.digits, k=8)) for _ in range(count)]


@pytest.mark.parametrize("count", [2, 3, 5, 12])
def test_keys_are_spread_evenly(count):
    homes = Counter(ranked(key, replicas_of(count))[0] for key in KEYS)
    share = len(KEYS) / count
    # Five standard deviations of a fair draw.
    within = 5 * (share * (1 - 1 / count)) ** 0.5
    assert len(homes) == count
    assert all(abs(number - share) < within for number in homes.values()), homes


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 20), seed=st.integers(0, 1000))
def test_a_replica_that_comes_or_goes_moves_its_share_of_keys_and_no_other(count, seed):
    *before, added = replicas_of(count + 1, seed)
    keys = KEYS[:1500]
    homes = {key: ranked(key, before)[0] for key in keys}
    then = {key: ranked(key, [*before, added])[0] for key in keys}
    moved = [key for key in keys if homes[key] != then[key]]
    share = len(keys) / (count + 1)
    assert all(then[key] == added for key in moved), "a key moved between two replicas that were there all the time"
    assert abs(len(moved) - share) < 6 * share**0.5


@given(
    key=st.text(),
    loads=st.dictionaries(st.sampled_from(replicas_of(6)), st.integers(0, 200)),
    gone=st.sets(st.sampled_from(replicas_of(6))),
    given_order=st.permutations(replicas_of(6)),
)
def test_each_replica_is_offered_a_request_once_in_an_order_of_its_own(key, loads, gone, given_order):
    order = preferred(key, given_order, loads, gone)
    assert sorted(order) == sorted(given_order)
    assert order == preferred(key, sorted(given_order), loads, gone), "the order in which Ray lists them is nothing"
    there = [replica for replica in order if replica not in gone]
    assert order[: len(there)] == there
    limit = Bound().of(sum(loads.get(replica, 0) for replica in there), max(1, len(there)))
    # The mean is below the bound, so whoever is asked first has room.
    assert all(loads.get(replica, 0) < limit for replica in there[:1])


def test_a_document_leaves_home_only_where_that_has_more_than_its_share_and_comes_back():
    replicas = replicas_of(4)
    key = KEYS[0]
    home, second, *_ = ranked(key, replicas)
    assert preferred(key, replicas, {home: 3})[0] == home, "few requests are no load"
    assert preferred(key, replicas, dict.fromkeys(replicas, 20))[0] == home, "all are as busy"
    assert preferred(key, replicas, {home: 40, second: 10})[0] == second
    assert preferred(key, replicas, {home: 4})[0] == second
    assert preferred(key, replicas, {home: 4}, bound=Bound(least=5))[0] == home
    assert preferred(key, replicas, {})[0] == home
    assert preferred(key, replicas, {}, gone={home}) == [*ranked(key, [r for r in replicas if r != home]), home]


def test_no_replica_gets_more_than_the_bound_however_uneven_the_keys_are():
    replicas = replicas_of(5)
    loads: Counter[str] = Counter()
    for _ in range(500):  # of one document
        loads[preferred("one", replicas, loads)[0]] += 1
    assert max(loads.values()) <= Bound().of(499, 5)
    assert loads[ranked("one", replicas)[0]] == max(loads.values())
