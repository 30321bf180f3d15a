"""Tiny random checkpoints in the layouts of public ones, and what their networks compute.

    python -m training.oracle.checkpoint_fixtures --out test/fixtures/checkpoints

Each folder is what a hub would hold: config.json, tokenizer.json, *.safetensors; beside it NAME.expected.safetensors:
`ids`, the `logits` of an independent network (transformers' own, told that every row sees every row; `dit.py` for SEDD
and MDLM), and `sigma` and `scores` where they count. Weights are random and lively; stored as floats of 16 bits or 32,
and computed with as stored."""

import argparse
import json
import math
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from training.oracle.dit import Dit, log_scores
from training.oracle.fixture_texts import TOKENIZER_TEXTS
from training.oracle.tiny import TEXT
from training.shared.json_text import json_text

WIDTH, HEADS, KEY_VALUE_HEADS, LAYERS, FEED_FORWARD = 64, 4, 2, 2, 96
DIT_WIDTH, CONDITION = 32, 16
TEXT_TOKENS = 296  # bytes and forty merges
LENGTH, SEQUENCES = 12, 2
POSITIONS = 64
SIGMAS = [0.3, 2.5]
QWEN2_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPLITS = {
    "gpt2": pre_tokenizers.ByteLevel(add_prefix_space=False),
    "qwen2": QWEN2_PATTERN,
    "llama3": QWEN2_PATTERN.replace(r"|\p{N}|", r"|\p{N}{1,3}|"),
    "seed-coder": (
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\r\n]+"
        "|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"
    ),
}


def tokenizer_of(rule, special):
    """A byte-level BPE that splits as `rule` says, with `special` tokens after the 296 of text."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=rule == "llama3"))
    split = SPLITS[rule]
    if isinstance(split, str):
        spelling = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        split = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(split), "isolated"), spelling])
    tokenizer.pre_tokenizer = split
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [TEXT], trainers.BpeTrainer(vocab_size=TEXT_TOKENS, initial_alphabet=alphabet, show_progress=False)
    )
    if rule == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in special])
    return tokenizer


def enliven(model, seed):
    """Random weights with which attention, gates and norms all matter."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            random = torch.randn(parameter.shape, generator=generator)
            if "norm" in name or "ln_" in name:
                parameter.copy_(1 + 0.2 * random if name.endswith("weight") else 0.2 * random)
            elif parameter.dim() == 1:
                parameter.copy_(0.3 * random)
            elif "embed" in name or "wte" in name or "wpe" in name:
                parameter.copy_(0.7 * random)
            else:
                parameter.copy_(1.4 * random / math.sqrt(max(parameter.shape[-1], 32)))
    return model.eval()


def loudest_last(head, count):
    """The last ids, which no tokenizer has, would be chosen before all others."""
    with torch.no_grad():
        head.weight[-count:] *= 4


