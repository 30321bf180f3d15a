"""Masked-diffusion loss over many holes and noisy copies of one window; the context is encoded once, without gradient.

Attention is block-diagonal over holes and copies (the vectorised training of BD3-LM, arXiv 2503.09573, here with
several holes)."""

import torch
import torch.nn.functional as F

from architecture import MASK

TAIL_WEIGHT = 0.1  # of <eom> after the first: implied by it


def noise(canvas, length, copies):
    """Absorbing noise, levels stratified over the copies, the last copy fully masked.

    canvas [B, H, C], length [B, H] -> noisy [B, H, K, C], weight of each token's loss likewise (0 where it is not
    masked)."""
    batch, holes, size = canvas.shape
    level = (torch.arange(copies, device=canvas.device) + torch.rand(batch, holes, 1, device=canvas.device)) / copies
    level[..., -1] = 1
    masked = torch.rand(batch, holes, copies, size, device=canvas.device) < level[..., None]
    tail = torch.arange(size, device=canvas.device) > length[:, :, None, None]
    weight = torch.where(tail, TAIL_WEIGHT, 1.0) * masked
    return torch.where(masked, MASK, canvas[:, :, None].expand_as(masked)), weight


def attention_mask(cut, suffix_length, window, suffix, canvas, copies):
    """What the rows of hole h, copy k see: the window before the cut, their own hole's suffix, their own copy.

    -> bool [B, 1, H * K * (C + 1), P + H * S + H * K * (C + 1)]"""
    batch, holes = cut.shape
    device, rows = cut.device, canvas + 1
    hole = torch.arange(holes, device=device).repeat_interleave(copies * rows)
    copy = torch.arange(holes * copies, device=device).repeat_interleave(rows)
    before = torch.arange(window, device=device) < cut[:, hole, None]
    exists = (torch.arange(suffix, device=device) < suffix_length[..., None]).view(batch, 1, holes * suffix)
    after = exists & (torch.arange(holes, device=device).repeat_interleave(suffix) == hole[:, None])
    own = (copy[:, None] == copy).expand(batch, -1, -1)
    return torch.cat((before, after, own), -1)[:, None]


def infill_loss(encoder, denoiser, batch, copies):
    """batch as of `holes.collate` -> loss, {"accuracy", "first"}; `first` is token 1 of the fully masked copy."""
    noisy, weight = noise(batch["canvas"], batch["length"], copies)
    return noisy_loss(encoder, denoiser, batch, noisy, weight)


def noisy_loss(encoder, denoiser, batch, noisy, weight):
    a = denoiser.architecture
    ids, cut, canvas, suffix = batch["ids"], batch["cut"], batch["canvas"], batch["suffix"]
    (size, window), (_, holes, width), after = ids.shape, canvas.shape, suffix.shape[-1]
    copies, rows, device = noisy.shape[2], width + 1, ids.device
    hidden, window_cache = encoder(ids, torch.arange(window, device=device).expand(size, -1))
    # The suffix seems to start right after the canvas.
    at = (cut + width - 1)[..., None] + torch.arange(after, device=device)
    _, suffix_cache = encoder(suffix.view(size * holes, after), at.view(size * holes, after))

    def side_by_side(y):
        """[B * H, KV, S, head] -> [B, KV, H * S, head]"""
        kv, head = a.key_value_heads, a.head_size
        return y.view(size, holes, kv, after, head).transpose(1, 2).reshape(size, kv, holes * after, head)

    context = [
        tuple(torch.cat((window_cache[layer][i], side_by_side(suffix_cache[layer][i])), 2) for i in (0, 1))
        for layer in a.denoiser_layers
    ]
    last = hidden[torch.arange(size, device=device)[:, None], cut - 1]  # [B, H, D]
    last = last[:, :, None].expand(-1, -1, copies, -1).reshape(size, holes * copies, -1)
    positions = (cut - 1)[:, :, None, None] + torch.arange(rows, device=device)
    positions = positions.expand(size, holes, copies, rows).reshape(size, -1)
    mask = attention_mask(cut, batch["suffix_length"], window, after, width, copies)
    out = denoiser(last, noisy.view(size, holes * copies, width), positions, context, mask)
    out = out.view(size, holes, copies, rows, -1)[:, :, :, :width]  # row j predicts canvas token j
    chosen = weight > 0
    target = canvas[:, :, None].expand(size, holes, copies, width)[chosen]
    logits, weight = denoiser.logits(out[chosen]).float(), weight[chosen]
    right = (logits.argmax(-1) == target).float()
    first = torch.zeros(size, holes, copies, width, dtype=torch.bool, device=device)
    first[:, :, -1, 0] = True
    loss = (F.cross_entropy(logits, target, reduction="none") * weight).sum() / weight.sum()
    return loss, {"accuracy": (right * weight).sum() / weight.sum(), "first": right[first[chosen]].mean()}
