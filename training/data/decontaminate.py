"""Whether a text carries a piece of the benchmarks HumanEval or MBPP: by name, or by fingerprints of their text.

A fingerprint is a hash of ten consecutive tokens, so that indentation, line breaks, capitals and the names around an
excerpt do not matter. Of all hashes every second is used, chosen by value: the same ones in the benchmark and in a
text."""

import re
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

FINGERPRINTS = Path(__file__).with_name("benchmark_fingerprints.bin")  # sorted little-endian uint64
TOKEN = re.compile(r"[^\W\d]\w*|\d+|[^\w\s]")
MARK = re.compile(r"^[ \t]*(?:#+|//+|\*+|--+)", re.MULTILINE)
RUN = 10  # tokens
SAMPLE = 2
# Three hits among twelve sampled runs in a row, about 24 tokens: an excerpt of 22 tokens is found 99 times in 100, and
# a common phrase is not enough.
HITS, AMONG = 3, 12
NAMES = (
    *("has_close_elements", "separate_paren_groups", "truncate_number", "below_zero"),
    *("human_eval", "HumanEval", "humaneval", "mbpp", "MBPP"),
)
FACTORS = np.cumprod(np.full(RUN, 0x9E3779B97F4A7C15, np.uint64))  # odd: no bit of a token's hash is lost


@lru_cache(maxsize=1 << 18)
def token_hash(token):
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")


def tokens(text):
    """Words, numbers and single symbols, in lower case; marks of comments at the start of a line are none."""
    return TOKEN.findall(MARK.sub("", text.lower()))


def run_hashes(words):
    """Tokens -> uint64 hash of each run of RUN of them, (len(words) - RUN + 1,)."""
    count = len(words) - RUN + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    hashes = np.fromiter(map(token_hash, words), np.uint64, len(words))
    total = np.zeros(count, np.uint64)
    for k, factor in enumerate(FACTORS):
        total += hashes[k : k + count] * factor  # modulo 2^64
    return total ^ (total >> np.uint64(32))


def sampled(hashes):
    return hashes[hashes % np.uint64(SAMPLE) == 0]


@cache
def benchmark_fingerprints():
    return np.fromfile(FINGERPRINTS, "<u8")


def carries(text, fingerprints):
    """Whether HITS of AMONG consecutive sampled runs of `text` are in `fingerprints`, a sorted uint64 array."""
    hashes = sampled(run_hashes(tokens(text)))
    places = np.searchsorted(fingerprints, hashes)
    known = np.append(fingerprints, 0)[places] == hashes
    known[places == len(fingerprints)] = False
    hits = np.flatnonzero(known)
    if len(np.unique(hashes[hits])) < HITS:  # one run said over and over is a table, not an excerpt
        return False
    return bool((hits[HITS - 1 :] - hits[: 1 - HITS] < AMONG).any())


def is_contaminated(text):
    """Whether `text` names a benchmark or carries an excerpt of one."""
    return any(name in text for name in NAMES) or carries(text, benchmark_fingerprints())
