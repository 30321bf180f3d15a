"""The diffusion transformer of SEDD (arXiv 2310.16834) and MDLM (arXiv 2406.07524), written from its definition.

Peebles and Xie's adaptive layer norm (arXiv 2212.09748), rotary positions in half-split form, layer norms with a gain
and no bias, a feed-forward of four times the width with the tanh form of GELU. Parameters carry the names of the public
checkpoints."""

import math

import torch
from torch import nn
from torch.nn import functional as F

FREQUENCIES = 256
MAX_PERIOD = 10_000
ROPE_THETA = 10_000.0
NORM_EPSILON = 1e-5


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x, shift, scale):
        """norm(x) * (1 + scale) + shift"""
        normed = F.layer_norm(x, x.shape[-1:], self.weight, None, NORM_EPSILON)
        return normed * (1 + scale) + shift


class SigmaMap(nn.Module):
    """sigma [B] -> condition [B, C]"""

    def __init__(self, condition):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(FREQUENCIES, condition), nn.SiLU(), nn.Linear(condition, condition))

    def forward(self, sigma):
        half = FREQUENCIES // 2
        angles = sigma[:, None] * torch.exp(-math.log(MAX_PERIOD) * torch.arange(half) / half)
        return F.silu(self.mlp(torch.cat([angles.cos(), angles.sin()], dim=-1)))


def rotate(x):
    """x [B, heads, L, size]: component i turns together with i + size / 2."""
    half = x.shape[-1] // 2
    angles = torch.arange(x.shape[-2])[:, None] * ROPE_THETA ** (-torch.arange(half) / half)
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class Block(nn.Module):
    def __init__(self, width, heads, condition):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = Norm(width), Norm(width)
        self.attn_qkv = nn.Linear(width, 3 * width, bias=False)
        self.attn_out = nn.Linear(width, width, bias=False)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width))
        self.adaLN_modulation = nn.Linear(condition, 6 * width)

    def forward(self, x, c):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaLN_modulation(c)[:, None].chunk(6, dim=-1)
        batch, length, width = x.shape
        qkv = self.attn_qkv(self.norm1(x, shift1, scale1)).view(batch, length, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(rotate(q), rotate(k), v)  # every row sees every row
        x = x + gate1 * self.attn_out(attended.transpose(1, 2).reshape(batch, length, width))
        return x + gate2 * self.mlp(self.norm2(x, shift2, scale2))


class Output(nn.Module):
    def __init__(self, width, vocabulary, condition):
        super().__init__()
        self.norm_final = Norm(width)
        self.linear = nn.Linear(width, vocabulary)
        self.adaLN_modulation = nn.Linear(condition, 2 * width)

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(c)[:, None].chunk(2, dim=-1)
        return self.linear(self.norm_final(x, shift, scale))


class Embedding(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embedding = nn.Parameter(torch.zeros(vocabulary, width))


class Dit(nn.Module):
    """ids [B, L], sigma [B] -> [B, L, vocabulary]: logits, or log scores before `log_scores`."""

    def __init__(self, vocabulary, width, heads, layers, condition):
        super().__init__()
        self.vocab_embed = Embedding(vocabulary, width)
        self.sigma_map = SigmaMap(condition)
        self.blocks = nn.ModuleList(Block(width, heads, condition) for _ in range(layers))
        self.output_layer = Output(width, vocabulary, condition)

    def forward(self, ids, sigma):
        x, c = self.vocab_embed.embedding[ids], self.sigma_map(sigma)
        for block in self.blocks:
            x = block(x, c)
        return self.output_layer(x, c)


def log_scores(outputs, ids, sigma, *, scale_by_sigma):
    """SEDD's log p(y) / p(x): the outputs, for absorbing noise less log(e^sigma - 1) + log(real tokens); 0 for x."""
    if scale_by_sigma:
        outputs = outputs - torch.expm1(sigma).log()[:, None, None] - math.log(outputs.shape[-1] - 1)
    return outputs.scatter(-1, ids[..., None], 0.0)
