"""The batches of a run. Batch `step` is a function of the configuration and the text alone: however often a run is
stopped, and by how many processes it is shared, each step sees the same windows, holes and noise."""

import random

import torch

from training.one_network.rows import lay_out
from training.one_network.windows import draw_window


class Batches(torch.utils.data.Dataset):
    """Map from a step to what one process computes in it: `lay_out`'s tensors of its windows [B, ...]."""

    def __init__(self, corpus, tokenizer, config, rank=0, processes=1):
        if config.batch % (processes * config.micro):
            share = f"{processes} processes" if processes > 1 else "one process"
            raise ValueError(
                f"`batch` is {config.batch}, which {share} cannot pass in parts of `micro` {config.micro} windows."
            )
        self.corpus, self.tokenizer, self.config = corpus, tokenizer, config
        self.rank, self.processes = rank, processes
        self.shares = corpus.shares(config.mix)

    def __getitem__(self, step):
        config = self.config
        windows = [self._window(f"{config.seed}/{step}/{i}") for i in range(self.rank, config.batch, self.processes)]
        return {name: torch.stack([window[name] for window in windows]) for name in windows[0]}

    def _window(self, seed):
        rng = random.Random(seed)
        window = draw_window(self.corpus, self.shares, self.tokenizer, self.config, rng)
        return lay_out(window, self.config, rng)
