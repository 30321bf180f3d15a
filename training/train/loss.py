"""Masked-diffusion loss over many holes and noisy copies of one window; the context is encoded once, without gradient.

Attention is block-diagonal over holes and copies (the vectorised training of BD3-LM, arXiv 2503.09573, here with
several holes)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch.nn.attention.flex_attention import create_block_mask

from training.model.architecture import EOM, MASK
from training.model.attention import dense_mask, sees
from training.model.model import NEVER


@dataclass(frozen=True)
class Noise:
    """How the copies of a canvas are made."""

    copies: int
    absorbed: int = 0  # of them: copies whose context has absorbed some first tokens, all others masked
    tail_weight: float = 0.1  # of each <eom> after the first: implied by it


def noise(canvas, length, absorbable, kind, generator=None):
    """Absorbing noise, levels stratified over the copies; the last copy is fully masked, and so are those before it
    that have absorbed tokens.

    canvas [..., C], length and absorbable (the most tokens a copy can have absorbed) [...] -> noisy [..., K, C]; weight
    of each token's loss likewise, 1 or 0: 0 where it is not masked, and for all but a share `tail_weight` of the <eom>
    after the first; depth [..., K]: how many tokens each copy has absorbed, so that its row j stands for token
    j + depth."""
    size, device, copies = canvas.shape[-1], canvas.device, kind.copies
    noised = copies - kind.absorbed

    def random(*shape):
        return torch.rand(*length.shape, *shape, device=device, generator=generator)

    level = (torch.arange(noised, device=device) + random(1)) / noised
    level = torch.cat((level[..., :-1], torch.ones(*length.shape, kind.absorbed + 1, device=device)), -1)
    masked = random(copies, size) < level[..., None]
    depth = torch.zeros(*length.shape, copies, dtype=torch.long, device=device)
    if kind.absorbed:
        most = absorbable[..., None]
        depth[..., noised - 1 : -1] = (1 + (random(kind.absorbed) * most).long()).minimum(most)
    clean = absorbed_targets(canvas, depth)
    token = torch.arange(size, device=device) + depth[..., None]
    kept = (token <= length[..., None, None]) | (random(copies, size) < kind.tail_weight)
    weight = (masked & kept & (token < size)).float()
    return torch.where(masked, MASK, clean), weight, depth


def absorbed_targets(canvas, depth):
    """canvas [..., C], depth [..., K] -> [..., K, C]: the tokens of each copy's rows; <eom> past the canvas' end."""
    size = canvas.shape[-1]
    token = torch.arange(size, device=canvas.device) + depth[..., None]
    tokens = canvas[..., None, :].expand(*depth.shape, size).gather(-1, token.clamp(max=size - 1))
    return torch.where(token < size, tokens, EOM)


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


def infill_loss(encoder, denoiser, batch, rows=Rows(), encoder_mix=0.0):
    """batch: `holes.collate`'s tensors with `noise`'s "noisy", "weight" [B, H, K, C] and "depth" [B, H, K]
    -> Scores, whose loss has a gradient.

    `encoder_mix`: weight of the encoder's log-probability in row 0, as in decoding. The denoiser then learns what the
    encoder lacks: what the suffix says, and where the middle ends."""
    canvas, noisy, weight, depth = (batch[name] for name in ("canvas", "noisy", "weight", "depth"))
    out, last = canvas_rows(encoder, denoiser, batch, rows)
    chosen = weight > 0
    target = absorbed_targets(canvas, depth)
    row0 = chosen & (torch.arange(noisy.shape[-1], device=noisy.device) == 0)
    logits = denoiser.logits(out[row0]).float()
    if encoder_mix:
        logits = mixed(logits, encoder.logits(last[row0[..., 0]]).float(), encoder_mix)
    parts = [(row0, logits)]
    if (others := chosen & ~row0).any():
        parts.append((others, denoiser.logits(out[others]).float()))
    first = torch.zeros_like(chosen)
    first[:, :, -1, 0] = True
    loss, right, first_right = 0, 0, 0
    for where, logits in parts:
        hit = (logits.argmax(-1) == target[where]).float()
        loss = loss + (F.cross_entropy(logits, target[where], reduction="none") * weight[where]).sum()
        right = right + (hit * weight[where]).sum()
        first_right = first_right + (hit * first[where]).sum()
    return Scores(loss, weight.sum(), right, first_right, (first & chosen).sum(), chosen.sum())


def mixed(logits, encoder_logits, mix):
    """Row 0 as it decodes: log p = (1 - mix) log p_denoiser + mix (log p_encoder + log(1 - p_denoiser(<eom>))), and
    the denoiser's alone for <eom> [N, V]; not normalised. (src/engine/network/encoderDenoiser/distribution.ts)"""
    own, other = logits.log_softmax(-1), encoder_logits.log_softmax(-1)
    end = own[:, EOM, None]
    both = (1 - mix) * own + mix * (other + torch.log1p(-end.exp().clamp(max=0.999)))
    ids = torch.arange(own.shape[-1], device=own.device)
    return torch.where(ids == EOM, end, both).masked_fill(ids == MASK, NEVER)


