"""Trains one network on one stream of text; goes on from its checkpoint after any kill."""

import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from training.claims.losses import loss_at
from training.shared.progress import say


@dataclass(frozen=True)
class Settings:
    steps: int
    batch: int = 32  # windows
    length: int = 64  # characters
    learning_rate: float = 1e-3
    final_rate: float = 1.0  # as a share of learning_rate; below 1 it falls along a cosine
    warmup: int = 100  # steps
    weight_decay: float = 0.1  # of matrices
    average: float | None = None  # decay of the moving average of the weights, which is measured then
    seed: int = 0
    save_every: float = 60  # seconds


def rate_of(step, settings):
    cosine = 0.5 * (1 + math.cos(math.pi * step / settings.steps))
    share = settings.final_rate + (1 - settings.final_rate) * cosine
    return settings.learning_rate * min(1, (step + 1) / settings.warmup) * share


def windows_of_step(stream, step, settings):
    """[batch, length]: each epoch cuts the whole stream, as a ring from a random place on, into windows in random
    order; what is left over is under one batch."""
    count = len(stream) // settings.length // settings.batch  # batches of an epoch
    if not count:
        raise ValueError(f"{len(stream)} characters are less than one batch, {settings.batch * settings.length}.")
    epoch, place = divmod(step, count)
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + epoch)
    start = torch.randint(len(stream), (1,), generator=generator).item()
    order = torch.randperm(len(stream) // settings.length, generator=generator)
    chosen = order[place * settings.batch : (place + 1) * settings.batch]
    at = start + chosen[:, None] * settings.length + torch.arange(settings.length)
    return stream[at % len(stream)]


def times(count, generator):
    """Stratified over (0, 1): one in each of `count` equal parts."""
    return (torch.arange(count) + torch.rand(count, generator=generator)).clamp(min=1e-4) / count


def fit(network, stream, settings, path, measure=None, stops=(), enough=None):
    """Runs `settings.steps` updates -> {"seconds": of training, "rows": what was measured}

    `measure(network)` answers a row, before the first update and after those in `stops`; the training also ends when
    `enough(rows)`. `path`: of the checkpoint."""
    path, stops = Path(path), set(stops)
    matrices, vectors = ([q for q in network.parameters() if (q.ndim > 1) == wide] for wide in (True, False))
    groups = [{"params": matrices, "weight_decay": settings.weight_decay}, {"params": vectors, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
    state = {"step": 0, "seconds": 0.0, "rows": [], "ended": False}
    if path.exists():
        saved = torch.load(path, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        state = saved["state"]
    averaged = copy.deepcopy(network) if settings.average else network
    if path.exists() and settings.average:
        averaged.load_state_dict(saved["average"])

    def save():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        content = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "state": state}
        if settings.average:
            content["average"] = averaged.state_dict()
        torch.save(content, partial)
        partial.replace(path)

    def look():
        with torch.no_grad():
            row = measure(averaged)
        state["rows"].append(row | {"step": state["step"], "seconds": state["seconds"]})
        state["ended"] = bool(enough and enough(state["rows"]))

    if measure and not state["rows"]:
        look()
    saved_at = began = time.monotonic()
    losses = []
    while state["step"] < settings.steps and not state["ended"]:
        step = state["step"]
        generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + step)
        ids = windows_of_step(stream, step, settings)
        loss = loss_at(network, ids, times(len(ids), generator), generator=generator).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate_of(step, settings)
        optimizer.step()
        if settings.average:
            decay = min(settings.average, (1 + step) / (10 + step))  # an early average is a short one
            with torch.no_grad():
                torch._foreach_lerp_(list(averaged.parameters()), list(network.parameters()), 1 - decay)
        losses.append(loss.item())
        if len(losses) == 100:
            say(f"{path.stem} {step + 1}: {sum(losses) / len(losses) / math.log(2):.3f} bits")
            losses.clear()
        now = time.monotonic()
        state["step"], state["seconds"], began = step + 1, state["seconds"] + now - began, now
        if step + 1 in stops:
            look()
            say(f"{path.stem} {state['rows'][-1]}")
            began = time.monotonic()
        if now - saved_at > settings.save_every:
            save()
            saved_at = began = time.monotonic()
    save()
    return {"seconds": state["seconds"], "rows": state["rows"]}
