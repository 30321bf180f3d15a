"""How many replicas 1,000 people need: their requests, the real routing, and measured times, without the machines.

`python -m serve.bench.simulate` reads what serve/bench/measure.py has measured, and writes
serve/bench/results/team.json, docs/serving-a-team.svg and the tables of docs/serving-a-team.md.
"""

import heapq
import itertools
import json
import random
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from serve.bench.page import write_page
from serve.bench.typing import Ask, Quantiles, Typing
from serve.routing import home

RESULTS = Path(__file__).with_name("results")
PEOPLE = 1000
SECONDS = 90
WARM_UP_S = 40
"""Left out: until documents are where they belong, and have been read."""
KEPT = (8, 34)
"""Documents of which a replica keeps what it has read: with 256 and with 1024 as `context_memory_mb`."""
STEPS = 4
"""An answer is left after the step that is being computed once its person has asked anew."""
TIMES_NEEDED = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
SHARES = (0.25, 0.1)
"""Of its time that a person types: a quarter, and a tenth. The rest is reading, thinking and all else."""
SEED = 23


@dataclass(frozen=True, eq=False)
class Request:
    at: float
    person: int
    until: float


@dataclass
class Machine:
    """A replica: computes one request at a time, the others wait in the order in which they came. Of each person there
    is at most one: a newer one takes its place."""

    name: str
    kept: int
    waiting: deque[Request] = field(default_factory=deque)
    computing: Request | None = None
    ends: float = 0.0
    run: int = 0
    read: dict[int, None] = field(default_factory=dict)
    """Whose documents it has read, the last used last."""

    @property
    def load(self) -> int:
        return len(self.waiting) + (self.computing is not None)

    def knows(self, person: int) -> bool:
        known = person in self.read
        self.read.pop(person, None)
        self.read[person] = None
        if len(self.read) > self.kept:
            del self.read[next(iter(self.read))]
        return known


@dataclass(frozen=True)
class Outcome:
    replicas: int
    sent: int
    answered: int
    warm: float
    """Share of what was computed, 0..1."""
    took: tuple[float, ...]
    """Seconds of each that was answered while it was wanted."""
    busy: float
    """Share of all machines' time, 0..1."""

    def p(self, share: float) -> float:
        took = sorted(self.took)
        return took[min(len(took) - 1, int(share * len(took)))] if took else float("nan")


def simulate(
    asks: Iterable[tuple[int, Ask]], replicas: int, kept: int, times: Mapping[str, Quantiles], added_s: float
) -> Outcome:
    """kept: documents of which a replica keeps what it has read. times: milliseconds of a request whose text was read
    before (`warm`), and of another (`cold`). added_s: what the way there takes.
    """
    drawn = random.Random(SEED)
    machines = {f"replica-{number}": Machine(f"replica-{number}", kept) for number in range(replicas)}
    names = list(machines)
    order = itertools.count()
    events: list[tuple[float, int, str, Any]] = []

    def post(at: float, kind: str, what: Any) -> None:
        heapq.heappush(events, (at, next(order), kind, what))

    for person, ask in asks:
        post(ask.at, "ask", Request(ask.at, person, ask.until))
    took: list[float] = []
    sent = answered = warm = computed = 0
    busy = 0.0

    def begin(machine: Machine, now: float) -> None:
        nonlocal warm, computed, busy
        if not machine.waiting:
            return
        request = machine.waiting.popleft()
        knows = machine.knows(request.person)
        warm, computed = warm + knows, computed + 1
        lasts = times["warm" if knows else "cold"].draw(drawn) / 1000
        machine.computing, machine.run = request, machine.run + 1
        machine.ends = now + lasts
        busy += lasts
        post(machine.ends, "end", (machine, machine.run))
        if request.until < machine.ends:
            # It is told at once, and looks after each step.
            step = lasts / STEPS
            left = now + step * (int(max(0.0, request.until - now) / step) + 1)
            if left < machine.ends:
                busy -= machine.ends - left
                machine.ends = left
                post(left, "end", (machine, machine.run))

    while events:
        now, _, kind, what = heapq.heappop(events)
        if kind == "ask":
            loads = {name: machine.load for name, machine in machines.items()}
            machine = machines[home.preferred(str(what.person), names, loads)[0]]
            machine.waiting.append(what)
            sent += now > WARM_UP_S
            post(what.until, "withdraw", (machine, what))
            if machine.computing is None:
                begin(machine, now)
        elif kind == "withdraw":
            machine, request = what
            if request in machine.waiting:
                machine.waiting.remove(request)
        else:
            machine, run = what
            if machine.computing is None or machine.run != run or now < machine.ends:
                continue
            request, machine.computing = machine.computing, None
            if now <= request.until and request.at > WARM_UP_S:
                answered += 1
                took.append(now - request.at + added_s)
            begin(machine, now)
    return Outcome(replicas, sent, answered, warm / max(1, computed), tuple(took), busy / (replicas * SECONDS))


def team(measured: Mapping[str, Any], people: int = PEOPLE) -> dict[str, Any]:
    """The results: for each share of time that is typed and each memory, from too few replicas to more than enough."""
    home.weight = lru_cache(maxsize=None)(home.weight)  # asked a million times for the same
    times = {kind: Quantiles(measured["service_ms"][kind]) for kind in ("warm", "cold")}
    added_s = measured["added_ms"] / 1000
    warm_ms = measured["service_ms"]["warm"]["0.50"]
    typing = Typing.recorded()
    tables = []
    for share in SHARES:
        drawn = random.Random(SEED)
        asks = [(person, ask) for person in range(people) for ask in typing.asks(drawn, SECONDS, share, warm_ms)]
        # As if every request had all of its time.
        needed = len(asks) / SECONDS * warm_ms / 1000
        for kept in KEPT:
            rows = []
            for times_needed in TIMES_NEEDED:
                replicas = max(1, round(times_needed * needed))
                outcome = simulate(asks, replicas, kept, times, added_s)
                rows.append(
                    {
                        "replicas": replicas,
                        "p50_ms": round(1000 * outcome.p(0.5)),
                        "p95_ms": round(1000 * outcome.p(0.95)),
                        "answered": round(outcome.answered / outcome.sent, 3),
                        "warm": round(outcome.warm, 3),
                        "busy": round(outcome.busy, 3),
                    }
                )
                print(share, kept, rows[-1], flush=True)
            tables.append({"typing": share, "kept": kept, "per_second": round(len(asks) / SECONDS, 1), "rows": rows})
    return {"people": people, "seconds": SECONDS, "seed": SEED, "measured": measured, "tables": tables}


def main() -> None:
    measured = json.loads((RESULTS / "measured.json").read_text(encoding="utf-8"))
    results = RESULTS / "team.json"
    results.write_text(json.dumps(team(measured), indent=1) + "\n", encoding="utf-8")
    write_page(json.loads(results.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
