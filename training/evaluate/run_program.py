"""Runs a Python program that nobody has read, as far as a process can be held back: no sandbox. POSIX only."""

import resource
import subprocess
import sys
import tempfile

SECONDS, MEMORY = 4, 2**30  # of wall-clock and of computing; bytes


def run_program(text, seconds=SECONDS):
    """Whether it ends by itself without an error: in an empty folder, without input, its output thrown away, with
    limits for time and memory, and without files that it could fill."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", text],
                cwd=folder,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                preexec_fn=lambda: _limit(seconds),
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def _limit(seconds):
    for what, most in (
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))
