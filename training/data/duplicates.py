"""Near-copies, by how many of a file's runs of five lines were seen before."""

import zlib
from array import array

LINES = 5
SEEN_SHARE = 0.7  # of a file's shingles; with more than this it is a copy
BITS = 31


def shingles(text):
    """-> sorted array of 31-bit hashes, one for each run of five non-trivial lines; indentation does not count."""
    lines = [line for line in map(str.strip, text.split("\n")) if len(line) > 1]
    runs = ("\n".join(lines[i : i + LINES]) for i in range(max(1, len(lines) - LINES + 1)))
    return array("I", sorted({zlib.crc32(run.encode()) >> (32 - BITS) for run in runs}))


class Seen:
    """Every shingle of the files kept so far: one bit for each possible hash, 256 MiB."""

    def __init__(self):
        self.bits = bytearray(1 << (BITS - 3))

    def is_copy(self, marks):
        """Whether a file with these shingles was mostly seen before; where not, it counts as seen from now on."""
        old = sum(self.bits[m >> 3] >> (m & 7) & 1 for m in marks)
        if old > SEEN_SHARE * len(marks):
            return True
        for m in marks:
            self.bits[m >> 3] |= 1 << (m & 7)
        return False
