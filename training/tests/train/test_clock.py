import os
import signal
import time

import pytest

from training.train import clock
from training.train.clock import Clock


@pytest.fixture(autouse=True)
def signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def now(monkeypatch):
    """Seconds since the process began, to be set."""
    at = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    monkeypatch.setattr(clock, "LOADED", 0.0)
    return at


def test_a_process_stops_when_its_minutes_are_over(now):
    each = Clock(7.0, stop_after=2)
    each.start()
    now[0] = 90
    assert each.read() == (8.5, False)
    now[0] = 120
    assert each.read() == (9.0, True)


def test_a_process_stops_at_its_deadline_however_long_it_took_to_start(now):
    now[0] = 50
    each = Clock(0.0, deadline=100)
    now[0] = 99
    assert not each.read()[1]
    now[0] = 100
    assert each.read()[1]


def test_compiling_is_not_training(now):
    each = Clock(7.0, stop_after=2, deadline=200)
    now[0] = 150
    assert each.read() == (7.0, False)
    each.start()
    now[0] = 198
    assert each.read() == (7.8, False)
    now[0] = 200
    assert each.read()[1]  # a deadline is one


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whoever_runs_it_can_end_it(number):
    each = Clock(0.0)
    assert not each.read()[1]
    os.kill(os.getpid(), number)
    assert each.read()[1]
