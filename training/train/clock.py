"""When a process that trains stops: as its schedule, its time or whoever runs it says; all processes at the same
step."""

import math
import signal
import time

import torch
import torch.distributed as dist

LOADED = time.monotonic()


class Clock:
    """The first process's time and signals decide for all. From here on SIGTERM and SIGINT ask for the end; minutes
    count from `start` on, the deadline always."""

    def __init__(self, minutes, processes=1, device="cpu", stop_after=math.inf, deadline=math.inf):
        """`minutes` that the run has trained before; `stop_after`: minutes that this process may train; `deadline`:
        seconds that it may run, counted from when its modules were loaded."""
        self.processes, self.device = processes, device
        self.before, self.stop_after, self.deadline = minutes, stop_after, deadline
        self.begin, self.ended = None, []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.ended.append(True))

    def start(self):
        """Begins to count minutes; what went before, such as compiling, is not training."""
        self.begin = time.monotonic()

    def read(self):
        """-> minutes that the run has trained, whether this process is to stop. Every process must ask."""
        now = time.monotonic()
        minutes = self.before + (0 if self.begin is None else (now - self.begin) / 60)
        stop = self.ended or minutes - self.before >= self.stop_after or now - LOADED >= self.deadline
        if self.processes == 1:
            return minutes, bool(stop)
        shared = torch.tensor([minutes, bool(stop)], device=self.device, dtype=torch.float64)
        dist.broadcast(shared, 0)
        minutes, stop = shared.tolist()
        return minutes, bool(stop)
