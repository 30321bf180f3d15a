"""The base model against transformers, which reads and runs it on its own."""

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, GGUFWriter
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

from training.model.base import Base
from training.model.model import Encoder
from training.model.model_folder import read_model_folder
from training.tests.conftest import TINY

_NAMES = {
    "norm1": "input_layernorm",
    "norm2": "post_attention_layernorm",
    **{f"{name}.weight": f"self_attn.{name}_proj.weight" for name in "qkvo"},
    **{f"{name}.weight": f"mlp.{name}_proj.weight" for name in ("gate", "up", "down")},
}
IDS = torch.randint(0, 512, (2, 40), generator=torch.Generator().manual_seed(0))
POSITIONS = torch.arange(40).expand(2, -1)


def llama(encoder):
    """The encoder's weights in transformers' own Llama."""
    a = encoder.architecture
    config = LlamaConfig(
        vocab_size=a.vocabulary_size,
        hidden_size=a.hidden_size,
        intermediate_size=a.feed_forward_size,
        num_hidden_layers=a.encoder_layers,
        num_attention_heads=a.attention_heads,
        num_key_value_heads=a.key_value_heads,
        head_dim=a.head_size,
        rms_norm_eps=a.norm_epsilon,
        rope_parameters={"rope_type": "default", "rope_theta": a.rope_theta},
        tie_word_embeddings=True,
        max_position_embeddings=2048,
    )
    model = LlamaForCausalLM(config).to(encoder.norm.dtype).eval()
    state = {"model.embed_tokens.weight": encoder.embedding, "model.norm.weight": encoder.norm}
    state["lm_head.weight"] = encoder.embedding
    for i, block in enumerate(encoder.blocks):
        for name, tensor in block.state_dict().items():
            name = f"{_NAMES[name]}.weight" if name.startswith("norm") else _NAMES[name]
            state[f"model.layers.{i}.{name}"] = tensor
    model.load_state_dict(state)
    return model


@torch.no_grad()
def test_the_encoders_logits_are_those_of_transformers_llama(tiny):
    ours = tiny.encoder.logits(tiny.encoder(IDS, POSITIONS)[0])
    theirs = llama(tiny.encoder)(IDS).logits
    # transformers computes the angles of RoPE in single precision
    torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-4)


@pytest.fixture(scope="module")
def gguf(tmp_path_factory):
    """The tiny encoder as a GGUF: fp32, q and k permuted as llama.cpp's converter does."""
    folder = read_model_folder(TINY / "fp32", torch.float32)
    a, vocabulary = folder.encoder.architecture, folder.tokenizer.get_vocab()
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_embedding_length(a.hidden_size)
    writer.add_block_count(a.encoder_layers)
    writer.add_head_count(a.attention_heads)
    writer.add_head_count_kv(a.key_value_heads)
    writer.add_feed_forward_length(a.feed_forward_size)
    writer.add_context_length(2048)
    writer.add_vocab_size(a.vocabulary_size)
    writer.add_rope_freq_base(a.rope_theta)
    writer.add_layer_norm_rms_eps(a.norm_epsilon)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(sorted(vocabulary, key=vocabulary.get))
    writer.add_token_merges(["a b"])

    def add(name, tensor):
        writer.add_tensor(name, np.ascontiguousarray(tensor.numpy()), raw_dtype=GGMLQuantizationType.F32)

    def permuted(weight, heads):
        return weight.view(heads, 2, a.head_size // 2, -1).swapaxes(1, 2).reshape(weight.shape)

    add("token_embd.weight", folder.encoder.embedding)
    add("output_norm.weight", folder.encoder.norm)
    for i, block in enumerate(folder.encoder.blocks):
        for name, tensor in block.state_dict().items():
            tensor = permuted(tensor, a.attention_heads) if name == "q.weight" else tensor
            tensor = permuted(tensor, a.key_value_heads) if name == "k.weight" else tensor
            add(f"blk.{i}.{GGUF_NAMES[name]}.weight", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


GGUF_NAMES = {
    "norm1": "attn_norm",
    "norm2": "ffn_norm",
    "o.weight": "attn_output",
    **{f"{name}.weight": f"attn_{name}" for name in "qkv"},
    **{f"{name}.weight": f"ffn_{name}" for name in ("gate", "up", "down")},
}


@torch.no_grad()
def test_a_gguf_is_read_as_transformers_reads_it(gguf):
    base = Base(gguf, (1, 3))
    encoder = Encoder(base.architecture, base.encoder_state()).eval()
    theirs = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name).eval()
    torch.testing.assert_close(encoder.logits(encoder(IDS, POSITIONS)[0]), theirs(IDS).logits, rtol=0, atol=1e-3)
