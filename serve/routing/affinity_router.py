"""The request router of the replicas, through the hook that Ray Serve has for one."""

from ray.serve.request_router import PendingRequest, RequestRouter, RunningReplica

from serve.routing.asked import Asked
from serve.routing.home import Bound, preferred


class AffinityRouter(RequestRouter):
    """Keeps one document on one replica, as far as `preferred` says.

    It runs in each replica of the front. The queue lengths that it goes by are Ray's: what this front has sent,
    corrected with each answer by what the replica says of itself.
    """

    def initialize_state(self, over_mean: float = Bound.over_mean, least: int = Bound.least) -> None:
        """Takes `request_router_kwargs` of the deployment: the fields of a Bound."""
        if over_mean <= 1 or least < 1:
            raise ValueError(f"over_mean has to be more than 1 and least at least 1; they are {over_mean} and {least}.")
        self._bound = Bound(over_mean, least)

    async def choose_replicas(
        self, candidate_replicas: list[RunningReplica], pending_request: PendingRequest | None = None
    ) -> list[list[RunningReplica]]:
        """Ranks of one replica each: Ray offers the request to them in this order."""
        asked = next((arg for arg in pending_request.args if isinstance(arg, Asked)), None) if pending_request else None
        if asked is None:
            return [candidate_replicas]
        pending_request.routing_context.should_backoff = True
        by_id = {replica.replica_id.unique_id: replica for replica in candidate_replicas}
        lengths = self.replica_queue_len_cache
        loads = {name: lengths.get(replica.replica_id) or 0 for name, replica in by_id.items()}
        order = preferred(asked.key, list(by_id), loads, asked.gone, self._bound)
        return [[by_id[name]] for name in order]
