"""What a replica is: one `infill serve`, and requests that are passed on to it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator

import aiohttp
from ray import serve as ray_serve
from yarl import URL

from serve.replica.http_fields import end_to_end
from serve.replica.infill_process import InfillProcess
from serve.routing.asked import Asked, Gone, Head
from serve.settings import TOKEN, Settings

EVENTS = "text/event-stream"
HEALTH_S = 5
IS_CLOSING = b'"code":"closed"'
"""In what `infill serve` answers while it ends (src/server/service/answerError.ts)."""
FIRST_REQUESTS = 12
WARM_UP = json.dumps({"input_prefix": "const total = ", "input_suffix": ";\n", "n_predict": 4}).encode()


class Replica:
    """Owns the process. Ray ends the replica in which it has died, and starts another."""

    async def __init__(self, settings: Settings) -> None:
        """Raises RuntimeError where the process does not answer."""
        self._name = ray_serve.get_replica_context().replica_id.unique_id
        self._process = await asyncio.to_thread(InfillProcess, settings)
        # The answer comes as it is: nothing is unpacked, and no cookie is kept.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        await self._warm_up()

    async def check_health(self) -> None:
        """Raises where the process has ended or does not answer; Ray asks again and again (`health_check_period_s`)."""
        self._process.check()
        timeout = aiohttp.ClientTimeout(total=HEALTH_S)
        async with self._session.get(f"{self._process.url}/health", timeout=timeout) as answer:
            answer.raise_for_status()

    async def answer(self, asked: Asked) -> AsyncIterator[Head | bytes | Gone]:
        """The process's answer: a Head with all of it, or, where it sends events, a Head and then each part when it
        comes.

        Where the process is lost before anything can be passed on, a Gone, and the request can be asked elsewhere.
        Where the request is cancelled, the connection is closed, by which the process knows.
        """
        head: Head | None = None
        try:
            async with self._session.request(
                asked.method,
                URL(self._process.url + asked.target, encoded=True),
                headers=end_to_end(asked.headers),
                data=asked.body or None,
                allow_redirects=False,
            ) as answer:
                fields = tuple(end_to_end(answer.headers.items()))
                if not answer.headers.get("content-type", "").startswith(EVENTS):
                    body = await answer.read()
                    is_closing = answer.status == 503 and IS_CLOSING in body
                    yield Gone(self._name) if is_closing else Head(answer.status, fields, body, True, self._name)
                    return
                head = Head(answer.status, fields, b"", False, self._name)
                yield head
                async for part in answer.content.iter_any():
                    yield part
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            if head is not None:
                raise  # what was sent cannot be taken back
            yield Gone(self._name)

    def __del__(self) -> None:
        """Ray calls it once the replica has answered everything (`graceful_shutdown_timeout_s`)."""
        if hasattr(self, "_process"):
            self._process.stop()

    async def _warm_up(self) -> None:
        """What is done for the first time takes several times as long; no person is to wait for that."""
        headers = (("content-type", "application/json"), *own_token())
        for _ in range(FIRST_REQUESTS):
            asked = Asked("", frozenset(), "POST", "/infill", headers, WARM_UP)
            async for part in self.answer(asked):
                if not isinstance(part, Head) or part.status != 200:
                    raise RuntimeError(f"infill serve does not fill in: {part}")


def own_token() -> tuple[tuple[str, str], ...]:
    """The header that says it, where there is one."""
    token = os.environ.get(TOKEN, "").strip()
    return (("authorization", f"Bearer {token}"),) if token else ()
