"""Masked-diffusion loss over many holes and noisy copies of one window; the context is encoded once, without gradient.

Attention is block-diagonal over holes and copies (the vectorised training of BD3-LM, arXiv 2503.09573, here with
several holes)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch.nn.attention.flex_attention import create_block_mask

from architecture import MASK
from attention import dense_mask, sees


def noise(canvas, length, copies, tail_weight=0.1, generator=None):
    """Absorbing noise, levels stratified over the copies, the last copy fully masked.

    canvas [..., C], length [...] -> noisy [..., K, C], weight of each token's loss likewise: 0 where it is not masked,
    `tail_weight` for each <eom> after the first, else 1."""
    size, device = canvas.shape[-1], canvas.device
    jitter = torch.rand(*length.shape, 1, device=device, generator=generator)
    level = (torch.arange(copies, device=device) + jitter) / copies
    level[..., -1] = 1
    masked = torch.rand(*length.shape, copies, size, device=device, generator=generator) < level[..., None]
    tail = torch.arange(size, device=device) > length[..., None, None]
    weight = torch.where(tail, tail_weight, 1.0) * masked
    return torch.where(masked, MASK, canvas[..., None, :].expand_as(masked)), weight


@dataclass
class Scores:
    """Sums over masked tokens, so that those of several batches or processes can be added."""

    loss: torch.Tensor  # weighted cross-entropy, nats
    weight: torch.Tensor
    right: torch.Tensor  # weight of the tokens whose most likely candidate is the right one
    first: torch.Tensor  # fully masked canvases whose token 0 is right
    canvases: torch.Tensor  # fully masked canvases
    masked: torch.Tensor  # tokens

    def stacked(self):
        """[6], float64, without gradient"""
        return torch.stack([getattr(self, name).detach().double() for name in self.__dataclass_fields__])


def means(stacked):
    """Sum of `Scores.stacked` -> {"loss", "accuracy", "first"}"""
    loss, weight, right, first, canvases, _ = stacked.tolist()
    return {"loss": loss / max(weight, 1e-9), "accuracy": right / max(weight, 1e-9), "first": first / max(canvases, 1)}


@dataclass(frozen=True)
class Rows:
    """How the denoiser's rows stand to its canvas. The engine knows the defaults only; others are for ablations."""

    shifted: bool = True  # row j predicts canvas token j, else row j + 1, at which it stands, does
    last_hidden: bool = True  # row 0 is the encoder's final hidden state, else the last context token's embedding


def infill_loss(encoder, denoiser, batch, rows=Rows()):
    """batch: `holes.collate`'s tensors with "noisy" and "weight" [B, H, K, C] -> Scores, whose loss has a gradient."""
    ids, cut, canvas, noisy, weight = (batch[name] for name in ("ids", "cut", "canvas", "noisy", "weight"))
    size, _, copies, width = noisy.shape
    out = canvas_rows(encoder, denoiser, batch, rows)
    chosen = weight > 0
    target = canvas[:, :, None].expand_as(noisy)[chosen]
    logits, weight = denoiser.logits(out[chosen]).float(), weight[chosen]
    right = (logits.argmax(-1) == target).float()
    first = torch.zeros(size, cut.shape[1], copies, width, dtype=torch.bool, device=ids.device)
    first[:, :, -1, 0] = True
    return Scores(
        loss=(F.cross_entropy(logits, target, reduction="none") * weight).sum(),
        weight=weight.sum(),
        right=(right * weight).sum(),
        first=(right * first[chosen]).sum(),
        canvases=first[chosen].sum(),
        masked=chosen.sum(),
    )


def canvas_rows(encoder, denoiser, batch, kind):
    """The denoiser's hidden states from which the canvas tokens are predicted [B, H, K, C, D], before the norm."""
    a = denoiser.architecture
    ids, cut, noisy, suffix = (batch[name] for name in ("ids", "cut", "noisy", "suffix"))
    (size, window), (_, holes, copies, width), after = ids.shape, noisy.shape, suffix.shape[-1]
    rows, device = width + 1, ids.device
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
    at_cut = (torch.arange(size, device=device)[:, None], cut - 1)
    last = hidden[at_cut] if kind.last_hidden else denoiser.embed(ids[at_cut])  # [B, H, D]
    last = last[:, :, None].expand(-1, -1, copies, -1).reshape(size, holes * copies, -1)
    positions = (cut - 1)[:, :, None, None] + torch.arange(rows, device=device)
    positions = positions.expand(size, holes, copies, rows).reshape(size, -1)
    visible = sees(cut, batch["suffix_length"], window, after, width, copies)
    total = holes * copies * rows
    extent = (total, window + holes * after + total)
    if device.type == "cuda":
        mask = create_block_mask(visible, size, None, *extent, device=device, _compile=True)
    else:
        mask = dense_mask(visible, size, *extent, device)
    out = denoiser(last, noisy.view(size, holes * copies, width), positions, context, mask)
    first = 0 if kind.shifted else 1
    return out.view(size, holes, copies, rows, -1)[:, :, :, first : first + width]
