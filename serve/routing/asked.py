"""A request on its way from the front to a replica, and what comes back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A request over HTTP as it came, and by which it is routed."""

    key: str
    gone: frozenset[str]
    """Replicas that have lost their process, as far as the front knows."""
    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Head:
    """How an answer begins. Behind it come parts of its body as they are."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_whole: bool
    """Whether `body` is all of it."""
    replica: str
    """Which replica answers."""


@dataclass(frozen=True)
class Gone:
    """Comes in place of a Head: this replica has lost its process, and has answered nothing."""

    replica: str
