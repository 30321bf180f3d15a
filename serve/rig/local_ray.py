"""A cluster of Ray on this machine, of which nothing is left afterwards. It is to be imported before Ray."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from serve.rig.root import ROOT

STORE_BYTES = 80 * 1024 * 1024
"""Of shared memory; about the least that Ray takes."""
ENDS_WITHIN_S = 10

# Ray reads them when it is imported, and hands them on to its processes.
os.environ |= {
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_enable_metrics_collection": "0",
    # By itself it gives way to whatever else runs here.
    "RAY_worker_niceness": "0",
    # Without a name of its own that other machines could reach, it listens at the loopback alone.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # Else it would write one into the home folder.
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
}


@contextmanager
def local_ray(cpus: int) -> Iterator[psutil.Process]:
    """The process whose children the cluster's processes are: this one.

    cpus: that the cluster believes to have; what is promised to replicas, however many there are.
    """
    import ray

    # Sockets lie in it, and their paths have to be short.
    folder = Path(tempfile.mkdtemp(prefix="infill-ray-", dir="/tmp" if os.path.isdir("/tmp") else None))
    own = psutil.Process()
    others = {process.pid for process in own.children(recursive=True)}
    try:
        ray.init(
            num_cpus=cpus,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=STORE_BYTES,
            _temp_dir=str(folder),
        )
        yield own
    finally:
        started = [process for process in own.children(recursive=True) if process.pid not in others]
        with suppress(Exception):
            ray.shutdown()
        _, alive = psutil.wait_procs(started, ENDS_WITHIN_S)
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        assert alive == [], "processes did not end with the cluster"
