"""One update of the denoiser after the other."""

import math

import torch

from training.train.loss import Rows, infill_loss, means
from training.train.master_weights import DTYPES, MasterWeights


class Trainer(MasterWeights):
    """The denoiser computes in the configuration's precision."""

    def __init__(self, encoder, denoiser, config, device="cpu", processes=1, checkpoint=None, rows=None, unfrozen=0):
        """`checkpoint`: what `state` answered, or None for a new start from `denoiser`'s weights. For ablations:
        `rows`, see loss.py, and how many last layers of the encoder are trained too."""
        self.rows, dtype = rows or Rows(), DTYPES[config.precision]
        self.encoder, self.denoiser = encoder.to(device, dtype).eval(), denoiser.to(device)
        unfrozen = {f"encoder.{i}": q for i, q in enumerate(encoder.unfreeze(unfrozen))}
        super().__init__(dict(denoiser.named_parameters()) | unfrozen, config, processes, checkpoint)
        denoiser.to(dtype)
        self._show(self.masters)

    def compile(self):
        """Each layer on its own: all layers of a kind share one compilation for each size of canvas."""
        torch._dynamo.config.recompile_limit = 64
        for block in (*self.encoder.blocks, *self.denoiser.blocks):
            block.compile(dynamic=False)

    def _loss(self, part):
        return infill_loss(self.encoder, self.denoiser, part, self.rows, self.config.encoder_mix)

    def evaluate(self, batches):
        """The averaged weights' {"loss", "accuracy", "first"} over batches."""
        return means(super().evaluate(batches))

    def weights(self):
        """State dict of the averaged denoiser, bf16."""
        names = [name for name, _ in self.denoiser.named_parameters()]
        own = self.average[: len(names)]
        return {name: tensor.to(torch.bfloat16).cpu() for name, tensor in zip(names, own, strict=True)}


def rate_at(step, done, config):
    """Learning rate: linear warm-up, then a cosine over the share of the run that is `done`, down to `final_rate`."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(done, 1)))
    return (
        config.learning_rate
        * min(1, (step + 1) / config.warmup)
        * (config.final_rate + (1 - config.final_rate) * cosine)
    )
