"""Requests a second and p95 with one replica and with two, in turns, and how long a request computes.

`python -m serve.bench.measure` takes about five minutes and writes serve/bench/results/measured.json. Client, front
and replicas share this machine's cores, so on a small one the second replica brings less than it would on its own.
"""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from serve.rig.root import ROOT
from serve.rig.team import Team, running_team
from serve.rig.typists import Answer, Typist, p95, typists

RESULTS = Path(__file__).with_name("results")
MODEL = ROOT / "models" / "infill-code-135m"
QUANTILES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


async def load(url: str, people: int, seconds: float, seed: int) -> tuple[list[Answer], float]:
    """Answers to people who ask again at once, and the seconds in which they came."""
    asking = typists(people, url, seed, pause_s=0, options={})
    stop = asyncio.Event()
    async with closing(asking):
        typing = [asyncio.create_task(person.type(stop)) for person in asking]
        await asyncio.sleep(seconds)
        stop.set()
        await asyncio.gather(*typing)
    answers = [answer for person in asking for answer in person.answers]
    assert {answer.status for answer in answers} == {200}
    begun, ended = min(each.sent for each in answers), max(each.received for each in answers)
    return answers, ended - begun


async def one_by_one(team: Team, people: int, keys: int, seed: int) -> list[tuple[Answer, float]]:
    """Of people of whom only one types: the first question in a document and some more after it, each with the
    milliseconds of processor time that it took. On a machine with other work these say more than a clock.
    """
    asking = typists(people, team.url, seed, options={})
    servers = team.servers()
    async with closing(asking):
        answers = []
        for person in asking:
            for _ in range(keys):
                begun = processor_ms(servers)
                answer = await person.ask()
                answers.append((answer, processor_ms(servers) - begun))
                person.at += 1
        return answers


def processor_ms(processes: Iterable[int]) -> float:
    """Of all their threads so far (Linux)."""
    files = [file for pid in processes for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


@asynccontextmanager
async def closing(people: list[Typist]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for person in people:
            await person.session.close()


def quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {f"{share:.2f}": round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) for share in QUANTILES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    rates: dict[int, list[float]] = {1: [], 2: []}
    late: dict[int, list[float]] = {1: [], 2: []}
    service: dict[str, list[float]] = {"warm": [], "cold": []}
    added: list[float] = []
    for number in range(args.rounds):
        for replicas in (1, 2) if number % 2 == 0 else (2, 1):
            with running_team(replicas, model=MODEL, context_memory_mb=1024) as team:
                answers, seconds = asyncio.run(load(team.url, args.people, args.seconds, seed=number))
                alone = asyncio.run(one_by_one(team, people=6, keys=7, seed=100 + number)) if replicas == 1 else []
            rates[replicas].append(len(answers) / seconds)
            late[replicas].append(1000 * p95(answers))
            print(f"{replicas}: {rates[replicas][-1]:.1f}/s, p95 {late[replicas][-1]:.0f} ms", flush=True)
            for answer, ms in alone:
                report = answer.body["report"]
                is_warm = report["reusedTokens"] > report["encodedTokens"]
                service["warm" if is_warm else "cold"].append(ms)
                added.append(1000 * answer.took - report["ms"]["total"])
    measured = {
        "model": MODEL.name,
        "threads": 1,
        "cores": os.cpu_count(),
        "others": round(os.getloadavg()[1], 1),  # programs that compute at the same time, these ones included
        "people": args.people,
        "load": {
            str(replicas): {"per_second": round(median(rates[replicas]), 1), "p95_ms": round(median(late[replicas]))}
            for replicas in (1, 2)
        },
        "requests": {kind: len(values) for kind, values in service.items()},
        "service_ms": {kind: quantiles(values) for kind, values in service.items()},
        "added_ms": round(median(added), 1),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "measured.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main()
