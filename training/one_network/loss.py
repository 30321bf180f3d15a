"""The loss of one network's predictions: written and denoised tokens, read ones, and how much is still to come."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from training.model.architecture import EOM, MASK
from training.model.model import NEVER
from training.one_network.rows import DENOISE, READ, WRITE

CHUNK = 8192  # predictions whose logits exist at a time
STREAMS = {"write": WRITE, "canvas": DENOISE, "trunk": READ}
# Sums over predictions, so that those of several batches or processes can be added.
SUMS = (
    "loss",  # weighted
    "weight",
    *(f"{name}{sum_}" for name in STREAMS for sum_ in ("Nats", "Right", "Count")),
    "textNats",  # what is written without <eom>
    "textCount",
    "horizon",  # errors of the share that is still to come
    "holes",
)


@dataclass
class Scores:
    loss: torch.Tensor  # a sum with a gradient
    sums: torch.Tensor  # [len(SUMS)], float64

    def stacked(self):
        return self.sums


def means(sums):
    """Sum of `Scores.stacked` -> {"loss", "write", "writeRight", "text", "canvas", "canvasRight", "trunk",
    "trunkRight", "horizon"} a prediction, those of which there were any."""
    s = dict(zip(SUMS, sums.tolist(), strict=True))
    out = {"loss": s["loss"] / max(s["weight"], 1e-9)}
    for name in STREAMS:
        if count := s[f"{name}Count"]:
            out |= {name: s[f"{name}Nats"] / count, f"{name}Right": s[f"{name}Right"] / count}
        if name == "write" and s["textCount"]:
            out["text"] = s["textNats"] / s["textCount"]
    if s["horizon"]:
        out["horizon"] = s["horizon"] / max(s["writeCount"], 1)
    return out


def network_loss(network, horizon, batch, read_rows, chunk_loss=None, static=False, horizon_weight=0.0):
    """batch: `lay_out`'s tensors [B, ...]; `read_rows`: a way of passes.py; `horizon`: None, or the weights [D] and
    bias [] that tell how much is still to come; `chunk_loss`: `loss_of_chunk` or that compiled; `static`: keep what
    counts nothing too, so that sizes stay the same -> Scores."""
    chosen = torch.ones_like(batch["weight"], dtype=torch.bool) if static else batch["weight"] > 0
    target, weight, stream, left = (batch[name][chosen] for name in ("target", "weight", "stream", "horizon"))
    h = network.normed(read_rows(network, batch, chosen))
    loss, nats, right = _Predict.apply(
        h, network.embedding, network.eom_out, network.eom_bias, stream == READ, target, weight, chunk_loss
    )
    error = torch.zeros((), device=h.device)
    if horizon is not None:
        asked = left >= 0
        guess = torch.sigmoid((h * horizon[0]).sum(-1) + horizon[1])
        error = ((guess.to(weight.dtype) - left).abs() * asked).sum()
        loss = loss + horizon_weight * error
    counted = (weight > 0).double()
    nats, right = nats.double() * counted, right.double() * counted
    sums = [loss, weight.sum()]
    for number in STREAMS.values():
        of_it = stream == number
        sums += [(nats * of_it).sum(), (right * of_it).sum(), (counted * of_it).sum()]
    text = (stream == WRITE) & (target != EOM)
    sums += [(nats * text).sum(), (counted * text).sum(), error, batch["hole"].amax(-1).sum()]
    return Scores(loss, torch.stack([each.detach().double() for each in sums]))


class _Predict(torch.autograd.Function):
    """Cross-entropy of the output layer. Logits exist for a chunk of predictions at a time, and what the loss changes
    by is known as soon as they do, so none are kept."""

    @staticmethod
    def forward(ctx, h, embedding, eom_out, eom_bias, reading, target, weight, chunk_loss):
        """h [N, D], normed; reading, target, weight [N] -> weighted sum of the nats; nats, right [N]"""
        out = embedding.detach().clone()
        out[EOM] = eom_out
        whole = ctx.needs_input_grad[1]
        wide = torch.promote_types(h.dtype, torch.float32)
        d_out = torch.zeros_like(out if whole else out[EOM], dtype=wide)
        dh, d_bias = torch.empty_like(h), torch.zeros_like(eom_bias, dtype=wide)
        nats, right = [], []
        for at in range(0, len(h), CHUNK):
            here = slice(at, at + CHUNK)
            of_chunk = (chunk_loss or loss_of_chunk)(
                h[here], out, eom_bias, reading[here], target[here], weight[here], whole
            )
            nats.append(of_chunk[0])
            right.append(of_chunk[1])
            dh[here] = of_chunk[2]
            d_out += of_chunk[3]
            d_bias += of_chunk[4]
        nats, right = torch.cat(nats), torch.cat(right)
        ctx.save_for_backward(dh, d_out, d_bias)
        ctx.dtypes = embedding.dtype, eom_out.dtype, eom_bias.dtype
        ctx.mark_non_differentiable(nats, right)
        return (nats * weight).sum(), nats, right

    @staticmethod
    def backward(ctx, scale, *_):
        dh, d_out, d_bias = ctx.saved_tensors
        embedding = None
        d_eom = d_out
        if d_out.ndim == 2:
            d_eom = d_out[EOM].clone()
            embedding = d_out * scale
            embedding[EOM] = 0
            embedding = embedding.to(ctx.dtypes[0])
        rest = (None,) * 4
        return (
            dh * scale.to(dh.dtype),
            embedding,
            (d_eom * scale).to(ctx.dtypes[1]),
            (d_bias * scale).to(ctx.dtypes[2]),
            *rest,
        )


def loss_of_chunk(h, out, eom_bias, reading, target, weight, whole):
    """h [n, D]; out [V, D], the embedding with `eom_out` in <eom>'s row -> nats, right [n]; and what the weighted sum
    of the nats changes by: with h [n, D]; with out [V, D], or only its row of <eom> [D] unless `whole`; with the bias.
    Logits as in `OneNetwork.logits`."""
    ids = torch.arange(out.shape[0], device=h.device)
    end = ids == EOM
    z = F.linear(h, out).to(torch.promote_types(h.dtype, torch.float32))
    z = z + torch.where(end, eom_bias.to(z.dtype), 0)
    z = z.masked_fill((ids == MASK) | (end & reading[:, None]), NEVER)
    total = z.logsumexp(-1)
    hot = ids == target[:, None]
    nats = total - torch.where(hot, z, 0).sum(-1)
    dz = ((z - total[:, None]).exp() - hot.to(z.dtype)) * weight[:, None].to(z.dtype)
    d_bias = dz[:, EOM].sum()
    dz = dz.to(h.dtype)
    d_out = (dz if whole else dz[:, EOM : EOM + 1]).T @ h
    return nats, z.argmax(-1) == target, dz @ out, (d_out if whole else d_out[0]).to(z.dtype), d_bias
