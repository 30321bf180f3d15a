"""Frozen causal context encoder + shallow bidirectional denoiser that reads the encoder's keys and values."""

import torch
import torch.nn.functional as F
from torch import nn

from training.model.architecture import EOM, MASK
from training.model.attention import CAUSAL, attend

NEVER = -1e9  # the logit of the mask token: a mask is never predicted


def rope(positions, architecture, dtype):
    """cos, sin [..., 1, T, head] for positions [..., T], half-split: component i turns with i + head / 2.

    Angles are computed in double precision, so that every implementation can agree on them at any position."""
    a = architecture
    component = torch.arange(0, a.head_size, 2, device=positions.device, dtype=torch.float64)
    inverse = a.rope_theta ** -(component / a.head_size)
    angle = positions.double()[..., None] * inverse
    angle = torch.cat((angle, angle), -1).unsqueeze(-3)
    return angle.cos().to(dtype), angle.sin().to(dtype)


def rotate(x, cos, sin):
    left, right = x.chunk(2, -1)
    return x * cos + torch.cat((-right, left), -1) * sin


class Block(nn.Module):
    """One Llama layer; attention sees `past` and itself as far as the mask allows."""

    def __init__(self, architecture):
        super().__init__()
        self.architecture = a = architecture
        queries, keys = a.attention_heads * a.head_size, a.key_value_heads * a.head_size
        self.norm1, self.norm2 = nn.Parameter(torch.ones(a.hidden_size)), nn.Parameter(torch.ones(a.hidden_size))
        self.q = nn.Linear(a.hidden_size, queries, bias=False)
        self.k = nn.Linear(a.hidden_size, keys, bias=False)
        self.v = nn.Linear(a.hidden_size, keys, bias=False)
        self.o = nn.Linear(queries, a.hidden_size, bias=False)
        self.gate = nn.Linear(a.hidden_size, a.feed_forward_size, bias=False)
        self.up = nn.Linear(a.hidden_size, a.feed_forward_size, bias=False)
        self.down = nn.Linear(a.feed_forward_size, a.hidden_size, bias=False)

    def forward(self, x, cos_sin, mask, past=None):
        """x [B, T, D]; mask over [T, past + T] as in `attend`; past (k, v) [B, KV, P, head].

        -> x [B, T, D], and this block's own (k, v) [B, KV, T, head]."""
        a = self.architecture
        batch, rows, _ = x.shape

        def heads(y):
            return y.view(batch, rows, -1, a.head_size).transpose(1, 2)

        h = F.rms_norm(x, (a.hidden_size,), self.norm1, a.norm_epsilon)
        q, k, v = rotate(heads(self.q(h)), *cos_sin), rotate(heads(self.k(h)), *cos_sin), heads(self.v(h))
        own = (k, v)
        if past is not None:
            k, v = torch.cat((past[0], k), 2), torch.cat((past[1], v), 2)
        attended = attend(q, k, v, mask)
        x = x + self.o(attended.transpose(1, 2).reshape(batch, rows, -1))
        h = F.rms_norm(x, (a.hidden_size,), self.norm2, a.norm_epsilon)
        return x + self.down(F.silu(self.gate(h)) * self.up(h)), own