def as_stored(model, dtype):
    """The weights rounded to what is stored; not the buffers, of which rotary angles are made."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(dtype).float())
    return model


def ids_of(vocabulary, mask, seed):
    """Random text with masks in the middle."""
    ids = torch.randint(0, vocabulary, (SEQUENCES, LENGTH), generator=torch.Generator().manual_seed(seed))
    if mask is not None:
        ids[:, 4:8] = mask
    return ids


def every_row(length):
    """An additive attention mask that hides nothing: transformers leave masks of four dimensions as they are."""
    return torch.zeros(1, 1, length, length)


def bidirectional_logits(model, ids):
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=every_row(ids.shape[1]), use_cache=False).logits
        changed = ids.clone()
        changed[:, -1] = (ids[:, -1] + 1) % TEXT_TOKENS
        other = model(input_ids=changed, attention_mask=every_row(ids.shape[1]), use_cache=False).logits
    assert (logits[:, 0] - other[:, 0]).abs().max() > 1e-3, "the first row must see the last"
    return logits


def transformer_config(kind, vocabulary, *, tied):
    return kind(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        intermediate_size=FEED_FORWARD,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_VALUE_HEADS,
        head_dim=WIDTH // HEADS,
        rms_norm_eps=1e-5,
        max_position_embeddings=POSITIONS,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        tie_word_embeddings=tied,
        attn_implementation="eager",
    )


HF_KEYS = (
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "rms_norm_eps",
    "max_position_embeddings",
    "vocab_size",
    "tie_word_embeddings",
    "hidden_act",
)


def hf_checkpoint(model, model_type, **more):
    config = {key: getattr(model.config, key) for key in HF_KEYS if hasattr(model.config, key)}
    config |= {"model_type": model_type, "rope_theta": 10_000.0} | more
    tensors = dict(model.state_dict())
    if config["tie_word_embeddings"]:
        tensors.pop("lm_head.weight")
    return config, tensors


def llama_like(
    name,
    config_class,
    model_class,
    seed,
    *,
    rule,
    special,
    tied,
    dtype,
    model_type,
    mask_text,
    start_text=None,
    padding=0,
    split=None,
    **more,
):
    """`padding`: ids that the network has after those of the tokenizer."""
    vocabulary = TEXT_TOKENS + len(special) + padding
    model = enliven(model_class(transformer_config(config_class, vocabulary, tied=tied)), seed)
    if padding and not tied:
        loudest_last(model.lm_head, padding)
    model = as_stored(model, dtype)
    ids = ids_of(TEXT_TOKENS, TEXT_TOKENS + special.index(mask_text), seed)
    if start_text is not None:
        ids[:, 0] = TEXT_TOKENS + special.index(start_text)
    config, tensors = hf_checkpoint(model, model_type, **more)
    return {
        "name": name,
        "config": config,
        "tensors": tensors,
        "dtype": dtype,
        "tokenizer": tokenizer_of(rule, special),
        "rule": rule,
        "split": split,
        "expected": {"ids": ids, "logits": bidirectional_logits(model, ids)},
    }


LLADA_NAMES = {
    "model.embed_tokens.": "wte.",
    "model.norm.": "ln_f.",
    "lm_head.": "ff_out.",
    "model.layers.": "blocks.",
    "input_layernorm.": "attn_norm.",
    "post_attention_layernorm.": "ff_norm.",
    "self_attn.o_proj.": "attn_out.",
    "self_attn.": "",
    "mlp.gate_proj.": "ff_proj.",
    "mlp.up_proj.": "up_proj.",
    "mlp.down_proj.": "ff_out.",
}


def llada():
    special = ["<|startoftext|>", "<|endoftext|>", "<|mdm_mask|>"]
    fixture = llama_like(
        "llada",
        transformers.LlamaConfig,
        transformers.LlamaForCausalLM,
        1,
        rule="llama3",
        special=special,
        tied=False,
        dtype=torch.bfloat16,
        model_type="llada",
        mask_text="<|mdm_mask|>",
    )
    tensors = {}
    for name, value in fixture["tensors"].items():
        for theirs, ours in LLADA_NAMES.items():
            name = name.replace(theirs, ours)
        tensors[f"model.transformer.{name}"] = value
    config = fixture["config"]
    return fixture | {
        "tensors": tensors,
        "config": {
            "model_type": "llada",
            "architectures": ["LLaDAModelLM"],
            "d_model": WIDTH,
            "n_layers": LAYERS,
            "n_heads": HEADS,
            "n_kv_heads": KEY_VALUE_HEADS,
            "mlp_hidden_size": FEED_FORWARD,
            "vocab_size": config["vocab_size"],
            "embedding_size": config["vocab_size"],
            "rope_theta": 10_000.0,
            "rms_norm_eps": 1e-5,
            "max_sequence_length": POSITIONS,
            "weight_tying": False,
            "rope": True,
            "alibi": False,
            "block_type": "llama",
            "layer_norm_type": "rms",
            "activation_type": "silu",
            "include_bias": False,
            "include_qkv_bias": False,
            "mask_token_id": TEXT_TOKENS + 2,
            "eos_token_id": TEXT_TOKENS + 1,
        },
    }


def illada():
    return llama_like(
        "illada",
        transformers.LlamaConfig,
        transformers.LlamaForCausalLM,
        11,
        rule="seed-coder",
        special=["<[begin▁of▁sentence]>", "<[end▁of▁sentence]>", "<[MASK]>"],
        tied=True,
        dtype=torch.bfloat16,
        model_type="illada",
        mask_text="<[MASK]>",
        architectures=["ILLaDAForCausalLM"],
        attention_bias=False,
        mlp_bias=False,
        layer_norm_eps=None,
        rope_scaling=None,
        eos_token_id=TEXT_TOKENS + 1,
    )


def coda(qwen3, special):
    """Salesforce's config.json does not say whether the head is tied, and it is not."""
    fixture = llama_like(
        "coda",
        *qwen3,
        12,
        rule="qwen2",
        special=[*special, "<|mask|>"],
        tied=False,
        dtype=torch.float32,
        model_type="CoDA",
        mask_text="<|mask|>",
        padding=12,
        architectures=["CoDALanguageModel"],
        mask_token_id=TEXT_TOKENS + 3,
        pad_token_id=TEXT_TOKENS,
        mask_block_sizes=[4, 8, 16, 32],
    )
    assert not torch.equal(fixture["tensors"]["lm_head.weight"], fixture["tensors"]["model.embed_tokens.weight"])
    fixture["config"].pop("tie_word_embeddings")
    return fixture


