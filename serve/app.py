"""The application that `serve run serve.app:build` and infill.yaml name."""

from ray import serve as ray_serve
from ray.serve import Application
from ray.serve.config import RequestRouterConfig

from serve.front.front import Front
from serve.replica.replica import Replica
from serve.routing.affinity_router import AffinityRouter
from serve.settings import Settings

QUIET = {"enable_access_log": False}
"""A line for each request would cost more than routing it, and `infill serve` has counts of them."""
ROUTER = f"{AffinityRouter.__module__}:{AffinityRouter.__qualname__}"


def build(settings: Settings) -> Application:
    """`settings`: the `args` of the application. How many replicas there are, and what each gets, infill.yaml says."""
    replica = ray_serve.deployment(
        name="Replica",
        request_router_config=RequestRouterConfig(request_router_class=ROUTER),
        logging_config=QUIET,
        max_ongoing_requests=64,  # as many as `infill serve` lets wait
        health_check_period_s=2,
        health_check_timeout_s=10,
        graceful_shutdown_wait_loop_s=1,
        graceful_shutdown_timeout_s=60,
        ray_actor_options={"num_cpus": 2},
    )(Replica)
    front = ray_serve.deployment(
        name="Front",
        logging_config=QUIET,
        max_ongoing_requests=512,
        graceful_shutdown_wait_loop_s=1,
        ray_actor_options={"num_cpus": 0},
    )(ray_serve.ingress()(Front))
    return front.bind(replica.bind(settings), settings)
