"""The batches of a run. Batch `step` is a function of the configuration and the text alone: however often a run is
stopped, and by how many processes it is shared, each step sees the same windows, holes and noise."""

import random

import torch

from training.train.holes import Shape, collate, cut_holes
from training.train.loss import Noise, noise

TRIES = 200  # pieces of text, before the corpus is said to hold no window


class Batches(torch.utils.data.Dataset):
    """Map from a step to what one process computes in it: `collate`'s tensors, and `noise`'s of each window."""

    def __init__(self, corpus, tokenizer, config, rank=0, processes=1):
        if config.batch % processes:
            raise ValueError(f"`batch` is {config.batch}, which {processes} processes do not share evenly.")
        self.corpus, self.tokenizer, self.config = corpus, tokenizer, config
        self.rank, self.processes = rank, processes
        self.shares = corpus.shares(config.mix)

    def shape(self, step):
        """The canvas is drawn once a step, so that all windows of a step have one shape."""
        config = self.config
        rng = random.Random(f"{config.seed}/canvas/{step}")
        canvas = rng.choices(config.canvases, [c.share for c in config.canvases])[0]
        return Shape(config.window, config.suffix, canvas.size, canvas.holes)

    def __getitem__(self, step):
        shape, config = self.shape(step), self.config
        seeds = [f"{config.seed}/{step}/{i}" for i in range(self.rank, config.batch, self.processes)]
        batch = collate([self._window(shape, seed) for seed in seeds], shape)
        kind = Noise(config.copies, config.absorbed, config.tail_weight)
        own = [[batch[name][i] for name in ("canvas", "length", "absorbable")] for i in range(len(seeds))]
        drawn = [noise(*each, kind, _generator(seed)) for each, seed in zip(own, seeds, strict=True)]
        noisy, weight, depth = (torch.stack(each) for each in zip(*drawn, strict=True))
        return batch | {"noisy": noisy, "weight": weight, "depth": depth}

    def _window(self, shape, seed):
        rng = random.Random(seed)
        for _ in range(TRIES):
            text, language = self.corpus.draw(self.shares, shape.text_bytes, rng)
            window = cut_holes(text, language, self.tokenizer, rng, shape)
            if window:
                return window
        raise ValueError(f"No text with {shape.holes} holes that fit a canvas of {shape.canvas} in {TRIES} tries.")


def _generator(seed):
    return torch.Generator().manual_seed(random.Random(f"{seed}/noise").getrandbits(63))


def loader(batches, steps, workers, device):
    """The batches of `steps`, in order, on the device; `workers` processes prepare them ahead (0: none)."""
    loaded = torch.utils.data.DataLoader(
        batches,
        sampler=steps,
        batch_size=None,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=device == "cuda",
    )
    for batch in loaded:
        yield {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}
