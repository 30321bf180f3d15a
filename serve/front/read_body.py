"""Takes a request's body in, within bounds."""

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooLargeError(Exception):
    """One body is larger than bodies may be."""


class TooManyError(Exception):
    """All bodies together would be larger than they may be."""


class ClientLeftError(Exception):
    """Nobody waits for an answer any more."""


class Room:
    """Bytes that all bodies together may take."""

    def __init__(self, most: int) -> None:
        self._left = most

    def holding(self) -> "Held":
        """What one request takes of it, until it is answered."""
        return Held(self)

    def take(self, count: int) -> None:
        if count > self._left:
            raise TooManyError
        self._left -= count

    def give(self, count: int) -> None:
        self._left += count


class Held(AbstractContextManager["Held"]):
    def __init__(self, room: Room) -> None:
        self._room = room
        self._count = 0

    def add(self, count: int) -> None:
        self._room.take(count)
        self._count += count

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._room.give(self._count)


async def read_body(receive: Receive, held: Held, most: int) -> bytes:
    """All of a body of at most `most` bytes. Raises one of the errors above."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeftError
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLargeError
        held.add(len(part))
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
