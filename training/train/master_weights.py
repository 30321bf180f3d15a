"""Weights that are changed in single precision while the network computes in another: AdamW, clipping, their moving
average; in one process or several."""

import torch
import torch.distributed as dist

DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


class MasterWeights:
    """What the optimiser changes are the masters; `trained`, the network's own, are rounded from them. A subclass says
    by `_loss(part)` what is to fall: something with `loss`, a sum with a gradient, and `stacked()`, sums of which the
    second is the loss's weight."""

    def __init__(self, trained, config, processes=1, checkpoint=None):
        """`trained` {name: parameter}, in single precision and where they are to stay; `checkpoint`: what `state`
        answered, or None for a new start. Matrices decay, but for the embedding."""
        self.config, self.processes, self.trained = config, processes, list(trained.values())
        self.masters = [q.detach().clone().float() for q in self.trained]
        self.average = [m.clone() for m in self.masters] if config.ema else self.masters
        decayed = [m.ndim > 1 and name != "embedding" for name, m in zip(trained, self.masters, strict=True)]
        matrices, vectors = ([m for m, d in zip(self.masters, decayed, strict=True) if d == on] for on in (True, False))
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

    def _loss(self, part):
        raise NotImplementedError

    def step(self, batch, rate):
        """One update by this process's share of the batch -> sum of all processes' `stacked`, norm of the mean
        gradient."""
        for q in self.trained:
            q.grad = None
        scores = 0
        for part in parts(batch, self.config.micro):
            each = self._loss(part)
            each.loss.backward()
            scores = scores + each.stacked()
        sizes = [q.numel() for q in self.trained]
        flat = torch.zeros(sum(sizes), device=self.trained[0].device)
        for part, q in zip(flat.split(sizes), self.trained, strict=True):
            if q.grad is not None:
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

    @torch.no_grad()
    def _update(self, gradients, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        for master, gradient in zip(self.masters, gradients, strict=True):
            master.grad = gradient.view_as(master)
        self.optimizer.step()
        self.updates += 1
        if self.average is not self.masters:
            decay = min(self.config.ema, (1 + self.updates) / (10 + self.updates))  # an early average is a short one
            torch._foreach_lerp_(self.average, self.masters, 1 - decay)
        self._show(self.masters)

    @torch.no_grad()
    def _show(self, weights):
        """Puts weights into the network, in its precision."""
        for weight, q in zip(weights, self.trained, strict=True):
            q.copy_(weight)

    @torch.no_grad()
    def evaluate(self, batches):
        """The averaged weights' sum of `stacked` over batches."""
        self._show(self.average)
        scores = sum(self._loss(part).stacked() for batch in batches for part in parts(batch, self.config.micro))
        self._show(self.masters)
        return scores

    def state(self):
        return {
            "masters": self.masters,
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "updates": self.updates,
        }


def parts(batch, micro):
    """Slices of at most `micro` windows."""
    for start in range(0, len(batch["ids"]), micro):
        yield {name: tensor[start : start + micro] for name, tensor in batch.items()}