def canvas_rows(encoder, denoiser, batch, kind):
    """The denoiser's hidden states from which the canvas tokens are predicted [B, H, K, C, D], and the encoder's at
    each copy's last context token [B, H, K, D]; before the norm."""
    a = denoiser.architecture
    ids, cut, noisy, suffix, depth = (batch[name] for name in ("ids", "cut", "noisy", "suffix", "depth"))
    (size, window), (_, holes, copies, width), after = ids.shape, noisy.shape, suffix.shape[-1]
    rows, device = width + 1, ids.device
    hidden, window_cache = encoder(ids, torch.arange(window, device=device).expand(size, -1))
    # The suffix seems to start right after the canvas.
    at = (cut + width - 1)[..., None] + torch.arange(after, device=device)
    _, suffix_cache = encoder(suffix.view(size * holes, after), at.view(size * holes, after))
    # CUDA masks blocks of one sequence with all holes well. A dense mask does better with a sequence for each hole.
    together = holes if device.type == "cuda" else 1
    sequences = size * holes // together

    def context_of(window_part, suffix_part):
        """[B, KV, P, head], [B * H, KV, S, head] -> [sequences, KV, P + together * S, head]"""
        kv, head = a.key_value_heads, a.head_size
        before = window_part.repeat_interleave(sequences // size, 0)
        behind = suffix_part.view(sequences, together, kv, after, head).transpose(1, 2)
        return torch.cat((before, behind.reshape(sequences, kv, together * after, head)), 2)

    context = [
        tuple(context_of(window_cache[layer][i], suffix_cache[layer][i]) for i in (0, 1)) for layer in a.denoiser_layers
    ]
    cut_and_depth = cut[:, :, None] + depth
    at_cut = (torch.arange(size, device=device)[:, None, None], cut_and_depth - 1)
    last = hidden[at_cut]  # [B, H, K, D]
    start = last if kind.last_hidden else denoiser.embed(ids[at_cut])
    positions = (cut_and_depth - 1)[..., None] + torch.arange(rows, device=device)
    of_holes = [each.view(sequences, together, *each.shape[2:]) for each in (cut, depth, batch["suffix_length"])]
    visible = sees(*of_holes, window, after, width)
    total = together * copies * rows
    extent = (total, window + together * after + total)
    if device.type == "cuda":
        mask = create_block_mask(visible, sequences, None, *extent, device=device, _compile=True)
    else:
        mask = dense_mask(visible, sequences, *extent, device)
    canvases = (sequences, together * copies, -1)
    out = denoiser(start.view(*canvases), noisy.view(*canvases), positions.view(sequences, -1), context, mask)
    first = 0 if kind.shifted else 1
    return out.view(size, holes, copies, rows, -1)[:, :, :, first : first + width], last
