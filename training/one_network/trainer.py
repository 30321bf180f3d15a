"""One update of the one network after the other."""

import torch
from torch import nn

from training.model.one_network_weights import NOT_KEPT
from training.one_network.loss import loss_of_chunk, means, network_loss
from training.one_network.passes import Packed, hole_by_hole
from training.train.master_weights import DTYPES, MasterWeights


class NetworkTrainer(MasterWeights):
    """The network computes in the configuration's precision."""

    def __init__(self, network, config, device="cpu", processes=1, checkpoint=None, packed=None):
        """`checkpoint`: what `state` answered, or None for a new start from `network`'s weights; `packed`: all rows of
        a window in one sequence, by default on CUDA."""
        self.network, self.chunk_loss = network.to(device), None
        self.static = device == "cuda"
        trained, self.horizon = network.trained(), None
        if config.horizon_weight:
            sizes = (network.architecture.hidden_size,), ()
            self.horizon = [nn.Parameter(torch.zeros(size, device=device)) for size in sizes]
            trained = trained | dict(zip(NOT_KEPT, self.horizon, strict=True))
        self.names = list(trained)
        packed = self.static if packed is None else packed
        self.read_rows = Packed(config.micro, config.rows, device) if packed else hole_by_hole
        super().__init__(trained, config, processes, checkpoint)
        if checkpoint:
            with torch.no_grad():
                network.suffix_in.copy_(checkpoint["suffix_in"])
        dtype = DTYPES[config.precision]
        network.to(dtype)
        for each in self.horizon or ():
            each.data = each.data.to(dtype)
        self._show(self.masters)

    def compile(self):
        """Each layer on its own: all layers share one compilation, and one without gradient."""
        for block in self.network.blocks:
            block.compile(dynamic=False)
        self.chunk_loss = torch.compile(loss_of_chunk, dynamic=False)

    def _loss(self, part):
        return network_loss(
            self.network, self.horizon, part, self.read_rows, self.chunk_loss, self.static, self.config.horizon_weight
        )

    def evaluate(self, batches):
        """The kept weights' `means` over batches."""
        return means(super().evaluate(batches))

    def weights(self):
        """State dict of what is trained, bf16; with it the row that adapters leave as it began."""
        own = dict(zip(self.names, self.average, strict=True))
        own = {"suffix_in": self.network.suffix_in.detach()} | own
        return {name: tensor.to("cpu", torch.bfloat16) for name, tensor in own.items()}

    def state(self):
        return super().state() | {"suffix_in": self.network.suffix_in.detach().float()}


def rate_at(step, done, config):
    """Learning rate: linear warm-up, then level, then in the last `decay` of the run down to `final_rate`."""
    left = (1 - min(done, 1)) / config.decay if config.decay else 1
    return config.learning_rate * min(1, (step + 1) / config.warmup) * max(config.final_rate, min(1, left))
