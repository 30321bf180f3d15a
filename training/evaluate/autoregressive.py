"""The baseline: the frozen encoder's own left-to-right completion of the prefix, greedy and token-healed.

It does not see the suffix. `completion_end.py` says where it stops."""

import torch
import torch.nn.functional as F

from training.evaluate.completion_end import completion_end
from training.model.architecture import START
from training.model.model import rope

PREFIX, MOST = 511, 64  # tokens: of context, as the engine's; of the completion


class LeftToRight:
    """Keys and values of one growing text."""

    def __init__(self, encoder):
        self.encoder, self.length = encoder, 0
        self.cache = [None] * len(encoder.blocks)

    @torch.no_grad()
    def append(self, ids):
        """Token ids -> log-probabilities [V] of the token after them."""
        encoder = self.encoder
        x = F.embedding(torch.tensor([ids]), encoder.embedding)
        positions = torch.arange(self.length, self.length + len(ids))
        cos_sin = rope(positions[None], encoder.architecture, x.dtype)
        mask = torch.arange(self.length + len(ids)) <= positions[:, None]
        for i, block in enumerate(encoder.blocks):
            past = self.cache[i]
            x, own = block(x, cos_sin, mask, past)
            self.cache[i] = own if past is None else tuple(torch.cat(pair, 2) for pair in zip(past, own, strict=True))
        self.length += len(ids)
        return encoder.logits(x[0, -1]).log_softmax(-1)


def complete(encoder, healing, prefix, suffix, kind):
    """-> text, ids of the tokens written: the first holds the healed characters, the last may reach beyond the text."""
    start = healing.heal(prefix)
    ends, decode = completion_end(kind, prefix, suffix), healing.tokenizer.decode
    text, out, written = LeftToRight(encoder), [], ""
    log_p = text.append([START, *start.ids[-PREFIX:]])
    if start.allowed is not None:
        log_p = torch.full_like(log_p, -torch.inf).index_copy(0, (ids := torch.tensor(start.allowed)), log_p[ids])
    while len(out) < MOST:
        token = int(log_p.argmax())
        if token == START:  # the document ends
            break
        out.append(token)
        written = decode(out).removeprefix(start.healed)
        end = ends(written)
        if end is not None:
            return written[:end], out
        log_p = text.append([token])
    return written, out
