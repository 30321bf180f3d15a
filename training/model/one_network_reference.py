"""What the engine asks of the one network, computed plainly: every answer from scratch, full distributions, double
precision if the network is.

Prefix and suffix are without the tokens that open them. `written` are the tokens that stand behind the prefix by now:
causal rows, not part of the trunk, so that they see the suffix."""

import torch

from training.model.architecture import START, SUFFIX
from training.model.attention import CAUSAL
from training.model.reference import summary


class NetworkReference:
    def __init__(self, network):
        self.network = network

    def _read(self, ids, first):
        """Reading rows, causal on their own -> hidden [n, D] before the norm, and each layer's (k, v)."""
        ids = torch.tensor([ids])
        hidden, caches = self.network(ids, first + torch.arange(ids.shape[1])[None], CAUSAL, reading=True)
        return hidden[0], caches

    @torch.no_grad()
    def middle(self, prefix, suffix, written, canvas):
        """-> log-probabilities [o + 1, V] of each of the o written tokens and of the one that follows them, as causal
        rows predict them; and [C, V] of the canvas behind them."""
        network = self.network
        trunk, o, size = [START, *prefix], len(written), len(canvas)
        at = network.architecture.trunk_position + len(trunk) - 1
        _, before = self._read(trunk, network.architecture.trunk_position)
        _, after = self._read([SUFFIX, *suffix], 0)
        # Causal row 0 takes the place of the trunk's last row, which no middle row sees.
        past = [[tuple(t[:, :, :-1] for t in b), a] for b, a in zip(before, after, strict=True)]
        stands = [trunk[-1], *written]
        ids = torch.tensor([[*stands, stands[-1], *canvas]])
        causal, whole = torch.arange(o + 1), torch.arange(o, o + size + 1)
        sees = torch.zeros(ids.shape[1], ids.shape[1], dtype=torch.bool)
        sees[: o + 1, : o + 1] = causal <= causal[:, None]
        sees[o + 1 :, :o] = True
        sees[o + 1 :, o + 1 :] = True
        outside = torch.ones(ids.shape[1], len(prefix) + 1 + len(suffix), dtype=torch.bool)
        positions = at + torch.cat((causal, whole))[None]
        hidden, _ = network(ids, positions, torch.cat((outside, sees), 1)[None, None], past)
        log_p = network.logits(hidden[0]).log_softmax(-1)
        return log_p[: o + 1], log_p[o + 1 : o + 1 + size]

    def write(self, prefix, suffix, written=()):
        """Distribution [V] of the token behind what is written, as the causal row predicts it."""
        return self.middle(prefix, suffix, written, [])[0][-1]

    def distributions(self, prefix, suffix, written, canvas, mix=0.0, allowed_first=None):
        """Log-probabilities [C, V] of a canvas behind what is written: the canvas rows', with the causal row's mixed
        into row 0, which `allowed_first` may restrict."""
        written_log_p, log_p = self.middle(prefix, suffix, written, canvas)
        if mix > 0:
            log_p[0] = mixed(log_p[0], written_log_p[-1], mix)
        if allowed_first is not None:
            forbidden = torch.ones(log_p.shape[1], dtype=torch.bool)
            forbidden[allowed_first] = False
            log_p[0] = log_p[0].masked_fill(forbidden, -torch.inf).log_softmax(-1)
        return log_p

    def predict(self, prefix, suffix, written, canvas, positions, mix=0.0, allowed_first=None):
        """-> [Row] in the order of `positions`; `allowed_first` restricts position 0."""
        log_p = self.distributions(prefix, suffix, written, canvas, mix, allowed_first)
        return [summary(log_p[position], position) for position in positions]

    def verify(self, prefix, suffix, written, canvas, tokens, proposals, mix):
        """Tokens are written and proposals are read, after a `canvas` behind `written` was predicted -> of the places
        behind the tokens, log-probabilities [V] each, mixed as at position 0: as many as the canvas has places left and
        proposals.length + 1 at most; exactly so many where the canvas rows weigh nothing; and the causal rows' own."""
        causal = self.middle(prefix, suffix, [*written, *tokens, *proposals], [])[0][len(written) + len(tokens) :]
        if mix == 1:
            return causal, causal
        rows = self.middle(prefix, suffix, written, canvas)[1][len(tokens) :]
        pairs = list(zip(rows, causal, strict=False))
        return [mixed(row, own, mix) for row, own in pairs], [own for _, own in pairs]

    # ---- the trunk, read as a language model

    @torch.no_grad()
    def trunk(self, prefix):
        """Log-probabilities [n + 1, V] after each of the prefix's first 0..n tokens."""
        hidden, _ = self._read([START, *prefix], self.network.architecture.trunk_position)
        return self.network.logits(hidden, reading=True).log_softmax(-1)

    def score_tokens(self, prefix, ids):
        """Log-probability of each of `ids` after `prefix` and those before it [len(ids)]."""
        log_p = self.trunk([*prefix, *ids])[len(prefix) : -1]
        return log_p.gather(1, torch.tensor(ids, dtype=torch.long)[:, None])[:, 0]

    def read_tokens(self, prefix, ids):
        """-> [Row] before each of `ids`, which follow the prefix, and after the last."""
        return [summary(row, 0) for row in self.trunk([*prefix, *ids])[len(prefix) :]]

    def score_continuations(self, prefix, ids, continuations):
        """Each (after, own ids): log-probabilities [len(own ids)] behind the prefix and the first `after` of `ids`."""
        return [self.score_tokens([*prefix, *ids[:after]], own) for after, own in continuations]


def mixed(canvas, causal, weight):
    """Geometric mixture [V] of two rows, <eom> like any other token."""
    return ((1 - weight) * canvas + weight * causal).log_softmax(-1)