class Encoder(nn.Module):
    """The base model as it is: causal, frozen, also an exact autoregressive language model."""

    def __init__(self, architecture, state):
        """`state`: its state dict, see `Base.encoder_state`."""
        super().__init__()
        self.architecture = a = architecture
        self.register_buffer("embedding", torch.empty(a.vocabulary_size, a.hidden_size))
        self.register_buffer("norm", torch.empty(a.hidden_size))
        self.blocks = nn.ModuleList(Block(a) for _ in range(a.encoder_layers))
        self.head = None  # quantize.py puts its own in place
        self.load_state_dict(state)
        self.requires_grad_(False)
        self.unfrozen = 0

    def unfreeze(self, layers):
        """Lets the last `layers` be trained, for an ablation -> their parameters."""
        self.unfrozen = layers
        blocks = self.blocks[len(self.blocks) - layers :].requires_grad_(True)
        return list(blocks.parameters())

    def forward(self, ids, positions):
        """ids, positions [B, T] -> final hidden state [B, T, D] before the norm, and each layer's (k, v) [B, KV, T,
        head]. Without gradient but in unfrozen layers."""
        x = F.embedding(ids, self.embedding)
        cos_sin = rope(positions, self.architecture, x.dtype)
        cache = []
        for i, block in enumerate(self.blocks):
            trained = torch.is_grad_enabled() and i >= len(self.blocks) - self.unfrozen
            with torch.set_grad_enabled(trained):
                x, own = block(x, cos_sin, CAUSAL)
            cache.append(own)
        return x, cache

    def logits(self, hidden):
        """[..., D] before the norm -> [..., V]"""
        h = F.rms_norm(hidden, hidden.shape[-1:], self.norm, self.architecture.norm_epsilon)
        return self.head(h) if self.head is not None else F.linear(h, self.embedding)


class Denoiser(nn.Module):
    """Rows: [the encoder's final hidden state at the last context token | canvas tokens]; row j predicts canvas token j
    (from 0)."""

    def __init__(self, architecture, encoder_state, state=None):
        """Starts from `state` (a checkpoint's "model"), else as a copy of the encoder layers that it reads."""
        super().__init__()
        self.architecture = a = architecture
        self.register_buffer("embedding", encoder_state["embedding"].clone(), persistent=False)  # tied to the encoder's
        self.norm = nn.Parameter(encoder_state["norm"].clone())
        first = min(100, a.vocabulary_size // 2)  # control tokens come before
        self.mask_in = nn.Parameter(self.embedding[first:].mean(0))
        self.eom_in, self.eom_out = nn.Parameter(self.embedding[EOM].clone()), nn.Parameter(self.embedding[EOM].clone())
        self.blocks = nn.ModuleList(Block(a) for _ in a.denoiser_layers)
        self.head = None
        if state is not None:
            self.load_state_dict({name: tensor.float() for name, tensor in state.items()})
        else:
            for block, layer in zip(self.blocks, a.denoiser_layers, strict=True):
                prefix = f"blocks.{layer}."
                block.load_state_dict(
                    {n.removeprefix(prefix): w for n, w in encoder_state.items() if n.startswith(prefix)}
                )

    def embed(self, ids):
        x = F.embedding(ids, self.embedding)
        x = torch.where((ids == MASK)[..., None], self.mask_in, x)
        return torch.where((ids == EOM)[..., None], self.eom_in, x)

    def forward(self, last_hidden, canvas, positions, context, mask=None):
        """last_hidden [B, N, D] and canvas [B, N, C] of N canvases; positions [B, N * (C + 1)]; context: (k, v) for
        each of the denoiser's layers; mask as in `Block` -> hidden [B, N * (C + 1), D] before the norm."""
        batch, canvases, size = canvas.shape
        x = torch.cat((last_hidden[:, :, None].to(self.norm.dtype), self.embed(canvas)), 2)
        x = x.view(batch, canvases * (size + 1), -1)
        cos_sin = rope(positions, self.architecture, x.dtype)
        for block, past in zip(self.blocks, context, strict=True):
            x, _ = block(x, cos_sin, mask, past)
        return x

    def logits(self, hidden):
        """[..., D] before the norm -> [..., V]; <eom> has a row of its own, the mask is ruled out."""
        h = F.rms_norm(hidden, hidden.shape[-1:], self.norm, self.architecture.norm_epsilon)
        out = self.head(h) if self.head is not None else F.linear(h, self.embedding)
        ids = torch.arange(out.shape[-1], device=out.device)
        out = torch.where(ids == EOM, F.linear(h, self.eom_out[None]), out)
        return out.masked_fill(ids == MASK, NEVER)
