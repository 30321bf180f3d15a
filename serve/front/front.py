"""What clients talk to: takes a request in, says where it belongs, and passes the answer on."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any

from ray.exceptions import RayError, RayTaskError, TaskCancelledError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle, DeploymentResponseGenerator

from serve.front.known_gone import KnownGone
from serve.front.read_body import ClientLeftError, Receive, Room, TooLargeError, TooManyError, read_body
from serve.routing.asked import Asked, Gone, Head
from serve.routing.request_key import request_key
from serve.settings import Settings, has_token

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FORWARDED_FOR = "x-forwarded-for"
LONG_TO_READ = 128 * 1024
"""Bytes of a body that is not looked through between two other requests."""
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.5
LOOPBACK = ("127.", "::1", "::ffff:127.")


class UnavailableError(Exception):
    """No replica has answered."""


class Front:
    """An ASGI application. It knows no route and looks at no token: what a process says to a request is the answer.

    It is a deployment of its own because Ray routes a request by what its handle is called with: the router has no body
    of HTTP, only these
    arguments, and whoever calls has read it.
    """

    def __init__(self, replicas: DeploymentHandle, settings: Settings) -> None:
        self._replicas = replicas.options(method_name="answer", stream=True)
        self._settings = settings
        self._is_open = has_token()
        self._room = Room(settings.bodies_bytes)
        self._gone = KnownGone()

    def __serve_build_asgi_app__(self) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await self._app(scope, receive, send)

        return app  # a function: of a method, uvicorn does not see that it is asynchronous

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await acknowledge(receive, send)
        elif scope["type"] == "http":
            with self._room.holding() as held:
                try:
                    body = await read_body(receive, held, self._settings.body_bytes)
                    await self._pass_on(scope, body, send)
                except ClientLeftError:
                    return
                except TooLargeError:
                    await refuse(send, 413, "invalid_request_error", "too_large", "The body is too large.")
                except TooManyError:
                    await refuse(send, 429, "rate_limit_error", "too-many", "Too many requests wait already.")

    async def _pass_on(self, scope: Scope, body: bytes, send: Send) -> None:
        address = (scope.get("client") or ("", 0))[0]
        if not self._is_open and not address.startswith(LOOPBACK):
            message = "Without INFILL_SERVER_TOKEN, only this machine is answered."
            await refuse(send, 403, "invalid_request_error", "403", message)
            return
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        if self._settings.behind_proxy:
            address = who_asks(headers, address)
        else:
            # What a client says of itself there is not believed.
            headers = [(name, value) for name, value in headers if name != FORWARDED_FOR] + [(FORWARDED_FOR, address)]
        named = dict(reversed(headers))
        if len(body) > LONG_TO_READ:
            key = await asyncio.to_thread(request_key, named.get, address, body, scope["path"])
        else:
            key = request_key(named.get, address, body, scope["path"])
        path = scope.get("raw_path") or scope["path"].encode()
        query = scope.get("query_string", b"")
        target = (path + (b"?" + query if query else b"")).decode("latin-1")
        try:
            await self._ask(Asked(key, frozenset(), scope["method"], target, tuple(headers), body), send)
        except UnavailableError:
            await refuse(send, 503, "server_error", "unavailable", "No replica can answer now.")

    async def _ask(self, asked: Asked, send: Send) -> None:
        """Asks until one replica has begun to answer, and passes that on. Raises UnavailableError."""
        until = time.monotonic() + self._settings.retries_within_s
        pause = FIRST_PAUSE_S
        while True:
            gone = self._gone.now()
            parts = self._replicas.remote(replace(asked, gone=gone))
            try:
                first = await self._first(parts)
                if isinstance(first, Head):
                    self._gone.is_back(first.replica)
                    await pass_on(first, parts, send)
                    return
            finally:
                parts.cancel()  # of what has ended by itself it does nothing
            if isinstance(first, Gone):
                self._gone.add(first.replica)
                if first.replica not in gone:
                    continue  # another replica has not been asked yet
            if time.monotonic() > until:
                raise UnavailableError
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _first(self, parts: DeploymentResponseGenerator) -> Head | Gone | None:
        """None where the replica itself has died; Ray's router forgets it then."""
        try:
            async with asyncio.timeout(self._settings.answers_within_s):
                return await anext(parts)
        except TimeoutError:
            raise UnavailableError from None
        except (TaskCancelledError, RayTaskError):
            raise  # the client has left; or a fault of this program
        except (RayError, RayServeException, StopAsyncIteration):
            return None


def who_asks(headers: list[tuple[str, str]], connected: str) -> str:
    """As src/server/turns/clientOf.ts has it behind a proxy."""
    said = [value for name, value in headers if name == FORWARDED_FOR]
    return said[-1].split(",")[-1].strip() if said else connected


async def pass_on(head: Head, parts: DeploymentResponseGenerator, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in head.headers]
    await send({"type": "http.response.start", "status": head.status, "headers": headers})
    await send({"type": "http.response.body", "body": head.body, "more_body": not head.is_whole})
    if not head.is_whole:
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def refuse(send: Send, status: int, kind: str, code: str, message: str) -> None:
    """In the form of `infill serve`'s own errors."""
    body = json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status in (429, 503):
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def acknowledge(receive: Receive, send: Send) -> None:
    """Nothing is opened before the first request, nor closed after the last."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
