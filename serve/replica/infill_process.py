"""One `infill serve`, as long as its replica lives."""

import logging
import os
import re
import subprocess
import threading
from collections import deque

from serve.settings import Settings, has_token

LINES_KEPT = 100
ADDRESS = re.compile(r"answers at (http://\S+:\d+)")

log = logging.getLogger("ray.serve")


class InfillProcess:
    """Started at any free port of the loopback. It ends when this process does, however that ends: it looks for it by
    itself.

    A thread reads what it writes, not the event loop: a child's end is told to the main thread's loop only, and Serve
    runs this in another.
    """

    def __init__(self, settings: Settings) -> None:
        """Waits until it answers. Raises RuntimeError, with what it wrote, where it does not in time."""
        self._ends_within_s = settings.ends_within_s
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._answers = threading.Event()
        self.url = ""
        self._process = subprocess.Popen(
            [*settings.command, "serve", *options_of(settings)],
            cwd=settings.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            # A signal that a terminal sends to all of Ray must not reach it before its requests are finished.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name="infill serve", daemon=True)
        self._reader.start()
        if not self._answers.wait(settings.starts_within_s) or not self.url:
            self.stop()
            raise RuntimeError(f"infill serve does not answer. It wrote:\n{self.said}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        """Its last lines."""
        return "\n".join(self._lines)

    def check(self) -> None:
        """Raises RuntimeError, with what it wrote, where it has ended."""
        code = self._process.poll()
        if code is not None:
            raise RuntimeError(f"infill serve has ended with {code}. It wrote:\n{self.said}")

    def stop(self) -> None:
        """Lets it finish what it computes."""
        self._process.terminate()
        try:
            self._process.wait(self._ends_within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with stream:
            for line in stream:
                self._lines.append(line.rstrip())
                log.info("infill serve %d: %s", self.pid, line.rstrip())
                found = ADDRESS.search(line)
                if found and not self.url:
                    self.url = found.group(1)
                    self._answers.set()
        self._answers.set()  # it has ended: nobody need wait


def options_of(settings: Settings) -> list[str]:
    """What `infill serve` is told. The token is in its environment."""
    given = ["--host", "127.0.0.1", "--port", "0", "--end-with", str(os.getpid())]
    given += ["--threads", str(settings.threads), "--context-memory", str(settings.context_memory_mb)]
    if settings.model:
        given += ["--model", settings.model]
    if settings.device:
        given += ["--device", settings.device]
    if has_token():
        given.append("--behind-proxy")  # the front says who asks; without a token, only this machine can
    return given
