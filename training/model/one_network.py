"""One Llama whose rows read (trunk and suffix, each causal on its own), write (causal middle rows) and denoise (canvas
rows). All of its weights are trained, or the base stays as it is and middle rows add low-rank products (LoRA, arXiv
2106.09685) to every projection, so that what is read is read by the base alone."""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from training.model.architecture import EOM, MASK, START, SUFFIX, camel
from training.model.attention import attend
from training.model.model import NEVER, Block, rope, rotate

LEARNED_ROWS = ("mask_in", "eom_in", "suffix_in", "eom_out")
ADAPTED = {"qkv": ("q", "k", "v"), "o": ("o",), "gate_up": ("gate", "up"), "down": ("down",)}
ADAPTER_SCALE = 2.0
TRUNK_POSITION = 128  # of the trunk's first row; the suffix stands before, from 0 on


@dataclass(frozen=True)
class NetworkArchitecture:
    """Field for field the manifest's `architecture`, in Python's spelling."""

    hidden_size: int
    layers: int
    attention_heads: int
    key_value_heads: int
    head_size: int
    feed_forward_size: int
    vocabulary_size: int
    rope_theta: float
    norm_epsilon: float
    trunk_position: int = TRUNK_POSITION
    adapter_rank: int | None = None  # None: all weights are trained

    def to_manifest(self):
        """{"kind": "one-network", "hiddenSize": 576, ...}"""
        entries = {camel(name): value for name, value in asdict(self).items() if value is not None}
        return {"kind": "one-network"} | entries

    @staticmethod
    def from_manifest(entry):
        names = {camel(name): name for name in NetworkArchitecture.__dataclass_fields__}
        return NetworkArchitecture(**{names[key]: value for key, value in entry.items() if key in names})

    @staticmethod
    def of_base(architecture, adapter_rank=None):
        """`architecture`: an `Architecture`, as `Base` reads it."""
        shared = {name: value for name, value in asdict(architecture).items() if name in _SHARED}
        return NetworkArchitecture(layers=architecture.encoder_layers, adapter_rank=adapter_rank, **shared)

    def widths(self):
        """{"qkv": (in, out), ...} of the projections that adapters add to."""
        queries, keys = self.attention_heads * self.head_size, self.key_value_heads * self.head_size
        return {
            "qkv": (self.hidden_size, queries + 2 * keys),
            "o": (queries, self.hidden_size),
            "gate_up": (self.hidden_size, 2 * self.feed_forward_size),
            "down": (self.feed_forward_size, self.hidden_size),
        }


_SHARED = set(NetworkArchitecture.__dataclass_fields__) - {"layers", "trunk_position", "adapter_rank"}


class Adapter(nn.Module):
    """x -> s B A x; begins at nothing."""

    def __init__(self, inputs, outputs, rank):
        super().__init__()
        self.a = nn.Parameter(torch.randn(rank, inputs) * inputs**-0.5)
        self.b = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, x):
        return F.linear(F.linear(x, self.a) * ADAPTER_SCALE, self.b)


class Layer(Block):
    """A Llama layer whose rows see what a mask lets them, some with low-rank products beside the projections."""

    def forward(self, x, cos_sin, mask, past=None, adapters=None, middle=None):
        """x [B, T, D], in single precision where the weights are bf16, so that the stream is not rounded;
        mask over [T, past + T]; past [(k, v)] of [B or 1, KV, P, head]; `adapters`: {name: Adapter}; `middle`: 0 or 1
        [B, T, 1], what their products are multiplied with; None = all rows are middle rows.

        -> x [B, T, D], and this layer's own (k, v) [B, KV, T, head]."""
        a = self.architecture
        batch, rows, _ = x.shape
        dtype = self.norm1.dtype

        def heads(y):
            return y.view(batch, rows, -1, a.head_size).transpose(1, 2)

        def project(name, h):
            parts = [getattr(self, part)(h) for part in ADAPTED[name]]
            if adapters is None:
                return parts
            more = adapters[name](h)
            more = more if middle is None else more * middle.to(more.dtype)
            return [y + m for y, m in zip(parts, more.split([y.shape[-1] for y in parts], -1), strict=True)]

        h = _norm(x, self.norm1, a).to(dtype)
        q, k, v = project("qkv", h)
        turned = [rotate(heads(y).to(cos_sin[0].dtype), *cos_sin).to(dtype) for y in (q, k)]
        q, own = turned[0], (turned[1], heads(v))
        k, v = own
        if past:
            k, v = (torch.cat([*(p[i].expand(batch, -1, -1, -1) for p in past), own[i]], 2) for i in (0, 1))
        attended = attend(q, k, v, mask).transpose(1, 2).reshape(batch, rows, -1)
        x = x + project("o", attended)[0].to(x.dtype)
        gate, up = project("gate_up", _norm(x, self.norm2, a).to(dtype))
        return x + project("down", F.silu(gate) * up)[0].to(x.dtype), own


