"""infill.yaml as it is, on a small machine."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import yaml

from serve.rig.local_ray import local_ray
from serve.rig.root import CLI, ROOT, TINY

STARTS_WITHIN_S = 60
REPLICA = "Replica"
LOOKED_EVERY_S = 0.3
"""Looking takes time from what is measured."""


@dataclass
class Team:
    """What is running."""

    url: str
    own: psutil.Process
    """Its children are all processes of the cluster."""
    config: dict[str, Any]
    client: Any

    def deploy(self, **settings: Any) -> None:
        """As `serve deploy` does with a file in which these fields of Settings are otherwise."""
        from ray.serve.schema import ServeDeploySchema

        self.config["applications"][0]["args"] |= settings
        self.client.deploy_apps(ServeDeploySchema.model_validate(self.config))

    def servers(self) -> dict[int, str]:
        """Process id -> address of each `infill serve` that listens."""
        found = {}
        for process in self.own.children(recursive=True):
            try:
                if "--end-with" not in process.cmdline():
                    continue
                listening = [each for each in process.net_connections("tcp") if each.status == psutil.CONN_LISTEN]
            except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
                continue
            if listening:
                found[process.pid] = f"http://127.0.0.1:{listening[0].laddr.port}"
        return found

    def wait_for(self, count: int, besides: set[int] = frozenset()) -> dict[int, str]:  # type: ignore[assignment]
        """Until so many replicas are running, of which none has a process of `besides`."""
        from ray import serve as ray_serve

        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            application = ray_serve.status().applications.get("infill")
            deployment = application.deployments.get(REPLICA) if application else None
            running = deployment.replica_states.get("RUNNING", 0) if deployment else 0
            if running == count and application and application.status == "RUNNING":
                servers = self.servers()  # last: it is what takes longest
                if len(servers) == count and not besides & set(servers):
                    return servers
            assert time.monotonic() < until, application
            time.sleep(LOOKED_EVERY_S)


def config_of(port: int, replicas: int, model: Path, **settings: Any) -> dict[str, Any]:
    """Only what has to be otherwise on a machine that does other things as well."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "serve" / "infill.yaml").read_text(encoding="utf-8"))
    config["http_options"]["port"] = port
    [application] = config["applications"]
    application["args"] |= {"command": ["node", str(CLI)], "model": str(model), "threads": 1} | settings
    front, replica = application["deployments"]
    front["ray_actor_options"]["num_cpus"] = 0.1
    replica["ray_actor_options"]["num_cpus"] = 0.1
    replica["autoscaling_config"] |= {"min_replicas": replicas, "max_replicas": replicas}
    replica["health_check_period_s"] = 0.5
    return config


@contextmanager
def running_team(replicas: int, model: Path = TINY, **settings: Any) -> Iterator[Team]:
    """settings: fields of Settings."""
    with local_ray(cpus=2) as own:
        from ray.serve._private.api import serve_start  # what `serve run` does with a file of this kind

        config = config_of(free_port(), replicas, model, **settings)
        client = serve_start(http_options=config["http_options"])
        team = Team(f"http://127.0.0.1:{config['http_options']['port']}", own, config, client)
        team.deploy()
        team.wait_for(replicas)
        yield team


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def counted(metrics: str, name: str, **labels: str) -> float:
    """The sum of a metric's values that have these labels."""
    total = 0.0
    for line in metrics.splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if found and found[1] == name and all(f'{key}="{value}"' in (found[2] or "") for key, value in labels.items()):
            total += float(found[3])
    return total
