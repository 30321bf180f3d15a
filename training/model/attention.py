"""Attention with grouped heads: by a dense mask anywhere, by FlexAttention's blocks on CUDA."""

import torch
import torch.nn.functional as F
from torch.nn.attention.flex_attention import BlockMask, flex_attention

CAUSAL = "causal"


def attend(q, k, v, mask):
    """q [B, N, T, head]; k, v [B, KV, U, head], each shared by N / KV heads -> [B, N, T, head].

    mask: bool, broadcast to [B, 1, T, U]; None = all; CAUSAL (T = U); or a BlockMask."""
    if isinstance(mask, BlockMask):
        return flex_attention(q, k, v, block_mask=mask, enable_gqa=True)
    group = q.shape[1] // k.shape[1]
    if isinstance(mask, str):
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    # Queries that share keys stand one after the other, so that keys need not be copied.
    side_by_side = (q.shape[0], k.shape[1], -1, q.shape[3])
    mask = None if mask is None else mask.repeat(1, 1, group, 1)
    return F.scaled_dot_product_attention(q.reshape(side_by_side), k, v, attn_mask=mask).view(q.shape)


def sees(cut, depth, suffix_length, window, suffix, canvas):
    """What the rows of hole h, copy k see: the window before the cut and the tokens absorbed after it, their own hole's
    suffix, their own copy, as many rows shorter as it has absorbed.

    cut, suffix_length [B, H], depth [B, H, K] -> (b, head, q, kv) -> bool, over H * K * (C + 1) rows and
    P + H * S + H * K * (C + 1) columns; elementwise on tensors of indices, as `create_block_mask` wants it."""
    (_, holes, copies), rows = depth.shape, canvas + 1

    def visible(b, _, q, kv):
        hole, copy = q // (copies * rows), q // rows % copies
        absorbed = depth[b, hole, copy]
        after, own = kv - window, kv - window - holes * suffix
        in_window = (kv < window) & (kv < cut[b, hole] + absorbed)
        in_suffix = (after >= 0) & (own < 0) & (after // suffix == hole) & (after % suffix < suffix_length[b, hole])
        in_copy = (own >= 0) & (own // rows == q // rows) & (own % rows < rows - absorbed)
        return in_window | in_suffix | in_copy

    return visible


def dense_mask(visible, batch, rows, columns, device):
    """-> bool [B, 1, rows, columns]"""
    b, q, kv = (torch.arange(n, device=device) for n in (batch, rows, columns))
    return visible(b[:, None, None], None, q[:, None], kv)[:, None]
