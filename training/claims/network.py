"""One small transformer for every kind of language model here. What differs: who sees whom, what the network is told of
the noise, and how its output is read."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from training.claims.characters import MASK, SIZE

KINDS = ("autoregressive", "mdlm", "sedd-absorb", "sedd-uniform")
FREQUENCIES = 16  # of the embedding of the noise
CONDITION = 64  # its width


@dataclass(frozen=True)
class Body:
    layers: int = 4
    width: int = 128
    heads: int = 4


class Network(nn.Module):
    """ids [B, L] (, sigma [B]) -> logits [B, L, SIZE]; of the kinds that score entropy trains: log scores, the log of
    p(token there) / p(what is there), and 0 for the token that is there."""

    def __init__(self, kind, body):
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"There is no network of kind {kind!r}; there are {', '.join(KINDS)}.")
        self.kind, self.conditioned = kind, kind.startswith("sedd")
        self.embedding = nn.Embedding(SIZE + 1, body.width)
        nn.init.normal_(self.embedding.weight, std=0.02)
        causal = kind == "autoregressive"
        self.layers = nn.ModuleList(Layer(body, causal, self.conditioned) for _ in range(body.layers))
        self.norm = nn.LayerNorm(body.width)
        self.head = nn.Linear(body.width, SIZE)
        nn.init.zeros_(self.head.weight)
        if self.conditioned:
            self.noise = nn.Sequential(
                nn.Linear(2 * FREQUENCIES + 1, CONDITION), nn.SiLU(), nn.Linear(CONDITION, CONDITION), nn.SiLU()
            )

    def forward(self, ids, sigma=None):
        x = self.embedding(ids)
        # How visible the text is: log(expm1 sigma), the log-odds of a token's having been masked. SEDD embeds sigma
        # itself, which hardly tells small amounts of noise from each other.
        odds = torch.log(torch.expm1(sigma)) if self.conditioned else None
        condition = self.noise(waves(odds)) if self.conditioned else None
        turn = rotations(ids.shape[1], x.shape[-1] // self.layers[0].heads)
        for layer in self.layers:
            x = layer(x, turn, condition)
        out = self.head(self.norm(x))
        if self.kind == "sedd-absorb":  # scale_by_sigma: the true scores sum to 1 / expm1(sigma) at every masked place
            out = out - odds[:, None, None] - math.log(SIZE)
        if self.kind == "sedd-uniform":
            out = out.scatter(-1, ids[..., None], 0.0)
        return out


class Layer(nn.Module):
    """Pre-norm attention and feed-forward; shift, scale and gate by the noise as DiT has them (adaLN-zero)."""

    def __init__(self, body, causal, conditioned):
        super().__init__()
        self.heads, self.causal = body.heads, causal
        self.norm1, self.norm2 = (nn.LayerNorm(body.width, elementwise_affine=not conditioned) for _ in range(2))
        self.qkv = nn.Linear(body.width, 3 * body.width, bias=False)
        self.out = nn.Linear(body.width, body.width, bias=False)
        self.up, self.down = nn.Linear(body.width, 4 * body.width), nn.Linear(4 * body.width, body.width)
        for weight in (self.qkv.weight, self.up.weight):
            nn.init.normal_(weight, std=body.width**-0.5)
        for weight in (self.out.weight, self.down.weight):
            nn.init.normal_(weight, std=(weight.shape[1] * 2 * body.layers) ** -0.5)
        if conditioned:
            self.modulation = nn.Linear(CONDITION, 6 * body.width)
            nn.init.zeros_(self.modulation.weight)
            nn.init.zeros_(self.modulation.bias)

    def forward(self, x, turn, condition):
        if condition is None:
            x = x + self.attend(self.norm1(x), turn)
            return x + self.feed(self.norm2(x))
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(condition)[:, None].chunk(6, -1)
        x = x + (1 + gate1) * self.attend(self.norm1(x) * (1 + scale1) + shift1, turn)
        return x + (1 + gate2) * self.feed(self.norm2(x) * (1 + scale2) + shift2)

    def attend(self, x, turn):
        size, length, width = x.shape
        q, k, v = self.qkv(x).view(size, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        out = F.scaled_dot_product_attention(rotate(q, turn), rotate(k, turn), v, is_causal=self.causal)
        return self.out(out.transpose(1, 2).reshape(size, length, width))

    def feed(self, x):
        return self.down(F.gelu(self.up(x), approximate="tanh"))


def waves(x):
    """[B] -> [B, 2 * FREQUENCIES + 1]: sines and cosines from slow to fast, and the value itself."""
    angles = x[:, None] * torch.logspace(-1.5, 0.5, FREQUENCIES)
    return torch.cat((angles.sin(), angles.cos(), x[:, None] / 10), -1)


def rotations(length, size):
    """Rotary embedding (arXiv 2104.09864) -> cos and sin [length, size / 2]"""
    angles = torch.arange(length)[:, None] * 1000.0 ** (-torch.arange(0, size, 2) / size)
    return angles.cos(), angles.sin()


def rotate(x, turn):
    cos, sin = turn
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), -1)


def shifted(ids):
    """What an autoregressive network reads so that row i predicts token i: the start, then all but the last token."""
    return torch.cat((torch.full_like(ids[:, :1], MASK), ids[:, :-1]), 1)
