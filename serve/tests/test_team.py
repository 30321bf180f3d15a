"""A team's server on a real Ray: what is passed on, where it goes, and what is noticed of a replica that dies."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from statistics import median

import pytest

if find_spec("ray") is None:
    pytest.skip(f"Ray has no build for {sys.platform} on this machine", allow_module_level=True)

import aiohttp
import grpc
import psutil
from ray.serve.generated.serve_pb2 import ASGIRequest
from ray.serve.generated.serve_pb2_grpc import ASGIServiceStub

from serve.rig.root import CLI
from serve.rig.team import Team, counted, running_team
from serve.rig.typists import Answer, Typist, p95, typists

pytestmark = [
    pytest.mark.skipif(not CLI.is_file(), reason="needs the engine: `npm run build` makes dist/cli.cjs"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

TYPISTS = 20
BEFORE_S = 7
MOST_TIMES_SLOWER = 3
"""In the middle one of three times: whatever else this machine does for a moment is in each of them."""
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def team() -> Iterator[Team]:
    with running_team(replicas=2) as team:
        yield team


def fetched(url: str, method: str = "POST", **more: object) -> tuple[int, dict[str, str], bytes]:
    async def fetch() -> tuple[int, dict[str, str], bytes]:
        async with aiohttp.ClientSession() as session, session.request(method, url, **more) as answer:  # type: ignore[arg-type]
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read()

    return asyncio.run(fetch())


def metrics_of(team: Team) -> dict[int, str]:
    return {pid: fetched(f"{url}/metrics", "GET")[2].decode() for pid, url in team.servers().items()}


def completion(**more: object) -> bytes:
    return json.dumps({"prompt": "const sum = a + b;\nreturn ", "suffix": ";\n", "max_tokens": 4, **more}).encode()


def test_it_listens_on_this_machine_alone_but_where_ray_asks_for_its_token(team: Team) -> None:
    elsewhere = []
    for process in [team.own, *team.own.children(recursive=True)]:
        for each in process.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr.ip.removeprefix("::ffff:") not in ("127.0.0.1", "::1"):
                elsewhere.append((process.cmdline()[0], each.laddr.port))
    assert all(name.startswith("ray::ServeReplica:infill:") for name, _ in elsewhere), elsewhere
    for _, port in elsewhere:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as refused:
            ASGIServiceStub(channel).HandleRequest(ASGIRequest(), timeout=10)
        assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/health", {}),
        ("GET", "/props?a=1&b=%20%2F", {}),
        ("GET", "/v1/models/t%69ny", {}),
        ("GET", "/none", {}),
        ("HEAD", "/health", {}),
        ("POST", "/v1/completions", {"data": b"{", "headers": JSON}),
        ("POST", "/v1/completions", {"data": b"{}", "headers": {"content-type": "text/plain"}}),
        ("POST", "/infill", {"data": json.dumps({"input_prefix": "a = ", "n_predict": 0}), "headers": JSON}),
        ("POST", "/infill/v1/fill", {"data": json.dumps({"context": "none"}), "headers": JSON}),
    ],
)
def test_request_and_answer_are_passed_on_as_they_are(team: Team, method: str, path: str, more: dict) -> None:
    status, headers, body = fetched(team.url + path, method, **more)
    # Of one of them: each says when it began.
    direct = [fetched(url + path, method, **more) for url in team.servers().values()]
    [own_headers, *_] = [own for own_status, own, own_body in direct if (own_status, own_body) == (status, body)]
    of_a_connection = {"connection", "keep-alive", "transfer-encoding"}
    assert headers.keys() - {"server", "x-request-id"} | of_a_connection == own_headers.keys() | of_a_connection
    assert headers.get("content-type") == own_headers.get("content-type")


def test_too_large_a_body_is_refused_as_the_server_does(team: Team) -> None:
    status, _, body = fetched(f"{team.url}/v1/completions", data=b" " * (5 * 1024 * 1024), headers=JSON)
    assert (status, json.loads(body)["error"]["code"]) == (413, "too_large")


def test_no_other_host_is_asked_for_without_a_token(team: Team) -> None:
    """A page of a browser that has its own name point here (DNS rebinding)."""
    status, _, body = fetched(f"{team.url}/v1/models", "GET", headers={"host": "pages.example"})
    assert status == 403 and b"pages.example" in body


def test_events_come_as_the_server_sends_them(team: Team) -> None:
    status, headers, body = fetched(f"{team.url}/v1/completions", data=completion(stream=True), headers=JSON)
    assert (status, headers["content-type"]) == (200, "text/event-stream")
    assert body.endswith(b"data: [DONE]\n\n")
    context = {"prefix": "a = ", "prefixOffset": 0, "suffix": "\n", "languageId": "python", "eol": "\n"}
    asked = json.dumps({"context": {**context, "indentUnit": "  "}}).encode()
    _, _, body = fetched(f"{team.url}/infill/v1/fill", data=asked, headers={**JSON, "accept": "text/event-stream"})
    kinds = [line for line in body.decode().splitlines() if line.startswith("event: ")]
    assert kinds[-1] == "event: outcome" and kinds[:-1] == ["event: step"] * (len(kinds) - 1)


def test_one_document_goes_to_one_replica_and_all_documents_to_all(team: Team) -> None:
    def answered() -> dict[int, float]:
        return {
            pid: counted(text, "infill_requests_total", route="/v1/completions", status="200")
            for pid, text in metrics_of(team).items()
        }

    before = answered()
    for _ in range(12):
        assert fetched(f"{team.url}/v1/completions", data=completion(), headers=JSON)[0] == 200
    then = answered()
    assert sorted(then[pid] - before[pid] for pid in then) == [0, 12]
    for number in range(16):
        fetched(f"{team.url}/v1/completions", data=completion(uri=f"file:///{number}"), headers=JSON)
    assert all(number > then[pid] for pid, number in answered().items())


def test_the_process_knows_when_the_client_leaves(team: Team) -> None:
    slow = completion(prompt=["const a = "] * 8, n=8, max_tokens=1024, steps=64, temperature=1)

    async def leave() -> None:
        """From several at once, so that there is time to see that they are being computed, or wait for it."""
        async with aiohttp.ClientSession() as session:
            post = partial(session.post, f"{team.url}/v1/completions", data=slow, headers=JSON)
            asking = [asyncio.ensure_future(post()) for _ in range(8)]
            servers = list(team.servers().values())
            while True:
                for url in servers:
                    async with session.get(f"{url}/metrics") as answer:
                        if counted(await answer.text(), "infill_requests_computing") > 0:
                            for each in asking:
                                each.cancel()
                            return
                assert not all(each.done() for each in asking), "it took no time"

    def left() -> float:
        return sum(counted(text, "infill_requests_total", status="499") for text in metrics_of(team).values())

    before = left()
    asyncio.run(leave())
    until = time.monotonic() + 10
    while left() == before:
        assert time.monotonic() < until, "nobody told the process"
        time.sleep(0.1)


@dataclass
class Down:
    """From the moment something is killed until another has taken its place."""

    begun: float
    ended: float

    def before(self, answers: list[Answer]) -> list[Answer]:
        """A second later than the typists began, or than the last time: first keys are cold."""
        return [each for each in answers if self.begun - BEFORE_S + 1 < each.sent and each.received < self.begun]

    def meanwhile(self, answers: list[Answer]) -> list[Answer]:
        return [each for each in answers if self.begun < each.received and each.sent < self.ended]


def test_a_replica_that_dies_is_noticed_by_nobody_and_replaced(team: Team) -> None:
    """20 typists; a process is killed, then a replica, whose process has to end by itself, and a process again."""
    people: list[Typist] = []

    async def type_and_kill() -> list[Down]:
        stop = asyncio.Event()
        people.extend(typists(TYPISTS, team.url, seed=23))
        typing = [asyncio.create_task(person.type(stop)) for person in people]
        downs = []
        try:
            for kill in (kill_process, kill_replica, kill_process):
                await asyncio.sleep(BEFORE_S)
                servers = team.servers()
                begun = time.monotonic()
                victim = kill(servers)
                await asyncio.to_thread(team.wait_for, 2, {victim})
                downs.append(Down(begun, time.monotonic()))
                assert not psutil.pid_exists(victim)
        finally:
            stop.set()
            await asyncio.gather(*typing)
        return downs

    async def all_of_it() -> tuple[list[Down], list[Answer], list[tuple[Answer, Answer]]]:
        try:
            downs = await type_and_kill()
            answers = [answer for person in people for answer in person.answers]
            warm = [await person.ask() and await person.ask() for person in people]
            disturbed = [answer for down in downs for answer in down.meanwhile(answers)][::7]
            return downs, warm, [(answer, await people[0].ask(answer.asked)) for answer in disturbed]
        finally:
            for person in people:
                await person.session.close()

    downs, warm, asked_again = asyncio.run(all_of_it())
    answers = [answer for person in people for answer in person.answers]
    assert {answer.status for answer in answers} == {200}
    assert all(first.said == second.said for first, second in asked_again), "an answer is another request's"
    for answer in warm:
        report = answer.body["report"]
        assert report["reusedTokens"] > report["encodedTokens"], "its context is not where it was read"
    times = []
    for down in downs:
        before, meanwhile = down.before(answers), down.meanwhile(answers)
        assert min(len(before), len(meanwhile)) > TYPISTS
        times.append(p95(meanwhile) / p95(before))
        print(
            f"down for {down.ended - down.begun:.1f} s; p95 {1000 * p95(before):.0f} ms of {len(before)} before, "
            f"{1000 * p95(meanwhile):.0f} ms of {len(meanwhile)} meanwhile: {times[-1]:.2f} times"
        )
    assert median(times) <= MOST_TIMES_SLOWER, times


def kill_process(servers: dict[int, str]) -> int:
    victim = min(servers)
    os.kill(victim, signal.SIGKILL)
    return victim


def kill_replica(servers: dict[int, str]) -> int:
    """-> its process"""
    victim = min(servers)
    replica = psutil.Process(victim).parent()
    assert replica is not None
    replica.kill()
    return victim


def test_an_update_replaces_replica_after_replica_and_is_noticed_by_nobody(team: Team) -> None:
    async def type_meanwhile() -> list[Answer]:
        stop = asyncio.Event()
        people = typists(5, team.url, seed=5)
        typing = [asyncio.create_task(person.type(stop)) for person in people]
        try:
            old = set(team.servers())
            await asyncio.to_thread(team.deploy, context_memory_mb=100)
            new = await asyncio.to_thread(team.wait_for, 2, old)
            for pid in new:
                said = psutil.Process(pid).cmdline()
                assert said[said.index("--context-memory") + 1] == "100"
            return [answer for person in people for answer in person.answers]
        finally:
            stop.set()
            await asyncio.gather(*typing)
            for person in people:
                await person.session.close()

    answers = asyncio.run(type_meanwhile())
    assert len(answers) > 5 and {answer.status for answer in answers} == {200}
