"""Says on stderr how far something long has come: at its start, every few seconds, and at its end."""

import sys
import time

EVERY = 5  # seconds


class Progress:
    def __init__(self, what, total):
        self.what, self.total, self.done = what, total, 0
        self.began = self.said = time.monotonic()
        say(f"{what}: {total} to do")

    def step(self):
        self.done += 1
        now = time.monotonic()
        if now - self.said > EVERY or self.done == self.total:
            self.said = now
            say(f"{self.what}: {self.done} of {self.total}, {now - self.began:.0f} s")


def say(text):
    print(text, file=sys.stderr, flush=True)