def _norm(x, gain, architecture):
    return F.rms_norm(x, (architecture.hidden_size,), gain.to(x.dtype), architecture.norm_epsilon)


class OneNetwork(nn.Module):
    def __init__(self, architecture, state=None):
        """`state`: a state dict to start from, of a whole network or of a base model (`Base.encoder_state`), whose
        learned rows and adapters then begin as `begin` says. None: as PyTorch initialises."""
        super().__init__()
        self.architecture = a = architecture
        self.embedding = nn.Parameter(torch.randn(a.vocabulary_size, a.hidden_size) * 0.02)
        self.norm = nn.Parameter(torch.ones(a.hidden_size))
        self.blocks = nn.ModuleList(Layer(a) for _ in range(a.layers))
        for name in LEARNED_ROWS:
            setattr(self, name, nn.Parameter(torch.zeros(a.hidden_size)))
        self.eom_bias = nn.Parameter(torch.zeros(()))
        self.adapters = None
        if a.adapter_rank:
            self.adapters = nn.ModuleList(
                nn.ModuleDict({name: Adapter(*width, a.adapter_rank) for name, width in a.widths().items()})
                for _ in range(a.layers)
            )
        self.head = None  # quantize.py puts its own in place
        if state is not None:
            state = {name: tensor.float() for name, tensor in state.items()}
            self.load_state_dict(state, strict=False)
            learned = {name: state[name] for name in (*LEARNED_ROWS, "eom_bias") if name in state}
            if len(learned) <= len(LEARNED_ROWS):
                self.begin()
                self.load_state_dict(learned, strict=False)
        if a.adapter_rank:
            self.requires_grad_(False)
            for parameter in self.trained().values():
                parameter.requires_grad_(True)

    @torch.no_grad()
    def begin(self):
        """Control tokens' embeddings begin at the mean of all others, apart from each other; where a middle ends looks
        a little like where a document does, and is unlikely."""
        mean = self.embedding[min(100, len(self.embedding) // 2) :].mean(0)
        for name, seed in (("mask_in", MASK), ("eom_in", EOM), ("suffix_in", SUFFIX)):
            generator = torch.Generator().manual_seed(seed)
            getattr(self, name).copy_(mean + 0.02 * torch.randn(len(mean), generator=generator))
        self.eom_in += 0.5 * self.embedding[START]
        self.eom_out.copy_(0.5 * self.embedding[START])
        self.eom_bias.fill_(-2.0)

    def trained(self):
        """{name: parameter} of what training changes: everything, or adapters and learned rows. Reading rows of an
        adapted network are the base's, so `suffix_in` stays as it began."""
        chosen = dict(self.named_parameters())
        if self.adapters is None:
            return chosen
        rows = {"mask_in", "eom_in", "eom_out", "eom_bias"}
        return {name: p for name, p in chosen.items() if name in rows or name.startswith("adapters.")}

    def embed(self, ids):
        x = F.embedding(ids, self.embedding)
        for token, row in ((MASK, self.mask_in), (EOM, self.eom_in), (SUFFIX, self.suffix_in)):
            x = torch.where((ids == token)[..., None], row.to(x.dtype), x)
        return x

    def forward(self, ids, positions, mask, past=None, middle=None, reading=False, stream=None):
        """ids, positions [B, T]; mask as `attend` takes it, over [T, past + T]; past: for each layer [(k, v)], each of
        [B or 1, KV, P, head]; `middle` 0 or 1 [B, T, 1] says which rows are middle rows, None = all, unless `reading`:
        none. `stream`: dtype of the residual stream; default: that of the weights.

        -> hidden [B, T, D] before the norm, and each layer's own (k, v) [B, KV, T, head]"""
        x = self.embed(ids).to(stream or self.embedding.dtype)
        cos_sin = rope(positions, self.architecture, x.dtype)
        caches = []
        for i, block in enumerate(self.blocks):
            adapters = None if reading or self.adapters is None else self.adapters[i]
            x, own = block(x, cos_sin, mask, past[i] if past else None, adapters, middle)
            caches.append(own)
        return x, caches

    def normed(self, hidden):
        """What the output layer reads, in the weights' precision."""
        return _norm(hidden, self.norm, self.architecture).to(self.embedding.dtype)

    def logits(self, hidden, reading=False):
        """[..., D] before the norm -> [..., V]. <eom> has a row of its own; the mask is never predicted, and by a
        reading row neither is <eom>."""
        h = self.normed(hidden)
        out = self.head(h) if self.head is not None else F.linear(h, self.embedding)
        ids = torch.arange(out.shape[-1], device=out.device)
        end = F.linear(h, self.eom_out[None].to(h.dtype)) + self.eom_bias.to(h.dtype)
        out = out.masked_fill(ids == EOM, NEVER) if reading else torch.where(ids == EOM, end, out)
        return out.masked_fill(ids == MASK, NEVER)
