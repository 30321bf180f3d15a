"""A random network of a few hundred weights: outputs depend on the whole canvas, the place and the time."""

import numpy as np
import torch

WIDTH = 16


class TinyNetwork:
    def __init__(self, vocabulary, length, seed, sharpness=2.0, liked=None):
        """liked: {token: what its logits are raised by}"""
        generator = torch.Generator().manual_seed(seed)

        def random(*shape):
            return torch.randn(shape, generator=generator, dtype=torch.float64)

        self.vocabulary, self.sharpness = vocabulary, sharpness
        self.tokens, self.places = random(vocabulary + 1, WIDTH), random(4 * length, WIDTH)
        self.own, self.all, self.time = random(WIDTH, WIDTH), random(WIDTH, WIDTH), random(WIDTH)
        self.out = random(WIDTH, vocabulary)
        self.bias = torch.zeros(vocabulary, dtype=torch.float64)
        for token, amount in (liked or {}).items():
            self.bias[token] = amount

    def logits(self, canvas, t=0.0):
        """[length, vocabulary]"""
        embedded = self.tokens[torch.tensor(canvas)]
        places = self.places[: len(canvas)]
        context = ((embedded * torch.cos(places)).mean(0) @ self.all) * 2
        hidden = torch.tanh((embedded @ self.own + context + places + t * self.time) / 4)
        return hidden @ self.out * self.sharpness / 4 + self.bias

    def log_probs(self, canvas, positions, t=0.0):
        """{position: log-probabilities of clean tokens [vocabulary]}, in single precision as a runtime gives them."""
        log_p = self.logits(canvas, t).log_softmax(-1).float().numpy()
        return {p: log_p[p] for p in positions}

    def log_scores(self, canvas, positions, t, graph, sigma, overstated=0.0):
        """{position: log scores [vocabulary]}; 0 for the token that stands there. `overstated`: by how many nats."""
        logits = self.logits(canvas, t)
        if graph == "uniform":
            log_s = logits - logits.gather(1, torch.tensor(canvas)[:, None])
        else:
            log_s = logits.log_softmax(-1) - np.log(np.expm1(sigma)) + overstated
        return {p: log_s[p].float().numpy() for p in positions}
