"""One update of the denoiser after the other: fp32 master weights, their moving average, AdamW; in one process or
several."""

import math

import torch
import torch.distributed as dist

from training.train.loss import Rows, infill_loss, means

_DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


class Trainer:
    """The denoiser computes in the configuration's precision; what the optimiser changes are its master weights."""

    def __init__(self, encoder, denoiser, config, device="cpu", processes=1, checkpoint=None, rows=None, unfrozen=0):
        """`checkpoint`: what `state` answered, or None for a new start from `denoiser`'s weights. For ablations:
        `rows`, see loss.py, and how many last layers of the encoder are trained too."""
        self.config, self.processes, self.rows = config, processes, rows or Rows()
        dtype = _DTYPES[config.precision]
        self.encoder, self.denoiser = encoder.to(device, dtype).eval(), denoiser.to(device)
        self.trained = [*denoiser.parameters(), *encoder.unfreeze(unfrozen)]
        self.masters = [q.detach().clone().float() for q in self.trained]
        self.average = [m.clone() for m in self.masters]
        denoiser.to(dtype)
        matrices, vectors = ([m for m in self.masters if (m.ndim > 1) == wide] for wide in (True, False))
        groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": vectors, "weight_decay": 0}]
        self.optimizer = torch.optim.AdamW(
            groups, lr=config.learning_rate, betas=(config.beta1, config.beta2), fused=True
        )
        self.updates = 0
        if checkpoint:
            self.updates = checkpoint["updates"]
            self.optimizer.load_state_dict(checkpoint["optimizer"])
            for name in ("masters", "average"):
                for tensor, saved in zip(getattr(self, name), checkpoint[name], strict=True):
                    tensor.copy_(saved)
        self._show(self.masters)

    def compile(self):
        """Each layer on its own: all layers of a kind share one compilation for each size of canvas."""
        torch._dynamo.config.recompile_limit = 64
        for block in (*self.encoder.blocks, *self.denoiser.blocks):
            block.compile(dynamic=False)

    def step(self, batch, rate):
        """One update by this process's share of the batch -> sum of all processes' `Scores.stacked`, norm of the mean
        gradient."""
        for q in self.trained:
            q.grad = None
        scores = 0
        for part in _parts(batch, self.config.micro):
            each = self._loss(part)
            each.loss.backward()
            scores = scores + each.stacked()
        sizes = [q.numel() for q in self.trained]
        flat = torch.empty(sum(sizes), device=self.trained[0].device)
        for part, q in zip(flat.split(sizes), self.trained, strict=True):
            part.copy_(q.grad.flatten())
        if self.processes > 1:
            dist.all_reduce(flat)
            dist.all_reduce(scores)
        flat /= scores[1].clamp(min=1e-9).float()  # the sum of the losses becomes their mean over all processes' tokens
        norm = torch.linalg.vector_norm(flat)
        if torch.isfinite(norm):  # else the step is left out
            flat *= (self.config.clip / norm.clamp(min=self.config.clip)).item()
            self._update(flat.split(sizes), rate)
        return scores, norm.item()

    def _loss(self, part):
        return infill_loss(self.encoder, self.denoiser, part, self.rows, self.config.encoder_mix)

    @torch.no_grad()
    def _update(self, gradients, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        for master, gradient in zip(self.masters, gradients, strict=True):
            master.grad = gradient.view_as(master)
        self.optimizer.step()
        self.updates += 1
        decay = min(self.config.ema, (1 + self.updates) / (10 + self.updates))  # an early average is a short one
        torch._foreach_lerp_(self.average, self.masters, 1 - decay)
        self._show(self.masters)

    @torch.no_grad()
    def _show(self, weights):
        """Puts weights into the denoiser, in its precision."""
        for weight, q in zip(weights, self.trained, strict=True):
            q.copy_(weight)

    @torch.no_grad()
    def evaluate(self, batches):
        """The averaged weights' {"loss", "accuracy", "first"} over batches."""
        self._show(self.average)
        scores = sum(self._loss(part).stacked() for batch in batches for part in _parts(batch, self.config.micro))
        self._show(self.masters)
        return means(scores)

    def weights(self):
        """State dict of the averaged denoiser, bf16."""
        names = [name for name, _ in self.denoiser.named_parameters()]
        own = self.average[: len(names)]
        return {name: tensor.to(torch.bfloat16).cpu() for name, tensor in zip(names, own, strict=True)}

    def state(self):
        return {
            "masters": self.masters,
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "updates": self.updates,
        }


def _parts(batch, micro):
    """Slices of at most `micro` windows."""
    for start in range(0, len(batch["ids"]), micro):
        yield {name: tensor[start : start + micro] for name, tensor in batch.items()}


def rate_at(step, done, config):
    """Learning rate: linear warm-up, then a cosine over the share of the run that is `done`, down to `final_rate`."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(done, 1)))
    return (
        config.learning_rate
        * min(1, (step + 1) / config.warmup)
        * (config.final_rate + (1 - config.final_rate) * cosine)
    )