def diffugpt():
    special = ["<|endoftext|>", "[MASK]"]
    vocabulary = TEXT_TOKENS + len(special)
    model = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=vocabulary,
            n_embd=WIDTH,
            n_layer=LAYERS,
            n_head=HEADS,
            n_inner=FEED_FORWARD,
            n_positions=POSITIONS,
            attn_implementation="eager",
        )
    )
    model = enliven(model, 6)
    ids = ids_of(TEXT_TOKENS, TEXT_TOKENS + 1, 6)
    state = model.state_dict()
    tensors = {f"denoise_model.{k.removeprefix('transformer.')}": v for k, v in state.items() if "wte" not in k}
    tensors.pop("denoise_model.lm_head.weight")
    tensors["embed_tokens.weight"] = state["transformer.wte.weight"]
    return {
        "name": "diffugpt",
        "config": {
            "model_type": "gpt2",
            "n_embd": WIDTH,
            "n_layer": LAYERS,
            "n_head": HEADS,
            "n_inner": FEED_FORWARD,
            "n_positions": POSITIONS,
            "vocab_size": vocabulary,
            "layer_norm_epsilon": 1e-5,
            "activation_function": "gelu_new",
        },
        "tensors": tensors,
        "dtype": torch.float32,
        "tokenizer": tokenizer_of("gpt2", special),
        "rule": "gpt2",
        "split": None,
        "expected": {"ids": ids, "logits": bidirectional_logits(model, ids)},
    }


def dit_of(vocabulary, seed):
    return enliven(Dit(vocabulary, DIT_WIDTH, HEADS, LAYERS, CONDITION), seed)


def sedd(name, graph, seed):
    absorbs = graph == "absorb"
    tokens = TEXT_TOKENS + 1
    vocabulary = tokens + absorbs
    model = dit_of(vocabulary, seed)
    ids = ids_of(TEXT_TOKENS, vocabulary - 1 if absorbs else None, seed)
    sigma = torch.tensor(SIGMAS)
    with torch.no_grad():
        logits = model(ids, sigma)
    return {
        "name": name,
        "config": {
            "tokens": tokens,
            "graph": {"type": graph, "file": "data", "report_all": False},
            "noise": {"type": "loglinear", "sigma_min": 1e-4, "sigma_max": 20},
            "model": {
                "name": "tiny",
                "type": "ddit",
                "hidden_size": DIT_WIDTH,
                "cond_dim": CONDITION,
                "length": POSITIONS,
                "n_blocks": LAYERS,
                "n_heads": HEADS,
                "scale_by_sigma": absorbs,
                "dropout": 0.1,
            },
        },
        "tensors": dict(model.state_dict()),
        "dtype": torch.float32,
        "tokenizer": tokenizer_of("gpt2", ["<|endoftext|>"]),
        "rule": "gpt2",
        "split": None,
        "expected": {
            "ids": ids,
            "logits": logits,
            "sigma": sigma,
            "scores": log_scores(logits, ids, sigma, scale_by_sigma=absorbs),
        },
    }


def mdlm():
    vocabulary = TEXT_TOKENS + 2
    model = as_stored(dit_of(vocabulary, 9), torch.float16)
    ids = ids_of(TEXT_TOKENS, vocabulary - 1, 9)
    with torch.no_grad():
        logits = model(ids, torch.zeros(SEQUENCES))
    return {
        "name": "mdlm",
        "config": {
            "model_type": "mdlm",
            "architectures": ["MDLM"],
            "vocab_size": vocabulary,
            "hidden_dim": DIT_WIDTH,
            "cond_dim": CONDITION,
            "n_blocks": LAYERS,
            "n_heads": HEADS,
            "model_length": POSITIONS,
            "time_conditioning": False,
            "dropout": 0.1,
        },
        "tensors": {f"backbone.{name}": value for name, value in model.state_dict().items()},
        "dtype": torch.float16,
        "tokenizer": tokenizer_of("gpt2", ["<|endoftext|>"]),
        "rule": "gpt2",
        "split": None,
        "expected": {"ids": ids, "logits": logits},
    }


