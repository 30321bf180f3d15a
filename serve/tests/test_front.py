"""What the front does when replicas are lost: each request is answered once, or refused in time. No Ray is running."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

pytest.importorskip("ray", reason="Ray has no build for this machine")

import itertools

from ray.exceptions import ActorDiedError

from serve.front.front import Front
from serve.front.known_gone import FORGOTTEN_AFTER_S, KnownGone
from serve.replica.http_fields import end_to_end
from serve.replica.infill_process import InfillProcess, options_of
from serve.routing.asked import Asked, Gone, Head
from serve.settings import TOKEN, Settings

Answer = Callable[[Asked], AsyncIterator[Any]]


class Parts:
    def __init__(self, parts: AsyncIterator[Any]) -> None:
        self._parts = parts
        self.is_cancelled = False

    def __aiter__(self) -> "Parts":
        return self

    async def __anext__(self) -> Any:
        return await anext(self._parts)

    def cancel(self) -> None:
        self.is_cancelled = True


class Handle:
    """As the handle of a deployment, to functions one after the other."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[Asked] = []
        self.parts: list[Parts] = []

    def options(self, **_: object) -> "Handle":
        return self

    def remote(self, asked: Asked) -> Parts:
        self.asked.append(asked)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self.parts.append(Parts(answer(asked)))
        return self.parts[-1]


async def whole(asked: Asked) -> AsyncIterator[Any]:
    yield Head(200, (("Content-Type", "application/json"),), b"{}", True, "b")


async def gone(asked: Asked) -> AsyncIterator[Any]:
    yield Gone("a")


async def dead(asked: Asked) -> AsyncIterator[Any]:
    raise ActorDiedError
    yield


async def broken(asked: Asked) -> AsyncIterator[Any]:
    yield Head(200, (), b"", False, "a")
    yield b"data: 1\n\n"
    raise ConnectionResetError


def ask(
    handle: Handle, body: bytes = b"{}", client: str = "127.0.0.1", headers: tuple = (), **settings: Any
) -> list[dict[str, Any]]:
    """What is sent to the client."""
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "method": "POST", "path": "/infill", "query_string": b"a=1", "client": (client, 1)}
    app = Front(handle, Settings(**{"retries_within_s": 0.2, **settings})).__serve_build_asgi_app__()  # type: ignore[arg-type]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        asyncio.run(app({**scope, "headers": list(headers)}, receive, send))
    except ConnectionResetError:
        sent.append({"type": "broken off"})
    return sent


def code_of(sent: list[dict[str, Any]]) -> tuple[int, str]:
    return sent[0]["status"], json.loads(sent[1]["body"])["error"]["code"]


@pytest.mark.parametrize("lost", [gone, dead])
def test_a_request_of_which_nothing_was_answered_is_asked_again(lost: Answer) -> None:
    handle = Handle(lost, lost, whole)
    sent = ask(handle)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert (sent[0]["status"], sent[1]["body"]) == (200, b"{}")
    assert all(parts.is_cancelled for parts in handle.parts), "nothing is left computing"
    assert {asked.body for asked in handle.asked} == {b"{}"} and handle.asked[0].target == "/infill?a=1"
    assert ("a" in handle.asked[-1].gone) == (lost is gone)


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    handle = Handle(broken, whole)
    sent = ask(handle)
    assert len(handle.asked) == 1
    assert sent[-1] == {"type": "broken off"} and sent[-2]["more_body"], "the client is not told that it was all"


def test_a_request_that_nobody_can_answer_is_refused_in_time() -> None:
    assert code_of(ask(Handle(gone))) == (503, "unavailable")


def test_bodies_are_bounded_alone_and_together() -> None:
    assert code_of(ask(Handle(whole), b"x" * 11, body_bytes=10)) == (413, "too_large")
    assert code_of(ask(Handle(whole), b"x" * 11, bodies_bytes=10)) == (429, "too-many")


def test_without_a_token_other_machines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    assert code_of(ask(Handle(whole), client="192.0.2.7"))[0] == 403
    assert ask(Handle(whole), client="::ffff:127.0.0.1")[0]["status"] == 200
    monkeypatch.setenv(TOKEN, "only-for-those-who-know-it")
    assert ask(Handle(whole), client="192.0.2.7")[0]["status"] == 200


def test_who_asks_is_said_by_the_proxy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "only-for-those-who-know-it")
    said = ((b"x-forwarded-for", b"10.0.0.1, 10.0.0.2"),)
    for is_behind, address in ((True, "10.0.0.2"), (False, "192.0.2.7")):
        handle = Handle(whole)
        ask(handle, client="192.0.2.7", headers=said, behind_proxy=is_behind)
        assert f"at {address}\n" in handle.asked[0].key
        forwarded = [value for name, value in handle.asked[0].headers if name == "x-forwarded-for"]
        assert forwarded[-1].split(", ")[-1] == address and len(forwarded) == 1


def test_a_replica_is_known_to_be_gone_until_it_answers_or_has_been_replaced() -> None:
    now = 0.0
    known = KnownGone(lambda: now)
    known.add("a")
    known.add("b")
    known.is_back("b")
    assert known.now() == {"a"}
    now = FORGOTTEN_AFTER_S + 1
    assert known.now() == frozenset()


def test_fields_of_a_connection_stay_behind() -> None:
    fields = [("Host", "a"), ("Connection", "close, X-Once"), ("x-once", "1"), ("TE", "trailers"), ("Accept", "*/*")]
    assert end_to_end(fields) == [("Host", "a"), ("Accept", "*/*")]


def test_the_process_is_told_its_settings_but_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "only-for-those-who-know-it")
    told = options_of(Settings(model="m", device="cpu", threads=3, context_memory_mb=9))
    assert "--behind-proxy" in told and not any("know-it" in each for each in told)
    given = dict(itertools.pairwise(told))
    assert (given["--model"], given["--device"], given["--threads"], given["--context-memory"]) == (
        "m",
        "cpu",
        "3",
        "9",
    )
    monkeypatch.delenv(TOKEN)
    assert "--behind-proxy" not in options_of(Settings())


def test_a_process_that_does_not_start_says_why() -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('no model here')")
    with pytest.raises(RuntimeError, match="no model here"):
        InfillProcess(Settings(command=command))
