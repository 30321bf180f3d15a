"""What the engine asks of a model, computed plainly: every answer from scratch, full distributions, double precision if
the model is."""

from dataclasses import dataclass

import torch

from training.model.architecture import EOM, MASK, START

TOP_K = 16


@dataclass
class Row:
    """The predicted distribution of one canvas position, as the engine sees it."""

    position: int
    ids: list[int]  # most likely first
    log_probs: list[float]  # natural logarithms, under the full distribution
    entropy: float  # nats, of the full distribution


class Reference:
    def __init__(self, encoder, denoiser):
        self.encoder, self.denoiser = encoder, denoiser

    @torch.no_grad()
    def encode(self, prefix):
        """Token ids without START -> final hidden states [n, D] before the norm, n counts START."""
        ids = torch.tensor([[START, *prefix]])
        return self.encoder(ids, torch.arange(ids.shape[1])[None])[0][0]

    def encoder_log_probs(self, prefix):
        """The encoder's own distribution of the token after `prefix` [V], unrestricted."""
        return self.encoder.logits(self.encode(prefix)[-1]).log_softmax(-1)

    def score_tokens(self, prefix, ids):
        """Log-probability of each of `ids` after `prefix` and those before it [len(ids)]."""
        log_p = self.encoder.logits(self.encode([*prefix, *ids])[:-1]).log_softmax(-1)
        return log_p[len(prefix) :].gather(1, torch.tensor(ids, dtype=torch.long)[:, None])[:, 0]

    @torch.no_grad()
    def denoise(self, prefix, suffix, canvas):
        """Log-probabilities [C, V] of every canvas position from the denoiser alone; prefix and suffix without
        START."""
        n, size = len(prefix) + 1, len(canvas)
        after = torch.tensor([[START, *suffix]])
        hidden, prefix_cache = self.encoder(torch.tensor([[START, *prefix]]), torch.arange(n)[None])
        # The suffix is encoded on its own, at the positions where it seems to stand: right after the canvas.
        _, suffix_cache = self.encoder(after, (n - 1 + size + torch.arange(after.shape[1]))[None])
        context = [
            tuple(torch.cat((prefix_cache[layer][i], suffix_cache[layer][i]), 2) for i in (0, 1))
            for layer in self.denoiser.architecture.denoiser_layers
        ]
        positions = (n - 1 + torch.arange(size + 1))[None]
        rows = self.denoiser(hidden[:, None, -1], torch.tensor([[canvas]]), positions, context)[0, :size]
        return self.denoiser.logits(rows).log_softmax(-1)

    def distributions(self, prefix, suffix, canvas, encoder_mix=0.0, allowed_first=None):
        """Log-probabilities [C, V]: the denoiser's, with the encoder's own opinion mixed into row 0, which
        `allowed_first` may restrict."""
        log_p = self.denoise(prefix, suffix, canvas)
        if encoder_mix > 0:
            log_p[0] = mix(log_p[0], self.encoder_log_probs(prefix), encoder_mix)
        if allowed_first is not None:
            forbidden = torch.ones(log_p.shape[1], dtype=torch.bool)
            forbidden[allowed_first] = False
            log_p[0] = log_p[0].masked_fill(forbidden, -torch.inf).log_softmax(-1)
        return log_p

    def predict(self, prefix, suffix, canvas, positions, encoder_mix=0.0, allowed_first=None):
        """-> [Row] in the order of `positions`; `allowed_first` restricts position 0."""
        log_p = self.distributions(prefix, suffix, canvas, encoder_mix, allowed_first)
        return [summary(log_p[position], position) for position in positions]


def mix(denoiser, encoder, weight):
    """Row 0 [V]: geometric mixture of both; how likely the middle ends here is the denoiser's to say."""
    end = denoiser[EOM]
    not_end = torch.log1p(-end.exp().clamp(max=0.999))
    log_p = (1 - weight) * denoiser + weight * (encoder + not_end)
    log_p[EOM] = end
    log_p[MASK] = -torch.inf
    return log_p.log_softmax(-1)


def summary(log_p, position):
    """Distribution [V] -> Row with the TOP_K most likely ids."""
    best = log_p.topk(min(TOP_K, int(log_p.isfinite().sum())))
    keep = best.values > -1e8  # never the mask
    entropy = -(log_p.exp() * log_p.clamp(min=-1e30)).sum().item()
    return Row(position, best.indices[keep].tolist(), best.values[keep].tolist(), entropy)
