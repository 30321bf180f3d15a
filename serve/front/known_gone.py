"""Which replicas have lately lost their process."""

import time
from collections.abc import Callable

FORGOTTEN_AFTER_S = 60.0
"""By then Ray has replaced a replica, and its name comes no more."""


class KnownGone:
    """Names of replicas, until they answer again or have surely been replaced."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}

    def add(self, replica: str) -> None:
        self._since[replica] = self._clock()

    def is_back(self, replica: str) -> None:
        self._since.pop(replica, None)

    def now(self) -> frozenset[str]:
        old = self._clock() - FORGOTTEN_AFTER_S
        self._since = {name: since for name, since in self._since.items() if since > old}
        return frozenset(self._since)
