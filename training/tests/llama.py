"""A Llama's weights as others hold them: in transformers' own Llama, and in a GGUF."""

import json

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from transformers import LlamaConfig, LlamaForCausalLM

_NAMES = {
    "norm1": "input_layernorm.weight",
    "norm2": "post_attention_layernorm.weight",
    **{f"{name}.weight": f"self_attn.{name}_proj.weight" for name in "qkvo"},
    **{f"{name}.weight": f"mlp.{name}_proj.weight" for name in ("gate", "up", "down")},
}
_GGUF_NAMES = {
    "norm1": "attn_norm",
    "norm2": "ffn_norm",
    "o.weight": "attn_output",
    **{f"{name}.weight": f"attn_{name}" for name in "qkv"},
    **{f"{name}.weight": f"ffn_{name}" for name in ("gate", "up", "down")},
}


def llama(network):
    """`network`: an `Encoder` or a `OneNetwork` -> transformers' Llama of its embedding, norm and blocks."""
    a = network.architecture
    config = LlamaConfig(
        vocab_size=a.vocabulary_size,
        hidden_size=a.hidden_size,
        intermediate_size=a.feed_forward_size,
        num_hidden_layers=len(network.blocks),
        num_attention_heads=a.attention_heads,
        num_key_value_heads=a.key_value_heads,
        head_dim=a.head_size,
        rms_norm_eps=a.norm_epsilon,
        rope_parameters={"rope_type": "default", "rope_theta": a.rope_theta},
        tie_word_embeddings=True,
        max_position_embeddings=2048,
    )
    model = LlamaForCausalLM(config).to(network.norm.dtype).eval()
    state = {"model.embed_tokens.weight": network.embedding, "model.norm.weight": network.norm}
    state["lm_head.weight"] = network.embedding
    for i, block in enumerate(network.blocks):
        for name, tensor in block.state_dict().items():
            state[f"model.layers.{i}.{_NAMES[name]}"] = tensor
    model.load_state_dict(state)
    return model


def write_gguf(path, encoder, tokenizer):
    """fp32, q and k permuted as llama.cpp's converter does -> path"""
    a, vocabulary = encoder.architecture, tokenizer.get_vocab()
    writer = GGUFWriter(path, "llama")
    writer.add_embedding_length(a.hidden_size)
    writer.add_block_count(len(encoder.blocks))
    writer.add_head_count(a.attention_heads)
    writer.add_head_count_kv(a.key_value_heads)
    writer.add_feed_forward_length(a.feed_forward_size)
    writer.add_context_length(2048)
    writer.add_vocab_size(a.vocabulary_size)
    writer.add_rope_freq_base(a.rope_theta)
    writer.add_layer_norm_rms_eps(a.norm_epsilon)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(sorted(vocabulary, key=vocabulary.get))
    writer.add_token_merges([" ".join(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]])

    def add(name, tensor):
        writer.add_tensor(name, np.ascontiguousarray(tensor.numpy()), raw_dtype=GGMLQuantizationType.F32)

    def permuted(weight, heads):
        return weight.view(heads, 2, a.head_size // 2, -1).swapaxes(1, 2).reshape(weight.shape)

    add("token_embd.weight", encoder.embedding)
    add("output_norm.weight", encoder.norm)
    for i, block in enumerate(encoder.blocks):
        for name, tensor in block.state_dict().items():
            tensor = permuted(tensor, a.attention_heads) if name == "q.weight" else tensor
            tensor = permuted(tensor, a.key_value_heads) if name == "k.weight" else tensor
            add(f"blk.{i}.{_GGUF_NAMES[name]}.weight", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
