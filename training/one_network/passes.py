"""Ways to pass the rows of windows through the network: all in one sequence, as accelerators want it, or hole by hole
behind a trunk that is read once, as a CPU does. Both answer the same."""

import torch
import torch.nn.functional as F
from torch.nn.attention.flex_attention import create_block_mask
from torch.nn.utils.rnn import pad_sequence

from training.model.attention import dense_mask
from training.model.who_sees_whom import CAUSAL, PAD, SUFFIX_ROW, TRUNK, sees
from training.one_network.rows import SEEN_BY


class Packed:
    """All rows of some windows side by side; on CUDA by FlexAttention, elsewhere by a dense mask."""

    def __init__(self, windows, rows, device):
        """What the mask is made of stays where it is, so that what was compiled for one batch serves all."""
        self.device, self.size = device, (windows, rows)
        self.seen_by = [torch.zeros(windows, rows, dtype=torch.int32, device=device) for _ in SEEN_BY]
        self.visible = sees(*self.seen_by)
        self.block_mask = torch.compile(create_block_mask, dynamic=False) if device == "cuda" else None

    def __call__(self, network, batch, chosen):
        """batch: `lay_out`'s tensors [B, ...]; chosen: bool [B, predictions] -> the hidden states [N, D] that predict
        the chosen ones, before the norm."""
        windows, rows = self.size
        for kept, name in zip(self.seen_by, SEEN_BY, strict=True):
            kept.copy_(batch[name])
        if self.block_mask:
            mask = self.block_mask(self.visible, windows, None, rows, rows, device=self.device)
        else:
            mask = dense_mask(self.visible, windows, rows, rows, self.device)
        middle = (batch["kind"] >= CAUSAL)[..., None] if network.adapters is not None else None
        hidden, _ = network(batch["ids"].long(), batch["positions"], mask, middle=middle, stream=stream_of(network))
        at = batch["row"] + torch.arange(windows, device=self.device)[:, None] * rows
        return hidden.flatten(0, 1)[at[chosen]]


def hole_by_hole(network, batch, chosen):
    """As `Packed`."""
    windows = len(batch["ids"])
    return torch.cat([_window(network, {n: t[b] for n, t in batch.items()}, chosen[b]) for b in range(windows)])


def _window(network, rows, chosen):
    size = len(rows["ids"])
    # One more row, of padding, for the holes that have fewer rows than others.
    rows = {name: F.pad(rows[name], (0, 1)) for name in ("ids", "positions", "row", *SEEN_BY)}
    ids, positions, kind, hole = (rows[name] for name in ("ids", "positions", "kind", "hole"))
    kind[size] = PAD
    visible = sees(*(rows[name][None] for name in SEEN_BY))

    def mask(q, kv):
        """Rows [H, T], columns [H, U] -> [H, 1, T, U]; padding sees itself, since a row has to see something."""
        q, kv = q[:, :, None], kv[:, None]
        return (visible(0, None, q, kv) | ((q == size) & (kv == size)))[:, None]

    def run(at, columns, past=None, reading=False):
        return network(
            ids[at].long(), positions[at], mask(at, columns), past, reading=reading, stream=stream_of(network)
        )

    trunk = (kind == TRUNK).nonzero().T
    suffix, middle = (_by_hole(each, hole, size) for each in (kind == SUFFIX_ROW, kind >= CAUSAL))
    with torch.set_grad_enabled(torch.is_grad_enabled() and network.adapters is None):
        read, trunk_cache = run(trunk, trunk, reading=True)
        _, suffix_cache = run(suffix, suffix, reading=True)
    columns = torch.cat((trunk.expand(len(suffix), -1), suffix, middle), 1)
    written, _ = run(middle, columns, list(zip(trunk_cache, suffix_cache, strict=True)))
    hidden = torch.cat((read[0], written.flatten(0, 1)))
    place = torch.zeros(size + 1, dtype=torch.long, device=ids.device)
    place[torch.cat((trunk[0], middle.flatten()))] = torch.arange(len(hidden), device=ids.device)
    return hidden[place[rows["row"][:-1][chosen].long()]]


def _by_hole(rows, hole, padding):
    """bool [R], hole of each [R] -> numbers of the rows [H, most rows of a hole]"""
    return pad_sequence(
        [(rows & (hole == h)).nonzero()[:, 0] for h in range(1, int(hole.max()) + 1)],
        batch_first=True,
        padding_value=padding,
    )


def stream_of(network):
    """The residual stream is not rounded: some of its channels reach thousands."""
    return torch.promote_types(network.embedding.dtype, torch.float32)