def checkpoints():
    """-> all fixtures, each with name, config, tensors, dtype, tokenizer, rule, split, expected."""
    qwen2 = (transformers.Qwen2Config, transformers.Qwen2ForCausalLM)
    qwen3 = (transformers.Qwen3Config, transformers.Qwen3ForCausalLM)
    qwen_special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return [
        llada(),
        llama_like(
            "dqwen3",
            *qwen3,
            10,
            rule="qwen2",
            special=[*qwen_special, "<|vision_start|>", "<|fim_middle|>"],
            tied=True,
            dtype=torch.bfloat16,
            model_type="diffuqwen3",
            mask_text="<|fim_middle|>",
            start_text="<|vision_start|>",
            padding=3,
            architectures=["DiffuQwen3"],
            auto_map={"AutoConfig": "modeling_dqwen3.DiffuQwen3Config", "AutoModel": "modeling_dqwen3.DiffuQwen3"},
            layer_types=["full_attention"] * LAYERS,
            bos_token_id=TEXT_TOKENS,
            eos_token_id=TEXT_TOKENS + 2,
        ),
        coda(qwen3, qwen_special),
        illada(),
        llama_like(
            "dream",
            *qwen2,
            2,
            rule="qwen2",
            special=[*qwen_special, "<|beginoftext|>", "<|mask|>"],
            tied=False,
            dtype=torch.bfloat16,
            model_type="Dream",
            split=3,
            mask_text="<|mask|>",
            mask_token_id=TEXT_TOKENS + 4,
            eos_token_id=TEXT_TOKENS,
        ),
        llama_like(
            "open-dcoder",
            *qwen2,
            3,
            rule="qwen2",
            special=[*qwen_special, "<M>"],
            tied=True,
            dtype=torch.float32,
            model_type="qwen2",
            mask_text="<M>",
            architectures=["Qwen2ForCausalLM"],
            eos_token_id=TEXT_TOKENS + 2,
        ),
        llama_like(
            "a2d-qwen2",
            *qwen2,
            4,
            rule="qwen2",
            special=[*qwen_special, "<|mask|>"],
            tied=False,
            dtype=torch.float16,
            model_type="a2d-qwen2",
            mask_text="<|mask|>",
            eos_token_id=TEXT_TOKENS + 2,
        ),
        llama_like(
            "a2d-qwen3",
            *qwen3,
            5,
            rule="qwen2",
            special=[*qwen_special, "<|mask|>"],
            tied=True,
            dtype=torch.bfloat16,
            model_type="a2d-qwen3",
            mask_text="<|mask|>",
            eos_token_id=TEXT_TOKENS + 2,
        ),
        diffugpt(),
        sedd("sedd", "absorb", 7),
        sedd("sedd-uniform", "uniform", 8),
        mdlm(),
    ]


def tokenizer_texts(tokenizer):
    """What the library makes of hard texts; without special tokens and NFC, which the engine leaves out as well."""
    plain = Tokenizer.from_str(json.dumps(json.loads(tokenizer.to_str()) | {"added_tokens": [], "normalizer": None}))
    texts = [*TOKENIZER_TEXTS, "12345 a1b22c333d4444", "'S 'ſ 'LL 'Re", "a;\n\n b\n  \n;;\n", "x\r\n\r\n  y \n\tz  "]
    return [{"text": text, "ids": plain.encode(text).ids} for text in texts]


def write_checkpoint(out, fixture):
    folder = Path(out) / fixture["name"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(fixture["config"], indent=2) + "\n", encoding="utf-8")
    fixture["tokenizer"].save(str(folder / "tokenizer.json"), pretty=False)
    tensors = {name: value.to(fixture["dtype"]).contiguous().clone() for name, value in fixture["tensors"].items()}
    save_sharded(folder, tensors, fixture["split"] or 1)
    expected = {
        name: (value.to(torch.int32) if name == "ids" else value).contiguous()
        for name, value in fixture["expected"].items()
    }
    save_file(expected, str(Path(out) / f"{fixture['name']}.expected.safetensors"))


def save_sharded(folder, tensors, shards):
    names = sorted(tensors)
    files = (
        [f"model-{i + 1:05}-of-{shards:05}.safetensors" for i in range(shards)] if shards > 1 else ["model.safetensors"]
    )
    placed = {name: files[i % shards] for i, name in enumerate(names)}
    for file in files:
        own = {name: tensors[name] for name in names if placed[name] == file}
        save_file(own, str(folder / file), metadata={"format": "pt"})
    if shards > 1:
        index = {"metadata": {}, "weight_map": placed}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


def about():
    return {
        "generator": "training/oracle/checkpoint_fixtures.py",
        "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__,
    }


def write_checkpoints(out):
    Path(out).mkdir(parents=True, exist_ok=True)
    fixtures = checkpoints()
    rules = {fixture["rule"]: fixture for fixture in fixtures}
    for fixture in fixtures:
        write_checkpoint(out, fixture)
    texts = {
        rule: {"checkpoint": fixture["name"], "texts": tokenizer_texts(fixture["tokenizer"])}
        for rule, fixture in rules.items()
    }
    (Path(out) / "tokenizers.json").write_text(json_text(about() | {"rules": texts}), encoding="utf-8")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True)
    write_checkpoints(p.parse_args().out)


if __name__ == "__main__":
    main()
