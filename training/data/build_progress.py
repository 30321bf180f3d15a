"""How far a long task is: one line that renews itself on a terminal, a line every few seconds elsewhere."""

import sys
import time

EVERY_TERMINAL, EVERY_LOG = 0.1, 5  # seconds


class Progress:
    def __init__(self, what, total, stream=None, clock=time.monotonic):
        """`total`: packages."""
        self.what, self.total, self.clock = what, total, clock
        self.stream = stream or sys.stderr
        self.terminal = self.stream.isatty()
        self.done = self.bytes = 0
        self.began = clock()
        self.shown = -EVERY_LOG

    def advance(self, size=0):
        """One more package, of `size` bytes."""
        self.done += 1
        self.bytes += size
        now = self.clock()
        if self.done == self.total or now - self.shown >= (EVERY_TERMINAL if self.terminal else EVERY_LOG):
            self.shown = now
            end = "\n" if self.done == self.total or not self.terminal else ""
            print(("\r\x1b[K" if self.terminal else "") + self.line(), end=end, file=self.stream, flush=True)

    def line(self):
        share = f"{self.done / max(1, self.total):.0%}"
        rest = f"{self.bytes / 1e6:.0f} MB, {self.clock() - self.began:.0f} s"
        return f"{self.what}: package {self.done} of {self.total} ({share}), {rest}"
