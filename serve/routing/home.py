"""On which replica a document is at home: consistent hashing with bounded loads. Pure."""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

ID_BYTES = 8


@dataclass(frozen=True)
class Bound:
    """How much more than its share a replica takes before others help out (Mirrokni, Thorup and Zadimoghaddam,
    2016)."""

    over_mean: float = 1.25
    """At most this many times the mean number of requests, rounded up; more than 1."""
    least: int = 4
    """A replica with fewer requests than this never sends one away: a cold cache costs more than such a wait."""

    def of(self, requests: int, replicas: int) -> int:
        """Requests that a replica may have, the new one counted. `requests`: of all of them, without the new one."""
        return max(self.least, math.ceil(self.over_mean * (requests + 1) / replicas))


def ranked(key: str, replicas: Collection[str]) -> list[str]:
    """Replicas in the order in which a key wants them (rendezvous hashing, Thaler and Ravishankar, 1998).

    Where one comes or goes, only keys that want it first move, about 1/n of them; all others keep their order.
    """
    return sorted(replicas, key=lambda replica: (weight(key, replica), replica), reverse=True)


def weight(key: str, replica: str) -> bytes:
    name = key.encode("utf-8", "surrogatepass")
    # The key's length keeps two pairs from being one text.
    return hashlib.blake2b(b"%d %b%b" % (len(name), name, replica.encode()), digest_size=ID_BYTES).digest()


def preferred(
    key: str,
    replicas: Sequence[str],
    loads: Mapping[str, int],
    gone: Collection[str] = (),
    bound: Bound = Bound(),
) -> list[str]:
    """All replicas, in the order in which a request of this key is to be offered to them.

    First those below the bound as the key wants them, so that a document that cannot be at home has a second home and
    not many; then those at or over it, the least loaded first; last those that are known to have lost their process, in
    case they have one again.

    loads: requests that a replica computes or lets wait; one that is not named has none.
    """
    there = [replica for replica in replicas if replica not in gone]
    limit = bound.of(sum(loads.get(replica, 0) for replica in there), max(1, len(there)))
    free, full = [], []
    for replica in ranked(key, there):
        (free if loads.get(replica, 0) < limit else full).append(replica)
    full.sort(key=lambda replica: loads.get(replica, 0))
    return [*free, *full, *ranked(key, [replica for replica in replicas if replica in gone])]
